/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-call.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_PROVIDER_CALL (graphbit_provider_call_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitProviderCall, graphbit_provider_call, GRAPHBIT, PROVIDER_CALL, GraphbitCall)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitLlmRequest *graphbit_provider_call_get_request (GraphbitProviderCall *self);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_provider_call_get_is_streaming (GraphbitProviderCall *self);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_provider_call_send_text (GraphbitProviderCall *self, const char *text);
GRAPHBIT_AVAILABLE_IN_ALL
gboolean graphbit_provider_call_respond (GraphbitProviderCall *self, GraphbitLlmResponse *response);

G_END_DECLS
