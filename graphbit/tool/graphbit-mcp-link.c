/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mcp-link-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-clock-private.h"
#include "graphbit-json-private.h"
#include "graphbit-log-private.h"

/* Beyond this, what is only told and not answered is dropped until home has caught up. */
#define MAX_EVENTS 1000
#define MAX_NOISE 1000

struct _GraphbitMcpRequest
{
  GraphbitOperation operation;
  GraphbitJob send_job;
  GraphbitJob drop_job;
  GraphbitEnvelope answered;
  GraphbitMcpLink *link;
  GraphbitMcpRequestKind kind;
  const char *method;
  int id;
  GBytes *message;
  char *progress_name;

  guint timeout_ms; /* home, as the next ones */
  GraphbitTimeout *timeout;
  GraphbitMcpDone done;
  gpointer data;

  JsonNode *result; /* handed over by the envelope */
  GraphbitFailure *failure;
};

#define LINK(member, pointer) \
  ((GraphbitMcpLink *) ((char *) (pointer) - G_STRUCT_OFFSET (GraphbitMcpLink, member)))
#define REQUEST(member, pointer) \
  ((GraphbitMcpRequest *) ((char *) (pointer) - G_STRUCT_OFFSET (GraphbitMcpRequest, member)))

/* The floor's state on each I/O thread: the connections */

/* Jobs that were submitted while the thread ended are run after the end. */
static _Thread_local gboolean has_stopped;

static gpointer
service_start (GraphbitIo *io)
{
  return g_queue_new ();
}

static void
abort_link (GraphbitMcpLink *link)
{
  graphbit_operation_ref (link);
  link->is_closing = TRUE;
  link->transport->abort (link);
  graphbit_mcp_link_end (link, graphbit_failure_new_cancelled ());
  graphbit_operation_unref (link);
}

static void
service_stop (GraphbitIo *io,
              gpointer state)
{
  GQueue *links = state;

  has_stopped = TRUE;
  while (!g_queue_is_empty (links))
    abort_link (g_queue_peek_head (links));
  g_queue_free (links);
}

static guint
get_service (void)
{
  static const GraphbitService service = {
    .name = "mcp",
    .start = service_start,
    .stop = service_stop,
  };
  static gsize index_plus_one = 0;

  if (g_once_init_enter (&index_plus_one))
    g_once_init_leave (&index_plus_one, (gsize) graphbit_runtime_register (&service) + 1);

  return (guint) (index_plus_one - 1);
}

/* What goes home */

static void
event_free (GraphbitMcpEvent *self)
{
  g_free (self->name);
  g_free (self->logger);
  g_free (self->text);
  g_free (self);
}

static void
deliver_event (GraphbitOperation *operation,
               GraphbitEnvelope *envelope)
{
  GraphbitMcpEvent *event = (GraphbitMcpEvent *) envelope;

  if (operation != NULL)
    {
      GraphbitMcpLink *self = (GraphbitMcpLink *) operation;
      g_autoptr (GObject) client = g_weak_ref_get (&self->client);

      __atomic_sub_fetch (&self->n_events, 1, __ATOMIC_RELAXED);
      if (event->kind == GRAPHBIT_MCP_EVENT_NOISE)
        graphbit_log (GRAPHBIT_LOG_LEVEL_DEBUG, "MCP server %s, %s: %s", self->name, event->name, event->text);
      else if (client != NULL)
        self->funcs->event (client, event);
    }
  event_free (event);
}

/* Takes the event over. */
static void
post_event (GraphbitMcpLink *self,
            GraphbitMcpEvent *event)
{
  if (event->kind >= GRAPHBIT_MCP_EVENT_LOG && __atomic_load_n (&self->n_events, __ATOMIC_RELAXED) >= MAX_EVENTS)
    {
      event_free (event);
      return;
    }

  __atomic_add_fetch (&self->n_events, 1, __ATOMIC_RELAXED);
  event->envelope.deliver = deliver_event;
  graphbit_operation_post (self, &event->envelope);
}

void
graphbit_mcp_link_tell_noise (GraphbitMcpLink *self,
                              const char *source,
                              const char *data,
                              gsize length)
{
  GraphbitMcpEvent *event;

  if (length == 0 || graphbit_log_get_level () < GRAPHBIT_LOG_LEVEL_DEBUG)
    return;

  event = g_new0 (GraphbitMcpEvent, 1);
  event->kind = GRAPHBIT_MCP_EVENT_NOISE;
  event->name = g_strdup (source);
  event->text = g_utf8_make_valid (data, (gssize) MIN (length, MAX_NOISE));
  post_event (self, event);
}

/* Home: the end of a connection. */
static void
tell_end (GraphbitMcpLink *self,
          const GError *error)
{
  g_autoptr (GObject) client = g_weak_ref_get (&self->client);

  if (!graphbit_operation_complete (self))
    return;

  if (client != NULL)
    self->funcs->ended (client, self, error);
  graphbit_operation_unref (self);
}

static void
deliver_end (GraphbitOperation *operation,
             GraphbitEnvelope *envelope)
{
  GraphbitMcpLink *self = LINK (ended, envelope);
  g_autoptr (GError) error = NULL;

  if (operation == NULL)
    return;

  if (self->failure != NULL)
    error = graphbit_failure_to_error (self->failure, NULL);
  tell_end (self, error);
}

static void
link_interrupted (GraphbitOperation *operation,
                  GraphbitInterruption interruption)
{
  g_autoptr (GraphbitFailure) failure = graphbit_failure_new_cancelled ();
  g_autoptr (GError) error = graphbit_failure_to_error (failure, NULL);

  /* It has no cancellable: the runtime has ended, and with it the other half. */
  tell_end ((GraphbitMcpLink *) operation, error);
}

static void
link_free (GraphbitOperation *operation)
{
  GraphbitMcpLink *self = (GraphbitMcpLink *) operation;

  if (self->wire != NULL)
    self->transport->free (self->wire);
  g_weak_ref_clear (&self->client);
  g_clear_pointer (&self->pending, g_hash_table_unref);
  g_clear_pointer (&self->closers, g_ptr_array_unref);
  g_clear_pointer (&self->failure, graphbit_failure_free);
  g_free (self->name);
  g_free (self);
}

static const GraphbitOperationClass link_class = {
  .interrupted = link_interrupted,
  .free = link_free,
};

/* Requests */

static void
request_free (GraphbitOperation *operation)
{
  GraphbitMcpRequest *self = (GraphbitMcpRequest *) operation;

  g_clear_pointer (&self->link, graphbit_operation_unref);
  g_clear_pointer (&self->message, g_bytes_unref);
  g_clear_pointer (&self->result, json_node_unref);
  g_clear_pointer (&self->failure, graphbit_failure_free);
  g_free (self->progress_name);
  g_free (self);
}

/* Home. Takes the error over. */
static void
request_complete (GraphbitMcpRequest *self,
                  JsonNode *result,
                  GError *error)
{
  if (!graphbit_operation_complete (self))
    {
      g_clear_error (&error);
      return;
    }

  graphbit_timeout_clear (&self->timeout);
  self->done (result, error, self->data);
  graphbit_operation_unref (self);
}

static void
deliver_answer (GraphbitOperation *operation,
                GraphbitEnvelope *envelope)
{
  GraphbitMcpRequest *self = REQUEST (answered, envelope);

  if (operation != NULL)
    request_complete (self, self->result, self->failure != NULL ? graphbit_failure_to_error (self->failure, NULL) : NULL);
}

static void
request_drop (GraphbitMcpRequest *self)
{
  graphbit_operation_ref (self);
  if (!graphbit_io_submit (self->link->io, &self->drop_job))
    graphbit_operation_unref (self);
}

static void
request_interrupted (GraphbitOperation *operation,
                     GraphbitInterruption interruption)
{
  GraphbitMcpRequest *self = (GraphbitMcpRequest *) operation;
  g_autoptr (GraphbitFailure) failure = graphbit_failure_new_cancelled ();

  request_drop (self);
  request_complete (self, NULL, graphbit_failure_to_error (failure, NULL));
}

static void
request_timed_out (GraphbitOperation *operation,
                   gpointer data)
{
  GraphbitMcpRequest *self = data;

  request_drop (self);
  request_complete (self, NULL,
                    g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT,
                                 _("The MCP server “%s” did not answer “%s” within %u ms: raise timeout-ms, or look into its log"),
                                 self->link->name, self->method, self->timeout_ms));
}

static const GraphbitOperationClass request_class = {
  .interrupted = request_interrupted,
  .free = request_free,
};

gboolean
graphbit_mcp_request_is_notification (GraphbitMcpRequest *self)
{
  return self->kind == GRAPHBIT_MCP_REQUEST_NOTIFICATION;
}

gboolean
graphbit_mcp_link_is_pending (GraphbitMcpLink *self,
                              GraphbitMcpRequest *request)
{
  return g_hash_table_lookup (self->pending, GINT_TO_POINTER (request->id)) == request;
}

static void
request_answer (GraphbitMcpRequest *self,
                JsonNode *result,
                GraphbitFailure *failure)
{
  self->result = result;
  self->failure = failure;
  graphbit_operation_post (self, &self->answered);
}

void
graphbit_mcp_link_answer (GraphbitMcpLink *self,
                          GraphbitMcpRequest *request,
                          JsonNode *result,
                          GraphbitFailure *failure)
{
  if (!graphbit_mcp_link_is_pending (self, request))
    {
      g_clear_pointer (&result, json_node_unref);
      g_clear_pointer (&failure, graphbit_failure_free);
      return;
    }

  g_hash_table_steal (self->pending, GINT_TO_POINTER (request->id));
  request_answer (request, result, failure);
  graphbit_operation_unref (request);
}

static void
fail_all (GraphbitMcpLink *self,
          const GraphbitFailure *failure)
{
  GHashTableIter iter;
  gpointer request;

  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, NULL, &request))
    {
      g_hash_table_iter_steal (&iter);
      request_answer (request, NULL, graphbit_failure_copy (failure));
      graphbit_operation_unref (request);
    }
}

static GraphbitFailure *
closed_failure (GraphbitMcpLink *self)
{
  return graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION,
                               N_ ("The connection to the MCP server “%s” was closed: open it again"),
                               self->name, NULL);
}

static void
start_closing (GraphbitMcpLink *self)
{
  g_autoptr (GraphbitFailure) closed = NULL;

  if (self->is_closing || self->is_ended)
    return;

  self->is_closing = TRUE;
  self->transport->close (self);
  if (self->is_ended)
    return;

  if (self->failure == NULL)
    closed = closed_failure (self);
  fail_all (self, self->failure != NULL ? self->failure : closed);
}

void
graphbit_mcp_link_fail (GraphbitMcpLink *self,
                        GraphbitFailure *failure)
{
  if (self->failure == NULL && !self->is_closing)
    self->failure = failure;
  else
    graphbit_failure_free (failure);
  start_closing (self);
}

void
graphbit_mcp_link_end (GraphbitMcpLink *self,
                       GraphbitFailure *failure)
{
  g_autoptr (GraphbitFailure) closed = NULL;

  if (self->is_ended)
    {
      g_clear_pointer (&failure, graphbit_failure_free);
      return;
    }

  self->is_closing = TRUE;
  self->is_ended = TRUE;
  if (self->failure == NULL)
    self->failure = failure;
  else
    g_clear_pointer (&failure, graphbit_failure_free);

  /* First the connection, so that its state is right when a request's failure is told. */
  graphbit_operation_post (self, &self->ended);
  if (self->failure == NULL)
    closed = closed_failure (self);
  fail_all (self, self->failure != NULL ? self->failure : closed);
  for (guint i = 0; i < self->closers->len; i++)
    request_answer (self->closers->pdata[i], NULL, NULL);
  g_ptr_array_set_size (self->closers, 0);

  if (self->list_link.data != NULL)
    {
      g_queue_unlink (graphbit_io_get_state (self->io, get_service ()), &self->list_link);
      self->list_link.data = NULL;
    }
  graphbit_operation_unref (self);
}

static void
run_send (GraphbitIo *io,
          GraphbitJob *job)
{
  GraphbitMcpRequest *self = REQUEST (send_job, job);
  GraphbitMcpLink *link = self->link;

  if (self->kind == GRAPHBIT_MCP_REQUEST_CLOSE)
    {
      if (link->is_ended)
        request_answer (self, NULL, NULL);
      else
        {
          g_ptr_array_add (link->closers, graphbit_operation_ref (self));
          start_closing (link);
        }
    }
  else if (link->is_closing || link->is_ended)
    request_answer (self, NULL, link->failure != NULL ? graphbit_failure_copy (link->failure) : closed_failure (link));
  else if (!graphbit_operation_is_complete (self))
    {
      g_hash_table_insert (link->pending, GINT_TO_POINTER (self->id), graphbit_operation_ref (self));
      link->transport->send (link, self->message, self);
    }
  graphbit_operation_unref (self);
}

/* Messages */

static void
send_text (GraphbitMcpLink *self,
           GString *text)
{
  g_autoptr (GBytes) message = g_string_free_to_bytes (text);

  if (!self->is_closing && !self->is_ended)
    self->transport->send (self, message, NULL);
}

static void
begin_message (GraphbitJsonWriter *writer,
               GString *text)
{
  graphbit_json_writer_init (writer, text);
  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_string_member (writer, "jsonrpc", "2.0");
}

static GBytes *
write_request (GraphbitMcpRequest *self,
               const char *params)
{
  GString *text = g_string_new (NULL);
  GraphbitJsonWriter writer;

  begin_message (&writer, text);
  if (self->kind == GRAPHBIT_MCP_REQUEST_CALL)
    graphbit_json_writer_int64_member (&writer, "id", self->id);
  graphbit_json_writer_string_member (&writer, "method", self->method);
  if (self->progress_name != NULL)
    {
      g_autofree char *with_token = g_strdup_printf ("{\"_meta\":{\"progressToken\":%d}%s%s", self->id,
                                                     strcmp (params, "{}") == 0 ? "" : ",", params + 1);

      graphbit_json_writer_raw_member (&writer, "params", with_token, -1);
    }
  else if (params != NULL)
    graphbit_json_writer_raw_member (&writer, "params", params, -1);
  graphbit_json_writer_end_object (&writer);
  return g_string_free_to_bytes (text);
}

static void
run_drop (GraphbitIo *io,
          GraphbitJob *job)
{
  GraphbitMcpRequest *self = REQUEST (drop_job, job);
  GraphbitMcpLink *link = self->link;

  if (link->pending != NULL && graphbit_mcp_link_is_pending (link, self))
    {
      g_hash_table_steal (link->pending, GINT_TO_POINTER (self->id));
      if (link->transport->forget != NULL)
        link->transport->forget (link, self);
      /* The specification excepts the first request. */
      if (self->kind == GRAPHBIT_MCP_REQUEST_CALL && strcmp (self->method, "initialize") != 0)
        {
          GString *text = g_string_new (NULL);
          GraphbitJsonWriter writer;

          begin_message (&writer, text);
          graphbit_json_writer_string_member (&writer, "method", "notifications/cancelled");
          graphbit_json_writer_name (&writer, "params");
          graphbit_json_writer_begin_object (&writer);
          graphbit_json_writer_int64_member (&writer, "requestId", self->id);
          graphbit_json_writer_string_member (&writer, "reason", "The answer is wanted no more");
          graphbit_json_writer_end_object (&writer);
          graphbit_json_writer_end_object (&writer);
          send_text (link, text);
        }
      graphbit_operation_unref (self);
    }
  graphbit_operation_unref (self);
}

/* We offer the server nothing but to be found alive. */
static void
answer_server (GraphbitMcpLink *self,
               JsonNode *id,
               const char *method)
{
  g_autofree char *id_text = graphbit_json_to_text (id);
  GString *text = g_string_new (NULL);
  GraphbitJsonWriter writer;

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
  graphbit_json_writer_end_object (&writer);
  send_text (self, text);
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

static void
take_notification (GraphbitMcpLink *self,
                   const char *method,
                   JsonNode *params)
{
  GraphbitMcpEvent *event = g_new0 (GraphbitMcpEvent, 1);
  const char *text = NULL;

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
      if (request == NULL || request->progress_name == NULL)
        {
          event_free (event);
          return;
        }
      event->kind = GRAPHBIT_MCP_EVENT_PROGRESS;
      event->name = g_strdup (request->progress_name);
      graphbit_json_get_double (params, "progress", &event->progress);
      graphbit_json_get_double (params, "total", &event->total);
      graphbit_json_get_string (params, "message", &text);
      event->text = g_strdup (text);
    }
  else
    {
      event_free (event);
      return;
    }

  post_event (self, event);
}

static GraphbitFailure *
refusal (GraphbitMcpLink *self,
         GraphbitMcpRequest *request,
         JsonNode *error)
{
  const char *message = "no reason given";
  g_autofree char *code_text = NULL;
  gint64 code = 0;
  GraphbitError kind;
  GraphbitFailure *failure;

  graphbit_json_get_int64 (error, "code", &code);
  graphbit_json_get_string (error, "message", &message);
  code_text = g_strdup_printf ("%" G_GINT64_FORMAT, code);
  switch (code)
    {
    case -32601: /* no such method */
    case -32022: /* no such revision of the protocol */
      kind = GRAPHBIT_ERROR_UNSUPPORTED;
      break;
    case -32002:
      kind = GRAPHBIT_ERROR_NOT_FOUND;
      break;
    case -32600:
    case -32602:
      kind = GRAPHBIT_ERROR_INVALID_REQUEST;
      break;
    default:
      kind = GRAPHBIT_ERROR_UNAVAILABLE;
    }

  failure = graphbit_failure_new (kind, N_ ("The MCP server “%s” refused “%s”: %s (%s)"),
                                  self->name, request->method, message, code_text, NULL);
  failure->provider_code = g_strdup (code_text);
  failure->provider_message = g_strdup (message);
  return failure;
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
  if (request == NULL || request->kind != GRAPHBIT_MCP_REQUEST_CALL)
    {
      static const char text[] = "an answer to no question";

      graphbit_mcp_link_tell_noise (self, "ignored", text, sizeof text - 1);
      return;
    }

  result = graphbit_json_get_member (message, "result");
  error = graphbit_json_get_member (message, "error");
  if (error == NULL && graphbit_json_get_kind (result) == GRAPHBIT_JSON_KIND_OBJECT)
    graphbit_mcp_link_answer (self, request, json_node_ref (result), NULL);
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

/* Start and end */

static void
run_start (GraphbitIo *io,
           GraphbitJob *job)
{
  GraphbitMcpLink *self = LINK (start_job, job);

  if (has_stopped)
    {
      abort_link (self);
      return;
    }

  self->list_link.data = self;
  g_queue_push_tail_link (graphbit_io_get_state (io, get_service ()), &self->list_link);
  self->transport->start (self);
}

static void
run_close (GraphbitIo *io,
           GraphbitJob *job)
{
  GraphbitMcpLink *self = LINK (close_job, job);

  start_closing (self);
  graphbit_operation_unref (self);
}

void
graphbit_mcp_link_close (GraphbitMcpLink *self)
{
  if (__atomic_exchange_n (&self->is_close_asked, TRUE, __ATOMIC_ACQ_REL))
    return;

  graphbit_operation_ref (self);
  if (!graphbit_io_submit (self->io, &self->close_job))
    graphbit_operation_unref (self);
}

GraphbitMcpLink *
graphbit_mcp_link_new (const GraphbitMcpLinkSetup *setup,
                       const char *name,
                       const GraphbitMcpTransport *transport,
                       gpointer wire,
                       guint hash,
                       GError **error)
{
  GraphbitMcpLink *self = g_new0 (GraphbitMcpLink, 1);
  g_autoptr (GraphbitFailure) failure = NULL;

  get_service ();
  self->transport = transport;
  self->wire = wire;
  self->name = g_strdup (name);
  self->close_timeout_ms = setup->close_timeout_ms;
  self->funcs = setup->funcs;
  self->start_job.run = run_start;
  self->close_job.run = run_close;
  self->ended.deliver = deliver_end;
  self->pending = g_hash_table_new_full (NULL, NULL, NULL, graphbit_operation_unref);
  self->closers = g_ptr_array_new_with_free_func (graphbit_operation_unref);
  g_weak_ref_init (&self->client, setup->client);

  if (!graphbit_operation_init_at (&self->operation, &link_class, setup->home, NULL, error))
    {
      link_free (&self->operation);
      return NULL;
    }

  self->io = graphbit_runtime_get_io (self->operation.runtime, hash);
  graphbit_operation_ref (self); /* the I/O thread's, until the end */
  graphbit_operation_ref (self); /* the caller's; the first is home's, until the end is told */
  if (self->io != NULL && graphbit_io_submit (self->io, &self->start_job))
    return self;

  failure = graphbit_failure_new_cancelled ();
  g_propagate_error (error, graphbit_failure_to_error (failure, NULL));
  graphbit_operation_complete (self);
  for (guint i = 0; i < 3; i++)
    graphbit_operation_unref (self);
  return NULL;
}

gboolean
graphbit_mcp_link_request (GraphbitMcpLink *self,
                           const GraphbitMcpRequestSetup *setup,
                           GError **error)
{
  GraphbitMcpRequest *request = g_new0 (GraphbitMcpRequest, 1);
  gboolean is_ready;

  request->send_job.run = run_send;
  request->drop_job.run = run_drop;
  request->answered.deliver = deliver_answer;
  request->kind = setup->kind;
  request->method = setup->method;
  request->timeout_ms = setup->timeout_ms;
  request->done = setup->done;
  request->data = setup->data;

  if (setup->parent != NULL)
    is_ready = graphbit_operation_init_child (&request->operation, &request_class, setup->parent, setup->cancellable, error);
  else
    is_ready = graphbit_operation_init_at (&request->operation, &request_class, setup->context, setup->cancellable, error);
  if (!is_ready)
    {
      g_free (request);
      return FALSE;
    }

  request->link = graphbit_operation_ref (self);
  request->id = __atomic_add_fetch (&self->last_id, 1, __ATOMIC_RELAXED);
  request->progress_name = g_strdup (setup->progress_name);
  if (setup->kind != GRAPHBIT_MCP_REQUEST_CLOSE)
    request->message = write_request (request, setup->params);
  if (setup->timeout_ms > 0)
    request->timeout = graphbit_timeout_new (request, graphbit_clock_now () + (gint64) setup->timeout_ms * 1000,
                                             request_timed_out, request);

  graphbit_operation_ref (request); /* the job's */
  /* Not taken: the generation has ended, the operation is being interrupted and tells that itself. */
  if (!graphbit_io_submit (self->io, &request->send_job))
    graphbit_operation_unref (request);
  return TRUE;
}
