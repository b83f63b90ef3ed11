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

#define GRAPHBIT_TYPE_MCP_RESOURCE (graphbit_mcp_resource_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitMcpResource, graphbit_mcp_resource, GRAPHBIT, MCP_RESOURCE, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_resource_get_uri (GraphbitMcpResource *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_resource_get_name (GraphbitMcpResource *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_resource_get_title (GraphbitMcpResource *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_resource_get_description (GraphbitMcpResource *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_resource_get_mime_type (GraphbitMcpResource *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_mcp_resource_get_size (GraphbitMcpResource *self);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_mcp_resource_get_is_template (GraphbitMcpResource *self);

G_END_DECLS
