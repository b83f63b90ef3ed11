/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-call-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-clock-private.h"
#include "graphbit-http-endpoint-private.h"
#include "graphbit-http-environment-private.h"
#include "graphbit-http-retry-private.h"
#include "graphbit-http-transport-private.h"
#include "graphbit-random-private.h"

#define CONNECT_TIMEOUT_MS (10 * 1000)
#define FIRST_BYTE_TIMEOUT_MS (120 * 1000)
#define IDLE_TIMEOUT_MS (300 * 1000)
#define TOTAL_TIMEOUT_MS (600 * 1000)
#define MAX_WAIT_MS (60 * 1000)
#define LIBSOUP_WAIT_MS 1000 /* at the end of the thread, for what takes milliseconds */
#define LEAVE_MS (10 * 1000)

#define BODY_LIMIT (64 * 1024 * 1024)
#define ERROR_BODY_LIMIT (64 * 1024)

/*
 * Everything but the jobs and their flags belongs to the I/O thread from the
 * start on:
 *
 *   NEW → WAITING → ATTEMPT → ENDED
 *            ↑         ↓
 *            └───── BETWEEN
 *
 * Each phase may also end it.
 */
typedef enum
{
  PHASE_NEW,
  PHASE_WAITING, /* for a slot of the lane and its rate limit */
  PHASE_ATTEMPT, /* holds a slot and the tickets */
  PHASE_BETWEEN, /* attempts */
  PHASE_ENDED
} Phase;

/* What the timer watches beside the deadline. */
typedef enum
{
  LIMIT_NONE,
  LIMIT_SLOT,
  LIMIT_CONNECT,
  LIMIT_FIRST_BYTE,
  LIMIT_IDLE,
  LIMIT_DELAY
} Limit;

struct _GraphbitHttpCall
{
  GraphbitJob start_job;
  GraphbitJob cancel_job;
  GraphbitJob leave_job;
  GraphbitJob resume_job;
  int ref_count;         /* atomic, with our own instructions, which the thread sanitizer sees */
  int is_cancelled;      /* atomic */
  int is_resume_pending; /* atomic */

  GraphbitRuntime *runtime;
  GraphbitIo *io;
  GraphbitHttpRequest *request;
  const GraphbitHttpHandler *handler;
  gpointer state;

  GraphbitHttpThread *thread;
  GList link; /* in the thread's calls */
  GraphbitHttpEndpoint *endpoint;
  GraphbitHttpLane *lane;
  GraphbitHttpWaiter waiter;
  GUri *uri;
  Phase phase;

  GraphbitTimer timer;
  gint64 deadline;
  Limit limit;
  gint64 limit_when;

  guint n_attempts;      /* atomic: read from elsewhere */
  guint n_retries;
  guint retry_cost;         /* of this attempt; 0: it is the first */
  GraphbitFailure *failure; /* of the attempt before, while another is to follow */
  GraphbitHttpExchange *exchange;
  const GraphbitHttpHead *head;
  GraphbitHttpVerdict verdict; /* on an answer that is no success */
  GByteArray *error_body;
  gsize n_received;
  guint was_resent : 1;
  guint is_committed : 1;
  guint is_paused : 1;
  guint is_connecting : 1; /* nothing was sent yet */
};

#define CALL(member, pointer) \
  ((GraphbitHttpCall *) ((char *) (pointer) - G_STRUCT_OFFSET (GraphbitHttpCall, member)))

static void wait_for_slot (GraphbitHttpCall *self);

GraphbitHttpCall *
graphbit_http_call_ref (GraphbitHttpCall *self)
{
  __atomic_add_fetch (&self->ref_count, 1, __ATOMIC_RELAXED);

  return self;
}

void
graphbit_http_call_unref (GraphbitHttpCall *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;

  graphbit_http_request_free (self->request);
  g_clear_pointer (&self->uri, g_uri_unref);
  g_clear_pointer (&self->error_body, g_byte_array_unref);
  g_clear_pointer (&self->failure, graphbit_failure_free);
  graphbit_runtime_unref (self->runtime);
  g_free (self);
}

/* The timer */

static guint
or_default (guint ms,
            guint fallback)
{
  return ms > 0 ? ms : fallback;
}

static void
set_limit (GraphbitHttpCall *self,
           Limit limit,
           guint64 ms)
{
  gint64 when = self->deadline;

  self->limit = limit;
  if (limit != LIMIT_NONE)
    {
      self->limit_when = graphbit_clock_now () + (gint64) ms * 1000;
      when = MIN (when, self->limit_when);
    }

  /* one that moves away is noticed when the timer expires, which is cheaper than moving the timer each time */
  if (!graphbit_timer_is_armed (&self->timer) || when < self->timer.when)
    graphbit_timer_arm (self->thread->io, &self->timer, when);
}

static void
set_idle_limit (GraphbitHttpCall *self)
{
  set_limit (self, LIMIT_IDLE, or_default (self->request->idle_timeout_ms, IDLE_TIMEOUT_MS));
}

static void
set_first_byte_limit (GraphbitHttpCall *self)
{
  /* the first byte of a whole answer is the end of the model's thinking */
  if (self->request->is_stream)
    set_limit (self, LIMIT_FIRST_BYTE, or_default (self->request->first_byte_timeout_ms, FIRST_BYTE_TIMEOUT_MS));
  else
    set_limit (self, LIMIT_NONE, 0);
}

#define SECONDS_SIZE G_ASCII_DTOSTR_BUF_SIZE

static const char *
format_seconds (char *buffer,
                guint64 ms)
{
  return g_ascii_formatd (buffer, SECONDS_SIZE, "%.7g", (double) ms / 1000.0);
}

static GraphbitFailure *
timeout_failure (GraphbitHttpCall *self,
                 const char *format,
                 guint64 ms)
{
  char seconds[SECONDS_SIZE];

  return graphbit_failure_new (GRAPHBIT_ERROR_TIMEOUT, format,
                               self->endpoint->host, format_seconds (seconds, ms), NULL);
}

/* The end of an attempt, and of the call */

static void
clear_pause (GraphbitHttpCall *self)
{
  if (!self->is_paused)
    return;

  self->is_paused = FALSE;
  self->lane->n_paused--;
}

static void
leave_attempt (GraphbitHttpCall *self,
               GraphbitHttpOutcome outcome,
               gboolean is_failure,
               gint64 tokens)
{
  GraphbitHttpExchange *exchange = g_steal_pointer (&self->exchange);
  const GraphbitHttpSettlement settlement = { outcome, is_failure, !self->is_connecting, tokens };

  if (exchange != NULL)
    self->thread->transport->close (exchange);
  self->head = NULL;
  self->phase = PHASE_BETWEEN;
  clear_pause (self);
  graphbit_http_lane_settle (self->lane, &self->waiter, &settlement);
}

/* Takes the failure over. */
static void
end (GraphbitHttpCall *self,
     GraphbitFailure *failure)
{
  g_assert (self->phase != PHASE_ENDED);

  graphbit_timer_disarm (self->thread->io, &self->timer);
  g_queue_unlink (&self->thread->calls, &self->link);

  if (self->phase == PHASE_ATTEMPT)
    leave_attempt (self, GRAPHBIT_HTTP_OUTCOME_UNKNOWN, FALSE, -1);
  else if (self->lane != NULL)
    graphbit_http_lane_withdraw (self->lane, &self->waiter);
  if (self->endpoint != NULL)
    graphbit_http_endpoint_leave (self->endpoint);
  self->phase = PHASE_ENDED;

  if (failure != NULL)
    failure->attempts = self->n_attempts;
  self->handler->end (self->state, failure, self->n_attempts);

  graphbit_http_call_unref (self);
}

static gboolean
would_be_refused (GraphbitHttpCall *self,
                  gint64 delay_ms)
{
  gint64 left;

  return graphbit_http_breaker_is_open (&self->lane->breaker, graphbit_clock_now (), &left) && left > delay_ms * 1000;
}

static void
settle_success (GraphbitHttpCall *self,
                const GraphbitHttpVerdict *verdict)
{
  graphbit_http_endpoint_refund (self->endpoint, self->retry_cost > 0 ? self->retry_cost : GRAPHBIT_HTTP_RETRY_REFUND);
  leave_attempt (self, GRAPHBIT_HTTP_OUTCOME_GOOD, FALSE, verdict->tokens > 0 ? verdict->tokens : -1);
  end (self, NULL);
}

/* The verdict on an attempt: it is over, and another follows or not. Takes the failure over; NULL: success. */
static void
settle (GraphbitHttpCall *self,
        GraphbitFailure *failure,
        const GraphbitHttpVerdict *verdict)
{
  GraphbitHttpRetryState state = { 0 };
  gint64 delay, tokens;
  guint cost;

  if (failure == NULL)
    {
      settle_success (self, verdict);
      return;
    }

  state.retries = self->n_retries;
  state.max_retries = self->request->max_retries;
  state.status = self->head != NULL ? graphbit_http_head_get_status (self->head) : 0;
  state.is_local = self->request->is_local;
  state.is_committed = self->is_committed;
  state.time_left_ms = (self->deadline - graphbit_clock_now ()) / 1000;

  if (failure->retry_after_ms < 0)
    failure->retry_after_ms = verdict->retry_after_ms;
  if (failure->http_status == 0 && state.status >= 300)
    failure->http_status = state.status;

  /* before the slot goes to another */
  if (failure->http_status == 429 && verdict->may_retry && verdict->retry_after_ms > 0)
    graphbit_http_lane_cool (self->lane, verdict->retry_after_ms);

  /* slot and tickets are not held while waiting; what was refused has used no tokens */
  tokens = state.status >= 300 ? 0 : verdict->tokens > 0 ? verdict->tokens : -1;
  leave_attempt (self, verdict->is_server_fault ? GRAPHBIT_HTTP_OUTCOME_BAD : GRAPHBIT_HTTP_OUTCOME_GOOD, TRUE, tokens);

  delay = graphbit_http_retry_decide (verdict, &state, graphbit_random_double ());
  cost = failure->code == GRAPHBIT_ERROR_TIMEOUT ? GRAPHBIT_HTTP_RETRY_COST_TIMEOUT : GRAPHBIT_HTTP_RETRY_COST;
  if (delay < 0 || would_be_refused (self, delay) || !graphbit_http_endpoint_spend (self->endpoint, cost))
    {
      end (self, failure);
      return;
    }

  self->failure = failure;
  self->retry_cost = cost;
  self->n_retries++;
  set_limit (self, LIMIT_DELAY, (guint64) delay);
  graphbit_http_lane_rest (self->lane, &self->waiter);
}

static void
settle_fault (GraphbitHttpCall *self,
              GraphbitFailure *failure,
              gboolean may_retry)
{
  const GraphbitHttpVerdict verdict = { may_retry, TRUE, -1 };

  settle (self, failure, &verdict);
}

/* An answer that is no success, with as much of its body as came. */
static void
classify (GraphbitHttpCall *self)
{
  GraphbitHttpVerdict verdict = self->verdict;
  const char *body = self->error_body != NULL ? (const char *) self->error_body->data : NULL;
  gsize length = self->error_body != NULL ? self->error_body->len : 0;
  GraphbitFailure *failure = self->handler->classify (self->state, self->head,
                                                      body != NULL ? body : "", length, &verdict);

  settle (self, failure, &verdict);
}

static GraphbitFailure *
rate_failure (GraphbitHttpCall *self,
              gint64 left)
{
  gint64 ms = (left + 999) / 1000;
  char seconds[SECONDS_SIZE];
  GraphbitFailure *failure =
      graphbit_failure_new (GRAPHBIT_ERROR_RATE_LIMITED,
                            N_ ("The rate limit of %s leaves no room for another %s s: wait so long, or start less at once"),
                            self->endpoint->host, format_seconds (seconds, (guint64) ms), NULL);

  failure->retry_after_ms = ms;
  return failure;
}

static GraphbitFailure *
open_failure (GraphbitHttpCall *self,
              gint64 left)
{
  gint64 ms = (left + 999) / 1000;
  char seconds[SECONDS_SIZE];
  GraphbitFailure *failure;

  if (left == 0)
    return graphbit_failure_new (GRAPHBIT_ERROR_CIRCUIT_OPEN,
                                 N_ ("%s has failed too often, and one request finds out just now whether it is well again: try again after that"),
                                 self->endpoint->host, NULL);

  failure = graphbit_failure_new (GRAPHBIT_ERROR_CIRCUIT_OPEN,
                                  N_ ("%s has failed too often and gets no requests for another %s s: wait so long, or use another provider"),
                                  self->endpoint->host, format_seconds (seconds, (guint64) ms), NULL);
  failure->retry_after_ms = ms;
  return failure;
}

static gboolean
is_success (GraphbitHttpCall *self)
{
  return self->head != NULL && self->head->status >= 200 && self->head->status < 300;
}

static void
expired (GraphbitTimer *timer)
{
  GraphbitHttpCall *self = CALL (timer, timer);
  gint64 now = graphbit_clock_now ();
  gint64 left;
  char text[SECONDS_SIZE];
  Phase phase;
  guint ms;

  if (now >= self->deadline)
    {
      /* it had all the time that its user gives to any; what a run has left may be little */
      if (self->phase == PHASE_ATTEMPT && self->request->deadline_kind == GRAPHBIT_HTTP_DEADLINE_TOTAL)
        leave_attempt (self, GRAPHBIT_HTTP_OUTCOME_BAD, TRUE, -1);

      if (self->request->deadline_kind == GRAPHBIT_HTTP_DEADLINE_RUN)
        end (self, timeout_failure (self, N_ ("The run's time limit of %2$s s passed while %1$s was working"),
                                    self->request->deadline_ms));
      else
        end (self, timeout_failure (self, N_ ("%s did not finish its answer within the time limit of %s s"),
                                    self->request->deadline_ms));
      return;
    }

  if (self->limit == LIMIT_NONE || now < self->limit_when)
    {
      graphbit_timer_arm (self->thread->io, timer,
                          self->limit == LIMIT_NONE ? self->deadline : MIN (self->deadline, self->limit_when));
      return;
    }

  switch (self->limit)
    {
    case LIMIT_SLOT:
      /* this may be the very moment for which it waited */
      graphbit_http_call_ref (self);
      graphbit_http_lane_serve (self->lane);
      phase = self->phase;
      graphbit_http_call_unref (self);
      if (phase != PHASE_WAITING)
        break;

      ms = or_default (self->request->max_wait_ms, MAX_WAIT_MS);
      if (graphbit_http_lane_is_limited (self->lane, &left))
        end (self, rate_failure (self, left));
      else if (self->lane->n_paused > 0 && self->lane->n_paused == self->lane->n_taken)
        end (self, graphbit_failure_new (GRAPHBIT_ERROR_RATE_LIMITED,
                                         N_ ("No place was free at %s for %s s, because all are held by streams that nobody reads: read or cancel them"),
                                         self->endpoint->host, format_seconds (text, ms), NULL));
      else
        end (self, graphbit_failure_new (GRAPHBIT_ERROR_RATE_LIMITED,
                                         N_ ("No place was free at %s for %s s: raise max-concurrency, or start less at once"),
                                         self->endpoint->host, format_seconds (text, ms), NULL));
      break;

    case LIMIT_CONNECT:
      ms = or_default (self->request->connect_timeout_ms, CONNECT_TIMEOUT_MS);
      settle_fault (self, timeout_failure (self, N_ ("No connection to %s came about within %s s: check the base URL and the network"), ms),
                    TRUE);
      break;

    case LIMIT_FIRST_BYTE:
      ms = or_default (self->request->first_byte_timeout_ms, FIRST_BYTE_TIMEOUT_MS);
      settle_fault (self, timeout_failure (self, N_ ("%s did not begin to answer within %s s"), ms), TRUE);
      break;

    case LIMIT_IDLE:
      ms = or_default (self->request->idle_timeout_ms, IDLE_TIMEOUT_MS);
      if (is_success (self))
        settle_fault (self, timeout_failure (self, N_ ("%s stopped within its answer and sent nothing for %s s"), ms),
                      self->request->is_stream); /* a whole answer is billed already */
      else
        classify (self);
      break;

    case LIMIT_DELAY:
      graphbit_http_lane_withdraw (self->lane, &self->waiter);
      wait_for_slot (self);
      break;

    case LIMIT_NONE:
    default:
      g_assert_not_reached ();
    }
}

/* What the transport tells */

static void
exchange_connecting (gpointer owner)
{
  GraphbitHttpCall *self = owner;

  self->is_connecting = TRUE;
  set_limit (self, LIMIT_CONNECT, or_default (self->request->connect_timeout_ms, CONNECT_TIMEOUT_MS));
}

static void
exchange_connected (gpointer owner)
{
  GraphbitHttpCall *self = owner;

  self->is_connecting = FALSE;
  set_first_byte_limit (self);
}

static GraphbitFailure *
redirect_failure (GraphbitHttpCall *self)
{
  const char *location = graphbit_http_head_get (self->head, "location");
  g_autoptr (GUri) target = location != NULL ? g_uri_parse_relative (self->uri, location, G_URI_FLAGS_NONE, NULL) : NULL;

  if (target == NULL || g_uri_get_host (target) == NULL)
    return graphbit_failure_new (GRAPHBIT_ERROR_NOT_FOUND,
                                 N_ ("%s redirects, without saying where: check the base URL"),
                                 self->endpoint->host, NULL);

  /* not the whole address, which may carry a key */
  return graphbit_failure_new (GRAPHBIT_ERROR_NOT_FOUND,
                               N_ ("%s redirects to %s, where the key is not sent: if you trust that host, set it as base URL"),
                               self->endpoint->host, g_uri_get_host (target), NULL);
}

static void
exchange_head (gpointer owner,
               const GraphbitHttpHead *head)
{
  GraphbitHttpCall *self = owner;

  self->head = head;
  set_idle_limit (self);
  graphbit_http_lane_read_head (self->lane, &self->waiter, head);

  if (is_success (self))
    {
      if (self->handler->head != NULL)
        self->handler->head (self->state, head);
    }
  else
    {
      graphbit_http_retry_judge (head, graphbit_clock_wall (), &self->verdict);
      if (head->status >= 300 && head->status < 400)
        {
          gboolean is_followed = self->handler->redirected != NULL && self->handler->redirected (self->state, head);

          settle (self, is_followed ? NULL : redirect_failure (self), &self->verdict);
        }
    }
}

static gboolean
take_error_bytes (GraphbitHttpCall *self,
                  const char *data,
                  gsize length)
{
  if (self->error_body == NULL)
    self->error_body = g_byte_array_new ();

  length = MIN (length, ERROR_BODY_LIMIT - self->error_body->len);
  g_byte_array_append (self->error_body, (const guint8 *) data, (guint) length);
  if (self->error_body->len < ERROR_BODY_LIMIT)
    return TRUE;

  classify (self);
  return FALSE;
}

static gboolean
exchange_bytes (gpointer owner,
                const char *data,
                gsize length)
{
  GraphbitHttpCall *self = owner;
  GraphbitHttpVerdict verdict = { FALSE, FALSE, -1 };
  GraphbitFailure *failure;
  char limit[16];

  set_idle_limit (self);

  if (!is_success (self))
    return take_error_bytes (self, data, length);

  self->n_received += length;
  if (self->n_received > BODY_LIMIT)
    {
      g_snprintf (limit, sizeof limit, "%d", BODY_LIMIT / (1024 * 1024));
      failure = graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL,
                                      N_ ("The answer of %s is longer than %s MiB"),
                                      self->endpoint->host, limit, NULL);
    }
  else
    {
      failure = self->handler->bytes (self->state, data, length, &verdict);
    }

  if (failure != NULL)
    {
      settle (self, failure, &verdict);
      return FALSE;
    }

  return !self->is_paused;
}

static gboolean
exchange_drained (gpointer owner)
{
  GraphbitHttpCall *self = owner;

  if (self->handler->drained != NULL && is_success (self))
    self->handler->drained (self->state);

  return !self->is_paused;
}

static void open_exchange (GraphbitHttpCall *self);

static void
exchange_end (gpointer owner,
              GraphbitHttpBreak why,
              GraphbitFailure *failure)
{
  GraphbitHttpCall *self = owner;
  GraphbitHttpVerdict verdict = { FALSE, FALSE, -1 };

  self->exchange = NULL;

  if (self->head != NULL && !is_success (self))
    {
      g_clear_pointer (&failure, graphbit_failure_free);
      classify (self);
      return;
    }

  switch (why)
    {
    case GRAPHBIT_HTTP_BREAK_NONE:
      failure = self->handler->finish (self->state, &verdict);
      settle (self, failure, &verdict);
      break;

    case GRAPHBIT_HTTP_BREAK_STALE:
      /* no retry: the server had closed it before it saw the request */
      if (!self->was_resent)
        {
          self->was_resent = TRUE;
          graphbit_failure_free (failure);
          open_exchange (self);
          break;
        }
      G_GNUC_FALLTHROUGH;

    case GRAPHBIT_HTTP_BREAK_CONNECT:
    case GRAPHBIT_HTTP_BREAK_EARLY:
      settle_fault (self, failure, TRUE);
      break;

    case GRAPHBIT_HTTP_BREAK_LATE:
      /* a whole answer is billed already, but not one that only tells of something */
      settle_fault (self, failure, self->request->is_stream || self->request->body == NULL);
      break;

    case GRAPHBIT_HTTP_BREAK_REFUSED:
      /* that it was not let go there is not the server's fault */
      verdict.is_server_fault = failure->code != GRAPHBIT_ERROR_PERMISSION;
      settle (self, failure, &verdict);
      break;

    case GRAPHBIT_HTTP_BREAK_GARBAGE:
      settle_fault (self, failure, FALSE);
      break;

    default:
      g_assert_not_reached ();
    }
}

static const GraphbitHttpListener listener = {
  .connecting = exchange_connecting,
  .connected = exchange_connected,
  .head = exchange_head,
  .bytes = exchange_bytes,
  .drained = exchange_drained,
  .end = exchange_end,
};

/* The way of an attempt */

static void
open_exchange (GraphbitHttpCall *self)
{
  self->head = NULL;
  self->is_connecting = FALSE;
  self->n_received = 0;
  if (self->error_body != NULL)
    g_byte_array_set_size (self->error_body, 0);

  self->handler->begin (self->state);
  set_first_byte_limit (self);
  self->exchange = self->thread->transport->open (&self->endpoint->sessions, self->request, self->uri,
                                                  self->endpoint->host, &listener, self);
}

static void
admitted (GraphbitHttpWaiter *waiter)
{
  GraphbitHttpCall *self = CALL (waiter, waiter);

  g_clear_pointer (&self->failure, graphbit_failure_free);
  self->phase = PHASE_ATTEMPT;
  __atomic_store_n (&self->n_attempts, self->n_attempts + 1, __ATOMIC_RELAXED);
  open_exchange (self);
}

static void
refused (GraphbitHttpWaiter *waiter,
         GraphbitHttpRefusal why,
         gint64 left)
{
  GraphbitHttpCall *self = CALL (waiter, waiter);

  if (why == GRAPHBIT_HTTP_REFUSAL_RATE)
    {
      end (self, rate_failure (self, left));
      return;
    }

  /* the breaker may be through with it when the delay is over */
  if (self->phase == PHASE_BETWEEN && self->limit == LIMIT_DELAY && graphbit_clock_now () + left <= self->limit_when)
    return;

  /* what went wrong says more than that nothing was sent */
  if (self->failure != NULL)
    end (self, g_steal_pointer (&self->failure));
  else
    end (self, open_failure (self, left));
}

static void
wait_for_slot (GraphbitHttpCall *self)
{
  guint max_wait_ms = or_default (self->request->max_wait_ms, MAX_WAIT_MS);

  self->phase = PHASE_WAITING;
  self->waiter.tokens = MAX (self->request->tokens, 0);
  self->waiter.max_wait = max_wait_ms * (gint64) 1000;
  if (graphbit_http_lane_wait (self->lane, &self->waiter))
    set_limit (self, LIMIT_SLOT, max_wait_ms);
}

/* The floor's state on each I/O thread */

/* Calls that were submitted while the thread ended are run after the end. */
static _Thread_local gboolean has_stopped;

static void
watches_expired (GraphbitTimer *timer)
{
  GraphbitHttpThread *self = (GraphbitHttpThread *) ((char *) timer - G_STRUCT_OFFSET (GraphbitHttpThread, watch_timer));

  for (GList *link = self->watches.head; link != NULL; link = link->next)
    {
      GraphbitHttpWatch *watch = link->data;

      watch->changed (watch, self);
    }
}

static gpointer
service_start (GraphbitIo *io)
{
  GraphbitHttpThread *self = g_new0 (GraphbitHttpThread, 1);

  self->io = io;
  self->endpoints = graphbit_http_endpoint_table_new ();
  g_queue_init (&self->calls);
  self->transport = &graphbit_http_transport_live;
  self->buffer = g_malloc (GRAPHBIT_HTTP_BUFFER_SIZE);
  self->open = g_new0 (GraphbitHttpOpen, 1);
  self->watch_timer.expired = watches_expired;

  return self;
}

static gboolean
give_up (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

/* libsoup calls back for what was closed; without that it would be leaked. At exit the runtime waits less than this. */
static void
wait_for_libsoup (GraphbitHttpThread *self)
{
  GMainContext *context = graphbit_io_get_context (self->io);
  g_autoptr (GSource) source = g_timeout_source_new (LIBSOUP_WAIT_MS);
  gboolean gave_up = FALSE;

  g_source_set_callback (source, give_up, &gave_up, NULL);
  g_source_attach (source, context);
  while (self->open->n > 0 && !gave_up)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (source);
}

static void
service_stop (GraphbitIo *io,
              gpointer state)
{
  GraphbitHttpThread *self = state;

  has_stopped = TRUE;
  self->is_stopping = TRUE;

  /* those that wait first, so that none of them gets the slot of one that ends */
  for (GList *link = self->calls.head, *next; link != NULL; link = next)
    {
      GraphbitHttpCall *call = link->data;

      next = link->next;
      if (call->phase != PHASE_ATTEMPT)
        end (call, graphbit_failure_new_cancelled ());
    }
  while (!g_queue_is_empty (&self->calls))
    end (g_queue_peek_head (&self->calls), graphbit_failure_new_cancelled ());
  wait_for_libsoup (self);

  graphbit_timer_disarm (io, &self->watch_timer);
  while (!g_queue_is_empty (&self->watches))
    {
      GraphbitHttpWatch *watch = g_queue_pop_head_link (&self->watches)->data;

      watch->link.data = NULL;
      watch->stopped (watch);
    }

  g_hash_table_unref (self->endpoints);
  if (self->open->n > 0)
    self->open->is_orphaned = TRUE;
  else
    g_free (self->open);
  g_free (self->buffer);
  g_free (self);
}

static guint
get_service (void)
{
  static const GraphbitService service = {
    .name = "http",
    .start = service_start,
    .stop = service_stop,
  };
  static gsize index_plus_one = 0;

  if (g_once_init_enter (&index_plus_one))
    g_once_init_leave (&index_plus_one, (gsize) graphbit_runtime_register (&service) + 1);

  return (guint) (index_plus_one - 1);
}

GraphbitHttpThread *
graphbit_http_thread_get (GraphbitIo *io)
{
  return has_stopped ? NULL : graphbit_io_get_state (io, get_service ());
}

/* The call */

static void
run_start (GraphbitIo *io,
           GraphbitJob *job)
{
  GraphbitHttpCall *self = CALL (start_job, job);
  GraphbitHttpRequest *request = self->request;

  if (has_stopped)
    {
      self->phase = PHASE_ENDED;
      self->handler->end (self->state, graphbit_failure_new_cancelled (), 0);
      graphbit_http_call_unref (self);
      return;
    }

  self->thread = graphbit_http_thread_get (io);
  self->link.data = self;
  g_queue_push_tail_link (&self->thread->calls, &self->link);

  if (__atomic_load_n (&self->is_cancelled, __ATOMIC_ACQUIRE))
    {
      end (self, graphbit_failure_new_cancelled ());
      return;
    }

  self->endpoint = graphbit_http_endpoint_enter (self->thread, request->base_uri, request->secret, request->guard);
  self->lane = graphbit_http_endpoint_get_lane (self->endpoint, request->lane, request->slots);
  if (request->requests_per_minute > 0 || request->tokens_per_minute > 0)
    graphbit_http_limit_set (&self->lane->limit, request->requests_per_minute, request->tokens_per_minute);
  /* what this one raised counts for those that wait already */
  graphbit_http_lane_serve (self->lane);
  if (!graphbit_http_lane_set_uri (self->lane, request->uri))
    {
      /* people put keys before an @ and after a ? */
      const char *at = strrchr (request->base_uri, '@');
      g_autofree char *shown = g_strdup (at != NULL ? at + 1 : request->base_uri);

      shown[strcspn (shown, "?")] = '\0';
      end (self, graphbit_failure_new (GRAPHBIT_ERROR_INVALID_ARGUMENT,
                                       N_ ("“%s” is no address of an HTTP server: set a base URL such as https://api.example.com/v1"),
                                       shown, NULL));
      return;
    }
  self->uri = g_uri_ref (self->lane->uri);

  wait_for_slot (self);
}

static void
run_cancel (GraphbitIo *io,
            GraphbitJob *job)
{
  g_autoptr (GraphbitHttpCall) self = CALL (cancel_job, job);

  /* one that is new sees the flag when it starts */
  if (self->phase != PHASE_NEW && self->phase != PHASE_ENDED)
    end (self, graphbit_failure_new_cancelled ());
}

static void
run_leave (GraphbitIo *io,
           GraphbitJob *job)
{
  g_autoptr (GraphbitHttpCall) self = CALL (leave_job, job);

  if (self->phase != PHASE_ATTEMPT || self->is_connecting)
    {
      if (self->phase != PHASE_NEW && self->phase != PHASE_ENDED)
        end (self, graphbit_failure_new_cancelled ());
      return;
    }

  self->request->max_retries = 0;
  self->was_resent = TRUE;
  self->request->deadline_kind = GRAPHBIT_HTTP_DEADLINE_RUN; /* it was not given all the time that there is */
  self->deadline = graphbit_clock_now () + LEAVE_MS * (gint64) 1000;
  set_limit (self, LIMIT_NONE, 0);
}

static void
run_resume (GraphbitIo *io,
            GraphbitJob *job)
{
  g_autoptr (GraphbitHttpCall) self = CALL (resume_job, job);

  __atomic_store_n (&self->is_resume_pending, FALSE, __ATOMIC_RELEASE);
  if (!self->is_paused)
    return;

  clear_pause (self);
  set_idle_limit (self);
  self->thread->transport->resume (self->exchange);
}

GraphbitHttpCall *
graphbit_http_call_start (GraphbitRuntime *runtime,
                          GraphbitHttpRequest *request,
                          const GraphbitHttpHandler *handler,
                          gpointer state)
{
  GraphbitHttpCall *self;
  GraphbitIo *io;

  get_service ();
  graphbit_http_environment_read ();

  io = graphbit_runtime_get_io (runtime, graphbit_http_endpoint_hash (request->base_uri, request->secret));
  if (io == NULL)
    {
      graphbit_http_request_free (request);
      return NULL;
    }

  if (request->deadline == 0)
    {
      request->deadline = graphbit_clock_now () + TOTAL_TIMEOUT_MS * (gint64) 1000;
      request->deadline_ms = TOTAL_TIMEOUT_MS;
    }

  self = g_new0 (GraphbitHttpCall, 1);
  self->ref_count = 1;
  self->start_job.run = run_start;
  self->cancel_job.run = run_cancel;
  self->leave_job.run = run_leave;
  self->resume_job.run = run_resume;
  self->runtime = graphbit_runtime_ref (runtime);
  self->io = io;
  self->request = request;
  self->handler = handler;
  self->state = state;
  self->deadline = request->deadline;
  self->waiter.admitted = admitted;
  self->waiter.refused = refused;
  self->waiter.deadline = request->deadline;
  self->timer.expired = expired;

  graphbit_http_call_ref (self); /* the I/O thread's, until the end */
  if (!graphbit_io_submit (io, &self->start_job))
    {
      graphbit_http_call_unref (self);
      graphbit_http_call_unref (self);
      return NULL;
    }

  return self;
}

static void
submit (GraphbitHttpCall *self,
        GraphbitJob *job)
{
  graphbit_http_call_ref (self);
  if (!graphbit_io_submit (self->io, job))
    graphbit_http_call_unref (self); /* the generation ends, and this call with it */
}

void
graphbit_http_call_cancel (GraphbitHttpCall *self)
{
  if (!__atomic_exchange_n (&self->is_cancelled, TRUE, __ATOMIC_ACQ_REL))
    submit (self, &self->cancel_job);
}

void
graphbit_http_call_leave (GraphbitHttpCall *self)
{
  if (!__atomic_exchange_n (&self->is_cancelled, TRUE, __ATOMIC_ACQ_REL))
    submit (self, &self->leave_job);
}

guint
graphbit_http_call_get_attempts (GraphbitHttpCall *self)
{
  return __atomic_load_n (&self->n_attempts, __ATOMIC_RELAXED);
}

void
graphbit_http_call_resume (GraphbitHttpCall *self)
{
  if (!__atomic_exchange_n (&self->is_resume_pending, TRUE, __ATOMIC_ACQ_REL))
    submit (self, &self->resume_job);
}

void
graphbit_http_call_pause (GraphbitHttpCall *self)
{
  if (self->phase != PHASE_ATTEMPT || self->is_paused)
    return;

  self->is_paused = TRUE;
  self->lane->n_paused++;
  set_limit (self, LIMIT_NONE, 0);
}

void
graphbit_http_call_commit (GraphbitHttpCall *self)
{
  self->is_committed = TRUE;
}
