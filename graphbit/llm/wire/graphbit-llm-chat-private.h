/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-llm-dialect-private.h"

G_BEGIN_DECLS

/* The request's half of graphbit_llm_dialect_chat. */
gboolean graphbit_llm_chat_build (const GraphbitVendor *vendor,
                                  GraphbitLlmConfig *config,
                                  GraphbitLlmRequest *request,
                                  gboolean is_stream,
                                  GString *body,
                                  GError **error);

G_END_DECLS
