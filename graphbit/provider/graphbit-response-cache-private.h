/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-cache-store-private.h"
#include "graphbit-response-cache.h"

G_BEGIN_DECLS

/* INVALID_ARGUMENT for a directory elsewhere. */
gboolean graphbit_response_cache_check (GraphbitResponseCache *self, GError **error);
GraphbitCacheStore *graphbit_response_cache_get_store (GraphbitResponseCache *self);

/* Any thread. */
void graphbit_response_cache_count (GraphbitResponseCache *self, guint n_hits, guint n_misses);
/* At home, where the application's code may run: notifies. */
void graphbit_response_cache_tell (GraphbitResponseCache *self, gboolean is_hit);

G_END_DECLS
