/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-embedding-index.h"

G_BEGIN_DECLS

/*
 * Rows of an index, in blocks: a vector, a code of it or both, its id and its
 * metadata each. One thread changes a store; a snapshot shares its blocks with
 * any other thread, and a block that is shared is copied before it changes.
 */
#define GRAPHBIT_VECTOR_BLOCK_ROWS 1024
#define GRAPHBIT_VECTOR_MAX_OVERSAMPLING 1000

typedef struct
{
  int ref_count; /* atomic */
  guint n_rows;  /* of the store's; a snapshot has its own number */
  guint capacity;
  float *values;   /* NULL: only codes are kept */
  guint8 *codes;   /* NULL: there are none */
  float *norms;    /* lengths, those of codes where there are codes; 0 also where float32 has no room for one */
  float *scales;   /* of codes; NULL: there are none */
  char **ids;      /* never NULL */
  char **metadata; /* NULL: none */
  GBytes *map;     /* what numbers and texts are parts of; NULL: all of them are the block's own */
} GraphbitVectorBlock;

typedef struct
{
  guint dimensions;
  GraphbitEmbeddingQuantization quantization;
  guint oversampling; /* above 0: vectors are kept beside their codes */
  guint n_rows;
  GPtrArray *blocks;
  GHashTable *rows; /* id → row */
} GraphbitVectorStore;

/* Without codes. */
void graphbit_vector_store_init (GraphbitVectorStore *self, guint dimensions);
void graphbit_vector_store_clear (GraphbitVectorStore *self);
int graphbit_vector_store_find (const GraphbitVectorStore *self, const char *id); /* -1: not there */
/* Adds, or replaces what has the id. */
void graphbit_vector_store_put (GraphbitVectorStore *self, const char *id, const float *values, const char *metadata);
gboolean graphbit_vector_store_remove (GraphbitVectorStore *self, const char *id); /* the last row takes its place */

/* What the row has, or what its code stands for. */
void graphbit_vector_store_read (const GraphbitVectorStore *self, guint row, float *values);

static inline gboolean
graphbit_vector_store_has_codes (const GraphbitVectorStore *self)
{
  return self->quantization != GRAPHBIT_EMBEDDING_QUANTIZATION_NONE;
}

static inline gboolean
graphbit_vector_store_has_values (const GraphbitVectorStore *self)
{
  return self->quantization == GRAPHBIT_EMBEDDING_QUANTIZATION_NONE || self->oversampling > 0;
}

static inline const GraphbitVectorBlock *
graphbit_vector_store_get (const GraphbitVectorStore *self,
                           guint row,
                           guint *slot)
{
  *slot = row % GRAPHBIT_VECTOR_BLOCK_ROWS;
  return self->blocks->pdata[row / GRAPHBIT_VECTOR_BLOCK_ROWS];
}

/* A store as it is now, for other threads: it has no ids to look up. To be cleared like one, in any thread. */
void graphbit_vector_store_take_snapshot (const GraphbitVectorStore *self, GraphbitVectorStore *snapshot);

/* Rows that lie in `rows->map`, as they are; the texts are parts of it, too. Takes the arrays of pointers over. */
void graphbit_vector_store_append_mapped (GraphbitVectorStore *self, const GraphbitVectorBlock *rows);
/* FALSE: two rows have one id. */
gboolean graphbit_vector_store_index (GraphbitVectorStore *self);

G_END_DECLS
