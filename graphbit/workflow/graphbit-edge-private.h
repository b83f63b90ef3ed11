/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-edge.h"
#include "graphbit-expression-private.h"

G_BEGIN_DECLS

/* Reads what an edge of this kind asks; `expression` is NULL if it asks nothing. INVALID_ARGUMENT: not what the kind takes. */
gboolean graphbit_edge_read_condition (GraphbitEdgeKind kind,
                                       const char *condition,
                                       GraphbitExpression **expression,
                                       GError **error);

G_END_DECLS
