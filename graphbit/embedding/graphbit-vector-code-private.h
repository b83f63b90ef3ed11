/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-embedding-index.h"

G_BEGIN_DECLS

/*
 * Short forms of vectors. A code stands for the vector of its whole numbers
 * times a unit, and a score with a code is that with this vector:
 *
 *   int8     from −127 to 127, a byte each; the unit is scale / 127, where the
 *            scale is the largest number of the vector
 *   binary   −1 and 1, a bit each, a set one for what is above 0, the lowest bit
 *            of the first byte first; zeros up to whole words of 8 bytes. The
 *            unit is the scale, which gives it the length of the vector
 *
 * A code is the same on every machine. Any thread.
 */

/* Bytes of a code; 0 for GRAPHBIT_EMBEDDING_QUANTIZATION_NONE. */
gsize graphbit_vector_code_get_size (GraphbitEmbeddingQuantization quantization, guint dimensions);

/* Of finite values. `norm`: the length of the vector of whole numbers, 0 for a vector of zeros. */
void graphbit_vector_code_write (GraphbitEmbeddingQuantization quantization,
                                 const float *values,
                                 guint dimensions,
                                 guint8 *code,
                                 float *norm,
                                 float *scale);
/* What a code stands for. */
void graphbit_vector_code_read (GraphbitEmbeddingQuantization quantization,
                                const guint8 *code,
                                float scale,
                                guint dimensions,
                                float *values);
double graphbit_vector_code_get_unit (GraphbitEmbeddingQuantization quantization, float scale);

/*
 * What codes are compared with: a vector of whole numbers itself, but finer ones
 * than those of codes: a query is there once.
 */
typedef struct
{
  GraphbitEmbeddingQuantization quantization;
  guint dimensions;
  double unit;
  double norm;     /* of the whole numbers */
  gint64 sum;      /* of the whole numbers */
  gint16 *numbers; /* NULL for bits */
  guint64 *planes; /* NULL for int8 */
} GraphbitVectorQuery;

void graphbit_vector_query_init (GraphbitVectorQuery *self,
                                 GraphbitEmbeddingQuantization quantization,
                                 const float *values,
                                 guint dimensions);
void graphbit_vector_query_clear (GraphbitVectorQuery *self);
/* The dot product of the whole numbers, exactly. */
gint64 graphbit_vector_query_dot (const GraphbitVectorQuery *self, const guint8 *code);

G_END_DECLS
