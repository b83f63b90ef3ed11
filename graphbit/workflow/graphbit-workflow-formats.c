/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-graph-private.h"
#include "graphbit-json-private.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-workflow-file-private.h"
#include "graphbit-workflow-private.h"

/* A workflow as text: JSON, in a file or not, and drawings. */

/**
 * graphbit_workflow_to_json:
 * @self: a workflow
 * @error: return location for an error
 *
 * Writes the workflow down, as a JSON object that
 * [ctor@Workflow.new_from_json] reads. The page
 * [Saved workflows](saved-workflows.html) describes it.
 *
 * There is no code in it and no key: functions and tools are spoken of by their
 * names. What a workflow that was read had in it that this version does not
 * know is written again.
 *
 * Fails with %GRAPHBIT_ERROR_FAILED_PRECONDITION if something cannot be written:
 * a function without a [property@FunctionNode:function-name], a model that code
 * of the application answers for; and with %GRAPHBIT_ERROR_INVALID_WORKFLOW for a
 * cycle, a node connected to itself or twice to another, and a setting that cannot
 * be used. What else [method@Workflow.validate] finds does not matter here.
 *
 * Returns: (transfer full): JSON text, or %NULL with @error set
 *
 * Since: 1.0
 */
char *
graphbit_workflow_to_json (GraphbitWorkflow *self,
                           GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_workflow_file_write (self, error);
}

/**
 * graphbit_workflow_new_from_json:
 * @json: what [method@Workflow.to_json] has written, or somebody by hand
 * @registry: (nullable): has the functions and tools that @json speaks of; %NULL
 *   if it speaks of none
 * @error: return location for an error
 *
 * Reads a workflow.
 *
 * The text may come from anywhere: it is taken as it should be, or not at all.
 * Every error names the line, the column and the path of what is wrong. Fails
 * with %GRAPHBIT_ERROR_PARSE for what is no JSON, larger than 16 MiB or deeper
 * than 128 levels, has a member twice, or a value of the wrong type; with
 * %GRAPHBIT_ERROR_UNSUPPORTED for another version of the format; with
 * %GRAPHBIT_ERROR_NOT_FOUND for a function or tool that is not in @registry,
 * listing those that are; and with %GRAPHBIT_ERROR_INVALID_WORKFLOW for anything
 * else: an unknown kind, a value out of range, two nodes of one id, an edge to a
 * node that does not exist, a cycle, more than 16 workflows in one another, an
 * address for a model where [property@Registry:allow-base-urls] is not set.
 *
 * Returns: (transfer full): a new workflow, or %NULL with @error set
 *
 * Since: 1.0
 */
GraphbitWorkflow *
graphbit_workflow_new_from_json (const char *json,
                                 GraphbitRegistry *registry,
                                 GError **error)
{
  g_return_val_if_fail (json != NULL, NULL);
  g_return_val_if_fail (registry == NULL || GRAPHBIT_IS_REGISTRY (registry), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_workflow_file_read (json, strlen (json), registry, error);
}

/* One byte more than a file may have, so that it is found to be too large. */
#define MAX_READ (GRAPHBIT_JSON_MAX_SIZE + 1)

static GraphbitWorkflow *
read_contents (GFile *file,
               const char *contents,
               gsize length,
               GraphbitRegistry *registry,
               GError **error)
{
  GraphbitWorkflow *workflow = graphbit_workflow_file_read (contents, length, registry, error);

  if (workflow == NULL)
    {
      g_autofree char *name = g_file_get_parse_name (file);

      g_prefix_error (error, "%s: ", name);
    }
  return workflow;
}

static gboolean
read_more (const char *contents,
           goffset size,
           gpointer data)
{
  return size < MAX_READ;
}

static void
on_loaded (GObject *object,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autofree char *contents = NULL;
  GError *error = NULL;
  GraphbitWorkflow *workflow = NULL;
  gsize length;

  if (g_file_load_partial_contents_finish (G_FILE (object), result, &contents, &length, NULL, &error))
    workflow = read_contents (G_FILE (object), contents, length, g_task_get_task_data (task), &error);

  if (workflow != NULL)
    g_task_return_pointer (task, workflow, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * graphbit_workflow_load_async:
 * @file: a file
 * @registry: (nullable): has the functions and tools that the file speaks of;
 *   %NULL if it speaks of none
 * @cancellable: (nullable): cancels it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Reads a workflow from a file.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [func@Workflow.load_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_workflow_load_async (GFile *file,
                              GraphbitRegistry *registry,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task;

  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (registry == NULL || GRAPHBIT_IS_REGISTRY (registry));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, graphbit_workflow_load_async);
  if (registry != NULL)
    g_task_set_task_data (task, g_object_ref (registry), g_object_unref);
  g_file_load_partial_contents_async (file, cancellable, read_more, on_loaded, task);
}

/**
 * graphbit_workflow_load_finish:
 * @result: what the callback was handed
 * @error: return location for an error
 *
 * Ends [func@Workflow.load_async].
 *
 * Fails as [func@Workflow.load] does.
 *
 * Returns: (transfer full): a new workflow, or %NULL with @error set
 *
 * Since: 1.0
 */
GraphbitWorkflow *
graphbit_workflow_load_finish (GAsyncResult *result,
                               GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * graphbit_workflow_load:
 * @file: a file
 * @registry: (nullable): has the functions and tools that the file speaks of;
 *   %NULL if it speaks of none
 * @cancellable: (nullable): cancels it
 * @error: return location for an error
 *
 * Reads a workflow from a file, and waits for that.
 *
 * Fails as [ctor@Workflow.new_from_json] does, and with an error of
 * [error@Gio.IOErrorEnum] if the file cannot be read.
 *
 * Returns: (transfer full): a new workflow, or %NULL with @error set
 *
 * Since: 1.0
 */
GraphbitWorkflow *
graphbit_workflow_load (GFile *file,
                        GraphbitRegistry *registry,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (GFileInputStream) stream = NULL;
  g_autofree char *contents = NULL;
  gsize length;

  g_return_val_if_fail (G_IS_FILE (file), NULL);
  g_return_val_if_fail (registry == NULL || GRAPHBIT_IS_REGISTRY (registry), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  stream = g_file_read (file, cancellable, error);
  if (stream == NULL)
    return NULL;

  /* the kernel gives pages as they are written to */
  contents = g_malloc (MAX_READ);
  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), contents, MAX_READ, &length, cancellable, error))
    return NULL;

  return read_contents (file, contents, length, registry, error);
}

static void
on_saved (GObject *object,
          GAsyncResult *result,
          gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_file_replace_contents_finish (G_FILE (object), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * graphbit_workflow_save_async:
 * @self: a workflow
 * @file: a file, which need not exist
 * @cancellable: (nullable): cancels it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Writes the workflow, as it is now, to a file.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@Workflow.save_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_workflow_save_async (GraphbitWorkflow *self,
                              GFile *file,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;
  char *json;

  g_return_if_fail (GRAPHBIT_IS_WORKFLOW (self));
  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, graphbit_workflow_save_async);

  json = graphbit_workflow_file_write (self, &error);
  if (json == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  bytes = g_bytes_new_take (json, strlen (json));
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, cancellable,
                                       on_saved, g_steal_pointer (&task));
}

/**
 * graphbit_workflow_save_finish:
 * @self: a workflow
 * @result: what the callback was handed
 * @error: return location for an error
 *
 * Ends [method@Workflow.save_async].
 *
 * Fails as [method@Workflow.save] does.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
graphbit_workflow_save_finish (GraphbitWorkflow *self,
                               GAsyncResult *result,
                               GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * graphbit_workflow_save:
 * @self: a workflow
 * @file: a file, which need not exist
 * @cancellable: (nullable): cancels it
 * @error: return location for an error
 *
 * Writes the workflow to a file, and waits for that. A file that exists is
 * replaced as a whole, by another one that was written beside it, so that there
 * is always the old workflow or the new one.
 *
 * Fails as [method@Workflow.to_json] does, and with an error of
 * [error@Gio.IOErrorEnum] if the file cannot be written.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
graphbit_workflow_save (GraphbitWorkflow *self,
                        GFile *file,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autofree char *json = NULL;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  json = graphbit_workflow_file_write (self, error);

  return json != NULL &&
         g_file_replace_contents (file, json, strlen (json), NULL, FALSE, G_FILE_CREATE_NONE, NULL, cancellable, error);
}

/* Edges to nowhere are left out. */
static GraphbitGraph *
make_graph (GraphbitWorkflow *self)
{
  GraphbitGraph *graph = graphbit_graph_new (graphbit_workflow_get_name (self));
  GListModel *nodes = graphbit_workflow_get_nodes (self);
  GListModel *edges = graphbit_workflow_get_edges (self);
  g_autoptr (GHashTable) indices = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr (GraphbitNode) node = g_list_model_get_item (nodes, i);
      GraphbitGraphNode drawn = { graphbit_node_get_name (node), graphbit_node_get_info (node)->shape, GRAPHBIT_GRAPH_STATE_NONE };

      g_array_append_val (graph->nodes, drawn);
      g_hash_table_insert (indices, (gpointer) graphbit_node_get_id (node), GUINT_TO_POINTER (i + 1));
    }

  for (guint i = 0; i < g_list_model_get_n_items (edges); i++)
    {
      g_autoptr (GraphbitEdge) edge = g_list_model_get_item (edges, i);
      const char *ends[2] = { graphbit_edge_get_source (edge), graphbit_edge_get_target (edge) };
      guint source = ends[0] != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (indices, ends[0])) : 0;
      guint target = ends[1] != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (indices, ends[1])) : 0;
      GraphbitGraphEdge drawn = { source - 1, target - 1, graphbit_edge_get_kind (edge), graphbit_edge_get_condition (edge) };

      if (source != 0 && target != 0)
        g_array_append_val (graph->edges, drawn);
    }

  return graph;
}

/**
 * graphbit_workflow_to_dot:
 * @self: a workflow
 *
 * Draws the workflow for Graphviz: save the text and say
 * `dot -Tsvg workflow.dot`. [method@Run.to_dot] and
 * [method@WorkflowResult.to_dot] draw what came of it.
 *
 * Returns: (transfer full): a graph in the language DOT
 *
 * Since: 1.0
 */
char *
graphbit_workflow_to_dot (GraphbitWorkflow *self)
{
  g_autoptr (GraphbitGraph) graph = NULL;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), NULL);

  graph = make_graph (self);
  return graphbit_graph_to_dot (graph);
}

/**
 * graphbit_workflow_to_mermaid:
 * @self: a workflow
 *
 * Draws the workflow for Mermaid, which many viewers of Markdown have.
 * [method@Run.to_mermaid] and [method@WorkflowResult.to_mermaid] draw what came
 * of it.
 *
 * Returns: (transfer full): a flowchart in the language of Mermaid
 *
 * Since: 1.0
 */
char *
graphbit_workflow_to_mermaid (GraphbitWorkflow *self)
{
  g_autoptr (GraphbitGraph) graph = NULL;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW (self), NULL);

  graph = make_graph (self);
  return graphbit_graph_to_mermaid (graph);
}
