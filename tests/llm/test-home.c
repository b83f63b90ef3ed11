/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "llm-support.h"

/*
 * What belongs to the application goes where the application is: clients,
 * configurations, options, requests, cancellables, and what closures hold, all
 * let go of right after each start, are finalised in the thread that started
 * the operation, never in one of the library's.
 */

#define N_THREADS 3
#define N_OPERATIONS 200000
#define N_OVER_SOCKETS 6000
#define N_IN_FLIGHT 16

static guint n_kept;      /* atomic */
static guint n_gone;      /* atomic */
static guint n_gone_away; /* atomic */

static void
count_gone (gpointer thread)
{
  __atomic_add_fetch (&n_gone, 1, __ATOMIC_RELAXED);
  if (thread != g_thread_self ())
    __atomic_add_fetch (&n_gone_away, 1, __ATOMIC_RELAXED);
}

static void
on_gone (gpointer thread,
         GObject *object)
{
  count_gone (thread);
}

static gpointer
count (gpointer object)
{
  __atomic_add_fetch (&n_kept, 1, __ATOMIC_RELAXED);
  g_object_weak_ref (object, on_gone, g_thread_self ());
  return object;
}

/* Data of a closure. */
static gpointer
count_closure (void)
{
  __atomic_add_fetch (&n_kept, 1, __ATOMIC_RELAXED);
  return g_thread_self ();
}

static void
closure_gone (gpointer data,
              GClosure *closure)
{
  count_gone (data);
}

static char *
give_key (GraphbitLlmConfig *config,
          gpointer data,
          GError **error)
{
  g_assert_true (data == g_thread_self ());
  return g_strdup ("sk-marker");
}

static gboolean
on_request (GraphbitLlmProvider *provider,
            GraphbitProviderCall *call,
            gpointer data)
{
  g_autoptr (GraphbitLlmResponse) response = count (graphbit_llm_response_new ("x"));

  g_assert_true (data == g_thread_self ());
  return graphbit_provider_call_respond (call, response);
}

typedef struct
{
  const char *base_url; /* NULL: in the process */
  guint n_operations;
  GThread *thread;
  GMainContext *context;
  guint n_started;
  guint n_done;
} Worker;

static GraphbitLlmClient *
make_client (Worker *self,
             guint number)
{
  g_autoptr (GraphbitLlmConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  if (self->base_url != NULL)
    {
      config = graphbit_llm_config_new_openai_compatible (self->base_url, NULL, "m", &error);
      g_assert_no_error (error);
      graphbit_llm_config_set_key_func (config, give_key, count_closure (), count_gone);
    }
  else if (number % 2 == 0)
    config = graphbit_llm_config_new_offline ();
  else
    {
      g_autoptr (GraphbitLlmProvider) provider = count (graphbit_llm_provider_new ());

      g_signal_connect_data (provider, "request", G_CALLBACK (on_request), count_closure (), closure_gone, 0);
      config = graphbit_llm_config_new_custom (provider);
    }
  count (config);
  return count (graphbit_llm_client_new (config));
}

static void
check_outcome (const GError *error,
               gboolean is_answer)
{
  if (error != NULL)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  else
    g_assert_true (is_answer);
}

static void
on_completed (GObject *object,
              GAsyncResult *result,
              gpointer data)
{
  Worker *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = graphbit_llm_client_complete_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);

  g_assert_true (g_thread_self () == self->thread);
  check_outcome (error, text != NULL);
  self->n_done++;
}

static void
on_collected (GObject *object,
              GAsyncResult *result,
              gpointer data)
{
  Worker *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmResponse) response = graphbit_llm_stream_collect_finish (GRAPHBIT_LLM_STREAM (object), result, &error);

  g_assert_true (g_thread_self () == self->thread);
  check_outcome (error, response != NULL);
  if (response != NULL)
    count (response);
  self->n_done++;
}

static void
on_opened (GObject *object,
           GAsyncResult *result,
           gpointer data)
{
  Worker *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmStream) stream = NULL;

  stream = graphbit_llm_client_chat_stream_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);
  check_outcome (error, stream != NULL);
  if (stream == NULL)
    {
      self->n_done++;
      return;
    }
  count (stream);
  graphbit_llm_stream_collect_async (stream, NULL, on_collected, self);
}

/* Nothing but the operation holds anything afterwards. */
static void
start_one (Worker *self,
           GraphbitLlmClient *client)
{
  guint number = self->n_started++;
  g_autoptr (GraphbitLlmOptions) options = count (graphbit_llm_options_new ());
  g_autoptr (GCancellable) cancellable = count (g_cancellable_new ());
  g_autoptr (GError) error = NULL;

  if (number % 8 == 7)
    {
      g_autofree char *text = graphbit_llm_client_complete (client, "Hello", options, cancellable, &error);

      check_outcome (error, text != NULL);
      self->n_done++;
    }
  else if (number % 8 == 6)
    {
      g_autoptr (GraphbitLlmRequest) request = count (graphbit_llm_request_new (options));
      g_autoptr (GraphbitLlmMessage) message = count (graphbit_llm_message_new_user ("Hello"));

      graphbit_llm_request_add_message (request, message);
      graphbit_llm_client_chat_stream_async (client, request, cancellable, on_opened, self);
    }
  else
    graphbit_llm_client_complete_async (client, "Hello", options, cancellable, on_completed, self);

  if (number % 16 == 3)
    g_cancellable_cancel (cancellable);
}

static gpointer
work (gpointer data)
{
  Worker *self = data;

  self->thread = g_thread_self ();
  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
  while (self->n_done < self->n_operations)
    {
      /* A client serves a few, and none of them holds it but by itself. */
      while (self->n_started < self->n_operations && self->n_started - self->n_done < N_IN_FLIGHT)
        {
          g_autoptr (GraphbitLlmClient) client = make_client (self, self->n_started / N_IN_FLIGHT);

          for (guint i = 0; i < N_IN_FLIGHT && self->n_started < self->n_operations; i++)
            start_one (self, client);
        }
      g_main_context_iteration (self->context, TRUE);
    }
  while (g_main_context_iteration (self->context, FALSE))
    ;
  return NULL;
}

/* Under valgrind and sanitizers a part of it must do. */
static guint
scale (guint n)
{
  const char *divisor = g_getenv ("GRAPHBIT_TEST_DIVISOR");

  return divisor != NULL ? n / (guint) g_ascii_strtoull (divisor, NULL, 10) : n;
}

static gboolean
is_all_gone (gpointer data)
{
  return __atomic_load_n (&n_gone, __ATOMIC_ACQUIRE) == __atomic_load_n (&n_kept, __ATOMIC_ACQUIRE);
}

static void
run_workers (const char *base_url,
             guint n_operations)
{
  Worker workers[N_THREADS] = { { NULL } };
  Worker first = { base_url, 2 * N_IN_FLIGHT };
  GThread *threads[N_THREADS];

  /* Classes are made here: ThreadSanitizer does not see GLib's locks around that. */
  work (&first);
  g_main_context_pop_thread_default (first.context);
  g_main_context_unref (first.context);

  n_kept = n_gone = n_gone_away = 0;
  for (guint i = 0; i < N_THREADS; i++)
    {
      workers[i].base_url = base_url;
      workers[i].n_operations = n_operations / N_THREADS + (i == 0 ? n_operations % N_THREADS : 0);
      if (i > 0)
        threads[i] = g_thread_new ("worker", work, &workers[i]);
    }
  /* One of them is this thread. */
  work (&workers[0]);
  for (guint i = 1; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < N_THREADS; i++)
    {
      g_assert_cmpuint (workers[i].n_done, ==, workers[i].n_operations);
      if (i == 0)
        g_main_context_pop_thread_default (workers[i].context);
      g_main_context_unref (workers[i].context);
    }
  g_assert_true (is_all_gone (NULL));
  g_assert_cmpuint (n_kept, >, 2 * n_operations);
  g_assert_cmpuint (n_gone_away, ==, 0);
}

static void
test_in_process (void)
{
  run_workers (NULL, scale (N_OPERATIONS));
}

static void
test_over_sockets (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);

  graphbit_mock_server_set_record_limit (server, 1);
  run_workers (graphbit_mock_server_get_base_url (server), scale (N_OVER_SOCKETS));
}

int
main (int argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/home/in-process", test_in_process);
  g_test_add_func ("/llm/home/over-sockets", test_over_sockets);

  status = g_test_run ();
  /* The exit would wait for the sockets no longer than 100 ms. */
  graphbit_shutdown ();
  return status;
}
