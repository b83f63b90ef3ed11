/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-framing-private.h"
#include "graphbit-llm-assembler-private.h"
#include "graphbit-llm-config.h"
#include "graphbit-llm-request.h"
#include "graphbit-vendor-private.h"

G_BEGIN_DECLS

/*
 * A wire style: a pure pair of functions, request → bytes and bytes or event →
 * response parts. No I/O and no state beyond the assembler it is handed.
 */
typedef struct
{
  const char *name;
  GraphbitFramingKind framing; /* of its streams */
  /* Path below the base URL. */
  char *(*path) (const GraphbitVendor *vendor, const char *model, gboolean is_stream);
  /* At home, after the checks of configuration and request. FALSE: the request cannot be said on this wire
   * (INVALID_ARGUMENT, UNSUPPORTED). */
  gboolean (*build) (const GraphbitVendor *vendor,
                     GraphbitLlmConfig *config,
                     GraphbitLlmRequest *request,
                     gboolean is_stream,
                     GString *body,
                     GError **error);
  /* I/O or pool thread: a whole answer. */
  GraphbitFailure *(*parse) (const GraphbitVendor *vendor, GraphbitLlmAssembler *assembler,
                             const char *body, gsize length, GraphbitHttpVerdict *verdict);
  /* I/O thread: one event of a stream. */
  GraphbitFailure *(*event) (const GraphbitVendor *vendor, GraphbitLlmAssembler *assembler,
                             const char *event, const char *data, gsize length, GraphbitHttpVerdict *verdict);
  /* For a wire that answers with where the answer is being made (GraphbitLlmRest). What ends the making is posted to that
   * path with this behind it; NULL: a wire that answers at once. */
  const char *stop_path;
  /* Headers of the request that begins it: `add` puts in what the configuration does not have. May be NULL. */
  void (*add_headers) (gboolean is_stream, gint64 time_left_ms,
                       void (*add) (gpointer data, const char *name, const char *value), gpointer data);
  /* The list of models; both NULL: the wire has none. Path below the base URL; `after` is what the page before gave,
   * NULL for the first. */
  char *(*models_path) (const GraphbitVendor *vendor, const char *after);
  /* At home. Appends a page's GraphbitModelInfo; sets `after` if there is another page. */
  GraphbitFailure *(*parse_models) (const GraphbitVendor *vendor, const char *body, gsize length,
                                    GListStore *models, char **after);
} GraphbitLlmDialect;

extern const GraphbitLlmDialect graphbit_llm_dialect_chat;
extern const GraphbitLlmDialect graphbit_llm_dialect_responses;
extern const GraphbitLlmDialect graphbit_llm_dialect_anthropic;
extern const GraphbitLlmDialect graphbit_llm_dialect_ollama;
extern const GraphbitLlmDialect graphbit_llm_dialect_gemini;
extern const GraphbitLlmDialect graphbit_llm_dialect_cohere;
extern const GraphbitLlmDialect graphbit_llm_dialect_replicate;

const GraphbitLlmDialect *graphbit_llm_dialect_for (GraphbitWire wire); /* NULL for GRAPHBIT_WIRE_CUSTOM */

G_END_DECLS
