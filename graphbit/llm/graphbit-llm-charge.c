/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-charge-private.h"

#include <string.h>

#include "graphbit-llm-options.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-usage.h"

void
graphbit_llm_charge_init (GraphbitLlmCharge *self,
                          GraphbitLlmClient *client,
                          GraphbitLlmRequest *request,
                          GraphbitBudget *of_run,
                          gboolean is_limited)
{
  GraphbitLlmOptions *options = graphbit_llm_request_get_options (request);
  guint max_tokens = options != NULL ? graphbit_llm_options_get_max_tokens (options) : 0;

  graphbit_budget_holds_add (&self->budgets, graphbit_budget_peek_default ());
  graphbit_budget_holds_add (&self->budgets, graphbit_llm_client_get_budget (client));
  graphbit_budget_holds_add (&self->budgets, of_run);
  if (!graphbit_llm_charge_has_budget (self) && !is_limited)
    return;

  self->prompt_tokens = graphbit_llm_request_estimate_tokens (request);
  self->completion_tokens = max_tokens > 0 ? (gint64) max_tokens : -1;
}

gboolean
graphbit_llm_charge_reserve (GraphbitLlmCharge *self,
                             const GraphbitLlmTarget *target,
                             GError **error)
{
  return graphbit_budget_holds_reserve (&self->budgets, target->vendor->name, target->model,
                                        self->prompt_tokens, self->completion_tokens, error);
}

void
graphbit_llm_charge_release (GraphbitLlmCharge *self,
                             const GraphbitLlmTarget *target)
{
  graphbit_budget_holds_settle (&self->budgets, target->vendor->name, target->model, NULL);
}

gboolean
graphbit_llm_charge_settle (GraphbitLlmCharge *self,
                            const GraphbitLlmTarget *target,
                            GraphbitLlmResponse *response)
{
  GraphbitLlmUsage *usage = response != NULL ? graphbit_llm_response_get_usage (response) : NULL;
  GraphbitTokens tokens = { self->prompt_tokens, 0, 0, (gint64) (self->handed_out / 4) };

  if (usage != NULL)
    {
      tokens.prompt = graphbit_llm_usage_get_prompt_tokens (usage);
      tokens.cached = graphbit_llm_usage_get_cached_tokens (usage);
      tokens.cache_write = graphbit_llm_usage_get_cache_write_tokens (usage);
      tokens.completion = graphbit_llm_usage_get_completion_tokens (usage);
    }
  else if (response != NULL)
    tokens.completion = (gint64) (strlen (graphbit_llm_response_get_text (response)) + 3) / 4;
  else if (self->handed_out == 0)
    {
      graphbit_llm_charge_release (self, target);
      return FALSE;
    }

  graphbit_budget_holds_settle (&self->budgets, target->vendor->name, target->model, &tokens);
  return TRUE;
}
