/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-node-private.h"
#include "graphbit-plan-private.h"
#include "graphbit-workflow.h"

G_BEGIN_DECLS

/* Appends an edge as it is; what is wrong with it, validation tells. */
void graphbit_workflow_append_edge (GraphbitWorkflow *self, GraphbitEdge *edge);

/* Of GraphbitPlanInput and GraphbitPlanVariable. */
const GArray *graphbit_workflow_peek_inputs (GraphbitWorkflow *self);
const GArray *graphbit_workflow_peek_variables (GraphbitWorkflow *self);

/* As declare_input () and declare_variable (); `unknown` are members of the file that nobody knows, or "". */
gboolean graphbit_workflow_take_input (GraphbitWorkflow *self,
                                       const char *name,
                                       const char *schema,
                                       const char *unknown,
                                       GError **error);
gboolean graphbit_workflow_take_variable (GraphbitWorkflow *self,
                                          const char *name,
                                          const char *value,
                                          const char *unknown,
                                          GError **error);

/* What is wrong with a node that is in no workflow: paths begin at the node. */
void graphbit_workflow_check_node (GraphbitNode *node, GPtrArray *problems);
/* What no run could do anything with, and no change of a setting would mend: the rules that files obey. */
void graphbit_workflow_check_shape (GraphbitWorkflow *self, GPtrArray *problems);

GraphbitRevision *graphbit_workflow_peek_revision (GraphbitWorkflow *self);

/* The plans that are being made, each of them inside of the next. */
typedef struct _GraphbitPlanBuild GraphbitPlanBuild;

typedef struct
{
  GraphbitCheckScope scope;
  gboolean is_broken; /* one problem is wanted, and there is one inside */
  GHashTable *told;   /* when all are wanted: workflows inside whose problems are told → depth */
  GPtrArray *dropped; /* plans: what they free may be the application's, so not under the lock */
} GraphbitPlanShared;

struct _GraphbitPlanBuild
{
  const GraphbitPlanBuild *outer; /* NULL: the outermost */
  GraphbitWorkflow *workflow;
  guint depth; /* from 1 */
  GraphbitPlanShared *shared;
};

/* The plan of a workflow inside of another; its problems are added. NULL: it cannot run, or has been looked at before. */
GraphbitPlan *graphbit_workflow_plan_inside (GraphbitWorkflow *self,
                                             const GraphbitPlanBuild *outer,
                                             GPtrArray *problems,
                                             guint *depth);

/*
 * A picture of the workflow as it is, and the problems of that: of a thorough
 * build all of them, else the errors, in the order of the rules. With an error
 * among them the plan must not be run.
 */
GraphbitPlan *graphbit_plan_new (const GraphbitPlanBuild *build, GPtrArray *problems);

G_END_DECLS
