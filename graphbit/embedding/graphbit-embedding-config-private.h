/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-embedding-config.h"
#include "graphbit-embedding-wire-private.h"
#include "graphbit-secret-private.h"

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
  GraphbitSecret *secret; /* NULL: the vendor works without one */
} GraphbitEmbeddingTarget;

/* At home. INVALID_ARGUMENT, UNSUPPORTED, and AUTHENTICATION where there is no key. The structure is zeroed memory, to be
 * cleared in either case. */
gboolean graphbit_embedding_config_resolve (GraphbitEmbeddingConfig *self,
                                            GraphbitEmbeddingTarget *target,
                                            GError **error);
void graphbit_embedding_target_clear (GraphbitEmbeddingTarget *self);

G_END_DECLS
