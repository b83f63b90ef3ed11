/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-plan-private.h"
#include "graphbit-report-private.h"

G_BEGIN_DECLS

/* What the nodes that run a workflow have in common. */

#define GRAPHBIT_LOOP_MAX_ITERATIONS 10000u
/* Workflows inside of each other, the outermost counted. */
#define GRAPHBIT_MAX_NESTING 16u

/* Before the node is added: a workflow that contained itself could not run, and would never be freed. */
gboolean graphbit_nested_check_recursion (GraphbitWorkflow *workflow, GraphbitNode *node, GError **error);

/* Plans the workflow inside, unless it is only the node that is looked at. Accepts NULL, which is reported. */
void graphbit_nested_build (GraphbitPlanNested *nested, GraphbitWorkflow *workflow, GraphbitReport *report);
void graphbit_nested_clear (gpointer settings);

/* What a workflow inside is given by itself. */
typedef enum
{
  GRAPHBIT_GIVEN_INPUT,
  GRAPHBIT_GIVEN_ITEM,
  GRAPHBIT_GIVEN_INDEX,
  GRAPHBIT_GIVEN_ORIGINAL,
  GRAPHBIT_GIVEN_ITERATION,
  GRAPHBIT_N_GIVEN
} GraphbitGiven;

extern const char *const graphbit_given_names[GRAPHBIT_N_GIVEN];
/* Which of them the kind gives: 1 << GraphbitGiven each. */
guint graphbit_nested_get_given (GraphbitNodeKind kind);
gboolean graphbit_nested_gives (GraphbitNodeKind kind, const char *name);
/* Whether a loop's condition knows it by itself: `output` and `iteration`. */
gboolean graphbit_nested_tells (const GraphbitTemplateReference *reference);

G_END_DECLS
