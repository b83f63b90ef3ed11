/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "llm-support.h"

/*
 * What is sent, for each provider and feature: address, headers and body, byte
 * by byte as in golden/PROVIDER.txt, which people have read. The scripted
 * server takes each of them for what the provider takes. With
 * GRAPHBIT_GOLDEN=write the files are written anew, to be read again.
 */

typedef struct
{
  const char *name;
  const char *provider; /* NULL: that is the name */
  const char *base;     /* below the server's address */
  const char *model;
  const char *thinker;  /* a model that reasons; NULL: the same */
  const char *seer;     /* a model that sees; NULL: the same */
} Provider;

static const Provider providers[] = {
  { "openai", NULL, "/as/openai/v1", "gpt-4o-mini", "gpt-5-mini" },
  { "responses", "openai", "/as/responses/v1", "gpt-4o-mini", "gpt-5-mini" },
  { "azurellm", NULL, "/as/azurellm", "gpt-4o-mini", "gpt-5-mini" },
  { "anthropic", NULL, "/as/anthropic", "claude-sonnet-4-5", NULL },
  { "gemini", NULL, "/as/gemini", "gemini-2.5-flash", NULL },
  { "ollama", NULL, "/as/ollama", "llama3.2", "qwen3:4b" },
  { "openai_compatible", NULL, "/as/openai_compatible/v1", "m", NULL },
  { "deepseek", NULL, "/as/deepseek/v1", "deepseek-chat", NULL },
  { "mistralai", NULL, "/as/mistralai/v1", "mistral-large-latest", "magistral-medium-latest" },
  { "perplexity", NULL, "/as/perplexity", "sonar", "sonar-reasoning-pro" },
  { "fireworks", NULL, "/as/fireworks/v1", "accounts/fireworks/models/llama-v3p1-8b-instruct", NULL, "accounts/fireworks/models/llama4-maverick-instruct-basic" },
  { "togetherai", NULL, "/as/togetherai/v1", "openai/gpt-oss-20b", NULL, "meta-llama/Llama-4-Scout-17B-16E-Instruct" },
  { "xai", NULL, "/as/xai/v1", "grok-4", NULL },
  { "huggingface", NULL, "/as/huggingface/v1", "openai/gpt-oss-20b", NULL, "Qwen/Qwen2.5-VL-7B-Instruct" },
  { "openrouter", NULL, "/as/openrouter/v1", "openai/gpt-4o-mini", NULL },
  { "ai21", NULL, "/as/ai21/v1", "jamba-mini", NULL },
  { "bytedance", NULL, "/as/bytedance/v3", "seed-1-6-250915", NULL },
  { "groq", NULL, "/as/groq/v1", "openai/gpt-oss-20b", NULL, "meta-llama/llama-4-scout-17b-16e-instruct" },
  { "litellm", NULL, "/as/litellm", "gpt-3.5-turbo", NULL },
  { "cohere", NULL, "/as/cohere/v2", "command-a-03-2025", "command-a-reasoning-08-2025", "command-a-vision-07-2025" },
  { "replicate", NULL, "/as/replicate/v1", "meta/meta-llama-3-8b-instruct", "openai/gpt-5" },
  { "llamacpp", NULL, "/as/llamacpp", "default", NULL },
  { "vllm", NULL, "/as/vllm", "m", NULL },
  { "lmstudio", NULL, "/as/lmstudio", "m", NULL },
};

typedef struct
{
  const Provider *provider;
  GraphbitLlmConfig *config;
  GraphbitLlmOptions *options;
  GraphbitLlmRequest *request;
  char *folder;
} Sheet;

static void
take_message (Sheet *sheet,
              GraphbitLlmMessage *message)
{
  graphbit_llm_request_add_message (sheet->request, message);
  g_object_unref (message);
}

static void
take_part (GraphbitLlmMessage *message,
           GraphbitContentPart *part)
{
  graphbit_llm_message_add_part (message, part);
  g_object_unref (part);
}

static void
say (Sheet *sheet)
{
  take_message (sheet, graphbit_llm_message_new_user ("Hello"));
}

static void
add_tool (Sheet *sheet,
          const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmToolSpec) tool =
      graphbit_llm_tool_spec_new (name, "Tells the weather",
                                  "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}", &error);

  g_assert_no_error (error);
  graphbit_llm_request_add_tool (sheet->request, tool);
}

static void
set_plain (Sheet *sheet)
{
  say (sheet);
}

static void
set_stream (Sheet *sheet)
{
  say (sheet);
}

static void
set_system (Sheet *sheet)
{
  take_message (sheet, graphbit_llm_message_new_system ("Be brief."));
  take_message (sheet, graphbit_llm_message_new_system ("Be kind."));
  say (sheet);
}

static void
set_sampling (Sheet *sheet)
{
  graphbit_llm_options_set_max_tokens (sheet->options, 500);
  graphbit_llm_options_set_temperature (sheet->options, 0.5);
  say (sheet);
}

static void
set_top_p (Sheet *sheet)
{
  graphbit_llm_options_set_top_p (sheet->options, 0.25);
  say (sheet);
}

static void
set_stop (Sheet *sheet)
{
  static const char *const words[] = { "END", "STOP", NULL };

  graphbit_llm_options_set_stop (sheet->options, words);
  say (sheet);
}

static void
set_seed (Sheet *sheet)
{
  graphbit_llm_options_set_seed (sheet->options, 42);
  say (sheet);
}

static void
set_metadata (Sheet *sheet)
{
  g_autoptr (GVariant) metadata = g_variant_ref_sink (g_variant_new_parsed ("{'user_id': 'u-1'}"));

  graphbit_llm_options_set_metadata (sheet->options, metadata);
  say (sheet);
}

static void
set_tools (Sheet *sheet)
{
  say (sheet);
  add_tool (sheet, "weather");
  add_tool (sheet, "forecast");
}

static void
set_one_tool (Sheet *sheet)
{
  say (sheet);
  add_tool (sheet, "weather");
}

static void
set_tool_choice_none (Sheet *sheet)
{
  set_one_tool (sheet);
  graphbit_llm_options_set_tool_choice (sheet->options, GRAPHBIT_TOOL_CHOICE_NONE);
}

static void
set_tool_choice_required (Sheet *sheet)
{
  set_one_tool (sheet);
  graphbit_llm_options_set_tool_choice (sheet->options, GRAPHBIT_TOOL_CHOICE_REQUIRED);
}

static void
set_tool_choice_named (Sheet *sheet)
{
  set_one_tool (sheet);
  graphbit_llm_options_set_tool_choice (sheet->options, GRAPHBIT_TOOL_CHOICE_NAMED);
  graphbit_llm_options_set_tool_choice_name (sheet->options, "weather");
}

static void
set_one_call (Sheet *sheet)
{
  set_one_tool (sheet);
  graphbit_llm_options_set_parallel_tool_calls (sheet->options, GRAPHBIT_TRISTATE_FALSE);
}

/* Two calls at once, their results, an answer, and the next question. */
static void
set_history (Sheet *sheet)
{
  static const char *const ids[] = { "call_A1", "call-of-another.provider+with_a_long_name_that_nobody_takes" };
  GraphbitLlmMessage *assistant = graphbit_llm_message_new_assistant ("");

  say (sheet);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = graphbit_llm_tool_call_new (ids[i], "weather", i == 0 ? "{\"city\":\"Oslo\"}" : "");

      graphbit_llm_message_add_tool_call (assistant, call);
    }
  take_message (sheet, assistant);
  take_message (sheet, graphbit_llm_message_new_tool (ids[0], "4 degrees"));
  take_message (sheet, graphbit_llm_message_new_tool (ids[1], "{\"error\":\"no city\"}"));
  take_message (sheet, graphbit_llm_message_new_assistant ("It is 4 degrees."));
  take_message (sheet, graphbit_llm_message_new_user ("And tomorrow?"));
  add_tool (sheet, "weather");
}

static GraphbitLlmMessage *
new_question (Sheet *sheet)
{
  if (sheet->provider->seer != NULL)
    graphbit_llm_config_set_model (sheet->config, sheet->provider->seer);
  return graphbit_llm_message_new_user ("What is this?");
}

static void
set_image_bytes (Sheet *sheet)
{
  GraphbitLlmMessage *message = new_question (sheet);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\x89PNG", 4);

  take_part (message, graphbit_content_part_new_for_image_bytes (bytes, "image/png"));
  take_message (sheet, message);
}

static void
set_image_uri (Sheet *sheet)
{
  GraphbitLlmMessage *message = new_question (sheet);

  take_part (message, graphbit_content_part_new_for_image_uri ("https://example.org/a.png"));
  take_message (sheet, message);
}

static GFile *
new_file (Sheet *sheet,
          const char *name,
          const char *content)
{
  g_autofree char *path = g_build_filename (sheet->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, content, -1, &error);
  g_assert_no_error (error);
  return g_file_new_for_path (path);
}

static void
set_image_file (Sheet *sheet)
{
  GraphbitLlmMessage *message = new_question (sheet);
  g_autoptr (GFile) file = new_file (sheet, "a.png", "\x89PNG");

  take_part (message, graphbit_content_part_new_for_image_file (file));
  take_message (sheet, message);
}

static void
set_file (Sheet *sheet)
{
  GraphbitLlmMessage *message = new_question (sheet);
  g_autoptr (GFile) file = new_file (sheet, "a.pdf", "%PDF-1.4");

  take_part (message, graphbit_content_part_new_for_file (file));
  take_message (sheet, message);
}

static void
set_schema (Sheet *sheet)
{
  graphbit_llm_options_set_response_schema (sheet->options,
                                            "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}},"
                                            "\"required\":[\"x\"],\"additionalProperties\":false}");
  say (sheet);
}

static void
set_effort (Sheet *sheet)
{
  if (sheet->provider->thinker != NULL)
    graphbit_llm_config_set_model (sheet->config, sheet->provider->thinker);
  graphbit_llm_options_set_reasoning_effort (sheet->options, GRAPHBIT_REASONING_EFFORT_LOW);
  graphbit_llm_options_set_max_tokens (sheet->options, 5000);
  say (sheet);
}

static void
set_caching (Sheet *sheet)
{
  graphbit_llm_options_set_enable_prompt_caching (sheet->options, GRAPHBIT_TRISTATE_TRUE);
  take_message (sheet, graphbit_llm_message_new_system ("Be brief."));
  set_one_tool (sheet);
}

static void
set_extra (Sheet *sheet)
{
  g_autoptr (GVariant) headers = g_variant_ref_sink (g_variant_new_parsed ("{'X-Trace': 't-1', 'User-Agent': 'mine'}"));

  g_object_set (sheet->config,
                "extra-body", strcmp (sheet->provider->name, "gemini") == 0   ? "{\"generationConfig\":{\"topK\":7}}"
                              : strcmp (sheet->provider->name, "cohere") == 0 ? "{\"k\":7}"
                                                                              : "{\"top_k\":7}",
                "headers", headers,
                "organization", "org-1",
                NULL);
  say (sheet);
}

static const struct
{
  const char *name;
  void (*set) (Sheet *sheet);
} features[] = {
  { "plain", set_plain },
  { "stream", set_stream },
  { "system", set_system },
  { "sampling", set_sampling },
  { "top-p", set_top_p },
  { "stop", set_stop },
  { "seed", set_seed },
  { "metadata", set_metadata },
  { "tools", set_tools },
  { "tool-choice-none", set_tool_choice_none },
  { "tool-choice-required", set_tool_choice_required },
  { "tool-choice-named", set_tool_choice_named },
  { "one-call-at-a-time", set_one_call },
  { "history", set_history },
  { "image-bytes", set_image_bytes },
  { "image-uri", set_image_uri },
  { "image-file", set_image_file },
  { "file", set_file },
  { "schema", set_schema },
  { "effort", set_effort },
  { "caching", set_caching },
  { "extra", set_extra },
};

static void
sheet_init (Sheet *self,
            const Provider *provider,
            GraphbitMockServer *server)
{
  g_autofree char *base_url = g_strdup_printf ("http://127.0.0.1:%u%s", graphbit_mock_server_get_port (server), provider->base);
  g_autoptr (GError) error = NULL;

  self->provider = provider;
  self->config = g_object_new (GRAPHBIT_TYPE_LLM_CONFIG,
                               "provider", provider->provider != NULL ? provider->provider : provider->name,
                               "model", provider->model,
                               "base-url", base_url,
                               NULL);
  if (strcmp (provider->name, "responses") == 0)
    graphbit_llm_config_set_api (self->config, GRAPHBIT_LLM_API_RESPONSES);
  graphbit_llm_config_set_api_key (self->config, "sk-marker", &error);
  g_assert_no_error (error);
  self->options = graphbit_llm_options_new ();
  self->request = graphbit_llm_request_new (self->options);
  self->folder = g_dir_make_tmp ("graphbit-golden-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
sheet_clear (Sheet *self)
{
  static const char *const names[] = { "a.png", "a.pdf", "" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, names[i], NULL);

      g_remove (path);
    }
  g_free (self->folder);
  g_object_unref (self->config);
  g_object_unref (self->options);
  g_object_unref (self->request);
}

/* What arrived: without what HTTP itself needs, and without the headers that the provider had before. */
static void
log_request (GString *log,
             GraphbitMockServer *server)
{
  static const char *const boring[] = { "host", "accept-encoding", "connection", "content-length", "content-type", NULL };
  g_autofree char *json = graphbit_mock_server_dup_requests_json (server);
  g_autoptr (JsonNode) list = json_from_string (json, NULL);
  JsonObject *request = json_array_get_object_element (json_node_get_array (list), 0);
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  g_string_append_printf (log, "%s %s\n", json_object_get_string_member (request, "method"),
                          json_object_get_string_member (request, "path"));
  json_object_iter_init_ordered (&iter, json_object_get_object_member (request, "headers"));
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      gboolean is_random = strcmp (name, "idempotency-key") == 0;
      gboolean is_own = strcmp (name, "user-agent") == 0 && g_str_has_prefix (json_node_get_string (value), "graphbit/");

      g_autofree char *line = g_strdup_printf ("%s: %s\n", name, is_random ? "…" : json_node_get_string (value));

      if (!g_strv_contains (boring, name) && !is_own && strstr (log->str, line) == NULL)
        g_string_append (log, line);
    }
  g_string_append_printf (log, "%s\n", json_object_get_string_member (request, "body"));
}

static void
log_feature (GString *log,
             const Provider *provider,
             guint feature)
{
  /* what fits the schema is not asked for again */
  g_autoptr (GraphbitMockServer) server =
    support_server_new (features[feature].set == set_schema ? "{\"text\":\"{\\\"x\\\":1}\"}" : NULL);
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };
  Sheet sheet;

  sheet_init (&sheet, provider, server);
  features[feature].set (&sheet);
  client = graphbit_llm_client_new (sheet.config);
  graphbit_llm_client_set_max_retries (client, 0);
  if (strcmp (features[feature].name, "stream") == 0)
    {
      g_autoptr (GraphbitLlmStream) stream = NULL;

      graphbit_llm_client_chat_stream_async (client, sheet.request, NULL, support_ready, &result);
      stream = graphbit_llm_client_chat_stream_finish (client, support_wait (&result), &error);
      if (stream != NULL)
        response = support_collect (stream, &error);
    }
  else
    {
      graphbit_llm_client_chat_async (client, sheet.request, NULL, support_ready, &result);
      response = graphbit_llm_client_chat_finish (client, support_wait (&result), &error);
    }
  support_result_clear (&result);

  g_string_append_printf (log, "\n== %s\n", features[feature].name);
  if (graphbit_mock_server_get_request_count (server) > 0)
    {
      log_request (log, server);
      if (error != NULL)
        {
          g_test_message ("%s, %s: the server refuses it: %s", provider->name, features[feature].name, error->message);
          g_test_fail ();
        }
    }
  else
    {
      g_autoptr (GEnumClass) codes = g_type_class_ref (GRAPHBIT_TYPE_ERROR);

      g_string_append_printf (log, "%s: %s\n", g_enum_get_value (codes, error->code)->value_nick, error->message);
    }
  sheet_clear (&sheet);
}

/* The sections that differ, and not all. */
static void
compare (const char *got,
         const char *wanted)
{
  g_auto (GStrv) ours = g_strsplit (got, "\n== ", -1);
  g_auto (GStrv) theirs = g_strsplit (wanted, "\n== ", -1);

  g_assert_cmpuint (g_strv_length (ours), ==, g_strv_length (theirs));
  for (guint i = 0; ours[i] != NULL; i++)
    {
      if (strcmp (ours[i], theirs[i]) == 0)
        continue;
      g_test_message ("%s\nnot:\n%s", ours[i], theirs[i]);
      g_test_fail ();
    }
}

static void
test_provider (gconstpointer data)
{
  const Provider *provider = data;
  g_autofree char *file = g_strconcat (provider->name, ".txt", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "llm", "golden", file, NULL);
  g_autoptr (GString) log = g_string_new (provider->name);
  g_autofree char *wanted = NULL;
  g_autoptr (GError) error = NULL;

  g_string_append_c (log, '\n');
  for (guint i = 0; i < G_N_ELEMENTS (features); i++)
    log_feature (log, provider, i);

  if (g_strcmp0 (g_getenv ("GRAPHBIT_GOLDEN"), "write") == 0)
    {
      g_file_set_contents (path, log->str, -1, &error);
      g_assert_no_error (error);
      g_test_skip ("written anew; read what has changed");
      return;
    }
  g_file_get_contents (path, &wanted, NULL, &error);
  g_assert_no_error (error);
  compare (log->str, wanted);
}

int
main (int argc,
      char *argv[])
{
  static const char *const variables[] = { "AZURELLM_API_VERSION", "OPENAI_API_VERSION", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID" };

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    g_unsetenv (variables[i]);
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (providers); i++)
    {
      g_autofree char *path = g_strdup_printf ("/llm/golden/%s", providers[i].name);

      g_test_add_data_func (path, &providers[i], test_provider);
    }

  return g_test_run ();
}
