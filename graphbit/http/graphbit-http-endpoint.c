/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-endpoint-private.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

#include "graphbit-clock-private.h"
#include "graphbit-http-socket-private.h"

#define IDLE_LIFE (10 * 60 * G_TIME_SPAN_SECOND)
#define WATCH_INTERVAL (G_USEC_PER_SEC / 10)

static guint64 n_made; /* atomic: endpoints of all threads */

void
graphbit_http_thread_tell_watches (GraphbitHttpThread *self)
{
  graphbit_timer_arm (self->io, &self->watch_timer, graphbit_clock_now () + WATCH_INTERVAL);
}

static void
lane_free (gpointer data)
{
  GraphbitHttpLane *self = data;

  g_assert (self->n_taken == 0 && self->breaker.n_tickets == 0);
  g_assert (g_queue_is_empty (&self->waiting) && g_queue_is_empty (&self->resting));

  graphbit_timer_disarm (self->endpoint->thread->io, &self->limit_timer);
  graphbit_http_limit_clear (&self->limit);
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

  return first->guard == second->guard && strcmp (first->base_uri, second->base_uri) == 0 &&
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

  GraphbitHttpThread *thread = self->thread;
  gint64 needed = 0;
  GHashTableIter iter;
  gpointer lane;

  /* that a server wants to be left alone is not forgotten */
  g_hash_table_iter_init (&iter, self->lanes);
  while (g_hash_table_iter_next (&iter, NULL, &lane))
    needed = MAX (needed, ((GraphbitHttpLane *) lane)->limit.cool_until);
  if (needed > graphbit_clock_now ())
    {
      graphbit_timer_arm (thread->io, timer, needed);
      return;
    }

  g_hash_table_remove (thread->endpoints, self);
  graphbit_http_thread_changed (thread);
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

static GSocketConnectable *
make_remote (const char *base_uri,
             const char *socket_path,
             GraphbitHttpGuard guard)
{
  g_autoptr (GUri) uri = NULL;

  if (socket_path != NULL)
    return G_SOCKET_CONNECTABLE (g_unix_socket_address_new (socket_path));
  if (guard == NULL)
    return NULL;

  uri = g_uri_parse (base_uri, SOUP_HTTP_URI_FLAGS, NULL);
  return graphbit_http_address_new_guarded (g_uri_get_host (uri), (guint16) g_uri_get_port (uri), guard);
}

GraphbitHttpEndpoint *
graphbit_http_endpoint_enter (GraphbitHttpThread *thread,
                              const char *base_uri,
                              GraphbitSecret *secret,
                              GraphbitHttpGuard guard)
{
  GraphbitHttpEndpoint key = { .base_uri = (char *) base_uri, .secret = secret, .guard = guard };
  GraphbitHttpEndpoint *self = g_hash_table_lookup (thread->endpoints, &key);

  if (self == NULL)
    {
      g_autofree char *socket_path = graphbit_http_socket_parse (base_uri, NULL);

      self = g_new0 (GraphbitHttpEndpoint, 1);
      self->thread = thread;
      self->id = __atomic_add_fetch (&n_made, 1, __ATOMIC_RELAXED);
      self->quota = GRAPHBIT_HTTP_QUOTA;
      self->base_uri = g_strdup (base_uri);
      self->host = make_host (base_uri, socket_path);
      self->secret = secret != NULL ? graphbit_secret_ref (secret) : NULL;
      self->guard = guard;
      self->lanes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, lane_free);
      self->idle_timer.expired = idle_expired;
      graphbit_http_sessions_init (&self->sessions, thread->buffer, thread->open,
                                   g_ascii_strncasecmp (base_uri, "https:", 6) == 0,
                                   make_remote (base_uri, socket_path, guard));
      g_hash_table_add (thread->endpoints, self);
      graphbit_http_thread_changed (thread);
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

gboolean
graphbit_http_endpoint_spend (GraphbitHttpEndpoint *self,
                              guint cost)
{
  if (self->quota < cost)
    return FALSE;

  self->quota -= cost;
  return TRUE;
}

void
graphbit_http_endpoint_refund (GraphbitHttpEndpoint *self,
                               guint cost)
{
  self->quota = MIN (self->quota + cost, GRAPHBIT_HTTP_QUOTA);
}

static void limit_expired (GraphbitTimer *timer);

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
      char *key = g_strdup (name);

      lane = g_new0 (GraphbitHttpLane, 1);
      lane->endpoint = self;
      lane->name = key;
      lane->number = g_hash_table_size (self->lanes);
      lane->limit.requests.remaining = lane->limit.tokens.remaining = -1;
      lane->limit_timer.expired = limit_expired;
      g_hash_table_insert (self->lanes, key, lane);
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

/* Waiting */

static void
take_out (GraphbitHttpLane *self,
          GQueue *queue,
          GraphbitHttpWaiter *waiter)
{
  g_queue_unlink (queue, &waiter->link);
  waiter->link.data = NULL;
  if (queue == &self->waiting)
    self->waiting_tokens -= waiter->tokens;
}

static void
admit (GraphbitHttpLane *self,
       GraphbitHttpWaiter *waiter,
       gint64 now)
{
  self->n_taken++;
  self->n_attempts++;
  waiter->admitted_at = now;
  graphbit_http_thread_changed (self->endpoint->thread);
  graphbit_http_limit_take (&self->limit, now, waiter->tokens, &waiter->limit_ticket);
  graphbit_http_breaker_take (&self->breaker, now, &waiter->breaker_ticket);
  waiter->admitted (waiter);
}

/* The head of the queue takes slot and rate together, so that waiting for the one does not hold the other. */
void
graphbit_http_lane_serve (GraphbitHttpLane *self)
{
  GraphbitHttpWaiter *waiter;
  gint64 now, left, when;

  /* one that ends at once gives its slot back from within */
  if (self->is_serving || g_queue_is_empty (&self->waiting) || self->endpoint->thread->is_stopping)
    return;

  now = graphbit_clock_now ();
  self->is_serving = TRUE;
  while ((waiter = g_queue_peek_head (&self->waiting)) != NULL)
    {
      if (graphbit_http_breaker_is_open (&self->breaker, now, &left))
        {
          take_out (self, &self->waiting, waiter);
          waiter->refused (waiter, GRAPHBIT_HTTP_REFUSAL_OPEN, left);
          continue;
        }
      if (self->n_taken >= self->slots)
        break;

      when = graphbit_http_limit_get_time (&self->limit, now, 1, waiter->tokens);
      if (when > now)
        {
          graphbit_timer_arm (self->endpoint->thread->io, &self->limit_timer, when);
          break;
        }

      take_out (self, &self->waiting, waiter);
      admit (self, waiter, now);
    }
  self->is_serving = FALSE;
}

static void
limit_expired (GraphbitTimer *timer)
{
  graphbit_http_lane_serve ((GraphbitHttpLane *) ((char *) timer - G_STRUCT_OFFSET (GraphbitHttpLane, limit_timer)));
}

gboolean
graphbit_http_lane_wait (GraphbitHttpLane *self,
                         GraphbitHttpWaiter *waiter)
{
  gint64 now = graphbit_clock_now ();
  gint64 left, when;

  if (graphbit_http_breaker_is_open (&self->breaker, now, &left))
    {
      waiter->refused (waiter, GRAPHBIT_HTTP_REFUSAL_OPEN, left);
      return FALSE;
    }

  if (self->limit.tokens_per_minute > 0)
    waiter->tokens = MIN (waiter->tokens, self->limit.tokens_per_minute);
  waiter->until = MIN (waiter->deadline, now + waiter->max_wait);

  /* those before it take their parts first */
  when = graphbit_http_limit_get_time (&self->limit, now, self->waiting.length + 1, self->waiting_tokens + waiter->tokens);
  if (when > now && when > waiter->until)
    {
      waiter->refused (waiter, GRAPHBIT_HTTP_REFUSAL_RATE, when - now);
      return FALSE;
    }

  if (when <= now && self->n_taken < self->slots && g_queue_is_empty (&self->waiting))
    {
      admit (self, waiter, now);
      return FALSE;
    }

  waiter->is_resting = FALSE;
  waiter->link.data = waiter;
  g_queue_push_tail_link (&self->waiting, &waiter->link);
  self->waiting_tokens += waiter->tokens;
  graphbit_http_thread_changed (self->endpoint->thread);
  /* a slot that comes back, or this timer, lets it go on */
  if (self->waiting.length == 1 && self->n_taken < self->slots)
    graphbit_timer_arm (self->endpoint->thread->io, &self->limit_timer, when);

  return TRUE;
}

void
graphbit_http_lane_rest (GraphbitHttpLane *self,
                         GraphbitHttpWaiter *waiter)
{
  waiter->is_resting = TRUE;
  waiter->link.data = waiter;
  g_queue_push_tail_link (&self->resting, &waiter->link);
  self->n_retries++;
}

void
graphbit_http_lane_withdraw (GraphbitHttpLane *self,
                             GraphbitHttpWaiter *waiter)
{
  gboolean was_first;

  if (waiter->link.data == NULL)
    return;

  if (waiter->is_resting)
    {
      take_out (self, &self->resting, waiter);
      return;
    }

  was_first = self->waiting.head == &waiter->link;
  take_out (self, &self->waiting, waiter);
  /* the next may want fewer tokens */
  if (was_first)
    graphbit_http_lane_serve (self);
}

static void
refuse_resting (GraphbitHttpLane *self,
                gint64 left)
{
  for (GList *link = self->resting.head, *next; link != NULL; link = next)
    {
      GraphbitHttpWaiter *waiter = link->data;

      next = link->next;
      waiter->refused (waiter, GRAPHBIT_HTTP_REFUSAL_OPEN, left);
    }
}

void
graphbit_http_lane_settle (GraphbitHttpLane *self,
                           GraphbitHttpWaiter *waiter,
                           const GraphbitHttpSettlement *settlement)
{
  gint64 now = graphbit_clock_now ();
  gint64 left;

  g_assert (self->n_taken > 0);

  graphbit_http_thread_changed (self->endpoint->thread);
  self->n_taken--;
  if (settlement->is_failure)
    self->n_failures++;
  else if (settlement->outcome == GRAPHBIT_HTTP_OUTCOME_GOOD)
    graphbit_histogram_add (&self->times, (guint64) MAX (now - waiter->admitted_at, 0));
  graphbit_http_limit_settle (&self->limit, &waiter->limit_ticket, settlement->was_sent, settlement->tokens);
  if (graphbit_http_breaker_settle (&self->breaker, now, &waiter->breaker_ticket, settlement->outcome) &&
      graphbit_http_breaker_is_open (&self->breaker, now, &left))
    refuse_resting (self, left);

  graphbit_http_lane_serve (self);
}

void
graphbit_http_lane_read_head (GraphbitHttpLane *self,
                              GraphbitHttpWaiter *waiter,
                              const GraphbitHttpHead *head)
{
  GraphbitHttpAllowance requests, tokens;
  gint64 now = graphbit_clock_now ();

  if (!graphbit_http_limit_read (head, now, graphbit_clock_wall (), &requests, &tokens))
    return;

  graphbit_http_limit_tell (&self->limit, now, &waiter->limit_ticket, &requests, &tokens);
  graphbit_http_lane_serve (self);
}

void
graphbit_http_lane_cool (GraphbitHttpLane *self,
                         gint64 ms)
{
  gint64 now = graphbit_clock_now ();
  gint64 until = now + MIN (ms, G_MAXINT64 / 4000) * 1000;

  graphbit_http_limit_cool (&self->limit, until);

  /* whoever cannot wait so long need not wait at all */
  for (GList *link = self->waiting.head, *next; link != NULL; link = next)
    {
      GraphbitHttpWaiter *waiter = link->data;

      next = link->next;
      if (waiter->until >= until)
        continue;
      take_out (self, &self->waiting, waiter);
      waiter->refused (waiter, GRAPHBIT_HTTP_REFUSAL_RATE, until - now);
    }
}

gboolean
graphbit_http_lane_is_limited (GraphbitHttpLane *self,
                               gint64 *left)
{
  GraphbitHttpWaiter *waiter = g_queue_peek_head (&self->waiting);
  gint64 now = graphbit_clock_now ();

  *left = 0;
  if (waiter == NULL || self->n_taken >= self->slots)
    return FALSE;

  *left = graphbit_http_limit_get_time (&self->limit, now, 1, waiter->tokens) - now;
  return *left > 0;
}
