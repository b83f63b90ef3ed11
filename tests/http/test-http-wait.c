/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "test-http.h"

/* Time limits and cancellation, in every phase of a call. */

#define STALLS_BEFORE "{\"body\":\"0123456789\",\"stall\":\"before-status\",\"times\":-1}"
#define STALLS_AFTER_HEAD "{\"body\":\"0123456789\",\"stall\":\"after-headers\",\"times\":-1}"
#define STALLS_WITHIN "{\"body\":\"0123456789\",\"stall\":\"after-5-bytes\",\"times\":-1}"
#define STALLS_ERROR "{\"status\":503,\"body\":\"0123456789\",\"stall\":\"after-5-bytes\",\"times\":-1}"

static GraphbitHttpRequest *
request_to_hole (TestHole *hole)
{
  g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%u/v1/x", hole->port);
  GraphbitHttpRequest *request = graphbit_http_request_new ("POST", uri);

  request->base_uri = g_strdup_printf ("http://127.0.0.1:%u/v1", hole->port);
  request->proxy_resolver = test_resolver_new ();
  request->has_proxy_resolver = TRUE;

  return request;
}

static void
test_connect_timeout (void)
{
  g_autoptr (GProxyResolver) resolver = NULL;
  g_autofree char *host = NULL;
  GraphbitHttpRequest *request;
  TestHole hole;
  TestCall call;

  test_hole_init (&hole);
  host = g_strdup_printf ("No connection to 127.0.0.1:%u came about within 10 s", hole.port);

  /* a whole answer too: nothing was sent */
  request = request_to_hole (&hole);
  request->max_retries = 1;
  resolver = g_object_ref (request->proxy_resolver);
  test_call_init (&call);
  test_call_start (&call, request);
  test_resolver_wait (resolver);

  test_advance_ms (9999);
  g_assert_cmpuint (test_call_count (&call, &call.n_ends), ==, 0);
  test_advance_ms (1);
  g_assert_cmpuint (test_call_count (&call, &call.n_ends), ==, 0);
  g_assert_cmpuint (test_call_count (&call, &call.n_begins), ==, 1);
  test_advance_ms (500);
  g_assert_cmpuint (test_call_count (&call, &call.n_begins), ==, 2);
  while (test_call_count (&call, &call.n_ends) == 0)
    test_advance_ms (1000);
  test_call_wait_end (&call);

  assert_failed (&call, GRAPHBIT_ERROR_TIMEOUT, host);
  g_assert_cmpuint (call.attempts, ==, 2);
  test_call_clear (&call);
  test_hole_clear (&hole);
}

static void
test_first_byte_timeout (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (STALLS_BEFORE);
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call;

  request->is_stream = TRUE;
  request->max_retries = 1;
  test_call_init (&call);
  test_call_start (&call, request);

  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));
  test_advance_ms (119999);
  g_assert_cmpuint (test_call_count (&call, &call.n_begins), ==, 1);
  test_advance_ms (1);
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE));
  test_advance_ms (500);
  g_assert_cmpuint (test_call_count (&call, &call.n_begins), ==, 2);

  g_assert_true (graphbit_mock_server_wait_for_requests (server, 2, PATIENCE));
  test_advance_ms (120000);
  test_call_wait_end (&call);

  assert_failed (&call, GRAPHBIT_ERROR_TIMEOUT, "did not begin to answer within 120 s");
  g_assert_cmpuint (call.attempts, ==, 2);
  test_call_clear (&call);
}

/* The first byte of a whole answer may take as long as all of it. */
static void
test_total_timeout (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (STALLS_BEFORE);
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call;

  request->max_retries = 3;
  test_call_init (&call);
  test_call_start (&call, request);

  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));
  test_advance_ms (599999);
  g_assert_cmpuint (test_call_count (&call, &call.n_ends), ==, 0);
  test_advance_ms (1);
  test_call_wait_end (&call);

  assert_failed (&call, GRAPHBIT_ERROR_TIMEOUT, "did not finish its answer within the time limit of 600 s");
  g_assert_cmpuint (call.attempts, ==, 1);
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE));
  test_call_clear (&call);
}

static void
test_run_timeout (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (STALLS_WITHIN);
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call;

  request->deadline = graphbit_clock_now () + 2500 * 1000;
  request->deadline_kind = GRAPHBIT_HTTP_DEADLINE_RUN;
  request->deadline_ms = 2500;
  test_call_init (&call);
  test_call_start (&call, request);

  test_call_wait (&call, &call.n_bytes, 1);
  test_advance_ms (2499);
  g_assert_cmpuint (test_call_count (&call, &call.n_ends), ==, 0);
  test_advance_ms (1);
  test_call_wait_end (&call);

  assert_failed (&call, GRAPHBIT_ERROR_TIMEOUT, "The run's time limit of 2.5 s passed while 127.0.0.1:");
  test_call_clear (&call);
}

/* A retry that could not end in time is not begun: the real error is worth more. */
static void
test_deadline_before_retry (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"status\":429,\"headers\":{\"Retry-After\":\"5\"}}");
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call;

  request->deadline = graphbit_clock_now () + 4000 * 1000;
  request->deadline_ms = 4000;
  request->max_retries = 3;
  test_call_init (&call);
  test_call_start (&call, request);
  test_call_wait_end (&call);

  assert_failed (&call, GRAPHBIT_ERROR_UNAVAILABLE, "status says no");
  g_assert_cmpint (call.failure->retry_after_ms, ==, 5000);
  test_call_clear (&call);
}

static void
check_idle (const char *step,
            gboolean is_stream,
            gboolean commits,
            guint n_attempts)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (step);
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call;

  request->max_retries = 1;
  request->is_stream = is_stream;
  request->idle_timeout_ms = 5000;
  test_call_init (&call);
  call.commits = commits;
  test_call_start (&call, request);

  test_call_wait (&call, &call.n_bytes, 1);
  test_advance_ms (4999);
  g_assert_cmpuint (test_call_count (&call, &call.n_ends), ==, 0);
  g_assert_cmpuint (test_call_count (&call, &call.n_begins), ==, 1);
  test_advance_ms (1);
  if (n_attempts == 2)
    {
      test_advance_ms (500);
      test_call_wait (&call, &call.n_bytes, 2);
      test_advance_ms (5000);
    }
  test_call_wait_end (&call);

  assert_failed (&call, GRAPHBIT_ERROR_TIMEOUT, "sent nothing for 5 s");
  g_assert_cmpuint (call.attempts, ==, n_attempts);
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE));
  test_call_clear (&call);
}

static void
test_idle_timeout (void)
{
  check_idle (STALLS_WITHIN, FALSE, FALSE, 1); /* it is billed */
  check_idle (STALLS_WITHIN, TRUE, FALSE, 2);
  check_idle (STALLS_WITHIN, TRUE, TRUE, 1);
}

/* Any byte counts, and the default is 300 s. */
static void
test_idle_restarts (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (STALLS_WITHIN);
  TestCall call;

  test_call_init (&call);
  test_call_start (&call, test_request_new (server));
  test_call_wait (&call, &call.n_bytes, 1);
  test_advance_ms (299999);
  g_assert_cmpuint (test_call_count (&call, &call.n_ends), ==, 0);
  graphbit_mock_server_release (server);
  test_call_wait_end (&call);

  assert_succeeded (&call);
  g_assert_cmpstr (call.body->str, ==, "0123456789");
  test_call_clear (&call);

  test_server_script (server, STALLS_AFTER_HEAD);
  test_call_init (&call);
  test_call_start (&call, test_request_new (server));
  test_call_wait (&call, &call.n_heads, 1);
  test_advance_ms (300000);
  test_call_wait_end (&call);
  assert_failed (&call, GRAPHBIT_ERROR_TIMEOUT, "sent nothing for 300 s");
  test_call_clear (&call);
}

static void
test_idle_in_error_body (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (STALLS_ERROR);
  TestCall call;

  test_call_init (&call);
  test_call_start (&call, test_request_new (server));
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));
  while (test_call_count (&call, &call.n_ends) == 0)
    test_advance_ms (100000);
  test_call_wait_end (&call);

  assert_failed (&call, GRAPHBIT_ERROR_UNAVAILABLE, "status says no");
  g_assert_cmpint (call.failure->http_status, ==, 503);
  test_call_clear (&call);
}

/* Slots */

static void
test_slot_timeout (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (STALLS_BEFORE);
  GraphbitHttpRequest *request;
  TestCall first, second;

  request = test_request_new (server);
  request->slots = 1;
  test_call_init (&first);
  test_call_start (&first, request);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));

  request = test_request_new (server);
  request->slots = 1;
  request->max_retries = 3;
  test_call_init (&second);
  test_call_start (&second, request);
  test_advance_ms (59999);
  g_assert_cmpuint (test_call_count (&second, &second.n_ends), ==, 0);
  test_advance_ms (1);
  test_call_wait_end (&second);

  assert_failed (&second, GRAPHBIT_ERROR_RATE_LIMITED, "for 60 s: raise max-concurrency");
  g_assert_cmpuint (second.attempts, ==, 0);
  g_assert_cmpuint (test_call_count (&second, &second.n_begins), ==, 0);

  graphbit_mock_server_release (server);
  test_call_wait_end (&first);
  assert_succeeded (&first);
  test_call_clear (&first);
  test_call_clear (&second);
}

/* The caller's own stream, which it does not read, is what holds the slot. */
static void
test_slot_paused (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"body\":\"0123456789\"}");
  GraphbitHttpRequest *request;
  TestCall first, second;

  request = test_request_new (server);
  request->slots = 1;
  request->is_stream = TRUE;
  test_call_init (&first);
  first.pauses_at = 1;
  test_call_start (&first, request);
  test_call_wait (&first, &first.n_bytes, 1);

  request = test_request_new (server);
  request->slots = 1;
  request->max_wait_ms = 1000;
  test_call_init (&second);
  test_call_start (&second, request);
  test_advance_ms (1000);
  test_call_wait_end (&second);
  assert_failed (&second, GRAPHBIT_ERROR_RATE_LIMITED, "held by streams that nobody reads");

  graphbit_http_call_resume (first.call);
  test_call_wait_end (&first);
  assert_succeeded (&first);
  test_call_clear (&first);
  test_call_clear (&second);
}

static void
test_slots (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"body\":\"x\",\"stall\":\"before-status\",\"times\":5}");
  g_autoptr (GString) order = g_string_new (NULL);
  TestCall calls[5];

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      GraphbitHttpRequest *request = test_request_new (server);

      request->slots = 2;
      test_call_init (&calls[i]);
      calls[i].order = order;
      calls[i].name = (char) ('a' + i);
      test_call_start (&calls[i], request);
    }

  for (guint n_requests = 2; n_requests <= G_N_ELEMENTS (calls) + 1; n_requests += 2)
    {
      g_assert_true (graphbit_mock_server_wait_for_requests (server, MIN (n_requests, 5), PATIENCE));
      test_settle ();
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, MIN (n_requests, 5));
      g_assert_true (graphbit_mock_server_wait_for_stalled (server, n_requests < 5 ? 2 : 1, PATIENCE));
      graphbit_mock_server_release (server);
    }

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      test_call_wait_end (&calls[i]);
      assert_succeeded (&calls[i]);
      test_call_clear (&calls[i]);
    }
  g_assert_cmpstr (order->str, ==, "abcde");
  g_assert_cmpuint (graphbit_mock_server_get_peak_in_flight (server), ==, 2);
}

/* A retry delay holds no slot. */
static void
test_slot_in_delay (void)
{
  g_autoptr (GraphbitMockServer) server =
      test_server_new ("[{\"status\":503,\"headers\":{\"Retry-After\":\"30\"}},{\"body\":\"x\",\"times\":-1}]");
  GraphbitHttpRequest *request;
  TestCall first, second;

  request = test_request_new (server);
  request->slots = 1;
  request->max_retries = 1;
  test_call_init (&first);
  test_call_start (&first, request);
  test_call_wait (&first, &first.n_classified, 1);

  request = test_request_new (server);
  request->slots = 1;
  test_call_init (&second);
  test_call_start (&second, request);
  test_call_wait_end (&second);
  assert_succeeded (&second);
  g_assert_cmpuint (test_call_count (&first, &first.n_ends), ==, 0);

  test_advance_ms (30000);
  test_call_wait_end (&first);
  assert_succeeded (&first);
  test_call_clear (&first);
  test_call_clear (&second);
}

/* Pausing */

static void
test_pause (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"huge_bytes\":8388608}");
  GraphbitHttpRequest *request = test_request_new (server);
  guint n_bytes;
  TestCall call;

  request->is_stream = TRUE;
  test_call_init (&call);
  call.pauses_at = 3;
  test_call_start (&call, request);

  test_call_wait (&call, &call.n_bytes, 3);
  n_bytes = test_call_count (&call, &call.n_bytes);
  /* longer than the idle limit, which stands still meanwhile */
  test_advance_ms (500000);
  test_settle ();
  g_assert_cmpuint (call.n_bytes, ==, n_bytes);
  g_assert_cmpuint (test_call_count (&call, &call.n_ends), ==, 0);
  g_assert_cmpuint (graphbit_mock_server_get_in_flight (server), ==, 1);

  graphbit_http_call_resume (call.call);
  graphbit_http_call_resume (call.call);
  test_call_wait_end (&call);
  assert_succeeded (&call);
  g_assert_cmpuint (call.body->len, ==, 8388608);
  test_call_clear (&call);
}

static void
test_pause_drained (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"huge_bytes\":8388608}");
  GraphbitHttpRequest *request = test_request_new (server);
  gsize length;
  TestCall call;

  request->is_stream = TRUE;
  test_call_init (&call);
  call.pauses_drained = TRUE;
  test_call_start (&call, request);

  test_call_wait (&call, &call.n_drained, 1);
  test_advance_ms (500000);
  length = call.body->len;
  /* a turn takes no more than so much */
  g_assert_cmpuint (length, <=, 64 * 1024 + 16 * 1024);
  test_settle ();
  g_assert_cmpuint (call.body->len, ==, length);

  graphbit_http_call_resume (call.call);
  test_call_wait_end (&call);
  assert_succeeded (&call);
  g_assert_cmpuint (call.body->len, ==, 8388608);
  test_call_clear (&call);
}

static void
test_pause_idle_resumes (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (STALLS_WITHIN);
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call;

  request->is_stream = TRUE;
  test_call_init (&call);
  call.pauses_at = 1;
  test_call_start (&call, request);
  test_call_wait (&call, &call.n_bytes, 1);
  test_advance_ms (200000);
  graphbit_http_call_resume (call.call);
  test_advance_ms (299999);
  g_assert_cmpuint (test_call_count (&call, &call.n_ends), ==, 0);
  test_advance_ms (1);
  test_call_wait_end (&call);
  assert_failed (&call, GRAPHBIT_ERROR_TIMEOUT, "sent nothing for 300 s");
  test_call_clear (&call);
}

/* Names that are looked up for ever, and a server that never says a word of TLS. */

typedef struct
{
  GResolver parent;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  guint n_asked;
  guint n_cancelled;
} SlowNames;

typedef GResolverClass SlowNamesClass;
GType slow_names_get_type (void);

G_DEFINE_TYPE (SlowNames, slow_names, G_TYPE_RESOLVER)

static void
count_name (SlowNames *self,
            guint *counter)
{
  pthread_mutex_lock (&self->mutex);
  (*counter)++;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->mutex);
}

static gboolean
lookup_cancelled (GCancellable *cancellable,
                  gpointer data)
{
  GTask *task = data;

  count_name (g_task_get_source_object (task), &((SlowNames *) g_task_get_source_object (task))->n_cancelled);
  g_task_return_error_if_cancelled (task);

  return G_SOURCE_REMOVE;
}

static void
slow_names_lookup_async (GResolver *resolver,
                         const char *name,
                         GResolverNameLookupFlags flags,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  SlowNames *self = (SlowNames *) resolver;
  GTask *task = g_task_new (resolver, cancellable, callback, user_data);
  g_autoptr (GSource) source = g_cancellable_source_new (cancellable);

  g_source_set_callback (source, G_SOURCE_FUNC (lookup_cancelled), task, g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());
  count_name (self, &self->n_asked);
}

static GList *
slow_names_lookup_finish (GResolver *resolver,
                          GAsyncResult *result,
                          GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
slow_names_class_init (SlowNamesClass *klass)
{
  klass->lookup_by_name_with_flags_async = slow_names_lookup_async;
  klass->lookup_by_name_with_flags_finish = slow_names_lookup_finish;
}

static void
slow_names_init (SlowNames *self)
{
  pthread_mutex_init (&self->mutex, NULL);
  pthread_cond_init (&self->changed, NULL);
}

static void
slow_names_wait (SlowNames *self,
                 const guint *counter,
                 guint value)
{
  pthread_mutex_lock (&self->mutex);
  while (*counter < value)
    pthread_cond_wait (&self->changed, &self->mutex);
  pthread_mutex_unlock (&self->mutex);
}

typedef enum
{
  END_CANCEL,
  END_SHUTDOWN,
  END_CONNECT_TIMEOUT,
  END_TOTAL_TIMEOUT
} End;

static void
end_call (TestCall *call,
          End end)
{
  switch (end)
    {
    case END_CANCEL:
      graphbit_http_call_cancel (call->call);
      break;
    case END_SHUTDOWN:
      graphbit_runtime_shutdown ();
      break;
    case END_CONNECT_TIMEOUT:
      test_advance_ms (10000);
      break;
    case END_TOTAL_TIMEOUT:
    default:
      test_advance_ms (5000);
    }

  test_call_wait_end (call);
  if (end == END_CANCEL || end == END_SHUTDOWN)
    assert_cancelled (call);
  else if (end == END_CONNECT_TIMEOUT)
    assert_failed (call, GRAPHBIT_ERROR_TIMEOUT, "came about within 10 s");
  else
    assert_failed (call, GRAPHBIT_ERROR_TIMEOUT, "within the time limit of 5 s");
}

static void
set_deadline (GraphbitHttpRequest *request,
              End end)
{
  if (end != END_TOTAL_TIMEOUT)
    return;

  request->deadline = graphbit_clock_now () + 5 * G_USEC_PER_SEC;
  request->deadline_ms = 5000;
}

static void
test_resolving (gconstpointer data)
{
  End how = GPOINTER_TO_INT (data);
  g_autoptr (GResolver) usual = g_resolver_get_default ();
  g_autoptr (GResolver) names = g_object_new (slow_names_get_type (), NULL);
  GraphbitHttpRequest *request = graphbit_http_request_new ("POST", "http://slow.invalid:81/v1/x");
  SlowNames *slow = (SlowNames *) names;
  TestCall call;

  g_resolver_set_default (names);
  request->base_uri = g_strdup ("http://slow.invalid:81/v1");
  set_deadline (request, how);
  test_call_init (&call);
  test_call_start (&call, request);
  slow_names_wait (slow, &slow->n_asked, 1);
  test_settle ();
  end_call (&call, how);
  /* and nobody goes on looking */
  slow_names_wait (slow, &slow->n_cancelled, 1);
  g_resolver_set_default (usual);
  test_call_clear (&call);
}

static void
test_handshaking (gconstpointer data)
{
  End how = GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocket) listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) connection = NULL;
  g_autofree char *uri = NULL;
  GraphbitHttpRequest *request;
  char hello[4096];
  gssize length;
  TestCall call;

  g_assert_no_error (error);
  g_socket_bind (listener, any, FALSE, &error);
  g_assert_no_error (error);
  g_socket_listen (listener, &error);
  g_assert_no_error (error);
  address = g_socket_get_local_address (listener, &error);
  g_assert_no_error (error);
  uri = g_strdup_printf ("https://127.0.0.1:%u/v1/x", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
  request = graphbit_http_request_new ("POST", uri);
  request->base_uri = g_strdup (uri);
  set_deadline (request, how);

  test_call_init (&call);
  test_call_start (&call, request);
  connection = g_socket_accept (listener, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_socket_receive (connection, hello, sizeof hello, NULL, &error), >, 0);
  g_assert_no_error (error);
  test_settle ();
  end_call (&call, how);

  /* the connection is closed */
  do
    length = g_socket_receive (connection, hello, sizeof hello, NULL, NULL);
  while (length > 0);
  test_call_clear (&call);
}

/* Cancelling */

typedef enum
{
  CANCEL_AT_ONCE,
  CANCEL_WAITING,
  CANCEL_CONNECTING,
  CANCEL_SENT,
  CANCEL_HEAD,
  CANCEL_BODY,
  CANCEL_PAUSED,
  CANCEL_ERROR_BODY,
  CANCEL_DELAY,
  CANCEL_SHUTDOWN = 1 << 8
} CancelPhase;

static void
test_cancel (gconstpointer data)
{
  static const char *steps[] = {
    [CANCEL_AT_ONCE] = NULL,
    [CANCEL_WAITING] = STALLS_BEFORE,
    [CANCEL_CONNECTING] = NULL,
    [CANCEL_SENT] = STALLS_BEFORE,
    [CANCEL_HEAD] = STALLS_AFTER_HEAD,
    [CANCEL_BODY] = STALLS_WITHIN,
    [CANCEL_PAUSED] = "{\"huge_bytes\":8388608}",
    [CANCEL_ERROR_BODY] = STALLS_ERROR,
    [CANCEL_DELAY] = "{\"status\":503}",
  };
  CancelPhase phase = GPOINTER_TO_INT (data) & ~CANCEL_SHUTDOWN;
  gboolean is_shutdown = (GPOINTER_TO_INT (data) & CANCEL_SHUTDOWN) != 0;
  g_autoptr (GraphbitMockServer) server = test_server_new (steps[phase]);
  g_autoptr (GProxyResolver) resolver = NULL;
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call, holder;
  TestHole hole;
  guint n_begins = 1;

  test_call_init (&call);
  test_call_init (&holder);

  if (phase == CANCEL_WAITING)
    {
      request->slots = 1;
      test_call_start (&holder, request);
      g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));
      request = test_request_new (server);
      request->slots = 1;
    }
  else if (phase == CANCEL_CONNECTING)
    {
      test_hole_init (&hole);
      graphbit_http_request_free (request);
      request = request_to_hole (&hole);
      resolver = g_object_ref (request->proxy_resolver);
    }
  else if (phase == CANCEL_PAUSED)
    {
      call.pauses_at = 1;
    }

  request->max_retries = 3;
  test_call_start (&call, request);

  switch (phase)
    {
    case CANCEL_AT_ONCE:
    case CANCEL_WAITING:
      n_begins = 0;
      break;
    case CANCEL_CONNECTING:
      test_resolver_wait (resolver);
      break;
    case CANCEL_SENT:
    case CANCEL_ERROR_BODY:
      g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));
      break;
    case CANCEL_HEAD:
      test_call_wait (&call, &call.n_heads, 1);
      break;
    case CANCEL_BODY:
    case CANCEL_PAUSED:
      test_call_wait (&call, &call.n_bytes, 1);
      break;
    case CANCEL_DELAY:
      test_call_wait (&call, &call.n_classified, 1);
      break;
    case CANCEL_SHUTDOWN:
    default:
      g_assert_not_reached ();
    }
  if (phase != CANCEL_AT_ONCE)
    test_settle ();

  if (is_shutdown)
    {
      graphbit_runtime_shutdown ();
      g_assert_cmpuint (test_call_count (&call, &call.n_ends), ==, 1);
      graphbit_http_call_cancel (call.call);
      graphbit_http_call_resume (call.call);
    }
  else
    {
      graphbit_http_call_cancel (call.call);
      graphbit_http_call_cancel (call.call);
      graphbit_http_call_resume (call.call);
      /* one turn of the I/O thread is enough */
      test_settle ();
      g_assert_cmpuint (test_call_count (&call, &call.n_ends), ==, 1);
    }
  test_call_wait_end (&call);
  assert_cancelled (&call);
  if (phase != CANCEL_AT_ONCE)
    g_assert_cmpuint (test_call_count (&call, &call.n_begins), ==, n_begins);

  if (phase == CANCEL_WAITING)
    {
      if (!is_shutdown)
        {
          graphbit_http_call_cancel (holder.call);
          /* the slot of the one that went away is not lost */
          graphbit_mock_server_clear (server);
          request = test_request_new (server);
          request->slots = 1;
          test_call_clear (&call);
          test_call_init (&call);
          test_call_start (&call, request);
          test_call_wait_end (&call);
          assert_succeeded (&call);
        }
      test_call_wait_end (&holder);
      assert_cancelled (&holder);
    }

  /* the connection of a call that was under way is closed; the others may be kept */
  if (phase == CANCEL_SENT || phase == CANCEL_HEAD || phase == CANCEL_BODY ||
      phase == CANCEL_PAUSED || phase == CANCEL_ERROR_BODY || is_shutdown)
    g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE));

  if (phase == CANCEL_CONNECTING)
    test_hole_clear (&hole);
  test_call_clear (&call);
  test_call_clear (&holder);
}

/* After its end nothing happens any more. */
static void
test_cancel_late (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (NULL);
  GraphbitHttpCall *held;
  TestCall call;

  test_call_init (&call);
  test_call_start (&call, test_request_new (server));
  held = graphbit_http_call_ref (call.call);
  test_call_wait_end (&call);
  graphbit_http_call_cancel (held);
  graphbit_http_call_resume (held);
  test_settle ();
  graphbit_http_call_unref (held);
  assert_succeeded (&call);
  g_assert_cmpuint (graphbit_mock_server_get_open_connections (server), ==, 1);
  test_call_clear (&call);
}

int
main (int argc,
      char *argv[])
{
  static const char *ends[] = {
    [END_CANCEL] = "cancel",
    [END_SHUTDOWN] = "shutdown",
    [END_CONNECT_TIMEOUT] = "timeout/connect",
    [END_TOTAL_TIMEOUT] = "timeout/total",
  };
  static const struct
  {
    const char *name;
    CancelPhase phase;
  } phases[] = {
    { "at-once", CANCEL_AT_ONCE },
    { "waiting", CANCEL_WAITING },
    { "connecting", CANCEL_CONNECTING },
    { "sent", CANCEL_SENT },
    { "head", CANCEL_HEAD },
    { "body", CANCEL_BODY },
    { "paused", CANCEL_PAUSED },
    { "error-body", CANCEL_ERROR_BODY },
    { "delay", CANCEL_DELAY },
  };

  g_test_init (&argc, &argv, NULL);
  graphbit_clock_set_virtual (TRUE);

  g_test_add_func ("/http/timeout/connect/hole", test_connect_timeout);
  g_test_add_func ("/http/timeout/first-byte", test_first_byte_timeout);
  g_test_add_func ("/http/timeout/total/answer", test_total_timeout);
  g_test_add_func ("/http/timeout/run", test_run_timeout);
  g_test_add_func ("/http/timeout/before-retry", test_deadline_before_retry);
  g_test_add_func ("/http/timeout/idle", test_idle_timeout);
  g_test_add_func ("/http/timeout/idle-restarts", test_idle_restarts);
  g_test_add_func ("/http/timeout/idle-in-error-body", test_idle_in_error_body);
  g_test_add_func ("/http/slot/timeout", test_slot_timeout);
  g_test_add_func ("/http/slot/paused", test_slot_paused);
  g_test_add_func ("/http/slot/order", test_slots);
  g_test_add_func ("/http/slot/delay", test_slot_in_delay);
  g_test_add_func ("/http/pause/flow", test_pause);
  g_test_add_func ("/http/pause/drained", test_pause_drained);
  g_test_add_func ("/http/pause/idle-resumes", test_pause_idle_resumes);
  g_test_add_func ("/http/cancel/late", test_cancel_late);
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *resolving = g_strconcat ("/http/", ends[i], "/resolving", NULL);
      g_autofree char *handshaking = g_strconcat ("/http/", ends[i], "/handshaking", NULL);

      g_test_add_data_func (resolving, GINT_TO_POINTER (i), test_resolving);
      g_test_add_data_func (handshaking, GINT_TO_POINTER (i), test_handshaking);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (phases); i++)
    {
      g_autofree char *path = g_strconcat ("/http/cancel/", phases[i].name, NULL);
      g_autofree char *shutdown_path = g_strconcat ("/http/shutdown/", phases[i].name, NULL);

      g_test_add_data_func (path, GINT_TO_POINTER (phases[i].phase), test_cancel);
      g_test_add_data_func (shutdown_path, GINT_TO_POINTER (phases[i].phase | CANCEL_SHUTDOWN), test_cancel);
    }

  return g_test_run ();
}
