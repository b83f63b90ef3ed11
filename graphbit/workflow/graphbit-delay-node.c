/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-delay-node.h"

#include <glib/gi18n-lib.h>

#include "graphbit-node-kinds-private.h"
#include "graphbit-node-private.h"

/**
 * GraphbitDelayNode:
 *
 * A node that waits and then passes its input on: what came from the nodes before
 * it, in the order of connection, with blank lines between.
 *
 * The wait ends early when the run does. One that is longer than the run's time
 * limit fails the run.
 *
 * Since: 1.0
 */
struct _GraphbitDelayNode
{
  GraphbitNode parent_instance;

  guint delay_ms;
};

G_DEFINE_FINAL_TYPE (GraphbitDelayNode, graphbit_delay_node, GRAPHBIT_TYPE_NODE)

enum
{
  PROP_0,
  PROP_DELAY_MS,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void
graphbit_delay_node_get_property (GObject *object,
                                  guint property_id,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitDelayNode *self = GRAPHBIT_DELAY_NODE (object);

  switch (property_id)
    {
    case PROP_DELAY_MS:
      g_value_set_uint (value, self->delay_ms);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_delay_node_set_property (GObject *object,
                                  guint property_id,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitDelayNode *self = GRAPHBIT_DELAY_NODE (object);

  switch (property_id)
    {
    case PROP_DELAY_MS:
      self->delay_ms = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_delay_node_class_init (GraphbitDelayNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = graphbit_delay_node_get_property;
  object_class->set_property = graphbit_delay_node_set_property;

  GRAPHBIT_NODE_CLASS (klass)->kind = graphbit_node_kind_get_info (GRAPHBIT_NODE_KIND_DELAY);

  /**
   * GraphbitDelayNode:delay-ms: (getter get_delay_ms)
   *
   * How long it waits, in milliseconds: 0, the default, to 86,400,000, a day.
   *
   * Since: 1.0
   */
  properties[PROP_DELAY_MS] =
    g_param_spec_uint ("delay-ms", NULL, NULL, 0, G_MAXUINT, 0,
                       G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graphbit_delay_node_init (GraphbitDelayNode *self)
{
}

/**
 * graphbit_delay_node_new:
 * @name: what it is called
 * @delay_ms: milliseconds, at most 86,400,000
 *
 * Makes a node that waits.
 *
 * Returns: (transfer full): a new node
 *
 * Since: 1.0
 */
GraphbitDelayNode *
graphbit_delay_node_new (const char *name,
                         guint delay_ms)
{
  return g_object_new (GRAPHBIT_TYPE_DELAY_NODE, "name", name, "delay-ms", delay_ms, NULL);
}

void
graphbit_delay_node_build (GraphbitNode *node,
                           gpointer settings,
                           GStringChunk *texts,
                           GraphbitReport *report)
{
  GraphbitPlanDelay *delay = settings;

  delay->delay_ms = GRAPHBIT_DELAY_NODE (node)->delay_ms;
  if (delay->delay_ms > GRAPHBIT_NODE_MAX_MILLISECONDS)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "delay-ms",
                         _("set it to at most 86400000, a day"),
                         _("The delay of the node “%s” is out of range: %u ms"),
                         graphbit_node_get_name (node), delay->delay_ms);
}

/**
 * graphbit_delay_node_get_delay_ms: (get-property delay-ms)
 * @self: a node
 *
 * Gets how long it waits.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
guint
graphbit_delay_node_get_delay_ms (GraphbitDelayNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_DELAY_NODE (self), 0);

  return self->delay_ms;
}
