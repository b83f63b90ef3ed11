/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-budget.h"
#include "graphbit-embedding-config.h"
#include "graphbit-embedding.h"
#include "graphbit-response-cache.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_EMBEDDING_CLIENT (graphbit_embedding_client_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitEmbeddingClient, graphbit_embedding_client, GRAPHBIT, EMBEDDING_CLIENT, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingClient *graphbit_embedding_client_new (GraphbitEmbeddingConfig *config);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingConfig *graphbit_embedding_client_get_config (GraphbitEmbeddingClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_embedding_client_get_max_concurrency (GraphbitEmbeddingClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_client_set_max_concurrency (GraphbitEmbeddingClient *self,
                                                    guint max_concurrency);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_embedding_client_get_max_retries (GraphbitEmbeddingClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_client_set_max_retries (GraphbitEmbeddingClient *self,
                                                guint max_retries);
GRAPHBIT_AVAILABLE_IN_ALL
GProxyResolver *graphbit_embedding_client_get_proxy_resolver (GraphbitEmbeddingClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_client_set_proxy_resolver (GraphbitEmbeddingClient *self,
                                                   GProxyResolver *proxy_resolver);
GRAPHBIT_AVAILABLE_IN_ALL
GTlsDatabase *graphbit_embedding_client_get_tls_database (GraphbitEmbeddingClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_client_set_tls_database (GraphbitEmbeddingClient *self,
                                                 GTlsDatabase *tls_database);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitBudget *graphbit_embedding_client_get_budget (GraphbitEmbeddingClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_client_set_budget (GraphbitEmbeddingClient *self,
                                           GraphbitBudget *budget);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitResponseCache *graphbit_embedding_client_get_cache (GraphbitEmbeddingClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_client_set_cache (GraphbitEmbeddingClient *self,
                                          GraphbitResponseCache *cache);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_client_embed_async (GraphbitEmbeddingClient *self,
                                            const char *text,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbedding *graphbit_embedding_client_embed_finish (GraphbitEmbeddingClient *self,
                                                           GAsyncResult *result,
                                                           GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbedding *graphbit_embedding_client_embed (GraphbitEmbeddingClient *self,
                                                    const char *text,
                                                    GCancellable *cancellable,
                                                    GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_client_embed_many_async (GraphbitEmbeddingClient *self,
                                                 const char *const *texts,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_embedding_client_embed_many_finish (GraphbitEmbeddingClient *self,
                                                        GAsyncResult *result,
                                                        GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_embedding_client_embed_many (GraphbitEmbeddingClient *self,
                                                 const char *const *texts,
                                                 GCancellable *cancellable,
                                                 GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_client_warmup_async (GraphbitEmbeddingClient *self,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_embedding_client_warmup_finish (GraphbitEmbeddingClient *self,
                                                  GAsyncResult *result,
                                                  GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_embedding_client_warmup (GraphbitEmbeddingClient *self,
                                           GCancellable *cancellable,
                                           GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gdouble graphbit_embedding_client_similarity (const float *a,
                                              gsize n_a,
                                              const float *b,
                                              gsize n_b,
                                              GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_embedding_client_get_stats (GraphbitEmbeddingClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_client_reset_stats (GraphbitEmbeddingClient *self);

G_END_DECLS
