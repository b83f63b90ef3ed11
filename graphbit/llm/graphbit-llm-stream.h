/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-types.h"

G_BEGIN_DECLS

/**
 * GraphbitLlmStreamState:
 * @GRAPHBIT_LLM_STREAM_STATE_ACTIVE: there may be more to read
 * @GRAPHBIT_LLM_STREAM_STATE_COMPLETED: everything was read
 * @GRAPHBIT_LLM_STREAM_STATE_FAILED: the answer broke off; the read that met it had the error
 * @GRAPHBIT_LLM_STREAM_STATE_CANCELLED: it was cancelled
 *
 * How far a reader has come with a [class@LlmStream].
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_LLM_STREAM_STATE_ACTIVE,
  GRAPHBIT_LLM_STREAM_STATE_COMPLETED,
  GRAPHBIT_LLM_STREAM_STATE_FAILED,
  GRAPHBIT_LLM_STREAM_STATE_CANCELLED
} GraphbitLlmStreamState;

#define GRAPHBIT_TYPE_LLM_STREAM (graphbit_llm_stream_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitLlmStream, graphbit_llm_stream, GRAPHBIT, LLM_STREAM, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_stream_next_chunk_async (GraphbitLlmStream *self,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmChunk *graphbit_llm_stream_next_chunk_finish (GraphbitLlmStream *self, GAsyncResult *result, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmChunk *graphbit_llm_stream_next_chunk (GraphbitLlmStream *self, GCancellable *cancellable, GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_stream_next_chunks_async (GraphbitLlmStream *self,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_llm_stream_next_chunks_finish (GraphbitLlmStream *self, GAsyncResult *result, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GPtrArray *graphbit_llm_stream_next_chunks (GraphbitLlmStream *self, GCancellable *cancellable, GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_stream_collect_async (GraphbitLlmStream *self,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmResponse *graphbit_llm_stream_collect_finish (GraphbitLlmStream *self, GAsyncResult *result, GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmResponse *graphbit_llm_stream_collect (GraphbitLlmStream *self, GCancellable *cancellable, GError **error);

GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_llm_stream_cancel (GraphbitLlmStream *self);

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_stream_get_text (GraphbitLlmStream *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmStreamState graphbit_llm_stream_get_state (GraphbitLlmStream *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmResponse *graphbit_llm_stream_get_response (GraphbitLlmStream *self);

G_END_DECLS
