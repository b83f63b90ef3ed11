/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "graphbit-embedding-input-type.h"
#include "graphbit-vendor-private.h"

G_BEGIN_DECLS

/* How a request for embeddings is said; answers tell themselves what they are. */
typedef enum
{
  GRAPHBIT_EMBEDDING_WIRE_OPENAI,  /* {"model", "input": […]} */
  GRAPHBIT_EMBEDDING_WIRE_COHERE,  /* {"model", "texts": […]} */
  GRAPHBIT_EMBEDDING_WIRE_GEMINI,  /* {"requests": [{"model", "content"}]} */
  GRAPHBIT_EMBEDDING_WIRE_INPUTS,  /* {"inputs": […]}: Hugging Face */
  GRAPHBIT_EMBEDDING_WIRE_OFFLINE  /* none: the library answers itself */
} GraphbitEmbeddingWireStyle;

#define GRAPHBIT_EMBEDDING_N_TYPES 6 /* of GraphbitEmbeddingInputType */

/* One row per vendor. Limits of an item are estimates of tokens, as those of LlmCall; 0: none known. */
typedef struct
{
  const char *provider; /* what EmbeddingConfig:provider says, and the vendor's name unless `vendor` has another */
  const char *vendor;
  GraphbitEmbeddingWireStyle style;
  const char *path;     /* below the base URL; %s: the model */
  const char *base_url; /* NULL: the vendor's */
  const char *base_end; /* of a base URL with which this row takes the place of the provider's first one; NULL: any */
  gboolean is_own_server; /* may work without a key */
  const char *default_model;
  guint max_items;      /* of a request */
  guint max_tokens;     /* of a request */
  const char *dimensions_name; /* NULL: cannot be asked for */
  const char *type_name;       /* of the input type; NULL: cannot be said */
  const char *types[GRAPHBIT_EMBEDDING_N_TYPES]; /* NULL: it has no such one; the first: what is said where none is set */
  gboolean has_base64;
} GraphbitEmbeddingWire;

const GraphbitEmbeddingWire *graphbit_embedding_wire_lookup (const char *provider); /* NULL: unknown */

/* The row of the same provider for that base URL, which may be NULL. */
const GraphbitEmbeddingWire *graphbit_embedding_wire_choose (const GraphbitEmbeddingWire *self, const char *base_url);

char *graphbit_embedding_wire_make_path (const GraphbitEmbeddingWire *self, const char *model);
/* Whether the model answers in base64 with whole numbers in a byte each, unasked. */
gboolean graphbit_embedding_wire_has_int8 (const char *model);
/* UNSUPPORTED: the provider cannot be asked for the dimensions or the input type; a row's values decide. */
gboolean graphbit_embedding_wire_check (const GraphbitEmbeddingWire *self,
                                        const GraphbitVendor *vendor,
                                        guint dimensions,
                                        GraphbitEmbeddingInputType type,
                                        GError **error);
/* INVALID_ARGUMENT: it has the texts. */
gboolean graphbit_embedding_wire_check_extra_body (const GraphbitEmbeddingWire *self, JsonNode *extra_body, GError **error);
/* After the checks. `extra_body` may be NULL. */
GString *graphbit_embedding_wire_build (const GraphbitEmbeddingWire *self,
                                        const char *model,
                                        const char *const *texts,
                                        guint n_texts,
                                        guint dimensions,
                                        GraphbitEmbeddingInputType type,
                                        JsonNode *extra_body);

G_END_DECLS
