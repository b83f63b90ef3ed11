/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "graphbit-json-private.h"
#include "graphbit-json-schema-private.h"
#include "graphbit-problem-private.h"

/*
 * Two JSON documents, a schema and what is checked against it, with a line of
 * --- between; without one the schema is checked against itself.
 */

static void
check_problems (gboolean fits,
                GPtrArray *problems)
{
  g_assert_cmpint (fits, ==, problems == NULL || problems->len == 0);
  for (guint i = 0; problems != NULL && i < problems->len; i++)
    {
      g_autofree char *line = graphbit_problem_to_line (problems->pdata[i]);

      g_assert_true (g_utf8_validate (line, -1, NULL));
    }
  g_assert_true (problems == NULL || problems->len <= 32);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  const char *text = (const char *) data;
  const char *line = g_strstr_len (text, (gssize) size, "\n---\n");
  gsize length = line != NULL ? (gsize) (line - text) : size;
  g_autoptr (JsonNode) schema_node = graphbit_json_parse (text, (gssize) length, NULL);
  g_autoptr (JsonNode) other = NULL;
  g_autofree char *schema_text = NULL;
  g_autoptr (GraphbitJsonSchema) schema = NULL;
  g_autoptr (GraphbitJsonSchema) again = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GPtrArray) again_problems = NULL;
  g_autoptr (GError) error = NULL;
  JsonNode *document = schema_node;
  gboolean fits;

  if (schema_node == NULL)
    return 0;
  schema_text = g_strndup (text, length);
  schema = graphbit_json_schema_new_from_json (schema_text, &error);
  g_assert_cmpint (schema == NULL, ==, error != NULL);
  if (schema == NULL)
    return 0;

  if (line != NULL)
    document = other = graphbit_json_parse (line + 5, (gssize) (size - length - 5), NULL);
  if (document == NULL)
    return 0;

  fits = graphbit_json_schema_check (schema, document, &problems);
  check_problems (fits, problems);
  g_assert_cmpint (graphbit_json_schema_check (schema, document, NULL), ==, fits);

  /* the text that providers are sent is the same schema */
  again = graphbit_json_schema_new_from_json (graphbit_json_schema_get_text (schema), &error);
  g_assert_no_error (error);
  g_assert_cmpint (graphbit_json_schema_check (again, document, &again_problems), ==, fits);
  check_problems (fits, again_problems);

  return 0;
}
