/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-call-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-budget-holds-private.h"
#include "graphbit-clock-private.h"
#include "graphbit-key-call-private.h"
#include "graphbit-llm-answer-private.h"
#include "graphbit-llm-chunk-private.h"
#include "graphbit-llm-client-private.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-exchange-private.h"
#include "graphbit-llm-options.h"
#include "graphbit-llm-provider-private.h"
#include "graphbit-llm-pursuit-private.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-response-private.h"
#include "graphbit-llm-target-private.h"
#include "graphbit-llm-tool-call.h"
#include "graphbit-log-private.h"
#include "graphbit-provider-call-private.h"
#include "graphbit-response-cache-private.h"
#include "graphbit-runtime-private.h"

#define DEFAULT_TIMEOUT_MS (600 * 1000)
#define QUERY_TIMEOUT_MS (60 * 1000)
#define MAX_ASKED_AGAIN 2

/* By which a request outlasts the call whose end is to learn from it what must be stopped. */
#define GRACE_MS 1000

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

struct _GraphbitLlmCall
{
  GraphbitOperation operation;

  /* The application's: until completion. */
  GraphbitLlmClient *client;
  GraphbitLlmTarget target;
  GPtrArray *fallbacks; /* NULL or the Targets that come next */
  GraphbitBudgetHolds budgets;
  GraphbitLlmCallReadable readable;
  GraphbitLlmCallDone done;
  gpointer data;
  GDestroyNotify notify;
  GraphbitCallTicket *ticket; /* a key or an answer that is awaited */
  GraphbitTimeout *timeout;   /* of that */

  gboolean is_stream;
  gboolean keeps_raw;
  gint64 started;
  gint64 deadline;
  GraphbitHttpDeadline deadline_kind;
  guint64 deadline_ms;
  gboolean has_first_token;
  guint first_byte_timeout_ms;
  guint idle_timeout_ms;
  guint max_wait_ms;

  /* Of the targets before this one. */
  guint attempts;
  guint n_tried;    /* that were sent something */
  guint n_passed;   /* all of them */
  GString *reasons; /* NULL, or why they did not answer */

  /* Where there is a cache that may answer. */
  GraphbitResponseCache *cache;
  char *cache_key;
  GraphbitLlmResponse *cached; /* until it is handed out */

  /* Where the answer must fit a schema. */
  GraphbitJsonSchema *schema;
  GraphbitLlmRequest *asked; /* as it stands, with the answers that did not fit */
  GraphbitLlmUsage *spent;   /* on those; NULL: nothing that was told */
  GraphbitLlmResponse *rejected; /* the last of them */
  guint n_asked_again;

  /* For budgets and limits. */
  gint64 prompt_tokens;     /* as estimated */
  gint64 completion_tokens; /* at most; -1: not said */
  gsize handed_out;         /* bytes of the answer */

  GraphbitLlmExchange *exchange;
  GraphbitLlmPursuit pursuit; /* of an answer that takes several requests */
  guint earlier_attempts; /* with a key that was refused */
  GraphbitLlmAssembler assembler; /* of a provider in the application */
  gboolean has_assembler;

  GQueue ready; /* chunks that no reader has taken */
};

static void call_resolve_key (GraphbitOperation *operation, gpointer data);
static void call_begin_target (GraphbitOperation *operation, gpointer data);
static GraphbitOperationFunc call_get_begin (GraphbitLlmCall *self);

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

static gboolean
call_has_budget (GraphbitLlmCall *self)
{
  return !graphbit_budget_holds_is_empty (&self->budgets);
}

static void
call_settle (GraphbitLlmCall *self,
             const GraphbitTokens *used)
{
  graphbit_budget_holds_settle (&self->budgets, self->target.vendor->name, self->target.model, used);
}

static gboolean
call_reserve (GraphbitLlmCall *self,
              GError **error)
{
  return graphbit_budget_holds_reserve (&self->budgets, self->target.vendor->name, self->target.model,
                                        self->prompt_tokens, self->completion_tokens, error);
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

/* What was used: as the provider says, or as estimated where an answer came and it does not say. FALSE: nothing. */
static gboolean
call_settle_outcome (GraphbitLlmCall *self,
                     GraphbitLlmResponse *response)
{
  GraphbitLlmUsage *usage;
  GraphbitTokens tokens = { self->prompt_tokens, 0, 0, (gint64) (self->handed_out / 4) };

  usage = response != NULL ? graphbit_llm_response_get_usage (response) : NULL;
  if (usage != NULL)
    {
      tokens.prompt = graphbit_llm_usage_get_prompt_tokens (usage);
      tokens.cached = graphbit_llm_usage_get_cached_tokens (usage);
      tokens.cache_write = graphbit_llm_usage_get_cache_write_tokens (usage);
      tokens.completion = graphbit_llm_usage_get_completion_tokens (usage);
    }
  else if (response != NULL)
    tokens.completion = (gint64) (strlen (graphbit_llm_response_get_text (response)) + 3) / 4;
  else if (self->handed_out == 0)
    {
      call_settle (self, NULL);
      return FALSE;
    }

  call_settle (self, &tokens);
  return TRUE;
}

/* What another provider may do better: never a request that is itself wrong. */
static gboolean
is_worth_a_fallback (const GError *error)
{
  if (error->domain != GRAPHBIT_ERROR)
    return FALSE;

  switch ((GraphbitError) error->code)
    {
    case GRAPHBIT_ERROR_AUTHENTICATION:
    case GRAPHBIT_ERROR_RATE_LIMITED:
    case GRAPHBIT_ERROR_QUOTA_EXCEEDED:
    case GRAPHBIT_ERROR_UNAVAILABLE:
    case GRAPHBIT_ERROR_CONNECTION:
    case GRAPHBIT_ERROR_TIMEOUT:
    case GRAPHBIT_ERROR_CIRCUIT_OPEN:
      return TRUE;

    default:
      return FALSE;
    }
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

static void
call_add_reason (GraphbitLlmCall *self,
                 const GraphbitLlmTarget *target,
                 const GError *error)
{
  if (self->reasons == NULL)
    self->reasons = g_string_new (NULL);
  else
    g_string_append (self->reasons, "; ");
  g_string_append (self->reasons, target->vendor->title);
  if (target->model != NULL)
    g_string_append_printf (self->reasons, ", %s", target->model);
  g_string_append_printf (self->reasons, ": %s", error->message);
}

/* The next target that can do it takes the place of the one that failed. FALSE: the call fails. */
static gboolean
call_fall_back (GraphbitLlmCall *self,
                const GError *error,
                guint attempts)
{
  guint n_unable;
  GraphbitLlmTarget *next;

  /* in this order: before its end, the exchange's parts may still be the I/O thread's */
  if (self->fallbacks == NULL || graphbit_operation_is_complete (self) || !is_worth_a_fallback (error) ||
      graphbit_clock_now () >= self->deadline || call_has_handed_out (self))
    return FALSE;

  for (n_unable = 0; n_unable < self->fallbacks->len; n_unable++)
    if (((GraphbitLlmTarget *) self->fallbacks->pdata[n_unable])->error == NULL)
      break;
  if (n_unable < self->fallbacks->len)
    call_add_reason (self, &self->target, error);
  for (guint i = 0; i < n_unable; i++)
    {
      GraphbitLlmTarget *unable = self->fallbacks->pdata[i];

      call_add_reason (self, unable, unable->error);
    }
  if (n_unable == self->fallbacks->len)
    return FALSE;

  next = g_ptr_array_steal_index (self->fallbacks, n_unable);
  if (n_unable > 0)
    g_ptr_array_remove_range (self->fallbacks, 0, n_unable);
  graphbit_llm_target_clear (&self->target);
  self->target = *next;
  g_free (next);

  self->n_passed += n_unable + 1;
  self->n_tried += attempts > 0;
  self->attempts += attempts;
  self->earlier_attempts = 0;
  graphbit_timeout_clear (&self->timeout);
  if (self->exchange != NULL)
    graphbit_llm_exchange_cancel (self->exchange);
  g_clear_pointer (&self->exchange, graphbit_llm_exchange_unref);
  if (self->has_assembler)
    graphbit_llm_assembler_clear (&self->assembler);
  self->has_assembler = FALSE;

  TELL (self->client, "%s, model %s, takes over from %s", self->target.vendor->name,
        self->target.model != NULL ? self->target.model : "", self->reasons->str);
  if (call_has_budget (self))
    call_settle (self, NULL);
  graphbit_operation_invoke (self, call_begin_target, NULL, NULL);
  return TRUE;
}

/* With what was spent on the answers that did not fit. Where nothing came after them, the last one goes with the error. */
static void
call_add_spent (GraphbitLlmCall *self,
                GraphbitLlmResponse *response,
                GError *error)
{
  g_autoptr (GraphbitLlmUsage) sum = NULL;
  GraphbitLlmUsage *usage;

  if (response != NULL && self->spent != NULL)
    {
      usage = graphbit_llm_response_get_usage (response);
      sum = usage != NULL ? graphbit_llm_usage_add (self->spent, usage) : g_object_ref (self->spent);
      graphbit_llm_response_set_usage (response, sum);
    }
  else if (response == NULL && self->rejected != NULL && error->domain == GRAPHBIT_ERROR)
    {
      if (self->spent != NULL)
        graphbit_llm_response_set_usage (self->rejected, self->spent);
      graphbit_error_set_partial_response (error, G_OBJECT (self->rejected));
    }
}

/* Only what is whole, and the client's own configuration's. */
static void
call_store (GraphbitLlmCall *self,
            GraphbitLlmResponse *response)
{
  GraphbitLlmFinishReason finish = graphbit_llm_response_get_finish_reason (response);

  if (self->n_passed == 0 && graphbit_llm_response_get_refusal (response) == NULL &&
      (finish == GRAPHBIT_LLM_FINISH_REASON_STOP || finish == GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS))
    graphbit_response_cache_store (self->cache, self->operation.runtime, self->cache_key, response);
}

/*
 * The one way to the end, or to the next target. Exactly one of response and
 * error, both taken over; `attempts` are this target's.
 */
static void
call_conclude (GraphbitLlmCall *self,
               GraphbitLlmResponse *response,
               GError *error,
               guint attempts)
{
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GraphbitLlmConfig) config = NULL;
  g_autoptr (GraphbitLlmRequest) request = NULL;
  g_autoptr (GraphbitLlmRequest) asked = NULL;
  g_autoptr (GPtrArray) fallbacks = NULL;
  g_autoptr (GraphbitLlmResponse) partial = NULL;
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
  asked = g_steal_pointer (&self->asked);
  fallbacks = g_steal_pointer (&self->fallbacks);
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
  partial = response != NULL ? g_object_ref (response) : dup_partial (error);
  if (partial != NULL)
    count_tokens (client, partial);
  TELL (client, "%s, model %s: %s after %" G_GINT64_FORMAT " ms, %u attempts",
        self->target.vendor->name, self->target.model != NULL ? self->target.model : "",
        error != NULL ? error->message : "answered", duration / 1000, self->attempts + attempts);

  if (self->cache != NULL && response != NULL && attempts > 0)
    call_store (self, response);
  g_clear_object (&self->cache);
  g_clear_object (&self->cached);
  is_used = call_has_budget (self) && call_settle_outcome (self, partial);
  budgets = self->budgets;
  self->budgets = (GraphbitBudgetHolds){ { NULL } };
  call_add_spent (self, partial, error);
  g_clear_object (&self->spent);
  g_clear_object (&self->rejected);

  if (error != NULL && self->reasons != NULL && outcome == GRAPHBIT_OUTCOME_FAILURE)
    {
      g_autofree char *message = g_steal_pointer (&error->message);

      error->message = g_strdup_printf (_("%s; tried as well: %s"), message, self->reasons->str);
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

static void
call_conclude_failure (GraphbitLlmCall *self,
                       GraphbitFailure *failure,
                       GraphbitLlmResponse *partial)
{
  guint attempts = failure->attempts;

  failure->attempts += self->attempts; /* of all targets, for the application */
  call_conclude (self, NULL, graphbit_failure_to_error (failure, (GObject *) partial), attempts);
}

static void
call_conclude_cancelled (GraphbitLlmCall *self)
{
  g_autoptr (GraphbitFailure) failure = graphbit_failure_new_cancelled ();

  call_conclude_failure (self, failure, NULL);
}

static GraphbitLlmResponse *call_make_partial (GraphbitLlmCall *self);

static void
call_timed_out (GraphbitOperation *operation,
                gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;
  g_autoptr (GraphbitFailure) failure = NULL;
  g_autoptr (GraphbitLlmResponse) partial = call_make_partial (self);
  char length[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (length, sizeof length, "%.7g", (double) self->deadline_ms / 1000);
  failure = graphbit_failure_new (GRAPHBIT_ERROR_TIMEOUT,
                                  self->deadline_kind == GRAPHBIT_HTTP_DEADLINE_RUN
                                      ? N_("The run's time limit of %2$s s passed while %1$s was working")
                                      : N_("%s did not finish its answer within the time limit of %s s"),
                                  self->target.vendor->title, length, NULL);
  call_conclude_failure (self, failure, partial);
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

  if (call_has_budget (self))
    for (GList *l = chunks->head; l != NULL; l = l->next)
      self->handed_out += graphbit_llm_chunk_get_size (l->data);

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
    call_add_chunks (self, &self->assembler.chunks);
}

/* FALSE: it cannot be. */
static gboolean
call_ask_again (GraphbitLlmCall *self,
                GraphbitLlmResponse *response,
                const char *problems,
                guint attempts)
{
  g_autoptr (GraphbitLlmRequest) request = NULL;
  g_autoptr (GError) error = NULL;
  GraphbitLlmUsage *usage = graphbit_llm_response_get_usage (response);
  GraphbitLlmTarget next = { NULL };

  if (self->n_asked_again == MAX_ASKED_AGAIN ||
      graphbit_llm_response_get_finish_reason (response) == GRAPHBIT_LLM_FINISH_REASON_LENGTH)
    return FALSE;

  request = graphbit_llm_answer_ask_again (self->asked, response, problems);
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
  self->n_asked_again++;
  self->n_tried += attempts > 0;
  self->attempts += attempts;
  self->earlier_attempts = 0;
  if (usage != NULL)
    {
      g_autoptr (GraphbitLlmUsage) spent = g_steal_pointer (&self->spent);

      self->spent = spent != NULL ? graphbit_llm_usage_add (spent, usage) : g_object_ref (usage);
    }
  g_set_object (&self->rejected, response);
  count_tokens (self->client, response);
  if (call_has_budget (self))
    call_settle_outcome (self, response);
  if (self->prompt_tokens > 0)
    self->prompt_tokens = graphbit_llm_request_estimate_tokens (request);

  graphbit_timeout_clear (&self->timeout);
  g_clear_pointer (&self->exchange, graphbit_llm_exchange_unref);
  if (self->has_assembler)
    graphbit_llm_assembler_clear (&self->assembler);
  self->has_assembler = FALSE;
  graphbit_llm_target_clear (&self->target);
  self->target = next;
  g_set_object (&self->asked, request);
  graphbit_operation_invoke (self, call_begin_target, NULL, NULL);
  return TRUE;
}

/* Takes the response over: it is the answer, or the model is asked again. */
static void
call_take_answer (GraphbitLlmCall *self,
                  GraphbitLlmResponse *response,
                  guint attempts)
{
  g_autofree char *problems = NULL;
  g_autoptr (GraphbitFailure) failure = NULL;
  g_autoptr (GraphbitLlmResponse) owned = NULL;
  gboolean is_refusal = *graphbit_llm_response_get_text (response) == '\0' &&
                        (graphbit_llm_response_get_refusal (response) != NULL ||
                         graphbit_llm_response_get_finish_reason (response) == GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER);

  if (self->schema == NULL || graphbit_operation_is_complete (self))
    {
      call_conclude (self, response, NULL, attempts);
      return;
    }

  /* calls of tools come before an answer, and a refusal instead of one */
  if (graphbit_llm_response_count_tool_calls (response) > 0 || is_refusal ||
      graphbit_llm_answer_check (self->schema, response, &problems))
    {
      graphbit_operation_ref (self);
      call_hand_out (self, response);
      call_conclude (self, response, NULL, attempts);
      graphbit_operation_unref (self);
      return;
    }

  owned = response;
  if (call_ask_again (self, response, problems, attempts))
    return;

  if (graphbit_llm_response_get_finish_reason (response) == GRAPHBIT_LLM_FINISH_REASON_LENGTH)
    failure = graphbit_failure_new (GRAPHBIT_ERROR_SCHEMA_MISMATCH,
                                    N_("The answer of %s was cut off before its JSON was whole; raise max-tokens"),
                                    self->target.vendor->title, NULL);
  else
    failure = graphbit_failure_new (GRAPHBIT_ERROR_SCHEMA_MISMATCH,
                                    /* Translators: a provider; what is wrong, not translated */
                                    N_("The answer of %s does not fit the response schema: %s"),
                                    self->target.vendor->title, problems, NULL);
  failure->attempts = attempts;
  call_conclude_failure (self, failure, response);
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
  GraphbitLlmResponse *response;

  response = graphbit_llm_assembler_make_response (assembler, self->target.vendor->name,
                                                   (graphbit_clock_now () - self->started) / 1000,
                                                   self->attempts + attempts);
  if (self->n_passed > 0)
    graphbit_llm_response_set_fallback (response, self->n_passed, self->reasons->str);

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

/* What a reader may already have seen. */
static GraphbitLlmResponse *
call_make_partial (GraphbitLlmCall *self)
{
  GraphbitLlmExchange *exchange = self->exchange;

  if (!self->is_stream || exchange == NULL || !exchange->is_ended ||
      !graphbit_llm_assembler_has_something (&exchange->assembler))
    return NULL;

  return call_make_response (self, &exchange->assembler, self->earlier_attempts + exchange->attempts);
}

static GraphbitHttpRequest *call_make_request (GraphbitLlmCall *self, const char *method, const char *uri);
static void call_accept (GraphbitLlmCall *self, GraphbitHttpRequest *request, gboolean is_stream);

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
      call_timed_out (operation, NULL);
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
                                              N_("The answer of %s ended as another one than it had begun; ask again"),
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
    call_take_answer (self, call_make_response (self, &exchange->assembler, attempts), attempts);
  else if (failure->code == GRAPHBIT_ERROR_AUTHENTICATION && failure->http_status >= 400 && !self->target.is_key_refused &&
           !graphbit_llm_assembler_has_something (&exchange->assembler) && exchange->assembler.rest.path == NULL &&
           (graphbit_llm_config_has_key_func (self->target.config) || graphbit_llm_config_has_key_handler (self->target.config)))
    {
      /* there may be a newer one */
      self->target.is_key_refused = TRUE;
      call_resolve_key (operation, NULL);
    }
  else
    {
      g_autoptr (GraphbitLlmResponse) partial = call_make_partial (self);

      failure->attempts = attempts;
      call_conclude_failure (self, failure, partial);
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

static GraphbitHttpRequest *
call_make_request (GraphbitLlmCall *self,
                   const char *method,
                   const char *uri)
{
  GraphbitHttpRequest *request = graphbit_http_request_new (method, uri);
  GTlsDatabase *tls_database = graphbit_llm_client_get_tls_database (self->client);
  GProxyResolver *proxy_resolver = graphbit_llm_client_get_proxy_resolver (self->client);

  if (self->target.secret != NULL)
    {
      request->secret_header = self->target.vendor->secret_header;
      request->secret_prefix = self->target.vendor->secret_prefix;
      request->secret = graphbit_secret_ref (self->target.secret);
    }
  /* one among them may take the key's place */
  graphbit_llm_config_add_headers (self->target.config, request);
  request->base_uri = g_strdup (self->target.base_uri);
  request->slots = graphbit_llm_client_get_max_concurrency (self->client);
  request->is_local = (self->target.vendor->quirks & GRAPHBIT_QUIRK_LOCAL) != 0;
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
  call_watch_deadline (self);
  memset (&self->pursuit, 0, sizeof self->pursuit);

  return stop;
}

static void
call_submit (GraphbitLlmCall *self)
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
  request->tokens = self->prompt_tokens + MAX (self->completion_tokens, 0);
  if (is_made_apart)
    stop = call_prepare_making (self, request);

  if (self->exchange != NULL)
    self->earlier_attempts += self->exchange->attempts;
  g_clear_pointer (&self->exchange, graphbit_llm_exchange_unref);
  /* NULL: the generation has ended, and its operations are being interrupted. */
  self->exchange = graphbit_llm_exchange_start (&self->operation, request, stop, self->target.vendor,
                                                is_query ? &query_dialect : self->target.dialect,
                                                self->readable != NULL && self->schema == NULL, self->keeps_raw, &exchange_events);
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
  gboolean is_the_same = self->target.secret != NULL && secret != NULL &&
                         strcmp (graphbit_secret_peek (self->target.secret), graphbit_secret_peek (secret)) == 0;

  g_clear_pointer (&self->target.secret, graphbit_secret_unref);
  self->target.secret = secret;
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
  g_autoptr (GraphbitLlmConfig) config = g_object_ref (self->target.config);
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

  if (self->target.is_key_refused)
    call_conclude_refused (self);
  else if ((self->target.vendor->quirks & GRAPHBIT_QUIRK_NO_KEY) != 0)
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

  /* sent while another thread ended the call, and somebody else is asked by now */
  if (self->ticket == NULL)
    return;

  graphbit_llm_assembler_add_text (&self->assembler, text, length);
  call_flush_assembler (self);
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

  graphbit_llm_assembler_add_response (&self->assembler, response);
  failure = graphbit_llm_assembler_finish (&self->assembler, FALSE);
  graphbit_operation_ref (self);
  call_flush_assembler (self);
  if (failure != NULL)
    call_conclude_failure (self, failure, NULL);
  else
    call_take_answer (self, call_make_response (self, &self->assembler, 1), 1);
  graphbit_operation_unref (self);
}

static GraphbitLlmProvider *
call_get_provider (GraphbitLlmCall *self)
{
  GraphbitLlmProvider *provider = graphbit_llm_config_peek_llm_provider (self->target.config);

  if (provider == NULL)
    {
      const char *const *replies = graphbit_llm_config_get_replies (self->target.config);
      g_autoptr (GraphbitLlmProvider) built_in =
          replies != NULL ? graphbit_llm_scripted_new (replies) : graphbit_llm_offline_new ();

      provider = graphbit_llm_config_keep_llm_provider (self->target.config, built_in);
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

  graphbit_llm_assembler_init (&self->assembler, self->readable != NULL && self->schema == NULL, FALSE);
  self->has_assembler = TRUE;

  call = graphbit_provider_call_new (self->target.request, self->is_stream, self, provider_text);
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

  graphbit_budget_holds_clear (&self->budgets);
  g_clear_object (&self->client);
  g_clear_object (&self->cache);
  g_clear_object (&self->cached);
  g_free (self->cache_key);
  g_clear_object (&self->schema);
  g_clear_object (&self->asked);
  g_clear_object (&self->spent);
  g_clear_object (&self->rejected);
  graphbit_llm_target_clear (&self->target);
  g_clear_pointer (&self->fallbacks, g_ptr_array_unref);
  if (self->reasons != NULL)
    g_string_free (self->reasons, TRUE);
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

static gboolean
call_add_fallbacks (GraphbitLlmCall *self,
                    GListModel *configs,
                    GraphbitLlmRequest *request,
                    GError **error)
{
  guint n_configs = g_list_model_get_n_items (configs);

  self->fallbacks = g_ptr_array_new_full (n_configs, graphbit_llm_target_free);
  for (guint i = 0; i < n_configs; i++)
    {
      g_autoptr (GObject) config = g_list_model_get_item (configs, i);
      GraphbitLlmTarget *target;

      /* an application made this list */
      if (!GRAPHBIT_IS_LLM_CONFIG (config))
        {
          g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                       _("Fallback number %u is no LlmConfig; put only configurations into the list of fallbacks"), i + 1);
          return FALSE;
        }

      target = g_new0 (GraphbitLlmTarget, 1);
      g_ptr_array_add (self->fallbacks, target);
      if (graphbit_llm_target_init (target, GRAPHBIT_LLM_CONFIG (config), request, NULL, self->is_stream,
                                    &target->error))
        continue;
      if (!g_error_matches (target->error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED))
        {
          g_propagate_prefixed_error (error, g_steal_pointer (&target->error), _("Fallback number %u: "), i + 1);
          return FALSE;
        }
    }

  return TRUE;
}

static void
call_begin_exchange (GraphbitOperation *operation,
                     gpointer data)
{
  call_submit ((GraphbitLlmCall *) operation);
}

static void
call_begin_target (GraphbitOperation *operation,
                   gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;
  GError *error = NULL;

  if (!call_reserve (self, &error))
    {
      call_conclude (self, NULL, error, 0);
      return;
    }

  graphbit_budget_holds_tell (&self->budgets, FALSE);
  if (!graphbit_operation_is_complete (self))
    call_get_begin (self) (operation, NULL);
}

/* From the cache */

static void
call_answer_cached (GraphbitOperation *operation,
                    gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;
  GraphbitLlmResponse *response = g_steal_pointer (&self->cached);

  graphbit_operation_ref (self);
  if (self->schema == NULL)
    call_hand_out (self, response);
  graphbit_llm_response_set_exchange (response, self->target.vendor->name,
                                      (graphbit_clock_now () - self->started) / 1000, 0);
  call_take_answer (self, response, 0);
  graphbit_operation_unref (self);
}

static void
call_tell_cache (GraphbitLlmCall *self,
                 gboolean is_hit)
{
  g_autoptr (GraphbitResponseCache) cache = g_object_ref (self->cache);

  graphbit_response_cache_tell (cache, is_hit);
}

typedef struct
{
  GraphbitLlmCall *call;
  char *path;
  char *text;
} CacheRead;

static void
cache_read_free (gpointer data)
{
  CacheRead *read = data;

  graphbit_operation_unref (read->call);
  g_free (read->path);
  g_free (read->text);
  g_free (read);
}

static void
call_use_cache_read (GraphbitOperation *operation,
                     gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;
  CacheRead *read = data;

  graphbit_timeout_clear (&self->timeout);
  self->cached = graphbit_response_cache_adopt (self->cache, self->cache_key, read->text);
  call_tell_cache (self, self->cached != NULL);
  if (graphbit_operation_is_complete (self))
    return;
  if (self->cached != NULL)
    call_answer_cached (operation, NULL);
  else
    call_begin_target (operation, NULL);
}

static void
read_in_pool (gpointer data,
              gpointer user_data)
{
  CacheRead *read = data;
  GraphbitLlmCall *call = graphbit_operation_ref (read->call);

  read->text = graphbit_response_cache_read_file (read->path);
  graphbit_operation_invoke (call, call_use_cache_read, read, cache_read_free);
  graphbit_operation_unref (call);
}

static void
call_read_cache (GraphbitOperation *operation,
                 gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;
  CacheRead *read = g_new0 (CacheRead, 1);

  call_watch_deadline (self);
  read->call = graphbit_operation_ref (self);
  read->path = graphbit_response_cache_get_path (self->cache, self->cache_key);
  /* not taken: the generation has ended, and its operations are being interrupted */
  if (!graphbit_runtime_push_work (self->operation.runtime, read_in_pool, read))
    cache_read_free (read);
}

static GraphbitOperationFunc
call_get_begin (GraphbitLlmCall *self)
{
  if (self->target.dialect == NULL)
    return call_ask_provider;
  if (self->target.secret != NULL || graphbit_llm_target_is_keyless (&self->target))
    return call_begin_exchange;
  return call_resolve_key;
}

/* Finds what memory holds, and makes the key for the rest. */
static gboolean
call_open_cache (GraphbitLlmCall *self,
                 GraphbitLlmRequest *request,
                 GError **error)
{
  GraphbitResponseCache *cache = graphbit_llm_client_get_cache (self->client);
  const GraphbitLlmTarget *target = &self->target;
  g_autofree char *path = NULL;
  g_autofree char *uri = NULL;
  g_autoptr (GBytes) body = NULL;

  if (cache == NULL || target->dialect == NULL || !graphbit_response_cache_accepts (cache, request))
    return TRUE;
  if (!graphbit_response_cache_check (cache, error))
    return FALSE;

  if (self->is_stream)
    {
      GString *string = g_string_sized_new (1024);

      if (!target->dialect->build (target->vendor, target->config, request, FALSE, string, error))
        {
          g_string_free (string, TRUE);
          return FALSE;
        }
      body = g_string_free_to_bytes (string);
    }
  else
    body = g_bytes_ref (target->body);
  path = target->dialect->path (target->vendor, target->path_model, FALSE);
  uri = graphbit_vendor_make_uri (target->vendor, graphbit_llm_config_get_wire (target->config), target->base_uri, target->model, path,
                                  graphbit_llm_config_get_api_version (target->config));

  self->cache = g_object_ref (cache);
  self->cache_key = graphbit_response_cache_make_key (target->vendor->name, uri, body);
  self->cached = graphbit_response_cache_lookup (cache, self->cache_key);
  return TRUE;
}

static void
call_open_budgets (GraphbitLlmCall *self,
                   GraphbitLlmRequest *request,
                   GraphbitBudget *of_run)
{
  GraphbitLlmOptions *options = graphbit_llm_request_get_options (request);
  guint max_tokens = options != NULL ? graphbit_llm_options_get_max_tokens (options) : 0;

  graphbit_budget_holds_add (&self->budgets, graphbit_budget_peek_default ());
  graphbit_budget_holds_add (&self->budgets, graphbit_llm_client_get_budget (self->client));
  graphbit_budget_holds_add (&self->budgets, of_run);
  /* the limits of a server want to know as well */
  if (!call_has_budget (self) && self->target.dialect == NULL)
    return;

  self->prompt_tokens = graphbit_llm_request_estimate_tokens (request);
  self->completion_tokens = max_tokens > 0 ? (gint64) max_tokens : -1;
}

/* What is asked again may not have been changed meanwhile. */
static gboolean
call_open_schema (GraphbitLlmCall *self,
                  GraphbitLlmRequest *request,
                  GError **error)
{
  GraphbitLlmOptions *options = graphbit_llm_request_get_options (request);
  const char *schema = options != NULL ? graphbit_llm_options_get_response_schema (options) : NULL;

  if (schema == NULL)
    return TRUE;

  self->schema = graphbit_json_schema_new_from_json (schema, error);
  self->asked = graphbit_llm_answer_copy_request (request);
  return self->schema != NULL;
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
         call_open_schema (self, request, error) &&
         graphbit_llm_target_init (&self->target, config, request, NULL, self->is_stream, error) &&
         (fallbacks == NULL || call_add_fallbacks (self, fallbacks, request, error)) &&
         call_open_cache (self, request, error);
}

/* What the start did already: nobody's code runs inside it. */
static void
call_tell_start (GraphbitOperation *operation,
                 gpointer data)
{
  GraphbitLlmCall *self = (GraphbitLlmCall *) operation;

  if (self->cache != NULL && (self->cached != NULL || graphbit_response_cache_get_directory (self->cache) == NULL))
    call_tell_cache (self, self->cached != NULL);
  graphbit_budget_holds_tell (&self->budgets, FALSE);
}

/* What comes first; what it needs of the budgets is reserved. */
static GraphbitOperationFunc
call_choose_begin (GraphbitLlmCall *self,
                   GError **error)
{
  if (self->cached != NULL)
    return call_answer_cached;
  if (self->cache != NULL && graphbit_response_cache_get_directory (self->cache) != NULL)
    return call_read_cache;
  return call_reserve (self, error) ? call_get_begin (self) : NULL;
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
    call_open_budgets (self, request, setup->budget);
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

  if (self->cache != NULL || call_has_budget (self))
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
  return self->spent;
}

GraphbitOperation *
graphbit_llm_call_get_operation (GraphbitLlmCall *self)
{
  return &self->operation;
}
