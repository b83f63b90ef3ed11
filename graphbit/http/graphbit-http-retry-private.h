/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-http-call-private.h"

G_BEGIN_DECLS

/* What an attempt may be followed by. Functions of their arguments alone. */

#define GRAPHBIT_HTTP_RETRY_AFTER_LIMIT_MS (60 * 1000)

gboolean graphbit_http_retry_is_status_retryable (int status);

/* What status and headers say. The times of HTTP dates are counted from `wall`, graphbit_clock_wall ()'s. */
void graphbit_http_retry_judge (const GraphbitHttpHead *head, gint64 wall, GraphbitHttpVerdict *verdict);

/* Seconds, also with a fraction, or an HTTP date → milliseconds; -1: neither, or nothing to wait for. */
gint64 graphbit_http_retry_parse_after (const char *text, gint64 wall);

/* What a retry takes of its endpoint's quota; another try at what did not answer costs the server more. */
#define GRAPHBIT_HTTP_RETRY_COST 5
#define GRAPHBIT_HTTP_RETRY_COST_TIMEOUT 10
/* What an answer at the first attempt gives back. */
#define GRAPHBIT_HTTP_RETRY_REFUND 1

typedef struct
{
  guint retries; /* made so far */
  guint max_retries;
  int status;    /* of this attempt; 0: there was none */
  gboolean is_local;
  gboolean is_committed;
  gint64 time_left_ms; /* until the deadline */
} GraphbitHttpRetryState;

/* How long to wait before the next attempt; -1: there is none. `random` is in [0, 1). */
gint64 graphbit_http_retry_decide (const GraphbitHttpVerdict *verdict,
                                   const GraphbitHttpRetryState *state,
                                   double random);

G_END_DECLS
