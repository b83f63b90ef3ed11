/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-batch-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-error.h"
#include "graphbit-http-call-private.h"
#include "graphbit-llm-call-private.h"
#include "graphbit-llm-options-private.h"
#include "graphbit-llm-request-private.h"

/* What one turn begins, so that none is long. */
#define MAX_STARTS 64

/* A completion under way. */
typedef struct
{
  GList link;
  GraphbitBatch *batch;
  guint index;
  GraphbitLlmCall *call;
} Slot;

static void batch_pump (GraphbitOperation *operation, gpointer data);

GPtrArray *
graphbit_batch_copy_items (GPtrArray *items)
{
  GPtrArray *copy = g_ptr_array_new_full (items->len, g_object_unref);

  for (guint i = 0; i < items->len; i++)
    g_ptr_array_add (copy, g_object_ref (items->pdata[i]));
  return copy;
}

static void
batch_update (GraphbitOperation *operation,
              gpointer data)
{
  GraphbitBatch *self = (GraphbitBatch *) operation;
  g_autoptr (GraphbitBatchRun) handle = NULL;

  self->is_update_pending = FALSE;
  if (self->has_handle)
    handle = g_weak_ref_get (&self->handle);
  if (handle != NULL)
    graphbit_batch_run_update (handle);
}

static void
batch_settle (GraphbitBatch *self,
              guint index,
              GraphbitLlmResponse *response,
              GError *error)
{
  __atomic_add_fetch (&self->n_done, 1, __ATOMIC_RELEASE);
  graphbit_batch_item_settle (self->items->pdata[index], response, error);

  /* once per turn */
  if (self->has_handle && !self->is_update_pending && !graphbit_operation_is_complete (self))
    {
      self->is_update_pending = TRUE;
      graphbit_operation_invoke (self, batch_update, NULL, NULL);
    }
}

static GError *
make_cancelled_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The operation was cancelled"));
}

static void
slot_free (Slot *self)
{
  g_clear_pointer (&self->call, graphbit_operation_unref);
  g_free (self);
}

/* The one way to the end. */
static void
batch_conclude (GraphbitBatch *self,
                gboolean is_cancelled)
{
  g_autoptr (GraphbitLlmClient) client = NULL;
  GTask *task;
  GList *link;

  if (!graphbit_operation_complete (self))
    return;

  graphbit_operation_ref (self);
  client = g_steal_pointer (&self->client);
  while ((link = g_queue_pop_head_link (&self->running)) != NULL)
    {
      Slot *slot = link->data;

      graphbit_llm_call_detach (slot->call);
      slot_free (slot);
    }
  if (is_cancelled)
    {
      for (guint i = 0; i < self->items->len; i++)
        {
          if (!graphbit_batch_item_is_settled (self->items->pdata[i]))
            batch_settle (self, i, NULL, make_cancelled_error ());
        }
    }
  __atomic_store_n (&self->is_ended, TRUE, __ATOMIC_RELEASE);

  task = g_steal_pointer (&self->task);
  if (task != NULL)
    {
      if (is_cancelled)
        g_task_return_error (task, make_cancelled_error ());
      else
        g_task_return_pointer (task, graphbit_batch_copy_items (self->items), (GDestroyNotify) g_ptr_array_unref);
      g_object_unref (task);
    }
  batch_update (&self->operation, NULL);
  graphbit_batch_run_serve_waiters (self);

  /* the last reference may go on the I/O thread */
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_object (&self->options);
  graphbit_operation_unref (self);
}

static void
slot_done (GraphbitLlmCall *call,
           GraphbitLlmResponse *response,
           GError *error,
           gpointer data)
{
  Slot *slot = data;
  GraphbitBatch *self = graphbit_operation_ref (slot->batch);
  guint index = slot->index;

  g_queue_unlink (&self->running, &slot->link);
  slot_free (slot);

  batch_settle (self, index, response, error);
  /* which a listener may have cancelled */
  if (!graphbit_operation_is_complete (self))
    batch_pump (&self->operation, NULL);
  graphbit_operation_unref (self);
}

static void
batch_start_next (GraphbitBatch *self)
{
  guint index = self->n_next++;
  g_autofree char *prompt = g_steal_pointer (&self->prompts[index]);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt (prompt, self->options);
  Slot *slot = g_new0 (Slot, 1);
  const GraphbitLlmCallSetup setup = {
    .parent = &self->operation,
    .done = slot_done,
    .data = slot,
  };
  GError *error = NULL;

  slot->link.data = slot;
  slot->batch = self;
  slot->index = index;
  slot->call = graphbit_llm_call_start (self->client, request, &setup, &error);
  if (slot->call != NULL)
    {
      g_queue_push_tail_link (&self->running, &slot->link);
      return;
    }

  slot_free (slot);
  batch_settle (self, index, NULL, error);
}

/* Begins what may begin, and ends when all has ended. */
static void
batch_pump (GraphbitOperation *operation,
            gpointer data)
{
  GraphbitBatch *self = (GraphbitBatch *) operation;
  guint n_starts = 0;

  /* on its way here, behind this turn */
  if (__atomic_load_n (&self->is_cancelled, __ATOMIC_ACQUIRE))
    return;

  while (!graphbit_operation_is_complete (self) && self->running.length < self->limit && self->n_next < self->n_items)
    {
      if (n_starts++ == MAX_STARTS)
        {
          graphbit_operation_invoke (self, batch_pump, NULL, NULL);
          return;
        }
      batch_start_next (self);
    }

  if (self->running.length == 0 && self->n_next == self->n_items)
    batch_conclude (self, FALSE);
}

static void
batch_interrupted (GraphbitOperation *operation,
                   GraphbitInterruption interruption)
{
  batch_conclude ((GraphbitBatch *) operation, TRUE);
}

static void
batch_free (GraphbitOperation *operation)
{
  GraphbitBatch *self = (GraphbitBatch *) operation;

  g_clear_object (&self->client);
  g_clear_object (&self->options);
  g_clear_object (&self->task);
  /* strfreev would stop at what has begun */
  for (guint i = 0; i < self->n_items; i++)
    g_free (self->prompts[i]);
  g_free (self->prompts);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_weak_ref_clear (&self->handle);
  g_free (self);
}

static const GraphbitOperationClass batch_class = {
  batch_interrupted,
  batch_free,
};

static void
cancel (GraphbitOperation *operation,
        gpointer data)
{
  batch_conclude ((GraphbitBatch *) operation, TRUE);
}

void
graphbit_batch_cancel (GraphbitBatch *self)
{
  if (!graphbit_operation_is_complete (self) && !__atomic_exchange_n (&self->is_cancelled, TRUE, __ATOMIC_ACQ_REL))
    graphbit_operation_invoke (self, cancel, NULL, NULL);
}

gboolean
graphbit_batch_start (GraphbitLlmClient *client,
                      const char *const *prompts,
                      GraphbitLlmOptions *options,
                      guint max_concurrency,
                      GTask *task,
                      GraphbitBatchRun **handle,
                      GError **error)
{
  guint n_prompts = g_strv_length ((char **) prompts);
  guint slots = MAX (graphbit_llm_client_get_max_concurrency (client), GRAPHBIT_HTTP_DEFAULT_SLOTS);
  GraphbitBatch *self;

  if (graphbit_llm_client_get_config (client) == NULL)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The client has no configuration; give it one when it is made"));
      return FALSE;
    }

  self = g_new0 (GraphbitBatch, 1);
  self->client = g_object_ref (client);
  self->options = options != NULL ? graphbit_llm_options_copy (options) : NULL;
  /* more would only wait, and against their time limits */
  self->limit = max_concurrency > 0 ? MIN (max_concurrency, slots) : slots;
  self->n_items = n_prompts;
  self->prompts = g_new (char *, MAX (n_prompts, 1));
  self->items = g_ptr_array_new_full (n_prompts, g_object_unref);
  for (guint i = 0; i < n_prompts; i++)
    {
      self->prompts[i] = g_strdup (prompts[i]);
      g_ptr_array_add (self->items, graphbit_batch_item_new (i));
    }
  g_weak_ref_init (&self->handle, NULL);

  if (!graphbit_operation_init (&self->operation, &batch_class,
                                task != NULL ? g_task_get_cancellable (task) : NULL, error))
    {
      batch_free (&self->operation);
      return FALSE;
    }

  self->task = task;
  if (handle != NULL)
    *handle = graphbit_batch_run_new (self);
  /* where another thread runs the home, the batch is that thread's from here on */
  graphbit_operation_invoke (self, batch_pump, NULL, NULL);
  graphbit_operation_unref (self);
  return TRUE;
}
