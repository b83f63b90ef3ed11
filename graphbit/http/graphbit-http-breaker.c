/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-breaker-private.h"

void
graphbit_http_breaker_take (GraphbitHttpBreaker *self)
{
  self->n_tickets++;
}

void
graphbit_http_breaker_settle (GraphbitHttpBreaker *self,
                              GraphbitHttpOutcome outcome)
{
  g_assert (self->n_tickets > 0);

  self->n_tickets--;
}
