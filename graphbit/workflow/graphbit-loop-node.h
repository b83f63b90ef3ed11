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

#define GRAPHBIT_TYPE_LOOP_NODE (graphbit_loop_node_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitLoopNode, graphbit_loop_node, GRAPHBIT, LOOP_NODE, GraphbitNode)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLoopNode *graphbit_loop_node_new (const char *name,
                                          GraphbitWorkflow *workflow,
                                          const char *condition,
                                          guint max_iterations);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitWorkflow *graphbit_loop_node_get_workflow (GraphbitLoopNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_loop_node_get_condition (GraphbitLoopNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_loop_node_set_condition (GraphbitLoopNode *self,
                                       const char *condition);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_loop_node_get_max_iterations (GraphbitLoopNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_loop_node_set_max_iterations (GraphbitLoopNode *self,
                                            guint max_iterations);

G_END_DECLS
