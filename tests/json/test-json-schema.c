/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-error.h"
#include "graphbit-json-private.h"
#include "graphbit-json-schema-private.h"
#include "graphbit-problem-private.h"

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = graphbit_json_parse (text, -1, &error);

  g_assert_no_error (error);
  return node;
}

static GraphbitJsonSchema *
compile (const char *text)
{
  g_autoptr (GError) error = NULL;
  GraphbitJsonSchema *schema = graphbit_json_schema_new_from_json (text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (schema);
  return schema;
}

static char *
join (GPtrArray *problems)
{
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < problems->len; i++)
    {
      g_autofree char *line = graphbit_problem_to_line (problems->pdata[i]);

      g_string_append_printf (lines, "%s%s", i > 0 ? "\n" : "", line);
    }
  return g_string_free (lines, FALSE);
}

typedef struct
{
  const char *schema;
  const char *document;
  const char *problems; /* a line each; NULL: it fits */
} Case;

static const Case cases[] = {
  { "true", "1", NULL },
  { "{}", "{\"a\":[1]}", NULL },
  { "false", "1", "(root): not allowed" },

  /* type */
  { "{\"type\":\"string\"}", "\"a\"", NULL },
  { "{\"type\":\"string\"}", "1", "(root): must be a string, not an integer" },
  { "{\"type\":\"integer\"}", "5", NULL },
  { "{\"type\":\"integer\"}", "5.0", NULL },
  { "{\"type\":\"integer\"}", "1e300", NULL },
  { "{\"type\":\"integer\"}", "5.5", "(root): must be an integer, not a number" },
  { "{\"type\":\"number\"}", "5", NULL },
  { "{\"type\":\"number\"}", "\"5\"", "(root): must be a number, not a string" },
  { "{\"type\":\"boolean\"}", "0", "(root): must be true or false, not an integer" },
  { "{\"type\":\"null\"}", "false", "(root): must be null, not a boolean" },
  { "{\"type\":\"object\"}", "[]", "(root): must be an object, not an array" },
  { "{\"type\":[\"string\",\"null\"]}", "null", NULL },
  { "{\"type\":[\"string\",\"null\"]}", "{}", "(root): must be a string or null, not an object" },

  /* enum, const */
  { "{\"enum\":[\"c\",\"f\",1,null]}", "\"f\"", NULL },
  { "{\"enum\":[\"c\",\"f\",1,null]}", "1.0", NULL },
  { "{\"enum\":[\"c\",\"f\",1,null]}", "\"k\"", "(root): must be one of \"c\", \"f\", 1, null, not \"k\"" },
  { "{\"enum\":[1]}", "true", "(root): must be one of 1, not true" },
  { "{\"enum\":[{\"a\":1,\"b\":[2]}]}", "{\"b\":[2.0],\"a\":1}", NULL },
  { "{\"enum\":[[1,2]]}", "[2,1]", "(root): must be one of [1,2], not [2,1]" },
  { "{\"const\":\"x\"}", "\"x\"", NULL },
  { "{\"const\":null}", "0", "(root): must be null, not 0" },

  /* objects */
  { "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"},\"days\":{\"type\":\"integer\"}},\"required\":[\"city\"]}",
    "{\"city\":\"Bonn\",\"days\":3,\"more\":true}", NULL },
  { "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"},\"days\":{\"type\":\"integer\"}},\"required\":[\"city\",\"days\"]}",
    "{\"days\":\"3\"}", "/city: required but missing\n/days: must be an integer, not a string" },
  { "{\"properties\":{\"a\":true,\"b\":true},\"additionalProperties\":false}", "{\"a\":1,\"c\":2}",
    "/c: not allowed; leave it out (allowed here: a, b)" },
  { "{\"additionalProperties\":false}", "{\"c\":2}", "/c: not allowed; leave it out" },
  { "{\"properties\":{\"a\":true},\"additionalProperties\":{\"type\":\"integer\"}}", "{\"a\":\"x\",\"b\":1,\"c\":\"2\"}",
    "/c: must be an integer, not a string" },
  { "{\"properties\":{\"a\":false}}", "{\"a\":1}", "/a: not allowed" },
  { "{\"properties\":{\"a/b~c\":{\"type\":\"null\"}}}", "{\"a/b~c\":1}", "/a~1b~0c: must be null, not an integer" },
  { "{\"required\":[\"a\"]}", "[]", NULL },
  { "{\"properties\":{\"a\":{\"properties\":{\"b\":{\"items\":{\"type\":\"string\"}}}}}}", "{\"a\":{\"b\":[\"x\",2]}}",
    "/a/b/1: must be a string, not an integer" },

  /* arrays */
  { "{\"items\":{\"type\":\"integer\"}}", "[1,\"2\",3,null]",
    "/1: must be an integer, not a string\n/3: must be an integer, not null" },
  { "{\"prefixItems\":[{\"type\":\"string\"},{\"type\":\"integer\"}],\"items\":false}", "[\"a\",1]", NULL },
  { "{\"prefixItems\":[{\"type\":\"string\"},{\"type\":\"integer\"}],\"items\":false}", "[\"a\",1,2]", "/2: not allowed" },
  { "{\"prefixItems\":[{\"type\":\"string\"}]}", "[\"a\",1,2]", NULL },
  { "{\"minItems\":2,\"maxItems\":3}", "[1,2]", NULL },
  { "{\"minItems\":2}", "[1]", "(root): must have at least 2 items, has 1" },
  { "{\"maxItems\":0}", "[1]", "(root): must have at most 0 items, has 1" },
  { "{\"uniqueItems\":true}", "[1,\"1\",[1],{\"a\":1}]", NULL },
  { "{\"uniqueItems\":true}", "[{\"a\":1,\"b\":2},{\"b\":2.0,\"a\":1}]",
    "(root): must not hold the same item twice, item 1 repeats an earlier one" },
  { "{\"uniqueItems\":false}", "[1,1]", NULL },

  /* numbers */
  { "{\"minimum\":1,\"maximum\":3}", "1", NULL },
  { "{\"minimum\":1}", "0", "(root): must be at least 1, not 0" },
  { "{\"minimum\":1}", "\"0\"", NULL },
  { "{\"maximum\":2.5}", "3", "(root): must be at most 2.5, not 3" },
  { "{\"exclusiveMinimum\":0}", "0.0", "(root): must be greater than 0, not 0" },
  { "{\"exclusiveMaximum\":1}", "1", "(root): must be less than 1, not 1" },
  { "{\"maximum\":9223372036854775806}", "9223372036854775807",
    "(root): must be at most 9223372036854775806, not 9223372036854775807" },
  { "{\"multipleOf\":5}", "15", NULL },
  { "{\"multipleOf\":5}", "16", "(root): must be a multiple of 5, not 16" },
  { "{\"multipleOf\":0.1}", "0.3", NULL },
  { "{\"multipleOf\":0.01}", "19.99", NULL },
  { "{\"multipleOf\":1}", "10000000000.5", "(root): must be a multiple of 1, not 10000000000.5" },
  { "{\"multipleOf\":3}", "1e20", "(root): must be a multiple of 3, not 1e+20" },
  { "{\"multipleOf\":0.5}", "0.7", "(root): must be a multiple of 0.5, not 0.7" },
  { "{\"multipleOf\":1e-300}", "1e300", "(root): must be a multiple of 1e-300, not 1e+300" },

  /* strings, in characters */
  { "{\"minLength\":2,\"maxLength\":3}", "\"\xc3\xa9\xf0\x9f\x98\x80\"", NULL },
  { "{\"minLength\":2}", "\"\xf0\x9f\x98\x80\"", "(root): must have at least 2 characters, has 1" },
  { "{\"maxLength\":2}", "\"abc\"", "(root): must have at most 2 characters, has 3" },
  { "{\"minLength\":2}", "7", NULL },

  { "{\"pattern\":\"^a+$\"}", "\"aaa\"", NULL },
  { "{\"pattern\":\"b\"}", "\"abc\"", NULL },
  { "{\"pattern\":\"^a+$\"}", "\"aab\"", "(root): must match the pattern ^a+$, not be \"aab\"" },
  { "{\"pattern\":\"^a$\"}", "\"a\\n\"", "(root): must match the pattern ^a$, not be \"a\n\"" },
  { "{\"pattern\":\"^.$\"}", "\"\xf0\x9f\x98\x80\"", NULL },
  { "{\"pattern\":\"^\\\\p{Lu}\"}", "\"\xc3\x84rger\"", NULL },
  { "{\"pattern\":\"a\"}", "7", NULL },
  /* JavaScript's, not PCRE's */
  { "{\"pattern\":\"^\\\\d+$\"}", "\"2024\"", NULL },
  { "{\"pattern\":\"^\\\\d$\"}", "\"\xd9\xa3\"", "(root): must match the pattern ^\\d$, not be \"\xd9\xa3\"" },
  { "{\"pattern\":\"^[\\\\d.-]+$\"}", "\"1.2-3\"", NULL },
  { "{\"pattern\":\"^[\\\\w-.]+$\"}", "\"a_1-.\"", NULL },
  { "{\"pattern\":\"^[\\\\w-.]+$\"}", "\"a/\"", "(root): must match the pattern ^[\\w-.]+$, not be \"a/\"" },
  { "{\"pattern\":\"^[+\\\\-\\\\d]+$\"}", "\"+1-2\"", NULL },
  { "{\"pattern\":\"^[+\\\\-\\\\d]$\"}", "\"\xd9\xa3\"", "(root): must match the pattern ^[+\\-\\d]$, not be \"\xd9\xa3\"" },
  { "{\"pattern\":\"^[^-\\\\d]$\"}", "\"\xd9\xa3\"", NULL },
  { "{\"pattern\":\"^\\\\D\\\\W$\"}", "\"x-\"", NULL },
  { "{\"pattern\":\"^\\\\w$\"}", "\"\xc3\xa9\"", "(root): must match the pattern ^\\w$, not be \"\xc3\xa9\"" },
  { "{\"pattern\":\"^\\\\u00e9[\\\\u4e00-\\\\u9fa5]$\"}", "\"\xc3\xa9\xe4\xb8\xad\"", NULL },
  { "{\"pattern\":\"^\\\\ud83d\\\\ude00$\"}", "\"\xf0\x9f\x98\x80\"", NULL },
  { "{\"pattern\":\"^\\\\\\\\d$\"}", "\"\\\\d\"", NULL },
  { "{\"properties\":{\"p\":{\"pattern\":\"a\",\"minLength\":2}}}", "{\"p\":\"b\"}",
    "/p: must have at least 2 characters, has 1\n/p: must match the pattern a, not be \"b\"" },

  /* the number of members */
  { "{\"minProperties\":1,\"maxProperties\":2}", "{\"a\":1}", NULL },
  { "{\"minProperties\":1}", "{}", "(root): must have at least 1 member, has 0" },
  { "{\"maxProperties\":1}", "{\"a\":1,\"b\":2}", "(root): must have at most 1 member, has 2" },
  { "{\"minProperties\":1}", "[]", NULL },

  /* numbers that are written in another way, or that only a double can hold */
  { "{\"minLength\":2.0,\"maxLength\":3.0}", "\"ab\"", NULL },
  { "{\"enum\":[0]}", "-0.0", NULL },
  { "{\"const\":1e2}", "100", NULL },
  { "{\"const\":9007199254740993}", "9007199254740992", "(root): must be 9007199254740993, not 9007199254740992" },
  { "{\"maximum\":9007199254740992.0}", "9007199254740993", "(root): must be at most 9007199254740992, not 9007199254740993" },
  { "{\"minimum\":9223372036854775807}", "12345678901234567890123", NULL },
  { "{\"maximum\":1}", "12345678901234567890123", "(root): must be at most 1, not 1.2345678901234568e+22" },
  { "{\"exclusiveMaximum\":-9223372036854775807}", "-9223372036854775808", NULL },
  { "{\"type\":\"integer\"}", "12345678901234567890123", NULL },

  /* each keyword speaks of its own type only */
  { "{\"minLength\":5,\"minItems\":5,\"minProperties\":5,\"minimum\":5,\"multipleOf\":5,\"pattern\":\"x\",\"format\":\"uuid\","
    "\"required\":[\"x\"],\"uniqueItems\":true,\"items\":false,\"additionalProperties\":false}", "null", NULL },
  { "{\"uniqueItems\":true}", "[0,false,\"0\",\"\",null,[],{}]", NULL },
  { "{\"uniqueItems\":true}", "[1,1.0]", "(root): must not hold the same item twice, item 1 repeats an earlier one" },
  { "{\"properties\":{\"\":{\"type\":\"null\"},\"0\":{\"items\":{\"type\":\"null\"}}}}", "{\"\":1,\"0\":[null,1]}",
    "/: must be null, not an integer\n/0/1: must be null, not an integer" },

  /* combinations */
  { "{\"anyOf\":[{\"pattern\":\"^a\"},{\"minLength\":3}]}", "\"b\"",
    "(root): fits none of the 2 alternatives: must match the pattern ^a, not be \"b\"; or must have at least 3 characters, has 1" },
  { "{\"allOf\":[{\"properties\":{\"a\":true}}],\"additionalProperties\":false}", "{\"a\":1}", "/a: not allowed; leave it out" },
  { "{\"not\":{\"required\":[\"a\"]}}", "{\"b\":1}", NULL },
  { "{\"oneOf\":[true,true]}", "1", "(root): fits more than one of the 2 alternatives, must fit exactly one" },
  { "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}", "null", NULL },
  { "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}", "1",
    "(root): fits none of the 2 alternatives: must be a string, not an integer; or must be null, not an integer" },
  { "{\"properties\":{\"a\":{\"anyOf\":[{\"required\":[\"x\"]},{\"type\":\"null\"}]}}}", "{\"a\":{}}",
    "/a: fits none of the 2 alternatives: /a/x: required but missing; or must be null, not an object" },
  { "{\"oneOf\":[{\"type\":\"integer\"},{\"minimum\":10}]}", "15", "(root): fits more than one of the 2 alternatives, must fit exactly one" },
  { "{\"oneOf\":[{\"type\":\"integer\"},{\"type\":\"string\"}]}", "5", NULL },
  { "{\"oneOf\":[{\"type\":\"integer\"},{\"type\":\"string\"}]}", "[]",
    "(root): fits none of the 2 alternatives: must be an integer, not an array; or must be a string, not an array" },
  { "{\"allOf\":[{\"minimum\":1},{\"maximum\":3}]}", "2", NULL },
  { "{\"allOf\":[{\"minimum\":5},{\"maximum\":3}]}", "4",
    "(root): must be at least 5, not 4\n(root): must be at most 3, not 4" },
  { "{\"not\":{\"type\":\"string\"}}", "1", NULL },
  { "{\"not\":{\"type\":\"string\"}}", "\"a\"", "(root): has a form that is not allowed" },

  /* references */
  { "{\"$ref\":\"#/$defs/name\",\"$defs\":{\"name\":{\"type\":\"string\"}}}", "\"a\"", NULL },
  { "{\"items\":{\"$ref\":\"#/definitions/a%20name\",\"maxLength\":1},\"definitions\":{\"a name\":{\"type\":\"string\"}}}",
    "[\"a\",1,\"bc\"]", "/1: must be a string, not an integer\n/2: must have at most 1 character, has 2" },
  { "{\"type\":\"object\",\"properties\":{\"child\":{\"$ref\":\"#\"},\"v\":{\"type\":\"integer\"}},\"additionalProperties\":false}",
    "{\"v\":1,\"child\":{\"v\":2,\"child\":{\"v\":\"x\"}}}", "/child/child/v: must be an integer, not a string" },
  { "{\"$ref\":\"#/properties/a\",\"properties\":{\"a\":{\"type\":[\"object\",\"null\"]}}}", "1",
    "(root): must be an object or null, not an integer" },

  /* annotations are no conditions */
  { "{\"title\":\"t\",\"description\":\"d\",\"default\":1,\"examples\":[1],\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","
    "\"$id\":\"https://example.org/s\",\"$comment\":\"c\",\"format\":\"colour\",\"deprecated\":true,\"readOnly\":true,\"writeOnly\":false}",
    "\"x\"", NULL },
};

static void
test_check (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *item = &cases[i];
      g_autoptr (GraphbitJsonSchema) schema = compile (item->schema);
      g_autoptr (JsonNode) document = parse (item->document);
      g_autoptr (GPtrArray) problems = NULL;
      g_autofree char *text = NULL;
      gboolean fits = graphbit_json_schema_check (schema, document, &problems);

      g_test_message ("%s against %s", item->document, item->schema);
      g_assert_cmpint (fits, ==, item->problems == NULL);
      g_assert_cmpint (fits, ==, graphbit_json_schema_check (schema, document, NULL));
      if (fits)
        {
          g_assert_null (problems);
          continue;
        }
      text = join (problems);
      g_assert_cmpstr (text, ==, item->problems);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *schema;
    GraphbitError code;
    const char *message;
  } table[] = {
    { "{\"properties\":{\"city\":{\"contains\":true}}}", GRAPHBIT_ERROR_UNSUPPORTED,
      "The schema keyword “contains” at “#/properties/city/contains” is not supported; leave it out" },
    { "{\"pattern\":\"(a\"}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"pattern\":\"a)(b\"}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"pattern\":\"(*LIMIT_MATCH=4000000000)a\"}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"pattern\":\"\\\\ud83d\"}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"pattern\":\"[.-\\\\d]\"}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"pattern\":1}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"format\":1}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"if\":true}", GRAPHBIT_ERROR_UNSUPPORTED, "The schema keyword “if” at “#/if” is not supported; leave it out" },
    { "{\"anyOf\":[true,{\"not\":{\"dependentRequired\":{}}}]}", GRAPHBIT_ERROR_UNSUPPORTED,
      "The schema keyword “dependentRequired” at “#/anyOf/1/not/dependentRequired” is not supported; leave it out" },
    { "{\"$defs\":{\"unused\":{\"patternProperties\":{}}}}", GRAPHBIT_ERROR_UNSUPPORTED, NULL },
    { "{\"items\":{\"unevaluatedItems\":false}}", GRAPHBIT_ERROR_UNSUPPORTED, NULL },
    { "{\"$ref\":\"https://example.org/other\"}", GRAPHBIT_ERROR_UNSUPPORTED, NULL },
    { "{\"$ref\":\"#anchor\"}", GRAPHBIT_ERROR_UNSUPPORTED, NULL },
    { "{\"items\":{\"$id\":\"x\"}}", GRAPHBIT_ERROR_UNSUPPORTED, NULL },
    { "{\"TYPE\":\"string\"}", GRAPHBIT_ERROR_UNSUPPORTED, NULL },
    { "1", GRAPHBIT_ERROR_INVALID_ARGUMENT, "The schema is wrong at “#”: it must be a schema: an object, true or false" },
    { "null", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "[]", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"type\":\"text\"}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"type\":1}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"type\":[]}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"type\":[\"string\",1]}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"enum\":[]}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"enum\":\"a\"}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"required\":true}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"required\":[1]}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"properties\":[]}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"properties\":{\"a\":\"string\"}}", GRAPHBIT_ERROR_INVALID_ARGUMENT,
      "The schema is wrong at “#/properties/a”: it must be a schema: an object, true or false" },
    { "{\"items\":[{}]}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"prefixItems\":{}}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"anyOf\":[]}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"minimum\":\"1\"}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"exclusiveMinimum\":true}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"multipleOf\":0}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"minLength\":-1}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"maxItems\":1.5}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"uniqueItems\":1}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"$defs\":1}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"$ref\":\"#/$defs/missing\"}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"$ref\":\"#/%zz\"}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"$ref\":7}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
    { "{\"$ref\":\"#/title\",\"title\":\"x\"}", GRAPHBIT_ERROR_INVALID_ARGUMENT, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (JsonNode) node = parse ("1");
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitJsonSchema) schema = NULL;

      g_test_message ("%s", table[i].schema);
      schema = g_object_new (GRAPHBIT_TYPE_JSON_SCHEMA, "json", table[i].schema, NULL);
      g_assert_null (graphbit_json_schema_validate (schema, node, &error));
      g_assert_error (error, GRAPHBIT_ERROR, (int) table[i].code);
      g_clear_error (&error);
      g_assert_null (graphbit_json_schema_new_from_json (table[i].schema, &error));
      g_assert_error (error, GRAPHBIT_ERROR, (int) table[i].code);
      if (table[i].message != NULL)
        g_assert_cmpstr (error->message, ==, table[i].message);
    }
}

static void
test_object (void)
{
  static const char text[] = "{ \"type\": \"object\", \"properties\": { \"a/b\": { \"type\": \"string\" } } }";
  g_autoptr (JsonNode) wrong = parse ("{\"a/b\":1}");
  g_autoptr (JsonNode) right = parse ("{\"a/b\":\"1\"}");
  g_autoptr (GraphbitJsonSchema) schema = compile (text);
  g_autoptr (GraphbitJsonSchema) empty = g_object_new (GRAPHBIT_TYPE_JSON_SCHEMA, NULL);
  g_autofree char *json = NULL;
  g_autofree char *same = NULL;
  g_autofree char *nothing = graphbit_json_schema_to_json (empty);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GError) error = NULL;

  json = graphbit_json_schema_to_json (schema);
  g_object_get (schema, "json", &same, NULL);
  g_assert_cmpstr (json, ==, "{\"type\":\"object\",\"properties\":{\"a/b\":{\"type\":\"string\"}}}");
  g_assert_cmpstr (same, ==, json);

  problems = graphbit_json_schema_validate (schema, wrong, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (problems->len, ==, 1);
  g_assert_cmpstr (graphbit_problem_get_path (problems->pdata[0]), ==, "/a~1b");
  g_assert_cmpstr (graphbit_problem_get_message (problems->pdata[0]), ==, "must be a string, not an integer");
  g_assert_cmpint (graphbit_problem_get_severity (problems->pdata[0]), ==, GRAPHBIT_SEVERITY_ERROR);
  g_assert_null (graphbit_problem_get_node_id (problems->pdata[0]));
  none = graphbit_json_schema_validate (schema, right, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);

  g_assert_null (graphbit_json_schema_validate (empty, right, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (nothing, ==, "");
  g_clear_error (&error);
  g_assert_null (graphbit_json_schema_new_from_json ("{\"type\":", &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE);
}

static void
test_builder (void)
{
  static const char *const colours[] = { "red", "blue", NULL };
  static const char *const none[] = { NULL };
  g_autoptr (GraphbitJsonSchema) city = graphbit_json_schema_new_object ("A \"city\"");
  g_autoptr (GraphbitJsonSchema) name = graphbit_json_schema_new_string (NULL);
  g_autoptr (GraphbitJsonSchema) number = graphbit_json_schema_new_integer ("How many");
  g_autoptr (GraphbitJsonSchema) size = graphbit_json_schema_new_number (NULL);
  g_autoptr (GraphbitJsonSchema) flag = graphbit_json_schema_new_boolean (NULL);
  g_autoptr (GraphbitJsonSchema) colour = graphbit_json_schema_new_enumeration (colours, NULL);
  g_autoptr (GraphbitJsonSchema) list = graphbit_json_schema_new_array (colour, "Its colours");
  g_autoptr (GraphbitJsonSchema) broken = graphbit_json_schema_new_enumeration (none, NULL);
  g_autoptr (GraphbitJsonSchema) text = g_object_new (GRAPHBIT_TYPE_JSON_SCHEMA, "json", "{", NULL);
  g_autoptr (GraphbitJsonSchema) texts = graphbit_json_schema_new_array (text, NULL);
  g_autoptr (JsonNode) right = parse ("{\"name\":\"Ulm\",\"number\":7,\"colours\":[\"red\"],\"size\":1.5,\"flag\":true}");
  g_autoptr (JsonNode) wrong = parse ("{\"number\":7.5,\"colours\":[\"red\",\"green\"],\"more\":1}");
  g_autoptr (GPtrArray) problems = NULL;
  g_autofree char *json = NULL;
  g_autofree char *lines = NULL;
  g_autoptr (GError) error = NULL;

  graphbit_json_schema_add_property (city, "name", name, TRUE);
  graphbit_json_schema_add_property (city, "number", number, FALSE);
  graphbit_json_schema_add_property (city, "colours", list, TRUE);
  graphbit_json_schema_add_property (city, "name", name, TRUE);
  json = graphbit_json_schema_to_json (city);
  g_assert_cmpstr (json, ==,
                   "{\"type\":\"object\",\"description\":\"A \\\"city\\\"\",\"properties\":{"
                   "\"name\":{\"type\":\"string\"},\"number\":{\"type\":\"integer\",\"description\":\"How many\"},"
                   "\"colours\":{\"type\":\"array\",\"description\":\"Its colours\",\"items\":{\"type\":\"string\","
                   "\"enum\":[\"red\",\"blue\"]}}},\"additionalProperties\":false,\"required\":[\"name\",\"colours\"]}");

  graphbit_json_schema_add_property (city, "size", size, FALSE);
  graphbit_json_schema_add_property (city, "flag", flag, FALSE);
  problems = graphbit_json_schema_validate (city, right, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (problems->len, ==, 0);
  g_clear_pointer (&problems, g_ptr_array_unref);
  problems = graphbit_json_schema_validate (city, wrong, &error);
  g_assert_no_error (error);
  lines = join (problems);
  g_assert_cmpstr (lines, ==,
                   "/name: required but missing\n/number: must be an integer, not a number\n"
                   "/colours/1: must be one of \"red\", \"blue\", not \"green\"\n"
                   "/more: not allowed; leave it out (allowed here: name, number, colours, size, flag)");

  /* what is wrong with a part is told at the use of the whole */
  g_assert_null (graphbit_json_schema_validate (broken, right, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (graphbit_json_schema_validate (texts, right, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE);
  g_clear_error (&error);
  graphbit_json_schema_add_property (city, "broken", broken, FALSE);
  graphbit_json_schema_add_property (city, "name", name, FALSE);
  g_assert_null (graphbit_json_schema_validate (city, right, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

static void
assert_too_much (const char *schema_text,
                 JsonNode *document)
{
  g_autoptr (GraphbitJsonSchema) schema = compile (schema_text);
  g_autoptr (GPtrArray) problems = NULL;

  g_assert_false (graphbit_json_schema_check (schema, document, NULL));
  g_assert_false (graphbit_json_schema_check (schema, document, &problems));
  g_assert_cmpuint (problems->len, <=, 32);
  g_assert_cmpstr (graphbit_problem_get_message (problems->pdata[problems->len - 1]), ==,
                   "too large or too deep to be checked");
}

static void
test_hostile_schema (void)
{
  g_autoptr (JsonNode) one = parse ("1");
  g_autoptr (GString) chain = g_string_new ("{\"$ref\":\"#/$defs/d0\",\"$defs\":{");
  g_autoptr (GraphbitJsonSchema) schema = NULL;

  /* circles that never come to an end, that fork, that hide behind a not */
  assert_too_much ("{\"$ref\":\"#\"}", one);
  assert_too_much ("{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},\"b\":{\"$ref\":\"#/$defs/a\"}}}", one);
  assert_too_much ("{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}", one);
  assert_too_much ("{\"oneOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}", one);
  assert_too_much ("{\"allOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}", one);
  assert_too_much ("{\"not\":{\"$ref\":\"#\"}}", one);
  assert_too_much ("{\"not\":{\"not\":{\"not\":{\"$ref\":\"#\"}}}}", one);

  /* 2⁴⁰ ways through a schema that is not even a circle */
  {
    g_autoptr (GString) text = g_string_new ("{\"$ref\":\"#/$defs/d0\",\"$defs\":{");

    for (guint i = 0; i < 40; i++)
      g_string_append_printf (text, "\"d%u\":{\"anyOf\":[{\"$ref\":\"#/$defs/d%u\"},{\"$ref\":\"#/$defs/d%u\"}]},", i, i + 1, i + 1);
    g_string_append (text, "\"d40\":{\"type\":\"string\"}}}");
    assert_too_much (text->str, one);
  }

  /* a long chain compiles without deep recursion */
  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (chain, "\"d%u\":{\"$ref\":\"#/$defs/d%u\"},", i, i + 1);
  g_string_append (chain, "\"d20000\":true}}");
  schema = compile (chain->str);
  g_assert_false (graphbit_json_schema_check (schema, one, NULL));
}

static void
test_hostile_document (void)
{
  g_autoptr (GraphbitJsonSchema) tree = compile ("{\"items\":{\"anyOf\":[{\"type\":\"null\"},{\"$ref\":\"#\"}]}}");
  g_autoptr (GraphbitJsonSchema) numbers = compile ("{\"items\":{\"type\":\"string\"}}");
  g_autoptr (GraphbitJsonSchema) unique = compile ("{\"uniqueItems\":true}");
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (JsonNode) deep = NULL;
  g_autoptr (JsonNode) wide = NULL;
  g_autoptr (GPtrArray) problems = NULL;

  for (guint i = 0; i < 128; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < 128; i++)
    g_string_append_c (text, ']');
  deep = parse (text->str);
  g_assert_true (graphbit_json_schema_check (tree, deep, NULL));

  /* not more problems than a model can read, however many there are */
  g_string_assign (text, "[0");
  for (guint i = 1; i < 50000; i++)
    g_string_append_printf (text, ",%u", i);
  g_string_append_c (text, ']');
  wide = parse (text->str);
  g_assert_false (graphbit_json_schema_check (numbers, wide, &problems));
  g_assert_cmpuint (problems->len, ==, 32);
  g_assert_true (graphbit_json_schema_check (unique, wide, NULL));
}

/* Long values are shortened in the problems, between characters. */
static void
test_long_values (void)
{
  g_autoptr (GraphbitJsonSchema) schema = compile ("{\"const\":1}");
  g_autoptr (GString) text = g_string_new ("\"");
  g_autoptr (JsonNode) document = NULL;
  g_autoptr (GPtrArray) problems = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append (text, "\xe2\x82\xac");
  g_string_append_c (text, '"');
  document = parse (text->str);
  g_assert_false (graphbit_json_schema_check (schema, document, &problems));
  g_assert_cmpuint (g_utf8_strlen (graphbit_problem_get_message (problems->pdata[0]), -1), <, 100);
  g_assert_true (g_utf8_validate (graphbit_problem_get_message (problems->pdata[0]), -1, NULL));
}

static void
test_formats (void)
{
  static const struct
  {
    const char *format;
    const char *right;
    const char *wrong;
  } table[] = {
    { "date-time", "2024-05-06T07:08:09Z 2024-05-06t07:08:09.123z 2024-05-06T23:59:60Z 2024-05-06T15:59:60-08:00 "
                   "2024-12-31T23:59:59+05:30 2000-02-29T00:00:00Z",
      "2024-05-06 2024-05-06T07:08:09 2024-05-06T24:00:00Z 2024-05-06T07:60:09Z 2024-05-06T07:08:61Z "
      "2024-05-06T22:59:60Z 2024-13-06T07:08:09Z 2023-02-29T00:00:00Z 2024-5-06T07:08:09Z 2024-05-06T07:08:09.Z "
      "2024-05-06T07:08:09+24:00 2024-05-06T07:08:09Zx 06.05.2024" },
    { "date", "2024-05-06 2024-02-29 0000-01-01 9999-12-31", "2024-02-30 2023-02-29 2024-00-01 2024-01-00 24-01-01 2024-01-01T" },
    { "time", "07:08:09Z 07:08:09.5+01:00 23:59:60Z 00:29:60+00:30", "7:08:09Z 07:08Z 07:08:09 07:08:09+1:00 12:00:60Z" },
    { "duration", "P1Y P1Y2M3DT4H5M6S PT36H P4W P0D PT0.5S P1M PT1M", "P P1 PT P1YT P1D2Y P2S PT1D P1Y2W 1D P1.5D PT1.S PT1HT1M P1H" },
    { "email", "a@b.example first.last+tag@x-y.example o'neil@example", "a @a a@ a@b@ .a@b a.@b a..b@c a@-b a@b..c a(b)@c" },
    { "uuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567e89b12d3a456426614174000 123e4567-e89b-12d3-a456-42661417400g x" },
    { "uri", "https://example.org/a?b#c mailto:a@b urn:x:y http://[::1]:80/", "/a example.org http://a/%zz http://[::1" },
    { "uri-reference", "https://example.org /a ?b #c a/b ../x", "http://[::1 %zz" },
    { "hostname", "example a.b-c.example 1.2", "-a a- a..b .a a. a_b " /* and the empty one */ },
    { "ipv4", "127.0.0.1 255.255.255.255", "256.0.0.1 1.2.3 01.2.3.4.5 ::1 1.2.3.4x" },
    { "json-pointer", "/ /a/b~0~1 /0/%20", "a #/a /a~ /~2" },
    { "ipv6", "::1 2001:db8::1 ::ffff:1.2.3.4", "1.2.3.4 ::g 1::2::3 12345::" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"format\":\"%s\"}", table[i].format);
      g_autoptr (GraphbitJsonSchema) schema = compile (text);
      g_auto (GStrv) right = g_strsplit (table[i].right, " ", -1);
      g_auto (GStrv) wrong = g_strsplit (table[i].wrong, " ", -1);
      g_autoptr (JsonNode) number = parse ("7");

      g_assert_true (graphbit_json_schema_check (schema, number, NULL));
      for (guint j = 0; right[j] != NULL; j++)
        {
          g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), right[j]);

          if (!graphbit_json_schema_check (schema, node, NULL))
            g_error ("“%s” is no %s", right[j], table[i].format);
        }
      for (guint j = 0; wrong[j] != NULL; j++)
        {
          g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), wrong[j]);
          g_autoptr (GPtrArray) problems = NULL;

          if (graphbit_json_schema_check (schema, node, &problems))
            g_error ("“%s” is a %s", wrong[j], table[i].format);
          g_assert_cmpuint (problems->len, ==, 1);
        }
    }

  /* what is not known says nothing */
  {
    g_autoptr (GraphbitJsonSchema) schema = compile ("{\"format\":\"colour\"}");
    g_autoptr (JsonNode) node = parse ("\"no colour\"");

    g_assert_true (graphbit_json_schema_check (schema, node, NULL));
  }
}

/* Patterns that others need years for. The test's time limit is the assertion. */
static void
test_hostile_patterns (void)
{
  static const char *const patterns[] = { "^(a+)+$", "^(a|a)*$", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y", "(?:a?){60}a{60}" };
  g_autoptr (GString) document = g_string_new ("[");

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (document, "%s\"%s%u\"", i > 0 ? "," : "", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaxxxxxxxxxxxxxxxxxxxxxxxxxxxx", i);
  g_string_append_c (document, ']');

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"items\":{\"pattern\":\"%s\"}}", patterns[i]);
      g_autoptr (GraphbitJsonSchema) schema = compile (text);
      g_autoptr (JsonNode) node = parse (document->str);
      g_autoptr (GPtrArray) problems = NULL;

      g_assert_false (graphbit_json_schema_check (schema, node, &problems));
      g_test_message ("%s: %s", patterns[i], graphbit_problem_get_message (problems->pdata[problems->len - 1]));
    }
}

/* What passes over many characters in one step, in texts in which each step is long; and it is said where, and why. */
static void
test_hostile_leaps (void)
{
  static const char *const patterns[] = { "a*+b", "(?>a*)b", "(?:a{9999}){30}b", "a{65535}b", "(?|a*+b)", "(?:a*+b|a)*c" };
  g_autofree char *as = g_strnfill (400 * 1000, 'a');
  g_autofree char *list = g_strdup_printf ("[\"b\",\"%s\"]", as);
  g_autoptr (JsonNode) node = parse (list);
  g_autofree char *text = g_strdup_printf ("\"%sb\"", as);
  g_autoptr (JsonNode) end = parse (text);
  g_autoptr (JsonNode) ab = parse ("[\"aab\"]");
  g_autoptr (GraphbitJsonSchema) leaping = compile ("{\"items\":{\"pattern\":\"^a++b$\"}}");
  g_autoptr (GraphbitJsonSchema) backwards = compile ("{\"not\":{\"pattern\":\"^(a+)+$\"}}");

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      g_autofree char *schema_text = g_strdup_printf ("{\"items\":{\"pattern\":\"%s\"}}", patterns[i]);
      g_autofree char *message = g_strdup_printf ("too long to be checked against the pattern %s", patterns[i]);
      g_autoptr (GraphbitJsonSchema) schema = compile (schema_text);
      g_autoptr (GPtrArray) problems = NULL;
      GraphbitProblem *problem;

      g_assert_false (graphbit_json_schema_check (schema, node, &problems));
      g_assert_cmpuint (problems->len, >=, 2);
      problem = problems->pdata[problems->len - 2];
      g_assert_cmpstr (graphbit_problem_get_path (problem), ==, "/1");
      g_assert_cmpstr (graphbit_problem_get_message (problem), ==, message);
    }

  /* short ones are checked as all are */
  g_assert_true (graphbit_json_schema_check (leaping, ab, NULL));
  /* what was given up is no yes, also where a no would be one */
  g_assert_false (graphbit_json_schema_check (backwards, end, NULL));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json/schema/check", test_check);
  g_test_add_func ("/json/schema/refused", test_refused);
  g_test_add_func ("/json/schema/object", test_object);
  g_test_add_func ("/json/schema/builder", test_builder);
  g_test_add_func ("/json/schema/hostile-schema", test_hostile_schema);
  g_test_add_func ("/json/schema/hostile-document", test_hostile_document);
  g_test_add_func ("/json/schema/long-values", test_long_values);
  g_test_add_func ("/json/schema/formats", test_formats);
  g_test_add_func ("/json/schema/hostile-patterns", test_hostile_patterns);
  g_test_add_func ("/json/schema/hostile-leaps", test_hostile_leaps);

  return g_test_run ();
}
