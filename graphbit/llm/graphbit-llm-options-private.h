/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-json-writer-private.h"
#include "graphbit-llm-options.h"

G_BEGIN_DECLS

/* Settings that nobody touches any more: what was set is copied, so that later changes affect later requests. */
GraphbitLlmOptions *graphbit_llm_options_copy (GraphbitLlmOptions *self);

/* At use: INVALID_ARGUMENT names the value and its range. Accepts NULL. */
gboolean graphbit_llm_options_check (GraphbitLlmOptions *self, GError **error);

/* An object of what is set, named as the properties are, with underscores. Accepts NULL. */
void graphbit_llm_options_write (GraphbitLlmOptions *self, GraphbitJsonWriter *writer);

G_END_DECLS
