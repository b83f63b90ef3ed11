/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-json-schema.h"

G_BEGIN_DECLS

/* Of a schema that can be used: one that new_from_json () has made. It may be shared between threads. */

/* The schema as compact JSON text, as it goes to a provider. */
const char *graphbit_json_schema_get_text (GraphbitJsonSchema *self);

/*
 * FALSE with the problems (GraphbitProblem, transfer full, at most 32), written
 * so that a language model can mend its call. `problems` may be NULL. What
 * cannot be checked within 2,000,000 steps does not fit.
 */
gboolean graphbit_json_schema_check (GraphbitJsonSchema *self, JsonNode *node, GPtrArray **problems);

G_END_DECLS
