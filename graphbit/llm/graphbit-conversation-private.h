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

struct _GraphbitConversation
{
  GObject parent_instance;

  GraphbitLlmClient *client;
  char *system_prompt;
  GraphbitLlmOptions *options;
  GListStore *tools; /* made when somebody asks */
  guint max_prompt_tokens;

  GPtrArray *messages;
  double calibration;

  gboolean is_waiting; /* for an answer, or for a stream to open */
  GWeakRef stream;     /* which is open; it may be dropped in any thread */
};

/* `client` and `system_prompt` may be NULL; takes the messages over. */
GraphbitConversation *graphbit_conversation_new_for_messages (GraphbitLlmClient *client,
                                                              const char *system_prompt,
                                                              double calibration,
                                                              GPtrArray *messages);

/* PENDING: an answer is awaited. */
gboolean graphbit_conversation_check_idle (GraphbitConversation *self, GError **error);
/* With a free func. */
GPtrArray *graphbit_conversation_copy_messages (GraphbitConversation *self);
/* Where the turns begin that are sent of these messages. FALSE: the newest one is too large. */
gboolean graphbit_conversation_find_begin (GraphbitConversation *self, GPtrArray *messages, guint *begin);
/* Of the system prompt, these messages and the tools. Those before `begin` are left out, but the system's. */
GraphbitLlmRequest *graphbit_conversation_make_request (GraphbitConversation *self, GPtrArray *messages, guint begin);

G_END_DECLS
