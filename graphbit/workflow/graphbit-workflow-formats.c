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

/* A workflow as text: JSON, and drawings. */

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
 * address for a model, or hosts that a request is let into, where
 * [property@Registry:allow-base-urls] is not set.
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
