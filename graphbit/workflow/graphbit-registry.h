/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-condition-node.h"
#include "graphbit-function-node.h"
#include "graphbit-tool.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_REGISTRY (graphbit_registry_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitRegistry, graphbit_registry, GRAPHBIT, REGISTRY, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitRegistry *graphbit_registry_new (void);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_registry_get_allow_base_urls (GraphbitRegistry *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_registry_set_allow_base_urls (GraphbitRegistry *self,
                                            gboolean allow_base_urls);

GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_registry_add_function (GraphbitRegistry *self,
                                         const char *name,
                                         GraphbitNodeFunc func,
                                         gpointer user_data,
                                         GDestroyNotify notify,
                                         GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_registry_add_condition (GraphbitRegistry *self,
                                          const char *name,
                                          GraphbitConditionFunc func,
                                          gpointer user_data,
                                          GDestroyNotify notify,
                                          GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_registry_add_tool (GraphbitRegistry *self,
                                     GraphbitTool *tool,
                                     GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_registry_has_function (GraphbitRegistry *self,
                                         const char *name);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_registry_has_condition (GraphbitRegistry *self,
                                          const char *name);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitTool *graphbit_registry_lookup_tool (GraphbitRegistry *self,
                                             const char *name);

G_END_DECLS
