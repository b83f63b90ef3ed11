/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-usage-private.h"

/**
 * GraphbitLlmUsage:
 *
 * What an answer cost, in tokens. It never changes.
 *
 * The counts are inclusive: [property@LlmUsage:cached-tokens] are part of
 * [property@LlmUsage:prompt-tokens], [property@LlmUsage:reasoning-tokens] of
 * [property@LlmUsage:completion-tokens], whatever the provider itself does. A
 * count that the provider did not tell is 0.
 *
 * Since: 1.0
 */
struct _GraphbitLlmUsage
{
  GObject parent_instance;

  gint64 prompt;
  gint64 completion;
  gint64 total; /* 0: the sum of the two */
  gint64 cached;
  gint64 cache_write;
  gint64 reasoning;
};

enum
{
  PROP_0,
  PROP_PROMPT_TOKENS,
  PROP_COMPLETION_TOKENS,
  PROP_TOTAL_TOKENS,
  PROP_CACHED_TOKENS,
  PROP_CACHE_WRITE_TOKENS,
  PROP_REASONING_TOKENS,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitLlmUsage, graphbit_llm_usage, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static gint64 *
get_field (GraphbitLlmUsage *self,
           guint property)
{
  switch (property)
    {
    case PROP_PROMPT_TOKENS:
      return &self->prompt;
    case PROP_COMPLETION_TOKENS:
      return &self->completion;
    case PROP_TOTAL_TOKENS:
      return &self->total;
    case PROP_CACHED_TOKENS:
      return &self->cached;
    case PROP_CACHE_WRITE_TOKENS:
      return &self->cache_write;
    case PROP_REASONING_TOKENS:
      return &self->reasoning;
    default:
      return NULL;
    }
}

static void
graphbit_llm_usage_get_property (GObject *object,
                                 guint property,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  GraphbitLlmUsage *self = GRAPHBIT_LLM_USAGE (object);
  gint64 *field = get_field (self, property);

  if (field == NULL)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
  else if (property == PROP_TOTAL_TOKENS)
    g_value_set_int64 (value, graphbit_llm_usage_get_total_tokens (self));
  else
    g_value_set_int64 (value, *field);
}

static void
graphbit_llm_usage_set_property (GObject *object,
                                 guint property,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  gint64 *field = get_field (GRAPHBIT_LLM_USAGE (object), property);

  if (field == NULL)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
  else
    *field = g_value_get_int64 (value);
}

static void
graphbit_llm_usage_class_init (GraphbitLlmUsageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = graphbit_llm_usage_get_property;
  object_class->set_property = graphbit_llm_usage_set_property;

  /**
   * GraphbitLlmUsage:prompt-tokens: (getter get_prompt_tokens)
   *
   * Tokens of the request.
   *
   * Since: 1.0
   */
  properties[PROP_PROMPT_TOKENS] =
    g_param_spec_int64 ("prompt-tokens", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitLlmUsage:completion-tokens: (getter get_completion_tokens)
   *
   * Tokens of the answer, reasoning included.
   *
   * Since: 1.0
   */
  properties[PROP_COMPLETION_TOKENS] =
    g_param_spec_int64 ("completion-tokens", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitLlmUsage:total-tokens: (getter get_total_tokens)
   *
   * All tokens: what the provider says, or the sum of prompt and completion.
   *
   * Since: 1.0
   */
  properties[PROP_TOTAL_TOKENS] =
    g_param_spec_int64 ("total-tokens", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitLlmUsage:cached-tokens: (getter get_cached_tokens)
   *
   * Tokens of the request that the provider had in its cache.
   *
   * Since: 1.0
   */
  properties[PROP_CACHED_TOKENS] =
    g_param_spec_int64 ("cached-tokens", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitLlmUsage:cache-write-tokens: (getter get_cache_write_tokens)
   *
   * Tokens of the request that the provider put into its cache, where it says so.
   *
   * Since: 1.0
   */
  properties[PROP_CACHE_WRITE_TOKENS] =
    g_param_spec_int64 ("cache-write-tokens", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitLlmUsage:reasoning-tokens: (getter get_reasoning_tokens)
   *
   * Tokens of the answer that the model spent on thinking.
   *
   * Since: 1.0
   */
  properties[PROP_REASONING_TOKENS] =
    g_param_spec_int64 ("reasoning-tokens", NULL, NULL, 0, G_MAXINT64, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_llm_usage_init (GraphbitLlmUsage *self)
{
}

/**
 * graphbit_llm_usage_new:
 * @prompt_tokens: tokens of the request, 0 or more
 * @completion_tokens: tokens of the answer, 0 or more
 *
 * Creates a count.
 *
 * Returns: (transfer full): the new usage
 *
 * Since: 1.0
 */
GraphbitLlmUsage *
graphbit_llm_usage_new (gint64 prompt_tokens,
                        gint64 completion_tokens)
{
  return g_object_new (GRAPHBIT_TYPE_LLM_USAGE,
                       "prompt-tokens", prompt_tokens,
                       "completion-tokens", completion_tokens,
                       NULL);
}

GraphbitLlmUsage *
graphbit_llm_usage_new_from_counts (const GraphbitLlmUsageCounts *counts)
{
  GraphbitLlmUsage *self;

  if (!graphbit_llm_usage_counts_is_told (counts))
    return NULL;

  self = g_object_new (GRAPHBIT_TYPE_LLM_USAGE, NULL);
  self->prompt = MAX (counts->prompt, 0);
  self->completion = MAX (counts->completion, 0);
  self->total = MAX (counts->total, 0);
  self->cached = MAX (counts->cached, 0);
  self->cache_write = MAX (counts->cache_write, 0);
  self->reasoning = MAX (counts->reasoning, 0);

  return self;
}

/**
 * graphbit_llm_usage_get_prompt_tokens: (get-property prompt-tokens)
 * @self: a usage
 *
 * Gets the tokens of the request.
 *
 * Returns: a number of tokens
 *
 * Since: 1.0
 */
gint64
graphbit_llm_usage_get_prompt_tokens (GraphbitLlmUsage *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_USAGE (self), 0);

  return self->prompt;
}

/**
 * graphbit_llm_usage_get_completion_tokens: (get-property completion-tokens)
 * @self: a usage
 *
 * Gets the tokens of the answer.
 *
 * Returns: a number of tokens
 *
 * Since: 1.0
 */
gint64
graphbit_llm_usage_get_completion_tokens (GraphbitLlmUsage *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_USAGE (self), 0);

  return self->completion;
}

/* Providers say what they like; a sum must not wrap around. */
static gint64
add_counts (gint64 a,
            gint64 b)
{
  return a > G_MAXINT64 - b ? G_MAXINT64 : a + b;
}

/**
 * graphbit_llm_usage_get_total_tokens: (get-property total-tokens)
 * @self: a usage
 *
 * Gets all tokens.
 *
 * Returns: a number of tokens
 *
 * Since: 1.0
 */
gint64
graphbit_llm_usage_get_total_tokens (GraphbitLlmUsage *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_USAGE (self), 0);

  return self->total > 0 ? self->total : add_counts (self->prompt, self->completion);
}

/**
 * graphbit_llm_usage_get_cached_tokens: (get-property cached-tokens)
 * @self: a usage
 *
 * Gets the tokens of the request that came from the provider's cache.
 *
 * Returns: a number of tokens
 *
 * Since: 1.0
 */
gint64
graphbit_llm_usage_get_cached_tokens (GraphbitLlmUsage *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_USAGE (self), 0);

  return self->cached;
}

/**
 * graphbit_llm_usage_get_cache_write_tokens: (get-property cache-write-tokens)
 * @self: a usage
 *
 * Gets the tokens of the request that went into the provider's cache.
 *
 * Returns: a number of tokens
 *
 * Since: 1.0
 */
gint64
graphbit_llm_usage_get_cache_write_tokens (GraphbitLlmUsage *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_USAGE (self), 0);

  return self->cache_write;
}

/**
 * graphbit_llm_usage_get_reasoning_tokens: (get-property reasoning-tokens)
 * @self: a usage
 *
 * Gets the tokens of the answer that went into thinking.
 *
 * Returns: a number of tokens
 *
 * Since: 1.0
 */
gint64
graphbit_llm_usage_get_reasoning_tokens (GraphbitLlmUsage *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_USAGE (self), 0);

  return self->reasoning;
}

/**
 * graphbit_llm_usage_add:
 * @self: a usage
 * @other: another
 *
 * Adds two usages up. Neither of the two changes.
 *
 * Returns: (transfer full): their sum
 *
 * Since: 1.0
 */
GraphbitLlmUsage *
graphbit_llm_usage_add (GraphbitLlmUsage *self,
                        GraphbitLlmUsage *other)
{
  GraphbitLlmUsage *sum;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_USAGE (self), NULL);
  g_return_val_if_fail (GRAPHBIT_IS_LLM_USAGE (other), NULL);

  sum = g_object_new (GRAPHBIT_TYPE_LLM_USAGE, NULL);
  sum->prompt = add_counts (self->prompt, other->prompt);
  sum->completion = add_counts (self->completion, other->completion);
  sum->total = add_counts (graphbit_llm_usage_get_total_tokens (self), graphbit_llm_usage_get_total_tokens (other));
  sum->cached = add_counts (self->cached, other->cached);
  sum->cache_write = add_counts (self->cache_write, other->cache_write);
  sum->reasoning = add_counts (self->reasoning, other->reasoning);

  return sum;
}
