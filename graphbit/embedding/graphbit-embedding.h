/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-error-details.h"

G_BEGIN_DECLS

/**
 * GraphbitEmbeddingMetric:
 * @GRAPHBIT_EMBEDDING_METRIC_COSINE: the cosine of the angle between two
 *   vectors, −1 to 1; more is nearer
 * @GRAPHBIT_EMBEDDING_METRIC_DOT: the dot product; more is nearer
 * @GRAPHBIT_EMBEDDING_METRIC_EUCLID: the distance; less is nearer
 *
 * How near two embeddings are. This enumeration can be extended at a later
 * date.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_EMBEDDING_METRIC_COSINE,
  GRAPHBIT_EMBEDDING_METRIC_DOT,
  GRAPHBIT_EMBEDDING_METRIC_EUCLID
} GraphbitEmbeddingMetric;

#define GRAPHBIT_TYPE_EMBEDDING (graphbit_embedding_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitEmbedding, graphbit_embedding, GRAPHBIT, EMBEDDING, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbedding *graphbit_embedding_new (const float *values,
                                           gsize n_values);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbedding *graphbit_embedding_new_from_bytes (GBytes *bytes);
GRAPHBIT_AVAILABLE_IN_ALL
const float *graphbit_embedding_get_values (GraphbitEmbedding *self,
                                            gsize *n_values);
GRAPHBIT_AVAILABLE_IN_ALL
GBytes *graphbit_embedding_get_bytes (GraphbitEmbedding *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_embedding_get_dimensions (GraphbitEmbedding *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_embedding_get_index (GraphbitEmbedding *self);
GRAPHBIT_AVAILABLE_IN_ALL
GError *graphbit_embedding_get_error (GraphbitEmbedding *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitErrorDetails *graphbit_embedding_get_error_details (GraphbitEmbedding *self);
GRAPHBIT_AVAILABLE_IN_ALL
gdouble graphbit_embedding_similarity (GraphbitEmbedding *self,
                                       GraphbitEmbedding *other,
                                       GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gdouble graphbit_embedding_score (GraphbitEmbedding *self,
                                  GraphbitEmbedding *other,
                                  GraphbitEmbeddingMetric metric,
                                  GError **error);

G_END_DECLS
