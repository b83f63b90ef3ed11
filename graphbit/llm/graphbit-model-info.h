/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-llm-capabilities.h"
#include "graphbit-types.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_MODEL_INFO (graphbit_model_info_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitModelInfo, graphbit_model_info, GRAPHBIT, MODEL_INFO, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitModelInfo *graphbit_model_info_new (const char *id);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_model_info_get_id (GraphbitModelInfo *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_model_info_get_name (GraphbitModelInfo *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_model_info_get_owner (GraphbitModelInfo *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_model_info_get_created (GraphbitModelInfo *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_model_info_get_context_length (GraphbitModelInfo *self);
GRAPHBIT_AVAILABLE_IN_ALL
gint64 graphbit_model_info_get_max_output_tokens (GraphbitModelInfo *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmCapabilities graphbit_model_info_get_capabilities (GraphbitModelInfo *self);

G_END_DECLS
