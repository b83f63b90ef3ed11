/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-embedding-index.h"

#include <glib/gi18n-lib.h>

#include "graphbit-enum-types.h"
#include "graphbit-error.h"
#include "graphbit-failure-private.h"
#include "graphbit-operation-private.h"
#include "graphbit-runtime-private.h"
#include "graphbit-sync-private.h"
#include "graphbit-vector-file-private.h"
#include "graphbit-vector-private.h"
#include "graphbit-vector-search-private.h"

/**
 * GraphbitEmbeddingIndex:
 *
 * Embeddings in memory, and an exact search for the nearest ones: every vector
 * is looked at, by all processors at once, and the result is the true one.
 * Where that takes too much memory or time, vectors can be kept in a shorter
 * form; see [property@EmbeddingIndex:quantization].
 *
 * Each embedding has an id and, if wanted, a text of the application's own. All
 * have one length. An index belongs to the thread that uses it; a search works
 * on the index as it was when the search was started, whatever is added or
 * removed meanwhile.
 *
 * A file that was written with [method@EmbeddingIndex.save] is mapped into
 * memory when it is loaded, so that a large one is there at once and is shared
 * by all processes that use it. It must not be changed in place; saving again
 * replaces it as a whole.
 *
 * Since: 1.0
 */
struct _GraphbitEmbeddingIndex
{
  GObject parent_instance;

  GraphbitEmbeddingMetric metric;
  GraphbitVectorStore store;
  GraphbitVectorFilter *filter;
};

enum
{
  PROP_0,
  PROP_DIMENSIONS,
  PROP_METRIC,
  PROP_QUANTIZATION,
  PROP_OVERSAMPLING,
  PROP_SIZE,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitEmbeddingIndex, graphbit_embedding_index, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
graphbit_embedding_index_finalize (GObject *object)
{
  GraphbitEmbeddingIndex *self = GRAPHBIT_EMBEDDING_INDEX (object);

  g_clear_pointer (&self->filter, graphbit_vector_filter_unref);
  graphbit_vector_store_clear (&self->store);

  G_OBJECT_CLASS (graphbit_embedding_index_parent_class)->finalize (object);
}

static void
graphbit_embedding_index_get_property (GObject *object,
                                       guint property,
                                       GValue *value,
                                       GParamSpec *pspec)
{
  GraphbitEmbeddingIndex *self = GRAPHBIT_EMBEDDING_INDEX (object);

  switch (property)
    {
    case PROP_DIMENSIONS:
      g_value_set_uint (value, self->store.dimensions);
      break;
    case PROP_METRIC:
      g_value_set_enum (value, self->metric);
      break;
    case PROP_QUANTIZATION:
      g_value_set_enum (value, self->store.quantization);
      break;
    case PROP_OVERSAMPLING:
      g_value_set_uint (value, self->store.oversampling);
      break;
    case PROP_SIZE:
      g_value_set_uint (value, self->store.n_rows);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_embedding_index_set_property (GObject *object,
                                       guint property,
                                       const GValue *value,
                                       GParamSpec *pspec)
{
  GraphbitEmbeddingIndex *self = GRAPHBIT_EMBEDDING_INDEX (object);

  switch (property)
    {
    case PROP_DIMENSIONS:
      self->store.dimensions = g_value_get_uint (value);
      break;
    case PROP_METRIC:
      self->metric = g_value_get_enum (value);
      break;
    case PROP_QUANTIZATION:
      self->store.quantization = g_value_get_enum (value);
      break;
    case PROP_OVERSAMPLING:
      self->store.oversampling = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_embedding_index_class_init (GraphbitEmbeddingIndexClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_embedding_index_finalize;
  object_class->get_property = graphbit_embedding_index_get_property;
  object_class->set_property = graphbit_embedding_index_set_property;

  /**
   * GraphbitEmbeddingIndex:dimensions: (getter get_dimensions)
   *
   * The length of each vector. 0: the first embedding that is added decides.
   *
   * Since: 1.0
   */
  properties[PROP_DIMENSIONS] =
    g_param_spec_uint ("dimensions", NULL, NULL, 0, G_MAXINT, 0,
                       G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitEmbeddingIndex:metric: (getter get_metric)
   *
   * How near two vectors are.
   *
   * Since: 1.0
   */
  properties[PROP_METRIC] =
    g_param_spec_enum ("metric", NULL, NULL, GRAPHBIT_TYPE_EMBEDDING_METRIC, GRAPHBIT_EMBEDDING_METRIC_COSINE,
                       G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitEmbeddingIndex:quantization: (getter get_quantization)
   *
   * How vectors are kept. With n dimensions, one takes 4 · n bytes in float32,
   * n in int8 and n / 8 in bits; in the last two cases the score of a match,
   * and [method@EmbeddingIndex.dup_embedding], are those of the shorter form,
   * unless there is [property@EmbeddingIndex:oversampling].
   *
   * Since: 1.0
   */
  properties[PROP_QUANTIZATION] =
    g_param_spec_enum ("quantization", NULL, NULL,
                       GRAPHBIT_TYPE_EMBEDDING_QUANTIZATION, GRAPHBIT_EMBEDDING_QUANTIZATION_NONE,
                       G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitEmbeddingIndex:oversampling: (getter get_oversampling)
   *
   * How many times as many as asked for are found by the shorter form, and then
   * scored exactly by the vectors themselves, which are kept for it in float32
   * beside the shorter form. 0: they are not kept, and the shorter form alone
   * decides. Where there is no quantization every vector is scored exactly
   * whatever this is.
   *
   * Since: 1.0
   */
  properties[PROP_OVERSAMPLING] =
    g_param_spec_uint ("oversampling", NULL, NULL, 0, GRAPHBIT_VECTOR_MAX_OVERSAMPLING, 0,
                       G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitEmbeddingIndex:size: (getter get_size)
   *
   * How many embeddings there are.
   *
   * Since: 1.0
   */
  properties[PROP_SIZE] =
    g_param_spec_uint ("size", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_embedding_index_init (GraphbitEmbeddingIndex *self)
{
  graphbit_vector_store_init (&self->store, 0);
}

/**
 * graphbit_embedding_index_new:
 * @dimensions: the length of each vector, or 0: that of the first one
 * @metric: how near two of them are
 *
 * Makes an empty index.
 *
 * Returns: (transfer full): a new index
 *
 * Since: 1.0
 */
GraphbitEmbeddingIndex *
graphbit_embedding_index_new (guint dimensions,
                              GraphbitEmbeddingMetric metric)
{
  return g_object_new (GRAPHBIT_TYPE_EMBEDDING_INDEX, "dimensions", dimensions, "metric", metric, NULL);
}

/**
 * graphbit_embedding_index_new_quantized:
 * @dimensions: the length of each vector, or 0: that of the first one
 * @metric: how near two of them are
 * @quantization: how they are kept
 * @oversampling: how many times as many as asked for are scored exactly, 0 to
 *   1000; 0: none, and no vector is kept in float32
 *
 * Makes an empty index that keeps vectors in a shorter form; see
 * [property@EmbeddingIndex:quantization] and
 * [property@EmbeddingIndex:oversampling].
 *
 * Returns: (transfer full): a new index
 *
 * Since: 1.0
 */
GraphbitEmbeddingIndex *
graphbit_embedding_index_new_quantized (guint dimensions,
                                        GraphbitEmbeddingMetric metric,
                                        GraphbitEmbeddingQuantization quantization,
                                        guint oversampling)
{
  return g_object_new (GRAPHBIT_TYPE_EMBEDDING_INDEX, "dimensions", dimensions, "metric", metric,
                       "quantization", quantization, "oversampling", oversampling, NULL);
}

/**
 * graphbit_embedding_index_get_dimensions: (get-property dimensions)
 * @self: an index
 *
 * Gets the length of each vector.
 *
 * Returns: the number of dimensions; 0: the first embedding decides
 *
 * Since: 1.0
 */
guint
graphbit_embedding_index_get_dimensions (GraphbitEmbeddingIndex *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_INDEX (self), 0);

  return self->store.dimensions;
}

/**
 * graphbit_embedding_index_get_metric: (get-property metric)
 * @self: an index
 *
 * Gets how near two vectors are.
 *
 * Returns: the metric
 *
 * Since: 1.0
 */
GraphbitEmbeddingMetric
graphbit_embedding_index_get_metric (GraphbitEmbeddingIndex *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_INDEX (self), GRAPHBIT_EMBEDDING_METRIC_COSINE);

  return self->metric;
}

/**
 * graphbit_embedding_index_get_quantization: (get-property quantization)
 * @self: an index
 *
 * Gets how vectors are kept.
 *
 * Returns: the quantization
 *
 * Since: 1.0
 */
GraphbitEmbeddingQuantization
graphbit_embedding_index_get_quantization (GraphbitEmbeddingIndex *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_INDEX (self), GRAPHBIT_EMBEDDING_QUANTIZATION_NONE);

  return self->store.quantization;
}

/**
 * graphbit_embedding_index_get_oversampling: (get-property oversampling)
 * @self: an index
 *
 * Gets how many times as many as asked for are scored exactly.
 *
 * Returns: the factor; 0: none are
 *
 * Since: 1.0
 */
guint
graphbit_embedding_index_get_oversampling (GraphbitEmbeddingIndex *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_INDEX (self), 0);

  return self->store.oversampling;
}

/**
 * graphbit_embedding_index_get_size: (get-property size)
 * @self: an index
 *
 * Gets how many embeddings there are.
 *
 * Returns: the number of embeddings
 *
 * Since: 1.0
 */
guint
graphbit_embedding_index_get_size (GraphbitEmbeddingIndex *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_INDEX (self), 0);

  return self->store.n_rows;
}

/* NULL and an error: not for this index. */
static const float *
check_embedding (GraphbitEmbeddingIndex *self,
                 GraphbitEmbedding *embedding,
                 GError **error)
{
  gsize n;
  const float *values = graphbit_embedding_get_values (embedding, &n);

  if (n == 0)
    g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                         _("The embedding is empty; take one that a model has made"));
  else if (self->store.dimensions != 0 && n != self->store.dimensions)
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                 _("The embedding has %" G_GSIZE_FORMAT " dimensions, and those of the index have %u: "
                   "use one model for all of them"), n, self->store.dimensions);
  else if (!graphbit_vector_is_finite (values, n))
    g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                         _("A vector with NaN or an infinity in it cannot be compared"));
  else
    return values;

  return NULL;
}

/**
 * graphbit_embedding_index_add:
 * @self: an index
 * @id: what to call it, in UTF-8
 * @embedding: an embedding
 * @metadata: (nullable): a text to keep with it, in UTF-8, or %NULL
 * @error: return location for an error, or %NULL
 *
 * Adds an embedding, or puts it in the place of the one that has this id. Its
 * vector is copied.
 *
 * Errors are %GRAPHBIT_ERROR_INVALID_ARGUMENT if the id is empty, if the vector
 * has another length than those of the index, or if it has NaN or an infinity
 * in it.
 *
 * Returns: %TRUE if it was added
 *
 * Since: 1.0
 */
gboolean
graphbit_embedding_index_add (GraphbitEmbeddingIndex *self,
                              const char *id,
                              GraphbitEmbedding *embedding,
                              const char *metadata,
                              GError **error)
{
  const float *values;
  guint size;

  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_INDEX (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING (embedding), FALSE);

  if (*id == '\0')
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The id of an embedding is empty; give it one to find it by"));
      return FALSE;
    }
  if (!g_utf8_validate (id, -1, NULL) || (metadata != NULL && !g_utf8_validate (metadata, -1, NULL)))
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The id or the metadata of an embedding is no valid UTF-8"));
      return FALSE;
    }
  values = check_embedding (self, embedding, error);
  if (values == NULL)
    return FALSE;

  if (self->store.dimensions == 0)
    {
      self->store.dimensions = graphbit_embedding_get_dimensions (embedding);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DIMENSIONS]);
    }
  size = self->store.n_rows;
  graphbit_vector_store_put (&self->store, id, values, metadata);
  if (self->store.n_rows != size)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE]);
  return TRUE;
}

/**
 * graphbit_embedding_index_remove:
 * @self: an index
 * @id: the id of an embedding
 *
 * Removes an embedding.
 *
 * Returns: %TRUE if there was one of this id
 *
 * Since: 1.0
 */
gboolean
graphbit_embedding_index_remove (GraphbitEmbeddingIndex *self,
                                 const char *id)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_INDEX (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  if (!graphbit_vector_store_remove (&self->store, id))
    return FALSE;

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE]);
  return TRUE;
}

/**
 * graphbit_embedding_index_contains:
 * @self: an index
 * @id: the id of an embedding
 *
 * Tells whether there is an embedding of this id.
 *
 * Returns: %TRUE if there is
 *
 * Since: 1.0
 */
gboolean
graphbit_embedding_index_contains (GraphbitEmbeddingIndex *self,
                                   const char *id)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_INDEX (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  return graphbit_vector_store_find (&self->store, id) >= 0;
}

/**
 * graphbit_embedding_index_dup_embedding:
 * @self: an index
 * @id: the id of an embedding
 *
 * Gets a copy of an embedding. Where vectors are kept in a shorter form only, it
 * is what that stands for.
 *
 * Returns: (transfer full) (nullable): the embedding, or %NULL if there is none
 *   of this id
 *
 * Since: 1.0
 */
GraphbitEmbedding *
graphbit_embedding_index_dup_embedding (GraphbitEmbeddingIndex *self,
                                        const char *id)
{
  g_autoptr (GBytes) bytes = NULL;
  float *values;
  int row;

  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_INDEX (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  row = graphbit_vector_store_find (&self->store, id);
  if (row < 0)
    return NULL;

  values = g_new (float, self->store.dimensions);
  graphbit_vector_store_read (&self->store, (guint) row, values);
  bytes = g_bytes_new_take (values, self->store.dimensions * sizeof (float));
  return graphbit_embedding_new_from_bytes (bytes);
}

/**
 * graphbit_embedding_index_dup_metadata:
 * @self: an index
 * @id: the id of an embedding
 *
 * Gets a copy of the text that was added with an embedding.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL if there is none
 *
 * Since: 1.0
 */
char *
graphbit_embedding_index_dup_metadata (GraphbitEmbeddingIndex *self,
                                       const char *id)
{
  const GraphbitVectorBlock *block;
  guint slot;
  int row;

  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_INDEX (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  row = graphbit_vector_store_find (&self->store, id);
  if (row < 0)
    return NULL;

  block = graphbit_vector_store_get (&self->store, (guint) row, &slot);
  return g_strdup (block->metadata[slot]);
}

/**
 * graphbit_embedding_index_dup_ids:
 * @self: an index
 *
 * Gets the ids of all embeddings, in no particular order.
 *
 * Returns: (transfer full) (array zero-terminated=1): the ids
 *
 * Since: 1.0
 */
char **
graphbit_embedding_index_dup_ids (GraphbitEmbeddingIndex *self)
{
  char **ids;

  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_INDEX (self), NULL);

  ids = g_new0 (char *, (gsize) self->store.n_rows + 1);
  for (guint row = 0; row < self->store.n_rows; row++)
    {
      guint slot;
      const GraphbitVectorBlock *block = graphbit_vector_store_get (&self->store, row, &slot);

      ids[row] = g_strdup (block->ids[slot]);
    }
  return ids;
}

/**
 * graphbit_embedding_index_set_filter_func:
 * @self: an index
 * @func: (nullable) (scope notified) (closure user_data) (destroy notify): what
 *   decides, or %NULL: searches may give all embeddings
 * @user_data: what to hand to it
 * @notify: (nullable): what frees @user_data
 *
 * Sets what decides which embeddings searches may give, for searches that are
 * started from then on.
 *
 * Since: 1.0
 */
void
graphbit_embedding_index_set_filter_func (GraphbitEmbeddingIndex *self,
                                          GraphbitEmbeddingFilterFunc func,
                                          gpointer user_data,
                                          GDestroyNotify notify)
{
  GraphbitVectorFilter *old;

  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_INDEX (self));

  old = g_steal_pointer (&self->filter);
  if (func != NULL)
    self->filter = graphbit_vector_filter_new (func, user_data, notify);
  if (old != NULL)
    graphbit_vector_filter_unref (old);
}

/**
 * graphbit_embedding_index_search_async:
 * @self: an index
 * @embedding: what to look for
 * @k: how many to find
 * @cancellable: (nullable): a #GCancellable, or %NULL
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: what to hand to it
 *
 * Finds the embeddings that are nearest to one, by the index's metric; exactly,
 * if there is no [property@EmbeddingIndex:quantization]. It works in other
 * threads, on the index as it is now; the callback, and the filter function if
 * one is set, are called in the thread-default main context of now. Call
 * [method@EmbeddingIndex.search_finish] to get the matches.
 *
 * Since: 1.0
 */
void
graphbit_embedding_index_search_async (GraphbitEmbeddingIndex *self,
                                       GraphbitEmbedding *embedding,
                                       guint k,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  const float *values;
  GError *error = NULL;

  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_INDEX (self));
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING (embedding));

  task = graphbit_task_new (self, graphbit_embedding_index_search_async, cancellable, callback, user_data);
  values = check_embedding (self, embedding, &error);
  if (values == NULL)
    g_task_return_error (task, error);
  else
    graphbit_vector_search_start (&self->store, self->metric, values, k, self->filter, g_steal_pointer (&task));
}

/**
 * graphbit_embedding_index_search_finish:
 * @self: an index
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Ends what [method@EmbeddingIndex.search_async] began.
 *
 * Errors are %GRAPHBIT_ERROR_INVALID_ARGUMENT if the embedding cannot be
 * compared with those of the index, %GRAPHBIT_ERROR_FAILED_PRECONDITION in a
 * forked child, and %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer container) (element-type GraphbitEmbeddingMatch): the
 *   nearest ones, the nearest first; @k, or fewer if there are no more
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_embedding_index_search_finish (GraphbitEmbeddingIndex *self,
                                        GAsyncResult *result,
                                        GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_embedding_index_search_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_embedding_index_search:
 * @self: an index
 * @embedding: what to look for
 * @k: how many to find
 * @cancellable: (nullable): a #GCancellable, or %NULL
 * @error: return location for an error, or %NULL
 *
 * Finds the embeddings that are nearest to one, and waits for the result. The
 * caller's main context does not run meanwhile. Errors are those of
 * [method@EmbeddingIndex.search_finish].
 *
 * Returns: (transfer container) (element-type GraphbitEmbeddingMatch): the
 *   nearest ones, the nearest first; @k, or fewer if there are no more
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_embedding_index_search (GraphbitEmbeddingIndex *self,
                                 GraphbitEmbedding *embedding,
                                 guint k,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_INDEX (self), NULL);
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING (embedding), NULL);

  graphbit_sync_begin (&sync);
  graphbit_embedding_index_search_async (self, embedding, k, cancellable, graphbit_sync_ready, &sync);
  return graphbit_embedding_index_search_finish (self, graphbit_sync_wait (&sync), error);
}

/* Files: the work is done in the pool, on a snapshot or a store of its own. */

typedef struct
{
  GraphbitOperation operation;
  GTask *task; /* until completion */
  GraphbitVectorStore store;
  GraphbitEmbeddingMetric metric;
  char *path;
  gboolean is_load;
  GError *error;  /* plain: made in the pool, taken over at home */
} FileWork;

static void
file_work_free (GraphbitOperation *operation)
{
  FileWork *self = (FileWork *) operation;

  if (self->store.blocks != NULL)
    graphbit_vector_store_clear (&self->store);
  g_clear_error (&self->error);
  g_free (self->path);
  g_free (self);
}

static void
file_work_conclude (FileWork *self,
                    GError *error)
{
  g_autoptr (GTask) task = NULL;

  if (!graphbit_operation_complete (self))
    {
      g_clear_error (&error);
      return;
    }

  task = g_steal_pointer (&self->task);
  if (error != NULL)
    g_task_return_error (task, error);
  else if (!self->is_load)
    g_task_return_boolean (task, TRUE);
  else
    {
      GraphbitEmbeddingIndex *index = graphbit_embedding_index_new (self->store.dimensions, self->metric);

      graphbit_vector_store_clear (&index->store);
      index->store = self->store;
      self->store = (GraphbitVectorStore) { 0 };
      g_task_return_pointer (task, index, g_object_unref);
    }
  graphbit_operation_unref (self); /* the work's own */
}

static void
file_work_interrupted (GraphbitOperation *operation,
                       GraphbitInterruption interruption)
{
  g_autoptr (GraphbitFailure) failure = graphbit_failure_new_cancelled ();

  file_work_conclude ((FileWork *) operation, graphbit_failure_to_error (failure, NULL));
}

static const GraphbitOperationClass file_work_class = {
  file_work_interrupted,
  file_work_free
};

static void
file_work_done (GraphbitOperation *operation,
                gpointer data)
{
  FileWork *self = (FileWork *) operation;

  file_work_conclude (self, g_steal_pointer (&self->error));
}

static void
file_work_run_in_pool (gpointer data,
                       gpointer user_data)
{
  FileWork *self = data;

  if (self->is_load)
    graphbit_vector_file_read (self->path, &self->store, &self->metric, &self->operation, &self->error);
  else
    graphbit_vector_file_write (self->path, &self->store, self->metric, &self->operation, &self->error);
  graphbit_operation_invoke (self, file_work_done, NULL, NULL);
  graphbit_operation_unref (self);
}

static void
file_work_begin (GraphbitOperation *operation,
                 gpointer data)
{
  graphbit_operation_ref (operation);
  /* not taken: the generation has ended, and its operations are being interrupted */
  if (!graphbit_runtime_push_work (operation->runtime, file_work_run_in_pool, operation))
    graphbit_operation_unref (operation);
}

/* Takes over the task. `index` NULL: loads. */
static void
file_work_start (GraphbitEmbeddingIndex *index,
                 GFile *file,
                 GTask *task)
{
  g_autofree char *path = g_file_get_path (file);
  GError *error = NULL;
  FileWork *self;

  if (path == NULL)
    {
      g_autofree char *uri = g_file_get_uri (file);

      g_task_return_new_error (task, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                               _("“%s” is not on this machine; keep indexes in local files"), uri);
      g_object_unref (task);
      return;
    }

  self = g_new0 (FileWork, 1);
  self->path = g_steal_pointer (&path);
  self->is_load = index == NULL;
  if (index != NULL)
    {
      graphbit_vector_store_take_snapshot (&index->store, &self->store);
      self->metric = index->metric;
    }
  if (!graphbit_operation_init (&self->operation, &file_work_class, g_task_get_cancellable (task), &error))
    {
      file_work_free (&self->operation);
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  self->task = task;
  graphbit_operation_invoke (self, file_work_begin, NULL, NULL);
}

/**
 * graphbit_embedding_index_save_async:
 * @self: an index
 * @file: where to write it; a local file
 * @cancellable: (nullable): a #GCancellable, or %NULL
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: what to hand to it
 *
 * Writes the index, as it is now, to a file. It is written under another name
 * first and then takes the place of what was there, so that there always is a
 * whole one. The file can be read on any machine. The callback is called in the
 * thread-default main context of now; call [method@EmbeddingIndex.save_finish]
 * to get the result.
 *
 * Since: 1.0
 */
void
graphbit_embedding_index_save_async (GraphbitEmbeddingIndex *self,
                                     GFile *file,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_INDEX (self));
  g_return_if_fail (G_IS_FILE (file));

  file_work_start (self, file,
                   graphbit_task_new (self, graphbit_embedding_index_save_async, cancellable, callback, user_data));
}

/**
 * graphbit_embedding_index_save_finish:
 * @self: an index
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Ends what [method@EmbeddingIndex.save_async] began.
 *
 * Errors are those of #GIOErrorEnum if the file cannot be written,
 * %GRAPHBIT_ERROR_UNSUPPORTED if it is on another machine, and
 * %G_IO_ERROR_CANCELLED. What was there is then unchanged; only a cancellation
 * at the very last moment may find that the new file is in its place already.
 *
 * Returns: %TRUE if it was written
 *
 * Since: 1.0
 */
gboolean
graphbit_embedding_index_save_finish (GraphbitEmbeddingIndex *self,
                                      GAsyncResult *result,
                                      GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_embedding_index_save_async), FALSE);

  return graphbit_task_propagate_boolean (result, error);
}

/**
 * graphbit_embedding_index_save:
 * @self: an index
 * @file: where to write it; a local file
 * @cancellable: (nullable): a #GCancellable, or %NULL
 * @error: return location for an error, or %NULL
 *
 * Writes the index to a file, as [method@EmbeddingIndex.save_async] does, and
 * waits for the end. Errors are those of [method@EmbeddingIndex.save_finish].
 *
 * Returns: %TRUE if it was written
 *
 * Since: 1.0
 */
gboolean
graphbit_embedding_index_save (GraphbitEmbeddingIndex *self,
                               GFile *file,
                               GCancellable *cancellable,
                               GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_INDEX (self), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);

  graphbit_sync_begin (&sync);
  graphbit_embedding_index_save_async (self, file, cancellable, graphbit_sync_ready, &sync);
  return graphbit_embedding_index_save_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_embedding_index_load_async:
 * @file: a local file that [method@EmbeddingIndex.save] has written
 * @cancellable: (nullable): a #GCancellable, or %NULL
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: what to hand to it
 *
 * Reads an index. The file is mapped into memory, and checked as a whole. The
 * callback is called in the thread-default main context of now; call
 * [func@EmbeddingIndex.load_finish] to get the index.
 *
 * Since: 1.0
 */
void
graphbit_embedding_index_load_async (GFile *file,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_return_if_fail (G_IS_FILE (file));

  file_work_start (NULL, file,
                   graphbit_task_new (NULL, graphbit_embedding_index_load_async, cancellable, callback, user_data));
}

/**
 * graphbit_embedding_index_load_finish:
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Ends what [func@EmbeddingIndex.load_async] began.
 *
 * Errors are those of #GIOErrorEnum if the file cannot be read,
 * %GRAPHBIT_ERROR_PARSE if it is no index, or a damaged one,
 * %GRAPHBIT_ERROR_UNSUPPORTED if it is on another machine, and
 * %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): the index
 *
 * Since: 1.0
 */
GraphbitEmbeddingIndex *
graphbit_embedding_index_load_finish (GAsyncResult *result,
                                      GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_embedding_index_load_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_embedding_index_load:
 * @file: a local file that [method@EmbeddingIndex.save] has written
 * @cancellable: (nullable): a #GCancellable, or %NULL
 * @error: return location for an error, or %NULL
 *
 * Reads an index, as [func@EmbeddingIndex.load_async] does, and waits for it.
 * Errors are those of [func@EmbeddingIndex.load_finish].
 *
 * Returns: (transfer full): the index
 *
 * Since: 1.0
 */
GraphbitEmbeddingIndex *
graphbit_embedding_index_load (GFile *file,
                               GCancellable *cancellable,
                               GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (G_IS_FILE (file), NULL);

  graphbit_sync_begin (&sync);
  graphbit_embedding_index_load_async (file, cancellable, graphbit_sync_ready, &sync);
  return graphbit_embedding_index_load_finish (graphbit_sync_wait (&sync), error);
}
