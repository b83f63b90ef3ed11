/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "graphbit-json-reader-private.h"
#include "graphbit-json-writer-private.h"

G_BEGIN_DECLS

/*
 * Trees. json-glib holds them; it never sees text, as its parser is recursive,
 * lenient and turns what it cannot hold into something else.
 */

#define GRAPHBIT_JSON_MAX_SIZE (16 * 1024 * 1024)

/* Of a property whose text is JSON: files have it as it is, not as a string. */
#define GRAPHBIT_PARAM_JSON ((GParamFlags) (1 << G_PARAM_USER_SHIFT))
/* Of a dictionary of HTTP headers: files do not have those that may carry a credential. */
#define GRAPHBIT_PARAM_HEADERS ((GParamFlags) (1 << (G_PARAM_USER_SHIFT + 1)))

/*
 * One strict RFC 8259 document of at most 16 MiB and 128 levels; length -1 for
 * a NUL-terminated text. Integers beyond 64 bits become doubles, 1e400 and
 * \u0000 are refused, a lone surrogate becomes U+FFFD, of members with the same
 * name the last one counts. Fails with GRAPHBIT_ERROR_PARSE, line and column.
 */
JsonNode *graphbit_json_parse (const char *text, gssize length, GError **error);

/* Where in a text a byte is. Lines and columns count from 1, columns in characters. */
void graphbit_json_locate (const char *text, gsize offset, guint *line, guint *column);

/* Members in their order; null for a double that is not finite. */
char *graphbit_json_to_text (JsonNode *node);
char *graphbit_json_to_pretty_text (JsonNode *node);
/* The same of a text that is JSON already; numbers and strings stay as they are written. */
char *graphbit_json_indent (const char *json);
void graphbit_json_write_node (GraphbitJsonWriter *writer, JsonNode *node);
/* Equal values have equal texts: members sorted, 1.0 written as 1. */
char *graphbit_json_to_canonical_text (JsonNode *node);

/* KIND_NONE for NULL only. */
GraphbitJsonKind graphbit_json_get_kind (JsonNode *node);
/* A number without a fraction that fits into gint64, be it 5 or 5.0. */
gboolean graphbit_json_is_integer (JsonNode *node);

/*
 * The checked getters. They take any node, also NULL, and return FALSE or NULL
 * for what is not there or of another kind; *value is left alone then. `name`
 * NULL asks for the node itself. What they return is borrowed from the node.
 */
gboolean graphbit_json_get_string (JsonNode *node, const char *name, const char **value);
gboolean graphbit_json_get_int64 (JsonNode *node, const char *name, gint64 *value);
gboolean graphbit_json_get_double (JsonNode *node, const char *name, double *value);
gboolean graphbit_json_get_boolean (JsonNode *node, const char *name, gboolean *value);
JsonObject *graphbit_json_get_object (JsonNode *node, const char *name);
JsonArray *graphbit_json_get_array (JsonNode *node, const char *name);
JsonNode *graphbit_json_get_member (JsonNode *node, const char *name);
JsonNode *graphbit_json_get_element (JsonNode *node, guint index);
/* Members of an object, elements of an array; else 0. */
guint graphbit_json_get_size (JsonNode *node);

/* In the object's order. An iterator over anything else is at its end. */
typedef struct
{
  /*< private >*/
  JsonObjectIter iter;
  gboolean is_object;
} GraphbitJsonMembers;

void graphbit_json_members_init (GraphbitJsonMembers *self, JsonNode *node);
gboolean graphbit_json_members_next (GraphbitJsonMembers *self, const char **name, JsonNode **value);

/* RFC 6901; NULL if it leads nowhere or is no pointer. */
JsonNode *graphbit_json_lookup_pointer (JsonNode *root, const char *pointer);
/* As in templates: path.to[0].field, [2].name; the empty path is the root. */
JsonNode *graphbit_json_lookup_path (JsonNode *root, const char *path);

G_END_DECLS
