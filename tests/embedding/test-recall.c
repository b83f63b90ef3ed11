/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * How many of the ten nearest a search in shorter vectors finds: recall@10, the
 * mean over some hundred queries that are not in the index. Its figures are
 * those of the manual (search.md):
 *
 *   _build/tests/embedding/test-recall .
 */

#include "config.h"

#include <locale.h>
#include <math.h>
#include <string.h>

#include "graphbit-embedding-client.h"
#include "graphbit-embedding-index.h"

#define K 10
#define EACH_QUERY 40 /* one of so many is a query */

static GRand *source;
static const char *folder;

/* Slow machines, such as valgrind's, do less. */
static guint
scale (guint n)
{
  const char *divisor = g_getenv ("GRAPHBIT_TEST_DIVISOR");

  return divisor != NULL ? n / (guint) atoi (divisor) + 1 : n;
}

typedef struct
{
  GraphbitEmbeddingQuantization quantization;
  guint oversampling;
  double least; /* recall */
} Expectation;

static gboolean
is_query (guint i)
{
  return i % EACH_QUERY == 0;
}

static GraphbitEmbeddingIndex *
make_index (GPtrArray *embeddings,
            GraphbitEmbeddingMetric metric,
            GraphbitEmbeddingQuantization quantization,
            guint oversampling)
{
  GraphbitEmbeddingIndex *index = graphbit_embedding_index_new_quantized (0, metric, quantization, oversampling);

  for (guint i = 0; i < embeddings->len; i++)
    if (!is_query (i))
      {
        g_autofree char *id = g_strdup_printf ("%u", i);

        g_assert_true (graphbit_embedding_index_add (index, id, embeddings->pdata[i], NULL, NULL));
      }
  return index;
}

static guint
count_found (GPtrArray *matches,
             GPtrArray *nearest)
{
  guint n = 0;

  for (guint i = 0; i < nearest->len; i++)
    for (guint j = 0; j < matches->len; j++)
      n += g_str_equal (graphbit_embedding_match_get_id (nearest->pdata[i]), graphbit_embedding_match_get_id (matches->pdata[j]));
  return n;
}

static double
measure (GPtrArray *embeddings,
         GraphbitEmbeddingIndex *exact,
         GraphbitEmbeddingIndex *index)
{
  guint n_found = 0, n_nearest = 0;

  for (guint i = 0; i < embeddings->len; i += EACH_QUERY)
    {
      g_autoptr (GPtrArray) nearest = graphbit_embedding_index_search (exact, embeddings->pdata[i], K, NULL, NULL);
      g_autoptr (GPtrArray) matches = graphbit_embedding_index_search (index, embeddings->pdata[i], K, NULL, NULL);

      g_assert_cmpuint (nearest->len, ==, K);
      g_assert_cmpuint (matches->len, ==, K);
      n_found += count_found (matches, nearest);
      n_nearest += nearest->len;
    }
  return n_found / (double) n_nearest;
}

static void
check_recall (const char *what,
              GPtrArray *embeddings,
              const Expectation *expectations,
              guint n)
{
  static const char *const metrics[] = { "cosine", "dot", "euclid" };
  static const char *const quantizations[] = { "none", "int8", "binary" };

  for (guint metric = 0; metric < G_N_ELEMENTS (metrics); metric++)
    {
      g_autoptr (GraphbitEmbeddingIndex) exact = make_index (embeddings, metric, GRAPHBIT_EMBEDDING_QUANTIZATION_NONE, 0);

      for (guint i = 0; i < n; i++)
        {
          g_autoptr (GraphbitEmbeddingIndex) index =
            make_index (embeddings, metric, expectations[i].quantization, expectations[i].oversampling);
          double recall = measure (embeddings, exact, index);

          g_test_message ("%s, %u × %u, %s, %s, oversampling %u: recall@10 %.3f", what,
                          graphbit_embedding_index_get_size (index), graphbit_embedding_index_get_dimensions (index),
                          metrics[metric], quantizations[expectations[i].quantization], expectations[i].oversampling, recall);
          g_assert_cmpfloat (recall, >=, expectations[i].least);
        }
    }
}

/* Manual and documentation comments, by the offline provider: hashed words, so that most numbers are 0. */

static void
add_paragraphs (GPtrArray *texts,
                const char *path,
                const char *pattern)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_DOTALL, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *contents = NULL;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  for (g_regex_match (regex, contents, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *text = g_match_info_fetch (match, 0);

      if (strlen (text) > 100)
        g_ptr_array_add (texts, g_steal_pointer (&text));
    }
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
add_folder (GPtrArray *texts,
            const char *path,
            guint depth)
{
  GDir *directory = g_dir_open (path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  g_assert_nonnull (directory);
  while ((name = g_dir_read_name (directory)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_dir_close (directory);
  g_ptr_array_sort (names, compare_names);

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *child = g_build_filename (path, names->pdata[i], NULL);

      if (g_str_has_suffix (child, ".md"))
        add_paragraphs (texts, child, "(?:[^\\n]+\\n)+");
      else if (g_str_has_suffix (child, ".c"))
        add_paragraphs (texts, child, "/\\*\\*\\n.*?\\*/");
      else if (depth > 0 && g_file_test (child, G_FILE_TEST_IS_DIR))
        add_folder (texts, child, depth - 1);
    }
}

static void
test_documentation (void)
{
  static const Expectation expectations[] = {
    { GRAPHBIT_EMBEDDING_QUANTIZATION_INT8, 0, 0.98 },
    { GRAPHBIT_EMBEDDING_QUANTIZATION_INT8, 2, 0.995 },
    { GRAPHBIT_EMBEDDING_QUANTIZATION_BINARY, 0, 0.4 },
    { GRAPHBIT_EMBEDDING_QUANTIZATION_BINARY, 4, 0.7 },
    { GRAPHBIT_EMBEDDING_QUANTIZATION_BINARY, 10, 0.8 },
  };
  g_autofree char *path = g_build_filename (folder, "graphbit", NULL);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GraphbitEmbeddingConfig) config = graphbit_embedding_config_new_offline ();
  g_autoptr (GraphbitEmbeddingClient) client = graphbit_embedding_client_new (config);
  g_autoptr (GPtrArray) embeddings = NULL;
  g_autoptr (GError) error = NULL;

  add_folder (texts, path, 1);
  g_assert_cmpuint (texts->len, >, 1000);
  if (scale (texts->len) < texts->len)
    g_ptr_array_set_size (texts, (int) (200 + scale (texts->len)));
  g_ptr_array_add (texts, NULL);
  embeddings = graphbit_embedding_client_embed_many (client, (const char *const *) texts->pdata, NULL, &error);
  g_assert_no_error (error);
  check_recall ("documentation, offline provider", embeddings, expectations, G_N_ELEMENTS (expectations));
}

/* What models of meaning make is like this: crowds, each with few directions of its own, and all numbers in use. */

#define DIMENSIONS 384
#define N_CROWDS 50
#define N_DIRECTIONS 24

static double
draw_normal (void)
{
  double sum = 0;

  for (guint i = 0; i < 12; i++)
    sum += g_rand_double (source);
  return sum - 6;
}

static GPtrArray *
make_crowds (guint n)
{
  GPtrArray *embeddings = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree float *centres = g_new (float, N_CROWDS * DIMENSIONS);
  g_autofree float *directions = g_new (float, N_DIRECTIONS * DIMENSIONS);

  for (guint i = 0; i < N_CROWDS * DIMENSIONS; i++)
    centres[i] = (float) draw_normal ();
  for (guint i = 0; i < N_DIRECTIONS * DIMENSIONS; i++)
    directions[i] = (float) draw_normal ();
  for (guint i = 0; i < n; i++)
    {
      const float *centre = centres + (i / EACH_QUERY) % N_CROWDS * DIMENSIONS;
      float values[DIMENSIONS];
      double square = 0;

      for (guint j = 0; j < DIMENSIONS; j++)
        values[j] = centre[j] + 0.1f * (float) draw_normal ();
      for (guint direction = 0; direction < N_DIRECTIONS; direction++)
        {
          float step = 0.15f * (float) draw_normal ();

          for (guint j = 0; j < DIMENSIONS; j++)
            values[j] += step * directions[direction * DIMENSIONS + j];
        }
      for (guint j = 0; j < DIMENSIONS; j++)
        square += (double) values[j] * (double) values[j];
      for (guint j = 0; j < DIMENSIONS; j++)
        values[j] = (float) ((double) values[j] / sqrt (square));
      g_ptr_array_add (embeddings, graphbit_embedding_new (values, DIMENSIONS));
    }
  return embeddings;
}

static void
test_crowds (void)
{
  static const Expectation expectations[] = {
    { GRAPHBIT_EMBEDDING_QUANTIZATION_INT8, 0, 0.98 },
    { GRAPHBIT_EMBEDDING_QUANTIZATION_INT8, 2, 0.995 },
    { GRAPHBIT_EMBEDDING_QUANTIZATION_BINARY, 0, 0.6 },
    { GRAPHBIT_EMBEDDING_QUANTIZATION_BINARY, 4, 0.97 },
    { GRAPHBIT_EMBEDDING_QUANTIZATION_BINARY, 10, 0.99 },
  };
  g_autoptr (GPtrArray) embeddings = make_crowds (scale (5000) + 500);

  check_recall ("crowds", embeddings, expectations, G_N_ELEMENTS (expectations));
}

int
main (int argc,
      char *argv[])
{
  int status;

  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  source = g_rand_new_with_seed (5);
  folder = argc > 1 ? argv[1] : ".";

  g_test_add_func ("/recall/documentation", test_documentation);
  g_test_add_func ("/recall/crowds", test_crowds);

  status = g_test_run ();
  g_rand_free (source);
  return status;
}
