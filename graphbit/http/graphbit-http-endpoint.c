/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-endpoint-private.h"

#include <string.h>

#include "graphbit-clock-private.h"
#include "graphbit-http-socket-private.h"

#define IDLE_LIFE (10 * 60 * G_TIME_SPAN_SECOND)

static void
lane_free (gpointer data)
{
  GraphbitHttpLane *self = data;

  g_assert (self->n_taken == 0 && g_queue_is_empty (&self->waiting));

  g_clear_pointer (&self->uri, g_uri_unref);
  g_free (self->uri_text);
  g_free (self);
}

static void
endpoint_free (gpointer data)
{
  GraphbitHttpEndpoint *self = data;

  graphbit_timer_disarm (self->thread->io, &self->idle_timer);
  graphbit_http_sessions_clear (&self->sessions);
  g_hash_table_unref (self->lanes);
  g_clear_pointer (&self->secret, graphbit_secret_unref);
  g_free (self->host);
  g_free (self->base_uri);
  g_free (self);
}

static const char *
peek (const GraphbitSecret *secret)
{
  return secret != NULL ? graphbit_secret_peek (secret) : "";
}

guint
graphbit_http_endpoint_hash (const char *base_uri,
                             const GraphbitSecret *secret)
{
  return g_str_hash (base_uri) ^ (31 * g_str_hash (peek (secret)));
}

static guint
key_hash (gconstpointer key)
{
  const GraphbitHttpEndpoint *self = key;

  return graphbit_http_endpoint_hash (self->base_uri, self->secret);
}

static gboolean
key_equal (gconstpointer a,
           gconstpointer b)
{
  const GraphbitHttpEndpoint *first = a;
  const GraphbitHttpEndpoint *second = b;

  return strcmp (first->base_uri, second->base_uri) == 0 &&
         strcmp (peek (first->secret), peek (second->secret)) == 0;
}

GHashTable *
graphbit_http_endpoint_table_new (void)
{
  return g_hash_table_new_full (key_hash, key_equal, NULL, endpoint_free);
}

static void
idle_expired (GraphbitTimer *timer)
{
  GraphbitHttpEndpoint *self = (GraphbitHttpEndpoint *) ((char *) timer - G_STRUCT_OFFSET (GraphbitHttpEndpoint, idle_timer));

  g_hash_table_remove (self->thread->endpoints, self);
}

/* For messages. */
static char *
make_host (const char *base_uri,
           const char *socket_path)
{
  g_autoptr (GUri) uri = g_uri_parse (base_uri, SOUP_HTTP_URI_FLAGS, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (socket_path != NULL)
    return g_strconcat ("unix:", socket_path, NULL);
  if (host == NULL)
    return g_strdup (base_uri);

  /* the parser knows the ports of http and https */
  return g_strdup_printf (strchr (host, ':') != NULL ? "[%s]:%d" : "%s:%d", host, g_uri_get_port (uri));
}

GraphbitHttpEndpoint *
graphbit_http_endpoint_enter (GraphbitHttpThread *thread,
                              const char *base_uri,
                              GraphbitSecret *secret)
{
  GraphbitHttpEndpoint key = { .base_uri = (char *) base_uri, .secret = secret };
  GraphbitHttpEndpoint *self = g_hash_table_lookup (thread->endpoints, &key);

  if (self == NULL)
    {
      g_autofree char *socket_path = graphbit_http_socket_parse (base_uri, NULL);

      self = g_new0 (GraphbitHttpEndpoint, 1);
      self->thread = thread;
      self->base_uri = g_strdup (base_uri);
      self->host = make_host (base_uri, socket_path);
      self->secret = secret != NULL ? graphbit_secret_ref (secret) : NULL;
      self->lanes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, lane_free);
      self->idle_timer.expired = idle_expired;
      graphbit_http_sessions_init (&self->sessions, thread->buffer, &thread->n_open,
                                   g_ascii_strncasecmp (base_uri, "https:", 6) == 0, socket_path);
      g_hash_table_add (thread->endpoints, self);
    }

  if (self->n_calls++ == 0)
    graphbit_timer_disarm (thread->io, &self->idle_timer);

  return self;
}

void
graphbit_http_endpoint_leave (GraphbitHttpEndpoint *self)
{
  if (--self->n_calls == 0)
    graphbit_timer_arm (self->thread->io, &self->idle_timer, graphbit_clock_now () + IDLE_LIFE);
}

GraphbitHttpLane *
graphbit_http_endpoint_get_lane (GraphbitHttpEndpoint *self,
                                 const char *name,
                                 guint slots)
{
  GraphbitHttpLane *lane;

  if (name == NULL)
    name = "";

  lane = g_hash_table_lookup (self->lanes, name);
  if (lane == NULL)
    {
      lane = g_new0 (GraphbitHttpLane, 1);
      g_hash_table_insert (self->lanes, g_strdup (name), lane);
    }
  lane->slots = MAX (lane->slots, slots > 0 ? slots : GRAPHBIT_HTTP_DEFAULT_SLOTS);

  return lane;
}

gboolean
graphbit_http_lane_set_uri (GraphbitHttpLane *self,
                            const char *uri)
{
  g_autoptr (GUri) parsed = NULL;
  g_autofree char *socket_path = NULL;
  g_autofree char *http_uri = NULL;

  if (self->uri_text != NULL && strcmp (self->uri_text, uri) == 0)
    return TRUE;

  socket_path = graphbit_http_socket_parse (uri, &http_uri);
  parsed = g_uri_parse (socket_path != NULL ? http_uri : uri, SOUP_HTTP_URI_FLAGS, NULL);
  if (parsed == NULL ||
      (strcmp (g_uri_get_scheme (parsed), "http") != 0 && strcmp (g_uri_get_scheme (parsed), "https") != 0) ||
      g_uri_get_host (parsed) == NULL || *g_uri_get_host (parsed) == '\0')
    return FALSE;

  g_free (self->uri_text);
  self->uri_text = g_strdup (uri);
  g_clear_pointer (&self->uri, g_uri_unref);
  self->uri = g_steal_pointer (&parsed);

  return TRUE;
}

static void
serve (GraphbitHttpLane *self)
{
  /* one that ends at once gives its slot back from within */
  if (self->is_serving)
    return;

  self->is_serving = TRUE;
  while (self->n_taken < self->slots && !g_queue_is_empty (&self->waiting) &&
         graphbit_http_limit_take (&self->limit))
    {
      GList *head = g_queue_pop_head_link (&self->waiting);
      GraphbitHttpWaiter *waiter = head->data;

      head->data = NULL;
      self->n_taken++;
      waiter->admitted (waiter);
    }
  self->is_serving = FALSE;
}

void
graphbit_http_lane_wait (GraphbitHttpLane *self,
                         GraphbitHttpWaiter *waiter)
{
  waiter->link.data = waiter;
  g_queue_push_tail_link (&self->waiting, &waiter->link);
  serve (self);
}

void
graphbit_http_lane_withdraw (GraphbitHttpLane *self,
                             GraphbitHttpWaiter *waiter)
{
  if (waiter->link.data == NULL)
    return;

  g_queue_unlink (&self->waiting, &waiter->link);
  waiter->link.data = NULL;
}

void
graphbit_http_lane_give_back (GraphbitHttpLane *self)
{
  g_assert (self->n_taken > 0);

  self->n_taken--;
  serve (self);
}
