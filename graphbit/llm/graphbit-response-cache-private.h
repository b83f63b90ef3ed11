/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-request.h"
#include "graphbit-llm-response.h"
#include "graphbit-response-cache.h"
#include "graphbit-runtime-private.h"

G_BEGIN_DECLS

/* INVALID_ARGUMENT for a directory elsewhere. */
gboolean graphbit_response_cache_check (GraphbitResponseCache *self, GError **error);
/* Whether it may answer such a request at all. */
gboolean graphbit_response_cache_accepts (GraphbitResponseCache *self, GraphbitLlmRequest *request);
/* `body` is that of the request answered whole, so that streams and whole answers share. */
char *graphbit_response_cache_make_key (const char *provider, const char *uri, GBytes *body);

/* From memory. Counts a hit, and a miss where there is no directory; as below, `tell` notifies. */
GraphbitLlmResponse *graphbit_response_cache_lookup (GraphbitResponseCache *self, const char *key);
/* The file to be read after a miss; NULL: there is no directory. */
char *graphbit_response_cache_get_path (GraphbitResponseCache *self, const char *key);
/* In the pool: the text in that file; NULL: it is none of ours, or cannot be read. */
char *graphbit_response_cache_read_file (const char *path);
/* At home. What was read, NULL for nothing; counts. */
GraphbitLlmResponse *graphbit_response_cache_adopt (GraphbitResponseCache *self, const char *key, const char *text);
/* At home, where the application's code may run. */
void graphbit_response_cache_tell (GraphbitResponseCache *self, gboolean is_hit);
/* A file is written in the pool. */
void graphbit_response_cache_store (GraphbitResponseCache *self,
                                    GraphbitRuntime *runtime,
                                    const char *key,
                                    GraphbitLlmResponse *response);

G_END_DECLS
