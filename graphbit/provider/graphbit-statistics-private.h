/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Exact counters and a histogram of fixed size (16 steps per doubling, so that
 * a percentile is at most 6 % off), written from any thread without a lock.
 */
#define GRAPHBIT_HISTOGRAM_SIZE (16 * 40)

typedef struct
{
  guint64 count; /* everything here is atomic */
  guint64 sum;
  guint32 buckets[GRAPHBIT_HISTOGRAM_SIZE];
} GraphbitHistogram;

void graphbit_histogram_add (GraphbitHistogram *self, guint64 value);
void graphbit_histogram_reset (GraphbitHistogram *self);
double graphbit_histogram_get_mean (GraphbitHistogram *self); /* exact; 0 when empty */
/* `fraction` 0.5 is the median. 0 when empty. */
double graphbit_histogram_get_percentile (GraphbitHistogram *self, double fraction);

typedef enum
{
  GRAPHBIT_OUTCOME_SUCCESS,
  GRAPHBIT_OUTCOME_FAILURE,
  GRAPHBIT_OUTCOME_CANCELLED
} GraphbitOutcome;
#define GRAPHBIT_N_OUTCOMES 3

/* What one client did. Times in microseconds. */
typedef struct
{
  guint64 outcomes[GRAPHBIT_N_OUTCOMES];
  guint64 retries;
  guint64 prompt_tokens;
  guint64 completion_tokens;
  GraphbitHistogram response_times; /* of the successful ones */
  GraphbitHistogram first_tokens;   /* of the streams */
  gint64 since;                     /* graphbit_clock_now ()'s; set at first */
} GraphbitStatistics;

void graphbit_statistics_init (GraphbitStatistics *self);
void graphbit_statistics_reset (GraphbitStatistics *self); /* `since` stays */
void graphbit_statistics_add_outcome (GraphbitStatistics *self, GraphbitOutcome outcome, guint attempts, gint64 duration);
/* Negative: not told. */
void graphbit_statistics_add_tokens (GraphbitStatistics *self, gint64 prompt, gint64 completion);
void graphbit_statistics_add_first_token (GraphbitStatistics *self, gint64 duration);
void graphbit_statistics_describe (GraphbitStatistics *self, GVariantBuilder *builder); /* of an a{sv} */

G_END_DECLS
