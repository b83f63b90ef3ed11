/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-types.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_LLM_TOOL_SPEC (graphbit_llm_tool_spec_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_DERIVABLE_TYPE (GraphbitLlmToolSpec, graphbit_llm_tool_spec, GRAPHBIT, LLM_TOOL_SPEC, GObject)

struct _GraphbitLlmToolSpecClass
{
  /*< private >*/
  GObjectClass parent_class;
  gpointer _reserved[8];
};

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmToolSpec *graphbit_llm_tool_spec_new (const char *name,
                                                 const char *description,
                                                 const char *parameters,
                                                 GError **error);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_tool_spec_get_name (GraphbitLlmToolSpec *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_tool_spec_get_description (GraphbitLlmToolSpec *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_llm_tool_spec_get_parameters (GraphbitLlmToolSpec *self);

G_END_DECLS
