/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-embedding-client.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_EMBEDDING_JOB (graphbit_embedding_job_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitEmbeddingJob, graphbit_embedding_job, GRAPHBIT, EMBEDDING_JOB, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingJob *graphbit_embedding_job_new (GraphbitEmbeddingClient *client,
                                                  const char *const *texts);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEmbeddingClient *graphbit_embedding_job_get_client (GraphbitEmbeddingJob *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *const *graphbit_embedding_job_get_texts (GraphbitEmbeddingJob *self);
GRAPHBIT_AVAILABLE_IN_ALL
gdouble graphbit_embedding_job_get_progress (GraphbitEmbeddingJob *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_embedding_job_run_async (GraphbitEmbeddingJob *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_embedding_job_run_finish (GraphbitEmbeddingJob *self,
                                              GAsyncResult *result,
                                              GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_embedding_job_run (GraphbitEmbeddingJob *self,
                                       GCancellable *cancellable,
                                       GError **error);

G_END_DECLS
