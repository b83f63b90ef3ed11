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
#include "graphbit-registry.h"

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
gboolean graphbit_workflow_declare_variable (GraphbitWorkflow *self,
                                             const char *name,
                                             const char *value,
                                             GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_workflow_validate (GraphbitWorkflow *self,
                                     GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_workflow_lint (GraphbitWorkflow *self);

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitWorkflow *graphbit_workflow_new_from_json (const char *json,
                                                   GraphbitRegistry *registry,
                                                   GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_workflow_to_json (GraphbitWorkflow *self,
                                 GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_workflow_load_async (GFile *file,
                                   GraphbitRegistry *registry,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitWorkflow *graphbit_workflow_load_finish (GAsyncResult *result,
                                                 GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitWorkflow *graphbit_workflow_load (GFile *file,
                                          GraphbitRegistry *registry,
                                          GCancellable *cancellable,
                                          GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_workflow_save_async (GraphbitWorkflow *self,
                                   GFile *file,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_workflow_save_finish (GraphbitWorkflow *self,
                                        GAsyncResult *result,
                                        GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_workflow_save (GraphbitWorkflow *self,
                                 GFile *file,
                                 GCancellable *cancellable,
                                 GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_workflow_to_dot (GraphbitWorkflow *self);
GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_workflow_to_mermaid (GraphbitWorkflow *self);

G_END_DECLS
