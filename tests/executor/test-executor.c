/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "executor-support.h"
#include "graphbit-clock-private.h"

/* The executor itself: its settings, what it counts, its modes, and its use by many at once. */

static void
count_notify (GObject *object,
              GParamSpec *pspec,
              gpointer data)
{
  ++*(guint *) data;
}

static void
test_configure (void)
{
  static const struct
  {
    int timeout_seconds;
    int max_retries;
    const char *hint; /* NULL: is taken */
  } cases[] = {
    { 1, 0, NULL }, { 3600, 10, NULL }, { 60, 3, NULL },
    { 0, 3, "3600" }, { -1, 3, "3600" }, { 3601, 3, "3601" }, { 60, -1, "10" }, { 60, 11, "11" },
  };
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  guint n_notified = 0;

  g_assert_cmpuint (graphbit_executor_get_timeout_seconds (executor), ==, 300);
  g_assert_cmpuint (graphbit_executor_get_max_retries (executor), ==, 3);
  g_assert_true (graphbit_executor_get_enable_metrics (executor));
  g_assert_false (graphbit_executor_get_debug (executor));
  g_signal_connect (executor, "notify", G_CALLBACK (count_notify), &n_notified);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean is_taken =
        graphbit_executor_configure (executor, cases[i].timeout_seconds, cases[i].max_retries, FALSE, TRUE, &error);

      if (cases[i].hint == NULL)
        {
          g_assert_no_error (error);
          g_assert_true (is_taken);
          g_assert_cmpuint (graphbit_executor_get_timeout_seconds (executor), ==, cases[i].timeout_seconds);
          g_assert_cmpuint (graphbit_executor_get_max_retries (executor), ==, cases[i].max_retries);
          continue;
        }
      /* Refused as a whole. */
      g_assert_false (is_taken);
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, cases[i].hint));
      g_assert_cmpuint (graphbit_executor_get_timeout_seconds (executor), ==, 60);
      g_assert_cmpuint (graphbit_executor_get_max_retries (executor), ==, 3);
    }
  g_assert_false (graphbit_executor_get_enable_metrics (executor));
  g_assert_true (graphbit_executor_get_debug (executor));
  /* All four at first, then twice the two that changed. */
  g_assert_cmpuint (n_notified, ==, 8);
}

static gint64
get_int (GraphbitExecutor *executor,
         const char *key)
{
  g_autoptr (GVariant) stats = graphbit_executor_get_stats (executor);
  gint64 value = -1;

  g_assert_true (g_variant_lookup (stats, key, "x", &value));
  return value;
}

static gdouble
get_double (GraphbitExecutor *executor,
            const char *key)
{
  g_autoptr (GVariant) stats = graphbit_executor_get_stats (executor);
  gdouble value = -1;

  g_assert_true (g_variant_lookup (stats, key, "d", &value));
  return value;
}

/* A run of one node that takes so long, by the virtual clock. */
static void
run_for (GraphbitExecutor *executor,
         const char *text,
         guint ms,
         gboolean is_cancelled)
{
  g_autoptr (Scene) scene = scene_new (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitRun) run = graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_NONE, &error);
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  g_assert_no_error (error);
  while (scene->calls->len == 0)
    g_main_context_iteration (NULL, TRUE);
  graphbit_clock_advance ((gint64) ms * 1000);
  if (is_cancelled)
    graphbit_run_cancel (run);
  else
    graphbit_node_call_respond (scene->calls->pdata[0], "a");
  result = support_wait (run);
}

/* Each key, and each true. */
static void
test_stats (void)
{
  static const char *const keys[] = {
    "total_executions", "successful_executions", "failed_executions", "cancelled_executions", "success_rate",
    "average_duration_ms", "total_duration_ms", "uptime_seconds", "execution_mode", "timeout_seconds", "max_retries",
    "metrics_enabled",
  };
  g_autoptr (GraphbitExecutor) executor = NULL;
  g_autoptr (GVariant) stats = NULL;
  g_autoptr (GError) error = NULL;
  const char *mode;
  guint timeout_seconds, max_retries;
  gboolean is_metered;

  graphbit_clock_set_virtual (TRUE);
  executor = graphbit_executor_new (NULL);
  g_assert_cmpint (get_int (executor, "total_executions"), ==, 0);
  g_assert_cmpfloat (get_double (executor, "success_rate"), ==, 0);
  g_assert_cmpfloat (get_double (executor, "average_duration_ms"), ==, 0);

  run_for (executor, "A*", 100, FALSE);
  run_for (executor, "A*", 200, FALSE);
  run_for (executor, "A* B! A>B", 300, FALSE);
  run_for (executor, "A*", 400, TRUE);
  /* Refused before it began: that was no run. */
  {
    g_autoptr (GraphbitWorkflow) empty = graphbit_workflow_new ("empty");

    g_assert_null (graphbit_executor_execute (executor, empty, NULL, NULL, &error));
    g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
  }

  g_assert_cmpint (get_int (executor, "total_executions"), ==, 4);
  g_assert_cmpint (get_int (executor, "successful_executions"), ==, 2);
  g_assert_cmpint (get_int (executor, "failed_executions"), ==, 1);
  g_assert_cmpint (get_int (executor, "cancelled_executions"), ==, 1);
  g_assert_cmpfloat_with_epsilon (get_double (executor, "success_rate"), 2.0 / 3.0, 1e-9);
  g_assert_cmpint (get_int (executor, "total_duration_ms"), ==, 1000);
  g_assert_cmpfloat_with_epsilon (get_double (executor, "average_duration_ms"), 250.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (get_double (executor, "uptime_seconds"), 1.0, 1e-9);

  stats = graphbit_executor_get_stats (executor);
  g_assert_cmpuint (g_variant_n_children (stats), ==, G_N_ELEMENTS (keys));
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (stats, keys[i], NULL);

      g_assert_nonnull (value);
    }
  g_assert_true (g_variant_lookup (stats, "execution_mode", "&s", &mode));
  g_assert_cmpstr (mode, ==, "balanced");
  g_assert_true (g_variant_lookup (stats, "timeout_seconds", "u", &timeout_seconds));
  g_assert_cmpuint (timeout_seconds, ==, 300);
  g_assert_true (g_variant_lookup (stats, "max_retries", "u", &max_retries));
  g_assert_cmpuint (max_retries, ==, 3);
  g_assert_true (g_variant_lookup (stats, "metrics_enabled", "b", &is_metered));
  g_assert_true (is_metered);

  /* What is not metered is not counted. */
  graphbit_executor_set_enable_metrics (executor, FALSE);
  run_for (executor, "A*", 100, FALSE);
  g_assert_cmpint (get_int (executor, "total_executions"), ==, 4);
  graphbit_executor_set_enable_metrics (executor, TRUE);
  graphbit_executor_reset_stats (executor);
  g_assert_cmpint (get_int (executor, "total_executions"), ==, 0);
  g_assert_cmpint (get_int (executor, "total_duration_ms"), ==, 0);
  run_for (executor, "A*", 100, FALSE);
  g_assert_cmpint (get_int (executor, "total_executions"), ==, 1);
  g_assert_cmpfloat (get_double (executor, "success_rate"), ==, 1.0);
  graphbit_clock_set_virtual (FALSE);
}

/* Every way to run is counted once, also by who asks at the end of the run. */
static void
on_state (GraphbitRun *run,
          GParamSpec *pspec,
          gpointer executor)
{
  if (graphbit_run_get_state (run) >= GRAPHBIT_RUN_STATE_COMPLETED)
    g_assert_cmpint (get_int (executor, "total_executions"), ==, 3);
}

static void
test_counted (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A B A>B");
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitWorkflowResult) first = graphbit_executor_execute (executor, scene->workflow, NULL, NULL, &error);
  g_autoptr (GraphbitWorkflowResult) second = NULL;
  g_autoptr (GraphbitWorkflowResult) third = NULL;
  g_autoptr (GraphbitRun) run = NULL;

  g_assert_cmpint (get_int (executor, "total_executions"), ==, 1);
  second = support_execute (executor, scene->workflow, NULL, NULL, &error);
  g_assert_cmpint (get_int (executor, "total_executions"), ==, 2);
  run = graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  g_signal_connect (run, "notify::state", G_CALLBACK (on_state), executor);
  third = support_wait (run);
  g_assert_no_error (error);
  g_assert_cmpint (get_int (executor, "successful_executions"), ==, 3);
}

/* The lightweight mode keeps neither history nor metadata; outputs, errors and usage are all there. */
static void
test_modes (void)
{
  for (guint i = 0; i < 2; i++)
    {
      gboolean is_lightweight = i == 1;
      g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
      g_autoptr (Scene) scene = scene_new ("A B! C D!f A>B B~C C>D");
      g_autoptr (GraphbitRun) run = NULL;
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (GVariant) metadata = NULL;
      g_autoptr (GVariant) outputs = NULL;
      g_autoptr (GraphbitNodeRun) node_run = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *states = NULL;

      graphbit_executor_set_lightweight_mode (executor, is_lightweight);
      g_assert_cmpstr (graphbit_executor_get_execution_mode (executor), ==, is_lightweight ? "lightweight" : "balanced");
      run = graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
      g_assert_no_error (error);
      result = support_wait (run);

      g_assert_cmpuint (g_list_model_get_n_items (graphbit_run_get_events (run)), ==, is_lightweight ? 0 : 10);
      metadata = graphbit_workflow_result_get_node_response_metadata (result, "A");
      g_assert_cmpint (metadata == NULL, ==, is_lightweight);
      node_run = g_list_model_get_item (graphbit_run_get_node_runs (run), 0);
      g_assert_cmpint (graphbit_node_run_get_start_time (node_run) == 0, ==, is_lightweight);

      states = scene_describe (result, scene);
      g_assert_cmpstr (states, ==, "A:completed B:failed C:completed D:failed");
      g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "D"), ==, "f");
      error = graphbit_workflow_result_get_node_error (result, "B");
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
      g_assert_true (graphbit_workflow_result_is_success (result));
      g_assert_true (graphbit_workflow_result_has_warnings (result));
      outputs = graphbit_workflow_result_get_all_node_outputs (result);
      g_assert_cmpuint (g_variant_n_children (outputs), ==, 6); /* by id and by name */
    }
}

/* What is changed after the start counts for the next run. */
static void
test_later_changes (void)
{
  g_autoptr (GraphbitExecutor) executor = NULL;
  g_autoptr (Scene) scene = scene_new ("A* B A>B");
  g_autoptr (GraphbitRun) first = NULL;
  g_autoptr (GraphbitRun) second = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GraphbitFunctionNode) added = graphbit_function_node_new ("added", NULL, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) late = NULL;

  graphbit_clock_set_virtual (TRUE);
  executor = graphbit_executor_new (NULL);
  first = graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  while (scene->calls->len < 1)
    g_main_context_iteration (NULL, TRUE);
  graphbit_executor_set_timeout_seconds (executor, 10);
  graphbit_executor_set_lightweight_mode (executor, TRUE);
  graphbit_executor_set_enable_metrics (executor, FALSE);
  graphbit_workflow_remove_node (scene->workflow, "B");
  graphbit_workflow_add_node (scene->workflow, GRAPHBIT_NODE (added), &error);
  graphbit_node_set_on_error (GRAPHBIT_NODE (added), GRAPHBIT_ON_ERROR_CONTINUE);
  second = graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  g_assert_no_error (error);
  while (scene->calls->len < 2)
    g_main_context_iteration (NULL, TRUE);

  /* 299 of 300 seconds for the one, far more than 10 for the other. */
  graphbit_clock_advance (G_GINT64_CONSTANT (299) * G_USEC_PER_SEC);
  result = support_wait (second);
  late = graphbit_workflow_result_get_error (result);
  g_assert_error (late, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_run_get_node_runs (second)), ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_run_get_events (second)), ==, 0);
  g_assert_cmpint (graphbit_run_get_state (first), ==, GRAPHBIT_RUN_STATE_RUNNING);

  graphbit_node_call_respond (scene->calls->pdata[0], "a");
  g_clear_object (&result);
  result = support_wait (first);
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "B"), ==, "b");
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_run_get_events (first)), ==, 6);
  g_assert_cmpint (get_int (executor, "total_executions"), ==, 1);
  graphbit_clock_set_virtual (FALSE);
}

/* Many runs of one executor and one workflow, ended in any order. */
#define N_RUNS 500

static void
test_many_runs (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A B* C A>B B>C");
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (GError) error = NULL;
  guint n_cancelled = 0;

  for (guint i = 0; i < N_RUNS; i++)
    g_ptr_array_add (runs, graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error));
  g_assert_no_error (error);
  while (scene->calls->len < N_RUNS)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = N_RUNS; i > 1; i--)
    {
      guint other = (guint) g_rand_int_range (random, 0, (gint32) i);
      gpointer call = scene->calls->pdata[i - 1];

      scene->calls->pdata[i - 1] = scene->calls->pdata[other];
      scene->calls->pdata[other] = call;
    }
  for (guint i = 0; i < N_RUNS; i++)
    {
      if (i % 5 == 0)
        graphbit_run_cancel (runs->pdata[(i * 7) % N_RUNS]);
      graphbit_node_call_respond (scene->calls->pdata[i], "b");
      if (i % 50 == 0)
        support_turns (3);
    }
  for (guint i = 0; i < N_RUNS; i++)
    {
      g_autoptr (GraphbitWorkflowResult) result = support_wait (runs->pdata[i]);

      if (graphbit_workflow_result_is_cancelled (result))
        n_cancelled++;
      else
        g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "C"), ==, "c");
    }
  g_assert_cmpint (get_int (executor, "cancelled_executions"), ==, n_cancelled);
  g_assert_cmpint (get_int (executor, "successful_executions"), ==, N_RUNS - n_cancelled);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/executor/executor/configure", test_configure);
  g_test_add_func ("/executor/executor/stats", test_stats);
  g_test_add_func ("/executor/executor/counted", test_counted);
  g_test_add_func ("/executor/executor/modes", test_modes);
  g_test_add_func ("/executor/executor/later-changes", test_later_changes);
  g_test_add_func ("/executor/executor/many-runs", test_many_runs);

  return g_test_run ();
}
