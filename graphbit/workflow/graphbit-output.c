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

char *
graphbit_output_from_json (JsonNode *node)
{
  const char *string;

  if (graphbit_json_get_string (node, NULL, &string))
    return g_strdup (string);

  return graphbit_json_to_text (node);
}
