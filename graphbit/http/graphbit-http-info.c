/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-info-private.h"

#include <string.h>

#include "graphbit-clock-private.h"

static void
lane_info_free (gpointer data)
{
  GraphbitHttpLaneInfo *self = data;

  g_free (self->name);
  g_free (self);
}

static void
endpoint_info_free (gpointer data)
{
  GraphbitHttpEndpointInfo *self = data;

  g_free (self->base_uri);
  g_ptr_array_unref (self->lanes);
  g_free (self);
}

static GraphbitHttpLaneInfo *
describe_lane (GraphbitHttpLane *lane,
               gint64 now)
{
  GraphbitHttpLaneInfo *self = g_new0 (GraphbitHttpLaneInfo, 1);

  self->name = g_strdup (lane->name);
  self->breaker_state = lane->breaker.state;
  if (lane->breaker.state == GRAPHBIT_BREAKER_STATE_OPEN)
    self->open_until = lane->breaker.open_until;
  self->cool_until = lane->limit.cool_until > now ? lane->limit.cool_until : 0;
  self->slots = lane->slots;
  self->n_active = lane->n_taken;
  self->n_waiting = lane->waiting.length;
  self->n_resting = lane->resting.length;
  self->n_tickets = lane->breaker.n_tickets;
  self->requests_per_minute = lane->limit.requests_per_minute;
  self->tokens_per_minute = lane->limit.tokens_per_minute;
  self->requests_left = graphbit_http_limit_get_requests_left (&lane->limit, now);
  self->tokens_left = graphbit_http_limit_get_tokens_left (&lane->limit, now);
  self->n_attempts = (gint64) lane->n_attempts;
  self->n_failures = (gint64) lane->n_failures;
  self->n_retries = (gint64) lane->n_retries;
  self->average_ms = graphbit_histogram_get_mean (&lane->times) / 1000;
  self->p50_ms = graphbit_histogram_get_percentile (&lane->times, 0.50) / 1000;
  self->p95_ms = graphbit_histogram_get_percentile (&lane->times, 0.95) / 1000;
  self->p99_ms = graphbit_histogram_get_percentile (&lane->times, 0.99) / 1000;

  return self;
}

static int
compare_lanes (gconstpointer a,
               gconstpointer b)
{
  const GraphbitHttpLane *first = *(GraphbitHttpLane *const *) a;
  const GraphbitHttpLane *second = *(GraphbitHttpLane *const *) b;

  return first->number < second->number ? -1 : first->number > second->number;
}

static int
compare_endpoints (gconstpointer a,
                   gconstpointer b)
{
  const GraphbitHttpEndpointInfo *first = *(GraphbitHttpEndpointInfo *const *) a;
  const GraphbitHttpEndpointInfo *second = *(GraphbitHttpEndpointInfo *const *) b;

  return first->id < second->id ? -1 : first->id > second->id;
}

static GraphbitHttpEndpointInfo *
describe_endpoint (GraphbitHttpEndpoint *endpoint,
                   gint64 now)
{
  GraphbitHttpEndpointInfo *self = g_new0 (GraphbitHttpEndpointInfo, 1);
  g_autoptr (GPtrArray) lanes = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer lane;

  g_hash_table_iter_init (&iter, endpoint->lanes);
  while (g_hash_table_iter_next (&iter, NULL, &lane))
    g_ptr_array_add (lanes, lane);
  g_ptr_array_sort (lanes, compare_lanes);

  self->id = endpoint->id;
  self->base_uri = g_strdup (endpoint->base_uri);
  self->quota = endpoint->quota;
  self->lanes = g_ptr_array_new_full (lanes->len, lane_info_free);
  for (guint i = 0; i < lanes->len; i++)
    g_ptr_array_add (self->lanes, describe_lane (lanes->pdata[i], now));

  return self;
}

static GPtrArray *
infos_new (void)
{
  return g_ptr_array_new_with_free_func (endpoint_info_free);
}

static void
add_infos (GPtrArray *infos,
           GraphbitHttpThread *thread)
{
  gint64 now = graphbit_clock_now ();
  GHashTableIter iter;
  gpointer endpoint;

  g_hash_table_iter_init (&iter, thread->endpoints);
  while (g_hash_table_iter_next (&iter, &endpoint, NULL))
    g_ptr_array_add (infos, describe_endpoint (endpoint, now));
  g_ptr_array_sort (infos, compare_endpoints);
}

GPtrArray *
graphbit_http_info_collect (GraphbitHttpThread *thread)
{
  GPtrArray *infos = infos_new ();

  add_infos (infos, thread);
  return infos;
}

static void
collect (GraphbitIo *io,
         gpointer data)
{
  GraphbitHttpThread *thread = graphbit_http_thread_get (io);

  if (thread != NULL)
    add_infos (data, thread);
}

GPtrArray *
graphbit_http_info_get (void)
{
  GPtrArray *infos = infos_new ();

  graphbit_runtime_call_ios (collect, infos);
  return infos;
}

typedef struct
{
  const char *base_uri;
  const GraphbitSecret *secret;
  const char *lane;
  GraphbitBreakerState state;
} Question;

/* In the order of how bad they are. */
static GraphbitBreakerState
worse (GraphbitBreakerState one,
       GraphbitBreakerState other)
{
  if (one == GRAPHBIT_BREAKER_STATE_OPEN || other == GRAPHBIT_BREAKER_STATE_OPEN)
    return GRAPHBIT_BREAKER_STATE_OPEN;

  return one == GRAPHBIT_BREAKER_STATE_CLOSED ? other : one;
}

static void
answer (GraphbitIo *io,
        gpointer data)
{
  Question *self = data;
  GraphbitHttpThread *thread = graphbit_http_thread_get (io);
  gint64 now = graphbit_clock_now ();
  GHashTableIter iter;
  gpointer key;

  if (thread == NULL)
    return;

  g_hash_table_iter_init (&iter, thread->endpoints);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      GraphbitHttpEndpoint *endpoint = key;
      GraphbitHttpLane *lane;

      if (strcmp (endpoint->base_uri, self->base_uri) != 0 ||
          (self->secret != NULL && (endpoint->secret == NULL ||
           strcmp (graphbit_secret_peek (endpoint->secret), graphbit_secret_peek (self->secret)) != 0)))
        continue;

      lane = g_hash_table_lookup (endpoint->lanes, self->lane);
      if (lane == NULL)
        continue;
      if (lane->breaker.state == GRAPHBIT_BREAKER_STATE_OPEN && lane->breaker.open_until <= now)
        self->state = worse (self->state, GRAPHBIT_BREAKER_STATE_HALF_OPEN);
      else
        self->state = worse (self->state, lane->breaker.state);
    }
}

GraphbitBreakerState
graphbit_http_get_breaker_state (const char *base_uri,
                                 const GraphbitSecret *secret,
                                 const char *lane)
{
  Question question = { base_uri, secret, lane != NULL ? lane : "", GRAPHBIT_BREAKER_STATE_CLOSED };

  graphbit_runtime_call_ios (answer, &question);
  return question.state;
}
