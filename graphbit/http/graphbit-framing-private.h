/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-ndjson-private.h"
#include "graphbit-sse-private.h"

G_BEGIN_DECLS

/* Where in a stream one event ends and the next begins. */
typedef enum
{
  GRAPHBIT_FRAMING_SSE,
  GRAPHBIT_FRAMING_NDJSON
} GraphbitFramingKind;

typedef struct
{
  GraphbitFramingKind kind;
  union
  {
    GraphbitSse sse;
    GraphbitNdjson ndjson;
  } of;
} GraphbitFraming;

void graphbit_framing_init (GraphbitFraming *self, GraphbitFramingKind kind);
void graphbit_framing_clear (GraphbitFraming *self);
void graphbit_framing_reset (GraphbitFraming *self);
GraphbitFailure *graphbit_framing_feed (GraphbitFraming *self, const char *data, gsize length,
                                        GraphbitSseFunc func, gpointer user_data);
void graphbit_framing_end (GraphbitFraming *self, GraphbitSseFunc func, gpointer user_data);

/* What a client says in `Accept` when it wants such a stream. */
const char *graphbit_framing_get_content_type (GraphbitFramingKind kind);

/* For the framings themselves. */

#define GRAPHBIT_FRAMING_LIMIT (32 * 1024 * 1024)

/* Hands an event over; what is no UTF-8 in it becomes U+FFFD. */
gboolean graphbit_framing_deliver (GraphbitSseFunc func, gpointer user_data, const char *event, const char *data, gsize length);
GraphbitFailure *graphbit_framing_too_long (gsize limit);

G_END_DECLS
