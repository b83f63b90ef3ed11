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

#define GRAPHBIT_TYPE_BATCH_ITEM (graphbit_batch_item_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitBatchItem, graphbit_batch_item, GRAPHBIT, BATCH_ITEM, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_batch_item_get_index (GraphbitBatchItem *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_batch_item_get_text (GraphbitBatchItem *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmResponse *graphbit_batch_item_get_response (GraphbitBatchItem *self);
GRAPHBIT_AVAILABLE_IN_ALL
GError *graphbit_batch_item_get_error (GraphbitBatchItem *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitErrorDetails *graphbit_batch_item_get_error_details (GraphbitBatchItem *self);

G_END_DECLS
