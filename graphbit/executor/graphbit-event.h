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
 * GraphbitEventKind:
 * @GRAPHBIT_EVENT_KIND_WORKFLOW_STARTED: the run has begun
 * @GRAPHBIT_EVENT_KIND_NODE_STARTED: a node has started
 * @GRAPHBIT_EVENT_KIND_NODE_COMPLETED: a node has an output
 * @GRAPHBIT_EVENT_KIND_NODE_FAILED: a node failed, after its retries
 * @GRAPHBIT_EVENT_KIND_NODE_SKIPPED: a node will not run
 * @GRAPHBIT_EVENT_KIND_NODE_RETRYING: a node failed and is tried once more
 * @GRAPHBIT_EVENT_KIND_APPROVAL_REQUESTED: a person is asked
 * @GRAPHBIT_EVENT_KIND_TOKEN: a model said a piece of its answer
 * @GRAPHBIT_EVENT_KIND_LLM_CALL_STARTED: a model was asked
 * @GRAPHBIT_EVENT_KIND_LLM_CALL_COMPLETED: a model answered
 * @GRAPHBIT_EVENT_KIND_TOOL_CALL_STARTED: a tool was called
 * @GRAPHBIT_EVENT_KIND_TOOL_CALL_COMPLETED: a tool answered
 * @GRAPHBIT_EVENT_KIND_TOOL_CALL_FAILED: a tool could not be called, or failed
 * @GRAPHBIT_EVENT_KIND_WORKFLOW_COMPLETED: the last event of a run that succeeded
 * @GRAPHBIT_EVENT_KIND_WORKFLOW_FAILED: the last event of a run that failed
 * @GRAPHBIT_EVENT_KIND_WORKFLOW_CANCELLED: the last event of a run that was cancelled
 *
 * What an [class@Event] tells. This enumeration can be extended at a later date.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_EVENT_KIND_WORKFLOW_STARTED,
  GRAPHBIT_EVENT_KIND_NODE_STARTED,
  GRAPHBIT_EVENT_KIND_NODE_COMPLETED,
  GRAPHBIT_EVENT_KIND_NODE_FAILED,
  GRAPHBIT_EVENT_KIND_NODE_SKIPPED,
  GRAPHBIT_EVENT_KIND_NODE_RETRYING,
  GRAPHBIT_EVENT_KIND_APPROVAL_REQUESTED,
  GRAPHBIT_EVENT_KIND_TOKEN,
  GRAPHBIT_EVENT_KIND_LLM_CALL_STARTED,
  GRAPHBIT_EVENT_KIND_LLM_CALL_COMPLETED,
  GRAPHBIT_EVENT_KIND_TOOL_CALL_STARTED,
  GRAPHBIT_EVENT_KIND_TOOL_CALL_COMPLETED,
  GRAPHBIT_EVENT_KIND_TOOL_CALL_FAILED,
  GRAPHBIT_EVENT_KIND_WORKFLOW_COMPLETED,
  GRAPHBIT_EVENT_KIND_WORKFLOW_FAILED,
  GRAPHBIT_EVENT_KIND_WORKFLOW_CANCELLED
} GraphbitEventKind;

#define GRAPHBIT_TYPE_EVENT (graphbit_event_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitEvent, graphbit_event, GRAPHBIT, EVENT, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEventKind graphbit_event_get_kind (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_event (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_category (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_phase (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_event_get_time (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_event_get_sequence (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_run_id (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_path (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_node_id (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_node_name (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_event_get_schema_version (GraphbitEvent *self);

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_workflow_id (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_workflow_name (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_event_get_total_nodes (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_output (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_error_message (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_error_type (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_reason (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_event_get_attempt (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_question (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_content (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_llm_call_id (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_event_get_iteration (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_model (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_finish_reason (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_event_get_duration_ms (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_tool_name (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_tool_call_id (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_event_get_parameters (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitWorkflowResult *graphbit_event_get_result (GraphbitEvent *self);

GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_event_get_payload (GraphbitEvent *self);
GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_event_to_json (GraphbitEvent *self);

G_END_DECLS
