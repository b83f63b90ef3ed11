/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fuzz-framing.h"

#include <string.h>

#define SMALL_LIMIT 64

static gboolean
record (gpointer user_data,
        const char *event,
        const char *data,
        gsize length)
{
  GString *log = user_data;

  g_assert_true (g_utf8_validate_len (data, length, NULL) || memchr (data, '\0', length) != NULL);
  g_string_append_printf (log, "%" G_GSIZE_FORMAT ":%s|%" G_GSIZE_FORMAT ":", strlen (event), event, length);
  g_string_append_len (log, data, (gssize) length);
  return TRUE;
}

/* Pieces of 1 to `longest` bytes; 0: all at once. */
static GString *
read_stream (const FuzzFraming *framing,
             const guint8 *data,
             gsize size,
             gsize limit,
             guint longest,
             FuzzChance *chance)
{
  GString *log = g_string_new (NULL);
  gpointer reader = framing->new (limit);
  gsize position = 0;
  gboolean is_too_long = FALSE;

  while (position < size && !is_too_long)
    {
      gsize piece = longest == 0 ? size : 1 + fuzz_chance_next (chance, longest);
      g_autofree char *copy = NULL;
      g_autoptr (GraphbitFailure) failure = NULL;

      piece = MIN (piece, size - position);
      /* nothing may point into a piece that is gone */
      copy = g_memdup2 (data + position, piece);
      failure = framing->feed (reader, copy, piece, record, log);
      position += piece;
      is_too_long = failure != NULL;
    }

  if (is_too_long)
    {
      g_assert_cmpuint (limit, >, 0);
      g_string_append (log, "too long");
    }
  else
    framing->end (reader, record, log);
  framing->free (reader);

  return log;
}

void
fuzz_framing_check (const FuzzFraming *framing,
                    const guint8 *data,
                    gsize size)
{
  FuzzChance chance = fuzz_chance_new (data, size);
  static const gsize limits[] = { 0, SMALL_LIMIT };
  static const guint pieces[] = { 300, 20, 2, 1 };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autoptr (GString) whole = read_stream (framing, data, size, limits[i], 0, &chance);

      /* pieces of few bytes take long */
      for (guint j = 0; j < (size > 500 ? 2 : G_N_ELEMENTS (pieces)); j++)
        {
          g_autoptr (GString) split = read_stream (framing, data, size, limits[i], pieces[j], &chance);

          g_assert_true (g_string_equal (whole, split));
        }
    }
}
