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

#define GRAPHBIT_TYPE_MCP_PROMPT (graphbit_mcp_prompt_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitMcpPrompt, graphbit_mcp_prompt, GRAPHBIT, MCP_PROMPT, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_prompt_get_name (GraphbitMcpPrompt *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_prompt_get_title (GraphbitMcpPrompt *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_prompt_get_description (GraphbitMcpPrompt *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_prompt_get_arguments_json (GraphbitMcpPrompt *self);

G_END_DECLS
