/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-join-node.h"

#include <glib/gi18n-lib.h>

#include "graphbit-enum-types.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-node-private.h"

/**
 * GraphbitJoinNode:
 *
 * A node that makes one output out of many inputs: see [enum@JoinMode].
 *
 * It starts when all nodes before it are done. Those that were skipped, or failed
 * where they may, bring nothing and are left out.
 *
 * Since: 1.0
 */
struct _GraphbitJoinNode
{
  GraphbitNode parent_instance;

  GraphbitJoinMode mode;
  char *separator;
  char *template_;
};

G_DEFINE_FINAL_TYPE (GraphbitJoinNode, graphbit_join_node, GRAPHBIT_TYPE_NODE)

enum
{
  PROP_0,
  PROP_MODE,
  PROP_SEPARATOR,
  PROP_TEMPLATE,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void
graphbit_join_node_finalize (GObject *object)
{
  GraphbitJoinNode *self = GRAPHBIT_JOIN_NODE (object);

  g_free (self->separator);
  g_free (self->template_);

  G_OBJECT_CLASS (graphbit_join_node_parent_class)->finalize (object);
}

static void
graphbit_join_node_get_property (GObject *object,
                                 guint property_id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  GraphbitJoinNode *self = GRAPHBIT_JOIN_NODE (object);

  switch (property_id)
    {
    case PROP_MODE:
      g_value_set_enum (value, self->mode);
      break;
    case PROP_SEPARATOR:
      g_value_set_string (value, self->separator);
      break;
    case PROP_TEMPLATE:
      g_value_set_string (value, self->template_);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_join_node_set_property (GObject *object,
                                 guint property_id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  GraphbitJoinNode *self = GRAPHBIT_JOIN_NODE (object);

  switch (property_id)
    {
    case PROP_MODE:
      graphbit_join_node_set_mode (self, g_value_get_enum (value));
      break;
    case PROP_SEPARATOR:
      graphbit_join_node_set_separator (self, g_value_get_string (value));
      break;
    case PROP_TEMPLATE:
      graphbit_join_node_set_template (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_join_node_class_init (GraphbitJoinNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_join_node_finalize;
  object_class->get_property = graphbit_join_node_get_property;
  object_class->set_property = graphbit_join_node_set_property;

  GRAPHBIT_NODE_CLASS (klass)->kind = graphbit_node_kind_get_info (GRAPHBIT_NODE_KIND_JOIN);

  /**
   * GraphbitJoinNode:mode: (getter get_mode) (setter set_mode)
   *
   * What becomes of the inputs. The default is %GRAPHBIT_JOIN_MODE_CONCAT.
   *
   * Since: 1.0
   */
  properties[PROP_MODE] =
    g_param_spec_enum ("mode", NULL, NULL, GRAPHBIT_TYPE_JOIN_MODE, GRAPHBIT_JOIN_MODE_CONCAT,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitJoinNode:separator: (getter get_separator) (setter set_separator)
   *
   * What is put between the inputs by %GRAPHBIT_JOIN_MODE_CONCAT. %NULL, the
   * default, is a blank line; the empty text is nothing.
   *
   * Since: 1.0
   */
  properties[PROP_SEPARATOR] =
    g_param_spec_string ("separator", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitJoinNode:template: (getter get_template) (setter set_template)
   *
   * What %GRAPHBIT_JOIN_MODE_TEMPLATE fills in, a template. %NULL, the default:
   * none.
   *
   * Since: 1.0
   */
  properties[PROP_TEMPLATE] =
    g_param_spec_string ("template", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graphbit_join_node_init (GraphbitJoinNode *self)
{
}

/**
 * graphbit_join_node_new:
 * @name: what it is called
 *
 * Makes a node that joins its inputs.
 *
 * Returns: (transfer full): a new node
 *
 * Since: 1.0
 */
GraphbitJoinNode *
graphbit_join_node_new (const char *name)
{
  return g_object_new (GRAPHBIT_TYPE_JOIN_NODE, "name", name, NULL);
}

void
graphbit_join_node_build (GraphbitNode *node,
                          gpointer settings,
                          GStringChunk *texts,
                          GraphbitReport *report)
{
  GraphbitJoinNode *self = GRAPHBIT_JOIN_NODE (node);
  gboolean has_template = self->mode == GRAPHBIT_JOIN_MODE_TEMPLATE;
  GraphbitPlanJoin *join = settings;

  join->mode = self->mode;
  join->separator = graphbit_node_copy_text (texts, self->separator != NULL ? self->separator : "\n\n");
  if (has_template)
    join->template_ = graphbit_node_parse_template (self->template_);

  if (has_template && graphbit_text_is_blank (self->template_))
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "template",
                         _("set it, or choose another mode"),
                         _("The join “%s” has no template"), graphbit_node_get_name (node));

  if (!has_template && self->template_ != NULL)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_WARNING, "template",
                         _("leave it out, or set the mode to template"),
                         _("The join “%s” makes no use of its template"), graphbit_node_get_name (node));

  if (self->mode != GRAPHBIT_JOIN_MODE_CONCAT && self->separator != NULL)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_WARNING, "separator",
                         _("leave it out, or set the mode to concat"),
                         _("The join “%s” makes no use of its separator"), graphbit_node_get_name (node));
}

/**
 * graphbit_join_node_get_mode: (get-property mode)
 * @self: a node
 *
 * Gets what becomes of the inputs.
 *
 * Returns: the mode
 *
 * Since: 1.0
 */
GraphbitJoinMode
graphbit_join_node_get_mode (GraphbitJoinNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_JOIN_NODE (self), GRAPHBIT_JOIN_MODE_CONCAT);

  return self->mode;
}

/**
 * graphbit_join_node_set_mode: (set-property mode)
 * @self: a node
 * @mode: what becomes of the inputs
 *
 * Sets what becomes of the inputs.
 *
 * Since: 1.0
 */
void
graphbit_join_node_set_mode (GraphbitJoinNode *self,
                             GraphbitJoinMode mode)
{
  g_return_if_fail (GRAPHBIT_IS_JOIN_NODE (self));
  g_return_if_fail ((guint) mode <= GRAPHBIT_JOIN_MODE_TEMPLATE);

  if (self->mode == mode)
    return;

  self->mode = mode;
  graphbit_node_changed (GRAPHBIT_NODE (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODE]);
}

/**
 * graphbit_join_node_get_separator: (get-property separator)
 * @self: a node
 *
 * Gets what is put between the inputs.
 *
 * Returns: (nullable): the text, or %NULL for a blank line
 *
 * Since: 1.0
 */
const char *
graphbit_join_node_get_separator (GraphbitJoinNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_JOIN_NODE (self), NULL);

  return self->separator;
}

/**
 * graphbit_join_node_set_separator: (set-property separator)
 * @self: a node
 * @separator: (nullable): the text between the inputs; %NULL: a blank line
 *
 * Sets what is put between the inputs.
 *
 * Since: 1.0
 */
void
graphbit_join_node_set_separator (GraphbitJoinNode *self,
                                  const char *separator)
{
  g_return_if_fail (GRAPHBIT_IS_JOIN_NODE (self));

  graphbit_node_set_text (GRAPHBIT_NODE (self), &self->separator, separator, properties[PROP_SEPARATOR]);
}

/**
 * graphbit_join_node_get_template: (get-property template)
 * @self: a node
 *
 * Gets the template.
 *
 * Returns: (nullable): the template, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_join_node_get_template (GraphbitJoinNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_JOIN_NODE (self), NULL);

  return self->template_;
}

/**
 * graphbit_join_node_set_template: (set-property template)
 * @self: a node
 * @text: (nullable): the template; %NULL: none
 *
 * Sets the template.
 *
 * Since: 1.0
 */
void
graphbit_join_node_set_template (GraphbitJoinNode *self,
                                 const char *text)
{
  g_return_if_fail (GRAPHBIT_IS_JOIN_NODE (self));

  graphbit_node_set_text (GRAPHBIT_NODE (self), &self->template_, text, properties[PROP_TEMPLATE]);
}
