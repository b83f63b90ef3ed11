/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-assembler-private.h"

G_BEGIN_DECLS

/* How an answer is come by that is being made while one asks for it: what is asked next, and when. */
typedef struct
{
  guint n_looks;
  gboolean has_listened;
  gboolean is_listening; /* with the last request */
  gboolean is_last;
} GraphbitLlmPursuit;

typedef enum
{
  GRAPHBIT_LLM_NEXT_END,
  GRAPHBIT_LLM_NEXT_LISTEN, /* to the rest as it is made */
  GRAPHBIT_LLM_NEXT_LOOK    /* how far it is */
} GraphbitLlmNext;

/* After a request, with its failure or NULL. */
GraphbitLlmNext graphbit_llm_pursuit_decide (GraphbitLlmPursuit *self,
                                             const GraphbitLlmAssembler *assembler,
                                             const GraphbitFailure *failure,
                                             gboolean may_listen,
                                             guint *delay_ms);

G_END_DECLS
