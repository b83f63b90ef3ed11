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

#define GRAPHBIT_TYPE_WORKFLOW_NODE (graphbit_workflow_node_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitWorkflowNode, graphbit_workflow_node, GRAPHBIT, WORKFLOW_NODE, GraphbitNode)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitWorkflowNode *graphbit_workflow_node_new (const char *name,
                                                  GraphbitWorkflow *workflow);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitWorkflow *graphbit_workflow_node_get_workflow (GraphbitWorkflowNode *self);

G_END_DECLS
