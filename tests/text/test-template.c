/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-template-private.h"

/* Each reference as kind:name or kind:name:path, with spaces between. */
static char *
describe (GraphbitTemplate *template)
{
  GString *string = g_string_new (NULL);

  for (guint i = 0; i < graphbit_template_get_n_references (template); i++)
    {
      static const char *const kinds[] = { "node", "input", "variable" };
      const GraphbitTemplateReference *reference = graphbit_template_get_reference (template, i);

      g_string_append_printf (string, "%s%s:%s%s%s", i > 0 ? " " : "", kinds[reference->kind], reference->name,
                              reference->path != NULL ? ":" : "", reference->path != NULL ? reference->path : "");
      g_assert_nonnull (strstr (graphbit_template_get_text (template), reference->source));
    }

  return g_string_free (string, FALSE);
}

static const struct
{
  const char *text;
  const char *references;
} table[] = {
  { "", "" },
  { "plain", "" },
  { "{{node.A}}", "node:A" },
  { "{{node.A}}{{node.B}}", "node:A node:B" },
  { "a {{node.a_b-1}} c", "node:a_b-1" },
  { "{{node.A.path}}", "node:A:path" },
  { "{{node.A.path.to[0].field}}", "node:A:path.to[0].field" },
  { "{{node.A[0]}}", "node:A:[0]" },
  { "{{node.A[0][12].x-y}}", "node:A:[0][12].x-y" },
  { "{{node.A.0}}", "node:A:0" },
  { "{{node.\"Name with spaces\"}}", "node:Name with spaces" },
  { "{{node.\"dots.and-{braces}}\"}}", "node:dots.and-{braces}}" },
  { "{{node.\"\xc3\x9c\"}}", "node:\xc3\x9c" },
  { "{{node.\"A b\".path[1]}}", "node:A b:path[1]" },
  { "{{node.\"A b\"[1]}}", "node:A b:[1]" },
  { "{{input.question}}", "input:question" },
  { "{{input.data.list[3]}}", "input:data:list[3]" },
  { "{name}", "variable:name" },
  { "{_a1} {B}", "variable:_a1 variable:B" },
  { "Say {greeting}, {name}! {{node.A}}", "variable:greeting variable:name node:A" },
  { "${price}", "variable:price" },
  { "{a}{b}", "variable:a variable:b" },
  { "{a}}", "variable:a" },
  { "{\"x\":{{node.A}}}", "node:A" },
  { "{\"x\":\"{name}\"}", "variable:name" },

  /* plain text */
  { "{", "" },
  { "}", "" },
  { "{}", "" },
  { "{{", "" },
  { "{{}}", "" },
  { "{{{node.A}}}", "" },
  { "{{{{node.A}}}}", "" },
  { "{{{name}}}", "" },
  { "{{name}}", "" },
  { "{{ node.A }}", "" },
  { "{{node.}}", "" },
  { "{{node}}", "" },
  { "{{node.A", "" },
  { "{{node.A}", "" },
  { "{{node.A} }", "" },
  { "{{node.A b}}", "" },
  { "{{node.A.}}", "" },
  { "{{node.A..b}}", "" },
  { "{{node.A[]}}", "" },
  { "{{node.A[x]}}", "" },
  { "{{node.A[-1]}}", "" },
  { "{{node.A[0}}", "" },
  { "{{node.A[0]b}}", "" },
  { "{{node.\"\"}}", "" },
  { "{{node.\"A}}", "" },
  { "{{node.\"A\nB\"}}", "" },
  { "{{node.\"A\"b}}", "" },
  { "{{node.\xc3\x9c}}", "" },
  { "{{Node.A}}", "" },
  { "{{nodes.A}}", "" },
  { "{{input.\"a b\"}}", "" },
  { "{node.A}", "" },
  { "{1a}", "" },
  { "{a b}", "" },
  { "{a-b}", "" },
  { "{ a }", "" },
  { "{a", "" },
  { "{\xc3\xa9}", "" },
  { "{\"a\": 1, \"b\": {\"c\": []}}", "" },
  { "if (x) { return {}; }", "" },
  { "{{node.A{{node.B}}", "node:B" },
  { "{{node.A {name}", "variable:name" },
};

static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GraphbitTemplate) template = graphbit_template_new (table[i].text);
      g_autofree char *references = describe (template);

      g_assert_cmpstr (graphbit_template_get_text (template), ==, table[i].text);
      g_assert_cmpstr (references, ==, table[i].references);
    }
}

/* The reference itself, so that expanding gives the template back. */
static char *
resolve_source (const GraphbitTemplateReference *reference,
                gpointer user_data)
{
  return g_strdup (reference->source);
}

static char *
resolve_name (const GraphbitTemplateReference *reference,
              gpointer user_data)
{
  return g_str_has_prefix (reference->name, "missing") ? NULL : g_strdup_printf ("<%s>", reference->name);
}

static char *
resolve_constant (const GraphbitTemplateReference *reference,
                  gpointer user_data)
{
  (*(guint *) user_data)++;
  return g_strdup ("{{node.A}} {name} {{{");
}

static void
test_expand (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GraphbitTemplate) template = graphbit_template_new (table[i].text);
      g_autoptr (GPtrArray) unresolved = NULL;
      g_autofree char *text = graphbit_template_expand (template, resolve_source, NULL, &unresolved);

      g_assert_cmpstr (text, ==, table[i].text);
      g_assert_null (unresolved);
    }

  {
    g_autoptr (GraphbitTemplate) template = graphbit_template_new ("a {{node.B}}{c} d {{{e}}} {\"f\":{g}}");
    g_autoptr (GraphbitTemplate) same = graphbit_template_ref (template);
    g_autofree char *text = graphbit_template_expand (same, resolve_name, NULL, NULL);

    g_assert_cmpstr (text, ==, "a <B><c> d {{{e}}} {\"f\":<g>}");
  }
}

/* What a model wrote is not a template. */
static void
test_inserted_text (void)
{
  g_autoptr (GraphbitTemplate) template = graphbit_template_new ("{a}{{node.B}}{");
  guint n = 0;
  g_autofree char *text = graphbit_template_expand (template, resolve_constant, &n, NULL);

  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpstr (text, ==, "{{node.A}} {name} {{{{{node.A}} {name} {{{{");
}

static void
test_unresolved (void)
{
  g_autoptr (GraphbitTemplate) template =
      graphbit_template_new ("{missing1} {a} {{node.missing2.x[0]}} {missing1} {{node.\"missing 3\"}}");
  g_autoptr (GPtrArray) unresolved = NULL;

  g_assert_null (graphbit_template_expand (template, resolve_name, NULL, NULL));
  g_assert_null (graphbit_template_expand (template, resolve_name, NULL, &unresolved));
  g_assert_cmpuint (unresolved->len, ==, 3);
  g_assert_cmpstr (g_ptr_array_index (unresolved, 0), ==, "{missing1}");
  g_assert_cmpstr (g_ptr_array_index (unresolved, 1), ==, "{{node.missing2.x[0]}}");
  g_assert_cmpstr (g_ptr_array_index (unresolved, 2), ==, "{{node.\"missing 3\"}}");
}

/* Every prefix and every change of one byte is a template too, and comes out as it went in. */
static void
test_any_text (void)
{
  static const char sample[] = "a{b}{{node.C.d[0].e}}{{input.f}}{{node.\"g h\"[1]}}{{{i}}}{";
  static const char replacements[] = "{}[].\"n0 -_\n\x80";
  gsize length = strlen (sample);

  for (gsize i = 0; i < length; i++)
    for (gsize j = 0; j < sizeof replacements; j++)
      {
        g_autofree char *text = g_strdup (sample);
        g_autoptr (GraphbitTemplate) template = NULL;
        g_autofree char *back = NULL;

        text[i] = replacements[j]; /* the last one cuts it */
        template = graphbit_template_new (text);
        back = graphbit_template_expand (template, resolve_source, NULL, NULL);
        g_assert_cmpstr (back, ==, text);
      }
}

/* Linear: none of these sends the parser back to the start again and again. */
static void
test_large_text (void)
{
  static const char *const pieces[] = { "{", "{{node.", "{{node.\"", "{{node.\"a", "{a", "{a}", "{{node.a.b.c[0]", "{{input.x}}" };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GraphbitTemplate) template = NULL;
      g_autofree char *back = NULL;

      while (text->len < 1000000)
        g_string_append (text, pieces[i]);
      template = graphbit_template_new (text->str);
      back = graphbit_template_expand (template, resolve_source, NULL, NULL);
      g_assert_cmpuint (strlen (back), ==, text->len);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/text/template/parse", test_parse);
  g_test_add_func ("/text/template/expand", test_expand);
  g_test_add_func ("/text/template/inserted-text", test_inserted_text);
  g_test_add_func ("/text/template/unresolved", test_unresolved);
  g_test_add_func ("/text/template/any-text", test_any_text);
  g_test_add_func ("/text/template/large-text", test_large_text);

  return g_test_run ();
}
