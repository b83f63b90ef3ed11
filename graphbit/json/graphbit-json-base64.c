/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-json-reader-private.h"

/*
 * Long strings of base64, for embeddings, decoded where they stand: what is no
 * base64 is found by the tables, so nothing looks at the characters twice.
 */
#define IS_WRONG 0x80000000u

/* By the place in a group of four: what the character stands for, in its place. */
static guint32 tables[4][256];

static void
make_tables (void)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  static gsize is_made;

  if (!g_once_init_enter (&is_made))
    return;

  memset (tables, 0xff, sizeof tables);
  for (guint place = 0; place < 4; place++)
    for (guint i = 0; i < 64; i++)
      tables[place][(guchar) alphabet[i]] = i << (18 - 6 * place);
  g_once_init_leave (&is_made, 1);
}

/* Writes four bytes, of which three count. */
static inline guint32
decode_group (const guchar *p,
              guint n_characters,
              guint8 *out)
{
  guint32 group = tables[0][p[0]] | tables[1][p[1]] |
                  (n_characters > 2 ? tables[2][p[2]] : 0) | (n_characters > 3 ? tables[3][p[3]] : 0);
  guint32 stored = GUINT32_TO_BE (group << 8);

  memcpy (out, &stored, sizeof stored);
  return group;
}

static gboolean
decode (const char *text,
        gsize length,
        GByteArray *bytes)
{
  const guchar *p = (const guchar *) text, *last = p + length - 4;
  guint32 wrong = 0;
  guint padding = 0;
  guint8 *out;

  g_byte_array_set_size (bytes, 0);
  if (length == 0)
    return TRUE;
  if (length % 4 != 0 || length / 4 * 3 > G_MAXINT32)
    return FALSE;

  make_tables ();
  g_byte_array_set_size (bytes, (guint) (length / 4 * 3 + 1));
  out = bytes->data;
  for (; p < last; p += 4, out += 3)
    wrong |= decode_group (p, 4, out);
  if (last[3] == '=')
    padding = last[2] == '=' ? 2 : 1;
  wrong |= decode_group (last, 4 - padding, out);
  g_byte_array_set_size (bytes, (guint) (length / 4 * 3) - padding);
  return (wrong & IS_WRONG) == 0;
}

gboolean
graphbit_json_reader_read_base64 (GraphbitJsonReader *self,
                                  GByteArray *bytes)
{
  const char *text = self->cursor + 1;
  const char *quote;
  g_autofree char *unescaped = NULL;

  if (graphbit_json_reader_get_kind (self) != GRAPHBIT_JSON_KIND_STRING)
    return FALSE;

  quote = memchr (text, '"', (gsize) (self->end - text));
  if (quote != NULL && decode (text, (gsize) (quote - text), bytes))
    {
      self->cursor = quote + 1;
      self->is_at_value = FALSE;
      return TRUE;
    }

  /* some escape the slash */
  unescaped = graphbit_json_reader_read_string (self);
  return unescaped != NULL && decode (unescaped, strlen (unescaped), bytes);
}
