/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-runner-private.h"

#include "graphbit-approval-private.h"
#include "graphbit-error.h"
#include "graphbit-nest-private.h"

/* What an approval node has while it waits. */
typedef struct
{
  GraphbitApproval *approval;
  GraphbitCallTicket *ticket;
  gboolean is_held;
} Question;

/* Takes it out of the node; from here on the node waits for nobody. */
static void
close_question (GraphbitScheduler *scheduler,
                guint node,
                GraphbitApprovalState state)
{
  Question *self = g_steal_pointer (&scheduler->records[node].work);

  if (self == NULL)
    return;

  graphbit_call_close (&self->ticket, state == GRAPHBIT_APPROVAL_STATE_EXPIRED);
  graphbit_scheduler_set_held (scheduler, &self->is_held, FALSE);
  graphbit_scheduler_end_approval (scheduler, self->approval, state);
  g_object_unref (self->approval);
  g_free (self);
}

static void
on_answered (GraphbitOperation *operation,
             gpointer data,
             gpointer value,
             GError *error)
{
  GraphbitScheduler *scheduler = (GraphbitScheduler *) operation;
  guint node = GPOINTER_TO_UINT (data);

  close_question (scheduler, node,
                  error == NULL ? GRAPHBIT_APPROVAL_STATE_ALLOWED : GRAPHBIT_APPROVAL_STATE_DENIED);
  /* what was denied is not asked again */
  graphbit_scheduler_end_node (scheduler, node,
                               error == NULL && !scheduler->is_ended ? graphbit_runner_dup_input (scheduler, node) : NULL,
                               error, TRUE);
}

gboolean
graphbit_runner_run_approval (GraphbitScheduler *scheduler,
                              guint node,
                              char **output,
                              GError **error)
{
  const GraphbitPlanNode *plan_node = &scheduler->nodes[node];
  const GraphbitPlanApproval *settings = plan_node->settings;
  g_autofree char *question = graphbit_scheduler_expand (scheduler, node, settings->question, error);
  g_autofree char *path = NULL;
  Question *self;

  if (question == NULL)
    return TRUE;

  self = g_new0 (Question, 1);
  path = graphbit_scheduler_dup_path (scheduler, node);
  self->approval = graphbit_approval_new (NULL, question, plan_node->id, plan_node->name, path);
  self->ticket = graphbit_call_open (GRAPHBIT_CALL (self->approval), scheduler, on_answered, GUINT_TO_POINTER (node),
                                     GRAPHBIT_ERROR_TOOL_DENIED, graphbit_runner_get_deadline (scheduler, node));
  scheduler->records[node].work = self;
  graphbit_scheduler_set_held (scheduler, &self->is_held, TRUE);
  graphbit_scheduler_add_approval (scheduler, node, self->approval);
  return FALSE;
}

void
graphbit_runner_stop_approval (GraphbitScheduler *scheduler,
                               guint node)
{
  close_question (scheduler, node, GRAPHBIT_APPROVAL_STATE_EXPIRED);
}
