/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-runtime-private.h"

G_BEGIN_DECLS

/*
 * Bytes by key, in memory and, where there is one, in a directory: what is
 * below a cache. A reference may be given up in any thread. In memory what was
 * not used for longest goes first. What is wrong with a file makes it missing.
 */
typedef struct _GraphbitCacheStore GraphbitCacheStore;

GraphbitCacheStore *graphbit_cache_store_new (guint max_entries);
GraphbitCacheStore *graphbit_cache_store_ref (GraphbitCacheStore *self);
void graphbit_cache_store_unref (GraphbitCacheStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraphbitCacheStore, graphbit_cache_store_unref)

void graphbit_cache_store_set_directory (GraphbitCacheStore *self, const char *path); /* before its first use */
gboolean graphbit_cache_store_has_directory (GraphbitCacheStore *self);

guint graphbit_cache_store_get_max_entries (GraphbitCacheStore *self);
gboolean graphbit_cache_store_set_max_entries (GraphbitCacheStore *self, guint max_entries); /* whether that is another number */
guint graphbit_cache_store_get_max_age_seconds (GraphbitCacheStore *self);
gboolean graphbit_cache_store_set_max_age_seconds (GraphbitCacheStore *self, guint max_age_seconds);

/* A digest of what was asked for, which tells nothing of it. */
char *graphbit_cache_store_make_key (const char *provider, const char *uri, const char *body, gsize length);

GBytes *graphbit_cache_store_lookup (GraphbitCacheStore *self, const char *key); /* in memory; NULL: not there */
/* In the pool: in memory, or else in the directory, and then from there into memory. */
GBytes *graphbit_cache_store_read (GraphbitCacheStore *self, const char *key);
/* Files are written in the pool; shutdown waits for it, for some seconds. What is too large is not kept. */
void graphbit_cache_store_add (GraphbitCacheStore *self, GraphbitRuntime *runtime, const char *key, GBytes *content);
/* The same for several, in one go of the pool. Takes both over: of texts, and of GBytes. */
void graphbit_cache_store_add_all (GraphbitCacheStore *self, GraphbitRuntime *runtime, GPtrArray *keys, GPtrArray *contents);
void graphbit_cache_store_clear (GraphbitCacheStore *self); /* the files are gone when it returns */

G_END_DECLS
