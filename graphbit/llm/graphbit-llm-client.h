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

#define GRAPHBIT_TYPE_LLM_CLIENT (graphbit_llm_client_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitLlmClient, graphbit_llm_client, GRAPHBIT, LLM_CLIENT, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmClient *graphbit_llm_client_new (GraphbitLlmConfig *config);

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_client_get_config (GraphbitLlmClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_llm_client_get_max_concurrency (GraphbitLlmClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_client_set_max_concurrency (GraphbitLlmClient *self, guint max_concurrency);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_llm_client_get_max_retries (GraphbitLlmClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_client_set_max_retries (GraphbitLlmClient *self, guint max_retries);
GRAPHBIT_AVAILABLE_IN_ALL
GProxyResolver *graphbit_llm_client_get_proxy_resolver (GraphbitLlmClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_client_set_proxy_resolver (GraphbitLlmClient *self, GProxyResolver *proxy_resolver);
GRAPHBIT_AVAILABLE_IN_ALL
GTlsDatabase *graphbit_llm_client_get_tls_database (GraphbitLlmClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_client_set_tls_database (GraphbitLlmClient *self, GTlsDatabase *tls_database);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_llm_client_get_connect_timeout_ms (GraphbitLlmClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_client_set_connect_timeout_ms (GraphbitLlmClient *self, guint connect_timeout_ms);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_llm_client_get_debug (GraphbitLlmClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_client_set_debug (GraphbitLlmClient *self, gboolean debug);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_client_complete_async (GraphbitLlmClient *self,
                                         const char *prompt,
                                         GraphbitLlmOptions *options,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_llm_client_complete_finish (GraphbitLlmClient *self, GAsyncResult *result, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_llm_client_complete (GraphbitLlmClient *self,
                                    const char *prompt,
                                    GraphbitLlmOptions *options,
                                    GCancellable *cancellable,
                                    GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_client_chat_async (GraphbitLlmClient *self,
                                     GraphbitLlmRequest *request,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmResponse *graphbit_llm_client_chat_finish (GraphbitLlmClient *self, GAsyncResult *result, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmResponse *graphbit_llm_client_chat (GraphbitLlmClient *self,
                                               GraphbitLlmRequest *request,
                                               GCancellable *cancellable,
                                               GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_client_complete_stream_async (GraphbitLlmClient *self,
                                                const char *prompt,
                                                GraphbitLlmOptions *options,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmStream *graphbit_llm_client_complete_stream_finish (GraphbitLlmClient *self, GAsyncResult *result, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmStream *graphbit_llm_client_complete_stream (GraphbitLlmClient *self,
                                                        const char *prompt,
                                                        GraphbitLlmOptions *options,
                                                        GCancellable *cancellable,
                                                        GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_client_chat_stream_async (GraphbitLlmClient *self,
                                            GraphbitLlmRequest *request,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmStream *graphbit_llm_client_chat_stream_finish (GraphbitLlmClient *self, GAsyncResult *result, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmStream *graphbit_llm_client_chat_stream (GraphbitLlmClient *self,
                                                    GraphbitLlmRequest *request,
                                                    GCancellable *cancellable,
                                                    GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_client_complete_batch_async (GraphbitLlmClient *self,
                                               const char *const *prompts,
                                               GraphbitLlmOptions *options,
                                               guint max_concurrency,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_llm_client_complete_batch_finish (GraphbitLlmClient *self, GAsyncResult *result, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_llm_client_complete_batch (GraphbitLlmClient *self,
                                               const char *const *prompts,
                                               GraphbitLlmOptions *options,
                                               guint max_concurrency,
                                               GCancellable *cancellable,
                                               GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitBatchRun *graphbit_llm_client_start_batch (GraphbitLlmClient *self,
                                                   const char *const *prompts,
                                                   GraphbitLlmOptions *options,
                                                   guint max_concurrency,
                                                   GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_client_warmup_async (GraphbitLlmClient *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_llm_client_warmup_finish (GraphbitLlmClient *self, GAsyncResult *result, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_llm_client_warmup (GraphbitLlmClient *self, GCancellable *cancellable, GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_client_list_models_async (GraphbitLlmClient *self,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_llm_client_list_models_finish (GraphbitLlmClient *self, GAsyncResult *result, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_llm_client_list_models (GraphbitLlmClient *self, GCancellable *cancellable, GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_llm_client_get_stats (GraphbitLlmClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_client_reset_stats (GraphbitLlmClient *self);

G_END_DECLS
