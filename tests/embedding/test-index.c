/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "graphbit-embedding-index.h"
#include "graphbit-error.h"
#include "graphbit-module.h"
#include "graphbit-runtime-private.h"
#include "graphbit-vector-file-private.h"

#define DIMENSIONS 48

/* How the vectors of an index are kept. Every test but those of single bytes runs for each. */
typedef struct
{
  const char *name;
  GraphbitEmbeddingQuantization quantization;
  guint oversampling;
} Form;

static const Form forms[] = {
  { "plain", GRAPHBIT_EMBEDDING_QUANTIZATION_NONE, 0 },
  { "int8", GRAPHBIT_EMBEDDING_QUANTIZATION_INT8, 0 },
  { "int8-oversampled", GRAPHBIT_EMBEDDING_QUANTIZATION_INT8, 100 },
  { "binary", GRAPHBIT_EMBEDDING_QUANTIZATION_BINARY, 0 },
  { "binary-oversampled", GRAPHBIT_EMBEDDING_QUANTIZATION_BINARY, 100 },
};

static const Form *form = &forms[0];
static GRand *source;
static char *folder;

/* Slow machines, such as valgrind's, do less. */
static guint
scale (guint n)
{
  const char *divisor = g_getenv ("GRAPHBIT_TEST_DIVISOR");

  return divisor != NULL ? n / (guint) atoi (divisor) + 1 : n;
}

static GraphbitEmbedding *
make_embedding (guint dimensions)
{
  g_autofree float *values = g_new (float, dimensions);

  for (guint i = 0; i < dimensions; i++)
    values[i] = (float) g_rand_double_range (source, -1, 1);
  return graphbit_embedding_new (values, dimensions);
}

/* Of whole sevenths, which every form of a query has room for. */
static GraphbitEmbedding *
make_query (void)
{
  float values[DIMENSIONS] = { 1 };

  for (guint i = 1; i < DIMENSIONS; i++)
    values[i] = (float) g_rand_int_range (source, -7, 8) / 7;
  return graphbit_embedding_new (values, DIMENSIONS);
}

static GraphbitEmbeddingIndex *
make_empty (guint dimensions,
            GraphbitEmbeddingMetric metric)
{
  return graphbit_embedding_index_new_quantized (dimensions, metric, form->quantization, form->oversampling);
}

static GraphbitEmbeddingIndex *
make_index (guint size,
            GraphbitEmbeddingMetric metric)
{
  GraphbitEmbeddingIndex *index = make_empty (0, metric);

  for (guint i = 0; i < size; i++)
    {
      g_autoptr (GraphbitEmbedding) embedding = make_embedding (DIMENSIONS);
      g_autofree char *id = g_strdup_printf ("number %u", i);
      g_autofree char *metadata = i % 3 == 0 ? NULL : g_strdup_printf ("{\"n\":%u}", i);
      g_autoptr (GError) error = NULL;

      graphbit_embedding_index_add (index, id, embedding, metadata, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (graphbit_embedding_index_get_size (index), ==, size);
  return index;
}

static double
score (GraphbitEmbeddingMetric metric,
       GraphbitEmbedding *a,
       GraphbitEmbedding *b)
{
  const float *x = graphbit_embedding_get_values (a, NULL);
  const float *y = graphbit_embedding_get_values (b, NULL);
  double dot = 0, xx = 0, yy = 0, distance = 0;

  for (guint i = 0; i < DIMENSIONS; i++)
    {
      dot += (double) x[i] * (double) y[i];
      xx += (double) x[i] * (double) x[i];
      yy += (double) y[i] * (double) y[i];
      distance += ((double) x[i] - (double) y[i]) * ((double) x[i] - (double) y[i]);
    }
  switch (metric)
    {
    case GRAPHBIT_EMBEDDING_METRIC_DOT:
      return dot;
    case GRAPHBIT_EMBEDDING_METRIC_EUCLID:
      return sqrt (distance);
    default:
      return dot / sqrt (xx * yy);
    }
}

/* Against the plain way: all scores, in order, with what the index keeps. */
static void
check_search (GraphbitEmbeddingIndex *index,
              guint k)
{
  GraphbitEmbeddingMetric metric = graphbit_embedding_index_get_metric (index);
  gboolean less_is_nearer = metric == GRAPHBIT_EMBEDDING_METRIC_EUCLID;
  guint size = graphbit_embedding_index_get_size (index);
  g_autoptr (GraphbitEmbedding) query = make_query ();
  g_auto (GStrv) ids = graphbit_embedding_index_dup_ids (index);
  g_autoptr (GHashTable) found = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) matches = NULL;
  g_autoptr (GError) error = NULL;
  double farthest = 0;

  matches = graphbit_embedding_index_search (index, query, k, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (matches->len, ==, MIN (k, size));
  for (guint i = 0; i < matches->len; i++)
    {
      GraphbitEmbeddingMatch *match = matches->pdata[i];
      const char *id = graphbit_embedding_match_get_id (match);
      g_autoptr (GraphbitEmbedding) embedding = graphbit_embedding_index_dup_embedding (index, id);
      g_autofree char *metadata = graphbit_embedding_index_dup_metadata (index, id);
      double wanted = score (metric, query, embedding);

      g_assert_true (g_hash_table_add (found, (gpointer) id));
      g_assert_cmpstr (graphbit_embedding_match_get_metadata (match), ==, metadata);
      g_assert_cmpfloat_with_epsilon (graphbit_embedding_match_get_score (match), wanted, 1e-5);
      if (i > 0)
        {
          GraphbitEmbeddingMatch *before = matches->pdata[i - 1];

          if (less_is_nearer)
            g_assert_cmpfloat (graphbit_embedding_match_get_score (before), <=, graphbit_embedding_match_get_score (match));
          else
            g_assert_cmpfloat (graphbit_embedding_match_get_score (before), >=, graphbit_embedding_match_get_score (match));
        }
      farthest = wanted;
    }
  /* what codes have not found at all may be nearer */
  if (matches->len == 0 || (form->oversampling > 0 && k * form->oversampling < size))
    return;

  /* nothing that was left out is nearer */
  g_assert_cmpuint (g_strv_length (ids), ==, size);
  for (guint i = 0; i < size; i++)
    if (!g_hash_table_contains (found, ids[i]))
      {
        g_autoptr (GraphbitEmbedding) embedding = graphbit_embedding_index_dup_embedding (index, ids[i]);
        double left_out = score (metric, query, embedding);

        if (less_is_nearer)
          g_assert_cmpfloat (left_out, >=, farthest - 1e-5);
        else
          g_assert_cmpfloat (left_out, <=, farthest + 1e-5);
      }
}

static void
test_search (void)
{
  static const guint sizes[] = { 0, 1, 15, 16, 17, 1023, 1024, 1025, 3000 };

  for (int metric = GRAPHBIT_EMBEDDING_METRIC_COSINE; metric <= GRAPHBIT_EMBEDDING_METRIC_EUCLID; metric++)
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
      {
        g_autoptr (GraphbitEmbeddingIndex) index = NULL;

        if (form != &forms[0] && sizes[i] > scale (3000))
          continue;
        index = make_index (sizes[i], (GraphbitEmbeddingMetric) metric);
        check_search (index, 0);
        check_search (index, 1);
        check_search (index, 10);
        check_search (index, 2000);
      }
}

/* In several threads, as one that is large enough. */
static void
test_large (void)
{
  g_autoptr (GraphbitEmbeddingIndex) index = make_index (5000 + scale (25000), GRAPHBIT_EMBEDDING_METRIC_COSINE);

  check_search (index, 10);
  check_search (index, 500);
}

/* Adds, replaces and removes at random beside a plain table. */
static void
test_changes (void)
{
  g_autoptr (GraphbitEmbeddingIndex) index = make_index (1000, GRAPHBIT_EMBEDDING_METRIC_DOT);
  g_autoptr (GHashTable) table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer key, value;

  for (guint i = 0; i < 1000; i++)
    {
      char *id = g_strdup_printf ("number %u", i);

      g_hash_table_insert (table, id, graphbit_embedding_index_dup_metadata (index, id));
    }

  for (guint round = 0; round < scale (20000); round++)
    {
      g_autofree char *id = g_strdup_printf ("number %d", g_rand_int_range (source, 0, 2500));

      if (g_rand_boolean (source))
        {
          g_autoptr (GraphbitEmbedding) embedding = make_embedding (DIMENSIONS);
          g_autofree char *metadata = g_strdup_printf ("round %u", round);

          g_assert_true (graphbit_embedding_index_add (index, id, embedding, metadata, NULL));
          g_hash_table_insert (table, g_steal_pointer (&id), g_steal_pointer (&metadata));
        }
      else
        {
          gboolean is_there = g_hash_table_contains (table, id);

          g_assert_cmpint (graphbit_embedding_index_contains (index, id), ==, is_there);
          g_assert_cmpint (graphbit_embedding_index_remove (index, id), ==, is_there);
          g_hash_table_remove (table, id);
        }
      g_assert_cmpuint (graphbit_embedding_index_get_size (index), ==, g_hash_table_size (table));
    }

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      g_autofree char *metadata = graphbit_embedding_index_dup_metadata (index, key);

      g_assert_cmpstr (metadata, ==, value);
    }
  check_search (index, 50);

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_assert_true (graphbit_embedding_index_remove (index, key));
  check_search (index, 5);
}

typedef struct
{
  GMainLoop *loop;
  GPtrArray *matches;
  GError *error;
} Outcome;

static void
on_found (GObject *object,
          GAsyncResult *result,
          gpointer data)
{
  Outcome *outcome = data;

  outcome->matches = graphbit_embedding_index_search_finish (GRAPHBIT_EMBEDDING_INDEX (object), result, &outcome->error);
  g_main_loop_quit (outcome->loop);
}

/* A search sees what was there when it was started. */
static void
test_snapshot (void)
{
  for (guint size = 100; size <= 12000; size *= 120)
    {
      g_autoptr (GraphbitEmbeddingIndex) index = make_index (size, GRAPHBIT_EMBEDDING_METRIC_COSINE);
      g_autoptr (GraphbitEmbedding) query = graphbit_embedding_index_dup_embedding (index, "number 50");
      g_autoptr (GraphbitEmbedding) other = make_embedding (DIMENSIONS);
      Outcome outcome = { .loop = g_main_loop_new (NULL, FALSE) };

      graphbit_embedding_index_search_async (index, query, 1, NULL, on_found, &outcome);
      g_assert_true (graphbit_embedding_index_add (index, "number 50", other, "another", NULL));
      for (guint i = 0; i < size; i++)
        {
          g_autofree char *id = g_strdup_printf ("number %u", i);

          g_assert_true (graphbit_embedding_index_remove (index, id));
        }
      g_assert_null (outcome.matches);
      g_main_loop_run (outcome.loop);
      g_assert_no_error (outcome.error);
      g_assert_cmpuint (outcome.matches->len, ==, 1);
      g_assert_cmpstr (graphbit_embedding_match_get_id (outcome.matches->pdata[0]), ==, "number 50");
      g_assert_cmpstr (graphbit_embedding_match_get_metadata (outcome.matches->pdata[0]), ==, "{\"n\":50}");
      g_ptr_array_unref (outcome.matches);
      g_main_loop_unref (outcome.loop);
    }
}

static gboolean
is_seventh (const char *id,
            const char *metadata,
            gpointer user_data)
{
  guint *n_calls = user_data;

  (*n_calls)++;
  return atoi (id + strlen ("number ")) % 700 == 0;
}

static void
count_free (gpointer data)
{
  guint *n_calls = data;

  *n_calls += 1000000;
}

static void
test_filter (void)
{
  g_autoptr (GraphbitEmbeddingIndex) index = make_index (5000, GRAPHBIT_EMBEDDING_METRIC_COSINE);
  g_autoptr (GraphbitEmbedding) query = make_embedding (DIMENSIONS);
  g_autoptr (GPtrArray) matches = NULL;
  g_autoptr (GPtrArray) few = NULL;
  guint n_calls = 0;

  graphbit_embedding_index_set_filter_func (index, is_seventh, &n_calls, count_free);
  few = graphbit_embedding_index_search (index, query, 1, NULL, NULL);
  g_assert_cmpuint (few->len, ==, 1);
  n_calls = 0;

  /* there are eight, somewhere, and each is asked about once */
  matches = graphbit_embedding_index_search (index, query, 10, NULL, NULL);
  g_assert_cmpuint (matches->len, ==, 8);
  g_assert_cmpuint (n_calls, ==, 5000);
  g_assert_cmpstr (graphbit_embedding_match_get_id (few->pdata[0]), ==, graphbit_embedding_match_get_id (matches->pdata[0]));

  graphbit_embedding_index_set_filter_func (index, NULL, NULL, NULL);
  g_assert_cmpuint (n_calls, ==, 1005000);
  check_search (index, 10);
}

typedef struct
{
  GraphbitEmbeddingIndex *index;
  GCancellable *cancellable;
  guint n_calls;
  gboolean is_freed;
} Meddler;

static void
meddler_freed (gpointer data)
{
  ((Meddler *) data)->is_freed = TRUE;
}

/* Takes itself away, drops the index, cancels, and runs the loop until that has been told. */
static gboolean
meddle (const char *id,
        const char *metadata,
        gpointer user_data)
{
  Meddler *self = user_data;

  self->n_calls++;
  graphbit_embedding_index_set_filter_func (self->index, NULL, NULL, NULL);
  g_clear_object (&self->index);
  g_cancellable_cancel (self->cancellable);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (self->is_freed);
  /* still there, too */
  g_assert_true (g_str_has_prefix (id, "number "));
  return TRUE;
}

static void
test_meddling_filter (void)
{
  Meddler meddler = { make_index (50, GRAPHBIT_EMBEDDING_METRIC_COSINE), g_cancellable_new (), 0, FALSE };
  Outcome outcome = { .loop = g_main_loop_new (NULL, FALSE) };
  g_autoptr (GraphbitEmbedding) query = make_embedding (DIMENSIONS);
  GraphbitEmbeddingIndex *watched = meddler.index;

  g_object_add_weak_pointer (G_OBJECT (watched), (gpointer *) &watched);
  graphbit_embedding_index_set_filter_func (meddler.index, meddle, &meddler, meddler_freed);
  graphbit_embedding_index_search_async (meddler.index, query, 5, meddler.cancellable, on_found, &outcome);
  while (outcome.error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (outcome.matches);
  g_assert_cmpuint (meddler.n_calls, ==, 1);
  g_assert_true (meddler.is_freed);
  g_assert_null (watched);

  g_error_free (outcome.error);
  g_main_loop_unref (outcome.loop);
  g_object_unref (meddler.cancellable);
}

static gpointer
work_alone (gpointer data)
{
  g_autoptr (GraphbitEmbeddingIndex) index = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GraphbitEmbedding) query = graphbit_embedding_index_dup_embedding (index, "number 70");

  g_main_context_push_thread_default (context);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GPtrArray) matches = graphbit_embedding_index_search (index, query, 3, NULL, NULL);

      g_assert_cmpuint (matches->len, ==, 3);
      g_assert_cmpstr (graphbit_embedding_match_get_id (matches->pdata[0]), ==, "number 70");
      g_assert_true (graphbit_embedding_index_add (index, "another", query, NULL, NULL));
      g_assert_true (graphbit_embedding_index_remove (index, "another"));
    }
  g_main_context_pop_thread_default (context);
  return NULL;
}

/* Each in a thread of its own, at the same time, in one pool. */
static void
test_threads (void)
{
  GThread *threads[2];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("search", work_alone, make_index (6000 + scale (6000), GRAPHBIT_EMBEDDING_METRIC_EUCLID));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
test_cancel (void)
{
  g_autoptr (GraphbitEmbeddingIndex) index = make_index (6000 + scale (14000), GRAPHBIT_EMBEDDING_METRIC_COSINE);
  g_autoptr (GraphbitEmbedding) query = make_embedding (DIMENSIONS);

  for (guint n_turns = 0; n_turns < 4; n_turns++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      Outcome outcome = { .loop = g_main_loop_new (NULL, FALSE) };

      graphbit_embedding_index_search_async (index, query, 200, cancellable, on_found, &outcome);
      for (guint i = 0; i < n_turns && outcome.matches == NULL; i++)
        g_main_context_iteration (NULL, FALSE);
      g_cancellable_cancel (cancellable);
      if (outcome.matches == NULL)
        {
          g_main_loop_run (outcome.loop);
          /* where some turns had passed it may have been over already */
          if (n_turns == 0 || outcome.matches == NULL)
            g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        }
      g_clear_pointer (&outcome.matches, g_ptr_array_unref);
      g_clear_error (&outcome.error);
      g_main_loop_unref (outcome.loop);
    }

  /* the generation's end, while threads are at work */
  {
    Outcome outcome = { .loop = g_main_loop_new (NULL, FALSE) };

    graphbit_embedding_index_search_async (index, query, 5, NULL, on_found, &outcome);
    g_main_context_iteration (NULL, FALSE);
    graphbit_shutdown ();
    if (outcome.matches == NULL)
      g_main_loop_run (outcome.loop);
    g_clear_pointer (&outcome.matches, g_ptr_array_unref);
    g_clear_error (&outcome.error);
    g_main_loop_unref (outcome.loop);
  }
  check_search (index, 5);
}

static void
test_bad_input (void)
{
  g_autoptr (GraphbitEmbeddingIndex) index = make_index (3, GRAPHBIT_EMBEDDING_METRIC_COSINE);
  g_autoptr (GraphbitEmbedding) longer = make_embedding (DIMENSIONS + 1);
  g_autoptr (GraphbitEmbedding) right = make_embedding (DIMENSIONS);
  g_autoptr (GraphbitEmbedding) empty = graphbit_embedding_new (NULL, 0);
  float values[DIMENSIONS] = { NAN };
  g_autoptr (GraphbitEmbedding) bad = graphbit_embedding_new (values, DIMENSIONS);
  g_autoptr (GFile) remote = g_file_new_for_uri ("http://example.invalid/index");
  g_autoptr (GFile) nowhere = g_file_new_for_path ("/nonexistent/folder/index");
  GraphbitEmbedding *wrong[] = { longer, empty, bad };
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (graphbit_embedding_index_get_dimensions (index), ==, DIMENSIONS);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_false (graphbit_embedding_index_add (index, "x", wrong[i], NULL, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
      g_assert_null (graphbit_embedding_index_search (index, wrong[i], 3, NULL, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
  g_assert_false (graphbit_embedding_index_add (index, "", right, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (graphbit_embedding_index_add (index, "\xff", right, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_cmpuint (graphbit_embedding_index_get_size (index), ==, 3);
  g_assert_null (graphbit_embedding_index_dup_embedding (index, "nobody"));
  g_assert_null (graphbit_embedding_index_dup_metadata (index, "nobody"));

  g_assert_false (graphbit_embedding_index_save (index, remote, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_false (graphbit_embedding_index_save (index, nowhere, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (graphbit_embedding_index_load (nowhere, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  /* a pipe without a writer */
  {
    g_autofree char *path = g_build_filename (folder, "pipe", NULL);
    g_autoptr (GFile) pipe = g_file_new_for_path (path);

    g_assert_cmpint (mkfifo (path, 0600), ==, 0);
    g_assert_null (graphbit_embedding_index_load (pipe, NULL, &error));
    g_assert_nonnull (error);
    g_assert_cmpint (g_unlink (path), ==, 0);
  }
}

static void
check_equal (GraphbitEmbeddingIndex *a,
             GraphbitEmbeddingIndex *b)
{
  g_auto (GStrv) ids = graphbit_embedding_index_dup_ids (a);

  g_assert_cmpuint (graphbit_embedding_index_get_size (a), ==, graphbit_embedding_index_get_size (b));
  g_assert_cmpuint (graphbit_embedding_index_get_dimensions (a), ==, graphbit_embedding_index_get_dimensions (b));
  g_assert_cmpint (graphbit_embedding_index_get_metric (a), ==, graphbit_embedding_index_get_metric (b));
  g_assert_cmpint (graphbit_embedding_index_get_quantization (a), ==, graphbit_embedding_index_get_quantization (b));
  g_assert_cmpuint (graphbit_embedding_index_get_oversampling (a), ==, graphbit_embedding_index_get_oversampling (b));
  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_autoptr (GraphbitEmbedding) first = graphbit_embedding_index_dup_embedding (a, ids[i]);
      g_autoptr (GraphbitEmbedding) second = graphbit_embedding_index_dup_embedding (b, ids[i]);
      g_autofree char *metadata = graphbit_embedding_index_dup_metadata (a, ids[i]);
      g_autofree char *other_metadata = graphbit_embedding_index_dup_metadata (b, ids[i]);

      g_assert_true (g_bytes_equal (graphbit_embedding_get_bytes (first), graphbit_embedding_get_bytes (second)));
      g_assert_cmpstr (metadata, ==, other_metadata);
    }
}

static void
test_files (void)
{
  static const guint sizes[] = { 0, 1, 1024, 2500 };
  g_autofree char *path = g_build_filename (folder, "index", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GDir *directory;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GraphbitEmbeddingIndex) index = make_index (sizes[i], GRAPHBIT_EMBEDDING_METRIC_EUCLID);
      g_autoptr (GraphbitEmbeddingIndex) loaded = NULL;
      g_autoptr (GraphbitEmbedding) embedding = make_embedding (DIMENSIONS);
      g_autoptr (GCancellable) cancelled = g_cancellable_new ();
      g_autoptr (GError) error = NULL;

      g_cancellable_cancel (cancelled);
      g_assert_true (graphbit_embedding_index_save (index, file, NULL, &error));
      g_assert_no_error (error);
      loaded = graphbit_embedding_index_load (file, NULL, &error);
      g_assert_no_error (error);
      check_equal (index, loaded);
      check_search (loaded, 10);

      g_assert_false (graphbit_embedding_index_save (index, file, cancelled, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
      g_assert_null (graphbit_embedding_index_load (file, cancelled, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

      /* what was mapped can be changed, and the file replaced under it */
      if (sizes[i] == 0)
        continue;
      g_assert_true (graphbit_embedding_index_add (loaded, "number 0", embedding, "new", NULL));
      g_assert_true (graphbit_embedding_index_add (loaded, "further", embedding, NULL, NULL));
      g_assert_true (graphbit_embedding_index_save (loaded, file, NULL, NULL));
      check_search (loaded, 10);
      g_assert_true (graphbit_embedding_index_remove (loaded, "number 0"));
      g_assert_cmpuint (graphbit_embedding_index_get_size (loaded), ==, sizes[i]);
    }

  /* nothing is left beside it */
  graphbit_shutdown ();
  directory = g_dir_open (folder, 0, NULL);
  g_assert_cmpstr (g_dir_read_name (directory), ==, "index");
  g_assert_null (g_dir_read_name (directory));
  g_dir_close (directory);
}

static void
do_nothing (gpointer data,
            gpointer user_data)
{
}

/* Keeps the pool busy until the generation has ended. */
static void
wait_for_end (gpointer data,
              gpointer user_data)
{
  GraphbitRuntime *runtime = data;

  while (graphbit_runtime_push_work (runtime, do_nothing, NULL))
    g_thread_yield ();
  graphbit_runtime_unref (runtime);
}

static void
on_late (GObject *object,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (graphbit_embedding_index_save_finish (GRAPHBIT_EMBEDDING_INDEX (object), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *) data = TRUE;
}

/* What is still to be written does not hold it up, nor does it appear afterwards. */
static void
test_shutdown (void)
{
  g_autofree char *path = g_build_filename (folder, "late", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GraphbitEmbeddingIndex) index = graphbit_embedding_index_new (0, GRAPHBIT_EMBEDDING_METRIC_DOT);
  g_autoptr (GError) error = NULL;
  GraphbitRuntime *runtime;
  gboolean is_ended = FALSE;

  graphbit_shutdown ();
  graphbit_configure_runtime (0, 1, 0, &error);
  g_assert_no_error (error);
  runtime = graphbit_runtime_get (&error);
  g_assert_no_error (error);
  g_assert_true (graphbit_runtime_push_work (runtime, wait_for_end, runtime));
  graphbit_embedding_index_save_async (index, file, NULL, on_late, &is_ended);
  g_main_context_iteration (NULL, FALSE);
  graphbit_shutdown ();
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  while (!is_ended)
    g_main_context_iteration (NULL, TRUE);
  graphbit_configure_runtime (0, 0, 0, &error);
  g_assert_no_error (error);
}

/* Each byte of a file turned, and each length: never read as an index, never a crash. */
static void
test_damaged_files (void)
{
  g_autofree char *path = g_build_filename (folder, "index", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GraphbitEmbeddingIndex) index = make_empty (3, GRAPHBIT_EMBEDDING_METRIC_DOT);
  g_autofree char *contents = NULL;
  gsize size;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GraphbitEmbedding) embedding = make_embedding (3);
      char id[] = { (char) ('a' + i), '\0' };

      g_assert_true (graphbit_embedding_index_add (index, id, embedding, i == 1 ? "text" : NULL, NULL));
    }
  g_assert_true (graphbit_embedding_index_save (index, file, NULL, NULL));
  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  g_assert_cmpuint (size, <, 200);

  for (gsize i = 0; i < 2 * size; i++)
    {
      g_autoptr (GraphbitEmbeddingIndex) loaded = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *damaged = g_memdup2 (contents, size);

      if (i < size)
        damaged[i] ^= 0x40;
      g_assert_true (g_file_set_contents_full (path, damaged, (gssize) (i < size ? size : i - size), G_FILE_SET_CONTENTS_NONE, 0600, NULL));
      loaded = graphbit_embedding_index_load (file, NULL, &error);
      /* two fields are not in use */
      if (loaded == NULL)
        g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE);
      else
        g_assert_true (i >= 56 && i < 64);
    }
  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* What has a right checksum may be wrong all the same. */
static void
check_hostile (const char *contents,
               gsize size,
               gsize offset,
               const void *bytes,
               gsize n_bytes,
               const char *reason)
{
  g_autofree char *path = g_build_filename (folder, "index", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree guint8 *hostile = g_memdup2 (contents, size);
  g_autoptr (GraphbitEmbeddingIndex) loaded = NULL;
  g_autoptr (GError) error = NULL;
  guint64 checksum;

  memcpy (hostile + offset, bytes, n_bytes);
  checksum = GUINT64_TO_LE (graphbit_vector_file_compute_checksum (hostile, size));
  memcpy (hostile + 48, &checksum, sizeof checksum);
  g_assert_true (g_file_set_contents (path, (const char *) hostile, (gssize) size, NULL));
  loaded = graphbit_embedding_index_load (file, NULL, &error);
  g_assert_null (loaded);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE);
  g_assert_nonnull (strstr (error->message, reason));
  g_assert_cmpint (g_unlink (path), ==, 0);
}

static void
test_hostile_files (void)
{
  static const guint8 ones[8] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
  static const guint8 nan[4] = { 0, 0, 0xc0, 0x7f };
  g_autofree char *path = g_build_filename (folder, "index", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GraphbitEmbeddingIndex) empty = graphbit_embedding_index_new (7, GRAPHBIT_EMBEDDING_METRIC_COSINE);
  g_autoptr (GraphbitEmbeddingIndex) index = graphbit_embedding_index_new (2, GRAPHBIT_EMBEDDING_METRIC_COSINE);
  g_autoptr (GraphbitEmbedding) embedding = make_embedding (2);
  g_autofree char *contents = NULL;
  gsize size, texts = 64 + 2 * 3 * sizeof (float);

  g_assert_true (graphbit_embedding_index_add (index, "a", embedding, NULL, NULL));
  g_assert_true (graphbit_embedding_index_add (index, "b", embedding, "m", NULL));
  g_assert_true (graphbit_embedding_index_save (index, file, NULL, NULL));
  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  g_assert_cmpuint (size, ==, texts + strlen ("a") + 2 + strlen ("b") + 2 + strlen ("m") + 1);

  check_hostile (contents, size, 16, ones, 4, "later version");
  check_hostile (contents, size, 20, ones, 4, "out of range");
  check_hostile (contents, size, 24, ones, 4, "metric");
  check_hostile (contents, size, 28, "\1", 1, "quantization");
  check_hostile (contents, size, 30, ones, 2, "out of range");
  check_hostile (contents, size, 16, "\2", 1, "quantization");
  check_hostile (contents, size, 32, ones, 8, "out of range");
  check_hostile (contents, size, 40, ones, 8, "cut off");
  check_hostile (contents, size, 64 + 4, nan, 4, "vectors");
  check_hostile (contents, size, texts - 4, nan, 4, "vectors");
  check_hostile (contents, size, texts, "b", 1, "one id");
  check_hostile (contents, size, texts, "\xff", 1, "texts");
  check_hostile (contents, size, texts, "\0", 1, "texts");
  check_hostile (contents, size, texts + 2, "\1", 1, "texts");
  check_hostile (contents, size, texts + 2, "\2", 1, "texts");
  check_hostile (contents, size, size - 1, "x", 1, "texts");

  /* no rows, of a length that no index can have */
  g_clear_pointer (&contents, g_free);
  g_assert_true (graphbit_embedding_index_save (empty, file, NULL, NULL));
  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  check_hostile (contents, size, 20, ones, 4, "out of range");
}

/* The same of what only files with codes have. */
static void
test_hostile_codes (void)
{
  static const guint8 ones[2] = { 0xff, 0xff };
  static const guint8 nan[4] = { 0, 0, 0xc0, 0x7f };
  g_autofree char *path = g_build_filename (folder, "index", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GraphbitEmbedding) embedding = make_embedding (2);

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GraphbitEmbeddingIndex) index =
        graphbit_embedding_index_new_quantized (2, GRAPHBIT_EMBEDDING_METRIC_COSINE, forms[i].quantization, forms[i].oversampling);
      gboolean is_int8 = forms[i].quantization == GRAPHBIT_EMBEDDING_QUANTIZATION_INT8;
      gsize norm = 64 + (forms[i].oversampling > 0 ? 2 * sizeof (float) : 0);
      gsize scale = norm + sizeof (float), code = scale + sizeof (float);
      g_autofree char *contents = NULL;
      gsize size;

      if (forms[i].quantization == GRAPHBIT_EMBEDDING_QUANTIZATION_NONE)
        continue;

      g_assert_true (graphbit_embedding_index_add (index, "a", embedding, NULL, NULL));
      g_assert_true (graphbit_embedding_index_save (index, file, NULL, NULL));
      g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
      g_assert_cmpuint (size, ==, code + (is_int8 ? 2 : 8) + strlen ("a") + 2);

      check_hostile (contents, size, 16, "\1", 1, "quantization");
      check_hostile (contents, size, 28, "\0", 1, "quantization");
      check_hostile (contents, size, 28, "\3", 1, "quantization");
      check_hostile (contents, size, 28, is_int8 ? "\2" : "\1", 1, "cut off");
      check_hostile (contents, size, 30, ones, 2, "out of range");
      check_hostile (contents, size, 30, forms[i].oversampling > 0 ? "\0" : "\1", 1, "cut off");
      check_hostile (contents, size, norm, nan, 4, "vectors");
      check_hostile (contents, size, scale, nan, 4, "vectors");
      if (is_int8)
        check_hostile (contents, size, code + 1, "\x80", 1, "vectors");
    }
}

/* What a search in codes has found is scored and ordered as an exact search would; without oversampling as the codes are. */
static void
test_oversampling (void)
{
  const float near[] = { 0.9f, 1, 0 }, nearer[] = { 0.99f, 1, 0 }, far[] = { -1, 1, 0 };
  const float asked[] = { 1, 1, 0 };
  g_autoptr (GraphbitEmbedding) first = graphbit_embedding_new (near, 3);
  g_autoptr (GraphbitEmbedding) second = graphbit_embedding_new (nearer, 3);
  g_autoptr (GraphbitEmbedding) third = graphbit_embedding_new (far, 3);
  g_autoptr (GraphbitEmbedding) query = graphbit_embedding_new (asked, 3);

  for (guint oversampling = 0; oversampling <= 2; oversampling++)
    {
      g_autoptr (GraphbitEmbeddingIndex) index =
        graphbit_embedding_index_new_quantized (0, GRAPHBIT_EMBEDDING_METRIC_COSINE, GRAPHBIT_EMBEDDING_QUANTIZATION_BINARY, oversampling);
      g_autoptr (GraphbitEmbedding) kept = NULL;
      g_autoptr (GPtrArray) matches = NULL;
      double found;

      g_assert_true (graphbit_embedding_index_add (index, "first", first, NULL, NULL));
      g_assert_true (graphbit_embedding_index_add (index, "second", second, NULL, NULL));
      g_assert_true (graphbit_embedding_index_add (index, "third", third, NULL, NULL));
      matches = graphbit_embedding_index_search (index, query, 1, NULL, NULL);
      g_assert_cmpuint (matches->len, ==, 1);
      /* to their signs the two are the same */
      g_assert_cmpstr (graphbit_embedding_match_get_id (matches->pdata[0]), ==, oversampling < 2 ? "first" : "second");
      found = graphbit_embedding_match_get_score (matches->pdata[0]);
      g_assert_cmpfloat_with_epsilon (found, oversampling == 0 ? 2 / sqrt (6) : oversampling == 1 ? 0.998618 : 0.999987, 1e-5);

      kept = graphbit_embedding_index_dup_embedding (index, "first");
      g_assert_cmpint (g_bytes_equal (graphbit_embedding_get_bytes (kept), graphbit_embedding_get_bytes (first)), ==, oversampling > 0);
    }
}

/* As large and as small as numbers can be: in order, and the same after a file. */
static void
test_extreme_numbers (void)
{
  static const float sizes[] = { 3e38f, 1e20f, 1, 1e-20f, 1e-38f };

  for (int metric = GRAPHBIT_EMBEDDING_METRIC_COSINE; metric <= GRAPHBIT_EMBEDDING_METRIC_EUCLID; metric++)
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
      {
        g_autofree char *path = g_build_filename (folder, "index", NULL);
        g_autoptr (GFile) file = g_file_new_for_path (path);
        g_autoptr (GraphbitEmbeddingIndex) index = make_empty (0, (GraphbitEmbeddingMetric) metric);
        g_autoptr (GraphbitEmbeddingIndex) loaded = NULL;
        g_autoptr (GraphbitEmbedding) query = NULL;
        g_autoptr (GError) error = NULL;
        float values[DIMENSIONS];

        /* from the opposite direction to the same one, half by half */
        for (guint n = 0; n <= DIMENSIONS; n += 8)
          {
            g_autoptr (GraphbitEmbedding) embedding = NULL;
            g_autofree char *id = g_strdup_printf ("%u", n);

            for (guint j = 0; j < DIMENSIONS; j++)
              values[j] = j < n ? sizes[i] : -sizes[i];
            embedding = graphbit_embedding_new (values, DIMENSIONS);
            g_assert_true (graphbit_embedding_index_add (index, id, embedding, NULL, NULL));
          }
        query = graphbit_embedding_new (values, DIMENSIONS);

        g_assert_true (graphbit_embedding_index_save (index, file, NULL, NULL));
        loaded = graphbit_embedding_index_load (file, NULL, &error);
        g_assert_no_error (error);
        for (guint round = 0; round < 2; round++)
          {
            g_autoptr (GPtrArray) matches =
              graphbit_embedding_index_search (round == 0 ? index : loaded, query, DIMENSIONS, NULL, &error);

            g_assert_no_error (error);
            g_assert_cmpuint (matches->len, ==, DIMENSIONS / 8 + 1);
            for (guint j = 0; j < matches->len; j++)
              {
                g_assert_true (isfinite (graphbit_embedding_match_get_score (matches->pdata[j])));
                if (metric == GRAPHBIT_EMBEDDING_METRIC_COSINE || sizes[i] >= 1)
                  g_assert_cmpint (atoi (graphbit_embedding_match_get_id (matches->pdata[j])), ==, DIMENSIONS - 8 * (int) j);
              }
          }
        g_assert_cmpint (g_unlink (path), ==, 0);
      }
}

typedef struct
{
  const Form *form;
  void (*func) (void);
} Case;

static void
run_case (gconstpointer data)
{
  const Case *self = data;

  form = self->form;
  self->func ();
}

int
main (int argc,
      char *argv[])
{
  static const struct
  {
    const char *name;
    void (*func) (void);
  } tests[] = {
    { "search", test_search },
    { "large", test_large },
    { "changes", test_changes },
    { "snapshot", test_snapshot },
    { "filter", test_filter },
    { "meddling-filter", test_meddling_filter },
    { "threads", test_threads },
    { "cancel", test_cancel },
    { "bad-input", test_bad_input },
    { "files", test_files },
    { "damaged-files", test_damaged_files },
    { "extreme-numbers", test_extreme_numbers },
  };
  Case cases[G_N_ELEMENTS (forms)][G_N_ELEMENTS (tests)];
  int status;

  g_test_init (&argc, &argv, NULL);
  source = g_rand_new_with_seed (11);
  folder = g_dir_make_tmp ("graphbit-index-XXXXXX", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    for (guint j = 0; j < G_N_ELEMENTS (tests); j++)
      {
        g_autofree char *path = g_strdup_printf ("/index/%s/%s", forms[i].name, tests[j].name);

        cases[i][j] = (Case) { &forms[i], tests[j].func };
        g_test_add_data_func (path, &cases[i][j], run_case);
      }
  g_test_add_func ("/index/hostile-files", test_hostile_files);
  g_test_add_func ("/index/hostile-codes", test_hostile_codes);
  g_test_add_func ("/index/oversampling", test_oversampling);
  g_test_add_func ("/index/shutdown", test_shutdown);

  status = g_test_run ();
  g_rmdir (folder);
  g_free (folder);
  g_rand_free (source);
  return status;
}
