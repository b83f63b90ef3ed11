/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What vectors cost, beside what the machine can do with the same bytes:
 *
 *   bench-vectors [WORD]
 *
 * Rounds are interleaved, each with its floor, and the median of the ratios
 * counts. Prints one JSON line per figure; with WORD only those that have it in
 * their name. It needs 5 GB of memory.
 */

#include "config.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "graphbit-embedding-answer-private.h"
#include "graphbit-embedding-index.h"
#include "graphbit-vector-private.h"

#define ROUNDS 9
#define MAX_THREADS 64
#define TRIAD_VALUES (64 * 1024 * 1024) /* of float32, in each of three arrays */
#define N_TEXTS 100
#define DIMENSIONS 1536

static guint n_threads;
static volatile double sink;

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median (double *values)
{
  qsort (values, ROUNDS, sizeof *values, compare_doubles);
  return values[ROUNDS / 2];
}

static double
seconds (void)
{
  return (double) g_get_monotonic_time () / G_USEC_PER_SEC;
}

/* Of a processor, all threads together: others who use the machine do not count. */
static double
busy_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static float *
make_values (gsize n)
{
  float *values = g_new (float, n);
  guint32 state = 1;

  for (gsize i = 0; i < n; i++)
    {
      state = state * 1664525 + 1013904223;
      values[i] = (float) (state >> 8) / (1 << 23) - 1;
    }
  return values;
}

/* The memory triad a = b + s · c, in as many threads as are asked for: bytes per second, where each had a processor. */

typedef struct
{
  float *a, *b, *c;
  gsize n;
} Triad;

static void
triad_run (float *restrict a,
           const float *restrict b,
           const float *restrict c,
           gsize n)
{
  for (gsize i = 0; i < n; i++)
    a[i] = b[i] + 3 * c[i];
}

static gpointer
triad_thread (gpointer data)
{
  Triad *self = data;

  triad_run (self->a, self->b, self->c, self->n);
  return NULL;
}

static double
triad (guint n_threads_wanted)
{
  static float *arrays[3];
  GThread *threads[MAX_THREADS];
  Triad parts[MAX_THREADS];
  gsize n = TRIAD_VALUES / n_threads_wanted;
  double start;

  for (guint i = 0; i < 3; i++)
    if (arrays[i] == NULL)
      arrays[i] = make_values (TRIAD_VALUES);
  start = busy_seconds ();
  for (guint i = 0; i < n_threads_wanted; i++)
    {
      parts[i] = (Triad) { arrays[0] + i * n, arrays[1] + i * n, arrays[2] + i * n, n };
      threads[i] = g_thread_new ("triad", triad_thread, &parts[i]);
    }
  for (guint i = 0; i < n_threads_wanted; i++)
    g_thread_join (threads[i]);
  return (double) (3 * sizeof (float) * n * n_threads_wanted) * n_threads_wanted / (busy_seconds () - start);
}

static void
tell_bandwidth (const char *figure,
                double *ours,
                double *ratios)
{
  double gigabytes = median (ours) / 1e9, share = median (ratios);

  g_print ("{\"figure\": \"%s\", \"gb_per_second\": %.2f, \"triad_gb_per_second\": %.2f, \"share\": %.2f, \"bar\": 0.6}\n",
           figure, gigabytes, gigabytes / share, share);
}

/* Of each vector and another one, so far on; then so far on again. */
static void
bench_similarity (const char *figure,
                  const float *values,
                  gsize n,
                  gsize distance)
{
  double ours[ROUNDS], ratios[ROUNDS];

  for (guint round = 0; round < ROUNDS; round++)
    {
      double floor_rate = triad (1), start = busy_seconds ();

      for (gsize i = 0; i < n; i += 2 * distance)
        for (gsize j = i; j < i + distance; j++)
          sink += graphbit_vector_similarity (values + j * DIMENSIONS, DIMENSIONS,
                                              values + (j + distance) * DIMENSIONS, DIMENSIONS, NULL);
      ours[round] = (double) (n * DIMENSIONS * sizeof (float)) / (busy_seconds () - start);
      ratios[round] = ours[round] / floor_rate;
    }
  tell_bandwidth (figure, ours, ratios);
}

/* Neighbours were measured as slower, whatever the instructions; why is not known. Perhaps it is that the processor
 * reads ahead in two streams that end after 6 KiB each; asking it to read ahead made all of it slower. */
static void
bench_similarities (void)
{
  const gsize n = 100000;
  g_autofree float *values = make_values (n * DIMENSIONS);

  bench_similarity ("similarity, 100,000 × 1536, one thread", values, n, n / 2);
  bench_similarity ("similarity of neighbours, 100,000 × 1536, one thread", values, n, 1);
}

static GraphbitEmbeddingIndex *
make_index (guint n,
            guint dimensions,
            GraphbitEmbeddingMetric metric,
            GraphbitEmbeddingQuantization quantization)
{
  GraphbitEmbeddingIndex *index = graphbit_embedding_index_new_quantized (dimensions, metric, quantization, 0);
  g_autofree float *values = make_values ((gsize) n + dimensions);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GraphbitEmbedding) embedding = graphbit_embedding_new (values + i, dimensions);
      char id[16];

      g_snprintf (id, sizeof id, "%u", i);
      g_assert_true (graphbit_embedding_index_add (index, id, embedding, NULL, NULL));
    }
  return index;
}

static void
search (GraphbitEmbeddingIndex *index,
        guint dimensions)
{
  g_autofree float *values = make_values (dimensions);
  g_autoptr (GraphbitEmbedding) query = graphbit_embedding_new (values, dimensions);
  g_autoptr (GPtrArray) matches = graphbit_embedding_index_search (index, query, 10, NULL, NULL);

  g_assert_cmpuint (matches->len, ==, 10);
}

static void
bench_search (void)
{
  static const char *const names[] = { "cosine", "dot", "euclid" };
  const guint n = 100000;

  for (guint metric = 0; metric < G_N_ELEMENTS (names); metric++)
    {
      g_autoptr (GraphbitEmbeddingIndex) index =
        make_index (n, DIMENSIONS, (GraphbitEmbeddingMetric) metric, GRAPHBIT_EMBEDDING_QUANTIZATION_NONE);
      g_autofree char *figure = g_strdup_printf ("search, 100,000 × 1536, %s, %u threads", names[metric], n_threads);
      double ours[ROUNDS], ratios[ROUNDS];

      for (guint round = 0; round < ROUNDS; round++)
        {
          double floor_rate = triad (n_threads), start = busy_seconds ();

          search (index, DIMENSIONS);
          ours[round] = (double) n * DIMENSIONS * (double) sizeof (float) * n_threads / (busy_seconds () - start);
          ratios[round] = ours[round] / floor_rate;
        }
      tell_bandwidth (figure, ours, ratios);
    }
}

static double
get_resident_megabytes (void)
{
  g_autofree char *text = NULL;
  long total = 0, resident = 0;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  g_assert_cmpint (sscanf (text, "%ld %ld", &total, &resident), ==, 2);
  return (double) resident * (double) sysconf (_SC_PAGESIZE) / 1e6;
}

static void
bench_large (void)
{
  const guint n = 1000000, dimensions = 384;
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "graphbit-bench-index", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GraphbitEmbeddingIndex) loaded = NULL;
  g_autoptr (GError) error = NULL;
  double start, added, saved, load, resident, searches[ROUNDS];

  start = seconds ();
  {
    g_autoptr (GraphbitEmbeddingIndex) index =
      make_index (n, dimensions, GRAPHBIT_EMBEDDING_METRIC_COSINE, GRAPHBIT_EMBEDDING_QUANTIZATION_NONE);

    added = seconds () - start;
    start = seconds ();
    graphbit_embedding_index_save (index, file, NULL, &error);
    g_assert_no_error (error);
    saved = seconds () - start;
  }

  resident = get_resident_megabytes ();
  start = seconds ();
  loaded = graphbit_embedding_index_load (file, NULL, &error);
  g_assert_no_error (error);
  load = seconds () - start;
  for (guint round = 0; round < ROUNDS; round++)
    {
      start = seconds ();
      search (loaded, dimensions);
      searches[round] = seconds () - start;
    }
  g_print ("{\"figure\": \"1,000,000 × 384\", \"add_ms\": %.0f, \"save_ms\": %.0f, \"load_ms\": %.0f, \"search_ms\": %.1f, "
           "\"resident_mb\": %.0f, \"file_mb\": %.0f, \"threads\": %u}\n",
           added * 1e3, saved * 1e3, load * 1e3, median (searches) * 1e3, get_resident_megabytes () - resident,
           (double) n * (dimensions + 1) * (double) sizeof (float) / 1e6, n_threads);
  g_unlink (path);
}

/* Beside the exact search in the same round. */
static void
bench_quantized (void)
{
  static const char *const names[] = { "int8", "binary" };
  const guint n = 1000000, dimensions = 384;
  g_autoptr (GraphbitEmbeddingIndex) exact =
    make_index (n, dimensions, GRAPHBIT_EMBEDDING_METRIC_COSINE, GRAPHBIT_EMBEDDING_QUANTIZATION_NONE);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      double start = seconds (), added;
      g_autoptr (GraphbitEmbeddingIndex) index =
        make_index (n, dimensions, GRAPHBIT_EMBEDDING_METRIC_COSINE, GRAPHBIT_EMBEDDING_QUANTIZATION_INT8 + i);
      double searches[ROUNDS], ratios[ROUNDS];

      added = seconds () - start;
      for (guint round = 0; round < ROUNDS; round++)
        {
          start = busy_seconds ();
          search (index, dimensions);
          searches[round] = busy_seconds () - start;
          start = busy_seconds ();
          search (exact, dimensions);
          ratios[round] = (busy_seconds () - start) / searches[round];
        }
      g_print ("{\"figure\": \"1,000,000 × 384, %s\", \"add_ms\": %.0f, \"search_cpu_ms\": %.1f, \"times_faster\": %.1f, "
               "\"threads\": %u}\n",
               names[i], added * 1e3, median (searches) * 1e3, median (ratios), n_threads);
    }
}

/* Reading answers. The floors read the same vectors out of the same bytes and check nothing at all. */

static void
scan_numbers (const char *p,
              float *values)
{
  static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12 };

  for (guint text = 0; text < N_TEXTS; text++)
    {
      p = strstr (p, "\"embedding\":[") + strlen ("\"embedding\":[");
      for (guint i = 0; i < DIMENSIONS; i++)
        {
          gboolean is_negative = *p == '-';
          guint64 digits = 0;
          guint n = 0;

          p += is_negative;
          for (; *p != '.'; p++)
            digits = 10 * digits + (guint64) (*p - '0');
          for (p++; *p >= '0'; p++, n++)
            digits = 10 * digits + (guint64) (*p - '0');
          p++;
          *values++ = (float) ((is_negative ? -1.0 : 1.0) * (double) digits / powers[n]);
        }
    }
}

static guint8 base64_values[256];

static void
scan_base64 (const char *p,
             float *values)
{
  guint8 *out = (guint8 *) values;

  for (guint text = 0; text < N_TEXTS; text++)
    {
      p = strstr (p, "\"embedding\":\"") + strlen ("\"embedding\":\"");
      for (guint i = 0; i < DIMENSIONS * sizeof (float) / 3; i++, p += 4, out += 3)
        {
          guint32 group = (guint32) base64_values[(guint8) p[0]] << 18 | (guint32) base64_values[(guint8) p[1]] << 12 |
                          (guint32) base64_values[(guint8) p[2]] << 6 | base64_values[(guint8) p[3]];

          out[0] = (guint8) (group >> 16);
          out[1] = (guint8) (group >> 8);
          out[2] = (guint8) group;
        }
    }
}

static char *
make_answer (const float *values,
             gboolean is_base64)
{
  GString *body = g_string_new ("{\"object\":\"list\",\"data\":[");

  for (guint text = 0; text < N_TEXTS; text++)
    {
      const float *vector = values + (gsize) text * DIMENSIONS;

      g_string_append_printf (body, "%s{\"object\":\"embedding\",\"index\":%u,\"embedding\":", text > 0 ? "," : "", text);
      if (is_base64)
        {
          g_autofree char *encoded = g_base64_encode ((const guchar *) vector, DIMENSIONS * sizeof (float));

          g_string_append_printf (body, "\"%s\"", encoded);
        }
      else
        {
          for (guint i = 0; i < DIMENSIONS; i++)
            g_string_append_printf (body, "%c%.9f", i > 0 ? ',' : '[', (double) vector[i] / 16);
          g_string_append_c (body, ']');
        }
      g_string_append_c (body, '}');
    }
  g_string_append (body, "],\"model\":\"m\",\"usage\":{\"prompt_tokens\":1}}");
  return g_string_free (body, FALSE);
}

static void
bench_reading (gboolean is_base64,
               double bar)
{
  const guint times = 20;
  g_autofree float *values = make_values (N_TEXTS * DIMENSIONS);
  g_autofree float *scanned = g_new (float, N_TEXTS * DIMENSIONS);
  g_autofree char *body = make_answer (values, is_base64);
  gsize length = strlen (body);
  double ours[ROUNDS], floors[ROUNDS], ratios[ROUNDS];

  for (guint i = 0; i < 64; i++)
    base64_values[(guint8) "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[i]] = (guint8) i;
  for (guint round = 0; round < ROUNDS; round++)
    {
      double start = busy_seconds ();

      for (guint i = 0; i < times; i++)
        (is_base64 ? scan_base64 : scan_numbers) (body, scanned);
      floors[round] = (busy_seconds () - start) / times;

      start = busy_seconds ();
      for (guint i = 0; i < times; i++)
        {
          GraphbitEmbeddingAnswer answer;
          GraphbitHttpVerdict verdict = { 0 };

          graphbit_embedding_answer_init (&answer, N_TEXTS);
          g_assert_null (graphbit_embedding_answer_read (&answer, graphbit_vendor_lookup ("openai"), body, length, &verdict));
          g_assert_cmpfloat_with_epsilon (answer.values[5], scanned[5], 1e-7);
          graphbit_embedding_answer_clear (&answer);
        }
      ours[round] = (busy_seconds () - start) / times;
      ratios[round] = ours[round] / floors[round];
    }
  g_print ("{\"figure\": \"reading 100 × 1536 %s\", \"us\": %.0f, \"floor_us\": %.0f, \"mb_per_second\": %.0f, "
           "\"ratio\": %.2f, \"bar\": %.1f}\n",
           is_base64 ? "in base64" : "numbers", median (ours) * 1e6, median (floors) * 1e6,
           (double) length / median (ours) / 1e6, median (ratios), bar);
}

int
main (int argc,
      char *argv[])
{
  const char *word = argc > 1 ? argv[1] : "";

  setlocale (LC_CTYPE, "");
  n_threads = MIN (g_get_num_processors (), MAX_THREADS);
  if (strstr ("reading numbers", word) != NULL)
    bench_reading (FALSE, 2);
  if (strstr ("reading base64", word) != NULL)
    bench_reading (TRUE, 1.5);
  if (strstr ("similarity", word) != NULL)
    bench_similarities ();
  if (strstr ("search", word) != NULL)
    bench_search ();
  if (strstr ("large", word) != NULL)
    bench_large ();
  if (strstr ("quantized", word) != NULL)
    bench_quantized ();
  return 0;
}
