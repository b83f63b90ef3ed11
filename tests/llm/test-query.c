/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-clock-private.h"
#include "llm-support.h"

/* The list of models */

static GListModel *
list_models (GraphbitLlmClient *client,
             GCancellable *cancellable,
             GError **error)
{
  SupportResult result = { NULL };
  GListModel *models;

  graphbit_llm_client_list_models_async (client, cancellable, support_ready, &result);
  g_assert_cmpuint (result.n_calls, ==, 0);
  models = graphbit_llm_client_list_models_finish (client, support_wait (&result), error);
  g_assert_cmpuint (result.n_calls, ==, 1);
  g_assert_true (result.thread == g_thread_self ());
  support_result_clear (&result);
  return models;
}

/* The ids, with blanks between. */
static char *
join_ids (GListModel *models)
{
  GString *ids = g_string_new (NULL);

  g_assert_true (g_list_model_get_item_type (models) == GRAPHBIT_TYPE_MODEL_INFO);
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (GraphbitModelInfo) info = g_list_model_get_item (models, i);

      g_string_append_printf (ids, "%s%s", i > 0 ? " " : "", graphbit_model_info_get_id (info));
    }
  return g_string_free (ids, FALSE);
}

static void
assert_lists (const char *step,
              const char *expected)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (step);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = list_models (client, NULL, &error);
  g_autofree char *ids = NULL;

  g_assert_no_error (error);
  ids = join_ids (models);
  g_assert_cmpstr (ids, ==, expected);
}

static void
assert_fails (const char *step,
              int code,
              const char *text)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (step);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitErrorDetails) details = NULL;

  graphbit_llm_client_set_max_retries (client, 0);
  g_assert_null (list_models (client, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, code);
  if (strstr (error->message, text) == NULL)
    g_assert_cmpstr (error->message, ==, text);
  details = graphbit_error_details_from_error (error);
  g_assert_nonnull (details);
  g_assert_cmpuint (graphbit_error_details_get_attempts (details), ==, 1);
}

static void
test_models (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = list_models (client, NULL, &error);
  g_autoptr (GListModel) again = NULL;
  g_autoptr (GraphbitModelInfo) info = NULL;
  g_autofree char *requests = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (models), ==, 3);
  info = g_list_model_get_item (models, 0);
  g_assert_cmpstr (graphbit_model_info_get_owner (info), ==, "graphbit");
  g_assert_cmpint (graphbit_model_info_get_created (info), >, 0);
  g_assert_null (graphbit_model_info_get_name (info));
  g_assert_cmpint (graphbit_model_info_get_context_length (info), ==, 0);
  g_assert_cmpint (graphbit_model_info_get_max_output_tokens (info), ==, 0);

  again = graphbit_llm_client_list_models (client, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (again), ==, 3);

  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "/v1/models"));
  g_assert_nonnull (strstr (requests, "Bearer sk-marker"));
  g_assert_null (strstr (requests, "Content-Type"));
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 2);
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 1);
  /* they are no completions */
  g_assert_cmpint (support_stat (client, "total_requests"), ==, 0);
  g_assert_cmpint (support_stat (client, "retries"), ==, 0);
}

static void
test_models_shapes (void)
{
  g_autoptr (GraphbitMockServer) server =
      support_server_new ("{\"json\":{\"object\":\"list\",\"data\":["
                          "{\"id\":\"a\",\"name\":\"Model A\",\"organization\":\"Org\",\"created\":12.5,\"context_length\":4096,"
                          "\"top_provider\":{\"context_length\":1,\"max_completion_tokens\":512}},"
                          "{\"id\":\"b\",\"display_name\":\"Model B\",\"max_model_len\":2048,\"created\":null,\"context_window\":null},"
                          "{\"id\":\"c\",\"context_window\":-5,\"max_completion_tokens\":77,\"owned_by\":\"\"}]}}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = list_models (client, NULL, &error);
  g_autoptr (GraphbitModelInfo) a = NULL;
  g_autoptr (GraphbitModelInfo) b = NULL;
  g_autoptr (GraphbitModelInfo) c = NULL;
  g_autofree char *id = NULL;
  g_autofree char *name = NULL;
  g_autofree char *owner = NULL;
  gint64 created, context_length, max_output_tokens;

  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (models), ==, 3);
  a = g_list_model_get_item (models, 0);
  b = g_list_model_get_item (models, 1);
  c = g_list_model_get_item (models, 2);
  g_object_get (a,
                "id", &id, "name", &name, "owner", &owner, "created", &created,
                "context-length", &context_length, "max-output-tokens", &max_output_tokens,
                NULL);
  g_assert_cmpstr (id, ==, "a");
  g_assert_cmpstr (name, ==, "Model A");
  g_assert_cmpstr (owner, ==, "Org");
  g_assert_cmpint (created, ==, 12);
  g_assert_cmpint (context_length, ==, 4096);
  g_assert_cmpint (max_output_tokens, ==, 512);
  g_assert_cmpstr (graphbit_model_info_get_name (b), ==, "Model B");
  g_assert_cmpint (graphbit_model_info_get_context_length (b), ==, 2048);
  g_assert_cmpint (graphbit_model_info_get_created (b), ==, 0);
  g_assert_cmpint (graphbit_model_info_get_context_length (c), ==, 0);
  g_assert_cmpint (graphbit_model_info_get_max_output_tokens (c), ==, 77);
  g_assert_null (graphbit_model_info_get_owner (c));

  /* a bare list, nothing in it, what has no id, and what is no object */
  assert_lists ("{\"body\":\"[{\\\"id\\\":\\\"x\\\"},{\\\"id\\\":\\\"y\\\"}]\"}", "x y");
  assert_lists ("{\"json\":{\"data\":[]}}", "");
  assert_lists ("{\"json\":{\"error\":null,\"data\":[{\"name\":\"n\"},7,{\"id\":\"z\"},{\"id\":\"\"}]}}", "z");
}

/* Anthropic's list comes in pages, and all of them are asked for. */
/* What can be asked of a model, in everybody's words. */
static void
test_models_capabilities (void)
{
  static const struct
  {
    const char *provider;
    const char *answer;
    const char *ids;
    GraphbitLlmCapabilities capabilities; /* of the first */
    gint64 context_length;
  } cases[] = {
    { "openrouter", "{\"data\":[{\"id\":\"a\",\"context_length\":9,\"architecture\":{\"input_modalities\":[\"text\",\"image\"],\"output_modalities\":[\"text\"]},"
      "\"supported_parameters\":[\"tools\",\"tool_choice\",\"structured_outputs\",\"reasoning\",7]}]}", "a",
      GRAPHBIT_LLM_CAPABILITIES_TOOLS | GRAPHBIT_LLM_CAPABILITIES_IMAGES | GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA |
        GRAPHBIT_LLM_CAPABILITIES_REASONING, 9 },
    { "mistralai", "{\"data\":[{\"id\":\"a\",\"max_context_length\":5,\"capabilities\":{\"completion_chat\":true,\"function_calling\":true,\"vision\":false}}]}",
      "a", GRAPHBIT_LLM_CAPABILITIES_TOOLS, 5 },
    { "huggingface", "{\"data\":[{\"id\":\"o/a\",\"architecture\":{\"input_modalities\":[\"text\"]},\"providers\":["
      "{\"provider\":\"x\",\"context_length\":7,\"supports_tools\":false,\"supports_structured_output\":true},"
      "{\"provider\":\"y\",\"context_length\":8,\"supports_tools\":true}]}]}", "o/a",
      GRAPHBIT_LLM_CAPABILITIES_TOOLS | GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA, 7 },
    { "llamacpp", "{\"models\":[{\"name\":\"a\",\"model\":\"a\",\"capabilities\":[\"completion\",\"multimodal\"]}],\"object\":\"list\","
      "\"data\":[{\"id\":\"a\",\"owned_by\":\"llamacpp\",\"meta\":{\"n_ctx_train\":32768}}]}", "a", 0, 32768 },
    { "ollama", "{\"models\":[{\"name\":\"a\",\"capabilities\":[\"completion\",\"tools\",\"thinking\"]}]}", "a",
      GRAPHBIT_LLM_CAPABILITIES_TOOLS | GRAPHBIT_LLM_CAPABILITIES_REASONING, 0 },
    { "gemini", "{\"models\":[{\"name\":\"models/a\",\"inputTokenLimit\":3,\"thinking\":true,\"supportedGenerationMethods\":[\"generateContent\"]},"
      "{\"name\":\"models/b\",\"supportedGenerationMethods\":[\"embedContent\"]}]}", "a b", GRAPHBIT_LLM_CAPABILITIES_REASONING, 3 },
    { "vllm", "{\"data\":[{\"id\":\"a\",\"max_model_len\":4}]}", "a", 0, 4 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *step = g_strdup_printf ("{\"json\":%s}", cases[i].answer);
      g_autoptr (GraphbitMockServer) server = support_server_new (step);
      g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, cases[i].provider);
      g_autoptr (GError) error = NULL;
      g_autoptr (GListModel) models = list_models (client, NULL, &error);
      g_autoptr (GraphbitModelInfo) info = NULL;
      g_autofree char *ids = NULL;

      g_assert_no_error (error);
      ids = join_ids (models);
      g_assert_cmpstr (ids, ==, cases[i].ids);
      info = g_list_model_get_item (models, 0);
      g_assert_cmpuint (graphbit_model_info_get_capabilities (info), ==, cases[i].capabilities);
      g_assert_cmpint (graphbit_model_info_get_context_length (info), ==, cases[i].context_length);
    }
}

static void
test_models_anthropic (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, "anthropic");
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = list_models (client, NULL, &error);
  g_autofree char *ids = NULL;
  g_autofree char *requests = NULL;
  g_autoptr (GraphbitModelInfo) info = NULL;

  g_assert_no_error (error);
  ids = join_ids (models);
  g_assert_cmpstr (ids, ==, "claude-opus-4-20250514 claude-sonnet-4-20250514 claude-3-5-haiku-20241022");
  info = g_list_model_get_item (models, 1);
  g_assert_cmpstr (graphbit_model_info_get_name (info), ==, "Claude 2");
  g_assert_cmpint (graphbit_model_info_get_created (info), ==, 1747872000);

  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 2);
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "/v1/models?limit=1000\""));
  g_assert_nonnull (strstr (requests, "/v1/models?limit=1000&after_id=claude-sonnet-4-20250514\""));
  g_assert_nonnull (strstr (requests, "\"x-api-key\":\"sk-marker\""));

  graphbit_llm_config_set_api_key (graphbit_llm_client_get_config (client), "wrong", NULL);
  g_assert_null (list_models (client, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
}

/* Gemini's list comes in pages too, and its names say what they are. */
static void
test_models_gemini (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, "gemini");
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = list_models (client, NULL, &error);
  g_autofree char *ids = NULL;
  g_autofree char *requests = NULL;
  g_autoptr (GraphbitModelInfo) info = NULL;

  g_assert_no_error (error);
  ids = join_ids (models);
  g_assert_cmpstr (ids, ==, "gemini-2.5-flash gemini-2.5-pro gemini-embedding-001");
  info = g_list_model_get_item (models, 1);
  g_assert_cmpstr (graphbit_model_info_get_name (info), ==, "Gemini 2");
  g_assert_cmpint (graphbit_model_info_get_context_length (info), ==, 1048576);
  g_assert_cmpint (graphbit_model_info_get_max_output_tokens (info), ==, 65536);

  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 2);
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "/v1beta/models?pageSize=1000\""));
  g_assert_nonnull (strstr (requests, "/v1beta/models?pageSize=1000&pageToken=more%2Fof%20it\""));
  g_assert_nonnull (strstr (requests, "\"x-goog-api-key\":\"sk-marker\""));
}

/* Cohere's too, at another version of its API than its chat's. */
static void
test_models_cohere (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, "cohere");
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = list_models (client, NULL, &error);
  g_autofree char *ids = NULL;
  g_autofree char *requests = NULL;
  g_autoptr (GraphbitModelInfo) info = NULL;

  g_assert_no_error (error);
  ids = join_ids (models);
  g_assert_cmpstr (ids, ==, "command-a-03-2025 command-r7b-12-2024");
  info = g_list_model_get_item (models, 0);
  g_assert_cmpint (graphbit_model_info_get_context_length (info), ==, 288000);

  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 2);
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "\"/v1/models?page_size=1000&endpoint=chat\""));
  g_assert_nonnull (strstr (requests, "\"/v1/models?page_size=1000&endpoint=chat&page_token=more%2Fof%20it\""));
}

/* Replicate's language models; a name is its owner's. */
static void
test_models_replicate (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, "replicate");
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = list_models (client, NULL, &error);
  g_autofree char *ids = NULL;
  g_autofree char *requests = NULL;
  g_autoptr (GraphbitModelInfo) info = NULL;

  g_assert_no_error (error);
  ids = join_ids (models);
  g_assert_cmpstr (ids, ==, "meta/llama openai/gpt-5");
  info = g_list_model_get_item (models, 0);
  g_assert_cmpstr (graphbit_model_info_get_name (info), ==, "llama");
  g_assert_cmpstr (graphbit_model_info_get_owner (info), ==, "meta");
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "\"/v1/collections/language-models\""));
}

/* A server that says that there is more, and always gives the same page. */
static void
test_models_circle (void)
{
  g_autoptr (GraphbitMockServer) server =
      support_server_new ("{\"json\":{\"data\":[{\"id\":\"a b\"}],\"has_more\":true,\"last_id\":\"a b\"},\"times\":-1}");
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, "anthropic");
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = list_models (client, NULL, &error);
  g_autofree char *requests = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (models), ==, 100);
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "after_id=a%20b\""));
}

static void
test_models_ollama (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, "ollama");
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = list_models (client, NULL, &error);
  g_autoptr (GListModel) older = NULL;
  g_autofree char *ids = NULL;
  g_autofree char *names = NULL;
  g_autofree char *requests = NULL;
  g_autoptr (GraphbitModelInfo) info = NULL;

  g_assert_no_error (error);
  ids = join_ids (models);
  g_assert_cmpstr (ids, ==, "llama3.2:latest qwen3:4b");
  info = g_list_model_get_item (models, 0);
  g_assert_cmpint (graphbit_model_info_get_created (info), ==, 1756720800);
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "\"/api/tags\""));

  graphbit_mock_server_add_step (server, "{\"json\":{\"models\":[{\"name\":\"old\",\"modified_at\":\"whenever\"},{\"size\":1}]}}", NULL);
  older = list_models (client, NULL, &error);
  g_assert_no_error (error);
  names = join_ids (older);
  g_assert_cmpstr (names, ==, "old");
}

static void
test_models_large (void)
{
  GString *step = g_string_new ("{\"json\":{\"data\":[");
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = NULL;
  g_autofree char *filler = g_strnfill (2000, 'd');

  /* beyond what the I/O thread parses by itself */
  for (guint i = 0; i < 300; i++)
    g_string_append_printf (step, "%s{\"id\":\"m%u\",\"description\":\"%s\"}", i > 0 ? "," : "", i, filler);
  g_string_append (step, "]}}");
  server = support_server_new (step->str);
  g_string_free (step, TRUE);
  client = support_client_new (server);
  models = list_models (client, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (models), ==, 300);
}

static void
test_models_errors (void)
{
  g_autoptr (GraphbitLlmClient) bare = g_object_new (GRAPHBIT_TYPE_LLM_CLIENT, NULL);
  g_autoptr (GraphbitLlmConfig) config = g_object_new (GRAPHBIT_TYPE_LLM_CONFIG, "provider", "nobody", NULL);
  g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (config);
  g_autoptr (GError) error = NULL;

  assert_fails ("{\"status\":401}", GRAPHBIT_ERROR_AUTHENTICATION, "");
  assert_fails ("{\"status\":404}", GRAPHBIT_ERROR_NOT_FOUND, "");
  assert_fails ("{\"status\":503}", GRAPHBIT_ERROR_UNAVAILABLE, "");
  assert_fails ("{\"body\":\"<html>\"}", GRAPHBIT_ERROR_PROTOCOL, "no JSON");
  assert_fails ("{\"body\":\"\"}", GRAPHBIT_ERROR_PROTOCOL, "no JSON");
  assert_fails ("{\"json\":{\"data\":7}}", GRAPHBIT_ERROR_PROTOCOL, "without a list of models");
  assert_fails ("{\"json\":{\"error\":{\"message\":\"sold out\",\"type\":\"server_error\"}}}", GRAPHBIT_ERROR_UNAVAILABLE, "sold out");

  g_assert_null (list_models (bare, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (graphbit_llm_client_list_models (client, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

static void
test_models_retried (void)
{
  g_autoptr (GraphbitMockServer) server =
      support_server_new ("{\"status\":503,\"headers\":{\"Retry-After\":\"0.01\"},\"times\":2}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = list_models (client, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (models), ==, 3);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);
}

static void
test_models_in_the_application (void)
{
  const char *replies[] = { "one", NULL };
  g_autoptr (GraphbitLlmProvider) provider = graphbit_llm_provider_new ();
  g_autoptr (GraphbitLlmConfig) offline = graphbit_llm_config_new_offline ();
  g_autoptr (GraphbitLlmConfig) scripted = graphbit_llm_config_new_scripted (replies);
  g_autoptr (GraphbitLlmConfig) custom = graphbit_llm_config_new_custom (provider);
  struct
  {
    GraphbitLlmConfig *config;
    const char *expected;
  } cases[] = { { offline, "offline" }, { scripted, "scripted" }, { custom, NULL } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (cases[i].config);
      g_autoptr (GError) error = NULL;
      g_autoptr (GListModel) models = list_models (client, NULL, &error);
      g_autofree char *ids = models != NULL ? join_ids (models) : NULL;

      g_assert_cmpstr (ids, ==, cases[i].expected);
      if (cases[i].expected == NULL)
        g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
      else
        g_assert_no_error (error);
    }
}

static gpointer
cancel_stalled (gpointer data)
{
  gpointer *both = data;

  g_assert_true (graphbit_mock_server_wait_for_stalled (both[0], 1, 20000));
  g_cancellable_cancel (both[1]);
  return NULL;
}

static void
test_models_cancel (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"stall\":true}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gpointer both[] = { server, cancellable };
  GThread *thread = g_thread_new ("cancel", cancel_stalled, both);

  g_assert_null (list_models (client, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  support_assert_closed (server);
}

static char *
give_key (GraphbitLlmConfig *config,
          gpointer data,
          GError **error)
{
  guint *n = data;

  return g_strdup ((*n)++ == 0 ? "wrong" : "sk-right");
}

/* A refused key is asked for once more, as for completions. */
static void
test_models_key (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_openai (NULL, NULL, &error);
  g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (config);
  g_autoptr (GListModel) models = NULL;
  guint n = 0;

  g_unsetenv ("OPENAI_API_KEY");
  graphbit_llm_config_set_base_url (config, graphbit_mock_server_get_base_url (server));
  g_assert_null (list_models (client, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_nonnull (strstr (error->message, "OPENAI_API_KEY"));
  g_clear_error (&error);

  graphbit_llm_config_set_key_func (config, give_key, &n, NULL);
  models = list_models (client, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (models), ==, 3);
}

/* Warm-up */

static gboolean
warm_up (GraphbitLlmClient *client,
         GCancellable *cancellable,
         GError **error)
{
  SupportResult result = { NULL };
  gboolean is_warm;

  graphbit_llm_client_warmup_async (client, cancellable, support_ready, &result);
  g_assert_cmpuint (result.n_calls, ==, 0);
  is_warm = graphbit_llm_client_warmup_finish (client, support_wait (&result), error);
  g_assert_cmpuint (result.n_calls, ==, 1);
  support_result_clear (&result);
  return is_warm;
}

/* The completion takes the connection that was opened. */
static void
test_warmup (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *requests = NULL;

  g_assert_true (warm_up (client, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (graphbit_llm_client_warmup (client, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 1);
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "HEAD"));
  g_assert_null (strstr (requests, "completions"));

  text = support_complete (client, "Hello", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: Hello");
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 1);
  g_assert_cmpint (support_stat (client, "total_requests"), ==, 1);
}

static void
test_warmup_over_tls (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("GIO has no TLS here; install glib-networking");
      return;
    }

  /* a handshake may take long under valgrind */
  graphbit_clock_set_virtual (TRUE);
  server = graphbit_mock_server_new_tls (NULL, NULL);
  graphbit_mock_server_start (server, &error);
  g_assert_no_error (error);
  client = support_client_new (server);
  g_assert_false (warm_up (client, NULL, &error)); /* which is not sent again */
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONNECTION);
  g_assert_nonnull (strstr (error->message, "is not trusted"));
  g_clear_error (&error);

  database = g_tls_file_database_new (graphbit_mock_server_get_ca_file (server), &error);
  g_assert_no_error (error);
  graphbit_llm_client_set_tls_database (client, database);
  g_assert_true (warm_up (client, NULL, &error));
  g_assert_no_error (error);
  text = support_complete (client, "Hello", NULL, &error);
  g_assert_no_error (error);
  /* the handshake that failed and the one that all others share */
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 2);
  graphbit_clock_set_virtual (FALSE);
}

static void
assert_warmth (const char *step,
               int code)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (step);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;

  graphbit_llm_client_set_max_retries (client, 0);
  g_assert_true (warm_up (client, NULL, &error) == (code < 0));
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, GRAPHBIT_ERROR, code);
}

static void
test_warmup_answers (void)
{
  g_autoptr (GraphbitLlmClient) wrong = NULL;
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GError) error = NULL;

  /* a server that has no such list, or that does not know the method, or that keeps this from the key */
  assert_warmth ("{\"status\":404}", -1);
  assert_warmth ("{\"status\":405}", -1);
  assert_warmth ("{\"status\":403}", -1);
  assert_warmth ("{\"status\":401}", GRAPHBIT_ERROR_AUTHENTICATION);
  assert_warmth ("{\"status\":429}", GRAPHBIT_ERROR_RATE_LIMITED);
  assert_warmth ("{\"status\":503}", GRAPHBIT_ERROR_UNAVAILABLE);
  assert_warmth ("{\"garbage\":true}", GRAPHBIT_ERROR_PROTOCOL);

  wrong = support_client_new_for_url (graphbit_mock_server_get_base_url (server), "wrong");
  g_assert_false (graphbit_llm_client_warmup (wrong, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_clear_error (&error);
  graphbit_llm_client_set_max_retries (wrong, 0);
  graphbit_mock_server_stop (server);
  g_assert_false (warm_up (wrong, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONNECTION);
}

static void
test_warmup_in_the_application (void)
{
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_offline ();
  g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (config);
  g_autoptr (GraphbitLlmClient) bare = g_object_new (GRAPHBIT_TYPE_LLM_CLIENT, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (warm_up (client, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (warm_up (bare, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

static void
test_warmup_cancel (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"stall\":true}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gpointer both[] = { server, cancellable };
  GThread *thread = g_thread_new ("cancel", cancel_stalled, both);

  g_assert_false (warm_up (client, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  support_assert_closed (server);
}

int
main (int argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/query/models", test_models);
  g_test_add_func ("/llm/query/models/shapes", test_models_shapes);
  g_test_add_func ("/llm/query/models/capabilities", test_models_capabilities);
  g_test_add_func ("/llm/query/models/anthropic", test_models_anthropic);
  g_test_add_func ("/llm/query/models/gemini", test_models_gemini);
  g_test_add_func ("/llm/query/models/cohere", test_models_cohere);
  g_test_add_func ("/llm/query/models/replicate", test_models_replicate);
  g_test_add_func ("/llm/query/models/circle", test_models_circle);
  g_test_add_func ("/llm/query/models/ollama", test_models_ollama);
  g_test_add_func ("/llm/query/models/large", test_models_large);
  g_test_add_func ("/llm/query/models/errors", test_models_errors);
  g_test_add_func ("/llm/query/models/retried", test_models_retried);
  g_test_add_func ("/llm/query/models/in-the-application", test_models_in_the_application);
  g_test_add_func ("/llm/query/models/cancel", test_models_cancel);
  g_test_add_func ("/llm/query/models/key", test_models_key);
  g_test_add_func ("/llm/query/warmup", test_warmup);
  g_test_add_func ("/llm/query/warmup/tls", test_warmup_over_tls);
  g_test_add_func ("/llm/query/warmup/answers", test_warmup_answers);
  g_test_add_func ("/llm/query/warmup/in-the-application", test_warmup_in_the_application);
  g_test_add_func ("/llm/query/warmup/cancel", test_warmup_cancel);

  result = g_test_run ();
  /* the exit would not wait for everything, so that valgrind calls it lost */
  graphbit_shutdown ();
  return result;
}
