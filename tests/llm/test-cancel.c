/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "llm-support.h"

/* Everything that takes time, cancelled at every point of its way: one callback, CANCELLED, and nothing left open. */

typedef struct
{
  const char *name;
  const char *step;
} Point;

static const Point points[] = {
  { "before it begins", NULL },
  { "as soon as it has begun", NULL },
  { "before the connection says anything", "{\"on\":\"connect\",\"stall\":true}" },
  { "before the status", "{\"stall\":\"before-status\",\"times\":-1}" },
  { "in the headers", "{\"stall\":\"after-status\",\"times\":-1}" },
  { "after the headers", "{\"stall\":\"after-headers\",\"times\":-1}" },
  { "in the body", "{\"stall\":\"after-30-bytes\",\"times\":-1}" },
  { "late in the body", "{\"stall\":\"after-450-bytes\",\"times\":-1}" },
  { "while a retry waits", "{\"status\":503,\"headers\":{\"Retry-After\":\"30\"},\"times\":-1}" },
};

typedef struct
{
  GraphbitLlmClient *client;
  GraphbitExecutor *executor;
  GraphbitWorkflow *workflow;
  GCancellable *cancellable;
  guint n_callbacks;
  GError *error;
} Trial;

static void
ended (Trial *trial,
       GError *error)
{
  g_assert_cmpuint (trial->n_callbacks++, ==, 0);
  trial->error = error;
}

static void
on_text (GObject *object,
         GAsyncResult *result,
         gpointer data)
{
  GError *error = NULL;
  g_autofree char *text = graphbit_llm_client_complete_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);

  ended (data, error);
}

static void
on_collected (GObject *object,
              GAsyncResult *result,
              gpointer data)
{
  GError *error = NULL;
  g_autoptr (GraphbitLlmResponse) response =
      graphbit_llm_stream_collect_finish (GRAPHBIT_LLM_STREAM (object), result, &error);

  ended (data, error);
}

static void
on_stream (GObject *object,
           GAsyncResult *result,
           gpointer data)
{
  Trial *trial = data;
  GError *error = NULL;
  g_autoptr (GraphbitLlmStream) stream =
      graphbit_llm_client_complete_stream_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);

  if (stream != NULL)
    graphbit_llm_stream_collect_async (stream, trial->cancellable, on_collected, trial);
  else
    ended (trial, error);
}

static void
on_batch (GObject *object,
          GAsyncResult *result,
          gpointer data)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) items = graphbit_llm_client_complete_batch_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);

  ended (data, error);
}

static void
on_warm (GObject *object,
         GAsyncResult *result,
         gpointer data)
{
  GError *error = NULL;

  graphbit_llm_client_warmup_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);
  ended (data, error);
}

static void
on_models (GObject *object,
           GAsyncResult *result,
           gpointer data)
{
  GError *error = NULL;
  g_autoptr (GListModel) models = graphbit_llm_client_list_models_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);

  ended (data, error);
}

static void
on_run (GObject *object,
        GAsyncResult *result,
        gpointer data)
{
  GError *error = NULL;
  g_autoptr (GraphbitWorkflowResult) done = graphbit_executor_execute_finish (GRAPHBIT_EXECUTOR (object), result, &error);

  ended (data, error);
}

static void
start_completion (Trial *trial)
{
  graphbit_llm_client_complete_async (trial->client, "Hello", NULL, trial->cancellable, on_text, trial);
}

static void
start_stream (Trial *trial)
{
  graphbit_llm_client_complete_stream_async (trial->client, "Hello", NULL, trial->cancellable, on_stream, trial);
}

static void
start_batch (Trial *trial)
{
  static const char *const prompts[] = { "one", "two", "three", NULL };

  graphbit_llm_client_complete_batch_async (trial->client, prompts, NULL, 2, trial->cancellable, on_batch, trial);
}

static void
start_warmup (Trial *trial)
{
  graphbit_llm_client_warmup_async (trial->client, trial->cancellable, on_warm, trial);
}

static void
start_models (Trial *trial)
{
  graphbit_llm_client_list_models_async (trial->client, trial->cancellable, on_models, trial);
}

static void
start_run (Trial *trial)
{
  graphbit_executor_execute_async (trial->executor, trial->workflow, NULL, trial->cancellable, on_run, trial);
}

static const struct
{
  const char *name;
  void (*start) (Trial *trial);
} operations[] = {
  { "completion", start_completion },
  { "stream", start_stream },
  { "batch", start_batch },
  { "warmup", start_warmup },
  { "models", start_models },
  { "run", start_run },
};

static guint
count_descriptors (void)
{
  g_autoptr (GDir) directory = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (directory != NULL && g_dir_read_name (directory) != NULL)
    n++;
  return n;
}

/* Until the server has come to the point, or, where a request has no such point, until it is over. */
static void
come_to (Trial *trial,
         const Point *point,
         GraphbitMockServer *server)
{
  gboolean waits_for_retry = g_str_has_prefix (point->step, "{\"status\"");

  while (trial->n_callbacks == 0 &&
         !(waits_for_retry ? graphbit_mock_server_wait_for_finished (server, 1, 1)
                           : graphbit_mock_server_wait_for_stalled (server, 1, 1)))
    g_main_context_iteration (NULL, FALSE);
}

static gboolean
has_ended (gpointer data)
{
  return ((Trial *) data)->n_callbacks > 0;
}

static void
try (guint operation,
     const Point *point)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (point->step);
  Trial trial = { .client = support_client_new (server), .cancellable = g_cancellable_new () };
  g_autoptr (GraphbitNode) node = GRAPHBIT_NODE (graphbit_agent_node_new ("Agent", "Hello"));
  gboolean is_over;

  trial.executor = graphbit_executor_new (graphbit_llm_client_get_config (trial.client));
  trial.workflow = graphbit_workflow_new ("one");
  g_assert_nonnull (graphbit_workflow_add_node (trial.workflow, node, NULL));

  g_test_message ("%s, cancelled %s", operations[operation].name, point->name);
  if (point == &points[0])
    g_cancellable_cancel (trial.cancellable);
  operations[operation].start (&trial);
  g_assert_cmpuint (trial.n_callbacks, ==, 0);
  if (point->step != NULL)
    come_to (&trial, point, server);
  is_over = trial.n_callbacks > 0;
  g_cancellable_cancel (trial.cancellable);
  support_wait_until (has_ended, &trial);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (trial.n_callbacks, ==, 1);
  /* the answer to HEAD has no body, and may be whole when the server still waits */
  if (!is_over && !(trial.error == NULL && operations[operation].start == start_warmup))
    g_assert_error (trial.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  if (point == &points[0])
    g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);

  g_clear_error (&trial.error);
  g_object_unref (trial.client);
  g_object_unref (trial.executor);
  g_object_unref (trial.workflow);
  g_assert_finalize_object (trial.cancellable);

  graphbit_shutdown ();
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, 20000));
}

static void
test_operation (gconstpointer data)
{
  guint operation = GPOINTER_TO_UINT (data);
  guint n_descriptors;

  /* what is made once for the process is not left over */
  try (operation, &points[3]);
  n_descriptors = count_descriptors ();
  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    try (operation, &points[i]);
  /* the last of a generation goes at home; what is left over for good lets the test run out of time */
  while (count_descriptors () > n_descriptors)
    g_main_context_iteration (NULL, FALSE);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    {
      g_autofree char *path = g_strconcat ("/llm/cancel/", operations[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_operation);
    }

  return g_test_run ();
}
