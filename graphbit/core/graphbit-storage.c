/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-storage-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "graphbit-failure-private.h"
#include "graphbit-operation-private.h"
#include "graphbit-runtime-private.h"

/* Reading */

#define FIRST_READ (64 * 1024)

typedef struct
{
  GTask *task;
  gsize max_size;
} Load;

static gboolean
read_more (const char *contents,
           goffset size,
           gpointer data)
{
  const Load *self = data;

  return (guint64) size <= self->max_size;
}

static void
on_loaded (GObject *object,
           GAsyncResult *result,
           gpointer data)
{
  g_autofree Load *self = data;
  g_autoptr (GTask) task = self->task;
  GError *error = NULL;
  char *contents;
  gsize size;

  if (g_file_load_partial_contents_finish (G_FILE (object), result, &contents, &size, NULL, &error))
    g_task_return_pointer (task, g_bytes_new_take (contents, size), (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

void
graphbit_storage_load_async (GFile *file,
                             gsize max_size,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  Load *self = g_new (Load, 1);

  self->task = g_task_new (file, cancellable, callback, user_data);
  self->max_size = max_size;
  g_task_set_source_tag (self->task, graphbit_storage_load_async);
  g_file_load_partial_contents_async (file, cancellable, read_more, on_loaded, self);
}

GBytes *
graphbit_storage_load_finish (GAsyncResult *result,
                              GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

GBytes *
graphbit_storage_load (GFile *file,
                       gsize max_size,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autoptr (GByteArray) contents = NULL;
  gsize size = 0, room, n_read;

  if (stream == NULL)
    return NULL;

  contents = g_byte_array_new ();
  do
    {
      room = MIN (MAX (size, FIRST_READ), max_size + 1 - size);
      g_byte_array_set_size (contents, (guint) (size + room));
      if (!g_input_stream_read_all (G_INPUT_STREAM (stream), contents->data + size, room, &n_read, cancellable, error))
        return NULL;
      size += n_read;
    }
  while (n_read == room && size <= max_size);

  g_byte_array_set_size (contents, (guint) size);
  return g_byte_array_free_to_bytes (g_steal_pointer (&contents));
}

/* Writing. GIO syncs only what takes the place of a file that is there already. */

gboolean
graphbit_storage_replace (const char *temporary,
                          const char *path)
{
  g_autofree char *folder = NULL;
  int fd;

  if (g_rename (temporary, path) != 0)
    return FALSE;

  /* the name is on the disk when the folder is; not every file system can do that */
  folder = g_path_get_dirname (path);
  fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (fd >= 0)
    {
      (void) fsync (fd);
      close (fd);
    }
  return TRUE;
}

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

static gboolean
write_local (const char *path,
             GBytes *bytes,
             GraphbitStorageMode mode,
             GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  GStatBuf status;
  gboolean exists = g_stat (path, &status) == 0;
  int permissions = mode == GRAPHBIT_STORAGE_PRIVATE ? 0600 : 0666;

  if (exists)
    permissions = (int) (status.st_mode & 07777);
  if (!g_file_set_contents_full (path, data != NULL ? data : "", (gssize) size,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, permissions, &local_error))
    {
      /* Translators: what GLib says, such as “Failed to create file …: Permission denied” */
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_file_error (local_error->code),
                   _("%s; check the folder, its permissions and the room on its disk"), local_error->message);
      return FALSE;
    }

  /* what the umask took away */
  if (exists)
    (void) g_chmod (path, permissions);
  return TRUE;
}

static GFileCreateFlags
get_create_flags (GraphbitStorageMode mode)
{
  return mode == GRAPHBIT_STORAGE_PRIVATE ? G_FILE_CREATE_PRIVATE : G_FILE_CREATE_NONE;
}

typedef struct
{
  GraphbitOperation operation;
  GTask *task; /* until completion */
  char *path;
  GBytes *bytes;
  GraphbitStorageMode mode;
  int is_stopped; /* atomic */
  GError *error;  /* made in the pool, taken over at home */
} SaveWork;

static void
save_work_free (GraphbitOperation *operation)
{
  SaveWork *self = (SaveWork *) operation;

  g_clear_error (&self->error);
  g_free (self->path);
  g_bytes_unref (self->bytes);
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
    write_local (self->path, self->bytes, self->mode, &self->error);
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

void
graphbit_storage_save_async (GTask *task,
                             GFile *file,
                             GBytes *bytes,
                             GraphbitStorageMode mode)
{
  char *path = find_local_path (file);
  GError *error = NULL;
  SaveWork *self;

  if (path == NULL)
    {
      g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, get_create_flags (mode),
                                           g_task_get_cancellable (task), on_saved, task);
      return;
    }

  self = g_new0 (SaveWork, 1);
  self->path = path;
  self->bytes = g_bytes_ref (bytes);
  self->mode = mode;
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

gboolean
graphbit_storage_save (GFile *file,
                       GBytes *bytes,
                       GraphbitStorageMode mode,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autofree char *path = NULL;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  path = find_local_path (file);
  if (path != NULL)
    return write_local (path, bytes, mode, error);

  return g_file_replace_contents (file, data, size, NULL, FALSE, get_create_flags (mode), NULL, cancellable, error);
}
