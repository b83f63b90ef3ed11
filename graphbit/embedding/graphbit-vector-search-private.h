/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-embedding-index.h"
#include "graphbit-vector-store-private.h"

G_BEGIN_DECLS

/* A filter that an index and its searches share. It is called at home only; the last reference may go wherever a
 * collector drops the index. */
typedef struct
{
  int ref_count; /* atomic */
  GraphbitEmbeddingFilterFunc func;
  gpointer user_data;
  GDestroyNotify notify;
} GraphbitVectorFilter;

GraphbitVectorFilter *graphbit_vector_filter_new (GraphbitEmbeddingFilterFunc func, gpointer user_data, GDestroyNotify notify);
GraphbitVectorFilter *graphbit_vector_filter_ref (GraphbitVectorFilter *self);
void graphbit_vector_filter_unref (GraphbitVectorFilter *self);

/* The k nearest rows of the store as it is now. Takes over the task, to which it gives a GPtrArray of
 * GraphbitEmbeddingMatch. `filter` may be NULL. */
void graphbit_vector_search_start (const GraphbitVectorStore *store,
                                   GraphbitEmbeddingMetric metric,
                                   const float *query,
                                   guint k,
                                   GraphbitVectorFilter *filter,
                                   GTask *task);

G_END_DECLS
