/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-plan-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "graphbit-check-private.h"
#include "graphbit-edge-private.h"
#include "graphbit-error.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-workflow-private.h"

/* One block, with the arrays and the settings behind the structure. */
struct _GraphbitPlan
{
  gatomicrefcount ref_count;

  guint n_nodes;
  guint n_edges;
  guint n_inputs;
  guint n_variables;
  guint32 kinds; /* that there are, on all levels: 1 << kind */
  GraphbitPlanNode *nodes;
  GraphbitPlanEdge *edges;
  GraphbitPlanInput *inputs;
  GraphbitPlanVariable *variables;
  GPtrArray *conditions; /* of GraphbitExpression; NULL: none */

  guint depth;
  const char *agent_without_config; /* or NULL */
  GArray *sources; /* of Source: the workflow itself, and each inside of it once */

  GHashTable *index; /* id or name → index + 1; AMBIGUOUS for a name of several nodes */
  GStringChunk *texts;
  const char *workflow_id;
  const char *workflow_name;

  gpointer companion; /* atomic */
  GDestroyNotify companion_notify;
};

/* Where a plan comes from. */
typedef struct
{
  GraphbitRevision *revision; /* a reference */
  int value;                  /* that it had */
} Source;

#define AMBIGUOUS GUINT_TO_POINTER (G_MAXUINT)
#define ALIGN(size) (((size) + 15) & ~(gsize) 15)

static gpointer
take (char **cursor,
      gsize size)
{
  gpointer block = *cursor;

  *cursor += ALIGN (size);
  return block;
}

/* Ids first: what is both an id and a name means the id. */
static void
index_names (GraphbitPlan *self)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->n_nodes; i++)
    g_hash_table_add (ids, (gpointer) self->nodes[i].id);

  for (guint i = 0; i < self->n_nodes; i++)
    {
      const char *name = self->nodes[i].name;

      if (g_hash_table_contains (ids, name))
        continue;

      if (g_hash_table_contains (self->index, name))
        g_hash_table_insert (self->index, (gpointer) name, AMBIGUOUS);
      else
        g_hash_table_insert (self->index, (gpointer) name, GUINT_TO_POINTER (i + 1));
    }
}

static void
add_condition (GraphbitPlan *self,
               GraphbitEdge *edge,
               guint origin,
               GPtrArray *problems)
{
  GraphbitPlanEdge *plan_edge = &self->edges[self->n_edges];
  g_autoptr (GError) error = NULL;
  GraphbitExpression *condition;

  plan_edge->condition = GRAPHBIT_PLAN_NO_CONDITION;
  if (!graphbit_edge_read_condition (plan_edge->kind, graphbit_edge_get_condition (edge), &condition, &error))
    {
      g_autofree char *path = g_strdup_printf ("/edges/%u/condition", origin);
      g_autofree char *message = g_strdup_printf (_("The edge from “%s” to “%s” cannot be used: %s"),
                                                  self->nodes[plan_edge->source].name,
                                                  self->nodes[plan_edge->target].name, error->message);

      g_ptr_array_add (problems,
                       graphbit_problem_new (GRAPHBIT_SEVERITY_ERROR, path, NULL, message,
                                             _("write the condition of a conditional edge like node.NAME.score > 5, and "
                                               "that of no other edge")));
    }
  if (condition == NULL)
    return;

  if (self->conditions == NULL)
    self->conditions = g_ptr_array_new_with_free_func ((GDestroyNotify) graphbit_expression_unref);
  plan_edge->condition = self->conditions->len;
  g_ptr_array_add (self->conditions, condition);
}

static void
add_edges (GraphbitPlan *self,
           GListModel *edges,
           guint32 *origins,
           GPtrArray *problems,
           GPtrArray *condition_problems)
{
  guint n_edges = g_list_model_get_n_items (edges);

  for (guint i = 0; i < n_edges; i++)
    {
      g_autoptr (GraphbitEdge) edge = g_list_model_get_item (edges, i);
      const char *ends[2] = { graphbit_edge_get_source (edge), graphbit_edge_get_target (edge) };
      guint indices[2] = { 0, 0 };

      for (guint j = 0; j < 2; j++)
        {
          if (ends[j] != NULL)
            indices[j] = GPOINTER_TO_UINT (g_hash_table_lookup (self->index, ends[j]));
        }

      for (guint j = 0; j < 2; j++)
        {
          if (indices[j] == 0)
            {
              g_autofree char *path = g_strdup_printf ("/edges/%u", i);
              g_autofree char *message = g_strdup_printf (_("An edge ends at a node that does not exist: %s"),
                                                          ends[j] != NULL ? ends[j] : "");

              g_ptr_array_add (problems,
                               graphbit_problem_new (GRAPHBIT_SEVERITY_ERROR, path, indices[1 - j] != 0 ? ends[1 - j] : NULL,
                                                     message, _("remove it, or add the node")));
            }
        }

      if (indices[0] == 0 || indices[1] == 0)
        continue;

      origins[self->n_edges] = i;
      self->edges[self->n_edges].source = indices[0] - 1;
      self->edges[self->n_edges].target = indices[1] - 1;
      self->edges[self->n_edges].kind = graphbit_edge_get_kind (edge);
      add_condition (self, edge, i, condition_problems);
      self->nodes[indices[0] - 1].n_out++;
      self->nodes[indices[1] - 1].n_in++;
      self->n_edges++;
    }
}

/* Each node's edges side by side, in the order of connection. */
static void
arrange_edges (GraphbitPlan *self,
               guint32 *ends)
{
  guint32 *cursor = ends;

  for (guint i = 0; i < self->n_nodes; i++)
    {
      GraphbitPlanNode *node = &self->nodes[i];

      node->in = cursor;
      cursor += node->n_in;
      node->out = cursor;
      cursor += node->n_out;
      node->n_in = node->n_out = 0;
    }

  for (guint i = 0; i < self->n_edges; i++)
    {
      GraphbitPlanNode *source = &self->nodes[self->edges[i].source];
      GraphbitPlanNode *target = &self->nodes[self->edges[i].target];

      ((guint32 *) source->out)[source->n_out++] = i;
      ((guint32 *) target->in)[target->n_in++] = i;
    }
}

static void
source_clear (gpointer data)
{
  g_atomic_rc_box_release (((Source *) data)->revision);
}

static void
add_source (GraphbitPlan *self,
            GHashTable *known,
            GraphbitRevision *revision,
            int value)
{
  Source source = { revision, value };

  if (!g_hash_table_add (known, revision))
    return;

  g_atomic_rc_box_acquire (revision);
  g_array_append_val (self->sources, source);
}

static void
note_agent_without_config (GraphbitPlan *self,
                           const char *name,
                           const char *inner)
{
  g_autofree char *path = NULL;

  if (self->agent_without_config != NULL)
    return;

  path = inner != NULL ? g_strdup_printf ("%s/%s", name, inner) : g_strdup (name);
  self->agent_without_config = g_string_chunk_insert (self->texts, path);
}

/* What counts through all levels. */
static void
sum_up (GraphbitPlan *self)
{
  g_autoptr (GHashTable) known = NULL;

  self->depth = 1;
  for (guint i = 0; i < self->n_nodes; i++)
    {
      const GraphbitPlanNode *node = &self->nodes[i];
      const GraphbitNodeKindInfo *info = graphbit_node_kind_get_info (node->kind);
      GraphbitPlan *inner;

      if (node->kind == GRAPHBIT_NODE_KIND_AGENT && ((const GraphbitPlanAgent *) node->settings)->config == NULL)
        note_agent_without_config (self, node->name, NULL);
      if (!info->is_nested)
        continue;

      inner = ((const GraphbitPlanNested *) node->settings)->plan;
      if (inner == NULL)
        continue;

      self->depth = MAX (self->depth, inner->depth + 1);
      self->kinds |= inner->kinds;
      if (inner->agent_without_config != NULL)
        note_agent_without_config (self, node->name, inner->agent_without_config);
      if (known == NULL)
        {
          known = g_hash_table_new (NULL, NULL);
          g_hash_table_add (known, g_array_index (self->sources, Source, 0).revision);
        }
      for (guint j = 0; j < inner->sources->len; j++)
        add_source (self, known, g_array_index (inner->sources, Source, j).revision,
                    g_array_index (inner->sources, Source, j).value);
    }
}

GraphbitPlan *
graphbit_plan_new (const GraphbitPlanBuild *build,
                   GPtrArray *problems)
{
  GraphbitWorkflow *workflow = build->workflow;
  GListModel *node_list = graphbit_workflow_get_nodes (workflow);
  GListModel *edge_list = graphbit_workflow_get_edges (workflow);
  const GArray *inputs = graphbit_workflow_peek_inputs (workflow);
  const GArray *variables = graphbit_workflow_peek_variables (workflow);
  guint n_nodes = g_list_model_get_n_items (node_list);
  guint n_edges = g_list_model_get_n_items (edge_list);
  g_autoptr (GPtrArray) nodes = g_ptr_array_new_full (n_nodes, g_object_unref);
  g_autoptr (GPtrArray) edge_problems = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) condition_problems = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) node_problems = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree guint32 *origins = g_new (guint32, n_edges);
  guint32 *ends;
  GraphbitPlan *self;
  GraphbitCheck check;
  Source source = { graphbit_workflow_peek_revision (workflow), 0 };
  char *cursor;
  gsize size;

  size = ALIGN (sizeof (GraphbitPlan)) + ALIGN (n_nodes * sizeof (GraphbitPlanNode)) +
         ALIGN (n_edges * sizeof (GraphbitPlanEdge)) + ALIGN (2 * n_edges * sizeof (guint32)) +
         ALIGN (inputs->len * sizeof (GraphbitPlanInput)) + ALIGN (variables->len * sizeof (GraphbitPlanVariable));
  for (guint i = 0; i < n_nodes; i++)
    {
      GraphbitNode *node = g_list_model_get_item (node_list, i);

      g_ptr_array_add (nodes, node);
      size += ALIGN (graphbit_node_get_info (node)->settings_size);
    }

  cursor = g_malloc0 (size);
  self = take (&cursor, sizeof (GraphbitPlan));
  self->nodes = take (&cursor, n_nodes * sizeof (GraphbitPlanNode));
  self->edges = take (&cursor, n_edges * sizeof (GraphbitPlanEdge));
  ends = take (&cursor, 2 * n_edges * sizeof (guint32));
  self->inputs = take (&cursor, inputs->len * sizeof (GraphbitPlanInput));
  self->variables = take (&cursor, variables->len * sizeof (GraphbitPlanVariable));

  g_atomic_ref_count_init (&self->ref_count);
  source.value = g_atomic_int_get (source.revision);
  g_atomic_rc_box_acquire (source.revision);
  self->sources = g_array_sized_new (FALSE, FALSE, sizeof (Source), 1);
  g_array_set_clear_func (self->sources, source_clear);
  g_array_append_val (self->sources, source);
  self->texts = g_string_chunk_new (n_nodes < 16 ? 512 : 8192);
  self->index = g_hash_table_new (g_str_hash, g_str_equal);
  self->workflow_id = g_string_chunk_insert (self->texts, graphbit_workflow_get_id (workflow));
  self->workflow_name =
    g_string_chunk_insert (self->texts, graphbit_workflow_get_name (workflow) != NULL ? graphbit_workflow_get_name (workflow) : "");

  for (self->n_inputs = 0; self->n_inputs < inputs->len; self->n_inputs++)
    {
      const GraphbitPlanInput *input = &g_array_index (inputs, GraphbitPlanInput, self->n_inputs);

      self->inputs[self->n_inputs].name = g_string_chunk_insert (self->texts, input->name);
      if (input->schema != NULL)
        self->inputs[self->n_inputs].schema = g_object_ref (input->schema);
    }

  for (self->n_variables = 0; self->n_variables < variables->len; self->n_variables++)
    {
      const GraphbitPlanVariable *variable = &g_array_index (variables, GraphbitPlanVariable, self->n_variables);

      self->variables[self->n_variables].name = g_string_chunk_insert (self->texts, variable->name);
      self->variables[self->n_variables].value = graphbit_node_copy_text (self->texts, variable->value);
    }

  for (self->n_nodes = 0; self->n_nodes < n_nodes; self->n_nodes++)
    {
      GraphbitNode *node = g_ptr_array_index (nodes, self->n_nodes);
      const GraphbitNodeKindInfo *info = graphbit_node_get_info (node);
      GraphbitPlanNode *copy = &self->nodes[self->n_nodes];
      GraphbitReport report = { node_problems, node, (int) self->n_nodes,
                                build->shared->scope != GRAPHBIT_CHECK_SHAPE ? build : NULL };
      gpointer settings = take (&cursor, info->settings_size);

      copy->id = g_string_chunk_insert (self->texts, graphbit_node_get_id (node));
      copy->name = g_string_chunk_insert (self->texts, graphbit_node_get_name (node));
      copy->kind = info->kind;
      self->kinds |= 1u << info->kind;
      copy->on_error = graphbit_node_get_on_error (node);
      copy->timeout_ms = graphbit_node_get_timeout_ms (node);
      copy->max_retries = graphbit_node_get_max_retries (node);
      copy->fallback = graphbit_node_get_fallback (node) != NULL
                         ? g_string_chunk_insert (self->texts, graphbit_node_get_fallback (node))
                         : "";
      copy->output_name = graphbit_node_copy_text (self->texts, graphbit_node_get_output_name (node));
      copy->settings = settings;
      g_hash_table_insert (self->index, (gpointer) copy->id, GUINT_TO_POINTER (self->n_nodes + 1));

      graphbit_node_check (node, &report);
      info->build (node, settings, self->texts, &report);
    }

  add_edges (self, edge_list, origins, edge_problems, condition_problems);
  arrange_edges (self, ends);
  index_names (self);
  sum_up (self);

  check = (GraphbitCheck) {
    .plan = self,
    .nodes = nodes,
    .origins = origins,
    .edge_problems = edge_problems,
    .condition_problems = condition_problems,
    .node_problems = node_problems,
    .name = self->workflow_name,
    .problems = problems,
    .scope = build->shared->scope,
  };
  graphbit_check_run (&check);

  return self;
}

GraphbitPlan *
graphbit_plan_ref (GraphbitPlan *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
graphbit_plan_unref (GraphbitPlan *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  for (guint i = 0; i < self->n_nodes; i++)
    graphbit_node_kind_get_info (self->nodes[i].kind)->clear ((gpointer) self->nodes[i].settings);
  for (guint i = 0; i < self->n_inputs; i++)
    g_clear_object (&self->inputs[i].schema);

  if (self->companion != NULL)
    self->companion_notify (self->companion);
  g_array_unref (self->sources);
  g_clear_pointer (&self->conditions, g_ptr_array_unref);
  g_hash_table_unref (self->index);
  g_string_chunk_free (self->texts);
  g_free (self);
}

gpointer
graphbit_plan_get_companion (GraphbitPlan *self,
                             gpointer (*func) (GraphbitPlan *plan),
                             GDestroyNotify notify)
{
  gpointer companion = __atomic_load_n (&self->companion, __ATOMIC_ACQUIRE);
  gpointer mine;

  if (companion != NULL)
    return companion;

  mine = func (self);
  __atomic_store_n (&self->companion_notify, notify, __ATOMIC_RELAXED); /* the same whoever is first */
  if (__atomic_compare_exchange_n (&self->companion, &companion, mine, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    return mine;

  notify (mine);
  return companion;
}

gboolean
graphbit_plan_is_current (GraphbitPlan *self)
{
  for (guint i = 0; i < self->sources->len; i++)
    {
      const Source *source = &g_array_index (self->sources, Source, i);

      if (g_atomic_int_get (source->revision) != source->value)
        return FALSE;
    }
  return TRUE;
}

guint
graphbit_plan_get_depth (GraphbitPlan *self)
{
  return self->depth;
}

gboolean
graphbit_plan_has_nested (GraphbitPlan *self)
{
  return self->depth > 1;
}

const char *
graphbit_plan_get_agent_without_config (GraphbitPlan *self)
{
  return self->agent_without_config;
}

guint
graphbit_plan_get_n_nodes (GraphbitPlan *self)
{
  return self->n_nodes;
}

const GraphbitPlanNode *
graphbit_plan_get_node (GraphbitPlan *self,
                        guint index)
{
  g_assert (index < self->n_nodes);

  return &self->nodes[index];
}

const GraphbitPlanNode *
graphbit_plan_get_nodes (GraphbitPlan *self)
{
  return self->nodes;
}

gboolean
graphbit_plan_has_kind (GraphbitPlan *self,
                        GraphbitNodeKind kind)
{
  return (self->kinds & (1u << kind)) != 0;
}

guint
graphbit_plan_get_n_edges (GraphbitPlan *self)
{
  return self->n_edges;
}

const GraphbitPlanEdge *
graphbit_plan_get_edge (GraphbitPlan *self,
                        guint index)
{
  g_assert (index < self->n_edges);

  return &self->edges[index];
}

const GraphbitPlanEdge *
graphbit_plan_get_edges (GraphbitPlan *self)
{
  return self->edges;
}

guint
graphbit_plan_get_n_conditions (GraphbitPlan *self)
{
  return self->conditions != NULL ? self->conditions->len : 0;
}

GraphbitExpression *
graphbit_plan_get_condition (GraphbitPlan *self,
                             guint condition)
{
  return g_ptr_array_index (self->conditions, condition);
}

guint
graphbit_plan_get_n_inputs (GraphbitPlan *self)
{
  return self->n_inputs;
}

const GraphbitPlanInput *
graphbit_plan_get_input (GraphbitPlan *self,
                         guint index)
{
  g_assert (index < self->n_inputs);

  return &self->inputs[index];
}

int
graphbit_plan_find_input (GraphbitPlan *self,
                          const char *name)
{
  /* a handful at most */
  for (guint i = 0; i < self->n_inputs; i++)
    {
      if (strcmp (self->inputs[i].name, name) == 0)
        return (int) i;
    }

  return -1;
}

guint
graphbit_plan_get_n_variables (GraphbitPlan *self)
{
  return self->n_variables;
}

const GraphbitPlanVariable *
graphbit_plan_get_variable (GraphbitPlan *self,
                            guint index)
{
  g_assert (index < self->n_variables);

  return &self->variables[index];
}

const char *
graphbit_plan_get_workflow_id (GraphbitPlan *self)
{
  return self->workflow_id;
}

const char *
graphbit_plan_get_workflow_name (GraphbitPlan *self)
{
  return self->workflow_name;
}

int
graphbit_plan_find (GraphbitPlan *self,
                    const char *id_or_name)
{
  gpointer value = g_hash_table_lookup (self->index, id_or_name);

  return value != NULL && value != AMBIGUOUS ? (int) GPOINTER_TO_UINT (value) - 1 : -1;
}

gboolean
graphbit_plan_is_ambiguous (GraphbitPlan *self,
                            const char *name)
{
  return g_hash_table_lookup (self->index, name) == AMBIGUOUS;
}

int
graphbit_plan_find_choice (GraphbitPlan *self,
                           guint node,
                           const char *id_or_name,
                           GError **error)
{
  const GraphbitPlanNode *condition = graphbit_plan_get_node (self, node);
  GraphbitNameList names = GRAPHBIT_NAME_LIST_INIT;
  g_autofree char *choice = g_strstrip (g_strdup (id_or_name));
  g_autofree char *list = NULL;

  for (guint i = 0; i < condition->n_out; i++)
    {
      const GraphbitPlanEdge *edge = &self->edges[condition->out[i]];
      const GraphbitPlanNode *target = &self->nodes[edge->target];

      if (edge->kind == GRAPHBIT_EDGE_KIND_ERROR)
        continue;
      if (strcmp (target->name, choice) == 0 || strcmp (target->id, choice) == 0)
        return (int) condition->out[i];
    }

  for (guint i = 0; i < condition->n_out; i++)
    {
      const GraphbitPlanEdge *edge = &self->edges[condition->out[i]];

      if (edge->kind != GRAPHBIT_EDGE_KIND_ERROR)
        graphbit_name_list_add (&names, self->nodes[edge->target].name);
    }
  list = graphbit_name_list_finish (&names);

  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED,
               _("The condition “%s” chose “%s”, which is none of its successors; those are %s"),
               condition->name, choice, list);

  return -1;
}
