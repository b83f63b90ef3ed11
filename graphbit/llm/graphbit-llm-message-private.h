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

G_END_DECLS
