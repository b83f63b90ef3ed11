/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "executor-support.h"
#include "graphbit-mock-server.h"

/*
 * The quickstart's workflow over real sockets, cancelled at each of its events:
 * two agents side by side, a tool, a condition, and an agent that joins them; and
 * the same inside of another workflow, beside a map of agents.
 * Whatever the moment: one terminal event, no socket left, nothing kept.
 */

typedef enum
{
  CANCEL_NEVER,
  CANCEL_WHEN_READ,
  CANCEL_WHEN_LISTED,
  CANCEL_IN_THREAD
} How;

typedef struct
{
  How how;
  guint at; /* the number of the event, from 1; 0: before the first turn */
  GraphbitRun *run;
  gboolean is_running; /* when it was cancelled */
  guint n_requested;   /* cancellations */
  guint n_events;
  guint n_terminal;
  GraphbitEventKind last;
} Trial;

static guint n_notified;

static void
count_notify (gpointer data)
{
  n_notified++;
}

static char *
get_weather (GraphbitToolCall *call,
             gpointer data,
             GError **error)
{
  return g_strdup ("It is 24 degrees.");
}

static char *
choose_clothes (GraphbitWorkflowContext *context,
                gpointer data,
                GError **error)
{
  g_autofree char *report = graphbit_workflow_context_get_input (context);

  return g_strdup (report != NULL && strstr (report, "24") != NULL ? "light" : "coat");
}

static GraphbitWorkflow *
build_workflow (void)
{
  static const char *const edges[][2] = {
    { "weather", "warm?" }, { "warm?", "light" }, { "warm?", "coat" },
    { "summary", "plan" }, { "light", "plan" }, { "coat", "plan" },
  };
  GraphbitWorkflow *workflow = graphbit_workflow_new ("cancelled");
  g_autoptr (GraphbitTool) tool = NULL;
  g_autoptr (GError) error = NULL;
  GraphbitNode *nodes[6];

  tool = graphbit_tool_new ("get_weather", "Tells the weather.",
                            "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}",
                            get_weather, &n_notified, count_notify, &error);
  g_assert_no_error (error);
  nodes[0] = GRAPHBIT_NODE (graphbit_agent_node_new ("summary", "Tell me about {{input.city}}."));
  nodes[1] = GRAPHBIT_NODE (graphbit_agent_node_new ("weather", "How warm is it in {{input.city}}?"));
  nodes[2] = GRAPHBIT_NODE (graphbit_condition_node_new ("warm?", choose_clothes, &n_notified, count_notify));
  nodes[3] = g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, "name", "light", "transformation", GRAPHBIT_TRANSFORMATION_TEMPLATE,
                           "argument", "{{node.weather}} Pack a hat.", NULL);
  nodes[4] = g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, "name", "coat", "transformation", GRAPHBIT_TRANSFORMATION_TEMPLATE,
                           "argument", "{{node.weather}} Pack a coat.", NULL);
  nodes[5] = GRAPHBIT_NODE (graphbit_agent_node_new ("plan", "Write a plan."));
  graphbit_agent_node_add_tool (GRAPHBIT_AGENT_NODE (nodes[1]), tool);
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    {
      graphbit_workflow_add_node (workflow, nodes[i], &error);
      g_assert_no_error (error);
      g_object_unref (nodes[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (edges); i++)
    {
      graphbit_workflow_connect_nodes (workflow, edges[i][0], edges[i][1], &error);
      g_assert_no_error (error);
    }
  return workflow;
}

static GraphbitWorkflow *
build_nested_workflow (void)
{
  GraphbitWorkflow *workflow = graphbit_workflow_new ("around");
  g_autoptr (GraphbitWorkflow) whole = build_workflow ();
  g_autoptr (GraphbitWorkflow) each = graphbit_workflow_new ("each");
  g_autoptr (GError) error = NULL;

  graphbit_workflow_declare_input (whole, "city", NULL, &error);
  g_assert_no_error (error);
  support_add (each, graphbit_agent_node_new ("tell", "Tell me about {item}."));
  support_add (workflow, graphbit_workflow_node_new ("whole", whole));
  support_add (workflow, g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, "name", "list", "transformation",
                                       GRAPHBIT_TRANSFORMATION_TEMPLATE, "argument", "[\"Porto\",\"Faro\"]", NULL));
  support_add (workflow, graphbit_map_node_new ("map", each));
  graphbit_workflow_connect_nodes (workflow, "list", "map", &error);
  g_assert_no_error (error);
  return workflow;
}

/* What is different about it. */
static const struct
{
  GraphbitWorkflow *(*build) (void);
  const char *node;
  const char *output;
  guint max_idle; /* connections that have done their work, for the next one */
} shapes[] = {
  { build_workflow, "weather", "light", 2 },
  { build_nested_workflow, "map", "whole/light", 4 },
};

static gpointer
cancel_in_thread (gpointer run)
{
  graphbit_run_cancel (run);
  return NULL;
}

static void
cancel (Trial *self)
{
  if (self->n_requested++ > 0)
    return;

  self->is_running = graphbit_run_get_state (self->run) < GRAPHBIT_RUN_STATE_COMPLETED;
  if (self->how == CANCEL_IN_THREAD)
    g_thread_join (g_thread_new ("cancel", cancel_in_thread, self->run));
  else
    graphbit_run_cancel (self->run);
}

static void
on_items_changed (GListModel *events,
                  guint position,
                  guint removed,
                  guint added,
                  gpointer data)
{
  Trial *self = data;

  if (self->how == CANCEL_WHEN_LISTED && position + added >= self->at)
    cancel (self);
}

static void
on_event (GObject *object,
          GAsyncResult *result,
          gpointer data)
{
  Trial *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitEvent) event = graphbit_run_next_event_finish (GRAPHBIT_RUN (object), result, &error);

  g_assert_no_error (error);
  if (event == NULL)
    {
      self->how = CANCEL_NEVER;
      return;
    }

  g_assert_cmpint (graphbit_event_get_sequence (event), ==, ++self->n_events);
  self->last = graphbit_event_get_kind (event);
  if (self->last >= GRAPHBIT_EVENT_KIND_WORKFLOW_COMPLETED)
    self->n_terminal++;
  if ((self->how == CANCEL_WHEN_READ || self->how == CANCEL_IN_THREAD) && self->n_events == self->at)
    cancel (self);
  graphbit_run_next_event_async (GRAPHBIT_RUN (object), NULL, on_event, data);
}

/* The server may see late what was closed, and also what was opened before. */
static void
wait_for_at_most (GraphbitMockServer *server,
                  guint n_connections)
{
  for (guint i = 0; i < 2000 && graphbit_mock_server_get_open_connections (server) > n_connections; i++)
    graphbit_mock_server_wait_for_open_connections (server, n_connections, 10);
  g_assert_cmpuint (graphbit_mock_server_get_open_connections (server), <=, n_connections);
}

/* Returns the number of events. */
static guint
try (GraphbitMockServer *server,
     guint shape,
     How how,
     guint at)
{
  g_autoptr (GError) error = NULL;
  GraphbitLlmConfig *config = graphbit_llm_config_new_openai_compatible (graphbit_mock_server_get_base_url (server),
                                                                         "sk-marker", "m", &error);
  GraphbitExecutor *executor = graphbit_executor_new (config);
  GraphbitWorkflow *workflow = shapes[shape].build ();
  GVariantDict inputs = G_VARIANT_DICT_INIT (NULL);
  GraphbitWorkflowResult *result;
  GraphbitNode *node;
  Trial trial = { .how = how, .at = at };
  GraphbitRunState state;
  guint n_events;

  g_assert_no_error (error);
  n_notified = 0;
  g_variant_dict_insert (&inputs, "city", "s", "Lisbon");
  trial.run = graphbit_executor_start (executor, workflow, g_variant_dict_end (&inputs), GRAPHBIT_STREAM_MODES_ALL, &error);
  g_assert_no_error (error);
  if (how != CANCEL_NEVER && at == 0)
    cancel (&trial);
  if (how == CANCEL_WHEN_LISTED)
    g_signal_connect (graphbit_run_get_events (trial.run), "items-changed", G_CALLBACK (on_items_changed), &trial);
  graphbit_run_next_event_async (trial.run, NULL, on_event, &trial);
  result = support_wait (trial.run);
  while (trial.n_terminal == 0)
    g_main_context_iteration (NULL, TRUE);
  support_turns (5);

  g_assert_cmpuint (trial.n_terminal, ==, 1);
  state = graphbit_workflow_result_get_state (result);
  if (trial.n_requested > 0 && trial.is_running)
    {
      g_autoptr (GError) cancelled = graphbit_workflow_result_get_error (result);

      g_assert_cmpint (state, ==, GRAPHBIT_RUN_STATE_CANCELLED);
      g_assert_error (cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpint (trial.last, ==, GRAPHBIT_EVENT_KIND_WORKFLOW_CANCELLED);
      g_assert_true (graphbit_workflow_result_is_cancelled (result));
    }
  else
    {
      g_assert_cmpint (state, ==, GRAPHBIT_RUN_STATE_COMPLETED);
      g_assert_cmpint (trial.last, ==, GRAPHBIT_EVENT_KIND_WORKFLOW_COMPLETED);
      g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, shapes[shape].output), ==,
                       "The tool said: It is 24 degrees. Pack a hat.");
    }
  g_assert_cmpfloat (graphbit_run_get_progress (trial.run), ==, 1.0);
  n_events = trial.n_events;

  /* Nothing is kept by anybody. */
  node = graphbit_workflow_get_node (workflow, shapes[shape].node);
  g_object_add_weak_pointer (G_OBJECT (node), (gpointer *) &node);
  g_object_add_weak_pointer (G_OBJECT (config), (gpointer *) &config);
  g_object_add_weak_pointer (G_OBJECT (executor), (gpointer *) &executor);
  g_object_add_weak_pointer (G_OBJECT (workflow), (gpointer *) &workflow);
  g_object_add_weak_pointer (G_OBJECT (trial.run), (gpointer *) &trial.run);
  g_object_add_weak_pointer (G_OBJECT (result), (gpointer *) &result);
  g_object_unref (result);
  g_object_unref (trial.run);
  g_object_unref (executor);
  g_object_unref (workflow);
  g_object_unref (config);
  while (config != NULL || executor != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (result);
  g_assert_null (trial.run);
  g_assert_null (workflow);
  g_assert_null (node);
  g_assert_cmpuint (n_notified, ==, 2);

  /* At most those that had done their work are left, for the next one; they go with the runtime. */
  wait_for_at_most (server, shapes[shape].max_idle);
  graphbit_shutdown ();
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, 20000));
  return n_events;
}

static GraphbitMockServer *
server_new (const char *steps)
{
  GraphbitMockServer *server = graphbit_mock_server_new ();
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_start (server, &error);
  g_assert_no_error (error);
  graphbit_mock_server_add_step (server, steps, &error);
  g_assert_no_error (error);
  return server;
}

static void
try_every_event (guint shape,
                 How how)
{
  /* A pause between the chunks keeps an exchange under way at almost every event. */
  g_autoptr (GraphbitMockServer) server =
    server_new ("[{\"match\":\"get_weather\",\"call_tools\":true,\"chunk_delay_ms\":1,\"times\":-1},"
                "{\"chunk_delay_ms\":1,\"times\":-1}]");
  guint n = try (server, shape, CANCEL_NEVER, 0);

  g_assert_cmpuint (n, >, 30);
  g_assert_cmpuint (try (server, shape, CANCEL_NEVER, 0), ==, n);
  for (guint at = 0; at <= n; at++)
    try (server, shape, how, at);
}

static void
test_every_event (gconstpointer data)
{
  try_every_event (0, (How) GPOINTER_TO_UINT (data));
}

static void
test_every_event_inside (gconstpointer data)
{
  try_every_event (1, (How) GPOINTER_TO_UINT (data));
}

/* While exchanges stand still: before their first byte, in their middle, in the last node. */
static const struct
{
  const char *steps;
  guint n_stalled;
  guint n_left; /* connections that had done their work */
} stalls[] = {
  { "{\"stall\":true,\"times\":-1}", 2, 0 },
  { "{\"stall\":\"after-250-bytes\",\"times\":-1}", 2, 0 },
  { "[{\"match\":\"Write a plan\",\"stall\":\"after-250-bytes\"},{\"match\":\"get_weather\",\"call_tools\":true,\"times\":-1}]", 1, 1 },
};

static void
test_stalled (gconstpointer data)
{
  guint index = GPOINTER_TO_UINT (data);
  g_autoptr (GraphbitMockServer) server = server_new (stalls[index].steps);
  g_autoptr (GraphbitLlmConfig) config = NULL;
  g_autoptr (GraphbitExecutor) executor = NULL;
  g_autoptr (GraphbitWorkflow) workflow = build_workflow ();
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GError) error = NULL;
  GVariantDict inputs = G_VARIANT_DICT_INIT (NULL);
  gboolean is_last = stalls[index].n_stalled == 1;

  config = graphbit_llm_config_new_openai_compatible (graphbit_mock_server_get_base_url (server), "sk-marker", "m", &error);
  g_assert_no_error (error);
  executor = graphbit_executor_new (config);
  g_variant_dict_insert (&inputs, "city", "s", "Lisbon");
  run = graphbit_executor_start (executor, workflow, g_variant_dict_end (&inputs), GRAPHBIT_STREAM_MODES_ALL, &error);
  g_assert_no_error (error);
  support_turns (5);
  while (is_last && graphbit_run_get_progress (run) < 0.8)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, stalls[index].n_stalled, 20000));
  graphbit_run_cancel (run);
  /* Two turns at most, and then every event is there. */
  support_turns (2);
  g_assert_cmpint (graphbit_run_get_state (run), ==, GRAPHBIT_RUN_STATE_CANCELLED);
  {
    GListModel *events = graphbit_run_get_events (run);
    g_autoptr (GraphbitEvent) last = g_list_model_get_item (events, g_list_model_get_n_items (events) - 1);

    g_assert_cmpint (graphbit_event_get_kind (last), ==, GRAPHBIT_EVENT_KIND_WORKFLOW_CANCELLED);
  }
  result = support_wait (run);
  g_assert_true (graphbit_workflow_result_is_cancelled (result));
  /* The executor is still there: what was under way is closed all the same. */
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, stalls[index].n_left, 20000));
  g_assert_cmpint (graphbit_workflow_result_get_node_output (result, "light") != NULL, ==, is_last);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/executor/cancel/every-event/read", GUINT_TO_POINTER (CANCEL_WHEN_READ), test_every_event);
  g_test_add_data_func ("/executor/cancel/every-event/listed", GUINT_TO_POINTER (CANCEL_WHEN_LISTED), test_every_event);
  g_test_add_data_func ("/executor/cancel/every-event/thread", GUINT_TO_POINTER (CANCEL_IN_THREAD), test_every_event);
  g_test_add_data_func ("/executor/cancel/every-event-inside/read", GUINT_TO_POINTER (CANCEL_WHEN_READ), test_every_event_inside);
  g_test_add_data_func ("/executor/cancel/every-event-inside/thread", GUINT_TO_POINTER (CANCEL_IN_THREAD), test_every_event_inside);
  g_test_add_data_func ("/executor/cancel/stalled/before", GUINT_TO_POINTER (0), test_stalled);
  g_test_add_data_func ("/executor/cancel/stalled/within", GUINT_TO_POINTER (1), test_stalled);
  g_test_add_data_func ("/executor/cancel/stalled/last-node", GUINT_TO_POINTER (2), test_stalled);

  return g_test_run ();
}
