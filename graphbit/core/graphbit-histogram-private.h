/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A histogram of fixed size (16 steps per doubling, so that a percentile is at
 * most 6 % off), written from any thread without a lock.
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

G_END_DECLS
