/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-llm-tool-spec.h"
#include "graphbit-tool-call.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_TOOL (graphbit_tool_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitTool, graphbit_tool, GRAPHBIT, TOOL, GraphbitLlmToolSpec)

/**
 * GraphbitToolFunc:
 * @call: the call, with the arguments that the model gave
 * @user_data: (closure): what was handed to [ctor@Tool.new]
 * @error: return location for an error, or %NULL
 *
 * What a tool does. It runs in the main context in which the run was started
 * and should return soon; work that takes longer belongs in a tool without a
 * function, whose [signal@Tool::call] may be answered later.
 *
 * @call is there to be read: the answer is what the function returns.
 *
 * Returns: (transfer full) (nullable): what the model is told, or %NULL with
 *   @error set; %NULL without an error is a failure too
 *
 * Since: 1.0
 */
typedef char *(*GraphbitToolFunc) (GraphbitToolCall *call,
                                   gpointer user_data,
                                   GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitTool *graphbit_tool_new (const char *name,
                                 const char *description,
                                 const char *parameters,
                                 GraphbitToolFunc func,
                                 gpointer user_data,
                                 GDestroyNotify notify,
                                 GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_tool_get_timeout_ms (GraphbitTool *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_tool_set_timeout_ms (GraphbitTool *self,
                                   guint timeout_ms);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_tool_get_is_parallel_safe (GraphbitTool *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_tool_set_is_parallel_safe (GraphbitTool *self,
                                         gboolean is_parallel_safe);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_tool_get_output_limit (GraphbitTool *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_tool_set_output_limit (GraphbitTool *self,
                                     guint output_limit);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_tool_get_requires_approval (GraphbitTool *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_tool_set_requires_approval (GraphbitTool *self,
                                          gboolean requires_approval);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_tool_get_is_untrusted (GraphbitTool *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_tool_set_is_untrusted (GraphbitTool *self,
                                     gboolean is_untrusted);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_tool_get_is_sensitive (GraphbitTool *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_tool_set_is_sensitive (GraphbitTool *self,
                                     gboolean is_sensitive);

G_END_DECLS
