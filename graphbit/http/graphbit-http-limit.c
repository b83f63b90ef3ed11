/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-limit-private.h"

gboolean
graphbit_http_limit_take (GraphbitHttpLimit *self)
{
  self->n_admitted++;

  return TRUE;
}
