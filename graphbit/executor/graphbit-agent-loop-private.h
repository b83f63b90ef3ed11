/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-scheduler-private.h"

G_BEGIN_DECLS

/* An agent at work inside its node: model and tools in turns, until an answer. */
typedef struct _GraphbitAgentLoop GraphbitAgentLoop;

/* What the model has said so far in the round that is under way, where somebody wanted its words one by one; NULL: nothing. */
const char *graphbit_agent_loop_get_text (GraphbitScheduler *scheduler, guint node);

/* A reader has caught up: streams that were left alone go on. */
void graphbit_agent_loop_resume_all (GraphbitScheduler *scheduler);
/* A model call has ended: the next in the queue may start. Such a start may fail, and end the run. */
void graphbit_agent_loop_ask_waiting (GraphbitScheduler *scheduler);

G_END_DECLS
