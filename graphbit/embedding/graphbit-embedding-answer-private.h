/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-vendor-private.h"

G_BEGIN_DECLS

/*
 * The vectors of one request, read from any provider's answer:
 *
 *   {"data":[{"index":0,"embedding":[…] or "base64"}],"usage":{…}}    OpenAI and its kin
 *   {"embeddings":{"float":[[…]]}} or {"embeddings":[[…]]}            Cohere, Ollama
 *   {"embeddings":[{"values":[…]}]} or {"embedding":{"values":[…]}}   Gemini
 *   {"embedding":[…]}                                                 Ollama's old call
 *   [[…],[…]], […] or [[[…]]]                                         Hugging Face; the last: one vector per token
 *
 * A document's shape tells which it is; nothing else does. Plain C, for any
 * thread.
 */
typedef struct
{
  guint n_wanted;
  gboolean has_int8;    /* set after the init: base64 is of whole numbers in a byte each */
  guint n_found;
  gsize length;         /* of the document */
  guint dimensions;     /* 0: nothing was found yet */
  float *values;        /* n_wanted vectors, one after the other */
  guint8 *has;          /* by index */
  gint64 prompt_tokens; /* -1: it does not say */
  GArray *scratch;   /* of float, for one vector */
  GByteArray *bytes; /* the same in base64 */
} GraphbitEmbeddingAnswer;

void graphbit_embedding_answer_init (GraphbitEmbeddingAnswer *self, guint n_wanted);
void graphbit_embedding_answer_clear (GraphbitEmbeddingAnswer *self);
/* NULL: every vector is there, all of one length, and every number is finite. */
GraphbitFailure *graphbit_embedding_answer_read (GraphbitEmbeddingAnswer *self,
                                                 const GraphbitVendor *vendor,
                                                 const char *body,
                                                 gsize length,
                                                 GraphbitHttpVerdict *verdict);

G_END_DECLS
