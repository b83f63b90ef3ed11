/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-runner-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-call-private.h"
#include "graphbit-clock-private.h"
#include "graphbit-error.h"
#include "graphbit-node-call-private.h"
#include "graphbit-node-private.h"
#include "graphbit-transform-private.h"

/* Up to here the inputs of a transformation are collected on the stack. */
#define FEW_INPUTS 16

static void
on_node_answered (GraphbitOperation *operation,
                  gpointer data,
                  gpointer value,
                  GError *error)
{
  GraphbitScheduler *scheduler = (GraphbitScheduler *) operation;
  guint node = GPOINTER_TO_UINT (data);
  GraphbitCallTicket *ticket = g_steal_pointer (&scheduler->records[node].work);

  graphbit_call_close (&ticket, FALSE);
  graphbit_scheduler_end_node (scheduler, node, value, error, FALSE);
}

static gint64
get_deadline (GraphbitScheduler *scheduler,
              guint node)
{
  guint timeout_ms = scheduler->nodes[node].timeout_ms;

  if (timeout_ms == 0)
    return scheduler->deadline;
  return MIN (scheduler->deadline, graphbit_clock_now () + (gint64) timeout_ms * 1000);
}

/* Function nodes, and conditions without an expression: its settings come first in theirs. */
static gboolean
run_function (GraphbitScheduler *scheduler,
              guint node,
              char **output,
              GError **error)
{
  const GraphbitPlanFunction *settings = scheduler->nodes[node].settings;
  GraphbitWorkflowContext *context = graphbit_scheduler_make_context (scheduler, node);
  g_autoptr (GraphbitNodeCall) call = NULL;
  GraphbitCallTicket *ticket;
  gboolean will_answer;

  if (settings->closure != NULL)
    {
      scheduler->user_depth++;
      *output = graphbit_closure_invoke (settings->closure, context, error);
      scheduler->user_depth--;
      g_object_unref (context);
      return TRUE;
    }

  call = graphbit_node_call_new (context);
  g_object_unref (context);
  scheduler->records[node].work =
    graphbit_call_open (GRAPHBIT_CALL (call), scheduler, on_node_answered, GUINT_TO_POINTER (node),
                        GRAPHBIT_ERROR_NODE_FAILED, get_deadline (scheduler, node));

  scheduler->user_depth++;
  will_answer = graphbit_node_emit_call (settings->node, call);
  scheduler->user_depth--;
  if (will_answer || scheduler->is_ended)
    return FALSE;

  ticket = g_steal_pointer (&scheduler->records[node].work);
  graphbit_call_close (&ticket, FALSE);
  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED,
               _("Nothing answers calls of the node “%s”; give it a function or connect to its “call” signal"),
               scheduler->nodes[node].name);
  return TRUE;
}

static gboolean
run_condition (GraphbitScheduler *scheduler,
               guint node,
               char **output,
               GError **error)
{
  const GraphbitPlanCondition *settings = scheduler->nodes[node].settings;

  if (settings->expression == NULL)
    return run_function (scheduler, node, output, error);

  *output = graphbit_expression_evaluate (settings->expression, graphbit_scheduler_resolve_value, scheduler, error);
  return TRUE;
}

static void
stop_function (GraphbitScheduler *scheduler,
               guint node)
{
  GraphbitCallTicket *ticket = g_steal_pointer (&scheduler->records[node].work);

  if (ticket != NULL)
    graphbit_call_close (&ticket, TRUE);
}

static gboolean
run_transform (GraphbitScheduler *scheduler,
               guint node,
               char **output,
               GError **error)
{
  const GraphbitPlanNode *plan_node = &scheduler->nodes[node];
  const char *few[FEW_INPUTS];
  g_autofree const char **many = NULL;
  const char **inputs = few;
  g_autoptr (GPtrArray) unresolved = NULL;
  guint n_inputs = 0;

  if (plan_node->n_in > FEW_INPUTS)
    inputs = many = g_new (const char *, plan_node->n_in);
  for (guint32 i = 0; i < plan_node->n_in; i++)
    {
      const char *input = graphbit_scheduler_get_input (scheduler, plan_node->in[i]);

      if (input != NULL)
        inputs[n_inputs++] = input;
    }

  *output = graphbit_transform_apply (plan_node->settings, inputs, n_inputs,
                                      graphbit_scheduler_resolve, scheduler, &unresolved, error);
  if (*output == NULL && unresolved != NULL)
    graphbit_scheduler_set_unresolved (scheduler, node, unresolved, error);
  return TRUE;
}

const GraphbitRunner graphbit_runners[] = {
  [GRAPHBIT_NODE_KIND_AGENT] = { graphbit_runner_run_agent, graphbit_runner_stop_agent },
  [GRAPHBIT_NODE_KIND_CONDITION] = { run_condition, stop_function },
  [GRAPHBIT_NODE_KIND_FUNCTION] = { run_function, stop_function },
  [GRAPHBIT_NODE_KIND_TRANSFORM] = { run_transform, NULL },
};
