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
 * GraphbitNodeKind:
 * @GRAPHBIT_NODE_KIND_AGENT: a language model with tools, [class@AgentNode]
 * @GRAPHBIT_NODE_KIND_CONDITION: a choice of one successor, [class@ConditionNode]
 * @GRAPHBIT_NODE_KIND_FUNCTION: a function of the application, [class@FunctionNode]
 * @GRAPHBIT_NODE_KIND_TRANSFORM: a built-in change of text, [class@TransformNode]
 * @GRAPHBIT_NODE_KIND_MAP: a workflow for each element of a list, [class@MapNode]
 * @GRAPHBIT_NODE_KIND_LOOP: a workflow until a condition holds, [class@LoopNode]
 * @GRAPHBIT_NODE_KIND_WORKFLOW: a workflow, [class@WorkflowNode]
 * @GRAPHBIT_NODE_KIND_SPLIT: one text into a list, [class@SplitNode]
 * @GRAPHBIT_NODE_KIND_JOIN: many inputs into one, [class@JoinNode]
 * @GRAPHBIT_NODE_KIND_DELAY: a wait, [class@DelayNode]
 * @GRAPHBIT_NODE_KIND_HTTP: an HTTP request, [class@HttpNode]
 * @GRAPHBIT_NODE_KIND_APPROVAL: a question to a person, [class@ApprovalNode]
 *
 * What a node does. This enumeration can be extended at a later date.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_NODE_KIND_AGENT,
  GRAPHBIT_NODE_KIND_CONDITION,
  GRAPHBIT_NODE_KIND_FUNCTION,
  GRAPHBIT_NODE_KIND_TRANSFORM,
  GRAPHBIT_NODE_KIND_MAP,
  GRAPHBIT_NODE_KIND_LOOP,
  GRAPHBIT_NODE_KIND_WORKFLOW,
  GRAPHBIT_NODE_KIND_SPLIT,
  GRAPHBIT_NODE_KIND_JOIN,
  GRAPHBIT_NODE_KIND_DELAY,
  GRAPHBIT_NODE_KIND_HTTP,
  GRAPHBIT_NODE_KIND_APPROVAL
} GraphbitNodeKind;

/**
 * GraphbitOnError:
 * @GRAPHBIT_ON_ERROR_FAIL: the run fails, unless an error edge leaves the node
 * @GRAPHBIT_ON_ERROR_CONTINUE: the successors run as if the node had no output
 * @GRAPHBIT_ON_ERROR_FALLBACK: the successors run with [property@Node:fallback]
 *
 * What a run does when a node has failed after its retries.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_ON_ERROR_FAIL,
  GRAPHBIT_ON_ERROR_CONTINUE,
  GRAPHBIT_ON_ERROR_FALLBACK
} GraphbitOnError;

#define GRAPHBIT_TYPE_NODE (graphbit_node_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_DERIVABLE_TYPE (GraphbitNode, graphbit_node, GRAPHBIT, NODE, GObject)

struct _GraphbitNodeClass
{
  /*< private >*/
  GObjectClass parent_class;
  gconstpointer kind; /* a row of the table of node kinds; NULL: not one of the library's */
  gpointer _reserved[7];
};

GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_node_get_id (GraphbitNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_node_get_name (GraphbitNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitNodeKind graphbit_node_get_kind (GraphbitNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_node_get_description (GraphbitNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_node_set_description (GraphbitNode *self,
                                    const char *description);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_node_get_timeout_ms (GraphbitNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_node_set_timeout_ms (GraphbitNode *self,
                                   guint timeout_ms);
GRAPHBIT_AVAILABLE_IN_ALL
guint graphbit_node_get_max_retries (GraphbitNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_node_set_max_retries (GraphbitNode *self,
                                    guint max_retries);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitOnError graphbit_node_get_on_error (GraphbitNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_node_set_on_error (GraphbitNode *self,
                                 GraphbitOnError on_error);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_node_get_fallback (GraphbitNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_node_set_fallback (GraphbitNode *self,
                                 const char *fallback);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_node_get_output_name (GraphbitNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_node_set_output_name (GraphbitNode *self,
                                    const char *output_name);

G_END_DECLS
