/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-breaker-private.h"

#include <string.h>

#define MAX_CONSECUTIVE 5
#define MIN_TOTAL 10    /* attempts, before their share of failures says something */
#define BAD_PER_TOTAL 2 /* one in so many */
#define OPEN_LENGTH (30 * G_USEC_PER_SEC)
#define MAX_OPEN_LENGTH (5 * 60 * (gint64) G_USEC_PER_SEC)

gboolean
graphbit_http_breaker_is_open (const GraphbitHttpBreaker *self,
                               gint64 now,
                               gint64 *left)
{
  switch (self->state)
    {
    case GRAPHBIT_BREAKER_STATE_OPEN:
      *left = MAX (self->open_until - now, 0);
      return *left > 0;

    case GRAPHBIT_BREAKER_STATE_HALF_OPEN:
      *left = 0;
      return self->has_probe;

    case GRAPHBIT_BREAKER_STATE_CLOSED:
    default:
      *left = 0;
      return FALSE;
    }
}

void
graphbit_http_breaker_take (GraphbitHttpBreaker *self,
                            gint64 now,
                            GraphbitHttpBreakerTicket *ticket)
{
  if (self->state == GRAPHBIT_BREAKER_STATE_OPEN)
    {
      g_assert (now >= self->open_until);
      self->state = GRAPHBIT_BREAKER_STATE_HALF_OPEN;
    }

  ticket->generation = self->generation;
  ticket->is_probe = self->state == GRAPHBIT_BREAKER_STATE_HALF_OPEN;
  if (ticket->is_probe)
    {
      g_assert (!self->has_probe);
      self->has_probe = TRUE;
    }
  self->n_tickets++;
}

static void
forget (GraphbitHttpBreaker *self)
{
  self->generation++;
  self->has_probe = FALSE;
  self->n_consecutive = 0;
  self->n_total = self->n_bad = 0;
  memset (self->seconds, 0, sizeof self->seconds);
}

static void
open_up (GraphbitHttpBreaker *self,
         gint64 now)
{
  forget (self);
  self->state = GRAPHBIT_BREAKER_STATE_OPEN;
  self->open_length = self->open_length > 0 ? MIN (self->open_length * 2, MAX_OPEN_LENGTH) : OPEN_LENGTH;
  self->open_until = now + self->open_length;
}

static void
close_up (GraphbitHttpBreaker *self)
{
  forget (self);
  self->state = GRAPHBIT_BREAKER_STATE_CLOSED;
  self->open_length = 0;
}

static void
count (GraphbitHttpBreaker *self,
       gint64 now,
       gboolean is_bad)
{
  gint64 second = now / G_USEC_PER_SEC;

  /* the seconds since the last one take the places of those that are a minute old */
  for (gint64 s = MAX (self->second + 1, second - GRAPHBIT_HTTP_BREAKER_SECONDS + 1); s <= second; s++)
    {
      guint i = (guint) (s % GRAPHBIT_HTTP_BREAKER_SECONDS);

      self->n_total -= self->seconds[i].n_total;
      self->n_bad -= self->seconds[i].n_bad;
      self->seconds[i].n_total = self->seconds[i].n_bad = 0;
    }
  self->second = second;

  self->n_total++;
  self->seconds[second % GRAPHBIT_HTTP_BREAKER_SECONDS].n_total++;
  if (is_bad)
    {
      self->n_bad++;
      self->seconds[second % GRAPHBIT_HTTP_BREAKER_SECONDS].n_bad++;
    }
}

gboolean
graphbit_http_breaker_settle (GraphbitHttpBreaker *self,
                              gint64 now,
                              const GraphbitHttpBreakerTicket *ticket,
                              GraphbitHttpOutcome outcome)
{
  gboolean is_bad = outcome == GRAPHBIT_HTTP_OUTCOME_BAD;

  g_assert (self->n_tickets > 0);
  self->n_tickets--;

  if (ticket->generation != self->generation)
    return FALSE;

  if (outcome == GRAPHBIT_HTTP_OUTCOME_UNKNOWN)
    {
      /* the next is the probe */
      if (ticket->is_probe)
        self->has_probe = FALSE;
      return FALSE;
    }

  if (ticket->is_probe)
    {
      if (is_bad)
        open_up (self, now);
      else
        close_up (self);
      return is_bad;
    }

  count (self, now, is_bad);
  self->n_consecutive = is_bad ? self->n_consecutive + 1 : 0;
  if (!is_bad ||
      (self->n_consecutive < MAX_CONSECUTIVE &&
       (self->n_total < MIN_TOTAL || self->n_bad * BAD_PER_TOTAL < self->n_total)))
    return FALSE;

  open_up (self, now);
  return TRUE;
}
