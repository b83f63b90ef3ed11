/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "graphbit-json-reader-private.h"
#include "graphbit-json-scan-private.h"

static gboolean
fail (GraphbitJsonReader *self,
      const char *at,
      const char *error)
{
  if (self->error == NULL)
    {
      self->error = error;
      self->cursor = at;
      self->is_at_value = FALSE;
    }

  return FALSE;
}

static gboolean
fail_value (GraphbitJsonReader *self,
            const char *at)
{
  if (at == self->end)
    return fail (self, at, N_ ("the text ends too early"));

  return fail (self, at, N_ ("a value is expected here"));
}

static inline const char *
skip_space (const char *p,
            const char *end)
{
  while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
    p++;

  return p;
}

static inline gboolean
is_digit (const char *p,
          const char *end)
{
  return p < end && *p >= '0' && *p <= '9';
}

/* From behind the opening quotation mark to the closing one; NULL after an error. */
static const char *
scan_string (GraphbitJsonReader *self,
             const char *p,
             gboolean *has_escapes)
{
  const char *end = self->end;

  *has_escapes = FALSE;

  for (;;)
    {
      p = graphbit_json_scan_plain (p, end);
      if (p == end)
        break;

      if (*p == '"')
        return p;

      if (*p == '\\')
        {
          *has_escapes = TRUE;
          if (end - p < 2)
            break;

          switch (p[1])
            {
            case '"':
            case '\\':
            case '/':
            case 'b':
            case 'f':
            case 'n':
            case 'r':
            case 't':
              p += 2;
              break;

            case 'u':
              for (int i = 2; i < 6; i++)
                {
                  if (p + i == end)
                    {
                      fail (self, end, N_ ("the text ends too early"));
                      return NULL;
                    }
                  if (!g_ascii_isxdigit (p[i]))
                    {
                      fail (self, p, N_ ("this escape needs four hexadecimal digits"));
                      return NULL;
                    }
                }
              p += 6;
              break;

            default:
              fail (self, p, N_ ("this escape does not exist"));
              return NULL;
            }
        }
      else if ((guchar) *p < 0x20)
        {
          fail (self, p, N_ ("a control character in a string must be escaped"));
          return NULL;
        }
      else
        {
          do
            {
              guint length = graphbit_json_scan_utf8 (p, end);

              if (length == 0)
                {
                  fail (self, p, N_ ("this is not valid UTF-8"));
                  return NULL;
                }
              p += length;
            }
          while (p < end && (guchar) *p >= 0x80);
        }
    }

  fail (self, end, N_ ("the text ends too early"));
  return NULL;
}

static gunichar
read_hex4 (const char *p)
{
  gunichar value = 0;

  for (int i = 0; i < 4; i++)
    value = value << 4 | (gunichar) g_ascii_xdigit_value (p[i]);

  return value;
}

/* Between the quotation marks of a string that was scanned; never longer than before. */
static gboolean
unescape (const char *p,
          const char *end,
          char *out,
          gsize *length)
{
  char *begin = out;

  while (p < end)
    {
      const char *escape = memchr (p, '\\', (gsize) (end - p));
      gsize plain = (gsize) ((escape != NULL ? escape : end) - p);

      memcpy (out, p, plain);
      out += plain;
      if (escape == NULL)
        break;
      p = escape + 2;

      switch (escape[1])
        {
        case 'b':
          *out++ = '\b';
          break;
        case 'f':
          *out++ = '\f';
          break;
        case 'n':
          *out++ = '\n';
          break;
        case 'r':
          *out++ = '\r';
          break;
        case 't':
          *out++ = '\t';
          break;

        case 'u':
          {
            gunichar c = read_hex4 (p);

            p += 4;
            if (c == 0)
              return FALSE;

            if (c >= 0xd800 && c <= 0xdbff && end - p >= 6 && p[0] == '\\' && p[1] == 'u')
              {
                gunichar low = read_hex4 (p + 2);

                if (low >= 0xdc00 && low <= 0xdfff)
                  {
                    c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
                    p += 6;
                  }
              }
            if (c >= 0xd800 && c <= 0xdfff)
              c = 0xfffd;

            out += g_unichar_to_utf8 (c, out);
          }
          break;

        default:
          *out++ = escape[1];
        }
    }

  *length = (gsize) (out - begin);
  return TRUE;
}

void
graphbit_json_reader_init (GraphbitJsonReader *self,
                           const char *data,
                           gsize length)
{
  const char *p;

  *self = (GraphbitJsonReader){ .start = data, .end = data + length, .name = "" };

  p = data;
  if (length >= 3 && memcmp (p, "\xef\xbb\xbf", 3) == 0)
    p += 3;
  p = skip_space (p, self->end);

  self->cursor = p;
  if (p == self->end)
    fail (self, p, N_ ("the text is empty"));
  else
    self->is_at_value = TRUE;
}

GraphbitJsonKind
graphbit_json_reader_get_kind (GraphbitJsonReader *self)
{
  if (!self->is_at_value)
    return GRAPHBIT_JSON_KIND_NONE;

  switch (*self->cursor)
    {
    case '{':
      return GRAPHBIT_JSON_KIND_OBJECT;
    case '[':
      return GRAPHBIT_JSON_KIND_ARRAY;
    case '"':
      return GRAPHBIT_JSON_KIND_STRING;
    case 't':
    case 'f':
      return GRAPHBIT_JSON_KIND_BOOLEAN;
    case 'n':
      return GRAPHBIT_JSON_KIND_NULL;
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      return GRAPHBIT_JSON_KIND_NUMBER;
    default:
      fail_value (self, self->cursor);
      return GRAPHBIT_JSON_KIND_NONE;
    }
}

static inline void
value_read (GraphbitJsonReader *self,
            const char *behind)
{
  self->cursor = behind;
  self->is_at_value = FALSE;
}

static guint
push (GraphbitJsonReader *self,
      gboolean is_object)
{
  guint64 bit = G_GUINT64_CONSTANT (1) << (self->depth % 64);

  if (self->depth == GRAPHBIT_JSON_MAX_DEPTH)
    {
      fail (self, self->cursor, N_ ("the values are nested more than 128 deep"));
      return 0;
    }

  if (is_object)
    self->objects[self->depth / 64] |= bit;
  else
    self->objects[self->depth / 64] &= ~bit;
  self->depth++;
  self->is_fresh = TRUE;
  value_read (self, self->cursor + 1);

  return self->depth;
}

/*
 * On to the next value of the innermost container, past its name if it has one;
 * FALSE when the container is closed, or on an error.
 */
static gboolean
advance (GraphbitJsonReader *self)
{
  const char *end = self->end;
  const char *p = skip_space (self->cursor, end);
  guint level = self->depth - 1;
  gboolean is_object = (self->objects[level / 64] >> (level % 64)) & 1;
  gboolean has_escapes;
  const char *close;

  if (p == end)
    return fail (self, p, N_ ("the text ends too early"));

  if (*p == (is_object ? '}' : ']'))
    {
      self->cursor = p + 1;
      self->depth--;
      self->is_fresh = FALSE;
      return FALSE;
    }

  if (!self->is_fresh)
    {
      if (*p != ',')
        return fail (self, p,
                     is_object ? N_ ("a comma or a closing brace is expected here")
                               : N_ ("a comma or a closing bracket is expected here"));
      p = skip_space (p + 1, end);
      if (p == end)
        return fail (self, p, N_ ("the text ends too early"));
    }

  if (is_object)
    {
      if (*p != '"')
        return fail (self, p, N_ ("a member's name in quotation marks is expected here"));

      close = scan_string (self, p + 1, &has_escapes);
      if (close == NULL)
        return FALSE;
      self->name = p + 1;
      self->name_length = (gsize) (close - self->name);
      self->is_name_escaped = has_escapes != FALSE;

      p = skip_space (close + 1, end);
      if (p == end || *p != ':')
        return fail (self, p,
                     p == end ? N_ ("the text ends too early")
                              : N_ ("a colon is expected here"));
      p = skip_space (p + 1, end);
      if (p == end)
        return fail (self, p, N_ ("the text ends too early"));
    }

  self->cursor = p;
  self->is_fresh = FALSE;
  self->is_at_value = TRUE;
  return TRUE;
}

/* The end of the number at the cursor by the grammar; NULL after an error. */
static const char *
scan_number (GraphbitJsonReader *self,
             gboolean *is_integer)
{
  const char *end = self->end;
  const char *p = self->cursor;

  *is_integer = TRUE;

  if (p < end && *p == '-')
    p++;

  if (!is_digit (p, end))
    goto broken;
  if (*p == '0')
    p++;
  else
    while (is_digit (p, end))
      p++;

  if (p < end && *p == '.')
    {
      *is_integer = FALSE;
      p++;
      if (!is_digit (p, end))
        goto broken;
      while (is_digit (p, end))
        p++;
    }

  if (p < end && (*p == 'e' || *p == 'E'))
    {
      *is_integer = FALSE;
      p++;
      if (p < end && (*p == '+' || *p == '-'))
        p++;
      if (!is_digit (p, end))
        goto broken;
      while (is_digit (p, end))
        p++;
    }

  return p;

broken:
  fail (self, p, p == end ? N_ ("the text ends too early") : N_ ("a digit is expected here"));
  return NULL;
}

static gboolean
skip_literal (GraphbitJsonReader *self,
              const char *literal)
{
  gsize length = strlen (literal);

  if ((gsize) (self->end - self->cursor) < length || memcmp (self->cursor, literal, length) != 0)
    return fail (self, self->cursor, N_ ("a value is expected here"));

  value_read (self, self->cursor + length);
  return TRUE;
}

/* Reads on until only `until` containers are open and no value is at hand. */
static gboolean
consume (GraphbitJsonReader *self,
         guint until)
{
  const char *behind;
  gboolean flag;

  while (self->error == NULL)
    {
      if (!self->is_at_value)
        {
          if (self->depth <= until)
            return TRUE;
          advance (self);
          continue;
        }

      switch (*self->cursor)
        {
        case '{':
          push (self, TRUE);
          break;
        case '[':
          push (self, FALSE);
          break;
        case '"':
          behind = scan_string (self, self->cursor + 1, &flag);
          if (behind != NULL)
            value_read (self, behind + 1);
          break;
        case 't':
          skip_literal (self, "true");
          break;
        case 'f':
          skip_literal (self, "false");
          break;
        case 'n':
          skip_literal (self, "null");
          break;
        case '-':
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7':
        case '8':
        case '9':
          behind = scan_number (self, &flag);
          if (behind != NULL)
            value_read (self, behind);
          break;
        default:
          fail_value (self, self->cursor);
        }
    }

  return FALSE;
}

guint
graphbit_json_reader_enter_object (GraphbitJsonReader *self)
{
  return graphbit_json_reader_get_kind (self) == GRAPHBIT_JSON_KIND_OBJECT ? push (self, TRUE) : 0;
}

guint
graphbit_json_reader_enter_array (GraphbitJsonReader *self)
{
  return graphbit_json_reader_get_kind (self) == GRAPHBIT_JSON_KIND_ARRAY ? push (self, FALSE) : 0;
}

static inline gboolean
next (GraphbitJsonReader *self,
      guint scope)
{
  /* a closed scope stays closed */
  if (scope == 0 || self->depth < scope)
    return FALSE;

  if ((self->is_at_value || self->depth > scope || self->error != NULL) && !consume (self, scope))
    return FALSE;

  return advance (self);
}

gboolean
graphbit_json_reader_next_member (GraphbitJsonReader *self,
                                  guint scope)
{
  return next (self, scope);
}

gboolean
graphbit_json_reader_next_element (GraphbitJsonReader *self,
                                   guint scope)
{
  return next (self, scope);
}

gboolean
graphbit_json_reader_member_equals (GraphbitJsonReader *self,
                                    const char *name,
                                    gsize length)
{
  g_autofree char *plain = g_malloc (self->name_length + 1);
  gsize plain_length;

  return unescape (self->name, self->name + self->name_length, plain, &plain_length) &&
         plain_length == length && memcmp (plain, name, length) == 0;
}

/* Decodes the bytes between two quotation marks; NULL after an error. */
static char *
dup_text (GraphbitJsonReader *self,
          const char *begin,
          const char *close,
          gboolean has_escapes)
{
  gsize length = (gsize) (close - begin);
  char *text = g_malloc (length + 1);

  if (!has_escapes)
    {
      memcpy (text, begin, length);
    }
  else if (!unescape (begin, close, text, &length))
    {
      fail (self, begin - 1, N_ ("this string holds \\u0000, which cannot be kept"));
      g_free (text);
      return NULL;
    }

  text[length] = '\0';
  return text;
}

char *
graphbit_json_reader_dup_member_name (GraphbitJsonReader *self)
{
  if (self->error != NULL)
    return NULL;

  return dup_text (self, self->name, self->name + self->name_length, self->is_name_escaped);
}

gboolean
graphbit_json_reader_string_is (GraphbitJsonReader *self,
                                const char *text)
{
  const char *begin, *close;
  gboolean has_escapes;
  gsize length = strlen (text);

  if (!self->is_at_value || *self->cursor != '"')
    return FALSE;

  begin = self->cursor + 1;
  close = scan_string (self, begin, &has_escapes);
  if (close == NULL)
    return FALSE;

  if (G_UNLIKELY (has_escapes))
    {
      g_autofree char *plain = g_malloc ((gsize) (close - begin) + 1);
      gsize plain_length;

      return unescape (begin, close, plain, &plain_length) &&
             plain_length == length && memcmp (plain, text, length) == 0;
    }

  return (gsize) (close - begin) == length && memcmp (begin, text, length) == 0;
}

char *
graphbit_json_reader_read_string (GraphbitJsonReader *self)
{
  const char *begin, *close;
  gboolean has_escapes;
  char *text;

  if (!self->is_at_value || *self->cursor != '"')
    return NULL;

  begin = self->cursor + 1;
  close = scan_string (self, begin, &has_escapes);
  if (close == NULL)
    return NULL;

  text = dup_text (self, begin, close, has_escapes);
  if (text != NULL)
    value_read (self, close + 1);

  return text;
}

gboolean
graphbit_json_reader_append_string (GraphbitJsonReader *self,
                                    GString *string)
{
  const char *begin, *close;
  gboolean has_escapes;
  gsize length, old_length;

  if (!self->is_at_value || *self->cursor != '"')
    return FALSE;

  begin = self->cursor + 1;
  close = scan_string (self, begin, &has_escapes);
  if (close == NULL)
    return FALSE;

  length = (gsize) (close - begin);
  old_length = string->len;
  if (!has_escapes)
    {
      g_string_append_len (string, begin, (gssize) length);
    }
  else
    {
      gboolean is_whole;

      g_string_set_size (string, old_length + length);
      is_whole = unescape (begin, close, string->str + old_length, &length);
      g_string_set_size (string, is_whole ? old_length + length : old_length);
      if (!is_whole)
        return fail (self, begin - 1, N_ ("this string holds \\u0000, which cannot be kept"));
    }

  value_read (self, close + 1);
  return TRUE;
}

static double
convert_double (const char *begin,
                const char *end)
{
  /* The bytes may end with the number, g_ascii_strtod () needs a NUL. */
  char buffer[64];
  g_autofree char *heap = NULL;
  char *text = buffer;
  gsize length = (gsize) (end - begin);

  if (length >= sizeof buffer)
    text = heap = g_malloc (length + 1);
  memcpy (text, begin, length);
  text[length] = '\0';

  return g_ascii_strtod (text, NULL);
}

/*
 * Up to 2⁵³ and 10²² both are exact in a double, so one division or
 * multiplication rounds correctly (Clinger 1990). FALSE: not that simple.
 */
static gboolean
convert_double_fast (const char *p,
                     const char *end,
                     double *value)
{
  static const double powers[] = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };
  gboolean is_negative = *p == '-';
  guint64 mantissa = 0;
  gssize exponent = 0;
  double result;

  if (is_negative)
    p++;

  if (end - p > 19)
    return FALSE;

  for (; is_digit (p, end); p++)
    mantissa = mantissa * 10 + (guint64) (*p - '0');
  if (p < end && *p == '.')
    {
      const char *fraction = ++p;

      for (; is_digit (p, end); p++)
        mantissa = mantissa * 10 + (guint64) (*p - '0');
      exponent = fraction - p;
    }
  if (p < end)
    return FALSE;
  if (mantissa > G_GUINT64_CONSTANT (1) << 53)
    return FALSE;

  result = (double) mantissa / powers[-exponent];
  *value = is_negative ? -result : result;
  return TRUE;
}

static gboolean
convert_int64 (const char *p,
               const char *end,
               gint64 *value)
{
  gboolean is_negative = *p == '-';
  guint64 magnitude = 0;

  if (is_negative)
    p++;

  /* 19 digits cannot overflow an unsigned one */
  if (end - p > 19)
    return FALSE;

  for (; p < end; p++)
    magnitude = magnitude * 10 + (guint64) (*p - '0');

  if (is_negative)
    {
      if (magnitude > (guint64) G_MAXINT64 + 1)
        return FALSE;
      *value = (gint64) (0 - magnitude);
    }
  else
    {
      if (magnitude > (guint64) G_MAXINT64)
        return FALSE;
      *value = (gint64) magnitude;
    }

  return TRUE;
}

GraphbitJsonNumber
graphbit_json_reader_read_number (GraphbitJsonReader *self,
                                  gint64 *integer,
                                  double *number)
{
  const char *begin, *end;
  gboolean is_integer;

  if (graphbit_json_reader_get_kind (self) != GRAPHBIT_JSON_KIND_NUMBER)
    return GRAPHBIT_JSON_NUMBER_NONE;

  begin = self->cursor;
  end = scan_number (self, &is_integer);
  if (end == NULL)
    return GRAPHBIT_JSON_NUMBER_NONE;

  if (is_integer && convert_int64 (begin, end, integer))
    {
      value_read (self, end);
      return GRAPHBIT_JSON_NUMBER_INTEGER;
    }

  if (!convert_double_fast (begin, end, number))
    *number = convert_double (begin, end);

  if (!isfinite (*number))
    {
      fail (self, begin, N_ ("this number is too large"));
      return GRAPHBIT_JSON_NUMBER_NONE;
    }

  value_read (self, end);
  return GRAPHBIT_JSON_NUMBER_DOUBLE;
}

gboolean
graphbit_json_reader_read_int64 (GraphbitJsonReader *self,
                                 gint64 *value)
{
  double number;

  switch (graphbit_json_reader_read_number (self, value, &number))
    {
    case GRAPHBIT_JSON_NUMBER_INTEGER:
      return TRUE;

    case GRAPHBIT_JSON_NUMBER_DOUBLE:
      /* 2⁶³ itself is a double, the largest gint64 is not */
      if (number >= 9223372036854775808.0)
        *value = G_MAXINT64;
      else if (number <= -9223372036854775808.0)
        *value = G_MININT64;
      else
        *value = (gint64) number;
      return TRUE;

    case GRAPHBIT_JSON_NUMBER_NONE:
    default:
      return FALSE;
    }
}

gboolean
graphbit_json_reader_read_double (GraphbitJsonReader *self,
                                  double *value)
{
  gint64 integer;

  switch (graphbit_json_reader_read_number (self, &integer, value))
    {
    case GRAPHBIT_JSON_NUMBER_INTEGER:
      *value = (double) integer;
      return TRUE;

    case GRAPHBIT_JSON_NUMBER_DOUBLE:
      return TRUE;

    case GRAPHBIT_JSON_NUMBER_NONE:
    default:
      return FALSE;
    }
}

gboolean
graphbit_json_reader_read_boolean (GraphbitJsonReader *self,
                                   gboolean *value)
{
  gboolean is_true;

  if (graphbit_json_reader_get_kind (self) != GRAPHBIT_JSON_KIND_BOOLEAN)
    return FALSE;

  is_true = *self->cursor == 't';
  if (!skip_literal (self, is_true ? "true" : "false"))
    return FALSE;

  *value = is_true;
  return TRUE;
}

gboolean
graphbit_json_reader_read_raw (GraphbitJsonReader *self,
                               const char **text,
                               gsize *length)
{
  const char *begin = self->cursor;

  if (!self->is_at_value || !consume (self, self->depth))
    return FALSE;

  *text = begin;
  *length = (gsize) (self->cursor - begin);
  return TRUE;
}

void
graphbit_json_reader_skip (GraphbitJsonReader *self)
{
  if (self->is_at_value)
    consume (self, self->depth);
}

gboolean
graphbit_json_reader_finish (GraphbitJsonReader *self)
{
  if (!consume (self, 0))
    return FALSE;

  self->cursor = skip_space (self->cursor, self->end);
  if (self->cursor != self->end)
    return fail (self, self->cursor, N_ ("the text goes on after its end"));

  return TRUE;
}

gsize
graphbit_json_reader_get_offset (GraphbitJsonReader *self)
{
  return (gsize) (self->cursor - self->start);
}

const char *
graphbit_json_reader_get_error (GraphbitJsonReader *self,
                                gsize *offset)
{
  if (self->error != NULL && offset != NULL)
    *offset = (gsize) (self->cursor - self->start);

  return self->error;
}

char *
graphbit_json_reader_dup_error (GraphbitJsonReader *self)
{
  if (self->error == NULL)
    return NULL;

  return g_strdup_printf ("%s (byte %" G_GSIZE_FORMAT ")", self->error, (gsize) (self->cursor - self->start));
}
