/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "module-support.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "graphbit-clock-private.h"
#include "graphbit-runtime-private.h"

/* What is told */

static void
test_system_info (void)
{
  g_autoptr (GVariant) info = graphbit_get_system_info ();
  g_autofree char *version = module_text (info, "version");
  g_autofree char *glib_version = module_text (info, "glib_version");
  g_autofree char *libsoup_version = module_text (info, "libsoup_version");
  g_autofree char *json_glib_version = module_text (info, "json_glib_version");
  g_autofree char *target = module_text (info, "build_target");
  g_autofree char *profile = module_text (info, "build_profile");
  g_autofree char *linked = g_strdup_printf ("%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);

  g_assert_cmpstr (version, ==, GRAPHBIT_VERSION_S);
  g_assert_cmpstr (glib_version, ==, linked);
  g_assert_true (g_str_has_prefix (libsoup_version, "3."));
  g_assert_cmpstr (json_glib_version, ==, JSON_VERSION_S);
  g_assert_cmpint (module_number (info, "cpu_count"), ==, g_get_num_processors ());
  g_assert_nonnull (strstr (target, "-linux"));
  g_assert_cmpstr (profile, ==, GRAPHBIT_BUILD_PROFILE);

  /* it starts nothing */
  g_assert_false (module_truth (info, "runtime_initialized"));
  g_assert_cmpint (module_number (info, "runtime_uptime_seconds"), ==, 0);
  g_assert_cmpint (module_number (info, "runtime_worker_threads"), ==, 0);
  g_assert_cmpint (module_number (info, "runtime_blocking_threads"), ==, 0);
  g_assert_cmpint (module_number (info, "runtime_max_blocking_threads"), ==, g_get_num_processors ());
  g_assert_cmpint (module_number (info, "runtime_thread_stack_size_mb"), >, 0);
  g_assert_cmpuint (module_count_threads ("graphbit-io"), ==, 0);

  module_init ();
  g_assert_true (module_info_truth ("runtime_initialized"));
  g_assert_cmpint (module_info_number ("runtime_worker_threads"), ==, 1);
  g_assert_cmpuint (module_count_threads ("graphbit-io"), ==, 1);
  module_reset ();
  g_assert_false (module_info_truth ("runtime_initialized"));
  g_assert_cmpint (module_info_number ("runtime_worker_threads"), ==, 0);
  g_assert_cmpuint (module_count_threads ("graphbit-io"), ==, 0);
}

static void
test_uptime (void)
{
  graphbit_clock_set_virtual (TRUE);
  module_init ();
  g_assert_cmpint (module_info_number ("runtime_uptime_seconds"), ==, 0);
  graphbit_clock_advance (90 * G_USEC_PER_SEC);
  module_init ();
  g_assert_cmpint (module_info_number ("runtime_uptime_seconds"), ==, 90);
  graphbit_shutdown ();
  g_assert_cmpint (module_info_number ("runtime_uptime_seconds"), ==, 0);
  module_init ();
  g_assert_cmpint (module_info_number ("runtime_uptime_seconds"), ==, 0);
  graphbit_clock_set_virtual (FALSE);
  module_reset ();
}

/* The allocator of another process, with what is loaded before the C library there. */
static void
test_allocator (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (GVariant) info = graphbit_get_system_info ();
      g_autofree char *allocator = module_text (info, "memory_allocator");

      g_print ("allocator %s.\n", allocator);
      return;
    }

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  {
    g_autofree char *other = g_test_build_filename (G_TEST_BUILT, "roof", "liballocator.so", NULL);
    g_autofree char *preloaded = g_strdup (g_getenv ("LD_PRELOAD"));

    if (preloaded != NULL)
      {
        g_test_skip ("something is loaded before the C library already");
        return;
      }
    g_test_trap_subprocess (NULL, 0, 0);
    g_test_trap_assert_passed ();
    g_test_trap_assert_stdout ("*allocator glibc.*");

    g_setenv ("LD_PRELOAD", other, TRUE);
    g_test_trap_subprocess (NULL, 0, 0);
    g_unsetenv ("LD_PRELOAD");
    g_test_trap_assert_passed ();
    g_test_trap_assert_stdout ("*allocator allocator.*");
  }
#else
  g_test_skip ("malloc () is the sanitizer's");
#endif
}

/* The log */

static GMutex log_mutex;
static GString *logged; /* "level name, message\n" */

static GLogWriterOutput
write_log (GLogLevelFlags level,
           const GLogField *fields,
           gsize n_fields,
           gpointer data)
{
  const char *domain = "";
  const char *name = "";
  const char *message = "";

  for (gsize i = 0; i < n_fields; i++)
    {
      if (g_str_equal (fields[i].key, "GLIB_DOMAIN"))
        domain = fields[i].value;
      else if (g_str_equal (fields[i].key, "GRAPHBIT_LEVEL"))
        name = fields[i].value;
      else if (g_str_equal (fields[i].key, "MESSAGE"))
        message = fields[i].value;
    }
  if (!g_str_equal (domain, "graphbit"))
    return g_log_writer_default (level, fields, n_fields, data);

  g_mutex_lock (&log_mutex);
  g_string_append_printf (logged, "%s %s\n", name, message);
  g_mutex_unlock (&log_mutex);
  return G_LOG_WRITER_HANDLED;
}

/* Runs a workflow of one node. Takes what was logged meanwhile. */
static char *
log_of_a_run (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("logged");
  g_autoptr (GraphbitNode) node = GRAPHBIT_NODE (graphbit_transform_node_new ("only", GRAPHBIT_TRANSFORMATION_TRIM));
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;

  graphbit_workflow_add_node (workflow, node, &error);
  g_assert_no_error (error);
  g_string_truncate (logged, 0);
  result = graphbit_executor_execute (executor, workflow, NULL, NULL, &error);
  g_assert_no_error (error);
  return g_strdup (logged->str);
}

static void
test_log (void)
{
  static const struct
  {
    const char *level;
    gboolean enable_tracing;
    gboolean debug;
    const char *wanted[3]; /* whether there are messages of info, debug, trace */
  } cases[] = {
    { NULL, FALSE, FALSE, { NULL, NULL, NULL } },
    { "error", FALSE, FALSE, { NULL, NULL, NULL } },
    { "warn", TRUE, TRUE, { NULL, NULL, NULL } },
    { "info", FALSE, FALSE, { "info run ", NULL, NULL } },
    { NULL, FALSE, TRUE, { "info run ", "debug run ", NULL } },
    { NULL, FALSE, FALSE, { "info run ", "debug run ", NULL } }, /* stays */
    { NULL, TRUE, FALSE, { "info run ", "debug run ", "trace run " } },
    { "DEBUG", TRUE, FALSE, { "info run ", "debug run ", NULL } },
    { "trace", FALSE, FALSE, { "info run ", "debug run ", "trace run " } },
    { "warn", FALSE, FALSE, { NULL, NULL, NULL } },
  };
  static const char *const names[] = { "info ", "debug ", "trace " };

  if (g_test_subprocess ())
    {
      logged = g_string_new (NULL);
      g_log_set_writer_func (write_log, NULL, NULL);
      for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        {
          g_autoptr (GError) error = NULL;
          g_autofree char *log = NULL;

          g_assert_true (graphbit_init (cases[i].level, cases[i].enable_tracing, cases[i].debug, &error));
          g_assert_no_error (error);
          log = log_of_a_run ();
          for (guint j = 0; j < G_N_ELEMENTS (names); j++)
            if (cases[i].wanted[j] != NULL)
              g_assert_nonnull (strstr (log, cases[i].wanted[j]));
            else
              g_assert_null (strstr (log, names[j]));
        }
      module_reset ();
      g_string_free (logged, TRUE);
      return;
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

/* GLib's own writer, as a program without one of its own has it. */
static void
test_log_is_shown (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *log = NULL;

      logged = g_string_new (NULL);
      g_assert_true (graphbit_init ("info", FALSE, FALSE, &error));
      log = log_of_a_run ();
      g_string_free (logged, TRUE);
      graphbit_shutdown ();
      return;
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*logged* ended: workflow_completed*");
}

/* Not at the most talkative level, and not where the provider does. */
static void
test_log_tells_no_secrets (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *answer = NULL;
      g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("asked");
      g_autoptr (GraphbitNode) node = GRAPHBIT_NODE (graphbit_agent_node_new ("agent", "my marker of a prompt"));
      g_autoptr (GraphbitExecutor) executor = NULL;
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      Fixture fixture;

      logged = g_string_new (NULL);
      g_log_set_writer_func (write_log, NULL, NULL);
      g_assert_true (graphbit_init ("trace", FALSE, FALSE, &error));
      fixture_set_up (&fixture, NULL);
      fixture_step (&fixture, "{\"status\": 401, \"body\": \"{\\\"error\\\": {\\\"message\\\": \\\"No such key: " FIXTURE_KEY "\\\"}}\"}");
      answer = graphbit_llm_client_complete (fixture.client, "my marker of a prompt", NULL, NULL, &error);
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
      g_clear_error (&error);

      executor = graphbit_executor_new (graphbit_llm_client_get_config (fixture.client));
      graphbit_workflow_add_node (workflow, node, &error);
      g_assert_no_error (error);
      result = graphbit_executor_execute (executor, workflow, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (graphbit_workflow_result_is_success (result));

      g_assert_nonnull (strstr (logged->str, "debug openai"));
      g_assert_nonnull (strstr (logged->str, "event node_completed"));
      g_assert_null (strstr (logged->str, "marker"));
      fixture_tear_down (&fixture, NULL);
      graphbit_shutdown ();
      g_string_free (logged, TRUE);
      return;
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

static void
test_unknown_level (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (graphbit_init ("loud", FALSE, FALSE, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "loud"));
  g_assert_false (module_info_truth ("runtime_initialized"));
}

/* The set-up */

static void
test_configure_is_refused (void)
{
  module_configure (2, 3, 4);
  module_refuse (-1, 0, 0, GRAPHBIT_ERROR_INVALID_ARGUMENT, "worker_threads");
  module_refuse (257, 0, 0, GRAPHBIT_ERROR_INVALID_ARGUMENT, "worker_threads");
  module_refuse (0, -1, 0, GRAPHBIT_ERROR_INVALID_ARGUMENT, "max_blocking_threads");
  module_refuse (0, 1025, 0, GRAPHBIT_ERROR_INVALID_ARGUMENT, "max_blocking_threads");
  module_refuse (0, 0, G_MININT, GRAPHBIT_ERROR_INVALID_ARGUMENT, "thread_stack_size_mb");
  module_refuse (0, 0, 1025, GRAPHBIT_ERROR_INVALID_ARGUMENT, "thread_stack_size_mb");

  /* what was refused changed nothing */
  module_init ();
  g_assert_cmpint (module_info_number ("runtime_worker_threads"), ==, 2);
  module_refuse (1, 1, 1, GRAPHBIT_ERROR_FAILED_PRECONDITION, "shut down");
  g_assert_cmpint (module_info_number ("runtime_max_blocking_threads"), ==, 3);
  module_reset ();
}

static void
tell_stack_size (GraphbitIo *io,
                 GraphbitJob *job)
{
  struct
  {
    GraphbitJob job;
    gsize size; /* atomic */
  } *asked = (gpointer) job;
  pthread_attr_t attributes;
  gsize size = 0;

  g_assert_cmpint (pthread_getattr_np (pthread_self (), &attributes), ==, 0);
  g_assert_cmpint (pthread_attr_getstacksize (&attributes, &size), ==, 0);
  pthread_attr_destroy (&attributes);
  __atomic_store_n (&asked->size, size, __ATOMIC_RELEASE);
}

static void
test_configure_takes_effect (void)
{
  g_autoptr (GError) error = NULL;
  GraphbitRuntime *runtime;
  struct
  {
    GraphbitJob job;
    gsize size;
  } asked[3] = { 0 };

  module_configure (3, 2, 16);
  g_assert_cmpint (module_info_number ("runtime_worker_threads"), ==, 0);
  g_assert_cmpint (module_info_number ("runtime_max_blocking_threads"), ==, 2);
  g_assert_cmpint (module_info_number ("runtime_thread_stack_size_mb"), ==, 16);

  module_init ();
  g_assert_cmpint (module_info_number ("runtime_worker_threads"), ==, 3);
  g_assert_cmpuint (module_count_threads ("graphbit-io"), ==, 3);
  g_assert_cmpint (module_info_number ("runtime_thread_stack_size_mb"), ==, 16);

  /* each has its own stack of this size, and each hash its own thread */
  runtime = graphbit_runtime_get (&error);
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      asked[i].job.run = tell_stack_size;
      g_assert_true (graphbit_io_submit (graphbit_runtime_get_io (runtime, i), &asked[i].job));
      for (guint j = 0; j < i; j++)
        g_assert_true (graphbit_runtime_get_io (runtime, i) != graphbit_runtime_get_io (runtime, j));
    }
  graphbit_runtime_unref (runtime);
  graphbit_shutdown ();
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    g_assert_cmpuint (asked[i].size, ==, 16 * 1024 * 1024);

  /* the set-up stays for the next generation, until another is made */
  module_init ();
  g_assert_cmpint (module_info_number ("runtime_worker_threads"), ==, 3);
  module_reset ();
  module_init ();
  g_assert_cmpint (module_info_number ("runtime_worker_threads"), ==, 1);
  module_reset ();
}

static void
test_blocking_threads (void)
{
  g_autoptr (GError) error = NULL;
  GraphbitRuntime *runtime;
  Hold work;

  hold_init (&work);
  module_configure (0, 2, 0);
  runtime = graphbit_runtime_get (&error);
  g_assert_no_error (error);
  for (guint i = 0; i < 5; i++)
    g_assert_true (graphbit_runtime_push_work (runtime, hold, &work));
  hold_wait (&work, 2);
  g_assert_cmpint (module_info_number ("runtime_blocking_threads"), ==, 2);
  g_assert_cmpuint (module_count_threads ("graphbit-pool"), ==, 2);

  /* the end of the generation waits for what was taken */
  hold_end (&work);
  graphbit_shutdown ();
  g_assert_cmpuint (work.n_done, ==, 5);
  g_assert_cmpuint (work.most, ==, 2);
  g_assert_false (graphbit_runtime_push_work (runtime, hold, &work));
  graphbit_runtime_unref (runtime);
  g_assert_cmpuint (module_count_threads ("graphbit-pool"), ==, 0);
  hold_clear (&work);
  module_reset ();
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/module/system-info", test_system_info);
  g_test_add_func ("/module/uptime", test_uptime);
  g_test_add_func ("/module/allocator", test_allocator);
  g_test_add_func ("/module/log", test_log);
  g_test_add_func ("/module/log-is-shown", test_log_is_shown);
  g_test_add_func ("/module/log-tells-no-secrets", test_log_tells_no_secrets);
  g_test_add_func ("/module/unknown-level", test_unknown_level);
  g_test_add_func ("/module/configure-is-refused", test_configure_is_refused);
  g_test_add_func ("/module/configure-takes-effect", test_configure_takes_effect);
  g_test_add_func ("/module/blocking-threads", test_blocking_threads);

  return g_test_run ();
}
