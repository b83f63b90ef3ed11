/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

/* What each target is: given any bytes, it returns 0 or aborts. */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Chance that depends on the bytes only, so that a finding can be repeated. */
typedef struct
{
  guint32 state;
} FuzzChance;

static inline FuzzChance
fuzz_chance_new (const guint8 *data,
                 gsize size)
{
  FuzzChance chance = { 2166136261u };

  for (gsize i = 0; i < size; i++)
    chance.state = (chance.state ^ data[i]) * 16777619u;
  chance.state |= 1;
  return chance;
}

/* A number below `end`. */
static inline guint32
fuzz_chance_next (FuzzChance *chance,
                  guint32 end)
{
  chance->state ^= chance->state << 13;
  chance->state ^= chance->state >> 17;
  chance->state ^= chance->state << 5;
  return chance->state % end;
}
