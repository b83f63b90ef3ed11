/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-expression-private.h"

G_BEGIN_DECLS

/* What reading an expression leaves for evaluating it. */

typedef enum
{
  OP_NULL,
  OP_BOOLEAN,
  OP_NUMBER,
  OP_TEXT,
  OP_REFERENCE,
  OP_NOT,
  OP_AND,
  OP_OR,
  OP_EQUAL,
  OP_UNEQUAL,
  OP_LESS,
  OP_LESS_EQUAL,
  OP_GREATER,
  OP_GREATER_EQUAL,
  OP_IN,
  OP_MATCHES,
  OP_LENGTH,
  OP_CHOICE,
  OP_LIST
} GraphbitExpressionOp;

/* Which kinds of values a part may have, as far as that is known before it runs. */
#define CAN_BE(kind) (1u << GRAPHBIT_EXPRESSION_KIND_##kind)
#define CAN_BE_ANY (CAN_BE (NULL) | CAN_BE (BOOLEAN) | CAN_BE (NUMBER) | CAN_BE (TEXT) | CAN_BE (LIST))

typedef struct
{
  GraphbitExpressionOp op;
  guint kinds;   /* CAN_BE () bits */
  gsize offset;  /* in the text */
  guint32 first; /* its operands: indices of nodes, 0 for none; the node 0 is no one's operand */
  guint32 next;
  gboolean boolean;
  double number;
  char *text;
  guint reference; /* its index */
  GRegex *regex;
} GraphbitExpressionNode;

struct _GraphbitExpression
{
  gatomicrefcount ref_count;
  char *text;
  GArray *nodes;      /* of GraphbitExpressionNode; the first is unused */
  GArray *references; /* of GraphbitTemplateReference */
  guint32 root;
};

/* Both count from 1, the columns in characters. */
void graphbit_expression_find_place (const char *text, gsize offset, guint *line, guint *column);
/* Behind the number as JSON writes it; NULL if there is none. */
const char *graphbit_expression_skip_number (const char *text);

G_END_DECLS
