/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "test-http.h"

static void
test_answer (void)
{
  g_autoptr (GraphbitMockServer) server =
      test_server_new ("{\"body\":\"all is well\",\"headers\":{\"X-Test\":[\"first\",\"last\"]}}");
  GraphbitHttpRequest *request = test_request_new (server);
  g_autofree char *requests = NULL;
  g_autofree char *before = NULL;
  TestCall call;

  request->secret = graphbit_secret_new ("sk-marker");
  request->secret_header = "Authorization";
  request->secret_prefix = "Bearer ";
  graphbit_http_request_add_header (request, "X-Extra", "one");
  graphbit_http_request_add_header (request, "X-Extra-2", "two");

  test_call_init (&call);
  test_call_start (&call, request);
  test_call_wait_end (&call);

  assert_succeeded (&call);
  g_assert_cmpint (call.status, ==, 200);
  g_assert_cmpstr (call.body->str, ==, "all is well");
  g_assert_cmpstr (call.header, ==, "first");
  g_assert_cmpuint (call.attempts, ==, 1);
  g_assert_cmpuint (test_call_count (&call, &call.n_begins), ==, 1);
  g_assert_cmpuint (call.n_heads, ==, 1);
  g_assert_cmpuint (call.n_finishes, ==, 1);
  g_assert_cmpuint (call.n_classified, ==, 0);

  requests = graphbit_mock_server_dup_requests_json (server);
  before = g_ascii_strdown (requests, -1);
  g_assert_nonnull (strstr (before, "\"/v1/chat/completions\""));
  g_assert_nonnull (strstr (before, "\"authorization\":\"bearer sk-marker\""));
  g_assert_nonnull (strstr (before, "\"x-extra\":\"one\""));
  g_assert_nonnull (strstr (before, "\"x-extra-2\":\"two\""));
  g_assert_nonnull (strstr (before, "\"user-agent\":\"graphbit/"));
  g_assert_nonnull (strstr (before, "\"content-type\":\"application/json\""));
  g_assert_nonnull (strstr (before, "\\\"content\\\":\\\"hello\\\""));
  g_assert_null (strstr (before, "accept-encoding"));
  test_call_clear (&call);
}

/* Retries */

static void
test_retry_after (void)
{
  g_autoptr (GraphbitMockServer) server =
      test_server_new ("[{\"status\":429,\"headers\":{\"Retry-After\":\"7\"},\"body\":\"slow down\"},{\"body\":\"fine\"}]");
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call;

  request->max_retries = 3;
  test_call_init (&call);
  test_call_start (&call, request);

  test_call_wait (&call, &call.n_classified, 1);
  g_assert_cmpint (call.status, ==, 429);
  g_assert_cmpuint (call.error_length, ==, strlen ("slow down"));
  test_advance_ms (6999);
  g_assert_cmpuint (test_call_count (&call, &call.n_begins), ==, 1);
  test_advance_ms (1);
  test_call_wait_end (&call);

  assert_succeeded (&call);
  g_assert_cmpuint (call.attempts, ==, 2);
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 1);
  g_assert_cmpstr (call.body->str, ==, "fine");
  test_call_clear (&call);
}

static void
test_retry_after_too_long (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"status\":429,\"headers\":{\"Retry-After\":\"61\"}}");
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call;

  request->max_retries = 3;
  test_call_init (&call);
  test_call_start (&call, request);
  test_call_wait_end (&call);

  assert_failed (&call, GRAPHBIT_ERROR_UNAVAILABLE, "");
  g_assert_cmpint (call.failure->retry_after_ms, ==, 61000);
  g_assert_cmpint (call.failure->http_status, ==, 429);
  g_assert_cmpuint (call.attempts, ==, 1);
  test_call_clear (&call);
}

/* Each delay lies between 75 % of the formula and the whole of it. */
static void
test_retry_backoff (void)
{
  static const gint64 delays[] = { 500, 1000, 2000 };
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"status\":503,\"times\":4}");
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call;

  request->max_retries = 3;
  test_call_init (&call);
  test_call_start (&call, request);

  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      test_call_wait (&call, &call.n_classified, i + 1);
      test_advance_ms (delays[i] * 3 / 4 - 1);
      g_assert_cmpuint (test_call_count (&call, &call.n_begins), ==, i + 1);
      test_advance_ms (delays[i] / 4 + 1);
      test_call_wait (&call, &call.n_begins, i + 2);
    }
  test_call_wait_end (&call);

  assert_failed (&call, GRAPHBIT_ERROR_UNAVAILABLE, "");
  g_assert_cmpuint (call.attempts, ==, 4);
  g_assert_cmpint (call.failure->http_status, ==, 503);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 4);
  test_call_clear (&call);
}

static void
check_single (const char *step,
              gboolean forbids_retry,
              guint n_requests)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (step);
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call;

  request->max_retries = 3;
  test_call_init (&call);
  call.forbids_retry = forbids_retry;
  test_call_start (&call, request);
  if (n_requests > 1)
    {
      test_call_wait (&call, &call.n_classified, 1);
      test_advance_ms (500);
    }
  test_call_wait_end (&call);

  g_assert_cmpuint (call.attempts, ==, n_requests);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, n_requests);
  test_call_clear (&call);
}

static void
test_retry_verdicts (void)
{
  check_single ("{\"status\":400}", FALSE, 1);
  check_single ("{\"status\":401}", FALSE, 1);
  check_single ("{\"status\":404}", FALSE, 1);
  check_single ("{\"status\":501}", FALSE, 1);
  check_single ("[{\"status\":400,\"headers\":{\"X-Should-Retry\":\"true\"}},{\"body\":\"fine\"}]", FALSE, 2);
  check_single ("{\"status\":503,\"headers\":{\"X-Should-Retry\":\"false\"}}", FALSE, 1);
  /* the handler has the last word: a 429 may mean that the credit is used up */
  check_single ("{\"status\":429}", TRUE, 1);
}

static void
test_retry_local (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"status\":500,\"times\":-1}");
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call;

  request->max_retries = 3;
  request->is_local = TRUE;
  test_call_init (&call);
  test_call_start (&call, request);
  test_call_wait (&call, &call.n_classified, 1);
  test_advance_ms (500);
  test_call_wait_end (&call);

  g_assert_cmpuint (call.attempts, ==, 2);
  test_call_clear (&call);
}

/* An error inside of a 200, which only the handler can see. */
static void
test_retry_finish (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"body\":\"x\",\"times\":-1}");
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call;

  request->max_retries = 1;
  test_call_init (&call);
  call.fails_finish = TRUE;
  call.retries_finish = TRUE;
  test_call_start (&call, request);
  test_call_wait (&call, &call.n_finishes, 1);
  test_advance_ms (500);
  test_call_wait_end (&call);

  assert_failed (&call, GRAPHBIT_ERROR_UNAVAILABLE, "inside of a 200");
  g_assert_cmpint (call.failure->http_status, ==, 0);
  g_assert_cmpuint (call.attempts, ==, 2);
  test_call_clear (&call);
}

static void
test_bytes_fail (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"body\":\"xyz\",\"stall\":\"after-1-bytes\"}");
  TestCall call;

  test_call_init (&call);
  call.fails_bytes = TRUE;
  test_call_start (&call, test_request_new (server));
  test_call_wait_end (&call);

  assert_failed (&call, GRAPHBIT_ERROR_PARSE, "these bytes are wrong");
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE));
  test_call_clear (&call);
}

/* Connections */

static void
run_one (GraphbitMockServer *server)
{
  TestCall call;

  test_call_init (&call);
  test_call_start (&call, test_request_new (server));
  test_call_wait_end (&call);
  assert_succeeded (&call);
  test_call_clear (&call);
}

static void
test_reuse (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (NULL);

  for (guint i = 0; i < 5; i++)
    run_one (server);

  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 5);
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 1);
}

/* A kept connection that the server had given up: sent again at once, which is no retry. */
static void
test_stale (gconstpointer step)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (NULL);
  TestCall call;

  run_one (server);
  test_server_script (server, step);

  test_call_init (&call);
  test_call_start (&call, test_request_new (server));
  test_call_wait_end (&call);

  assert_succeeded (&call);
  g_assert_cmpuint (call.attempts, ==, 1);
  g_assert_cmpuint (test_call_count (&call, &call.n_begins), ==, 2);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 2);
  test_call_clear (&call);
}

/* Once only, and never on a new connection. */
static void
test_stale_once (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (NULL);
  GraphbitHttpRequest *request;
  TestCall call;

  run_one (server);
  test_server_script (server, "[{\"close\":\"before-status\",\"times\":2},{\"body\":\"fine\"}]");

  request = test_request_new (server);
  request->max_retries = 1;
  test_call_init (&call);
  test_call_start (&call, request);
  test_call_wait (&call, &call.n_begins, 2);
  g_assert_true (graphbit_mock_server_wait_for_finished (server, 3, PATIENCE));
  /* the end of the connection is still on its way when the server has closed it */
  while (test_call_count (&call, &call.n_begins) < 3)
    test_advance_ms (100);
  test_call_wait_end (&call);

  assert_succeeded (&call);
  g_assert_cmpuint (call.attempts, ==, 2);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 4);
  test_call_clear (&call);
}

static void
check_broken (const char *step,
              gboolean is_stream,
              gboolean commits,
              GraphbitError code,
              const char *text,
              guint n_attempts)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (step);
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call;

  request->max_retries = 1;
  request->is_stream = is_stream;
  test_call_init (&call);
  call.commits = commits;
  test_call_start (&call, request);
  while (test_call_count (&call, &call.n_ends) == 0 && n_attempts > test_call_count (&call, &call.n_begins))
    test_advance_ms (100);
  test_call_wait_end (&call);

  assert_failed (&call, code, text);
  g_assert_cmpuint (call.attempts, ==, n_attempts);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, n_attempts);
  test_call_clear (&call);
}

static void
test_broken (void)
{
  const char *without = "closed the connection without an answer";
  const char *within = "broke the connection off in the middle";

  check_broken ("{\"reset\":\"before-status\",\"times\":-1}", FALSE, FALSE, GRAPHBIT_ERROR_CONNECTION, without, 2);
  check_broken ("{\"close\":\"before-status\",\"times\":-1}", FALSE, FALSE, GRAPHBIT_ERROR_CONNECTION, without, 2);
  check_broken ("{\"close\":\"before-status\",\"times\":-1}", TRUE, FALSE, GRAPHBIT_ERROR_CONNECTION, without, 2);

  /* billed, so not sent again */
  check_broken ("{\"body\":\"0123456789\",\"reset\":\"after-headers\",\"times\":-1}", FALSE, FALSE, GRAPHBIT_ERROR_CONNECTION, within, 1);
  check_broken ("{\"body\":\"0123456789\",\"close\":\"after-headers\",\"times\":-1}", FALSE, FALSE, GRAPHBIT_ERROR_CONNECTION, within, 1);
  check_broken ("{\"body\":\"0123456789\",\"close\":\"after-5-bytes\",\"times\":-1}", FALSE, FALSE, GRAPHBIT_ERROR_CONNECTION, within, 1);
  check_broken ("{\"body\":\"0123456789\",\"close\":\"after-5-bytes\",\"framing\":\"chunked\",\"times\":-1}", FALSE, FALSE,
                GRAPHBIT_ERROR_CONNECTION, within, 1);

  /* of a stream nobody has seen anything yet, unless it says so */
  check_broken ("{\"body\":\"0123456789\",\"close\":\"after-5-bytes\",\"times\":-1}", TRUE, FALSE, GRAPHBIT_ERROR_CONNECTION, within, 2);
  check_broken ("{\"body\":\"0123456789\",\"close\":\"after-5-bytes\",\"times\":-1}", TRUE, TRUE, GRAPHBIT_ERROR_CONNECTION, within, 1);

  check_broken ("{\"garbage\":true,\"times\":-1}", FALSE, FALSE, GRAPHBIT_ERROR_PROTOCOL, "is not HTTP", 1);
}

/* An error body that breaks off is still an error with its status. */
static void
test_broken_error_body (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new ("{\"status\":400,\"body\":\"0123456789\",\"close\":\"after-5-bytes\"}");
  TestCall call;

  test_call_init (&call);
  test_call_start (&call, test_request_new (server));
  test_call_wait_end (&call);

  g_assert_cmpuint (call.n_classified, ==, 1);
  g_assert_cmpuint (call.error_length, ==, 5);
  g_assert_cmpint (call.failure->http_status, ==, 400);
  test_call_clear (&call);
}

static void
test_refused (void)
{
  g_autoptr (GraphbitMockServer) server = test_server_new (NULL);
  g_autofree char *host = g_strdup_printf ("127.0.0.1:%u", graphbit_mock_server_get_port (server));
  GraphbitHttpRequest *request = test_request_new (server);
  TestCall call;

  graphbit_mock_server_stop (server);
  request->max_retries = 1;
  test_call_init (&call);
  test_call_start (&call, request);
  while (test_call_count (&call, &call.n_begins) < 2)
    test_advance_ms (100);
  test_call_wait_end (&call);

  assert_failed (&call, GRAPHBIT_ERROR_CONNECTION, host);
  assert_failed (&call, GRAPHBIT_ERROR_CONNECTION, "check that the server runs there");
  g_assert_cmpuint (call.attempts, ==, 2);
  test_call_clear (&call);
}

/* Knows no name, and asks nobody. */
typedef GResolver NoNames;
typedef GResolverClass NoNamesClass;
GType no_names_get_type (void);

G_DEFINE_TYPE (NoNames, no_names, G_TYPE_RESOLVER)

static void
no_names_lookup_async (GResolver *resolver,
                       const char *name,
                       GResolverNameLookupFlags flags,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "“%s” is not known", name);
}

static GList *
no_names_lookup_finish (GResolver *resolver,
                        GAsyncResult *result,
                        GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
no_names_class_init (NoNamesClass *klass)
{
  klass->lookup_by_name_with_flags_async = no_names_lookup_async;
  klass->lookup_by_name_with_flags_finish = no_names_lookup_finish;
}

static void
no_names_init (NoNames *self)
{
}

static void
test_unknown_host (void)
{
  g_autoptr (GResolver) usual = g_resolver_get_default ();
  g_autoptr (GResolver) no_names = g_object_new (no_names_get_type (), NULL);
  GraphbitHttpRequest *request = graphbit_http_request_new ("POST", "http://no-such-host.invalid:81/v1/x");
  TestCall call;

  g_resolver_set_default (no_names);
  request->base_uri = g_strdup ("http://no-such-host.invalid:81/v1");
  test_call_init (&call);
  test_call_start (&call, request);
  test_call_wait_end (&call);

  assert_failed (&call, GRAPHBIT_ERROR_CONNECTION, "The address of no-such-host.invalid:81 cannot be found");
  g_resolver_set_default (usual);
  test_call_clear (&call);
}

static void
test_bad_address (void)
{
  static const char *addresses[] = { "ftp://example.com/v1", "http://", "example.com/v1", "http://[/", "" };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      GraphbitHttpRequest *request = graphbit_http_request_new ("POST", addresses[i]);
      TestCall call;

      request->base_uri = g_strdup (addresses[i]);
      test_call_init (&call);
      test_call_start (&call, request);
      test_call_wait_end (&call);

      assert_failed (&call, GRAPHBIT_ERROR_INVALID_ARGUMENT, addresses[i]);
      g_assert_cmpuint (test_call_count (&call, &call.n_begins), ==, 0);
      test_call_clear (&call);
    }
}

static void
test_bad_address_secret (void)
{
  GraphbitHttpRequest *request = graphbit_http_request_new ("POST", "htp://me:marker@example.com/?key=marker");
  g_autofree char *message = NULL;
  TestCall call;

  request->base_uri = g_strdup (request->uri);
  test_call_init (&call);
  test_call_start (&call, request);
  test_call_wait_end (&call);

  assert_failed (&call, GRAPHBIT_ERROR_INVALID_ARGUMENT, "example.com");
  message = test_call_dup_message (&call);
  g_assert_null (strstr (message, "marker"));
  test_call_clear (&call);
}

static void
test_redirect (void)
{
  g_autoptr (GraphbitMockServer) server =
      test_server_new ("[{\"status\":302,\"headers\":{\"Location\":\"https://elsewhere.example/v1?key=marker\"}},"
                       " {\"status\":307,\"headers\":{\"Location\":\"/v2\"}},"
                       " {\"status\":304}]");
  static const char *texts[] = { "to elsewhere.example,", "to 127.0.0.1,", "without saying where" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      GraphbitHttpRequest *request = test_request_new (server);
      g_autofree char *message = NULL;
      TestCall call;

      request->max_retries = 3;
      test_call_init (&call);
      test_call_start (&call, request);
      test_call_wait_end (&call);

      assert_failed (&call, GRAPHBIT_ERROR_NOT_FOUND, texts[i]);
      message = test_call_dup_message (&call);
      g_assert_null (strstr (message, "marker"));
      g_assert_cmpuint (call.attempts, ==, 1);
      test_call_clear (&call);
    }
}

static void
test_body_limits (void)
{
  g_autoptr (GraphbitMockServer) server =
      test_server_new ("[{\"huge_bytes\":67108865},{\"huge_bytes\":67108864},{\"status\":503,\"huge_bytes\":1000000}]");
  TestCall call;

  test_call_init (&call);
  test_call_start (&call, test_request_new (server));
  test_call_wait_end (&call);
  assert_failed (&call, GRAPHBIT_ERROR_PROTOCOL, "longer than 64 MiB");
  test_call_clear (&call);

  test_call_init (&call);
  test_call_start (&call, test_request_new (server));
  test_call_wait_end (&call);
  assert_succeeded (&call);
  g_assert_cmpuint (call.body->len, ==, 67108864);
  test_call_clear (&call);

  test_call_init (&call);
  test_call_start (&call, test_request_new (server));
  test_call_wait_end (&call);
  g_assert_cmpuint (call.error_length, ==, 65536);
  g_assert_cmpint (call.failure->http_status, ==, 503);
  test_call_clear (&call);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  graphbit_clock_set_virtual (TRUE);

  g_test_add_func ("/http/call/answer", test_answer);
  g_test_add_func ("/http/call/retry/after", test_retry_after);
  g_test_add_func ("/http/call/retry/after-too-long", test_retry_after_too_long);
  g_test_add_func ("/http/call/retry/backoff", test_retry_backoff);
  g_test_add_func ("/http/call/retry/verdicts", test_retry_verdicts);
  g_test_add_func ("/http/call/retry/local", test_retry_local);
  g_test_add_func ("/http/call/retry/finish", test_retry_finish);
  g_test_add_func ("/http/call/bytes-fail", test_bytes_fail);
  g_test_add_func ("/http/call/reuse", test_reuse);
  g_test_add_data_func ("/http/call/stale/close", "{\"close\":\"before-status\"}", test_stale);
  g_test_add_data_func ("/http/call/stale/reset", "{\"reset\":\"before-status\"}", test_stale);
  g_test_add_func ("/http/call/stale/once", test_stale_once);
  g_test_add_func ("/http/call/broken", test_broken);
  g_test_add_func ("/http/call/broken-error-body", test_broken_error_body);
  g_test_add_func ("/http/call/refused", test_refused);
  g_test_add_func ("/http/call/unknown-host", test_unknown_host);
  g_test_add_func ("/http/call/bad-address", test_bad_address);
  g_test_add_func ("/http/call/bad-address-secret", test_bad_address_secret);
  g_test_add_func ("/http/call/redirect", test_redirect);
  g_test_add_func ("/http/call/body-limits", test_body_limits);

  return g_test_run ();
}
