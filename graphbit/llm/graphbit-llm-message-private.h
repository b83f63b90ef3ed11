/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-message.h"

G_BEGIN_DECLS

/* These make no list where there is none. */
guint graphbit_llm_message_count_parts (GraphbitLlmMessage *self);
guint graphbit_llm_message_count_tool_calls (GraphbitLlmMessage *self);
/* Content and parts as one text, which tells of images and files that they were there. */
char *graphbit_llm_message_flatten (GraphbitLlmMessage *self);

/* Of an assistant's message that a provider made: which one, and (nullable, a ref string) the turn as only it understands
 * it, which holds until the message is changed. */
void graphbit_llm_message_set_origin (GraphbitLlmMessage *self, const char *provider, char *native);
gboolean graphbit_llm_message_is_from (GraphbitLlmMessage *self, const char *provider);
/* (nullable) */
const char *graphbit_llm_message_peek_origin (GraphbitLlmMessage *self);
/* NULL: there is none, or it is another provider's. */
const char *graphbit_llm_message_peek_native (GraphbitLlmMessage *self, const char *provider);

G_END_DECLS
