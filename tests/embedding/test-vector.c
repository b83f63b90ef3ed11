/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <math.h>
#include <string.h>

#include "graphbit-embedding.h"
#include "graphbit-error.h"
#include "graphbit-vector-code-private.h"
#include "graphbit-vector-private.h"

#define MAX_DIMENSIONS 3100
#define MAX_CODES 9984

static GRand *source;

static void
fill (float *values,
      guint n,
      double size)
{
  for (guint i = 0; i < n; i++)
    values[i] = (float) (g_rand_double_range (source, -1, 1) * size);
}

/* The documented bounds, against float64, at every length up to a few registers and at those of real models. */
static void
check_level (void)
{
  static const guint lengths[] = { 384, 768, 1023, 1024, 1536, 3072 };
  float a[MAX_DIMENSIONS + 1], b[MAX_DIMENSIONS + 1];

  for (guint round = 0; round < 200 + 5 * G_N_ELEMENTS (lengths); round++)
    {
      guint n = round < 200 ? round + 1 : lengths[round % G_N_ELEMENTS (lengths)];
      /* not aligned, either */
      float *x = a + round % 2, *y = b + 1;
      double dot = 0, absolute = 0, distance = 0, square_x = 0, square_y = 0, bound, cosine;

      fill (x, n, 1);
      fill (y, n, 100);
      for (guint i = 0; i < n; i++)
        {
          double product = (double) x[i] * (double) y[i];

          dot += product;
          absolute += fabs (product);
          distance += ((double) x[i] - (double) y[i]) * ((double) x[i] - (double) y[i]);
          square_x += (double) x[i] * (double) x[i];
          square_y += (double) y[i] * (double) y[i];
        }
      bound = (n / 32.0 + 2) * ldexp (1, -24);
      cosine = dot / sqrt (square_x * square_y);

      g_assert_cmpfloat_with_epsilon (graphbit_vector_dot (x, y, n), dot, bound * absolute + 1e-12);
      /* each difference has a rounding of its own */
      g_assert_cmpfloat_with_epsilon (graphbit_vector_squared_distance (x, y, n), distance,
                                      (bound + 3 * ldexp (1, -24)) * distance + 1e-12);
      g_assert_cmpfloat_with_epsilon (graphbit_vector_cosine (x, y, n), cosine, 3 * (n / 32.0 + 3) * ldexp (1, -24));
      g_assert_cmpfloat (graphbit_vector_cosine (x, x, n), >, 1 - 1e-5);
      g_assert_cmpfloat (graphbit_vector_cosine (x, x, n), <=, 1);
    }

  /* a NaN or an infinity anywhere */
  for (guint n = 1; n < 100; n++)
    {
      fill (a, n, 1);
      g_assert_true (graphbit_vector_is_finite (a, n));
      for (guint i = 0; i < n; i++)
        {
          float kept = a[i];

          a[i] = i % 3 == 0 ? NAN : i % 3 == 1 ? INFINITY : -INFINITY;
          g_assert_false (graphbit_vector_is_finite (a, n));
          a[i] = kept;
        }
    }
}

/* Whole numbers are exact, also the largest that there can be. */
static void
check_codes (void)
{
  static const guint lengths[] = { 384, 1536, 4095, 4096, 4097, MAX_CODES };
  g_autofree gint8 *code = g_new0 (gint8, MAX_CODES + 1);
  g_autofree gint16 *query = g_new (gint16, MAX_CODES + 1);
  g_autofree guint64 *planes = g_new (guint64, MAX_CODES / 64 * GRAPHBIT_VECTOR_N_PLANES);

  for (guint round = 0; round < 150 + 2 * G_N_ELEMENTS (lengths); round++)
    {
      guint n = round < 150 ? round : lengths[(round - 150) / 2];
      gboolean is_extreme = round % 2 == 0;
      gint64 dot = 0, bits = 0;

      for (guint i = 0; i < n; i++)
        {
          code[i + 1] = (gint8) (is_extreme ? 127 : g_rand_int_range (source, -127, 128));
          query[i + 1] = (gint16) (is_extreme ? -4095 : g_rand_int_range (source, -4095, 4096));
          dot += (gint64) code[i + 1] * query[i + 1];
        }
      g_assert_cmpint (graphbit_vector_dot_int8 (code + 1, query + 1, n), ==, dot);

      for (guint i = 0; i < n / 64 * GRAPHBIT_VECTOR_N_PLANES; i++)
        planes[i] = (guint64) g_rand_int (source) << 32 | g_rand_int (source);
      for (guint i = 0; i < n / 64 * 64; i++)
        {
          guint64 word;
          int number = 0;

          memcpy (&word, (const guint8 *) code + i / 64 * 8, sizeof word);
          for (guint plane = 0; plane < GRAPHBIT_VECTOR_N_PLANES; plane++)
            number += (int) (planes[i / 64 * GRAPHBIT_VECTOR_N_PLANES + plane] >> (i % 64) & 1) *
                      (plane == GRAPHBIT_VECTOR_N_PLANES - 1 ? -(1 << plane) : 1 << plane);
          bits += (gint64) (word >> (i % 64) & 1) * number;
        }
      g_assert_cmpint (graphbit_vector_dot_bits ((const guint8 *) code, planes, n / 64), ==, bits);
    }
}

/* What a code stands for, and what a query makes of it. */
static void
test_codes (void)
{
  for (guint n = 1; n < 400; n++)
    for (int quantization = GRAPHBIT_EMBEDDING_QUANTIZATION_INT8; quantization <= GRAPHBIT_EMBEDDING_QUANTIZATION_BINARY; quantization++)
      {
        gboolean is_int8 = quantization == GRAPHBIT_EMBEDDING_QUANTIZATION_INT8;
        gsize size = graphbit_vector_code_get_size (quantization, n);
        g_autofree guint8 *code = g_malloc (size);
        float values[400], kept[400], asked[400];
        float norm, scale, largest = 0, largest_asked = 0;
        double square = 0, kept_square = 0, dot = 0, absolute = 0, unit;
        GraphbitVectorQuery query;

        g_assert_cmpuint (size, ==, is_int8 ? n : (n + 63) / 64 * 8);
        fill (values, n, 3);
        fill (asked, n, 1);
        graphbit_vector_code_write (quantization, values, n, code, &norm, &scale);
        graphbit_vector_code_read (quantization, code, scale, n, kept);
        unit = graphbit_vector_code_get_unit (quantization, scale);
        for (guint i = 0; i < n; i++)
          {
            largest = MAX (largest, fabsf (values[i]));
            largest_asked = MAX (largest_asked, fabsf (asked[i]));
            square += (double) values[i] * (double) values[i];
            kept_square += (double) kept[i] * (double) kept[i];
            dot += (double) asked[i] * (double) kept[i];
            absolute += fabs ((double) kept[i]);
            if (!is_int8)
              g_assert_cmpint (kept[i] > 0, ==, values[i] > 0);
          }
        for (guint i = 0; i < n && is_int8; i++)
          g_assert_cmpfloat_with_epsilon (kept[i], values[i], largest / 254 + 1e-6f);
        if (!is_int8)
          g_assert_cmpfloat_with_epsilon (sqrt (kept_square), sqrt (square), 1e-4);
        g_assert_cmpfloat_with_epsilon ((double) norm * unit, sqrt (kept_square), 1e-4);

        graphbit_vector_query_init (&query, quantization, asked, n);
        g_assert_cmpfloat_with_epsilon ((double) graphbit_vector_query_dot (&query, code) * query.unit * unit, dot,
                                        absolute * (double) largest_asked / (is_int8 ? 2 * 4095 : 2 * 7) + 1e-4);
        graphbit_vector_query_clear (&query);
      }
}

static void
test_levels (void)
{
  GraphbitVectorLevel best = graphbit_vector_get_best_level ();

  for (int level = GRAPHBIT_VECTOR_LEVEL_PORTABLE; level < GRAPHBIT_VECTOR_N_LEVELS; level++)
    {
      g_test_message ("level %d%s", level, level > (int) best ? " is more than this machine has" : "");
      if (level > (int) best)
        continue;
      graphbit_vector_set_level ((GraphbitVectorLevel) level);
      check_level ();
      check_codes ();
    }
  graphbit_vector_set_level (best);
}

static void
test_extremes (void)
{
  float tiny[] = { 1e-38f, 1e-38f, 0 };
  float huge[] = { 3e38f, 3e38f, 0 };
  float right[] = { 1, 0, 0 };
  float zero[] = { 0, 0, 0 };
  float large[64], same[64];

  g_assert_cmpfloat_with_epsilon (graphbit_vector_cosine (tiny, tiny, 3), 1, 1e-6);
  g_assert_cmpfloat_with_epsilon (graphbit_vector_cosine (huge, huge, 3), 1, 1e-6);
  g_assert_cmpfloat_with_epsilon (graphbit_vector_cosine (tiny, huge, 3), 1, 1e-6);
  g_assert_cmpfloat_with_epsilon (graphbit_vector_cosine (huge, right, 3), sqrt (0.5), 1e-6);
  g_assert_cmpfloat (graphbit_vector_cosine (zero, right, 3), ==, 0);
  g_assert_cmpfloat (graphbit_vector_cosine (zero, zero, 3), ==, 0);

  /* sums that float32 has no room for, of either sign */
  for (guint i = 0; i < G_N_ELEMENTS (large); i++)
    {
      large[i] = i % 2 == 0 ? 3e38f : -3e38f;
      same[i] = 3e38f;
    }
  g_assert_cmpfloat_with_epsilon (graphbit_vector_dot (large, same, G_N_ELEMENTS (large)) / 9e76, 0, 1e-6);
  g_assert_cmpfloat_with_epsilon (graphbit_vector_dot (same, same, G_N_ELEMENTS (large)) / 9e76, G_N_ELEMENTS (large), 1e-4);
  g_assert_cmpfloat_with_epsilon (graphbit_vector_squared_distance (large, same, G_N_ELEMENTS (large)) / 36e76,
                                  G_N_ELEMENTS (large) / 2, 1e-4);
}

static void
check_refused (const float *a,
               gsize n_a,
               const float *b,
               gsize n_b)
{
  g_autoptr (GraphbitEmbedding) first = graphbit_embedding_new (a, n_a);
  g_autoptr (GraphbitEmbedding) second = graphbit_embedding_new (b, n_b);
  g_autoptr (GError) error = NULL;

  g_assert_cmpfloat (graphbit_embedding_similarity (first, second, &error), ==, 0);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_test_message ("%s", error->message);
  g_clear_error (&error);
  g_assert_cmpfloat (graphbit_embedding_similarity (second, first, &error), ==, 0);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  for (guint metric = 0; metric <= GRAPHBIT_EMBEDDING_METRIC_EUCLID; metric++)
    {
      g_clear_error (&error);
      g_assert_cmpfloat (graphbit_embedding_score (first, second, (GraphbitEmbeddingMetric) metric, &error), ==, 0);
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_embedding (void)
{
  const float values[] = { 3, 4, 0 }, other[] = { 4, 3, 0 }, zeros[3] = { 0 };
  const float bad[] = { 1, NAN, 0 }, infinite[] = { 1, INFINITY, 0 };
  g_autoptr (GraphbitEmbedding) a = graphbit_embedding_new (values, 3);
  g_autoptr (GraphbitEmbedding) b = graphbit_embedding_new (other, 3);
  g_autoptr (GraphbitEmbedding) zero = graphbit_embedding_new (zeros, 3);
  g_autoptr (GraphbitEmbedding) bare = g_object_new (GRAPHBIT_TYPE_EMBEDDING, NULL);
  g_autoptr (GError) error = NULL;
  gsize n;

  g_assert_cmpuint (graphbit_embedding_get_dimensions (a), ==, 3);
  g_assert_cmpuint (graphbit_embedding_get_index (a), ==, 0);
  g_assert_cmpmem (graphbit_embedding_get_values (a, &n), 12, values, sizeof values);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpfloat_with_epsilon (graphbit_embedding_similarity (a, b, &error), 0.96, 1e-6);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (graphbit_embedding_score (a, b, GRAPHBIT_EMBEDDING_METRIC_COSINE, &error), 0.96, 1e-6);
  g_assert_cmpfloat_with_epsilon (graphbit_embedding_score (a, b, GRAPHBIT_EMBEDDING_METRIC_DOT, &error), 24, 1e-5);
  g_assert_cmpfloat_with_epsilon (graphbit_embedding_score (a, b, GRAPHBIT_EMBEDDING_METRIC_EUCLID, &error), sqrt (2), 1e-6);
  g_assert_no_error (error);
  for (guint metric = 0; metric <= GRAPHBIT_EMBEDDING_METRIC_DOT; metric++)
    g_assert_cmpfloat (graphbit_embedding_score (a, zero, (GraphbitEmbeddingMetric) metric, &error), ==, 0);
  g_assert_cmpfloat_with_epsilon (graphbit_embedding_score (zero, a, GRAPHBIT_EMBEDDING_METRIC_EUCLID, &error), 5, 1e-6);
  g_assert_cmpfloat (graphbit_embedding_similarity (zero, zero, &error), ==, 0);
  g_assert_no_error (error);

  g_assert_cmpuint (graphbit_embedding_get_dimensions (bare), ==, 0);
  check_refused (NULL, 0, NULL, 0);
  check_refused (values, 3, values, 2);
  check_refused (values, 3, bad, 3);
  check_refused (infinite, 3, values, 3);
}

static void
test_bytes (void)
{
  const float values[] = { 1, 2, 3 };
  guint8 buffer[sizeof values + 3];
  g_autoptr (GBytes) whole = g_bytes_new (values, sizeof values);
  g_autoptr (GraphbitEmbedding) shared = graphbit_embedding_new_from_bytes (whole);
  g_autoptr (GBytes) crooked = NULL;
  g_autoptr (GraphbitEmbedding) copied = NULL;

  g_assert_true (graphbit_embedding_get_bytes (shared) == whole);

  /* not aligned, and two bytes too many */
  memcpy (buffer + 1, values, sizeof values);
  crooked = g_bytes_new_static (buffer + 1, sizeof values + 2);
  copied = graphbit_embedding_new_from_bytes (crooked);
  g_assert_cmpmem (graphbit_embedding_get_values (copied, NULL), 12, values, sizeof values);
  g_assert_cmpuint (graphbit_embedding_get_dimensions (copied), ==, 3);
}

int
main (int argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  source = g_rand_new_with_seed (7);

  g_test_add_func ("/vector/levels", test_levels);
  g_test_add_func ("/vector/codes", test_codes);
  g_test_add_func ("/vector/extremes", test_extremes);
  g_test_add_func ("/vector/embedding", test_embedding);
  g_test_add_func ("/vector/bytes", test_bytes);

  status = g_test_run ();
  g_rand_free (source);
  return status;
}
