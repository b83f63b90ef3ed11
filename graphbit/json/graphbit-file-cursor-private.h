/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-json-private.h"

G_BEGIN_DECLS

/*
 * A place in a JSON file that somebody may have written by hand, or to do harm:
 * what is wrong there is told with line, column and path. The reader's calls
 * are used as they are; push and pop keep the path up with them.
 */
typedef struct
{
  GraphbitJsonReader json;

  /*< private >*/
  const char *text;
  gsize length;
  gsize offset; /* of the value that the path leads to */
  GString *path;
} GraphbitFileCursor;

typedef struct
{
  gsize path_length;
  gsize offset;
} GraphbitFileMark;

/*
 * Goes over the whole text once: it must be one strict JSON document of at most
 * that size (whole MiB) and 128 levels in which no object has two members of the
 * same name. Later calls can rely on that. PARSE. The text must outlive it;
 * clear () also after a failure.
 */
gboolean graphbit_file_cursor_init (GraphbitFileCursor *self, const char *text, gsize length, gsize max_size, GError **error);
void graphbit_file_cursor_clear (GraphbitFileCursor *self);

/* The value at hand is the member or element. */
GraphbitFileMark graphbit_file_cursor_push_member (GraphbitFileCursor *self, const char *name);
GraphbitFileMark graphbit_file_cursor_push_element (GraphbitFileCursor *self, guint index);
void graphbit_file_cursor_pop (GraphbitFileCursor *self, GraphbitFileMark mark);

/* A reader of the value that the path leads to, which has not been read yet. */
GraphbitJsonReader graphbit_file_cursor_look_ahead (GraphbitFileCursor *self);

/* Of the object at hand, before anything else, as nothing else can be relied on in a file of another version: UNSUPPORTED.
 * What is not there must not be, where that is not required; `code` is for what else is wrong. */
gboolean graphbit_file_cursor_check_format (GraphbitFileCursor *self,
                                            const char *format,
                                            int version,
                                            gboolean is_required,
                                            int code,
                                            GError **error);

/* Always FALSE. The message is about the value that the path leads to, or a part of it: `pointer` is a JSON pointer from there; NULL: the value itself. */
gboolean graphbit_file_cursor_fail (GraphbitFileCursor *self,
                                    const char *pointer,
                                    GError **error,
                                    int code,
                                    const char *format,
                                    ...) G_GNUC_PRINTF (5, 6);
/* The same for what a reading call of the value at hand returned FALSE for: broken, or of another kind than is expected. */
gboolean graphbit_file_cursor_fail_value (GraphbitFileCursor *self, const char *expected, GError **error);

/* The member at hand is none that this version knows: it stays what it is, in `unknown`, which has such members, without
 * braces. They belong to the object that is made of the others, and are written with it again. NULL: there are none. */
void graphbit_file_cursor_keep (GraphbitFileCursor *self, const char *name, GString *unknown);
void graphbit_file_set_unknown (gpointer object, const GString *unknown);
const char *graphbit_file_peek_unknown (gpointer object);

/* Of a file, for a message: not too long, and without control characters. */
char *graphbit_file_shorten (const char *text);

G_END_DECLS
