/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "graphbit-enum-types.h"
#include "graphbit-error.h"
#include "graphbit-json-private.h"
#include "graphbit-json-schema-private.h"
#include "graphbit-llm-options-private.h"

/**
 * GraphbitLlmOptions:
 *
 * How to sample an answer, and how long to wait for it. Everything begins
 * unset; the model's, the provider's or graphbit's own default then holds.
 *
 * Values are checked when a request is made, which then fails with
 * %GRAPHBIT_ERROR_INVALID_ARGUMENT naming the value and its range. Changes
 * affect the requests that are made later.
 *
 * Since: 1.0
 */
struct _GraphbitLlmOptions
{
  GObject parent_instance;

  guint max_tokens;
  gdouble temperature;
  gdouble top_p;
  gint64 seed;
  char **stop;
  char *response_schema;
  GVariant *metadata;
  GraphbitReasoningEffort reasoning_effort;
  GraphbitToolChoice tool_choice;
  char *tool_choice_name;
  GraphbitTristate parallel_tool_calls;
  GraphbitTristate enable_prompt_caching;
  guint timeout_ms;
  guint first_byte_timeout_ms;
  guint idle_timeout_ms;
  guint max_wait_ms;
  GraphbitTristate keep_raw;
};

enum
{
  PROP_0,
  PROP_MAX_TOKENS,
  PROP_TEMPERATURE,
  PROP_TOP_P,
  PROP_SEED,
  PROP_STOP,
  PROP_RESPONSE_SCHEMA,
  PROP_METADATA,
  PROP_REASONING_EFFORT,
  PROP_TOOL_CHOICE,
  PROP_TOOL_CHOICE_NAME,
  PROP_PARALLEL_TOOL_CALLS,
  PROP_ENABLE_PROMPT_CACHING,
  PROP_TIMEOUT_MS,
  PROP_FIRST_BYTE_TIMEOUT_MS,
  PROP_IDLE_TIMEOUT_MS,
  PROP_MAX_WAIT_MS,
  PROP_KEEP_RAW,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitLlmOptions, graphbit_llm_options, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
graphbit_llm_options_finalize (GObject *object)
{
  GraphbitLlmOptions *self = GRAPHBIT_LLM_OPTIONS (object);

  g_strfreev (self->stop);
  g_free (self->response_schema);
  g_clear_pointer (&self->metadata, g_variant_unref);
  g_free (self->tool_choice_name);

  G_OBJECT_CLASS (graphbit_llm_options_parent_class)->finalize (object);
}

static void
graphbit_llm_options_get_property (GObject *object,
                                   guint property,
                                   GValue *value,
                                   GParamSpec *pspec)
{
  GraphbitLlmOptions *self = GRAPHBIT_LLM_OPTIONS (object);

  switch (property)
    {
    case PROP_MAX_TOKENS:
      g_value_set_uint (value, self->max_tokens);
      break;
    case PROP_TEMPERATURE:
      g_value_set_double (value, self->temperature);
      break;
    case PROP_TOP_P:
      g_value_set_double (value, self->top_p);
      break;
    case PROP_SEED:
      g_value_set_int64 (value, self->seed);
      break;
    case PROP_STOP:
      g_value_set_boxed (value, self->stop);
      break;
    case PROP_RESPONSE_SCHEMA:
      g_value_set_string (value, self->response_schema);
      break;
    case PROP_METADATA:
      g_value_set_variant (value, self->metadata);
      break;
    case PROP_REASONING_EFFORT:
      g_value_set_enum (value, self->reasoning_effort);
      break;
    case PROP_TOOL_CHOICE:
      g_value_set_enum (value, self->tool_choice);
      break;
    case PROP_TOOL_CHOICE_NAME:
      g_value_set_string (value, self->tool_choice_name);
      break;
    case PROP_PARALLEL_TOOL_CALLS:
      g_value_set_enum (value, self->parallel_tool_calls);
      break;
    case PROP_ENABLE_PROMPT_CACHING:
      g_value_set_enum (value, self->enable_prompt_caching);
      break;
    case PROP_TIMEOUT_MS:
      g_value_set_uint (value, self->timeout_ms);
      break;
    case PROP_FIRST_BYTE_TIMEOUT_MS:
      g_value_set_uint (value, self->first_byte_timeout_ms);
      break;
    case PROP_IDLE_TIMEOUT_MS:
      g_value_set_uint (value, self->idle_timeout_ms);
      break;
    case PROP_MAX_WAIT_MS:
      g_value_set_uint (value, self->max_wait_ms);
      break;
    case PROP_KEEP_RAW:
      g_value_set_enum (value, self->keep_raw);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_llm_options_set_property (GObject *object,
                                   guint property,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
  GraphbitLlmOptions *self = GRAPHBIT_LLM_OPTIONS (object);

  switch (property)
    {
    case PROP_MAX_TOKENS:
      graphbit_llm_options_set_max_tokens (self, g_value_get_uint (value));
      break;
    case PROP_TEMPERATURE:
      graphbit_llm_options_set_temperature (self, g_value_get_double (value));
      break;
    case PROP_TOP_P:
      graphbit_llm_options_set_top_p (self, g_value_get_double (value));
      break;
    case PROP_SEED:
      graphbit_llm_options_set_seed (self, g_value_get_int64 (value));
      break;
    case PROP_STOP:
      graphbit_llm_options_set_stop (self, g_value_get_boxed (value));
      break;
    case PROP_RESPONSE_SCHEMA:
      graphbit_llm_options_set_response_schema (self, g_value_get_string (value));
      break;
    case PROP_METADATA:
      graphbit_llm_options_set_metadata (self, g_value_get_variant (value));
      break;
    case PROP_REASONING_EFFORT:
      graphbit_llm_options_set_reasoning_effort (self, (GraphbitReasoningEffort) g_value_get_enum (value));
      break;
    case PROP_TOOL_CHOICE:
      graphbit_llm_options_set_tool_choice (self, (GraphbitToolChoice) g_value_get_enum (value));
      break;
    case PROP_TOOL_CHOICE_NAME:
      graphbit_llm_options_set_tool_choice_name (self, g_value_get_string (value));
      break;
    case PROP_PARALLEL_TOOL_CALLS:
      graphbit_llm_options_set_parallel_tool_calls (self, (GraphbitTristate) g_value_get_enum (value));
      break;
    case PROP_ENABLE_PROMPT_CACHING:
      graphbit_llm_options_set_enable_prompt_caching (self, (GraphbitTristate) g_value_get_enum (value));
      break;
    case PROP_TIMEOUT_MS:
      graphbit_llm_options_set_timeout_ms (self, g_value_get_uint (value));
      break;
    case PROP_FIRST_BYTE_TIMEOUT_MS:
      graphbit_llm_options_set_first_byte_timeout_ms (self, g_value_get_uint (value));
      break;
    case PROP_IDLE_TIMEOUT_MS:
      graphbit_llm_options_set_idle_timeout_ms (self, g_value_get_uint (value));
      break;
    case PROP_MAX_WAIT_MS:
      graphbit_llm_options_set_max_wait_ms (self, g_value_get_uint (value));
      break;
    case PROP_KEEP_RAW:
      graphbit_llm_options_set_keep_raw (self, (GraphbitTristate) g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_llm_options_class_init (GraphbitLlmOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_llm_options_finalize;
  object_class->get_property = graphbit_llm_options_get_property;
  object_class->set_property = graphbit_llm_options_set_property;

  /**
   * GraphbitLlmOptions:max-tokens: (getter get_max_tokens) (setter set_max_tokens)
   *
   * The most tokens that the answer may have, reasoning included; 1 to
   * 10,000,000. 0: what the model allows.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_TOKENS] =
    g_param_spec_uint ("max-tokens", NULL, NULL, 0, 10000000, 0, flags);

  /**
   * GraphbitLlmOptions:temperature: (getter get_temperature) (setter set_temperature)
   *
   * How much chance there is in the answer: 0.0 to 2.0. -1.0: what the model
   * does by itself. Other values are refused with %GRAPHBIT_ERROR_INVALID_ARGUMENT
   * when a request is made.
   *
   * Since: 1.0
   */
  /* As wide as can be, so that a wrong value is an error and neither dropped nor bent. */
  properties[PROP_TEMPERATURE] =
    g_param_spec_double ("temperature", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, -1.0, flags);

  /**
   * GraphbitLlmOptions:top-p: (getter get_top_p) (setter set_top_p)
   *
   * From which share of the likeliest tokens to choose: 0.0 to 1.0. -1.0: what
   * the model does by itself. Other values are refused with
   * %GRAPHBIT_ERROR_INVALID_ARGUMENT when a request is made.
   *
   * Since: 1.0
   */
  properties[PROP_TOP_P] =
    g_param_spec_double ("top-p", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, -1.0, flags);

  /**
   * GraphbitLlmOptions:seed: (getter get_seed) (setter set_seed)
   *
   * Makes answers repeatable, as far as the provider can: 0 or more. -1: unset.
   * Anthropic takes none, nor do OpenAI's responses, and a request with one
   * fails with %GRAPHBIT_ERROR_UNSUPPORTED.
   *
   * Since: 1.0
   */
  properties[PROP_SEED] =
    g_param_spec_int64 ("seed", NULL, NULL, -1, G_MAXINT64, -1, flags);

  /**
   * GraphbitLlmOptions:stop: (getter get_stop) (setter set_stop)
   *
   * Texts at which the answer ends. Most providers take up to four; OpenAI's
   * responses take none, and a request with some fails with
   * %GRAPHBIT_ERROR_UNSUPPORTED. %NULL, the default: none.
   *
   * Since: 1.0
   */
  properties[PROP_STOP] =
    g_param_spec_boxed ("stop", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * GraphbitLlmOptions:response-schema: (getter get_response_schema) (setter set_response_schema)
   *
   * The JSON Schema that the answer must fit, as text; its top is an object.
   * The provider holds the model to it where it can; else the model is told.
   * The answer is checked in any case: one that does not fit is sent back with
   * what is wrong with it, at most twice, and fails with
   * %GRAPHBIT_ERROR_SCHEMA_MISMATCH then. [class@JsonSchema] tells what may
   * stand in a schema. A stream hands its pieces out when the answer is found
   * right. %NULL: free text.
   *
   * Since: 1.0
   */
  properties[PROP_RESPONSE_SCHEMA] =
    g_param_spec_string ("response-schema", NULL, NULL, NULL, flags | GRAPHBIT_PARAM_JSON);

  /**
   * GraphbitLlmOptions:metadata: (getter get_metadata) (setter set_metadata)
   *
   * Names and values (`a{ss}`) that are sent along for the provider to keep.
   * Gemini and Ollama take none, and a request with some fails with
   * %GRAPHBIT_ERROR_UNSUPPORTED. %NULL, the default: none.
   *
   * Since: 1.0
   */
  properties[PROP_METADATA] =
    g_param_spec_variant ("metadata", NULL, NULL, G_VARIANT_TYPE ("a{ss}"), NULL, flags);

  /**
   * GraphbitLlmOptions:reasoning-effort: (getter get_reasoning_effort) (setter set_reasoning_effort)
   *
   * How much the model thinks before it answers. The default is
   * %GRAPHBIT_REASONING_EFFORT_UNSET.
   *
   * Since: 1.0
   */
  properties[PROP_REASONING_EFFORT] =
    g_param_spec_enum ("reasoning-effort", NULL, NULL, GRAPHBIT_TYPE_REASONING_EFFORT,
                       GRAPHBIT_REASONING_EFFORT_UNSET, flags);

  /**
   * GraphbitLlmOptions:tool-choice: (getter get_tool_choice) (setter set_tool_choice)
   *
   * Whether tools may or must be called. The default is
   * %GRAPHBIT_TOOL_CHOICE_UNSET.
   *
   * Since: 1.0
   */
  properties[PROP_TOOL_CHOICE] =
    g_param_spec_enum ("tool-choice", NULL, NULL, GRAPHBIT_TYPE_TOOL_CHOICE,
                       GRAPHBIT_TOOL_CHOICE_UNSET, flags);

  /**
   * GraphbitLlmOptions:tool-choice-name: (getter get_tool_choice_name) (setter set_tool_choice_name)
   *
   * The tool that must be called with %GRAPHBIT_TOOL_CHOICE_NAMED. %NULL, the
   * default: none.
   *
   * Since: 1.0
   */
  properties[PROP_TOOL_CHOICE_NAME] =
    g_param_spec_string ("tool-choice-name", NULL, NULL, NULL, flags);

  /**
   * GraphbitLlmOptions:parallel-tool-calls: (getter get_parallel_tool_calls) (setter set_parallel_tool_calls)
   *
   * Whether one answer may call several tools. The default is
   * %GRAPHBIT_TRISTATE_UNSET: the provider decides. Gemini and Ollama cannot be
   * kept from it: with tools, %GRAPHBIT_TRISTATE_FALSE fails with
   * %GRAPHBIT_ERROR_UNSUPPORTED.
   *
   * Since: 1.0
   */
  properties[PROP_PARALLEL_TOOL_CALLS] =
    g_param_spec_enum ("parallel-tool-calls", NULL, NULL, GRAPHBIT_TYPE_TRISTATE,
                       GRAPHBIT_TRISTATE_UNSET, flags);

  /**
   * GraphbitLlmOptions:enable-prompt-caching: (getter get_enable_prompt_caching) (setter set_enable_prompt_caching)
   *
   * Whether to ask the provider to keep the beginning of the request in its
   * cache. Anthropic is asked, and OpenRouter and LiteLLM are, for Anthropic's
   * models behind them: to keep the tools, what the system says and the
   * conversation up to its last message. Providers that do so by themselves
   * (OpenAI among them) need no asking and cannot be told not to, and with those
   * without a cache it changes nothing; see [property@LlmConfig:capabilities]. The
   * default is %GRAPHBIT_TRISTATE_UNSET.
   *
   * Since: 1.0
   */
  properties[PROP_ENABLE_PROMPT_CACHING] =
    g_param_spec_enum ("enable-prompt-caching", NULL, NULL, GRAPHBIT_TYPE_TRISTATE,
                       GRAPHBIT_TRISTATE_UNSET, flags);

  /**
   * GraphbitLlmOptions:timeout-ms: (getter get_timeout_ms) (setter set_timeout_ms)
   *
   * How long the whole exchange may take, all attempts and waits included, in
   * milliseconds; at most 86,400,000, a day. 0: 600,000, or what is left of
   * the run.
   *
   * Since: 1.0
   */
  properties[PROP_TIMEOUT_MS] =
    g_param_spec_uint ("timeout-ms", NULL, NULL, 0, 86400000, 0, flags);

  /**
   * GraphbitLlmOptions:first-byte-timeout-ms: (getter get_first_byte_timeout_ms) (setter set_first_byte_timeout_ms)
   *
   * How long to wait for the first byte of an answer, in milliseconds. 0:
   * 120,000 for streams, no limit of its own for whole answers. At most
   * 86,400,000, a day.
   *
   * Since: 1.0
   */
  properties[PROP_FIRST_BYTE_TIMEOUT_MS] =
    g_param_spec_uint ("first-byte-timeout-ms", NULL, NULL, 0, 86400000, 0, flags);

  /**
   * GraphbitLlmOptions:idle-timeout-ms: (getter get_idle_timeout_ms) (setter set_idle_timeout_ms)
   *
   * How long an answer that has begun may pause, in milliseconds. 0: 300,000.
   * At most 86,400,000, a day.
   *
   * Since: 1.0
   */
  properties[PROP_IDLE_TIMEOUT_MS] =
    g_param_spec_uint ("idle-timeout-ms", NULL, NULL, 0, 86400000, 0, flags);

  /**
   * GraphbitLlmOptions:max-wait-ms: (getter get_max_wait_ms) (setter set_max_wait_ms)
   *
   * How long to wait for a free slot and for rate limits, in milliseconds. 0:
   * 60,000. At most 86,400,000, a day. Where it is known beforehand that it would
   * take longer, the request fails at once with %GRAPHBIT_ERROR_RATE_LIMITED, and
   * [property@ErrorDetails:retry-after-ms] says how long.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_WAIT_MS] =
    g_param_spec_uint ("max-wait-ms", NULL, NULL, 0, 86400000, 0, flags);

  /**
   * GraphbitLlmOptions:keep-raw: (getter get_keep_raw) (setter set_keep_raw)
   *
   * Whether [property@LlmResponse:raw-json] is kept. Unset: it is for single
   * answers, not in batches. The default is %GRAPHBIT_TRISTATE_UNSET.
   *
   * Since: 1.0
   */
  properties[PROP_KEEP_RAW] =
    g_param_spec_enum ("keep-raw", NULL, NULL, GRAPHBIT_TYPE_TRISTATE,
                       GRAPHBIT_TRISTATE_UNSET, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_llm_options_init (GraphbitLlmOptions *self)
{
  self->temperature = -1.0;
  self->top_p = -1.0;
  self->seed = -1;
  self->parallel_tool_calls = GRAPHBIT_TRISTATE_UNSET;
  self->enable_prompt_caching = GRAPHBIT_TRISTATE_UNSET;
  self->keep_raw = GRAPHBIT_TRISTATE_UNSET;
}

/**
 * graphbit_llm_options_new:
 *
 * Creates options in which nothing is set.
 *
 * Returns: (transfer full): the new options
 *
 * Since: 1.0
 */
GraphbitLlmOptions *
graphbit_llm_options_new (void)
{
  return g_object_new (GRAPHBIT_TYPE_LLM_OPTIONS, NULL);
}

GraphbitLlmOptions *
graphbit_llm_options_copy (GraphbitLlmOptions *self)
{
  GraphbitLlmOptions *copy = g_object_new (GRAPHBIT_TYPE_LLM_OPTIONS, NULL);

  copy->max_tokens = self->max_tokens;
  copy->temperature = self->temperature;
  copy->top_p = self->top_p;
  copy->seed = self->seed;
  copy->stop = g_strdupv (self->stop);
  copy->response_schema = g_strdup (self->response_schema);
  copy->metadata = self->metadata != NULL ? g_variant_ref (self->metadata) : NULL;
  copy->reasoning_effort = self->reasoning_effort;
  copy->tool_choice = self->tool_choice;
  copy->tool_choice_name = g_strdup (self->tool_choice_name);
  copy->parallel_tool_calls = self->parallel_tool_calls;
  copy->enable_prompt_caching = self->enable_prompt_caching;
  copy->timeout_ms = self->timeout_ms;
  copy->first_byte_timeout_ms = self->first_byte_timeout_ms;
  copy->idle_timeout_ms = self->idle_timeout_ms;
  copy->max_wait_ms = self->max_wait_ms;
  copy->keep_raw = self->keep_raw;

  return copy;
}

/* -1.0 says nothing; NaN is in no range. */
static gboolean
check_range (const char *name,
             double value,
             double maximum,
             GError **error)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  char limit[G_ASCII_DTOSTR_BUF_SIZE];

  if (value == -1.0 || (value >= 0.0 && value <= maximum))
    return TRUE;

  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
               /* Translators: a name, a number, and the largest number that is allowed */
               _("%s is %s; it must be between 0 and %s"),
               name,
               g_ascii_formatd (text, sizeof (text), "%g", value),
               g_ascii_formatd (limit, sizeof (limit), "%g", maximum));
  return FALSE;
}

gboolean
graphbit_llm_options_check (GraphbitLlmOptions *self,
                            GError **error)
{
  if (self == NULL)
    return TRUE;

  if (!check_range ("temperature", self->temperature, 2.0, error) ||
      !check_range ("top-p", self->top_p, 1.0, error))
    return FALSE;

  if (self->tool_choice == GRAPHBIT_TOOL_CHOICE_NAMED &&
      (self->tool_choice_name == NULL || *self->tool_choice_name == '\0'))
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("A named tool choice needs tool-choice-name"));
      return FALSE;
    }

  for (guint i = 0; self->stop != NULL && self->stop[i] != NULL; i++)
    {
      if (*self->stop[i] == '\0')
        {
          g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                               _("A text at which the answer stops must not be empty"));
          return FALSE;
        }
    }

  if (self->response_schema != NULL)
    {
      g_autoptr (GError) parse_error = NULL;
      g_autoptr (JsonNode) node = graphbit_json_parse (self->response_schema, -1, &parse_error);
      g_autoptr (GraphbitJsonSchema) schema = NULL;

      if (node == NULL)
        {
          g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                       _("The response schema is no JSON: %s"), parse_error->message);
          return FALSE;
        }
      if (graphbit_json_get_kind (node) != GRAPHBIT_JSON_KIND_OBJECT)
        {
          g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                               _("The response schema must be a JSON Schema of an object"));
          return FALSE;
        }
      schema = graphbit_json_schema_new_from_json (self->response_schema, error);
      if (schema == NULL)
        return FALSE;
    }

  return TRUE;
}

/**
 * graphbit_llm_options_get_max_tokens: (get-property max-tokens)
 * @self: options
 *
 * Gets the most tokens that the answer may have.
 *
 * Returns: a number of tokens; 0: unset
 *
 * Since: 1.0
 */
guint
graphbit_llm_options_get_max_tokens (GraphbitLlmOptions *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self), 0);

  return self->max_tokens;
}

/**
 * graphbit_llm_options_set_max_tokens: (set-property max-tokens)
 * @self: options
 * @max_tokens: a number of tokens, at most 10,000,000; 0: unset
 *
 * Sets the most tokens that the answer may have.
 *
 * Since: 1.0
 */
void
graphbit_llm_options_set_max_tokens (GraphbitLlmOptions *self,
                                     guint max_tokens)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self));
  g_return_if_fail (max_tokens <= 10000000);

  if (self->max_tokens == max_tokens)
    return;

  self->max_tokens = max_tokens;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_TOKENS]);
}

/**
 * graphbit_llm_options_get_temperature: (get-property temperature)
 * @self: options
 *
 * Gets how much chance there is in the answer.
 *
 * Returns: a temperature; -1.0: unset
 *
 * Since: 1.0
 */
gdouble
graphbit_llm_options_get_temperature (GraphbitLlmOptions *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self), -1.0);

  return self->temperature;
}

/**
 * graphbit_llm_options_set_temperature: (set-property temperature)
 * @self: options
 * @temperature: 0.0 to 2.0; -1.0: unset
 *
 * Sets how much chance there is in the answer.
 *
 * Since: 1.0
 */
void
graphbit_llm_options_set_temperature (GraphbitLlmOptions *self,
                                      gdouble temperature)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self));

  if (self->temperature == temperature)
    return;

  self->temperature = temperature;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEMPERATURE]);
}

/**
 * graphbit_llm_options_get_top_p: (get-property top-p)
 * @self: options
 *
 * Gets from which share of the likeliest tokens to choose.
 *
 * Returns: a share; -1.0: unset
 *
 * Since: 1.0
 */
gdouble
graphbit_llm_options_get_top_p (GraphbitLlmOptions *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self), -1.0);

  return self->top_p;
}

/**
 * graphbit_llm_options_set_top_p: (set-property top-p)
 * @self: options
 * @top_p: 0.0 to 1.0; -1.0: unset
 *
 * Sets from which share of the likeliest tokens to choose.
 *
 * Since: 1.0
 */
void
graphbit_llm_options_set_top_p (GraphbitLlmOptions *self,
                                gdouble top_p)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self));

  if (self->top_p == top_p)
    return;

  self->top_p = top_p;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOP_P]);
}

/**
 * graphbit_llm_options_get_seed: (get-property seed)
 * @self: options
 *
 * Gets the seed.
 *
 * Returns: a seed; -1: unset
 *
 * Since: 1.0
 */
gint64
graphbit_llm_options_get_seed (GraphbitLlmOptions *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self), -1);

  return self->seed;
}

/**
 * graphbit_llm_options_set_seed: (set-property seed)
 * @self: options
 * @seed: a seed, 0 or more; -1: unset
 *
 * Sets the seed.
 *
 * Since: 1.0
 */
void
graphbit_llm_options_set_seed (GraphbitLlmOptions *self,
                               gint64 seed)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self));
  g_return_if_fail (seed >= -1);

  if (self->seed == seed)
    return;

  self->seed = seed;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEED]);
}

/**
 * graphbit_llm_options_get_stop: (get-property stop)
 * @self: options
 *
 * Gets the texts at which the answer ends.
 *
 * Returns: (transfer none) (array zero-terminated=1) (nullable): the texts, or %NULL
 *
 * Since: 1.0
 */
const char *const *
graphbit_llm_options_get_stop (GraphbitLlmOptions *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self), NULL);

  return (const char *const *) self->stop;
}

/**
 * graphbit_llm_options_set_stop: (set-property stop)
 * @self: options
 * @stop: (array zero-terminated=1) (nullable): the texts, or %NULL for none
 *
 * Sets the texts at which the answer ends.
 *
 * Since: 1.0
 */
void
graphbit_llm_options_set_stop (GraphbitLlmOptions *self,
                               const char *const *stop)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self));

  if ((const char *const *) self->stop == stop ||
      (self->stop != NULL && stop != NULL && g_strv_equal ((const char *const *) self->stop, stop)))
    return;

  g_strfreev (self->stop);
  self->stop = g_strdupv ((char **) stop);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STOP]);
}

/**
 * graphbit_llm_options_get_response_schema: (get-property response-schema)
 * @self: options
 *
 * Gets the JSON Schema that the answer must fit.
 *
 * Returns: (nullable): JSON text, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_llm_options_get_response_schema (GraphbitLlmOptions *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self), NULL);

  return self->response_schema;
}

/**
 * graphbit_llm_options_set_response_schema: (set-property response-schema)
 * @self: options
 * @response_schema: (nullable): JSON text, or %NULL for free text
 *
 * Sets the JSON Schema that the answer must fit.
 *
 * Since: 1.0
 */
void
graphbit_llm_options_set_response_schema (GraphbitLlmOptions *self,
                                          const char *response_schema)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self));

  if (g_strcmp0 (self->response_schema, response_schema) == 0)
    return;

  g_free (self->response_schema);
  self->response_schema = g_strdup (response_schema);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RESPONSE_SCHEMA]);
}

/**
 * graphbit_llm_options_get_metadata: (get-property metadata)
 * @self: options
 *
 * Gets what is sent along for the provider to keep.
 *
 * Returns: (transfer none) (nullable): an `a{ss}`, or %NULL
 *
 * Since: 1.0
 */
GVariant *
graphbit_llm_options_get_metadata (GraphbitLlmOptions *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self), NULL);

  return self->metadata;
}

/**
 * graphbit_llm_options_set_metadata: (set-property metadata)
 * @self: options
 * @metadata: (nullable): an `a{ss}`, or %NULL; a floating one is taken over
 *
 * Sets what is sent along for the provider to keep.
 *
 * Since: 1.0
 */
void
graphbit_llm_options_set_metadata (GraphbitLlmOptions *self,
                                   GVariant *metadata)
{
  g_autoptr (GVariant) taken = metadata != NULL ? g_variant_ref_sink (metadata) : NULL;

  g_return_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self));
  g_return_if_fail (metadata == NULL || g_variant_is_of_type (metadata, G_VARIANT_TYPE ("a{ss}")));

  if (self->metadata == metadata || (self->metadata != NULL && metadata != NULL && g_variant_equal (self->metadata, metadata)))
    return;

  g_clear_pointer (&self->metadata, g_variant_unref);
  self->metadata = g_steal_pointer (&taken);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_METADATA]);
}

/**
 * graphbit_llm_options_get_reasoning_effort: (get-property reasoning-effort)
 * @self: options
 *
 * Gets how much the model thinks.
 *
 * Returns: an effort
 *
 * Since: 1.0
 */
GraphbitReasoningEffort
graphbit_llm_options_get_reasoning_effort (GraphbitLlmOptions *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self), GRAPHBIT_REASONING_EFFORT_UNSET);

  return self->reasoning_effort;
}

/**
 * graphbit_llm_options_set_reasoning_effort: (set-property reasoning-effort)
 * @self: options
 * @reasoning_effort: an effort
 *
 * Sets how much the model thinks.
 *
 * Since: 1.0
 */
void
graphbit_llm_options_set_reasoning_effort (GraphbitLlmOptions *self,
                                           GraphbitReasoningEffort reasoning_effort)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self));

  if (self->reasoning_effort == reasoning_effort)
    return;

  self->reasoning_effort = reasoning_effort;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REASONING_EFFORT]);
}

/**
 * graphbit_llm_options_get_tool_choice: (get-property tool-choice)
 * @self: options
 *
 * Gets whether tools may or must be called.
 *
 * Returns: a choice
 *
 * Since: 1.0
 */
GraphbitToolChoice
graphbit_llm_options_get_tool_choice (GraphbitLlmOptions *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self), GRAPHBIT_TOOL_CHOICE_UNSET);

  return self->tool_choice;
}

/**
 * graphbit_llm_options_set_tool_choice: (set-property tool-choice)
 * @self: options
 * @tool_choice: a choice
 *
 * Sets whether tools may or must be called.
 *
 * Since: 1.0
 */
void
graphbit_llm_options_set_tool_choice (GraphbitLlmOptions *self,
                                      GraphbitToolChoice tool_choice)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self));

  if (self->tool_choice == tool_choice)
    return;

  self->tool_choice = tool_choice;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOOL_CHOICE]);
}

/**
 * graphbit_llm_options_get_tool_choice_name: (get-property tool-choice-name)
 * @self: options
 *
 * Gets the tool that must be called.
 *
 * Returns: (nullable): a name, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_llm_options_get_tool_choice_name (GraphbitLlmOptions *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self), NULL);

  return self->tool_choice_name;
}

/**
 * graphbit_llm_options_set_tool_choice_name: (set-property tool-choice-name)
 * @self: options
 * @tool_choice_name: (nullable): the name of a tool, or %NULL
 *
 * Sets the tool that must be called.
 *
 * Since: 1.0
 */
void
graphbit_llm_options_set_tool_choice_name (GraphbitLlmOptions *self,
                                           const char *tool_choice_name)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self));

  if (g_strcmp0 (self->tool_choice_name, tool_choice_name) == 0)
    return;

  g_free (self->tool_choice_name);
  self->tool_choice_name = g_strdup (tool_choice_name);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOOL_CHOICE_NAME]);
}

/**
 * graphbit_llm_options_get_parallel_tool_calls: (get-property parallel-tool-calls)
 * @self: options
 *
 * Gets whether one answer may call several tools.
 *
 * Returns: yes, no, or unset
 *
 * Since: 1.0
 */
GraphbitTristate
graphbit_llm_options_get_parallel_tool_calls (GraphbitLlmOptions *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self), GRAPHBIT_TRISTATE_UNSET);

  return self->parallel_tool_calls;
}

/**
 * graphbit_llm_options_set_parallel_tool_calls: (set-property parallel-tool-calls)
 * @self: options
 * @parallel_tool_calls: yes, no, or unset; a plain boolean will do
 *
 * Sets whether one answer may call several tools.
 *
 * Since: 1.0
 */
void
graphbit_llm_options_set_parallel_tool_calls (GraphbitLlmOptions *self,
                                              GraphbitTristate parallel_tool_calls)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self));

  if (self->parallel_tool_calls == parallel_tool_calls)
    return;

  self->parallel_tool_calls = parallel_tool_calls;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PARALLEL_TOOL_CALLS]);
}

/**
 * graphbit_llm_options_get_enable_prompt_caching: (get-property enable-prompt-caching)
 * @self: options
 *
 * Gets whether the provider is asked to cache the request.
 *
 * Returns: yes, no, or unset
 *
 * Since: 1.0
 */
GraphbitTristate
graphbit_llm_options_get_enable_prompt_caching (GraphbitLlmOptions *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self), GRAPHBIT_TRISTATE_UNSET);

  return self->enable_prompt_caching;
}

/**
 * graphbit_llm_options_set_enable_prompt_caching: (set-property enable-prompt-caching)
 * @self: options
 * @enable_prompt_caching: yes, no, or unset; a plain boolean will do
 *
 * Sets whether the provider is asked to cache the request.
 *
 * Since: 1.0
 */
void
graphbit_llm_options_set_enable_prompt_caching (GraphbitLlmOptions *self,
                                                GraphbitTristate enable_prompt_caching)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self));

  if (self->enable_prompt_caching == enable_prompt_caching)
    return;

  self->enable_prompt_caching = enable_prompt_caching;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ENABLE_PROMPT_CACHING]);
}

/**
 * graphbit_llm_options_get_timeout_ms: (get-property timeout-ms)
 * @self: options
 *
 * Gets how long the whole exchange may take.
 *
 * Returns: milliseconds; 0: unset
 *
 * Since: 1.0
 */
guint
graphbit_llm_options_get_timeout_ms (GraphbitLlmOptions *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self), 0);

  return self->timeout_ms;
}

/**
 * graphbit_llm_options_set_timeout_ms: (set-property timeout-ms)
 * @self: options
 * @timeout_ms: milliseconds, at most 86,400,000; 0: unset
 *
 * Sets how long the whole exchange may take.
 *
 * Since: 1.0
 */
void
graphbit_llm_options_set_timeout_ms (GraphbitLlmOptions *self,
                                     guint timeout_ms)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self));
  g_return_if_fail (timeout_ms <= 86400000);

  if (self->timeout_ms == timeout_ms)
    return;

  self->timeout_ms = timeout_ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIMEOUT_MS]);
}

/**
 * graphbit_llm_options_get_first_byte_timeout_ms: (get-property first-byte-timeout-ms)
 * @self: options
 *
 * Gets how long to wait for the first byte.
 *
 * Returns: milliseconds; 0: unset
 *
 * Since: 1.0
 */
guint
graphbit_llm_options_get_first_byte_timeout_ms (GraphbitLlmOptions *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self), 0);

  return self->first_byte_timeout_ms;
}

/**
 * graphbit_llm_options_set_first_byte_timeout_ms: (set-property first-byte-timeout-ms)
 * @self: options
 * @first_byte_timeout_ms: milliseconds, at most 86,400,000; 0: unset
 *
 * Sets how long to wait for the first byte.
 *
 * Since: 1.0
 */
void
graphbit_llm_options_set_first_byte_timeout_ms (GraphbitLlmOptions *self,
                                                guint first_byte_timeout_ms)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self));
  g_return_if_fail (first_byte_timeout_ms <= 86400000);

  if (self->first_byte_timeout_ms == first_byte_timeout_ms)
    return;

  self->first_byte_timeout_ms = first_byte_timeout_ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FIRST_BYTE_TIMEOUT_MS]);
}

/**
 * graphbit_llm_options_get_idle_timeout_ms: (get-property idle-timeout-ms)
 * @self: options
 *
 * Gets how long an answer may pause.
 *
 * Returns: milliseconds; 0: unset
 *
 * Since: 1.0
 */
guint
graphbit_llm_options_get_idle_timeout_ms (GraphbitLlmOptions *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self), 0);

  return self->idle_timeout_ms;
}

/**
 * graphbit_llm_options_set_idle_timeout_ms: (set-property idle-timeout-ms)
 * @self: options
 * @idle_timeout_ms: milliseconds, at most 86,400,000; 0: unset
 *
 * Sets how long an answer may pause.
 *
 * Since: 1.0
 */
void
graphbit_llm_options_set_idle_timeout_ms (GraphbitLlmOptions *self,
                                          guint idle_timeout_ms)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self));
  g_return_if_fail (idle_timeout_ms <= 86400000);

  if (self->idle_timeout_ms == idle_timeout_ms)
    return;

  self->idle_timeout_ms = idle_timeout_ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IDLE_TIMEOUT_MS]);
}

/**
 * graphbit_llm_options_get_max_wait_ms: (get-property max-wait-ms)
 * @self: options
 *
 * Gets how long to wait for slots and rate limits.
 *
 * Returns: milliseconds; 0: unset
 *
 * Since: 1.0
 */
guint
graphbit_llm_options_get_max_wait_ms (GraphbitLlmOptions *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self), 0);

  return self->max_wait_ms;
}

/**
 * graphbit_llm_options_set_max_wait_ms: (set-property max-wait-ms)
 * @self: options
 * @max_wait_ms: milliseconds, at most 86,400,000; 0: unset
 *
 * Sets how long to wait for slots and rate limits.
 *
 * Since: 1.0
 */
void
graphbit_llm_options_set_max_wait_ms (GraphbitLlmOptions *self,
                                      guint max_wait_ms)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self));
  g_return_if_fail (max_wait_ms <= 86400000);

  if (self->max_wait_ms == max_wait_ms)
    return;

  self->max_wait_ms = max_wait_ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_WAIT_MS]);
}

/**
 * graphbit_llm_options_get_keep_raw: (get-property keep-raw)
 * @self: options
 *
 * Gets whether the raw answer is kept.
 *
 * Returns: yes, no, or unset
 *
 * Since: 1.0
 */
GraphbitTristate
graphbit_llm_options_get_keep_raw (GraphbitLlmOptions *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self), GRAPHBIT_TRISTATE_UNSET);

  return self->keep_raw;
}

/**
 * graphbit_llm_options_set_keep_raw: (set-property keep-raw)
 * @self: options
 * @keep_raw: yes, no, or unset; a plain boolean will do
 *
 * Sets whether the raw answer is kept.
 *
 * Since: 1.0
 */
void
graphbit_llm_options_set_keep_raw (GraphbitLlmOptions *self,
                                   GraphbitTristate keep_raw)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_OPTIONS (self));

  if (self->keep_raw == keep_raw)
    return;

  self->keep_raw = keep_raw;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEEP_RAW]);
}

static void
write_value (const GValue *value,
             gboolean is_json,
             GraphbitJsonWriter *writer)
{
  if (G_VALUE_HOLDS_STRING (value))
    {
      if (is_json)
        graphbit_json_writer_raw (writer, g_value_get_string (value), -1);
      else
        graphbit_json_writer_string (writer, g_value_get_string (value));
    }
  else if (G_VALUE_HOLDS_UINT (value))
    graphbit_json_writer_int64 (writer, g_value_get_uint (value));
  else if (G_VALUE_HOLDS_INT64 (value))
    graphbit_json_writer_int64 (writer, g_value_get_int64 (value));
  else if (G_VALUE_HOLDS_DOUBLE (value))
    graphbit_json_writer_double (writer, g_value_get_double (value));
  else if (G_VALUE_HOLDS_ENUM (value))
    {
      g_autoptr (GEnumClass) klass = g_type_class_ref (G_VALUE_TYPE (value));

      graphbit_json_writer_string (writer, g_enum_get_value (klass, g_value_get_enum (value))->value_nick);
    }
  else if (G_VALUE_HOLDS (value, G_TYPE_STRV))
    {
      const char *const *texts = g_value_get_boxed (value);

      graphbit_json_writer_begin_array (writer);
      for (guint i = 0; texts[i] != NULL; i++)
        graphbit_json_writer_string (writer, texts[i]);
      graphbit_json_writer_end_array (writer);
    }
  else
    {
      GVariantIter iter;
      const char *name, *text;

      graphbit_json_writer_begin_object (writer);
      g_variant_iter_init (&iter, g_value_get_variant (value));
      while (g_variant_iter_next (&iter, "{&s&s}", &name, &text))
        graphbit_json_writer_string_member (writer, name, text);
      graphbit_json_writer_end_object (writer);
    }
}

void
graphbit_llm_options_write (GraphbitLlmOptions *self,
                            GraphbitJsonWriter *writer)
{
  graphbit_json_writer_begin_object (writer);
  for (guint i = PROP_0 + 1; self != NULL && i < N_PROPS; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *name = NULL;

      g_object_get_property (G_OBJECT (self), properties[i]->name, &value);
      if (g_param_value_defaults (properties[i], &value))
        continue;

      name = g_strdelimit (g_strdup (properties[i]->name), "-", '_');
      graphbit_json_writer_name (writer, name);
      write_value (&value, i == PROP_RESPONSE_SCHEMA, writer);
    }
  graphbit_json_writer_end_object (writer);
}
