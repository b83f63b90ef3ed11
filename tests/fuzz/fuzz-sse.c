/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fuzz-framing.h"

static gpointer
new_framing (gsize limit)
{
  GraphbitSse *self = g_new0 (GraphbitSse, 1);

  graphbit_sse_init (self);
  if (limit > 0)
    self->limit = limit;
  return self;
}

static GraphbitFailure *
feed_framing (gpointer framing,
              const char *data,
              gsize length,
              GraphbitSseFunc func,
              gpointer user_data)
{
  return graphbit_sse_feed (framing, data, length, func, user_data);
}

static void
end_framing (gpointer framing,
             GraphbitSseFunc func,
             gpointer user_data)
{
  graphbit_sse_end (framing, func, user_data);
}

static void
free_framing (gpointer framing)
{
  graphbit_sse_clear (framing);
  g_free (framing);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  static const FuzzFraming framing = { new_framing, feed_framing, end_framing, free_framing };

  fuzz_framing_check (&framing, data, size);
  return 0;
}
