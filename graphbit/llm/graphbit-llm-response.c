/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-enum-types.h"
#include "graphbit-json-private.h"
#include "graphbit-llm-message-private.h"
#include "graphbit-llm-response-private.h"
#include "graphbit-llm-tool-call.h"
#include "graphbit-llm-usage.h"

/**
 * GraphbitLlmResponse:
 *
 * What a model answered. It never changes.
 *
 * A provider of the application's own ([class@LlmProvider]) makes responses
 * from their properties.
 *
 * Since: 1.0
 */
struct _GraphbitLlmResponse
{
  GObject parent_instance;

  char *text;
  char *reasoning;
  char *refusal;
  char *finish_reason_text;
  char *model;
  char *id;
  char *request_id;
  char *provider;
  char *fallback_reason;
  char *raw_json; /* what was made of raw */
  GBytes *raw;
  char *native; /* a ref string */
  GListModel *tool_calls; /* NULL: an empty one is made when somebody asks */
  GraphbitLlmUsage *usage;
  GraphbitLlmFinishReason finish_reason;
  gint64 duration_ms;
  guint attempts;
  guint fallback_index;
  gboolean is_cached;
};

enum
{
  PROP_0,
  PROP_TEXT,
  PROP_REASONING,
  PROP_REFUSAL,
  PROP_FINISH_REASON_TEXT,
  PROP_MODEL,
  PROP_ID,
  PROP_REQUEST_ID,
  PROP_PROVIDER,
  PROP_FALLBACK_REASON,
  PROP_TOOL_CALLS,
  PROP_USAGE,
  PROP_FINISH_REASON,
  PROP_DURATION_MS,
  PROP_ATTEMPTS,
  PROP_FALLBACK_INDEX,
  PROP_IS_CACHED,
  PROP_RAW_JSON,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitLlmResponse, graphbit_llm_response, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
graphbit_llm_response_finalize (GObject *object)
{
  GraphbitLlmResponse *self = GRAPHBIT_LLM_RESPONSE (object);

  g_free (self->text);
  g_free (self->reasoning);
  g_free (self->refusal);
  g_free (self->finish_reason_text);
  g_free (self->model);
  g_free (self->id);
  g_free (self->request_id);
  g_free (self->provider);
  g_free (self->fallback_reason);
  g_clear_pointer (&self->native, g_ref_string_release);
  g_free (self->raw_json);
  g_clear_pointer (&self->raw, g_bytes_unref);
  g_clear_object (&self->tool_calls);
  g_clear_object (&self->usage);

  G_OBJECT_CLASS (graphbit_llm_response_parent_class)->finalize (object);
}

static char **
get_text_field (GraphbitLlmResponse *self,
                guint property)
{
  switch (property)
    {
    case PROP_TEXT:
      return &self->text;
    case PROP_REASONING:
      return &self->reasoning;
    case PROP_REFUSAL:
      return &self->refusal;
    case PROP_FINISH_REASON_TEXT:
      return &self->finish_reason_text;
    case PROP_MODEL:
      return &self->model;
    case PROP_ID:
      return &self->id;
    case PROP_REQUEST_ID:
      return &self->request_id;
    case PROP_PROVIDER:
      return &self->provider;
    case PROP_FALLBACK_REASON:
      return &self->fallback_reason;
    default:
      return NULL;
    }
}

static void
graphbit_llm_response_get_property (GObject *object,
                                    guint property,
                                    GValue *value,
                                    GParamSpec *pspec)
{
  GraphbitLlmResponse *self = GRAPHBIT_LLM_RESPONSE (object);
  char **text = get_text_field (self, property);

  if (text != NULL)
    {
      g_value_set_string (value, property == PROP_TEXT ? graphbit_llm_response_get_text (self) : *text);
      return;
    }

  switch (property)
    {
    case PROP_TOOL_CALLS:
      g_value_set_object (value, graphbit_llm_response_get_tool_calls (self));
      break;
    case PROP_USAGE:
      g_value_set_object (value, self->usage);
      break;
    case PROP_FINISH_REASON:
      g_value_set_enum (value, self->finish_reason);
      break;
    case PROP_DURATION_MS:
      g_value_set_int64 (value, self->duration_ms);
      break;
    case PROP_ATTEMPTS:
      g_value_set_uint (value, self->attempts);
      break;
    case PROP_FALLBACK_INDEX:
      g_value_set_uint (value, self->fallback_index);
      break;
    case PROP_IS_CACHED:
      g_value_set_boolean (value, self->is_cached);
      break;
    case PROP_RAW_JSON:
      g_value_set_string (value, graphbit_llm_response_get_raw_json (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_llm_response_set_property (GObject *object,
                                    guint property,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  GraphbitLlmResponse *self = GRAPHBIT_LLM_RESPONSE (object);
  char **text = get_text_field (self, property);

  if (text != NULL)
    {
      *text = g_value_dup_string (value);
      return;
    }

  switch (property)
    {
    case PROP_TOOL_CALLS:
      self->tool_calls = g_value_dup_object (value);
      break;
    case PROP_USAGE:
      self->usage = g_value_dup_object (value);
      break;
    case PROP_FINISH_REASON:
      self->finish_reason = (GraphbitLlmFinishReason) g_value_get_enum (value);
      break;
    case PROP_DURATION_MS:
      self->duration_ms = g_value_get_int64 (value);
      break;
    case PROP_ATTEMPTS:
      self->attempts = g_value_get_uint (value);
      break;
    case PROP_FALLBACK_INDEX:
      self->fallback_index = g_value_get_uint (value);
      break;
    case PROP_IS_CACHED:
      self->is_cached = g_value_get_boolean (value);
      break;
    case PROP_RAW_JSON:
      self->raw_json = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_llm_response_class_init (GraphbitLlmResponseClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_llm_response_finalize;
  object_class->get_property = graphbit_llm_response_get_property;
  object_class->set_property = graphbit_llm_response_set_property;

  /**
   * GraphbitLlmResponse:text: (getter get_text)
   *
   * What the model said; "" if it said nothing.
   *
   * Since: 1.0
   */
  properties[PROP_TEXT] =
    g_param_spec_string ("text", NULL, NULL, NULL, flags);

  /**
   * GraphbitLlmResponse:reasoning: (getter get_reasoning)
   *
   * What the model thought before, where the provider tells.
   *
   * Since: 1.0
   */
  properties[PROP_REASONING] =
    g_param_spec_string ("reasoning", NULL, NULL, NULL, flags);

  /**
   * GraphbitLlmResponse:refusal: (getter get_refusal)
   *
   * Why the model refuses to answer, in its own words; the text is then "".
   *
   * Since: 1.0
   */
  properties[PROP_REFUSAL] =
    g_param_spec_string ("refusal", NULL, NULL, NULL, flags);

  /**
   * GraphbitLlmResponse:finish-reason-text: (getter get_finish_reason_text)
   *
   * Why the answer ended, in the provider's own word.
   *
   * Since: 1.0
   */
  properties[PROP_FINISH_REASON_TEXT] =
    g_param_spec_string ("finish-reason-text", NULL, NULL, NULL, flags);

  /**
   * GraphbitLlmResponse:model: (getter get_model)
   *
   * The model that answered, as the provider names it.
   *
   * Since: 1.0
   */
  properties[PROP_MODEL] =
    g_param_spec_string ("model", NULL, NULL, NULL, flags);

  /**
   * GraphbitLlmResponse:id: (getter get_id)
   *
   * The provider's id of the answer.
   *
   * Since: 1.0
   */
  properties[PROP_ID] =
    g_param_spec_string ("id", NULL, NULL, NULL, flags);

  /**
   * GraphbitLlmResponse:request-id: (getter get_request_id)
   *
   * The provider's id of the exchange, for its support.
   *
   * Since: 1.0
   */
  properties[PROP_REQUEST_ID] =
    g_param_spec_string ("request-id", NULL, NULL, NULL, flags);

  /**
   * GraphbitLlmResponse:provider: (getter get_provider)
   *
   * The provider that answered, as in [property@LlmConfig:provider].
   *
   * Since: 1.0
   */
  properties[PROP_PROVIDER] =
    g_param_spec_string ("provider", NULL, NULL, NULL, flags);

  /**
   * GraphbitLlmResponse:tool-calls: (getter get_tool_calls)
   *
   * The tools that the model wants to be called: a list of [class@LlmToolCall].
   *
   * Since: 1.0
   */
  properties[PROP_TOOL_CALLS] =
    g_param_spec_object ("tool-calls", NULL, NULL, G_TYPE_LIST_MODEL, flags);

  /**
   * GraphbitLlmResponse:usage: (getter get_usage)
   *
   * What the answer cost; %NULL if the provider does not tell.
   *
   * Since: 1.0
   */
  properties[PROP_USAGE] =
    g_param_spec_object ("usage", NULL, NULL, GRAPHBIT_TYPE_LLM_USAGE, flags);

  /**
   * GraphbitLlmResponse:finish-reason: (getter get_finish_reason)
   *
   * Why the answer ended.
   *
   * Since: 1.0
   */
  properties[PROP_FINISH_REASON] =
    g_param_spec_enum ("finish-reason", NULL, NULL, GRAPHBIT_TYPE_LLM_FINISH_REASON,
                       GRAPHBIT_LLM_FINISH_REASON_UNKNOWN, flags);

  /**
   * GraphbitLlmResponse:duration-ms: (getter get_duration_ms)
   *
   * How long the exchange took, all attempts and waits included, in milliseconds.
   *
   * Since: 1.0
   */
  properties[PROP_DURATION_MS] =
    g_param_spec_int64 ("duration-ms", NULL, NULL, 0, G_MAXINT64, 0, flags);

  /**
   * GraphbitLlmResponse:attempts: (getter get_attempts)
   *
   * How often the request was sent, to whomever; 1 if it went well at once.
   *
   * Since: 1.0
   */
  properties[PROP_ATTEMPTS] =
    g_param_spec_uint ("attempts", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * GraphbitLlmResponse:fallback-index: (getter get_fallback_index)
   *
   * Which of [property@LlmClient:fallbacks] answered, counted from 1; 0 for the
   * client's own configuration.
   *
   * Since: 1.0
   */
  properties[PROP_FALLBACK_INDEX] =
    g_param_spec_uint ("fallback-index", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * GraphbitLlmResponse:fallback-reason: (getter get_fallback_reason)
   *
   * Why a fallback had to answer: for each provider that did not, its name, the
   * model and its error. %NULL where [property@LlmResponse:fallback-index] is 0.
   *
   * Since: 1.0
   */
  properties[PROP_FALLBACK_REASON] =
    g_param_spec_string ("fallback-reason", NULL, NULL, NULL, flags);

  /**
   * GraphbitLlmResponse:is-cached: (getter get_is_cached)
   *
   * Whether it comes from [property@LlmClient:cache]; nothing was sent then.
   *
   * Since: 1.0
   */
  properties[PROP_IS_CACHED] =
    g_param_spec_boolean ("is-cached", NULL, NULL, FALSE, flags);

  /**
   * GraphbitLlmResponse:raw-json: (getter get_raw_json)
   *
   * The answer as the provider sent it; see [property@LlmOptions:keep-raw].
   * %NULL if it was not kept, or came as a stream.
   *
   * Since: 1.0
   */
  properties[PROP_RAW_JSON] =
    g_param_spec_string ("raw-json", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_llm_response_init (GraphbitLlmResponse *self)
{
}

/**
 * graphbit_llm_response_new:
 * @text: what was said; may be ""
 *
 * Creates a response that is nothing but a text, for a provider of the
 * application's own.
 *
 * Returns: (transfer full): the new response
 *
 * Since: 1.0
 */
GraphbitLlmResponse *
graphbit_llm_response_new (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  return g_object_new (GRAPHBIT_TYPE_LLM_RESPONSE, "text", text, NULL);
}

void
graphbit_llm_response_set_raw (GraphbitLlmResponse *self,
                               GBytes *raw)
{
  g_clear_pointer (&self->raw, g_bytes_unref);
  self->raw = raw != NULL ? g_bytes_ref (raw) : NULL;
  g_clear_pointer (&self->raw_json, g_free);
}

void
graphbit_llm_response_set_exchange (GraphbitLlmResponse *self,
                                    const char *provider,
                                    gint64 duration_ms,
                                    guint attempts)
{
  if (self->provider == NULL)
    self->provider = g_strdup (provider);
  self->duration_ms = duration_ms;
  self->attempts = attempts;
}

void
graphbit_llm_response_set_fallback (GraphbitLlmResponse *self,
                                    guint index,
                                    const char *reason)
{
  self->fallback_index = index;
  g_free (self->fallback_reason);
  self->fallback_reason = g_strdup (reason);
}

void
graphbit_llm_response_set_text (GraphbitLlmResponse *self,
                                const char *text)
{
  g_free (self->text);
  self->text = g_strdup (text);
}

void
graphbit_llm_response_set_usage (GraphbitLlmResponse *self,
                                 GraphbitLlmUsage *usage)
{
  g_set_object (&self->usage, usage);
}

void
graphbit_llm_response_set_native (GraphbitLlmResponse *self,
                                  const char *native)
{
  g_clear_pointer (&self->native, g_ref_string_release);
  self->native = g_ref_string_new (native);
}

const char *
graphbit_llm_response_peek_native (GraphbitLlmResponse *self)
{
  return self->native;
}

guint
graphbit_llm_response_count_tool_calls (GraphbitLlmResponse *self)
{
  return self->tool_calls != NULL ? g_list_model_get_n_items (self->tool_calls) : 0;
}

/**
 * graphbit_llm_response_make_message:
 * @self: a response
 *
 * Makes the assistant's message of it, for the next request of the
 * conversation: the text, what was thought, and the calls of tools, to which
 * the results are then added ([ctor@LlmMessage.new_tool]).
 *
 * Such a message also holds what only the provider of the response understands,
 * such as the signatures of its reasoning, and gives it back to that provider
 * and to no other. One that was put together from the parts does not, and
 * Anthropic's models refuse to go on thinking after it.
 *
 * Returns: (transfer full): a message of the assistant
 *
 * Since: 1.0
 */
GraphbitLlmMessage *
graphbit_llm_response_make_message (GraphbitLlmResponse *self)
{
  const char *text;
  guint n_calls;
  GraphbitLlmMessage *message;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), NULL);

  text = graphbit_llm_response_get_text (self);
  n_calls = graphbit_llm_response_count_tool_calls (self);

  /* A refusal is the assistant's turn too; an empty turn is accepted by nobody. */
  if (*text == '\0' && self->refusal != NULL)
    text = self->refusal;

  message = g_object_new (GRAPHBIT_TYPE_LLM_MESSAGE,
                          "role", GRAPHBIT_LLM_ROLE_ASSISTANT,
                          "content", text,
                          "reasoning", self->reasoning,
                          NULL);
  for (guint i = 0; i < n_calls; i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (self->tool_calls, i);

      graphbit_llm_message_add_tool_call (message, call);
    }
  if (self->provider != NULL)
    graphbit_llm_message_set_origin (message, self->provider, self->native);

  return message;
}

/**
 * graphbit_llm_response_get_text: (get-property text)
 * @self: a response
 *
 * Gets what the model said.
 *
 * Returns: the text; "" if there is none
 *
 * Since: 1.0
 */
const char *
graphbit_llm_response_get_text (GraphbitLlmResponse *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), NULL);

  return self->text != NULL ? self->text : "";
}

/**
 * graphbit_llm_response_get_reasoning: (get-property reasoning)
 * @self: a response
 *
 * Gets what the model thought.
 *
 * Returns: (nullable): the text, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_llm_response_get_reasoning (GraphbitLlmResponse *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), NULL);

  return self->reasoning;
}

/**
 * graphbit_llm_response_get_refusal: (get-property refusal)
 * @self: a response
 *
 * Gets why the model refuses to answer.
 *
 * Returns: (nullable): the text, or %NULL if it does not
 *
 * Since: 1.0
 */
const char *
graphbit_llm_response_get_refusal (GraphbitLlmResponse *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), NULL);

  return self->refusal;
}

/**
 * graphbit_llm_response_get_finish_reason_text: (get-property finish-reason-text)
 * @self: a response
 *
 * Gets why the answer ended, in the provider's own word.
 *
 * Returns: (nullable): the word, or %NULL if there was none
 *
 * Since: 1.0
 */
const char *
graphbit_llm_response_get_finish_reason_text (GraphbitLlmResponse *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), NULL);

  return self->finish_reason_text;
}

/**
 * graphbit_llm_response_get_model: (get-property model)
 * @self: a response
 *
 * Gets the model that answered.
 *
 * Returns: (nullable): a name, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_llm_response_get_model (GraphbitLlmResponse *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), NULL);

  return self->model;
}

/**
 * graphbit_llm_response_get_id: (get-property id)
 * @self: a response
 *
 * Gets the provider's id of the answer.
 *
 * Returns: (nullable): an id, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_llm_response_get_id (GraphbitLlmResponse *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), NULL);

  return self->id;
}

/**
 * graphbit_llm_response_get_request_id: (get-property request-id)
 * @self: a response
 *
 * Gets the provider's id of the exchange.
 *
 * Returns: (nullable): an id, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_llm_response_get_request_id (GraphbitLlmResponse *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), NULL);

  return self->request_id;
}

/**
 * graphbit_llm_response_get_provider: (get-property provider)
 * @self: a response
 *
 * Gets the provider that answered.
 *
 * Returns: (nullable): a name, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_llm_response_get_provider (GraphbitLlmResponse *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), NULL);

  return self->provider;
}

/**
 * graphbit_llm_response_get_tool_calls: (get-property tool-calls)
 * @self: a response
 *
 * Gets the tools that the model wants to be called.
 *
 * Returns: (transfer none): a list of [class@LlmToolCall]
 *
 * Since: 1.0
 */
GListModel *
graphbit_llm_response_get_tool_calls (GraphbitLlmResponse *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), NULL);

  if (self->tool_calls == NULL)
    self->tool_calls = G_LIST_MODEL (g_list_store_new (GRAPHBIT_TYPE_LLM_TOOL_CALL));

  return self->tool_calls;
}

/**
 * graphbit_llm_response_get_usage: (get-property usage)
 * @self: a response
 *
 * Gets what the answer cost.
 *
 * Returns: (transfer none) (nullable): a usage, or %NULL if the provider does not tell
 *
 * Since: 1.0
 */
GraphbitLlmUsage *
graphbit_llm_response_get_usage (GraphbitLlmResponse *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), NULL);

  return self->usage;
}

/**
 * graphbit_llm_response_get_finish_reason: (get-property finish-reason)
 * @self: a response
 *
 * Gets why the answer ended.
 *
 * Returns: a reason
 *
 * Since: 1.0
 */
GraphbitLlmFinishReason
graphbit_llm_response_get_finish_reason (GraphbitLlmResponse *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), GRAPHBIT_LLM_FINISH_REASON_UNKNOWN);

  return self->finish_reason;
}

/**
 * graphbit_llm_response_get_duration_ms: (get-property duration-ms)
 * @self: a response
 *
 * Gets how long the exchange took.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
gint64
graphbit_llm_response_get_duration_ms (GraphbitLlmResponse *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), 0);

  return self->duration_ms;
}

/**
 * graphbit_llm_response_get_attempts: (get-property attempts)
 * @self: a response
 *
 * Gets how often the request was sent.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
guint
graphbit_llm_response_get_attempts (GraphbitLlmResponse *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), 0);

  return self->attempts;
}

/**
 * graphbit_llm_response_get_fallback_index: (get-property fallback-index)
 * @self: a response
 *
 * Gets which of [property@LlmClient:fallbacks] answered.
 *
 * Returns: its number, counted from 1, or 0 for the client's own configuration
 *
 * Since: 1.0
 */
guint
graphbit_llm_response_get_fallback_index (GraphbitLlmResponse *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), 0);

  return self->fallback_index;
}

/**
 * graphbit_llm_response_get_fallback_reason: (get-property fallback-reason)
 * @self: a response
 *
 * Gets why a fallback had to answer.
 *
 * Returns: (transfer none) (nullable): the errors of the providers before it,
 *   or %NULL if none had to
 *
 * Since: 1.0
 */
const char *
graphbit_llm_response_get_fallback_reason (GraphbitLlmResponse *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), NULL);

  return self->fallback_reason;
}

/**
 * graphbit_llm_response_get_is_cached: (get-property is-cached)
 * @self: a response
 *
 * Gets whether it comes from [property@LlmClient:cache].
 *
 * Returns: whether it does
 *
 * Since: 1.0
 */
gboolean
graphbit_llm_response_get_is_cached (GraphbitLlmResponse *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), FALSE);

  return self->is_cached;
}

/**
 * graphbit_llm_response_get_raw_json: (get-property raw-json)
 * @self: a response
 *
 * Gets the answer as the provider sent it.
 *
 * Returns: (nullable): JSON text, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_llm_response_get_raw_json (GraphbitLlmResponse *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), NULL);

  if (self->raw_json == NULL && self->raw != NULL)
    {
      gsize length;
      const char *data = g_bytes_get_data (self->raw, &length);

      self->raw_json = g_utf8_make_valid (data != NULL ? data : "", (gssize) length);
    }

  return self->raw_json;
}

/**
 * graphbit_llm_response_parse:
 * @self: a response
 * @error: return location for an error
 *
 * Reads the text as JSON. An answer that was asked for with
 * [property@LlmOptions:response-schema] fits that schema.
 *
 * Fails with %GRAPHBIT_ERROR_PARSE if it is none.
 *
 * Returns: (transfer full): the JSON value
 *
 * Since: 1.0
 */
JsonNode *
graphbit_llm_response_parse (GraphbitLlmResponse *self,
                             GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_RESPONSE (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_json_parse (graphbit_llm_response_get_text (self), -1, error);
}
