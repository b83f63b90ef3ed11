/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "executor-support.h"
#include "graphbit-clock-private.h"

/* Workflows inside of workflows. */

/* A template without a model. */
static gpointer
text_node (const char *name,
           const char *text)
{
  return g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, "id", name, "name", name,
                       "transformation", GRAPHBIT_TRANSFORMATION_TEMPLATE, "argument", text, NULL);
}

/* One node that says what the template gives. */
static GraphbitWorkflow *
small (const char *text)
{
  GraphbitWorkflow *workflow = graphbit_workflow_new ("small");

  support_add (workflow, text_node ("say", text));
  return workflow;
}

static gpointer
workflow_node (const char *name,
               GraphbitWorkflow *inner)
{
  return g_object_new (GRAPHBIT_TYPE_WORKFLOW_NODE, "id", name, "name", name, "workflow", inner, NULL);
}

static gpointer
map_node (const char *name,
          GraphbitWorkflow *inner,
          guint max_concurrency)
{
  return g_object_new (GRAPHBIT_TYPE_MAP_NODE, "id", name, "name", name, "workflow", inner,
                       "max-concurrency", max_concurrency, NULL);
}

/* list → map */
static GraphbitWorkflow *
mapped (const char *list,
        GraphbitWorkflow *inner,
        guint max_concurrency)
{
  GraphbitWorkflow *workflow = graphbit_workflow_new ("mapped");

  support_add (workflow, text_node ("list", list));
  support_add (workflow, map_node ("map", inner, max_concurrency));
  support_connect (workflow, "list", "map");
  return workflow;
}

static GraphbitWorkflowResult *
execute (GraphbitWorkflow *workflow,
         GVariant *inputs)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GError) error = NULL;
  GraphbitWorkflowResult *result = support_execute (executor, workflow, inputs, NULL, &error);

  g_assert_no_error (error);
  return result;
}

static void
assert_output (GraphbitWorkflowResult *result,
               const char *path,
               const char *output)
{
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, path), ==, output);
}

static void
assert_maps_to (const char *list,
                const char *text,
                const char *output)
{
  g_autoptr (GraphbitWorkflow) inner = small (text);
  g_autoptr (GraphbitWorkflow) workflow = mapped (list, inner, 0);
  g_autoptr (GraphbitWorkflowResult) result = execute (workflow, NULL);

  g_assert_true (graphbit_workflow_result_is_success (result));
  assert_output (result, "map", output);
}

/* "event path", all of them. */
static char *
read_paths (GraphbitRun *run)
{
  GString *log = g_string_new (NULL);
  GraphbitEvent *event;
  g_autoptr (GError) error = NULL;

  while ((event = graphbit_run_next_event (run, NULL, &error)) != NULL)
    {
      g_string_append_printf (log, "%s %s\n", graphbit_event_get_event (event), graphbit_event_get_path (event));
      g_assert_cmpstr (graphbit_event_get_run_id (event), ==, graphbit_run_get_id (run));
      g_object_unref (event);
    }
  g_assert_no_error (error);
  return g_string_free (log, FALSE);
}

static GraphbitRun *
start (GraphbitWorkflow *workflow)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GError) error = NULL;
  GraphbitRun *run = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);

  g_assert_no_error (error);
  return run;
}

/* What a workflow gives. */

static void
test_outputs (void)
{
  static const struct
  {
    const char *scene;
    const char *output;
  } cases[] = {
    { "A", "a" },
    { "A B A>B", "b" },
    { "A B", "{\"A\":\"a\",\"B\":\"b\"}" },
    { "A B C A>B A>C", "{\"B\":\"b\",\"C\":\"c\"}" },
    { "A ?K=C B C A>K K>B K>C", "c" },
    { "A E A~E", "a" },
    { "A! E A~E", "e" },
    { "A!f", "f" },
    { "A!c", "" },
    { "A!c B", "{\"A\":null,\"B\":\"b\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Scene) inner = scene_new (cases[i].scene);
      g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("outer");
      g_autoptr (GraphbitWorkflowResult) result = NULL;

      support_add (workflow, workflow_node ("nest", inner->workflow));
      support_add (workflow, text_node ("after", "got {{node.nest}}"));
      support_connect (workflow, "nest", "after");
      result = execute (workflow, NULL);
      g_assert_true (graphbit_workflow_result_is_success (result));
      assert_output (result, "nest", cases[i].output);
      g_assert_true (g_str_has_suffix (graphbit_workflow_result_get_node_output (result, "after"), cases[i].output));
    }
}

/* What it sees. */

static void
test_inputs (void)
{
  g_autoptr (GraphbitWorkflow) inner = small ("{input}|{city}|{kept}|{before}");
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("outer");
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GraphbitNode *kept;
  GVariantDict inputs;

  graphbit_workflow_declare_input (inner, "input", NULL, &error);
  graphbit_workflow_declare_input (inner, "city", "{\"type\":\"string\",\"minLength\":2}", &error);
  graphbit_workflow_declare_input (inner, "kept", NULL, &error);
  graphbit_workflow_declare_input (inner, "before", NULL, &error);
  g_assert_no_error (error);

  kept = text_node ("a", "A");
  graphbit_node_set_output_name (kept, "kept");
  support_add (workflow, kept);
  support_add (workflow, text_node ("before", "B"));
  support_add (workflow, workflow_node ("nest", inner));
  support_connect (workflow, "a", "before");
  support_connect (workflow, "before", "nest");
  support_connect (workflow, "a", "nest");

  g_variant_dict_init (&inputs, NULL);
  g_variant_dict_insert (&inputs, "city", "s", "Rome");
  result = execute (workflow, g_variant_dict_end (&inputs));
  g_assert_true (graphbit_workflow_result_is_success (result));
  assert_output (result, "nest", "B\n\nA|Rome|A|B");
  g_clear_object (&result);

  /* Without one, or one that does not fit. */
  result = execute (workflow, NULL);
  g_assert_true (graphbit_workflow_result_is_failed (result));
  error = graphbit_workflow_result_get_node_error (result, "nest");
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "“city”"));
  g_clear_error (&error);
  g_clear_object (&result);

  g_variant_dict_init (&inputs, NULL);
  g_variant_dict_insert (&inputs, "city", "s", "R");
  result = execute (workflow, g_variant_dict_end (&inputs));
  error = graphbit_workflow_result_get_node_error (result, "nest");
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

static void
test_isolation (void)
{
  g_autoptr (GraphbitWorkflow) inner = small ("{city}");
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("outer");
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GVariantDict inputs;

  support_add (workflow, workflow_node ("nest", inner));
  g_variant_dict_init (&inputs, NULL);
  g_variant_dict_insert (&inputs, "city", "s", "Rome");
  result = execute (workflow, g_variant_dict_end (&inputs));
  g_assert_true (graphbit_workflow_result_is_failed (result));
  error = graphbit_workflow_result_get_node_error (result, "nest/say");
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  g_assert_nonnull (strstr (error->message, "{input}"));
  g_clear_error (&error);
  error = graphbit_workflow_result_get_error (result);
  g_assert_cmpstr (error->message, ==,
                   "The node “nest” failed: The node “say” failed: The node “say” refers to {city}, which is not known; "
                   "give the run an input of that name, or use what is known: {input}");
}

static void
test_paths (void)
{
  g_autoptr (GraphbitWorkflow) deepest = small ("{input}!");
  g_autoptr (GraphbitWorkflow) middle = mapped ("[\"{input}\",2]", deepest, 0);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("outer");
  g_autoptr (GraphbitRun) run = NULL;
  g_autofree char *log = NULL;
  GraphbitWorkflowResult *result;
  g_autoptr (GVariant) metadata = NULL;
  const char *type;

  support_add (workflow, text_node ("begin", "x"));
  support_add (workflow, workflow_node ("nest", middle));
  support_connect (workflow, "begin", "nest");
  run = start (workflow);
  log = read_paths (run);
  g_assert_cmpstr (log, ==,
                   "workflow_started \n"
                   "node_started begin\n"
                   "node_completed begin\n"
                   "node_started nest\n"
                   "node_started nest/list\n"
                   "node_completed nest/list\n"
                   "node_started nest/map\n"
                   "node_started nest/map/0/say\n"
                   "node_completed nest/map/0/say\n"
                   "node_started nest/map/1/say\n"
                   "node_completed nest/map/1/say\n"
                   "node_completed nest/map\n"
                   "node_completed nest\n"
                   "workflow_completed \n");

  result = graphbit_run_get_result (run);
  assert_output (result, "nest", "[\"x!\",\"2!\"]");
  assert_output (result, "nest/list", "[\"x\",2]");
  assert_output (result, "nest/map", "[\"x!\",\"2!\"]");
  assert_output (result, "nest/map/0", "x!");
  assert_output (result, "nest/map/1/say", "2!");
  assert_output (result, "nest/map/2/say", NULL);
  assert_output (result, "nest/map/say", NULL);
  assert_output (result, "nest/map/0/", NULL);
  assert_output (result, "nest/", NULL);
  assert_output (result, "begin/list", NULL);
  assert_output (result, "list", NULL);
  metadata = graphbit_workflow_result_get_node_response_metadata (result, "nest/map/1/say");
  g_assert_true (g_variant_lookup (metadata, "node_type", "&s", &type));
  g_assert_cmpstr (type, ==, "Transform");
}

/* Maps. */

static void
test_map (void)
{
  assert_maps_to ("[]", "{item}", "[]");
  assert_maps_to ("[\"a\",\"b \\\"c\\\"\"]", "{item}", "[\"a\",\"b \\\"c\\\"\"]");
  assert_maps_to (" [1, 2.50, true, null, {\"a\": [1]}, [ ]]\n", "{item}", "[1,2.50,true,null,{\"a\": [1]},[ ]]");
  assert_maps_to ("[\"a\",\"b\"]", "{index}:{item}:{input}", "[\"0:a:a\",\"1:b:b\"]");
  assert_maps_to ("[{\"n\":1},{\"n\":2}]", "{{input.item.n}}", "[1,2]");
}

static void
assert_map_fails (const char *list,
                  int code)
{
  g_autoptr (GraphbitWorkflow) inner = small ("{item}");
  g_autoptr (GraphbitWorkflow) workflow = mapped (list, inner, 0);
  g_autoptr (GraphbitWorkflowResult) result = execute (workflow, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (graphbit_workflow_result_is_failed (result));
  error = graphbit_workflow_result_get_node_error (result, "map");
  g_assert_error (error, GRAPHBIT_ERROR, code);
}

static void
test_map_of_no_list (void)
{
  assert_map_fails ("a, b", GRAPHBIT_ERROR_PARSE);
  assert_map_fails ("[\"a\", \"b]", GRAPHBIT_ERROR_PARSE);
  assert_map_fails ("[1] [2]", GRAPHBIT_ERROR_PARSE);
  assert_map_fails ("{\"a\":1}", GRAPHBIT_ERROR_NODE_FAILED);
  assert_map_fails ("\"a\"", GRAPHBIT_ERROR_NODE_FAILED);
}

static void
test_map_of_several (void)
{
  g_autoptr (GraphbitWorkflow) inner = small ("<{item}>");
  g_autoptr (Scene) scene = scene_new ("A B ?K=C C D B>K K>C K>D");
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  support_add (scene->workflow, map_node ("map", inner, 0));
  support_connect (scene->workflow, "C", "map");
  support_connect (scene->workflow, "D", "map");
  support_connect (scene->workflow, "A", "map");
  result = execute (scene->workflow, NULL);
  assert_output (result, "map", "[\"<c>\",\"<a>\"]");
}

static void
answer (Scene *scene,
        guint n,
        const char *text)
{
  GraphbitNodeCall *call = g_ptr_array_index (scene->calls, n);

  if (text != NULL)
    g_assert_true (graphbit_node_call_respond (call, text));
  else
    g_assert_true (graphbit_call_fail (GRAPHBIT_CALL (call), "no"));
  support_turns (3);
}

static void
test_map_concurrency (void)
{
  g_autoptr (Scene) inner = scene_new ("A*");
  g_autoptr (GraphbitWorkflow) workflow = mapped ("[1,2,3,4,5]", inner->workflow, 2);
  g_autoptr (GraphbitRun) run = start (workflow);
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  support_turns (3);
  g_assert_cmpuint (inner->calls->len, ==, 2);
  answer (inner, 1, "two");
  g_assert_cmpuint (inner->calls->len, ==, 3);
  answer (inner, 2, "three");
  answer (inner, 0, "one");
  g_assert_cmpuint (inner->calls->len, ==, 5);
  g_assert_cmpfloat_with_epsilon (graphbit_run_get_progress (run), 0.8, 1e-9);
  answer (inner, 4, "five");
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_RUNNING);
  g_assert_cmpfloat_with_epsilon (graphbit_run_get_progress (run), 0.9, 1e-9);
  answer (inner, 3, "four");
  result = support_wait (run);
  assert_output (result, "map", "[\"one\",\"two\",\"three\",\"four\",\"five\"]");
  g_assert_cmpfloat (graphbit_run_get_progress (run), ==, 1.0);
}

static void
test_map_without_limit (void)
{
  g_autoptr (Scene) inner = scene_new ("A*");
  g_autoptr (GraphbitWorkflow) workflow = mapped ("[1,2,3,4,5]", inner->workflow, 0);
  g_autoptr (GraphbitRun) run = start (workflow);
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  support_turns (3);
  g_assert_cmpuint (inner->calls->len, ==, 5);
  for (guint i = 5; i > 0; i--)
    answer (inner, i - 1, "[0]");
  result = support_wait (run);
  assert_output (result, "map", "[[0],[0],[0],[0],[0]]");
}

static void
test_large_map (void)
{
  g_autoptr (GString) list = g_string_new ("[");
  g_autoptr (GraphbitWorkflow) inner = small ("{item}");
  g_autoptr (GraphbitWorkflow) workflow = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (list, "%s%u", i > 0 ? "," : "", i);
  g_string_append_c (list, ']');

  /* In several turns, and those end by the clock. */
  graphbit_clock_set_virtual (FALSE);
  workflow = mapped (list->str, inner, 0);
  result = execute (workflow, NULL);
  graphbit_clock_set_virtual (TRUE);
  assert_output (result, "map", list->str);
  assert_output (result, "map/9999/say", "9999");
}

static void
test_element_fails (void)
{
  g_autoptr (Scene) inner = scene_new ("A* B A>B");
  g_autoptr (GraphbitWorkflow) workflow = mapped ("[1,2,3,4,5]", inner->workflow, 3);
  g_autoptr (GraphbitRun) run = start (workflow);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;

  support_turns (3);
  answer (inner, 1, NULL);
  result = support_wait (run);
  g_assert_true (graphbit_workflow_result_is_failed (result));
  g_assert_cmpuint (inner->calls->len, ==, 3);
  g_assert_true (graphbit_call_get_is_answered (g_ptr_array_index (inner->calls, 0)));
  g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (g_ptr_array_index (inner->calls, 0))));

  error = graphbit_workflow_result_get_error (result);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  g_assert_cmpstr (error->message, ==, "The node “map” failed: Element 1: The node “A” failed: no");
  g_clear_error (&error);
  error = graphbit_workflow_result_get_node_error (result, "map/0/A");
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  error = graphbit_workflow_result_get_node_error (result, "map/1");
  g_assert_cmpstr (error->message, ==, "The node “A” failed: no");
}

static void
test_element_fails_and_others_finish (void)
{
  g_autoptr (Scene) inner = scene_new ("A* B A>B");
  g_autoptr (GraphbitWorkflow) workflow = mapped ("[1,2,3]", inner->workflow, 2);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  graphbit_executor_set_on_failure (executor, GRAPHBIT_ON_FAILURE_FINISH);
  run = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, NULL);
  support_turns (3);
  answer (inner, 1, NULL);
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_RUNNING);
  answer (inner, 0, "yes");
  result = support_wait (run);
  g_assert_true (graphbit_workflow_result_is_failed (result));
  g_assert_cmpuint (inner->calls->len, ==, 2);
  assert_output (result, "map/0/B", "b");
}

/* Loops. */

/* begin → loop of the workflow that gives the text */
static GraphbitWorkflow *
looped (GraphbitWorkflow *inner,
        const char *condition,
        guint max_iterations)
{
  GraphbitWorkflow *workflow = graphbit_workflow_new ("looped");

  support_add (workflow, text_node ("begin", "x"));
  support_add (workflow, g_object_new (GRAPHBIT_TYPE_LOOP_NODE, "id", "loop", "name", "loop", "workflow", inner,
                                       "condition", condition, "max-iterations", max_iterations, NULL));
  support_connect (workflow, "begin", "loop");
  return workflow;
}

static void
test_loop (void)
{
  static const struct
  {
    const char *text;
    const char *condition;
    const char *output;
  } cases[] = {
    { "{input}+", "length (output) >= 4", "x+++" },
    { "{input}+", "true", "x+" },
    { "{input}+", "output == \"x++\"", "x++" },
    { "{input}+", "iteration == 3", "x+++" },
    { "{original}{iteration}", "output == 'x3' and iteration > 2", "x3" },
    { "{\"n\": {iteration}}", "output.n >= 2", "{\"n\": 2}" },
    { "{input}+", "output == node.begin or iteration >= 2", "x++" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitWorkflow) inner = small (cases[i].text);
      g_autoptr (GraphbitWorkflow) workflow = looped (inner, cases[i].condition, 10);
      g_autoptr (GraphbitWorkflowResult) result = execute (workflow, NULL);

      g_assert_true (graphbit_workflow_result_is_success (result));
      assert_output (result, "loop", cases[i].output);
    }
}

static void
test_loop_paths (void)
{
  g_autoptr (GraphbitWorkflow) inner = small ("{input}+");
  g_autoptr (GraphbitWorkflow) workflow = looped (inner, "iteration == 2", 10);
  g_autoptr (GraphbitRun) run = start (workflow);
  g_autofree char *log = read_paths (run);
  GraphbitWorkflowResult *result = graphbit_run_get_result (run);

  g_assert_nonnull (strstr (log, "node_started loop\n"
                                 "node_started loop/1/say\n"
                                 "node_completed loop/1/say\n"
                                 "node_started loop/2/say\n"
                                 "node_completed loop/2/say\n"
                                 "node_completed loop\n"));
  assert_output (result, "loop/1/say", "x+");
  assert_output (result, "loop/2", "x++");
  assert_output (result, "loop/0", NULL);
  assert_output (result, "loop/3", NULL);
}

static void
test_loop_ends_at_the_limit (void)
{
  g_autoptr (GraphbitWorkflow) inner = small ("{input}+");
  g_autoptr (GraphbitWorkflow) workflow = looped (inner, "output == \"y\"", 3);
  g_autoptr (GraphbitWorkflowResult) result = execute (workflow, NULL);
  g_autoptr (GError) error = graphbit_workflow_result_get_node_error (result, "loop");

  g_assert_true (graphbit_workflow_result_is_failed (result));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  g_assert_cmpstr (error->message, ==,
                   "The condition of the loop “loop” does not hold after 3 rounds; raise its max-iterations");
  assert_output (result, "loop/3", "x+++");
}

static void
test_loop_fails (void)
{
  g_autoptr (Scene) inner = scene_new ("A*");
  g_autoptr (GraphbitWorkflow) workflow = looped (inner->workflow, "false", 3);
  g_autoptr (GraphbitRun) run = start (workflow);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;

  support_turns (3);
  answer (inner, 0, "a");
  answer (inner, 1, NULL);
  result = support_wait (run);
  error = graphbit_workflow_result_get_error (result);
  g_assert_cmpstr (error->message, ==, "The node “loop” failed: Round 2: The node “A” failed: no");
}

static void
test_loop_cannot_judge (void)
{
  g_autoptr (GraphbitWorkflow) inner = small ("word");
  g_autoptr (GraphbitWorkflow) workflow = looped (inner, "output > 5", 3);
  g_autoptr (GraphbitWorkflowResult) result = execute (workflow, NULL);
  g_autoptr (GError) error = graphbit_workflow_result_get_node_error (result, "loop");

  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  g_assert_true (g_str_has_prefix (error->message, "The condition after round 1: "));
}

/* The node around goes on by its own rules. */

static void
test_failure_outside (void)
{
  g_autoptr (Scene) inner = scene_new ("A! B");
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("outer");
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  GraphbitNode *node = workflow_node ("nest", inner->workflow);

  graphbit_node_set_on_error (node, GRAPHBIT_ON_ERROR_FALLBACK);
  graphbit_node_set_fallback (node, "instead");
  graphbit_node_set_max_retries (node, 2);
  support_add (workflow, node);
  support_add (workflow, text_node ("after", "{{node.nest}}"));
  support_connect (workflow, "nest", "after");
  result = execute (workflow, NULL);
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_true (graphbit_workflow_result_has_warnings (result));
  assert_output (result, "after", "instead");
  assert_output (result, "nest/A", NULL);
  g_assert_cmpstr (inner->log->str, ==, "A() A() A()");
}

static void
test_retry (void)
{
  g_autoptr (Scene) inner = scene_new ("B A* B>A");
  g_autoptr (GraphbitWorkflow) workflow = mapped ("[1,2]", inner->workflow, 1);
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  GListModel *node_runs;
  g_autoptr (GraphbitNodeRun) map = NULL;

  graphbit_node_set_max_retries (graphbit_workflow_get_node (workflow, "map"), 1);
  run = start (workflow);
  support_turns (3);
  answer (inner, 0, "a");
  g_assert_cmpfloat_with_epsilon (graphbit_run_get_progress (run), 0.5 + 0.75 * 0.5, 1e-9);
  answer (inner, 1, NULL);
  g_assert_cmpfloat_with_epsilon (graphbit_run_get_progress (run), 0.5 + 0.25 * 0.5, 1e-9);
  answer (inner, 2, "b");
  answer (inner, 3, "c");
  result = support_wait (run);
  g_assert_true (graphbit_workflow_result_is_success (result));
  assert_output (result, "map", "[\"b\",\"c\"]");
  assert_output (result, "map/0/A", "b");
  node_runs = graphbit_run_get_node_runs (run);
  map = g_list_model_get_item (node_runs, 1);
  g_assert_cmpuint (graphbit_node_run_get_attempts (map), ==, 2);
}

static void
test_timeouts (void)
{
  g_autoptr (Scene) inner = scene_new ("A*");
  g_autoptr (GraphbitWorkflow) middle = mapped ("[1,2,3]", inner->workflow, 2);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("outer");
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GraphbitNode *node = workflow_node ("nest", middle);

  graphbit_node_set_timeout_ms (node, 7000);
  support_add (workflow, node);

  run = start (workflow);
  support_turns (3);
  g_assert_cmpuint (inner->calls->len, ==, 2);
  g_assert_cmpint (graphbit_call_get_deadline (g_ptr_array_index (inner->calls, 0)), ==, graphbit_clock_now () + 7000000);
  graphbit_clock_advance (7000000);
  result = support_wait (run);

  error = graphbit_workflow_result_get_node_error (result, "nest");
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
  g_clear_error (&error);
  error = graphbit_workflow_result_get_node_error (result, "nest/map/1/A");
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (graphbit_call_get_is_answered (g_ptr_array_index (inner->calls, 1)));
}

static void
test_run_deadline (void)
{
  g_autoptr (Scene) inner = scene_new ("A*");
  g_autoptr (GraphbitWorkflow) workflow = mapped ("[1,2]", inner->workflow, 0);
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;

  run = start (workflow);
  support_turns (3);
  graphbit_clock_advance (300 * G_USEC_PER_SEC);
  result = support_wait (run);
  error = graphbit_workflow_result_get_error (result);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
}

/* A nest of every kind, cancelled at each of its events. */
static void
test_cancel_everywhere (void)
{
  gboolean is_cancelled = TRUE;

  for (guint at = 0; is_cancelled; at++)
    {
      g_autoptr (Scene) inner = scene_new ("A B* C A>B B>C");
      g_autoptr (GraphbitWorkflow) middle = mapped ("[1,2,3]", inner->workflow, 2);
      g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("outer");
      g_autoptr (GraphbitRun) run = NULL;
      guint n_events = 0, n_terminal = 0, n_answered = 0;
      GraphbitEvent *event;

      support_add (workflow, text_node ("begin", "x"));
      support_add (workflow, workflow_node ("nest", middle));
      support_add (workflow, text_node ("end", "y"));
      support_connect (workflow, "begin", "nest");
      support_connect (workflow, "nest", "end");
      run = start (workflow);
      if (at == 0)
        graphbit_run_cancel (run);
      while ((event = graphbit_run_next_event (run, NULL, NULL)) != NULL)
        {
          GraphbitEventKind kind = graphbit_event_get_kind (event);

          g_assert_cmpuint (n_terminal, ==, 0);
          g_assert_cmpint (graphbit_event_get_sequence (event), ==, ++n_events);
          n_terminal += kind >= GRAPHBIT_EVENT_KIND_WORKFLOW_COMPLETED && kind <= GRAPHBIT_EVENT_KIND_WORKFLOW_CANCELLED;
          if (n_events == at)
            graphbit_run_cancel (run);
          for (; n_answered < inner->calls->len; n_answered++)
            graphbit_node_call_respond (g_ptr_array_index (inner->calls, n_answered), "b");
          g_object_unref (event);
        }
      g_assert_cmpuint (n_terminal, ==, 1);
      is_cancelled = graphbit_workflow_result_is_cancelled (graphbit_run_get_result (run));
      g_assert_cmpint (graphbit_run_get_state (run), ==,
                       is_cancelled ? GRAPHBIT_RUN_STATE_CANCELLED : GRAPHBIT_RUN_STATE_COMPLETED);
      if (!is_cancelled)
        g_assert_cmpuint (at, >=, 20); /* the last ones were waiting to be read when it ended */
    }
}

static void
test_backpressure (void)
{
  g_autoptr (GString) list = g_string_new ("[0");
  g_autoptr (GraphbitWorkflow) inner = small ("{item}");
  g_autoptr (GraphbitWorkflow) workflow = NULL;
  g_autoptr (GraphbitRun) run = NULL;
  g_autofree char *log = NULL;
  GraphbitEvent *event;

  for (guint i = 1; i < 1000; i++)
    g_string_append_printf (list, ",%u", i);
  g_string_append_c (list, ']');
  workflow = mapped (list->str, inner, 0);
  run = start (workflow);

  event = graphbit_run_next_event (run, NULL, NULL);
  g_object_unref (event);
  support_turns (50);
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_RUNNING);
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_run_get_events (run)), <, 300);
  log = read_paths (run);
  g_assert_nonnull (strstr (log, "node_completed map/999/say\nnode_completed map\nworkflow_completed \n"));
}

/* Models. */

static gboolean
keep_request (GraphbitProviderCall *call,
              gpointer data)
{
  g_ptr_array_add (data, g_object_ref (call));
  return TRUE;
}

static void
test_model_limits (void)
{
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GraphbitLlmConfig) config = support_model_new (keep_request, calls);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (config);
  g_autoptr (GraphbitWorkflow) inner = graphbit_workflow_new ("inner");
  g_autoptr (GraphbitWorkflow) workflow = NULL;
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GraphbitLlmUsage) usage = NULL;
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GListModel *events;

  support_add (inner, g_object_new (GRAPHBIT_TYPE_AGENT_NODE, "id", "agent", "name", "agent", "prompt", "Say {item}.", NULL));
  workflow = mapped ("[1,2,3,4]", inner, 0);
  support_add (workflow, g_object_new (GRAPHBIT_TYPE_AGENT_NODE, "id", "alone", "name", "alone", "prompt", "Say 5.", NULL));
  graphbit_executor_set_max_concurrency (executor, 2);
  run = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, NULL);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *message = NULL;
      g_autoptr (GraphbitLlmResponse) response = NULL;

      while (calls->len <= i)
        g_main_context_iteration (NULL, TRUE);
      support_turns (5);
      g_assert_cmpuint (calls->len, ==, MIN (i + 2, 5));
      message = support_last_message (g_ptr_array_index (calls, i));
      response = support_answer (message);
      graphbit_provider_call_respond (g_ptr_array_index (calls, i), response);
    }
  result = support_wait (run);
  assert_output (result, "map", "[\"Say 1.\",\"Say 2.\",\"Say 3.\",\"Say 4.\"]");
  usage = graphbit_workflow_result_get_usage (result);
  g_assert_cmpint (graphbit_llm_usage_get_total_tokens (usage), ==, 60);

  /* Each exchange has an id of its own. */
  events = graphbit_run_get_events (run);
  for (guint i = 0; i < g_list_model_get_n_items (events); i++)
    {
      g_autoptr (GraphbitEvent) event = g_list_model_get_item (events, i);

      if (graphbit_event_get_kind (event) == GRAPHBIT_EVENT_KIND_LLM_CALL_STARTED)
        g_assert_true (g_hash_table_add (ids, g_strdup (graphbit_event_get_llm_call_id (event))));
    }
  g_assert_cmpuint (g_hash_table_size (ids), ==, 5);
  g_assert_true (g_hash_table_contains (ids, "map/3/agent-llm-1"));
}

static void
test_no_model (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflow) inner = graphbit_workflow_new ("inner");
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("outer");
  g_autoptr (GError) error = NULL;

  support_add (inner, graphbit_agent_node_new ("agent", "Say something."));
  support_add (workflow, workflow_node ("nest", inner));
  g_assert_null (graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
  g_assert_nonnull (strstr (error->message, "“nest/agent”"));
}

/* One budget for the run, whatever the depth. */
static gboolean
answer_at_once (GraphbitProviderCall *call,
                gpointer data)
{
  g_autoptr (GraphbitLlmResponse) response = support_answer ("yes");

  graphbit_provider_call_respond (call, response);
  return TRUE;
}

static void
test_budget (void)
{
  g_autoptr (GraphbitLlmConfig) config = support_model_new (answer_at_once, NULL);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (config);
  g_autoptr (GraphbitBudget) budget = graphbit_budget_new (30, 0);
  g_autoptr (GraphbitWorkflow) inner = graphbit_workflow_new ("inner");
  g_autoptr (GraphbitWorkflow) workflow = NULL;
  g_autoptr (GraphbitLlmOptions) options = g_object_new (GRAPHBIT_TYPE_LLM_OPTIONS, "max-tokens", (gint64) 2, NULL);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;

  support_add (inner, g_object_new (GRAPHBIT_TYPE_AGENT_NODE, "name", "agent", "prompt", "Say.", "options", options, NULL));
  workflow = mapped ("[1,2,3,4,5]", inner, 1);
  graphbit_executor_set_budget (executor, budget);
  result = support_execute (executor, workflow, NULL, NULL, &error);
  g_assert_no_error (error);
  error = graphbit_workflow_result_get_node_error (result, "map");
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_BUDGET_EXCEEDED);
  assert_output (result, "map/0/agent", "yes");
}

/* Tokens of what is inside wait for a slow reader, too. */
static gboolean
answer_in_pieces (GraphbitProviderCall *call,
                  gpointer data)
{
  g_autoptr (GraphbitLlmResponse) response = support_answer ("x");

  for (guint i = 0; i < 300; i++)
    graphbit_provider_call_send_text (call, "x");
  graphbit_provider_call_respond (call, response);
  return TRUE;
}

static void
test_slow_reader_of_tokens (void)
{
  g_autoptr (GraphbitLlmConfig) config = support_model_new (answer_in_pieces, NULL);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (config);
  g_autoptr (GraphbitWorkflow) inner = graphbit_workflow_new ("inner");
  g_autoptr (GraphbitWorkflow) workflow = NULL;
  g_autoptr (GraphbitRun) run = NULL;
  g_autofree char *log = NULL;
  GraphbitEvent *event;

  support_add (inner, g_object_new (GRAPHBIT_TYPE_AGENT_NODE, "id", "agent", "name", "agent", "prompt", "Say.", NULL));
  workflow = mapped ("[1,2,3]", inner, 0);
  run = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, NULL);
  event = graphbit_run_next_event (run, NULL, NULL);
  g_object_unref (event);
  support_turns (100);
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_RUNNING);
  log = read_paths (run);
  g_assert_nonnull (strstr (log, "token map/0/agent\ntoken map/0/agent\n"));
  g_assert_true (g_str_has_suffix (log, "node_completed map\nworkflow_completed \n"));
}

/* Answers from other threads, while the run's own one is blocked. */
static gpointer
answer_from_thread (gpointer call)
{
  graphbit_node_call_respond (call, "\"from afar\"");
  g_object_unref (call);
  return NULL;
}

static gboolean
ask_thread (GObject *node,
            GraphbitNodeCall *call,
            gpointer data)
{
  g_thread_unref (g_thread_new ("answer", answer_from_thread, g_object_ref (call)));
  return TRUE;
}

static void
test_threads (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflow) inner = graphbit_workflow_new ("inner");
  g_autoptr (GraphbitWorkflow) workflow = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GraphbitFunctionNode *node = graphbit_function_node_new ("far", NULL, NULL, NULL);

  g_signal_connect (node, "call", G_CALLBACK (ask_thread), NULL);
  support_add (inner, node);
  workflow = mapped ("[1,2,3,4,5,6,7,8]", inner, 3);
  result = graphbit_executor_execute (executor, workflow, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_output (result, "map",
                 "[\"from afar\",\"from afar\",\"from afar\",\"from afar\",\"from afar\",\"from afar\",\"from afar\",\"from afar\"]");
}

/* Several threads that run workflows with the same ones inside. */
static gpointer
execute_in_thread (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);

  g_main_context_push_thread_default (context);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GraphbitWorkflowResult) result = graphbit_executor_execute (executor, data, NULL, NULL, NULL);

      g_assert_true (graphbit_workflow_result_is_success (result));
    }
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_plans_in_threads (void)
{
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (GraphbitWorkflow) deepest = small ("{input}");
      g_autoptr (GraphbitWorkflow) middle = mapped ("[1,2]", deepest, 0);
      g_autoptr (GraphbitWorkflow) one = graphbit_workflow_new ("one");
      g_autoptr (GraphbitWorkflow) two = graphbit_workflow_new ("two");
      GThread *threads[4];

      support_add (one, workflow_node ("a", deepest));
      support_add (one, workflow_node ("b", middle));
      support_add (two, workflow_node ("a", middle));
      support_add (two, workflow_node ("b", deepest));
      for (guint j = 0; j < G_N_ELEMENTS (threads); j++)
        threads[j] = g_thread_new ("run", execute_in_thread, j % 2 == 0 ? one : two);
      for (guint j = 0; j < G_N_ELEMENTS (threads); j++)
        g_thread_join (threads[j]);
    }
}

/* An error of a provider is not the node's to try again, from whatever depth it comes. */
static gboolean
refuse (GraphbitProviderCall *call,
        gpointer data)
{
  guint *n = data;

  (*n)++;
  graphbit_call_fail (GRAPHBIT_CALL (call), "The model is gone");
  return TRUE;
}

static void
test_provider_error (void)
{
  guint n_requests = 0;
  g_autoptr (GraphbitLlmConfig) config = support_model_new (refuse, &n_requests);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (config);
  g_autoptr (GraphbitWorkflow) inner = graphbit_workflow_new ("inner");
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("outer");
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL, cause = NULL;

  support_add (inner, graphbit_agent_node_new ("agent", "Say something."));
  support_add (workflow, workflow_node ("nest", inner));
  graphbit_node_set_max_retries (graphbit_workflow_get_node (workflow, "nest"), 3);
  result = support_execute (executor, workflow, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_requests, ==, 1);
  cause = graphbit_workflow_result_get_node_error (result, "nest/agent");
  error = graphbit_workflow_result_get_node_error (result, "nest");
  g_assert_cmpint (error->code, ==, cause->code);
}

/* For user interfaces. */

static void
append_tree (GString *text,
             GListModel *list,
             guint depth)
{
  for (guint i = 0; list != NULL && i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (GraphbitNodeRun) item = g_list_model_get_item (list, i);
      g_autofree char *state = g_enum_to_string (GRAPHBIT_TYPE_NODE_STATE, graphbit_node_run_get_state (item));

      g_string_append_printf (text, "%*s%s %s=%s\n", (int) depth * 2, "", graphbit_node_run_get_path (item),
                              strrchr (state, '_') + 1, graphbit_node_run_get_output (item));
      append_tree (text, graphbit_node_run_get_children (item), depth + 1);
    }
}

static void
count_changes (GListModel *list,
               guint position,
               guint removed,
               guint added,
               gpointer data)
{
  guint *n = data;

  *n += added;
}

static void
count_notify (GObject *object,
              GParamSpec *pspec,
              gpointer data)
{
  guint *n = data;

  (*n)++;
}

static void
test_node_runs (void)
{
  g_autoptr (Scene) inner = scene_new ("A B* A>B");
  g_autoptr (GraphbitWorkflow) middle = mapped ("[1,2]", inner->workflow, 1);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("outer");
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitNodeRun) nest = NULL, map = NULL, element = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GString) tree = g_string_new (NULL);
  GListModel *list, *children;
  guint n_added = 0, n_states = 0;

  support_add (workflow, workflow_node ("nest", middle));
  run = start (workflow);
  list = graphbit_run_get_node_runs (run);
  nest = g_list_model_get_item (list, 0);
  children = graphbit_node_run_get_children (nest);
  g_assert_cmpuint (g_list_model_get_n_items (children), ==, 0);
  g_signal_connect (children, "items-changed", G_CALLBACK (count_changes), &n_added);
  support_turns (3);
  g_assert_cmpuint (n_added, ==, 2);

  map = g_list_model_get_item (children, 1);
  g_assert_cmpstr (graphbit_node_run_get_path (map), ==, "nest/map");
  children = graphbit_node_run_get_children (map);
  g_assert_cmpuint (g_list_model_get_n_items (children), ==, 1);
  n_added = 0;
  g_signal_connect (children, "items-changed", G_CALLBACK (count_changes), &n_added);
  element = g_list_model_get_item (children, 0);
  g_assert_cmpstr (graphbit_node_run_get_node_id (element), ==, "0");
  g_assert_cmpint (graphbit_node_run_get_state (element), ==, GRAPHBIT_NODE_STATE_RUNNING);
  g_signal_connect (element, "notify::state", G_CALLBACK (count_notify), &n_states);
  answer (inner, 0, "b");
  g_assert_cmpuint (n_added, ==, 1);
  g_assert_cmpuint (n_states, ==, 1);
  answer (inner, 1, "c");
  result = support_wait (run);

  append_tree (tree, list, 0);
  /* The inner nodes have made up their ids themselves. */
  for (guint i = 0; i < 2; i++)
    g_string_replace (tree,
                      graphbit_node_get_id (graphbit_workflow_get_node (inner->workflow, i == 0 ? "A" : "B")),
                      i == 0 ? "A" : "B", 0);
  g_assert_cmpstr (tree->str, ==,
                   "nest COMPLETED=[\"b\",\"c\"]\n"
                   "  nest/list COMPLETED=[1,2]\n"
                   "  nest/map COMPLETED=[\"b\",\"c\"]\n"
                   "    nest/map/0 COMPLETED=b\n"
                   "      nest/map/0/A COMPLETED=a\n"
                   "      nest/map/0/B COMPLETED=b\n"
                   "    nest/map/1 COMPLETED=c\n"
                   "      nest/map/1/A COMPLETED=a\n"
                   "      nest/map/1/B COMPLETED=c\n");
}

/* Changes. */

static void
test_changes (void)
{
  g_autoptr (GraphbitWorkflow) inner = small ("one");
  g_autoptr (GraphbitWorkflow) middle = graphbit_workflow_new ("middle");
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("outer");
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) first = NULL, second = NULL, third = NULL;

  support_add (middle, workflow_node ("inside", inner));
  support_add (workflow, workflow_node ("nest", middle));
  first = execute (workflow, NULL);
  assert_output (first, "nest", "one");

  run = start (workflow);
  graphbit_transform_node_set_argument (GRAPHBIT_TRANSFORM_NODE (graphbit_workflow_get_node (inner, "say")), "two");
  second = support_wait (run);
  assert_output (second, "nest", "one");
  third = execute (workflow, NULL);
  assert_output (third, "nest", "two");
  assert_output (third, "nest/inside/say", "two");
}

static void
test_lightweight (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflow) inner = small ("{item}");
  g_autoptr (GraphbitWorkflow) workflow = mapped ("[1,2,3]", inner, 2);
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  graphbit_executor_set_lightweight_mode (executor, TRUE);
  result = graphbit_executor_execute (executor, workflow, NULL, NULL, NULL);
  assert_output (result, "map", "[1,2,3]");
  assert_output (result, "map/1/say", "2");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* A slow machine does not end turns earlier. */
  graphbit_clock_set_virtual (TRUE);

  g_test_add_func ("/nested/outputs", test_outputs);
  g_test_add_func ("/nested/inputs", test_inputs);
  g_test_add_func ("/nested/isolation", test_isolation);
  g_test_add_func ("/nested/paths", test_paths);
  g_test_add_func ("/nested/map", test_map);
  g_test_add_func ("/nested/map/no-list", test_map_of_no_list);
  g_test_add_func ("/nested/map/several", test_map_of_several);
  g_test_add_func ("/nested/map/concurrency", test_map_concurrency);
  g_test_add_func ("/nested/map/without-limit", test_map_without_limit);
  g_test_add_func ("/nested/map/large", test_large_map);
  g_test_add_func ("/nested/map/element-fails", test_element_fails);
  g_test_add_func ("/nested/map/element-fails-and-others-finish", test_element_fails_and_others_finish);
  g_test_add_func ("/nested/loop", test_loop);
  g_test_add_func ("/nested/loop/paths", test_loop_paths);
  g_test_add_func ("/nested/loop/ends-at-the-limit", test_loop_ends_at_the_limit);
  g_test_add_func ("/nested/loop/fails", test_loop_fails);
  g_test_add_func ("/nested/loop/cannot-judge", test_loop_cannot_judge);
  g_test_add_func ("/nested/failure-outside", test_failure_outside);
  g_test_add_func ("/nested/retry", test_retry);
  g_test_add_func ("/nested/timeouts", test_timeouts);
  g_test_add_func ("/nested/run-deadline", test_run_deadline);
  g_test_add_func ("/nested/cancel-everywhere", test_cancel_everywhere);
  g_test_add_func ("/nested/backpressure", test_backpressure);
  g_test_add_func ("/nested/model-limits", test_model_limits);
  g_test_add_func ("/nested/no-model", test_no_model);
  g_test_add_func ("/nested/provider-error", test_provider_error);
  g_test_add_func ("/nested/budget", test_budget);
  g_test_add_func ("/nested/slow-reader-of-tokens", test_slow_reader_of_tokens);
  g_test_add_func ("/nested/threads", test_threads);
  g_test_add_func ("/nested/plans-in-threads", test_plans_in_threads);
  g_test_add_func ("/nested/node-runs", test_node_runs);
  g_test_add_func ("/nested/changes", test_changes);
  g_test_add_func ("/nested/lightweight", test_lightweight);

  return g_test_run ();
}
