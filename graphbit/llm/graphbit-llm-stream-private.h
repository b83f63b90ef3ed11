/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-stream.h"
#include "graphbit-operation-private.h"

G_BEGIN_DECLS

/*
 * Starts a stream whose home is `context` (NULL: the thread default). The task
 * (taken over) returns the stream when the provider has begun to answer. The
 * operation is for a sync twin to adopt: a reference, or NULL where the task
 * has failed at once.
 */
GraphbitOperation *graphbit_llm_stream_open (GraphbitLlmClient *client,
                                             GraphbitLlmRequest *request,
                                             GMainContext *context,
                                             GTask *task);

/* Somebody has called cancel (). Any thread. */
gboolean graphbit_llm_stream_is_cancelled (GraphbitLlmStream *self);

G_END_DECLS
