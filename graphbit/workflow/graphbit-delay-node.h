/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-node.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_DELAY_NODE (graphbit_delay_node_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitDelayNode, graphbit_delay_node, GRAPHBIT, DELAY_NODE, GraphbitNode)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitDelayNode *graphbit_delay_node_new (const char *name,
                                            guint delay_ms);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_delay_node_get_delay_ms (GraphbitDelayNode *self);

G_END_DECLS
