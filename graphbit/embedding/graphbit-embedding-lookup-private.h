/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-cache-store-private.h"
#include "graphbit-embedding-config-private.h"

G_BEGIN_DECLS

/* Some texts of a call, of which it is looked up in the pool what a cache has. */
typedef struct _GraphbitEmbeddingLookup GraphbitEmbeddingLookup;

struct _GraphbitEmbeddingLookup
{
  GraphbitOperation *operation;
  GraphbitCacheStore *store;
  const GraphbitEmbeddingTarget *target; /* these two are the operation's */
  const char *const *texts;
  guint first; /* of them, and how many */
  guint n_texts;
  void (*ended) (GraphbitOperation *operation, GraphbitEmbeddingLookup *lookup); /* at home, never after its completion */

  char **keys;
  GBytes **vectors; /* NULL: not there */
};

/* At home; what it is told of stays as it is until `ended`. FALSE: the runtime's generation has ended. */
gboolean graphbit_embedding_lookup_start (GraphbitOperation *operation,
                                          GraphbitCacheStore *store,
                                          const GraphbitEmbeddingTarget *target,
                                          const char *const *texts,
                                          guint first,
                                          guint n_texts,
                                          void (*ended) (GraphbitOperation *operation, GraphbitEmbeddingLookup *lookup));

/* Between the floats of this machine and what is kept of them, which has the least byte first. A copy. */
GBytes *graphbit_embedding_lookup_swap (GBytes *vector);

G_END_DECLS
