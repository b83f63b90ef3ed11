/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-output-private.h"

#include <string.h>

#include "graphbit-json-private.h"

char *
graphbit_output_join (const char *const *outputs,
                      guint n_outputs)
{
  GString *text;

  if (n_outputs == 1)
    return g_strdup (outputs[0]);

  text = g_string_new (NULL);
  for (guint i = 0; i < n_outputs; i++)
    {
      if (i > 0)
        g_string_append (text, "\n\n");
      g_string_append (text, outputs[i]);
    }

  return g_string_free (text, FALSE);
}

char *
graphbit_output_lookup (const char *output,
                        const char *path)
{
  g_autoptr (JsonNode) root = NULL;
  JsonNode *node;

  if (output == NULL)
    return NULL;
  if (path == NULL || path[0] == '\0')
    return g_strdup (output);

  root = graphbit_json_parse (output, -1, NULL);
  node = root != NULL ? graphbit_json_lookup_path (root, path) : NULL;

  return node != NULL ? graphbit_output_from_json (node) : NULL;
}

static void
append_text (GArray *elements,
             const char *text)
{
  GraphbitExpressionValue element = { .kind = GRAPHBIT_EXPRESSION_KIND_TEXT, .text = g_strdup (text) };

  g_array_append_val (elements, element);
}

/* What is in a list is not looked into any further. */
static void
json_to_value (JsonNode *node,
               gboolean is_whole,
               GraphbitExpressionValue *value)
{
  const char *string, *name;
  GraphbitJsonMembers members;
  JsonNode *member;

  switch (graphbit_json_get_kind (node))
    {
    case GRAPHBIT_JSON_KIND_STRING:
      value->kind = GRAPHBIT_EXPRESSION_KIND_TEXT;
      graphbit_json_get_string (node, NULL, &string);
      value->text = g_strdup (string);
      break;

    case GRAPHBIT_JSON_KIND_NUMBER:
      value->kind = GRAPHBIT_EXPRESSION_KIND_NUMBER;
      graphbit_json_get_double (node, NULL, &value->number);
      break;

    case GRAPHBIT_JSON_KIND_BOOLEAN:
      value->kind = GRAPHBIT_EXPRESSION_KIND_BOOLEAN;
      graphbit_json_get_boolean (node, NULL, &value->boolean);
      break;

    case GRAPHBIT_JSON_KIND_ARRAY:
      value->kind = GRAPHBIT_EXPRESSION_KIND_LIST;
      if (!is_whole)
        break;
      graphbit_expression_value_init_list (value);
      for (guint i = 0; i < graphbit_json_get_size (node); i++)
        {
          GraphbitExpressionValue element = { 0 };

          json_to_value (graphbit_json_get_element (node, i), FALSE, &element);
          g_array_append_val (value->elements, element);
        }
      break;

    case GRAPHBIT_JSON_KIND_OBJECT:
      value->kind = GRAPHBIT_EXPRESSION_KIND_LIST;
      if (!is_whole)
        break;
      graphbit_expression_value_init_list (value);
      graphbit_json_members_init (&members, node);
      while (graphbit_json_members_next (&members, &name, &member))
        append_text (value->elements, name);
      break;

    case GRAPHBIT_JSON_KIND_NULL:
    case GRAPHBIT_JSON_KIND_NONE:
    default:
      break;
    }
}

void
graphbit_output_to_value (const char *output,
                          const char *path,
                          gboolean wants_list,
                          GraphbitExpressionValue *value)
{
  g_autoptr (JsonNode) root = NULL;
  gboolean is_list = output != NULL && path == NULL && wants_list && output[strspn (output, " \t\r\n")] == '[';

  if (output == NULL)
    return;

  if (path != NULL || is_list)
    root = graphbit_json_parse (output, -1, NULL);
  if (path != NULL || root != NULL)
    {
      json_to_value (path != NULL && root != NULL ? graphbit_json_lookup_path (root, path) : root, TRUE, value);
      return;
    }

  value->kind = GRAPHBIT_EXPRESSION_KIND_TEXT;
  value->text = g_strdup (output);
}

char *
graphbit_output_from_json (JsonNode *node)
{
  const char *string;

  if (graphbit_json_get_string (node, NULL, &string))
    return g_strdup (string);

  return graphbit_json_to_text (node);
}
