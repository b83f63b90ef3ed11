/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-clock-private.h"
#include "graphbit-llm-call-private.h"
#include "graphbit-llm-request-private.h"
#include "llm-support.h"

/* What stands below LlmClient and the agents' loop, and where its objects end. */

typedef struct
{
  GraphbitLlmCall *call;
  GraphbitLlmResponse *response;
  GError *error;
  GString *text;
  guint n_readable;
  guint n_done;
  guint n_notified;
  gboolean cancels; /* when it can be read */
} Told;

static void
on_readable (GraphbitLlmCall *call,
             gpointer data)
{
  Told *told = data;
  g_autoptr (GPtrArray) chunks = graphbit_llm_call_take_chunks (call);

  g_assert_cmpuint (told->n_done, ==, 0);
  told->n_readable++;
  for (guint i = 0; i < chunks->len; i++)
    if (graphbit_llm_chunk_get_kind (chunks->pdata[i]) == GRAPHBIT_LLM_CHUNK_KIND_CONTENT)
      g_string_append (told->text, graphbit_llm_chunk_get_text (chunks->pdata[i]));
  if (told->cancels)
    graphbit_llm_call_cancel (call);
}

static void
on_done (GraphbitLlmCall *call,
         GraphbitLlmResponse *response,
         GError *error,
         gpointer data)
{
  Told *told = data;

  g_assert_cmpuint (told->n_notified, ==, 0);
  g_assert_true ((response != NULL) != (error != NULL));
  told->n_done++;
  told->response = response;
  told->error = error;
}

static void
on_notify (gpointer data)
{
  ((Told *) data)->n_notified++;
}

static void
told_init (Told *told)
{
  memset (told, 0, sizeof *told);
  told->text = g_string_new (NULL);
}

static void
told_clear (Told *told)
{
  g_clear_pointer (&told->call, graphbit_operation_unref);
  g_clear_object (&told->response);
  g_clear_error (&told->error);
  g_string_free (told->text, TRUE);
}

static void
start (Told *told,
       GraphbitLlmClient *client,
       gboolean is_stream,
       gint64 deadline)
{
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hello", NULL);
  GraphbitLlmCallSetup setup = {
    .is_stream = is_stream,
    .deadline = deadline,
    .deadline_ms = 2000,
    .readable = is_stream ? on_readable : NULL,
    .done = on_done,
    .data = told,
    .notify = on_notify,
  };
  g_autoptr (GError) error = NULL;

  told->call = graphbit_llm_call_start (client, request, &setup, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (told->n_done, ==, 0);
}

static gboolean
is_done (gpointer data)
{
  return ((Told *) data)->n_notified > 0;
}

static gboolean
is_readable (gpointer data)
{
  return ((Told *) data)->n_readable > 0;
}

static void
test_stream (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"stream\":[\"One \",\"two\"]}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  Told told;

  told_init (&told);
  start (&told, client, TRUE, 0);
  support_wait_until (is_done, &told);
  g_assert_no_error (told.error);
  g_assert_cmpstr (told.text->str, ==, "One two");
  g_assert_cmpstr (graphbit_llm_response_get_text (told.response), ==, "One two");
  g_assert_cmpuint (told.n_done, ==, 1);
  g_assert_null (graphbit_llm_call_take_chunk (told.call));
  told_clear (&told);
}

/* The message says whose limit it was. */
static void
test_run_deadline (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  Told told;

  graphbit_clock_set_virtual (TRUE);
  server = support_server_new ("{\"stall\":true}");
  client = support_client_new (server);
  told_init (&told);
  start (&told, client, FALSE, graphbit_clock_now () + 2 * G_USEC_PER_SEC);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, 20000));
  graphbit_clock_advance (2 * G_USEC_PER_SEC);
  support_wait_until (is_done, &told);
  g_assert_error (told.error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (told.error->message, "run's time limit of 2 s"));
  support_assert_closed (server);
  told_clear (&told);
  graphbit_clock_set_virtual (FALSE);
}

static void
test_cancel (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"stream\":[\"One \",\"two\"],\"times\":2}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  Told told;

  /* from inside its own callback */
  told_init (&told);
  told.cancels = TRUE;
  start (&told, client, TRUE, 0);
  support_wait_until (is_done, &told);
  g_assert_true (told.error == NULL || g_error_matches (told.error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  told_clear (&told);

  /* at once, and more than once */
  told_init (&told);
  start (&told, client, TRUE, 0);
  graphbit_llm_call_cancel (told.call);
  graphbit_llm_call_cancel (told.call);
  g_assert_cmpuint (told.n_done, ==, 0);
  support_wait_until (is_done, &told);
  g_assert_error (told.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (told.n_done, ==, 1);
  graphbit_llm_call_cancel (told.call);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (told.n_done, ==, 1);
  told_clear (&told);
}

static void
test_detach (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("[{\"stall\":true},{\"stream\":[\"One \",\"two\"]}]");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  Told told;

  told_init (&told);
  start (&told, client, FALSE, 0);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, 20000));
  graphbit_llm_call_detach (told.call);
  g_assert_cmpuint (told.n_done, ==, 0);
  g_assert_cmpuint (told.n_notified, ==, 1);
  support_assert_closed (server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (told.n_done, ==, 0);
  g_assert_cmpint (support_stat (client, "cancelled_requests"), ==, 1);
  told_clear (&told);

  told_init (&told);
  start (&told, client, TRUE, 0);
  support_wait_until (is_readable, &told);
  graphbit_llm_call_detach (told.call);
  g_assert_cmpuint (told.n_notified, ==, 1);
  graphbit_llm_call_detach (told.call);
  g_assert_cmpuint (told.n_notified, ==, 1);
  told_clear (&told);
}

/* The end of the runtime is a cancellation, and another one follows when it is needed. */
static void
test_shutdown (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"stall\":true}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  SupportResult result = { NULL };

  graphbit_llm_client_complete_async (client, "Hello", NULL, NULL, support_ready, &result);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, 20000));
  graphbit_shutdown ();
  g_assert_cmpuint (result.n_calls, ==, 0);
  g_assert_null (graphbit_llm_client_complete_finish (client, support_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  support_result_clear (&result);

  text = support_complete (client, "Hello", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: Hello");
}

/* A header in the place of the key's is sent instead of it. */
static void
test_headers (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *requests = NULL;

  graphbit_llm_config_set_headers (graphbit_llm_client_get_config (client),
                                   g_variant_new_parsed ("{'authorization': 'Basic abc', 'X-Team': 'blue'}"));
  text = support_complete (client, "Hello", NULL, &error);
  g_assert_no_error (error);
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "Basic abc"));
  g_assert_nonnull (strstr (requests, "blue"));
  g_assert_null (strstr (requests, "sk-marker"));
}

/* Where the application's objects end */

#define ROUNDS 3000

typedef struct
{
  GThread *home;
  GMainLoop *loop;
  guint n_started;
  guint n_done;
  guint n_gone;     /* at home */
  guint n_gone_far; /* elsewhere */
  GMutex mutex;
} Ends;

static void
object_gone (gpointer data,
             GObject *where)
{
  Ends *ends = data;

  g_mutex_lock (&ends->mutex);
  if (g_thread_self () == ends->home)
    ends->n_gone++;
  else
    ends->n_gone_far++;
  g_mutex_unlock (&ends->mutex);
}

static void start_round (Ends *ends, GraphbitLlmClient *client);

static void
round_done (GObject *object,
            GAsyncResult *result,
            gpointer data)
{
  Ends *ends = data;
  g_autofree char *text = graphbit_llm_client_complete_finish (GRAPHBIT_LLM_CLIENT (object), result, NULL);

  ends->n_done++;
  if (ends->n_started < ROUNDS)
    start_round (ends, GRAPHBIT_LLM_CLIENT (object));
  else if (ends->n_done == ROUNDS)
    g_main_loop_quit (ends->loop);
}

static void
start_round (Ends *ends,
             GraphbitLlmClient *client)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GraphbitLlmClient) own = graphbit_llm_client_new (graphbit_llm_client_get_config (client));
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();

  ends->n_started++;
  g_object_weak_ref (G_OBJECT (cancellable), object_gone, ends);
  g_object_weak_ref (G_OBJECT (own), object_gone, ends);
  g_object_weak_ref (G_OBJECT (options), object_gone, ends);
  graphbit_llm_client_complete_async (own, "Hello", options, cancellable, round_done, ends);
  /* some are cancelled on their way */
  if (ends->n_started % 5 == 0)
    g_cancellable_cancel (cancellable);
}

static void
test_ends_at_home (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Ends ends = { .home = g_thread_self (), .loop = loop };

  for (guint i = 0; i < 16; i++)
    start_round (&ends, client);
  g_main_loop_run (loop);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (ends.n_gone_far, ==, 0);
  g_assert_cmpuint (ends.n_gone, ==, 3 * ROUNDS);
}

/* Started in a thread whose context another one runs */

typedef struct
{
  GraphbitLlmClient *client;
  GMainLoop *loop;
  GThread *home;
  guint n_done;
} Far;

#define N_FAR 200

static void
far_streamed (GObject *object,
              GAsyncResult *result,
              gpointer data)
{
  Far *far = data;
  g_autoptr (GraphbitLlmStream) stream =
      graphbit_llm_client_complete_stream_finish (GRAPHBIT_LLM_CLIENT (object), result, NULL);

  g_assert_true (g_thread_self () == far->home);
  /* every other one is dropped */
  if (far->n_done++ % 2 == 0)
    {
      g_autoptr (GraphbitLlmChunk) chunk = graphbit_llm_stream_next_chunk (stream, NULL, NULL);

      g_assert_nonnull (chunk);
    }
}

static void
far_done (GObject *object,
          GAsyncResult *result,
          gpointer data)
{
  Far *far = data;
  g_autofree char *text = graphbit_llm_client_complete_finish (GRAPHBIT_LLM_CLIENT (object), result, NULL);

  g_assert_true (g_thread_self () == far->home);
  g_assert_cmpstr (text, ==, "You said: Hello");
  far->n_done++;
}

static gpointer
start_far (gpointer data)
{
  Far *far = data;

  for (guint i = 0; i < N_FAR; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitLlmStream) stream = NULL;
      g_autoptr (GraphbitLlmResponse) response = NULL;

      graphbit_llm_client_complete_async (far->client, "Hello", NULL, NULL, far_done, far);
      graphbit_llm_client_complete_stream_async (far->client, "Hello", NULL, NULL, far_streamed, far);
      if (i % 10 != 0)
        continue;

      stream = graphbit_llm_client_complete_stream (far->client, "Hello", NULL, NULL, &error);
      g_assert_no_error (error);
      response = graphbit_llm_stream_collect (stream, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "You said: Hello");
    }
  return NULL;
}

static gboolean
far_are_done (gpointer data)
{
  return ((Far *) data)->n_done == 2 * N_FAR;
}

static void
test_far (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  Far far = { .client = client, .home = g_thread_self () };
  GThread *thread;

  /* the context is this thread's before the other looks for its owner */
  g_assert_true (g_main_context_acquire (NULL));
  thread = g_thread_new ("far", start_far, &far);
  support_wait_until (far_are_done, &far);
  g_thread_join (thread);
  g_main_context_release (NULL);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/call/stream", test_stream);
  g_test_add_func ("/llm/call/run-deadline", test_run_deadline);
  g_test_add_func ("/llm/call/cancel", test_cancel);
  g_test_add_func ("/llm/call/detach", test_detach);
  g_test_add_func ("/llm/call/shutdown", test_shutdown);
  g_test_add_func ("/llm/call/headers", test_headers);
  g_test_add_func ("/llm/call/far", test_far);
  g_test_add_func ("/llm/call/ends-at-home", test_ends_at_home);

  return g_test_run ();
}
