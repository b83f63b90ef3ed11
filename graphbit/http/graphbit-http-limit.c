/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-limit-private.h"

#define MINUTE (60 * (gint64) G_USEC_PER_SEC)

/* How many that no longer count may lie before the others. */
#define MAX_DEAD 256

void
graphbit_http_limit_clear (GraphbitHttpLimit *self)
{
  g_clear_pointer (&self->admissions, g_array_unref);
}

void
graphbit_http_limit_set (GraphbitHttpLimit *self,
                         gint64 requests_per_minute,
                         gint64 tokens_per_minute)
{
  if (requests_per_minute > 0)
    self->requests_per_minute = requests_per_minute;
  if (tokens_per_minute > 0)
    self->tokens_per_minute = tokens_per_minute;

  if (self->admissions == NULL && (requests_per_minute > 0 || tokens_per_minute > 0))
    {
      self->admissions = g_array_new (FALSE, FALSE, sizeof (GraphbitHttpAdmission));
      self->first_number = self->n_admitted + 1;
    }
}

void
graphbit_http_limit_cool (GraphbitHttpLimit *self,
                          gint64 until)
{
  self->cool_until = MAX (self->cool_until, until);
}

/* The user's: no minute, wherever it begins, has more than the limit. */

static GraphbitHttpAdmission *
admission_at (GraphbitHttpLimit *self,
              guint index)
{
  return &g_array_index (self->admissions, GraphbitHttpAdmission, index);
}

static void
drop_old (GraphbitHttpLimit *self,
          gint64 now)
{
  while (self->first < self->admissions->len && admission_at (self, self->first)->when + MINUTE <= now)
    {
      self->requests_used -= admission_at (self, self->first)->requests;
      self->tokens_used -= admission_at (self, self->first)->tokens;
      self->first++;
      self->first_number++;
    }

  if (self->first > MAX_DEAD && self->first > self->admissions->len / 2)
    {
      g_array_remove_range (self->admissions, 0, self->first);
      self->first = 0;
    }
}

static gint64
get_own_time (GraphbitHttpLimit *self,
              gint64 now,
              gint64 limit,
              gint64 used,
              gint64 needed,
              gsize offset)
{
  gint64 missing = used + needed - limit;
  gint64 turn, later;

  if (missing <= 0)
    return now;

  /* more than a minute holds: whoever takes what becomes free frees it a minute later */
  turn = MAX (limit, used);
  later = MINUTE * (1 + (missing - 1) / turn);
  missing = (missing - 1) % turn + 1;

  for (guint i = self->first; i < self->admissions->len; i++)
    {
      missing -= G_STRUCT_MEMBER (gint64, admission_at (self, i), offset);
      if (missing <= 0)
        return admission_at (self, i)->when + later;
    }

  /* what is free already */
  return now + later;
}

/* The server's: it fills up evenly; where its whole size is not known, at once at the end. */

static gboolean
counts (const GraphbitHttpAllowance *self,
        gint64 now)
{
  return self->remaining >= 0 && now < self->full_at;
}

/* How much it fills up by in a microsecond. */
static double
get_rate (const GraphbitHttpAllowance *self)
{
  if (self->limit <= self->remaining)
    return 0.0;

  return (double) (self->limit - self->remaining) / (double) (self->full_at - self->since);
}

static gint64
get_level (const GraphbitHttpAllowance *self,
           gint64 now)
{
  return self->remaining + (gint64) (get_rate (self) * (double) MAX (now - self->since, 0));
}

static gint64
get_told_time (GraphbitHttpAllowance *self,
               gint64 now,
               gint64 needed)
{
  if (!counts (self, now))
    {
      self->remaining = -1;
      return now;
    }

  if (get_level (self, now) >= needed)
    return now;
  if (self->limit <= self->remaining || needed >= self->limit)
    return self->full_at;

  return self->since + (gint64) ((double) (needed - self->remaining) / get_rate (self)) + 1;
}

static void
take_told (GraphbitHttpAllowance *self,
           gint64 now,
           gint64 amount)
{
  double rate;

  if (!counts (self, now))
    return;

  rate = get_rate (self);
  amount = MIN (amount, get_level (self, now));
  self->remaining = get_level (self, now) - amount;
  self->since = MAX (self->since, now);
  if (rate > 0.0)
    self->full_at = self->since + (gint64) ((double) (self->limit - self->remaining) / rate);
}

gint64
graphbit_http_limit_get_time (GraphbitHttpLimit *self,
                              gint64 now,
                              gint64 requests,
                              gint64 tokens)
{
  gint64 when;

  if (graphbit_http_limit_is_idle (self))
    return now;

  if (self->cool_until <= now)
    self->cool_until = 0;
  when = MAX (self->cool_until, now);
  when = MAX (when, get_told_time (&self->requests, now, requests));
  when = MAX (when, get_told_time (&self->tokens, now, tokens));

  if (self->admissions != NULL)
    {
      drop_old (self, now);
      if (self->requests_per_minute > 0)
        when = MAX (when, get_own_time (self, now, self->requests_per_minute, self->requests_used, requests,
                                        G_STRUCT_OFFSET (GraphbitHttpAdmission, requests)));
      /* what is larger than a whole minute's has a minute for itself */
      if (self->tokens_per_minute > 0)
        when = MAX (when, get_own_time (self, now, self->tokens_per_minute, self->tokens_used,
                                        requests == 1 ? MIN (tokens, self->tokens_per_minute) : tokens,
                                        G_STRUCT_OFFSET (GraphbitHttpAdmission, tokens)));
    }

  return when;
}

void
graphbit_http_limit_take (GraphbitHttpLimit *self,
                          gint64 now,
                          gint64 tokens,
                          GraphbitHttpLimitTicket *ticket)
{
  self->n_admitted++;
  self->tokens_admitted += tokens;
  ticket->number = self->n_admitted;
  ticket->tokens_admitted = self->tokens_admitted;

  take_told (&self->requests, now, 1);
  take_told (&self->tokens, now, tokens);

  if (self->admissions != NULL)
    {
      GraphbitHttpAdmission admission = { now, 1, tokens };

      drop_old (self, now);
      g_array_append_val (self->admissions, admission);
      self->requests_used++;
      self->tokens_used += tokens;
    }
}

void
graphbit_http_limit_settle (GraphbitHttpLimit *self,
                            const GraphbitHttpLimitTicket *ticket,
                            gboolean was_sent,
                            gint64 tokens)
{
  GraphbitHttpAdmission *admission;

  /* of before there was a limit, or more than a minute ago */
  if (self->admissions == NULL || ticket->number < self->first_number)
    return;

  admission = admission_at (self, self->first + (guint) (ticket->number - self->first_number));
  if (!was_sent)
    {
      self->requests_used -= admission->requests;
      admission->requests = 0;
      tokens = 0;
    }
  if (tokens >= 0)
    {
      self->tokens_used += tokens - admission->tokens;
      admission->tokens = tokens;
    }
}

/* It did not know of those that were admitted since. */
static void
tell (GraphbitHttpAllowance *self,
      const GraphbitHttpAllowance *told,
      gint64 now,
      gint64 later)
{
  if (told->remaining < 0)
    return;

  *self = *told;
  take_told (self, now, later);
}

void
graphbit_http_limit_tell (GraphbitHttpLimit *self,
                          gint64 now,
                          const GraphbitHttpLimitTicket *ticket,
                          const GraphbitHttpAllowance *requests,
                          const GraphbitHttpAllowance *tokens)
{
  /* the answers come in any order */
  if (ticket->number < self->told)
    return;

  self->told = ticket->number;
  tell (&self->requests, requests, now, (gint64) (self->n_admitted - ticket->number));
  tell (&self->tokens, tokens, now, self->tokens_admitted - ticket->tokens_admitted);
}

static gint64
get_left (const GraphbitHttpAllowance *told,
          gint64 now,
          gint64 limit,
          gint64 used)
{
  gint64 left = -1;

  if (counts (told, now))
    left = get_level (told, now);
  if (limit > 0)
    left = left < 0 ? MAX (limit - used, 0) : MIN (left, MAX (limit - used, 0));

  return left;
}

gint64
graphbit_http_limit_get_requests_left (GraphbitHttpLimit *self,
                                       gint64 now)
{
  if (self->admissions != NULL)
    drop_old (self, now);

  return get_left (&self->requests, now, self->requests_per_minute, self->requests_used);
}

gint64
graphbit_http_limit_get_tokens_left (GraphbitHttpLimit *self,
                                     gint64 now)
{
  if (self->admissions != NULL)
    drop_old (self, now);

  return get_left (&self->tokens, now, self->tokens_per_minute, self->tokens_used);
}
