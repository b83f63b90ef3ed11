/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-endpoint-lane.h"

G_BEGIN_DECLS

/*
 * The circuit breaker of a lane. Every attempt holds a ticket, and settles it
 * whatever comes. Times are graphbit_clock_now ()'s. Zeroed, it is closed.
 *
 *   CLOSED → OPEN → HALF_OPEN → CLOSED
 *              ↑        ↓
 *              └────────┘
 */
#define GRAPHBIT_HTTP_BREAKER_SECONDS 60 /* that the rate of failures is taken over */

typedef struct
{
  GraphbitBreakerState state; /* one that is OPEN for long enough is HALF_OPEN when somebody comes */
  guint generation;           /* what began before the last change of state says nothing about it */
  guint n_tickets;            /* held just now */
  gboolean has_probe;         /* while HALF_OPEN */
  guint n_consecutive;        /* failures */
  gint64 open_until;
  gint64 open_length;         /* of the last time; 0: it has been well since */

  gint64 second; /* the last that the window holds */
  guint n_total; /* of all seconds together */
  guint n_bad;
  struct
  {
    guint n_total;
    guint n_bad;
  } seconds[GRAPHBIT_HTTP_BREAKER_SECONDS];
} GraphbitHttpBreaker;

typedef struct
{
  guint generation;
  gboolean is_probe;
} GraphbitHttpBreakerTicket;

typedef enum
{
  GRAPHBIT_HTTP_OUTCOME_GOOD,    /* also a refusal that is the client's fault */
  GRAPHBIT_HTTP_OUTCOME_BAD,     /* the server's fault */
  GRAPHBIT_HTTP_OUTCOME_UNKNOWN  /* cancelled */
} GraphbitHttpOutcome;

/* Whether nobody is let through. `left`: for how many microseconds still; 0: until the probe has ended. */
gboolean graphbit_http_breaker_is_open (const GraphbitHttpBreaker *self, gint64 now, gint64 *left);
/* Of one that is not open. */
void graphbit_http_breaker_take (GraphbitHttpBreaker *self, gint64 now, GraphbitHttpBreakerTicket *ticket);
/* TRUE: it opened. */
gboolean graphbit_http_breaker_settle (GraphbitHttpBreaker *self,
                                       gint64 now,
                                       const GraphbitHttpBreakerTicket *ticket,
                                       GraphbitHttpOutcome outcome);

G_END_DECLS
