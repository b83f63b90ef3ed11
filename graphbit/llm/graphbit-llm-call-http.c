/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-call-fields-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-clock-private.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-vendor-headers-private.h"

/* A call's way over HTTP: what is sent, and what is done with what comes. */

/* By which a request outlasts the call whose end is to learn from it what must be stopped. */
#define GRACE_MS 1000

/* Requests */

static GraphbitHttpRequest *
call_make_request (GraphbitLlmCall *self,
                   const char *method,
                   const char *uri)
{
  GraphbitHttpRequest *request =
      graphbit_vendor_new_request (self->target.vendor, method, uri, self->target.base_uri, self->target.secret,
                                   graphbit_llm_client_get_tls_database (self->client),
                                   graphbit_llm_client_get_proxy_resolver (self->client));

  graphbit_llm_config_add_headers (self->target.config, request);
  request->slots = graphbit_llm_client_get_max_concurrency (self->client);
  request->max_retries = graphbit_llm_client_get_max_retries (self->client);
  request->connect_timeout_ms = graphbit_llm_client_get_connect_timeout_ms (self->client);
  request->first_byte_timeout_ms = self->first_byte_timeout_ms;
  request->idle_timeout_ms = self->idle_timeout_ms;
  request->max_wait_ms = self->max_wait_ms;
  request->deadline = self->deadline;
  request->deadline_kind = self->deadline_kind;
  request->deadline_ms = self->deadline_ms;
  return request;
}

static void
call_accept (GraphbitLlmCall *self,
             GraphbitHttpRequest *request,
             gboolean is_stream)
{
  request->is_stream = is_stream;
  graphbit_http_request_add_header (request, "Accept",
                                    is_stream ? graphbit_framing_get_content_type (self->target.dialect->framing)
                                              : "application/json");
}

/* Answers */

GraphbitLlmResponse *
graphbit_llm_call_make_partial (GraphbitLlmCall *self)
{
  GraphbitLlmExchange *exchange = self->exchange;

  if (!self->is_stream || exchange == NULL || !exchange->is_ended ||
      !graphbit_llm_assembler_has_something (&exchange->assembler))
    return NULL;

  return graphbit_llm_call_make_response (self, &exchange->assembler, self->earlier_attempts + exchange->attempts);
}

static void
exchange_chunks (GraphbitOperation *operation,
                 GQueue *chunks)
{
  graphbit_llm_call_add_chunks ((GraphbitLlmCall *) operation, chunks);
}

static void
call_listen (GraphbitLlmCall *self)
{
  const char *uri = self->exchange->assembler.rest.listen_uri;
  GraphbitHttpRequest *request = call_make_request (self, "GET", uri);

  call_accept (self, request, TRUE);
  graphbit_http_request_add_header (request, "Cache-Control", "no-store");
  request->lane = g_strdup (self->target.model);
  if (!g_str_has_prefix (uri, request->base_uri))
    {
      /* a server of its own */
      g_free (request->base_uri);
      request->base_uri = graphbit_vendor_dup_origin (uri);
    }
  graphbit_llm_exchange_follow (self->exchange, &self->operation, request);
}

/* Not among the requests of the model's lane, which are those that have it make something. */
static void
call_look (GraphbitOperation *operation,
           gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;
  g_autofree char *uri = NULL;
  GraphbitHttpRequest *request;

  graphbit_timeout_clear (&self->timeout);
  if (graphbit_clock_now () >= self->deadline)
    {
      graphbit_llm_call_time_out (operation, NULL);
      return;
    }

  uri = g_strconcat (self->target.base_uri, self->exchange->assembler.rest.path, NULL);
  request = call_make_request (self, "GET", uri);
  call_accept (self, request, FALSE);
  graphbit_llm_exchange_follow (self->exchange, operation, request);
}

/* TRUE: there is a rest, and it is asked for. */
static gboolean
call_pursue (GraphbitLlmCall *self)
{
  const GraphbitLlmAssembler *assembler = &self->exchange->assembler;
  const char *uri = assembler->rest.listen_uri;
  gboolean may_listen = self->is_stream && uri != NULL &&
                        graphbit_vendor_owns_uri (self->target.vendor, self->target.base_uri, uri);
  guint delay_ms;

  switch (graphbit_llm_pursuit_decide (&self->pursuit, assembler, self->exchange->failure, may_listen, &delay_ms))
    {
    case GRAPHBIT_LLM_NEXT_LISTEN:
      call_listen (self);
      return TRUE;

    case GRAPHBIT_LLM_NEXT_LOOK:
      if (delay_ms == 0)
        call_look (&self->operation, NULL);
      else
        self->timeout = graphbit_timeout_new (self, MIN (graphbit_clock_now () + delay_ms * (gint64) 1000, self->deadline),
                                              call_look, NULL);
      return TRUE;

    case GRAPHBIT_LLM_NEXT_END:
    default:
      return FALSE;
    }
}

/* The end of an answer that had a rest. */
static void
call_conclude_rest (GraphbitLlmCall *self,
                    GraphbitLlmExchange *exchange)
{
  /* what failed after the end was told does not matter */
  if (exchange->failure != NULL && !exchange->assembler.is_terminated)
    return;

  g_clear_pointer (&exchange->failure, graphbit_failure_free);
  if (exchange->assembler.rest.is_at_odds)
    exchange->failure = graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL,
                                              N_("%s ended its answer as another one than it had begun; ask again"),
                                              self->target.vendor->title, NULL);
  else
    exchange->failure = graphbit_llm_exchange_conclude (exchange, &self->operation);
}

static void
exchange_answered (GraphbitLlmCall *self,
                   GraphbitLlmExchange *exchange)
{
  GraphbitOperation *operation = &self->operation;
  GraphbitFailure *failure = exchange->failure;
  guint attempts = self->earlier_attempts + exchange->attempts;

  graphbit_llm_call_redact (self, self->target.config, failure);

  if (failure == NULL)
    graphbit_llm_call_take_answer (self, graphbit_llm_call_make_response (self, &exchange->assembler, attempts), attempts);
  else if (failure->code == GRAPHBIT_ERROR_AUTHENTICATION && failure->http_status >= 400 && !self->target.is_key_refused &&
           !graphbit_llm_assembler_has_something (&exchange->assembler) && exchange->assembler.rest.path == NULL &&
           graphbit_key_source_can_ask (graphbit_llm_config_peek_keys (self->target.config)))
    {
      /* there may be a newer one */
      self->target.is_key_refused = TRUE;
      graphbit_llm_call_resolve_key (operation, NULL);
    }
  else
    {
      g_autoptr (GraphbitLlmResponse) partial = graphbit_llm_call_make_partial (self);

      failure->attempts = attempts;
      graphbit_llm_call_conclude_failure (self, failure, partial);
    }
}

static void
exchange_ended (GraphbitOperation *operation,
                GraphbitLlmExchange *exchange)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;

  graphbit_operation_ref (operation);
  if (exchange->assembler.rest.path == NULL)
    {
      exchange_answered (self, exchange);
    }
  else
    {
      graphbit_timeout_clear (&self->timeout);
      if (!call_pursue (self))
        {
          call_conclude_rest (self, exchange);
          exchange_answered (self, exchange);
        }
    }
  graphbit_operation_unref (operation);
}

static const GraphbitLlmExchangeEvents exchange_events = {
  exchange_chunks,
  exchange_ended,
};

/* The beginning */

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

static void
add_missing_header (gpointer data,
                    const char *name,
                    const char *value)
{
  GraphbitHttpRequest *request = data;

  for (guint i = 0; request->headers != NULL && i < request->headers->len; i += 2)
    {
      if (g_ascii_strcasecmp (request->headers->pdata[i], name) == 0)
        return;
    }
  graphbit_http_request_add_header (request, name, value);
}

/* An answer that is begun with this request and made on its own: how it is to be made, and how it is stopped. */
static GraphbitHttpRequest *
call_prepare_making (GraphbitLlmCall *self,
                     GraphbitHttpRequest *request)
{
  GraphbitHttpRequest *stop = call_make_request (self, "POST", "");

  if (self->target.dialect->add_headers != NULL)
    self->target.dialect->add_headers (self->is_stream, (self->deadline - graphbit_clock_now ()) / 1000,
                                       add_missing_header, request);
  /* the time limit is watched here, for its end has something to do */
  request->deadline += GRACE_MS * (gint64) 1000;
  graphbit_llm_call_watch_deadline (self);
  memset (&self->pursuit, 0, sizeof self->pursuit);

  return stop;
}

void
graphbit_llm_call_submit (GraphbitLlmCall *self)
{
  gboolean is_query = self->target.query_method != NULL;
  GraphbitHttpRequest *request = call_make_request (self, is_query ? self->target.query_method : "POST", self->target.uri);
  GraphbitHttpRequest *stop = NULL;
  gboolean is_made_apart = !is_query && self->target.dialect->stop_path != NULL;

  call_accept (self, request, self->is_stream && !is_made_apart);
  if (!is_query)
    {
      request->body = g_bytes_ref (self->target.body);
      request->content_type = "application/json";
      request->lane = g_strdup (self->target.model);
    }
  request->requests_per_minute = graphbit_llm_config_get_requests_per_minute (self->target.config);
  request->tokens_per_minute = graphbit_llm_config_get_tokens_per_minute (self->target.config);
  request->tokens = self->charge.prompt_tokens + MAX (self->charge.completion_tokens, 0);
  if (is_made_apart)
    stop = call_prepare_making (self, request);

  if (self->exchange != NULL)
    self->earlier_attempts += self->exchange->attempts;
  g_clear_pointer (&self->exchange, graphbit_llm_exchange_unref);
  /* NULL: the generation has ended, and its operations are being interrupted. */
  self->exchange = graphbit_llm_exchange_start (&self->operation, request, stop, self->target.vendor,
                                                is_query ? &query_dialect : self->target.dialect,
                                                graphbit_llm_call_wants_chunks (self), self->keeps_raw, &exchange_events);
}
