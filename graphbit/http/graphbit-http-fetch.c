/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-fetch-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Longer bodies are decoded in the pool. */
#define SMALL_BODY (256 * 1024)

struct _GraphbitHttpFetch
{
  GraphbitOperation *operation; /* outlives it */
  GraphbitHttpRequest *request; /* what is asked at the next address */
  GUri *uri;
  GraphbitHttpGuard guard;
  char **allowed_hosts;
  GraphbitHttpFetchDone done;
  gpointer data;

  guint n_redirects;
  struct _Hop *hop; /* under way */
  GraphbitHttpCall *call;
};

/* One address. On the I/O thread and in the pool until it is posted home. */
typedef struct _Hop
{
  GraphbitEnvelope envelope;
  GraphbitOperation *operation;
  GraphbitHttpFetch *fetch; /* home only; NULL: nobody waits any more */
  char *host;

  GByteArray *body;
  char *charset;  /* NULL: UTF-8 */
  char *location; /* where it redirects to; NULL: nowhere */
  int status;
  gboolean is_encoded;
  char *text; /* the body */
  GraphbitFailure *failure;
} Hop;

static void
hop_reset (Hop *self)
{
  g_byte_array_set_size (self->body, 0);
  g_clear_pointer (&self->charset, g_free);
  g_clear_pointer (&self->location, g_free);
  self->is_encoded = FALSE;
}

static void
hop_free (Hop *self)
{
  hop_reset (self);
  g_byte_array_unref (self->body);
  g_free (self->host);
  g_free (self->text);
  g_clear_pointer (&self->failure, graphbit_failure_free);
  graphbit_operation_unref (self->operation);
  g_free (self);
}

/* What the answer says, on the I/O thread */

static void
hop_begin (gpointer state)
{
  hop_reset (state);
}

static char *
dup_charset (const char *content_type)
{
  g_auto (GStrv) parts = g_strsplit (content_type != NULL ? content_type : "", ";", -1);

  for (guint i = 1; parts[0] != NULL && parts[i] != NULL; i++)
    {
      char *part = g_strstrip (parts[i]);
      gsize length;

      if (g_ascii_strncasecmp (part, "charset=", 8) != 0)
        continue;
      part += 8;
      length = strlen (part);
      if (length >= 2 && part[0] == '"' && part[length - 1] == '"')
        {
          part[length - 1] = '\0';
          part++;
        }
      return *part != '\0' && g_ascii_strcasecmp (part, "utf-8") != 0 ? g_strdup (part) : NULL;
    }

  return NULL;
}

static void
hop_head (gpointer state,
          const GraphbitHttpHead *head)
{
  Hop *self = state;
  const char *encoding = graphbit_http_head_get (head, "content-encoding");

  self->charset = dup_charset (graphbit_http_head_get (head, "content-type"));
  self->is_encoded = encoding != NULL && g_ascii_strcasecmp (encoding, "identity") != 0;
}

static GraphbitFailure *
hop_bytes (gpointer state,
           const char *data,
           gsize length,
           GraphbitHttpVerdict *verdict)
{
  Hop *self = state;

  if (self->is_encoded)
    return graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL,
                                 N_ ("%s sent a compressed answer, which was not asked for"),
                                 self->host, NULL);

  g_byte_array_append (self->body, (const guint8 *) data, (guint) length);
  return NULL;
}

static GraphbitFailure *
hop_finish (gpointer state,
            GraphbitHttpVerdict *verdict)
{
  return NULL;
}

static gboolean
hop_redirected (gpointer state,
                const GraphbitHttpHead *head)
{
  Hop *self = state;

  self->status = graphbit_http_head_get_status (head);
  if (self->status != 301 && self->status != 302 && self->status != 303 && self->status != 307 && self->status != 308)
    return FALSE;

  self->location = g_strdup (graphbit_http_head_get (head, "location"));
  return self->location != NULL;
}

static GraphbitError
code_for_status (int status)
{
  switch (status)
    {
    case 401:
      return GRAPHBIT_ERROR_AUTHENTICATION;
    case 403:
      return GRAPHBIT_ERROR_PERMISSION;
    case 404:
    case 410:
      return GRAPHBIT_ERROR_NOT_FOUND;
    case 408:
    case 409:
      return GRAPHBIT_ERROR_UNAVAILABLE;
    case 425:
    case 429:
      return GRAPHBIT_ERROR_RATE_LIMITED;
    case 501:
      return GRAPHBIT_ERROR_UNSUPPORTED;
    default:
      return status >= 500 ? GRAPHBIT_ERROR_UNAVAILABLE : GRAPHBIT_ERROR_INVALID_REQUEST;
    }
}

static GraphbitFailure *
hop_classify (gpointer state,
              const GraphbitHttpHead *head,
              const char *body,
              gsize length,
              GraphbitHttpVerdict *verdict)
{
  Hop *self = state;
  int status = graphbit_http_head_get_status (head);
  g_autofree char *shown = g_strdup_printf ("%d", status);

  /* not the body, which may repeat what was sent */
  return graphbit_failure_new (code_for_status (status), N_ ("%s answered with HTTP status %s"),
                               self->host, shown, NULL);
}

/* The body becomes valid text, whatever it was. */
static char *
make_text (const GByteArray *body,
           const char *charset)
{
  const char *data = body->len > 0 ? (const char *) body->data : "";
  gsize length = body->len;

  if (charset != NULL)
    {
      g_autofree char *converted = g_convert (data, (gssize) length, "UTF-8", charset, NULL, &length, NULL);

      if (converted != NULL)
        return g_utf8_make_valid (converted, (gssize) length);
      length = body->len;
    }
  else if (length >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0)
    {
      data += 3;
      length -= 3;
    }

  return g_utf8_make_valid (data, (gssize) length);
}

static void
hop_post (gpointer data,
          gpointer unused)
{
  Hop *self = data;

  if (self->failure == NULL)
    self->text = make_text (self->body, self->charset);
  graphbit_operation_post (self->operation, &self->envelope);
}

static void
hop_end (gpointer state,
         GraphbitFailure *failure,
         guint attempts)
{
  Hop *self = state;

  self->failure = failure;
  if (failure != NULL || self->body->len <= SMALL_BODY ||
      !graphbit_runtime_push_work (self->operation->runtime, hop_post, self))
    hop_post (self, NULL);
}

static const GraphbitHttpHandler handler = {
  .begin = hop_begin,
  .head = hop_head,
  .bytes = hop_bytes,
  .finish = hop_finish,
  .redirected = hop_redirected,
  .classify = hop_classify,
  .end = hop_end,
};

/* At home */

static void
fetch_free (GraphbitHttpFetch *self)
{
  g_clear_pointer (&self->request, graphbit_http_request_free);
  g_clear_pointer (&self->uri, g_uri_unref);
  g_clear_pointer (&self->call, graphbit_http_call_unref);
  g_strfreev (self->allowed_hosts);
  g_free (self);
}

static void hop_deliver (GraphbitOperation *operation, GraphbitEnvelope *envelope);

static GraphbitHttpRequest *
make_request (GraphbitHttpFetch *self)
{
  g_autofree char *uri = g_uri_to_string (self->uri);
  g_autofree char *base_uri = g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (self->uri), NULL,
                                          g_uri_get_host (self->uri), g_uri_get_port (self->uri), "", NULL, NULL);
  const GraphbitHttpRequest *from = self->request;
  GraphbitHttpRequest *request = graphbit_http_request_new (from->method, uri);

  request->base_uri = g_steal_pointer (&base_uri);
  request->guard = graphbit_http_address_is_named (self->uri, (const char *const *) self->allowed_hosts) ? NULL : self->guard;
  if (from->headers != NULL)
    request->headers = g_ptr_array_ref (from->headers);
  if (from->body != NULL)
    request->body = g_bytes_ref (from->body);
  request->content_type = from->content_type;
  request->max_retries = from->max_retries;
  request->deadline = from->deadline;
  request->deadline_kind = from->deadline_kind;
  request->deadline_ms = from->deadline_ms;
  g_set_object (&request->tls_database, from->tls_database);
  /* it would look names up by itself */
  request->has_proxy_resolver = TRUE;
  return request;
}

static Hop *
hop_new (GraphbitHttpFetch *fetch)
{
  Hop *self = g_new0 (Hop, 1);

  self->envelope.deliver = hop_deliver;
  self->operation = graphbit_operation_ref (fetch->operation);
  self->fetch = fetch;
  self->body = g_byte_array_new ();
  return self;
}

/* NULL: it is under way. */
static GraphbitFailure *
start_hop (GraphbitHttpFetch *self)
{
  g_autoptr (GraphbitHttpRequest) request = make_request (self);
  GraphbitFailure *failure = request->guard != NULL ? graphbit_http_address_check (self->uri, request->guard) : NULL;
  Hop *hop;

  if (failure != NULL)
    return failure;

  hop = hop_new (self);
  hop->host = g_strdup (g_uri_get_host (self->uri));
  self->call = graphbit_http_call_start (self->operation->runtime, g_steal_pointer (&request), &handler, hop);
  if (self->call == NULL)
    {
      hop_free (hop);
      return graphbit_failure_new_cancelled ();
    }

  self->hop = hop;
  return NULL;
}

static gboolean
is_same_origin (GUri *a,
                GUri *b)
{
  return strcmp (g_uri_get_scheme (a), g_uri_get_scheme (b)) == 0 &&
         g_ascii_strcasecmp (g_uri_get_host (a), g_uri_get_host (b)) == 0 && g_uri_get_port (a) == g_uri_get_port (b);
}

static void
drop_body (GraphbitHttpRequest *request)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (&request->headers);

  g_clear_pointer (&request->body, g_bytes_unref);
  request->content_type = NULL;
  /* another array, for the I/O thread may still have that one */
  for (guint i = 0; old != NULL && i < old->len; i += 2)
    {
      if (g_ascii_strncasecmp (old->pdata[i], "content-", 8) != 0)
        graphbit_http_request_add_header (request, old->pdata[i], old->pdata[i + 1]);
    }
}

/* What is asked where it leads. NULL: it is under way. */
static GraphbitFailure *
follow (GraphbitHttpFetch *self,
        const Hop *hop)
{
  GraphbitHttpRequest *request = self->request;
  GraphbitFailure *failure = NULL;
  g_autoptr (GUri) from = g_steal_pointer (&self->uri);
  gboolean becomes_get;

  if (++self->n_redirects > GRAPHBIT_HTTP_MAX_REDIRECTS)
    return graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL,
                                 N_ ("%s redirects again and again: use the address that it means"),
                                 g_uri_get_host (from), NULL);

  self->uri = graphbit_http_address_parse (hop->location, from, &failure);
  if (self->uri == NULL)
    {
      graphbit_failure_free (failure);
      return graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL,
                                   N_ ("%s redirects to something that is none of http or https with a host"),
                                   g_uri_get_host (from), NULL);
    }

  /* RFC 9110, and what everybody does with 301 and 302 */
  becomes_get = hop->status == 303 ? strcmp (request->method, "HEAD") != 0
                                   : hop->status <= 302 && strcmp (request->method, "POST") == 0;
  if (becomes_get)
    {
      request->method = "GET";
      drop_body (request);
    }

  if (!is_same_origin (from, self->uri))
    {
      if (request->body != NULL)
        return graphbit_failure_new (GRAPHBIT_ERROR_PERMISSION,
                                     N_ ("%s redirects to %s, where the body is not sent: if you trust that host, use its address"),
                                     g_uri_get_host (from), g_uri_get_host (self->uri), NULL);
      /* one of them may be a key */
      g_clear_pointer (&request->headers, g_ptr_array_unref);
    }

  return start_hop (self);
}

static void
hop_deliver (GraphbitOperation *operation,
             GraphbitEnvelope *envelope)
{
  Hop *hop = (Hop *) envelope;
  GraphbitHttpFetch *self = operation != NULL ? hop->fetch : NULL;
  GraphbitFailure *failure = g_steal_pointer (&hop->failure);

  if (self != NULL)
    {
      g_clear_pointer (&self->call, graphbit_http_call_unref);
      self->hop = NULL;
      if (failure == NULL && hop->location != NULL)
        failure = follow (self, hop);
    }

  if (self != NULL && self->hop == NULL)
    {
      GraphbitHttpFetchDone done = self->done;
      gpointer data = self->data;
      char *text = failure == NULL ? g_steal_pointer (&hop->text) : NULL;
      GError *error = failure != NULL ? graphbit_failure_to_error (failure, NULL) : NULL;

      fetch_free (self);
      done (operation, data, text, error);
    }

  g_clear_pointer (&failure, graphbit_failure_free);
  hop_free (hop);
}

GraphbitHttpFetch *
graphbit_http_fetch_start (gpointer operation,
                           GraphbitHttpRequest *request,
                           GraphbitHttpGuard guard,
                           const char *const *allowed_hosts,
                           GraphbitHttpFetchDone done,
                           gpointer data)
{
  GraphbitHttpFetch *self = g_new0 (GraphbitHttpFetch, 1);
  GraphbitFailure *failure = NULL;

  self->operation = operation;
  self->request = request;
  self->guard = guard;
  self->allowed_hosts = g_strdupv ((char **) allowed_hosts);
  self->done = done;
  self->data = data;
  self->uri = graphbit_http_address_parse (request->uri, NULL, &failure);
  if (self->uri != NULL)
    failure = start_hop (self);
  if (failure != NULL)
    {
      /* told later, as everything is */
      self->hop = hop_new (self);
      self->hop->failure = failure;
      graphbit_operation_post (operation, &self->hop->envelope);
    }
  return self;
}

void
graphbit_http_fetch_cancel (GraphbitHttpFetch **fetch)
{
  GraphbitHttpFetch *self = g_steal_pointer (fetch);

  if (self == NULL)
    return;

  self->hop->fetch = NULL;
  if (self->call != NULL)
    graphbit_http_call_cancel (self->call);
  fetch_free (self);
}

/* What may be asked */

const char *
graphbit_http_fetch_find_method (const char *method)
{
  static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      if (strcmp (method, methods[i]) == 0)
        return methods[i];
    }

  return NULL;
}

GraphbitHttpHeaderVerdict
graphbit_http_fetch_judge_header (const char *name)
{
  static const char *const reserved[] = {
    "Accept-Encoding", "Connection", "Content-Encoding", "Content-Length", "Expect", "Host", "Keep-Alive", "TE", "Trailer",
    "Transfer-Encoding", "Upgrade", "User-Agent",
  };

  if (*name == '\0')
    return GRAPHBIT_HTTP_HEADER_MALFORMED;
  for (const char *p = name; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && strchr ("!#$%&'*+-.^_`|~", *p) == NULL)
        return GRAPHBIT_HTTP_HEADER_MALFORMED;
    }

  for (guint i = 0; i < G_N_ELEMENTS (reserved); i++)
    {
      if (g_ascii_strcasecmp (name, reserved[i]) == 0)
        return GRAPHBIT_HTTP_HEADER_RESERVED;
    }
  return g_ascii_strncasecmp (name, "Proxy-", 6) == 0 ? GRAPHBIT_HTTP_HEADER_RESERVED : GRAPHBIT_HTTP_HEADER_FINE;
}

gboolean
graphbit_http_fetch_is_header_value (const char *value)
{
  for (const char *p = value; *p != '\0'; p++)
    {
      if (((guchar) *p < ' ' && *p != '\t') || *p == 0x7f)
        return FALSE;
    }

  return TRUE;
}
