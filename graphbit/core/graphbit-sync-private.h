/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "graphbit-operation-private.h"

G_BEGIN_DECLS

/*
 * The one way in which a sync twin waits: the async form is started with a
 * private context as thread default, and that context, never the caller's, is
 * iterated until it has called back. The contexts are kept per thread, one per
 * depth of nesting.
 *
 *   g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;
 *   graphbit_sync_begin (&sync);
 *   foo_async (self, …, cancellable, graphbit_sync_ready, &sync);
 *   return foo_finish (self, graphbit_sync_wait (&sync), error);
 */
typedef struct
{
  GMainContext *context;
  GAsyncResult *result;
  GraphbitOperation *adopted;
} GraphbitSync;
#define GRAPHBIT_SYNC_INIT { NULL, NULL, NULL }

void graphbit_sync_begin (GraphbitSync *self);
/* Takes over the inbox of an operation that is under way, for the time of the call. FALSE, and nothing done,
 * outside its home thread: the call then waits until the home has run. */
gboolean graphbit_sync_adopt (GraphbitSync *self, gpointer operation);
void graphbit_sync_ready (GObject *object, GAsyncResult *result, gpointer sync);
GAsyncResult *graphbit_sync_wait (GraphbitSync *self); /* owned by self */
void graphbit_sync_end (GraphbitSync *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GraphbitSync, graphbit_sync_end)

G_END_DECLS
