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

#define GRAPHBIT_TYPE_EMBEDDING_MATCH (graphbit_embedding_match_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitEmbeddingMatch, graphbit_embedding_match, GRAPHBIT, EMBEDDING_MATCH, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_embedding_match_get_id (GraphbitEmbeddingMatch *self);
GRAPHBIT_AVAILABLE_IN_ALL
gdouble graphbit_embedding_match_get_score (GraphbitEmbeddingMatch *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_embedding_match_get_metadata (GraphbitEmbeddingMatch *self);

G_END_DECLS
