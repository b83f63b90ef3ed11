/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-plan-private.h"

G_BEGIN_DECLS

/*
 * What is left of a plan when its run has ended: ids, names and edges, in one block.
 * The plan itself holds functions of the application and may not wait for the
 * last reader of a result. Made once for all runs of a plan, and counted.
 * Immutable; any thread.
 */
typedef struct
{
  const char *id;
  const char *name;
  const char *fallback; /* NULL unless it stands in for the output of a failed node */
  GraphbitNodeKind kind;
} GraphbitNodeNames;

typedef struct
{
  guint32 source;
  guint32 target;
  GraphbitEdgeKind kind;
} GraphbitEdgeNames;

typedef struct
{
  int ref_count; /* atomic */
  const char *workflow_id;
  const char *workflow_name;
  GHashTable *index; /* made when a lookup wants it, under a lock of its own */
  guint n_nodes;
  guint n_edges;
  const GraphbitEdgeNames *edges; /* behind the nodes */
  GraphbitNodeNames nodes[];
} GraphbitRunNames;

/* Those of the plan, with a reference more. */
GraphbitRunNames *graphbit_run_names_new (GraphbitPlan *plan);
/* Gives the reference back. */
void graphbit_run_names_free (GraphbitRunNames *self);

/* As graphbit_plan_find (). */
int graphbit_run_names_find (GraphbitRunNames *self, const char *id_or_name);

G_END_DECLS
