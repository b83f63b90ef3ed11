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
                                const char *text,
                                GraphbitStorageMode mode,
                                GCancellable *cancellable,
                                GError **error);
/* Takes over the task, which gets a boolean and whose cancellable counts, and the text. */
void graphbit_storage_save_async (GTask *task, GFile *file, char *text, GraphbitStorageMode mode);

/* A new object of a text that need not end with a NUL; what is wrong with it is told with the file's name before it. */
typedef gpointer (*GraphbitStorageParse) (const char *text, gsize length, gpointer context, GError **error);

/* No more than one byte beyond the maximum, which is below 2 GiB, is read, so that a file is found to be too large. */
gpointer graphbit_storage_load (GFile *file,
                                gsize max_size,
                                GraphbitStorageParse parse,
                                gpointer context,
                                GCancellable *cancellable,
                                GError **error);
/* Takes over the task, which gets the object and whose cancellable counts; its data are the context. */
void graphbit_storage_load_async (GTask *task, GFile *file, gsize max_size, GraphbitStorageParse parse);

/* For who writes the other file by itself, and has synced it: puts it in its place. FALSE: errno says why. */
gboolean graphbit_storage_replace (const char *temporary, const char *path);

G_END_DECLS
