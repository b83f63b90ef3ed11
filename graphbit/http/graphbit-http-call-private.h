/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "graphbit-endpoint-lane.h"
#include "graphbit-failure-private.h"
#include "graphbit-http-address-private.h"
#include "graphbit-runtime-private.h"
#include "graphbit-secret-private.h"

G_BEGIN_DECLS

/*
 * One exchange with one server: one target, one deadline, all retries. It is
 * described at home, runs on the I/O thread of its endpoint, and tells what it
 * sees through the table that comes with it.
 */
typedef struct _GraphbitHttpCall GraphbitHttpCall;

#define GRAPHBIT_HTTP_DEFAULT_SLOTS 64

typedef enum
{
  GRAPHBIT_HTTP_DEADLINE_TOTAL, /* the exchange's own limit */
  GRAPHBIT_HTTP_DEADLINE_RUN    /* the run's, which the message then names */
} GraphbitHttpDeadline;

/* A snapshot; owned by the call from its start. Zeroed, then filled in. */
typedef struct
{
  const char *method;   /* constant */
  char *uri;            /* checked: http, https or http+unix, with a host */
  GPtrArray *headers;   /* name, value, name, value …; owned texts; no key among them */
  const char *secret_header; /* constant, e.g. "Authorization" */
  const char *secret_prefix; /* constant, e.g. "Bearer " */
  GraphbitSecret *secret;    /* NULL: the header is not sent */
  GBytes *body;
  const char *content_type;  /* constant; NULL: the headers tell */

  char *base_uri;       /* the endpoint: origin and base path */
  GraphbitHttpGuard guard; /* of a URL that is not the developer's, whose origin the base URI is then; NULL: trusted */
  char *lane;           /* the model */
  guint slots;          /* raises the lane's to it; 0: the default of 64 */
  guint requests_per_minute; /* the user's limits of the lane; 0: none, or what another has set */
  guint tokens_per_minute;
  gint64 tokens;        /* that it may use, as far as can be known before */

  gboolean is_stream;
  gboolean is_local;    /* a server on the user's own machine: one retry on 500 */
  guint max_retries;

  guint connect_timeout_ms; /* 0 in any of these: the default of behaviour.md */
  guint first_byte_timeout_ms;
  guint idle_timeout_ms;
  guint max_wait_ms;
  gint64 deadline;      /* graphbit_clock_now ()'s; 0: 600 s from the start */
  GraphbitHttpDeadline deadline_kind;
  guint64 deadline_ms;  /* its length, for the message */

  GTlsDatabase *tls_database;    /* both used on the I/O thread */
  GProxyResolver *proxy_resolver;
  gboolean has_proxy_resolver;   /* FALSE: the environment's, or the system's */
} GraphbitHttpRequest;

GraphbitHttpRequest *graphbit_http_request_new (const char *method, const char *uri);
void graphbit_http_request_add_header (GraphbitHttpRequest *self, const char *name, const char *value);
void graphbit_http_request_free (GraphbitHttpRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraphbitHttpRequest, graphbit_http_request_free)

typedef struct _GraphbitHttpHead GraphbitHttpHead; /* of an answer, for the time of the callback */
int graphbit_http_head_get_status (const GraphbitHttpHead *self);
const char *graphbit_http_head_get (const GraphbitHttpHead *self, const char *name); /* the first of that name, or NULL */

/* What an attempt's end means. Filled in by http/ from status and headers, for the handler to correct. */
typedef struct
{
  gboolean may_retry;
  gboolean is_server_fault; /* counts for the breaker */
  gint64 retry_after_ms;    /* what the server asked for; -1: nothing */
  gint64 tokens;            /* that the answer says were used; 0: nothing known */
} GraphbitHttpVerdict;

/* All on the I/O thread. A failure that is returned is taken over by the call, the one of `end` by the handler. */
typedef struct
{
  /* An attempt begins: forget the one before. */
  void (*begin) (gpointer state);
  /* The head of a 2xx answer. May be NULL. */
  void (*head) (gpointer state, const GraphbitHttpHead *head);
  /* Bytes of a 2xx body as they arrive. A failure ends the attempt. */
  GraphbitFailure *(*bytes) (gpointer state, const char *data, gsize length, GraphbitHttpVerdict *verdict);
  /* The bytes of this turn have been handed over; more may come. May be NULL. */
  void (*drained) (gpointer state);
  /* The 2xx body ended as it should. */
  GraphbitFailure *(*finish) (gpointer state, GraphbitHttpVerdict *verdict);
  /* Any other answer, its body cut at 64 KiB. Always a failure. */
  GraphbitFailure *(*classify) (gpointer state, const GraphbitHttpHead *head,
                                const char *body, gsize length, GraphbitHttpVerdict *verdict);
  /* Once, last. NULL: all is well. The handler owns its state again. */
  void (*end) (gpointer state, GraphbitFailure *failure, guint attempts);
  /* An answer that leads elsewhere. TRUE: the handler follows, and all is well; else it is refused. May be NULL. */
  gboolean (*redirected) (gpointer state, const GraphbitHttpHead *head);
} GraphbitHttpHandler;

/* Takes the request over; NULL when the generation has ended (then `end` is not called and the request is freed). */
GraphbitHttpCall *graphbit_http_call_start (GraphbitRuntime *runtime,
                                            GraphbitHttpRequest *request,
                                            const GraphbitHttpHandler *handler,
                                            gpointer state);
GraphbitHttpCall *graphbit_http_call_ref (GraphbitHttpCall *self);
void graphbit_http_call_unref (GraphbitHttpCall *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraphbitHttpCall, graphbit_http_call_unref)

/* Any thread. The connection is closed (HTTP/2: the stream reset); `end` follows with a cancelled failure. */
void graphbit_http_call_cancel (GraphbitHttpCall *self);
/* Any thread. The same, but where the request is on its way already its answer is waited for, a few seconds long: for an
 * answer that tells what else must be ended. Nothing more is sent. */
void graphbit_http_call_leave (GraphbitHttpCall *self);
/* Any thread: made so far. */
guint graphbit_http_call_get_attempts (GraphbitHttpCall *self);
/* Any thread. Lets the socket flow again after a pause. */
void graphbit_http_call_resume (GraphbitHttpCall *self);
/* I/O thread, from `bytes` or `drained`: reads no more until resumed; the idle limit stands still meanwhile. */
void graphbit_http_call_pause (GraphbitHttpCall *self);
/* I/O thread: something was handed out; from here on there is no retry. */
void graphbit_http_call_commit (GraphbitHttpCall *self);

/* The worst state of a model's breaker; `secret` NULL: with whatever key. Any thread but the I/O thread. */
GraphbitBreakerState graphbit_http_get_breaker_state (const char *base_uri, const GraphbitSecret *secret, const char *lane);

G_END_DECLS
