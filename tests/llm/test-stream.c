/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-clock-private.h"
#include "llm-support.h"

#define FIVE "{\"stream\":[\"One \",\"two \",\"three \",\"four \",\"five\"]}"

static void
test_chunks (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (FIVE);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  GraphbitLlmChunkKind last = GRAPHBIT_LLM_CHUNK_KIND_CONTENT;
  GraphbitLlmChunk *chunk;
  guint n_content = 0, n_usage = 0;

  stream = support_open (client, "Count", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (graphbit_llm_stream_get_state (stream), ==, GRAPHBIT_LLM_STREAM_STATE_ACTIVE);
  g_assert_cmpstr (graphbit_llm_stream_get_text (stream), ==, "");

  while ((chunk = support_next (stream, NULL, &error)) != NULL)
    {
      last = graphbit_llm_chunk_get_kind (chunk);
      if (last == GRAPHBIT_LLM_CHUNK_KIND_CONTENT)
        {
          n_content++;
          g_string_append (text, graphbit_llm_chunk_get_text (chunk));
          g_assert_cmpstr (graphbit_llm_stream_get_text (stream), ==, text->str);
        }
      n_usage += last == GRAPHBIT_LLM_CHUNK_KIND_USAGE;
      g_assert_null (graphbit_llm_stream_get_response (stream));
      graphbit_llm_chunk_unref (chunk);
    }
  g_assert_no_error (error);
  g_assert_cmpstr (text->str, ==, "One two three four five");
  g_assert_cmpuint (n_content, ==, 5);
  g_assert_cmpuint (n_usage, ==, 1);
  g_assert_cmpint (last, ==, GRAPHBIT_LLM_CHUNK_KIND_FINISH);
  g_assert_cmpint (graphbit_llm_stream_get_state (stream), ==, GRAPHBIT_LLM_STREAM_STATE_COMPLETED);
  g_assert_cmpstr (graphbit_llm_response_get_text (graphbit_llm_stream_get_response (stream)), ==, text->str);

  /* the end is the end */
  g_assert_null (support_next (stream, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (support_stat (client, "successful_requests"), ==, 1);
  g_assert_cmpfloat (support_stat_double (client, "time_to_first_token_ms"), >, 0.0);
}

static void
test_collect (void)
{
  g_autoptr (GraphbitMockServer) server =
      support_server_new ("[" FIVE ",{\"text\":\"Hm.\",\"reasoning\":\"well\",\"tool_calls\":[{\"id\":\"c1\",\"name\":\"add\",\"arguments\":{\"a\":1}},"
                          "{\"id\":\"c2\",\"name\":\"add\",\"arguments\":{\"a\":2}}]}]");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GraphbitLlmStream) second = NULL;
  g_autoptr (GraphbitLlmChunk) chunk = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GraphbitLlmResponse) again = NULL;
  g_autoptr (GraphbitLlmResponse) called = NULL;
  g_autoptr (GError) error = NULL;

  stream = support_open (client, "Count", NULL, &error);
  g_assert_no_error (error);
  do
    {
      g_clear_pointer (&chunk, graphbit_llm_chunk_unref);
      chunk = support_next (stream, NULL, &error);
      g_assert_no_error (error);
    }
  while (graphbit_llm_chunk_get_kind (chunk) != GRAPHBIT_LLM_CHUNK_KIND_CONTENT);
  response = support_collect (stream, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "One two three four five");
  g_assert_cmpstr (graphbit_llm_stream_get_text (stream), ==, "One two three four five");
  again = support_collect (stream, &error);
  g_assert_true (again == response);

  second = support_open (client, "Add", NULL, &error);
  called = support_collect (second, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (called), ==, "Hm.");
  g_assert_cmpstr (graphbit_llm_response_get_reasoning (called), ==, "well");
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_llm_response_get_tool_calls (called)), ==, 2);
}

static void
test_next_chunks (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (FIVE);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  guint n;

  stream = support_open (client, "Count", NULL, &error);
  g_assert_no_error (error);
  do
    {
      SupportResult result = { NULL };
      g_autoptr (GPtrArray) chunks = NULL;

      graphbit_llm_stream_next_chunks_async (stream, NULL, support_ready, &result);
      chunks = graphbit_llm_stream_next_chunks_finish (stream, support_wait (&result), &error);
      support_result_clear (&result);
      g_assert_no_error (error);
      n = chunks->len;
      for (guint i = 0; i < n; i++)
        if (graphbit_llm_chunk_get_kind (chunks->pdata[i]) == GRAPHBIT_LLM_CHUNK_KIND_CONTENT)
          g_string_append (text, graphbit_llm_chunk_get_text (chunks->pdata[i]));
    }
  while (n > 0);
  g_assert_cmpstr (text->str, ==, "One two three four five");
  g_assert_cmpstr (graphbit_llm_stream_get_text (stream), ==, text->str);
  g_assert_cmpint (graphbit_llm_stream_get_state (stream), ==, GRAPHBIT_LLM_STREAM_STATE_COMPLETED);
}

/* A script without a loop. */
static void
test_sync (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"stream\":[\"One \",\"two \",\"three\"],\"chunk_delay_ms\":5,\"times\":3}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GraphbitLlmStream) second = NULL;
  g_autoptr (GraphbitLlmStream) third = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GraphbitLlmChunk *chunk;
  guint n;

  stream = graphbit_llm_client_complete_stream (client, "Count", NULL, NULL, &error);
  g_assert_no_error (error);
  while ((chunk = graphbit_llm_stream_next_chunk (stream, NULL, &error)) != NULL)
    {
      if (graphbit_llm_chunk_get_kind (chunk) == GRAPHBIT_LLM_CHUNK_KIND_CONTENT)
        g_string_append (text, graphbit_llm_chunk_get_text (chunk));
      graphbit_llm_chunk_unref (chunk);
    }
  g_assert_no_error (error);
  g_assert_cmpstr (text->str, ==, "One two three");
  g_assert_cmpint (graphbit_llm_stream_get_state (stream), ==, GRAPHBIT_LLM_STREAM_STATE_COMPLETED);

  second = graphbit_llm_client_complete_stream (client, "Count", NULL, NULL, &error);
  response = graphbit_llm_stream_collect (second, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "One two three");

  third = graphbit_llm_client_complete_stream (client, "Count", NULL, NULL, &error);
  do
    {
      g_autoptr (GPtrArray) chunks = graphbit_llm_stream_next_chunks (third, NULL, &error);

      g_assert_no_error (error);
      n = chunks->len;
    }
  while (n > 0);
  g_assert_cmpstr (graphbit_llm_stream_get_text (third), ==, "One two three");
}

typedef struct
{
  GraphbitLlmStream *stream;
  GMainLoop *loop;
  GThread *thread;
  guint n_notified;
} Foreign;

static void
on_foreign_text (GraphbitLlmStream *stream,
                 GParamSpec *pspec,
                 gpointer data)
{
  Foreign *foreign = data;

  g_assert_true (foreign->thread == g_thread_self ());
  foreign->n_notified++;
}

static gpointer
read_in_thread (gpointer data)
{
  Foreign *foreign = data;
  g_autoptr (GError) error = NULL;
  GraphbitLlmChunk *chunk;

  foreign->thread = g_thread_self ();
  while ((chunk = graphbit_llm_stream_next_chunk (foreign->stream, NULL, &error)) != NULL)
    graphbit_llm_chunk_unref (chunk);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_stream_get_text (foreign->stream), ==, "One two three four five");
  g_main_loop_quit (foreign->loop);
  return NULL;
}

/* From another thread, which waits for the home to run. */
static void
test_foreign_thread (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"stream\":[\"One \",\"two \",\"three \",\"four \",\"five\"],\"chunk_delay_ms\":3}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  Foreign foreign = { NULL };
  GThread *thread;

  stream = support_open (client, "Count", NULL, &error);
  g_assert_no_error (error);
  foreign.stream = stream;
  foreign.loop = loop;
  g_signal_connect (stream, "notify::text", G_CALLBACK (on_foreign_text), &foreign);
  thread = g_thread_new ("reader", read_in_thread, &foreign);
  g_main_loop_run (loop);
  g_thread_join (thread);
  g_assert_cmpuint (foreign.n_notified, ==, 5);
}

static void
test_notify (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (FIVE);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GraphbitLlmResponse) same = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  Foreign foreign = { NULL, NULL, g_thread_self (), 0 };
  GraphbitLlmStreamState state;

  stream = support_open (client, "Count", NULL, &error);
  g_signal_connect (stream, "notify", G_CALLBACK (on_foreign_text), &foreign);
  g_assert_true (graphbit_mock_server_wait_for_finished (server, 1, 20000));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  /* nothing changes while nobody reads */
  g_assert_cmpuint (foreign.n_notified, ==, 0);
  g_assert_cmpstr (graphbit_llm_stream_get_text (stream), ==, "");

  response = support_collect (stream, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (foreign.n_notified, ==, 3); /* text, state, response */
  g_object_get (stream, "text", &text, "state", &state, "response", &same, NULL);
  g_assert_cmpstr (text, ==, "One two three four five");
  g_assert_cmpint (state, ==, GRAPHBIT_LLM_STREAM_STATE_COMPLETED);
  g_assert_true (same == response);
}

/* Reads the first content and leaves the rest to the test. */
static GraphbitLlmStream *
open_and_read_one (GraphbitLlmClient *client,
                   GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  GraphbitLlmStream *stream = support_open (client, "Count", cancellable, &error);

  g_assert_no_error (error);
  while (*graphbit_llm_stream_get_text (stream) == '\0')
    {
      g_autoptr (GraphbitLlmChunk) chunk = support_next (stream, NULL, &error);

      g_assert_no_error (error);
    }
  g_assert_cmpstr (graphbit_llm_stream_get_text (stream), ==, "One ");
  return stream;
}

/* A stall that lets the first piece through, whatever the server's events are in bytes. */
static char *
stalled_step (void)
{
  return g_strdup ("{\"content_type\":\"text/event-stream\",\"framing\":\"chunked\",\"body\":["
                   "\"data: {\\\"choices\\\":[{\\\"index\\\":0,\\\"delta\\\":{\\\"content\\\":\\\"One \\\"}}]}\\n\\n\","
                   "\"data: {\\\"choices\\\":[{\\\"index\\\":0,\\\"delta\\\":{\\\"content\\\":\\\"two\\\"}}]}\\n\\n\"],"
                   "\"stall\":\"after-60-bytes\"}");
}

/* It is open when the first bytes are there, not before. */
static void
test_open (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"stream\":[\"One \",\"two\"],\"stall\":\"after-headers\"}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };

  graphbit_llm_client_complete_stream_async (client, "Count", NULL, NULL, support_ready, &result);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, 20000));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (result.n_calls, ==, 0);
  graphbit_mock_server_release (server);
  stream = graphbit_llm_client_complete_stream_finish (client, support_wait (&result), &error);
  g_assert_no_error (error);
  support_result_clear (&result);
}

static void
test_pending (void)
{
  g_autofree char *step = stalled_step ();
  g_autoptr (GraphbitMockServer) server = support_server_new (step);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmStream) stream = open_and_read_one (client, NULL);
  g_autoptr (GraphbitLlmChunk) chunk = NULL;
  g_autoptr (GError) error = NULL;
  SupportResult first = { NULL }, second = { NULL };

  graphbit_llm_stream_next_chunk_async (stream, NULL, support_ready, &first);
  graphbit_llm_stream_collect_async (stream, NULL, support_ready, &second);
  g_assert_null (graphbit_llm_stream_collect_finish (stream, support_wait (&second), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  support_result_clear (&second);
  g_assert_null (graphbit_llm_stream_next_chunk (stream, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_cmpint (graphbit_llm_stream_get_state (stream), ==, GRAPHBIT_LLM_STREAM_STATE_ACTIVE);

  graphbit_mock_server_release (server);
  chunk = graphbit_llm_stream_next_chunk_finish (stream, support_wait (&first), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_chunk_get_text (chunk), ==, "two");
  support_result_clear (&first);
}

/* The read's own cancellable ends the read only. */
static void
test_cancel_read (void)
{
  g_autofree char *step = stalled_step ();
  g_autoptr (GraphbitMockServer) server = support_server_new (step);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GraphbitLlmStream) stream = open_and_read_one (client, NULL);
  g_autoptr (GraphbitLlmChunk) chunk = NULL;
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };

  graphbit_llm_stream_next_chunk_async (stream, cancellable, support_ready, &result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (result.n_calls, ==, 0);
  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_llm_stream_next_chunk_finish (stream, support_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  support_result_clear (&result);
  g_assert_cmpint (graphbit_llm_stream_get_state (stream), ==, GRAPHBIT_LLM_STREAM_STATE_ACTIVE);

  graphbit_mock_server_release (server);
  chunk = support_next (stream, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_chunk_get_text (chunk), ==, "two");
  graphbit_llm_stream_cancel (stream);
}

static void
test_cancel (void)
{
  g_autofree char *step = stalled_step ();
  g_autoptr (GraphbitMockServer) server = support_server_new (step);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmStream) stream = open_and_read_one (client, NULL);
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };

  graphbit_llm_stream_next_chunk_async (stream, NULL, support_ready, &result);
  graphbit_llm_stream_cancel (stream);
  graphbit_llm_stream_cancel (stream);
  g_assert_cmpuint (result.n_calls, ==, 0);
  g_assert_null (graphbit_llm_stream_next_chunk_finish (stream, support_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpint (graphbit_llm_stream_get_state (stream), ==, GRAPHBIT_LLM_STREAM_STATE_CANCELLED);
  support_assert_closed (server);
  support_result_clear (&result);

  g_assert_null (support_next (stream, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (graphbit_llm_stream_next_chunk (stream, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (support_stat (client, "cancelled_requests"), ==, 1);
}

/* The cancellable of the request goes on to hold for the stream. */
static void
test_cancel_by_request (void)
{
  g_autofree char *step = stalled_step ();
  g_autoptr (GraphbitMockServer) server = support_server_new (step);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GraphbitLlmStream) stream = open_and_read_one (client, cancellable);
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (support_next (stream, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  support_assert_closed (server);
}

/* Cancelled when everything is here already, but unread. */
static void
test_cancel_unread (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (FIVE);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GError) error = NULL;

  stream = support_open (client, "Count", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (graphbit_mock_server_wait_for_finished (server, 1, 20000));
  while (support_stat (client, "successful_requests") == 0)
    g_main_context_iteration (NULL, TRUE);
  graphbit_llm_stream_cancel (stream);
  g_assert_null (support_next (stream, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_cancel_opening (void)
{
  static const char *const steps[] = { "{\"stall\":\"before-status\"}", "{\"stall\":\"after-headers\"}" };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new (steps[i]);
      g_autoptr (GraphbitLlmClient) client = support_client_new (server);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      SupportResult result = { NULL };

      graphbit_llm_client_complete_stream_async (client, "Count", NULL, cancellable, support_ready, &result);
      g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, 20000));
      g_cancellable_cancel (cancellable);
      g_assert_null (graphbit_llm_client_complete_stream_finish (client, support_wait (&result), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      support_assert_closed (server);
      support_result_clear (&result);
    }
}

static gpointer
drop_in_thread (gpointer stream)
{
  g_object_unref (stream);
  return NULL;
}

/* What nobody holds stops, be it dropped here or by a collector in another thread. */
static void
test_dropped (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *step = stalled_step ();
      g_autoptr (GraphbitMockServer) server = support_server_new (step);
      g_autoptr (GraphbitLlmClient) client = support_client_new (server);
      GraphbitLlmStream *stream = open_and_read_one (client, NULL);

      g_assert_cmpuint (graphbit_mock_server_get_open_connections (server), ==, 1);
      if (i == 0)
        g_object_unref (stream);
      else
        g_thread_join (g_thread_new ("collector", drop_in_thread, stream));
      while (support_stat (client, "cancelled_requests") == 0)
        g_main_context_iteration (NULL, TRUE);
      support_assert_closed (server);
    }
}

/* Dropped in the callback that brings it. */
static void
drop_at_once (GObject *object,
              GAsyncResult *result,
              gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmStream) stream =
      graphbit_llm_client_complete_stream_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);

  g_assert_no_error (error);
  g_assert_nonnull (stream);
}

static void
test_dropped_at_once (void)
{
  g_autofree char *step = stalled_step ();
  g_autoptr (GraphbitMockServer) server = support_server_new (step);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);

  graphbit_llm_client_complete_stream_async (client, "Count", NULL, NULL, drop_at_once, NULL);
  while (support_stat (client, "cancelled_requests") == 0)
    g_main_context_iteration (NULL, TRUE);
  support_assert_closed (server);
}

/* The pending read holds it. */
static void
test_held_by_read (void)
{
  g_autofree char *step = stalled_step ();
  g_autoptr (GraphbitMockServer) server = support_server_new (step);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  GraphbitLlmStream *stream = open_and_read_one (client, NULL);
  g_autoptr (GraphbitLlmStream) same = NULL;
  g_autoptr (GraphbitLlmChunk) chunk = NULL;
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };

  graphbit_llm_stream_next_chunk_async (stream, NULL, support_ready, &result);
  g_object_unref (stream);
  graphbit_mock_server_release (server);
  same = GRAPHBIT_LLM_STREAM (g_async_result_get_source_object (support_wait (&result)));
  g_assert_true (same == stream);
  chunk = graphbit_llm_stream_next_chunk_finish (same, result.result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_chunk_get_text (chunk), ==, "two");
  support_result_clear (&result);
}

/* Broken streams */

static void
check_broken (const char *step,
              GraphbitError code)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (step);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GraphbitErrorDetails) details = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;
  GObject *partial;

  stream = support_open (client, "Count", NULL, &error);
  g_assert_no_error (error);
  g_assert_null (support_collect (stream, &error));
  g_assert_error (error, GRAPHBIT_ERROR, (int) code);
  g_assert_cmpint (graphbit_llm_stream_get_state (stream), ==, GRAPHBIT_LLM_STREAM_STATE_FAILED);
  g_assert_cmpstr (graphbit_llm_stream_get_text (stream), ==, "One ");
  details = graphbit_error_details_from_error (error);
  partial = graphbit_error_details_get_partial_response (details);
  g_assert_true (GRAPHBIT_IS_LLM_RESPONSE (partial));
  g_assert_cmpstr (graphbit_llm_response_get_text (GRAPHBIT_LLM_RESPONSE (partial)), ==, "One ");
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);

  g_assert_null (support_next (stream, NULL, &again));
  g_assert_error (again, GRAPHBIT_ERROR, (int) code);
}

#define ONE "data: {\\\"choices\\\":[{\\\"index\\\":0,\\\"delta\\\":{\\\"content\\\":\\\"One \\\"}}]}\\n\\n"
#define SSE "\"content_type\":\"text/event-stream\","

static void
test_broken (void)
{
  /* an orderly end without the protocol's */
  check_broken ("{" SSE "\"body\":\"" ONE "\"}", GRAPHBIT_ERROR_PROTOCOL);
  check_broken ("{" SSE "\"framing\":\"close\",\"body\":\"" ONE "\"}", GRAPHBIT_ERROR_PROTOCOL);
  /* cut off */
  check_broken ("{" SSE "\"framing\":\"chunked\",\"body\":[\"" ONE "\",\"" ONE "\"],\"close\":\"after-70-bytes\"}",
                GRAPHBIT_ERROR_CONNECTION);
  /* an error in the middle */
  check_broken ("{" SSE "\"framing\":\"chunked\",\"body\":[\"" ONE "\",\"data: {\\\"error\\\":{\\\"message\\\":\\\"overloaded\\\","
                "\\\"type\\\":\\\"server_error\\\"}}\\n\\n\"]}", GRAPHBIT_ERROR_UNAVAILABLE);
}

/* Before the first event nothing was handed out, so it is tried again. */
static void
check_retried (const char *step)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (step);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GError) error = NULL;

  stream = support_open (client, "Hello", NULL, &error);
  g_assert_no_error (error);
  response = support_collect (stream, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "You said: Hello");
  g_assert_cmpuint (graphbit_llm_response_get_attempts (response), ==, 2);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 2);
}

static void
test_retried (void)
{
  check_retried ("{\"status\":503}");
  check_retried ("{\"stream\":[\"One\"],\"reset\":\"after-headers\"}");
  check_retried ("{" SSE "\"body\":\": wait\\n\\n\"}");
}

/* The connection breaks, but the answer had said that it was complete. */
static void
test_broken_behind_the_end (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (
      "{" SSE "\"framing\":\"chunked\",\"body\":[\"" ONE "\",\"data: {\\\"choices\\\":[{\\\"index\\\":0,\\\"delta\\\":{},"
      "\\\"finish_reason\\\":\\\"stop\\\"}]}\\n\\ndata: [DONE]\\n\\n\",\"\\n\"],\"close\":\"after-145-bytes\"}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GError) error = NULL;

  stream = support_open (client, "Count", NULL, &error);
  g_assert_no_error (error);
  response = support_collect (stream, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "One ");
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (response), ==, GRAPHBIT_LLM_FINISH_REASON_STOP);
}

/* A server that does not stream though it was asked to. */
static void
test_not_streamed (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (
      "{\"json\":{\"id\":\"1\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"All at once\"},\"finish_reason\":\"stop\"}]},"
      "\"split\":\"byte\"}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GError) error = NULL;

  stream = support_open (client, "Count", NULL, &error);
  g_assert_no_error (error);
  response = support_collect (stream, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "All at once");
  g_assert_cmpstr (graphbit_llm_stream_get_text (stream), ==, "All at once");
}

static void
test_refused (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_url (graphbit_mock_server_get_base_url (server), "wrong");
  g_autoptr (GError) error = NULL;

  g_assert_null (support_open (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_clear_error (&error);
  g_assert_null (graphbit_llm_client_complete_stream (client, "Hello", NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
}

/* A slow reader stops the socket, and loses nothing. */
static void
test_slow_reader (void)
{
  const guint n_chunks = 20000;
  g_autoptr (GString) step = g_string_new ("{\"stream\":[");
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  GraphbitLlmChunk *chunk;
  guint n = 0;

  for (guint i = 0; i < n_chunks; i++)
    g_string_append_printf (step, "%s\"%05u and some more text, so that buffers of the system are not enough for all of it. \"", i > 0 ? "," : "", i);
  g_string_append (step, "]}");
  server = support_server_new (step->str);
  client = support_client_new (server);

  stream = support_open (client, "Much", NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2000; i++)
    g_main_context_iteration (NULL, FALSE);
  /* the server is not done, for nobody has read */
  g_assert_cmpuint (graphbit_mock_server_get_in_flight (server), ==, 1);

  while ((chunk = graphbit_llm_stream_next_chunk (stream, NULL, &error)) != NULL)
    {
      if (graphbit_llm_chunk_get_kind (chunk) == GRAPHBIT_LLM_CHUNK_KIND_CONTENT)
        {
          char number[8];

          g_snprintf (number, sizeof number, "%05u", n++);
          g_assert_true (g_str_has_prefix (graphbit_llm_chunk_get_text (chunk), number));
        }
      graphbit_llm_chunk_unref (chunk);
    }
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, n_chunks);
}

/* A stream that stops in the middle. */
static void
test_idle (void)
{
  g_autofree char *step = stalled_step ();
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GError) error = NULL;

  graphbit_clock_set_virtual (TRUE);
  server = support_server_new (step);
  client = support_client_new (server);
  stream = open_and_read_one (client, NULL);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, 20000));
  graphbit_clock_advance (300 * G_USEC_PER_SEC);
  g_assert_null (support_next (stream, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (error->message, "300"));
  support_assert_closed (server);
  graphbit_clock_set_virtual (FALSE);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/stream/chunks", test_chunks);
  g_test_add_func ("/llm/stream/collect", test_collect);
  g_test_add_func ("/llm/stream/next-chunks", test_next_chunks);
  g_test_add_func ("/llm/stream/sync", test_sync);
  g_test_add_func ("/llm/stream/foreign-thread", test_foreign_thread);
  g_test_add_func ("/llm/stream/notify", test_notify);
  g_test_add_func ("/llm/stream/open", test_open);
  g_test_add_func ("/llm/stream/pending", test_pending);
  g_test_add_func ("/llm/stream/cancel-read", test_cancel_read);
  g_test_add_func ("/llm/stream/cancel", test_cancel);
  g_test_add_func ("/llm/stream/cancel-by-request", test_cancel_by_request);
  g_test_add_func ("/llm/stream/cancel-unread", test_cancel_unread);
  g_test_add_func ("/llm/stream/cancel-opening", test_cancel_opening);
  g_test_add_func ("/llm/stream/dropped", test_dropped);
  g_test_add_func ("/llm/stream/dropped-at-once", test_dropped_at_once);
  g_test_add_func ("/llm/stream/held-by-read", test_held_by_read);
  g_test_add_func ("/llm/stream/broken", test_broken);
  g_test_add_func ("/llm/stream/retried", test_retried);
  g_test_add_func ("/llm/stream/broken-behind-the-end", test_broken_behind_the_end);
  g_test_add_func ("/llm/stream/not-streamed", test_not_streamed);
  g_test_add_func ("/llm/stream/refused", test_refused);
  g_test_add_func ("/llm/stream/slow-reader", test_slow_reader);
  g_test_add_func ("/llm/stream/idle", test_idle);

  return g_test_run ();
}
