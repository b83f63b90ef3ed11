/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-types.h"

G_BEGIN_DECLS

/**
 * GraphbitBreakerState:
 * @GRAPHBIT_BREAKER_STATE_CLOSED: requests are let through
 * @GRAPHBIT_BREAKER_STATE_OPEN: the model failed too often, and requests are refused with
 *   %GRAPHBIT_ERROR_CIRCUIT_OPEN; for 30 seconds at first, twice as long each time that
 *   it does not help, at most 5 minutes
 * @GRAPHBIT_BREAKER_STATE_HALF_OPEN: one request finds out whether it is well again
 *
 * What a circuit breaker does, which keeps requests from a server that is out of order.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_BREAKER_STATE_CLOSED,
  GRAPHBIT_BREAKER_STATE_OPEN,
  GRAPHBIT_BREAKER_STATE_HALF_OPEN
} GraphbitBreakerState;

#define GRAPHBIT_TYPE_ENDPOINT_LANE (graphbit_endpoint_lane_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitEndpointLane, graphbit_endpoint_lane, GRAPHBIT, ENDPOINT_LANE, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_endpoint_lane_get_model (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitBreakerState graphbit_endpoint_lane_get_breaker_state (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_endpoint_lane_get_breaker_left_ms (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_endpoint_lane_get_cool_down_ms (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_endpoint_lane_get_max_concurrency (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_endpoint_lane_get_active (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_endpoint_lane_get_waiting (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_endpoint_lane_get_retrying (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_endpoint_lane_get_requests_per_minute (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_endpoint_lane_get_tokens_per_minute (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_endpoint_lane_get_requests_left (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_endpoint_lane_get_tokens_left (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_endpoint_lane_get_attempts (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_endpoint_lane_get_failures (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_endpoint_lane_get_retries (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
double graphbit_endpoint_lane_get_average_ms (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
double graphbit_endpoint_lane_get_p50_ms (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
double graphbit_endpoint_lane_get_p95_ms (GraphbitEndpointLane *self);
GRAPHBIT_AVAILABLE_IN_ALL
double graphbit_endpoint_lane_get_p99_ms (GraphbitEndpointLane *self);

G_END_DECLS
