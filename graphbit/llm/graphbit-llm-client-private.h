/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-client.h"
#include "graphbit-statistics-private.h"

G_BEGIN_DECLS

/* Counted by LlmCall, from any home. */
GraphbitStatistics *graphbit_llm_client_get_statistics (GraphbitLlmClient *self);

G_END_DECLS
