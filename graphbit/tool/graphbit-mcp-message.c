/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-json-private.h"
#include "graphbit-mcp-link-private.h"

/* Writing */

static void
begin_message (GraphbitJsonWriter *writer,
               GString *text)
{
  graphbit_json_writer_init (writer, text);
  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_string_member (writer, "jsonrpc", "2.0");
}

static GBytes *
end_message (GraphbitJsonWriter *writer,
             GString *text)
{
  graphbit_json_writer_end_object (writer);
  return g_string_free_to_bytes (text);
}

static void
write_meta (GraphbitMcpRequest *request,
            GraphbitJsonWriter *writer)
{
  GraphbitMcpLink *link = request->link;

  graphbit_json_writer_begin_object (writer);
  if (strcmp (request->method, GRAPHBIT_MCP_METHOD_CALL) == 0)
    graphbit_json_writer_int64_member (writer, "progressToken", request->id);
  if (graphbit_mcp_link_has_newest_version (link))
    {
      graphbit_json_writer_string_member (writer, GRAPHBIT_MCP_META "protocolVersion", GRAPHBIT_MCP_NEWEST_VERSION);
      graphbit_json_writer_name (writer, GRAPHBIT_MCP_META "clientInfo");
      graphbit_json_writer_begin_object (writer);
      graphbit_json_writer_string_member (writer, "name", "graphbit");
      graphbit_json_writer_string_member (writer, "version", GRAPHBIT_VERSION_TEXT);
      graphbit_json_writer_end_object (writer);
      graphbit_json_writer_raw_member (writer, GRAPHBIT_MCP_META "clientCapabilities", "{}", -1);
      if (link->log_level != NULL)
        graphbit_json_writer_string_member (writer, GRAPHBIT_MCP_META "logLevel", link->log_level);
    }
  graphbit_json_writer_end_object (writer);
}

GBytes *
graphbit_mcp_message_for_request (GraphbitMcpRequest *request,
                                  const char *params)
{
  gboolean is_notification = request->kind == GRAPHBIT_MCP_REQUEST_NOTIFICATION;
  gboolean has_meta = !is_notification && (graphbit_mcp_link_has_newest_version (request->link) ||
                                           strcmp (request->method, GRAPHBIT_MCP_METHOD_CALL) == 0);
  GString *text = g_string_new (NULL);
  GraphbitJsonWriter writer;

  begin_message (&writer, text);
  if (!is_notification)
    graphbit_json_writer_int64_member (&writer, "id", request->id);
  graphbit_json_writer_string_member (&writer, "method", request->method);
  if (has_meta)
    {
      GString *with_meta = g_string_new ("{\"_meta\":");
      GraphbitJsonWriter meta_writer;

      graphbit_json_writer_init (&meta_writer, with_meta);
      write_meta (request, &meta_writer);
      if (params != NULL && strcmp (params, "{}") != 0)
        g_string_append_printf (with_meta, ",%s", params + 1);
      else
        g_string_append_c (with_meta, '}');
      graphbit_json_writer_raw_member (&writer, "params", with_meta->str, -1);
      g_string_free (with_meta, TRUE);
    }
  else if (params != NULL)
    {
      graphbit_json_writer_raw_member (&writer, "params", params, -1);
    }
  return end_message (&writer, text);
}

GBytes *
graphbit_mcp_message_for_cancelling (int id)
{
  GString *text = g_string_new (NULL);
  GraphbitJsonWriter writer;

  begin_message (&writer, text);
  graphbit_json_writer_string_member (&writer, "method", "notifications/cancelled");
  graphbit_json_writer_name (&writer, "params");
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_int64_member (&writer, "requestId", id);
  graphbit_json_writer_string_member (&writer, "reason", "The answer is wanted no more");
  graphbit_json_writer_end_object (&writer);
  return end_message (&writer, text);
}

/* Reading */

/* A longer one is to do harm: it is given back. */
#define MAX_ID_LENGTH 1000

/* We offer the server nothing but to be found alive. */
static void
answer_server (GraphbitMcpLink *self,
               JsonNode *id,
               const char *method)
{
  g_autofree char *id_text = graphbit_json_to_text (id);
  g_autoptr (GBytes) message = NULL;
  GString *text;
  GraphbitJsonWriter writer;

  /* Without a handshake servers do not ask, and nobody answers them. */
  if (self->is_closing || self->is_ended || graphbit_mcp_link_has_newest_version (self) ||
      strlen (id_text) > MAX_ID_LENGTH || self->transport->is_full (self))
    return;

  text = g_string_new (NULL);
  begin_message (&writer, text);
  graphbit_json_writer_raw_member (&writer, "id", id_text, -1);
  if (strcmp (method, "ping") == 0)
    graphbit_json_writer_raw_member (&writer, "result", "{}", -1);
  else
    {
      graphbit_json_writer_name (&writer, "error");
      graphbit_json_writer_begin_object (&writer);
      graphbit_json_writer_int64_member (&writer, "code", -32601);
      graphbit_json_writer_string_member (&writer, "message", "This client does not offer that");
      graphbit_json_writer_end_object (&writer);
    }
  message = end_message (&writer, text);
  self->transport->send (self, message, NULL);
}

/* What a log message carries may be any value. */
static char *
dup_text (JsonNode *node)
{
  const char *text = NULL;

  if (node == NULL)
    return g_strdup ("");
  if (graphbit_json_get_string (node, NULL, &text))
    return g_strdup (text);
  return graphbit_json_to_text (node);
}

/* It tells all that was asked for until then; those that were replaced meanwhile have their answer with it, too. */
static void
take_acknowledgment (GraphbitMcpLink *self,
                     JsonNode *params)
{
  g_autoptr (GList) requests = g_hash_table_get_values (self->pending);
  gint64 id = 0;

  graphbit_json_get_int64 (graphbit_json_get_member (params, "_meta"), GRAPHBIT_MCP_META "subscriptionId", &id);
  for (GList *l = requests; l != NULL; l = l->next)
    {
      GraphbitMcpRequest *request = l->data;

      if (request->kind == GRAPHBIT_MCP_REQUEST_LISTEN && request->id <= id)
        graphbit_mcp_link_answer (self, request, json_node_ref (params), NULL);
    }
}

static void
take_notification (GraphbitMcpLink *self,
                   const char *method,
                   JsonNode *params)
{
  GraphbitMcpEvent *event;
  const char *text = NULL;

  if (strcmp (method, "notifications/subscriptions/acknowledged") == 0)
    {
      take_acknowledgment (self, params);
      return;
    }

  event = g_new0 (GraphbitMcpEvent, 1);
  if (strcmp (method, "notifications/tools/list_changed") == 0)
    event->kind = GRAPHBIT_MCP_EVENT_TOOLS_CHANGED;
  else if (strcmp (method, "notifications/resources/list_changed") == 0)
    event->kind = GRAPHBIT_MCP_EVENT_RESOURCES_CHANGED;
  else if (strcmp (method, "notifications/prompts/list_changed") == 0)
    event->kind = GRAPHBIT_MCP_EVENT_PROMPTS_CHANGED;
  else if (strcmp (method, "notifications/resources/updated") == 0 && graphbit_json_get_string (params, "uri", &text))
    {
      event->kind = GRAPHBIT_MCP_EVENT_RESOURCE_UPDATED;
      event->name = g_strdup (text);
    }
  else if (strcmp (method, "notifications/message") == 0)
    {
      event->kind = GRAPHBIT_MCP_EVENT_LOG;
      event->text = dup_text (graphbit_json_get_member (params, "data"));
      graphbit_json_get_string (params, "level", &text);
      event->name = g_strdup (text != NULL ? text : "info");
      text = NULL;
      graphbit_json_get_string (params, "logger", &text);
      event->logger = g_strdup (text);
    }
  else if (strcmp (method, "notifications/progress") == 0)
    {
      GraphbitMcpRequest *request = NULL;
      gint64 token;

      if (graphbit_json_get_int64 (params, "progressToken", &token) && token > 0 && token <= G_MAXINT)
        request = g_hash_table_lookup (self->pending, GINT_TO_POINTER ((int) token));
      if (request == NULL || strcmp (request->method, GRAPHBIT_MCP_METHOD_CALL) != 0)
        {
          graphbit_mcp_event_free (event);
          return;
        }
      event->kind = GRAPHBIT_MCP_EVENT_PROGRESS;
      event->name = g_strdup (request->subject);
      graphbit_json_get_double (params, "progress", &event->progress);
      graphbit_json_get_double (params, "total", &event->total);
      graphbit_json_get_string (params, "message", &text);
      event->text = g_strdup (text);
    }
  else
    {
      graphbit_mcp_event_free (event);
      return;
    }

  graphbit_mcp_link_post_event (self, event);
}

static GraphbitFailure *
refusal (GraphbitMcpLink *self,
         GraphbitMcpRequest *request,
         JsonNode *error)
{
  const char *message = "no reason given";
  g_autofree char *redacted = NULL;
  g_autofree char *code_text = NULL;
  gint64 code = 0;
  GraphbitError kind;
  GraphbitFailure *failure;

  graphbit_json_get_int64 (error, "code", &code);
  graphbit_json_get_string (error, "message", &message);
  redacted = graphbit_mcp_link_redact (self, message);
  code_text = g_strdup_printf ("%" G_GINT64_FORMAT, code);
  switch (code)
    {
    case -32601: /* no such method */
    case -32022: /* no such revision of the protocol */
    case -32021: /* we lack what it needs */
      kind = GRAPHBIT_ERROR_UNSUPPORTED;
      break;
    case -32002:
      kind = GRAPHBIT_ERROR_NOT_FOUND;
      break;
    case -32602:
      kind = graphbit_mcp_link_has_newest_version (self) && strcmp (request->method, GRAPHBIT_MCP_METHOD_READ) == 0
                 ? GRAPHBIT_ERROR_NOT_FOUND
                 : GRAPHBIT_ERROR_INVALID_REQUEST;
      break;
    case -32600:
    case -32020: /* the headers do not fit the message */
      kind = GRAPHBIT_ERROR_INVALID_REQUEST;
      break;
    default:
      kind = GRAPHBIT_ERROR_UNAVAILABLE;
    }

  failure = graphbit_failure_new (kind, N_ ("The MCP server “%s” refused “%s”: %s (%s)"),
                                  self->name, request->method, redacted, code_text, NULL);
  failure->provider_code = g_strdup (code_text);
  failure->provider_message = g_steal_pointer (&redacted);
  return failure;
}

/* Servers without a handshake say what kind of result it is. NULL: the answer. */
static GraphbitFailure *
check_result (GraphbitMcpLink *self,
              GraphbitMcpRequest *request,
              JsonNode *result)
{
  const char *type = "complete";

  graphbit_json_get_string (result, "resultType", &type);
  if (strcmp (type, "complete") == 0)
    return NULL;
  if (strcmp (type, "input_required") == 0)
    return graphbit_failure_new (GRAPHBIT_ERROR_UNSUPPORTED,
                                 N_ ("The MCP server “%s” answered “%s” by asking for more (a choice of its user, a model's text or folders), which the library does not give: pass all that it needs in the arguments"),
                                 self->name, request->method, NULL);
  return graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL,
                               N_ ("The MCP server “%s” answered “%s” with a result of the unknown kind “%s”: look for an update of it"),
                               self->name, request->method, type, NULL);
}

static void
take_result (GraphbitMcpLink *self,
             GraphbitMcpRequest *request,
             JsonNode *result)
{
  GraphbitFailure *failure = check_result (self, request, result);

  graphbit_mcp_link_answer (self, request, failure == NULL ? json_node_ref (result) : NULL, failure);
}

static void
take_message (GraphbitMcpLink *self,
              JsonNode *message)
{
  const char *method = NULL;
  JsonNode *id = graphbit_json_get_member (message, "id");
  JsonNode *result, *error;
  GraphbitMcpRequest *request = NULL;
  gint64 number;

  if (graphbit_json_get_string (message, "method", &method))
    {
      if (id != NULL)
        answer_server (self, id, method);
      else
        take_notification (self, method, graphbit_json_get_member (message, "params"));
      return;
    }

  if (graphbit_json_get_int64 (message, "id", &number) && number > 0 && number <= G_MAXINT)
    request = g_hash_table_lookup (self->pending, GINT_TO_POINTER ((int) number));
  if (request == NULL || request->kind == GRAPHBIT_MCP_REQUEST_NOTIFICATION)
    {
      static const char text[] = "an answer to no question";

      graphbit_mcp_link_tell_noise (self, "ignored", text, sizeof text - 1);
      return;
    }

  result = graphbit_json_get_member (message, "result");
  error = graphbit_json_get_member (message, "error");
  if (error == NULL && graphbit_json_get_kind (result) == GRAPHBIT_JSON_KIND_OBJECT)
    take_result (self, request, result);
  else if (error != NULL)
    graphbit_mcp_link_answer (self, request, NULL, refusal (self, request, error));
  else
    graphbit_mcp_link_answer (self, request, NULL,
                              graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL,
                                                    N_ ("The MCP server “%s” answered “%s” with neither result nor error: look for an update of it"),
                                                    self->name, request->method, NULL));
}

void
graphbit_mcp_link_receive (GraphbitMcpLink *self,
                           const char *data,
                           gsize length)
{
  g_autoptr (JsonNode) message = NULL;

  if (self->is_ended)
    return;

  message = graphbit_json_parse (data, (gssize) length, NULL);
  if (graphbit_json_get_kind (message) == GRAPHBIT_JSON_KIND_OBJECT)
    take_message (self, message);
  else if (graphbit_json_get_kind (message) == GRAPHBIT_JSON_KIND_ARRAY)
    {
      /* a batch, as revision 2025-03-26 has them */
      for (guint i = 0; i < graphbit_json_get_size (message); i++)
        {
          JsonNode *element = graphbit_json_get_element (message, i);

          if (graphbit_json_get_kind (element) == GRAPHBIT_JSON_KIND_OBJECT)
            take_message (self, element);
        }
    }
  else
    graphbit_mcp_link_tell_noise (self, "no message", data, length);
}
