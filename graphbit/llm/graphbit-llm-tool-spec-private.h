/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-tool-spec.h"

G_BEGIN_DECLS

/* The same for all constructors and at use: a name that every provider takes, parameters that are a JSON object. */
gboolean graphbit_llm_tool_spec_check_values (const char *name, const char *parameters, GError **error);
/* At use; the answer is kept. */
gboolean graphbit_llm_tool_spec_check (GraphbitLlmToolSpec *self, GError **error);

G_END_DECLS
