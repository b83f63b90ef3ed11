/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-plan-private.h"
#include "graphbit-workflow.h"

G_BEGIN_DECLS

/* Appends an edge as it is; what is wrong with it, validation tells. */
void graphbit_workflow_append_edge (GraphbitWorkflow *self, GraphbitEdge *edge);

/* Of GraphbitPlanInput. */
const GArray *graphbit_workflow_peek_inputs (GraphbitWorkflow *self);

/*
 * A picture of the workflow as it is, and the problems of that: with
 * `is_thorough` all of them, else the errors, in the order of the rules. With an
 * error among them the plan must not be run.
 */
GraphbitPlan *graphbit_plan_new (GraphbitWorkflow *workflow, gboolean is_thorough, GPtrArray *problems);

G_END_DECLS
