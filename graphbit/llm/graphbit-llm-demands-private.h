/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-config.h"
#include "graphbit-llm-request.h"

G_BEGIN_DECLS

/* What a request asks for beside text, against what the configuration's provider and model can: after the checks of both,
 * before a body is made. UNSUPPORTED, with the way out. */
gboolean graphbit_llm_demands_check (GraphbitLlmConfig *config, GraphbitLlmRequest *request, gboolean is_stream, GError **error);

G_END_DECLS
