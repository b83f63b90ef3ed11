/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-tool-call.h"
#include "graphbit-tool-result.h"

G_BEGIN_DECLS

/* `error` NULL: it succeeded. */
GraphbitToolResult *graphbit_tool_result_new (GraphbitLlmToolCall *call,
                                              const char *output,
                                              const GError *error,
                                              gint64 duration_ms);

G_END_DECLS
