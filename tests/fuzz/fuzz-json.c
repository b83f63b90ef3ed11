/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <math.h>

#include "fuzz-escapes.h"
#include "fuzz.h"
#include "graphbit-error.h"
#include "graphbit-json-private.h"

/*
 * The pull reader says the same of a document however it is read; the tree
 * made with it says what json-glib's own parser says, as far as that keeps to
 * the standard; and what is written is read again as it was.
 */

/* Reads, skips and leaves things as chance will have it. */
static void
wander (GraphbitJsonReader *reader,
        FuzzChance *chance,
        GString *text)
{
  GraphbitJsonKind kind = graphbit_json_reader_get_kind (reader);
  const char *raw;
  gsize length;
  gint64 integer;
  double number;
  gboolean flag;
  guint scope;

  switch (fuzz_chance_next (chance, 8))
    {
    case 0:
      graphbit_json_reader_skip (reader);
      return;
    case 1:
      return;
    case 2:
      if (graphbit_json_reader_read_raw (reader, &raw, &length))
        g_string_append_len (text, raw, (gssize) length);
      return;
    case 3:
      /* the wrong question changes nothing */
      if (kind != GRAPHBIT_JSON_KIND_STRING)
        g_assert_null (graphbit_json_reader_read_string (reader));
      if (kind != GRAPHBIT_JSON_KIND_NUMBER)
        g_assert_false (graphbit_json_reader_read_int64 (reader, &integer));
      if (kind != GRAPHBIT_JSON_KIND_BOOLEAN)
        g_assert_false (graphbit_json_reader_read_boolean (reader, &flag));
      if (kind != GRAPHBIT_JSON_KIND_OBJECT)
        g_assert_cmpuint (graphbit_json_reader_enter_object (reader), ==, 0);
      break;
    default:
      break;
    }

  switch (kind)
    {
    case GRAPHBIT_JSON_KIND_OBJECT:
      scope = graphbit_json_reader_enter_object (reader);
      while (graphbit_json_reader_next_member (reader, scope))
        {
          g_autofree char *name = graphbit_json_reader_dup_member_name (reader);

          if (name != NULL)
            g_assert_true (graphbit_json_reader_member_is (reader, name));
          wander (reader, chance, text);
          if (fuzz_chance_next (chance, 16) == 0)
            break;
        }
      break;
    case GRAPHBIT_JSON_KIND_ARRAY:
      scope = graphbit_json_reader_enter_array (reader);
      while (graphbit_json_reader_next_element (reader, scope))
        {
          wander (reader, chance, text);
          if (fuzz_chance_next (chance, 16) == 0)
            break;
        }
      break;
    case GRAPHBIT_JSON_KIND_STRING:
      graphbit_json_reader_string_is (reader, "stop");
      if (fuzz_chance_next (chance, 2) == 0)
        {
          g_autofree char *string = graphbit_json_reader_read_string (reader);

          g_assert_true (string == NULL || g_utf8_validate (string, -1, NULL));
        }
      else
        graphbit_json_reader_append_string (reader, text);
      break;
    case GRAPHBIT_JSON_KIND_NUMBER:
      if (fuzz_chance_next (chance, 2) == 0)
        graphbit_json_reader_read_int64 (reader, &integer);
      else if (graphbit_json_reader_read_double (reader, &number))
        g_assert_true (isfinite (number));
      break;
    case GRAPHBIT_JSON_KIND_BOOLEAN:
      graphbit_json_reader_read_boolean (reader, &flag);
      break;
    case GRAPHBIT_JSON_KIND_NULL:
    case GRAPHBIT_JSON_KIND_NONE:
      break;
    }
}

/* What may be in a right document and still cannot be read. */
static gboolean
is_refused_value (const char *error)
{
  return strstr (error, "\\u0000") != NULL || strstr (error, "too large") != NULL;
}

static void
compare (JsonNode *ours,
         JsonNode *theirs)
{
  GraphbitJsonKind kind = graphbit_json_get_kind (ours);
  GraphbitJsonMembers members;
  const char *text;
  JsonNode *member;

  switch (kind)
    {
    case GRAPHBIT_JSON_KIND_OBJECT:
      g_assert_true (JSON_NODE_HOLDS_OBJECT (theirs));
      g_assert_cmpuint (graphbit_json_get_size (ours), ==, json_object_get_size (json_node_get_object (theirs)));
      graphbit_json_members_init (&members, ours);
      while (graphbit_json_members_next (&members, &text, &member))
        {
          JsonNode *other = json_object_get_member (json_node_get_object (theirs), text);

          g_assert_nonnull (other);
          compare (member, other);
        }
      break;
    case GRAPHBIT_JSON_KIND_ARRAY:
      g_assert_true (JSON_NODE_HOLDS_ARRAY (theirs));
      g_assert_cmpuint (graphbit_json_get_size (ours), ==, json_array_get_length (json_node_get_array (theirs)));
      for (guint i = 0; i < graphbit_json_get_size (ours); i++)
        compare (graphbit_json_get_element (ours, i), json_array_get_element (json_node_get_array (theirs), i));
      break;
    case GRAPHBIT_JSON_KIND_STRING:
      g_assert_cmpint (json_node_get_value_type (theirs), ==, G_TYPE_STRING);
      g_assert_cmpstr (json_node_get_string (ours), ==, json_node_get_string (theirs));
      break;
    case GRAPHBIT_JSON_KIND_NUMBER:
      {
        double a = json_node_get_double (ours);
        double b = json_node_get_double (theirs);

        g_assert_true (json_node_get_value_type (theirs) == G_TYPE_INT64 ||
                       json_node_get_value_type (theirs) == G_TYPE_DOUBLE);
        /* integers beyond 64 bits wrap around there */
        if (fabs (a) < 9e18)
          g_assert_cmpfloat (a, ==, b);
      }
      break;
    case GRAPHBIT_JSON_KIND_BOOLEAN:
      g_assert_cmpint (json_node_get_boolean (ours), ==, json_node_get_boolean (theirs));
      break;
    case GRAPHBIT_JSON_KIND_NULL:
      g_assert_true (JSON_NODE_HOLDS_NULL (theirs));
      break;
    case GRAPHBIT_JSON_KIND_NONE:
    default:
      g_assert_not_reached ();
    }
}

static void
compare_with_json_glib (JsonNode *ours,
                        const char *text,
                        gsize size)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  if (fuzz_has_unusual_escape (text, size))
    return;
  /* a byte order mark is nothing to it */
  if (size >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    return;
  if (!json_parser_load_from_data (parser, text, (gssize) size, &error))
    {
      /* it has no members with the empty name */
      g_assert_error (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_EMPTY_MEMBER_NAME);
      return;
    }
  compare (ours, json_parser_get_root (parser));
}

static void
check_tree (JsonNode *tree)
{
  g_autofree char *text = graphbit_json_to_text (tree);
  g_autofree char *pretty = graphbit_json_to_pretty_text (tree);
  g_autofree char *canonical = graphbit_json_to_canonical_text (tree);
  g_autoptr (JsonNode) again = graphbit_json_parse (text, -1, NULL);
  g_autoptr (JsonNode) from_pretty = graphbit_json_parse (pretty, -1, NULL);
  g_autoptr (JsonNode) from_canonical = graphbit_json_parse (canonical, -1, NULL);
  g_autofree char *text_again = NULL;
  g_autofree char *text_from_pretty = NULL;
  g_autofree char *canonical_again = NULL;

  g_assert_nonnull (again);
  g_assert_nonnull (from_pretty);
  g_assert_nonnull (from_canonical);
  text_again = graphbit_json_to_text (again);
  text_from_pretty = graphbit_json_to_text (from_pretty);
  canonical_again = graphbit_json_to_canonical_text (from_canonical);
  g_assert_cmpstr (text, ==, text_again);
  g_assert_cmpstr (text, ==, text_from_pretty);
  g_assert_cmpstr (canonical, ==, canonical_again);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  const char *text = (const char *) data;
  FuzzChance chance = fuzz_chance_new (data, size);
  g_autoptr (GString) read = g_string_new (NULL);
  g_autoptr (JsonNode) tree = NULL;
  g_autoptr (GError) error = NULL;
  GraphbitJsonReader reader;
  gboolean is_right;
  gboolean is_readable;
  gsize offset;

  graphbit_json_reader_init (&reader, text, size);
  is_right = graphbit_json_reader_finish (&reader);
  g_assert_cmpint (graphbit_json_reader_get_error (&reader, &offset) == NULL, ==, is_right);
  g_assert_true (is_right || offset <= size);

  for (guint i = 0; i < 2; i++)
    {
      graphbit_json_reader_init (&reader, text, size);
      wander (&reader, &chance, read);
      is_readable = graphbit_json_reader_finish (&reader);
      if (is_readable != is_right)
        {
          const char *reason = graphbit_json_reader_get_error (&reader, &offset);

          g_assert_true (is_right);
          g_assert_true (is_refused_value (reason));
          g_assert_cmpuint (offset, <=, size);
        }
    }

  tree = graphbit_json_parse (text, (gssize) size, &error);
  g_assert_cmpint (tree == NULL, ==, error != NULL);
  if (tree == NULL)
    {
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE);
      g_assert_true (!is_right || is_refused_value (error->message));
      return 0;
    }
  g_assert_true (is_right);
  check_tree (tree);
  compare_with_json_glib (tree, text, size);

  return 0;
}
