/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-error.h"
#include "graphbit-failure-private.h"
#include "graphbit-json-private.h"
#include "graphbit-mcp-client-private.h"

/*
 * A server with a handshake tells unasked when its lists change, and takes a request for each resource. One without
 * tells as long as one long request lasts, which says all that is wanted; whoever wants something else replaces it.
 */

typedef struct
{
  GTask *task;
  char *uri;
  gboolean is_wanted;
  gboolean is_new; /* it was not wanted before */
} Change;

static void
change_free (Change *self)
{
  g_object_unref (self->task);
  g_free (self->uri);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Change, change_free)

static char *
write_filter (GraphbitMcpClient *self)
{
  static const struct
  {
    GraphbitMcpCapabilities flag;
    const char *name;
  } lists[] = {
    { GRAPHBIT_MCP_CAPABILITIES_TOOLS, "toolsListChanged" },
    { GRAPHBIT_MCP_CAPABILITIES_PROMPTS, "promptsListChanged" },
    { GRAPHBIT_MCP_CAPABILITIES_RESOURCES, "resourcesListChanged" },
  };
  GString *text = g_string_new (NULL);
  GraphbitJsonWriter writer;
  GHashTableIter iter;
  gpointer uri;

  graphbit_json_writer_init (&writer, text);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_name (&writer, "notifications");
  graphbit_json_writer_begin_object (&writer);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      if (self->told_lists & lists[i].flag)
        graphbit_json_writer_raw_member (&writer, lists[i].name, "true", -1);
    }
  if (g_hash_table_size (self->subscriptions) > 0)
    {
      graphbit_json_writer_name (&writer, "resourceSubscriptions");
      graphbit_json_writer_begin_array (&writer);
      g_hash_table_iter_init (&iter, self->subscriptions);
      while (g_hash_table_iter_next (&iter, &uri, NULL))
        graphbit_json_writer_string (&writer, uri);
      graphbit_json_writer_end_array (&writer);
    }
  graphbit_json_writer_end_object (&writer);
  graphbit_json_writer_end_object (&writer);
  return g_string_free (text, FALSE);
}

void
graphbit_mcp_client_listen (GraphbitMcpClient *self,
                            GraphbitMcpLink *link)
{
  g_autofree char *filter = NULL;

  if (!graphbit_mcp_link_has_newest_version (link) ||
      (self->told_lists == 0 && g_hash_table_size (self->subscriptions) == 0))
    return;

  filter = write_filter (self);
  graphbit_mcp_link_tell (link, GRAPHBIT_MCP_REQUEST_LISTEN, GRAPHBIT_MCP_METHOD_LISTEN, filter);
}

void
graphbit_mcp_client_subscribe_again (GraphbitMcpClient *self,
                                     GraphbitMcpLink *link)
{
  GHashTableIter iter;
  gpointer uri;

  g_hash_table_iter_init (&iter, self->subscriptions);
  while (g_hash_table_iter_next (&iter, &uri, NULL))
    {
      g_autofree char *params = graphbit_mcp_write_member ("uri", uri);

      graphbit_mcp_link_tell (link, GRAPHBIT_MCP_REQUEST_CALL, GRAPHBIT_MCP_METHOD_SUBSCRIBE, params);
    }
}

/* Where there is none it is an acknowledgment of nothing. */
static gboolean
is_acknowledged (JsonNode *result,
                 const char *uri)
{
  JsonNode *uris = graphbit_json_lookup_pointer (result, "/notifications/resourceSubscriptions");

  for (guint i = 0; i < graphbit_json_get_size (uris); i++)
    {
      const char *acknowledged = NULL;

      if (graphbit_json_get_string (graphbit_json_get_element (uris, i), NULL, &acknowledged) && strcmp (acknowledged, uri) == 0)
        return TRUE;
    }
  return FALSE;
}

static GError *
refusal (const char *uri)
{
  return g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                      _("The MCP server does not tell of changes of “%s”: read it again from time to time"), uri);
}

static void
changed (JsonNode *result,
         GError *error,
         gpointer data)
{
  g_autoptr (Change) self = data;
  GraphbitMcpClient *client = g_task_get_source_object (self->task);
  g_autoptr (GraphbitMcpLink) link = graphbit_mcp_client_dup_link (client);

  if (error != NULL && self->is_new)
    g_hash_table_remove (client->subscriptions, self->uri);
  if (error != NULL && link != NULL)
    graphbit_mcp_client_listen (client, link); /* it had replaced what was there */
  if (error == NULL && self->is_wanted && !client->has_handshake && !is_acknowledged (result, self->uri))
    {
      g_hash_table_remove (client->subscriptions, self->uri);
      error = refusal (self->uri);
    }

  if (error != NULL)
    g_task_return_error (self->task, error);
  else
    g_task_return_boolean (self->task, TRUE);
}

static void
change (GraphbitMcpClient *self,
        GTask *task,
        const char *uri,
        gboolean is_wanted)
{
  g_autofree char *params = NULL;
  Change *data;

  if (is_wanted && self->state == GRAPHBIT_MCP_STATE_OPEN && !(self->capabilities & GRAPHBIT_MCP_CAPABILITIES_SUBSCRIPTIONS))
    {
      g_task_return_error (task, refusal (uri));
      return;
    }

  data = g_new0 (Change, 1);
  if (is_wanted)
    data->is_new = g_hash_table_add (self->subscriptions, g_strdup (uri));
  else
    g_hash_table_remove (self->subscriptions, uri);
  data->task = g_object_ref (task);
  data->uri = g_strdup (uri);
  data->is_wanted = is_wanted;
  params = self->has_handshake ? graphbit_mcp_write_member ("uri", uri) : write_filter (self);
  if (graphbit_mcp_client_ask (self, task,
                               self->has_handshake ? GRAPHBIT_MCP_REQUEST_CALL : GRAPHBIT_MCP_REQUEST_LISTEN,
                               !self->has_handshake ? GRAPHBIT_MCP_METHOD_LISTEN
                               : is_wanted          ? GRAPHBIT_MCP_METHOD_SUBSCRIBE
                                                    : "resources/unsubscribe",
                               params, NULL, changed, data))
    return;

  if (data->is_new)
    g_hash_table_remove (self->subscriptions, uri);
  change_free (data);
}

/* The methods */

/**
 * graphbit_mcp_client_subscribe_resource_async:
 * @self: a client
 * @uri: which
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Asks the server to tell when a resource changes:
 * [signal@McpClient::resource-updated]. It does so until the client is closed.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@McpClient.subscribe_resource_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_subscribe_resource_async (GraphbitMcpClient *self,
                                              const char *uri,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (uri != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_mcp_client_subscribe_resource_async, cancellable, callback, user_data);
  change (self, task, uri, TRUE);
}

/**
 * graphbit_mcp_client_subscribe_resource_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@McpClient.subscribe_resource_async] began.
 *
 * Fails with %GRAPHBIT_ERROR_FAILED_PRECONDITION if the client is not open,
 * %GRAPHBIT_ERROR_UNSUPPORTED if the server does not tell of changes of that
 * resource, %GRAPHBIT_ERROR_NOT_FOUND if it has none of that URI, and as
 * [method@McpClient.call_tool_finish] does.
 *
 * Returns: %TRUE, or %FALSE with @error set
 *
 * Since: 1.0
 */
gboolean
graphbit_mcp_client_subscribe_resource_finish (GraphbitMcpClient *self,
                                               GAsyncResult *result,
                                               GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_mcp_client_subscribe_resource_async), FALSE);

  return graphbit_task_propagate_boolean (result, error);
}

/**
 * graphbit_mcp_client_subscribe_resource:
 * @self: a client
 * @uri: which
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Asks the server to tell when a resource changes:
 * [signal@McpClient::resource-updated]. It does so until the client is closed.
 *
 * Blocks until that is done. Your main context does not run meanwhile. Errors are
 * those of [method@McpClient.subscribe_resource_finish].
 *
 * Returns: %TRUE, or %FALSE with @error set
 *
 * Since: 1.0
 */
gboolean
graphbit_mcp_client_subscribe_resource (GraphbitMcpClient *self,
                                        const char *uri,
                                        GCancellable *cancellable,
                                        GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), FALSE);
  g_return_val_if_fail (uri != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  graphbit_sync_begin (&sync);
  graphbit_mcp_client_adopt_link (self, &sync);
  graphbit_mcp_client_subscribe_resource_async (self, uri, cancellable, graphbit_sync_ready, &sync);
  return graphbit_mcp_client_subscribe_resource_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_mcp_client_unsubscribe_resource_async:
 * @self: a client
 * @uri: which
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Asks the server to tell no more of changes of a resource.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@McpClient.unsubscribe_resource_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_unsubscribe_resource_async (GraphbitMcpClient *self,
                                                const char *uri,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (uri != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_mcp_client_unsubscribe_resource_async, cancellable, callback, user_data);
  change (self, task, uri, FALSE);
}

/**
 * graphbit_mcp_client_unsubscribe_resource_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@McpClient.unsubscribe_resource_async] began.
 *
 * Fails with %GRAPHBIT_ERROR_FAILED_PRECONDITION if the client is not open, and as
 * [method@McpClient.call_tool_finish] does.
 *
 * Returns: %TRUE, or %FALSE with @error set
 *
 * Since: 1.0
 */
gboolean
graphbit_mcp_client_unsubscribe_resource_finish (GraphbitMcpClient *self,
                                                 GAsyncResult *result,
                                                 GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_mcp_client_unsubscribe_resource_async), FALSE);

  return graphbit_task_propagate_boolean (result, error);
}

/**
 * graphbit_mcp_client_unsubscribe_resource:
 * @self: a client
 * @uri: which
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Asks the server to tell no more of changes of a resource.
 *
 * Blocks until that is done. Your main context does not run meanwhile. Errors are
 * those of [method@McpClient.unsubscribe_resource_finish].
 *
 * Returns: %TRUE, or %FALSE with @error set
 *
 * Since: 1.0
 */
gboolean
graphbit_mcp_client_unsubscribe_resource (GraphbitMcpClient *self,
                                          const char *uri,
                                          GCancellable *cancellable,
                                          GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), FALSE);
  g_return_val_if_fail (uri != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  graphbit_sync_begin (&sync);
  graphbit_mcp_client_adopt_link (self, &sync);
  graphbit_mcp_client_unsubscribe_resource_async (self, uri, cancellable, graphbit_sync_ready, &sync);
  return graphbit_mcp_client_unsubscribe_resource_finish (self, graphbit_sync_wait (&sync), error);
}
