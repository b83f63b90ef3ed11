/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-random-private.h"

#include <sys/random.h>

/*
 * SplitMix64 (Steele, Lea, Flood: “Fast Splittable Pseudorandom Number
 * Generators”, 2014). Its state is a counter, so that one atomic addition
 * serves every thread.
 */
#define GOLDEN_GAMMA G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)

static guint64 state;

static void
seed_once (void)
{
  static gsize is_seeded;

  if (g_once_init_enter (&is_seeded))
    {
      guint64 seed;

      if (getrandom (&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
        seed = (guint64) g_get_real_time () ^ (guint64) g_get_monotonic_time () << 20;
      __atomic_add_fetch (&state, seed, __ATOMIC_RELAXED);
      g_once_init_leave (&is_seeded, 1);
    }
}

guint64
graphbit_random_uint64 (void)
{
  guint64 value;

  seed_once ();
  value = __atomic_add_fetch (&state, GOLDEN_GAMMA, __ATOMIC_RELAXED);
  value = (value ^ (value >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  value = (value ^ (value >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return value ^ (value >> 31);
}

gdouble
graphbit_random_double (void)
{
  /* 53 bits: what a double holds */
  return (gdouble) (graphbit_random_uint64 () >> 11) * 0x1.0p-53;
}

void
graphbit_random_uuid (char buffer[GRAPHBIT_UUID_SIZE])
{
  static const char digits[] = "0123456789abcdef";
  guint64 bits[2] = { graphbit_random_uint64 (), graphbit_random_uint64 () };
  guint nibble = 0;

  /* RFC 9562: version 4, variant 10 */
  bits[0] = (bits[0] & ~G_GUINT64_CONSTANT (0xf000)) | 0x4000;
  bits[1] = (bits[1] & ~(G_GUINT64_CONSTANT (0x3) << 62)) | G_GUINT64_CONSTANT (0x2) << 62;

  for (guint i = 0; i < GRAPHBIT_UUID_SIZE - 1; i++)
    {
      if (i == 8 || i == 13 || i == 18 || i == 23)
        {
          buffer[i] = '-';
          continue;
        }
      buffer[i] = digits[bits[nibble / 16] >> (60 - 4 * (nibble % 16)) & 0xf];
      nibble++;
    }
  buffer[GRAPHBIT_UUID_SIZE - 1] = '\0';
}

#ifdef GRAPHBIT_TESTING
void
graphbit_random_seed (guint64 seed)
{
  seed_once ();
  __atomic_store_n (&state, seed, __ATOMIC_RELAXED);
}
#endif
