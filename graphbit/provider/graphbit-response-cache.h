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

#define GRAPHBIT_TYPE_RESPONSE_CACHE (graphbit_response_cache_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitResponseCache, graphbit_response_cache, GRAPHBIT, RESPONSE_CACHE, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitResponseCache *graphbit_response_cache_new (void);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitResponseCache *graphbit_response_cache_new_for_directory (GFile *directory);

GRAPHBIT_AVAILABLE_IN_ALL
GFile *graphbit_response_cache_get_directory (GraphbitResponseCache *self);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_response_cache_get_max_entries (GraphbitResponseCache *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_response_cache_set_max_entries (GraphbitResponseCache *self, guint max_entries);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_response_cache_get_max_age_seconds (GraphbitResponseCache *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_response_cache_set_max_age_seconds (GraphbitResponseCache *self, guint max_age_seconds);
GRAPHBIT_AVAILABLE_IN_ALL
double graphbit_response_cache_get_max_temperature (GraphbitResponseCache *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_response_cache_set_max_temperature (GraphbitResponseCache *self, double max_temperature);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_response_cache_get_include_tools (GraphbitResponseCache *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_response_cache_set_include_tools (GraphbitResponseCache *self, gboolean include_tools);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_response_cache_get_hits (GraphbitResponseCache *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_response_cache_get_misses (GraphbitResponseCache *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_response_cache_clear (GraphbitResponseCache *self);

G_END_DECLS
