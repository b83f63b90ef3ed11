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
/* What only the call knows; for responses that a provider in the application made. */
void graphbit_llm_response_set_exchange (GraphbitLlmResponse *self, const char *provider, gint64 duration_ms, guint attempts);
/* Makes no list where there is none. */
guint graphbit_llm_response_count_tool_calls (GraphbitLlmResponse *self);
/* The assistant's turn for the next request. */
GraphbitLlmMessage *graphbit_llm_response_make_message (GraphbitLlmResponse *self);

G_END_DECLS
