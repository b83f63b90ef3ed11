/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-histogram-private.h"
#include "graphbit-http-address-private.h"
#include "graphbit-http-breaker-private.h"
#include "graphbit-http-limit-private.h"
#include "graphbit-http-sessions-private.h"
#include "graphbit-http-transport-private.h"
#include "graphbit-runtime-private.h"
#include "graphbit-secret-private.h"

G_BEGIN_DECLS

typedef struct _GraphbitHttpThread GraphbitHttpThread;

/* Is told, ten times a second at most, that something of the endpoints has changed. */
typedef struct _GraphbitHttpWatch GraphbitHttpWatch;
struct _GraphbitHttpWatch
{
  GList link;
  void (*changed) (GraphbitHttpWatch *watch, GraphbitHttpThread *thread);
  void (*stopped) (GraphbitHttpWatch *watch); /* the thread ends */
};

/* What the floor has on one I/O thread. Everything here is used on that thread only. */
struct _GraphbitHttpThread
{
  GraphbitIo *io;
  GHashTable *endpoints;
  GQueue calls; /* that have not ended */
  const GraphbitHttpTransport *transport;
  char *buffer;
  GraphbitHttpOpen *open;
  gboolean is_stopping;
  GQueue watches; /* of GraphbitHttpWatch */
  GraphbitTimer watch_timer;
};

/* NULL: it has ended. */
GraphbitHttpThread *graphbit_http_thread_get (GraphbitIo *io);
void graphbit_http_thread_tell_watches (GraphbitHttpThread *self);

static inline void
graphbit_http_thread_changed (GraphbitHttpThread *self)
{
  if (G_UNLIKELY (self->watches.head != NULL) && !graphbit_timer_is_armed (&self->watch_timer))
    graphbit_http_thread_tell_watches (self);
}

#define GRAPHBIT_HTTP_QUOTA 500 /* of retries, per endpoint */

/* One server as one account sees it: origin, base path and key; and what guards the way to it. */
typedef struct
{
  GraphbitHttpThread *thread;
  guint64 id;    /* never used again */
  char *base_uri;
  char *host;    /* with the port, for messages */
  GraphbitSecret *secret;
  GraphbitHttpGuard guard; /* NULL: connects to wherever its name leads */
  GHashTable *lanes;
  GraphbitHttpSessions sessions;
  guint n_calls;
  guint quota;   /* that is left */
  GraphbitTimer idle_timer;
} GraphbitHttpEndpoint;

/* One model of it. */
typedef struct
{
  GraphbitHttpEndpoint *endpoint;
  const char *name;
  guint number; /* in the order in which they were made */
  guint slots;
  guint n_taken;
  guint n_paused; /* of those taken, streams that nobody reads */
  GQueue waiting; /* of GraphbitHttpWaiter, in the order in which they came */
  gint64 waiting_tokens;
  GQueue resting; /* of GraphbitHttpWaiter: between two attempts */
  gboolean is_serving;
  GraphbitHttpLimit limit;
  GraphbitTimer limit_timer; /* until the first of those waiting is within the rate limit */
  GraphbitHttpBreaker breaker;

  /* since it is known */
  guint64 n_attempts;
  guint64 n_failures; /* of attempts, of whatever kind */
  guint64 n_retries;
  GraphbitHistogram times; /* of the attempts that succeeded, in microseconds */

  /* the last address asked for, which is the only one as a rule */
  char *uri_text;
  GUri *uri;
} GraphbitHttpLane;

typedef enum
{
  GRAPHBIT_HTTP_REFUSAL_OPEN, /* by the breaker */
  GRAPHBIT_HTTP_REFUSAL_RATE
} GraphbitHttpRefusal;

typedef struct _GraphbitHttpWaiter GraphbitHttpWaiter;
struct _GraphbitHttpWaiter
{
  GList link;    /* its data is NULL while it is in no queue */
  gboolean is_resting; /* in that queue, if in any */
  gint64 tokens; /* an estimate */
  gint64 max_wait; /* microseconds */
  gint64 deadline;
  gint64 until;  /* it waits no longer: of these two */
  gint64 admitted_at;
  GraphbitHttpLimitTicket limit_ticket; /* both while it is admitted */
  GraphbitHttpBreakerTicket breaker_ticket;
  void (*admitted) (GraphbitHttpWaiter *waiter);
  /* It waits no more, or it rests and would be refused if it came now. `left`: microseconds; 0: not known. */
  void (*refused) (GraphbitHttpWaiter *waiter, GraphbitHttpRefusal why, gint64 left);
};

guint graphbit_http_endpoint_hash (const char *base_uri, const GraphbitSecret *secret);

GHashTable *graphbit_http_endpoint_table_new (void);
/* Made if need be; left again by every one who entered. Without anybody for ten minutes it is dropped. */
GraphbitHttpEndpoint *graphbit_http_endpoint_enter (GraphbitHttpThread *thread,
                                                    const char *base_uri,
                                                    GraphbitSecret *secret,
                                                    GraphbitHttpGuard guard);
void graphbit_http_endpoint_leave (GraphbitHttpEndpoint *self);

/* Another attempt costs of the endpoint's quota. FALSE: there is not so much left. */
gboolean graphbit_http_endpoint_spend (GraphbitHttpEndpoint *self, guint cost);
void graphbit_http_endpoint_refund (GraphbitHttpEndpoint *self, guint cost);

/* A lane has as many slots as the most that anybody asked for; 0 asks for the default. */
GraphbitHttpLane *graphbit_http_endpoint_get_lane (GraphbitHttpEndpoint *self, const char *name, guint slots);

/* FALSE: it is no address for HTTP. */
gboolean graphbit_http_lane_set_uri (GraphbitHttpLane *self, const char *uri);

/*
 * `admitted` has a slot, is within the rate limit and holds the tickets; else it is `refused`. Both may be told from
 * here; TRUE: they are not, it waits.
 */
gboolean graphbit_http_lane_wait (GraphbitHttpLane *self, GraphbitHttpWaiter *waiter);
/* It comes back later, and hears until then when that would be in vain. */
void graphbit_http_lane_rest (GraphbitHttpLane *self, GraphbitHttpWaiter *waiter);
void graphbit_http_lane_withdraw (GraphbitHttpLane *self, GraphbitHttpWaiter *waiter);

/* What an attempt was. */
typedef struct
{
  GraphbitHttpOutcome outcome;
  gboolean is_failure;
  gboolean was_sent;
  gint64 tokens; /* that it used; -1: unknown */
} GraphbitHttpSettlement;

/* Slot and tickets go back. */
void graphbit_http_lane_settle (GraphbitHttpLane *self,
                                GraphbitHttpWaiter *waiter,
                                const GraphbitHttpSettlement *settlement);

/* What the head of an answer says of limits, to one that is admitted. */
void graphbit_http_lane_read_head (GraphbitHttpLane *self, GraphbitHttpWaiter *waiter, const GraphbitHttpHead *head);
/* The server wants to be left alone for so long. */
void graphbit_http_lane_cool (GraphbitHttpLane *self, gint64 ms);
/* Whoever can go now goes; usually that happens by itself. */
void graphbit_http_lane_serve (GraphbitHttpLane *self);
/* Whether slots are free, so that only the rate limit holds up those who wait; for how many microseconds still. */
gboolean graphbit_http_lane_is_limited (GraphbitHttpLane *self, gint64 *left);

G_END_DECLS
