/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/*
 * What reader and writer share: the way through the bytes of a string.
 */

/* The first byte of a quotation mark, a backslash, a control or a non-ASCII character; `end` if there is none. */
static inline const char *
graphbit_json_scan_plain (const char *p,
                          const char *end)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);

  while (end - p >= 8)
    {
      guint64 word, quote, backslash, special;

      memcpy (&word, p, 8);
      quote = word ^ (ones * '"');
      backslash = word ^ (ones * '\\');

      /* The high bit of each byte that is special. A borrow can mark a byte
       * too many, but only after one that is rightly marked. */
      special = (quote - ones) & ~quote;
      special |= (backslash - ones) & ~backslash;
      special |= (word - ones * 0x20) & ~word;
      special |= word;
      special &= ones * 0x80;
      if (special != 0)
        {
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
          return p + (__builtin_ctzll (special) >> 3);
#else
          break;
#endif
        }
      p += 8;
    }

  while (p < end && (guchar) *p >= 0x20 && (guchar) *p < 0x80 && *p != '"' && *p != '\\')
    p++;

  return p;
}

/* How long the UTF-8 sequence at `text` is, whose first byte is not ASCII; 0 if it is not valid. */
static inline guint
graphbit_json_scan_utf8 (const char *text,
                         const char *end)
{
  const guchar *p = (const guchar *) text;
  gsize left = (gsize) (end - text);

#define IS_CONTINUATION(c) (((c) & 0xc0) == 0x80)
  if (p[0] < 0xc2)
    return 0;

  if (p[0] < 0xe0)
    return left >= 2 && IS_CONTINUATION (p[1]) ? 2 : 0;

  if (p[0] < 0xf0)
    {
      if (left < 3 || !IS_CONTINUATION (p[1]) || !IS_CONTINUATION (p[2]))
        return 0;
      /* overlong forms, surrogates */
      if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f))
        return 0;
      return 3;
    }

  if (p[0] > 0xf4 || left < 4 ||
      !IS_CONTINUATION (p[1]) || !IS_CONTINUATION (p[2]) || !IS_CONTINUATION (p[3]))
    return 0;
  if ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
    return 0;
  return 4;
#undef IS_CONTINUATION
}

G_END_DECLS
