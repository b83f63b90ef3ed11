/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-client-private.h"

#include "graphbit-llm-config-private.h"

/**
 * GraphbitLlmClient:
 *
 * Sends requests to a language model.
 *
 * ```c
 * g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_openai (NULL, NULL, &error);
 * g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (config);
 * g_autofree char *text = graphbit_llm_client_complete (client, "Hello!", NULL, NULL, &error);
 * ```
 *
 * Any number of requests may be under way at once, started in any threads; each
 * one's callback runs in the main context that was the thread default when it was
 * started. What fails for the server's or the network's sake is sent again, up to
 * [property@LlmClient:max-retries] times, as long as nothing of the answer was
 * handed out. Connections are shared with other clients of the same server.
 *
 * All requests fail with these errors, where nothing else is said:
 * %GRAPHBIT_ERROR_INVALID_ARGUMENT for settings out of range,
 * %GRAPHBIT_ERROR_AUTHENTICATION for a key that is missing or refused,
 * %GRAPHBIT_ERROR_PERMISSION, %GRAPHBIT_ERROR_NOT_FOUND,
 * %GRAPHBIT_ERROR_RATE_LIMITED, %GRAPHBIT_ERROR_QUOTA_EXCEEDED,
 * %GRAPHBIT_ERROR_CONTEXT_LENGTH, %GRAPHBIT_ERROR_CONTENT_FILTERED,
 * %GRAPHBIT_ERROR_INVALID_REQUEST, %GRAPHBIT_ERROR_UNAVAILABLE,
 * %GRAPHBIT_ERROR_CONNECTION, %GRAPHBIT_ERROR_TIMEOUT,
 * %GRAPHBIT_ERROR_PROTOCOL, %GRAPHBIT_ERROR_PARSE,
 * %GRAPHBIT_ERROR_BUDGET_EXCEEDED, %GRAPHBIT_ERROR_UNSUPPORTED
 * as [error@Error] describes them, and %G_IO_ERROR_CANCELLED.
 *
 * The page [Models and clients](models.html) says more.
 *
 * Since: 1.0
 */
struct _GraphbitLlmClient
{
  GObject parent_instance;

  GraphbitLlmConfig *config;
  guint max_concurrency;
  guint max_retries;
  GProxyResolver *proxy_resolver;
  GTlsDatabase *tls_database;
  guint connect_timeout_ms;
  GListModel *fallbacks;
  GraphbitBudget *budget;
  GraphbitResponseCache *cache;
  gboolean debug;

  GraphbitStatistics statistics;
};

enum
{
  PROP_0,
  PROP_CONFIG,
  PROP_MAX_CONCURRENCY,
  PROP_MAX_RETRIES,
  PROP_PROXY_RESOLVER,
  PROP_TLS_DATABASE,
  PROP_CONNECT_TIMEOUT_MS,
  PROP_FALLBACKS,
  PROP_BUDGET,
  PROP_CACHE,
  PROP_DEBUG,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GraphbitLlmClient, graphbit_llm_client, G_TYPE_OBJECT)

#define DEFAULT_MAX_RETRIES 3
#define MAX_MAX_RETRIES 100
#define MAX_MAX_CONCURRENCY 100000
#define MAX_TIMEOUT_MS (24 * 60 * 60 * 1000)

static void
graphbit_llm_client_finalize (GObject *object)
{
  GraphbitLlmClient *self = GRAPHBIT_LLM_CLIENT (object);

  g_clear_object (&self->config);
  g_clear_object (&self->proxy_resolver);
  g_clear_object (&self->tls_database);
  g_clear_object (&self->fallbacks);
  g_clear_object (&self->budget);
  g_clear_object (&self->cache);

  G_OBJECT_CLASS (graphbit_llm_client_parent_class)->finalize (object);
}

static void
graphbit_llm_client_get_property (GObject *object,
                                  guint property_id,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitLlmClient *self = GRAPHBIT_LLM_CLIENT (object);

  switch (property_id)
    {
    case PROP_CONFIG:
      g_value_set_object (value, self->config);
      break;

    case PROP_MAX_CONCURRENCY:
      g_value_set_uint (value, self->max_concurrency);
      break;

    case PROP_MAX_RETRIES:
      g_value_set_uint (value, self->max_retries);
      break;

    case PROP_PROXY_RESOLVER:
      g_value_set_object (value, self->proxy_resolver);
      break;

    case PROP_TLS_DATABASE:
      g_value_set_object (value, self->tls_database);
      break;

    case PROP_CONNECT_TIMEOUT_MS:
      g_value_set_uint (value, self->connect_timeout_ms);
      break;

    case PROP_FALLBACKS:
      g_value_set_object (value, self->fallbacks);
      break;

    case PROP_BUDGET:
      g_value_set_object (value, self->budget);
      break;

    case PROP_CACHE:
      g_value_set_object (value, self->cache);
      break;

    case PROP_DEBUG:
      g_value_set_boolean (value, self->debug);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_llm_client_set_property (GObject *object,
                                  guint property_id,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitLlmClient *self = GRAPHBIT_LLM_CLIENT (object);

  switch (property_id)
    {
    case PROP_CONFIG:
      self->config = g_value_dup_object (value);
      break;

    case PROP_MAX_CONCURRENCY:
      graphbit_llm_client_set_max_concurrency (self, g_value_get_uint (value));
      break;

    case PROP_MAX_RETRIES:
      graphbit_llm_client_set_max_retries (self, g_value_get_uint (value));
      break;

    case PROP_PROXY_RESOLVER:
      graphbit_llm_client_set_proxy_resolver (self, g_value_get_object (value));
      break;

    case PROP_TLS_DATABASE:
      graphbit_llm_client_set_tls_database (self, g_value_get_object (value));
      break;

    case PROP_CONNECT_TIMEOUT_MS:
      graphbit_llm_client_set_connect_timeout_ms (self, g_value_get_uint (value));
      break;

    case PROP_FALLBACKS:
      graphbit_llm_client_set_fallbacks (self, g_value_get_object (value));
      break;

    case PROP_BUDGET:
      graphbit_llm_client_set_budget (self, g_value_get_object (value));
      break;

    case PROP_CACHE:
      graphbit_llm_client_set_cache (self, g_value_get_object (value));
      break;

    case PROP_DEBUG:
      graphbit_llm_client_set_debug (self, g_value_get_boolean (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_llm_client_class_init (GraphbitLlmClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_llm_client_finalize;
  object_class->get_property = graphbit_llm_client_get_property;
  object_class->set_property = graphbit_llm_client_set_property;

  /**
   * GraphbitLlmClient:config: (getter get_config)
   *
   * What the client talks to.
   *
   * Since: 1.0
   */
  properties[PROP_CONFIG] = g_param_spec_object ("config", NULL, NULL, GRAPHBIT_TYPE_LLM_CONFIG,
                                                 flags | G_PARAM_CONSTRUCT_ONLY);

  /**
   * GraphbitLlmClient:max-concurrency: (getter get_max_concurrency) (setter set_max_concurrency)
   *
   * How many requests to one model may be on their way at once; others wait
   * for them. 0: the default of 64, which clients of one server and key share.
   * A larger number raises it for all of them, a smaller one does not lower
   * it. At most 100,000.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_CONCURRENCY] = g_param_spec_uint ("max-concurrency", NULL, NULL,
                                                        0, MAX_MAX_CONCURRENCY, 0, flags);

  /**
   * GraphbitLlmClient:max-retries: (getter get_max_retries) (setter set_max_retries)
   *
   * How often a request is sent again when that may help. 0: never. At most
   * 100; the default is 3. A server that fails on and on gets fewer: see
   * [property@Endpoint:retry-quota] and [property@EndpointLane:breaker-state].
   *
   * Since: 1.0
   */
  properties[PROP_MAX_RETRIES] = g_param_spec_uint ("max-retries", NULL, NULL,
                                                    0, MAX_MAX_RETRIES, DEFAULT_MAX_RETRIES, flags);

  /**
   * GraphbitLlmClient:proxy-resolver: (getter get_proxy_resolver) (setter set_proxy_resolver)
   *
   * Finds the proxies to go through. %NULL: those that the environment variables
   * `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` name (or the same in
   * capitals), as they are when the first request is sent; if none is set, the
   * system's. For none at all, use a [class@Gio.SimpleProxyResolver] without a
   * default. This machine itself is not reached through the environment's.
   *
   * It is used in a thread of the library, so it must be implemented in C and
   * bear that.
   *
   * Since: 1.0
   */
  properties[PROP_PROXY_RESOLVER] = g_param_spec_object ("proxy-resolver", NULL, NULL, G_TYPE_PROXY_RESOLVER, flags);

  /**
   * GraphbitLlmClient:tls-database: (getter get_tls_database) (setter set_tls_database)
   *
   * Says which certificates to trust. %NULL: those in the file that the
   * environment variable `SSL_CERT_FILE` names when the first request is sent,
   * or the system's. For an authority of your own, use a
   * [iface@Gio.TlsFileDatabase]; clients that trust different databases share no
   * connections.
   *
   * It is used in a thread of the library, so it must be implemented in C and
   * bear that; [iface@Gio.TlsFileDatabase]s are.
   *
   * Since: 1.0
   */
  properties[PROP_TLS_DATABASE] = g_param_spec_object ("tls-database", NULL, NULL, G_TYPE_TLS_DATABASE, flags);

  /**
   * GraphbitLlmClient:connect-timeout-ms: (getter get_connect_timeout_ms) (setter set_connect_timeout_ms)
   *
   * How long opening a connection may take, in milliseconds. 0: the default of
   * 10 seconds. At most 86,400,000, a day.
   *
   * Since: 1.0
   */
  properties[PROP_CONNECT_TIMEOUT_MS] = g_param_spec_uint ("connect-timeout-ms", NULL, NULL,
                                                           0, MAX_TIMEOUT_MS, 0, flags);

  /**
   * GraphbitLlmClient:fallbacks: (getter get_fallbacks) (setter set_fallbacks)
   *
   * Whom else to ask, in order, when [property@LlmClient:config] does not
   * answer: a list of [class@LlmConfig], read when a request is started. %NULL:
   * nobody.
   *
   * The next one is asked after %GRAPHBIT_ERROR_UNAVAILABLE,
   * %GRAPHBIT_ERROR_CIRCUIT_OPEN, %GRAPHBIT_ERROR_RATE_LIMITED,
   * %GRAPHBIT_ERROR_CONNECTION, %GRAPHBIT_ERROR_TIMEOUT,
   * %GRAPHBIT_ERROR_QUOTA_EXCEEDED and
   * %GRAPHBIT_ERROR_AUTHENTICATION, after the retries of the one before;
   * never after a bad request, nor when a stream has handed out a part of its
   * answer. All of them share the request's time limit.
   * A fallback that cannot do what the request asks for is passed over.
   * [property@LlmResponse:fallback-index] says who answered; if nobody does, the
   * error is the last one's, and its message tells of the others.
   *
   * Since: 1.0
   */
  properties[PROP_FALLBACKS] = g_param_spec_object ("fallbacks", NULL, NULL, G_TYPE_LIST_MODEL, flags);

  /**
   * GraphbitLlmClient:budget: (getter get_budget) (setter set_budget)
   *
   * What the client's requests may cost together. Clients may share one. Beyond
   * it, requests fail with %GRAPHBIT_ERROR_BUDGET_EXCEEDED before they are
   * sent. %NULL: any amount.
   *
   * Since: 1.0
   */
  properties[PROP_BUDGET] = g_param_spec_object ("budget", NULL, NULL, GRAPHBIT_TYPE_BUDGET, flags);

  /**
   * GraphbitLlmClient:cache: (getter get_cache) (setter set_cache)
   *
   * Where answers are kept, so that the same request need not be sent twice.
   * Clients may share one. %NULL: every request is sent.
   *
   * Since: 1.0
   */
  properties[PROP_CACHE] = g_param_spec_object ("cache", NULL, NULL, GRAPHBIT_TYPE_RESPONSE_CACHE, flags);

  /**
   * GraphbitLlmClient:debug: (getter get_debug) (setter set_debug)
   *
   * Whether the start and the end of each request are told in the log:
   * address, model, duration, attempts and error, neither keys nor texts. The
   * default is %FALSE.
   *
   * Since: 1.0
   */
  properties[PROP_DEBUG] = g_param_spec_boolean ("debug", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_llm_client_init (GraphbitLlmClient *self)
{
  self->max_retries = DEFAULT_MAX_RETRIES;
  graphbit_statistics_init (&self->statistics);
}

GraphbitStatistics *
graphbit_llm_client_get_statistics (GraphbitLlmClient *self)
{
  return &self->statistics;
}

/**
 * graphbit_llm_client_new:
 * @config: what to talk to
 *
 * Makes a client. That costs little and opens no connection.
 *
 * Returns: (transfer full): a new client
 *
 * Since: 1.0
 */
GraphbitLlmClient *
graphbit_llm_client_new (GraphbitLlmConfig *config)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (config), NULL);

  return g_object_new (GRAPHBIT_TYPE_LLM_CLIENT, "config", config, NULL);
}

/**
 * graphbit_llm_client_get_config: (get-property config)
 * @self: a client
 *
 * Gets what the client talks to.
 *
 * Returns: (transfer none) (nullable): the configuration, %NULL where the
 *   client was made without one
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_llm_client_get_config (GraphbitLlmClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);

  return self->config;
}

/**
 * graphbit_llm_client_get_max_concurrency: (get-property max-concurrency)
 * @self: a client
 *
 * Gets how many requests to one model may be on their way at once.
 *
 * Returns: the number, or 0 for the default
 *
 * Since: 1.0
 */
guint
graphbit_llm_client_get_max_concurrency (GraphbitLlmClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), 0);

  return self->max_concurrency;
}

/**
 * graphbit_llm_client_set_max_concurrency: (set-property max-concurrency)
 * @self: a client
 * @max_concurrency: the number, at most 100,000, or 0 for the default
 *
 * Sets how many requests to one model may be on their way at once. Holds for
 * requests that are started from then on.
 *
 * Since: 1.0
 */
void
graphbit_llm_client_set_max_concurrency (GraphbitLlmClient *self,
                                         guint max_concurrency)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CLIENT (self));
  g_return_if_fail (max_concurrency <= MAX_MAX_CONCURRENCY);

  if (self->max_concurrency == max_concurrency)
    return;

  self->max_concurrency = max_concurrency;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_CONCURRENCY]);
}

/**
 * graphbit_llm_client_get_max_retries: (get-property max-retries)
 * @self: a client
 *
 * Gets how often a request is sent again when that may help.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
graphbit_llm_client_get_max_retries (GraphbitLlmClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), 0);

  return self->max_retries;
}

/**
 * graphbit_llm_client_set_max_retries: (set-property max-retries)
 * @self: a client
 * @max_retries: the number, at most 100
 *
 * Sets how often a request is sent again when that may help.
 *
 * Since: 1.0
 */
void
graphbit_llm_client_set_max_retries (GraphbitLlmClient *self,
                                     guint max_retries)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CLIENT (self));
  g_return_if_fail (max_retries <= MAX_MAX_RETRIES);

  if (self->max_retries == max_retries)
    return;

  self->max_retries = max_retries;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_RETRIES]);
}

/**
 * graphbit_llm_client_get_proxy_resolver: (get-property proxy-resolver)
 * @self: a client
 *
 * Gets what finds the proxies to go through.
 *
 * Returns: (transfer none) (nullable): the resolver, or %NULL for the system's
 *
 * Since: 1.0
 */
GProxyResolver *
graphbit_llm_client_get_proxy_resolver (GraphbitLlmClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);

  return self->proxy_resolver;
}

/**
 * graphbit_llm_client_set_proxy_resolver: (set-property proxy-resolver)
 * @self: a client
 * @proxy_resolver: (nullable): the resolver, or %NULL for the system's
 *
 * Sets what finds the proxies to go through.
 *
 * Since: 1.0
 */
void
graphbit_llm_client_set_proxy_resolver (GraphbitLlmClient *self,
                                        GProxyResolver *proxy_resolver)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CLIENT (self));
  g_return_if_fail (proxy_resolver == NULL || G_IS_PROXY_RESOLVER (proxy_resolver));

  if (g_set_object (&self->proxy_resolver, proxy_resolver))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROXY_RESOLVER]);
}

/**
 * graphbit_llm_client_get_tls_database: (get-property tls-database)
 * @self: a client
 *
 * Gets what says which certificates to trust.
 *
 * Returns: (transfer none) (nullable): the database, or %NULL for the system's
 *
 * Since: 1.0
 */
GTlsDatabase *
graphbit_llm_client_get_tls_database (GraphbitLlmClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);

  return self->tls_database;
}

/**
 * graphbit_llm_client_set_tls_database: (set-property tls-database)
 * @self: a client
 * @tls_database: (nullable): the database, or %NULL for the system's
 *
 * Sets what says which certificates to trust.
 *
 * Since: 1.0
 */
void
graphbit_llm_client_set_tls_database (GraphbitLlmClient *self,
                                      GTlsDatabase *tls_database)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CLIENT (self));
  g_return_if_fail (tls_database == NULL || G_IS_TLS_DATABASE (tls_database));

  if (g_set_object (&self->tls_database, tls_database))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TLS_DATABASE]);
}

/**
 * graphbit_llm_client_get_connect_timeout_ms: (get-property connect-timeout-ms)
 * @self: a client
 *
 * Gets how long opening a connection may take.
 *
 * Returns: milliseconds, or 0 for the default
 *
 * Since: 1.0
 */
guint
graphbit_llm_client_get_connect_timeout_ms (GraphbitLlmClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), 0);

  return self->connect_timeout_ms;
}

/**
 * graphbit_llm_client_set_connect_timeout_ms: (set-property connect-timeout-ms)
 * @self: a client
 * @connect_timeout_ms: milliseconds, at most a day, or 0 for the default
 *
 * Sets how long opening a connection may take.
 *
 * Since: 1.0
 */
void
graphbit_llm_client_set_connect_timeout_ms (GraphbitLlmClient *self,
                                            guint connect_timeout_ms)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CLIENT (self));
  g_return_if_fail (connect_timeout_ms <= MAX_TIMEOUT_MS);

  if (self->connect_timeout_ms == connect_timeout_ms)
    return;

  self->connect_timeout_ms = connect_timeout_ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECT_TIMEOUT_MS]);
}

/**
 * graphbit_llm_client_get_fallbacks: (get-property fallbacks)
 * @self: a client
 *
 * Gets whom else to ask.
 *
 * Returns: (transfer none) (nullable): a list of [class@LlmConfig], or %NULL
 *
 * Since: 1.0
 */
GListModel *
graphbit_llm_client_get_fallbacks (GraphbitLlmClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);

  return self->fallbacks;
}

/**
 * graphbit_llm_client_set_fallbacks: (set-property fallbacks)
 * @self: a client
 * @fallbacks: (nullable): a list of [class@LlmConfig], or %NULL
 *
 * Sets whom else to ask. Holds for requests that are started from then on.
 *
 * Since: 1.0
 */
void
graphbit_llm_client_set_fallbacks (GraphbitLlmClient *self,
                                   GListModel *fallbacks)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CLIENT (self));
  g_return_if_fail (fallbacks == NULL || G_IS_LIST_MODEL (fallbacks));

  if (g_set_object (&self->fallbacks, fallbacks))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FALLBACKS]);
}

/**
 * graphbit_llm_client_get_budget: (get-property budget)
 * @self: a client
 *
 * Gets what limits the cost of the client's requests.
 *
 * Returns: (transfer none) (nullable): the budget, or %NULL
 *
 * Since: 1.0
 */
GraphbitBudget *
graphbit_llm_client_get_budget (GraphbitLlmClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);

  return self->budget;
}

/**
 * graphbit_llm_client_set_budget: (set-property budget)
 * @self: a client
 * @budget: (nullable): the budget, or %NULL
 *
 * Sets what limits the cost of requests that are started from then on.
 *
 * Since: 1.0
 */
void
graphbit_llm_client_set_budget (GraphbitLlmClient *self,
                                GraphbitBudget *budget)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CLIENT (self));
  g_return_if_fail (budget == NULL || GRAPHBIT_IS_BUDGET (budget));

  if (g_set_object (&self->budget, budget))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUDGET]);
}

/**
 * graphbit_llm_client_get_cache: (get-property cache)
 * @self: a client
 *
 * Gets where answers are kept.
 *
 * Returns: (transfer none) (nullable): the cache, or %NULL
 *
 * Since: 1.0
 */
GraphbitResponseCache *
graphbit_llm_client_get_cache (GraphbitLlmClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);

  return self->cache;
}

/**
 * graphbit_llm_client_set_cache: (set-property cache)
 * @self: a client
 * @cache: (nullable): the cache, or %NULL
 *
 * Sets where answers are kept, for requests that are started from then on.
 *
 * Since: 1.0
 */
void
graphbit_llm_client_set_cache (GraphbitLlmClient *self,
                               GraphbitResponseCache *cache)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CLIENT (self));
  g_return_if_fail (cache == NULL || GRAPHBIT_IS_RESPONSE_CACHE (cache));

  if (g_set_object (&self->cache, cache))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CACHE]);
}

/**
 * graphbit_llm_client_get_debug: (get-property debug)
 * @self: a client
 *
 * Gets whether the start and the end of each request are told in the log.
 *
 * Returns: whether they are
 *
 * Since: 1.0
 */
gboolean
graphbit_llm_client_get_debug (GraphbitLlmClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), FALSE);

  return self->debug;
}

/**
 * graphbit_llm_client_set_debug: (set-property debug)
 * @self: a client
 * @debug: whether to tell them
 *
 * Sets whether the start and the end of each request are told in the log.
 *
 * Since: 1.0
 */
void
graphbit_llm_client_set_debug (GraphbitLlmClient *self,
                               gboolean debug)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CLIENT (self));

  debug = !!debug;
  if (self->debug == debug)
    return;

  self->debug = debug;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEBUG]);
}

/* Statistics */

static const char *
get_breaker_state (GraphbitLlmClient *self)
{
  g_autofree char *base_url = self->config != NULL ? graphbit_llm_config_resolve_base_url (self->config, NULL) : NULL;
  g_autoptr (GraphbitSecret) secret = NULL;

  if (base_url == NULL)
    return "closed";

  secret = graphbit_llm_config_dup_secret (self->config, NULL);
  switch (graphbit_http_get_breaker_state (base_url, secret, graphbit_llm_config_resolve_model (self->config)))
    {
    case GRAPHBIT_BREAKER_STATE_OPEN:
      return "open";
    case GRAPHBIT_BREAKER_STATE_HALF_OPEN:
      return "half-open";
    case GRAPHBIT_BREAKER_STATE_CLOSED:
    default:
      return "closed";
    }
}

/**
 * graphbit_llm_client_get_stats:
 * @self: a client
 *
 * Gets what the client has done since it was made, or since
 * [method@LlmClient.reset_stats]. Requests count when they have ended.
 *
 * Numbers of type `x`: `total_requests`, `successful_requests`, `failed_requests`,
 * `cancelled_requests`, `retries`, `prompt_tokens`, `completion_tokens` (as the
 * providers reported them). Of type `d`: `success_rate` (0 to 1),
 * `average_response_time_ms`, `p50_ms`, `p95_ms`, `p99_ms` (of the successful
 * requests; the percentiles are at most 6 % off), `time_to_first_token_ms` (the
 * mean, of streams), `uptime_seconds` (since the client was made). Of type `s`:
 * `circuit_breaker_state`, of the configuration's model: `closed` (requests are
 * let through), `open` (they are refused) or `half-open` (one finds out whether
 * the server is well again); to know it, this waits for a turn of the library's
 * own thread.
 *
 * Returns: (transfer full): a dictionary of type `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
graphbit_llm_client_get_stats (GraphbitLlmClient *self)
{
  GVariantBuilder builder;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  graphbit_statistics_describe (&self->statistics, &builder);
  g_variant_builder_add (&builder, "{sv}", "circuit_breaker_state", g_variant_new_string (get_breaker_state (self)));
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/**
 * graphbit_llm_client_reset_stats:
 * @self: a client
 *
 * Sets every number of [method@LlmClient.get_stats] but the uptime to 0.
 *
 * Since: 1.0
 */
void
graphbit_llm_client_reset_stats (GraphbitLlmClient *self)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CLIENT (self));

  graphbit_statistics_reset (&self->statistics);
}
