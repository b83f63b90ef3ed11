/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-sse-private.h"

G_BEGIN_DECLS

/* One JSON text per line, out of bytes that are split anywhere. */
typedef struct
{
  GString *line; /* an unfinished line */
  gsize limit;
} GraphbitNdjson;

void graphbit_ndjson_init (GraphbitNdjson *self); /* limit: 32 MiB per line */
void graphbit_ndjson_clear (GraphbitNdjson *self);
void graphbit_ndjson_reset (GraphbitNdjson *self);
/* Lines come as events without a name; blank ones do not come. NULL, or PROTOCOL when a line grows beyond the limit. */
GraphbitFailure *graphbit_ndjson_feed (GraphbitNdjson *self, const char *data, gsize length, GraphbitSseFunc func, gpointer user_data);
/* The end of the stream: a line that lacks its line feed is delivered if it is complete in itself, else dropped. */
void graphbit_ndjson_end (GraphbitNdjson *self, GraphbitSseFunc func, gpointer user_data);

G_END_DECLS
