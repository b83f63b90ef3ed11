/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-sessions-private.h"

#include "graphbit-http-environment-private.h"

#define CAPACITY 16
#define CAPACITY_MULTIPLEXED 100 /* what servers usually allow on one connection */
#define IDLE_TIMEOUT 60          /* of a connection, in seconds */
#define MAX_IDLE_SETS 8          /* for who makes a database or a resolver for each client */

typedef struct
{
  GTlsDatabase *tls_database;
  GProxyResolver *proxy_resolver;
  gboolean has_proxy_resolver;
  GPtrArray *sessions;
} SessionSet;

static void
session_unref (gpointer data)
{
  GraphbitHttpSession *self = data;

  if (--self->ref_count > 0)
    return;

  soup_session_abort (self->soup);
  g_object_unref (self->soup);
  g_clear_object (&self->multiplexed);
  g_free (self);
}

static void
session_set_free (gpointer data)
{
  SessionSet *self = data;

  g_ptr_array_unref (self->sessions);
  g_clear_object (&self->tls_database);
  g_clear_object (&self->proxy_resolver);
  g_free (self);
}

void
graphbit_http_sessions_init (GraphbitHttpSessions *self,
                             char *buffer,
                             GraphbitHttpOpen *open,
                             gboolean is_secure,
                             GSocketConnectable *remote)
{
  self->sets = g_ptr_array_new_with_free_func (session_set_free);
  self->buffer = buffer;
  self->open = open;
  self->is_secure = is_secure;
  self->remote = remote;
}

void
graphbit_http_sessions_clear (GraphbitHttpSessions *self)
{
  g_clear_pointer (&self->sets, g_ptr_array_unref);
  g_clear_object (&self->remote);
}

static GraphbitHttpSession *
session_new (GraphbitHttpSessions *sessions,
             const SessionSet *set)
{
  GraphbitHttpSession *self = g_new0 (GraphbitHttpSession, 1);
  GTlsDatabase *tls_database = set->tls_database;
  GProxyResolver *proxy_resolver = graphbit_http_environment_get_proxy_resolver ();

  self->ref_count = 1;
  self->capacity = CAPACITY;
  self->open = sessions->open;
  self->soup = soup_session_new_with_options ("max-conns", CAPACITY,
                                              "max-conns-per-host", CAPACITY,
                                              "timeout", 0,
                                              "idle-timeout", IDLE_TIMEOUT,
                                              "remote-connectable", sessions->remote,
                                              NULL);
  soup_session_remove_feature_by_type (self->soup, SOUP_TYPE_CONTENT_DECODER);
  /* it would also send a proxy's password on to the server (libsoup 3.2) */
  soup_session_remove_feature_by_type (self->soup, SOUP_TYPE_AUTH_MANAGER);

  if (tls_database == NULL && sessions->is_secure)
    tls_database = graphbit_http_environment_get_tls_database ();
  if (tls_database != NULL)
    soup_session_set_tls_database (self->soup, tls_database);

  if (sessions->remote != NULL)
    proxy_resolver = NULL;
  else if (set->has_proxy_resolver)
    proxy_resolver = set->proxy_resolver;
  if (sessions->remote != NULL || set->has_proxy_resolver || proxy_resolver != NULL)
    soup_session_set_proxy_resolver (self->soup, proxy_resolver);

  return self;
}

static gboolean
is_idle (const SessionSet *set)
{
  for (guint i = 0; i < set->sessions->len; i++)
    {
      const GraphbitHttpSession *session = g_ptr_array_index (set->sessions, i);

      if (session->n_exchanges > 0)
        return FALSE;
    }

  return TRUE;
}

/* The oldest go first. */
static void
drop_idle_sets (GraphbitHttpSessions *self)
{
  guint n_idle = 0;

  for (guint i = self->sets->len; i > 0; i--)
    {
      if (is_idle (g_ptr_array_index (self->sets, i - 1)) && ++n_idle > MAX_IDLE_SETS)
        g_ptr_array_remove_index (self->sets, i - 1);
    }
}

static SessionSet *
find_set (GraphbitHttpSessions *self,
          GTlsDatabase *tls_database,
          GProxyResolver *proxy_resolver,
          gboolean has_proxy_resolver)
{
  SessionSet *set;

  for (guint i = 0; i < self->sets->len; i++)
    {
      set = g_ptr_array_index (self->sets, i);
      if (set->tls_database == tls_database &&
          set->proxy_resolver == proxy_resolver &&
          set->has_proxy_resolver == has_proxy_resolver)
        return set;
    }

  drop_idle_sets (self);
  set = g_new0 (SessionSet, 1);
  g_set_object (&set->tls_database, tls_database);
  g_set_object (&set->proxy_resolver, proxy_resolver);
  set->has_proxy_resolver = has_proxy_resolver;
  set->sessions = g_ptr_array_new_with_free_func (session_unref);
  g_ptr_array_add (self->sets, set);

  return set;
}

GraphbitHttpSession *
graphbit_http_sessions_take (GraphbitHttpSessions *self,
                             GTlsDatabase *tls_database,
                             GProxyResolver *proxy_resolver,
                             gboolean has_proxy_resolver)
{
  SessionSet *set = find_set (self, tls_database, has_proxy_resolver ? proxy_resolver : NULL, !!has_proxy_resolver);
  GraphbitHttpSession *session = NULL;

  /* the first with room, so that the first have the connections and the last fall idle */
  for (guint i = 0; i < set->sessions->len && session == NULL; i++)
    {
      GraphbitHttpSession *candidate = g_ptr_array_index (set->sessions, i);

      if (candidate->n_exchanges < candidate->capacity)
        session = candidate;
    }

  if (session == NULL)
    {
      session = session_new (self, set);
      g_ptr_array_add (set->sessions, session);
    }

  session->ref_count++;
  session->n_exchanges++;
  session->n_wanted++;
  session->open->n++;

  return session;
}

void
graphbit_http_session_give_back (GraphbitHttpSession *session)
{
  GraphbitHttpOpen *open = session->open;

  open->n--;
  if (open->n == 0 && open->is_orphaned)
    g_free (open);
  session->n_exchanges--;
  session_unref (session);
}

void
graphbit_http_session_set_multiplexed (GraphbitHttpSession *session,
                                       GTlsConnection *connection)
{
  session->capacity = CAPACITY_MULTIPLEXED;
  g_set_object (&session->multiplexed, connection);
}

void
graphbit_http_session_unwant (GraphbitHttpSession *session,
                              gboolean waits_for_head)
{
  g_autoptr (GIOStream) base = NULL;

  session->n_wanted--;
  if (!waits_for_head || session->multiplexed == NULL || session->n_wanted > 0)
    return;

  /* While it waits for a head, libsoup sees that an HTTP/2 exchange is cancelled, and resets its stream, only when
   * something arrives on the connection. Nothing may arrive on this one for long, and nobody else uses it. */
  g_object_get (session->multiplexed, "base-io-stream", &base, NULL);
  if (G_IS_SOCKET_CONNECTION (base))
    g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (base)), TRUE, TRUE, NULL);
  g_clear_object (&session->multiplexed);
}
