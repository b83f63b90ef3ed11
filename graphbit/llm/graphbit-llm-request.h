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

#define GRAPHBIT_TYPE_LLM_REQUEST (graphbit_llm_request_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitLlmRequest, graphbit_llm_request, GRAPHBIT, LLM_REQUEST, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmRequest *graphbit_llm_request_new (GraphbitLlmOptions *options);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_llm_request_get_messages (GraphbitLlmRequest *self);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_llm_request_get_tools (GraphbitLlmRequest *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmOptions *graphbit_llm_request_get_options (GraphbitLlmRequest *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_request_set_options (GraphbitLlmRequest *self, GraphbitLlmOptions *options);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_request_add_message (GraphbitLlmRequest *self, GraphbitLlmMessage *message);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_request_add_tool (GraphbitLlmRequest *self, GraphbitLlmToolSpec *tool);

G_END_DECLS
