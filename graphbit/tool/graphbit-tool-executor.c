/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-tool-executor.h"

#include <glib/gi18n-lib.h>

#include "graphbit-clock-private.h"
#include "graphbit-error.h"
#include "graphbit-failure-private.h"
#include "graphbit-sync-private.h"
#include "graphbit-tool-registry-private.h"
#include "graphbit-tool-result-private.h"
#include "graphbit-tool-round-private.h"

/**
 * GraphbitToolExecutor:
 *
 * Makes the calls that a model asked for, outside of an agent: those of
 * [method@LlmResponse.get_tool_calls], with the tools of a [class@ToolRegistry].
 *
 * All that agents do holds here as well: arguments are checked, calls run side
 * by side where the tools allow it, each with its [property@Tool:timeout-ms],
 * and the results come in the order of the calls. Nobody can be asked, though: a
 * tool with [property@Tool:requires-approval] is not called, and its result is
 * %GRAPHBIT_ERROR_TOOL_DENIED.
 *
 * What becomes of the calls is counted and remembered by the registry.
 *
 * Since: 1.0
 */
struct _GraphbitToolExecutor
{
  GObject parent_instance;

  GraphbitToolRegistry *registry; /* NULL: the default one */
  guint max_execution_time_ms;
  guint max_tool_calls;
  guint max_concurrency;
  gboolean continue_on_error;
};

#define DEFAULT_TIME_MS 30000
#define MAX_TIME_MS 86400000
#define DEFAULT_CALLS 10

enum
{
  PROP_0,
  PROP_REGISTRY,
  PROP_MAX_EXECUTION_TIME_MS,
  PROP_MAX_TOOL_CALLS,
  PROP_MAX_CONCURRENCY,
  PROP_CONTINUE_ON_ERROR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GraphbitToolExecutor, graphbit_tool_executor, G_TYPE_OBJECT)

static void
graphbit_tool_executor_finalize (GObject *object)
{
  GraphbitToolExecutor *self = GRAPHBIT_TOOL_EXECUTOR (object);

  g_clear_object (&self->registry);

  G_OBJECT_CLASS (graphbit_tool_executor_parent_class)->finalize (object);
}

static void
graphbit_tool_executor_get_property (GObject *object,
                                     guint prop_id,
                                     GValue *value,
                                     GParamSpec *pspec)
{
  GraphbitToolExecutor *self = GRAPHBIT_TOOL_EXECUTOR (object);

  switch (prop_id)
    {
    case PROP_REGISTRY:
      g_value_set_object (value, graphbit_tool_executor_get_registry (self));
      break;
    case PROP_MAX_EXECUTION_TIME_MS:
      g_value_set_uint (value, self->max_execution_time_ms);
      break;
    case PROP_MAX_TOOL_CALLS:
      g_value_set_uint (value, self->max_tool_calls);
      break;
    case PROP_MAX_CONCURRENCY:
      g_value_set_uint (value, self->max_concurrency);
      break;
    case PROP_CONTINUE_ON_ERROR:
      g_value_set_boolean (value, self->continue_on_error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_tool_executor_set_property (GObject *object,
                                     guint prop_id,
                                     const GValue *value,
                                     GParamSpec *pspec)
{
  GraphbitToolExecutor *self = GRAPHBIT_TOOL_EXECUTOR (object);

  switch (prop_id)
    {
    case PROP_REGISTRY:
      self->registry = g_value_dup_object (value);
      break;
    case PROP_MAX_EXECUTION_TIME_MS:
      graphbit_tool_executor_set_max_execution_time_ms (self, g_value_get_uint (value));
      break;
    case PROP_MAX_TOOL_CALLS:
      graphbit_tool_executor_set_max_tool_calls (self, g_value_get_uint (value));
      break;
    case PROP_MAX_CONCURRENCY:
      graphbit_tool_executor_set_max_concurrency (self, g_value_get_uint (value));
      break;
    case PROP_CONTINUE_ON_ERROR:
      graphbit_tool_executor_set_continue_on_error (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_tool_executor_class_init (GraphbitToolExecutorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_tool_executor_finalize;
  object_class->get_property = graphbit_tool_executor_get_property;
  object_class->set_property = graphbit_tool_executor_set_property;

  /**
   * GraphbitToolExecutor:registry: (getter get_registry)
   *
   * Where the tools are; if %NULL was given, [func@ToolRegistry.get_default].
   *
   * Since: 1.0
   */
  properties[PROP_REGISTRY] =
    g_param_spec_object ("registry", NULL, NULL,
                         GRAPHBIT_TYPE_TOOL_REGISTRY,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitToolExecutor:max-execution-time-ms: (getter get_max_execution_time_ms) (setter set_max_execution_time_ms)
   *
   * How long all calls of one [method@ToolExecutor.execute] may take together, in
   * milliseconds, 1 to 86,400,000; the default is 30,000.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_EXECUTION_TIME_MS] =
    g_param_spec_uint ("max-execution-time-ms", NULL, NULL,
                       1, MAX_TIME_MS, DEFAULT_TIME_MS,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitToolExecutor:max-tool-calls: (getter get_max_tool_calls) (setter set_max_tool_calls)
   *
   * How many calls one [method@ToolExecutor.execute] makes at most; those beyond
   * it fail. 1 or more; the default is 10.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_TOOL_CALLS] =
    g_param_spec_uint ("max-tool-calls", NULL, NULL,
                       1, G_MAXINT, DEFAULT_CALLS,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitToolExecutor:max-concurrency: (getter get_max_concurrency) (setter set_max_concurrency)
   *
   * How many tools may be at work at a time; 0, the default: no limit.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_CONCURRENCY] =
    g_param_spec_uint ("max-concurrency", NULL, NULL,
                       0, G_MAXINT, 0,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitToolExecutor:continue-on-error: (getter get_continue_on_error) (setter set_continue_on_error)
   *
   * Whether calls that have not begun when one has failed are made all the same.
   * The default is %FALSE.
   *
   * Since: 1.0
   */
  properties[PROP_CONTINUE_ON_ERROR] =
    g_param_spec_boolean ("continue-on-error", NULL, NULL,
                          FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_tool_executor_init (GraphbitToolExecutor *self)
{
  self->max_execution_time_ms = DEFAULT_TIME_MS;
  self->max_tool_calls = DEFAULT_CALLS;
}

/**
 * graphbit_tool_executor_new:
 * @registry: (nullable): where the tools are; %NULL:
 *   [func@ToolRegistry.get_default]
 *
 * Creates an executor.
 *
 * Returns: (transfer full): a new executor
 *
 * Since: 1.0
 */
GraphbitToolExecutor *
graphbit_tool_executor_new (GraphbitToolRegistry *registry)
{
  return g_object_new (GRAPHBIT_TYPE_TOOL_EXECUTOR, "registry", registry, NULL);
}

/**
 * graphbit_tool_executor_get_registry: (get-property registry)
 * @self: an executor
 *
 * Gets where the tools are.
 *
 * Returns: (transfer none): the registry
 *
 * Since: 1.0
 */
GraphbitToolRegistry *
graphbit_tool_executor_get_registry (GraphbitToolExecutor *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_EXECUTOR (self), NULL);

  return self->registry != NULL ? self->registry : graphbit_tool_registry_get_default ();
}

/**
 * graphbit_tool_executor_get_max_execution_time_ms: (get-property max-execution-time-ms)
 * @self: an executor
 *
 * Gets how long all calls of one [method@ToolExecutor.execute] may take together,
 * in milliseconds.
 *
 * Returns: milliseconds, 1 to 86,400,000; the default is 30,000
 *
 * Since: 1.0
 */
guint
graphbit_tool_executor_get_max_execution_time_ms (GraphbitToolExecutor *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_EXECUTOR (self), 0);

  return self->max_execution_time_ms;
}

/**
 * graphbit_tool_executor_set_max_execution_time_ms: (set-property max-execution-time-ms)
 * @self: an executor
 * @max_execution_time_ms: milliseconds, 1 to 86,400,000
 *
 * Sets how long all calls of one [method@ToolExecutor.execute] may take together,
 * in milliseconds.
 *
 * Since: 1.0
 */
void
graphbit_tool_executor_set_max_execution_time_ms (GraphbitToolExecutor *self,
                                                  guint max_execution_time_ms)
{
  g_return_if_fail (GRAPHBIT_IS_TOOL_EXECUTOR (self));
  g_return_if_fail (max_execution_time_ms >= 1 && max_execution_time_ms <= MAX_TIME_MS);

  if (self->max_execution_time_ms == max_execution_time_ms)
    return;

  self->max_execution_time_ms = max_execution_time_ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_EXECUTION_TIME_MS]);
}

/**
 * graphbit_tool_executor_get_max_tool_calls: (get-property max-tool-calls)
 * @self: an executor
 *
 * Gets how many calls one [method@ToolExecutor.execute] makes at most; those beyond
 * it fail.
 *
 * Returns: 1 or more; the default is 10
 *
 * Since: 1.0
 */
guint
graphbit_tool_executor_get_max_tool_calls (GraphbitToolExecutor *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_EXECUTOR (self), 0);

  return self->max_tool_calls;
}

/**
 * graphbit_tool_executor_set_max_tool_calls: (set-property max-tool-calls)
 * @self: an executor
 * @max_tool_calls: 1 or more
 *
 * Sets how many calls one [method@ToolExecutor.execute] makes at most; those beyond
 * it fail.
 *
 * Since: 1.0
 */
void
graphbit_tool_executor_set_max_tool_calls (GraphbitToolExecutor *self,
                                           guint max_tool_calls)
{
  g_return_if_fail (GRAPHBIT_IS_TOOL_EXECUTOR (self));
  g_return_if_fail (max_tool_calls >= 1 && max_tool_calls <= G_MAXINT);

  if (self->max_tool_calls == max_tool_calls)
    return;

  self->max_tool_calls = max_tool_calls;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_TOOL_CALLS]);
}

/**
 * graphbit_tool_executor_get_max_concurrency: (get-property max-concurrency)
 * @self: an executor
 *
 * Gets how many tools may be at work at a time.
 *
 * Returns: a number; 0, the default: no limit
 *
 * Since: 1.0
 */
guint
graphbit_tool_executor_get_max_concurrency (GraphbitToolExecutor *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_EXECUTOR (self), 0);

  return self->max_concurrency;
}

/**
 * graphbit_tool_executor_set_max_concurrency: (set-property max-concurrency)
 * @self: an executor
 * @max_concurrency: a number
 *
 * Sets how many tools may be at work at a time.
 *
 * Since: 1.0
 */
void
graphbit_tool_executor_set_max_concurrency (GraphbitToolExecutor *self,
                                            guint max_concurrency)
{
  g_return_if_fail (GRAPHBIT_IS_TOOL_EXECUTOR (self));
  g_return_if_fail (max_concurrency <= G_MAXINT);

  if (self->max_concurrency == max_concurrency)
    return;

  self->max_concurrency = max_concurrency;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_CONCURRENCY]);
}

/**
 * graphbit_tool_executor_get_continue_on_error: (get-property continue-on-error)
 * @self: an executor
 *
 * Gets whether calls that have not begun when one has failed are made all the same.
 *
 * Returns: whether they are; the default is %FALSE
 *
 * Since: 1.0
 */
gboolean
graphbit_tool_executor_get_continue_on_error (GraphbitToolExecutor *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_EXECUTOR (self), FALSE);

  return self->continue_on_error;
}

/**
 * graphbit_tool_executor_set_continue_on_error: (set-property continue-on-error)
 * @self: an executor
 * @continue_on_error: whether they are
 *
 * Sets whether calls that have not begun when one has failed are made all the same.
 *
 * Since: 1.0
 */
void
graphbit_tool_executor_set_continue_on_error (GraphbitToolExecutor *self,
                                              gboolean continue_on_error)
{
  g_return_if_fail (GRAPHBIT_IS_TOOL_EXECUTOR (self));

  continue_on_error = !!continue_on_error;
  if (self->continue_on_error == continue_on_error)
    return;

  self->continue_on_error = continue_on_error;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTINUE_ON_ERROR]);
}

/* The calls of one execute. */
typedef struct
{
  GraphbitOperation operation;

  GTask *task; /* until completion, as the two below */
  GraphbitToolRegistry *registry;
  GraphbitToolRound *round;
  GraphbitTimeout *timeout;
  GraphbitToolRoundLimits limits;
  guint max_execution_time_ms;
  guint depth;
} Execution;

static void
add_result (Execution *self,
            GPtrArray *results,
            const GraphbitToolSlot *slot)
{
  GraphbitToolResult *result;
  gboolean was_made = slot->state == GRAPHBIT_TOOL_SLOT_ENDED ? !slot->is_refused : slot->state == GRAPHBIT_TOOL_SLOT_RUNNING;
  g_autoptr (GError) late = NULL;

  if (slot->state == GRAPHBIT_TOOL_SLOT_ENDED)
    result = graphbit_tool_result_new (slot->request, slot->output, slot->error,
                                       was_made ? (slot->ended - slot->started) / 1000 : 0);
  else
    {
      late = g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT,
                          _("The tool “%s” gave no result before the %u ms of all calls were over; "
                            "raise max-execution-time-ms"),
                          graphbit_llm_tool_call_get_name (slot->request), self->max_execution_time_ms);
      result = graphbit_tool_result_new (slot->request, late->message, late,
                                         was_made ? self->max_execution_time_ms : 0);
    }
  graphbit_tool_registry_record (self->registry, result, was_made);
  g_ptr_array_add (results, result);
}

/* The one way to the end. Takes the error over; NULL: there are results. */
static void
conclude (Execution *self,
          GError *error)
{
  GPtrArray *results = NULL;
  GTask *task;

  if (!graphbit_operation_complete (self))
    {
      g_clear_error (&error);
      return;
    }

  graphbit_timeout_clear (&self->timeout);
  if (error == NULL)
    {
      guint n_slots = graphbit_tool_round_get_n_slots (self->round);

      results = g_ptr_array_new_full (n_slots, g_object_unref);
      for (guint i = 0; i < n_slots; i++)
        add_result (self, results, graphbit_tool_round_get_slot (self->round, i));
    }
  graphbit_tool_round_release (&self->round);
  g_clear_object (&self->registry);
  task = g_steal_pointer (&self->task);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, results, (GDestroyNotify) g_ptr_array_unref);
  g_object_unref (task);
  graphbit_operation_unref (self); /* its own */
}

static void
execution_interrupted (GraphbitOperation *operation,
                       GraphbitInterruption interruption)
{
  conclude ((Execution *) operation, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The operation was cancelled")));
}

static void
execution_free (GraphbitOperation *operation)
{
  Execution *self = (Execution *) operation;

  g_clear_object (&self->task);
  g_clear_object (&self->registry);
  g_free (self);
}

static const GraphbitOperationClass execution_class = {
  execution_interrupted,
  execution_free,
};

static void
on_time_is_up (GraphbitOperation *operation,
               gpointer data)
{
  conclude ((Execution *) operation, NULL);
}

static void
on_changed (gpointer data,
            const GraphbitToolSlot *slot)
{
}

static void
on_done (gpointer data)
{
  conclude (data, NULL);
}

static gboolean
is_cancelled (gpointer data)
{
  return graphbit_operation_is_interrupted (data);
}

static GraphbitApproval *
make_approval (gpointer data,
               const GraphbitToolSlot *slot,
               GraphbitToolCall *call,
               gint64 *deadline,
               GError **error)
{
  if (graphbit_tool_get_requires_approval (slot->tool))
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TOOL_DENIED,
                 _("A person must allow the tool “%s”, and a tool executor can ask nobody; give the tool to an agent"),
                 graphbit_tool_call_get_name (call));
  return NULL;
}

static const GraphbitToolRoundFuncs round_funcs = {
  on_changed,
  on_changed,
  on_done,
  is_cancelled,
  make_approval,
  NULL
};

static gboolean
check_calls (GListModel *calls,
             GError **error)
{
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (calls, i);

      if (GRAPHBIT_IS_LLM_TOOL_CALL (item))
        continue;
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("Only objects of the class LlmToolCall can be executed, not of %s"), G_OBJECT_TYPE_NAME (item));
      return FALSE;
    }
  return TRUE;
}

static void
begin (GraphbitOperation *operation,
       gpointer data)
{
  Execution *self = (Execution *) operation;

  graphbit_operation_ref (self);
  self->limits.deadline = graphbit_clock_now () + (gint64) self->max_execution_time_ms * 1000;
  graphbit_tool_round_set_limits (self->round, &self->limits);
  graphbit_tool_round_start (self->round);
  if (!graphbit_operation_is_complete (self))
    self->timeout = graphbit_timeout_new (self, self->limits.deadline, on_time_is_up, NULL);
  graphbit_operation_unref (self);
}

/**
 * graphbit_tool_executor_execute_async:
 * @self: an executor
 * @calls: a list model of [class@LlmToolCall]
 * @cancellable: (nullable): cancels the calls
 * @callback: (nullable) (scope async) (closure user_data): called when all calls have
 *   ended
 * @user_data: handed to @callback
 *
 * Makes calls.
 *
 * The tools and @callback are called in the main context that is the thread
 * default now; in @callback, [method@ToolExecutor.execute_finish] gives the results.
 *
 * Since: 1.0
 */
void
graphbit_tool_executor_execute_async (GraphbitToolExecutor *self,
                                      GListModel *calls,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_autoptr (GPtrArray) tools = NULL;
  Execution *execution;
  GError *error = NULL;
  GTask *task;

  g_return_if_fail (GRAPHBIT_IS_TOOL_EXECUTOR (self));
  g_return_if_fail (G_IS_LIST_MODEL (calls));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_tool_executor_execute_async, cancellable, callback, user_data);

  execution = g_new0 (Execution, 1);
  if (!check_calls (calls, &error) ||
      !graphbit_operation_init (&execution->operation, &execution_class, cancellable, &error))
    {
      g_free (execution);
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  execution->task = task;
  execution->registry = g_object_ref (graphbit_tool_executor_get_registry (self));
  execution->max_execution_time_ms = self->max_execution_time_ms;
  tools = graphbit_tool_registry_copy_tools (execution->registry);
  execution->round = graphbit_tool_round_new (&execution->operation, tools, calls, &execution->depth, &round_funcs, execution);
  execution->limits.max_calls = self->max_tool_calls;
  execution->limits.max_concurrency = self->max_concurrency;
  execution->limits.stops_on_error = !self->continue_on_error;
  graphbit_operation_invoke (execution, begin, NULL, NULL);
}

/**
 * graphbit_tool_executor_execute_finish:
 * @self: an executor
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Gets the results of [method@ToolExecutor.execute_async]: one for each call, in
 * their order.
 *
 * A call that failed, or was not made, has a result that says why. Errors
 * here are %G_IO_ERROR_CANCELLED, %GRAPHBIT_ERROR_INVALID_ARGUMENT for what is no
 * call, and %GRAPHBIT_ERROR_FAILED_PRECONDITION in a forked child.
 *
 * Returns: (transfer container) (element-type GraphbitToolResult): the results
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_tool_executor_execute_finish (GraphbitToolExecutor *self,
                                       GAsyncResult *result,
                                       GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_EXECUTOR (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_tool_executor_execute_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_tool_executor_execute:
 * @self: an executor
 * @calls: a list model of [class@LlmToolCall]
 * @cancellable: (nullable): cancels the calls
 * @error: return location for an error, or %NULL
 *
 * Makes calls, and blocks until all have ended. The main context of the caller
 * does not run meanwhile; the tools are called from inside this call.
 *
 * A call that failed, or was not made, has a result that says why. Errors
 * here are %G_IO_ERROR_CANCELLED, %GRAPHBIT_ERROR_INVALID_ARGUMENT for what is no
 * call, and %GRAPHBIT_ERROR_FAILED_PRECONDITION in a forked child.
 *
 * Returns: (transfer container) (element-type GraphbitToolResult): the results,
 *   one for each call, in their order
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_tool_executor_execute (GraphbitToolExecutor *self,
                                GListModel *calls,
                                GCancellable *cancellable,
                                GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_TOOL_EXECUTOR (self), NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (calls), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  graphbit_sync_begin (&sync);
  graphbit_tool_executor_execute_async (self, calls, cancellable, graphbit_sync_ready, &sync);
  return graphbit_tool_executor_execute_finish (self, graphbit_sync_wait (&sync), error);
}
