/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "llm-support.h"

#include "graphbit-clock-private.h"

GraphbitMockServer *
support_server_new (const char *steps)
{
  GraphbitMockServer *server = graphbit_mock_server_new ();
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_start (server, &error);
  g_assert_no_error (error);
  if (steps != NULL)
    graphbit_mock_server_add_step (server, steps, &error);
  g_assert_no_error (error);
  return server;
}

GraphbitLlmClient *
support_client_new_for_url (const char *base_url,
                            const char *key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_openai_compatible (base_url, key, "m", &error);

  g_assert_no_error (error);
  return graphbit_llm_client_new (config);
}

GraphbitLlmClient *
support_client_new (GraphbitMockServer *server)
{
  return support_client_new_for_url (graphbit_mock_server_get_base_url (server), "sk-marker");
}

GraphbitLlmClient *
support_client_new_for_provider (GraphbitMockServer *server,
                                 const char *provider)
{
  const char *base_url = graphbit_mock_server_get_base_url (server);
  g_autoptr (GError) error = NULL;
  g_autofree char *root = g_strndup (base_url, strlen (base_url) - strlen ("/v1"));
  gboolean is_responses = strcmp (provider, "responses") == 0;
  g_autoptr (GraphbitLlmConfig) config =
      g_object_new (GRAPHBIT_TYPE_LLM_CONFIG,
                    "provider", is_responses ? "openai" : provider,
                    "api", is_responses ? GRAPHBIT_LLM_API_RESPONSES : GRAPHBIT_LLM_API_AUTO,
                    "model", "m",
                    "base-url", is_responses || strcmp (provider, "openai_compatible") == 0 ? base_url : root,
                    NULL);

  graphbit_llm_config_set_api_key (config, "sk-marker", &error);
  g_assert_no_error (error);
  return graphbit_llm_client_new (config);
}

void
support_ready (GObject *object,
               GAsyncResult *result,
               gpointer data)
{
  SupportResult *self = data;

  self->n_calls++;
  self->thread = g_thread_self ();
  g_set_object (&self->result, result);
}

static gboolean
has_result (gpointer data)
{
  return ((SupportResult *) data)->result != NULL;
}

GAsyncResult *
support_wait (SupportResult *self)
{
  support_wait_until (has_result, self);
  return self->result;
}

static gboolean
on_too_late (gpointer data)
{
  g_error ("what the test waits for does not happen");
  return G_SOURCE_REMOVE;
}

void
support_wait_until (gboolean (*func) (gpointer data),
                    gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  g_autoptr (GSource) guard = g_timeout_source_new_seconds (120);

  g_source_set_callback (guard, on_too_late, NULL, NULL);
  g_source_attach (guard, context);
  while (!func (data))
    g_main_context_iteration (context, TRUE);
  g_source_destroy (guard);
}

static gboolean
wake_up (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
support_look_until (gboolean (*func) (gpointer data),
                    gpointer data)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, wake_up, NULL, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  support_wait_until (func, data);
  g_source_destroy (source);
}

typedef struct
{
  SupportResult *result;
  guint step_ms;
} Clock;

static gboolean
is_closer (gpointer data)
{
  Clock *clock = data;

  graphbit_clock_advance (clock->step_ms * (gint64) 1000);
  return clock->result->result != NULL;
}

GAsyncResult *
support_wait_with_clock (SupportResult *self,
                         guint step_ms)
{
  Clock clock = { self, step_ms };

  support_look_until (is_closer, &clock);
  return self->result;
}

typedef struct
{
  GraphbitMockServer *server;
  guint n_requests;
} Count;

static gboolean
has_requests (gpointer data)
{
  Count *count = data;

  return graphbit_mock_server_wait_for_requests (count->server, count->n_requests, 1);
}

void
support_wait_for_requests (GraphbitMockServer *server,
                           guint n_requests)
{
  Count count = { server, n_requests };

  support_look_until (has_requests, &count);
}

void
support_result_clear (SupportResult *self)
{
  g_clear_object (&self->result);
  self->n_calls = 0;
}

char *
support_complete (GraphbitLlmClient *client,
                  const char *prompt,
                  GCancellable *cancellable,
                  GError **error)
{
  SupportResult result = { NULL };
  char *text;

  graphbit_llm_client_complete_async (client, prompt, NULL, cancellable, support_ready, &result);
  g_assert_cmpuint (result.n_calls, ==, 0);
  text = graphbit_llm_client_complete_finish (client, support_wait (&result), error);
  g_assert_cmpuint (result.n_calls, ==, 1);
  g_assert_true (result.thread == g_thread_self ());
  support_result_clear (&result);
  return text;
}

GraphbitLlmStream *
support_open (GraphbitLlmClient *client,
              const char *prompt,
              GCancellable *cancellable,
              GError **error)
{
  SupportResult result = { NULL };
  GraphbitLlmStream *stream;

  graphbit_llm_client_complete_stream_async (client, prompt, NULL, cancellable, support_ready, &result);
  stream = graphbit_llm_client_complete_stream_finish (client, support_wait (&result), error);
  support_result_clear (&result);
  return stream;
}

GraphbitLlmChunk *
support_next (GraphbitLlmStream *stream,
              GCancellable *cancellable,
              GError **error)
{
  SupportResult result = { NULL };
  GraphbitLlmChunk *chunk;

  graphbit_llm_stream_next_chunk_async (stream, cancellable, support_ready, &result);
  chunk = graphbit_llm_stream_next_chunk_finish (stream, support_wait (&result), error);
  support_result_clear (&result);
  return chunk;
}

GraphbitLlmResponse *
support_collect (GraphbitLlmStream *stream,
                 GError **error)
{
  SupportResult result = { NULL };
  GraphbitLlmResponse *response;

  graphbit_llm_stream_collect_async (stream, NULL, support_ready, &result);
  response = graphbit_llm_stream_collect_finish (stream, support_wait (&result), error);
  support_result_clear (&result);
  return response;
}

gint64
support_stat (GraphbitLlmClient *client,
              const char *name)
{
  g_autoptr (GVariant) stats = graphbit_llm_client_get_stats (client);
  gint64 value = -1;

  g_assert_true (g_variant_lookup (stats, name, "x", &value));
  return value;
}

double
support_stat_double (GraphbitLlmClient *client,
                     const char *name)
{
  g_autoptr (GVariant) stats = graphbit_llm_client_get_stats (client);
  double value = -1;

  g_assert_true (g_variant_lookup (stats, name, "d", &value));
  return value;
}

void
support_assert_closed (GraphbitMockServer *server)
{
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, 20000));
}
