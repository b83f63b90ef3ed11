/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-clock-private.h"

#include "graphbit-runtime-private.h"

#ifdef GRAPHBIT_TESTING

static int is_virtual; /* all three atomic */
static gint64 virtual_now;
static gint64 wall_offset;

gint64
graphbit_clock_now (void)
{
  if (__atomic_load_n (&is_virtual, __ATOMIC_ACQUIRE))
    return __atomic_load_n (&virtual_now, __ATOMIC_ACQUIRE);

  return g_get_monotonic_time ();
}

gint64
graphbit_clock_wall (void)
{
  if (__atomic_load_n (&is_virtual, __ATOMIC_ACQUIRE))
    return __atomic_load_n (&virtual_now, __ATOMIC_ACQUIRE) + __atomic_load_n (&wall_offset, __ATOMIC_ACQUIRE);

  return g_get_real_time ();
}

void
graphbit_clock_set_virtual (gboolean value)
{
  if (value)
    {
      gint64 now = g_get_monotonic_time ();

      __atomic_store_n (&virtual_now, now, __ATOMIC_RELEASE);
      __atomic_store_n (&wall_offset, g_get_real_time () - now, __ATOMIC_RELEASE);
    }
  __atomic_store_n (&is_virtual, value, __ATOMIC_RELEASE);
  graphbit_runtime_run_timers ();
}

void
graphbit_clock_advance (gint64 microseconds)
{
  g_return_if_fail (__atomic_load_n (&is_virtual, __ATOMIC_ACQUIRE));
  g_return_if_fail (microseconds >= 0);

  __atomic_add_fetch (&virtual_now, microseconds, __ATOMIC_ACQ_REL);
  graphbit_runtime_run_timers ();
}

#else

gint64
graphbit_clock_now (void)
{
  return g_get_monotonic_time ();
}

gint64
graphbit_clock_wall (void)
{
  return g_get_real_time ();
}

#endif
