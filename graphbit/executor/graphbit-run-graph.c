/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-graph-private.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-run-private.h"

/* What it is called there: the floor below draws, but does not know about runs. */
G_STATIC_ASSERT ((int) GRAPHBIT_NODE_STATE_PENDING == (int) GRAPHBIT_GRAPH_STATE_PENDING);
G_STATIC_ASSERT ((int) GRAPHBIT_NODE_STATE_RUNNING == (int) GRAPHBIT_GRAPH_STATE_RUNNING);
G_STATIC_ASSERT ((int) GRAPHBIT_NODE_STATE_COMPLETED == (int) GRAPHBIT_GRAPH_STATE_COMPLETED);
G_STATIC_ASSERT ((int) GRAPHBIT_NODE_STATE_FAILED == (int) GRAPHBIT_GRAPH_STATE_FAILED);
G_STATIC_ASSERT ((int) GRAPHBIT_NODE_STATE_SKIPPED == (int) GRAPHBIT_GRAPH_STATE_SKIPPED);
G_STATIC_ASSERT ((int) GRAPHBIT_NODE_STATE_CANCELLED == (int) GRAPHBIT_GRAPH_STATE_CANCELLED);

static GraphbitGraph *
make_graph (GraphbitScheduler *scheduler)
{
  const GraphbitRunNames *names = graphbit_scheduler_get_names (scheduler);
  GraphbitGraph *graph = graphbit_graph_new (names->workflow_name);

  for (guint i = 0; i < names->n_nodes; i++)
    {
      GraphbitGraphNode node = { names->nodes[i].name, graphbit_node_kind_get_info (names->nodes[i].kind)->shape,
                                 (GraphbitGraphState) scheduler->records[i].state };

      g_array_append_val (graph->nodes, node);
    }
  for (guint i = 0; i < names->n_edges; i++)
    {
      GraphbitGraphEdge edge = { names->edges[i].source, names->edges[i].target, names->edges[i].kind, NULL };

      g_array_append_val (graph->edges, edge);
    }

  return graph;
}

char *
graphbit_scheduler_to_dot (GraphbitScheduler *self)
{
  g_autoptr (GraphbitGraph) graph = make_graph (self);

  return graphbit_graph_to_dot (graph);
}

char *
graphbit_scheduler_to_mermaid (GraphbitScheduler *self)
{
  g_autoptr (GraphbitGraph) graph = make_graph (self);

  return graphbit_graph_to_mermaid (graph);
}
