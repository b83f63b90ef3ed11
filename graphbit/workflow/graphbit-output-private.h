/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "graphbit-expression-private.h"
#include "graphbit-json-writer-private.h"

G_BEGIN_DECLS

/*
 * Outputs are texts. They come together with blank lines between, and a part of
 * one is looked up by a path as in templates if the text is JSON.
 */

/* Functions in C may return anything: takes a text over, and gives one back that is UTF-8. */
char *graphbit_output_make_valid (char *text);

/* "" for none. */
char *graphbit_output_join (const char *const *outputs, guint n_outputs);
/* With something else between. */
char *graphbit_output_join_with (const char *const *outputs, guint n_outputs, const char *separator);

/* A JSON array of the pieces between the separator; NULL or "": of the lines. */
char *graphbit_output_split (const char *output, const char *separator);

/* path.to[0].field, or NULL for the whole; NULL if it leads nowhere. */
char *graphbit_output_lookup (const char *output, const char *path);

/* What an expression sees of it: the text, or the JSON that the path leads to; nothing if there is none. */
void graphbit_output_to_value (const char *output, const char *path, gboolean wants_list, GraphbitExpressionValue *value);

/* A string without its quotation marks, anything else as JSON. */
char *graphbit_output_from_json (JsonNode *node);

/* One that is JSON as it is, any other as a string; null for NULL. */
void graphbit_output_write_json (GraphbitJsonWriter *writer, const char *output);

G_END_DECLS
