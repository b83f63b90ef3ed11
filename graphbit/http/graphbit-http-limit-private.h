/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The rate limit of a lane, asked for the head of its queue together with the slot. Admits everything so far. */
typedef struct
{
  guint64 n_admitted;
} GraphbitHttpLimit;

gboolean graphbit_http_limit_take (GraphbitHttpLimit *self);

G_END_DECLS
