/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * A compiled JSON Schema (draft 2020-12, the part that tools and structured
 * answers use): type, enum, const, properties, required, additionalProperties,
 * items, prefixItems, the bounds of numbers, lengths, items and properties,
 * multipleOf, uniqueItems, pattern, format, anyOf, oneOf, allOf, not, $defs (or
 * definitions) and $ref to what is in the same schema. Annotations are accepted,
 * and so is a format that graphbit-json-format.c does not know.
 * Immutable, so it may be shared between threads.
 */
typedef struct _GraphbitJsonSchema GraphbitJsonSchema;

/*
 * GRAPHBIT_ERROR_UNSUPPORTED names the first keyword that would not be checked,
 * GRAPHBIT_ERROR_INVALID_ARGUMENT one that is no schema's. The node is copied.
 */
GraphbitJsonSchema *graphbit_json_schema_new (JsonNode *node, GError **error);
GraphbitJsonSchema *graphbit_json_schema_ref (GraphbitJsonSchema *self);
void graphbit_json_schema_unref (GraphbitJsonSchema *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraphbitJsonSchema, graphbit_json_schema_unref)

/* The schema as compact JSON text, as it goes to a provider. */
const char *graphbit_json_schema_get_text (GraphbitJsonSchema *self);

/*
 * FALSE with the problems (UTF-8 texts, transfer full, at most 32), written so
 * that a language model can mend its call: "/city: required but missing". They
 * begin with a JSON pointer, the top being "(root)". `problems` may be NULL.
 * What cannot be checked within 2,000,000 steps does not fit.
 */
gboolean graphbit_json_schema_check (GraphbitJsonSchema *self, JsonNode *node, GPtrArray **problems);

G_END_DECLS
