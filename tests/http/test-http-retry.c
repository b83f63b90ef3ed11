/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-http-retry-private.h"
#include "graphbit-http-transport-private.h"

/* 2026-11-24T03:00:00Z */
#define WALL (G_GINT64_CONSTANT (1795489200) * G_USEC_PER_SEC)

static const char *
get_header (gconstpointer headers,
            const char *name)
{
  for (const char *const *entry = headers; entry != NULL && *entry != NULL; entry += 2)
    if (g_ascii_strcasecmp (entry[0], name) == 0)
      return entry[1];

  return NULL;
}

static void
test_statuses (void)
{
  static const int retried[] = { 408, 409, 425, 429, 498, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529 };

  for (int status = 100; status < 600; status++)
    {
      GraphbitHttpHead head = { status, get_header, NULL };
      GraphbitHttpVerdict verdict;
      gboolean is_retried = FALSE;

      for (gsize i = 0; i < G_N_ELEMENTS (retried); i++)
        is_retried |= retried[i] == status;

      g_assert_cmpint (graphbit_http_retry_is_status_retryable (status), ==, is_retried);
      graphbit_http_retry_judge (&head, WALL, &verdict);
      g_assert_cmpint (verdict.may_retry, ==, is_retried);
      g_assert_cmpint (verdict.is_server_fault, ==, status >= 500 && status != 501);
      g_assert_cmpint (verdict.retry_after_ms, ==, -1);
    }
}

static void
test_after (void)
{
  static const struct
  {
    const char *text;
    gint64 expected;
  } rows[] = {
    { NULL, -1 },
    { "", -1 },
    { "1", 1000 },
    { " 1 ", 1000 },
    { "0", -1 },
    { "-5", -1 },
    { "0.25", 250 },
    { "34.4", 34400 },
    { "3600", 3600000 },
    { "1e300", G_MAXINT64 / 2 },
    { "inf", -1 },
    { "nan", -1 },
    { "12 parsecs", -1 },
    { "soon", -1 },
    { "Tue, 24 Nov 2026 03:00:20 GMT", 20000 },
    { "Tuesday, 24-Nov-26 03:00:20 GMT", 20000 },
    { "Tue Nov 24 03:00:20 2026", 20000 },
    { "Tue, 24 Nov 2026 02:59:00 GMT", -1 },
    { "Tue, 24 Nov 2026 03:00:00 GMT", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (graphbit_http_retry_parse_after (rows[i].text, WALL), ==, rows[i].expected);
    }
}

static void
test_headers (void)
{
  static const struct
  {
    int status;
    const char *headers[7];
    gboolean may_retry;
    gint64 after;
  } rows[] = {
    { 429, { "Retry-After", "7" }, TRUE, 7000 },
    { 429, { "retry-after-ms", "1500", "retry-after", "7" }, TRUE, 1500 },
    { 429, { "retry-after-ms", "12.5" }, TRUE, 12 },
    { 429, { "retry-after-ms", "soon", "retry-after", "7" }, TRUE, 7000 },
    { 503, { "Retry-After", "Tue, 24 Nov 2026 03:01:00 GMT" }, TRUE, 60000 },
    { 200, { "retry-after", "7" }, FALSE, -1 },
    { 400, { "retry-after", "7", "retry-after-ms", "7" }, FALSE, -1 },
    { 400, { "x-should-retry", "true", "retry-after", "7" }, TRUE, 7000 },
    { 503, { "x-should-retry", "false", "retry-after", "7" }, FALSE, -1 },
    { 503, { "X-Should-Retry", "FALSE" }, FALSE, -1 },
    { 400, { "x-should-retry", "perhaps" }, FALSE, -1 },
    { 503, { "x-should-retry", "perhaps" }, TRUE, -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      GraphbitHttpHead head = { rows[i].status, get_header, rows[i].headers };
      GraphbitHttpVerdict verdict;

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      graphbit_http_retry_judge (&head, WALL, &verdict);
      g_assert_cmpint (verdict.may_retry, ==, rows[i].may_retry);
      g_assert_cmpint (verdict.retry_after_ms, ==, rows[i].after);
    }
}

#define PLENTY 600000

static void
test_decide (void)
{
  static const struct
  {
    GraphbitHttpVerdict verdict;
    GraphbitHttpRetryState state;
    double random;
    gint64 expected;
  } rows[] = {
    /* the formula: min (0.5 s · 2ⁿ, 8 s) · (1 − 0.25·rand) */
    { { TRUE, TRUE, -1 }, { .retries = 0, .max_retries = 9, .time_left_ms = PLENTY }, 0.0, 500 },
    { { TRUE, TRUE, -1 }, { .retries = 0, .max_retries = 9, .time_left_ms = PLENTY }, 0.5, 437 },
    { { TRUE, TRUE, -1 }, { .retries = 0, .max_retries = 9, .time_left_ms = PLENTY }, 1.0, 375 },
    { { TRUE, TRUE, -1 }, { .retries = 1, .max_retries = 9, .time_left_ms = PLENTY }, 0.0, 1000 },
    { { TRUE, TRUE, -1 }, { .retries = 2, .max_retries = 9, .time_left_ms = PLENTY }, 0.0, 2000 },
    { { TRUE, TRUE, -1 }, { .retries = 3, .max_retries = 9, .time_left_ms = PLENTY }, 0.0, 4000 },
    { { TRUE, TRUE, -1 }, { .retries = 4, .max_retries = 9, .time_left_ms = PLENTY }, 0.0, 8000 },
    { { TRUE, TRUE, -1 }, { .retries = 5, .max_retries = 9, .time_left_ms = PLENTY }, 0.0, 8000 },
    { { TRUE, TRUE, -1 }, { .retries = 4000000, .max_retries = G_MAXUINT, .time_left_ms = PLENTY }, 0.0, 8000 },
    { { TRUE, TRUE, -1 }, { .retries = 4, .max_retries = 9, .time_left_ms = PLENTY }, 1.0, 6000 },
    /* what the server asks for, up to 60 s */
    { { TRUE, TRUE, 1 }, { .max_retries = 9, .time_left_ms = PLENTY }, 1.0, 1 },
    { { TRUE, TRUE, 60000 }, { .max_retries = 9, .time_left_ms = PLENTY }, 1.0, 60000 },
    { { TRUE, TRUE, 60001 }, { .max_retries = 9, .time_left_ms = PLENTY }, 1.0, -1 },
    /* no more than so many, none after the first chunk, none that leaves no time */
    { { TRUE, TRUE, -1 }, { .retries = 0, .max_retries = 0, .time_left_ms = PLENTY }, 0.0, -1 },
    { { TRUE, TRUE, -1 }, { .retries = 2, .max_retries = 3, .time_left_ms = PLENTY }, 0.0, 2000 },
    { { TRUE, TRUE, -1 }, { .retries = 3, .max_retries = 3, .time_left_ms = PLENTY }, 0.0, -1 },
    { { TRUE, TRUE, -1 }, { .max_retries = 3, .is_committed = TRUE, .time_left_ms = PLENTY }, 0.0, -1 },
    { { TRUE, TRUE, -1 }, { .max_retries = 3, .time_left_ms = 500 }, 0.0, -1 },
    { { TRUE, TRUE, -1 }, { .max_retries = 3, .time_left_ms = 501 }, 0.0, 500 },
    { { TRUE, TRUE, 5000 }, { .max_retries = 3, .time_left_ms = 4000 }, 0.0, -1 },
    { { FALSE, TRUE, 5000 }, { .max_retries = 3, .time_left_ms = PLENTY }, 0.0, -1 },
    /* a local server: one retry on 500 */
    { { TRUE, TRUE, -1 }, { .retries = 0, .max_retries = 3, .status = 500, .is_local = TRUE, .time_left_ms = PLENTY }, 0.0, 500 },
    { { TRUE, TRUE, -1 }, { .retries = 1, .max_retries = 3, .status = 500, .is_local = TRUE, .time_left_ms = PLENTY }, 0.0, -1 },
    { { TRUE, TRUE, -1 }, { .retries = 1, .max_retries = 3, .status = 503, .is_local = TRUE, .time_left_ms = PLENTY }, 0.0, 1000 },
    { { TRUE, TRUE, -1 }, { .retries = 1, .max_retries = 3, .status = 500, .time_left_ms = PLENTY }, 0.0, 1000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("row %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (graphbit_http_retry_decide (&rows[i].verdict, &rows[i].state, rows[i].random), ==, rows[i].expected);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/retry/statuses", test_statuses);
  g_test_add_func ("/http/retry/after", test_after);
  g_test_add_func ("/http/retry/headers", test_headers);
  g_test_add_func ("/http/retry/decide", test_decide);

  return g_test_run ();
}
