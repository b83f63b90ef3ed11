/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-module.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "graphbit-clock-private.h"
#include "graphbit-endpoint-private.h"
#include "graphbit-error.h"
#include "graphbit-http-transport-private.h"
#include "graphbit-log-private.h"
#include "graphbit-runtime-private.h"
#include "graphbit-system-private.h"

/* With less than this, in megabytes, the memory is not healthy any more. */
#define MEMORY_NEEDED_MB 100

/**
 * graphbit_init:
 * @log_level: (nullable): `trace`, `debug`, `info`, `warn` or `error`; %NULL
 *   leaves it to the other arguments
 * @enable_tracing: whether to log at the level `trace` if @log_level is %NULL
 * @debug: whether to log at the level `debug` if @log_level is %NULL
 * @error: return location for an error, or %NULL
 *
 * Starts the library's threads, and sets what it logs.
 *
 * There is no need to call it: the threads start with the first operation. It
 * can be called any number of times; what is running stays as it is. A program
 * that forks and uses the library in its children must not call it before.
 *
 * The library logs through GLib, structured, with the domain `graphbit` and the
 * level by the above name in the field `GRAPHBIT_LEVEL`. `warn` and `error` are
 * warnings and critical messages, `info` tells of runs and of the library's
 * threads, `debug` of nodes and model calls as well, `trace` of the events of
 * a run. Keys, prompts and answers are in none of them. GLib leaves out what is
 * less than a message unless `G_MESSAGES_DEBUG` asks for it; asking for it here
 * does the same, as [func@GLib.log_set_debug_enabled], and so for the whole
 * program.
 *
 * Without a level the last one stays, and in the beginning that is `warn`, or
 * `debug` if `G_MESSAGES_DEBUG` names `graphbit` or `all`.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if there is no such level, and
 * with %GRAPHBIT_ERROR_FAILED_PRECONDITION in a process forked from one that
 * had used the library.
 *
 * Returns: %TRUE if the library can be used
 *
 * Since: 1.0
 */
gboolean
graphbit_init (const char *log_level,
               gboolean enable_tracing,
               gboolean debug,
               GError **error)
{
  GraphbitLogLevel level = enable_tracing ? GRAPHBIT_LOG_LEVEL_TRACE : GRAPHBIT_LOG_LEVEL_DEBUG;
  GraphbitRuntime *runtime;

  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (log_level != NULL && !graphbit_log_level_from_name (log_level, &level))
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("“%s” is no log level: take trace, debug, info, warn or error"), log_level);
      return FALSE;
    }

  runtime = graphbit_runtime_get (error);
  if (runtime == NULL)
    return FALSE;

  if (log_level != NULL || enable_tracing || debug)
    graphbit_log_set_level (level);
  graphbit_runtime_get_io (runtime, 0);
  graphbit_runtime_unref (runtime);
  return TRUE;
}

/**
 * graphbit_version:
 *
 * Gets the version of the library that runs, which may be newer than the
 * headers compiled against.
 *
 * Returns: the version, such as `1.0.0`
 *
 * Since: 1.0
 */
const char *
graphbit_version (void)
{
  return GRAPHBIT_VERSION_S;
}

/**
 * graphbit_get_major_version:
 *
 * Gets the major version of the library that runs.
 *
 * Returns: the first part of [func@version]
 *
 * Since: 1.0
 */
guint
graphbit_get_major_version (void)
{
  return GRAPHBIT_MAJOR_VERSION;
}

/**
 * graphbit_get_minor_version:
 *
 * Gets the minor version of the library that runs.
 *
 * Returns: the second part of [func@version]
 *
 * Since: 1.0
 */
guint
graphbit_get_minor_version (void)
{
  return GRAPHBIT_MINOR_VERSION;
}

/**
 * graphbit_get_micro_version:
 *
 * Gets the micro version of the library that runs.
 *
 * Returns: the third part of [func@version]
 *
 * Since: 1.0
 */
guint
graphbit_get_micro_version (void)
{
  return GRAPHBIT_MICRO_VERSION;
}

static void
add_text (GVariantBuilder *builder,
          const char *name,
          const char *value)
{
  g_variant_builder_add (builder, "{sv}", name, g_variant_new_string (value));
}

static void
add_number (GVariantBuilder *builder,
            const char *name,
            gint64 value)
{
  g_variant_builder_add (builder, "{sv}", name, g_variant_new_int64 (value));
}

static void
add_truth (GVariantBuilder *builder,
           const char *name,
           gboolean value)
{
  g_variant_builder_add (builder, "{sv}", name, g_variant_new_boolean (value));
}

/**
 * graphbit_get_system_info:
 *
 * Gets what the library is, runs on and runs with.
 *
 * - `version` (s): of this library, as [func@version]
 * - `glib_version`, `libsoup_version` (s): of the libraries that run
 * - `json_glib_version` (s): of the headers that this library was built with,
 *   for JSON-GLib does not tell at run time
 * - `cpu_count` (x): the processors that this process may use
 * - `runtime_initialized` (b): whether the library was used, or initialized,
 *   since the program started or called [func@shutdown]
 * - `runtime_uptime_seconds` (x): for how long
 * - `runtime_worker_threads` (x): the I/O threads that run now, 0 before the
 *   first that needs one
 * - `runtime_blocking_threads` (x): the threads for long work that run now
 * - `runtime_max_blocking_threads` (x): how many of these there may be
 * - `runtime_thread_stack_size_mb` (x): the stack of an I/O thread, as the
 *   system tells it, or of those to come if none runs
 * - `memory_allocator` (s): the library that malloc () comes from, such as
 *   `glibc` or `jemalloc`, the program's name if it has its own, or `unknown`
 * - `build_target` (s): processor and system that this library was built for,
 *   such as `x86_64-linux`
 * - `build_profile` (s): how it was built: `debug`, `debugoptimized`, `release`, …
 *
 * It starts nothing, and may be called in any thread.
 *
 * Returns: (transfer full): an `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
graphbit_get_system_info (void)
{
  g_autofree char *glib_version = g_strdup_printf ("%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);
  g_autofree char *libsoup_version = graphbit_http_get_libsoup_version ();
  g_autofree char *allocator = graphbit_system_get_allocator ();
  GVariantBuilder builder;
  GraphbitRuntimeInfo runtime;

  graphbit_runtime_get_info (&runtime);

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  add_text (&builder, "version", GRAPHBIT_VERSION_S);
  add_text (&builder, "glib_version", glib_version);
  add_text (&builder, "libsoup_version", libsoup_version);
  add_text (&builder, "json_glib_version", JSON_VERSION_S);
  add_number (&builder, "cpu_count", g_get_num_processors ());
  add_truth (&builder, "runtime_initialized", runtime.is_running);
  add_number (&builder, "runtime_uptime_seconds", runtime.uptime / G_USEC_PER_SEC);
  add_number (&builder, "runtime_worker_threads", runtime.n_io_threads);
  add_number (&builder, "runtime_blocking_threads", runtime.n_pool_threads);
  add_number (&builder, "runtime_max_blocking_threads", runtime.max_pool_threads);
  add_number (&builder, "runtime_thread_stack_size_mb", (gint64) (runtime.stack_size / (1024 * 1024)));
  add_text (&builder, "memory_allocator", allocator);
  add_text (&builder, "build_target", GRAPHBIT_BUILD_TARGET);
  add_text (&builder, "build_profile", GRAPHBIT_BUILD_PROFILE);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/**
 * graphbit_health_check:
 *
 * Looks whether the library can work, by trying it.
 *
 * - `overall_healthy` (b): all of the following
 * - `runtime_healthy` (b): the library can be used in this process, and the
 *   timers of each I/O thread go. A library that has not been used yet is well.
 * - `worker_threads_ok` (b): there are as many I/O threads as were asked for,
 *   and each of them takes work
 * - `blocking_threads_ok` (b): no long work has been waiting for a thread for
 *   more than a second
 * - `memory_healthy` (b): more than 100 MB are available
 * - `tls_available` (b): GIO can speak TLS, which `https` needs: on Debian the
 *   package glib-networking
 * - `available_memory_mb`, `total_memory_mb` (x): the machine's memory, or less
 *   where a control group limits this process; 0 if it cannot be found out
 * - `timestamp` (x): when this was, in seconds since 1970
 *
 * It starts nothing. It asks the I/O threads and waits for their answers: less
 * than a millisecond if all is well, two seconds at most. It may be called in
 * any thread.
 *
 * Returns: (transfer full): an `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
graphbit_health_check (void)
{
  const char *root = "/";
  gboolean is_tls_available = g_tls_backend_supports_tls (g_tls_backend_get_default ());
  GVariantBuilder builder;
  GraphbitRuntimeHealth runtime;
  gboolean is_memory_healthy;
  gint64 total;
  gint64 available;

#ifdef GRAPHBIT_TESTING
  if (graphbit_system_root != NULL)
    root = graphbit_system_root;
#endif
  is_memory_healthy = graphbit_system_get_memory (root, &total, &available) && available > MEMORY_NEEDED_MB;
  graphbit_runtime_check (&runtime);

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  add_truth (&builder, "overall_healthy",
             runtime.is_well && runtime.has_all_threads && runtime.has_free_pool && is_memory_healthy &&
               is_tls_available);
  add_truth (&builder, "runtime_healthy", runtime.is_well);
  add_truth (&builder, "worker_threads_ok", runtime.has_all_threads);
  add_truth (&builder, "blocking_threads_ok", runtime.has_free_pool);
  add_truth (&builder, "memory_healthy", is_memory_healthy);
  add_truth (&builder, "tls_available", is_tls_available);
  add_number (&builder, "available_memory_mb", available);
  add_number (&builder, "total_memory_mb", total);
  add_number (&builder, "timestamp", graphbit_clock_wall () / G_USEC_PER_SEC);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/**
 * graphbit_configure_runtime:
 * @worker_threads: the I/O threads, 1 to 256; 0 for the default, which is 1
 * @max_blocking_threads: how many threads there may be for long work, such as
 *   reading large answers, 1 to 1024; 0 for the default, one per processor
 * @thread_stack_size_mb: the stack of each of these threads, in megabytes, 1 to
 *   1024; 0 for the system's default
 * @error: return location for an error, or %NULL
 *
 * Sets with what the library runs, from its next start on.
 *
 * One I/O thread serves thousands of requests. Each server, and each key at it,
 * has its place on one of them, so that more than one help where a program
 * talks to several servers and its I/O thread is busy all the time. All of them
 * start when the first is needed, those for long work when there is some.
 *
 * [func@get_system_info] tells what came of it.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a number is out of range or
 * the system starts no thread with such a stack, and with
 * %GRAPHBIT_ERROR_FAILED_PRECONDITION while the library runs: from its first
 * use, or [func@init], to [func@shutdown].
 *
 * Returns: %TRUE if it was set
 *
 * Since: 1.0
 */
gboolean
graphbit_configure_runtime (int worker_threads,
                            int max_blocking_threads,
                            int thread_stack_size_mb,
                            GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return graphbit_runtime_configure (worker_threads, max_blocking_threads, thread_stack_size_mb, error);
}

/**
 * graphbit_get_endpoints:
 *
 * Gets the servers that this process talks to, with the state of their limits
 * and circuit breakers.
 *
 * What is there now is in the list at once, for which the function waits for a
 * turn of the library's own thread. While the list is held, it and its items are
 * kept up to date in the thread-default main context of the caller, ten times a
 * second at most. After [func@shutdown] it is empty.
 *
 * Returns: (transfer full): a list of [class@Endpoint], in the order in which
 *   they were first used
 *
 * Since: 1.0
 */
GListModel *
graphbit_get_endpoints (void)
{
  return graphbit_endpoint_list_new ();
}

/**
 * graphbit_shutdown:
 *
 * Ends everything that is under way, and the library's threads.
 *
 * What is pending gets %G_IO_ERROR_CANCELLED in its own context,
 * when that runs next; this function does not wait for it. The library can be
 * used again afterwards, and [func@configure_runtime] be called before that.
 * There is no need to call it at the end of a program.
 *
 * Since: 1.0
 */
void
graphbit_shutdown (void)
{
  graphbit_runtime_shutdown ();
}
