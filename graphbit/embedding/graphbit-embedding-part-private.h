/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-budget-holds-private.h"
#include "graphbit-embedding-answer-private.h"
#include "graphbit-embedding-config-private.h"
#include "graphbit-operation-private.h"

G_BEGIN_DECLS

/*
 * One request: what lives on the I/O thread of it, and where it is put away at
 * home. From its start to `ended` the answer belongs to that thread or to the
 * pool, from then on to the home.
 */
typedef struct _GraphbitEmbeddingPart GraphbitEmbeddingPart;

struct _GraphbitEmbeddingPart
{
  int ref_count; /* atomic: the home's and the other side's */

  /* The home's. */
  GList link;  /* among those under way, or those that wait */
  guint first; /* of the texts */
  guint n_texts;
  gint64 started;
  gint64 tokens; /* as estimated */
  GraphbitBudgetHolds budgets;
  GraphbitHttpCall *http; /* NULL: not sent, or offline */
  gboolean is_ended;
  gboolean has_new_key; /* in the place of one that was refused */

  /* The other side's, then the home's. */
  const GraphbitVendor *vendor;
  const char *const *texts; /* offline: the operation's */
  guint dimensions;
  gboolean has_int8;
  GraphbitOperation *operation;
  GraphbitEnvelope end;
  void (*ended) (GraphbitOperation *operation, GraphbitEmbeddingPart *part); /* at home, never after its completion */
  GByteArray *body;
  gboolean is_unparsed;
  GraphbitEmbeddingAnswer answer;
  GraphbitFailure *failure;
  guint attempts;
};

GraphbitEmbeddingPart *graphbit_embedding_part_new (guint first, guint n_texts);
void graphbit_embedding_part_unref (GraphbitEmbeddingPart *self);

/* At home, once; `ended` is set. Takes the request over. FALSE: the runtime's generation has ended, and `ended` is not called. */
gboolean graphbit_embedding_part_send (GraphbitEmbeddingPart *self,
                                       GraphbitOperation *operation,
                                       const GraphbitEmbeddingTarget *target,
                                       GraphbitHttpRequest *request);
/* The same without a server. The texts are the operation's. */
gboolean graphbit_embedding_part_work (GraphbitEmbeddingPart *self,
                                       GraphbitOperation *operation,
                                       const char *const *texts,
                                       guint dimensions);
void graphbit_embedding_part_cancel (GraphbitEmbeddingPart *self);

G_END_DECLS
