/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-clock-private.h"
#include "graphbit/graphbit.h"

/* Calls outside of agents, and what the registry remembers of them. */

typedef struct
{
  GraphbitToolRegistry *registry;
  GraphbitToolExecutor *executor;
  GPtrArray *kept; /* calls of the tool “later” */
  GString *log;
  GCancellable *cancellable; /* that the tools cancel, or NULL */
} Fixture;

static char *
work (GraphbitToolCall *call,
      gpointer data,
      GError **error)
{
  Fixture *self = data;
  const char *name = graphbit_tool_call_get_name (call);

  g_string_append_printf (self->log, "%s%s", self->log->len > 0 ? " " : "", name);
  g_cancellable_cancel (self->cancellable);
  if (strcmp (name, "long") == 0)
    graphbit_clock_advance (G_USEC_PER_SEC);
  if (strcmp (name, "broken") != 0)
    return g_strdup_printf ("%s!", name);

  g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND, "gone");
  return NULL;
}

static gboolean
keep (GraphbitTool *tool,
      GraphbitToolCall *call,
      gpointer data)
{
  g_ptr_array_add (data, g_object_ref (call));
  return TRUE;
}

static GraphbitTool *
make_tool (Fixture *self,
           const char *name,
           const char *parameters,
           GraphbitToolFunc func)
{
  g_autoptr (GError) error = NULL;
  GraphbitTool *tool = graphbit_tool_new (name, "Does.", parameters, func, self, NULL, &error);

  g_assert_no_error (error);
  return tool;
}

static void
fixture_init (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitTool) later = NULL;

  self->cancellable = NULL;
  self->registry = graphbit_tool_registry_new ();
  self->executor = graphbit_tool_executor_new (self->registry);
  self->kept = g_ptr_array_new_with_free_func (g_object_unref);
  self->log = g_string_new (NULL);
  for (guint i = 0; i < 4; i++)
    {
      static const char *const names[] = { "a", "broken", "long", "guarded" };
      g_autoptr (GraphbitTool) tool = make_tool (self, names[i], "{\"type\":\"object\",\"required\":[]}", work);

      graphbit_tool_set_requires_approval (tool, i == 3);
      g_assert_true (graphbit_tool_registry_add (self->registry, tool, &error));
      g_assert_no_error (error);
    }
  later = make_tool (self, "later", NULL, NULL);
  g_signal_connect (later, "call", G_CALLBACK (keep), self->kept);
  g_assert_true (graphbit_tool_registry_add (self->registry, later, &error));
}

static void
fixture_clear (Fixture *self)
{
  g_object_unref (self->executor);
  g_object_unref (self->registry);
  g_ptr_array_unref (self->kept);
  g_string_free (self->log, TRUE);
}

/* "a:{} broken:[]" */
static GListModel *
make_calls (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  GListStore *calls = g_list_store_new (GRAPHBIT_TYPE_LLM_TOOL_CALL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (words[i], ":", 2);
      g_autofree char *id = g_strdup_printf ("c%u", i);
      g_autoptr (GraphbitLlmToolCall) call = graphbit_llm_tool_call_new (id, parts[0], parts[1] != NULL ? parts[1] : "{}");

      g_list_store_append (calls, call);
    }
  return G_LIST_MODEL (calls);
}

/* "a=a! broken=NOT_FOUND" */
static char *
describe (GPtrArray *results)
{
  g_autoptr (GEnumClass) codes = g_type_class_ref (GRAPHBIT_TYPE_ERROR);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < results->len; i++)
    {
      GraphbitToolResult *result = results->pdata[i];
      g_autoptr (GError) error = graphbit_tool_result_get_error (result);
      g_autofree char *id = g_strdup_printf ("c%u", i);

      g_assert_cmpstr (graphbit_tool_result_get_tool_call_id (result), ==, id);
      g_assert_cmpint (graphbit_tool_result_get_success (result), ==, error == NULL);
      g_string_append_printf (text, "%s%s=", i > 0 ? " " : "", graphbit_tool_result_get_tool_name (result));
      if (error == NULL)
        g_string_append (text, graphbit_tool_result_get_output (result));
      else if (error->domain == GRAPHBIT_ERROR)
        g_string_append (text, g_enum_get_value (codes, error->code)->value_nick);
      else
        g_string_append (text, "cancelled");
    }
  return g_string_free (text, FALSE);
}

static void
store_result (GObject *object,
              GAsyncResult *result,
              gpointer data)
{
  GAsyncResult **stored = data;

  *stored = g_object_ref (result);
}

static GPtrArray *
wait_for (GAsyncResult **result,
          Fixture *fixture,
          GError **error)
{
  g_autoptr (GAsyncResult) owned = NULL;

  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  owned = g_steal_pointer (result);
  return graphbit_tool_executor_execute_finish (fixture->executor, owned, error);
}

static void
test_execute (void)
{
  static const struct
  {
    const char *calls;
    guint max_calls;
    gboolean goes_on;
    const char *results;
    const char *log;
  } table[] = {
    { "a a", 10, FALSE, "a=a! a=a!", "a a" },
    { "a broken a", 10, FALSE, "a=a! broken=not-found a=cancelled", "a broken" },
    { "a broken a", 10, TRUE, "a=a! broken=not-found a=a!", "a broken a" },
    { "sing a", 10, TRUE, "sing=not-found a=a!", "a" },
    { "a:[] a:{ a", 10, TRUE, "a=schema-mismatch a=schema-mismatch a=a!", "a" },
    { "guarded a", 10, TRUE, "guarded=tool-denied a=a!", "a" },
    { "a a a", 2, TRUE, "a=a! a=a! a=failed-precondition", "a a" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    for (guint is_async = 0; is_async < 2; is_async++)
      {
        Fixture fixture;
        g_autoptr (GListModel) calls = make_calls (table[i].calls);
        g_autoptr (GPtrArray) results = NULL;
        g_autoptr (GAsyncResult) result = NULL;
        g_autoptr (GError) error = NULL;
        g_autofree char *text = NULL;

        fixture_init (&fixture);
        g_object_set (fixture.executor, "max-tool-calls", table[i].max_calls, "continue-on-error", table[i].goes_on, NULL);
        if (is_async)
          {
            graphbit_tool_executor_execute_async (fixture.executor, calls, NULL, store_result, &result);
            g_assert_cmpstr (fixture.log->str, ==, "");
            results = wait_for (&result, &fixture, &error);
          }
        else
          results = graphbit_tool_executor_execute (fixture.executor, calls, NULL, &error);
        g_assert_no_error (error);
        text = describe (results);
        g_assert_cmpstr (text, ==, table[i].results);
        g_assert_cmpstr (fixture.log->str, ==, table[i].log);
        fixture_clear (&fixture);
      }
}

static void
test_nothing (void)
{
  Fixture fixture;
  g_autoptr (GListStore) none = g_list_store_new (G_TYPE_OBJECT);
  g_autoptr (GObject) stranger = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GPtrArray) refused = NULL;
  g_autoptr (GError) error = NULL;

  fixture_init (&fixture);
  results = graphbit_tool_executor_execute (fixture.executor, G_LIST_MODEL (none), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (results->len, ==, 0);

  g_list_store_append (none, stranger);
  refused = graphbit_tool_executor_execute (fixture.executor, G_LIST_MODEL (none), NULL, &error);
  g_assert_null (refused);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  fixture_clear (&fixture);
}

/* Side by side, no more than are allowed, and the results in the order of the calls. */
static void
test_concurrency (void)
{
  Fixture fixture;
  g_autoptr (GListModel) calls = make_calls ("later later later");
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  fixture_init (&fixture);
  graphbit_tool_executor_set_max_concurrency (fixture.executor, 2);
  graphbit_tool_executor_execute_async (fixture.executor, calls, NULL, store_result, &result);
  while (fixture.kept->len < 2)
    g_main_context_iteration (NULL, TRUE);
  graphbit_tool_call_respond (fixture.kept->pdata[1], "two");
  while (fixture.kept->len < 3)
    g_main_context_iteration (NULL, TRUE);
  graphbit_tool_call_respond (fixture.kept->pdata[2], "three");
  graphbit_tool_call_respond (fixture.kept->pdata[0], "one");
  results = wait_for (&result, &fixture, &error);
  g_assert_no_error (error);
  text = describe (results);
  g_assert_cmpstr (text, ==, "later=one later=two later=three");
  fixture_clear (&fixture);
}

static void
test_time_is_up (void)
{
  Fixture fixture;
  g_autoptr (GListModel) calls = make_calls ("a later");
  g_autoptr (GListModel) blocking = make_calls ("long a");
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GPtrArray) blocked = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *late = NULL;

  graphbit_clock_set_virtual (TRUE);
  fixture_init (&fixture);
  graphbit_tool_executor_set_max_execution_time_ms (fixture.executor, 1000);
  graphbit_tool_executor_execute_async (fixture.executor, calls, NULL, store_result, &result);
  while (fixture.kept->len < 1)
    g_main_context_iteration (NULL, TRUE);
  graphbit_clock_advance (G_USEC_PER_SEC);
  results = wait_for (&result, &fixture, &error);
  g_assert_no_error (error);
  text = describe (results);
  g_assert_cmpstr (text, ==, "a=a! later=timeout");
  g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (fixture.kept->pdata[0])));
  g_assert_false (graphbit_tool_call_respond (fixture.kept->pdata[0], "late"));
  g_assert_cmpint (graphbit_tool_result_get_duration_ms (results->pdata[1]), ==, 1000);

  /* A function cannot be interrupted, but nothing begins after it. */
  blocked = graphbit_tool_executor_execute (fixture.executor, blocking, NULL, &error);
  g_assert_no_error (error);
  late = describe (blocked);
  g_assert_cmpstr (late, ==, "long=long! a=timeout");
  g_assert_cmpint (graphbit_tool_result_get_duration_ms (blocked->pdata[0]), ==, 1000);
  fixture_clear (&fixture);
  graphbit_clock_set_virtual (FALSE);
}

/* A tool that is taken away while it works ends its work; the next call does not find it. */
static void
test_removed (void)
{
  Fixture fixture;
  g_autoptr (GListModel) calls = make_calls ("later later");
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) history = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *gone = NULL;

  fixture_init (&fixture);
  graphbit_tool_executor_set_max_concurrency (fixture.executor, 1);
  graphbit_tool_executor_execute_async (fixture.executor, calls, NULL, store_result, &result);
  for (guint i = 0; i < 2; i++)
    {
      while (fixture.kept->len < i + 1)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (graphbit_tool_registry_remove (fixture.registry, "later"), ==, i == 0);
      g_assert_true (graphbit_tool_call_respond (fixture.kept->pdata[i], "done"));
    }
  results = wait_for (&result, &fixture, &error);
  g_assert_no_error (error);
  text = describe (results);
  g_assert_cmpstr (text, ==, "later=done later=done");
  history = graphbit_tool_registry_get_execution_history (fixture.registry);
  g_assert_cmpuint (history->len, ==, 2);

  none = graphbit_tool_executor_execute (fixture.executor, calls, NULL, &error);
  g_assert_no_error (error);
  gone = describe (none);
  g_assert_cmpstr (gone, ==, "later=not-found later=cancelled");
  fixture_clear (&fixture);
}

static void
test_cancel (void)
{
  Fixture fixture;
  g_autoptr (GListModel) calls = make_calls ("later");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GPtrArray) cancelled = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_init (&fixture);
  graphbit_tool_executor_execute_async (fixture.executor, calls, cancellable, store_result, &result);
  while (fixture.kept->len < 1)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cancellable);
  results = wait_for (&result, &fixture, &error);
  g_assert_null (results);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (fixture.kept->pdata[0])));
  g_clear_error (&error);

  cancelled = graphbit_tool_executor_execute (fixture.executor, calls, cancellable, &error);
  g_assert_null (cancelled);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (fixture.kept->len, ==, 1);
  fixture_clear (&fixture);
}

/* By a tool, while others wait for their turn. */
static void
test_cancel_inside (void)
{
  Fixture fixture;
  g_autoptr (GListModel) calls = make_calls ("a a later");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;

  fixture_init (&fixture);
  fixture.cancellable = cancellable;
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GPtrArray) results = NULL;
      g_autoptr (GError) error = NULL;

      g_cancellable_reset (cancellable);
      if (i == 0)
        results = graphbit_tool_executor_execute (fixture.executor, calls, cancellable, &error);
      else
        {
          graphbit_tool_executor_execute_async (fixture.executor, calls, cancellable, store_result, &result);
          results = wait_for (&result, &fixture, &error);
        }
      g_assert_null (results);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  g_assert_cmpstr (fixture.log->str, ==, "a a");
  g_assert_cmpuint (fixture.kept->len, ==, 0);
  fixture_clear (&fixture);
}

static void
log_change (GListModel *model,
            guint position,
            guint removed,
            guint added,
            gpointer data)
{
  g_string_append_printf (data, "%u-%u+%u ", position, removed, added);
}

static void
test_registry (void)
{
  g_autoptr (GraphbitToolRegistry) registry = graphbit_tool_registry_new ();
  g_autoptr (GraphbitToolExecutor) executor = graphbit_tool_executor_new (NULL);
  g_autoptr (GraphbitTool) wrong = g_object_new (GRAPHBIT_TYPE_TOOL, "name", "two words", NULL);
  g_autoptr (GraphbitTool) found = NULL;
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GraphbitTool *tools[3];

  g_assert_true (graphbit_tool_executor_get_registry (executor) == graphbit_tool_registry_get_default ());
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (registry)) == GRAPHBIT_TYPE_TOOL);
  g_signal_connect (registry, "items-changed", G_CALLBACK (log_change), log);
  for (guint i = 0; i < 3; i++)
    {
      tools[i] = graphbit_tool_new (i == 1 ? "b" : "a", NULL, NULL, NULL, NULL, NULL, NULL);
      g_assert_true (graphbit_tool_registry_add (registry, tools[i], &error));
    }
  g_assert_false (graphbit_tool_registry_add (registry, wrong, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  found = graphbit_tool_registry_lookup (registry, "a");
  g_assert_true (found == tools[2]);
  g_assert_null (graphbit_tool_registry_lookup (registry, "c"));
  g_assert_true (graphbit_tool_registry_remove (registry, "a"));
  g_assert_false (graphbit_tool_registry_remove (registry, "a"));
  graphbit_tool_registry_remove_all (registry);
  graphbit_tool_registry_remove_all (registry);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (registry)), ==, 0);
  g_assert_cmpstr (log->str, ==, "0-0+1 1-0+1 0-1+1 0-1+0 0-1+0 ");
  for (guint i = 0; i < 3; i++)
    g_object_unref (tools[i]);
}

static gint64
get_number (GVariant *dictionary,
            const char *key)
{
  gint64 value = -1;

  g_variant_lookup (dictionary, key, "x", &value);
  return value;
}

static void
test_statistics (void)
{
  Fixture fixture;
  g_autoptr (GListModel) calls = make_calls ("long broken long");
  g_autoptr (GListModel) many = NULL;
  g_autoptr (GListModel) refused = NULL;
  g_autoptr (GString) text = g_string_new ("a");
  g_autoptr (GPtrArray) history = NULL;
  g_autoptr (GPtrArray) cleared = NULL;
  g_autoptr (GVariant) stats = NULL;
  g_autoptr (GVariant) metadata = NULL;
  g_autoptr (GVariant) untouched = NULL;
  double rate = 0;

  graphbit_clock_set_virtual (TRUE);
  fixture_init (&fixture);
  graphbit_tool_executor_set_continue_on_error (fixture.executor, TRUE);
  g_ptr_array_unref (graphbit_tool_executor_execute (fixture.executor, calls, NULL, NULL));
  stats = graphbit_tool_registry_get_stats (fixture.registry);
  g_assert_cmpint (get_number (stats, "total_tools"), ==, 5);
  g_assert_cmpint (get_number (stats, "total_executions"), ==, 3);
  g_assert_cmpint (get_number (stats, "successful_executions"), ==, 2);
  g_assert_true (g_variant_lookup (stats, "success_rate", "d", &rate));
  g_assert_cmpfloat_with_epsilon (rate, 66.67, 0.01);

  metadata = graphbit_tool_registry_get_tool_metadata (fixture.registry, "long");
  g_assert_cmpint (get_number (metadata, "call_count"), ==, 2);
  g_assert_cmpint (get_number (metadata, "total_duration_ms"), ==, 2000);
  g_assert_cmpint (get_number (metadata, "last_called_at"), >, get_number (metadata, "created_at"));
  /* what was asked for and not called is no call of the tool */
  refused = make_calls ("a:[] guarded");
  g_ptr_array_unref (graphbit_tool_executor_execute (fixture.executor, refused, NULL, NULL));
  untouched = graphbit_tool_registry_get_tool_metadata (fixture.registry, "a");
  g_assert_cmpint (get_number (untouched, "call_count"), ==, 0);
  g_assert_cmpint (get_number (untouched, "last_called_at"), ==, -1);
  g_assert_null (graphbit_tool_registry_get_tool_metadata (fixture.registry, "sing"));

  /* The newest thousand. */
  for (guint i = 0; i < 1001; i++)
    g_string_append (text, " a");
  many = make_calls (text->str);
  graphbit_tool_executor_set_max_tool_calls (fixture.executor, 2000);
  g_ptr_array_unref (graphbit_tool_executor_execute (fixture.executor, many, NULL, NULL));
  history = graphbit_tool_registry_get_execution_history (fixture.registry);
  g_assert_cmpuint (history->len, ==, 1000);
  g_assert_cmpstr (graphbit_tool_result_get_tool_call_id (history->pdata[0]), ==, "c2");
  graphbit_tool_registry_clear_history (fixture.registry);
  cleared = graphbit_tool_registry_get_execution_history (fixture.registry);
  g_assert_cmpuint (cleared->len, ==, 0);
  fixture_clear (&fixture);
  graphbit_clock_set_virtual (FALSE);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tool-executor/execute", test_execute);
  g_test_add_func ("/tool-executor/nothing", test_nothing);
  g_test_add_func ("/tool-executor/concurrency", test_concurrency);
  g_test_add_func ("/tool-executor/time-is-up", test_time_is_up);
  g_test_add_func ("/tool-executor/removed", test_removed);
  g_test_add_func ("/tool-executor/cancel", test_cancel);
  g_test_add_func ("/tool-executor/cancel/inside", test_cancel_inside);
  g_test_add_func ("/tool-executor/registry", test_registry);
  g_test_add_func ("/tool-executor/statistics", test_statistics);

  return g_test_run ();
}
