/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-limit-private.h"

#include <math.h>
#include <string.h>

#include "graphbit-http-transport-private.h"

/* x-ratelimit-remaining-tokens, anthropic-ratelimit-tokens-remaining and their kin, of all vendors alike. */

#define DEFAULT_RESET (60 * (gint64) G_USEC_PER_SEC) /* of those who do not say */
#define MAX_RESET (30 * 24 * 3600.0)                 /* seconds */

typedef struct
{
  gint64 now;
  gint64 wall;
  GraphbitHttpAllowance *requests;
  GraphbitHttpAllowance *tokens;
} Reading;

/* As in “1h2m3.5s” and “120ms”. */
static double
parse_duration (const char *text)
{
  static const struct
  {
    const char *unit;
    double seconds;
  } units[] = {
    { "ms", 1e-3 }, { "us", 1e-6 }, { "µs", 1e-6 }, { "ns", 1e-9 },
    { "s", 1.0 }, { "m", 60.0 }, { "h", 3600.0 }, { "d", 86400.0 },
  };
  double total = 0.0;

  do
    {
      char *end;
      double number = g_ascii_strtod (text, &end);
      gboolean is_known = FALSE;

      if (end == text)
        return -1.0;
      for (gsize i = 0; i < G_N_ELEMENTS (units) && !is_known; i++)
        {
          if (!g_str_has_prefix (end, units[i].unit))
            continue;
          total += number * units[i].seconds;
          text = end + strlen (units[i].unit);
          is_known = TRUE;
        }
      if (!is_known)
        return -1.0;
    }
  while (*text != '\0');

  return total;
}

gint64
graphbit_http_limit_parse_reset (const char *text,
                                 gint64 wall)
{
  double wall_seconds = (double) wall / G_USEC_PER_SEC;
  double seconds;
  char *end;

  seconds = g_ascii_strtod (text, &end);
  if (end != text && *end == '\0')
    {
      /* a length, a time, or a time in milliseconds */
      if (seconds >= 1e12)
        seconds = seconds / 1e3 - wall_seconds;
      else if (seconds >= 1e9)
        seconds -= wall_seconds;
    }
  else if (strchr (text, 'T') != NULL && strchr (text, '-') != NULL)
    {
      g_autoptr (GDateTime) date = g_date_time_new_from_iso8601 (text, NULL);

      if (date == NULL)
        return -1;
      seconds = (double) g_date_time_to_unix (date) + (double) g_date_time_get_microsecond (date) / G_USEC_PER_SEC -
                wall_seconds;
      seconds = MAX (seconds, 0.0);
    }
  else
    {
      seconds = parse_duration (text);
    }

  if (!isfinite (seconds) || seconds < 0.0)
    return -1;

  return (gint64) (MIN (seconds, MAX_RESET) * G_USEC_PER_SEC);
}

/* Of lower-case letters and dashes, which this bit does not change. Each answer's headers pass here. */
static inline gboolean
begins_with (const char *text,
             const char *word,
             gsize length)
{
  gsize i = 0;

  while (i < length && (text[i] | 0x20) == word[i])
    i++;

  return i == length;
}

static inline gboolean
is_word (const char *text,
         gsize length,
         const char *word,
         gsize word_length)
{
  return length == word_length && begins_with (text, word, length);
}

#define IS(text, length, word) is_word (text, length, word, sizeof (word) - 1)

static void
put (Reading *self,
     const char *what,
     gsize what_length,
     const char *kind,
     gsize kind_length,
     const char *value)
{
  GraphbitHttpAllowance *allowance;
  gint64 number;
  char *end;

  if (kind_length == 0 || IS (kind, kind_length, "requests") || IS (kind, kind_length, "requests-day") ||
      IS (kind, kind_length, "req-minute"))
    allowance = self->requests;
  else if (IS (kind, kind_length, "tokens") || IS (kind, kind_length, "tokens-minute"))
    allowance = self->tokens;
  else
    return;

  if (IS (what, what_length, "reset"))
    {
      number = graphbit_http_limit_parse_reset (value, self->wall);
      if (number >= 0)
        allowance->full_at = self->now + number;
      return;
    }

  number = g_ascii_strtoll (value, &end, 10);
  if (end == value || *end != '\0' || number == G_MAXINT64)
    return;
  if (IS (what, what_length, "remaining"))
    allowance->remaining = MAX (number, 0);
  else if (IS (what, what_length, "limit") && number > 0)
    allowance->limit = number;
}

#undef IS

static void
read_header (const char *name,
             const char *value,
             gpointer data)
{
  static const char common[] = "x-ratelimit-";
  static const char plain[] = "ratelimit-"; /* Replicate's */
  static const char anthropic[] = "anthropic-ratelimit-";
  const char *dash;
  gsize length = begins_with (name, common, strlen (common)) ? strlen (common)
                 : begins_with (name, plain, strlen (plain)) ? strlen (plain)
                                                             : 0;

  if (length > 0)
    {
      name += length;
      dash = strchr (name, '-');
      if (dash != NULL)
        put (data, name, (gsize) (dash - name), dash + 1, strlen (dash + 1), value);
      else
        put (data, name, strlen (name), "", 0, value);
    }
  else if (begins_with (name, anthropic, strlen (anthropic)))
    {
      name += strlen (anthropic);
      dash = strrchr (name, '-');
      if (dash != NULL)
        put (data, dash + 1, strlen (dash + 1), name, (gsize) (dash - name), value);
    }
}

gboolean
graphbit_http_limit_read (const GraphbitHttpHead *head,
                          gint64 now,
                          gint64 wall,
                          GraphbitHttpAllowance *requests,
                          GraphbitHttpAllowance *tokens)
{
  Reading reading = { now, wall, requests, tokens };

  requests->limit = requests->remaining = -1;
  requests->since = now;
  requests->full_at = now + DEFAULT_RESET;
  *tokens = *requests;
  head->each (head->headers, read_header, &reading);

  return requests->remaining >= 0 || tokens->remaining >= 0;
}
