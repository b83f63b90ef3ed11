/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "executor-support.h"

/* Ways of reading a run's events, before its end and after it. */

#define ALL "workflow_started node_started:A node_completed:A node_started:B node_completed:B workflow_completed"

static GraphbitRun *
start (GraphbitExecutor *executor,
       Scene *scene)
{
  g_autoptr (GError) error = NULL;
  GraphbitRun *run = graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);

  g_assert_no_error (error);
  return run;
}

static char *
read_sync (GraphbitRun *run)
{
  GString *log = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GraphbitEvent *event;

  while ((event = graphbit_run_next_event (run, NULL, &error)) != NULL)
    {
      support_append_event (log, event);
      g_object_unref (event);
    }
  g_assert_no_error (error);
  return g_string_free (log, FALSE);
}

/* Without a loop: the first read drives the run to its end, the others find what is there. */
static void
test_sync (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A B A>B");
  g_autoptr (GraphbitRun) run = start (executor, scene);
  g_autofree char *events = read_sync (run);
  g_autofree char *again = read_sync (run);

  g_assert_cmpstr (events, ==, ALL);
  g_assert_cmpstr (again, ==, "");
}

static void
test_sync_after_end (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A B A>B");
  g_autoptr (GraphbitRun) run = start (executor, scene);
  g_autoptr (GraphbitWorkflowResult) result = support_wait (run);
  g_autofree char *events = read_sync (run);

  g_assert_cmpstr (events, ==, ALL);
}

static gpointer
read_in_thread (gpointer run)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  char *events;

  g_main_context_push_thread_default (context);
  events = read_sync (run);
  g_main_context_pop_thread_default (context);
  return events;
}

static void
test_thread_after_end (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A B A>B");
  g_autoptr (GraphbitRun) run = start (executor, scene);
  g_autoptr (GraphbitWorkflowResult) result = support_wait (run);
  /* Nobody runs the home meanwhile. */
  g_autofree char *events = g_thread_join (g_thread_new ("reader", read_in_thread, run));

  g_assert_cmpstr (events, ==, ALL);
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

  ready->result = g_object_ref (result);
  ready->done = TRUE;
}

static GraphbitEvent *
finish (GraphbitRun *run,
        Ready *ready,
        GError **error)
{
  GraphbitEvent *event = graphbit_run_next_event_finish (run, ready->result, error);

  g_clear_object (&ready->result);
  return event;
}

/* Called back later, in a turn of the loop, and in the order of the reads. */
static void
test_async_after_end (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A B A>B");
  g_autoptr (GraphbitRun) run = start (executor, scene);
  g_autoptr (GraphbitWorkflowResult) result = support_wait (run);
  g_autoptr (GraphbitEvent) first = NULL;
  g_autoptr (GraphbitEvent) second = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *rest = NULL;
  Ready ready[2] = { { NULL } };

  graphbit_run_next_event_async (run, NULL, on_ready, &ready[0]);
  g_assert_false (ready[0].done);
  support_run_until (&ready[0].done);
  first = finish (run, &ready[0], &error);
  g_assert_no_error (error);
  g_assert_cmpint (graphbit_event_get_sequence (first), ==, 1);

  graphbit_run_next_event_async (run, NULL, on_ready, &ready[1]);
  g_assert_false (ready[1].done);
  support_run_until (&ready[1].done);
  second = finish (run, &ready[1], &error);
  g_assert_no_error (error);
  g_assert_cmpint (graphbit_event_get_sequence (second), ==, 2);

  rest = read_sync (run);
  g_assert_true (g_str_has_prefix (rest, "node_completed:A"));
  g_assert_true (g_str_has_suffix (rest, "workflow_completed"));
}

/* A callback of another context than the run's comes in that context. */
static void
test_async_elsewhere_after_end (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A B A>B");
  g_autoptr (GraphbitRun) run = start (executor, scene);
  g_autoptr (GraphbitWorkflowResult) result = support_wait (run);
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GraphbitEvent) event = NULL;
  g_autoptr (GError) error = NULL;
  Ready ready = { NULL };

  g_main_context_push_thread_default (context);
  graphbit_run_next_event_async (run, NULL, on_ready, &ready);
  g_main_context_pop_thread_default (context);

  support_turns (3);
  g_assert_false (ready.done);
  while (!ready.done)
    g_main_context_iteration (context, TRUE);
  event = finish (run, &ready, &error);
  g_assert_no_error (error);
  g_assert_cmpint (graphbit_event_get_sequence (event), ==, 1);
}

/* A read that is cancelled takes no event. */
static void
test_cancelled_after_end (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A B A>B");
  g_autoptr (GraphbitRun) run = start (executor, scene);
  g_autoptr (GraphbitWorkflowResult) result = support_wait (run);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *events = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_run_next_event (run, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  events = read_sync (run);
  g_assert_cmpstr (events, ==, ALL);
}

/* One that waits keeps others out, whether they wait or not; what it waits for is its own. */
static void
test_pending (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = scene_new ("A* B A>B");
  g_autoptr (GraphbitRun) run = start (executor, scene);
  g_autoptr (GError) error = NULL;
  g_autofree char *rest = NULL;
  Ready ready = { NULL };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GraphbitEvent) event = graphbit_run_next_event (run, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (graphbit_event_get_sequence (event), ==, i + 1);
    }

  graphbit_run_next_event_async (run, NULL, on_ready, &ready);
  g_assert_null (graphbit_run_next_event (run, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);

  graphbit_node_call_respond (scene->calls->pdata[0], "a");
  support_run_until (&ready.done);
  {
    g_autoptr (GraphbitEvent) event = finish (run, &ready, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (graphbit_event_get_event (event), ==, "node_completed");
  }
  rest = read_sync (run);
  g_assert_cmpstr (rest, ==, "node_started:B node_completed:B workflow_completed");
}

#define READERS 4
#define MANY 1500

static gpointer
count_in_thread (gpointer run)
{
  guint n = 0;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitEvent) event = graphbit_run_next_event (run, NULL, &error);

      if (event != NULL)
        n++;
      else if (error == NULL)
        break;
      else
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
    }
  return GUINT_TO_POINTER (n);
}

/* After the end any thread may read; each event goes to one of them. */
static void
test_threads_after_end (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (Scene) scene = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  GThread *threads[READERS];
  guint n, n_events;

  for (guint i = 0; i < MANY; i++)
    g_string_append_printf (text, "n%u ", i);
  scene = scene_new (text->str);
  run = start (executor, scene);
  result = support_wait (run);
  n_events = g_list_model_get_n_items (graphbit_run_get_events (run));
  g_assert_cmpuint (n_events, ==, 1000);

  for (guint i = 0; i < READERS; i++)
    threads[i] = g_thread_new ("reader", count_in_thread, run);
  n = GPOINTER_TO_UINT (count_in_thread (run));
  for (guint i = 0; i < READERS; i++)
    n += GPOINTER_TO_UINT (g_thread_join (threads[i]));
  g_assert_cmpuint (n, ==, n_events);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/executor/reading/sync", test_sync);
  g_test_add_func ("/executor/reading/sync-after-end", test_sync_after_end);
  g_test_add_func ("/executor/reading/thread-after-end", test_thread_after_end);
  g_test_add_func ("/executor/reading/async-after-end", test_async_after_end);
  g_test_add_func ("/executor/reading/async-elsewhere-after-end", test_async_elsewhere_after_end);
  g_test_add_func ("/executor/reading/cancelled-after-end", test_cancelled_after_end);
  g_test_add_func ("/executor/reading/pending", test_pending);
  g_test_add_func ("/executor/reading/threads-after-end", test_threads_after_end);

  return g_test_run ();
}
