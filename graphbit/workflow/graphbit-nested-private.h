/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-plan-private.h"
#include "graphbit-problem-private.h"

G_BEGIN_DECLS

/* What the nodes that run a workflow have in common. */

#define GRAPHBIT_LOOP_MAX_ITERATIONS 10000u
/* Workflows inside of each other, the outermost counted. */
#define GRAPHBIT_MAX_NESTING 16u

/* Plans the workflow inside, unless it is only the node that is looked at. Accepts NULL, which is reported. */
void graphbit_nested_build (GraphbitPlanNested *nested, GraphbitWorkflow *workflow, GraphbitReport *report);
void graphbit_nested_clear (gpointer settings);

/* What a workflow inside is given by itself: the names, and which kinds give them. */
extern const char *const graphbit_nested_given[5];
gboolean graphbit_nested_gives (GraphbitNodeKind kind, const char *name);
/* Whether a loop's condition knows it by itself: `output` and `iteration`. */
gboolean graphbit_nested_tells (const GraphbitTemplateReference *reference);

G_END_DECLS
