/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-vector-code-private.h"

#include <math.h>
#include <string.h>

#include "graphbit-vector-private.h"

#define MAX_CODE 127
#define MAX_NUMBER 4095                                          /* of a query; see graphbit_vector_dot_int8 () */
#define MAX_PLANE_NUMBER ((1 << (GRAPHBIT_VECTOR_N_PLANES - 1)) - 1) /* the same where it is in planes */

static gsize
count_words (guint dimensions)
{
  return ((gsize) dimensions + 63) / 64;
}

static double
get_largest (const float *values,
             guint n)
{
  float largest = 0;

  for (guint i = 0; i < n; i++)
    largest = MAX (largest, fabsf (values[i]));
  return (double) largest;
}

/* To the nearest whole number. */
static inline int
round_to_int (double value)
{
  return (int) (value + (value >= 0 ? 0.5 : -0.5));
}

gsize
graphbit_vector_code_get_size (GraphbitEmbeddingQuantization quantization,
                               guint dimensions)
{
  switch (quantization)
    {
    case GRAPHBIT_EMBEDDING_QUANTIZATION_INT8:
      return dimensions;
    case GRAPHBIT_EMBEDDING_QUANTIZATION_BINARY:
      return count_words (dimensions) * sizeof (guint64);
    case GRAPHBIT_EMBEDDING_QUANTIZATION_NONE:
    default:
      return 0;
    }
}

double
graphbit_vector_code_get_unit (GraphbitEmbeddingQuantization quantization,
                               float scale)
{
  return quantization == GRAPHBIT_EMBEDDING_QUANTIZATION_INT8 ? (double) scale / MAX_CODE : (double) scale;
}

static void
write_int8 (const float *values,
            guint n,
            gint8 *code,
            float *norm,
            float *scale)
{
  double largest = get_largest (values, n);
  double factor = largest > 0 ? MAX_CODE / largest : 0;
  guint64 square = 0;

  for (guint i = 0; i < n; i++)
    {
      int number = round_to_int ((double) values[i] * factor);

      code[i] = (gint8) number;
      square += (guint64) (number * number);
    }
  *norm = (float) sqrt ((double) square);
  *scale = (float) largest;
}

static void
write_bits (const float *values,
            guint n,
            guint8 *code,
            float *norm,
            float *scale)
{
  double square = 0;

  memset (code, 0, count_words (n) * sizeof (guint64));
  for (guint i = 0; i < n; i++)
    {
      code[i / 8] |= (guint8) ((values[i] > 0) << (i % 8));
      square += (double) values[i] * (double) values[i];
    }
  *scale = (float) sqrt (square / n);
  *norm = *scale > 0 ? (float) sqrt (n) : 0;
}

void
graphbit_vector_code_write (GraphbitEmbeddingQuantization quantization,
                            const float *values,
                            guint dimensions,
                            guint8 *code,
                            float *norm,
                            float *scale)
{
  if (quantization == GRAPHBIT_EMBEDDING_QUANTIZATION_INT8)
    write_int8 (values, dimensions, (gint8 *) code, norm, scale);
  else
    write_bits (values, dimensions, code, norm, scale);
}

void
graphbit_vector_code_read (GraphbitEmbeddingQuantization quantization,
                           const guint8 *code,
                           float scale,
                           guint dimensions,
                           float *values)
{
  double unit = graphbit_vector_code_get_unit (quantization, scale);

  for (guint i = 0; i < dimensions; i++)
    {
      int number = quantization == GRAPHBIT_EMBEDDING_QUANTIZATION_INT8 ? ((const gint8 *) code)[i]
                   : (code[i / 8] >> (i % 8) & 1) != 0                  ? 1
                                                                        : -1;

      values[i] = (float) (number * unit);
    }
}

/* The lowest bit of a number is in the first plane. The words are those that the bytes of a code make here. */
static void
set_planes (guint64 *planes,
            guint i,
            int number)
{
  guint8 *bytes = (guint8 *) &planes[(gsize) i / 64 * GRAPHBIT_VECTOR_N_PLANES];

  for (guint plane = 0; plane < GRAPHBIT_VECTOR_N_PLANES; plane++)
    bytes[plane * sizeof (guint64) + i % 64 / 8] |= (guint8) (((guint) number >> plane & 1) << (i % 8));
}

void
graphbit_vector_query_init (GraphbitVectorQuery *self,
                            GraphbitEmbeddingQuantization quantization,
                            const float *values,
                            guint dimensions)
{
  gboolean is_binary = quantization == GRAPHBIT_EMBEDDING_QUANTIZATION_BINARY;
  int max = is_binary ? MAX_PLANE_NUMBER : MAX_NUMBER;
  double largest = get_largest (values, dimensions);
  double factor = largest > 0 ? max / largest : 0;
  double square = 0;

  *self = (GraphbitVectorQuery) { .quantization = quantization, .dimensions = dimensions, .unit = largest / max };
  if (is_binary)
    self->planes = g_new0 (guint64, count_words (dimensions) * GRAPHBIT_VECTOR_N_PLANES);
  else
    self->numbers = g_new (gint16, dimensions);
  for (guint i = 0; i < dimensions; i++)
    {
      int number = round_to_int ((double) values[i] * factor);

      if (is_binary)
        set_planes (self->planes, i, number);
      else
        self->numbers[i] = (gint16) number;
      self->sum += number;
      square += (double) number * number;
    }
  self->norm = sqrt (square);
}

void
graphbit_vector_query_clear (GraphbitVectorQuery *self)
{
  g_clear_pointer (&self->numbers, g_free);
  g_clear_pointer (&self->planes, g_free);
}

gint64
graphbit_vector_query_dot (const GraphbitVectorQuery *self,
                           const guint8 *code)
{
  if (self->quantization == GRAPHBIT_EMBEDDING_QUANTIZATION_INT8)
    return graphbit_vector_dot_int8 ((const gint8 *) code, self->numbers, self->dimensions);

  /* what bits of 0 take away has to be taken away once more: they stand for −1 */
  return 2 * graphbit_vector_dot_bits (code, self->planes, count_words (self->dimensions)) - self->sum;
}
