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

/* Adding a vendor that speaks a wire which exists already is adding a row. */
static const GraphbitVendor vendors[] = {
  {
    .name = "openai",
    .title = "OpenAI",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_MAX_COMPLETION_TOKENS | GRAPHBIT_QUIRK_STREAM_USAGE,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS,
    .base_url = "https://api.openai.com/v1",
    .base_url_variables = { "OPENAI_BASE_URL" },
    .key_variables = { "OPENAI_API_KEY" },
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
    .default_model = "gpt-4o-mini",
    .max_call_id = 40,
  },
  {
    /* No variable for the key: OpenAI's is not for strangers. */
    .name = "openai_compatible",
    .title = "The server",
    .wire = GRAPHBIT_WIRE_CHAT,
    .quirks = GRAPHBIT_QUIRK_STREAM_USAGE | GRAPHBIT_QUIRK_NO_KEY | GRAPHBIT_QUIRK_LOCAL,
    .capabilities = SEES | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS,
    .secret_header = "Authorization",
    .secret_prefix = "Bearer ",
  },
  {
    .name = "anthropic",
    .title = "Anthropic",
    .wire = GRAPHBIT_WIRE_ANTHROPIC,
    .quirks = GRAPHBIT_QUIRK_PLAIN_CALL_IDS,
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
    .capabilities = TALKS | GRAPHBIT_LLM_CAPABILITIES_REASONING,
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
