/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-scheduler-private.h"

G_BEGIN_DECLS

/* The list models of a run. Their items are made when somebody asks for them. */

#define GRAPHBIT_TYPE_NODE_RUN_LIST (graphbit_node_run_list_get_type ())
G_DECLARE_FINAL_TYPE (GraphbitNodeRunList, graphbit_node_run_list, GRAPHBIT, NODE_RUN_LIST, GObject)

GraphbitNodeRunList *graphbit_node_run_list_new (GraphbitScheduler *scheduler);
/* Tells the items that have changed since the last time. */
void graphbit_node_run_list_update (GraphbitNodeRunList *self);

/* What is inside of a node, or of one run of a node that has many. */
#define GRAPHBIT_TYPE_INNER_LIST (graphbit_inner_list_get_type ())
G_DECLARE_FINAL_TYPE (GraphbitInnerList, graphbit_inner_list, GRAPHBIT, INNER_LIST, GObject)

/* With GRAPHBIT_EVENT_NO_NODE the nodes of the scheduler, which is an inner run's. */
GraphbitInnerList *graphbit_inner_list_new (GraphbitScheduler *scheduler, guint node);
void graphbit_inner_list_update (GraphbitInnerList *self);

#define GRAPHBIT_TYPE_EVENT_LIST (graphbit_event_list_get_type ())
G_DECLARE_FINAL_TYPE (GraphbitEventList, graphbit_event_list, GRAPHBIT, EVENT_LIST, GObject)

GraphbitEventList *graphbit_event_list_new (GraphbitScheduler *scheduler);
void graphbit_event_list_update (GraphbitEventList *self);

#define GRAPHBIT_TYPE_APPROVAL_LIST (graphbit_approval_list_get_type ())
G_DECLARE_FINAL_TYPE (GraphbitApprovalList, graphbit_approval_list, GRAPHBIT, APPROVAL_LIST, GObject)

GraphbitApprovalList *graphbit_approval_list_new (GraphbitScheduler *scheduler);
void graphbit_approval_list_update (GraphbitApprovalList *self);

G_END_DECLS
