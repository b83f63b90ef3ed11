/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-scheduler-private.h"

G_BEGIN_DECLS

/* What a run that starts now goes by. */
void graphbit_executor_get_settings (GraphbitExecutor *self, GraphbitRunSettings *settings);
/* A run's own. NULL: it has no limits. */
GraphbitBudget *graphbit_executor_make_budget (GraphbitExecutor *self);
/* The one client for a config; NULL stands for the executor's own config. (transfer full) */
GraphbitLlmClient *graphbit_executor_dup_client (GraphbitExecutor *self, GraphbitLlmConfig *config);
/* A run has ended. Any thread. */
void graphbit_executor_count_run (GraphbitExecutor *self, GraphbitRunState state, gint64 duration);

G_END_DECLS
