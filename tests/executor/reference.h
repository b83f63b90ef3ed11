/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit/graphbit.h"

G_BEGIN_DECLS

/*
 * What a workflow ought to do, told as plainly as the manual tells it: no
 * counters, no queues, everything looked up again at every step. The tests hold
 * the engine against it.
 */

typedef enum
{
  WORK_RETURN,              /* a function */
  WORK_WAIT,                /* a function that answers later */
  WORK_UPPERCASE,           /* a transform */
  WORK_NO_MATCH,            /* a transform that always fails */
  WORK_CHOOSE,              /* a condition with a function */
  WORK_CHOOSE_BY_EXPRESSION /* by what it asks: the first of its branches, or the second */
} Work;

/* What an edge or a condition asks about a node. */
typedef enum
{
  ASK_TRUE,
  ASK_FALSE,
  ASK_THERE,
  ASK_ABSENT,
  ASK_EVEN, /* whether its output ends in an even digit; cannot be told of what is not there */
  ASK_MORE, /* whether it is more than a number, which can never be told */
  N_ASKS
} Ask;

typedef struct
{
  guint source, target;
  GraphbitEdgeKind kind;
  Ask ask;
  guint about;
} GraphEdge;

typedef struct
{
  Work work;
  guint fails_first; /* G_MAXUINT: always */
  GraphbitOnError on_error;
  int fallback;      /* of a condition: an edge, or -1 for one that there is not */
  guint max_retries;
  guint timeout_ms;
  Ask ask;
  guint about;
  int branches[2]; /* edges; -1: a name that no successor has */
} GraphNode;

typedef struct
{
  guint n_nodes;
  GraphNode *nodes;
  GArray *edges; /* of GraphEdge, in the order of connection */
  GArray **in;   /* of each node: the edges into it, as guint, in that order */
  GArray **out;  /* and those that leave it */
  GraphbitOnFailure on_failure;
} Graph;

typedef struct
{
  GraphbitNodeState state;
  guint attempts;
  char *output;    /* NULL: none; that of a fallback, too */
  char *handed_on; /* by a condition */
  int chosen;      /* by a condition: an edge */
  gboolean is_tolerated;
  gint64 deadline; /* while it waits; 0: none */
} ReferenceNode;

/* What came of an edge when its source had ended. */
typedef enum
{
  EDGE_OPEN,
  EDGE_CLOSED,
  EDGE_UNTOLD
} EdgeOutcome;

typedef struct
{
  const Graph *graph;
  ReferenceNode *nodes;
  EdgeOutcome *outcomes;
  GPtrArray *events; /* "node_started:n3" */
  GraphbitRunState state;
  gboolean is_failing;
  gboolean has_warnings;
  gint64 now;
} Reference;

Reference *reference_new (const Graph *graph);
void reference_free (Reference *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reference, reference_free)

void reference_start (Reference *self);
/* What may happen while nodes wait: one of them is answered, as its number of attempts wants it, or is too late; or the run ends. */
void reference_answer (Reference *self, guint node);
void reference_time_out (Reference *self, guint node);
void reference_cancel (Reference *self);
void reference_time_out_run (Reference *self);

/* The rules of the game, which the functions of the test follow as well. */
gboolean graph_node_fails (const GraphNode *node, guint attempt);
/* The output of the node `name` for an input, which may be NULL. */
char *graph_make_output (guint node, const char *input);
/* The edge that a condition's function chooses; -1: none of its successors. */
int graph_choose (const Graph *graph, guint node, const char *input);
/* Texts with errors in them, whose words are not what is tested, become the same. */
char *graph_normalize (const char *text);

G_END_DECLS
