/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/*
 * The sessions of an endpoint. One SoupSession costs time in proportion to
 * all its messages and connections for each of them, so that many are spread
 * over several; and its TLS database and proxy resolver are its own.
 */

/* Exchanges of all sessions of the I/O thread that libsoup has not let go of yet. */
typedef struct
{
  guint n;
  gboolean is_orphaned; /* the thread waits no longer: the last one frees this */
} GraphbitHttpOpen;

typedef struct
{
  guint ref_count;
  SoupSession *soup;
  guint n_exchanges; /* that libsoup has not let go of */
  guint n_wanted;    /* of these, those that were not cancelled */
  guint capacity;
  GraphbitHttpOpen *open;
  GTlsConnection *multiplexed; /* the one connection of all exchanges, if it is HTTP/2 */
} GraphbitHttpSession;

typedef struct
{
  GPtrArray *sets;
  char *buffer;  /* to read into; the I/O thread's */
  GraphbitHttpOpen *open;     /* the same */
  gboolean is_secure;         /* https is spoken */
  GSocketConnectable *remote; /* the UNIX socket, or what guards the way; or NULL */
} GraphbitHttpSessions;

#define GRAPHBIT_HTTP_BUFFER_SIZE (16 * 1024)

/* `remote`: what all of them connect to, whatever the address says, taken over; or NULL. */
void graphbit_http_sessions_init (GraphbitHttpSessions *self,
                                  char *buffer,
                                  GraphbitHttpOpen *open,
                                  gboolean is_secure,
                                  GSocketConnectable *remote);
void graphbit_http_sessions_clear (GraphbitHttpSessions *self);

/* A place in a session, which is made if all are full. */
GraphbitHttpSession *graphbit_http_sessions_take (GraphbitHttpSessions *self,
                                                  GTlsDatabase *tls_database,
                                                  GProxyResolver *proxy_resolver,
                                                  gboolean has_proxy_resolver);
void graphbit_http_session_give_back (GraphbitHttpSession *session);
/* It was agreed to speak HTTP/2. */
void graphbit_http_session_set_multiplexed (GraphbitHttpSession *session, GTlsConnection *connection);
/* An exchange is no longer wanted, by cancellation or because it has ended. */
void graphbit_http_session_unwant (GraphbitHttpSession *session, gboolean waits_for_head);

G_END_DECLS
