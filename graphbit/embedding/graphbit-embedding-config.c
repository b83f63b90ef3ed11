/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-embedding-config-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-enum-types.h"
#include "graphbit-error.h"
#include "graphbit-vendor-environment-private.h"
#include "graphbit-vendor-headers-private.h"

#define MAX_DIMENSIONS 1000000
#define MAX_PER_MINUTE 1000000000

/**
 * GraphbitEmbeddingConfig:
 *
 * Whom to ask for embeddings: a provider, a model, and the key for it.
 *
 * Where a provider needs a key and none was given, it is looked for when a
 * request needs it: in the provider's environment variable, then by the function
 * of [method@EmbeddingConfig.set_key_func], then by
 * [signal@EmbeddingConfig::key-required]. If it is nowhere, the request fails
 * with %GRAPHBIT_ERROR_AUTHENTICATION. A key that the provider refuses is asked
 * for once more, of the function or the signal. A key never shows up in
 * properties, logs or errors.
 *
 * A configuration made from properties alone is checked when it is first used,
 * with the errors of the constructors. Changes affect later requests.
 *
 * Vectors of different models, or of different numbers of dimensions, have
 * nothing to do with each other: embed queries and documents with the same.
 *
 * Since: 1.0
 */
struct _GraphbitEmbeddingConfig
{
  GObject parent_instance;

  char *provider;
  const GraphbitEmbeddingWire *wire; /* NULL: there is no such provider */
  const GraphbitVendor *vendor;      /* its */
  char *model;
  char *base_url;
  char *api_version;
  guint dimensions;
  GraphbitEmbeddingInputType input_type;
  GVariant *headers;
  char *extra_body;
  guint requests_per_minute;
  guint tokens_per_minute;
  GraphbitKeySource keys;
};

enum
{
  PROP_0,
  PROP_PROVIDER,
  PROP_MODEL,
  PROP_BASE_URL,
  PROP_API_VERSION,
  PROP_DIMENSIONS,
  PROP_INPUT_TYPE,
  PROP_HEADERS,
  PROP_EXTRA_BODY,
  PROP_REQUESTS_PER_MINUTE,
  PROP_TOKENS_PER_MINUTE,
  PROP_HAS_API_KEY,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitEmbeddingConfig, graphbit_embedding_config, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
graphbit_embedding_config_dispose (GObject *object)
{
  graphbit_key_source_dispose (&GRAPHBIT_EMBEDDING_CONFIG (object)->keys);

  G_OBJECT_CLASS (graphbit_embedding_config_parent_class)->dispose (object);
}

static void
graphbit_embedding_config_finalize (GObject *object)
{
  GraphbitEmbeddingConfig *self = GRAPHBIT_EMBEDDING_CONFIG (object);

  g_free (self->provider);
  g_free (self->model);
  g_free (self->base_url);
  g_free (self->api_version);
  g_clear_pointer (&self->headers, g_variant_unref);
  g_free (self->extra_body);
  graphbit_key_source_clear (&self->keys);

  G_OBJECT_CLASS (graphbit_embedding_config_parent_class)->finalize (object);
}

static void
graphbit_embedding_config_get_property (GObject *object,
                                        guint property,
                                        GValue *value,
                                        GParamSpec *pspec)
{
  GraphbitEmbeddingConfig *self = GRAPHBIT_EMBEDDING_CONFIG (object);

  switch (property)
    {
    case PROP_PROVIDER:
      g_value_set_string (value, self->provider);
      break;
    case PROP_MODEL:
      g_value_set_string (value, graphbit_embedding_config_get_model (self));
      break;
    case PROP_BASE_URL:
      g_value_set_string (value, self->base_url);
      break;
    case PROP_API_VERSION:
      g_value_set_string (value, self->api_version);
      break;
    case PROP_DIMENSIONS:
      g_value_set_uint (value, self->dimensions);
      break;
    case PROP_INPUT_TYPE:
      g_value_set_enum (value, self->input_type);
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
    case PROP_HAS_API_KEY:
      g_value_set_boolean (value, graphbit_embedding_config_get_has_api_key (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_embedding_config_set_property (GObject *object,
                                        guint property,
                                        const GValue *value,
                                        GParamSpec *pspec)
{
  GraphbitEmbeddingConfig *self = GRAPHBIT_EMBEDDING_CONFIG (object);

  switch (property)
    {
    case PROP_PROVIDER:
      self->provider = g_value_dup_string (value);
      if (self->provider == NULL)
        self->provider = g_strdup ("");
      self->wire = graphbit_embedding_wire_lookup (self->provider);
      if (self->wire != NULL)
        self->vendor = graphbit_vendor_lookup (self->wire->vendor);
      self->keys.provider = self->provider;
      self->keys.vendor = self->vendor;
      break;
    case PROP_MODEL:
      graphbit_embedding_config_set_model (self, g_value_get_string (value));
      break;
    case PROP_BASE_URL:
      graphbit_embedding_config_set_base_url (self, g_value_get_string (value));
      break;
    case PROP_API_VERSION:
      graphbit_embedding_config_set_api_version (self, g_value_get_string (value));
      break;
    case PROP_DIMENSIONS:
      graphbit_embedding_config_set_dimensions (self, g_value_get_uint (value));
      break;
    case PROP_INPUT_TYPE:
      graphbit_embedding_config_set_input_type (self, (GraphbitEmbeddingInputType) g_value_get_enum (value));
      break;
    case PROP_HEADERS:
      graphbit_embedding_config_set_headers (self, g_value_get_variant (value));
      break;
    case PROP_EXTRA_BODY:
      graphbit_embedding_config_set_extra_body (self, g_value_get_string (value));
      break;
    case PROP_REQUESTS_PER_MINUTE:
      graphbit_embedding_config_set_requests_per_minute (self, g_value_get_uint (value));
      break;
    case PROP_TOKENS_PER_MINUTE:
      graphbit_embedding_config_set_tokens_per_minute (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_embedding_config_class_init (GraphbitEmbeddingConfigClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = graphbit_embedding_config_dispose;
  object_class->finalize = graphbit_embedding_config_finalize;
  object_class->get_property = graphbit_embedding_config_get_property;
  object_class->set_property = graphbit_embedding_config_set_property;

  /**
   * GraphbitEmbeddingConfig:provider: (getter get_provider)
   *
   * Who is asked: `openai`, `azure`, `huggingface`, `ollama`, `mistralai`,
   * `cohere`, `gemini`, `voyage`, `openai_compatible`, `litellm` or `offline`.
   *
   * Since: 1.0
   */
  properties[PROP_PROVIDER] =
    g_param_spec_string ("provider", NULL, NULL, "openai",
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitEmbeddingConfig:model: (getter get_model) (setter set_model)
   *
   * The model, as the provider names it; with `azure` the deployment. Where the
   * provider has a usual one, %NULL means that.
   *
   * Since: 1.0
   */
  properties[PROP_MODEL] = g_param_spec_string ("model", NULL, NULL, NULL, writable);
  /**
   * GraphbitEmbeddingConfig:base-url: (getter get_base_url) (setter set_base_url)
   *
   * Where the provider's API begins, such as `http://localhost:8000/v1`: as
   * [property@LlmConfig:base-url]. %NULL is what the provider's environment
   * variable says, if it is set, and the provider's own address otherwise;
   * `huggingface` has no variable for it here.
   *
   * Since: 1.0
   */
  properties[PROP_BASE_URL] = g_param_spec_string ("base-url", NULL, NULL, NULL, writable);
  /**
   * GraphbitEmbeddingConfig:api-version: (getter get_api_version) (setter set_api_version)
   *
   * The version of its API that Azure is asked for, such as `2024-10-21`. %NULL,
   * the default, is what `AZURELLM_API_VERSION` or `OPENAI_API_VERSION` says, and
   * else the usual one of the address. The other providers have none.
   *
   * Since: 1.0
   */
  properties[PROP_API_VERSION] = g_param_spec_string ("api-version", NULL, NULL, NULL, writable);
  /**
   * GraphbitEmbeddingConfig:dimensions: (getter get_dimensions) (setter set_dimensions)
   *
   * How long the vectors are to be. 0, the default: as the model makes them, with
   * `offline` 256. At most 1,000,000. `huggingface` cannot be asked for it, unless
   * it is a server of Text Embeddings Inference, and of the others' models only
   * some know more than one length.
   *
   * Since: 1.0
   */
  properties[PROP_DIMENSIONS] = g_param_spec_uint ("dimensions", NULL, NULL, 0, MAX_DIMENSIONS, 0, writable);
  /**
   * GraphbitEmbeddingConfig:input-type: (getter get_input_type) (setter set_input_type)
   *
   * What the embeddings are for. Cohere, Gemini and Voyage can be told; with the
   * others, and with what one of these does not know, a request fails with
   * %GRAPHBIT_ERROR_UNSUPPORTED. The default is
   * %GRAPHBIT_EMBEDDING_INPUT_TYPE_UNSET.
   *
   * Since: 1.0
   */
  properties[PROP_INPUT_TYPE] =
    g_param_spec_enum ("input-type", NULL, NULL, GRAPHBIT_TYPE_EMBEDDING_INPUT_TYPE, GRAPHBIT_EMBEDDING_INPUT_TYPE_UNSET,
                       writable);
  /**
   * GraphbitEmbeddingConfig:headers: (getter get_headers) (setter set_headers)
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
   * GraphbitEmbeddingConfig:extra-body: (getter get_extra_body) (setter set_extra_body)
   *
   * A JSON object whose members are written into each request, in the place of
   * the library's own of those names: what this class has no property for, such
   * as `{"truncate": "NONE"}`. `null` leaves a member out. With `gemini` they are
   * written into the request of each text. It cannot have the texts: that is
   * %GRAPHBIT_ERROR_INVALID_ARGUMENT at use, as is what is no JSON object. The
   * offline provider has no requests, and fails with
   * %GRAPHBIT_ERROR_UNSUPPORTED. %NULL, the default: nothing.
   *
   * Since: 1.0
   */
  properties[PROP_EXTRA_BODY] = g_param_spec_string ("extra-body", NULL, NULL, NULL, writable);
  /**
   * GraphbitEmbeddingConfig:requests-per-minute: (getter get_requests_per_minute) (setter set_requests_per_minute)
   *
   * How many requests the model may be sent in any 60 seconds, as
   * [property@LlmConfig:requests-per-minute]. 0: only what the server itself says
   * counts. At most 1,000,000,000.
   *
   * Since: 1.0
   */
  properties[PROP_REQUESTS_PER_MINUTE] =
    g_param_spec_uint ("requests-per-minute", NULL, NULL, 0, MAX_PER_MINUTE, 0, writable);
  /**
   * GraphbitEmbeddingConfig:tokens-per-minute: (getter get_tokens_per_minute) (setter set_tokens_per_minute)
   *
   * How many tokens the model may be sent in any 60 seconds, as
   * [property@LlmConfig:tokens-per-minute]; before a request is sent they are
   * estimated as a quarter of the bytes of its texts. 0: only what the server
   * itself says counts. At most 1,000,000,000.
   *
   * Since: 1.0
   */
  properties[PROP_TOKENS_PER_MINUTE] =
    g_param_spec_uint ("tokens-per-minute", NULL, NULL, 0, MAX_PER_MINUTE, 0, writable);
  /**
   * GraphbitEmbeddingConfig:has-api-key: (getter get_has_api_key)
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
   * GraphbitEmbeddingConfig::key-required:
   * @self: the configuration
   * @call: what to answer with the key
   *
   * A request needs the key, and it is neither given nor in the environment nor
   * known to a key function, or the provider has refused it. The handler may
   * answer at once or later, with [method@KeyCall.respond] or
   * [method@Call.fail]. Emitted in the main context in which the request was
   * started.
   *
   * Returns: %TRUE if the handler answers or has answered
   *
   * Since: 1.0
   */
  graphbit_key_source_add_signal (GRAPHBIT_TYPE_EMBEDDING_CONFIG);
}

static void
graphbit_embedding_config_init (GraphbitEmbeddingConfig *self)
{
  self->keys.config = self;
}

/* At use */

static gboolean
resolve_address (GraphbitEmbeddingConfig *self,
                 GraphbitEmbeddingTarget *target,
                 GError **error)
{
  const char *own = self->base_url != NULL ? self->base_url : self->wire->base_url;
  g_autofree char *base_url = graphbit_vendor_choose_base_url (self->vendor, own, error);
  g_autofree char *path = NULL;

  if (base_url == NULL || !graphbit_vendor_check_base_url (base_url, error))
    return FALSE;

  path = graphbit_embedding_wire_make_path (target->wire, target->model);
  if (target->wire->base_end != NULL)
    base_url[strlen (base_url) - strlen (target->wire->base_end)] = '\0';
  if (own != NULL && own == self->wire->base_url)
    target->base_uri = g_steal_pointer (&base_url);
  else
    target->base_uri = graphbit_vendor_complete_base_url (self->vendor, base_url);
  target->uri = graphbit_vendor_make_uri (self->vendor, GRAPHBIT_WIRE_EMBEDDINGS, target->base_uri, target->model, path,
                                          self->api_version);
  return TRUE;
}

/* The key that needs nobody to be asked; what else there is to be written into each request. */
static gboolean
resolve_request (GraphbitEmbeddingConfig *self,
                 GraphbitEmbeddingTarget *target,
                 GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (self->headers != NULL && !graphbit_vendor_check_headers (self->headers, error))
    return FALSE;
  if (self->extra_body != NULL)
    {
      target->extra_body = graphbit_vendor_parse_extra_body (self->extra_body, error);
      if (target->extra_body == NULL || !graphbit_embedding_wire_check_extra_body (target->wire, target->extra_body, error))
        return FALSE;
    }
  if (self->headers != NULL)
    target->headers = g_variant_ref (self->headers);
  target->requests_per_minute = self->requests_per_minute;
  target->tokens_per_minute = self->tokens_per_minute;

  target->secret = graphbit_key_source_dup_secret (&self->keys, &local_error);
  if (target->secret == NULL && local_error == NULL && !graphbit_key_source_can_ask (&self->keys))
    {
      target->is_keyless = TRUE;
      if ((self->vendor->quirks & GRAPHBIT_QUIRK_NO_KEY) == 0 && !target->wire->is_own_server &&
          !graphbit_vendor_has_key_header (self->vendor, self->headers))
        local_error = graphbit_key_source_make_error (&self->keys);
    }
  /* then the key is not sent, and nobody is asked for it */
  target->is_keyless |= graphbit_vendor_has_key_header (self->vendor, self->headers);
  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

GraphbitKeySource *
graphbit_embedding_config_peek_keys (GraphbitEmbeddingConfig *self)
{
  return &self->keys;
}

/* Everything but what it takes a key for. */
static gboolean
resolve_place (GraphbitEmbeddingConfig *self,
               GraphbitEmbeddingTarget *target,
               GError **error)
{
  const char *model = graphbit_embedding_config_get_model (self);

  if (self->wire == NULL)
    {
      g_autofree char *shown = g_strescape (self->provider, NULL);

      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("There is no provider “%s” of embeddings"), shown);
      return FALSE;
    }
  if (!graphbit_vendor_check_model (model, error))
    return FALSE;
  if (self->api_version != NULL && !graphbit_vendor_check_api_version (self->api_version, error))
    return FALSE;
  if (self->api_version != NULL && self->vendor->routes == NULL)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("%s has no versions of its API to choose from; leave “api-version” unset"), self->vendor->title);
      return FALSE;
    }

  target->wire = graphbit_embedding_wire_choose (self->wire, self->base_url);
  if (!graphbit_embedding_wire_check (target->wire, self->vendor, self->dimensions, self->input_type, error))
    return FALSE;

  target->vendor = self->vendor;
  /* Gemini's names are told with a folder as often as without */
  if (self->wire->style == GRAPHBIT_EMBEDDING_WIRE_GEMINI && g_str_has_prefix (model, "models/"))
    model += strlen ("models/");
  target->model = g_strdup (model);
  target->dimensions = self->dimensions;
  target->type = self->input_type;

  return self->wire->style == GRAPHBIT_EMBEDDING_WIRE_OFFLINE || resolve_address (self, target, error);
}

gboolean
graphbit_embedding_config_resolve (GraphbitEmbeddingConfig *self,
                                   GraphbitEmbeddingTarget *target,
                                   GError **error)
{
  if (!resolve_place (self, target, error))
    return FALSE;
  if (target->base_uri != NULL)
    return resolve_request (self, target, error);

  if (self->extra_body != NULL)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                           _("The offline provider sends no requests; leave “extra-body” unset"));
      return FALSE;
    }
  return TRUE;
}

void
graphbit_embedding_target_clear (GraphbitEmbeddingTarget *self)
{
  g_clear_pointer (&self->model, g_free);
  g_clear_pointer (&self->base_uri, g_free);
  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->headers, g_variant_unref);
  g_clear_pointer (&self->extra_body, json_node_unref);
  g_clear_pointer (&self->secret, graphbit_secret_unref);
  g_clear_pointer (&self->refused_secret, graphbit_secret_unref);
}

/* Constructors */

static GraphbitEmbeddingConfig *
new_for_provider (const char *provider,
                  const char *api_key,
                  const char *model,
                  GError **error)
{
  g_autoptr (GraphbitEmbeddingConfig) self = NULL;

  if (model != NULL && !graphbit_vendor_check_model (model, error))
    return NULL;

  self = g_object_new (GRAPHBIT_TYPE_EMBEDDING_CONFIG,
                       "provider", provider,
                       "model", model,
                       NULL);
  if (api_key != NULL && !graphbit_embedding_config_set_api_key (self, api_key, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * graphbit_embedding_config_new_openai:
 * @api_key: (nullable): the key; %NULL: what `OPENAI_API_KEY` says when it is needed
 * @model: (nullable): the model; %NULL: `text-embedding-3-small`
 * @error: return location for an error
 *
 * Creates a configuration for OpenAI, or for the server that `OPENAI_BASE_URL`
 * names. The models of its third generation can be asked for fewer dimensions.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitEmbeddingConfig *
graphbit_embedding_config_new_openai (const char *api_key,
                                      const char *model,
                                      GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return new_for_provider ("openai", api_key, model, error);
}

/**
 * graphbit_embedding_config_new_huggingface:
 * @api_key: (nullable): the key; %NULL: what `HUGGINGFACE_API_KEY` says when it is needed
 * @model: (nullable): the model; %NULL: `sentence-transformers/all-MiniLM-L6-v2`
 * @error: return location for an error
 *
 * Creates a configuration for the inference that Hugging Face runs itself. From a
 * model that tells of single tokens the mean over them is taken.
 *
 * A server of Text Embeddings Inference, one's own or an Inference Endpoint, is
 * spoken to in its own protocol if [property@EmbeddingConfig:base-url] ends with
 * `/embed`, such as `http://localhost:8080/embed`. It has one model, whatever
 * [property@EmbeddingConfig:model] says, takes 32 texts in a request, can be
 * asked for dimensions, and may do without a key. (It speaks as OpenAI does, too:
 * [ctor@EmbeddingConfig.new_openai_compatible].)
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitEmbeddingConfig *
graphbit_embedding_config_new_huggingface (const char *api_key,
                                           const char *model,
                                           GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return new_for_provider ("huggingface", api_key, model, error);
}

/**
 * graphbit_embedding_config_new_mistralai:
 * @api_key: (nullable): the key; %NULL: what `MISTRALAI_API_KEY` says when it is needed
 * @model: (nullable): the model; %NULL: `mistral-embed`
 * @error: return location for an error
 *
 * Creates a configuration for Mistral, or for the server that
 * `MISTRALAI_BASE_URL` names.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitEmbeddingConfig *
graphbit_embedding_config_new_mistralai (const char *api_key,
                                         const char *model,
                                         GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return new_for_provider ("mistralai", api_key, model, error);
}

/**
 * graphbit_embedding_config_new_cohere:
 * @api_key: (nullable): the key; %NULL: what `CO_API_KEY` says when it is needed
 * @model: (nullable): the model; %NULL: `embed-v4.0`
 * @error: return location for an error
 *
 * Creates a configuration for Cohere, or for the server that `CO_API_URL` names.
 * Its models want to know what the embeddings are for: where
 * [property@EmbeddingConfig:input-type] is unset, texts are documents.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitEmbeddingConfig *
graphbit_embedding_config_new_cohere (const char *api_key,
                                      const char *model,
                                      GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return new_for_provider ("cohere", api_key, model, error);
}

/**
 * graphbit_embedding_config_new_gemini:
 * @api_key: (nullable): the key; %NULL: what `GEMINI_API_KEY` says when it is needed
 * @model: (nullable): the model; %NULL: `gemini-embedding-001`
 * @error: return location for an error
 *
 * Creates a configuration for Google's Gemini, or for the server that
 * `GOOGLE_GEMINI_BASE_URL` names. Vectors with fewer dimensions than the model's
 * own are not of length 1.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitEmbeddingConfig *
graphbit_embedding_config_new_gemini (const char *api_key,
                                      const char *model,
                                      GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return new_for_provider ("gemini", api_key, model, error);
}

/**
 * graphbit_embedding_config_new_voyage:
 * @api_key: (nullable): the key; %NULL: what `VOYAGE_API_KEY` says when it is needed
 * @model: (nullable): the model; %NULL: `voyage-3.5`
 * @error: return location for an error
 *
 * Creates a configuration for Voyage, which has embeddings only, or for the
 * server that `VOYAGE_BASE_URL` names.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitEmbeddingConfig *
graphbit_embedding_config_new_voyage (const char *api_key,
                                      const char *model,
                                      GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return new_for_provider ("voyage", api_key, model, error);
}

/**
 * graphbit_embedding_config_new_litellm:
 * @api_key: (nullable): the key; %NULL: what `LITELLM_API_KEY` says when it is needed
 * @model: (nullable): the model; %NULL: `text-embedding-3-small`
 * @error: return location for an error
 *
 * Creates a configuration for a LiteLLM proxy, on this machine or where
 * `LITELLM_BASE_URL` says. Whether it wants a key is up to whoever runs it.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it; never because a key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitEmbeddingConfig *
graphbit_embedding_config_new_litellm (const char *api_key,
                                       const char *model,
                                       GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return new_for_provider ("litellm", api_key, model, error);
}

/**
 * graphbit_embedding_config_new_azure:
 * @api_key: (nullable): the key; %NULL: what `AZURELLM_API_KEY` says when it is needed
 * @deployment_name: the name of the deployment, which its owner gave it
 * @endpoint: (nullable): the address of the resource, such as
 *   `https://mine.openai.azure.com`; %NULL: what `AZURELLM_ENDPOINT` or
 *   `AZURE_OPENAI_ENDPOINT` says
 * @api_version: (nullable): the version of the API; %NULL: see
 *   [property@EmbeddingConfig:api-version]
 * @error: return location for an error
 *
 * Creates a configuration for a deployment of a model of OpenAI's at Azure. What
 * [ctor@LlmConfig.new_azurellm] says about addresses holds here, too.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it, if @endpoint is no URL, or if there is none; never because a
 * key is missing.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitEmbeddingConfig *
graphbit_embedding_config_new_azure (const char *api_key,
                                     const char *deployment_name,
                                     const char *endpoint,
                                     const char *api_version,
                                     GError **error)
{
  g_autoptr (GraphbitEmbeddingConfig) self = NULL;
  GraphbitEmbeddingTarget target = { NULL };
  gboolean is_good;

  g_return_val_if_fail (deployment_name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = new_for_provider ("azure", api_key, deployment_name, error);
  if (self == NULL)
    return NULL;

  graphbit_embedding_config_set_base_url (self, endpoint);
  graphbit_embedding_config_set_api_version (self, api_version);
  is_good = resolve_place (self, &target, error);
  graphbit_embedding_target_clear (&target);
  return is_good ? g_steal_pointer (&self) : NULL;
}

/**
 * graphbit_embedding_config_new_ollama:
 * @model: (nullable): the model; %NULL: `nomic-embed-text`
 * @error: return location for an error
 *
 * Creates a configuration for Ollama on this machine, or where `OLLAMA_HOST`
 * says. No key is needed; for ollama.com it is taken from `OLLAMA_API_KEY`.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if @model is empty or has control
 * characters in it.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitEmbeddingConfig *
graphbit_embedding_config_new_ollama (const char *model,
                                      GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return new_for_provider ("ollama", NULL, model, error);
}

/**
 * graphbit_embedding_config_new_openai_compatible:
 * @base_url: where the API begins, such as `http://localhost:8080/v1`
 * @api_key: (nullable): the key, or %NULL if the server wants none
 * @model: the model, as the server names it
 * @error: return location for an error
 *
 * Creates a configuration for a server that makes embeddings as OpenAI does:
 * llama.cpp, vLLM, LM Studio, Text Embeddings Inference, or a provider in the
 * network.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if a text is empty or has control
 * characters in it, or if @base_url is no URL.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitEmbeddingConfig *
graphbit_embedding_config_new_openai_compatible (const char *base_url,
                                                 const char *api_key,
                                                 const char *model,
                                                 GError **error)
{
  GraphbitEmbeddingConfig *self;

  g_return_val_if_fail (base_url != NULL, NULL);
  g_return_val_if_fail (model != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!graphbit_vendor_check_base_url (base_url, error))
    return NULL;

  self = new_for_provider ("openai_compatible", api_key, model, error);
  if (self != NULL)
    graphbit_embedding_config_set_base_url (self, base_url);
  return self;
}

/**
 * graphbit_embedding_config_new_offline:
 *
 * Creates a configuration for the built-in provider, which needs neither key
 * nor network. It is no model: it counts words and groups of three letters, so
 * texts are near each other if they share those, whatever they mean. It does for
 * tests and for a first try of a search; the same text always gives the same
 * vector. Vectors have the length 1.
 *
 * Returns: (transfer full): the new configuration
 *
 * Since: 1.0
 */
GraphbitEmbeddingConfig *
graphbit_embedding_config_new_offline (void)
{
  return g_object_new (GRAPHBIT_TYPE_EMBEDDING_CONFIG, "provider", "offline", NULL);
}

/* Properties */

/**
 * graphbit_embedding_config_get_provider: (get-property provider)
 * @self: a configuration
 *
 * Gets who is asked.
 *
 * Returns: the provider's name
 *
 * Since: 1.0
 */
const char *
graphbit_embedding_config_get_provider (GraphbitEmbeddingConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self), NULL);

  return self->provider;
}

/**
 * graphbit_embedding_config_get_model: (get-property model)
 * @self: a configuration
 *
 * Gets the model: what was set, or the provider's usual one.
 *
 * Returns: (nullable): the model's name, or %NULL if none was set and there is no usual one
 *
 * Since: 1.0
 */
const char *
graphbit_embedding_config_get_model (GraphbitEmbeddingConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self), NULL);

  return self->model != NULL || self->wire == NULL ? self->model : self->wire->default_model;
}

/**
 * graphbit_embedding_config_set_model: (set-property model)
 * @self: a configuration
 * @model: (nullable): the model's name; %NULL: the provider's usual one
 *
 * Sets the model.
 *
 * Since: 1.0
 */
void
graphbit_embedding_config_set_model (GraphbitEmbeddingConfig *self,
                                     const char *model)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self));

  if (g_strcmp0 (self->model, model) == 0)
    return;

  g_free (self->model);
  self->model = g_strdup (model);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

/**
 * graphbit_embedding_config_get_base_url: (get-property base-url)
 * @self: a configuration
 *
 * Gets where the provider's API begins.
 *
 * Returns: (nullable): what was set, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_embedding_config_get_base_url (GraphbitEmbeddingConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self), NULL);

  return self->base_url;
}

/**
 * graphbit_embedding_config_set_base_url: (set-property base-url)
 * @self: a configuration
 * @base_url: (nullable): the base URL; %NULL: the provider's
 *
 * Sets where the provider's API begins. What is no URL is an error at use.
 *
 * Since: 1.0
 */
void
graphbit_embedding_config_set_base_url (GraphbitEmbeddingConfig *self,
                                        const char *base_url)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self));

  if (g_strcmp0 (self->base_url, base_url) == 0)
    return;

  g_free (self->base_url);
  self->base_url = g_strdup (base_url);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BASE_URL]);
}

/**
 * graphbit_embedding_config_get_api_version: (get-property api-version)
 * @self: a configuration
 *
 * Gets the version of its API that Azure is asked for.
 *
 * Returns: (nullable): what was set, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_embedding_config_get_api_version (GraphbitEmbeddingConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self), NULL);

  return self->api_version;
}

/**
 * graphbit_embedding_config_set_api_version: (set-property api-version)
 * @self: a configuration
 * @api_version: (nullable): the version; %NULL: the usual one
 *
 * Sets the version of its API that Azure is asked for.
 *
 * Since: 1.0
 */
void
graphbit_embedding_config_set_api_version (GraphbitEmbeddingConfig *self,
                                           const char *api_version)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self));

  if (g_strcmp0 (self->api_version, api_version) == 0)
    return;

  g_free (self->api_version);
  self->api_version = g_strdup (api_version);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_API_VERSION]);
}

/**
 * graphbit_embedding_config_get_dimensions: (get-property dimensions)
 * @self: a configuration
 *
 * Gets how long the vectors are to be.
 *
 * Returns: the number of dimensions, or 0 for the model's own
 *
 * Since: 1.0
 */
guint
graphbit_embedding_config_get_dimensions (GraphbitEmbeddingConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self), 0);

  return self->dimensions;
}

/**
 * graphbit_embedding_config_set_dimensions: (set-property dimensions)
 * @self: a configuration
 * @dimensions: the number of dimensions, at most 1,000,000, or 0 for the model's own
 *
 * Sets how long the vectors are to be.
 *
 * Since: 1.0
 */
void
graphbit_embedding_config_set_dimensions (GraphbitEmbeddingConfig *self,
                                          guint dimensions)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self));
  g_return_if_fail (dimensions <= MAX_DIMENSIONS);

  if (self->dimensions == dimensions)
    return;

  self->dimensions = dimensions;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DIMENSIONS]);
}

/**
 * graphbit_embedding_config_get_input_type: (get-property input-type)
 * @self: a configuration
 *
 * Gets what the embeddings are for.
 *
 * Returns: the input type
 *
 * Since: 1.0
 */
GraphbitEmbeddingInputType
graphbit_embedding_config_get_input_type (GraphbitEmbeddingConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self), GRAPHBIT_EMBEDDING_INPUT_TYPE_UNSET);

  return self->input_type;
}

/**
 * graphbit_embedding_config_set_input_type: (set-property input-type)
 * @self: a configuration
 * @input_type: the input type
 *
 * Sets what the embeddings are for.
 *
 * Since: 1.0
 */
void
graphbit_embedding_config_set_input_type (GraphbitEmbeddingConfig *self,
                                          GraphbitEmbeddingInputType input_type)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self));
  g_return_if_fail (input_type <= GRAPHBIT_EMBEDDING_INPUT_TYPE_CLUSTERING);

  if (self->input_type == input_type)
    return;

  self->input_type = input_type;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INPUT_TYPE]);
}

/**
 * graphbit_embedding_config_get_headers: (get-property headers)
 * @self: a configuration
 *
 * Gets the headers that each request has.
 *
 * Returns: (transfer none) (nullable): an `a{ss}`, or %NULL
 *
 * Since: 1.0
 */
GVariant *
graphbit_embedding_config_get_headers (GraphbitEmbeddingConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self), NULL);

  return self->headers;
}

/**
 * graphbit_embedding_config_set_headers: (set-property headers)
 * @self: a configuration
 * @headers: (nullable): an `a{ss}`; a floating one is taken over; %NULL: none
 *
 * Sets the headers that each request has.
 *
 * Since: 1.0
 */
void
graphbit_embedding_config_set_headers (GraphbitEmbeddingConfig *self,
                                       GVariant *headers)
{
  g_autoptr (GVariant) taken = headers != NULL ? g_variant_ref_sink (headers) : NULL;

  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self));
  g_return_if_fail (headers == NULL || g_variant_is_of_type (headers, G_VARIANT_TYPE ("a{ss}")));

  if (self->headers == taken)
    return;

  g_clear_pointer (&self->headers, g_variant_unref);
  self->headers = g_steal_pointer (&taken);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HEADERS]);
}

/**
 * graphbit_embedding_config_get_extra_body: (get-property extra-body)
 * @self: a configuration
 *
 * Gets what is written into each request.
 *
 * Returns: (nullable): JSON text, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_embedding_config_get_extra_body (GraphbitEmbeddingConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self), NULL);

  return self->extra_body;
}

/**
 * graphbit_embedding_config_set_extra_body: (set-property extra-body)
 * @self: a configuration
 * @extra_body: (nullable): JSON text, an object; %NULL: nothing
 *
 * Sets what is written into each request.
 *
 * Since: 1.0
 */
void
graphbit_embedding_config_set_extra_body (GraphbitEmbeddingConfig *self,
                                          const char *extra_body)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self));

  if (g_strcmp0 (self->extra_body, extra_body) == 0)
    return;

  g_free (self->extra_body);
  self->extra_body = g_strdup (extra_body);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXTRA_BODY]);
}

/**
 * graphbit_embedding_config_get_requests_per_minute: (get-property requests-per-minute)
 * @self: a configuration
 *
 * Gets how many requests the model may be sent in any 60 seconds.
 *
 * Returns: the number, or 0
 *
 * Since: 1.0
 */
guint
graphbit_embedding_config_get_requests_per_minute (GraphbitEmbeddingConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self), 0);

  return self->requests_per_minute;
}

/**
 * graphbit_embedding_config_set_requests_per_minute: (set-property requests-per-minute)
 * @self: a configuration
 * @requests_per_minute: the number, at most 1,000,000,000, or 0 for no limit of one's own
 *
 * Sets how many requests the model may be sent in any 60 seconds.
 *
 * Since: 1.0
 */
void
graphbit_embedding_config_set_requests_per_minute (GraphbitEmbeddingConfig *self,
                                                   guint requests_per_minute)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self));
  g_return_if_fail (requests_per_minute <= MAX_PER_MINUTE);

  if (self->requests_per_minute == requests_per_minute)
    return;

  self->requests_per_minute = requests_per_minute;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REQUESTS_PER_MINUTE]);
}

/**
 * graphbit_embedding_config_get_tokens_per_minute: (get-property tokens-per-minute)
 * @self: a configuration
 *
 * Gets how many tokens the model may be sent in any 60 seconds.
 *
 * Returns: the number, or 0
 *
 * Since: 1.0
 */
guint
graphbit_embedding_config_get_tokens_per_minute (GraphbitEmbeddingConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self), 0);

  return self->tokens_per_minute;
}

/**
 * graphbit_embedding_config_set_tokens_per_minute: (set-property tokens-per-minute)
 * @self: a configuration
 * @tokens_per_minute: the number, at most 1,000,000,000, or 0 for no limit of one's own
 *
 * Sets how many tokens the model may be sent in any 60 seconds.
 *
 * Since: 1.0
 */
void
graphbit_embedding_config_set_tokens_per_minute (GraphbitEmbeddingConfig *self,
                                                 guint tokens_per_minute)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self));
  g_return_if_fail (tokens_per_minute <= MAX_PER_MINUTE);

  if (self->tokens_per_minute == tokens_per_minute)
    return;

  self->tokens_per_minute = tokens_per_minute;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOKENS_PER_MINUTE]);
}

/**
 * graphbit_embedding_config_get_has_api_key: (get-property has-api-key)
 * @self: a configuration
 *
 * Gets whether there is a key: given, in the environment, or from a key function.
 *
 * Returns: %TRUE if there is one
 *
 * Since: 1.0
 */
gboolean
graphbit_embedding_config_get_has_api_key (GraphbitEmbeddingConfig *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self), FALSE);

  return graphbit_key_source_has_key (&self->keys);
}

/**
 * graphbit_embedding_config_set_api_key:
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
graphbit_embedding_config_set_api_key (GraphbitEmbeddingConfig *self,
                                       const char *api_key,
                                       GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!graphbit_key_source_set_key (&self->keys, api_key, error))
    return FALSE;

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_API_KEY]);

  return TRUE;
}

/**
 * graphbit_embedding_config_check_api_key:
 * @self: a configuration
 * @error: return location for an error
 *
 * Checks that a key is to be had, or that the provider works without one: for
 * applications that want to know before the first request.
 *
 * Fails with %GRAPHBIT_ERROR_AUTHENTICATION, naming the environment variable,
 * if there is none. A handler of [signal@EmbeddingConfig::key-required] counts as
 * one, for it may have it, and so does a header that carries one.
 *
 * Returns: %TRUE if a request would not fail for want of a key
 *
 * Since: 1.0
 */
gboolean
graphbit_embedding_config_check_api_key (GraphbitEmbeddingConfig *self,
                                         GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (self->vendor == NULL || graphbit_vendor_has_key_header (self->vendor, self->headers) ||
      graphbit_embedding_wire_choose (self->wire, self->base_url)->is_own_server)
    return TRUE;

  return graphbit_key_source_check (&self->keys, error);
}

/**
 * graphbit_embedding_config_set_key_func:
 * @self: a configuration
 * @func: (scope notified) (closure user_data) (destroy notify) (nullable): what gives the key; %NULL: nothing does
 * @user_data: handed to @func
 * @notify: (nullable): frees @user_data
 *
 * Sets a function that is asked for the key when a request needs it and it is
 * neither given nor in the environment, and once more when the provider refuses
 * it.
 *
 * Since: 1.0
 */
void
graphbit_embedding_config_set_key_func (GraphbitEmbeddingConfig *self,
                                        GraphbitEmbeddingKeyFunc func,
                                        gpointer user_data,
                                        GDestroyNotify notify)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (self));

  graphbit_key_source_set_func (&self->keys, G_CALLBACK (func), user_data, notify);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_API_KEY]);
}
