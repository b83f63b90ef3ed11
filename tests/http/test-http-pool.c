/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "test-http.h"

/* Connections and sessions: many calls at once, idle endpoints, generations. */

static void
test_many (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (NULL);
  static TestCall calls[200];

  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
        {
          GraphbitHttpRequest *request = test_request_new (server);

          request->slots = G_N_ELEMENTS (calls);
          test_call_init (&calls[i]);
          test_call_start (&calls[i], request);
        }
      for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
        {
          test_call_wait_end (&calls[i]);
          assert_succeeded (&calls[i]);
          g_assert_cmpuint (test_call_count (&calls[i], &calls[i].n_begins), ==, 1);
          test_call_clear (&calls[i]);
        }
    }

  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 400);
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), <=, 200);
}

/* More than a session takes, all at the same time. */
static void
test_many_at_once (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"body\":\"x\",\"stall\":\"before-status\",\"times\":100}");
  static TestCall calls[100];

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      GraphbitHttpRequest *request = test_request_new (server);

      request->slots = G_N_ELEMENTS (calls);
      test_call_init (&calls[i]);
      test_call_start (&calls[i], request);
    }
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, G_N_ELEMENTS (calls), PATIENCE));

  /* half of them are no longer wanted */
  for (guint i = 0; i < G_N_ELEMENTS (calls); i += 2)
    {
      graphbit_http_call_cancel (calls[i].call);
      test_call_wait_end (&calls[i]);
      assert_cancelled (&calls[i]);
      test_call_clear (&calls[i]);
    }
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, G_N_ELEMENTS (calls) / 2, PATIENCE));

  graphbit_mock_server_release (server);
  for (guint i = 1; i < G_N_ELEMENTS (calls); i += 2)
    {
      test_call_wait_end (&calls[i]);
      assert_succeeded (&calls[i]);
      test_call_clear (&calls[i]);
    }
}

static void
run_one (GraphbitMockServer *server,
         const char *secret,
         const char *lane)
{
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call;

  if (secret != NULL)
    {
      request->secret = graphbit_secret_new (secret);
      request->secret_header = "X-Key";
    }
  g_free (request->lane);
  request->lane = g_strdup (lane);
  test_call_init (&call);
  test_call_start (&call, request);
  test_call_wait_end (&call);
  assert_succeeded (&call);
  test_call_clear (&call);
}

/* Keys do not share connections, models do. */
static void
test_endpoints (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (NULL);

  run_one (server, NULL, "a");
  run_one (server, NULL, "b");
  run_one (server, NULL, NULL);
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 1);
  run_one (server, "one", "a");
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 2);
  run_one (server, "two", "a");
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 3);
  run_one (server, "one", "b");
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 3);
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 3, PATIENCE));
}

static void
test_idle_endpoint (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (NULL);

  run_one (server, NULL, "a");
  test_advance_ms (599999);
  run_one (server, NULL, "a");
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 1);
  test_advance_ms (599999);
  g_assert_cmpuint (graphbit_mock_server_get_open_connections (server), ==, 1);
  test_advance_ms (1);
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE));
  run_one (server, NULL, "a");
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 2);
}

/* Bytes arrive as they were sent, however the network splits them. */
static void
test_split (void)
{
  static const char *steps[] = {
    "{\"body\":\"caf\xc3\xa9, na\xc3\xafve\",\"split\":\"byte\"}",
    "{\"body\":\"caf\xc3\xa9, na\xc3\xafve\",\"split\":\"byte\",\"framing\":\"chunked\"}",
    "{\"body\":\"caf\xc3\xa9, na\xc3\xafve\",\"framing\":\"close\"}",
    "{\"body\":\"caf\xc3\xa9, na\xc3\xafve\",\"connection\":\"close\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GraphbitMockServer) server = test_server_new (steps[i]);
      TestCall call;

      test_call_init (&call);
      test_call_start (&call, test_request_new (server));
      test_call_wait_end (&call);
      assert_succeeded (&call);
      g_assert_cmpstr (call.body->str, ==, "caf\xc3\xa9, na\xc3\xafve");
      test_call_clear (&call);
    }
}

/* A generation later everything begins anew. */
static void
test_generations (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (NULL);

  run_one (server, NULL, "a");
  graphbit_runtime_shutdown ();
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE));
  run_one (server, NULL, "a");
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 2);
  graphbit_runtime_shutdown ();
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE));
}

/* A call of a generation that has ended cannot be started, and its request is freed. */
static void
test_ended_generation (void)
{
  static const GraphbitHttpHandler none = { NULL };
  g_autoptr (GraphbitMockServer) server = test_server_new (NULL);
  g_autoptr (GError) error = NULL;
  GraphbitRuntime *runtime = graphbit_runtime_get (&error);

  g_assert_no_error (error);
  graphbit_runtime_shutdown ();
  g_assert_null (graphbit_http_call_start (runtime, test_request_new (server), &none, NULL));
  graphbit_runtime_unref (runtime);

  run_one (server, NULL, "a");
  runtime = graphbit_runtime_get (&error);
  g_assert_no_error (error);
  graphbit_runtime_shutdown ();
  g_assert_null (graphbit_http_call_start (runtime, test_request_new (server), &none, NULL));
  graphbit_runtime_unref (runtime);
}

/* What is started while a generation ends is cancelled with it. */
static void
test_ending_generation (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"body\":\"x\",\"stall\":\"before-status\"}");
  g_autoptr (GError) error = NULL;
  TestCall first, second;

  test_call_init (&first);
  test_call_init (&second);
  first.next = &second;
  first.next_request = test_request_new (server);
  first.next_runtime = graphbit_runtime_get (&error);
  g_assert_no_error (error);
  test_call_start (&first, test_request_new (server));
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));

  graphbit_runtime_shutdown ();
  test_call_wait_end (&first);
  assert_cancelled (&first);
  g_assert_nonnull (second.call);
  test_call_wait_end (&second);
  assert_cancelled (&second);
  g_assert_cmpuint (test_call_count (&second, &second.n_begins), ==, 0);
  graphbit_runtime_unref (first.next_runtime);
  test_call_clear (&first);
  test_call_clear (&second);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  graphbit_clock_set_virtual (TRUE);

  g_test_add_func ("/http/pool/many", test_many);
  g_test_add_func ("/http/pool/many-at-once", test_many_at_once);
  g_test_add_func ("/http/pool/endpoints", test_endpoints);
  g_test_add_func ("/http/pool/idle-endpoint", test_idle_endpoint);
  g_test_add_func ("/http/pool/split", test_split);
  g_test_add_func ("/http/pool/generations", test_generations);
  g_test_add_func ("/http/pool/ended-generation", test_ended_generation);
  g_test_add_func ("/http/pool/ending-generation", test_ending_generation);

  return g_test_run ();
}
