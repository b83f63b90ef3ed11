/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-failure-private.h"

G_BEGIN_DECLS

/* Server-sent events out of bytes that are split anywhere (WHATWG HTML 9.2). */
typedef struct
{
  GString *line;  /* an unfinished line */
  GString *data;
  GString *event;
  GString *id;         /* as the last field of that name said; NULL: there was none */
  char *last_id;       /* of the last whole event, for who wants the rest of a stream that broke off; NULL: none */
  gint64 retry_ms;     /* how long to wait before that; -1: not said */
  gsize limit;
  const char *view; /* the only line of data so far, where it lies in the bytes being fed */
  gsize view_length;
  guint8 bom;     /* how much of a byte order mark has come; 0xff: past it */
  gboolean after_cr;
  gboolean has_data;
} GraphbitSse;

/*
 * `event` is "" where none was named. The data is valid UTF-8, whatever came, and not terminated.
 * FALSE: stop; graphbit_sse_feed () returns and the rest of its bytes is dropped.
 */
typedef gboolean (*GraphbitSseFunc) (gpointer user_data, const char *event, const char *data, gsize length);

void graphbit_sse_init (GraphbitSse *self); /* limit: 32 MiB per event */
void graphbit_sse_clear (GraphbitSse *self);
void graphbit_sse_reset (GraphbitSse *self);
/* NULL, or PROTOCOL when an event grows beyond the limit. */
GraphbitFailure *graphbit_sse_feed (GraphbitSse *self, const char *data, gsize length, GraphbitSseFunc func, gpointer user_data);
/* The end of the stream: an event that lacks its blank line is delivered if it is complete in itself, else dropped. */
void graphbit_sse_end (GraphbitSse *self, GraphbitSseFunc func, gpointer user_data);

G_END_DECLS
