/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-transform-node.h"

#include <glib/gi18n-lib.h>

#include "graphbit-enum-types.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-node-private.h"
#include "graphbit-transform-private.h"

/**
 * GraphbitTransformNode:
 *
 * A node that changes text without a model: see [enum@Transformation].
 *
 * Its input is what came from the nodes before it, in the order of connection,
 * with blank lines between. What cannot be done, such as a pointer that leads
 * nowhere or a pattern that matches nothing, fails the node with
 * %GRAPHBIT_ERROR_NODE_FAILED, and input that is no JSON with
 * %GRAPHBIT_ERROR_PARSE.
 *
 * Since: 1.0
 */
struct _GraphbitTransformNode
{
  GraphbitNode parent_instance;

  GraphbitTransformation transformation;
  char *argument;
  char *replacement;
};

G_DEFINE_FINAL_TYPE (GraphbitTransformNode, graphbit_transform_node, GRAPHBIT_TYPE_NODE)

enum
{
  PROP_0,
  PROP_TRANSFORMATION,
  PROP_ARGUMENT,
  PROP_REPLACEMENT,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void
graphbit_transform_node_finalize (GObject *object)
{
  GraphbitTransformNode *self = GRAPHBIT_TRANSFORM_NODE (object);

  g_free (self->argument);
  g_free (self->replacement);

  G_OBJECT_CLASS (graphbit_transform_node_parent_class)->finalize (object);
}

static void
graphbit_transform_node_get_property (GObject *object,
                                      guint property_id,
                                      GValue *value,
                                      GParamSpec *pspec)
{
  GraphbitTransformNode *self = GRAPHBIT_TRANSFORM_NODE (object);

  switch (property_id)
    {
    case PROP_TRANSFORMATION:
      g_value_set_enum (value, self->transformation);
      break;
    case PROP_ARGUMENT:
      g_value_set_string (value, self->argument);
      break;
    case PROP_REPLACEMENT:
      g_value_set_string (value, self->replacement);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_transform_node_set_property (GObject *object,
                                      guint property_id,
                                      const GValue *value,
                                      GParamSpec *pspec)
{
  GraphbitTransformNode *self = GRAPHBIT_TRANSFORM_NODE (object);

  switch (property_id)
    {
    case PROP_TRANSFORMATION:
      self->transformation = g_value_get_enum (value);
      break;
    case PROP_ARGUMENT:
      graphbit_transform_node_set_argument (self, g_value_get_string (value));
      break;
    case PROP_REPLACEMENT:
      graphbit_transform_node_set_replacement (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_transform_node_class_init (GraphbitTransformNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_transform_node_finalize;
  object_class->get_property = graphbit_transform_node_get_property;
  object_class->set_property = graphbit_transform_node_set_property;

  GRAPHBIT_NODE_CLASS (klass)->kind = graphbit_node_kind_get_info (GRAPHBIT_NODE_KIND_TRANSFORM);

  /**
   * GraphbitTransformNode:transformation: (getter get_transformation)
   *
   * What is done to the input.
   *
   * Since: 1.0
   */
  properties[PROP_TRANSFORMATION] =
    g_param_spec_enum ("transformation", NULL, NULL, GRAPHBIT_TYPE_TRANSFORMATION, GRAPHBIT_TRANSFORMATION_UPPERCASE,
                       G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitTransformNode:argument: (getter get_argument) (setter set_argument)
   *
   * The template, JSON pointer, regular expression (of [struct@GLib.Regex]) or
   * separator that [property@TransformNode:transformation] works with; or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_ARGUMENT] =
    g_param_spec_string ("argument", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitTransformNode:replacement: (getter get_replacement) (setter set_replacement)
   *
   * What takes the place of each match, for
   * %GRAPHBIT_TRANSFORMATION_REGEX_REPLACE: text in which `\1` stands for the
   * first group, `\g<name>` for a named one and `\0` for the whole match;
   * %NULL is the empty text.
   *
   * Since: 1.0
   */
  properties[PROP_REPLACEMENT] =
    g_param_spec_string ("replacement", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graphbit_transform_node_init (GraphbitTransformNode *self)
{
}

/**
 * graphbit_transform_node_new:
 * @name: what it is called
 * @transformation: what is done to the input
 *
 * Makes a node that changes text.
 *
 * Returns: (transfer full): a new node
 *
 * Since: 1.0
 */
GraphbitTransformNode *
graphbit_transform_node_new (const char *name,
                             GraphbitTransformation transformation)
{
  return g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, "name", name, "transformation", transformation, NULL);
}

void
graphbit_transform_node_build (GraphbitNode *node,
                               gpointer settings,
                               GStringChunk *texts,
                               GraphbitReport *report)
{
  GraphbitTransformNode *self = GRAPHBIT_TRANSFORM_NODE (node);

  graphbit_transform_build (self->transformation, self->argument, self->replacement, settings, texts, report);
}

/**
 * graphbit_transform_node_get_transformation:
 * @self: a node
 *
 * Gets what is done to the input.
 *
 * Returns: the transformation
 *
 * Since: 1.0
 */
GraphbitTransformation
graphbit_transform_node_get_transformation (GraphbitTransformNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TRANSFORM_NODE (self), GRAPHBIT_TRANSFORMATION_UPPERCASE);

  return self->transformation;
}

/**
 * graphbit_transform_node_get_argument:
 * @self: a node
 *
 * Gets what the transformation works with.
 *
 * Returns: (nullable): the template, pointer, pattern or separator; or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_transform_node_get_argument (GraphbitTransformNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TRANSFORM_NODE (self), NULL);

  return self->argument;
}

/**
 * graphbit_transform_node_set_argument:
 * @self: a node
 * @argument: (nullable): the template, pointer, pattern or separator; or %NULL
 *   for none
 *
 * Sets what the transformation works with.
 *
 * Since: 1.0
 */
void
graphbit_transform_node_set_argument (GraphbitTransformNode *self,
                                      const char *argument)
{
  g_return_if_fail (GRAPHBIT_IS_TRANSFORM_NODE (self));

  graphbit_node_set_text (GRAPHBIT_NODE (self), &self->argument, argument, properties[PROP_ARGUMENT]);
}

/**
 * graphbit_transform_node_get_replacement:
 * @self: a node
 *
 * Gets what takes the place of each match.
 *
 * Returns: (nullable): the replacement, or %NULL for the empty text
 *
 * Since: 1.0
 */
const char *
graphbit_transform_node_get_replacement (GraphbitTransformNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TRANSFORM_NODE (self), NULL);

  return self->replacement;
}

/**
 * graphbit_transform_node_set_replacement:
 * @self: a node
 * @replacement: (nullable): the replacement; %NULL: the empty text
 *
 * Sets what takes the place of each match.
 *
 * Since: 1.0
 */
void
graphbit_transform_node_set_replacement (GraphbitTransformNode *self,
                                         const char *replacement)
{
  g_return_if_fail (GRAPHBIT_IS_TRANSFORM_NODE (self));

  graphbit_node_set_text (GRAPHBIT_NODE (self), &self->replacement, replacement, properties[PROP_REPLACEMENT]);
}
