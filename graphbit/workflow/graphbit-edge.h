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

/**
 * GraphbitEdgeKind:
 * @GRAPHBIT_EDGE_KIND_DATA: the target runs with the source's output
 * @GRAPHBIT_EDGE_KIND_CONDITIONAL: the target runs if a condition holds
 * @GRAPHBIT_EDGE_KIND_ERROR: the target runs if the source failed, with the
 *   error as its input
 *
 * When an edge lets its target run. This enumeration can be extended at a
 * later date.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_EDGE_KIND_DATA,
  GRAPHBIT_EDGE_KIND_CONDITIONAL,
  GRAPHBIT_EDGE_KIND_ERROR
} GraphbitEdgeKind;

#define GRAPHBIT_TYPE_EDGE (graphbit_edge_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitEdge, graphbit_edge, GRAPHBIT, EDGE, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_edge_get_source (GraphbitEdge *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_edge_get_target (GraphbitEdge *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitEdgeKind graphbit_edge_get_kind (GraphbitEdge *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_edge_get_condition (GraphbitEdge *self);

G_END_DECLS
