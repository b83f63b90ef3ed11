/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-tool-registry.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_TOOL_EXECUTOR (graphbit_tool_executor_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitToolExecutor, graphbit_tool_executor, GRAPHBIT, TOOL_EXECUTOR, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitToolExecutor *graphbit_tool_executor_new (GraphbitToolRegistry *registry);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitToolRegistry *graphbit_tool_executor_get_registry (GraphbitToolExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_tool_executor_get_max_execution_time_ms (GraphbitToolExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_tool_executor_set_max_execution_time_ms (GraphbitToolExecutor *self,
                                                       guint max_execution_time_ms);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_tool_executor_get_max_tool_calls (GraphbitToolExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_tool_executor_set_max_tool_calls (GraphbitToolExecutor *self,
                                                guint max_tool_calls);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_tool_executor_get_max_concurrency (GraphbitToolExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_tool_executor_set_max_concurrency (GraphbitToolExecutor *self,
                                                 guint max_concurrency);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_tool_executor_get_continue_on_error (GraphbitToolExecutor *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_tool_executor_set_continue_on_error (GraphbitToolExecutor *self,
                                                   gboolean continue_on_error);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_tool_executor_execute_async (GraphbitToolExecutor *self,
                                           GListModel *calls,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_tool_executor_execute_finish (GraphbitToolExecutor *self,
                                                  GAsyncResult *result,
                                                  GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_tool_executor_execute (GraphbitToolExecutor *self,
                                           GListModel *calls,
                                           GCancellable *cancellable,
                                           GError **error);

G_END_DECLS
