/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-enum-types.h"
#include "graphbit-model-info.h"

/**
 * GraphbitModelInfo:
 *
 * What a provider says about one of its models: see
 * [method@LlmClient.list_models]. Most providers say little more than its name.
 * It never changes.
 *
 * Since: 1.0
 */
struct _GraphbitModelInfo
{
  GObject parent_instance;

  char *id;
  char *name;
  char *owner;
  gint64 created;
  gint64 context_length;
  gint64 max_output_tokens;
  GraphbitLlmCapabilities capabilities;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_OWNER,
  PROP_CREATED,
  PROP_CONTEXT_LENGTH,
  PROP_MAX_OUTPUT_TOKENS,
  PROP_CAPABILITIES,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitModelInfo, graphbit_model_info, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
graphbit_model_info_finalize (GObject *object)
{
  GraphbitModelInfo *self = GRAPHBIT_MODEL_INFO (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->owner);

  G_OBJECT_CLASS (graphbit_model_info_parent_class)->finalize (object);
}

static void
graphbit_model_info_get_property (GObject *object,
                                  guint property,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitModelInfo *self = GRAPHBIT_MODEL_INFO (object);

  switch (property)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_OWNER:
      g_value_set_string (value, self->owner);
      break;
    case PROP_CREATED:
      g_value_set_int64 (value, self->created);
      break;
    case PROP_CONTEXT_LENGTH:
      g_value_set_int64 (value, self->context_length);
      break;
    case PROP_MAX_OUTPUT_TOKENS:
      g_value_set_int64 (value, self->max_output_tokens);
      break;
    case PROP_CAPABILITIES:
      g_value_set_flags (value, self->capabilities);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_model_info_set_property (GObject *object,
                                  guint property,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitModelInfo *self = GRAPHBIT_MODEL_INFO (object);

  switch (property)
    {
    case PROP_ID:
      self->id = g_value_dup_string (value);
      if (self->id == NULL)
        self->id = g_strdup ("");
      break;
    case PROP_NAME:
      self->name = g_value_dup_string (value);
      break;
    case PROP_OWNER:
      self->owner = g_value_dup_string (value);
      break;
    case PROP_CREATED:
      self->created = g_value_get_int64 (value);
      break;
    case PROP_CONTEXT_LENGTH:
      self->context_length = g_value_get_int64 (value);
      break;
    case PROP_MAX_OUTPUT_TOKENS:
      self->max_output_tokens = g_value_get_int64 (value);
      break;
    case PROP_CAPABILITIES:
      self->capabilities = (GraphbitLlmCapabilities) g_value_get_flags (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_model_info_class_init (GraphbitModelInfoClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_model_info_finalize;
  object_class->get_property = graphbit_model_info_get_property;
  object_class->set_property = graphbit_model_info_set_property;

  /**
   * GraphbitModelInfo:id: (getter get_id)
   *
   * What [property@LlmConfig:model] takes.
   *
   * Since: 1.0
   */
  properties[PROP_ID] =
    g_param_spec_string ("id", NULL, NULL, NULL, flags);

  /**
   * GraphbitModelInfo:name: (getter get_name)
   *
   * The model's name for people, or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, NULL, flags);

  /**
   * GraphbitModelInfo:owner: (getter get_owner)
   *
   * Who made the model, or whose it is, or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_OWNER] =
    g_param_spec_string ("owner", NULL, NULL, NULL, flags);

  /**
   * GraphbitModelInfo:created: (getter get_created)
   *
   * When the model came about, in seconds since 1970 UTC. 0: unknown.
   *
   * Since: 1.0
   */
  properties[PROP_CREATED] =
    g_param_spec_int64 ("created", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitModelInfo:context-length: (getter get_context_length)
   *
   * How many tokens request and answer may have together. 0: unknown.
   *
   * Since: 1.0
   */
  properties[PROP_CONTEXT_LENGTH] =
    g_param_spec_int64 ("context-length", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitModelInfo:max-output-tokens: (getter get_max_output_tokens)
   *
   * How many tokens an answer may have. 0: unknown.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_OUTPUT_TOKENS] =
    g_param_spec_int64 ("max-output-tokens", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitModelInfo:capabilities: (getter get_capabilities)
   *
   * What the provider says that the model can do, among tools, images, schemas,
   * reasoning and embeddings; Hugging Face, Mistral, Ollama and OpenRouter say so,
   * and others in part. %GRAPHBIT_LLM_CAPABILITIES_NONE: it says nothing. What is
   * not among it may be there all the same.
   *
   * Since: 1.0
   */
  properties[PROP_CAPABILITIES] =
    g_param_spec_flags ("capabilities", NULL, NULL, GRAPHBIT_TYPE_LLM_CAPABILITIES, GRAPHBIT_LLM_CAPABILITIES_NONE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_model_info_init (GraphbitModelInfo *self)
{
}

/**
 * graphbit_model_info_new:
 * @id: the model, as the provider names it
 *
 * Creates what is known of a model: its name.
 *
 * Returns: (transfer full): a new object
 *
 * Since: 1.0
 */
GraphbitModelInfo *
graphbit_model_info_new (const char *id)
{
  g_return_val_if_fail (id != NULL, NULL);

  return g_object_new (GRAPHBIT_TYPE_MODEL_INFO, "id", id, NULL);
}

/**
 * graphbit_model_info_get_id: (get-property id)
 * @self: a model's description
 *
 * Gets what [property@LlmConfig:model] takes.
 *
 * Returns: the model, as the provider names it
 *
 * Since: 1.0
 */
const char *
graphbit_model_info_get_id (GraphbitModelInfo *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MODEL_INFO (self), NULL);

  return self->id;
}

/**
 * graphbit_model_info_get_name: (get-property name)
 * @self: a model's description
 *
 * Gets the model's name for people.
 *
 * Returns: (nullable): the name, or %NULL if the provider gives none
 *
 * Since: 1.0
 */
const char *
graphbit_model_info_get_name (GraphbitModelInfo *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MODEL_INFO (self), NULL);

  return self->name;
}

/**
 * graphbit_model_info_get_owner: (get-property owner)
 * @self: a model's description
 *
 * Gets who made the model, or whose it is.
 *
 * Returns: (nullable): the owner, or %NULL if the provider does not say
 *
 * Since: 1.0
 */
const char *
graphbit_model_info_get_owner (GraphbitModelInfo *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MODEL_INFO (self), NULL);

  return self->owner;
}

/**
 * graphbit_model_info_get_created: (get-property created)
 * @self: a model's description
 *
 * Gets when the model came about.
 *
 * Returns: seconds since 1970 UTC, or 0 if the provider does not say
 *
 * Since: 1.0
 */
gint64
graphbit_model_info_get_created (GraphbitModelInfo *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MODEL_INFO (self), 0);

  return self->created;
}

/**
 * graphbit_model_info_get_context_length: (get-property context-length)
 * @self: a model's description
 *
 * Gets how many tokens request and answer may have together.
 *
 * Returns: tokens, or 0 if the provider does not say
 *
 * Since: 1.0
 */
gint64
graphbit_model_info_get_context_length (GraphbitModelInfo *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MODEL_INFO (self), 0);

  return self->context_length;
}

/**
 * graphbit_model_info_get_max_output_tokens: (get-property max-output-tokens)
 * @self: a model's description
 *
 * Gets how many tokens an answer may have.
 *
 * Returns: tokens, or 0 if the provider does not say
 *
 * Since: 1.0
 */
gint64
graphbit_model_info_get_max_output_tokens (GraphbitModelInfo *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MODEL_INFO (self), 0);

  return self->max_output_tokens;
}

/**
 * graphbit_model_info_get_capabilities: (get-property capabilities)
 * @self: a model's description
 *
 * Gets what the provider says that the model can do.
 *
 * Returns: the capabilities, or %GRAPHBIT_LLM_CAPABILITIES_NONE if it says nothing
 *
 * Since: 1.0
 */
GraphbitLlmCapabilities
graphbit_model_info_get_capabilities (GraphbitModelInfo *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MODEL_INFO (self), GRAPHBIT_LLM_CAPABILITIES_NONE);

  return self->capabilities;
}
