/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-client.h"

G_BEGIN_DECLS

/* What is asked of a provider beside completions. Both take the task over and return it at its home. */

/* A GListModel of GraphbitModelInfo. */
void graphbit_llm_query_list_models (GraphbitLlmClient *client, GTask *task);
/* TRUE: a connection stands. */
void graphbit_llm_query_warm_up (GraphbitLlmClient *client, GTask *task);

G_END_DECLS
