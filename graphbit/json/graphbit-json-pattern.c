/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-json-schema-node-private.h"

/*
 * Patterns of JSON Schema are those of ECMA-262 (draft 2020-12, § 6.4), ours are
 * PCRE's. What people write is the same in both, but for \uXXXX, which PCRE has
 * not, and for \d and \w, which are ASCII there and Unicode here.
 */

static const struct
{
  char letter;
  const char *alone;
  const char *in_class; /* a range comes last, for a hyphen after it stands for itself; NULL: there is no way */
} classes[] = {
  { 'd', "[0-9]", "0-9" },
  { 'D', "[^0-9]", NULL },
  { 'w', "[_0-9A-Za-z]", "_0-9A-Za-z" },
  { 'W', "[^_0-9A-Za-z]", NULL },
};

/* XXXX behind \u; moves on. FALSE: it is none. */
static gboolean
take_unit (const char **text,
           gunichar *unit)
{
  const char *p = *text;

  if (p[0] != '\\' || p[1] != 'u')
    return FALSE;

  *unit = 0;
  for (guint i = 2; i < 6; i++)
    {
      if (!g_ascii_isxdigit (p[i]))
        return FALSE;
      *unit = 16 * *unit + (gunichar) g_ascii_xdigit_value (p[i]);
    }
  *text = p + 6;
  return TRUE;
}

/* A character, which may be two units. */
static gboolean
take_character (const char **text,
                gunichar *character)
{
  const char *p = *text;
  gunichar second;

  if (!take_unit (&p, character))
    return FALSE;
  if (*character >= 0xd800 && *character < 0xdc00)
    {
      if (!take_unit (&p, &second) || second < 0xdc00 || second > 0xdfff)
        return FALSE;
      *character = 0x10000 + ((*character - 0xd800) << 10) + (second - 0xdc00);
    }
  *text = p;
  return TRUE;
}

static const char *
find_class (char letter,
            gboolean is_in_class)
{
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (classes[i].letter == letter)
      return is_in_class ? classes[i].in_class : classes[i].alone;
  return NULL;
}

char *
graphbit_json_pattern_translate (const char *pattern)
{
  GString *text = g_string_new (NULL);
  const char *first = NULL; /* what is in a class; NULL: in none */
  gboolean ends_range = FALSE;
  const char *p = pattern;

  while (*p != '\0')
    {
      const char *at = p;
      gunichar character;

      if (take_character (&p, &character))
        {
          g_string_append_printf (text, "\\x{%x}", character);
        }
      else if (p[0] == '\\' && p[1] != '\0')
        {
          /* a class cannot end a range: left for PCRE to refuse */
          const char *class = ends_range ? NULL : find_class (p[1], first != NULL);

          if (class != NULL)
            g_string_append (text, class);
          else
            g_string_append_len (text, p, 2);
          p += 2;
        }
      else
        {
          if (*p == '[' && first == NULL)
            first = p[1] == '^' ? p + 2 : p + 1;
          else if (*p == ']' && p > first)
            first = NULL;
          g_string_append_c (text, *p++);
        }
      ends_range = first != NULL && *at == '-' && at > first;
    }

  return g_string_free (text, FALSE);
}
