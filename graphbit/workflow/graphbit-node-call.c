/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-node-call-private.h"

#include "graphbit-call-private.h"
#include "graphbit-workflow-context.h"

/**
 * GraphbitNodeCall:
 *
 * One run of a [class@FunctionNode] or [class@ConditionNode] without a
 * function, to be answered with [method@NodeCall.respond] or
 * [method@Call.fail], at once or later, from any thread.
 *
 * Since: 1.0
 */
struct _GraphbitNodeCall
{
  GraphbitCall parent_instance;

  GraphbitWorkflowContext *context;
};

G_DEFINE_FINAL_TYPE (GraphbitNodeCall, graphbit_node_call, GRAPHBIT_TYPE_CALL)

enum
{
  PROP_0,
  PROP_CONTEXT,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void
graphbit_node_call_finalize (GObject *object)
{
  GraphbitNodeCall *self = GRAPHBIT_NODE_CALL (object);

  g_clear_object (&self->context);

  G_OBJECT_CLASS (graphbit_node_call_parent_class)->finalize (object);
}

static void
graphbit_node_call_get_property (GObject *object,
                                 guint property_id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  GraphbitNodeCall *self = GRAPHBIT_NODE_CALL (object);

  switch (property_id)
    {
    case PROP_CONTEXT:
      g_value_set_object (value, self->context);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_node_call_class_init (GraphbitNodeCallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_node_call_finalize;
  object_class->get_property = graphbit_node_call_get_property;

  /**
   * GraphbitNodeCall:context: (getter get_context)
   *
   * What the run knows so far, the node's input first of all.
   *
   * Since: 1.0
   */
  properties[PROP_CONTEXT] =
    g_param_spec_object ("context", NULL, NULL, GRAPHBIT_TYPE_WORKFLOW_CONTEXT,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graphbit_node_call_init (GraphbitNodeCall *self)
{
}

GraphbitNodeCall *
graphbit_node_call_new (GraphbitWorkflowContext *context)
{
  GraphbitNodeCall *self = g_object_new (GRAPHBIT_TYPE_NODE_CALL, NULL);

  self->context = g_object_ref (context);

  return self;
}

/**
 * graphbit_node_call_get_context:
 * @self: a node's call
 *
 * Gets what the run knows so far. To be used in the main context in which the
 * run was started.
 *
 * Returns: (transfer none): the context
 *
 * Since: 1.0
 */
GraphbitWorkflowContext *
graphbit_node_call_get_context (GraphbitNodeCall *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_NODE_CALL (self), NULL);

  return self->context;
}

/**
 * graphbit_node_call_respond:
 * @self: a node's call
 * @text: the node's output; of a condition, the name or id of the successor
 *
 * Answers the call. The first answer counts; it may come from any thread and
 * takes effect in the main context in which the run was started.
 *
 * Returns: %TRUE, or %FALSE if it was answered, cancelled or over time before
 *
 * Since: 1.0
 */
gboolean
graphbit_node_call_respond (GraphbitNodeCall *self,
                            const char *text)
{
  g_return_val_if_fail (GRAPHBIT_IS_NODE_CALL (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  return graphbit_call_answer (GRAPHBIT_CALL (self), g_strdup (text), g_free);
}
