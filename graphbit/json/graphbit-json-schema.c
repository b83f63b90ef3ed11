/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "graphbit-error.h"
#include "graphbit-failure-private.h"
#include "graphbit-json-schema-node-private.h"

/**
 * GraphbitJsonSchema:
 *
 * A JSON Schema: what a JSON document must look like.
 *
 * It is the part of draft 2020-12 that tools and structured answers use: `type`,
 * `enum`, `const`, `properties`, `required`, `additionalProperties`, `items`,
 * `prefixItems`, the bounds of numbers, lengths, items and properties,
 * `multipleOf`, `uniqueItems`, `pattern`, `format`, `anyOf`, `oneOf`, `allOf`,
 * `not`, `$defs`, and `$ref` to what is in the same schema. Annotations such as
 * `description` are kept. A keyword that would not be checked is refused.
 *
 * A `pattern` is a regular expression of JavaScript's kind; what looks for it gives
 * up after so many steps, and says so. A `format` is checked if it is `date-time`,
 * `date`, `time`, `duration`, `email`, `uuid`, `uri`, `uri-reference`, `hostname`,
 * `ipv4`, `ipv6` or `json-pointer`; another one is an annotation, as the draft has it.
 *
 * A schema is read from JSON text, or built:
 *
 * ```c
 * g_autoptr (GraphbitJsonSchema) city = graphbit_json_schema_new_object ("A city");
 * g_autoptr (GraphbitJsonSchema) name = graphbit_json_schema_new_string (NULL);
 * g_autoptr (GraphbitJsonSchema) population = graphbit_json_schema_new_integer ("Inhabitants");
 *
 * graphbit_json_schema_add_property (city, "name", name, TRUE);
 * graphbit_json_schema_add_property (city, "population", population, TRUE);
 * ```
 *
 * Tools ([ctor@Tool.new]) and options ([property@LlmOptions:response-schema])
 * take it as text: [method@JsonSchema.to_json].
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (GraphbitJsonSchema, graphbit_json_schema, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_JSON,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void
forget (GraphbitJsonSchema *self)
{
  self->root = NULL;
  g_clear_pointer (&self->schemas, g_ptr_array_unref);
  g_clear_pointer (&self->node, json_node_unref);
  g_clear_error (&self->error);
}

/* A text of our own, so that nobody else changes it. */
static void
read_text (GraphbitJsonSchema *self)
{
  forget (self);
  if (self->text == NULL)
    {
      self->error = g_error_new_literal (GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                                         _("The schema has no text; set “json” when it is made"));
      return;
    }

  self->node = graphbit_json_parse (self->text, -1, &self->error);
  if (self->node == NULL)
    return;

  g_free (self->text);
  self->text = graphbit_json_to_text (self->node);
  graphbit_json_schema_compile (self, &self->error);
}

static void
graphbit_json_schema_constructed (GObject *object)
{
  G_OBJECT_CLASS (graphbit_json_schema_parent_class)->constructed (object);

  read_text (GRAPHBIT_JSON_SCHEMA (object));
}

static void
graphbit_json_schema_finalize (GObject *object)
{
  GraphbitJsonSchema *self = GRAPHBIT_JSON_SCHEMA (object);

  forget (self);
  g_free (self->text);

  G_OBJECT_CLASS (graphbit_json_schema_parent_class)->finalize (object);
}

static void
graphbit_json_schema_get_property (GObject *object,
                                   guint property_id,
                                   GValue *value,
                                   GParamSpec *pspec)
{
  GraphbitJsonSchema *self = GRAPHBIT_JSON_SCHEMA (object);

  switch (property_id)
    {
    case PROP_JSON:
      g_value_set_string (value, self->text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_json_schema_set_property (GObject *object,
                                   guint property_id,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
  GraphbitJsonSchema *self = GRAPHBIT_JSON_SCHEMA (object);

  switch (property_id)
    {
    case PROP_JSON:
      self->text = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_json_schema_class_init (GraphbitJsonSchemaClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = graphbit_json_schema_constructed;
  object_class->finalize = graphbit_json_schema_finalize;
  object_class->get_property = graphbit_json_schema_get_property;
  object_class->set_property = graphbit_json_schema_set_property;

  /**
   * GraphbitJsonSchema:json:
   *
   * The schema as compact JSON text. A schema that is made from this property
   * alone is checked when it is first used.
   *
   * Since: 1.0
   */
  properties[PROP_JSON] =
    g_param_spec_string ("json", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graphbit_json_schema_init (GraphbitJsonSchema *self)
{
}

/**
 * graphbit_json_schema_new_from_json:
 * @json: a JSON Schema
 * @error: return location for an error
 *
 * Reads a schema.
 *
 * Fails with %GRAPHBIT_ERROR_PARSE for what is no JSON, with
 * %GRAPHBIT_ERROR_INVALID_ARGUMENT for what is no schema, and with
 * %GRAPHBIT_ERROR_UNSUPPORTED for a keyword that would not be checked; the
 * message names it and its place.
 *
 * Returns: (transfer full): a new schema
 *
 * Since: 1.0
 */
GraphbitJsonSchema *
graphbit_json_schema_new_from_json (const char *json,
                                    GError **error)
{
  g_autoptr (GraphbitJsonSchema) self = NULL;

  g_return_val_if_fail (json != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = g_object_new (GRAPHBIT_TYPE_JSON_SCHEMA, "json", json, NULL);
  if (self->error == NULL)
    return g_steal_pointer (&self);

  g_propagate_error (error, g_error_copy (self->error));
  return NULL;
}

/* Building */

static GraphbitJsonSchema *
build (const char *type,
       GraphbitJsonSchema *items,
       const char *const *values,
       const char *description)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GraphbitJsonWriter writer;

  graphbit_json_writer_init (&writer, text);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, "type", type);
  if (description != NULL)
    graphbit_json_writer_string_member (&writer, "description", description);
  if (items != NULL)
    {
      graphbit_json_writer_name (&writer, "items");
      graphbit_json_writer_raw (&writer, items->text != NULL ? items->text : "", -1);
    }
  if (values != NULL)
    {
      graphbit_json_writer_name (&writer, "enum");
      graphbit_json_writer_begin_array (&writer);
      for (guint i = 0; values[i] != NULL; i++)
        graphbit_json_writer_string (&writer, values[i]);
      graphbit_json_writer_end_array (&writer);
    }
  /* what providers need to hold a model to a schema */
  if (strcmp (type, "object") == 0)
    {
      graphbit_json_writer_name (&writer, "properties");
      graphbit_json_writer_raw (&writer, "{}", -1);
      graphbit_json_writer_boolean_member (&writer, "additionalProperties", FALSE);
    }
  graphbit_json_writer_end_object (&writer);

  return g_object_new (GRAPHBIT_TYPE_JSON_SCHEMA, "json", text->str, NULL);
}

/**
 * graphbit_json_schema_new_object:
 * @description: (nullable): what it is, for the model, or %NULL
 *
 * Makes the schema of an object without properties;
 * [method@JsonSchema.add_property] adds them. No others are allowed.
 *
 * Returns: (transfer full): a new schema
 *
 * Since: 1.0
 */
GraphbitJsonSchema *
graphbit_json_schema_new_object (const char *description)
{
  return build ("object", NULL, NULL, description);
}

/**
 * graphbit_json_schema_new_array:
 * @items: what each element must look like
 * @description: (nullable): what it is, for the model, or %NULL
 *
 * Makes the schema of an array.
 *
 * Returns: (transfer full): a new schema
 *
 * Since: 1.0
 */
GraphbitJsonSchema *
graphbit_json_schema_new_array (GraphbitJsonSchema *items,
                                const char *description)
{
  g_return_val_if_fail (GRAPHBIT_IS_JSON_SCHEMA (items), NULL);

  return build ("array", items, NULL, description);
}

/**
 * graphbit_json_schema_new_string:
 * @description: (nullable): what it is, for the model, or %NULL
 *
 * Makes the schema of a text.
 *
 * Returns: (transfer full): a new schema
 *
 * Since: 1.0
 */
GraphbitJsonSchema *
graphbit_json_schema_new_string (const char *description)
{
  return build ("string", NULL, NULL, description);
}

/**
 * graphbit_json_schema_new_integer:
 * @description: (nullable): what it is, for the model, or %NULL
 *
 * Makes the schema of a number without a fraction.
 *
 * Returns: (transfer full): a new schema
 *
 * Since: 1.0
 */
GraphbitJsonSchema *
graphbit_json_schema_new_integer (const char *description)
{
  return build ("integer", NULL, NULL, description);
}

/**
 * graphbit_json_schema_new_number:
 * @description: (nullable): what it is, for the model, or %NULL
 *
 * Makes the schema of a number.
 *
 * Returns: (transfer full): a new schema
 *
 * Since: 1.0
 */
GraphbitJsonSchema *
graphbit_json_schema_new_number (const char *description)
{
  return build ("number", NULL, NULL, description);
}

/**
 * graphbit_json_schema_new_boolean:
 * @description: (nullable): what it is, for the model, or %NULL
 *
 * Makes the schema of true or false.
 *
 * Returns: (transfer full): a new schema
 *
 * Since: 1.0
 */
GraphbitJsonSchema *
graphbit_json_schema_new_boolean (const char *description)
{
  return build ("boolean", NULL, NULL, description);
}

/**
 * graphbit_json_schema_new_enumeration:
 * @values: (array zero-terminated=1): the texts, at least one
 * @description: (nullable): what it is, for the model, or %NULL
 *
 * Makes the schema of a text that is one of those given. Without any, the
 * schema's first use fails.
 *
 * Returns: (transfer full): a new schema
 *
 * Since: 1.0
 */
GraphbitJsonSchema *
graphbit_json_schema_new_enumeration (const char *const *values,
                                      const char *description)
{
  g_return_val_if_fail (values != NULL, NULL);

  return build ("string", NULL, values, description);
}

static void
require (JsonObject *root,
         const char *name)
{
  JsonArray *required;

  if (!json_object_has_member (root, "required"))
    json_object_set_array_member (root, "required", json_array_new ());
  required = json_object_get_array_member (root, "required");
  for (guint i = 0; i < json_array_get_length (required); i++)
    if (strcmp (json_array_get_string_element (required, i), name) == 0)
      return;
  json_array_add_string_element (required, name);
}

/**
 * graphbit_json_schema_add_property:
 * @self: the schema of an object
 * @name: the property's name
 * @schema: what its value must look like; copied
 * @required: whether every such object must have it
 *
 * Adds a property, or changes the one of this name. A `$ref` in @schema means a
 * place in @self from now on. Not while another thread uses @self.
 *
 * Since: 1.0
 */
void
graphbit_json_schema_add_property (GraphbitJsonSchema *self,
                                   const char *name,
                                   GraphbitJsonSchema *schema,
                                   gboolean required)
{
  g_autoptr (JsonNode) child = NULL;
  JsonObject *root;

  g_return_if_fail (GRAPHBIT_IS_JSON_SCHEMA (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (GRAPHBIT_IS_JSON_SCHEMA (schema));
  g_return_if_fail (self->error != NULL || JSON_NODE_HOLDS_OBJECT (self->node));

  if (self->error != NULL)
    return;
  if (schema->error != NULL)
    {
      self->error = g_error_copy (schema->error);
      return;
    }

  child = graphbit_json_parse (schema->text, -1, &self->error);
  if (child == NULL)
    return;

  root = json_node_get_object (self->node);
  if (!json_object_has_member (root, "properties"))
    json_object_set_object_member (root, "properties", json_object_new ());
  json_object_set_member (json_object_get_object_member (root, "properties"), name, g_steal_pointer (&child));
  if (required)
    require (root, name);

  g_free (self->text);
  self->text = graphbit_json_to_text (self->node);
  read_text (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_JSON]);
}

/* Using */

/**
 * graphbit_json_schema_validate:
 * @self: a schema
 * @node: a JSON value
 * @error: return location for an error
 *
 * Looks for what does not fit. [property@Problem:path] is a JSON pointer into
 * @node, [property@Problem:message] is in English, for a language model to
 * read. At most 32 problems are told, and one that says so stands for a
 * document that is too large or too deep to be checked.
 *
 * Fails as [ctor@JsonSchema.new_from_json] does if the schema itself, made from
 * properties or built, cannot be used.
 *
 * Returns: (transfer container) (element-type GraphbitProblem): the problems; empty: it fits
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_json_schema_validate (GraphbitJsonSchema *self,
                               JsonNode *node,
                               GError **error)
{
  GPtrArray *problems;

  g_return_val_if_fail (GRAPHBIT_IS_JSON_SCHEMA (self), NULL);
  g_return_val_if_fail (node != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (self->error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->error));
      graphbit_error_hand_out (error);
      return NULL;
    }

  if (graphbit_json_schema_check (self, node, &problems))
    return g_ptr_array_new_with_free_func (g_object_unref);
  return problems;
}

/**
 * graphbit_json_schema_to_json:
 * @self: a schema
 *
 * Gets the schema as text, as tools and options take it.
 *
 * Returns: (transfer full): compact JSON text; what was given where that is none
 *
 * Since: 1.0
 */
char *
graphbit_json_schema_to_json (GraphbitJsonSchema *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_JSON_SCHEMA (self), NULL);

  return g_strdup (self->text != NULL ? self->text : "");
}

const char *
graphbit_json_schema_get_text (GraphbitJsonSchema *self)
{
  return self->text;
}
