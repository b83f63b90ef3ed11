/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-histogram-private.h"

#define STEPS 16 /* per doubling */
#define STEP_BITS 4

#define add(location, value) __atomic_fetch_add (location, value, __ATOMIC_RELAXED)
#define get(location) __atomic_load_n (location, __ATOMIC_RELAXED)
#define set(location, value) __atomic_store_n (location, value, __ATOMIC_RELAXED)

/* Values below STEPS have a bucket each; above, the first bit gives the doubling and the next four the step. */
static guint
bucket_of (guint64 value)
{
  guint bits, bucket;

  if (value < STEPS)
    return (guint) value;

  bits = 63 - (guint) __builtin_clzll (value);
  bucket = (bits - STEP_BITS + 1) * STEPS + (guint) ((value >> (bits - STEP_BITS)) & (STEPS - 1));

  return MIN (bucket, GRAPHBIT_HISTOGRAM_SIZE - 1);
}

/* The middle of a bucket. */
static double
value_of (guint bucket)
{
  guint shift;

  if (bucket < STEPS)
    return bucket;

  shift = bucket / STEPS - 1;
  return (double) ((guint64) (STEPS + bucket % STEPS) << shift) + (double) (((guint64) 1 << shift) - 1) / 2;
}

void
graphbit_histogram_add (GraphbitHistogram *self,
                        guint64 value)
{
  add (&self->count, 1);
  add (&self->sum, value);
  add (&self->buckets[bucket_of (value)], 1);
}

void
graphbit_histogram_reset (GraphbitHistogram *self)
{
  set (&self->count, 0);
  set (&self->sum, 0);
  for (guint i = 0; i < GRAPHBIT_HISTOGRAM_SIZE; i++)
    set (&self->buckets[i], 0);
}

double
graphbit_histogram_get_mean (GraphbitHistogram *self)
{
  guint64 count = get (&self->count);

  return count > 0 ? (double) get (&self->sum) / (double) count : 0;
}

double
graphbit_histogram_get_percentile (GraphbitHistogram *self,
                                   double fraction)
{
  guint64 total = 0, seen = 0, wanted;
  guint last = 0;

  /* counted here, not taken from `count`, which another thread may be raising */
  for (guint i = 0; i < GRAPHBIT_HISTOGRAM_SIZE; i++)
    total += get (&self->buckets[i]);
  if (total == 0)
    return 0;

  wanted = MAX ((guint64) (fraction * (double) total + 0.5), 1);
  for (guint i = 0; i < GRAPHBIT_HISTOGRAM_SIZE; i++)
    {
      guint32 n = get (&self->buckets[i]);

      if (n == 0)
        continue;
      last = i;
      seen += n;
      if (seen >= wanted)
        break;
    }

  return value_of (last);
}
