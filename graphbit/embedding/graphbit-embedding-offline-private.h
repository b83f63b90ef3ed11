/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-embedding-answer-private.h"

G_BEGIN_DECLS

#define GRAPHBIT_EMBEDDING_OFFLINE_DIMENSIONS 256

/*
 * Vectors without a model: each word of a text, and each group of three
 * characters in it, is added to the component that its hash picks, with the sign
 * that its hash picks ("feature hashing"). The answer is for n_texts. Any thread.
 */
void graphbit_embedding_offline_answer (GraphbitEmbeddingAnswer *answer,
                                        const char *const *texts,
                                        guint n_texts,
                                        guint dimensions);

G_END_DECLS
