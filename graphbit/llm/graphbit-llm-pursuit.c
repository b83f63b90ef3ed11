/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-pursuit-private.h"

#define FIRST_DELAY_MS 500
#define MAX_DELAY_MS 5000

/* Half as long again each time. */
static guint
get_delay (guint n_looks)
{
  guint delay = FIRST_DELAY_MS;

  while (n_looks-- > 0 && delay < MAX_DELAY_MS)
    delay += delay / 2;

  return MIN (delay, MAX_DELAY_MS);
}

GraphbitLlmNext
graphbit_llm_pursuit_decide (GraphbitLlmPursuit *self,
                             const GraphbitLlmAssembler *assembler,
                             const GraphbitFailure *failure,
                             gboolean may_listen,
                             guint *delay_ms)
{
  const GraphbitLlmRest *rest = &assembler->rest;
  gboolean was_listening = self->is_listening;

  *delay_ms = 0;
  self->is_listening = FALSE;
  if (self->is_last || rest->is_at_odds)
    return GRAPHBIT_LLM_NEXT_END;

  if (rest->is_over)
    {
      /* all was heard but what it cost */
      self->is_last = was_listening && failure == NULL && assembler->is_terminated &&
                      !graphbit_llm_usage_counts_is_told (&assembler->usage);
      return self->is_last ? GRAPHBIT_LLM_NEXT_LOOK : GRAPHBIT_LLM_NEXT_END;
    }

  /* what cannot be heard to its end can be looked up; one that kept silent for too long has had its time */
  if (failure != NULL && (!was_listening || failure->is_cancelled || failure->code == GRAPHBIT_ERROR_TIMEOUT))
    return GRAPHBIT_LLM_NEXT_END;

  if (may_listen && !self->has_listened)
    {
      self->has_listened = TRUE;
      self->is_listening = TRUE;
      return GRAPHBIT_LLM_NEXT_LISTEN;
    }

  if (!was_listening)
    *delay_ms = get_delay (self->n_looks++);
  return GRAPHBIT_LLM_NEXT_LOOK;
}
