/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "graphbit-error.h"
#include "graphbit-expression-private.h"

/*
 * Any text is either refused with a place, or evaluates to a value or to an
 * error with a place, each time the same; and with “not” before it to the
 * opposite.
 */

static const GraphbitExpressionValue values[] = {
  { .kind = GRAPHBIT_EXPRESSION_KIND_NULL },
  { .kind = GRAPHBIT_EXPRESSION_KIND_BOOLEAN, .boolean = TRUE },
  { .kind = GRAPHBIT_EXPRESSION_KIND_BOOLEAN },
  { .kind = GRAPHBIT_EXPRESSION_KIND_NUMBER, .number = -1.5 },
  { .kind = GRAPHBIT_EXPRESSION_KIND_TEXT, .text = (char *) "" },
  { .kind = GRAPHBIT_EXPRESSION_KIND_TEXT, .text = (char *) " 12\n" },
  { .kind = GRAPHBIT_EXPRESSION_KIND_TEXT, .text = (char *) "false" },
  { .kind = GRAPHBIT_EXPRESSION_KIND_TEXT, .text = (char *) "Gr\xc3\xbc\xc3\x9f" "e, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!" },
};

static void
append_copy (GArray *list,
             const GraphbitExpressionValue *value)
{
  GraphbitExpressionValue copy = *value;

  copy.text = g_strdup (copy.text);
  g_array_append_val (list, copy);
}

/* The name decides, so that it is the same each time. */
static void
resolve (const GraphbitTemplateReference *reference,
         gboolean wants_list,
         GraphbitExpressionValue *value,
         gpointer user_data)
{
  guint choice = g_str_hash (reference->source) % (G_N_ELEMENTS (values) + 1);

  if (choice < G_N_ELEMENTS (values))
    {
      *value = values[choice];
      value->text = g_strdup (value->text);
      return;
    }

  graphbit_expression_value_init_list (value);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    append_copy (value->elements, &values[i]);
}

static void
check_error (const GError *error,
             GraphbitError code)
{
  g_assert_error (error, GRAPHBIT_ERROR, (int) code);
  g_assert_true (strstr (error->message, " column ") != NULL || strstr (error->message, "longer than") != NULL ||
                 strstr (error->message, "no UTF-8") != NULL);
}

static gboolean
test (GraphbitExpression *expression,
      gboolean *result)
{
  g_autoptr (GError) error = NULL;

  if (graphbit_expression_test (expression, resolve, NULL, result, &error))
    {
      g_assert_no_error (error);
      return TRUE;
    }
  check_error (error, GRAPHBIT_ERROR_NODE_FAILED);
  return FALSE;
}

static void
check_opposite (const char *text,
                gboolean is_known,
                gboolean result)
{
  g_autofree char *source = g_strdup_printf ("not (%s)", text);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitExpression) expression = graphbit_expression_new (source, GRAPHBIT_EXPRESSION_BOOLEAN, &error);
  gboolean opposite;

  if (expression == NULL)
    g_assert_true (strstr (error->message, "deep") != NULL || strstr (error->message, "longer than") != NULL);
  else if (test (expression, &opposite))
    g_assert_true (is_known && opposite != result);
  else
    g_assert_false (is_known);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);

  for (guint type = GRAPHBIT_EXPRESSION_BOOLEAN; type <= GRAPHBIT_EXPRESSION_TEXT; type++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitExpression) expression = graphbit_expression_new (text, type, &error);

      if (expression == NULL)
        {
          check_error (error, GRAPHBIT_ERROR_INVALID_ARGUMENT);
          continue;
        }
      g_assert_cmpstr (graphbit_expression_get_text (expression), ==, text);
      for (guint i = 0; i < graphbit_expression_get_n_references (expression); i++)
        g_assert_nonnull (strstr (text, graphbit_expression_get_reference (expression, i)->source));

      if (type == GRAPHBIT_EXPRESSION_BOOLEAN)
        {
          gboolean result = FALSE, again = FALSE;
          gboolean is_known = test (expression, &result);

          g_assert_cmpint (test (expression, &again), ==, is_known);
          g_assert_cmpint (result, ==, again);
          check_opposite (text, is_known, result);
        }
      else
        {
          g_autofree char *result = graphbit_expression_evaluate (expression, resolve, NULL, &error);

          if (result == NULL)
            check_error (error, GRAPHBIT_ERROR_NODE_FAILED);
        }
    }

  return 0;
}
