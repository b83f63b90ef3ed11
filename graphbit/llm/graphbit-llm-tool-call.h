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

#define GRAPHBIT_TYPE_LLM_TOOL_CALL (graphbit_llm_tool_call_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitLlmToolCall, graphbit_llm_tool_call, GRAPHBIT, LLM_TOOL_CALL, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmToolCall *graphbit_llm_tool_call_new (const char *id, const char *name, const char *arguments_json);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_tool_call_get_id (GraphbitLlmToolCall *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_tool_call_get_name (GraphbitLlmToolCall *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_tool_call_get_arguments_json (GraphbitLlmToolCall *self);

G_END_DECLS
