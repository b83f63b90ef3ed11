/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <stddef.h>

#include "graphbit-error.h"
#include "graphbit-json-schema-node-private.h"
#include "graphbit-pattern-private.h"

static void
schema_free (gpointer data)
{
  Schema *self = data;

  g_clear_pointer (&self->values, g_ptr_array_unref);
  g_clear_pointer (&self->properties, g_hash_table_unref);
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->required, g_ptr_array_unref);
  g_clear_pointer (&self->prefix, g_ptr_array_unref);
  g_clear_pointer (&self->any_of, g_ptr_array_unref);
  g_clear_pointer (&self->one_of, g_ptr_array_unref);
  g_clear_pointer (&self->all_of, g_ptr_array_unref);
  g_clear_pointer (&self->pattern, g_regex_unref);
  g_free (self->constant);
  g_free (self);
}

typedef struct
{
  JsonNode *node;
  Schema *schema;
  char *path;
} Task;

typedef struct
{
  GraphbitJsonSchema *self;
  GHashTable *by_node; /* JsonNode → Schema, so that $ref can point in circles */
  GQueue tasks; /* schemas not yet compiled: a queue instead of recursion */
} Compiler;

static void
task_free (gpointer data)
{
  Task *task = data;

  g_free (task->path);
  g_free (task);
}

static char *
child_path (const char *path,
            const char *token)
{
  g_auto (GStrv) by_tilde = g_strsplit (token, "~", -1);
  g_autofree char *tilde = g_strjoinv ("~0", by_tilde);
  g_auto (GStrv) by_slash = g_strsplit (tilde, "/", -1);
  g_autofree char *escaped = g_strjoinv ("~1", by_slash);

  return g_strconcat (path, "/", escaped, NULL);
}

static Schema *
compile_later (Compiler *compiler,
               JsonNode *node,
               const char *path)
{
  Schema *schema = g_hash_table_lookup (compiler->by_node, node);
  Task *task;

  if (schema != NULL)
    return schema;

  schema = g_new0 (Schema, 1);
  schema->min_length = schema->max_length = -1;
  schema->min_items = schema->max_items = -1;
  schema->min_properties = schema->max_properties = -1;
  g_ptr_array_add (compiler->self->schemas, schema);
  g_hash_table_insert (compiler->by_node, node, schema);

  task = g_new0 (Task, 1);
  task->node = node;
  task->schema = schema;
  task->path = g_strdup (path);
  g_queue_push_tail (&compiler->tasks, task);

  return schema;
}

static gboolean
refuse (GError **error,
        const char *path,
        const char *expected)
{
  /* Translators: the first is a place in a JSON Schema, the second what must stand there, not translated */
  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
               _("The schema is wrong at “%s”: it must be %s"), path, expected);
  return FALSE;
}

static gboolean
compile_type (Compiler *compiler,
              Schema *schema,
              const char *path,
              JsonNode *value,
              GError **error)
{
  gboolean is_list = graphbit_json_get_kind (value) == GRAPHBIT_JSON_KIND_ARRAY;
  guint n = is_list ? graphbit_json_get_size (value) : 1;

  for (guint i = 0; i < n; i++)
    {
      const char *name = "";
      Types type = 0;

      graphbit_json_get_string (is_list ? graphbit_json_get_element (value, i) : value, NULL, &name);
      for (guint j = 0; j < G_N_ELEMENTS (type_names); j++)
        if (strcmp (name, type_names[j].name) == 0)
          type = type_names[j].type;
      if (type == 0)
        return refuse (error, path, "one of object, array, string, integer, number, boolean, null, or a list of them");
      schema->types |= type;
    }

  return n > 0 || refuse (error, path, "a list that is not empty");
}

static gboolean
compile_enum (Compiler *compiler,
              Schema *schema,
              const char *path,
              JsonNode *value,
              GError **error)
{
  if (graphbit_json_get_kind (value) != GRAPHBIT_JSON_KIND_ARRAY || graphbit_json_get_size (value) == 0)
    return refuse (error, path, "a list of values that is not empty");

  schema->values = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < graphbit_json_get_size (value); i++)
    g_ptr_array_add (schema->values, graphbit_json_to_canonical_text (graphbit_json_get_element (value, i)));

  return TRUE;
}

static gboolean
compile_const (Compiler *compiler,
               Schema *schema,
               const char *path,
               JsonNode *value,
               GError **error)
{
  schema->constant = graphbit_json_to_canonical_text (value);
  return TRUE;
}

static gboolean
compile_required (Compiler *compiler,
                  Schema *schema,
                  const char *path,
                  JsonNode *value,
                  GError **error)
{
  if (graphbit_json_get_kind (value) != GRAPHBIT_JSON_KIND_ARRAY)
    return refuse (error, path, "a list of names");

  schema->required = g_ptr_array_new ();
  for (guint i = 0; i < graphbit_json_get_size (value); i++)
    {
      const char *name;

      if (!graphbit_json_get_string (graphbit_json_get_element (value, i), NULL, &name))
        return refuse (error, path, "a list of names");
      g_ptr_array_add (schema->required, (gpointer) name);
    }

  return TRUE;
}

static gboolean
compile_unique (Compiler *compiler,
                Schema *schema,
                const char *path,
                JsonNode *value,
                GError **error)
{
  return graphbit_json_get_boolean (value, NULL, &schema->is_unique) || refuse (error, path, "true or false");
}

static gboolean
compile_pattern (Compiler *compiler,
                 Schema *schema,
                 const char *path,
                 JsonNode *value,
                 GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *pattern = NULL;

  if (!graphbit_json_get_string (value, NULL, &schema->pattern_text))
    return refuse (error, path, "a regular expression");

  pattern = graphbit_json_pattern_translate (schema->pattern_text);
  schema->pattern = graphbit_pattern_new (pattern, G_REGEX_DOLLAR_ENDONLY, MAX_PATTERN_STEPS, &local_error);
  schema->pattern_max_length = graphbit_pattern_get_max_length (schema->pattern_text);
  if (schema->pattern != NULL)
    return TRUE;

  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
               _("The schema is wrong at “%s”: %s"), path, local_error->message);
  return FALSE;
}

static gboolean
compile_format (Compiler *compiler,
                Schema *schema,
                const char *path,
                JsonNode *value,
                GError **error)
{
  const char *name;

  if (!graphbit_json_get_string (value, NULL, &name))
    return refuse (error, path, "the name of a format");

  schema->format = graphbit_json_format_lookup (name);
  return TRUE;
}

static gboolean
compile_properties (Compiler *compiler,
                    Schema *schema,
                    const char *path,
                    JsonNode *value,
                    GError **error)
{
  GraphbitJsonMembers members;
  const char *name;
  JsonNode *child;

  if (graphbit_json_get_kind (value) != GRAPHBIT_JSON_KIND_OBJECT)
    return refuse (error, path, "an object of schemas");

  schema->properties = g_hash_table_new (g_str_hash, g_str_equal);
  schema->names = g_ptr_array_new ();
  graphbit_json_members_init (&members, value);
  while (graphbit_json_members_next (&members, &name, &child))
    {
      g_autofree char *where = child_path (path, name);

      g_hash_table_insert (schema->properties, (gpointer) name, compile_later (compiler, child, where));
      g_ptr_array_add (schema->names, (gpointer) name);
    }

  return TRUE;
}

/* Compiled even if nothing refers to them, so that nothing unsupported hides there. */
static gboolean
compile_definitions (Compiler *compiler,
                     Schema *schema,
                     const char *path,
                     JsonNode *value,
                     GError **error)
{
  GraphbitJsonMembers members;
  const char *name;
  JsonNode *child;

  if (graphbit_json_get_kind (value) != GRAPHBIT_JSON_KIND_OBJECT)
    return refuse (error, path, "an object of schemas");

  graphbit_json_members_init (&members, value);
  while (graphbit_json_members_next (&members, &name, &child))
    {
      g_autofree char *where = child_path (path, name);

      compile_later (compiler, child, where);
    }

  return TRUE;
}

static gboolean
compile_ref (Compiler *compiler,
             Schema *schema,
             const char *path,
             JsonNode *value,
             GError **error)
{
  g_autofree char *pointer = NULL;
  const char *ref;
  JsonNode *target;

  if (!graphbit_json_get_string (value, NULL, &ref))
    return refuse (error, path, "a text such as \"#/$defs/name\"");

  if (ref[0] != '#' || (ref[1] != '\0' && ref[1] != '/'))
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("The schema refers to “%s” at “%s”; only references within the schema are supported, such as “#/$defs/name”"),
                   ref, path);
      return FALSE;
    }

  pointer = g_uri_unescape_string (ref + 1, NULL);
  target = pointer != NULL ? graphbit_json_lookup_pointer (compiler->self->node, pointer) : NULL;
  if (target == NULL)
    return refuse (error, path, "a reference to a schema that exists");

  schema->ref = compile_later (compiler, target, ref);
  return TRUE;
}

static gboolean
compile_id (Compiler *compiler,
            Schema *schema,
            const char *path,
            JsonNode *value,
            GError **error)
{
  /* further down it would change what $ref means */
  if (schema == compiler->self->root)
    return TRUE;

  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
               _("The schema has “$id” at “%s”; it is supported at the top only"), path);
  return FALSE;
}

typedef enum
{
  KEYWORD_ANNOTATION,
  KEYWORD_SCHEMA,
  KEYWORD_SCHEMAS,
  KEYWORD_NUMBER,
  KEYWORD_COUNT,
  KEYWORD_FUNCTION
} KeywordKind;

typedef struct
{
  const char *name;
  KeywordKind kind;
  size_t offset;
  gboolean (*compile) (Compiler *, Schema *, const char *, JsonNode *, GError **);
} Keyword;

static const Keyword keywords[] = {
  { "type", KEYWORD_FUNCTION, 0, compile_type },
  { "description", KEYWORD_ANNOTATION },
  { "properties", KEYWORD_FUNCTION, 0, compile_properties },
  { "required", KEYWORD_FUNCTION, 0, compile_required },
  { "additionalProperties", KEYWORD_SCHEMA, offsetof (Schema, additional) },
  { "enum", KEYWORD_FUNCTION, 0, compile_enum },
  { "const", KEYWORD_FUNCTION, 0, compile_const },
  { "items", KEYWORD_SCHEMA, offsetof (Schema, items) },
  { "prefixItems", KEYWORD_SCHEMAS, offsetof (Schema, prefix) },
  { "uniqueItems", KEYWORD_FUNCTION, 0, compile_unique },
  { "minItems", KEYWORD_COUNT, offsetof (Schema, min_items) },
  { "maxItems", KEYWORD_COUNT, offsetof (Schema, max_items) },
  { "minLength", KEYWORD_COUNT, offsetof (Schema, min_length) },
  { "maxLength", KEYWORD_COUNT, offsetof (Schema, max_length) },
  { "pattern", KEYWORD_FUNCTION, 0, compile_pattern },
  { "format", KEYWORD_FUNCTION, 0, compile_format },
  { "minProperties", KEYWORD_COUNT, offsetof (Schema, min_properties) },
  { "maxProperties", KEYWORD_COUNT, offsetof (Schema, max_properties) },
  { "minimum", KEYWORD_NUMBER, offsetof (Schema, minimum) },
  { "maximum", KEYWORD_NUMBER, offsetof (Schema, maximum) },
  { "exclusiveMinimum", KEYWORD_NUMBER, offsetof (Schema, exclusive_minimum) },
  { "exclusiveMaximum", KEYWORD_NUMBER, offsetof (Schema, exclusive_maximum) },
  { "multipleOf", KEYWORD_NUMBER, offsetof (Schema, multiple_of) },
  { "anyOf", KEYWORD_SCHEMAS, offsetof (Schema, any_of) },
  { "oneOf", KEYWORD_SCHEMAS, offsetof (Schema, one_of) },
  { "allOf", KEYWORD_SCHEMAS, offsetof (Schema, all_of) },
  { "not", KEYWORD_SCHEMA, offsetof (Schema, negated) },
  { "$ref", KEYWORD_FUNCTION, 0, compile_ref },
  { "$defs", KEYWORD_FUNCTION, 0, compile_definitions },
  { "definitions", KEYWORD_FUNCTION, 0, compile_definitions },
  { "$id", KEYWORD_FUNCTION, 0, compile_id },
  { "title", KEYWORD_ANNOTATION },
  { "default", KEYWORD_ANNOTATION },
  { "examples", KEYWORD_ANNOTATION },
  { "deprecated", KEYWORD_ANNOTATION },
  { "readOnly", KEYWORD_ANNOTATION },
  { "writeOnly", KEYWORD_ANNOTATION },
  { "$schema", KEYWORD_ANNOTATION },
  { "$comment", KEYWORD_ANNOTATION },
};

static gboolean
compile_keyword (Compiler *compiler,
                 const Keyword *keyword,
                 Schema *schema,
                 const char *path,
                 JsonNode *value,
                 GError **error)
{
  gpointer field = (char *) schema + keyword->offset;

  switch (keyword->kind)
    {
    case KEYWORD_FUNCTION:
      return keyword->compile (compiler, schema, path, value, error);

    case KEYWORD_SCHEMA:
      *(Schema **) field = compile_later (compiler, value, path);
      return TRUE;

    case KEYWORD_SCHEMAS:
      {
        GPtrArray *schemas;

        if (graphbit_json_get_kind (value) != GRAPHBIT_JSON_KIND_ARRAY || graphbit_json_get_size (value) == 0)
          return refuse (error, path, "a list of schemas that is not empty");

        schemas = g_ptr_array_new ();
        *(GPtrArray **) field = schemas;
        for (guint i = 0; i < graphbit_json_get_size (value); i++)
          {
            g_autofree char *where = g_strdup_printf ("%s/%u", path, i);

            g_ptr_array_add (schemas, compile_later (compiler, graphbit_json_get_element (value, i), where));
          }
        return TRUE;
      }

    case KEYWORD_NUMBER:
      {
        double number;

        if (!graphbit_json_get_double (value, NULL, &number))
          return refuse (error, path, "a number");
        if (keyword->offset == offsetof (Schema, multiple_of) && number <= 0)
          return refuse (error, path, "a number above 0");
        *(JsonNode **) field = value;
        return TRUE;
      }

    case KEYWORD_COUNT:
      if (!graphbit_json_get_int64 (value, NULL, field) || *(gint64 *) field < 0)
        return refuse (error, path, "an integer of at least 0");
      return TRUE;

    case KEYWORD_ANNOTATION:
    default:
      return TRUE;
    }
}

static gboolean
compile (Compiler *compiler,
         const Task *task,
         GError **error)
{
  GraphbitJsonMembers members;
  const char *name;
  JsonNode *value;
  gboolean flag;

  if (graphbit_json_get_boolean (task->node, NULL, &flag))
    {
      task->schema->is_false = !flag;
      return TRUE;
    }

  if (graphbit_json_get_kind (task->node) != GRAPHBIT_JSON_KIND_OBJECT)
    return refuse (error, task->path, "a schema: an object, true or false");

  graphbit_json_members_init (&members, task->node);
  while (graphbit_json_members_next (&members, &name, &value))
    {
      g_autofree char *path = child_path (task->path, name);
      guint i;

      for (i = 0; i < G_N_ELEMENTS (keywords); i++)
        if (strcmp (name, keywords[i].name) == 0)
          break;

      if (i == G_N_ELEMENTS (keywords))
        {
          g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                       _("The schema keyword “%s” at “%s” is not supported; leave it out"), name, path);
          return FALSE;
        }

      if (!compile_keyword (compiler, &keywords[i], task->schema, path, value, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
graphbit_json_schema_compile (GraphbitJsonSchema *self,
                              GError **error)
{
  Compiler compiler = { .self = self, .tasks = G_QUEUE_INIT };
  gboolean is_right = TRUE;

  self->schemas = g_ptr_array_new_with_free_func (schema_free);
  compiler.by_node = g_hash_table_new (NULL, NULL);
  self->root = compile_later (&compiler, self->node, "#");
  while (is_right && !g_queue_is_empty (&compiler.tasks))
    {
      Task *task = g_queue_pop_head (&compiler.tasks);

      is_right = compile (&compiler, task, error);
      task_free (task);
    }
  g_queue_clear_full (&compiler.tasks, task_free);
  g_hash_table_unref (compiler.by_node);

  return is_right;
}
