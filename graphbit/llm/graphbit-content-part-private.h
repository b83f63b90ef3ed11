/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-content-part.h"

G_BEGIN_DECLS

/* Reads a file part where it is one, by blocking; 32 MiB at most. `mime_type` is what was given or what the name
 * and the bytes tell. NOT_FOUND, INVALID_ARGUMENT. */
GBytes *graphbit_content_part_load (GraphbitContentPart *self, char **mime_type, GError **error);

/* For where only texts can be: a text itself, else what it was. */
char *graphbit_content_part_describe (GraphbitContentPart *self);
/* The same of all of them, a line each. `parts`: of GraphbitContentPart. */
char *graphbit_content_parts_to_text (GPtrArray *parts);

G_END_DECLS
