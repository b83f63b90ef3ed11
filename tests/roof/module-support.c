/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "module-support.h"

#include <string.h>

gint64
module_number (GVariant *dictionary,
               const char *name)
{
  gint64 value = -1;

  g_assert_true (g_variant_lookup (dictionary, name, "x", &value));
  return value;
}

gboolean
module_truth (GVariant *dictionary,
              const char *name)
{
  gboolean value = FALSE;

  g_assert_true (g_variant_lookup (dictionary, name, "b", &value));
  return value;
}

char *
module_text (GVariant *dictionary,
             const char *name)
{
  char *value = NULL;

  g_assert_true (g_variant_lookup (dictionary, name, "s", &value));
  return value;
}

gint64
module_info_number (const char *name)
{
  g_autoptr (GVariant) info = graphbit_get_system_info ();

  return module_number (info, name);
}

gboolean
module_info_truth (const char *name)
{
  g_autoptr (GVariant) info = graphbit_get_system_info ();

  return module_truth (info, name);
}

gboolean
module_health_truth (const char *name)
{
  g_autoptr (GVariant) health = graphbit_health_check ();

  return module_truth (health, name);
}

/* The threads of this name that the kernel knows. */
guint
module_count_threads (const char *name)
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

void
module_configure (int worker_threads,
                  int max_blocking_threads,
                  int thread_stack_size_mb)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (graphbit_configure_runtime (worker_threads, max_blocking_threads, thread_stack_size_mb, &error));
  g_assert_no_error (error);
}

void
module_init (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (graphbit_init (NULL, FALSE, FALSE, &error));
  g_assert_no_error (error);
}

void
module_reset (void)
{
  graphbit_shutdown ();
  module_configure (0, 0, 0);
}

void
module_refuse (int worker_threads,
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

void
hold_init (Hold *self)
{
  *self = (Hold) { 0 };
  pthread_mutex_init (&self->mutex, NULL);
  pthread_cond_init (&self->changed, NULL);
}

void
hold_clear (Hold *self)
{
  pthread_cond_destroy (&self->changed);
  pthread_mutex_destroy (&self->mutex);
}

void
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

void
hold_wait (Hold *self,
           guint n)
{
  pthread_mutex_lock (&self->mutex);
  while (self->n_running < n)
    pthread_cond_wait (&self->changed, &self->mutex);
  pthread_mutex_unlock (&self->mutex);
}

void
hold_end (Hold *self)
{
  pthread_mutex_lock (&self->mutex);
  self->may_end = TRUE;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->mutex);
}

void
fixture_set_up (Fixture *fixture,
                gconstpointer data)
{
  g_autoptr (GraphbitLlmConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  fixture->server = graphbit_mock_server_new ();
  g_assert_true (graphbit_mock_server_start (fixture->server, &error));
  g_assert_no_error (error);
  config = graphbit_llm_config_new_openai (FIXTURE_KEY, "gpt-4o-mini", &error);
  g_assert_no_error (error);
  graphbit_llm_config_set_base_url (config, graphbit_mock_server_get_base_url (fixture->server));
  fixture->client = graphbit_llm_client_new (config);
}

void
fixture_tear_down (Fixture *fixture,
                   gconstpointer data)
{
  g_clear_object (&fixture->client);
  graphbit_mock_server_stop (fixture->server);
  g_clear_object (&fixture->server);
}

void
fixture_step (Fixture *fixture,
              const char *json)
{
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_add_step (fixture->server, json, &error);
  g_assert_no_error (error);
}
