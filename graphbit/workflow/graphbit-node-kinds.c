/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-node-kinds-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-agent-node.h"
#include "graphbit-check-private.h"
#include "graphbit-condition-node.h"
#include "graphbit-error.h"
#include "graphbit-approval-node.h"
#include "graphbit-delay-node.h"
#include "graphbit-function-node.h"
#include "graphbit-http-node.h"
#include "graphbit-join-node.h"
#include "graphbit-loop-node.h"
#include "graphbit-map-node.h"
#include "graphbit-nested-private.h"
#include "graphbit-split-node.h"
#include "graphbit-transform-node.h"
#include "graphbit-workflow-node.h"

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

/* Of settings that hold nothing but texts of the plan. */
static void
nothing_clear (gpointer settings)
{
}

static void
join_clear (gpointer settings)
{
  GraphbitPlanJoin *join = settings;

  g_clear_pointer (&join->template_, graphbit_template_unref);
}

static void
join_foreach_template (gconstpointer settings,
                       GraphbitTemplateFunc func,
                       gpointer data)
{
  const GraphbitPlanJoin *join = settings;

  if (join->template_ != NULL)
    func (join->template_, "template", data);
}

static void
http_clear (gpointer settings)
{
  GraphbitPlanHttp *http = settings;

  for (guint i = 0; i < http->n_headers; i++)
    graphbit_template_unref (http->headers[i].value);
  g_clear_pointer (&http->headers, g_free);
  g_clear_pointer (&http->url, graphbit_template_unref);
  g_clear_pointer (&http->body, graphbit_template_unref);
  g_clear_pointer (&http->allowed_hosts, g_strfreev);
}

static void
http_foreach_template (gconstpointer settings,
                       GraphbitTemplateFunc func,
                       gpointer data)
{
  const GraphbitPlanHttp *http = settings;

  if (http->url != NULL)
    func (http->url, "url", data);
  for (guint i = 0; i < http->n_headers; i++)
    func (http->headers[i].value, "headers", data);
  if (http->body != NULL)
    func (http->body, "body", data);
}

static void
approval_clear (gpointer settings)
{
  GraphbitPlanApproval *approval = settings;

  g_clear_pointer (&approval->question, graphbit_template_unref);
}

static void
approval_foreach_template (gconstpointer settings,
                           GraphbitTemplateFunc func,
                           gpointer data)
{
  const GraphbitPlanApproval *approval = settings;

  if (approval->question != NULL)
    func (approval->question, "question", data);
}

/* What becomes an object needs a name for each part. */
static void
join_check_edges (GraphbitPlan *plan,
                  guint index,
                  GraphbitReport *report)
{
  const GraphbitPlanNode *node = graphbit_plan_get_node (plan, index);
  g_autoptr (GHashTable) names = NULL;

  if (((const GraphbitPlanJoin *) node->settings)->mode != GRAPHBIT_JOIN_MODE_OBJECT)
    return;

  names = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < node->n_in; i++)
    {
      const GraphbitPlanNode *source = graphbit_plan_get_node (plan, graphbit_plan_get_edge (plan, node->in[i])->source);

      /* one node may come by two kinds of edge */
      if (!g_hash_table_contains (names, source->name))
        g_hash_table_insert (names, (gpointer) source->name, (gpointer) source);
      else if (g_hash_table_lookup (names, source->name) != source)
        graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, NULL,
                             _("give each of the nodes before it a name of its own"),
                             _("The join “%s” has two predecessors of the name “%s”"), node->name, source->name);
    }
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

static void
loop_foreach_expression (gconstpointer settings,
                         GraphbitExpressionFunc func,
                         gpointer data)
{
  const GraphbitPlanNested *nested = settings;

  if (nested->condition != NULL)
    func (nested->condition, "condition", data);
}

static void
map_check_edges (GraphbitPlan *plan,
                 guint index,
                 GraphbitReport *report)
{
  const GraphbitPlanNode *node = graphbit_plan_get_node (plan, index);

  if (node->n_in == 0)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, NULL,
                         _("connect the node whose output is the list to it"),
                         _("The map “%s” has no predecessor"), node->name);
}

/* In the order of GraphbitNodeKind. */
static const GraphbitNodeKindInfo kinds[] = {
  {
    .kind = GRAPHBIT_NODE_KIND_AGENT,
    .name = "agent",
    .get_type = graphbit_agent_node_get_type,
    .settings_size = sizeof (GraphbitPlanAgent),
    .shape = GRAPHBIT_GRAPH_SHAPE_ROUND,
    .build = graphbit_agent_node_build,
    .clear = agent_clear,
    .foreach_template = agent_foreach_template,
  },
  {
    .kind = GRAPHBIT_NODE_KIND_CONDITION,
    .name = "condition",
    .get_type = graphbit_condition_node_get_type,
    .settings_size = sizeof (GraphbitPlanCondition),
    .build = graphbit_condition_node_build,
    .clear = condition_clear,
    .foreach_expression = condition_foreach_expression,
    .check_edges = condition_check_edges,
    .shape = GRAPHBIT_GRAPH_SHAPE_DIAMOND,
    .resolve = graphbit_condition_node_resolve,
    .check_name = graphbit_condition_node_check_name,
  },
  {
    .kind = GRAPHBIT_NODE_KIND_FUNCTION,
    .name = "function",
    .get_type = graphbit_function_node_get_type,
    .settings_size = sizeof (GraphbitPlanFunction),
    .build = graphbit_function_node_build,
    .clear = function_clear,
    .resolve = graphbit_function_node_resolve,
    .check_name = graphbit_function_node_check_name,
  },
  {
    .kind = GRAPHBIT_NODE_KIND_TRANSFORM,
    .name = "transform",
    .get_type = graphbit_transform_node_get_type,
    .settings_size = sizeof (GraphbitPlanTransform),
    .shape = GRAPHBIT_GRAPH_SHAPE_SLANTED,
    .build = graphbit_transform_node_build,
    .clear = transform_clear,
    .foreach_template = transform_foreach_template,
  },
  {
    .kind = GRAPHBIT_NODE_KIND_MAP,
    .name = "map",
    .get_type = graphbit_map_node_get_type,
    .shape = GRAPHBIT_GRAPH_SHAPE_DOUBLE,
    .settings_size = sizeof (GraphbitPlanNested),
    .is_nested = TRUE,
    .build = graphbit_map_node_build,
    .clear = graphbit_nested_clear,
    .check_edges = map_check_edges,
  },
  {
    .kind = GRAPHBIT_NODE_KIND_LOOP,
    .name = "loop",
    .get_type = graphbit_loop_node_get_type,
    .shape = GRAPHBIT_GRAPH_SHAPE_DOUBLE,
    .settings_size = sizeof (GraphbitPlanNested),
    .is_nested = TRUE,
    .build = graphbit_loop_node_build,
    .clear = graphbit_nested_clear,
    .foreach_expression = loop_foreach_expression,
  },
  {
    .kind = GRAPHBIT_NODE_KIND_WORKFLOW,
    .name = "workflow",
    .get_type = graphbit_workflow_node_get_type,
    .shape = GRAPHBIT_GRAPH_SHAPE_DOUBLE,
    .settings_size = sizeof (GraphbitPlanNested),
    .is_nested = TRUE,
    .build = graphbit_workflow_node_build,
    .clear = graphbit_nested_clear,
  },
  {
    .kind = GRAPHBIT_NODE_KIND_SPLIT,
    .name = "split",
    .get_type = graphbit_split_node_get_type,
    .settings_size = sizeof (GraphbitPlanSplit),
    .build = graphbit_split_node_build,
    .clear = nothing_clear,
  },
  {
    .kind = GRAPHBIT_NODE_KIND_JOIN,
    .name = "join",
    .get_type = graphbit_join_node_get_type,
    .settings_size = sizeof (GraphbitPlanJoin),
    .build = graphbit_join_node_build,
    .clear = join_clear,
    .foreach_template = join_foreach_template,
    .check_edges = join_check_edges,
  },
  {
    .kind = GRAPHBIT_NODE_KIND_DELAY,
    .name = "delay",
    .get_type = graphbit_delay_node_get_type,
    .settings_size = sizeof (GraphbitPlanDelay),
    .build = graphbit_delay_node_build,
    .clear = nothing_clear,
  },
  {
    .kind = GRAPHBIT_NODE_KIND_HTTP,
    .name = "http",
    .get_type = graphbit_http_node_get_type,
    .settings_size = sizeof (GraphbitPlanHttp),
    .build = graphbit_http_node_build,
    .clear = http_clear,
    .foreach_template = http_foreach_template,
  },
  {
    .kind = GRAPHBIT_NODE_KIND_APPROVAL,
    .name = "approval",
    .get_type = graphbit_approval_node_get_type,
    .settings_size = sizeof (GraphbitPlanApproval),
    .build = graphbit_approval_node_build,
    .clear = approval_clear,
    .foreach_template = approval_foreach_template,
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
graphbit_node_kind_find (const char *name,
                         char **names)
{
  GraphbitNameList list = GRAPHBIT_NAME_LIST_INIT;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (g_str_equal (kinds[i].name, name))
        return &kinds[i];
    }

  for (guint i = 0; i < G_N_ELEMENTS (kinds) && names != NULL; i++)
    graphbit_name_list_add (&list, kinds[i].name);
  if (names != NULL)
    *names = graphbit_name_list_finish (&list);

  return NULL;
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
