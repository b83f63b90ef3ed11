/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-types.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_TOOL_RESULT (graphbit_tool_result_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitToolResult, graphbit_tool_result, GRAPHBIT, TOOL_RESULT, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_tool_result_get_tool_call_id (GraphbitToolResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_tool_result_get_tool_name (GraphbitToolResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_tool_result_get_input (GraphbitToolResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_tool_result_get_output (GraphbitToolResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_tool_result_get_success (GraphbitToolResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
GError *graphbit_tool_result_get_error (GraphbitToolResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_tool_result_get_duration_ms (GraphbitToolResult *self);

G_END_DECLS
