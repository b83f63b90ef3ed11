/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-vendor-private.h"

#define TOOLS (GRAPHBIT_LLM_CAPABILITIES_TOOLS | GRAPHBIT_LLM_CAPABILITIES_PARALLEL_TOOLS)
#define IMAGES GRAPHBIT_LLM_CAPABILITIES_IMAGES
#define SCHEMA GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA
#define REASONING GRAPHBIT_LLM_CAPABILITIES_REASONING

/* What a model is refused for while it thinks; those of OpenAI that need not think take it then. */
#define THINKING (GRAPHBIT_LACK_SAMPLING | GRAPHBIT_LACK_STOP)

/*
 * Models change faster than libraries. What is listed here has less than its vendor's protocol; every other model is taken
 * to have all of it, and LlmConfig:capabilities goes before the list. The first row of the vendor's that fits holds.
 */
static const GraphbitModelFamily families[] = {
  { "openai azurellm", "o1-mini* o1-preview*", TOOLS | IMAGES | SCHEMA, THINKING, TRUE },
  { "openai azurellm", "o3-mini*", IMAGES, THINKING | GRAPHBIT_LACK_PARALLEL, TRUE },
  { "openai azurellm", "o1*", 0, THINKING | GRAPHBIT_LACK_PARALLEL, TRUE },
  { "openai azurellm", "gpt-5*-chat*", REASONING, 0, FALSE },
  { "openai azurellm", "gpt-5.*", 0, THINKING | GRAPHBIT_LACK_UNLESS_IDLE, TRUE },
  { "openai azurellm", "gpt-5* codex* o? o?-*", 0, THINKING, TRUE },
  { "openai azurellm", "gpt-4o-2024-05-13 gpt-4-turbo*", SCHEMA | REASONING, 0, FALSE },
  { "openai azurellm", "gpt-4o* gpt-4.* chatgpt-*", REASONING, 0, FALSE },
  { "openai azurellm", "gpt-4 gpt-4-* gpt-3.5* gpt-35*", IMAGES | SCHEMA | REASONING, 0, FALSE },

  { "anthropic", "claude-2* claude-instant*", TOOLS | IMAGES | SCHEMA | REASONING, 0, FALSE },
  { "anthropic", "claude-3-7*", SCHEMA, 0, FALSE },
  { "anthropic", "claude-3*", SCHEMA | REASONING, 0, FALSE },
  { "anthropic", "claude-sonnet-4-2025* claude-sonnet-4-0* claude-opus-4-2025* claude-opus-4-0*", SCHEMA, 0, FALSE },
  { "anthropic", "claude-opus-4-1*", SCHEMA, GRAPHBIT_LACK_BOTH_SAMPLINGS, FALSE },
  { "anthropic", "claude-*", 0, GRAPHBIT_LACK_BOTH_SAMPLINGS, FALSE },
  { "anthropic", "*", SCHEMA, 0, FALSE }, /* whoever else speaks this wire learned it in the old days */

  { "gemini", "gemini-1* gemini-2.0*", REASONING, 0, FALSE },
  { "gemini", "gemma*", TOOLS | SCHEMA | REASONING, 0, FALSE },

  { "deepseek", "deepseek-reasoner*", 0, GRAPHBIT_LACK_SAMPLING | GRAPHBIT_LACK_CHOICE, TRUE },

  { "xai", "*non-reasoning* grok-2* grok-beta*", REASONING, 0, FALSE },
  { "xai", "grok-3-mini*", 0, GRAPHBIT_LACK_STOP, TRUE },
  { "xai", "grok-3*", REASONING, 0, FALSE },
  { "xai", "grok-4 grok-4-* grok-code*", 0, GRAPHBIT_LACK_STOP | GRAPHBIT_LACK_EFFORT, TRUE },
  { "xai", "grok-*", 0, GRAPHBIT_LACK_STOP, TRUE },

  { "groq", "llama-3* llama3* gemma* mixtral*", IMAGES | SCHEMA | REASONING, 0, FALSE },
  { "groq", "llama-4* kimi*", REASONING, 0, FALSE },
  { "groq", "qwen*", IMAGES | SCHEMA, 0, FALSE },

  /* the one server behind the router that is Hugging Face's own */
  { "huggingface", "*:hf-inference", 0, 0, FALSE, TRUE },

  { "mistralai", "codestral* open-mistral* open-mixtral*", IMAGES, 0, FALSE },

  { "cohere", "command-r* command-a-03-2025*", IMAGES | REASONING, 0, FALSE },

  { "replicate", "gpt-5* gpt-oss* o1* o3* o4*", 0, 0, FALSE },
  { "replicate", "*", REASONING, 0, FALSE },

  { "bytedance", "*-1-5-*", SCHEMA, 0, FALSE },

  /* open models, which are what they are wherever they run */
  { NULL, "gpt-oss* *llama-3.1* *llama-3.3* *llama-v3p1* *llama-v3p3* *deepseek-r1* *deepseek-v3*", IMAGES, 0, FALSE },
};

static const GraphbitModelFamily no_family = { NULL, NULL, 0, 0, FALSE };

static gboolean
has_word (const char *words,
          const char *word)
{
  gsize length = strlen (word);

  for (const char *p = words; p != NULL; p = strchr (p, ' '))
    {
      p += *p == ' ';
      if (strncmp (p, word, length) == 0 && (p[length] == ' ' || p[length] == '\0'))
        return TRUE;
    }

  return FALSE;
}

static gboolean
matches_word (const char *patterns,
              const char *name)
{
  g_auto (GStrv) list = g_strsplit (patterns, " ", -1);

  for (guint i = 0; list[i] != NULL; i++)
    {
      if (g_pattern_match_simple (list[i], name))
        return TRUE;
    }

  return FALSE;
}

const GraphbitModelFamily *
graphbit_vendor_find_family (const GraphbitVendor *self,
                             const char *model)
{
  g_autofree char *lower = model != NULL ? g_ascii_strdown (model, -1) : NULL;
  const char *name = lower;

  if (model == NULL)
    return &no_family;

  /* as others than its maker name it: “openai/gpt-5”, “accounts/fireworks/models/gpt-oss-20b”; and as it was tuned */
  if (strrchr (name, '/') != NULL)
    name = strrchr (name, '/') + 1;
  if (g_str_has_prefix (name, "ft:"))
    name += strlen ("ft:");

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      if ((families[i].vendors == NULL || has_word (families[i].vendors, self->name)) &&
          matches_word (families[i].models, name))
        return &families[i];
    }

  return &no_family;
}
