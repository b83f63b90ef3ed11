/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The circuit breaker of a lane. Every attempt holds a ticket, and settles it whatever comes. Admits everything so far. */
typedef struct
{
  guint n_tickets; /* held just now */
} GraphbitHttpBreaker;

typedef enum
{
  GRAPHBIT_HTTP_OUTCOME_GOOD,    /* also a refusal that is the client's fault */
  GRAPHBIT_HTTP_OUTCOME_BAD,     /* the server's fault */
  GRAPHBIT_HTTP_OUTCOME_UNKNOWN  /* cancelled */
} GraphbitHttpOutcome;

void graphbit_http_breaker_take (GraphbitHttpBreaker *self);
void graphbit_http_breaker_settle (GraphbitHttpBreaker *self, GraphbitHttpOutcome outcome);

G_END_DECLS
