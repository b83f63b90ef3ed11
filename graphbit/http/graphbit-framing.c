/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-framing-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

void
graphbit_framing_init (GraphbitFraming *self,
                       GraphbitFramingKind kind)
{
  self->kind = kind;
  if (kind == GRAPHBIT_FRAMING_NDJSON)
    graphbit_ndjson_init (&self->of.ndjson);
  else
    graphbit_sse_init (&self->of.sse);
}

void
graphbit_framing_clear (GraphbitFraming *self)
{
  if (self->kind == GRAPHBIT_FRAMING_NDJSON)
    graphbit_ndjson_clear (&self->of.ndjson);
  else
    graphbit_sse_clear (&self->of.sse);
}

void
graphbit_framing_reset (GraphbitFraming *self)
{
  if (self->kind == GRAPHBIT_FRAMING_NDJSON)
    graphbit_ndjson_reset (&self->of.ndjson);
  else
    graphbit_sse_reset (&self->of.sse);
}

GraphbitFailure *
graphbit_framing_feed (GraphbitFraming *self,
                       const char *data,
                       gsize length,
                       GraphbitSseFunc func,
                       gpointer user_data)
{
  if (self->kind == GRAPHBIT_FRAMING_NDJSON)
    return graphbit_ndjson_feed (&self->of.ndjson, data, length, func, user_data);

  return graphbit_sse_feed (&self->of.sse, data, length, func, user_data);
}

void
graphbit_framing_end (GraphbitFraming *self,
                      GraphbitSseFunc func,
                      gpointer user_data)
{
  if (self->kind == GRAPHBIT_FRAMING_NDJSON)
    graphbit_ndjson_end (&self->of.ndjson, func, user_data);
  else
    graphbit_sse_end (&self->of.sse, func, user_data);
}

const char *
graphbit_framing_get_content_type (GraphbitFramingKind kind)
{
  return kind == GRAPHBIT_FRAMING_NDJSON ? "application/x-ndjson" : "text/event-stream";
}

/* NUL is a character like any other here, which g_utf8_validate () does not think. */
static gboolean
is_utf8 (const char *data,
         gsize length)
{
  const char *end = data + length;
  guint64 word;

  /* most of what comes is ASCII */
  while ((gsize) (end - data) >= sizeof word)
    {
      memcpy (&word, data, sizeof word);
      if (word & G_GUINT64_CONSTANT (0x8080808080808080))
        break;
      data += sizeof word;
    }

  while (!g_utf8_validate_len (data, (gsize) (end - data), &data))
    {
      if (*data != '\0')
        return FALSE;
      data++;
    }

  return TRUE;
}

static void
append_repaired (GString *text,
                 const char *data,
                 gsize length)
{
  const char *end = data + length;

  while (data < end)
    {
      const char *invalid;
      gboolean is_valid = g_utf8_validate_len (data, (gsize) (end - data), &invalid);

      g_string_append_len (text, data, invalid - data);
      if (is_valid)
        break;
      if (*invalid == '\0')
        g_string_append_c (text, '\0');
      else
        g_string_append (text, "\xef\xbf\xbd");
      data = invalid + 1;
    }
}

gboolean
graphbit_framing_deliver (GraphbitSseFunc func,
                          gpointer user_data,
                          const char *event,
                          const char *data,
                          gsize length)
{
  GString *repaired;
  gboolean goes_on;

  if (G_LIKELY (is_utf8 (data, length)))
    return func (user_data, event, data, length);

  repaired = g_string_sized_new (length + 16);
  append_repaired (repaired, data, length);
  goes_on = func (user_data, event, repaired->str, repaired->len);
  g_string_free (repaired, TRUE);

  return goes_on;
}

GraphbitFailure *
graphbit_framing_too_long (gsize limit)
{
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GSIZE_FORMAT, limit);
  return graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL,
                               N_ ("The server sent an event of more than %s bytes"), text, NULL);
}
