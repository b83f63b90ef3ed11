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

/**
 * GraphbitNodeFunc:
 * @context: what the run knows so far
 * @user_data: (closure): what was handed to [ctor@FunctionNode.new]
 * @error: return location for an error, or %NULL
 *
 * What a function node does. It runs in the main context in which the run was
 * started and should return soon; work that takes longer belongs in a node
 * without a function, whose [signal@FunctionNode::call] may be answered later.
 *
 * Returns: (transfer full) (nullable): the node's output, or %NULL with @error
 *   set; %NULL without an error is a failure too
 *
 * Since: 1.0
 */
typedef char *(*GraphbitNodeFunc) (GraphbitWorkflowContext *context,
                                   gpointer user_data,
                                   GError **error);

#define GRAPHBIT_TYPE_FUNCTION_NODE (graphbit_function_node_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitFunctionNode, graphbit_function_node, GRAPHBIT, FUNCTION_NODE, GraphbitNode)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitFunctionNode *graphbit_function_node_new (const char *name,
                                                  GraphbitNodeFunc func,
                                                  gpointer user_data,
                                                  GDestroyNotify notify);

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_function_node_get_function_name (GraphbitFunctionNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_function_node_set_function_name (GraphbitFunctionNode *self,
                                               const char *function_name);

G_END_DECLS
