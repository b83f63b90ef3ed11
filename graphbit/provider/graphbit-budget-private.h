/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-budget.h"
#include "graphbit-prices-private.h"

G_BEGIN_DECLS

/* What one request holds of one budget, from before it is sent to its end. */
typedef struct
{
  GraphbitBudget *budget; /* NULL: nothing is held */
  gint64 tokens;
  double cost;
} GraphbitBudgetHold;

/* The process's, if anybody asked for it; no reference. */
GraphbitBudget *graphbit_budget_peek_default (void);
/* The same limits and prices, nothing used. */
GraphbitBudget *graphbit_budget_new_like (GraphbitBudget *self);

/* What the request may need; `completion` -1: it does not say. FALSE: BUDGET_EXCEEDED, or FAILED_PRECONDITION where a
 * price is missing, and nothing is held. Neither this nor the next one notifies. */
gboolean graphbit_budget_reserve (GraphbitBudget *self,
                                  const char *provider,
                                  const char *model,
                                  gint64 prompt,
                                  gint64 completion,
                                  GraphbitBudgetHold *hold,
                                  GError **error);
/* What it held is free again, and what it used (NULL: nothing) is counted. */
void graphbit_budget_settle (GraphbitBudgetHold *hold,
                             const char *provider,
                             const char *model,
                             const GraphbitTokens *used);

/* At home, where the application's code may run: what changed. */
void graphbit_budget_tell_reservation (GraphbitBudget *self);
void graphbit_budget_tell_use (GraphbitBudget *self);

G_END_DECLS
