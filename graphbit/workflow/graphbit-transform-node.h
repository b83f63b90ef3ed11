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
 * GraphbitTransformation:
 * @GRAPHBIT_TRANSFORMATION_UPPERCASE: the input in capital letters
 * @GRAPHBIT_TRANSFORMATION_LOWERCASE: the input in small letters
 * @GRAPHBIT_TRANSFORMATION_TRIM: the input without white space at its ends
 * @GRAPHBIT_TRANSFORMATION_TEMPLATE: the argument, a template, filled in
 * @GRAPHBIT_TRANSFORMATION_JSON_POINTER: the value that the argument, a JSON
 *   pointer (RFC 6901), finds in the input; a string without its quotation marks
 * @GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT: the first match of the argument, a
 *   regular expression; of its first group, if it has one
 * @GRAPHBIT_TRANSFORMATION_REGEX_REPLACE: the input with every match of the
 *   argument replaced
 * @GRAPHBIT_TRANSFORMATION_SPLIT: a JSON array of the input's pieces between
 *   the argument; between lines without one
 * @GRAPHBIT_TRANSFORMATION_JOIN: the inputs, or the elements of the one input if
 *   it is a JSON array, with the argument between; a line end without one
 * @GRAPHBIT_TRANSFORMATION_PARSE_JSON: the JSON document that the input is, or
 *   that stands in its first Markdown code fence, as it is written
 * @GRAPHBIT_TRANSFORMATION_TO_JSON: the input as a JSON string; several inputs
 *   as an array of strings
 *
 * What a [class@TransformNode] does. This enumeration can be extended at a
 * later date.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_TRANSFORMATION_UPPERCASE,
  GRAPHBIT_TRANSFORMATION_LOWERCASE,
  GRAPHBIT_TRANSFORMATION_TRIM,
  GRAPHBIT_TRANSFORMATION_TEMPLATE,
  GRAPHBIT_TRANSFORMATION_JSON_POINTER,
  GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT,
  GRAPHBIT_TRANSFORMATION_REGEX_REPLACE,
  GRAPHBIT_TRANSFORMATION_SPLIT,
  GRAPHBIT_TRANSFORMATION_JOIN,
  GRAPHBIT_TRANSFORMATION_PARSE_JSON,
  GRAPHBIT_TRANSFORMATION_TO_JSON
} GraphbitTransformation;

#define GRAPHBIT_TYPE_TRANSFORM_NODE (graphbit_transform_node_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitTransformNode, graphbit_transform_node, GRAPHBIT, TRANSFORM_NODE, GraphbitNode)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitTransformNode *graphbit_transform_node_new (const char *name,
                                                    GraphbitTransformation transformation);
GRAPHBIT_AVAILABLE_IN_ALL
GraphbitTransformation graphbit_transform_node_get_transformation (GraphbitTransformNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_transform_node_get_argument (GraphbitTransformNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_transform_node_set_argument (GraphbitTransformNode *self,
                                           const char *argument);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_transform_node_get_replacement (GraphbitTransformNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_transform_node_set_replacement (GraphbitTransformNode *self,
                                              const char *replacement);

G_END_DECLS
