/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-embedding-match.h"

G_BEGIN_DECLS

GraphbitEmbeddingMatch *graphbit_embedding_match_new (const char *id, const char *metadata, double score);

G_END_DECLS
