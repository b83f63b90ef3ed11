/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-llm-response.h"
#include "graphbit-types.h"

G_BEGIN_DECLS

/**
 * GraphbitLlmChunkKind:
 * @GRAPHBIT_LLM_CHUNK_KIND_CONTENT: a piece of the answer's text
 * @GRAPHBIT_LLM_CHUNK_KIND_REASONING: a piece of what the model thinks
 * @GRAPHBIT_LLM_CHUNK_KIND_TOOL_CALL: a piece of a tool call
 * @GRAPHBIT_LLM_CHUNK_KIND_USAGE: what the answer cost
 * @GRAPHBIT_LLM_CHUNK_KIND_FINISH: the answer ended
 *
 * What a [struct@LlmChunk] brings. This enumeration can be extended at a later date.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_LLM_CHUNK_KIND_CONTENT,
  GRAPHBIT_LLM_CHUNK_KIND_REASONING,
  GRAPHBIT_LLM_CHUNK_KIND_TOOL_CALL,
  GRAPHBIT_LLM_CHUNK_KIND_USAGE,
  GRAPHBIT_LLM_CHUNK_KIND_FINISH
} GraphbitLlmChunkKind;

#define GRAPHBIT_TYPE_LLM_CHUNK (graphbit_llm_chunk_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
GType graphbit_llm_chunk_get_type (void);

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmChunk *graphbit_llm_chunk_ref (GraphbitLlmChunk *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_chunk_unref (GraphbitLlmChunk *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmChunkKind graphbit_llm_chunk_get_kind (GraphbitLlmChunk *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_chunk_get_text (GraphbitLlmChunk *self);
GRAPHBIT_AVAILABLE_IN_ALL
int graphbit_llm_chunk_get_index (GraphbitLlmChunk *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_chunk_get_tool_call_id (GraphbitLlmChunk *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_chunk_get_tool_call_name (GraphbitLlmChunk *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmUsage *graphbit_llm_chunk_get_usage (GraphbitLlmChunk *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmFinishReason graphbit_llm_chunk_get_finish_reason (GraphbitLlmChunk *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraphbitLlmChunk, graphbit_llm_chunk_unref)

G_END_DECLS
