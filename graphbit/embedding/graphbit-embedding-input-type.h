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
 * GraphbitEmbeddingInputType:
 * @GRAPHBIT_EMBEDDING_INPUT_TYPE_UNSET: the provider's own choice
 * @GRAPHBIT_EMBEDDING_INPUT_TYPE_QUERY: what somebody searches with
 * @GRAPHBIT_EMBEDDING_INPUT_TYPE_DOCUMENT: what somebody searches in
 * @GRAPHBIT_EMBEDDING_INPUT_TYPE_SIMILARITY: texts to be compared with each other
 * @GRAPHBIT_EMBEDDING_INPUT_TYPE_CLASSIFICATION: texts to be sorted into classes
 * @GRAPHBIT_EMBEDDING_INPUT_TYPE_CLUSTERING: texts to be grouped
 *
 * What embeddings are for; some models make different ones for each. This
 * enumeration can be extended at a later date.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_EMBEDDING_INPUT_TYPE_UNSET,
  GRAPHBIT_EMBEDDING_INPUT_TYPE_QUERY,
  GRAPHBIT_EMBEDDING_INPUT_TYPE_DOCUMENT,
  GRAPHBIT_EMBEDDING_INPUT_TYPE_SIMILARITY,
  GRAPHBIT_EMBEDDING_INPUT_TYPE_CLASSIFICATION,
  GRAPHBIT_EMBEDDING_INPUT_TYPE_CLUSTERING
} GraphbitEmbeddingInputType;

G_END_DECLS
