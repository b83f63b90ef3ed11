/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-framing-private.h"
#include "graphbit-llm-assembler-private.h"
#include "graphbit-llm-dialect-private.h"
#include "graphbit-operation-private.h"

G_BEGIN_DECLS

/*
 * The part of a call that lives on the I/O thread: bytes → events → response
 * parts. From its start to `ended` the assembler belongs to that thread, from
 * then on to the home.
 */
typedef struct _GraphbitLlmExchange GraphbitLlmExchange;

/* Both at home, from the dispatcher, never after the operation's completion. */
typedef struct
{
  /* Takes the chunks out of the queue. The first call, which may bring none, means that the provider answers. */
  void (*chunks) (GraphbitOperation *operation, GQueue *chunks);
  void (*ended) (GraphbitOperation *operation, GraphbitLlmExchange *exchange);
} GraphbitLlmExchangeEvents;

struct _GraphbitLlmExchange
{
  int ref_count; /* atomic */
  GraphbitRuntime *runtime;
  const GraphbitVendor *vendor;
  const GraphbitLlmDialect *dialect;
  const GraphbitLlmExchangeEvents *events;
  gboolean is_stream;

  GraphbitOperation *operation; /* the I/O side's reference */
  GraphbitHttpCall *http;       /* atomic: set when the start returns */
  int is_paused;                /* atomic */
  gsize waiting;                /* atomic: chunks that no reader has taken */
  gsize waiting_size;           /* atomic: their bytes */
  gboolean is_ended;            /* the home's */
  guint n_steps;                /* the home's: requests before this one */
  guint earlier_attempts;       /* the home's: made for them, beside the first of each that followed */
  /* What is posted where an answer is being made that nobody waits for any more; NULL: none is, or it was sent. Who is
   * told of the first request's end and of being cancelled in second place sends it. */
  GraphbitHttpRequest *stop;
  int is_begun; /* atomic: BEGUN and ABANDONED */
  gboolean is_cancelled; /* the home's */

  /* The I/O thread's, then the home's. */
  GraphbitLlmAssembler assembler;
  GraphbitFailure *failure;
  guint attempts;

  /* The I/O thread's. */
  GraphbitFraming *framing; /* NULL until there is something to frame */
  GByteArray *body;
  int shape;
  gboolean has_event;
  gboolean is_announced;
  gboolean is_finished;
  gboolean is_unparsed;
  GraphbitHttpVerdict *verdict;
  GraphbitEnvelope end;
};

/* Takes the requests over; `stop` is NULL for wires that answer at once. NULL: the runtime's generation has ended. */
GraphbitLlmExchange *graphbit_llm_exchange_start (GraphbitOperation *operation,
                                                  GraphbitHttpRequest *request,
                                                  GraphbitHttpRequest *stop,
                                                  const GraphbitVendor *vendor,
                                                  const GraphbitLlmDialect *dialect,
                                                  gboolean wants_chunks,
                                                  gboolean keeps_raw,
                                                  const GraphbitLlmExchangeEvents *events);
void graphbit_llm_exchange_unref (GraphbitLlmExchange *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraphbitLlmExchange, graphbit_llm_exchange_unref)

/* At home, after `ended`: asks for the rest of the answer, which goes to what there is. `ended` follows again. Takes the
 * request over. */
void graphbit_llm_exchange_follow (GraphbitLlmExchange *self, GraphbitOperation *operation, GraphbitHttpRequest *request);
/* At home, after `ended`: there will be no more of an answer that had a rest. Its last chunks come with the call. */
GraphbitFailure *graphbit_llm_exchange_conclude (GraphbitLlmExchange *self, GraphbitOperation *operation);
/* At home. A reader took this many chunks of this size together; a paused socket flows again. */
void graphbit_llm_exchange_release (GraphbitLlmExchange *self, gsize n_chunks, gsize size);
/* At home. What is being made is stopped, too. */
void graphbit_llm_exchange_cancel (GraphbitLlmExchange *self);
/* At home: made so far. */
guint graphbit_llm_exchange_get_attempts (GraphbitLlmExchange *self);

G_END_DECLS
