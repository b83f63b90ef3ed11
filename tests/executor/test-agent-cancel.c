/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "server-support.h"

/*
 * An agent with tools, cancelled in every phase of its loop. Whatever the phase:
 * its tools are told, what they say afterwards is dropped, nothing new is asked
 * or called, there is one terminal event, and nobody keeps anything.
 */

typedef enum
{
  ACT_CANCEL,        /* when the phase has come */
  ACT_AT_ONCE,       /* before the first turn */
  ACT_INSIDE,        /* by the function of the tool “now” */
  ACT_BETWEEN_ROUNDS /* after the tools' last answer, before the next turn */
} Act;

typedef struct
{
  const char *name;
  const char *steps; /* of the server */
  const char *events;
  Act act;
  /* What has come when the phase has, and what is there in the end. */
  guint n_requests;
  guint n_stalled;
  guint n_kept; /* calls of “later” */
  guint n_approvals;
  guint n_calls; /* of functions */
  /* What is different about the agent. */
  gboolean is_streaming;
  gboolean has_rival; /* another one that has the only turn */
  const char *schema;
  GraphbitLlmCapabilities capabilities;
} Phase;

#define CALL(id, name) "{\"id\":\"" id "\",\"name\":\"" name "\",\"arguments\":{}}"
#define STALL "{\"stall\":true}"
#define BEGIN "workflow_started node_started:a llm_call_started:a"
#define CALLED BEGIN " llm_call_completed:a"
#define END " node_failed:a workflow_cancelled"
#define SCHEMA "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}"

static const Phase phases[] = {
  { "at-once", STALL, "workflow_started node_skipped:a workflow_cancelled", ACT_AT_ONCE },
  { "queue", STALL, "workflow_started node_started:rival llm_call_started:rival node_started:a node_failed:rival" END,
    .n_requests = 1, .n_stalled = 1, .has_rival = TRUE },
  { "request", STALL, BEGIN END, .n_requests = 1, .n_stalled = 1 },
  { "streaming", "{\"stream\":[\"one \",\"two\"],\"stall\":\"after-500-bytes\"}", BEGIN " token:a" END,
    .n_requests = 1, .n_stalled = 1, .is_streaming = TRUE },
  { "streaming-call", "{\"tool_calls\":[" CALL ("1", "now") "],\"stall\":\"after-300-bytes\"}", BEGIN END,
    .n_requests = 1, .n_stalled = 1, .is_streaming = TRUE },
  { "retry", "{\"status\":429,\"headers\":{\"Retry-After\":\"30\"},\"times\":-1}", BEGIN END, .n_requests = 1 },
  { "function", "{\"tool_calls\":[" CALL ("1", "now") "," CALL ("2", "now") "]}",
    CALLED " tool_call_started:now tool_call_completed:now" END, ACT_INSIDE, .n_requests = 1, .n_calls = 1 },
  { "later", "{\"tool_calls\":[" CALL ("1", "later") "]}", CALLED " tool_call_started:later" END,
    .n_requests = 1, .n_kept = 1 },
  { "parallel",
    "{\"tool_calls\":[" CALL ("1", "later") "," CALL ("2", "now") "," CALL ("3", "later") "," CALL ("4", "later") "]}",
    CALLED " tool_call_started:later tool_call_started:now tool_call_completed:now tool_call_started:later"
           " tool_call_started:later" END,
    .n_requests = 1, .n_kept = 3, .n_calls = 1 },
  { "exclusive", "{\"tool_calls\":[" CALL ("1", "later") "," CALL ("2", "alone") "]}",
    CALLED " tool_call_started:later" END, .n_requests = 1, .n_kept = 1 },
  { "approval", "{\"tool_calls\":[" CALL ("1", "mail") "," CALL ("2", "later") "," CALL ("3", "mail") "]}",
    CALLED " tool_call_started:mail approval_requested:a tool_call_started:later tool_call_started:mail"
           " approval_requested:a" END,
    .n_requests = 1, .n_kept = 1, .n_approvals = 2 },
  { "between-rounds", "{\"tool_calls\":[" CALL ("1", "later") "," CALL ("2", "later") "]}",
    CALLED " tool_call_started:later tool_call_started:later tool_call_completed:later tool_call_completed:later" END,
    ACT_BETWEEN_ROUNDS, .n_requests = 1, .n_kept = 2 },
  { "second-round", "[{\"tool_calls\":[" CALL ("1", "now") "]}," STALL "]",
    CALLED " tool_call_started:now tool_call_completed:now llm_call_started:a" END,
    .n_requests = 2, .n_stalled = 1, .n_calls = 1 },
  { "asked-again", "[{\"text\":\"{}\"}," STALL "]", BEGIN END,
    .n_requests = 2, .n_stalled = 1, .schema = SCHEMA },
  { "asked-again-by-a-tool", "[{\"text\":\"{}\"}," STALL "]", BEGIN END,
    .n_requests = 2, .n_stalled = 1, .schema = SCHEMA,
    .capabilities = GRAPHBIT_LLM_CAPABILITIES_STREAMING | GRAPHBIT_LLM_CAPABILITIES_TOOLS },
};

typedef struct
{
  const Phase *phase;
  gboolean in_thread; /* cancelled there */
  GraphbitRun *run;
  GPtrArray *kept;
  guint n_calls;
  guint n_notified;
} Trial;

static gpointer
cancel_in_thread (gpointer run)
{
  graphbit_run_cancel (run);
  return NULL;
}

static void
cancel (Trial *self)
{
  if (self->in_thread)
    g_thread_join (g_thread_new ("cancel", cancel_in_thread, self->run));
  else
    graphbit_run_cancel (self->run);
}

static char *
answer (GraphbitToolCall *call,
        gpointer data,
        GError **error)
{
  Trial *self = data;

  self->n_calls++;
  if (self->phase->act == ACT_INSIDE)
    cancel (self);
  return g_strdup ("done");
}

static gboolean
keep (GraphbitTool *tool,
      GraphbitToolCall *call,
      gpointer data)
{
  Trial *self = data;

  g_ptr_array_add (self->kept, g_object_ref (call));
  return TRUE;
}

static void
count_notify (gpointer data)
{
  Trial *self = data;

  self->n_notified++;
}

static GraphbitTool *
add_tool (GraphbitAgentNode *agent,
          const char *name,
          Trial *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitTool) tool = graphbit_tool_new (name, "Does.", NULL, answer, self, count_notify, &error);

  g_assert_no_error (error);
  graphbit_agent_node_add_tool (agent, tool);
  return tool; /* the agent's */
}

#define N_FUNCTIONS 3

static GraphbitWorkflow *
build_workflow (Trial *self)
{
  GraphbitWorkflow *workflow = graphbit_workflow_new ("cancelled");
  GraphbitAgentNode *agent;
  g_autoptr (GraphbitTool) later = NULL;
  g_autoptr (GError) error = NULL;

  if (self->phase->has_rival)
    server_add_agent (workflow, "rival", "Q");
  agent = server_add_agent (workflow, "a", "Q");
  graphbit_agent_node_set_response_schema (agent, self->phase->schema);
  add_tool (agent, "now", self);
  graphbit_tool_set_is_parallel_safe (add_tool (agent, "alone", self), FALSE);
  graphbit_tool_set_requires_approval (add_tool (agent, "mail", self), TRUE);
  later = graphbit_tool_new ("later", "Does.", NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (later, "call", G_CALLBACK (keep), self);
  graphbit_agent_node_add_tool (agent, later);
  return workflow;
}

static gboolean
has_token (GraphbitRun *run)
{
  g_autofree char *events = support_list_events (run);

  return strstr (events, "token") != NULL;
}

static gboolean
has_come (const Trial *self,
          GraphbitMockServer *server)
{
  const Phase *phase = self->phase;

  return graphbit_mock_server_get_request_count (server) >= phase->n_requests &&
         graphbit_mock_server_wait_for_stalled (server, phase->n_stalled, 1) &&
         self->kept->len >= phase->n_kept && self->n_calls >= phase->n_calls &&
         g_list_model_get_n_items (graphbit_run_get_approvals (self->run)) >= phase->n_approvals &&
         (strstr (phase->events, "token") == NULL || has_token (self->run));
}

static void
cancel_in_phase (Trial *self,
                 GraphbitMockServer *server)
{
  if (self->phase->act == ACT_AT_ONCE)
    {
      cancel (self);
      return;
    }

  while (!has_come (self, server))
    g_main_context_iteration (NULL, FALSE);
  for (guint i = 0; self->phase->act == ACT_BETWEEN_ROUNDS && i < self->kept->len; i++)
    g_assert_true (graphbit_tool_call_respond (self->kept->pdata[i], "done"));
  if (self->phase->act != ACT_INSIDE)
    cancel (self);
}

/* Of the run and of its agent. */
static void
assert_cancelled (GraphbitWorkflowResult *result)
{
  g_autoptr (GError) error = graphbit_workflow_result_get_error (result);
  g_autoptr (GError) node_error = graphbit_workflow_result_get_node_error (result, "a");

  g_assert_true (graphbit_workflow_result_is_cancelled (result));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  if (node_error != NULL) /* it had begun */
    g_assert_error (node_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (graphbit_workflow_result_get_node_output (result, "a"));
}

/* The tools were told, and nobody hears what they say now. */
static void
assert_told (const Trial *self)
{
  for (guint i = 0; i < self->kept->len; i++)
    {
      if (self->phase->act != ACT_BETWEEN_ROUNDS) /* they had answered */
        g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (self->kept->pdata[i])));
      g_assert_false (graphbit_tool_call_respond (self->kept->pdata[i], "late"));
      g_assert_false (graphbit_call_fail (self->kept->pdata[i], "late"));
    }
}

static void
test_phase (gconstpointer data)
{
  Trial trial = { .phase = data };
  const Phase *phase = data;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GraphbitMockServer) server = server_new (phase->steps);
      g_autoptr (GError) error = NULL;
      GraphbitLlmConfig *config = graphbit_llm_config_new_openai_compatible (graphbit_mock_server_get_base_url (server),
                                                                             "sk-marker", "m", &error);
      GraphbitExecutor *executor;
      GraphbitWorkflow *workflow;
      GraphbitWorkflowResult *result;
      g_autofree char *events = NULL;
      g_autofree char *later_events = NULL;
      gpointer approval;
      gpointer call;

      g_assert_no_error (error);
      trial = (Trial){ .phase = phase, .in_thread = i > 0, .kept = g_ptr_array_new_with_free_func (g_object_unref) };
      if (phase->capabilities != 0)
        graphbit_llm_config_set_capabilities (config, phase->capabilities);
      executor = graphbit_executor_new (config);
      if (phase->has_rival)
        graphbit_executor_set_max_concurrency (executor, 1);
      workflow = build_workflow (&trial);
      trial.run = graphbit_executor_start (executor, workflow, NULL,
                                           phase->is_streaming ? GRAPHBIT_STREAM_MODES_ALL : GRAPHBIT_STREAM_MODES_UPDATES,
                                           &error);
      g_assert_no_error (error);
      cancel_in_phase (&trial, server);
      approval = g_list_model_get_item (graphbit_run_get_approvals (trial.run), 0);
      result = support_wait (trial.run);
      support_turns (20);

      assert_cancelled (result);
      assert_told (&trial);
      g_assert_cmpuint (g_list_model_get_n_items (graphbit_run_get_approvals (trial.run)), ==, 0);
      if (approval != NULL)
        g_assert_false (graphbit_approval_allow (approval));
      events = support_list_events (trial.run);
      g_assert_cmpstr (events, ==, phase->events);

      /* What comes late has no effect. */
      support_turns (20);
      later_events = support_list_events (trial.run);
      g_assert_cmpstr (later_events, ==, events);
      g_assert_cmpuint (trial.n_calls, ==, phase->n_calls);
      g_assert_cmpuint (trial.kept->len, ==, phase->n_kept);
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, phase->n_requests);

      /* Nobody keeps anything: the weak pointers are those that are NULL afterwards. */
      call = trial.kept->len > 0 ? trial.kept->pdata[0] : NULL;
      if (call != NULL)
        g_object_add_weak_pointer (call, &call);
      if (approval != NULL)
        g_object_add_weak_pointer (approval, &approval);
      g_object_add_weak_pointer (G_OBJECT (config), (gpointer *) &config);
      g_object_add_weak_pointer (G_OBJECT (executor), (gpointer *) &executor);
      g_object_add_weak_pointer (G_OBJECT (workflow), (gpointer *) &workflow);
      g_object_add_weak_pointer (G_OBJECT (trial.run), (gpointer *) &trial.run);
      g_ptr_array_unref (trial.kept);
      if (approval != NULL)
        g_object_unref (approval);
      g_object_unref (result);
      g_object_unref (trial.run);
      g_object_unref (executor);
      g_object_unref (workflow);
      g_object_unref (config);
      while (config != NULL || executor != NULL)
        g_main_context_iteration (NULL, TRUE);
      g_assert_null (call);
      g_assert_null (approval);
      g_assert_null (trial.run);
      g_assert_null (workflow);
      g_assert_cmpuint (trial.n_notified, ==, N_FUNCTIONS);

      /* A request that was under way is gone; connections that wait for the next one go with the runtime. */
      graphbit_shutdown ();
      g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, 20000));
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (phases); i++)
    {
      g_autofree char *path = g_strconcat ("/executor/agent-cancel/", phases[i].name, NULL);

      g_test_add_data_func (path, &phases[i], test_phase);
    }

  return g_test_run ();
}
