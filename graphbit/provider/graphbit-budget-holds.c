/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-budget-holds-private.h"

void
graphbit_budget_holds_add (GraphbitBudgetHolds *self,
                           GraphbitBudget *budget)
{
  for (guint i = 0; budget != NULL && i < GRAPHBIT_BUDGET_HOLDS_MAX && self->budgets[i] != budget; i++)
    if (self->budgets[i] == NULL)
      {
        self->budgets[i] = g_object_ref (budget);
        return;
      }
}

gboolean
graphbit_budget_holds_is_empty (const GraphbitBudgetHolds *self)
{
  return self->budgets[0] == NULL;
}

gboolean
graphbit_budget_holds_reserve (GraphbitBudgetHolds *self,
                               const char *provider,
                               const char *model,
                               gint64 prompt,
                               gint64 completion,
                               GError **error)
{
  for (guint i = 0; i < GRAPHBIT_BUDGET_HOLDS_MAX && self->budgets[i] != NULL; i++)
    if (!graphbit_budget_reserve (self->budgets[i], provider, model, prompt, completion, &self->holds[i], error))
      {
        graphbit_budget_holds_settle (self, provider, model, NULL);
        return FALSE;
      }

  return TRUE;
}

void
graphbit_budget_holds_settle (GraphbitBudgetHolds *self,
                              const char *provider,
                              const char *model,
                              const GraphbitTokens *used)
{
  for (guint i = 0; i < GRAPHBIT_BUDGET_HOLDS_MAX; i++)
    graphbit_budget_settle (&self->holds[i], provider, model, used);
}

void
graphbit_budget_holds_tell (const GraphbitBudgetHolds *self,
                            gboolean is_used)
{
  GraphbitBudget *budgets[GRAPHBIT_BUDGET_HOLDS_MAX] = { NULL, };

  /* what they belong to may end under a handler */
  for (guint i = 0; i < GRAPHBIT_BUDGET_HOLDS_MAX && self->budgets[i] != NULL; i++)
    budgets[i] = g_object_ref (self->budgets[i]);
  for (guint i = 0; i < GRAPHBIT_BUDGET_HOLDS_MAX && budgets[i] != NULL; i++)
    {
      graphbit_budget_tell_reservation (budgets[i]);
      if (is_used)
        graphbit_budget_tell_use (budgets[i]);
      g_object_unref (budgets[i]);
    }
}

void
graphbit_budget_holds_clear (GraphbitBudgetHolds *self)
{
  for (guint i = 0; i < GRAPHBIT_BUDGET_HOLDS_MAX; i++)
    {
      graphbit_budget_settle (&self->holds[i], NULL, NULL, NULL);
      g_clear_object (&self->budgets[i]);
    }
}
