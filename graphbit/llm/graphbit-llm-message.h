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
 * GraphbitLlmRole:
 * @GRAPHBIT_LLM_ROLE_SYSTEM: instructions of the application
 * @GRAPHBIT_LLM_ROLE_USER: the person
 * @GRAPHBIT_LLM_ROLE_ASSISTANT: the model
 * @GRAPHBIT_LLM_ROLE_TOOL: the result of a tool
 *
 * Who says a message.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_LLM_ROLE_SYSTEM,
  GRAPHBIT_LLM_ROLE_USER,
  GRAPHBIT_LLM_ROLE_ASSISTANT,
  GRAPHBIT_LLM_ROLE_TOOL
} GraphbitLlmRole;

#define GRAPHBIT_TYPE_LLM_MESSAGE (graphbit_llm_message_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitLlmMessage, graphbit_llm_message, GRAPHBIT, LLM_MESSAGE, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmMessage *graphbit_llm_message_new_user (const char *content);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmMessage *graphbit_llm_message_new_system (const char *content);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmMessage *graphbit_llm_message_new_assistant (const char *content);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmMessage *graphbit_llm_message_new_tool (const char *tool_call_id, const char *content);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmRole graphbit_llm_message_get_role (GraphbitLlmMessage *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_message_get_content (GraphbitLlmMessage *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_message_set_content (GraphbitLlmMessage *self, const char *content);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_message_get_reasoning (GraphbitLlmMessage *self);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_llm_message_get_parts (GraphbitLlmMessage *self);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_llm_message_get_tool_calls (GraphbitLlmMessage *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_message_get_tool_call_id (GraphbitLlmMessage *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_message_add_part (GraphbitLlmMessage *self, GraphbitContentPart *part);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_message_add_tool_call (GraphbitLlmMessage *self, GraphbitLlmToolCall *tool_call);

G_END_DECLS
