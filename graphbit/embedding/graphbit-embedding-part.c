/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-embedding-part-private.h"

#include "graphbit-embedding-offline-private.h"
#include "graphbit-runtime-private.h"

/* A body that is larger is read in the pool, so that it holds up no other exchange. */
#define POOL_SIZE (256 * 1024)

GraphbitEmbeddingPart *
graphbit_embedding_part_new (guint first,
                             guint n_texts)
{
  GraphbitEmbeddingPart *self = g_new0 (GraphbitEmbeddingPart, 1);

  self->ref_count = 1;
  self->link.data = self;
  self->first = first;
  self->n_texts = n_texts;
  return self;
}

void
graphbit_embedding_part_unref (GraphbitEmbeddingPart *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;

  graphbit_budget_holds_clear (&self->budgets);
  g_clear_pointer (&self->http, graphbit_http_call_unref);
  if (self->body != NULL)
    g_byte_array_unref (self->body);
  graphbit_embedding_answer_clear (&self->answer);
  g_clear_pointer (&self->failure, graphbit_failure_free);
  g_free (self);
}

static void
end_deliver (GraphbitOperation *operation,
             GraphbitEnvelope *envelope)
{
  GraphbitEmbeddingPart *self = (GraphbitEmbeddingPart *) ((char *) envelope - G_STRUCT_OFFSET (GraphbitEmbeddingPart, end));

  self->is_ended = TRUE;
  if (operation != NULL)
    self->ended (operation, self);
  graphbit_embedding_part_unref (self);
}

/* The other side has done its part: its references go home with the outcome. */
static void
post_end (GraphbitEmbeddingPart *self)
{
  GraphbitOperation *operation = g_steal_pointer (&self->operation);

  graphbit_operation_post (operation, &self->end);
  graphbit_operation_unref (operation);
}

/* I/O or pool thread. A body without texts is nobody's answer. */
static GraphbitFailure *
parse (GraphbitEmbeddingPart *self,
       GraphbitHttpVerdict *verdict)
{
  if (self->n_texts == 0)
    return NULL;

  return graphbit_embedding_answer_read (&self->answer, self->vendor, (const char *) self->body->data, self->body->len, verdict);
}

static void
parse_in_pool (gpointer data,
               gpointer user_data)
{
  GraphbitEmbeddingPart *self = data;
  GraphbitHttpVerdict verdict = { FALSE, FALSE, -1 };

  self->failure = parse (self, &verdict);
  if (self->failure != NULL)
    self->failure->attempts = self->attempts;
  post_end (self);
}

static void
part_begin (gpointer state)
{
  GraphbitEmbeddingPart *self = state;

  g_byte_array_set_size (self->body, 0);
  graphbit_embedding_answer_clear (&self->answer);
  graphbit_embedding_answer_init (&self->answer, self->n_texts);
  self->answer.has_int8 = self->has_int8;
  self->is_unparsed = FALSE;
}

static GraphbitFailure *
part_bytes (gpointer state,
            const char *data,
            gsize length,
            GraphbitHttpVerdict *verdict)
{
  GraphbitEmbeddingPart *self = state;

  g_byte_array_append (self->body, (const guint8 *) data, (guint) length);
  return NULL;
}

static GraphbitFailure *
part_finish (gpointer state,
             GraphbitHttpVerdict *verdict)
{
  GraphbitEmbeddingPart *self = state;

  /* `end` sends it to the pool; by then the attempt is over, and its verdict good */
  self->is_unparsed = self->body->len > POOL_SIZE;
  return self->is_unparsed ? NULL : parse (self, verdict);
}

static GraphbitFailure *
part_classify (gpointer state,
               const GraphbitHttpHead *head,
               const char *body,
               gsize length,
               GraphbitHttpVerdict *verdict)
{
  GraphbitEmbeddingPart *self = state;

  return graphbit_vendor_explain (self->vendor, head, body, length, verdict);
}

static void
part_end (gpointer state,
          GraphbitFailure *failure,
          guint attempts)
{
  GraphbitEmbeddingPart *self = state;

  self->attempts = attempts;
  self->failure = failure;
  if (failure == NULL && self->is_unparsed)
    {
      if (graphbit_runtime_push_work (self->operation->runtime, parse_in_pool, self))
        return;
      self->failure = graphbit_failure_new_cancelled ();
    }
  post_end (self);
}

static const GraphbitHttpHandler handler = {
  .begin = part_begin,
  .bytes = part_bytes,
  .finish = part_finish,
  .classify = part_classify,
  .end = part_end,
};

static void
lend (GraphbitEmbeddingPart *self,
      GraphbitOperation *operation)
{
  self->operation = graphbit_operation_ref (operation);
  self->end.deliver = end_deliver;
  self->ref_count = 2;
}

static gboolean
take_back (GraphbitEmbeddingPart *self)
{
  g_clear_pointer (&self->operation, graphbit_operation_unref);
  self->is_ended = TRUE;
  self->ref_count = 1;
  return FALSE;
}

gboolean
graphbit_embedding_part_send (GraphbitEmbeddingPart *self,
                              GraphbitOperation *operation,
                              const GraphbitEmbeddingTarget *target,
                              GraphbitHttpRequest *request)
{
  self->vendor = target->vendor;
  self->has_int8 = graphbit_embedding_wire_has_int8 (target->model);
  self->body = g_byte_array_new ();
  lend (self, operation);
  /* the other side does not look at it, and its end comes through the home's dispatcher */
  self->http = graphbit_http_call_start (operation->runtime, request, &handler, self);
  return self->http != NULL || take_back (self);
}

static void
work_in_pool (gpointer data,
              gpointer user_data)
{
  GraphbitEmbeddingPart *self = data;

  graphbit_embedding_offline_answer (&self->answer, self->texts, self->n_texts, self->dimensions);
  post_end (self);
}

gboolean
graphbit_embedding_part_work (GraphbitEmbeddingPart *self,
                              GraphbitOperation *operation,
                              const char *const *texts,
                              guint dimensions)
{
  graphbit_embedding_answer_init (&self->answer, self->n_texts);
  self->texts = texts;
  self->dimensions = dimensions;
  self->attempts = 1;
  lend (self, operation);
  return graphbit_runtime_push_work (operation->runtime, work_in_pool, self) || take_back (self);
}

void
graphbit_embedding_part_cancel (GraphbitEmbeddingPart *self)
{
  if (!self->is_ended && self->http != NULL)
    graphbit_http_call_cancel (self->http);
}
