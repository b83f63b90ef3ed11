/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-endpoint-private.h"
#include "graphbit-random-private.h"
#include "test-http.h"

/* What the calls to one model of one server share: places, limits, breaker, the quota of retries. */

#define STALLS "{\"body\":\"x\",\"stall\":\"before-status\",\"times\":-1}"

/* What is known of the server's only lane, or of the endpoint where the lane is NULL. */
typedef struct
{
  GPtrArray *infos;
  GraphbitHttpEndpointInfo *endpoint;
  GraphbitHttpLaneInfo *lane;
} Info;

static void
info_clear (Info *self)
{
  g_ptr_array_unref (self->infos);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Info, info_clear)

static Info
get_info (GraphbitMockServer *server)
{
  Info self = { graphbit_http_info_get (), NULL, NULL };

  for (guint i = 0; i < self.infos->len; i++)
    {
      GraphbitHttpEndpointInfo *endpoint = self.infos->pdata[i];

      if (strcmp (endpoint->base_uri, graphbit_mock_server_get_base_url (server)) == 0)
        {
          g_assert_null (self.endpoint);
          self.endpoint = endpoint;
        }
    }
  g_assert_nonnull (self.endpoint);
  if (self.endpoint->lanes->len == 1)
    self.lane = self.endpoint->lanes->pdata[0];

  return self;
}

static guint
get_quota (GraphbitMockServer *server)
{
  g_auto (Info) info = get_info (server);

  return info.endpoint->quota;
}

/* Nobody holds anything any more. */
static void
assert_at_rest (GraphbitMockServer *server)
{
  g_auto (Info) info = get_info (server);

  for (guint i = 0; i < info.endpoint->lanes->len; i++)
    {
      GraphbitHttpLaneInfo *lane = info.endpoint->lanes->pdata[i];

      g_assert_cmpuint (lane->n_active, ==, 0);
      g_assert_cmpuint (lane->n_waiting, ==, 0);
      g_assert_cmpuint (lane->n_resting, ==, 0);
      g_assert_cmpuint (lane->n_tickets, ==, 0);
    }
}

static void
start (TestCall *call,
       GraphbitHttpRequest *request)
{
  test_call_init (call);
  test_call_start (call, request);
}

static void
finish (TestCall *call)
{
  test_call_wait_end (call);
  test_call_clear (call);
}

static void
run_good (GraphbitMockServer *server)
{
  TestCall call;

  start (&call, test_request_new (server));
  test_call_wait_end (&call);
  assert_succeeded (&call);
  test_call_clear (&call);
}

/* One attempt with the next step of the script. */
static void
run_bad (GraphbitMockServer *server)
{
  TestCall call;

  start (&call, test_request_new (server));
  test_call_wait_end (&call);
  g_assert_nonnull (call.failure);
  g_assert_cmpuint (call.attempts, ==, 1);
  test_call_clear (&call);
}

/* The quota of retries */

#define RETRIED "{\"status\":429,\"headers\":{\"retry-after-ms\":\"1\"},\"times\":-1}"

static void
test_quota (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (RETRIED);
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call;

  /* 500, of which each takes 5 */
  request->max_retries = 1000;
  start (&call, request);
  while (test_call_count (&call, &call.n_ends) == 0)
    test_advance_ms (1);
  test_call_wait_end (&call);
  g_assert_cmpuint (call.attempts, ==, 101);
  g_assert_cmpint (call.failure->http_status, ==, 429);
  g_assert_cmpuint (get_quota (server), ==, 0);
  test_call_clear (&call);

  /* none left: no retry */
  request = test_request_new (server);
  request->max_retries = 3;
  test_advance_ms (1);
  start (&call, request);
  test_call_wait_end (&call);
  g_assert_cmpuint (call.attempts, ==, 1);
  test_call_clear (&call);

  /* a success without one gives back 1; with four there is still not enough, with five there is */
  graphbit_mock_server_clear (server);
  test_advance_ms (1);
  for (guint i = 1; i <= 5; i++)
    {
      run_good (server);
      g_assert_cmpuint (get_quota (server), ==, i);
    }

  test_server_script (server, "[{\"status\":429,\"headers\":{\"retry-after-ms\":\"1\"}},{\"body\":\"fine\"}]");
  request = test_request_new (server);
  request->max_retries = 3;
  start (&call, request);
  test_call_wait (&call, &call.n_classified, 1);
  test_settle ();
  g_assert_cmpuint (get_quota (server), ==, 0);
  test_advance_ms (1);
  test_call_wait_end (&call);
  assert_succeeded (&call);
  g_assert_cmpuint (call.attempts, ==, 2);
  /* what its retry cost */
  g_assert_cmpuint (get_quota (server), ==, 5);
  test_call_clear (&call);
}

static void
test_quota_timeout (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("[{\"body\":\"x\",\"stall\":\"before-status\"},{\"body\":\"fine\"}]");
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call;

  request->is_stream = TRUE;
  request->max_retries = 1;
  start (&call, request);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));
  test_advance_ms (120000);
  g_assert_cmpuint (get_quota (server), ==, 490);
  test_advance_ms (500);
  test_call_wait_end (&call);
  assert_succeeded (&call);
  g_assert_cmpuint (get_quota (server), ==, 500);
  test_call_clear (&call);

  /* it never grows beyond that */
  run_good (server);
  g_assert_cmpuint (get_quota (server), ==, 500);
}

/* The breaker */

static void
test_breaker_counts (void)
{
  static const struct
  {
    const char *step;
    gboolean opens;
  } rows[] = {
    { "{\"status\":500,\"times\":-1}", TRUE },
    { "{\"status\":502,\"times\":-1}", TRUE },
    { "{\"status\":503,\"times\":-1}", TRUE },
    { "{\"status\":529,\"times\":-1}", TRUE },
    { "{\"reset\":\"before-status\",\"times\":-1}", TRUE },
    { "{\"body\":\"0123456789\",\"close\":\"after-5-bytes\",\"times\":-1}", TRUE },
    { "{\"status\":501,\"times\":-1}", FALSE },
    { "{\"status\":400,\"times\":-1}", FALSE },
    { "{\"status\":401,\"times\":-1}", FALSE },
    { "{\"status\":404,\"times\":-1}", FALSE },
    { "{\"status\":408,\"times\":-1}", FALSE },
    { "{\"status\":429,\"times\":-1}", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GraphbitMockServer) server = test_server_new (rows[i].step);
      TestCall call;

      g_test_message ("%s", rows[i].step);
      for (guint n = 0; n < 5; n++)
        run_bad (server);

      start (&call, test_request_new (server));
      test_call_wait_end (&call);
      if (rows[i].opens)
        {
          g_auto (Info) info = get_info (server);

          assert_failed (&call, GRAPHBIT_ERROR_CIRCUIT_OPEN, "has failed too often and gets no requests for another 30 s");
          g_assert_cmpint (call.failure->retry_after_ms, ==, 30000);
          g_assert_cmpuint (call.attempts, ==, 0);
          g_assert_cmpuint (test_call_count (&call, &call.n_begins), ==, 0);
          g_assert_cmpint (info.lane->breaker_state, ==, GRAPHBIT_BREAKER_STATE_OPEN);
          g_assert_cmpint (info.lane->open_until, ==, graphbit_clock_now () + 30 * G_USEC_PER_SEC);
          g_assert_cmpint (info.lane->n_attempts, ==, 5);
          g_assert_cmpint (info.lane->n_failures, ==, 5);
        }
      else
        {
          g_assert_cmpuint (call.attempts, ==, 1);
        }
      test_call_clear (&call);
      assert_at_rest (server);
    }
}

static void
test_breaker_probe (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("[{\"status\":503,\"times\":5}," STALLS "]");
  TestCall probe, other;

  for (guint i = 0; i < 5; i++)
    run_bad (server);

  test_advance_ms (29999);
  start (&other, test_request_new (server));
  test_call_wait_end (&other);
  assert_failed (&other, GRAPHBIT_ERROR_CIRCUIT_OPEN, "for another 0.001 s");
  test_call_clear (&other);

  test_advance_ms (1);
  start (&probe, test_request_new (server));
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));

  start (&other, test_request_new (server));
  test_call_wait_end (&other);
  assert_failed (&other, GRAPHBIT_ERROR_CIRCUIT_OPEN, "one request finds out just now");
  g_assert_cmpint (other.failure->retry_after_ms, ==, -1);
  test_call_clear (&other);

  /* one that is cancelled says nothing, and the next one is the probe */
  graphbit_http_call_cancel (probe.call);
  test_call_wait_end (&probe);
  assert_cancelled (&probe);
  test_call_clear (&probe);
  {
    g_auto (Info) info = get_info (server);

    g_assert_cmpint (info.lane->breaker_state, ==, GRAPHBIT_BREAKER_STATE_HALF_OPEN);
  }
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE));
  start (&probe, test_request_new (server));
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));
  graphbit_mock_server_release (server);
  test_call_wait_end (&probe);
  assert_succeeded (&probe);
  test_call_clear (&probe);

  graphbit_mock_server_clear (server);
  run_good (server);
  run_good (server);
  assert_at_rest (server);
}

/* Opening ends the waits of the others: with what went wrong for them before, if anything did. */
static void
test_breaker_opens_in_waits (void)
{
  g_autoptr (GraphbitMockServer) server =
      test_server_new ("[{\"status\":503,\"headers\":{\"retry-after\":\"20\"}},"
                       " {\"status\":503,\"headers\":{\"retry-after\":\"50\"}},"
                       " {\"status\":503,\"times\":2},"
                       " {\"status\":503,\"stall\":\"before-status\"},"
                       " {\"body\":\"fine\",\"times\":-1}]");
  GraphbitHttpRequest *request;
  TestCall early, late, holder, waiting;

  request = test_request_new (server);
  request->max_retries = 3;
  request->slots = 1;
  start (&early, request);
  test_call_wait (&early, &early.n_classified, 1);
  request = test_request_new (server);
  request->max_retries = 3;
  request->slots = 1;
  start (&late, request);
  test_call_wait (&late, &late.n_classified, 1);
  for (guint i = 0; i < 2; i++)
    {
      request = test_request_new (server);
      request->slots = 1;
      start (&holder, request);
      finish (&holder);
    }

  request = test_request_new (server);
  request->slots = 1;
  request->max_retries = 3;
  start (&holder, request);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));
  request = test_request_new (server);
  request->slots = 1;
  start (&waiting, request);
  test_settle ();
  g_assert_cmpuint (test_call_count (&early, &early.n_ends), ==, 0);
  g_assert_cmpuint (test_call_count (&late, &late.n_ends), ==, 0);
  g_assert_cmpuint (test_call_count (&waiting, &waiting.n_ends), ==, 0);

  graphbit_mock_server_release (server);
  /* its own failure opened it: no retry would come through */
  test_call_wait_end (&holder);
  assert_failed (&holder, GRAPHBIT_ERROR_UNAVAILABLE, "status says no");
  g_assert_cmpuint (holder.attempts, ==, 1);
  test_call_wait_end (&waiting);
  assert_failed (&waiting, GRAPHBIT_ERROR_CIRCUIT_OPEN, "gets no requests");
  test_call_wait_end (&early);
  assert_failed (&early, GRAPHBIT_ERROR_UNAVAILABLE, "status says no");
  g_assert_cmpint (early.failure->http_status, ==, 503);
  g_assert_cmpuint (early.attempts, ==, 1);

  /* this one comes back when the breaker lets it through */
  test_settle ();
  g_assert_cmpuint (test_call_count (&late, &late.n_ends), ==, 0);
  test_advance_ms (50000);
  test_call_wait_end (&late);
  assert_succeeded (&late);
  g_assert_cmpuint (late.attempts, ==, 2);

  test_call_clear (&early);
  test_call_clear (&late);
  test_call_clear (&holder);
  test_call_clear (&waiting);
  assert_at_rest (server);
}

/* The limit of the whole exchange counts as the server's failure, that of a run does not. */
static void
test_breaker_deadlines (void)
{
  for (guint kind = GRAPHBIT_HTTP_DEADLINE_TOTAL; kind <= GRAPHBIT_HTTP_DEADLINE_RUN; kind++)
    {
      g_autoptr (GraphbitMockServer) server = test_server_new (STALLS);

      for (guint i = 0; i < 5; i++)
        {
          GraphbitHttpRequest *request = test_request_new (server);
          TestCall call;

          request->deadline = graphbit_clock_now () + G_USEC_PER_SEC;
          request->deadline_ms = 1000;
          request->deadline_kind = kind;
          start (&call, request);
          g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));
          test_advance_ms (1000);
          test_call_wait_end (&call);
          assert_failed (&call, GRAPHBIT_ERROR_TIMEOUT, "time limit of 1 s");
          test_call_clear (&call);
          g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE));
        }

      {
        g_auto (Info) info = get_info (server);

        g_assert_cmpint (info.lane->breaker_state == GRAPHBIT_BREAKER_STATE_OPEN, ==, kind == GRAPHBIT_HTTP_DEADLINE_TOTAL);
      }
      assert_at_rest (server);
    }
}

/* Each model has its own, at each server and with each key. */
static void
test_lanes_apart (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("[{\"status\":503,\"times\":5},{\"body\":\"fine\",\"times\":-1}]");
  GraphbitHttpRequest *request;
  TestCall call;

  for (guint i = 0; i < 5; i++)
    run_bad (server);

  request = test_request_new (server);
  g_free (request->lane);
  request->lane = g_strdup ("another");
  start (&call, request);
  test_call_wait_end (&call);
  assert_succeeded (&call);
  test_call_clear (&call);

  request = test_request_new (server);
  request->secret = graphbit_secret_new ("sk-another");
  request->secret_header = "Authorization";
  start (&call, request);
  test_call_wait_end (&call);
  assert_succeeded (&call);
  test_call_clear (&call);

  start (&call, test_request_new (server));
  test_call_wait_end (&call);
  assert_failed (&call, GRAPHBIT_ERROR_CIRCUIT_OPEN, "");
  test_call_clear (&call);
}

/* Cool-down and limits */

static void
test_cool_down (void)
{
  g_autoptr (GraphbitMockServer) server =
      test_server_new ("[{\"status\":429,\"headers\":{\"Retry-After\":\"7\"}},{\"body\":\"fine\",\"times\":-1}]");
  GraphbitHttpRequest *request;
  TestCall second, third;

  run_bad (server);
  start (&second, test_request_new (server));
  test_settle ();
  test_advance_ms (6999);
  g_assert_cmpuint (test_call_count (&second, &second.n_begins), ==, 0);
  {
    g_auto (Info) info = get_info (server);

    g_assert_cmpint (info.lane->cool_until - graphbit_clock_now (), ==, 1000);
    g_assert_cmpuint (info.lane->n_waiting, ==, 1);
    g_assert_cmpuint (info.lane->n_active, ==, 0);
  }

  /* who cannot wait so long is told at once, and how long it is */
  request = test_request_new (server);
  request->max_wait_ms = 0;
  request->deadline = graphbit_clock_now () + 999;
  request->deadline_ms = 1;
  start (&third, request);
  test_call_wait_end (&third);
  assert_failed (&third, GRAPHBIT_ERROR_RATE_LIMITED, "leaves no room for another 0.001 s");
  test_call_clear (&third);

  test_advance_ms (1);
  test_call_wait_end (&second);
  assert_succeeded (&second);
  test_call_clear (&second);
  assert_at_rest (server);
}

static void
test_cool_down_too_long (void)
{
  g_autoptr (GraphbitMockServer) server =
      test_server_new ("[{\"body\":\"x\",\"stall\":\"before-status\"},"
                       " {\"status\":429,\"headers\":{\"Retry-After\":\"3600\"},\"stall\":\"before-status\"}]");
  GraphbitHttpRequest *request;
  TestCall first, second, third;

  request = test_request_new (server);
  request->slots = 2;
  start (&first, request);
  request = test_request_new (server);
  request->slots = 2;
  request->max_retries = 3;
  start (&second, request);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 2, PATIENCE));
  graphbit_mock_server_release (server);
  test_call_wait_end (&first);
  test_call_wait_end (&second);
  g_assert_cmpint (second.failure->retry_after_ms, ==, 3600000);
  g_assert_cmpuint (second.attempts, ==, 1);
  test_call_clear (&first);
  test_call_clear (&second);

  start (&third, test_request_new (server));
  test_call_wait_end (&third);
  assert_failed (&third, GRAPHBIT_ERROR_RATE_LIMITED, "for another 3600 s");
  g_assert_cmpint (third.failure->retry_after_ms, ==, 3600000);
  g_assert_cmpuint (third.attempts, ==, 0);
  test_call_clear (&third);

  /* longer than an endpoint that nobody uses is kept */
  test_advance_ms (3599000);
  start (&third, test_request_new (server));
  test_settle ();
  g_assert_cmpuint (test_call_count (&third, &third.n_begins) + test_call_count (&third, &third.n_ends), ==, 0);
  test_advance_ms (1000);
  test_call_wait_end (&third);
  assert_succeeded (&third);
  test_call_clear (&third);
}

/* It may begin while others wait: those that cannot wait so long do not wait until then. */
static void
test_cool_down_while_waiting (void)
{
  g_autoptr (GraphbitMockServer) server =
      test_server_new ("[{\"status\":429,\"headers\":{\"Retry-After\":\"30\"},\"stall\":\"before-status\"},{\"body\":\"fine\",\"times\":-1}]");
  GraphbitHttpRequest *request;
  TestCall holder, patient, hasty;

  request = test_request_new (server);
  request->slots = 1;
  start (&holder, request);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));
  request = test_request_new (server);
  request->slots = 1;
  request->max_wait_ms = 29999;
  start (&hasty, request);
  request = test_request_new (server);
  request->slots = 1;
  request->max_wait_ms = 30000;
  start (&patient, request);
  test_settle ();

  graphbit_mock_server_release (server);
  test_call_wait_end (&holder);
  test_call_wait_end (&hasty);
  assert_failed (&hasty, GRAPHBIT_ERROR_RATE_LIMITED, "for another 30 s");
  g_assert_cmpuint (test_call_count (&hasty, &hasty.n_begins), ==, 0);

  test_advance_ms (29999);
  g_assert_cmpuint (test_call_count (&patient, &patient.n_begins) + test_call_count (&patient, &patient.n_ends), ==, 0);
  test_advance_ms (1);
  test_call_wait_end (&patient);
  assert_succeeded (&patient);
  test_call_clear (&holder);
  test_call_clear (&hasty);
  test_call_clear (&patient);
  assert_at_rest (server);
}

static GraphbitHttpRequest *
limited_request (GraphbitMockServer *server,
                 guint requests_per_minute,
                 guint tokens_per_minute,
                 gint64 tokens)
{
  GraphbitHttpRequest *request = test_request_new (server);

  request->requests_per_minute = requests_per_minute;
  request->tokens_per_minute = tokens_per_minute;
  request->tokens = tokens;

  return request;
}

/* In order, each at its time; the wait holds no place, and one whose time is known to be too far does not wait. */
static void
test_requests_per_minute (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"body\":\"fine\",\"times\":-1}");
  g_autoptr (GString) order = g_string_new (NULL);
  TestCall calls[5];

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      test_call_init (&calls[i]);
      calls[i].order = order;
      calls[i].name = (char) ('a' + i);
      test_call_start (&calls[i], limited_request (server, 2, 0, 0));
      test_settle ();
      if (i == 0)
        {
          test_call_wait (&calls[0], &calls[0].n_ends, 1);
          test_advance_ms (10000);
        }
    }

  /* a and b went at once, c and d wait for a minute after them, and e for one more */
  test_call_wait_end (&calls[0]);
  test_call_wait_end (&calls[1]);
  test_call_wait_end (&calls[4]);
  assert_failed (&calls[4], GRAPHBIT_ERROR_RATE_LIMITED, "leaves no room for another 110 s");
  g_assert_cmpint (calls[4].failure->retry_after_ms, ==, 110000);
  g_assert_cmpstr (order->str, ==, "ab");
  {
    g_auto (Info) info = get_info (server);

    g_assert_cmpuint (info.lane->n_waiting, ==, 2);
    g_assert_cmpuint (info.lane->n_active, ==, 0);
    g_assert_cmpint (info.lane->requests_per_minute, ==, 2);
    g_assert_cmpint (info.lane->requests_left, ==, 0);
    g_assert_cmpint (info.lane->tokens_left, ==, -1);
  }

  test_advance_ms (49999);
  g_assert_cmpuint (test_call_count (&calls[2], &calls[2].n_begins), ==, 0);
  test_advance_ms (1);
  test_call_wait_end (&calls[2]);
  g_assert_cmpstr (order->str, ==, "abc");
  test_advance_ms (9999);
  g_assert_cmpuint (test_call_count (&calls[3], &calls[3].n_begins), ==, 0);
  test_advance_ms (1);
  test_call_wait_end (&calls[3]);
  g_assert_cmpstr (order->str, ==, "abcd");

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    test_call_clear (&calls[i]);
  assert_at_rest (server);
}

/* One that waits out its patience for the rate says so. */
static void
test_rate_wait_ends (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"body\":\"x\",\"stall\":\"before-status\",\"times\":2}");
  GraphbitHttpRequest *request;
  TestCall first, second;

  /* the first used more than it said: only that makes the wait longer than was known */
  start (&first, limited_request (server, 0, 100, 10));
  first.tokens = 150;
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));
  test_advance_ms (30000);
  request = limited_request (server, 0, 100, 95);
  request->max_wait_ms = 40000;
  start (&second, request);
  test_settle ();
  g_assert_cmpuint (test_call_count (&second, &second.n_ends), ==, 0);

  test_advance_ms (20000);
  graphbit_mock_server_release (server);
  test_call_wait_end (&first);
  test_settle ();
  g_assert_cmpuint (test_call_count (&second, &second.n_begins) + test_call_count (&second, &second.n_ends), ==, 0);
  test_advance_ms (9999);
  g_assert_cmpuint (test_call_count (&second, &second.n_begins), ==, 0);
  test_advance_ms (1);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));
  graphbit_mock_server_release (server);
  test_call_wait_end (&second);
  assert_succeeded (&second);
  test_call_clear (&first);
  test_call_clear (&second);

  /* headers of another answer may do so, too */
  test_server_script (server, "{\"body\":\"x\",\"headers\":{\"x-ratelimit-remaining-requests\":\"0\",\"x-ratelimit-reset-requests\":\"5m\"},"
                              "\"stall\":\"after-headers\"}");
  test_advance_ms (120000);
  start (&first, test_request_new (server));
  test_call_wait (&first, &first.n_heads, 1);
  request = test_request_new (server);
  request->max_wait_ms = 301000;
  start (&second, request);
  test_advance_ms (299999);
  g_assert_cmpuint (test_call_count (&second, &second.n_begins) + test_call_count (&second, &second.n_ends), ==, 0);
  graphbit_http_call_cancel (second.call);
  test_call_wait_end (&second);
  assert_cancelled (&second);
  graphbit_mock_server_release (server);
  test_call_wait_end (&first);
  test_call_clear (&first);
  test_call_clear (&second);
  assert_at_rest (server);
}

/* An estimate is reserved, and what the answer says takes its place. */
static void
test_tokens_per_minute (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"body\":\"x\",\"stall\":\"before-status\",\"times\":1}");
  TestCall first, second;

  start (&first, limited_request (server, 0, 1000, 900));
  first.tokens = 300;
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));
  start (&second, limited_request (server, 0, 1000, 700));
  test_settle ();
  g_assert_cmpuint (test_call_count (&second, &second.n_begins), ==, 0);

  graphbit_mock_server_release (server);
  test_call_wait_end (&first);
  test_call_wait_end (&second);
  assert_succeeded (&second);
  {
    g_auto (Info) info = get_info (server);

    /* the second did not say: the estimate stays */
    g_assert_cmpint (info.lane->tokens_left, ==, 0);
  }
  test_call_clear (&first);
  test_call_clear (&second);

  /* what was refused has used nothing, and neither has what was not sent */
  test_advance_ms (60000);
  test_server_script (server, "{\"status\":400}");
  start (&first, limited_request (server, 0, 1000, 900));
  finish (&first);
  graphbit_mock_server_stop (server);
  start (&first, limited_request (server, 0, 1000, 900));
  finish (&first);
  {
    g_auto (Info) info = get_info (server);

    g_assert_cmpint (info.lane->tokens_left, ==, 1000);
  }
  assert_at_rest (server);
}

static void
test_headers (void)
{
  g_autoptr (GraphbitMockServer) server =
      test_server_new ("[{\"body\":\"x\",\"headers\":{\"x-ratelimit-limit-requests\":\"60\",\"x-ratelimit-remaining-requests\":\"1\","
                       "\"x-ratelimit-reset-requests\":\"59s\"}},"
                       " {\"body\":\"x\",\"times\":2},"
                       " {\"status\":400,\"headers\":{\"anthropic-ratelimit-tokens-remaining\":\"5\",\"anthropic-ratelimit-tokens-limit\":\"100\"}},"
                       " {\"body\":\"x\",\"times\":-1}]");
  GraphbitHttpRequest *request;
  TestCall call;

  run_good (server);
  run_good (server); /* the one that is left */
  start (&call, test_request_new (server));
  test_settle ();
  test_advance_ms (999);
  g_assert_cmpuint (test_call_count (&call, &call.n_begins), ==, 0);
  test_advance_ms (2);
  test_call_wait_end (&call);
  assert_succeeded (&call);
  test_call_clear (&call);

  /* an error's count as well */
  test_advance_ms (60000);
  run_bad (server);
  request = test_request_new (server);
  request->tokens = 24;
  start (&call, request);
  test_settle ();
  test_advance_ms (11999);
  g_assert_cmpuint (test_call_count (&call, &call.n_begins), ==, 0);
  test_advance_ms (2);
  test_call_wait_end (&call);
  assert_succeeded (&call);
  test_call_clear (&call);
  assert_at_rest (server);
}

/* A small one does not pass a large one that waits; but when that goes away, it goes. */
static void
test_fair (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"body\":\"x\",\"times\":-1}");
  TestCall first, large, small;

  start (&first, limited_request (server, 0, 100, 60));
  finish (&first);
  start (&large, limited_request (server, 0, 100, 50));
  start (&small, limited_request (server, 0, 100, 10));
  test_settle ();
  g_assert_cmpuint (test_call_count (&large, &large.n_begins) + test_call_count (&small, &small.n_begins), ==, 0);
  graphbit_http_call_cancel (large.call);
  test_call_wait_end (&large);
  test_call_wait_end (&small);
  assert_succeeded (&small);
  test_call_clear (&large);
  test_call_clear (&small);
  assert_at_rest (server);
}

/* Whoever raises a limit raises it for those that wait already. */
static void
test_raise (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (STALLS);
  GraphbitHttpRequest *request;
  TestCall calls[5];

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      static const guint slots[] = { 1, 1, 5, 5, 5 };
      static const guint limits[] = { 3, 0, 0, 0, 5 };

      request = limited_request (server, limits[i], 0, 0);
      request->slots = slots[i];
      start (&calls[i], request);
      test_settle ();
      if (i == 1)
        g_assert_cmpuint (test_call_count (&calls[1], &calls[1].n_begins), ==, 0);
      else if (i == 3)
        g_assert_cmpuint (test_call_count (&calls[3], &calls[3].n_begins), ==, 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    g_assert_cmpuint (test_call_count (&calls[i], &calls[i].n_begins), ==, 1);

  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 5, PATIENCE));
  graphbit_mock_server_release (server);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    finish (&calls[i]);
  assert_at_rest (server);
}

/* Cancelled in the waits that there are because of others. */
static void
test_cancel (void)
{
  g_autoptr (GraphbitMockServer) server =
      test_server_new ("[{\"status\":429,\"headers\":{\"Retry-After\":\"50\"}},{\"body\":\"x\",\"times\":-1}]");
  TestCall call;

  start (&call, limited_request (server, 1, 0, 0));
  finish (&call);

  /* cool-down */
  start (&call, test_request_new (server));
  test_settle ();
  graphbit_http_call_cancel (call.call);
  test_call_wait_end (&call);
  assert_cancelled (&call);
  g_assert_cmpuint (test_call_count (&call, &call.n_begins), ==, 0);
  test_call_clear (&call);

  /* rate limit */
  test_advance_ms (50000);
  start (&call, test_request_new (server));
  test_settle ();
  g_assert_cmpuint (test_call_count (&call, &call.n_begins), ==, 0);
  graphbit_http_call_cancel (call.call);
  test_call_wait_end (&call);
  assert_cancelled (&call);
  test_call_clear (&call);

  test_advance_ms (10000);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);
  assert_at_rest (server);
}

/* And when the library is shut down, none of those that wait is sent. */
static void
test_shutdown (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"body\":\"x\",\"times\":-1}");
  TestCall calls[3];

  start (&calls[0], limited_request (server, 0, 100, 60));
  finish (&calls[0]);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    start (&calls[i], limited_request (server, 0, 100, 50 - 20 * i));
  test_settle ();
  graphbit_runtime_shutdown ();
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      test_call_wait_end (&calls[i]);
      assert_cancelled (&calls[i]);
      g_assert_cmpuint (test_call_count (&calls[i], &calls[i].n_begins), ==, 0);
      test_call_clear (&calls[i]);
    }
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  graphbit_clock_set_virtual (TRUE);

  g_test_add_func ("/http/quota/costs", test_quota);
  g_test_add_func ("/http/quota/timeout", test_quota_timeout);
  g_test_add_func ("/http/lane/breaker/counts", test_breaker_counts);
  g_test_add_func ("/http/lane/breaker/probe", test_breaker_probe);
  g_test_add_func ("/http/lane/breaker/opens-in-waits", test_breaker_opens_in_waits);
  g_test_add_func ("/http/lane/breaker/deadlines", test_breaker_deadlines);
  g_test_add_func ("/http/lane/apart", test_lanes_apart);
  g_test_add_func ("/http/lane/cool-down/waits", test_cool_down);
  g_test_add_func ("/http/lane/cool-down/too-long", test_cool_down_too_long);
  g_test_add_func ("/http/lane/cool-down/while-waiting", test_cool_down_while_waiting);
  g_test_add_func ("/http/lane/requests-per-minute", test_requests_per_minute);
  g_test_add_func ("/http/lane/rate-wait-ends", test_rate_wait_ends);
  g_test_add_func ("/http/lane/tokens-per-minute", test_tokens_per_minute);
  g_test_add_func ("/http/lane/headers", test_headers);
  g_test_add_func ("/http/lane/fair", test_fair);
  g_test_add_func ("/http/lane/raise", test_raise);
  g_test_add_func ("/http/lane/cancel", test_cancel);
  g_test_add_func ("/http/lane/shutdown", test_shutdown);

  return g_test_run ();
}
