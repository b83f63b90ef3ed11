/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-transport-private.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

/* What one stream may read in a row, so that a fast one does not starve the others. */
#define READ_LIMIT (64 * 1024)

int
graphbit_http_head_get_status (const GraphbitHttpHead *self)
{
  return self->status;
}

const char *
graphbit_http_head_get (const GraphbitHttpHead *self,
                        const char *name)
{
  return self->get (self->headers, name);
}

/*
 * Live: one SoupMessage. It is held by its owner until it is closed or has
 * ended, and by libsoup until that has called back; the latter may be later.
 */
struct _GraphbitHttpExchange
{
  guint ref_count;
  const GraphbitHttpListener *listener;
  gpointer owner; /* NULL: tell no more */
  const char *host;
  char *buffer;

  GraphbitHttpSession *session;
  SoupMessage *message;
  GraphbitHttpHead head;
  gulong network_event_id;
  GCancellable *cancellable;
  GInputStream *stream;
  GSource *source; /* waits for bytes */

  guint has_connection_event : 1;
  guint is_connected : 1;
  guint is_proxied : 1;
  guint is_held : 1; /* the owner wants no bytes just now */
};

static void
exchange_unref (GraphbitHttpExchange *self)
{
  if (--self->ref_count > 0)
    return;

  g_clear_object (&self->stream);
  g_signal_handler_disconnect (self->message, self->network_event_id);
  g_object_unref (self->message);
  g_object_unref (self->cancellable);
  graphbit_http_session_give_back (self->session);
  g_free (self);
}

static void
drop_source (GraphbitHttpExchange *self)
{
  if (self->source == NULL)
    return;

  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

static const char *
live_get_header (gconstpointer headers,
                 const char *name)
{
  SoupMessageHeadersIter iter;
  const char *found_name, *value;

  /* soup_message_headers_get_one () gives the last */
  soup_message_headers_iter_init (&iter, (SoupMessageHeaders *) headers);
  while (soup_message_headers_iter_next (&iter, &found_name, &value))
    {
      if (g_ascii_strcasecmp (found_name, name) == 0)
        return value;
    }

  return NULL;
}

static void
live_each_header (gconstpointer headers,
                  void (*func) (const char *name, const char *value, gpointer data),
                  gpointer data)
{
  SoupMessageHeadersIter iter;
  const char *name, *value;

  soup_message_headers_iter_init (&iter, (SoupMessageHeaders *) headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    func (name, value, data);
}

/* The owner lets go. */
static void
finish (GraphbitHttpExchange *self,
        GraphbitHttpBreak why,
        GraphbitFailure *failure)
{
  gpointer owner = g_steal_pointer (&self->owner);

  drop_source (self);
  graphbit_http_session_unwant (self->session, FALSE);
  self->listener->end (owner, why, failure);
  exchange_unref (self);
}

static GraphbitFailure *
explain_tls (GraphbitHttpExchange *self,
             const GError *error)
{
  GTlsCertificateFlags flags;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    return graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                                 N_ ("%s cannot be reached over https, because TLS is not available: install glib-networking"),
                                 self->host, NULL);

  if (!g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    return graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                                 N_ ("No secure connection to %s (%s): check that the server speaks https at that port"),
                                 self->host, error->message, NULL);

  flags = soup_message_get_tls_peer_certificate_errors (self->message);
  if (flags & G_TLS_CERTIFICATE_BAD_IDENTITY)
    return graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                                 N_ ("The certificate of %s belongs to another host: check the base URL"),
                                 self->host, NULL);
  if (flags & (G_TLS_CERTIFICATE_EXPIRED | G_TLS_CERTIFICATE_NOT_ACTIVATED))
    return graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                                 N_ ("The certificate of %s is not valid today: check the clock of this machine, or tell the server's owner"),
                                 self->host, NULL);
  return graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                               N_ ("The certificate of %s is not trusted: if it comes from an authority of your own, set that as tls-database"),
                               self->host, NULL);
}

static GraphbitFailure *
explain_proxy (GraphbitHttpExchange *self,
               const char *why)
{
  return graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                               N_ ("The proxy on the way to %s failed (%s): check the proxy settings"),
                               self->host, why, NULL);
}

/* What a proxy says to CONNECT comes as if the server had said it, but nobody has shown a certificate then. */
static gboolean
is_answer_of_proxy (GraphbitHttpExchange *self)
{
  guint status = soup_message_get_status (self->message);

  if (status == SOUP_STATUS_PROXY_AUTHENTICATION_REQUIRED)
    return TRUE;

  return (status < 200 || status >= 300) &&
         strcmp (g_uri_get_scheme (soup_message_get_uri (self->message)), "https") == 0 &&
         soup_message_get_tls_peer_certificate (self->message) == NULL;
}

static void
finish_with_answer_of_proxy (GraphbitHttpExchange *self,
                             GInputStream *stream)
{
  guint status = soup_message_get_status (self->message);
  g_autofree char *why = g_strdup_printf ("%u %s", status, soup_status_get_phrase (status));
  GraphbitFailure *failure;

  if (status == SOUP_STATUS_PROXY_AUTHENTICATION_REQUIRED)
    failure = graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                                    N_ ("The proxy on the way to %s asks for a password, which cannot be given to it: use a proxy that lets this machine in without one"),
                                    self->host, NULL);
  else
    failure = explain_proxy (self, why);

  g_cancellable_cancel (self->cancellable);
  g_input_stream_close (stream, self->cancellable, NULL);
  g_object_unref (stream);
  /* one that cannot reach the server may do so later */
  finish (self, status >= 500 ? GRAPHBIT_HTTP_BREAK_CONNECT : GRAPHBIT_HTTP_BREAK_REFUSED, failure);
}

static GraphbitFailure *
explain_connect (GraphbitHttpExchange *self,
                 const GError *error)
{
  if (self->is_proxied)
    return explain_proxy (self, error->message);

  if (error->domain == G_RESOLVER_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND))
    return graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                                 N_ ("The address of %s cannot be found: check the base URL and the network"),
                                 self->host, NULL);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)) /* of a UNIX socket */
    return graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                                 N_ ("Nothing answers at %s: check that the server runs there and that the base URL is right"),
                                 self->host, NULL);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_FAILED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_AUTH_FAILED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NEED_AUTH) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NOT_ALLOWED))
    return explain_proxy (self, error->message);

  return graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                               N_ ("%s cannot be reached (%s): check the network and the base URL"),
                               self->host, error->message, NULL);
}

static gboolean
is_reset (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) || /* the same as BROKEN_PIPE */
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) ||
         g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF);
}

static void
finish_with_error (GraphbitHttpExchange *self,
                   const GError *error)
{
  gboolean is_new = self->has_connection_event || soup_message_get_connection_id (self->message) == 0;

  if (self->stream != NULL)
    finish (self, GRAPHBIT_HTTP_BREAK_LATE,
            graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                                  N_ ("%s broke the connection off in the middle of the answer (%s); ask again"),
                                  self->host, error->message, NULL));
  else if (error->domain == SOUP_SESSION_ERROR)
    finish (self, GRAPHBIT_HTTP_BREAK_GARBAGE,
            graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL,
                                  N_ ("What %s sent is not HTTP (%s): check the base URL"),
                                  self->host, error->message, NULL));
  else if (error->domain == G_TLS_ERROR && !g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF))
    finish (self, GRAPHBIT_HTTP_BREAK_REFUSED, explain_tls (self, error));
  else if (g_error_matches (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PERMISSION))
    finish (self, GRAPHBIT_HTTP_BREAK_REFUSED, graphbit_http_address_failure (self->host));
  else if (is_new && !self->is_connected)
    finish (self, GRAPHBIT_HTTP_BREAK_CONNECT, explain_connect (self, error));
  else
    finish (self, is_new || !is_reset (error) ? GRAPHBIT_HTTP_BREAK_EARLY : GRAPHBIT_HTTP_BREAK_STALE,
            graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                                  N_ ("%s closed the connection without an answer (%s)"),
                                  self->host, error->message, NULL));
}

static gboolean readable (GObject *stream, gpointer user_data);
static gboolean resumed (gpointer user_data);

/* A source for one time: HTTP/2 bodies fall silent on one that stays. */
static void
wait_for_bytes (GraphbitHttpExchange *self)
{
  self->source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (self->stream), NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (readable), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

static void
read_later (GraphbitHttpExchange *self)
{
  self->source = g_idle_source_new ();
  g_source_set_priority (self->source, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->source, resumed, self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

static void
read_on (GraphbitHttpExchange *self)
{
  gsize n_read = 0;
  gboolean is_empty = FALSE;

  self->ref_count++;

  while (self->owner != NULL && !self->is_held && !is_empty && n_read < READ_LIMIT)
    {
      g_autoptr (GError) error = NULL;
      gssize length;

      length = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (self->stream),
                                                         self->buffer, GRAPHBIT_HTTP_BUFFER_SIZE,
                                                         NULL, &error);
      if (length > 0)
        {
          n_read += (gsize) length;
          self->is_held = !self->listener->bytes (self->owner, self->buffer, (gsize) length);
        }
      else if (length == 0)
        {
          finish (self, GRAPHBIT_HTTP_BREAK_NONE, NULL);
        }
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          is_empty = TRUE;
        }
      else
        {
          finish_with_error (self, error);
        }
    }

  if (self->owner != NULL && n_read > 0 && !self->listener->drained (self->owner))
    self->is_held = TRUE;

  if (self->owner != NULL && !self->is_held)
    {
      if (is_empty)
        wait_for_bytes (self);
      else
        read_later (self);
    }

  exchange_unref (self);
}

static gboolean
resumed (gpointer user_data)
{
  GraphbitHttpExchange *self = user_data;

  drop_source (self);
  read_on (self);

  return G_SOURCE_REMOVE;
}

static gboolean
readable (GObject *stream,
          gpointer user_data)
{
  return resumed (user_data);
}

static void
sent (GObject *source,
      GAsyncResult *result,
      gpointer user_data)
{
  GraphbitHttpExchange *self = user_data;
  g_autoptr (GError) error = NULL;
  GInputStream *stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);

  if (self->owner == NULL)
    {
      if (stream != NULL)
        {
          g_input_stream_close (stream, self->cancellable, NULL);
          g_object_unref (stream);
        }
    }
  else if (stream == NULL)
    {
      finish_with_error (self, error);
    }
  else if (is_answer_of_proxy (self))
    {
      finish_with_answer_of_proxy (self, stream);
    }
  else
    {
      self->stream = stream;
      self->head.status = (int) soup_message_get_status (self->message);
      self->head.get = live_get_header;
      self->head.each = live_each_header;
      self->head.headers = soup_message_get_response_headers (self->message);
      self->listener->head (self->owner, &self->head);
      read_on (self);
    }

  exchange_unref (self);
}

/* Comes only while a connection is made, so that a message on one that stands costs nothing. */
static void
network_event (SoupMessage *message,
               GSocketClientEvent event,
               GIOStream *connection,
               gpointer user_data)
{
  GraphbitHttpExchange *self = user_data;

  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKED && G_IS_TLS_CONNECTION (connection) &&
      g_strcmp0 (g_tls_connection_get_negotiated_protocol (G_TLS_CONNECTION (connection)), "h2") == 0)
    graphbit_http_session_set_multiplexed (self->session, G_TLS_CONNECTION (connection));

  if (event == G_SOCKET_CLIENT_CONNECTING && G_IS_SOCKET_CONNECTION (connection))
    {
      g_autoptr (GSocketAddress) address =
          g_socket_connection_get_remote_address (G_SOCKET_CONNECTION (connection), NULL);

      if (G_IS_PROXY_ADDRESS (address))
        self->is_proxied = TRUE;
    }

  if (self->owner == NULL)
    return;

  if (event == G_SOCKET_CLIENT_COMPLETE)
    {
      self->is_connected = TRUE;
      self->listener->connected (self->owner);
    }
  else if (!self->has_connection_event)
    {
      self->has_connection_event = TRUE;
      self->listener->connecting (self->owner);
    }
}

static void
append_secret (SoupMessageHeaders *headers,
               const GraphbitHttpRequest *request)
{
  const char *prefix = request->secret_prefix != NULL ? request->secret_prefix : "";
  const char *secret = graphbit_secret_peek (request->secret);
  gsize prefix_length = strlen (prefix);
  gsize secret_length = strlen (secret);
  char *value = g_malloc (prefix_length + secret_length + 1);

  memcpy (value, prefix, prefix_length);
  memcpy (value + prefix_length, secret, secret_length + 1);
  soup_message_headers_append (headers, request->secret_header, value);

  explicit_bzero (value, prefix_length + secret_length);
  g_free (value);
}

static SoupMessage *
make_message (const GraphbitHttpRequest *request,
              GUri *uri)
{
  SoupMessage *message = soup_message_new_from_uri (request->method, uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  /* without the first every POST is a new connection; a redirect would take the key elsewhere */
  soup_message_add_flags (message, SOUP_MESSAGE_IDEMPOTENT | SOUP_MESSAGE_NO_REDIRECT);

  if (request->body != NULL && request->content_type == NULL)
    soup_message_set_request_body_from_bytes (message, NULL, request->body);
  for (guint i = 0; request->headers != NULL && i + 1 < request->headers->len; i += 2)
    soup_message_headers_append (headers,
                                 g_ptr_array_index (request->headers, i),
                                 g_ptr_array_index (request->headers, i + 1));
  /* the session's own would take the place of one that the application set */
  if (soup_message_headers_get_one (headers, "User-Agent") == NULL)
    soup_message_headers_append (headers, "User-Agent", "graphbit/" GRAPHBIT_VERSION_TEXT);
  if (request->secret != NULL && request->secret_header != NULL)
    append_secret (headers, request);
  if (request->body != NULL && request->content_type != NULL)
    soup_message_set_request_body_from_bytes (message, request->content_type, request->body);

  return message;
}

static GraphbitHttpExchange *
live_open (GraphbitHttpSessions *sessions,
           const GraphbitHttpRequest *request,
           GUri *uri,
           const char *host,
           const GraphbitHttpListener *listener,
           gpointer owner)
{
  GraphbitHttpExchange *self = g_new0 (GraphbitHttpExchange, 1);

  self->ref_count = 2; /* the owner's and libsoup's */
  self->listener = listener;
  self->owner = owner;
  self->host = host;
  self->buffer = sessions->buffer;
  self->session = graphbit_http_sessions_take (sessions,
                                               request->tls_database,
                                               request->proxy_resolver,
                                               request->has_proxy_resolver);
  self->message = make_message (request, uri);
  self->cancellable = g_cancellable_new ();

  self->network_event_id = g_signal_connect (self->message, "network-event", G_CALLBACK (network_event), self);
  soup_session_send_async (self->session->soup, self->message, G_PRIORITY_DEFAULT,
                           self->cancellable, sent, self);

  return self;
}

static void
live_resume (GraphbitHttpExchange *self)
{
  if (!self->is_held)
    return;

  self->is_held = FALSE;
  if (self->source == NULL)
    read_later (self);
}

static void
live_close (GraphbitHttpExchange *self)
{
  self->owner = NULL;
  drop_source (self);

  /* in this order: closing what is not cancelled would read the rest first, to keep the connection */
  g_cancellable_cancel (self->cancellable);
  if (self->stream != NULL)
    g_input_stream_close (self->stream, self->cancellable, NULL);
  graphbit_http_session_unwant (self->session, self->stream == NULL);

  exchange_unref (self);
}

const GraphbitHttpTransport graphbit_http_transport_live = {
  .name = "live",
  .open = live_open,
  .resume = live_resume,
  .close = live_close,
};

char *
graphbit_http_get_libsoup_version (void)
{
  return g_strdup_printf ("%u.%u.%u", soup_get_major_version (), soup_get_minor_version (), soup_get_micro_version ());
}
