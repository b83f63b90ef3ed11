/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-endpoint.h"
#include "graphbit-endpoint-lane.h"
#include "graphbit-http-info-private.h"

G_BEGIN_DECLS

/* All at home. */
GraphbitEndpointLane *graphbit_endpoint_lane_new (const GraphbitHttpLaneInfo *info);
void graphbit_endpoint_lane_update (GraphbitEndpointLane *self, const GraphbitHttpLaneInfo *info);

GraphbitEndpoint *graphbit_endpoint_new (const GraphbitHttpEndpointInfo *info);
guint64 graphbit_endpoint_get_number (GraphbitEndpoint *self); /* the info's id */
void graphbit_endpoint_update (GraphbitEndpoint *self, const GraphbitHttpEndpointInfo *info);

/* Of GraphbitEndpoint; at home in the thread-default context. */
GListModel *graphbit_endpoint_list_new (void);

G_END_DECLS
