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
 * GraphbitLlmFinishReason:
 * @GRAPHBIT_LLM_FINISH_REASON_UNKNOWN: not said, or not finished
 * @GRAPHBIT_LLM_FINISH_REASON_STOP: the model had said everything
 * @GRAPHBIT_LLM_FINISH_REASON_LENGTH: a token limit cut the answer off
 * @GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS: the model wants tools to be called
 * @GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER: the provider's filter stopped the answer
 * @GRAPHBIT_LLM_FINISH_REASON_ERROR: the provider failed while answering
 * @GRAPHBIT_LLM_FINISH_REASON_OTHER: something else; see [property@LlmResponse:finish-reason-text]
 *
 * Why an answer ended. This enumeration can be extended at a later date.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_LLM_FINISH_REASON_UNKNOWN,
  GRAPHBIT_LLM_FINISH_REASON_STOP,
  GRAPHBIT_LLM_FINISH_REASON_LENGTH,
  GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS,
  GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER,
  GRAPHBIT_LLM_FINISH_REASON_ERROR,
  GRAPHBIT_LLM_FINISH_REASON_OTHER
} GraphbitLlmFinishReason;

#define GRAPHBIT_TYPE_LLM_RESPONSE (graphbit_llm_response_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitLlmResponse, graphbit_llm_response, GRAPHBIT, LLM_RESPONSE, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmResponse *graphbit_llm_response_new (const char *text);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_response_get_text (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_response_get_reasoning (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_response_get_refusal (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_llm_response_get_tool_calls (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmUsage *graphbit_llm_response_get_usage (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmFinishReason graphbit_llm_response_get_finish_reason (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_response_get_finish_reason_text (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_response_get_model (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_response_get_id (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_response_get_request_id (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_response_get_provider (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_llm_response_get_duration_ms (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_llm_response_get_attempts (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_llm_response_get_fallback_index (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_response_get_fallback_reason (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_llm_response_get_is_cached (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_response_get_raw_json (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmMessage *graphbit_llm_response_make_message (GraphbitLlmResponse *self);
GRAPHBIT_AVAILABLE_IN_ALL
JsonNode *graphbit_llm_response_parse (GraphbitLlmResponse *self, GError **error);

G_END_DECLS
