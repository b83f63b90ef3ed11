/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-clock-private.h"
#include "graphbit-runtime-private.h"

/* A binary heap of the timers themselves, each of which knows its position. */

void
graphbit_timers_init (GraphbitTimers *self)
{
  self->heap = g_ptr_array_new ();
  g_ptr_array_add (self->heap, NULL);
}

void
graphbit_timers_clear (GraphbitTimers *self)
{
  g_autoptr (GPtrArray) heap = g_ptr_array_ref (self->heap);

  for (guint i = 1; i < heap->len; i++)
    ((GraphbitTimer *) heap->pdata[i])->position = 0;
  for (guint i = 1; i < heap->len; i++)
    ((GraphbitTimer *) heap->pdata[i])->expired (heap->pdata[i]);
  g_clear_pointer (&self->heap, g_ptr_array_unref);
}

static void
place (GraphbitTimers *self,
       GraphbitTimer *timer,
       guint position)
{
  self->heap->pdata[position] = timer;
  timer->position = position;
}

static void
sift_up (GraphbitTimers *self,
         GraphbitTimer *timer)
{
  guint position = timer->position;

  while (position > 1)
    {
      GraphbitTimer *parent = self->heap->pdata[position / 2];

      if (parent->when <= timer->when)
        break;
      place (self, parent, position);
      position /= 2;
    }
  place (self, timer, position);
}

static void
sift_down (GraphbitTimers *self,
           GraphbitTimer *timer)
{
  guint position = timer->position;

  for (;;)
    {
      guint child = position * 2;
      GraphbitTimer *smaller;

      if (child >= self->heap->len)
        break;
      smaller = self->heap->pdata[child];
      if (child + 1 < self->heap->len &&
          ((GraphbitTimer *) self->heap->pdata[child + 1])->when < smaller->when)
        smaller = self->heap->pdata[++child];
      if (timer->when <= smaller->when)
        break;
      place (self, smaller, position);
      position = child;
    }
  place (self, timer, position);
}

void
graphbit_timer_arm (GraphbitIo *io,
                    GraphbitTimer *timer,
                    gint64 when)
{
  GraphbitTimers *self = graphbit_io_get_timers (io);
  gboolean is_later = when > timer->when;

  timer->when = when;
  if (timer->position == 0)
    {
      timer->position = self->heap->len;
      g_ptr_array_add (self->heap, timer);
      sift_up (self, timer);
    }
  else if (is_later)
    sift_down (self, timer);
  else
    sift_up (self, timer);
}

void
graphbit_timer_disarm (GraphbitIo *io,
                       GraphbitTimer *timer)
{
  GraphbitTimers *self;
  GraphbitTimer *last;
  guint position = timer->position;

  if (position == 0)
    return;

  self = graphbit_io_get_timers (io);
  timer->position = 0;
  last = self->heap->pdata[self->heap->len - 1];
  g_ptr_array_set_size (self->heap, (int) self->heap->len - 1);
  if (last == timer)
    return;

  place (self, last, position);
  sift_up (self, last);
  sift_down (self, last);
}

gint64
graphbit_timers_get_next (GraphbitTimers *self)
{
  return self->heap->len > 1 ? ((GraphbitTimer *) self->heap->pdata[1])->when : -1;
}

void
graphbit_timers_run (GraphbitTimers *self)
{
  gint64 now = graphbit_clock_now ();

  while (self->heap->len > 1)
    {
      GraphbitTimer *timer = self->heap->pdata[1];
      GraphbitTimer *last = self->heap->pdata[self->heap->len - 1];

      if (timer->when > now)
        break;

      timer->position = 0;
      g_ptr_array_set_size (self->heap, (int) self->heap->len - 1);
      if (last != timer)
        {
          place (self, last, 1);
          sift_down (self, last);
        }
      timer->expired (timer);
    }
}
