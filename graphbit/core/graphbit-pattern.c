/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-pattern-private.h"

#include <glib/gi18n-lib.h>

/* Of a class of characters: behind its end. */
static const char *
skip_class (const char *p)
{
  p += p[1] == '^' ? 2 : 1;
  /* a bracket that comes first stands for itself */
  if (*p == ']')
    p++;
  while (*p != ']' && *p != '\0')
    p += p[0] == '\\' && p[1] != '\0' ? 2 : 1;

  return *p == ']' ? p + 1 : p;
}

/* Whether there is a verb such as (*SKIP). They speak of attempts, and there is but one. */
static gboolean
has_verb (const char *pattern)
{
  const char *p = pattern;

  while (*p != '\0')
    {
      if (p[0] == '(' && p[1] == '*')
        return TRUE;
      if (*p == '[')
        p = skip_class (p);
      else
        p += p[0] == '\\' && p[1] != '\0' ? 2 : 1;
    }

  return FALSE;
}

/*
 * PCRE counts the steps of one attempt only, and an attempt is made at each
 * character of the text. So the search is made a part of the pattern, which then
 * is one attempt; and loops are kept from passing over characters uncounted. What
 * still can (a{9999}, a*+) is bounded by the lengths of pattern and text.
 */
GRegex *
graphbit_pattern_new (const char *pattern,
                      GRegexCompileFlags flags,
                      guint max_steps,
                      GError **error)
{
  g_autoptr (GRegex) plain = NULL;
  g_autofree char *whole = NULL;

  /* by itself first: it must not close the group around it */
  plain = g_regex_new (pattern, flags, 0, error);
  if (plain == NULL)
    return NULL;
  if (has_verb (pattern))
    {
      g_set_error_literal (error, G_REGEX_ERROR, G_REGEX_ERROR_COMPILE,
                           _("verbs such as (*SKIP) are not taken here"));
      return NULL;
    }

  whole = g_strdup_printf ("(*LIMIT_MATCH=%u)(*LIMIT_HEAP=65536)(*NO_AUTO_POSSESS)\\G(?s:.*?)\\K(?:%s)", max_steps, pattern);
  return g_regex_new (whole, flags | G_REGEX_ANCHORED, 0, error);
}
