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
 * GraphbitLlmCapabilities:
 * @GRAPHBIT_LLM_CAPABILITIES_NONE: nothing beside text
 * @GRAPHBIT_LLM_CAPABILITIES_STREAMING: answers come in pieces
 * @GRAPHBIT_LLM_CAPABILITIES_TOOLS: the model may call tools
 * @GRAPHBIT_LLM_CAPABILITIES_PARALLEL_TOOLS: it may call several in one answer
 * @GRAPHBIT_LLM_CAPABILITIES_IMAGES: messages may have images
 * @GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA: an answer can be held to a schema
 * @GRAPHBIT_LLM_CAPABILITIES_REASONING: how much to think can be said, and what was thought is told
 * @GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING: the beginning of a request that comes again costs less
 * @GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS: texts can be embedded
 *
 * What a provider can do.
 * This enumeration can be extended at a later date.
 *
 * Since: 1.0
 */
typedef enum /*< flags >*/
{
  GRAPHBIT_LLM_CAPABILITIES_NONE = 0,
  GRAPHBIT_LLM_CAPABILITIES_STREAMING = 1 << 0,
  GRAPHBIT_LLM_CAPABILITIES_TOOLS = 1 << 1,
  GRAPHBIT_LLM_CAPABILITIES_PARALLEL_TOOLS = 1 << 2,
  GRAPHBIT_LLM_CAPABILITIES_IMAGES = 1 << 3,
  GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA = 1 << 4,
  GRAPHBIT_LLM_CAPABILITIES_REASONING = 1 << 5,
  GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING = 1 << 6,
  GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS = 1 << 7
} GraphbitLlmCapabilities;

G_END_DECLS
