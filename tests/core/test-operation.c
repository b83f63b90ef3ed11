/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-operation-private.h"
#include "graphbit-runtime-private.h"
#include "graphbit-sync-private.h"

/* An operation that writes down what reaches it, and where. */
typedef struct
{
  GraphbitOperation operation;
  GString *log;
  GThread *thread;
  guint n_delivered;
  guint n_expected;
  GTask *task;
} Probe;

static int n_freed;

static void
probe_end (Probe *self)
{
  if (!graphbit_operation_complete (self))
    return;
  if (self->task != NULL)
    {
      g_autoptr (GTask) task = g_steal_pointer (&self->task);

      g_task_return_boolean (task, TRUE);
    }
}

static void
probe_interrupted (GraphbitOperation *operation,
                   GraphbitInterruption interruption)
{
  Probe *self = (Probe *) operation;

  g_assert_true (self->thread == g_thread_self ());
  g_string_append (self->log, interruption == GRAPHBIT_INTERRUPTION_CANCELLED ? "cancelled;" : "shutdown;");
  probe_end (self);
}

static void
probe_free (GraphbitOperation *operation)
{
  Probe *self = (Probe *) operation;

  g_string_free (self->log, TRUE);
  g_atomic_int_inc (&n_freed);
  g_free (self);
}

static const GraphbitOperationClass probe_class = { probe_interrupted, probe_free };

static Probe *
probe_new (GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  Probe *self = g_new0 (Probe, 1);

  self->log = g_string_new (NULL);
  self->thread = g_thread_self ();
  g_assert_true (graphbit_operation_init (&self->operation, &probe_class, cancellable, &error));
  g_assert_no_error (error);
  return self;
}

static Probe *
probe_new_child (Probe *parent)
{
  g_autoptr (GError) error = NULL;
  Probe *self = g_new0 (Probe, 1);

  self->log = g_string_new (NULL);
  self->thread = g_thread_self ();
  g_assert_true (graphbit_operation_init_child (&self->operation, &probe_class, parent, NULL, &error));
  g_assert_no_error (error);
  return self;
}

static void
probe_note (GraphbitOperation *operation,
            gpointer data)
{
  Probe *self = (Probe *) operation;

  g_assert_true (self->thread == g_thread_self ());
  g_string_append_printf (self->log, "%d;", GPOINTER_TO_INT (data));
  if (++self->n_delivered == self->n_expected)
    probe_end (self);
}

static void
turn (GMainContext *context)
{
  while (g_main_context_iteration (context, FALSE))
    ;
}

static void
test_order (void)
{
  Probe *probe = probe_new (NULL);

  for (int i = 1; i <= 5; i++)
    graphbit_operation_invoke (probe, probe_note, GINT_TO_POINTER (i), NULL);
  g_assert_cmpstr (probe->log->str, ==, "");
  turn (NULL);
  g_assert_cmpstr (probe->log->str, ==, "1;2;3;4;5;");

  probe_end (probe);
  graphbit_operation_invoke (probe, probe_note, GINT_TO_POINTER (6), NULL);
  turn (NULL);
  g_assert_cmpstr (probe->log->str, ==, "1;2;3;4;5;");
  graphbit_operation_unref (probe);
}

#define N_POSTERS 4
#define N_POSTS 5000

static gpointer
post_many (gpointer data)
{
  for (int i = 0; i < N_POSTS; i++)
    graphbit_operation_invoke (data, probe_note, GINT_TO_POINTER (1), NULL);
  graphbit_operation_unref (data);
  return NULL;
}

static void
test_threads (void)
{
  Probe *probe = probe_new (NULL);
  GThread *threads[N_POSTERS];

  probe->n_expected = N_POSTERS * N_POSTS;
  for (int i = 0; i < N_POSTERS; i++)
    threads[i] = g_thread_new ("poster", post_many, graphbit_operation_ref (probe));
  while (!graphbit_operation_is_complete (probe))
    g_main_context_iteration (NULL, TRUE);
  for (int i = 0; i < N_POSTERS; i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (probe->n_delivered, ==, N_POSTERS * N_POSTS);
  graphbit_operation_unref (probe);
}

static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Probe *probe = probe_new (cancellable);

  g_cancellable_cancel (cancellable);
  g_assert_cmpstr (probe->log->str, ==, "");
  turn (NULL);
  g_assert_cmpstr (probe->log->str, ==, "cancelled;");
  graphbit_operation_unref (probe);

  /* already cancelled: still from the dispatcher only */
  probe = probe_new (cancellable);
  g_assert_cmpstr (probe->log->str, ==, "");
  turn (NULL);
  g_assert_cmpstr (probe->log->str, ==, "cancelled;");
  graphbit_operation_unref (probe);

  /* cancelled after the end: nothing */
  g_cancellable_reset (cancellable);
  probe = probe_new (cancellable);
  probe_end (probe);
  g_cancellable_cancel (cancellable);
  turn (NULL);
  g_assert_cmpstr (probe->log->str, ==, "");
  graphbit_operation_unref (probe);
}

static void
end_inside_cancellation (GCancellable *cancellable,
                         gpointer data)
{
  turn (NULL);
}

/* A handler of the application's that runs the loop while it is being cancelled must not block. */
static void
test_cancel_within (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Probe *probe = probe_new (cancellable);

  g_signal_connect (cancellable, "cancelled", G_CALLBACK (end_inside_cancellation), NULL);
  g_cancellable_cancel (cancellable);
  g_assert_cmpstr (probe->log->str, ==, "cancelled;");
  graphbit_operation_unref (probe);
}

static void
run_loop (GraphbitOperation *operation,
          gpointer data)
{
  probe_note (operation, GINT_TO_POINTER (1));
  turn (NULL);
  probe_note (operation, GINT_TO_POINTER (4));
}

/* A callback may run its own context, as a dialog does. */
static void
test_recursion (void)
{
  Probe *probe = probe_new (NULL);

  graphbit_operation_invoke (probe, run_loop, NULL, NULL);
  graphbit_operation_invoke (probe, probe_note, GINT_TO_POINTER (2), NULL);
  graphbit_operation_invoke (probe, probe_note, GINT_TO_POINTER (3), NULL);
  turn (NULL);
  g_assert_cmpstr (probe->log->str, ==, "1;2;3;4;");
  probe_end (probe);
  graphbit_operation_unref (probe);
}

static void
probe_wait_async (Probe *self,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
  self->task = g_task_new (NULL, NULL, callback, user_data);
}

static gboolean
count_idle (gpointer data)
{
  ++*(int *) data;
  return G_SOURCE_CONTINUE;
}

/* Waiting takes the inbox over, of a child too, and never runs the caller's own context. */
static void
test_adopt (void)
{
  Probe *probe = probe_new (NULL);
  Probe *child = probe_new_child (probe);
  int n_idle = 0;
  guint idle = g_idle_add (count_idle, &n_idle);

  probe->n_expected = 3;
  child->n_expected = 1;
  graphbit_operation_invoke (probe, probe_note, GINT_TO_POINTER (1), NULL);
  {
    g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

    graphbit_sync_begin (&sync);
    g_assert_true (graphbit_sync_adopt (&sync, probe));
    probe_wait_async (probe, graphbit_sync_ready, &sync);
    graphbit_operation_invoke (child, probe_note, GINT_TO_POINTER (9), NULL);
    graphbit_operation_invoke (probe, probe_note, GINT_TO_POINTER (2), NULL);
    graphbit_operation_invoke (probe, probe_note, GINT_TO_POINTER (3), NULL);
    g_assert_true (g_task_propagate_boolean (G_TASK (graphbit_sync_wait (&sync)), NULL));
  }
  g_assert_cmpstr (probe->log->str, ==, "1;2;3;");
  g_assert_cmpstr (child->log->str, ==, "9;");
  g_assert_cmpint (n_idle, ==, 0);
  g_source_remove (idle);
  graphbit_operation_unref (child);
  graphbit_operation_unref (probe);
  turn (NULL);
}

/* What is left in the inbox when the wait ends goes on at home. */
static void
test_give_back (void)
{
  Probe *probe = probe_new (NULL);

  {
    g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

    graphbit_sync_begin (&sync);
    g_assert_true (graphbit_sync_adopt (&sync, probe));
  }
  graphbit_operation_invoke (probe, probe_note, GINT_TO_POINTER (1), NULL);
  turn (NULL);
  g_assert_cmpstr (probe->log->str, ==, "1;");
  probe_end (probe);
  graphbit_operation_unref (probe);
}

static gpointer
try_to_adopt (gpointer data)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  graphbit_sync_begin (&sync);
  return GINT_TO_POINTER (graphbit_sync_adopt (&sync, data));
}

static void
test_adopt_elsewhere (void)
{
  Probe *probe = probe_new (NULL);

  g_assert_false (GPOINTER_TO_INT (g_thread_join (g_thread_new ("other", try_to_adopt, probe))));
  probe_end (probe);
  graphbit_operation_unref (probe);
}

static gpointer
post_while_lent (gpointer data)
{
  for (int i = 0; i < 20000; i++)
    graphbit_operation_invoke (data, probe_note, GINT_TO_POINTER (1), NULL);
  return NULL;
}

/* Lending and giving back while another thread posts loses nothing. */
static void
test_adopt_race (void)
{
  Probe *probe = probe_new (NULL);
  GThread *thread;

  probe->n_expected = 20000;
  thread = g_thread_new ("poster", post_while_lent, probe);
  while (!graphbit_operation_is_complete (probe))
    {
      {
        g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

        graphbit_sync_begin (&sync);
        if (graphbit_sync_adopt (&sync, probe))
          for (int i = 0; i < 3; i++)
            g_main_context_iteration (sync.context, FALSE);
      }
      g_main_context_iteration (NULL, FALSE);
    }
  g_thread_join (thread);
  graphbit_operation_unref (probe);
}

static gpointer
release_late (gpointer data)
{
  GMainContext *context = ((gpointer *) data)[0];
  Probe *probe = ((gpointer *) data)[1];

  /* the application's context goes, with everything in it, while we may still post */
  g_main_context_unref (context);
  graphbit_operation_invoke (probe, probe_note, GINT_TO_POINTER (1), NULL);
  graphbit_operation_unref (probe);
  return NULL;
}

static void
test_context_gone (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  int before = g_atomic_int_get (&n_freed);
  gpointer data[2];
  Probe *probe;

  g_main_context_push_thread_default (context);
  probe = probe_new (NULL);
  g_main_context_pop_thread_default (context);
  graphbit_operation_invoke (probe, probe_note, GINT_TO_POINTER (1), NULL);
  turn (context);
  probe_end (probe);

  data[0] = g_steal_pointer (&context);
  data[1] = probe;
  g_thread_join (g_thread_new ("late", release_late, data));
  g_assert_cmpint (g_atomic_int_get (&n_freed), ==, before + 1);
}

static void
note_timeout (GraphbitOperation *operation,
              gpointer data)
{
  probe_note (operation, data);
}

static void
test_timeout (void)
{
  Probe *probe = probe_new (NULL);
  g_autoptr (GMainLoop) loop = NULL;
  GraphbitTimeout *kept;
  GraphbitTimeout *cleared;

  kept = graphbit_timeout_new (probe, g_get_monotonic_time (), note_timeout, GINT_TO_POINTER (1));
  cleared = graphbit_timeout_new (probe, g_get_monotonic_time (), note_timeout, GINT_TO_POINTER (2));
  graphbit_timeout_clear (&cleared);
  g_assert_null (cleared);
  while (probe->n_delivered == 0)
    g_main_context_iteration (NULL, TRUE);
  turn (NULL);
  g_assert_cmpstr (probe->log->str, ==, "1;");
  graphbit_timeout_clear (&kept);
  probe_end (probe);
  graphbit_operation_unref (probe);
}

/* Whatever is posted from the I/O thread, the application's objects go at home. */
#define N_OPERATIONS 200000

typedef struct
{
  GraphbitOperation operation;
  GTask *task;
} Trip;

typedef struct
{
  GraphbitJob job;
  Trip *trip;
} TripJob;

#define PROBE_TYPE_OBJECT (probe_object_get_type ())
G_DECLARE_FINAL_TYPE (ProbeObject, probe_object, PROBE, OBJECT, GObject)
struct _ProbeObject
{
  GObject parent_instance;
};
G_DEFINE_FINAL_TYPE (ProbeObject, probe_object, G_TYPE_OBJECT)

static GThread *home_thread;
static int n_finalized_at_home;
static int n_finalized_elsewhere;

static void
probe_object_finalize (GObject *object)
{
  if (g_thread_self () == home_thread)
    g_atomic_int_inc (&n_finalized_at_home);
  else
    g_atomic_int_inc (&n_finalized_elsewhere);
  G_OBJECT_CLASS (probe_object_parent_class)->finalize (object);
}

static void
probe_object_class_init (ProbeObjectClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = probe_object_finalize;
}

static void
probe_object_init (ProbeObject *self)
{
}

static void
trip_free (GraphbitOperation *operation)
{
  g_free (operation);
}

static void
trip_interrupted (GraphbitOperation *operation,
                  GraphbitInterruption interruption)
{
  g_assert_not_reached ();
}

static const GraphbitOperationClass trip_class = { trip_interrupted, trip_free };

static void
trip_arrived (GraphbitOperation *operation,
              gpointer data)
{
  Trip *trip = (Trip *) operation;
  g_autoptr (GTask) task = g_steal_pointer (&trip->task);

  graphbit_operation_complete (trip);
  g_task_return_boolean (task, TRUE);
  graphbit_operation_unref (trip);
}

static void
trip_run (GraphbitIo *io,
          GraphbitJob *job)
{
  g_autofree TripJob *self = (TripJob *) job;

  graphbit_operation_invoke (self->trip, trip_arrived, NULL, NULL);
  graphbit_operation_unref (self->trip);
}

static void
trip_done (GObject *object,
           GAsyncResult *result,
           gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
test_objects_stay_home (void)
{
  g_autoptr (GError) error = NULL;
  const guint n_operations = N_OPERATIONS;
  guint n_done = 0;
  guint n_started = 0;

  home_thread = g_thread_self ();
  while (n_done < n_operations)
    {
      while (n_started < n_operations && n_started - n_done < 16)
        {
          g_autoptr (ProbeObject) object = g_object_new (PROBE_TYPE_OBJECT, NULL);
          Trip *trip = g_new0 (Trip, 1);
          TripJob *job = g_new0 (TripJob, 1);

          g_assert_true (graphbit_operation_init (&trip->operation, &trip_class, NULL, &error));
          trip->task = g_task_new (object, NULL, trip_done, &n_done);
          job->job.run = trip_run;
          job->trip = graphbit_operation_ref (trip);
          g_assert_true (graphbit_io_submit (graphbit_runtime_get_io (trip->operation.runtime, 0), &job->job));
          n_started++;
        }
      g_main_context_iteration (NULL, TRUE);
    }
  g_assert_cmpint (n_finalized_elsewhere, ==, 0);
  g_assert_cmpint (n_finalized_at_home, ==, n_operations);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/operation/order", test_order);
  g_test_add_func ("/operation/threads", test_threads);
  g_test_add_func ("/operation/cancel", test_cancel);
  g_test_add_func ("/operation/cancel-within", test_cancel_within);
  g_test_add_func ("/operation/recursion", test_recursion);
  g_test_add_func ("/operation/adopt", test_adopt);
  g_test_add_func ("/operation/give-back", test_give_back);
  g_test_add_func ("/operation/adopt-elsewhere", test_adopt_elsewhere);
  g_test_add_func ("/operation/adopt-race", test_adopt_race);
  g_test_add_func ("/operation/context-gone", test_context_gone);
  g_test_add_func ("/operation/timeout", test_timeout);
  g_test_add_func ("/operation/objects-stay-home", test_objects_stay_home);

  return g_test_run ();
}
