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
 * GraphbitConditionFunc:
 * @context: what the run knows so far
 * @user_data: (closure): what was handed to [ctor@ConditionNode.new]
 * @error: return location for an error, or %NULL
 *
 * Chooses where a run goes on. It runs in the main context in which the run
 * was started and should return soon.
 *
 * Returns: (transfer full) (nullable): the name or id of one direct successor,
 *   or %NULL with @error set; %NULL without an error is a failure too
 *
 * Since: 1.0
 */
typedef char *(*GraphbitConditionFunc) (GraphbitWorkflowContext *context,
                                        gpointer user_data,
                                        GError **error);

#define GRAPHBIT_TYPE_CONDITION_NODE (graphbit_condition_node_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitConditionNode, graphbit_condition_node, GRAPHBIT, CONDITION_NODE, GraphbitNode)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitConditionNode *graphbit_condition_node_new (const char *name,
                                                    GraphbitConditionFunc func,
                                                    gpointer user_data,
                                                    GDestroyNotify notify);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitConditionNode *graphbit_condition_node_new_for_expression (const char *name,
                                                                   const char *expression,
                                                                   GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_condition_node_get_expression (GraphbitConditionNode *self);

G_END_DECLS
