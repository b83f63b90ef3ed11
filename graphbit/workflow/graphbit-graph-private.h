/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-edge.h"

G_BEGIN_DECLS

/* A graph to be drawn: of a workflow, or of a run with the states of its nodes. */
typedef enum
{
  GRAPHBIT_GRAPH_SHAPE_BOX,
  GRAPHBIT_GRAPH_SHAPE_ROUND,
  GRAPHBIT_GRAPH_SHAPE_DIAMOND,
  GRAPHBIT_GRAPH_SHAPE_SLANTED,
  GRAPHBIT_GRAPH_SHAPE_DOUBLE
} GraphbitGraphShape;

/* In the order of GraphbitNodeState, which belongs to a higher floor. */
typedef enum
{
  GRAPHBIT_GRAPH_STATE_PENDING,
  GRAPHBIT_GRAPH_STATE_RUNNING,
  GRAPHBIT_GRAPH_STATE_COMPLETED,
  GRAPHBIT_GRAPH_STATE_FAILED,
  GRAPHBIT_GRAPH_STATE_SKIPPED,
  GRAPHBIT_GRAPH_STATE_CANCELLED,
  GRAPHBIT_GRAPH_STATE_NONE
} GraphbitGraphState;

typedef struct
{
  const char *name; /* borrowed */
  GraphbitGraphShape shape;
  GraphbitGraphState state;
} GraphbitGraphNode;

typedef struct
{
  guint32 source;
  guint32 target;
  GraphbitEdgeKind kind;
  const char *label; /* borrowed; NULL: none */
} GraphbitGraphEdge;

typedef struct
{
  const char *title; /* borrowed */
  GArray *nodes;     /* of GraphbitGraphNode */
  GArray *edges;     /* of GraphbitGraphEdge */
} GraphbitGraph;

GraphbitGraph *graphbit_graph_new (const char *title);
void graphbit_graph_free (GraphbitGraph *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraphbitGraph, graphbit_graph_free)

/* Whatever the names are, the text is right and shows them. */
char *graphbit_graph_to_dot (GraphbitGraph *self);
char *graphbit_graph_to_mermaid (GraphbitGraph *self);

G_END_DECLS
