/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-node.h"

G_BEGIN_DECLS

/**
 * GraphbitJoinMode:
 * @GRAPHBIT_JOIN_MODE_CONCAT: the inputs in the order of connection, with
 *   [property@JoinNode:separator] between
 * @GRAPHBIT_JOIN_MODE_LIST: a JSON array of the inputs in the order of connection
 * @GRAPHBIT_JOIN_MODE_OBJECT: a JSON object of the inputs by the names of the nodes
 *   directly before
 * @GRAPHBIT_JOIN_MODE_FIRST: the first input in the order of connection that there
 *   is, such as that of the one branch that was taken
 * @GRAPHBIT_JOIN_MODE_TEMPLATE: [property@JoinNode:template], filled in
 *
 * What a [class@JoinNode] makes of its inputs. In an array or object, an input that
 * is itself a JSON array or object stands as that, and any other as a string. This
 * enumeration can be extended at a later date.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_JOIN_MODE_CONCAT,
  GRAPHBIT_JOIN_MODE_LIST,
  GRAPHBIT_JOIN_MODE_OBJECT,
  GRAPHBIT_JOIN_MODE_FIRST,
  GRAPHBIT_JOIN_MODE_TEMPLATE
} GraphbitJoinMode;

#define GRAPHBIT_TYPE_JOIN_NODE (graphbit_join_node_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitJoinNode, graphbit_join_node, GRAPHBIT, JOIN_NODE, GraphbitNode)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitJoinNode *graphbit_join_node_new (const char *name);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitJoinMode graphbit_join_node_get_mode (GraphbitJoinNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_join_node_set_mode (GraphbitJoinNode *self,
                                  GraphbitJoinMode mode);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_join_node_get_separator (GraphbitJoinNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_join_node_set_separator (GraphbitJoinNode *self,
                                       const char *separator);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_join_node_get_template (GraphbitJoinNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_join_node_set_template (GraphbitJoinNode *self,
                                      const char *text);

G_END_DECLS
