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

#define GRAPHBIT_TYPE_MCP_RESULT (graphbit_mcp_result_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitMcpResult, graphbit_mcp_result, GRAPHBIT, MCP_RESULT, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_result_get_text (GraphbitMcpResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_mcp_result_get_parts (GraphbitMcpResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_result_get_structured_json (GraphbitMcpResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_mcp_result_get_is_error (GraphbitMcpResult *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_result_get_raw_json (GraphbitMcpResult *self);

G_END_DECLS
