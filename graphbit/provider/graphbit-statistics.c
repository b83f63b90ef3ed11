/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-clock-private.h"
#include "graphbit-statistics-private.h"

#define add(location, value) __atomic_fetch_add (location, value, __ATOMIC_RELAXED)
#define get(location) __atomic_load_n (location, __ATOMIC_RELAXED)
#define set(location, value) __atomic_store_n (location, value, __ATOMIC_RELAXED)

void
graphbit_statistics_init (GraphbitStatistics *self)
{
  self->since = graphbit_clock_now ();
}

void
graphbit_statistics_reset (GraphbitStatistics *self)
{
  for (guint i = 0; i < GRAPHBIT_N_OUTCOMES; i++)
    set (&self->outcomes[i], 0);
  set (&self->retries, 0);
  set (&self->prompt_tokens, 0);
  set (&self->completion_tokens, 0);
  graphbit_histogram_reset (&self->response_times);
  graphbit_histogram_reset (&self->first_tokens);
}

void
graphbit_statistics_add_outcome (GraphbitStatistics *self,
                                 GraphbitOutcome outcome,
                                 guint attempts,
                                 gint64 duration)
{
  add (&self->outcomes[outcome], 1);
  if (attempts > 1)
    add (&self->retries, attempts - 1);
  if (outcome == GRAPHBIT_OUTCOME_SUCCESS)
    graphbit_histogram_add (&self->response_times, (guint64) MAX (duration, 0));
}

void
graphbit_statistics_add_tokens (GraphbitStatistics *self,
                                gint64 prompt,
                                gint64 completion)
{
  if (prompt > 0)
    add (&self->prompt_tokens, (guint64) prompt);
  if (completion > 0)
    add (&self->completion_tokens, (guint64) completion);
}

void
graphbit_statistics_add_first_token (GraphbitStatistics *self,
                                     gint64 duration)
{
  graphbit_histogram_add (&self->first_tokens, (guint64) MAX (duration, 0));
}

void
graphbit_statistics_describe (GraphbitStatistics *self,
                              GVariantBuilder *builder)
{
  guint64 succeeded = get (&self->outcomes[GRAPHBIT_OUTCOME_SUCCESS]);
  guint64 failed = get (&self->outcomes[GRAPHBIT_OUTCOME_FAILURE]);
  guint64 cancelled = get (&self->outcomes[GRAPHBIT_OUTCOME_CANCELLED]);
  guint64 total = succeeded + failed + cancelled;

#define PUT_INTEGER(name, value) \
  g_variant_builder_add (builder, "{sv}", name, g_variant_new_int64 ((gint64) (value)))
#define PUT_DOUBLE(name, value) \
  g_variant_builder_add (builder, "{sv}", name, g_variant_new_double (value))
  PUT_INTEGER ("total_requests", total);
  PUT_INTEGER ("successful_requests", succeeded);
  PUT_INTEGER ("failed_requests", failed);
  PUT_INTEGER ("cancelled_requests", cancelled);
  PUT_INTEGER ("retries", get (&self->retries));
  PUT_DOUBLE ("success_rate", total > 0 ? (double) succeeded / (double) total : 0);
  PUT_DOUBLE ("average_response_time_ms", graphbit_histogram_get_mean (&self->response_times) / 1000);
  PUT_DOUBLE ("p50_ms", graphbit_histogram_get_percentile (&self->response_times, 0.50) / 1000);
  PUT_DOUBLE ("p95_ms", graphbit_histogram_get_percentile (&self->response_times, 0.95) / 1000);
  PUT_DOUBLE ("p99_ms", graphbit_histogram_get_percentile (&self->response_times, 0.99) / 1000);
  PUT_DOUBLE ("time_to_first_token_ms", graphbit_histogram_get_mean (&self->first_tokens) / 1000);
  PUT_INTEGER ("prompt_tokens", get (&self->prompt_tokens));
  PUT_INTEGER ("completion_tokens", get (&self->completion_tokens));
  PUT_DOUBLE ("uptime_seconds", (double) (graphbit_clock_now () - self->since) / G_USEC_PER_SEC);
#undef PUT_INTEGER
#undef PUT_DOUBLE
}
