/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-response.h"

G_BEGIN_DECLS

/* The body as it came, turned into text when somebody reads it. */
void graphbit_llm_response_set_raw (GraphbitLlmResponse *self, GBytes *raw);
/* The assistant's turn as only the provider of the response understands it: a JSON text. */
void graphbit_llm_response_set_native (GraphbitLlmResponse *self, const char *native);
const char *graphbit_llm_response_peek_native (GraphbitLlmResponse *self);
/* What only the call knows; for responses that a provider in the application made. */
void graphbit_llm_response_set_exchange (GraphbitLlmResponse *self, const char *provider, gint64 duration_ms, guint attempts);
/* For an answer that came from a fallback: which, from 1, and why those before it did not answer. */
void graphbit_llm_response_set_fallback (GraphbitLlmResponse *self, guint index, const char *reason);
/* What a part of it stands for, and what it took to get there. */
void graphbit_llm_response_set_text (GraphbitLlmResponse *self, const char *text);
void graphbit_llm_response_set_usage (GraphbitLlmResponse *self, GraphbitLlmUsage *usage);
/* Makes no list where there is none. */
guint graphbit_llm_response_count_tool_calls (GraphbitLlmResponse *self);

G_END_DECLS
