/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-budget.h"
#include "graphbit-types.h"

G_BEGIN_DECLS

/**
 * GraphbitOnFailure:
 * @GRAPHBIT_ON_FAILURE_CANCEL: the nodes that are running are cancelled at once
 * @GRAPHBIT_ON_FAILURE_FINISH: the nodes that are running end, and no further one starts
 *
 * What becomes of a run's other nodes when one has failed that was not allowed to.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_ON_FAILURE_CANCEL,
  GRAPHBIT_ON_FAILURE_FINISH
} GraphbitOnFailure;

/**
 * GraphbitStreamModes:
 * @GRAPHBIT_STREAM_MODES_NONE: no events; for a run of which only the result counts
 * @GRAPHBIT_STREAM_MODES_UPDATES: everything but the tokens
 * @GRAPHBIT_STREAM_MODES_MESSAGES: the models' tokens, and how the run ended
 * @GRAPHBIT_STREAM_MODES_ALL: everything
 *
 * Which events a run has.
 *
 * Since: 1.0
 */
typedef enum /*< flags >*/
{
  GRAPHBIT_STREAM_MODES_NONE = 0,
  GRAPHBIT_STREAM_MODES_UPDATES = 1 << 0,
  GRAPHBIT_STREAM_MODES_MESSAGES = 1 << 1,
  GRAPHBIT_STREAM_MODES_ALL = GRAPHBIT_STREAM_MODES_UPDATES | GRAPHBIT_STREAM_MODES_MESSAGES
} GraphbitStreamModes;

#define GRAPHBIT_TYPE_EXECUTOR (graphbit_executor_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitExecutor, graphbit_executor, GRAPHBIT, EXECUTOR, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitExecutor *graphbit_executor_new (GraphbitLlmConfig *config);

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmConfig *graphbit_executor_get_config (GraphbitExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_executor_get_timeout_seconds (GraphbitExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_executor_set_timeout_seconds (GraphbitExecutor *self,
                                            guint timeout_seconds);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_executor_get_max_concurrency (GraphbitExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_executor_set_max_concurrency (GraphbitExecutor *self,
                                            guint max_concurrency);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_executor_get_max_retries (GraphbitExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_executor_set_max_retries (GraphbitExecutor *self,
                                        guint max_retries);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitOnFailure graphbit_executor_get_on_failure (GraphbitExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_executor_set_on_failure (GraphbitExecutor *self,
                                       GraphbitOnFailure on_failure);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_executor_get_lightweight_mode (GraphbitExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_executor_set_lightweight_mode (GraphbitExecutor *self,
                                             gboolean lightweight_mode);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_executor_get_enable_metrics (GraphbitExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_executor_set_enable_metrics (GraphbitExecutor *self,
                                           gboolean enable_metrics);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_executor_get_guard_sensitive_tools (GraphbitExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_executor_set_guard_sensitive_tools (GraphbitExecutor *self,
                                                  gboolean guard_sensitive_tools);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitBudget *graphbit_executor_get_budget (GraphbitExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_executor_set_budget (GraphbitExecutor *self,
                                   GraphbitBudget *budget);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_executor_get_debug (GraphbitExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_executor_set_debug (GraphbitExecutor *self,
                                  gboolean debug);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_executor_execute_async (GraphbitExecutor *self,
                                      GraphbitWorkflow *workflow,
                                      GVariant *inputs,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitWorkflowResult *graphbit_executor_execute_finish (GraphbitExecutor *self,
                                                          GAsyncResult *result,
                                                          GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitWorkflowResult *graphbit_executor_execute (GraphbitExecutor *self,
                                                   GraphbitWorkflow *workflow,
                                                   GVariant *inputs,
                                                   GCancellable *cancellable,
                                                   GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitRun *graphbit_executor_start (GraphbitExecutor *self,
                                      GraphbitWorkflow *workflow,
                                      GVariant *inputs,
                                      GraphbitStreamModes mode,
                                      GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_executor_configure (GraphbitExecutor *self,
                                      int timeout_seconds,
                                      int max_retries,
                                      gboolean enable_metrics,
                                      gboolean debug,
                                      GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_executor_get_stats (GraphbitExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_executor_reset_stats (GraphbitExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_executor_get_execution_mode (GraphbitExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_executor_get_stream_event_schema (void);

G_END_DECLS
