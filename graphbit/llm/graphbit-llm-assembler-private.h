/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-failure-private.h"
#include "graphbit-llm-chunk.h"
#include "graphbit-llm-response.h"
#include "graphbit-llm-usage-private.h"

G_BEGIN_DECLS

/*
 * Where the parts of an answer come together, whole or in deltas: plain C, on
 * the I/O thread (or at home, for providers in the application). Chunks for a
 * reader queue up beside it.
 */
typedef struct
{
  char *id;
  char *name;
  GString *arguments;
  int index;      /* the wire's; -1: none */
} GraphbitLlmAssemblerCall;

/* One part of an answer that came in parts, for wires on which it goes back in them (GraphbitLlmAssembler.native). */
typedef enum
{
  GRAPHBIT_LLM_BLOCK_TEXT,      /* a piece of `text`, from `start` to `end` */
  GRAPHBIT_LLM_BLOCK_REASONING, /* a piece of `reasoning`; `tail` is its signature */
  GRAPHBIT_LLM_BLOCK_CALL,      /* one of `calls`, by its index */
  GRAPHBIT_LLM_BLOCK_OTHER      /* `head` as it came, with the input in `tail` */
} GraphbitLlmBlockKind;

typedef struct
{
  GraphbitLlmBlockKind kind;
  int index; /* the wire's */
  gsize start;
  gsize end;
  char *head;
  GString *tail; /* NULL until something comes */
} GraphbitLlmBlock;

/* Where the rest of an answer is, for wires on which it is being made while one asks for it. */
typedef struct
{
  char *path;       /* below the base URL; set once. NULL: what came is all that there is */
  char *listen_uri; /* where it can be heard as it is made, as the provider says; NULL: nowhere */
  gboolean is_over; /* it is made no longer, for better or worse */
  gboolean is_at_odds; /* it is not how it began */
} GraphbitLlmRest;

typedef struct
{
  GString *text;
  GString *reasoning; /* these three NULL until something comes */
  GString *refusal;
  GArray *calls; /* of GraphbitLlmAssemblerCall */
  GArray *blocks; /* of GraphbitLlmBlock, the dialect's; NULL: it keeps none */
  char *native;   /* the assistant's turn as only its own provider understands it; NULL: the rest says it all */
  GraphbitLlmUsageCounts usage;
  char *finish_text;        /* as the provider said it */
  GraphbitLlmFinishReason finish;
  char *model;
  char *id;
  char *request_id;
  gboolean is_terminated;   /* the wire's own end was seen */
  guint bad_lines;          /* in a row */
  gboolean wants_chunks;
  GQueue chunks;            /* of GraphbitLlmChunk, full */
  gboolean keeps_raw;
  GBytes *raw;              /* a whole answer's body, kept by dialect.parse () */
  GraphbitLlmRest rest;
} GraphbitLlmAssembler;

void graphbit_llm_assembler_init (GraphbitLlmAssembler *self, gboolean wants_chunks, gboolean keeps_raw);
void graphbit_llm_assembler_reset (GraphbitLlmAssembler *self); /* a new attempt */
void graphbit_llm_assembler_clear (GraphbitLlmAssembler *self);

void graphbit_llm_assembler_add_text (GraphbitLlmAssembler *self, const char *text, gsize length);
void graphbit_llm_assembler_add_reasoning (GraphbitLlmAssembler *self, const char *text, gsize length);
static inline gsize
graphbit_llm_assembler_get_reasoning_length (const GraphbitLlmAssembler *self)
{
  return self->reasoning != NULL ? self->reasoning->len : 0;
}
void graphbit_llm_assembler_add_refusal (GraphbitLlmAssembler *self, const char *text, gsize length);
/* For what a dialect appended to `text` and `reasoning` itself: queues what comes after those lengths. */
void graphbit_llm_assembler_emit (GraphbitLlmAssembler *self, gsize text_length, gsize reasoning_length);
/* The block is empty: the caller fills it in. */
GraphbitLlmBlock *graphbit_llm_assembler_add_block (GraphbitLlmAssembler *self, GraphbitLlmBlockKind kind, int index);
GraphbitLlmBlock *graphbit_llm_assembler_find_block (GraphbitLlmAssembler *self, int index); /* NULL: there is none */
/* For calls that come without an id, where a reader of the chunks is to know it. */
char *graphbit_llm_assembler_make_call_id (void);
/* Whether an id is one of those: no provider has heard of it. */
gboolean graphbit_llm_is_made_call_id (const char *id);
/* `index` -1 when the wire gives none; empty id and name say nothing. The rules are wire/openai-chat.md's. */
void graphbit_llm_assembler_add_call (GraphbitLlmAssembler *self, int index, const char *id, const char *name,
                                      const char *arguments, gsize length);
void graphbit_llm_assembler_set_usage (GraphbitLlmAssembler *self, const GraphbitLlmUsageCounts *usage);
void graphbit_llm_assembler_set_finish (GraphbitLlmAssembler *self, GraphbitLlmFinishReason finish, const char *text);

/* The end: repairs arguments, makes missing ids, sets finish, queues the finish chunk. A stream that did not
 * reach its wire's end gives PROTOCOL "ended early". */
GraphbitFailure *graphbit_llm_assembler_finish (GraphbitLlmAssembler *self, gboolean is_stream);

/* At home. What has come so far, also of a failed answer. */
GraphbitLlmResponse *graphbit_llm_assembler_make_response (GraphbitLlmAssembler *self,
                                                           const char *provider,
                                                           gint64 duration_ms,
                                                           guint attempts);
/* Whether any part of an answer has come. */
gboolean graphbit_llm_assembler_has_something (const GraphbitLlmAssembler *self);
/* At home. The parts of an answer that somebody else put together. */
void graphbit_llm_assembler_add_response (GraphbitLlmAssembler *self, GraphbitLlmResponse *response);

G_END_DECLS
