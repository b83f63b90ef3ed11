/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-workflow-file-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "graphbit-error.h"
#include "graphbit-file-cursor-private.h"
#include "graphbit-json-private.h"
#include "graphbit-llm-config.h"
#include "graphbit-llm-options.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-secret-private.h"
#include "graphbit-workflow-private.h"

typedef struct
{
  GraphbitJsonWriter json;
  guint depth;
} Writer;

static gboolean write_workflow (Writer *self, GraphbitWorkflow *workflow, GError **error);

static void
write_unknown (Writer *self,
               const char *members)
{
  /* names and commas are in it */
  if (members != NULL)
    graphbit_json_writer_raw (&self->json, members, -1);
}

static gboolean
fail (GObject *owner,
      GParamSpec *pspec,
      const char *reason,
      GError **error)
{
  if (GRAPHBIT_IS_NODE (owner))
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                 _("The property “%s” of the node “%s” cannot be written: %s"),
                 pspec->name, graphbit_node_get_name (GRAPHBIT_NODE (owner)), reason);
  else
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                 _("The property “%s” cannot be written: %s"), pspec->name, reason);
  return FALSE;
}

/* It writes itself, as it knows which of it is secret. */
static gboolean
write_config (Writer *self,
              GraphbitLlmConfig *config,
              GObject *owner,
              GParamSpec *pspec,
              GError **error)
{
  g_autofree char *text = NULL;
  const char *unknown = graphbit_file_peek_unknown (config);

  if (graphbit_llm_config_get_llm_provider (config) != NULL)
    return fail (owner, pspec, _("its provider is code of the application; leave it out, and set it after reading"), error);

  text = graphbit_llm_config_to_json (config);
  if (unknown != NULL)
    {
      g_autofree char *joined = g_strdup_printf ("%.*s,%s}", (int) strlen (text) - 1, text, unknown);

      graphbit_json_writer_raw (&self->json, joined, -1);
    }
  else
    {
      graphbit_json_writer_raw (&self->json, text, -1);
    }
  return TRUE;
}

static gboolean
write_tools (Writer *self,
             GListModel *tools,
             GObject *owner,
             GParamSpec *pspec,
             GError **error)
{
  graphbit_json_writer_begin_array (&self->json);
  for (guint i = 0; i < g_list_model_get_n_items (tools); i++)
    {
      g_autoptr (GObject) tool = g_list_model_get_item (tools, i);

      if (!GRAPHBIT_IS_TOOL (tool))
        return fail (owner, pspec, _("it has other objects than tools"), error);
      graphbit_json_writer_string (&self->json, graphbit_llm_tool_spec_get_name (GRAPHBIT_LLM_TOOL_SPEC (tool)));
    }
  graphbit_json_writer_end_array (&self->json);
  return TRUE;
}

static gboolean write_properties (Writer *self, GObject *object, GError **error);

static gboolean
write_object (Writer *self,
              GObject *object,
              GObject *owner,
              GParamSpec *pspec,
              GError **error)
{
  if (GRAPHBIT_IS_LLM_CONFIG (object))
    return write_config (self, GRAPHBIT_LLM_CONFIG (object), owner, pspec, error);
  if (GRAPHBIT_IS_WORKFLOW (object))
    return write_workflow (self, GRAPHBIT_WORKFLOW (object), error);
  if (G_IS_LIST_MODEL (object))
    return write_tools (self, G_LIST_MODEL (object), owner, pspec, error);
  if (!GRAPHBIT_IS_LLM_OPTIONS (object))
    return fail (owner, pspec, _("files have no such objects; set it after reading"), error);

  graphbit_json_writer_begin_object (&self->json);
  if (!write_properties (self, object, error))
    return FALSE;
  graphbit_json_writer_end_object (&self->json);
  return TRUE;
}

/* Whether the text is no credential, but says where one comes from: {key}, or Bearer {key}. */
static gboolean
is_reference (const char *text)
{
  static const char *const schemes[] = { "Bearer ", "Basic ", "Token " };
  g_autoptr (GraphbitTemplate) template_ = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      if (g_ascii_strncasecmp (text, schemes[i], strlen (schemes[i])) == 0)
        {
          text += strlen (schemes[i]);
          break;
        }
    }

  template_ = graphbit_template_new (text);
  return graphbit_template_get_n_references (template_) == 1 &&
         g_str_equal (graphbit_template_get_reference (template_, 0)->source, text);
}

static void
write_dictionary (Writer *self,
                  GVariant *dictionary,
                  GParamSpec *pspec)
{
  gboolean has_headers = (pspec->flags & GRAPHBIT_PARAM_HEADERS) != 0;
  GVariantIter iter;
  const char *name, *value;

  graphbit_json_writer_begin_object (&self->json);
  g_variant_iter_init (&iter, dictionary);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    {
      if (!has_headers || !graphbit_secret_is_header (name) || is_reference (value))
        graphbit_json_writer_string_member (&self->json, name, value);
    }
  graphbit_json_writer_end_object (&self->json);
}

static void
write_texts (Writer *self,
             const char *const *texts)
{
  graphbit_json_writer_begin_array (&self->json);
  for (guint i = 0; texts[i] != NULL; i++)
    graphbit_json_writer_string (&self->json, texts[i]);
  graphbit_json_writer_end_array (&self->json);
}

static void
write_flags (Writer *self,
             GFlagsClass *klass,
             guint flags)
{
  graphbit_json_writer_begin_array (&self->json);
  for (guint i = 0; i < klass->n_values; i++)
    {
      if (klass->values[i].value != 0 && (flags & klass->values[i].value) == klass->values[i].value)
        graphbit_json_writer_string (&self->json, klass->values[i].value_nick);
    }
  graphbit_json_writer_end_array (&self->json);
}

static gboolean
write_text (Writer *self,
            const char *text,
            GObject *owner,
            GParamSpec *pspec,
            GError **error)
{
  g_autoptr (JsonNode) node = NULL;

  if ((pspec->flags & GRAPHBIT_PARAM_JSON) == 0)
    {
      graphbit_json_writer_string (&self->json, text);
      return TRUE;
    }

  node = graphbit_json_parse (text, -1, NULL);
  if (node == NULL)
    return fail (owner, pspec, _("it is no JSON"), error);
  graphbit_json_writer_raw (&self->json, text, -1);
  return TRUE;
}

static gboolean
write_value (Writer *self,
             const GValue *value,
             GObject *owner,
             GParamSpec *pspec,
             GError **error)
{
  switch (G_TYPE_FUNDAMENTAL (pspec->value_type))
    {
    case G_TYPE_STRING:
      return write_text (self, g_value_get_string (value), owner, pspec, error);
    case G_TYPE_BOOLEAN:
      graphbit_json_writer_boolean (&self->json, g_value_get_boolean (value));
      return TRUE;
    case G_TYPE_INT:
      graphbit_json_writer_int64 (&self->json, g_value_get_int (value));
      return TRUE;
    case G_TYPE_UINT:
      graphbit_json_writer_int64 (&self->json, g_value_get_uint (value));
      return TRUE;
    case G_TYPE_INT64:
      graphbit_json_writer_int64 (&self->json, g_value_get_int64 (value));
      return TRUE;
    case G_TYPE_DOUBLE:
      graphbit_json_writer_double (&self->json, g_value_get_double (value));
      return TRUE;
    case G_TYPE_ENUM:
      graphbit_json_writer_string (&self->json,
                                   g_enum_get_value (G_PARAM_SPEC_ENUM (pspec)->enum_class, g_value_get_enum (value))->value_nick);
      return TRUE;
    case G_TYPE_FLAGS:
      write_flags (self, G_PARAM_SPEC_FLAGS (pspec)->flags_class, g_value_get_flags (value));
      return TRUE;
    case G_TYPE_BOXED:
      if (pspec->value_type != G_TYPE_STRV)
        break;
      write_texts (self, g_value_get_boxed (value));
      return TRUE;
    case G_TYPE_VARIANT:
      if (!g_variant_is_of_type (g_value_get_variant (value), G_VARIANT_TYPE ("a{ss}")))
        break;
      write_dictionary (self, g_value_get_variant (value), pspec);
      return TRUE;
    case G_TYPE_OBJECT:
    case G_TYPE_INTERFACE:
      return write_object (self, g_value_get_object (value), owner, pspec, error);
    default:
      break;
    }

  return fail (owner, pspec, _("files have no such values; set it after reading"), error);
}

/* An empty list says as much as none. */
static gboolean
is_worth_writing (GParamSpec *pspec,
                  const GValue *value)
{
  if (pspec->value_type == G_TYPE_LIST_MODEL)
    return g_value_get_object (value) != NULL && g_list_model_get_n_items (g_value_get_object (value)) > 0;
  if ((pspec->flags & G_PARAM_WRITABLE) == 0)
    return FALSE;
  if ((pspec->flags & G_PARAM_CONSTRUCT_ONLY) == 0 || !G_TYPE_IS_ENUM (pspec->value_type))
    return !g_param_value_defaults (pspec, value);

  /* what an object is made of is told also where it is the default */
  return TRUE;
}

static gboolean
write_properties (Writer *self,
                  GObject *object,
                  GError **error)
{
  guint n_properties;
  g_autofree GParamSpec **properties = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n_properties);

  for (guint i = 0; i < n_properties; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;

      if ((properties[i]->flags & G_PARAM_READABLE) == 0)
        continue;

      g_object_get_property (object, properties[i]->name, &value);
      if (!is_worth_writing (properties[i], &value))
        continue;

      graphbit_json_writer_name (&self->json, properties[i]->name);
      if (!write_value (self, &value, object, properties[i], error))
        return FALSE;
    }

  write_unknown (self, graphbit_file_peek_unknown (object));
  return TRUE;
}

static gboolean
write_nodes (Writer *self,
             GraphbitWorkflow *workflow,
             GError **error)
{
  GListModel *nodes = graphbit_workflow_get_nodes (workflow);

  graphbit_json_writer_name (&self->json, "nodes");
  graphbit_json_writer_begin_array (&self->json);
  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr (GraphbitNode) node = g_list_model_get_item (nodes, i);
      const GraphbitNodeKindInfo *info = graphbit_node_get_info (node);

      if (info->check_name != NULL && !info->check_name (node, error))
        return FALSE;

      graphbit_json_writer_begin_object (&self->json);
      graphbit_json_writer_string_member (&self->json, "kind", info->name);
      if (!write_properties (self, G_OBJECT (node), error))
        return FALSE;
      graphbit_json_writer_end_object (&self->json);
    }
  graphbit_json_writer_end_array (&self->json);
  return TRUE;
}

static gboolean
write_edges (Writer *self,
             GraphbitWorkflow *workflow,
             GError **error)
{
  GListModel *edges = graphbit_workflow_get_edges (workflow);

  graphbit_json_writer_name (&self->json, "edges");
  graphbit_json_writer_begin_array (&self->json);
  for (guint i = 0; i < g_list_model_get_n_items (edges); i++)
    {
      g_autoptr (GObject) edge = g_list_model_get_item (edges, i);

      graphbit_json_writer_begin_object (&self->json);
      if (!write_properties (self, edge, error))
        return FALSE;
      graphbit_json_writer_end_object (&self->json);
    }
  graphbit_json_writer_end_array (&self->json);
  return TRUE;
}

static void
write_inputs (Writer *self,
              const GArray *inputs)
{
  if (inputs->len == 0)
    return;

  graphbit_json_writer_name (&self->json, "inputs");
  graphbit_json_writer_begin_array (&self->json);
  for (guint i = 0; i < inputs->len; i++)
    {
      const GraphbitPlanInput *input = &g_array_index (inputs, GraphbitPlanInput, i);

      graphbit_json_writer_begin_object (&self->json);
      graphbit_json_writer_string_member (&self->json, "name", input->name);
      if (input->schema != NULL)
        graphbit_json_writer_raw_member (&self->json, "schema", graphbit_json_schema_get_text (input->schema), -1);
      write_unknown (self, input->unknown);
      graphbit_json_writer_end_object (&self->json);
    }
  graphbit_json_writer_end_array (&self->json);
}

static void
write_variables (Writer *self,
                 const GArray *variables)
{
  if (variables->len == 0)
    return;

  graphbit_json_writer_name (&self->json, "variables");
  graphbit_json_writer_begin_array (&self->json);
  for (guint i = 0; i < variables->len; i++)
    {
      const GraphbitPlanVariable *variable = &g_array_index (variables, GraphbitPlanVariable, i);

      graphbit_json_writer_begin_object (&self->json);
      graphbit_json_writer_string_member (&self->json, "name", variable->name);
      if (variable->value != NULL)
        graphbit_json_writer_string_member (&self->json, "value", variable->value);
      write_unknown (self, variable->unknown);
      graphbit_json_writer_end_object (&self->json);
    }
  graphbit_json_writer_end_array (&self->json);
}

/* What the reader would refuse is not written. */
static gboolean
check_workflow (GraphbitWorkflow *workflow,
                GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_object_unref);

  graphbit_workflow_check_shape (workflow, problems);
  return !graphbit_problem_first_error (problems, GRAPHBIT_ERROR_INVALID_WORKFLOW, error);
}

static gboolean
write_workflow (Writer *self,
                GraphbitWorkflow *workflow,
                GError **error)
{
  const char *description = graphbit_workflow_get_description (workflow);

  if (self->depth == GRAPHBIT_WORKFLOW_FILE_MAX_DEPTH)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                   _("The workflow “%s” is in too many others; at most %d can be in one another"),
                   graphbit_workflow_get_name (workflow), GRAPHBIT_WORKFLOW_FILE_MAX_DEPTH);
      return FALSE;
    }
  if (!check_workflow (workflow, error))
    return FALSE;

  graphbit_json_writer_begin_object (&self->json);
  if (self->depth == 0)
    {
      graphbit_json_writer_string_member (&self->json, "format", GRAPHBIT_WORKFLOW_FILE_FORMAT);
      graphbit_json_writer_int64_member (&self->json, "version", GRAPHBIT_WORKFLOW_FILE_VERSION);
    }
  graphbit_json_writer_string_member (&self->json, "id", graphbit_workflow_get_id (workflow));
  if (graphbit_workflow_get_name (workflow) != NULL)
    graphbit_json_writer_string_member (&self->json, "name", graphbit_workflow_get_name (workflow));
  if (description != NULL)
    graphbit_json_writer_string_member (&self->json, "description", description);
  write_inputs (self, graphbit_workflow_peek_inputs (workflow));
  write_variables (self, graphbit_workflow_peek_variables (workflow));

  self->depth++;
  if (!write_nodes (self, workflow, error) || !write_edges (self, workflow, error))
    return FALSE;
  self->depth--;

  write_unknown (self, graphbit_file_peek_unknown (workflow));
  graphbit_json_writer_end_object (&self->json);
  return TRUE;
}

char *
graphbit_workflow_file_write (GraphbitWorkflow *workflow,
                              GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *indented = NULL;
  g_autoptr (GError) unreadable = NULL;
  Writer self = { .depth = 0 };
  GraphbitFileCursor cursor;
  gboolean is_readable;

  graphbit_json_writer_init (&self.json, text);
  if (!write_workflow (&self, workflow, error))
    return NULL;

  indented = graphbit_json_indent (text->str);
  g_string_assign (text, indented);
  g_string_append_c (text, '\n');

  /* too large, too deep, a schema with a member twice: nobody could read it */
  is_readable = graphbit_file_cursor_init (&cursor, text->str, text->len, GRAPHBIT_JSON_MAX_SIZE, &unreadable);
  graphbit_file_cursor_clear (&cursor);
  if (!is_readable)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                   _("The workflow “%s” cannot be written, because its file could not be read: %s"),
                   graphbit_workflow_get_name (workflow), unreadable->message);
      return NULL;
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}
