/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-executor.h"

#include <glib/gi18n-lib.h>
#include <pthread.h>

#include "graphbit-budget-private.h"
#include "graphbit-clock-private.h"
#include "graphbit-enum-types.h"
#include "graphbit-event-table-private.h"
#include "graphbit-executor-private.h"
#include "graphbit-failure-private.h"
#include "graphbit-llm-client.h"
#include "graphbit-llm-config.h"

/**
 * GraphbitExecutor:
 *
 * Runs workflows.
 *
 * [method@Executor.execute_async] runs one to its end and gives its result;
 * [method@Executor.start] gives a live [class@Run] with events. An executor can
 * have any number of runs under way, of the same workflow too, and can be used
 * from several threads: what belongs to a run happens in the main context that
 * was the thread default when it was started, and begins in that context's next
 * turn.
 *
 * The executor keeps one [class@LlmClient] for each model that its runs use.
 * Changes of its properties affect runs that start later.
 *
 * The page [Runs and events](runs.html) says more.
 *
 * Since: 1.0
 */
struct _GraphbitExecutor
{
  GObject parent_instance;

  GraphbitLlmConfig *config;
  guint timeout_seconds;
  guint max_concurrency;
  guint max_retries;
  GraphbitOnFailure on_failure;
  gboolean lightweight_mode;
  gboolean enable_metrics;
  gboolean guard_sensitive_tools;
  gboolean debug;

  pthread_mutex_t mutex; /* for what is below */
  GraphbitBudget *budget;
  GPtrArray *clients; /* the last used one last */
  gint64 created;
  gint64 n_succeeded;
  gint64 n_failed;
  gint64 n_cancelled;
  gint64 total_duration; /* microseconds */
};

enum
{
  PROP_0,
  PROP_CONFIG,
  PROP_TIMEOUT_SECONDS,
  PROP_MAX_CONCURRENCY,
  PROP_MAX_RETRIES,
  PROP_ON_FAILURE,
  PROP_LIGHTWEIGHT_MODE,
  PROP_ENABLE_METRICS,
  PROP_GUARD_SENSITIVE_TOOLS,
  PROP_DEBUG,
  PROP_BUDGET,
  N_PROPS
};

#define DEFAULT_TIMEOUT_SECONDS 300
#define MAX_TIMEOUT_SECONDS 3600
#define DEFAULT_MAX_CONCURRENCY 32
#define DEFAULT_MAX_RETRIES 3
#define MAX_MAX_RETRIES 10
/* Programs that make a config for each run must not fill the memory with clients. */
#define MAX_CLIENTS 64

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GraphbitExecutor, graphbit_executor, G_TYPE_OBJECT)

static void
graphbit_executor_finalize (GObject *object)
{
  GraphbitExecutor *self = GRAPHBIT_EXECUTOR (object);

  g_clear_object (&self->config);
  g_clear_object (&self->budget);
  g_ptr_array_unref (self->clients);
  pthread_mutex_destroy (&self->mutex);

  G_OBJECT_CLASS (graphbit_executor_parent_class)->finalize (object);
}

static void
graphbit_executor_get_property (GObject *object,
                                guint prop_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  GraphbitExecutor *self = GRAPHBIT_EXECUTOR (object);

  switch (prop_id)
    {
    case PROP_CONFIG:
      g_value_set_object (value, self->config);
      break;
    case PROP_TIMEOUT_SECONDS:
      g_value_set_uint (value, self->timeout_seconds);
      break;
    case PROP_MAX_CONCURRENCY:
      g_value_set_uint (value, self->max_concurrency);
      break;
    case PROP_MAX_RETRIES:
      g_value_set_uint (value, self->max_retries);
      break;
    case PROP_ON_FAILURE:
      g_value_set_enum (value, self->on_failure);
      break;
    case PROP_LIGHTWEIGHT_MODE:
      g_value_set_boolean (value, self->lightweight_mode);
      break;
    case PROP_ENABLE_METRICS:
      g_value_set_boolean (value, self->enable_metrics);
      break;
    case PROP_GUARD_SENSITIVE_TOOLS:
      g_value_set_boolean (value, self->guard_sensitive_tools);
      break;
    case PROP_DEBUG:
      g_value_set_boolean (value, self->debug);
      break;
    case PROP_BUDGET:
      g_value_set_object (value, graphbit_executor_get_budget (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_executor_set_property (GObject *object,
                                guint prop_id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  GraphbitExecutor *self = GRAPHBIT_EXECUTOR (object);

  switch (prop_id)
    {
    case PROP_CONFIG:
      self->config = g_value_dup_object (value);
      break;
    case PROP_TIMEOUT_SECONDS:
      graphbit_executor_set_timeout_seconds (self, g_value_get_uint (value));
      break;
    case PROP_MAX_CONCURRENCY:
      graphbit_executor_set_max_concurrency (self, g_value_get_uint (value));
      break;
    case PROP_MAX_RETRIES:
      graphbit_executor_set_max_retries (self, g_value_get_uint (value));
      break;
    case PROP_ON_FAILURE:
      graphbit_executor_set_on_failure (self, g_value_get_enum (value));
      break;
    case PROP_LIGHTWEIGHT_MODE:
      graphbit_executor_set_lightweight_mode (self, g_value_get_boolean (value));
      break;
    case PROP_ENABLE_METRICS:
      graphbit_executor_set_enable_metrics (self, g_value_get_boolean (value));
      break;
    case PROP_GUARD_SENSITIVE_TOOLS:
      graphbit_executor_set_guard_sensitive_tools (self, g_value_get_boolean (value));
      break;
    case PROP_DEBUG:
      graphbit_executor_set_debug (self, g_value_get_boolean (value));
      break;
    case PROP_BUDGET:
      graphbit_executor_set_budget (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_executor_class_init (GraphbitExecutorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_executor_finalize;
  object_class->get_property = graphbit_executor_get_property;
  object_class->set_property = graphbit_executor_set_property;

  /**
   * GraphbitExecutor:config: (getter get_config)
   *
   * The model of all agents that have none of their own.
   *
   * Since: 1.0
   */
  properties[PROP_CONFIG] =
    g_param_spec_object ("config", NULL, NULL,
                         GRAPHBIT_TYPE_LLM_CONFIG,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitExecutor:timeout-seconds: (getter get_timeout_seconds) (setter set_timeout_seconds)
   *
   * How long a run may take, in seconds. It then fails with
   * %GRAPHBIT_ERROR_TIMEOUT. Its model calls have this limit, too. 1 to 3600;
   * the default is 300.
   *
   * Since: 1.0
   */
  properties[PROP_TIMEOUT_SECONDS] =
    g_param_spec_uint ("timeout-seconds", NULL, NULL,
                       1, MAX_TIMEOUT_SECONDS, DEFAULT_TIMEOUT_SECONDS,
                       flags);
  /**
   * GraphbitExecutor:max-concurrency: (getter get_max_concurrency) (setter set_max_concurrency)
   *
   * How many model calls one run may have in flight; 0: as many as the
   * provider's lane lets through. The default is 32.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_CONCURRENCY] =
    g_param_spec_uint ("max-concurrency", NULL, NULL,
                       0, G_MAXINT, DEFAULT_MAX_CONCURRENCY,
                       flags);
  /**
   * GraphbitExecutor:max-retries: (getter get_max_retries) (setter set_max_retries)
   *
   * How often a model call is tried again, of the clients that the executor
   * makes. 0 to 10; the default is 3.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_RETRIES] =
    g_param_spec_uint ("max-retries", NULL, NULL,
                       0, MAX_MAX_RETRIES, DEFAULT_MAX_RETRIES,
                       flags);
  /**
   * GraphbitExecutor:on-failure: (getter get_on_failure) (setter set_on_failure)
   *
   * What becomes of the other nodes when one has failed that was not allowed
   * to. The default is %GRAPHBIT_ON_FAILURE_CANCEL.
   *
   * Since: 1.0
   */
  properties[PROP_ON_FAILURE] =
    g_param_spec_enum ("on-failure", NULL, NULL,
                       GRAPHBIT_TYPE_ON_FAILURE, GRAPHBIT_ON_FAILURE_CANCEL,
                       flags);
  /**
   * GraphbitExecutor:lightweight-mode: (getter get_lightweight_mode) (setter set_lightweight_mode)
   *
   * Whether runs keep no history of events, no times of nodes and no metadata
   * of agents. A reader of events still gets all of them if it begins to read
   * before the run does. The default is %FALSE.
   *
   * Since: 1.0
   */
  properties[PROP_LIGHTWEIGHT_MODE] =
    g_param_spec_boolean ("lightweight-mode", NULL, NULL,
                          FALSE,
                          flags);
  /**
   * GraphbitExecutor:enable-metrics: (getter get_enable_metrics) (setter set_enable_metrics)
   *
   * Whether runs are counted in [method@Executor.get_stats]. The default is
   * %TRUE.
   *
   * Since: 1.0
   */
  properties[PROP_ENABLE_METRICS] =
    g_param_spec_boolean ("enable-metrics", NULL, NULL,
                          TRUE,
                          flags);
  /**
   * GraphbitExecutor:guard-sensitive-tools: (getter get_guard_sensitive_tools) (setter set_guard_sensitive_tools)
   *
   * Whether, once a tool with [property@Tool:is-untrusted] has given something
   * back in a run, a person is asked before each call of one with
   * [property@Tool:is-sensitive]. In a run that is executed nobody can be asked:
   * the call is denied. The default is %TRUE.
   *
   * Since: 1.0
   */
  properties[PROP_GUARD_SENSITIVE_TOOLS] =
    g_param_spec_boolean ("guard-sensitive-tools", NULL, NULL,
                          TRUE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitExecutor:debug: (getter get_debug) (setter set_debug)
   *
   * Whether runs and the executor's clients log what they do, as debug
   * messages of the domain `graphbit`. Keys, prompts and outputs are not among
   * it. The default is %FALSE.
   *
   * Since: 1.0
   */
  properties[PROP_DEBUG] =
    g_param_spec_boolean ("debug", NULL, NULL,
                          FALSE,
                          flags);
  /**
   * GraphbitExecutor:budget: (getter get_budget) (setter set_budget)
   *
   * What each run may cost: every run gets a budget of its own with these limits
   * and prices. A model call beyond it fails its node with
   * %GRAPHBIT_ERROR_BUDGET_EXCEEDED before anything is sent. What the runs
   * use is not counted on this object. %NULL: any amount.
   *
   * Since: 1.0
   */
  properties[PROP_BUDGET] =
    g_param_spec_object ("budget", NULL, NULL,
                         GRAPHBIT_TYPE_BUDGET,
                         flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_executor_init (GraphbitExecutor *self)
{
  self->timeout_seconds = DEFAULT_TIMEOUT_SECONDS;
  self->max_concurrency = DEFAULT_MAX_CONCURRENCY;
  self->max_retries = DEFAULT_MAX_RETRIES;
  self->enable_metrics = TRUE;
  self->guard_sensitive_tools = TRUE;
  self->clients = g_ptr_array_new_with_free_func (g_object_unref);
  self->created = graphbit_clock_now ();
  pthread_mutex_init (&self->mutex, NULL);
}

/**
 * graphbit_executor_new:
 * @config: (nullable): the model of all agents that have none of their own, or
 *   %NULL
 *
 * Creates an executor. Without a @config every agent needs one of its own.
 *
 * Returns: (transfer full): a new executor
 *
 * Since: 1.0
 */
GraphbitExecutor *
graphbit_executor_new (GraphbitLlmConfig *config)
{
  g_return_val_if_fail (config == NULL || GRAPHBIT_IS_LLM_CONFIG (config), NULL);

  return g_object_new (GRAPHBIT_TYPE_EXECUTOR,
                       "config", config,
                       NULL);
}

/**
 * graphbit_executor_get_config: (get-property config)
 * @self: an executor
 *
 * Gets the model of all agents that have none of their own.
 *
 * Returns: (transfer none) (nullable): the configuration, or %NULL if every
 *   agent needs its own
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_executor_get_config (GraphbitExecutor *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EXECUTOR (self), NULL);

  return self->config;
}

/**
 * graphbit_executor_get_timeout_seconds: (get-property timeout-seconds)
 * @self: an executor
 *
 * Gets how long a run may take.
 *
 * Returns: seconds; the default is 300
 *
 * Since: 1.0
 */
guint
graphbit_executor_get_timeout_seconds (GraphbitExecutor *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EXECUTOR (self), 0);

  return self->timeout_seconds;
}

/* TRUE if it was another one. */
static gboolean
set_uint (GraphbitExecutor *self,
          guint *field,
          guint value)
{
  gboolean is_other;

  pthread_mutex_lock (&self->mutex);
  is_other = *field != value;
  *field = value;
  pthread_mutex_unlock (&self->mutex);
  return is_other;
}

static gboolean
set_boolean (GraphbitExecutor *self,
             gboolean *field,
             gboolean value)
{
  gboolean is_other;

  value = !!value;
  pthread_mutex_lock (&self->mutex);
  is_other = *field != value;
  *field = value;
  pthread_mutex_unlock (&self->mutex);
  return is_other;
}

/* The next runs get clients with the new settings. */
static void
drop_clients (GraphbitExecutor *self)
{
  GPtrArray *clients;

  pthread_mutex_lock (&self->mutex);
  clients = self->clients;
  self->clients = g_ptr_array_new_with_free_func (g_object_unref);
  pthread_mutex_unlock (&self->mutex);
  g_ptr_array_unref (clients);
}

/**
 * graphbit_executor_set_timeout_seconds: (set-property timeout-seconds)
 * @self: an executor
 * @timeout_seconds: seconds, 1 to 3600
 *
 * Sets how long a run may take.
 *
 * Since: 1.0
 */
void
graphbit_executor_set_timeout_seconds (GraphbitExecutor *self,
                                       guint timeout_seconds)
{
  g_return_if_fail (GRAPHBIT_IS_EXECUTOR (self));
  g_return_if_fail (timeout_seconds >= 1 && timeout_seconds <= MAX_TIMEOUT_SECONDS);

  if (set_uint (self, &self->timeout_seconds, timeout_seconds))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIMEOUT_SECONDS]);
}

/**
 * graphbit_executor_get_max_concurrency: (get-property max-concurrency)
 * @self: an executor
 *
 * Gets how many model calls one run may have in flight.
 *
 * Returns: the number; 0: no limit of its own; the default is 32
 *
 * Since: 1.0
 */
guint
graphbit_executor_get_max_concurrency (GraphbitExecutor *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EXECUTOR (self), 0);

  return self->max_concurrency;
}

/**
 * graphbit_executor_set_max_concurrency: (set-property max-concurrency)
 * @self: an executor
 * @max_concurrency: the number, or 0 for no limit of its own
 *
 * Sets how many model calls one run may have in flight.
 *
 * Since: 1.0
 */
void
graphbit_executor_set_max_concurrency (GraphbitExecutor *self,
                                       guint max_concurrency)
{
  g_return_if_fail (GRAPHBIT_IS_EXECUTOR (self));
  g_return_if_fail (max_concurrency <= G_MAXINT);

  if (set_uint (self, &self->max_concurrency, max_concurrency))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_CONCURRENCY]);
}

/**
 * graphbit_executor_get_max_retries: (get-property max-retries)
 * @self: an executor
 *
 * Gets how often a model call is tried again.
 *
 * Returns: the number; the default is 3
 *
 * Since: 1.0
 */
guint
graphbit_executor_get_max_retries (GraphbitExecutor *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EXECUTOR (self), 0);

  return self->max_retries;
}

/**
 * graphbit_executor_set_max_retries: (set-property max-retries)
 * @self: an executor
 * @max_retries: the number, 0 to 10
 *
 * Sets how often a model call is tried again.
 *
 * Since: 1.0
 */
void
graphbit_executor_set_max_retries (GraphbitExecutor *self,
                                   guint max_retries)
{
  g_return_if_fail (GRAPHBIT_IS_EXECUTOR (self));
  g_return_if_fail (max_retries <= MAX_MAX_RETRIES);

  if (!set_uint (self, &self->max_retries, max_retries))
    return;

  drop_clients (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_RETRIES]);
}

/**
 * graphbit_executor_get_on_failure: (get-property on-failure)
 * @self: an executor
 *
 * Gets what becomes of the other nodes when one has failed.
 *
 * Returns: what is done; the default is %GRAPHBIT_ON_FAILURE_CANCEL
 *
 * Since: 1.0
 */
GraphbitOnFailure
graphbit_executor_get_on_failure (GraphbitExecutor *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EXECUTOR (self), GRAPHBIT_ON_FAILURE_CANCEL);

  return self->on_failure;
}

/**
 * graphbit_executor_set_on_failure: (set-property on-failure)
 * @self: an executor
 * @on_failure: what is done
 *
 * Sets what becomes of the other nodes when one has failed.
 *
 * Since: 1.0
 */
void
graphbit_executor_set_on_failure (GraphbitExecutor *self,
                                  GraphbitOnFailure on_failure)
{
  gboolean is_other;

  g_return_if_fail (GRAPHBIT_IS_EXECUTOR (self));

  pthread_mutex_lock (&self->mutex);
  is_other = self->on_failure != on_failure;
  self->on_failure = on_failure;
  pthread_mutex_unlock (&self->mutex);
  if (is_other)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ON_FAILURE]);
}

/**
 * graphbit_executor_get_lightweight_mode: (get-property lightweight-mode)
 * @self: an executor
 *
 * Gets whether runs keep nothing but their results.
 *
 * Returns: whether they do; the default is %FALSE
 *
 * Since: 1.0
 */
gboolean
graphbit_executor_get_lightweight_mode (GraphbitExecutor *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EXECUTOR (self), FALSE);

  return self->lightweight_mode;
}

/**
 * graphbit_executor_set_lightweight_mode: (set-property lightweight-mode)
 * @self: an executor
 * @lightweight_mode: whether they do
 *
 * Sets whether runs keep nothing but their results.
 *
 * Since: 1.0
 */
void
graphbit_executor_set_lightweight_mode (GraphbitExecutor *self,
                                        gboolean lightweight_mode)
{
  g_return_if_fail (GRAPHBIT_IS_EXECUTOR (self));

  if (set_boolean (self, &self->lightweight_mode, lightweight_mode))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LIGHTWEIGHT_MODE]);
}

/**
 * graphbit_executor_get_enable_metrics: (get-property enable-metrics)
 * @self: an executor
 *
 * Gets whether runs are counted.
 *
 * Returns: whether they are; the default is %TRUE
 *
 * Since: 1.0
 */
gboolean
graphbit_executor_get_enable_metrics (GraphbitExecutor *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EXECUTOR (self), FALSE);

  return self->enable_metrics;
}

/**
 * graphbit_executor_set_enable_metrics: (set-property enable-metrics)
 * @self: an executor
 * @enable_metrics: whether they are
 *
 * Sets whether runs are counted.
 *
 * Since: 1.0
 */
void
graphbit_executor_set_enable_metrics (GraphbitExecutor *self,
                                      gboolean enable_metrics)
{
  g_return_if_fail (GRAPHBIT_IS_EXECUTOR (self));

  if (set_boolean (self, &self->enable_metrics, enable_metrics))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ENABLE_METRICS]);
}

/**
 * graphbit_executor_get_guard_sensitive_tools: (get-property guard-sensitive-tools)
 * @self: an executor
 *
 * Gets whether runs that have read what strangers may have written ask a
 * person before they call a sensitive tool.
 *
 * Returns: whether they do; the default is %TRUE
 *
 * Since: 1.0
 */
gboolean
graphbit_executor_get_guard_sensitive_tools (GraphbitExecutor *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EXECUTOR (self), FALSE);

  return self->guard_sensitive_tools;
}

/**
 * graphbit_executor_set_guard_sensitive_tools: (set-property guard-sensitive-tools)
 * @self: an executor
 * @guard_sensitive_tools: whether they do
 *
 * Sets whether runs that have read what strangers may have written ask a
 * person before they call a sensitive tool. Runs that have been started keep
 * what was set then.
 *
 * Since: 1.0
 */
void
graphbit_executor_set_guard_sensitive_tools (GraphbitExecutor *self,
                                             gboolean guard_sensitive_tools)
{
  g_return_if_fail (GRAPHBIT_IS_EXECUTOR (self));

  if (set_boolean (self, &self->guard_sensitive_tools, guard_sensitive_tools))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GUARD_SENSITIVE_TOOLS]);
}

/**
 * graphbit_executor_get_debug: (get-property debug)
 * @self: an executor
 *
 * Gets whether runs log what they do.
 *
 * Returns: whether they do; the default is %FALSE
 *
 * Since: 1.0
 */
gboolean
graphbit_executor_get_debug (GraphbitExecutor *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EXECUTOR (self), FALSE);

  return self->debug;
}

/**
 * graphbit_executor_set_debug: (set-property debug)
 * @self: an executor
 * @debug: whether they do
 *
 * Sets whether runs log what they do.
 *
 * Since: 1.0
 */
void
graphbit_executor_set_debug (GraphbitExecutor *self,
                             gboolean debug)
{
  g_return_if_fail (GRAPHBIT_IS_EXECUTOR (self));

  if (!set_boolean (self, &self->debug, debug))
    return;

  drop_clients (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEBUG]);
}

/**
 * graphbit_executor_get_budget: (get-property budget)
 * @self: an executor
 *
 * Gets what each run may cost.
 *
 * Returns: (transfer none) (nullable): the budget, or %NULL for any amount
 *
 * Since: 1.0
 */
GraphbitBudget *
graphbit_executor_get_budget (GraphbitExecutor *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EXECUTOR (self), NULL);

  return self->budget;
}

/**
 * graphbit_executor_set_budget: (set-property budget)
 * @self: an executor
 * @budget: (nullable): the limits, or %NULL for any amount
 *
 * Sets what each run that starts from then on may cost.
 *
 * Since: 1.0
 */
void
graphbit_executor_set_budget (GraphbitExecutor *self,
                              GraphbitBudget *budget)
{
  g_autoptr (GraphbitBudget) dropped = NULL;

  g_return_if_fail (GRAPHBIT_IS_EXECUTOR (self));
  g_return_if_fail (budget == NULL || GRAPHBIT_IS_BUDGET (budget));

  pthread_mutex_lock (&self->mutex);
  dropped = self->budget;
  self->budget = budget != NULL ? g_object_ref (budget) : NULL;
  pthread_mutex_unlock (&self->mutex);

  if (budget != dropped)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUDGET]);
}

/* For runs. */

void
graphbit_executor_get_settings (GraphbitExecutor *self,
                                GraphbitRunSettings *settings)
{
  pthread_mutex_lock (&self->mutex);
  settings->timeout_seconds = (guint16) self->timeout_seconds;
  settings->max_concurrency = self->max_concurrency;
  settings->on_failure = (guint8) self->on_failure;
  settings->is_lightweight = self->lightweight_mode != FALSE;
  settings->is_metered = self->enable_metrics != FALSE;
  settings->guards_sensitive_tools = self->guard_sensitive_tools != FALSE;
  settings->debug = self->debug != FALSE;
  pthread_mutex_unlock (&self->mutex);
}

GraphbitBudget *
graphbit_executor_make_budget (GraphbitExecutor *self)
{
  g_autoptr (GraphbitBudget) limits = NULL;

  pthread_mutex_lock (&self->mutex);
  g_set_object (&limits, self->budget);
  pthread_mutex_unlock (&self->mutex);

  return limits != NULL ? graphbit_budget_new_like (limits) : NULL;
}

GraphbitLlmClient *
graphbit_executor_dup_client (GraphbitExecutor *self,
                              GraphbitLlmConfig *config)
{
  g_autoptr (GraphbitLlmClient) dropped = NULL;
  GraphbitLlmClient *client = NULL;

  if (config == NULL)
    config = self->config;

  pthread_mutex_lock (&self->mutex);
  for (guint i = self->clients->len; i-- > 0 && client == NULL;)
    if (graphbit_llm_client_get_config (self->clients->pdata[i]) == config)
      client = g_ptr_array_steal_index (self->clients, i);
  if (client == NULL)
    {
      client = graphbit_llm_client_new (config);
      graphbit_llm_client_set_max_retries (client, self->max_retries);
      graphbit_llm_client_set_debug (client, self->debug);
      if (self->clients->len == MAX_CLIENTS)
        dropped = g_ptr_array_steal_index (self->clients, 0);
    }
  g_ptr_array_add (self->clients, g_object_ref (client));
  pthread_mutex_unlock (&self->mutex);
  return client;
}

void
graphbit_executor_count_run (GraphbitExecutor *self,
                             GraphbitRunState state,
                             gint64 duration)
{
  pthread_mutex_lock (&self->mutex);
  if (state == GRAPHBIT_RUN_STATE_COMPLETED)
    self->n_succeeded++;
  else if (state == GRAPHBIT_RUN_STATE_CANCELLED)
    self->n_cancelled++;
  else
    self->n_failed++;
  self->total_duration += duration;
  pthread_mutex_unlock (&self->mutex);
}

/**
 * graphbit_executor_configure:
 * @self: an executor
 * @timeout_seconds: how long a run may take, 1 to 3600
 * @max_retries: how often a model call is tried again, 0 to 10
 * @enable_metrics: whether runs are counted
 * @debug: whether runs log what they do
 * @error: return location for an error, or %NULL
 *
 * Sets several properties at once, for the runs that start from now on.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT, and changes nothing, if a number
 * is out of range.
 *
 * Returns: %TRUE if they were set
 *
 * Since: 1.0
 */
gboolean
graphbit_executor_configure (GraphbitExecutor *self,
                             int timeout_seconds,
                             int max_retries,
                             gboolean enable_metrics,
                             gboolean debug,
                             GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_EXECUTOR (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (timeout_seconds < 1 || timeout_seconds > MAX_TIMEOUT_SECONDS)
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                 _("The timeout must be between 1 and %d seconds, not %d"), MAX_TIMEOUT_SECONDS, timeout_seconds);
  else if (max_retries < 0 || max_retries > MAX_MAX_RETRIES)
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                 _("The number of retries must be between 0 and %d, not %d"), MAX_MAX_RETRIES, max_retries);
  else
    {
      g_object_freeze_notify (G_OBJECT (self));
      graphbit_executor_set_timeout_seconds (self, (guint) timeout_seconds);
      graphbit_executor_set_max_retries (self, (guint) max_retries);
      graphbit_executor_set_enable_metrics (self, enable_metrics);
      graphbit_executor_set_debug (self, debug);
      g_object_thaw_notify (G_OBJECT (self));
      return TRUE;
    }

  graphbit_error_hand_out (error);
  return FALSE;
}

/**
 * graphbit_executor_get_stats:
 * @self: an executor
 *
 * Gets what the executor has counted: `total_executions`,
 * `successful_executions`, `failed_executions`, `cancelled_executions` (x: runs
 * that have ended), `success_rate` (d: of those that were not cancelled, 0 to
 * 1), `average_duration_ms` (d), `total_duration_ms` (x), `uptime_seconds` (d),
 * and `execution_mode` (s), `timeout_seconds`, `max_retries` (u),
 * `metrics_enabled` (b).
 *
 * Returns: (transfer full): a dictionary of type `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
graphbit_executor_get_stats (GraphbitExecutor *self)
{
  GVariantDict dict;
  gint64 n_judged, n_all, duration;

  g_return_val_if_fail (GRAPHBIT_IS_EXECUTOR (self), NULL);

  g_variant_dict_init (&dict, NULL);
  pthread_mutex_lock (&self->mutex);
  n_judged = self->n_succeeded + self->n_failed;
  n_all = n_judged + self->n_cancelled;
  duration = self->total_duration;
  g_variant_dict_insert (&dict, "total_executions", "x", n_all);
  g_variant_dict_insert (&dict, "successful_executions", "x", self->n_succeeded);
  g_variant_dict_insert (&dict, "failed_executions", "x", self->n_failed);
  g_variant_dict_insert (&dict, "cancelled_executions", "x", self->n_cancelled);
  g_variant_dict_insert (&dict, "success_rate", "d",
                         n_judged > 0 ? (double) self->n_succeeded / (double) n_judged : 0.0);
  g_variant_dict_insert (&dict, "average_duration_ms", "d",
                         n_all > 0 ? (double) duration / 1000.0 / (double) n_all : 0.0);
  g_variant_dict_insert (&dict, "total_duration_ms", "x", duration / 1000);
  g_variant_dict_insert (&dict, "uptime_seconds", "d",
                         (double) (graphbit_clock_now () - self->created) / G_USEC_PER_SEC);
  g_variant_dict_insert (&dict, "execution_mode", "s", graphbit_executor_get_execution_mode (self));
  g_variant_dict_insert (&dict, "timeout_seconds", "u", self->timeout_seconds);
  g_variant_dict_insert (&dict, "max_retries", "u", self->max_retries);
  g_variant_dict_insert (&dict, "metrics_enabled", "b", self->enable_metrics);
  pthread_mutex_unlock (&self->mutex);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/**
 * graphbit_executor_reset_stats:
 * @self: an executor
 *
 * Begins to count anew.
 *
 * Since: 1.0
 */
void
graphbit_executor_reset_stats (GraphbitExecutor *self)
{
  g_return_if_fail (GRAPHBIT_IS_EXECUTOR (self));

  pthread_mutex_lock (&self->mutex);
  self->n_succeeded = self->n_failed = self->n_cancelled = 0;
  self->total_duration = 0;
  pthread_mutex_unlock (&self->mutex);
}

/**
 * graphbit_executor_get_execution_mode:
 * @self: an executor
 *
 * Gets the way in which runs that start now are executed.
 *
 * Returns: `balanced`, or `lightweight` with
 *   [property@Executor:lightweight-mode]
 *
 * Since: 1.0
 */
const char *
graphbit_executor_get_execution_mode (GraphbitExecutor *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EXECUTOR (self), NULL);

  return self->lightweight_mode ? "lightweight" : "balanced";
}

/**
 * graphbit_executor_get_stream_event_schema:
 *
 * Describes the events that runs have: their names, categories, phases and
 * fields, with the version of the description.
 *
 * Returns: JSON text
 *
 * Since: 1.0
 */
const char *
graphbit_executor_get_stream_event_schema (void)
{
  return graphbit_event_table_get_schema ();
}
