/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "executor-support.h"
#include "graphbit-clock-private.h"

/* A model that says what was written down for it, and writes down what it was asked. */
typedef struct
{
  const char *const *replies; /* the text, then "@tool arguments" for each call; "!text" fails; NULL: kept unanswered */
  guint n_requests;
  gboolean is_streaming; /* the last one was */
  GString *asked;        /* the last request: "u:text | a:text[tool arguments] | t(call-1):text" */
  GString *choices;      /* the tool choice of each request, a digit */
  GPtrArray *calls;      /* that were kept */
} Script;

typedef struct
{
  Script script;
  GraphbitLlmConfig *config;
  GraphbitExecutor *executor;
  GraphbitWorkflow *workflow;
  GraphbitAgentNode *agent;
  GPtrArray *tool_calls; /* of the tool “later” */
} Fixture;

static void
describe_messages (GString *text,
                   GListModel *messages)
{
  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);
      GListModel *calls = graphbit_llm_message_get_tool_calls (message);
      const char *id = graphbit_llm_message_get_tool_call_id (message);
      const char *content = graphbit_llm_message_get_content (message);

      g_string_append_printf (text, "%s%c", i > 0 ? " | " : "", "suat"[graphbit_llm_message_get_role (message)]);
      if (id != NULL)
        g_string_append_printf (text, "(%s)", id);
      g_string_append_printf (text, ":%s", content != NULL ? content : "");
      for (guint j = 0; j < g_list_model_get_n_items (calls); j++)
        {
          g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (calls, j);

          g_string_append_printf (text, "[%s %s]", graphbit_llm_tool_call_get_name (call),
                                  graphbit_llm_tool_call_get_arguments_json (call));
        }
    }
}

static GraphbitLlmResponse *
make_response (const char *reply)
{
  g_auto (GStrv) parts = g_strsplit (reply, "@", 4);

  if (parts[1] == NULL)
    return support_answer (reply);
  return support_tool_calls (parts[0], parts[1], parts[2], parts[2] != NULL ? parts[3] : NULL, NULL);
}

static gboolean
say_next (GraphbitProviderCall *call,
          gpointer data)
{
  Script *self = data;
  const char *reply = self->replies[self->n_requests++];
  GraphbitLlmOptions *options;
  g_autoptr (GraphbitLlmResponse) response = NULL;

  self->is_streaming = graphbit_provider_call_get_is_streaming (call);
  options = graphbit_llm_request_get_options (graphbit_provider_call_get_request (call));
  g_string_append_printf (self->choices, "%d", options != NULL ? graphbit_llm_options_get_tool_choice (options) : 0);
  g_string_truncate (self->asked, 0);
  describe_messages (self->asked, graphbit_llm_request_get_messages (graphbit_provider_call_get_request (call)));
  if (reply == NULL)
    {
      g_ptr_array_add (self->calls, g_object_ref (call));
      return TRUE;
    }
  if (*reply == '!')
    return graphbit_call_fail (GRAPHBIT_CALL (call), reply + 1);

  response = make_response (reply);
  return graphbit_provider_call_respond (call, response);
}

static char *
add (GraphbitToolCall *call,
     gpointer data,
     GError **error)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, graphbit_tool_call_get_argument_int (call, "a", -1) +
                                                 graphbit_tool_call_get_argument_int (call, "b", -1));
}

static char *
break_down (GraphbitToolCall *call,
            gpointer data,
            GError **error)
{
  g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TOOL_FAILED, "It broke");
  return NULL;
}

static char *
say_nothing (GraphbitToolCall *call,
             gpointer data,
             GError **error)
{
  return NULL;
}

static gboolean
keep_tool_call (GraphbitTool *tool,
                GraphbitToolCall *call,
                gpointer data)
{
  g_ptr_array_add (data, g_object_ref (call));
  return TRUE;
}

static GraphbitTool *
add_tool (GraphbitAgentNode *agent,
          const char *name,
          const char *parameters,
          GraphbitToolFunc func,
          gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitTool) tool = graphbit_tool_new (name, NULL, parameters, func, data, NULL, &error);

  g_assert_no_error (error);
  graphbit_agent_node_add_tool (agent, tool);
  return tool; /* the agent's */
}

static GraphbitAgentNode *
add_agent (GraphbitWorkflow *workflow,
           const char *name,
           const char *prompt)
{
  g_autoptr (GraphbitAgentNode) agent = graphbit_agent_node_new (name, prompt);
  g_autoptr (GError) error = NULL;

  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (agent), &error);
  g_assert_no_error (error);
  return agent; /* the workflow's */
}

static void
fixture_init (Fixture *self,
              const char *const *replies)
{
  GraphbitTool *later;

  memset (self, 0, sizeof *self);
  self->script.replies = replies;
  self->script.asked = g_string_new (NULL);
  self->script.choices = g_string_new (NULL);
  self->script.calls = g_ptr_array_new_with_free_func (g_object_unref);
  self->tool_calls = g_ptr_array_new_with_free_func (g_object_unref);
  self->config = support_model_new (say_next, &self->script);
  self->executor = graphbit_executor_new (self->config);
  self->workflow = graphbit_workflow_new ("loop");
  self->agent = add_agent (self->workflow, "a", "Q");
  add_tool (self->agent, "add",
            "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":\"integer\"}},"
            "\"required\":[\"a\",\"b\"],\"additionalProperties\":false}",
            add, NULL);
  add_tool (self->agent, "break", NULL, break_down, NULL);
  add_tool (self->agent, "nothing", NULL, say_nothing, NULL);
  add_tool (self->agent, "nobody", NULL, NULL, NULL);
  later = add_tool (self->agent, "later", NULL, NULL, NULL);
  g_signal_connect (later, "call", G_CALLBACK (keep_tool_call), self->tool_calls);
}

static void
fixture_clear (Fixture *self)
{
  g_object_unref (self->workflow);
  g_object_unref (self->executor);
  g_object_unref (self->config);
  g_ptr_array_unref (self->tool_calls);
  g_ptr_array_unref (self->script.calls);
  g_string_free (self->script.asked, TRUE);
  g_string_free (self->script.choices, TRUE);
}

static GraphbitTool *
fixture_get_tool (Fixture *self,
                  const char *name)
{
  GListModel *tools = graphbit_agent_node_get_tools (self->agent);

  for (guint i = 0; i < g_list_model_get_n_items (tools); i++)
    {
      g_autoptr (GraphbitTool) tool = g_list_model_get_item (tools, i);

      if (g_strcmp0 (graphbit_llm_tool_spec_get_name (GRAPHBIT_LLM_TOOL_SPEC (tool)), name) == 0)
        return tool;
    }
  g_assert_not_reached ();
}

static GraphbitRun *
fixture_start (Fixture *self,
               GraphbitStreamModes mode)
{
  g_autoptr (GError) error = NULL;
  GraphbitRun *run = graphbit_executor_start (self->executor, self->workflow, NULL, mode, &error);

  g_assert_no_error (error);
  return run;
}

static GraphbitWorkflowResult *
fixture_execute (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  GraphbitWorkflowResult *result = support_execute (self->executor, self->workflow, NULL, NULL, &error);

  g_assert_no_error (error);
  return result;
}

static void
wait_for_length (GPtrArray *array,
                 guint length)
{
  while (array->len < length)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (array->len, ==, length);
}

static char *
get_text (GraphbitWorkflowResult *result,
          const char *name)
{
  g_autoptr (GVariant) metadata = graphbit_workflow_result_get_node_response_metadata (result, "a");
  char *text = NULL;

  g_assert_true (g_variant_lookup (metadata, name, "s", &text));
  return text;
}

static gint64
get_count (GraphbitWorkflowResult *result,
           const char *name)
{
  g_autoptr (GVariant) metadata = graphbit_workflow_result_get_node_response_metadata (result, "a");
  gint64 count = -1;

  g_assert_true (g_variant_lookup (metadata, name, "x", &count));
  return count;
}

/* What the model was asked last, what came out, and how the loop ended. */
static const struct
{
  const char *name;
  const char *replies[6];
  const char *asked;
  const char *output; /* NULL: the node failed */
  const char *exit_reason;
  int error;
  guint n_requests;
  gint64 n_tool_calls;
} cases[] = {
  { "answer", { "Yes" }, "u:Q", "Yes", "stop", 0, 1, 0 },
  { "empty-answer", { "" }, "u:Q", "", "stop", 0, 1, 0 },
  { "one-round",
    { "@add {\"a\":1,\"b\":2}", "Three" },
    "u:Q | a:[add {\"a\":1,\"b\":2}] | t(call-1):3", "Three", "stop", 0, 2, 1 },
  { "two-rounds",
    { "Let me see.@add {\"a\":1,\"b\":2}", "@add {\"a\":3,\"b\":4}", "Seven" },
    "u:Q | a:Let me see.[add {\"a\":1,\"b\":2}] | t(call-1):3 | a:[add {\"a\":3,\"b\":4}] | t(call-1):7",
    "Seven", "stop", 0, 3, 2 },
  { "three-calls",
    { "@add {\"a\":1,\"b\":1}@add {\"a\":2,\"b\":2}@add {\"a\":3,\"b\":3}", "x" },
    "u:Q | a:[add {\"a\":1,\"b\":1}][add {\"a\":2,\"b\":2}][add {\"a\":3,\"b\":3}] | t(call-1):2 | t(call-2):4 | t(call-3):6",
    "x", "stop", 0, 2, 3 },

  /* What the model gets to hear about its mistakes. */
  { "unknown-tool",
    { "@sing {}", "x" },
    "u:Q | a:[sing {}] | t(call-1):There is no tool “sing”. There are: add, break, nothing, nobody, later", "x", "stop", 0, 2, 1 },
  { "no-json",
    { "@add {\"a\":", "x" },
    "u:Q | a:[add {\"a\":] | t(call-1):The arguments are not valid JSON: *", "x", "stop", 0, 2, 1 },
  { "no-object",
    { "@add [1,2]", "x" },
    "u:Q | a:[add [1,2]] | t(call-1):The arguments must be one JSON object.", "x", "stop", 0, 2, 1 },
  { "wrong-arguments",
    { "@add {\"a\":\"1\",\"c\":2}", "x" },
    "u:Q | a:[add {\"a\":\"1\",\"c\":2}] | t(call-1):The arguments do not fit the tool's parameters:\n*", "x", "stop", 0, 2, 1 },
  { "no-arguments",
    { "@add", "x" },
    "u:Q | a:[add {}] | t(call-1):The arguments do not fit the tool's parameters:\n*", "x", "stop", 0, 2, 1 },

  /* … and about ours. */
  { "failing-tool",
    { "@break {}@add {\"a\":1,\"b\":2}", "x" },
    "u:Q | a:[break {}][add {\"a\":1,\"b\":2}] | t(call-1):The tool failed: It broke | t(call-2):3", "x", "stop", 0, 2, 2 },
  { "returns-nothing",
    { "@nothing", "x" },
    "u:Q | a:[nothing {}] | t(call-1):The tool failed: The function of the tool “nothing” returned nothing and set no error",
    "x", "stop", 0, 2, 1 },
  { "nobody-answers",
    { "@nobody", "x" },
    "u:Q | a:[nobody {}] | t(call-1):The tool failed: Nothing answers calls of the tool “nobody”*", "x", "stop", 0, 2, 1 },

  /* max-iterations is 4. */
  { "last-round",
    { "@add {\"a\":1,\"b\":1}", "@add {\"a\":1,\"b\":1}", "@add {\"a\":1,\"b\":1}", "x" },
    "*t(call-1):2 | *t(call-1):2 | *t(call-1):2", "x", "stop", 0, 4, 3 },
  { "too-many-rounds",
    { "@add {\"a\":1,\"b\":1}", "@add {\"a\":1,\"b\":1}", "@add {\"a\":1,\"b\":1}", "@add {\"a\":1,\"b\":1}" },
    "*", NULL, "max_iterations", GRAPHBIT_ERROR_NODE_FAILED, 4, 3 },
  { "too-many-rounds-but-a-word",
    { "@add {\"a\":1,\"b\":1}", "@add {\"a\":1,\"b\":1}", "@add {\"a\":1,\"b\":1}", "Two@add {\"a\":1,\"b\":1}" },
    "*", "Two", "max_iterations", 0, 4, 3 },

  /* The model fails. */
  { "model-fails", { "!No" }, "u:Q", NULL, "error", GRAPHBIT_ERROR_UNAVAILABLE, 1, 0 },
  { "model-fails-later",
    { "@add {\"a\":1,\"b\":1}", "!No" },
    "*", NULL, "error", GRAPHBIT_ERROR_UNAVAILABLE, 2, 1 },
};

/* Without ids and times, which no two runs share. */
static char *
describe_metadata (GraphbitWorkflowResult *result)
{
  g_autoptr (GVariant) metadata = graphbit_workflow_result_get_node_response_metadata (result, "a");
  g_autoptr (GRegex) regex = g_regex_new ("[0-9-]{10}T[0-9:.]+Z|[0-9a-f]{8}-[0-9a-f-]{27}|(?<=_ms': <int64 )[0-9]+", 0, 0, NULL);
  g_autofree char *text = g_variant_print (metadata, TRUE);

  return g_regex_replace_literal (regex, text, -1, 0, "…", 0, NULL);
}

/* Blocking, by the main loop, and streamed with all events: the same in each way. */
static void
test_case (gconstpointer data)
{
  guint index = GPOINTER_TO_UINT (data);
  g_autofree char *first_metadata = NULL;
  g_autofree char *first_asked = NULL;

  for (guint i = 0; i < 3; i++)
    {
      Fixture fixture;
      g_autoptr (GraphbitRun) run = NULL;
      g_autofree char *metadata = NULL;
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (GraphbitLlmUsage) usage = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) cause = NULL;
      g_autofree char *exit_reason = NULL;
      int n_answers = (int) cases[index].n_requests - (cases[index].error == GRAPHBIT_ERROR_UNAVAILABLE);

      fixture_init (&fixture, cases[index].replies);
      graphbit_agent_node_set_max_iterations (fixture.agent, 4);
      if (i == 0)
        result = support_execute (fixture.executor, fixture.workflow, NULL, NULL, &error);
      else if (i == 1)
        result = graphbit_executor_execute (fixture.executor, fixture.workflow, NULL, NULL, &error);
      else
        run = fixture_start (&fixture, GRAPHBIT_STREAM_MODES_ALL);
      if (run != NULL)
        result = support_wait (run);
      g_assert_no_error (error);

      g_assert_cmpuint (fixture.script.n_requests, ==, cases[index].n_requests);
      g_assert_cmpint (fixture.script.is_streaming, ==, run != NULL);
      if (!g_pattern_match_simple (cases[index].asked, fixture.script.asked->str))
        g_error ("The model was asked: %s", fixture.script.asked->str);

      cause = graphbit_workflow_result_get_node_error (result, "a");
      g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "a"), ==, cases[index].output);
      if (cases[index].output != NULL)
        g_assert_no_error (cause);
      else
        g_assert_error (cause, GRAPHBIT_ERROR, cases[index].error);
      g_assert_cmpint (graphbit_workflow_result_is_success (result), ==, cases[index].output != NULL);

      exit_reason = get_text (result, "exit_reason");
      g_assert_cmpstr (exit_reason, ==, cases[index].exit_reason);
      g_assert_cmpint (get_count (result, "total_iterations"), ==, cases[index].n_requests - 1);
      g_assert_cmpint (get_count (result, "max_iterations"), ==, 4);
      g_assert_cmpint (get_count (result, "total_tool_calls"), ==, cases[index].n_tool_calls);

      /* Each answer costs 10 and 2. */
      usage = graphbit_workflow_result_get_usage (result);
      g_assert_cmpint (usage != NULL, ==, n_answers > 0);
      if (usage != NULL)
        {
          g_assert_cmpint (graphbit_llm_usage_get_prompt_tokens (usage), ==, 10 * n_answers);
          g_assert_cmpint (graphbit_llm_usage_get_completion_tokens (usage), ==, 2 * n_answers);
        }

      metadata = describe_metadata (result);
      if (i == 0)
        {
          first_metadata = g_steal_pointer (&metadata);
          first_asked = g_strdup (fixture.script.asked->str);
        }
      else
        {
          g_assert_cmpstr (metadata, ==, first_metadata);
          g_assert_cmpstr (fixture.script.asked->str, ==, first_asked);
        }
      fixture_clear (&fixture);
    }
}

/* What is remembered of the loop, and what is told of it. */
static void
test_events (void)
{
  static const char *const replies[] = { "@add {\"a\":1,\"b\":2}@sing {}", "One two", NULL };
  static const struct
  {
    GraphbitStreamModes mode;
    const char *events;
  } modes[] = {
    { GRAPHBIT_STREAM_MODES_UPDATES,
      "workflow_started node_started:a llm_call_started:a llm_call_completed:a tool_call_started:add "
      "tool_call_completed:add tool_call_started:sing tool_call_failed:sing llm_call_started:a llm_call_completed:a "
      "node_completed:a workflow_completed" },
    { GRAPHBIT_STREAM_MODES_MESSAGES, "token:a workflow_completed" },
    { GRAPHBIT_STREAM_MODES_ALL,
      "workflow_started node_started:a llm_call_started:a llm_call_completed:a tool_call_started:add "
      "tool_call_completed:add tool_call_started:sing tool_call_failed:sing llm_call_started:a token:a llm_call_completed:a "
      "node_completed:a workflow_completed" },
    { GRAPHBIT_STREAM_MODES_NONE, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      Fixture fixture;
      g_autoptr (GraphbitRun) run = NULL;
      g_autofree char *events = NULL;

      fixture_init (&fixture, replies);
      run = fixture_start (&fixture, modes[i].mode);
      events = support_read_events (run);
      g_assert_cmpstr (events, ==, modes[i].events);
      g_assert_cmpint (fixture.script.is_streaming, ==, (modes[i].mode & GRAPHBIT_STREAM_MODES_MESSAGES) != 0);
      g_assert_cmpstr (graphbit_workflow_result_get_node_output (graphbit_run_get_result (run), "a"), ==, "One two");
      fixture_clear (&fixture);
    }
}

static GraphbitEvent *
get_event (GraphbitRun *run,
           GraphbitEventKind kind,
           guint number)
{
  GListModel *events = graphbit_run_get_events (run);

  for (guint i = 0; i < g_list_model_get_n_items (events); i++)
    {
      g_autoptr (GraphbitEvent) event = g_list_model_get_item (events, i);

      if (graphbit_event_get_kind (event) == kind && number-- == 0)
        return g_steal_pointer (&event);
    }
  g_assert_not_reached ();
}

static void
test_event_fields (void)
{
  static const char *const replies[] = { "Well@add {\"a\":1,\"b\":2}@break {}", "Done", NULL };
  Fixture fixture;
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GraphbitEvent) asked = NULL;
  g_autoptr (GraphbitEvent) answered = NULL;
  g_autoptr (GraphbitEvent) tool = NULL;
  g_autoptr (GraphbitEvent) failed = NULL;
  g_autoptr (GraphbitEvent) again = NULL;
  g_autoptr (GraphbitEvent) end = NULL;

  fixture_init (&fixture, replies);
  run = fixture_start (&fixture, GRAPHBIT_STREAM_MODES_UPDATES);
  result = support_wait (run);

  asked = get_event (run, GRAPHBIT_EVENT_KIND_LLM_CALL_STARTED, 0);
  answered = get_event (run, GRAPHBIT_EVENT_KIND_LLM_CALL_COMPLETED, 0);
  again = get_event (run, GRAPHBIT_EVENT_KIND_LLM_CALL_STARTED, 1);
  g_assert_cmpuint (graphbit_event_get_iteration (asked), ==, 1);
  g_assert_cmpuint (graphbit_event_get_iteration (again), ==, 2);
  g_assert_cmpstr (graphbit_event_get_llm_call_id (asked), ==, graphbit_event_get_llm_call_id (answered));
  g_assert_cmpstr (graphbit_event_get_llm_call_id (asked), !=, graphbit_event_get_llm_call_id (again));
  g_assert_cmpstr (graphbit_event_get_finish_reason (answered), ==, "tool_calls");
  g_assert_cmpstr (graphbit_event_get_output (answered), ==,
                   "Well\n[tool_calls] [{\"id\":\"call-1\",\"name\":\"add\",\"parameters\":\"{\\\"a\\\":1,\\\"b\\\":2}\"},"
                   "{\"id\":\"call-2\",\"name\":\"break\",\"parameters\":\"{}\"}]");

  tool = get_event (run, GRAPHBIT_EVENT_KIND_TOOL_CALL_COMPLETED, 0);
  g_assert_cmpstr (graphbit_event_get_tool_call_id (tool), ==, "call-1");
  g_assert_cmpstr (graphbit_event_get_parameters (tool), ==, "{\"a\":1,\"b\":2}");
  g_assert_cmpstr (graphbit_event_get_output (tool), ==, "3");
  failed = get_event (run, GRAPHBIT_EVENT_KIND_TOOL_CALL_FAILED, 0);
  g_assert_cmpstr (graphbit_event_get_tool_call_id (failed), ==, "call-2");
  g_assert_cmpstr (graphbit_event_get_error_message (failed), ==, "It broke");
  g_assert_cmpstr (graphbit_event_get_error_type (failed), ==, "runtime_error");

  end = get_event (run, GRAPHBIT_EVENT_KIND_NODE_COMPLETED, 0);
  g_assert_cmpstr (graphbit_event_get_output (end), ==, "Done");
  fixture_clear (&fixture);
}

/* Tools run at the same time; their results go back in the order of the calls. */
static void
test_parallel (void)
{
  static const char *const replies[] = { "@later {\"n\":1}@later {\"n\":2}@later {\"n\":3}", "x", NULL };
  Fixture fixture;
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  fixture_init (&fixture, replies);
  run = fixture_start (&fixture, GRAPHBIT_STREAM_MODES_UPDATES);
  wait_for_length (fixture.tool_calls, 3);
  for (guint i = 3; i-- > 0;)
    {
      g_autofree char *text = g_strdup_printf ("r%" G_GINT64_FORMAT,
                                               graphbit_tool_call_get_argument_int (fixture.tool_calls->pdata[i], "n", 0));

      g_assert_cmpuint (fixture.script.n_requests, ==, 1);
      g_assert_true (graphbit_tool_call_respond (fixture.tool_calls->pdata[i], text));
      g_assert_false (graphbit_tool_call_respond (fixture.tool_calls->pdata[i], "late"));
    }
  result = support_wait (run);
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_cmpstr (fixture.script.asked->str, ==,
                   "u:Q | a:[later {\"n\":1}][later {\"n\":2}][later {\"n\":3}] | t(call-1):r1 | t(call-2):r2 | t(call-3):r3");
  fixture_clear (&fixture);
}

/* A tool that says that it is not parallel-safe runs alone. */
static void
test_exclusive (void)
{
  static const char *const replies[] = { "@later {}@alone {}@later {}", "x", NULL };
  Fixture fixture;
  GraphbitTool *alone;
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  static const char *const names[] = { "later", "alone", "later" };

  fixture_init (&fixture, replies);
  alone = add_tool (fixture.agent, "alone", NULL, NULL, NULL);
  graphbit_tool_set_is_parallel_safe (alone, FALSE);
  g_signal_connect (alone, "call", G_CALLBACK (keep_tool_call), fixture.tool_calls);

  run = fixture_start (&fixture, GRAPHBIT_STREAM_MODES_UPDATES);
  for (guint i = 0; i < 3; i++)
    {
      wait_for_length (fixture.tool_calls, i + 1);
      support_turns (20);
      g_assert_cmpuint (fixture.tool_calls->len, ==, i + 1);
      g_assert_cmpstr (graphbit_tool_call_get_name (fixture.tool_calls->pdata[i]), ==, names[i]);
      g_assert_true (graphbit_tool_call_respond (fixture.tool_calls->pdata[i], names[i]));
    }
  result = support_wait (run);
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_true (g_str_has_suffix (fixture.script.asked->str, "t(call-1):later | t(call-2):alone | t(call-3):later"));
  fixture_clear (&fixture);
}

static gpointer
respond_in_thread (gpointer data)
{
  g_autoptr (GraphbitToolCall) call = data;

  g_assert_true (graphbit_tool_call_respond (call, "far"));
  return NULL;
}

static void
test_answer_from_thread (void)
{
  static const char *const replies[] = { "@later {}@later {}", "x", NULL };
  Fixture fixture;
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  GThread *threads[2];

  fixture_init (&fixture, replies);
  run = fixture_start (&fixture, GRAPHBIT_STREAM_MODES_UPDATES);
  wait_for_length (fixture.tool_calls, 2);
  for (guint i = 0; i < 2; i++)
    threads[i] = g_thread_new ("answer", respond_in_thread, g_object_ref (fixture.tool_calls->pdata[i]));
  result = support_wait (run);
  for (guint i = 0; i < 2; i++)
    g_thread_join (threads[i]);
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_true (g_str_has_suffix (fixture.script.asked->str, "t(call-1):far | t(call-2):far"));
  fixture_clear (&fixture);
}

/* With fail-run-on-tool-error a crash counts, a mistake of the model's does not. */
static void
test_fail_run_on_tool_error (void)
{
  static const char *const mistakes[] = { "@sing {}@add {}", "x", NULL };
  static const char *const crash[] = { "@later {}@break {}@add {\"a\":1,\"b\":1}", "@break {}", NULL };

  for (guint i = 0; i < 3; i++)
    {
      Fixture fixture;
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) cause = NULL;
      g_autofree char *exit_reason = NULL;

      fixture_init (&fixture, i == 0 ? mistakes : crash);
      graphbit_agent_node_set_fail_run_on_tool_error (fixture.agent, TRUE);
      /* A node that is tried again begins its conversation again. */
      graphbit_node_set_max_retries (GRAPHBIT_NODE (fixture.agent), i == 2 ? 1 : 0);
      result = fixture_execute (&fixture);
      error = graphbit_workflow_result_get_error (result);
      exit_reason = get_text (result, "exit_reason");
      if (i == 0)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (exit_reason, ==, "stop");
        }
      else
        {
          cause = graphbit_workflow_result_get_node_error (result, "a");
          g_assert_error (cause, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TOOL_FAILED);
          g_assert_nonnull (strstr (cause->message, "break"));
          g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
          g_assert_cmpstr (exit_reason, ==, "tool_error");
          g_assert_cmpstr (fixture.script.asked->str, ==, "u:Q");
          g_assert_cmpuint (fixture.script.n_requests, ==, i);
          g_assert_cmpuint (fixture.tool_calls->len, ==, 1);
          g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (fixture.tool_calls->pdata[0])));
          g_assert_false (graphbit_tool_call_respond (fixture.tool_calls->pdata[0], "late"));
        }
      fixture_clear (&fixture);
    }
}

/* A provider's error is not for the node to retry. */
static void
test_model_error_is_not_retried (void)
{
  static const char *const replies[] = { "!No", "x", NULL };
  Fixture fixture;
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  fixture_init (&fixture, replies);
  graphbit_node_set_max_retries (GRAPHBIT_NODE (fixture.agent), 3);
  result = fixture_execute (&fixture);
  g_assert_true (graphbit_workflow_result_is_failed (result));
  g_assert_cmpuint (fixture.script.n_requests, ==, 1);
  fixture_clear (&fixture);
}

/* A tool that takes too long is stopped, and the model hears of it. */
static void
test_tool_timeout (void)
{
  static const char *const replies[] = { "@later {}@add {\"a\":1,\"b\":1}", "x", NULL };
  Fixture fixture;
  GraphbitToolCall *call;
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  graphbit_clock_set_virtual (TRUE);
  fixture_init (&fixture, replies);
  graphbit_tool_set_timeout_ms (fixture_get_tool (&fixture, "later"), 5000);
  run = fixture_start (&fixture, GRAPHBIT_STREAM_MODES_UPDATES);
  wait_for_length (fixture.tool_calls, 1);
  call = fixture.tool_calls->pdata[0];

  graphbit_clock_advance (4999 * 1000);
  support_turns (20);
  g_assert_false (g_cancellable_is_cancelled (graphbit_call_get_cancellable (GRAPHBIT_CALL (call))));
  g_assert_cmpuint (fixture.script.n_requests, ==, 1);
  graphbit_clock_advance (1000);
  result = support_wait (run);

  g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (GRAPHBIT_CALL (call))));
  g_assert_false (graphbit_tool_call_respond (call, "late"));
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_cmpstr (fixture.script.asked->str, ==,
                   "u:Q | a:[later {}][add {\"a\":1,\"b\":1}] | "
                   "t(call-1):The tool gave no result within 5000 ms and was stopped. | t(call-2):2");
  fixture_clear (&fixture);
  graphbit_clock_set_virtual (FALSE);
}

/* A node's limit ends its model call and its tools; where error edges allow it the run goes on. */
static void
test_node_timeout (gconstpointer data)
{
  static const char *const asking[] = { NULL };
  static const char *const calling[] = { "@later {}", NULL };
  gboolean is_calling = data != NULL;
  Fixture fixture;
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) cause = NULL;
  g_autofree char *exit_reason = NULL;
  GraphbitCall *call;

  graphbit_clock_set_virtual (TRUE);
  fixture_init (&fixture, is_calling ? calling : asking);
  graphbit_node_set_timeout_ms (GRAPHBIT_NODE (fixture.agent), 2000);
  run = fixture_start (&fixture, GRAPHBIT_STREAM_MODES_UPDATES);
  wait_for_length (is_calling ? fixture.tool_calls : fixture.script.calls, 1);
  call = is_calling ? fixture.tool_calls->pdata[0] : fixture.script.calls->pdata[0];
  graphbit_clock_advance (2000 * 1000);
  result = support_wait (run);

  g_assert_true (graphbit_workflow_result_is_failed (result));
  cause = graphbit_workflow_result_get_node_error (result, "a");
  g_assert_error (cause, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
  exit_reason = get_text (result, "exit_reason");
  g_assert_cmpstr (exit_reason, ==, "cancelled");
  support_turns (20);
  g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (call)));
  g_assert_false (graphbit_call_fail (call, "late"));
  fixture_clear (&fixture);
  graphbit_clock_set_virtual (FALSE);
}

/* Its place goes to the next in the queue, whatever becomes of that one; the first failure is the run's. */
static void
test_node_timeout_with_a_queue (gconstpointer data)
{
  static const char *const replies[] = { NULL, "x", NULL };
  gboolean next_is_broken = data != NULL;
  Fixture fixture;
  g_autoptr (GraphbitLlmConfig) broken = NULL;
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GraphbitAgentNode *next;

  graphbit_clock_set_virtual (TRUE);
  fixture_init (&fixture, replies);
  graphbit_executor_set_max_concurrency (fixture.executor, 1);
  graphbit_node_set_timeout_ms (GRAPHBIT_NODE (fixture.agent), 2000);
  if (!next_is_broken)
    graphbit_node_set_on_error (GRAPHBIT_NODE (fixture.agent), GRAPHBIT_ON_ERROR_CONTINUE);
  next = add_agent (fixture.workflow, "next", "R");
  if (next_is_broken)
    {
      broken = graphbit_llm_config_new_openai_compatible ("http://127.0.0.1:9", NULL, "m", &error);
      g_assert_no_error (error);
      graphbit_llm_config_set_base_url (broken, "nonsense");
      graphbit_agent_node_set_llm_config (next, broken);
    }
  run = fixture_start (&fixture, GRAPHBIT_STREAM_MODES_UPDATES);
  wait_for_length (fixture.script.calls, 1);
  graphbit_clock_advance (2000 * 1000);
  result = support_wait (run);

  error = graphbit_workflow_result_get_error (result);
  if (next_is_broken)
    {
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
      g_assert_nonnull (strstr (error->message, "“a”"));
    }
  else
    {
      g_assert_no_error (error);
      g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "next"), ==, "x");
    }
  fixture_clear (&fixture);
  graphbit_clock_set_virtual (FALSE);
}

/* At most so many models are asked at once; the others come in their order. */
static void
test_max_concurrency (void)
{
  static const char *const replies[] = { NULL, NULL, NULL, NULL, NULL };
  Fixture fixture;
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  fixture_init (&fixture, replies);
  for (guint i = 1; i < 5; i++)
    {
      g_autofree char *prompt = g_strdup_printf ("Q%u", i);

      add_agent (fixture.workflow, prompt, prompt);
    }
  graphbit_executor_set_max_concurrency (fixture.executor, 2);
  run = fixture_start (&fixture, GRAPHBIT_STREAM_MODES_UPDATES);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *asked = g_strdup_printf ("u:Q%u", MIN (i + 1, 4));
      g_autoptr (GraphbitLlmResponse) answer = support_answer ("x");

      wait_for_length (fixture.script.calls, MIN (i + 2, 5));
      support_turns (20);
      g_assert_cmpuint (fixture.script.calls->len, ==, MIN (i + 2, 5));
      g_assert_cmpstr (fixture.script.asked->str, ==, asked);
      g_assert_true (graphbit_provider_call_respond (fixture.script.calls->pdata[i], answer));
    }
  result = support_wait (run);
  g_assert_true (graphbit_workflow_result_is_success (result));
  fixture_clear (&fixture);
}

/* 0 is no limit. */
static void
test_no_concurrency_limit (void)
{
  const char *replies[101] = { NULL };
  Fixture fixture;
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  fixture_init (&fixture, replies);
  for (guint i = 1; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("a%u", i);

      add_agent (fixture.workflow, name, "Q");
    }
  graphbit_executor_set_max_concurrency (fixture.executor, 0);
  run = fixture_start (&fixture, GRAPHBIT_STREAM_MODES_UPDATES);
  wait_for_length (fixture.script.calls, 100);
  graphbit_run_cancel (run);
  result = support_wait (run);
  g_assert_true (graphbit_workflow_result_is_cancelled (result));
  fixture_clear (&fixture);
}

static char *
cancel_run (GraphbitToolCall *call,
            gpointer data,
            GError **error)
{
  graphbit_run_cancel (*(GraphbitRun **) data);
  g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (GRAPHBIT_CALL (call))) == FALSE);
  return g_strdup ("too late");
}

static void
test_tool_cancels_its_run (void)
{
  static const char *const replies[] = { "@stop {}@add {\"a\":1,\"b\":1}", "x", NULL };
  Fixture fixture;
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  fixture_init (&fixture, replies);
  add_tool (fixture.agent, "stop", NULL, cancel_run, &run);
  run = fixture_start (&fixture, GRAPHBIT_STREAM_MODES_UPDATES);
  result = support_wait (run);
  g_assert_true (graphbit_workflow_result_is_cancelled (result));
  g_assert_cmpuint (fixture.script.n_requests, ==, 1);
  fixture_clear (&fixture);
}

static char *
wait_for_run (GraphbitToolCall *call,
              gpointer data,
              GError **error)
{
  GraphbitRun *run = *(GraphbitRun **) data;
  g_autoptr (GError) refused = NULL;

  g_assert_null (graphbit_run_wait (run, NULL, &refused));
  g_assert_error (refused, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
  g_clear_error (&refused);
  /* What is there already needs no wait. */
  while (refused == NULL)
    {
      g_autoptr (GraphbitEvent) event = graphbit_run_next_event (run, NULL, &refused);

      g_assert_true ((event == NULL) == (refused != NULL));
    }
  g_assert_error (refused, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
  return g_strdup ("refused");
}

/* A tool that waited for its own run would wait for ever. */
static void
test_tool_waits_for_its_run (void)
{
  static const char *const replies[] = { "@wait {}", "x", NULL };
  Fixture fixture;
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  fixture_init (&fixture, replies);
  add_tool (fixture.agent, "wait", NULL, wait_for_run, &run);
  run = fixture_start (&fixture, GRAPHBIT_STREAM_MODES_UPDATES);
  result = support_wait (run);
  g_assert_true (g_str_has_suffix (fixture.script.asked->str, "t(call-1):refused"));
  fixture_clear (&fixture);
}

/* Cancelled while it asks, while it calls, and while it waits for its turn. */
static void
test_cancel (void)
{
  static const char *const asking[] = { NULL };
  static const char *const calling[] = { "@later {}@later {}", NULL };

  for (guint i = 0; i < 3; i++)
    {
      Fixture fixture;
      g_autoptr (GraphbitRun) run = NULL;
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *exit_reason = NULL;

      fixture_init (&fixture, i == 1 ? calling : asking);
      if (i == 2)
        {
          graphbit_executor_set_max_concurrency (fixture.executor, 1);
          add_agent (fixture.workflow, "b", "Q");
        }
      run = fixture_start (&fixture, GRAPHBIT_STREAM_MODES_ALL);
      wait_for_length (i == 1 ? fixture.tool_calls : fixture.script.calls, i == 1 ? 2 : 1);
      graphbit_run_cancel (run);
      graphbit_run_cancel (run);
      result = support_wait (run);
      g_assert_true (graphbit_workflow_result_is_cancelled (result));
      error = graphbit_workflow_result_get_error (result);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
      error = graphbit_workflow_result_get_node_error (result, "a");
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      exit_reason = get_text (result, "exit_reason");
      g_assert_cmpstr (exit_reason, ==, "cancelled");
      support_turns (20);
      for (guint j = 0; j < fixture.tool_calls->len; j++)
        {
          g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (fixture.tool_calls->pdata[j])));
          g_assert_false (graphbit_tool_call_respond (fixture.tool_calls->pdata[j], "late"));
        }
      for (guint j = 0; j < fixture.script.calls->len; j++)
        g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (fixture.script.calls->pdata[j])));
      fixture_clear (&fixture);
    }
}

/* The pieces of a streamed answer are events as they come. */
static void
test_tokens (void)
{
  static const char *const replies[] = { NULL };
  Fixture fixture;
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  GListModel *events;
  guint n_tokens = 0;
  static const char *const pieces[] = { "One ", "two ", "three" };

  fixture_init (&fixture, replies);
  run = fixture_start (&fixture, GRAPHBIT_STREAM_MODES_MESSAGES);
  events = graphbit_run_get_events (run);
  wait_for_length (fixture.script.calls, 1);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (graphbit_provider_call_send_text (fixture.script.calls->pdata[0], pieces[i]));
      while (g_list_model_get_n_items (events) < i + 1)
        g_main_context_iteration (NULL, TRUE);
    }
  g_assert_true (graphbit_provider_call_respond (fixture.script.calls->pdata[0], NULL));
  result = support_wait (run);
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "a"), ==, "One two three");
  for (guint i = 0; i < g_list_model_get_n_items (events); i++)
    {
      g_autoptr (GraphbitEvent) event = g_list_model_get_item (events, i);

      if (graphbit_event_get_kind (event) == GRAPHBIT_EVENT_KIND_TOKEN)
        g_assert_cmpstr (graphbit_event_get_content (event), ==, pieces[n_tokens++]);
    }
  g_assert_cmpuint (n_tokens, ==, 3);
  fixture_clear (&fixture);
}

static char *
give_data (GraphbitWorkflowContext *context,
           gpointer data,
           GError **error)
{
  return g_strdup (data);
}

/* Context, inputs in the order of the connections, prompt; what a model or an input says is no template. */
static void
test_prompt (void)
{
  static const char *const replies[] = { "one", "two", "three", NULL };
  static const char *const asked[] = {
    "s:Be {node.p} short | u:C x{{node.p}}\n\n{{node.q}} q\n\np {{input.i}}\n\nP p {{input.i}} and {{{ }",
    "s:Be {node.p} short | u:C x{{node.p}}\n\nP p {{input.i}} and {{{ }",
    "s:Be {node.p} short | u:C x{{node.p}}\n\nq:\n{{node.q}} q\n\np:\np {{input.i}}\n\nP p {{input.i}} and {{{ }",
  };
  static const GraphbitIncludeInputs includes[] = {
    GRAPHBIT_INCLUDE_INPUTS_PLAIN, GRAPHBIT_INCLUDE_INPUTS_NONE, GRAPHBIT_INCLUDE_INPUTS_LABELLED
  };

  for (guint i = 0; i < G_N_ELEMENTS (includes); i++)
    {
      Fixture fixture;
      g_autoptr (GraphbitFunctionNode) p = graphbit_function_node_new ("p", give_data, (gpointer) "p {{input.i}}", NULL);
      g_autoptr (GraphbitFunctionNode) q = graphbit_function_node_new ("q", give_data, (gpointer) "{{node.q}} q", NULL);
      g_autoptr (GraphbitAgentNode) agent = graphbit_agent_node_new ("agent", "P {{node.p}} and {{{ }");
      g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("prompt");
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_auto (GVariantDict) inputs = G_VARIANT_DICT_INIT (NULL);

      fixture_init (&fixture, replies);
      graphbit_agent_node_set_context (agent, "C {{input.i}}");
      graphbit_agent_node_set_system_prompt (agent, "Be {node.p} short");
      graphbit_agent_node_set_include_inputs (agent, includes[i]);
      graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (p), &error);
      graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (q), &error);
      graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (agent), &error);
      graphbit_workflow_connect_nodes (workflow, "q", "agent", &error);
      graphbit_workflow_connect_nodes (workflow, "p", "agent", &error);
      g_assert_no_error (error);
      g_variant_dict_insert (&inputs, "i", "s", "x{{node.p}}");
      result = support_execute (fixture.executor, workflow, g_variant_dict_end (&inputs), NULL, &error);
      g_assert_no_error (error);
      error = graphbit_workflow_result_get_error (result);
      g_assert_no_error (error);
      g_assert_cmpstr (fixture.script.asked->str, ==, asked[i]);
      fixture_clear (&fixture);
    }
}

/* Lightweight runs do the same and remember less. */
static void
test_lightweight (void)
{
  static const char *const replies[] = { "@add {\"a\":1,\"b\":2}", "Three", NULL };
  Fixture fixture;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GraphbitLlmUsage) usage = NULL;

  fixture_init (&fixture, replies);
  graphbit_executor_set_lightweight_mode (fixture.executor, TRUE);
  result = fixture_execute (&fixture);
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "a"), ==, "Three");
  usage = graphbit_workflow_result_get_usage (result);
  g_assert_cmpint (graphbit_llm_usage_get_total_tokens (usage), ==, 24);
  fixture_clear (&fixture);
}

/* Inside of the node, after the tools, and the same whether somebody reads along or not. */
static void
test_response_schema (void)
{
  static const char *const replies[] = {
    "@add {\"a\":1,\"b\":2}", "{\"sum\":\"3\"}", "Well: {\"sum\":3}", NULL
  };
  static const char schema[] = "{\"type\":\"object\",\"properties\":{\"sum\":{\"type\":\"integer\"}},\"required\":[\"sum\"]}";

  for (guint i = 0; i < 2; i++)
    {
      Fixture fixture;
      g_autoptr (GraphbitRun) run = NULL;
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autofree char *output = NULL;

      fixture_init (&fixture, replies);
      graphbit_agent_node_set_response_schema (fixture.agent, schema);
      run = fixture_start (&fixture, i == 0 ? 0 : GRAPHBIT_STREAM_MODES_ALL);
      result = support_wait (run);
      g_assert_true (graphbit_workflow_result_is_success (result));
      output = g_strdup (graphbit_workflow_result_get_node_output (result, "a"));
      g_assert_cmpstr (output, ==, "{\"sum\":3}");
      g_assert_cmpuint (fixture.script.n_requests, ==, 3);
      g_assert_true (g_str_has_prefix (fixture.script.asked->str,
                                       "u:Q | a:[add {\"a\":1,\"b\":2}] | t(call-1):3 | a:{\"sum\":\"3\"} | "
                                       "u:Your answer does not fit the JSON Schema:\n/sum: must be an integer, not a string\n"));
      fixture_clear (&fixture);
    }

  {
    static const char *const wrong[] = { "no", "no", "no", NULL };
    Fixture fixture;
    g_autoptr (GraphbitWorkflowResult) result = NULL;
    g_autoptr (GError) error = NULL;

    fixture_init (&fixture, wrong);
    graphbit_agent_node_set_response_schema (fixture.agent, schema);
    result = fixture_execute (&fixture);
    g_assert_true (graphbit_workflow_result_is_failed (result));
    error = graphbit_workflow_result_get_node_error (result, "a");
    g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_SCHEMA_MISMATCH);
    g_clear_error (&error);

    graphbit_agent_node_set_response_schema (fixture.agent, "{\"type\":\"object\",\"if\":{}}");
    g_assert_false (graphbit_workflow_validate (fixture.workflow, &error));
    g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
    fixture_clear (&fixture);
  }
}

/* Who must call a tool must do it once; then there can be an answer. */
static void
test_tool_choice (void)
{
  static const char *const replies[] = { "@add {\"a\":1,\"b\":2}", "@add {\"a\":3,\"b\":4}", "Seven", NULL };
  static const struct
  {
    GraphbitToolChoice choice;
    const char *choices;
  } table[] = {
    { GRAPHBIT_TOOL_CHOICE_UNSET, "000" },
    { GRAPHBIT_TOOL_CHOICE_AUTO, "111" },
    { GRAPHBIT_TOOL_CHOICE_NONE, "222" },
    { GRAPHBIT_TOOL_CHOICE_REQUIRED, "300" },
    { GRAPHBIT_TOOL_CHOICE_NAMED, "400" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    for (guint is_stream = 0; is_stream < 2; is_stream++)
      {
        Fixture fixture;
        g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
        g_autoptr (GraphbitRun) run = NULL;
        g_autoptr (GraphbitWorkflowResult) result = NULL;

        fixture_init (&fixture, replies);
        graphbit_llm_options_set_tool_choice (options, table[i].choice);
        graphbit_llm_options_set_tool_choice_name (options, "add");
        graphbit_agent_node_set_options (fixture.agent, options);
        run = fixture_start (&fixture, is_stream ? GRAPHBIT_STREAM_MODES_ALL : 0);
        result = support_wait (run);
        g_assert_true (graphbit_workflow_result_is_success (result));
        g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "a"), ==, "Seven");
        g_assert_cmpstr (fixture.script.choices->str, ==, table[i].choices);
        /* the next run begins anew */
        g_assert_cmpint (graphbit_llm_options_get_tool_choice (options), ==, table[i].choice);
        fixture_clear (&fixture);
      }
}

/* What an answer cost that did not fit counts, also when nothing comes after it: the model fails, or the run is cancelled. */
static void
test_usage_of_what_did_not_fit (void)
{
  static const char *const failing[] = { "@add {\"a\":1,\"b\":2}", "{\"sum\":\"3\"}", "!Gone", NULL };
  static const char *const asking[] = { "@add {\"a\":1,\"b\":2}", "{\"sum\":\"3\"}", NULL };
  static const char schema[] = "{\"type\":\"object\",\"properties\":{\"sum\":{\"type\":\"integer\"}}}";

  for (guint i = 0; i < 4; i++)
    {
      gboolean is_cancelled = i % 2 == 1;
      Fixture fixture;
      g_autoptr (GraphbitRun) run = NULL;
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (GraphbitLlmUsage) usage = NULL;

      fixture_init (&fixture, is_cancelled ? asking : failing);
      graphbit_agent_node_set_response_schema (fixture.agent, schema);
      graphbit_executor_set_lightweight_mode (fixture.executor, i >= 2);
      run = fixture_start (&fixture, GRAPHBIT_STREAM_MODES_NONE);
      if (is_cancelled)
        {
          wait_for_length (fixture.script.calls, 1);
          graphbit_run_cancel (run);
        }
      result = support_wait (run);
      g_assert_false (graphbit_workflow_result_is_success (result));
      g_assert_cmpuint (fixture.script.n_requests, ==, 3);
      usage = graphbit_workflow_result_get_usage (result);
      g_assert_cmpint (graphbit_llm_usage_get_prompt_tokens (usage), ==, 20);
      g_assert_cmpint (graphbit_llm_usage_get_completion_tokens (usage), ==, 4);
      fixture_clear (&fixture);
    }
}

static char *
respond_and_return (GraphbitToolCall *call,
                    gpointer data,
                    GError **error)
{
  const char *way = graphbit_tool_call_get_argument_string (call, "way");

  g_assert_true (graphbit_tool_call_respond (call, "first"));
  if (strcmp (way, "text") == 0)
    return g_strdup ("second");
  if (strcmp (way, "error") == 0)
    g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TOOL_FAILED, "second");
  return NULL;
}

static gboolean
respond_and_deny (GraphbitTool *tool,
                  GraphbitToolCall *call,
                  gpointer data)
{
  g_assert_true (graphbit_tool_call_respond (call, "first"));
  g_assert_false (graphbit_call_fail (GRAPHBIT_CALL (call), "second"));
  return FALSE;
}

static gboolean
drop (GraphbitTool *tool,
      GraphbitToolCall *call,
      gpointer data)
{
  return TRUE;
}

static gboolean
respond_to_node (GraphbitFunctionNode *node,
                 GraphbitNodeCall *call,
                 gpointer data)
{
  g_assert_true (graphbit_node_call_respond (call, "first"));
  return FALSE;
}

/* The first answer counts, whatever is returned after it; a call that nobody keeps fails. */
static void
test_first_answer (void)
{
  static const char *const replies[] = {
    "@passing {\"way\":\"text\"}@passing {\"way\":\"error\"}@passing {\"way\":\"nothing\"}", "@denying@dropping", "x", NULL
  };
  Fixture fixture;
  g_autoptr (GraphbitFunctionNode) node = graphbit_function_node_new ("n", NULL, NULL, NULL);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_init (&fixture, replies);
  add_tool (fixture.agent, "passing", NULL, respond_and_return, NULL);
  g_signal_connect (add_tool (fixture.agent, "denying", NULL, NULL, NULL), "call", G_CALLBACK (respond_and_deny), NULL);
  g_signal_connect (add_tool (fixture.agent, "dropping", NULL, NULL, NULL), "call", G_CALLBACK (drop), NULL);
  g_signal_connect (node, "call", G_CALLBACK (respond_to_node), NULL);
  graphbit_workflow_add_node (fixture.workflow, GRAPHBIT_NODE (node), &error);
  g_assert_no_error (error);
  result = fixture_execute (&fixture);
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "n"), ==, "first");
  g_assert_true (g_pattern_match_simple ("*t(call-1):first | t(call-2):first | t(call-3):first | *t(call-1):first | "
                                         "t(call-2):The tool failed: The call was dropped without an answer*",
                                         fixture.script.asked->str));
  fixture_clear (&fixture);
}

static char *
measure (GraphbitToolCall *call,
         gpointer data,
         GError **error)
{
  return g_strnfill (strlen (graphbit_tool_call_get_argument_string (call, "text")), 'y');
}

/* Arguments of any size get there; of a result the model gets what it can read. */
static void
test_huge (void)
{
  g_autofree char *text = g_strnfill (2 * 1000 * 1000, 'x');
  g_autofree char *reply = g_strdup_printf ("@measure {\"text\":\"%s\"}", text);
  const char *const replies[] = { reply, "x", NULL };
  Fixture fixture;
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  fixture_init (&fixture, replies);
  add_tool (fixture.agent, "measure", NULL, measure, NULL);
  result = fixture_execute (&fixture);
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_true (g_str_has_suffix (fixture.script.asked->str, "yy\n[262144 of 2000000 bytes; the rest was cut off]"));
  fixture_clear (&fixture);
}

/* Two calls of one id, and one of none. */
static gboolean
call_alike (GraphbitProviderCall *call,
            gpointer data)
{
  static const char *const ids[] = { "same", "same", "" };
  GListModel *messages = graphbit_llm_request_get_messages (graphbit_provider_call_get_request (call));
  g_autoptr (GListStore) calls = g_list_store_new (GRAPHBIT_TYPE_LLM_TOOL_CALL);
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GraphbitLlmMessage) said = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (g_list_model_get_n_items (messages) == 1)
    {
      for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
        {
          g_autofree char *arguments = g_strdup_printf ("{\"a\":%u,\"b\":0}", i);
          g_autoptr (GraphbitLlmToolCall) tool_call = graphbit_llm_tool_call_new (ids[i], "add", arguments);

          g_list_store_append (calls, tool_call);
        }
      response = g_object_new (GRAPHBIT_TYPE_LLM_RESPONSE, "tool-calls", calls, NULL);
      return graphbit_provider_call_respond (call, response);
    }

  g_assert_cmpuint (g_list_model_get_n_items (messages), ==, 2 + G_N_ELEMENTS (ids));
  said = g_list_model_get_item (messages, 1);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (GraphbitLlmToolCall) tool_call = g_list_model_get_item (graphbit_llm_message_get_tool_calls (said), i);
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, 2 + i);
      g_autofree char *sum = g_strdup_printf ("%u", i);
      const char *id = graphbit_llm_message_get_tool_call_id (message);

      g_assert_cmpstr (graphbit_llm_tool_call_get_id (tool_call), ==, id);
      g_assert_cmpstr (graphbit_llm_message_get_content (message), ==, sum);
      g_assert_true (*id != '\0' && g_hash_table_add (seen, g_strdup (id)));
    }
  response = support_answer ("x");
  return graphbit_provider_call_respond (call, response);
}

static void
test_call_ids (void)
{
  g_autoptr (GraphbitLlmConfig) config = support_model_new (call_alike, NULL);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (config);

  for (guint is_stream = 0; is_stream < 2; is_stream++)
    {
      g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("ids");
      GraphbitAgentNode *agent = add_agent (workflow, "a", "Q");
      g_autoptr (GraphbitRun) run = NULL;
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (GError) error = NULL;

      add_tool (agent, "add", NULL, add, NULL);
      run = graphbit_executor_start (executor, workflow, NULL, is_stream ? GRAPHBIT_STREAM_MODES_ALL : 0, &error);
      g_assert_no_error (error);
      result = support_wait (run);
      error = graphbit_workflow_result_get_error (result);
      g_assert_no_error (error);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/executor/agent-loop/case/%s", cases[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/executor/agent-loop/events", test_events);
  g_test_add_func ("/executor/agent-loop/event-fields", test_event_fields);
  g_test_add_func ("/executor/agent-loop/parallel", test_parallel);
  g_test_add_func ("/executor/agent-loop/exclusive", test_exclusive);
  g_test_add_func ("/executor/agent-loop/answer-from-thread", test_answer_from_thread);
  g_test_add_func ("/executor/agent-loop/fail-run-on-tool-error", test_fail_run_on_tool_error);
  g_test_add_func ("/executor/agent-loop/model-error-is-not-retried", test_model_error_is_not_retried);
  g_test_add_func ("/executor/agent-loop/tool-timeout", test_tool_timeout);
  g_test_add_data_func ("/executor/agent-loop/node-timeout/asking", NULL, test_node_timeout);
  g_test_add_data_func ("/executor/agent-loop/node-timeout/calling", GUINT_TO_POINTER (1), test_node_timeout);
  g_test_add_data_func ("/executor/agent-loop/node-timeout/queue", NULL, test_node_timeout_with_a_queue);
  g_test_add_data_func ("/executor/agent-loop/node-timeout/queue-broken", GUINT_TO_POINTER (1),
                        test_node_timeout_with_a_queue);
  g_test_add_func ("/executor/agent-loop/max-concurrency", test_max_concurrency);
  g_test_add_func ("/executor/agent-loop/no-concurrency-limit", test_no_concurrency_limit);
  g_test_add_func ("/executor/agent-loop/tool-cancels-its-run", test_tool_cancels_its_run);
  g_test_add_func ("/executor/agent-loop/tool-waits-for-its-run", test_tool_waits_for_its_run);
  g_test_add_func ("/executor/agent-loop/cancel", test_cancel);
  g_test_add_func ("/executor/agent-loop/tokens", test_tokens);
  g_test_add_func ("/executor/agent-loop/prompt", test_prompt);
  g_test_add_func ("/executor/agent-loop/lightweight", test_lightweight);
  g_test_add_func ("/executor/agent-loop/response-schema", test_response_schema);
  g_test_add_func ("/executor/agent-loop/tool-choice", test_tool_choice);
  g_test_add_func ("/executor/agent-loop/usage-of-what-did-not-fit", test_usage_of_what_did_not_fit);
  g_test_add_func ("/executor/agent-loop/first-answer", test_first_answer);
  g_test_add_func ("/executor/agent-loop/huge", test_huge);
  g_test_add_func ("/executor/agent-loop/call-ids", test_call_ids);

  return g_test_run ();
}
