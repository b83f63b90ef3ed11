/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-condition-node.h"

#include <glib/gi18n-lib.h>

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
 * The choice is made by a function, or by whoever answers
 * [signal@ConditionNode::call].
 *
 * Since: 1.0
 */
struct _GraphbitConditionNode
{
  GraphbitNode parent_instance;

  GraphbitClosure *closure;
};

G_DEFINE_FINAL_TYPE (GraphbitConditionNode, graphbit_condition_node, GRAPHBIT_TYPE_NODE)

static guint call_signal;

static void
graphbit_condition_node_finalize (GObject *object)
{
  GraphbitConditionNode *self = GRAPHBIT_CONDITION_NODE (object);

  g_clear_pointer (&self->closure, graphbit_closure_unref);

  G_OBJECT_CLASS (graphbit_condition_node_parent_class)->finalize (object);
}

static void
graphbit_condition_node_class_init (GraphbitConditionNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_condition_node_finalize;

  GRAPHBIT_NODE_CLASS (klass)->kind = graphbit_node_kind_get_info (GRAPHBIT_NODE_KIND_CONDITION);

  /**
   * GraphbitConditionNode::call:
   * @self: the node
   * @call: what is to be answered
   *
   * The node wants to know where to go on and has no function. The answer is
   * the name or id of a direct successor.
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

void
graphbit_condition_node_build (GraphbitNode *node,
                               gpointer settings,
                               GStringChunk *texts,
                               GraphbitReport *report)
{
  GraphbitConditionNode *self = GRAPHBIT_CONDITION_NODE (node);
  GraphbitPlanFunction *function = settings;

  if (self->closure != NULL)
    function->closure = graphbit_closure_ref (self->closure);
  else
    function->node = g_object_ref (node);

  if (self->closure == NULL && !g_signal_has_handler_pending (node, call_signal, 0, TRUE))
    graphbit_report_add (report, GRAPHBIT_SEVERITY_WARNING, NULL,
                         _("give it a function, or connect to its “call” signal before it runs"),
                         _("Nothing will answer the node “%s”"), graphbit_node_get_name (node));
}
