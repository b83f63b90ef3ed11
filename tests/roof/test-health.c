/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "module-support.h"

#include <glib/gstdio.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "graphbit-clock-private.h"
#include "graphbit-runtime-private.h"
#include "graphbit-system-private.h"

static void
assert_healthy (void)
{
  g_autoptr (GVariant) health = graphbit_health_check ();
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gboolean is_machine_well = module_truth (health, "tls_available") && module_truth (health, "memory_healthy");

  g_assert_true (module_truth (health, "runtime_healthy"));
  g_assert_true (module_truth (health, "worker_threads_ok"));
  g_assert_true (module_truth (health, "blocking_threads_ok"));
  g_assert_true (module_truth (health, "overall_healthy") == is_machine_well);
  g_assert_true (module_truth (health, "tls_available") == g_tls_backend_supports_tls (g_tls_backend_get_default ()));
  g_assert_cmpint (module_number (health, "available_memory_mb"), >, 0);
  g_assert_cmpint (module_number (health, "total_memory_mb"), >=, module_number (health, "available_memory_mb"));
  g_assert_cmpint (ABS (module_number (health, "timestamp") - now), <=, 60);
}

static void
test_healthy (void)
{
  assert_healthy ();
  g_assert_false (module_info_truth ("runtime_initialized")); /* it starts nothing */

  module_configure (4, 0, 0);
  module_init ();
  assert_healthy ();
  module_reset ();
  assert_healthy ();
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
  module_configure (2, 0, 0);
  runtime = graphbit_runtime_get (&error);
  job.job.run = stick;
  job.hold = &thread;
  g_assert_true (graphbit_io_submit (graphbit_runtime_get_io (runtime, 1), &job.job));
  hold_wait (&thread, 1);
  {
    g_autoptr (GVariant) health = graphbit_health_check ();

    g_assert_false (module_truth (health, "overall_healthy"));
    g_assert_false (module_truth (health, "runtime_healthy"));
    g_assert_false (module_truth (health, "worker_threads_ok"));
    g_assert_true (module_truth (health, "blocking_threads_ok"));
  }

  /* and well again; the question that was answered too late does no harm */
  hold_end (&thread);
  g_assert_true (module_health_truth ("worker_threads_ok"));
  g_assert_true (module_health_truth ("runtime_healthy"));
  graphbit_runtime_unref (runtime);
  module_reset ();
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
  module_configure (0, 1, 0);
  runtime = graphbit_runtime_get (&error);
  g_assert_true (graphbit_runtime_push_work (runtime, hold, &work));
  hold_wait (&work, 1);
  graphbit_clock_advance (G_USEC_PER_SEC * 60);
  g_assert_true (module_health_truth ("blocking_threads_ok")); /* busy, but nothing waits */

  g_assert_true (graphbit_runtime_push_work (runtime, hold, &work));
  graphbit_clock_advance (G_USEC_PER_SEC);
  g_assert_true (module_health_truth ("blocking_threads_ok"));
  graphbit_clock_advance (1);
  g_assert_false (module_health_truth ("blocking_threads_ok"));
  g_assert_false (module_health_truth ("overall_healthy"));

  hold_end (&work);
  graphbit_runtime_unref (runtime);
  graphbit_clock_set_virtual (FALSE);
  module_reset ();
  g_assert_cmpuint (work.n_done, ==, 2);
  g_assert_true (module_health_truth ("blocking_threads_ok"));
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
  g_assert_cmpint (module_number (health, "total_memory_mb"), ==, total);
  g_assert_cmpint (module_number (health, "available_memory_mb"), ==, available);
  g_assert_true (module_truth (health, "memory_healthy") == is_healthy);
  if (!is_healthy)
    g_assert_false (module_truth (health, "overall_healthy"));
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
      g_assert_false (module_health_truth ("tls_available"));
      g_assert_false (module_health_truth ("overall_healthy"));
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
      module_configure (4, 0, 768);
      g_assert_cmpint (setrlimit (RLIMIT_AS, &limit), ==, 0);
      module_init ();
      g_assert_cmpint (module_info_number ("runtime_worker_threads"), >, 0);
      g_assert_cmpint (module_info_number ("runtime_worker_threads"), <, 4);
      g_assert_cmpint (module_info_number ("runtime_worker_threads"), ==, module_count_threads ("graphbit-io"));
      g_assert_true (module_health_truth ("runtime_healthy"));
      g_assert_false (module_health_truth ("worker_threads_ok"));
      g_assert_false (module_health_truth ("overall_healthy"));
      graphbit_shutdown ();

      /* and a stack that there is no room for is refused when it is asked for */
      g_assert_nonnull (mmap (NULL, (gsize) 1 << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
      module_refuse (0, 0, 1024, GRAPHBIT_ERROR_INVALID_ARGUMENT, "1024 MB");
      return;
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*only * of 4 I/O threads*");
#endif
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/health/healthy", test_healthy);
  g_test_add_func ("/health/stuck-thread", test_stuck_thread);
  g_test_add_func ("/health/saturated-pool", test_saturated_pool);
  g_test_add_func ("/health/memory", test_memory);
  g_test_add_func ("/health/no-tls", test_no_tls);
  g_test_add_func ("/health/too-few-threads", test_too_few_threads);

  return g_test_run ();
}
