/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-nested-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-check-private.h"
#include "graphbit-workflow-private.h"

static void
report_recursion (GraphbitReport *report,
                  GraphbitWorkflow *workflow)
{
  g_autoptr (GString) chain = g_string_new (NULL);

  for (const GraphbitPlanBuild *build = report->build; build != NULL; build = build->outer)
    {
      g_autofree char *name = g_strdup_printf ("“%s” → ", graphbit_workflow_get_name (build->workflow));

      g_string_prepend (chain, name);
      if (build->workflow == workflow)
        break;
    }
  g_string_append_printf (chain, "“%s”", graphbit_workflow_get_name (workflow));
  graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "workflow",
                       _("let the node run another workflow"),
                       _("A workflow contains itself: %s"), chain->str);
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

  for (const GraphbitPlanBuild *build = outer; build != NULL; build = build->outer)
    if (build->workflow == workflow)
      {
        report_recursion (report, workflow);
        return;
      }

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

const char *const graphbit_nested_given[5] = { "input", "item", "index", "original", "iteration" };

gboolean
graphbit_nested_gives (GraphbitNodeKind kind,
                       const char *name)
{
  if (g_str_equal (name, "input"))
    return TRUE;
  if (kind == GRAPHBIT_NODE_KIND_MAP)
    return g_str_equal (name, "item") || g_str_equal (name, "index");
  if (kind == GRAPHBIT_NODE_KIND_LOOP)
    return g_str_equal (name, "original") || g_str_equal (name, "iteration");
  return FALSE;
}

gboolean
graphbit_nested_tells (const GraphbitTemplateReference *reference)
{
  return reference->kind == GRAPHBIT_TEMPLATE_VARIABLE &&
         (g_str_equal (reference->name, "output") || g_str_equal (reference->name, "iteration"));
}
