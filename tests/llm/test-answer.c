/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "llm-support.h"

/* Answers that must fit a schema, whoever gives them. */

#define SCHEMA                                                                                       \
  "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"},\"degrees\":{\"type\":\"integer\"}}," \
  "\"required\":[\"city\",\"degrees\"],\"additionalProperties\":false}"
#define RIGHT "{\"city\":\"Ulm\",\"degrees\":7}"
#define USAGE "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":2,\"total_tokens\":12}"
#define STEP(text) "{\"text\":\"" text "\"," USAGE "}"
#define WRONG_STEP STEP ("{\\\"city\\\":1,\\\"degrees\\\":7}")
#define RIGHT_STEP STEP ("{\\\"city\\\":\\\"Ulm\\\",\\\"degrees\\\":7}")

static GraphbitLlmRequest *
make_request (const char *schema)
{
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmMessage) message = graphbit_llm_message_new_user ("How warm is it in Ulm?");
  GraphbitLlmRequest *request = graphbit_llm_request_new (options);

  graphbit_llm_options_set_response_schema (options, schema);
  graphbit_llm_request_add_message (request, message);
  return request;
}

/* Whole or streamed; what a reader saw of a stream must be the answer. */
static GraphbitLlmResponse *
ask (GraphbitLlmClient *client,
     gboolean is_stream,
     GError **error)
{
  g_autoptr (GraphbitLlmRequest) request = make_request (SCHEMA);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GString) seen = g_string_new (NULL);
  GraphbitLlmChunk *chunk;
  GError *local_error = NULL;

  if (!is_stream)
    return graphbit_llm_client_chat (client, request, NULL, error);

  stream = graphbit_llm_client_chat_stream (client, request, NULL, &local_error);
  while (stream != NULL && (chunk = graphbit_llm_stream_next_chunk (stream, NULL, &local_error)) != NULL)
    {
      if (graphbit_llm_chunk_get_kind (chunk) == GRAPHBIT_LLM_CHUNK_KIND_CONTENT)
        g_string_append (seen, graphbit_llm_chunk_get_text (chunk));
      graphbit_llm_chunk_unref (chunk);
    }
  if (local_error != NULL)
    {
      g_assert_cmpstr (seen->str, ==, "");
      g_propagate_error (error, local_error);
      return NULL;
    }
  g_assert_cmpstr (seen->str, ==, graphbit_llm_response_get_text (graphbit_llm_stream_get_response (stream)));
  return g_object_ref (graphbit_llm_stream_get_response (stream));
}

static GraphbitLlmResponse *
ask_replies (const char *const *replies,
             gboolean is_stream,
             GError **error)
{
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_scripted (replies);
  g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (config);

  return ask (client, is_stream, error);
}

/* What models write around their JSON is left out, but nothing is made up. */
static void
test_extraction (void)
{
  static const struct
  {
    const char *reply;
    const char *text;
  } table[] = {
    { RIGHT, RIGHT },
    { "  " RIGHT "\n", "  " RIGHT "\n" },
    { "```json\n" RIGHT "\n```", RIGHT },
    { "Here it is: " RIGHT " I hope that [this] helps {you}.", RIGHT },
    { "First {\"city\":\"Ulm\"} and then " RIGHT, RIGHT },
    { "{not json} [1, {\"a\":\"}\"}] {\"city\":\"}\\\"{\",\"degrees\":1}", "{\"city\":\"}\\\"{\",\"degrees\":1}" },
    { "[" RIGHT "]", NULL },
    { "It is 7 degrees warm in Ulm.", NULL },
    { "{\"city\":\"Ulm\",\"degrees\":7", NULL },
    { "{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{", NULL },
    { "{\"city\":\"Ulm\\", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    for (guint is_stream = 0; is_stream < 2; is_stream++)
      {
        const char *const replies[] = { table[i].reply, NULL };
        g_autoptr (GError) error = NULL;
        g_autoptr (GraphbitLlmResponse) response = ask_replies (replies, is_stream, &error);

        g_test_message ("%s", table[i].reply);
        if (table[i].text == NULL)
          {
            g_assert_null (response);
            continue;
          }
        g_assert_no_error (error);
        g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, table[i].text);
      }
}

/* On every wire: sent back with the problems, usage and attempts summed up. */
static void
test_asked_again (gconstpointer provider)
{
  for (guint is_stream = 0; is_stream < 2; is_stream++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new ("[" WRONG_STEP "," STEP ("Seven.") "," RIGHT_STEP "]");
      g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, provider);
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitLlmResponse) response = ask (client, is_stream, &error);
      g_autoptr (JsonNode) node = NULL;
      GraphbitLlmUsage *usage;

      g_assert_no_error (error);
      g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, RIGHT);
      node = graphbit_llm_response_parse (response, &error);
      g_assert_no_error (error);
      g_assert_cmpint (json_object_get_int_member (json_node_get_object (node), "degrees"), ==, 7);
      g_assert_cmpuint (graphbit_llm_response_get_attempts (response), ==, 3);
      g_assert_cmpint (support_stat (client, "total_requests"), ==, 1);
      g_assert_cmpint (support_stat (client, "retries"), ==, 0);
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);
      if (strcmp (provider, "openai_compatible") != 0)
        continue; /* others count by other names */
      usage = graphbit_llm_response_get_usage (response);
      g_assert_cmpint (graphbit_llm_usage_get_prompt_tokens (usage), ==, 30);
      g_assert_cmpint (graphbit_llm_usage_get_completion_tokens (usage), ==, 6);
      g_assert_cmpint (support_stat (client, "prompt_tokens"), ==, 30);
    }
}

static gboolean
answer_wrong (GraphbitLlmProvider *provider,
              GraphbitProviderCall *call,
              gpointer data)
{
  GListModel *messages = graphbit_llm_request_get_messages (graphbit_provider_call_get_request (call));
  GString *asked = data;
  g_autoptr (GraphbitLlmUsage) usage = g_object_new (GRAPHBIT_TYPE_LLM_USAGE, "prompt-tokens", (gint64) 10, NULL);
  g_autoptr (GraphbitLlmResponse) response =
    g_object_new (GRAPHBIT_TYPE_LLM_RESPONSE, "text", "{\"city\":\"Ulm\"}", "usage", usage, NULL);

  g_string_append_printf (asked, "%u", g_list_model_get_n_items (messages));
  if (g_list_model_get_n_items (messages) > 1)
    {
      g_autoptr (GraphbitLlmMessage) answer = g_list_model_get_item (messages, 1);
      g_autoptr (GraphbitLlmMessage) demand = g_list_model_get_item (messages, 2);

      g_assert_cmpint (graphbit_llm_message_get_role (answer), ==, GRAPHBIT_LLM_ROLE_ASSISTANT);
      g_assert_cmpstr (graphbit_llm_message_get_content (answer), ==, "{\"city\":\"Ulm\"}");
      g_assert_cmpint (graphbit_llm_message_get_role (demand), ==, GRAPHBIT_LLM_ROLE_USER);
      g_assert_nonnull (strstr (graphbit_llm_message_get_content (demand), "\n/degrees: required but missing\n"));
    }
  return graphbit_provider_call_respond (call, response);
}

/* Twice and no more; the conversation of the application stays as it is. */
static void
test_mismatch (void)
{
  for (guint is_stream = 0; is_stream < 2; is_stream++)
    {
      g_autoptr (GString) asked = g_string_new (NULL);
      g_autoptr (GraphbitLlmProvider) provider = g_object_new (GRAPHBIT_TYPE_LLM_PROVIDER, NULL);
      g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_custom (provider);
      g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (config);
      g_autoptr (GraphbitErrorDetails) details = NULL;
      g_autoptr (GError) error = NULL;
      GObject *partial;

      g_signal_connect (provider, "request", G_CALLBACK (answer_wrong), asked);
      g_assert_null (ask (client, is_stream, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_SCHEMA_MISMATCH);
      g_assert_nonnull (strstr (error->message, " gave an answer that does not fit the response schema: /degrees: required but missing"));
      g_assert_cmpstr (asked->str, ==, "135");
      details = graphbit_error_details_from_error (error);
      g_assert_cmpuint (graphbit_error_details_get_attempts (details), ==, 3);
      partial = graphbit_error_details_get_partial_response (details);
      g_assert_cmpstr (graphbit_llm_response_get_text (GRAPHBIT_LLM_RESPONSE (partial)), ==, "{\"city\":\"Ulm\"}");
      g_assert_cmpint (graphbit_llm_usage_get_prompt_tokens (graphbit_llm_response_get_usage (GRAPHBIT_LLM_RESPONSE (partial))),
                       ==, 30);
      g_assert_cmpint (support_stat (client, "prompt_tokens"), ==, 30);
      g_assert_cmpint (support_stat (client, "failed_requests"), ==, 1);
    }
}

static gboolean
answer_once (GraphbitLlmProvider *provider,
             GraphbitProviderCall *call,
             gpointer data)
{
  GString *asked = data;

  if (asked->len == 1)
    return graphbit_call_fail (GRAPHBIT_CALL (call), "The model went home");
  return answer_wrong (provider, call, data);
}

static void
assert_rejected (const GError *error)
{
  g_autoptr (GraphbitErrorDetails) details = graphbit_error_details_from_error (error);
  GObject *partial = graphbit_error_details_get_partial_response (details);

  g_assert_true (GRAPHBIT_IS_LLM_RESPONSE (partial));
  g_assert_true (g_str_has_prefix (graphbit_llm_response_get_text (GRAPHBIT_LLM_RESPONSE (partial)), "{\"city\":"));
  g_assert_cmpint (graphbit_llm_usage_get_prompt_tokens (graphbit_llm_response_get_usage (GRAPHBIT_LLM_RESPONSE (partial))),
                   ==, 10);
}

/* When it is asked again and nothing comes, what the first answer used is not lost. */
static void
test_asked_again_in_vain (void)
{
  for (guint is_stream = 0; is_stream < 2; is_stream++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new ("[" WRONG_STEP ",{\"status\":400}]");
      g_autoptr (GraphbitLlmClient) client = support_client_new (server);
      g_autoptr (GString) asked = g_string_new (NULL);
      g_autoptr (GraphbitLlmProvider) provider = g_object_new (GRAPHBIT_TYPE_LLM_PROVIDER, NULL);
      g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_custom (provider);
      g_autoptr (GraphbitLlmClient) custom = graphbit_llm_client_new (config);
      g_autoptr (GError) error = NULL;

      g_assert_null (ask (client, is_stream, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_REQUEST);
      assert_rejected (error);
      g_assert_cmpint (support_stat (client, "prompt_tokens"), ==, 10);
      g_clear_error (&error);

      g_signal_connect (provider, "request", G_CALLBACK (answer_once), asked);
      g_assert_null (ask (custom, is_stream, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNAVAILABLE);
      assert_rejected (error);
      g_assert_cmpint (support_stat (custom, "prompt_tokens"), ==, 10);
    }
}

/* What will not get better is not asked for again. */
static void
test_cut_off (void)
{
  g_autoptr (GraphbitMockServer) server =
    support_server_new ("{\"text\":\"{\\\"city\\\":\\\"Ulm\",\"finish_reason\":\"length\",\"times\":9}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;

  g_assert_null (ask (client, FALSE, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_SCHEMA_MISMATCH);
  g_assert_nonnull (strstr (error->message, "max-tokens"));
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);
}

static void
test_refusal (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"refusal\":\"I will not\",\"text\":\"\",\"times\":9}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmResponse) response = ask (client, FALSE, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_refusal (response), ==, "I will not");
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);
}

/* Each round is reserved and settled; one that the budget has not got is not asked. */
static void
test_budget (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("[" WRONG_STEP "," RIGHT_STEP "," WRONG_STEP "," RIGHT_STEP "]");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitBudget) budget = g_object_new (GRAPHBIT_TYPE_BUDGET, "max-tokens", (gint64) 100000, NULL);
  g_autoptr (GraphbitBudget) small = g_object_new (GRAPHBIT_TYPE_BUDGET, "max-tokens", (gint64) 20, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;
  gint64 used;

  graphbit_llm_client_set_budget (client, budget);
  response = ask (client, FALSE, &error);
  g_assert_no_error (error);
  g_object_get (budget, "used-tokens", &used, NULL);
  g_assert_cmpint (used, ==, 24);

  graphbit_llm_client_set_budget (client, small);
  g_assert_null (ask (client, FALSE, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_BUDGET_EXCEEDED);
  g_object_get (small, "used-tokens", &used, NULL);
  g_assert_cmpint (used, ==, 12);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);
}

/* Also while it is asked again. */
static void
test_cancel (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("[" WRONG_STEP ",{\"stall\":true}]");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmRequest) request = make_request (SCHEMA);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };

  graphbit_llm_client_chat_async (client, request, cancellable, support_ready, &result);
  while (!graphbit_mock_server_wait_for_stalled (server, 1, 1))
    g_main_context_iteration (NULL, FALSE);
  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_llm_client_chat_finish (client, support_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  support_result_clear (&result);
  support_assert_closed (server);
}

static void
test_refused_schema (void)
{
  const char *const replies[] = { RIGHT, NULL };
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_scripted (replies);
  g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (config);
  g_autoptr (GraphbitLlmRequest) unsupported = make_request ("{\"type\":\"object\",\"if\":{}}");
  g_autoptr (GraphbitLlmRequest) wrong = make_request ("{\"type\":\"thing\"}");
  g_autoptr (GError) error = NULL;

  g_assert_null (graphbit_llm_client_chat (client, unsupported, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_null (graphbit_llm_client_chat (client, wrong, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

int
main (int argc,
      char *argv[])
{
  static const char *const providers[] = { "openai_compatible", "anthropic", "gemini", "ollama", "responses", "cohere" };

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/answer/extraction", test_extraction);
  for (guint i = 0; i < G_N_ELEMENTS (providers); i++)
    {
      g_autofree char *path = g_strconcat ("/llm/answer/asked-again/", providers[i], NULL);

      g_test_add_data_func (path, providers[i], test_asked_again);
    }
  g_test_add_func ("/llm/answer/mismatch", test_mismatch);
  g_test_add_func ("/llm/answer/asked-again-in-vain", test_asked_again_in_vain);
  g_test_add_func ("/llm/answer/cut-off", test_cut_off);
  g_test_add_func ("/llm/answer/refusal", test_refusal);
  g_test_add_func ("/llm/answer/budget", test_budget);
  g_test_add_func ("/llm/answer/cancel", test_cancel);
  g_test_add_func ("/llm/answer/refused-schema", test_refused_schema);

  return g_test_run ();
}
