/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include "config.h"

G_BEGIN_DECLS

/* The only source of chance: for jitter and ids, not for secrets. Any thread. */
guint64 graphbit_random_uint64 (void);
gdouble graphbit_random_double (void); /* [0, 1) */

#define GRAPHBIT_UUID_SIZE 37
void graphbit_random_uuid (char buffer[GRAPHBIT_UUID_SIZE]);

#ifdef GRAPHBIT_TESTING
_GRAPHBIT_EXTERN void graphbit_random_seed (guint64 seed);
#endif

G_END_DECLS
