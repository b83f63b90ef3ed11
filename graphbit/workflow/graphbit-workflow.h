/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-edge.h"
#include "graphbit-node.h"
#include "graphbit-problem.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_WORKFLOW (graphbit_workflow_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitWorkflow, graphbit_workflow, GRAPHBIT, WORKFLOW, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitWorkflow *graphbit_workflow_new (const char *name);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_workflow_get_id (GraphbitWorkflow *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_workflow_get_name (GraphbitWorkflow *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_workflow_get_description (GraphbitWorkflow *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_workflow_set_description (GraphbitWorkflow *self,
                                        const char *description);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_workflow_get_nodes (GraphbitWorkflow *self);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_workflow_get_edges (GraphbitWorkflow *self);

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_workflow_add_node (GraphbitWorkflow *self,
                                        GraphbitNode *node,
                                        GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_workflow_remove_node (GraphbitWorkflow *self,
                                        const char *id_or_name);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitNode *graphbit_workflow_get_node (GraphbitWorkflow *self,
                                          const char *id_or_name);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_workflow_connect_nodes (GraphbitWorkflow *self,
                                          const char *source,
                                          const char *target,
                                          GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_workflow_connect_nodes_full (GraphbitWorkflow *self,
                                               const char *source,
                                               const char *target,
                                               GraphbitEdgeKind kind,
                                               const char *condition,
                                               GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_workflow_declare_input (GraphbitWorkflow *self,
                                          const char *name,
                                          const char *schema,
                                          GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_workflow_validate (GraphbitWorkflow *self,
                                     GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_workflow_lint (GraphbitWorkflow *self);

G_END_DECLS
