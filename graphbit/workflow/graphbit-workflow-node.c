/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-workflow-node.h"

#include <glib/gi18n-lib.h>

#include "graphbit-nested-private.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-node-private.h"
#include "graphbit-workflow.h"

/**
 * GraphbitWorkflowNode:
 *
 * A node that runs another workflow, once.
 *
 * The workflow inside sees its inputs and nothing else of the one around it. It
 * gets `input`, what came from the nodes before this one; or, if it declares
 * inputs ([method@Workflow.declare_input]), those: `input`, and any other by its
 * name from the variables, inputs and earlier nodes of the workflow around it.
 *
 * The output is that of the nodes after which none ran: one output as it is,
 * several as a JSON object by the names of their nodes.
 *
 * The page [Workflows](workflows.html#workflows-inside-of-workflows) says more.
 *
 * Since: 1.0
 */
struct _GraphbitWorkflowNode
{
  GraphbitNode parent_instance;

  GraphbitWorkflow *workflow;
};

G_DEFINE_FINAL_TYPE (GraphbitWorkflowNode, graphbit_workflow_node, GRAPHBIT_TYPE_NODE)

enum
{
  PROP_0,
  PROP_WORKFLOW,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void
graphbit_workflow_node_finalize (GObject *object)
{
  GraphbitWorkflowNode *self = GRAPHBIT_WORKFLOW_NODE (object);

  g_clear_object (&self->workflow);

  G_OBJECT_CLASS (graphbit_workflow_node_parent_class)->finalize (object);
}

static void
graphbit_workflow_node_get_property (GObject *object,
                                    guint property_id,
                                    GValue *value,
                                    GParamSpec *pspec)
{
  GraphbitWorkflowNode *self = GRAPHBIT_WORKFLOW_NODE (object);

  switch (property_id)
    {
    case PROP_WORKFLOW:
      g_value_set_object (value, self->workflow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_workflow_node_set_property (GObject *object,
                                    guint property_id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  GraphbitWorkflowNode *self = GRAPHBIT_WORKFLOW_NODE (object);

  switch (property_id)
    {
    case PROP_WORKFLOW:
      self->workflow = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_workflow_node_class_init (GraphbitWorkflowNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_workflow_node_finalize;
  object_class->get_property = graphbit_workflow_node_get_property;
  object_class->set_property = graphbit_workflow_node_set_property;

  GRAPHBIT_NODE_CLASS (klass)->kind = graphbit_node_kind_get_info (GRAPHBIT_NODE_KIND_WORKFLOW);

  /**
   * GraphbitWorkflowNode:workflow: (getter get_workflow)
   *
   * What the node runs. It may be used in other places, and run by itself, too;
   * what changes in it affects later runs.
   *
   * Since: 1.0
   */
  properties[PROP_WORKFLOW] =
    g_param_spec_object ("workflow", NULL, NULL, GRAPHBIT_TYPE_WORKFLOW,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graphbit_workflow_node_init (GraphbitWorkflowNode *self)
{
}

/**
 * graphbit_workflow_node_new:
 * @name: what it is called
 * @workflow: what it runs
 *
 * Makes a node that runs another workflow.
 *
 * Returns: (transfer full): a new node
 *
 * Since: 1.0
 */
GraphbitWorkflowNode *
graphbit_workflow_node_new (const char *name,
                            GraphbitWorkflow *workflow)
{
  return g_object_new (GRAPHBIT_TYPE_WORKFLOW_NODE, "name", name, "workflow", workflow, NULL);
}

void
graphbit_workflow_node_build (GraphbitNode *node,
                             gpointer settings,
                             GStringChunk *texts,
                             GraphbitReport *report)
{
  GraphbitWorkflowNode *self = GRAPHBIT_WORKFLOW_NODE (node);
  GraphbitPlanNested *nested = settings;

  graphbit_nested_build (nested, self->workflow, report);
}

/**
 * graphbit_workflow_node_get_workflow:
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
graphbit_workflow_node_get_workflow (GraphbitWorkflowNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_NODE (self), NULL);

  return self->workflow;
}
