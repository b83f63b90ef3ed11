/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-embedding-config.h"
#include "graphbit-embedding-wire-private.h"
#include "graphbit-key-source-private.h"

G_BEGIN_DECLS

/* Who is asked, and how: a snapshot, for the application may change its configuration afterwards. */
typedef struct
{
  const GraphbitEmbeddingWire *wire;
  const GraphbitVendor *vendor;
  char *model;
  char *base_uri; /* NULL: offline */
  char *uri;
  guint dimensions;
  GraphbitEmbeddingInputType type;
  GVariant *headers;    /* or NULL */
  JsonNode *extra_body; /* or NULL */
  guint requests_per_minute;
  guint tokens_per_minute;
  GraphbitSecret *secret;         /* NULL: to be asked for, unless it is keyless */
  GraphbitSecret *refused_secret; /* the one before */
  gboolean is_keyless;            /* nobody is asked for a key */
} GraphbitEmbeddingTarget;

/* At home. INVALID_ARGUMENT, UNSUPPORTED, and AUTHENTICATION where there is no key and nobody to ask. The structure is
 * zeroed memory, to be cleared in either case. */
gboolean graphbit_embedding_config_resolve (GraphbitEmbeddingConfig *self,
                                            GraphbitEmbeddingTarget *target,
                                            GError **error);
void graphbit_embedding_target_clear (GraphbitEmbeddingTarget *self);
GraphbitKeySource *graphbit_embedding_config_peek_keys (GraphbitEmbeddingConfig *self);

G_END_DECLS
