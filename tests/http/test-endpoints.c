/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <graphbit/graphbit.h>
#include <string.h>

#include "test-http.h"

/* What graphbit_get_endpoints () shows, and when. */

static GraphbitEndpoint *
find (GListModel *endpoints,
      GraphbitMockServer *server)
{
  for (guint i = 0; i < g_list_model_get_n_items (endpoints); i++)
    {
      g_autoptr (GraphbitEndpoint) endpoint = g_list_model_get_item (endpoints, i);

      if (strcmp (graphbit_endpoint_get_base_url (endpoint), graphbit_mock_server_get_base_url (server)) == 0)
        return endpoint; /* the list holds it */
    }

  return NULL;
}

static GraphbitEndpointLane *
get_lane (GraphbitEndpoint *endpoint,
          guint position)
{
  g_autoptr (GraphbitEndpointLane) lane = g_list_model_get_item (graphbit_endpoint_get_lanes (endpoint), position);

  return lane;
}

static void
run_one (GraphbitMockServer *server)
{
  TestCall call;

  test_call_init (&call);
  test_call_start (&call, test_request_new (server));
  test_call_wait_end (&call);
  test_call_clear (&call);
}

static void
iterate (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
count (GObject *object,
       GParamSpec *pspec,
       guint *n)
{
  (*n)++;
}

static void
count_items (GListModel *model,
             guint position,
             guint n_removed,
             guint n_added,
             int *n)
{
  *n += (int) n_added - (int) n_removed;
}

static void
test_contents (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("[{\"body\":\"x\"},{\"body\":\"x\",\"stall\":\"before-status\"}]");
  g_autoptr (GListModel) endpoints = NULL;
  g_autofree char *model = NULL;
  GraphbitHttpRequest *request;
  GraphbitEndpointLane *lane;
  GListModel *lanes = NULL;
  TestCall first, second;
  gint64 attempts, waiting;

  run_one (server);
  request = test_request_new (server);
  g_free (request->lane);
  request->lane = g_strdup ("another");
  request->slots = 1;
  request->requests_per_minute = 10;
  request->tokens_per_minute = 1000;
  request->tokens = 400;
  test_call_init (&first);
  test_call_start (&first, request);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));
  request = test_request_new (server);
  g_free (request->lane);
  request->lane = g_strdup ("another");
  request->slots = 1;
  test_call_init (&second);
  test_call_start (&second, request);

  endpoints = graphbit_get_endpoints ();
  g_assert_true (g_list_model_get_item_type (endpoints) == GRAPHBIT_TYPE_ENDPOINT);
  g_assert_null (g_list_model_get_item (endpoints, 1000));
  g_object_get (find (endpoints, server), "lanes", &lanes, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (lanes), ==, 2);
  g_assert_cmpint (graphbit_endpoint_get_retry_quota (find (endpoints, server)), ==, 500);

  lane = get_lane (find (endpoints, server), 0);
  g_assert_cmpstr (graphbit_endpoint_lane_get_model (lane), ==, "m");
  g_assert_cmpuint (graphbit_endpoint_lane_get_max_concurrency (lane), ==, 64);
  g_assert_cmpint (graphbit_endpoint_lane_get_attempts (lane), ==, 1);
  g_assert_cmpint (graphbit_endpoint_lane_get_failures (lane), ==, 0);
  g_assert_cmpint (graphbit_endpoint_lane_get_requests_left (lane), ==, -1);

  lane = get_lane (find (endpoints, server), 1);
  g_assert_cmpuint (graphbit_endpoint_lane_get_max_concurrency (lane), ==, 1);
  g_assert_cmpint (graphbit_endpoint_lane_get_active (lane), ==, 1);
  g_assert_cmpuint (graphbit_endpoint_lane_get_requests_per_minute (lane), ==, 10);
  g_assert_cmpuint (graphbit_endpoint_lane_get_tokens_per_minute (lane), ==, 1000);
  g_assert_cmpint (graphbit_endpoint_lane_get_requests_left (lane), ==, 9);
  g_assert_cmpint (graphbit_endpoint_lane_get_tokens_left (lane), ==, 600);
  g_assert_cmpint (graphbit_endpoint_lane_get_cool_down_ms (lane), ==, 0);
  g_assert_cmpint (graphbit_endpoint_lane_get_retrying (lane), ==, 0);
  g_assert_cmpint (graphbit_endpoint_lane_get_retries (lane), ==, 0);
  g_object_get (lane, "model", &model, "waiting", &waiting, "attempts", &attempts, NULL);
  g_assert_cmpstr (model, ==, "another");
  g_assert_cmpint (waiting, ==, 1);
  g_assert_cmpint (attempts, ==, 1);

  test_advance_ms (250);
  graphbit_mock_server_release (server);
  test_call_wait_end (&first);
  test_call_wait_end (&second);
  test_advance_ms (100);
  iterate ();
  lane = get_lane (find (endpoints, server), 1);
  /* one took a quarter of a second, and the other, which waited for it, no time; percentiles are 6 % off at most */
  g_assert_cmpfloat (graphbit_endpoint_lane_get_average_ms (lane), ==, 125);
  g_assert_cmpfloat (graphbit_endpoint_lane_get_p50_ms (lane), ==, 0);
  g_assert_cmpfloat_with_epsilon (graphbit_endpoint_lane_get_p95_ms (lane), 250, 15);
  g_assert_cmpfloat_with_epsilon (graphbit_endpoint_lane_get_p99_ms (lane), 250, 15);
  test_call_clear (&first);
  test_call_clear (&second);
  g_object_unref (lanes);
}

/* Ten times a second at most, at home, and only what changed. */
static void
test_updates (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("[{\"status\":429,\"headers\":{\"Retry-After\":\"5\"}},{\"body\":\"x\",\"times\":-1}]");
  g_autoptr (GraphbitMockServer) other = test_server_new (NULL);
  g_autoptr (GListModel) endpoints = NULL;
  GraphbitEndpointLane *lane;
  guint n_attempts = 0, n_cool = 0, n_active = 0;
  int n_items = 0;

  graphbit_shutdown ();
  endpoints = graphbit_get_endpoints ();
  g_signal_connect (endpoints, "items-changed", G_CALLBACK (count_items), &n_items);
  run_one (server);
  iterate ();
  g_assert_null (find (endpoints, server));
  test_advance_ms (99);
  iterate ();
  g_assert_null (find (endpoints, server));
  test_advance_ms (1);
  g_assert_cmpint (n_items, ==, 0); /* not outside of the loop */
  iterate ();
  g_assert_cmpint (n_items, ==, 1);
  lane = get_lane (find (endpoints, server), 0);
  g_assert_cmpint (graphbit_endpoint_lane_get_attempts (lane), ==, 1);
  g_assert_cmpint (graphbit_endpoint_lane_get_failures (lane), ==, 1);
  g_assert_cmpint (graphbit_endpoint_lane_get_cool_down_ms (lane), ==, 4900);
  test_advance_ms (1900);
  g_assert_cmpint (graphbit_endpoint_lane_get_cool_down_ms (lane), ==, 3000);
  test_advance_ms (3000);
  g_assert_cmpint (graphbit_endpoint_lane_get_cool_down_ms (lane), ==, 0);

  /* many changes, one notification */
  g_signal_connect (lane, "notify::attempts", G_CALLBACK (count), &n_attempts);
  g_signal_connect (lane, "notify::cool-down-ms", G_CALLBACK (count), &n_cool);
  g_signal_connect (lane, "notify::active", G_CALLBACK (count), &n_active);
  for (guint i = 0; i < 5; i++)
    run_one (server);
  run_one (other);
  test_advance_ms (100);
  iterate ();
  g_assert_cmpuint (n_attempts, ==, 1);
  g_assert_cmpuint (n_cool, ==, 1);
  g_assert_cmpuint (n_active, ==, 0); /* there is nothing under way, as there was before */
  g_assert_cmpint (graphbit_endpoint_lane_get_attempts (lane), ==, 6);
  g_assert_cmpint (n_items, ==, 2);
  test_advance_ms (1000);
  iterate ();
  g_assert_cmpuint (n_attempts, ==, 1);

  /* what nobody uses for ten minutes goes */
  test_advance_ms (300000);
  run_one (other);
  test_advance_ms (300000 - 1201);
  test_advance_ms (100);
  iterate ();
  g_assert_nonnull (find (endpoints, server));
  test_advance_ms (1);
  test_advance_ms (100);
  iterate ();
  g_assert_null (find (endpoints, server));
  g_assert_nonnull (find (endpoints, other));
  g_assert_cmpint (n_items, ==, 1);
}

static void
test_breaker (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"status\":503,\"times\":5}");
  g_autoptr (GListModel) endpoints = NULL;
  GraphbitEndpointLane *lane;
  GraphbitBreakerState state;

  for (guint i = 0; i < 5; i++)
    run_one (server);
  endpoints = graphbit_get_endpoints ();
  lane = get_lane (find (endpoints, server), 0);
  g_object_get (lane, "breaker-state", &state, NULL);
  g_assert_cmpint (state, ==, GRAPHBIT_BREAKER_STATE_OPEN);
  g_assert_cmpint (graphbit_endpoint_lane_get_breaker_left_ms (lane), ==, 30000);
  test_advance_ms (29999);
  g_assert_cmpint (graphbit_endpoint_lane_get_breaker_state (lane), ==, GRAPHBIT_BREAKER_STATE_OPEN);
  g_assert_cmpint (graphbit_endpoint_lane_get_breaker_left_ms (lane), ==, 1);
  test_advance_ms (1);
  g_assert_cmpint (graphbit_endpoint_lane_get_breaker_state (lane), ==, GRAPHBIT_BREAKER_STATE_HALF_OPEN);
  g_assert_cmpint (graphbit_http_get_breaker_state (graphbit_mock_server_get_base_url (server), NULL, "m"), ==,
                   GRAPHBIT_BREAKER_STATE_HALF_OPEN);
  g_assert_cmpint (graphbit_http_get_breaker_state (graphbit_mock_server_get_base_url (server), NULL, "n"), ==,
                   GRAPHBIT_BREAKER_STATE_CLOSED);
  run_one (server);
  test_advance_ms (100);
  iterate ();
  g_assert_cmpint (graphbit_endpoint_lane_get_breaker_state (lane), ==, GRAPHBIT_BREAKER_STATE_CLOSED);
}

/* The list of a generation that has ended is empty, and another one is made. */
static void
test_shutdown (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (NULL);
  g_autoptr (GListModel) endpoints = NULL;
  g_autoptr (GListModel) again = NULL;

  run_one (server);
  endpoints = graphbit_get_endpoints ();
  g_assert_nonnull (find (endpoints, server));
  graphbit_shutdown ();
  g_assert_cmpint (graphbit_http_get_breaker_state (graphbit_mock_server_get_base_url (server), NULL, "m"), ==,
                   GRAPHBIT_BREAKER_STATE_CLOSED);
  iterate ();
  g_assert_cmpuint (g_list_model_get_n_items (endpoints), ==, 0);

  again = graphbit_get_endpoints ();
  g_assert_cmpuint (g_list_model_get_n_items (again), ==, 0);
  run_one (server);
  test_advance_ms (100);
  iterate ();
  g_assert_cmpuint (g_list_model_get_n_items (again), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (endpoints), ==, 0);
}

#define N_SERVERS 8

static void
assert_same (GListModel *one,
             GListModel *other)
{
  g_assert_cmpuint (g_list_model_get_n_items (one), ==, g_list_model_get_n_items (other));
  for (guint i = 0; i < g_list_model_get_n_items (one); i++)
    {
      g_autoptr (GraphbitEndpoint) first = g_list_model_get_item (one, i);
      g_autoptr (GraphbitEndpoint) second = g_list_model_get_item (other, i);

      g_assert_cmpstr (graphbit_endpoint_get_base_url (first), ==, graphbit_endpoint_get_base_url (second));
    }
}

/* The endpoints of several I/O threads are in one list, in the order in which they were made. */
static void
test_io_threads (void)
{
  GraphbitMockServer *servers[N_SERVERS];
  g_autoptr (GListModel) endpoints = NULL;
  g_autoptr (GListModel) later = NULL;
  int n_items;

  graphbit_shutdown ();
  g_assert_true (graphbit_configure_runtime (3, 0, 0, NULL));
  endpoints = graphbit_get_endpoints ();
  n_items = 0;
  g_signal_connect (endpoints, "items-changed", G_CALLBACK (count_items), &n_items);

  for (guint i = 0; i < N_SERVERS; i++)
    {
      servers[i] = test_server_new (NULL);
      run_one (servers[i]);
      test_advance_ms (100);
      iterate ();
      g_assert_cmpuint (g_list_model_get_n_items (endpoints), ==, i + 1);
      g_assert_cmpint (n_items, ==, (int) i + 1);
    }
  for (guint i = 0; i < N_SERVERS; i++)
    {
      g_autoptr (GraphbitEndpoint) endpoint = g_list_model_get_item (endpoints, i);

      g_assert_true (find (endpoints, servers[i]) == endpoint);
      g_assert_cmpint (graphbit_endpoint_lane_get_attempts (get_lane (endpoint, 0)), ==, 1);
    }
  later = graphbit_get_endpoints ();
  assert_same (endpoints, later);

  /* they change, and stay where they are */
  for (guint i = N_SERVERS; i-- > 0;)
    run_one (servers[i]);
  test_advance_ms (100);
  iterate ();
  g_assert_cmpint (n_items, ==, N_SERVERS);
  assert_same (endpoints, later);
  for (guint i = 0; i < N_SERVERS; i++)
    {
      g_autoptr (GraphbitEndpoint) endpoint = g_list_model_get_item (endpoints, i);

      g_assert_true (find (endpoints, servers[i]) == endpoint);
      g_assert_cmpint (graphbit_endpoint_lane_get_attempts (get_lane (endpoint, 0)), ==, 2);
    }

  graphbit_shutdown ();
  iterate ();
  g_assert_cmpuint (g_list_model_get_n_items (endpoints), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (later), ==, 0);
  g_assert_cmpint (n_items, ==, 0);
  for (guint i = 0; i < N_SERVERS; i++)
    g_object_unref (servers[i]);
  g_assert_true (graphbit_configure_runtime (0, 0, 0, NULL));
}

typedef struct
{
  GraphbitMockServer *server;
  guint n_changes;
} Dialog;

static void
run_dialog (GListModel *model,
            guint position,
            guint n_removed,
            guint n_added,
            Dialog *self)
{
  if (self->n_changes++ > 0)
    return;

  run_one (self->server);
  test_advance_ms (100);
  iterate ();
}

/* News that come in while a listener runs the context. */
static void
test_listener (void)
{
  g_autoptr (GraphbitMockServer) first = test_server_new (NULL);
  g_autoptr (GraphbitMockServer) second = test_server_new (NULL);
  g_autoptr (GraphbitMockServer) third = test_server_new (NULL);
  g_autoptr (GListModel) endpoints = NULL;
  Dialog dialog = { third, 0 };

  graphbit_shutdown ();
  endpoints = graphbit_get_endpoints ();
  g_signal_connect (endpoints, "items-changed", G_CALLBACK (run_dialog), &dialog);
  run_one (first);
  run_one (second);
  test_advance_ms (100);
  iterate ();
  g_assert_cmpuint (g_list_model_get_n_items (endpoints), ==, 3);
  g_assert_cmpuint (dialog.n_changes, ==, 3);
  g_assert_nonnull (find (endpoints, third));
  g_signal_handlers_disconnect_by_data (endpoints, &dialog);
}

/* Lists are made and dropped in every thread, held by another, while requests run. */

typedef struct
{
  GraphbitMockServer *server;
  GListModel *list;
} Threads;

static void *
look (void *data)
{
  Threads *self = data;
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  g_clear_object (&self->list); /* of another's home */
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GListModel) endpoints = graphbit_get_endpoints ();

      run_one (self->server);
      while (g_main_context_iteration (context, FALSE))
        ;
      g_assert_cmpuint (g_list_model_get_n_items (endpoints), >=, 0);
    }
  g_main_context_pop_thread_default (context);

  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (NULL);
  pthread_t threads[4];
  Threads data[4];

  graphbit_clock_set_virtual (FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      data[i].server = server;
      data[i].list = graphbit_get_endpoints ();
      pthread_create (&threads[i], NULL, look, &data[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    pthread_join (threads[i], NULL);
  iterate ();
  graphbit_clock_set_virtual (TRUE);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  graphbit_clock_set_virtual (TRUE);

  g_test_add_func ("/http/endpoints/contents", test_contents);
  g_test_add_func ("/http/endpoints/updates", test_updates);
  g_test_add_func ("/http/endpoints/breaker", test_breaker);
  g_test_add_func ("/http/endpoints/shutdown", test_shutdown);
  g_test_add_func ("/http/endpoints/io-threads", test_io_threads);
  g_test_add_func ("/http/endpoints/listener", test_listener);
  g_test_add_func ("/http/endpoints/threads", test_threads);

  return g_test_run ();
}
