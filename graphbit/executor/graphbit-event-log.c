/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-event-log-private.h"

#include <string.h>

#include "graphbit-event-table-private.h"

GraphbitEventDetail *
graphbit_event_detail_new (const char *const texts[GRAPHBIT_EVENT_N_TEXTS],
                           guint iteration,
                           gint64 duration_ms)
{
  gsize size = sizeof (GraphbitEventDetail);
  GraphbitEventDetail *self;
  char *end;

  for (guint i = 0; i < GRAPHBIT_EVENT_N_TEXTS; i++)
    if (texts[i] != NULL)
      size += strlen (texts[i]) + 1;

  self = g_malloc (size);
  self->ref_count = 1;
  self->iteration = iteration;
  self->duration_ms = duration_ms;
  end = (char *) (self + 1);
  for (guint i = 0; i < GRAPHBIT_EVENT_N_TEXTS; i++)
    {
      self->texts[i] = NULL;
      if (texts[i] != NULL)
        {
          self->texts[i] = end;
          end = stpcpy (end, texts[i]) + 1;
        }
    }
  return self;
}

GraphbitEventDetail *
graphbit_event_detail_ref (GraphbitEventDetail *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
graphbit_event_detail_unref (GraphbitEventDetail *self)
{
  if (g_atomic_int_dec_and_test (&self->ref_count))
    g_free (self);
}

void
graphbit_event_log_init (GraphbitEventLog *self,
                         GraphbitStreamModes modes,
                         gboolean keeps_history)
{
  memset (self, 0, sizeof *self);
  self->modes = modes;
  self->keeps_history = keeps_history != FALSE;
  self->first = self->next = 1;
}

static GraphbitEventRecord *
slot (const GraphbitEventLog *self,
      gint64 sequence)
{
  return &self->records[(guint64) sequence & (self->capacity - 1)];
}

static void
drop_first (GraphbitEventLog *self)
{
  g_clear_pointer (&slot (self, self->first)->detail, graphbit_event_detail_unref);
  self->first++;
}

void
graphbit_event_log_clear (GraphbitEventLog *self)
{
  while (self->first < self->next)
    drop_first (self);
  g_clear_pointer (&self->records, g_free);
  self->capacity = 0;
}

gboolean
graphbit_event_log_wants (const GraphbitEventLog *self,
                          GraphbitEventKind kind)
{
  return (self->modes & graphbit_event_table[kind].modes) != 0 && (self->keeps_history || self->cursor != 0);
}

static void
grow (GraphbitEventLog *self)
{
  guint capacity = self->capacity > 0 ? self->capacity * 2 : 8; /* three nodes need 8 */
  GraphbitEventRecord *records = g_new (GraphbitEventRecord, capacity);

  for (gint64 sequence = self->first; sequence < self->next; sequence++)
    records[(guint64) sequence & (capacity - 1)] = *slot (self, sequence);
  g_free (self->records);
  self->records = records;
  self->capacity = capacity;
}

/* Whether one more lets the oldest go. What a reader has still to see is never dropped. */
static gboolean
is_full (const GraphbitEventLog *self)
{
  return (!self->keeps_history || self->next - self->first >= GRAPHBIT_EVENT_LOG_KEPT) &&
         self->first < (self->cursor == 0 ? self->next : self->cursor);
}

void
graphbit_event_log_append (GraphbitEventLog *self,
                           GraphbitEventKind kind,
                           gint64 time,
                           guint32 scope,
                           guint32 node,
                           guint32 attempt,
                           GraphbitEventDetail *detail)
{
  GraphbitEventRecord *record;

  if (!self->is_watched && is_full (self))
    drop_first (self);
  if (self->next - self->first >= (gint64) self->capacity)
    grow (self);

  record = slot (self, self->next++);
  record->time = time;
  record->kind = kind;
  record->node = node;
  record->attempt = attempt;
  record->scope = scope;
  record->detail = detail;
}

const GraphbitEventRecord *
graphbit_event_log_get (const GraphbitEventLog *self,
                        gint64 sequence)
{
  return sequence >= self->first && sequence < self->next ? slot (self, sequence) : NULL;
}

void
graphbit_event_log_begin_reading (GraphbitEventLog *self)
{
  if (self->cursor == 0)
    self->cursor = self->first;
}

const GraphbitEventRecord *
graphbit_event_log_read (GraphbitEventLog *self,
                         gint64 *sequence)
{
  graphbit_event_log_begin_reading (self);
  if (self->cursor >= self->next)
    return NULL;

  *sequence = self->cursor++;
  return slot (self, *sequence);
}

void
graphbit_event_log_forget_reader (GraphbitEventLog *self)
{
  self->cursor = 0;
  if (!self->is_watched)
    graphbit_event_log_trim (self);
}

void
graphbit_event_log_trim (GraphbitEventLog *self)
{
  while (self->next - self->first > GRAPHBIT_EVENT_LOG_KEPT &&
         (self->cursor == 0 || self->first < self->cursor))
    drop_first (self);
}

guint
graphbit_event_log_get_unread (const GraphbitEventLog *self)
{
  return self->cursor > 0 ? (guint) (self->next - self->cursor) : 0;
}
