/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-chunk.h"
#include "graphbit-llm-usage-private.h"

G_BEGIN_DECLS

/* Plain C, made in any thread; one block each. */
GraphbitLlmChunk *graphbit_llm_chunk_new_text (GraphbitLlmChunkKind kind, const char *text, gsize length);
/* `id` and `name` NULL but in the first piece of a call; `index` is the call's position. */
GraphbitLlmChunk *graphbit_llm_chunk_new_tool_call (int index, const char *id, const char *name,
                                                    const char *arguments, gsize length);
GraphbitLlmChunk *graphbit_llm_chunk_new_usage (const GraphbitLlmUsageCounts *counts);
GraphbitLlmChunk *graphbit_llm_chunk_new_finish (GraphbitLlmFinishReason reason, const char *text);
gsize graphbit_llm_chunk_get_size (const GraphbitLlmChunk *self); /* bytes of text, for backpressure */

G_END_DECLS
