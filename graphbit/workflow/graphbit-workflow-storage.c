/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-failure-private.h"
#include "graphbit-json-private.h"
#include "graphbit-storage-private.h"
#include "graphbit-workflow-file-private.h"
#include "graphbit-workflow.h"

/* A workflow in a file. */

static gpointer
parse (const char *text,
       gsize length,
       gpointer registry,
       GError **error)
{
  return graphbit_workflow_file_read (text, length, registry, error);
}

/**
 * graphbit_workflow_load_async:
 * @file: a file
 * @registry: (nullable): has the functions and tools that the file speaks of;
 *   %NULL if it speaks of none
 * @cancellable: (nullable): cancels it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Reads a workflow from a file.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [func@Workflow.load_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_workflow_load_async (GFile *file,
                              GraphbitRegistry *registry,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task;

  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (registry == NULL || GRAPHBIT_IS_REGISTRY (registry));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, graphbit_workflow_load_async);
  if (registry != NULL)
    g_task_set_task_data (task, g_object_ref (registry), g_object_unref);
  graphbit_storage_load_async (task, file, GRAPHBIT_JSON_MAX_SIZE, parse);
}

/**
 * graphbit_workflow_load_finish:
 * @result: what the callback was handed
 * @error: return location for an error
 *
 * Ends [func@Workflow.load_async].
 *
 * Fails as [func@Workflow.load] does.
 *
 * Returns: (transfer full): a new workflow, or %NULL with @error set
 *
 * Since: 1.0
 */
GraphbitWorkflow *
graphbit_workflow_load_finish (GAsyncResult *result,
                               GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_workflow_load:
 * @file: a file
 * @registry: (nullable): has the functions and tools that the file speaks of;
 *   %NULL if it speaks of none
 * @cancellable: (nullable): cancels it
 * @error: return location for an error
 *
 * Reads a workflow from a file, and waits for that.
 *
 * Fails as [ctor@Workflow.new_from_json] does, and with an error of
 * [error@Gio.IOErrorEnum] if the file cannot be read.
 *
 * Returns: (transfer full): a new workflow, or %NULL with @error set
 *
 * Since: 1.0
 */
GraphbitWorkflow *
graphbit_workflow_load (GFile *file,
                        GraphbitRegistry *registry,
                        GCancellable *cancellable,
                        GError **error)
{
  g_return_val_if_fail (G_IS_FILE (file), NULL);
  g_return_val_if_fail (registry == NULL || GRAPHBIT_IS_REGISTRY (registry), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_storage_load (file, GRAPHBIT_JSON_MAX_SIZE, parse, registry, cancellable, error);
}

/**
 * graphbit_workflow_save_async:
 * @self: a workflow
 * @file: a file, which need not exist
 * @cancellable: (nullable): cancels it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Writes the workflow, as it is now, to a file.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@Workflow.save_finish] gives the outcome. One that is cancelled at
 * the very last moment may find the new file in its place already.
 *
 * Since: 1.0
 */
void
graphbit_workflow_save_async (GraphbitWorkflow *self,
                              GFile *file,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  char *text;

  g_return_if_fail (GRAPHBIT_IS_WORKFLOW (self));
  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, graphbit_workflow_save_async);

  text = graphbit_workflow_file_write (self, &error);
  if (text != NULL)
    graphbit_storage_save_async (g_steal_pointer (&task), file, text, GRAPHBIT_STORAGE_SHARED);
  else
    g_task_return_error (task, error);
}

/**
 * graphbit_workflow_save_finish:
 * @self: a workflow
 * @result: what the callback was handed
 * @error: return location for an error
 *
 * Ends [method@Workflow.save_async].
 *
 * Fails as [method@Workflow.save] does.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
graphbit_workflow_save_finish (GraphbitWorkflow *self,
                               GAsyncResult *result,
                               GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return graphbit_task_propagate_boolean (result, error);
}

/**
 * graphbit_workflow_save:
 * @self: a workflow
 * @file: a file, which need not exist
 * @cancellable: (nullable): cancels it
 * @error: return location for an error
 *
 * Writes the workflow to a file, and waits for that. It is written to another
 * file beside it, which takes its place when all of it is on the disk: so there
 * is always what there was before, or the new workflow. A link stays one, and a
 * file that exists keeps its permissions.
 *
 * Fails as [method@Workflow.to_json] does, and with an error of
 * [error@Gio.IOErrorEnum] if the file cannot be written.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
graphbit_workflow_save (GraphbitWorkflow *self,
                        GFile *file,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  text = graphbit_workflow_file_write (self, error);
  return text != NULL && graphbit_storage_save (file, text, GRAPHBIT_STORAGE_SHARED, cancellable, error);
}
