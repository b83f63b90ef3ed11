/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-executor.h"

#include "graphbit-executor-private.h"
#include "graphbit-failure-private.h"
#include "graphbit-run-private.h"
#include "graphbit-sync-private.h"

/* The ways in which an executor runs a workflow. */

static GraphbitWorkflowResult *
make_result (GraphbitScheduler *scheduler,
             GError **error)
{
  if (graphbit_scheduler_get_state (scheduler) != GRAPHBIT_RUN_STATE_CANCELLED)
    return graphbit_workflow_result_new (scheduler);

  g_propagate_error (error, g_error_copy (scheduler->error));
  return NULL;
}

static void
on_execute_done (GraphbitScheduler *scheduler,
                 gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GraphbitWorkflowResult *result = make_result (scheduler, &error);

  if (result != NULL)
    g_task_return_pointer (task, result, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * graphbit_executor_execute_async:
 * @self: an executor
 * @workflow: what to run
 * @inputs: (nullable): the run's inputs, a dictionary of type `a{sv}`: strings,
 *   booleans, numbers and lists of strings by their names; %NULL: none
 * @cancellable: (nullable): cancels the run
 * @callback: (nullable) (scope async) (closure user_data): called when the run has ended
 * @user_data: handed to @callback
 *
 * Runs a workflow to its end.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@Executor.execute_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_executor_execute_async (GraphbitExecutor *self,
                                 GraphbitWorkflow *workflow,
                                 GVariant *inputs,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GVariant) owned = inputs != NULL ? g_variant_ref_sink (inputs) : NULL;
  GraphbitScheduler *scheduler;
  GError *error = NULL;
  GTask *task;

  g_return_if_fail (GRAPHBIT_IS_EXECUTOR (self));
  g_return_if_fail (GRAPHBIT_IS_WORKFLOW (workflow));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_executor_execute_async, cancellable, callback, user_data);

  scheduler = graphbit_scheduler_start (self, workflow, owned, GRAPHBIT_STREAM_MODES_NONE, FALSE, cancellable, &error);
  if (scheduler == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  graphbit_scheduler_set_done (scheduler, on_execute_done, task);
  graphbit_operation_unref (scheduler);
}

/**
 * graphbit_executor_execute_finish:
 * @self: an executor
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Gets the result of [method@Executor.execute_async].
 *
 * A run that failed has a result, too; see
 * [method@WorkflowResult.is_success] and [method@WorkflowResult.get_error].
 * Errors are what is wrong before anything ran,
 * %GRAPHBIT_ERROR_INVALID_WORKFLOW, %GRAPHBIT_ERROR_INVALID_ARGUMENT,
 * %GRAPHBIT_ERROR_FAILED_PRECONDITION if the workflow has an
 * [class@ApprovalNode] or a tool with [property@Tool:requires-approval], which
 * nobody could answer, and %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): the result
 *
 * Since: 1.0
 */
GraphbitWorkflowResult *
graphbit_executor_execute_finish (GraphbitExecutor *self,
                                  GAsyncResult *result,
                                  GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_EXECUTOR (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_executor_execute:
 * @self: an executor
 * @workflow: what to run
 * @inputs: (nullable): the run's inputs, a dictionary of type `a{sv}`: strings,
 *   booleans, numbers and lists of strings by their names; %NULL: none
 * @cancellable: (nullable): cancels the run
 * @error: return location for an error, or %NULL
 *
 * Runs a workflow to its end, and blocks until then. The main context of the
 * caller does not run meanwhile; functions of the workflow are called from
 * inside this call.
 *
 * A run that failed has a result, too; see
 * [method@WorkflowResult.is_success] and [method@WorkflowResult.get_error].
 * Errors are what is wrong before anything ran,
 * %GRAPHBIT_ERROR_INVALID_WORKFLOW, %GRAPHBIT_ERROR_INVALID_ARGUMENT,
 * %GRAPHBIT_ERROR_FAILED_PRECONDITION if the workflow has an
 * [class@ApprovalNode] or a tool with [property@Tool:requires-approval], which
 * nobody could answer, and %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): the result
 *
 * Since: 1.0
 */
GraphbitWorkflowResult *
graphbit_executor_execute (GraphbitExecutor *self,
                           GraphbitWorkflow *workflow,
                           GVariant *inputs,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (GVariant) owned = inputs != NULL ? g_variant_ref_sink (inputs) : NULL;
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;
  GraphbitWorkflowResult *result;
  GraphbitScheduler *scheduler;

  g_return_val_if_fail (GRAPHBIT_IS_EXECUTOR (self), NULL);
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (workflow), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  graphbit_sync_begin (&sync);
  scheduler = graphbit_scheduler_start (self, workflow, owned, GRAPHBIT_STREAM_MODES_NONE, FALSE, cancellable, error);
  if (scheduler == NULL)
    {
      graphbit_error_hand_out (error);
      return NULL;
    }

  /* Most runs without a model are through with this. */
  graphbit_scheduler_run_now (scheduler);
  if (scheduler->is_ended)
    {
      result = make_result (scheduler, error);
      graphbit_error_hand_out (error);
    }
  else
    {
      GTask *task = graphbit_task_new (self, graphbit_executor_execute, NULL, graphbit_sync_ready, &sync);

      graphbit_scheduler_set_done (scheduler, on_execute_done, task);
      result = graphbit_executor_execute_finish (self, graphbit_sync_wait (&sync), error);
    }
  graphbit_operation_unref (scheduler);
  return result;
}

/**
 * graphbit_executor_start:
 * @self: an executor
 * @workflow: what to run
 * @inputs: (nullable): the run's inputs, a dictionary of type `a{sv}`: strings,
 *   booleans, numbers and lists of strings by their names; %NULL: none
 * @mode: which events the run has
 * @error: return location for an error, or %NULL
 *
 * Starts a run. Nothing of it happens before this function returns: the first
 * node runs in a later turn of the main context that is the thread default now.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_WORKFLOW and
 * %GRAPHBIT_ERROR_INVALID_ARGUMENT.
 *
 * Returns: (transfer full): the run
 *
 * Since: 1.0
 */
GraphbitRun *
graphbit_executor_start (GraphbitExecutor *self,
                         GraphbitWorkflow *workflow,
                         GVariant *inputs,
                         GraphbitStreamModes mode,
                         GError **error)
{
  g_autoptr (GVariant) owned = inputs != NULL ? g_variant_ref_sink (inputs) : NULL;
  GraphbitScheduler *scheduler;
  GraphbitRun *run;

  g_return_val_if_fail (GRAPHBIT_IS_EXECUTOR (self), NULL);
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (workflow), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  scheduler = graphbit_scheduler_start (self, workflow, owned, mode, TRUE, NULL, error);
  if (scheduler == NULL)
    {
      graphbit_error_hand_out (error);
      return NULL;
    }

  run = graphbit_run_new (scheduler);
  graphbit_operation_unref (scheduler);
  return run;
}
