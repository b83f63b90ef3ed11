/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-embedding-client-private.h"

#include "graphbit-embedding-call-private.h"
#include "graphbit-embedding-config-private.h"
#include "graphbit-failure-private.h"
#include "graphbit-sync-private.h"
#include "graphbit-vector-private.h"

/**
 * GraphbitEmbeddingClient:
 *
 * Has texts turned into vectors, with which they can be compared and found by
 * what they mean.
 *
 * ```c
 * g_autoptr (GraphbitEmbeddingConfig) config = graphbit_embedding_config_new_openai (NULL, NULL, &error);
 * g_autoptr (GraphbitEmbeddingClient) client = graphbit_embedding_client_new (config);
 * g_autoptr (GraphbitEmbedding) embedding = graphbit_embedding_client_embed (client, "Hello!", NULL, &error);
 * ```
 *
 * Any number of requests may be under way at once, started in any threads; each
 * one's callback runs in the main context that was the thread default when it was
 * started. What fails for the server's or the network's sake is sent again, up to
 * [property@EmbeddingClient:max-retries] times. Connections are shared with other
 * clients of the same server.
 *
 * All requests fail with these errors, where nothing else is said:
 * %GRAPHBIT_ERROR_INVALID_ARGUMENT for settings out of range and texts that are
 * empty, %GRAPHBIT_ERROR_AUTHENTICATION for a key that is missing or refused,
 * %GRAPHBIT_ERROR_PERMISSION, %GRAPHBIT_ERROR_NOT_FOUND,
 * %GRAPHBIT_ERROR_RATE_LIMITED, %GRAPHBIT_ERROR_QUOTA_EXCEEDED,
 * %GRAPHBIT_ERROR_CONTEXT_LENGTH, %GRAPHBIT_ERROR_INVALID_REQUEST,
 * %GRAPHBIT_ERROR_UNAVAILABLE, %GRAPHBIT_ERROR_CIRCUIT_OPEN,
 * %GRAPHBIT_ERROR_CONNECTION, %GRAPHBIT_ERROR_TIMEOUT,
 * %GRAPHBIT_ERROR_PROTOCOL, %GRAPHBIT_ERROR_BUDGET_EXCEEDED,
 * %GRAPHBIT_ERROR_UNSUPPORTED as [error@Error] describes them, and
 * %G_IO_ERROR_CANCELLED.
 *
 * The page [Embeddings](embeddings.html) says more.
 *
 * Since: 1.0
 */
struct _GraphbitEmbeddingClient
{
  GObject parent_instance;

  GraphbitEmbeddingConfig *config;
  guint max_concurrency;
  guint max_retries;
  GProxyResolver *proxy_resolver;
  GTlsDatabase *tls_database;
  GraphbitBudget *budget;
  GraphbitResponseCache *cache;

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
  PROP_BUDGET,
  PROP_CACHE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GraphbitEmbeddingClient, graphbit_embedding_client, G_TYPE_OBJECT)

#define DEFAULT_MAX_RETRIES 3
#define MAX_MAX_RETRIES 100
#define MAX_MAX_CONCURRENCY 100000

static void
graphbit_embedding_client_finalize (GObject *object)
{
  GraphbitEmbeddingClient *self = GRAPHBIT_EMBEDDING_CLIENT (object);

  g_clear_object (&self->config);
  g_clear_object (&self->proxy_resolver);
  g_clear_object (&self->tls_database);
  g_clear_object (&self->budget);
  g_clear_object (&self->cache);

  G_OBJECT_CLASS (graphbit_embedding_client_parent_class)->finalize (object);
}

static void
graphbit_embedding_client_get_property (GObject *object,
                                        guint property,
                                        GValue *value,
                                        GParamSpec *pspec)
{
  GraphbitEmbeddingClient *self = GRAPHBIT_EMBEDDING_CLIENT (object);

  switch (property)
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
    case PROP_BUDGET:
      g_value_set_object (value, self->budget);
      break;
    case PROP_CACHE:
      g_value_set_object (value, self->cache);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_embedding_client_set_property (GObject *object,
                                        guint property,
                                        const GValue *value,
                                        GParamSpec *pspec)
{
  GraphbitEmbeddingClient *self = GRAPHBIT_EMBEDDING_CLIENT (object);

  switch (property)
    {
    case PROP_CONFIG:
      self->config = g_value_dup_object (value);
      break;
    case PROP_MAX_CONCURRENCY:
      graphbit_embedding_client_set_max_concurrency (self, g_value_get_uint (value));
      break;
    case PROP_MAX_RETRIES:
      graphbit_embedding_client_set_max_retries (self, g_value_get_uint (value));
      break;
    case PROP_PROXY_RESOLVER:
      graphbit_embedding_client_set_proxy_resolver (self, g_value_get_object (value));
      break;
    case PROP_TLS_DATABASE:
      graphbit_embedding_client_set_tls_database (self, g_value_get_object (value));
      break;
    case PROP_BUDGET:
      graphbit_embedding_client_set_budget (self, g_value_get_object (value));
      break;
    case PROP_CACHE:
      graphbit_embedding_client_set_cache (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_embedding_client_class_init (GraphbitEmbeddingClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_embedding_client_finalize;
  object_class->get_property = graphbit_embedding_client_get_property;
  object_class->set_property = graphbit_embedding_client_set_property;

  /**
   * GraphbitEmbeddingClient:config: (getter get_config)
   *
   * What the client talks to.
   *
   * Since: 1.0
   */
  properties[PROP_CONFIG] = g_param_spec_object ("config", NULL, NULL, GRAPHBIT_TYPE_EMBEDDING_CONFIG,
                                                 flags | G_PARAM_CONSTRUCT_ONLY);

  /**
   * GraphbitEmbeddingClient:max-concurrency: (getter get_max_concurrency) (setter set_max_concurrency)
   *
   * How many requests to one model may be on their way at once; others wait
   * for them. 0: the default of 64, which clients of one server and key share.
   * A larger number raises it for all of them, a smaller one does not lower
   * it, but [method@EmbeddingClient.embed_many] keeps to it. At most 100,000.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_CONCURRENCY] = g_param_spec_uint ("max-concurrency", NULL, NULL,
                                                        0, MAX_MAX_CONCURRENCY, 0, flags);

  /**
   * GraphbitEmbeddingClient:max-retries: (getter get_max_retries) (setter set_max_retries)
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
   * GraphbitEmbeddingClient:proxy-resolver: (getter get_proxy_resolver) (setter set_proxy_resolver)
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
   * GraphbitEmbeddingClient:tls-database: (getter get_tls_database) (setter set_tls_database)
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
   * GraphbitEmbeddingClient:budget: (getter get_budget) (setter set_budget)
   *
   * What the client's requests may cost together. Clients may share one. Beyond
   * it, requests fail with %GRAPHBIT_ERROR_BUDGET_EXCEEDED before they are
   * sent. %NULL: any amount.
   *
   * Since: 1.0
   */
  properties[PROP_BUDGET] = g_param_spec_object ("budget", NULL, NULL, GRAPHBIT_TYPE_BUDGET, flags);

  /**
   * GraphbitEmbeddingClient:cache: (getter get_cache) (setter set_cache)
   *
   * Where vectors are kept, so that no text need be sent twice. Clients may
   * share one, also with a [class@LlmClient]. A text that is in it is not sent,
   * whichever texts it is asked for with; what is not, is. %NULL, the default:
   * each text is sent. The offline provider needs none and uses none.
   *
   * Since: 1.0
   */
  properties[PROP_CACHE] = g_param_spec_object ("cache", NULL, NULL, GRAPHBIT_TYPE_RESPONSE_CACHE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_embedding_client_init (GraphbitEmbeddingClient *self)
{
  self->max_retries = DEFAULT_MAX_RETRIES;
  graphbit_statistics_init (&self->statistics);
}

GraphbitStatistics *
graphbit_embedding_client_get_statistics (GraphbitEmbeddingClient *self)
{
  return &self->statistics;
}

/**
 * graphbit_embedding_client_new:
 * @config: whom to ask
 *
 * Makes a client. That costs little and opens no connection.
 *
 * Returns: (transfer full): a new client
 *
 * Since: 1.0
 */
GraphbitEmbeddingClient *
graphbit_embedding_client_new (GraphbitEmbeddingConfig *config)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CONFIG (config), NULL);

  return g_object_new (GRAPHBIT_TYPE_EMBEDDING_CLIENT, "config", config, NULL);
}

/**
 * graphbit_embedding_client_get_config: (get-property config)
 * @self: a client
 *
 * Gets what the client talks to.
 *
 * Returns: (transfer none) (nullable): the configuration, %NULL where the
 *   client was made without one
 *
 * Since: 1.0
 */
GraphbitEmbeddingConfig *
graphbit_embedding_client_get_config (GraphbitEmbeddingClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self), NULL);

  return self->config;
}

/**
 * graphbit_embedding_client_get_max_concurrency: (get-property max-concurrency)
 * @self: a client
 *
 * Gets how many requests to one model may be on their way at once.
 *
 * Returns: the number, or 0 for the default
 *
 * Since: 1.0
 */
guint
graphbit_embedding_client_get_max_concurrency (GraphbitEmbeddingClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self), 0);

  return self->max_concurrency;
}

/**
 * graphbit_embedding_client_set_max_concurrency: (set-property max-concurrency)
 * @self: a client
 * @max_concurrency: the number, at most 100,000, or 0 for the default
 *
 * Sets how many requests to one model may be on their way at once. Holds for
 * requests that are started from then on.
 *
 * Since: 1.0
 */
void
graphbit_embedding_client_set_max_concurrency (GraphbitEmbeddingClient *self,
                                               guint max_concurrency)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self));
  g_return_if_fail (max_concurrency <= MAX_MAX_CONCURRENCY);

  if (self->max_concurrency == max_concurrency)
    return;

  self->max_concurrency = max_concurrency;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_CONCURRENCY]);
}

/**
 * graphbit_embedding_client_get_max_retries: (get-property max-retries)
 * @self: a client
 *
 * Gets how often a request is sent again when that may help.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
graphbit_embedding_client_get_max_retries (GraphbitEmbeddingClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self), 0);

  return self->max_retries;
}

/**
 * graphbit_embedding_client_set_max_retries: (set-property max-retries)
 * @self: a client
 * @max_retries: the number, at most 100
 *
 * Sets how often a request is sent again when that may help.
 *
 * Since: 1.0
 */
void
graphbit_embedding_client_set_max_retries (GraphbitEmbeddingClient *self,
                                           guint max_retries)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self));
  g_return_if_fail (max_retries <= MAX_MAX_RETRIES);

  if (self->max_retries == max_retries)
    return;

  self->max_retries = max_retries;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_RETRIES]);
}

/**
 * graphbit_embedding_client_get_proxy_resolver: (get-property proxy-resolver)
 * @self: a client
 *
 * Gets what finds the proxies to go through.
 *
 * Returns: (transfer none) (nullable): the resolver, or %NULL for the system's
 *
 * Since: 1.0
 */
GProxyResolver *
graphbit_embedding_client_get_proxy_resolver (GraphbitEmbeddingClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self), NULL);

  return self->proxy_resolver;
}

/**
 * graphbit_embedding_client_set_proxy_resolver: (set-property proxy-resolver)
 * @self: a client
 * @proxy_resolver: (nullable): the resolver, or %NULL for the system's
 *
 * Sets what finds the proxies to go through.
 *
 * Since: 1.0
 */
void
graphbit_embedding_client_set_proxy_resolver (GraphbitEmbeddingClient *self,
                                              GProxyResolver *proxy_resolver)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self));
  g_return_if_fail (proxy_resolver == NULL || G_IS_PROXY_RESOLVER (proxy_resolver));

  if (g_set_object (&self->proxy_resolver, proxy_resolver))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROXY_RESOLVER]);
}

/**
 * graphbit_embedding_client_get_tls_database: (get-property tls-database)
 * @self: a client
 *
 * Gets what says which certificates to trust.
 *
 * Returns: (transfer none) (nullable): the database, or %NULL for the system's
 *
 * Since: 1.0
 */
GTlsDatabase *
graphbit_embedding_client_get_tls_database (GraphbitEmbeddingClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self), NULL);

  return self->tls_database;
}

/**
 * graphbit_embedding_client_set_tls_database: (set-property tls-database)
 * @self: a client
 * @tls_database: (nullable): the database, or %NULL for the system's
 *
 * Sets what says which certificates to trust.
 *
 * Since: 1.0
 */
void
graphbit_embedding_client_set_tls_database (GraphbitEmbeddingClient *self,
                                            GTlsDatabase *tls_database)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self));
  g_return_if_fail (tls_database == NULL || G_IS_TLS_DATABASE (tls_database));

  if (g_set_object (&self->tls_database, tls_database))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TLS_DATABASE]);
}

/**
 * graphbit_embedding_client_get_budget: (get-property budget)
 * @self: a client
 *
 * Gets what limits the cost of the client's requests.
 *
 * Returns: (transfer none) (nullable): the budget, or %NULL
 *
 * Since: 1.0
 */
GraphbitBudget *
graphbit_embedding_client_get_budget (GraphbitEmbeddingClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self), NULL);

  return self->budget;
}

/**
 * graphbit_embedding_client_set_budget: (set-property budget)
 * @self: a client
 * @budget: (nullable): the budget, or %NULL
 *
 * Sets what limits the cost of requests that are started from then on.
 *
 * Since: 1.0
 */
void
graphbit_embedding_client_set_budget (GraphbitEmbeddingClient *self,
                                      GraphbitBudget *budget)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self));
  g_return_if_fail (budget == NULL || GRAPHBIT_IS_BUDGET (budget));

  if (g_set_object (&self->budget, budget))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUDGET]);
}

/**
 * graphbit_embedding_client_get_cache: (get-property cache)
 * @self: a client
 *
 * Gets where vectors are kept.
 *
 * Returns: (transfer none) (nullable): the cache, or %NULL
 *
 * Since: 1.0
 */
GraphbitResponseCache *
graphbit_embedding_client_get_cache (GraphbitEmbeddingClient *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self), NULL);

  return self->cache;
}

/**
 * graphbit_embedding_client_set_cache: (set-property cache)
 * @self: a client
 * @cache: (nullable): the cache, or %NULL
 *
 * Sets where the vectors of requests are kept that are started from then on.
 *
 * Since: 1.0
 */
void
graphbit_embedding_client_set_cache (GraphbitEmbeddingClient *self,
                                     GraphbitResponseCache *cache)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self));
  g_return_if_fail (cache == NULL || GRAPHBIT_IS_RESPONSE_CACHE (cache));

  if (g_set_object (&self->cache, cache))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CACHE]);
}

/* Requests */

/**
 * graphbit_embedding_client_embed_async:
 * @self: a client
 * @text: what to embed
 * @cancellable: (nullable): stops the request
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Has one text turned into a vector.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@EmbeddingClient.embed_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_embedding_client_embed_async (GraphbitEmbeddingClient *self,
                                       const char *text,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self));
  g_return_if_fail (text != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  graphbit_embedding_call_start (self, GRAPHBIT_EMBEDDING_WISH_ONE, &text, 1, NULL,
                                 graphbit_task_new (self, graphbit_embedding_client_embed_async, cancellable, callback, user_data));
}

/**
 * graphbit_embedding_client_embed_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@EmbeddingClient.embed_async] began.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT for an empty text, and with the
 * errors that [class@EmbeddingClient] lists.
 *
 * Returns: (transfer full): the text's vector
 *
 * Since: 1.0
 */
GraphbitEmbedding *
graphbit_embedding_client_embed_finish (GraphbitEmbeddingClient *self,
                                        GAsyncResult *result,
                                        GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_embedding_client_embed_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_embedding_client_embed:
 * @self: a client
 * @text: what to embed
 * @cancellable: (nullable): stops the request
 * @error: where to put an error
 *
 * Has one text turned into a vector and blocks until it is there. Your main
 * context does not run meanwhile. Errors are those of
 * [method@EmbeddingClient.embed_finish].
 *
 * Returns: (transfer full): the text's vector
 *
 * Since: 1.0
 */
GraphbitEmbedding *
graphbit_embedding_client_embed (GraphbitEmbeddingClient *self,
                                 const char *text,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  graphbit_sync_begin (&sync);
  graphbit_embedding_client_embed_async (self, text, cancellable, graphbit_sync_ready, &sync);
  return graphbit_embedding_client_embed_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_embedding_client_embed_many_async:
 * @self: a client
 * @texts: (array zero-terminated=1): what to embed
 * @cancellable: (nullable): stops the requests
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Has any number of texts turned into vectors.
 *
 * They are sent in parts of as many as the provider takes in one request, several
 * at once, as [property@EmbeddingClient:max-concurrency] allows; a text that is
 * there several times is sent once. A part that the provider refuses for its
 * size, or for one of its texts, is sent again in halves, so that a text that
 * cannot be embedded fails alone. Each request has a time limit of 10 minutes.
 *
 * An [class@EmbeddingJob] does the same and shows how far it is.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@EmbeddingClient.embed_many_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_embedding_client_embed_many_async (GraphbitEmbeddingClient *self,
                                            const char *const *texts,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self));
  g_return_if_fail (texts != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  graphbit_embedding_call_start (self, GRAPHBIT_EMBEDDING_WISH_MANY, texts, g_strv_length ((char **) texts), NULL,
                                 graphbit_task_new (self, graphbit_embedding_client_embed_many_async, cancellable, callback,
                                            user_data));
}

/**
 * graphbit_embedding_client_embed_many_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@EmbeddingClient.embed_many_async] began. There is an
 * embedding for each text, in the order of the texts. Where some texts failed,
 * theirs have an [property@Embedding:error] and no dimensions, and the others
 * have their vectors all the same.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT before anything is sent if one of
 * the texts is empty, and otherwise only if not one of them has a vector, with
 * the errors that [class@EmbeddingClient] lists.
 *
 * Returns: (transfer container) (element-type GraphbitEmbedding): an embedding for each text
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_embedding_client_embed_many_finish (GraphbitEmbeddingClient *self,
                                             GAsyncResult *result,
                                             GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_embedding_client_embed_many_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_embedding_client_embed_many:
 * @self: a client
 * @texts: (array zero-terminated=1): what to embed
 * @cancellable: (nullable): stops the requests
 * @error: where to put an error
 *
 * Has any number of texts turned into vectors and blocks until all have ended;
 * [method@EmbeddingClient.embed_many_async] says how. Your main context does not
 * run meanwhile. Errors are those of [method@EmbeddingClient.embed_many_finish].
 *
 * Returns: (transfer container) (element-type GraphbitEmbedding): an embedding for each text
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_embedding_client_embed_many (GraphbitEmbeddingClient *self,
                                      const char *const *texts,
                                      GCancellable *cancellable,
                                      GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self), NULL);
  g_return_val_if_fail (texts != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  graphbit_sync_begin (&sync);
  graphbit_embedding_client_embed_many_async (self, texts, cancellable, graphbit_sync_ready, &sync);
  return graphbit_embedding_client_embed_many_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_embedding_client_warmup_async:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Opens a connection to the provider, so that the first request need not
 * wait for it, and has the key checked where the provider does that for
 * nothing. No token is spent, and [method@EmbeddingClient.get_stats] does not count it.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@EmbeddingClient.warmup_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_embedding_client_warmup_async (GraphbitEmbeddingClient *self,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  graphbit_embedding_call_start (self, GRAPHBIT_EMBEDDING_WISH_WARMTH, NULL, 0, NULL,
                                 graphbit_task_new (self, graphbit_embedding_client_warmup_async, cancellable, callback, user_data));
}

/**
 * graphbit_embedding_client_warmup_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@EmbeddingClient.warmup_async] began.
 *
 * Fails with the errors that [class@EmbeddingClient] lists: with
 * %GRAPHBIT_ERROR_AUTHENTICATION for a key that is missing or refused,
 * with %GRAPHBIT_ERROR_CONNECTION for a server that cannot be reached.
 * The offline provider is always warm.
 *
 * Returns: %TRUE if a connection stands
 *
 * Since: 1.0
 */
gboolean
graphbit_embedding_client_warmup_finish (GraphbitEmbeddingClient *self,
                                         GAsyncResult *result,
                                         GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_embedding_client_warmup_async), FALSE);

  return graphbit_task_propagate_boolean (result, error);
}

/**
 * graphbit_embedding_client_warmup:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Opens a connection to the provider and blocks until it stands. Your main
 * context does not run meanwhile. [method@EmbeddingClient.warmup_async] says more.
 * Errors are those of [method@EmbeddingClient.warmup_finish].
 *
 * Returns: %TRUE if a connection stands
 *
 * Since: 1.0
 */
gboolean
graphbit_embedding_client_warmup (GraphbitEmbeddingClient *self,
                            GCancellable *cancellable,
                            GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  graphbit_sync_begin (&sync);
  graphbit_embedding_client_warmup_async (self, cancellable, graphbit_sync_ready, &sync);
  return graphbit_embedding_client_warmup_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_embedding_client_similarity:
 * @a: (array length=n_a): a vector
 * @n_a: its length
 * @b: (array length=n_b): another one, of the same model
 * @n_b: its length
 * @error: where to put an error
 *
 * Compares the directions of two vectors, as [method@Embedding.similarity] does:
 * 1 for the same direction, 0 for unrelated ones or if one has the length 0, −1
 * for opposite ones.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if the vectors have different
 * lengths, if they are empty, and if one has NaN or an infinity in it.
 *
 * Returns: the similarity, −1 to 1; 0 with @error set
 *
 * Since: 1.0
 */
gdouble
graphbit_embedding_client_similarity (const float *a,
                                      gsize n_a,
                                      const float *b,
                                      gsize n_b,
                                      GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, 0);

  return graphbit_vector_similarity (a, n_a, b, n_b, error);
}

/* Statistics */

/**
 * graphbit_embedding_client_get_stats:
 * @self: a client
 *
 * Gets what the client has done since it was made, or since
 * [method@EmbeddingClient.reset_stats]. Each part that is sent is a request, and
 * counts when it has ended.
 *
 * The keys are those of [method@LlmClient.get_stats], but for
 * `circuit_breaker_state`, of which [func@get_endpoints] tells. Embeddings have no
 * answer of tokens: `completion_tokens` and `time_to_first_token_ms` are 0.
 *
 * Returns: (transfer full): a dictionary of type `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
graphbit_embedding_client_get_stats (GraphbitEmbeddingClient *self)
{
  GVariantBuilder builder;

  g_return_val_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self), NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  graphbit_statistics_describe (&self->statistics, &builder);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/**
 * graphbit_embedding_client_reset_stats:
 * @self: a client
 *
 * Sets every number of [method@EmbeddingClient.get_stats] but the uptime to 0.
 *
 * Since: 1.0
 */
void
graphbit_embedding_client_reset_stats (GraphbitEmbeddingClient *self)
{
  g_return_if_fail (GRAPHBIT_IS_EMBEDDING_CLIENT (self));

  graphbit_statistics_reset (&self->statistics);
}
