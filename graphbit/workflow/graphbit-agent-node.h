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
 * GraphbitIncludeInputs:
 * @GRAPHBIT_INCLUDE_INPUTS_NONE: the outputs of direct predecessors are left out;
 *   the prompt says where they go, with `{{node.NAME}}`
 * @GRAPHBIT_INCLUDE_INPUTS_PLAIN: they come before the prompt, in the order of
 *   connection, with blank lines between
 * @GRAPHBIT_INCLUDE_INPUTS_LABELLED: the same, each under its node's name
 *
 * How an agent is told what the nodes before it made.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_INCLUDE_INPUTS_NONE,
  GRAPHBIT_INCLUDE_INPUTS_PLAIN,
  GRAPHBIT_INCLUDE_INPUTS_LABELLED
} GraphbitIncludeInputs;

#define GRAPHBIT_TYPE_AGENT_NODE (graphbit_agent_node_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitAgentNode, graphbit_agent_node, GRAPHBIT, AGENT_NODE, GraphbitNode)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitAgentNode *graphbit_agent_node_new (const char *name,
                                            const char *prompt);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_agent_node_get_prompt (GraphbitAgentNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_agent_node_get_system_prompt (GraphbitAgentNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_agent_node_set_system_prompt (GraphbitAgentNode *self,
                                            const char *system_prompt);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_agent_node_get_context (GraphbitAgentNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_agent_node_set_context (GraphbitAgentNode *self,
                                      const char *context);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_agent_node_get_agent_id (GraphbitAgentNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_agent_node_get_response_schema (GraphbitAgentNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_agent_node_set_response_schema (GraphbitAgentNode *self,
                                              const char *response_schema);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_agent_node_set_agent_id (GraphbitAgentNode *self,
                                       const char *agent_id);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_agent_node_get_llm_config (GraphbitAgentNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_agent_node_set_llm_config (GraphbitAgentNode *self,
                                         GraphbitLlmConfig *llm_config);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmOptions *graphbit_agent_node_get_options (GraphbitAgentNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_agent_node_set_options (GraphbitAgentNode *self,
                                      GraphbitLlmOptions *options);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_agent_node_get_tools (GraphbitAgentNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_agent_node_add_tool (GraphbitAgentNode *self,
                                   GraphbitTool *tool);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_agent_node_get_max_iterations (GraphbitAgentNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_agent_node_set_max_iterations (GraphbitAgentNode *self,
                                             guint max_iterations);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitIncludeInputs graphbit_agent_node_get_include_inputs (GraphbitAgentNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_agent_node_set_include_inputs (GraphbitAgentNode *self,
                                             GraphbitIncludeInputs include_inputs);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_agent_node_get_fail_run_on_tool_error (GraphbitAgentNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_agent_node_set_fail_run_on_tool_error (GraphbitAgentNode *self,
                                                     gboolean fail_run_on_tool_error);

G_END_DECLS
