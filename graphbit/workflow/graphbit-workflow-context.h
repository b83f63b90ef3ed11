/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-types.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_WORKFLOW_CONTEXT (graphbit_workflow_context_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitWorkflowContext, graphbit_workflow_context, GRAPHBIT, WORKFLOW_CONTEXT, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_workflow_context_get_input (GraphbitWorkflowContext *self);
GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_workflow_context_get_inputs (GraphbitWorkflowContext *self);
GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_workflow_context_get_variable (GraphbitWorkflowContext *self,
                                              const char *name);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_workflow_context_set_variable (GraphbitWorkflowContext *self,
                                             const char *name,
                                             const char *value);
GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_workflow_context_get_all_variables (GraphbitWorkflowContext *self);
GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_workflow_context_get_node_output (GraphbitWorkflowContext *self,
                                                 const char *id_or_name);
GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_workflow_context_get_nested_output (GraphbitWorkflowContext *self,
                                                   const char *path);

G_END_DECLS
