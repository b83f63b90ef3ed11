/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-approval-node.h"

#include <glib/gi18n-lib.h>

#include "graphbit-node-kinds-private.h"
#include "graphbit-node-private.h"

/**
 * GraphbitApprovalNode:
 *
 * A node that stops until a person allows it to go on.
 *
 * It asks by an [class@Approval] in [property@Run:approvals]. Allowed, it passes
 * its input on: what came from the nodes before it, in the order of connection,
 * with blank lines between. Denied, it fails with %GRAPHBIT_ERROR_TOOL_DENIED and
 * is not tried again; error edges and [property@Node:on-error] say what that
 * means. Everything else in the run goes on meanwhile.
 *
 * It waits as long as the run does, or [property@Node:timeout-ms]. A run that
 * nobody can answer, one of [method@Executor.execute_async], does not start with
 * such a node.
 *
 * Since: 1.0
 */
struct _GraphbitApprovalNode
{
  GraphbitNode parent_instance;

  char *question;
};

G_DEFINE_FINAL_TYPE (GraphbitApprovalNode, graphbit_approval_node, GRAPHBIT_TYPE_NODE)

enum
{
  PROP_0,
  PROP_QUESTION,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void
graphbit_approval_node_finalize (GObject *object)
{
  GraphbitApprovalNode *self = GRAPHBIT_APPROVAL_NODE (object);

  g_free (self->question);

  G_OBJECT_CLASS (graphbit_approval_node_parent_class)->finalize (object);
}

static void
graphbit_approval_node_get_property (GObject *object,
                                     guint property_id,
                                     GValue *value,
                                     GParamSpec *pspec)
{
  GraphbitApprovalNode *self = GRAPHBIT_APPROVAL_NODE (object);

  switch (property_id)
    {
    case PROP_QUESTION:
      g_value_set_string (value, self->question);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_approval_node_set_property (GObject *object,
                                     guint property_id,
                                     const GValue *value,
                                     GParamSpec *pspec)
{
  GraphbitApprovalNode *self = GRAPHBIT_APPROVAL_NODE (object);

  switch (property_id)
    {
    case PROP_QUESTION:
      self->question = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_approval_node_class_init (GraphbitApprovalNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_approval_node_finalize;
  object_class->get_property = graphbit_approval_node_get_property;
  object_class->set_property = graphbit_approval_node_set_property;

  GRAPHBIT_NODE_CLASS (klass)->kind = graphbit_node_kind_get_info (GRAPHBIT_NODE_KIND_APPROVAL);

  /**
   * GraphbitApprovalNode:question: (getter get_question)
   *
   * What the person is asked, a template. Not empty.
   *
   * Since: 1.0
   */
  properties[PROP_QUESTION] =
    g_param_spec_string ("question", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graphbit_approval_node_init (GraphbitApprovalNode *self)
{
}

/**
 * graphbit_approval_node_new:
 * @name: what it is called
 * @question: the question, a template
 *
 * Makes a node that asks a person.
 *
 * Returns: (transfer full): a new node
 *
 * Since: 1.0
 */
GraphbitApprovalNode *
graphbit_approval_node_new (const char *name,
                            const char *question)
{
  return g_object_new (GRAPHBIT_TYPE_APPROVAL_NODE, "name", name, "question", question, NULL);
}

void
graphbit_approval_node_build (GraphbitNode *node,
                              gpointer settings,
                              GStringChunk *texts,
                              GraphbitReport *report)
{
  GraphbitApprovalNode *self = GRAPHBIT_APPROVAL_NODE (node);
  GraphbitPlanApproval *approval = settings;

  approval->question = graphbit_node_parse_template (self->question);

  if (graphbit_text_is_blank (self->question))
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "question",
                         _("say what the person is asked"),
                         _("The question of the node “%s” is empty"), graphbit_node_get_name (node));
}

/**
 * graphbit_approval_node_get_question: (get-property question)
 * @self: a node
 *
 * Gets what the person is asked.
 *
 * Returns: (nullable): the question, or %NULL if the node was made without one,
 *   which no workflow takes
 *
 * Since: 1.0
 */
const char *
graphbit_approval_node_get_question (GraphbitApprovalNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_APPROVAL_NODE (self), NULL);

  return self->question;
}
