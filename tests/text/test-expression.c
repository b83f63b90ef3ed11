/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-error.h"
#include "graphbit-expression-private.h"

static void
append (GraphbitExpressionValue *list,
        GraphbitExpressionValue element)
{
  g_array_append_val (list->elements, element);
}

static void
add_list (GraphbitExpressionValue *value)
{
  graphbit_expression_value_init_list (value);
  append (value, (GraphbitExpressionValue) { .kind = GRAPHBIT_EXPRESSION_KIND_TEXT, .text = g_strdup ("red") });
  append (value, (GraphbitExpressionValue) { .kind = GRAPHBIT_EXPRESSION_KIND_NUMBER, .number = 7 });
  append (value, (GraphbitExpressionValue) { .kind = GRAPHBIT_EXPRESSION_KIND_BOOLEAN, .boolean = TRUE });
  append (value, (GraphbitExpressionValue) { .kind = GRAPHBIT_EXPRESSION_KIND_NULL });
}

/* What the names of the tables stand for; every other one is not there. */
static void
resolve (const GraphbitTemplateReference *reference,
         gboolean wants_list,
         GraphbitExpressionValue *value,
         gpointer user_data)
{
  static const struct
  {
    const char *source;
    const char *text;
  } texts[] = {
    { "word", "Yes" },
    { "empty", "" },
    { "ten", "10" },
    { "nine", " 9\n" },
    { "wide", "1e400" },
    { "flag", "true" },
    { "off", " false\n" },
    { "umlaut", "\xc3\x9c" "ber" },
    { "lines", "a\nb\nc" },
    { "node.A", "The answer is 42." },
    { "node.\"Any name\"", "any" },
    { "node.\"Any name\".part[0]", "a part" },
    { "input.q", "Why?" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      if (g_str_equal (reference->source, texts[i].source))
        {
          value->kind = GRAPHBIT_EXPRESSION_KIND_TEXT;
          value->text = g_strdup (texts[i].text);
          return;
        }
    }

  if (g_str_equal (reference->source, "node.A.score"))
    {
      value->kind = GRAPHBIT_EXPRESSION_KIND_NUMBER;
      value->number = 8.5;
    }
  else if (g_str_equal (reference->source, "node.A.ok"))
    {
      value->kind = GRAPHBIT_EXPRESSION_KIND_BOOLEAN;
      value->boolean = TRUE;
    }
  else if (g_str_equal (reference->source, "node.A.tags[0].all"))
    {
      add_list (value);
    }
  else if (g_str_equal (reference->source, "colours"))
    {
      if (wants_list)
        {
          add_list (value);
          return;
        }
      value->kind = GRAPHBIT_EXPRESSION_KIND_TEXT;
      value->text = g_strdup ("[\"red\",7,true,null]");
    }
}

/* What holds, and with “not” around it does not. */
static const char *const holds[] = {
  "true",
  " \n true\t",
  "not false",
  "not not true",
  "not not not false",
  "(true)",
  "((true))",

  "1 == 1",
  "1 == 1.0",
  "-1 < 0",
  "1e3 == 1000",
  "0.5 >= 0.5",
  "2 > 1 and 1 < 2 and 2 >= 2 and 2 <= 2",
  "1 != 2",
  "\"a\" == 'a'",
  "\"a\" < \"b\"",
  "\"a\" != \"A\"",
  "'\\n' != \"\\n\"",
  "\"\\\"\\\\\\n\\r\\t\" != ''",
  "'' == \"\"",
  "null == null",
  "null != 0",
  "null != false",
  "null != ''",
  "true != 1",
  "true == true",
  "true != false",

  /* texts that say a number, or true or false */
  "ten == 10",
  "ten != 9",
  "ten > 9",
  "ten > nine", /* as numbers, though both are texts */
  "nine == 9",
  "9 == nine",
  "ten == '10'",
  "ten != '10.0'", /* texts are equal only as they stand */
  "word != 10",
  "wide != 1",
  "wide < 'a'",
  "flag",
  "flag == true",
  "flag != 1",
  "not off",
  "off == false",
  "word == 'Yes'",
  "word != true",
  "'10' < '9a'", /* one is no number, so as texts */
  "umlaut > 'z'",
  "empty < 'a'",

  /* names */
  "node.A == 'The answer is 42.'",
  "node.A.score == 8.5",
  "node.A.score > 8 and node.A.score < 9",
  "node.A.ok",
  "node.A.ok == true",
  "node.\"Any name\" == 'any'",
  "node.\"Any name\".part[0] == \"a part\"",
  "input.q == 'Why?'",
  "node.A.missing == null",
  "unknown == null",
  "node == null",  /* a variable of that name */
  "notable == null",
  "android == null and order == null and india == null",
  "word != null",
  "node.A.tags[0].all != null",

  /* what is not reached does not matter */
  "true or unknown > 1",
  "not (false and unknown > 1)",
  "unknown == null or unknown > 1",
  "true ? true : unknown",
  "false ? unknown : true",

  /* what binds how */
  "true or false and false",
  "not false and true",
  "not (true and false)",
  "not 1 == 2",
  "false or true ? true : false",
  "false ? false : true ? true : false",
  "(true ? 1 : 2) == 1",
  "true ? false ? false : true : false",
  "(1 < 2) == false ? false : true",

  "'answer' in node.A",
  "'Answer' not in node.A",
  "'' in node.A",
  "'10' in ten",
  "word in ['No', 'Yes']",
  "word not in ['No', 'Maybe']",
  "word not in []",
  "ten in [9, 10]",
  "10 in ['9', '10']",
  "null in [null]",
  "unknown in [1, null]",
  "true in [flag]",
  "(1 < 2) in [true]",
  "'red' in node.A.tags[0].all",
  "7 in node.A.tags[0].all",
  "'7' in node.A.tags[0].all",
  "true in node.A.tags[0].all",
  "null in node.A.tags[0].all",
  "'blue' not in node.A.tags[0].all",
  "node.A.tags[0].all not in node.A.tags[0].all",
  "'red' in colours",
  "'re' not in colours",
  "'ans' in (true ? node.A : colours)",
  "colours == '[\"red\",7,true,null]'",

  "word matches '^Y'",
  "word matches \"e\"",
  "word not matches '^e'",
  "word matches '(?i)yes$'",
  "word matches 'No|Yes'",
  "word not matches '^(No|Ye)$'",
  "node.A matches '\\d+\\.$'",
  "node.A matches \"\\\\d\"",
  "umlaut matches '^.ber$'",
  "lines matches '(?m)^b$'",
  "lines not matches '^b$'",
  "lines matches '(?s)a.b'",
  "lines not matches 'a.b'",
  "'abab' matches '^(ab)\\1$'",
  "empty matches '^$'",
  "'a)b' matches 'a\\)b'",

  "length ('') == 0",
  "length(umlaut) == 4",
  "length (node.A.tags[0].all) == 4",
  "length (colours) == 4",
  "length (true ? colours : word) == 4",
  "length ('abc') > length ('ab')",
};

static void
test_holds (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (holds); i++)
    {
      g_autofree char *negated = g_strdup_printf ("not (%s)", holds[i]);

      for (guint j = 0; j < 2; j++)
        {
          const char *text = j == 0 ? holds[i] : negated;
          g_autoptr (GError) error = NULL;
          g_autoptr (GraphbitExpression) expression = graphbit_expression_new (text, GRAPHBIT_EXPRESSION_BOOLEAN, &error);
          gboolean result = j != 0;

          g_test_message ("%s", text);
          g_assert_no_error (error);
          g_assert_cmpstr (graphbit_expression_get_text (expression), ==, text);
          graphbit_expression_test (expression, resolve, NULL, &result, &error);
          g_assert_no_error (error);
          g_assert_cmpint (result, ==, j == 0);
        }
    }
}

static const struct
{
  const char *text;
  const char *result;
} chosen[] = {
  { "'Yes'", "Yes" },
  { "word", "Yes" },
  { "true ? 'A' : 'B'", "A" },
  { "false ? 'A' : 'B'", "B" },
  { "node.A.score > 9 ? 'Good' : node.A.score > 5 ? 'Fair' : 'Poor'", "Fair" },
  { "node.\"Any name\".part[0]", "a part" },
  { "colours", "[\"red\",7,true,null]" },
  { "true ? 'A' : null", "A" },
  { "\"\\\"\\\\\\n\\r\\t'\"", "\"\\\n\r\t'" },
  { "'\\n\"'", "\\n\"" },
};

static void
test_chosen (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (chosen); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitExpression) expression = graphbit_expression_new (chosen[i].text, GRAPHBIT_EXPRESSION_TEXT, &error);
      g_autofree char *result = NULL;

      g_assert_no_error (error);
      result = graphbit_expression_evaluate (expression, resolve, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (result, ==, chosen[i].result);
    }
}

/* What is wrong before anything runs: at which line and column, and a part of what is said about it. */
static const struct
{
  const char *text;
  guint line, column;
  const char *part;
} wrong[] = {
  { "", 1, 1, "empty" },
  { " \n ", 1, 1, "empty" },
  { "1", 1, 1, "true or false is needed" },
  { "'true'", 1, 1, "true or false is needed" },
  { "null", 1, 1, "true or false is needed" },
  { "length (word)", 1, 1, "true or false is needed" },
  { "true ? 1 : 2", 1, 6, "true or false is needed" },
  { "1 and true", 1, 1, "true or false is needed" },
  { "true and 1", 1, 10, "true or false is needed" },
  { "true or 'x'", 1, 9, "true or false is needed" },
  { "not 1", 1, 5, "true or false is needed" },
  { "1 ? true : false", 1, 1, "true or false is needed" },
  { "true < 1", 1, 1, "one before another" },
  { "1 < null", 1, 5, "one before another" },
  { "1 < (1 == 2)", 1, 8, "one before another" },
  { "1 < 2 < 3", 1, 7, "use “and”" },
  { "1 == 1 == 1", 1, 8, "use “and”" },
  { "true true", 1, 6, "an operator or the end" },
  { "true)", 1, 5, "an operator or the end" },
  { "(true", 1, 6, "“)”" },
  { "(", 1, 2, "a value is expected" },
  { "true and", 1, 9, "a value is expected" },
  { "and true", 1, 1, "before “and”" },
  { "true or or true", 1, 9, "before “or”" },
  { "in [1]", 1, 1, "before “in”" },
  { "true && true", 1, 6, "write “and”" },
  { "true || true", 1, 6, "write “or”" },
  { "!true", 1, 1, "write “not”" },
  { "word = 'x'", 1, 6, "write “==”" },
  { "true ? true", 1, 12, "“:” is expected" },
  { "true ? : true", 1, 8, "a value is expected" },
  { "true :", 1, 6, "an operator or the end" },
  { "word == \"x", 1, 9, "close it with \"" },
  { "word == 'x", 1, 9, "close it with '" },
  { "word == \"x\\", 1, 9, "close it with \"" },
  { "word == \"x\\d\"", 1, 11, "no such escape" },
  { "word\n == \"\xc3\xa4\\d\"", 2, 7, "no such escape" },
  { "01 == 1", 1, 1, "no number" },
  { "1. == 1", 1, 1, "no number" },
  { ".5 == 1", 1, 1, "a value is expected" },
  { "1e == 1", 1, 1, "no number" },
  { "1x == 1", 1, 1, "no number" },
  { "- == 1", 1, 1, "no number" },
  { "+1 == 1", 1, 1, "a value is expected" },
  { "1e999 == 1", 1, 1, "too large" },
  { "word + 1 == 2", 1, 6, "an operator or the end" },
  { "word ()", 1, 6, "an operator or the end" },
  { "[1] == 1", 1, 1, "behind “in”" },
  { "1 in [1", 1, 8, "“]” is expected" },
  { "1 in [,]", 1, 7, "a value is expected" },
  { "1 in [1,]", 1, 9, "a value is expected" },
  { "1 in 1", 1, 6, "a list or a text" },
  { "1 in 'text'", 1, 1, "only a text can be in a text" },
  { "word not == 1", 1, 10, "“in” or “matches”" },
  { "1 matches 'x'", 1, 1, "only a text can match" },
  { "word matches word", 1, 14, "in quotation marks" },
  { "word matches '('", 1, 14, "no regular expression" },
  { "word matches 'a)(b'", 1, 14, "no regular expression" },
  { "word matches '*'", 1, 14, "no regular expression" },
  { "length word", 1, 8, "“(” is expected" },
  { "length () > 1", 1, 9, "a value is expected" },
  { "length (word", 1, 13, "“)” is expected" },
  { "length (1) > 1", 1, 9, "only texts and lists" },
  { "node. == 1", 1, 1, "a name and a path" },
  { "node.A. == 1", 1, 1, "a name and a path" },
  { "node.A[x] == 1", 1, 1, "a name and a path" },
  { "node.\"A == 1", 1, 1, "a name and a path" },
  { "input.\"A\" == 1", 1, 1, "a name and a path" },
  { "word.[0] == 1", 1, 5, "a path is expected" },
  { "word[-1] == 1", 1, 5, "a path is expected" },
  { "\xc3\xa4 == 1", 1, 1, "a value is expected" },
  { "word ==\n\n  'a' 'b'", 3, 7, "an operator or the end" },
};

static void
test_wrong (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitExpression) expression = graphbit_expression_new (wrong[i].text, GRAPHBIT_EXPRESSION_BOOLEAN, &error);
      g_autofree char *place = g_strdup_printf ("at line %u, column %u: ", wrong[i].line, wrong[i].column);

      g_test_message ("%s: %s", wrong[i].text, error != NULL ? error->message : "");
      g_assert_null (expression);
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, place));
      g_assert_nonnull (strstr (error->message, wrong[i].part));
    }
}

/* What gives no text, as far as that can be told before it runs. */
static void
test_no_text (void)
{
  static const char *const texts[] = { "true", "1", "null", "1 == 1", "not flag", "length (word)", "true ? 1 : null", "word in ['a']" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (graphbit_expression_new (texts[i], GRAPHBIT_EXPRESSION_TEXT, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, "never gives a text"));
    }
}

/* What only the values tell; `type` is 't' for a text that is wanted. */
static const struct
{
  char type;
  const char *text;
  guint column;
  const char *part;
} failing[] = {
  { 'b', "word", 1, "word is a text, and true or false is needed" },
  { 'b', "empty", 1, "true or false is needed" },
  { 'b', "node.A.score", 1, "is a number, and true or false" },
  { 'b', "unknown", 1, "unknown is not there, and true or false is needed; test it with “!= null” before" },
  { 'b', "true and unknown", 10, "not there" },
  { 'b', "not word", 5, "true or false" },
  { 'b', "word ? true : false", 1, "true or false" },
  { 'b', "true ? word : false", 6, "this is a text, and true or false" },
  { 'b', "unknown > 1", 1, "unknown is not there, and a number or a text is needed" },
  { 'b', "1 > unknown", 5, "unknown is not there" },
  { 'b', "word > 1", 1, "word is a text, and a number is needed" },
  { 'b', "1 > word", 5, "word is a text, and a number is needed" },
  { 'b', "wide > 1", 1, "a number is needed" },
  { 'b', "empty > 1", 1, "a number is needed" },
  { 'b', "node.A.ok > 1", 1, "node.A.ok is true or false, and a number or a text" },
  { 'b', "node.A.tags[0].all > 1", 1, "is a list or an object, and a number or a text" },
  { 'b', "node.A.tags[0].all == 1", 1, "is a list or an object, and one value is needed" },
  { 'b', "1 != node.A.tags[0].all", 6, "one value is needed" },
  { 'b', "1 in unknown", 6, "unknown is not there, and a list or a text" },
  { 'b', "1 in node.A.score", 6, "node.A.score is a number, and a list or a text" },
  { 'b', "node.A.score in word", 1, "node.A.score is a number, and a text is needed" },
  { 'b', "1 in [2, (unknown > 1)]", 11, "unknown is not there" },
  { 'b', "unknown matches 'x'", 1, "unknown is not there, and a text" },
  { 'b', "node.A.score matches 'x'", 1, "node.A.score is a number" },
  { 'b', "length (unknown) == 0", 9, "unknown is not there" },
  { 'b', "length (node.A.score) == 0", 9, "a text or a list" },
  { 't', "unknown", 1, "unknown is not there, and a text is needed" },
  { 't', "node.A.score", 1, "node.A.score is a number, and a text is needed" },
  { 't', "node.A.tags[0].all", 1, "a text is needed" },
  { 't', "false ? 'A' : null", 7, "this is not there, and a text is needed" },
  { 't', "unknown ? 'A' : 'B'", 1, "unknown is not there, and true or false" },
};

static void
test_failing (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (failing); i++)
    {
      gboolean is_text = failing[i].type == 't';
      g_autofree char *place = g_strdup_printf ("failed at line 1, column %u: ", failing[i].column);
      g_autoptr (GraphbitExpression) expression = NULL;
      g_autoptr (GError) error = NULL;
      gboolean result;

      g_test_message ("%s", failing[i].text);
      expression = graphbit_expression_new (failing[i].text, is_text ? GRAPHBIT_EXPRESSION_TEXT : GRAPHBIT_EXPRESSION_BOOLEAN, &error);
      g_assert_no_error (error);
      if (is_text)
        g_assert_null (graphbit_expression_evaluate (expression, resolve, NULL, &error));
      else
        g_assert_false (graphbit_expression_test (expression, resolve, NULL, &result, &error));

      g_test_message ("%s", error->message);
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
      g_assert_nonnull (strstr (error->message, place));
      g_assert_nonnull (strstr (error->message, failing[i].part));
    }
}

/* Each bound: what is just within it works, what is beyond it is refused. */
static char *
repeat (guint n,
        const char *before,
        const char *middle,
        const char *after)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, before);
  g_string_append (text, middle);
  for (guint i = 0; i < n; i++)
    g_string_append (text, after);
  return g_string_free (text, FALSE);
}

static void
check_bound (char *text,
             const char *part)
{
  g_autofree char *owned = text;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitExpression) expression = graphbit_expression_new (text, GRAPHBIT_EXPRESSION_BOOLEAN, &error);
  gboolean result;

  if (part == NULL)
    {
      g_assert_no_error (error);
      g_assert_true (graphbit_expression_test (expression, resolve, NULL, &result, &error));
      g_assert_no_error (error);
      g_assert_true (result);
    }
  else
    {
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, part));
    }
}

static void
check_pattern (guint length,
               const char *part)
{
  g_autofree char *pattern = g_strnfill (length, 'x');

  check_bound (g_strdup_printf ("'' not matches '%s'", pattern), part);
}

static void
test_bounds (void)
{
  check_bound (repeat (GRAPHBIT_EXPRESSION_MAX_DEPTH - 1, "(", "true", ")"), NULL);
  check_bound (repeat (GRAPHBIT_EXPRESSION_MAX_DEPTH, "(", "true", ")"), "more than 32 deep");
  check_bound (repeat (GRAPHBIT_EXPRESSION_MAX_DEPTH - 1, "true ? ", "true", " : false"), NULL);
  check_bound (repeat (GRAPHBIT_EXPRESSION_MAX_DEPTH - 1, "false ? false : ", "true", ""), NULL);
  check_bound (repeat (GRAPHBIT_EXPRESSION_MAX_DEPTH, "false ? false : ", "true", ""), "more than 32 deep");
  /* rows are not deep, and neither is a row of nots */
  check_bound (repeat (GRAPHBIT_EXPRESSION_MAX_LENGTH / 9 - 1, "true and ", "true", ""), NULL);
  check_bound (repeat (GRAPHBIT_EXPRESSION_MAX_LENGTH / 9 - 1, "false or ", "true", ""), NULL);
  check_bound (repeat (1000, "not ", "true", ""), NULL);
  check_bound (repeat (GRAPHBIT_EXPRESSION_MAX_LENGTH - 4, " ", "true", ""), NULL);
  check_bound (repeat (GRAPHBIT_EXPRESSION_MAX_LENGTH - 3, " ", "true", ""), "longer than 4096 bytes");
  check_bound (repeat (GRAPHBIT_EXPRESSION_MAX_REFERENCES - 1, "flag and ", "flag", ""), NULL);
  check_bound (repeat (GRAPHBIT_EXPRESSION_MAX_REFERENCES, "flag and ", "flag", ""), "more than 64 names");
  check_pattern (GRAPHBIT_EXPRESSION_MAX_PATTERN, NULL);
  check_pattern (GRAPHBIT_EXPRESSION_MAX_PATTERN + 1, "longer than 256 bytes");
  check_bound (g_strdup ("'\xff' == ''"), "no UTF-8 at its byte 1");
}

static void
resolve_hostile (const GraphbitTemplateReference *reference,
                 gboolean wants_list,
                 GraphbitExpressionValue *value,
                 gpointer user_data)
{
  value->kind = GRAPHBIT_EXPRESSION_KIND_TEXT;
  value->text = g_strdup (user_data);
}

/* Patterns that go back and forth for ever are given up. */
static void
test_hostile_patterns (void)
{
  static const char *const patterns[] = {
    "^(a+)+$", "(a|a)*b", "(a*)*b", "(.*)*b", "(a|aa)+$", "(.*a){20}b", "((a*)*)*b", "(a?){64}a{64}b", "a*a*a*a*a*b",
    "(?=(a+))a*b\\1", "^(?:(?:a+)+)+$", "(a+)\\1+b", "a*+b", "(?>a*)b",
  };
  g_autofree char *text = g_strnfill (GRAPHBIT_EXPRESSION_MAX_MATCHED, 'a');

  text[strlen (text) - 1] = '!';
  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      g_autofree char *source = g_strdup_printf ("x matches '%s'", patterns[i]);
      g_autoptr (GraphbitExpression) expression = graphbit_expression_new (source, GRAPHBIT_EXPRESSION_BOOLEAN, NULL);
      g_autoptr (GError) error = NULL;
      gboolean result = TRUE;

      g_assert_nonnull (expression);
      if (graphbit_expression_test (expression, resolve_hostile, text, &result, &error))
        g_assert_false (result);
      else
        g_assert_nonnull (strstr (error->message, "given up"));
    }
}

/* An ordinary search goes through the longest text that may be searched, a longer one is refused. */
static void
test_long_texts (void)
{
  static const char *const sources[] = { "x matches '\\bneedle\\b'", "x matches 'n.*edle!?$'" };
  g_autofree char *text = g_strnfill (GRAPHBIT_EXPRESSION_MAX_MATCHED + 1, ' ');

  for (guint i = 0; i < GRAPHBIT_EXPRESSION_MAX_MATCHED; i += 80)
    text[i] = '\n';
  memcpy (text + GRAPHBIT_EXPRESSION_MAX_MATCHED - 6, "needle", 6);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      g_autoptr (GraphbitExpression) expression = graphbit_expression_new (sources[i], GRAPHBIT_EXPRESSION_BOOLEAN, NULL);
      g_autoptr (GError) error = NULL;
      gboolean result = FALSE;

      text[GRAPHBIT_EXPRESSION_MAX_MATCHED] = '\0';
      graphbit_expression_test (expression, resolve_hostile, text, &result, &error);
      g_assert_no_error (error);
      g_assert_true (result);

      text[GRAPHBIT_EXPRESSION_MAX_MATCHED] = ' ';
      g_assert_false (graphbit_expression_test (expression, resolve_hostile, text, &result, &error));
      g_assert_nonnull (strstr (error->message, "more than 32768 bytes"));
    }
}

static void
test_references (void)
{
  g_autoptr (GraphbitExpression) expression =
    graphbit_expression_new ("node.A.b[0] == 1 or input.c.d or e.f[1] in [node.\"G h\"] or i", GRAPHBIT_EXPRESSION_BOOLEAN, NULL);
  static const GraphbitTemplateReference expected[] = {
    { GRAPHBIT_TEMPLATE_NODE, (char *) "A", (char *) "b[0]", (char *) "node.A.b[0]" },
    { GRAPHBIT_TEMPLATE_INPUT, (char *) "c", (char *) "d", (char *) "input.c.d" },
    { GRAPHBIT_TEMPLATE_VARIABLE, (char *) "e", (char *) "f[1]", (char *) "e.f[1]" },
    { GRAPHBIT_TEMPLATE_NODE, (char *) "G h", NULL, (char *) "node.\"G h\"" },
    { GRAPHBIT_TEMPLATE_VARIABLE, (char *) "i", NULL, (char *) "i" },
  };

  g_assert_cmpuint (graphbit_expression_get_n_references (expression), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const GraphbitTemplateReference *reference = graphbit_expression_get_reference (expression, i);

      g_assert_cmpint (reference->kind, ==, expected[i].kind);
      g_assert_cmpstr (reference->name, ==, expected[i].name);
      g_assert_cmpstr (reference->path, ==, expected[i].path);
      g_assert_cmpstr (reference->source, ==, expected[i].source);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/expression/holds", test_holds);
  g_test_add_func ("/expression/chosen", test_chosen);
  g_test_add_func ("/expression/wrong", test_wrong);
  g_test_add_func ("/expression/no-text", test_no_text);
  g_test_add_func ("/expression/failing", test_failing);
  g_test_add_func ("/expression/bounds", test_bounds);
  g_test_add_func ("/expression/hostile-patterns", test_hostile_patterns);
  g_test_add_func ("/expression/long-texts", test_long_texts);
  g_test_add_func ("/expression/references", test_references);

  return g_test_run ();
}
