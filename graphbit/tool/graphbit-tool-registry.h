/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-tool.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_TOOL_REGISTRY (graphbit_tool_registry_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitToolRegistry, graphbit_tool_registry, GRAPHBIT, TOOL_REGISTRY, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitToolRegistry *graphbit_tool_registry_new (void);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitToolRegistry *graphbit_tool_registry_get_default (void);

GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_tool_registry_add (GraphbitToolRegistry *self,
                                     GraphbitTool *tool,
                                     GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_tool_registry_remove (GraphbitToolRegistry *self,
                                        const char *name);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_tool_registry_remove_all (GraphbitToolRegistry *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitTool *graphbit_tool_registry_lookup (GraphbitToolRegistry *self,
                                             const char *name);

GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_tool_registry_get_stats (GraphbitToolRegistry *self);
GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_tool_registry_get_tool_metadata (GraphbitToolRegistry *self,
                                                    const char *name);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_tool_registry_get_execution_history (GraphbitToolRegistry *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_tool_registry_clear_history (GraphbitToolRegistry *self);

G_END_DECLS
