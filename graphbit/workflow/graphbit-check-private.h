/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-plan-private.h"

G_BEGIN_DECLS

/* The rules of a workflow, over a plan that was just built from it. */
typedef struct
{
  GraphbitPlan *plan;
  GPtrArray *nodes;         /* of GraphbitNode, by the plan's index; borrowed */
  const guint32 *origins;   /* the place among the workflow's edges, by the plan's index */
  GPtrArray *edge_problems; /* met while building: ends that are no nodes */
  GPtrArray *condition_problems; /* what is wrong with edges by themselves */
  GPtrArray *node_problems; /* what is wrong with nodes by themselves */
  const char *name;         /* the workflow's */
  GPtrArray *problems;      /* gets everything, in the order of the rules */
  gboolean is_thorough;     /* else it ends after the first rule that is broken, and no warnings */

  guint32 *positions; /* in an order in which the nodes could run; NULL: there is none. Between the rules only */
} GraphbitCheck;

void graphbit_check_run (GraphbitCheck *self);

/* Whether several nodes have the name, so that it means none of them. */
gboolean graphbit_plan_is_ambiguous (GraphbitPlan *plan, const char *name);

/* “a”, “b”, “c” and 7 more: for messages. */
typedef struct
{
  GString *text;
  guint n_names;
} GraphbitNameList;

#define GRAPHBIT_NAME_LIST_INIT { NULL, 0 }
void graphbit_name_list_add (GraphbitNameList *self, const char *name);
char *graphbit_name_list_finish (GraphbitNameList *self);

G_END_DECLS
