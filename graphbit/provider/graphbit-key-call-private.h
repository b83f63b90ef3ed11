/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-call-private.h"
#include "graphbit-key-call.h"

G_BEGIN_DECLS

/* Answered with a GraphbitSecret. */
GraphbitKeyCall *graphbit_key_call_new (void);

G_END_DECLS
