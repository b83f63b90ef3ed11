/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "fuzz.h"
#include "graphbit-sse-private.h"

/* A way of cutting a stream into events. */
typedef struct
{
  gpointer (*new) (gsize limit); /* 0: the default */
  GraphbitFailure *(*feed) (gpointer framing, const char *data, gsize length, GraphbitSseFunc func, gpointer user_data);
  void (*end) (gpointer framing, GraphbitSseFunc func, gpointer user_data);
  void (*free) (gpointer framing);
} FuzzFraming;

/* However a stream is cut, it holds the same events, and breaks the limit at the same place. */
void fuzz_framing_check (const FuzzFraming *framing, const guint8 *data, gsize size);
