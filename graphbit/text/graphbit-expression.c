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
#include "graphbit-pattern-private.h"

/* Of one match. */
#define MAX_STEPS 2000000

typedef GraphbitExpressionNode Node;
typedef GraphbitExpressionOp Op;

void
graphbit_expression_find_place (const char *text,
                                gsize offset,
                                guint *line,
                                guint *column)
{
  *line = *column = 1;

  for (gsize i = 0; i < offset; i++)
    {
      if (text[i] == '\n')
        {
          (*line)++;
          *column = 1;
        }
      else if (((guchar) text[i] & 0xc0) != 0x80)
        {
          (*column)++;
        }
    }
}

typedef struct
{
  GraphbitExpression *expression;
  const char *cursor;
  guint depth;
  GError **error;
} Reader;

static guint32 read_choice (Reader *self);

static gsize
get_offset (Reader *self)
{
  return (gsize) (self->cursor - self->expression->text);
}

/* Returns 0, the index of no node. */
static guint32 G_GNUC_PRINTF (3, 4)
refuse (Reader *self,
        gsize offset,
        const char *format,
        ...)
{
  g_autofree char *message = NULL;
  guint line, column;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);

  graphbit_expression_find_place (self->expression->text, offset, &line, &column);
  g_set_error (self->error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
               _("The expression is wrong at line %u, column %u: %s"), line, column, message);
  return 0;
}

static Node *
get_node (Reader *self,
          guint32 index)
{
  return &g_array_index (self->expression->nodes, Node, index);
}

static guint32
add_node (Reader *self,
          Op op,
          gsize offset,
          guint kinds)
{
  Node node = { .op = op, .offset = offset, .kinds = kinds };

  g_array_append_val (self->expression->nodes, node);
  return self->expression->nodes->len - 1;
}

static void
skip_blanks (Reader *self)
{
  self->cursor += strspn (self->cursor, " \t\r\n");
}

static gboolean
is_word_character (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

static gsize
get_word_length (const char *p)
{
  gsize length = 0;

  if (!g_ascii_isalpha (*p) && *p != '_')
    return 0;
  while (is_word_character (p[length]))
    length++;
  return length;
}

static gboolean
skip_word (Reader *self,
           const char *word)
{
  gsize length = strlen (word);

  skip_blanks (self);
  if (get_word_length (self->cursor) != length || strncmp (self->cursor, word, length) != 0)
    return FALSE;

  self->cursor += length;
  return TRUE;
}

static gboolean
skip_sign (Reader *self,
           const char *sign)
{
  skip_blanks (self);
  if (!g_str_has_prefix (self->cursor, sign))
    return FALSE;

  self->cursor += strlen (sign);
  return TRUE;
}

/* What an operator asks of its operand, as early as that can be said. */
static gboolean
check_operand (Reader *self,
               guint32 operand,
               guint kinds,
               const char *message)
{
  if ((get_node (self, operand)->kinds & kinds) != 0)
    return TRUE;

  refuse (self, get_node (self, operand)->offset, "%s", message);
  return FALSE;
}

static gboolean
check_boolean (Reader *self,
               guint32 operand)
{
  return check_operand (self, operand, CAN_BE (BOOLEAN), _("true or false is needed here, such as a comparison"));
}

/* The escapes of a text, undone; NULL for a wrong one. */
static char *
unescape (Reader *self,
          const char *begin,
          const char *end)
{
  GString *text = g_string_sized_new ((gsize) (end - begin));

  for (const char *p = begin; p < end; p++)
    {
      if (*p != '\\')
        {
          g_string_append_c (text, *p);
          continue;
        }

      switch (*++p)
        {
        case '"':
        case '\\':
          g_string_append_c (text, *p);
          break;
        case 'n':
          g_string_append_c (text, '\n');
          break;
        case 'r':
          g_string_append_c (text, '\r');
          break;
        case 't':
          g_string_append_c (text, '\t');
          break;
        default:
          refuse (self, (gsize) (p - 1 - self->expression->text),
                  _("no such escape; there are \\\" \\\\ \\n \\r \\t, and '…' takes a text as it stands"));
          g_string_free (text, TRUE);
          return NULL;
        }
    }

  return g_string_free (text, FALSE);
}

/* At a quotation mark. */
static guint32
read_text (Reader *self)
{
  gsize offset = get_offset (self);
  char quote = *self->cursor;
  const char *begin = self->cursor + 1;
  const char *end = begin;
  char *text;
  guint32 index;

  while (*end != quote && *end != '\0')
    end += quote == '"' && end[0] == '\\' && end[1] != '\0' ? 2 : 1;
  if (*end == '\0')
    return refuse (self, offset, _("the text that begins here has no end; close it with %c"), quote);

  text = quote == '"' ? unescape (self, begin, end) : g_strndup (begin, (gsize) (end - begin));
  if (text == NULL)
    return 0;

  self->cursor = end + 1;
  index = add_node (self, OP_TEXT, offset, CAN_BE (TEXT));
  get_node (self, index)->text = text;
  return index;
}

const char *
graphbit_expression_skip_number (const char *text)
{
  const char *p = text;
  gsize n;

  if (*p == '-')
    p++;
  n = strspn (p, "0123456789");
  if (n == 0 || (n > 1 && *p == '0'))
    return NULL;
  p += n;

  if (*p == '.')
    {
      n = strspn (p + 1, "0123456789");
      if (n == 0)
        return NULL;
      p += n + 1;
    }
  if (*p == 'e' || *p == 'E')
    {
      const char *digits = p + (p[1] == '+' || p[1] == '-' ? 2 : 1);

      n = strspn (digits, "0123456789");
      if (n == 0)
        return NULL;
      p = digits + n;
    }

  return p;
}

static guint32
read_number (Reader *self)
{
  gsize offset = get_offset (self);
  const char *end = graphbit_expression_skip_number (self->cursor);
  double number;
  guint32 index;

  if (end == NULL || is_word_character (*end) || *end == '.')
    return refuse (self, offset, _("this is no number; write it like 12, -0.5 or 1e6"));

  number = g_ascii_strtod (self->cursor, NULL);
  if (!isfinite (number))
    return refuse (self, offset, _("this number is too large"));

  self->cursor = end;
  index = add_node (self, OP_NUMBER, offset, CAN_BE (NUMBER));
  get_node (self, index)->number = number;
  return index;
}

static guint32
read_length (Reader *self,
             gsize offset)
{
  guint32 index, operand;

  if (!skip_sign (self, "("))
    return refuse (self, get_offset (self), _("“(” is expected after “length”"));

  operand = read_choice (self);
  if (operand == 0 ||
      !check_operand (self, operand, CAN_BE (TEXT) | CAN_BE (LIST), _("only texts and lists have a length")))
    return 0;
  if (!skip_sign (self, ")"))
    return refuse (self, get_offset (self), _("“)” is expected here"));

  index = add_node (self, OP_LENGTH, offset, CAN_BE (NUMBER));
  get_node (self, index)->first = operand;
  return index;
}

/* At a letter. */
static guint32
read_reference (Reader *self)
{
  GraphbitTemplateReference reference = { 0 };
  const char *begin = self->cursor;
  gsize offset = get_offset (self);
  const char *end = graphbit_template_reference_read (&reference, begin);
  guint32 index;

  if (end == NULL && (g_str_has_prefix (begin, "node.") || g_str_has_prefix (begin, "input.")))
    return refuse (self, offset, _("a name and a path are expected, like node.NAME.path[0], node.\"Any name\" or input.NAME"));

  if (end == NULL)
    {
      const char *path = begin + get_word_length (begin);

      end = graphbit_template_skip_path (path);
      if (end == NULL)
        return refuse (self, (gsize) (path - self->expression->text), _("a path is expected, like .part[0]"));

      reference.kind = GRAPHBIT_TEMPLATE_VARIABLE;
      reference.name = g_strndup (begin, (gsize) (path - begin));
      if (end > path)
        reference.path = g_strndup (*path == '.' ? path + 1 : path, (gsize) (end - path) - (*path == '.'));
    }

  reference.source = g_strndup (begin, (gsize) (end - begin));
  g_array_append_val (self->expression->references, reference);
  if (self->expression->references->len > GRAPHBIT_EXPRESSION_MAX_REFERENCES)
    return refuse (self, offset, _("there are more than %d names"), GRAPHBIT_EXPRESSION_MAX_REFERENCES);
  self->cursor = end;

  index = add_node (self, OP_REFERENCE, offset, CAN_BE_ANY);
  get_node (self, index)->reference = self->expression->references->len - 1;
  return index;
}

static guint32
read_value (Reader *self)
{
  static const char *const operators[] = { "and", "or", "not", "in", "matches" };
  gsize offset;
  guint32 index;

  skip_blanks (self);
  offset = get_offset (self);

  if (*self->cursor == '"' || *self->cursor == '\'')
    return read_text (self);
  if (g_ascii_isdigit (*self->cursor) || *self->cursor == '-')
    return read_number (self);

  if (skip_sign (self, "("))
    {
      index = read_choice (self);
      if (index != 0 && !skip_sign (self, ")"))
        return refuse (self, get_offset (self), _("“)” or an operator is expected here"));
      return index;
    }

  if (*self->cursor == '!')
    return refuse (self, offset, _("write “not”"));
  if (*self->cursor == '[')
    return refuse (self, offset, _("a list may only stand behind “in”"));
  if (get_word_length (self->cursor) == 0)
    return refuse (self, offset, _("a value is expected here: a text in quotation marks, a number, true, false, null, "
                                   "a name, length (…) or (…)"));

  if (skip_word (self, "null"))
    return add_node (self, OP_NULL, offset, CAN_BE (NULL));
  if (skip_word (self, "true"))
    {
      index = add_node (self, OP_BOOLEAN, offset, CAN_BE (BOOLEAN));
      get_node (self, index)->boolean = TRUE;
      return index;
    }
  if (skip_word (self, "false"))
    return add_node (self, OP_BOOLEAN, offset, CAN_BE (BOOLEAN));
  if (skip_word (self, "length"))
    return read_length (self, offset);

  for (guint i = 0; i < G_N_ELEMENTS (operators); i++)
    {
      if (skip_word (self, operators[i]))
        return refuse (self, offset, _("a value is expected before “%s”"), operators[i]);
    }

  return read_reference (self);
}

static guint32
add_pair (Reader *self,
          Op op,
          gsize offset,
          guint32 left,
          guint32 right)
{
  guint32 index = add_node (self, op, offset, CAN_BE (BOOLEAN));

  get_node (self, index)->first = left;
  get_node (self, left)->next = right;
  return index;
}

/* Behind “[”. */
static guint32
read_list (Reader *self)
{
  guint32 index = add_node (self, OP_LIST, get_offset (self) - 1, CAN_BE (LIST));
  guint32 last = 0;

  if (skip_sign (self, "]"))
    return index;

  do
    {
      guint32 element = read_choice (self);

      if (element == 0)
        return 0;
      if (last == 0)
        get_node (self, index)->first = element;
      else
        get_node (self, last)->next = element;
      last = element;
    }
  while (skip_sign (self, ","));

  if (!skip_sign (self, "]"))
    return refuse (self, get_offset (self), _("“,” or “]” is expected here"));
  return index;
}

static guint32
read_in (Reader *self,
         gsize offset,
         guint32 left)
{
  guint32 right = skip_sign (self, "[") ? read_list (self) : read_value (self);

  if (right == 0 ||
      !check_operand (self, right, CAN_BE (TEXT) | CAN_BE (LIST), _("a list or a text is expected behind “in”")))
    return 0;
  if (get_node (self, right)->kinds == CAN_BE (TEXT) &&
      !check_operand (self, left, CAN_BE (TEXT), _("only a text can be in a text")))
    return 0;

  return add_pair (self, OP_IN, offset, left, right);
}

static guint32
read_matches (Reader *self,
              gsize offset,
              guint32 left)
{
  g_autoptr (GError) local_error = NULL;
  guint32 right, index;
  GRegex *regex;

  if (!check_operand (self, left, CAN_BE (TEXT), _("only a text can match")))
    return 0;

  skip_blanks (self);
  if (*self->cursor != '"' && *self->cursor != '\'')
    return refuse (self, get_offset (self), _("a regular expression in quotation marks is expected behind “matches”"));
  right = read_text (self);
  if (right == 0)
    return 0;

  if (strlen (get_node (self, right)->text) > GRAPHBIT_EXPRESSION_MAX_PATTERN)
    return refuse (self, get_node (self, right)->offset, _("this regular expression is longer than %d bytes"),
                   GRAPHBIT_EXPRESSION_MAX_PATTERN);
  regex = graphbit_pattern_new (get_node (self, right)->text, 0, MAX_STEPS, &local_error);
  if (regex == NULL)
    return refuse (self, get_node (self, right)->offset, _("this is no regular expression: %s"), local_error->message);

  index = add_node (self, OP_MATCHES, offset, CAN_BE (BOOLEAN));
  get_node (self, index)->first = left;
  get_node (self, index)->regex = regex;
  return index;
}

static const struct
{
  const char *sign;
  Op op;
} comparisons[] = {
  { "==", OP_EQUAL },
  { "!=", OP_UNEQUAL },
  { "<=", OP_LESS_EQUAL },
  { ">=", OP_GREATER_EQUAL },
  { "<", OP_LESS },
  { ">", OP_GREATER },
};

/* -1: none begins here. */
static int
skip_comparison (Reader *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (comparisons); i++)
    {
      if (skip_sign (self, comparisons[i].sign))
        return (int) comparisons[i].op;
    }

  return -1;
}

static guint32
read_comparison (Reader *self)
{
  guint32 left = read_value (self);
  gboolean is_negated = FALSE;
  guint32 index;
  gsize offset;
  int op;

  if (left == 0)
    return 0;

  skip_blanks (self);
  offset = get_offset (self);
  op = skip_comparison (self);
  if (op >= 0)
    {
      gboolean is_ordering = op != OP_EQUAL && op != OP_UNEQUAL;
      guint32 right = read_value (self);
      gsize offset_behind;

      if (right == 0)
        return 0;
      for (guint i = 0; is_ordering && i < 2; i++)
        if (!check_operand (self, i == 0 ? left : right, CAN_BE (NUMBER) | CAN_BE (TEXT),
                            _("only numbers and texts come one before another")))
          return 0;

      skip_blanks (self);
      offset_behind = get_offset (self);
      if (skip_comparison (self) >= 0)
        return refuse (self, offset_behind, _("a comparison cannot be compared again; use “and”, or parentheses"));
      return add_pair (self, (Op) op, offset, left, right);
    }

  if (skip_word (self, "not"))
    is_negated = TRUE;
  if (skip_word (self, "in"))
    index = read_in (self, offset, left);
  else if (skip_word (self, "matches"))
    index = read_matches (self, offset, left);
  else if (is_negated)
    return refuse (self, get_offset (self), _("“in” or “matches” is expected here"));
  else
    return left;

  if (index != 0 && is_negated)
    {
      guint32 not = add_node (self, OP_NOT, offset, CAN_BE (BOOLEAN));

      get_node (self, not)->first = index;
      return not;
    }
  return index;
}

static guint32
read_not (Reader *self)
{
  gsize offset;
  guint n_nots = 0;
  guint32 index;

  skip_blanks (self);
  offset = get_offset (self);
  while (skip_word (self, "not"))
    n_nots++;

  index = read_comparison (self);
  if (index == 0 || n_nots == 0)
    return index;
  if (!check_boolean (self, index))
    return 0;

  /* two are as good as none, but for what they ask of the value */
  for (guint i = 0; i < 2 - n_nots % 2; i++)
    {
      guint32 not = add_node (self, OP_NOT, offset, CAN_BE (BOOLEAN));

      get_node (self, not)->first = index;
      index = not;
    }
  return index;
}

/* Several of one operator are operands of one node, so that a long row of them is not deep. */
static guint32
read_row (Reader *self,
          const char *word,
          Op op,
          guint32 (*read_operand) (Reader *self))
{
  guint32 first = read_operand (self);
  guint32 last = first;
  guint32 index = 0;

  for (;;)
    {
      guint32 operand;
      gsize offset;

      skip_blanks (self);
      offset = get_offset (self);
      if (last == 0 || !skip_word (self, word))
        break;

      if (index == 0)
        {
          if (!check_boolean (self, first))
            return 0;
          index = add_node (self, op, offset, CAN_BE (BOOLEAN));
          get_node (self, index)->first = first;
        }
      operand = read_operand (self);
      get_node (self, last)->next = operand;
      last = operand;
      if (last != 0 && !check_boolean (self, last))
        return 0;
    }

  if (last == 0)
    return 0;
  return index != 0 ? index : first;
}

static guint32
read_and (Reader *self)
{
  return read_row (self, "and", OP_AND, read_not);
}

static guint32
read_or (Reader *self)
{
  return read_row (self, "or", OP_OR, read_and);
}

static guint32
read_choice (Reader *self)
{
  guint32 condition, yes, no, index;
  gsize offset;

  if (++self->depth > GRAPHBIT_EXPRESSION_MAX_DEPTH)
    return refuse (self, get_offset (self), _("parentheses and choices are nested more than %d deep"),
                   GRAPHBIT_EXPRESSION_MAX_DEPTH);

  condition = read_or (self);
  if (condition == 0)
    return 0;

  skip_blanks (self);
  offset = get_offset (self);
  if (!skip_sign (self, "?"))
    {
      self->depth--;
      return condition;
    }

  if (!check_boolean (self, condition))
    return 0;
  yes = read_choice (self);
  if (yes == 0)
    return 0;
  if (!skip_sign (self, ":"))
    return refuse (self, get_offset (self), _("“:” is expected here, and what is to be had if the condition does not hold"));
  no = read_choice (self);
  if (no == 0)
    return 0;

  index = add_pair (self, OP_CHOICE, offset, condition, yes);
  get_node (self, index)->kinds = get_node (self, yes)->kinds | get_node (self, no)->kinds;
  get_node (self, yes)->next = no;
  self->depth--;
  return index;
}

static guint32
read_all (Reader *self,
          GraphbitExpressionType type)
{
  guint32 root;
  gsize end;

  skip_blanks (self);
  if (*self->cursor == '\0')
    return refuse (self, 0, _("it is empty"));

  root = read_choice (self);
  if (root == 0)
    return 0;

  skip_blanks (self);
  end = get_offset (self);
  if (g_str_has_prefix (self->cursor, "&&"))
    return refuse (self, end, _("write “and”"));
  if (g_str_has_prefix (self->cursor, "||"))
    return refuse (self, end, _("write “or”"));
  if (*self->cursor == '=')
    return refuse (self, end, _("write “==” to compare"));
  if (*self->cursor != '\0')
    return refuse (self, end, _("an operator or the end is expected here"));

  if (type == GRAPHBIT_EXPRESSION_BOOLEAN
        ? !check_boolean (self, root)
        : !check_operand (self, root, CAN_BE (TEXT), _("this never gives a text; write like condition ? \"One\" : \"Other\"")))
    return 0;

  return root;
}

static void
node_clear (gpointer data)
{
  Node *node = data;

  g_free (node->text);
  g_clear_pointer (&node->regex, g_regex_unref);
}

static void
reference_clear (gpointer data)
{
  graphbit_template_reference_clear (data);
}

GraphbitExpression *
graphbit_expression_new (const char *text,
                         GraphbitExpressionType type,
                         GError **error)
{
  g_autoptr (GraphbitExpression) self = NULL;
  Reader reader = { .error = error };
  const char *end;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (strlen (text) > GRAPHBIT_EXPRESSION_MAX_LENGTH)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("The expression is longer than %d bytes; leave the decision to a function"),
                   GRAPHBIT_EXPRESSION_MAX_LENGTH);
      return NULL;
    }
  if (!g_utf8_validate (text, -1, &end))
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("The expression is no UTF-8 at its byte %" G_GSIZE_FORMAT), (gsize) (end - text));
      return NULL;
    }

  self = g_new0 (GraphbitExpression, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->text = g_strdup (text);
  self->nodes = g_array_new (FALSE, TRUE, sizeof (Node));
  g_array_set_clear_func (self->nodes, node_clear);
  g_array_set_size (self->nodes, 1);
  self->references = g_array_new (FALSE, FALSE, sizeof (GraphbitTemplateReference));
  g_array_set_clear_func (self->references, reference_clear);

  reader.expression = self;
  reader.cursor = self->text;
  self->root = read_all (&reader, type);

  return self->root != 0 ? g_steal_pointer (&self) : NULL;
}

GraphbitExpression *
graphbit_expression_ref (GraphbitExpression *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
graphbit_expression_unref (GraphbitExpression *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_array_unref (self->nodes);
  g_array_unref (self->references);
  g_free (self->text);
  g_free (self);
}

const char *
graphbit_expression_get_text (GraphbitExpression *self)
{
  return self->text;
}

guint
graphbit_expression_get_n_references (GraphbitExpression *self)
{
  return self->references->len;
}

const GraphbitTemplateReference *
graphbit_expression_get_reference (GraphbitExpression *self,
                                   guint index)
{
  g_return_val_if_fail (index < self->references->len, NULL);

  return &g_array_index (self->references, GraphbitTemplateReference, index);
}

static void
foreach_text (GraphbitExpression *self,
              guint32 index,
              GraphbitExpressionTextFunc func,
              gpointer user_data)
{
  const Node *node = &g_array_index (self->nodes, Node, index);

  if (node->op == OP_TEXT)
    {
      func (node->text, user_data);
    }
  else if (node->op == OP_CHOICE)
    {
      guint32 yes = g_array_index (self->nodes, Node, node->first).next;

      foreach_text (self, yes, func, user_data);
      foreach_text (self, g_array_index (self->nodes, Node, yes).next, func, user_data);
    }
}

void
graphbit_expression_foreach_text (GraphbitExpression *self,
                                  GraphbitExpressionTextFunc func,
                                  gpointer user_data)
{
  foreach_text (self, self->root, func, user_data);
}
