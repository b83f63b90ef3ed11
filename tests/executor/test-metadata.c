/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-clock-private.h"
#include "server-support.h"

/* What a result tells of agents, held against what the server really got and gave. */

static char *
look_up (GraphbitToolCall *call,
         gpointer data,
         GError **error)
{
  const char *city = graphbit_tool_call_get_argument_string (call, "city");

  if (g_str_equal (city, "Atlantis"))
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TOOL_FAILED, "It sank");
      return NULL;
    }
  return g_strdup_printf ("%s: 24 degrees", city);
}

static char *
say_first (GraphbitWorkflowContext *context,
           gpointer data,
           GError **error)
{
  return g_strdup ("First words.");
}

#define USAGE(prompt, completion, cached) \
  "\"usage\":{\"prompt_tokens\":" #prompt ",\"completion_tokens\":" #completion ",\"total_tokens\":" #prompt #completion \
  ",\"prompt_tokens_details\":{\"cached_tokens\":" #cached "}}"

/* Two exchanges; the second succeeds at its third attempt. */
static const char *const steps =
  "[{\"text\":\"Let me see.\"," USAGE (100, 20, 5) ",\"tool_calls\":["
  "{\"id\":\"c1\",\"name\":\"look_up\",\"arguments\":{\"city\":\"Lisbon\"}},"
  "{\"id\":\"c2\",\"name\":\"look_up\",\"arguments\":{\"city\":\"Atlantis\"}}]},"
  "{\"status\":503,\"headers\":{\"retry-after-ms\":\"1\"},\"times\":2},"
  "{\"text\":\"Warm.\",\"model\":\"m-2026\"," USAGE (200, 30, 7) "}]";

static JsonObject *
get_node (JsonObject *result,
          const char *name)
{
  JsonArray *nodes = json_object_get_array_member (result, "nodes");

  for (guint i = 0; i < json_array_get_length (nodes); i++)
    if (g_str_equal (json_object_get_string_member (json_array_get_object_element (nodes, i), "node_name"), name))
      return json_array_get_object_element (nodes, i);
  g_assert_not_reached ();
}

static const char *
get_text (JsonObject *object,
          const char *member)
{
  if (!json_object_has_member (object, member))
    g_error ("%s is missing", member);
  return json_object_get_null_member (object, member) ? NULL : json_object_get_string_member (object, member);
}

static gint64
get_int (JsonObject *object,
         const char *member)
{
  if (!json_object_has_member (object, member))
    g_error ("%s is missing", member);
  return json_object_get_null_member (object, member) ? -1 : json_object_get_int_member (object, member);
}

static guint
get_length (JsonObject *object,
            const char *member)
{
  return json_array_get_length (json_object_get_array_member (object, member));
}

static gint64
get_time (JsonObject *object,
          const char *member)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (get_text (object, member), NULL);

  g_assert_nonnull (time);
  return g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time);
}

/* The messages of all model calls so far, and those that the server got. */
static void
check_messages (JsonArray *executions,
                guint n_executions,
                JsonObject *body)
{
  JsonArray *sent = json_object_get_array_member (body, "messages");
  guint n = 0;

  for (guint i = 0; i < n_executions; i++)
    {
      JsonObject *execution = json_array_get_object_element (executions, i);
      JsonArray *told;

      if (!g_str_equal (get_text (execution, "type"), "llm_call"))
        continue;
      told = json_object_get_array_member (execution, "messages");
      for (guint j = 0; j < json_array_get_length (told); j++)
        {
          JsonObject *is = json_array_get_object_element (sent, n++);
          JsonObject *message = json_array_get_object_element (told, j);

          g_assert_cmpstr (get_text (message, "role"), ==, get_text (is, "role"));
          g_assert_cmpstr (get_text (message, "content"), ==, get_text (is, "content"));
          if (json_object_has_member (is, "tool_call_id"))
            g_assert_cmpstr (get_text (message, "tool_call_id"), ==, get_text (is, "tool_call_id"));
          if (json_object_has_member (is, "tool_calls"))
            g_assert_cmpuint (get_length (message, "tool_calls"), ==, get_length (is, "tool_calls"));
        }
    }
  g_assert_cmpuint (n, ==, json_array_get_length (sent));
}

static void
check_usage (JsonObject *usage,
             gint64 prompt,
             gint64 completion,
             gint64 cached)
{
  g_assert_cmpint (get_int (usage, "prompt_tokens"), ==, prompt);
  g_assert_cmpint (get_int (usage, "completion_tokens"), ==, completion);
  g_assert_cmpint (get_int (json_object_get_object_member (usage, "prompt_tokens_details"), "cached_tokens"), ==, cached);
  g_assert_true (json_object_has_member (json_object_get_object_member (usage, "prompt_tokens_details"), "cache_creation_tokens"));
  g_assert_true (json_object_has_member (json_object_get_object_member (usage, "completion_tokens_details"), "reasoning_tokens"));
}

static GraphbitWorkflow *
make_workflow (void)
{
  GraphbitWorkflow *workflow = graphbit_workflow_new ("told");
  g_autoptr (GraphbitFunctionNode) first = graphbit_function_node_new ("first", say_first, NULL, NULL);
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  const char *const stop[] = { "END", NULL };
  GraphbitAgentNode *agent;
  g_autoptr (GError) error = NULL;

  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (first), &error);
  g_assert_no_error (error);
  agent = server_add_agent (workflow, "agent", "How warm is it in {{input.city}}?");
  graphbit_agent_node_set_system_prompt (agent, "You know {{input.city}}.");
  graphbit_agent_node_set_context (agent, "It is June.");
  graphbit_llm_options_set_temperature (options, 0.25);
  graphbit_llm_options_set_max_tokens (options, 77);
  graphbit_llm_options_set_stop (options, stop);
  graphbit_agent_node_set_options (agent, options);
  server_add_tool (agent, "look_up", look_up, NULL);
  support_connect (workflow, "first", "agent");
  return workflow;
}

static GVariant *
make_inputs (void)
{
  GVariantDict inputs = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&inputs, "city", "s", "Lisbon");
  return g_variant_dict_end (&inputs);
}

static void
test_agent (void)
{
  static const char *const types[] = { "llm_call", "tool_call", "tool_call", "llm_call" };
  static const char *const prompt = "It is June.\n\nFirst words.\n\nHow warm is it in Lisbon?";
  g_autoptr (GraphbitMockServer) server = server_new (steps);
  g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
  g_autoptr (GraphbitWorkflow) workflow = make_workflow ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitWorkflowResult) result = support_execute (executor, workflow, make_inputs (), NULL, &error);
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (JsonArray) bodies = NULL;
  g_autoptr (GraphbitLlmUsage) usage = NULL;
  JsonObject *whole, *node, *options, *body, *execution;
  JsonArray *executions;
  gint64 last = 0;

  g_assert_no_error (error);
  g_assert_true (graphbit_workflow_result_is_success (result));
  text = graphbit_workflow_result_to_json (result);
  root = json_from_string (text, NULL);
  whole = json_node_get_object (root);
  node = get_node (whole, "agent");
  executions = json_object_get_array_member (node, "executions");
  bodies = server_get_bodies (server);
  g_assert_cmpuint (json_array_get_length (bodies), ==, 4);

  /* What was sent. */
  body = json_array_get_object_element (bodies, 0);
  options = json_object_get_object_member (node, "options");
  g_assert_cmpstr (get_text (node, "user_input"), ==, prompt);
  g_assert_cmpstr (get_text (node, "system_prompt"), ==, "You know Lisbon.");
  g_assert_cmpstr (get_text (node, "model"), ==, get_text (body, "model"));
  g_assert_cmpfloat (json_object_get_double_member (options, "temperature"), ==,
                     json_object_get_double_member (body, "temperature"));
  g_assert_cmpint (get_int (options, "max_tokens"), ==, 77);
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (options, "stop"), 0), ==,
                   json_array_get_string_element (json_object_get_array_member (body, "stop"), 0));
  g_assert_cmpuint (json_object_get_size (options), ==, 3);
  check_messages (executions, 1, body);
  for (guint i = 1; i < 4; i++) /* the three attempts were the same */
    check_messages (executions, 4, json_array_get_object_element (bodies, i));

  /* What came back. */
  g_assert_cmpuint (json_array_get_length (executions), ==, G_N_ELEMENTS (types));
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      gint64 start, end;

      execution = json_array_get_object_element (executions, i);
      g_assert_cmpstr (get_text (execution, "type"), ==, types[i]);
      start = get_time (execution, "start_time");
      end = get_time (execution, "end_time");
      g_assert_cmpint (start, <=, end);
      g_assert_cmpint (start, >=, get_time (node, "start_time"));
      g_assert_cmpint (end, <=, get_time (node, "end_time"));
      g_assert_cmpint (end, >=, last);
      last = end;
      g_assert_cmpint (get_int (execution, i == 0 || i == 3 ? "duration_ms" : "latency_ms"), ==, (end - start) / 1000);
      g_assert_cmpuint (get_length (execution, "retries"), ==, i == 3 ? 2 : 0);
    }
  execution = json_array_get_object_element (executions, 0);
  g_assert_cmpstr (get_text (execution, "model"), ==, "m");
  g_assert_cmpstr (get_text (execution, "input"), ==, prompt);
  g_assert_cmpstr (get_text (execution, "output"), ==, "Let me see.");
  g_assert_cmpstr (get_text (execution, "finish_reason"), ==, "tool_calls");
  g_assert_cmpuint (get_length (execution, "tool_calls"), ==, 2);
  check_usage (json_object_get_object_member (execution, "usage"), 100, 20, 5);

  execution = json_array_get_object_element (executions, 1);
  g_assert_cmpstr (get_text (execution, "id"), ==, "c1");
  g_assert_cmpstr (get_text (execution, "tool_name"), ==, "look_up");
  g_assert_cmpstr (get_text (execution, "parameters"), ==, "{\"city\":\"Lisbon\"}");
  g_assert_cmpstr (get_text (execution, "output"), ==, "Lisbon: 24 degrees");
  g_assert_true (json_object_get_boolean_member (execution, "success"));
  g_assert_null (get_text (execution, "error"));
  execution = json_array_get_object_element (executions, 2);
  g_assert_cmpstr (get_text (execution, "id"), ==, "c2");
  g_assert_false (json_object_get_boolean_member (execution, "success"));
  g_assert_cmpstr (get_text (execution, "error"), ==, "It sank");

  execution = json_array_get_object_element (executions, 3);
  g_assert_cmpstr (get_text (execution, "model"), ==, "m-2026"); /* it says so itself */
  g_assert_cmpstr (get_text (execution, "input"), ==, "Lisbon: 24 degrees\n\nThe tool failed: It sank");
  g_assert_cmpstr (get_text (execution, "output"), ==, "Warm.");
  check_usage (json_object_get_object_member (execution, "usage"), 200, 30, 7);

  /* Sums. */
  g_assert_cmpstr (get_text (node, "node_type"), ==, "Agent");
  g_assert_cmpstr (get_text (node, "final_output"), ==, "Warm.");
  g_assert_cmpstr (get_text (node, "exit_reason"), ==, "stop");
  g_assert_cmpint (get_int (node, "total_iterations"), ==, 1);
  g_assert_cmpint (get_int (node, "max_iterations"), ==, 10);
  g_assert_cmpint (get_int (node, "total_tools_available"), ==, 1);
  g_assert_cmpint (get_int (node, "total_tool_calls"), ==, 2);
  g_assert_cmpint (get_int (node, "total_retries"), ==, 2);
  g_assert_cmpuint (get_length (node, "tools_used"), ==, 1);
  check_usage (json_object_get_object_member (node, "total_usage"), 300, 50, 12);
  check_usage (json_object_get_object_member (whole, "total_usage"), 300, 50, 12);
  usage = graphbit_workflow_result_get_usage (result);
  g_assert_cmpint (graphbit_llm_usage_get_prompt_tokens (usage), ==, 300);
  g_assert_cmpint (graphbit_llm_usage_get_cached_tokens (usage), ==, 12);

  g_assert_cmpint (get_int (whole, "total_tool_calls"), ==, 2);
  g_assert_cmpstr (get_text (whole, "user_input"), ==, prompt);
  g_assert_cmpstr (get_text (whole, "final_output"), ==, "Warm.");
  g_assert_cmpstr (get_text (whole, "workflow_state"), ==, "completed");
  g_assert_cmpint (get_time (whole, "start_time"), <=, get_time (get_node (whole, "first"), "start_time"));
  g_assert_cmpint (get_time (whole, "end_time"), >=, get_time (node, "end_time"));
  g_assert_null (strstr (text, "sk-marker"));
}

static void
compare (JsonNode *json,
         GVariant *variant)
{
  if (JSON_NODE_HOLDS_OBJECT (json))
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;

      g_assert_true (g_variant_is_of_type (variant, G_VARIANT_TYPE_VARDICT));
      g_assert_cmpuint (json_object_get_size (json_node_get_object (json)), ==, g_variant_n_children (variant));
      json_object_iter_init (&iter, json_node_get_object (json));
      while (json_object_iter_next (&iter, &name, &member))
        {
          g_autoptr (GVariant) value = g_variant_lookup_value (variant, name, NULL);

          g_assert_nonnull (value);
          compare (member, value);
        }
    }
  else if (JSON_NODE_HOLDS_ARRAY (json))
    {
      g_assert_cmpuint (json_array_get_length (json_node_get_array (json)), ==, g_variant_n_children (variant));
      for (guint i = 0; i < g_variant_n_children (variant); i++)
        {
          g_autoptr (GVariant) boxed = g_variant_get_child_value (variant, i);
          g_autoptr (GVariant) value = g_variant_get_variant (boxed);

          compare (json_array_get_element (json_node_get_array (json), i), value);
        }
    }
  else if (JSON_NODE_HOLDS_NULL (json))
    g_assert_true (g_variant_is_of_type (variant, G_VARIANT_TYPE ("mv")));
  else if (json_node_get_value_type (json) == G_TYPE_STRING)
    g_assert_cmpstr (json_node_get_string (json), ==, g_variant_get_string (variant, NULL));
  else if (json_node_get_value_type (json) == G_TYPE_INT64)
    g_assert_cmpint (json_node_get_int (json), ==, g_variant_get_int64 (variant));
  else if (json_node_get_value_type (json) == G_TYPE_BOOLEAN)
    g_assert_cmpint (json_node_get_boolean (json), ==, g_variant_get_boolean (variant));
  else
    g_assert_cmpfloat (json_node_get_double (json), ==, g_variant_get_double (variant));
}

/* The dictionary of a node is its part of the JSON. */
static void
test_variant (void)
{
  static const char *const names[] = { "first", "agent" };
  g_autoptr (GraphbitMockServer) server = server_new (steps);
  g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
  g_autoptr (GraphbitWorkflow) workflow = make_workflow ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitWorkflowResult) result = support_execute (executor, workflow, make_inputs (), NULL, &error);
  g_autofree char *text = graphbit_workflow_result_to_json (result);
  g_autoptr (JsonNode) root = json_from_string (text, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GVariant) metadata = graphbit_workflow_result_get_node_response_metadata (result, names[i]);
      g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), get_node (json_node_get_object (root), names[i]));

      compare (node, metadata);
    }
  g_assert_null (graphbit_workflow_result_get_node_response_metadata (result, "nobody"));
}

/* Failed and cancelled exchanges are there, too. */
static void
test_failed (void)
{
  g_autoptr (GraphbitMockServer) server =
    server_new ("[{\"status\":503,\"headers\":{\"retry-after-ms\":\"1\"},\"times\":2},{\"status\":400}]");
  g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
  g_autoptr (GraphbitWorkflow) workflow = make_workflow ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitWorkflowResult) result = support_execute (executor, workflow, make_inputs (), NULL, &error);
  g_autofree char *text = graphbit_workflow_result_to_json (result);
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonObject *node = get_node (json_node_get_object (root), "agent");
  JsonObject *execution = json_array_get_object_element (json_object_get_array_member (node, "executions"), 0);

  g_assert_no_error (error);
  g_assert_true (graphbit_workflow_result_is_failed (result));
  g_assert_false (json_object_get_boolean_member (node, "success"));
  g_assert_nonnull (get_text (node, "error"));
  g_assert_cmpstr (get_text (node, "exit_reason"), ==, "error");
  g_assert_cmpint (get_int (node, "total_retries"), ==, 2);
  g_assert_cmpuint (get_length (execution, "retries"), ==, 2);
  g_assert_false (json_object_get_boolean_member (execution, "success"));
  g_assert_cmpstr (get_text (execution, "error"), ==, get_text (node, "error"));
  g_assert_cmpint (get_int (json_object_get_object_member (execution, "usage"), "prompt_tokens"), ==, -1);
}

static void
test_cancelled (void)
{
  g_autoptr (GraphbitMockServer) server = server_new ("{\"stall\":true}");
  g_autoptr (GraphbitExecutor) executor = server_make_executor (server);
  g_autoptr (GraphbitWorkflow) workflow = make_workflow ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitRun) run = graphbit_executor_start (executor, workflow, make_inputs (), GRAPHBIT_STREAM_MODES_ALL, &error);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonObject *node, *execution;

  g_assert_no_error (error);
  while (graphbit_mock_server_get_in_flight (server) == 0)
    g_main_context_iteration (NULL, FALSE);
  graphbit_run_cancel (run);
  result = support_wait (run);
  text = graphbit_workflow_result_to_json (result);
  root = json_from_string (text, NULL);
  node = get_node (json_node_get_object (root), "agent");
  g_assert_cmpstr (get_text (node, "state"), ==, "cancelled");
  g_assert_cmpuint (get_length (node, "executions"), ==, 1);
  execution = json_array_get_object_element (json_object_get_array_member (node, "executions"), 0);
  g_assert_cmpuint (get_length (execution, "messages"), ==, 2);
  g_assert_false (json_object_get_boolean_member (execution, "success"));
  g_assert_nonnull (get_text (execution, "error"));
  g_assert_cmpstr (get_text (json_node_get_object (root), "workflow_state"), ==, "cancelled");
}

/* Times are the clock's, to the microsecond. */
static void
test_times (void)
{
  g_autoptr (GraphbitExecutor) executor = NULL;
  g_autoptr (Scene) scene = scene_new ("A* B A>B");
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GraphbitNodeRun) node_run = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *whole, *node;

  graphbit_clock_set_virtual (TRUE);
  executor = graphbit_executor_new (NULL);
  run = graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  g_assert_no_error (error);
  while (scene->calls->len == 0)
    g_main_context_iteration (NULL, TRUE);
  graphbit_clock_advance (1234567);
  graphbit_node_call_respond (scene->calls->pdata[0], "a");
  result = support_wait (run);
  text = graphbit_workflow_result_to_json (result);
  root = json_from_string (text, NULL);
  whole = json_node_get_object (root);
  node = get_node (whole, "A");
  g_assert_cmpint (get_int (node, "duration_ms"), ==, 1234);
  g_assert_cmpint (get_time (node, "end_time") - get_time (node, "start_time"), ==, 1234567);
  g_assert_cmpint (get_int (whole, "duration_ms"), ==, 1234);
  g_assert_cmpint (graphbit_workflow_result_get_execution_time_ms (result), ==, 1234);
  node_run = g_list_model_get_item (graphbit_run_get_node_runs (run), 0);
  g_assert_cmpint (graphbit_node_run_get_end_time (node_run) - graphbit_node_run_get_start_time (node_run), ==, 1234567);
  g_assert_cmpint (graphbit_node_run_get_start_time (node_run), ==, get_time (node, "start_time"));
  graphbit_clock_set_virtual (FALSE);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/executor/metadata/agent", test_agent);
  g_test_add_func ("/executor/metadata/variant", test_variant);
  g_test_add_func ("/executor/metadata/failed", test_failed);
  g_test_add_func ("/executor/metadata/cancelled", test_cancelled);
  g_test_add_func ("/executor/metadata/times", test_times);

  return g_test_run ();
}
