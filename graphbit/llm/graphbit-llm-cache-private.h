/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-request.h"
#include "graphbit-llm-response.h"
#include "graphbit-response-cache-private.h"

G_BEGIN_DECLS

/* What a ResponseCache holds of a completion: JSON text. */

/* Whether it may answer such a request at all. */
gboolean graphbit_llm_cache_accepts (GraphbitResponseCache *cache, GraphbitLlmRequest *request);
GBytes *graphbit_llm_cache_encode (GraphbitLlmResponse *response);
GraphbitLlmResponse *graphbit_llm_cache_decode (GBytes *content); /* NULL: it is none */

G_END_DECLS
