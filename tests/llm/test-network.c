/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <string.h>

#include "graphbit-clock-private.h"
#include "graphbit-http-environment-private.h"
#include "graphbit-http-socket-private.h"
#include "llm-support.h"

/* A way to a server on this machine: a proxy that understands CONNECT, or a UNIX socket. */

typedef struct
{
  GSocketListener *listener;
  GCancellable *stop;
  GThread *thread;
  GPtrArray *threads;
  guint port;       /* of the server */
  gboolean is_proxy;
  const char *refusal; /* what a proxy says instead */
  guint n_connections; /* atomic */
  pthread_mutex_t mutex;
  char *head;       /* of the last CONNECT */
} Relay;

typedef struct
{
  Relay *relay;
  GSocketConnection *from;
  GSocketConnection *to;
} Pipe;

static gpointer
pump (gpointer data)
{
  Pipe *pipe = data;
  char buffer[4096];
  gssize length;

  while ((length = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (pipe->from)),
                                        buffer, sizeof buffer, pipe->relay->stop, NULL)) > 0)
    {
      if (!g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (pipe->to)),
                                      buffer, (gsize) length, NULL, pipe->relay->stop, NULL))
        break;
    }
  g_socket_shutdown (g_socket_connection_get_socket (pipe->to), FALSE, TRUE, NULL);
  g_socket_shutdown (g_socket_connection_get_socket (pipe->from), TRUE, FALSE, NULL);
  g_object_unref (pipe->from);
  g_object_unref (pipe->to);
  g_free (pipe);
  return NULL;
}

static gboolean
write_text (GSocketConnection *connection,
            const char *text)
{
  return g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                                    text, strlen (text), NULL, NULL, NULL);
}

/* FALSE: there is nothing to be piped. */
static gboolean
answer_connect (Relay *self,
                GSocketConnection *connection)
{
  GString *head = g_string_new (NULL);
  char byte;

  while (strstr (head->str, "\r\n\r\n") == NULL &&
         g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), &byte, 1, self->stop, NULL) == 1)
    g_string_append_c (head, byte);
  pthread_mutex_lock (&self->mutex);
  g_free (self->head);
  self->head = g_string_free (head, FALSE);
  pthread_mutex_unlock (&self->mutex);

  return write_text (connection, self->refusal != NULL ? self->refusal : "HTTP/1.1 200 Connection established\r\n\r\n") &&
         self->refusal == NULL;
}

static void
start_pipe (Relay *self,
            GSocketConnection *from,
            GSocketConnection *to)
{
  Pipe *pipe = g_new0 (Pipe, 1);

  pipe->relay = self;
  pipe->from = g_object_ref (from);
  pipe->to = g_object_ref (to);
  g_ptr_array_add (self->threads, g_thread_new ("pipe", pump, pipe));
}

static gpointer
relay_run (gpointer data)
{
  Relay *self = data;
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  g_socket_client_set_enable_proxy (client, FALSE);
  for (;;)
    {
      g_autoptr (GSocketConnection) from = g_socket_listener_accept (self->listener, NULL, self->stop, NULL);
      g_autoptr (GSocketConnection) to = NULL;

      if (from == NULL)
        return NULL;
      g_atomic_int_inc (&self->n_connections);
      if (self->is_proxy && !answer_connect (self, from))
        continue;
      to = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) self->port, NULL, NULL);
      g_assert_nonnull (to);
      start_pipe (self, from, to);
      start_pipe (self, to, from);
    }
}

/* `path`: of a UNIX socket; NULL: a proxy, whose port is returned. */
static guint
relay_init (Relay *self,
            guint port,
            const char *path)
{
  g_autoptr (GError) error = NULL;
  guint own_port = 0;

  memset (self, 0, sizeof *self);
  self->listener = g_socket_listener_new ();
  self->stop = g_cancellable_new ();
  self->threads = g_ptr_array_new ();
  self->port = port;
  self->is_proxy = path == NULL;
  pthread_mutex_init (&self->mutex, NULL);
  if (path != NULL)
    {
      g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);

      g_socket_listener_add_address (self->listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT,
                                     NULL, NULL, &error);
    }
  else
    {
      g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
      g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
      g_autoptr (GSocketAddress) bound = NULL;

      g_socket_listener_add_address (self->listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT,
                                     NULL, &bound, &error);
      own_port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
    }
  g_assert_no_error (error);
  self->thread = g_thread_new ("relay", relay_run, self);
  return own_port;
}

static void
relay_clear (Relay *self)
{
  g_cancellable_cancel (self->stop);
  g_thread_join (self->thread);
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (self->threads->pdata[i]);
  g_ptr_array_unref (self->threads);
  g_socket_listener_close (self->listener);
  g_object_unref (self->listener);
  g_object_unref (self->stop);
  pthread_mutex_destroy (&self->mutex);
  g_free (self->head);
}

static void
relay_assert_head (Relay *self,
                   const char *beginning)
{
  pthread_mutex_lock (&self->mutex);
  g_assert_nonnull (self->head);
  if (!g_str_has_prefix (self->head, beginning))
    g_assert_cmpstr (self->head, ==, beginning);
  pthread_mutex_unlock (&self->mutex);
}

/* TLS */

static gboolean
has_tls (void)
{
  if (g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    return TRUE;

  g_test_skip ("GIO has no TLS here; install glib-networking");
  return FALSE;
}

static GraphbitMockServer *
tls_server_new (void)
{
  GraphbitMockServer *server = graphbit_mock_server_new_tls (NULL, NULL);
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_start (server, &error);
  g_assert_no_error (error);
  return server;
}

static GTlsDatabase *
database_new (GraphbitMockServer *server)
{
  g_autoptr (GError) error = NULL;
  GTlsDatabase *database = g_tls_file_database_new (graphbit_mock_server_get_ca_file (server), &error);

  g_assert_no_error (error);
  return database;
}

static void
assert_completes (GraphbitLlmClient *client)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = graphbit_llm_client_complete (client, "Hello", NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: Hello");
}

static void
assert_unreachable (GraphbitLlmClient *client,
                    const char *text)
{
  g_autoptr (GError) error = NULL;

  graphbit_llm_client_set_max_retries (client, 0);
  g_assert_null (graphbit_llm_client_complete (client, "Hello", NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONNECTION);
  if (strstr (error->message, text) == NULL)
    g_assert_cmpstr (error->message, ==, text);
}

/* What one client trusts helps no other, whatever connections stand. */
static void
test_trust (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GraphbitLlmClient) same = NULL;
  g_autoptr (GraphbitLlmClient) other = NULL;
  g_autoptr (GraphbitLlmClient) stranger = NULL;
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (GTlsDatabase) other_database = NULL;

  if (!has_tls ())
    return;

  server = tls_server_new ();
  database = database_new (server);
  other_database = database_new (server);
  client = support_client_new (server);
  same = support_client_new (server);
  other = support_client_new (server);
  stranger = support_client_new (server);
  graphbit_llm_client_set_tls_database (client, database);
  graphbit_llm_client_set_tls_database (same, database);
  graphbit_llm_client_set_tls_database (other, other_database);

  assert_completes (client);
  assert_completes (same);
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 1);
  assert_completes (other);
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 2);
  assert_unreachable (stranger, "is not trusted: if it comes from an authority of your own, set that as tls-database");
  assert_completes (client);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 4);
}

/* A database for each client leaves no connections behind for ever. */
static void
test_trust_many (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;

  if (!has_tls ())
    return;

  server = tls_server_new ();
  for (guint i = 0; i < 12; i++)
    {
      g_autoptr (GraphbitLlmClient) client = support_client_new (server);
      g_autoptr (GTlsDatabase) database = database_new (server);

      graphbit_llm_client_set_tls_database (client, database);
      assert_completes (client);
    }
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 12);
  /* eight that rest, and the last one */
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 9, 20000));
}

/* The environment is read once, so each of these is a process of its own. FALSE: it was one, and has passed. */
static gboolean
is_inside (const char *name,
           const char *value)
{
  if (g_test_subprocess ())
    return TRUE;

  g_setenv (name, value, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_unsetenv (name);
  g_test_trap_assert_passed ();
  return FALSE;
}

static void
test_trust_environment (void)
{
  g_autofree char *ca_file = g_test_build_filename (G_TEST_DIST, "tls", "test-ca.pem", NULL);
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;

  if (!has_tls () || !is_inside ("SSL_CERT_FILE", ca_file))
    return;

  server = tls_server_new ();
  client = support_client_new (server);
  assert_completes (client);
}

static void
test_trust_environment_broken (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;

  if (!has_tls ())
    return;
  if (!is_inside ("SSL_CERT_FILE", "/nonexistent/ca.pem"))
    {
      g_test_trap_assert_stderr ("*WARNING*The certificates that SSL_CERT_FILE names cannot be read*/nonexistent/ca.pem*");
      return;
    }

  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  server = tls_server_new ();
  client = support_client_new (server);
  assert_unreachable (client, "is not trusted");
}

static void
test_no_tls (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GraphbitLlmClient) secure = NULL;
  g_autofree char *url = NULL;

  if (!is_inside ("GIO_USE_TLS", "dummy"))
    return;

  g_assert_false (g_tls_backend_supports_tls (g_tls_backend_get_default ()));
  server = support_server_new (NULL);
  url = g_strdup_printf ("https://127.0.0.1:%u/v1", graphbit_mock_server_get_port (server));
  secure = support_client_new_for_url (url, "key");
  assert_unreachable (secure, "TLS is not available: install glib-networking");
  client = support_client_new (server);
  assert_completes (client);
}

/* Proxies */

static void
test_proxy_resolver (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GraphbitLlmClient) direct = NULL;
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (GProxyResolver) resolver = NULL;
  g_autoptr (GProxyResolver) dead_resolver = NULL;
  g_autoptr (GraphbitLlmClient) refused = NULL;
  g_autoptr (GProxyResolver) refusing_resolver = NULL;
  g_autofree char *proxy = NULL;
  g_autofree char *refusing_proxy = NULL;
  g_autofree char *connect = NULL;
  Relay relay, refusing;

  if (!has_tls ())
    return;

  server = tls_server_new ();
  proxy = g_strdup_printf ("http://127.0.0.1:%u", relay_init (&relay, graphbit_mock_server_get_port (server), NULL));
  refusing_proxy = g_strdup_printf ("http://127.0.0.1:%u", relay_init (&refusing, 0, NULL));
  refusing.refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
  resolver = g_simple_proxy_resolver_new (proxy, NULL);
  refusing_resolver = g_simple_proxy_resolver_new (refusing_proxy, NULL);
  database = database_new (server);
  client = support_client_new (server);
  direct = support_client_new (server);
  refused = support_client_new (server);
  graphbit_llm_client_set_tls_database (client, database);
  graphbit_llm_client_set_tls_database (direct, database);
  graphbit_llm_client_set_tls_database (refused, database);
  graphbit_llm_client_set_proxy_resolver (client, resolver);
  graphbit_llm_client_set_proxy_resolver (refused, refusing_resolver);

  assert_completes (client);
  assert_completes (client);
  connect = g_strdup_printf ("CONNECT 127.0.0.1:%u HTTP/1.1\r\n", graphbit_mock_server_get_port (server));
  relay_assert_head (&relay, connect);
  g_assert_cmpuint (g_atomic_int_get (&relay.n_connections), ==, 1);
  /* the key is for the server alone */
  pthread_mutex_lock (&relay.mutex);
  g_assert_null (strstr (relay.head, "sk-marker"));
  pthread_mutex_unlock (&relay.mutex);

  /* another way, another connection */
  assert_completes (direct);
  g_assert_cmpuint (g_atomic_int_get (&relay.n_connections), ==, 1);
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 2);

  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);
  assert_unreachable (refused, "The proxy on the way to 127.0.0.1:");
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);

  /* not to be confused with what the server itself says, with and without one between */
  graphbit_mock_server_add_step (server, "{\"status\":403,\"times\":4}", NULL);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (graphbit_llm_client_complete (i % 2 == 0 ? client : direct, "Hello", NULL, NULL, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PERMISSION);
    }

  relay_clear (&relay);
  relay_clear (&refusing);
  dead_resolver = g_simple_proxy_resolver_new (proxy, NULL);
  graphbit_llm_client_set_proxy_resolver (client, dead_resolver);
  assert_unreachable (client, "The proxy on the way to 127.0.0.1:");
}

static void
test_proxy_password (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitMockServer) plain_proxy = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GraphbitLlmClient) plain = NULL;
  g_autoptr (GProxyResolver) resolver = NULL;
  g_autoptr (GProxyResolver) plain_resolver = NULL;
  g_autofree char *proxy = NULL;
  g_autofree char *plain_uri = NULL;
  Relay relay;

  if (!has_tls ())
    return;

  server = tls_server_new ();
  proxy = g_strdup_printf ("http://me:sesame@127.0.0.1:%u", relay_init (&relay, 0, NULL));
  relay.refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                  "Content-Length: 0\r\nConnection: close\r\n\r\n";
  resolver = g_simple_proxy_resolver_new (proxy, NULL);
  client = support_client_new (server);
  graphbit_llm_client_set_proxy_resolver (client, resolver);
  assert_unreachable (client, "asks for a password, which cannot be given to it");
  g_clear_object (&client);
  relay_clear (&relay);

  plain_proxy = support_server_new ("{\"status\":407,\"times\":-1}");
  plain_uri = g_strdup_printf ("http://127.0.0.1:%u", graphbit_mock_server_get_port (plain_proxy));
  plain_resolver = g_simple_proxy_resolver_new (plain_uri, NULL);
  plain = support_client_new_for_url ("http://model.invalid/v1", "key");
  graphbit_llm_client_set_proxy_resolver (plain, plain_resolver);
  assert_unreachable (plain, "asks for a password, which cannot be given to it");
}

static void
assert_ways (GProxyResolver *resolver,
             const char *uri,
             const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ways = g_proxy_resolver_lookup (resolver, uri, NULL, &error);
  g_autofree char *joined = NULL;

  g_assert_no_error (error);
  joined = g_strjoinv (" ", ways);
  g_assert_cmpstr (joined, ==, expected);
}

static void
test_proxy_variables (void)
{
  g_autoptr (GProxyResolver) each = NULL;
  g_autoptr (GProxyResolver) all = NULL;
  g_autoptr (GProxyResolver) none = NULL;

  g_assert_null (graphbit_http_environment_make_proxy_resolver (NULL, NULL, NULL, "host"));

  each = graphbit_http_environment_make_proxy_resolver ("plain:3128", "http://secure:3129/", NULL, " .corp.example,10.0.0.0/8 ,api.example:8080");
  assert_ways (each, "http://model.example/v1", "http://plain:3128");
  assert_ways (each, "https://model.example/v1", "http://secure:3129/");
  assert_ways (each, "https://corp.example/v1", "direct://");
  assert_ways (each, "https://llm.corp.example/v1", "direct://");
  assert_ways (each, "http://10.1.2.3/v1", "direct://");
  assert_ways (each, "http://11.1.2.3/v1", "http://plain:3128");
  assert_ways (each, "http://localhost:11434/v1", "direct://");
  assert_ways (each, "http://127.0.0.1:11434/v1", "direct://");
  assert_ways (each, "http://[::1]:11434/v1", "direct://");

  all = graphbit_http_environment_make_proxy_resolver (NULL, "http://secure:3129", "socks5://everything:1080", NULL);
  assert_ways (all, "http://model.example/v1", "socks5://everything:1080");
  assert_ways (all, "https://model.example/v1", "http://secure:3129");

  none = graphbit_http_environment_make_proxy_resolver ("plain:3128", NULL, NULL, "a,*");
  assert_ways (none, "http://model.example/v1", "direct://");
}

static void
test_proxy_environment (void)
{
  g_autoptr (GraphbitMockServer) proxy = NULL;
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GraphbitLlmClient) local = NULL;
  g_autoptr (GraphbitLlmClient) own = NULL;
  g_autoptr (GProxyResolver) own_resolver = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *own_uri = NULL;
  g_autofree char *requests = NULL;

  /* the one who knows the proxy is the process that has it */
  if (!is_inside ("HTTP_PROXY", "set inside"))
    return;

  proxy = support_server_new (NULL);
  server = support_server_new (NULL);
  uri = g_strdup_printf ("127.0.0.1:%u", graphbit_mock_server_get_port (proxy));
  g_setenv ("HTTP_PROXY", uri, TRUE);

  client = support_client_new_for_url ("http://model.invalid/v1", "key");
  assert_completes (client);
  requests = graphbit_mock_server_dup_requests_json (proxy);
  g_assert_nonnull (strstr (requests, "model.invalid"));

  local = support_client_new (server);
  assert_completes (local);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);
  /* what the client says comes first */
  own_uri = g_strdup_printf ("http://127.0.0.1:%u", graphbit_mock_server_get_port (server));
  own_resolver = g_simple_proxy_resolver_new (own_uri, NULL);
  own = support_client_new_for_url ("http://model.invalid/v1", "key");
  graphbit_llm_client_set_proxy_resolver (own, own_resolver);
  assert_completes (own);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 2);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (proxy), ==, 1);
}

static void
test_proxy_environment_tunnel (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GTlsDatabase) database = NULL;
  g_autofree char *uri = NULL;
  Relay relay;

  if (!has_tls () || !is_inside ("HTTPS_PROXY", "set inside"))
    return;

  server = tls_server_new ();
  uri = g_strdup_printf ("http://127.0.0.1:%u/", relay_init (&relay, graphbit_mock_server_get_port (server), NULL));
  g_setenv ("HTTPS_PROXY", uri, TRUE);
  database = database_new (server);
  client = support_client_new_for_url ("https://model.invalid/v1", "key");
  graphbit_llm_client_set_tls_database (client, database);
  /* through the proxy, and the server is not believed to be who it is not */
  assert_unreachable (client, "The certificate of model.invalid:443 belongs to another host");
  relay_assert_head (&relay, "CONNECT model.invalid:443 HTTP/1.1\r\n");
  g_clear_object (&client);
  relay_clear (&relay);
}

/* UNIX sockets */

static void
assert_socket (const char *text,
               const char *expected)
{
  g_autofree char *base_uri = graphbit_http_socket_make_base_uri (text);

  g_assert_cmpstr (base_uri, ==, expected);
}

static void
test_socket_addresses (void)
{
  g_autofree char *long_path = g_strnfill (108, 'x');
  g_autofree char *too_long = g_strconcat ("unix:/", long_path, NULL);
  g_autofree char *path = NULL;
  g_autofree char *http_uri = NULL;

  assert_socket ("unix:/run/a.sock", "http+unix://%2Frun%2Fa.sock");
  assert_socket ("unix:///run/a.sock:/v1/", "http+unix://%2Frun%2Fa.sock/v1");
  assert_socket ("unix:/run/a b.sock:/engines/v1", "http+unix://%2Frun%2Fa%20b.sock/engines/v1");
  assert_socket ("http+unix://%2Frun%2Fa.sock/v1//", "http+unix://%2Frun%2Fa.sock/v1");
  assert_socket ("http+unix://%2frun%2fa.sock", "http+unix://%2Frun%2Fa.sock");
  assert_socket ("http+unix://run/a.sock", NULL);
  assert_socket ("http+unix://", NULL);
  assert_socket ("http+unix://%2F%00/v1", NULL);
  assert_socket ("unix:run/a.sock", NULL);
  assert_socket ("unix://run/a.sock", "http+unix://%2F%2Frun%2Fa.sock");
  assert_socket ("unix:", NULL);
  assert_socket ("unix:/", NULL);
  assert_socket ("unix:/run/a.sock?key=1", NULL);
  assert_socket (too_long, NULL);
  assert_socket ("http://localhost/v1", NULL);

  path = graphbit_http_socket_parse ("http+unix://%2Frun%2Fa.sock/v1/models?after=x", &http_uri);
  g_assert_cmpstr (path, ==, "/run/a.sock");
  g_assert_cmpstr (http_uri, ==, "http://localhost/v1/models?after=x");
}

static void
test_socket (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("graphbit-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "server.sock", NULL);
  g_autofree char *short_url = g_strconcat ("unix:", path, ":/v1", NULL);
  g_autofree char *escaped = g_uri_escape_string (path, NULL, FALSE);
  g_autofree char *url = g_strconcat ("http+unix://", escaped, "/v1/", NULL);
  g_autofree char *requests = NULL;
  g_autofree char *json = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GraphbitLlmClient) other = NULL;
  g_autoptr (GListModel) models = NULL;
  g_autoptr (GProxyResolver) resolver = g_simple_proxy_resolver_new ("http://127.0.0.1:1", NULL);
  Relay relay;

  g_assert_no_error (error);
  client = support_client_new_for_url (short_url, "key");
  assert_unreachable (client, "Nothing answers at unix:/");

  relay_init (&relay, graphbit_mock_server_get_port (server), path);
  assert_completes (client);
  models = graphbit_llm_client_list_models (client, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (models), ==, 3);
  other = support_client_new_for_url (url, "key");
  /* there is no proxy on the way to this machine's own files */
  graphbit_llm_client_set_proxy_resolver (other, resolver);
  assert_completes (other);
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "localhost"));
  g_assert_null (strstr (requests, "server.sock"));
  json = graphbit_llm_config_to_json (graphbit_llm_client_get_config (other));
  g_assert_nonnull (strstr (json, "http+unix://"));

  relay_clear (&relay);
  g_clear_object (&client);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_socket_config (void)
{
  static const char *const bad[] = { "unix:relative.sock", "unix:", "http+unix://host/v1", "unix:/run/a.sock?x" };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_null (graphbit_llm_config_new_openai_compatible (bad[i], NULL, "m", &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
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
  int result;

  g_test_init (&argc, &argv, NULL);
  /* a handshake may take long under valgrind, and no test waits here */
  graphbit_clock_set_virtual (TRUE);

  /* first, as they change the environment, which is for one thread only */
  g_test_add_func ("/llm/network/trust/environment", test_trust_environment);
  g_test_add_func ("/llm/network/trust/environment-broken", test_trust_environment_broken);
  g_test_add_func ("/llm/network/no-tls", test_no_tls);
  g_test_add_func ("/llm/network/proxy/environment", test_proxy_environment);
  g_test_add_func ("/llm/network/proxy/environment-tunnel", test_proxy_environment_tunnel);
  g_test_add_func ("/llm/network/trust/clients", test_trust);
  g_test_add_func ("/llm/network/trust/many", test_trust_many);
  g_test_add_func ("/llm/network/proxy/resolver", test_proxy_resolver);
  g_test_add_func ("/llm/network/proxy/password", test_proxy_password);
  g_test_add_func ("/llm/network/proxy/variables", test_proxy_variables);
  g_test_add_func ("/llm/network/socket/addresses", test_socket_addresses);
  g_test_add_func ("/llm/network/socket/server", test_socket);
  g_test_add_func ("/llm/network/socket/config", test_socket_config);

  result = g_test_run ();
  /* the exit would not wait for everything, so that valgrind calls it lost */
  graphbit_shutdown ();
  return result;
}
