/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

static inline guint64
fuzz_read_escape (const char *digits)
{
  char text[5] = { digits[0], digits[1], digits[2], digits[3], '\0' };

  return g_ascii_strtoull (text, NULL, 16);
}

/* Of a right document: whether it holds \u0000 or half a surrogate pair, with which json-glib has a way of its own (and
 * of which 1.6 forgets memory). */
static inline gboolean
fuzz_has_unusual_escape (const char *text,
                         gsize size)
{
  for (gsize i = 0; i < size; i++)
    {
      guint64 code, low;

      if (text[i] != '\\')
        continue;
      i++;
      if (text[i] != 'u')
        continue;

      code = fuzz_read_escape (text + i + 1);
      i += 4;
      if (code == 0 || (code >= 0xdc00 && code <= 0xdfff))
        return TRUE;
      if (code < 0xd800 || code > 0xdbff)
        continue;
      if (i + 6 >= size || text[i + 1] != '\\' || text[i + 2] != 'u')
        return TRUE;
      low = fuzz_read_escape (text + i + 3);
      if (low < 0xdc00 || low > 0xdfff)
        return TRUE;
      i += 6;
    }
  return FALSE;
}
