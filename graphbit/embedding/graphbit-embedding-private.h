/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-embedding.h"

G_BEGIN_DECLS

/* Of whole, aligned float32 values in the byte order of the machine, all finite; shared, not copied. */
GraphbitEmbedding *graphbit_embedding_new_for_index (GBytes *bytes, guint index);
/* Without a vector. The error is copied. */
GraphbitEmbedding *graphbit_embedding_new_for_error (const GError *error, guint index);

G_END_DECLS
