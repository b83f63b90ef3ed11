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

#define GRAPHBIT_TYPE_SPLIT_NODE (graphbit_split_node_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitSplitNode, graphbit_split_node, GRAPHBIT, SPLIT_NODE, GraphbitNode)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitSplitNode *graphbit_split_node_new (const char *name);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_split_node_get_separator (GraphbitSplitNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_split_node_set_separator (GraphbitSplitNode *self,
                                        const char *separator);

G_END_DECLS
