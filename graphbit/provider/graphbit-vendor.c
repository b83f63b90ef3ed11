/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-vendor-private.h"

#define TALKS (GRAPHBIT_LLM_CAPABILITIES_STREAMING | GRAPHBIT_LLM_CAPABILITIES_TOOLS | GRAPHBIT_LLM_CAPABILITIES_PARALLEL_TOOLS)
#define SEES (TALKS | GRAPHBIT_LLM_CAPABILITIES_IMAGES | GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA | GRAPHBIT_LLM_CAPABILITIES_REASONING)

#define THINKS (TALKS | GRAPHBIT_LLM_CAPABILITIES_REASONING)

static const GraphbitRoute azure_routes[] = {
  { .base_end = "/openai/v1", .model_prefix = "", .other_prefix = "" },
  { .base_end = "/models", .model_prefix = "", .other_prefix = "", .version = "2024-05-01-preview", .lacks_responses = TRUE },
  {
    .model_prefix = "/openai/deployments/%s",
    .other_prefix = "/openai",
    .version = "2024-10-21",
    .responses_version = "2025-03-01-preview",
  },
};

/* Adding a vendor that speaks a wire which exists already is adding a row. */
static const GraphbitVendor vendors[] = {
  {
    .name = "openai",
    .title = "OpenAI",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_MAX_COMPLETION_TOKENS | GRAPHBIT_QUIRK_STREAM_USAGE | GRAPHBIT_QUIRK_RESPONSES,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS,
    .base_url = "https://api.openai.com/v1",
    .base_url_variables = { "OPENAI_BASE_URL" },
    .key_variables = { "OPENAI_API_KEY" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .organization_header = "OpenAI-Organization",
    .organization_variable = "OPENAI_ORG_ID",
    .project_header = "OpenAI-Project",
    .project_variable = "OPENAI_PROJECT_ID",
    .default_model = "gpt-4o-mini",
    .max_call_id = 40,
  },
  {
    /* No variable for the key: OpenAI's is not for strangers. */
    .name = "openai_compatible",
    .title = "The server",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_STREAM_USAGE | GRAPHBIT_QUIRK_NO_KEY | GRAPHBIT_QUIRK_LOCAL | GRAPHBIT_QUIRK_RESPONSES | GRAPHBIT_QUIRK_EXTRA_CONTENT,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS,
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .organization_header = "OpenAI-Organization",
  },
  /* The profiles of servers on one's own machine; what model they serve is theirs to say. */
  {
    .name = "llamacpp",
    .title = "The llama.cpp server",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_NO_KEY | GRAPHBIT_QUIRK_LOCAL | GRAPHBIT_QUIRK_FINAL_500 | GRAPHBIT_QUIRK_RESPONSES,
    .lacks = GRAPHBIT_LACK_METADATA | GRAPHBIT_LACK_DOCUMENTS,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS,
    .base_url = "http://127.0.0.1:8080/v1",
    .base_url_end = "/v1",
    .base_url_variables = { "LLAMACPP_BASE_URL" },
    .key_variables = { "LLAMA_API_KEY" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .default_model = "default", /* it has one model, whatever that is called here */
  },
  {
    .name = "vllm",
    .title = "The vLLM server",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_STREAM_USAGE | GRAPHBIT_QUIRK_NO_KEY | GRAPHBIT_QUIRK_LOCAL | GRAPHBIT_QUIRK_RESPONSES,
    .lacks = GRAPHBIT_LACK_METADATA | GRAPHBIT_LACK_DOCUMENTS,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS,
    .base_url = "http://localhost:8000/v1",
    .base_url_end = "/v1",
    .base_url_variables = { "VLLM_BASE_URL" },
    .key_variables = { "VLLM_API_KEY" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
  },
  {
    .name = "lmstudio",
    .title = "LM Studio",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_STREAM_USAGE | GRAPHBIT_QUIRK_NO_KEY | GRAPHBIT_QUIRK_LOCAL | GRAPHBIT_QUIRK_RESPONSES,
    .lacks = GRAPHBIT_LACK_METADATA | GRAPHBIT_LACK_PARALLEL | GRAPHBIT_LACK_NAMED_CHOICE | GRAPHBIT_LACK_DOCUMENTS,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS,
    .base_url = "http://localhost:1234/v1",
    .base_url_end = "/v1",
    .base_url_variables = { "LMSTUDIO_BASE_URL" },
    .key_variables = { "LM_API_TOKEN" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
  },
  {
    .name = "deepseek",
    .title = "DeepSeek",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_STREAM_USAGE | GRAPHBIT_QUIRK_JSON_OBJECT | GRAPHBIT_QUIRK_REASONING_BACK | GRAPHBIT_QUIRK_RESPONSES,
    .lacks = GRAPHBIT_LACK_SEED | GRAPHBIT_LACK_METADATA | GRAPHBIT_LACK_PARALLEL | GRAPHBIT_LACK_DOCUMENTS,
    .capabilities = THINKS | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING,
    .base_url = "https://api.deepseek.com/v1",
    .base_url_variables = { "DEEPSEEK_BASE_URL" },
    .key_variables = { "DEEPSEEK_API_KEY" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .default_model = "deepseek-chat",
  },
  {
    /* Knows no other members than its own, and sends the usage unasked. */
    .name = "mistralai",
    .title = "Mistral",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_SHORT_CALL_IDS | GRAPHBIT_QUIRK_DOCUMENT_URLS,
    .lacks = GRAPHBIT_LACK_METADATA,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING,
    .base_url = "https://api.mistral.ai/v1",
    .base_url_variables = { "MISTRALAI_BASE_URL", "MISTRAL_BASE_URL" },
    .key_variables = { "MISTRALAI_API_KEY", "MISTRAL_API_KEY" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .default_model = "mistral-large-latest",
    .seed_name = "random_seed",
    .max_call_id = 9,
  },
  {
    .name = "perplexity",
    .title = "Perplexity",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_RESPONSES,
    .lacks = GRAPHBIT_LACK_SEED | GRAPHBIT_LACK_METADATA | GRAPHBIT_LACK_DOCUMENTS,
    .capabilities = SEES & ~(GRAPHBIT_LLM_CAPABILITIES_TOOLS | GRAPHBIT_LLM_CAPABILITIES_PARALLEL_TOOLS),
    .base_url = "https://api.perplexity.ai",
    .base_url_variables = { "PERPLEXITY_BASE_URL" },
    .key_variables = { "PERPLEXITY_API_KEY", "PPLX_API_KEY" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .default_model = "sonar",
    .models_path = "/v1/models",
  },
  {
    .name = "fireworks",
    .title = "Fireworks",
    .wire = GRAPHBIT_WIRE_CHAT,
    .lacks = GRAPHBIT_LACK_DOCUMENTS,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING,
    .base_url = "https://api.fireworks.ai/inference/v1",
    .base_url_variables = { "FIREWORKS_BASE_URL" },
    .key_variables = { "FIREWORKS_API_KEY" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .default_model = "accounts/fireworks/models/llama-v3p1-8b-instruct",
  },
  {
    .name = "togetherai",
    .title = "Together AI",
    .wire = GRAPHBIT_WIRE_CHAT,
    .lacks = GRAPHBIT_LACK_DOCUMENTS,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING,
    .base_url = "https://api.together.xyz/v1",
    .base_url_variables = { "TOGETHER_BASE_URL" },
    .key_variables = { "TOGETHER_API_KEY", "TOGETHERAI_API_KEY" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .default_model = "openai/gpt-oss-20b",
  },
  {
    .name = "xai",
    .title = "xAI",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_MAX_COMPLETION_TOKENS | GRAPHBIT_QUIRK_STREAM_USAGE | GRAPHBIT_QUIRK_RESPONSES,
    .lacks = GRAPHBIT_LACK_METADATA | GRAPHBIT_LACK_DOCUMENTS,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING,
    .base_url = "https://api.x.ai/v1",
    .base_url_variables = { "XAI_BASE_URL" },
    .key_variables = { "XAI_API_KEY" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .default_model = "grok-4",
  },
  {
    /* The router, which hands on to others. */
    .name = "huggingface",
    .title = "Hugging Face",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_STREAM_USAGE | GRAPHBIT_QUIRK_RESPONSES,
    .lacks = GRAPHBIT_LACK_DOCUMENTS,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING,
    .base_url = "https://router.huggingface.co/v1",
    .base_url_variables = { "HUGGINGFACE_BASE_URL" },
    .key_variables = { "HUGGINGFACE_API_KEY", "HF_TOKEN" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .default_model = "openai/gpt-oss-20b",
  },
  {
    .name = "openrouter",
    .title = "OpenRouter",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_REASONING_DETAILS | GRAPHBIT_QUIRK_RESPONSES | GRAPHBIT_QUIRK_CACHE_MARKS,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS,
    .base_url = "https://openrouter.ai/api/v1",
    .base_url_variables = { "OPENROUTER_BASE_URL" },
    .key_variables = { "OPENROUTER_API_KEY" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .site_url_header = "HTTP-Referer",
    .site_name_header = "X-Title",
    .default_model = "openai/gpt-4o-mini",
  },
  {
    .name = "ai21",
    .title = "AI21",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_JSON_OBJECT,
    .lacks = GRAPHBIT_LACK_SEED | GRAPHBIT_LACK_METADATA | GRAPHBIT_LACK_EFFORT | GRAPHBIT_LACK_PARALLEL | GRAPHBIT_LACK_CHOICE | GRAPHBIT_LACK_DOCUMENTS,
    .capabilities = TALKS,
    .base_url = "https://api.ai21.com/studio/v1",
    .base_url_variables = { "AI21_BASE_URL" },
    .key_variables = { "AI21_API_KEY" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .organization_header = "Ai21-Organization",
    .default_model = "jamba-mini",
  },
  {
    .name = "bytedance",
    .title = "ByteDance",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_STREAM_USAGE | GRAPHBIT_QUIRK_RESPONSES,
    .lacks = GRAPHBIT_LACK_SEED | GRAPHBIT_LACK_METADATA | GRAPHBIT_LACK_DOCUMENTS,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING,
    .base_url = "https://ark.ap-southeast.bytepluses.com/api/v3",
    .base_url_variables = { "BYTEDANCE_BASE_URL", "ARK_BASE_URL" },
    .key_variables = { "BYTEDANCE_API_KEY", "ARK_API_KEY" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .default_model = "seed-1-6-250915",
  },
  {
    .name = "groq",
    .title = "Groq",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_MAX_COMPLETION_TOKENS | GRAPHBIT_QUIRK_STREAM_USAGE | GRAPHBIT_QUIRK_RESPONSES,
    .lacks = GRAPHBIT_LACK_METADATA | GRAPHBIT_LACK_DOCUMENTS,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING,
    .base_url = "https://api.groq.com/openai/v1",
    .base_url_variables = { "GROQ_BASE_URL" },
    .key_variables = { "GROQ_API_KEY" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .default_model = "llama-3.3-70b-versatile",
  },
  {
    /* A proxy in front of many others, usually one's own; whether it wants a key is up to whoever runs it. */
    .name = "litellm",
    .title = "The LiteLLM proxy",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_STREAM_USAGE | GRAPHBIT_QUIRK_NO_KEY | GRAPHBIT_QUIRK_LOCAL | GRAPHBIT_QUIRK_RESPONSES | GRAPHBIT_QUIRK_EXTRA_CONTENT | GRAPHBIT_QUIRK_CACHE_MARKS,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING,
    .base_url = "http://localhost:4000",
    .base_url_variables = { "LITELLM_BASE_URL", "LITELLM_PROXY_API_BASE" },
    .key_variables = { "LITELLM_API_KEY", "LITELLM_PROXY_API_KEY" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .organization_header = "OpenAI-Organization",
    .default_model = "gpt-3.5-turbo",
  },
  {
    /* A model is a deployment here, which has the name that its owner gave it. */
    .name = "azurellm",
    .title = "Azure",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_MAX_COMPLETION_TOKENS | GRAPHBIT_QUIRK_OPENAI_MODELS | GRAPHBIT_QUIRK_STREAM_USAGE | GRAPHBIT_QUIRK_RESPONSES,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS,
    .base_url_variables = { "AZURELLM_ENDPOINT", "AZURE_OPENAI_ENDPOINT" },
    .key_variables = { "AZURELLM_API_KEY", "AZURE_OPENAI_API_KEY" },
    .model_variables = { "AZURELLM_DEPLOYMENT", "AZURE_OPENAI_DEPLOYMENT" },
    .version_variables = { "AZURELLM_API_VERSION", "OPENAI_API_VERSION" },
    .secret_header = "api-key",
    .secret_prefix = "",
    .max_call_id = 40,
    .routes = azure_routes,
    .missing_model = N_("%s does not have this deployment or address; check the name of the deployment, the endpoint and the "
                        "version of the API: %s"),
  },
  {
    .name = "anthropic",
    .title = "Anthropic",
    .wire = GRAPHBIT_WIRE_ANTHROPIC,
    .quirks = GRAPHBIT_QUIRK_PLAIN_CALL_IDS,
    .lacks = GRAPHBIT_LACK_SEED,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING,
    .base_url = "https://api.anthropic.com/v1",
    .base_url_end = "/v1",
    .base_url_variables = { "ANTHROPIC_BASE_URL" },
    .key_variables = { "ANTHROPIC_API_KEY" },
    .secret_header = "x-api-key",
    .secret_prefix = "",
    .headers = { "anthropic-version", "2023-06-01" },
    .default_model = "claude-sonnet-4-20250514",
  },
  {
    /* The key is for ollama.com; a server on one's own machine takes none. */
    .name = "ollama",
    .title = "Ollama",
    .wire = GRAPHBIT_WIRE_OLLAMA,
    .quirks = GRAPHBIT_QUIRK_NO_KEY | GRAPHBIT_QUIRK_LOCAL | GRAPHBIT_QUIRK_HOST_VARIABLE,
    .lacks = GRAPHBIT_LACK_METADATA | GRAPHBIT_LACK_PARALLEL | GRAPHBIT_LACK_CHOICE,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS,
    .base_url = "http://localhost:11434",
    .base_url_variables = { "OLLAMA_HOST" },
    .key_variables = { "OLLAMA_API_KEY" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .default_model = "llama3.2",
    .missing_model = N_("%s does not have this model or address; fetch the model with “ollama pull”, or check the base URL: %s"),
  },
  {
    .name = "gemini",
    .title = "Gemini",
    .wire = GRAPHBIT_WIRE_GEMINI,
    .quirks = GRAPHBIT_QUIRK_ANY_VERSION,
    .lacks = GRAPHBIT_LACK_METADATA | GRAPHBIT_LACK_PARALLEL,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS,
    .base_url = "https://generativelanguage.googleapis.com/v1beta",
    .base_url_end = "/v1beta",
    .base_url_variables = { "GOOGLE_GEMINI_BASE_URL" },
    .key_variables = { "GEMINI_API_KEY", "GOOGLE_API_KEY" },
    .secret_header = "x-goog-api-key",
    .secret_prefix = "",
    .default_model = "gemini-2.5-flash",
  },
  {
    /* Its versions differ from path to path, and people write one into the address. */
    .name = "cohere",
    .title = "Cohere",
    .wire = GRAPHBIT_WIRE_COHERE,
    .quirks = GRAPHBIT_QUIRK_DENIED_TOKENS | GRAPHBIT_QUIRK_TEXT_DOCUMENTS,
    .lacks = GRAPHBIT_LACK_METADATA | GRAPHBIT_LACK_PARALLEL,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS,
    .base_url = "https://api.cohere.com",
    .base_url_cut = "/v2",
    .base_url_variables = { "CO_API_URL", "COHERE_BASE_URL" },
    .key_variables = { "CO_API_KEY", "COHERE_API_KEY" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .default_model = "command-a-03-2025",
  },
  {
    /* What a model takes is the model's own affair; none is told of tools. */
    .name = "replicate",
    .title = "Replicate",
    .wire = GRAPHBIT_WIRE_REPLICATE,
    .lacks = GRAPHBIT_LACK_METADATA | GRAPHBIT_LACK_STOP | GRAPHBIT_LACK_DOCUMENTS | GRAPHBIT_LACK_TOOLS,
    .capabilities = GRAPHBIT_LLM_CAPABILITIES_STREAMING | GRAPHBIT_LLM_CAPABILITIES_REASONING,
    .base_url = "https://api.replicate.com/v1",
    .base_url_end = "/v1",
    .base_url_variables = { "REPLICATE_BASE_URL" },
    .key_variables = { "REPLICATE_API_KEY", "REPLICATE_API_TOKEN" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .default_model = "openai/gpt-5",
    .own_hosts = { "replicate.com", "replicate.net" },
  },
  {
    .name = "offline",
    .title = "The offline provider",
    .wire = GRAPHBIT_WIRE_CUSTOM,
    .quirks = GRAPHBIT_QUIRK_NO_KEY,
    .capabilities = TALKS | GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA,
    .default_model = "offline",
  },
  {
    .name = "scripted",
    .title = "The scripted provider",
    .wire = GRAPHBIT_WIRE_CUSTOM,
    .quirks = GRAPHBIT_QUIRK_NO_KEY,
    .capabilities = SEES,
    .default_model = "scripted",
  },
  {
    .name = "custom",
    .title = "The application's provider",
    .wire = GRAPHBIT_WIRE_CUSTOM,
    .quirks = GRAPHBIT_QUIRK_NO_KEY,
    .capabilities = SEES,
    .default_model = "custom",
  },
};

const GraphbitVendor *
graphbit_vendor_lookup (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (vendors); i++)
    {
      if (strcmp (vendors[i].name, name) == 0)
        return &vendors[i];
    }

  return NULL;
}

/* Of a vendor that has some. */
static const GraphbitRoute *
find_route (const GraphbitVendor *self,
            const char *base_url)
{
  const GraphbitRoute *route = self->routes;

  while (route->base_end != NULL && !g_str_has_suffix (base_url, route->base_end))
    route++;

  return route;
}

gboolean
graphbit_vendor_has_responses (const GraphbitVendor *self,
                               const char *base_url)
{
  return (self->quirks & GRAPHBIT_QUIRK_RESPONSES) != 0 &&
         (self->routes == NULL || !find_route (self, base_url)->lacks_responses);
}

char *
graphbit_vendor_make_uri (const GraphbitVendor *self,
                          GraphbitWire wire,
                          const char *base_url,
                          const char *model,
                          const char *path,
                          const char *version)
{
  const GraphbitRoute *route;
  const char *prefix;
  const char *usual_version;
  const char *name;
  g_autofree char *escaped = NULL;
  GString *uri;

  if (self->routes == NULL)
    return g_strconcat (base_url, path, NULL);

  route = find_route (self, base_url);
  usual_version = wire == GRAPHBIT_WIRE_RESPONSES ? route->responses_version : route->version;
  prefix = model != NULL && wire != GRAPHBIT_WIRE_RESPONSES ? route->model_prefix : route->other_prefix;
  name = strstr (prefix, "%s");
  uri = g_string_new (base_url);
  if (name != NULL)
    {
      escaped = g_uri_escape_string (model, NULL, FALSE);
      g_string_append_len (uri, prefix, name - prefix);
      g_string_append (uri, escaped);
      prefix = name + strlen ("%s");
    }
  g_string_append (uri, prefix);
  g_string_append (uri, path);

  /* where none is usual, only one that was set is told */
  for (guint i = 0; version == NULL && usual_version != NULL && self->version_variables[i] != NULL; i++)
    {
      version = g_getenv (self->version_variables[i]);
      if (version != NULL && *version == '\0')
        version = NULL;
    }
  if (version == NULL)
    version = usual_version;
  if (version != NULL)
    {
      g_string_append (uri, "?api-version=");
      g_string_append_uri_escaped (uri, version, NULL, FALSE);
    }

  return g_string_free (uri, FALSE);
}

static int
get_port (GUri *uri)
{
  int port = g_uri_get_port (uri);

  if (port >= 0)
    return port;
  return strcmp (g_uri_get_scheme (uri), "https") == 0 ? 443 : 80;
}

static gboolean
is_below (const char *host,
          const char *domain)
{
  gsize length = strlen (host), own = strlen (domain);

  return length >= own && g_ascii_strcasecmp (host + length - own, domain) == 0 &&
         (length == own || host[length - own - 1] == '.');
}

char *
graphbit_vendor_dup_origin (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);

  return g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (parsed), NULL, g_uri_get_host (parsed), g_uri_get_port (parsed),
                     "", NULL, NULL);
}

gboolean
graphbit_vendor_owns_uri (const GraphbitVendor *self,
                          const char *base_url,
                          const char *uri)
{
  g_autoptr (GUri) base = g_uri_parse (base_url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GUri) target = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);
  const char *host = target != NULL ? g_uri_get_host (target) : NULL;

  if (base == NULL || host == NULL || g_uri_get_userinfo (target) != NULL)
    return FALSE;
  if (strcmp (g_uri_get_scheme (base), g_uri_get_scheme (target)) == 0 && get_port (base) == get_port (target) &&
      g_ascii_strcasecmp (g_uri_get_host (base), host) == 0)
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (self->own_hosts) && self->own_hosts[i] != NULL; i++)
    {
      if (strcmp (g_uri_get_scheme (target), "https") == 0 && is_below (host, self->own_hosts[i]))
        return TRUE;
    }

  return FALSE;
}

/* As far as the name of a deployment tells what it is of. */
static gboolean
is_like_openai (const char *model)
{
  static const char *const beginnings[] = { "o1", "o3", "o4" };
  static const char *const parts[] = { "gpt", "codex", "-o1", "-o3", "-o4" };
  g_autofree char *lower = g_ascii_strdown (model, -1);

  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    {
      if (g_str_has_prefix (lower, beginnings[i]))
        return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      /* OpenAI's free models are served by others */
      if (strstr (lower, parts[i]) != NULL && strstr (lower, "gpt-oss") == NULL)
        return TRUE;
    }

  return FALSE;
}

gboolean
graphbit_vendor_has_completion_limit (const GraphbitVendor *self,
                                      const char *model)
{
  if ((self->quirks & GRAPHBIT_QUIRK_MAX_COMPLETION_TOKENS) == 0)
    return FALSE;

  return (self->quirks & GRAPHBIT_QUIRK_OPENAI_MODELS) == 0 || is_like_openai (model);
}
