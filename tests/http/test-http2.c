/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <gio/gunixinputstream.h>
#include <libsoup/soup.h>
#include <string.h>
#include <unistd.h>

#include "test-http.h"

/*
 * The scripted server does not speak HTTP/2, libsoup's does, if told to. It
 * runs in a process of its own, this program with an argument, and writes a
 * line when it listens and for each request: the client's port, which stands
 * for the connection.
 */

#define LARGE (700 * 1024)
#define HUGE_LENGTH (32 * 1024 * 1024) /* more than fits into the windows */

static void
answer (SoupServer *server,
        SoupServerMessage *message,
        const char *path,
        GHashTable *query,
        gpointer user_data)
{
  GInetSocketAddress *address = G_INET_SOCKET_ADDRESS (soup_server_message_get_remote_address (message));
  gsize length = g_str_has_suffix (path, "/huge") ? HUGE_LENGTH : LARGE;

  g_assert_cmpint (soup_server_message_get_http_version (message), ==, SOUP_HTTP_2_0);

  soup_server_message_set_status (message, 200, NULL);
  if (g_str_has_suffix (path, "/stall"))
    soup_server_message_pause (message);
  else
    soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_TAKE, g_strnfill (length, 'x'), length);

  g_print ("%u\n", g_inet_socket_address_get_port (address));
}

static gboolean
input_ended (GObject *stream,
             gpointer loop)
{
  g_main_loop_quit (loop);

  return G_SOURCE_REMOVE;
}

static int
serve (const char *certificate_file,
       const char *key_file)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_files (certificate_file, key_file, &error);
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GSource) source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
  g_autoptr (SoupServer) server = NULL;
  GSList *uris;

  g_assert_no_error (error);
  server = soup_server_new ("tls-certificate", certificate, NULL);
  soup_server_add_handler (server, NULL, answer, NULL, NULL);
  soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_HTTPS | SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);

  uris = soup_server_get_uris (server);
  g_print ("%d\n", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  g_source_set_callback (source, G_SOURCE_FUNC (input_ended), loop, NULL);
  g_source_attach (source, NULL);
  g_main_loop_run (loop);

  return 0;
}

static const char *program;

typedef struct
{
  GSubprocess *process;
  GDataInputStream *output;
  char *base_uri;
  char *ca_file;
  GHashTable *ports; /* one for each connection */
} Http2Server;

static guint
read_port (Http2Server *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line (self->output, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (line);

  return (guint) g_ascii_strtoull (line, NULL, 10);
}

static void
http2_server_init (Http2Server *self)
{
  g_autoptr (GraphbitMockServer) files = graphbit_mock_server_new_tls (NULL, NULL);
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GError) error = NULL;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_subprocess_launcher_setenv (launcher, "SOUP_SERVER_HTTP2", "1", TRUE);
  self->process = g_subprocess_launcher_spawn (launcher, &error, program, "serve",
                                               graphbit_mock_server_get_certificate_file (files),
                                               graphbit_mock_server_get_key_file (files), NULL);
  g_assert_no_error (error);
  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  self->base_uri = g_strdup_printf ("https://127.0.0.1:%u/v1", read_port (self));
  self->ca_file = g_strdup (graphbit_mock_server_get_ca_file (files));
  self->ports = g_hash_table_new (NULL, NULL);
}

static void
http2_server_clear (Http2Server *self)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
  g_subprocess_wait_check (self->process, NULL, &error);
  g_assert_no_error (error);
  g_object_unref (self->output);
  g_object_unref (self->process);
  g_hash_table_unref (self->ports);
  g_free (self->base_uri);
  g_free (self->ca_file);
}

/* Until the next request has arrived there; how many connections there were so far. */
static guint
http2_server_wait (Http2Server *self)
{
  g_hash_table_add (self->ports, GUINT_TO_POINTER (read_port (self)));

  return g_hash_table_size (self->ports);
}

static guint request_pauses;

static void
start (TestCall *call,
       Http2Server *server,
       GTlsDatabase *database,
       const char *path)
{
  g_autofree char *uri = g_strconcat (server->base_uri, path, NULL);
  GraphbitHttpRequest *request = graphbit_http_request_new ("POST", uri);

  request->base_uri = g_strdup (server->base_uri);
  request->body = g_bytes_new_static ("{}", 2);
  request->content_type = "application/json";
  request->tls_database = g_object_ref (database);
  request->slots = 200;
  test_call_init (call);
  call->pauses_at = request_pauses;
  test_call_start (call, request);
}

static void
finish (TestCall *call)
{
  test_call_wait_end (call);
  assert_succeeded (call);
  g_assert_cmpuint (call->body->len, ==, LARGE);
  test_call_clear (call);
}

static void
test_http2 (void)
{
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (GError) error = NULL;
  static TestCall calls[40];
  Http2Server server;
  TestCall call;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("glib-networking is not installed");
      return;
    }

  http2_server_init (&server);
  database = g_tls_file_database_new (server.ca_file, &error);
  g_assert_no_error (error);

  start (&call, &server, database, "/whole");
  finish (&call);
  g_assert_cmpuint (http2_server_wait (&server), ==, 1);

  /* from the first answer on, more than an HTTP/1 session would take go through the one connection */
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    start (&calls[i], &server, database, "/whole");
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      finish (&calls[i]);
      g_assert_cmpuint (http2_server_wait (&server), ==, 1);
    }

  /* a cancelled one that nobody shares the connection with closes it, as nothing might arrive for long */
  start (&call, &server, database, "/stall");
  g_assert_cmpuint (http2_server_wait (&server), ==, 1);
  graphbit_http_call_cancel (call.call);
  test_call_wait_end (&call);
  assert_cancelled (&call);
  test_call_clear (&call);
  start (&call, &server, database, "/whole");
  finish (&call);
  g_assert_cmpuint (http2_server_wait (&server), ==, 2);

  /* otherwise the others go on with it */
  start (&calls[0], &server, database, "/stall");
  start (&calls[1], &server, database, "/stall");
  g_assert_cmpuint (http2_server_wait (&server), ==, 2);
  g_assert_cmpuint (http2_server_wait (&server), ==, 2);
  graphbit_http_call_cancel (calls[0].call);
  test_call_wait_end (&calls[0]);
  assert_cancelled (&calls[0]);
  test_call_clear (&calls[0]);
  start (&call, &server, database, "/whole");
  finish (&call);
  g_assert_cmpuint (test_call_count (&calls[1], &calls[1].n_ends), ==, 0);
  g_assert_cmpuint (http2_server_wait (&server), ==, 2);
  graphbit_http_call_cancel (calls[1].call);
  test_call_wait_end (&calls[1]);
  assert_cancelled (&calls[1]);
  test_call_clear (&calls[1]);
  start (&call, &server, database, "/whole");
  finish (&call);
  g_assert_cmpuint (http2_server_wait (&server), ==, 3);

  /* paused in the middle */
  request_pauses = 1;
  start (&call, &server, database, "/whole");
  request_pauses = 0;
  test_call_wait (&call, &call.n_bytes, 1);
  test_settle ();
  graphbit_http_call_resume (call.call);
  finish (&call);
  g_assert_cmpuint (http2_server_wait (&server), ==, 3);

  /* one that is cancelled in the middle of its body */
  request_pauses = 1;
  start (&call, &server, database, "/huge");
  request_pauses = 0;
  test_call_wait (&call, &call.n_bytes, 1);
  g_assert_cmpuint (http2_server_wait (&server), ==, 3);
  graphbit_http_call_cancel (call.call);
  test_call_wait_end (&call);
  assert_cancelled (&call);
  test_call_clear (&call);
  start (&call, &server, database, "/whole");
  finish (&call);
  g_assert_cmpuint (http2_server_wait (&server), ==, 3);

  /* the generation ends while one waits for its head */
  start (&call, &server, database, "/stall");
  g_assert_cmpuint (http2_server_wait (&server), ==, 3);
  graphbit_runtime_shutdown ();
  test_call_wait_end (&call);
  assert_cancelled (&call);
  test_call_clear (&call);
  http2_server_clear (&server);
}

#ifdef __SANITIZE_ADDRESS__
/* The leak sanitizer falls over the TLS module's threads; valgrind sees this test. */
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
  if (argc == 4 && strcmp (argv[1], "serve") == 0)
    return serve (argv[2], argv[3]);

  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  graphbit_clock_set_virtual (TRUE);

  g_test_add_func ("/http/2", test_http2);

  return g_test_run ();
}
