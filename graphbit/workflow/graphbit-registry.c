/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-registry-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-check-private.h"
#include "graphbit-error.h"
#include "graphbit-file-cursor-private.h"
#include "graphbit-node-call.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-tool-private.h"

/**
 * GraphbitRegistry:
 *
 * The code that saved workflows speak of: functions, conditions and tools, each
 * under a name.
 *
 * A file has no code, only names; whoever reads it hands over a registry in
 * which they are found: [ctor@Workflow.new_from_json], [func@Workflow.load]. The
 * functions of a file are therefore those that the application chose, and no
 * others.
 *
 * A registry may be used for any number of files. It belongs to the thread in
 * which they are read.
 *
 * Since: 1.0
 */
struct _GraphbitRegistry
{
  GObject parent_instance;

  GHashTable *functions; /* name → Entry */
  GPtrArray *names;      /* of the functions, in their order; borrowed */
  GPtrArray *tools;      /* of GraphbitTool */
  gboolean allow_base_urls;
};

typedef struct
{
  GraphbitClosure *closure; /* NULL: the signal `call` */
  gboolean is_condition;
} Entry;

enum
{
  PROP_0,
  PROP_ALLOW_BASE_URLS,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];
static guint call_signal;

G_DEFINE_FINAL_TYPE (GraphbitRegistry, graphbit_registry, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *self = data;

  g_clear_pointer (&self->closure, graphbit_closure_unref);
  g_free (self);
}

static void
graphbit_registry_finalize (GObject *object)
{
  GraphbitRegistry *self = GRAPHBIT_REGISTRY (object);

  g_hash_table_unref (self->functions);
  g_ptr_array_unref (self->names);
  g_ptr_array_unref (self->tools);

  G_OBJECT_CLASS (graphbit_registry_parent_class)->finalize (object);
}

static void
graphbit_registry_get_property (GObject *object,
                                guint property_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  GraphbitRegistry *self = GRAPHBIT_REGISTRY (object);

  switch (property_id)
    {
    case PROP_ALLOW_BASE_URLS:
      g_value_set_boolean (value, self->allow_base_urls);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_registry_set_property (GObject *object,
                                guint property_id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  GraphbitRegistry *self = GRAPHBIT_REGISTRY (object);

  switch (property_id)
    {
    case PROP_ALLOW_BASE_URLS:
      graphbit_registry_set_allow_base_urls (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_registry_class_init (GraphbitRegistryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_registry_finalize;
  object_class->get_property = graphbit_registry_get_property;
  object_class->set_property = graphbit_registry_set_property;

  /**
   * GraphbitRegistry:allow-base-urls: (getter get_allow_base_urls) (setter set_allow_base_urls)
   *
   * Whether a file may say to which address a model's requests go, by
   * [property@LlmConfig:base-url]. The prompts go there, and the key that the
   * environment or a function gives for the provider: allow it only for files
   * that you trust. Likewise whether it may let its requests into private
   * networks, by [property@HttpNode:allowed-hosts]. Otherwise such a file is
   * refused. The default is %FALSE.
   *
   * Since: 1.0
   */
  properties[PROP_ALLOW_BASE_URLS] =
    g_param_spec_boolean ("allow-base-urls", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * GraphbitRegistry::call:
   * @self: the registry
   * @call: what is to be answered
   *
   * A node of a workflow that was read is to run, and what was added under its
   * name has no function. The detail is that name: connect to
   * `call::count-words` to answer for `count-words`.
   *
   * Emitted in the main context in which the run was started.
   *
   * Returns: %TRUE if @call will be answered, now or later; %FALSE fails the
   *   node, unless another handler answers
   *
   * Since: 1.0
   */
  call_signal =
    g_signal_new ("call",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED,
                  0,
                  g_signal_accumulator_true_handled, NULL,
                  NULL,
                  G_TYPE_BOOLEAN,
                  1, GRAPHBIT_TYPE_NODE_CALL);
}

static void
graphbit_registry_init (GraphbitRegistry *self)
{
  self->functions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
  self->names = g_ptr_array_new ();
  self->tools = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * graphbit_registry_new:
 *
 * Makes an empty registry.
 *
 * Returns: (transfer full): a new registry
 *
 * Since: 1.0
 */
GraphbitRegistry *
graphbit_registry_new (void)
{
  return g_object_new (GRAPHBIT_TYPE_REGISTRY, NULL);
}

/**
 * graphbit_registry_get_allow_base_urls:
 * @self: a registry
 *
 * Gets whether a file may say to which address a model's requests go.
 *
 * Returns: whether it may; the default is %FALSE
 *
 * Since: 1.0
 */
gboolean
graphbit_registry_get_allow_base_urls (GraphbitRegistry *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_REGISTRY (self), FALSE);

  return self->allow_base_urls;
}

/**
 * graphbit_registry_set_allow_base_urls:
 * @self: a registry
 * @allow_base_urls: whether it may
 *
 * Sets whether a file may say to which address a model's requests go: see
 * [property@Registry:allow-base-urls].
 *
 * Since: 1.0
 */
void
graphbit_registry_set_allow_base_urls (GraphbitRegistry *self,
                                       gboolean allow_base_urls)
{
  g_return_if_fail (GRAPHBIT_IS_REGISTRY (self));

  allow_base_urls = !!allow_base_urls;
  if (self->allow_base_urls == allow_base_urls)
    return;

  self->allow_base_urls = allow_base_urls;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ALLOW_BASE_URLS]);
}

static gboolean
add (GraphbitRegistry *self,
     const char *name,
     gboolean is_condition,
     GCallback func,
     gpointer user_data,
     GDestroyNotify notify,
     GError **error)
{
  /* from here on it frees the data, whatever comes */
  g_autoptr (GraphbitClosure) closure = graphbit_closure_new (func, user_data, notify);
  Entry *entry;
  char *key;

  if (graphbit_text_is_blank (name) || !g_utf8_validate (name, -1, NULL))
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The name of a function is empty or no valid text; give it one"));
      return FALSE;
    }
  if (g_hash_table_contains (self->functions, name))
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("The registry has a function or condition “%s” already; give this one another name"), name);
      return FALSE;
    }

  entry = g_new (Entry, 1);
  entry->closure = g_steal_pointer (&closure);
  entry->is_condition = is_condition;
  key = g_strdup (name);
  g_hash_table_insert (self->functions, key, entry);
  g_ptr_array_add (self->names, key);

  return TRUE;
}

/**
 * graphbit_registry_add_function:
 * @self: a registry
 * @name: the name by which files speak of it: [property@FunctionNode:function-name]
 * @func: (nullable) (scope notified) (closure user_data) (destroy notify): what
 *   it does, or %NULL to answer [signal@Registry::call]
 * @user_data: data for @func
 * @notify: frees @user_data when neither the registry nor a node nor a run
 *   needs it any more
 * @error: return location for an error
 *
 * Adds what a [class@FunctionNode] does.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if the name is empty, or if there
 * is a function or condition of this name already. @user_data is freed then,
 * too.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
graphbit_registry_add_function (GraphbitRegistry *self,
                                const char *name,
                                GraphbitNodeFunc func,
                                gpointer user_data,
                                GDestroyNotify notify,
                                GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_REGISTRY (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return add (self, name, FALSE, G_CALLBACK (func), user_data, notify, error);
}

/**
 * graphbit_registry_add_condition:
 * @self: a registry
 * @name: the name by which files speak of it: [property@ConditionNode:function-name]
 * @func: (nullable) (scope notified) (closure user_data) (destroy notify): what
 *   chooses, or %NULL to answer [signal@Registry::call]
 * @user_data: data for @func
 * @notify: frees @user_data when neither the registry nor a node nor a run
 *   needs it any more
 * @error: return location for an error
 *
 * Adds what a [class@ConditionNode] chooses by.
 *
 * Fails as [method@Registry.add_function] does.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
graphbit_registry_add_condition (GraphbitRegistry *self,
                                 const char *name,
                                 GraphbitConditionFunc func,
                                 gpointer user_data,
                                 GDestroyNotify notify,
                                 GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_REGISTRY (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return add (self, name, TRUE, G_CALLBACK (func), user_data, notify, error);
}

/**
 * graphbit_registry_add_tool:
 * @self: a registry
 * @tool: a tool
 * @error: return location for an error
 *
 * Adds a tool, under its own name.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if there is a tool of this name
 * already, and as [ctor@Tool.new] does for a tool that cannot be used.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
graphbit_registry_add_tool (GraphbitRegistry *self,
                            GraphbitTool *tool,
                            GError **error)
{
  const char *name;

  g_return_val_if_fail (GRAPHBIT_IS_REGISTRY (self), FALSE);
  g_return_val_if_fail (GRAPHBIT_IS_TOOL (tool), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!graphbit_tool_check (tool, error))
    return FALSE;

  name = graphbit_llm_tool_spec_get_name (GRAPHBIT_LLM_TOOL_SPEC (tool));
  if (graphbit_registry_lookup_tool (self, name) != NULL)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("The registry has a tool “%s” already; give this one another name"), name);
      return FALSE;
    }

  g_ptr_array_add (self->tools, g_object_ref (tool));
  return TRUE;
}

static gboolean
has (GraphbitRegistry *self,
     const char *name,
     gboolean is_condition)
{
  const Entry *entry = g_hash_table_lookup (self->functions, name);

  return entry != NULL && entry->is_condition == is_condition;
}

/**
 * graphbit_registry_has_function:
 * @self: a registry
 * @name: a name
 *
 * Tells whether there is a function of this name.
 *
 * Returns: whether there is one
 *
 * Since: 1.0
 */
gboolean
graphbit_registry_has_function (GraphbitRegistry *self,
                                const char *name)
{
  g_return_val_if_fail (GRAPHBIT_IS_REGISTRY (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  return has (self, name, FALSE);
}

/**
 * graphbit_registry_has_condition:
 * @self: a registry
 * @name: a name
 *
 * Tells whether there is a condition of this name.
 *
 * Returns: whether there is one
 *
 * Since: 1.0
 */
gboolean
graphbit_registry_has_condition (GraphbitRegistry *self,
                                 const char *name)
{
  g_return_val_if_fail (GRAPHBIT_IS_REGISTRY (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  return has (self, name, TRUE);
}

/**
 * graphbit_registry_lookup_tool:
 * @self: a registry
 * @name: a tool's name
 *
 * Finds a tool.
 *
 * Returns: (transfer none) (nullable): the tool, or %NULL if there is none of
 *   this name
 *
 * Since: 1.0
 */
GraphbitTool *
graphbit_registry_lookup_tool (GraphbitRegistry *self,
                               const char *name)
{
  g_return_val_if_fail (GRAPHBIT_IS_REGISTRY (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < self->tools->len; i++)
    {
      GraphbitTool *tool = g_ptr_array_index (self->tools, i);

      if (g_str_equal (graphbit_llm_tool_spec_get_name (GRAPHBIT_LLM_TOOL_SPEC (tool)), name))
        return tool;
    }

  return NULL;
}

gboolean
graphbit_registry_find (GraphbitRegistry *self,
                        gboolean is_condition,
                        const char *name,
                        GraphbitClosure **closure,
                        GError **error)
{
  GraphbitNameList names = GRAPHBIT_NAME_LIST_INIT;
  g_autofree char *shown = NULL;
  g_autofree char *list = NULL;

  if (self != NULL && has (self, name, is_condition))
    {
      const Entry *entry = g_hash_table_lookup (self->functions, name);

      *closure = entry->closure != NULL ? graphbit_closure_ref (entry->closure) : NULL;
      return TRUE;
    }

  for (guint i = 0; self != NULL && i < self->names->len; i++)
    {
      if (has (self, g_ptr_array_index (self->names, i), is_condition))
        graphbit_name_list_add (&names, g_ptr_array_index (self->names, i));
    }
  list = graphbit_name_list_finish (&names);
  shown = graphbit_file_shorten (name);

  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND,
               is_condition ? _("There is no condition “%s”; add it to the registry, whose conditions are: %s")
                            : _("There is no function “%s”; add it to the registry, whose functions are: %s"),
               shown, list);
  return FALSE;
}

GraphbitTool *
graphbit_registry_find_tool (GraphbitRegistry *self,
                             const char *name,
                             GError **error)
{
  GraphbitTool *tool = self != NULL ? graphbit_registry_lookup_tool (self, name) : NULL;
  GraphbitNameList names = GRAPHBIT_NAME_LIST_INIT;
  g_autofree char *shown = NULL;
  g_autofree char *list = NULL;

  if (tool != NULL)
    return tool;

  for (guint i = 0; self != NULL && i < self->tools->len; i++)
    graphbit_name_list_add (&names, graphbit_llm_tool_spec_get_name (g_ptr_array_index (self->tools, i)));
  list = graphbit_name_list_finish (&names);
  shown = graphbit_file_shorten (name);

  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND,
               _("There is no tool “%s”; add it to the registry, whose tools are: %s"), shown, list);
  return NULL;
}

gboolean
graphbit_registry_emit_call (GraphbitRegistry *self,
                             const char *name,
                             GraphbitNodeCall *call)
{
  gboolean will_answer = FALSE;

  g_signal_emit (self, call_signal, g_quark_from_string (name), call, &will_answer);
  return will_answer;
}

gboolean
graphbit_registry_has_handler (GraphbitRegistry *self,
                               const char *name)
{
  return g_signal_has_handler_pending (self, call_signal, g_quark_from_string (name), TRUE);
}
