/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-nested-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-check-private.h"
#include "graphbit-error.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-workflow-private.h"

static GraphbitWorkflow *
dup_inner_workflow (GraphbitNode *node)
{
  GraphbitWorkflow *workflow = NULL;

  if (graphbit_node_get_info (node)->is_nested)
    g_object_get (node, "workflow", &workflow, NULL);
  return workflow;
}

/* Prepends the names on the way. `seen`: workflows from which no way leads there. */
static gboolean
find_way (GraphbitNode *node,
          GraphbitWorkflow *target,
          GHashTable *seen,
          GString *chain)
{
  g_autoptr (GraphbitWorkflow) workflow = dup_inner_workflow (node);
  gboolean found = workflow == target;
  GListModel *nodes;

  if (workflow == NULL || (!found && !g_hash_table_add (seen, workflow)))
    return FALSE;

  nodes = graphbit_workflow_get_nodes (workflow);
  for (guint i = 0; i < g_list_model_get_n_items (nodes) && !found; i++)
    {
      g_autoptr (GraphbitNode) inner = g_list_model_get_item (nodes, i);

      found = find_way (inner, target, seen, chain);
    }

  if (found)
    {
      g_autofree char *name = g_strdup_printf (" → “%s”", graphbit_workflow_get_name (workflow));

      g_string_prepend (chain, name);
    }
  return found;
}

gboolean
graphbit_nested_check_recursion (GraphbitWorkflow *workflow,
                                 GraphbitNode *node,
                                 GError **error)
{
  g_autoptr (GHashTable) seen = NULL;
  g_autoptr (GString) chain = NULL;

  if (!graphbit_node_get_info (node)->is_nested)
    return TRUE;

  seen = g_hash_table_new (NULL, NULL);
  chain = g_string_new (NULL);
  if (!find_way (node, workflow, seen, chain))
    return TRUE;

  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
               _("With the node “%s” the workflow would contain itself: “%s”%s; let the node run another workflow"),
               graphbit_node_get_name (node), graphbit_workflow_get_name (workflow), chain->str);
  return FALSE;
}

/* What is wrong inside, as seen from outside. */
static void
report_inside (GraphbitReport *report,
               GPtrArray *problems)
{
  const char *id = graphbit_node_get_id (report->node);

  for (guint i = 0; i < problems->len; i++)
    {
      GraphbitProblem *problem = g_ptr_array_index (problems, i);
      const char *node_id = graphbit_problem_get_node_id (problem);
      g_autofree char *path = g_strdup_printf ("/nodes/%d/workflow%s", report->index, graphbit_problem_get_path (problem));
      g_autofree char *ids = node_id != NULL ? g_strdup_printf ("%s/%s", id, node_id) : g_strdup (id);
      g_autofree char *message = g_strdup_printf (_("Inside of “%s”: %s"), graphbit_node_get_name (report->node),
                                                  graphbit_problem_get_message (problem));

      g_ptr_array_add (report->problems,
                       graphbit_problem_new (graphbit_problem_get_severity (problem), path, ids, message,
                                             graphbit_problem_get_hint (problem)));
    }
}

void
graphbit_nested_build (GraphbitPlanNested *nested,
                       GraphbitWorkflow *workflow,
                       GraphbitReport *report)
{
  const GraphbitPlanBuild *outer = report->build;
  g_autoptr (GPtrArray) problems = NULL;
  guint depth = 1;

  if (workflow == NULL)
    {
      graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "workflow",
                           _("make the node with the workflow that it is to run"),
                           _("The node “%s” has no workflow"), graphbit_node_get_name (report->node));
      return;
    }
  /* Who is told one problem only need not look for others. */
  if (outer == NULL || outer->shared->is_broken)
    return;

  problems = g_ptr_array_new_with_free_func (g_object_unref);
  if (outer->depth < GRAPHBIT_MAX_NESTING)
    nested->plan = graphbit_workflow_plan_inside (workflow, outer, problems, &depth);
  report_inside (report, problems);

  if (outer->depth + depth > GRAPHBIT_MAX_NESTING)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "workflow",
                         _("put what is inside into one workflow"),
                         _("More than %u workflows are inside of each other at the node “%s”"),
                         GRAPHBIT_MAX_NESTING, graphbit_node_get_name (report->node));
}

void
graphbit_nested_clear (gpointer settings)
{
  GraphbitPlanNested *nested = settings;

  g_clear_pointer (&nested->plan, graphbit_plan_unref);
  g_clear_pointer (&nested->condition, graphbit_expression_unref);
}

const char *const graphbit_given_names[GRAPHBIT_N_GIVEN] = {
  [GRAPHBIT_GIVEN_INPUT] = "input",
  [GRAPHBIT_GIVEN_ITEM] = "item",
  [GRAPHBIT_GIVEN_INDEX] = "index",
  [GRAPHBIT_GIVEN_ORIGINAL] = "original",
  [GRAPHBIT_GIVEN_ITERATION] = "iteration",
};

guint
graphbit_nested_get_given (GraphbitNodeKind kind)
{
  switch (kind)
    {
    case GRAPHBIT_NODE_KIND_MAP:
      return 1u << GRAPHBIT_GIVEN_INPUT | 1u << GRAPHBIT_GIVEN_ITEM | 1u << GRAPHBIT_GIVEN_INDEX;
    case GRAPHBIT_NODE_KIND_LOOP:
      return 1u << GRAPHBIT_GIVEN_INPUT | 1u << GRAPHBIT_GIVEN_ORIGINAL | 1u << GRAPHBIT_GIVEN_ITERATION;
    default:
      return 1u << GRAPHBIT_GIVEN_INPUT;
    }
}

gboolean
graphbit_nested_gives (GraphbitNodeKind kind,
                       const char *name)
{
  guint given = graphbit_nested_get_given (kind);

  for (guint i = 0; i < GRAPHBIT_N_GIVEN; i++)
    if ((given & 1u << i) != 0 && g_str_equal (graphbit_given_names[i], name))
      return TRUE;
  return FALSE;
}

gboolean
graphbit_nested_tells (const GraphbitTemplateReference *reference)
{
  return reference->kind == GRAPHBIT_TEMPLATE_VARIABLE &&
         (g_str_equal (reference->name, "output") || g_str_equal (reference->name, "iteration"));
}
