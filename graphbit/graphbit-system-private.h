/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include "config.h"

G_BEGIN_DECLS

/* What the system tells about itself and this process. */

/* In megabytes, of what this process may use: the machine's, or less where a control group limits it. FALSE: not
 * to be found out, and both are 0. `root` is where /proc and /sys are. */
gboolean graphbit_system_get_memory (const char *root, gint64 *total_mb, gint64 *available_mb);

/* The library that malloc () really comes from: glibc, jemalloc, …; the program's name if that brings its own. */
char *graphbit_system_get_allocator (void);

#ifdef GRAPHBIT_TESTING
/* Whence graphbit_health_check () reads; NULL: the real one. */
extern const char *graphbit_system_root;
#endif

G_END_DECLS
