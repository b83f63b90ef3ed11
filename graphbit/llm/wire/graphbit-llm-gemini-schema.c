/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-gemini-private.h"

#include <string.h>

/*
 * The schemas that older models take are a part of OpenAPI's: no references,
 * no closed objects, one type and perhaps null, and lists of texts only.
 */

/* More than any schema that somebody wrote; one that refers to itself, over and over, ends here. */
#define MAX_DEPTH 16
#define MAX_NODES 2000

#define ANYTHING "{\"type\":\"string\"}"

/* What is handed on as it is. */
static const char *const plain_words[] = {
  "title", "description", "nullable", "minItems", "maxItems", "minimum", "maximum", "minLength", "maxLength",
  "minProperties", "maxProperties", "pattern", "default", "example", "propertyOrdering", NULL
};

static const char *const formats[] = { "enum", "date-time", "float", "double", "int32", "int64", NULL };

static gboolean
are_texts (JsonNode *array)
{
  const char *text;
  guint size = graphbit_json_get_size (array);

  for (guint i = 0; i < size; i++)
    {
      if (!graphbit_json_get_string (graphbit_json_get_element (array, i), NULL, &text) || *text == '\0')
        return FALSE;
    }

  return graphbit_json_get_kind (array) == GRAPHBIT_JSON_KIND_ARRAY && size > 0;
}

gboolean
graphbit_llm_gemini_is_plain_schema (JsonNode *schema)
{
  GraphbitJsonMembers members;
  const char *name, *text;
  JsonNode *value;
  gboolean is_plain = graphbit_json_get_kind (schema) == GRAPHBIT_JSON_KIND_OBJECT;
  gboolean has_type = FALSE;
  gboolean lacks_inside = FALSE; /* of an object or array, which is refused */

  graphbit_json_members_init (&members, schema);
  while (is_plain && graphbit_json_members_next (&members, &name, &value))
    {
      if (strcmp (name, "type") == 0)
        {
          is_plain = has_type = graphbit_json_get_string (value, NULL, &text);
          if (is_plain && strcmp (text, "object") == 0)
            lacks_inside = graphbit_json_get_size (graphbit_json_get_member (schema, "properties")) == 0;
          else if (is_plain && strcmp (text, "array") == 0)
            lacks_inside = graphbit_json_get_member (schema, "items") == NULL;
        }
      else if (strcmp (name, "format") == 0)
        is_plain = graphbit_json_get_string (value, NULL, &text) && g_strv_contains (formats, text);
      else if (strcmp (name, "enum") == 0)
        is_plain = are_texts (value);
      else if (strcmp (name, "required") == 0)
        is_plain = graphbit_json_get_kind (value) == GRAPHBIT_JSON_KIND_ARRAY;
      else if (strcmp (name, "items") == 0)
        is_plain = graphbit_llm_gemini_is_plain_schema (value);
      else if (strcmp (name, "anyOf") == 0)
        {
          has_type = TRUE;
          for (guint i = 0; is_plain && i < graphbit_json_get_size (value); i++)
            is_plain = graphbit_llm_gemini_is_plain_schema (graphbit_json_get_element (value, i));
        }
      else if (strcmp (name, "properties") == 0)
        {
          GraphbitJsonMembers properties;
          const char *property;
          JsonNode *inner;

          graphbit_json_members_init (&properties, value);
          while (is_plain && graphbit_json_members_next (&properties, &property, &inner))
            is_plain = graphbit_llm_gemini_is_plain_schema (inner);
        }
      else
        is_plain = g_strv_contains (plain_words, name);
    }

  return is_plain && has_type && !lacks_inside;
}

typedef struct
{
  GraphbitJsonWriter *writer;
  JsonNode *root;
  guint n_nodes;
} Reduction;

static void write_schema (Reduction *self, JsonNode *schema, guint depth);

/* A schema and all that it says in other places and has to fit as well, the nearest first. */
static void
collect (Reduction *self,
         JsonNode *schema,
         guint depth,
         GPtrArray *sources)
{
  const char *reference;
  JsonNode *all = graphbit_json_get_member (schema, "allOf");

  if (depth >= MAX_DEPTH || ++self->n_nodes > MAX_NODES || graphbit_json_get_kind (schema) != GRAPHBIT_JSON_KIND_OBJECT)
    return;

  g_ptr_array_add (sources, schema);
  if (graphbit_json_get_string (schema, "$ref", &reference) && *reference == '#')
    collect (self, graphbit_json_lookup_pointer (self->root, reference + 1), depth + 1, sources);
  for (guint i = 0; i < graphbit_json_get_size (all); i++)
    collect (self, graphbit_json_get_element (all, i), depth + 1, sources);
}

static JsonNode *
find_member (GPtrArray *sources,
             const char *name)
{
  for (guint i = 0; i < sources->len; i++)
    {
      JsonNode *value = graphbit_json_get_member (g_ptr_array_index (sources, i), name);

      if (value != NULL)
        return value;
    }

  return NULL;
}

static gboolean
is_null_schema (JsonNode *schema)
{
  const char *type;

  return graphbit_json_get_string (schema, "type", &type) && strcmp (type, "null") == 0;
}

/* One of several; of which null is none of its own. */
static gboolean
write_alternatives (Reduction *self,
                    JsonNode *alternatives,
                    guint depth)
{
  guint n_left = 0;
  gboolean is_nullable = FALSE;

  for (guint i = 0; i < graphbit_json_get_size (alternatives); i++)
    {
      if (is_null_schema (graphbit_json_get_element (alternatives, i)))
        is_nullable = TRUE;
      else
        n_left++;
    }
  if (graphbit_json_get_kind (alternatives) != GRAPHBIT_JSON_KIND_ARRAY || n_left == 0)
    return FALSE;

  graphbit_json_writer_name (self->writer, "anyOf");
  graphbit_json_writer_begin_array (self->writer);
  for (guint i = 0; i < graphbit_json_get_size (alternatives); i++)
    {
      if (!is_null_schema (graphbit_json_get_element (alternatives, i)))
        write_schema (self, graphbit_json_get_element (alternatives, i), depth + 1);
    }
  graphbit_json_writer_end_array (self->writer);
  if (is_nullable)
    graphbit_json_writer_boolean_member (self->writer, "nullable", TRUE);

  return TRUE;
}

/* ["string","null"] is a text that may be null, ["string","integer"] one of two. NULL: alternatives were written. */
static const char *
write_type (Reduction *self,
            JsonNode *type)
{
  guint size = graphbit_json_get_kind (type) == GRAPHBIT_JSON_KIND_ARRAY ? graphbit_json_get_size (type) : 0;
  const char *only = NULL;
  const char *text;
  guint n_types = 0;
  gboolean is_nullable = FALSE;

  if (graphbit_json_get_string (type, NULL, &only))
    n_types = 1;
  for (guint i = 0; i < size; i++)
    {
      if (!graphbit_json_get_string (graphbit_json_get_element (type, i), NULL, &text))
        continue;
      if (strcmp (text, "null") == 0)
        {
          is_nullable = TRUE;
          continue;
        }
      if (n_types++ == 0)
        only = text;
    }

  if (n_types > 1)
    {
      graphbit_json_writer_name (self->writer, "anyOf");
      graphbit_json_writer_begin_array (self->writer);
      for (guint i = 0; i < size; i++)
        {
          if (!graphbit_json_get_string (graphbit_json_get_element (type, i), NULL, &text) || strcmp (text, "null") == 0)
            continue;
          graphbit_json_writer_begin_object (self->writer);
          graphbit_json_writer_string_member (self->writer, "type", text);
          graphbit_json_writer_end_object (self->writer);
        }
      graphbit_json_writer_end_array (self->writer);
    }
  if (is_nullable)
    graphbit_json_writer_boolean_member (self->writer, "nullable", TRUE);

  return n_types > 1 ? NULL : only;
}

static void
write_properties (Reduction *self,
                  GPtrArray *sources,
                  guint depth)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean has_required = FALSE;

  for (guint i = 0; i < sources->len; i++)
    {
      GraphbitJsonMembers members;
      const char *name;
      JsonNode *value;

      graphbit_json_members_init (&members, graphbit_json_get_member (g_ptr_array_index (sources, i), "properties"));
      while (graphbit_json_members_next (&members, &name, &value))
        {
          if (g_hash_table_contains (seen, name))
            continue;
          if (g_hash_table_size (seen) == 0)
            {
              graphbit_json_writer_name (self->writer, "properties");
              graphbit_json_writer_begin_object (self->writer);
            }
          g_hash_table_add (seen, (gpointer) name);
          graphbit_json_writer_name (self->writer, name);
          write_schema (self, value, depth + 1);
        }
    }
  if (g_hash_table_size (seen) == 0)
    return;
  graphbit_json_writer_end_object (self->writer);

  /* each once, and none that is not there */
  for (guint i = 0; i < sources->len; i++)
    {
      JsonNode *required = graphbit_json_get_member (g_ptr_array_index (sources, i), "required");
      guint size = graphbit_json_get_kind (required) == GRAPHBIT_JSON_KIND_ARRAY ? graphbit_json_get_size (required) : 0;
      const char *name;

      for (guint j = 0; j < size; j++)
        {
          if (!graphbit_json_get_string (graphbit_json_get_element (required, j), NULL, &name) ||
              !g_hash_table_remove (seen, name))
            continue;
          if (!has_required)
            {
              graphbit_json_writer_name (self->writer, "required");
              graphbit_json_writer_begin_array (self->writer);
              has_required = TRUE;
            }
          graphbit_json_writer_string (self->writer, name);
        }
    }
  if (has_required)
    graphbit_json_writer_end_array (self->writer);
}

static void
write_schema (Reduction *self,
              JsonNode *schema,
              guint depth)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new ();
  JsonNode *type, *alternatives, *value;
  const char *text, *type_name;
  gboolean has_alternatives;

  collect (self, schema, depth, sources);
  if (sources->len == 0)
    {
      graphbit_json_writer_raw (self->writer, ANYTHING, -1);
      return;
    }

  graphbit_json_writer_begin_object (self->writer);
  for (guint i = 0; plain_words[i] != NULL; i++)
    {
      value = find_member (sources, plain_words[i]);
      if (value != NULL)
        {
          graphbit_json_writer_name (self->writer, plain_words[i]);
          graphbit_json_write_node (self->writer, value);
        }
    }

  type = find_member (sources, "type");
  alternatives = find_member (sources, "anyOf");
  if (alternatives == NULL)
    alternatives = find_member (sources, "oneOf");
  has_alternatives = type == NULL && write_alternatives (self, alternatives, depth);
  if (has_alternatives)
    {
      graphbit_json_writer_end_object (self->writer);
      return;
    }

  type_name = type != NULL ? write_type (self, type) : NULL;
  if (type == NULL)
    type_name = find_member (sources, "properties") != NULL ? "object"
                : find_member (sources, "items") != NULL    ? "array"
                                                            : "string";
  if (type_name != NULL)
    {
      JsonNode *properties = find_member (sources, "properties");

      /* an object of which nothing is known is refused */
      if (strcmp (type_name, "object") == 0 && graphbit_json_get_size (properties) == 0)
        type_name = "string";
      graphbit_json_writer_string_member (self->writer, "type", type_name);
    }

  value = find_member (sources, "format");
  if (graphbit_json_get_string (value, NULL, &text) && g_strv_contains (formats, text))
    graphbit_json_writer_string_member (self->writer, "format", text);

  value = find_member (sources, "enum");
  if (value != NULL && are_texts (value))
    {
      graphbit_json_writer_name (self->writer, "enum");
      graphbit_json_write_node (self->writer, value);
    }
  else if (graphbit_json_get_string (find_member (sources, "const"), NULL, &text) && *text != '\0')
    {
      graphbit_json_writer_name (self->writer, "enum");
      graphbit_json_writer_begin_array (self->writer);
      graphbit_json_writer_string (self->writer, text);
      graphbit_json_writer_end_array (self->writer);
    }

  if (g_strcmp0 (type_name, "array") == 0)
    {
      graphbit_json_writer_name (self->writer, "items");
      write_schema (self, find_member (sources, "items"), depth + 1);
    }
  else if (g_strcmp0 (type_name, "object") == 0)
    write_properties (self, sources, depth);
  graphbit_json_writer_end_object (self->writer);
}

void
graphbit_llm_gemini_write_plain_schema (GraphbitJsonWriter *writer,
                                        JsonNode *schema)
{
  Reduction self = { writer, schema, 0 };

  write_schema (&self, schema, 0);
}
