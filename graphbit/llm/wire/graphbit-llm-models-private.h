/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "graphbit-vendor-private.h"

G_BEGIN_DECLS

/* GraphbitLlmDialect.parse_models of all wires: their lists differ in names only. */
GraphbitFailure *graphbit_llm_models_parse (const GraphbitVendor *vendor,
                                            const char *body,
                                            gsize length,
                                            GListStore *models,
                                            char **after);

/* The path of a list in pages: the first one's, with what the page before gave behind `mark`. */
char *graphbit_llm_models_make_path (const char *first, const char *mark, const char *after);

G_END_DECLS
