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

#define GRAPHBIT_TYPE_APPROVAL_NODE (graphbit_approval_node_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitApprovalNode, graphbit_approval_node, GRAPHBIT, APPROVAL_NODE, GraphbitNode)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitApprovalNode *graphbit_approval_node_new (const char *name,
                                                  const char *question);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_approval_node_get_question (GraphbitApprovalNode *self);

G_END_DECLS
