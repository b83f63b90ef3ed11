/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "module-support.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "graphbit-runtime-private.h"

/* What a process that ends in the middle of things may take to do so, with much to spare: it does not hang. */
#define EXIT_PATIENCE (10 * G_USEC_PER_SEC)

static void
keep_result (GObject *source,
             GAsyncResult *result,
             gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
assert_works (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = graphbit_llm_client_complete (fixture->client, "Hello", NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (answer, ==, "You said: Hello");
}

static void
test_shutdown_and_reuse (Fixture *fixture,
                         gconstpointer data)
{
  g_autoptr (GAsyncResult) done = NULL;
  g_autoptr (GError) error = NULL;

  assert_works (fixture);
  fixture_step (fixture, "{\"stall\": true}");
  graphbit_llm_client_complete_async (fixture->client, "x", NULL, NULL, keep_result, &done);
  g_assert_true (graphbit_mock_server_wait_for_stalled (fixture->server, 1, PATIENCE_MS));
  graphbit_shutdown ();
  g_assert_cmpuint (module_count_threads ("graphbit-io"), ==, 0);
  g_assert_true (graphbit_mock_server_wait_for_open_connections (fixture->server, 0, PATIENCE_MS));

  /* it did not wait for this context, which has not run yet */
  g_assert_null (done);
  while (done == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (graphbit_llm_client_complete_finish (fixture->client, done, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  module_configure (2, 0, 2);
  assert_works (fixture);
  g_assert_cmpint (module_info_number ("runtime_worker_threads"), ==, 2);
  g_assert_true (module_health_truth ("runtime_healthy"));
  module_reset ();
}

/* Servers have their places on different threads, and all of them work at once. */
static void
test_many_threads (Fixture *fixture,
                   gconstpointer data)
{
  Fixture others[6];
  GAsyncResult *done[G_N_ELEMENTS (others)] = { NULL };

  module_configure (4, 0, 0);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      fixture_set_up (&others[i], NULL);
      graphbit_llm_client_complete_async (others[i].client, "Hello", NULL, NULL, keep_result, &done[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *answer = NULL;

      while (done[i] == NULL)
        g_main_context_iteration (NULL, TRUE);
      answer = graphbit_llm_client_complete_finish (others[i].client, done[i], &error);
      g_assert_no_error (error);
      g_assert_cmpstr (answer, ==, "You said: Hello");
      g_object_unref (done[i]);
      fixture_tear_down (&others[i], NULL);
    }
  g_assert_cmpuint (module_count_threads ("graphbit-io"), ==, 4);
  module_reset ();
}

/* What a forked child says of itself. */
static gboolean
is_refused_in_child (Fixture *fixture)
{
  g_autoptr (GVariant) info = graphbit_get_system_info ();
  g_autoptr (GVariant) health = graphbit_health_check ();
  GError *errors[3] = { NULL };

  graphbit_shutdown ();
  graphbit_init (NULL, FALSE, FALSE, &errors[0]);
  graphbit_configure_runtime (1, 1, 1, &errors[1]);
  graphbit_llm_client_complete (fixture->client, "Hello", NULL, NULL, &errors[2]);
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    if (!g_error_matches (errors[i], GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION))
      return FALSE;

  return !module_truth (info, "runtime_initialized") && module_number (info, "runtime_worker_threads") == 0 &&
         !module_truth (health, "runtime_healthy") && !module_truth (health, "overall_healthy");
}

static void
assert_refused_in_child (Fixture *fixture)
{
  char verdict = 0;
  pid_t child;
  int fds[2];

  g_assert_cmpint (pipe (fds), ==, 0);
  child = fork ();
  if (child == 0)
    {
      alarm (PATIENCE_MS / 1000); /* so that what hangs fails */
      if (is_refused_in_child (fixture))
        verdict = 'y';
      if (write (fds[1], &verdict, 1) != 1)
        abort ();
      /* no leak check of a process whose other threads are only memory */
      kill (getpid (), SIGKILL);
    }
  close (fds[1]);
  g_assert_cmpint (read (fds[0], &verdict, 1), ==, 1);
  g_assert_cmpint (verdict, ==, 'y');
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  close (fds[0]);
}

static void
test_fork (Fixture *fixture,
           gconstpointer data)
{
  assert_works (fixture);
  assert_refused_in_child (fixture);
  graphbit_shutdown ();
  assert_refused_in_child (fixture);

  /* the parent goes on */
  assert_works (fixture);
}

/* The child of a process that has not used the library yet may use it. */
static void
test_fork_before_use (void)
{
  if (g_test_subprocess ())
    {
      int status = -1;
      Fixture fixture;
      pid_t child;

      g_assert_false (module_info_truth ("runtime_initialized"));
      g_assert_true (module_health_truth ("runtime_healthy"));
      module_configure (2, 0, 0);
      child = fork ();
      if (child == 0)
        {
          alarm (PATIENCE_MS / 1000);
          fixture_set_up (&fixture, NULL);
          assert_works (&fixture);
          g_assert_cmpint (module_info_number ("runtime_worker_threads"), ==, 2);
          kill (getpid (), SIGKILL);
        }
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
      return;
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

/* Leaves in the middle of a request and of long work. */
static void
test_exit (gconstpointer data)
{
  gboolean with_shutdown = GPOINTER_TO_INT (data);

  if (g_test_subprocess ())
    {
      g_autoptr (GAsyncResult) done = NULL;
      g_autoptr (GError) error = NULL;
      GraphbitRuntime *runtime;
      static Hold work;
      Fixture fixture;

      fixture_set_up (&fixture, NULL);
      fixture_step (&fixture, "{\"stall\": true}");
      graphbit_llm_client_complete_async (fixture.client, "x", NULL, NULL, keep_result, &done);
      g_assert_true (graphbit_mock_server_wait_for_stalled (fixture.server, 1, PATIENCE_MS));
      if (with_shutdown)
        graphbit_shutdown ();
      else
        {
          hold_init (&work);
          runtime = graphbit_runtime_get (&error);
          g_assert_true (graphbit_runtime_push_work (runtime, hold, &work));
          hold_wait (&work, 1);
          graphbit_runtime_unref (runtime);
        }
      g_print ("leaving\n");
      exit (0);
    }

  g_test_trap_subprocess (NULL, EXIT_PATIENCE, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*leaving*");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/module/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("shutdown-and-reuse", test_shutdown_and_reuse);
  ADD ("many-threads", test_many_threads);
  ADD ("fork", test_fork);
#undef ADD
  g_test_add_func ("/module/fork-before-use", test_fork_before_use);
  g_test_add_data_func ("/module/exit", GINT_TO_POINTER (FALSE), test_exit);
  g_test_add_data_func ("/module/exit-after-shutdown", GINT_TO_POINTER (TRUE), test_exit);

  return g_test_run ();
}
