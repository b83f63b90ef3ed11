/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-expression-node-private.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "graphbit-error.h"

typedef GraphbitExpressionNode Node;
typedef GraphbitExpressionValue Value;

static void
value_clear (gpointer value)
{
  graphbit_expression_value_clear (value);
}

void
graphbit_expression_value_clear (GraphbitExpressionValue *value)
{
  g_free (value->text);
  g_clear_pointer (&value->elements, g_array_unref);
  *value = (Value) { 0 };
}

void
graphbit_expression_value_init_list (GraphbitExpressionValue *value)
{
  value->kind = GRAPHBIT_EXPRESSION_KIND_LIST;
  value->elements = g_array_new (FALSE, TRUE, sizeof (Value));
  g_array_set_clear_func (value->elements, value_clear);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GraphbitExpressionValue, graphbit_expression_value_clear)

static void G_GNUC_PRINTF (4, 5)
set_failure (const GraphbitExpression *self,
             gsize offset,
             GError **error,
             const char *format,
             ...)
{
  g_autofree char *message = NULL;
  guint line, column;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);

  graphbit_expression_find_place (self->text, offset, &line, &column);
  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED,
               _("The expression “%s” failed at line %u, column %u: %s"), self->text, line, column, message);
}

typedef struct
{
  const GraphbitExpression *expression;
  GraphbitExpressionResolver resolver;
  gpointer user_data;
  GError **error;
} Evaluation;

static gboolean evaluate (Evaluation *self, guint32 index, gboolean wants_list, Value *value);

static const Node *
peek_node (Evaluation *self,
           guint32 index)
{
  return &g_array_index (self->expression->nodes, Node, index);
}

static const char *
describe (GraphbitExpressionKind kind)
{
  switch (kind)
    {
    case GRAPHBIT_EXPRESSION_KIND_BOOLEAN:
      return _("true or false");
    case GRAPHBIT_EXPRESSION_KIND_NUMBER:
      return _("a number");
    case GRAPHBIT_EXPRESSION_KIND_TEXT:
      return _("a text");
    case GRAPHBIT_EXPRESSION_KIND_LIST:
      return _("a list or an object");
    case GRAPHBIT_EXPRESSION_KIND_NULL:
    default:
      return _("not there");
    }
}

/* FALSE, as what does not work; `needed` is what was wanted of the value. */
static gboolean
set_mismatch (Evaluation *self,
              const Node *node,
              const Value *value,
              const char *needed)
{
  const char *source = node->op == OP_REFERENCE
                         ? graphbit_expression_get_reference ((GraphbitExpression *) self->expression, node->reference)->source
                         : NULL;

  if (source != NULL && value->kind == GRAPHBIT_EXPRESSION_KIND_NULL)
    set_failure (self->expression, node->offset, self->error,
                 _("%s is not there, and %s is needed; test it with “!= null” before"), source, needed);
  else if (source != NULL)
    set_failure (self->expression, node->offset, self->error,
                 _("%s is %s, and %s is needed"), source, describe (value->kind), needed);
  else
    set_failure (self->expression, node->offset, self->error,
                 _("this is %s, and %s is needed"), describe (value->kind), needed);
  return FALSE;
}

/* The text without the blanks around it, as a range. */
static const char *
trim (const char *text,
      gsize *length)
{
  text += strspn (text, " \t\r\n");
  *length = strlen (text);
  while (*length > 0 && strchr (" \t\r\n", text[*length - 1]) != NULL)
    (*length)--;
  return text;
}

static gboolean
get_number (const Value *value,
            double *number)
{
  const char *text, *end;
  gsize length;

  if (value->kind == GRAPHBIT_EXPRESSION_KIND_NUMBER)
    {
      *number = value->number;
      return TRUE;
    }
  if (value->kind != GRAPHBIT_EXPRESSION_KIND_TEXT)
    return FALSE;

  text = trim (value->text, &length);
  end = graphbit_expression_skip_number (text);
  if (end == NULL || end != text + length)
    return FALSE;
  *number = g_ascii_strtod (text, NULL);
  return isfinite (*number);
}

static gboolean
get_boolean (const Value *value,
             gboolean *boolean)
{
  const char *text;
  gsize length;

  if (value->kind == GRAPHBIT_EXPRESSION_KIND_BOOLEAN)
    {
      *boolean = value->boolean;
      return TRUE;
    }
  if (value->kind != GRAPHBIT_EXPRESSION_KIND_TEXT)
    return FALSE;

  text = trim (value->text, &length);
  *boolean = length == 4 && strncmp (text, "true", 4) == 0;
  return *boolean || (length == 5 && strncmp (text, "false", 5) == 0);
}

static gboolean
evaluate_boolean (Evaluation *self,
                  guint32 index,
                  gboolean *boolean)
{
  g_auto (GraphbitExpressionValue) value = { 0 };

  if (!evaluate (self, index, FALSE, &value))
    return FALSE;

  return get_boolean (&value, boolean) ||
         set_mismatch (self, peek_node (self, index), &value, _("true or false"));
}

/* Lists are equal to nothing. */
static gboolean
is_equal (const Value *a,
          const Value *b)
{
  gboolean boolean;
  double number;

  if (a->kind == b->kind)
    {
      switch (a->kind)
        {
        case GRAPHBIT_EXPRESSION_KIND_NULL:
          return TRUE;
        case GRAPHBIT_EXPRESSION_KIND_BOOLEAN:
          return !a->boolean == !b->boolean;
        case GRAPHBIT_EXPRESSION_KIND_NUMBER:
          return a->number == b->number;
        case GRAPHBIT_EXPRESSION_KIND_TEXT:
          return strcmp (a->text, b->text) == 0;
        case GRAPHBIT_EXPRESSION_KIND_LIST:
        default:
          return FALSE;
        }
    }

  /* one of the two may be a text that says what the other is */
  if (b->kind == GRAPHBIT_EXPRESSION_KIND_TEXT)
    return is_equal (b, a);
  if (a->kind != GRAPHBIT_EXPRESSION_KIND_TEXT)
    return FALSE;
  if (b->kind == GRAPHBIT_EXPRESSION_KIND_NUMBER)
    return get_number (a, &number) && number == b->number;
  if (b->kind == GRAPHBIT_EXPRESSION_KIND_BOOLEAN)
    return get_boolean (a, &boolean) && !boolean == !b->boolean;
  return FALSE;
}

static gboolean
has_order (const Value *value)
{
  return value->kind == GRAPHBIT_EXPRESSION_KIND_NUMBER || value->kind == GRAPHBIT_EXPRESSION_KIND_TEXT;
}

static gboolean
compare (Evaluation *self,
         const Node *node,
         gboolean *result)
{
  const Node *left = peek_node (self, node->first);
  const Node *right = peek_node (self, left->next);
  g_auto (GraphbitExpressionValue) a = { 0 };
  g_auto (GraphbitExpressionValue) b = { 0 };
  double x, y;
  int order;

  if (!evaluate (self, node->first, FALSE, &a) || !evaluate (self, left->next, FALSE, &b))
    return FALSE;

  if (node->op == OP_EQUAL || node->op == OP_UNEQUAL)
    {
      gboolean has_null = a.kind == GRAPHBIT_EXPRESSION_KIND_NULL || b.kind == GRAPHBIT_EXPRESSION_KIND_NULL;

      if (!has_null && a.kind == GRAPHBIT_EXPRESSION_KIND_LIST)
        return set_mismatch (self, left, &a, _("one value"));
      if (!has_null && b.kind == GRAPHBIT_EXPRESSION_KIND_LIST)
        return set_mismatch (self, right, &b, _("one value"));
      *result = is_equal (&a, &b) == (node->op == OP_EQUAL);
      return TRUE;
    }

  if (!has_order (&a))
    return set_mismatch (self, left, &a, _("a number or a text"));
  if (!has_order (&b))
    return set_mismatch (self, right, &b, _("a number or a text"));

  if (get_number (&a, &x) && get_number (&b, &y))
    order = x < y ? -1 : x > y;
  else if (a.kind == b.kind)
    order = strcmp (a.text, b.text);
  else
    return a.kind == GRAPHBIT_EXPRESSION_KIND_TEXT ? set_mismatch (self, left, &a, _("a number"))
                                                   : set_mismatch (self, right, &b, _("a number"));

  switch (node->op)
    {
    case OP_LESS:
      *result = order < 0;
      break;
    case OP_LESS_EQUAL:
      *result = order <= 0;
      break;
    case OP_GREATER:
      *result = order > 0;
      break;
    default:
      *result = order >= 0;
    }
  return TRUE;
}

static gboolean
look_in (Evaluation *self,
         const Node *node,
         gboolean *result)
{
  const Node *left = peek_node (self, node->first);
  const Node *right = peek_node (self, left->next);
  g_auto (GraphbitExpressionValue) value = { 0 };
  g_auto (GraphbitExpressionValue) whole = { 0 };

  if (!evaluate (self, node->first, FALSE, &value) || !evaluate (self, left->next, TRUE, &whole))
    return FALSE;

  *result = FALSE;
  switch (whole.kind)
    {
    case GRAPHBIT_EXPRESSION_KIND_TEXT:
      if (value.kind != GRAPHBIT_EXPRESSION_KIND_TEXT)
        return set_mismatch (self, left, &value, _("a text"));
      *result = strstr (whole.text, value.text) != NULL;
      return TRUE;

    case GRAPHBIT_EXPRESSION_KIND_LIST:
      for (guint i = 0; i < whole.elements->len && !*result; i++)
        *result = is_equal (&value, &g_array_index (whole.elements, Value, i));
      return TRUE;

    default:
      return set_mismatch (self, right, &whole, _("a list or a text"));
    }
}

static gboolean
match (Evaluation *self,
       const Node *node,
       gboolean *result)
{
  const Node *left = peek_node (self, node->first);
  g_auto (GraphbitExpressionValue) value = { 0 };
  g_autoptr (GError) local_error = NULL;

  if (!evaluate (self, node->first, FALSE, &value))
    return FALSE;
  if (value.kind != GRAPHBIT_EXPRESSION_KIND_TEXT)
    return set_mismatch (self, left, &value, _("a text"));

  if (strlen (value.text) > GRAPHBIT_EXPRESSION_MAX_MATCHED)
    {
      set_failure (self->expression, left->offset, self->error,
                   _("this text has more than %d bytes, which is too much for “matches”"), GRAPHBIT_EXPRESSION_MAX_MATCHED);
      return FALSE;
    }

  *result = g_regex_match_full (node->regex, value.text, -1, 0, 0, NULL, &local_error);
  if (local_error != NULL)
    {
      set_failure (self->expression, node->offset, self->error,
                   _("matching was given up after too many steps; use a simpler regular expression"));
      return FALSE;
    }
  return TRUE;
}

static gboolean
measure (Evaluation *self,
         const Node *node,
         double *result)
{
  g_auto (GraphbitExpressionValue) value = { 0 };

  if (!evaluate (self, node->first, TRUE, &value))
    return FALSE;

  if (value.kind == GRAPHBIT_EXPRESSION_KIND_TEXT)
    *result = (double) g_utf8_strlen (value.text, -1);
  else if (value.kind == GRAPHBIT_EXPRESSION_KIND_LIST)
    *result = value.elements->len;
  else
    return set_mismatch (self, peek_node (self, node->first), &value, _("a text or a list"));
  return TRUE;
}

/* `and` ends at the first that does not hold, `or` at the first that does. */
static gboolean
evaluate_row (Evaluation *self,
              const Node *node,
              gboolean *result)
{
  for (guint32 i = node->first; i != 0; i = peek_node (self, i)->next)
    {
      if (!evaluate_boolean (self, i, result))
        return FALSE;
      if (!*result == (node->op == OP_AND))
        break;
    }

  return TRUE;
}

static gboolean
evaluate_list (Evaluation *self,
               const Node *node,
               Value *value)
{
  graphbit_expression_value_init_list (value);

  for (guint32 i = node->first; i != 0; i = peek_node (self, i)->next)
    {
      Value element = { 0 };
      gboolean is_known = evaluate (self, i, FALSE, &element);

      g_array_append_val (value->elements, element);
      if (!is_known)
        return FALSE;
    }

  return TRUE;
}

/* The value is zeroed; what is in it after a failure must be cleared as well. */
static gboolean
evaluate (Evaluation *self,
          guint32 index,
          gboolean wants_list,
          Value *value)
{
  const Node *node = peek_node (self, index);
  gboolean condition;

  value->kind = GRAPHBIT_EXPRESSION_KIND_BOOLEAN;

  switch (node->op)
    {
    case OP_NULL:
      value->kind = GRAPHBIT_EXPRESSION_KIND_NULL;
      return TRUE;

    case OP_BOOLEAN:
      value->boolean = node->boolean;
      return TRUE;

    case OP_NUMBER:
      value->kind = GRAPHBIT_EXPRESSION_KIND_NUMBER;
      value->number = node->number;
      return TRUE;

    case OP_TEXT:
      value->kind = GRAPHBIT_EXPRESSION_KIND_TEXT;
      value->text = g_strdup (node->text);
      return TRUE;

    case OP_REFERENCE:
      value->kind = GRAPHBIT_EXPRESSION_KIND_NULL;
      self->resolver (&g_array_index (self->expression->references, GraphbitTemplateReference, node->reference),
                      wants_list, value, self->user_data);
      return TRUE;

    case OP_NOT:
      if (!evaluate_boolean (self, node->first, &value->boolean))
        return FALSE;
      value->boolean = !value->boolean;
      return TRUE;

    case OP_AND:
    case OP_OR:
      return evaluate_row (self, node, &value->boolean);

    case OP_IN:
      return look_in (self, node, &value->boolean);

    case OP_MATCHES:
      return match (self, node, &value->boolean);

    case OP_LENGTH:
      value->kind = GRAPHBIT_EXPRESSION_KIND_NUMBER;
      return measure (self, node, &value->number);

    case OP_CHOICE:
      if (!evaluate_boolean (self, node->first, &condition))
        return FALSE;
      index = peek_node (self, node->first)->next;
      return evaluate (self, condition ? index : peek_node (self, index)->next, wants_list, value);

    case OP_LIST:
      return evaluate_list (self, node, value);

    case OP_EQUAL:
    case OP_UNEQUAL:
    case OP_LESS:
    case OP_LESS_EQUAL:
    case OP_GREATER:
    case OP_GREATER_EQUAL:
    default:
      return compare (self, node, &value->boolean);
    }
}

gboolean
graphbit_expression_test (GraphbitExpression *self,
                          GraphbitExpressionResolver resolver,
                          gpointer user_data,
                          gboolean *result,
                          GError **error)
{
  Evaluation evaluation = { self, resolver, user_data, error };

  return evaluate_boolean (&evaluation, self->root, result);
}

char *
graphbit_expression_evaluate (GraphbitExpression *self,
                              GraphbitExpressionResolver resolver,
                              gpointer user_data,
                              GError **error)
{
  Evaluation evaluation = { self, resolver, user_data, error };
  g_auto (GraphbitExpressionValue) value = { 0 };

  if (!evaluate (&evaluation, self->root, FALSE, &value))
    return NULL;

  if (value.kind != GRAPHBIT_EXPRESSION_KIND_TEXT)
    {
      set_mismatch (&evaluation, peek_node (&evaluation, self->root), &value, _("a text"));
      return NULL;
    }
  return g_steal_pointer (&value.text);
}
