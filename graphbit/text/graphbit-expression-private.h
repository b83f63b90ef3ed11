/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-template-private.h"

G_BEGIN_DECLS

/*
 * An expression, parsed once and immutable from then on. The least binding first:
 *
 *   choice     = or [ "?" choice ":" choice ]
 *   or         = and { "or" and }
 *   and        = not { "and" not }
 *   not        = "not" not | comparison
 *   comparison = value [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) value
 *                      | [ "not" ] "in" ( value | "[" [ choice { "," choice } ] "]" )
 *                      | [ "not" ] "matches" text ]
 *   value      = text | number | "true" | "false" | "null" | reference
 *              | "length" "(" choice ")" | "(" choice ")"
 *   text       = "…" with the escapes \" \\ \n \r \t, or '…' as it stands
 *   reference  = node.NAME, node."Any name", input.NAME or a variable's name,
 *                each with a path as in templates
 *
 * No loops and no calls: evaluating ends, in a time that the expression's length
 * and the data's size bound.
 */
typedef struct _GraphbitExpression GraphbitExpression;

#define GRAPHBIT_EXPRESSION_MAX_LENGTH 4096 /* bytes */
#define GRAPHBIT_EXPRESSION_MAX_DEPTH 32
#define GRAPHBIT_EXPRESSION_MAX_REFERENCES 64
/* The longest regular expression, and the longest text that it is held against, in bytes. */
#define GRAPHBIT_EXPRESSION_MAX_PATTERN 256
#define GRAPHBIT_EXPRESSION_MAX_MATCHED 32768

/* What is wanted of an expression. */
typedef enum
{
  GRAPHBIT_EXPRESSION_BOOLEAN, /* edges and loops */
  GRAPHBIT_EXPRESSION_TEXT     /* conditions: the name of a successor */
} GraphbitExpressionType;

typedef enum
{
  GRAPHBIT_EXPRESSION_KIND_NULL, /* also what is not there */
  GRAPHBIT_EXPRESSION_KIND_BOOLEAN,
  GRAPHBIT_EXPRESSION_KIND_NUMBER,
  GRAPHBIT_EXPRESSION_KIND_TEXT,
  GRAPHBIT_EXPRESSION_KIND_LIST /* the names of its members stand for an object */
} GraphbitExpressionKind;

typedef struct
{
  GraphbitExpressionKind kind;
  gboolean boolean;
  double number;
  char *text;
  GArray *elements; /* of GraphbitExpressionValue; NULL but for lists */
} GraphbitExpressionValue;

void graphbit_expression_value_clear (GraphbitExpressionValue *value);
/* An empty list. */
void graphbit_expression_value_init_list (GraphbitExpressionValue *value);

/* Fills in a zeroed value; leaves alone what is not there. `wants_list`: a text that holds a list is to be one. */
typedef void (*GraphbitExpressionResolver) (const GraphbitTemplateReference *reference,
                                            gboolean wants_list,
                                            GraphbitExpressionValue *value,
                                            gpointer user_data);

/* NULL and INVALID_ARGUMENT, which tells line, column, and what is expected there. */
GraphbitExpression *graphbit_expression_new (const char *text, GraphbitExpressionType type, GError **error);
GraphbitExpression *graphbit_expression_ref (GraphbitExpression *self);
void graphbit_expression_unref (GraphbitExpression *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraphbitExpression, graphbit_expression_unref)

const char *graphbit_expression_get_text (GraphbitExpression *self);

/* In their order, one entry for each place. */
guint graphbit_expression_get_n_references (GraphbitExpression *self);
const GraphbitTemplateReference *graphbit_expression_get_reference (GraphbitExpression *self, guint index);

/* The texts that stand in it and may be what it gives. */
typedef void (*GraphbitExpressionTextFunc) (const char *text, gpointer user_data);
void graphbit_expression_foreach_text (GraphbitExpression *self, GraphbitExpressionTextFunc func, gpointer user_data);

/* For a boolean one. FALSE and NODE_FAILED with line and column: values that do not go together. */
gboolean graphbit_expression_test (GraphbitExpression *self,
                                   GraphbitExpressionResolver resolver,
                                   gpointer user_data,
                                   gboolean *result,
                                   GError **error);
/* For one that gives text. NULL and NODE_FAILED likewise. */
char *graphbit_expression_evaluate (GraphbitExpression *self,
                                    GraphbitExpressionResolver resolver,
                                    gpointer user_data,
                                    GError **error);

G_END_DECLS
