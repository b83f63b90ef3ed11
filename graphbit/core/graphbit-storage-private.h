/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Files that the library keeps for the application. What is written goes into
 * another file beside it, which takes its place when all of it is on the disk:
 * so there is always what there was before, or all that is new. A link stays
 * one, and a file that exists keeps its permissions.
 */

typedef enum
{
  GRAPHBIT_STORAGE_SHARED, /* a new file is for whom the umask lets */
  GRAPHBIT_STORAGE_PRIVATE /* a new file is for its owner only */
} GraphbitStorageMode;

/* A GIOErrorEnum. */
gboolean graphbit_storage_save (GFile *file,
                                GBytes *bytes,
                                GraphbitStorageMode mode,
                                GCancellable *cancellable,
                                GError **error);
/* Takes over the task, which gets a boolean; its cancellable counts. */
void graphbit_storage_save_async (GTask *task, GFile *file, GBytes *bytes, GraphbitStorageMode mode);

/* No more than one byte beyond the maximum, which is below 2 GiB, so that a file is found to be too large. */
GBytes *graphbit_storage_load (GFile *file, gsize max_size, GCancellable *cancellable, GError **error);
/* The callback's object is the file. */
void graphbit_storage_load_async (GFile *file,
                                  gsize max_size,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
GBytes *graphbit_storage_load_finish (GAsyncResult *result, GError **error);

/* For who writes the other file by itself, and has synced it: puts it in its place. FALSE: errno says why. */
gboolean graphbit_storage_replace (const char *temporary, const char *path);

G_END_DECLS
