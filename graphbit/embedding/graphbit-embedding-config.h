/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-embedding-input-type.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_EMBEDDING_CONFIG (graphbit_embedding_config_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitEmbeddingConfig, graphbit_embedding_config, GRAPHBIT, EMBEDDING_CONFIG, GObject)

/**
 * GraphbitEmbeddingKeyFunc:
 * @config: the configuration that needs its key
 * @user_data: what was handed to [method@EmbeddingConfig.set_key_func]
 * @error: where to say why there is none
 *
 * Gives the key when a request needs it. Called in the thread whose main context
 * started the request, and again when the provider refuses the key.
 *
 * Returns: (transfer full) (nullable): the key; %NULL with @error set when
 *   there is none
 *
 * Since: 1.0
 */
typedef char *(*GraphbitEmbeddingKeyFunc) (GraphbitEmbeddingConfig *config, gpointer user_data, GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingConfig *graphbit_embedding_config_new_openai (const char *api_key,
                                                               const char *model,
                                                               GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingConfig *graphbit_embedding_config_new_huggingface (const char *api_key,
                                                                    const char *model,
                                                                    GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingConfig *graphbit_embedding_config_new_mistralai (const char *api_key,
                                                                  const char *model,
                                                                  GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingConfig *graphbit_embedding_config_new_cohere (const char *api_key,
                                                               const char *model,
                                                               GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingConfig *graphbit_embedding_config_new_gemini (const char *api_key,
                                                               const char *model,
                                                               GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingConfig *graphbit_embedding_config_new_voyage (const char *api_key,
                                                               const char *model,
                                                               GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingConfig *graphbit_embedding_config_new_litellm (const char *api_key,
                                                                const char *model,
                                                                GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingConfig *graphbit_embedding_config_new_azure (const char *api_key,
                                                              const char *deployment_name,
                                                              const char *endpoint,
                                                              const char *api_version,
                                                              GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingConfig *graphbit_embedding_config_new_ollama (const char *model,
                                                               GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingConfig *graphbit_embedding_config_new_openai_compatible (const char *base_url,
                                                                          const char *api_key,
                                                                          const char *model,
                                                                          GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingConfig *graphbit_embedding_config_new_offline (void);

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_embedding_config_get_provider (GraphbitEmbeddingConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_embedding_config_get_model (GraphbitEmbeddingConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_config_set_model (GraphbitEmbeddingConfig *self,
                                          const char *model);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_embedding_config_get_base_url (GraphbitEmbeddingConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_config_set_base_url (GraphbitEmbeddingConfig *self,
                                             const char *base_url);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_embedding_config_get_api_version (GraphbitEmbeddingConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_config_set_api_version (GraphbitEmbeddingConfig *self,
                                                const char *api_version);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_embedding_config_get_dimensions (GraphbitEmbeddingConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_config_set_dimensions (GraphbitEmbeddingConfig *self,
                                               guint dimensions);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingInputType graphbit_embedding_config_get_input_type (GraphbitEmbeddingConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_config_set_input_type (GraphbitEmbeddingConfig *self,
                                               GraphbitEmbeddingInputType input_type);
GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_embedding_config_get_headers (GraphbitEmbeddingConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_config_set_headers (GraphbitEmbeddingConfig *self,
                                            GVariant *headers);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_embedding_config_get_extra_body (GraphbitEmbeddingConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_config_set_extra_body (GraphbitEmbeddingConfig *self,
                                               const char *extra_body);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_embedding_config_get_requests_per_minute (GraphbitEmbeddingConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_config_set_requests_per_minute (GraphbitEmbeddingConfig *self,
                                                        guint requests_per_minute);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_embedding_config_get_tokens_per_minute (GraphbitEmbeddingConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_config_set_tokens_per_minute (GraphbitEmbeddingConfig *self,
                                                      guint tokens_per_minute);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_embedding_config_get_has_api_key (GraphbitEmbeddingConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_embedding_config_set_api_key (GraphbitEmbeddingConfig *self,
                                                const char *api_key,
                                                GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_embedding_config_check_api_key (GraphbitEmbeddingConfig *self,
                                                  GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_config_set_key_func (GraphbitEmbeddingConfig *self,
                                             GraphbitEmbeddingKeyFunc func,
                                             gpointer user_data,
                                             GDestroyNotify notify);

G_END_DECLS
