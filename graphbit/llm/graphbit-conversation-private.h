/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-conversation.h"

G_BEGIN_DECLS

/* What a provider has counted, divided by what was estimated of the same. */
#define GRAPHBIT_CONVERSATION_MIN_CALIBRATION 0.1
#define GRAPHBIT_CONVERSATION_MAX_CALIBRATION 10.0

double graphbit_conversation_get_calibration (GraphbitConversation *self);
/* `client` and `system_prompt` may be NULL; takes the messages over. */
GraphbitConversation *graphbit_conversation_new_for_messages (GraphbitLlmClient *client,
                                                              const char *system_prompt,
                                                              double calibration,
                                                              GPtrArray *messages);

G_END_DECLS
