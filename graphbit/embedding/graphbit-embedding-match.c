/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-embedding-match-private.h"

/**
 * GraphbitEmbeddingMatch:
 *
 * What a search in an [class@EmbeddingIndex] found. It never changes.
 *
 * Since: 1.0
 */
struct _GraphbitEmbeddingMatch
{
  GObject parent_instance;

  char *id;
  char *metadata;
  double score;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_SCORE,
  PROP_METADATA,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitEmbeddingMatch, graphbit_embedding_match, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
graphbit_embedding_match_finalize (GObject *object)
{
  GraphbitEmbeddingMatch *self = GRAPHBIT_EMBEDDING_MATCH (object);

  g_free (self->id);
  g_free (self->metadata);

  G_OBJECT_CLASS (graphbit_embedding_match_parent_class)->finalize (object);
}

static void
graphbit_embedding_match_get_property (GObject *object,
                                       guint property,
                                       GValue *value,
                                       GParamSpec *pspec)
{
  GraphbitEmbeddingMatch *self = GRAPHBIT_EMBEDDING_MATCH (object);

  switch (property)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_SCORE:
      g_value_set_double (value, self->score);
      break;
    case PROP_METADATA:
      g_value_set_string (value, self->metadata);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_embedding_match_class_init (GraphbitEmbeddingMatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_embedding_match_finalize;
  object_class->get_property = graphbit_embedding_match_get_property;

  /**
   * GraphbitEmbeddingMatch:id: (getter get_id)
   *
   * The id under which the embedding was added.
   *
   * Since: 1.0
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  /**
   * GraphbitEmbeddingMatch:score: (getter get_score)
   *
   * How near it is, by the index's [property@EmbeddingIndex:metric].
   *
   * Since: 1.0
   */
  properties[PROP_SCORE] = g_param_spec_double ("score", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
  /**
   * GraphbitEmbeddingMatch:metadata: (getter get_metadata)
   *
   * The text that was added with the embedding. %NULL: none.
   *
   * Since: 1.0
   */
  properties[PROP_METADATA] = g_param_spec_string ("metadata", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_embedding_match_init (GraphbitEmbeddingMatch *self)
{
}

GraphbitEmbeddingMatch *
graphbit_embedding_match_new (const char *id,
                              const char *metadata,
                              double score)
{
  GraphbitEmbeddingMatch *self = g_object_new (GRAPHBIT_TYPE_EMBEDDING_MATCH, NULL);

  self->id = g_strdup (id);
  self->metadata = g_strdup (metadata);
  self->score = score;
  return self;
}

/**
 * graphbit_embedding_match_get_id: (get-property id)
 * @self: a match
 *
 * Gets the id under which the embedding was added.
 *
 * Returns: the id
 *
 * Since: 1.0
 */
const char *
graphbit_embedding_match_get_id (GraphbitEmbeddingMatch *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_MATCH (self), NULL);

  return self->id;
}

/**
 * graphbit_embedding_match_get_score: (get-property score)
 * @self: a match
 *
 * Gets how near it is, by the index's [property@EmbeddingIndex:metric].
 *
 * Returns: the score
 *
 * Since: 1.0
 */
gdouble
graphbit_embedding_match_get_score (GraphbitEmbeddingMatch *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_MATCH (self), 0);

  return self->score;
}

/**
 * graphbit_embedding_match_get_metadata: (get-property metadata)
 * @self: a match
 *
 * Gets the text that was added with the embedding.
 *
 * Returns: (nullable): the text, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_embedding_match_get_metadata (GraphbitEmbeddingMatch *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_MATCH (self), NULL);

  return self->metadata;
}
