/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-workflow-result.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_RUN (graphbit_run_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitRun, graphbit_run, GRAPHBIT, RUN, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_run_get_id (GraphbitRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitRunState graphbit_run_get_state (GraphbitRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
gdouble graphbit_run_get_progress (GraphbitRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_run_get_node_runs (GraphbitRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_run_get_events (GraphbitRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
GListModel *graphbit_run_get_approvals (GraphbitRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_run_get_dropped (GraphbitRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitWorkflowResult *graphbit_run_get_result (GraphbitRun *self);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_run_next_event_async (GraphbitRun *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEvent *graphbit_run_next_event_finish (GraphbitRun *self,
                                               GAsyncResult *result,
                                               GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEvent *graphbit_run_next_event (GraphbitRun *self,
                                        GCancellable *cancellable,
                                        GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_run_wait_async (GraphbitRun *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitWorkflowResult *graphbit_run_wait_finish (GraphbitRun *self,
                                                  GAsyncResult *result,
                                                  GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitWorkflowResult *graphbit_run_wait (GraphbitRun *self,
                                           GCancellable *cancellable,
                                           GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_run_cancel (GraphbitRun *self);

GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_run_to_dot (GraphbitRun *self);
GRAPHBIT_AVAILABLE_IN_ALL
char *graphbit_run_to_mermaid (GraphbitRun *self);

G_END_DECLS
