/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-provider.h"

G_BEGIN_DECLS

/* FALSE: nobody took the call. */
gboolean graphbit_llm_provider_emit_request (GraphbitLlmProvider *self, GraphbitProviderCall *call);

/* Answers with a whole response; where somebody reads along, its text goes out word by word. */
void graphbit_llm_provider_respond_in_words (GraphbitProviderCall *call, GraphbitLlmResponse *response);

/* The built-in ones: no language model, and replies written down beforehand. */
GraphbitLlmProvider *graphbit_llm_offline_new (void);
GraphbitLlmProvider *graphbit_llm_scripted_new (const char *const *replies);

G_END_DECLS
