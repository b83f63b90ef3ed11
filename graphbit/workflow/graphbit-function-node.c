/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-function-node.h"

#include "graphbit-node-call.h"
#include "graphbit-named-function-private.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-node-private.h"

/**
 * GraphbitFunctionNode:
 *
 * A node that runs code of the application: a function, or whoever answers
 * [signal@FunctionNode::call].
 *
 * What it returns is the node's output. [method@WorkflowContext.get_input] has
 * what came from the nodes before it.
 *
 * Since: 1.0
 */
struct _GraphbitFunctionNode
{
  GraphbitNode parent_instance;

  GraphbitNamedFunction function;
};

G_DEFINE_FINAL_TYPE (GraphbitFunctionNode, graphbit_function_node, GRAPHBIT_TYPE_NODE)

enum
{
  PROP_0,
  PROP_FUNCTION_NAME,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];
static guint call_signal;

static void
graphbit_function_node_finalize (GObject *object)
{
  GraphbitFunctionNode *self = GRAPHBIT_FUNCTION_NODE (object);

  graphbit_named_function_clear (&self->function);

  G_OBJECT_CLASS (graphbit_function_node_parent_class)->finalize (object);
}

static void
graphbit_function_node_get_property (GObject *object,
                                     guint property_id,
                                     GValue *value,
                                     GParamSpec *pspec)
{
  GraphbitFunctionNode *self = GRAPHBIT_FUNCTION_NODE (object);

  switch (property_id)
    {
    case PROP_FUNCTION_NAME:
      g_value_set_string (value, self->function.name);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_function_node_set_property (GObject *object,
                                     guint property_id,
                                     const GValue *value,
                                     GParamSpec *pspec)
{
  GraphbitFunctionNode *self = GRAPHBIT_FUNCTION_NODE (object);

  switch (property_id)
    {
    case PROP_FUNCTION_NAME:
      graphbit_function_node_set_function_name (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static gboolean
answer_call (GraphbitFunctionNode *self,
             GraphbitNodeCall *call)
{
  return graphbit_named_function_answer (&self->function, call);
}

static void
graphbit_function_node_class_init (GraphbitFunctionNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_function_node_finalize;
  object_class->get_property = graphbit_function_node_get_property;
  object_class->set_property = graphbit_function_node_set_property;

  GRAPHBIT_NODE_CLASS (klass)->kind = graphbit_node_kind_get_info (GRAPHBIT_NODE_KIND_FUNCTION);

  /**
   * GraphbitFunctionNode:function-name: (getter get_function_name) (setter set_function_name)
   *
   * The name under which files speak of what the node does, or %NULL. A
   * workflow can be written only if its functions have names; whoever reads it
   * finds them in a [class@Registry].
   *
   * Since: 1.0
   */
  properties[PROP_FUNCTION_NAME] =
    g_param_spec_string ("function-name", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * GraphbitFunctionNode::call:
   * @self: the node
   * @call: what is to be answered
   *
   * The node is to run and has no function. The answer is its output.
   *
   * Emitted in the main context in which the run was started.
   *
   * Returns: %TRUE if @call will be answered, now or later; %FALSE fails the
   *   node, unless another handler answers
   *
   * Since: 1.0
   */
  call_signal =
    g_signal_new_class_handler ("call",
                                G_TYPE_FROM_CLASS (klass),
                                G_SIGNAL_RUN_LAST,
                                G_CALLBACK (answer_call),
                                g_signal_accumulator_true_handled, NULL,
                                NULL,
                                G_TYPE_BOOLEAN,
                                1, GRAPHBIT_TYPE_NODE_CALL);
}

static void
graphbit_function_node_init (GraphbitFunctionNode *self)
{
}

/**
 * graphbit_function_node_new:
 * @name: what it is called
 * @func: (nullable) (scope notified) (closure user_data) (destroy notify): what
 *   it does, or %NULL to answer [signal@FunctionNode::call]
 * @user_data: data for @func
 * @notify: frees @user_data when neither the node nor a run needs it any more
 *
 * Makes a node that runs a function.
 *
 * Returns: (transfer full): a new node
 *
 * Since: 1.0
 */
GraphbitFunctionNode *
graphbit_function_node_new (const char *name,
                            GraphbitNodeFunc func,
                            gpointer user_data,
                            GDestroyNotify notify)
{
  GraphbitFunctionNode *self = g_object_new (GRAPHBIT_TYPE_FUNCTION_NODE, "name", name, NULL);

  self->function.closure = graphbit_closure_new (G_CALLBACK (func), user_data, notify);

  return self;
}

void
graphbit_function_node_build (GraphbitNode *node,
                              gpointer settings,
                              GStringChunk *texts,
                              GraphbitReport *report)
{
  graphbit_named_function_build (&GRAPHBIT_FUNCTION_NODE (node)->function, node, call_signal, settings, report);
}

gboolean
graphbit_function_node_resolve (GraphbitNode *node,
                                GraphbitRegistry *registry,
                                GError **error)
{
  return graphbit_named_function_resolve (&GRAPHBIT_FUNCTION_NODE (node)->function, FALSE, registry, error);
}

gboolean
graphbit_function_node_check_name (GraphbitNode *node,
                                   GError **error)
{
  return graphbit_named_function_check_name (&GRAPHBIT_FUNCTION_NODE (node)->function, node, error);
}

/**
 * graphbit_function_node_get_function_name:
 * @self: a node
 *
 * Gets the name under which files speak of what the node does.
 *
 * Returns: (nullable): the name, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_function_node_get_function_name (GraphbitFunctionNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_FUNCTION_NODE (self), NULL);

  return self->function.name;
}

/**
 * graphbit_function_node_set_function_name:
 * @self: a node
 * @function_name: (nullable): the name, or %NULL for none
 *
 * Sets the name under which files speak of what the node does: see
 * [property@FunctionNode:function-name].
 *
 * Since: 1.0
 */
void
graphbit_function_node_set_function_name (GraphbitFunctionNode *self,
                                          const char *function_name)
{
  g_return_if_fail (GRAPHBIT_IS_FUNCTION_NODE (self));

  graphbit_node_set_text (GRAPHBIT_NODE (self), &self->function.name, function_name, properties[PROP_FUNCTION_NAME]);
}
