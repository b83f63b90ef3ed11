/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-map-node.h"

#include <glib/gi18n-lib.h>

#include "graphbit-nested-private.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-node-private.h"
#include "graphbit-workflow.h"

/**
 * GraphbitMapNode:
 *
 * A node that runs a workflow once for each element of a list.
 *
 * The list is the JSON array that came from the node before this one; of several
 * nodes before it, their outputs in the order of connection.
 *
 * The workflow inside sees its inputs and nothing else of the one around it. It
 * gets `item` and `input`, both the element (a string without its quotation
 * marks, anything else as JSON text), and `index`, its place in the list counted
 * from 0; or, if it declares inputs ([method@Workflow.declare_input]), those:
 * these three, and any other by its name from the variables, inputs and earlier
 * nodes of the workflow around it.
 *
 * The output is a JSON array of the results in the order of the elements: what is
 * JSON goes in as it is, any other text as a string. If one element fails the
 * node fails, unless the workflow inside says that it may.
 *
 * The page [Workflows](workflows.html#workflows-inside-of-workflows) says more.
 *
 * Since: 1.0
 */
struct _GraphbitMapNode
{
  GraphbitNode parent_instance;

  GraphbitWorkflow *workflow;
  guint max_concurrency;
};

G_DEFINE_FINAL_TYPE (GraphbitMapNode, graphbit_map_node, GRAPHBIT_TYPE_NODE)

enum
{
  PROP_0,
  PROP_WORKFLOW,
  PROP_MAX_CONCURRENCY,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void
graphbit_map_node_finalize (GObject *object)
{
  GraphbitMapNode *self = GRAPHBIT_MAP_NODE (object);

  g_clear_object (&self->workflow);

  G_OBJECT_CLASS (graphbit_map_node_parent_class)->finalize (object);
}

static void
graphbit_map_node_get_property (GObject *object,
                                    guint property_id,
                                    GValue *value,
                                    GParamSpec *pspec)
{
  GraphbitMapNode *self = GRAPHBIT_MAP_NODE (object);

  switch (property_id)
    {
    case PROP_WORKFLOW:
      g_value_set_object (value, self->workflow);
      break;
    case PROP_MAX_CONCURRENCY:
      g_value_set_uint (value, self->max_concurrency);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_map_node_set_property (GObject *object,
                                    guint property_id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  GraphbitMapNode *self = GRAPHBIT_MAP_NODE (object);

  switch (property_id)
    {
    case PROP_WORKFLOW:
      self->workflow = g_value_dup_object (value);
      break;
    case PROP_MAX_CONCURRENCY:
      graphbit_map_node_set_max_concurrency (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_map_node_class_init (GraphbitMapNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_map_node_finalize;
  object_class->get_property = graphbit_map_node_get_property;
  object_class->set_property = graphbit_map_node_set_property;

  GRAPHBIT_NODE_CLASS (klass)->kind = graphbit_node_kind_get_info (GRAPHBIT_NODE_KIND_MAP);

  /**
   * GraphbitMapNode:workflow: (getter get_workflow)
   *
   * What the node runs for each element. It may be used in other places, and run
   * by itself, too; what changes in it affects later runs.
   *
   * Since: 1.0
   */
  properties[PROP_WORKFLOW] =
    g_param_spec_object ("workflow", NULL, NULL, GRAPHBIT_TYPE_WORKFLOW,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitMapNode:max-concurrency: (getter get_max_concurrency) (setter set_max_concurrency)
   *
   * How many elements may be under way at a time: 0, the default, for no limit
   * of its own. Model calls are also limited by [property@Executor:max-concurrency].
   *
   * Since: 1.0
   */
  properties[PROP_MAX_CONCURRENCY] =
    g_param_spec_uint ("max-concurrency", NULL, NULL, 0, G_MAXUINT, 0,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graphbit_map_node_init (GraphbitMapNode *self)
{
}

/**
 * graphbit_map_node_new:
 * @name: what it is called
 * @workflow: what it runs for each element
 *
 * Makes a node that runs a workflow for each element of a list.
 *
 * Returns: (transfer full): a new node
 *
 * Since: 1.0
 */
GraphbitMapNode *
graphbit_map_node_new (const char *name,
                       GraphbitWorkflow *workflow)
{
  return g_object_new (GRAPHBIT_TYPE_MAP_NODE, "name", name, "workflow", workflow, NULL);
}

void
graphbit_map_node_build (GraphbitNode *node,
                             gpointer settings,
                             GStringChunk *texts,
                             GraphbitReport *report)
{
  GraphbitMapNode *self = GRAPHBIT_MAP_NODE (node);
  GraphbitPlanNested *nested = settings;

  nested->max_concurrency = self->max_concurrency;
  graphbit_nested_build (nested, self->workflow, report);
}

/**
 * graphbit_map_node_get_workflow:
 * @self: a node
 *
 * Gets the workflow that the node runs.
 *
 * Returns: (transfer none) (nullable): the workflow, or %NULL if the node was
 *   made without one
 *
 * Since: 1.0
 */
GraphbitWorkflow *
graphbit_map_node_get_workflow (GraphbitMapNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MAP_NODE (self), NULL);

  return self->workflow;
}

/**
 * graphbit_map_node_get_max_concurrency:
 * @self: a node
 *
 * Gets how many elements may be under way at a time.
 *
 * Returns: a number, or 0 for no limit
 *
 * Since: 1.0
 */
guint
graphbit_map_node_get_max_concurrency (GraphbitMapNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MAP_NODE (self), 0);

  return self->max_concurrency;
}

/**
 * graphbit_map_node_set_max_concurrency:
 * @self: a node
 * @max_concurrency: a number, or 0 for no limit
 *
 * Sets how many elements may be under way at a time.
 *
 * Since: 1.0
 */
void
graphbit_map_node_set_max_concurrency (GraphbitMapNode *self,
                                       guint max_concurrency)
{
  g_return_if_fail (GRAPHBIT_IS_MAP_NODE (self));

  if (self->max_concurrency == max_concurrency)
    return;

  self->max_concurrency = max_concurrency;
  graphbit_node_changed (GRAPHBIT_NODE (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_CONCURRENCY]);
}
