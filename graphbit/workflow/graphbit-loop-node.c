/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-loop-node.h"

#include <glib/gi18n-lib.h>

#include "graphbit-nested-private.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-node-private.h"
#include "graphbit-workflow.h"

/**
 * GraphbitLoopNode:
 *
 * A node that runs a workflow again and again until a condition holds.
 *
 * The condition is an [expression](expressions.html) that gives a boolean. It is looked at after each
 * round and knows `output`, the output of the round, `iteration`, its number
 * counted from 1, and the inputs, variables and earlier nodes of the workflow
 * around the node. If it holds, the loop ends with that output.
 *
 * A loop that has run [property@LoopNode:max-iterations] rounds and still may not
 * end fails with %GRAPHBIT_ERROR_NODE_FAILED. Let the condition say
 * `… or iteration >= 5` for one that may stop then.
 *
 * The workflow inside sees its inputs and nothing else of the one around it. It
 * gets `input`, the output of the round before, and in the first one what came
 * from the nodes before this node; `original`, which is always the latter; and
 * `iteration`; or, if it declares inputs ([method@Workflow.declare_input]), those:
 * these three, and any other by its name from the variables, inputs and earlier
 * nodes of the workflow around it.
 *
 * The page [Workflows](workflows.html#workflows-inside-of-workflows) says more.
 *
 * Since: 1.0
 */
struct _GraphbitLoopNode
{
  GraphbitNode parent_instance;

  GraphbitWorkflow *workflow;
  char *condition;
  guint max_iterations;
};

G_DEFINE_FINAL_TYPE (GraphbitLoopNode, graphbit_loop_node, GRAPHBIT_TYPE_NODE)

enum
{
  PROP_0,
  PROP_WORKFLOW,
  PROP_CONDITION,
  PROP_MAX_ITERATIONS,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void
graphbit_loop_node_finalize (GObject *object)
{
  GraphbitLoopNode *self = GRAPHBIT_LOOP_NODE (object);

  g_clear_object (&self->workflow);
  g_free (self->condition);

  G_OBJECT_CLASS (graphbit_loop_node_parent_class)->finalize (object);
}

static void
graphbit_loop_node_get_property (GObject *object,
                                    guint property_id,
                                    GValue *value,
                                    GParamSpec *pspec)
{
  GraphbitLoopNode *self = GRAPHBIT_LOOP_NODE (object);

  switch (property_id)
    {
    case PROP_WORKFLOW:
      g_value_set_object (value, self->workflow);
      break;
    case PROP_CONDITION:
      g_value_set_string (value, self->condition);
      break;
    case PROP_MAX_ITERATIONS:
      g_value_set_uint (value, self->max_iterations);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_loop_node_set_property (GObject *object,
                                    guint property_id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  GraphbitLoopNode *self = GRAPHBIT_LOOP_NODE (object);

  switch (property_id)
    {
    case PROP_WORKFLOW:
      self->workflow = g_value_dup_object (value);
      break;
    case PROP_CONDITION:
      graphbit_loop_node_set_condition (self, g_value_get_string (value));
      break;
    case PROP_MAX_ITERATIONS:
      graphbit_loop_node_set_max_iterations (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_loop_node_class_init (GraphbitLoopNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_loop_node_finalize;
  object_class->get_property = graphbit_loop_node_get_property;
  object_class->set_property = graphbit_loop_node_set_property;

  GRAPHBIT_NODE_CLASS (klass)->kind = graphbit_node_kind_get_info (GRAPHBIT_NODE_KIND_LOOP);

  /**
   * GraphbitLoopNode:workflow: (getter get_workflow)
   *
   * What the node runs in each round. It may be used in other places, and run by
   * itself, too; what changes in it affects later runs.
   *
   * Since: 1.0
   */
  properties[PROP_WORKFLOW] =
    g_param_spec_object ("workflow", NULL, NULL, GRAPHBIT_TYPE_WORKFLOW,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitLoopNode:condition: (getter get_condition) (setter set_condition)
   *
   * The [expression](expressions.html) that ends the loop when it holds.
   *
   * Since: 1.0
   */
  properties[PROP_CONDITION] =
    g_param_spec_string ("condition", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitLoopNode:max-iterations: (getter get_max_iterations) (setter set_max_iterations)
   *
   * How many rounds there may be: 1 to 10,000; 10 is the default.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_ITERATIONS] =
    g_param_spec_uint ("max-iterations", NULL, NULL, 0, GRAPHBIT_LOOP_MAX_ITERATIONS, 10,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graphbit_loop_node_init (GraphbitLoopNode *self)
{
  self->max_iterations = 10;
}

/**
 * graphbit_loop_node_new:
 * @name: what it is called
 * @workflow: what it runs in each round
 * @condition: the expression at which it ends
 * @max_iterations: how many rounds there may be, 1 to 10,000
 *
 * Makes a node that runs a workflow until a condition holds.
 *
 * Returns: (transfer full): a new node
 *
 * Since: 1.0
 */
GraphbitLoopNode *
graphbit_loop_node_new (const char *name,
                        GraphbitWorkflow *workflow,
                        const char *condition,
                        guint max_iterations)
{
  return g_object_new (GRAPHBIT_TYPE_LOOP_NODE,
                       "name", name,
                       "workflow", workflow,
                       "condition", condition,
                       "max-iterations", max_iterations,
                       NULL);
}

void
graphbit_loop_node_build (GraphbitNode *node,
                             gpointer settings,
                             GStringChunk *texts,
                             GraphbitReport *report)
{
  GraphbitLoopNode *self = GRAPHBIT_LOOP_NODE (node);
  GraphbitPlanNested *nested = settings;

  nested->max_iterations = self->max_iterations;
  if (self->max_iterations == 0 || self->max_iterations > GRAPHBIT_LOOP_MAX_ITERATIONS)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "max-iterations",
                         _("set it to a number from 1 to 10000"),
                         _("The rounds of the loop “%s” are out of range: %u"),
                         graphbit_node_get_name (node), self->max_iterations);

  if (graphbit_text_is_blank (self->condition))
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "condition",
                         _("write it like output.score > 5"),
                         _("The loop “%s” has no condition"), graphbit_node_get_name (node));
  else
    {
      g_autoptr (GError) error = NULL;

      nested->condition = graphbit_expression_new (self->condition, GRAPHBIT_EXPRESSION_BOOLEAN, &error);
      if (nested->condition == NULL)
        graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "condition",
                             _("write it like output.score > 5"),
                             _("The condition of the loop “%s” cannot be used: %s"),
                             graphbit_node_get_name (node), error->message);
    }

  graphbit_nested_build (nested, self->workflow, report);
}

/**
 * graphbit_loop_node_get_workflow:
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
graphbit_loop_node_get_workflow (GraphbitLoopNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LOOP_NODE (self), NULL);

  return self->workflow;
}

/**
 * graphbit_loop_node_get_condition:
 * @self: a node
 *
 * Gets the expression at which the loop ends.
 *
 * Returns: (nullable): the expression, or %NULL if the node was made without one
 *
 * Since: 1.0
 */
const char *
graphbit_loop_node_get_condition (GraphbitLoopNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LOOP_NODE (self), NULL);

  return self->condition;
}

/**
 * graphbit_loop_node_set_condition:
 * @self: a node
 * @condition: the expression
 *
 * Sets the expression at which the loop ends.
 *
 * Since: 1.0
 */
void
graphbit_loop_node_set_condition (GraphbitLoopNode *self,
                                       const char *condition)
{
  g_return_if_fail (GRAPHBIT_IS_LOOP_NODE (self));

  graphbit_node_set_text (GRAPHBIT_NODE (self), &self->condition, condition, properties[PROP_CONDITION]);
}

/**
 * graphbit_loop_node_get_max_iterations:
 * @self: a node
 *
 * Gets how many rounds there may be.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
guint
graphbit_loop_node_get_max_iterations (GraphbitLoopNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LOOP_NODE (self), 0);

  return self->max_iterations;
}

/**
 * graphbit_loop_node_set_max_iterations:
 * @self: a node
 * @max_iterations: 1 to 10,000
 *
 * Sets how many rounds there may be.
 *
 * Since: 1.0
 */
void
graphbit_loop_node_set_max_iterations (GraphbitLoopNode *self,
                                       guint max_iterations)
{
  g_return_if_fail (GRAPHBIT_IS_LOOP_NODE (self));

  if (self->max_iterations == max_iterations)
    return;

  self->max_iterations = max_iterations;
  graphbit_node_changed (GRAPHBIT_NODE (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_ITERATIONS]);
}
