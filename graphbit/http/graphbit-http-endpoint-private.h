/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-http-breaker-private.h"
#include "graphbit-http-limit-private.h"
#include "graphbit-http-sessions-private.h"
#include "graphbit-http-transport-private.h"
#include "graphbit-runtime-private.h"
#include "graphbit-secret-private.h"

G_BEGIN_DECLS

/* What the floor has on one I/O thread. Everything here is used on that thread only. */
typedef struct
{
  GraphbitIo *io;
  GHashTable *endpoints;
  GQueue calls; /* that have not ended */
  const GraphbitHttpTransport *transport;
  char *buffer;
  guint n_open;
} GraphbitHttpThread;

/* One server as one account sees it: origin, base path and key. */
typedef struct
{
  GraphbitHttpThread *thread;
  char *base_uri;
  char *host; /* with the port, for messages */
  GraphbitSecret *secret;
  GHashTable *lanes;
  GraphbitHttpSessions sessions;
  guint n_calls;
  GraphbitTimer idle_timer;
} GraphbitHttpEndpoint;

/* One model of it. */
typedef struct
{
  guint slots;
  guint n_taken;
  guint n_paused; /* of those taken, streams that nobody reads */
  GQueue waiting; /* of GraphbitHttpWaiter, in the order in which they came */
  gboolean is_serving;
  GraphbitHttpLimit limit;
  GraphbitHttpBreaker breaker;

  /* the last address asked for, which is the only one as a rule */
  char *uri_text;
  GUri *uri;
} GraphbitHttpLane;

typedef struct _GraphbitHttpWaiter GraphbitHttpWaiter;
struct _GraphbitHttpWaiter
{
  GList link;
  void (*admitted) (GraphbitHttpWaiter *waiter);
};

guint graphbit_http_endpoint_hash (const char *base_uri, const GraphbitSecret *secret);

GHashTable *graphbit_http_endpoint_table_new (void);
/* Made if need be; left again by every one who entered. Without anybody for ten minutes it is dropped. */
GraphbitHttpEndpoint *graphbit_http_endpoint_enter (GraphbitHttpThread *thread,
                                                    const char *base_uri,
                                                    GraphbitSecret *secret);
void graphbit_http_endpoint_leave (GraphbitHttpEndpoint *self);

/* A lane has as many slots as the most that anybody asked for; 0 asks for the default. */
GraphbitHttpLane *graphbit_http_endpoint_get_lane (GraphbitHttpEndpoint *self, const char *name, guint slots);

/* FALSE: it is no address for HTTP. */
gboolean graphbit_http_lane_set_uri (GraphbitHttpLane *self, const char *uri);

/* `admitted` has a slot and is within the rate limit. It may be told from here. */
void graphbit_http_lane_wait (GraphbitHttpLane *self, GraphbitHttpWaiter *waiter);
void graphbit_http_lane_withdraw (GraphbitHttpLane *self, GraphbitHttpWaiter *waiter);
void graphbit_http_lane_give_back (GraphbitHttpLane *self);

G_END_DECLS
