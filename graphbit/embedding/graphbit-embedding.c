/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-embedding-private.h"

#include <math.h>

#include "graphbit-vector-private.h"

/**
 * GraphbitEmbedding:
 *
 * A text as a model of embeddings sees it: a vector of float32. Texts that mean
 * something similar have vectors that point in a similar direction; see
 * [method@Embedding.similarity] and [class@EmbeddingIndex].
 *
 * An embedding never changes and may be used in any thread. In Python it has
 * the length and the elements of its vector; `embedding.buffer` is a memoryview
 * of them without a copy, and numpy takes the embedding itself as an array.
 *
 * Since: 1.0
 */
struct _GraphbitEmbedding
{
  GObject parent_instance;

  GBytes *bytes; /* never NULL once constructed; whole, aligned floats */
  guint index;
  GError *error; /* NULL: there is a vector */
};

enum
{
  PROP_0,
  PROP_BYTES,
  PROP_DIMENSIONS,
  PROP_INDEX,
  PROP_ERROR,
  PROP_ERROR_DETAILS,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitEmbedding, graphbit_embedding, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
take_bytes (GraphbitEmbedding *self,
            GBytes *bytes)
{
  gsize size = bytes != NULL ? g_bytes_get_size (bytes) : 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, NULL) : NULL;

  if (bytes != NULL && size % sizeof (float) == 0 && ((gsize) data) % G_ALIGNOF (float) == 0)
    self->bytes = g_bytes_ref (bytes);
  else
    self->bytes = g_bytes_new (data, size - size % sizeof (float));
}

static void
graphbit_embedding_finalize (GObject *object)
{
  GraphbitEmbedding *self = GRAPHBIT_EMBEDDING (object);

  g_bytes_unref (self->bytes);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (graphbit_embedding_parent_class)->finalize (object);
}

static void
graphbit_embedding_get_property (GObject *object,
                                 guint property,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  GraphbitEmbedding *self = GRAPHBIT_EMBEDDING (object);

  switch (property)
    {
    case PROP_BYTES:
      g_value_set_boxed (value, self->bytes);
      break;
    case PROP_DIMENSIONS:
      g_value_set_uint (value, graphbit_embedding_get_dimensions (self));
      break;
    case PROP_INDEX:
      g_value_set_uint (value, self->index);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_ERROR_DETAILS:
      g_value_take_object (value, graphbit_embedding_get_error_details (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_embedding_set_property (GObject *object,
                                 guint property,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  GraphbitEmbedding *self = GRAPHBIT_EMBEDDING (object);

  switch (property)
    {
    case PROP_BYTES:
      take_bytes (self, g_value_get_boxed (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_embedding_class_init (GraphbitEmbeddingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_embedding_finalize;
  object_class->get_property = graphbit_embedding_get_property;
  object_class->set_property = graphbit_embedding_set_property;

  /**
   * GraphbitEmbedding:bytes: (getter get_bytes)
   *
   * The vector as bytes: float32 values in the byte order of the machine. Bytes
   * that make no whole value at the end are left out.
   *
   * Since: 1.0
   */
  properties[PROP_BYTES] =
    g_param_spec_boxed ("bytes", NULL, NULL, G_TYPE_BYTES,
                        G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitEmbedding:dimensions: (getter get_dimensions)
   *
   * The length of the vector.
   *
   * Since: 1.0
   */
  properties[PROP_DIMENSIONS] =
    g_param_spec_uint ("dimensions", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitEmbedding:index: (getter get_index)
   *
   * The position of the text among those that were asked for together, from 0.
   *
   * Since: 1.0
   */
  properties[PROP_INDEX] =
    g_param_spec_uint ("index", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitEmbedding:error: (getter get_error)
   *
   * Why the text has no vector, where it was one of several and the others have
   * theirs. %NULL: it has one.
   *
   * Since: 1.0
   */
  properties[PROP_ERROR] =
    g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitEmbedding:error-details: (getter get_error_details)
   *
   * What a provider said about the error, if one did.
   *
   * Since: 1.0
   */
  properties[PROP_ERROR_DETAILS] =
    g_param_spec_object ("error-details", NULL, NULL, GRAPHBIT_TYPE_ERROR_DETAILS, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_embedding_init (GraphbitEmbedding *self)
{
}

/**
 * graphbit_embedding_new:
 * @values: (array length=n_values): the vector
 * @n_values: its length
 *
 * Makes an embedding of numbers that come from elsewhere. They are copied.
 *
 * Returns: (transfer full): a new embedding
 *
 * Since: 1.0
 */
GraphbitEmbedding *
graphbit_embedding_new (const float *values,
                        gsize n_values)
{
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (values != NULL || n_values == 0, NULL);

  bytes = g_bytes_new (values, n_values * sizeof (float));
  return graphbit_embedding_new_from_bytes (bytes);
}

/**
 * graphbit_embedding_new_from_bytes:
 * @bytes: float32 values in the byte order of the machine
 *
 * Makes an embedding of bytes that come from elsewhere. They are not copied,
 * unless they lie where float32 values cannot be read.
 *
 * Returns: (transfer full): a new embedding
 *
 * Since: 1.0
 */
GraphbitEmbedding *
graphbit_embedding_new_from_bytes (GBytes *bytes)
{
  g_return_val_if_fail (bytes != NULL, NULL);

  return g_object_new (GRAPHBIT_TYPE_EMBEDDING, "bytes", bytes, NULL);
}

GraphbitEmbedding *
graphbit_embedding_new_for_index (GBytes *bytes,
                                  guint index)
{
  GraphbitEmbedding *self = graphbit_embedding_new_from_bytes (bytes);

  self->index = index;
  return self;
}

GraphbitEmbedding *
graphbit_embedding_new_for_error (const GError *error,
                                  guint index)
{
  GraphbitEmbedding *self = g_object_new (GRAPHBIT_TYPE_EMBEDDING, NULL);

  self->error = g_error_copy (error);
  self->index = index;
  return self;
}

/**
 * graphbit_embedding_get_values:
 * @self: an embedding
 * @n_values: (out): return location for the length of the vector
 *
 * Gets the vector.
 *
 * Returns: (transfer none) (array length=n_values): the vector
 *
 * Since: 1.0
 */
const float *
graphbit_embedding_get_values (GraphbitEmbedding *self,
                               gsize *n_values)
{
  const float *values;
  gsize size;

  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING (self), NULL);

  values = g_bytes_get_data (self->bytes, &size);
  if (n_values != NULL)
    *n_values = size / sizeof (float);
  return values;
}

/**
 * graphbit_embedding_get_bytes: (get-property bytes)
 * @self: an embedding
 *
 * Gets the vector as bytes: float32 values in the byte order of the machine.
 *
 * Returns: (transfer none): the bytes
 *
 * Since: 1.0
 */
GBytes *
graphbit_embedding_get_bytes (GraphbitEmbedding *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING (self), NULL);

  return self->bytes;
}

/**
 * graphbit_embedding_get_dimensions: (get-property dimensions)
 * @self: an embedding
 *
 * Gets the length of the vector.
 *
 * Returns: the number of dimensions
 *
 * Since: 1.0
 */
guint
graphbit_embedding_get_dimensions (GraphbitEmbedding *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING (self), 0);

  return (guint) (g_bytes_get_size (self->bytes) / sizeof (float));
}

/**
 * graphbit_embedding_get_index: (get-property index)
 * @self: an embedding
 *
 * Gets the position of the text among those that were asked for together.
 *
 * Returns: the position, from 0
 *
 * Since: 1.0
 */
guint
graphbit_embedding_get_index (GraphbitEmbedding *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING (self), 0);

  return self->index;
}

/**
 * graphbit_embedding_get_error: (get-property error)
 * @self: an embedding
 *
 * Gets why the text has no vector.
 *
 * Returns: (transfer full) (nullable): the error, or %NULL if it has one
 *
 * Since: 1.0
 */
GError *
graphbit_embedding_get_error (GraphbitEmbedding *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING (self), NULL);

  return self->error != NULL ? g_error_copy (self->error) : NULL;
}

/**
 * graphbit_embedding_get_error_details: (get-property error-details)
 * @self: an embedding
 *
 * Gets what a provider said about the error.
 *
 * Returns: (transfer full) (nullable): the details, or %NULL if there are none
 *
 * Since: 1.0
 */
GraphbitErrorDetails *
graphbit_embedding_get_error_details (GraphbitEmbedding *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING (self), NULL);

  return self->error != NULL ? graphbit_error_details_from_error (self->error) : NULL;
}

/**
 * graphbit_embedding_similarity:
 * @self: an embedding
 * @other: another one, of the same model
 * @error: return location for an error, or %NULL
 *
 * Compares the directions of two vectors: the cosine of the angle between them,
 * 1 for the same direction, 0 for unrelated ones (or if one has the length 0),
 * −1 for opposite ones. With n dimensions it is off by no more than
 * 3 · (n / 32 + 3) · 2⁻²⁴, for n = 1536 by 10⁻⁵.
 *
 * Errors are %GRAPHBIT_ERROR_INVALID_ARGUMENT if the vectors have different
 * lengths, if they are empty, and if one has NaN or an infinity in it.
 *
 * Returns: the similarity, −1 to 1; 0 with @error set
 *
 * Since: 1.0
 */
gdouble
graphbit_embedding_similarity (GraphbitEmbedding *self,
                               GraphbitEmbedding *other,
                               GError **error)
{
  const float *a, *b;
  gsize n_a, n_b;

  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING (self), 0);
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING (other), 0);

  a = graphbit_embedding_get_values (self, &n_a);
  b = graphbit_embedding_get_values (other, &n_b);
  return graphbit_vector_similarity (a, n_a, b, n_b, error);
}

/**
 * graphbit_embedding_score:
 * @self: an embedding
 * @other: another one, of the same model
 * @metric: by what
 * @error: return location for an error, or %NULL
 *
 * Tells how near two vectors are, as the score of a match does in an
 * [class@EmbeddingIndex] with this metric.
 *
 * With n dimensions a dot product is off by no more than
 * (n / 32 + 2) · 2⁻²⁴ times the sum of what its products are without their
 * signs, and a distance by no more than (n / 32 + 5) · 2⁻²⁴ times itself. For
 * the cosine see [method@Embedding.similarity].
 *
 * Errors are %GRAPHBIT_ERROR_INVALID_ARGUMENT if the vectors have different
 * lengths, if they are empty, and if one has NaN or an infinity in it.
 *
 * Returns: the score; 0 with @error set
 *
 * Since: 1.0
 */
gdouble
graphbit_embedding_score (GraphbitEmbedding *self,
                          GraphbitEmbedding *other,
                          GraphbitEmbeddingMetric metric,
                          GError **error)
{
  const float *a, *b;
  gsize n_a, n_b;

  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING (self), 0);
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING (other), 0);

  a = graphbit_embedding_get_values (self, &n_a);
  b = graphbit_embedding_get_values (other, &n_b);
  if (!graphbit_vector_check (a, n_a, b, n_b, error))
    return 0;

  switch (metric)
    {
    case GRAPHBIT_EMBEDDING_METRIC_DOT:
      return graphbit_vector_dot (a, b, n_a);
    case GRAPHBIT_EMBEDDING_METRIC_EUCLID:
      return sqrt (graphbit_vector_squared_distance (a, b, n_a));
    case GRAPHBIT_EMBEDDING_METRIC_COSINE:
    default:
      return graphbit_vector_cosine (a, b, n_a);
    }
}
