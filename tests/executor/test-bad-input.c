/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "executor-support.h"
#include "graphbit-clock-private.h"
#include "graphbit-mock-server.h"

/* What users and providers get wrong, as a workflow's author meets it: never a crash, always a sentence that helps. */

/* What is wrong with the workflow throws, in every form, before anything is sent. */

typedef void (*Build) (GraphbitWorkflow *workflow, GError **error);

static void
add_agent (GraphbitWorkflow *workflow,
           const char *name,
           const char *prompt,
           GraphbitLlmOptions *options,
           GError **error)
{
  g_autoptr (GraphbitAgentNode) agent = graphbit_agent_node_new (name, prompt);

  graphbit_agent_node_set_options (agent, options);
  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (agent), error);
}

static void
build_empty_prompt (GraphbitWorkflow *workflow,
                    GError **error)
{
  add_agent (workflow, "a", "", NULL, error);
}

static void
build_temperature (GraphbitWorkflow *workflow,
                   GError **error)
{
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();

  graphbit_llm_options_set_temperature (options, 3);
  add_agent (workflow, "a", "Q", options, error);
}

static void
build_cycle (GraphbitWorkflow *workflow,
             GError **error)
{
  add_agent (workflow, "a", "Q", NULL, error);
  add_agent (workflow, "b", "Q", NULL, error);
  graphbit_workflow_connect_nodes (workflow, "a", "b", error);
  graphbit_workflow_connect_nodes (workflow, "b", "a", error);
}

static void
build_unknown_reference (GraphbitWorkflow *workflow,
                         GError **error)
{
  add_agent (workflow, "a", "Q about {{node.gone}}", NULL, error);
}

static void
build_unknown_node (GraphbitWorkflow *workflow,
                    GError **error)
{
  add_agent (workflow, "a", "Q", NULL, error);
  graphbit_workflow_connect_nodes (workflow, "a", "gone", error);
}

static const struct
{
  const char *name;
  Build build;
  const char *hint;
} workflows[] = {
  { "empty-prompt", build_empty_prompt, "prompt" },
  { "temperature", build_temperature, "temperature" },
  { "cyclic-graph", build_cycle, "cycle" },
  { "unknown-reference", build_unknown_reference, "gone" },
  { "unknown-node", build_unknown_node, "gone" },
};

static GraphbitMockServer *
server_new (const char *steps)
{
  GraphbitMockServer *server = graphbit_mock_server_new ();
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_start (server, &error);
  g_assert_no_error (error);
  if (steps != NULL)
    graphbit_mock_server_add_step (server, steps, &error);
  g_assert_no_error (error);
  return server;
}

static GraphbitExecutor *
executor_new (GraphbitMockServer *server)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config =
    graphbit_llm_config_new_openai_compatible (graphbit_mock_server_get_base_url (server), "sk-marker", "m", &error);

  g_assert_no_error (error);
  return graphbit_executor_new (config);
}

static void
check_message (const GError *error,
               const char *hint)
{
  if (strstr (error->message, hint) == NULL)
    g_error ("“%s” does not speak of “%s”", error->message, hint);
  g_assert_null (strstr (error->message, "sk-marker"));
}

static void
test_workflow (gconstpointer data)
{
  guint index = GPOINTER_TO_UINT (data);
  g_autoptr (GraphbitMockServer) server = server_new (NULL);
  g_autoptr (GraphbitExecutor) executor = executor_new (server);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("bad");
  g_autoptr (GError) error = NULL;

  workflows[index].build (workflow, &error);
  if (error != NULL)
    {
      g_assert_true (error->domain == GRAPHBIT_ERROR);
      check_message (error, workflows[index].hint);
      return;
    }

  for (guint i = 0; i < 3; i++)
    {
      if (i == 0)
        g_assert_null (graphbit_executor_execute (executor, workflow, NULL, NULL, &error));
      else if (i == 1)
        g_assert_null (support_execute (executor, workflow, NULL, NULL, &error));
      else
        g_assert_null (graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
      check_message (error, workflows[index].hint);
      g_clear_error (&error);
    }
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);
}

/* What goes wrong with the provider fails the node, and the result says how. */

#define HALF "data: {\\\"choices\\\":[{\\\"index\\\":0,\\\"delta\\\":{\\\"content\\\":\\\"half\\\"}}]}\\n\\n"
#define SSE "\"content_type\":\"text/event-stream\","

static const struct
{
  const char *name;
  const char *steps;
  int code;
  guint n_requests;
  int http_status;
  gint64 retry_after_ms;
  gboolean is_stream;
} answers[] = {
  { "wrong-key-401", "{\"status\":401}", GRAPHBIT_ERROR_AUTHENTICATION, 1, 401, -1, FALSE },
  { "wrong-key-401-streaming", "{\"status\":401}", GRAPHBIT_ERROR_AUTHENTICATION, 1, 401, -1, TRUE },
  { "retry-after-too-long", "{\"status\":429,\"headers\":{\"Retry-After\":\"3600\"}}", GRAPHBIT_ERROR_RATE_LIMITED, 1, 429, 3600000, FALSE },
  { "broken-json", "{\"body\":\"{\\\"choices\\\":[{\",\"content_type\":\"application/json\"}", GRAPHBIT_ERROR_PROTOCOL, 1, -1, -1, FALSE },
  { "broken-json-streaming", "{\"content_type\":\"text/event-stream\",\"body\":\"data: {\\\"choices\\\":[{\\n\\n\"}",
    GRAPHBIT_ERROR_PROTOCOL, 1, -1, -1, TRUE },
  { "no-json", "{\"garbage\":\"body\"}", GRAPHBIT_ERROR_PROTOCOL, 1, -1, -1, FALSE },
  { "cut-stream", "{" SSE "\"body\":\"" HALF "\"}", GRAPHBIT_ERROR_PROTOCOL, 1, -1, -1, TRUE },
  { "broken-off-stream", "{" SSE "\"framing\":\"chunked\",\"body\":[\"" HALF "\",\"" HALF "\"],\"close\":\"after-70-bytes\"}",
    GRAPHBIT_ERROR_CONNECTION, 1, -1, -1, TRUE },
};

static GraphbitWorkflowResult *
run_agent (GraphbitExecutor *executor,
           const char *prompt,
           GVariant *inputs,
           gboolean is_stream,
           char **events)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("bad");
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GError) error = NULL;

  add_agent (workflow, "a", prompt, NULL, &error);
  g_assert_no_error (error);
  run = graphbit_executor_start (executor, workflow, inputs,
                                 is_stream ? GRAPHBIT_STREAM_MODES_ALL : GRAPHBIT_STREAM_MODES_UPDATES, &error);
  g_assert_no_error (error);
  *events = support_read_events (run);
  return support_wait (run);
}

static void
check_failed (GraphbitWorkflowResult *result,
              const char *events,
              int code,
              int http_status,
              gint64 retry_after_ms)
{
  g_autoptr (GError) error = graphbit_workflow_result_get_error (result);
  g_autoptr (GError) cause = graphbit_workflow_result_get_node_error (result, "a");
  g_autoptr (GraphbitErrorDetails) details = NULL;

  g_assert_true (graphbit_workflow_result_is_failed (result));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  check_message (error, "“a”");
  g_assert_error (cause, GRAPHBIT_ERROR, code);
  check_message (cause, "");
  g_assert_nonnull (strstr (events, "node_failed:a workflow_failed"));
  details = graphbit_error_details_from_error (cause);
  if (http_status > 0)
    g_assert_cmpint (graphbit_error_details_get_http_status (details), ==, http_status);
  if (retry_after_ms > 0)
    g_assert_cmpint (graphbit_error_details_get_retry_after_ms (details), ==, retry_after_ms);
}

static void
test_answer (gconstpointer data)
{
  guint index = GPOINTER_TO_UINT (data);
  g_autoptr (GraphbitMockServer) server = server_new (answers[index].steps);
  g_autoptr (GraphbitExecutor) executor = executor_new (server);
  g_autofree char *events = NULL;
  g_autoptr (GraphbitWorkflowResult) result = run_agent (executor, "Q", NULL, answers[index].is_stream, &events);

  check_failed (result, events, answers[index].code, answers[index].http_status, answers[index].retry_after_ms);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, answers[index].n_requests);
}

/* A delay that the provider asks for is kept, and then the run goes on. */
static void
test_retry_after (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitExecutor) executor = NULL;
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("bad");
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GError) error = NULL;
  gint64 started;

  graphbit_clock_set_virtual (TRUE);
  server = server_new ("{\"status\":429,\"headers\":{\"Retry-After\":\"7\"}}");
  executor = executor_new (server);
  add_agent (workflow, "a", "Q", NULL, &error);
  g_assert_no_error (error);
  started = graphbit_clock_now ();
  run = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_UPDATES, &error);
  g_assert_no_error (error);
  while (graphbit_run_get_state (run) < GRAPHBIT_RUN_STATE_COMPLETED)
    {
      g_main_context_iteration (NULL, FALSE);
      if (graphbit_mock_server_wait_for_finished (server, 1, 0))
        graphbit_clock_advance (100 * 1000);
    }
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_COMPLETED);
  g_assert_cmpint (graphbit_clock_now () - started, >=, 7 * G_USEC_PER_SEC);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 2);
  graphbit_clock_set_virtual (FALSE);
}

static void
test_no_key (void)
{
  g_autoptr (GraphbitLlmConfig) config = NULL;
  g_autoptr (GraphbitExecutor) executor = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *events = NULL;

  g_unsetenv ("OPENAI_API_KEY");
  config = graphbit_llm_config_new_openai (NULL, "m", &error);
  g_assert_no_error (error);
  executor = graphbit_executor_new (config);
  result = run_agent (executor, "Q", NULL, TRUE, &events);
  check_failed (result, events, GRAPHBIT_ERROR_AUTHENTICATION, 0, 0);
  error = graphbit_workflow_result_get_node_error (result, "a");
  check_message (error, "OPENAI_API_KEY");
}

static void
test_closed_port (void)
{
  g_autoptr (GraphbitMockServer) server = server_new (NULL);
  g_autoptr (GraphbitExecutor) executor = executor_new (server);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autofree char *events = NULL;

  graphbit_mock_server_stop (server);
  graphbit_executor_set_max_retries (executor, 0);
  result = run_agent (executor, "Q", NULL, FALSE, &events);
  check_failed (result, events, GRAPHBIT_ERROR_CONNECTION, 0, 0);
}

/* A prompt that only turns out to be empty when it is filled in. */
static void
test_prompt_becomes_empty (void)
{
  g_autoptr (GraphbitMockServer) server = server_new (NULL);
  g_autoptr (GraphbitExecutor) executor = executor_new (server);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autofree char *events = NULL;
  g_auto (GVariantDict) inputs = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&inputs, "topic", "s", "");
  result = run_agent (executor, "{{input.topic}}", g_variant_dict_end (&inputs), FALSE, &events);
  check_failed (result, events, GRAPHBIT_ERROR_INVALID_ARGUMENT, 0, 0);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);
}

/* Who tries again is the client alone: what executor and node allow is never multiplied. */
static void
test_one_owner (void)
{
  static const guint of_executor[] = { 0, 1, 3 };
  static const guint of_node[] = { 0, 1, 5 };

  for (guint i = 0; i < G_N_ELEMENTS (of_executor); i++)
    for (guint j = 0; j < G_N_ELEMENTS (of_node); j++)
      {
        g_autoptr (GraphbitMockServer) server =
          server_new ("{\"status\":503,\"headers\":{\"retry-after-ms\":\"1\"},\"times\":-1}");
        g_autoptr (GraphbitExecutor) executor = executor_new (server);
        g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("bad");
        g_autoptr (GraphbitNode) node = GRAPHBIT_NODE (graphbit_agent_node_new ("a", "Q"));
        g_autoptr (GraphbitWorkflowResult) result = NULL;
        g_autoptr (GError) error = NULL;

        graphbit_executor_set_max_retries (executor, of_executor[i]);
        graphbit_node_set_max_retries (node, of_node[j]);
        g_assert_nonnull (graphbit_workflow_add_node (workflow, node, &error));
        result = graphbit_executor_execute (executor, workflow, NULL, NULL, &error);
        g_assert_no_error (error);
        g_assert_true (graphbit_workflow_result_is_failed (result));
        g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1 + of_executor[i]);
      }
}

/* No model at all. */
static void
test_no_config (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("bad");
  g_autoptr (GError) error = NULL;

  add_agent (workflow, "lonely", "Q", NULL, &error);
  g_assert_no_error (error);
  g_assert_null (graphbit_executor_execute (executor, workflow, NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
  check_message (error, "lonely");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (workflows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/executor/bad-input/%s", workflows[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_workflow);
    }
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *path = g_strdup_printf ("/executor/bad-input/%s", answers[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_answer);
    }
  g_test_add_func ("/executor/bad-input/retry-after", test_retry_after);
  g_test_add_func ("/executor/bad-input/no-key", test_no_key);
  g_test_add_func ("/executor/bad-input/closed-port", test_closed_port);
  g_test_add_func ("/executor/bad-input/prompt-becomes-empty", test_prompt_becomes_empty);
  g_test_add_func ("/executor/bad-input/one-owner", test_one_owner);
  g_test_add_func ("/executor/bad-input/no-config", test_no_config);

  return g_test_run ();
}
