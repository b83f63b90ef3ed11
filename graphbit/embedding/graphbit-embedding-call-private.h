/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-embedding-client.h"
#include "graphbit-operation-private.h"

G_BEGIN_DECLS

/*
 * The way of some texts to their vectors: what is wrong already → each text
 * once → parts of what one request may hold → for each part: budget → one
 * HttpCall (or the pool, offline) → its vectors, or its error, or two halves
 * that are tried again.
 */
typedef struct _GraphbitEmbeddingCall GraphbitEmbeddingCall;

typedef enum
{
  GRAPHBIT_EMBEDDING_WISH_MANY,  /* the task returns a GPtrArray of Embedding, one for each text */
  GRAPHBIT_EMBEDDING_WISH_ONE,   /* an Embedding */
  GRAPHBIT_EMBEDDING_WISH_WARMTH /* a boolean; there are no texts */
} GraphbitEmbeddingWish;

/* At home, from the dispatcher: so many of the given texts have ended. */
typedef void (*GraphbitEmbeddingProgress) (GTask *task, guint n_done);

/* Takes the task over, which is returned at home, from the dispatcher. `progress` may be NULL. */
void graphbit_embedding_call_start (GraphbitEmbeddingClient *client,
                                    GraphbitEmbeddingWish wish,
                                    const char *const *texts,
                                    guint n_texts,
                                    GraphbitEmbeddingProgress progress,
                                    GTask *task);

G_END_DECLS
