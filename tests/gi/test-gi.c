/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What the other languages try, in C, through the shared library and its public header alone. */

#include <graphbit-mock-server.h>
#include <graphbit/graphbit.h>
#include <string.h>

#define PATIENCE_MS 20000

typedef struct
{
  GraphbitMockServer *server;
  GraphbitLlmConfig *config;
  GraphbitLlmClient *client;
} Fixture;

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->server = graphbit_mock_server_new ();
  graphbit_mock_server_start (fixture->server, &error);
  g_assert_no_error (error);
  fixture->config = graphbit_llm_config_new_openai ("key", "gpt-4o-mini", &error);
  g_assert_no_error (error);
  graphbit_llm_config_set_base_url (fixture->config, graphbit_mock_server_get_base_url (fixture->server));
  fixture->client = g_object_new (GRAPHBIT_TYPE_LLM_CLIENT, "config", fixture->config, "max-retries", 0, NULL);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  g_clear_object (&fixture->client);
  g_clear_object (&fixture->config);
  graphbit_mock_server_stop (fixture->server);
  g_clear_object (&fixture->server);
}

static void
step (Fixture *fixture,
      const char *json)
{
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_add_step (fixture->server, json, &error);
  g_assert_no_error (error);
}

static void
keep_result (GObject *source,
             GAsyncResult *result,
             gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static void
assert_fails (Fixture *fixture,
              int code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = graphbit_llm_client_complete (fixture->client, "x", NULL, NULL, &error);

  g_assert_null (text);
  g_assert_error (error, GRAPHBIT_ERROR, code);
}

static void
test_hello (Fixture *fixture,
            gconstpointer data)
{
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) stats = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *later = NULL;
  gint64 total;

  text = graphbit_llm_client_complete (fixture->client, "Hello", NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: Hello");

  graphbit_llm_options_set_max_tokens (options, 7);
  graphbit_llm_client_complete_async (fixture->client, "a", options, NULL, keep_result, &result);
  later = graphbit_llm_client_complete_finish (fixture->client, wait_for (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (later, ==, "You said: a");

  stats = graphbit_llm_client_get_stats (fixture->client);
  g_assert_true (g_variant_lookup (stats, "total_requests", "x", &total));
  g_assert_cmpint (total, ==, 2);
}

static void
test_stream (Fixture *fixture,
             gconstpointer data)
{
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  GraphbitLlmChunk *chunk;

  step (fixture, "{\"stream\": [\"one \", \"two\"]}");
  stream = graphbit_llm_client_complete_stream (fixture->client, "x", NULL, NULL, &error);
  g_assert_no_error (error);
  while ((chunk = graphbit_llm_stream_next_chunk (stream, NULL, &error)) != NULL)
    {
      if (graphbit_llm_chunk_get_kind (chunk) == GRAPHBIT_LLM_CHUNK_KIND_CONTENT)
        g_string_append_printf (text, "%s|", graphbit_llm_chunk_get_text (chunk));
      graphbit_llm_chunk_unref (chunk);
    }
  g_assert_no_error (error);
  g_assert_cmpstr (text->str, ==, "one |two|");
  g_assert_cmpstr (graphbit_llm_stream_get_text (stream), ==, "one two");
}

static void
test_chat (Fixture *fixture,
           gconstpointer data)
{
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmMessage) system = graphbit_llm_message_new_system ("Be brief.");
  g_autoptr (GraphbitLlmMessage) user = graphbit_llm_message_new_user ("Weather in Lisbon?");
  g_autoptr (GraphbitLlmMessage) assistant = NULL;
  g_autoptr (GraphbitLlmMessage) tool = NULL;
  g_autoptr (GraphbitLlmToolSpec) spec = NULL;
  g_autoptr (GraphbitLlmToolCall) call = NULL;
  g_autoptr (GraphbitLlmResponse) first = NULL;
  g_autoptr (GraphbitLlmResponse) second = NULL;
  g_autoptr (GError) error = NULL;

  step (fixture, "{\"tool_calls\": [{\"id\": \"c1\", \"name\": \"weather\", \"arguments\": {\"city\": \"Lisbon\"}}]}");
  graphbit_llm_request_add_message (request, system);
  graphbit_llm_request_add_message (request, user);
  spec = graphbit_llm_tool_spec_new ("weather", "Tells the weather.", NULL, &error);
  g_assert_no_error (error);
  graphbit_llm_request_add_tool (request, spec);
  first = graphbit_llm_client_chat (fixture->client, request, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (first), ==, GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS);
  call = g_list_model_get_item (graphbit_llm_response_get_tool_calls (first), 0);
  g_assert_cmpstr (graphbit_llm_tool_call_get_arguments_json (call), ==, "{\"city\":\"Lisbon\"}");

  assistant = graphbit_llm_message_new_assistant (graphbit_llm_response_get_text (first));
  graphbit_llm_message_add_tool_call (assistant, call);
  graphbit_llm_request_add_message (request, assistant);
  tool = graphbit_llm_message_new_tool (graphbit_llm_tool_call_get_id (call), "24 degrees");
  graphbit_llm_request_add_message (request, tool);
  second = graphbit_llm_client_chat (fixture->client, request, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (second), ==, "The tool said: 24 degrees");
}

static char *
lookup (GraphbitToolCall *call,
        gpointer user_data,
        GError **error)
{
  return g_strdup ("24 degrees");
}

static char *
mark (GraphbitWorkflowContext *context,
      gpointer user_data,
      GError **error)
{
  g_autofree char *input = graphbit_workflow_context_get_input (context);

  return g_strconcat (input, user_data, NULL);
}

static char *
choose (GraphbitWorkflowContext *context,
        gpointer user_data,
        GError **error)
{
  return g_strdup (user_data);
}

static char *
fail (GraphbitWorkflowContext *context,
      gpointer user_data,
      GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no such row");
  return NULL;
}

static gboolean
answer (gpointer data)
{
  g_autoptr (GraphbitNodeCall) call = data;

  g_assert_true (graphbit_node_call_respond (call, "at last"));
  g_assert_false (graphbit_node_call_respond (call, "too late"));
  return G_SOURCE_REMOVE;
}

static gboolean
answer_later (GraphbitFunctionNode *node,
              GraphbitNodeCall *call)
{
  g_timeout_add (1, answer, g_object_ref (call));
  return TRUE;
}

/* Takes the nodes, of which NULL ends the list, and joins them in a row. */
static GraphbitWorkflow *
make_row (GraphbitNode *node,
          ...)
{
  GraphbitWorkflow *workflow = graphbit_workflow_new ("row");
  g_autoptr (GError) error = NULL;
  const char *previous = NULL;
  va_list nodes;

  va_start (nodes, node);
  for (; node != NULL; node = va_arg (nodes, GraphbitNode *))
    {
      const char *id = graphbit_workflow_add_node (workflow, node, &error);

      g_assert_no_error (error);
      if (previous != NULL)
        graphbit_workflow_connect_nodes (workflow, previous, id, &error);
      g_assert_no_error (error);
      previous = id;
      g_object_unref (node);
    }
  va_end (nodes);
  return workflow;
}

static void
test_functions (Fixture *fixture,
                gconstpointer data)
{
  GraphbitAgentNode *agent = graphbit_agent_node_new ("agent", "How warm is it?");
  g_autoptr (GraphbitTool) tool = NULL;
  g_autoptr (GraphbitWorkflow) workflow = NULL;
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (fixture->config);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GAsyncResult) done = NULL;
  g_autoptr (GError) error = NULL;

  step (fixture, "{\"tool_calls\": [{\"id\": \"c1\", \"name\": \"lookup\", \"arguments\": {}}]}");
  tool = graphbit_tool_new ("lookup", "Looks it up.", NULL, lookup, NULL, NULL, &error);
  g_assert_no_error (error);
  graphbit_agent_node_add_tool (agent, tool);
  workflow = make_row (GRAPHBIT_NODE (agent),
                       graphbit_function_node_new ("mark", mark, g_strdup ("!"), g_free),
                       graphbit_condition_node_new ("which?", choose, g_strdup ("loud"), g_free),
                       graphbit_transform_node_new ("loud", GRAPHBIT_TRANSFORMATION_UPPERCASE),
                       NULL);
  graphbit_executor_execute_async (executor, workflow, NULL, NULL, keep_result, &done);
  result = graphbit_executor_execute_finish (executor, wait_for (&done), &error);
  g_assert_no_error (error);
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "mark"), ==, "The tool said: 24 degrees!");
}

static void
test_nested (Fixture *fixture,
             gconstpointer data)
{
  g_autoptr (GraphbitWorkflow) inner = NULL;
  g_autoptr (GraphbitWorkflow) workflow = NULL;
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GraphbitTransformNode *input = graphbit_transform_node_new ("input", GRAPHBIT_TRANSFORMATION_TEMPLATE);
  GraphbitTransformNode *list = graphbit_transform_node_new ("list", GRAPHBIT_TRANSFORMATION_TEMPLATE);

  graphbit_transform_node_set_argument (input, "{input}");
  inner = make_row (GRAPHBIT_NODE (input), graphbit_function_node_new ("mark", mark, g_strdup ("!"), g_free), NULL);
  graphbit_transform_node_set_argument (list, "[1,2]");
  workflow = make_row (GRAPHBIT_NODE (list),
                       graphbit_map_node_new ("each", inner),
                       graphbit_workflow_node_new ("nest", inner),
                       graphbit_loop_node_new ("again", inner, "iteration == 2", 5),
                       NULL);
  result = graphbit_executor_execute (executor, workflow, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "each"), ==, "[\"1!\",\"2!\"]");
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "again/2/mark"), ==, "[\"1!\",\"2!\"]!!!");
}

static void
test_answered_later (Fixture *fixture,
                     gconstpointer data)
{
  GraphbitFunctionNode *node = graphbit_function_node_new ("later", NULL, NULL, NULL);
  g_autoptr (GraphbitWorkflow) workflow = NULL;
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GAsyncResult) done = NULL;
  g_autoptr (GError) error = NULL;

  g_signal_connect (node, "call", G_CALLBACK (answer_later), NULL);
  workflow = make_row (GRAPHBIT_NODE (node), NULL);
  graphbit_executor_execute_async (executor, workflow, NULL, NULL, keep_result, &done);
  result = graphbit_executor_execute_finish (executor, wait_for (&done), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "later"), ==, "at last");
}

static void
test_functions_that_fail (Fixture *fixture,
                          gconstpointer data)
{
  g_autoptr (GraphbitWorkflow) workflow = make_row (GRAPHBIT_NODE (graphbit_function_node_new ("broken", fail, NULL, NULL)), NULL);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) cause = NULL;

  result = graphbit_executor_execute (executor, workflow, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (graphbit_workflow_result_is_failed (result));
  cause = graphbit_workflow_result_get_node_error (result, "broken");
  g_assert_nonnull (strstr (cause->message, "no such row"));
}

static void
test_events (Fixture *fixture,
             gconstpointer data)
{
  g_autoptr (GraphbitWorkflow) workflow = make_row (GRAPHBIT_NODE (graphbit_transform_node_new ("only", GRAPHBIT_TRANSFORMATION_TRIM)), NULL);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GraphbitEvent *event;

  run = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_UPDATES, &error);
  g_assert_no_error (error);
  while ((event = graphbit_run_next_event (run, NULL, &error)) != NULL)
    {
      g_string_append_printf (names, "%s ", graphbit_event_get_event (event));
      g_object_unref (event);
    }
  g_assert_no_error (error);
  g_assert_cmpstr (names->str, ==, "workflow_started node_started node_completed workflow_completed ");
  result = graphbit_run_wait (run, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (graphbit_workflow_result_is_success (result));
}

static void
test_own_wires (Fixture *fixture,
                gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) anthropic = graphbit_llm_config_new_anthropic ("key", NULL, &error);
  g_autoptr (GraphbitLlmConfig) ollama = graphbit_llm_config_new_ollama (NULL, &error);
  g_autoptr (GraphbitLlmConfig) gemini = graphbit_llm_config_new_gemini ("key", NULL, &error);
  g_autoptr (GraphbitLlmConfig) responses = graphbit_llm_config_new_openai ("key", NULL, &error);
  g_autoptr (GraphbitLlmConfig) cohere = graphbit_llm_config_new_cohere ("key", "command-a-vision-07-2025", &error);
  GraphbitLlmConfig *configs[] = { anthropic, ollama, gemini, responses, cohere };
  g_autofree char *root = g_strdup_printf ("http://127.0.0.1:%u", graphbit_mock_server_get_port (fixture->server));

  graphbit_llm_config_set_api (responses, GRAPHBIT_LLM_API_RESPONSES);
  for (guint i = 0; i < G_N_ELEMENTS (configs); i++)
    {
      g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (configs[i]);
      g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
      g_autoptr (GraphbitLlmMessage) user = graphbit_llm_message_new_user ("go");
      g_autoptr (GraphbitLlmMessage) assistant = NULL;
      g_autoptr (GraphbitLlmMessage) more = graphbit_llm_message_new_user ("on");
      g_autoptr (GraphbitLlmResponse) response = NULL;
      g_autoptr (GraphbitLlmResponse) last = NULL;
      g_autofree char *requests = NULL;

      graphbit_llm_config_set_base_url (configs[i], root);
      g_assert_cmpuint (graphbit_llm_config_get_capabilities (configs[i]) & GRAPHBIT_LLM_CAPABILITIES_IMAGES, !=, 0);
      step (fixture, "{\"text\": \"b\", \"reasoning\": \"hm\"}");
      graphbit_llm_request_add_message (request, user);
      response = graphbit_llm_client_chat (client, request, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (graphbit_llm_response_get_reasoning (response), ==, "hm");
      assistant = graphbit_llm_response_make_message (response);
      graphbit_llm_request_add_message (request, assistant);
      graphbit_llm_request_add_message (request, more);
      last = graphbit_llm_client_chat (client, request, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (graphbit_llm_response_get_text (last), ==, "You said: on");
      requests = graphbit_mock_server_dup_requests_json (fixture->server);
      g_assert_nonnull (strstr (requests, "hm"));
    }
}

/* An answer that is made apart. */
static void
test_predictions (Fixture *fixture,
                  gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_replicate ("key", "o/m", "v1", &error);
  g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (config);
  g_autofree char *root = g_strdup_printf ("http://127.0.0.1:%u", graphbit_mock_server_get_port (fixture->server));
  g_autofree char *text = NULL;

  graphbit_llm_config_set_base_url (config, root);
  g_assert_cmpstr (graphbit_llm_config_get_version (config), ==, "v1");
  text = graphbit_llm_client_complete (client, "go", NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: go");
}

static void
test_cancellation (Fixture *fixture,
                   gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) done = NULL;
  g_autoptr (GError) error = NULL;

  step (fixture, "{\"stall\": true}");
  graphbit_llm_client_complete_async (fixture->client, "x", NULL, cancellable, keep_result, &done);
  g_assert_true (graphbit_mock_server_wait_for_stalled (fixture->server, 1, PATIENCE_MS));
  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_llm_client_complete_finish (fixture->client, wait_for (&done), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (graphbit_mock_server_wait_for_open_connections (fixture->server, 0, PATIENCE_MS));
}

static void
test_errors (Fixture *fixture,
             gconstpointer data)
{
  g_autoptr (GraphbitErrorDetails) details = NULL;
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GraphbitWorkflow) cycle = NULL;
  g_autoptr (GError) error = NULL;

  step (fixture, "{\"status\": 401}");
  assert_fails (fixture, GRAPHBIT_ERROR_AUTHENTICATION);
  step (fixture, "{\"body\": \"{\", \"content_type\": \"application/json\"}");
  assert_fails (fixture, GRAPHBIT_ERROR_PROTOCOL);

  step (fixture, "{\"status\": 429, \"headers\": {\"Retry-After\": \"7\"}}");
  g_assert_null (graphbit_llm_client_complete (fixture->client, "x", NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_RATE_LIMITED);
  details = graphbit_error_details_from_error (error);
  g_assert_cmpint (graphbit_error_details_get_http_status (details), ==, 429);
  g_assert_cmpint (graphbit_error_details_get_retry_after_ms (details), ==, 7000);
  g_clear_error (&error);
  /* that model is left alone for so long */
  graphbit_llm_config_set_model (graphbit_llm_client_get_config (fixture->client), "another");

  step (fixture, "{\"stream\": [\"half\"], \"done\": false, \"finish_reason\": \"\"}");
  stream = graphbit_llm_client_complete_stream (fixture->client, "x", NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (graphbit_llm_stream_collect (stream, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PROTOCOL);
  g_clear_error (&error);

  graphbit_mock_server_stop (fixture->server);
  assert_fails (fixture, GRAPHBIT_ERROR_CONNECTION);

  cycle = make_row (GRAPHBIT_NODE (graphbit_transform_node_new ("a", GRAPHBIT_TRANSFORMATION_TRIM)),
                    graphbit_transform_node_new ("b", GRAPHBIT_TRANSFORMATION_TRIM),
                    NULL);
  graphbit_workflow_connect_nodes (cycle, "b", "a", &error);
  g_assert_no_error (error);
  g_assert_false (graphbit_workflow_validate (cycle, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
}

static void
test_models (Fixture *fixture,
             gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GListModel) models = NULL;
  g_autoptr (GraphbitModelInfo) first = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (graphbit_llm_client_warmup (fixture->client, NULL, &error));
  g_assert_no_error (error);
  graphbit_llm_client_list_models_async (fixture->client, NULL, keep_result, &result);
  models = graphbit_llm_client_list_models_finish (fixture->client, wait_for (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (models), ==, 3);
  first = g_list_model_get_item (models, 0);
  g_assert_cmpstr (graphbit_model_info_get_owner (first), ==, "graphbit");
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (fixture->server), ==, 1);

  step (fixture, "{\"status\": 401}");
  g_assert_false (graphbit_llm_client_warmup (fixture->client, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
}

static void
test_embeddings (Fixture *fixture,
                 gconstpointer data)
{
  static const char *const texts[] = { "a", "b", "a", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitEmbeddingConfig) config =
      graphbit_embedding_config_new_openai_compatible (graphbit_mock_server_get_base_url (fixture->server), "key", "m", &error);
  g_autoptr (GraphbitEmbeddingClient) client = graphbit_embedding_client_new (config);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) embeddings = NULL;
  g_autoptr (GraphbitEmbedding) one = NULL;

  g_assert_no_error (error);
  graphbit_embedding_client_embed_many_async (client, texts, NULL, keep_result, &result);
  embeddings = graphbit_embedding_client_embed_many_finish (client, wait_for (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (embeddings->len, ==, 3);
  one = graphbit_embedding_client_embed (client, "b", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (graphbit_embedding_get_bytes (one), graphbit_embedding_get_bytes (embeddings->pdata[1])));
  g_assert_true (graphbit_embedding_client_warmup (client, NULL, &error));
  g_assert_no_error (error);
}

static void
test_batch (Fixture *fixture,
            gconstpointer data)
{
  const char *const prompts[] = { "a", "bad", NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GPtrArray) waited = NULL;
  g_autoptr (GraphbitBatchRun) run = NULL;
  g_autoptr (GraphbitErrorDetails) details = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) bad = NULL;

  step (fixture, "{\"match\": \"bad\", \"status\": 400}");
  graphbit_llm_client_complete_batch_async (fixture->client, prompts, NULL, 2, NULL, keep_result, &result);
  items = graphbit_llm_client_complete_batch_finish (fixture->client, wait_for (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, 2);
  g_assert_cmpstr (graphbit_batch_item_get_text (items->pdata[0]), ==, "You said: a");
  g_assert_cmpuint (graphbit_batch_item_get_index (items->pdata[1]), ==, 1);
  bad = graphbit_batch_item_get_error (items->pdata[1]);
  g_assert_error (bad, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_REQUEST);
  details = graphbit_batch_item_get_error_details (items->pdata[1]);
  g_assert_cmpint (graphbit_error_details_get_http_status (details), ==, 400);

  run = graphbit_llm_client_start_batch (fixture->client, prompts, NULL, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_batch_run_get_items (run)), ==, 2);
  waited = graphbit_batch_run_wait (run, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (graphbit_batch_item_get_response (waited->pdata[1])), ==, "You said: bad");
  g_assert_cmpfloat (graphbit_batch_run_get_progress (run), ==, 1.0);
  graphbit_batch_run_cancel (run);
}

static void
test_mcp (Fixture *fixture,
          gconstpointer data)
{
  g_autofree char *python = g_find_program_in_path ("python3");
  g_autofree char *the_double = g_test_build_filename (G_TEST_DIST, "tool", "mcp-double.py", NULL);
  const char *command[] = { python, the_double, "stdio", NULL };
  g_autoptr (GraphbitMcpClient) client = NULL;
  g_autoptr (GraphbitMcpResult) result = NULL;
  g_autoptr (GPtrArray) tools = NULL;
  g_autoptr (GError) error = NULL;

  if (python == NULL)
    {
      g_test_skip ("python3, which runs the server's double, is missing");
      return;
    }

  client = graphbit_mcp_client_new_stdio (command);
  g_assert_true (graphbit_mcp_client_open (client, NULL, &error));
  g_assert_no_error (error);
  tools = graphbit_mcp_client_list_tools (client, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (GRAPHBIT_IS_TOOL (tools->pdata[0]));
  result = graphbit_mcp_client_call_tool (client, "echo", "{\"text\":\"hello\"}", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_mcp_result_get_text (result), ==, "hello");
  g_assert_true (graphbit_mcp_client_subscribe_resource (client, "double://one", NULL, &error));
  g_assert_no_error (error);
  g_assert_true (graphbit_mcp_client_unsubscribe_resource (client, "double://one", NULL, &error));
  g_assert_no_error (error);
  g_assert_null (graphbit_mcp_client_call_tool (client, "killed", NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONNECTION);
  g_assert_cmpint (graphbit_mcp_client_get_state (client), ==, GRAPHBIT_MCP_STATE_CLOSED);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/gi/c/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("hello", test_hello);
  ADD ("own-wires", test_own_wires);
  ADD ("predictions", test_predictions);
  ADD ("stream", test_stream);
  ADD ("chat", test_chat);
  ADD ("models", test_models);
  ADD ("embeddings", test_embeddings);
  ADD ("batch", test_batch);
  ADD ("mcp", test_mcp);
  ADD ("functions", test_functions);
  ADD ("nested", test_nested);
  ADD ("answered-later", test_answered_later);
  ADD ("functions-that-fail", test_functions_that_fail);
  ADD ("events", test_events);
  ADD ("cancellation", test_cancellation);
  ADD ("errors", test_errors);
#undef ADD

  return g_test_run ();
}
