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

#define GRAPHBIT_TYPE_ENDPOINT (graphbit_endpoint_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitEndpoint, graphbit_endpoint, GRAPHBIT, ENDPOINT, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_endpoint_get_base_url (GraphbitEndpoint *self);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_endpoint_get_lanes (GraphbitEndpoint *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_endpoint_get_retry_quota (GraphbitEndpoint *self);

G_END_DECLS
