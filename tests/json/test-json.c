/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <math.h>

#include "graphbit-error.h"
#include "graphbit-json-private.h"

#include "test-json-samples.h"

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = graphbit_json_parse (text, -1, &error);

  g_assert_no_error (error);
  g_assert_nonnull (node);
  return node;
}

static void
assert_refused (const char *text,
                gssize length,
                const char *message)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = graphbit_json_parse (text, length, &error);

  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE);
  g_assert_null (node);
  if (message != NULL)
    g_assert_cmpstr (error->message, ==, message);
}

static void
test_grammar (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (valid_documents); i++)
    {
      g_autoptr (JsonNode) node = parse (valid_documents[i].text);

      g_assert_cmpint (graphbit_json_get_kind (node), !=, GRAPHBIT_JSON_KIND_NONE);
    }

  for (guint i = 0; i < G_N_ELEMENTS (broken_documents); i++)
    assert_refused (broken_documents[i].text, broken_documents[i].length, NULL);
}

static void
test_errors (void)
{
  g_autofree char *large = g_strnfill (GRAPHBIT_JSON_MAX_SIZE + 1, ' ');
  g_autoptr (JsonNode) node = NULL;

  assert_refused ("", -1, "The JSON is broken in line 1, column 1: the text is empty");
  assert_refused ("{\"a\": 1,\n \"\xc3\xa9\xe2\x82\xac\": tru}", -1,
                  "The JSON is broken in line 2, column 8: a value is expected here");
  assert_refused ("[1", -1, "The JSON is broken in line 1, column 3: the text ends too early");
  assert_refused ("{} {}", -1, "The JSON is broken in line 1, column 4: the text goes on after its end");
  assert_refused ("[1e400]", -1, "The JSON is broken in line 1, column 2: this number is too large");
  assert_refused ("[\"x\\u0000y\"]", -1,
                  "The JSON is broken in line 1, column 2: this string holds \\u0000, which cannot be kept");
  assert_refused ("{\"x\\u0000y\":1}", -1, NULL);
  assert_refused ("\"\xff\"", -1, "The JSON is broken in line 1, column 2: this is not valid UTF-8");

  assert_refused (large, -1, "The JSON is larger than 16 MiB; split it up");
  large[GRAPHBIT_JSON_MAX_SIZE - 1] = '1';
  node = graphbit_json_parse (large, GRAPHBIT_JSON_MAX_SIZE, NULL);
  g_assert_nonnull (node);
}

static void
test_depth (void)
{
  static const guint depths[] = { 127, 128, 129, 200000 };

  for (guint i = 0; i < G_N_ELEMENTS (depths); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint j = 0; j < depths[i]; j++)
        g_string_append_c (text, '[');
      assert_refused (text->str, -1, NULL);

      for (guint j = 0; j < depths[i]; j++)
        g_string_append_c (text, ']');

      if (depths[i] <= 128)
        {
          g_autoptr (JsonNode) node = parse (text->str);
          g_autofree char *back = graphbit_json_to_text (node);

          g_assert_cmpstr (back, ==, text->str);
        }
      else
        {
          assert_refused (text->str, -1, "The JSON is broken in line 1, column 129: the values are nested more than 128 deep");
        }
    }
}

static void
test_numbers (void)
{
  static const struct
  {
    const char *text;
    GType type;
    const char *back;
  } table[] = {
    { "0", G_TYPE_INT64, "0" },
    { "-7", G_TYPE_INT64, "-7" },
    { "9223372036854775807", G_TYPE_INT64, "9223372036854775807" },
    { "-9223372036854775808", G_TYPE_INT64, "-9223372036854775808" },
    { "9223372036854775808", G_TYPE_DOUBLE, "9.22337203685478e+18" },
    { "18446744073709551615", G_TYPE_DOUBLE, "1.8446744073709552e+19" },
    { "123456789012345678901234567890", G_TYPE_DOUBLE, "1.2345678901234568e+29" },
    { "1.0", G_TYPE_DOUBLE, "1.0" },
    { "1e2", G_TYPE_DOUBLE, "100.0" },
    { "0.1", G_TYPE_DOUBLE, "0.1" },
    { "-0.0", G_TYPE_DOUBLE, "-0.0" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (JsonNode) node = parse (table[i].text);
      g_autofree char *back = graphbit_json_to_text (node);
      g_autoptr (JsonNode) again = parse (back);

      g_assert_true (json_node_get_value_type (node) == table[i].type);
      if (i == 4)
        g_assert_true (json_node_get_double (node) == 9223372036854775808.0);
      else
        g_assert_cmpstr (back, ==, table[i].back);
      g_assert_true (json_node_get_value_type (again) == table[i].type);
      g_assert_true (json_node_equal (node, again));
    }
}

static void
test_text (void)
{
  static const char text[] =
      "{\"z\":1,\"a\":[true,null,\"\\\"\\n\\u0001\xc3\xa9\"],\"m\":{},\"e\":[],\"d\":{\"x\":0.5}}";
  g_autoptr (JsonNode) node = parse (text);
  g_autofree char *back = graphbit_json_to_text (node);
  g_autofree char *canonical = graphbit_json_to_canonical_text (node);
  g_autofree char *pretty = graphbit_json_to_pretty_text (node);
  g_autoptr (JsonNode) from_pretty = parse (pretty);
  g_autoptr (JsonNode) duplicates = parse ("{\"a\":1,\"b\":2,\"a\":{\"c\":3}}");
  g_autofree char *last = graphbit_json_to_text (duplicates);
  g_autoptr (JsonNode) infinite = json_node_init_double (json_node_alloc (), INFINITY);
  g_autofree char *null = graphbit_json_to_text (infinite);

  g_assert_cmpstr (back, ==, text);
  g_assert_cmpstr (canonical, ==,
                   "{\"a\":[true,null,\"\\\"\\n\\u0001\xc3\xa9\"],\"d\":{\"x\":0.5},\"e\":[],\"m\":{},\"z\":1}");
  g_assert_cmpstr (pretty, ==,
                   "{\n  \"z\": 1,\n  \"a\": [\n    true,\n    null,\n    \"\\\"\\n\\u0001\xc3\xa9\"\n  ],\n"
                   "  \"m\": {},\n  \"e\": [],\n  \"d\": {\n    \"x\": 0.5\n  }\n}");
  g_assert_true (json_node_equal (node, from_pretty));
  g_assert_cmpstr (last, ==, "{\"a\":{\"c\":3},\"b\":2}");
  g_assert_cmpstr (null, ==, "null");
}

/* Names made to have one hash are refused, as many others are not. */
static void
test_crowded (void)
{
  for (guint is_honest = 0; is_honest < 2; is_honest++)
    {
      g_autoptr (GString) text = g_string_new ("[{");
      g_autoptr (JsonNode) node = NULL;
      g_autoptr (GError) error = NULL;

      for (guint i = 0; i < 1 << 16; i++)
        {
          g_string_append (text, i > 0 ? ",\"" : "\"");
          for (guint bit = 0; bit < 16; bit++)
            g_string_append (text, (i >> bit) & 1 ? "Ez" : is_honest ? "Fy" : "FY");
          g_string_append (text, "\":0");
        }
      g_string_append (text, "}]");

      node = graphbit_json_parse (text->str, -1, &error);
      if (is_honest)
        g_assert_no_error (error);
      else
        g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE);
    }
}

/* A program's own tree may be deeper than what we read. */
static void
test_deep_tree (void)
{
  g_autoptr (JsonNode) node = json_node_init_int (json_node_alloc (), 1);
  g_autofree char *text = NULL;

  for (guint i = 0; i < 5000; i++)
    {
      JsonArray *array = json_array_new ();

      json_array_add_element (array, g_steal_pointer (&node));
      node = json_node_new (JSON_NODE_ARRAY);
      json_node_take_array (node, array);
    }

  text = graphbit_json_to_text (node);
  g_assert_cmpuint (strlen (text), ==, 10001);
}

static void
test_surrogates (void)
{
  g_autoptr (JsonNode) node = parse ("[\"\\ud83d\\ude00\",\"a\\ud83db\",\"\\ude00\"]");
  g_autofree char *text = graphbit_json_to_text (node);

  g_assert_cmpstr (text, ==, "[\"\xf0\x9f\x98\x80\",\"a\xef\xbf\xbd""b\",\"\xef\xbf\xbd\"]");
}

static void
test_getters (void)
{
  g_autoptr (JsonNode) node =
      parse ("{\"s\":\"text\",\"i\":5,\"f\":5.0,\"h\":5.5,\"big\":1e300,\"t\":true,\"n\":null,\"o\":{\"x\":1},\"a\":[1,\"b\"]}");
  static const char *const names[] = { "s", "i", "f", "h", "big", "t", "n", "o", "a", "missing" };
  static const struct
  {
    gboolean string, int64, number, boolean, object, array;
  } expected[] = {
    { .string = TRUE },
    { .int64 = TRUE, .number = TRUE },
    { .int64 = TRUE, .number = TRUE },
    { .number = TRUE },
    { .number = TRUE },
    { .boolean = TRUE },
    { 0 },
    { .object = TRUE },
    { .array = TRUE },
    { 0 },
  };
  const char *string = NULL;
  gint64 int64 = 0;
  double number = 0;
  gboolean boolean = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_cmpint (graphbit_json_get_string (node, names[i], &string), ==, expected[i].string);
      g_assert_cmpint (graphbit_json_get_int64 (node, names[i], &int64), ==, expected[i].int64);
      g_assert_cmpint (graphbit_json_get_double (node, names[i], &number), ==, expected[i].number);
      g_assert_cmpint (graphbit_json_get_boolean (node, names[i], &boolean), ==, expected[i].boolean);
      g_assert_cmpint (graphbit_json_get_object (node, names[i]) != NULL, ==, expected[i].object);
      g_assert_cmpint (graphbit_json_get_array (node, names[i]) != NULL, ==, expected[i].array);
    }
  g_assert_cmpstr (string, ==, "text");
  g_assert_cmpint (int64, ==, 5);
  g_assert_cmpfloat (number, ==, 1e300);
  g_assert_true (boolean);

  /* the node itself; nothing at all */
  g_assert_true (graphbit_json_get_string (graphbit_json_get_element (graphbit_json_get_member (node, "a"), 1), NULL, &string));
  g_assert_cmpstr (string, ==, "b");
  g_assert_null (graphbit_json_get_element (graphbit_json_get_member (node, "a"), 2));
  g_assert_null (graphbit_json_get_element (node, 0));
  g_assert_false (graphbit_json_get_string (NULL, "s", &string));
  g_assert_false (graphbit_json_get_string (NULL, NULL, &string));
  g_assert_null (graphbit_json_get_member (NULL, "s"));
  g_assert_null (graphbit_json_get_member (graphbit_json_get_member (node, "s"), "s"));
  g_assert_cmpuint (graphbit_json_get_size (node), ==, 9);
  g_assert_cmpuint (graphbit_json_get_size (graphbit_json_get_member (node, "a")), ==, 2);
  g_assert_cmpuint (graphbit_json_get_size (graphbit_json_get_member (node, "s")), ==, 0);
  g_assert_cmpint (graphbit_json_get_kind (NULL), ==, GRAPHBIT_JSON_KIND_NONE);
  g_assert_cmpint (graphbit_json_get_kind (graphbit_json_get_member (node, "n")), ==, GRAPHBIT_JSON_KIND_NULL);

  {
    GraphbitJsonMembers members;
    const char *name;
    JsonNode *value;
    guint n = 0;

    graphbit_json_members_init (&members, node);
    while (graphbit_json_members_next (&members, &name, &value))
      {
        g_assert_cmpstr (name, ==, names[n++]);
        g_assert_true (value == graphbit_json_get_member (node, name));
      }
    g_assert_cmpuint (n, ==, 9);
    graphbit_json_members_init (&members, graphbit_json_get_member (node, "a"));
    g_assert_false (graphbit_json_members_next (&members, &name, &value));
  }
}

/* Nodes that json-glib lets a program build, and no text has. */
static void
test_odd_nodes (void)
{
  g_autoptr (JsonNode) object = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonNode) array = json_node_new (JSON_NODE_ARRAY);
  g_autoptr (JsonNode) value = json_node_new (JSON_NODE_VALUE);
  g_autoptr (JsonNode) string = json_node_init_string (json_node_alloc (), NULL);
  JsonNode *nodes[] = { object, array, value, string };

  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    {
      g_autofree char *text = graphbit_json_to_text (nodes[i]);

      g_assert_cmpstr (text, ==, "null");
      g_assert_null (graphbit_json_get_member (nodes[i], "a"));
      g_assert_null (graphbit_json_get_element (nodes[i], 0));
    }
}

static void
test_pointer (void)
{
  /* the document of RFC 6901, section 5 */
  g_autoptr (JsonNode) root =
      parse ("{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8}");
  static const struct
  {
    const char *pointer;
    const char *text; /* NULL: leads nowhere */
  } table[] = {
    { "/foo", "[\"bar\",\"baz\"]" },
    { "/foo/0", "\"bar\"" },
    { "/foo/1", "\"baz\"" },
    { "/", "0" },
    { "/a~1b", "1" },
    { "/c%d", "2" },
    { "/e^f", "3" },
    { "/g|h", "4" },
    { "/i\\j", "5" },
    { "/k\"l", "6" },
    { "/ ", "7" },
    { "/m~0n", "8" },
    { "foo", NULL },
    { "/foo/2", NULL },
    { "/foo/-", NULL },
    { "/foo/00", NULL },
    { "/foo/01", NULL },
    { "/foo/", NULL },
    { "/foo/-1", NULL },
    { "/foo/4294967296", NULL },
    { "/foo/0/x", NULL },
    { "/m~n", NULL },
    { "/m~2n", NULL },
    { "/m~", NULL },
    { "/nothing", NULL },
  };

  g_assert_true (graphbit_json_lookup_pointer (root, "") == root);
  g_assert_null (graphbit_json_lookup_pointer (NULL, "/a"));
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      JsonNode *node = graphbit_json_lookup_pointer (root, table[i].pointer);
      g_autofree char *text = node != NULL ? graphbit_json_to_text (node) : NULL;

      g_assert_cmpstr (text, ==, table[i].text);
    }
}

static void
test_path (void)
{
  g_autoptr (JsonNode) root = parse ("{\"path\":{\"to\":[{\"field\":\"found\"},[1,2]]},\"with-hyphen\":1,\"0\":\"zero\"}");
  g_autoptr (JsonNode) list = parse ("[{\"a\":1},2]");
  static const struct
  {
    const char *path;
    const char *text;
  } table[] = {
    { "path.to[0].field", "\"found\"" },
    { "path.to[1][1]", "2" },
    { "with-hyphen", "1" },
    { "0", "\"zero\"" },
    { "path.to[2]", NULL },
    { "path.to.field", NULL },
    { "path[0]", NULL },
    { "path.to[]", NULL },
    { "path.to[x]", NULL },
    { "path.to[-1]", NULL },
    { "path.to[0", NULL },
    { "path.to[0]field", NULL },
    { "path..to", NULL },
    { ".path", NULL },
    { "path.", NULL },
    { "path.to[0].field.more", NULL },
    { "path.to[99999999999999999999]", NULL },
  };

  g_assert_true (graphbit_json_lookup_path (root, "") == root);
  g_assert_nonnull (graphbit_json_lookup_path (list, "[0].a"));
  g_assert_null (graphbit_json_lookup_path (list, "[0]a"));
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      JsonNode *node = graphbit_json_lookup_path (root, table[i].path);
      g_autofree char *text = node != NULL ? graphbit_json_to_text (node) : NULL;

      g_assert_cmpstr (text, ==, table[i].text);
    }
}

static void
test_prefixes_and_mutations (void)
{
  g_autofree char *copy = g_strdup (sample_document);
  gsize length = strlen (copy);

  for (gsize n = 0; n < length; n++)
    assert_refused (sample_document, (gssize) n, NULL);

  for (gsize i = 0; i < length; i++)
    {
      static const char replacements[] = "\"\\{}[]:,0-.eu \n\x80\xc3";

      for (gsize j = 0; j < sizeof replacements; j++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (JsonNode) node = NULL;

          copy[i] = replacements[j];
          node = graphbit_json_parse (copy, (gssize) length, &error);
          if (node == NULL)
            {
              g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE);
            }
          else
            {
              /* what was read is written and read again as the same */
              g_autofree char *text = graphbit_json_to_text (node);
              g_autoptr (JsonNode) again = parse (text);

              g_assert_no_error (error);
              g_assert_true (json_node_equal (node, again));
            }
        }
      copy[i] = sample_document[i];
    }
}

/* Where json-glib reads rightly, we must read the same; it wraps integers beyond gint64. */
static void
assert_same (JsonNode *ours,
             JsonNode *theirs)
{
  GraphbitJsonMembers members, their_members;
  const char *name, *their_name;
  JsonNode *value, *their_value;
  double number;

  g_assert_cmpint (graphbit_json_get_kind (ours), ==, graphbit_json_get_kind (theirs));
  switch (graphbit_json_get_kind (ours))
    {
    case GRAPHBIT_JSON_KIND_OBJECT:
      graphbit_json_members_init (&members, ours);
      graphbit_json_members_init (&their_members, theirs);
      while (graphbit_json_members_next (&members, &name, &value))
        {
          g_assert_true (graphbit_json_members_next (&their_members, &their_name, &their_value));
          g_assert_cmpstr (name, ==, their_name);
          assert_same (value, their_value);
        }
      g_assert_false (graphbit_json_members_next (&their_members, &their_name, &their_value));
      break;

    case GRAPHBIT_JSON_KIND_ARRAY:
      g_assert_cmpuint (graphbit_json_get_size (ours), ==, graphbit_json_get_size (theirs));
      for (guint i = 0; i < graphbit_json_get_size (ours); i++)
        assert_same (graphbit_json_get_element (ours, i), graphbit_json_get_element (theirs, i));
      break;

    case GRAPHBIT_JSON_KIND_NUMBER:
      graphbit_json_get_double (ours, NULL, &number);
      if (fabs (number) >= 9223372036854775808.0 && json_node_get_value_type (theirs) == G_TYPE_INT64)
        break;
      g_assert_true (json_node_equal (ours, theirs));
      break;

    case GRAPHBIT_JSON_KIND_STRING:
      g_assert_cmpstr (json_node_get_string (ours), ==, json_node_get_string (theirs));
      break;

    case GRAPHBIT_JSON_KIND_NONE:
    case GRAPHBIT_JSON_KIND_BOOLEAN:
    case GRAPHBIT_JSON_KIND_NULL:
    default:
      g_assert_true (json_node_equal (ours, theirs));
    }
}

static void
assert_as_json_glib (const char *text,
                     gsize length)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, text, (gssize) length, &error);
  g_assert_no_error (error);
  node = graphbit_json_parse (text, (gssize) length, &error);
  g_assert_no_error (error);
  assert_same (node, json_parser_get_root (parser));
}

static void
test_as_json_glib (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (valid_documents); i++)
    assert_as_json_glib (valid_documents[i].text, strlen (valid_documents[i].text));
}

typedef struct
{
  guint n_documents;
  guint n_lines;
} Recordings;

static void
compare_recording (const char *path,
                   Recordings *recordings)
{
  g_autofree char *content = NULL;
  g_auto (GStrv) lines = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));

  if (content[0] == '{' || content[0] == '[')
    {
      g_autoptr (JsonNode) node = graphbit_json_parse (content, (gssize) length, NULL);

      if (node != NULL)
        {
          assert_as_json_glib (content, length);
          recordings->n_documents++;
          return;
        }
    }

  /* streams: events, or a document in each line */
  lines = g_strsplit (content, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = lines[i];
      gsize line_length;

      if (g_str_has_prefix (line, "data:"))
        line += strlen ("data:");
      while (*line == ' ')
        line++;
      line_length = strlen (line);
      if (*line == '{' && g_str_has_suffix (g_strchomp ((char *) line), "}"))
        {
          g_autoptr (JsonNode) node = graphbit_json_parse (line, -1, NULL);

          /* a cut recording may end anywhere */
          if (node != NULL)
            {
              assert_as_json_glib (line, MIN (line_length, strlen (line)));
              recordings->n_lines++;
            }
        }
    }
}

static void
walk (const char *folder,
      Recordings *recordings)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        walk (path, recordings);
      else if (g_str_has_suffix (name, ".body"))
        compare_recording (path, recordings);
    }
}

static void
test_recordings (void)
{
  g_autofree char *folder = g_strdup (g_getenv ("GRAPHBIT_FIXTURES"));
  Recordings recordings = { 0 };

  if (folder == NULL)
    folder = g_test_build_filename (G_TEST_DIST, "..", "..", "shared", "fixtures", NULL);
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      g_test_skip ("the recorded provider exchanges are not here; GRAPHBIT_FIXTURES says where they are");
      return;
    }

  walk (folder, &recordings);
  g_test_message ("%u documents, %u lines of streams", recordings.n_documents, recordings.n_lines);
  g_assert_cmpuint (recordings.n_documents, >, 0);
  g_assert_cmpuint (recordings.n_lines, >, 0);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json/tree/grammar", test_grammar);
  g_test_add_func ("/json/tree/errors", test_errors);
  g_test_add_func ("/json/tree/depth", test_depth);
  g_test_add_func ("/json/tree/numbers", test_numbers);
  g_test_add_func ("/json/tree/text", test_text);
  g_test_add_func ("/json/tree/crowded", test_crowded);
  g_test_add_func ("/json/tree/deep-tree", test_deep_tree);
  g_test_add_func ("/json/tree/surrogates", test_surrogates);
  g_test_add_func ("/json/tree/getters", test_getters);
  g_test_add_func ("/json/tree/odd-nodes", test_odd_nodes);
  g_test_add_func ("/json/tree/pointer", test_pointer);
  g_test_add_func ("/json/tree/path", test_path);
  g_test_add_func ("/json/tree/prefixes-and-mutations", test_prefixes_and_mutations);
  g_test_add_func ("/json/tree/as-json-glib", test_as_json_glib);
  g_test_add_func ("/json/tree/recordings", test_recordings);

  return g_test_run ();
}
