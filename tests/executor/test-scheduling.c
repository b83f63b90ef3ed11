/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "executor-support.h"
#include "graphbit-clock-private.h"

/* What runs, in which order and with what, and how it ends. */
static const struct
{
  const char *name;
  const char *scene;
  const char *log;
  const char *states;
  GraphbitRunState state;
  gboolean has_warnings;
} cases[] = {
  /* Dataflow */
  { "one", "A", "A()", "A:completed", GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "chain", "A B C A>B B>C", "A() B(a) C(b)", "A:completed B:completed C:completed", GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "insertion-order", "C B A", "C() B() A()", "C:completed B:completed A:completed", GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "insertion-order-among-ready", "C A B A>C", "A() C(a) B()", "C:completed A:completed B:completed",
    GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "diamond", "A B C D A>B A>C C>D B>D", "A() B(a) C(a) D(c\n\nb)", "A:completed B:completed C:completed D:completed",
    GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "two-islands", "A B C D A>C B>D", "A() B() C(a) D(b)", "A:completed B:completed C:completed D:completed",
    GRAPHBIT_RUN_STATE_COMPLETED, FALSE },

  /* Conditions */
  { "condition", "A ?K=C B C A>K K>B K>C", "A() K(a) C(a)", "A:completed K:completed B:skipped C:completed",
    GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "condition-blanks", "A ?K=\tC\n B C A>K K>B K>C", "A() K(a) C(a)", "A:completed K:completed B:skipped C:completed",
    GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "condition-join", "A ?K=B B C J A>K K>B K>C B>J C>J", "A() K(a) B(a) J(b)",
    "A:completed K:completed B:completed C:skipped J:completed", GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "condition-deep", "A ?K=B B C D E A>K K>B K>C C>D D>E", "A() K(a) B(a)",
    "A:completed K:completed B:completed C:skipped D:skipped E:skipped", GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "condition-straight-to-join", "A ?K=J B J A>K K>B K>J B>J", "A() K(a) J(a)",
    "A:completed K:completed B:skipped J:completed", GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "condition-after-condition", "A ?K=L ?L=C B C A>K K>L K>B L>C", "A() K(a) L(a) C(a)",
    "A:completed K:completed L:completed B:skipped C:completed", GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "condition-unknown", "A ?K=X B C A>K K>B K>C", "A() K(a)", "A:completed K:failed B:skipped C:skipped",
    GRAPHBIT_RUN_STATE_FAILED, FALSE },
  { "condition-fallback", "A ?K!fB B C A>K K>B K>C", "A() K(a) B(a)", "A:completed K:failed B:completed C:skipped",
    GRAPHBIT_RUN_STATE_COMPLETED, TRUE },
  { "condition-fallback-unknown", "A ?K!fX B C A>K K>B K>C", "A() K(a)", "A:completed K:failed B:skipped C:skipped",
    GRAPHBIT_RUN_STATE_FAILED, FALSE },
  { "condition-continue", "A ?K!c B C A>K K>B K>C", "A() K(a) B(a) C(a)",
    "A:completed K:failed B:completed C:completed", GRAPHBIT_RUN_STATE_COMPLETED, TRUE },
  { "condition-error-edge", "A ?K! B C E A>K K>B K>C K~E", "A() K(a) E(K broke)",
    "A:completed K:failed B:skipped C:skipped E:completed", GRAPHBIT_RUN_STATE_COMPLETED, TRUE },

  /* The table of failures: data edges */
  { "completed-data", "A B A>B", "A() B(a)", "A:completed B:completed", GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "failed-data", "A! B A>B", "A()", "A:failed B:skipped", GRAPHBIT_RUN_STATE_FAILED, FALSE },
  { "continue-data", "A!c B A>B", "A() B()", "A:failed B:completed", GRAPHBIT_RUN_STATE_COMPLETED, TRUE },
  { "continue-data-and-other", "A!c B C A>C B>C", "A() B() C(b)", "A:failed B:completed C:completed",
    GRAPHBIT_RUN_STATE_COMPLETED, TRUE },
  { "fallback-data", "A!f B A>B", "A() B(f)", "A:failed B:completed", GRAPHBIT_RUN_STATE_COMPLETED, TRUE },
  { "skipped-data", "A! E B C A~E A>B B>C", "A() E(A broke)", "A:failed E:completed B:skipped C:skipped",
    GRAPHBIT_RUN_STATE_COMPLETED, TRUE },
  { "skipped-is-no-input", "A! E B C D A~E A>B D>C B>C", "A() E(A broke) D() C(d)",
    "A:failed E:completed B:skipped C:completed D:completed", GRAPHBIT_RUN_STATE_COMPLETED, TRUE },
  /* … error edges */
  { "completed-error", "A E A~E", "A()", "A:completed E:skipped", GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "failed-error", "A! B E A>B A~E", "A() E(A broke)", "A:failed B:skipped E:completed",
    GRAPHBIT_RUN_STATE_COMPLETED, TRUE },
  { "continue-error", "A!c B E A>B A~E", "A() B() E(A broke)", "A:failed B:completed E:completed",
    GRAPHBIT_RUN_STATE_COMPLETED, TRUE },
  { "fallback-error", "A!f B E A>B A~E", "A() B(f)", "A:failed B:completed E:skipped",
    GRAPHBIT_RUN_STATE_COMPLETED, TRUE },
  { "skipped-error", "A B E A~B B~E", "A()", "A:completed B:skipped E:skipped", GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "error-and-data-join", "A! E J A~E A>J E>J", "A() E(A broke) J(e)", "A:failed E:completed J:completed",
    GRAPHBIT_RUN_STATE_COMPLETED, TRUE },
  { "handler-fails", "A! E! A~E", "A() E(A broke)", "A:failed E:failed", GRAPHBIT_RUN_STATE_FAILED, TRUE },

  /* … conditional edges */
  { "completed-conditional", "A B C A?B:node.A=='a' A?C:node.A!='a'", "A() B(a)",
    "A:completed B:completed C:skipped", GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "completed-conditional-none", "A B A?B:false", "A()", "A:completed B:skipped", GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "failed-conditional", "A! B A?B:true", "A()", "A:failed B:skipped", GRAPHBIT_RUN_STATE_FAILED, FALSE },
  { "failed-conditional-and-error", "A! B E A?B:true A~E", "A() E(A broke)", "A:failed B:skipped E:completed",
    GRAPHBIT_RUN_STATE_COMPLETED, TRUE },
  { "continue-conditional", "A!c B C A?B:node.A==null A?C:node.A=='a'", "A() B()", "A:failed B:completed C:skipped",
    GRAPHBIT_RUN_STATE_COMPLETED, TRUE },
  { "continue-conditional-and-error", "A!c B E A?B:node.A!=null A~E", "A() E(A broke)", "A:failed B:skipped E:completed",
    GRAPHBIT_RUN_STATE_COMPLETED, TRUE },
  { "fallback-conditional", "A!f B C E A?B:node.A=='f' A?C:node.A==null A~E", "A() B(f)",
    "A:failed B:completed C:skipped E:skipped", GRAPHBIT_RUN_STATE_COMPLETED, TRUE },
  { "skipped-conditional", "A B C A?B:false B?C:true", "A()", "A:completed B:skipped C:skipped",
    GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "conditional-join", "A B C J A?B:true A?C:false B>J C>J", "A() B(a) J(b)",
    "A:completed B:completed C:skipped J:completed", GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "conditional-and-data", "A X B A?B:false X>B", "A() X() B(x)", "A:completed X:completed B:completed",
    GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "conditional-of-an-ancestor", "A B C A>B B?C:node.A=='a'", "A() B(a) C(b)", "A:completed B:completed C:completed",
    GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  /* A condition that cannot be told fails the node that waits for it. */
  { "conditional-untold", "A B C A?B:node.A>1 A>C", "A()", "A:completed B:failed C:skipped", GRAPHBIT_RUN_STATE_FAILED, FALSE },
  { "conditional-untold-and-data", "A X B A?B:node.A X>B", "A() X()", "A:completed X:completed B:failed",
    GRAPHBIT_RUN_STATE_FAILED, FALSE },
  { "conditional-untold-tolerated", "A B!c C A?B:node.A>1 B>C", "A() C()", "A:completed B:failed C:completed",
    GRAPHBIT_RUN_STATE_COMPLETED, TRUE },
  { "conditional-untold-is-not-retried", "A B!1 A?B:node.A", "A()", "A:completed B:failed", GRAPHBIT_RUN_STATE_FAILED, FALSE },
  { "conditional-not-looked-at", "A! E B A~E A?B:node.A>1", "A() E(A broke)", "A:failed E:completed B:skipped",
    GRAPHBIT_RUN_STATE_COMPLETED, TRUE },

  /* Conditions that are expressions */
  { "expression", "A %K:node.A=='a'?'C':'B' B C A>K K>B K>C", "A() C(a)",
    "A:completed K:completed B:skipped C:completed", GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "expression-unknown", "A %K:node.A B C A>K K>B K>C", "A()", "A:completed K:failed B:skipped C:skipped",
    GRAPHBIT_RUN_STATE_FAILED, FALSE },
  { "expression-untold", "A %K:node.A>1?'C':'B' B C A>K K>B K>C", "A()", "A:completed K:failed B:skipped C:skipped",
    GRAPHBIT_RUN_STATE_FAILED, FALSE },
  { "expression-absent", "A!c %K:node.A==null?'C':'B' B C A>K K>B K>C", "A() C()",
    "A:failed K:completed B:skipped C:completed", GRAPHBIT_RUN_STATE_COMPLETED, TRUE },
  { "expression-chooses-conditional", "A ?K=B B C A>K K?B:node.K=='C' K>C", "A() K(a)",
    "A:completed K:completed B:skipped C:skipped", GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "condition-after-error-edge", "A! X! Y ?K=B B A>K X~K K>B A~Y", "A() X() Y(A broke) K(X broke) B(X broke)",
    "A:failed X:failed Y:completed K:completed B:completed", GRAPHBIT_RUN_STATE_COMPLETED, TRUE },

  /* Retries */
  { "retried", "A!2 B A>B", "A() A() A() B(a)", "A:completed B:completed", GRAPHBIT_RUN_STATE_COMPLETED, FALSE },
  { "retried-in-vain", "A!3 B A>B", "A() A() A()", "A:failed B:skipped", GRAPHBIT_RUN_STATE_FAILED, FALSE },
  { "retried-in-its-place", "A!1 B C", "A() A() B() C()", "A:completed B:completed C:completed",
    GRAPHBIT_RUN_STATE_COMPLETED, FALSE },

  /* Nothing starts after a failure. */
  { "failure-stops", "A B! C D A>B", "A() B(a)", "A:completed B:failed C:skipped D:skipped",
    GRAPHBIT_RUN_STATE_FAILED, FALSE },
};

static void
check_result (guint index,
              GraphbitWorkflowResult *result,
              Scene *scene)
{
  g_autofree char *states = scene_describe (result, scene);
  g_autoptr (GError) error = graphbit_workflow_result_get_error (result);

  g_assert_cmpstr (scene->log->str, ==, cases[index].log);
  g_assert_cmpstr (states, ==, cases[index].states);
  g_assert_cmpint (graphbit_workflow_result_get_state (result), ==, cases[index].state);
  g_assert_cmpint (graphbit_workflow_result_has_warnings (result), ==, cases[index].has_warnings);
  g_assert_cmpint (graphbit_workflow_result_is_success (result) + graphbit_workflow_result_is_failed (result) +
                     graphbit_workflow_result_is_cancelled (result), ==, 1);
  if (cases[index].state == GRAPHBIT_RUN_STATE_FAILED)
    g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  else
    g_assert_no_error (error);
}

static void
test_case (gconstpointer data)
{
  guint index = GPOINTER_TO_UINT (data);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);

  /* By the main loop, in one call, and without any history. */
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (Scene) scene = scene_new (cases[index].scene);
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (GError) error = NULL;

      graphbit_executor_set_lightweight_mode (executor, i == 2);
      if (i == 0)
        result = support_execute (executor, scene->workflow, NULL, NULL, &error);
      else
        result = graphbit_executor_execute (executor, scene->workflow, NULL, NULL, &error);
      g_assert_no_error (error);
      check_result (index, result, scene);
    }
}

/* The same as a run whose events are read: they tell the same story. */
static void
test_events_of_case (gconstpointer data)
{
  guint index = GPOINTER_TO_UINT (data);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new (cases[index].scene);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitRun) run = graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  g_autofree char *events = NULL;
  g_autofree char *kept = NULL;
  g_auto (GStrv) words = NULL;
  g_auto (GStrv) states = g_strsplit (cases[index].states, " ", -1);

  g_assert_no_error (error);
  g_assert_cmpstr (scene->log->str, ==, "");
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_PENDING);
  events = support_read_events (run);
  check_result (index, graphbit_run_get_result (run), scene);
  g_assert_cmpfloat (graphbit_run_get_progress (run), ==, 1.0);

  kept = support_list_events (run);
  g_assert_cmpstr (kept, ==, events);
  words = g_strsplit (events, " ", -1);
  g_assert_cmpstr (words[0], ==, "workflow_started");
  g_assert_cmpstr (words[g_strv_length (words) - 1], ==,
                   cases[index].state == GRAPHBIT_RUN_STATE_COMPLETED ? "workflow_completed" : "workflow_failed");
  for (guint i = 0; states[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (states[i], ":", 2);
      g_autofree char *ended = g_strdup_printf ("node_%s:%s", parts[1], parts[0]);
      g_autofree char *started = g_strdup_printf ("node_started:%s", parts[0]);

      g_assert_true (g_strv_contains ((const char *const *) words, ended));
      g_assert_cmpint (g_strv_contains ((const char *const *) words, started), ==, !g_str_equal (parts[1], "skipped"));
    }
}

static void
test_condition_output (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A ?K=\tC B C A>K K>B K>C");
  g_autoptr (Scene) unknown = scene_new ("A ?K=X B C A>K K>B K>C");
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GraphbitWorkflowResult) failed = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) cause = NULL;

  result = graphbit_executor_execute (executor, scene->workflow, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "K"), ==, "C");

  failed = graphbit_executor_execute (executor, unknown->workflow, NULL, NULL, &error);
  g_assert_no_error (error);
  cause = graphbit_workflow_result_get_node_error (failed, "K");
  g_assert_error (cause, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  g_assert_nonnull (strstr (cause->message, "B"));
  g_assert_nonnull (strstr (cause->message, "C"));
}

/* Who could not be decided, where, and why. */
static void
test_untold_condition (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A B A?B:node.A>1");
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) cause = NULL;
  g_autoptr (GraphbitWorkflowResult) result = graphbit_executor_execute (executor, scene->workflow, NULL, NULL, &error);

  g_assert_no_error (error);
  cause = graphbit_workflow_result_get_node_error (result, "B");
  g_assert_error (cause, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  g_assert_cmpstr (cause->message, ==,
                   "The edge from “A” could not be decided: The expression “node.A>1” failed at line 1, column 1: "
                   "node.A is a text, and a number is needed");
}

/* Each sets the variable to its own name. */
static char *
set_variable (GraphbitWorkflowContext *context,
              gpointer data,
              GError **error)
{
  graphbit_workflow_context_set_variable (context, "last", data);
  return g_strdup (data);
}

/* An edge is decided when its source ends, by the variables of that moment, though its target waits for another node. */
static void
test_decided_once (void)
{
  static const char *const names[] = { "A", "B", "C", "D" };
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("once");
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GraphbitFunctionNode) node = graphbit_function_node_new (names[i], set_variable, (gpointer) names[i], NULL);

      graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (node), &error);
      g_assert_no_error (error);
    }
  graphbit_workflow_connect_nodes (workflow, "A", "B", &error);
  graphbit_workflow_connect_nodes_full (workflow, "A", "C", GRAPHBIT_EDGE_KIND_CONDITIONAL, "last == 'A'", &error);
  graphbit_workflow_connect_nodes_full (workflow, "B", "C", GRAPHBIT_EDGE_KIND_CONDITIONAL, "last == 'A'", &error);
  graphbit_workflow_connect_nodes_full (workflow, "A", "D", GRAPHBIT_EDGE_KIND_CONDITIONAL, "last == 'B'", &error);
  graphbit_workflow_connect_nodes_full (workflow, "B", "D", GRAPHBIT_EDGE_KIND_CONDITIONAL, "unset == 'B'", &error);
  g_assert_no_error (error);

  result = graphbit_executor_execute (executor, workflow, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "C"), ==, "C");
  g_assert_null (graphbit_workflow_result_get_node_output (result, "D"));
}

static void
wait_for_call (Scene *scene)
{
  while (scene->calls->len == 0)
    g_main_context_iteration (NULL, TRUE);
}

/* A node that is answered later has a limit of its own, whatever becomes of it then. */
static void
test_node_timeout (gconstpointer data)
{
  gboolean has_fallback = data != NULL;
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A* B A>B");
  GraphbitNode *node = graphbit_workflow_get_node (scene->workflow, "A");
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *states = NULL;

  graphbit_clock_set_virtual (TRUE);
  graphbit_node_set_timeout_ms (node, 2000);
  if (has_fallback)
    {
      graphbit_node_set_on_error (node, GRAPHBIT_ON_ERROR_FALLBACK);
      graphbit_node_set_fallback (node, "late");
    }
  run = graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  g_assert_no_error (error);
  wait_for_call (scene);
  graphbit_clock_advance (1999999);
  support_turns (20);
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_RUNNING);
  graphbit_clock_advance (1);
  result = support_wait (run);

  states = scene_describe (result, scene);
  g_assert_cmpstr (states, ==, has_fallback ? "A:failed B:completed" : "A:failed B:skipped");
  g_assert_cmpstr (scene->log->str, ==, has_fallback ? "A* B(late)" : "A*");
  error = graphbit_workflow_result_get_node_error (result, "A");
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (error->message, "“A” did not end within its limit of 2000 ms"));
  g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (scene->calls->pdata[0])));
  g_assert_false (graphbit_node_call_respond (scene->calls->pdata[0], "too late"));
  graphbit_clock_set_virtual (FALSE);
}

/* Nothing is thrown for what went wrong after the start: execute () returns what there is. */
static void
test_execute_returns (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A B! C A>B B>C");
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (GError) cause = NULL;
  g_autoptr (GVariant) metadata = NULL;
  g_autoptr (GraphbitWorkflowResult) result = graphbit_executor_execute (executor, scene->workflow, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (graphbit_workflow_result_is_failed (result));
  failure = graphbit_workflow_result_get_error (result);
  g_assert_error (failure, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  g_assert_cmpstr (failure->message, ==, "The node “B” failed: B broke");
  cause = graphbit_workflow_result_get_node_error (result, "B");
  g_assert_error (cause, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  g_assert_cmpstr (cause->message, ==, "B broke");

  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "A"), ==, "a");
  g_assert_null (graphbit_workflow_result_get_node_output (result, "B"));
  metadata = graphbit_workflow_result_get_node_response_metadata (result, "A");
  g_assert_true (g_variant_lookup (metadata, "duration_ms", "x", NULL) || g_variant_lookup (metadata, "duration_ms", "d", NULL));
}

static void
test_retry_events (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A!2 B A>B");
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitRun) run = graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  g_autofree char *events = support_read_events (run);
  GListModel *node_runs = graphbit_run_get_node_runs (run);
  g_autoptr (GraphbitNodeRun) first = g_list_model_get_item (node_runs, 0);

  g_assert_cmpstr (events, ==,
                   "workflow_started node_started:A node_retrying:A node_started:A node_retrying:A node_started:A "
                   "node_completed:A node_started:B node_completed:B workflow_completed");
  g_assert_cmpuint (graphbit_node_run_get_attempts (first), ==, 3);
}

static void
test_defaults (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitFunctionNode) node = graphbit_function_node_new ("node", NULL, NULL, NULL);

  g_assert_cmpuint (graphbit_executor_get_max_concurrency (executor), ==, 32);
  g_assert_cmpuint (graphbit_executor_get_timeout_seconds (executor), ==, 300);
  g_assert_cmpint (graphbit_executor_get_on_failure (executor), ==, GRAPHBIT_ON_FAILURE_CANCEL);
  g_assert_cmpuint (graphbit_node_get_max_retries (GRAPHBIT_NODE (node)), ==, 0);
  g_assert_cmpint (graphbit_node_get_on_error (GRAPHBIT_NODE (node)), ==, GRAPHBIT_ON_ERROR_FAIL);
}

static char *
echo (GraphbitWorkflowContext *context,
      gpointer data,
      GError **error)
{
  return g_strdup ("x");
}

#define MANY 10000

static GraphbitWorkflow *
make_many (gboolean is_chain)
{
  GraphbitWorkflow *workflow = graphbit_workflow_new ("many");
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < MANY; i++)
    {
      g_autofree char *name = g_strdup_printf ("n%u", i);
      g_autoptr (GraphbitFunctionNode) node = graphbit_function_node_new (name, echo, NULL, NULL);

      g_ptr_array_add (ids, g_strdup (graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (node), &error)));
      g_assert_no_error (error);
      if (i > 0)
        graphbit_workflow_connect_nodes (workflow, ids->pdata[is_chain ? i - 1 : 0], ids->pdata[i], &error);
      g_assert_no_error (error);
    }
  return workflow;
}

static void
test_many (gconstpointer is_chain)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflow) workflow = make_many (is_chain != NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitWorkflowResult) result = support_execute (executor, workflow, NULL, NULL, &error);
  g_autoptr (GraphbitWorkflowResult) again = NULL;

  g_assert_no_error (error);
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "n9999"), ==, "x");

  again = graphbit_executor_execute (executor, workflow, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (graphbit_workflow_result_is_success (again));
}

/* The same workflow, many runs at once, each with its own state. */
static void
test_parallel_runs (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A* B A>B");
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 20; i++)
    {
      g_ptr_array_add (runs, graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_NONE, &error));
      g_assert_no_error (error);
    }
  while (scene->calls->len < 20)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *answer = g_strdup_printf ("answer %u", i);

      g_assert_true (graphbit_node_call_respond (scene->calls->pdata[i], answer));
      g_assert_false (graphbit_node_call_respond (scene->calls->pdata[i], "late"));
    }
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GraphbitWorkflowResult) result = support_wait (runs->pdata[i]);
      g_autofree char *answer = g_strdup_printf ("answer %u", i);

      g_assert_true (graphbit_workflow_result_is_success (result));
      g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "A"), ==, answer);
      g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "B"), ==, "b");
    }
}

/* A change of the workflow counts for later runs. */
static void
test_change_during_run (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A* B A>B");
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitRun) run = graphbit_executor_start (executor, scene->workflow, NULL, 0, &error);
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  while (scene->calls->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (graphbit_workflow_remove_node (scene->workflow, "B"));
  graphbit_node_call_respond (scene->calls->pdata[0], "a");
  result = support_wait (run);
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "B"), ==, "b");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/executor/scheduling/case/%s", cases[i].name);
      g_autofree char *events = g_strdup_printf ("/executor/scheduling/events/%s", cases[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_case);
      g_test_add_data_func (events, GUINT_TO_POINTER (i), test_events_of_case);
    }
  g_test_add_func ("/executor/scheduling/condition-output", test_condition_output);
  g_test_add_func ("/executor/scheduling/untold-condition", test_untold_condition);
  g_test_add_func ("/executor/scheduling/decided-once", test_decided_once);
  g_test_add_data_func ("/executor/scheduling/node-timeout/fails", NULL, test_node_timeout);
  g_test_add_data_func ("/executor/scheduling/node-timeout/falls-back", GUINT_TO_POINTER (1), test_node_timeout);
  g_test_add_func ("/executor/scheduling/execute-returns", test_execute_returns);
  g_test_add_func ("/executor/scheduling/retry-events", test_retry_events);
  g_test_add_func ("/executor/scheduling/defaults", test_defaults);
  g_test_add_data_func ("/executor/scheduling/chain", GUINT_TO_POINTER (1), test_many);
  g_test_add_data_func ("/executor/scheduling/fan-out", NULL, test_many);
  g_test_add_func ("/executor/scheduling/parallel-runs", test_parallel_runs);
  g_test_add_func ("/executor/scheduling/change-during-run", test_change_during_run);

  return g_test_run ();
}
