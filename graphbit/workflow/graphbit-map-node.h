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

#define GRAPHBIT_TYPE_MAP_NODE (graphbit_map_node_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitMapNode, graphbit_map_node, GRAPHBIT, MAP_NODE, GraphbitNode)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitMapNode *graphbit_map_node_new (const char *name,
                                        GraphbitWorkflow *workflow);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitWorkflow *graphbit_map_node_get_workflow (GraphbitMapNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_map_node_get_max_concurrency (GraphbitMapNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_map_node_set_max_concurrency (GraphbitMapNode *self,
                                            guint max_concurrency);

G_END_DECLS
