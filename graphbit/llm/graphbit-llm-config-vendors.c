/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-error.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-provider.h"
#include "graphbit-vendor-environment-private.h"

/* The constructors. Most providers are no more than a row of the table of vendors. */

GraphbitLlmConfig *
graphbit_llm_config_new_for_vendor (const char *provider,
                                    const char *api_key,
                                    const char *model,
                                    GError **error)
{
  g_autoptr (GraphbitLlmConfig) self = NULL;

  if (model != NULL && !graphbit_vendor_check_model (model, error))
    return NULL;

  self = g_object_new (GRAPHBIT_TYPE_LLM_CONFIG,
                       "provider", provider,
                       "model", model,
                       NULL);
  if (api_key != NULL && !graphbit_llm_config_set_api_key (self, api_key, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * graphbit_llm_config_new_openai:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `OPENAI_API_KEY` first
 * @model: (nullable): the model; %NULL: `gpt-4o-mini`
 * @error: return location for an error
 *
 * Creates a configuration for OpenAI, or for the server that `OPENAI_BASE_URL` names.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_openai (const char *api_key,
                                const char *model,
                                GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_llm_config_new_for_vendor ("openai", api_key, model, error);
}

/**
 * graphbit_llm_config_new_anthropic:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `ANTHROPIC_API_KEY` first
 * @model: (nullable): the model; %NULL: `claude-sonnet-4-20250514`
 * @error: return location for an error
 *
 * Creates a configuration for Anthropic, or for the server that `ANTHROPIC_BASE_URL`
 * names. It is spoken to in its own protocol, the Messages API.
 *
 * An answer has a limit there always: 4096 tokens (beside those for thinking)
 * if [property@LlmOptions:max-tokens] is not set. Beta features are asked for
 * with `anthropic-beta` among [property@LlmConfig:headers]. A seed cannot be
 * given.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_anthropic (const char *api_key,
                                   const char *model,
                                   GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_llm_config_new_for_vendor ("anthropic", api_key, model, error);
}

/**
 * graphbit_llm_config_new_gemini:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `GEMINI_API_KEY` and then `GOOGLE_API_KEY` first
 * @model: (nullable): the model, with or without `models/` before it; %NULL: `gemini-2.5-flash`
 * @error: return location for an error
 *
 * Creates a configuration for Google's Gemini, or for the server that
 * `GOOGLE_GEMINI_BASE_URL` names. It is spoken to in its own protocol,
 * generateContent; what that has beyond [class@LlmOptions], such as
 * `safetySettings` or `topK` in its `generationConfig`, is set with
 * [property@LlmConfig:extra-body].
 *
 * A model cannot be kept from calling several tools, and no metadata is taken.
 * A schema that has more than the part of OpenAPI's that every model knows is
 * sent as JSON Schema, and to the models before 2.5, which do not know that,
 * without what is beyond it. What a model thought is told if
 * [property@LlmOptions:reasoning-effort] is set.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_gemini (const char *api_key,
                                const char *model,
                                GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_llm_config_new_for_vendor ("gemini", api_key, model, error);
}

/**
 * graphbit_llm_config_new_ollama:
 * @model: (nullable): the model; %NULL: `llama3.2`
 * @error: return location for an error
 *
 * Creates a configuration for Ollama on this machine, or where `OLLAMA_HOST`
 * says. It is spoken to in its own protocol; what that has beyond
 * [class@LlmOptions], such as `keep_alive` or `num_ctx` among its `options`, is
 * set with [property@LlmConfig:extra-body].
 *
 * No key is needed; for ollama.com it is taken from `OLLAMA_API_KEY`. A model
 * cannot be made to call a tool, and images are sent but not fetched.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if @model is empty or has control
 * characters in it.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_ollama (const char *model,
                                GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_llm_config_new_for_vendor ("ollama", NULL, model, error);
}

/**
 * graphbit_llm_config_new_openai_compatible:
 * @base_url: where the API begins, such as `http://localhost:11434/v1`
 * @api_key: (nullable): the key, or %NULL if the server wants none
 * @model: the model, as the server names it
 * @error: return location for an error
 *
 * Creates a configuration for a server that speaks OpenAI's chat completions:
 * Ollama, llama.cpp, vLLM, LM Studio, or a provider in the network.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it, or if @base_url is no URL.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_openai_compatible (const char *base_url,
                                           const char *api_key,
                                           const char *model,
                                           GError **error)
{
  g_autoptr (GraphbitLlmConfig) self = NULL;

  g_return_val_if_fail (base_url != NULL, NULL);
  g_return_val_if_fail (model != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!graphbit_vendor_check_base_url (base_url, error) || !graphbit_vendor_check_model (model, error))
    return NULL;

  self = g_object_new (GRAPHBIT_TYPE_LLM_CONFIG,
                       "provider", "openai_compatible",
                       "base-url", base_url,
                       "model", model,
                       NULL);
  if (api_key != NULL && !graphbit_llm_config_set_api_key (self, api_key, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * graphbit_llm_config_new_deepseek:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `DEEPSEEK_API_KEY` first
 * @model: (nullable): the model; %NULL: `deepseek-chat`
 * @error: return location for an error
 *
 * Creates a configuration for DeepSeek.
 *
 * It takes no images, and a seed cannot be given. What a model thought before it
 * called a tool goes back to it with the call. A schema is told in words, for the
 * provider holds an answer to some JSON object only.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_deepseek (const char *api_key,
                                  const char *model,
                                  GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_llm_config_new_for_vendor ("deepseek", api_key, model, error);
}

/**
 * graphbit_llm_config_new_mistralai:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `MISTRALAI_API_KEY` or `MISTRAL_API_KEY` first
 * @model: (nullable): the model; %NULL: `mistral-large-latest`
 * @error: return location for an error
 *
 * Creates a configuration for Mistral.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_mistralai (const char *api_key,
                                   const char *model,
                                   GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_llm_config_new_for_vendor ("mistralai", api_key, model, error);
}

/**
 * graphbit_llm_config_new_perplexity:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `PERPLEXITY_API_KEY` or `PPLX_API_KEY` first
 * @model: (nullable): the model; %NULL: `sonar`
 * @error: return location for an error
 *
 * Creates a configuration for Perplexity, whose models search the web.
 *
 * They call no tools, and a seed cannot be given. What they found is in
 * [property@LlmResponse:raw-json]; how they search is set with
 * [property@LlmConfig:extra-body].
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_perplexity (const char *api_key,
                                    const char *model,
                                    GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_llm_config_new_for_vendor ("perplexity", api_key, model, error);
}

/**
 * graphbit_llm_config_new_fireworks:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `FIREWORKS_API_KEY` first
 * @model: (nullable): the model; %NULL: `accounts/fireworks/models/llama-v3p1-8b-instruct`
 * @error: return location for an error
 *
 * Creates a configuration for Fireworks.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_fireworks (const char *api_key,
                                   const char *model,
                                   GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_llm_config_new_for_vendor ("fireworks", api_key, model, error);
}

/**
 * graphbit_llm_config_new_togetherai:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `TOGETHER_API_KEY` or `TOGETHERAI_API_KEY` first
 * @model: (nullable): the model; %NULL: `openai/gpt-oss-20b`
 * @error: return location for an error
 *
 * Creates a configuration for Together AI.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_togetherai (const char *api_key,
                                    const char *model,
                                    GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_llm_config_new_for_vendor ("togetherai", api_key, model, error);
}

/**
 * graphbit_llm_config_new_xai:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `XAI_API_KEY` first
 * @model: (nullable): the model; %NULL: `grok-4`
 * @error: return location for an error
 *
 * Creates a configuration for xAI.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_xai (const char *api_key,
                             const char *model,
                             GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_llm_config_new_for_vendor ("xai", api_key, model, error);
}

/**
 * graphbit_llm_config_new_huggingface:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `HUGGINGFACE_API_KEY` or `HF_TOKEN` first
 * @model: (nullable): the model; %NULL: `openai/gpt-oss-20b`
 * @error: return location for an error
 *
 * Creates a configuration for the router of Hugging Face.
 *
 * A model is named `organization/model`, perhaps with who is to serve it behind a
 * colon, as in `openai/gpt-oss-20b:groq`, or with `:fastest` or `:cheapest`.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_huggingface (const char *api_key,
                                     const char *model,
                                     GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_llm_config_new_for_vendor ("huggingface", api_key, model, error);
}

/**
 * graphbit_llm_config_new_openrouter:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `OPENROUTER_API_KEY` first
 * @model: (nullable): the model; %NULL: `openai/gpt-4o-mini`
 * @error: return location for an error
 *
 * Creates a configuration for OpenRouter.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_openrouter (const char *api_key,
                                    const char *model,
                                    GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_llm_config_new_for_vendor ("openrouter", api_key, model, error);
}

/**
 * graphbit_llm_config_new_openrouter_with_site:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `OPENROUTER_API_KEY` first
 * @model: (nullable): the model; %NULL: `openai/gpt-4o-mini`
 * @site_url: (nullable): the address of the application; %NULL: none is told
 * @site_name: (nullable): the name of the application; %NULL: none is told
 * @error: return location for an error
 *
 * Creates a configuration for OpenRouter that says which application asks.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_openrouter_with_site (const char *api_key,
                                              const char *model,
                                              const char *site_url,
                                              const char *site_name,
                                              GError **error)
{
  GraphbitLlmConfig *self;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = graphbit_llm_config_new_for_vendor ("openrouter", api_key, model, error);
  if (self != NULL)
    {
      graphbit_llm_config_set_site_url (self, site_url);
      graphbit_llm_config_set_site_name (self, site_name);
    }
  if (self != NULL && !graphbit_llm_config_check (self, error))
    g_clear_object (&self);

  return self;
}

/**
 * graphbit_llm_config_new_ai21:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `AI21_API_KEY` first
 * @model: (nullable): the model; %NULL: `jamba-mini`
 * @organization: (nullable): which organization of the account is meant; %NULL: its usual one
 * @error: return location for an error
 *
 * Creates a configuration for AI21.
 *
 * Of the options, neither a seed nor metadata nor a reasoning effort can be given,
 * and a model cannot be made to call a tool. A schema is told in words, for the
 * provider holds an answer to some JSON object only.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_ai21 (const char *api_key,
                              const char *model,
                              const char *organization,
                              GError **error)
{
  GraphbitLlmConfig *self;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = graphbit_llm_config_new_for_vendor ("ai21", api_key, model, error);
  if (self != NULL)
    graphbit_llm_config_set_organization (self, organization);
  if (self != NULL && !graphbit_llm_config_check (self, error))
    g_clear_object (&self);

  return self;
}

/**
 * graphbit_llm_config_new_bytedance:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `BYTEDANCE_API_KEY` or `ARK_API_KEY` first
 * @model: (nullable): the model; %NULL: `seed-1-6-250915`
 * @base_url: (nullable): where the API begins; %NULL: what `BYTEDANCE_BASE_URL` or `ARK_BASE_URL` says, or the provider's own address
 * @error: return location for an error
 *
 * Creates a configuration for ByteDance (ModelArk).
 *
 * A model may also be the id of an endpoint, which begins with `ep-`. A seed cannot
 * be given.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it, or if @base_url is no URL; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_bytedance (const char *api_key,
                                   const char *model,
                                   const char *base_url,
                                   GError **error)
{
  GraphbitLlmConfig *self;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (base_url != NULL && !graphbit_vendor_check_base_url (base_url, error))
    return NULL;

  self = graphbit_llm_config_new_for_vendor ("bytedance", api_key, model, error);
  if (self != NULL)
    graphbit_llm_config_set_base_url (self, base_url);

  return self;
}

/**
 * graphbit_llm_config_new_groq:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `GROQ_API_KEY` first
 * @model: (nullable): the model; %NULL: `llama-3.3-70b-versatile`
 * @error: return location for an error
 *
 * Creates a configuration for Groq.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_groq (const char *api_key,
                              const char *model,
                              GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_llm_config_new_for_vendor ("groq", api_key, model, error);
}

/**
 * graphbit_llm_config_new_litellm:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `LITELLM_API_KEY` or `LITELLM_PROXY_API_KEY` first
 * @model: (nullable): the model; %NULL: `gpt-3.5-turbo`
 * @error: return location for an error
 *
 * Creates a configuration for a LiteLLM proxy on this machine, or where `LITELLM_BASE_URL` says.
 *
 * No key is needed if the proxy wants none. The model is what its configuration
 * calls it.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_litellm (const char *api_key,
                                 const char *model,
                                 GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_llm_config_new_for_vendor ("litellm", api_key, model, error);
}

/**
 * graphbit_llm_config_new_azurellm:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `AZURELLM_API_KEY` or `AZURE_OPENAI_API_KEY` first
 * @deployment_name: the name of the deployment, which is the configuration's model
 * @endpoint: (nullable): the address of the resource, which is the configuration's base URL; %NULL: what
 *   `AZURELLM_ENDPOINT` or `AZURE_OPENAI_ENDPOINT` says
 * @api_version: (nullable): the version of the API; %NULL: see [property@LlmConfig:api-version]
 * @error: return location for an error
 *
 * Creates a configuration for a deployment of Azure.
 *
 * The end of the address says which of Azure's APIs is spoken to: with
 * `https://NAME.openai.azure.com` the deployment is part of each address, and the
 * version `2024-10-21` unless it is set; with `/openai/v1` at the end it is named
 * in the request, without a version; with `/models` at the end it is one of the
 * Foundry's models, with the version `2024-05-01-preview`.
 *
 * A deployment with a name like those of OpenAI's models has the limit of an
 * answer counted as those want it, in `max_completion_tokens`; where the name is
 * misleading, leave [property@LlmOptions:max-tokens] unset and write the limit
 * into [property@LlmConfig:extra-body]. With [property@LlmConfig:api] it is spoken
 * to through the responses. A token of Entra ID is given as `Authorization`
 * among [property@LlmConfig:headers]. Versions before 2024-09-01 know no
 * `stream_options`, which is left out by setting it to `null` in
 * [property@LlmConfig:extra-body].
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it, if @endpoint is no URL, or if there is none; never because
 * a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_azurellm (const char *api_key,
                                  const char *deployment_name,
                                  const char *endpoint,
                                  const char *api_version,
                                  GError **error)
{
  g_autoptr (GraphbitLlmConfig) self = NULL;

  g_return_val_if_fail (deployment_name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = graphbit_llm_config_new_for_vendor ("azurellm", api_key, deployment_name, error);
  if (self == NULL)
    return NULL;

  graphbit_llm_config_set_base_url (self, endpoint);
  graphbit_llm_config_set_api_version (self, api_version);
  if (!graphbit_llm_config_check (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * graphbit_llm_config_new_cohere:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `CO_API_KEY` or `COHERE_API_KEY` first
 * @model: (nullable): the model; %NULL: `command-a-03-2025`
 * @error: return location for an error
 *
 * Creates a configuration for Cohere, or for the server that `CO_API_URL` or
 * `COHERE_BASE_URL` names. It is spoken to in version 2 of its own protocol; what
 * that has beyond [class@LlmOptions], such as `k`, `safety_mode` or
 * `citation_options`, is set with [property@LlmConfig:extra-body].
 *
 * A model cannot be kept from calling several tools, and no metadata is taken. A
 * tool that is named in [property@LlmOptions:tool-choice] is the only one that the
 * model is told of. A schema is told in words where the provider cannot hold an
 * answer to it: together with tools or documents, and if no property is required.
 * Files of text are sent as documents, which the model may cite.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_cohere (const char *api_key,
                                const char *model,
                                GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_llm_config_new_for_vendor ("cohere", api_key, model, error);
}

/**
 * graphbit_llm_config_new_replicate:
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed, in `REPLICATE_API_KEY` or `REPLICATE_API_TOKEN` first
 * @model: (nullable): the model, as `owner/name`; %NULL: `openai/gpt-5`
 * @version: (nullable): its version; %NULL: see [property@LlmConfig:version]
 * @error: return location for an error
 *
 * Creates a configuration for Replicate, which runs models that anybody may have
 * put there.
 *
 * Without a version, the model is an official one of `owner/name`, or a deployment
 * of yours as `deployments/owner/name`. The models of the community need a version,
 * which may also stand behind a colon, as in `owner/name:id`.
 *
 * Each model has inputs of its own. The history is told as `prompt` and
 * `system_prompt`, the limit of the answer as `max_tokens`
 * (`max_completion_tokens` for OpenAI's models), and `temperature`, `top_p` and
 * `seed` where they are set. Whatever else a model takes, or calls otherwise, goes
 * into the `input` of [property@LlmConfig:extra-body]; one of ours that it does not
 * know is left out by setting it to `null` there. There are no tools and no
 * metadata, and the list of models is that of its language models. Images are sent
 * as `image` (`image_input` to OpenAI's models) if
 * [property@LlmConfig:capabilities] says that the model sees. A schema is told in
 * words.
 *
 * An answer is made on its own once it was asked for. It is looked up until it is
 * there, and its making is stopped when the call is cancelled or runs out of time.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_replicate (const char *api_key,
                                   const char *model,
                                   const char *version,
                                   GError **error)
{
  GraphbitLlmConfig *self;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = graphbit_llm_config_new_for_vendor ("replicate", api_key, model, error);
  if (self != NULL)
    graphbit_llm_config_set_version (self, version);
  if (self != NULL && !graphbit_llm_config_check (self, error))
    g_clear_object (&self);

  return self;
}

/**
 * graphbit_llm_config_new_offline:
 *
 * Creates a configuration for the built-in provider, which needs neither key
 * nor network. It is no language model: it works with the words that it is
 * given, to try things out, and the same request gives the same answer.
 *
 * It answers with the sentences of the request that have most to do with what
 * the last paragraph asks for. It calls each tool that is offered once, if the
 * arguments can be read off the request (numbers, quotations, names, values of
 * enumerations, what follows an argument's name), and then repeats what the tool
 * found. A response schema is filled in the same way. Token limits and stop
 * texts hold; words, numbers, punctuation marks and ideographs count as a token
 * each.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_offline (void)
{
  return g_object_new (GRAPHBIT_TYPE_LLM_CONFIG, "provider", "offline", NULL);
}

/**
 * graphbit_llm_config_new_scripted:
 * @replies: (array zero-terminated=1): what to answer, one text after the other
 *
 * Creates a configuration for the built-in provider that answers what was
 * written down for it: for tests of an application. Each request takes the next
 * reply; when there is none left, it fails with
 * %GRAPHBIT_ERROR_FAILED_PRECONDITION.
 *
 * A reply that is a JSON object with a member `tool_calls` asks for these calls:
 * a list of objects with `name`, `arguments` (an object, or JSON text) and
 * perhaps `id`. `text` and `reasoning` may stand beside it. Every other reply is
 * the answer's text.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_scripted (const char *const *replies)
{
  g_return_val_if_fail (replies != NULL, NULL);

  return g_object_new (GRAPHBIT_TYPE_LLM_CONFIG,
                       "provider", "scripted",
                       "replies", replies,
                       NULL);
}

/**
 * graphbit_llm_config_new_custom:
 * @llm_provider: what answers the requests
 *
 * Creates a configuration for a provider of the application's own.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_custom (GraphbitLlmProvider *llm_provider)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_PROVIDER (llm_provider), NULL);

  return g_object_new (GRAPHBIT_TYPE_LLM_CONFIG,
                       "provider", "custom",
                       "llm-provider", llm_provider,
                       NULL);
}

/**
 * graphbit_llm_config_new_from_env:
 * @provider: who is talked to, as [property@LlmConfig:provider] has it
 * @model: (nullable): the model; %NULL: the provider's usual one
 * @error: return location for an error
 *
 * Creates a configuration for a provider that is known by its name only, as from
 * a file of settings: its key and, where it has one, its address come from the
 * provider's environment variables (`OPENAI_API_KEY` and `OPENAI_BASE_URL` for
 * `openai`), as does the deployment of `azurellm`, from `AZURELLM_DEPLOYMENT` or
 * `AZURE_OPENAI_DEPLOYMENT`, if @model is %NULL.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if there is no such provider, if it
 * needs more than that (`openai_compatible` an address, `custom` and `scripted`
 * what they answer with), or if a text in the environment is malformed; never
 * because a key is missing, which may still be given: see
 * [property@LlmConfig:has-api-key].
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_config_new_from_env (const char *provider,
                                  const char *model,
                                  GError **error)
{
  g_autoptr (GraphbitLlmConfig) self = NULL;
  g_autoptr (GraphbitSecret) secret = NULL;
  g_autoptr (GError) key_error = NULL;

  g_return_val_if_fail (provider != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = g_object_new (GRAPHBIT_TYPE_LLM_CONFIG,
                       "provider", provider,
                       "model", model,
                       NULL);
  if (!graphbit_llm_config_check (self, error))
    return NULL;
  if (strcmp (provider, "scripted") == 0)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The provider “scripted” needs replies"));
      return NULL;
    }

  secret = graphbit_llm_config_dup_secret (self, &key_error);
  if (key_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&key_error));
      return NULL;
    }

  return g_steal_pointer (&self);
}
