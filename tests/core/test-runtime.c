/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "graphbit-error.h"
#include "graphbit-module.h"
#include "graphbit-operation-private.h"
#include "graphbit-runtime-private.h"
#include "graphbit-version.h"

typedef struct
{
  GraphbitOperation operation;
  int interruption;
  guint n_fired;
} Probe;

static void
probe_interrupted (GraphbitOperation *operation,
                   GraphbitInterruption interruption)
{
  ((Probe *) operation)->interruption = (int) interruption + 1;
  graphbit_operation_complete (operation);
}

static void
probe_free (GraphbitOperation *operation)
{
  g_free (operation);
}

static const GraphbitOperationClass probe_class = { probe_interrupted, probe_free };

static void
count (GraphbitOperation *operation,
       gpointer data)
{
  ((Probe *) operation)->n_fired++;
}

static void
test_generations (void)
{
  g_autoptr (GError) error = NULL;
  Probe *first = g_new0 (Probe, 1);
  Probe *second = g_new0 (Probe, 1);
  GraphbitTimeout *timeout;

  g_assert_true (graphbit_operation_init (&first->operation, &probe_class, NULL, &error));
  timeout = graphbit_timeout_new (first, g_get_monotonic_time () + G_TIME_SPAN_HOUR, count, NULL);
  graphbit_shutdown ();
  g_assert_cmpint (first->interruption, ==, 0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (first->interruption, ==, GRAPHBIT_INTERRUPTION_SHUTDOWN + 1);
  g_assert_cmpuint (first->n_fired, ==, 0);
  graphbit_timeout_clear (&timeout);
  graphbit_operation_unref (first);

  /* and again */
  g_assert_true (graphbit_operation_init (&second->operation, &probe_class, NULL, &error));
  timeout = graphbit_timeout_new (second, g_get_monotonic_time (), count, NULL);
  while (second->n_fired == 0)
    g_main_context_iteration (NULL, TRUE);
  graphbit_timeout_clear (&timeout);
  graphbit_operation_complete (second);
  graphbit_operation_unref (second);
  graphbit_shutdown ();
  graphbit_shutdown ();
}

static void
test_fork (void)
{
  g_autoptr (GError) error = NULL;
  GraphbitRuntime *runtime = graphbit_runtime_get (&error);
  char verdict = 0;
  pid_t child;
  int fds[2];

  g_assert_nonnull (graphbit_runtime_get_io (runtime, 0));
  g_assert_cmpint (pipe (fds), ==, 0);
  child = fork ();
  if (child == 0)
    {
      Probe *probe = g_new0 (Probe, 1);

      graphbit_shutdown (); /* does nothing */
      if (!graphbit_operation_init (&probe->operation, &probe_class, NULL, &error) &&
          g_error_matches (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION))
        verdict = 'y';
      if (write (fds[1], &verdict, 1) != 1)
        abort ();
      /* no leak check of a process whose other threads are only memory */
      kill (getpid (), SIGKILL);
    }
  g_assert_cmpint (read (fds[0], &verdict, 1), ==, 1);
  g_assert_cmpint (verdict, ==, 'y');
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  close (fds[0]);
  close (fds[1]);
  graphbit_runtime_unref (runtime);
}

static void
test_exit_child (void)
{
  g_autoptr (GError) error = NULL;
  Probe *probe;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 10 * G_USEC_PER_SEC, 0);
      g_test_trap_assert_passed ();
      return;
    }

  /* leaves in the middle of things: the process must still end */
  probe = g_new0 (Probe, 1);
  g_assert_true (graphbit_operation_init (&probe->operation, &probe_class, NULL, &error));
  graphbit_timeout_new (probe, g_get_monotonic_time () + G_TIME_SPAN_HOUR, count, NULL);
  exit (0);
}

static void
test_version (void)
{
  g_assert_cmpstr (graphbit_version (), ==, GRAPHBIT_VERSION_S);
  g_assert_true (GRAPHBIT_CHECK_VERSION (GRAPHBIT_MAJOR_VERSION, GRAPHBIT_MINOR_VERSION, GRAPHBIT_MICRO_VERSION));
  g_assert_false (GRAPHBIT_CHECK_VERSION (GRAPHBIT_MAJOR_VERSION, GRAPHBIT_MINOR_VERSION, GRAPHBIT_MICRO_VERSION + 1));
  g_assert_cmpuint (graphbit_get_major_version (), ==, GRAPHBIT_MAJOR_VERSION);
  g_assert_cmpuint (graphbit_get_minor_version (), ==, GRAPHBIT_MINOR_VERSION);
  g_assert_cmpuint (graphbit_get_micro_version (), ==, GRAPHBIT_MICRO_VERSION);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/runtime/generations", test_generations);
  g_test_add_func ("/runtime/fork", test_fork);
  g_test_add_func ("/runtime/exit", test_exit_child);
  g_test_add_func ("/runtime/version", test_version);

  return g_test_run ();
}
