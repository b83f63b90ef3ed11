/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-ndjson-private.h"

#include <string.h>

#include "graphbit-framing-private.h"
#include "graphbit-json-reader-private.h"

void
graphbit_ndjson_init (GraphbitNdjson *self)
{
  self->line = g_string_new (NULL);
  self->limit = GRAPHBIT_FRAMING_LIMIT;
}

void
graphbit_ndjson_clear (GraphbitNdjson *self)
{
  if (self->line != NULL)
    g_string_free (g_steal_pointer (&self->line), TRUE);
}

void
graphbit_ndjson_reset (GraphbitNdjson *self)
{
  g_string_truncate (self->line, 0);
}

static gboolean
is_blank (const char *line,
          gsize length)
{
  gsize i = 0;

  while (i < length && (line[i] == ' ' || line[i] == '\t' || line[i] == '\r'))
    i++;

  return i == length;
}

static gboolean
take_line (const char *line,
           gsize length,
           GraphbitSseFunc func,
           gpointer user_data)
{
  if (is_blank (line, length))
    return TRUE;
  if (line[length - 1] == '\r')
    length--;

  return graphbit_framing_deliver (func, user_data, "", line, length);
}

GraphbitFailure *
graphbit_ndjson_feed (GraphbitNdjson *self,
                      const char *data,
                      gsize length,
                      GraphbitSseFunc func,
                      gpointer user_data)
{
  const char *end = data + length;

  while (data < end)
    {
      const char *stop = memchr (data, '\n', (gsize) (end - data));
      gsize line_length = (gsize) ((stop != NULL ? stop : end) - data);
      gboolean goes_on;

      if (line_length > self->limit || self->line->len > self->limit - line_length)
        return graphbit_framing_too_long (self->limit);

      if (stop == NULL)
        {
          g_string_append_len (self->line, data, (gssize) line_length);
          break;
        }

      if (self->line->len > 0)
        {
          g_string_append_len (self->line, data, (gssize) line_length);
          goes_on = take_line (self->line->str, self->line->len, func, user_data);
          g_string_truncate (self->line, 0);
        }
      else
        {
          goes_on = take_line (data, line_length, func, user_data);
        }

      if (!goes_on)
        return NULL;
      data = stop + 1;
    }

  return NULL;
}

void
graphbit_ndjson_end (GraphbitNdjson *self,
                     GraphbitSseFunc func,
                     gpointer user_data)
{
  GraphbitJsonReader reader;

  graphbit_json_reader_init (&reader, self->line->str, self->line->len);
  if (graphbit_json_reader_finish (&reader))
    take_line (self->line->str, self->line->len, func, user_data);
  g_string_truncate (self->line, 0);
}
