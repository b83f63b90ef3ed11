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

/**
 * GraphbitNodeState:
 * @GRAPHBIT_NODE_STATE_PENDING: it waits for its inputs
 * @GRAPHBIT_NODE_STATE_RUNNING: it has started
 * @GRAPHBIT_NODE_STATE_COMPLETED: it has an output
 * @GRAPHBIT_NODE_STATE_FAILED: it failed; the run goes on if the node or an error edge allows that
 * @GRAPHBIT_NODE_STATE_SKIPPED: it was never started
 * @GRAPHBIT_NODE_STATE_CANCELLED: it was running when the run ended
 *
 * How far a node of a run is.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_NODE_STATE_PENDING,
  GRAPHBIT_NODE_STATE_RUNNING,
  GRAPHBIT_NODE_STATE_COMPLETED,
  GRAPHBIT_NODE_STATE_FAILED,
  GRAPHBIT_NODE_STATE_SKIPPED,
  GRAPHBIT_NODE_STATE_CANCELLED
} GraphbitNodeState;

#define GRAPHBIT_TYPE_NODE_RUN (graphbit_node_run_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitNodeRun, graphbit_node_run, GRAPHBIT, NODE_RUN, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_node_run_get_node_id (GraphbitNodeRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_node_run_get_node_name (GraphbitNodeRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_node_run_get_path (GraphbitNodeRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_node_run_get_children (GraphbitNodeRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitNodeState graphbit_node_run_get_state (GraphbitNodeRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_node_run_get_output (GraphbitNodeRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
GError *graphbit_node_run_get_error (GraphbitNodeRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitErrorDetails *graphbit_node_run_get_error_details (GraphbitNodeRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_node_run_get_attempts (GraphbitNodeRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_node_run_get_start_time (GraphbitNodeRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_node_run_get_end_time (GraphbitNodeRun *self);

G_END_DECLS
