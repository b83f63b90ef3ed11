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

/**
 * GraphbitRunState:
 * @GRAPHBIT_RUN_STATE_PENDING: nothing has run yet
 * @GRAPHBIT_RUN_STATE_RUNNING: nodes run
 * @GRAPHBIT_RUN_STATE_WAITING: nothing can go on until a person has answered
 * @GRAPHBIT_RUN_STATE_COMPLETED: the end: nothing failed that was not allowed to
 * @GRAPHBIT_RUN_STATE_FAILED: the end: a node failed, or time was up
 * @GRAPHBIT_RUN_STATE_CANCELLED: the end: it was cancelled
 *
 * How far a run is, and how it ended.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_RUN_STATE_PENDING,
  GRAPHBIT_RUN_STATE_RUNNING,
  GRAPHBIT_RUN_STATE_WAITING,
  GRAPHBIT_RUN_STATE_COMPLETED,
  GRAPHBIT_RUN_STATE_FAILED,
  GRAPHBIT_RUN_STATE_CANCELLED
} GraphbitRunState;

#define GRAPHBIT_TYPE_WORKFLOW_RESULT (graphbit_workflow_result_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitWorkflowResult, graphbit_workflow_result, GRAPHBIT, WORKFLOW_RESULT, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_workflow_result_is_success (GraphbitWorkflowResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_workflow_result_is_failed (GraphbitWorkflowResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_workflow_result_is_cancelled (GraphbitWorkflowResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_workflow_result_has_warnings (GraphbitWorkflowResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitRunState graphbit_workflow_result_get_state (GraphbitWorkflowResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
GError *graphbit_workflow_result_get_error (GraphbitWorkflowResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_workflow_result_get_execution_time_ms (GraphbitWorkflowResult *self);

GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_workflow_result_get_variable (GraphbitWorkflowResult *self,
                                             const char *key);
GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_workflow_result_get_all_variables (GraphbitWorkflowResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_workflow_result_variables (GraphbitWorkflowResult *self);

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_workflow_result_get_node_output (GraphbitWorkflowResult *self,
                                                      const char *id_or_name);
GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_workflow_result_get_all_node_outputs (GraphbitWorkflowResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
JsonNode *graphbit_workflow_result_get_node_output_json (GraphbitWorkflowResult *self,
                                                         const char *id_or_name);
GRAPHBIT_AVAILABLE_IN_ALL
GError *graphbit_workflow_result_get_node_error (GraphbitWorkflowResult *self,
                                                 const char *id_or_name);
GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_workflow_result_get_node_response_metadata (GraphbitWorkflowResult *self,
                                                               const char *id_or_name);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmUsage *graphbit_workflow_result_get_usage (GraphbitWorkflowResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_workflow_result_to_json (GraphbitWorkflowResult *self);

GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_workflow_result_to_dot (GraphbitWorkflowResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_workflow_result_to_mermaid (GraphbitWorkflowResult *self);

G_END_DECLS
