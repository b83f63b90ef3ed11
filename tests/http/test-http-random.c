/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-http-info-private.h"
#include "graphbit-random-private.h"
#include "test-http.h"

/*
 * A property: whatever servers and callers do, and in whatever order, each call
 * ends once, no lane ever has more under way than it may, and at the end every
 * slot and ticket is back.
 */

#define N_ROUNDS 12
#define N_CALLS 60
#define N_LANES 3

static const char *steps[] = {
  "{\"body\":\"fine\"}",
  "{\"body\":\"fine\",\"stall\":\"before-status\"}",
  "{\"body\":\"0123456789\",\"stall\":\"after-5-bytes\"}",
  "{\"body\":\"0123456789\",\"close\":\"after-5-bytes\"}",
  "{\"reset\":\"before-status\"}",
  "{\"close\":\"before-status\"}",
  "{\"garbage\":true}",
  "{\"status\":400}",
  "{\"status\":500}",
  "{\"status\":503}",
  "{\"status\":503,\"stall\":\"before-status\"}",
  "{\"status\":503,\"headers\":{\"Retry-After\":\"3\"}}",
  "{\"status\":429}",
  "{\"status\":429,\"headers\":{\"Retry-After\":\"5\"}}",
  "{\"status\":429,\"headers\":{\"Retry-After\":\"90\"}}",
  "{\"body\":\"fine\",\"headers\":{\"x-ratelimit-remaining-requests\":\"0\",\"x-ratelimit-reset-requests\":\"2s\"}}",
  "{\"body\":\"fine\",\"headers\":{\"x-ratelimit-limit-tokens\":\"100\",\"x-ratelimit-remaining-tokens\":\"7\",\"x-ratelimit-reset-tokens\":\"20s\"}}",
};

static guint
choose (GRand *random,
        guint n)
{
  return (guint) g_rand_int_range (random, 0, (gint32) n);
}

static GraphbitHttpRequest *
make_request (GRand *random,
              GraphbitMockServer *server)
{
  static const guint waits[] = { 0, 1, 1000, 20000 };
  GraphbitHttpRequest *request = test_request_new (server);

  g_free (request->lane);
  request->lane = g_strdup_printf ("lane %u", choose (random, N_LANES));
  request->slots = 1 + choose (random, 4);
  request->max_retries = choose (random, 4);
  request->is_stream = choose (random, 2) == 0;
  request->max_wait_ms = waits[choose (random, G_N_ELEMENTS (waits))];
  request->tokens = choose (random, 50);
  if (choose (random, 4) == 0)
    request->requests_per_minute = 1 + choose (random, 30);
  if (choose (random, 4) == 0)
    request->tokens_per_minute = 1 + choose (random, 500);
  if (choose (random, 4) == 0)
    {
      request->deadline_ms = 1 + choose (random, 30000);
      request->deadline = graphbit_clock_now () + (gint64) request->deadline_ms * 1000;
      request->deadline_kind = choose (random, 2);
    }

  return request;
}

static gboolean
check_lanes (gboolean is_end)
{
  g_autoptr (GPtrArray) infos = graphbit_http_info_get ();
  gboolean is_at_rest = TRUE;

  for (guint i = 0; i < infos->len; i++)
    {
      GraphbitHttpEndpointInfo *endpoint = infos->pdata[i];

      g_assert_cmpuint (endpoint->quota, <=, 500);
      for (guint j = 0; j < endpoint->lanes->len; j++)
        {
          GraphbitHttpLaneInfo *lane = endpoint->lanes->pdata[j];

          g_assert_cmpuint (lane->n_active, <=, lane->slots);
          g_assert_cmpuint (lane->n_tickets, ==, lane->n_active);
          g_assert_cmpint (lane->n_failures, <=, lane->n_attempts);
          g_assert_cmpint (lane->requests_left, >=, -1);
          g_assert_cmpint (lane->tokens_left, >=, -1);
          /* when its time is over they may wait for the rate limit again */
          if (lane->breaker_state == GRAPHBIT_BREAKER_STATE_OPEN && lane->open_until > graphbit_clock_now ())
            g_assert_cmpuint (lane->n_waiting, ==, 0);
          if (lane->breaker_state == GRAPHBIT_BREAKER_STATE_CLOSED && is_end)
            g_assert_cmpint (lane->open_until, ==, 0);
          is_at_rest &= lane->n_active + lane->n_waiting + lane->n_resting == 0;
        }
    }

  return is_at_rest;
}

static void
run_round (guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (GraphbitMockServer) server = test_server_new (NULL);
  g_autofree TestCall *calls = g_new0 (TestCall, N_CALLS);
  g_autoptr (GString) script = g_string_new ("[");
  guint n_started = 0, n_cancelled = 0, n_failed = 0, n_ended = 0;
  guint n_actions = N_CALLS * 4;

  g_test_message ("seed %u", seed);
  graphbit_random_seed (seed);
  for (guint i = 0; i < 4 * N_CALLS; i++)
    g_string_append_printf (script, "%s%s", i > 0 ? "," : "", steps[choose (random, G_N_ELEMENTS (steps))]);
  g_string_append_c (script, ']');
  test_server_script (server, script->str);

  for (guint i = 0; i < n_actions; i++)
    {
      static const guint advances[] = { 1, 100, 500, 3000, 31000 };

      switch (choose (random, 8))
        {
        case 0:
        case 1:
        case 2:
          if (n_started == N_CALLS)
            break;
          test_call_init (&calls[n_started]);
          calls[n_started].pauses_at = choose (random, 4) == 0;
          calls[n_started].commits = choose (random, 4) == 0;
          calls[n_started].tokens = choose (random, 100);
          test_call_start (&calls[n_started++], make_request (random, server));
          break;
        case 3:
          if (n_started > 0)
            graphbit_http_call_cancel (calls[choose (random, n_started)].call);
          break;
        case 4:
          if (n_started > 0)
            graphbit_http_call_resume (calls[choose (random, n_started)].call);
          break;
        case 5:
          graphbit_mock_server_release (server);
          break;
        case 6:
          test_advance_ms (advances[choose (random, G_N_ELEMENTS (advances))]);
          break;
        case 7:
        default:
          check_lanes (FALSE);
        }
    }

  /* half of them are cancelled, the others come to their own end */
  for (guint i = 0; i < n_started; i++)
    {
      if (choose (random, 2) == 0)
        graphbit_http_call_cancel (calls[i].call);
    }
  for (guint i = 0; i < n_started; i++)
    {
      while (test_call_count (&calls[i], &calls[i].n_ends) == 0)
        {
          graphbit_mock_server_release (server);
          graphbit_http_call_resume (calls[i].call);
          test_advance_ms (1000);
        }
    }

  for (guint i = 0; i < n_started; i++)
    {
      test_call_wait_end (&calls[i]);
      g_assert_cmpuint (test_call_count (&calls[i], &calls[i].n_ends), ==, 1);
      g_assert_cmpuint (calls[i].attempts, <=, 4);
      g_assert_cmpuint (test_call_count (&calls[i], &calls[i].n_begins), <=, 5); /* one may be sent again on a new connection */
      if (calls[i].failure == NULL)
        n_ended++;
      else if (calls[i].failure->is_cancelled)
        n_cancelled++;
      else
        n_failed++;
      test_call_clear (&calls[i]);
    }
  g_test_message ("%u succeeded, %u failed, %u were cancelled", n_ended, n_failed, n_cancelled);
  g_assert_true (check_lanes (TRUE));
}

static void
test_random (void)
{
  for (guint i = 0; i < N_ROUNDS; i++)
    run_round (i < N_ROUNDS / 2 ? i : (guint32) g_test_rand_int ());
}

/* The same, ended by the end of the library: nobody is forgotten. */
static void
test_random_shutdown (void)
{
  for (guint round = 0; round < 4; round++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (1000 + round);
      g_autoptr (GraphbitMockServer) server = test_server_new ("[{\"status\":503,\"times\":3},{\"body\":\"x\",\"stall\":\"before-status\",\"times\":-1}]");
      TestCall calls[20];

      for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
        {
          test_call_init (&calls[i]);
          test_call_start (&calls[i], make_request (random, server));
        }
      graphbit_runtime_shutdown ();
      for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
        {
          test_call_wait_end (&calls[i]);
          g_assert_nonnull (calls[i].failure);
          test_call_clear (&calls[i]);
        }
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  graphbit_clock_set_virtual (TRUE);

  g_test_add_func ("/http/random/settles", test_random);
  g_test_add_func ("/http/random/shutdown", test_random_shutdown);

  return g_test_run ();
}
