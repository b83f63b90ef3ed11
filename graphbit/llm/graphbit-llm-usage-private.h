/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-usage.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 prompt, completion, total, cached, cache_write, reasoning; /* -1: not told */
} GraphbitLlmUsageCounts;

#define GRAPHBIT_LLM_USAGE_COUNTS_INIT { -1, -1, -1, -1, -1, -1 }

static inline gboolean
graphbit_llm_usage_counts_is_told (const GraphbitLlmUsageCounts *counts)
{
  return counts->prompt >= 0 || counts->completion >= 0 || counts->total >= 0;
}

/* NULL when nothing was told. */
GraphbitLlmUsage *graphbit_llm_usage_new_from_counts (const GraphbitLlmUsageCounts *counts);

G_END_DECLS
