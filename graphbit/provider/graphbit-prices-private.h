/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* US dollars per million tokens. */
typedef struct
{
  double input;
  double cached_input;
  double cache_write;
  double output;
} GraphbitPrice;

/* Inclusive, as LlmUsage counts: cached ones are part of the prompt. */
typedef struct
{
  gint64 prompt, cached, cache_write, completion;
} GraphbitTokens;

/* NULL: not known. */
const GraphbitPrice *graphbit_prices_lookup (const char *provider, const char *model);
double graphbit_price_compute (const GraphbitPrice *self, const GraphbitTokens *tokens);

G_END_DECLS
