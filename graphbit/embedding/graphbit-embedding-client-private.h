/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-embedding-client.h"
#include "graphbit-statistics-private.h"

G_BEGIN_DECLS

GraphbitStatistics *graphbit_embedding_client_get_statistics (GraphbitEmbeddingClient *self); /* any thread */

G_END_DECLS
