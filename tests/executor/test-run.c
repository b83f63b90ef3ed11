/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "executor-support.h"
#include "graphbit-clock-private.h"

static GraphbitRun *
start (GraphbitExecutor *executor,
       GraphbitWorkflow *workflow,
       GraphbitStreamModes mode)
{
  g_autoptr (GError) error = NULL;
  GraphbitRun *run = graphbit_executor_start (executor, workflow, NULL, mode, &error);

  g_assert_no_error (error);
  return run;
}

static void
wait_for_calls (Scene *scene,
                guint n)
{
  while (scene->calls->len < n)
    g_main_context_iteration (NULL, TRUE);
}

static char *
count_up (GraphbitWorkflowContext *context,
          gpointer data,
          GError **error)
{
  ++*(guint *) data;
  return g_strdup ("x");
}

/* Nodes that count, one after the other. */
static GraphbitWorkflow *
make_chain (guint length,
            guint *count)
{
  GraphbitWorkflow *workflow = graphbit_workflow_new ("chain");
  g_autoptr (GError) error = NULL;
  g_autofree char *last = NULL;

  *count = 0;
  for (guint i = 0; i < length; i++)
    {
      g_autofree char *name = g_strdup_printf ("n%u", i);
      g_autoptr (GraphbitFunctionNode) node = graphbit_function_node_new (name, count_up, count, NULL);

      graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (node), &error);
      if (last != NULL)
        graphbit_workflow_connect_nodes (workflow, last, name, &error);
      g_assert_no_error (error);
      g_free (last);
      last = g_strdup (name);
    }
  return workflow;
}

typedef struct
{
  GAsyncResult *result;
  gboolean done;
} Ready;

static void
on_ready (GObject *object,
          GAsyncResult *result,
          gpointer data)
{
  Ready *ready = data;

  g_assert_false (ready->done);
  ready->result = g_object_ref (result);
  ready->done = TRUE;
}

/* What is told of a run */

typedef struct
{
  GThread *thread;
  GArray *sequences; /* as items-changed tells */
  GString *states;
  gdouble progress;
  guint n_progress;
  guint n_results;
} Watch;

static void
on_events_changed (GListModel *events,
                   guint position,
                   guint removed,
                   guint added,
                   gpointer data)
{
  Watch *watch = data;

  g_assert_true (g_thread_self () == watch->thread);
  g_assert_cmpuint (position + removed, <=, watch->sequences->len);
  if (removed > 0)
    g_array_remove_range (watch->sequences, position, removed);
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (GraphbitEvent) event = g_list_model_get_item (events, position + i);
      gint64 sequence = graphbit_event_get_sequence (event);

      g_array_insert_val (watch->sequences, position + i, sequence);
    }
  g_assert_cmpuint (g_list_model_get_n_items (events), ==, watch->sequences->len);
}

static void
on_notify (GraphbitRun *run,
           GParamSpec *pspec,
           gpointer data)
{
  Watch *watch = data;

  g_assert_true (g_thread_self () == watch->thread);
  if (g_str_equal (pspec->name, "state"))
    g_string_append_printf (watch->states, "%d;", graphbit_run_get_state (run));
  else if (g_str_equal (pspec->name, "progress"))
    {
      g_assert_cmpfloat (graphbit_run_get_progress (run), >, watch->progress);
      watch->progress = graphbit_run_get_progress (run);
      watch->n_progress++;
    }
  else if (g_str_equal (pspec->name, "result"))
    {
      g_assert_nonnull (graphbit_run_get_result (run));
      watch->n_results++;
    }
}

static void
watch_init (Watch *watch,
            GraphbitRun *run)
{
  watch->thread = g_thread_self ();
  watch->sequences = g_array_new (FALSE, FALSE, sizeof (gint64));
  watch->states = g_string_new (NULL);
  watch->progress = 0;
  watch->n_progress = watch->n_results = 0;
  g_signal_connect (run, "notify", G_CALLBACK (on_notify), watch);
}

static void
watch_clear (Watch *watch)
{
  g_array_unref (watch->sequences);
  g_string_free (watch->states, TRUE);
}

static void
test_notify (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A B* C D A>B B>C C>D");
  g_autoptr (GraphbitRun) run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_ALL);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  Watch watch;

  watch_init (&watch, run);
  g_assert_cmpfloat (graphbit_run_get_progress (run), ==, 0);
  g_assert_null (graphbit_run_get_result (run));
  wait_for_calls (scene, 1);
  support_turns (10);
  g_assert_cmpstr (watch.states->str, ==, "1;");
  g_assert_cmpfloat (graphbit_run_get_progress (run), ==, 0.25);
  g_assert_cmpuint (watch.n_progress, ==, 1);
  g_assert_null (graphbit_run_get_result (run));

  g_assert_true (graphbit_node_call_respond (scene->calls->pdata[0], "b"));
  result = support_wait (run);
  g_assert_cmpstr (watch.states->str, ==, "1;3;");
  /* Once per turn, not per node. */
  g_assert_cmpuint (watch.n_progress, ==, 2);
  g_assert_cmpfloat (watch.progress, ==, 1.0);
  g_assert_cmpuint (watch.n_results, ==, 1);
  g_assert_true (graphbit_run_get_result (run) == graphbit_run_get_result (run));
  watch_clear (&watch);
}

static void
test_event_list (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A B* C A>B B>C");
  g_autoptr (GraphbitRun) run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_ALL);
  GListModel *events = graphbit_run_get_events (run);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GraphbitEvent) first = NULL;
  g_autoptr (GraphbitEvent) last = NULL;
  g_autoptr (GraphbitWorkflowResult) of_event = NULL;
  Watch watch;

  watch_init (&watch, run);
  g_signal_connect (events, "items-changed", G_CALLBACK (on_events_changed), &watch);
  g_assert_true (graphbit_run_get_events (run) == events);
  g_assert_true (g_list_model_get_item_type (events) == GRAPHBIT_TYPE_EVENT);
  g_assert_cmpuint (g_list_model_get_n_items (events), ==, 0);
  g_assert_null (g_list_model_get_item (events, 0));
  wait_for_calls (scene, 1);
  support_turns (10);
  g_assert_cmpuint (g_list_model_get_n_items (events), ==, 4);
  graphbit_node_call_respond (scene->calls->pdata[0], "b");
  result = support_wait (run);
  g_assert_cmpuint (watch.sequences->len, ==, 8);
  for (guint i = 0; i < 8; i++)
    g_assert_cmpint (g_array_index (watch.sequences, gint64, i), ==, i + 1);
  g_assert_null (g_list_model_get_item (events, 8));

  first = g_list_model_get_item (events, 0);
  last = g_list_model_get_item (events, 7);
  g_assert_cmpint (graphbit_event_get_kind (first), ==, GRAPHBIT_EVENT_KIND_WORKFLOW_STARTED);
  g_assert_cmpuint (graphbit_event_get_total_nodes (first), ==, 3);
  g_assert_cmpstr (graphbit_event_get_run_id (first), ==, graphbit_run_get_id (run));
  g_assert_cmpstr (graphbit_event_get_workflow_name (first), ==, "scene");
  g_assert_cmpint (graphbit_event_get_kind (last), ==, GRAPHBIT_EVENT_KIND_WORKFLOW_COMPLETED);
  g_assert_cmpint (graphbit_event_get_time (last), >=, graphbit_event_get_time (first));
  g_assert_true (graphbit_workflow_result_is_success (graphbit_event_get_result (last)));
  g_assert_null (graphbit_event_get_result (first));
  watch_clear (&watch);
}

/* Without a reader the newest are kept, and nothing waits. */
static void
test_dropped (gconstpointer data)
{
  gboolean is_watched = data != NULL;
  guint count;
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflow) workflow = make_chain (1500, &count);
  g_autoptr (GraphbitRun) run = start (executor, workflow, GRAPHBIT_STREAM_MODES_ALL);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  GListModel *events;
  gint64 sequence = 3002 - 1000;
  Watch watch;

  watch_init (&watch, run);
  if (is_watched)
    g_signal_connect (graphbit_run_get_events (run), "items-changed", G_CALLBACK (on_events_changed), &watch);
  result = support_wait (run);
  g_assert_cmpuint (count, ==, 1500);
  g_assert_cmpint (graphbit_run_get_dropped (run), ==, 2002);
  events = graphbit_run_get_events (run);
  g_assert_cmpuint (g_list_model_get_n_items (events), ==, 1000);
  if (is_watched)
    g_assert_cmpint (g_array_index (watch.sequences, gint64, 0), ==, 2003);

  /* A reader who comes then gets what is kept. */
  while (TRUE)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitEvent) event = graphbit_run_next_event (run, NULL, &error);

      g_assert_no_error (error);
      if (event == NULL)
        break;
      g_assert_cmpint (graphbit_event_get_sequence (event), ==, ++sequence);
    }
  g_assert_cmpint (sequence, ==, 3002);
  watch_clear (&watch);
}

/* A list or an item may outlive the run. */
static void
test_lists_outlive_run (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A B! A>B");
  GraphbitRun *run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_ALL);
  g_autoptr (GListModel) events = g_object_ref (graphbit_run_get_events (run));
  g_autoptr (GListModel) node_runs = g_object_ref (graphbit_run_get_node_runs (run));
  g_autoptr (GraphbitNodeRun) b = g_list_model_get_item (node_runs, 1);
  g_autoptr (GraphbitWorkflowResult) result = support_wait (run);
  g_autoptr (GraphbitEvent) event = g_list_model_get_item (events, 3);
  g_autoptr (GraphbitEvent) other = NULL;
  g_autoptr (GError) error = NULL;

  g_object_add_weak_pointer (G_OBJECT (run), (gpointer *) &run);
  g_object_unref (run);
  g_assert_null (run);
  g_clear_object (&executor);
  g_clear_pointer (&scene, scene_free);

  g_assert_cmpstr (graphbit_event_get_node_name (event), ==, "B");
  other = g_list_model_get_item (events, 2);
  g_assert_cmpstr (graphbit_event_get_output (other), ==, "a");
  g_assert_cmpint (graphbit_node_run_get_state (b), ==, GRAPHBIT_NODE_STATE_FAILED);
  error = graphbit_node_run_get_error (b);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "A"), ==, "a");
}

static void
on_node_state (GraphbitNodeRun *node_run,
               GParamSpec *pspec,
               gpointer data)
{
  g_string_append_printf (data, "%s%d;", graphbit_node_run_get_node_name (node_run), graphbit_node_run_get_state (node_run));
}

static void
test_node_runs (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A!2 B* C! D E!f A>B B>C C>D");
  g_autoptr (GraphbitRun) run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_ALL);
  GListModel *node_runs = graphbit_run_get_node_runs (run);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GraphbitNodeRun *items[5];
  static const char *const names[] = { "A", "B", "C", "D", "E" };

  g_assert_true (graphbit_run_get_node_runs (run) == node_runs);
  g_assert_true (g_list_model_get_item_type (node_runs) == GRAPHBIT_TYPE_NODE_RUN);
  g_assert_cmpuint (g_list_model_get_n_items (node_runs), ==, 5);
  g_assert_null (g_list_model_get_item (node_runs, 5));
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GraphbitNodeRun) again = NULL;

      items[i] = g_list_model_get_item (node_runs, i);
      again = g_list_model_get_item (node_runs, i);
      g_assert_true (items[i] == again);
      g_assert_cmpstr (graphbit_node_run_get_node_name (items[i]), ==, names[i]);
      g_assert_cmpint (graphbit_node_run_get_state (items[i]), ==, GRAPHBIT_NODE_STATE_PENDING);
      g_assert_cmpint (graphbit_node_run_get_start_time (items[i]), ==, 0);
      g_assert_null (graphbit_node_run_get_output (items[i]));
      g_signal_connect (items[i], "notify::state", G_CALLBACK (on_node_state), log);
    }
  wait_for_calls (scene, 1);
  support_turns (10);
  g_assert_cmpint (graphbit_node_run_get_state (items[1]), ==, GRAPHBIT_NODE_STATE_RUNNING);
  g_assert_cmpint (graphbit_node_run_get_start_time (items[1]), >, 0);
  g_assert_cmpint (graphbit_node_run_get_end_time (items[1]), ==, 0);
  graphbit_node_call_respond (scene->calls->pdata[0], "b");
  result = support_wait (run);

  g_assert_cmpstr (log->str, ==, "A2;B1;E3;B2;C3;D4;");
  g_assert_cmpuint (graphbit_node_run_get_attempts (items[0]), ==, 3);
  g_assert_cmpstr (graphbit_node_run_get_output (items[0]), ==, "a");
  g_assert_cmpint (graphbit_node_run_get_end_time (items[1]), >=, graphbit_node_run_get_start_time (items[1]));
  error = graphbit_node_run_get_error (items[2]);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  g_assert_cmpuint (graphbit_node_run_get_attempts (items[3]), ==, 0);
  g_assert_cmpint (graphbit_node_run_get_start_time (items[3]), ==, 0);
  g_assert_cmpstr (graphbit_node_run_get_output (items[4]), ==, "f");
  for (guint i = 0; i < 5; i++)
    g_object_unref (items[i]);
}

/* Waiting */

/* Without a loop: the call itself drives the run. */
static void
test_wait_sync (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A B A>B");
  g_autoptr (GraphbitRun) run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_ALL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitWorkflowResult) result = graphbit_run_wait (run, NULL, &error);
  g_autoptr (GraphbitWorkflowResult) again = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (scene->log->str, ==, "A() B(a)");
  again = graphbit_run_wait (run, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (again, "B"), ==, "b");
}

static gpointer
wait_in_thread (gpointer data)
{
  GraphbitRun *run = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitWorkflowResult) result = graphbit_run_wait (run, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "B"), ==, "b");
  g_object_unref (run);
  return NULL;
}

static gpointer
read_in_thread (gpointer data)
{
  GraphbitRun *run = data;
  GString *log = g_string_new (NULL);

  while (TRUE)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitEvent) event = graphbit_run_next_event (run, NULL, &error);

      g_assert_no_error (error);
      if (event == NULL)
        break;
      support_append_event (log, event);
    }
  g_object_unref (run);
  return g_string_free (log, FALSE);
}

/* From other threads they wait until the home's loop has run it. */
static void
test_other_threads (void)
{
  static const char expected[] = "workflow_started node_started:A node_completed:A node_started:B node_completed:B "
                                 "workflow_completed";
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);

  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (Scene) scene = scene_new ("A* B A>B");
      g_autoptr (GraphbitRun) run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_ALL);
      GThread *waiter = g_thread_new ("waiter", wait_in_thread, g_object_ref (run));
      GThread *reader = g_thread_new ("reader", read_in_thread, g_object_ref (run));
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autofree char *events = NULL;

      wait_for_calls (scene, 1);
      graphbit_node_call_respond (scene->calls->pdata[0], "a");
      result = support_wait (run);
      g_thread_join (waiter);
      events = g_thread_join (reader);
      g_assert_cmpstr (events, ==, expected);
    }
}

/* Ending a wait does not end the run; whoever else waits goes on. */
static void
test_cancelled_wait (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A*");
  g_autoptr (GraphbitRun) run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_ALL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Ready patient = { NULL };
  Ready ready = { NULL };

  graphbit_run_wait_async (run, NULL, on_ready, &patient);
  graphbit_run_wait_async (run, cancellable, on_ready, &ready);
  wait_for_calls (scene, 1);
  g_cancellable_cancel (cancellable);
  g_assert_false (ready.done);
  support_run_until (&ready.done);
  g_assert_null (graphbit_run_wait_finish (run, ready.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_clear_object (&ready.result);

  g_assert_null (graphbit_run_wait (run, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (graphbit_run_next_event (run, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  g_assert_false (patient.done);
  graphbit_node_call_respond (scene->calls->pdata[0], "a");
  support_run_until (&patient.done);
  result = graphbit_run_wait_finish (run, patient.result, &error);
  g_assert_no_error (error);
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_clear_object (&patient.result);

  /* The same after the end. */
  ready.done = FALSE;
  graphbit_run_wait_async (run, cancellable, on_ready, &ready);
  support_run_until (&ready.done);
  g_clear_object (&ready.result);
}

/* Reading */

static GraphbitEvent *
read_one (GraphbitRun *run)
{
  g_autoptr (GError) error = NULL;
  GraphbitEvent *event = graphbit_run_next_event (run, NULL, &error);

  g_assert_no_error (error);
  return event;
}

/* A program without a loop. */
static void
test_read_sync (void)
{
  static const char *const expected[] = { "workflow_started", "node_started", "node_completed", "node_started",
                                          "node_completed", "workflow_completed" };
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A B A>B");
  g_autoptr (GraphbitRun) run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_UPDATES);

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (GraphbitEvent) event = read_one (run);

      g_assert_cmpstr (graphbit_event_get_event (event), ==, expected[i]);
      g_assert_cmpint (graphbit_event_get_sequence (event), ==, i + 1);
    }
  g_assert_null (read_one (run));
  g_assert_null (read_one (run));
}

static void
test_second_reader (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A*");
  g_autoptr (GraphbitRun) run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_MESSAGES);
  g_autoptr (GraphbitEvent) event = NULL;
  g_autoptr (GError) error = NULL;
  Ready first = { NULL };
  Ready second = { NULL };

  graphbit_run_next_event_async (run, NULL, on_ready, &first);
  graphbit_run_next_event_async (run, NULL, on_ready, &second);
  support_run_until (&second.done);
  g_assert_null (graphbit_run_next_event_finish (run, second.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_clear_object (&second.result);
  g_assert_null (graphbit_run_next_event (run, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_false (first.done);

  wait_for_calls (scene, 1);
  graphbit_node_call_respond (scene->calls->pdata[0], "a");
  support_run_until (&first.done);
  event = graphbit_run_next_event_finish (run, first.result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (graphbit_event_get_kind (event), ==, GRAPHBIT_EVENT_KIND_WORKFLOW_COMPLETED);
  g_clear_object (&first.result);
}

/* A cancelled read takes nothing with it. */
static void
test_cancelled_read (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A*");
  g_autoptr (GraphbitRun) run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_MESSAGES);
  g_autoptr (GraphbitEvent) event = NULL;
  g_autoptr (GError) error = NULL;

  wait_for_calls (scene, 1);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      Ready ready = { NULL };

      graphbit_run_next_event_async (run, cancellable, on_ready, &ready);
      if (i == 1)
        support_turns (5);
      g_cancellable_cancel (cancellable);
      if (i == 2) /* at the same time as the event */
        graphbit_node_call_respond (scene->calls->pdata[0], "a");
      support_run_until (&ready.done);
      event = graphbit_run_next_event_finish (run, ready.result, &error);
      g_object_unref (ready.result);
      if (event != NULL)
        break;
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
    }
  if (event == NULL)
    event = read_one (run);
  g_assert_cmpint (graphbit_event_get_kind (event), ==, GRAPHBIT_EVENT_KIND_WORKFLOW_COMPLETED);
  g_assert_null (read_one (run));
}

/* From the first read on 256 wait unread at most, then the run pauses; nothing is lost. */
static void
test_backpressure (void)
{
  guint count;
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflow) workflow = make_chain (1000, &count);
  g_autoptr (GraphbitRun) run = start (executor, workflow, GRAPHBIT_STREAM_MODES_UPDATES);
  g_autoptr (GraphbitEvent) first = read_one (run);
  guint paused_at;
  gint64 sequence = 1;

  support_turns (200);
  paused_at = count;
  g_assert_cmpuint (paused_at, >, 100);
  g_assert_cmpuint (paused_at, <, 140);
  support_turns (50);
  g_assert_cmpuint (count, ==, paused_at);

  while (sequence < 2002)
    {
      g_autoptr (GraphbitEvent) event = read_one (run);

      g_assert_cmpint (graphbit_event_get_sequence (event), ==, ++sequence);
      /* Two events per node: never far ahead of the reader. */
      g_assert_cmpint (2 * (gint64) count, <, sequence + 256 + 4);
    }
  g_assert_null (read_one (run));
  g_assert_cmpuint (count, ==, 1000);
}

/* A reader who goes away with its run holds nothing up; one who only stops reading does, until the limit. */
static void
test_reader_gone (gconstpointer data)
{
  gboolean stays = data != NULL;
  guint count;
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflow) workflow = make_chain (1000, &count);
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitEvent) first = NULL;

  graphbit_clock_set_virtual (TRUE);
  run = start (executor, workflow, GRAPHBIT_STREAM_MODES_UPDATES);
  first = read_one (run);
  support_turns (200);
  g_assert_cmpuint (count, <, 140);
  if (stays)
    {
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (GError) error = NULL;

      graphbit_clock_advance (300 * G_USEC_PER_SEC);
      result = support_wait (run);
      error = graphbit_workflow_result_get_error (result);
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
      g_assert_cmpuint (count, <, 140);
    }
  else
    {
      g_clear_object (&run);
      while (count < 1000)
        g_main_context_iteration (NULL, TRUE);
    }
  graphbit_clock_set_virtual (FALSE);
}

static gboolean
keep_request (GraphbitProviderCall *call,
              gpointer data)
{
  *(GraphbitProviderCall **) data = g_object_ref (call);
  return TRUE;
}

/* A stream waits for the reader, too, and goes on where it was. */
static void
test_stream_backpressure (void)
{
  g_autoptr (GraphbitProviderCall) call = NULL;
  g_autoptr (GraphbitLlmConfig) config = support_model_new (keep_request, &call);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (config);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("stream");
  g_autoptr (GraphbitAgentNode) agent = graphbit_agent_node_new ("a", "Q");
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GError) error = NULL;
  GListModel *events;
  guint n_tokens = 0;

  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (agent), &error);
  g_assert_no_error (error);
  run = start (executor, workflow, GRAPHBIT_STREAM_MODES_MESSAGES);
  events = graphbit_run_get_events (run);
  while (call == NULL)
    g_main_context_iteration (NULL, TRUE);

  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u ", i);

      g_assert_true (graphbit_provider_call_send_text (call, text));
      if (i == 0)
        {
          g_autoptr (GraphbitEvent) event = read_one (run);

          g_assert_cmpstr (graphbit_event_get_content (event), ==, "0 ");
          n_tokens++;
        }
      if (i % 10 == 0)
        support_turns (5);
    }
  support_turns (50);
  g_assert_cmpuint (g_list_model_get_n_items (events), <, 300);

  /* The last part comes all at once: the answer is complete, and nothing is behind it. */
  while (n_tokens < 1000)
    {
      g_autoptr (GraphbitEvent) event = read_one (run);
      g_autofree char *text = g_strdup_printf ("%u ", n_tokens++);

      g_assert_cmpstr (graphbit_event_get_content (event), ==, text);
    }
  g_assert_true (graphbit_provider_call_respond (call, NULL));
  while (n_tokens < 2000)
    {
      g_autoptr (GraphbitEvent) event = read_one (run);
      g_autofree char *text = g_strdup_printf ("%u ", n_tokens++);

      g_assert_cmpstr (graphbit_event_get_content (event), ==, text);
    }
  g_object_unref (read_one (run));
  g_assert_null (read_one (run));
  g_assert_true (graphbit_workflow_result_is_success (graphbit_run_get_result (run)));
}

/* Lightweight runs keep no history; a reader gets what happens from its first read on. */
static void
test_lightweight (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A* B A>B");
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitEvent) event = NULL;
  g_autoptr (GError) error = NULL;
  Ready ready = { NULL };

  graphbit_executor_set_lightweight_mode (executor, TRUE);
  run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_ALL);
  wait_for_calls (scene, 1);
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_run_get_events (run)), ==, 0);
  graphbit_run_next_event_async (run, NULL, on_ready, &ready);
  support_turns (5);
  g_assert_false (ready.done);
  graphbit_node_call_respond (scene->calls->pdata[0], "a");
  support_run_until (&ready.done);
  event = graphbit_run_next_event_finish (run, ready.result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (graphbit_event_get_kind (event), ==, GRAPHBIT_EVENT_KIND_NODE_COMPLETED);
  g_assert_cmpstr (graphbit_event_get_node_name (event), ==, "A");
  g_clear_object (&ready.result);
  for (guint i = 0; i < 3; i++)
    g_object_unref (read_one (run));
  g_assert_null (read_one (run));
}

/* Cancelling */

static gpointer
cancel_in_thread (gpointer data)
{
  graphbit_run_cancel (data);
  g_object_unref (data);
  return NULL;
}

/* Before its first turn, in the middle, from another thread, twice: one end. */
static void
test_cancel (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (Scene) scene = scene_new ("A B* C B>C");
      g_autoptr (GraphbitRun) run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_ALL);
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *events = NULL;
      Watch watch;

      watch_init (&watch, run);
      if (i > 0)
        wait_for_calls (scene, 1);
      if (i == 3)
        g_thread_join (g_thread_new ("cancel", cancel_in_thread, g_object_ref (run)));
      else
        graphbit_run_cancel (run);
      if (i == 2)
        graphbit_run_cancel (run);
      g_assert_cmpint (graphbit_run_get_state (run), <, GRAPHBIT_RUN_STATE_COMPLETED);
      result = support_wait (run);
      g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_CANCELLED);
      g_assert_true (graphbit_workflow_result_is_cancelled (result));
      g_assert_false (graphbit_workflow_result_is_failed (result));
      error = graphbit_workflow_result_get_error (result);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpfloat (graphbit_run_get_progress (run), ==, 1.0);
      g_assert_cmpuint (watch.n_results, ==, 1);

      events = support_list_events (run);
      if (i == 0)
        g_assert_cmpstr (scene->log->str, ==, "");
      else
        {
          g_assert_cmpstr (events, ==,
                           "workflow_started node_started:A node_completed:A node_started:B node_failed:B node_skipped:C "
                           "workflow_cancelled");
          g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "A"), ==, "a");
          g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (scene->calls->pdata[0])));
          g_assert_false (graphbit_node_call_respond (scene->calls->pdata[0], "late"));
        }

      graphbit_run_cancel (run);
      support_turns (10);
      g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_CANCELLED);
      watch_clear (&watch);
    }
}

static gboolean
cancel_it (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

static gpointer
cancel_it_in_thread (gpointer data)
{
  g_cancellable_cancel (data);
  return NULL;
}

/* The cancellable of execute: it throws, once, and says CANCELLED. */
static void
test_cancel_execute (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (Scene) scene = scene_new ("A B* B>A");
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;

      if (i % 2 == 0)
        g_cancellable_cancel (cancellable);
      else
        g_idle_add (cancel_it, cancellable);
      if (i == 3)
        {
          /* The call does not run this loop: another thread has to cancel. */
          GThread *thread;

          g_source_remove_by_user_data (cancellable);
          thread = g_thread_new ("cancel", cancel_it_in_thread, cancellable);
          g_assert_null (graphbit_executor_execute (executor, scene->workflow, NULL, cancellable, &error));
          g_thread_join (thread);
        }
      else if (i == 2)
        g_assert_null (graphbit_executor_execute (executor, scene->workflow, NULL, cancellable, &error));
      else
        g_assert_null (support_execute (executor, scene->workflow, NULL, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      if (i % 2 == 0)
        g_assert_cmpstr (scene->log->str, ==, "");
    }
}

/* Failure and time */

static void
test_on_failure (gconstpointer data)
{
  GraphbitOnFailure on_failure = (GraphbitOnFailure) GPOINTER_TO_UINT (data);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A* B* C D A>C B>D");
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *states = NULL;

  graphbit_executor_set_on_failure (executor, on_failure);
  run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_ALL);
  wait_for_calls (scene, 2);
  graphbit_call_fail (scene->calls->pdata[0], "no");
  if (on_failure == GRAPHBIT_ON_FAILURE_FINISH)
    {
      support_turns (20);
      g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_RUNNING);
      g_assert_true (graphbit_node_call_respond (scene->calls->pdata[1], "b"));
    }
  result = support_wait (run);
  g_assert_true (graphbit_workflow_result_is_failed (result));
  error = graphbit_workflow_result_get_error (result);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  g_assert_nonnull (strstr (error->message, "A"));
  states = scene_describe (result, scene);
  g_assert_cmpstr (states, ==, on_failure == GRAPHBIT_ON_FAILURE_FINISH ? "A:failed B:completed C:skipped D:skipped"
                                                                         : "A:failed B:cancelled C:skipped D:skipped");
  g_assert_cmpint (g_cancellable_is_cancelled (graphbit_call_get_cancellable (scene->calls->pdata[1])), ==,
                   on_failure == GRAPHBIT_ON_FAILURE_CANCEL);
}

/* A run that took too long has a result that says so. */
static void
test_timeout (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A B* C B>C");
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *states = NULL;

  graphbit_clock_set_virtual (TRUE);
  graphbit_executor_set_timeout_seconds (executor, 7);
  run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_ALL);
  wait_for_calls (scene, 1);
  graphbit_clock_advance (6999999);
  support_turns (20);
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_RUNNING);
  graphbit_clock_advance (1);
  result = support_wait (run);
  g_assert_true (graphbit_workflow_result_is_failed (result));
  error = graphbit_workflow_result_get_error (result);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (error->message, "7"));
  states = scene_describe (result, scene);
  g_assert_cmpstr (states, ==, "A:completed B:cancelled C:skipped");
  g_assert_cmpint (graphbit_workflow_result_get_execution_time_ms (result), ==, 7000);
  graphbit_clock_set_virtual (FALSE);
}

/* One that lets its nodes end after a failure has its limit all the same. */
static void
test_timeout_after_failure (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A* B!");
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *states = NULL;

  graphbit_clock_set_virtual (TRUE);
  graphbit_executor_set_timeout_seconds (executor, 7);
  graphbit_executor_set_on_failure (executor, GRAPHBIT_ON_FAILURE_FINISH);
  run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_ALL);
  wait_for_calls (scene, 1);
  graphbit_clock_advance (7000000);
  result = support_wait (run);
  error = graphbit_workflow_result_get_error (result);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
  states = scene_describe (result, scene);
  g_assert_cmpstr (states, ==, "A:cancelled B:failed");
  graphbit_clock_set_virtual (FALSE);
}

/* The result */

static char *
set_variables (GraphbitWorkflowContext *context,
               gpointer data,
               GError **error)
{
  graphbit_workflow_context_set_variable (context, "colour", "red");
  return g_strdup ("{\"a\": [1, 2]}");
}

static void
test_result (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("views");
  g_autoptr (GraphbitFunctionNode) json = graphbit_function_node_new ("json", set_variables, NULL, NULL);
  g_autoptr (GraphbitFunctionNode) text = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GVariant) outputs = NULL;
  g_autoptr (GVariant) variables = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) none = NULL;
  g_autoptr (JsonNode) whole = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *colour = NULL;
  g_autofree char *city = NULL;
  g_autofree char *to_json = NULL;
  g_auto (GVariantDict) inputs = G_VARIANT_DICT_INIT (NULL);
  const char *id, *output;
  guint count = 0;

  text = graphbit_function_node_new ("text", count_up, &count, NULL);
  id = graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (json), &error);
  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (text), &error);
  g_assert_no_error (error);
  g_variant_dict_insert (&inputs, "city", "s", "Rome");
  result = graphbit_executor_execute (executor, workflow, g_variant_dict_end (&inputs), NULL, &error);
  g_assert_no_error (error);

  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "json"), ==, "{\"a\": [1, 2]}");
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, id), ==, "{\"a\": [1, 2]}");
  g_assert_null (graphbit_workflow_result_get_node_output (result, "other"));
  node = graphbit_workflow_result_get_node_output_json (result, "json");
  g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
  none = graphbit_workflow_result_get_node_output_json (result, "text");
  g_assert_null (none);
  outputs = graphbit_workflow_result_get_all_node_outputs (result);
  g_assert_true (g_variant_lookup (outputs, "text", "&s", &output));
  g_assert_cmpstr (output, ==, "x");

  colour = graphbit_workflow_result_get_variable (result, "colour");
  g_assert_cmpstr (colour, ==, "red");
  city = graphbit_workflow_result_get_variable (result, "city");
  g_assert_cmpstr (city, ==, "Rome");
  g_assert_null (graphbit_workflow_result_get_variable (result, "size"));
  variables = graphbit_workflow_result_get_all_variables (result);
  g_assert_cmpuint (g_variant_n_children (variables), >=, 2);

  g_assert_null (graphbit_workflow_result_get_error (result));
  g_assert_null (graphbit_workflow_result_get_node_error (result, "json"));
  g_assert_null (graphbit_workflow_result_get_usage (result));
  to_json = graphbit_workflow_result_to_json (result);
  whole = json_from_string (to_json, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (whole), "workflow_state"), ==, "completed");
}

/* What cannot begin throws, in every form. */
static void
test_invalid (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflow) empty = graphbit_workflow_new ("empty");
  g_autoptr (GError) error = NULL;

  g_assert_null (graphbit_executor_start (executor, empty, NULL, GRAPHBIT_STREAM_MODES_ALL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
  g_clear_error (&error);
  g_assert_null (graphbit_executor_execute (executor, empty, NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
  g_clear_error (&error);
  g_assert_null (support_execute (executor, empty, NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
}

/* Lives */

static gpointer
unref_in_thread (gpointer data)
{
  g_object_unref (data);
  return NULL;
}

/* A run goes on without anybody who holds it, and lets go of everything at its end. */
static void
test_dispose_while_running (void)
{
  for (guint i = 0; i < 3; i++)
    {
      GraphbitExecutor *executor = graphbit_executor_new (NULL);
      Scene *scene = scene_new ("A* B A>B");
      g_autoptr (GString) log = NULL;
      g_autoptr (GraphbitNodeCall) call = NULL;
      GraphbitWorkflow *workflow = scene->workflow;
      GraphbitRun *run = start (executor, workflow, GRAPHBIT_STREAM_MODES_ALL);

      if (i != 1)
        wait_for_calls (scene, 1);
      g_object_add_weak_pointer (G_OBJECT (run), (gpointer *) &run);
      g_object_add_weak_pointer (G_OBJECT (executor), (gpointer *) &executor);
      g_object_add_weak_pointer (G_OBJECT (workflow), (gpointer *) &workflow);
      if (i == 2)
        {
          graphbit_run_get_events (run);
          graphbit_run_get_node_runs (run);
          g_thread_join (g_thread_new ("collector", unref_in_thread, run));
        }
      else
        g_object_unref (run);
      g_assert_null (run);
      g_object_unref (executor);
      g_assert_nonnull (executor);

      wait_for_calls (scene, 1);
      call = g_object_ref (scene->calls->pdata[0]);
      g_assert_true (graphbit_node_call_respond (call, "a"));
      while (strstr (scene->log->str, "B(") == NULL)
        g_main_context_iteration (NULL, TRUE);
      support_turns (5);
      g_assert_null (executor);
      g_clear_object (&call);
      scene_free (scene);
      support_turns (5);
      g_assert_null (workflow);
    }
}

/* A pending read or wait holds the run; when it has been answered, nothing does. */
static void
test_dispose_while_waiting (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A*");
  GraphbitRun *run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_MESSAGES);
  Ready waiting = { NULL };
  Ready reading = { NULL };

  g_object_add_weak_pointer (G_OBJECT (run), (gpointer *) &run);
  graphbit_run_wait_async (run, NULL, on_ready, &waiting);
  graphbit_run_next_event_async (run, NULL, on_ready, &reading);
  g_object_unref (run);
  wait_for_calls (scene, 1);
  g_assert_nonnull (run);
  graphbit_node_call_respond (scene->calls->pdata[0], "a");
  support_run_until (&reading.done);
  support_run_until (&waiting.done);
  g_clear_object (&waiting.result);
  g_clear_object (&reading.result);
  support_turns (5);
  g_assert_null (run);
}

typedef enum
{
  INSIDE_CANCEL,
  INSIDE_WAIT,
  INSIDE_READ,
  INSIDE_UNREF,
  INSIDE_START
} Inside;

typedef struct
{
  Inside what;
  GraphbitExecutor *executor;
  GraphbitWorkflow *workflow;
  GraphbitRun *run;
  gboolean is_done;
} InsideData;

static void
do_inside (InsideData *data)
{
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (data->is_done)
    return;
  data->is_done = TRUE;

  switch (data->what)
    {
    case INSIDE_CANCEL:
      graphbit_run_cancel (data->run);
      break;

    case INSIDE_WAIT:
      result = graphbit_run_wait (data->run, NULL, &error);
      if (result == NULL)
        g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
      break;

    case INSIDE_READ:
      while (TRUE)
        {
          g_autoptr (GraphbitEvent) event = graphbit_run_next_event (data->run, NULL, &error);

          if (event == NULL)
            break;
        }
      if (error != NULL)
        g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
      break;

    case INSIDE_UNREF:
      g_clear_object (&data->run);
      break;

    case INSIDE_START:
      result = graphbit_executor_execute (data->executor, data->workflow, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (graphbit_workflow_result_is_success (result));
      break;

    default:
      g_assert_not_reached ();
    }
}

static void
inside_notify (GraphbitRun *run,
               GParamSpec *pspec,
               gpointer data)
{
  do_inside (data);
}

static void
inside_items_changed (GListModel *model,
                      guint position,
                      guint removed,
                      guint added,
                      gpointer data)
{
  do_inside (data);
}

static gint64
count_runs (GraphbitExecutor *executor)
{
  g_autoptr (GVariant) stats = graphbit_executor_get_stats (executor);
  gint64 n = -1;

  g_assert_true (g_variant_lookup (stats, "total_executions", "x", &n));
  return n;
}

/* Handlers may do with the run what they like, while its agent waits for an answer. */
static void
test_inside_handlers (void)
{
  for (guint what = INSIDE_CANCEL; what <= INSIDE_START; what++)
    for (guint where = 0; where < 4; where++)
      {
        g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_offline ();
        g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (config);
        g_autoptr (Scene) scene = scene_new ("A B C A>B");
        g_autoptr (GraphbitAgentNode) agent = graphbit_agent_node_new ("agent", "Hello");
        InsideData data = { (Inside) what, executor, scene->workflow, NULL, FALSE };
        g_autoptr (GraphbitNodeRun) node_run = NULL;
        g_autoptr (GError) error = NULL;
        GraphbitRunState state = GRAPHBIT_RUN_STATE_COMPLETED;

        graphbit_workflow_add_node (scene->workflow, GRAPHBIT_NODE (agent), &error);
        graphbit_workflow_connect_nodes (scene->workflow, "B", "agent", &error);
        graphbit_workflow_connect_nodes (scene->workflow, "agent", "C", &error);
        g_assert_no_error (error);
        data.run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_ALL);
        switch (where)
          {
          case 0:
            g_signal_connect (data.run, "notify::state", G_CALLBACK (inside_notify), &data);
            break;
          case 1:
            g_signal_connect (data.run, "notify::progress", G_CALLBACK (inside_notify), &data);
            break;
          case 2:
            g_signal_connect (graphbit_run_get_events (data.run), "items-changed", G_CALLBACK (inside_items_changed), &data);
            break;
          default:
            node_run = g_list_model_get_item (graphbit_run_get_node_runs (data.run), 3);
            g_signal_connect (node_run, "notify::state", G_CALLBACK (inside_notify), &data);
            break;
          }
        while (!data.is_done || count_runs (executor) < (what == INSIDE_START ? 2 : 1))
          g_main_context_iteration (NULL, TRUE);
        support_turns (20);
        if (data.run != NULL)
          state = graphbit_run_get_state (data.run);
        g_assert_cmpint (state, ==, what == INSIDE_CANCEL ? GRAPHBIT_RUN_STATE_CANCELLED : GRAPHBIT_RUN_STATE_COMPLETED);
        g_assert_cmpint (strstr (scene->log->str, "C(") != NULL, ==, what != INSIDE_CANCEL);
        g_clear_object (&data.run);
      }
}

/* Several runs of one workflow, each with its own story. */
static void
test_two_runs (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A* B A>B");
  g_autoptr (GraphbitRun) first = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_ALL);
  g_autoptr (GraphbitRun) second = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_ALL);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autofree char *events = NULL;

  g_assert_cmpstr (graphbit_run_get_id (first), !=, graphbit_run_get_id (second));
  g_assert_true (g_uuid_string_is_valid (graphbit_run_get_id (first)));
  wait_for_calls (scene, 2);
  graphbit_run_cancel (first);
  graphbit_node_call_respond (scene->calls->pdata[1], "a");
  events = support_read_events (second);
  g_assert_cmpstr (events, ==, "workflow_started node_started:A node_completed:A node_started:B node_completed:B workflow_completed");
  result = support_wait (first);
  g_assert_true (graphbit_workflow_result_is_cancelled (result));
}

/* Threads, each with its context, share executor and workflow. */
#define N_THREADS 3

typedef struct
{
  GraphbitExecutor *executor;
  GraphbitWorkflow *workflow;
} Shared;

static char *
check_thread (GraphbitWorkflowContext *context,
              gpointer data,
              GError **error)
{
  g_autofree char *home = graphbit_workflow_context_get_variable (context, "home");
  g_autofree char *here = g_strdup_printf ("%p", (gpointer) g_thread_self ());

  g_assert_cmpstr (home, ==, here);
  return g_strdup ("x");
}

static gpointer
run_in_thread (gpointer data)
{
  Shared *shared = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autofree char *here = g_strdup_printf ("%p", (gpointer) g_thread_self ());

  g_main_context_push_thread_default (context);
  for (guint i = 0; i < 100; i++)
    {
      g_auto (GVariantDict) inputs = G_VARIANT_DICT_INIT (NULL);
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (GraphbitRun) run = NULL;
      g_autoptr (GError) error = NULL;
      GVariant *variant;

      g_variant_dict_insert (&inputs, "home", "s", here);
      variant = g_variant_dict_end (&inputs);
      if (i % 4 == 0)
        result = graphbit_executor_execute (shared->executor, shared->workflow, variant, NULL, &error);
      else
        {
          Ready ready = { NULL };

          run = graphbit_executor_start (shared->executor, shared->workflow, variant, GRAPHBIT_STREAM_MODES_ALL, &error);
          g_assert_no_error (error);
          if (i % 4 == 1)
            while (TRUE)
              {
                g_autoptr (GraphbitEvent) event = graphbit_run_next_event (run, NULL, &error);

                g_assert_no_error (error);
                if (event == NULL)
                  break;
              }
          if (i % 4 == 3)
            result = graphbit_run_wait (run, NULL, &error);
          else
            {
              graphbit_run_wait_async (run, NULL, on_ready, &ready);
              while (!ready.done)
                g_main_context_iteration (context, TRUE);
              result = graphbit_run_wait_finish (run, ready.result, &error);
              g_object_unref (ready.result);
            }
        }
      g_assert_no_error (error);
      g_assert_true (graphbit_workflow_result_is_success (result));
      g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "second"), ==, "x");
    }
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_offline ();
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (config);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("threads");
  g_autoptr (GraphbitFunctionNode) first = graphbit_function_node_new ("first", check_thread, NULL, NULL);
  g_autoptr (GraphbitAgentNode) agent = graphbit_agent_node_new ("agent", "Hello");
  g_autoptr (GraphbitFunctionNode) second = graphbit_function_node_new ("second", check_thread, NULL, NULL);
  g_autoptr (GVariant) stats = NULL;
  g_autoptr (GError) error = NULL;
  Shared shared = { executor, workflow };
  GThread *threads[N_THREADS];
  gint64 n_runs;

  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (first), &error);
  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (agent), &error);
  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (second), &error);
  graphbit_workflow_connect_nodes (workflow, "first", "agent", &error);
  graphbit_workflow_connect_nodes (workflow, "agent", "second", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("runs", run_in_thread, &shared);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  stats = graphbit_executor_get_stats (executor);
  g_assert_true (g_variant_lookup (stats, "successful_executions", "x", &n_runs));
  g_assert_cmpint (n_runs, ==, 100 * N_THREADS);
}

/* The end of the runtime's generation cancels what runs; the next run begins a new one. */
static void
test_shutdown (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A*");
  g_autoptr (Scene) after = scene_new ("A");
  g_autoptr (GraphbitRun) run = start (executor, scene->workflow, GRAPHBIT_STREAM_MODES_ALL);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GraphbitWorkflowResult) again = NULL;
  g_autoptr (GError) error = NULL;

  wait_for_calls (scene, 1);
  graphbit_shutdown ();
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_RUNNING);
  result = support_wait (run);
  g_assert_true (graphbit_workflow_result_is_cancelled (result));
  again = graphbit_executor_execute (executor, after->workflow, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (graphbit_workflow_result_is_success (again));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/executor/run/notify", test_notify);
  g_test_add_func ("/executor/run/event-list", test_event_list);
  g_test_add_data_func ("/executor/run/dropped/unseen", NULL, test_dropped);
  g_test_add_data_func ("/executor/run/dropped/watched", GUINT_TO_POINTER (1), test_dropped);
  g_test_add_func ("/executor/run/lists-outlive-run", test_lists_outlive_run);
  g_test_add_func ("/executor/run/node-runs", test_node_runs);
  g_test_add_func ("/executor/run/wait-sync", test_wait_sync);
  g_test_add_func ("/executor/run/other-threads", test_other_threads);
  g_test_add_func ("/executor/run/cancelled-wait", test_cancelled_wait);
  g_test_add_func ("/executor/run/read-sync", test_read_sync);
  g_test_add_func ("/executor/run/second-reader", test_second_reader);
  g_test_add_func ("/executor/run/cancelled-read", test_cancelled_read);
  g_test_add_func ("/executor/run/backpressure", test_backpressure);
  g_test_add_data_func ("/executor/run/reader-gone", NULL, test_reader_gone);
  g_test_add_data_func ("/executor/run/reader-stops", GUINT_TO_POINTER (1), test_reader_gone);
  g_test_add_func ("/executor/run/stream-backpressure", test_stream_backpressure);
  g_test_add_func ("/executor/run/lightweight", test_lightweight);
  g_test_add_func ("/executor/run/cancel", test_cancel);
  g_test_add_func ("/executor/run/cancel-execute", test_cancel_execute);
  g_test_add_data_func ("/executor/run/on-failure/cancel", GUINT_TO_POINTER (GRAPHBIT_ON_FAILURE_CANCEL), test_on_failure);
  g_test_add_data_func ("/executor/run/on-failure/finish", GUINT_TO_POINTER (GRAPHBIT_ON_FAILURE_FINISH), test_on_failure);
  g_test_add_func ("/executor/run/timeout", test_timeout);
  g_test_add_func ("/executor/run/timeout-after-failure", test_timeout_after_failure);
  g_test_add_func ("/executor/run/result", test_result);
  g_test_add_func ("/executor/run/invalid", test_invalid);
  g_test_add_func ("/executor/run/dispose-while-running", test_dispose_while_running);
  g_test_add_func ("/executor/run/dispose-while-waiting", test_dispose_while_waiting);
  g_test_add_func ("/executor/run/inside-handlers", test_inside_handlers);
  g_test_add_func ("/executor/run/two-runs", test_two_runs);
  g_test_add_func ("/executor/run/threads", test_threads);
  g_test_add_func ("/executor/run/shutdown", test_shutdown);

  return g_test_run ();
}
