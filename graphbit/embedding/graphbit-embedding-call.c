/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-embedding-call-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-clock-private.h"
#include "graphbit-embedding-client-private.h"
#include "graphbit-embedding-lookup-private.h"
#include "graphbit-embedding-offline-private.h"
#include "graphbit-embedding-part-private.h"
#include "graphbit-embedding-private.h"
#include "graphbit-response-cache-private.h"
#include "graphbit-vendor-headers-private.h"

/* What one turn begins, so that none is long. */
#define MAX_STARTS 64

/* Of texts in one go of the pool, without a server. */
#define OFFLINE_ITEMS 512

/* So many refusals, beside those of what is under way at once, with nothing good between them are about something else than
 * single texts. */
#define MAX_REFUSALS 256

/* Of texts that are looked up in the cache in one go of the pool, and settled in one turn. */
#define LOOKUP_ITEMS 1024

/* How long a key is waited for. */
#define KEY_SECONDS 600

#define NONE G_MAXUINT

struct _GraphbitEmbeddingCall
{
  GraphbitOperation operation;

  /* The application's: until completion. */
  GraphbitEmbeddingClient *client;
  GTask *task;
  GraphbitEmbeddingProgress progress; /* or NULL */
  GraphbitResponseCache *cache;       /* or NULL */
  GraphbitEmbeddingConfig *config;

  GraphbitEmbeddingWish wish;
  GraphbitEmbeddingTarget target;
  guint limit; /* of parts under way */

  GraphbitCallTicket *ticket; /* of the question for the key; while there is one, or it is to be asked, nothing is begun */
  GraphbitTimeout *timeout;   /* its */
  gboolean is_asking;
  GError *refusal; /* what was said to the key before; NULL: it was not refused */

  /* Each text is there once. */
  GPtrArray *texts;
  GArray *first; /* of each: where it was among the application's … */
  guint *next;   /* … and, of each of the application's, where it was again; NONE: nowhere */
  guint n_given;

  GraphbitCacheStore *store; /* the cache's, or NULL */
  GPtrArray *keys;           /* of the texts in it, until they are there */
  guint n_looked_up;

  GQueue waiting; /* Parts */
  GQueue running;
  guint n_refusals; /* since something was good */
  GError *stop;     /* what every further part would get, too */

  GraphbitEmbedding **embeddings; /* n_given */
  guint n_done;
  guint n_good;
  GError *first_error;
};

static void call_pump (GraphbitOperation *operation, gpointer data);
static void call_ask_key (GraphbitOperation *operation, gpointer data);

/* The end */

static void
call_return (GraphbitEmbeddingCall *self,
             GTask *task)
{
  GPtrArray *embeddings;

  if (self->first_error != NULL && self->n_good == 0)
    {
      g_task_return_error (task, g_steal_pointer (&self->first_error));
      return;
    }

  switch (self->wish)
    {
    case GRAPHBIT_EMBEDDING_WISH_WARMTH:
      g_task_return_boolean (task, TRUE);
      break;

    case GRAPHBIT_EMBEDDING_WISH_ONE:
      g_task_return_pointer (task, g_steal_pointer (&self->embeddings[0]), g_object_unref);
      break;

    case GRAPHBIT_EMBEDDING_WISH_MANY:
    default:
      embeddings = g_ptr_array_new_full (self->n_given, g_object_unref);
      for (guint i = 0; i < self->n_given; i++)
        g_ptr_array_add (embeddings, g_steal_pointer (&self->embeddings[i]));
      g_task_return_pointer (task, embeddings, (GDestroyNotify) g_ptr_array_unref);
      break;
    }
}

/* The one way to the end. NULL: all parts have ended. */
static void
call_conclude (GraphbitEmbeddingCall *self,
               GError *error)
{
  g_autoptr (GraphbitEmbeddingClient) client = NULL;
  g_autoptr (GTask) task = NULL;
  GQueue running;
  GList *link;

  if (!graphbit_operation_complete (self))
    {
      g_clear_error (&error);
      return;
    }

  graphbit_operation_ref (self);
  client = g_steal_pointer (&self->client);
  task = g_steal_pointer (&self->task);
  g_clear_object (&self->cache);
  g_clear_object (&self->config);
  graphbit_timeout_clear (&self->timeout);
  if (self->ticket != NULL)
    graphbit_call_close (&self->ticket, TRUE);
  running = self->running;
  g_queue_init (&self->running);
  for (link = running.head; link != NULL; link = link->next)
    {
      GraphbitEmbeddingPart *part = link->data;

      graphbit_embedding_part_cancel (part);
      graphbit_budget_holds_settle (&part->budgets, self->target.vendor->name, self->target.model, NULL);
      if (part->n_texts > 0)
        graphbit_statistics_add_outcome (graphbit_embedding_client_get_statistics (client), GRAPHBIT_OUTCOME_CANCELLED,
                                         part->http != NULL ? graphbit_http_call_get_attempts (part->http) : 1,
                                         graphbit_clock_now () - part->started);
    }

  if (error != NULL)
    g_task_return_error (task, error);
  else
    call_return (self, task);

  /* last, for a listener may do anything, and this call's part is over */
  while ((link = g_queue_pop_head_link (&running)) != NULL)
    {
      GraphbitEmbeddingPart *part = link->data;

      graphbit_budget_holds_tell (&part->budgets, FALSE);
      graphbit_embedding_part_unref (part);
    }
  graphbit_operation_unref (self);
}

static GError *
make_cancelled_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The operation was cancelled"));
}

/* The outcome of a part */

static void
call_settle_text (GraphbitEmbeddingCall *self,
                  guint text,
                  GBytes *vector,
                  const GError *error)
{
  for (guint i = g_array_index (self->first, guint, text); i != NONE; i = self->next[i])
    {
      if (vector != NULL)
        self->embeddings[i] = graphbit_embedding_new_for_index (vector, i);
      else
        self->embeddings[i] = graphbit_embedding_new_for_error (error, i);
      self->n_good += vector != NULL;
      self->n_done++;
    }
}

/* One block of memory for all of them; but what is kept of them is kept one by one. */
static void
call_take_vectors (GraphbitEmbeddingCall *self,
                   GraphbitEmbeddingPart *part)
{
  gsize size = part->answer.dimensions * sizeof (float);
  g_autoptr (GBytes) block = g_bytes_new_take (g_steal_pointer (&part->answer.values), size * part->n_texts);
  g_autoptr (GPtrArray) keys = g_ptr_array_new_full (part->n_texts, g_free);
  g_autoptr (GPtrArray) contents = g_ptr_array_new_full (part->n_texts, (GDestroyNotify) g_bytes_unref);

  self->n_refusals = 0;
  for (guint i = 0; i < part->n_texts; i++)
    {
      g_autoptr (GBytes) vector = g_bytes_new_from_bytes (block, i * size, size);

      call_settle_text (self, part->first + i, vector, NULL);
      if (self->store == NULL || size == 0)
        continue;
      g_ptr_array_add (keys, g_steal_pointer (&self->keys->pdata[part->first + i]));
      g_ptr_array_add (contents, graphbit_embedding_lookup_swap (vector));
    }
  if (keys->len > 0)
    graphbit_cache_store_add_all (self->store, self->operation.runtime, g_steal_pointer (&keys), g_steal_pointer (&contents));
}

/* Takes the error over. */
static void
call_fail_part (GraphbitEmbeddingCall *self,
                GraphbitEmbeddingPart *part,
                GError *error)
{
  for (guint i = 0; i < part->n_texts; i++)
    call_settle_text (self, part->first + i, NULL, error);

  if (self->first_error == NULL)
    self->first_error = error;
  else
    g_error_free (error);
}

/* The next one that is begun. */
static void
call_push_first (GraphbitEmbeddingCall *self,
                 guint first,
                 guint n_texts)
{
  GraphbitEmbeddingPart *part = graphbit_embedding_part_new (first, n_texts);

  g_queue_push_head_link (&self->waiting, &part->link);
}

/* Now the one, now the other is tried first, so that it does not take long wherever the bad ones are. */
static void
call_halve (GraphbitEmbeddingCall *self,
            GraphbitEmbeddingPart *part)
{
  guint half = part->n_texts / 2;

  if (self->n_refusals % 2 == 0)
    call_push_first (self, part->first, half);
  call_push_first (self, part->first + half, part->n_texts - half);
  if (self->n_refusals % 2 != 0)
    call_push_first (self, part->first, half);
}

/* Halves help, sooner or later. */
static gboolean
is_about_size (const GraphbitFailure *failure)
{
  return failure->http_status == 413 || failure->code == GRAPHBIT_ERROR_CONTEXT_LENGTH;
}

/* Whether it may be only one of the texts that is refused. */
static gboolean
is_about_texts (const GraphbitFailure *failure)
{
  return failure->code == GRAPHBIT_ERROR_INVALID_REQUEST || failure->code == GRAPHBIT_ERROR_CONTENT_FILTERED;
}

static gboolean
is_about_everything (const GraphbitFailure *failure)
{
  return failure->code == GRAPHBIT_ERROR_AUTHENTICATION || failure->code == GRAPHBIT_ERROR_PERMISSION ||
         failure->code == GRAPHBIT_ERROR_NOT_FOUND || failure->code == GRAPHBIT_ERROR_QUOTA_EXCEEDED;
}

/* Whoever refuses this request, for it is none of those it knows, can be reached all the same. */
static gboolean
is_warm (const GraphbitFailure *failure)
{
  int status = failure->http_status;

  return status >= 400 && status < 500 && status != 407 && status != 429 && failure->code != GRAPHBIT_ERROR_AUTHENTICATION;
}

/* TRUE: it is sent again, with another key, should there be a newer one. */
static gboolean
call_take_refusal (GraphbitEmbeddingCall *self,
                   GraphbitEmbeddingPart *part)
{
  const GraphbitFailure *failure = part->failure;

  if (failure->code != GRAPHBIT_ERROR_AUTHENTICATION || failure->http_status < 400 || self->target.is_keyless)
    return FALSE;

  if (self->refusal == NULL && graphbit_key_source_can_ask (graphbit_embedding_config_peek_keys (self->config)))
    {
      self->refusal = graphbit_failure_to_error (failure, NULL);
      self->is_asking = TRUE;
      graphbit_operation_invoke (self, call_ask_key, NULL, NULL);
    }
  else if (self->refusal == NULL || part->has_new_key)
    return FALSE;

  call_push_first (self, part->first, part->n_texts);
  return TRUE;
}

static void
call_take_failure (GraphbitEmbeddingCall *self,
                   GraphbitEmbeddingPart *part)
{
  GraphbitFailure *failure = part->failure;
  gboolean is_too_often;

  failure->attempts = part->attempts;
  graphbit_vendor_redact (failure, self->target.secret);
  graphbit_vendor_redact (failure, self->target.refused_secret);
  graphbit_vendor_redact_headers (self->target.headers, failure);

  if (call_take_refusal (self, part))
    return;
  if (part->n_texts == 0 && is_warm (failure))
    return;
  is_too_often = is_about_texts (failure) && self->n_refusals++ >= MAX_REFUSALS + self->limit;
  if ((is_about_size (failure) || is_about_texts (failure)) && part->n_texts > 1 && !is_too_often)
    {
      call_halve (self, part);
      return;
    }

  if ((is_about_everything (failure) || is_too_often) && self->stop == NULL)
    self->stop = graphbit_failure_to_error (failure, NULL);
  call_fail_part (self, part, graphbit_failure_to_error (failure, NULL));
}

/* What was used: as the provider says, or as estimated where it does not. FALSE: nothing. */
static gboolean
call_settle_budget (GraphbitEmbeddingCall *self,
                    GraphbitEmbeddingPart *part)
{
  GraphbitTokens used = { part->answer.prompt_tokens >= 0 ? part->answer.prompt_tokens : part->tokens, 0, 0, 0 };

  graphbit_budget_holds_settle (&part->budgets, self->target.vendor->name, self->target.model,
                                part->failure == NULL ? &used : NULL);
  return part->failure == NULL;
}

static void
part_ended (GraphbitOperation *operation,
            GraphbitEmbeddingPart *part)
{
  GraphbitEmbeddingCall *self = (GraphbitEmbeddingCall *) operation;
  GraphbitStatistics *statistics = graphbit_embedding_client_get_statistics (self->client);
  gboolean is_used = call_settle_budget (self, part);

  graphbit_operation_ref (operation);
  g_queue_unlink (&self->running, &part->link);
  if (part->n_texts > 0)
    {
      graphbit_statistics_add_outcome (statistics, part->failure == NULL ? GRAPHBIT_OUTCOME_SUCCESS : GRAPHBIT_OUTCOME_FAILURE,
                                       part->attempts, graphbit_clock_now () - part->started);
      if (part->failure == NULL)
        graphbit_statistics_add_tokens (statistics, part->answer.prompt_tokens, -1);
    }

  if (part->failure != NULL)
    call_take_failure (self, part);
  else
    call_take_vectors (self, part);

  graphbit_budget_holds_tell (&part->budgets, is_used);
  graphbit_embedding_part_unref (part);
  if (self->progress != NULL && !graphbit_operation_is_complete (self))
    self->progress (self->task, self->n_done);
  /* which a listener may have cancelled */
  if (!graphbit_operation_is_complete (self))
    call_pump (operation, NULL);
  graphbit_operation_unref (operation);
}

/* Sending */

static GraphbitHttpRequest *
call_make_request (GraphbitEmbeddingCall *self,
                   const char *method,
                   const char *uri)
{
  const GraphbitEmbeddingTarget *target = &self->target;
  GraphbitHttpRequest *request =
      graphbit_vendor_new_request (target->vendor, method, uri, target->base_uri, target->secret,
                                   graphbit_embedding_client_get_tls_database (self->client),
                                   graphbit_embedding_client_get_proxy_resolver (self->client));

  graphbit_vendor_add_headers (target->vendor, target->headers, NULL, request);
  graphbit_http_request_add_header (request, "Accept", "application/json");
  request->slots = graphbit_embedding_client_get_max_concurrency (self->client);
  request->max_retries = graphbit_embedding_client_get_max_retries (self->client);
  return request;
}

static const char *const *
call_get_texts (GraphbitEmbeddingCall *self,
                GraphbitEmbeddingPart *part)
{
  return (const char *const *) self->texts->pdata + part->first;
}

static gboolean
call_send (GraphbitEmbeddingCall *self,
           GraphbitEmbeddingPart *part)
{
  const GraphbitEmbeddingTarget *target = &self->target;
  GraphbitHttpRequest *request;

  if (target->base_uri == NULL)
    return graphbit_embedding_part_work (part, &self->operation, call_get_texts (self, part),
                                         target->dimensions > 0 ? target->dimensions : GRAPHBIT_EMBEDDING_OFFLINE_DIMENSIONS);

  if (part->n_texts == 0)
    {
      /* the list of models is what costs nothing and needs the key; its head is enough */
      g_autofree char *uri = graphbit_vendor_make_uri (target->vendor, GRAPHBIT_WIRE_EMBEDDINGS, target->base_uri, NULL,
                                                       target->wire->style == GRAPHBIT_EMBEDDING_WIRE_OPENAI ? "/models" : "",
                                                       NULL);

      request = call_make_request (self, "HEAD", uri);
    }
  else
    {
      request = call_make_request (self, "POST", target->uri);
      request->body = g_string_free_to_bytes (graphbit_embedding_wire_build (target->wire, target->model,
                                                                             call_get_texts (self, part), part->n_texts,
                                                                             target->dimensions, target->type,
                                                                             target->extra_body));
      request->content_type = "application/json";
      request->lane = g_strdup (target->model);
      request->requests_per_minute = target->requests_per_minute;
      request->tokens_per_minute = target->tokens_per_minute;
      request->tokens = part->tokens;
    }
  return graphbit_embedding_part_send (part, &self->operation, target, request);
}

static gint64
estimate_tokens (const char *text)
{
  return (gint64) (strlen (text) + 3) / 4;
}

/* FALSE: it has not got what it needs of a budget. The part is in neither queue then, and the caller's. */
static gboolean
call_reserve (GraphbitEmbeddingCall *self,
              GraphbitEmbeddingPart *part,
              GError **error)
{
  part->tokens = 0;
  for (guint i = 0; i < part->n_texts; i++)
    part->tokens += estimate_tokens (call_get_texts (self, part)[i]);
  if (part->n_texts == 0 || self->target.base_uri == NULL)
    return TRUE;

  graphbit_budget_holds_add (&part->budgets, graphbit_budget_peek_default ());
  graphbit_budget_holds_add (&part->budgets, graphbit_embedding_client_get_budget (self->client));
  return graphbit_budget_holds_reserve (&part->budgets, self->target.vendor->name, self->target.model, part->tokens, 0, error);
}

/* Takes the part over, which is in neither queue. */
static void
call_start_part (GraphbitEmbeddingCall *self,
                 GraphbitEmbeddingPart *part)
{
  GError *error = NULL;
  GraphbitBudgetHolds budgets = { { NULL } };

  if (self->stop != NULL || !call_reserve (self, part, &error))
    {
      call_fail_part (self, part, error != NULL ? error : g_error_copy (self->stop));
      graphbit_embedding_part_unref (part);
      return;
    }

  part->started = graphbit_clock_now ();
  part->has_new_key = self->refusal != NULL;
  part->ended = part_ended;
  if (!call_send (self, part))
    {
      /* the generation has ended */
      graphbit_embedding_part_unref (part);
      call_conclude (self, make_cancelled_error ());
      return;
    }

  g_queue_push_tail_link (&self->running, &part->link);
  /* what is told may end this call, and the part with it */
  for (guint i = 0; i < GRAPHBIT_BUDGET_HOLDS_MAX; i++)
    graphbit_budget_holds_add (&budgets, part->budgets.budgets[i]);
  graphbit_budget_holds_tell (&budgets, FALSE);
  graphbit_budget_holds_clear (&budgets);
}

/* The key */

/* NULL: there is no other one than that which was refused. Takes both over. */
static void
call_use_key (GraphbitEmbeddingCall *self,
              GraphbitSecret *secret,
              GError *error)
{
  GraphbitEmbeddingTarget *target = &self->target;

  self->is_asking = FALSE;
  if (error == NULL && self->refusal != NULL &&
      (secret == NULL ||
       (target->secret != NULL && strcmp (graphbit_secret_peek (target->secret), graphbit_secret_peek (secret)) == 0)))
    error = g_error_copy (self->refusal);

  g_clear_pointer (&target->refused_secret, graphbit_secret_unref);
  target->refused_secret = g_steal_pointer (&target->secret);
  target->secret = secret;
  /* without one, everything that waits fails */
  if (error != NULL && self->stop == NULL)
    self->stop = g_steal_pointer (&error);
  g_clear_error (&error);
  call_pump (&self->operation, NULL);
}

static void
key_answered (GraphbitOperation *operation,
              gpointer data,
              gpointer value,
              GError *error)
{
  GraphbitEmbeddingCall *self = (GraphbitEmbeddingCall *) operation;

  graphbit_timeout_clear (&self->timeout);
  graphbit_call_close (&self->ticket, FALSE);
  call_use_key (self, value, error);
}

static void
key_timed_out (GraphbitOperation *operation,
               gpointer data)
{
  GraphbitEmbeddingCall *self = (GraphbitEmbeddingCall *) operation;

  graphbit_timeout_clear (&self->timeout);
  graphbit_call_close (&self->ticket, TRUE);
  call_use_key (self, NULL,
                g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT,
                             _("The API key for %s was not given within %u s"), self->target.vendor->title, KEY_SECONDS));
}

/* From the dispatcher, for it runs the application's code. */
static void
call_ask_key (GraphbitOperation *operation,
              gpointer data)
{
  GraphbitEmbeddingCall *self = (GraphbitEmbeddingCall *) operation;
  GraphbitKeySource *keys = graphbit_embedding_config_peek_keys (self->config);
  gint64 deadline = graphbit_clock_now () + KEY_SECONDS * G_USEC_PER_SEC;
  GraphbitSecret *secret = NULL;
  GError *error = NULL;

  graphbit_operation_ref (operation);
  switch (graphbit_key_source_ask (keys, self, deadline, &self->ticket, key_answered, &secret, &error))
    {
    case GRAPHBIT_KEY_ASKED:
      if (!graphbit_operation_is_complete (self))
        self->timeout = graphbit_timeout_new (self, deadline, key_timed_out, NULL);
      break;

    case GRAPHBIT_KEY_NOWHERE:
      if (self->refusal == NULL && (self->target.vendor->quirks & GRAPHBIT_QUIRK_NO_KEY) == 0 &&
          !self->target.wire->is_own_server)
        error = graphbit_key_source_make_error (keys);
      call_use_key (self, NULL, error);
      break;

    case GRAPHBIT_KEY_FOUND:
    case GRAPHBIT_KEY_FAILED:
    default:
      call_use_key (self, secret, error);
    }
  graphbit_operation_unref (operation);
}

/* Begins what may begin, and ends when all has ended. */
static void
call_pump (GraphbitOperation *operation,
           gpointer data)
{
  GraphbitEmbeddingCall *self = (GraphbitEmbeddingCall *) operation;
  guint n_starts = 0;
  GList *link;

  if (self->is_asking)
    return;

  graphbit_operation_ref (operation);
  while (!graphbit_operation_is_complete (self) && self->running.length < self->limit &&
         (n_starts++ < MAX_STARTS || self->stop != NULL) && (link = g_queue_pop_head_link (&self->waiting)) != NULL)
    call_start_part (self, link->data);

  if (graphbit_operation_is_complete (self))
    ;
  else if (self->running.length == 0 && self->waiting.length == 0)
    call_conclude (self, NULL);
  else if (self->running.length < self->limit && self->waiting.length > 0)
    graphbit_operation_invoke (self, call_pump, NULL, NULL);
  graphbit_operation_unref (operation);
}

/* As much as one request may hold; what is too long alone is sent all the same, for it is only estimated. */
static void
call_cut_parts (GraphbitEmbeddingCall *self)
{
  const GraphbitEmbeddingWire *wire = self->target.wire;
  guint max_items = wire->max_items > 0 ? wire->max_items : OFFLINE_ITEMS;
  guint first = 0;
  gint64 tokens = 0;

  for (guint i = 0; i < self->texts->len; i++)
    {
      gint64 more = estimate_tokens (self->texts->pdata[i]);

      if (i > first && (i - first == max_items || (wire->max_tokens > 0 && tokens + more > wire->max_tokens)))
        {
          g_queue_push_tail_link (&self->waiting, &graphbit_embedding_part_new (first, i - first)->link);
          first = i;
          tokens = 0;
        }
      tokens += more;
    }
  if (self->texts->len > first)
    g_queue_push_tail_link (&self->waiting, &graphbit_embedding_part_new (first, self->texts->len - first)->link);
}

/* What is not in the cache is sent, once there is a key. */
static void
call_begin (GraphbitEmbeddingCall *self)
{
  const GraphbitEmbeddingTarget *target = &self->target;

  call_cut_parts (self);
  if (self->wish == GRAPHBIT_EMBEDDING_WISH_WARMTH && target->base_uri != NULL)
    call_push_first (self, 0, 0);
  self->is_asking = self->waiting.length > 0 && target->base_uri != NULL && target->secret == NULL && !target->is_keyless;
  if (self->is_asking)
    call_ask_key (&self->operation, NULL);
  else
    call_pump (&self->operation, NULL);
}

/* The cache */

static void lookup_ended (GraphbitOperation *operation, GraphbitEmbeddingLookup *lookup);

static void
call_look_up (GraphbitOperation *operation,
              gpointer data)
{
  GraphbitEmbeddingCall *self = (GraphbitEmbeddingCall *) operation;
  guint n_texts = MIN (self->texts->len - self->n_looked_up, LOOKUP_ITEMS);

  if (self->store == NULL || n_texts == 0)
    call_begin (self);
  else if (!graphbit_embedding_lookup_start (operation, self->store, &self->target, (const char *const *) self->texts->pdata,
                                             self->n_looked_up, n_texts, lookup_ended))
    call_conclude (self, make_cancelled_error ());
}

/* The texts that are not there close up; at the end they are all that is left. */
static guint
call_take_found (GraphbitEmbeddingCall *self,
                 GraphbitEmbeddingLookup *lookup)
{
  guint n_found = 0;

  for (guint i = 0; i < lookup->n_texts; i++)
    {
      guint text = lookup->first + i;
      char *own = g_steal_pointer (&self->texts->pdata[text]);

      if (lookup->vectors[i] != NULL)
        {
          call_settle_text (self, text, lookup->vectors[i], NULL);
          g_free (own);
          n_found++;
          continue;
        }
      self->texts->pdata[self->keys->len] = own;
      g_array_index (self->first, guint, self->keys->len) = g_array_index (self->first, guint, text);
      g_ptr_array_add (self->keys, g_steal_pointer (&lookup->keys[i]));
    }
  self->n_looked_up += lookup->n_texts;
  if (self->n_looked_up == self->texts->len)
    {
      self->n_looked_up = self->keys->len;
      g_ptr_array_set_size (self->texts, (int) self->keys->len);
    }

  return n_found;
}

static void
lookup_ended (GraphbitOperation *operation,
              GraphbitEmbeddingLookup *lookup)
{
  GraphbitEmbeddingCall *self = (GraphbitEmbeddingCall *) operation;
  g_autoptr (GraphbitResponseCache) cache = g_object_ref (self->cache);
  guint n_found = call_take_found (self, lookup);

  graphbit_response_cache_count (cache, n_found, lookup->n_texts - n_found);
  if (n_found > 0)
    graphbit_response_cache_tell (cache, TRUE);
  if (n_found < lookup->n_texts)
    graphbit_response_cache_tell (cache, FALSE);
  if (n_found > 0 && self->progress != NULL && !graphbit_operation_is_complete (self))
    self->progress (self->task, self->n_done);
  /* which a listener may have cancelled */
  if (!graphbit_operation_is_complete (self))
    call_look_up (operation, NULL);
}

/* The operation */

static void
call_interrupted (GraphbitOperation *operation,
                  GraphbitInterruption interruption)
{
  call_conclude ((GraphbitEmbeddingCall *) operation, make_cancelled_error ());
}

static void
call_free (GraphbitOperation *operation)
{
  GraphbitEmbeddingCall *self = (GraphbitEmbeddingCall *) operation;
  GList *link;

  g_clear_object (&self->client);
  g_clear_object (&self->task);
  g_clear_object (&self->cache);
  g_clear_object (&self->config);
  g_clear_pointer (&self->store, graphbit_cache_store_unref);
  g_clear_pointer (&self->keys, g_ptr_array_unref);
  g_clear_error (&self->refusal);
  graphbit_embedding_target_clear (&self->target);
  while ((link = g_queue_pop_head_link (&self->waiting)) != NULL)
    graphbit_embedding_part_unref (link->data);
  for (guint i = 0; i < self->n_given; i++)
    g_clear_object (&self->embeddings[i]);
  g_free (self->embeddings);
  g_free (self->next);
  g_clear_pointer (&self->first, g_array_unref);
  g_clear_pointer (&self->texts, g_ptr_array_unref);
  g_clear_error (&self->stop);
  g_clear_error (&self->first_error);
  g_free (self);
}

static const GraphbitOperationClass call_class = {
  call_interrupted,
  call_free,
};

/* The start */

static gboolean
check_text (const char *text,
            guint index,
            GError **error)
{
  if (*text == '\0')
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                 _("The text with the index %u is empty; leave it out"), index);
  else if (!g_utf8_validate (text, -1, NULL))
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                 _("The text with the index %u is not in UTF-8"), index);
  else
    return TRUE;

  return FALSE;
}

static gboolean
call_add_texts (GraphbitEmbeddingCall *self,
                const char *const *texts,
                guint n_texts,
                GError **error)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal); /* → its number, + 1 */
  g_autofree guint *last = g_new (guint, MAX (n_texts, 1));                  /* by number */

  self->texts = g_ptr_array_new_with_free_func (g_free);
  self->first = g_array_new (FALSE, FALSE, sizeof (guint));
  self->next = g_new (guint, MAX (n_texts, 1));
  self->embeddings = g_new0 (GraphbitEmbedding *, MAX (n_texts, 1));
  self->n_given = n_texts;
  for (guint i = 0; i < n_texts; i++)
    {
      guint number = GPOINTER_TO_UINT (g_hash_table_lookup (known, texts[i]));

      self->next[i] = NONE;
      if (number > 0)
        {
          self->next[last[number - 1]] = i;
        }
      else
        {
          if (!check_text (texts[i], i, error))
            return FALSE;
          g_ptr_array_add (self->texts, g_strdup (texts[i]));
          g_array_append_val (self->first, i);
          number = self->texts->len;
          g_hash_table_insert (known, self->texts->pdata[number - 1], GUINT_TO_POINTER (number));
        }
      last[number - 1] = i;
    }
  return TRUE;
}

/* What needs no server costs nothing. */
static gboolean
call_open_cache (GraphbitEmbeddingCall *self,
                 GError **error)
{
  GraphbitResponseCache *cache = graphbit_embedding_client_get_cache (self->client);

  if (cache == NULL || self->target.base_uri == NULL || self->wish == GRAPHBIT_EMBEDDING_WISH_WARMTH)
    return TRUE;
  if (!graphbit_response_cache_check (cache, error))
    return FALSE;

  self->cache = g_object_ref (cache);
  self->store = graphbit_cache_store_ref (graphbit_response_cache_get_store (cache));
  self->keys = g_ptr_array_new_with_free_func (g_free);
  return TRUE;
}

static gboolean
call_prepare (GraphbitEmbeddingCall *self,
              const char *const *texts,
              guint n_texts,
              GError **error)
{
  GraphbitEmbeddingConfig *config = graphbit_embedding_client_get_config (self->client);

  if (config == NULL)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The client has no configuration; give it one when it is made"));
      return FALSE;
    }

  self->config = g_object_ref (config);
  return graphbit_embedding_config_resolve (config, &self->target, error) &&
         call_add_texts (self, texts, n_texts, error) && call_open_cache (self, error);
}

void
graphbit_embedding_call_start (GraphbitEmbeddingClient *client,
                               GraphbitEmbeddingWish wish,
                               const char *const *texts,
                               guint n_texts,
                               GraphbitEmbeddingProgress progress,
                               GTask *task)
{
  GraphbitEmbeddingCall *self = g_new0 (GraphbitEmbeddingCall, 1);
  GError *error = NULL;

  self->client = g_object_ref (client);
  self->wish = wish;
  g_queue_init (&self->waiting);
  g_queue_init (&self->running);
  if (!call_prepare (self, texts, n_texts, &error) ||
      !graphbit_operation_init (&self->operation, &call_class, g_task_get_cancellable (task), &error))
    {
      call_free (&self->operation);
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  /* more would only wait, and against their time limits */
  self->limit = graphbit_embedding_client_get_max_concurrency (client);
  if (self->limit == 0)
    self->limit = GRAPHBIT_HTTP_DEFAULT_SLOTS;
  self->task = task;
  self->progress = progress;
  /* where another thread runs the home, the call is that thread's from here on */
  graphbit_operation_invoke (self, call_look_up, NULL, NULL);
  graphbit_operation_unref (self);
}
