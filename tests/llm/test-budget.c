/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "llm-support.h"

/* What may be used, reserved before and settled after. The prompt "Hello" is estimated at 4 + 2 tokens. */

#define USAGE "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":50,\"total_tokens\":150," \
              "\"prompt_tokens_details\":{\"cached_tokens\":40}}"

static GraphbitLlmClient *
client_new (GraphbitMockServer *server,
            const char *model,
            GraphbitBudget *budget)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_openai ("sk-marker", model, &error);
  GraphbitLlmClient *client;

  g_assert_no_error (error);
  graphbit_llm_config_set_base_url (config, graphbit_mock_server_get_base_url (server));
  client = graphbit_llm_client_new (config);
  graphbit_llm_client_set_max_retries (client, 0);
  graphbit_llm_client_set_budget (client, budget);
  return client;
}

static GError *
complete (GraphbitLlmClient *client,
          guint max_tokens)
{
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autofree char *text = NULL;
  GError *error = NULL;

  graphbit_llm_options_set_max_tokens (options, max_tokens);
  text = graphbit_llm_client_complete (client, "Hello", options, NULL, &error);
  return error;
}

static void
assert_used (GraphbitBudget *budget,
             gint64 tokens,
             double cost)
{
  g_assert_cmpint (graphbit_budget_get_used_tokens (budget), ==, tokens);
  g_assert_cmpfloat_with_epsilon (graphbit_budget_get_used_cost (budget), cost, 1e-12);
  g_assert_cmpint (graphbit_budget_get_reserved_tokens (budget), ==, 0);
  g_assert_cmpfloat (graphbit_budget_get_reserved_cost (budget), ==, 0);
}

static void
test_tokens (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"Hi\"," USAGE ",\"times\":9}");
  g_autoptr (GraphbitBudget) budget = graphbit_budget_new (300, 0);
  g_autoptr (GraphbitLlmClient) client = client_new (server, "gpt-4o-mini", budget);
  g_autoptr (GError) too_long = NULL;
  g_autoptr (GError) error = NULL;

  /* 6 + 295 > 300, and 6 + 294 is not */
  too_long = complete (client, 295);
  g_assert_error (too_long, GRAPHBIT_ERROR, GRAPHBIT_ERROR_BUDGET_EXCEEDED);
  g_assert_nonnull (strstr (too_long->message, "300 tokens left"));
  g_assert_nonnull (strstr (too_long->message, "need 301"));
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);
  assert_used (budget, 0, 0);
  g_assert_no_error (complete (client, 294));
  /* 60 at 0.15, 40 at 0.075, 50 at 0.60 dollars for a million */
  assert_used (budget, 150, (60 * 0.15 + 40 * 0.075 + 50 * 0.6) / 1e6);

  /* without a number, what is left will do, down to one token */
  g_assert_no_error (complete (client, 0));
  g_assert_cmpint (graphbit_budget_get_used_tokens (budget), ==, 300);
  error = complete (client, 0);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_BUDGET_EXCEEDED);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 2);

  graphbit_budget_reset (budget);
  assert_used (budget, 0, 0);
  g_assert_no_error (complete (client, 0));
  graphbit_budget_set_max_tokens (budget, 0);
  g_assert_no_error (complete (client, 1000000));
}

static void
test_money (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"Hi\"," USAGE ",\"times\":9}");
  g_autoptr (GraphbitBudget) budget = graphbit_budget_new (0, 1e-4);
  g_autoptr (GraphbitLlmClient) client = client_new (server, "gpt-4o-mini-2024-07-18", budget);
  g_autoptr (GraphbitLlmClient) other = client_new (server, "gpt-4o-mini-unheard-of", budget);
  g_autoptr (GError) too_dear = NULL;
  g_autoptr (GError) unknown = NULL;
  g_autoptr (GError) used_up = NULL;

  /* 6 · 0.15 + n · 0.6 ≤ 100 */
  too_dear = complete (client, 166);
  g_assert_error (too_dear, GRAPHBIT_ERROR, GRAPHBIT_ERROR_BUDGET_EXCEEDED);
  g_assert_nonnull (strstr (too_dear->message, "$0.0001 left"));
  g_assert_no_error (complete (client, 165));
  assert_used (budget, 150, 42e-6);

  unknown = complete (other, 0);
  g_assert_error (unknown, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
  g_assert_nonnull (strstr (unknown->message, "graphbit_budget_set_price"));

  /* a price of one's own: 60 · 0.1 + 40 · 0.1 + 50 · 0.2 */
  graphbit_budget_set_price (budget, "gpt-4o-mini-unheard-of", 0.1, -1, -1, 0.2);
  g_assert_no_error (complete (other, 0));
  assert_used (budget, 300, 62e-6);
  g_assert_no_error (complete (client, 0));
  used_up = complete (client, 0);
  g_assert_error (used_up, GRAPHBIT_ERROR, GRAPHBIT_ERROR_BUDGET_EXCEEDED);
}

static void
test_prices (void)
{
  g_autoptr (GraphbitBudget) budget = graphbit_budget_new (0, 0);
  static const struct
  {
    const char *provider;
    const char *model;
    double cost; /* of a million each: 500,000 plain, 300,000 cached, 200,000 written, and answered */
  } cases[] = {
    { "openai", "gpt-4o", 0.7 * 2.5 + 0.3 * 1.25 + 10 },
    { "openai", "gpt-4o-2024-11-20", 0.7 * 2.5 + 0.3 * 1.25 + 10 },
    { "openai", "gpt-4o-mini", 0.7 * 0.15 + 0.3 * 0.075 + 0.6 },
    { "openai", "gpt-4o-realtime-preview", -1 },
    { "openai", "gpt", -1 },
    { "xai", "grok-4-0709", 0.7 * 3 + 0.3 * 0.75 + 15 },
    { "xai", "grok-4-1-fast", -1 },
    { "gemini", "gemini-2.0-flash-001", 0.7 * 0.1 + 0.3 * 0.025 + 0.4 },
    { "gemini", "gemini-2.5-flash-preview-05-20", 0.7 * 0.3 + 0.3 * 0.03 + 2.5 },
    { "gemini", "gemini-2.5-flash-lite-preview-06-17", 0.7 * 0.1 + 0.3 * 0.01 + 0.4 },
    { "gemini", "gemini-2.5-flash-preview-tts", -1 },
    { "anthropic", "claude-sonnet-4-5-20250929", 0.5 * 3 + 0.3 * 0.3 + 0.2 * 3.75 + 15 },
    { "anthropic", "claude-3-5-haiku-latest", 0.5 * 0.8 + 0.3 * 0.08 + 0.2 * 1 + 4 },
    { "mistralai", "gpt-4o", -1 },
    { "ollama", "llama3.2", 0 },
    { "nobody", "x", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpfloat_with_epsilon (graphbit_budget_compute_cost (budget, cases[i].provider, cases[i].model,
                                                                  1000000, 300000, 200000, 1000000),
                                    cases[i].cost, 1e-9);
}

/* Failures free what was reserved; a stream that breaks off has used what came. */
static void
test_outcomes (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (
      "[{\"status\":503},{\"text\":\"0123456789\",\"usage\":false},"
      "{\"content_type\":\"text/event-stream\",\"framing\":\"chunked\",\"close\":\"after-60-bytes\",\"body\":"
      "[\"data: {\\\"choices\\\":[{\\\"delta\\\":{\\\"content\\\":\\\"One \\\"}}]}\\n\\n\",\"rest\"]}]");
  g_autoptr (GraphbitBudget) budget = graphbit_budget_new (10000, 0);
  g_autoptr (GraphbitLlmClient) client = client_new (server, "m", budget);
  g_autoptr (GError) error = complete (client, 0);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;

  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  assert_used (budget, 0, 0);

  /* the provider does not tell: 6 + 10 / 4, rounded up */
  g_assert_no_error (complete (client, 0));
  assert_used (budget, 9, 0);

  stream = support_open (client, "Hello", NULL, &error);
  g_assert_no_error (error);
  response = support_collect (stream, &error);
  g_assert_nonnull (error);
  assert_used (budget, 9 + 6 + 1, 0);
}

/* Several at once never hold more than there is. */
static void
test_concurrent (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"stall\":true,\"times\":9}");
  g_autoptr (GraphbitBudget) budget = graphbit_budget_new (250, 0);
  g_autoptr (GraphbitLlmClient) client = client_new (server, "m", budget);
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SupportResult results[3] = { { NULL, }, };

  graphbit_llm_options_set_max_tokens (options, 100);
  for (guint i = 0; i < 3; i++)
    graphbit_llm_client_complete_async (client, "Hello", options, cancellable, support_ready, &results[i]);
  g_assert_cmpint (graphbit_budget_get_reserved_tokens (budget), ==, 212);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;

      if (i == 0)
        {
          text = graphbit_llm_client_complete_finish (client, support_wait (&results[2]), &error);
          g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_BUDGET_EXCEEDED);
          g_cancellable_cancel (cancellable);
          continue;
        }
      text = graphbit_llm_client_complete_finish (client, support_wait (&results[i - 1]), &error);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  for (guint i = 0; i < 3; i++)
    support_result_clear (&results[i]);
  assert_used (budget, 0, 0);
}

/* Each run of an executor has its own. */
static void
test_run (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"Hi\"," USAGE ",\"times\":9}");
  g_autoptr (GraphbitLlmClient) unused = client_new (server, "gpt-4o-mini", NULL);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (graphbit_llm_client_get_config (unused));
  g_autoptr (GraphbitBudget) budget = graphbit_budget_new (200, 0);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("two");
  static const char *const names[] = { "First", "Second" };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GraphbitNode) node = GRAPHBIT_NODE (graphbit_agent_node_new (names[i], "Hello"));
      g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();

      graphbit_llm_options_set_max_tokens (options, 60);
      graphbit_agent_node_set_options (GRAPHBIT_AGENT_NODE (node), options);
      g_assert_nonnull (graphbit_workflow_add_node (workflow, node, NULL));
    }
  graphbit_workflow_connect_nodes (workflow, "First", "Second", NULL);
  graphbit_executor_set_budget (executor, budget);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitWorkflowResult) result = graphbit_executor_execute (executor, workflow, NULL, NULL, &error);
      g_autoptr (GError) over = graphbit_workflow_result_get_node_error (result, "Second");

      /* the first call uses 150 of 200, which leaves too little for the second */
      g_assert_no_error (error);
      g_assert_true (graphbit_workflow_result_is_failed (result));
      g_assert_error (over, GRAPHBIT_ERROR, GRAPHBIT_ERROR_BUDGET_EXCEEDED);
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, i + 1);
    }
  g_assert_cmpint (graphbit_budget_get_used_tokens (budget), ==, 0);

  graphbit_budget_set_max_tokens (budget, 1000);
  {
    g_autoptr (GraphbitWorkflowResult) result = graphbit_executor_execute (executor, workflow, NULL, NULL, NULL);

    g_assert_true (graphbit_workflow_result_is_success (result));
  }
}

/* A fallback has its own price, and is not asked for what is no longer there. */
static void
test_fallback (void)
{
  g_autoptr (GraphbitMockServer) first = support_server_new ("{\"status\":503,\"times\":2}");
  g_autoptr (GraphbitMockServer) second = support_server_new ("{\"text\":\"Hi\"," USAGE ",\"times\":9}");
  g_autoptr (GraphbitBudget) budget = graphbit_budget_new (0, 1e-3);
  g_autoptr (GraphbitLlmClient) client = client_new (first, "gpt-4o-mini", budget);
  g_autoptr (GraphbitLlmClient) other = client_new (second, "gpt-4o", NULL);
  g_autoptr (GListStore) fallbacks = g_list_store_new (GRAPHBIT_TYPE_LLM_CONFIG);
  g_autoptr (GError) error = NULL;

  g_list_store_append (fallbacks, graphbit_llm_client_get_config (other));
  graphbit_llm_client_set_fallbacks (client, G_LIST_MODEL (fallbacks));
  g_assert_no_error (complete (client, 50));
  assert_used (budget, 150, (60 * 2.5 + 40 * 1.25 + 50 * 10) / 1e6);
  error = complete (client, 50);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_BUDGET_EXCEEDED);
  g_assert_nonnull (strstr (error->message, "tried as well: "));
  g_assert_cmpuint (graphbit_mock_server_get_request_count (second), ==, 1);
  g_assert_cmpfloat (graphbit_budget_get_reserved_cost (budget), ==, 0);
}

/* What a listener does when it is told for the so-manyth time: the worst. */
typedef struct
{
  guint at;
  guint n_told;
  GCancellable *cancellable;
  GraphbitLlmClient *client;
  GraphbitLlmClient *another;
  GraphbitBatchRun *run;
} Listener;

static void
interfere (GObject *object,
           GParamSpec *pspec,
           gpointer data)
{
  Listener *self = data;

  if (self->n_told++ != self->at)
    return;

  if (self->another != NULL)
    {
      g_autoptr (GError) error = complete (self->another, 5);

      g_assert_no_error (error);
    }
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->client);
  if (self->run != NULL)
    graphbit_batch_run_cancel (self->run);
  /* a dialog, for instance */
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Its listeners may cancel, drop the client, send another request and run the context, at each time they are told. */
static void
test_listener (void)
{
  for (guint i = 0; i < 6; i++)
    for (guint j = 0; j < 2; j++)
      {
        g_autoptr (GraphbitMockServer) first = support_server_new ("{\"status\":503}");
        g_autoptr (GraphbitMockServer) second = support_server_new ("{\"text\":\"Hi\"," USAGE ",\"times\":9}");
        g_autoptr (GraphbitBudget) budget = graphbit_budget_new (1000, 0);
        g_autoptr (GraphbitLlmClient) other = client_new (second, "gpt-4o", budget);
        g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
        g_autoptr (GListStore) fallbacks = g_list_store_new (GRAPHBIT_TYPE_LLM_CONFIG);
        g_autoptr (GCancellable) cancellable = g_cancellable_new ();
        g_autoptr (GError) error = NULL;
        g_autofree char *text = NULL;
        g_autoptr (GObject) source = NULL;
        GraphbitLlmClient *client = client_new (first, "gpt-4o-mini", budget);
        Listener listener = { .at = i, .cancellable = cancellable, .client = client, .another = j == 1 ? other : NULL };
        SupportResult result = { NULL, };

        graphbit_llm_options_set_max_tokens (options, 5);
        g_list_store_append (fallbacks, graphbit_llm_client_get_config (other));
        graphbit_llm_client_set_fallbacks (client, G_LIST_MODEL (fallbacks));
        g_signal_connect (budget, "notify::reserved-tokens", G_CALLBACK (interfere), &listener);
        graphbit_llm_client_complete_async (client, "Hello", options, cancellable, support_ready, &result);
        g_assert_cmpuint (listener.n_told, ==, 0);
        support_wait (&result);
        source = g_async_result_get_source_object (result.result);
        text = graphbit_llm_client_complete_finish (GRAPHBIT_LLM_CLIENT (source), result.result, &error);
        if (text == NULL)
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        g_assert_cmpuint (result.n_calls, ==, 1);
        g_assert_cmpint (graphbit_budget_get_reserved_tokens (budget), ==, 0);
        support_result_clear (&result);
        g_signal_handlers_disconnect_by_data (budget, &listener);
        g_clear_object (&listener.client);
      }
}

/* The same for batches, whose requests start in the middle of their work. */
static void
test_batch_listener (void)
{
  static const char *const prompts[] = { "Hello", "Hello", "Hello", NULL };

  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"Hi\"," USAGE ",\"times\":9}");
      g_autoptr (GraphbitBudget) budget = graphbit_budget_new (10000, 0);
      g_autoptr (GraphbitLlmClient) client = client_new (server, "gpt-4o-mini", budget);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) items = NULL;
      Listener listener = { .at = i };
      SupportResult result = { NULL, };

      listener.run = graphbit_llm_client_start_batch (client, prompts, NULL, 2, &error);
      g_assert_no_error (error);
      g_signal_connect (budget, "notify::reserved-tokens", G_CALLBACK (interfere), &listener);
      graphbit_batch_run_wait_async (listener.run, NULL, support_ready, &result);
      items = graphbit_batch_run_wait_finish (listener.run, support_wait (&result), &error);
      g_assert_cmpuint (result.n_calls, ==, 1);
      support_result_clear (&result);
      g_assert_cmpint (graphbit_budget_get_reserved_tokens (budget), ==, 0);
      g_signal_handlers_disconnect_by_data (budget, &listener);
      g_object_unref (listener.run);
    }
}

/* More than there are numbers. */
static void
test_claims (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (
      "{\"text\":\"Hi\",\"usage\":{\"prompt_tokens\":9223372036854775807,\"completion_tokens\":9223372036854775807,"
      "\"total_tokens\":9223372036854775807},\"times\":9}");
  g_autoptr (GraphbitBudget) budget = graphbit_budget_new (1000, 0);
  g_autoptr (GraphbitLlmClient) client = client_new (server, "m", budget);
  g_autoptr (GError) error = NULL;

  g_assert_no_error (complete (client, 5));
  g_assert_cmpint (graphbit_budget_get_used_tokens (budget), ==, G_MAXINT64);
  error = complete (client, 5);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_BUDGET_EXCEEDED);
}

static void
on_notify (GObject *object,
           GParamSpec *pspec,
           gpointer data)
{
  (*(guint *) data)++;
}

/* The process's counts runs, too; its listener runs the context while a run stops what it has begun. */
static void
test_run_listener (void)
{
  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"Hi\"," USAGE ",\"times\":9}");
      g_autoptr (GraphbitLlmClient) unused = client_new (server, "gpt-4o-mini", NULL);
      g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (graphbit_llm_client_get_config (unused));
      g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("three");
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitWorkflowResult) workflow_result = NULL;
      Listener listener = { .at = i, .cancellable = cancellable };
      SupportResult result = { NULL, };

      for (guint j = 0; j < 3; j++)
        {
          g_autofree char *name = g_strdup_printf ("Node %u", j);
          g_autoptr (GraphbitNode) node = GRAPHBIT_NODE (graphbit_agent_node_new (name, "Hello"));

          g_assert_nonnull (graphbit_workflow_add_node (workflow, node, NULL));
        }
      g_signal_connect (graphbit_budget_get_default (), "notify::reserved-tokens", G_CALLBACK (interfere), &listener);
      graphbit_executor_execute_async (executor, workflow, NULL, cancellable, support_ready, &result);
      workflow_result = graphbit_executor_execute_finish (executor, support_wait (&result), &error);
      g_assert_cmpuint (result.n_calls, ==, 1);
      g_assert_cmpint (graphbit_budget_get_reserved_tokens (graphbit_budget_get_default ()), ==, 0);
      support_result_clear (&result);
      g_signal_handlers_disconnect_by_data (graphbit_budget_get_default (), &listener);
    }
}

/* From here on it counts for everybody: the last test but one. */
static void
test_process (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"Hi\"," USAGE ",\"times\":9}");
  GraphbitBudget *process = graphbit_budget_get_default ();
  g_autoptr (GraphbitBudget) own = graphbit_budget_new (0, 1);
  g_autoptr (GraphbitLlmClient) client = client_new (server, "gpt-priced-by-me", own);
  g_autoptr (GError) error = NULL;
  guint n_notified = 0;

  g_assert_true (process == graphbit_budget_get_default ());
  g_signal_connect (process, "notify::used-tokens", G_CALLBACK (on_notify), &n_notified);
  graphbit_budget_set_price (process, "gpt-priced-by-me", 1, 1, 1, 1);
  g_assert_no_error (complete (client, 0));
  assert_used (process, 150, 150e-6);
  assert_used (own, 150, 150e-6);
  g_assert_cmpuint (n_notified, ==, 1);
  g_signal_handlers_disconnect_by_data (process, &n_notified);
  graphbit_budget_set_max_tokens (process, 150);
  error = complete (client, 0);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_BUDGET_EXCEEDED);
  assert_used (own, 150, 150e-6);
  /* a client with the process's own counts once */
  graphbit_budget_set_max_tokens (process, 0);
  graphbit_llm_client_set_budget (client, process);
  g_assert_no_error (complete (client, 0));
  g_assert_cmpint (graphbit_budget_get_used_tokens (process), ==, 300);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/budget/tokens", test_tokens);
  g_test_add_func ("/llm/budget/money", test_money);
  g_test_add_func ("/llm/budget/prices", test_prices);
  g_test_add_func ("/llm/budget/outcomes", test_outcomes);
  g_test_add_func ("/llm/budget/concurrent", test_concurrent);
  g_test_add_func ("/llm/budget/run", test_run);
  g_test_add_func ("/llm/budget/fallback", test_fallback);
  g_test_add_func ("/llm/budget/listener", test_listener);
  g_test_add_func ("/llm/budget/batch-listener", test_batch_listener);
  g_test_add_func ("/llm/budget/claims", test_claims);
  g_test_add_func ("/llm/budget/process", test_process);
  g_test_add_func ("/llm/budget/run-listener", test_run_listener);

  return g_test_run ();
}
