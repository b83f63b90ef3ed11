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

#define GRAPHBIT_TYPE_JSON_SCHEMA (graphbit_json_schema_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitJsonSchema, graphbit_json_schema, GRAPHBIT, JSON_SCHEMA, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitJsonSchema *graphbit_json_schema_new_from_json (const char *json, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitJsonSchema *graphbit_json_schema_new_object (const char *description);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitJsonSchema *graphbit_json_schema_new_array (GraphbitJsonSchema *items, const char *description);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitJsonSchema *graphbit_json_schema_new_string (const char *description);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitJsonSchema *graphbit_json_schema_new_integer (const char *description);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitJsonSchema *graphbit_json_schema_new_number (const char *description);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitJsonSchema *graphbit_json_schema_new_boolean (const char *description);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitJsonSchema *graphbit_json_schema_new_enumeration (const char *const *values, const char *description);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_json_schema_add_property (GraphbitJsonSchema *self,
                                        const char *name,
                                        GraphbitJsonSchema *schema,
                                        gboolean required);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_json_schema_validate (GraphbitJsonSchema *self, JsonNode *node, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_json_schema_to_json (GraphbitJsonSchema *self);

G_END_DECLS
