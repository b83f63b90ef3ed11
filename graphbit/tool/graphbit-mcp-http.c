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
#include "graphbit-mcp-values-private.h"

/* The requests have limits of their own; these only end what was forgotten. */
#define LONGEST_EXCHANGE_MS (7 * 24 * 3600 * G_GUINT64_CONSTANT (1000))
#define LONGEST_SILENCE_MS G_MAXUINT
/* What nobody waits for, and a new session, must be answered within this. */
#define UNWATCHED_MS 60000
/* A stream that broke off is taken up again after this, if the server does not say when. */
#define TAKE_UP_MS 1000
#define MIN_TAKE_UP_MS 100

typedef struct
{
  GraphbitMcpLink *link;
  GraphbitMcpHttpSetup setup; /* texts of its own */
  char *session_id;
  GBytes *handshake; /* its two messages, for when the server forgets the session */
  GBytes *greeting;
  GQueue exchanges;
  GQueue waiting; /* of those, for a new session */
  guint n_sessions;     /* so far */
  gboolean is_renewing; /* until there is a new session */
  gboolean is_settling; /* until it may be used */
  gboolean is_listening;
} Wire;

typedef enum
{
  EXCHANGE_MESSAGE,
  EXCHANGE_LISTEN, /* a stream of what the server says unasked */
  EXCHANGE_RENEW,  /* a new session: both messages of the handshake once more */
  EXCHANGE_GREET,
  EXCHANGE_LEAVE
} ExchangeKind;

/* What goes on for one message: an HTTP request, or several after another. */
typedef struct
{
  GList list_link;
  GList waiting_link;
  GraphbitMcpLink *link;       /* a reference, as the next one */
  GraphbitMcpRequest *request; /* NULL: nobody waits */
  ExchangeKind kind;
  GBytes *message;        /* NULL: none */
  GraphbitHttpCall *call; /* NULL: between two of them */
  GraphbitTimer timer;
  GraphbitFraming framing;
  GString *body; /* NULL: it is a stream of events */
  char *last_event_id; /* NULL: the stream cannot be taken up again */
  gint64 retry_ms;     /* -1: not said */
  guint session;       /* which one it was sent in; 0: none */
  gboolean has_head;
  gboolean is_session_lost;
  gboolean is_second_try;
  gboolean is_renewed;
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
  g_clear_pointer (&self->handshake, g_bytes_unref);
  g_clear_pointer (&self->greeting, g_bytes_unref);
  g_free (self);
}

static void renew (Wire *self);
static void greet (Wire *self);
static void settle (Wire *self);
static gboolean start_call (Exchange *self);

/* What the exchange tells */

/* A new session must speak as the old one did. */
static void
take_renewal (Exchange *self,
              const char *text,
              gsize length)
{
  g_autoptr (JsonNode) message = graphbit_json_parse (text, (gssize) length, NULL);
  const char *version = NULL;

  if (graphbit_json_get_string (graphbit_json_get_member (message, "result"), "protocolVersion", &version))
    self->is_renewed = g_strcmp0 (version, graphbit_mcp_link_get_protocol_version (self->link)) == 0;
}

static gboolean
take_event (gpointer data,
            const char *event,
            const char *text,
            gsize length)
{
  Exchange *self = data;

  if (length == 0)
    return TRUE;

  if (self->kind == EXCHANGE_RENEW)
    take_renewal (self, text, length);
  else
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
  self->is_session_lost = FALSE;
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

  if (self->kind == EXCHANGE_RENEW ||
      (self->request != NULL && strcmp (self->request->method, GRAPHBIT_MCP_METHOD_INITIALIZE) == 0))
    {
      g_free (wire->session_id);
      wire->session_id = g_strdup (session_id);
      wire->n_sessions++;
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
hung_up_failure (GraphbitMcpLink *link)
{
  return graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                               N_ ("The MCP server “%s” hung up within its answer: open it again"),
                               link->name, NULL);
}

static GraphbitFailure *
session_failure (GraphbitMcpLink *link)
{
  return graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                               N_ ("The MCP server “%s” has ended the session: open it again"),
                               link->name, NULL);
}

/* Where its stream is to be taken up again. */
static void
keep_place (Exchange *self)
{
  const GraphbitSse *sse = &self->framing.of.sse;

  if (sse->last_id != NULL)
    {
      g_free (self->last_event_id);
      self->last_event_id = *sse->last_id != '\0' ? g_strdup (sse->last_id) : NULL;
    }
  if (sse->retry_ms >= 0)
    self->retry_ms = sse->retry_ms;
}

static GraphbitFailure *
exchange_finish (gpointer state,
                 GraphbitHttpVerdict *verdict)
{
  Exchange *self = state;

  if (self->body == NULL)
    {
      keep_place (self);
      graphbit_framing_end (&self->framing, take_event, self);
    }
  else
    {
      take_event (self, "", self->body->str, self->body->len);
    }

  if (self->kind != EXCHANGE_MESSAGE || self->request == NULL || !graphbit_mcp_link_is_pending (self->link, self->request))
    return NULL;
  if (self->request->kind == GRAPHBIT_MCP_REQUEST_NOTIFICATION)
    {
      graphbit_mcp_link_answer (self->link, self->request, NULL, NULL);
      return NULL;
    }
  /* A stream of events that ends before its last one has broken off, however orderly. */
  if (self->body == NULL)
    return hung_up_failure (self->link);
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
  int status = graphbit_http_head_get_status (head);
  char number[16];

  verdict->may_retry = FALSE;
  g_snprintf (number, sizeof number, "%d", status);

  if (self->kind == EXCHANGE_MESSAGE && self->last_event_id != NULL)
    return hung_up_failure (self->link);
  if (status == 404 && self->session > 0 && self->kind == EXCHANGE_MESSAGE)
    {
      self->is_session_lost = TRUE;
      return session_failure (self->link);
    }

  /* Some say in the protocol's own words why they refuse. */
  if (self->kind != EXCHANGE_RENEW)
    take_event (self, "", body, length);

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
  g_free (self->last_event_id);
  g_clear_pointer (&self->message, g_bytes_unref);
  g_clear_pointer (&self->call, graphbit_http_call_unref);
  g_clear_pointer (&self->request, graphbit_operation_unref);
  graphbit_operation_unref (self->link);
  g_free (self);
}

/* Puts it among the others: it goes on. */
static gboolean
go_on (Exchange *self)
{
  Wire *wire = self->link->wire;

  self->list_link.data = self;
  g_queue_push_tail_link (&wire->exchanges, &self->list_link);
  return TRUE;
}

static gboolean
go_on_later (Exchange *self)
{
  gint64 wait_ms = self->retry_ms >= 0 ? MAX (self->retry_ms, MIN_TAKE_UP_MS) : TAKE_UP_MS;

  graphbit_timer_arm (self->link->io, &self->timer, graphbit_clock_now () + wait_ms * 1000);
  return go_on (self);
}

static void
wait_for_session (Exchange *self)
{
  self->waiting_link.data = self;
  g_queue_push_tail_link (&((Wire *) self->link->wire)->waiting, &self->waiting_link);
}

static gboolean
go_on_in_new_session (Exchange *self)
{
  Wire *wire = self->link->wire;

  self->is_second_try = TRUE;
  if (self->session != wire->n_sessions && !wire->is_settling)
    {
      start_call (self);
      return go_on (self);
    }

  wait_for_session (self);
  renew (wire);
  return go_on (self);
}

static gboolean
take_end_of_message (Exchange *self,
                     const GraphbitFailure *failure,
                     gboolean is_lost)
{
  GraphbitMcpLink *link = self->link;
  gboolean is_awaited = self->request != NULL && graphbit_mcp_link_is_pending (link, self->request);

  if (self->is_session_lost && !self->is_second_try && !link->is_closing)
    return go_on_in_new_session (self);
  if (is_lost && is_awaited && self->has_head && self->body == NULL && self->last_event_id != NULL &&
      !link->is_closing && !graphbit_mcp_link_has_newest_version (link))
    return go_on_later (self);
  if (self->request != NULL && !is_awaited)
    return FALSE;

  /* First the connection, which fails this one, too. */
  if (is_lost)
    graphbit_mcp_link_fail (link, graphbit_failure_copy (failure));
  if (self->request != NULL && failure != NULL)
    graphbit_mcp_link_answer (link, self->request, NULL, graphbit_failure_copy (failure));
  return FALSE;
}

static gboolean
take_end_of_listening (Exchange *self,
                       const GraphbitFailure *failure,
                       gboolean is_lost)
{
  GraphbitMcpLink *link = self->link;

  /* Those that offer none say so; what broke off may go on. */
  if (self->has_head && self->body == NULL && !link->is_closing)
    return go_on_later (self);

  if (is_lost)
    graphbit_mcp_link_fail (link, graphbit_failure_copy (failure));
  if (self->request != NULL)
    graphbit_mcp_link_answer (link, self->request, NULL,
                              failure != NULL ? graphbit_failure_copy (failure) : hung_up_failure (link));
  return FALSE;
}

/* The failure is borrowed. TRUE: it goes on. */
static gboolean
take_end (Exchange *self,
          const GraphbitFailure *failure)
{
  GraphbitMcpLink *link = self->link;
  gboolean is_lost = failure != NULL && failure->code == GRAPHBIT_ERROR_CONNECTION && !failure->is_cancelled;

  switch (self->kind)
    {
    case EXCHANGE_MESSAGE:
      return take_end_of_message (self, failure, is_lost);

    case EXCHANGE_LISTEN:
      return take_end_of_listening (self, failure, is_lost);

    case EXCHANGE_RENEW:
      if (self->is_renewed)
        greet (link->wire);
      else
        graphbit_mcp_link_fail (link, session_failure (link));
      return FALSE;

    case EXCHANGE_GREET:
      if (failure == NULL)
        settle (link->wire);
      else
        graphbit_mcp_link_fail (link, session_failure (link));
      return FALSE;

    case EXCHANGE_LEAVE:
      graphbit_mcp_link_end (link, NULL);
      return FALSE;

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
  gboolean goes_on = FALSE;

  g_queue_unlink (&wire->exchanges, &self->list_link);
  g_clear_pointer (&self->call, graphbit_http_call_unref);
  if (self->has_head && self->body == NULL)
    keep_place (self);
  /* Cancelled by none of us: the thread ends, and the connection with it. */
  if (!self->is_dropped && (failure == NULL || !failure->is_cancelled))
    goes_on = take_end (self, failure);
  g_clear_pointer (&failure, graphbit_failure_free);
  if (!goes_on)
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
  if (protocol_version != NULL && !self->is_renewing)
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

/* What an intermediary may want to know of the message without reading it. */
static void
add_message_headers (GraphbitHttpRequest *http_request,
                     GraphbitMcpRequest *request)
{
  graphbit_http_request_add_header (http_request, "Mcp-Method", request->method);
  if (request->subject != NULL)
    {
      g_autofree char *name = graphbit_mcp_encode_header (request->subject);

      graphbit_http_request_add_header (http_request, "Mcp-Name", name);
    }
  for (guint i = 0; request->headers != NULL && i < request->headers->len; i += 2)
    graphbit_http_request_add_header (http_request, request->headers->pdata[i], request->headers->pdata[i + 1]);
}

static GraphbitHttpRequest *
make_http_request (Exchange *self)
{
  Wire *wire = self->link->wire;
  gboolean is_stream = self->kind == EXCHANGE_LISTEN || self->kind == EXCHANGE_LEAVE;
  gboolean is_post = self->message != NULL && self->last_event_id == NULL;
  GraphbitHttpRequest *http_request;

  http_request = make_request (wire,
                               is_post ? "POST" : self->kind == EXCHANGE_LEAVE ? "DELETE" : "GET",
                               is_post ? "application/json, text/event-stream" : "text/event-stream",
                               is_stream ? "listen" : "messages");
  if (is_post)
    {
      http_request->body = g_bytes_ref (self->message);
      http_request->content_type = "application/json";
    }
  else if (self->last_event_id != NULL)
    {
      graphbit_http_request_add_header (http_request, "Last-Event-ID", self->last_event_id);
    }
  if (self->request != NULL && graphbit_mcp_link_has_newest_version (self->link))
    add_message_headers (http_request, self->request);
  if (self->kind == EXCHANGE_LEAVE)
    http_request->deadline_ms = self->link->close_timeout_ms;
  else if (self->request == NULL && self->kind != EXCHANGE_LISTEN)
    http_request->deadline_ms = UNWATCHED_MS;
  return http_request;
}

/* FALSE: the thread ends. */
static gboolean
start_call (Exchange *self)
{
  Wire *wire = self->link->wire;
  GraphbitHttpRequest *http_request = make_http_request (self);

  self->session = wire->session_id != NULL ? wire->n_sessions : 0;
  http_request->deadline = graphbit_clock_now () + (gint64) http_request->deadline_ms * 1000;
  self->call = graphbit_http_call_start (self->link->operation.runtime, http_request, &handler, self);
  return self->call != NULL;
}

static void
on_go_on (GraphbitTimer *timer)
{
  Exchange *self = (Exchange *) ((char *) timer - G_STRUCT_OFFSET (Exchange, timer));

  start_call (self);
}

/* FALSE: the thread ends. */
static gboolean
start_exchange (Wire *self,
                ExchangeKind kind,
                GBytes *message,
                GraphbitMcpRequest *request)
{
  Exchange *exchange = g_new0 (Exchange, 1);

  exchange->link = graphbit_operation_ref (self->link);
  exchange->request = request != NULL ? graphbit_operation_ref (request) : NULL;
  exchange->message = message != NULL ? g_bytes_ref (message) : NULL;
  exchange->kind = kind;
  exchange->retry_ms = -1;
  exchange->timer.expired = on_go_on;
  graphbit_framing_init (&exchange->framing, GRAPHBIT_FRAMING_SSE);
  if (kind == EXCHANGE_MESSAGE && self->is_settling)
    {
      wait_for_session (exchange);
    }
  else if (!start_call (exchange))
    {
      exchange_free (exchange);
      return FALSE;
    }

  return go_on (exchange);
}

static void
drop_exchange (Exchange *self)
{
  Wire *wire = self->link->wire;

  self->is_dropped = TRUE;
  if (self->waiting_link.data != NULL)
    {
      g_queue_unlink (&wire->waiting, &self->waiting_link);
      self->waiting_link.data = NULL;
    }
  if (self->call != NULL)
    {
      graphbit_http_call_cancel (self->call);
      return;
    }

  graphbit_timer_disarm (self->link->io, &self->timer);
  g_queue_unlink (&wire->exchanges, &self->list_link);
  exchange_free (self);
}

/* `request` NULL: all of that kind. */
static void
drop_exchanges (Wire *self,
                ExchangeKind kind,
                GraphbitMcpRequest *request)
{
  GList *next;

  for (GList *l = self->exchanges.head; l != NULL; l = next)
    {
      Exchange *exchange = l->data;

      next = l->next;
      if (exchange->kind == kind && (request == NULL || exchange->request == request))
        drop_exchange (exchange);
    }
}

static void
drop_all (Wire *self)
{
  for (ExchangeKind kind = EXCHANGE_MESSAGE; kind <= EXCHANGE_LEAVE; kind++)
    drop_exchanges (self, kind, NULL);
}

static void
listen_to_server (Wire *self)
{
  if (self->link->is_closing || self->is_listening)
    return;

  self->is_listening = TRUE;
  start_exchange (self, EXCHANGE_LISTEN, NULL, NULL);
}

/* A new session. What waits for it comes after the handshake. */

static void
renew (Wire *self)
{
  if (self->is_settling)
    return;

  self->is_settling = TRUE;
  self->is_renewing = TRUE;
  g_clear_pointer (&self->session_id, g_free);
  start_exchange (self, EXCHANGE_RENEW, self->handshake, NULL);
}

static void
greet (Wire *self)
{
  self->is_renewing = FALSE;
  start_exchange (self, EXCHANGE_GREET, self->greeting, NULL);
}

static void
settle (Wire *self)
{
  GraphbitMcpEvent *event = g_new0 (GraphbitMcpEvent, 1);
  GList *waiting;

  self->is_settling = FALSE;
  event->kind = GRAPHBIT_MCP_EVENT_RENEWED;
  graphbit_mcp_link_post_event (self->link, event);
  while ((waiting = g_queue_pop_head_link (&self->waiting)) != NULL)
    {
      Exchange *exchange = waiting->data;

      waiting->data = NULL;
      start_call (exchange);
    }

  drop_exchanges (self, EXCHANGE_LISTEN, NULL);
  self->is_listening = FALSE;
  listen_to_server (self);
}

/* What the link wants */

static void
http_start (GraphbitMcpLink *link)
{
  ((Wire *) link->wire)->link = link;
}

static void
keep_message (GBytes **place,
              GBytes *message)
{
  g_clear_pointer (place, g_bytes_unref);
  *place = g_bytes_ref (message);
}

static void
http_send (GraphbitMcpLink *link,
           GBytes *message,
           GraphbitMcpRequest *request)
{
  Wire *self = link->wire;
  gboolean is_listening = request != NULL && request->kind == GRAPHBIT_MCP_REQUEST_LISTEN;

  if (request != NULL && strcmp (request->method, GRAPHBIT_MCP_METHOD_INITIALIZE) == 0)
    keep_message (&self->handshake, message);
  else if (request != NULL && strcmp (request->method, GRAPHBIT_MCP_METHOD_INITIALIZED) == 0)
    keep_message (&self->greeting, message);
  if (is_listening)
    drop_exchanges (self, EXCHANGE_LISTEN, NULL);

  if (!start_exchange (self, is_listening ? EXCHANGE_LISTEN : EXCHANGE_MESSAGE, message, request) && request != NULL)
    graphbit_mcp_link_answer (link, request, NULL, graphbit_failure_new_cancelled ());

  /* The revision is agreed on: from here on the server may have something to say by itself. */
  if (graphbit_mcp_link_get_protocol_version (link) != NULL && !graphbit_mcp_link_has_newest_version (link))
    listen_to_server (self);
}

static gboolean
http_is_full (GraphbitMcpLink *link)
{
  return g_queue_get_length (&((Wire *) link->wire)->exchanges) > GRAPHBIT_MCP_MAX_UNSENT;
}

static void
http_forget (GraphbitMcpLink *link,
             GraphbitMcpRequest *request)
{
  drop_exchanges (link->wire, EXCHANGE_MESSAGE, request);
  drop_exchanges (link->wire, EXCHANGE_LISTEN, request);
}

static void
http_close (GraphbitMcpLink *link)
{
  Wire *self = link->wire;

  drop_all (self);
  if (self->session_id == NULL || link->failure != NULL || !start_exchange (self, EXCHANGE_LEAVE, NULL, NULL))
    graphbit_mcp_link_end (link, NULL);
}

static void
http_abort (GraphbitMcpLink *link)
{
  drop_all (link->wire);
}

static const GraphbitMcpTransport transport = {
  .has_streams = TRUE,
  .start = http_start,
  .send = http_send,
  .is_full = http_is_full,
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

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' ||
      (g_strcmp0 (g_uri_get_scheme (uri), "http") != 0 && g_strcmp0 (g_uri_get_scheme (uri), "https") != 0))
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
  g_queue_init (&self->exchanges);
  g_queue_init (&self->waiting);

  /* On the thread on which its exchanges are. */
  return graphbit_mcp_link_new (setup, g_uri_get_host (uri), &transport, self,
                                graphbit_http_endpoint_hash (http->uri, http->secret), error);
}
