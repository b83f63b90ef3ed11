/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-output-private.h"

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
