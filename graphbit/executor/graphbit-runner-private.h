/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-scheduler-private.h"

G_BEGIN_DECLS

/* What runs a kind of node. */
typedef struct
{
  /* TRUE: it has ended, with an output or an error. FALSE: it waits, and graphbit_scheduler_end_node () follows. */
  gboolean (*run) (GraphbitScheduler *scheduler, guint node, char **output, GError **error);
  /* Ends what waits, without a word. */
  void (*stop) (GraphbitScheduler *scheduler, guint node);
  /* For one that waits and was made ready again; NULL: it never is. Its work is a GraphbitNest. */
  void (*go_on) (GraphbitScheduler *scheduler, guint node);
} GraphbitRunner;

extern const GraphbitRunner graphbit_runners[]; /* by GraphbitNodeKind */

/* When an answer to the node comes too late. */
gint64 graphbit_runner_get_deadline (GraphbitScheduler *scheduler, guint node);
/* What came to it, in the order of connection, with blank lines between; "": nothing. */
char *graphbit_runner_dup_input (GraphbitScheduler *scheduler, guint node);

gboolean graphbit_runner_run_approval (GraphbitScheduler *scheduler, guint node, char **output, GError **error);
void graphbit_runner_stop_approval (GraphbitScheduler *scheduler, guint node);
gboolean graphbit_runner_run_http (GraphbitScheduler *scheduler, guint node, char **output, GError **error);
void graphbit_runner_stop_http (GraphbitScheduler *scheduler, guint node);
gboolean graphbit_runner_run_agent (GraphbitScheduler *scheduler, guint node, char **output, GError **error);
void graphbit_runner_stop_agent (GraphbitScheduler *scheduler, guint node);

G_END_DECLS
