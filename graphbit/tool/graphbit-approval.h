/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-call.h"

G_BEGIN_DECLS

/**
 * GraphbitApprovalState:
 * @GRAPHBIT_APPROVAL_STATE_WAITING: nobody has answered
 * @GRAPHBIT_APPROVAL_STATE_ALLOWED: a person has allowed it
 * @GRAPHBIT_APPROVAL_STATE_DENIED: a person has denied it
 * @GRAPHBIT_APPROVAL_STATE_EXPIRED: the answer is wanted no more: the time is up,
 *   or the run has ended
 *
 * What became of an [class@Approval]. This enumeration can be extended at a later
 * date.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_APPROVAL_STATE_WAITING,
  GRAPHBIT_APPROVAL_STATE_ALLOWED,
  GRAPHBIT_APPROVAL_STATE_DENIED,
  GRAPHBIT_APPROVAL_STATE_EXPIRED
} GraphbitApprovalState;

#define GRAPHBIT_TYPE_APPROVAL (graphbit_approval_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitApproval, graphbit_approval, GRAPHBIT, APPROVAL, GraphbitCall)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitToolCall *graphbit_approval_get_tool_call (GraphbitApproval *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_approval_get_question (GraphbitApproval *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_approval_get_node_id (GraphbitApproval *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_approval_get_node_name (GraphbitApproval *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_approval_get_path (GraphbitApproval *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitApprovalState graphbit_approval_get_state (GraphbitApproval *self);

GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_approval_allow (GraphbitApproval *self);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_approval_allow_always (GraphbitApproval *self);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_approval_deny (GraphbitApproval *self,
                                 const char *reason);

G_END_DECLS
