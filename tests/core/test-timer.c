/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-clock-private.h"
#include "graphbit-operation-private.h"
#include "graphbit-random-private.h"
#include "graphbit-runtime-private.h"

typedef struct
{
  GraphbitOperation operation;
  GString *log;
} Probe;

static void
probe_interrupted (GraphbitOperation *operation,
                   GraphbitInterruption interruption)
{
  graphbit_operation_complete (operation);
}

static void
probe_free (GraphbitOperation *operation)
{
  g_string_free (((Probe *) operation)->log, TRUE);
  g_free (operation);
}

static const GraphbitOperationClass probe_class = { probe_interrupted, probe_free };

static void
note (GraphbitOperation *operation,
      gpointer data)
{
  g_string_append_printf (((Probe *) operation)->log, "%d;", GPOINTER_TO_INT (data));
}

static void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_virtual (void)
{
  g_autoptr (GError) error = NULL;
  Probe *probe = g_new0 (Probe, 1);
  GraphbitTimeout *timeouts[4];
  gint64 now;

  probe->log = g_string_new (NULL);
  graphbit_clock_set_virtual (TRUE);
  now = graphbit_clock_now ();
  g_assert_true (graphbit_operation_init (&probe->operation, &probe_class, NULL, &error));
  timeouts[0] = graphbit_timeout_new (probe, now + 3000, note, GINT_TO_POINTER (3));
  timeouts[1] = graphbit_timeout_new (probe, now + 1000, note, GINT_TO_POINTER (1));
  timeouts[2] = graphbit_timeout_new (probe, now + 2000, note, GINT_TO_POINTER (2));
  timeouts[3] = graphbit_timeout_new (probe, now + 2500, note, GINT_TO_POINTER (9));

  graphbit_clock_advance (999);
  turn ();
  g_assert_cmpstr (probe->log->str, ==, "");
  graphbit_clock_advance (1);
  turn ();
  g_assert_cmpstr (probe->log->str, ==, "1;");
  graphbit_timeout_clear (&timeouts[3]);
  graphbit_clock_advance (10000);
  turn ();
  g_assert_cmpstr (probe->log->str, ==, "1;2;3;");
  g_assert_cmpint (graphbit_clock_now (), ==, now + 11000);

  for (guint i = 0; i < 3; i++)
    graphbit_timeout_clear (&timeouts[i]);
  graphbit_operation_complete (probe);
  graphbit_operation_unref (probe);
  graphbit_clock_set_virtual (FALSE);
}

#define N_TIMERS 500

typedef struct
{
  GraphbitJob job;
  GMutex mutex;
  GCond done;
  gboolean is_done;
} HeapJob;

static gint64 last_when;
static guint n_expired;

static void
expired (GraphbitTimer *timer)
{
  g_assert_cmpint (timer->when, >=, last_when);
  last_when = timer->when;
  n_expired++;
}

static void
use_heap (GraphbitIo *io,
          GraphbitJob *job)
{
  HeapJob *self = (HeapJob *) job;
  GraphbitTimer *timers = g_new0 (GraphbitTimer, N_TIMERS);
  gint64 now = graphbit_clock_now ();

  graphbit_random_seed (7);
  for (guint i = 0; i < N_TIMERS; i++)
    {
      timers[i].expired = expired;
      graphbit_timer_arm (io, &timers[i], now - (gint64) (graphbit_random_uint64 () % 1000));
    }
  for (guint i = 0; i < N_TIMERS; i += 3)
    graphbit_timer_disarm (io, &timers[i]);
  for (guint i = 1; i < N_TIMERS; i += 3)
    graphbit_timer_arm (io, &timers[i], now - (gint64) (graphbit_random_uint64 () % 1000));
  graphbit_timers_run (graphbit_io_get_timers (io));
  for (guint i = 0; i < N_TIMERS; i++)
    g_assert_false (graphbit_timer_is_armed (&timers[i]));
  g_free (timers);

  g_mutex_lock (&self->mutex);
  self->is_done = TRUE;
  g_cond_signal (&self->done);
  g_mutex_unlock (&self->mutex);
}

static void
test_heap (void)
{
  g_autoptr (GError) error = NULL;
  GraphbitRuntime *runtime = graphbit_runtime_get (&error);
  HeapJob job = { .job.run = use_heap };

  g_mutex_init (&job.mutex);
  g_cond_init (&job.done);
  g_assert_true (graphbit_io_submit (graphbit_runtime_get_io (runtime, 0), &job.job));
  g_mutex_lock (&job.mutex);
  while (!job.is_done)
    g_cond_wait (&job.done, &job.mutex);
  g_mutex_unlock (&job.mutex);
  g_assert_cmpuint (n_expired, ==, N_TIMERS - (N_TIMERS + 2) / 3);
  graphbit_runtime_unref (runtime);
}

static void
test_random (void)
{
  char a[GRAPHBIT_UUID_SIZE];
  char b[GRAPHBIT_UUID_SIZE];

  graphbit_random_seed (1);
  graphbit_random_uuid (a);
  graphbit_random_seed (1);
  graphbit_random_uuid (b);
  g_assert_cmpstr (a, ==, b);
  g_assert_true (g_uuid_string_is_valid (a));
  g_assert_cmpint (a[14], ==, '4');
  graphbit_random_uuid (b);
  g_assert_cmpstr (a, !=, b);
  for (int i = 0; i < 1000; i++)
    {
      gdouble value = graphbit_random_double ();

      g_assert_true (value >= 0 && value < 1);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/timer/virtual", test_virtual);
  g_test_add_func ("/timer/heap", test_heap);
  g_test_add_func ("/timer/random", test_random);

  return g_test_run ();
}
