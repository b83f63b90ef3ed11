/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-node-call.h"

G_BEGIN_DECLS

/* The executor opens it with graphbit_call_open (…, GRAPHBIT_ERROR_NODE_FAILED, …); what is answered is a
 * char *, freed with g_free (). */
GraphbitNodeCall *graphbit_node_call_new (GraphbitWorkflowContext *context);

G_END_DECLS
