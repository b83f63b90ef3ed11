/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-budget.h"
#include "graphbit-llm-assembler-private.h"
#include "graphbit-llm-client.h"
#include "graphbit-llm-request.h"
#include "graphbit-llm-target-private.h"
#include "graphbit-operation-private.h"

G_BEGIN_DECLS

/*
 * One completion or stream: the operation below LlmClient and AgentLoop.
 * Everything here is at home.
 */
typedef struct _GraphbitLlmCall GraphbitLlmCall;

/* Told from the dispatcher, never from inside start. Exactly one of response and error; the callee takes it over. */
typedef void (*GraphbitLlmCallDone) (GraphbitLlmCall *call, GraphbitLlmResponse *response, GError *error, gpointer data);
/* Streams: chunks wait (graphbit_llm_call_take_chunks). The first such call means that the provider has accepted;
 * it may come before the first chunk. */
typedef void (*GraphbitLlmCallReadable) (GraphbitLlmCall *call, gpointer data);

typedef struct
{
  GraphbitOperation *parent; /* the run it belongs to, delivered with it; NULL: none, its home is `context` */
  GMainContext *context;     /* NULL: the thread default */
  GCancellable *cancellable;
  gint64 deadline;           /* of the run it belongs to; 0: none */
  guint64 deadline_ms;       /* its length */
  const GraphbitLlmQuery *query; /* then there is no request, the response has the raw body only, and nothing is counted */
  GraphbitBudget *budget;    /* of that run; NULL: none */
  gboolean is_stream;
  gboolean keeps_raw;        /* where the options do not say */
  GraphbitLlmCallReadable readable; /* NULL: a streamed answer that only its end interests */
  GraphbitLlmCallDone done;
  gpointer data;
  GDestroyNotify notify;     /* at home, after done */
} GraphbitLlmCallSetup;

/* NULL and error: nothing was started (bad arguments, fork), and notify is not called. */
GraphbitLlmCall *graphbit_llm_call_start (GraphbitLlmClient *client,
                                          GraphbitLlmRequest *request,
                                          const GraphbitLlmCallSetup *setup,
                                          GError **error);
/* All that wait; (transfer container) of GraphbitLlmChunk with a free func. Lets a paused socket flow again. Also after
 * done, as long as the call is held. */
GPtrArray *graphbit_llm_call_take_chunks (GraphbitLlmCall *self);
/* The first of them, or NULL. */
GraphbitLlmChunk *graphbit_llm_call_take_chunk (GraphbitLlmCall *self);
/* Any thread. Ends it now: `done` follows from the dispatcher with CANCELLED. */
void graphbit_llm_call_cancel (GraphbitLlmCall *self);
/* No more callbacks; cancels what runs; `notify` has been called when it returns. Then release with
 * graphbit_operation_unref (). */
void graphbit_llm_call_detach (GraphbitLlmCall *self);
/* At home, also in `done`. Takes the key out of it, and what the configuration's headers have in the place of one. */
void graphbit_llm_call_redact (GraphbitLlmCall *self, GraphbitLlmConfig *config, GraphbitFailure *failure);
/* At home, before `done`: on answers that did not fit their schema. NULL: nothing that is known. */
GraphbitLlmUsage *graphbit_llm_call_get_spent (GraphbitLlmCall *self);
GraphbitOperation *graphbit_llm_call_get_operation (GraphbitLlmCall *self);

G_END_DECLS
