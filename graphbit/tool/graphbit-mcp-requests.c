/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "graphbit-error.h"
#include "graphbit-failure-private.h"
#include "graphbit-json-private.h"
#include "graphbit-llm-message.h"
#include "graphbit-mcp-client-private.h"
#include "graphbit-mcp-prompt.h"
#include "graphbit-mcp-resource.h"
#include "graphbit-mcp-values-private.h"

/* A list that goes on longer than this goes round in a circle, or is to do harm. */
#define MAX_PAGES 1000
#define MAX_ITEMS 10000

/* `done` gets a reference to the task. */
static void
send (GraphbitMcpClient *self,
      GTask *task,
      const char *method,
      const char *params,
      const char *subject,
      GraphbitMcpDone done)
{
  if (graphbit_mcp_client_ask (self, task, GRAPHBIT_MCP_REQUEST_CALL, method, params, subject, done, task))
    g_object_ref (task);
}

/* Lists, page by page */

typedef struct
{
  const char *method;
  const char *member; /* of the result: the array */
  /* A reference, or NULL for what is none. */
  gpointer (*make) (GraphbitMcpClient *self, GHashTable *taken, JsonNode *item);
} ListingClass;

typedef struct
{
  GTask *task;
  const ListingClass *klass;
  GPtrArray *items;
  GHashTable *taken; /* names; with # at their end the last number that was given to one */
  guint n_pages;
} Listing;

static void
listing_free (Listing *self)
{
  g_object_unref (self->task);
  g_ptr_array_unref (self->items);
  g_hash_table_unref (self->taken);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Listing, listing_free)

static void
page_done (JsonNode *result,
           GError *error,
           gpointer data)
{
  g_autoptr (Listing) self = data;
  GraphbitMcpClient *client = g_task_get_source_object (self->task);
  JsonNode *page = graphbit_json_get_member (result, self->klass->member);
  const char *cursor = NULL;

  if (error != NULL)
    {
      g_task_return_error (self->task, error);
      return;
    }
  if (graphbit_json_get_kind (page) != GRAPHBIT_JSON_KIND_ARRAY)
    {
      g_task_return_new_error (self->task, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PROTOCOL,
                               _("The MCP server answered “%s” without a list: look for an update of it"),
                               self->klass->method);
      return;
    }

  for (guint i = 0; i < graphbit_json_get_size (page) && self->items->len <= MAX_ITEMS; i++)
    {
      gpointer item = self->klass->make (client, self->taken, graphbit_json_get_element (page, i));

      if (item != NULL)
        g_ptr_array_add (self->items, item);
    }

  graphbit_json_get_string (result, "nextCursor", &cursor);
  if (self->items->len > MAX_ITEMS || (cursor != NULL && self->n_pages == MAX_PAGES))
    {
      g_task_return_new_error (self->task, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PROTOCOL,
                               _("The list that the MCP server answered “%s” with has more than %d pages or %d entries: make it list fewer"),
                               self->klass->method, MAX_PAGES, MAX_ITEMS);
      return;
    }
  if (cursor != NULL)
    {
      g_autofree char *params = graphbit_mcp_write_member ("cursor", cursor);

      self->n_pages++;
      if (graphbit_mcp_client_ask (client, self->task, GRAPHBIT_MCP_REQUEST_CALL, self->klass->method, params, NULL, page_done, self))
        g_steal_pointer (&self);
      return;
    }

  g_task_return_pointer (self->task, g_ptr_array_ref (self->items), (GDestroyNotify) g_ptr_array_unref);
}

static void
list_all (GraphbitMcpClient *self,
          GTask *task,
          const ListingClass *klass)
{
  Listing *listing = g_new0 (Listing, 1);

  listing->task = g_object_ref (task);
  listing->klass = klass;
  listing->items = g_ptr_array_new_with_free_func (g_object_unref);
  listing->taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  listing->n_pages = 1;

  if (!graphbit_mcp_client_ask (self, task, GRAPHBIT_MCP_REQUEST_CALL, klass->method, NULL, NULL, page_done, listing))
    listing_free (listing);
}

static gpointer
make_tool (GraphbitMcpClient *self,
           GHashTable *taken,
           JsonNode *item)
{
  if (!graphbit_mcp_client_keep_headers (self, item))
    return NULL;

  return graphbit_mcp_make_tool (self, graphbit_mcp_client_get_tool_prefix (self), taken, item);
}

static gpointer
make_resource_from (JsonNode *item,
                    const char *uri_member,
                    gboolean is_template)
{
  const char *uri = NULL, *name = NULL, *title = NULL, *description = NULL, *mime_type = NULL;
  gint64 size = -1;

  if (!graphbit_json_get_string (item, uri_member, &uri))
    return NULL;

  name = uri;
  graphbit_json_get_string (item, "name", &name);
  graphbit_json_get_string (item, "title", &title);
  graphbit_json_get_string (item, "description", &description);
  graphbit_json_get_string (item, "mimeType", &mime_type);
  graphbit_json_get_int64 (item, "size", &size);
  return g_object_new (GRAPHBIT_TYPE_MCP_RESOURCE,
                       "uri", uri,
                       "name", name,
                       "title", title,
                       "description", description,
                       "mime-type", mime_type,
                       "size", MAX (size, -1),
                       "is-template", is_template,
                       NULL);
}

static gpointer
make_resource (GraphbitMcpClient *self,
               GHashTable *taken,
               JsonNode *item)
{
  return make_resource_from (item, "uri", FALSE);
}

static gpointer
make_template (GraphbitMcpClient *self,
               GHashTable *taken,
               JsonNode *item)
{
  return make_resource_from (item, "uriTemplate", TRUE);
}

static gpointer
make_prompt (GraphbitMcpClient *self,
             GHashTable *taken,
             JsonNode *item)
{
  const char *name = NULL, *title = NULL, *description = NULL;
  JsonNode *arguments = graphbit_json_get_member (item, "arguments");
  g_autofree char *arguments_json = NULL;

  if (!graphbit_json_get_string (item, "name", &name))
    return NULL;

  graphbit_json_get_string (item, "title", &title);
  graphbit_json_get_string (item, "description", &description);
  if (graphbit_json_get_size (arguments) > 0)
    arguments_json = graphbit_json_to_text (arguments);
  return g_object_new (GRAPHBIT_TYPE_MCP_PROMPT,
                       "name", name,
                       "title", title,
                       "description", description,
                       "arguments-json", arguments_json,
                       NULL);
}

static const ListingClass tools_listing = { "tools/list", "tools", make_tool };
static const ListingClass resources_listing = { "resources/list", "resources", make_resource };
static const ListingClass templates_listing = { "resources/templates/list", "resourceTemplates", make_template };
static const ListingClass prompts_listing = { "prompts/list", "prompts", make_prompt };

/* Single answers */

char *
graphbit_mcp_write_member (const char *name,
                           const char *value)
{
  GString *text = g_string_new (NULL);
  GraphbitJsonWriter writer;

  graphbit_json_writer_init (&writer, text);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, name, value);
  graphbit_json_writer_end_object (&writer);
  return g_string_free (text, FALSE);
}

char *
graphbit_mcp_write_call (const char *name,
                                const char *arguments_json)
{
  GString *text = g_string_new (NULL);
  GraphbitJsonWriter writer;

  graphbit_json_writer_init (&writer, text);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, "name", name);
  graphbit_json_writer_raw_member (&writer, "arguments", arguments_json, -1);
  graphbit_json_writer_end_object (&writer);
  return g_string_free (text, FALSE);
}

static char *
write_call (const char *name,
            const char *arguments_json,
            GError **error)
{
  g_autoptr (JsonNode) arguments = graphbit_json_parse (arguments_json != NULL ? arguments_json : "{}", -1, NULL);
  g_autofree char *text = NULL;

  if (graphbit_json_get_kind (arguments) != GRAPHBIT_JSON_KIND_OBJECT)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("The arguments for the tool “%s” must be the JSON text of an object"), name);
      return NULL;
    }

  /* A line end would end the message. */
  text = graphbit_json_to_text (arguments);
  return graphbit_mcp_write_call (name, text);
}

static void
result_done (JsonNode *result,
             GError *error,
             gpointer data)
{
  g_autoptr (GTask) task = data;

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, graphbit_mcp_result_new (result), g_object_unref);
}

static char *
write_prompt (const char *name,
              GVariant *arguments,
              GError **error)
{
  g_autoptr (GVariant) owned = arguments != NULL ? g_variant_ref_sink (arguments) : NULL;
  GString *text;
  GraphbitJsonWriter writer;

  if (arguments != NULL && !g_variant_is_of_type (arguments, G_VARIANT_TYPE ("a{ss}")))
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("The arguments of the prompt “%s” must be texts by name (a{ss})"), name);
      return NULL;
    }

  text = g_string_new (NULL);
  graphbit_json_writer_init (&writer, text);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, "name", name);
  if (arguments != NULL)
    {
      GVariantIter iter;
      const char *key, *value;

      graphbit_json_writer_name (&writer, "arguments");
      graphbit_json_writer_begin_object (&writer);
      g_variant_iter_init (&iter, arguments);
      while (g_variant_iter_next (&iter, "{&s&s}", &key, &value))
        graphbit_json_writer_string_member (&writer, key, value);
      graphbit_json_writer_end_object (&writer);
    }
  graphbit_json_writer_end_object (&writer);
  return g_string_free (text, FALSE);
}

static GraphbitLlmMessage *
make_message (JsonNode *message)
{
  JsonNode *content = graphbit_json_get_member (message, "content");
  g_autoptr (GraphbitContentPart) part = graphbit_mcp_make_part (content);
  const char *role = NULL, *text = "";
  GraphbitLlmMessage *self;

  graphbit_json_get_string (message, "role", &role);
  if (part != NULL && graphbit_content_part_get_kind (part) == GRAPHBIT_CONTENT_KIND_TEXT)
    text = graphbit_content_part_get_text (part);
  self = g_strcmp0 (role, "assistant") == 0 ? graphbit_llm_message_new_assistant (text) : graphbit_llm_message_new_user (text);
  if (part != NULL && graphbit_content_part_get_kind (part) != GRAPHBIT_CONTENT_KIND_TEXT)
    graphbit_llm_message_add_part (self, part);
  return self;
}

static void
prompt_done (JsonNode *result,
             GError *error,
             gpointer data)
{
  g_autoptr (GTask) task = data;
  JsonNode *messages = graphbit_json_get_member (result, "messages");
  GPtrArray *array;

  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  array = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < graphbit_json_get_size (messages); i++)
    g_ptr_array_add (array, make_message (graphbit_json_get_element (messages, i)));
  g_task_return_pointer (task, array, (GDestroyNotify) g_ptr_array_unref);
}

/* The methods */

/**
 * graphbit_mcp_client_list_tools_async:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Asks which tools the server has. They work in [property@AgentNode:tools] and
 * wherever else tools do, as long as the client is open; each keeps the client.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@McpClient.list_tools_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_list_tools_async (GraphbitMcpClient *self,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_mcp_client_list_tools_async, cancellable, callback, user_data);
  list_all (self, task, &tools_listing);
}

/**
 * graphbit_mcp_client_list_tools_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@McpClient.list_tools_async] began.
 *
 * Fails with %GRAPHBIT_ERROR_FAILED_PRECONDITION if the client is not open,
 * %GRAPHBIT_ERROR_CONNECTION if the connection broke or breaks meanwhile: open it
 * again; %GRAPHBIT_ERROR_TIMEOUT after [property@McpClient:timeout-ms],
 * %GRAPHBIT_ERROR_PROTOCOL if the answer makes no sense, and if the server refuses
 * with %GRAPHBIT_ERROR_UNSUPPORTED, %GRAPHBIT_ERROR_INVALID_REQUEST,
 * %GRAPHBIT_ERROR_NOT_FOUND or %GRAPHBIT_ERROR_UNAVAILABLE.
 *
 * Returns: (transfer container) (element-type GraphbitTool): the tools, in the server's order
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_mcp_client_list_tools_finish (GraphbitMcpClient *self,
                                       GAsyncResult *result,
                                       GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_mcp_client_list_tools_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_mcp_client_list_tools:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Asks which tools the server has. They work in [property@AgentNode:tools] and
 * wherever else tools do, as long as the client is open; each keeps the client.
 *
 * Blocks until that is done. Your main context does not run meanwhile. Errors are
 * those of [method@McpClient.list_tools_finish].
 *
 * Returns: (transfer container) (element-type GraphbitTool): the tools, in the server's order
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_mcp_client_list_tools (GraphbitMcpClient *self,
                                GCancellable *cancellable,
                                GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  graphbit_sync_begin (&sync);
  graphbit_mcp_client_adopt_link (self, &sync);
  graphbit_mcp_client_list_tools_async (self, cancellable, graphbit_sync_ready, &sync);
  return graphbit_mcp_client_list_tools_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_mcp_client_call_tool_async:
 * @self: a client
 * @name: the tool, as the server calls it
 * @arguments_json: (nullable): the JSON text of an object; %NULL: no arguments
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Calls a tool, without a model. [signal@McpClient::progress] tells how far it
 * has come if the server does. Cancelling tells the server so.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@McpClient.call_tool_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_call_tool_async (GraphbitMcpClient *self,
                                     const char *name,
                                     const char *arguments_json,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *params = NULL;
  GError *error = NULL;

  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_mcp_client_call_tool_async, cancellable, callback, user_data);
  params = write_call (name, arguments_json, &error);
  if (params == NULL)
    g_task_return_error (task, error);
  else
    send (self, task, GRAPHBIT_MCP_METHOD_CALL, params, name, result_done);
}

/**
 * graphbit_mcp_client_call_tool_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@McpClient.call_tool_async] began.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if @arguments_json is no object, and
 * with what [method@McpClient.list_tools_finish] lists. A tool that fails is no
 * error here: see [property@McpResult:is-error].
 *
 * Returns: (transfer full): what the tool gave, be it that it failed
 *
 * Since: 1.0
 */
GraphbitMcpResult *
graphbit_mcp_client_call_tool_finish (GraphbitMcpClient *self,
                                      GAsyncResult *result,
                                      GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_mcp_client_call_tool_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_mcp_client_call_tool:
 * @self: a client
 * @name: the tool, as the server calls it
 * @arguments_json: (nullable): the JSON text of an object; %NULL: no arguments
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Calls a tool, without a model. [signal@McpClient::progress] tells how far it
 * has come if the server does. Cancelling tells the server so.
 *
 * Blocks until that is done. Your main context does not run meanwhile. Errors are
 * those of [method@McpClient.call_tool_finish].
 *
 * Returns: (transfer full): what the tool gave, be it that it failed
 *
 * Since: 1.0
 */
GraphbitMcpResult *
graphbit_mcp_client_call_tool (GraphbitMcpClient *self,
                               const char *name,
                               const char *arguments_json,
                               GCancellable *cancellable,
                               GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  graphbit_sync_begin (&sync);
  graphbit_mcp_client_adopt_link (self, &sync);
  graphbit_mcp_client_call_tool_async (self, name, arguments_json, cancellable, graphbit_sync_ready, &sync);
  return graphbit_mcp_client_call_tool_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_mcp_client_list_resources_async:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Asks what can be read from the server.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@McpClient.list_resources_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_list_resources_async (GraphbitMcpClient *self,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_mcp_client_list_resources_async, cancellable, callback, user_data);
  list_all (self, task, &resources_listing);
}

/**
 * graphbit_mcp_client_list_resources_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@McpClient.list_resources_async] began.
 *
 * Errors are those of [method@McpClient.list_tools_finish].
 *
 * Returns: (transfer container) (element-type GraphbitMcpResource): the resources
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_mcp_client_list_resources_finish (GraphbitMcpClient *self,
                                           GAsyncResult *result,
                                           GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_mcp_client_list_resources_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_mcp_client_list_resources:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Asks what can be read from the server.
 *
 * Blocks until that is done. Your main context does not run meanwhile. Errors are
 * those of [method@McpClient.list_resources_finish].
 *
 * Returns: (transfer container) (element-type GraphbitMcpResource): the resources
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_mcp_client_list_resources (GraphbitMcpClient *self,
                                    GCancellable *cancellable,
                                    GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  graphbit_sync_begin (&sync);
  graphbit_mcp_client_adopt_link (self, &sync);
  graphbit_mcp_client_list_resources_async (self, cancellable, graphbit_sync_ready, &sync);
  return graphbit_mcp_client_list_resources_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_mcp_client_list_resource_templates_async:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Asks for which families of addresses something can be read from the server.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@McpClient.list_resource_templates_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_list_resource_templates_async (GraphbitMcpClient *self,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_mcp_client_list_resource_templates_async, cancellable, callback, user_data);
  list_all (self, task, &templates_listing);
}

/**
 * graphbit_mcp_client_list_resource_templates_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@McpClient.list_resource_templates_async] began.
 *
 * Errors are those of [method@McpClient.list_tools_finish].
 *
 * Returns: (transfer container) (element-type GraphbitMcpResource): the templates
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_mcp_client_list_resource_templates_finish (GraphbitMcpClient *self,
                                                    GAsyncResult *result,
                                                    GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_mcp_client_list_resource_templates_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_mcp_client_list_resource_templates:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Asks for which families of addresses something can be read from the server.
 *
 * Blocks until that is done. Your main context does not run meanwhile. Errors are
 * those of [method@McpClient.list_resource_templates_finish].
 *
 * Returns: (transfer container) (element-type GraphbitMcpResource): the templates
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_mcp_client_list_resource_templates (GraphbitMcpClient *self,
                                             GCancellable *cancellable,
                                             GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  graphbit_sync_begin (&sync);
  graphbit_mcp_client_adopt_link (self, &sync);
  graphbit_mcp_client_list_resource_templates_async (self, cancellable, graphbit_sync_ready, &sync);
  return graphbit_mcp_client_list_resource_templates_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_mcp_client_read_resource_async:
 * @self: a client
 * @uri: which: the URI of a resource, or of a template filled in
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Reads a resource.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@McpClient.read_resource_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_read_resource_async (GraphbitMcpClient *self,
                                         const char *uri,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *params = NULL;

  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (uri != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_mcp_client_read_resource_async, cancellable, callback, user_data);
  params = graphbit_mcp_write_member ("uri", uri);
  send (self, task, GRAPHBIT_MCP_METHOD_READ, params, uri, result_done);
}

/**
 * graphbit_mcp_client_read_resource_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@McpClient.read_resource_async] began.
 *
 * Fails with %GRAPHBIT_ERROR_NOT_FOUND or %GRAPHBIT_ERROR_INVALID_REQUEST if there
 * is none, as the server says, and with what
 * [method@McpClient.list_tools_finish] lists.
 *
 * Returns: (transfer full): what it contains
 *
 * Since: 1.0
 */
GraphbitMcpResult *
graphbit_mcp_client_read_resource_finish (GraphbitMcpClient *self,
                                          GAsyncResult *result,
                                          GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_mcp_client_read_resource_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_mcp_client_read_resource:
 * @self: a client
 * @uri: which: the URI of a resource, or of a template filled in
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Reads a resource.
 *
 * Blocks until that is done. Your main context does not run meanwhile. Errors are
 * those of [method@McpClient.read_resource_finish].
 *
 * Returns: (transfer full): what it contains
 *
 * Since: 1.0
 */
GraphbitMcpResult *
graphbit_mcp_client_read_resource (GraphbitMcpClient *self,
                                   const char *uri,
                                   GCancellable *cancellable,
                                   GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);
  g_return_val_if_fail (uri != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  graphbit_sync_begin (&sync);
  graphbit_mcp_client_adopt_link (self, &sync);
  graphbit_mcp_client_read_resource_async (self, uri, cancellable, graphbit_sync_ready, &sync);
  return graphbit_mcp_client_read_resource_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_mcp_client_list_prompts_async:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Asks which prompts the server has ready.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@McpClient.list_prompts_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_list_prompts_async (GraphbitMcpClient *self,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_mcp_client_list_prompts_async, cancellable, callback, user_data);
  list_all (self, task, &prompts_listing);
}

/**
 * graphbit_mcp_client_list_prompts_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@McpClient.list_prompts_async] began.
 *
 * Errors are those of [method@McpClient.list_tools_finish].
 *
 * Returns: (transfer container) (element-type GraphbitMcpPrompt): the prompts
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_mcp_client_list_prompts_finish (GraphbitMcpClient *self,
                                         GAsyncResult *result,
                                         GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_mcp_client_list_prompts_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_mcp_client_list_prompts:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Asks which prompts the server has ready.
 *
 * Blocks until that is done. Your main context does not run meanwhile. Errors are
 * those of [method@McpClient.list_prompts_finish].
 *
 * Returns: (transfer container) (element-type GraphbitMcpPrompt): the prompts
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_mcp_client_list_prompts (GraphbitMcpClient *self,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  graphbit_sync_begin (&sync);
  graphbit_mcp_client_adopt_link (self, &sync);
  graphbit_mcp_client_list_prompts_async (self, cancellable, graphbit_sync_ready, &sync);
  return graphbit_mcp_client_list_prompts_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_mcp_client_get_prompt_async:
 * @self: a client
 * @name: which
 * @values: (nullable): its arguments, of type `a{ss}`; %NULL: none
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Gets a prompt with its arguments filled in.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@McpClient.get_prompt_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_get_prompt_async (GraphbitMcpClient *self,
                                      const char *name,
                                      GVariant *values,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *params = NULL;
  GError *error = NULL;

  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_mcp_client_get_prompt_async, cancellable, callback, user_data);
  params = write_prompt (name, values, &error);
  if (params == NULL)
    g_task_return_error (task, error);
  else
    send (self, task, "prompts/get", params, name, prompt_done);
}

/**
 * graphbit_mcp_client_get_prompt_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@McpClient.get_prompt_async] began.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if @values is of another type, and
 * with what [method@McpClient.list_tools_finish] lists.
 *
 * Returns: (transfer container) (element-type GraphbitLlmMessage): the messages, ready for a request
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_mcp_client_get_prompt_finish (GraphbitMcpClient *self,
                                       GAsyncResult *result,
                                       GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_mcp_client_get_prompt_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_mcp_client_get_prompt:
 * @self: a client
 * @name: which
 * @values: (nullable): its arguments, of type `a{ss}`; %NULL: none
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Gets a prompt with its arguments filled in.
 *
 * Blocks until that is done. Your main context does not run meanwhile. Errors are
 * those of [method@McpClient.get_prompt_finish].
 *
 * Returns: (transfer container) (element-type GraphbitLlmMessage): the messages, ready for a request
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_mcp_client_get_prompt (GraphbitMcpClient *self,
                                const char *name,
                                GVariant *values,
                                GCancellable *cancellable,
                                GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  graphbit_sync_begin (&sync);
  graphbit_mcp_client_adopt_link (self, &sync);
  graphbit_mcp_client_get_prompt_async (self, name, values, cancellable, graphbit_sync_ready, &sync);
  return graphbit_mcp_client_get_prompt_finish (self, graphbit_sync_wait (&sync), error);
}
