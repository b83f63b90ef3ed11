/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-types.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_CONTEXT_PUMP (graphbit_context_pump_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitContextPump, graphbit_context_pump, GRAPHBIT, CONTEXT_PUMP, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitContextPump *graphbit_context_pump_new (void);
GRAPHBIT_AVAILABLE_IN_ALL
GMainContext *graphbit_context_pump_get_context (GraphbitContextPump *self);
GRAPHBIT_AVAILABLE_IN_ALL
int graphbit_context_pump_get_fd (GraphbitContextPump *self);
GRAPHBIT_AVAILABLE_IN_ALL
int graphbit_context_pump_iterate (GraphbitContextPump *self);

G_END_DECLS
