/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-target-private.h"
#include "graphbit-operation-private.h"
#include "graphbit-response-cache-private.h"

G_BEGIN_DECLS

/* What a cache knows of a request. Zeroed: there is no cache that may answer it. */
typedef struct
{
  GraphbitResponseCache *cache;
  char *key;
  GraphbitLlmResponse *found; /* until it is handed out */
} GraphbitLlmLookup;

/* Finds what memory holds, and makes the key for the rest. `cache` may be NULL. */
gboolean graphbit_llm_lookup_init (GraphbitLlmLookup *self,
                                   GraphbitResponseCache *cache,
                                   const GraphbitLlmTarget *target,
                                   GraphbitLlmRequest *request,
                                   gboolean is_stream,
                                   GError **error);
void graphbit_llm_lookup_clear (GraphbitLlmLookup *self);

/* Whether there are files that may know more than memory. */
gboolean graphbit_llm_lookup_has_files (const GraphbitLlmLookup *self);
/* Reads the file in the pool; `done` is invoked when it was, with the operation that this is a part of. */
void graphbit_llm_lookup_read (GraphbitLlmLookup *self, GraphbitOperation *operation, GraphbitOperationFunc done);
/* Lets the application's code know of the hit or miss, which may end the operation. */
void graphbit_llm_lookup_tell (const GraphbitLlmLookup *self);
/* Only what is whole. */
void graphbit_llm_lookup_store (const GraphbitLlmLookup *self, GraphbitRuntime *runtime, GraphbitLlmResponse *response);

G_END_DECLS
