/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-scheduler-private.h"

G_BEGIN_DECLS

GraphbitRun *graphbit_run_new (GraphbitScheduler *scheduler);
/* Tells what has changed since the last time. */
void graphbit_run_update (GraphbitRun *self);

/* For the scheduler: gives the next event to the one who waits for it, if there is one. */
void graphbit_run_serve_reader (GraphbitScheduler *scheduler);
/* When the run has ended. */
void graphbit_run_serve_waiters (GraphbitScheduler *scheduler);

GraphbitNodeRun *graphbit_node_run_new (GraphbitScheduler *scheduler, guint node);
void graphbit_node_run_update (GraphbitNodeRun *self);

GraphbitEvent *graphbit_event_new (GraphbitScheduler *scheduler, gint64 sequence, const GraphbitEventRecord *record);

GraphbitWorkflowResult *graphbit_workflow_result_new (GraphbitScheduler *scheduler);
/* JSON texts, for the last event. */
char *graphbit_workflow_result_dup_outputs_json (GraphbitWorkflowResult *self);

/* Drawings with the states of the nodes. At home; after the end from any thread. */
char *graphbit_scheduler_to_dot (GraphbitScheduler *self);
char *graphbit_scheduler_to_mermaid (GraphbitScheduler *self);

G_END_DECLS
