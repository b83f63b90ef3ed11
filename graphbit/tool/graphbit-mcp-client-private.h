/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-mcp-client.h"
#include "graphbit-mcp-link-private.h"
#include "graphbit-sync-private.h"

G_BEGIN_DECLS

/* Blocking methods hear what the connection tells, if they are called at its home. */
void graphbit_mcp_client_adopt_link (GraphbitMcpClient *self, GraphbitSync *sync);

/* FALSE: the task was returned, and `done` is not called. */
gboolean graphbit_mcp_client_request (GraphbitMcpClient *self,
                                      GTask *task,
                                      GraphbitMcpRequestKind kind,
                                      const char *method,
                                      const char *params,
                                      const char *progress_name,
                                      GraphbitMcpDone done,
                                      gpointer data);

/* An object with one member. */
char *graphbit_mcp_write_member (const char *name, const char *value);

/* The params of tools/call. The arguments are an object's JSON in one line. */
char *graphbit_mcp_client_write_call (const char *name, const char *arguments_json);

/* A call for the sake of an operation, at whose place it is told. FALSE: `done` is not called. */
gboolean graphbit_mcp_client_call_for_model (GraphbitMcpClient *self,
                                             GraphbitOperation *operation,
                                             const char *name,
                                             const char *arguments_json,
                                             GCancellable *cancellable,
                                             GraphbitMcpDone done,
                                             gpointer data,
                                             GError **error);

G_END_DECLS
