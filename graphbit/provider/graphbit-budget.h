/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-types.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_BUDGET (graphbit_budget_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitBudget, graphbit_budget, GRAPHBIT, BUDGET, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitBudget *graphbit_budget_new (gint64 max_tokens,
                                     double max_cost);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitBudget *graphbit_budget_get_default (void);

GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_budget_get_max_tokens (GraphbitBudget *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_budget_set_max_tokens (GraphbitBudget *self,
                                     gint64 max_tokens);
GRAPHBIT_AVAILABLE_IN_ALL
double graphbit_budget_get_max_cost (GraphbitBudget *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_budget_set_max_cost (GraphbitBudget *self,
                                   double max_cost);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_budget_get_used_tokens (GraphbitBudget *self);
GRAPHBIT_AVAILABLE_IN_ALL
double graphbit_budget_get_used_cost (GraphbitBudget *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_budget_get_reserved_tokens (GraphbitBudget *self);
GRAPHBIT_AVAILABLE_IN_ALL
double graphbit_budget_get_reserved_cost (GraphbitBudget *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_budget_reset (GraphbitBudget *self);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_budget_set_price (GraphbitBudget *self,
                                const char *model,
                                double input,
                                double cached_input,
                                double cache_write,
                                double output);
GRAPHBIT_AVAILABLE_IN_ALL
double graphbit_budget_compute_cost (GraphbitBudget *self,
                                     const char *provider,
                                     const char *model,
                                     gint64 prompt_tokens,
                                     gint64 cached_tokens,
                                     gint64 cache_write_tokens,
                                     gint64 completion_tokens);

G_END_DECLS
