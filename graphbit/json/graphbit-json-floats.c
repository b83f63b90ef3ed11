/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-json-reader-private.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>

/*
 * Long arrays of numbers, for embeddings. Every number is rounded correctly to
 * float32: a number of up to 19 digits is a whole number times a power of ten,
 * of which float64 gives a product that is off by a few units in its last place
 * (Clinger, How to read floating point numbers accurately, 1990). Rounded to
 * float32 that is right unless it lies so near the middle of two floats that
 * those units could matter; then the C library decides.
 */
#define MAX_DIGITS 19
#define MAX_POWER 22      /* the largest power of ten that float64 has exactly */
#define MIDDLE 0x10000000 /* of the 29 bits that float32 does not have */
#define DOUBT 8           /* units in the last place */
#define LONGEST_NUMBER 1024

static const double powers[] = {
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
};

static inline gboolean
is_digit (const char *p,
          const char *end)
{
  return p < end && (guchar) (*p - '0') < 10;
}

/* Locale or not. */
static float
convert_slowly (const char *begin,
                const char *end)
{
  static gsize c_locale;
  char buffer[LONGEST_NUMBER];
  gsize length = (gsize) (end - begin);
  float value;
  char *text = length < sizeof buffer ? buffer : g_malloc (length + 1);

  if (g_once_init_enter (&c_locale))
    g_once_init_leave (&c_locale, (gsize) newlocale (LC_ALL_MASK, "C", NULL));

  memcpy (text, begin, length);
  text[length] = '\0';
  value = strtof_l (text, NULL, (locale_t) c_locale);
  if (text != buffer)
    g_free (text);
  return value;
}

static inline gboolean
convert_fast (guint64 digits,
              int exponent,
              float *value)
{
  double number = (double) digits;
  guint64 bits;
  guint rest;

  if (exponent < -2 * MAX_POWER || exponent > MAX_POWER)
    return FALSE;

  if (exponent > 0)
    number *= powers[exponent];
  else if (exponent >= -MAX_POWER)
    number /= powers[-exponent];
  else
    number = number / powers[MAX_POWER] / powers[-exponent - MAX_POWER];

  /* Beyond these, float32 has fewer bits than elsewhere, or none. */
  if (number > (double) FLT_MAX || (number < (double) FLT_MIN && digits != 0))
    return FALSE;

  memcpy (&bits, &number, sizeof bits);
  rest = (guint) (bits & (2 * MIDDLE - 1));
  if (rest - (MIDDLE - DOUBT) <= 2 * DOUBT)
    return FALSE;

  *value = (float) number;
  return TRUE;
}

/* The end of the number; NULL: it is none, or too large. */
static inline const char *
read_float (const char *p,
            const char *end,
            float *value)
{
  const char *begin = p;
  const char *first;
  gboolean is_negative = p < end && *p == '-';
  guint64 digits = 0;
  gsize n_digits;
  int exponent = 0;

  p += is_negative;
  first = p;
  if (!is_digit (p, end))
    return NULL;
  while (is_digit (p, end))
    digits = 10 * digits + (guchar) (*p++ - '0');
  if (*first == '0' && p - first > 1)
    return NULL;
  n_digits = (gsize) (p - first);

  if (p < end && *p == '.')
    {
      const char *fraction = ++p;

      if (!is_digit (p, end))
        return NULL;
      while (is_digit (p, end))
        digits = 10 * digits + (guchar) (*p++ - '0');
      exponent = -(int) MIN (p - fraction, G_MAXINT / 2);
      n_digits += (gsize) (p - fraction);
      /* zeros in front are no digits that count */
      if (n_digits > MAX_DIGITS && *first == '0')
        {
          const char *zeros = fraction;

          while (is_digit (zeros, end) && *zeros == '0')
            zeros++;
          n_digits -= 1 + (gsize) (zeros - fraction);
        }
    }

  if (p < end && (*p == 'e' || *p == 'E'))
    {
      gboolean is_small;
      int written = 0;

      p++;
      is_small = p < end && *p == '-';
      p += p < end && (*p == '-' || *p == '+');
      if (!is_digit (p, end))
        return NULL;
      while (is_digit (p, end))
        {
          written = MIN (10 * written + (*p - '0'), 100000);
          p++;
        }
      exponent += is_small ? -written : written;
    }

  if (G_UNLIKELY (n_digits > MAX_DIGITS || !convert_fast (digits, exponent, value)))
    {
      *value = convert_slowly (begin, p);
      return isfinite (*value) ? p : NULL;
    }
  if (is_negative)
    *value = -*value;
  return p;
}

static inline const char *
skip_space (const char *p,
            const char *end)
{
  while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
    p++;
  return p;
}

gboolean
graphbit_json_reader_read_floats (GraphbitJsonReader *self,
                                  GArray *values)
{
  const char *end = self->end;
  guint n = values->len, room = values->len;
  const char *p;

  if (graphbit_json_reader_get_kind (self) != GRAPHBIT_JSON_KIND_ARRAY)
    return FALSE;

  p = skip_space (self->cursor + 1, end);
  if (p < end && *p == ']')
    {
      self->cursor = p + 1;
      self->is_at_value = FALSE;
      return TRUE;
    }

  for (;;)
    {
      float value;

      p = read_float (p, end, &value);
      if (p == NULL)
        break;
      if (n == room)
        {
          room = MAX (2 * room, 1024);
          g_array_set_size (values, room);
        }
      g_array_index (values, float, n++) = value;

      if (G_UNLIKELY (p < end && *p != ',' && *p != ']'))
        p = skip_space (p, end);
      if (p == end)
        break;
      if (*p == ']')
        {
          g_array_set_size (values, n);
          self->cursor = p + 1;
          self->is_at_value = FALSE;
          return TRUE;
        }
      if (*p != ',')
        break;
      p = skip_space (p + 1, end);
    }

  /* whoever reads on is told what is wrong, and where */
  return FALSE;
}
