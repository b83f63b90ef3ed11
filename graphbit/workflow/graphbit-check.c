/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-check-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "graphbit-node-kinds-private.h"

#define MAX_LISTED 10

void
graphbit_name_list_add (GraphbitNameList *self,
                        const char *name)
{
  if (self->text == NULL)
    self->text = g_string_new (NULL);

  if (self->n_names < MAX_LISTED)
    g_string_append_printf (self->text, "%s“%s”", self->n_names > 0 ? ", " : "", name);
  self->n_names++;
}

char *
graphbit_name_list_finish (GraphbitNameList *self)
{
  if (self->text == NULL)
    return g_strdup (_("none"));

  if (self->n_names > MAX_LISTED)
    {
      guint n_more = self->n_names - MAX_LISTED;

      g_string_append_c (self->text, ' ');
      g_string_append_printf (self->text, g_dngettext (GETTEXT_PACKAGE, "and %u more", "and %u more", n_more), n_more);
    }

  return g_string_free (g_steal_pointer (&self->text), FALSE);
}

static GraphbitReport
report_on (GraphbitCheck *self,
           guint node)
{
  return (GraphbitReport) { self->problems, g_ptr_array_index (self->nodes, node), (int) node };
}

static const char *
get_name (GraphbitCheck *self,
          guint node)
{
  return graphbit_plan_get_node (self->plan, node)->name;
}

static void
move_problems (GraphbitCheck *self,
               GPtrArray *problems)
{
  for (guint i = 0; i < problems->len; i++)
    g_ptr_array_add (self->problems, g_object_ref (g_ptr_array_index (problems, i)));
}

static void
check_is_not_empty (GraphbitCheck *self)
{
  if (graphbit_plan_get_n_nodes (self->plan) == 0)
    {
      g_autofree char *message = g_strdup_printf (_("The workflow “%s” is empty"), self->name);

      g_ptr_array_add (self->problems,
                       graphbit_problem_new (GRAPHBIT_SEVERITY_ERROR, "", NULL, message, _("add a node")));
    }
}

static gboolean
is_self_edge (const GraphbitPlanEdge *edge)
{
  return edge->source == edge->target;
}

/* Nodes whose predecessors are all placed, until there is none any more. Returns the new end of `order`. */
static guint
place_nodes (GraphbitCheck *self,
             guint32 *order,
             guint begin,
             guint end,
             guint32 *n_missing)
{
  for (; begin < end; begin++)
    {
      const GraphbitPlanNode *node = graphbit_plan_get_node (self->plan, order[begin]);

      for (guint i = 0; i < node->n_out; i++)
        {
          const GraphbitPlanEdge *edge = graphbit_plan_get_edge (self->plan, node->out[i]);

          if (!is_self_edge (edge) && n_missing[edge->target] != 0 && --n_missing[edge->target] == 0)
            order[end++] = edge->target;
        }
    }

  return end;
}

/*
 * `node` is not placed, so it has a predecessor that is not, which has one in
 * turn: going back must meet a node again. Reports that cycle and returns its
 * nodes, backwards.
 */
static GArray *
report_cycle (GraphbitCheck *self,
              guint node,
              const guint32 *n_missing,
              guint32 *seen,
              guint32 stamp)
{
  GraphbitReport report;
  g_autoptr (GArray) path = g_array_new (FALSE, FALSE, sizeof (guint32));
  GArray *cycle = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GString) names = g_string_new (NULL);
  guint begin = 0, n_listed;

  while (seen[node] != stamp)
    {
      const GraphbitPlanNode *plan_node = graphbit_plan_get_node (self->plan, node);

      seen[node] = stamp;
      g_array_append_val (path, node);

      for (guint i = 0; i < plan_node->n_in; i++)
        {
          const GraphbitPlanEdge *edge = graphbit_plan_get_edge (self->plan, plan_node->in[i]);

          if (!is_self_edge (edge) && n_missing[edge->source] != 0)
            {
              node = edge->source;
              break;
            }
        }
    }

  while (g_array_index (path, guint32, begin) != node)
    begin++;
  g_array_append_vals (cycle, &g_array_index (path, guint32, begin), path->len - begin);

  /* forwards, from the node that was added first */
  begin = 0;
  for (guint i = 1; i < cycle->len; i++)
    {
      if (g_array_index (cycle, guint32, i) < g_array_index (cycle, guint32, begin))
        begin = i;
    }
  n_listed = MIN (cycle->len, MAX_LISTED);
  for (guint i = 0; i < n_listed; i++)
    {
      guint32 member = g_array_index (cycle, guint32, (begin + cycle->len - i) % cycle->len);

      g_string_append_printf (names, "“%s” → ", get_name (self, member));
    }
  if (n_listed < cycle->len)
    g_string_append (names, "… → ");
  g_string_append_printf (names, "“%s”", get_name (self, g_array_index (cycle, guint32, begin)));

  report = report_on (self, g_array_index (cycle, guint32, begin));
  graphbit_report_add (&report, GRAPHBIT_SEVERITY_ERROR, NULL,
                       _("remove one of these connections"),
                       _("The workflow “%s” has a cycle: %s"), self->name, names->str);

  return cycle;
}

static void
check_cycles (GraphbitCheck *self)
{
  guint n_nodes = graphbit_plan_get_n_nodes (self->plan);
  g_autofree guint32 *n_missing = g_new0 (guint32, n_nodes);
  g_autofree guint32 *order = g_new (guint32, n_nodes);
  g_autofree guint32 *seen = g_new0 (guint32, n_nodes);
  guint n_placed = 0, end = 0;
  guint32 stamp = 0;

  for (guint i = 0; i < n_nodes; i++)
    {
      const GraphbitPlanNode *node = graphbit_plan_get_node (self->plan, i);

      for (guint j = 0; j < node->n_in; j++)
        n_missing[i] += !is_self_edge (graphbit_plan_get_edge (self->plan, node->in[j]));
      if (n_missing[i] == 0)
        order[end++] = i;
    }

  n_placed = place_nodes (self, order, 0, end, n_missing);

  if (n_placed == n_nodes)
    {
      self->positions = g_new (guint32, n_nodes);
      for (guint i = 0; i < n_nodes; i++)
        self->positions[order[i]] = i;
    }

  for (guint i = 0; i < n_nodes && n_placed < n_nodes; i++)
    {
      /* once a cycle is told, its nodes count as placed, so that others come to light */
      while (n_missing[i] != 0)
        {
          g_autoptr (GArray) cycle = report_cycle (self, i, n_missing, seen, ++stamp);

          if (!self->is_thorough)
            return;

          end = n_placed;
          for (guint j = 0; j < cycle->len; j++)
            {
              guint32 member = g_array_index (cycle, guint32, j);

              n_missing[member] = 0;
              order[end++] = member;
            }
          n_placed = place_nodes (self, order, n_placed, end, n_missing);
        }
    }
}

static void
report_edge (GraphbitCheck *self,
             guint edge,
             const char *hint,
             char *message)
{
  g_autofree char *path = g_strdup_printf ("/edges/%u", self->origins[edge]);

  g_ptr_array_add (self->problems, graphbit_problem_new (GRAPHBIT_SEVERITY_ERROR, path, NULL, message, hint));
  g_free (message);
}

static void
check_ends (GraphbitCheck *self)
{
  move_problems (self, self->edge_problems);
}

static void
check_self_edges (GraphbitCheck *self)
{
  for (guint i = 0; i < graphbit_plan_get_n_edges (self->plan); i++)
    {
      const GraphbitPlanEdge *edge = graphbit_plan_get_edge (self->plan, i);

      if (is_self_edge (edge))
        report_edge (self, i, _("remove the connection"),
                     g_strdup_printf (_("The node “%s” is connected to itself"), get_name (self, edge->source)));
    }
}

static void
check_duplicate_edges (GraphbitCheck *self)
{
  guint n_nodes = graphbit_plan_get_n_nodes (self->plan);
  g_autofree guint64 *seen = g_new0 (guint64, n_nodes); /* the source + 1, and the kinds of its edges to this node */

  for (guint i = 0; i < n_nodes; i++)
    {
      const GraphbitPlanNode *node = graphbit_plan_get_node (self->plan, i);

      for (guint j = 0; j < node->n_out; j++)
        {
          const GraphbitPlanEdge *edge = graphbit_plan_get_edge (self->plan, node->out[j]);
          guint64 kind = G_GUINT64_CONSTANT (1) << edge->kind;

          if (seen[edge->target] >> 32 != i + 1)
            seen[edge->target] = (guint64) (i + 1) << 32;

          if (seen[edge->target] & kind)
            report_edge (self, node->out[j], _("remove one of the two connections"),
                         g_strdup_printf (_("The nodes “%s” and “%s” are connected twice"),
                                          node->name, get_name (self, edge->target)));
          seen[edge->target] |= kind;
        }
    }
}

static void
check_edges_of_kinds (GraphbitCheck *self)
{
  for (guint i = 0; i < graphbit_plan_get_n_nodes (self->plan); i++)
    {
      const GraphbitNodeKindInfo *info =
        graphbit_node_kind_get_info (graphbit_plan_get_node (self->plan, i)->kind);

      if (info->check_edges != NULL)
        {
          GraphbitReport report = report_on (self, i);

          info->check_edges (self->plan, i, &report);
        }
    }
}

/* A text that speaks: of a node, or the condition of an edge, which is looked at when its source has ended. */
typedef struct
{
  guint node;         /* what has run before it is known there */
  const char *member; /* of the node; NULL: the condition of an edge */
  guint edge;
} Speaker;

/* One that speaks of the output of `source`. */
typedef struct
{
  guint32 source;
  Speaker speaker;
  const char *text;
} Reference;

typedef struct
{
  GraphbitCheck *check;
  Speaker speaker;
  GArray *references;
  GHashTable *output_names;
} ReferenceSearch;

/* Takes the message over. */
static void
report_reference (GraphbitCheck *self,
                  const Speaker *speaker,
                  const char *hint,
                  char *message)
{
  g_autofree char *owned = message;

  if (speaker->member != NULL)
    {
      GraphbitReport report = report_on (self, speaker->node);

      graphbit_report_add (&report, GRAPHBIT_SEVERITY_ERROR, speaker->member, hint, "%s", message);
    }
  else
    {
      g_autofree char *path = g_strdup_printf ("/edges/%u/condition", self->origins[speaker->edge]);

      g_ptr_array_add (self->problems, graphbit_problem_new (GRAPHBIT_SEVERITY_ERROR, path, NULL, message, hint));
    }
}

static char *
describe_speaker (GraphbitCheck *self,
                  const Speaker *speaker)
{
  const GraphbitPlanEdge *edge;

  if (speaker->member != NULL)
    return g_strdup_printf (_("The node “%s”"), get_name (self, speaker->node));

  edge = graphbit_plan_get_edge (self->plan, speaker->edge);
  return g_strdup_printf (_("The edge from “%s” to “%s”"), get_name (self, edge->source), get_name (self, edge->target));
}

static char *
list_nodes (GraphbitCheck *self)
{
  GraphbitNameList names = GRAPHBIT_NAME_LIST_INIT;

  for (guint i = 0; i < graphbit_plan_get_n_nodes (self->plan); i++)
    graphbit_name_list_add (&names, get_name (self, i));

  return graphbit_name_list_finish (&names);
}

static char *
list_inputs (GraphbitCheck *self)
{
  GraphbitNameList names = GRAPHBIT_NAME_LIST_INIT;

  for (guint i = 0; i < graphbit_plan_get_n_inputs (self->plan); i++)
    graphbit_name_list_add (&names, graphbit_plan_get_input (self->plan, i)->name);

  return graphbit_name_list_finish (&names);
}

static void
check_node_reference (ReferenceSearch *search,
                      const GraphbitTemplateReference *reference)
{
  GraphbitCheck *self = search->check;
  int source = graphbit_plan_find (self->plan, reference->name);
  g_autofree char *speaker = NULL;

  if (source >= 0)
    {
      Reference found = { (guint32) source, search->speaker, reference->source };

      g_array_append_val (search->references, found);
      return;
    }

  speaker = describe_speaker (self, &search->speaker);
  if (graphbit_plan_is_ambiguous (self->plan, reference->name))
    {
      report_reference (self, &search->speaker, _("use an id, or give each node a name of its own"),
                        g_strdup_printf (_("%s speaks of %s, but several nodes have that name"),
                                         speaker, reference->source));
    }
  else
    {
      g_autofree char *nodes = list_nodes (self);
      g_autofree char *hint = g_strdup_printf (_("the nodes are %s"), nodes);

      report_reference (self, &search->speaker, hint,
                        g_strdup_printf (_("%s speaks of %s, but there is no such node"), speaker, reference->source));
    }
}

/* Only where inputs are declared is it known what there will be. */
static void
check_input_reference (ReferenceSearch *search,
                       const GraphbitTemplateReference *reference)
{
  GraphbitCheck *self = search->check;
  g_autofree char *speaker = NULL;
  g_autofree char *inputs = NULL;
  g_autofree char *hint = NULL;

  if (graphbit_plan_get_n_inputs (self->plan) == 0 || graphbit_plan_find_input (self->plan, reference->name) >= 0)
    return;
  if (reference->kind == GRAPHBIT_TEMPLATE_VARIABLE && g_hash_table_contains (search->output_names, reference->name))
    return;

  speaker = describe_speaker (self, &search->speaker);
  inputs = list_inputs (self);
  hint = g_strdup_printf (_("declare it; the inputs are %s"), inputs);
  report_reference (self, &search->speaker, hint,
                    g_strdup_printf (_("%s speaks of %s, but there is no such input or variable"),
                                     speaker, reference->source));
}

static void
check_reference (ReferenceSearch *search,
                 const GraphbitTemplateReference *reference)
{
  if (reference->kind == GRAPHBIT_TEMPLATE_NODE)
    check_node_reference (search, reference);
  else
    check_input_reference (search, reference);
}

static void
check_template (GraphbitTemplate *template_,
                const char *member,
                gpointer data)
{
  ReferenceSearch *search = data;

  search->speaker.member = member;
  for (guint i = 0; i < graphbit_template_get_n_references (template_); i++)
    check_reference (search, graphbit_template_get_reference (template_, i));
}

static void
check_expression (GraphbitExpression *expression,
                  const char *member,
                  gpointer data)
{
  ReferenceSearch *search = data;

  search->speaker.member = member;
  for (guint i = 0; i < graphbit_expression_get_n_references (expression); i++)
    check_reference (search, graphbit_expression_get_reference (expression, i));
}

static int
compare_references (gconstpointer a,
                    gconstpointer b)
{
  const Reference *x = a, *y = b;

  if (x->source != y->source)
    return x->source < y->source ? -1 : 1;

  return x->speaker.node < y->speaker.node ? -1 : x->speaker.node > y->speaker.node;
}

static gboolean
is_predecessor (GraphbitCheck *self,
                guint source,
                guint node)
{
  const GraphbitPlanNode *plan_node = graphbit_plan_get_node (self->plan, node);

  for (guint i = 0; i < plan_node->n_in; i++)
    {
      if (graphbit_plan_get_edge (self->plan, plan_node->in[i])->source == source)
        return TRUE;
    }

  return FALSE;
}

/* Stamps what can be reached from `source`, as far as `last` in the order. */
static void
stamp_descendants (GraphbitCheck *self,
                   guint32 source,
                   guint32 last,
                   guint32 *stamps,
                   guint32 stamp,
                   GArray *stack)
{
  g_array_append_val (stack, source);

  while (stack->len > 0)
    {
      guint32 index = g_array_index (stack, guint32, stack->len - 1);
      const GraphbitPlanNode *node = graphbit_plan_get_node (self->plan, index);

      g_array_set_size (stack, stack->len - 1);
      for (guint i = 0; i < node->n_out; i++)
        {
          guint32 target = graphbit_plan_get_edge (self->plan, node->out[i])->target;

          if (stamps[target] != stamp && (self->positions == NULL || self->positions[target] <= last))
            {
              stamps[target] = stamp;
              g_array_append_val (stack, target);
            }
        }
    }
}

/*
 * Whether each node that is spoken of runs before the one that speaks. Most are
 * direct predecessors; for the others the graph is walked once for each node
 * that is spoken of, no further than to the last one that speaks of it.
 */
static void
check_order (GraphbitCheck *self,
             GArray *references)
{
  g_autofree guint32 *stamps = g_new0 (guint32, graphbit_plan_get_n_nodes (self->plan));
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 stamp = 0;
  gint64 walked = -1;

  g_array_sort (references, compare_references);

  for (guint i = 0; i < references->len; i++)
    {
      const Reference *reference = &g_array_index (references, Reference, i);
      guint node = reference->speaker.node;
      g_autofree char *speaker = NULL;

      if (is_predecessor (self, reference->source, node))
        continue;
      /* the end of an edge's source is when its condition is looked at */
      if (reference->speaker.member == NULL && reference->source == node)
        continue;

      if (walked != reference->source)
        {
          guint32 last = 0;

          walked = reference->source;
          for (guint j = i; self->positions != NULL && j < references->len; j++)
            {
              const Reference *other = &g_array_index (references, Reference, j);

              if (other->source != reference->source)
                break;
              last = MAX (last, self->positions[other->speaker.node]);
            }
          stamp_descendants (self, reference->source, last, stamps, ++stamp, stack);
        }

      if (stamps[node] == stamp)
        continue;

      speaker = describe_speaker (self, &reference->speaker);
      report_reference (self, &reference->speaker, _("connect them, directly or through others"),
                        g_strdup_printf (_("%s speaks of %s, but “%s” does not run before it"),
                                         speaker, reference->text, get_name (self, reference->source)));
    }
}

static void
check_references (GraphbitCheck *self)
{
  g_autoptr (GArray) references = g_array_new (FALSE, FALSE, sizeof (Reference));
  g_autoptr (GHashTable) output_names = g_hash_table_new (g_str_hash, g_str_equal);
  ReferenceSearch search = { self, { 0, NULL, 0 }, references, output_names };
  guint n_nodes = graphbit_plan_get_n_nodes (self->plan);

  for (guint i = 0; i < n_nodes; i++)
    {
      const char *output_name = graphbit_plan_get_node (self->plan, i)->output_name;

      if (output_name != NULL)
        g_hash_table_add (output_names, (gpointer) output_name);
    }

  for (guint i = 0; i < n_nodes; i++)
    {
      const GraphbitPlanNode *node = graphbit_plan_get_node (self->plan, i);
      const GraphbitNodeKindInfo *info = graphbit_node_kind_get_info (node->kind);

      search.speaker.node = i;
      if (info->foreach_template != NULL)
        info->foreach_template (node->settings, check_template, &search);
      if (info->foreach_expression != NULL)
        info->foreach_expression (node->settings, check_expression, &search);
    }

  for (guint i = 0; graphbit_plan_get_n_conditions (self->plan) > 0 && i < graphbit_plan_get_n_edges (self->plan); i++)
    {
      const GraphbitPlanEdge *edge = graphbit_plan_get_edge (self->plan, i);

      search.speaker.node = edge->source;
      search.speaker.edge = i;
      if (edge->condition != GRAPHBIT_PLAN_NO_CONDITION)
        check_expression (graphbit_plan_get_condition (self->plan, edge->condition), NULL, &search);
    }

  check_order (self, references);
}

static void
check_conditions (GraphbitCheck *self)
{
  move_problems (self, self->condition_problems);
}

static void
check_nodes (GraphbitCheck *self)
{
  move_problems (self, self->node_problems);
}

/* The order is part of the contract: validate () throws the first. */
static void (*const rules[]) (GraphbitCheck *self) = {
  check_is_not_empty,
  check_cycles,
  check_ends,
  check_self_edges,
  check_duplicate_edges,
  check_edges_of_kinds,
  check_conditions,
  check_references,
  check_nodes,
};

static void
warn_of_name (GraphbitCheck *self)
{
  if (graphbit_text_is_blank (self->name))
    g_ptr_array_add (self->problems,
                     graphbit_problem_new (GRAPHBIT_SEVERITY_WARNING, "/name", NULL,
                                           _("The workflow has no name"), _("give it one")));
}

static void
warn_of_duplicate_names (GraphbitCheck *self)
{
  g_autoptr (GHashTable) told = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < graphbit_plan_get_n_nodes (self->plan); i++)
    {
      const char *name = get_name (self, i);
      GraphbitReport report;

      if (!graphbit_plan_is_ambiguous (self->plan, name) || !g_hash_table_add (told, (gpointer) name))
        continue;

      report = report_on (self, i);
      graphbit_report_add (&report, GRAPHBIT_SEVERITY_WARNING, "name",
                           _("give each a name of its own; a shared one cannot be used to mean one of them"),
                           _("Several nodes have the name “%s”"), name);
    }
}

static void
warn_of_disconnected_nodes (GraphbitCheck *self)
{
  guint n_nodes = graphbit_plan_get_n_nodes (self->plan);

  for (guint i = 0; i < n_nodes && n_nodes > 1; i++)
    {
      const GraphbitPlanNode *node = graphbit_plan_get_node (self->plan, i);

      if (node->n_in + node->n_out == 0)
        {
          GraphbitReport report = report_on (self, i);

          graphbit_report_add (&report, GRAPHBIT_SEVERITY_WARNING, NULL,
                               _("connect it, if it belongs to the others"),
                               _("The node “%s” is connected to no other"), node->name);
        }
    }
}

/* A node with a fallback never fails as far as its successors can tell. */
static void
warn_of_dead_error_edges (GraphbitCheck *self)
{
  for (guint i = 0; i < graphbit_plan_get_n_edges (self->plan); i++)
    {
      const GraphbitPlanEdge *edge = graphbit_plan_get_edge (self->plan, i);

      if (edge->kind == GRAPHBIT_EDGE_KIND_ERROR &&
          graphbit_plan_get_node (self->plan, edge->source)->on_error == GRAPHBIT_ON_ERROR_FALLBACK)
        {
          g_autofree char *path = g_strdup_printf ("/edges/%u", self->origins[i]);
          g_autofree char *message =
            g_strdup_printf (_("The error edge from “%s” to “%s” is never taken, as “%s” has a fallback"),
                             get_name (self, edge->source), get_name (self, edge->target),
                             get_name (self, edge->source));

          g_ptr_array_add (self->problems,
                           graphbit_problem_new (GRAPHBIT_SEVERITY_WARNING, path, NULL, message,
                                                 _("remove it, or set on-error to fail or continue")));
        }
    }
}

static guint
count (const char *text,
       const char *word)
{
  guint n = 0;

  for (const char *p = strstr (text, word); p != NULL; p = strstr (p + 1, word))
    n++;

  return n;
}

typedef struct
{
  GraphbitCheck *check;
  guint node;
} PlainTextSearch;

/* What begins like a reference and is none stays in the prompt as it stands, which is seldom meant. */
static void
warn_of_plain_text (GraphbitTemplate *template_,
                    const char *member,
                    gpointer data)
{
  PlainTextSearch *search = data;
  const char *text = graphbit_template_get_text (template_);
  guint n_beginnings = count (text, "{{node.") + count (text, "{{input.");
  guint n_references = 0;

  for (guint i = 0; i < graphbit_template_get_n_references (template_); i++)
    n_references += graphbit_template_get_reference (template_, i)->kind != GRAPHBIT_TEMPLATE_VARIABLE;

  if (n_references < n_beginnings)
    {
      GraphbitReport report = report_on (search->check, search->node);

      graphbit_report_add (&report, GRAPHBIT_SEVERITY_WARNING, member,
                           _("put a name with blanks or dots into quotation marks: {{node.\"My node\"}}"),
                           _("A text of the node “%s” has what begins like a reference, but is none"),
                           get_name (search->check, search->node));
    }
}

static void
warn_of_near_references (GraphbitCheck *self)
{
  PlainTextSearch search = { self, 0 };

  for (guint i = 0; i < graphbit_plan_get_n_nodes (self->plan); i++)
    {
      const GraphbitPlanNode *node = graphbit_plan_get_node (self->plan, i);
      const GraphbitNodeKindInfo *info = graphbit_node_kind_get_info (node->kind);

      search.node = i;
      if (info->foreach_template != NULL)
        info->foreach_template (node->settings, warn_of_plain_text, &search);
    }
}

static void (*const warnings[]) (GraphbitCheck *self) = {
  warn_of_name,
  warn_of_duplicate_names,
  warn_of_disconnected_nodes,
  warn_of_dead_error_edges,
  warn_of_near_references,
};

void
graphbit_check_run (GraphbitCheck *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      rules[i](self);
      if (self->problems->len > 0 && !self->is_thorough)
        break;
    }

  for (guint i = 0; i < G_N_ELEMENTS (warnings) && self->is_thorough; i++)
    warnings[i](self);

  g_clear_pointer (&self->positions, g_free);
}
