/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-embedding.h"
#include "graphbit-embedding-match.h"

G_BEGIN_DECLS

/**
 * GraphbitEmbeddingQuantization:
 * @GRAPHBIT_EMBEDDING_QUANTIZATION_NONE: float32, and the search is exact
 * @GRAPHBIT_EMBEDDING_QUANTIZATION_INT8: a byte for each number, in 255 steps
 *   of the vector's own
 * @GRAPHBIT_EMBEDDING_QUANTIZATION_BINARY: a bit for each number, its sign
 *
 * How an index keeps what it searches in. Shorter vectors take less memory and
 * are searched faster, and what is found is not always what is nearest. This
 * enumeration can be extended at a later date.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_EMBEDDING_QUANTIZATION_NONE,
  GRAPHBIT_EMBEDDING_QUANTIZATION_INT8,
  GRAPHBIT_EMBEDDING_QUANTIZATION_BINARY
} GraphbitEmbeddingQuantization;

/**
 * GraphbitEmbeddingFilterFunc:
 * @id: the id of an embedding
 * @metadata: (nullable): the text that was added with it, or %NULL
 * @user_data: (closure): what was handed to [method@EmbeddingIndex.set_filter_func]
 *
 * Decides whether a search may give an embedding. It runs in the main context
 * in which the search was started, for the nearest ones only, nearest first.
 *
 * Returns: %TRUE if it may
 *
 * Since: 1.0
 */
typedef gboolean (*GraphbitEmbeddingFilterFunc) (const char *id,
                                                 const char *metadata,
                                                 gpointer user_data);

#define GRAPHBIT_TYPE_EMBEDDING_INDEX (graphbit_embedding_index_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitEmbeddingIndex, graphbit_embedding_index, GRAPHBIT, EMBEDDING_INDEX, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingIndex *graphbit_embedding_index_new (guint dimensions,
                                                      GraphbitEmbeddingMetric metric);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingIndex *graphbit_embedding_index_new_quantized (guint dimensions,
                                                                GraphbitEmbeddingMetric metric,
                                                                GraphbitEmbeddingQuantization quantization,
                                                                guint oversampling);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_embedding_index_get_dimensions (GraphbitEmbeddingIndex *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingMetric graphbit_embedding_index_get_metric (GraphbitEmbeddingIndex *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingQuantization graphbit_embedding_index_get_quantization (GraphbitEmbeddingIndex *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_embedding_index_get_oversampling (GraphbitEmbeddingIndex *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_embedding_index_get_size (GraphbitEmbeddingIndex *self);

GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_embedding_index_add (GraphbitEmbeddingIndex *self,
                                       const char *id,
                                       GraphbitEmbedding *embedding,
                                       const char *metadata,
                                       GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_embedding_index_remove (GraphbitEmbeddingIndex *self,
                                          const char *id);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_embedding_index_contains (GraphbitEmbeddingIndex *self,
                                            const char *id);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbedding *graphbit_embedding_index_dup_embedding (GraphbitEmbeddingIndex *self,
                                                           const char *id);
GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_embedding_index_dup_metadata (GraphbitEmbeddingIndex *self,
                                             const char *id);
GRAPHBIT_AVAILABLE_IN_ALL
char **graphbit_embedding_index_dup_ids (GraphbitEmbeddingIndex *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_index_set_filter_func (GraphbitEmbeddingIndex *self,
                                               GraphbitEmbeddingFilterFunc func,
                                               gpointer user_data,
                                               GDestroyNotify notify);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_index_search_async (GraphbitEmbeddingIndex *self,
                                            GraphbitEmbedding *embedding,
                                            guint k,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_embedding_index_search_finish (GraphbitEmbeddingIndex *self,
                                                   GAsyncResult *result,
                                                   GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_embedding_index_search (GraphbitEmbeddingIndex *self,
                                            GraphbitEmbedding *embedding,
                                            guint k,
                                            GCancellable *cancellable,
                                            GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_index_save_async (GraphbitEmbeddingIndex *self,
                                          GFile *file,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_embedding_index_save_finish (GraphbitEmbeddingIndex *self,
                                               GAsyncResult *result,
                                               GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_embedding_index_save (GraphbitEmbeddingIndex *self,
                                        GFile *file,
                                        GCancellable *cancellable,
                                        GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_index_load_async (GFile *file,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingIndex *graphbit_embedding_index_load_finish (GAsyncResult *result,
                                                              GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingIndex *graphbit_embedding_index_load (GFile *file,
                                                       GCancellable *cancellable,
                                                       GError **error);

G_END_DECLS
