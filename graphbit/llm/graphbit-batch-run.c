/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-batch-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-failure-private.h"
#include "graphbit-sync-private.h"

/**
 * GraphbitBatchRun:
 *
 * A batch of prompts under way, started by [method@LlmClient.start_batch].
 *
 * Watch [property@BatchRun:progress], or the single items in
 * [property@BatchRun:items], which notify as they end; both do so in the main
 * context in which the batch was started. [method@BatchRun.wait] works without a
 * main loop, too: called in the thread in which the batch was started, it drives
 * it. From other threads it waits until that thread's loop has run it.
 *
 * A batch that is dropped before its end is cancelled, for nobody could see
 * what it still brought.
 *
 * Since: 1.0
 */
struct _GraphbitBatchRun
{
  GObject parent_instance;

  GraphbitBatch *batch; /* a reference */
  GPtrArray *items;
  GListStore *model;    /* of them, made when somebody asks */
  int n_done;           /* what was told last */
};

enum
{
  PROP_0,
  PROP_PROGRESS,
  PROP_ITEMS,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitBatchRun, graphbit_batch_run, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

/* One who waits for the end. Whoever claims it, home or its own cancellation, returns the task. */
typedef struct
{
  GraphbitEnvelope envelope; /* on the way to home */
  int ref_count;             /* atomic */
  int is_claimed;            /* atomic */
  GTask *task;
  GSource *cancelled; /* or NULL */
} Waiter;

static void
waiter_unref (gpointer data)
{
  Waiter *self = data;

  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  g_clear_pointer (&self->cancelled, g_source_unref);
  g_object_unref (self->task);
  g_free (self);
}

static gboolean
waiter_claim (Waiter *self)
{
  if (__atomic_exchange_n (&self->is_claimed, TRUE, __ATOMIC_ACQ_REL))
    return FALSE;

  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  return TRUE;
}

static gboolean
on_waiter_cancelled (GCancellable *cancellable,
                     gpointer data)
{
  Waiter *self = data;

  if (waiter_claim (self))
    g_task_return_new_error (self->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s", _("The wait was cancelled"));
  return G_SOURCE_REMOVE;
}

/* Takes the task over. */
static Waiter *
waiter_new (GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Waiter *self = g_new0 (Waiter, 1);

  self->ref_count = 1;
  self->task = task;
  if (cancellable != NULL)
    {
      self->ref_count++;
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_static_name (self->cancelled, "graphbit wait cancelled");
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (on_waiter_cancelled), self, waiter_unref);
      g_source_attach (self->cancelled, g_task_get_context (task));
    }
  return self;
}

/* Takes the waiter over. */
static void
waiter_serve (Waiter *self)
{
  GraphbitBatchRun *run = g_task_get_source_object (self->task);

  if (waiter_claim (self))
    g_task_return_pointer (self->task, graphbit_batch_copy_items (run->items), (GDestroyNotify) g_ptr_array_unref);
  waiter_unref (self);
}

void
graphbit_batch_run_serve_waiters (GraphbitBatch *batch)
{
  Waiter *waiter;

  while ((waiter = g_queue_pop_head (&batch->waiters)) != NULL)
    waiter_serve (waiter);
}

static void
deliver_waiter (GraphbitOperation *operation,
                GraphbitEnvelope *envelope)
{
  Waiter *waiter = (Waiter *) envelope;
  GraphbitBatchRun *run = g_task_get_source_object (waiter->task);

  if (operation == NULL)
    waiter_serve (waiter);
  else
    g_queue_push_tail (&run->batch->waiters, waiter);
}

static void
do_nothing (GraphbitOperation *operation,
            gpointer data)
{
}

static void
graphbit_batch_run_finalize (GObject *object)
{
  GraphbitBatchRun *self = GRAPHBIT_BATCH_RUN (object);

  if (self->batch != NULL)
    {
      graphbit_batch_cancel (self->batch);
      /* maybe in a collector's thread: what the application may listen to goes at home */
      if (!graphbit_operation_is_home (self->batch))
        {
          if (self->model != NULL)
            graphbit_operation_invoke (self->batch, do_nothing, g_steal_pointer (&self->model), g_object_unref);
          graphbit_operation_invoke (self->batch, do_nothing, g_steal_pointer (&self->items), (GDestroyNotify) g_ptr_array_unref);
        }
      graphbit_operation_unref (self->batch);
    }
  g_clear_object (&self->model);
  g_clear_pointer (&self->items, g_ptr_array_unref);

  G_OBJECT_CLASS (graphbit_batch_run_parent_class)->finalize (object);
}

static void
graphbit_batch_run_get_property (GObject *object,
                                 guint property,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  GraphbitBatchRun *self = GRAPHBIT_BATCH_RUN (object);

  switch (property)
    {
    case PROP_PROGRESS:
      g_value_set_double (value, graphbit_batch_run_get_progress (self));
      break;
    case PROP_ITEMS:
      g_value_set_object (value, graphbit_batch_run_get_items (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_batch_run_class_init (GraphbitBatchRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_batch_run_finalize;
  object_class->get_property = graphbit_batch_run_get_property;

  /**
   * GraphbitBatchRun:progress: (getter get_progress)
   *
   * How many of the prompts have ended, however they did, from 0 to 1. Notifies
   * once per turn of the main context.
   *
   * Since: 1.0
   */
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, 0.0, 1.0, 0.0, flags);
  /**
   * GraphbitBatchRun:items: (getter get_items)
   *
   * The prompts' answers, a list model of [class@BatchItem] with one for each
   * prompt, in their order, from the start on.
   *
   * Since: 1.0
   */
  properties[PROP_ITEMS] = g_param_spec_object ("items", NULL, NULL, G_TYPE_LIST_MODEL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_batch_run_init (GraphbitBatchRun *self)
{
}

GraphbitBatchRun *
graphbit_batch_run_new (GraphbitBatch *batch)
{
  GraphbitBatchRun *self = g_object_new (GRAPHBIT_TYPE_BATCH_RUN, NULL);

  self->batch = graphbit_operation_ref (batch);
  self->items = g_ptr_array_ref (batch->items);
  g_weak_ref_set (&batch->handle, self);
  batch->has_handle = TRUE;
  return self;
}

void
graphbit_batch_run_update (GraphbitBatchRun *self)
{
  if (self->n_done == self->batch->n_done)
    return;

  self->n_done = self->batch->n_done;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
}

/**
 * graphbit_batch_run_get_progress: (get-property progress)
 * @self: a batch
 *
 * Gets how many of the prompts have ended, however they did. It may be called
 * from any thread.
 *
 * Returns: from 0 to 1
 *
 * Since: 1.0
 */
gdouble
graphbit_batch_run_get_progress (GraphbitBatchRun *self)
{
  guint n_items;

  g_return_val_if_fail (GRAPHBIT_IS_BATCH_RUN (self) && self->batch != NULL, 0.0);

  n_items = self->batch->n_items;
  return n_items > 0 ? __atomic_load_n (&self->batch->n_done, __ATOMIC_ACQUIRE) / (double) n_items : 1.0;
}

/**
 * graphbit_batch_run_get_items: (get-property items)
 * @self: a batch
 *
 * Gets the prompts' answers.
 *
 * Returns: (transfer none): a list model of [class@BatchItem]
 *
 * Since: 1.0
 */
GListModel *
graphbit_batch_run_get_items (GraphbitBatchRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_BATCH_RUN (self) && self->batch != NULL, NULL);

  if (self->model == NULL)
    {
      self->model = g_list_store_new (GRAPHBIT_TYPE_BATCH_ITEM);
      g_list_store_splice (self->model, 0, 0, self->items->pdata, self->items->len);
    }
  return G_LIST_MODEL (self->model);
}

/**
 * graphbit_batch_run_wait_async:
 * @self: a batch
 * @cancellable: (nullable): ends the wait, not the batch
 * @callback: (nullable) (scope async) (closure user_data): called when the batch has ended
 * @user_data: handed to @callback
 *
 * Waits until all of the batch has ended.
 *
 * @callback is called in the main context that is the thread default now, which
 * need not be the batch's; in it, [method@BatchRun.wait_finish] gives the items.
 *
 * Since: 1.0
 */
void
graphbit_batch_run_wait_async (GraphbitBatchRun *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task;
  Waiter *waiter;

  g_return_if_fail (GRAPHBIT_IS_BATCH_RUN (self) && self->batch != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_batch_run_wait_async, cancellable, callback, user_data);
  waiter = waiter_new (task);

  if (__atomic_load_n (&self->batch->is_ended, __ATOMIC_ACQUIRE))
    waiter_serve (waiter);
  else if (graphbit_operation_is_home (self->batch))
    g_queue_push_tail (&self->batch->waiters, waiter);
  else
    {
      waiter->envelope.deliver = deliver_waiter;
      graphbit_operation_post (self->batch, &waiter->envelope);
    }
}

/**
 * graphbit_batch_run_wait_finish:
 * @self: a batch
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Gets the items that [method@BatchRun.wait_async] waited for, in the order of
 * the prompts, also of a batch that was cancelled: what had not ended by then
 * has the error %G_IO_ERROR_CANCELLED. Fails only if the wait itself was
 * cancelled.
 *
 * Returns: (transfer container) (element-type GraphbitBatchItem): an item for each prompt
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_batch_run_wait_finish (GraphbitBatchRun *self,
                                GAsyncResult *result,
                                GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_BATCH_RUN (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_batch_run_wait:
 * @self: a batch
 * @cancellable: (nullable): ends the wait, not the batch
 * @error: return location for an error, or %NULL
 *
 * Waits until all of the batch has ended, and blocks meanwhile. In the thread
 * in which the batch was started this drives it; from another one it waits for
 * that thread's main loop.
 *
 * Fails as [method@BatchRun.wait_finish] does, and with
 * %GRAPHBIT_ERROR_FAILED_PRECONDITION in a function that another wait of this
 * batch has called.
 *
 * Returns: (transfer container) (element-type GraphbitBatchItem): an item for each prompt
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_batch_run_wait (GraphbitBatchRun *self,
                         GCancellable *cancellable,
                         GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;
  gboolean is_home;

  g_return_val_if_fail (GRAPHBIT_IS_BATCH_RUN (self) && self->batch != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  is_home = !graphbit_operation_is_complete (self->batch) && graphbit_operation_is_home (self->batch);
  graphbit_sync_begin (&sync);
  if (!graphbit_sync_adopt (&sync, self->batch) && is_home)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                           _("The batch is being waited for already, and that wait has called this function; use the async form"));
      graphbit_error_hand_out (error);
      return NULL;
    }
  graphbit_batch_run_wait_async (self, cancellable, graphbit_sync_ready, &sync);
  return graphbit_batch_run_wait_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_batch_run_cancel:
 * @self: a batch
 *
 * Cancels what is under way and what has not begun. The batch then ends in the
 * next turn of its main context. May be called from any thread, and again;
 * nothing happens to a batch that has ended.
 *
 * Since: 1.0
 */
void
graphbit_batch_run_cancel (GraphbitBatchRun *self)
{
  g_return_if_fail (GRAPHBIT_IS_BATCH_RUN (self) && self->batch != NULL);

  graphbit_batch_cancel (self->batch);
}
