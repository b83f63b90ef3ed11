/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-http-endpoint-private.h"

G_BEGIN_DECLS

/* What the I/O thread has, copied for other threads. Times are graphbit_clock_now ()'s. */

typedef struct
{
  char *name;
  GraphbitBreakerState breaker_state; /* what is OPEN is HALF_OPEN from open_until on */
  gint64 open_until;
  gint64 cool_until;
  guint slots;
  guint n_active;
  guint n_waiting;
  guint n_resting; /* between two attempts */
  guint n_tickets;
  gint64 requests_per_minute; /* the user's; 0: none */
  gint64 tokens_per_minute;
  gint64 requests_left; /* -1: not known to be limited */
  gint64 tokens_left;
  gint64 n_attempts;
  gint64 n_failures;
  gint64 n_retries;
  double average_ms;
  double p50_ms;
  double p95_ms;
  double p99_ms;
} GraphbitHttpLaneInfo;

typedef struct
{
  guint64 id;
  char *base_uri;
  guint quota;
  GPtrArray *lanes; /* of GraphbitHttpLaneInfo, oldest first */
} GraphbitHttpEndpointInfo;

/* Of GraphbitHttpEndpointInfo, oldest first. On the I/O thread. */
GPtrArray *graphbit_http_info_collect (GraphbitHttpThread *thread);
/* The same from any other thread. Starts nothing: where nothing runs it is empty. */
GPtrArray *graphbit_http_info_get (void);

G_END_DECLS
