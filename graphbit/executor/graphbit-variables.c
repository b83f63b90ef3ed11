/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-variables-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-error.h"
#include "graphbit-json-private.h"
#include "graphbit-json-schema-private.h"
#include "graphbit-problem-private.h"

/* Up to here looking at each is faster than a table. */
#define MAX_UNINDEXED 16

struct _GraphbitVariableTable
{
  GArray *items;     /* of GraphbitVariable */
  GHashTable *index; /* name → position + 1, once there are many */
};

static int
find (const GraphbitVariables *self,
      const char *name)
{
  if (self->table == NULL)
    return -1;

  if (self->table->index != NULL)
    return GPOINTER_TO_INT (g_hash_table_lookup (self->table->index, name)) - 1;

  for (guint i = 0; i < self->table->items->len; i++)
    if (g_str_equal (g_array_index (self->table->items, GraphbitVariable, i).name, name))
      return (int) i;
  return -1;
}

const char *
graphbit_variables_lookup (const GraphbitVariables *self,
                           const char *name)
{
  int position = find (self, name);

  return position >= 0 ? g_array_index (self->table->items, GraphbitVariable, position).value : NULL;
}

static void
variable_clear (gpointer data)
{
  GraphbitVariable *variable = data;

  g_free (variable->name);
  g_free (variable->value);
}

static void
index_all (GraphbitVariables *self)
{
  g_clear_pointer (&self->table->index, g_hash_table_unref);
  if (self->table->items->len <= MAX_UNINDEXED)
    return;

  self->table->index = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < self->table->items->len; i++)
    g_hash_table_insert (self->table->index, g_array_index (self->table->items, GraphbitVariable, i).name, GINT_TO_POINTER (i + 1));
}

static void
append (GraphbitVariables *self,
        const char *name,
        char *value)
{
  GraphbitVariable variable = { g_strdup (name), value };

  if (self->table == NULL)
    {
      self->table = g_new0 (struct _GraphbitVariableTable, 1);
      self->table->items = g_array_new (FALSE, FALSE, sizeof (GraphbitVariable));
      g_array_set_clear_func (self->table->items, variable_clear);
    }
  g_array_append_val (self->table->items, variable);

  if (self->table->index != NULL)
    g_hash_table_insert (self->table->index, variable.name, GUINT_TO_POINTER (self->table->items->len));
  else
    index_all (self);
}

void
graphbit_variables_set (GraphbitVariables *self,
                        const char *name,
                        const char *value)
{
  int position = find (self, name);

  if (value == NULL)
    {
      if (position >= 0)
        {
          g_array_remove_index (self->table->items, (guint) position);
          index_all (self);
        }
    }
  else if (position >= 0)
    {
      GraphbitVariable *variable = &g_array_index (self->table->items, GraphbitVariable, position);
      char *copy = g_strdup (value);

      g_free (variable->value);
      variable->value = copy;
    }
  else
    append (self, name, g_strdup (value));
}

guint
graphbit_variables_get_size (const GraphbitVariables *self)
{
  return self->table != NULL ? self->table->items->len : 0;
}

const GraphbitVariable *
graphbit_variables_get (const GraphbitVariables *self,
                        guint position)
{
  return &g_array_index (self->table->items, GraphbitVariable, position);
}

void
graphbit_variables_clear (GraphbitVariables *self)
{
  if (self->table == NULL)
    return;

  g_clear_pointer (&self->table->index, g_hash_table_unref);
  g_clear_pointer (&self->table->items, g_array_unref);
  g_clear_pointer (&self->table, g_free);
}

static char *
input_to_text (GVariant *value)
{
  GString *string;
  GraphbitJsonWriter writer;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_variant_dup_string (value, NULL);

  string = g_string_new (NULL);
  graphbit_json_writer_init (&writer, string);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    graphbit_json_writer_boolean (&writer, g_variant_get_boolean (value));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    graphbit_json_writer_int64 (&writer, g_variant_get_int64 (value));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT32))
    graphbit_json_writer_int64 (&writer, g_variant_get_int32 (value));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    graphbit_json_writer_int64 (&writer, g_variant_get_uint32 (value));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    graphbit_json_writer_double (&writer, g_variant_get_double (value));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY))
    {
      g_autofree const char **texts = g_variant_get_strv (value, NULL);

      graphbit_json_writer_begin_array (&writer);
      for (guint i = 0; texts[i] != NULL; i++)
        graphbit_json_writer_string (&writer, texts[i]);
      graphbit_json_writer_end_array (&writer);
    }
  else
    {
      g_string_free (string, TRUE);
      return NULL;
    }
  return g_string_free (string, FALSE);
}

static gboolean
check_input (const GraphbitPlanInput *declared,
             gboolean is_text,
             const char *text,
             GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  g_autofree char *line = NULL;

  if (declared->schema == NULL)
    return TRUE;

  node = graphbit_json_parse (text, -1, NULL);
  if (is_text)
    {
      /* A text may be JSON, or the string that the schema wants. */
      if (node != NULL && graphbit_json_schema_check (declared->schema, node, NULL))
        return TRUE;
      g_clear_pointer (&node, json_node_unref);
      node = json_node_new (JSON_NODE_VALUE);
      json_node_set_string (node, text);
    }

  if (graphbit_json_schema_check (declared->schema, node, &problems))
    return TRUE;

  line = graphbit_problem_to_line (problems->pdata[0]);
  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
               _("The input “%s” does not fit what the workflow declares: %s"), declared->name, line);
  return FALSE;
}

gboolean
graphbit_variables_check_input (const GraphbitPlanInput *declared,
                                const char *text,
                                GError **error)
{
  return check_input (declared, TRUE, text, error);
}

static char *
list_declared (GraphbitPlan *plan)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < graphbit_plan_get_n_inputs (plan); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", graphbit_plan_get_input (plan, i)->name);
  return g_string_free (names, FALSE);
}

gboolean
graphbit_variables_read_inputs (GraphbitVariables *self,
                                GraphbitPlan *plan,
                                GVariant *inputs,
                                GError **error)
{
  guint n_declared = graphbit_plan_get_n_inputs (plan);

  if (inputs != NULL)
    {
      GVariantIter iter;
      const char *name;
      GVariant *value;

      if (!g_variant_is_of_type (inputs, G_VARIANT_TYPE_VARDICT))
        {
          g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                       _("The inputs must be a dictionary of type a{sv}, not %s"), g_variant_get_type_string (inputs));
          return FALSE;
        }

      g_variant_iter_init (&iter, inputs);
      while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
        {
          g_autoptr (GVariant) owned = value;
          g_autofree char *text = input_to_text (value);
          int declared = n_declared > 0 ? graphbit_plan_find_input (plan, name) : -1;

          if (text == NULL)
            {
              g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The input “%s” has the type %s; an input is a string, a boolean, a number or a list of strings"),
                           name, g_variant_get_type_string (value));
              return FALSE;
            }
          if (n_declared > 0 && declared < 0)
            {
              g_autofree char *names = list_declared (plan);

              g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The workflow has no input “%s”; its inputs are: %s"), name, names);
              return FALSE;
            }
          if (declared >= 0 && !check_input (graphbit_plan_get_input (plan, (guint) declared),
                                             g_variant_is_of_type (value, G_VARIANT_TYPE_STRING), text, error))
            return FALSE;

          graphbit_variables_set (self, name, text);
        }
    }

  for (guint i = 0; i < n_declared; i++)
    {
      const char *name = graphbit_plan_get_input (plan, i)->name;

      if (graphbit_variables_lookup (self, name) == NULL)
        {
          g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                       _("The workflow needs the input “%s”; give it when the run starts"), name);
          return FALSE;
        }
    }
  return TRUE;
}
