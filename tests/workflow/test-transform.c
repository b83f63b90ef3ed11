/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-error.h"
#include "graphbit-transform-private.h"
#include "graphbit-workflow.h"

typedef struct
{
  const char *title;
  GraphbitTransformation transformation;
  const char *argument;
  const char *replacement;
  const char *inputs[4];
  const char *output; /* NULL: an error */
  int code;
  const char *message; /* a part of the error's */
} Case;

#define FAILS(code, message) NULL, GRAPHBIT_ERROR_##code, message

static const Case cases[] = {
  { "uppercase", GRAPHBIT_TRANSFORMATION_UPPERCASE, NULL, NULL, { "Straße élan" }, "STRASSE ÉLAN" },
  { "uppercase-joins", GRAPHBIT_TRANSFORMATION_UPPERCASE, NULL, NULL, { "a", "b" }, "A\n\nB" },
  { "uppercase-nothing", GRAPHBIT_TRANSFORMATION_UPPERCASE, NULL, NULL, { NULL }, "" },
  { "uppercase-invalid", GRAPHBIT_TRANSFORMATION_UPPERCASE, NULL, NULL, { "a\xff" }, "A\xef\xbf\xbd" },
  { "lowercase", GRAPHBIT_TRANSFORMATION_LOWERCASE, NULL, NULL, { "ÀB" }, "àb" },
  { "trim", GRAPHBIT_TRANSFORMATION_TRIM, NULL, NULL, { "\n \xc2\xa0x y\xe2\x80\x83\t" }, "x y" },
  { "trim-blank", GRAPHBIT_TRANSFORMATION_TRIM, NULL, NULL, { " \n " }, "" },

  { "pointer", GRAPHBIT_TRANSFORMATION_JSON_POINTER, "/a/1/b", NULL, { "{\"a\":[0,{\"b\":\"text\"}]}" }, "text" },
  { "pointer-object", GRAPHBIT_TRANSFORMATION_JSON_POINTER, "/a", NULL, { "{\"a\": [1, null]}" }, "[1,null]" },
  { "pointer-escape", GRAPHBIT_TRANSFORMATION_JSON_POINTER, "/a~1b~0", NULL, { "{\"a/b~\": 5}" }, "5" },
  { "pointer-root", GRAPHBIT_TRANSFORMATION_JSON_POINTER, NULL, NULL, { " true " }, "true" },
  { "pointer-nowhere", GRAPHBIT_TRANSFORMATION_JSON_POINTER, "/b", NULL, { "{}" }, FAILS (NODE_FAILED, "“/b” leads nowhere") },
  { "pointer-no-json", GRAPHBIT_TRANSFORMATION_JSON_POINTER, "/b", NULL, { "hello" }, FAILS (PARSE, "") },

  { "extract", GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "[0-9]+", NULL, { "a 12 b 34" }, "12" },
  { "extract-group", GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "a (\\d+)", NULL, { "a 12" }, "12" },
  { "extract-absent-group", GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "a(b)?", NULL, { "a" }, "" },
  { "extract-nothing", GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "x", NULL, { "a" }, FAILS (NODE_FAILED, "“x” matches nothing") },
  { "extract-runaway", GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "^(a+)+$", NULL, { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab" }, FAILS (NODE_FAILED, "given up") },
  { "replace", GRAPHBIT_TRANSFORMATION_REGEX_REPLACE, "(\\w)-(\\w)", "\\2-\\1", { "a-b c-d" }, "b-a d-c" },
  { "extract-lookbehind", GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "(?<=a)b.", NULL, { "bb abc" }, "bc" },
  { "extract-unicode", GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "ü.", NULL, { "Grüße" }, "üß" },
  { "extract-several-lines", GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "(?m)^b.*$", NULL, { "ab\nbc\nbd" }, "bc" },
  { "extract-the-first", GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "^$|a", NULL, { "ba" }, "a" },
  { "replace-runaway", GRAPHBIT_TRANSFORMATION_REGEX_REPLACE, "(a+)+$", "x", { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab" }, FAILS (NODE_FAILED, "given up") },
  { "replace-whole-match", GRAPHBIT_TRANSFORMATION_REGEX_REPLACE, "b+", "<\\0>", { "abbcb" }, "a<bb>c<b>" },
  { "replace-by-nothing", GRAPHBIT_TRANSFORMATION_REGEX_REPLACE, "b", NULL, { "abc" }, "ac" },

  { "split-lines", GRAPHBIT_TRANSFORMATION_SPLIT, NULL, NULL, { "a\r\n\n\"b\"\n" }, "[\"a\",\"\",\"\\\"b\\\"\"]" },
  { "split", GRAPHBIT_TRANSFORMATION_SPLIT, ", ", NULL, { "a, b,c, " }, "[\"a\",\"b,c\",\"\"]" },
  { "split-nothing", GRAPHBIT_TRANSFORMATION_SPLIT, NULL, NULL, { NULL }, "[]" },
  { "join-inputs", GRAPHBIT_TRANSFORMATION_JOIN, " + ", NULL, { "a", "[1]", "b" }, "a + [1] + b" },
  { "join-array", GRAPHBIT_TRANSFORMATION_JOIN, "; ", NULL, { "[\"a\", 1, {\"b\": null}]" }, "a; 1; {\"b\":null}" },
  { "join-lines", GRAPHBIT_TRANSFORMATION_JOIN, NULL, NULL, { "[\"a\",\"b\"]" }, "a\nb" },
  { "join-text", GRAPHBIT_TRANSFORMATION_JOIN, ",", NULL, { "plain" }, "plain" },

  { "parse-json", GRAPHBIT_TRANSFORMATION_PARSE_JSON, NULL, NULL, { " {\"a\": 12345678901234567890123} \n" }, "{\"a\": 12345678901234567890123}" },
  { "parse-json-fence", GRAPHBIT_TRANSFORMATION_PARSE_JSON, NULL, NULL, { "Here:\n```json\n[1, 2]\n```\nDone." }, "[1, 2]" },
  { "parse-json-fence-inside", GRAPHBIT_TRANSFORMATION_PARSE_JSON, NULL, NULL, { "[\"```\", \"\\n```\"]" }, "[\"```\", \"\\n```\"]" },
  { "parse-json-broken", GRAPHBIT_TRANSFORMATION_PARSE_JSON, NULL, NULL, { "[1," }, FAILS (PARSE, "") },
  { "parse-json-broken-fence", GRAPHBIT_TRANSFORMATION_PARSE_JSON, NULL, NULL, { "```\n[1,\n```" }, FAILS (PARSE, "") },
  { "to-json", GRAPHBIT_TRANSFORMATION_TO_JSON, NULL, NULL, { "a \"b\"\n" }, "\"a \\\"b\\\"\\n\"" },
  { "to-json-several", GRAPHBIT_TRANSFORMATION_TO_JSON, NULL, NULL, { "a", "b" }, "[\"a\",\"b\"]" },
  { "to-json-nothing", GRAPHBIT_TRANSFORMATION_TO_JSON, NULL, NULL, { NULL }, "\"\"" },
};

/* The plan of a workflow with one node, which owns what the settings point to. */
static GraphbitPlan *
make_plan (GraphbitTransformation transformation,
           const char *argument,
           const char *replacement)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("test");
  g_autoptr (GraphbitTransformNode) node = graphbit_transform_node_new ("transform", transformation);
  g_autoptr (GError) error = NULL;
  GraphbitPlan *plan;

  graphbit_transform_node_set_argument (node, argument);
  graphbit_transform_node_set_replacement (node, replacement);
  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (node), &error);
  g_assert_no_error (error);

  plan = graphbit_workflow_dup_plan (workflow, &error);
  g_assert_no_error (error);

  return plan;
}

static void
test_case (gconstpointer data)
{
  const Case *item = data;
  g_autoptr (GraphbitPlan) plan = make_plan (item->transformation, item->argument, item->replacement);
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  guint n_inputs = 0;

  while (item->inputs[n_inputs] != NULL)
    n_inputs++;

  output = graphbit_transform_apply (graphbit_plan_get_node (plan, 0)->settings,
                                     item->inputs, n_inputs, NULL, NULL, NULL, &error);

  if (item->output != NULL)
    {
      g_assert_no_error (error);
      g_assert_cmpstr (output, ==, item->output);
    }
  else
    {
      g_assert_null (output);
      g_assert_error (error, GRAPHBIT_ERROR, item->code);
      g_assert_nonnull (strstr (error->message, item->message));
    }
}

/* The same as by a plain GRegex, but for the limit: empty matches, anchors, groups, and what looks around. */
static void
test_replace (void)
{
  static const char *const patterns[] = { "a", "a*", "a*?", "^", "$", "\\b", "(?=b)", "(?<=a)", "^a", "b$", "(a)|(b)", "(?m)^", "(?i)A", ".", "\\Ba", "a|^" };
  static const char *const texts[] = { "", "a", "b", "ab", "aab\nba", "üaüb", "b a\n" };

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    for (guint j = 0; j < G_N_ELEMENTS (texts); j++)
      {
        g_autoptr (GraphbitPlan) plan = NULL;
        g_autoptr (GRegex) regex = NULL;
        g_autofree char *expected = NULL;
        g_autofree char *output = NULL;
        g_autoptr (GError) error = NULL;

        plan = make_plan (GRAPHBIT_TRANSFORMATION_REGEX_REPLACE, patterns[i], "<\\0>");
        regex = g_regex_new (patterns[i], 0, 0, NULL);
        expected = g_regex_replace (regex, texts[j], -1, 0, "<\\0>", 0, NULL);
        output = graphbit_transform_apply (graphbit_plan_get_node (plan, 0)->settings, &texts[j], 1, NULL, NULL, NULL, &error);
        g_test_message ("%s in “%s”", patterns[i], texts[j]);
        g_assert_no_error (error);
        g_assert_cmpstr (output, ==, expected);
      }
}

/* Megabytes: what is ordinary goes through them, what would take for ever is given up. */
static void
test_huge_inputs (void)
{
  static const struct
  {
    GraphbitTransformation transformation;
    const char *argument;
    gboolean works;
  } huge[] = {
    { GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "[0-9]+", TRUE },
    { GRAPHBIT_TRANSFORMATION_REGEX_REPLACE, "7", TRUE },
    { GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "a*b", FALSE },
    { GRAPHBIT_TRANSFORMATION_REGEX_REPLACE, "(a|a)*b", FALSE },
    { GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "(?<=a)(?i)(?:7|x{3,100})(?<y>)", TRUE },
    { GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "[(?>*+]?+|7", FALSE },
    { GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "[](?>*+]|\\(?\\+?7", TRUE },
    { GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "a*+b", FALSE },
    { GRAPHBIT_TRANSFORMATION_REGEX_REPLACE, "a{2,}+b", FALSE },
    { GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "a{65535}b", FALSE },
    { GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "(?>a*)b", FALSE },
    { GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "(?=a*)b", FALSE },
    { GRAPHBIT_TRANSFORMATION_REGEX_REPLACE, "(?!a*)b", FALSE },
    { GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "(a*)\\1b", FALSE },
    { GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT, "(?<n>a*)(?&n)b", FALSE },
    { GRAPHBIT_TRANSFORMATION_UPPERCASE, NULL, TRUE },
    { GRAPHBIT_TRANSFORMATION_TRIM, NULL, TRUE },
    { GRAPHBIT_TRANSFORMATION_SPLIT, "7", TRUE },
    { GRAPHBIT_TRANSFORMATION_TO_JSON, NULL, TRUE },
  };
  g_autofree char *text = g_strnfill (1024 * 1024, 'a');

  text[strlen (text) - 1] = '7';
  for (guint i = 0; i < G_N_ELEMENTS (huge); i++)
    {
      g_autoptr (GraphbitPlan) plan = make_plan (huge[i].transformation, huge[i].argument, NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *output = graphbit_transform_apply (graphbit_plan_get_node (plan, 0)->settings,
                                                          (const char *const *) &text, 1, NULL, NULL, NULL, &error);

      if (huge[i].works)
        g_assert_no_error (error);
      else
        g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
      g_assert_cmpint (output != NULL, ==, huge[i].works);
    }
}

/* Beyond what a JSON tree may be made of, that is said. */
static void
test_too_large (void)
{
  static const GraphbitTransformation transformations[] = { GRAPHBIT_TRANSFORMATION_JSON_POINTER, GRAPHBIT_TRANSFORMATION_PARSE_JSON };
  g_autofree char *text = g_strnfill (17 * 1024 * 1024, ' ');

  text[0] = '1';
  for (guint i = 0; i < G_N_ELEMENTS (transformations); i++)
    {
      g_autoptr (GraphbitPlan) plan = make_plan (transformations[i], NULL, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (graphbit_transform_apply (graphbit_plan_get_node (plan, 0)->settings,
                                               (const char *const *) &text, 1, NULL, NULL, NULL, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE);
    }
}

static char *
resolve (const GraphbitTemplateReference *reference,
         gpointer data)
{
  g_assert_cmpstr (data, ==, "data");

  return g_str_equal (reference->name, "who") ? g_strdup ("{who}") : NULL;
}

static void
test_template (void)
{
  g_autoptr (GraphbitPlan) plan = make_plan (GRAPHBIT_TRANSFORMATION_TEMPLATE, "Dear {who}!", NULL);
  g_autoptr (GraphbitPlan) unresolvable_plan = make_plan (GRAPHBIT_TRANSFORMATION_TEMPLATE, "{who} {what}", NULL);
  g_autoptr (GPtrArray) unresolved = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  char data[] = "data";

  output = graphbit_transform_apply (graphbit_plan_get_node (plan, 0)->settings, NULL, 0, resolve, data, &unresolved, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (output, ==, "Dear {who}!");
  g_assert_null (unresolved);

  g_assert_null (graphbit_transform_apply (graphbit_plan_get_node (unresolvable_plan, 0)->settings, NULL, 0,
                                           resolve, data, &unresolved, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (unresolved->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (unresolved, 0), ==, "{what}");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/transform/", cases[i].title, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/transform/replace-like-any-other", test_replace);
  g_test_add_func ("/transform/huge-inputs", test_huge_inputs);
  g_test_add_func ("/transform/too-large", test_too_large);
  g_test_add_func ("/transform/template", test_template);

  return g_test_run ();
}
