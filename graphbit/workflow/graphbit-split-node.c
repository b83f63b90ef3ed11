/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-split-node.h"

#include "graphbit-node-kinds-private.h"
#include "graphbit-node-private.h"

/**
 * GraphbitSplitNode:
 *
 * A node that makes a list out of text: a JSON array, for a [class@FunctionNode],
 * a template or a node that goes through it.
 *
 * Its input is what came from the nodes before it, in the order of connection,
 * with blank lines between. Without a [property@SplitNode:separator] an input
 * that is a JSON array is the list, as it stands, and any other is split into
 * lines. With one, the input is split there, whatever it is. The pieces are
 * strings; none of them is left out, also where it is empty.
 *
 * Since: 1.0
 */
struct _GraphbitSplitNode
{
  GraphbitNode parent_instance;

  char *separator;
};

G_DEFINE_FINAL_TYPE (GraphbitSplitNode, graphbit_split_node, GRAPHBIT_TYPE_NODE)

enum
{
  PROP_0,
  PROP_SEPARATOR,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void
graphbit_split_node_finalize (GObject *object)
{
  GraphbitSplitNode *self = GRAPHBIT_SPLIT_NODE (object);

  g_free (self->separator);

  G_OBJECT_CLASS (graphbit_split_node_parent_class)->finalize (object);
}

static void
graphbit_split_node_get_property (GObject *object,
                                  guint property_id,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitSplitNode *self = GRAPHBIT_SPLIT_NODE (object);

  switch (property_id)
    {
    case PROP_SEPARATOR:
      g_value_set_string (value, self->separator);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_split_node_set_property (GObject *object,
                                  guint property_id,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitSplitNode *self = GRAPHBIT_SPLIT_NODE (object);

  switch (property_id)
    {
    case PROP_SEPARATOR:
      graphbit_split_node_set_separator (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_split_node_class_init (GraphbitSplitNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_split_node_finalize;
  object_class->get_property = graphbit_split_node_get_property;
  object_class->set_property = graphbit_split_node_set_property;

  GRAPHBIT_NODE_CLASS (klass)->kind = graphbit_node_kind_get_info (GRAPHBIT_NODE_KIND_SPLIT);

  /**
   * GraphbitSplitNode:separator: (getter get_separator) (setter set_separator)
   *
   * What stands between the pieces, a text and no pattern. %NULL, the default, and
   * the empty text: line ends, of which the last begins no further line; and a JSON
   * array stays as it is.
   *
   * Since: 1.0
   */
  properties[PROP_SEPARATOR] =
    g_param_spec_string ("separator", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graphbit_split_node_init (GraphbitSplitNode *self)
{
}

/**
 * graphbit_split_node_new:
 * @name: what it is called
 *
 * Makes a node that splits text.
 *
 * Returns: (transfer full): a new node
 *
 * Since: 1.0
 */
GraphbitSplitNode *
graphbit_split_node_new (const char *name)
{
  return g_object_new (GRAPHBIT_TYPE_SPLIT_NODE, "name", name, NULL);
}

void
graphbit_split_node_build (GraphbitNode *node,
                           gpointer settings,
                           GStringChunk *texts,
                           GraphbitReport *report)
{
  GraphbitPlanSplit *split = settings;

  split->separator = graphbit_node_copy_text (texts, GRAPHBIT_SPLIT_NODE (node)->separator);
}

/**
 * graphbit_split_node_get_separator: (get-property separator)
 * @self: a node
 *
 * Gets what stands between the pieces.
 *
 * Returns: (nullable): the text, or %NULL for line ends
 *
 * Since: 1.0
 */
const char *
graphbit_split_node_get_separator (GraphbitSplitNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_SPLIT_NODE (self), NULL);

  return self->separator;
}

/**
 * graphbit_split_node_set_separator: (set-property separator)
 * @self: a node
 * @separator: (nullable): the text between the pieces; %NULL: line ends
 *
 * Sets what stands between the pieces.
 *
 * Since: 1.0
 */
void
graphbit_split_node_set_separator (GraphbitSplitNode *self,
                                   const char *separator)
{
  g_return_if_fail (GRAPHBIT_IS_SPLIT_NODE (self));

  graphbit_node_set_text (GRAPHBIT_NODE (self), &self->separator, separator, properties[PROP_SEPARATOR]);
}
