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
#include "graphbit-mcp-values-private.h"

/* A server that has a handshake may pass over the question that comes before it. */
#define PROBE_TIMEOUT_MS 5000

/* In the environment of a process, what is shorter is a setting, and part of many words. */
#define MIN_KEY_LENGTH 8

/* The revisions of the protocol that begin with a handshake, the newest first: that is what the server is asked for. */
static const char *const handshake_versions[] = { "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05" };

/* The link */

GraphbitMcpLink *
graphbit_mcp_client_dup_link (GraphbitMcpClient *self)
{
  GraphbitMcpLink *link;

  pthread_mutex_lock (&self->mutex);
  link = self->link != NULL ? graphbit_operation_ref (self->link) : NULL;
  pthread_mutex_unlock (&self->mutex);
  return link;
}

void
graphbit_mcp_client_set_link (GraphbitMcpClient *self,
                              GraphbitMcpLink *link)
{
  GraphbitMcpLink *old;

  pthread_mutex_lock (&self->mutex);
  old = self->link;
  self->link = link;
  pthread_mutex_unlock (&self->mutex);
  if (old != NULL)
    graphbit_operation_unref (old);
}

/* What the server was told before, it has forgotten. */
static void
on_renewed (GraphbitMcpClient *self,
            GraphbitMcpLink *link)
{
  if (link->log_level != NULL && (self->capabilities & GRAPHBIT_MCP_CAPABILITIES_LOGGING))
    {
      g_autofree char *params = graphbit_mcp_write_member ("level", link->log_level);

      graphbit_mcp_link_tell (link, GRAPHBIT_MCP_REQUEST_CALL, GRAPHBIT_MCP_METHOD_SET_LEVEL, params);
    }
  graphbit_mcp_client_subscribe_again (self, link);
}

static void
on_event (GObject *client,
          GraphbitMcpLink *link,
          const GraphbitMcpEvent *event)
{
  GraphbitMcpClient *self = GRAPHBIT_MCP_CLIENT (client);
  g_autoptr (GraphbitMcpLink) current = graphbit_mcp_client_dup_link (self);

  /* What one says that was given up is nobody's concern. */
  if (current != link)
    return;

  if (event->kind == GRAPHBIT_MCP_EVENT_RENEWED)
    on_renewed (self, link);
  else
    graphbit_mcp_client_emit (self, event);
}

static void
on_ended (GObject *client,
          GraphbitMcpLink *link,
          const GError *error)
{
  GraphbitMcpClient *self = GRAPHBIT_MCP_CLIENT (client);
  g_autoptr (GraphbitMcpLink) current = graphbit_mcp_client_dup_link (self);

  /* While it is opened, that fails, and tells. One that was given up is nobody's concern. */
  if (current != link || self->state == GRAPHBIT_MCP_STATE_OPENING)
    return;

  graphbit_mcp_client_set_link (self, NULL);
  graphbit_mcp_client_set_state (self, GRAPHBIT_MCP_STATE_CLOSED);
  graphbit_mcp_client_emit_closed (self, error);
}

static const GraphbitMcpLinkFuncs link_funcs = {
  .event = on_event,
  .ended = on_ended,
};

static GPtrArray *
collect_secrets (GraphbitMcpClient *self)
{
  GPtrArray *secrets = g_ptr_array_new_with_free_func ((GDestroyNotify) graphbit_secret_unref);
  GHashTableIter iter;
  gpointer value;

  if (self->secret != NULL)
    g_ptr_array_add (secrets, graphbit_secret_ref (self->secret));
  g_hash_table_iter_init (&iter, self->environment);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      if (value != NULL && strlen (graphbit_secret_peek (value)) >= MIN_KEY_LENGTH)
        g_ptr_array_add (secrets, graphbit_secret_ref (value));
    }
  return secrets;
}

static GraphbitMcpLink *
make_link (GraphbitMcpClient *self,
           GMainContext *home,
           GError **error)
{
  g_autoptr (GPtrArray) secrets = collect_secrets (self);
  const GraphbitMcpLinkSetup setup = {
    .home = home,
    .client = G_OBJECT (self),
    .funcs = &link_funcs,
    .log_level = self->log_level,
    .secrets = secrets,
    .close_timeout_ms = self->close_timeout_ms,
  };
  const GraphbitMcpStdioSetup stdio = {
    .command = (const char *const *) self->command,
    .working_directory = self->working_directory,
    .environment = self->environment,
  };
  const GraphbitMcpHttpSetup http = {
    .uri = self->uri,
    .headers = self->headers,
    .secret_header = self->secret_header,
    .secret_prefix = self->secret_prefix,
    .secret = self->secret,
  };

  if (self->uri != NULL && self->command == NULL)
    return graphbit_mcp_http_open (&setup, &http, error);
  if (self->uri == NULL && self->command != NULL && self->command[0] != NULL && *self->command[0] != '\0')
    return graphbit_mcp_stdio_open (&setup, &stdio, error);

  g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                       _("An MCP client needs either the command of a server or the uri of one; give it one of them when it is made"));
  return NULL;
}

void
graphbit_mcp_client_adopt_link (GraphbitMcpClient *self,
                                GraphbitSync *sync)
{
  g_autoptr (GraphbitMcpLink) link = graphbit_mcp_client_dup_link (self);

  if (link != NULL)
    graphbit_sync_adopt (sync, link);
}

/* Requests */

static gboolean
request_within (GraphbitMcpClient *self,
                GTask *task,
                GraphbitMcpRequestKind kind,
                const char *method,
                const char *params,
                const char *subject,
                guint timeout_ms,
                GraphbitMcpDone done,
                gpointer data)
{
  g_autoptr (GraphbitMcpLink) link = graphbit_mcp_client_dup_link (self);
  g_autoptr (GPtrArray) headers = graphbit_mcp_client_make_headers (self, method, subject, params);
  const GraphbitMcpRequestSetup setup = {
    .kind = kind,
    .method = method,
    .params = params,
    .subject = subject,
    .headers = headers,
    .timeout_ms = timeout_ms,
    .cancellable = g_task_get_cancellable (task),
    .context = g_task_get_context (task),
    .done = done,
    .data = data,
  };
  GError *error = NULL;

  if (link == NULL)
    error = g_error_new_literal (GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                                 _("The MCP client is not open; open it first"));
  else if (graphbit_mcp_link_request (link, &setup, &error))
    return TRUE;

  g_task_return_error (task, error);
  return FALSE;
}

gboolean
graphbit_mcp_client_ask (GraphbitMcpClient *self,
                         GTask *task,
                         GraphbitMcpRequestKind kind,
                         const char *method,
                         const char *params,
                         const char *subject,
                         GraphbitMcpDone done,
                         gpointer data)
{
  if (self->state == GRAPHBIT_MCP_STATE_OPEN)
    return request_within (self, task, kind, method, params, subject, self->timeout_ms, done, data);

  g_task_return_new_error (task, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                           _("The MCP client is not open; open it first"));
  return FALSE;
}

gboolean
graphbit_mcp_client_call_for_model (GraphbitMcpClient *self,
                                    GraphbitOperation *operation,
                                    const char *name,
                                    const char *arguments_json,
                                    GCancellable *cancellable,
                                    GraphbitMcpDone done,
                                    gpointer data,
                                    GError **error)
{
  g_autoptr (GraphbitMcpLink) link = graphbit_mcp_client_dup_link (self);
  g_autofree char *params = graphbit_mcp_write_call (name, arguments_json);
  g_autoptr (GPtrArray) headers = graphbit_mcp_client_make_headers (self, GRAPHBIT_MCP_METHOD_CALL, name, params);
  const GraphbitMcpRequestSetup setup = {
    .kind = GRAPHBIT_MCP_REQUEST_CALL,
    .method = GRAPHBIT_MCP_METHOD_CALL,
    .params = params,
    .subject = name,
    .headers = headers,
    .cancellable = cancellable,
    .parent = operation,
    .done = done,
    .data = data,
  };

  if (link != NULL)
    return graphbit_mcp_link_request (link, &setup, error);

  g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONNECTION,
                       _("The MCP server of this tool is not connected; open its client again"));
  return FALSE;
}

/* Opening. From step to step a reference to the task is handed on. */

typedef enum
{
  PROBE_FIRST,
  PROBE_UNDECIDED, /* it has a handshake as far as is known, but may turn out to have none */
  PROBE_LAST       /* nothing else is left to try */
} Probe;

/* A task's. */
typedef struct
{
  GMainContext *home; /* of the client */
  Probe probe;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *self = data;

  g_main_context_unref (self->home);
  g_free (self);
}

static void
give_up_link (GraphbitMcpClient *self)
{
  g_autoptr (GraphbitMcpLink) link = graphbit_mcp_client_dup_link (self);

  if (link != NULL)
    {
      graphbit_mcp_link_close (link);
      graphbit_mcp_client_set_link (self, NULL);
    }
}

/* Takes both over. */
static void
fail_open (GTask *task,
           GError *error)
{
  GraphbitMcpClient *self = g_task_get_source_object (task);

  give_up_link (self);
  graphbit_mcp_client_set_state (self, GRAPHBIT_MCP_STATE_CLOSED);
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* The request fails, or the task is failed here. */
static void
request_for_open (GTask *task,
                  GraphbitMcpRequestKind kind,
                  const char *method,
                  const char *params,
                  guint timeout_ms,
                  GraphbitMcpDone done)
{
  GraphbitMcpClient *self = g_task_get_source_object (task);

  if (request_within (self, task, kind, method, params, NULL, timeout_ms, done, task))
    return;

  give_up_link (self);
  graphbit_mcp_client_set_state (self, GRAPHBIT_MCP_STATE_CLOSED);
  g_object_unref (task);
}

static void
open_done (JsonNode *result,
           GError *error,
           gpointer data)
{
  GTask *task = data;
  GraphbitMcpClient *self = g_task_get_source_object (task);
  g_autoptr (GraphbitMcpLink) link = graphbit_mcp_client_dup_link (self);

  if (error != NULL)
    {
      fail_open (task, error);
      return;
    }

  graphbit_mcp_client_set_state (self, GRAPHBIT_MCP_STATE_OPEN);
  if (link != NULL)
    graphbit_mcp_client_listen (self, link);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
greeted (JsonNode *result,
         GError *error,
         gpointer data)
{
  GTask *task = data;
  GraphbitMcpClient *self = g_task_get_source_object (task);
  g_autofree char *params = NULL;

  if (error != NULL || self->log_level == NULL || !(self->capabilities & GRAPHBIT_MCP_CAPABILITIES_LOGGING))
    {
      open_done (NULL, error, task);
      return;
    }

  params = graphbit_mcp_write_member ("level", self->log_level);
  request_for_open (task, GRAPHBIT_MCP_REQUEST_CALL, GRAPHBIT_MCP_METHOD_SET_LEVEL, params, self->timeout_ms, open_done);
}

static void
set_link_version (GraphbitMcpClient *self,
                  const char *version)
{
  g_autoptr (GraphbitMcpLink) link = graphbit_mcp_client_dup_link (self);

  if (link != NULL)
    graphbit_mcp_link_set_protocol_version (link, version);
}

static const char *
find_handshake_version (const char *version)
{
  for (guint i = 0; i < G_N_ELEMENTS (handshake_versions); i++)
    {
      if (strcmp (handshake_versions[i], version) == 0)
        return handshake_versions[i];
    }
  return NULL;
}

/* `told_lists` gets those of whose changes it tells. */
static GraphbitMcpCapabilities
read_capabilities (JsonNode *offered,
                   GraphbitMcpCapabilities *told_lists)
{
  static const struct
  {
    const char *name;
    GraphbitMcpCapabilities flag;
  } known[] = {
    { "tools", GRAPHBIT_MCP_CAPABILITIES_TOOLS },
    { "resources", GRAPHBIT_MCP_CAPABILITIES_RESOURCES },
    { "prompts", GRAPHBIT_MCP_CAPABILITIES_PROMPTS },
    { "logging", GRAPHBIT_MCP_CAPABILITIES_LOGGING },
  };
  GraphbitMcpCapabilities capabilities = 0;
  gboolean may_subscribe = FALSE;

  *told_lists = 0;
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      JsonNode *capability = graphbit_json_get_member (offered, known[i].name);
      gboolean is_told = FALSE;

      if (capability != NULL)
        capabilities |= known[i].flag;
      if (graphbit_json_get_boolean (capability, "listChanged", &is_told) && is_told)
        *told_lists |= known[i].flag;
    }
  graphbit_json_get_boolean (graphbit_json_get_member (offered, "resources"), "subscribe", &may_subscribe);
  if (may_subscribe)
    capabilities |= GRAPHBIT_MCP_CAPABILITIES_SUBSCRIPTIONS;
  return capabilities;
}

static void
read_server (GraphbitMcpClient *self,
             JsonNode *result,
             JsonNode *info,
             const char *version)
{
  GraphbitMcpServer server = { .protocol_version = version };

  graphbit_json_get_string (info, "name", &server.name);
  graphbit_json_get_string (info, "version", &server.version);
  graphbit_json_get_string (result, "instructions", &server.instructions);
  server.capabilities = read_capabilities (graphbit_json_get_member (result, "capabilities"), &self->told_lists);
  graphbit_mcp_client_set_server (self, &server);
}

static void discover (GTask *task, guint timeout_ms);

/* Whether it was the server that said no, and not the way to it that failed. */
static gboolean
is_refusal (const GError *error)
{
  return error->domain == GRAPHBIT_ERROR && error->code != GRAPHBIT_ERROR_CONNECTION &&
         error->code != GRAPHBIT_ERROR_AUTHENTICATION && error->code != GRAPHBIT_ERROR_PERMISSION &&
         error->code != GRAPHBIT_ERROR_RATE_LIMITED;
}

static void
initialized (JsonNode *result,
             GError *error,
             gpointer data)
{
  GTask *task = data;
  GraphbitMcpClient *self = g_task_get_source_object (task);
  Opening *opening = g_task_get_task_data (task);
  const char *named = NULL, *version;

  if (error != NULL && opening->probe == PROBE_UNDECIDED && is_refusal (error) && error->code != GRAPHBIT_ERROR_TIMEOUT)
    {
      /* It has none: it was only slow before, or is a newer one now. */
      g_error_free (error);
      opening->probe = PROBE_LAST;
      discover (task, self->timeout_ms);
      return;
    }

  if (error == NULL && !graphbit_json_get_string (result, "protocolVersion", &named))
    error = g_error_new_literal (GRAPHBIT_ERROR, GRAPHBIT_ERROR_PROTOCOL,
                                 _("The MCP server does not say which revision of the protocol it speaks: look for an update of it"));
  version = error == NULL ? find_handshake_version (named) : NULL;
  if (error == NULL && version == NULL)
    error = g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                         _("The MCP server speaks revision “%s” of the protocol, and the library speaks %s, and with a handshake 2024-11-05 to %s: use another version of the server"),
                         named, GRAPHBIT_MCP_NEWEST_VERSION, handshake_versions[0]);
  if (error != NULL)
    {
      fail_open (task, error);
      return;
    }

  self->has_handshake = TRUE;
  read_server (self, result, graphbit_json_get_member (result, "serverInfo"), version);
  set_link_version (self, version);
  request_for_open (task, GRAPHBIT_MCP_REQUEST_NOTIFICATION, GRAPHBIT_MCP_METHOD_INITIALIZED, NULL, self->timeout_ms, greeted);
}

static void
shake_hands (GTask *task)
{
  static const char params_format[] =
      "{\"protocolVersion\":\"%s\",\"capabilities\":{},\"clientInfo\":{\"name\":\"graphbit\",\"version\":\"%s\"}}";
  GraphbitMcpClient *self = g_task_get_source_object (task);
  g_autofree char *params = g_strdup_printf (params_format, handshake_versions[0], GRAPHBIT_VERSION_TEXT);

  set_link_version (self, NULL);
  request_for_open (task, GRAPHBIT_MCP_REQUEST_CALL, GRAPHBIT_MCP_METHOD_INITIALIZE, params, self->timeout_ms, initialized);
}

/* It cannot bear a question before its handshake. */
static void
start_again (GTask *task)
{
  GraphbitMcpClient *self = g_task_get_source_object (task);
  Opening *opening = g_task_get_task_data (task);
  GraphbitMcpLink *link;
  GError *error = NULL;

  give_up_link (self);
  link = make_link (self, opening->home, &error);
  if (link == NULL)
    {
      fail_open (task, error);
      return;
    }

  graphbit_mcp_client_set_link (self, link);
  shake_hands (task);
}

static gboolean
speaks_newest (JsonNode *result)
{
  JsonNode *versions = graphbit_json_get_member (result, "supportedVersions");

  for (guint i = 0; i < graphbit_json_get_size (versions); i++)
    {
      const char *version = NULL;

      if (graphbit_json_get_string (graphbit_json_get_element (versions, i), NULL, &version) &&
          strcmp (version, GRAPHBIT_MCP_NEWEST_VERSION) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
discovered (JsonNode *result,
            GError *error,
            gpointer data)
{
  GTask *task = data;
  GraphbitMcpClient *self = g_task_get_source_object (task);
  Opening *opening = g_task_get_task_data (task);
  gboolean is_last = opening->probe == PROBE_LAST;

  if (error == NULL && speaks_newest (result))
    {
      JsonNode *meta = graphbit_json_get_member (result, "_meta");

      self->has_handshake = FALSE;
      read_server (self, result, graphbit_json_get_member (meta, GRAPHBIT_MCP_META "serverInfo"), GRAPHBIT_MCP_NEWEST_VERSION);
      open_done (NULL, NULL, task);
    }
  else if (error == NULL && is_last)
    {
      fail_open (task, g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                                    _("The MCP server neither speaks revision %s of the protocol nor has a handshake: use another version of the server"),
                                    GRAPHBIT_MCP_NEWEST_VERSION));
    }
  else if (error == NULL || (!is_last && is_refusal (error)))
    {
      /* Whatever else a server says is what one with a handshake says. */
      if (g_error_matches (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT))
        opening->probe = PROBE_UNDECIDED;
      g_clear_error (&error);
      shake_hands (task);
    }
  else if (!is_last && !self->is_close_asked && self->command != NULL &&
           g_error_matches (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONNECTION))
    {
      g_error_free (error);
      start_again (task);
    }
  else
    {
      fail_open (task, error);
    }
}

static void
discover (GTask *task,
          guint timeout_ms)
{
  GraphbitMcpClient *self = g_task_get_source_object (task);

  set_link_version (self, GRAPHBIT_MCP_NEWEST_VERSION);
  request_for_open (task, GRAPHBIT_MCP_REQUEST_CALL, GRAPHBIT_MCP_METHOD_DISCOVER, NULL, timeout_ms, discovered);
}

static void
open_in (GraphbitMcpClient *self,
         GMainContext *home,
         GTask *task)
{
  GraphbitMcpLink *link;
  Opening *opening;
  GError *error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->state != GRAPHBIT_MCP_STATE_CLOSED)
    {
      g_task_return_new_error (task, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                               _("The MCP client is open already, or about to be opened or closed; close it first, and wait for that"));
      return;
    }

  link = make_link (self, home, &error);
  if (link == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  opening = g_new0 (Opening, 1);
  opening->home = g_main_context_ref (home);
  opening->probe = self->has_handshake ? PROBE_UNDECIDED : PROBE_FIRST;
  g_task_set_task_data (task, opening, opening_free);

  self->is_close_asked = FALSE;
  g_hash_table_remove_all (self->subscriptions);
  graphbit_mcp_client_set_link (self, link);
  graphbit_mcp_client_set_state (self, GRAPHBIT_MCP_STATE_OPENING);
  if (self->has_handshake)
    shake_hands (g_object_ref (task));
  else
    discover (g_object_ref (task), MIN (self->timeout_ms, PROBE_TIMEOUT_MS));
}

/* Closing */

static void
close_done (JsonNode *result,
            GError *error,
            gpointer data)
{
  g_autoptr (GTask) task = data;

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
close_link (GraphbitMcpClient *self,
            GTask *task)
{
  g_autoptr (GraphbitMcpLink) link = graphbit_mcp_client_dup_link (self);

  if (link == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  self->is_close_asked = TRUE;
  if (self->state == GRAPHBIT_MCP_STATE_OPEN)
    graphbit_mcp_client_set_state (self, GRAPHBIT_MCP_STATE_CLOSING);
  if (request_within (self, task, GRAPHBIT_MCP_REQUEST_CLOSE, "close", NULL, NULL, 0, close_done, task))
    g_object_ref (task);
}

/* The methods */

/**
 * graphbit_mcp_client_open_async:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Connects to the server: starts its process if it is one, agrees on a revision of
 * the protocol and reads what the server says of itself. Its signals come in the
 * main context that is the thread default now.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@McpClient.open_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_open_async (GraphbitMcpClient *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_mcp_client_open_async, cancellable, callback, user_data);
  open_in (self, g_task_get_context (task), task);
}

/**
 * graphbit_mcp_client_open_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@McpClient.open_async] began.
 *
 * Fails with %GRAPHBIT_ERROR_FAILED_PRECONDITION if the client is open,
 * %GRAPHBIT_ERROR_INVALID_ARGUMENT if it has neither command nor address,
 * %GRAPHBIT_ERROR_NOT_FOUND or %GRAPHBIT_ERROR_PERMISSION if the command cannot be
 * run, %GRAPHBIT_ERROR_CONNECTION if the server ends or cannot be reached,
 * %GRAPHBIT_ERROR_TIMEOUT if it does not answer,
 * %GRAPHBIT_ERROR_AUTHENTICATION if it wants a token, and
 * %GRAPHBIT_ERROR_UNSUPPORTED if it speaks no revision of the protocol that the
 * library knows. The client may be opened again after each.
 *
 * Returns: %TRUE, or %FALSE with @error set
 *
 * Since: 1.0
 */
gboolean
graphbit_mcp_client_open_finish (GraphbitMcpClient *self,
                                 GAsyncResult *result,
                                 GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_mcp_client_open_async), FALSE);

  return graphbit_task_propagate_boolean (result, error);
}

/**
 * graphbit_mcp_client_open:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Connects to the server: starts its process if it is one, agrees on a revision of
 * the protocol and reads what the server says of itself. Its signals come in the
 * main context that is the thread default now.
 *
 * Blocks until that is done. Your main context does not run meanwhile. Errors are
 * those of [method@McpClient.open_finish].
 *
 * Returns: %TRUE, or %FALSE with @error set
 *
 * Since: 1.0
 */
gboolean
graphbit_mcp_client_open (GraphbitMcpClient *self,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GMainContext) home = g_main_context_ref_thread_default ();
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  graphbit_sync_begin (&sync);
  task = graphbit_task_new (self, graphbit_mcp_client_open_async, cancellable, graphbit_sync_ready, &sync);
  open_in (self, home, task);
  graphbit_mcp_client_adopt_link (self, &sync);
  return graphbit_mcp_client_open_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_mcp_client_close_async:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Ends the connection. What is under way fails with %GRAPHBIT_ERROR_CONNECTION. A
 * process is asked to go by the end of its input, after
 * [property@McpClient:close-timeout-ms] by SIGTERM, after the same time again by
 * SIGKILL; this ends when it has gone. A client that is not open is left alone.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@McpClient.close_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_mcp_client_close_async (GraphbitMcpClient *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (GRAPHBIT_IS_MCP_CLIENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_mcp_client_close_async, cancellable, callback, user_data);
  close_link (self, task);
}

/**
 * graphbit_mcp_client_close_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@McpClient.close_async] began.
 *
 * Fails with %G_IO_ERROR_CANCELLED only; the connection is then closed all the same.
 *
 * Returns: %TRUE, or %FALSE with @error set
 *
 * Since: 1.0
 */
gboolean
graphbit_mcp_client_close_finish (GraphbitMcpClient *self,
                                  GAsyncResult *result,
                                  GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_mcp_client_close_async), FALSE);

  return graphbit_task_propagate_boolean (result, error);
}

/**
 * graphbit_mcp_client_close:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Ends the connection. What is under way fails with %GRAPHBIT_ERROR_CONNECTION. A
 * process is asked to go by the end of its input, after
 * [property@McpClient:close-timeout-ms] by SIGTERM, after the same time again by
 * SIGKILL; this ends when it has gone. A client that is not open is left alone.
 *
 * Blocks until that is done. Your main context does not run meanwhile. Errors are
 * those of [method@McpClient.close_finish].
 *
 * Returns: %TRUE, or %FALSE with @error set
 *
 * Since: 1.0
 */
gboolean
graphbit_mcp_client_close (GraphbitMcpClient *self,
                           GCancellable *cancellable,
                           GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_MCP_CLIENT (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  graphbit_sync_begin (&sync);
  graphbit_mcp_client_adopt_link (self, &sync);
  graphbit_mcp_client_close_async (self, cancellable, graphbit_sync_ready, &sync);
  return graphbit_mcp_client_close_finish (self, graphbit_sync_wait (&sync), error);
}
