/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-call-private.h"
#include "graphbit-provider-call.h"

G_BEGIN_DECLS

/* At home, from the operation's dispatcher. The text is the callee's to read during the call. */
typedef void (*GraphbitProviderCallText) (GraphbitOperation *operation, const char *text, gsize length);

GraphbitProviderCall *graphbit_provider_call_new (GraphbitLlmRequest *request,
                                                  gboolean is_streaming,
                                                  gpointer operation,
                                                  GraphbitProviderCallText text);

G_END_DECLS
