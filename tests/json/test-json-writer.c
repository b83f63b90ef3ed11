/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <float.h>
#include <math.h>

#include "graphbit-json-private.h"
#include "graphbit-json-writer-private.h"

static void
test_structure (void)
{
  g_autoptr (GString) string = g_string_new ("> ");
  g_autoptr (JsonNode) node = graphbit_json_parse ("{\"x\":[1,{}]}", -1, NULL);
  GraphbitJsonWriter writer;

  graphbit_json_writer_init (&writer, string);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, "model", "m");
  graphbit_json_writer_string_member (&writer, "nothing", NULL);
  graphbit_json_writer_name (&writer, "messages");
  graphbit_json_writer_begin_array (&writer);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_end_object (&writer);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_int64_member (&writer, "i", G_MININT64);
  graphbit_json_writer_double_member (&writer, "d", 0.7);
  graphbit_json_writer_boolean_member (&writer, "b", TRUE);
  graphbit_json_writer_boolean_member (&writer, "c", 2);
  graphbit_json_writer_boolean_member (&writer, "e", FALSE);
  graphbit_json_writer_end_object (&writer);
  graphbit_json_writer_begin_array (&writer);
  graphbit_json_writer_end_array (&writer);
  graphbit_json_writer_int64 (&writer, 1);
  graphbit_json_writer_null (&writer);
  graphbit_json_writer_string_len (&writer, "abcdef", 3);
  graphbit_json_writer_end_array (&writer);
  graphbit_json_writer_raw_member (&writer, "raw", "{\"a\":1}", -1);
  graphbit_json_writer_raw_member (&writer, "cut", "[1,2]...", 5);
  graphbit_json_writer_name (&writer, "node");
  graphbit_json_write_node (&writer, node);
  graphbit_json_writer_string_member (&writer, "a\"b\n", "end");
  graphbit_json_writer_end_object (&writer);

  g_assert_cmpstr (string->str, ==,
                   "> {\"model\":\"m\",\"nothing\":null,\"messages\":[{},{\"i\":-9223372036854775808,\"d\":0.7,"
                   "\"b\":true,\"c\":true,\"e\":false},[],1,null,\"abc\"],\"raw\":{\"a\":1},\"cut\":[1,2],"
                   "\"node\":{\"x\":[1,{}]},\"a\\\"b\\n\":\"end\"}");
}

static void
assert_written (const char *value,
                gsize length,
                const char *expected)
{
  g_autoptr (GString) string = g_string_new (NULL);
  GraphbitJsonWriter writer;

  graphbit_json_writer_init (&writer, string);
  graphbit_json_writer_string_len (&writer, value, length);
  g_assert_cmpstr (string->str, ==, expected);
  g_assert_true (g_utf8_validate (string->str, (gssize) string->len, NULL));
}

static void
test_strings (void)
{
  static const struct
  {
    const char *value;
    gsize length;
    const char *expected;
  } table[] = {
    { "", 0, "\"\"" },
    { "plain text, longer than a word", 30, "\"plain text, longer than a word\"" },
    { "\"\\/", 3, "\"\\\"\\\\/\"" },
    { "\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\"" },
    { "\x01\x1f\x7f", 3, "\"\\u0001\\u001f\x7f\"" },
    { "a\0b", 3, "\"a\\u0000b\"" },
    { "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9, "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"" },
    { "\xff", 1, "\"\xef\xbf\xbd\"" },
    { "a\x80z", 3, "\"a\xef\xbf\xbdz\"" },
    { "\xc3", 1, "\"\xef\xbf\xbd\"" },
    { "\xe2\x82", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
    { "\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
    { "\xc0\x80", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
    { "\xf4\x90\x80\x80", 4, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
    { "12345678\n12345678\"1", 19, "\"12345678\\n12345678\\\"1\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *exact = g_malloc (MAX (table[i].length, 1));

      memcpy (exact, table[i].value, table[i].length);
      assert_written (exact, table[i].length, table[i].expected);
    }
}

/* Whatever text goes in comes out again; whatever bytes go in, JSON comes out. */
static void
test_round_trip (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);

  for (guint i = 0; i < 5000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GString) string = g_string_new (NULL);
      g_autofree char *back = NULL;
      GraphbitJsonWriter writer;
      GraphbitJsonReader reader;
      gboolean is_text = i % 2 == 0;
      gint n = g_rand_int_range (rand, 0, 40);

      while (n-- > 0)
        {
          gunichar c = (gunichar) g_rand_int_range (rand, 1, g_rand_boolean (rand) ? 0x80 : 0x10ffff);

          if (!is_text)
            g_string_append_c (text, (char) (c & 0xff ? c & 0xff : 1));
          else if (g_unichar_validate (c))
            g_string_append_unichar (text, c);
        }

      graphbit_json_writer_init (&writer, string);
      graphbit_json_writer_string (&writer, text->str);
      graphbit_json_reader_init (&reader, string->str, string->len);
      back = graphbit_json_reader_read_string (&reader);
      g_assert_true (graphbit_json_reader_finish (&reader));
      if (is_text)
        g_assert_cmpstr (back, ==, text->str);
      else
        g_assert_true (g_utf8_validate (back, -1, NULL));
    }
}

static void
assert_double (double value,
               const char *expected)
{
  g_autoptr (GString) string = g_string_new (NULL);
  GraphbitJsonWriter writer;

  graphbit_json_writer_init (&writer, string);
  graphbit_json_writer_double (&writer, value);
  if (expected != NULL)
    g_assert_cmpstr (string->str, ==, expected);
  if (isfinite (value))
    {
      GraphbitJsonReader reader;
      double back;

      graphbit_json_reader_init (&reader, string->str, string->len);
      g_assert_true (graphbit_json_reader_read_double (&reader, &back));
      g_assert_true (graphbit_json_reader_finish (&reader));
      g_assert_true (back == value);
    }
}

static void
test_doubles (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  assert_double (0, "0.0");
  assert_double (-0.0, "-0.0");
  assert_double (1, "1.0");
  assert_double (0.1, "0.1");
  assert_double (0.7, "0.7");
  assert_double (0.1 + 0.2, "0.30000000000000004");
  assert_double (1.0 / 3, "0.3333333333333333");
  assert_double (1e22, "1e+22");
  assert_double (-1.5e-7, "-1.5e-07");
  assert_double (INFINITY, "null");
  assert_double (-INFINITY, "null");
  assert_double (NAN, "null");
  assert_double (DBL_MAX, NULL);
  assert_double (DBL_MIN, NULL);
  assert_double (DBL_TRUE_MIN, NULL);

  for (guint i = 0; i < 20000; i++)
    {
      guint64 bits = (guint64) g_rand_int (rand) << 32 | g_rand_int (rand);
      double value;

      memcpy (&value, &bits, sizeof value);
      assert_double (value, NULL);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json/writer/structure", test_structure);
  g_test_add_func ("/json/writer/strings", test_strings);
  g_test_add_func ("/json/writer/round-trip", test_round_trip);
  g_test_add_func ("/json/writer/doubles", test_doubles);

  return g_test_run ();
}
