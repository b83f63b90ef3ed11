/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-file-object-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-check-private.h"
#include "graphbit-error.h"
#include "graphbit-http-node.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-options.h"
#include "graphbit-workflow-file-private.h"

void
graphbit_file_members_init (GraphbitFileMembers *self)
{
  self->names = g_ptr_array_new ();
  self->values = g_array_new (FALSE, FALSE, sizeof (GValue));
  g_array_set_clear_func (self->values, (GDestroyNotify) g_value_unset);
  self->list_names = g_ptr_array_new ();
  self->lists = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  self->unknown = g_string_new (NULL);
}

void
graphbit_file_members_clear (GraphbitFileMembers *self)
{
  g_ptr_array_unref (self->names);
  g_array_unref (self->values);
  g_ptr_array_unref (self->list_names);
  g_ptr_array_unref (self->lists);
  g_string_free (self->unknown, TRUE);
}

gboolean
graphbit_file_reader_fail_type (GraphbitFileReader *self,
                                const char *expected,
                                GError **error)
{
  return graphbit_file_cursor_fail_value (&self->cursor, expected, error);
}

gboolean
graphbit_file_reader_read_text (GraphbitFileReader *self,
                                char **text,
                                GError **error)
{
  *text = graphbit_json_reader_read_string (&self->cursor.json);
  return *text != NULL || graphbit_file_reader_fail_type (self, _("a text is expected here"), error);
}

/* JSON in JSON, without another layer of quotation marks. */
gboolean
graphbit_file_reader_read_json (GraphbitFileReader *self,
                                char **text,
                                GError **error)
{
  const char *begin;
  gsize length;

  if (!graphbit_json_reader_read_raw (&self->cursor.json, &begin, &length))
    return graphbit_file_reader_fail_type (self, "", error);

  *text = g_strndup (begin, length);
  return TRUE;
}

static gboolean
read_enum (GraphbitFileReader *self,
           GEnumClass *klass,
           GValue *value,
           GError **error)
{
  GraphbitNameList names = GRAPHBIT_NAME_LIST_INIT;
  g_autofree char *nick = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *list = NULL;
  const GEnumValue *found;

  if (!graphbit_file_reader_read_text (self, &nick, error))
    return FALSE;

  found = g_enum_get_value_by_nick (klass, nick);
  if (found != NULL)
    {
      g_value_set_enum (value, found->value);
      return TRUE;
    }

  for (guint i = 0; i < klass->n_values; i++)
    graphbit_name_list_add (&names, klass->values[i].value_nick);
  list = graphbit_name_list_finish (&names);
  shown = graphbit_file_shorten (nick);
  return graphbit_file_cursor_fail (&self->cursor, NULL, error, GRAPHBIT_ERROR_INVALID_WORKFLOW,
                                    _("“%s” is none of the values that there are: %s"), shown, list);
}

static gboolean
read_flags (GraphbitFileReader *self,
            GFlagsClass *klass,
            GValue *value,
            GError **error)
{
  guint scope = graphbit_json_reader_enter_array (&self->cursor.json);
  guint flags = 0;

  if (scope == 0)
    return graphbit_file_reader_fail_type (self, _("an array of texts is expected here"), error);

  for (guint i = 0; graphbit_json_reader_next_element (&self->cursor.json, scope); i++)
    {
      GraphbitFileMark mark = graphbit_file_cursor_push_element (&self->cursor, i);
      g_autofree char *nick = NULL;
      const GFlagsValue *found;

      if (!graphbit_file_reader_read_text (self, &nick, error))
        return FALSE;
      found = g_flags_get_value_by_nick (klass, nick);
      if (found == NULL)
        {
          g_autofree char *shown = graphbit_file_shorten (nick);

          return graphbit_file_cursor_fail (&self->cursor, NULL, error, GRAPHBIT_ERROR_INVALID_WORKFLOW,
                                            _("“%s” is none of the values that there are"), shown);
        }
      flags |= found->value;
      graphbit_file_cursor_pop (&self->cursor, mark);
    }

  g_value_set_flags (value, flags);
  return TRUE;
}

/* All integers go through here; the property's own range follows. */
static gboolean
read_integer (GraphbitFileReader *self,
              gint64 minimum,
              gint64 maximum,
              gint64 *integer,
              GError **error)
{
  double number;

  switch (graphbit_json_reader_read_number (&self->cursor.json, integer, &number))
    {
    case GRAPHBIT_JSON_NUMBER_INTEGER:
      if (*integer >= minimum && *integer <= maximum)
        return TRUE;
      break;
    case GRAPHBIT_JSON_NUMBER_DOUBLE:
      break;
    case GRAPHBIT_JSON_NUMBER_NONE:
    default:
      return graphbit_file_reader_fail_type (self, _("a number is expected here"), error);
    }

  return graphbit_file_cursor_fail (&self->cursor, NULL, error, GRAPHBIT_ERROR_INVALID_WORKFLOW,
                                    _("A whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " is expected here"),
                                    minimum, maximum);
}

static gboolean
read_texts (GraphbitFileReader *self,
            GPtrArray *texts,
            GError **error)
{
  guint scope = graphbit_json_reader_enter_array (&self->cursor.json);

  if (scope == 0)
    return graphbit_file_reader_fail_type (self, _("an array of texts is expected here"), error);

  for (guint i = 0; graphbit_json_reader_next_element (&self->cursor.json, scope); i++)
    {
      GraphbitFileMark mark = graphbit_file_cursor_push_element (&self->cursor, i);
      char *text;

      if (!graphbit_file_reader_read_text (self, &text, error))
        return FALSE;
      g_ptr_array_add (texts, text);
      graphbit_file_cursor_pop (&self->cursor, mark);
    }

  return TRUE;
}

static gboolean
read_dictionary (GraphbitFileReader *self,
                 GValue *value,
                 GError **error)
{
  guint scope = graphbit_json_reader_enter_object (&self->cursor.json);
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));

  if (scope == 0)
    return graphbit_file_reader_fail_type (self, _("an object with texts is expected here"), error);

  while (graphbit_json_reader_next_member (&self->cursor.json, scope))
    {
      g_autofree char *name = graphbit_json_reader_dup_member_name (&self->cursor.json);
      GraphbitFileMark mark = graphbit_file_cursor_push_member (&self->cursor, name);
      g_autofree char *text = NULL;

      if (!graphbit_file_reader_read_text (self, &text, error))
        return FALSE;
      g_variant_builder_add (&builder, "{ss}", name, text);
      graphbit_file_cursor_pop (&self->cursor, mark);
    }

  g_value_set_variant (value, g_variant_builder_end (&builder));
  return TRUE;
}

static GPtrArray *
read_tools (GraphbitFileReader *self,
            GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) tools = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  if (!read_texts (self, names, error))
    return NULL;

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *pointer = g_strdup_printf ("/%u", i);
      g_autoptr (GError) unknown = NULL;
      GraphbitTool *tool = graphbit_registry_find_tool (self->registry, g_ptr_array_index (names, i), &unknown);

      if (tool == NULL)
        {
          graphbit_file_cursor_fail (&self->cursor, pointer, error, unknown->code, "%s", unknown->message);
          return NULL;
        }
      if (!g_hash_table_add (known, g_ptr_array_index (names, i)))
        {
          graphbit_file_cursor_fail (&self->cursor, pointer, error, GRAPHBIT_ERROR_INVALID_WORKFLOW,
                                     _("The tool is in the list already; remove one of the two"));
          return NULL;
        }
      g_ptr_array_add (tools, g_object_ref (tool));
    }

  return g_steal_pointer (&tools);
}

static gpointer read_object (GraphbitFileReader *self, GType type, GError **error);

/* Of all objects that a property could hold, these may come from a file. */
static gboolean
read_object_value (GraphbitFileReader *self,
                   GParamSpec *pspec,
                   GValue *value,
                   GError **error)
{
  gpointer object;

  if (pspec->value_type == GRAPHBIT_TYPE_WORKFLOW)
    object = graphbit_file_reader_read_workflow (self, error);
  else if (pspec->value_type == GRAPHBIT_TYPE_LLM_CONFIG || pspec->value_type == GRAPHBIT_TYPE_LLM_OPTIONS)
    object = read_object (self, pspec->value_type, error);
  else
    return graphbit_file_cursor_fail (&self->cursor, NULL, error, GRAPHBIT_ERROR_INVALID_WORKFLOW,
                                      _("This cannot come from a file; set it after reading"));

  g_value_take_object (value, object);
  return object != NULL;
}

static gboolean
read_value (GraphbitFileReader *self,
            GParamSpec *pspec,
            GValue *value,
            GError **error)
{
  g_autofree char *text = NULL;
  gboolean flag;
  gint64 integer;
  double number;

  switch (G_TYPE_FUNDAMENTAL (pspec->value_type))
    {
    case G_TYPE_STRING:
      if (!((pspec->flags & GRAPHBIT_PARAM_JSON) != 0 ? graphbit_file_reader_read_json (self, &text, error) : graphbit_file_reader_read_text (self, &text, error)))
        return FALSE;
      g_value_take_string (value, g_steal_pointer (&text));
      return TRUE;

    case G_TYPE_BOOLEAN:
      if (!graphbit_json_reader_read_boolean (&self->cursor.json, &flag))
        return graphbit_file_reader_fail_type (self, _("true or false is expected here"), error);
      g_value_set_boolean (value, flag);
      return TRUE;

    case G_TYPE_INT:
      if (!read_integer (self, G_PARAM_SPEC_INT (pspec)->minimum, G_PARAM_SPEC_INT (pspec)->maximum, &integer, error))
        return FALSE;
      g_value_set_int (value, (int) integer);
      return TRUE;

    case G_TYPE_UINT:
      if (!read_integer (self, G_PARAM_SPEC_UINT (pspec)->minimum, G_PARAM_SPEC_UINT (pspec)->maximum, &integer, error))
        return FALSE;
      g_value_set_uint (value, (guint) integer);
      return TRUE;

    case G_TYPE_INT64:
      if (!read_integer (self, G_PARAM_SPEC_INT64 (pspec)->minimum, G_PARAM_SPEC_INT64 (pspec)->maximum, &integer, error))
        return FALSE;
      g_value_set_int64 (value, integer);
      return TRUE;

    case G_TYPE_DOUBLE:
      if (!graphbit_json_reader_read_double (&self->cursor.json, &number))
        return graphbit_file_reader_fail_type (self, _("a number is expected here"), error);
      if (!(number >= G_PARAM_SPEC_DOUBLE (pspec)->minimum && number <= G_PARAM_SPEC_DOUBLE (pspec)->maximum))
        return graphbit_file_cursor_fail (&self->cursor, NULL, error, GRAPHBIT_ERROR_INVALID_WORKFLOW,
                                          _("A number from %g to %g is expected here"),
                                          G_PARAM_SPEC_DOUBLE (pspec)->minimum, G_PARAM_SPEC_DOUBLE (pspec)->maximum);
      g_value_set_double (value, number);
      return TRUE;

    case G_TYPE_ENUM:
      return read_enum (self, G_PARAM_SPEC_ENUM (pspec)->enum_class, value, error);

    case G_TYPE_FLAGS:
      return read_flags (self, G_PARAM_SPEC_FLAGS (pspec)->flags_class, value, error);

    case G_TYPE_BOXED:
      if (pspec->value_type == G_TYPE_STRV)
        {
          g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

          if (!read_texts (self, texts, error))
            return FALSE;
          g_ptr_array_add (texts, NULL);
          g_value_set_boxed (value, texts->pdata);
          return TRUE;
        }
      break;

    case G_TYPE_VARIANT:
      if (g_variant_type_equal (G_PARAM_SPEC_VARIANT (pspec)->type, G_VARIANT_TYPE ("a{ss}")))
        return read_dictionary (self, value, error);
      break;

    default:
      break;
    }

  return read_object_value (self, pspec, value, error);
}

/* One member, which the path leads to, of an object of the class. */
gboolean
graphbit_file_reader_read_property (GraphbitFileReader *self,
                                    GObjectClass *klass,
                                    const char *name,
                                    GraphbitFileMembers *members,
                                    GError **error)
{
  GParamSpec *pspec = g_object_class_find_property (klass, name);

  if (pspec != NULL && pspec->value_type == G_TYPE_LIST_MODEL)
    {
      GPtrArray *tools = read_tools (self, error);

      if (tools == NULL)
        return FALSE;
      g_ptr_array_add (members->list_names, (gpointer) pspec->name);
      g_ptr_array_add (members->lists, tools);
      return TRUE;
    }
  if (pspec == NULL || (pspec->flags & G_PARAM_WRITABLE) == 0)
    {
      graphbit_file_cursor_keep (&self->cursor, name, members->unknown);
      return TRUE;
    }

  /* as if it were not there */
  if (graphbit_json_reader_get_kind (&self->cursor.json) != GRAPHBIT_JSON_KIND_NULL)
    {
      GValue value = G_VALUE_INIT;

      g_value_init (&value, pspec->value_type);
      if (!read_value (self, pspec, &value, error))
        {
          g_value_unset (&value);
          return FALSE;
        }
      g_ptr_array_add (members->names, (gpointer) pspec->name);
      g_array_append_val (members->values, value);
    }
  return TRUE;
}

/* What a file must not say, whatever it would mean; or only where addresses are allowed. */
static const struct
{
  GType (*get_type) (void);
  const char *member;
  gboolean is_address;
  const char *message;
} forbidden[] = {
  { graphbit_llm_config_get_type, "api-key", FALSE,
    N_("Files have no keys; remove it, and give the key in the environment, or with set_api_key after reading") },
  { graphbit_llm_config_get_type, "api_key", FALSE,
    N_("Files have no keys; remove it, and give the key in the environment, or with set_api_key after reading") },
  { graphbit_llm_config_get_type, "base-url", TRUE,
    N_("The prompts and the key would go to an address that the file chooses; if you trust the file, set allow-base-urls of the registry") },
  { graphbit_http_node_get_type, "allowed-hosts", TRUE,
    N_("The file would let itself into private networks; if you trust it, set allow-base-urls of the registry") },
};

static gboolean
check_member (GraphbitFileReader *self,
              GType type,
              const char *name,
              GError **error)
{
  gboolean has_addresses = self->registry != NULL && graphbit_registry_get_allow_base_urls (self->registry);

  for (guint i = 0; i < G_N_ELEMENTS (forbidden); i++)
    {
      if (forbidden[i].get_type () == type && g_str_equal (forbidden[i].member, name) &&
          !(forbidden[i].is_address && has_addresses))
        return graphbit_file_cursor_fail (&self->cursor, NULL, error, GRAPHBIT_ERROR_INVALID_WORKFLOW, "%s",
                                          _(forbidden[i].message));
    }

  return TRUE;
}

gboolean
graphbit_file_reader_read_members (GraphbitFileReader *self,
                                   GType type,
                                   GraphbitFileMembers *members,
                                   GError **error)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (type);
  guint scope = graphbit_json_reader_enter_object (&self->cursor.json);

  if (scope == 0)
    return graphbit_file_reader_fail_type (self, _("an object is expected here"), error);

  while (graphbit_json_reader_next_member (&self->cursor.json, scope))
    {
      g_autofree char *name = graphbit_json_reader_dup_member_name (&self->cursor.json);
      GraphbitFileMark mark = graphbit_file_cursor_push_member (&self->cursor, name);
      /* it chose the class */
      gboolean is_kind = g_type_is_a (type, GRAPHBIT_TYPE_NODE) && g_str_equal (name, "kind");

      if (!check_member (self, type, name, error) ||
          (!is_kind && !graphbit_file_reader_read_property (self, G_OBJECT_CLASS (klass), name, members, error)))
        return FALSE;
      graphbit_file_cursor_pop (&self->cursor, mark);
    }

  return TRUE;
}

gpointer
graphbit_file_members_make (GType type,
                            const GraphbitFileMembers *members)
{
  GObject *object = g_object_new_with_properties (type, members->names->len, (const char **) members->names->pdata,
                                                  (const GValue *) (gconstpointer) members->values->data);

  for (guint i = 0; i < members->lists->len; i++)
    {
      GPtrArray *items = g_ptr_array_index (members->lists, i);
      g_autoptr (GListModel) list = NULL;

      g_object_get (object, g_ptr_array_index (members->list_names, i), &list, NULL);
      g_list_store_splice (G_LIST_STORE (list), 0, 0, items->pdata, items->len);
    }

  graphbit_file_set_unknown (object, members->unknown);
  return object;
}

static gpointer
read_object (GraphbitFileReader *self,
             GType type,
             GError **error)
{
  g_auto (GraphbitFileMembers) members = { 0 };
  g_autoptr (GObject) object = NULL;

  graphbit_file_members_init (&members);
  if (!graphbit_file_reader_read_members (self, type, &members, error))
    return NULL;
  object = graphbit_file_members_make (type, &members);

  if (GRAPHBIT_IS_LLM_CONFIG (object) && graphbit_llm_config_get_vendor (GRAPHBIT_LLM_CONFIG (object)) == NULL)
    {
      g_autofree char *shown = graphbit_file_shorten (graphbit_llm_config_get_provider (GRAPHBIT_LLM_CONFIG (object)));

      graphbit_file_cursor_fail (&self->cursor, "/provider", error, GRAPHBIT_ERROR_INVALID_WORKFLOW,
                                 _("There is no provider “%s”"), shown);
      return NULL;
    }

  return g_steal_pointer (&object);
}
