/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-clock-private.h"
#include "graphbit-llm-chunk-private.h"
#include "graphbit-llm-exchange-private.h"
#include "graphbit-runtime-private.h"

/* Beyond either, the socket is not read until the reader has come down to half of it. */
#define MAX_WAITING 256
#define MAX_WAITING_SIZE (1024 * 1024)

/* A body that is larger is parsed in the pool, so that it holds up no other exchange. */
#define POOL_SIZE (256 * 1024)

/* As long is tried to stop what nobody waits for. */
#define STOP_MS (30 * 1000)

typedef enum
{
  SHAPE_UNKNOWN, /* nothing but white space has come */
  SHAPE_EVENTS,
  SHAPE_WHOLE /* one JSON text; also where a server does not stream though it was asked to */
} Shape;

/* Bits of is_begun */
#define BEGUN 1     /* the first request has its answer */
#define ABANDONED 2 /* nobody waits for it */

typedef struct
{
  GraphbitEnvelope envelope;
  const GraphbitLlmExchangeEvents *events;
  GQueue chunks;
} Batch;

static void
batch_deliver (GraphbitOperation *operation,
               GraphbitEnvelope *envelope)
{
  Batch *batch = (Batch *) envelope;

  if (operation != NULL)
    batch->events->chunks (operation, &batch->chunks);

  g_queue_clear_full (&batch->chunks, (GDestroyNotify) graphbit_llm_chunk_unref);
  g_free (batch);
}

static GraphbitHttpCall *
exchange_get_http (GraphbitLlmExchange *self)
{
  GraphbitHttpCall *http;

  /* The first bytes can be here before graphbit_http_call_start () has returned to the home. */
  while ((http = __atomic_load_n (&self->http, __ATOMIC_ACQUIRE)) == NULL)
    g_thread_yield ();

  return http;
}

/* I/O thread (or pool, when the body is complete). What the assembler has made goes home, once per turn. */
static void
exchange_flush (GraphbitLlmExchange *self,
                gboolean may_pause)
{
  GQueue *chunks = &self->assembler.chunks;
  gsize size = 0, n_chunks = chunks->length;
  Batch *batch;

  if (n_chunks == 0 && (self->is_announced || !self->has_event))
    return;

  self->is_announced = TRUE;
  for (GList *l = chunks->head; l != NULL; l = l->next)
    size += graphbit_llm_chunk_get_size (l->data);

  batch = g_new0 (Batch, 1);
  batch->envelope.deliver = batch_deliver;
  batch->events = self->events;
  batch->chunks = *chunks;
  g_queue_init (chunks);

  size = __atomic_add_fetch (&self->waiting_size, size, __ATOMIC_SEQ_CST);
  n_chunks = __atomic_add_fetch (&self->waiting, n_chunks, __ATOMIC_SEQ_CST);
  graphbit_operation_post (self->operation, &batch->envelope);

  if (may_pause && (n_chunks > MAX_WAITING || size > MAX_WAITING_SIZE))
    {
      GraphbitHttpCall *http = exchange_get_http (self);

      __atomic_store_n (&self->is_paused, TRUE, __ATOMIC_SEQ_CST);
      graphbit_http_call_pause (http);
      /* the reader may have taken everything before it could see the pause */
      graphbit_llm_exchange_release (self, 0, 0);
    }
}

void
graphbit_llm_exchange_release (GraphbitLlmExchange *self,
                               gsize n_chunks,
                               gsize size)
{
  size = __atomic_sub_fetch (&self->waiting_size, size, __ATOMIC_SEQ_CST);
  n_chunks = __atomic_sub_fetch (&self->waiting, n_chunks, __ATOMIC_SEQ_CST);

  if (n_chunks <= MAX_WAITING / 2 && size <= MAX_WAITING_SIZE / 2 &&
      __atomic_exchange_n (&self->is_paused, FALSE, __ATOMIC_SEQ_CST))
    graphbit_http_call_resume (exchange_get_http (self));
}

static gboolean
exchange_event (gpointer user_data,
                const char *event,
                const char *data,
                gsize length)
{
  GraphbitLlmExchange *self = user_data;

  self->failure = self->dialect->event (self->vendor, &self->assembler, event, data, length, self->verdict);
  if (self->failure != NULL)
    return FALSE;

  if (!self->has_event)
    {
      /* from here on it is billed, and the reader may have seen it */
      self->has_event = TRUE;
      graphbit_http_call_commit (exchange_get_http (self));
    }
  return TRUE;
}

static void
exchange_begin (gpointer state)
{
  GraphbitLlmExchange *self = state;

  /* the rest comes to what there is */
  if (self->assembler.rest.path == NULL)
    graphbit_llm_assembler_reset (&self->assembler);
  if (self->framing != NULL)
    graphbit_framing_reset (self->framing);
  g_byte_array_set_size (self->body, 0);
  if (!self->is_stream)
    self->shape = SHAPE_WHOLE;
  else if (self->dialect->framing == GRAPHBIT_FRAMING_NDJSON)
    self->shape = SHAPE_EVENTS; /* a whole answer is a line too */
  else
    self->shape = SHAPE_UNKNOWN;
  self->has_event = FALSE;
  self->is_finished = FALSE;
  self->is_unparsed = FALSE;
}

static void
exchange_head (gpointer state,
               const GraphbitHttpHead *head)
{
  GraphbitLlmExchange *self = state;

  g_free (self->assembler.request_id);
  self->assembler.request_id = g_strdup (graphbit_vendor_request_id (head));
}

/* No server-sent event begins with a bracket, and content types are wrong too often to be believed. */
static Shape
guess_shape (const guint8 *data,
             gsize length)
{
  static const guint8 byte_order_mark[] = { 0xef, 0xbb, 0xbf };
  gsize i = 0;

  if (memcmp (data, byte_order_mark, MIN (length, sizeof byte_order_mark)) == 0)
    i = MIN (length, sizeof byte_order_mark);
  while (i < length && (data[i] == ' ' || data[i] == '\t' || data[i] == '\n' || data[i] == '\r'))
    i++;
  if (i == length)
    return SHAPE_UNKNOWN;

  return data[i] == '{' || data[i] == '[' ? SHAPE_WHOLE : SHAPE_EVENTS;
}

static GraphbitFailure *
exchange_bytes (gpointer state,
                const char *data,
                gsize length,
                GraphbitHttpVerdict *verdict)
{
  GraphbitLlmExchange *self = state;
  GraphbitFailure *failure;

  if (self->shape != SHAPE_EVENTS)
    {
      g_byte_array_append (self->body, (const guint8 *) data, (guint) length);
      if (self->shape == SHAPE_UNKNOWN)
        self->shape = guess_shape (self->body->data, self->body->len);
      if (self->shape != SHAPE_EVENTS)
        return NULL;

      data = (const char *) self->body->data;
      length = self->body->len;
    }

  if (self->framing == NULL)
    {
      self->framing = g_new0 (GraphbitFraming, 1);
      graphbit_framing_init (self->framing, self->dialect->framing);
    }

  self->verdict = verdict;
  failure = graphbit_framing_feed (self->framing, data, length, exchange_event, self);
  if (self->failure != NULL)
    {
      g_clear_pointer (&failure, graphbit_failure_free);
      failure = g_steal_pointer (&self->failure);
    }

  return failure;
}

/* Once per turn, however many reads that had. */
static void
exchange_drained (gpointer state)
{
  exchange_flush (state, TRUE);
}

/* What has a rest is finished by who knows that no more will come. */
static GraphbitFailure *
exchange_finish_answer (GraphbitLlmExchange *self,
                        gboolean is_stream)
{
  return self->assembler.rest.path != NULL ? NULL : graphbit_llm_assembler_finish (&self->assembler, is_stream);
}

/* I/O or pool thread. */
static GraphbitFailure *
exchange_parse (GraphbitLlmExchange *self,
                GraphbitHttpVerdict *verdict)
{
  GraphbitFailure *failure;

  failure = self->dialect->parse (self->vendor, &self->assembler,
                                  (const char *) self->body->data, self->body->len, verdict);
  if (failure == NULL)
    failure = exchange_finish_answer (self, FALSE);

  return failure;
}

static gint64
exchange_count_tokens (GraphbitLlmExchange *self)
{
  const GraphbitLlmUsageCounts *usage = &self->assembler.usage;

  return usage->total > 0 ? usage->total : MAX (usage->prompt, 0) + MAX (usage->completion, 0);
}

static GraphbitFailure *
exchange_finish (gpointer state,
                 GraphbitHttpVerdict *verdict)
{
  GraphbitLlmExchange *self = state;
  GraphbitFailure *failure;

  self->is_finished = TRUE;
  if (self->shape == SHAPE_WHOLE)
    {
      /* `end` sends it to the pool; by then the attempt is over, and its verdict good */
      self->is_unparsed = self->body->len > POOL_SIZE;
      if (self->is_unparsed)
        return NULL;

      failure = exchange_parse (self, verdict);
    }
  else
    {
      self->verdict = verdict;
      if (self->framing != NULL)
        graphbit_framing_end (self->framing, exchange_event, self);
      failure = g_steal_pointer (&self->failure);
      if (failure == NULL)
        {
          failure = exchange_finish_answer (self, TRUE);
          /* nothing came that anybody could have seen */
          if (failure != NULL && !self->has_event)
            verdict->may_retry = TRUE;
        }
    }
  verdict->tokens = exchange_count_tokens (self);

  return failure;
}

static GraphbitFailure *
exchange_classify (gpointer state,
                   const GraphbitHttpHead *head,
                   const char *body,
                   gsize length,
                   GraphbitHttpVerdict *verdict)
{
  GraphbitLlmExchange *self = state;

  return graphbit_vendor_explain (self->vendor, head, body, length, verdict);
}

static void
stop_begin (gpointer state)
{
}

static GraphbitFailure *
stop_bytes (gpointer state,
            const char *data,
            gsize length,
            GraphbitHttpVerdict *verdict)
{
  return NULL;
}

static GraphbitFailure *
stop_finish (gpointer state,
             GraphbitHttpVerdict *verdict)
{
  return NULL;
}

static GraphbitFailure *
stop_classify (gpointer state,
               const GraphbitHttpHead *head,
               const char *body,
               gsize length,
               GraphbitHttpVerdict *verdict)
{
  return graphbit_vendor_explain (state, head, body, length, verdict);
}

static void
stop_end (gpointer state,
          GraphbitFailure *failure,
          guint attempts)
{
  g_clear_pointer (&failure, graphbit_failure_free);
}

/* Nobody hears how it went: there is nobody left. Its state is the vendor. */
static const GraphbitHttpHandler stop_handler = {
  stop_begin,
  NULL,
  stop_bytes,
  NULL,
  stop_finish,
  stop_classify,
  stop_end,
};

/* Any thread, but one. */
static void
exchange_stop (GraphbitLlmExchange *self)
{
  g_autoptr (GraphbitHttpRequest) request = g_steal_pointer (&self->stop);
  GraphbitHttpCall *http;

  if (request == NULL || self->assembler.rest.path == NULL)
    return;

  request->deadline_ms = STOP_MS;
  request->deadline = graphbit_clock_now () + STOP_MS * (gint64) 1000;
  g_free (request->uri);
  request->uri = g_strconcat (request->base_uri, self->assembler.rest.path, self->dialect->stop_path, NULL);
  http = graphbit_http_call_start (self->runtime, g_steal_pointer (&request), &stop_handler, (gpointer) self->vendor);
  g_clear_pointer (&http, graphbit_http_call_unref);
}

/* The I/O side has done its part: its references go home with the outcome. */
static void
exchange_post_end (GraphbitLlmExchange *self)
{
  GraphbitOperation *operation = g_steal_pointer (&self->operation);

  /* what is to be stopped, if anything is, is known only now */
  if (self->dialect->stop_path != NULL &&
      __atomic_fetch_or (&self->is_begun, BEGUN, __ATOMIC_ACQ_REL) == ABANDONED && !self->assembler.rest.is_over)
    exchange_stop (self);
  graphbit_operation_post (operation, &self->end);
  graphbit_operation_unref (operation);
}

static void
exchange_parse_in_pool (gpointer data,
                        gpointer user_data)
{
  GraphbitLlmExchange *self = data;
  GraphbitHttpVerdict verdict = { FALSE, FALSE, -1 };

  self->failure = exchange_parse (self, &verdict);
  if (self->failure != NULL)
    self->failure->attempts = self->attempts;
  exchange_flush (self, FALSE);
  exchange_post_end (self);
}

static void
exchange_end (gpointer state,
              GraphbitFailure *failure,
              guint attempts)
{
  GraphbitLlmExchange *self = state;

  /* those that follow are no more than looks, but where they are repeated */
  self->attempts = self->n_steps == 0 ? attempts : self->earlier_attempts + MAX (attempts, 1) - 1;

  /* The answer had said that it was complete; how its connection ended then does not matter. */
  if (failure != NULL && !failure->is_cancelled && !self->is_finished && self->assembler.is_terminated)
    {
      GraphbitFailure *late = exchange_finish_answer (self, TRUE);

      graphbit_failure_free (failure);
      failure = late;
      if (failure != NULL)
        failure->attempts = attempts;
    }

  self->failure = failure;
  if (failure == NULL && self->is_unparsed)
    {
      if (graphbit_runtime_push_work (self->operation->runtime, exchange_parse_in_pool, self))
        return;
      self->failure = graphbit_failure_new_cancelled ();
    }

  exchange_flush (self, FALSE);
  exchange_post_end (self);
}

static const GraphbitHttpHandler handler = {
  exchange_begin,
  exchange_head,
  exchange_bytes,
  exchange_drained,
  exchange_finish,
  exchange_classify,
  exchange_end,
};

static void
end_deliver (GraphbitOperation *operation,
             GraphbitEnvelope *envelope)
{
  g_autoptr (GraphbitLlmExchange) self =
      (GraphbitLlmExchange *) ((char *) envelope - G_STRUCT_OFFSET (GraphbitLlmExchange, end));

  self->is_ended = TRUE;
  if (operation != NULL)
    self->events->ended (operation, self);
}

void
graphbit_llm_exchange_unref (GraphbitLlmExchange *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;

  g_clear_pointer (&self->http, graphbit_http_call_unref);
  graphbit_llm_assembler_clear (&self->assembler);
  if (self->framing != NULL)
    graphbit_framing_clear (self->framing);
  g_free (self->framing);
  g_byte_array_unref (self->body);
  g_clear_pointer (&self->failure, graphbit_failure_free);
  g_clear_pointer (&self->stop, graphbit_http_request_free);
  graphbit_runtime_unref (self->runtime);
  g_free (self);
}

GraphbitLlmExchange *
graphbit_llm_exchange_start (GraphbitOperation *operation,
                             GraphbitHttpRequest *request,
                             GraphbitHttpRequest *stop,
                             const GraphbitVendor *vendor,
                             const GraphbitLlmDialect *dialect,
                             gboolean wants_chunks,
                             gboolean keeps_raw,
                             const GraphbitLlmExchangeEvents *events)
{
  GraphbitLlmExchange *self = g_new0 (GraphbitLlmExchange, 1);
  GraphbitHttpCall *http;

  self->ref_count = 2; /* the home's and the I/O thread's */
  self->runtime = graphbit_runtime_ref (operation->runtime);
  self->stop = stop;
  self->vendor = vendor;
  self->dialect = dialect;
  self->events = events;
  self->is_stream = request->is_stream;
  self->body = g_byte_array_new ();
  self->operation = graphbit_operation_ref (operation);
  self->end.deliver = end_deliver;
  graphbit_llm_assembler_init (&self->assembler, wants_chunks, keeps_raw);

  http = graphbit_http_call_start (operation->runtime, request, &handler, self);
  if (http == NULL)
    {
      graphbit_operation_unref (operation);
      self->ref_count = 1;
      graphbit_llm_exchange_unref (self);
      return NULL;
    }
  __atomic_store_n (&self->http, http, __ATOMIC_RELEASE);

  return self;
}

void
graphbit_llm_exchange_follow (GraphbitLlmExchange *self,
                              GraphbitOperation *operation,
                              GraphbitHttpRequest *request)
{
  GraphbitHttpCall *http;

  self->n_steps++;
  self->earlier_attempts = self->attempts;
  self->is_ended = FALSE;
  self->is_stream = request->is_stream;
  g_clear_pointer (&self->failure, graphbit_failure_free);
  g_clear_pointer (&self->http, graphbit_http_call_unref);
  __atomic_store_n (&self->is_paused, FALSE, __ATOMIC_SEQ_CST);
  self->operation = graphbit_operation_ref (operation);
  __atomic_add_fetch (&self->ref_count, 1, __ATOMIC_RELAXED);

  http = graphbit_http_call_start (self->runtime, request, &handler, self);
  if (http == NULL)
    {
      /* the generation has ended, and its operations are being interrupted */
      self->is_ended = TRUE;
      g_clear_pointer (&self->operation, graphbit_operation_unref);
      graphbit_llm_exchange_unref (self);
      return;
    }
  __atomic_store_n (&self->http, http, __ATOMIC_RELEASE);
}

GraphbitFailure *
graphbit_llm_exchange_conclude (GraphbitLlmExchange *self,
                                GraphbitOperation *operation)
{
  GraphbitFailure *failure = graphbit_llm_assembler_finish (&self->assembler, TRUE);
  GQueue *chunks = &self->assembler.chunks;

  if (chunks->length > 0)
    {
      gsize size = 0;

      for (GList *l = chunks->head; l != NULL; l = l->next)
        size += graphbit_llm_chunk_get_size (l->data);
      __atomic_add_fetch (&self->waiting_size, size, __ATOMIC_SEQ_CST);
      __atomic_add_fetch (&self->waiting, chunks->length, __ATOMIC_SEQ_CST);
      self->events->chunks (operation, chunks);
    }

  return failure;
}

void
graphbit_llm_exchange_cancel (GraphbitLlmExchange *self)
{
  if (self->dialect->stop_path == NULL)
    {
      if (!self->is_ended)
        graphbit_http_call_cancel (self->http);
      return;
    }

  if (self->is_cancelled)
    return;
  self->is_cancelled = TRUE;
  if ((__atomic_fetch_or (&self->is_begun, ABANDONED, __ATOMIC_ACQ_REL) & BEGUN) == 0)
    {
      graphbit_http_call_leave (self->http);
      return;
    }
  /* until it has ended, what else the rest is belongs to the I/O thread */
  if (!self->is_ended && self->n_steps > 0)
    {
      graphbit_http_call_cancel (self->http);
      exchange_stop (self);
    }
  else if (!self->assembler.rest.is_over)
    exchange_stop (self);
}

guint
graphbit_llm_exchange_get_attempts (GraphbitLlmExchange *self)
{
  guint n = self->is_ended ? 0 : graphbit_http_call_get_attempts (self->http);

  if (self->is_ended)
    return self->attempts;
  return self->n_steps == 0 ? n : self->earlier_attempts + MAX (n, 1) - 1;
}
