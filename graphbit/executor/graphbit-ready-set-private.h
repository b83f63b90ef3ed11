/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The nodes that are ready: a set of bits, and above it sets of the words that
 * are not empty, up to one word. The first in the order of insertion is found in
 * as many steps as there are levels.
 */

/* As many as 32 bits of nodes need. */
#define GRAPHBIT_READY_SET_MAX_LEVELS 6

static inline guint
graphbit_ready_set_count_words (guint n_nodes)
{
  guint n_words = 0, n = n_nodes;

  do
    {
      n = (n + 63) / 64;
      n_words += n;
    }
  while (n > 1);
  return n_words;
}

static inline void
graphbit_ready_set_add (guint64 *words,
                        guint n_nodes,
                        guint node)
{
  guint n = (n_nodes + 63) / 64;

  for (;;)
    {
      guint64 *word = &words[node / 64];
      gboolean was_empty = *word == 0;

      *word |= G_GUINT64_CONSTANT (1) << (node % 64);
      if (!was_empty || n == 1)
        break;
      words += n;
      n = (n + 63) / 64;
      node /= 64;
    }
}

/* Of one that is not empty: its last word is not 0. */
static inline guint
graphbit_ready_set_take (guint64 *words,
                         guint n_nodes)
{
  guint64 *levels[GRAPHBIT_READY_SET_MAX_LEVELS];
  guint n_levels = 0, n = n_nodes;
  guint node = 0, bit;

  do
    {
      levels[n_levels++] = words;
      n = (n + 63) / 64;
      words += n;
    }
  while (n > 1);

  for (guint level = n_levels; level-- > 0;)
    node = node * 64 + (guint) __builtin_ctzll (levels[level][node]);

  bit = node;
  for (guint level = 0; level < n_levels; level++)
    {
      guint64 *word = &levels[level][bit / 64];

      *word &= ~(G_GUINT64_CONSTANT (1) << (bit % 64));
      if (*word != 0)
        break;
      bit /= 64;
    }
  return node;
}

G_END_DECLS
