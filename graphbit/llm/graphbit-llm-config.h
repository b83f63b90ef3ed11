/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-llm-capabilities.h"
#include "graphbit-types.h"

G_BEGIN_DECLS

/**
 * GraphbitLlmApi:
 * @GRAPHBIT_LLM_API_AUTO: the provider's usual one; of those that have several, chat completions
 * @GRAPHBIT_LLM_API_CHAT_COMPLETIONS: OpenAI's chat completions
 * @GRAPHBIT_LLM_API_RESPONSES: OpenAI's responses
 *
 * Which of its protocols a provider is spoken to in, where it has several.
 * This enumeration can be extended at a later date.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_LLM_API_AUTO,
  GRAPHBIT_LLM_API_CHAT_COMPLETIONS,
  GRAPHBIT_LLM_API_RESPONSES
} GraphbitLlmApi;

/**
 * GraphbitKeyFunc:
 * @config: the configuration that needs its key
 * @user_data: what was handed to [method@LlmConfig.set_key_func]
 * @error: where to say why there is none
 *
 * Gives the key when the first request needs it. Called in the thread whose
 * main context started the request, and again when the provider refuses the key.
 *
 * Returns: (transfer full) (nullable): the key; %NULL with @error set when
 *   there is none
 *
 * Since: 1.0
 */
typedef char *(*GraphbitKeyFunc) (GraphbitLlmConfig *config, gpointer user_data, GError **error);

#define GRAPHBIT_TYPE_LLM_CONFIG (graphbit_llm_config_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitLlmConfig, graphbit_llm_config, GRAPHBIT, LLM_CONFIG, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_openai (const char *api_key, const char *model, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_anthropic (const char *api_key, const char *model, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_gemini (const char *api_key, const char *model, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_cohere (const char *api_key, const char *model, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_replicate (const char *api_key,
                                                      const char *model,
                                                      const char *version,
                                                      GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_ollama (const char *model, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_openai_compatible (const char *base_url,
                                                              const char *api_key,
                                                              const char *model,
                                                              GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_deepseek (const char *api_key, const char *model, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_mistralai (const char *api_key, const char *model, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_perplexity (const char *api_key, const char *model, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_fireworks (const char *api_key, const char *model, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_togetherai (const char *api_key, const char *model, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_xai (const char *api_key, const char *model, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_huggingface (const char *api_key, const char *model, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_openrouter (const char *api_key, const char *model, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_openrouter_with_site (const char *api_key,
                                                                 const char *model,
                                                                 const char *site_url,
                                                                 const char *site_name,
                                                                 GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_ai21 (const char *api_key,
                                                 const char *model,
                                                 const char *organization,
                                                 GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_bytedance (const char *api_key,
                                                      const char *model,
                                                      const char *base_url,
                                                      GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_groq (const char *api_key, const char *model, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_litellm (const char *api_key, const char *model, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_azurellm (const char *api_key,
                                                     const char *deployment_name,
                                                     const char *endpoint,
                                                     const char *api_version,
                                                     GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_offline (void);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_scripted (const char *const *replies);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_custom (GraphbitLlmProvider *llm_provider);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_llm_config_new_from_env (const char *provider, const char *model, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_config_get_provider (GraphbitLlmConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_config_get_model (GraphbitLlmConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_config_set_model (GraphbitLlmConfig *self, const char *model);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_config_get_base_url (GraphbitLlmConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_config_set_base_url (GraphbitLlmConfig *self, const char *base_url);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmApi graphbit_llm_config_get_api (GraphbitLlmConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_config_set_api (GraphbitLlmConfig *self, GraphbitLlmApi api);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_config_get_organization (GraphbitLlmConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_config_set_organization (GraphbitLlmConfig *self, const char *organization);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_config_get_site_url (GraphbitLlmConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_config_set_site_url (GraphbitLlmConfig *self, const char *site_url);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_config_get_site_name (GraphbitLlmConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_config_set_site_name (GraphbitLlmConfig *self, const char *site_name);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_config_get_api_version (GraphbitLlmConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_config_set_api_version (GraphbitLlmConfig *self, const char *api_version);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_config_get_version (GraphbitLlmConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_config_set_version (GraphbitLlmConfig *self, const char *version);
GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_llm_config_get_headers (GraphbitLlmConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_config_set_headers (GraphbitLlmConfig *self, GVariant *headers);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_config_get_extra_body (GraphbitLlmConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_config_set_extra_body (GraphbitLlmConfig *self, const char *extra_body);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_llm_config_get_requests_per_minute (GraphbitLlmConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_config_set_requests_per_minute (GraphbitLlmConfig *self, guint requests_per_minute);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_llm_config_get_tokens_per_minute (GraphbitLlmConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_config_set_tokens_per_minute (GraphbitLlmConfig *self, guint tokens_per_minute);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmProvider *graphbit_llm_config_get_llm_provider (GraphbitLlmConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *const *graphbit_llm_config_get_replies (GraphbitLlmConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmCapabilities graphbit_llm_config_get_capabilities (GraphbitLlmConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_config_set_capabilities (GraphbitLlmConfig *self, GraphbitLlmCapabilities capabilities);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_llm_config_get_has_api_key (GraphbitLlmConfig *self);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_llm_config_set_api_key (GraphbitLlmConfig *self, const char *api_key, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_llm_config_check_api_key (GraphbitLlmConfig *self, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_llm_config_use_keyring (GraphbitLlmConfig *self, GVariant *attributes, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_config_set_key_func (GraphbitLlmConfig *self,
                                       GraphbitKeyFunc func,
                                       gpointer user_data,
                                       GDestroyNotify notify);
GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_llm_config_to_json (GraphbitLlmConfig *self);

G_END_DECLS
