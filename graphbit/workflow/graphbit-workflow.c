/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-workflow-private.h"

#include <pthread.h>

#include <glib/gi18n-lib.h>

#include "graphbit-check-private.h"
#include "graphbit-edge-private.h"
#include "graphbit-error.h"
#include "graphbit-json-private.h"
#include "graphbit-nested-private.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-node-private.h"
#include "graphbit-random-private.h"

/**
 * GraphbitWorkflow:
 *
 * Nodes and the connections between them: what an [class@Executor] runs.
 *
 * A node runs as soon as the nodes before it are done, so those that do not
 * depend on each other run at the same time. The connections must not form a
 * cycle.
 *
 * ```c
 * g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("Summary");
 *
 * graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (reader), &error);
 * graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (writer), &error);
 * graphbit_workflow_connect_nodes (workflow, "reader", "writer", &error);
 * ```
 *
 * A workflow may be changed at any time; a run goes by what it was when the run
 * started. It may be run from several threads at once, but not be changed in one
 * while another uses it.
 *
 * The page [Workflows](workflows.html) says more.
 *
 * Since: 1.0
 */
struct _GraphbitWorkflow
{
  GObject parent_instance;

  char *id;
  char *name;
  char *description;

  GListStore *nodes;
  GListStore *edges;
  GHashTable *ids;   /* id → GraphbitNode, borrowed from the list */
  GHashTable *names; /* name → GSList of GraphbitNode */
  GArray *inputs;    /* of GraphbitPlanInput */
  GArray *variables; /* of GraphbitPlanVariable */

  GraphbitRevision *revision;

  pthread_mutex_t mutex; /* the plan */
  GraphbitPlan *plan;
};

G_DEFINE_FINAL_TYPE (GraphbitWorkflow, graphbit_workflow, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_DESCRIPTION,
  PROP_NODES,
  PROP_EDGES,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void
graphbit_workflow_changed (GraphbitWorkflow *self)
{
  g_atomic_int_inc (self->revision);
}

static void
graphbit_workflow_constructed (GObject *object)
{
  GraphbitWorkflow *self = GRAPHBIT_WORKFLOW (object);

  G_OBJECT_CLASS (graphbit_workflow_parent_class)->constructed (object);

  if (self->id == NULL)
    {
      char uuid[GRAPHBIT_UUID_SIZE];

      graphbit_random_uuid (uuid);
      self->id = g_strdup (uuid);
    }
}

static void
graphbit_workflow_dispose (GObject *object)
{
  GraphbitWorkflow *self = GRAPHBIT_WORKFLOW (object);

  if (self->nodes != NULL)
    {
      guint n_nodes = g_list_model_get_n_items (G_LIST_MODEL (self->nodes));

      for (guint i = 0; i < n_nodes; i++)
        {
          g_autoptr (GraphbitNode) node = g_list_model_get_item (G_LIST_MODEL (self->nodes), i);

          graphbit_node_detach (node);
        }
    }

  g_hash_table_remove_all (self->ids);
  g_hash_table_remove_all (self->names);
  g_clear_object (&self->nodes);
  g_clear_object (&self->edges);
  g_clear_pointer (&self->plan, graphbit_plan_unref);

  G_OBJECT_CLASS (graphbit_workflow_parent_class)->dispose (object);
}

static void
graphbit_workflow_finalize (GObject *object)
{
  GraphbitWorkflow *self = GRAPHBIT_WORKFLOW (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->description);
  g_hash_table_unref (self->ids);
  g_hash_table_unref (self->names);
  g_array_unref (self->inputs);
  g_array_unref (self->variables);
  g_atomic_rc_box_release (self->revision);
  pthread_mutex_destroy (&self->mutex);

  G_OBJECT_CLASS (graphbit_workflow_parent_class)->finalize (object);
}

static void
graphbit_workflow_get_property (GObject *object,
                                guint property_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  GraphbitWorkflow *self = GRAPHBIT_WORKFLOW (object);

  switch (property_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, self->description);
      break;
    case PROP_NODES:
      g_value_set_object (value, self->nodes);
      break;
    case PROP_EDGES:
      g_value_set_object (value, self->edges);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_workflow_set_property (GObject *object,
                                guint property_id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  GraphbitWorkflow *self = GRAPHBIT_WORKFLOW (object);

  switch (property_id)
    {
    case PROP_ID:
      self->id = g_value_dup_string (value);
      break;
    case PROP_NAME:
      self->name = g_value_dup_string (value);
      break;
    case PROP_DESCRIPTION:
      graphbit_workflow_set_description (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_workflow_class_init (GraphbitWorkflowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = graphbit_workflow_constructed;
  object_class->dispose = graphbit_workflow_dispose;
  object_class->finalize = graphbit_workflow_finalize;
  object_class->get_property = graphbit_workflow_get_property;
  object_class->set_property = graphbit_workflow_set_property;

  /**
   * GraphbitWorkflow:id: (getter get_id)
   *
   * What identifies the workflow in events. A fresh UUID if none is given.
   *
   * Since: 1.0
   */
  properties[PROP_ID] =
    g_param_spec_string ("id", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitWorkflow:name: (getter get_name)
   *
   * What people call it.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitWorkflow:description: (getter get_description) (setter set_description)
   *
   * What it is for, for people; or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_DESCRIPTION] =
    g_param_spec_string ("description", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitWorkflow:nodes: (getter get_nodes)
   *
   * The nodes, in the order in which they were added.
   *
   * Since: 1.0
   */
  properties[PROP_NODES] =
    g_param_spec_object ("nodes", NULL, NULL, G_TYPE_LIST_MODEL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitWorkflow:edges: (getter get_edges)
   *
   * The connections, in the order in which they were made.
   *
   * Since: 1.0
   */
  properties[PROP_EDGES] =
    g_param_spec_object ("edges", NULL, NULL, G_TYPE_LIST_MODEL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
input_clear (gpointer data)
{
  GraphbitPlanInput *input = data;

  g_free ((char *) input->name);
  g_clear_object (&input->schema);
  g_free ((char *) input->unknown);
}

static void
variable_clear (gpointer data)
{
  GraphbitPlanVariable *variable = data;

  g_free ((char *) variable->name);
  g_free ((char *) variable->value);
  g_free ((char *) variable->unknown);
}

static void
graphbit_workflow_init (GraphbitWorkflow *self)
{
  self->nodes = g_list_store_new (GRAPHBIT_TYPE_NODE);
  self->edges = g_list_store_new (GRAPHBIT_TYPE_EDGE);
  self->ids = g_hash_table_new (g_str_hash, g_str_equal);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_slist_free);
  self->inputs = g_array_new (FALSE, FALSE, sizeof (GraphbitPlanInput));
  g_array_set_clear_func (self->inputs, input_clear);
  self->variables = g_array_new (FALSE, FALSE, sizeof (GraphbitPlanVariable));
  g_array_set_clear_func (self->variables, variable_clear);
  self->revision = g_atomic_rc_box_new0 (GraphbitRevision);
  pthread_mutex_init (&self->mutex, NULL);
}

/**
 * graphbit_workflow_new:
 * @name: what it is called
 *
 * Makes an empty workflow.
 *
 * Returns: (transfer full): a new workflow
 *
 * Since: 1.0
 */
GraphbitWorkflow *
graphbit_workflow_new (const char *name)
{
  return g_object_new (GRAPHBIT_TYPE_WORKFLOW, "name", name, NULL);
}

/**
 * graphbit_workflow_get_id:
 * @self: a workflow
 *
 * Gets what identifies the workflow in events.
 *
 * Returns: the id
 *
 * Since: 1.0
 */
const char *
graphbit_workflow_get_id (GraphbitWorkflow *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), NULL);

  return self->id;
}

/**
 * graphbit_workflow_get_name:
 * @self: a workflow
 *
 * Gets what the workflow is called.
 *
 * Returns: (nullable): the name, or %NULL if it was made without one
 *
 * Since: 1.0
 */
const char *
graphbit_workflow_get_name (GraphbitWorkflow *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), NULL);

  return self->name;
}

/**
 * graphbit_workflow_get_description:
 * @self: a workflow
 *
 * Gets what the workflow is for.
 *
 * Returns: (nullable): the description, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_workflow_get_description (GraphbitWorkflow *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), NULL);

  return self->description;
}

/**
 * graphbit_workflow_set_description:
 * @self: a workflow
 * @description: (nullable): what it is for, or %NULL
 *
 * Says what the workflow is for.
 *
 * Since: 1.0
 */
void
graphbit_workflow_set_description (GraphbitWorkflow *self,
                                   const char *description)
{
  char *copy;

  g_return_if_fail (GRAPHBIT_IS_WORKFLOW (self));

  if (g_strcmp0 (self->description, description) == 0)
    return;

  copy = g_strdup (description);
  g_free (self->description);
  self->description = copy;
  graphbit_workflow_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DESCRIPTION]);
}

/**
 * graphbit_workflow_get_nodes:
 * @self: a workflow
 *
 * Gets the nodes, in the order in which they were added.
 *
 * Returns: (transfer none): a list of [class@Node]
 *
 * Since: 1.0
 */
GListModel *
graphbit_workflow_get_nodes (GraphbitWorkflow *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), NULL);

  return G_LIST_MODEL (self->nodes);
}

/**
 * graphbit_workflow_get_edges:
 * @self: a workflow
 *
 * Gets the connections, in the order in which they were made.
 *
 * Returns: (transfer none): a list of [class@Edge]
 *
 * Since: 1.0
 */
GListModel *
graphbit_workflow_get_edges (GraphbitWorkflow *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), NULL);

  return G_LIST_MODEL (self->edges);
}

const GArray *
graphbit_workflow_peek_inputs (GraphbitWorkflow *self)
{
  return self->inputs;
}

const GArray *
graphbit_workflow_peek_variables (GraphbitWorkflow *self)
{
  return self->variables;
}

GraphbitRevision *
graphbit_workflow_peek_revision (GraphbitWorkflow *self)
{
  return self->revision;
}

/* An id goes before a name. */
static GraphbitNode *
find_node (GraphbitWorkflow *self,
           const char *id_or_name,
           gboolean *is_ambiguous)
{
  GraphbitNode *node = g_hash_table_lookup (self->ids, id_or_name);
  GSList *nodes;

  *is_ambiguous = FALSE;
  if (node != NULL)
    return node;

  nodes = g_hash_table_lookup (self->names, id_or_name);
  *is_ambiguous = nodes != NULL && nodes->next != NULL;

  return nodes != NULL && nodes->next == NULL ? nodes->data : NULL;
}

static GraphbitNode *
find_end (GraphbitWorkflow *self,
          const char *id_or_name,
          GError **error)
{
  GraphbitNameList names = GRAPHBIT_NAME_LIST_INIT;
  g_autofree char *list = NULL;
  gboolean is_ambiguous;
  GraphbitNode *node = find_node (self, id_or_name, &is_ambiguous);
  guint n_nodes = g_list_model_get_n_items (G_LIST_MODEL (self->nodes));

  if (node != NULL)
    return node;

  if (is_ambiguous)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("Several nodes have the name “%s”; use the id of one, or give each a name of its own"),
                   id_or_name);
      return NULL;
    }

  for (guint i = 0; i < n_nodes; i++)
    {
      g_autoptr (GraphbitNode) existing = g_list_model_get_item (G_LIST_MODEL (self->nodes), i);

      graphbit_name_list_add (&names, graphbit_node_get_name (existing));
    }
  list = graphbit_name_list_finish (&names);

  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND,
               _("There is no node “%s” in the workflow; its nodes are: %s"), id_or_name, list);

  return NULL;
}

void
graphbit_workflow_check_node (GraphbitNode *node,
                              GPtrArray *problems)
{
  const GraphbitNodeKindInfo *info = graphbit_node_get_info (node);
  GraphbitReport report = { problems, node, -1 };
  g_autofree gpointer settings = NULL;
  GStringChunk *texts;

  graphbit_node_check (node, &report);

  texts = g_string_chunk_new (256);
  settings = g_malloc0 (info->settings_size);
  info->build (node, settings, texts, &report);
  info->clear (settings);
  g_string_chunk_free (texts);
}

/* What add_node () refuses before a plan could. */
static gboolean
check_node (GraphbitNode *node,
            GError **error)
{
  g_autoptr (GPtrArray) problems = NULL;

  if (graphbit_node_get_info (node) == NULL)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("A workflow cannot run nodes of the class %s; use a FunctionNode for code of your own"),
                   G_OBJECT_TYPE_NAME (node));
      return FALSE;
    }

  problems = g_ptr_array_new_with_free_func (g_object_unref);
  graphbit_workflow_check_node (node, problems);

  return !graphbit_problem_first_error (problems, GRAPHBIT_ERROR_INVALID_ARGUMENT, error);
}

/**
 * graphbit_workflow_add_node:
 * @self: a workflow
 * @node: a node that is in no workflow yet
 * @error: return location for an error
 *
 * Adds a node.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if the node is in a workflow
 * already, if another one has its id, if it runs a workflow that this one is
 * inside of, or if something about it cannot be used: an empty name or prompt, a
 * number out of range, a broken regular expression.
 *
 * Returns: (transfer none): the node's id, or %NULL with @error set
 *
 * Since: 1.0
 */
const char *
graphbit_workflow_add_node (GraphbitWorkflow *self,
                            GraphbitNode *node,
                            GError **error)
{
  const char *id, *name;
  GSList *namesakes;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), NULL);
  g_return_val_if_fail (GRAPHBIT_IS_NODE (node), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_node (node, error) || !graphbit_nested_check_recursion (self, node, error))
    return NULL;

  id = graphbit_node_get_id (node);
  name = graphbit_node_get_name (node);

  if (g_hash_table_contains (self->ids, id) && g_hash_table_lookup (self->ids, id) != node)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("Another node of the workflow has the id “%s”; leave it out, and the node gets one of its own"), id);
      return NULL;
    }

  if (!graphbit_node_attach (node, self->revision))
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("The node “%s” is in a workflow already; make another one"), name);
      return NULL;
    }

  g_hash_table_insert (self->ids, (gpointer) id, node);
  namesakes = g_hash_table_lookup (self->names, name);
  if (namesakes != NULL)
    namesakes->next = g_slist_prepend (namesakes->next, node);
  else
    g_hash_table_insert (self->names, g_strdup (name), g_slist_prepend (NULL, node));

  graphbit_workflow_changed (self);
  g_list_store_append (self->nodes, node);

  return id;
}

static void
drop_plan (GraphbitWorkflow *self)
{
  g_autoptr (GraphbitPlan) plan = NULL;

  pthread_mutex_lock (&self->mutex);
  plan = g_steal_pointer (&self->plan);
  pthread_mutex_unlock (&self->mutex);
}

/**
 * graphbit_workflow_remove_node:
 * @self: a workflow
 * @id_or_name: a node's id, or a name that no other has
 *
 * Removes a node and all its connections. It may then be added to a workflow
 * again.
 *
 * Returns: %TRUE, or %FALSE if there is no such node
 *
 * Since: 1.0
 */
gboolean
graphbit_workflow_remove_node (GraphbitWorkflow *self,
                               const char *id_or_name)
{
  g_autoptr (GraphbitNode) node = NULL;
  const char *id, *name;
  gboolean is_ambiguous;
  GSList *namesakes;
  guint position;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), FALSE);
  g_return_val_if_fail (id_or_name != NULL, FALSE);

  node = find_node (self, id_or_name, &is_ambiguous);
  if (node == NULL)
    return FALSE;
  g_object_ref (node);

  id = graphbit_node_get_id (node);
  name = graphbit_node_get_name (node);

  graphbit_node_detach (node);
  g_hash_table_remove (self->ids, id);
  namesakes = g_slist_remove (g_hash_table_lookup (self->names, name), node);
  g_hash_table_steal_extended (self->names, name, (gpointer *) &name, NULL);
  if (namesakes != NULL)
    g_hash_table_insert (self->names, (gpointer) name, namesakes);
  else
    g_free ((gpointer) name);

  graphbit_workflow_changed (self);
  drop_plan (self);

  /* handlers of items-changed may do what they like to the list */
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->edges)); i > 0; i--)
    {
      g_autoptr (GraphbitEdge) edge = g_list_model_get_item (G_LIST_MODEL (self->edges), i - 1);

      if (edge != NULL &&
          (g_strcmp0 (graphbit_edge_get_source (edge), id) == 0 ||
           g_strcmp0 (graphbit_edge_get_target (edge), id) == 0))
        g_list_store_remove (self->edges, i - 1);
    }

  if (g_list_store_find (self->nodes, node, &position))
    g_list_store_remove (self->nodes, position);

  return TRUE;
}

/**
 * graphbit_workflow_get_node:
 * @self: a workflow
 * @id_or_name: a node's id, or a name that no other has
 *
 * Finds a node.
 *
 * Returns: (transfer none) (nullable): the node, or %NULL if there is none, or
 *   several of that name
 *
 * Since: 1.0
 */
GraphbitNode *
graphbit_workflow_get_node (GraphbitWorkflow *self,
                            const char *id_or_name)
{
  gboolean is_ambiguous;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), NULL);
  g_return_val_if_fail (id_or_name != NULL, NULL);

  return find_node (self, id_or_name, &is_ambiguous);
}

void
graphbit_workflow_append_edge (GraphbitWorkflow *self,
                               GraphbitEdge *edge)
{
  graphbit_workflow_changed (self);
  g_list_store_append (self->edges, edge);
}

/**
 * graphbit_workflow_connect_nodes:
 * @self: a workflow
 * @source: the id of the node at which the connection begins, or its name if no
 *   other has it
 * @target: likewise the node at which it ends
 * @error: return location for an error
 *
 * Lets @target run after @source, with its output.
 *
 * Fails with %GRAPHBIT_ERROR_NOT_FOUND if there is no such node, and with
 * %GRAPHBIT_ERROR_INVALID_ARGUMENT if several have the name. Cycles and the
 * like are found by [method@Workflow.validate].
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
graphbit_workflow_connect_nodes (GraphbitWorkflow *self,
                                 const char *source,
                                 const char *target,
                                 GError **error)
{
  return graphbit_workflow_connect_nodes_full (self, source, target, GRAPHBIT_EDGE_KIND_DATA, NULL, error);
}

/**
 * graphbit_workflow_connect_nodes_full:
 * @self: a workflow
 * @source: the id of the node at which the connection begins, or its name if no
 *   other has it
 * @target: likewise the node at which it ends
 * @kind: when the connection lets @target run
 * @condition: (nullable): what must hold, for a conditional connection: an
 *   [expression](expressions.html) that gives true or false; else %NULL
 * @error: return location for an error
 *
 * Lets @target run after @source, if what @kind says is the case.
 *
 * A condition is looked at the moment @source has ended. It may speak of the
 * output of @source and of all nodes that run before it, of inputs, and of
 * variables. One that cannot be told then, such as the comparison of a text with
 * a number, fails @target.
 *
 * Fails as [method@Workflow.connect_nodes] does, and with
 * %GRAPHBIT_ERROR_INVALID_ARGUMENT if there is a condition and @kind does not
 * take one, if there is none and it does, or if the condition is no such
 * expression: the message tells at which line and column.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
graphbit_workflow_connect_nodes_full (GraphbitWorkflow *self,
                                      const char *source,
                                      const char *target,
                                      GraphbitEdgeKind kind,
                                      const char *condition,
                                      GError **error)
{
  g_autoptr (GraphbitEdge) edge = NULL;
  GraphbitExpression *expression;
  GraphbitNode *ends[2];

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), FALSE);
  g_return_val_if_fail (source != NULL, FALSE);
  g_return_val_if_fail (target != NULL, FALSE);
  g_return_val_if_fail ((guint) kind <= GRAPHBIT_EDGE_KIND_ERROR, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!graphbit_edge_read_condition (kind, condition, &expression, error))
    return FALSE;
  g_clear_pointer (&expression, graphbit_expression_unref);

  ends[0] = find_end (self, source, error);
  if (ends[0] == NULL)
    return FALSE;
  ends[1] = find_end (self, target, error);
  if (ends[1] == NULL)
    return FALSE;

  edge = g_object_new (GRAPHBIT_TYPE_EDGE,
                       "source", graphbit_node_get_id (ends[0]),
                       "target", graphbit_node_get_id (ends[1]),
                       "kind", kind,
                       "condition", condition,
                       NULL);
  graphbit_workflow_append_edge (self, edge);

  return TRUE;
}

/**
 * graphbit_workflow_declare_input:
 * @self: a workflow
 * @name: what templates call it: `{name}`, `{{input.name}}`
 * @schema: (nullable): a JSON Schema that its values must fit, as JSON text, or
 *   %NULL for any text
 * @error: return location for an error
 *
 * Says that runs of the workflow have an input. Once one is declared, templates
 * may speak of declared inputs and variables and of [property@Node:output-name]s
 * only.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if the name is empty or declared
 * already, there are 1,000 inputs and variables, or the schema is none; with %GRAPHBIT_ERROR_PARSE if it is no JSON;
 * and with %GRAPHBIT_ERROR_UNSUPPORTED if it has a keyword that would not be
 * checked.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
graphbit_workflow_declare_input (GraphbitWorkflow *self,
                                 const char *name,
                                 const char *schema,
                                 GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return graphbit_workflow_take_input (self, name, schema, "", error);
}

/* They are looked for one after the other. */
#define MAX_DECLARED 1000

/* Templates do not tell inputs and variables apart. */
static gboolean
check_is_new (GraphbitWorkflow *self,
              const char *name,
              GError **error)
{
  gboolean is_taken = FALSE;

  if (graphbit_text_is_blank (name) || !g_utf8_validate (name, -1, NULL))
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The name of an input or variable is empty or no valid text; give it one"));
      return FALSE;
    }

  if (self->inputs->len + self->variables->len >= MAX_DECLARED)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("A workflow can have %d inputs and variables; put some of them together as JSON"), MAX_DECLARED);
      return FALSE;
    }

  for (guint i = 0; i < self->inputs->len && !is_taken; i++)
    is_taken = g_str_equal (g_array_index (self->inputs, GraphbitPlanInput, i).name, name);
  for (guint i = 0; i < self->variables->len && !is_taken; i++)
    is_taken = g_str_equal (g_array_index (self->variables, GraphbitPlanVariable, i).name, name);

  if (is_taken)
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                 _("An input or variable “%s” is declared already; give this one another name"), name);
  return !is_taken;
}

static char *
dup_unknown (const char *unknown)
{
  return *unknown != '\0' ? g_strdup (unknown) : NULL;
}

gboolean
graphbit_workflow_take_input (GraphbitWorkflow *self,
                              const char *name,
                              const char *schema,
                              const char *unknown,
                              GError **error)
{
  GraphbitPlanInput input = { NULL };

  if (!check_is_new (self, name, error))
    return FALSE;

  if (schema != NULL)
    {
      input.schema = graphbit_json_schema_new_from_json (schema, error);
      if (input.schema == NULL)
        {
          g_prefix_error (error, _("The schema of the input “%s” cannot be used: "), name);
          return FALSE;
        }
    }

  input.name = g_strdup (name);
  input.unknown = dup_unknown (unknown);
  g_array_append_val (self->inputs, input);
  graphbit_workflow_changed (self);

  return TRUE;
}

/**
 * graphbit_workflow_declare_variable:
 * @self: a workflow
 * @name: what templates call it: `{name}`
 * @value: (nullable): what it is when a run starts, or %NULL for nothing yet
 * @error: return location for an error
 *
 * Says that runs of the workflow have a variable, which functions set by
 * [method@WorkflowContext.set_variable]. Where inputs are declared, templates
 * may speak of declared variables as well.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if the name is empty, or that of
 * an input or variable which is declared already, or if there are 1,000 of them.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
graphbit_workflow_declare_variable (GraphbitWorkflow *self,
                                    const char *name,
                                    const char *value,
                                    GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return graphbit_workflow_take_variable (self, name, value, "", error);
}

gboolean
graphbit_workflow_take_variable (GraphbitWorkflow *self,
                                 const char *name,
                                 const char *value,
                                 const char *unknown,
                                 GError **error)
{
  GraphbitPlanVariable variable;

  if (!check_is_new (self, name, error))
    return FALSE;

  variable.name = g_strdup (name);
  variable.value = value != NULL ? g_utf8_make_valid (value, -1) : NULL;
  variable.unknown = dup_unknown (unknown);
  g_array_append_val (self->variables, variable);
  graphbit_workflow_changed (self);

  return TRUE;
}

/* Held by whoever makes plans: with a lock for each workflow, two that contain the same ones could wait for each other. */
static pthread_mutex_t plan_mutex = PTHREAD_MUTEX_INITIALIZER;

static GraphbitPlan *
ref_current_plan (GraphbitWorkflow *self)
{
  GraphbitPlan *plan = NULL;

  pthread_mutex_lock (&self->mutex);
  if (self->plan != NULL && graphbit_plan_is_current (self->plan))
    plan = graphbit_plan_ref (self->plan);
  pthread_mutex_unlock (&self->mutex);
  return plan;
}

/* Under the lock. NULL: there is an error among the problems. */
static GraphbitPlan *
make_plan (const GraphbitPlanBuild *build,
           GPtrArray *problems)
{
  GraphbitWorkflow *self = build->workflow;
  GraphbitPlan *plan = ref_current_plan (self);
  GraphbitPlan *dropped;

  if (plan != NULL)
    return plan;

  plan = dropped = graphbit_plan_new (build, problems);
  if (problems->len == 0 || !graphbit_problem_first_error (problems, GRAPHBIT_ERROR_INVALID_WORKFLOW, NULL))
    {
      pthread_mutex_lock (&self->mutex);
      dropped = self->plan;
      self->plan = graphbit_plan_ref (plan);
      pthread_mutex_unlock (&self->mutex);
    }
  else
    plan = NULL;

  if (dropped != NULL)
    g_ptr_array_add (build->shared->dropped, dropped);
  return plan;
}

GraphbitPlan *
graphbit_workflow_plan_inside (GraphbitWorkflow *self,
                               const GraphbitPlanBuild *outer,
                               GPtrArray *problems,
                               guint *depth)
{
  GraphbitPlanBuild build = { outer, self, outer->depth + 1, outer->shared };
  GHashTable *told = outer->shared->told;
  GraphbitPlan *plan;

  if (told == NULL)
    {
      plan = make_plan (&build, problems);
      outer->shared->is_broken = plan == NULL;
      *depth = plan != NULL ? graphbit_plan_get_depth (plan) : 1;
      return plan;
    }

  *depth = GPOINTER_TO_UINT (g_hash_table_lookup (told, self));
  if (*depth > 0)
    return NULL;

  plan = graphbit_plan_new (&build, problems);
  *depth = graphbit_plan_get_depth (plan);
  g_hash_table_insert (told, self, GUINT_TO_POINTER (*depth));
  return plan;
}

GraphbitPlan *
graphbit_workflow_dup_plan (GraphbitWorkflow *self,
                            GError **error)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GPtrArray) dropped = NULL;
  GraphbitPlanShared shared = { GRAPHBIT_CHECK_FIRST };
  GraphbitPlanBuild build = { NULL, self, 1, &shared };
  GraphbitPlan *plan;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), NULL);

  plan = ref_current_plan (self);
  if (plan != NULL)
    return plan;

  problems = g_ptr_array_new_with_free_func (g_object_unref);
  shared.dropped = dropped = g_ptr_array_new_with_free_func ((GDestroyNotify) graphbit_plan_unref);
  pthread_mutex_lock (&plan_mutex);
  plan = make_plan (&build, problems);
  pthread_mutex_unlock (&plan_mutex);

  graphbit_problem_first_error (problems, GRAPHBIT_ERROR_INVALID_WORKFLOW, error);
  return plan;
}

/**
 * graphbit_workflow_validate:
 * @self: a workflow
 * @error: return location for an error
 *
 * Checks whether the workflow can run. A run does so by itself when it starts.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_WORKFLOW for the first of: no nodes; a
 * cycle; an edge to a node that does not exist; a node connected to itself; two
 * nodes connected twice; a condition without successors, with two successors of
 * one name, without exactly one predecessor, or whose expression names no
 * successor; a conditional edge without a
 * condition that can be read; a template or an expression that speaks of a node
 * that does not run before, or, if inputs are declared, of an unknown input or
 * variable; something about a node that cannot be used.
 * [method@Workflow.lint] tells them all.
 *
 * Returns: %TRUE if the workflow can run
 *
 * Since: 1.0
 */
gboolean
graphbit_workflow_validate (GraphbitWorkflow *self,
                            GError **error)
{
  g_autoptr (GraphbitPlan) plan = NULL;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  plan = graphbit_workflow_dup_plan (self, error);

  return plan != NULL;
}

/**
 * graphbit_workflow_lint:
 * @self: a workflow
 *
 * Finds everything that is wrong with the workflow, and warns of what is
 * probably not meant: nodes without connections, shared names, settings that
 * have no effect.
 *
 * Returns: (transfer container) (element-type GraphbitProblem): the problems,
 *   empty if there are none
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_workflow_lint (GraphbitWorkflow *self)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GHashTable) told = NULL;
  GraphbitPlanShared shared = { GRAPHBIT_CHECK_ALL };
  GraphbitPlanBuild build = { NULL, self, 1, &shared };

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), NULL);

  problems = g_ptr_array_new_with_free_func (g_object_unref);
  told = g_hash_table_new (NULL, NULL);
  shared.told = told;
  graphbit_plan_unref (graphbit_plan_new (&build, problems));

  return g_steal_pointer (&problems);
}

void
graphbit_workflow_check_shape (GraphbitWorkflow *self,
                               GPtrArray *problems)
{
  GraphbitPlanShared shared = { GRAPHBIT_CHECK_SHAPE };
  GraphbitPlanBuild build = { NULL, self, 1, &shared };

  graphbit_plan_unref (graphbit_plan_new (&build, problems));
}
