/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-types.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_BATCH_RUN (graphbit_batch_run_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitBatchRun, graphbit_batch_run, GRAPHBIT, BATCH_RUN, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
gdouble graphbit_batch_run_get_progress (GraphbitBatchRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_batch_run_get_items (GraphbitBatchRun *self);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_batch_run_wait_async (GraphbitBatchRun *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_batch_run_wait_finish (GraphbitBatchRun *self, GAsyncResult *result, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_batch_run_wait (GraphbitBatchRun *self, GCancellable *cancellable, GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_batch_run_cancel (GraphbitBatchRun *self);

G_END_DECLS
