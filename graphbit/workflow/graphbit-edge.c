/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-edge-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-enum-types.h"
#include "graphbit-error.h"

/**
 * GraphbitEdge:
 *
 * A connection between two nodes of a [class@Workflow].
 *
 * [method@Workflow.connect_nodes] makes them; an edge never changes.
 *
 * Since: 1.0
 */
struct _GraphbitEdge
{
  GObject parent_instance;

  char *source;
  char *target;
  char *condition;
  GraphbitEdgeKind kind;
};

G_DEFINE_FINAL_TYPE (GraphbitEdge, graphbit_edge, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_SOURCE,
  PROP_TARGET,
  PROP_KIND,
  PROP_CONDITION,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void
graphbit_edge_finalize (GObject *object)
{
  GraphbitEdge *self = GRAPHBIT_EDGE (object);

  g_free (self->source);
  g_free (self->target);
  g_free (self->condition);

  G_OBJECT_CLASS (graphbit_edge_parent_class)->finalize (object);
}

static void
graphbit_edge_get_property (GObject *object,
                            guint property_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  GraphbitEdge *self = GRAPHBIT_EDGE (object);

  switch (property_id)
    {
    case PROP_SOURCE:
      g_value_set_string (value, self->source);
      break;
    case PROP_TARGET:
      g_value_set_string (value, self->target);
      break;
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_CONDITION:
      g_value_set_string (value, self->condition);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_edge_set_property (GObject *object,
                            guint property_id,
                            const GValue *value,
                            GParamSpec *pspec)
{
  GraphbitEdge *self = GRAPHBIT_EDGE (object);

  switch (property_id)
    {
    case PROP_SOURCE:
      self->source = g_value_dup_string (value);
      break;
    case PROP_TARGET:
      self->target = g_value_dup_string (value);
      break;
    case PROP_KIND:
      self->kind = g_value_get_enum (value);
      break;
    case PROP_CONDITION:
      self->condition = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_edge_class_init (GraphbitEdgeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_edge_finalize;
  object_class->get_property = graphbit_edge_get_property;
  object_class->set_property = graphbit_edge_set_property;

  /**
   * GraphbitEdge:source: (getter get_source)
   *
   * The id of the node at which it begins.
   *
   * Since: 1.0
   */
  properties[PROP_SOURCE] =
    g_param_spec_string ("source", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitEdge:target: (getter get_target)
   *
   * The id of the node at which it ends.
   *
   * Since: 1.0
   */
  properties[PROP_TARGET] =
    g_param_spec_string ("target", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitEdge:kind: (getter get_kind)
   *
   * When it lets its target run.
   *
   * Since: 1.0
   */
  properties[PROP_KIND] =
    g_param_spec_enum ("kind", NULL, NULL, GRAPHBIT_TYPE_EDGE_KIND, GRAPHBIT_EDGE_KIND_DATA,
                       G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitEdge:condition: (getter get_condition)
   *
   * What must hold, of an edge of the kind %GRAPHBIT_EDGE_KIND_CONDITIONAL: an
   * [expression](expressions.html) that gives true or false. Otherwise %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_CONDITION] =
    g_param_spec_string ("condition", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graphbit_edge_init (GraphbitEdge *self)
{
}

/**
 * graphbit_edge_get_source:
 * @self: an edge
 *
 * Gets the node at which it begins.
 *
 * Returns: (nullable): the node's id; %NULL if the edge was made without one
 *
 * Since: 1.0
 */
const char *
graphbit_edge_get_source (GraphbitEdge *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EDGE (self), NULL);

  return self->source;
}

/**
 * graphbit_edge_get_target:
 * @self: an edge
 *
 * Gets the node at which it ends.
 *
 * Returns: (nullable): the node's id; %NULL if the edge was made without one
 *
 * Since: 1.0
 */
const char *
graphbit_edge_get_target (GraphbitEdge *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EDGE (self), NULL);

  return self->target;
}

/**
 * graphbit_edge_get_kind:
 * @self: an edge
 *
 * Gets when it lets its target run.
 *
 * Returns: the kind
 *
 * Since: 1.0
 */
GraphbitEdgeKind
graphbit_edge_get_kind (GraphbitEdge *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EDGE (self), GRAPHBIT_EDGE_KIND_DATA);

  return self->kind;
}

/**
 * graphbit_edge_get_condition:
 * @self: an edge
 *
 * Gets what must hold for it.
 *
 * Returns: (nullable): the condition, or %NULL if it has none
 *
 * Since: 1.0
 */
const char *
graphbit_edge_get_condition (GraphbitEdge *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EDGE (self), NULL);

  return self->condition;
}

gboolean
graphbit_edge_read_condition (GraphbitEdgeKind kind,
                              const char *condition,
                              GraphbitExpression **expression,
                              GError **error)
{
  *expression = NULL;

  if (kind != GRAPHBIT_EDGE_KIND_CONDITIONAL)
    {
      if (condition == NULL)
        return TRUE;
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("Only conditional edges have a condition; leave it out"));
      return FALSE;
    }

  if (condition == NULL)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("A conditional edge needs a condition, like node.NAME.score > 5"));
      return FALSE;
    }

  *expression = graphbit_expression_new (condition, GRAPHBIT_EXPRESSION_BOOLEAN, error);
  return *expression != NULL;
}
