/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-dialect-private.h"

G_BEGIN_DECLS

/* The tool that models without a mode for schemas are made to call: what it is called with is the answer's text. */
#define GRAPHBIT_LLM_ANTHROPIC_ANSWER "graphbit_answer"

/* The request's half of graphbit_llm_dialect_anthropic. */
gboolean graphbit_llm_anthropic_build (const GraphbitVendor *vendor,
                                       GraphbitLlmConfig *config,
                                       GraphbitLlmRequest *request,
                                       gboolean is_stream,
                                       GString *body,
                                       GError **error);

G_END_DECLS
