/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <pthread.h>

#include "graphbit-mcp-client.h"
#include "graphbit-mcp-link-private.h"
#include "graphbit-sync-private.h"

G_BEGIN_DECLS

struct _GraphbitMcpClient
{
  GObject parent_instance;

  GStrv command;
  char *uri;
  char *working_directory;
  char *tool_prefix;
  char *log_level;
  guint timeout_ms;
  guint close_timeout_ms;
  GHashTable *environment; /* name → GraphbitSecret, or NULL: unset */
  GHashTable *headers;     /* name → text; replaced, never changed */
  const char *secret_header;
  const char *secret_prefix;
  GraphbitSecret *secret;

  pthread_mutex_t mutex;
  GraphbitMcpLink *link; /* under the mutex */
  GraphbitMcpState state;
  GraphbitMcpCapabilities capabilities;
  char *protocol_version;
  char *server_name;
  char *server_version;
  char *instructions;
  gboolean has_handshake;    /* the server, as far as is known from the last time */
  gboolean is_close_asked;
  GraphbitMcpCapabilities told_lists; /* of whose changes it tells */
  GHashTable *subscriptions; /* URIs */
  GHashTable *tool_headers;  /* tool → GPtrArray of its arguments that are headers, too; under the mutex */
};

/* What a server says of itself. */
typedef struct
{
  const char *protocol_version;
  const char *name;
  const char *version;
  const char *instructions;
  GraphbitMcpCapabilities capabilities;
} GraphbitMcpServer;

/* What the client shows. At home. */
void graphbit_mcp_client_set_state (GraphbitMcpClient *self, GraphbitMcpState state);
void graphbit_mcp_client_set_server (GraphbitMcpClient *self, const GraphbitMcpServer *server);
void graphbit_mcp_client_emit (GraphbitMcpClient *self, const GraphbitMcpEvent *event);
void graphbit_mcp_client_emit_closed (GraphbitMcpClient *self, const GError *error);

/* The connection. */

/* A reference, or NULL. Any thread. */
GraphbitMcpLink *graphbit_mcp_client_dup_link (GraphbitMcpClient *self);
/* Takes the link over. */
void graphbit_mcp_client_set_link (GraphbitMcpClient *self, GraphbitMcpLink *link);

/* Blocking methods hear what the connection tells, if they are called at its home. */
void graphbit_mcp_client_adopt_link (GraphbitMcpClient *self, GraphbitSync *sync);

/* Asks an open client's server. FALSE: the task was returned, and `done` is not called. `subject` is what it is about:
 * the name of a tool or prompt, the URI of a resource; NULL: nothing. */
gboolean graphbit_mcp_client_ask (GraphbitMcpClient *self,
                                  GTask *task,
                                  GraphbitMcpRequestKind kind,
                                  const char *method,
                                  const char *params,
                                  const char *subject,
                                  GraphbitMcpDone done,
                                  gpointer data);

/* A call for the sake of an operation, at whose place it is told. FALSE: `done` is not called. */
gboolean graphbit_mcp_client_call_for_model (GraphbitMcpClient *self,
                                             GraphbitOperation *operation,
                                             const char *name,
                                             const char *arguments_json,
                                             GCancellable *cancellable,
                                             GraphbitMcpDone done,
                                             gpointer data,
                                             GError **error);

/* The subscriptions. */

/* Asks to be told of changes where the server speaks without a handshake; where it does, it tells unasked. */
void graphbit_mcp_client_listen (GraphbitMcpClient *self, GraphbitMcpLink *link);
/* The server has forgotten them: asks again. */
void graphbit_mcp_client_subscribe_again (GraphbitMcpClient *self, GraphbitMcpLink *link);

/* What is written. */

/* An object with one member. */
char *graphbit_mcp_write_member (const char *name, const char *value);
/* The params of tools/call. The arguments are an object's JSON in one line. */
char *graphbit_mcp_write_call (const char *name, const char *arguments_json);

G_END_DECLS
