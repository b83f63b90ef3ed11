/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-enum-types.h"
#include "graphbit-error.h"
#include "graphbit-json-private.h"
#include "graphbit-key-call.h"
#include "graphbit-llm-config-fields-private.h"
#include "graphbit-llm-provider.h"
#include "graphbit-secret-private.h"
#include "graphbit-vendor-environment-private.h"

#define MAX_PER_MINUTE 1000000000
#define MIN_TOKEN 8 /* shorter ones are words of any sentence */

enum
{
  PROP_0,
  PROP_PROVIDER,
  PROP_MODEL,
  PROP_BASE_URL,
  PROP_API,
  PROP_ORGANIZATION,
  PROP_SITE_URL,
  PROP_SITE_NAME,
  PROP_API_VERSION,
  PROP_VERSION,
  PROP_HEADERS,
  PROP_EXTRA_BODY,
  PROP_REQUESTS_PER_MINUTE,
  PROP_TOKENS_PER_MINUTE,
  PROP_LLM_PROVIDER,
  PROP_REPLIES,
  PROP_CAPABILITIES,
  PROP_HAS_API_KEY,
  N_PROPS
};

enum
{
  SIGNAL_KEY_REQUIRED,
  N_SIGNALS
};

/**
 * GraphbitLlmConfig:
 *
 * What to talk to: a provider, a model, and the key for it.
 *
 * Where a provider needs a key and none was given, it is looked for when the
 * first request needs it: in the provider's environment variable
 * (`OPENAI_API_KEY` for `openai`), then by the function of
 * [method@LlmConfig.set_key_func], then by [signal@LlmConfig::key-required]. If
 * it is nowhere, the request fails with %GRAPHBIT_ERROR_AUTHENTICATION. A key
 * never shows up in properties, JSON, logs or errors.
 *
 * A configuration made from properties alone is checked when it is first used,
 * with the errors of the constructors. Changes affect later requests.
 *
 * The page [Models and clients](models.html) says more.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (GraphbitLlmConfig, graphbit_llm_config, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
clear_key_func (GraphbitLlmConfig *self)
{
  GDestroyNotify notify = g_steal_pointer (&self->key_notify);
  gpointer data = g_steal_pointer (&self->key_data);

  self->key_func = NULL;
  if (notify != NULL)
    notify (data);
}

static void
graphbit_llm_config_dispose (GObject *object)
{
  GraphbitLlmConfig *self = GRAPHBIT_LLM_CONFIG (object);

  clear_key_func (self);
  g_clear_object (&self->llm_provider);
  g_clear_object (&self->built_in);

  G_OBJECT_CLASS (graphbit_llm_config_parent_class)->dispose (object);
}

static void
graphbit_llm_config_finalize (GObject *object)
{
  GraphbitLlmConfig *self = GRAPHBIT_LLM_CONFIG (object);

  g_free (self->provider);
  g_free (self->model);
  g_free (self->base_url);
  g_free (self->good_base_url);
  g_free (self->organization);
  g_free (self->site_url);
  g_free (self->site_name);
  g_free (self->api_version);
  g_free (self->version);
  g_clear_pointer (&self->headers, g_variant_unref);
  g_free (self->extra_body);
  g_clear_pointer (&self->extra_body_node, json_node_unref);
  g_strfreev (self->replies);
  g_clear_pointer (&self->secret, graphbit_secret_unref);

  G_OBJECT_CLASS (graphbit_llm_config_parent_class)->finalize (object);
}

static void
graphbit_llm_config_get_property (GObject *object,
                                  guint property,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitLlmConfig *self = GRAPHBIT_LLM_CONFIG (object);

  switch (property)
    {
    case PROP_PROVIDER:
      g_value_set_string (value, self->provider);
      break;
    case PROP_MODEL:
      g_value_set_string (value, graphbit_llm_config_get_model (self));
      break;
    case PROP_BASE_URL:
      g_value_set_string (value, self->base_url);
      break;
    case PROP_API:
      g_value_set_enum (value, self->api);
      break;
    case PROP_ORGANIZATION:
      g_value_set_string (value, self->organization);
      break;
    case PROP_SITE_URL:
      g_value_set_string (value, self->site_url);
      break;
    case PROP_SITE_NAME:
      g_value_set_string (value, self->site_name);
      break;
    case PROP_API_VERSION:
      g_value_set_string (value, self->api_version);
      break;

    case PROP_VERSION:
      g_value_set_string (value, self->version);
      break;
    case PROP_HEADERS:
      g_value_set_variant (value, self->headers);
      break;
    case PROP_EXTRA_BODY:
      g_value_set_string (value, self->extra_body);
      break;
    case PROP_REQUESTS_PER_MINUTE:
      g_value_set_uint (value, self->requests_per_minute);
      break;
    case PROP_TOKENS_PER_MINUTE:
      g_value_set_uint (value, self->tokens_per_minute);
      break;
    case PROP_LLM_PROVIDER:
      g_value_set_object (value, self->llm_provider);
      break;
    case PROP_REPLIES:
      g_value_set_boxed (value, self->replies);
      break;
    case PROP_CAPABILITIES:
      g_value_set_flags (value, graphbit_llm_config_get_capabilities (self));
      break;
    case PROP_HAS_API_KEY:
      g_value_set_boolean (value, graphbit_llm_config_get_has_api_key (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_llm_config_set_property (GObject *object,
                                  guint property,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitLlmConfig *self = GRAPHBIT_LLM_CONFIG (object);

  switch (property)
    {
    case PROP_PROVIDER:
      self->provider = g_value_dup_string (value);
      if (self->provider == NULL)
        self->provider = g_strdup ("");
      self->vendor = graphbit_vendor_lookup (self->provider);
      if (self->vendor != NULL && self->vendor->wire == GRAPHBIT_WIRE_EMBEDDINGS)
        self->vendor = NULL;
      break;
    case PROP_MODEL:
      graphbit_llm_config_set_model (self, g_value_get_string (value));
      break;
    case PROP_BASE_URL:
      graphbit_llm_config_set_base_url (self, g_value_get_string (value));
      break;
    case PROP_API:
      graphbit_llm_config_set_api (self, (GraphbitLlmApi) g_value_get_enum (value));
      break;
    case PROP_ORGANIZATION:
      graphbit_llm_config_set_organization (self, g_value_get_string (value));
      break;
    case PROP_SITE_URL:
      graphbit_llm_config_set_site_url (self, g_value_get_string (value));
      break;
    case PROP_SITE_NAME:
      graphbit_llm_config_set_site_name (self, g_value_get_string (value));
      break;
    case PROP_API_VERSION:
      graphbit_llm_config_set_api_version (self, g_value_get_string (value));
      break;

    case PROP_VERSION:
      graphbit_llm_config_set_version (self, g_value_get_string (value));
      break;
    case PROP_HEADERS:
      graphbit_llm_config_set_headers (self, g_value_get_variant (value));
      break;
    case PROP_EXTRA_BODY:
      graphbit_llm_config_set_extra_body (self, g_value_get_string (value));
      break;
    case PROP_REQUESTS_PER_MINUTE:
      graphbit_llm_config_set_requests_per_minute (self, g_value_get_uint (value));
      break;
    case PROP_TOKENS_PER_MINUTE:
      graphbit_llm_config_set_tokens_per_minute (self, g_value_get_uint (value));
      break;
    case PROP_LLM_PROVIDER:
      self->llm_provider = g_value_dup_object (value);
      break;
    case PROP_REPLIES:
      self->replies = g_value_dup_boxed (value);
      break;
    case PROP_CAPABILITIES:
      graphbit_llm_config_set_capabilities (self, (GraphbitLlmCapabilities) g_value_get_flags (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_llm_config_class_init (GraphbitLlmConfigClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags construct_only = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = graphbit_llm_config_dispose;
  object_class->finalize = graphbit_llm_config_finalize;
  object_class->get_property = graphbit_llm_config_get_property;
  object_class->set_property = graphbit_llm_config_set_property;

  /**
   * GraphbitLlmConfig:provider: (getter get_provider)
   *
   * Who is talked to: `openai`, `anthropic`, `gemini`, `ollama`,
   * `openai_compatible`, `llamacpp`, `vllm`, `lmstudio`, `azurellm`, `deepseek`, `mistralai`, `perplexity`,
   * `fireworks`, `togetherai`, `xai`, `huggingface`, `openrouter`, `ai21`,
   * `bytedance`, `groq`, `cohere`, `replicate`, `litellm`, `offline`,
   * `scripted` or `custom`.
   *
   * Since: 1.0
   */
  properties[PROP_PROVIDER] =
    g_param_spec_string ("provider", NULL, NULL, "openai", construct_only);

  /**
   * GraphbitLlmConfig:model: (getter get_model) (setter set_model)
   *
   * The model, as the provider names it. Where the provider has a usual one,
   * %NULL means that.
   *
   * Since: 1.0
   */
  properties[PROP_MODEL] =
    g_param_spec_string ("model", NULL, NULL, NULL, writable);

  /**
   * GraphbitLlmConfig:base-url: (getter get_base_url) (setter set_base_url)
   *
   * Where the provider's API begins, such as `http://localhost:8000/v1`; `http`
   * or `https`. For a server behind a UNIX socket it is
   * `http+unix://%2Frun%2Fserver.sock/v1`, with the socket's path in place of the
   * host, or `unix:/run/server.sock:/v1`. %NULL is what the provider's environment
   * variable says, if it is set (`OPENAI_BASE_URL`, `ANTHROPIC_BASE_URL`,
   * `GOOGLE_GEMINI_BASE_URL`, `OLLAMA_HOST`, and so on), and the provider's own
   * address otherwise. Anthropic's may be given with or without `/v1` at its end,
   * Gemini's with or without a version (`/v1beta`), and Cohere's with or without
   * `/v2`. Azure has none of its own; see [ctor@LlmConfig.new_azurellm].
   *
   * Since: 1.0
   */
  properties[PROP_BASE_URL] =
    g_param_spec_string ("base-url", NULL, NULL, NULL, writable);

  /**
   * GraphbitLlmConfig:api: (getter get_api) (setter set_api)
   *
   * Which of its protocols the provider is spoken to in. The default is
   * %GRAPHBIT_LLM_API_AUTO.
   *
   * Several have `openai`, `azurellm` (but not for the Foundry's models),
   * `xai`, `deepseek`, `groq`, `openrouter`, `huggingface`, `perplexity`,
   * `bytedance`, `litellm`, `openai_compatible` and the local servers. With
   * %GRAPHBIT_LLM_API_RESPONSES, which some of OpenAI's models need, the
   * conversation is sent with each request and not stored there; it knows no
   * seed and no texts to stop at. What the model thought is told if the
   * configuration asks for it, with `{"reasoning":{"summary":"auto"}}` as
   * [property@LlmConfig:extra-body].
   *
   * Since: 1.0
   */
  properties[PROP_API] =
    g_param_spec_enum ("api", NULL, NULL, GRAPHBIT_TYPE_LLM_API, GRAPHBIT_LLM_API_AUTO, writable);

  /**
   * GraphbitLlmConfig:organization: (getter get_organization) (setter set_organization)
   *
   * Which organization of the account is meant, with OpenAI and AI21. %NULL, the
   * default: what `OPENAI_ORG_ID` says for OpenAI, and else the account's usual
   * one. A project of OpenAI's is named in `OPENAI_PROJECT_ID`, or by the header
   * `OpenAI-Project` among [property@LlmConfig:headers].
   *
   * Since: 1.0
   */
  properties[PROP_ORGANIZATION] =
    g_param_spec_string ("organization", NULL, NULL, NULL, writable);

  /**
   * GraphbitLlmConfig:site-url: (getter get_site_url) (setter set_site_url)
   *
   * The address of the application, by which OpenRouter lists it. %NULL, the
   * default: none is told.
   *
   * Since: 1.0
   */
  properties[PROP_SITE_URL] =
    g_param_spec_string ("site-url", NULL, NULL, NULL, writable);

  /**
   * GraphbitLlmConfig:site-name: (getter get_site_name) (setter set_site_name)
   *
   * The name of the application, by which OpenRouter lists it. %NULL, the
   * default: none is told.
   *
   * Since: 1.0
   */
  properties[PROP_SITE_NAME] =
    g_param_spec_string ("site-name", NULL, NULL, NULL, writable);

  /**
   * GraphbitLlmConfig:api-version: (getter get_api_version) (setter set_api_version)
   *
   * The version of its API that Azure is asked for, such as `2024-10-21`. %NULL,
   * the default, is what `AZURELLM_API_VERSION` or `OPENAI_API_VERSION` says, and
   * else the usual one of the address. The responses of
   * [property@LlmConfig:api] need `2025-03-01-preview` or a later one.
   *
   * Since: 1.0
   */
  properties[PROP_API_VERSION] =
    g_param_spec_string ("api-version", NULL, NULL, NULL, writable);

  /**
   * GraphbitLlmConfig:version: (getter get_version) (setter set_version)
   *
   * The version of a model of Replicate's, which the models of its community need:
   * the 64 digits of its id. %NULL, the default: whichever is the model's own. The
   * other providers have none.
   *
   * Since: 1.0
   */
  properties[PROP_VERSION] =
    g_param_spec_string ("version", NULL, NULL, NULL, writable);

  /**
   * GraphbitLlmConfig:headers: (getter get_headers) (setter set_headers)
   *
   * Headers that are sent with each request, beside graphbit's own: an
   * `a{ss}`. One that carries the key, such as `Authorization`, is sent in
   * place of the key. %NULL, the default: none.
   *
   * Since: 1.0
   */
  properties[PROP_HEADERS] =
    g_param_spec_variant ("headers", NULL, NULL, G_VARIANT_TYPE ("a{ss}"), NULL, writable);

  /**
   * GraphbitLlmConfig:extra-body: (getter get_extra_body) (setter set_extra_body)
   *
   * A JSON object whose members are put into the body of each request. One that
   * graphbit would write too takes its place; if it is `null`, neither is sent.
   * The members of Ollama's `options`, of Gemini's `generationConfig`, of
   * Replicate's `input` and of the `reasoning` of OpenAI's responses are merged in the same way with those that
   * graphbit writes. %NULL, the default: nothing.
   *
   * Since: 1.0
   */
  properties[PROP_EXTRA_BODY] =
    g_param_spec_string ("extra-body", NULL, NULL, NULL, writable | GRAPHBIT_PARAM_JSON);

  /**
   * GraphbitLlmConfig:requests-per-minute: (getter get_requests_per_minute) (setter set_requests_per_minute)
   *
   * How many requests the model may be sent in any 60 seconds, retries among
   * them. Those beyond it wait for their turn, in order; what would have to wait
   * for longer than [property@LlmOptions:max-wait-ms] fails at once with
   * %GRAPHBIT_ERROR_RATE_LIMITED. 0: only what the server itself says counts.
   * At most 1,000,000,000.
   *
   * The limit is the model's, at this server and with this key, for all clients
   * and executors of the process together. Where several configurations give
   * one, the last one used counts; one that gives none changes nothing.
   *
   * Since: 1.0
   */
  properties[PROP_REQUESTS_PER_MINUTE] =
    g_param_spec_uint ("requests-per-minute", NULL, NULL, 0, MAX_PER_MINUTE, 0, writable);

  /**
   * GraphbitLlmConfig:tokens-per-minute: (getter get_tokens_per_minute) (setter set_tokens_per_minute)
   *
   * How many tokens the model may be sent and may answer in any 60 seconds.
   * Before a request is sent, its tokens are estimated, as a quarter of the
   * bytes of its texts, 1,500 for each picture or file in it and
   * [property@LlmOptions:max-tokens]; what the answer says was used then takes
   * the place of that. A single request that is estimated higher than
   * the limit is sent when nothing else was used for 60 seconds. 0: only what
   * the server itself says counts. At most 1,000,000,000. Else as for
   * [property@LlmConfig:requests-per-minute].
   *
   * Since: 1.0
   */
  properties[PROP_TOKENS_PER_MINUTE] =
    g_param_spec_uint ("tokens-per-minute", NULL, NULL, 0, MAX_PER_MINUTE, 0, writable);

  /**
   * GraphbitLlmConfig:llm-provider: (getter get_llm_provider)
   *
   * The application's own provider, of `custom`.
   *
   * Since: 1.0
   */
  properties[PROP_LLM_PROVIDER] =
    g_param_spec_object ("llm-provider", NULL, NULL, GRAPHBIT_TYPE_LLM_PROVIDER, construct_only);

  /**
   * GraphbitLlmConfig:replies: (getter get_replies)
   *
   * What `scripted` answers, one text after the other.
   *
   * Since: 1.0
   */
  properties[PROP_REPLIES] =
    g_param_spec_boxed ("replies", NULL, NULL, G_TYPE_STRV, construct_only);

  /**
   * GraphbitLlmConfig:capabilities: (getter get_capabilities) (setter set_capabilities)
   *
   * What can be asked of the model. Until it is set, that is what the provider's
   * protocol has, less what graphbit knows the family of [property@LlmConfig:model]
   * by its name to lack, and %GRAPHBIT_LLM_CAPABILITIES_NONE without a provider. A
   * request that asks for more fails with %GRAPHBIT_ERROR_UNSUPPORTED before
   * anything is sent, but for a schema.
   *
   * Models age, and names say little of those that others made: what is set is
   * believed, and no list of models is asked any more, neither for this nor for
   * options such as a temperature that a family of models is known to refuse.
   *
   * Without %GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA a schema is told to the model
   * in words; Anthropic's models are made to call a tool with the answer.
   *
   * Since: 1.0
   */
  properties[PROP_CAPABILITIES] =
    g_param_spec_flags ("capabilities", NULL, NULL, GRAPHBIT_TYPE_LLM_CAPABILITIES, GRAPHBIT_LLM_CAPABILITIES_NONE, writable);

  /**
   * GraphbitLlmConfig:has-api-key: (getter get_has_api_key)
   *
   * Whether there is a key: given, in the environment, or from a key function
   * (which may still fail). A change of the environment does not notify.
   *
   * Since: 1.0
   */
  properties[PROP_HAS_API_KEY] =
    g_param_spec_boolean ("has-api-key", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * GraphbitLlmConfig::key-required:
   * @self: the configuration
   * @call: what to answer with the key
   *
   * A request needs the key, and it is neither given nor in the environment nor
   * known to a key function. The handler may answer at once or later, with
   * [method@KeyCall.respond] or [method@Call.fail]. Emitted in the main context
   * in which the request was started.
   *
   * Returns: %TRUE if the handler answers or has answered
   *
   * Since: 1.0
   */
  signals[SIGNAL_KEY_REQUIRED] =
    g_signal_new ("key-required",
                  GRAPHBIT_TYPE_LLM_CONFIG,
                  G_SIGNAL_RUN_LAST,
                  0,
                  g_signal_accumulator_true_handled, NULL,
                  NULL,
                  G_TYPE_BOOLEAN,
                  1,
                  GRAPHBIT_TYPE_KEY_CALL);
}

static void
graphbit_llm_config_init (GraphbitLlmConfig *self)
{
}

GraphbitSecret *
graphbit_llm_config_dup_secret (GraphbitLlmConfig *self,
                                GError **error)
{
  if (self->secret != NULL)
    return graphbit_secret_ref (self->secret);

  return self->vendor != NULL ? graphbit_vendor_find_secret (self->vendor, error) : NULL;
}

gboolean
graphbit_llm_config_has_key_func (GraphbitLlmConfig *self)
{
  return self->key_func != NULL;
}

GraphbitSecret *
graphbit_llm_config_call_key_func (GraphbitLlmConfig *self,
                                   GError **error)
{
  g_autoptr (GraphbitLlmConfig) hold = g_object_ref (self);
  g_autoptr (GError) func_error = NULL;
  char *key;
  GraphbitSecret *secret;

  key = self->key_func (self, self->key_data, &func_error);
  if (key == NULL)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION,
                   _("The key function for %s gave no API key: %s"),
                   self->vendor != NULL ? self->vendor->title : self->provider,
                   func_error != NULL ? func_error->message : _("it did not say why"));
      return NULL;
    }

  secret = graphbit_vendor_make_secret (key, NULL, error);
  explicit_bzero (key, strlen (key));
  g_free (key);

  return secret;
}

gboolean
graphbit_llm_config_has_key_handler (GraphbitLlmConfig *self)
{
  return g_signal_has_handler_pending (self, signals[SIGNAL_KEY_REQUIRED], 0, FALSE);
}

gboolean
graphbit_llm_config_emit_key_required (GraphbitLlmConfig *self,
                                       GraphbitKeyCall *call)
{
  gboolean is_handled = FALSE;

  g_signal_emit (self, signals[SIGNAL_KEY_REQUIRED], 0, call, &is_handled);

  return is_handled;
}

GError *
graphbit_llm_config_make_key_error (GraphbitLlmConfig *self)
{
  if (self->vendor != NULL)
    return graphbit_vendor_make_key_error (self->vendor);

  return g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION,
                      _("There is no API key for %s; give one"), self->provider);
}

/* A token instead of a key is a bearer's everywhere. */
static gboolean
is_key_header (GraphbitLlmConfig *self,
               const char *name)
{
  return g_ascii_strcasecmp (name, "Authorization") == 0 ||
         (self->vendor->secret_header != NULL && g_ascii_strcasecmp (name, self->vendor->secret_header) == 0);
}

gboolean
graphbit_llm_config_has_key_header (GraphbitLlmConfig *self)
{
  GVariantIter iter;
  const char *name, *value;

  if (self->headers == NULL || self->vendor == NULL)
    return FALSE;

  g_variant_iter_init (&iter, self->headers);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    {
      if (is_key_header (self, name))
        return TRUE;
    }

  return FALSE;
}

static void
add_header (GraphbitHttpRequest *request,
            const char *name,
            const char *value)
{
  if (name != NULL && value != NULL && *value != '\0')
    graphbit_http_request_add_header (request, name, value);
}

/* Unless the configuration has a header of that name. */
static void
add_header_of_variable (GraphbitLlmConfig *self,
                        GraphbitHttpRequest *request,
                        const char *header,
                        const char *variable)
{
  const char *told = variable != NULL ? g_getenv (variable) : NULL;
  GVariantIter iter;
  const char *name, *value;

  if (header == NULL || told == NULL || graphbit_vendor_has_control_character (told))
    return;

  if (self->headers != NULL)
    g_variant_iter_init (&iter, self->headers);
  while (self->headers != NULL && g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    {
      if (g_ascii_strcasecmp (name, header) == 0)
        return;
    }
  add_header (request, header, told);
}

void
graphbit_llm_config_add_headers (GraphbitLlmConfig *self,
                                 GraphbitHttpRequest *request)
{
  GVariantIter iter;
  const char *name, *value;

  gboolean has_vendor_header = FALSE;

  if (self->organization != NULL)
    add_header (request, self->vendor->organization_header, self->organization);
  else
    add_header_of_variable (self, request, self->vendor->organization_header, self->vendor->organization_variable);
  add_header_of_variable (self, request, self->vendor->project_header, self->vendor->project_variable);
  add_header (request, self->vendor->site_url_header, self->site_url);
  add_header (request, self->vendor->site_name_header, self->site_name);

  if (self->headers != NULL)
    g_variant_iter_init (&iter, self->headers);
  while (self->headers != NULL && g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    {
      if (is_key_header (self, name))
        g_clear_pointer (&request->secret, graphbit_secret_unref);
      has_vendor_header |= self->vendor->headers[0] != NULL && g_ascii_strcasecmp (name, self->vendor->headers[0]) == 0;
      graphbit_http_request_add_header (request, name, value);
    }
  if (self->vendor->headers[0] != NULL && !has_vendor_header)
    graphbit_http_request_add_header (request, self->vendor->headers[0], self->vendor->headers[1]);
}

static const char *
peek_key (GraphbitLlmConfig *self)
{
  return self->secret != NULL ? graphbit_secret_peek (self->secret) : NULL;
}

guint
graphbit_llm_config_hash (gconstpointer data)
{
  GraphbitLlmConfig *self = (GraphbitLlmConfig *) data;
  const char *model = graphbit_llm_config_resolve_model (self);

  return g_str_hash (self->provider) ^
         (model != NULL ? g_str_hash (model) * 31 : 0) ^
         (self->base_url != NULL ? g_str_hash (self->base_url) * 17 : 0);
}

gboolean
graphbit_llm_config_equal (gconstpointer a,
                           gconstpointer b)
{
  GraphbitLlmConfig *one = (GraphbitLlmConfig *) a;
  GraphbitLlmConfig *other = (GraphbitLlmConfig *) b;

  if (one == other)
    return TRUE;

  /* A handler of key-required may say anything, and replies are used up. */
  if (one->replies != NULL || other->replies != NULL ||
      graphbit_llm_config_has_key_handler (one) || graphbit_llm_config_has_key_handler (other))
    return FALSE;

  return strcmp (one->provider, other->provider) == 0 &&
         g_strcmp0 (graphbit_llm_config_resolve_model (one), graphbit_llm_config_resolve_model (other)) == 0 &&
         g_strcmp0 (one->base_url, other->base_url) == 0 &&
         one->api == other->api &&
         graphbit_llm_config_get_capabilities (one) == graphbit_llm_config_get_capabilities (other) &&
         one->has_capabilities == other->has_capabilities &&
         g_strcmp0 (one->organization, other->organization) == 0 &&
         g_strcmp0 (one->site_url, other->site_url) == 0 &&
         g_strcmp0 (one->site_name, other->site_name) == 0 &&
         g_strcmp0 (one->api_version, other->api_version) == 0 &&
         g_strcmp0 (one->version, other->version) == 0 &&
         (one->headers == other->headers ||
          (one->headers != NULL && other->headers != NULL && g_variant_equal (one->headers, other->headers))) &&
         g_strcmp0 (one->extra_body, other->extra_body) == 0 &&
         one->requests_per_minute == other->requests_per_minute &&
         one->tokens_per_minute == other->tokens_per_minute &&
         one->llm_provider == other->llm_provider &&
         one->key_func == other->key_func && one->key_data == other->key_data &&
         g_strcmp0 (peek_key (one), peek_key (other)) == 0;
}

/**
 * graphbit_llm_config_get_provider: (get-property provider)
 * @self: a configuration
 *
 * Gets who is talked to.
 *
 * Returns: the provider's name
 *
 * Since: 1.0
 */
const char *
graphbit_llm_config_get_provider (GraphbitLlmConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), NULL);

  return self->provider;
}

/**
 * graphbit_llm_config_get_model: (get-property model)
 * @self: a configuration
 *
 * Gets the model: what was set, or the provider's usual one.
 *
 * Returns: (nullable): the model's name, or %NULL if none was set and there is no usual one
 *
 * Since: 1.0
 */
const char *
graphbit_llm_config_get_model (GraphbitLlmConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), NULL);

  return graphbit_llm_config_resolve_model (self);
}

static gboolean
replace_text (GraphbitLlmConfig *self,
              char **field,
              const char *text,
              guint property)
{
  if (g_strcmp0 (*field, text) == 0)
    return FALSE;

  g_free (*field);
  *field = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);

  return TRUE;
}

/**
 * graphbit_llm_config_set_model: (set-property model)
 * @self: a configuration
 * @model: (nullable): the model; %NULL: the provider's usual one
 *
 * Sets the model.
 *
 * Since: 1.0
 */
void
graphbit_llm_config_set_model (GraphbitLlmConfig *self,
                               const char *model)
{
  GraphbitLlmCapabilities before;

  g_return_if_fail (GRAPHBIT_IS_LLM_CONFIG (self));

  before = graphbit_llm_config_get_capabilities (self);
  if (replace_text (self, &self->model, model, PROP_MODEL) && before != graphbit_llm_config_get_capabilities (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAPABILITIES]);
}

/**
 * graphbit_llm_config_get_base_url: (get-property base-url)
 * @self: a configuration
 *
 * Gets where the API begins.
 *
 * Returns: (nullable): a URL; %NULL: the provider's own
 *
 * Since: 1.0
 */
const char *
graphbit_llm_config_get_base_url (GraphbitLlmConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), NULL);

  return self->base_url;
}

/**
 * graphbit_llm_config_set_base_url: (set-property base-url)
 * @self: a configuration
 * @base_url: (nullable): a URL of http, https or http+unix; %NULL: the provider's own
 *
 * Sets where the API begins. A malformed URL makes the next request fail.
 *
 * Since: 1.0
 */
void
graphbit_llm_config_set_base_url (GraphbitLlmConfig *self,
                                  const char *base_url)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CONFIG (self));

  replace_text (self, &self->base_url, base_url, PROP_BASE_URL);
}

/**
 * graphbit_llm_config_get_api: (get-property api)
 * @self: a configuration
 *
 * Gets which of its protocols the provider is spoken to in.
 *
 * Returns: a protocol
 *
 * Since: 1.0
 */
GraphbitLlmApi
graphbit_llm_config_get_api (GraphbitLlmConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), GRAPHBIT_LLM_API_AUTO);

  return self->api;
}

/**
 * graphbit_llm_config_set_api: (set-property api)
 * @self: a configuration
 * @api: a protocol
 *
 * Sets which of its protocols the provider is spoken to in. One that it does
 * not have makes the next request fail with %GRAPHBIT_ERROR_UNSUPPORTED.
 *
 * Since: 1.0
 */
void
graphbit_llm_config_set_api (GraphbitLlmConfig *self,
                             GraphbitLlmApi api)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CONFIG (self));

  if (self->api == api)
    return;

  self->api = api;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_API]);
}

/**
 * graphbit_llm_config_get_organization: (get-property organization)
 * @self: a configuration
 *
 * Gets which organization of the account is meant.
 *
 * Returns: (nullable): an organization, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_llm_config_get_organization (GraphbitLlmConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), NULL);

  return self->organization;
}

/**
 * graphbit_llm_config_set_organization: (set-property organization)
 * @self: a configuration
 * @organization: (nullable): an organization, or %NULL
 *
 * Sets which organization of the account is meant.
 *
 * Since: 1.0
 */
void
graphbit_llm_config_set_organization (GraphbitLlmConfig *self,
                                      const char *organization)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CONFIG (self));

  replace_text (self, &self->organization, organization, PROP_ORGANIZATION);
}

/**
 * graphbit_llm_config_get_site_url: (get-property site-url)
 * @self: a configuration
 *
 * Gets the address of the application.
 *
 * Returns: (nullable): a URL, or %NULL if none was set
 *
 * Since: 1.0
 */
const char *
graphbit_llm_config_get_site_url (GraphbitLlmConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), NULL);

  return self->site_url;
}

/**
 * graphbit_llm_config_set_site_url: (set-property site-url)
 * @self: a configuration
 * @site_url: (nullable): a URL, or %NULL for none
 *
 * Sets the address of the application.
 *
 * Since: 1.0
 */
void
graphbit_llm_config_set_site_url (GraphbitLlmConfig *self,
                                  const char *site_url)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CONFIG (self));

  replace_text (self, &self->site_url, site_url, PROP_SITE_URL);
}

/**
 * graphbit_llm_config_get_site_name: (get-property site-name)
 * @self: a configuration
 *
 * Gets the name of the application.
 *
 * Returns: (nullable): a name, or %NULL if none was set
 *
 * Since: 1.0
 */
const char *
graphbit_llm_config_get_site_name (GraphbitLlmConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), NULL);

  return self->site_name;
}

/**
 * graphbit_llm_config_set_site_name: (set-property site-name)
 * @self: a configuration
 * @site_name: (nullable): a name, or %NULL for none
 *
 * Sets the name of the application.
 *
 * Since: 1.0
 */
void
graphbit_llm_config_set_site_name (GraphbitLlmConfig *self,
                                   const char *site_name)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CONFIG (self));

  replace_text (self, &self->site_name, site_name, PROP_SITE_NAME);
}

/**
 * graphbit_llm_config_get_api_version: (get-property api-version)
 * @self: a configuration
 *
 * Gets the version of its API that Azure is asked for.
 *
 * Returns: (nullable): a version, such as `2024-10-21`, or %NULL if none was set
 *
 * Since: 1.0
 */
const char *
graphbit_llm_config_get_api_version (GraphbitLlmConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), NULL);

  return self->api_version;
}

/**
 * graphbit_llm_config_set_api_version: (set-property api-version)
 * @self: a configuration
 * @api_version: (nullable): a version, such as `2024-10-21`, or %NULL for none
 *
 * Sets the version of its API that Azure is asked for.
 *
 * Since: 1.0
 */
void
graphbit_llm_config_set_api_version (GraphbitLlmConfig *self,
                                     const char *api_version)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CONFIG (self));

  replace_text (self, &self->api_version, api_version, PROP_API_VERSION);
}

/**
 * graphbit_llm_config_get_version: (get-property version)
 * @self: a configuration
 *
 * Gets the version of the model.
 *
 * Returns: (nullable): the id of a version, or %NULL if none was set
 *
 * Since: 1.0
 */
const char *
graphbit_llm_config_get_version (GraphbitLlmConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), NULL);

  return self->version;
}

/**
 * graphbit_llm_config_set_version: (set-property version)
 * @self: a configuration
 * @version: (nullable): the id of a version, or %NULL for none
 *
 * Sets the version of the model.
 *
 * Since: 1.0
 */
void
graphbit_llm_config_set_version (GraphbitLlmConfig *self,
                                 const char *version)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CONFIG (self));

  replace_text (self, &self->version, version, PROP_VERSION);
}

/**
 * graphbit_llm_config_get_headers: (get-property headers)
 * @self: a configuration
 *
 * Gets the headers that are sent beside graphbit's own.
 *
 * Returns: (transfer none) (nullable): an `a{ss}`, or %NULL
 *
 * Since: 1.0
 */
GVariant *
graphbit_llm_config_get_headers (GraphbitLlmConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), NULL);

  return self->headers;
}

/**
 * graphbit_llm_config_set_headers: (set-property headers)
 * @self: a configuration
 * @headers: (nullable): an `a{ss}`, or %NULL; a floating one is taken over
 *
 * Sets the headers that are sent beside graphbit's own.
 *
 * Since: 1.0
 */
void
graphbit_llm_config_set_headers (GraphbitLlmConfig *self,
                                 GVariant *headers)
{
  g_autoptr (GVariant) taken = headers != NULL ? g_variant_ref_sink (headers) : NULL;

  g_return_if_fail (GRAPHBIT_IS_LLM_CONFIG (self));
  g_return_if_fail (headers == NULL || g_variant_is_of_type (headers, G_VARIANT_TYPE ("a{ss}")));

  if (self->headers == headers ||
      (self->headers != NULL && headers != NULL && g_variant_equal (self->headers, headers)))
    return;

  g_clear_pointer (&self->headers, g_variant_unref);
  self->headers = g_steal_pointer (&taken);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HEADERS]);
}

/**
 * graphbit_llm_config_get_extra_body: (get-property extra-body)
 * @self: a configuration
 *
 * Gets what is put into the body of each request.
 *
 * Returns: (nullable): the text of a JSON object, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_llm_config_get_extra_body (GraphbitLlmConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), NULL);

  return self->extra_body;
}

/**
 * graphbit_llm_config_set_extra_body: (set-property extra-body)
 * @self: a configuration
 * @extra_body: (nullable): the text of a JSON object, or %NULL
 *
 * Sets what is put into the body of each request. A text that is no JSON object
 * makes the next request fail.
 *
 * Since: 1.0
 */
void
graphbit_llm_config_set_extra_body (GraphbitLlmConfig *self,
                                    const char *extra_body)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CONFIG (self));

  if (replace_text (self, &self->extra_body, extra_body, PROP_EXTRA_BODY))
    g_clear_pointer (&self->extra_body_node, json_node_unref);
}

/**
 * graphbit_llm_config_get_requests_per_minute: (get-property requests-per-minute)
 * @self: a configuration
 *
 * Gets how many requests the model may be sent in any 60 seconds.
 *
 * Returns: the number, or 0 if no limit is given
 *
 * Since: 1.0
 */
guint
graphbit_llm_config_get_requests_per_minute (GraphbitLlmConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), 0);

  return self->requests_per_minute;
}

/**
 * graphbit_llm_config_set_requests_per_minute: (set-property requests-per-minute)
 * @self: a configuration
 * @requests_per_minute: the number, at most 1,000,000,000, or 0 for no limit
 *
 * Sets how many requests the model may be sent in any 60 seconds.
 *
 * Since: 1.0
 */
void
graphbit_llm_config_set_requests_per_minute (GraphbitLlmConfig *self,
                                             guint requests_per_minute)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CONFIG (self));
  g_return_if_fail (requests_per_minute <= MAX_PER_MINUTE);

  if (self->requests_per_minute == requests_per_minute)
    return;

  self->requests_per_minute = requests_per_minute;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REQUESTS_PER_MINUTE]);
}

/**
 * graphbit_llm_config_get_tokens_per_minute: (get-property tokens-per-minute)
 * @self: a configuration
 *
 * Gets how many tokens the model may be sent and may answer in any 60 seconds.
 *
 * Returns: the number, or 0 if no limit is given
 *
 * Since: 1.0
 */
guint
graphbit_llm_config_get_tokens_per_minute (GraphbitLlmConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), 0);

  return self->tokens_per_minute;
}

/**
 * graphbit_llm_config_set_tokens_per_minute: (set-property tokens-per-minute)
 * @self: a configuration
 * @tokens_per_minute: the number, at most 1,000,000,000, or 0 for no limit
 *
 * Sets how many tokens the model may be sent and may answer in any 60 seconds.
 *
 * Since: 1.0
 */
void
graphbit_llm_config_set_tokens_per_minute (GraphbitLlmConfig *self,
                                           guint tokens_per_minute)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CONFIG (self));
  g_return_if_fail (tokens_per_minute <= MAX_PER_MINUTE);

  if (self->tokens_per_minute == tokens_per_minute)
    return;

  self->tokens_per_minute = tokens_per_minute;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOKENS_PER_MINUTE]);
}

/**
 * graphbit_llm_config_get_llm_provider: (get-property llm-provider)
 * @self: a configuration
 *
 * Gets the application's own provider.
 *
 * Returns: (transfer none) (nullable): the provider, or %NULL if it is not `custom`
 *
 * Since: 1.0
 */
GraphbitLlmProvider *
graphbit_llm_config_get_llm_provider (GraphbitLlmConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), NULL);

  return self->llm_provider;
}

/**
 * graphbit_llm_config_get_replies: (get-property replies)
 * @self: a configuration
 *
 * Gets what `scripted` answers.
 *
 * Returns: (transfer none) (array zero-terminated=1) (nullable): the texts, or %NULL
 *
 * Since: 1.0
 */
const char *const *
graphbit_llm_config_get_replies (GraphbitLlmConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), NULL);

  return (const char *const *) self->replies;
}

/**
 * graphbit_llm_config_get_capabilities: (get-property capabilities)
 * @self: a configuration
 *
 * Gets what can be asked of the model: what was set, or what the provider's
 * protocol has and the model is not known to lack.
 *
 * Returns: the capabilities
 *
 * Since: 1.0
 */
GraphbitLlmCapabilities
graphbit_llm_config_get_capabilities (GraphbitLlmConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), GRAPHBIT_LLM_CAPABILITIES_NONE);

  if (self->has_capabilities || self->vendor == NULL)
    return self->capabilities;

  return self->vendor->capabilities &
         ~graphbit_vendor_find_family (self->vendor, graphbit_llm_config_resolve_model (self))->without;
}

/**
 * graphbit_llm_config_set_capabilities: (set-property capabilities)
 * @self: a configuration
 * @capabilities: the capabilities
 *
 * Sets what can be asked of the model, in place of what graphbit knows.
 *
 * Since: 1.0
 */
void
graphbit_llm_config_set_capabilities (GraphbitLlmConfig *self,
                                      GraphbitLlmCapabilities capabilities)
{
  GraphbitLlmCapabilities old;

  g_return_if_fail (GRAPHBIT_IS_LLM_CONFIG (self));

  old = graphbit_llm_config_get_capabilities (self);
  self->capabilities = capabilities;
  self->has_capabilities = TRUE;
  if (old != capabilities)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAPABILITIES]);
}

GraphbitLack
graphbit_llm_config_get_model_lacks (GraphbitLlmConfig *self)
{
  if (self->has_capabilities || self->vendor == NULL)
    return GRAPHBIT_LACK_NOTHING;

  return graphbit_vendor_find_family (self->vendor, graphbit_llm_config_resolve_model (self))->lacks;
}

/**
 * graphbit_llm_config_get_has_api_key: (get-property has-api-key)
 * @self: a configuration
 *
 * Gets whether there is a key: given, in the environment, or from a key function.
 *
 * Returns: %TRUE if there is one
 *
 * Since: 1.0
 */
gboolean
graphbit_llm_config_get_has_api_key (GraphbitLlmConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), FALSE);

  return self->secret != NULL || self->key_func != NULL ||
         (self->vendor != NULL && graphbit_vendor_find_variable ((const char *const *) self->vendor->key_variables, NULL) != NULL);
}

/**
 * graphbit_llm_config_set_api_key:
 * @self: a configuration
 * @api_key: (nullable): the key; %NULL: it is looked for when it is needed
 * @error: return location for an error
 *
 * Sets the key.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT, and leaves the key as it was, if
 * it is empty or has control characters in it.
 *
 * Returns: %TRUE if the key was set
 *
 * Since: 1.0
 */
gboolean
graphbit_llm_config_set_api_key (GraphbitLlmConfig *self,
                                 const char *api_key,
                                 GError **error)
{
  GraphbitSecret *secret = NULL;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (api_key != NULL)
    {
      secret = graphbit_vendor_make_secret (api_key, NULL, error);
      if (secret == NULL)
        return FALSE;
    }

  g_clear_pointer (&self->secret, graphbit_secret_unref);
  self->secret = secret;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_API_KEY]);

  return TRUE;
}

/**
 * graphbit_llm_config_check_api_key:
 * @self: a configuration
 * @error: return location for an error
 *
 * Checks that a key is to be had, or that the provider works without one: for
 * applications that want to know before the first request.
 *
 * Fails with %GRAPHBIT_ERROR_AUTHENTICATION, naming the environment variable,
 * if there is none. A handler of [signal@LlmConfig::key-required] counts as
 * one, for it may have it.
 *
 * Returns: %TRUE if a request would not fail for want of a key
 *
 * Since: 1.0
 */
gboolean
graphbit_llm_config_check_api_key (GraphbitLlmConfig *self,
                                   GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if ((self->vendor != NULL && (self->vendor->quirks & GRAPHBIT_QUIRK_NO_KEY) != 0) ||
      graphbit_llm_config_get_has_api_key (self) || graphbit_llm_config_has_key_handler (self) ||
      graphbit_llm_config_has_key_header (self))
    return TRUE;

  g_propagate_error (error, graphbit_llm_config_make_key_error (self));
  return FALSE;
}

/**
 * graphbit_llm_config_set_key_func:
 * @self: a configuration
 * @func: (scope notified) (closure user_data) (destroy notify) (nullable): what gives the key; %NULL: nothing does
 * @user_data: handed to @func
 * @notify: (nullable): frees @user_data
 *
 * Sets a function that is asked for the key when a request needs it and it is
 * neither given nor in the environment.
 *
 * Since: 1.0
 */
void
graphbit_llm_config_set_key_func (GraphbitLlmConfig *self,
                                  GraphbitKeyFunc func,
                                  gpointer user_data,
                                  GDestroyNotify notify)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CONFIG (self));

  clear_key_func (self);
  self->key_func = func;
  self->key_data = user_data;
  self->key_notify = notify;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_API_KEY]);
}

/* What may be a credential in the headers is no more shown than the key. */
void
graphbit_llm_config_redact (GraphbitLlmConfig *self,
                            GraphbitFailure *failure)
{
  GVariantIter iter;
  const char *name, *value;

  if (self->headers == NULL || failure == NULL)
    return;

  g_variant_iter_init (&iter, self->headers);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    {
      const char *blank = strrchr (value, ' ');
      const char *token = blank != NULL ? blank + 1 : value; /* without “Bearer” and the like */
      g_autoptr (GraphbitSecret) secret = NULL;

      if (!graphbit_secret_is_header (name) || strlen (token) < MIN_TOKEN)
        continue;
      secret = graphbit_secret_new (token);
      graphbit_vendor_redact (failure, secret);
    }
}
