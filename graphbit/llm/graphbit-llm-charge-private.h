/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-budget-holds-private.h"
#include "graphbit-llm-client.h"
#include "graphbit-llm-response.h"
#include "graphbit-llm-target-private.h"

G_BEGIN_DECLS

/* What a request may use, and what the budgets it counts for hold for that. Zeroed: nothing is counted. */
typedef struct
{
  GraphbitBudgetHolds budgets;
  gint64 prompt_tokens;     /* as estimated */
  gint64 completion_tokens; /* at most; -1: not said */
  gsize handed_out;         /* bytes of the answer */
} GraphbitLlmCharge;

/* The budgets are the process's, the client's and the run's, which may be NULL. The limits of a server want to know the
 * tokens, too. */
void graphbit_llm_charge_init (GraphbitLlmCharge *self,
                               GraphbitLlmClient *client,
                               GraphbitLlmRequest *request,
                               GraphbitBudget *of_run,
                               gboolean is_limited);
static inline gboolean
graphbit_llm_charge_has_budget (const GraphbitLlmCharge *self)
{
  return !graphbit_budget_holds_is_empty (&self->budgets);
}
gboolean graphbit_llm_charge_reserve (GraphbitLlmCharge *self, const GraphbitLlmTarget *target, GError **error);
/* Nothing was used. */
void graphbit_llm_charge_release (GraphbitLlmCharge *self, const GraphbitLlmTarget *target);
/* What was used: as the provider says, or as estimated where an answer came and it does not say. `response` is what there
 * is of one, or NULL. FALSE: nothing was. */
gboolean graphbit_llm_charge_settle (GraphbitLlmCharge *self, const GraphbitLlmTarget *target, GraphbitLlmResponse *response);

G_END_DECLS
