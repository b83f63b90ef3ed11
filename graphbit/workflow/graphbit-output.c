/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-output-private.h"

#include <string.h>

#include "graphbit-json-private.h"
#include "graphbit-json-writer-private.h"

/* Most texts are, and are found to be so in a few instructions. */
static inline gboolean
is_ascii (const char *text)
{
  gsize length = strlen (text);
  guint64 bits = 0;

  for (; length >= sizeof bits; length -= sizeof bits, text += sizeof bits)
    {
      guint64 word;

      memcpy (&word, text, sizeof word);
      bits |= word;
    }
  while (length-- > 0)
    bits |= (guchar) *text++;
  return (bits & G_GUINT64_CONSTANT (0x8080808080808080)) == 0;
}

char *
graphbit_output_make_valid (char *text)
{
  char *valid;

  if (G_LIKELY (is_ascii (text) || g_utf8_validate (text, -1, NULL)))
    return text;

  valid = g_utf8_make_valid (text, -1);
  g_free (text);
  return valid;
}

char *
graphbit_output_join (const char *const *outputs,
                      guint n_outputs)
{
  return graphbit_output_join_with (outputs, n_outputs, "\n\n");
}

char *
graphbit_output_join_with (const char *const *outputs,
                           guint n_outputs,
                           const char *separator)
{
  GString *text;

  if (n_outputs == 1)
    return g_strdup (outputs[0]);

  text = g_string_new (NULL);
  for (guint i = 0; i < n_outputs; i++)
    {
      if (i > 0)
        g_string_append (text, separator);
      g_string_append (text, outputs[i]);
    }

  return g_string_free (text, FALSE);
}

char *
graphbit_output_split (const char *output,
                       const char *separator)
{
  gboolean is_lines = separator == NULL || separator[0] == '\0';
  GString *json = g_string_new (NULL);
  const char *start = output;
  GraphbitJsonWriter writer;

  if (is_lines)
    separator = "\n";

  graphbit_json_writer_init (&writer, json);
  graphbit_json_writer_begin_array (&writer);

  while (start != NULL)
    {
      const char *end = strstr (start, separator);
      gsize length = end != NULL ? (gsize) (end - start) : strlen (start);

      /* the last line end begins no further line */
      if (is_lines && end == NULL && length == 0)
        break;
      if (is_lines && length > 0 && start[length - 1] == '\r')
        length--;

      graphbit_json_writer_string_len (&writer, start, length);
      start = end != NULL ? end + strlen (separator) : NULL;
    }

  graphbit_json_writer_end_array (&writer);

  return g_string_free (json, FALSE);
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

void
graphbit_output_write_json (GraphbitJsonWriter *writer,
                            const char *output)
{
  GraphbitJsonReader reader;
  const char *raw;
  gsize length;

  if (output == NULL)
    {
      graphbit_json_writer_null (writer);
      return;
    }

  graphbit_json_reader_init (&reader, output, strlen (output));
  if (graphbit_json_reader_read_raw (&reader, &raw, &length) && graphbit_json_reader_finish (&reader))
    graphbit_json_writer_raw (writer, raw, (gssize) length);
  else
    graphbit_json_writer_string (writer, output);
}
