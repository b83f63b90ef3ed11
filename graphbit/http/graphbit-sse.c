/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-sse-private.h"

#include <string.h>

#include "graphbit-framing-private.h"
#include "graphbit-json-reader-private.h"

#define PAST_BOM 0xff
#define MAX_RETRY_DIGITS 9 /* eleven days */
#define MAX_ID 4096        /* it is to fit into a header */

static const char byte_order_mark[] = { '\xef', '\xbb', '\xbf' };

void
graphbit_sse_init (GraphbitSse *self)
{
  memset (self, 0, sizeof *self);
  self->line = g_string_new (NULL);
  self->data = g_string_new (NULL);
  self->event = g_string_new (NULL);
  self->retry_ms = -1;
  self->limit = GRAPHBIT_FRAMING_LIMIT;
}

void
graphbit_sse_clear (GraphbitSse *self)
{
  if (self->line == NULL)
    return;

  g_string_free (self->line, TRUE);
  g_string_free (self->data, TRUE);
  g_string_free (self->event, TRUE);
  if (self->id != NULL)
    g_string_free (self->id, TRUE);
  g_free (self->last_id);
  memset (self, 0, sizeof *self);
}

void
graphbit_sse_reset (GraphbitSse *self)
{
  g_string_truncate (self->line, 0);
  g_string_truncate (self->data, 0);
  g_string_truncate (self->event, 0);
  if (self->id != NULL)
    g_string_truncate (self->id, 0);
  g_clear_pointer (&self->last_id, g_free);
  self->retry_ms = -1;
  self->view = NULL;
  self->bom = 0;
  self->after_cr = FALSE;
  self->has_data = FALSE;
}

static void
keep_view (GraphbitSse *self)
{
  if (self->view == NULL)
    return;

  g_string_append_len (self->data, self->view, (gssize) self->view_length);
  self->view = NULL;
}

static gboolean
dispatch (GraphbitSse *self,
          GraphbitSseFunc func,
          gpointer user_data)
{
  gboolean goes_on = TRUE;

  if (self->id != NULL && g_strcmp0 (self->id->str, self->last_id) != 0)
    {
      g_free (self->last_id);
      self->last_id = g_strdup (self->id->str);
    }
  if (self->has_data)
    {
      const char *data = self->view != NULL ? self->view : self->data->str;
      gsize length = self->view != NULL ? self->view_length : self->data->len;

      goes_on = graphbit_framing_deliver (func, user_data, self->event->str, data, length);
      g_string_truncate (self->data, 0);
      self->view = NULL;
      self->has_data = FALSE;
    }
  g_string_truncate (self->event, 0);

  return goes_on;
}

/* One with a NUL in it is none, says the standard. */
static void
take_id (GraphbitSse *self,
         const char *value,
         gsize length)
{
  if (length > MAX_ID || memchr (value, '\0', length) != NULL)
    return;

  if (self->id == NULL)
    self->id = g_string_new (NULL);
  g_string_truncate (self->id, 0);
  g_string_append_len (self->id, value, (gssize) length);
}

static void
take_retry (GraphbitSse *self,
            const char *value,
            gsize length)
{
  gint64 retry_ms = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (value[i]) || i == MAX_RETRY_DIGITS)
        return;
      retry_ms = retry_ms * 10 + (value[i] - '0');
    }
  if (length > 0)
    self->retry_ms = retry_ms;
}

static void
take_field (GraphbitSse *self,
            const char *line,
            gsize length,
            gboolean stays)
{
  const char *colon = memchr (line, ':', length);
  gsize name_length = colon != NULL ? (gsize) (colon - line) : length;
  const char *value = colon != NULL ? colon + 1 : line + length;
  gsize value_length = (gsize) (line + length - value);

  if (value_length > 0 && *value == ' ')
    {
      value++;
      value_length--;
    }

  if (name_length == 4 && memcmp (line, "data", 4) == 0)
    {
      if (!self->has_data && stays)
        {
          self->view = value;
          self->view_length = value_length;
        }
      else
        {
          keep_view (self);
          if (self->has_data)
            g_string_append_c (self->data, '\n');
          g_string_append_len (self->data, value, (gssize) value_length);
        }
      self->has_data = TRUE;
    }
  else if (name_length == 5 && memcmp (line, "event", 5) == 0)
    {
      g_string_truncate (self->event, 0);
      g_string_append_len (self->event, value, (gssize) value_length);
    }
  else if (name_length == 2 && memcmp (line, "id", 2) == 0)
    take_id (self, value, value_length);
  else if (name_length == 5 && memcmp (line, "retry", 5) == 0)
    take_retry (self, value, value_length);
}

/* `stays`: the line is still there when the next one is taken. */
static gboolean
take_line (GraphbitSse *self,
           const char *line,
           gsize length,
           gboolean stays,
           GraphbitSseFunc func,
           gpointer user_data)
{
  if (length == 0)
    return dispatch (self, func, user_data);

  if (*line != ':')
    take_field (self, line, length, stays);

  return TRUE;
}

/* One mark at the very start is dropped; what only looked like one belongs to the first line. */
static const char *
pass_byte_order_mark (GraphbitSse *self,
                      const char *cursor,
                      const char *end)
{
  while (cursor < end && self->bom < sizeof byte_order_mark)
    {
      if (*cursor != byte_order_mark[self->bom])
        {
          g_string_append_len (self->line, byte_order_mark, self->bom);
          self->bom = PAST_BOM;
          return cursor;
        }
      self->bom++;
      cursor++;
    }
  if (self->bom == sizeof byte_order_mark)
    self->bom = PAST_BOM;

  return cursor;
}

static const char *
find (const char *cursor,
      const char *end,
      char wanted)
{
  const char *found = memchr (cursor, wanted, (gsize) (end - cursor));

  return found != NULL ? found : end;
}

static gboolean
is_too_long (const GraphbitSse *self,
             gsize more)
{
  gsize held = self->line->len + self->data->len + (self->view != NULL ? self->view_length : 0);

  return more > self->limit || held > self->limit - more;
}

GraphbitFailure *
graphbit_sse_feed (GraphbitSse *self,
                   const char *data,
                   gsize length,
                   GraphbitSseFunc func,
                   gpointer user_data)
{
  const char *end = data + length;
  const char *cursor = data;
  const char *line_feed, *carriage_return;

  if (G_UNLIKELY (self->bom != PAST_BOM))
    cursor = pass_byte_order_mark (self, cursor, end);
  if (cursor == end)
    return NULL;

  if (self->after_cr && *cursor == '\n')
    cursor++;
  self->after_cr = FALSE;

  /* each is looked for once: most streams have no carriage return at all */
  line_feed = find (cursor, end, '\n');
  carriage_return = find (cursor, end, '\r');

  while (cursor < end)
    {
      const char *line = cursor;
      const char *stop = MIN (line_feed, carriage_return);
      gsize line_length = (gsize) (stop - line);
      gboolean goes_on;

      if (is_too_long (self, line_length))
        return graphbit_framing_too_long (self->limit);

      if (stop == end)
        {
          g_string_append_len (self->line, line, (gssize) line_length);
          break;
        }

      cursor = stop + 1;
      if (*stop == '\r')
        {
          if (cursor == end)
            self->after_cr = TRUE;
          else if (*cursor == '\n')
            cursor++;
        }
      if (line_feed < cursor)
        line_feed = find (cursor, end, '\n');
      if (carriage_return < cursor)
        carriage_return = find (cursor, end, '\r');

      if (self->line->len > 0)
        {
          g_string_append_len (self->line, line, (gssize) line_length);
          goes_on = take_line (self, self->line->str, self->line->len, FALSE, func, user_data);
          g_string_truncate (self->line, 0);
        }
      else
        {
          goes_on = take_line (self, line, line_length, TRUE, func, user_data);
        }

      if (!goes_on)
        return NULL;
    }

  keep_view (self);
  return NULL;
}

static gboolean
is_complete (const char *data,
             gsize length)
{
  GraphbitJsonReader reader;

  while (length > 0 && g_ascii_isspace (*data))
    {
      data++;
      length--;
    }
  if (length >= strlen ("[DONE]") && memcmp (data, "[DONE]", strlen ("[DONE]")) == 0)
    return TRUE;

  graphbit_json_reader_init (&reader, data, length);
  return graphbit_json_reader_finish (&reader);
}

void
graphbit_sse_end (GraphbitSse *self,
                  GraphbitSseFunc func,
                  gpointer user_data)
{
  if (self->line->len > 0)
    {
      take_line (self, self->line->str, self->line->len, FALSE, func, user_data);
      g_string_truncate (self->line, 0);
    }

  if (self->has_data && is_complete (self->data->str, self->data->len))
    dispatch (self, func, user_data);
  graphbit_sse_reset (self);
}
