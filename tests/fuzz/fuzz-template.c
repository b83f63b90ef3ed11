/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "graphbit-json-private.h"
#include "graphbit-template-private.h"

/*
 * A template that gets its own references back is the text it was made of;
 * the rest of it never changes; what is missing is told, each once.
 */

/* Its own source, so that the whole must be what it was. */
static char *
echo (const GraphbitTemplateReference *reference,
      gpointer user_data)
{
  return g_strdup (reference->source);
}

/* Something that looks like a reference: it must not be expanded again. */
static char *
tempt (const GraphbitTemplateReference *reference,
       gpointer user_data)
{
  return g_strdup ("{{node.A}}{b}");
}

static char *
refuse_some (const GraphbitTemplateReference *reference,
             gpointer user_data)
{
  guint *n_refused = user_data;

  if (reference->kind == GRAPHBIT_TEMPLATE_VARIABLE)
    return g_strdup ("");

  (*n_refused)++;
  return NULL;
}

static void
check_reference (const GraphbitTemplateReference *reference,
                 JsonNode *document)
{
  g_assert_nonnull (reference->name);
  g_assert_cmpuint (strlen (reference->name), >, 0);
  g_assert_true (reference->path == NULL || reference->kind != GRAPHBIT_TEMPLATE_VARIABLE);
  if (reference->path != NULL)
    {
      g_assert_cmpuint (strlen (reference->path), >, 0);
      graphbit_json_lookup_path (document, reference->path);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GraphbitTemplate) template = graphbit_template_new (text);
  g_autoptr (JsonNode) document = graphbit_json_parse ("{\"a\":[1,{\"b\":[\"c\",[]]}],\"0\":null}", -1, NULL);
  g_autoptr (GPtrArray) missing = NULL;
  g_autofree char *same = graphbit_template_expand (template, echo, NULL, NULL);
  g_autofree char *tempted = graphbit_template_expand (template, tempt, NULL, NULL);
  g_autofree char *refused = NULL;
  guint n = graphbit_template_get_n_references (template);
  guint n_refused = 0;
  gsize length = strlen (text);

  g_assert_cmpstr (graphbit_template_get_text (template), ==, text);
  g_assert_cmpstr (same, ==, text);

  for (guint i = 0; i < n; i++)
    {
      const GraphbitTemplateReference *reference = graphbit_template_get_reference (template, i);

      check_reference (reference, document);
      length -= strlen (reference->source);
    }
  g_assert_cmpuint (strlen (tempted), ==, length + n * strlen ("{{node.A}}{b}"));

  refused = graphbit_template_expand (template, refuse_some, &n_refused, &missing);
  g_assert_cmpint (refused == NULL, ==, n_refused > 0);
  g_assert_cmpint (missing != NULL, ==, n_refused > 0);
  for (guint i = 0; missing != NULL && i < missing->len; i++)
    for (guint j = i + 1; j < missing->len; j++)
      g_assert_cmpstr (g_ptr_array_index (missing, i), !=, g_ptr_array_index (missing, j));

  /* a path by itself, as a transform's argument is one */
  graphbit_json_lookup_path (document, text);
  graphbit_json_lookup_pointer (document, text);

  return 0;
}
