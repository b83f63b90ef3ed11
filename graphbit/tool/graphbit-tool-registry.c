/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-tool-registry-private.h"

#include <pthread.h>

#include "graphbit-clock-private.h"
#include "graphbit-tool-private.h"

/**
 * GraphbitToolRegistry:
 *
 * Tools by their names, a list model of [class@Tool] in the order in which they
 * were added, and what became of the calls that a [class@ToolExecutor] made.
 *
 * Tools are added and removed in one thread, the one that watches the list;
 * everything else may be called from any thread.
 *
 * Since: 1.0
 */

/* What is remembered of the calls. */
#define MAX_HISTORY 1000

typedef struct
{
  GraphbitTool *tool;
  gint64 created_at; /* milliseconds since 1970 */
  gint64 last_called_at; /* 0: never */
  gint64 call_count;
  gint64 total_duration_ms;
} Entry;

struct _GraphbitToolRegistry
{
  GObject parent_instance;

  pthread_mutex_t mutex;
  GPtrArray *entries; /* of Entry */
  GQueue history;     /* of GraphbitToolResult, the oldest first */
  gint64 n_executions;
  gint64 n_succeeded;
};

static gpointer
registry_get_item (GListModel *model,
                   guint position)
{
  GraphbitToolRegistry *self = GRAPHBIT_TOOL_REGISTRY (model);
  GraphbitTool *tool = NULL;

  pthread_mutex_lock (&self->mutex);
  if (position < self->entries->len)
    tool = g_object_ref (((Entry *) self->entries->pdata[position])->tool);
  pthread_mutex_unlock (&self->mutex);
  return tool;
}

static guint
registry_get_n_items (GListModel *model)
{
  GraphbitToolRegistry *self = GRAPHBIT_TOOL_REGISTRY (model);
  guint n;

  pthread_mutex_lock (&self->mutex);
  n = self->entries->len;
  pthread_mutex_unlock (&self->mutex);
  return n;
}

static GType
registry_get_item_type (GListModel *model)
{
  return GRAPHBIT_TYPE_TOOL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item = registry_get_item;
  iface->get_n_items = registry_get_n_items;
  iface->get_item_type = registry_get_item_type;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (GraphbitToolRegistry, graphbit_tool_registry, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->tool);
  g_free (entry);
}

static void
graphbit_tool_registry_finalize (GObject *object)
{
  GraphbitToolRegistry *self = GRAPHBIT_TOOL_REGISTRY (object);

  g_ptr_array_unref (self->entries);
  g_queue_clear_full (&self->history, g_object_unref);
  pthread_mutex_destroy (&self->mutex);

  G_OBJECT_CLASS (graphbit_tool_registry_parent_class)->finalize (object);
}

static void
graphbit_tool_registry_class_init (GraphbitToolRegistryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graphbit_tool_registry_finalize;
}

static void
graphbit_tool_registry_init (GraphbitToolRegistry *self)
{
  pthread_mutex_init (&self->mutex, NULL);
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  g_queue_init (&self->history);
}

/**
 * graphbit_tool_registry_new:
 *
 * Creates an empty registry.
 *
 * Returns: (transfer full): a new registry
 *
 * Since: 1.0
 */
GraphbitToolRegistry *
graphbit_tool_registry_new (void)
{
  return g_object_new (GRAPHBIT_TYPE_TOOL_REGISTRY, NULL);
}

/**
 * graphbit_tool_registry_get_default:
 *
 * Gets the registry of the process, which lives as long as that.
 *
 * Returns: (transfer none): the registry
 *
 * Since: 1.0
 */
GraphbitToolRegistry *
graphbit_tool_registry_get_default (void)
{
  static GraphbitToolRegistry *registry;

  if (g_once_init_enter (&registry))
    g_once_init_leave (&registry, graphbit_tool_registry_new ());
  return registry;
}

/* Under the mutex. -1: none. */
static int
find (GraphbitToolRegistry *self,
      const char *name)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = self->entries->pdata[i];

      if (g_str_equal (graphbit_llm_tool_spec_get_name (GRAPHBIT_LLM_TOOL_SPEC (entry->tool)), name))
        return (int) i;
    }
  return -1;
}

/**
 * graphbit_tool_registry_add:
 * @self: a registry
 * @tool: a tool
 * @error: return location for an error, or %NULL
 *
 * Adds a tool, under its own name. One of the same name is replaced, and what was
 * counted of it forgotten.
 *
 * Fails as [ctor@Tool.new] does for a tool that cannot be used.
 *
 * Returns: %TRUE if it was added
 *
 * Since: 1.0
 */
gboolean
graphbit_tool_registry_add (GraphbitToolRegistry *self,
                            GraphbitTool *tool,
                            GError **error)
{
  Entry *entry;
  gpointer replaced = NULL;
  guint position;
  int found;

  g_return_val_if_fail (GRAPHBIT_IS_TOOL_REGISTRY (self), FALSE);
  g_return_val_if_fail (GRAPHBIT_IS_TOOL (tool), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!graphbit_tool_check (tool, error))
    return FALSE;

  entry = g_new0 (Entry, 1);
  entry->tool = g_object_ref (tool);
  entry->created_at = graphbit_clock_wall () / 1000;

  pthread_mutex_lock (&self->mutex);
  found = find (self, graphbit_llm_tool_spec_get_name (GRAPHBIT_LLM_TOOL_SPEC (tool)));
  position = found >= 0 ? (guint) found : self->entries->len;
  if (found >= 0)
    {
      replaced = self->entries->pdata[position];
      self->entries->pdata[position] = entry;
    }
  else
    g_ptr_array_add (self->entries, entry);
  pthread_mutex_unlock (&self->mutex);

  if (replaced != NULL)
    entry_free (replaced);
  g_list_model_items_changed (G_LIST_MODEL (self), position, replaced != NULL, 1);
  return TRUE;
}

/**
 * graphbit_tool_registry_remove:
 * @self: a registry
 * @name: a tool's name
 *
 * Removes a tool.
 *
 * Returns: %TRUE if there was one of this name
 *
 * Since: 1.0
 */
gboolean
graphbit_tool_registry_remove (GraphbitToolRegistry *self,
                               const char *name)
{
  gpointer removed = NULL;
  int position;

  g_return_val_if_fail (GRAPHBIT_IS_TOOL_REGISTRY (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  pthread_mutex_lock (&self->mutex);
  position = find (self, name);
  if (position >= 0)
    removed = g_ptr_array_steal_index (self->entries, (guint) position);
  pthread_mutex_unlock (&self->mutex);
  if (removed == NULL)
    return FALSE;

  entry_free (removed);
  g_list_model_items_changed (G_LIST_MODEL (self), (guint) position, 1, 0);
  return TRUE;
}

/**
 * graphbit_tool_registry_remove_all:
 * @self: a registry
 *
 * Removes all tools. What is remembered of calls stays.
 *
 * Since: 1.0
 */
void
graphbit_tool_registry_remove_all (GraphbitToolRegistry *self)
{
  g_autoptr (GPtrArray) removed = NULL;

  g_return_if_fail (GRAPHBIT_IS_TOOL_REGISTRY (self));

  pthread_mutex_lock (&self->mutex);
  removed = g_steal_pointer (&self->entries);
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  pthread_mutex_unlock (&self->mutex);

  if (removed->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, removed->len, 0);
}

/**
 * graphbit_tool_registry_lookup:
 * @self: a registry
 * @name: a tool's name
 *
 * Finds a tool.
 *
 * Returns: (transfer full) (nullable): the tool, or %NULL if there is none of
 *   this name
 *
 * Since: 1.0
 */
GraphbitTool *
graphbit_tool_registry_lookup (GraphbitToolRegistry *self,
                               const char *name)
{
  GraphbitTool *tool = NULL;
  int position;

  g_return_val_if_fail (GRAPHBIT_IS_TOOL_REGISTRY (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  pthread_mutex_lock (&self->mutex);
  position = find (self, name);
  if (position >= 0)
    tool = g_object_ref (((Entry *) self->entries->pdata[position])->tool);
  pthread_mutex_unlock (&self->mutex);
  return tool;
}

GPtrArray *
graphbit_tool_registry_copy_tools (GraphbitToolRegistry *self)
{
  GPtrArray *tools = g_ptr_array_new_with_free_func (g_object_unref);

  pthread_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->entries->len; i++)
    g_ptr_array_add (tools, g_object_ref (((Entry *) self->entries->pdata[i])->tool));
  pthread_mutex_unlock (&self->mutex);
  return tools;
}

void
graphbit_tool_registry_record (GraphbitToolRegistry *self,
                               GraphbitToolResult *result,
                               gboolean was_made)
{
  g_autoptr (GraphbitToolResult) dropped = NULL;
  int position;

  pthread_mutex_lock (&self->mutex);
  self->n_executions++;
  if (graphbit_tool_result_get_success (result))
    self->n_succeeded++;
  position = was_made ? find (self, graphbit_tool_result_get_tool_name (result)) : -1;
  if (position >= 0)
    {
      Entry *entry = self->entries->pdata[position];

      entry->call_count++;
      entry->total_duration_ms += graphbit_tool_result_get_duration_ms (result);
      entry->last_called_at = graphbit_clock_wall () / 1000;
    }
  g_queue_push_tail (&self->history, g_object_ref (result));
  if (self->history.length > MAX_HISTORY)
    dropped = g_queue_pop_head (&self->history);
  pthread_mutex_unlock (&self->mutex);
}

/**
 * graphbit_tool_registry_get_stats:
 * @self: a registry
 *
 * Gets what became of the calls that executors made with the tools of this
 * registry.
 *
 * The keys are `total_tools`, `total_executions` and `successful_executions` (all
 * `x`), `success_rate` (`d`, percent; 0 without an execution) and `tools` (`as`,
 * the names).
 *
 * Returns: (transfer full): a dictionary of type `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
graphbit_tool_registry_get_stats (GraphbitToolRegistry *self)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  g_return_val_if_fail (GRAPHBIT_IS_TOOL_REGISTRY (self), NULL);

  pthread_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->entries->len; i++)
    g_strv_builder_add (names, graphbit_llm_tool_spec_get_name (
                                 GRAPHBIT_LLM_TOOL_SPEC (((Entry *) self->entries->pdata[i])->tool)));
  g_variant_dict_insert (&dict, "total_tools", "x", (gint64) self->entries->len);
  g_variant_dict_insert (&dict, "total_executions", "x", self->n_executions);
  g_variant_dict_insert (&dict, "successful_executions", "x", self->n_succeeded);
  g_variant_dict_insert (&dict, "success_rate", "d",
                         self->n_executions > 0 ? 100.0 * (double) self->n_succeeded / (double) self->n_executions : 0.0);
  pthread_mutex_unlock (&self->mutex);

  list = g_strv_builder_end (names);
  g_variant_dict_insert_value (&dict, "tools", g_variant_new_strv ((const char *const *) list, -1));
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/**
 * graphbit_tool_registry_get_tool_metadata:
 * @self: a registry
 * @name: a tool's name
 *
 * Gets what is known of a tool.
 *
 * The keys are `name`, `description` and `parameters_schema` (texts), `created_at`
 * (when it was added), `call_count` (the calls that were made, also those that
 * failed), `total_duration_ms`, and `last_called_at` if it was called. Times are milliseconds since 1970, all numbers `x`.
 *
 * Returns: (transfer full) (nullable): a dictionary of type `a{sv}`, or %NULL if
 *   there is no tool of this name
 *
 * Since: 1.0
 */
GVariant *
graphbit_tool_registry_get_tool_metadata (GraphbitToolRegistry *self,
                                          const char *name)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  int position;

  g_return_val_if_fail (GRAPHBIT_IS_TOOL_REGISTRY (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  pthread_mutex_lock (&self->mutex);
  position = find (self, name);
  if (position >= 0)
    {
      const Entry *entry = self->entries->pdata[position];
      GraphbitLlmToolSpec *spec = GRAPHBIT_LLM_TOOL_SPEC (entry->tool);
      const char *description = graphbit_llm_tool_spec_get_description (spec);
      const char *parameters = graphbit_llm_tool_spec_get_parameters (spec);

      g_variant_dict_insert (&dict, "name", "s", name);
      g_variant_dict_insert (&dict, "description", "s", description != NULL ? description : "");
      g_variant_dict_insert (&dict, "parameters_schema", "s", parameters != NULL ? parameters : "{}");
      g_variant_dict_insert (&dict, "created_at", "x", entry->created_at);
      g_variant_dict_insert (&dict, "call_count", "x", entry->call_count);
      g_variant_dict_insert (&dict, "total_duration_ms", "x", entry->total_duration_ms);
      if (entry->last_called_at > 0)
        g_variant_dict_insert (&dict, "last_called_at", "x", entry->last_called_at);
    }
  pthread_mutex_unlock (&self->mutex);

  return position >= 0 ? g_variant_ref_sink (g_variant_dict_end (&dict)) : NULL;
}

/**
 * graphbit_tool_registry_get_execution_history:
 * @self: a registry
 *
 * Gets the newest 1,000 results, the oldest first.
 *
 * Returns: (transfer container) (element-type GraphbitToolResult): the results
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_tool_registry_get_execution_history (GraphbitToolRegistry *self)
{
  GPtrArray *results;

  g_return_val_if_fail (GRAPHBIT_IS_TOOL_REGISTRY (self), NULL);

  pthread_mutex_lock (&self->mutex);
  results = g_ptr_array_new_full (self->history.length, g_object_unref);
  for (GList *link = self->history.head; link != NULL; link = link->next)
    g_ptr_array_add (results, g_object_ref (link->data));
  pthread_mutex_unlock (&self->mutex);
  return results;
}

/**
 * graphbit_tool_registry_clear_history:
 * @self: a registry
 *
 * Forgets the results. What is counted stays.
 *
 * Since: 1.0
 */
void
graphbit_tool_registry_clear_history (GraphbitToolRegistry *self)
{
  GQueue cleared = G_QUEUE_INIT;

  g_return_if_fail (GRAPHBIT_IS_TOOL_REGISTRY (self));

  pthread_mutex_lock (&self->mutex);
  cleared = self->history;
  g_queue_init (&self->history);
  pthread_mutex_unlock (&self->mutex);
  g_queue_clear_full (&cleared, g_object_unref);
}
