/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-call-private.h"
#include "graphbit-llm-answer-private.h"
#include "graphbit-llm-call-private.h"
#include "graphbit-llm-charge-private.h"
#include "graphbit-llm-exchange-private.h"
#include "graphbit-llm-fallbacks-private.h"
#include "graphbit-llm-lookup-private.h"
#include "graphbit-llm-pursuit-private.h"

G_BEGIN_DECLS

/* What a call consists of, and what its ways to an answer have in common: for the files of LlmCall alone. */
struct _GraphbitLlmCall
{
  GraphbitOperation operation;

  /* The application's: until completion. */
  GraphbitLlmClient *client;
  GraphbitLlmTarget target;
  GraphbitLlmFallbacks fallbacks;
  GraphbitLlmCharge charge;
  GraphbitLlmLookup lookup;
  GraphbitLlmAnswer answer;
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
  guint n_tried; /* that were sent something */

  GraphbitLlmExchange *exchange;
  GraphbitLlmPursuit pursuit; /* of an answer that takes several requests */
  guint earlier_attempts; /* with a key that was refused */
  GraphbitLlmAssembler assembler; /* of a provider in the application */
  gboolean has_assembler;

  GQueue ready; /* chunks that no reader has taken */
};

/* Whether a reader gets the chunks as they come, and not only those of the answer that fits. */
static inline gboolean
graphbit_llm_call_wants_chunks (const GraphbitLlmCall *self)
{
  return self->readable != NULL && self->answer.schema == NULL;
}

/* The ways to an answer, all from the dispatcher but the first, for they run the application's code. */
void graphbit_llm_call_submit (GraphbitLlmCall *self);
void graphbit_llm_call_resolve_key (GraphbitOperation *operation, gpointer data);
void graphbit_llm_call_ask_provider (GraphbitOperation *operation, gpointer data);

/* What comes of them. Takes the chunks over. */
void graphbit_llm_call_add_chunks (GraphbitLlmCall *self, GQueue *chunks);
GraphbitLlmResponse *graphbit_llm_call_make_response (GraphbitLlmCall *self, GraphbitLlmAssembler *assembler, guint attempts);
/* What a reader may already have seen; NULL: nothing. */
GraphbitLlmResponse *graphbit_llm_call_make_partial (GraphbitLlmCall *self);
/* Takes the response over: it is the answer, or the model is asked again. */
void graphbit_llm_call_take_answer (GraphbitLlmCall *self, GraphbitLlmResponse *response, guint attempts);

/* The one way to the end, or to the next target. Exactly one of response and error, both taken over; `attempts` are this
 * target's. */
void graphbit_llm_call_conclude (GraphbitLlmCall *self, GraphbitLlmResponse *response, GError *error, guint attempts);
void graphbit_llm_call_conclude_failure (GraphbitLlmCall *self, GraphbitFailure *failure, GraphbitLlmResponse *partial);

/* Before something is awaited that no HttpCall watches. */
void graphbit_llm_call_watch_deadline (GraphbitLlmCall *self);
void graphbit_llm_call_time_out (GraphbitOperation *operation, gpointer data);

G_END_DECLS
