/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-target-private.h"

G_BEGIN_DECLS

/* Whom else to ask, in order, and why those before did not answer. Zeroed: nobody. */
typedef struct
{
  GPtrArray *targets; /* NULL, or the GraphbitLlmTargets that come next */
  guint n_passed;     /* that did not answer, or could not be asked */
  GString *reasons;   /* NULL, or why */
} GraphbitLlmFallbacks;

/* Those that cannot do what the request asks for are kept with the reason; other errors are the list's. */
gboolean graphbit_llm_fallbacks_init (GraphbitLlmFallbacks *self,
                                      GListModel *configs,
                                      GraphbitLlmRequest *request,
                                      gboolean is_stream,
                                      GError **error);
void graphbit_llm_fallbacks_clear (GraphbitLlmFallbacks *self);

/* What another provider may do better: never a request that is itself wrong. */
gboolean graphbit_llm_fallbacks_may_help (const GError *error);
/* The next target that can do it takes the place of the one that failed with `error`. FALSE: there is none. */
gboolean graphbit_llm_fallbacks_advance (GraphbitLlmFallbacks *self, GraphbitLlmTarget *target, const GError *error);

G_END_DECLS
