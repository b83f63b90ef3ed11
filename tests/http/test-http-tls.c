/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "test-http.h"

static GraphbitMockServer *
tls_server_new (void)
{
  g_autoptr (GraphbitMockServer) server = graphbit_mock_server_new_tls (NULL, NULL);
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_set_require_authorization (server, FALSE);
  graphbit_mock_server_start (server, &error);
  g_assert_no_error (error);

  return g_steal_pointer (&server);
}

static void
test_tls (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (GError) error = NULL;
  TestCall call;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("glib-networking is not installed");
      return;
    }

  server = tls_server_new ();
  database = g_tls_file_database_new (graphbit_mock_server_get_ca_file (server), &error);
  g_assert_no_error (error);

  /* one handshake for all, and the same after the other kind of session was there */
  for (guint i = 0; i < 3; i++)
    {
      GraphbitHttpRequest *request = test_request_new (server);

      request->tls_database = g_object_ref (database);
      test_call_init (&call);
      test_call_start (&call, request);
      test_call_wait_end (&call);
      assert_succeeded (&call);
      g_assert_cmpuint (test_call_count (&call, &call.n_begins), ==, 1);
      test_call_clear (&call);
      g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 1);
    }
}

static void
test_tls_untrusted (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  GraphbitHttpRequest *request;
  TestCall call;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("glib-networking is not installed");
      return;
    }

  server = tls_server_new ();
  request = test_request_new (server);
  request->max_retries = 3;
  test_call_init (&call);
  test_call_start (&call, request);
  test_call_wait_end (&call);

  assert_failed (&call, GRAPHBIT_ERROR_CONNECTION, "is not trusted: if it comes from an authority of your own, set that as tls-database");
  g_assert_cmpuint (call.attempts, ==, 1);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);
  test_call_clear (&call);
}

static GraphbitHttpRequest *
tls_request_new (guint port)
{
  g_autofree char *uri = g_strdup_printf ("https://127.0.0.1:%u/v1/x", port);
  GraphbitHttpRequest *request = graphbit_http_request_new ("POST", uri);

  request->base_uri = g_strdup_printf ("https://127.0.0.1:%u/v1", port);

  return request;
}

/* https where only http is spoken: the handshake belongs to connecting. */
static void
test_tls_mistaken (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  GraphbitHttpRequest *request;
  TestCall call;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("glib-networking is not installed");
      return;
    }

  server = test_server_new (NULL);
  request = tls_request_new (graphbit_mock_server_get_port (server));
  test_call_init (&call);
  test_call_start (&call, request);
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 1, PATIENCE));
  test_advance_ms (9999);
  g_assert_cmpuint (test_call_count (&call, &call.n_ends), ==, 0);
  test_advance_ms (1);
  test_call_wait_end (&call);
  assert_failed (&call, GRAPHBIT_ERROR_TIMEOUT, "No connection to 127.0.0.1:");
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE));
  test_call_clear (&call);
}

/* Answers whoever comes in plain HTTP, once. */
static gpointer
answer_plainly (gpointer data)
{
  static const char answer[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
  g_autoptr (GSocketConnection) connection = g_socket_listener_accept (data, NULL, NULL, NULL);
  char buffer[16];

  g_assert_nonnull (connection);
  g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), buffer, sizeof buffer, NULL, NULL);
  g_output_stream_write (g_io_stream_get_output_stream (G_IO_STREAM (connection)), answer, strlen (answer), NULL, NULL);

  return NULL;
}

static void
test_tls_plain (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GError) error = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, &error);
  GraphbitHttpRequest *request;
  GThread *thread;
  TestCall call;

  g_assert_no_error (error);
  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("glib-networking is not installed");
      return;
    }

  thread = g_thread_new ("plain", answer_plainly, listener);
  request = tls_request_new (port);
  test_call_init (&call);
  test_call_start (&call, request);
  test_call_wait_end (&call);
  g_thread_join (thread);

  assert_failed (&call, GRAPHBIT_ERROR_CONNECTION, "check that the server speaks https at that port");
  test_call_clear (&call);
}

static void
test_tls_cancel (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GError) error = NULL;
  GraphbitHttpRequest *request;
  TestCall call;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("glib-networking is not installed");
      return;
    }

  server = tls_server_new ();
  test_server_script (server, "{\"body\":\"0123456789\",\"stall\":\"after-5-bytes\"}");
  request = test_request_new (server);
  request->tls_database = g_tls_file_database_new (graphbit_mock_server_get_ca_file (server), &error);
  g_assert_no_error (error);
  test_call_init (&call);
  test_call_start (&call, request);
  test_call_wait (&call, &call.n_bytes, 1);
  graphbit_http_call_cancel (call.call);
  test_call_wait_end (&call);
  assert_cancelled (&call);
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE));
  test_call_clear (&call);
}

/* Without glib-networking, which is a module of GIO's. */
static void
test_tls_missing (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  TestCall call;

  if (!g_test_subprocess ())
    {
      g_setenv ("GIO_MODULE_DIR", "/nonexistent", TRUE);
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_unsetenv ("GIO_MODULE_DIR");
      g_test_trap_assert_passed ();
      return;
    }

  g_assert_false (g_tls_backend_supports_tls (g_tls_backend_get_default ()));
  server = test_server_new (NULL);
  test_call_init (&call);
  test_call_start (&call, tls_request_new (graphbit_mock_server_get_port (server)));
  test_call_wait_end (&call);
  assert_failed (&call, GRAPHBIT_ERROR_CONNECTION, "TLS is not available: install glib-networking");
  test_call_clear (&call);
}

#ifdef __SANITIZE_ADDRESS__
/* The leak sanitizer falls over the TLS module's threads; valgrind sees these tests. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return 1;
}
#endif

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  graphbit_clock_set_virtual (TRUE);

  /* first, as it changes the environment, which is for one thread only */
  g_test_add_func ("/http/tls/missing", test_tls_missing);
  g_test_add_func ("/http/tls/trusted", test_tls);
  g_test_add_func ("/http/tls/untrusted", test_tls_untrusted);
  g_test_add_func ("/http/tls/mistaken", test_tls_mistaken);
  g_test_add_func ("/http/tls/plain", test_tls_plain);
  g_test_add_func ("/http/tls/cancel", test_tls_cancel);

  return g_test_run ();
}
