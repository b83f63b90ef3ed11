/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-endpoint-private.h"

#include "graphbit-clock-private.h"
#include "graphbit-enum-types.h"

/**
 * GraphbitEndpointLane:
 *
 * What is under way between this process and one model of an
 * [class@Endpoint]: every client and executor that talks to this model with the
 * same key shares its places, its limits and its circuit breaker.
 *
 * It shows a snapshot, which is renewed in the main context in which
 * [func@get_endpoints] was called, ten times a second at most.
 *
 * Since: 1.0
 */
struct _GraphbitEndpointLane
{
  GObject parent_instance;

  char *model;
  GraphbitHttpLaneInfo info; /* its name is the above */
};

enum
{
  PROP_0,
  PROP_MODEL,
  PROP_BREAKER_STATE,
  PROP_BREAKER_LEFT_MS,
  PROP_COOL_DOWN_MS,
  PROP_MAX_CONCURRENCY,
  PROP_ACTIVE,
  PROP_WAITING,
  PROP_RETRYING,
  PROP_REQUESTS_PER_MINUTE,
  PROP_TOKENS_PER_MINUTE,
  PROP_REQUESTS_LEFT,
  PROP_TOKENS_LEFT,
  PROP_ATTEMPTS,
  PROP_FAILURES,
  PROP_RETRIES,
  PROP_AVERAGE_MS,
  PROP_P50_MS,
  PROP_P95_MS,
  PROP_P99_MS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GraphbitEndpointLane, graphbit_endpoint_lane, G_TYPE_OBJECT)

static void
graphbit_endpoint_lane_finalize (GObject *object)
{
  g_free (GRAPHBIT_ENDPOINT_LANE (object)->model);

  G_OBJECT_CLASS (graphbit_endpoint_lane_parent_class)->finalize (object);
}

static void
graphbit_endpoint_lane_get_property (GObject *object,
                                     guint property_id,
                                     GValue *value,
                                     GParamSpec *pspec)
{
  GraphbitEndpointLane *self = GRAPHBIT_ENDPOINT_LANE (object);

  switch (property_id)
    {
    case PROP_MODEL:
      g_value_set_string (value, graphbit_endpoint_lane_get_model (self));
      break;
    case PROP_BREAKER_STATE:
      g_value_set_enum (value, graphbit_endpoint_lane_get_breaker_state (self));
      break;
    case PROP_BREAKER_LEFT_MS:
      g_value_set_int64 (value, graphbit_endpoint_lane_get_breaker_left_ms (self));
      break;
    case PROP_COOL_DOWN_MS:
      g_value_set_int64 (value, graphbit_endpoint_lane_get_cool_down_ms (self));
      break;
    case PROP_MAX_CONCURRENCY:
      g_value_set_uint (value, graphbit_endpoint_lane_get_max_concurrency (self));
      break;
    case PROP_ACTIVE:
      g_value_set_int64 (value, graphbit_endpoint_lane_get_active (self));
      break;
    case PROP_WAITING:
      g_value_set_int64 (value, graphbit_endpoint_lane_get_waiting (self));
      break;
    case PROP_RETRYING:
      g_value_set_int64 (value, graphbit_endpoint_lane_get_retrying (self));
      break;
    case PROP_REQUESTS_PER_MINUTE:
      g_value_set_uint (value, graphbit_endpoint_lane_get_requests_per_minute (self));
      break;
    case PROP_TOKENS_PER_MINUTE:
      g_value_set_uint (value, graphbit_endpoint_lane_get_tokens_per_minute (self));
      break;
    case PROP_REQUESTS_LEFT:
      g_value_set_int64 (value, graphbit_endpoint_lane_get_requests_left (self));
      break;
    case PROP_TOKENS_LEFT:
      g_value_set_int64 (value, graphbit_endpoint_lane_get_tokens_left (self));
      break;
    case PROP_ATTEMPTS:
      g_value_set_int64 (value, graphbit_endpoint_lane_get_attempts (self));
      break;
    case PROP_FAILURES:
      g_value_set_int64 (value, graphbit_endpoint_lane_get_failures (self));
      break;
    case PROP_RETRIES:
      g_value_set_int64 (value, graphbit_endpoint_lane_get_retries (self));
      break;
    case PROP_AVERAGE_MS:
      g_value_set_double (value, graphbit_endpoint_lane_get_average_ms (self));
      break;
    case PROP_P50_MS:
      g_value_set_double (value, graphbit_endpoint_lane_get_p50_ms (self));
      break;
    case PROP_P95_MS:
      g_value_set_double (value, graphbit_endpoint_lane_get_p95_ms (self));
      break;
    case PROP_P99_MS:
      g_value_set_double (value, graphbit_endpoint_lane_get_p99_ms (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_endpoint_lane_class_init (GraphbitEndpointLaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_endpoint_lane_finalize;
  object_class->get_property = graphbit_endpoint_lane_get_property;

  /**
   * GraphbitEndpointLane:model: (getter get_model)
   *
   * The model, as the provider names it.
   *
   * Since: 1.0
   */
  properties[PROP_MODEL] =
    g_param_spec_string ("model", NULL, NULL, NULL, flags);

  /**
   * GraphbitEndpointLane:breaker-state: (getter get_breaker_state)
   *
   * What the circuit breaker does. It opens when five requests in a row failed for
   * the server's reasons, or half of at least ten in 60 seconds.
   *
   * Since: 1.0
   */
  properties[PROP_BREAKER_STATE] =
    g_param_spec_enum ("breaker-state", NULL, NULL, GRAPHBIT_TYPE_BREAKER_STATE, GRAPHBIT_BREAKER_STATE_CLOSED, flags);

  /**
   * GraphbitEndpointLane:breaker-left-ms: (getter get_breaker_left_ms)
   *
   * For how many milliseconds the open breaker still refuses everything. It is
   * worked out when it is read, and notifies only when the breaker opens or closes.
   *
   * Since: 1.0
   */
  properties[PROP_BREAKER_LEFT_MS] =
    g_param_spec_int64 ("breaker-left-ms", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitEndpointLane:cool-down-ms: (getter get_cool_down_ms)
   *
   * For how many milliseconds the server still wants to be left alone, which it
   * said when it refused a request with status 429. It is worked out when it is
   * read, and notifies only when the server says so anew.
   *
   * Since: 1.0
   */
  properties[PROP_COOL_DOWN_MS] =
    g_param_spec_int64 ("cool-down-ms", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitEndpointLane:max-concurrency: (getter get_max_concurrency)
   *
   * How many requests may be on their way at once: the largest
   * [property@LlmClient:max-concurrency] of those who use it, at least 64 where one
   * of them leaves that at 0.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_CONCURRENCY] =
    g_param_spec_uint ("max-concurrency", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * GraphbitEndpointLane:active: (getter get_active)
   *
   * How many requests are on their way.
   *
   * Since: 1.0
   */
  properties[PROP_ACTIVE] =
    g_param_spec_int64 ("active", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitEndpointLane:waiting: (getter get_waiting)
   *
   * How many requests wait in line, for a place or for the rate limit.
   *
   * Since: 1.0
   */
  properties[PROP_WAITING] =
    g_param_spec_int64 ("waiting", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitEndpointLane:retrying: (getter get_retrying)
   *
   * How many requests have failed and are sent again after a while.
   *
   * Since: 1.0
   */
  properties[PROP_RETRYING] =
    g_param_spec_int64 ("retrying", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitEndpointLane:requests-per-minute: (getter get_requests_per_minute)
   *
   * The limit that a [property@LlmConfig:requests-per-minute] has set, or 0.
   *
   * Since: 1.0
   */
  properties[PROP_REQUESTS_PER_MINUTE] =
    g_param_spec_uint ("requests-per-minute", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * GraphbitEndpointLane:tokens-per-minute: (getter get_tokens_per_minute)
   *
   * The limit that a [property@LlmConfig:tokens-per-minute] has set, or 0.
   *
   * Since: 1.0
   */
  properties[PROP_TOKENS_PER_MINUTE] =
    g_param_spec_uint ("tokens-per-minute", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * GraphbitEndpointLane:requests-left: (getter get_requests_left)
   *
   * How many more requests the limits allowed at the last change, those of the
   * configuration and those that the server tells; -1 if none is known.
   *
   * Since: 1.0
   */
  properties[PROP_REQUESTS_LEFT] =
    g_param_spec_int64 ("requests-left", NULL, NULL, -1, G_MAXINT64, -1, flags);

  /**
   * GraphbitEndpointLane:tokens-left: (getter get_tokens_left)
   *
   * How many more tokens the limits allowed at the last change, those of the
   * configuration and those that the server tells; -1 if none is known.
   *
   * Since: 1.0
   */
  properties[PROP_TOKENS_LEFT] =
    g_param_spec_int64 ("tokens-left", NULL, NULL, -1, G_MAXINT64, -1, flags);

  /**
   * GraphbitEndpointLane:attempts: (getter get_attempts)
   *
   * How many requests were sent, those that were sent again among them.
   *
   * Since: 1.0
   */
  properties[PROP_ATTEMPTS] =
    g_param_spec_int64 ("attempts", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitEndpointLane:failures: (getter get_failures)
   *
   * How many of the [property@EndpointLane:attempts] failed, for whatever reason.
   *
   * Since: 1.0
   */
  properties[PROP_FAILURES] =
    g_param_spec_int64 ("failures", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitEndpointLane:retries: (getter get_retries)
   *
   * How often a request was to be sent again.
   *
   * Since: 1.0
   */
  properties[PROP_RETRIES] =
    g_param_spec_int64 ("retries", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitEndpointLane:average-ms: (getter get_average_ms)
   *
   * How long the attempts that succeeded took on average, in milliseconds, from when
   * they were let through to the end of the answer.
   *
   * Since: 1.0
   */
  properties[PROP_AVERAGE_MS] =
    g_param_spec_double ("average-ms", NULL, NULL, 0, G_MAXDOUBLE, 0, flags);

  /**
   * GraphbitEndpointLane:p50-ms: (getter get_p50_ms)
   *
   * The time within which half of the attempts that succeeded were over, in
   * milliseconds; at most 6 % off. 0 before the first.
   *
   * Since: 1.0
   */
  properties[PROP_P50_MS] =
    g_param_spec_double ("p50-ms", NULL, NULL, 0, G_MAXDOUBLE, 0, flags);

  /**
   * GraphbitEndpointLane:p95-ms: (getter get_p95_ms)
   *
   * The same for 95 of 100.
   *
   * Since: 1.0
   */
  properties[PROP_P95_MS] =
    g_param_spec_double ("p95-ms", NULL, NULL, 0, G_MAXDOUBLE, 0, flags);

  /**
   * GraphbitEndpointLane:p99-ms: (getter get_p99_ms)
   *
   * The same for 99 of 100.
   *
   * Since: 1.0
   */
  properties[PROP_P99_MS] =
    g_param_spec_double ("p99-ms", NULL, NULL, 0, G_MAXDOUBLE, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_endpoint_lane_init (GraphbitEndpointLane *self)
{
}

GraphbitEndpointLane *
graphbit_endpoint_lane_new (const GraphbitHttpLaneInfo *info)
{
  GraphbitEndpointLane *self = g_object_new (GRAPHBIT_TYPE_ENDPOINT_LANE, NULL);

  self->model = g_strdup (info->name);
  self->info = *info;
  self->info.name = self->model;
  return self;
}

void
graphbit_endpoint_lane_update (GraphbitEndpointLane *self,
                               const GraphbitHttpLaneInfo *info)
{
  const GraphbitHttpLaneInfo old = self->info;

  self->info = *info;
  self->info.name = self->model;

  g_object_freeze_notify (G_OBJECT (self));
#define NOTIFY(field, property) \
  if (old.field != info->field) \
    g_object_notify_by_pspec (G_OBJECT (self), properties[property])
  NOTIFY (breaker_state, PROP_BREAKER_STATE);
  NOTIFY (open_until, PROP_BREAKER_LEFT_MS);
  NOTIFY (cool_until, PROP_COOL_DOWN_MS);
  NOTIFY (slots, PROP_MAX_CONCURRENCY);
  NOTIFY (n_active, PROP_ACTIVE);
  NOTIFY (n_waiting, PROP_WAITING);
  NOTIFY (n_resting, PROP_RETRYING);
  NOTIFY (requests_per_minute, PROP_REQUESTS_PER_MINUTE);
  NOTIFY (tokens_per_minute, PROP_TOKENS_PER_MINUTE);
  NOTIFY (requests_left, PROP_REQUESTS_LEFT);
  NOTIFY (tokens_left, PROP_TOKENS_LEFT);
  NOTIFY (n_attempts, PROP_ATTEMPTS);
  NOTIFY (n_failures, PROP_FAILURES);
  NOTIFY (n_retries, PROP_RETRIES);
#undef NOTIFY
  if (old.average_ms < info->average_ms || old.average_ms > info->average_ms)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AVERAGE_MS]);
  if (old.p50_ms < info->p50_ms || old.p50_ms > info->p50_ms)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_P50_MS]);
  if (old.p95_ms < info->p95_ms || old.p95_ms > info->p95_ms)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_P95_MS]);
  if (old.p99_ms < info->p99_ms || old.p99_ms > info->p99_ms)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_P99_MS]);
  g_object_thaw_notify (G_OBJECT (self));
}

static gint64
get_left_ms (gint64 until)
{
  return until != 0 ? MAX (until - graphbit_clock_now () + 999, 0) / 1000 : 0;
}

/**
 * graphbit_endpoint_lane_get_model: (get-property model)
 * @self: a lane
 *
 * Gets the model.
 *
 * Returns: the model
 *
 * Since: 1.0
 */
const char *
graphbit_endpoint_lane_get_model (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), NULL);

  return self->model;
}

/**
 * graphbit_endpoint_lane_get_breaker_state: (get-property breaker-state)
 * @self: a lane
 *
 * Gets what the circuit breaker does.
 *
 * Returns: a state
 *
 * Since: 1.0
 */
GraphbitBreakerState
graphbit_endpoint_lane_get_breaker_state (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), GRAPHBIT_BREAKER_STATE_CLOSED);

  /* the next request is let through to find out */
  if (self->info.breaker_state == GRAPHBIT_BREAKER_STATE_OPEN && self->info.open_until <= graphbit_clock_now ())
    return GRAPHBIT_BREAKER_STATE_HALF_OPEN;

  return self->info.breaker_state;
}

/**
 * graphbit_endpoint_lane_get_breaker_left_ms: (get-property breaker-left-ms)
 * @self: a lane
 *
 * Gets for how long the open breaker still refuses everything.
 *
 * Returns: milliseconds, or 0 if it does not
 *
 * Since: 1.0
 */
gint64
graphbit_endpoint_lane_get_breaker_left_ms (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), 0);

  return get_left_ms (self->info.open_until);
}

/**
 * graphbit_endpoint_lane_get_cool_down_ms: (get-property cool-down-ms)
 * @self: a lane
 *
 * Gets for how long the server still wants to be left alone.
 *
 * Returns: milliseconds, or 0 if it does not
 *
 * Since: 1.0
 */
gint64
graphbit_endpoint_lane_get_cool_down_ms (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), 0);

  return get_left_ms (self->info.cool_until);
}

/**
 * graphbit_endpoint_lane_get_max_concurrency: (get-property max-concurrency)
 * @self: a lane
 *
 * Gets how many requests may be on their way at once.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
graphbit_endpoint_lane_get_max_concurrency (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), 0);

  return self->info.slots;
}

/**
 * graphbit_endpoint_lane_get_active: (get-property active)
 * @self: a lane
 *
 * Gets how many requests are on their way.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
gint64
graphbit_endpoint_lane_get_active (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), 0);

  return self->info.n_active;
}

/**
 * graphbit_endpoint_lane_get_waiting: (get-property waiting)
 * @self: a lane
 *
 * Gets how many requests wait in line.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
gint64
graphbit_endpoint_lane_get_waiting (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), 0);

  return self->info.n_waiting;
}

/**
 * graphbit_endpoint_lane_get_retrying: (get-property retrying)
 * @self: a lane
 *
 * Gets how many requests are sent again after a while.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
gint64
graphbit_endpoint_lane_get_retrying (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), 0);

  return self->info.n_resting;
}

/**
 * graphbit_endpoint_lane_get_requests_per_minute: (get-property requests-per-minute)
 * @self: a lane
 *
 * Gets the limit on requests that a configuration has set.
 *
 * Returns: the number, or 0 if there is none
 *
 * Since: 1.0
 */
guint
graphbit_endpoint_lane_get_requests_per_minute (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), 0);

  return (guint) self->info.requests_per_minute;
}

/**
 * graphbit_endpoint_lane_get_tokens_per_minute: (get-property tokens-per-minute)
 * @self: a lane
 *
 * Gets the limit on tokens that a configuration has set.
 *
 * Returns: the number, or 0 if there is none
 *
 * Since: 1.0
 */
guint
graphbit_endpoint_lane_get_tokens_per_minute (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), 0);

  return (guint) self->info.tokens_per_minute;
}

/**
 * graphbit_endpoint_lane_get_requests_left: (get-property requests-left)
 * @self: a lane
 *
 * Gets how many more requests the limits allowed.
 *
 * Returns: the number, or -1 if no limit is known
 *
 * Since: 1.0
 */
gint64
graphbit_endpoint_lane_get_requests_left (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), -1);

  return self->info.requests_left;
}

/**
 * graphbit_endpoint_lane_get_tokens_left: (get-property tokens-left)
 * @self: a lane
 *
 * Gets how many more tokens the limits allowed.
 *
 * Returns: the number, or -1 if no limit is known
 *
 * Since: 1.0
 */
gint64
graphbit_endpoint_lane_get_tokens_left (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), -1);

  return self->info.tokens_left;
}

/**
 * graphbit_endpoint_lane_get_attempts: (get-property attempts)
 * @self: a lane
 *
 * Gets how many requests were sent.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
gint64
graphbit_endpoint_lane_get_attempts (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), 0);

  return self->info.n_attempts;
}

/**
 * graphbit_endpoint_lane_get_failures: (get-property failures)
 * @self: a lane
 *
 * Gets how many requests failed.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
gint64
graphbit_endpoint_lane_get_failures (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), 0);

  return self->info.n_failures;
}

/**
 * graphbit_endpoint_lane_get_retries: (get-property retries)
 * @self: a lane
 *
 * Gets how often a request was to be sent again.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
gint64
graphbit_endpoint_lane_get_retries (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), 0);

  return self->info.n_retries;
}

/**
 * graphbit_endpoint_lane_get_average_ms: (get-property average-ms)
 * @self: a lane
 *
 * Gets how long the attempts that succeeded took on average.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
double
graphbit_endpoint_lane_get_average_ms (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), 0);

  return self->info.average_ms;
}

/**
 * graphbit_endpoint_lane_get_p50_ms: (get-property p50-ms)
 * @self: a lane
 *
 * Gets the time within which half of the attempts were over.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
double
graphbit_endpoint_lane_get_p50_ms (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), 0);

  return self->info.p50_ms;
}

/**
 * graphbit_endpoint_lane_get_p95_ms: (get-property p95-ms)
 * @self: a lane
 *
 * Gets the time within which 95 of 100 attempts were over.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
double
graphbit_endpoint_lane_get_p95_ms (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), 0);

  return self->info.p95_ms;
}

/**
 * graphbit_endpoint_lane_get_p99_ms: (get-property p99-ms)
 * @self: a lane
 *
 * Gets the time within which 99 of 100 attempts were over.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
double
graphbit_endpoint_lane_get_p99_ms (GraphbitEndpointLane *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_ENDPOINT_LANE (self), 0);

  return self->info.p99_ms;
}
