/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <malloc.h>
#include <string.h>

#include "llm-support.h"

static const char *const few[] = { "a", "b", "c", "d", "e", NULL };

static GPtrArray *
complete_batch (GraphbitLlmClient *client,
                const char *const *prompts,
                GraphbitLlmOptions *options,
                guint max_concurrency,
                GCancellable *cancellable,
                GError **error)
{
  SupportResult result = { NULL };
  GPtrArray *items;

  graphbit_llm_client_complete_batch_async (client, prompts, options, max_concurrency, cancellable, support_ready, &result);
  g_assert_cmpuint (result.n_calls, ==, 0);
  items = graphbit_llm_client_complete_batch_finish (client, support_wait (&result), error);
  g_assert_cmpuint (result.n_calls, ==, 1);
  g_assert_true (result.thread == g_thread_self ());
  support_result_clear (&result);
  return items;
}

static void
assert_said (GPtrArray *items,
             const char *const *prompts)
{
  g_assert_nonnull (items);
  g_assert_cmpuint (items->len, ==, g_strv_length ((char **) prompts));
  for (guint i = 0; i < items->len; i++)
    {
      g_autofree char *expected = g_strconcat ("You said: ", prompts[i], NULL);

      g_assert_cmpuint (graphbit_batch_item_get_index (items->pdata[i]), ==, i);
      g_assert_cmpstr (graphbit_batch_item_get_text (items->pdata[i]), ==, expected);
      g_assert_null (graphbit_batch_item_get_error (items->pdata[i]));
      g_assert_null (graphbit_batch_item_get_error_details (items->pdata[i]));
      g_assert_null (graphbit_llm_response_get_raw_json (graphbit_batch_item_get_response (items->pdata[i])));
    }
}

static void
test_order (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"match\":\"\\\"a\\\"\",\"stall\":true}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GPtrArray) again = NULL;
  SupportResult result = { NULL };

  /* the first one answers last */
  graphbit_llm_client_complete_batch_async (client, few, NULL, 0, NULL, support_ready, &result);
  while (!graphbit_mock_server_wait_for_finished (server, 4, 1))
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (result.n_calls, ==, 0);
  graphbit_mock_server_release (server);
  items = graphbit_llm_client_complete_batch_finish (client, support_wait (&result), &error);
  support_result_clear (&result);
  g_assert_no_error (error);
  assert_said (items, few);

  again = graphbit_llm_client_complete_batch (client, few, NULL, 2, NULL, &error);
  g_assert_no_error (error);
  assert_said (again, few);
  g_assert_cmpint (support_stat (client, "total_requests"), ==, 10);
  g_assert_cmpint (support_stat (client, "successful_requests"), ==, 10);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 10);
}

static void
test_nothing (void)
{
  const char *none[] = { NULL };
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmClient) bare = g_object_new (GRAPHBIT_TYPE_LLM_CLIENT, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = complete_batch (client, none, NULL, 0, NULL, &error);
  g_autoptr (GraphbitBatchRun) run = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, 0);
  run = graphbit_llm_client_start_batch (client, none, NULL, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (graphbit_batch_run_get_progress (run), ==, 1.0);

  g_assert_null (complete_batch (bare, few, NULL, 0, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (graphbit_llm_client_start_batch (bare, few, NULL, 0, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

/* What goes wrong with one is that one's. */
static void
test_errors (void)
{
  const char *prompts[] = { "fine", "", "refused", "fine, too", NULL };
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"match\":\"refused\",\"status\":400}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) empty = NULL;
  g_autoptr (GError) refused = NULL;
  g_autoptr (GraphbitErrorDetails) details = NULL;
  g_autoptr (GPtrArray) items = complete_batch (client, prompts, NULL, 0, NULL, &error);
  g_autoptr (GPtrArray) bad = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_batch_item_get_text (items->pdata[0]), ==, "You said: fine");
  g_assert_cmpstr (graphbit_batch_item_get_text (items->pdata[3]), ==, "You said: fine, too");
  g_assert_null (graphbit_batch_item_get_text (items->pdata[1]));
  g_assert_null (graphbit_batch_item_get_response (items->pdata[2]));
  g_object_get (items->pdata[1], "error", &empty, NULL);
  g_assert_error (empty, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  refused = graphbit_batch_item_get_error (items->pdata[2]);
  g_assert_error (refused, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_REQUEST);
  g_object_get (items->pdata[2], "error-details", &details, NULL);
  g_assert_nonnull (details);
  g_assert_cmpint (graphbit_error_details_get_http_status (details), ==, 400);
  g_assert_cmpint (support_stat (client, "failed_requests"), ==, 1);

  /* all of them, before anything is sent */
  graphbit_llm_options_set_temperature (options, 3);
  bad = complete_batch (client, few, options, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bad->len, ==, 5);
  for (guint i = 0; i < bad->len; i++)
    {
      g_autoptr (GError) one = graphbit_batch_item_get_error (bad->pdata[i]);

      g_assert_error (one, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
    }
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);
}

static char **
make_prompts (guint n)
{
  char **prompts = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++)
    prompts[i] = g_strdup_printf ("Tell me number %u.", i);
  return prompts;
}

static void
wait_for_stalled (GraphbitMockServer *server,
                  guint n)
{
  while (!graphbit_mock_server_wait_for_stalled (server, n, 1))
    g_main_context_iteration (NULL, FALSE);
}

/* Never more than asked for, whatever the client may. */
static void
test_concurrency (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"stall\":true,\"times\":3}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_auto (GStrv) prompts = make_prompts (20);
  g_autoptr (GraphbitBatchRun) run = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;

  run = graphbit_llm_client_start_batch (client, (const char *const *) prompts, NULL, 3, &error);
  g_assert_no_error (error);
  wait_for_stalled (server, 3);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);
  graphbit_mock_server_release (server);
  items = graphbit_batch_run_wait (run, NULL, &error);
  g_assert_no_error (error);
  assert_said (items, (const char *const *) prompts);
  g_assert_cmpuint (graphbit_mock_server_get_peak_in_flight (server), ==, 3);
}

/* The settings are those of the start. */
static void
test_options (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitBatchRun) run = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *requests = NULL;

  graphbit_llm_options_set_max_tokens (options, 1234567);
  run = graphbit_llm_client_start_batch (client, few, options, 1, &error);
  g_assert_no_error (error);
  graphbit_llm_options_set_max_tokens (options, 7654321);
  items = graphbit_batch_run_wait (run, NULL, &error);
  g_assert_no_error (error);
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "1234567"));
  g_assert_null (strstr (requests, "7654321"));
}

typedef struct
{
  guint n_progress;
  guint n_items;
  double last;
  GraphbitBatchRun *run;
  gboolean cancels;
} Watched;

static void
on_progress (GraphbitBatchRun *run,
             GParamSpec *pspec,
             gpointer data)
{
  Watched *watched = data;
  double progress = graphbit_batch_run_get_progress (run);

  g_assert_cmpfloat (progress, >, watched->last);
  watched->last = progress;
  watched->n_progress++;
}

static void
on_item (GraphbitBatchItem *item,
         GParamSpec *pspec,
         gpointer data)
{
  Watched *watched = data;

  watched->n_items++;
  if (watched->cancels)
    graphbit_batch_run_cancel (watched->run);
}

static gboolean
is_complete (gpointer data)
{
  return ((Watched *) data)->last >= 1.0;
}

static void
test_watched (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitBatchRun) run = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GListModel) model = NULL;
  SupportResult result = { NULL };
  Watched watched = { 0 };
  double progress;

  run = graphbit_llm_client_start_batch (client, few, NULL, 1, &error);
  g_assert_no_error (error);
  g_object_get (run, "items", &model, "progress", &progress, NULL);
  g_assert_true (model == graphbit_batch_run_get_items (run));
  g_assert_cmpfloat (progress, ==, 0.0);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 5);
  g_signal_connect (run, "notify::progress", G_CALLBACK (on_progress), &watched);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GraphbitBatchItem) item = g_list_model_get_item (model, i);

      g_assert_null (graphbit_batch_item_get_text (item));
      g_assert_cmpuint (graphbit_batch_item_get_index (item), ==, i);
      g_signal_connect (item, "notify::text", G_CALLBACK (on_item), &watched);
    }
  support_wait_until (is_complete, &watched);
  g_assert_cmpuint (watched.n_items, ==, 5);
  g_assert_cmpuint (watched.n_progress, >=, 1);
  g_assert_cmpuint (watched.n_progress, <=, 5);

  /* after the end */
  graphbit_batch_run_cancel (run);
  graphbit_batch_run_wait_async (run, NULL, support_ready, &result);
  items = graphbit_batch_run_wait_finish (run, support_wait (&result), &error);
  support_result_clear (&result);
  g_assert_no_error (error);
  assert_said (items, few);
}

static void
assert_cancelled (GPtrArray *items,
                  guint n_answered)
{
  guint n = 0;

  for (guint i = 0; i < items->len; i++)
    {
      g_autoptr (GError) error = graphbit_batch_item_get_error (items->pdata[i]);

      if (graphbit_batch_item_get_text (items->pdata[i]) != NULL)
        n++;
      else
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  g_assert_cmpuint (n, ==, n_answered);
}

/* What had its answer keeps it, and the sockets are closed. */
static void
test_cancel (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("[{\"match\":\"number 0\"},{\"stall\":true,\"times\":-1}]");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_auto (GStrv) prompts = make_prompts (200);
  g_autoptr (GraphbitBatchRun) run = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;
  SupportResult first = { NULL }, second = { NULL };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  run = graphbit_llm_client_start_batch (client, (const char *const *) prompts, NULL, 2, &error);
  g_assert_no_error (error);
  graphbit_batch_run_wait_async (run, cancellable, support_ready, &first);
  graphbit_batch_run_wait_async (run, NULL, support_ready, &second);
  wait_for_stalled (server, 2);

  /* only the wait */
  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_batch_run_wait_finish (run, support_wait (&first), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpuint (second.n_calls, ==, 0);

  graphbit_batch_run_cancel (run);
  items = graphbit_batch_run_wait_finish (run, support_wait (&second), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (second.n_calls, ==, 1);
  g_assert_cmpuint (items->len, ==, 200);
  assert_cancelled (items, 1);
  g_assert_cmpfloat (graphbit_batch_run_get_progress (run), ==, 1.0);
  g_assert_cmpint (support_stat (client, "cancelled_requests"), ==, 2);
  g_assert_cmpint (support_stat (client, "total_requests"), ==, 3);
  support_result_clear (&first);
  support_result_clear (&second);
  g_clear_object (&run);
  support_assert_closed (server);
}

static gpointer
cancel_stalled (gpointer data)
{
  gpointer *both = data;

  g_assert_true (graphbit_mock_server_wait_for_stalled (both[0], 5, 20000));
  g_cancellable_cancel (both[1]);
  return NULL;
}

static void
test_cancellable (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"stall\":true,\"times\":-1}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      gpointer both[] = { server, cancellable };
      GThread *thread = g_thread_new ("cancel", cancel_stalled, both);

      g_assert_null (i == 0 ? complete_batch (client, few, NULL, 0, cancellable, &error)
                            : graphbit_llm_client_complete_batch (client, few, NULL, 0, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_thread_join (thread);
      support_assert_closed (server);
    }
  g_assert_cmpint (support_stat (client, "cancelled_requests"), ==, 10);
}

/* From a listener, within the batch. */
static void
test_cancel_inside (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitBatchRun) run = NULL;
  g_autoptr (GraphbitBatchItem) item = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;
  Watched watched = { .cancels = TRUE };

  run = graphbit_llm_client_start_batch (client, few, NULL, 1, &error);
  g_assert_no_error (error);
  watched.run = run;
  item = g_list_model_get_item (graphbit_batch_run_get_items (run), 1);
  g_signal_connect (item, "notify::text", G_CALLBACK (on_item), &watched);
  items = graphbit_batch_run_wait (run, NULL, &error);
  g_assert_no_error (error);
  assert_cancelled (items, 2);
}

static void
test_dropped (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"stall\":true,\"times\":-1}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  GraphbitBatchRun *run;
  g_autoptr (GError) error = NULL;

  run = graphbit_llm_client_start_batch (client, few, NULL, 0, &error);
  g_assert_no_error (error);
  wait_for_stalled (server, 5);
  g_object_unref (run);
  while (support_stat (client, "cancelled_requests") < 5)
    g_main_context_iteration (NULL, TRUE);
  support_assert_closed (server);

  /* before anything was sent */
  run = graphbit_llm_client_start_batch (client, few, NULL, 0, &error);
  g_object_unref (run);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (support_stat (client, "total_requests"), ==, 5);
}

static gpointer
wait_in_thread (gpointer data)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *items = graphbit_batch_run_wait (data, NULL, &error);

  g_assert_no_error (error);
  g_main_context_wakeup (NULL);
  return items;
}

static void
on_wait_inside (GraphbitBatchRun *run,
                GParamSpec *pspec,
                gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (graphbit_batch_run_get_progress (run) >= 1.0)
    return;

  g_assert_null (graphbit_batch_run_wait (run, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
  (*(guint *) data)++;
}

static void
test_wait (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitBatchRun) run = NULL;
  g_autoptr (GraphbitBatchRun) other = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GPtrArray) foreign = NULL;
  g_autoptr (GError) error = NULL;
  Watched watched = { 0 };
  GThread *thread;
  guint n_refused = 0;

  /* elsewhere, while this thread's loop runs */
  run = graphbit_llm_client_start_batch (client, few, NULL, 0, &error);
  g_assert_no_error (error);
  g_signal_connect (run, "notify::progress", G_CALLBACK (on_progress), &watched);
  thread = g_thread_new ("wait", wait_in_thread, run);
  support_wait_until (is_complete, &watched);
  foreign = g_thread_join (thread);
  assert_said (foreign, few);

  /* and what would wait for itself */
  other = graphbit_llm_client_start_batch (client, few, NULL, 1, &error);
  g_assert_no_error (error);
  g_signal_connect (other, "notify::progress", G_CALLBACK (on_wait_inside), &n_refused);
  items = graphbit_batch_run_wait (other, NULL, &error);
  g_assert_no_error (error);
  assert_said (items, few);
  g_assert_cmpuint (n_refused, >, 0);
}

static void
on_item_gone (gpointer data,
              GObject *item)
{
  g_assert_true (g_main_context_is_owner (NULL));
  (*(guint *) data)++;
}

static gpointer
drop_in_thread (gpointer run)
{
  g_object_unref (run);
  return NULL;
}

/* A collector may drop the handle anywhere; what the application listens to goes at home. */
static void
test_dropped_elsewhere (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;
  guint n_gone = 0;

  for (guint i = 0; i < 2; i++)
    {
      GraphbitBatchRun *run = graphbit_llm_client_start_batch (client, few, NULL, 0, &error);
      SupportResult result = { NULL };

      g_assert_no_error (error);
      for (guint j = 0; j < 5; j++)
        {
          g_autoptr (GraphbitBatchItem) item = g_list_model_get_item (graphbit_batch_run_get_items (run), j);

          g_object_weak_ref (G_OBJECT (item), on_item_gone, &n_gone);
        }
      /* once before its end, once after it */
      if (i == 1)
        {
          graphbit_batch_run_wait_async (run, NULL, support_ready, &result);
          g_ptr_array_unref (graphbit_batch_run_wait_finish (run, support_wait (&result), &error));
          g_assert_no_error (error);
          support_result_clear (&result);
        }

      g_main_context_acquire (NULL);
      g_thread_join (g_thread_new ("drop", drop_in_thread, run));
      while (n_gone < 5 * (i + 1))
        g_main_context_iteration (NULL, TRUE);
      g_main_context_release (NULL);
    }
}

static void
test_shutdown (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"stall\":true,\"times\":-1}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitBatchRun) run = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };

  run = graphbit_llm_client_start_batch (client, few, NULL, 0, &error);
  g_assert_no_error (error);
  graphbit_batch_run_wait_async (run, NULL, support_ready, &result);
  wait_for_stalled (server, 5);
  graphbit_shutdown ();
  items = graphbit_batch_run_wait_finish (run, support_wait (&result), &error);
  g_assert_no_error (error);
  assert_cancelled (items, 0);
  support_result_clear (&result);
  support_assert_closed (server);
}

static gboolean
on_request (GraphbitLlmProvider *provider,
            GraphbitProviderCall *call,
            gpointer data)
{
  g_autoptr (GraphbitLlmResponse) response = graphbit_llm_response_new ("yes");

  return graphbit_provider_call_respond (call, response);
}

#define MANY 10000

static void
test_many (void)
{
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_offline ();
  g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (config);
  g_auto (GStrv) prompts = make_prompts (MANY);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = NULL;

  items = graphbit_llm_client_complete_batch (client, (const char *const *) prompts, NULL, 16, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, MANY);
  for (guint i = 0; i < MANY; i++)
    {
      g_assert_cmpuint (graphbit_batch_item_get_index (items->pdata[i]), ==, i);
      g_assert_nonnull (graphbit_batch_item_get_text (items->pdata[i]));
    }
  g_assert_cmpint (support_stat (client, "successful_requests"), ==, MANY);
}

#define LONG_PROMPT 20000

/* One that has ended is its response, and nothing of its prompt or its call is kept. */
static void
test_memory (void)
{
  enum
  {
    N = 1000
  };
  g_autoptr (GraphbitLlmProvider) provider = graphbit_llm_provider_new ();
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_custom (provider);
  g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (config);
  g_autoptr (GraphbitBatchRun) run = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *prompt = g_strnfill (LONG_PROMPT, 'x');
  g_autofree const char **prompts = g_new0 (const char *, N + 1);
  gsize before, started, ended;

  for (guint i = 0; i < N; i++)
    prompts[i] = prompt;
  g_signal_connect (provider, "request", G_CALLBACK (on_request), NULL);
  /* what is made once */
  g_free (graphbit_llm_client_complete (client, "x", NULL, NULL, NULL));

  before = mallinfo2 ().uordblks;
  run = graphbit_llm_client_start_batch (client, prompts, NULL, 8, &error);
  g_assert_no_error (error);
  started = mallinfo2 ().uordblks;
  items = graphbit_batch_run_wait (run, NULL, &error);
  g_assert_no_error (error);
  ended = mallinfo2 ().uordblks;
  g_test_message ("%zu bytes per prompt when started, %zu when ended", (started - before) / N, (ended - before) / N);
  g_assert_cmpuint (items->len, ==, N);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  /* valgrind counts nothing */
  if (started > before)
    {
      g_assert_cmpuint (started - before, >=, (gsize) N * LONG_PROMPT);
      g_assert_cmpuint (ended - before, <, (gsize) N * 1024);
    }
#endif
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/batch/order", test_order);
  g_test_add_func ("/llm/batch/nothing", test_nothing);
  g_test_add_func ("/llm/batch/errors", test_errors);
  g_test_add_func ("/llm/batch/concurrency", test_concurrency);
  g_test_add_func ("/llm/batch/options", test_options);
  g_test_add_func ("/llm/batch/watched", test_watched);
  g_test_add_func ("/llm/batch/cancel", test_cancel);
  g_test_add_func ("/llm/batch/cancellable", test_cancellable);
  g_test_add_func ("/llm/batch/cancel-inside", test_cancel_inside);
  g_test_add_func ("/llm/batch/dropped", test_dropped);
  g_test_add_func ("/llm/batch/dropped/elsewhere", test_dropped_elsewhere);
  g_test_add_func ("/llm/batch/wait", test_wait);
  g_test_add_func ("/llm/batch/many", test_many);
  g_test_add_func ("/llm/batch/memory", test_memory);
  /* last, as it ends what the others use */
  g_test_add_func ("/llm/batch/shutdown", test_shutdown);

  return g_test_run ();
}
