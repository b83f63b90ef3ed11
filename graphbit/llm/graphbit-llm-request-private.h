/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-request.h"

G_BEGIN_DECLS

/* One user message. */
GraphbitLlmRequest *graphbit_llm_request_new_for_prompt (const char *prompt, GraphbitLlmOptions *options);

/* A conversation of GraphbitLlmMessage. */
GraphbitLlmRequest *graphbit_llm_request_new_for_messages (GPtrArray *messages, GraphbitLlmOptions *options);

/* At use: no messages, an empty prompt, options out of range, two tools of one name … → INVALID_ARGUMENT. */
gboolean graphbit_llm_request_check (GraphbitLlmRequest *self, GError **error);

/* Makes no list where there is none. */
guint graphbit_llm_request_count_tools (GraphbitLlmRequest *self);

/* What the prompt may come to, for budgets: a guess that is rather too high. */
gint64 graphbit_llm_request_estimate_tokens (GraphbitLlmRequest *self);
/* What one of its messages is of that. */
gint64 graphbit_llm_message_estimate_tokens (GraphbitLlmMessage *self);

G_END_DECLS
