/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "graphbit-failure-private.h"
#include "graphbit-json-private.h"
#include "graphbit-operation-private.h"
#include "graphbit-runtime-private.h"
#include "graphbit-workflow-file-private.h"
#include "graphbit-workflow.h"

/* A workflow in a file. */

/* One byte more than a file may have, so that it is found to be too large. */
#define MAX_READ (GRAPHBIT_JSON_MAX_SIZE + 1)

static GraphbitWorkflow *
read_contents (GFile *file,
               const char *contents,
               gsize length,
               GraphbitRegistry *registry,
               GError **error)
{
  GraphbitWorkflow *workflow = graphbit_workflow_file_read (contents, length, registry, error);

  if (workflow == NULL)
    {
      g_autofree char *name = g_file_get_parse_name (file);

      g_prefix_error (error, "%s: ", name);
    }
  return workflow;
}

static gboolean
read_more (const char *contents,
           goffset size,
           gpointer data)
{
  return size < MAX_READ;
}

static void
on_loaded (GObject *object,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autofree char *contents = NULL;
  GError *error = NULL;
  GraphbitWorkflow *workflow = NULL;
  gsize length;

  if (g_file_load_partial_contents_finish (G_FILE (object), result, &contents, &length, NULL, &error))
    workflow = read_contents (G_FILE (object), contents, length, g_task_get_task_data (task), &error);

  if (workflow != NULL)
    g_task_return_pointer (task, workflow, g_object_unref);
  else
    g_task_return_error (task, error);
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
  g_file_load_partial_contents_async (file, cancellable, read_more, on_loaded, task);
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
  g_autoptr (GFileInputStream) stream = NULL;
  g_autofree char *contents = NULL;
  gsize length;

  g_return_val_if_fail (G_IS_FILE (file), NULL);
  g_return_val_if_fail (registry == NULL || GRAPHBIT_IS_REGISTRY (registry), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  stream = g_file_read (file, cancellable, error);
  if (stream == NULL)
    return NULL;

  /* the kernel gives pages as they are written to */
  contents = g_malloc (MAX_READ);
  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), contents, MAX_READ, &length, cancellable, error))
    return NULL;

  return read_contents (file, contents, length, registry, error);
}

/* Writing: a file beside it, synced, takes its place. GIO does so only for a file that is there already. */

/* What is not regular, such as a pipe or a device, must not be replaced. NULL: GIO is to write. */
static char *
find_local_path (GFile *file)
{
  g_autofree char *path = g_file_is_native (file) ? g_file_get_path (file) : NULL;
  g_autofree char *target = NULL;
  GStatBuf status;

  if (path == NULL)
    return NULL;

  /* of a link, what it leads to */
  target = realpath (path, NULL);
  if (target == NULL)
    return g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_steal_pointer (&path);

  return g_stat (target, &status) == 0 && S_ISREG (status.st_mode) ? g_strdup (target) : NULL;
}

/* Keeps the permissions of a file that is there. */
static gboolean
write_local (const char *path,
             const char *text,
             GError **error)
{
  g_autoptr (GError) local_error = NULL;
  GStatBuf status;
  gboolean exists = g_stat (path, &status) == 0;

  if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                 exists ? (int) (status.st_mode & 07777) : 0666, &local_error))
    {
      g_set_error_literal (error, G_IO_ERROR, (int) g_io_error_from_file_error (local_error->code), local_error->message);
      return FALSE;
    }

  /* what the umask took away */
  if (exists)
    (void) g_chmod (path, (int) (status.st_mode & 07777));
  return TRUE;
}

typedef struct
{
  GraphbitOperation operation;
  GTask *task; /* until completion */
  char *path;
  char *text;
  int is_stopped; /* atomic */
  GError *error;  /* made in the pool, taken over at home */
} SaveWork;

static void
save_work_free (GraphbitOperation *operation)
{
  SaveWork *self = (SaveWork *) operation;

  g_clear_error (&self->error);
  g_free (self->path);
  g_free (self->text);
  g_free (self);
}

static void
save_work_conclude (SaveWork *self,
                    GError *error)
{
  g_autoptr (GTask) task = NULL;

  if (!graphbit_operation_complete (self))
    {
      g_clear_error (&error);
      return;
    }

  __atomic_store_n (&self->is_stopped, TRUE, __ATOMIC_RELAXED);
  task = g_steal_pointer (&self->task);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  graphbit_operation_unref (self); /* the work's own */
}

static void
save_work_interrupted (GraphbitOperation *operation,
                       GraphbitInterruption interruption)
{
  g_autoptr (GraphbitFailure) failure = graphbit_failure_new_cancelled ();

  save_work_conclude ((SaveWork *) operation, graphbit_failure_to_error (failure, NULL));
}

static const GraphbitOperationClass save_work_class = {
  save_work_interrupted,
  save_work_free
};

static void
save_work_done (GraphbitOperation *operation,
                gpointer data)
{
  SaveWork *self = (SaveWork *) operation;

  save_work_conclude (self, g_steal_pointer (&self->error));
}

static void
save_work_run_in_pool (gpointer data,
                       gpointer user_data)
{
  SaveWork *self = data;

  if (!__atomic_load_n (&self->is_stopped, __ATOMIC_RELAXED))
    write_local (self->path, self->text, &self->error);
  graphbit_operation_invoke (self, save_work_done, NULL, NULL);
  graphbit_operation_unref (self);
}

static void
save_work_begin (GraphbitOperation *operation,
                 gpointer data)
{
  graphbit_operation_ref (operation);
  /* not taken: the generation has ended, and its operations are being interrupted */
  if (!graphbit_runtime_push_work (operation->runtime, save_work_run_in_pool, operation))
    graphbit_operation_unref (operation);
}

/* Takes all over. */
static void
save_work_start (GTask *task,
                 char *path,
                 char *text)
{
  SaveWork *self = g_new0 (SaveWork, 1);
  GError *error = NULL;

  self->path = path;
  self->text = text;
  if (!graphbit_operation_init (&self->operation, &save_work_class, g_task_get_cancellable (task), &error))
    {
      save_work_free (&self->operation);
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  self->task = task;
  graphbit_operation_invoke (self, save_work_begin, NULL, NULL);
}

static void
on_saved (GObject *object,
          GAsyncResult *result,
          gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_file_replace_contents_finish (G_FILE (object), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
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
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *path = NULL;
  GError *error = NULL;
  char *json;

  g_return_if_fail (GRAPHBIT_IS_WORKFLOW (self));
  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, graphbit_workflow_save_async);

  json = graphbit_workflow_file_write (self, &error);
  if (json == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  path = find_local_path (file);
  if (path != NULL)
    {
      save_work_start (g_steal_pointer (&task), g_steal_pointer (&path), json);
      return;
    }

  bytes = g_bytes_new_take (json, strlen (json));
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, cancellable,
                                       on_saved, g_steal_pointer (&task));
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
  g_autofree char *json = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  json = graphbit_workflow_file_write (self, error);
  if (json == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  path = find_local_path (file);
  if (path != NULL)
    return write_local (path, json, error);

  return g_file_replace_contents (file, json, strlen (json), NULL, FALSE, G_FILE_CREATE_NONE, NULL, cancellable, error);
}
