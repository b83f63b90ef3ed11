/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-node-kinds-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-error.h"

static void
agent_clear (gpointer settings)
{
  GraphbitPlanAgent *agent = settings;

  g_clear_pointer (&agent->prompt, graphbit_template_unref);
  g_clear_pointer (&agent->context, graphbit_template_unref);
  g_clear_pointer (&agent->system_prompt, graphbit_template_unref);
  g_clear_object (&agent->config);
  g_clear_object (&agent->options);
  g_clear_pointer (&agent->tools, g_ptr_array_unref);
}

static void
agent_foreach_template (gconstpointer settings,
                        GraphbitTemplateFunc func,
                        gpointer data)
{
  const GraphbitPlanAgent *agent = settings;

  if (agent->context != NULL)
    func (agent->context, "context", data);
  if (agent->prompt != NULL)
    func (agent->prompt, "prompt", data);
  if (agent->system_prompt != NULL)
    func (agent->system_prompt, "system-prompt", data);
}

static void
function_clear (gpointer settings)
{
  GraphbitPlanFunction *function = settings;

  g_clear_pointer (&function->closure, graphbit_closure_unref);
  g_clear_object (&function->node);
}

static void
condition_clear (gpointer settings)
{
  GraphbitPlanCondition *condition = settings;

  function_clear (&condition->function);
  g_clear_pointer (&condition->expression, graphbit_expression_unref);
}

static void
condition_foreach_expression (gconstpointer settings,
                              GraphbitExpressionFunc func,
                              gpointer data)
{
  const GraphbitPlanCondition *condition = settings;

  if (condition->expression != NULL)
    func (condition->expression, "expression", data);
}

static void
transform_clear (gpointer settings)
{
  GraphbitPlanTransform *transform = settings;

  g_clear_pointer (&transform->template_, graphbit_template_unref);
  g_clear_pointer (&transform->regex, g_regex_unref);
}

static void
transform_foreach_template (gconstpointer settings,
                            GraphbitTemplateFunc func,
                            gpointer data)
{
  const GraphbitPlanTransform *transform = settings;

  if (transform->template_ != NULL)
    func (transform->template_, "argument", data);
}

typedef struct
{
  GraphbitPlan *plan;
  guint index;
  GraphbitReport *report;
} ChoiceCheck;

static void
check_choice (const char *text,
              gpointer data)
{
  const ChoiceCheck *check = data;

  if (graphbit_plan_find_choice (check->plan, check->index, text, NULL) < 0)
    graphbit_report_add (check->report, GRAPHBIT_SEVERITY_ERROR, "expression",
                         _("connect it to a node of that name, or choose another"),
                         _("The condition “%s” may choose “%s”, which is none of its successors"),
                         graphbit_plan_get_node (check->plan, check->index)->name, text);
}

/* A condition hands the output of its one data predecessor to one of its data successors, by name. */
static void
condition_check_edges (GraphbitPlan *plan,
                       guint index,
                       GraphbitReport *report)
{
  const GraphbitPlanNode *node = graphbit_plan_get_node (plan, index);
  const GraphbitPlanCondition *condition = node->settings;
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_in = 0, n_out = 0;

  for (guint i = 0; i < node->n_out; i++)
    {
      const GraphbitPlanEdge *edge = graphbit_plan_get_edge (plan, node->out[i]);
      const char *name = graphbit_plan_get_node (plan, edge->target)->name;

      if (edge->kind == GRAPHBIT_EDGE_KIND_ERROR)
        continue;

      n_out++;
      if (!g_hash_table_add (names, (gpointer) name))
        graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, NULL,
                             _("give each of its successors a name of its own"),
                             _("The condition “%s” has two successors of the name “%s”"), node->name, name);
    }

  if (n_out == 0)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, NULL,
                         _("connect it to the nodes that it chooses from"),
                         _("The condition “%s” has no successors"), node->name);

  for (guint i = 0; i < node->n_in; i++)
    {
      if (graphbit_plan_get_edge (plan, node->in[i])->kind != GRAPHBIT_EDGE_KIND_ERROR)
        n_in++;
    }

  if (n_in == 0)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, NULL,
                         _("connect the node whose output it judges to it"),
                         _("The condition “%s” has no predecessor"), node->name);
  else if (n_in > 1)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, NULL,
                         _("let one node before it bring their outputs together"),
                         _("The condition “%s” has %u predecessors, and it may have one only"), node->name, n_in);

  if (condition->expression != NULL)
    graphbit_expression_foreach_text (condition->expression, check_choice, &(ChoiceCheck) { plan, index, report });
}

/* In the order of GraphbitNodeKind. */
static const GraphbitNodeKindInfo kinds[] = {
  {
    .kind = GRAPHBIT_NODE_KIND_AGENT,
    .name = "agent",
    .settings_size = sizeof (GraphbitPlanAgent),
    .build = graphbit_agent_node_build,
    .clear = agent_clear,
    .foreach_template = agent_foreach_template,
  },
  {
    .kind = GRAPHBIT_NODE_KIND_CONDITION,
    .name = "condition",
    .settings_size = sizeof (GraphbitPlanCondition),
    .build = graphbit_condition_node_build,
    .clear = condition_clear,
    .foreach_expression = condition_foreach_expression,
    .check_edges = condition_check_edges,
  },
  {
    .kind = GRAPHBIT_NODE_KIND_FUNCTION,
    .name = "function",
    .settings_size = sizeof (GraphbitPlanFunction),
    .build = graphbit_function_node_build,
    .clear = function_clear,
  },
  {
    .kind = GRAPHBIT_NODE_KIND_TRANSFORM,
    .name = "transform",
    .settings_size = sizeof (GraphbitPlanTransform),
    .build = graphbit_transform_node_build,
    .clear = transform_clear,
    .foreach_template = transform_foreach_template,
  },
};

const GraphbitNodeKindInfo *
graphbit_node_kind_get_info (GraphbitNodeKind kind)
{
  g_assert ((guint) kind < G_N_ELEMENTS (kinds) && kinds[kind].kind == kind);

  return &kinds[kind];
}

const char *
graphbit_node_kind_get_name (GraphbitNodeKind kind)
{
  return graphbit_node_kind_get_info (kind)->name;
}

const GraphbitNodeKindInfo *
graphbit_node_get_info (GraphbitNode *node)
{
  return GRAPHBIT_NODE_GET_CLASS (node)->kind;
}

gboolean
graphbit_text_is_blank (const char *text)
{
  if (text == NULL)
    return TRUE;

  while (*text != '\0')
    {
      gunichar c = g_utf8_get_char_validated (text, -1);

      if (c == (gunichar) -1 || c == (gunichar) -2 || !g_unichar_isspace (c))
        return FALSE;
      text = g_utf8_next_char (text);
    }

  return TRUE;
}

void
graphbit_node_check (GraphbitNode *node,
                     GraphbitReport *report)
{
  const char *name = graphbit_node_get_name (node);

  if (graphbit_text_is_blank (graphbit_node_get_id (node)))
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "id",
                         _("leave it out, and the node gets one of its own"),
                         _("The node “%s” has an empty id"), name != NULL ? name : "");

  if (graphbit_text_is_blank (name))
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "name",
                         _("give it one"),
                         _("A node has an empty name"));
  else if (!g_utf8_validate (name, -1, NULL))
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "name",
                         _("give it one in UTF-8"),
                         _("The name of a node is no valid text"));

  if (graphbit_node_get_timeout_ms (node) > GRAPHBIT_NODE_MAX_MILLISECONDS)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "timeout-ms",
                         _("set it to at most 86400000, a day, or to 0 for none"),
                         _("The time limit of the node “%s” is out of range: %u ms"),
                         name, graphbit_node_get_timeout_ms (node));

  if (graphbit_node_get_max_retries (node) > GRAPHBIT_NODE_MAX_RETRIES)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "max-retries",
                         _("set it to at most 100"),
                         _("The retries of the node “%s” are out of range: %u"),
                         name, graphbit_node_get_max_retries (node));

  if (graphbit_node_get_fallback (node) != NULL && graphbit_node_get_on_error (node) != GRAPHBIT_ON_ERROR_FALLBACK)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_WARNING, "fallback",
                         _("set on-error to fallback"),
                         _("The fallback of the node “%s” is never used"), name);

  if (graphbit_node_get_fallback (node) == NULL && graphbit_node_get_on_error (node) == GRAPHBIT_ON_ERROR_FALLBACK)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_WARNING, "fallback",
                         _("set the fallback"),
                         _("The node “%s” falls back to an empty text"), name);

  if (graphbit_node_get_output_name (node) != NULL && graphbit_text_is_blank (graphbit_node_get_output_name (node)))
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "output-name",
                         _("give it a name, or none at all"),
                         _("The output of the node “%s” has an empty name"), name);
}

const char *
graphbit_node_copy_text (GStringChunk *texts,
                         const char *text)
{
  return text != NULL ? g_string_chunk_insert (texts, text) : NULL;
}

GraphbitTemplate *
graphbit_node_parse_template (const char *text)
{
  return text != NULL ? graphbit_template_new (text) : NULL;
}
