/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <math.h>

#include "graphbit-json-scan-private.h"
#include "graphbit-json-writer-private.h"

void
graphbit_json_writer_init (GraphbitJsonWriter *self,
                           GString *string)
{
  self->string = string;
  self->needs_comma = FALSE;
}

static inline void
separate (GraphbitJsonWriter *self)
{
  if (self->needs_comma)
    g_string_append_c (self->string, ',');

  self->needs_comma = TRUE;
}

void
graphbit_json_writer_begin_object (GraphbitJsonWriter *self)
{
  separate (self);
  g_string_append_c (self->string, '{');
  self->needs_comma = FALSE;
}

void
graphbit_json_writer_end_object (GraphbitJsonWriter *self)
{
  g_string_append_c (self->string, '}');
  self->needs_comma = TRUE;
}

void
graphbit_json_writer_begin_array (GraphbitJsonWriter *self)
{
  separate (self);
  g_string_append_c (self->string, '[');
  self->needs_comma = FALSE;
}

void
graphbit_json_writer_end_array (GraphbitJsonWriter *self)
{
  g_string_append_c (self->string, ']');
  self->needs_comma = TRUE;
}

static void
append_quoted (GString *string,
               const char *p,
               const char *end)
{
  static const char hex[] = "0123456789abcdef";
  const char *run = p; /* not yet written */

  g_string_append_c (string, '"');

  while ((p = graphbit_json_scan_plain (p, end)) < end)
    {
      char escape[6] = "\\u00";
      gssize length = 2;
      guchar c = (guchar) *p;

      if (c >= 0x80)
        {
          guint sequence = graphbit_json_scan_utf8 (p, end);

          if (sequence != 0)
            {
              p += sequence;
              continue;
            }
        }

      g_string_append_len (string, run, p - run);
      p++;
      run = p;

      if (c >= 0x80)
        {
          g_string_append_len (string, "\xef\xbf\xbd", 3);
          continue;
        }

      switch (c)
        {
        case '"':
        case '\\':
          escape[1] = (char) c;
          break;
        case '\b':
          escape[1] = 'b';
          break;
        case '\f':
          escape[1] = 'f';
          break;
        case '\n':
          escape[1] = 'n';
          break;
        case '\r':
          escape[1] = 'r';
          break;
        case '\t':
          escape[1] = 't';
          break;
        default:
          escape[4] = hex[c >> 4];
          escape[5] = hex[c & 0xf];
          length = 6;
        }
      g_string_append_len (string, escape, length);
    }

  g_string_append_len (string, run, end - run);
  g_string_append_c (string, '"');
}

void
graphbit_json_writer_name (GraphbitJsonWriter *self,
                           const char *name)
{
  separate (self);
  append_quoted (self->string, name, name + strlen (name));
  g_string_append_c (self->string, ':');
  self->needs_comma = FALSE;
}

void
graphbit_json_writer_string (GraphbitJsonWriter *self,
                             const char *value)
{
  if (value != NULL)
    graphbit_json_writer_string_len (self, value, strlen (value));
  else
    graphbit_json_writer_null (self);
}

void
graphbit_json_writer_string_len (GraphbitJsonWriter *self,
                                 const char *value,
                                 gsize length)
{
  separate (self);
  append_quoted (self->string, value, value + length);
}

void
graphbit_json_writer_int64 (GraphbitJsonWriter *self,
                            gint64 value)
{
  char buffer[24];
  int length = g_snprintf (buffer, sizeof buffer, "%" G_GINT64_FORMAT, value);

  separate (self);
  g_string_append_len (self->string, buffer, length);
}

void
graphbit_json_writer_double (GraphbitJsonWriter *self,
                             double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value))
    {
      graphbit_json_writer_null (self);
      return;
    }

  separate (self);

  /* 15 digits always survive, 17 always suffice */
  g_ascii_formatd (buffer, sizeof buffer, "%.15g", value);
  if (g_ascii_strtod (buffer, NULL) != value)
    {
      g_ascii_formatd (buffer, sizeof buffer, "%.16g", value);
      if (g_ascii_strtod (buffer, NULL) != value)
        g_ascii_dtostr (buffer, sizeof buffer, value);
    }
  g_string_append (self->string, buffer);

  /* so that it is read back as a double */
  if (strpbrk (buffer, ".e") == NULL)
    g_string_append_len (self->string, ".0", 2);
}

void
graphbit_json_writer_boolean (GraphbitJsonWriter *self,
                              gboolean value)
{
  separate (self);
  g_string_append (self->string, value ? "true" : "false");
}

void
graphbit_json_writer_null (GraphbitJsonWriter *self)
{
  separate (self);
  g_string_append_len (self->string, "null", 4);
}

void
graphbit_json_writer_raw (GraphbitJsonWriter *self,
                          const char *json,
                          gssize length)
{
  separate (self);
  g_string_append_len (self->string, json, length);
}
