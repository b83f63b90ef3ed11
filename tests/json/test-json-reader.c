/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <math.h>

#include "graphbit-json-reader-private.h"

#include "test-json-samples.h"

/* In a block of exactly that size, so that a memory checker sees a read beyond. */
static char *
exact_copy (const char *text,
            gsize length)
{
  char *copy = g_malloc (MAX (length, 1));

  memcpy (copy, text, length);
  return copy;
}

/* Reads everything there is, in every way there is. */
static void
read_all (GraphbitJsonReader *reader,
          gint64 *n_values)
{
  struct
  {
    guint scope;
    gboolean is_object;
  } open[GRAPHBIT_JSON_MAX_DEPTH];
  guint depth = 0;

  do
    {
      g_autofree char *string = NULL;
      const char *raw;
      gsize length;
      gint64 integer;
      double number;
      gboolean flag;
      guint scope;

      (*n_values)++;
      switch (graphbit_json_reader_get_kind (reader))
        {
        case GRAPHBIT_JSON_KIND_OBJECT:
          scope = graphbit_json_reader_enter_object (reader);
          if (scope != 0)
            {
              open[depth].is_object = TRUE;
              open[depth++].scope = scope;
            }
          break;
        case GRAPHBIT_JSON_KIND_ARRAY:
          scope = graphbit_json_reader_enter_array (reader);
          if (scope != 0)
            {
              open[depth].is_object = FALSE;
              open[depth++].scope = scope;
            }
          break;
        case GRAPHBIT_JSON_KIND_STRING:
          graphbit_json_reader_string_is (reader, "stop");
          string = graphbit_json_reader_read_string (reader);
          break;
        case GRAPHBIT_JSON_KIND_NUMBER:
          if (*n_values % 2 == 0)
            graphbit_json_reader_read_int64 (reader, &integer);
          else
            graphbit_json_reader_read_double (reader, &number);
          break;
        case GRAPHBIT_JSON_KIND_BOOLEAN:
          graphbit_json_reader_read_boolean (reader, &flag);
          break;
        case GRAPHBIT_JSON_KIND_NULL:
          graphbit_json_reader_read_raw (reader, &raw, &length);
          break;
        case GRAPHBIT_JSON_KIND_NONE:
        default:
          break;
        }

      while (depth > 0)
        {
          gboolean has_next = open[depth - 1].is_object
                                ? graphbit_json_reader_next_member (reader, open[depth - 1].scope)
                                : graphbit_json_reader_next_element (reader, open[depth - 1].scope);

          if (has_next)
            {
              if (open[depth - 1].is_object)
                {
                  g_autofree char *name = graphbit_json_reader_dup_member_name (reader);

                  /* NULL only for \u0000, and then with an error */
                  g_assert_true (name != NULL || graphbit_json_reader_get_error (reader, NULL) != NULL);
                }
              break;
            }
          depth--;
        }
    }
  while (depth > 0);
}

/* Whether it is one document; skipped and read must agree, but for what only reading decodes. */
static gboolean
accepts (const char *text,
         gsize length)
{
  g_autofree char *copy = exact_copy (text, length);
  GraphbitJsonReader reader;
  gboolean is_skipped, is_read;
  gint64 n_values = 0;
  gsize offset;

  graphbit_json_reader_init (&reader, copy, length);
  is_skipped = graphbit_json_reader_finish (&reader);
  g_assert_cmpint (is_skipped, ==, graphbit_json_reader_get_error (&reader, NULL) == NULL);
  if (!is_skipped)
    {
      graphbit_json_reader_get_error (&reader, &offset);
      g_assert_cmpuint (offset, <=, length);
    }

  graphbit_json_reader_init (&reader, copy, length);
  read_all (&reader, &n_values);
  is_read = graphbit_json_reader_finish (&reader);
  if (is_read)
    g_assert_true (is_skipped);
  else if (is_skipped)
    g_assert_true (strstr (graphbit_json_reader_get_error (&reader, NULL), "u0000") != NULL ||
                   strstr (graphbit_json_reader_get_error (&reader, NULL), "too large") != NULL);

  return is_skipped;
}

static void
test_grammar (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (valid_documents); i++)
    {
      const Text *text = &valid_documents[i];
      g_autofree char *shown = g_strescape (text->text, NULL);

      g_test_message ("valid: %s", shown);
      g_assert_true (accepts (text->text, text->length < 0 ? strlen (text->text) : (gsize) text->length));
    }

  for (guint i = 0; i < G_N_ELEMENTS (broken_documents); i++)
    {
      const Text *text = &broken_documents[i];
      g_autofree char *shown = g_strescape (text->text, NULL);

      g_test_message ("broken: %s", shown);
      g_assert_false (accepts (text->text, text->length < 0 ? strlen (text->text) : (gsize) text->length));
    }
}

static void
test_prefixes (void)
{
  gsize length = strlen (sample_document);

  for (gsize n = 0; n < length; n++)
    g_assert_false (accepts (sample_document, n));
  g_assert_true (accepts (sample_document, length));
}

static void
test_mutations (void)
{
  static const char replacements[] = "\"\\{}[]:,0-9.eEunt \n\x01\x7f\x80\xc3\xe2\xf0\xff";
  gsize length = strlen (sample_document);
  g_autofree char *copy = g_strdup (sample_document);
  guint n_accepted = 0;

  for (gsize i = 0; i < length; i++)
    {
      /* and a NUL, which stands at its end */
      for (gsize j = 0; j < sizeof replacements; j++)
        {
          copy[i] = replacements[j];
          n_accepted += accepts (copy, length);
        }
      copy[i] = sample_document[i];
    }

  /* letters in strings may change, structure may not */
  g_assert_cmpuint (n_accepted, >, length);
  g_assert_cmpuint (n_accepted, <, length * sizeof replacements / 2);
}

static void
test_depth (void)
{
  for (guint round = 0; round < 2; round++)
    {
      static const guint depths[] = { 1, 63, 64, 65, 127, 128, 129, 200000 };

      for (guint i = 0; i < G_N_ELEMENTS (depths); i++)
        {
          g_autoptr (GString) text = g_string_new (NULL);
          g_autoptr (GString) open = g_string_new (NULL);

          for (guint j = 0; j < depths[i]; j++)
            g_string_append (open, round == 0 ? "[" : j + 1 < depths[i] ? "{\"a\":"
                                                                        : "{");
          g_string_append (text, open->str);
          for (guint j = 0; j < depths[i]; j++)
            g_string_append_c (text, round == 0 ? ']' : '}');

          g_assert_cmpint (accepts (text->str, text->len), ==, depths[i] <= 128);
          g_assert_false (accepts (open->str, open->len));
        }
    }
}

static void
test_members (void)
{
  GraphbitJsonReader reader;
  g_autofree char *id = NULL;
  g_autofree char *role = NULL;
  g_autoptr (GString) content = g_string_new ("> ");
  gint64 prompt_tokens = 0, created = 0;
  double sum = 0;
  gboolean cached = FALSE, is_stopped = FALSE;
  const char *raw = NULL;
  gsize raw_length = 0;
  guint root, model_seen = 0;

  graphbit_json_reader_init (&reader, sample_document, strlen (sample_document));
  root = graphbit_json_reader_enter_object (&reader);
  g_assert_cmpuint (root, ==, 1);

  while (graphbit_json_reader_next_member (&reader, root))
    {
      if (graphbit_json_reader_member_is (&reader, "id"))
        {
          id = graphbit_json_reader_read_string (&reader);
        }
      else if (graphbit_json_reader_member_is (&reader, "created"))
        {
          gboolean flag;

          /* another kind is no error, and the value stays */
          g_assert_null (graphbit_json_reader_read_string (&reader));
          g_assert_false (graphbit_json_reader_read_boolean (&reader, &flag));
          g_assert_cmpuint (graphbit_json_reader_enter_array (&reader), ==, 0);
          g_assert_false (graphbit_json_reader_next_element (&reader, 0));
          g_assert_true (graphbit_json_reader_read_int64 (&reader, &created));
          /* once only */
          g_assert_false (graphbit_json_reader_read_int64 (&reader, &created));
        }
      else if (graphbit_json_reader_member_is (&reader, "model"))
        {
          g_assert_true (graphbit_json_reader_string_is (&reader, "gpt-4o"));
          g_assert_false (graphbit_json_reader_string_is (&reader, "gpt-4"));
          model_seen++;
        }
      else if (graphbit_json_reader_member_is (&reader, "choices"))
        {
          guint choices = graphbit_json_reader_enter_array (&reader);

          while (graphbit_json_reader_next_element (&reader, choices))
            {
              guint choice = graphbit_json_reader_enter_object (&reader);

              while (graphbit_json_reader_next_member (&reader, choice))
                {
                  if (graphbit_json_reader_member_is (&reader, "message"))
                    {
                      guint message = graphbit_json_reader_enter_object (&reader);

                      while (graphbit_json_reader_next_member (&reader, message))
                        {
                          if (graphbit_json_reader_member_is (&reader, "role"))
                            role = graphbit_json_reader_read_string (&reader);
                          else if (graphbit_json_reader_member_is (&reader, "content"))
                            g_assert_true (graphbit_json_reader_append_string (&reader, content));
                          else if (graphbit_json_reader_member_is (&reader, "tool_calls"))
                            g_assert_true (graphbit_json_reader_read_raw (&reader, &raw, &raw_length));
                        }
                    }
                  else if (graphbit_json_reader_member_is (&reader, "logprobs"))
                    {
                      guint numbers = graphbit_json_reader_enter_array (&reader);

                      while (graphbit_json_reader_next_element (&reader, numbers))
                        {
                          double number;

                          g_assert_true (graphbit_json_reader_read_double (&reader, &number));
                          sum += number;
                          if (number == -1200)
                            break; /* the rest is skipped */
                        }
                    }
                  else if (graphbit_json_reader_member_is (&reader, "finish_reason"))
                    {
                      is_stopped = graphbit_json_reader_string_is (&reader, "stop");
                    }
                }
            }
        }
      else if (graphbit_json_reader_member_is (&reader, "usage"))
        {
          guint usage = graphbit_json_reader_enter_object (&reader);

          while (graphbit_json_reader_next_member (&reader, usage))
            {
              if (graphbit_json_reader_member_is (&reader, "prompt_tokens"))
                graphbit_json_reader_read_int64 (&reader, &prompt_tokens);
              else if (graphbit_json_reader_member_is (&reader, "cached"))
                graphbit_json_reader_read_boolean (&reader, &cached);
            }
        }
    }

  g_assert_true (graphbit_json_reader_finish (&reader));
  g_assert_cmpstr (id, ==, "chatcmpl-1");
  g_assert_cmpint (created, ==, 1700000000);
  g_assert_cmpuint (model_seen, ==, 1);
  g_assert_cmpstr (role, ==, "assistant");
  g_assert_cmpstr (content->str, ==, "> Hi \"you\"\n\xf0\x9f\x98\x80 \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 / tab\t");
  g_assert_cmpuint (content->len, ==, strlen (content->str));
  g_assert_true (g_str_has_prefix (raw, "[\n{\"id\":\"c1\""));
  g_assert_cmpint (raw[raw_length - 1], ==, ']');
  g_assert_cmpfloat_with_epsilon (sum, -0.25 + 1.5e-3 - 1200, 1e-9);
  g_assert_true (is_stopped);
  g_assert_cmpint (prompt_tokens, ==, 9);
  g_assert_true (cached);
}

static void
test_leaving_early (void)
{
  const char *text = "{\"a\":{\"b\":[1,{\"c\":2},3],\"d\":4},\"e\":5,\"f\":[6,7]}";
  GraphbitJsonReader reader;
  guint root, inner, array;
  gint64 value = 0;
  g_autoptr (GString) names = g_string_new (NULL);

  graphbit_json_reader_init (&reader, text, strlen (text));
  root = graphbit_json_reader_enter_object (&reader);
  while (graphbit_json_reader_next_member (&reader, root))
    {
      g_autofree char *name = graphbit_json_reader_dup_member_name (&reader);

      g_string_append (names, name);
      inner = graphbit_json_reader_enter_object (&reader);
      if (graphbit_json_reader_next_member (&reader, inner))
        {
          array = graphbit_json_reader_enter_array (&reader);
          graphbit_json_reader_next_element (&reader, array);
          graphbit_json_reader_next_element (&reader, array);
          /* three levels down, in an object not even entered: back to the outermost */
          continue;
        }
      graphbit_json_reader_read_int64 (&reader, &value);
    }
  g_assert_cmpstr (names->str, ==, "aef");
  g_assert_cmpint (value, ==, 5);
  /* a closed scope stays closed */
  g_assert_false (graphbit_json_reader_next_member (&reader, root));
  g_assert_true (graphbit_json_reader_finish (&reader));
  g_assert_true (graphbit_json_reader_finish (&reader));

  /* what was left is checked all the same */
  text = "{\"a\":[1,{\"c\":tru}],\"b\":1}";
  graphbit_json_reader_init (&reader, text, strlen (text));
  root = graphbit_json_reader_enter_object (&reader);
  g_assert_true (graphbit_json_reader_next_member (&reader, root));
  g_assert_false (graphbit_json_reader_next_member (&reader, root));
  g_assert_false (graphbit_json_reader_finish (&reader));

  text = "[1,[2";
  graphbit_json_reader_init (&reader, text, strlen (text));
  array = graphbit_json_reader_enter_array (&reader);
  g_assert_true (graphbit_json_reader_next_element (&reader, array));
  g_assert_false (graphbit_json_reader_finish (&reader));
}

static void
test_sticky_error (void)
{
  const char *text = "\n{\"a\": bad, \"b\": 1}";
  GraphbitJsonReader reader;
  g_autofree char *description = NULL;
  gint64 integer = 7;
  double number = 7;
  gboolean flag = 7;
  const char *raw = NULL;
  gsize length = 7, offset = 0;
  g_autoptr (GString) string = g_string_new ("x");
  guint root;

  graphbit_json_reader_init (&reader, text, strlen (text));
  g_assert_null (graphbit_json_reader_dup_error (&reader));
  root = graphbit_json_reader_enter_object (&reader);
  g_assert_true (graphbit_json_reader_next_member (&reader, root));
  g_assert_cmpint (graphbit_json_reader_get_kind (&reader), ==, GRAPHBIT_JSON_KIND_NONE);

  g_assert_false (graphbit_json_reader_next_member (&reader, root));
  g_assert_false (graphbit_json_reader_next_element (&reader, root));
  g_assert_null (graphbit_json_reader_read_string (&reader));
  g_assert_null (graphbit_json_reader_dup_member_name (&reader));
  g_assert_false (graphbit_json_reader_append_string (&reader, string));
  g_assert_false (graphbit_json_reader_string_is (&reader, ""));
  g_assert_false (graphbit_json_reader_read_int64 (&reader, &integer));
  g_assert_false (graphbit_json_reader_read_double (&reader, &number));
  g_assert_false (graphbit_json_reader_read_boolean (&reader, &flag));
  g_assert_false (graphbit_json_reader_read_raw (&reader, &raw, &length));
  g_assert_cmpuint (graphbit_json_reader_enter_object (&reader), ==, 0);
  g_assert_cmpuint (graphbit_json_reader_enter_array (&reader), ==, 0);
  graphbit_json_reader_skip (&reader);
  g_assert_false (graphbit_json_reader_finish (&reader));

  g_assert_cmpstr (string->str, ==, "x");
  g_assert_cmpint (integer, ==, 7);
  g_assert_cmpfloat (number, ==, 7);
  g_assert_cmpint (flag, ==, 7);
  g_assert_null (raw);
  g_assert_nonnull (graphbit_json_reader_get_error (&reader, &offset));
  g_assert_cmpuint (offset, ==, 7);
  description = graphbit_json_reader_dup_error (&reader);
  g_assert_cmpstr (description, ==, "a value is expected here (byte 7)");
}

static void
test_integers (void)
{
  static const struct
  {
    const char *text;
    gint64 value;
  } table[] = {
    { "0", 0 },
    { "-0", 0 },
    { "42", 42 },
    { "-42", -42 },
    { "9223372036854775807", G_MAXINT64 },
    { "-9223372036854775808", G_MININT64 },
    { "9223372036854775808", G_MAXINT64 },
    { "-9223372036854775809", G_MININT64 },
    { "9999999999999999999", G_MAXINT64 },
    { "18446744073709551615", G_MAXINT64 },
    { "18446744073709551616", G_MAXINT64 },
    { "100000000000000000000000000000000000000", G_MAXINT64 },
    { "-1e30", G_MININT64 },
    { "12.0", 12 },
    { "12.9", 12 },
    { "-12.9", -12 },
    { "1e3", 1000 },
    { "1e-400", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *copy = exact_copy (table[i].text, strlen (table[i].text));
      GraphbitJsonReader reader;
      gint64 value = 1;

      graphbit_json_reader_init (&reader, copy, strlen (table[i].text));
      g_assert_true (graphbit_json_reader_read_int64 (&reader, &value));
      g_assert_cmpint (value, ==, table[i].value);
      g_assert_true (graphbit_json_reader_finish (&reader));
    }
}

static void
test_doubles (void)
{
  static const char *const table[] = {
    "0", "-0", "-0.0", "0.1", "0.2", "0.3", "1.5", "-2.5e-3", "123456789012345678", "9007199254740993",
    "9223372036854775808", "18446744073709551615", "0.1234567890123456789", "-0.009327292442321777",
    "1e22", "1e23", "1.7976931348623157e308", "2.2250738585072014e-308", "5e-324", "4.9406564584124654e-324",
    "0.00000000000000000000000000000000000000000000000000000000000000000000000000000000000000001",
    "100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899", "9007199254740991.5",
    "0.1e1", "123.456", "1E2", "1e-400", "0.000001", "9007199254740992", "-9007199254740992.0", "1234567890123456.7"
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  GraphbitJsonReader reader;
  double value;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *copy = exact_copy (table[i], strlen (table[i]));
      double expected = g_ascii_strtod (table[i], NULL);

      graphbit_json_reader_init (&reader, copy, strlen (table[i]));
      g_assert_true (graphbit_json_reader_read_double (&reader, &value));
      g_assert_true (value == expected);
      g_assert_true (graphbit_json_reader_finish (&reader));
    }

  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *text = NULL;
      int digits = g_rand_int_range (rand, 0, 18);

      text = g_strdup_printf ("%.*f", digits, g_rand_double_range (rand, -10, 10));
      graphbit_json_reader_init (&reader, text, strlen (text));
      g_assert_true (graphbit_json_reader_read_double (&reader, &value));
      g_assert_true (value == g_ascii_strtod (text, NULL));
    }

  /* refused, not made an infinity */
  for (guint i = 0; i < 4; i++)
    {
      static const char *const too_large[] = { "1e400", "-1e400", "1e99999999999", "[1e400]" };
      guint array;
      gint64 integer;

      graphbit_json_reader_init (&reader, too_large[i], strlen (too_large[i]));
      array = graphbit_json_reader_enter_array (&reader);
      graphbit_json_reader_next_element (&reader, array);
      if (i % 2 == 0)
        g_assert_false (graphbit_json_reader_read_int64 (&reader, &integer));
      else
        g_assert_false (graphbit_json_reader_read_double (&reader, &value));
      g_assert_false (graphbit_json_reader_finish (&reader));
    }

  {
    g_autofree char *digits = g_strnfill (100000, '1');

    graphbit_json_reader_init (&reader, digits, 100000);
    g_assert_false (graphbit_json_reader_read_double (&reader, &value));
    graphbit_json_reader_init (&reader, digits, 300);
    g_assert_true (graphbit_json_reader_read_double (&reader, &value));
    g_assert_true (isfinite (value));
  }
}

static void
test_strings (void)
{
  static const struct
  {
    const char *text;
    const char *value; /* NULL: refused */
  } table[] = {
    { "\"\"", "" },
    { "\"abcdefgh\"", "abcdefgh" },
    { "\"abcdefghijklmnop\\n\"", "abcdefghijklmnop\n" },
    { "\"\\u0041\\u00e9\\u20ac\\ud83d\\ude00\"", "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80" },
    { "\"\\uD83D\\uDE00\"", "\xf0\x9f\x98\x80" },
    { "\"\\ud83d\"", "\xef\xbf\xbd" },
    { "\"\\ud83dx\"", "\xef\xbf\xbdx" },
    { "\"\\ude00\"", "\xef\xbf\xbd" },
    { "\"\\ude00\\ud83d\"", "\xef\xbf\xbd\xef\xbf\xbd" },
    { "\"\\ud83d\\ud83d\\ude00\"", "\xef\xbf\xbd\xf0\x9f\x98\x80" },
    { "\"\\ud83d\\u0041\"", "\xef\xbf\xbd""A" },
    { "\"\\ud83d\\n\"", "\xef\xbf\xbd\n" },
    { "\"\\uffff\\u0001\\u007f\"", "\xef\xbf\xbf\x01\x7f" },
    { "\"x\\u0000y\"", NULL },
    { "\"\\u0000\"", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      gsize length = strlen (table[i].text);
      g_autofree char *copy = exact_copy (table[i].text, length);
      g_autofree char *value = NULL;
      g_autoptr (GString) string = g_string_new ("before");
      GraphbitJsonReader reader;

      graphbit_json_reader_init (&reader, copy, length);
      if (table[i].value != NULL)
        g_assert_true (graphbit_json_reader_string_is (&reader, table[i].value));
      value = graphbit_json_reader_read_string (&reader);
      g_assert_cmpstr (value, ==, table[i].value);
      g_assert_cmpint (graphbit_json_reader_finish (&reader), ==, table[i].value != NULL);

      graphbit_json_reader_init (&reader, copy, length);
      g_assert_cmpint (graphbit_json_reader_append_string (&reader, string), ==, table[i].value != NULL);
      g_assert_true (g_str_has_prefix (string->str, "before"));
      g_assert_cmpstr (string->str + strlen ("before"), ==, table[i].value != NULL ? table[i].value : "");
      g_assert_cmpuint (string->len, ==, strlen (string->str));

      /* skipped, \u0000 is as good as anything */
      graphbit_json_reader_init (&reader, copy, length);
      g_assert_true (graphbit_json_reader_finish (&reader));
    }

  /* every length and place around the word-wise scan */
  for (guint n = 0; n < 40; n++)
    for (guint at = 0; at < n; at++)
      {
        g_autofree char *text = g_strnfill (n + 2, 'a');
        g_autofree char *copy = NULL;
        g_autofree char *value = NULL;
        GraphbitJsonReader reader;

        text[0] = text[n + 1] = '"';
        text[at + 1] = '\n';
        copy = exact_copy (text, n + 2);
        graphbit_json_reader_init (&reader, copy, n + 2);
        g_assert_false (graphbit_json_reader_finish (&reader));

        copy[at + 1] = '~';
        graphbit_json_reader_init (&reader, copy, n + 2);
        value = graphbit_json_reader_read_string (&reader);
        g_assert_cmpuint (strlen (value), ==, n);
        g_assert_true (graphbit_json_reader_finish (&reader));
      }
}

static void
test_names (void)
{
  const char *text = "{\"cho\\u0069ces\":1,\"x\\u0000y\":2,\"a\":3,\"a\":4,\"\":5}";
  GraphbitJsonReader reader;
  gint64 value = 0;
  guint n = 0, n_a = 0;
  guint root;

  graphbit_json_reader_init (&reader, text, strlen (text));
  root = graphbit_json_reader_enter_object (&reader);
  while (graphbit_json_reader_next_member (&reader, root))
    {
      n++;
      if (graphbit_json_reader_member_is (&reader, "a"))
        {
          n_a++;
          graphbit_json_reader_read_int64 (&reader, &value);
        }
      g_assert_cmpint (graphbit_json_reader_member_is (&reader, "choices"), ==, n == 1);
      /* not cut at the NUL */
      g_assert_false (graphbit_json_reader_member_is (&reader, "x"));
      g_assert_cmpint (graphbit_json_reader_member_is (&reader, ""), ==, n == 5);
    }
  g_assert_cmpuint (n, ==, 5);
  g_assert_cmpuint (n_a, ==, 2);
  g_assert_cmpint (value, ==, 4);
  g_assert_true (graphbit_json_reader_finish (&reader));
}

static void
test_leading_space (void)
{
  const char *text = "\xef\xbb\xbf\r\n\r\n  \t{\"a\":1}\r\n \n";
  GraphbitJsonReader reader;
  guint root;

  graphbit_json_reader_init (&reader, text, strlen (text));
  root = graphbit_json_reader_enter_object (&reader);
  g_assert_true (graphbit_json_reader_next_member (&reader, root));
  g_assert_true (graphbit_json_reader_member_is (&reader, "a"));
  g_assert_true (graphbit_json_reader_finish (&reader));

  graphbit_json_reader_init (&reader, NULL, 0);
  g_assert_false (graphbit_json_reader_finish (&reader));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json/reader/grammar", test_grammar);
  g_test_add_func ("/json/reader/prefixes", test_prefixes);
  g_test_add_func ("/json/reader/mutations", test_mutations);
  g_test_add_func ("/json/reader/depth", test_depth);
  g_test_add_func ("/json/reader/members", test_members);
  g_test_add_func ("/json/reader/leaving-early", test_leaving_early);
  g_test_add_func ("/json/reader/sticky-error", test_sticky_error);
  g_test_add_func ("/json/reader/integers", test_integers);
  g_test_add_func ("/json/reader/doubles", test_doubles);
  g_test_add_func ("/json/reader/strings", test_strings);
  g_test_add_func ("/json/reader/names", test_names);
  g_test_add_func ("/json/reader/leading-space", test_leading_space);

  return g_test_run ();
}
