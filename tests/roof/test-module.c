/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <graphbit/graphbit.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "graphbit-clock-private.h"
#include "graphbit-mock-server.h"
#include "graphbit-runtime-private.h"
#include "graphbit-system-private.h"

#define PATIENCE_MS 20000
/* What a process that ends in the middle of things may take to do so, with much to spare: it does not hang. */
#define EXIT_PATIENCE (10 * G_USEC_PER_SEC)

/* Members */

static gint64
number (GVariant *dictionary,
        const char *name)
{
  gint64 value = -1;

  g_assert_true (g_variant_lookup (dictionary, name, "x", &value));
  return value;
}

static gboolean
truth (GVariant *dictionary,
       const char *name)
{
  gboolean value = FALSE;

  g_assert_true (g_variant_lookup (dictionary, name, "b", &value));
  return value;
}

static char *
text (GVariant *dictionary,
      const char *name)
{
  char *value = NULL;

  g_assert_true (g_variant_lookup (dictionary, name, "s", &value));
  return value;
}

static gint64
info_number (const char *name)
{
  g_autoptr (GVariant) info = graphbit_get_system_info ();

  return number (info, name);
}

static gboolean
info_truth (const char *name)
{
  g_autoptr (GVariant) info = graphbit_get_system_info ();

  return truth (info, name);
}

static gboolean
health_truth (const char *name)
{
  g_autoptr (GVariant) health = graphbit_health_check ();

  return truth (health, name);
}

/* The threads of this name that the kernel knows. */
static guint
count_threads (const char *name)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const char *task;
  guint n = 0;

  g_assert_nonnull (tasks);
  while ((task = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/task", task, "comm", NULL);
      g_autofree char *comm = NULL;

      if (g_file_get_contents (path, &comm, NULL, NULL) && g_str_equal (g_strchomp (comm), name))
        n++;
    }
  return n;
}

static void
configure (int worker_threads,
           int max_blocking_threads,
           int thread_stack_size_mb)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (graphbit_configure_runtime (worker_threads, max_blocking_threads, thread_stack_size_mb, &error));
  g_assert_no_error (error);
}

static void
init (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (graphbit_init (NULL, FALSE, FALSE, &error));
  g_assert_no_error (error);
}

static void
reset (void)
{
  graphbit_shutdown ();
  configure (0, 0, 0);
}

/* What is told */

static void
test_system_info (void)
{
  g_autoptr (GVariant) info = graphbit_get_system_info ();
  g_autofree char *version = text (info, "version");
  g_autofree char *glib_version = text (info, "glib_version");
  g_autofree char *libsoup_version = text (info, "libsoup_version");
  g_autofree char *json_glib_version = text (info, "json_glib_version");
  g_autofree char *target = text (info, "build_target");
  g_autofree char *profile = text (info, "build_profile");
  g_autofree char *linked = g_strdup_printf ("%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);

  g_assert_cmpstr (version, ==, GRAPHBIT_VERSION_S);
  g_assert_cmpstr (glib_version, ==, linked);
  g_assert_true (g_str_has_prefix (libsoup_version, "3."));
  g_assert_cmpstr (json_glib_version, ==, JSON_VERSION_S);
  g_assert_cmpint (number (info, "cpu_count"), ==, g_get_num_processors ());
  g_assert_nonnull (strstr (target, "-linux"));
  g_assert_cmpstr (profile, ==, GRAPHBIT_BUILD_PROFILE);

  /* it starts nothing */
  g_assert_false (truth (info, "runtime_initialized"));
  g_assert_cmpint (number (info, "runtime_uptime_seconds"), ==, 0);
  g_assert_cmpint (number (info, "runtime_worker_threads"), ==, 0);
  g_assert_cmpint (number (info, "runtime_blocking_threads"), ==, 0);
  g_assert_cmpint (number (info, "runtime_max_blocking_threads"), ==, g_get_num_processors ());
  g_assert_cmpint (number (info, "runtime_thread_stack_size_mb"), >, 0);
  g_assert_cmpuint (count_threads ("graphbit-io"), ==, 0);

  init ();
  g_assert_true (info_truth ("runtime_initialized"));
  g_assert_cmpint (info_number ("runtime_worker_threads"), ==, 1);
  g_assert_cmpuint (count_threads ("graphbit-io"), ==, 1);
  reset ();
  g_assert_false (info_truth ("runtime_initialized"));
  g_assert_cmpint (info_number ("runtime_worker_threads"), ==, 0);
  g_assert_cmpuint (count_threads ("graphbit-io"), ==, 0);
}

static void
test_uptime (void)
{
  graphbit_clock_set_virtual (TRUE);
  init ();
  g_assert_cmpint (info_number ("runtime_uptime_seconds"), ==, 0);
  graphbit_clock_advance (90 * G_USEC_PER_SEC);
  init ();
  g_assert_cmpint (info_number ("runtime_uptime_seconds"), ==, 90);
  graphbit_shutdown ();
  g_assert_cmpint (info_number ("runtime_uptime_seconds"), ==, 0);
  init ();
  g_assert_cmpint (info_number ("runtime_uptime_seconds"), ==, 0);
  graphbit_clock_set_virtual (FALSE);
  reset ();
}

/* The allocator of another process, with what is loaded before the C library there. */
static void
test_allocator (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (GVariant) info = graphbit_get_system_info ();
      g_autofree char *allocator = text (info, "memory_allocator");

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
      reset ();
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

static void
test_unknown_level (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (graphbit_init ("loud", FALSE, FALSE, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "loud"));
  g_assert_false (info_truth ("runtime_initialized"));
}

/* The set-up */

static void
refuse (int worker_threads,
        int max_blocking_threads,
        int thread_stack_size_mb,
        GraphbitError code,
        const char *named)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (graphbit_configure_runtime (worker_threads, max_blocking_threads, thread_stack_size_mb, &error));
  g_assert_error (error, GRAPHBIT_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, named));
}

static void
test_configure_is_refused (void)
{
  configure (2, 3, 4);
  refuse (-1, 0, 0, GRAPHBIT_ERROR_INVALID_ARGUMENT, "worker_threads");
  refuse (257, 0, 0, GRAPHBIT_ERROR_INVALID_ARGUMENT, "worker_threads");
  refuse (0, -1, 0, GRAPHBIT_ERROR_INVALID_ARGUMENT, "max_blocking_threads");
  refuse (0, 1025, 0, GRAPHBIT_ERROR_INVALID_ARGUMENT, "max_blocking_threads");
  refuse (0, 0, G_MININT, GRAPHBIT_ERROR_INVALID_ARGUMENT, "thread_stack_size_mb");
  refuse (0, 0, 1025, GRAPHBIT_ERROR_INVALID_ARGUMENT, "thread_stack_size_mb");

  /* what was refused changed nothing */
  init ();
  g_assert_cmpint (info_number ("runtime_worker_threads"), ==, 2);
  refuse (1, 1, 1, GRAPHBIT_ERROR_FAILED_PRECONDITION, "shut down");
  g_assert_cmpint (info_number ("runtime_max_blocking_threads"), ==, 3);
  reset ();
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

  configure (3, 2, 16);
  g_assert_cmpint (info_number ("runtime_worker_threads"), ==, 0);
  g_assert_cmpint (info_number ("runtime_max_blocking_threads"), ==, 2);
  g_assert_cmpint (info_number ("runtime_thread_stack_size_mb"), ==, 16);

  init ();
  g_assert_cmpint (info_number ("runtime_worker_threads"), ==, 3);
  g_assert_cmpuint (count_threads ("graphbit-io"), ==, 3);
  g_assert_cmpint (info_number ("runtime_thread_stack_size_mb"), ==, 16);

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
  init ();
  g_assert_cmpint (info_number ("runtime_worker_threads"), ==, 3);
  reset ();
  init ();
  g_assert_cmpint (info_number ("runtime_worker_threads"), ==, 1);
  reset ();
}

/* Long work that ends when it is told to. */
typedef struct
{
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  guint n_running; /* all under the mutex */
  guint most;
  guint n_done;
  gboolean may_end;
} Hold;

static void
hold_init (Hold *self)
{
  *self = (Hold) { 0 };
  pthread_mutex_init (&self->mutex, NULL);
  pthread_cond_init (&self->changed, NULL);
}

static void
hold_clear (Hold *self)
{
  pthread_cond_destroy (&self->changed);
  pthread_mutex_destroy (&self->mutex);
}

static void
hold (gpointer data,
      gpointer unused)
{
  Hold *self = data;

  pthread_mutex_lock (&self->mutex);
  self->n_running++;
  self->most = MAX (self->most, self->n_running);
  pthread_cond_broadcast (&self->changed);
  while (!self->may_end)
    pthread_cond_wait (&self->changed, &self->mutex);
  self->n_running--;
  self->n_done++;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->mutex);
}

static void
hold_wait (Hold *self,
           guint n)
{
  pthread_mutex_lock (&self->mutex);
  while (self->n_running < n)
    pthread_cond_wait (&self->changed, &self->mutex);
  pthread_mutex_unlock (&self->mutex);
}

static void
hold_end (Hold *self)
{
  pthread_mutex_lock (&self->mutex);
  self->may_end = TRUE;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->mutex);
}

static void
test_blocking_threads (void)
{
  g_autoptr (GError) error = NULL;
  GraphbitRuntime *runtime;
  Hold work;

  hold_init (&work);
  configure (0, 2, 0);
  runtime = graphbit_runtime_get (&error);
  g_assert_no_error (error);
  for (guint i = 0; i < 5; i++)
    g_assert_true (graphbit_runtime_push_work (runtime, hold, &work));
  hold_wait (&work, 2);
  g_assert_cmpint (info_number ("runtime_blocking_threads"), ==, 2);
  g_assert_cmpuint (count_threads ("graphbit-pool"), ==, 2);

  /* the end of the generation waits for what was taken */
  hold_end (&work);
  graphbit_shutdown ();
  g_assert_cmpuint (work.n_done, ==, 5);
  g_assert_cmpuint (work.most, ==, 2);
  g_assert_false (graphbit_runtime_push_work (runtime, hold, &work));
  graphbit_runtime_unref (runtime);
  g_assert_cmpuint (count_threads ("graphbit-pool"), ==, 0);
  hold_clear (&work);
  reset ();
}

/* Health */

static void
test_healthy (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GVariant) health = graphbit_health_check ();
      gint64 now = g_get_real_time () / G_USEC_PER_SEC;

      if (!truth (health, "tls_available") || number (health, "available_memory_mb") <= 100)
        {
          g_test_skip ("this machine is not well");
          break;
        }
      g_assert_true (truth (health, "overall_healthy"));
      g_assert_true (truth (health, "runtime_healthy"));
      g_assert_true (truth (health, "worker_threads_ok"));
      g_assert_true (truth (health, "blocking_threads_ok"));
      g_assert_true (truth (health, "memory_healthy"));
      g_assert_cmpint (number (health, "total_memory_mb"), >=, number (health, "available_memory_mb"));
      g_assert_cmpint (ABS (number (health, "timestamp") - now), <=, 60);

      /* it started nothing; and now with threads */
      g_assert_true (info_truth ("runtime_initialized") == (i > 0));
      if (i == 0)
        {
          configure (4, 0, 0);
          init ();
        }
    }
  reset ();
}

typedef struct
{
  GraphbitJob job;
  Hold *hold;
} StuckJob;

static void
stick (GraphbitIo *io,
       GraphbitJob *job)
{
  hold (((StuckJob *) job)->hold, NULL);
}

static void
test_stuck_thread (void)
{
  g_autoptr (GError) error = NULL;
  GraphbitRuntime *runtime;
  StuckJob job = { 0 };
  Hold thread;

  hold_init (&thread);
  configure (2, 0, 0);
  runtime = graphbit_runtime_get (&error);
  job.job.run = stick;
  job.hold = &thread;
  g_assert_true (graphbit_io_submit (graphbit_runtime_get_io (runtime, 1), &job.job));
  hold_wait (&thread, 1);
  {
    g_autoptr (GVariant) health = graphbit_health_check ();

    g_assert_false (truth (health, "overall_healthy"));
    g_assert_false (truth (health, "runtime_healthy"));
    g_assert_false (truth (health, "worker_threads_ok"));
    g_assert_true (truth (health, "blocking_threads_ok"));
  }

  /* and well again; the question that was answered too late does no harm */
  hold_end (&thread);
  g_assert_true (health_truth ("worker_threads_ok"));
  g_assert_true (health_truth ("runtime_healthy"));
  graphbit_runtime_unref (runtime);
  reset ();
  hold_clear (&thread);
}

static void
test_saturated_pool (void)
{
  g_autoptr (GError) error = NULL;
  GraphbitRuntime *runtime;
  Hold work;

  hold_init (&work);
  graphbit_clock_set_virtual (TRUE);
  configure (0, 1, 0);
  runtime = graphbit_runtime_get (&error);
  g_assert_true (graphbit_runtime_push_work (runtime, hold, &work));
  hold_wait (&work, 1);
  graphbit_clock_advance (G_USEC_PER_SEC * 60);
  g_assert_true (health_truth ("blocking_threads_ok")); /* busy, but nothing waits */

  g_assert_true (graphbit_runtime_push_work (runtime, hold, &work));
  graphbit_clock_advance (G_USEC_PER_SEC);
  g_assert_true (health_truth ("blocking_threads_ok"));
  graphbit_clock_advance (1);
  g_assert_false (health_truth ("blocking_threads_ok"));
  g_assert_false (health_truth ("overall_healthy"));

  hold_end (&work);
  graphbit_runtime_unref (runtime);
  graphbit_clock_set_virtual (FALSE);
  reset ();
  g_assert_cmpuint (work.n_done, ==, 2);
  g_assert_true (health_truth ("blocking_threads_ok"));
  hold_clear (&work);
}

static void
put (const char *root,
     const char *path,
     const char *content)
{
  g_autofree char *full = g_build_filename (root, path, NULL);
  g_autofree char *folder = g_path_get_dirname (full);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (full, content, -1, &error);
  g_assert_no_error (error);
}

static void
assert_memory (const char *root,
               gint64 total,
               gint64 available,
               gboolean is_healthy)
{
  g_autoptr (GVariant) health = NULL;

  graphbit_system_root = root;
  health = graphbit_health_check ();
  graphbit_system_root = NULL;
  g_assert_cmpint (number (health, "total_memory_mb"), ==, total);
  g_assert_cmpint (number (health, "available_memory_mb"), ==, available);
  g_assert_true (truth (health, "memory_healthy") == is_healthy);
  if (!is_healthy)
    g_assert_false (truth (health, "overall_healthy"));
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

static void
test_memory (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *root = g_dir_make_tmp ("graphbit-XXXXXX", &error);

  g_assert_no_error (error);
  assert_memory (root, 0, 0, FALSE);
  put (root, "proc/meminfo", "Mem");
  assert_memory (root, 0, 0, FALSE);
  put (root, "proc/meminfo", "MemTotal:       8192000 kB\nMemFree:  1 kB\nMemAvailable:    4096000 kB\n");
  assert_memory (root, 8000, 4000, TRUE);
  put (root, "proc/meminfo", "MemTotal:       8192000 kB\nMemFree:  1 kB\nMemAvailable:    103423 kB\n");
  assert_memory (root, 8000, 100, FALSE);

  /* a control group around that of the process limits it */
  put (root, "proc/meminfo", "MemTotal:       8192000 kB\nMemAvailable:    4096000 kB\n");
  put (root, "proc/self/cgroup", "1:name=systemd:/old\n0::/outer/inner\n");
  put (root, "sys/fs/cgroup/outer/inner/memory.max", "max\n");
  put (root, "sys/fs/cgroup/outer/inner/memory.current", "1048576\n");
  assert_memory (root, 8000, 4000, TRUE);
  put (root, "sys/fs/cgroup/outer/memory.max", "536870912\n");
  put (root, "sys/fs/cgroup/outer/memory.current", "104857600\n");
  assert_memory (root, 512, 412, TRUE);
  put (root, "sys/fs/cgroup/outer/memory.current", "536870912\n");
  assert_memory (root, 512, 0, FALSE);
  remove_tree (root);
}

static void
test_no_tls (void)
{
  if (g_test_subprocess ())
    {
      g_assert_false (health_truth ("tls_available"));
      g_assert_false (health_truth ("overall_healthy"));
      return;
    }

  g_setenv ("GIO_USE_TLS", "dummy", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_unsetenv ("GIO_USE_TLS");
  g_test_trap_assert_passed ();
}

/* Where the system gives fewer threads than asked for, those do the work. */
static void
test_too_few_threads (void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  g_test_skip ("a sanitizer needs its address space");
#else
  if (g_test_subprocess ())
    {
      const struct rlimit limit = { (rlim_t) 2 << 30, (rlim_t) 2 << 30 };

      g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR); /* it warns */
      configure (4, 0, 768);
      g_assert_cmpint (setrlimit (RLIMIT_AS, &limit), ==, 0);
      init ();
      g_assert_cmpint (info_number ("runtime_worker_threads"), >, 0);
      g_assert_cmpint (info_number ("runtime_worker_threads"), <, 4);
      g_assert_cmpint (info_number ("runtime_worker_threads"), ==, count_threads ("graphbit-io"));
      g_assert_true (health_truth ("runtime_healthy"));
      g_assert_false (health_truth ("worker_threads_ok"));
      g_assert_false (health_truth ("overall_healthy"));
      graphbit_shutdown ();

      /* and a stack that there is no room for is refused when it is asked for */
      g_assert_nonnull (mmap (NULL, (gsize) 1 << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
      refuse (0, 0, 1024, GRAPHBIT_ERROR_INVALID_ARGUMENT, "1024 MB");
      return;
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*only * of 4 I/O threads*");
#endif
}

/* The end, and what comes after it */

typedef struct
{
  GraphbitMockServer *server;
  GraphbitLlmClient *client;
} Fixture;

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  g_autoptr (GraphbitLlmConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  fixture->server = graphbit_mock_server_new ();
  g_assert_true (graphbit_mock_server_start (fixture->server, &error));
  g_assert_no_error (error);
  config = graphbit_llm_config_new_openai ("key", "gpt-4o-mini", &error);
  g_assert_no_error (error);
  graphbit_llm_config_set_base_url (config, graphbit_mock_server_get_base_url (fixture->server));
  fixture->client = graphbit_llm_client_new (config);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  g_clear_object (&fixture->client);
  graphbit_mock_server_stop (fixture->server);
  g_clear_object (&fixture->server);
}

static void
step (Fixture *fixture,
      const char *json)
{
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_add_step (fixture->server, json, &error);
  g_assert_no_error (error);
}

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
  step (fixture, "{\"stall\": true}");
  graphbit_llm_client_complete_async (fixture->client, "x", NULL, NULL, keep_result, &done);
  g_assert_true (graphbit_mock_server_wait_for_stalled (fixture->server, 1, PATIENCE_MS));
  graphbit_shutdown ();
  g_assert_cmpuint (count_threads ("graphbit-io"), ==, 0);
  g_assert_true (graphbit_mock_server_wait_for_open_connections (fixture->server, 0, PATIENCE_MS));

  /* it did not wait for this context, which has not run yet */
  g_assert_null (done);
  while (done == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (graphbit_llm_client_complete_finish (fixture->client, done, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  configure (2, 0, 2);
  assert_works (fixture);
  g_assert_cmpint (info_number ("runtime_worker_threads"), ==, 2);
  g_assert_true (health_truth ("runtime_healthy"));
  reset ();
}

/* Servers have their places on different threads, and all of them work at once. */
static void
test_many_threads (Fixture *fixture,
                   gconstpointer data)
{
  Fixture others[6];
  GAsyncResult *done[G_N_ELEMENTS (others)] = { NULL };

  configure (4, 0, 0);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      set_up (&others[i], NULL);
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
      tear_down (&others[i], NULL);
    }
  g_assert_cmpuint (count_threads ("graphbit-io"), ==, 4);
  reset ();
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

  return !truth (info, "runtime_initialized") && number (info, "runtime_worker_threads") == 0 &&
         !truth (health, "runtime_healthy") && !truth (health, "overall_healthy");
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

      g_assert_false (info_truth ("runtime_initialized"));
      g_assert_true (health_truth ("runtime_healthy"));
      configure (2, 0, 0);
      child = fork ();
      if (child == 0)
        {
          alarm (PATIENCE_MS / 1000);
          set_up (&fixture, NULL);
          assert_works (&fixture);
          g_assert_cmpint (info_number ("runtime_worker_threads"), ==, 2);
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

      set_up (&fixture, NULL);
      step (&fixture, "{\"stall\": true}");
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

  g_test_add_func ("/module/system-info", test_system_info);
  g_test_add_func ("/module/uptime", test_uptime);
  g_test_add_func ("/module/allocator", test_allocator);
  g_test_add_func ("/module/log", test_log);
  g_test_add_func ("/module/log-is-shown", test_log_is_shown);
  g_test_add_func ("/module/unknown-level", test_unknown_level);
  g_test_add_func ("/module/configure-is-refused", test_configure_is_refused);
  g_test_add_func ("/module/configure-takes-effect", test_configure_takes_effect);
  g_test_add_func ("/module/blocking-threads", test_blocking_threads);
  g_test_add_func ("/module/healthy", test_healthy);
  g_test_add_func ("/module/stuck-thread", test_stuck_thread);
  g_test_add_func ("/module/saturated-pool", test_saturated_pool);
  g_test_add_func ("/module/memory", test_memory);
  g_test_add_func ("/module/no-tls", test_no_tls);
  g_test_add_func ("/module/too-few-threads", test_too_few_threads);
#define ADD(name, func) g_test_add ("/module/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("shutdown-and-reuse", test_shutdown_and_reuse);
  ADD ("many-threads", test_many_threads);
  ADD ("fork", test_fork);
#undef ADD
  g_test_add_func ("/module/fork-before-use", test_fork_before_use);
  g_test_add_data_func ("/module/exit", GINT_TO_POINTER (FALSE), test_exit);
  g_test_add_data_func ("/module/exit-after-shutdown", GINT_TO_POINTER (TRUE), test_exit);

  return g_test_run ();
}
