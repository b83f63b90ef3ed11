/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include "config.h"

G_BEGIN_DECLS

/* The only source of time. Microseconds. */
gint64 graphbit_clock_now (void);  /* monotonic */
gint64 graphbit_clock_wall (void); /* since 1970 */

#ifdef GRAPHBIT_TESTING
# define GRAPHBIT_TEST_EXTERN _GRAPHBIT_EXTERN
/* From the first call on time stands still and moves only by the second. It returns
 * when every I/O thread has run the timers that are due. A second set_virtual (FALSE) goes back. */
GRAPHBIT_TEST_EXTERN void graphbit_clock_set_virtual (gboolean is_virtual);
GRAPHBIT_TEST_EXTERN void graphbit_clock_advance (gint64 microseconds);
#endif

G_END_DECLS
