/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-http-limit-private.h"
#include "graphbit-http-transport-private.h"

/* 2026-11-24T03:00:00Z */
#define WALL (G_GINT64_CONSTANT (1795489200) * G_USEC_PER_SEC)
#define NOW (G_GINT64_CONSTANT (5000) * G_USEC_PER_SEC)
#define SECOND ((gint64) G_USEC_PER_SEC)

static void
init (GraphbitHttpLimit *self)
{
  memset (self, 0, sizeof *self);
  self->requests.remaining = self->tokens.remaining = -1;
}

static GraphbitHttpLimitTicket
take (GraphbitHttpLimit *self,
      gint64 when,
      gint64 tokens)
{
  GraphbitHttpLimitTicket ticket;

  g_assert_cmpint (graphbit_http_limit_get_time (self, NOW + when, 1, tokens), ==, NOW + when);
  graphbit_http_limit_take (self, NOW + when, tokens, &ticket);
  return ticket;
}

#define assert_time(self, when, requests, tokens, expected) \
  g_assert_cmpint (graphbit_http_limit_get_time (self, NOW + (when), requests, tokens) - NOW, ==, expected)

/* No 60 seconds, wherever they begin, have more than the limit. */
static void
test_requests (void)
{
  GraphbitHttpLimit limit;

  init (&limit);
  g_assert_true (graphbit_http_limit_is_idle (&limit));
  graphbit_http_limit_set (&limit, 3, 0);
  g_assert_false (graphbit_http_limit_is_idle (&limit));

  take (&limit, 0, 1000000);
  take (&limit, 10 * SECOND, 0);
  take (&limit, 20 * SECOND, 0);
  assert_time (&limit, 20 * SECOND, 1, 0, 60 * SECOND);
  assert_time (&limit, 60 * SECOND - 1, 1, 0, 60 * SECOND);
  take (&limit, 60 * SECOND, 0);
  assert_time (&limit, 60 * SECOND, 1, 0, 70 * SECOND);

  /* those behind it in a queue */
  assert_time (&limit, 60 * SECOND, 2, 0, 80 * SECOND);
  assert_time (&limit, 60 * SECOND, 3, 0, 120 * SECOND);
  assert_time (&limit, 60 * SECOND, 4, 0, 130 * SECOND);
  assert_time (&limit, 60 * SECOND, 7, 0, 190 * SECOND);

  /* 0 changes nothing, another number does */
  graphbit_http_limit_set (&limit, 0, 0);
  assert_time (&limit, 60 * SECOND, 1, 0, 70 * SECOND);
  graphbit_http_limit_set (&limit, 4, 0);
  assert_time (&limit, 60 * SECOND, 1, 0, 60 * SECOND);
  graphbit_http_limit_set (&limit, 2, 0);
  assert_time (&limit, 60 * SECOND, 1, 0, 80 * SECOND);
  graphbit_http_limit_clear (&limit);
}

static void
test_tokens (void)
{
  GraphbitHttpLimit limit;
  GraphbitHttpLimitTicket first, second;

  init (&limit);
  graphbit_http_limit_set (&limit, 0, 1000);
  first = take (&limit, 0, 600);
  second = take (&limit, 1 * SECOND, 400);
  assert_time (&limit, 2 * SECOND, 1, 1, 60 * SECOND);
  assert_time (&limit, 2 * SECOND, 1, 601, 61 * SECOND);

  /* it used less than was reserved */
  graphbit_http_limit_settle (&limit, &first, TRUE, 100);
  assert_time (&limit, 2 * SECOND, 1, 500, 2 * SECOND);
  assert_time (&limit, 2 * SECOND, 1, 501, 60 * SECOND);
  /* more */
  graphbit_http_limit_settle (&limit, &second, TRUE, 1500);
  assert_time (&limit, 2 * SECOND, 1, 1, 61 * SECOND);
  /* nobody knows: the estimate stays */
  graphbit_http_limit_settle (&limit, &second, TRUE, -1);
  assert_time (&limit, 2 * SECOND, 1, 1, 61 * SECOND);

  /* larger than all: it has a minute for itself, and the next waits for it */
  assert_time (&limit, 61 * SECOND - 1, 1, 5000, 61 * SECOND);
  take (&limit, 61 * SECOND, 5000);
  assert_time (&limit, 62 * SECOND, 1, 1, 121 * SECOND);
  graphbit_http_limit_clear (&limit);
}

static void
test_not_sent (void)
{
  GraphbitHttpLimit limit;
  GraphbitHttpLimitTicket ticket;

  init (&limit);
  graphbit_http_limit_set (&limit, 1, 10);
  ticket = take (&limit, 0, 10);
  assert_time (&limit, 0, 1, 1, 60 * SECOND);
  graphbit_http_limit_settle (&limit, &ticket, FALSE, -1);
  assert_time (&limit, 0, 1, 10, 0);
  g_assert_cmpint (graphbit_http_limit_get_requests_left (&limit, NOW), ==, 1);
  g_assert_cmpint (graphbit_http_limit_get_tokens_left (&limit, NOW), ==, 10);
  graphbit_http_limit_clear (&limit);
}

/* Tickets of before the limit, and of more than a minute ago, are settled without harm. */
static void
test_old_tickets (void)
{
  GraphbitHttpLimit limit;
  GraphbitHttpLimitTicket before, old;

  init (&limit);
  before = take (&limit, 0, 5);
  graphbit_http_limit_set (&limit, 2, 10);
  old = take (&limit, 0, 10);
  graphbit_http_limit_settle (&limit, &before, FALSE, -1);
  g_assert_cmpint (graphbit_http_limit_get_requests_left (&limit, NOW), ==, 1);
  assert_time (&limit, 60 * SECOND, 2, 10, 60 * SECOND);
  graphbit_http_limit_settle (&limit, &old, TRUE, 1000);
  g_assert_cmpint (graphbit_http_limit_get_tokens_left (&limit, NOW + 60 * SECOND), ==, 10);

  /* and many of them take no room for ever */
  graphbit_http_limit_set (&limit, 1000, 100000);
  for (guint i = 0; i < 100000; i++)
    {
      old = take (&limit, 200 * SECOND + i * SECOND / 10, 1);
      graphbit_http_limit_settle (&limit, &old, TRUE, 2);
    }
  g_assert_cmpuint (limit.admissions->len, <=, 2000);
  g_assert_cmpint (limit.requests_used, ==, 600);
  g_assert_cmpint (limit.tokens_used, ==, 1200);
  graphbit_http_limit_clear (&limit);
}

static void
test_cool (void)
{
  GraphbitHttpLimit limit;

  init (&limit);
  graphbit_http_limit_cool (&limit, NOW + 7 * SECOND);
  graphbit_http_limit_cool (&limit, NOW + 3 * SECOND);
  assert_time (&limit, 0, 1, 0, 7 * SECOND);
  assert_time (&limit, 7 * SECOND, 1, 0, 7 * SECOND);
  g_assert_true (graphbit_http_limit_is_idle (&limit));
}

/* What the server says */

static const char *
get_header (gconstpointer headers,
            const char *name)
{
  g_assert_not_reached ();
}

static void
each_header (gconstpointer headers,
             void (*func) (const char *name, const char *value, gpointer data),
             gpointer data)
{
  for (const char *const *entry = headers; *entry != NULL; entry += 2)
    func (entry[0], entry[1], data);
}

static void
test_reset (void)
{
  static const struct
  {
    const char *text;
    gint64 expected; /* ms */
  } rows[] = {
    { "", -1 },
    { "0", 0 },
    { "0s", 0 },
    { "4ms", 4 },
    { "1.2s", 1200 },
    { "6m0s", 360000 },
    { "1h2m3s", 3723000 },
    { "2m59.56s", 179560 },
    { "1d", 86400000 },
    { "33", 33000 },
    { "33.25", 33250 },
    { "1795489260", 60000 },
    { "1795489260500", 60500 },
    { "1795489100", -1 },
    { "2026-11-24T03:00:37Z", 37000 },
    { "2026-11-24T04:00:37+01:00", 37000 },
    { "2026-11-24T02:59:00Z", 0 },
    { "1e300", 30 * 24 * 3600 * G_GINT64_CONSTANT (1000) }, /* a time in the far future: no longer than a month */
    { "-1s", -1 },
    { "-1", -1 },
    { "12 parsecs", -1 },
    { "5x", -1 },
    { "Tomorrow-ish", -1 },
    { "nan", -1 },
    { "inf", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 reset = graphbit_http_limit_parse_reset (rows[i].text, WALL);

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (reset < 0 ? reset : (reset + 500) / 1000, ==, rows[i].expected);
    }
}

#define MAX_HEADERS 13

static void
test_headers (void)
{
  static const struct
  {
    const char *headers[MAX_HEADERS];
    gint64 requests[3]; /* limit, remaining, ms until it is full */
    gint64 tokens[3];
  } rows[] = {
    { { NULL }, { -1, -1, 0 }, { -1, -1, 0 } },
    { { "content-type", "x", "x-request-id", "x", "x-ratelimit-over-limit", "no", "alt-svc", "1" }, { -1, -1, 0 }, { -1, -1, 0 } },
    /* OpenAI, Groq */
    { { "x-ratelimit-limit-requests", "100", "X-RateLimit-Remaining-Requests", "99", "x-ratelimit-reset-requests", "600ms",
        "x-ratelimit-limit-tokens", "2000", "x-ratelimit-remaining-tokens", "1500", "x-ratelimit-reset-tokens", "1m0s" },
      { 100, 99, 600 }, { 2000, 1500, 60000 } },
    /* Anthropic: the parts of the tokens are told beside the whole */
    { { "anthropic-ratelimit-requests-limit", "50", "anthropic-ratelimit-requests-remaining", "0",
        "anthropic-ratelimit-requests-reset", "2026-11-24T03:00:20Z",
        "Anthropic-Ratelimit-Tokens-Remaining", "7", "anthropic-ratelimit-input-tokens-remaining", "1" },
      { 50, 0, 20000 }, { -1, 7, 60000 } },
    /* xAI has no reset; Mistral; Together and OpenRouter name no kind; Cerebras */
    { { "x-ratelimit-limit-requests", "10", "x-ratelimit-remaining-requests", "3" }, { 10, 3, 60000 }, { -1, -1, 0 } },
    { { "x-ratelimit-remaining-req-minute", "3", "x-ratelimit-limit-tokens-minute", "9", "x-ratelimit-remaining-tokens-minute", "4" },
      { -1, 3, 60000 }, { 9, 4, 60000 } },
    { { "x-ratelimit-limit", "20", "x-ratelimit-remaining", "1", "x-ratelimit-reset", "1795489210000" }, { 20, 1, 10000 }, { -1, -1, 0 } },
    { { "ratelimit-remaining", "599", "RateLimit-Reset", "1", "ratelimit-policy", "\"fixed window\";q=1000", "ratelimit", "\"api\";r=9;t=2" },
      { -1, 599, 1000 }, { -1, -1, 0 } },
    { { "x-ratelimit-remaining-requests-day", "5", "x-ratelimit-reset-requests-day", "100.5" }, { -1, 5, 100500 }, { -1, -1, 0 } },
    /* nonsense */
    { { "x-ratelimit-remaining-requests", "many", "x-ratelimit-remaining-tokens", "-4" }, { -1, -1, 0 }, { -1, 0, 60000 } },
    { { "x-ratelimit-remaining-requests", "5 or so", "x-ratelimit-remaining-tokens", "99999999999999999999" }, { -1, -1, 0 }, { -1, -1, 0 } },
    { { "x-ratelimit-", "1", "x-ratelimit--", "1", "anthropic-ratelimit-", "1", "anthropic-ratelimit-remaining", "1", "x", "1" },
      { -1, -1, 0 }, { -1, -1, 0 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      GraphbitHttpHead head = { 200, get_header, rows[i].headers, each_header };
      GraphbitHttpAllowance requests, tokens;
      gboolean is_told = graphbit_http_limit_read (&head, NOW, WALL, &requests, &tokens);

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (is_told, ==, rows[i].requests[1] >= 0 || rows[i].tokens[1] >= 0);
      g_assert_cmpint (requests.remaining, ==, rows[i].requests[1]);
      g_assert_cmpint (tokens.remaining, ==, rows[i].tokens[1]);
      if (requests.remaining >= 0)
        {
          g_assert_cmpint (requests.limit, ==, rows[i].requests[0]);
          g_assert_cmpint ((requests.full_at - NOW + 500) / 1000, ==, rows[i].requests[2]);
        }
      if (tokens.remaining >= 0)
        {
          g_assert_cmpint (tokens.limit, ==, rows[i].tokens[0]);
          g_assert_cmpint ((tokens.full_at - NOW + 500) / 1000, ==, rows[i].tokens[2]);
        }
    }
}

static void
tell (GraphbitHttpLimit *self,
      const GraphbitHttpLimitTicket *ticket,
      gint64 when,
      GraphbitHttpAllowance requests,
      GraphbitHttpAllowance tokens)
{
  requests.since = tokens.since = NOW + when;
  requests.full_at += NOW;
  tokens.full_at += NOW;
  graphbit_http_limit_tell (self, NOW + when, ticket, &requests, &tokens);
}

/* Its size is known: it fills up evenly. */
static void
test_told_evenly (void)
{
  const GraphbitHttpAllowance nothing = { -1, -1, 0, 0 };
  GraphbitHttpLimit limit;
  GraphbitHttpLimitTicket ticket;

  init (&limit);
  ticket = take (&limit, 0, 100);
  tell (&limit, &ticket, 0, (GraphbitHttpAllowance) { 60, 0, 0, 60 * SECOND }, nothing);
  assert_time (&limit, 0, 1, 0, 1 * SECOND + 1);
  assert_time (&limit, 0, 30, 0, 30 * SECOND + 1);
  assert_time (&limit, 0, 60, 0, 60 * SECOND);
  assert_time (&limit, 0, 1000, 0, 60 * SECOND);
  /* each takes its part of what has come in */
  take (&limit, 2 * SECOND, 0);
  take (&limit, 2 * SECOND, 0);
  assert_time (&limit, 2 * SECOND, 1, 0, 3 * SECOND + 1);
  /* and it is full that much later */
  g_assert_cmpint (graphbit_http_limit_get_requests_left (&limit, NOW + 61 * SECOND), ==, 59);
  /* then it is as if nothing had been said */
  assert_time (&limit, 62 * SECOND, 1000, 0, 62 * SECOND);
  g_assert_cmpint (graphbit_http_limit_get_requests_left (&limit, NOW + 62 * SECOND), ==, -1);
  g_assert_true (graphbit_http_limit_is_idle (&limit));
}

/* It is not: all comes at once. */
static void
test_told_at_once (void)
{
  const GraphbitHttpAllowance nothing = { -1, -1, 0, 0 };
  GraphbitHttpLimit limit;
  GraphbitHttpLimitTicket ticket;

  init (&limit);
  ticket = take (&limit, 0, 100);
  tell (&limit, &ticket, 0, nothing, (GraphbitHttpAllowance) { -1, 50, 0, 10 * SECOND });
  take (&limit, 1 * SECOND, 30);
  assert_time (&limit, 2 * SECOND, 1, 20, 2 * SECOND);
  assert_time (&limit, 2 * SECOND, 1, 21, 10 * SECOND);
  assert_time (&limit, 10 * SECOND, 1, 1000, 10 * SECOND);
}

/* An answer knows nothing of what was sent after its request, and an older one nothing new. */
static void
test_told_late (void)
{
  const GraphbitHttpAllowance nothing = { -1, -1, 0, 0 };
  GraphbitHttpLimit limit;
  GraphbitHttpLimitTicket first, second;

  init (&limit);
  first = take (&limit, 0, 10);
  second = take (&limit, 0, 10);
  take (&limit, 0, 30);
  take (&limit, 0, 40);
  tell (&limit, &second, 1 * SECOND, (GraphbitHttpAllowance) { -1, 5, 0, 10 * SECOND }, (GraphbitHttpAllowance) { -1, 100, 0, 10 * SECOND });
  g_assert_cmpint (graphbit_http_limit_get_requests_left (&limit, NOW + 1 * SECOND), ==, 3);
  g_assert_cmpint (graphbit_http_limit_get_tokens_left (&limit, NOW + 1 * SECOND), ==, 30);
  tell (&limit, &first, 2 * SECOND, (GraphbitHttpAllowance) { -1, 1000, 0, 10 * SECOND }, nothing);
  g_assert_cmpint (graphbit_http_limit_get_requests_left (&limit, NOW + 2 * SECOND), ==, 3);
}

/* The narrowest counts. */
static void
test_all_together (void)
{
  const GraphbitHttpAllowance nothing = { -1, -1, 0, 0 };
  GraphbitHttpLimit limit;
  GraphbitHttpLimitTicket ticket;

  init (&limit);
  graphbit_http_limit_set (&limit, 1, 0);
  ticket = take (&limit, 0, 0);
  assert_time (&limit, 1 * SECOND, 1, 0, 60 * SECOND);
  tell (&limit, &ticket, 0, (GraphbitHttpAllowance) { -1, 0, 0, 90 * SECOND }, nothing);
  assert_time (&limit, 1 * SECOND, 1, 0, 90 * SECOND);
  graphbit_http_limit_cool (&limit, NOW + 95 * SECOND);
  assert_time (&limit, 1 * SECOND, 1, 0, 95 * SECOND);
  g_assert_cmpint (graphbit_http_limit_get_requests_left (&limit, NOW + 1 * SECOND), ==, 0);
  g_assert_cmpint (graphbit_http_limit_get_requests_left (&limit, NOW + 90 * SECOND), ==, 1);
  graphbit_http_limit_clear (&limit);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/limit/requests", test_requests);
  g_test_add_func ("/http/limit/tokens", test_tokens);
  g_test_add_func ("/http/limit/not-sent", test_not_sent);
  g_test_add_func ("/http/limit/old-tickets", test_old_tickets);
  g_test_add_func ("/http/limit/cool", test_cool);
  g_test_add_func ("/http/limit/reset", test_reset);
  g_test_add_func ("/http/limit/headers", test_headers);
  g_test_add_func ("/http/limit/told/evenly", test_told_evenly);
  g_test_add_func ("/http/limit/told/at-once", test_told_at_once);
  g_test_add_func ("/http/limit/told/late", test_told_late);
  g_test_add_func ("/http/limit/together", test_all_together);

  return g_test_run ();
}
