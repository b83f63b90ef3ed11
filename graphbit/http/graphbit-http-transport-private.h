/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-http-call-private.h"
#include "graphbit-http-sessions-private.h"

G_BEGIN_DECLS

char *graphbit_http_get_libsoup_version (void); /* of the one that runs */

/* How the bytes of one attempt go out and come back, all on one I/O thread. A row each. */

typedef struct _GraphbitHttpExchange GraphbitHttpExchange;

struct _GraphbitHttpHead
{
  int status;
  const char *(*get) (gconstpointer headers, const char *name);
  gconstpointer headers;
  /* All of them, as they came. */
  void (*each) (gconstpointer headers,
                void (*func) (const char *name, const char *value, gpointer data),
                gpointer data);
};

typedef enum
{
  GRAPHBIT_HTTP_BREAK_NONE,    /* the answer ended as it should */
  GRAPHBIT_HTTP_BREAK_CONNECT, /* no connection came about */
  GRAPHBIT_HTTP_BREAK_REFUSED, /* nor will it the next time: certificate, TLS missing */
  GRAPHBIT_HTTP_BREAK_STALE,   /* a connection used before died without a byte of an answer */
  GRAPHBIT_HTTP_BREAK_EARLY,   /* a new one died so */
  GRAPHBIT_HTTP_BREAK_LATE,    /* within the body */
  GRAPHBIT_HTTP_BREAK_GARBAGE  /* what came is not HTTP */
} GraphbitHttpBreak;

/* Nothing is told from within open (), resume () and close (). */
typedef struct
{
  void (*connecting) (gpointer owner); /* a connection is being made for this exchange */
  void (*connected) (gpointer owner);
  void (*head) (gpointer owner, const GraphbitHttpHead *head); /* there until the end, or closing */
  /* FALSE: no more until resumed. */
  gboolean (*bytes) (gpointer owner, const char *data, gsize length);
  /* The bytes of this turn have been handed over. FALSE as above. */
  gboolean (*drained) (gpointer owner);
  /* The exchange is gone. Takes the failure over; NULL with GRAPHBIT_HTTP_BREAK_NONE. */
  void (*end) (gpointer owner, GraphbitHttpBreak why, GraphbitFailure *failure);
} GraphbitHttpListener;

typedef struct
{
  const char *name;
  /* `host` is what messages call the server. Everything but `request`, which is for now, lives as long as the owner. */
  GraphbitHttpExchange *(*open) (GraphbitHttpSessions *sessions,
                                 const GraphbitHttpRequest *request,
                                 GUri *uri,
                                 const char *host,
                                 const GraphbitHttpListener *listener,
                                 gpointer owner);
  void (*resume) (GraphbitHttpExchange *exchange);
  /* Before its end: closes the connection (HTTP/2: resets the stream) and tells no more. */
  void (*close) (GraphbitHttpExchange *exchange);
} GraphbitHttpTransport;

extern const GraphbitHttpTransport graphbit_http_transport_live;

G_END_DECLS
