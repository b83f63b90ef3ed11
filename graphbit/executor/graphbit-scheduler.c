/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-scheduler-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-agent-loop-private.h"
#include "graphbit-agent-report-private.h"
#include "graphbit-approval-private.h"
#include "graphbit-clock-private.h"
#include "graphbit-event-table-private.h"
#include "graphbit-executor-private.h"
#include "graphbit-failure-private.h"
#include "graphbit-log-private.h"
#include "graphbit-inner-run-private.h"
#include "graphbit-nest-private.h"
#include "graphbit-output-private.h"
#include "graphbit-random-private.h"
#include "graphbit-ready-set-private.h"
#include "graphbit-run-private.h"
#include "graphbit-runner-private.h"

/* A turn of the loop is not held longer than this, in microseconds. */
#define TURN_LIMIT 2000
/* How often a lightweight run looks at the clock. */
#define NODES_PER_LOOK 64
/* A function that held up a cancellation for longer than this, in microseconds, is named in a warning. */
#define BLOCKING_LIMIT 100000

/* Why a node is skipped; kept in the record of its event. */
typedef enum
{
  SKIPPED_BY_BRANCH,
  SKIPPED_BY_FAILURE,
  SKIPPED_BY_CANCELLATION
} SkipReason;

static void go_on (GraphbitScheduler *self);
static void finish (GraphbitScheduler *self, GraphbitRunState state, GError *error);
static void finish_late (GraphbitScheduler *self);
static void finish_cancelled (GraphbitScheduler *self);

/* The words of the ready nodes are behind the records. */
static inline void
ready_add (GraphbitScheduler *self,
           guint node)
{
  graphbit_ready_set_add ((guint64 *) &self->records[self->n_nodes], self->n_nodes, node);
}

static inline gboolean
ready_is_empty (GraphbitScheduler *self)
{
  return *self->all_ready == 0;
}

/* The first in the order of insertion, or -1. */
static inline int
ready_take (GraphbitScheduler *self)
{
  if (ready_is_empty (self))
    return -1;
  return (int) graphbit_ready_set_take ((guint64 *) &self->records[self->n_nodes], self->n_nodes);
}

static inline void
emit_at (GraphbitScheduler *self,
         GraphbitEventKind kind,
         gint64 now,
         guint32 node,
         guint32 number,
         GraphbitEventDetail *detail)
{
  graphbit_log (GRAPHBIT_LOG_LEVEL_TRACE, "run %s: event %s", graphbit_scheduler_get_id (self),
                graphbit_event_table[kind].event);
  if (graphbit_event_log_wants (&self->root->log, kind))
    graphbit_event_log_append (&self->root->log, kind, now + self->wall_offset,
                               graphbit_scheduler_is_inner (self) ? ((GraphbitInnerRun *) self)->scope : 0, node, number, detail);
  else if (detail != NULL)
    graphbit_event_detail_unref (detail);
}

void
graphbit_scheduler_emit (GraphbitScheduler *self,
                         GraphbitEventKind kind,
                         guint32 node,
                         GraphbitEventDetail *detail)
{
  emit_at (self, kind, graphbit_clock_now (), node, 0, detail);
}

void
graphbit_scheduler_add_approval (GraphbitScheduler *self,
                                 guint node,
                                 GraphbitApproval *approval)
{
  GraphbitScheduler *root = self->root;

  if (root->approvals == NULL)
    root->approvals = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (root->approvals, g_object_ref (approval));
  root->has_new_approvals = TRUE;

  if (graphbit_scheduler_wants (self, GRAPHBIT_EVENT_KIND_APPROVAL_REQUESTED))
    {
      const char *texts[GRAPHBIT_EVENT_N_TEXTS] = { NULL };

      texts[GRAPHBIT_EVENT_TEXT_QUESTION] = graphbit_approval_get_question (approval);
      graphbit_scheduler_emit (self, GRAPHBIT_EVENT_KIND_APPROVAL_REQUESTED, node,
                               graphbit_event_detail_new (texts, 0, 0));
    }
}

void
graphbit_scheduler_end_approval (GraphbitScheduler *self,
                                 GraphbitApproval *approval,
                                 GraphbitApprovalState state)
{
  GraphbitScheduler *root = self->root;

  g_ptr_array_remove (root->approvals, approval);
  root->has_new_approvals = TRUE;
  root->user_depth++;
  graphbit_approval_set_state (approval, state);
  root->user_depth--;
}

void
graphbit_scheduler_set_held (GraphbitScheduler *self,
                             gboolean *is_held,
                             gboolean value)
{
  GraphbitScheduler *root = self->root;

  if (*is_held == value)
    return;

  *is_held = value;
  if (value)
    root->n_held++;
  else
    root->n_held--;
}

gboolean
graphbit_scheduler_pause (GraphbitScheduler *self)
{
  if (graphbit_event_log_get_unread (&self->root->log) < GRAPHBIT_EVENT_LOG_WINDOW)
    return FALSE;

  self->root->is_paused = TRUE;
  return TRUE;
}

void
graphbit_scheduler_resume (GraphbitScheduler *self)
{
  if (!self->is_paused || graphbit_event_log_get_unread (&self->log) > GRAPHBIT_EVENT_LOG_WINDOW / 2)
    return;

  self->is_paused = FALSE;
  graphbit_scheduler_post_go_on (self);
}

static inline void
note_change (GraphbitScheduler *self,
             guint node)
{
  if (G_UNLIKELY (self->changed != NULL))
    g_array_append_val (self->changed, node);
}

void
graphbit_scheduler_note_change (GraphbitScheduler *self,
                                guint node)
{
  note_change (self, node);
}

static void
log_node_now (GraphbitScheduler *self,
              guint node,
              const char *what)
{
  if (self->settings.debug)
    g_debug ("run %s: node “%s” %s", graphbit_scheduler_get_id (self), self->nodes[node].name, what);
  else
    graphbit_log (GRAPHBIT_LOG_LEVEL_DEBUG, "run %s: node “%s” %s", graphbit_scheduler_get_id (self),
                  self->nodes[node].name, what);
}

static inline void
log_node (GraphbitScheduler *self,
          guint node,
          const char *what)
{
  if (G_UNLIKELY (self->settings.debug || graphbit_log_get_level () >= GRAPHBIT_LOG_LEVEL_DEBUG))
    log_node_now (self, node, what);
}

/* What edges bring. */

/* Whether the end of its source lets it run, but for what it asks. */
static inline gboolean
edge_is_open (GraphbitScheduler *self,
               guint edge)
{
  const GraphbitPlanEdge *e = &self->edges[edge];
  const GraphbitNodeRecord *record = &self->records[e->source];
  const GraphbitPlanNode *source = &self->nodes[e->source];
  gboolean is_error_edge = e->kind == GRAPHBIT_EDGE_KIND_ERROR;

  switch ((GraphbitNodeState) record->state)
    {
    case GRAPHBIT_NODE_STATE_COMPLETED:
      return !is_error_edge && (source->kind != GRAPHBIT_NODE_KIND_CONDITION || record->chosen == (int) edge);

    case GRAPHBIT_NODE_STATE_FAILED:
      switch (source->on_error)
        {
        case GRAPHBIT_ON_ERROR_CONTINUE:
          return TRUE;

        case GRAPHBIT_ON_ERROR_FALLBACK:
          if (record->is_tolerated)
            return !is_error_edge && (source->kind != GRAPHBIT_NODE_KIND_CONDITION || record->chosen == (int) edge);
          return FALSE;

        case GRAPHBIT_ON_ERROR_FAIL:
        default:
          return is_error_edge;
        }

    default:
      return FALSE;
    }
}

static inline gboolean
edge_lets_run (GraphbitScheduler *self,
               guint edge)
{
  const GraphbitPlanEdge *e = &self->edges[edge];

  return edge_is_open (self, edge) &&
         (G_LIKELY (e->kind != GRAPHBIT_EDGE_KIND_CONDITIONAL) || self->conditions[e->condition].holds);
}

const char *
graphbit_scheduler_get_output (GraphbitScheduler *self,
                               guint node)
{
  const GraphbitNodeRecord *record = &self->records[node];

  if (record->state == GRAPHBIT_NODE_STATE_COMPLETED)
    return record->output;

  if (record->state == GRAPHBIT_NODE_STATE_FAILED && record->is_tolerated)
    {
      if (self->names != NULL)
        return self->names->nodes[node].fallback;
      if (self->nodes[node].on_error == GRAPHBIT_ON_ERROR_FALLBACK)
        return self->nodes[node].fallback;
    }
  return NULL;
}

const char *
graphbit_scheduler_get_input (GraphbitScheduler *self,
                              guint edge)
{
  /* A condition decides on the way; what goes there is what came to it. */
  while (edge_lets_run (self, edge))
    {
      const GraphbitPlanEdge *e = &self->edges[edge];
      const GraphbitPlanNode *source = &self->nodes[e->source];

      if (e->kind == GRAPHBIT_EDGE_KIND_ERROR)
        return self->records[e->source].error->message;
      if (source->kind != GRAPHBIT_NODE_KIND_CONDITION)
        return graphbit_scheduler_get_output (self, e->source);

      edge = G_MAXUINT;
      for (guint32 i = 0; i < source->n_in && edge == G_MAXUINT; i++)
        if (edge_lets_run (self, source->in[i]))
          edge = source->in[i];
      if (edge == G_MAXUINT)
        return NULL;
    }
  return NULL;
}

/* Runs inside of runs. */

static inline void
count_settled (GraphbitScheduler *self,
               guint node)
{
  const GraphbitNodeRecord *record = &self->records[node];

  __atomic_store_n (&self->n_settled, self->n_settled + 1, __ATOMIC_RELAXED);
  /* Only nests stay. */
  if (G_UNLIKELY (record->work != NULL))
    graphbit_nest_withdraw (record->work);
  if (G_UNLIKELY (graphbit_scheduler_is_inner (self)))
    {
      GraphbitInnerRun *run = (GraphbitInnerRun *) self;

      run->told += run->unit;
      __atomic_add_fetch (&self->root->nesting->progress, run->unit, __ATOMIC_RELAXED);
    }
}

/* Settling. */

/*
 * Once, as its source ends: what variables are set to later does not count. If it
 * cannot be told, the target is let run, and fails with the error.
 */
static void
look_at_condition (GraphbitScheduler *self,
                   guint edge)
{
  GraphbitConditionRecord *record = &self->conditions[self->edges[edge].condition];

  if (edge_is_open (self, edge) &&
      !graphbit_expression_test (graphbit_plan_get_condition (self->plan, self->edges[edge].condition),
                                 graphbit_scheduler_resolve_value, self, &record->holds, &record->error))
    record->holds = TRUE;
}

/* What is wrong with an edge that lets the node run, or NULL. */
static GError *
copy_condition_error (GraphbitScheduler *self,
                      guint node)
{
  const GraphbitPlanNode *plan_node = &self->nodes[node];

  for (guint32 i = 0; i < plan_node->n_in; i++)
    {
      const GraphbitPlanEdge *edge = &self->edges[plan_node->in[i]];

      if (edge->kind == GRAPHBIT_EDGE_KIND_CONDITIONAL && self->conditions[edge->condition].error != NULL)
        {
          const GError *error = self->conditions[edge->condition].error;

          return g_error_new (error->domain, error->code, _("The edge from “%s” could not be decided: %s"),
                              self->nodes[edge->source].name, error->message);
        }
    }
  return NULL;
}

static void
settle (GraphbitScheduler *self,
        guint node,
        GraphbitNodeState state)
{
  const GraphbitPlanNode *plan_node = &self->nodes[node];

  self->records[node].state = (guint8) state;
  count_settled (self, node);
  note_change (self, node);

  for (guint32 i = 0; i < plan_node->n_out; i++)
    {
      guint32 edge = plan_node->out[i];
      guint32 target = self->edges[edge].target;
      GraphbitNodeRecord *record = &self->records[target];

      if (G_UNLIKELY (self->edges[edge].kind == GRAPHBIT_EDGE_KIND_CONDITIONAL))
        look_at_condition (self, edge);
      if (edge_lets_run (self, edge))
        record->n_inputs++;
      if (--record->n_waiting == 0)
        ready_add (self, target);
    }
}

static void
skip (GraphbitScheduler *self,
      guint node,
      SkipReason reason,
      gint64 now)
{
  emit_at (self, GRAPHBIT_EVENT_KIND_NODE_SKIPPED, now, node, reason, NULL);
  settle (self, node, GRAPHBIT_NODE_STATE_SKIPPED);
}

static gboolean
has_error_edge (GraphbitScheduler *self,
                const GraphbitPlanNode *node)
{
  for (guint32 i = 0; i < node->n_out; i++)
    if (self->edges[node->out[i]].kind == GRAPHBIT_EDGE_KIND_ERROR)
      return TRUE;
  return FALSE;
}

/* Whether the workflow's author said that this node may fail. */
static gboolean
is_failure_tolerated (GraphbitScheduler *self,
                      guint node)
{
  const GraphbitPlanNode *plan_node = &self->nodes[node];

  switch (plan_node->on_error)
    {
    case GRAPHBIT_ON_ERROR_CONTINUE:
      return TRUE;

    case GRAPHBIT_ON_ERROR_FALLBACK:
      if (plan_node->kind != GRAPHBIT_NODE_KIND_CONDITION)
        return TRUE;
      /* A condition falls back on one of its branches. */
      self->records[node].chosen = graphbit_plan_find_choice (self->plan, node, plan_node->fallback, NULL);
      return self->records[node].chosen >= 0;

    case GRAPHBIT_ON_ERROR_FAIL:
    default:
      return has_error_edge (self, plan_node);
    }
}

static GError *
make_run_error (GraphbitScheduler *self,
                guint node,
                const GError *cause)
{
  GError *error = g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED,
                               _("The node “%s” failed: %s"), self->nodes[node].name, cause->message);
  g_autoptr (GraphbitErrorDetails) details = graphbit_error_details_from_error (cause);

  if (details != NULL)
    graphbit_error_set_details (error, details);
  return error;
}

static GraphbitEventDetail *
make_error_detail (const GError *error)
{
  const char *texts[GRAPHBIT_EVENT_N_TEXTS] = { NULL };

  texts[GRAPHBIT_EVENT_TEXT_ERROR] = error->message;
  texts[GRAPHBIT_EVENT_TEXT_ERROR_TYPE] = graphbit_event_error_type (error);
  return graphbit_event_detail_new (texts, 0, 0);
}

/* A condition's output becomes the name of the successor that it chose. */
static void
choose (GraphbitScheduler *self,
        guint node,
        char **output,
        GError **error)
{
  int edge = graphbit_plan_find_choice (self->plan, node, *output, error);

  g_clear_pointer (output, g_free);
  self->records[node].chosen = edge;
  if (edge >= 0)
    *output = g_strdup (self->nodes[self->edges[edge].target].name);
}

static void
node_ended (GraphbitScheduler *self,
            guint node,
            char *output,
            GError *error,
            gboolean is_providers,
            gint64 now)
{
  GraphbitNodeRecord *record = &self->records[node];
  const GraphbitPlanNode *plan_node;

  if (self->is_ended || record->state != GRAPHBIT_NODE_STATE_RUNNING)
    {
      g_free (output);
      g_clear_error (&error);
      return;
    }

  plan_node = &self->nodes[node];
  graphbit_timeout_clear (&record->timeout);
  if (graphbit_runners[plan_node->kind].go_on == NULL)
    record->work = NULL;
  self->n_running--;

  if (error == NULL && plan_node->kind == GRAPHBIT_NODE_KIND_CONDITION)
    choose (self, node, &output, &error);

  if (error == NULL)
    {
      record->output = output = graphbit_output_make_valid (output);
      if (self->metadata != NULL)
        self->metadata[node].ended = now;
      if (plan_node->output_name != NULL)
        graphbit_variables_set (&self->variables, plan_node->output_name, output);
      emit_at (self, GRAPHBIT_EVENT_KIND_NODE_COMPLETED, now, node, 0, NULL);
      log_node (self, node, "completed");
      settle (self, node, GRAPHBIT_NODE_STATE_COMPLETED);
      return;
    }

  if (record->attempts <= plan_node->max_retries && !is_providers && !self->is_failing)
    {
      if (graphbit_scheduler_wants (self, GRAPHBIT_EVENT_KIND_NODE_RETRYING))
        emit_at (self, GRAPHBIT_EVENT_KIND_NODE_RETRYING, now, node, record->attempts, make_error_detail (error));
      log_node (self, node, "is tried again");
      g_error_free (error);
      if (record->work != NULL)
        graphbit_nest_withdraw (record->work);
      record->state = GRAPHBIT_NODE_STATE_PENDING;
      note_change (self, node);
      ready_add (self, node);
      return;
    }

  record->error = error;
  if (self->metadata != NULL)
    self->metadata[node].ended = now;
  record->is_tolerated = is_failure_tolerated (self, node) != FALSE;
  if (record->is_tolerated)
    {
      self->root->has_warnings = TRUE;
      if (plan_node->on_error == GRAPHBIT_ON_ERROR_FALLBACK && plan_node->output_name != NULL)
        graphbit_variables_set (&self->variables, plan_node->output_name, plan_node->fallback);
    }
  else if (!self->is_failing)
    {
      self->is_failing = TRUE;
      self->failed_node = (int) node;
      if (graphbit_scheduler_is_inner (self))
        ((GraphbitInnerRun *) self)->is_providers = is_providers != FALSE;
      self->error = make_run_error (self, node, error);
    }
  emit_at (self, GRAPHBIT_EVENT_KIND_NODE_FAILED, now, node, 0, NULL);
  log_node (self, node, error->message);
  settle (self, node, GRAPHBIT_NODE_STATE_FAILED);
}

void
graphbit_scheduler_end_node (GraphbitScheduler *self,
                             guint node,
                             char *output,
                             GError *error,
                             gboolean is_providers)
{
  gint64 now = graphbit_clock_now ();

  /* Model calls have the run's deadline, too: the run's limit is then what passed. */
  if (error != NULL && !self->is_ended && now >= graphbit_scheduler_get_deadline (self))
    {
      g_error_free (error);
      finish_late (self->root);
      return;
    }
  /* Only the end of the runtime's generation cancels a model call that nobody here has cancelled. */
  if (is_providers && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_error_free (error);
      finish_cancelled (self->root);
      return;
    }
  node_ended (self, node, output, error, is_providers, now);
  go_on (self);
}

void
graphbit_scheduler_end_nesting_node (GraphbitScheduler *self,
                                     guint node,
                                     char *output,
                                     GError *error,
                                     gboolean is_providers)
{
  node_ended (self, node, output, error, is_providers, graphbit_clock_now ());
  if (graphbit_scheduler_is_inner (self) && !self->is_ended)
    graphbit_inner_run_make_busy ((GraphbitInnerRun *) self);
}

void
graphbit_scheduler_add_ready (GraphbitScheduler *self,
                              guint node)
{
  ready_add (self, node);
  if (graphbit_scheduler_is_inner (self) && !((GraphbitInnerRun *) self)->is_busy)
    graphbit_inner_run_make_busy ((GraphbitInnerRun *) self);
}

/* Running. */

static void
on_node_timeout (GraphbitOperation *operation,
                 gpointer data)
{
  GraphbitScheduler *self = (GraphbitScheduler *) operation;
  guint node = GPOINTER_TO_UINT (data);
  const GraphbitPlanNode *plan_node = &self->nodes[node];

  graphbit_operation_ref (self);
  graphbit_timeout_clear (&self->records[node].timeout);
  if (graphbit_runners[plan_node->kind].stop != NULL)
    graphbit_runners[plan_node->kind].stop (self, node);
  graphbit_scheduler_end_node (self, node, NULL,
                               g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT,
                                            _("The node “%s” did not end within its limit of %u ms"),
                                            plan_node->name, plan_node->timeout_ms),
                               FALSE);
  /* After that, for who waits for its place may fail, too, and end the run. */
  graphbit_agent_loop_ask_waiting (self);
  if (!self->root->is_ended)
    graphbit_scheduler_flush (self);
  graphbit_operation_unref (self);
}

static gint64
run_node (GraphbitScheduler *self,
          guint node,
          gint64 now)
{
  GraphbitNodeRecord *record = &self->records[node];
  const GraphbitPlanNode *plan_node = &self->nodes[node];
  char *output = NULL;
  GError *error = NULL;

  if (G_UNLIKELY (record->state != GRAPHBIT_NODE_STATE_PENDING))
    {
      /* Maybe it has ended in the meantime. */
      if (record->state == GRAPHBIT_NODE_STATE_RUNNING)
        graphbit_runners[plan_node->kind].go_on (self, node);
      return now;
    }

  if (record->n_inputs == 0 && plan_node->n_in > 0)
    {
      skip (self, node, SKIPPED_BY_BRANCH, now);
      return now;
    }

  record->state = GRAPHBIT_NODE_STATE_RUNNING;
  record->attempts++;
  self->n_running++;
  note_change (self, node);
  if (self->metadata != NULL && self->metadata[node].started == 0)
    self->metadata[node].started = now;
  emit_at (self, GRAPHBIT_EVENT_KIND_NODE_STARTED, now, node, 0, NULL);
  log_node (self, node, "started");

  if (G_UNLIKELY (self->conditions != NULL) && (error = copy_condition_error (self, node)) != NULL)
    node_ended (self, node, NULL, error, TRUE, now);
  else if (graphbit_runners[plan_node->kind].run (self, node, &output, &error))
    {
      gint64 before = now;

      if (!self->settings.is_lightweight)
        now = graphbit_clock_now ();
      if (G_UNLIKELY (now - before > BLOCKING_LIMIT && graphbit_scheduler_is_cancel_requested (self) && !self->is_ended))
        graphbit_log (GRAPHBIT_LOG_LEVEL_WARN,
                      "The node “%s” kept its thread for %" G_GINT64_FORMAT " ms while its run was being cancelled; "
                      "work that takes long belongs in a node that answers its “call” signal later",
                      plan_node->name, (now - before) / 1000);
      node_ended (self, node, output, error, FALSE, now);
    }
  else if (plan_node->timeout_ms > 0 && !self->is_ended && record->state == GRAPHBIT_NODE_STATE_RUNNING)
    record->timeout = graphbit_timeout_new (self, graphbit_clock_now () + (gint64) plan_node->timeout_ms * 1000,
                                            on_node_timeout, GUINT_TO_POINTER (node));
  return now;
}

/* Where the next node is to be looked for. NULL: nothing may start any more. */
static inline GraphbitScheduler *
find_next (GraphbitScheduler *self)
{
  if (self->is_failing && self->settings.on_failure == GRAPHBIT_ON_FAILURE_CANCEL)
    return NULL;
  if (G_UNLIKELY (self->nesting != NULL) && self->nesting->busy.head != NULL)
    return self->nesting->busy.head->data;
  return self->is_failing || ready_is_empty (self) ? NULL : self;
}

static void
drain (GraphbitScheduler *self)
{
  gint64 now = graphbit_clock_now ();
  gint64 limit = now + TURN_LIMIT;
  guint count = 0;

  while (!self->is_ended && !graphbit_scheduler_is_cancel_requested (self) && !graphbit_scheduler_pause (self))
    {
      GraphbitScheduler *next = find_next (self);
      int node;

      if (next == NULL)
        break;

      node = next->is_failing ? -1 : ready_take (next);
      if (node >= 0)
        now = run_node (next, (guint) node, now);
      else
        graphbit_inner_run_look_for_end ((GraphbitInnerRun *) next, now);

      if (self->settings.is_lightweight && ++count % NODES_PER_LOOK == 0)
        now = graphbit_clock_now ();
      if (now >= limit)
        {
          if (!self->is_ended && find_next (self) != NULL)
            graphbit_scheduler_post_go_on (self);
          break;
        }
    }
}

static void
finish_late (GraphbitScheduler *self)
{
  finish (self, GRAPHBIT_RUN_STATE_FAILED,
          g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT,
                       ngettext ("The run did not end within its limit of %u second; raise the executor's timeout-seconds",
                                 "The run did not end within its limit of %u seconds; raise the executor's timeout-seconds",
                                 self->settings.timeout_seconds),
                       self->settings.timeout_seconds));
}

static void
on_run_timeout (GraphbitOperation *operation,
                gpointer data)
{
  finish_late ((GraphbitScheduler *) operation);
}

/* Whether nothing but persons holds the run up. */
static void
tell_waiting (GraphbitScheduler *self)
{
  gboolean is_waiting = self->approvals->len > 0 && !self->is_go_on_posted && find_next (self) == NULL &&
                        graphbit_scheduler_count_running (self) == self->n_held;

  __atomic_store_n (&self->state, is_waiting ? GRAPHBIT_RUN_STATE_WAITING : GRAPHBIT_RUN_STATE_RUNNING, __ATOMIC_RELEASE);
}

static void
go_on (GraphbitScheduler *self)
{
  g_autoptr (GraphbitPlan) plan = NULL;

  if (graphbit_scheduler_is_inner (self))
    {
      if (!self->is_ended)
        graphbit_inner_run_make_busy ((GraphbitInnerRun *) self);
      self = self->root;
    }
  if (self->is_ended)
    return;

  /* A function may end the run that called it. */
  graphbit_operation_ref (self);
  plan = graphbit_plan_ref (self->plan);

  if (!g_queue_is_empty (&self->models->stalled_streams))
    graphbit_agent_loop_resume_all (self);
  drain (self);

  if (!self->is_ended)
    {
      /* A cancellation that is on its way counts, even if nothing is left to do. */
      if (graphbit_scheduler_is_cancel_requested (self))
        ;
      else if (self->is_failing &&
               (self->settings.on_failure == GRAPHBIT_ON_FAILURE_CANCEL || self->n_running == 0))
        finish (self, GRAPHBIT_RUN_STATE_FAILED, g_steal_pointer (&self->error));
      else if (self->n_settled == self->n_nodes)
        finish (self, GRAPHBIT_RUN_STATE_COMPLETED, NULL);
      else if (!self->is_go_on_posted && self->timeout == NULL)
        self->timeout = graphbit_timeout_new (self, graphbit_scheduler_get_deadline (self), on_run_timeout, NULL);
      else if (self->is_go_on_posted && graphbit_clock_now () >= graphbit_scheduler_get_deadline (self))
        finish_late (self);
    }

  if (!self->is_ended)
    graphbit_scheduler_flush (self);
  graphbit_operation_unref (self);
}

static void
deliver_go_on (GraphbitOperation *operation,
               GraphbitEnvelope *envelope)
{
  GraphbitScheduler *self = (GraphbitScheduler *) operation;

  if (self == NULL)
    return;

  self->is_go_on_posted = FALSE;
  if (self->state == GRAPHBIT_RUN_STATE_PENDING)
    {
      __atomic_store_n (&self->state, GRAPHBIT_RUN_STATE_RUNNING, __ATOMIC_RELEASE);
      emit_at (self, GRAPHBIT_EVENT_KIND_WORKFLOW_STARTED, self->started, GRAPHBIT_EVENT_NO_NODE, 0, NULL);
    }
  go_on (self);
}

void
graphbit_scheduler_post_go_on (GraphbitScheduler *self)
{
  self = self->root;
  if (self->is_go_on_posted || self->is_ended)
    return;

  self->is_go_on_posted = TRUE;
  self->go_on.deliver = deliver_go_on;
  graphbit_operation_post (self, &self->go_on);
}

void
graphbit_scheduler_flush (GraphbitScheduler *self)
{
  self = self->root;
  if (G_UNLIKELY (self->approvals != NULL) && !self->is_ended)
    tell_waiting (self);
  if (self->reader != NULL)
    graphbit_run_serve_reader (self);

  if (self->has_handle)
    {
      g_autoptr (GraphbitRun) run = g_weak_ref_get (&self->handle);

      if (run != NULL)
        graphbit_run_update (run);
      else
        self->has_handle = FALSE;
    }
}

/* The end. */

void
graphbit_scheduler_end_all_nodes (GraphbitScheduler *self,
                                  gboolean is_cancelled,
                                  gint64 now)
{
  SkipReason reason = is_cancelled ? SKIPPED_BY_CANCELLATION : SKIPPED_BY_FAILURE;

  for (guint i = 0; i < self->n_nodes; i++)
    {
      GraphbitNodeRecord *record = &self->records[i];

      switch ((GraphbitNodeState) record->state)
        {
        case GRAPHBIT_NODE_STATE_RUNNING:
          graphbit_timeout_clear (&record->timeout);
          if (graphbit_runners[self->nodes[i].kind].stop != NULL)
            graphbit_runners[self->nodes[i].kind].stop (self, i);
          record->state = GRAPHBIT_NODE_STATE_CANCELLED;
          if (self->metadata != NULL)
            self->metadata[i].ended = now;
          record->error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The node was cancelled"));
          emit_at (self, GRAPHBIT_EVENT_KIND_NODE_FAILED, now, i, 0, NULL);
          break;

        case GRAPHBIT_NODE_STATE_PENDING:
          record->state = GRAPHBIT_NODE_STATE_SKIPPED;
          emit_at (self, GRAPHBIT_EVENT_KIND_NODE_SKIPPED, now, i, reason, NULL);
          break;

        default:
          continue;
        }
      count_settled (self, i);
      note_change (self, i);
    }
}

/* Takes the error over. */
static void
finish (GraphbitScheduler *self,
        GraphbitRunState state,
        GError *error)
{
  static const GraphbitEventKind kinds[] = {
    [GRAPHBIT_RUN_STATE_COMPLETED] = GRAPHBIT_EVENT_KIND_WORKFLOW_COMPLETED,
    [GRAPHBIT_RUN_STATE_FAILED] = GRAPHBIT_EVENT_KIND_WORKFLOW_FAILED,
    [GRAPHBIT_RUN_STATE_CANCELLED] = GRAPHBIT_EVENT_KIND_WORKFLOW_CANCELLED,
  };
  g_autoptr (GraphbitExecutor) executor = NULL;
  g_autoptr (GraphbitBudget) budget = NULL;
  g_autoptr (GraphbitWorkflowContext) context = NULL;
  g_autoptr (GraphbitPlan) plan = NULL;
  GraphbitSchedulerDone done;
  gint64 now = graphbit_clock_now ();

  /* What is stopped may call back from inside. */
  if (self->is_ended)
    {
      g_clear_error (&error);
      return;
    }
  self->is_ended = TRUE;
  self->ended = now;

  graphbit_operation_ref (self);
  if (error != NULL)
    {
      g_clear_error (&self->error);
      self->error = error;
    }
  if (self->n_settled < self->n_nodes)
    graphbit_scheduler_end_all_nodes (self, state == GRAPHBIT_RUN_STATE_CANCELLED, now);
  emit_at (self, kinds[state], now, GRAPHBIT_EVENT_NO_NODE, 0, NULL);
  graphbit_scheduler_get_names (self);
  if (self->settings.debug)
    g_debug ("run %s of “%s” ended: %s", graphbit_scheduler_get_id (self), self->names->workflow_name,
             graphbit_event_table[kinds[state]].event);
  else
    graphbit_log (GRAPHBIT_LOG_LEVEL_INFO, "run %s of “%s” ended: %s", graphbit_scheduler_get_id (self),
                  self->names->workflow_name, graphbit_event_table[kinds[state]].event);

  executor = g_steal_pointer (&self->executor);
  if (self->models->budget != NULL)
    budget = g_steal_pointer (&self->models->budget);
  context = g_steal_pointer (&self->context);
  plan = g_steal_pointer (&self->plan);
  self->nodes = NULL;
  self->edges = NULL;
  graphbit_timeout_clear (&self->timeout);
  done = g_steal_pointer (&self->done);

  if (self->settings.is_metered)
    graphbit_executor_count_run (executor, state, now - self->started);
  /* From here on it is a picture that any thread may look at. */
  __atomic_store_n (&self->state, state, __ATOMIC_RELEASE);

  graphbit_operation_complete (self);
  graphbit_scheduler_flush (self);
  if (done != NULL)
    done (self, self->done_data);
  graphbit_run_serve_waiters (self);
  /* Who asks from another thread either sees this or has posted before: that is answered now, for home may stop turning. */
  __atomic_store_n (&self->is_over, TRUE, __ATOMIC_SEQ_CST);
  graphbit_operation_deliver_late (self);
  graphbit_operation_unref (self);
  graphbit_operation_unref (self); /* the run's own */
}

static void
finish_cancelled (GraphbitScheduler *self)
{
  finish (self, GRAPHBIT_RUN_STATE_CANCELLED,
          g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The run was cancelled")));
}

static void
cancel_at_home (GraphbitOperation *operation,
                gpointer data)
{
  finish_cancelled ((GraphbitScheduler *) operation);
}

void
graphbit_scheduler_cancel (GraphbitScheduler *self)
{
  if (__atomic_exchange_n (&self->is_cancel_requested, TRUE, __ATOMIC_ACQ_REL))
    return;

  graphbit_operation_invoke (self, cancel_at_home, NULL, NULL);
}

static void
on_interrupted (GraphbitOperation *operation,
                GraphbitInterruption interruption)
{
  finish_cancelled ((GraphbitScheduler *) operation);
}

void
graphbit_scheduler_clear_nodes (GraphbitScheduler *self)
{
  for (guint i = 0; i < self->n_nodes; i++)
    {
      GraphbitNodeRecord *record = &self->records[i];

      g_free (record->output);
      if (record->error != NULL)
        g_error_free (record->error);
      if (self->metadata != NULL && self->metadata[i].report != NULL)
        graphbit_agent_report_free (self->metadata[i].report);
      if (record->work != NULL)
        graphbit_nest_free (record->work);
    }
  for (guint i = 0; i < self->n_conditions; i++)
    g_clear_error (&self->conditions[i].error);
  g_clear_error (&self->error);
  graphbit_variables_clear (&self->inputs);
  graphbit_variables_clear (&self->variables);
}

static void
scheduler_free (GraphbitOperation *operation)
{
  GraphbitScheduler *self = (GraphbitScheduler *) operation;

  graphbit_scheduler_clear_nodes (self);
  g_clear_pointer (&self->nesting, graphbit_nesting_free);
  g_clear_pointer (&self->plan, graphbit_plan_unref);
  g_clear_object (&self->executor);
  if (self->models->budget != NULL)
    g_object_unref (self->models->budget);
  g_clear_pointer (&self->names, graphbit_run_names_free);
  g_free (self->id);
  graphbit_event_log_clear (&self->log);
  g_clear_pointer (&self->changed, g_array_unref);
  g_clear_pointer (&self->approvals, g_ptr_array_unref);
  if (self->models->allowed_tools != NULL)
    g_hash_table_unref (self->models->allowed_tools);
  if (self->has_handle)
    g_weak_ref_clear (&self->handle);
  g_free (self);
}

static const GraphbitOperationClass scheduler_class = {
  on_interrupted,
  scheduler_free
};

/* The start. */

static const GraphbitModelUse no_models = { .usage = GRAPHBIT_LLM_USAGE_COUNTS_INIT };

static gboolean
check_agents (GraphbitPlan *plan,
              GraphbitExecutor *executor,
              GError **error)
{
  const char *agent = graphbit_plan_get_agent_without_config (plan);

  if (agent == NULL || graphbit_executor_get_config (executor) != NULL)
    return TRUE;

  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW,
               _("The agent “%s” has no model; give it an llm-config, or the executor a config"), agent);
  return FALSE;
}

static gpointer
take (char **end,
      gsize size)
{
  gpointer block = *end;

  *end += size;
  return block;
}

GraphbitScheduler *
graphbit_scheduler_allocate (gsize size,
                             GraphbitPlan *plan,
                             const GraphbitRunSettings *settings,
                             gboolean has_models)
{
  guint n_nodes = graphbit_plan_get_n_nodes (plan);
  guint n_words = graphbit_ready_set_count_words (n_nodes);
  guint n_conditions = graphbit_plan_get_n_conditions (plan);
  gsize whole = size + n_nodes * sizeof (GraphbitNodeRecord) + n_words * sizeof (guint64) +
                n_conditions * sizeof (GraphbitConditionRecord);
  GraphbitScheduler *self;
  char *end;

  if (!settings->is_lightweight)
    whole += n_nodes * sizeof (GraphbitNodeMetadata);
  if (has_models)
    whole += sizeof (GraphbitModelUse);

  self = g_malloc0 (whole);
  end = (char *) self + size;
  self->records = take (&end, n_nodes * sizeof (GraphbitNodeRecord));
  self->all_ready = (guint64 *) take (&end, n_words * sizeof (guint64)) + n_words - 1;
  if (!settings->is_lightweight)
    self->metadata = take (&end, n_nodes * sizeof (GraphbitNodeMetadata));
  if (n_conditions > 0)
    self->conditions = take (&end, n_conditions * sizeof (GraphbitConditionRecord));
  self->n_conditions = n_conditions;
  self->models = (GraphbitModelUse *) &no_models;
  if (has_models)
    {
      self->models = take (&end, sizeof (GraphbitModelUse));
      *self->models = no_models;
    }
  self->settings = *settings;
  self->n_nodes = n_nodes;
  self->failed_node = -1;
  self->root = self;
  return self;
}

void
graphbit_scheduler_begin (GraphbitScheduler *self,
                          GraphbitPlan *plan)
{
  self->plan = plan;
  self->nodes = graphbit_plan_get_nodes (plan);
  self->edges = graphbit_plan_get_edges (plan);
  for (guint i = 0; i < self->n_nodes; i++)
    {
      self->records[i].n_waiting = self->nodes[i].n_in;
      self->records[i].chosen = -1;
      if (self->nodes[i].n_in == 0)
        ready_add (self, i);
    }
  self->started = graphbit_clock_now ();
}

/* Whether some agent, on whatever level, has a tool that a person must allow. */
static gboolean
has_asking_tools (GraphbitPlan *plan)
{
  for (guint i = 0; graphbit_plan_has_kind (plan, GRAPHBIT_NODE_KIND_AGENT) && i < graphbit_plan_get_n_nodes (plan); i++)
    {
      const GraphbitPlanNode *node = graphbit_plan_get_node (plan, i);

      if (node->kind == GRAPHBIT_NODE_KIND_AGENT)
        {
          const GraphbitPlanAgent *agent = node->settings;

          for (guint j = 0; agent->tools != NULL && j < agent->tools->len; j++)
            {
              if (graphbit_tool_get_requires_approval (agent->tools->pdata[j]))
                return TRUE;
            }
        }
      else if (graphbit_runners[node->kind].go_on != NULL &&
               has_asking_tools (((const GraphbitPlanNested *) node->settings)->plan))
        return TRUE;
    }
  return FALSE;
}

GraphbitScheduler *
graphbit_scheduler_start (GraphbitExecutor *executor,
                          GraphbitWorkflow *workflow,
                          GVariant *inputs,
                          GraphbitStreamModes modes,
                          gboolean can_ask,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GraphbitPlan) plan = graphbit_workflow_dup_plan (workflow, error);
  GraphbitVariables read = { NULL };
  GraphbitRunSettings settings;
  GraphbitScheduler *self;
  gboolean has_agents;

  if (plan == NULL || !check_agents (plan, executor, error))
    return NULL;

  if (!can_ask && (graphbit_plan_has_kind (plan, GRAPHBIT_NODE_KIND_APPROVAL) || has_asking_tools (plan)))
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                           _("The workflow asks a person, and nobody can answer a run that is executed; "
                             "start it with the executor's start, and answer its approvals"));
      return NULL;
    }

  if ((inputs != NULL || graphbit_plan_get_n_inputs (plan) > 0) &&
      !graphbit_variables_read_inputs (&read, plan, inputs, error))
    {
      graphbit_variables_clear (&read);
      return NULL;
    }

  graphbit_executor_get_settings (executor, &settings);
  settings.can_ask = can_ask != FALSE;
  has_agents = graphbit_plan_has_kind (plan, GRAPHBIT_NODE_KIND_AGENT);
  self = graphbit_scheduler_allocate (sizeof (GraphbitScheduler), plan, &settings, has_agents);
  self->inputs = read;
  graphbit_scheduler_start_variables (self, plan);

  if (!graphbit_operation_init (&self->operation, &scheduler_class, cancellable, error))
    {
      graphbit_operation_unref (self);
      return NULL;
    }

  graphbit_scheduler_begin (self, g_steal_pointer (&plan));
  self->wall_offset = graphbit_clock_wall () - self->started;
  self->executor = g_object_ref (executor);
  if (has_agents)
    self->models->budget = graphbit_executor_make_budget (executor);
  graphbit_event_log_init (&self->log, modes, !self->settings.is_lightweight);

  /* One reference is the run's own until its end, the other the caller's. */
  graphbit_operation_ref (self);
  graphbit_scheduler_post_go_on (self);
  return self;
}

void
graphbit_scheduler_set_done (GraphbitScheduler *self,
                             GraphbitSchedulerDone done,
                             gpointer data)
{
  self->done = done;
  self->done_data = data;
}

void
graphbit_scheduler_run_now (GraphbitScheduler *self)
{
  /* The envelope that was posted finds the run under way, or ended. */
  __atomic_store_n (&self->state, GRAPHBIT_RUN_STATE_RUNNING, __ATOMIC_RELEASE);
  go_on (self);
}

/* Names and texts. */

const char *
graphbit_scheduler_get_id (GraphbitScheduler *self)
{
  char *id, *mine;

  self = self->root;
  id = __atomic_load_n (&self->id, __ATOMIC_ACQUIRE);
  if (id != NULL)
    return id;

  mine = g_malloc (GRAPHBIT_UUID_SIZE);
  graphbit_random_uuid (mine);
  if (__atomic_compare_exchange_n (&self->id, &id, mine, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    return mine;

  g_free (mine);
  return id;
}

GraphbitRunNames *
graphbit_scheduler_get_names (GraphbitScheduler *self)
{
  if (self->names == NULL)
    self->names = graphbit_run_names_new (self->plan);
  return self->names;
}
