/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-call-fields-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-clock-private.h"
#include "graphbit-llm-chunk-private.h"
#include "graphbit-llm-client-private.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-options.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-response-private.h"
#include "graphbit-log-private.h"

#define DEFAULT_TIMEOUT_MS (600 * 1000)
#define QUERY_TIMEOUT_MS (60 * 1000)

/* In the log for whoever asked for it: this client's user, or the application's with graphbit_init (). */
#define TELL(client, ...)                                    \
  G_STMT_START                                               \
  {                                                          \
    if (graphbit_llm_client_get_debug (client))              \
      g_message (__VA_ARGS__);                               \
    else                                                     \
      graphbit_log (GRAPHBIT_LOG_LEVEL_DEBUG, __VA_ARGS__);  \
  }                                                          \
  G_STMT_END

static void call_begin_target (GraphbitOperation *operation, gpointer data);

/* To the next target, or the same one once more. */
static void
call_leave_target (GraphbitLlmCall *self,
                   guint attempts)
{
  self->n_tried += attempts > 0;
  self->attempts += attempts;
  self->earlier_attempts = 0;
  graphbit_timeout_clear (&self->timeout);
  g_clear_pointer (&self->exchange, graphbit_llm_exchange_unref);
  if (self->has_assembler)
    graphbit_llm_assembler_clear (&self->assembler);
  self->has_assembler = FALSE;
}

/* Whether a reader may have seen a part of the answer. */
static gboolean
call_has_handed_out (GraphbitLlmCall *self)
{
  return self->is_stream &&
         (self->has_first_token ||
          (self->exchange != NULL && graphbit_llm_assembler_has_something (&self->exchange->assembler)) ||
          (self->has_assembler && graphbit_llm_assembler_has_something (&self->assembler)));
}

/* The next target that can do it takes the place of the one that failed. FALSE: the call fails. */
static gboolean
call_fall_back (GraphbitLlmCall *self,
                const GError *error,
                guint attempts)
{
  /* in this order: before its end, the exchange's parts may still be the I/O thread's */
  if (self->fallbacks.targets == NULL || graphbit_operation_is_complete (self) || !graphbit_llm_fallbacks_may_help (error) ||
      graphbit_clock_now () >= self->deadline || call_has_handed_out (self) ||
      !graphbit_llm_fallbacks_advance (&self->fallbacks, &self->target, error))
    return FALSE;

  if (self->exchange != NULL)
    graphbit_llm_exchange_cancel (self->exchange);
  call_leave_target (self, attempts);

  TELL (self->client, "%s, model %s, takes over from %s", self->target.vendor->name,
        self->target.model != NULL ? self->target.model : "", self->fallbacks.reasons->str);
  if (graphbit_llm_charge_has_budget (&self->charge))
    graphbit_llm_charge_release (&self->charge, &self->target);
  graphbit_operation_invoke (self, call_begin_target, NULL, NULL);
  return TRUE;
}

/* What there is of an answer that failed, or NULL. */
static GraphbitLlmResponse *
dup_partial (const GError *error)
{
  g_autoptr (GraphbitErrorDetails) details = graphbit_error_details_from_error (error);
  GObject *partial = details != NULL ? graphbit_error_details_get_partial_response (details) : NULL;

  return GRAPHBIT_IS_LLM_RESPONSE (partial) ? g_object_ref (GRAPHBIT_LLM_RESPONSE (partial)) : NULL;
}

static void
count_tokens (GraphbitLlmClient *client,
              GraphbitLlmResponse *response)
{
  GraphbitLlmUsage *usage = graphbit_llm_response_get_usage (response);

  if (usage != NULL)
    graphbit_statistics_add_tokens (graphbit_llm_client_get_statistics (client),
                                    graphbit_llm_usage_get_prompt_tokens (usage),
                                    graphbit_llm_usage_get_completion_tokens (usage));
}

void
graphbit_llm_call_conclude (GraphbitLlmCall *self,
                            GraphbitLlmResponse *response,
                            GError *error,
                            guint attempts)
{
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GraphbitLlmConfig) config = NULL;
  g_autoptr (GraphbitLlmRequest) request = NULL;
  g_autoptr (GraphbitLlmRequest) asked = NULL;
  g_autoptr (GPtrArray) fallbacks = NULL;
  g_autoptr (GraphbitLlmResponse) came = NULL;
  GraphbitLlmCallDone done;
  GDestroyNotify notify;
  GraphbitBudgetHolds budgets;
  GraphbitOutcome outcome;
  gboolean is_used;
  gint64 duration;

  /* also those with a key that was refused, where the next key is what failed */
  if (self->exchange != NULL)
    attempts = self->earlier_attempts + graphbit_llm_exchange_get_attempts (self->exchange);
  if (error != NULL && call_fall_back (self, error, attempts))
    {
      g_error_free (error);
      return;
    }

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
    graphbit_llm_exchange_cancel (self->exchange);

  client = g_steal_pointer (&self->client);
  config = g_steal_pointer (&self->target.config);
  request = g_steal_pointer (&self->target.request);
  asked = g_steal_pointer (&self->answer.asked);
  fallbacks = g_steal_pointer (&self->fallbacks.targets);
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
  /* a target's first attempt is no retry, and the last target may have had none */
  if (self->target.query_method == NULL)
    graphbit_statistics_add_outcome (graphbit_llm_client_get_statistics (client), outcome,
                                     self->attempts - self->n_tried + MAX (attempts, 1), duration);
  came = response != NULL ? g_object_ref (response) : dup_partial (error);
  if (came != NULL)
    count_tokens (client, came);
  TELL (client, "%s, model %s: %s after %" G_GINT64_FORMAT " ms, %u attempts",
        self->target.vendor->name, self->target.model != NULL ? self->target.model : "",
        error != NULL ? error->message : "answered", duration / 1000, self->attempts + attempts);

  /* only the client's own configuration's */
  if (self->lookup.cache != NULL && response != NULL && attempts > 0 && self->fallbacks.n_passed == 0)
    graphbit_llm_lookup_store (&self->lookup, self->operation.runtime, response);
  graphbit_llm_lookup_clear (&self->lookup);

  is_used = graphbit_llm_charge_has_budget (&self->charge) &&
            graphbit_llm_charge_settle (&self->charge, &self->target, came);
  graphbit_llm_answer_take_spent (&self->answer, came, error);
  budgets = self->charge.budgets;
  self->charge.budgets = (GraphbitBudgetHolds){ { NULL } };

  if (error != NULL && self->fallbacks.reasons != NULL && outcome == GRAPHBIT_OUTCOME_FAILURE)
    {
      g_autofree char *message = g_steal_pointer (&error->message);

      error->message = g_strdup_printf (_("%s; tried as well: %s"), message, self->fallbacks.reasons->str);
    }

  if (done != NULL)
    done (self, response, error, self->data);
  else
    {
      g_clear_object (&response);
      g_clear_error (&error);
    }
  if (notify != NULL)
    notify (self->data);

  /* last, for a listener may do anything, and this call's part is over */
  graphbit_budget_holds_tell (&budgets, is_used);
  graphbit_budget_holds_clear (&budgets);
  graphbit_operation_unref (self);
}

void
graphbit_llm_call_conclude_failure (GraphbitLlmCall *self,
                                    GraphbitFailure *failure,
                                    GraphbitLlmResponse *partial)
{
  guint attempts = failure->attempts;

  failure->attempts += self->attempts; /* of all targets, for the application */
  graphbit_llm_call_conclude (self, NULL, graphbit_failure_to_error (failure, (GObject *) partial), attempts);
}

static void
call_conclude_cancelled (GraphbitLlmCall *self)
{
  g_autoptr (GraphbitFailure) failure = graphbit_failure_new_cancelled ();

  graphbit_llm_call_conclude_failure (self, failure, NULL);
}

void
graphbit_llm_call_time_out (GraphbitOperation *operation,
                            gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;
  g_autoptr (GraphbitFailure) failure = NULL;
  g_autoptr (GraphbitLlmResponse) partial = graphbit_llm_call_make_partial (self);
  char length[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (length, sizeof length, "%.7g", (double) self->deadline_ms / 1000);
  failure = graphbit_failure_new (GRAPHBIT_ERROR_TIMEOUT,
                                  self->deadline_kind == GRAPHBIT_HTTP_DEADLINE_RUN
                                      ? N_("The run's time limit of %2$s s passed while %1$s was working")
                                      : N_("%s did not finish its answer within the time limit of %s s"),
                                  self->target.vendor->title, length, NULL);
  graphbit_llm_call_conclude_failure (self, failure, partial);
}

void
graphbit_llm_call_watch_deadline (GraphbitLlmCall *self)
{
  if (self->timeout == NULL && !graphbit_operation_is_complete (self))
    self->timeout = graphbit_timeout_new (self, self->deadline, graphbit_llm_call_time_out, NULL);
}

/* Chunks */

void
graphbit_llm_call_add_chunks (GraphbitLlmCall *self,
                              GQueue *chunks)
{
  /* the first batch may only say that the provider has accepted */
  if (!self->has_first_token && (chunks->length > 0 || self->readable == NULL))
    {
      self->has_first_token = TRUE;
      graphbit_statistics_add_first_token (graphbit_llm_client_get_statistics (self->client),
                                           graphbit_clock_now () - self->started);
    }

  if (graphbit_llm_charge_has_budget (&self->charge))
    for (GList *l = chunks->head; l != NULL; l = l->next)
      self->charge.handed_out += graphbit_llm_chunk_get_size (l->data);

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

/* Answers that must fit a schema */

/* Its chunks: a reader sees none of an answer that does not fit. */
static void
call_hand_out (GraphbitLlmCall *self,
               GraphbitLlmResponse *response)
{
  g_autoptr (GraphbitFailure) failure = NULL;

  if (self->readable == NULL)
    return;

  if (self->has_assembler)
    graphbit_llm_assembler_clear (&self->assembler);
  g_clear_pointer (&self->exchange, graphbit_llm_exchange_unref); /* they are none of its chunks */
  graphbit_llm_assembler_init (&self->assembler, TRUE, FALSE);
  self->has_assembler = TRUE;
  graphbit_llm_assembler_add_response (&self->assembler, response);
  failure = graphbit_llm_assembler_finish (&self->assembler, FALSE);
  if (self->assembler.chunks.length > 0)
    graphbit_llm_call_add_chunks (self, &self->assembler.chunks);
}

/* FALSE: it cannot be. */
static gboolean
call_ask_again (GraphbitLlmCall *self,
                GraphbitLlmResponse *response,
                const char *problems,
                guint attempts)
{
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_answer_ask_again (&self->answer, response, problems);
  g_autoptr (GError) error = NULL;
  GraphbitLlmTarget next = { NULL };

  if (request == NULL)
    return FALSE;
  if (!graphbit_llm_target_init (&next, self->target.config, request, NULL, self->is_stream, &error))
    {
      graphbit_llm_target_clear (&next);
      return FALSE;
    }
  if (next.secret == NULL && self->target.secret != NULL)
    next.secret = graphbit_secret_ref (self->target.secret);
  next.is_key_refused = self->target.is_key_refused;

  TELL (self->client, "%s, model %s, is asked again: %s", self->target.vendor->name,
        self->target.model != NULL ? self->target.model : "", problems);
  graphbit_llm_answer_count (&self->answer, request, response);
  count_tokens (self->client, response);
  if (graphbit_llm_charge_has_budget (&self->charge))
    graphbit_llm_charge_settle (&self->charge, &self->target, response);
  if (self->charge.prompt_tokens > 0)
    self->charge.prompt_tokens = graphbit_llm_request_estimate_tokens (request);

  call_leave_target (self, attempts);
  graphbit_llm_target_clear (&self->target);
  self->target = next;
  graphbit_operation_invoke (self, call_begin_target, NULL, NULL);
  return TRUE;
}

void
graphbit_llm_call_take_answer (GraphbitLlmCall *self,
                               GraphbitLlmResponse *response,
                               guint attempts)
{
  g_autofree char *problems = NULL;
  g_autoptr (GraphbitFailure) failure = NULL;
  g_autoptr (GraphbitLlmResponse) owned = NULL;

  if (self->answer.schema == NULL || graphbit_operation_is_complete (self))
    {
      graphbit_llm_call_conclude (self, response, NULL, attempts);
      return;
    }

  if (graphbit_llm_answer_accepts (&self->answer, response, &problems))
    {
      graphbit_operation_ref (self);
      call_hand_out (self, response);
      graphbit_llm_call_conclude (self, response, NULL, attempts);
      graphbit_operation_unref (self);
      return;
    }

  owned = response;
  if (call_ask_again (self, response, problems, attempts))
    return;

  failure = graphbit_llm_answer_make_failure (response, self->target.vendor, problems);
  failure->attempts = attempts;
  graphbit_llm_call_conclude_failure (self, failure, response);
}

GraphbitLlmResponse *
graphbit_llm_call_make_response (GraphbitLlmCall *self,
                                 GraphbitLlmAssembler *assembler,
                                 guint attempts)
{
  GraphbitLlmResponse *response;

  response = graphbit_llm_assembler_make_response (assembler, self->target.vendor->name,
                                                   (graphbit_clock_now () - self->started) / 1000,
                                                   self->attempts + attempts);
  if (self->fallbacks.n_passed > 0)
    graphbit_llm_response_set_fallback (response, self->fallbacks.n_passed, self->fallbacks.reasons->str);

  return response;
}

void
graphbit_llm_call_redact (GraphbitLlmCall *self,
                          GraphbitLlmConfig *config,
                          GraphbitFailure *failure)
{
  graphbit_vendor_redact (failure, self->target.secret);
  graphbit_llm_config_redact (config, failure);
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

  graphbit_budget_holds_clear (&self->charge.budgets);
  g_clear_object (&self->client);
  graphbit_llm_lookup_clear (&self->lookup);
  graphbit_llm_answer_clear (&self->answer);
  graphbit_llm_target_clear (&self->target);
  graphbit_llm_fallbacks_clear (&self->fallbacks);
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

static void
call_begin_exchange (GraphbitOperation *operation,
                     gpointer data)
{
  graphbit_llm_call_submit ((GraphbitLlmCall *) operation);
}

static GraphbitOperationFunc
call_get_begin (GraphbitLlmCall *self)
{
  if (self->target.dialect == NULL)
    return graphbit_llm_call_ask_provider;
  if (self->target.secret != NULL || graphbit_llm_target_is_keyless (&self->target))
    return call_begin_exchange;
  return graphbit_llm_call_resolve_key;
}

static void
call_begin_target (GraphbitOperation *operation,
                   gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;
  GError *error = NULL;

  if (!graphbit_llm_charge_reserve (&self->charge, &self->target, &error))
    {
      graphbit_llm_call_conclude (self, NULL, error, 0);
      return;
    }

  graphbit_budget_holds_tell (&self->charge.budgets, FALSE);
  if (!graphbit_operation_is_complete (self))
    call_get_begin (self) (operation, NULL);
}

static void
call_answer_cached (GraphbitOperation *operation,
                    gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;
  GraphbitLlmResponse *response = g_steal_pointer (&self->lookup.found);

  graphbit_operation_ref (self);
  if (self->answer.schema == NULL)
    call_hand_out (self, response);
  graphbit_llm_response_set_exchange (response, self->target.vendor->name,
                                      (graphbit_clock_now () - self->started) / 1000, 0);
  graphbit_llm_call_take_answer (self, response, 0);
  graphbit_operation_unref (self);
}

static void
call_use_file (GraphbitOperation *operation,
               gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;

  graphbit_timeout_clear (&self->timeout);
  graphbit_llm_lookup_tell (&self->lookup);
  if (graphbit_operation_is_complete (self))
    return;
  if (self->lookup.found != NULL)
    call_answer_cached (operation, NULL);
  else
    call_begin_target (operation, NULL);
}

static void
call_read_file (GraphbitOperation *operation,
                gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;

  graphbit_llm_call_watch_deadline (self);
  graphbit_llm_lookup_read (&self->lookup, operation, call_use_file);
}

static gboolean
call_prepare (GraphbitLlmCall *self,
              GraphbitLlmConfig *config,
              GraphbitLlmRequest *request,
              const GraphbitLlmQuery *query,
              GError **error)
{
  GListModel *fallbacks = graphbit_llm_client_get_fallbacks (self->client);

  if (query != NULL)
    return graphbit_llm_target_init (&self->target, config, NULL, query, FALSE, error);

  return graphbit_llm_request_check (request, error) &&
         graphbit_llm_answer_init (&self->answer, request, error) &&
         graphbit_llm_target_init (&self->target, config, request, NULL, self->is_stream, error) &&
         (fallbacks == NULL ||
          graphbit_llm_fallbacks_init (&self->fallbacks, fallbacks, request, self->is_stream, error)) &&
         graphbit_llm_lookup_init (&self->lookup, graphbit_llm_client_get_cache (self->client), &self->target, request,
                                   self->is_stream, error);
}

/* What the start did already: nobody's code runs inside it. */
static void
call_tell_start (GraphbitOperation *operation,
                 gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;

  if (self->lookup.cache != NULL && (self->lookup.found != NULL || !graphbit_llm_lookup_has_files (&self->lookup)))
    graphbit_llm_lookup_tell (&self->lookup);
  graphbit_budget_holds_tell (&self->charge.budgets, FALSE);
}

/* What comes first; what it needs of the budgets is reserved. */
static GraphbitOperationFunc
call_choose_begin (GraphbitLlmCall *self,
                   GError **error)
{
  if (self->lookup.found != NULL)
    return call_answer_cached;
  if (graphbit_llm_lookup_has_files (&self->lookup))
    return call_read_file;
  return graphbit_llm_charge_reserve (&self->charge, &self->target, error) ? call_get_begin (self) : NULL;
}

/*
 * The way of one completion: what is wrong already → cache → for each target:
 * budget → key → exchange, or the provider in the application → the outcome.
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
  self->is_stream = setup->is_stream;
  g_queue_init (&self->ready);

  if (!call_prepare (self, config, request, setup->query, &local_error))
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

  TELL (client, "%s, model %s: %s%s", self->target.vendor->name, self->target.model != NULL ? self->target.model : "",
        self->target.uri != NULL ? self->target.uri : "a provider in the application",
        self->is_stream ? ", streaming" : "");

  if (request != NULL)
    graphbit_llm_charge_init (&self->charge, client, request, setup->budget, self->target.dialect != NULL);
  begin = call_choose_begin (self, error);
  if (begin == NULL)
    {
      call_free (&self->operation);
      return NULL;
    }

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

  /* What is cancelled already sends nothing: its end comes from the dispatcher. */
  if (setup->cancellable != NULL && g_cancellable_is_cancelled (setup->cancellable))
    return self;

  if (self->lookup.cache != NULL || graphbit_llm_charge_has_budget (&self->charge))
    graphbit_operation_invoke (self, call_tell_start, NULL, NULL);
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

GraphbitLlmUsage *
graphbit_llm_call_get_spent (GraphbitLlmCall *self)
{
  return self->answer.spent;
}

GraphbitOperation *
graphbit_llm_call_get_operation (GraphbitLlmCall *self)
{
  return &self->operation;
}
