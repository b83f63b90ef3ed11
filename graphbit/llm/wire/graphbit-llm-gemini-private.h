/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-json-private.h"
#include "graphbit-llm-dialect-private.h"

G_BEGIN_DECLS

/* The request's half of graphbit_llm_dialect_gemini. */
gboolean graphbit_llm_gemini_build (const GraphbitVendor *vendor,
                                    GraphbitLlmConfig *config,
                                    GraphbitLlmRequest *request,
                                    gboolean is_stream,
                                    GString *body,
                                    GError **error);

/* A model's name as it stands in addresses, after the “models/” that some put before it. */
const char *graphbit_llm_gemini_get_model_name (const char *model);

/* Whether a schema is of the subset that every model takes. */
gboolean graphbit_llm_gemini_is_plain_schema (JsonNode *schema);
/* A schema brought down to that subset: what it cannot say is left out. */
void graphbit_llm_gemini_write_plain_schema (GraphbitJsonWriter *writer, JsonNode *schema);

G_END_DECLS
