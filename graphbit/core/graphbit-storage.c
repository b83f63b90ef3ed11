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
#include <string.h>
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
  GraphbitStorageParse parse;
} Load;

static gpointer
parse_contents (GFile *file,
                const char *contents,
                gsize size,
                GraphbitStorageParse parse,
                gpointer context,
                GError **error)
{
  gpointer object = parse (contents, size, context, error);

  if (object == NULL)
    {
      g_autofree char *name = g_file_get_parse_name (file);

      g_prefix_error (error, "%s: ", name);
    }
  return object;
}

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
  g_autofree char *contents = NULL;
  GError *error = NULL;
  gpointer loaded = NULL;
  gsize size;

  if (g_file_load_partial_contents_finish (G_FILE (object), result, &contents, &size, NULL, &error))
    loaded = parse_contents (G_FILE (object), contents, size, self->parse, g_task_get_task_data (task), &error);

  if (loaded != NULL)
    g_task_return_pointer (task, loaded, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
graphbit_storage_load_async (GTask *task,
                             GFile *file,
                             gsize max_size,
                             GraphbitStorageParse parse)
{
  Load *self = g_new (Load, 1);

  self->task = task;
  self->max_size = max_size;
  self->parse = parse;
  g_file_load_partial_contents_async (file, g_task_get_cancellable (task), read_more, on_loaded, self);
}

gpointer
graphbit_storage_load (GFile *file,
                       gsize max_size,
                       GraphbitStorageParse parse,
                       gpointer context,
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

  return parse_contents (file, (const char *) contents->data, size, parse, context, error);
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
             const char *text,
             GraphbitStorageMode mode,
             GError **error)
{
  g_autoptr (GError) local_error = NULL;
  GStatBuf status;
  gboolean exists = g_stat (path, &status) == 0;
  int permissions = mode == GRAPHBIT_STORAGE_PRIVATE ? 0600 : 0666;

  if (exists)
    permissions = (int) (status.st_mode & 07777);
  if (!g_file_set_contents_full (path, text, -1,
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
  char *text;
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
    write_local (self->path, self->text, self->mode, &self->error);
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
                             char *text,
                             GraphbitStorageMode mode)
{
  char *path = find_local_path (file);
  GError *error = NULL;
  SaveWork *self;

  if (path == NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

      g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, get_create_flags (mode),
                                           g_task_get_cancellable (task), on_saved, task);
      return;
    }

  self = g_new0 (SaveWork, 1);
  self->path = path;
  self->text = text;
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
                       const char *text,
                       GraphbitStorageMode mode,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autofree char *path = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  path = find_local_path (file);
  if (path != NULL)
    return write_local (path, text, mode, error);

  return g_file_replace_contents (file, text, strlen (text), NULL, FALSE, get_create_flags (mode), NULL, cancellable, error);
}
