/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-call.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_KEY_CALL (graphbit_key_call_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitKeyCall, graphbit_key_call, GRAPHBIT, KEY_CALL, GraphbitCall)

GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_key_call_respond (GraphbitKeyCall *self, const char *key);

G_END_DECLS
