/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-budget-private.h"

G_BEGIN_DECLS

/* The process's, the client's, the run's. */
#define GRAPHBIT_BUDGET_HOLDS_MAX 3

/* All budgets that one request counts for, and what it holds of them. Zeroed: none. The values change at once;
 * the application hears of it only from `tell`, so that its code runs where the request's state is whole. */
typedef struct
{
  GraphbitBudget *budgets[GRAPHBIT_BUDGET_HOLDS_MAX];
  GraphbitBudgetHold holds[GRAPHBIT_BUDGET_HOLDS_MAX];
} GraphbitBudgetHolds;

/* Each budget once. NULL: none. */
void graphbit_budget_holds_add (GraphbitBudgetHolds *self, GraphbitBudget *budget);
gboolean graphbit_budget_holds_is_empty (const GraphbitBudgetHolds *self);

/* Of all of them, or FALSE: one has not got it, and nothing is held. */
gboolean graphbit_budget_holds_reserve (GraphbitBudgetHolds *self,
                                        const char *provider,
                                        const char *model,
                                        gint64 prompt,
                                        gint64 completion,
                                        GError **error);
void graphbit_budget_holds_settle (GraphbitBudgetHolds *self,
                                   const char *provider,
                                   const char *model,
                                   const GraphbitTokens *used);
/* At home; its caller must expect the request to have ended meanwhile. */
void graphbit_budget_holds_tell (const GraphbitBudgetHolds *self, gboolean is_used);

/* What is still held has not been used. */
void graphbit_budget_holds_clear (GraphbitBudgetHolds *self);

G_END_DECLS
