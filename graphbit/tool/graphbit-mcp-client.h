/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-types.h"

G_BEGIN_DECLS

/**
 * GraphbitMcpState:
 * @GRAPHBIT_MCP_STATE_CLOSED: there is no connection
 * @GRAPHBIT_MCP_STATE_OPENING: it is being made
 * @GRAPHBIT_MCP_STATE_OPEN: the server can be asked
 * @GRAPHBIT_MCP_STATE_CLOSING: it is being ended
 *
 * What a [class@McpClient] is doing. This enumeration can be extended at a later
 * date.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_MCP_STATE_CLOSED,
  GRAPHBIT_MCP_STATE_OPENING,
  GRAPHBIT_MCP_STATE_OPEN,
  GRAPHBIT_MCP_STATE_CLOSING
} GraphbitMcpState;

/**
 * GraphbitMcpCapabilities:
 * @GRAPHBIT_MCP_CAPABILITIES_TOOLS: it has tools
 * @GRAPHBIT_MCP_CAPABILITIES_RESOURCES: it has resources
 * @GRAPHBIT_MCP_CAPABILITIES_PROMPTS: it has prompts
 * @GRAPHBIT_MCP_CAPABILITIES_LOGGING: it can send log messages
 * @GRAPHBIT_MCP_CAPABILITIES_SUBSCRIPTIONS: it can tell of changes of a resource
 *
 * What an MCP server offers. These flags can be extended at a later date.
 *
 * Since: 1.0
 */
typedef enum /*< flags >*/
{
  GRAPHBIT_MCP_CAPABILITIES_TOOLS = 1 << 0,
  GRAPHBIT_MCP_CAPABILITIES_RESOURCES = 1 << 1,
  GRAPHBIT_MCP_CAPABILITIES_PROMPTS = 1 << 2,
  GRAPHBIT_MCP_CAPABILITIES_LOGGING = 1 << 3,
  GRAPHBIT_MCP_CAPABILITIES_SUBSCRIPTIONS = 1 << 4
} GraphbitMcpCapabilities;

#define GRAPHBIT_TYPE_MCP_CLIENT (graphbit_mcp_client_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitMcpClient, graphbit_mcp_client, GRAPHBIT, MCP_CLIENT, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitMcpClient *graphbit_mcp_client_new_stdio (const char *const *command);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitMcpClient *graphbit_mcp_client_new_http (const char *uri);

GRAPHBIT_AVAILABLE_IN_ALL
const char *const *graphbit_mcp_client_get_command (GraphbitMcpClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_client_get_uri (GraphbitMcpClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_client_get_working_directory (GraphbitMcpClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_set_working_directory (GraphbitMcpClient *self,
                                                const char *working_directory);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_client_get_tool_prefix (GraphbitMcpClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_set_tool_prefix (GraphbitMcpClient *self,
                                          const char *tool_prefix);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_client_get_log_level (GraphbitMcpClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_set_log_level (GraphbitMcpClient *self,
                                        const char *log_level);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_mcp_client_get_timeout_ms (GraphbitMcpClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_set_timeout_ms (GraphbitMcpClient *self,
                                         guint timeout_ms);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_mcp_client_get_close_timeout_ms (GraphbitMcpClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_set_close_timeout_ms (GraphbitMcpClient *self,
                                               guint close_timeout_ms);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitMcpState graphbit_mcp_client_get_state (GraphbitMcpClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitMcpCapabilities graphbit_mcp_client_get_capabilities (GraphbitMcpClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_client_get_protocol_version (GraphbitMcpClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_client_get_server_name (GraphbitMcpClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_client_get_server_version (GraphbitMcpClient *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_mcp_client_get_instructions (GraphbitMcpClient *self);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_set_environment_variable (GraphbitMcpClient *self,
                                                   const char *name,
                                                   const char *value);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_set_header (GraphbitMcpClient *self,
                                     const char *name,
                                     const char *value);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_set_secret_header (GraphbitMcpClient *self,
                                            const char *name,
                                            const char *value);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_set_bearer_token (GraphbitMcpClient *self,
                                           const char *token);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_open_async (GraphbitMcpClient *self,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_mcp_client_open_finish (GraphbitMcpClient *self,
                                          GAsyncResult *result,
                                          GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_mcp_client_open (GraphbitMcpClient *self,
                                   GCancellable *cancellable,
                                   GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_close_async (GraphbitMcpClient *self,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_mcp_client_close_finish (GraphbitMcpClient *self,
                                           GAsyncResult *result,
                                           GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_mcp_client_close (GraphbitMcpClient *self,
                                    GCancellable *cancellable,
                                    GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_list_tools_async (GraphbitMcpClient *self,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_mcp_client_list_tools_finish (GraphbitMcpClient *self,
                                                  GAsyncResult *result,
                                                  GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_mcp_client_list_tools (GraphbitMcpClient *self,
                                           GCancellable *cancellable,
                                           GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_call_tool_async (GraphbitMcpClient *self,
                                          const char *name,
                                          const char *arguments_json,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitMcpResult *graphbit_mcp_client_call_tool_finish (GraphbitMcpClient *self,
                                                         GAsyncResult *result,
                                                         GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitMcpResult *graphbit_mcp_client_call_tool (GraphbitMcpClient *self,
                                                  const char *name,
                                                  const char *arguments_json,
                                                  GCancellable *cancellable,
                                                  GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_list_resources_async (GraphbitMcpClient *self,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_mcp_client_list_resources_finish (GraphbitMcpClient *self,
                                                      GAsyncResult *result,
                                                      GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_mcp_client_list_resources (GraphbitMcpClient *self,
                                               GCancellable *cancellable,
                                               GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_list_resource_templates_async (GraphbitMcpClient *self,
                                                        GCancellable *cancellable,
                                                        GAsyncReadyCallback callback,
                                                        gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_mcp_client_list_resource_templates_finish (GraphbitMcpClient *self,
                                                               GAsyncResult *result,
                                                               GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_mcp_client_list_resource_templates (GraphbitMcpClient *self,
                                                        GCancellable *cancellable,
                                                        GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_read_resource_async (GraphbitMcpClient *self,
                                              const char *uri,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitMcpResult *graphbit_mcp_client_read_resource_finish (GraphbitMcpClient *self,
                                                             GAsyncResult *result,
                                                             GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitMcpResult *graphbit_mcp_client_read_resource (GraphbitMcpClient *self,
                                                      const char *uri,
                                                      GCancellable *cancellable,
                                                      GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_subscribe_resource_async (GraphbitMcpClient *self,
                                                   const char *uri,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_mcp_client_subscribe_resource_finish (GraphbitMcpClient *self,
                                                        GAsyncResult *result,
                                                        GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_mcp_client_subscribe_resource (GraphbitMcpClient *self,
                                                 const char *uri,
                                                 GCancellable *cancellable,
                                                 GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_unsubscribe_resource_async (GraphbitMcpClient *self,
                                                     const char *uri,
                                                     GCancellable *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_mcp_client_unsubscribe_resource_finish (GraphbitMcpClient *self,
                                                          GAsyncResult *result,
                                                          GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_mcp_client_unsubscribe_resource (GraphbitMcpClient *self,
                                                   const char *uri,
                                                   GCancellable *cancellable,
                                                   GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_list_prompts_async (GraphbitMcpClient *self,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_mcp_client_list_prompts_finish (GraphbitMcpClient *self,
                                                    GAsyncResult *result,
                                                    GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_mcp_client_list_prompts (GraphbitMcpClient *self,
                                             GCancellable *cancellable,
                                             GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_mcp_client_get_prompt_async (GraphbitMcpClient *self,
                                           const char *name,
                                           GVariant *values,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_mcp_client_get_prompt_finish (GraphbitMcpClient *self,
                                                  GAsyncResult *result,
                                                  GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_mcp_client_get_prompt (GraphbitMcpClient *self,
                                           const char *name,
                                           GVariant *values,
                                           GCancellable *cancellable,
                                           GError **error);

G_END_DECLS
