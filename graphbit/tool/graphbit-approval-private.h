/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-approval.h"
#include "graphbit-call-private.h"

G_BEGIN_DECLS

/* What GraphbitCallAnswered gets, as a pointer, where it was allowed; else TOOL_DENIED. */
typedef enum
{
  GRAPHBIT_APPROVAL_ANSWER_ONCE = 1,
  GRAPHBIT_APPROVAL_ANSWER_ALWAYS
} GraphbitApprovalAnswer;

/* `tool_call` NULL: it is for the node itself. To be opened as a call with TOOL_DENIED. */
GraphbitApproval *graphbit_approval_new (GraphbitToolCall *tool_call,
                                         const char *question,
                                         const char *node_id,
                                         const char *node_name,
                                         const char *path);
/* At home, which it tells; runs code of the application. */
void graphbit_approval_set_state (GraphbitApproval *self, GraphbitApprovalState state);

G_END_DECLS
