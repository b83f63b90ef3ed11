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

#define GRAPHBIT_TYPE_LLM_USAGE (graphbit_llm_usage_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitLlmUsage, graphbit_llm_usage, GRAPHBIT, LLM_USAGE, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmUsage *graphbit_llm_usage_new (gint64 prompt_tokens, gint64 completion_tokens);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_llm_usage_get_prompt_tokens (GraphbitLlmUsage *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_llm_usage_get_completion_tokens (GraphbitLlmUsage *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_llm_usage_get_total_tokens (GraphbitLlmUsage *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_llm_usage_get_cached_tokens (GraphbitLlmUsage *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_llm_usage_get_cache_write_tokens (GraphbitLlmUsage *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_llm_usage_get_reasoning_tokens (GraphbitLlmUsage *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmUsage *graphbit_llm_usage_add (GraphbitLlmUsage *self, GraphbitLlmUsage *other);

G_END_DECLS
