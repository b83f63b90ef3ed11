/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "llm-support.h"

/* All wires but OpenAI's first, and what is special of some vendors, over real sockets and through the public API. */

static const char *const providers[] = { "anthropic", "ollama", "gemini", "responses", "cohere" };

static GraphbitLlmResponse *
chat (GraphbitLlmClient *client,
      GraphbitLlmRequest *request,
      GError **error)
{
  SupportResult result = { NULL };
  GraphbitLlmResponse *response;

  graphbit_llm_client_chat_async (client, request, NULL, support_ready, &result);
  response = graphbit_llm_client_chat_finish (client, support_wait (&result), error);
  support_result_clear (&result);
  return response;
}

static void
expect_words (const char *text,
              const char *words)
{
  if (strstr (text, words) == NULL)
    g_error ("“%s” is not in “%s”", words, text);
}

static void
test_complete (gconstpointer provider)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, provider);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = support_complete (client, "Hello", NULL, &error);
  g_autofree char *requests = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: Hello");
  g_assert_cmpint (support_stat (client, "prompt_tokens"), ==, 1);
  g_assert_cmpint (support_stat (client, "completion_tokens"), ==, 3);

  requests = graphbit_mock_server_dup_requests_json (server);
  if (strcmp (provider, "anthropic") == 0)
    {
      expect_words (requests, "\"/v1/messages\"");
      expect_words (requests, "\"x-api-key\":\"sk-marker\"");
      expect_words (requests, "\"anthropic-version\":\"2023-06-01\"");
      g_assert_null (strstr (requests, "authorization"));
    }
  else if (strcmp (provider, "gemini") == 0)
    {
      expect_words (requests, "\"/v1beta/models/m:generateContent\"");
      expect_words (requests, "\"x-goog-api-key\":\"sk-marker\"");
      g_assert_null (strstr (requests, "authorization"));
      g_assert_null (strstr (requests, "key="));
    }
  else if (strcmp (provider, "cohere") == 0)
    {
      expect_words (requests, "\"/v2/chat\"");
      expect_words (requests, "Bearer sk-marker");
    }
  else if (strcmp (provider, "responses") == 0)
    {
      expect_words (requests, "\"/v1/responses\"");
      expect_words (requests, "Bearer sk-marker");
    }
  else
    {
      expect_words (requests, "\"/api/chat\"");
      expect_words (requests, "Bearer sk-marker");
    }
}

/* Reasoning, text, calls, usage and the end, in this order, and the same in the response. */
static void
test_stream (gconstpointer provider)
{
  g_autoptr (GraphbitMockServer) server =
      support_server_new ("{\"reasoning\":\"let me see\",\"stream\":[\"Hé\",\"llo\"],"
                          "\"tool_calls\":[{\"id\":\"c1\",\"name\":\"add\",\"arguments\":{\"a\":\"x y z\"}}],\"split\":\"byte\"}");
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, provider);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmStream) stream = support_open (client, "Hello", NULL, &error);
  g_autoptr (GString) log = g_string_new (NULL);
  GraphbitLlmChunk *chunk;
  GraphbitLlmResponse *response;
  g_autoptr (GraphbitLlmToolCall) call = NULL;

  g_assert_no_error (error);
  while ((chunk = support_next (stream, NULL, &error)) != NULL)
    {
      static const char *const names[] = { "content", "reasoning", "call", "usage", "finish" };
      const char *name = names[graphbit_llm_chunk_get_kind (chunk)];

      if (!g_str_has_suffix (log->str, name))
        g_string_append_printf (log, " %s", name);
      graphbit_llm_chunk_unref (chunk);
    }
  g_assert_no_error (error);
  g_assert_cmpstr (log->str, ==, " reasoning content call usage finish");

  response = graphbit_llm_stream_get_response (stream);
  g_assert_nonnull (response);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "Héllo");
  g_assert_cmpstr (graphbit_llm_response_get_reasoning (response), ==, "let me see");
  g_assert_cmpstr (graphbit_llm_response_get_provider (response), ==, strcmp (provider, "responses") == 0 ? "openai" : provider);
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (response), ==, GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS);
  call = g_list_model_get_item (graphbit_llm_response_get_tool_calls (response), 0);
  g_assert_cmpstr (graphbit_llm_tool_call_get_id (call), ==, "c1");
  g_assert_cmpstr (graphbit_llm_tool_call_get_arguments_json (call), ==, "{\"a\":\"x y z\"}");
}

/* A call, its result, and the answer: with what the model thought, which it wants to see again. */
static void
test_tools (gconstpointer provider)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"call_tools\":true,\"reasoning\":\"hm\"}");
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, provider);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmMessage) user = graphbit_llm_message_new_user ("add 2 and 3");
  g_autoptr (GraphbitLlmMessage) assistant = NULL;
  g_autoptr (GraphbitLlmMessage) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmToolSpec) tool =
      graphbit_llm_tool_spec_new ("add", "Adds", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":\"integer\"}}}", &error);
  g_autoptr (GraphbitLlmResponse) first = NULL;
  g_autoptr (GraphbitLlmResponse) second = NULL;
  g_autoptr (GraphbitLlmToolCall) call = NULL;
  g_autofree char *requests = NULL;

  graphbit_llm_request_add_message (request, user);
  graphbit_llm_request_add_tool (request, tool);
  first = chat (client, request, &error);
  g_assert_no_error (error);
  call = g_list_model_get_item (graphbit_llm_response_get_tool_calls (first), 0);
  g_assert_nonnull (call);
  g_assert_cmpstr (graphbit_llm_tool_call_get_name (call), ==, "add");
  g_assert_cmpstr (graphbit_llm_tool_call_get_arguments_json (call), ==, "{\"a\":2,\"b\":3}");

  assistant = graphbit_llm_response_make_message (first);
  result = graphbit_llm_message_new_tool (graphbit_llm_tool_call_get_id (call), "5");
  graphbit_llm_request_add_message (request, assistant);
  graphbit_llm_request_add_message (request, result);
  second = chat (client, request, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (second), ==, "The tool said: 5");

  requests = graphbit_mock_server_dup_requests_json (server);
  if (strcmp (provider, "anthropic") == 0)
    expect_words (requests, "{\\\"type\\\":\\\"thinking\\\",\\\"thinking\\\":\\\"hm\\\",\\\"signature\\\":\\\"mock-signature\\\"}");
  else if (strcmp (provider, "gemini") == 0)
    expect_words (requests, "{\\\"text\\\":\\\"hm\\\",\\\"thought\\\":true},{\\\"functionCall\\\":{\\\"name\\\":\\\"add\\\","
                            "\\\"args\\\":{\\\"a\\\":2,\\\"b\\\":3}},\\\"thoughtSignature\\\":\\\"bW9jaw==\\\"}");
  else if (strcmp (provider, "responses") == 0)
    expect_words (requests, "\\\"text\\\":\\\"hm\\\"}],\\\"encrypted_content\\\":\\\"bW9jaw==\\\"},{\\\"type\\\":\\\"function_call\\\"");
  else
    expect_words (requests, "\\\"thinking\\\":\\\"hm\\\"");
  if (strcmp (provider, "cohere") == 0)
    expect_words (requests, "\\\"tool_plan\\\":\\\"I will use a \\\\\\\"tool\\\\\\\".\\\"");
}

static void
test_wrong_key (gconstpointer provider)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, provider);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitErrorDetails) details = NULL;

  graphbit_llm_config_set_api_key (graphbit_llm_client_get_config (client), "wrong", NULL);
  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  expect_words (error->message, strcmp (provider, "anthropic") == 0 ? "ANTHROPIC_API_KEY"
                                : strcmp (provider, "gemini") == 0  ? "GEMINI_API_KEY"
                                : strcmp (provider, "responses") == 0 ? "OPENAI_API_KEY"
                                : strcmp (provider, "cohere") == 0  ? "CO_API_KEY"
                                                                    : "OLLAMA_API_KEY");
  details = graphbit_error_details_from_error (error);
  g_assert_cmpint (graphbit_error_details_get_http_status (details), ==, strcmp (provider, "gemini") == 0 ? 400 : 401);
  g_assert_cmpint (graphbit_error_details_get_attempts (details), ==, 1);
  g_assert_nonnull (graphbit_error_details_get_request_id (details));
}

static void
test_no_key (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) anthropic = graphbit_llm_config_new_anthropic (NULL, NULL, &error);
  g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (anthropic);

  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  expect_words (error->message, "ANTHROPIC_API_KEY");
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);
}

/* A token takes the key's place, and a header of the vendor's may be told anew. */
static void
test_headers (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, "anthropic");
  GraphbitLlmConfig *config = graphbit_llm_client_get_config (client);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *requests = NULL;

  graphbit_llm_config_set_api_key (config, NULL, NULL);
  graphbit_llm_config_set_organization (config, "org");
  graphbit_llm_config_set_headers (config, g_variant_new_parsed ("{'Authorization': 'Bearer token', 'Anthropic-Version': '2099-01-01', "
                                                                 "'anthropic-beta': 'one,two'}"));
  text = support_complete (client, "Hello", NULL, &error);
  g_assert_no_error (error);
  requests = graphbit_mock_server_dup_requests_json (server);
  expect_words (requests, "\"authorization\":\"Bearer token\"");
  expect_words (requests, "\"anthropic-version\":\"2099-01-01\"");
  expect_words (requests, "\"anthropic-beta\":\"one,two\"");
  g_assert_null (strstr (requests, "x-api-key"));
  g_assert_null (strstr (requests, "2023-06-01"));
  g_assert_null (strstr (requests, "openai-organization"));
}

static void
test_dead_server (gconstpointer provider)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, provider);
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_stop (server);
  graphbit_llm_client_set_max_retries (client, 0);
  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONNECTION);
  expect_words (error->message, "check that the server runs");
}

/* The reason to end was told, but not the end; and neither. */
static void
test_cut (gconstpointer provider)
{
  static const char *const steps[] = {
    "{\"text\":\"one two three\",\"done\":false}",
    "{\"text\":\"one two three\",\"done\":false,\"finish_reason\":\"\"}",
    "{\"text\":\"one two three\",\"close\":\"after-350-bytes\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new (steps[i]);
      g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, provider);
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitLlmStream) stream = support_open (client, "Hello", NULL, &error);
      g_autoptr (GraphbitLlmResponse) response = NULL;
      g_autoptr (GraphbitErrorDetails) details = NULL;
      GObject *partial;

      g_assert_no_error (error);
      response = support_collect (stream, &error);
      g_assert_null (response);
      if (!g_error_matches (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONNECTION))
        g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PROTOCOL);
      details = graphbit_error_details_from_error (error);
      partial = graphbit_error_details_get_partial_response (details);
      if (i < 2)
        g_assert_cmpstr (graphbit_llm_response_get_text (GRAPHBIT_LLM_RESPONSE (partial)), ==, "one two three");
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);
    }
}

/* A chunk is there when its bytes are, whatever the server has still to say. */
static void
test_early (gconstpointer provider)
{
  g_autofree char *rest = g_strnfill (20000, 'x');
  g_autofree char *step = g_strdup_printf ("{\"stream\":[\"One \",\"%s\"],\"stall\":\"after-6000-bytes\"}", rest);
  g_autofree char *whole = g_strconcat ("One ", rest, NULL);
  g_autoptr (GraphbitMockServer) server = support_server_new (step);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, provider);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmStream) stream = support_open (client, "Hello", NULL, &error);
  g_autoptr (GraphbitLlmChunk) chunk = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;

  g_assert_no_error (error);
  do
    {
      g_clear_pointer (&chunk, graphbit_llm_chunk_unref);
      chunk = support_next (stream, NULL, &error);
      g_assert_no_error (error);
    }
  while (graphbit_llm_chunk_get_kind (chunk) != GRAPHBIT_LLM_CHUNK_KIND_CONTENT);
  g_assert_cmpstr (graphbit_llm_chunk_get_text (chunk), ==, "One ");
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, 20000));

  graphbit_mock_server_release (server);
  response = support_collect (stream, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, whole);
}

static void
test_missing_model (gconstpointer provider)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, provider);
  g_autoptr (GError) error = NULL;

  graphbit_llm_config_set_model (graphbit_llm_client_get_config (client), "no-such-model");
  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND);
  expect_words (error->message, "no-such-model");
  if (strcmp (provider, "ollama") == 0)
    expect_words (error->message, "ollama pull");
}

/* An error within a stream that began well, and one in its place. */
static void
test_error_in_stream (gconstpointer provider)
{
  gboolean is_anthropic = strcmp (provider, "anthropic") == 0;
  g_autofree char *step = g_strdup_printf ("{\"text\":\"half\",\"events\":[%s],\"finish_reason\":\"\",\"done\":false}",
                                           is_anthropic
                                             ? "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}"
                                           : strcmp (provider, "gemini") == 0
                                             ? "{\"error\":{\"code\":503,\"message\":\"Overloaded\",\"status\":\"UNAVAILABLE\"}}"
                                           : strcmp (provider, "responses") == 0
                                             ? "{\"type\":\"error\",\"code\":\"server_error\",\"message\":\"Overloaded\"}"
                                           : strcmp (provider, "cohere") == 0
                                             ? "{\"id\":\"mock\",\"message\":\"Overloaded\"}"
                                             : "{\"error\":\"Overloaded\"}");
  g_autoptr (GraphbitMockServer) server = support_server_new (step);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, provider);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmStream) stream = support_open (client, "Hello", NULL, &error);
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GraphbitErrorDetails) details = NULL;

  g_assert_no_error (error);
  response = support_collect (stream, &error);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNAVAILABLE);
  details = graphbit_error_details_from_error (error);
  g_assert_cmpstr (graphbit_error_details_get_provider_message (details), ==, "Overloaded");
  g_assert_cmpstr (graphbit_llm_response_get_text (GRAPHBIT_LLM_RESPONSE (graphbit_error_details_get_partial_response (details))),
                   ==, "half");
}

/* Overloaded is worth another try, and so is what a server says before the first event. */
static void
test_retry (void)
{
  g_autoptr (GraphbitMockServer) server =
      support_server_new ("{\"status\":529,\"headers\":{\"retry-after-ms\":\"1\",\"x-request-id\":\"\",\"request-id\":\"req_a\"},\"times\":2}");
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, "anthropic");
  g_autoptr (GError) error = NULL;
  g_autofree char *text = support_complete (client, "Hello", NULL, &error);
  g_autoptr (GraphbitErrorDetails) details = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: Hello");
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);

  graphbit_llm_client_set_max_retries (client, 0);
  graphbit_mock_server_add_step (server, "{\"status\":529,\"headers\":{\"x-request-id\":\"\",\"request-id\":\"req_b\"}}", NULL);
  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNAVAILABLE);
  details = graphbit_error_details_from_error (error);
  g_assert_cmpint (graphbit_error_details_get_http_status (details), ==, 529);
  g_assert_cmpstr (graphbit_error_details_get_request_id (details), ==, "req_b");
  g_assert_cmpstr (graphbit_error_details_get_provider_code (details), ==, "overloaded_error");
}

static char *
give_key (GraphbitLlmConfig *config,
          gpointer data,
          GError **error)
{
  guint *n_asked = data;

  /* the first one is out of date each time */
  return g_strdup ((*n_asked)++ % 2 == 0 ? "wrong" : "sk-good");
}

static gboolean
on_key_required (GraphbitLlmConfig *config,
                 GraphbitKeyCall *call,
                 gpointer data)
{
  guint *n_asked = data;

  graphbit_key_call_respond (call, (*n_asked)++ % 2 == 0 ? "wrong" : "sk-good");
  return TRUE;
}

/* A key that is refused is asked for once more: by whole answers, streams and lists of models, on every wire. */
static void
test_keys (void)
{
  static const char *const names[] = { "openai_compatible", "responses", "anthropic", "gemini", "azurellm", "xai", "vllm", "cohere" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    for (int by_signal = 0; by_signal < 2; by_signal++)
      {
        g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
        g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, names[i]);
        GraphbitLlmConfig *config = graphbit_llm_client_get_config (client);
        guint n_asked = 0;
        g_autoptr (GError) error = NULL;
        g_autofree char *text = NULL;
        g_autofree char *requests = NULL;
        g_autoptr (GraphbitLlmStream) stream = NULL;
        g_autoptr (GraphbitLlmResponse) response = NULL;
        g_autoptr (GListModel) models = NULL;
        SupportResult result = { NULL };

        graphbit_llm_config_set_api_key (config, NULL, NULL);
        if (by_signal)
          g_signal_connect (config, "key-required", G_CALLBACK (on_key_required), &n_asked);
        else
          graphbit_llm_config_set_key_func (config, give_key, &n_asked, NULL);

        text = support_complete (client, "Hello", NULL, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (n_asked, ==, 2);
        stream = support_open (client, "Hello", NULL, &error);
        g_assert_no_error (error);
        response = support_collect (stream, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (n_asked, ==, 4);
        graphbit_llm_client_list_models_async (client, NULL, support_ready, &result);
        models = graphbit_llm_client_list_models_finish (client, support_wait (&result), &error);
        support_result_clear (&result);
        g_assert_no_error (error);
        g_assert_cmpuint (n_asked, >=, 6);

        /* in a header, never in the address */
        requests = graphbit_mock_server_dup_requests_json (server);
        g_assert_null (strstr (requests, "key=sk-"));
        g_assert_null (strstr (requests, "?key"));
      }
}

/* Whose account it is billed to, from the environment; and the property goes first. */
static void
test_organization (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, "responses");
  g_autoptr (GraphbitLlmClient) other = support_client_new_for_provider (server, "openai_compatible");
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  g_autofree char *before = NULL;
  g_autofree char *requests = NULL;

  g_setenv ("OPENAI_ORG_ID", "org-environment", TRUE);
  g_setenv ("OPENAI_PROJECT_ID", "proj-environment", TRUE);
  third = support_complete (other, "c", NULL, &error);
  g_assert_no_error (error);
  before = graphbit_mock_server_dup_requests_json (server);
  g_assert_null (strstr (before, "environment"));
  first = support_complete (client, "a", NULL, &error);
  graphbit_llm_config_set_organization (graphbit_llm_client_get_config (client), "org-property");
  second = support_complete (client, "b", NULL, &error);
  g_assert_no_error (error);
  g_unsetenv ("OPENAI_ORG_ID");
  g_unsetenv ("OPENAI_PROJECT_ID");
  requests = graphbit_mock_server_dup_requests_json (server);
  expect_words (requests, "\"openai-organization\":\"org-environment\"");
  expect_words (requests, "\"openai-organization\":\"org-property\"");
  expect_words (requests, "\"openai-project\":\"proj-environment\"");
}

/* Where to go, from the environment. */
static void
test_environment (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) anthropic = graphbit_llm_config_new_anthropic (NULL, NULL, &error);
  g_autoptr (GraphbitLlmConfig) ollama = graphbit_llm_config_new_ollama (NULL, &error);
  g_autoptr (GraphbitLlmClient) first = graphbit_llm_client_new (anthropic);
  g_autoptr (GraphbitLlmConfig) gemini = graphbit_llm_config_new_gemini (NULL, NULL, &error);
  g_autoptr (GraphbitLlmClient) second = graphbit_llm_client_new (ollama);
  g_autoptr (GraphbitLlmClient) third = graphbit_llm_client_new (gemini);
  g_autofree char *root = g_strdup_printf ("http://127.0.0.1:%u", graphbit_mock_server_get_port (server));
  g_autofree char *host = g_strdup_printf (" 0.0.0.0:%u ", graphbit_mock_server_get_port (server));
  g_autofree char *one = NULL;
  g_autofree char *other = NULL;
  g_autofree char *last = NULL;

  g_setenv ("ANTHROPIC_API_KEY", "sk-environment", TRUE);
  g_setenv ("ANTHROPIC_BASE_URL", root, TRUE);
  g_setenv ("OLLAMA_HOST", host, TRUE);
  g_setenv ("GOOGLE_API_KEY", "sk-environment", TRUE);
  g_setenv ("GOOGLE_GEMINI_BASE_URL", root, TRUE);
  one = support_complete (first, "a", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (one, ==, "You said: a");
  other = support_complete (second, "b", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (other, ==, "You said: b");
  last = support_complete (third, "c", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (last, ==, "You said: c");
  g_unsetenv ("ANTHROPIC_API_KEY");
  g_unsetenv ("ANTHROPIC_BASE_URL");
  g_unsetenv ("OLLAMA_HOST");
  g_unsetenv ("GOOGLE_API_KEY");
  g_unsetenv ("GOOGLE_GEMINI_BASE_URL");
}

/* What DeepSeek thought before a call goes back to it with the call. */
static void
test_deepseek (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"call_tools\":true,\"reasoning\":\"hm\"}");
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, "deepseek");
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmMessage) user = graphbit_llm_message_new_user ("add 2 and 3");
  g_autoptr (GraphbitLlmMessage) assistant = NULL;
  g_autoptr (GraphbitLlmMessage) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmToolSpec) tool =
      graphbit_llm_tool_spec_new ("add", "Adds", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":\"integer\"}}}", &error);
  g_autoptr (GraphbitLlmResponse) first = NULL;
  g_autoptr (GraphbitLlmResponse) second = NULL;
  g_autoptr (GraphbitLlmToolCall) call = NULL;
  g_autofree char *requests = NULL;

  graphbit_llm_request_add_message (request, user);
  graphbit_llm_request_add_tool (request, tool);
  first = chat (client, request, &error);
  g_assert_no_error (error);
  call = g_list_model_get_item (graphbit_llm_response_get_tool_calls (first), 0);
  assistant = graphbit_llm_response_make_message (first);
  result = graphbit_llm_message_new_tool (graphbit_llm_tool_call_get_id (call), "5");
  graphbit_llm_request_add_message (request, assistant);
  graphbit_llm_request_add_message (request, result);
  second = chat (client, request, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (second), ==, "The tool said: 5");
  requests = graphbit_mock_server_dup_requests_json (server);
  expect_words (requests, "\\\"reasoning_content\\\":\\\"hm\\\"");
}

/* Azure's addresses, header and errors; a list of models is the resource's. */
static void
test_azure (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, "azurellm");
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = NULL;
  g_autofree char *text = support_complete (client, "Hello", NULL, &error);
  g_autofree char *requests = NULL;
  SupportResult result = { NULL };

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: Hello");
  graphbit_llm_client_list_models_async (client, NULL, support_ready, &result);
  models = graphbit_llm_client_list_models_finish (client, support_wait (&result), &error);
  support_result_clear (&result);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (models), >, 0);

  requests = graphbit_mock_server_dup_requests_json (server);
  expect_words (requests, "\"/openai/deployments/m/chat/completions?api-version=2024-10-21\"");
  expect_words (requests, "\"/openai/models?api-version=2024-10-21\"");
  expect_words (requests, "\"api-key\":\"sk-marker\"");
  g_assert_null (strstr (requests, "authorization"));

  graphbit_llm_config_set_api_key (graphbit_llm_client_get_config (client), "wrong", NULL);
  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  expect_words (error->message, "AZURELLM_API_KEY");
}

/* An image that a tool gave back goes where the wire takes one; elsewhere the model reads that there was one. */
static void
test_tool_images (gconstpointer provider)
{
  static const struct
  {
    const char *provider;
    const char *sent;
  } images[] = {
    { "anthropic", "{\"type\":\"text\",\"text\":\"A cat\"},{\"type\":\"image\",\"source\":{\"type\":\"base64\"" },
    { "responses", "{\"type\":\"input_text\",\"text\":\"A cat\"},{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64," },
  };
  const char *sent = "[an image, image/png, which cannot be shown here]";
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, provider);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmMessage) user = graphbit_llm_message_new_user ("Look");
  g_autoptr (GraphbitLlmMessage) said = graphbit_llm_message_new_assistant ("");
  g_autoptr (GraphbitLlmMessage) result = graphbit_llm_message_new_tool ("c1", "A cat");
  g_autoptr (GraphbitLlmToolCall) call = graphbit_llm_tool_call_new ("c1", "show", "{}");
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\x89PNG", 4);
  g_autoptr (GraphbitContentPart) image = graphbit_content_part_new_for_image_bytes (bytes, "image/png");
  g_autoptr (GraphbitLlmToolSpec) tool = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *requests = NULL;
  g_autoptr (JsonNode) records = NULL;
  const char *body;

  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    if (strcmp (images[i].provider, provider) == 0)
      sent = images[i].sent;
  graphbit_llm_message_add_tool_call (said, call);
  graphbit_llm_message_add_part (result, image);
  graphbit_llm_request_add_message (request, user);
  graphbit_llm_request_add_message (request, said);
  graphbit_llm_request_add_message (request, result);
  tool = graphbit_llm_tool_spec_new ("show", "Shows", NULL, &error);
  g_assert_no_error (error);
  graphbit_llm_request_add_tool (request, tool);
  response = chat (client, request, &error);
  g_assert_no_error (error);

  requests = graphbit_mock_server_dup_requests_json (server);
  records = json_from_string (requests, &error);
  g_assert_no_error (error);
  body = json_object_get_string_member (json_array_get_object_element (json_node_get_array (records), 0), "body");
  expect_words (body, sent);
  expect_words (body, "A cat");
}

/* What Cohere does not take, it refuses in its own words; a request of ours has none of it. */
static void
test_cohere (void)
{
  static const struct
  {
    const char *extra_body;
    const char *words;
  } cases[] = {
    { "{\"top_p\":0.5}", "'top_p' is not a valid field" },
    { "{\"tool_choice\":\"auto\"}", "one of: REQUIRED, NONE" },
    { "{\"response_format\":{\"type\":\"json_object\"}}", "not supported" },
    { "{\"stop_sequences\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\"]}", "at most 5" },
  };
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"{\\\"x\\\":1}\"}");
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, "cohere");
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (options);
  g_autoptr (GraphbitLlmMessage) user = graphbit_llm_message_new_user ("Hello");
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmToolSpec) tool = graphbit_llm_tool_spec_new ("f", "Does f", NULL, &error);
  g_autoptr (GraphbitLlmResponse) response = NULL;

  graphbit_llm_options_set_top_p (options, 0.5);
  graphbit_llm_options_set_response_schema (options, "{\"type\":\"object\",\"required\":[\"x\"]}");
  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_NAMED);
  graphbit_llm_options_set_tool_choice_name (options, "f");
  graphbit_llm_request_add_message (request, user);
  graphbit_llm_request_add_tool (request, tool);
  response = chat (client, request, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "{\"x\":1}");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      graphbit_llm_config_set_extra_body (graphbit_llm_client_get_config (client), cases[i].extra_body);
      g_assert_null (chat (client, request, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_REQUEST);
      expect_words (error->message, cases[i].words);
      g_clear_error (&error);
    }
}

static GraphbitLlmClient *
make_responses_client (GraphbitMockServer *server,
                       const char *provider,
                       const char *model,
                       const char *base_end)
{
  GraphbitLlmClient *client = support_client_new_for_provider (server, provider);
  GraphbitLlmConfig *config = graphbit_llm_client_get_config (client);
  g_autofree char *base_url = g_strconcat (graphbit_llm_config_get_base_url (config), base_end, NULL);

  g_object_set (config, "model", model, "base-url", base_url, "api", GRAPHBIT_LLM_API_RESPONSES, NULL);
  return client;
}

/* The responses of others than OpenAI: their addresses and headers, and what they filter. */
static void
test_responses_elsewhere (void)
{
  static const struct
  {
    const char *provider;
    const char *model;
    const char *base_end;
    const char *path;
    const char *header;
    const char *words; /* in the body */
  } cases[] = {
    { "azurellm", "my-deployment", "", "\"/openai/responses?api-version=2025-03-01-preview\"", "\"api-key\":\"sk-marker\"",
      "\\\"model\\\":\\\"my-deployment\\\"" },
    { "azurellm", "gpt-5-mini", "/openai/v1", "\"/openai/v1/responses\"", "\"api-key\":\"sk-marker\"", "reasoning.encrypted_content" },
    { "xai", "grok-4.3", "/v1", "\"/v1/responses\"", "Bearer sk-marker", "reasoning.encrypted_content" },
    { "groq", "openai/gpt-oss-20b", "/openai/v1", "\"/openai/v1/responses\"", "Bearer sk-marker", "\\\"store\\\":false" },
    { "lmstudio", "m", "", "\"/v1/responses\"", "Bearer sk-marker", "\\\"store\\\":false" },
  };
  static const struct
  {
    const char *provider;
    const char *base_end;
  } wrong[] = { { "azurellm", "/models" }, { "mistralai", "/v1" }, { "anthropic", "" } };
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  guint64 n_sent;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitLlmClient) client = make_responses_client (server, cases[i].provider, cases[i].model, cases[i].base_end);
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitLlmStream) stream = NULL;
      g_autoptr (GraphbitLlmResponse) response = NULL;
      g_autofree char *text = support_complete (client, "Hello", NULL, &error);
      g_autofree char *requests = NULL;

      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, "You said: Hello");
      stream = support_open (client, "Hello", NULL, &error);
      g_assert_no_error (error);
      response = support_collect (stream, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (graphbit_llm_response_get_provider (response), ==, cases[i].provider);
      requests = graphbit_mock_server_dup_requests_json (server);
      expect_words (requests, cases[i].path);
      expect_words (requests, cases[i].header);
      expect_words (requests, cases[i].words);
    }

  n_sent = graphbit_mock_server_get_request_count (server);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GraphbitLlmClient) client = make_responses_client (server, wrong[i].provider, "m", wrong[i].base_end);
      g_autoptr (GError) error = NULL;

      g_assert_null (support_complete (client, "Hello", NULL, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
      expect_words (error->message, "api");
    }
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, n_sent);
}

/* Azure refuses a prompt with a status, and an answer within it. */
static void
test_azure_filter (void)
{
  static const char refused[] =
    "{\"status\":400,\"json\":{\"error\":{\"message\":\"The response was filtered\",\"type\":null,\"param\":\"prompt\",\"code\":\"content_filter\","
    "\"status\":400,\"innererror\":{\"code\":\"ResponsibleAIPolicyViolation\",\"content_filter_result\":{}}}}}";
  static const char withheld[] =
    "{\"json\":{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"content_filter\"},"
    "\"output\":[],\"content_filters\":[{\"blocked\":true,\"source_type\":\"completion\"}],"
    "\"usage\":{\"input_tokens\":3,\"input_tokens_details\":{\"cached_tokens\":0,\"cache_write_tokens\":2},\"output_tokens\":1,\"total_tokens\":4}}}";
  static const char half[] =
    "{\"json\":{\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"finish_reason\":\"content_filter\",\"content_filter_results\":{}}]}}";
  g_autoptr (GraphbitMockServer) server = support_server_new (refused);
  g_autoptr (GraphbitLlmClient) responses = make_responses_client (server, "azurellm", "m", "");
  g_autoptr (GraphbitLlmClient) chats = support_client_new_for_provider (server, "azurellm");
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmMessage) user = graphbit_llm_message_new_user ("Hello");
  g_autoptr (GError) error = NULL;

  graphbit_llm_request_add_message (request, user);
  g_assert_null (chat (responses, request, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONTENT_FILTERED);
  g_clear_error (&error);
  graphbit_mock_server_add_step (server, refused, NULL);
  g_assert_null (chat (chats, request, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONTENT_FILTERED);
  g_clear_error (&error);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 2);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GraphbitLlmResponse) response = NULL;

      graphbit_mock_server_add_step (server, i == 0 ? withheld : half, NULL);
      response = chat (i == 0 ? responses : chats, request, &error);
      g_assert_no_error (error);
      g_assert_cmpint (graphbit_llm_response_get_finish_reason (response), ==, GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER);
      g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "");
      if (i == 0)
        g_assert_cmpint (graphbit_llm_usage_get_cache_write_tokens (graphbit_llm_response_get_usage (response)), ==, 2);
    }
}

/* Servers on one's own machine: where they are, without a key, and what is odd about their errors. */
static void
test_local (void)
{
  static const struct
  {
    const char *provider;
    const char *model;
    const char *variable;
    const char *base_url;
  } cases[] = {
    { "llamacpp", NULL, "LLAMACPP_BASE_URL", "http://127.0.0.1:8080/v1" },
    { "vllm", "m", "VLLM_BASE_URL", "http://localhost:8000/v1" },
    { "lmstudio", "m", "LMSTUDIO_BASE_URL", "http://localhost:1234/v1" },
  };
  static const struct
  {
    const char *provider;
    const char *step;
    GraphbitError code;
    const char *words;
    guint64 n_attempts;
  } errors[] = {
    { "llamacpp", "{\"status\":500,\"json\":{\"error\":{\"code\":500,\"message\":\"tools param requires --jinja flag\",\"type\":\"server_error\"}}}",
      GRAPHBIT_ERROR_INVALID_REQUEST, "--jinja", 1 },
    { "llamacpp", "{\"status\":400,\"json\":{\"error\":{\"code\":400,\"message\":\"too long\",\"type\":\"exceed_context_size_error\",\"n_ctx\":4}}}",
      GRAPHBIT_ERROR_CONTEXT_LENGTH, "too long", 1 },
    { "llamacpp", "{\"status\":501,\"json\":{\"error\":{\"code\":501,\"message\":\"start with --embeddings\",\"type\":\"not_supported_error\"}}}",
      GRAPHBIT_ERROR_UNSUPPORTED, "--embeddings", 1 },
    { "vllm", "{\"status\":400,\"json\":{\"error\":{\"message\":\"bad\",\"type\":\"BadRequestError\",\"param\":null,\"code\":400}}}",
      GRAPHBIT_ERROR_INVALID_REQUEST, "bad", 1 },
    { "vllm", "{\"status\":404,\"json\":{\"object\":\"error\",\"message\":\"no such model\",\"type\":\"NotFoundError\",\"param\":null,\"code\":404}}",
      GRAPHBIT_ERROR_NOT_FOUND, "no such model", 1 },
    { "vllm", "{\"status\":401,\"json\":{\"error\":\"Unauthorized\"}}", GRAPHBIT_ERROR_AUTHENTICATION, "VLLM_API_KEY", 1 },
    { "vllm", "{\"status\":500,\"json\":{\"error\":{\"message\":\"dead\",\"type\":\"InternalServerError\",\"code\":500}},\"headers\":{\"retry-after-ms\":\"1\"},\"times\":2}",
      GRAPHBIT_ERROR_UNAVAILABLE, "dead", 2 },
    { "lmstudio", "{\"json\":{\"error\":\"Unexpected endpoint or method. (POST /v2)\"}}", GRAPHBIT_ERROR_UNAVAILABLE, "Unexpected endpoint", 1 },
  };
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  const char *base_url = graphbit_mock_server_get_base_url (server);

  graphbit_mock_server_set_require_authorization (server, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *root = g_strndup (base_url, strlen (base_url) - strlen ("/v1"));
      g_autofree char *text = NULL;
      g_autofree char *requests = NULL;
      g_autoptr (GraphbitLlmConfig) config = NULL;
      g_autoptr (GraphbitLlmClient) client = NULL;

      g_setenv (cases[i].variable, root, TRUE);
      config = graphbit_llm_config_new_from_env (cases[i].provider, cases[i].model, &error);
      g_assert_no_error (error);
      g_assert_true (graphbit_llm_config_check_api_key (config, NULL));
      client = graphbit_llm_client_new (config);
      text = support_complete (client, "Hello", NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, "You said: Hello");
      requests = graphbit_mock_server_dup_requests_json (server);
      expect_words (requests, "\"/v1/chat/completions\"");
      g_assert_null (strstr (requests, "authorization"));
      g_unsetenv (cases[i].variable);
    }

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, errors[i].provider);
      guint64 n_sent = graphbit_mock_server_get_request_count (server);
      g_autoptr (GError) error = NULL;

      graphbit_llm_client_set_max_retries (client, 1);
      graphbit_mock_server_add_step (server, errors[i].step, &error);
      g_assert_no_error (error);
      g_assert_null (support_complete (client, "Hello", NULL, &error));
      g_assert_error (error, GRAPHBIT_ERROR, (int) errors[i].code);
      expect_words (error->message, errors[i].words);
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server) - n_sent, ==, errors[i].n_attempts);
    }
}

int
main (int argc,
      char *argv[])
{
  static const struct
  {
    const char *name;
    GTestDataFunc func;
  } tests[] = {
    { "complete", test_complete },
    { "stream", test_stream },
    { "tools", test_tools },
    { "wrong-key", test_wrong_key },
    { "dead-server", test_dead_server },
    { "early", test_early },
    { "cut", test_cut },
    { "missing-model", test_missing_model },
    { "error-in-stream", test_error_in_stream },
  };
  static const char *const image_wires[] = { "openai_compatible", "anthropic", "gemini", "ollama", "responses", "cohere" };
  static const char *const variables[] = {
    "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "OLLAMA_HOST", "OLLAMA_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY",
    "GOOGLE_GEMINI_BASE_URL", "CO_API_URL", "COHERE_BASE_URL", "CO_API_KEY", "COHERE_API_KEY", "AZURELLM_API_VERSION",
    "OPENAI_API_VERSION", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "LLAMA_API_KEY", "VLLM_API_KEY", "LM_API_TOKEN"
  };

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    g_unsetenv (variables[i]);

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    for (guint j = 0; j < G_N_ELEMENTS (providers); j++)
      {
        g_autofree char *path = g_strdup_printf ("/llm/wires/%s/%s", providers[j], tests[i].name);

        g_test_add_data_func (path, providers[j], tests[i].func);
      }
  g_test_add_func ("/llm/wires/no-key", test_no_key);
  g_test_add_func ("/llm/wires/headers", test_headers);
  g_test_add_func ("/llm/wires/retry", test_retry);
  g_test_add_func ("/llm/wires/keys", test_keys);
  g_test_add_func ("/llm/wires/organization", test_organization);
  g_test_add_func ("/llm/wires/environment", test_environment);
  g_test_add_func ("/llm/wires/deepseek", test_deepseek);
  g_test_add_func ("/llm/wires/azure", test_azure);
  g_test_add_func ("/llm/wires/cohere", test_cohere);
  for (guint i = 0; i < G_N_ELEMENTS (image_wires); i++)
    {
      g_autofree char *path = g_strconcat ("/llm/wires/tool-images/", image_wires[i], NULL);

      g_test_add_data_func (path, image_wires[i], test_tool_images);
    }
  g_test_add_func ("/llm/wires/azure-filter", test_azure_filter);
  g_test_add_func ("/llm/wires/responses-elsewhere", test_responses_elsewhere);
  g_test_add_func ("/llm/wires/local", test_local);

  return g_test_run ();
}
