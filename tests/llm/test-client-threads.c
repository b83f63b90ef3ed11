/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <pthread.h>
#include <string.h>

#include "llm-support.h"

/* One client in sixteen threads, each with a main context of its own. */

#define N_THREADS 16
#define N_REQUESTS 12

typedef struct
{
  GraphbitLlmClient *client;
  guint number;
  guint n_good;
  guint n_cancelled;
  guint n_failed;
  guint n_callbacks;
} Worker;

static void
count (Worker *self,
       const char *text,
       GError *error)
{
  if (error == NULL)
    {
      g_assert_true (g_str_has_prefix (text, "You said: ") || strcmp (text, "fine") == 0);
      self->n_good++;
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      self->n_cancelled++;
    }
  else
    {
      g_assert_true (error->domain == GRAPHBIT_ERROR);
      self->n_failed++;
    }
}

static void
completed (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  Worker *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = graphbit_llm_client_complete_finish (GRAPHBIT_LLM_CLIENT (source), result, &error);

  count (self, text, error);
  self->n_callbacks++;
}

static void *
work (void *data)
{
  Worker *self = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  guint n_started = 0;

  g_main_context_push_thread_default (context);
  for (guint i = 0; i < N_REQUESTS; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;
      g_autoptr (GListModel) endpoints = NULL;
      g_autoptr (GVariant) stats = NULL;

      switch ((i + self->number) % 4)
        {
        case 0:
          text = graphbit_llm_client_complete (self->client, "Hello", NULL, NULL, &error);
          count (self, text, error);
          break;
        case 1:
          graphbit_llm_client_complete_async (self->client, "Hello", NULL, NULL, completed, self);
          n_started++;
          break;
        case 2:
          /* at once, and so before or while it is sent */
          graphbit_llm_client_complete_async (self->client, "Hello", NULL, cancellable, completed, self);
          n_started++;
          g_cancellable_cancel (cancellable);
          break;
        case 3:
        default:
          endpoints = graphbit_get_endpoints ();
          stats = graphbit_llm_client_get_stats (self->client);
          text = graphbit_llm_client_complete (self->client, "Hello", NULL, NULL, &error);
          count (self, text, error);
        }
    }
  while (self->n_callbacks < n_started)
    g_main_context_iteration (context, TRUE);
  /* what the lists still have to hear */
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);

  return NULL;
}

/* GLib makes classes under locks that the thread sanitizer does not see: it is done before there are threads. */
static void
make_classes (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("[{\"status\":400},{\"text\":\"fine\"}]");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GListModel) endpoints = NULL;
  g_autoptr (GObject) endpoint = NULL;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = graphbit_llm_client_complete (client, "Hello", NULL, NULL, &error);
    }
  endpoints = graphbit_get_endpoints ();
  endpoint = g_list_model_get_item (endpoints, 0);
  g_assert_true (GRAPHBIT_IS_ENDPOINT (endpoint));
  g_clear_object (&endpoints);
  graphbit_shutdown ();
}

static void
run (const char *steps,
     double chaos)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (steps);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GListModel) endpoints = NULL;
  g_autoptr (GraphbitEndpoint) endpoint = NULL;
  g_autoptr (GraphbitEndpointLane) lane = NULL;
  guint n_good = 0, n_cancelled = 0, n_failed = 0;
  pthread_t threads[N_THREADS];
  Worker workers[N_THREADS];

  g_assert_true (graphbit_mock_server_set_chaos (server, chaos, 16, NULL, NULL));
  graphbit_llm_client_set_max_retries (client, 3);
  for (guint i = 0; i < N_THREADS; i++)
    {
      workers[i] = (Worker) { .client = client, .number = i };
      pthread_create (&threads[i], NULL, work, &workers[i]);
    }
  for (guint i = 0; i < N_THREADS; i++)
    {
      pthread_join (threads[i], NULL);
      n_good += workers[i].n_good;
      n_cancelled += workers[i].n_cancelled;
      n_failed += workers[i].n_failed;
    }

  g_test_message ("%u good, %u cancelled, %u failed", n_good, n_cancelled, n_failed);
  g_assert_cmpuint (n_good + n_cancelled + n_failed, ==, N_THREADS * N_REQUESTS);
  g_assert_cmpuint (n_good, >=, N_THREADS * N_REQUESTS / 4);
  if (chaos <= 0)
    g_assert_cmpuint (n_failed, ==, 0);
  g_assert_cmpint (support_stat (client, "total_requests"), ==, N_THREADS * N_REQUESTS);
  g_assert_cmpint (support_stat (client, "cancelled_requests"), ==, n_cancelled);

  /* one lane for all of them, and it is at rest */
  endpoints = graphbit_get_endpoints ();
  g_assert_cmpuint (g_list_model_get_n_items (endpoints), ==, 1);
  endpoint = g_list_model_get_item (endpoints, 0);
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_endpoint_get_lanes (endpoint)), ==, 1);
  lane = g_list_model_get_item (graphbit_endpoint_get_lanes (endpoint), 0);
  while (graphbit_endpoint_lane_get_active (lane) > 0)
    g_main_context_iteration (NULL, TRUE); /* the cancelled ones are still on their way out */
  g_assert_cmpint (graphbit_endpoint_lane_get_waiting (lane), ==, 0);
  g_assert_cmpint (graphbit_endpoint_lane_get_retrying (lane), ==, 0);
  if (chaos <= 0)
    g_assert_cmpint (graphbit_endpoint_lane_get_breaker_state (lane), ==, GRAPHBIT_BREAKER_STATE_CLOSED);
  g_clear_object (&lane);
  g_clear_object (&endpoint);
  g_clear_object (&endpoints);

  graphbit_shutdown ();
}

static void
test_good (void)
{
  run (NULL, 0);
}

/* Every tenth answer goes wrong in some way: nothing is lost, whatever becomes of it. */
static void
test_chaos (void)
{
  run (NULL, 0.1);
}

/* Retries, cool-downs and limits of all of them together. */
static void
test_troubled (void)
{
  run ("[{\"text\":\"fine\",\"times\":20},"
       "{\"status\":503,\"headers\":{\"retry-after-ms\":\"2\"},\"times\":3},"
       "{\"text\":\"fine\",\"times\":20},"
       "{\"status\":429,\"headers\":{\"retry-after-ms\":\"30\"}},"
       "{\"text\":\"fine\",\"headers\":{\"x-ratelimit-remaining-requests\":\"0\",\"x-ratelimit-reset-requests\":\"50ms\"}},"
       "{\"text\":\"fine\",\"times\":-1}]", 0);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  make_classes ();

  g_test_add_func ("/llm/client-threads/good", test_good);
  g_test_add_func ("/llm/client-threads/troubled", test_troubled);
  g_test_add_func ("/llm/client-threads/chaos", test_chaos);

  return g_test_run ();
}
