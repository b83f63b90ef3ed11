/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-prices-private.h"

typedef struct
{
  const char *provider;
  const char *model; /* NULL: every model */
  GraphbitPrice price;
} Row;

/*
 * The providers' list prices (their pricing pages, autumn 2025) for texts of
 * usual length at once, not in batches. They age, and applications override them.
 */
static const Row rows[] = {
  { "openai", "gpt-5", { 1.25, 0.125, 1.25, 10 } },
  { "openai", "gpt-5-mini", { 0.25, 0.025, 0.25, 2 } },
  { "openai", "gpt-5-nano", { 0.05, 0.005, 0.05, 0.4 } },
  { "openai", "gpt-4.1", { 2, 0.5, 2, 8 } },
  { "openai", "gpt-4.1-mini", { 0.4, 0.1, 0.4, 1.6 } },
  { "openai", "gpt-4.1-nano", { 0.1, 0.025, 0.1, 0.4 } },
  { "openai", "gpt-4o", { 2.5, 1.25, 2.5, 10 } },
  { "openai", "gpt-4o-mini", { 0.15, 0.075, 0.15, 0.6 } },
  { "openai", "gpt-4-turbo", { 10, 10, 10, 30 } },
  { "openai", "gpt-3.5-turbo", { 0.5, 0.5, 0.5, 1.5 } },
  { "openai", "o1", { 15, 7.5, 15, 60 } },
  { "openai", "o3", { 2, 0.5, 2, 8 } },
  { "openai", "o3-mini", { 1.1, 0.55, 1.1, 4.4 } },
  { "openai", "o4-mini", { 1.1, 0.275, 1.1, 4.4 } },
  { "anthropic", "claude-opus-4-5", { 5, 0.5, 6.25, 25 } },
  { "anthropic", "claude-opus-4-1", { 15, 1.5, 18.75, 75 } },
  { "anthropic", "claude-opus-4", { 15, 1.5, 18.75, 75 } },
  { "anthropic", "claude-sonnet-4-5", { 3, 0.3, 3.75, 15 } },
  { "anthropic", "claude-sonnet-4", { 3, 0.3, 3.75, 15 } },
  { "anthropic", "claude-haiku-4-5", { 1, 0.1, 1.25, 5 } },
  { "anthropic", "claude-3-7-sonnet", { 3, 0.3, 3.75, 15 } },
  { "anthropic", "claude-3-5-sonnet", { 3, 0.3, 3.75, 15 } },
  { "anthropic", "claude-3-5-haiku", { 0.8, 0.08, 1, 4 } },
  { "anthropic", "claude-3-opus", { 15, 1.5, 18.75, 75 } },
  { "anthropic", "claude-3-haiku", { 0.25, 0.03, 0.3, 1.25 } },
  { "gemini", "gemini-2.5-pro", { 1.25, 0.125, 1.25, 10 } },
  { "gemini", "gemini-2.5-flash", { 0.3, 0.03, 0.3, 2.5 } },
  { "gemini", "gemini-2.5-flash-lite", { 0.1, 0.01, 0.1, 0.4 } },
  { "gemini", "gemini-2.0-flash", { 0.1, 0.025, 0.1, 0.4 } },
  { "deepseek", "deepseek-chat", { 0.28, 0.028, 0.28, 0.42 } },
  { "deepseek", "deepseek-reasoner", { 0.28, 0.028, 0.28, 0.42 } },
  { "xai", "grok-4", { 3, 0.75, 3, 15 } },
  { "xai", "grok-3", { 3, 0.75, 3, 15 } },
  { "xai", "grok-3-mini", { 0.3, 0.075, 0.3, 0.5 } },
  { "groq", "llama-3.3-70b-versatile", { 0.59, 0.59, 0.59, 0.79 } },
  { "groq", "llama-3.1-8b-instant", { 0.05, 0.05, 0.05, 0.08 } },
  { "ai21", "jamba-mini", { 0.2, 0.2, 0.2, 0.4 } },
  { "ai21", "jamba-large", { 2, 2, 2, 8 } },
  { "mistralai", "mistral-large", { 2, 2, 2, 6 } },
  { "mistralai", "mistral-small", { 0.1, 0.1, 0.1, 0.3 } },

  /* of embeddings, which have no answer to pay for */
  { "openai", "text-embedding-3-small", { 0.02, 0.02, 0.02, 0 } },
  { "openai", "text-embedding-3-large", { 0.13, 0.13, 0.13, 0 } },
  { "openai", "text-embedding-ada-002", { 0.1, 0.1, 0.1, 0 } },
  { "mistralai", "mistral-embed", { 0.1, 0.1, 0.1, 0 } },
  { "gemini", "gemini-embedding-001", { 0.15, 0.15, 0.15, 0 } },
  { "cohere", "embed-v4.0", { 0.12, 0.12, 0.12, 0 } },
  { "voyage", "voyage-3.5", { 0.06, 0.06, 0.06, 0 } },
  { "voyage", "voyage-3.5-lite", { 0.02, 0.02, 0.02, 0 } },
  { "voyage", "voyage-3-large", { 0.18, 0.18, 0.18, 0 } },

  /* on this machine */
  { "ollama", NULL, { 0, 0, 0, 0 } },
  { "offline", NULL, { 0, 0, 0, 0 } },
  { "scripted", NULL, { 0, 0, 0, 0 } },
};

/* A date or a serial number: "-2024-07-18", "-0709", "-001"; "-1" is another version, with another price. */
static gboolean
is_date (const char *suffix)
{
  return *suffix == '-' && strspn (suffix + 1, "0123456789") >= 3;
}

/* That, or a pointer to one: "-latest", "-preview", "-preview-05-20", "@20250929"; not another model's name. */
static gboolean
is_version (const char *suffix)
{
  if (g_str_has_prefix (suffix, "-latest"))
    suffix += strlen ("-latest");
  else if (g_str_has_prefix (suffix, "-preview"))
    suffix += strlen ("-preview");
  else
    return *suffix == '\0' || *suffix == '@' || *suffix == ':' || is_date (suffix);

  return *suffix == '\0' || (*suffix == '-' && g_ascii_isdigit (suffix[1]));
}

const GraphbitPrice *
graphbit_prices_lookup (const char *provider,
                        const char *model)
{
  const GraphbitPrice *price = NULL;
  gsize best = 0;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gsize length = rows[i].model != NULL ? strlen (rows[i].model) : 0;

      if (g_strcmp0 (rows[i].provider, provider) != 0)
        continue;
      if (rows[i].model == NULL)
        return &rows[i].price;
      if (model != NULL && length > best && strncmp (model, rows[i].model, length) == 0 && is_version (model + length))
        {
          price = &rows[i].price;
          best = length;
        }
    }

  return price;
}

double
graphbit_price_compute (const GraphbitPrice *self,
                        const GraphbitTokens *tokens)
{
  gint64 plain = MAX (tokens->prompt - tokens->cached - tokens->cache_write, 0);

  return ((double) plain * self->input + (double) tokens->cached * self->cached_input +
          (double) tokens->cache_write * self->cache_write + (double) tokens->completion * self->output) / 1e6;
}
