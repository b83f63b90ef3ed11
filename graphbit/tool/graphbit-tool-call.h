/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-call.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_TOOL_CALL (graphbit_tool_call_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitToolCall, graphbit_tool_call, GRAPHBIT, TOOL_CALL, GraphbitCall)

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_tool_call_get_id (GraphbitToolCall *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_tool_call_get_name (GraphbitToolCall *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_tool_call_get_arguments_json (GraphbitToolCall *self);

GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_tool_call_has_argument (GraphbitToolCall *self,
                                          const char *name);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_tool_call_get_argument_string (GraphbitToolCall *self,
                                                    const char *name);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_tool_call_get_argument_int (GraphbitToolCall *self,
                                            const char *name,
                                            gint64 fallback);
GRAPHBIT_AVAILABLE_IN_ALL
gdouble graphbit_tool_call_get_argument_double (GraphbitToolCall *self,
                                                const char *name,
                                                gdouble fallback);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_tool_call_get_argument_boolean (GraphbitToolCall *self,
                                                  const char *name,
                                                  gboolean fallback);
GRAPHBIT_AVAILABLE_IN_ALL
char **graphbit_tool_call_get_argument_strv (GraphbitToolCall *self,
                                             const char *name);
GRAPHBIT_AVAILABLE_IN_ALL
JsonNode *graphbit_tool_call_get_argument_json (GraphbitToolCall *self,
                                                const char *name);

GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_tool_call_respond (GraphbitToolCall *self,
                                     const char *text);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_tool_call_respond_json (GraphbitToolCall *self,
                                          JsonNode *node);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_tool_call_respond_parts (GraphbitToolCall *self,
                                           GraphbitContentPart **parts,
                                           gsize n_parts);

G_END_DECLS
