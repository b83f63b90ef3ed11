/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "executor-support.h"

/*
 * What a list view does with the models of a run, without a toolkit: it keeps
 * account of positions by items-changed alone, holds the items that are in
 * sight and no others, shows what they notify, scrolls, and asks from the end.
 */

#define N_NODES 10000
#define IN_SIGHT 40

typedef struct View View;

typedef struct
{
  View *view;
  GObject *item;
  gulong handler;
  char *shown;
} Row;

struct View
{
  GListModel *model;
  char *(*show) (GObject *item);
  GPtrArray *rows; /* of Row; NULL: out of sight */
  guint first;     /* in sight */
  guint n_changes; /* how often the model told of new or lost positions */
  guint n_binds;
  guint n_notified;
};

static void
row_free (gpointer data)
{
  Row *row = data;

  if (row == NULL)
    return;
  if (row->handler != 0)
    g_signal_handler_disconnect (row->item, row->handler);
  g_object_unref (row->item);
  g_free (row->shown);
  g_free (row);
}

static void
on_row_notify (GObject *item,
               GParamSpec *pspec,
               gpointer data)
{
  Row *row = data;

  g_assert_true (item == row->item);
  row->view->n_notified++;
  g_free (row->shown);
  row->shown = row->view->show (item);
}

static void
view_bind (View *self,
           guint position)
{
  Row *row = g_new0 (Row, 1);

  g_assert_null (self->rows->pdata[position]);
  row->view = self;
  row->item = g_list_model_get_item (self->model, position);
  g_assert_nonnull (row->item);
  row->shown = self->show (row->item);
  if (GRAPHBIT_IS_NODE_RUN (row->item))
    row->handler = g_signal_connect (row->item, "notify", G_CALLBACK (on_row_notify), row);
  self->rows->pdata[position] = row;
  self->n_binds++;
}

/* Puts what is in sight in its place, and lets go of what is not. */
static void
view_allocate (View *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      gboolean is_in_sight = i >= self->first && i < self->first + IN_SIGHT;

      if (is_in_sight && self->rows->pdata[i] == NULL)
        view_bind (self, i);
      else if (!is_in_sight && self->rows->pdata[i] != NULL)
        {
          row_free (self->rows->pdata[i]);
          self->rows->pdata[i] = NULL;
        }
    }
}

static void
view_scroll_to (View *self,
                guint first)
{
  self->first = first;
  view_allocate (self);
}

static void
on_items_changed (GListModel *model,
                  guint position,
                  guint removed,
                  guint added,
                  gpointer data)
{
  View *self = data;

  g_assert_true (model == self->model);
  g_assert_cmpuint (position + removed, <=, self->rows->len);
  self->n_changes++;
  for (guint i = 0; i < removed; i++)
    row_free (self->rows->pdata[position + i]);
  if (removed > 0)
    {
      memmove (&self->rows->pdata[position], &self->rows->pdata[position + removed],
               (self->rows->len - position - removed) * sizeof (gpointer));
      g_ptr_array_set_size (self->rows, (int) (self->rows->len - removed));
    }
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (self->rows, (int) (position + i), NULL);
  g_assert_cmpuint (self->rows->len, ==, g_list_model_get_n_items (model));
  /* The end is in sight, as of a log that follows. */
  self->first = self->rows->len > IN_SIGHT ? self->rows->len - IN_SIGHT : 0;
  view_allocate (self);
}

static void
view_init (View *self,
           GListModel *model,
           char *(*show) (GObject *item))
{
  memset (self, 0, sizeof *self);
  self->model = g_object_ref (model);
  self->show = show;
  self->rows = g_ptr_array_new ();
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (self->rows, NULL);
  g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), self);
  view_allocate (self);
}

static void
view_check (View *self)
{
  g_assert_cmpuint (self->rows->len, ==, g_list_model_get_n_items (self->model));
  g_assert_null (g_list_model_get_item (self->model, self->rows->len));
  for (guint i = 0; i < self->rows->len; i++)
    if (self->rows->pdata[i] != NULL)
      {
        Row *row = self->rows->pdata[i];
        g_autoptr (GObject) item = g_list_model_get_item (self->model, i);
        g_autofree char *now = self->show (item);

        g_assert_cmpstr (row->shown, ==, now);
      }
}

static void
view_clear (View *self)
{
  g_signal_handlers_disconnect_by_data (self->model, self);
  for (guint i = 0; i < self->rows->len; i++)
    row_free (self->rows->pdata[i]);
  g_ptr_array_unref (self->rows);
  g_object_unref (self->model);
}

static char *
show_event (GObject *item)
{
  GraphbitEvent *event = GRAPHBIT_EVENT (item);
  const char *name = graphbit_event_get_node_name (event);

  return g_strdup_printf ("%" G_GINT64_FORMAT " %s %s", graphbit_event_get_sequence (event),
                          graphbit_event_get_event (event), name != NULL ? name : "");
}

static char *
show_node_run (GObject *item)
{
  GraphbitNodeRun *node_run = GRAPHBIT_NODE_RUN (item);
  const char *output = graphbit_node_run_get_output (node_run);

  return g_strdup_printf ("%s %d %u %s %d", graphbit_node_run_get_node_name (node_run),
                          graphbit_node_run_get_state (node_run), graphbit_node_run_get_attempts (node_run),
                          output != NULL ? output : "", graphbit_node_run_get_end_time (node_run) > 0);
}

static char *
echo (GraphbitWorkflowContext *context,
      gpointer data,
      GError **error)
{
  return g_strdup ("x");
}

static GraphbitWorkflow *
make_workflow (gboolean is_chain)
{
  GraphbitWorkflow *workflow = graphbit_workflow_new ("many");
  g_autoptr (GError) error = NULL;
  g_autofree char *previous = NULL;

  for (guint i = 0; i < N_NODES; i++)
    {
      g_autofree char *name = g_strdup_printf ("n%u", i);
      g_autoptr (GraphbitFunctionNode) node = graphbit_function_node_new (name, echo, NULL, NULL);

      graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (node), &error);
      if (previous != NULL)
        graphbit_workflow_connect_nodes (workflow, previous, name, &error);
      g_assert_no_error (error);
      if (previous == NULL || is_chain)
        {
          g_free (previous);
          previous = g_steal_pointer (&name);
        }
    }
  return workflow;
}

typedef struct
{
  gdouble progress;
  guint n_progress;
} Bar;

static void
on_progress (GraphbitRun *run,
             GParamSpec *pspec,
             gpointer data)
{
  Bar *bar = data;

  g_assert_cmpfloat (graphbit_run_get_progress (run), >, bar->progress);
  bar->progress = graphbit_run_get_progress (run);
  bar->n_progress++;
}

static void
test_many (gconstpointer data)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflow) workflow = make_workflow (data != NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitRun) run = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  View events, node_runs;
  Bar bar = { 0 };
  guint n_turns = 0;

  g_assert_no_error (error);
  view_init (&events, graphbit_run_get_events (run), show_event);
  view_init (&node_runs, graphbit_run_get_node_runs (run), show_node_run);
  g_signal_connect (run, "notify::progress", G_CALLBACK (on_progress), &bar);
  g_assert_cmpuint (node_runs.n_binds, ==, IN_SIGHT);

  while (graphbit_run_get_state (run) < GRAPHBIT_RUN_STATE_COMPLETED)
    {
      g_main_context_iteration (NULL, TRUE);
      n_turns++;
      view_check (&events);
      view_check (&node_runs);
      /* Through the nodes, now from the end and now from the beginning. */
      view_scroll_to (&node_runs, n_turns % 2 == 0 ? (n_turns * 331) % (N_NODES - IN_SIGHT)
                                                   : N_NODES - IN_SIGHT - (n_turns * 17) % 5000);
    }
  support_turns (5);
  view_check (&events);
  view_check (&node_runs);

  g_assert_cmpfloat (bar.progress, ==, 1.0);
  /* Once per turn, and one for what the ring lets go. */
  g_assert_cmpuint (bar.n_progress, <=, n_turns);
  g_assert_cmpuint (events.n_changes, <=, 2 * n_turns);
  g_assert_cmpuint (node_runs.n_changes, ==, 0);
  g_assert_cmpuint (events.rows->len, ==, 1000);
  g_assert_cmpint (graphbit_run_get_dropped (run), ==, 2 * N_NODES + 2 - 1000);
  view_scroll_to (&events, 0);
  view_check (&events);
  view_scroll_to (&node_runs, 0);
  view_check (&node_runs);
  view_clear (&events);
  view_clear (&node_runs);
}

/* What is in sight hears of its node, each thing once. */
static void
test_notify (void)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflow) workflow = make_workflow (TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitRun) run = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  View view;

  g_assert_no_error (error);
  view_init (&view, graphbit_run_get_node_runs (run), show_node_run);
  view_scroll_to (&view, 5000);
  result = support_wait (run);
  view_check (&view);
  g_assert_cmpuint (view.n_binds, ==, 2 * IN_SIGHT);
  /* start-time, attempts, state, output, end-time; a turn between start and end tells of the state twice */
  g_assert_cmpuint (view.n_notified, >=, 5 * IN_SIGHT);
  g_assert_cmpuint (view.n_notified, <=, 6 * IN_SIGHT);
  view_clear (&view);
}

/* An agent's answer grows while it comes. */

static void
on_output (GraphbitNodeRun *node_run,
           GParamSpec *pspec,
           gpointer data)
{
  const char *output = graphbit_node_run_get_output (node_run);

  g_string_append_printf (data, "%s|", output != NULL ? output : "-");
}

static gboolean
keep_call (GraphbitProviderCall *call,
           gpointer data)
{
  g_ptr_array_add (data, g_object_ref (call));
  return TRUE;
}

static void
test_output_so_far (gconstpointer data)
{
  GraphbitStreamModes modes = GPOINTER_TO_UINT (data);
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GraphbitLlmConfig) config = support_model_new (keep_call, calls);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (config);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("growing");
  g_autoptr (GraphbitAgentNode) agent = graphbit_agent_node_new ("agent", "Q");
  g_autoptr (GraphbitLlmResponse) response = support_answer ("one two");
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitNodeRun) node_run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (agent), &error);
  run = graphbit_executor_start (executor, workflow, NULL, modes, &error);
  g_assert_no_error (error);
  node_run = g_list_model_get_item (graphbit_run_get_node_runs (run), 0);
  g_signal_connect (node_run, "notify::output", G_CALLBACK (on_output), log);
  while (calls->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (graphbit_node_run_get_output (node_run));
  if (modes & GRAPHBIT_STREAM_MODES_MESSAGES)
    {
      graphbit_provider_call_send_text (calls->pdata[0], "one ");
      support_turns (20);
      g_assert_cmpstr (graphbit_node_run_get_output (node_run), ==, "one ");
      graphbit_provider_call_send_text (calls->pdata[0], "two");
    }
  support_turns (20);
  g_assert_true (graphbit_provider_call_respond (calls->pdata[0], response));
  result = support_wait (run);
  g_assert_cmpstr (graphbit_node_run_get_output (node_run), ==, "one two");
  g_assert_cmpstr (log->str, ==, (modes & GRAPHBIT_STREAM_MODES_MESSAGES) != 0 ? "one |one two|one two|" : "one two|");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/executor/list-view/chain", GUINT_TO_POINTER (1), test_many);
  g_test_add_data_func ("/executor/list-view/fan-out", NULL, test_many);
  g_test_add_func ("/executor/list-view/notify", test_notify);
  g_test_add_data_func ("/executor/list-view/output-so-far/all", GUINT_TO_POINTER (GRAPHBIT_STREAM_MODES_ALL), test_output_so_far);
  g_test_add_data_func ("/executor/list-view/output-so-far/updates", GUINT_TO_POINTER (GRAPHBIT_STREAM_MODES_UPDATES), test_output_so_far);

  return g_test_run ();
}
