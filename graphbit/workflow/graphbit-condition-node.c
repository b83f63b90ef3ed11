/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-condition-node.h"

#include <glib/gi18n-lib.h>

#include "graphbit-expression-private.h"
#include "graphbit-node-call.h"
#include "graphbit-node-kinds-private.h"

/**
 * GraphbitConditionNode:
 *
 * A node that decides where the run goes on: with exactly one of its direct
 * successors, which it names.
 *
 * It has one predecessor, whose output [method@WorkflowContext.get_input] has
 * and which is handed on to the chosen successor. Every node that only the other
 * successors reach is skipped. A name that no successor has fails the node. The
 * output of the condition itself is the name of the successor.
 *
 * The choice is made by an [expression](expressions.html), by a function, or by
 * whoever answers [signal@ConditionNode::call].
 *
 * Since: 1.0
 */
struct _GraphbitConditionNode
{
  GraphbitNode parent_instance;

  GraphbitClosure *closure;
  char *expression;
};

G_DEFINE_FINAL_TYPE (GraphbitConditionNode, graphbit_condition_node, GRAPHBIT_TYPE_NODE)

enum
{
  PROP_0,
  PROP_EXPRESSION,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];
static guint call_signal;

static void
graphbit_condition_node_finalize (GObject *object)
{
  GraphbitConditionNode *self = GRAPHBIT_CONDITION_NODE (object);

  g_clear_pointer (&self->closure, graphbit_closure_unref);
  g_free (self->expression);

  G_OBJECT_CLASS (graphbit_condition_node_parent_class)->finalize (object);
}

static void
graphbit_condition_node_get_property (GObject *object,
                                      guint property_id,
                                      GValue *value,
                                      GParamSpec *pspec)
{
  GraphbitConditionNode *self = GRAPHBIT_CONDITION_NODE (object);

  switch (property_id)
    {
    case PROP_EXPRESSION:
      g_value_set_string (value, self->expression);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_condition_node_set_property (GObject *object,
                                      guint property_id,
                                      const GValue *value,
                                      GParamSpec *pspec)
{
  GraphbitConditionNode *self = GRAPHBIT_CONDITION_NODE (object);

  switch (property_id)
    {
    case PROP_EXPRESSION:
      self->expression = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_condition_node_class_init (GraphbitConditionNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_condition_node_finalize;
  object_class->get_property = graphbit_condition_node_get_property;
  object_class->set_property = graphbit_condition_node_set_property;

  GRAPHBIT_NODE_CLASS (klass)->kind = graphbit_node_kind_get_info (GRAPHBIT_NODE_KIND_CONDITION);

  /**
   * GraphbitConditionNode:expression: (getter get_expression)
   *
   * What chooses: an [expression](expressions.html) that gives the name or id of
   * a direct successor, such as `node.Judge.score > 5 ? "Publish" : "Rewrite"`.
   * %NULL leaves the choice to a function or to [signal@ConditionNode::call].
   *
   * It may speak of the outputs of nodes that run before, of inputs, and of
   * variables.
   *
   * Since: 1.0
   */
  properties[PROP_EXPRESSION] =
    g_param_spec_string ("expression", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * GraphbitConditionNode::call:
   * @self: the node
   * @call: what is to be answered
   *
   * The node wants to know where to go on and has neither a function nor an
   * expression. The answer is the name or id of a direct successor.
   *
   * Emitted in the main context in which the run was started.
   *
   * Returns: %TRUE if @call will be answered, now or later; %FALSE fails the
   *   node, unless another handler answers
   *
   * Since: 1.0
   */
  call_signal =
    g_signal_new ("call",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0,
                  g_signal_accumulator_true_handled, NULL,
                  NULL,
                  G_TYPE_BOOLEAN,
                  1, GRAPHBIT_TYPE_NODE_CALL);
}

static void
graphbit_condition_node_init (GraphbitConditionNode *self)
{
}

/**
 * graphbit_condition_node_new:
 * @name: what it is called
 * @func: (nullable) (scope notified) (closure user_data) (destroy notify): what
 *   chooses, or %NULL to answer [signal@ConditionNode::call]
 * @user_data: data for @func
 * @notify: frees @user_data when neither the node nor a run needs it any more
 *
 * Makes a node that chooses one of its successors.
 *
 * Returns: (transfer full): a new node
 *
 * Since: 1.0
 */
GraphbitConditionNode *
graphbit_condition_node_new (const char *name,
                             GraphbitConditionFunc func,
                             gpointer user_data,
                             GDestroyNotify notify)
{
  GraphbitConditionNode *self = g_object_new (GRAPHBIT_TYPE_CONDITION_NODE, "name", name, NULL);

  self->closure = graphbit_closure_new (G_CALLBACK (func), user_data, notify);

  return self;
}

/**
 * graphbit_condition_node_new_for_expression:
 * @name: what it is called
 * @expression: an [expression](expressions.html) that gives the name or id of a
 *   direct successor
 * @error: return location for an error
 *
 * Makes a node that chooses one of its successors by an expression.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if the expression cannot be read,
 * or never gives a text; the message tells at which line and column. What it
 * speaks of is checked by [method@Workflow.validate].
 *
 * Returns: (transfer full): a new node, or %NULL with @error set
 *
 * Since: 1.0
 */
GraphbitConditionNode *
graphbit_condition_node_new_for_expression (const char *name,
                                            const char *expression,
                                            GError **error)
{
  g_autoptr (GraphbitExpression) checked = NULL;

  g_return_val_if_fail (expression != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  checked = graphbit_expression_new (expression, GRAPHBIT_EXPRESSION_TEXT, error);
  if (checked == NULL)
    return NULL;

  return g_object_new (GRAPHBIT_TYPE_CONDITION_NODE, "name", name, "expression", expression, NULL);
}

/**
 * graphbit_condition_node_get_expression:
 * @self: a condition
 *
 * Gets what chooses.
 *
 * Returns: (nullable): the expression, or %NULL if it has none
 *
 * Since: 1.0
 */
const char *
graphbit_condition_node_get_expression (GraphbitConditionNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONDITION_NODE (self), NULL);

  return self->expression;
}

void
graphbit_condition_node_build (GraphbitNode *node,
                               gpointer settings,
                               GStringChunk *texts,
                               GraphbitReport *report)
{
  GraphbitConditionNode *self = GRAPHBIT_CONDITION_NODE (node);
  GraphbitPlanCondition *condition = settings;
  GraphbitPlanFunction *function = &condition->function;

  if (self->expression != NULL)
    {
      g_autoptr (GError) error = NULL;

      condition->expression = graphbit_expression_new (self->expression, GRAPHBIT_EXPRESSION_TEXT, &error);
      if (condition->expression == NULL)
        graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "expression",
                             _("write it like node.NAME.score > 5 ? \"One\" : \"Other\""),
                             _("The condition “%s” cannot be used: %s"), graphbit_node_get_name (node), error->message);
      return;
    }

  if (self->closure != NULL)
    function->closure = graphbit_closure_ref (self->closure);
  else
    function->node = g_object_ref (node);

  if (self->closure == NULL && !g_signal_has_handler_pending (node, call_signal, 0, TRUE))
    graphbit_report_add (report, GRAPHBIT_SEVERITY_WARNING, NULL,
                         _("give it a function, or connect to its “call” signal before it runs"),
                         _("Nothing will answer the node “%s”"), graphbit_node_get_name (node));
}
