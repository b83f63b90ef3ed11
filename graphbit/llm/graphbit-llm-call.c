/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-call-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-clock-private.h"
#include "graphbit-key-call-private.h"
#include "graphbit-llm-chunk-private.h"
#include "graphbit-llm-client-private.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-exchange-private.h"
#include "graphbit-llm-options.h"
#include "graphbit-llm-provider-private.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-response-private.h"
#include "graphbit-llm-tool-call.h"
#include "graphbit-provider-call-private.h"
#include "graphbit-runtime-private.h"

#define DEFAULT_TIMEOUT_MS (600 * 1000)
#define QUERY_TIMEOUT_MS (60 * 1000)

struct _GraphbitLlmCall
{
  GraphbitOperation operation;

  /* The application's: until completion. */
  GraphbitLlmClient *client;
  GraphbitLlmConfig *config;
  GraphbitLlmRequest *request; /* for providers in the application */
  GraphbitLlmCallReadable readable;
  GraphbitLlmCallDone done;
  gpointer data;
  GDestroyNotify notify;
  GraphbitCallTicket *ticket; /* a key or an answer that is awaited */
  GraphbitTimeout *timeout;   /* of that */

  const GraphbitVendor *vendor;
  gboolean is_stream;
  gboolean keeps_raw;
  gint64 started;
  gint64 deadline;
  GraphbitHttpDeadline deadline_kind;
  guint64 deadline_ms;
  gboolean has_first_token;

  /* What is sent, made at the start. */
  const GraphbitLlmDialect *dialect;
  const char *query_method; /* NULL: it is a completion */
  char *uri;
  char *base_uri;
  char *model;
  GBytes *body;
  guint first_byte_timeout_ms;
  guint idle_timeout_ms;
  guint max_wait_ms;

  GraphbitSecret *secret;
  gboolean is_key_refused; /* and asked for once more */

  GraphbitLlmExchange *exchange;
  guint earlier_attempts; /* with a key that was refused */
  GraphbitLlmAssembler assembler; /* of a provider in the application */
  gboolean has_assembler;

  GQueue ready; /* chunks that no reader has taken */
};

static void call_resolve_key (GraphbitOperation *operation, gpointer data);
static void call_submit (GraphbitLlmCall *self);

/* The answer to a query is read by who asked. */
static GraphbitFailure *
query_parse (const GraphbitVendor *vendor,
             GraphbitLlmAssembler *assembler,
             const char *body,
             gsize length,
             GraphbitHttpVerdict *verdict)
{
  assembler->raw = g_bytes_new (body, length);
  return NULL;
}

static const GraphbitLlmDialect query_dialect = {
  .name = "query",
  .parse = query_parse,
};

/* The one way to the end. Exactly one of response and error, both taken over. */
static void
call_conclude (GraphbitLlmCall *self,
               GraphbitLlmResponse *response,
               GError *error,
               guint attempts)
{
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GraphbitLlmConfig) config = NULL;
  g_autoptr (GraphbitLlmRequest) request = NULL;
  GraphbitLlmCallDone done;
  GDestroyNotify notify;
  GraphbitOutcome outcome;
  gint64 duration;

  if (!graphbit_operation_complete (self))
    {
      g_clear_object (&response);
      g_clear_error (&error);
      return;
    }

  graphbit_operation_ref (self);

  graphbit_timeout_clear (&self->timeout);
  if (self->ticket != NULL)
    graphbit_call_close (&self->ticket, TRUE);
  if (self->exchange != NULL)
    {
      attempts = self->earlier_attempts + graphbit_llm_exchange_get_attempts (self->exchange);
      graphbit_llm_exchange_cancel (self->exchange);
    }

  client = g_steal_pointer (&self->client);
  config = g_steal_pointer (&self->config);
  request = g_steal_pointer (&self->request);
  done = g_steal_pointer (&self->done);
  notify = g_steal_pointer (&self->notify);
  self->readable = NULL;

  if (response != NULL)
    outcome = GRAPHBIT_OUTCOME_SUCCESS;
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    outcome = GRAPHBIT_OUTCOME_CANCELLED;
  else
    outcome = GRAPHBIT_OUTCOME_FAILURE;
  duration = graphbit_clock_now () - self->started;
  if (self->query_method == NULL)
    graphbit_statistics_add_outcome (graphbit_llm_client_get_statistics (client), outcome, attempts, duration);
  if (response != NULL && graphbit_llm_response_get_usage (response) != NULL)
    {
      GraphbitLlmUsage *usage = graphbit_llm_response_get_usage (response);

      graphbit_statistics_add_tokens (graphbit_llm_client_get_statistics (client),
                                      graphbit_llm_usage_get_prompt_tokens (usage),
                                      graphbit_llm_usage_get_completion_tokens (usage));
    }
  if (graphbit_llm_client_get_debug (client))
    g_message ("%s, model %s: %s after %" G_GINT64_FORMAT " ms, %u attempts",
               self->vendor->name, self->model != NULL ? self->model : "",
               error != NULL ? error->message : "answered", duration / 1000, attempts);

  if (done != NULL)
    done (self, response, error, self->data);
  else
    {
      g_clear_object (&response);
      g_clear_error (&error);
    }
  if (notify != NULL)
    notify (self->data);

  graphbit_operation_unref (self);
}

static void
call_conclude_failure (GraphbitLlmCall *self,
                       const GraphbitFailure *failure,
                       GraphbitLlmResponse *partial)
{
  call_conclude (self, NULL, graphbit_failure_to_error (failure, (GObject *) partial), failure->attempts);
}

static void
call_conclude_cancelled (GraphbitLlmCall *self)
{
  g_autoptr (GraphbitFailure) failure = graphbit_failure_new_cancelled ();

  call_conclude_failure (self, failure, NULL);
}

static void
call_timed_out (GraphbitOperation *operation,
                gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;
  g_autoptr (GraphbitFailure) failure = NULL;
  char length[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (length, sizeof length, "%.7g", (double) self->deadline_ms / 1000);
  failure = graphbit_failure_new (GRAPHBIT_ERROR_TIMEOUT,
                                  self->deadline_kind == GRAPHBIT_HTTP_DEADLINE_RUN
                                      ? N_("The run's time limit of %2$s s passed while %1$s was working")
                                      : N_("%s did not finish its answer within the time limit of %s s"),
                                  self->vendor->title, length, NULL);
  call_conclude_failure (self, failure, NULL);
}

/* Before something is awaited that no HttpCall watches. */
static void
call_watch_deadline (GraphbitLlmCall *self)
{
  if (self->timeout == NULL && !graphbit_operation_is_complete (self))
    self->timeout = graphbit_timeout_new (self, self->deadline, call_timed_out, NULL);
}

/* Chunks */

static void
call_add_chunks (GraphbitLlmCall *self,
                 GQueue *chunks)
{
  /* the first batch may only say that the provider has accepted */
  if (!self->has_first_token && (chunks->length > 0 || self->readable == NULL))
    {
      self->has_first_token = TRUE;
      graphbit_statistics_add_first_token (graphbit_llm_client_get_statistics (self->client),
                                           graphbit_clock_now () - self->started);
    }

  if (self->ready.length == 0)
    {
      self->ready = *chunks;
      g_queue_init (chunks);
    }
  else
    {
      GList *link;

      while ((link = g_queue_pop_head_link (chunks)) != NULL)
        g_queue_push_tail_link (&self->ready, link);
    }

  if (self->readable != NULL)
    self->readable (self, self->data);
}

GraphbitLlmChunk *
graphbit_llm_call_take_chunk (GraphbitLlmCall *self)
{
  GraphbitLlmChunk *chunk = g_queue_pop_head (&self->ready);

  if (chunk != NULL && self->exchange != NULL)
    graphbit_llm_exchange_release (self->exchange, 1, graphbit_llm_chunk_get_size (chunk));

  return chunk;
}

GPtrArray *
graphbit_llm_call_take_chunks (GraphbitLlmCall *self)
{
  GPtrArray *chunks = g_ptr_array_new_full (self->ready.length, (GDestroyNotify) graphbit_llm_chunk_unref);
  GraphbitLlmChunk *chunk;
  gsize size = 0;

  while ((chunk = g_queue_pop_head (&self->ready)) != NULL)
    {
      size += graphbit_llm_chunk_get_size (chunk);
      g_ptr_array_add (chunks, chunk);
    }
  if (chunks->len > 0 && self->exchange != NULL)
    graphbit_llm_exchange_release (self->exchange, chunks->len, size);

  return chunks;
}

/* Over HTTP */

static void
exchange_chunks (GraphbitOperation *operation,
                 GQueue *chunks)
{
  call_add_chunks ((GraphbitLlmCall *) operation, chunks);
}

static GraphbitLlmResponse *
call_make_response (GraphbitLlmCall *self,
                    GraphbitLlmAssembler *assembler,
                    guint attempts)
{
  return graphbit_llm_assembler_make_response (assembler, self->vendor->name,
                                               (graphbit_clock_now () - self->started) / 1000, attempts);
}

static gboolean
assembler_has_something (GraphbitLlmAssembler *self)
{
  return self->text->len > 0 || self->reasoning != NULL || self->refusal != NULL || self->calls != NULL;
}

static void
exchange_ended (GraphbitOperation *operation,
                GraphbitLlmExchange *exchange)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;
  GraphbitFailure *failure = exchange->failure;
  guint attempts = self->earlier_attempts + exchange->attempts;

  graphbit_vendor_redact (failure, self->secret);

  if (failure == NULL)
    call_conclude (self, call_make_response (self, &exchange->assembler, attempts), NULL, attempts);
  else if (failure->http_status == 401 && !self->is_key_refused &&
           (graphbit_llm_config_has_key_func (self->config) || graphbit_llm_config_has_key_handler (self->config)))
    {
      /* there may be a newer one */
      self->is_key_refused = TRUE;
      call_resolve_key (operation, NULL);
    }
  else
    {
      g_autoptr (GraphbitLlmResponse) partial = NULL;

      if (self->is_stream && assembler_has_something (&exchange->assembler))
        partial = call_make_response (self, &exchange->assembler, attempts);
      failure->attempts = attempts;
      call_conclude_failure (self, failure, partial);
    }
}

static const GraphbitLlmExchangeEvents exchange_events = {
  exchange_chunks,
  exchange_ended,
};

static void
call_submit (GraphbitLlmCall *self)
{
  GraphbitHttpRequest *request = graphbit_http_request_new (self->query_method != NULL ? self->query_method : "POST",
                                                            self->uri);
  GTlsDatabase *tls_database = graphbit_llm_client_get_tls_database (self->client);
  GProxyResolver *proxy_resolver = graphbit_llm_client_get_proxy_resolver (self->client);

  graphbit_http_request_add_header (request, "Accept",
                                    self->is_stream ? graphbit_framing_get_content_type (self->dialect->framing)
                                                    : "application/json");
  if (self->secret != NULL)
    {
      request->secret_header = self->vendor->secret_header;
      request->secret_prefix = self->vendor->secret_prefix;
      request->secret = graphbit_secret_ref (self->secret);
    }
  /* one among them may take the key's place */
  graphbit_llm_config_add_headers (self->config, request);
  request->base_uri = g_strdup (self->base_uri);
  if (self->query_method == NULL)
    {
      request->body = g_bytes_ref (self->body);
      request->content_type = "application/json";
      request->lane = g_strdup (self->model);
    }
  request->slots = graphbit_llm_client_get_max_concurrency (self->client);
  request->is_stream = self->is_stream;
  request->is_local = (self->vendor->quirks & GRAPHBIT_QUIRK_LOCAL) != 0;
  request->max_retries = graphbit_llm_client_get_max_retries (self->client);
  request->connect_timeout_ms = graphbit_llm_client_get_connect_timeout_ms (self->client);
  request->first_byte_timeout_ms = self->first_byte_timeout_ms;
  request->idle_timeout_ms = self->idle_timeout_ms;
  request->max_wait_ms = self->max_wait_ms;
  request->deadline = self->deadline;
  request->deadline_kind = self->deadline_kind;
  request->deadline_ms = self->deadline_ms;
  if (tls_database != NULL)
    request->tls_database = g_object_ref (tls_database);
  if (proxy_resolver != NULL)
    {
      request->proxy_resolver = g_object_ref (proxy_resolver);
      request->has_proxy_resolver = TRUE;
    }

  if (self->exchange != NULL)
    self->earlier_attempts += self->exchange->attempts;
  g_clear_pointer (&self->exchange, graphbit_llm_exchange_unref);
  /* NULL: the generation has ended, and its operations are being interrupted. */
  self->exchange = graphbit_llm_exchange_start (&self->operation, request, self->vendor,
                                                self->query_method != NULL ? &query_dialect : self->dialect,
                                                self->readable != NULL, self->keeps_raw, &exchange_events);
}

/* The key */

static void
call_conclude_refused (GraphbitLlmCall *self)
{
  call_conclude_failure (self, self->exchange->failure, NULL);
}

static void
call_use_secret (GraphbitLlmCall *self,
                 GraphbitSecret *secret)
{
  gboolean is_the_same = self->secret != NULL && secret != NULL &&
                         strcmp (graphbit_secret_peek (self->secret), graphbit_secret_peek (secret)) == 0;

  g_clear_pointer (&self->secret, graphbit_secret_unref);
  self->secret = secret;
  if (is_the_same)
    call_conclude_refused (self);
  else
    call_submit (self);
}

static void
key_answered (GraphbitOperation *operation,
              gpointer data,
              gpointer value,
              GError *error)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;

  graphbit_timeout_clear (&self->timeout);
  graphbit_call_close (&self->ticket, FALSE);
  if (error != NULL)
    call_conclude (self, NULL, error, 0);
  else
    call_use_secret (self, value);
}

/* From the dispatcher, for it runs the application's code. */
static void
call_resolve_key (GraphbitOperation *operation,
                  gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;
  g_autoptr (GraphbitLlmConfig) config = g_object_ref (self->config);
  g_autoptr (GraphbitKeyCall) key_call = NULL;
  g_autoptr (GError) error = NULL;

  if (graphbit_llm_config_has_key_func (config))
    {
      GraphbitSecret *secret = graphbit_llm_config_call_key_func (config, &error);

      if (graphbit_operation_is_complete (self))
        g_clear_pointer (&secret, graphbit_secret_unref);
      else if (secret != NULL)
        call_use_secret (self, secret);
      else
        call_conclude (self, NULL, g_steal_pointer (&error), 0);
      return;
    }

  if (graphbit_llm_config_has_key_handler (config))
    {
      gboolean is_taken;

      key_call = graphbit_key_call_new ();
      self->ticket = graphbit_call_open (GRAPHBIT_CALL (key_call), self, key_answered, NULL,
                                         GRAPHBIT_ERROR_AUTHENTICATION, self->deadline);
      is_taken = graphbit_llm_config_emit_key_required (config, key_call);
      if (graphbit_operation_is_complete (self))
        return;
      if (is_taken || graphbit_call_get_is_answered (GRAPHBIT_CALL (key_call)))
        {
          call_watch_deadline (self);
          return;
        }
      graphbit_call_close (&self->ticket, FALSE);
    }

  if (self->is_key_refused)
    call_conclude_refused (self);
  else if ((self->vendor->quirks & GRAPHBIT_QUIRK_NO_KEY) != 0)
    call_submit (self);
  else
    call_conclude (self, NULL, graphbit_llm_config_make_key_error (config), 0);
}

/* By a provider in the application */

static void
call_flush_assembler (GraphbitLlmCall *self)
{
  if (self->assembler.chunks.length > 0)
    call_add_chunks (self, &self->assembler.chunks);
}

static void
provider_text (GraphbitOperation *operation,
               const char *text,
               gsize length)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;

  graphbit_llm_assembler_add_text (&self->assembler, text, length);
  call_flush_assembler (self);
}

static void
assembler_add_response (GraphbitLlmAssembler *self,
                        GraphbitLlmResponse *response)
{
  const char *text = graphbit_llm_response_get_text (response);
  const char *reasoning = graphbit_llm_response_get_reasoning (response);
  const char *refusal = graphbit_llm_response_get_refusal (response);
  GListModel *calls = graphbit_llm_response_get_tool_calls (response);
  GraphbitLlmUsage *usage = graphbit_llm_response_get_usage (response);
  GraphbitLlmFinishReason finish = graphbit_llm_response_get_finish_reason (response);

  if (reasoning != NULL && *reasoning != '\0')
    graphbit_llm_assembler_add_reasoning (self, reasoning, strlen (reasoning));
  /* what was sent in pieces is the text already */
  if (text != NULL && *text != '\0' && self->text->len == 0)
    graphbit_llm_assembler_add_text (self, text, strlen (text));
  if (refusal != NULL)
    graphbit_llm_assembler_add_refusal (self, refusal, strlen (refusal));

  for (guint i = 0; calls != NULL && i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (calls, i);
      const char *arguments;

      /* an application made this list */
      if (!GRAPHBIT_IS_LLM_TOOL_CALL (item))
        continue;

      arguments = graphbit_llm_tool_call_get_arguments_json (GRAPHBIT_LLM_TOOL_CALL (item));
      graphbit_llm_assembler_add_call (self, (int) i,
                                       graphbit_llm_tool_call_get_id (GRAPHBIT_LLM_TOOL_CALL (item)),
                                       graphbit_llm_tool_call_get_name (GRAPHBIT_LLM_TOOL_CALL (item)),
                                       arguments != NULL ? arguments : "", arguments != NULL ? strlen (arguments) : 0);
    }

  if (usage != NULL)
    {
      GraphbitLlmUsageCounts counts = {
        graphbit_llm_usage_get_prompt_tokens (usage), graphbit_llm_usage_get_completion_tokens (usage),
        graphbit_llm_usage_get_total_tokens (usage), graphbit_llm_usage_get_cached_tokens (usage),
        graphbit_llm_usage_get_cache_write_tokens (usage), graphbit_llm_usage_get_reasoning_tokens (usage)
      };

      graphbit_llm_assembler_set_usage (self, &counts);
    }

  if (finish == GRAPHBIT_LLM_FINISH_REASON_UNKNOWN)
    finish = self->calls != NULL ? GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS : GRAPHBIT_LLM_FINISH_REASON_STOP;
  graphbit_llm_assembler_set_finish (self, finish, graphbit_llm_response_get_finish_reason_text (response));

  self->model = g_strdup (graphbit_llm_response_get_model (response));
  self->id = g_strdup (graphbit_llm_response_get_id (response));
  self->request_id = g_strdup (graphbit_llm_response_get_request_id (response));
}

static void
provider_answered (GraphbitOperation *operation,
                   gpointer data,
                   gpointer value,
                   GError *error)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;
  g_autoptr (GraphbitLlmResponse) response = value;
  g_autoptr (GraphbitFailure) failure = NULL;

  graphbit_timeout_clear (&self->timeout);
  graphbit_call_close (&self->ticket, FALSE);

  if (error != NULL)
    {
      call_conclude (self, NULL, error, 1);
      return;
    }

  assembler_add_response (&self->assembler, response);
  failure = graphbit_llm_assembler_finish (&self->assembler, FALSE);
  graphbit_operation_ref (self);
  call_flush_assembler (self);
  if (failure != NULL)
    call_conclude_failure (self, failure, NULL);
  else
    call_conclude (self, call_make_response (self, &self->assembler, 1), NULL, 1);
  graphbit_operation_unref (self);
}

static GraphbitLlmProvider *
call_get_provider (GraphbitLlmCall *self)
{
  GraphbitLlmProvider *provider = graphbit_llm_config_peek_llm_provider (self->config);

  if (provider == NULL)
    {
      const char *const *replies = graphbit_llm_config_get_replies (self->config);
      g_autoptr (GraphbitLlmProvider) built_in =
          replies != NULL ? graphbit_llm_scripted_new (replies) : graphbit_llm_offline_new ();

      provider = graphbit_llm_config_keep_llm_provider (self->config, built_in);
    }

  return g_object_ref (provider);
}

/* From the dispatcher, for it runs the application's code. */
static void
call_ask_provider (GraphbitOperation *operation,
                   gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;
  g_autoptr (GraphbitLlmProvider) provider = call_get_provider (self);
  g_autoptr (GraphbitProviderCall) call = NULL;
  gboolean is_taken;

  graphbit_llm_assembler_init (&self->assembler, self->readable != NULL, FALSE);
  self->has_assembler = TRUE;

  call = graphbit_provider_call_new (self->request, self->is_stream, self, provider_text);
  self->ticket = graphbit_call_open (GRAPHBIT_CALL (call), self, provider_answered, NULL,
                                     GRAPHBIT_ERROR_UNAVAILABLE, self->deadline);
  is_taken = graphbit_llm_provider_emit_request (provider, call);

  if (graphbit_operation_is_complete (self) || graphbit_call_get_is_answered (GRAPHBIT_CALL (call)))
    return;
  if (is_taken)
    call_watch_deadline (self);
  else
    call_conclude (self, NULL,
                   g_error_new_literal (GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                                        _("The provider did not take the request; connect a handler to its “request” "
                                          "signal that returns TRUE and answers the call")), 0);
}

/* The operation */

static void
call_interrupted (GraphbitOperation *operation,
                  GraphbitInterruption interruption)
{
  call_conclude_cancelled ((GraphbitLlmCall *) operation);
}

static void
call_free (GraphbitOperation *operation)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;

  g_clear_object (&self->client);
  g_clear_object (&self->config);
  g_clear_object (&self->request);
  g_free (self->uri);
  g_free (self->base_uri);
  g_free (self->model);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->secret, graphbit_secret_unref);
  g_clear_pointer (&self->exchange, graphbit_llm_exchange_unref);
  if (self->has_assembler)
    graphbit_llm_assembler_clear (&self->assembler);
  g_queue_clear_full (&self->ready, (GDestroyNotify) graphbit_llm_chunk_unref);
  g_free (self);
}

static const GraphbitOperationClass call_class = {
  call_interrupted,
  call_free,
};

/* Everything that can be said at once to be wrong, and what will be sent. `error` is never NULL. */
static gboolean
call_prepare (GraphbitLlmCall *self,
              GraphbitLlmRequest *request,
              const GraphbitLlmQuery *query,
              GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) key_error = NULL;
  GString *body;

  if (!graphbit_llm_config_check (self->config, error) ||
      (query == NULL && !graphbit_llm_request_check (request, error)))
    return FALSE;

  self->vendor = graphbit_llm_config_get_vendor (self->config);
  self->model = g_strdup (graphbit_llm_config_resolve_model (self->config));
  self->dialect = graphbit_llm_dialect_for (self->vendor->wire);
  if (self->dialect == NULL)
    {
      self->request = g_object_ref (request);
      return TRUE;
    }

  self->base_uri = graphbit_llm_config_resolve_base_url (self->config, error);
  if (self->base_uri == NULL)
    {
      if (*error == NULL)
        g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                     _("%s has no address of its own; set the configuration's base URL"), self->vendor->title);
      return FALSE;
    }

  if (query == NULL)
    {
      body = g_string_sized_new (1024);
      if (!self->dialect->build (self->vendor, self->config, request, self->is_stream, body, error))
        {
          g_string_free (body, TRUE);
          return FALSE;
        }
      self->body = g_string_free_to_bytes (body);
      path = self->dialect->path (self->vendor, self->model, self->is_stream);
    }
  else
    {
      self->query_method = query->method;
      path = g_strdup (query->path);
    }
  self->uri = g_strconcat (self->base_uri, path, NULL);

  self->secret = graphbit_llm_config_dup_secret (self->config, &key_error);
  if (key_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&key_error));
      return FALSE;
    }

  return TRUE;
}

static void
call_begin_exchange (GraphbitOperation *operation,
                     gpointer data)
{
  call_submit ((GraphbitLlmCall *) operation);
}

static gboolean
is_keyless (GraphbitLlmCall *self)
{
  if (graphbit_llm_config_has_key_header (self->config))
    return TRUE;

  return (self->vendor->quirks & GRAPHBIT_QUIRK_NO_KEY) != 0 &&
         !graphbit_llm_config_has_key_func (self->config) &&
         !graphbit_llm_config_has_key_handler (self->config);
}

/*
 * The way of one completion: what is wrong already → (cache → budget →) the
 * key → the exchange, or the provider in the application → the outcome.
 */
GraphbitLlmCall *
graphbit_llm_call_start (GraphbitLlmClient *client,
                         GraphbitLlmRequest *request,
                         const GraphbitLlmCallSetup *setup,
                         GError **error)
{
  GraphbitLlmConfig *config = graphbit_llm_client_get_config (client);
  GraphbitLlmOptions *options = request != NULL ? graphbit_llm_request_get_options (request) : NULL;
  GraphbitLlmCall *self;
  GError *local_error = NULL;
  GraphbitOperationFunc begin;
  gboolean is_started;
  guint timeout_ms = setup->query != NULL ? QUERY_TIMEOUT_MS : 0;
  GraphbitTristate keep_raw = GRAPHBIT_TRISTATE_UNSET;

  if (config == NULL)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The client has no configuration; give it one when it is made"));
      return NULL;
    }

  self = g_new0 (GraphbitLlmCall, 1);
  self->started = graphbit_clock_now ();
  self->client = g_object_ref (client);
  self->config = g_object_ref (config);
  self->is_stream = setup->is_stream;
  g_queue_init (&self->ready);

  if (!call_prepare (self, request, setup->query, &local_error))
    {
      g_propagate_error (error, local_error);
      call_free (&self->operation);
      return NULL;
    }

  if (options != NULL)
    {
      timeout_ms = graphbit_llm_options_get_timeout_ms (options);
      self->first_byte_timeout_ms = graphbit_llm_options_get_first_byte_timeout_ms (options);
      self->idle_timeout_ms = graphbit_llm_options_get_idle_timeout_ms (options);
      self->max_wait_ms = graphbit_llm_options_get_max_wait_ms (options);
      keep_raw = graphbit_llm_options_get_keep_raw (options);
    }
  self->keeps_raw = keep_raw == GRAPHBIT_TRISTATE_UNSET ? setup->keeps_raw : keep_raw == GRAPHBIT_TRISTATE_TRUE;
  self->deadline_ms = timeout_ms > 0 ? timeout_ms : DEFAULT_TIMEOUT_MS;
  self->deadline = self->started + (gint64) self->deadline_ms * 1000;
  if (setup->deadline > 0 && setup->deadline < self->deadline)
    {
      self->deadline_kind = GRAPHBIT_HTTP_DEADLINE_RUN;
      self->deadline = setup->deadline;
      self->deadline_ms = setup->deadline_ms;
    }

  self->readable = setup->readable;
  self->done = setup->done;
  self->data = setup->data;
  self->notify = setup->notify;

  if (graphbit_llm_client_get_debug (client))
    g_message ("%s, model %s: %s%s", self->vendor->name, self->model != NULL ? self->model : "",
               self->uri != NULL ? self->uri : "a provider in the application", self->is_stream ? ", streaming" : "");

  if (self->dialect == NULL)
    begin = call_ask_provider;
  else if (self->secret != NULL || is_keyless (self))
    begin = call_begin_exchange;
  else
    begin = call_resolve_key;

  if (setup->parent != NULL)
    is_started = graphbit_operation_init_child (&self->operation, &call_class, setup->parent, setup->cancellable, error);
  else if (setup->context != NULL)
    is_started = graphbit_operation_init_at (&self->operation, &call_class, setup->context, setup->cancellable, error);
  else
    is_started = graphbit_operation_init (&self->operation, &call_class, setup->cancellable, error);
  if (!is_started)
    {
      call_free (&self->operation);
      return NULL;
    }

  /* Where another thread runs the home, the call is that thread's from here on. */
  if (begin == call_begin_exchange && graphbit_operation_is_home (self))
    begin (&self->operation, NULL);
  else
    graphbit_operation_invoke (self, begin, NULL, NULL);

  return self;
}

static void
call_cancel (GraphbitOperation *operation,
             gpointer data)
{
  call_conclude_cancelled ((GraphbitLlmCall *) operation);
}

void
graphbit_llm_call_cancel (GraphbitLlmCall *self)
{
  graphbit_operation_invoke (self, call_cancel, NULL, NULL);
}

void
graphbit_llm_call_detach (GraphbitLlmCall *self)
{
  self->done = NULL;
  self->readable = NULL;
  call_conclude_cancelled (self);
}

GraphbitOperation *
graphbit_llm_call_get_operation (GraphbitLlmCall *self)
{
  return &self->operation;
}
