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

#define GRAPHBIT_TYPE_CALL (graphbit_call_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_DERIVABLE_TYPE (GraphbitCall, graphbit_call, GRAPHBIT, CALL, GObject)

struct _GraphbitCallClass
{
  /*< private >*/
  GObjectClass parent_class;
  gpointer _reserved[8];
};

GRAPHBIT_AVAILABLE_IN_ALL
GCancellable *graphbit_call_get_cancellable (GraphbitCall *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_call_get_deadline (GraphbitCall *self);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_call_get_is_answered (GraphbitCall *self);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_call_fail (GraphbitCall *self, const char *message);

G_END_DECLS
