/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "graphbit-error.h"
#include "graphbit-file-object-private.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-workflow-file-private.h"
#include "graphbit-workflow-private.h"

/* Of the object at hand. NULL without an error: it has no such text. */
static char *
look_for_text (GraphbitFileReader *self,
               const char *name)
{
  GraphbitJsonReader reader = graphbit_file_cursor_look_ahead (&self->cursor);
  guint scope = graphbit_json_reader_enter_object (&reader);

  while (graphbit_json_reader_next_member (&reader, scope))
    {
      if (graphbit_json_reader_member_equals (&reader, name, strlen (name)))
        return graphbit_json_reader_read_string (&reader);
    }

  return NULL;
}

static gboolean
fail_missing (GraphbitFileReader *self,
              const char *name,
              GError **error)
{
  return graphbit_file_cursor_fail (&self->cursor, NULL, error, GRAPHBIT_ERROR_INVALID_WORKFLOW,
                                    _("The member “%s” is missing, or is no text"), name);
}

static const GraphbitNodeKindInfo *
read_kind (GraphbitFileReader *self,
           GError **error)
{
  g_autofree char *kind = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *kinds = NULL;
  const GraphbitNodeKindInfo *info;

  if (graphbit_json_reader_get_kind (&self->cursor.json) != GRAPHBIT_JSON_KIND_OBJECT)
    {
      graphbit_file_reader_fail_type (self, _("an object is expected here"), error);
      return NULL;
    }

  kind = look_for_text (self, "kind");
  if (kind == NULL)
    {
      fail_missing (self, "kind", error);
      return NULL;
    }

  info = graphbit_node_kind_find (kind, &kinds);
  if (info == NULL)
    {
      shown = graphbit_file_shorten (kind);
      graphbit_file_cursor_fail (&self->cursor, "/kind", error, GRAPHBIT_ERROR_INVALID_WORKFLOW,
                                 _("There is no kind of node “%s”; the kinds are %s"), shown, kinds);
    }
  return info;
}

static const char *
find_path_of_error (GPtrArray *problems)
{
  for (guint i = 0; i < problems->len; i++)
    {
      GraphbitProblem *problem = g_ptr_array_index (problems, i);

      if (graphbit_problem_get_severity (problem) == GRAPHBIT_SEVERITY_ERROR)
        return graphbit_problem_get_path (problem);
    }

  return NULL;
}

/* Why add_node () refused it, once more with the place. */
static gboolean
fail_node (GraphbitFileReader *self,
           GraphbitNode *node,
           const GError *refusal,
           GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_object_unref);
  const char *path;

  graphbit_workflow_check_node (node, problems);
  path = find_path_of_error (problems);

  return graphbit_file_cursor_fail (&self->cursor, path != NULL ? path : "/id", error, GRAPHBIT_ERROR_INVALID_WORKFLOW,
                                    "%s", refusal->message);
}

static gboolean
read_node (GraphbitFileReader *self,
           GraphbitWorkflow *workflow,
           GError **error)
{
  const GraphbitNodeKindInfo *info = read_kind (self, error);
  g_auto (GraphbitFileMembers) members = { 0 };
  g_autoptr (GraphbitNode) node = NULL;
  g_autoptr (GError) refusal = NULL;

  graphbit_file_members_init (&members);
  if (info == NULL || !graphbit_file_reader_read_members (self, info->get_type (), &members, error))
    return FALSE;

  node = graphbit_file_members_make (info->get_type (), &members);
  if (graphbit_node_get_name (node) == NULL)
    return fail_missing (self, "name", error);
  if (info->resolve != NULL && !info->resolve (node, self->registry, &refusal))
    return graphbit_file_cursor_fail (&self->cursor, "/function-name", error, refusal->code, "%s", refusal->message);
  if (graphbit_workflow_add_node (workflow, node, &refusal) == NULL)
    return fail_node (self, node, refusal, error);

  return TRUE;
}

static gboolean
read_edge (GraphbitFileReader *self,
           GraphbitWorkflow *workflow,
           GError **error)
{
  g_auto (GraphbitFileMembers) members = { 0 };
  g_autoptr (GraphbitEdge) read = NULL;
  g_autoptr (GraphbitEdge) edge = NULL;
  g_autoptr (GError) refusal = NULL;
  GListModel *edges = graphbit_workflow_get_edges (workflow);
  const char *source, *target, *pointer;

  graphbit_file_members_init (&members);
  if (!graphbit_file_reader_read_members (self, GRAPHBIT_TYPE_EDGE, &members, error))
    return FALSE;

  read = graphbit_file_members_make (GRAPHBIT_TYPE_EDGE, &members);
  source = graphbit_edge_get_source (read);
  target = graphbit_edge_get_target (read);
  if (source == NULL || target == NULL)
    return fail_missing (self, source == NULL ? "source" : "target", error);

  if (!graphbit_workflow_connect_nodes_full (workflow, source, target, graphbit_edge_get_kind (read),
                                             graphbit_edge_get_condition (read), &refusal))
    {
      if (graphbit_workflow_get_node (workflow, source) == NULL)
        pointer = "/source";
      else if (graphbit_workflow_get_node (workflow, target) == NULL)
        pointer = "/target";
      else
        pointer = graphbit_edge_get_condition (read) != NULL ? "/condition" : "/kind";
      return graphbit_file_cursor_fail (&self->cursor, pointer, error, GRAPHBIT_ERROR_INVALID_WORKFLOW,
                                        "%s", refusal->message);
    }

  edge = g_list_model_get_item (edges, g_list_model_get_n_items (edges) - 1);
  graphbit_file_set_unknown (edge, members.unknown);
  return TRUE;
}

/* An input or a variable: a name, and what is said about it. */
static gboolean
read_declaration (GraphbitFileReader *self,
                  const char *member,
                  gboolean is_json,
                  char **name,
                  char **text,
                  GString *unknown,
                  GError **error)
{
  guint scope = graphbit_json_reader_enter_object (&self->cursor.json);

  if (scope == 0)
    return graphbit_file_reader_fail_type (self, _("an object is expected here"), error);

  while (graphbit_json_reader_next_member (&self->cursor.json, scope))
    {
      g_autofree char *found = graphbit_json_reader_dup_member_name (&self->cursor.json);
      GraphbitFileMark mark = graphbit_file_cursor_push_member (&self->cursor, found);
      gboolean is_null = graphbit_json_reader_get_kind (&self->cursor.json) == GRAPHBIT_JSON_KIND_NULL;

      if (g_str_equal (found, "name"))
        {
          if (!graphbit_file_reader_read_text (self, name, error))
            return FALSE;
        }
      else if (!g_str_equal (found, member))
        {
          graphbit_file_cursor_keep (&self->cursor, found, unknown);
        }
      else if (!is_null && !(is_json ? graphbit_file_reader_read_json (self, text, error) : graphbit_file_reader_read_text (self, text, error)))
        {
          return FALSE;
        }
      graphbit_file_cursor_pop (&self->cursor, mark);
    }

  return *name != NULL || fail_missing (self, "name", error);
}

static gboolean
read_input (GraphbitFileReader *self,
            GraphbitWorkflow *workflow,
            GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *schema = NULL;
  g_autoptr (GString) unknown = g_string_new (NULL);
  g_autoptr (GError) refusal = NULL;

  if (!read_declaration (self, "schema", TRUE, &name, &schema, unknown, error))
    return FALSE;
  if (!graphbit_workflow_take_input (workflow, name, schema, unknown->str, &refusal))
    return graphbit_file_cursor_fail (&self->cursor, schema != NULL ? "/schema" : "/name", error,
                                      GRAPHBIT_ERROR_INVALID_WORKFLOW, "%s", refusal->message);
  return TRUE;
}

static gboolean
read_variable (GraphbitFileReader *self,
               GraphbitWorkflow *workflow,
               GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;
  g_autoptr (GString) unknown = g_string_new (NULL);
  g_autoptr (GError) refusal = NULL;

  if (!read_declaration (self, "value", FALSE, &name, &value, unknown, error))
    return FALSE;
  if (!graphbit_workflow_take_variable (workflow, name, value, unknown->str, &refusal))
    return graphbit_file_cursor_fail (&self->cursor, "/name", error, GRAPHBIT_ERROR_INVALID_WORKFLOW,
                                      "%s", refusal->message);
  return TRUE;
}

/* What belongs into a workflow, in the order in which it has to come there; in the file any order will do. */
static const struct
{
  const char *name;
  gboolean (*read) (GraphbitFileReader *self, GraphbitWorkflow *workflow, GError **error);
} sections[] = {
  { "inputs", read_input },
  { "variables", read_variable },
  { "nodes", read_node },
  { "edges", read_edge },
};

static int
find_section (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    {
      if (g_str_equal (sections[i].name, name))
        return (int) i;
    }

  return -1;
}

static gboolean
read_section (GraphbitFileReader *self,
              guint section,
              GraphbitWorkflow *workflow,
              GError **error)
{
  GraphbitFileMark mark = graphbit_file_cursor_push_member (&self->cursor, sections[section].name);
  guint scope = graphbit_json_reader_enter_array (&self->cursor.json);

  if (scope == 0)
    return graphbit_file_reader_fail_type (self, _("an array is expected here"), error);

  for (guint i = 0; graphbit_json_reader_next_element (&self->cursor.json, scope); i++)
    {
      GraphbitFileMark element = graphbit_file_cursor_push_element (&self->cursor, i);

      if (!sections[section].read (self, workflow, error))
        return FALSE;
      graphbit_file_cursor_pop (&self->cursor, element);
    }

  graphbit_file_cursor_pop (&self->cursor, mark);
  return TRUE;
}

static gboolean
check_shape (GraphbitFileReader *self,
             GraphbitWorkflow *workflow,
             GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) problem = NULL;

  graphbit_workflow_check_shape (workflow, problems);
  return !graphbit_problem_first_error (problems, GRAPHBIT_ERROR_INVALID_WORKFLOW, &problem) ||
         graphbit_file_cursor_fail (&self->cursor, find_path_of_error (problems), error,
                                    GRAPHBIT_ERROR_INVALID_WORKFLOW, "%s", problem->message);
}

static gboolean
read_head (GraphbitFileReader *self,
           GraphbitFileMembers *members,
           GraphbitJsonReader *places,
           GError **error)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (GRAPHBIT_TYPE_WORKFLOW);
  guint scope = graphbit_json_reader_enter_object (&self->cursor.json);

  while (graphbit_json_reader_next_member (&self->cursor.json, scope))
    {
      g_autofree char *name = graphbit_json_reader_dup_member_name (&self->cursor.json);
      GraphbitFileMark mark = graphbit_file_cursor_push_member (&self->cursor, name);
      int section = find_section (name);

      if (section >= 0)
        places[section] = self->cursor.json;
      else if (!g_str_equal (name, "format") && !g_str_equal (name, "version") &&
               !graphbit_file_reader_read_property (self, G_OBJECT_CLASS (klass), name, members, error))
        return FALSE;
      graphbit_file_cursor_pop (&self->cursor, mark);
    }

  return TRUE;
}

GraphbitWorkflow *
graphbit_file_reader_read_workflow (GraphbitFileReader *self,
                                    GError **error)
{
  g_auto (GraphbitFileMembers) members = { 0 };
  g_autoptr (GraphbitWorkflow) workflow = NULL;
  GraphbitJsonReader places[G_N_ELEMENTS (sections)] = { 0 };
  GraphbitJsonReader rest;

  graphbit_file_members_init (&members);
  if (self->depth++ == GRAPHBIT_WORKFLOW_FILE_MAX_DEPTH)
    {
      graphbit_file_cursor_fail (&self->cursor, NULL, error, GRAPHBIT_ERROR_INVALID_WORKFLOW,
                                 _("There are too many workflows in one another; at most %d can be"),
                                 GRAPHBIT_WORKFLOW_FILE_MAX_DEPTH);
      return NULL;
    }
  if (graphbit_json_reader_get_kind (&self->cursor.json) != GRAPHBIT_JSON_KIND_OBJECT)
    {
      graphbit_file_reader_fail_type (self, _("an object is expected here"), error);
      return NULL;
    }
  if (!graphbit_file_cursor_check_format (&self->cursor, GRAPHBIT_WORKFLOW_FILE_FORMAT, GRAPHBIT_WORKFLOW_FILE_VERSION,
                                          self->depth == 1, GRAPHBIT_ERROR_INVALID_WORKFLOW, error) ||
      !read_head (self, &members, places, error))
    return NULL;

  workflow = graphbit_file_members_make (GRAPHBIT_TYPE_WORKFLOW, &members);
  rest = self->cursor.json;
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    {
      if (places[i].start == NULL)
        continue;
      self->cursor.json = places[i];
      if (!read_section (self, i, workflow, error))
        return NULL;
    }
  self->cursor.json = rest;
  self->depth--;

  return check_shape (self, workflow, error) ? g_steal_pointer (&workflow) : NULL;
}

GraphbitWorkflow *
graphbit_workflow_file_read (const char *text,
                             gsize length,
                             GraphbitRegistry *registry,
                             GError **error)
{
  GraphbitFileReader self = { .registry = registry };
  GraphbitWorkflow *workflow = NULL;

  if (graphbit_file_cursor_init (&self.cursor, text, length, GRAPHBIT_JSON_MAX_SIZE, error))
    workflow = graphbit_file_reader_read_workflow (&self, error);
  graphbit_file_cursor_clear (&self.cursor);

  return workflow;
}
