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

/* Beyond this, what is only told and not answered is dropped until home has caught up. Each has a weight of 1, and 1 for each KiB. */
#define MAX_WEIGHT 1000
#define MAX_NOISE 1000

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

void
graphbit_mcp_event_free (GraphbitMcpEvent *self)
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

      __atomic_sub_fetch (&self->weight, event->weight, __ATOMIC_RELAXED);
      if (event->kind <= GRAPHBIT_MCP_EVENT_PROMPTS_CHANGED)
        __atomic_and_fetch (&self->changes, ~(1 << event->kind), __ATOMIC_RELAXED);
      if (event->kind == GRAPHBIT_MCP_EVENT_NOISE)
        graphbit_log (GRAPHBIT_LOG_LEVEL_DEBUG, "MCP server %s, %s: %s", self->name, event->name, event->text);
      else if (client != NULL)
        self->funcs->event (client, self, event);
    }
  graphbit_mcp_event_free (event);
}

static gsize
get_length (const char *text)
{
  return text != NULL ? strlen (text) : 0;
}

/* That a list has changed need not be told again before it was heard. */
static gboolean
is_superfluous (GraphbitMcpLink *self,
                const GraphbitMcpEvent *event)
{
  if (event->kind <= GRAPHBIT_MCP_EVENT_PROMPTS_CHANGED)
    return (__atomic_fetch_or (&self->changes, 1 << event->kind, __ATOMIC_RELAXED) & (1 << event->kind)) != 0;

  return event->kind >= GRAPHBIT_MCP_EVENT_RESOURCE_UPDATED &&
         __atomic_load_n (&self->weight, __ATOMIC_RELAXED) >= MAX_WEIGHT;
}

void
graphbit_mcp_link_post_event (GraphbitMcpLink *self,
                              GraphbitMcpEvent *event)
{
  if (is_superfluous (self, event))
    {
      graphbit_mcp_event_free (event);
      return;
    }

  event->weight = 1 + (int) ((get_length (event->name) + get_length (event->logger) + get_length (event->text)) / 1024);
  __atomic_add_fetch (&self->weight, event->weight, __ATOMIC_RELAXED);
  event->envelope.deliver = deliver_event;
  graphbit_operation_post (self, &event->envelope);
}

char *
graphbit_mcp_link_redact (GraphbitMcpLink *self,
                          const char *text)
{
  char *redacted = g_strdup (text);

  for (guint i = 0; i < self->secrets->len; i++)
    redacted = graphbit_secret_redact (self->secrets->pdata[i], redacted);
  return redacted;
}

void
graphbit_mcp_link_tell_noise (GraphbitMcpLink *self,
                              const char *source,
                              const char *data,
                              gsize length)
{
  g_autofree char *valid = NULL;
  g_autofree char *redacted = NULL;
  GraphbitMcpEvent *event;

  if (length == 0 || graphbit_log_get_level () < GRAPHBIT_LOG_LEVEL_DEBUG)
    return;

  valid = g_utf8_make_valid (data, (gssize) length);
  redacted = graphbit_mcp_link_redact (self, valid);
  event = g_new0 (GraphbitMcpEvent, 1);
  event->kind = GRAPHBIT_MCP_EVENT_NOISE;
  event->name = g_strdup (source);
  event->text = g_utf8_make_valid (redacted, (gssize) MIN (strlen (redacted), MAX_NOISE));
  graphbit_mcp_link_post_event (self, event);
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
  g_free (self->log_level);
  g_ptr_array_unref (self->secrets);
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
  g_clear_pointer (&self->headers, g_ptr_array_unref);
  g_free (self->subject);
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

/* The answer to this is wanted no more. */
static void
tell_dropped (GraphbitMcpLink *self,
              int id)
{
  g_autoptr (GBytes) message = graphbit_mcp_message_for_cancelling (id);

  if (self->is_closing || self->is_ended || (self->transport->has_streams && graphbit_mcp_link_has_newest_version (self)))
    return;

  self->transport->send (self, message, NULL);
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
      int replaced_id = self->kind == GRAPHBIT_MCP_REQUEST_LISTEN ? link->listening_id : 0;

      g_hash_table_insert (link->pending, GINT_TO_POINTER (self->id), graphbit_operation_ref (self));
      if (self->kind == GRAPHBIT_MCP_REQUEST_LISTEN)
        link->listening_id = self->id;
      link->transport->send (link, self->message, self);
      if (replaced_id > 0)
        tell_dropped (link, replaced_id);
    }
  graphbit_operation_unref (self);
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
      /* The specification excepts the handshake, and the question before it may reach one who knows neither. */
      if (self->kind != GRAPHBIT_MCP_REQUEST_NOTIFICATION && strcmp (self->method, GRAPHBIT_MCP_METHOD_INITIALIZE) != 0 &&
          strcmp (self->method, GRAPHBIT_MCP_METHOD_DISCOVER) != 0)
        tell_dropped (link, self->id);
      graphbit_operation_unref (self);
    }
  graphbit_operation_unref (self);
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
  self->log_level = g_strdup (setup->log_level);
  self->secrets = g_ptr_array_ref (setup->secrets);
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
  request->subject = g_strdup (setup->subject);
  request->headers = setup->headers != NULL ? g_ptr_array_ref (setup->headers) : NULL;
  if (setup->kind != GRAPHBIT_MCP_REQUEST_CLOSE)
    request->message = graphbit_mcp_message_for_request (request, setup->params);
  if (setup->timeout_ms > 0)
    request->timeout = graphbit_timeout_new (request, graphbit_clock_now () + (gint64) setup->timeout_ms * 1000,
                                             request_timed_out, request);

  graphbit_operation_ref (request); /* the job's */
  /* Not taken: the generation has ended, the operation is being interrupted and tells that itself. */
  if (!graphbit_io_submit (self->io, &request->send_job))
    graphbit_operation_unref (request);
  return TRUE;
}

static void
forget_answer (JsonNode *result,
               GError *error,
               gpointer data)
{
  g_clear_error (&error);
}

void
graphbit_mcp_link_tell (GraphbitMcpLink *self,
                        GraphbitMcpRequestKind kind,
                        const char *method,
                        const char *params)
{
  const GraphbitMcpRequestSetup setup = {
    .kind = kind,
    .method = method,
    .params = params,
    .context = self->operation.context,
    .done = forget_answer,
  };

  /* NULL: it has just ended */
  if (setup.context != NULL)
    graphbit_mcp_link_request (self, &setup, NULL);
}
