/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "llm-support.h"

/*
 * A conversation with calls of tools moves from each provider to each other
 * and back: ids and arguments in the form of whoever reads them, what a
 * provider thought or signed only to that provider. The scripted server
 * refuses what the provider would.
 */

#define ARGUMENTS_TEXT "\"{\\\"city\\\":\\\"Oslo\\\"}\""

typedef struct
{
  const char *name;
  const char *provider; /* NULL: that is the name */
  const char *base;
  gboolean echoes; /* the text of what it thought, too */
  const char *answer; /* of its own: thoughts, and two calls */
} Side;

#define CHAT(message) "{\"id\":\"x\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"\"," message "},\"finish_reason\":\"tool_calls\"}]}"
#define CHAT_CALLS(one, two) \
  "\"tool_calls\":[{\"id\":\"" one "\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":" ARGUMENTS_TEXT "}}," \
  "{\"id\":\"" two "\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}]"

static const Side sides[] = {
  { "openai", NULL, "/as/openai/v1", FALSE,
    CHAT (CHAT_CALLS ("call_openai_A", "call_openai_B")) },
  { "responses", "openai", "/as/responses/v1", FALSE,
    "{\"id\":\"resp_1\",\"status\":\"completed\",\"model\":\"m\",\"output\":["
    "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"THOUGHT-responses\"}],\"encrypted_content\":\"SIGN-responses\"},"
    "{\"type\":\"function_call\",\"id\":\"fc_1\",\"call_id\":\"call_r1\",\"name\":\"weather\",\"arguments\":" ARGUMENTS_TEXT ",\"status\":\"completed\"},"
    "{\"type\":\"function_call\",\"id\":\"fc_2\",\"call_id\":\"call_r2\",\"name\":\"weather\",\"arguments\":\"{}\",\"status\":\"completed\"}]}" },
  { "anthropic", NULL, "/as/anthropic", TRUE,
    "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":["
    "{\"type\":\"thinking\",\"thinking\":\"THOUGHT-anthropic\",\"signature\":\"SIGN-anthropic\"},"
    "{\"type\":\"tool_use\",\"id\":\"toolu_01\",\"name\":\"weather\",\"input\":{\"city\":\"Oslo\"}},"
    "{\"type\":\"tool_use\",\"id\":\"toolu_02\",\"name\":\"weather\",\"input\":{}}],\"stop_reason\":\"tool_use\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}" },
  { "gemini", NULL, "/as/gemini", TRUE,
    "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"THOUGHT-gemini\",\"thought\":true},"
    "{\"functionCall\":{\"name\":\"weather\",\"args\":{\"city\":\"Oslo\"}},\"thoughtSignature\":\"SIGN-gemini\"},"
    "{\"functionCall\":{\"name\":\"weather\"}}]},\"finishReason\":\"STOP\",\"index\":0}]}" },
  { "ollama", NULL, "/as/ollama", TRUE,
    "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\",\"thinking\":\"THOUGHT-ollama\",\"tool_calls\":["
    "{\"function\":{\"name\":\"weather\",\"arguments\":{\"city\":\"Oslo\"}}},{\"function\":{\"name\":\"weather\",\"arguments\":{}}}]},\"done\":true,\"done_reason\":\"stop\"}" },
  { "deepseek", NULL, "/as/deepseek/v1", TRUE,
    CHAT ("\"reasoning_content\":\"THOUGHT-deepseek\"," CHAT_CALLS ("call_00_deepseek", "call_01_deepseek")) },
  { "openrouter", NULL, "/as/openrouter/v1", FALSE,
    CHAT ("\"reasoning\":\"THOUGHT-openrouter\",\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"SIGN-openrouter\",\"id\":\"r\",\"index\":0}],"
          CHAT_CALLS ("tool_0_weather", "tool_1_weather")) },
  { "mistralai", NULL, "/as/mistralai/v1", FALSE,
    CHAT (CHAT_CALLS ("a1B2c3D4e", "f5G6h7I8j")) },
  { "cohere", NULL, "/as/cohere/v2", FALSE,
    "{\"id\":\"x\",\"finish_reason\":\"TOOL_CALL\",\"message\":{\"role\":\"assistant\",\"tool_plan\":\"I look.\"," CHAT_CALLS ("weather_0", "weather_1") "}}" },
  { "groq", NULL, "/as/groq/v1", FALSE,
    CHAT ("\"reasoning\":\"THOUGHT-groq\"," CHAT_CALLS ("functions.weather:0 of another kind than most are used to see", "f:1")) },
};

static GraphbitLlmClient *
new_client (GraphbitMockServer *server,
            const Side *side)
{
  g_autofree char *base_url = g_strdup_printf ("http://127.0.0.1:%u%s", graphbit_mock_server_get_port (server), side->base);
  g_autoptr (GraphbitLlmConfig) config =
      g_object_new (GRAPHBIT_TYPE_LLM_CONFIG,
                    "provider", side->provider != NULL ? side->provider : side->name,
                    "model", "m",
                    "base-url", base_url,
                    "api", strcmp (side->name, "responses") == 0 ? GRAPHBIT_LLM_API_RESPONSES : GRAPHBIT_LLM_API_AUTO,
                    NULL);
  g_autoptr (GError) error = NULL;

  graphbit_llm_config_set_api_key (config, "sk-marker", &error);
  g_assert_no_error (error);
  return graphbit_llm_client_new (config);
}

static GraphbitLlmResponse *
chat (GraphbitLlmClient *client,
      GraphbitLlmRequest *request,
      const char *label)
{
  SupportResult result = { NULL };
  g_autoptr (GError) error = NULL;
  GraphbitLlmResponse *response;

  graphbit_llm_client_chat_async (client, request, NULL, support_ready, &result);
  response = graphbit_llm_client_chat_finish (client, support_wait (&result), &error);
  support_result_clear (&result);
  if (error != NULL)
    g_error ("%s: %s", label, error->message);
  return response;
}

static void
add_message (GraphbitLlmRequest *request,
             GraphbitLlmMessage *message)
{
  graphbit_llm_request_add_message (request, message);
  g_object_unref (message);
}

/* The answer of a side, and the results of what it calls */
static void
add_round (GraphbitLlmRequest *request,
           GraphbitLlmResponse *response)
{
  GListModel *calls = graphbit_llm_response_get_tool_calls (response);

  g_assert_cmpuint (g_list_model_get_n_items (calls), ==, 2);
  add_message (request, graphbit_llm_response_make_message (response));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (calls, i);

      g_assert_cmpstr (graphbit_llm_tool_call_get_arguments_json (call), ==, i == 0 ? "{\"city\":\"Oslo\"}" : "{}");
      add_message (request, graphbit_llm_message_new_tool (graphbit_llm_tool_call_get_id (call), i == 0 ? "4 degrees" : "no city"));
    }
}

static void
script (GraphbitMockServer *server,
        const char *answer)
{
  g_autoptr (JsonObject) step = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  json_object_set_string_member (step, "body", answer);
  json_node_set_object (node, step);
  text = json_to_string (node, FALSE);
  graphbit_mock_server_add_step (server, text, &error);
  g_assert_no_error (error);
}

static char *
dup_last_body (GraphbitMockServer *server)
{
  g_autofree char *json = graphbit_mock_server_dup_requests_json (server);
  g_autoptr (JsonNode) list = json_from_string (json, NULL);
  JsonArray *requests = json_node_get_array (list);

  return g_strdup (json_object_get_string_member (json_array_get_object_element (requests, json_array_get_length (requests) - 1), "body"));
}

static void
expect (const char *label,
        const char *body,
        const char *prefix,
        const Side *side,
        gboolean is_wanted)
{
  g_autofree char *word = g_strconcat (prefix, side->name, NULL);

  if ((strstr (body, word) != NULL) == is_wanted)
    return;
  g_test_message ("%s: %s is %s in %s", label, word, is_wanted ? "not" : "", body);
  g_test_fail ();
}

static void
test_pair (gconstpointer data)
{
  const Side *const *pair = data;
  const Side *first = pair[0], *second = pair[1];
  gboolean is_same = first == second;
  g_autofree char *label = g_strdup_printf ("%s to %s", first->name, second->name);
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) here = new_client (server, first);
  g_autoptr (GraphbitLlmClient) there = new_client (server, second);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmToolSpec) tool = graphbit_llm_tool_spec_new ("weather", "Tells it", "{\"type\":\"object\",\"properties\":{}}", NULL);
  g_autoptr (GraphbitLlmResponse) asked = NULL;
  g_autoptr (GraphbitLlmResponse) moved = NULL;
  g_autoptr (GraphbitLlmResponse) answered = NULL;
  g_autoptr (GraphbitLlmResponse) back = NULL;
  g_autofree char *body = NULL;
  g_autofree char *last_body = NULL;
  gboolean has_sign = strstr (first->answer, "SIGN-") != NULL;

  graphbit_llm_request_add_tool (request, tool);
  add_message (request, graphbit_llm_message_new_system ("Be brief."));
  add_message (request, graphbit_llm_message_new_user ("How is the weather?"));
  script (server, first->answer);
  asked = chat (here, request, label);
  add_round (request, asked);

  /* the other answers with calls of its own */
  script (server, second->answer);
  moved = chat (there, request, label);
  body = dup_last_body (server);
  expect (label, body, "SIGN-", first, is_same && has_sign);
  expect (label, body, "THOUGHT-", first, is_same && (first->echoes || strstr (first->answer, "summary_text") != NULL));
  add_round (request, moved);

  answered = chat (there, request, label);
  g_assert_cmpstr (graphbit_llm_response_get_text (answered), ==, "The tool said: 4 degrees; no city");
  add_message (request, graphbit_llm_response_make_message (answered));
  add_message (request, graphbit_llm_message_new_user ("Thanks."));

  /* home again, where what was signed still counts */
  back = chat (here, request, label);
  g_assert_cmpstr (graphbit_llm_response_get_text (back), ==, "You said: Thanks.");
  last_body = dup_last_body (server);
  expect (label, last_body, "SIGN-", first, has_sign);
  if (!is_same)
    {
      expect (label, last_body, "SIGN-", second, FALSE);
      expect (label, last_body, "THOUGHT-", second, FALSE);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    for (guint j = 0; j < G_N_ELEMENTS (sides); j++)
      {
        const Side **pair = g_new (const Side *, 2);
        g_autofree char *path = g_strdup_printf ("/llm/history/%s/%s", sides[i].name, sides[j].name);

        pair[0] = &sides[i];
        pair[1] = &sides[j];
        g_test_add_data_func_full (path, pair, test_pair, g_free);
      }

  return g_test_run ();
}
