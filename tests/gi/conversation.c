/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* conversation.py runs it: a picture, two rounds of tools, and what came of it, for each provider. */

#include <graphbit/graphbit.h>
#include <locale.h>

static void
add_message (GraphbitLlmRequest *request,
             GraphbitLlmMessage *message)
{
  graphbit_llm_request_add_message (request, message);
  g_object_unref (message);
}

static GraphbitLlmRequest *
new_request (GError **error)
{
  GraphbitLlmRequest *request = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *user = graphbit_llm_message_new_user ("Where is this, and how is the weather there?");
  g_autoptr (GBytes) png = g_bytes_new_static ("\x89PNG", 4);
  g_autoptr (GraphbitContentPart) image = graphbit_content_part_new_for_image_bytes (png, "image/png");
  g_autoptr (GraphbitLlmToolSpec) tool =
      graphbit_llm_tool_spec_new ("weather", "Tells the weather", "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}", error);

  graphbit_llm_message_add_part (user, image);
  add_message (request, graphbit_llm_message_new_system ("Be brief."));
  add_message (request, user);
  graphbit_llm_request_add_tool (request, tool);
  return request;
}

static gboolean
log_response (GraphbitLlmRequest *request,
              GraphbitLlmResponse *response)
{
  GListModel *calls = graphbit_llm_response_get_tool_calls (response);
  guint n_calls = calls != NULL ? g_list_model_get_n_items (calls) : 0;

  g_print ("text “%s”, reasoning “%s”, finish %d\n", graphbit_llm_response_get_text (response),
           graphbit_llm_response_get_reasoning (response) != NULL ? graphbit_llm_response_get_reasoning (response) : "",
           graphbit_llm_response_get_finish_reason (response));
  add_message (request, graphbit_llm_response_make_message (response));
  for (guint i = 0; i < n_calls; i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (calls, i);

      g_autofree char *answer = g_strconcat ("seen: ", graphbit_llm_tool_call_get_arguments_json (call), NULL);

      g_print ("call %s %s\n", graphbit_llm_tool_call_get_name (call), graphbit_llm_tool_call_get_arguments_json (call));
      add_message (request, graphbit_llm_message_new_tool (graphbit_llm_tool_call_get_id (call), answer));
    }
  return n_calls > 0;
}

static gboolean
converse (const char *name,
          const char *provider,
          GraphbitLlmApi api,
          const char *base_url,
          GError **error)
{
  g_autoptr (GraphbitLlmConfig) config =
      g_object_new (GRAPHBIT_TYPE_LLM_CONFIG, "provider", provider, "model", "m", "base-url", base_url, "api", api, NULL);
  g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (config);
  g_autoptr (GraphbitLlmRequest) request = new_request (error);
  g_autoptr (GraphbitLlmResponse) first = NULL;
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GraphbitLlmResponse) second = NULL;
  g_autoptr (GraphbitLlmResponse) third = NULL;

  g_print ("== %s\n", name);
  if (!graphbit_llm_config_set_api_key (config, "sk-marker", error) ||
      (first = graphbit_llm_client_chat (client, request, NULL, error)) == NULL)
    return FALSE;
  log_response (request, first);
  stream = graphbit_llm_client_chat_stream (client, request, NULL, error);
  if (stream == NULL || (second = graphbit_llm_stream_collect (stream, NULL, error)) == NULL)
    return FALSE;
  log_response (request, second);
  third = graphbit_llm_client_chat (client, request, NULL, error);
  if (third == NULL)
    return FALSE;
  log_response (request, third);
  return TRUE;
}

int
main (int argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  for (int i = 2; i < argc; i++)
    {
      /* NAME=PROVIDER=PATH */
      g_auto (GStrv) words = g_strsplit (argv[i], "=", 3);
      g_autofree char *base_url = g_strconcat (argv[1], words[2], NULL);
      g_autoptr (GError) error = NULL;

      if (!converse (words[0], words[1], g_str_equal (words[0], "responses") ? GRAPHBIT_LLM_API_RESPONSES : GRAPHBIT_LLM_API_AUTO,
                     base_url, &error))
        g_print ("error: %s\n", error->message);
    }
  return 0;
}
