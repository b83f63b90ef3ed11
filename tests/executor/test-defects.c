/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-clock-private.h"
#include "server-support.h"

/*
 * What went wrong in the original, in engine, executor, client and tools, each as a test that it would fail. The numbers are those of the
 * inventory of its behaviour (R, section 16) and of the study of what users ask for (D, section 2.2).
 *
 *   failed-node             R1, D1       the run fails, nothing behind the node runs
 *   tools-first             R2, D10      successors run once, when the tools are through; any depth
 *   later-rounds            R3           keep system prompt, inputs and context, and the node's own model
 *   settings                R4, D2, D4   retries, time limit, output name are obeyed
 *   statistics              R5           a failed run is none that succeeded; every way to run is counted
 *   timeout                 R6           ends the exchange, and holds for streams and tools
 *   dataflow                R7           no barrier; a fixed order; more than four agents at once
 *   retry-by-status         R8, D7       not by the words of a message; 429 and its Retry-After
 *   breaker                 R9, D2, D3   remembers from run to run; a refused request does not count
 *   transform               R10, D5      runs
 *   error-edge              R11, D4      is followed
 *   no-injection            R12          what a model says is no template; inputs come as they are
 *   json-in-texts           R13          prompts may hold JSON; an answer stays the text that it is
 *   no-keys                 R14, D9      in results, events, errors, and what functions see
 *   no-respawn              R15, D11     a node that breaks its promise has failed, once; no agent is needed
 *   no-hello                R16, D6      nothing is sent that nobody asked for
 *   condition-after-tools   R17          decides by the answer
 *   max-iterations          R18          is what it says, and reaching it is told
 *   batch-order             R19          one item per prompt, in their order
 *   refused-once            R20          400 and 401 are not tried again
 *   temperature             R21          goes out as it was set
 *   no-filler               R28          no words are put into the model's mouth
 *   multibyte               R29          any text is whole wherever it is shown
 *   own-tools-only          R33          an agent calls its own tools, and hears their words unchanged
 *   tool-limit              R34          a tool that does not end is stopped
 *   error-type              D8           comes from the code
 *
 * R22–R27, R30 and R32 are tested with the clients' wires and in the bindings.
 */

static GraphbitWorkflowResult *
run (GraphbitExecutor *executor,
     GraphbitWorkflow *workflow)
{
  g_autoptr (GError) error = NULL;
  GraphbitWorkflowResult *result = support_execute (executor, workflow, NULL, NULL, &error);

  g_assert_no_error (error);
  return result;
}

static void
check_node_error (GraphbitWorkflowResult *result,
                  const char *name,
                  int code)
{
  g_autoptr (GError) error = graphbit_workflow_result_get_node_error (result, name);

  g_assert_error (error, GRAPHBIT_ERROR, code);
}

/* Content of a message of a request; the last one for -1. */
static const char *
get_content (JsonArray *bodies,
             guint request,
             int message)
{
  JsonArray *messages = json_object_get_array_member (json_array_get_object_element (bodies, request), "messages");
  JsonObject *object =
    json_array_get_object_element (messages, message >= 0 ? (guint) message : json_array_get_length (messages) - 1);

  return json_object_get_null_member (object, "content") ? NULL : json_object_get_string_member (object, "content");
}

static char *
answer_sun (GraphbitToolCall *call,
            gpointer data,
            GError **error)
{
  ++*(guint *) data;
  return g_strdup ("sun");
}

static void
test_failed_node (void)
{
  static const char *const steps[] = { "{\"status\":401}", "{\"reset\":true,\"times\":-1}", "{\"body\":\"{\"}" };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GraphbitMockServer) server = server_new (steps[i]);
      g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
      g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("chain");
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (GError) error = NULL;

      server_add_agent (workflow, "first", "Q");
      server_add_agent (workflow, "second", "Q");
      support_connect (workflow, "first", "second");
      graphbit_executor_set_max_retries (executor, 0);
      result = run (executor, workflow);
      g_assert_true (graphbit_workflow_result_is_failed (result));
      g_assert_false (graphbit_workflow_result_is_success (result));
      error = graphbit_workflow_result_get_error (result);
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
      g_assert_null (graphbit_workflow_result_get_node_output (result, "first"));
      g_assert_null (graphbit_workflow_result_get_node_output (result, "second"));
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);
    }
}

#define DEPTH 5

static void
test_tools_first (void)
{
  g_autoptr (GraphbitMockServer) server = server_new ("{\"call_tools\":true,\"times\":-1}");
  g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("tools");
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (JsonArray) bodies = NULL;
  g_autofree char *last = NULL;
  guint n_calls = 0;

  for (guint i = 0; i < DEPTH; i++)
    {
      g_autofree char *name = g_strdup_printf ("n%u", i);

      server_add_tool (server_add_agent (workflow, name, name), "weather", answer_sun, &n_calls);
      if (last != NULL)
        support_connect (workflow, last, name);
      g_free (last);
      last = g_steal_pointer (&name);
    }
  result = run (executor, workflow);
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_cmpuint (n_calls, ==, DEPTH);
  bodies = server_get_bodies (server);
  g_assert_cmpuint (json_array_get_length (bodies), ==, 2 * DEPTH);
  for (guint i = 1; i < DEPTH; i++)
    g_assert_true (g_str_has_prefix (get_content (bodies, 2 * i, 0), "The tool said: sun\n\n"));
}

static void
test_later_rounds (void)
{
  g_autoptr (GraphbitMockServer) server = server_new ("{\"call_tools\":true,\"times\":-1}");
  g_autoptr (GraphbitMockServer) other = server_new (NULL);
  g_autoptr (GraphbitExecutor) executor = server_make_executor (other);
  g_autoptr (GraphbitExecutor) own = server_make_executor (server);
  g_autoptr (Scene) scene = scene_new ("A");
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (JsonArray) bodies = NULL;
  GraphbitAgentNode *agent = server_add_agent (scene->workflow, "agent", "Q");
  guint n_calls = 0;

  graphbit_agent_node_set_system_prompt (agent, "Be brief.");
  graphbit_agent_node_set_context (agent, "It is June.");
  graphbit_agent_node_set_llm_config (agent, graphbit_executor_get_config (own));
  server_add_tool (agent, "weather", answer_sun, &n_calls);
  support_connect (scene->workflow, "A", "agent");
  result = run (executor, scene->workflow);
  g_assert_true (graphbit_workflow_result_is_success (result));
  bodies = server_get_bodies (server);
  g_assert_cmpuint (json_array_get_length (bodies), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpstr (get_content (bodies, i, 0), ==, "Be brief.");
      g_assert_cmpstr (get_content (bodies, i, 1), ==, "It is June.\n\na\n\nQ");
    }
  g_assert_cmpuint (graphbit_mock_server_get_request_count (other), ==, 0);
}

static void
test_settings (void)
{
  g_autoptr (GraphbitMockServer) server =
    server_new ("{\"status\":503,\"headers\":{\"retry-after-ms\":\"1\"},\"times\":-1}");
  g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("settings");
  g_autoptr (Scene) scene = scene_new ("A!2 B* A>B");
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GraphbitRun) live = NULL;
  g_autofree char *variable = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (graphbit_executor_configure (executor, 60, 2, TRUE, FALSE, &error));
  server_add_agent (workflow, "agent", "Q");
  result = run (executor, workflow);
  check_node_error (result, "agent", GRAPHBIT_ERROR_UNAVAILABLE);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);
  g_clear_object (&result);

  graphbit_clock_set_virtual (TRUE);
  graphbit_node_set_output_name (graphbit_workflow_get_node (scene->workflow, "A"), "kept");
  graphbit_node_set_timeout_ms (graphbit_workflow_get_node (scene->workflow, "B"), 500);
  live = graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_NONE, &error);
  g_assert_no_error (error);
  while (scene->calls->len == 0)
    g_main_context_iteration (NULL, TRUE);
  graphbit_clock_advance (500 * 1000);
  result = support_wait (live);
  check_node_error (result, "B", GRAPHBIT_ERROR_TIMEOUT);
  g_assert_cmpstr (scene->log->str, ==, "A() A() A() B*");
  variable = graphbit_workflow_result_get_variable (result, "kept");
  g_assert_cmpstr (variable, ==, "a");
  graphbit_clock_set_virtual (FALSE);
}

static void
test_statistics (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A!");
  g_autoptr (GraphbitWorkflowResult) first = NULL;
  g_autoptr (GraphbitWorkflowResult) second = NULL;
  g_autoptr (GraphbitWorkflowResult) third = NULL;
  g_autoptr (GraphbitRun) live = NULL;
  g_autoptr (GVariant) stats = NULL;
  g_autoptr (GError) error = NULL;
  gint64 n_failed, n_succeeded;
  gdouble rate;

  first = graphbit_executor_execute (executor, scene->workflow, NULL, NULL, &error);
  second = run (executor, scene->workflow);
  live = graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  g_assert_no_error (error);
  third = support_wait (live);
  stats = graphbit_executor_get_stats (executor);
  g_assert_true (g_variant_lookup (stats, "failed_executions", "x", &n_failed));
  g_assert_true (g_variant_lookup (stats, "successful_executions", "x", &n_succeeded));
  g_assert_true (g_variant_lookup (stats, "success_rate", "d", &rate));
  g_assert_cmpint (n_failed, ==, 3);
  g_assert_cmpint (n_succeeded, ==, 0);
  g_assert_cmpfloat (rate, ==, 0);
}

static gboolean
keep_tool_call (GraphbitTool *tool,
                GraphbitToolCall *call,
                gpointer data)
{
  *(GraphbitToolCall **) data = g_object_ref (call);
  return TRUE;
}

static void
test_timeout (gconstpointer data)
{
  gboolean is_tool = data != NULL;
  g_autoptr (GraphbitMockServer) server =
    server_new (is_tool ? "{\"call_tools\":true,\"times\":-1}" : "{\"stall\":\"after-100-bytes\",\"times\":-1}");
  g_autoptr (GraphbitExecutor) executor = NULL;
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("slow");
  g_autoptr (GraphbitToolCall) call = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GraphbitRun) live = NULL;
  g_autoptr (GError) error = NULL;
  GraphbitTool *tool;

  graphbit_clock_set_virtual (TRUE);
  executor = server_make_executor (server);
  graphbit_executor_set_timeout_seconds (executor, 5);
  tool = server_add_tool (server_add_agent (workflow, "agent", "Q"), "slow", NULL, NULL);
  graphbit_tool_set_timeout_ms (tool, 60000);
  g_signal_connect (tool, "call", G_CALLBACK (keep_tool_call), &call);
  live = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  g_assert_no_error (error);
  support_turns (5);
  if (is_tool)
    while (call == NULL)
      g_main_context_iteration (NULL, TRUE);
  else
    g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, 20000));
  graphbit_clock_advance (5 * G_USEC_PER_SEC);
  result = support_wait (live);
  error = graphbit_workflow_result_get_error (result);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (error->message, "5 seconds"));
  if (is_tool)
    g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (GRAPHBIT_CALL (call))));
  else
    g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, 20000));
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);
  graphbit_clock_set_virtual (FALSE);
}

#define N_AGENTS 12

static void
test_dataflow (void)
{
  g_autoptr (GraphbitMockServer) server = server_new ("{\"stall\":true,\"times\":-1}");
  g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
  g_autoptr (Scene) scene = scene_new ("S* A B C D A>B S>C B>D");
  g_autoptr (GraphbitRun) live = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_AGENTS; i++)
    {
      g_autofree char *name = g_strdup_printf ("agent %u", i);

      server_add_agent (scene->workflow, name, name);
    }
  live = graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  g_assert_no_error (error);
  support_turns (5);
  g_assert_cmpstr (scene->log->str, ==, "S* A() B(a) D(b)");
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, N_AGENTS, 20000));
  graphbit_mock_server_release (server);
  graphbit_node_call_respond (scene->calls->pdata[0], "s");
  result = support_wait (live);
  g_assert_true (graphbit_workflow_result_is_success (result));
}

static void
test_retry_by_status (void)
{
  static const struct
  {
    const char *step;
    int code; /* 0: it succeeds */
    guint n_requests;
  } cases[] = {
    { "{\"status\":429,\"headers\":{\"retry-after-ms\":\"1\"}}", 0, 2 },
    { "{\"status\":529,\"headers\":{\"retry-after-ms\":\"1\"}}", 0, 2 },
    { "{\"status\":400,\"body\":\"{\\\"error\\\":{\\\"message\\\":\\\"service unavailable 500 timeout network\\\"}}\"}",
      GRAPHBIT_ERROR_INVALID_REQUEST, 1 },
    { "{\"status\":404,\"body\":\"{\\\"error\\\":{\\\"message\\\":\\\"connection rate limit\\\"}}\"}",
      GRAPHBIT_ERROR_NOT_FOUND, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) server = server_new (cases[i].step);
      g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
      g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("status");
      g_autoptr (GraphbitWorkflowResult) result = NULL;

      server_add_agent (workflow, "agent", "Q");
      result = run (executor, workflow);
      if (cases[i].code != 0)
        check_node_error (result, "agent", cases[i].code);
      else
        g_assert_true (graphbit_workflow_result_is_success (result));
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, cases[i].n_requests);
    }
}

static void
test_breaker (void)
{
  g_autoptr (GraphbitMockServer) server = server_new ("[{\"status\":400,\"times\":8},{\"status\":503,\"times\":-1}]");
  g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("breaker");

  graphbit_executor_set_max_retries (executor, 0);
  server_add_agent (workflow, "agent", "Q");
  for (guint i = 0; i < 15; i++)
    {
      g_autoptr (GraphbitWorkflowResult) result = run (executor, workflow);

      check_node_error (result, "agent",
                        i < 8    ? GRAPHBIT_ERROR_INVALID_REQUEST :
                        i < 13   ? GRAPHBIT_ERROR_UNAVAILABLE :
                                   GRAPHBIT_ERROR_CIRCUIT_OPEN);
    }
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 13);
}

static void
test_transform (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A");
  g_autoptr (GraphbitTransformNode) loud = graphbit_transform_node_new ("loud", GRAPHBIT_TRANSFORMATION_UPPERCASE);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;

  graphbit_workflow_add_node (scene->workflow, GRAPHBIT_NODE (loud), &error);
  g_assert_no_error (error);
  support_connect (scene->workflow, "A", "loud");
  result = run (executor, scene->workflow);
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "loud"), ==, "A");
}

static void
test_error_edge (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A! B C A>B A~C");
  g_autoptr (GraphbitWorkflowResult) result = run (executor, scene->workflow);
  g_autofree char *states = scene_describe (result, scene);

  g_assert_cmpstr (states, ==, "A:failed B:skipped C:completed");
  g_assert_cmpstr (scene->log->str, ==, "A() C(A broke)");
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_true (graphbit_workflow_result_has_warnings (result));
}

static void
test_no_injection (void)
{
  g_autoptr (GraphbitMockServer) server = server_new ("{\"text\":\"{{input.secret}} {secret} {{node.first}}\"}");
  g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("templates");
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (JsonArray) bodies = NULL;
  g_autoptr (GError) error = NULL;
  GVariantDict inputs = G_VARIANT_DICT_INIT (NULL);

  server_add_agent (workflow, "first", "Q");
  server_add_agent (workflow, "second", "Say {secret}.");
  support_connect (workflow, "first", "second");
  g_variant_dict_insert (&inputs, "secret", "s", "a \"quoted\"\nline");
  result = support_execute (executor, workflow, g_variant_dict_end (&inputs), NULL, &error);
  g_assert_no_error (error);
  bodies = server_get_bodies (server);
  g_assert_cmpstr (get_content (bodies, 1, 0), ==, "{{input.secret}} {secret} {{node.first}}\n\nSay a \"quoted\"\nline.");
}

static void
test_json_in_texts (void)
{
  static const char *const prompt = "Answer like {\"a\":{\"b\":{\"c\":[]}}} or { }.";
  static const char *const answers[] = { "42", "true", "null", "{\\\"a\\\": 1.0}" };
  static const char *const outputs[] = { "42", "true", "null", "{\"a\": 1.0}" };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *step = g_strdup_printf ("{\"text\":\"%s\"}", answers[i]);
      g_autoptr (GraphbitMockServer) server = server_new (step);
      g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
      g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("json");
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (JsonArray) bodies = NULL;

      server_add_agent (workflow, "agent", prompt);
      result = run (executor, workflow);
      bodies = server_get_bodies (server);
      g_assert_cmpstr (get_content (bodies, 0, 0), ==, prompt);
      g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "agent"), ==, outputs[i]);
    }
}

static char *
choose_left (GraphbitWorkflowContext *context,
             gpointer data,
             GError **error)
{
  g_autoptr (GVariant) variables = graphbit_workflow_context_get_all_variables (context);
  g_autoptr (GVariant) inputs = graphbit_workflow_context_get_inputs (context);
  g_autofree char *text = g_variant_print (variables, TRUE);
  g_autofree char *more = g_variant_print (inputs, TRUE);

  g_string_append_printf (data, "%s%s", text, more);
  return g_strdup ("left");
}

static void
test_no_keys (void)
{
  g_autoptr (GraphbitMockServer) server = server_new ("[{},{\"match\":\"bad\",\"status\":401}]");
  g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("keys");
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GraphbitConditionNode) condition = graphbit_condition_node_new ("which", choose_left, seen, NULL);
  g_autoptr (GraphbitRun) live = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;

  server_add_agent (workflow, "first", "Q");
  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (condition), &error);
  g_assert_no_error (error);
  server_add_agent (workflow, "left", "bad");
  support_connect (workflow, "first", "which");
  support_connect (workflow, "which", "left");
  live = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  g_assert_no_error (error);
  result = support_wait (live);
  g_assert_true (graphbit_workflow_result_is_failed (result));
  json = graphbit_workflow_result_to_json (result);
  g_string_append (seen, json);
  for (guint i = 0; i < g_list_model_get_n_items (graphbit_run_get_events (live)); i++)
    {
      g_autoptr (GraphbitEvent) event = g_list_model_get_item (graphbit_run_get_events (live), i);
      g_autofree char *text = graphbit_event_to_json (event);

      g_string_append (seen, text);
    }
  error = graphbit_workflow_result_get_node_error (result, "left");
  g_string_append (seen, error->message);
  g_assert_nonnull (strstr (seen->str, "You said: Q"));
  g_assert_null (strstr (seen->str, "sk-marker"));
}

static char *
say_nothing (GraphbitWorkflowContext *context,
             gpointer data,
             GError **error)
{
  ++*(guint *) data;
  return NULL;
}

static void
test_no_respawn (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("broken");
  guint n_calls = 0;
  g_autoptr (GraphbitFunctionNode) node = graphbit_function_node_new ("broken", say_nothing, &n_calls, NULL);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;

  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (node), &error);
  g_assert_no_error (error);
  result = run (executor, workflow);
  g_assert_true (graphbit_workflow_result_is_failed (result));
  check_node_error (result, "broken", GRAPHBIT_ERROR_NODE_FAILED);
  g_assert_cmpuint (n_calls, ==, 1);
}

static void
test_no_hello (void)
{
  GraphbitMockServer *servers[3] = { server_new (NULL), server_new (NULL), server_new (NULL) };
  g_autoptr (GraphbitExecutor) executor = server_make_executor (servers[0]);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("configs");
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  server_add_agent (workflow, "0", "Q");
  for (guint i = 1; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);
      g_autoptr (GraphbitExecutor) other = server_make_executor (servers[i]);

      graphbit_agent_node_set_llm_config (server_add_agent (workflow, name, "Q"), graphbit_executor_get_config (other));
    }
  result = run (executor, workflow);
  g_assert_true (graphbit_workflow_result_is_success (result));
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (JsonArray) bodies = server_get_bodies (servers[i]);

      g_assert_cmpuint (json_array_get_length (bodies), ==, 1);
      g_assert_cmpstr (get_content (bodies, 0, 0), ==, "Q");
      g_object_unref (servers[i]);
    }
}

static char *
choose_by_input (GraphbitWorkflowContext *context,
                 gpointer data,
                 GError **error)
{
  g_autofree char *input = graphbit_workflow_context_get_input (context);

  g_assert_cmpstr (input, ==, "The tool said: sun");
  ++*(guint *) data;
  return g_strdup ("warm");
}

static void
test_condition_after_tools (void)
{
  g_autoptr (GraphbitMockServer) server = server_new ("{\"call_tools\":true}");
  g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
  g_autoptr (Scene) scene = scene_new ("warm cold");
  guint n_calls = 0, n_choices = 0;
  g_autoptr (GraphbitConditionNode) condition = graphbit_condition_node_new ("which", choose_by_input, &n_choices, NULL);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;

  server_add_tool (server_add_agent (scene->workflow, "agent", "Q"), "weather", answer_sun, &n_calls);
  graphbit_workflow_add_node (scene->workflow, GRAPHBIT_NODE (condition), &error);
  g_assert_no_error (error);
  support_connect (scene->workflow, "agent", "which");
  support_connect (scene->workflow, "which", "warm");
  support_connect (scene->workflow, "which", "cold");
  result = run (executor, scene->workflow);
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_cmpuint (n_choices, ==, 1);
  g_assert_nonnull (graphbit_workflow_result_get_node_output (result, "warm"));
  g_assert_null (graphbit_workflow_result_get_node_output (result, "cold"));
}

static void
test_max_iterations (void)
{
  g_autoptr (GraphbitMockServer) server =
    server_new ("{\"tool_calls\":[{\"id\":\"c\",\"name\":\"weather\",\"arguments\":{}}],\"times\":-1}");
  g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("endless");
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GVariant) metadata = NULL;
  const char *exit_reason;
  gint64 max_iterations;
  guint n_calls = 0;

  server_add_tool (server_add_agent (workflow, "agent", "Q"), "weather", answer_sun, &n_calls);
  result = run (executor, workflow);
  check_node_error (result, "agent", GRAPHBIT_ERROR_NODE_FAILED);
  metadata = graphbit_workflow_result_get_node_response_metadata (result, "agent");
  g_assert_true (g_variant_lookup (metadata, "exit_reason", "&s", &exit_reason));
  g_assert_true (g_variant_lookup (metadata, "max_iterations", "x", &max_iterations));
  g_assert_cmpstr (exit_reason, ==, "max_iterations");
  g_assert_cmpint (max_iterations, ==, 10);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 10);
}

static void
test_batch_order (void)
{
  /* The first takes longest, the third fails. */
  g_autoptr (GraphbitMockServer) server =
    server_new ("[{\"match\":\"slow\",\"delay_ms\":50},{\"match\":\"bad\",\"status\":400}]");
  g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
  g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (graphbit_executor_get_config (executor));
  static const char *const prompts[] = { "slow", "", "bad", "quick", NULL };
  static const char *const texts[] = { "You said: slow", NULL, NULL, "You said: quick" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = graphbit_llm_client_complete_batch (client, prompts, NULL, 0, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, 4);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GError) failure = graphbit_batch_item_get_error (items->pdata[i]);

      g_assert_cmpuint (graphbit_batch_item_get_index (items->pdata[i]), ==, i);
      g_assert_cmpstr (graphbit_batch_item_get_text (items->pdata[i]), ==, texts[i]);
      g_assert_cmpint (failure != NULL, ==, texts[i] == NULL);
    }
}

static void
test_refused_once (void)
{
  static const guint statuses[] = { 400, 401, 403, 404, 413, 422 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autofree char *step = g_strdup_printf ("{\"status\":%u,\"times\":-1}", statuses[i]);
      g_autoptr (GraphbitMockServer) server = server_new (step);
      g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
      g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (graphbit_executor_get_config (executor));
      g_autoptr (GError) error = NULL;
      g_autofree char *text = graphbit_llm_client_complete (client, "Q", NULL, NULL, &error);

      g_assert_null (text);
      g_assert_true (error->domain == GRAPHBIT_ERROR);
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);
    }
}

static void
test_temperature (void)
{
  static const gdouble values[] = { 0.0, 0.7, 1.5, 2.0 };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GraphbitMockServer) server = server_new (NULL);
      g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
      g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("warm");
      g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (JsonArray) bodies = NULL;

      graphbit_llm_options_set_temperature (options, values[i]);
      graphbit_agent_node_set_options (server_add_agent (workflow, "agent", "Q"), options);
      result = run (executor, workflow);
      bodies = server_get_bodies (server);
      g_assert_cmpfloat (json_object_get_double_member (json_array_get_object_element (bodies, 0), "temperature"), ==, values[i]);
    }
}

static void
test_no_filler (void)
{
  g_autoptr (GraphbitMockServer) server = server_new ("{\"call_tools\":true}");
  g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("filler");
  g_autoptr (GraphbitRun) live = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GString) tokens = g_string_new (NULL);
  g_autoptr (JsonArray) bodies = NULL;
  g_autoptr (GError) error = NULL;
  const char *said;
  guint n_calls = 0;

  server_add_tool (server_add_agent (workflow, "agent", "Q"), "weather", answer_sun, &n_calls);
  live = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  g_assert_no_error (error);
  result = support_wait (live);
  bodies = server_get_bodies (server);
  said = get_content (bodies, 1, 1);
  g_assert_true (said == NULL || *said == '\0');
  for (guint i = 0; i < g_list_model_get_n_items (graphbit_run_get_events (live)); i++)
    {
      g_autoptr (GraphbitEvent) event = g_list_model_get_item (graphbit_run_get_events (live), i);

      if (graphbit_event_get_kind (event) == GRAPHBIT_EVENT_KIND_TOKEN)
        g_string_append (tokens, graphbit_event_get_content (event));
    }
  g_assert_cmpstr (tokens->str, ==, "The tool said: sun");
}

static char *
answer_data (GraphbitToolCall *call,
             gpointer data,
             GError **error)
{
  return g_strdup (data);
}

static void
test_multibyte (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GraphbitMockServer) server = server_new ("[{\"call_tools\":true,\"split\":\"byte\"},{\"split\":\"byte\"}]");
  g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("ü");
  g_autoptr (GraphbitRun) live = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *json = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 300; i++)
    g_string_append (text, i % 3 == 0 ? "ü" : i % 3 == 1 ? "漢" : "😀");
  server_add_tool (server_add_agent (workflow, "agent ü", "Qü"), "weather", answer_data, text->str);
  live = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  g_assert_no_error (error);
  result = support_wait (live);
  expected = g_strdup_printf ("The tool said: %s", text->str);
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "agent ü"), ==, expected);
  json = graphbit_workflow_result_to_json (result);
  g_assert_true (g_utf8_validate (json, -1, NULL));
  for (guint i = 0; i < g_list_model_get_n_items (graphbit_run_get_events (live)); i++)
    {
      g_autoptr (GraphbitEvent) event = g_list_model_get_item (graphbit_run_get_events (live), i);
      g_autofree char *line = graphbit_event_to_json (event);

      g_assert_true (g_utf8_validate (line, -1, NULL));
    }
}

static void
test_own_tools_only (void)
{
  g_autoptr (GraphbitMockServer) server =
    server_new ("{\"tool_calls\":[{\"id\":\"c\",\"name\":\"danger\",\"arguments\":{}},"
                "{\"id\":\"d\",\"name\":\"weather\",\"arguments\":{}}]}");
  g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("tools");
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (JsonArray) bodies = NULL;
  guint n_weather = 0, n_danger = 0;
  GraphbitAgentNode *agent = server_add_agent (workflow, "agent", "Q");
  GraphbitAgentNode *other = server_add_agent (workflow, "other", "Q");

  support_connect (workflow, "agent", "other");
  server_add_tool (agent, "weather", answer_sun, &n_weather);
  server_add_tool (other, "danger", answer_sun, &n_danger);
  result = run (executor, workflow);
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_cmpuint (n_danger, ==, 0);
  g_assert_cmpuint (n_weather, ==, 1);
  bodies = server_get_bodies (server);
  g_assert_nonnull (strstr (get_content (bodies, 1, 2), "no tool “danger”"));
  g_assert_cmpstr (get_content (bodies, 1, 3), ==, "sun");
}

static void
test_tool_limit (void)
{
  g_autoptr (GraphbitMockServer) server = server_new ("{\"call_tools\":true}");
  g_autoptr (GraphbitExecutor) executor = NULL;
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("slow");
  g_autoptr (GraphbitToolCall) call = NULL;
  g_autoptr (GraphbitRun) live = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GraphbitTool *tool;

  graphbit_clock_set_virtual (TRUE);
  executor = server_make_executor (server);
  tool = server_add_tool (server_add_agent (workflow, "agent", "Q"), "slow", NULL, NULL);
  g_signal_connect (tool, "call", G_CALLBACK (keep_tool_call), &call);
  live = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  g_assert_no_error (error);
  while (call == NULL)
    g_main_context_iteration (NULL, TRUE);
  graphbit_clock_advance (30 * G_USEC_PER_SEC);
  result = support_wait (live);
  g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (GRAPHBIT_CALL (call))));
  g_assert_nonnull (strstr (graphbit_workflow_result_get_node_output (result, "agent"), "within 30000 ms"));
  graphbit_clock_set_virtual (FALSE);
}

static void
test_error_type (void)
{
  static const struct
  {
    const char *step;
    const char *error_type;
  } cases[] = {
    { "{\"status\":400,\"body\":\"{\\\"error\\\":{\\\"message\\\":\\\"timeout network auth\\\"}}\"}", "value_error" },
    { "{\"status\":401,\"body\":\"{\\\"error\\\":{\\\"message\\\":\\\"missing\\\"}}\"}", "permission_error" },
    { "{\"status\":503,\"body\":\"{\\\"error\\\":{\\\"message\\\":\\\"invalid\\\"}}\"}", "connection_error" },
    { "{\"garbage\":\"body\"}", "runtime_error" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) server = server_new (cases[i].step);
      g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
      g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("types");
      g_autoptr (GraphbitRun) live = NULL;
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (GError) error = NULL;
      guint n_failed = 0;

      graphbit_executor_set_max_retries (executor, 0);
      server_add_agent (workflow, "agent", "Q");
      live = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
      g_assert_no_error (error);
      result = support_wait (live);
      for (guint j = 0; j < g_list_model_get_n_items (graphbit_run_get_events (live)); j++)
        {
          g_autoptr (GraphbitEvent) event = g_list_model_get_item (graphbit_run_get_events (live), j);

          if (g_str_has_suffix (graphbit_event_get_event (event), "_failed"))
            {
              g_assert_cmpstr (graphbit_event_get_error_type (event), ==, cases[i].error_type);
              n_failed++;
            }
        }
      g_assert_cmpuint (n_failed, ==, 2);
    }
}

int
main (int argc,
      char *argv[])
{
  static const struct
  {
    const char *name;
    GTestFunc test;
  } tests[] = {
    { "failed-node", test_failed_node },
    { "tools-first", test_tools_first },
    { "later-rounds", test_later_rounds },
    { "settings", test_settings },
    { "statistics", test_statistics },
    { "dataflow", test_dataflow },
    { "retry-by-status", test_retry_by_status },
    { "breaker", test_breaker },
    { "transform", test_transform },
    { "error-edge", test_error_edge },
    { "no-injection", test_no_injection },
    { "json-in-texts", test_json_in_texts },
    { "no-keys", test_no_keys },
    { "no-respawn", test_no_respawn },
    { "no-hello", test_no_hello },
    { "condition-after-tools", test_condition_after_tools },
    { "max-iterations", test_max_iterations },
    { "batch-order", test_batch_order },
    { "refused-once", test_refused_once },
    { "temperature", test_temperature },
    { "no-filler", test_no_filler },
    { "multibyte", test_multibyte },
    { "own-tools-only", test_own_tools_only },
    { "tool-limit", test_tool_limit },
    { "error-type", test_error_type },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/executor/defects/%s", tests[i].name);

      g_test_add_func (path, tests[i].test);
    }
  g_test_add_data_func ("/executor/defects/timeout/stream", NULL, test_timeout);
  g_test_add_data_func ("/executor/defects/timeout/tool", GUINT_TO_POINTER (1), test_timeout);

  return g_test_run ();
}
