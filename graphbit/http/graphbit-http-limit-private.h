/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-http-call-private.h"

G_BEGIN_DECLS

/*
 * The rate limits of a lane: what the user allows per minute, what the server
 * says is left, and how long it asked to be left alone. Times are
 * graphbit_clock_now ()'s. An attempt takes its part when it is admitted, with
 * an estimate of its tokens, and settles it when it is over.
 */

/* What the server says of one kind; of headers, or as it has become since. */
typedef struct
{
  gint64 limit;     /* -1: unknown */
  gint64 remaining; /* at `since`; -1: unknown, then nothing of this counts */
  gint64 since;
  gint64 full_at;   /* then it is the limit again, and nothing of this counts any more */
} GraphbitHttpAllowance;

typedef struct
{
  gint64 when;
  gint64 requests; /* 0: it was not sent after all */
  gint64 tokens;
} GraphbitHttpAdmission;

typedef struct
{
  gint64 requests_per_minute; /* the user's; 0: none */
  gint64 tokens_per_minute;
  gint64 cool_until;

  GraphbitHttpAllowance requests; /* the server's */
  GraphbitHttpAllowance tokens;
  guint64 told; /* the admission that these come from */

  guint64 n_admitted;
  gint64 tokens_admitted; /* by estimate */

  GArray *admissions; /* of the last minute, oldest first; NULL: the user set no limit yet */
  guint first;        /* in it, that still counts */
  guint64 first_number;
  gint64 requests_used;
  gint64 tokens_used;
} GraphbitHttpLimit;

typedef struct
{
  guint64 number;         /* of the admission, from 1 on */
  gint64 tokens_admitted; /* up to and with it */
} GraphbitHttpLimitTicket;

void graphbit_http_limit_clear (GraphbitHttpLimit *self);

/* 0: what another has set stays. */
void graphbit_http_limit_set (GraphbitHttpLimit *self, gint64 requests_per_minute, gint64 tokens_per_minute);
void graphbit_http_limit_cool (GraphbitHttpLimit *self, gint64 until);

static inline gboolean
graphbit_http_limit_is_idle (const GraphbitHttpLimit *self)
{
  return self->cool_until == 0 && self->admissions == NULL && self->requests.remaining < 0 && self->tokens.remaining < 0;
}

/* When so much together can be admitted at the earliest. */
gint64 graphbit_http_limit_get_time (GraphbitHttpLimit *self, gint64 now, gint64 requests, gint64 tokens);

void graphbit_http_limit_take (GraphbitHttpLimit *self, gint64 now, gint64 tokens, GraphbitHttpLimitTicket *ticket);
/* `tokens`: that were used; -1: unknown. Without `was_sent` all is given back. */
void graphbit_http_limit_settle (GraphbitHttpLimit *self,
                                 const GraphbitHttpLimitTicket *ticket,
                                 gboolean was_sent,
                                 gint64 tokens);
/* What headers said to the attempt with that ticket. */
void graphbit_http_limit_tell (GraphbitHttpLimit *self,
                               gint64 now,
                               const GraphbitHttpLimitTicket *ticket,
                               const GraphbitHttpAllowance *requests,
                               const GraphbitHttpAllowance *tokens);

/* What is left now; -1: not known to be limited. */
gint64 graphbit_http_limit_get_requests_left (GraphbitHttpLimit *self, gint64 now);
gint64 graphbit_http_limit_get_tokens_left (GraphbitHttpLimit *self, gint64 now);

/*
 * Reads x-ratelimit-… and anthropic-ratelimit-… of an answer. FALSE: there are none. `wall` is
 * graphbit_clock_wall ()'s.
 */
gboolean graphbit_http_limit_read (const GraphbitHttpHead *head,
                                   gint64 now,
                                   gint64 wall,
                                   GraphbitHttpAllowance *requests,
                                   GraphbitHttpAllowance *tokens);
/* A time in any of the shapes of those headers → microseconds from now; -1: none. */
gint64 graphbit_http_limit_parse_reset (const char *text, gint64 wall);

G_END_DECLS
