/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-clock-private.h"
#include "llm-support.h"

/* Providers of the application, and the scripted one that is made from them. */

typedef struct
{
  GraphbitProviderCall *call;
  GThread *thread;
  gboolean takes;
  guint n_calls;
} Asked;

static gboolean
on_request (GraphbitLlmProvider *provider,
            GraphbitProviderCall *call,
            gpointer data)
{
  Asked *asked = data;

  g_set_object (&asked->call, call);
  asked->thread = g_thread_self ();
  asked->n_calls++;
  return asked->takes;
}

static gboolean
is_asked (gpointer data)
{
  return ((Asked *) data)->call != NULL;
}

static GraphbitLlmClient *
client_of (GraphbitLlmProvider *provider)
{
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_custom (provider);

  return graphbit_llm_client_new (config);
}

static void
test_respond (void)
{
  g_autoptr (GraphbitLlmProvider) provider = graphbit_llm_provider_new ();
  g_autoptr (GraphbitLlmClient) client = client_of (provider);
  g_autoptr (GraphbitLlmUsage) usage = graphbit_llm_usage_new (3, 4);
  g_autoptr (GraphbitLlmResponse) answer = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmRequest) seen = NULL;
  g_autoptr (GraphbitLlmMessage) message = graphbit_llm_message_new_user ("Hello");
  g_autoptr (GListStore) calls = g_list_store_new (GRAPHBIT_TYPE_LLM_TOOL_CALL);
  g_autoptr (GraphbitLlmToolCall) call = graphbit_llm_tool_call_new ("c1", "add", "{\"a\":1}");
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };
  Asked asked = { NULL, NULL, TRUE, 0 };
  gboolean is_streaming;

  g_signal_connect (provider, "request", G_CALLBACK (on_request), &asked);
  graphbit_llm_request_add_message (request, message);
  graphbit_llm_client_chat_async (client, request, NULL, support_ready, &result);
  /* never from inside the start */
  g_assert_cmpuint (asked.n_calls, ==, 0);
  support_wait_until (is_asked, &asked);
  g_assert_true (asked.thread == g_thread_self ());
  g_object_get (asked.call, "request", &seen, "is-streaming", &is_streaming, NULL);
  g_assert_true (seen == request);
  g_assert_false (is_streaming);
  g_assert_false (graphbit_call_get_is_answered (GRAPHBIT_CALL (asked.call)));

  g_list_store_append (calls, call);
  answer = g_object_new (GRAPHBIT_TYPE_LLM_RESPONSE,
                         "text", "Hi.",
                         "reasoning", "greet",
                         "model", "mine",
                         "usage", usage,
                         "tool-calls", calls,
                         NULL);
  g_assert_true (graphbit_provider_call_respond (asked.call, answer));
  g_assert_false (graphbit_provider_call_respond (asked.call, answer));
  g_assert_false (graphbit_provider_call_send_text (asked.call, "late"));
  g_assert_false (graphbit_call_fail (GRAPHBIT_CALL (asked.call), "late"));

  response = graphbit_llm_client_chat_finish (client, support_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "Hi.");
  g_assert_cmpstr (graphbit_llm_response_get_reasoning (response), ==, "greet");
  g_assert_cmpstr (graphbit_llm_response_get_model (response), ==, "mine");
  g_assert_cmpstr (graphbit_llm_response_get_provider (response), ==, "custom");
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (response), ==, GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS);
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_llm_response_get_tool_calls (response)), ==, 1);
  g_assert_cmpint (support_stat (client, "completion_tokens"), ==, 4);
  support_result_clear (&result);
  g_clear_object (&asked.call);
}

static gpointer
answer_in_thread (gpointer data)
{
  g_autoptr (GraphbitProviderCall) call = data;

  g_assert_true (graphbit_provider_call_send_text (call, "One "));
  g_assert_true (graphbit_provider_call_send_text (call, ""));
  g_assert_true (graphbit_provider_call_send_text (call, "two"));
  g_assert_true (graphbit_provider_call_respond (call, NULL));
  g_assert_false (graphbit_provider_call_send_text (call, "three"));
  return NULL;
}

/* In pieces, from another thread. */
static void
test_pieces (void)
{
  g_autoptr (GraphbitLlmProvider) provider = graphbit_llm_provider_new ();
  g_autoptr (GraphbitLlmClient) client = client_of (provider);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  SupportResult result = { NULL };
  Asked asked = { NULL, NULL, TRUE, 0 };

  g_signal_connect (provider, "request", G_CALLBACK (on_request), &asked);
  graphbit_llm_client_complete_stream_async (client, "Count", NULL, NULL, support_ready, &result);
  support_wait_until (is_asked, &asked);
  g_assert_true (graphbit_provider_call_get_is_streaming (asked.call));
  g_thread_join (g_thread_new ("answer", answer_in_thread, g_steal_pointer (&asked.call)));
  stream = graphbit_llm_client_complete_stream_finish (client, support_wait (&result), &error);
  g_assert_no_error (error);
  support_result_clear (&result);
  {
    g_autoptr (GraphbitLlmChunk) chunk = support_next (stream, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (graphbit_llm_chunk_get_text (chunk), ==, "One ");
  }
  response = support_collect (stream, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "One two");
  g_assert_cmpstr (graphbit_llm_stream_get_text (stream), ==, "One two");

  /* pieces make a whole answer too */
  graphbit_llm_client_complete_async (client, "Count", NULL, NULL, support_ready, &result);
  support_wait_until (is_asked, &asked);
  g_thread_join (g_thread_new ("answer", answer_in_thread, g_steal_pointer (&asked.call)));
  text = graphbit_llm_client_complete_finish (client, support_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "One two");
  support_result_clear (&result);
}

/* A whole answer to somebody who streams. */
static void
test_respond_to_stream (void)
{
  g_autoptr (GraphbitLlmProvider) provider = graphbit_llm_provider_new ();
  g_autoptr (GraphbitLlmClient) client = client_of (provider);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GraphbitLlmResponse) answer = graphbit_llm_response_new ("All at once");
  g_autoptr (GraphbitLlmChunk) chunk = NULL;
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };
  Asked asked = { NULL, NULL, TRUE, 0 };

  g_signal_connect (provider, "request", G_CALLBACK (on_request), &asked);
  graphbit_llm_client_complete_stream_async (client, "Count", NULL, NULL, support_ready, &result);
  support_wait_until (is_asked, &asked);
  graphbit_provider_call_respond (asked.call, answer);
  stream = graphbit_llm_client_complete_stream_finish (client, support_wait (&result), &error);
  g_assert_no_error (error);
  support_result_clear (&result);
  chunk = support_next (stream, NULL, &error);
  g_assert_cmpstr (graphbit_llm_chunk_get_text (chunk), ==, "All at once");
  g_clear_object (&asked.call);
}

static void
test_fail (void)
{
  g_autoptr (GraphbitLlmProvider) provider = graphbit_llm_provider_new ();
  g_autoptr (GraphbitLlmClient) client = client_of (provider);
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };
  Asked asked = { NULL, NULL, TRUE, 0 };

  /* nobody is connected */
  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
  g_clear_error (&error);

  g_signal_connect (provider, "request", G_CALLBACK (on_request), &asked);
  graphbit_llm_client_complete_async (client, "Hello", NULL, NULL, support_ready, &result);
  support_wait_until (is_asked, &asked);
  g_assert_true (graphbit_call_fail (GRAPHBIT_CALL (asked.call), "out of paper"));
  g_assert_null (graphbit_llm_client_complete_finish (client, support_wait (&result), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNAVAILABLE);
  g_assert_cmpstr (error->message, ==, "out of paper");
  g_clear_error (&error);
  support_result_clear (&result);
  g_clear_object (&asked.call);

  /* nothing is retried */
  g_assert_cmpuint (asked.n_calls, ==, 1);

  /* dropped */
  graphbit_llm_client_complete_async (client, "Hello", NULL, NULL, support_ready, &result);
  support_wait_until (is_asked, &asked);
  g_clear_object (&asked.call);
  g_assert_null (graphbit_llm_client_complete_finish (client, support_wait (&result), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  support_result_clear (&result);

  /* not taken */
  asked.takes = FALSE;
  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
  g_clear_object (&asked.call);
}

static void
test_cancel (void)
{
  g_autoptr (GraphbitLlmProvider) provider = graphbit_llm_provider_new ();
  g_autoptr (GraphbitLlmClient) client = client_of (provider);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };
  Asked asked = { NULL, NULL, TRUE, 0 };

  g_signal_connect (provider, "request", G_CALLBACK (on_request), &asked);
  graphbit_llm_client_complete_async (client, "Hello", NULL, cancellable, support_ready, &result);
  support_wait_until (is_asked, &asked);
  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_llm_client_complete_finish (client, support_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (GRAPHBIT_CALL (asked.call))));
  g_assert_false (graphbit_provider_call_respond (asked.call, NULL));
  support_result_clear (&result);
  g_clear_object (&asked.call);
}

static gboolean
is_closer (gpointer data)
{
  graphbit_clock_advance (G_USEC_PER_SEC / 10);
  return ((SupportResult *) data)->result != NULL;
}

static gboolean
go_on (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
test_timeout (void)
{
  g_autoptr (GraphbitLlmProvider) provider = graphbit_llm_provider_new ();
  g_autoptr (GraphbitLlmClient) client = client_of (provider);
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };
  Asked asked = { NULL, NULL, TRUE, 0 };
  guint id;

  graphbit_clock_set_virtual (TRUE);
  graphbit_llm_options_set_timeout_ms (options, 4000);
  g_signal_connect (provider, "request", G_CALLBACK (on_request), &asked);
  graphbit_llm_client_complete_async (client, "Hello", options, NULL, support_ready, &result);
  support_wait_until (is_asked, &asked);
  id = g_idle_add (go_on, NULL);
  support_wait_until (is_closer, &result);
  g_source_remove (id);
  g_assert_null (graphbit_llm_client_complete_finish (client, result.result, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (error->message, "4 s"));
  support_result_clear (&result);
  g_clear_object (&asked.call);
  graphbit_clock_set_virtual (FALSE);
}

/* What a derived class looks like. */
#define TEST_TYPE_ECHO (test_echo_get_type ())
G_DECLARE_FINAL_TYPE (TestEcho, test_echo, TEST, ECHO, GraphbitLlmProvider)
struct _TestEcho
{
  GraphbitLlmProvider parent_instance;
};
G_DEFINE_FINAL_TYPE (TestEcho, test_echo, GRAPHBIT_TYPE_LLM_PROVIDER)

static gboolean
test_echo_request (GraphbitLlmProvider *provider,
                   GraphbitProviderCall *call)
{
  GListModel *messages = graphbit_llm_request_get_messages (graphbit_provider_call_get_request (call));
  g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, 0);

  graphbit_provider_call_send_text (call, graphbit_llm_message_get_content (message));
  return graphbit_provider_call_respond (call, NULL);
}

static void
test_echo_class_init (TestEchoClass *klass)
{
  GRAPHBIT_LLM_PROVIDER_CLASS (klass)->request = test_echo_request;
}

static void
test_echo_init (TestEcho *self)
{
}

static void
test_derived (void)
{
  g_autoptr (GraphbitLlmProvider) provider = g_object_new (TEST_TYPE_ECHO, NULL);
  g_autoptr (GraphbitLlmClient) client = client_of (provider);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = graphbit_llm_client_complete (client, "Hello", NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "Hello");
}

/* Scripted */

static void
test_scripted (void)
{
  const char *const replies[] = {
    "First.",
    "{\"text\":\"Adding.\",\"tool_calls\":[{\"name\":\"add\",\"arguments\":{\"a\":1}},{\"id\":\"x\",\"name\":\"add\",\"arguments\":\"{\\\"a\\\":2}\"}]}",
    "{\"not\":\"a call\"}",
    "One two three",
    NULL
  };
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_scripted (replies);
  g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (config);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmMessage) message = graphbit_llm_message_new_user ("Go");
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GraphbitLlmToolCall) first = NULL;
  g_autoptr (GraphbitLlmToolCall) second = NULL;
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *json = NULL;
  GraphbitLlmChunk *chunk;
  guint n = 0;

  text = support_complete (client, "Go", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "First.");

  graphbit_llm_request_add_message (request, message);
  response = graphbit_llm_client_chat (client, request, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "Adding.");
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (response), ==, GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS);
  first = g_list_model_get_item (graphbit_llm_response_get_tool_calls (response), 0);
  second = g_list_model_get_item (graphbit_llm_response_get_tool_calls (response), 1);
  g_assert_cmpstr (graphbit_llm_tool_call_get_name (first), ==, "add");
  g_assert_cmpstr (graphbit_llm_tool_call_get_arguments_json (first), ==, "{\"a\":1}");
  g_assert_cmpstr (graphbit_llm_tool_call_get_id (second), ==, "x");
  g_assert_cmpstr (graphbit_llm_tool_call_get_arguments_json (second), ==, "{\"a\":2}");

  json = support_complete (client, "Go", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (json, ==, "{\"not\":\"a call\"}");

  stream = support_open (client, "Go", NULL, &error);
  g_assert_no_error (error);
  while ((chunk = support_next (stream, NULL, &error)) != NULL)
    {
      n += graphbit_llm_chunk_get_kind (chunk) == GRAPHBIT_LLM_CHUNK_KIND_CONTENT;
      graphbit_llm_chunk_unref (chunk);
    }
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpstr (graphbit_llm_stream_get_text (stream), ==, "One two three");

  g_assert_null (support_complete (client, "Go", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
  g_clear_error (&error);
  g_assert_null (support_open (client, "Go", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/provider/respond", test_respond);
  g_test_add_func ("/llm/provider/pieces", test_pieces);
  g_test_add_func ("/llm/provider/respond-to-stream", test_respond_to_stream);
  g_test_add_func ("/llm/provider/fail", test_fail);
  g_test_add_func ("/llm/provider/cancel", test_cancel);
  g_test_add_func ("/llm/provider/timeout", test_timeout);
  g_test_add_func ("/llm/provider/derived", test_derived);
  g_test_add_func ("/llm/provider/scripted", test_scripted);

  return g_test_run ();
}
