/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "llm-support.h"

/* With the model `m`; the key may be NULL. */
GraphbitEmbeddingClient *support_embedding_client_new (GraphbitMockServer *server, const char *provider, const char *key);
gint64 support_embedding_stat (GraphbitEmbeddingClient *client, const char *name);
/* n texts “text 0”, “text 1” … */
char **support_make_texts (guint n_texts);
void support_assert_same (GraphbitEmbedding *a, GraphbitEmbedding *b);
