/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <math.h>
#include <json-glib/json-glib.h>

#include "fuzz-escapes.h"
#include "fuzz.h"
#include "graphbit-embedding-answer-private.h"

/*
 * What a server may send as vectors: what is read is whole and finite, and the
 * same that json-glib's tree of the document has, but for how it rounds.
 */

#define MAX_WANTED 4

/* The members of an object that may hold vectors are read one after the other; a document with several is not compared. */
static JsonNode *
find_vectors (JsonNode *node)
{
  static const char *const names[] = { "data", "embeddings", "embedding" };
  JsonNode *found = NULL;

  if (JSON_NODE_HOLDS_ARRAY (node))
    return node;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      JsonNode *member = json_object_get_member (json_node_get_object (node), names[i]);

      if (member != NULL && found != NULL)
        return NULL;
      if (member != NULL)
        found = member;
    }
  if (found != NULL && JSON_NODE_HOLDS_OBJECT (found))
    {
      JsonObject *object = json_node_get_object (found);

      found = json_object_has_member (object, "values") ? NULL : json_object_get_member (object, "float");
    }
  return found != NULL && JSON_NODE_HOLDS_ARRAY (found) ? found : NULL;
}

static gboolean
is_number (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) &&
         (json_node_get_value_type (node) == G_TYPE_INT64 || json_node_get_value_type (node) == G_TYPE_DOUBLE);
}

/* Both ways of rounding differ by no more than the last place; json-glib's integers have an end. */
static void
check_number (float value,
              JsonNode *node)
{
  float other = (float) json_node_get_double (node);

  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return;
  g_assert_true (value == other || value == nextafterf (other, INFINITY) || value == nextafterf (other, -INFINITY));
}

static void
compare (const GraphbitEmbeddingAnswer *answer,
         JsonNode *root)
{
  JsonNode *vectors = find_vectors (root);
  JsonArray *list = vectors != NULL ? json_node_get_array (vectors) : NULL;

  /* a list of numbers is itself the one vector */
  if (list == NULL || json_array_get_length (list) != answer->n_wanted || is_number (json_array_get_element (list, 0)))
    return;

  for (guint i = 0; i < answer->n_wanted; i++)
    {
      JsonNode *vector = json_array_get_element (list, i);
      gint64 index = i;
      JsonArray *numbers;

      if (JSON_NODE_HOLDS_OBJECT (vector))
        {
          JsonObject *object = json_node_get_object (vector);
          JsonNode *told = json_object_get_member (object, "index");

          if (json_object_get_size (object) > 2 || (told != NULL && json_node_get_value_type (told) != G_TYPE_INT64))
            return;
          if (told != NULL)
            index = json_node_get_int (told);
          vector = json_object_get_member (object, "embedding");
        }
      if (vector == NULL || !JSON_NODE_HOLDS_ARRAY (vector) || index < 0 || index >= answer->n_wanted)
        return;

      numbers = json_node_get_array (vector);
      if (json_array_get_length (numbers) != answer->dimensions || !is_number (json_array_get_element (numbers, 0)))
        return;
      for (guint j = 0; j < answer->dimensions; j++)
        check_number (answer->values[(gsize) index * answer->dimensions + j], json_array_get_element (numbers, j));
    }
}

static void
check (const guint8 *data,
       gsize size,
       guint n_wanted,
       gboolean has_int8)
{
  GraphbitHttpVerdict verdict = { .retry_after_ms = -1 };
  GraphbitEmbeddingAnswer answer;
  g_autoptr (GraphbitFailure) failure = NULL;

  graphbit_embedding_answer_init (&answer, n_wanted);
  answer.has_int8 = has_int8;
  failure = graphbit_embedding_answer_read (&answer, graphbit_vendor_lookup ("openai_compatible"), (const char *) data, size, &verdict);
  if (failure != NULL)
    {
      g_autoptr (GError) error = graphbit_failure_to_error (failure, NULL);

      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
  else
    {
      g_autoptr (JsonParser) parser = json_parser_new ();

      g_assert_cmpuint (answer.n_found, ==, n_wanted);
      g_assert_cmpuint (answer.dimensions, >, 0);
      for (gsize i = 0; i < (gsize) n_wanted * answer.dimensions; i++)
        g_assert_true (isfinite (answer.values[i]));
      if (!fuzz_has_unusual_escape ((const char *) data, size) &&
          json_parser_load_from_data (parser, (const char *) data, (gssize) size, NULL))
        compare (&answer, json_parser_get_root (parser));
    }
  graphbit_embedding_answer_clear (&answer);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  for (guint n_wanted = 1; n_wanted <= MAX_WANTED; n_wanted++)
    check (data, size, n_wanted, FALSE);
  check (data, size, 1, TRUE);

  return 0;
}
