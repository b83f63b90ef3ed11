/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-statistics-private.h"

static void
check_percentile (GraphbitHistogram *histogram,
                  double fraction,
                  double wanted)
{
  double got = graphbit_histogram_get_percentile (histogram, fraction);

  g_assert_cmpfloat (got, >=, wanted * 0.94);
  g_assert_cmpfloat (got, <=, wanted * 1.06);
}

static void
test_percentiles (void)
{
  g_autofree GraphbitHistogram *histogram = g_new0 (GraphbitHistogram, 1);

  g_assert_cmpfloat (graphbit_histogram_get_percentile (histogram, 0.5), ==, 0);
  g_assert_cmpfloat (graphbit_histogram_get_mean (histogram), ==, 0);

  for (guint64 scale = 1; scale <= G_GUINT64_CONSTANT (1000000000); scale *= 10)
    {
      graphbit_histogram_reset (histogram);
      /* 1 to 1000, whatever the order */
      for (guint64 i = 0; i < 1000; i++)
        graphbit_histogram_add (histogram, (i * 7 % 1000 + 1) * scale);
      g_assert_cmpfloat (graphbit_histogram_get_mean (histogram), ==, 500.5 * (double) scale);
      check_percentile (histogram, 0.50, 500 * (double) scale);
      check_percentile (histogram, 0.95, 950 * (double) scale);
      check_percentile (histogram, 0.99, 990 * (double) scale);
      check_percentile (histogram, 0.00, 1 * (double) scale);
      check_percentile (histogram, 1.00, 1000 * (double) scale);
    }

  /* small ones are exact, huge ones are kept */
  graphbit_histogram_reset (histogram);
  graphbit_histogram_add (histogram, 3);
  g_assert_cmpfloat (graphbit_histogram_get_percentile (histogram, 0.5), ==, 3);
  graphbit_histogram_add (histogram, G_MAXUINT64);
  g_assert_cmpfloat (graphbit_histogram_get_percentile (histogram, 1), >, 1e11);
}

static gpointer
count_in_thread (gpointer data)
{
  GraphbitStatistics *statistics = data;

  for (guint i = 0; i < 10000; i++)
    {
      graphbit_statistics_add_outcome (statistics, (GraphbitOutcome) (i % 3), 1 + i % 2, 1000);
      graphbit_statistics_add_tokens (statistics, 2, -1);
    }
  return NULL;
}

/* Counted from several threads without losing one. */
static void
test_threads (void)
{
  g_autofree GraphbitStatistics *statistics = g_new0 (GraphbitStatistics, 1);
  g_autoptr (GVariant) variant = NULL;
  GVariantBuilder builder;
  GThread *threads[4];
  gint64 value;
  double rate;

  graphbit_statistics_init (statistics);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("count", count_in_thread, statistics);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  graphbit_statistics_describe (statistics, &builder);
  variant = g_variant_ref_sink (g_variant_builder_end (&builder));
  g_assert_true (g_variant_lookup (variant, "total_requests", "x", &value));
  g_assert_cmpint (value, ==, 40000);
  g_assert_true (g_variant_lookup (variant, "successful_requests", "x", &value));
  g_assert_cmpint (value, ==, 4 * 3334);
  g_assert_true (g_variant_lookup (variant, "failed_requests", "x", &value));
  g_assert_cmpint (value, ==, 4 * 3333);
  g_assert_true (g_variant_lookup (variant, "cancelled_requests", "x", &value));
  g_assert_cmpint (value, ==, 4 * 3333);
  g_assert_true (g_variant_lookup (variant, "retries", "x", &value));
  g_assert_cmpint (value, ==, 20000);
  g_assert_true (g_variant_lookup (variant, "prompt_tokens", "x", &value));
  g_assert_cmpint (value, ==, 80000);
  g_assert_true (g_variant_lookup (variant, "completion_tokens", "x", &value));
  g_assert_cmpint (value, ==, 0);
  g_assert_true (g_variant_lookup (variant, "success_rate", "d", &rate));
  g_assert_cmpfloat (rate, ==, 3334.0 / 10000.0);
  g_assert_true (g_variant_lookup (variant, "average_response_time_ms", "d", &rate));
  g_assert_cmpfloat (rate, ==, 1.0);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/provider/statistics/percentiles", test_percentiles);
  g_test_add_func ("/provider/statistics/threads", test_threads);

  return g_test_run ();
}
