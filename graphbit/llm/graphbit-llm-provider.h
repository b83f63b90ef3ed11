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

#define GRAPHBIT_TYPE_LLM_PROVIDER (graphbit_llm_provider_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_DERIVABLE_TYPE (GraphbitLlmProvider, graphbit_llm_provider, GRAPHBIT, LLM_PROVIDER, GObject)

/**
 * GraphbitLlmProviderClass:
 * @request: the class handler of [signal@LlmProvider::request]
 *
 * What a kind of provider overrides.
 *
 * Since: 1.0
 */
struct _GraphbitLlmProviderClass
{
  /*< private >*/
  GObjectClass parent_class;

  /*< public >*/
  gboolean (*request) (GraphbitLlmProvider *self, GraphbitProviderCall *call);

  /*< private >*/
  gpointer _reserved[8];
};

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmProvider *graphbit_llm_provider_new (void);

G_END_DECLS
