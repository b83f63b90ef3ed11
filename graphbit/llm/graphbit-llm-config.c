/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <pthread.h>
#include <string.h>

#include "graphbit-enum-types.h"
#include "graphbit-error.h"
#include "graphbit-http-socket-private.h"
#include "graphbit-json-private.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-provider.h"
#include "graphbit-vendor-environment-private.h"
#include "graphbit-vendor-headers-private.h"

#define MAX_PER_MINUTE 1000000000

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
struct _GraphbitLlmConfig
{
  GObject parent_instance;

  char *provider;
  const GraphbitVendor *vendor;
  char *model;
  char *base_url;
  char *good_base_url; /* the last one that was checked */
  GraphbitLlmApi api;
  char *organization;
  char *site_url;
  char *site_name;
  char *api_version;
  char *version;
  GVariant *headers;
  char *extra_body;
  JsonNode *extra_body_node; /* parsed when it is first needed */
  guint requests_per_minute;
  guint tokens_per_minute;
  char **replies;
  GraphbitLlmCapabilities capabilities;
  gboolean has_capabilities; /* set, and not the vendor's */
  GraphbitLlmProvider *llm_provider; /* custom's */
  GraphbitLlmProvider *built_in;

  GraphbitKeySource keys;
};

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

G_DEFINE_FINAL_TYPE (GraphbitLlmConfig, graphbit_llm_config, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
graphbit_llm_config_dispose (GObject *object)
{
  GraphbitLlmConfig *self = GRAPHBIT_LLM_CONFIG (object);

  graphbit_key_source_dispose (&self->keys);
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
  graphbit_key_source_clear (&self->keys);

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
      self->keys.provider = self->provider;
      self->keys.vendor = self->vendor;
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
  graphbit_key_source_add_signal (GRAPHBIT_TYPE_LLM_CONFIG);
}

static void
graphbit_llm_config_init (GraphbitLlmConfig *self)
{
  self->keys.config = self;
}

/* What the constructors refuse, and check () again. */

static JsonNode *
parse_extra_body (const char *extra_body,
                  GError **error)
{
  g_autoptr (JsonNode) node = graphbit_vendor_parse_extra_body (extra_body, error);

  if (node == NULL)
    return NULL;
  if (graphbit_json_get_member (node, "stream") != NULL)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The extra body must not set “stream”; call complete_stream or chat_stream instead"));
      return NULL;
    }

  return g_steal_pointer (&node);
}

/* For what is worked out at the first use, which may be in several threads at once. pthread's, so that the thread
 * sanitizer sees it. */
static pthread_mutex_t known_mutex = PTHREAD_MUTEX_INITIALIZER;

static JsonNode *
know_extra_body (GraphbitLlmConfig *self,
                 GError **error)
{
  JsonNode *node;

  pthread_mutex_lock (&known_mutex);
  if (self->extra_body_node == NULL)
    self->extra_body_node = parse_extra_body (self->extra_body, error);
  node = self->extra_body_node;
  pthread_mutex_unlock (&known_mutex);
  return node;
}

gboolean
graphbit_llm_config_check (GraphbitLlmConfig *self,
                           GError **error)
{
  g_autofree char *base_url = NULL;

  if (self->vendor == NULL)
    {
      g_autofree char *shown = g_strescape (self->provider, NULL);

      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("There is no provider “%s”"), shown);
      return FALSE;
    }
  if (graphbit_llm_config_resolve_model (self) == NULL && self->vendor->model_variables[0] != NULL)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("The name of the model or deployment of %s is missing; give it or set %s"),
                   self->vendor->title, self->vendor->model_variables[0]);
      return FALSE;
    }
  if (!graphbit_vendor_check_model (graphbit_llm_config_resolve_model (self), error))
    return FALSE;

  if (self->vendor->wire == GRAPHBIT_WIRE_CUSTOM)
    {
      if (strcmp (self->vendor->name, "custom") == 0 && self->llm_provider == NULL)
        {
          g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                               _("The provider “custom” needs an llm-provider"));
          return FALSE;
        }
      return TRUE;
    }

  base_url = graphbit_llm_config_resolve_base_url (self, error);
  if (base_url == NULL)
    return FALSE;
  if (self->headers != NULL && !graphbit_vendor_check_headers (self->headers, error))
    return FALSE;
  if (self->organization != NULL && graphbit_vendor_has_control_character (self->organization))
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The name of the organization is malformed"));
      return FALSE;
    }
  if ((self->site_url != NULL && graphbit_vendor_has_control_character (self->site_url)) ||
      (self->site_name != NULL && graphbit_vendor_has_control_character (self->site_name)))
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The address or the name of the site has a line break or another control character in it"));
      return FALSE;
    }
  if (self->api_version != NULL && !graphbit_vendor_check_api_version (self->api_version, error))
    return FALSE;
  if (self->version != NULL && self->vendor->wire != GRAPHBIT_WIRE_REPLICATE)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("%s has no versions of models; leave “version” unset"), self->vendor->title);
      return FALSE;
    }
  if (self->version != NULL && (*self->version == '\0' || graphbit_vendor_has_control_character (self->version)))
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The version of the model is empty or malformed; it is an id of 64 digits"));
      return FALSE;
    }
  if (self->extra_body != NULL && !know_extra_body (self, error))
    return FALSE;
  if (self->api == GRAPHBIT_LLM_API_RESPONSES && self->vendor->wire == GRAPHBIT_WIRE_CHAT &&
      !graphbit_vendor_has_responses (self->vendor, base_url))
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("%s does not speak OpenAI's responses at this address; leave “api” at auto"), self->vendor->title);
      return FALSE;
    }
  if (self->api != GRAPHBIT_LLM_API_AUTO && self->vendor->wire != GRAPHBIT_WIRE_CHAT)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("%s has a protocol of its own only; leave “api” at auto"), self->vendor->title);
      return FALSE;
    }

  return TRUE;
}

const GraphbitVendor *
graphbit_llm_config_get_vendor (GraphbitLlmConfig *self)
{
  return self->vendor;
}

GraphbitWire
graphbit_llm_config_get_wire (GraphbitLlmConfig *self)
{
  return self->api == GRAPHBIT_LLM_API_RESPONSES ? GRAPHBIT_WIRE_RESPONSES : self->vendor->wire;
}

char *
graphbit_llm_config_resolve_base_url (GraphbitLlmConfig *self,
                                      GError **error)
{
  g_autofree char *base_url = NULL;
  gboolean is_good;

  if (self->vendor == NULL || self->vendor->wire == GRAPHBIT_WIRE_CUSTOM)
    return NULL;

  base_url = graphbit_vendor_choose_base_url (self->vendor, self->base_url, error);
  if (base_url == NULL)
    return NULL;

  pthread_mutex_lock (&known_mutex);
  is_good = g_strcmp0 (base_url, self->good_base_url) == 0;
  pthread_mutex_unlock (&known_mutex);
  if (!is_good)
    {
      if (!graphbit_vendor_check_base_url (base_url, error))
        return NULL;
      pthread_mutex_lock (&known_mutex);
      g_free (self->good_base_url);
      self->good_base_url = g_strdup (base_url);
      pthread_mutex_unlock (&known_mutex);
    }

  return graphbit_vendor_complete_base_url (self->vendor, base_url);
}

const char *
graphbit_llm_config_resolve_model (GraphbitLlmConfig *self)
{
  const char *model;

  if (self->model != NULL || self->vendor == NULL)
    return self->model;

  model = graphbit_vendor_find_variable ((const char *const *) self->vendor->model_variables, NULL);

  return model != NULL ? model : self->vendor->default_model;
}

char *
graphbit_llm_config_dup_path_model (GraphbitLlmConfig *self)
{
  const char *model = graphbit_llm_config_resolve_model (self);

  return self->version != NULL ? g_strconcat (model, ":", self->version, NULL) : g_strdup (model);
}

GraphbitKeySource *
graphbit_llm_config_peek_keys (GraphbitLlmConfig *self)
{
  return &self->keys;
}

gboolean
graphbit_llm_config_has_key_header (GraphbitLlmConfig *self)
{
  return self->vendor != NULL && graphbit_vendor_has_key_header (self->vendor, self->headers);
}

void
graphbit_llm_config_add_headers (GraphbitLlmConfig *self,
                                 GraphbitHttpRequest *request)
{
  if (self->vendor->site_url_header != NULL && self->site_url != NULL && *self->site_url != '\0')
    graphbit_http_request_add_header (request, self->vendor->site_url_header, self->site_url);
  if (self->vendor->site_name_header != NULL && self->site_name != NULL && *self->site_name != '\0')
    graphbit_http_request_add_header (request, self->vendor->site_name_header, self->site_name);
  graphbit_vendor_add_headers (self->vendor, self->headers, self->organization, request);
}

JsonNode *
graphbit_llm_config_peek_extra_body (GraphbitLlmConfig *self)
{
  return self->extra_body != NULL ? know_extra_body (self, NULL) : NULL;
}

GraphbitLlmProvider *
graphbit_llm_config_peek_llm_provider (GraphbitLlmConfig *self)
{
  GraphbitLlmProvider *llm_provider;

  pthread_mutex_lock (&known_mutex);
  llm_provider = self->llm_provider != NULL ? self->llm_provider : self->built_in;
  pthread_mutex_unlock (&known_mutex);
  return llm_provider;
}

GraphbitLlmProvider *
graphbit_llm_config_keep_llm_provider (GraphbitLlmConfig *self,
                                       GraphbitLlmProvider *llm_provider)
{
  pthread_mutex_lock (&known_mutex);
  if (self->built_in == NULL)
    self->built_in = g_object_ref (llm_provider);
  llm_provider = self->built_in;
  pthread_mutex_unlock (&known_mutex);
  return llm_provider;
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
      graphbit_key_source_has_handler (&one->keys) || graphbit_key_source_has_handler (&other->keys))
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
         graphbit_key_source_equal (&one->keys, &other->keys);
}

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

  secret = graphbit_key_source_dup_secret (&self->keys, &key_error);
  if (key_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&key_error));
      return NULL;
    }

  return g_steal_pointer (&self);
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

  return graphbit_key_source_has_key (&self->keys);
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
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!graphbit_key_source_set_key (&self->keys, api_key, error))
    return FALSE;

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

  return graphbit_llm_config_has_key_header (self) || graphbit_key_source_check (&self->keys, error);
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

  graphbit_key_source_set_func (&self->keys, G_CALLBACK (func), user_data, notify);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_API_KEY]);
}

void
graphbit_llm_config_redact (GraphbitLlmConfig *self,
                            GraphbitFailure *failure)
{
  graphbit_vendor_redact_headers (self->headers, failure);
}

static void
write_headers (GraphbitLlmConfig *self,
               GraphbitJsonWriter *writer)
{
  GVariantIter iter;
  const char *name, *value;

  graphbit_json_writer_name (writer, "headers");
  graphbit_json_writer_begin_object (writer);
  g_variant_iter_init (&iter, self->headers);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    {
      if (!graphbit_secret_is_header (name))
        graphbit_json_writer_string_member (writer, name, value);
    }
  graphbit_json_writer_end_object (writer);
}

static void
write_capabilities (GraphbitLlmConfig *self,
                    GraphbitJsonWriter *writer)
{
  g_autoptr (GFlagsClass) klass = g_type_class_ref (GRAPHBIT_TYPE_LLM_CAPABILITIES);

  graphbit_json_writer_name (writer, "capabilities");
  graphbit_json_writer_begin_array (writer);
  for (guint i = 0; i < klass->n_values; i++)
    {
      if (klass->values[i].value != 0 && (self->capabilities & klass->values[i].value) != 0)
        graphbit_json_writer_string (writer, klass->values[i].value_nick);
    }
  graphbit_json_writer_end_array (writer);
}

/**
 * graphbit_llm_config_to_json:
 * @self: a configuration
 *
 * Writes down what was set, as a JSON object with the names of the properties.
 * Keys are not among it, nor are headers whose names suggest a secret.
 *
 * Returns: (transfer full): JSON text
 *
 * Since: 1.0
 */
char *
graphbit_llm_config_to_json (GraphbitLlmConfig *self)
{
  GString *text;
  GraphbitJsonWriter writer;
  JsonNode *extra_body;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), NULL);

  text = g_string_new (NULL);
  graphbit_json_writer_init (&writer, text);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, "provider", self->provider);
  if (graphbit_llm_config_resolve_model (self) != NULL)
    graphbit_json_writer_string_member (&writer, "model", graphbit_llm_config_resolve_model (self));
  /* A password in it would be an error at use, but is a secret all the same. */
  if (self->base_url != NULL && graphbit_vendor_check_base_url (self->base_url, NULL))
    graphbit_json_writer_string_member (&writer, "base-url", self->base_url);
  if (self->api == GRAPHBIT_LLM_API_CHAT_COMPLETIONS)
    graphbit_json_writer_string_member (&writer, "api", "chat-completions");
  else if (self->api == GRAPHBIT_LLM_API_RESPONSES)
    graphbit_json_writer_string_member (&writer, "api", "responses");
  if (self->organization != NULL)
    graphbit_json_writer_string_member (&writer, "organization", self->organization);
  if (self->site_url != NULL)
    graphbit_json_writer_string_member (&writer, "site-url", self->site_url);
  if (self->site_name != NULL)
    graphbit_json_writer_string_member (&writer, "site-name", self->site_name);
  if (self->api_version != NULL)
    graphbit_json_writer_string_member (&writer, "api-version", self->api_version);
  if (self->version != NULL)
    graphbit_json_writer_string_member (&writer, "version", self->version);
  if (self->headers != NULL)
    write_headers (self, &writer);
  if (self->has_capabilities)
    write_capabilities (self, &writer);
  extra_body = graphbit_llm_config_peek_extra_body (self);
  if (extra_body != NULL)
    {
      graphbit_json_writer_name (&writer, "extra-body");
      graphbit_json_write_node (&writer, extra_body);
    }
  if (self->requests_per_minute > 0)
    graphbit_json_writer_int64_member (&writer, "requests-per-minute", self->requests_per_minute);
  if (self->tokens_per_minute > 0)
    graphbit_json_writer_int64_member (&writer, "tokens-per-minute", self->tokens_per_minute);
  if (self->replies != NULL)
    {
      graphbit_json_writer_name (&writer, "replies");
      graphbit_json_writer_begin_array (&writer);
      for (guint i = 0; self->replies[i] != NULL; i++)
        graphbit_json_writer_string (&writer, self->replies[i]);
      graphbit_json_writer_end_array (&writer);
    }
  graphbit_json_writer_end_object (&writer);

  return g_string_free (text, FALSE);
}
