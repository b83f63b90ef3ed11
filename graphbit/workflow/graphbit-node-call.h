/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-call.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_NODE_CALL (graphbit_node_call_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitNodeCall, graphbit_node_call, GRAPHBIT, NODE_CALL, GraphbitCall)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitWorkflowContext *graphbit_node_call_get_context (GraphbitNodeCall *self);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_node_call_respond (GraphbitNodeCall *self,
                                     const char *text);

G_END_DECLS
