/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "executor-support.h"
#include "graphbit-mock-server.h"

G_BEGIN_DECLS

/* The scripted server, and what goes with it. */
GraphbitMockServer *server_new (const char *steps);
GraphbitExecutor *server_make_executor (GraphbitMockServer *self);
/* The bodies of the requests that it got, in their order. */
JsonArray *server_get_bodies (GraphbitMockServer *self);

GraphbitAgentNode *server_add_agent (GraphbitWorkflow *workflow, const char *name, const char *prompt);
GraphbitTool *server_add_tool (GraphbitAgentNode *agent, const char *name, GraphbitToolFunc func, gpointer data);

G_END_DECLS
