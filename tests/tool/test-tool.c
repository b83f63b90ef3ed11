/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-content-part.h"
#include "graphbit-error.h"
#include "graphbit-json-private.h"
#include "graphbit-tool-private.h"

static char *
greet (GraphbitToolCall *call,
       gpointer user_data,
       GError **error)
{
  const char *name = graphbit_tool_call_get_argument_string (call, "name");

  if (name == NULL)
    return NULL;
  if (*name == '\0')
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND, "nobody");
      return g_strdup ("not for the model");
    }
  return g_strdup_printf ("Hello %s", name);
}

static void
count_down (gpointer user_data)
{
  int *n = user_data;

  (*n)--;
}

#define NAME_SCHEMA "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}},\"required\":[\"name\"]}"

static GraphbitTool *
make_tool (const char *parameters)
{
  g_autoptr (GError) error = NULL;
  GraphbitTool *tool = graphbit_tool_new ("greet", "Greets somebody.", parameters, greet, NULL, NULL, &error);

  g_assert_no_error (error);
  return tool;
}

static GraphbitToolCall *
make_call (const char *arguments_json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) arguments = graphbit_json_parse (arguments_json, -1, &error);

  g_assert_no_error (error);
  return graphbit_tool_call_new ("c1", "greet", arguments_json, arguments);
}

static void
count_notify (GObject *object,
              GParamSpec *pspec,
              gpointer user_data)
{
  guint *n = user_data;

  (*n)++;
}

static void
test_properties (void)
{
  g_autoptr (GraphbitTool) tool = make_tool (NULL);
  guint n_notified = 0;
  guint timeout_ms, output_limit;
  gboolean is_parallel_safe;

  g_assert_cmpuint (graphbit_tool_get_timeout_ms (tool), ==, 30000);
  g_assert_true (graphbit_tool_get_is_parallel_safe (tool));
  g_assert_cmpuint (graphbit_tool_get_output_limit (tool), ==, 262144);

  g_signal_connect (tool, "notify", G_CALLBACK (count_notify), &n_notified);
  for (guint i = 0; i < 2; i++)
    {
      graphbit_tool_set_timeout_ms (tool, 5);
      graphbit_tool_set_is_parallel_safe (tool, FALSE);
      graphbit_tool_set_output_limit (tool, 100);
    }
  g_assert_cmpuint (n_notified, ==, 3);

  g_assert_false (graphbit_tool_get_requires_approval (tool));
  g_assert_false (graphbit_tool_get_is_untrusted (tool));
  g_assert_false (graphbit_tool_get_is_sensitive (tool));
  for (guint i = 0; i < 2; i++)
    {
      graphbit_tool_set_requires_approval (tool, TRUE);
      graphbit_tool_set_is_untrusted (tool, TRUE);
      g_object_set (tool, "is-sensitive", TRUE, NULL);
    }
  g_assert_cmpuint (n_notified, ==, 6);
  g_assert_true (graphbit_tool_get_requires_approval (tool));
  g_assert_true (graphbit_tool_get_is_untrusted (tool));
  g_assert_true (graphbit_tool_get_is_sensitive (tool));

  g_object_get (tool, "timeout-ms", &timeout_ms, "is-parallel-safe", &is_parallel_safe, "output-limit", &output_limit, NULL);
  g_assert_cmpuint (timeout_ms, ==, 5);
  g_assert_false (is_parallel_safe);
  g_assert_cmpuint (output_limit, ==, 100);

  g_object_set (tool, "timeout-ms", 7, "is-parallel-safe", TRUE, "output-limit", 0, NULL);
  g_assert_cmpuint (graphbit_tool_get_timeout_ms (tool), ==, 7);
  g_assert_true (graphbit_tool_get_is_parallel_safe (tool));
  g_assert_cmpuint (graphbit_tool_get_output_limit (tool), ==, 0);
}

/* However it ends, the data given to new () is released once. */
static void
test_new (void)
{
  static const struct
  {
    const char *name;
    const char *parameters;
    GraphbitError code;
  } wrong[] = {
    { "", NULL, GRAPHBIT_ERROR_INVALID_ARGUMENT },
    { "two words", NULL, GRAPHBIT_ERROR_INVALID_ARGUMENT },
    { "tool", "no JSON", GRAPHBIT_ERROR_INVALID_ARGUMENT },
    { "tool", "[]", GRAPHBIT_ERROR_INVALID_ARGUMENT },
    { "tool", "{\"type\":\"thing\"}", GRAPHBIT_ERROR_INVALID_ARGUMENT },
    { "tool", "{\"type\":\"object\",\"patternProperties\":{}}", GRAPHBIT_ERROR_UNSUPPORTED },
  };
  int n_held = 1;
  GraphbitTool *tool;
  g_autoptr (GraphbitTool) from_properties = NULL;
  g_autoptr (GError) error = NULL;

  tool = graphbit_tool_new ("greet", "Greets somebody.", NAME_SCHEMA, greet, &n_held, count_down, &error);
  g_assert_no_error (error);
  g_assert_true (graphbit_tool_check (tool, &error));
  g_assert_cmpint (n_held, ==, 1);
  g_object_unref (tool);
  g_assert_cmpint (n_held, ==, 0);

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_test_message ("%s %s", wrong[i].name, wrong[i].parameters);
      n_held = 1;
      tool = graphbit_tool_new (wrong[i].name, "", wrong[i].parameters, greet, &n_held, count_down, &error);
      g_assert_null (tool);
      g_assert_error (error, GRAPHBIT_ERROR, (int) wrong[i].code);
      g_assert_cmpint (n_held, ==, 0);
      g_clear_error (&error);
    }

  /* new () checks first; what is made of properties alone is checked when it is used */
  from_properties = g_object_new (GRAPHBIT_TYPE_TOOL, "name", "tool", "parameters", "{\"type\":\"thing\"}", NULL);
  g_assert_false (graphbit_tool_check (from_properties, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

static void
test_arguments (void)
{
  static const struct
  {
    const char *arguments;
    const char *problem; /* NULL: right */
  } table[] = {
    { "{\"name\":\"Ada\"}", NULL },
    { "{\"name\":\"Ada\",\"more\":1}", NULL },
    { "", "*fit*name*" },
    { "{}", "*fit*name*" },
    { "{\"name\":1}", "*fit*/name*" },
    { "[]", "*one JSON object*" },
    { "{\"name\":", "*not valid JSON*" },
  };
  g_autoptr (GraphbitTool) tool = make_tool (NAME_SCHEMA);
  g_autoptr (GraphbitTool) free_tool = make_tool (NULL);
  g_autoptr (JsonNode) nothing = NULL;
  g_autofree char *no_problem = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *problem = NULL;
      g_autoptr (JsonNode) arguments = graphbit_tool_parse_arguments (tool, table[i].arguments, &problem);

      g_test_message ("%s: %s", table[i].arguments, problem);
      g_assert_cmpint (arguments != NULL, ==, table[i].problem == NULL);
      if (table[i].problem == NULL)
        g_assert_null (problem);
      else
        g_assert_true (g_pattern_match_simple (table[i].problem, problem));
    }

  nothing = graphbit_tool_parse_arguments (free_tool, "", &no_problem);
  g_assert_cmpint (graphbit_json_get_kind (nothing), ==, GRAPHBIT_JSON_KIND_OBJECT);
  g_assert_null (no_problem);
}

static void
test_getters (void)
{
  g_autoptr (GraphbitToolCall) call =
      make_call ("{\"text\":\"a\",\"int\":-3,\"double\":2.5,\"yes\":true,\"null\":null,\"list\":[\"x\",\"y\"],\"mixed\":[\"x\",1],\"none\":[]}");
  g_autofree char *id = NULL;
  g_autofree char *name = NULL;
  g_autofree char *json = NULL;
  g_auto (GStrv) list = NULL;
  g_auto (GStrv) none = NULL;

  g_object_get (call, "id", &id, "name", &name, "arguments-json", &json, NULL);
  g_assert_cmpstr (id, ==, "c1");
  g_assert_cmpstr (graphbit_tool_call_get_id (call), ==, "c1");
  g_assert_cmpstr (name, ==, "greet");
  g_assert_cmpstr (graphbit_tool_call_get_name (call), ==, "greet");
  g_assert_cmpstr (json, ==, graphbit_tool_call_get_arguments_json (call));

  g_assert_true (graphbit_tool_call_has_argument (call, "null"));
  g_assert_false (graphbit_tool_call_has_argument (call, "absent"));

  g_assert_cmpstr (graphbit_tool_call_get_argument_string (call, "text"), ==, "a");
  g_assert_null (graphbit_tool_call_get_argument_string (call, "int"));
  g_assert_cmpint (graphbit_tool_call_get_argument_int (call, "int", 7), ==, -3);
  g_assert_cmpint (graphbit_tool_call_get_argument_int (call, "text", 7), ==, 7);
  g_assert_cmpint (graphbit_tool_call_get_argument_int (call, "absent", 7), ==, 7);
  g_assert_cmpfloat (graphbit_tool_call_get_argument_double (call, "double", 7), ==, 2.5);
  g_assert_cmpfloat (graphbit_tool_call_get_argument_double (call, "int", 7), ==, -3);
  g_assert_cmpfloat (graphbit_tool_call_get_argument_double (call, "null", 7), ==, 7);
  g_assert_true (graphbit_tool_call_get_argument_boolean (call, "yes", FALSE));
  g_assert_true (graphbit_tool_call_get_argument_boolean (call, "int", TRUE));

  list = graphbit_tool_call_get_argument_strv (call, "list");
  g_assert_cmpstrv (list, ((const char *const[]){ "x", "y", NULL }));
  none = graphbit_tool_call_get_argument_strv (call, "none");
  g_assert_cmpstrv (none, ((const char *const[]){ NULL }));
  g_assert_null (graphbit_tool_call_get_argument_strv (call, "mixed"));
  g_assert_null (graphbit_tool_call_get_argument_strv (call, "text"));

  g_assert_cmpuint (graphbit_json_get_size (graphbit_tool_call_get_argument_json (call, "mixed")), ==, 2);
  g_assert_null (graphbit_tool_call_get_argument_json (call, "absent"));
}

static void
test_invoke (void)
{
  static const struct
  {
    const char *arguments;
    const char *output;
    int code;
  } table[] = {
    { "{\"name\":\"Ada\"}", "Hello Ada", -1 },
    { "{\"name\":\"\"}", NULL, GRAPHBIT_ERROR_NOT_FOUND }, /* the function's own error, and nothing beside it */
    { "{}", NULL, GRAPHBIT_ERROR_TOOL_FAILED },            /* it said nothing at all */
  };
  g_autoptr (GraphbitTool) tool = make_tool (NULL);
  g_autoptr (GraphbitTool) without_function = graphbit_tool_new ("greet", "", NULL, NULL, NULL, NULL, NULL);
  g_autoptr (GraphbitToolCall) any = make_call ("{}");
  g_autoptr (GraphbitToolAnswer) nothing = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GraphbitToolCall) call = make_call (table[i].arguments);
      g_autoptr (GraphbitToolAnswer) output = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (graphbit_tool_invoke (tool, call, &output, &error));
      g_assert_cmpstr (output != NULL ? output->text : NULL, ==, table[i].output);
      if (table[i].code < 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, GRAPHBIT_ERROR, table[i].code);
    }

  g_assert_false (graphbit_tool_invoke (without_function, any, &nothing, NULL));
  g_assert_null (nothing);
  g_assert_false (graphbit_tool_emit_call (without_function, any));
}

static void
test_output_limit (void)
{
  static const struct
  {
    const char *output;
    guint limit;
    const char *expected;
  } table[] = {
    { "abc", 0, "abc" },
    { "abc", 3, "abc" },
    { "abcd", 3, "abc\n[3 of 4 bytes; the rest was cut off]" },
    { "a\xc3\xa9", 2, "a\n[1 of 3 bytes; the rest was cut off]" }, /* never half a character */
    { "\xff", 0, "\xef\xbf\xbd" },
  };
  g_autoptr (GraphbitTool) tool = make_tool (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      GPtrArray *parts = g_ptr_array_new_with_free_func (g_object_unref);
      g_autoptr (GraphbitToolAnswer) answer = NULL;
      g_autoptr (GBytes) pixels = g_bytes_new_static ("abcdef", 6);
      g_autofree char *described = NULL;

      /* each part for itself, images not at all */
      g_ptr_array_add (parts, graphbit_content_part_new_for_text ("x"));
      g_ptr_array_add (parts, graphbit_content_part_new_for_image_bytes (pixels, "image/png"));
      g_ptr_array_add (parts, graphbit_content_part_new_for_text (g_utf8_validate (table[i].output, -1, NULL) ? table[i].output : "y"));
      answer = graphbit_tool_answer_new (NULL, parts);
      described = g_strdup (answer->text);
      g_assert_true (g_str_has_prefix (described, "x\n[an image, image/png, which cannot be shown here]\n"));

      g_free (answer->text);
      answer->text = g_strdup (table[i].output);
      graphbit_tool_set_output_limit (tool, table[i].limit);
      graphbit_tool_limit_answer (tool, answer);
      g_assert_cmpstr (answer->text, ==, table[i].expected);
      g_assert_cmpstr (graphbit_content_part_get_text (parts->pdata[0]), ==, "x");
      g_assert_true (graphbit_content_part_get_bytes (parts->pdata[1]) == pixels);
      if (g_utf8_validate (table[i].output, -1, NULL))
        g_assert_cmpstr (graphbit_content_part_get_text (parts->pdata[2]), ==, table[i].expected);
    }
}

/* A call that nobody opened, or that has its answer, takes none. */
static void
test_late_answers (void)
{
  g_autoptr (GraphbitToolCall) call = make_call ("{}");
  g_autoptr (JsonNode) node = graphbit_json_parse ("[1]", -1, NULL);

  g_assert_false (graphbit_tool_call_respond (call, "late"));
  g_assert_false (graphbit_tool_call_respond_json (call, node));
  g_assert_false (graphbit_tool_call_respond_parts (call, NULL, 0));
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tool/properties", test_properties);
  g_test_add_func ("/tool/new", test_new);
  g_test_add_func ("/tool/arguments", test_arguments);
  g_test_add_func ("/tool/getters", test_getters);
  g_test_add_func ("/tool/invoke", test_invoke);
  g_test_add_func ("/tool/output-limit", test_output_limit);
  g_test_add_func ("/tool/late-answers", test_late_answers);

  return g_test_run ();
}
