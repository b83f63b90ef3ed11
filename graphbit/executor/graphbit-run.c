/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-run.h"

#include <glib/gi18n-lib.h>

#include "graphbit-enum-types.h"
#include "graphbit-failure-private.h"
#include "graphbit-run-lists-private.h"
#include "graphbit-run-private.h"
#include "graphbit-sync-private.h"

/**
 * GraphbitRun:
 *
 * A workflow under way, started by [method@Executor.start].
 *
 * The run goes on until its end whether or not anybody holds this object; what
 * it tells, by notification and by its list models, it tells in the main context
 * in which it was started, once per turn.
 *
 * Events can be read one by one, with [method@Run.next_event_async]: from the
 * first read on none is lost, and the run pauses when 256 wait unread. Without
 * a reader the newest 1,000 are kept in [property@Run:events] and the run never
 * waits. A reader that stops reading holds the run up until its time limit;
 * call [method@Run.cancel], or let go of this object.
 *
 * [method@Run.next_event] and [method@Run.wait] also work in a program without
 * a main loop: called in the thread in which the run was started, they drive it
 * themselves. From other threads they wait until that thread's loop has run it.
 *
 * The page [Runs and events](runs.html) says more.
 *
 * Since: 1.0
 */
struct _GraphbitRun
{
  GObject parent_instance;

  GraphbitScheduler *scheduler; /* a reference */
  GraphbitNodeRunList *node_runs;
  GraphbitEventList *events;
  GraphbitApprovalList *approvals;
  GraphbitWorkflowResult *result;

  /* What was told last. */
  GraphbitRunState state;
  guint n_settled;
  gint64 progress_inside;
  gint64 dropped;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_STATE,
  PROP_PROGRESS,
  PROP_NODE_RUNS,
  PROP_EVENTS,
  PROP_APPROVALS,
  PROP_DROPPED,
  PROP_RESULT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GraphbitRun, graphbit_run, G_TYPE_OBJECT)

/* One who waits for an event or for the end. Whoever claims it, home or its own cancellation, returns the task. */
typedef struct
{
  GraphbitEnvelope envelope; /* on the way to home */
  int ref_count;             /* atomic */
  int is_claimed;            /* atomic */
  gboolean is_reader;
  GTask *task;
  GSource *cancelled; /* or NULL */
} Waiter;

static Waiter *
waiter_ref (Waiter *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

static void
waiter_unref (Waiter *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  g_clear_pointer (&self->cancelled, g_source_unref);
  g_object_unref (self->task);
  g_free (self);
}

static gboolean
waiter_is_claimed (Waiter *self)
{
  return __atomic_load_n (&self->is_claimed, __ATOMIC_ACQUIRE);
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

static Waiter *
waiter_new (GTask *task,
            gboolean is_reader)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Waiter *self = g_new0 (Waiter, 1);

  self->ref_count = 1;
  self->is_reader = is_reader;
  self->task = g_object_ref (task);
  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_static_name (self->cancelled, "graphbit wait cancelled");
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (on_waiter_cancelled),
                             waiter_ref (self), (GDestroyNotify) waiter_unref);
      g_source_attach (self->cancelled, g_task_get_context (task));
    }
  return self;
}

static GraphbitScheduler *
waiter_get_scheduler (Waiter *self)
{
  return GRAPHBIT_RUN (g_task_get_source_object (self->task))->scheduler;
}

static GraphbitEvent *
read_event (GraphbitScheduler *scheduler)
{
  gint64 sequence;
  const GraphbitEventRecord *record = graphbit_event_log_read (&scheduler->log, &sequence);

  return record != NULL ? graphbit_event_new (scheduler, sequence, record) : NULL;
}

static gboolean
has_event (GraphbitScheduler *scheduler)
{
  return graphbit_event_log_get_unread (&scheduler->log) > 0;
}

static void
event_unref (gpointer event)
{
  if (event != NULL)
    g_object_unref (event);
}

/* For one who was claimed, maybe in another thread. */
static void
answer (Waiter *waiter,
        GraphbitScheduler *scheduler,
        gpointer value,
        GDestroyNotify destroy)
{
  __atomic_add_fetch (&scheduler->n_answered, 1, __ATOMIC_RELEASE);
  g_task_return_pointer (waiter->task, value, destroy);
}

static gpointer
propagate (GraphbitRun *self,
           GAsyncResult *result,
           GError **error)
{
  (void) __atomic_load_n (&self->scheduler->n_answered, __ATOMIC_ACQUIRE);
  return graphbit_task_propagate_pointer (result, error);
}

void
graphbit_run_serve_reader (GraphbitScheduler *scheduler)
{
  Waiter *reader = scheduler->reader;

  if (!has_event (scheduler) && !scheduler->is_ended)
    return;

  __atomic_store_n (&scheduler->reader, NULL, __ATOMIC_RELEASE);
  if (waiter_claim (reader))
    {
      GraphbitEvent *event = read_event (scheduler);

      if (!scheduler->is_ended)
        graphbit_scheduler_resume (scheduler);
      answer (reader, scheduler, event, event_unref);
    }
  waiter_unref (reader);
}

static void
return_result (Waiter *waiter,
               GraphbitScheduler *scheduler)
{
  if (waiter_claim (waiter))
    answer (waiter, scheduler, graphbit_workflow_result_new (scheduler), g_object_unref);
}

void
graphbit_run_serve_waiters (GraphbitScheduler *scheduler)
{
  GSList *waiters = g_slist_reverse (g_steal_pointer (&scheduler->waiters));

  for (GSList *link = waiters; link != NULL; link = link->next)
    {
      return_result (link->data, scheduler);
      waiter_unref (link->data);
    }
  g_slist_free (waiters);
}

static void
return_pending (Waiter *waiter)
{
  g_task_return_new_error (waiter->task, G_IO_ERROR, G_IO_ERROR_PENDING, "%s",
                           _("Another read of this run's events is under way"));
}

/* Becomes the one who reads; FALSE and the task returned if there is one already. Takes the waiter over if it does. */
static gboolean
become_reader (Waiter *waiter,
               GraphbitScheduler *scheduler)
{
  gpointer old = __atomic_load_n (&scheduler->reader, __ATOMIC_ACQUIRE);

  if (old != NULL && !scheduler->operation.is_complete && waiter_is_claimed (old))
    {
      /* One that was cancelled. */
      __atomic_store_n (&scheduler->reader, NULL, __ATOMIC_RELEASE);
      waiter_unref (old);
    }

  old = NULL;
  if (__atomic_compare_exchange_n (&scheduler->reader, &old, waiter, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    return TRUE;

  if (waiter_claim (waiter))
    return_pending (waiter);
  return FALSE;
}

/* At home. Takes the waiter over. */
static void
admit (Waiter *waiter,
       GraphbitScheduler *scheduler)
{
  if (!waiter->is_reader)
    {
      if (scheduler->is_ended)
        {
          return_result (waiter, scheduler);
          waiter_unref (waiter);
        }
      else
        scheduler->waiters = g_slist_prepend (scheduler->waiters, waiter);
      return;
    }

  if (!become_reader (waiter, scheduler))
    {
      waiter_unref (waiter);
      return;
    }

  if (scheduler->is_ended)
    graphbit_run_serve_reader (scheduler);
  else
    {
      graphbit_event_log_begin_reading (&scheduler->log);
      /* Given out by the dispatcher, which can call back without an idle source of the task's. */
      if (has_event (scheduler))
        graphbit_scheduler_post_go_on (scheduler);
    }
}

/* In any thread, when home is through with the run. FALSE: somebody else is reading just now. */
static gboolean
read_late (GraphbitScheduler *scheduler,
           GraphbitEvent **event)
{
  gpointer nobody = NULL;

  if (!__atomic_compare_exchange_n (&scheduler->reader, &nobody, scheduler, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    return FALSE;

  *event = read_event (scheduler);
  __atomic_store_n (&scheduler->reader, NULL, __ATOMIC_RELEASE);
  return TRUE;
}

/* Likewise. Takes the waiter over. */
static void
admit_late (Waiter *waiter,
            GraphbitScheduler *scheduler)
{
  GraphbitEvent *event;

  if (!waiter->is_reader)
    return_result (waiter, scheduler);
  else if (waiter_claim (waiter))
    {
      if (read_late (scheduler, &event))
        answer (waiter, scheduler, event, event_unref);
      else
        return_pending (waiter);
    }
  waiter_unref (waiter);
}

static void
deliver_waiter (GraphbitOperation *operation,
                GraphbitEnvelope *envelope)
{
  Waiter *waiter = (Waiter *) envelope;

  if (operation != NULL)
    admit (waiter, waiter_get_scheduler (waiter));
  else
    admit_late (waiter, waiter_get_scheduler (waiter));
}

/* Takes the task over. */
static void
wait_for (GraphbitRun *self,
          GTask *task,
          gboolean is_reader)
{
  GraphbitScheduler *scheduler = self->scheduler;
  Waiter *waiter = waiter_new (task, is_reader);

  g_object_unref (task);

  if (graphbit_scheduler_is_over (scheduler))
    {
      /* The dispatcher calls back without an idle source of the task's, where it turns in the same context. */
      if (graphbit_operation_is_home_context (scheduler, g_task_get_context (waiter->task)))
        {
          waiter->envelope.deliver = deliver_waiter;
          graphbit_operation_post (scheduler, &waiter->envelope);
        }
      else
        admit_late (waiter, scheduler);
    }
  else if (graphbit_operation_is_home (scheduler))
    admit (waiter, scheduler);
  else
    {
      waiter->envelope.deliver = deliver_waiter;
      waiter_ref (waiter);
      graphbit_operation_post (scheduler, &waiter->envelope);
      /* If the run ended meanwhile, its home may never turn again. */
      if (graphbit_scheduler_is_over (scheduler))
        admit_late (waiter, scheduler);
      else
        waiter_unref (waiter);
    }
}

static gboolean
refuse_inside (GError **error)
{
  g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                       _("The run cannot go on while a function that it called waits for it; use the async form"));
  graphbit_error_hand_out (error);
  return FALSE;
}

/* Before a sync twin waits. FALSE: it would wait for ever. */
static gboolean
begin_sync (GraphbitRun *self,
            GraphbitSync *sync,
            GError **error)
{
  GraphbitScheduler *scheduler = self->scheduler;
  gboolean is_home = graphbit_scheduler_get_state (scheduler) < GRAPHBIT_RUN_STATE_COMPLETED &&
                     graphbit_operation_is_home (scheduler);

  if (is_home && scheduler->user_depth > 0)
    return refuse_inside (error);

  graphbit_sync_begin (sync);
  if (!graphbit_sync_adopt (sync, scheduler) && is_home)
    return refuse_inside (error);
  return TRUE;
}

static void
graphbit_run_dispose (GObject *object)
{
  GraphbitRun *self = GRAPHBIT_RUN (object);

  /* The lists and the result hold the state, too, but nothing of this object. */
  g_clear_object (&self->node_runs);
  g_clear_object (&self->events);
  g_clear_object (&self->approvals);
  g_clear_object (&self->result);

  G_OBJECT_CLASS (graphbit_run_parent_class)->dispose (object);
}

static void
reader_is_gone (GraphbitOperation *operation,
                gpointer data)
{
  GraphbitScheduler *scheduler = (GraphbitScheduler *) operation;

  graphbit_event_log_forget_reader (&scheduler->log);
  graphbit_scheduler_resume (scheduler);
}

static void
graphbit_run_finalize (GObject *object)
{
  GraphbitRun *self = GRAPHBIT_RUN (object);

  /* Maybe in a collector's thread: the rest is done at home. */
  if (!graphbit_operation_is_complete (self->scheduler))
    graphbit_operation_invoke (self->scheduler, reader_is_gone, NULL, NULL);
  graphbit_operation_unref (self->scheduler);

  G_OBJECT_CLASS (graphbit_run_parent_class)->finalize (object);
}

static void
graphbit_run_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  GraphbitRun *self = GRAPHBIT_RUN (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, graphbit_run_get_id (self));
      break;
    case PROP_STATE:
      g_value_set_enum (value, graphbit_run_get_state (self));
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, graphbit_run_get_progress (self));
      break;
    case PROP_NODE_RUNS:
      g_value_set_object (value, graphbit_run_get_node_runs (self));
      break;
    case PROP_EVENTS:
      g_value_set_object (value, graphbit_run_get_events (self));
      break;
    case PROP_APPROVALS:
      g_value_set_object (value, graphbit_run_get_approvals (self));
      break;
    case PROP_DROPPED:
      g_value_set_int64 (value, graphbit_run_get_dropped (self));
      break;
    case PROP_RESULT:
      g_value_set_object (value, graphbit_run_get_result (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_run_class_init (GraphbitRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = graphbit_run_dispose;
  object_class->finalize = graphbit_run_finalize;
  object_class->get_property = graphbit_run_get_property;

  /**
   * GraphbitRun:id: (getter get_id)
   *
   * The run's id, a UUID.
   *
   * Since: 1.0
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  /**
   * GraphbitRun:state: (getter get_state)
   *
   * How far the run is.
   *
   * Since: 1.0
   */
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, GRAPHBIT_TYPE_RUN_STATE, GRAPHBIT_RUN_STATE_PENDING, flags);
  /**
   * GraphbitRun:progress: (getter get_progress)
   *
   * How many of the nodes have ended or will not run, from 0 to 1. A node that
   * runs a workflow counts by how far that is; a loop as if it ran all its rounds.
   * Only a node that is tried again takes back what it had counted.
   *
   * Since: 1.0
   */
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, 0.0, 1.0, 0.0, flags);
  /**
   * GraphbitRun:node-runs: (getter get_node_runs)
   *
   * The state of each node, a list model of [class@NodeRun] in the order in
   * which the nodes were added to the workflow.
   *
   * Since: 1.0
   */
  properties[PROP_NODE_RUNS] = g_param_spec_object ("node-runs", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  /**
   * GraphbitRun:events: (getter get_events)
   *
   * What happened, a list model of [class@Event]: the newest 1,000, and what a
   * reader has still to read. Each item that is asked for is a new object.
   *
   * Since: 1.0
   */
  properties[PROP_EVENTS] = g_param_spec_object ("events", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  /**
   * GraphbitRun:approvals: (getter get_approvals)
   *
   * What waits for a person, a list model of [class@Approval] in the order in which
   * they were asked. One that is answered, or wanted no more, leaves the list.
   *
   * Since: 1.0
   */
  properties[PROP_APPROVALS] = g_param_spec_object ("approvals", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  /**
   * GraphbitRun:dropped: (getter get_dropped)
   *
   * How many events [property@Run:events] no longer has.
   *
   * Since: 1.0
   */
  properties[PROP_DROPPED] = g_param_spec_int64 ("dropped", NULL, NULL, 0, G_MAXINT64, 0, flags);
  /**
   * GraphbitRun:result: (getter get_result)
   *
   * The result, once the run has ended, however it did.
   *
   * Since: 1.0
   */
  properties[PROP_RESULT] = g_param_spec_object ("result", NULL, NULL, GRAPHBIT_TYPE_WORKFLOW_RESULT, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_run_init (GraphbitRun *self)
{
}

GraphbitRun *
graphbit_run_new (GraphbitScheduler *scheduler)
{
  GraphbitRun *self = g_object_new (GRAPHBIT_TYPE_RUN, NULL);

  self->scheduler = graphbit_operation_ref (scheduler);
  self->state = graphbit_scheduler_get_state (scheduler);
  g_weak_ref_init (&scheduler->handle, self);
  scheduler->has_handle = TRUE;
  return self;
}

void
graphbit_run_update (GraphbitRun *self)
{
  GraphbitScheduler *scheduler = self->scheduler;
  GraphbitRunState state = graphbit_scheduler_get_state (scheduler);
  gint64 progress_inside = scheduler->nesting != NULL ? scheduler->nesting->progress : 0;
  GObject *object = G_OBJECT (self);

  if (self->node_runs != NULL)
    graphbit_node_run_list_update (self->node_runs);
  if (self->events != NULL)
    graphbit_event_list_update (self->events);
  if (scheduler->has_new_approvals)
    {
      scheduler->has_new_approvals = FALSE;
      if (self->approvals != NULL)
        graphbit_approval_list_update (self->approvals);
    }
  if (scheduler->log.first - 1 != self->dropped)
    {
      self->dropped = scheduler->log.first - 1;
      g_object_notify_by_pspec (object, properties[PROP_DROPPED]);
    }
  if (scheduler->n_settled != self->n_settled || progress_inside != self->progress_inside)
    {
      self->n_settled = scheduler->n_settled;
      self->progress_inside = progress_inside;
      g_object_notify_by_pspec (object, properties[PROP_PROGRESS]);
    }
  if (state != self->state)
    {
      self->state = state;
      g_object_notify_by_pspec (object, properties[PROP_STATE]);
      if (state >= GRAPHBIT_RUN_STATE_COMPLETED)
        g_object_notify_by_pspec (object, properties[PROP_RESULT]);
    }
}

/**
 * graphbit_run_get_id: (get-property id)
 * @self: a run
 *
 * Gets the run's id. It may be called from any thread.
 *
 * Returns: a UUID
 *
 * Since: 1.0
 */
const char *
graphbit_run_get_id (GraphbitRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_RUN (self), NULL);

  return graphbit_scheduler_get_id (self->scheduler);
}

/**
 * graphbit_run_get_state: (get-property state)
 * @self: a run
 *
 * Gets how far the run is. It may be called from any thread.
 *
 * Returns: the state
 *
 * Since: 1.0
 */
GraphbitRunState
graphbit_run_get_state (GraphbitRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_RUN (self), GRAPHBIT_RUN_STATE_PENDING);

  return graphbit_scheduler_get_state (self->scheduler);
}

/**
 * graphbit_run_get_progress: (get-property progress)
 * @self: a run
 *
 * Gets how many of the nodes have ended or will not run. It may be called from
 * any thread.
 *
 * Returns: from 0 to 1
 *
 * Since: 1.0
 */
gdouble
graphbit_run_get_progress (GraphbitRun *self)
{
  GraphbitScheduler *scheduler;
  const GraphbitNesting *nesting;
  double progress;

  g_return_val_if_fail (GRAPHBIT_IS_RUN (self), 0.0);

  scheduler = self->scheduler;
  progress = (double) __atomic_load_n (&scheduler->n_settled, __ATOMIC_RELAXED) / (double) scheduler->n_nodes;
  nesting = __atomic_load_n (&scheduler->nesting, __ATOMIC_ACQUIRE);
  if (nesting != NULL)
    progress += (double) __atomic_load_n (&nesting->progress, __ATOMIC_RELAXED) / (double) GRAPHBIT_PROGRESS_WHOLE;
  /* The two are not read in the same moment. */
  return CLAMP (progress, 0.0, 1.0);
}

/**
 * graphbit_run_get_node_runs: (get-property node-runs)
 * @self: a run
 *
 * Gets the state of each node.
 *
 * Returns: (transfer none): a list model of [class@NodeRun]
 *
 * Since: 1.0
 */
GListModel *
graphbit_run_get_node_runs (GraphbitRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_RUN (self), NULL);

  if (self->node_runs == NULL)
    self->node_runs = graphbit_node_run_list_new (self->scheduler);
  return G_LIST_MODEL (self->node_runs);
}

/**
 * graphbit_run_get_events: (get-property events)
 * @self: a run
 *
 * Gets what happened.
 *
 * Returns: (transfer none): a list model of [class@Event]
 *
 * Since: 1.0
 */
GListModel *
graphbit_run_get_events (GraphbitRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_RUN (self), NULL);

  if (self->events == NULL)
    self->events = graphbit_event_list_new (self->scheduler);
  return G_LIST_MODEL (self->events);
}

/**
 * graphbit_run_get_approvals: (get-property approvals)
 * @self: a run
 *
 * Gets what waits for a person.
 *
 * Returns: (transfer none): a list model of [class@Approval]
 *
 * Since: 1.0
 */
GListModel *
graphbit_run_get_approvals (GraphbitRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_RUN (self), NULL);

  if (self->approvals == NULL)
    self->approvals = graphbit_approval_list_new (self->scheduler);
  return G_LIST_MODEL (self->approvals);
}

/**
 * graphbit_run_get_dropped: (get-property dropped)
 * @self: a run
 *
 * Gets how many events [property@Run:events] no longer has.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
gint64
graphbit_run_get_dropped (GraphbitRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_RUN (self), 0);

  return self->scheduler->log.first - 1;
}

/**
 * graphbit_run_get_result: (get-property result)
 * @self: a run
 *
 * Gets the result. There is one as soon as the run has ended, also of one that
 * failed or was cancelled.
 *
 * Returns: (transfer none) (nullable): the result, or %NULL
 *
 * Since: 1.0
 */
GraphbitWorkflowResult *
graphbit_run_get_result (GraphbitRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_RUN (self), NULL);

  if (self->result == NULL && graphbit_scheduler_get_state (self->scheduler) >= GRAPHBIT_RUN_STATE_COMPLETED)
    self->result = graphbit_workflow_result_new (self->scheduler);
  return self->result;
}

/**
 * graphbit_run_next_event_async:
 * @self: a run
 * @cancellable: (nullable): ends the wait, not the run
 * @callback: (nullable) (scope async) (closure user_data): called with the event
 * @user_data: handed to @callback
 *
 * Reads the next event. The first read begins with the oldest event that is
 * kept, and from then on none is lost.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@Run.next_event_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_run_next_event_async (GraphbitRun *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (GRAPHBIT_IS_RUN (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  wait_for (self, graphbit_task_new (self, graphbit_run_next_event_async, cancellable, callback, user_data), TRUE);
}

/**
 * graphbit_run_next_event_finish:
 * @self: a run
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Gets the event that [method@Run.next_event_async] waited for.
 *
 * Fails with %G_IO_ERROR_PENDING if another read is under way, and with
 * %G_IO_ERROR_CANCELLED if the wait was cancelled.
 *
 * Returns: (transfer full) (nullable): the event; %NULL without an error after
 *   the last one
 *
 * Since: 1.0
 */
GraphbitEvent *
graphbit_run_next_event_finish (GraphbitRun *self,
                                GAsyncResult *result,
                                GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_RUN (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return propagate (self, result, error);
}

/**
 * graphbit_run_next_event:
 * @self: a run
 * @cancellable: (nullable): ends the wait, not the run
 * @error: return location for an error, or %NULL
 *
 * Reads the next event, and blocks until there is one. In the thread in which
 * the run was started this drives the run; from another one it waits for that
 * thread's main loop.
 *
 * Fails as [method@Run.next_event_finish] does, and with
 * %GRAPHBIT_ERROR_FAILED_PRECONDITION in a function that this run has called.
 *
 * Returns: (transfer full) (nullable): the event; %NULL without an error after
 *   the last one
 *
 * Since: 1.0
 */
GraphbitEvent *
graphbit_run_next_event (GraphbitRun *self,
                         GCancellable *cancellable,
                         GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;
  GraphbitScheduler *scheduler;
  GraphbitEvent *event;

  g_return_val_if_fail (GRAPHBIT_IS_RUN (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      graphbit_error_hand_out (error);
      return NULL;
    }

  /* One that is there already needs no wait. */
  scheduler = self->scheduler;
  if (graphbit_scheduler_is_over (scheduler))
    {
      if (read_late (scheduler, &event))
        return event;
    }
  else if (graphbit_scheduler_get_state (scheduler) < GRAPHBIT_RUN_STATE_COMPLETED &&
           graphbit_operation_is_home (scheduler) && scheduler->reader == NULL && has_event (scheduler))
    {
      event = read_event (scheduler);
      graphbit_scheduler_resume (scheduler);
      return event;
    }

  if (!begin_sync (self, &sync, error))
    return NULL;
  graphbit_run_next_event_async (self, cancellable, graphbit_sync_ready, &sync);
  return graphbit_run_next_event_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_run_wait_async:
 * @self: a run
 * @cancellable: (nullable): ends the wait, not the run
 * @callback: (nullable) (scope async) (closure user_data): called when the run has ended
 * @user_data: handed to @callback
 *
 * Waits until the run has ended.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@Run.wait_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_run_wait_async (GraphbitRun *self,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (GRAPHBIT_IS_RUN (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  wait_for (self, graphbit_task_new (self, graphbit_run_wait_async, cancellable, callback, user_data), FALSE);
}

/**
 * graphbit_run_wait_finish:
 * @self: a run
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Gets the result that [method@Run.wait_async] waited for, also of a run that
 * failed or was cancelled. Fails with %G_IO_ERROR_CANCELLED if the wait itself
 * was cancelled, and else never.
 *
 * Returns: (transfer full): the result
 *
 * Since: 1.0
 */
GraphbitWorkflowResult *
graphbit_run_wait_finish (GraphbitRun *self,
                          GAsyncResult *result,
                          GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_RUN (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return propagate (self, result, error);
}

/**
 * graphbit_run_wait:
 * @self: a run
 * @cancellable: (nullable): ends the wait, not the run
 * @error: return location for an error, or %NULL
 *
 * Waits until the run has ended, and blocks meanwhile. In the thread in which
 * the run was started this drives the run; from another one it waits for that
 * thread's main loop.
 *
 * Fails if the wait itself was cancelled, and with
 * %GRAPHBIT_ERROR_FAILED_PRECONDITION in a function that this run has called.
 *
 * Returns: (transfer full): the result, also of a run that failed or was cancelled
 *
 * Since: 1.0
 */
GraphbitWorkflowResult *
graphbit_run_wait (GraphbitRun *self,
                   GCancellable *cancellable,
                   GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_RUN (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!begin_sync (self, &sync, error))
    return NULL;
  graphbit_run_wait_async (self, cancellable, graphbit_sync_ready, &sync);
  return graphbit_run_wait_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_run_cancel:
 * @self: a run
 *
 * Cancels the run: model calls are given up, the cancellables of unanswered calls
 * are cancelled, and no further node starts. The run then ends as cancelled, in
 * the next turn of its main context, without waiting for anybody. May be called
 * from any thread, and again; nothing happens to a run that has ended.
 *
 * Since: 1.0
 */
void
graphbit_run_cancel (GraphbitRun *self)
{
  g_return_if_fail (GRAPHBIT_IS_RUN (self));

  graphbit_scheduler_cancel (self->scheduler);
}

/**
 * graphbit_run_to_dot:
 * @self: a run
 *
 * Draws the workflow as it is now for Graphviz, each node with its state, in
 * words and in colour. Call it in the main
 * context in which the run was started, or after its end.
 *
 * Returns: (transfer full): a graph in the language DOT
 *
 * Since: 1.0
 */
char *
graphbit_run_to_dot (GraphbitRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_RUN (self), NULL);

  return graphbit_scheduler_to_dot (self->scheduler);
}

/**
 * graphbit_run_to_mermaid:
 * @self: a run
 *
 * Draws the workflow as it is now for Mermaid, each node with its state, in
 * words and in colour. Call it in the main
 * context in which the run was started, or after its end.
 *
 * Returns: (transfer full): a flowchart in the language of Mermaid
 *
 * Since: 1.0
 */
char *
graphbit_run_to_mermaid (GraphbitRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_RUN (self), NULL);

  return graphbit_scheduler_to_mermaid (self->scheduler);
}
