/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-types.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_CONVERSATION (graphbit_conversation_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitConversation, graphbit_conversation, GRAPHBIT, CONVERSATION, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitConversation *graphbit_conversation_new (GraphbitLlmClient *client, const char *system_prompt);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitConversation *graphbit_conversation_new_from_json (const char *json,
                                                           GraphbitLlmClient *client,
                                                           GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmClient *graphbit_conversation_get_client (GraphbitConversation *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_conversation_get_system_prompt (GraphbitConversation *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_conversation_set_system_prompt (GraphbitConversation *self, const char *system_prompt);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmOptions *graphbit_conversation_get_options (GraphbitConversation *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_conversation_set_options (GraphbitConversation *self, GraphbitLlmOptions *options);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_conversation_get_tools (GraphbitConversation *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_conversation_add_tool (GraphbitConversation *self, GraphbitLlmToolSpec *tool);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_conversation_get_max_prompt_tokens (GraphbitConversation *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_conversation_set_max_prompt_tokens (GraphbitConversation *self, guint max_prompt_tokens);

GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_conversation_add_message (GraphbitConversation *self, GraphbitLlmMessage *message, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_conversation_truncate (GraphbitConversation *self, guint n_messages, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_conversation_trim (GraphbitConversation *self, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_conversation_estimate_tokens (GraphbitConversation *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitConversation *graphbit_conversation_fork (GraphbitConversation *self);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_conversation_send_async (GraphbitConversation *self,
                                       const char *text,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmResponse *graphbit_conversation_send_finish (GraphbitConversation *self,
                                                        GAsyncResult *result,
                                                        GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmResponse *graphbit_conversation_send (GraphbitConversation *self,
                                                 const char *text,
                                                 GCancellable *cancellable,
                                                 GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_conversation_send_stream_async (GraphbitConversation *self,
                                              const char *text,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmStream *graphbit_conversation_send_stream_finish (GraphbitConversation *self,
                                                             GAsyncResult *result,
                                                             GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmStream *graphbit_conversation_send_stream (GraphbitConversation *self,
                                                      const char *text,
                                                      GCancellable *cancellable,
                                                      GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_conversation_to_json (GraphbitConversation *self, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_conversation_save_async (GraphbitConversation *self,
                                       GFile *file,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_conversation_save_finish (GraphbitConversation *self, GAsyncResult *result, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_conversation_save (GraphbitConversation *self,
                                     GFile *file,
                                     GCancellable *cancellable,
                                     GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_conversation_load_async (GFile *file,
                                       GraphbitLlmClient *client,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitConversation *graphbit_conversation_load_finish (GAsyncResult *result, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitConversation *graphbit_conversation_load (GFile *file,
                                                  GraphbitLlmClient *client,
                                                  GCancellable *cancellable,
                                                  GError **error);

G_END_DECLS
