/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mcp-link-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-clock-private.h"
#include "graphbit-framing-private.h"
#include "graphbit-http-call-private.h"
#include "graphbit-http-endpoint-private.h"
#include "graphbit-json-private.h"

/* The requests have limits of their own; these only end what was forgotten. */
#define LONGEST_EXCHANGE_MS (7 * 24 * 3600 * G_GUINT64_CONSTANT (1000))
#define LONGEST_SILENCE_MS G_MAXUINT
/* A stream of the server's own messages that ended is opened again after this. */
#define LISTEN_AGAIN_MS 1000

typedef struct
{
  GraphbitMcpLink *link;
  GraphbitMcpHttpSetup setup; /* texts of its own */
  char *session_id;
  gboolean has_session_answer; /* the first answer has come */
  GQueue exchanges;
  GraphbitTimer listen_timer;
  gboolean is_listening;
} Wire;

typedef enum
{
  EXCHANGE_MESSAGE,
  EXCHANGE_LISTEN,
  EXCHANGE_LEAVE
} ExchangeKind;

/* One HTTP request of it. */
typedef struct
{
  GList list_link;
  GraphbitMcpLink *link;       /* a reference, as the next one */
  GraphbitMcpRequest *request; /* NULL: nobody waits */
  ExchangeKind kind;
  GraphbitHttpCall *call;
  GraphbitFraming framing;
  GString *body; /* NULL: it is a stream of events */
  gboolean has_head;
  gboolean is_dropped; /* by us */
} Exchange;

static void
wire_free (gpointer data)
{
  Wire *self = data;

  g_free ((char *) self->setup.uri);
  g_clear_pointer (&self->setup.headers, g_hash_table_unref);
  g_clear_pointer (&self->setup.secret, graphbit_secret_unref);
  g_free (self->session_id);
  g_free (self);
}

static void listen_to_server (Wire *self);

/* What the exchange tells */

static gboolean
take_event (gpointer data,
            const char *event,
            const char *text,
            gsize length)
{
  Exchange *self = data;

  if (length > 0)
    graphbit_mcp_link_receive (self->link, text, length);
  return TRUE;
}

static void
clear_body (Exchange *self)
{
  if (self->body != NULL)
    g_string_free (g_steal_pointer (&self->body), TRUE);
}

static void
exchange_begin (gpointer state)
{
  Exchange *self = state;

  graphbit_framing_reset (&self->framing);
  clear_body (self);
  self->has_head = FALSE;
}

static void
exchange_head (gpointer state,
               const GraphbitHttpHead *head)
{
  Exchange *self = state;
  Wire *wire = self->link->wire;
  const char *content_type = graphbit_http_head_get (head, "content-type");
  const char *session_id = graphbit_http_head_get (head, "mcp-session-id");

  self->has_head = TRUE;
  if (content_type == NULL || g_ascii_strncasecmp (content_type, "text/event-stream", strlen ("text/event-stream")) != 0)
    self->body = g_string_new (NULL);

  if (self->kind == EXCHANGE_MESSAGE && !wire->has_session_answer)
    {
      wire->has_session_answer = TRUE;
      wire->session_id = g_strdup (session_id);
    }
}

static GraphbitFailure *
too_long (Exchange *self)
{
  return graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL,
                               N_ ("The MCP server “%s” sent a message that is longer than the library takes: make it answer in smaller parts"),
                               self->link->name, NULL);
}

static GraphbitFailure *
exchange_bytes (gpointer state,
                const char *data,
                gsize length,
                GraphbitHttpVerdict *verdict)
{
  Exchange *self = state;

  if (self->body == NULL)
    return graphbit_framing_feed (&self->framing, data, length, take_event, self);

  if (self->body->len + length > GRAPHBIT_JSON_MAX_SIZE)
    return too_long (self);
  g_string_append_len (self->body, data, (gssize) length);
  return NULL;
}

static GraphbitFailure *
exchange_finish (gpointer state,
                 GraphbitHttpVerdict *verdict)
{
  Exchange *self = state;

  if (self->kind != EXCHANGE_MESSAGE)
    return NULL;

  if (self->body == NULL)
    graphbit_framing_end (&self->framing, take_event, self);
  else if (self->body->len > 0)
    graphbit_mcp_link_receive (self->link, self->body->str, self->body->len);

  if (self->request == NULL || !graphbit_mcp_link_is_pending (self->link, self->request))
    return NULL;
  if (graphbit_mcp_request_is_notification (self->request))
    {
      graphbit_mcp_link_answer (self->link, self->request, NULL, NULL);
      return NULL;
    }
  /* A stream of events that ends before its last one has broken off, however orderly. */
  if (self->body == NULL)
    return graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                                 N_ ("The MCP server “%s” hung up within its answer: open it again"),
                                 self->link->name, NULL);
  return graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL,
                               N_ ("The MCP server “%s” ended its answer without the result in it: try again, and check that the address is that of its MCP endpoint"),
                               self->link->name, NULL);
}

static GraphbitFailure *
exchange_classify (gpointer state,
                   const GraphbitHttpHead *head,
                   const char *body,
                   gsize length,
                   GraphbitHttpVerdict *verdict)
{
  Exchange *self = state;
  Wire *wire = self->link->wire;
  int status = graphbit_http_head_get_status (head);
  char number[16];

  verdict->may_retry = FALSE;
  g_snprintf (number, sizeof number, "%d", status);

  if (status == 404 && wire->session_id != NULL && self->kind == EXCHANGE_MESSAGE)
    return graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                                 N_ ("The MCP server “%s” has ended the session: open it again"),
                                 self->link->name, NULL);

  /* Some say in the protocol's own words why they refuse. */
  if (self->kind == EXCHANGE_MESSAGE && length > 0)
    graphbit_mcp_link_receive (self->link, body, length);

  if (status == 401)
    return graphbit_failure_new (GRAPHBIT_ERROR_AUTHENTICATION,
                                 N_ ("The MCP server “%s” wants to know who you are: set the bearer token, or another one"),
                                 self->link->name, NULL);
  if (status == 403)
    return graphbit_failure_new (GRAPHBIT_ERROR_PERMISSION,
                                 N_ ("The MCP server “%s” does not let this account in: use another token"),
                                 self->link->name, NULL);
  if (status == 404 || status == 405)
    return graphbit_failure_new (GRAPHBIT_ERROR_NOT_FOUND,
                                 N_ ("“%s” has no MCP endpoint of the streamable HTTP kind at this address (status %s): check the path, which often is /mcp"),
                                 self->link->name, number, NULL);
  return graphbit_failure_new (status == 429   ? GRAPHBIT_ERROR_RATE_LIMITED
                               : status >= 500 ? GRAPHBIT_ERROR_UNAVAILABLE
                                               : GRAPHBIT_ERROR_INVALID_REQUEST,
                               N_ ("The MCP server “%s” refused with HTTP status %s: try again later, or look into its log"),
                               self->link->name, number, NULL);
}

static void
exchange_free (Exchange *self)
{
  graphbit_framing_clear (&self->framing);
  clear_body (self);
  g_clear_pointer (&self->call, graphbit_http_call_unref);
  g_clear_pointer (&self->request, graphbit_operation_unref);
  graphbit_operation_unref (self->link);
  g_free (self);
}

static void
on_listen_again (GraphbitTimer *timer)
{
  listen_to_server ((Wire *) ((char *) timer - G_STRUCT_OFFSET (Wire, listen_timer)));
}

/* The failure is borrowed. */
static void
take_end (Exchange *self,
          const GraphbitFailure *failure)
{
  GraphbitMcpLink *link = self->link;
  Wire *wire = link->wire;
  gboolean is_lost = failure != NULL && failure->code == GRAPHBIT_ERROR_CONNECTION && !failure->is_cancelled;

  switch (self->kind)
    {
    case EXCHANGE_MESSAGE:
      /* First the connection, which fails this one, too. */
      if (is_lost)
        graphbit_mcp_link_fail (link, graphbit_failure_copy (failure));
      if (self->request != NULL && failure != NULL)
        graphbit_mcp_link_answer (link, self->request, NULL, graphbit_failure_copy (failure));
      break;

    case EXCHANGE_LISTEN:
      /* Those that offer none say so; what broke off may go on. */
      if (self->has_head && !link->is_closing)
        graphbit_timer_arm (link->io, &wire->listen_timer, graphbit_clock_now () + LISTEN_AGAIN_MS * 1000);
      else if (is_lost)
        graphbit_mcp_link_fail (link, graphbit_failure_copy (failure));
      break;

    case EXCHANGE_LEAVE:
      graphbit_mcp_link_end (link, NULL);
      break;

    default:
      g_assert_not_reached ();
    }
}

static void
exchange_end (gpointer state,
              GraphbitFailure *failure,
              guint attempts)
{
  Exchange *self = state;
  Wire *wire = self->link->wire;

  g_queue_unlink (&wire->exchanges, &self->list_link);
  /* Cancelled by none of us: the thread ends, and the connection with it. */
  if (!self->is_dropped && (failure == NULL || !failure->is_cancelled))
    take_end (self, failure);
  g_clear_pointer (&failure, graphbit_failure_free);
  exchange_free (self);
}

static const GraphbitHttpHandler handler = {
  .begin = exchange_begin,
  .head = exchange_head,
  .bytes = exchange_bytes,
  .finish = exchange_finish,
  .classify = exchange_classify,
  .end = exchange_end,
};

/* Sending */

static GraphbitHttpRequest *
make_request (Wire *self,
              const char *method,
              const char *accept,
              const char *lane)
{
  GraphbitHttpRequest *request = graphbit_http_request_new (method, self->setup.uri);
  const char *protocol_version = graphbit_mcp_link_get_protocol_version (self->link);
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, self->setup.headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    graphbit_http_request_add_header (request, name, value);
  graphbit_http_request_add_header (request, "Accept", accept);
  if (self->session_id != NULL)
    graphbit_http_request_add_header (request, "Mcp-Session-Id", self->session_id);
  if (protocol_version != NULL)
    graphbit_http_request_add_header (request, "MCP-Protocol-Version", protocol_version);

  request->secret_header = self->setup.secret_header;
  request->secret_prefix = self->setup.secret_prefix;
  request->secret = self->setup.secret != NULL ? graphbit_secret_ref (self->setup.secret) : NULL;
  request->base_uri = g_strdup (self->setup.uri);
  request->lane = g_strdup (lane);
  request->first_byte_timeout_ms = LONGEST_SILENCE_MS;
  request->idle_timeout_ms = LONGEST_SILENCE_MS;
  request->deadline_ms = LONGEST_EXCHANGE_MS;
  return request;
}

/* Takes the request over. FALSE: the thread ends. */
static gboolean
start_exchange (Wire *self,
                ExchangeKind kind,
                GraphbitHttpRequest *http_request,
                GraphbitMcpRequest *request)
{
  Exchange *exchange = g_new0 (Exchange, 1);

  exchange->link = graphbit_operation_ref (self->link);
  exchange->request = request != NULL ? graphbit_operation_ref (request) : NULL;
  exchange->kind = kind;
  graphbit_framing_init (&exchange->framing, GRAPHBIT_FRAMING_SSE);
  http_request->deadline = graphbit_clock_now () + (gint64) http_request->deadline_ms * 1000;
  exchange->call = graphbit_http_call_start (self->link->operation.runtime, http_request, &handler, exchange);
  if (exchange->call == NULL)
    {
      exchange_free (exchange);
      return FALSE;
    }

  exchange->list_link.data = exchange;
  g_queue_push_tail_link (&self->exchanges, &exchange->list_link);
  return TRUE;
}

static void
drop_exchange (Exchange *self)
{
  self->is_dropped = TRUE;
  graphbit_http_call_cancel (self->call);
}

static void
listen_to_server (Wire *self)
{
  if (self->link->is_closing)
    return;

  start_exchange (self, EXCHANGE_LISTEN, make_request (self, "GET", "text/event-stream", "listen"), NULL);
}

static void
http_start (GraphbitMcpLink *link)
{
  ((Wire *) link->wire)->link = link;
}

static void
http_send (GraphbitMcpLink *link,
           GBytes *message,
           GraphbitMcpRequest *request)
{
  Wire *self = link->wire;
  GraphbitHttpRequest *http_request = make_request (self, "POST", "application/json, text/event-stream", "messages");

  http_request->body = g_bytes_ref (message);
  http_request->content_type = "application/json";
  if (!start_exchange (self, EXCHANGE_MESSAGE, http_request, request) && request != NULL)
    graphbit_mcp_link_answer (link, request, NULL, graphbit_failure_new_cancelled ());

  /* The revision is agreed upon: from here on the server may have something to say by itself. */
  if (graphbit_mcp_link_get_protocol_version (link) != NULL && !self->is_listening)
    {
      self->is_listening = TRUE;
      listen_to_server (self);
    }
}

static void
http_forget (GraphbitMcpLink *link,
             GraphbitMcpRequest *request)
{
  Wire *self = link->wire;

  for (GList *l = self->exchanges.head; l != NULL; l = l->next)
    {
      Exchange *exchange = l->data;

      if (exchange->request == request)
        drop_exchange (exchange);
    }
}

static void
drop_all (Wire *self)
{
  if (self->link == NULL)
    return;

  graphbit_timer_disarm (self->link->io, &self->listen_timer);
  for (GList *l = self->exchanges.head; l != NULL; l = l->next)
    drop_exchange (l->data);
}

static void
http_close (GraphbitMcpLink *link)
{
  Wire *self = link->wire;
  GraphbitHttpRequest *request;

  drop_all (self);
  if (self->session_id == NULL || link->failure != NULL)
    {
      graphbit_mcp_link_end (link, NULL);
      return;
    }

  request = make_request (self, "DELETE", "application/json", "listen");
  request->deadline_ms = link->close_timeout_ms;
  if (!start_exchange (self, EXCHANGE_LEAVE, request, NULL))
    graphbit_mcp_link_end (link, NULL);
}

static void
http_abort (GraphbitMcpLink *link)
{
  drop_all (link->wire);
}

static const GraphbitMcpTransport transport = {
  .start = http_start,
  .send = http_send,
  .forget = http_forget,
  .close = http_close,
  .abort = http_abort,
  .free = wire_free,
};

GraphbitMcpLink *
graphbit_mcp_http_open (const GraphbitMcpLinkSetup *setup,
                        const GraphbitMcpHttpSetup *http,
                        GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (http->uri, G_URI_FLAGS_NONE, NULL);
  Wire *self;

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The uri is no address of an MCP server: set one such as https://example.com/mcp"));
      return NULL;
    }

  self = g_new0 (Wire, 1);
  self->setup = *http;
  self->setup.uri = g_strdup (http->uri);
  self->setup.headers = g_hash_table_ref (http->headers);
  self->setup.secret = http->secret != NULL ? graphbit_secret_ref (http->secret) : NULL;
  self->listen_timer.expired = on_listen_again;
  g_queue_init (&self->exchanges);

  /* On the thread on which its exchanges are. */
  return graphbit_mcp_link_new (setup, g_uri_get_host (uri), &transport, self,
                                graphbit_http_endpoint_hash (http->uri, http->secret), error);
}
