/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-clock-private.h"
#include "llm-support.h"

/* Answers */

static void
test_complete (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = support_complete (client, "Hello", NULL, &error);
  g_autofree char *requests = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: Hello");
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "Bearer sk-marker"));
  g_assert_cmpint (support_stat (client, "total_requests"), ==, 1);
  g_assert_cmpint (support_stat (client, "successful_requests"), ==, 1);
  g_assert_cmpint (support_stat (client, "retries"), ==, 0);
  g_assert_cmpint (support_stat (client, "prompt_tokens"), >, 0);
  g_assert_cmpint (support_stat (client, "completion_tokens"), ==, 3);
  g_assert_cmpfloat (support_stat_double (client, "success_rate"), ==, 1.0);
  g_assert_cmpfloat (support_stat_double (client, "average_response_time_ms"), >, 0.0);
  g_assert_cmpfloat (support_stat_double (client, "p50_ms"), >, 0.0);

  graphbit_llm_client_reset_stats (client);
  g_assert_cmpint (support_stat (client, "total_requests"), ==, 0);
  g_assert_cmpfloat (support_stat_double (client, "p99_ms"), ==, 0.0);
}

static void
test_chat (void)
{
  g_autoptr (GraphbitMockServer) server =
      support_server_new ("{\"text\":\"Let me see.\",\"reasoning\":\"hm\",\"tool_calls\":[{\"id\":\"c1\",\"name\":\"add\",\"arguments\":{\"a\":1}}],"
                          "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5,\"total_tokens\":12}}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmMessage) message = graphbit_llm_message_new_user ("1 + 1?");
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmToolSpec) tool =
      graphbit_llm_tool_spec_new ("add", "Adds", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}}", &error);
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GraphbitLlmToolCall) call = NULL;

  g_assert_no_error (error);
  graphbit_llm_request_add_message (request, message);
  graphbit_llm_request_add_tool (request, tool);
  response = graphbit_llm_client_chat (client, request, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "Let me see.");
  g_assert_cmpstr (graphbit_llm_response_get_reasoning (response), ==, "hm");
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (response), ==, GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS);
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_llm_response_get_tool_calls (response)), ==, 1);
  call = g_list_model_get_item (graphbit_llm_response_get_tool_calls (response), 0);
  g_assert_cmpstr (graphbit_llm_tool_call_get_id (call), ==, "c1");
  g_assert_cmpstr (graphbit_llm_tool_call_get_name (call), ==, "add");
  g_assert_cmpint (graphbit_llm_usage_get_total_tokens (graphbit_llm_response_get_usage (response)), ==, 12);
  g_assert_cmpuint (graphbit_llm_response_get_attempts (response), ==, 1);
  g_assert_cmpstr (graphbit_llm_response_get_provider (response), ==, "openai_compatible");
  g_assert_nonnull (graphbit_llm_response_get_request_id (response));
  g_assert_nonnull (strstr (graphbit_llm_response_get_raw_json (response), "\"add\""));
}

/* A body that the pool parses. */
static void
test_large (void)
{
  const gsize length = 700 * 1024;
  g_autofree char *long_text = g_strnfill (length, 'x');
  g_autofree char *step = g_strdup_printf ("{\"text\":\"%s\"}", long_text);
  g_autoptr (GraphbitMockServer) server = support_server_new (step);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = support_complete (client, "Much, please", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, long_text);
}

static void
test_empty_answer (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"\"}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = support_complete (client, "Hello", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "");
}

/* What is wrong before anything is sent */

static void
test_arguments (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmClient) bare = g_object_new (GRAPHBIT_TYPE_LLM_CLIENT, NULL);
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (support_complete (client, "", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  g_assert_null (graphbit_llm_client_complete (client, "", NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  g_assert_null (support_open (client, "", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  g_assert_null (graphbit_llm_client_complete_stream (client, "", NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  g_assert_null (graphbit_llm_client_chat (client, request, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  graphbit_llm_options_set_temperature (options, 3);
  g_assert_null (graphbit_llm_client_complete (client, "Hello", options, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  g_assert_null (graphbit_llm_client_complete (bare, "Hello", NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);
}

static void
on_notify (GObject *object,
           GParamSpec *pspec,
           gpointer data)
{
  (*(guint *) data)++;
}

static void
test_properties (void)
{
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_offline ();
  g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (config);
  g_autoptr (GProxyResolver) resolver = g_simple_proxy_resolver_new (NULL, NULL);
  g_autoptr (GraphbitLlmConfig) same = NULL;
  g_autoptr (GProxyResolver) other = NULL;
  guint n = 0, max_retries, max_concurrency, connect_timeout_ms;
  gboolean debug;

  g_signal_connect (client, "notify", G_CALLBACK (on_notify), &n);
  g_assert_cmpuint (graphbit_llm_client_get_max_retries (client), ==, 3);
  g_object_set (client,
                "max-retries", 5,
                "max-concurrency", 200,
                "connect-timeout-ms", 1000,
                "proxy-resolver", resolver,
                "debug", TRUE,
                NULL);
  g_assert_cmpuint (n, ==, 5);
  g_object_set (client, "max-retries", 5, "debug", TRUE, "tls-database", NULL, NULL);
  g_assert_cmpuint (n, ==, 5);
  g_object_get (client,
                "config", &same,
                "max-retries", &max_retries,
                "max-concurrency", &max_concurrency,
                "connect-timeout-ms", &connect_timeout_ms,
                "proxy-resolver", &other,
                "debug", &debug,
                NULL);
  g_assert_true (same == config);
  g_assert_true (other == resolver);
  g_assert_cmpuint (max_retries, ==, 5);
  g_assert_cmpuint (max_concurrency, ==, 200);
  g_assert_cmpuint (connect_timeout_ms, ==, 1000);
  g_assert_true (debug);
}

/* Failures */

static void
test_unauthorized (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_url (graphbit_mock_server_get_base_url (server), "wrong");
  g_autoptr (GraphbitErrorDetails) details = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  details = graphbit_error_details_from_error (error);
  g_assert_cmpint (graphbit_error_details_get_http_status (details), ==, 401);
  g_assert_cmpuint (graphbit_error_details_get_attempts (details), ==, 1);
  g_assert_nonnull (graphbit_error_details_get_provider_message (details));
  g_assert_nonnull (graphbit_error_details_get_request_id (details));
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);
  g_assert_cmpint (support_stat (client, "failed_requests"), ==, 1);
  g_assert_cmpfloat (support_stat_double (client, "success_rate"), ==, 0.0);
}

/* Not even where the provider quotes it. */
static void
test_key_in_error (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (
      "[{\"status\":401,\"json\":{\"error\":{\"message\":\"Incorrect key: sk-marker-1234567890\",\"code\":\"sk-marker-1234567890\"}}},"
      "{\"status\":400,\"body\":\"what is sk-marker-1234567890?\"},"
      "{\"content_type\":\"text/event-stream\",\"body\":\"data: {\\\"error\\\":{\\\"message\\\":\\\"no sk-marker-1234567890\\\"}}\\n\\n\"}]");
  g_autoptr (GraphbitLlmClient) client =
      support_client_new_for_url (graphbit_mock_server_get_base_url (server), "sk-marker-1234567890");

  graphbit_llm_client_set_max_retries (client, 0);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitErrorDetails) details = NULL;
      g_autoptr (GraphbitLlmStream) stream = NULL;
      g_autofree char *text = NULL;

      if (i < 2)
        text = support_complete (client, "Hello", NULL, &error);
      else
        stream = support_open (client, "Hello", NULL, &error);
      g_assert_nonnull (error);
      g_assert_null (strstr (error->message, "1234567890"));
      details = graphbit_error_details_from_error (error);
      g_assert_nonnull (details);
      if (graphbit_error_details_get_provider_message (details) != NULL)
        g_assert_null (strstr (graphbit_error_details_get_provider_message (details), "1234567890"));
      if (graphbit_error_details_get_provider_code (details) != NULL)
        g_assert_null (strstr (graphbit_error_details_get_provider_code (details), "1234567890"));
    }
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);
}

static void
test_retry_after (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  SupportResult result = { NULL };
  gint64 started;

  graphbit_clock_set_virtual (TRUE);
  server = support_server_new ("{\"status\":429,\"headers\":{\"Retry-After\":\"7\"},\"times\":2}");
  client = support_client_new (server);
  started = graphbit_clock_now ();
  graphbit_llm_client_complete_async (client, "Hello", NULL, NULL, support_ready, &result);
  support_wait_with_clock (&result, 100);
  text = graphbit_llm_client_complete_finish (client, result.result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: Hello");
  g_assert_cmpint (graphbit_clock_now () - started, >=, 14 * G_USEC_PER_SEC);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);
  g_assert_cmpint (support_stat (client, "retries"), ==, 2);
  support_result_clear (&result);
  graphbit_clock_set_virtual (FALSE);
}

static void
test_rate_limited (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"status\":429,\"headers\":{\"Retry-After\":\"3600\"}}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitErrorDetails) details = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_RATE_LIMITED);
  details = graphbit_error_details_from_error (error);
  g_assert_cmpint (graphbit_error_details_get_retry_after_ms (details), ==, 3600 * 1000);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);
}

static void
test_no_retries (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"status\":503,\"times\":-1}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;

  graphbit_llm_client_set_max_retries (client, 0);
  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNAVAILABLE);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);
}

static void
test_broken_json (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"body\":\"{\\\"choices\\\":[{\",\"times\":-1}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GError) error = NULL;

  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PROTOCOL);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);
}

static void
test_closed_port (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autofree char *base_url = g_strdup (graphbit_mock_server_get_base_url (server));
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_url (base_url, "sk-marker");
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_stop (server);
  graphbit_llm_client_set_max_retries (client, 0);
  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONNECTION);
  g_assert_null (strstr (error->message, "sk-marker"));
}

/* Time limits */

static void
check_time_limit (const char *step,
                  gboolean is_stream,
                  const char *option,
                  const char *said)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };
  gint64 started;

  graphbit_clock_set_virtual (TRUE);
  server = support_server_new (step);
  client = support_client_new (server);
  graphbit_llm_client_set_max_retries (client, 0);
  g_object_set (options, option, 30000, NULL);
  started = graphbit_clock_now ();
  if (is_stream)
    graphbit_llm_client_complete_stream_async (client, "Hello", options, NULL, support_ready, &result);
  else
    graphbit_llm_client_complete_async (client, "Hello", options, NULL, support_ready, &result);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, 20000));
  support_wait_with_clock (&result, 100);
  if (is_stream)
    g_assert_null (graphbit_llm_client_complete_stream_finish (client, result.result, &error));
  else
    g_assert_null (graphbit_llm_client_complete_finish (client, result.result, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (error->message, said));
  g_assert_cmpint (graphbit_clock_now () - started, >=, 30 * G_USEC_PER_SEC);
  g_assert_cmpint (graphbit_clock_now () - started, <, 40 * G_USEC_PER_SEC);
  support_assert_closed (server);
  support_result_clear (&result);
  graphbit_clock_set_virtual (FALSE);
}

static void
test_timeouts (void)
{
  check_time_limit ("{\"stall\":\"before-status\"}", FALSE, "timeout-ms", "30 s");
  check_time_limit ("{\"stall\":\"before-status\"}", TRUE, "first-byte-timeout-ms", "30 s");
  check_time_limit ("{\"text\":\"Hello\",\"stall\":\"after-20-bytes\"}", FALSE, "idle-timeout-ms", "30 s");
}

/* Cancelling */

static void
check_cancel (const char *step,
              gboolean waits_for_stall)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (step);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };

  graphbit_llm_client_complete_async (client, "Hello", NULL, cancellable, support_ready, &result);
  if (waits_for_stall)
    g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, 20000));
  g_cancellable_cancel (cancellable);
  g_assert_cmpuint (result.n_calls, ==, 0);
  /* two turns of the loop are enough, and nobody is waited for */
  g_main_context_iteration (NULL, FALSE);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (result.n_calls, ==, 1);
  g_assert_null (graphbit_llm_client_complete_finish (client, support_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  support_assert_closed (server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (result.n_calls, ==, 1);
  g_assert_cmpint (support_stat (client, "cancelled_requests"), ==, 1);
  g_assert_cmpint (support_stat (client, "failed_requests"), ==, 0);
  support_result_clear (&result);
}

static void
test_cancel (void)
{
  check_cancel ("{\"stall\":\"before-status\"}", FALSE);
  check_cancel ("{\"stall\":\"before-status\"}", TRUE);
  check_cancel ("{\"stall\":\"after-status\"}", TRUE);
  check_cancel ("{\"stall\":\"after-headers\"}", TRUE);
  check_cancel ("{\"text\":\"Hello\",\"stall\":\"after-20-bytes\"}", TRUE);
  check_cancel ("{\"on\":\"connect\",\"stall\":true}", FALSE);
}

static void
test_cancelled_before (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (support_complete (client, "Hello", cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (graphbit_llm_client_complete (client, "Hello", NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  /* and nothing was ever sent */
  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (GraphbitLlmStream) stream = NULL;

      stream = graphbit_llm_client_complete_stream (client, "Hello", NULL, cancellable, &error);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
    }
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 0);
}

static gint64
get_tokens_used (GraphbitMockServer *server)
{
  g_autoptr (GListModel) endpoints = graphbit_get_endpoints ();

  for (guint i = 0; i < g_list_model_get_n_items (endpoints); i++)
    {
      g_autoptr (GraphbitEndpoint) endpoint = g_list_model_get_item (endpoints, i);
      g_autoptr (GraphbitEndpointLane) lane = g_list_model_get_item (graphbit_endpoint_get_lanes (endpoint), 0);

      if (strcmp (graphbit_endpoint_get_base_url (endpoint), graphbit_mock_server_get_base_url (server)) == 0)
        return graphbit_endpoint_lane_get_tokens_per_minute (lane) - graphbit_endpoint_lane_get_tokens_left (lane);
    }

  g_assert_not_reached ();
}

/* What a request may use is estimated, and what its answer says takes the place of that. */
static void
check_tokens (gboolean is_stream,
              gsize image_size,
              gint64 least)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"fine\",\"stall\":\"before-status\"}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmMessage) message = graphbit_llm_message_new_user ("What is this?");
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (image_size), image_size);
  g_autoptr (GraphbitContentPart) image = graphbit_content_part_new_for_image_bytes (bytes, "image/png");
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };
  gint64 used;

  graphbit_llm_config_set_tokens_per_minute (graphbit_llm_client_get_config (client), 1000000);
  graphbit_llm_options_set_max_tokens (options, 500);
  graphbit_llm_request_set_options (request, options);
  graphbit_llm_message_add_part (message, image);
  graphbit_llm_request_add_message (request, message);

  if (is_stream)
    graphbit_llm_client_chat_stream_async (client, request, NULL, support_ready, &result);
  else
    graphbit_llm_client_chat_async (client, request, NULL, support_ready, &result);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, 20000));
  used = get_tokens_used (server);
  g_assert_cmpint (used, >=, least);
  g_assert_cmpint (used, <, least + 200);

  graphbit_mock_server_release (server);
  support_wait (&result);
  if (is_stream)
    {
      g_autoptr (GraphbitLlmStream) stream = graphbit_llm_client_chat_stream_finish (client, result.result, &error);

      g_assert_no_error (error);
      response = support_collect (stream, &error);
    }
  else
    {
      response = graphbit_llm_client_chat_finish (client, result.result, &error);
    }
  g_assert_no_error (error);
  g_assert_cmpint (get_tokens_used (server), ==, graphbit_llm_usage_get_total_tokens (graphbit_llm_response_get_usage (response)));
  support_result_clear (&result);
}

static void
test_tokens (void)
{
  check_tokens (FALSE, 300000, 2000);
  check_tokens (TRUE, 300000, 2000);
  check_tokens (FALSE, 3000, 2000);
}

/* While it waits for a retry. */
static void
test_cancel_delay (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"status\":429,\"headers\":{\"Retry-After\":\"50\"}}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };

  graphbit_llm_client_complete_async (client, "Hello", NULL, cancellable, support_ready, &result);
  g_assert_true (graphbit_mock_server_wait_for_finished (server, 1, 20000));
  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_llm_client_complete_finish (client, support_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  support_result_clear (&result);
}

static gpointer
cancel_when_stalled (gpointer data)
{
  gpointer *both = data;

  g_assert_true (graphbit_mock_server_wait_for_stalled (both[0], 1, 20000));
  g_cancellable_cancel (both[1]);
  return NULL;
}

static void
test_cancel_sync (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"stall\":true}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gpointer both[] = { server, cancellable };
  GThread *thread = g_thread_new ("cancel", cancel_when_stalled, both);
  g_autoptr (GError) error = NULL;

  g_assert_null (graphbit_llm_client_complete (client, "Hello", NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  support_assert_closed (server);
}

/* Sync twins */

static void
test_sync (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = graphbit_llm_client_complete (client, "Hello", NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, "You said: Hello");
    }
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 1);
}

static gboolean
must_not_run (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
complete_in_loop (gpointer data)
{
  gpointer *both = data;
  gboolean has_run = FALSE;
  guint id = g_idle_add (must_not_run, &has_run);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = graphbit_llm_client_complete (both[0], "Hello", NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: Hello");
  g_assert_false (has_run);
  g_source_remove (id);
  g_main_loop_quit (both[1]);
  return G_SOURCE_REMOVE;
}

/* It runs its own context, never the caller's. */
static void
test_sync_in_loop (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  gpointer both[] = { client, loop };

  g_idle_add (complete_in_loop, both);
  g_main_loop_run (loop);
}

static gpointer
complete_in_thread (gpointer client)
{
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = graphbit_llm_client_complete (client, "Hello", NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, "You said: Hello");
    }
  return NULL;
}

static void
test_sync_threads (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  GThread *threads[8];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("complete", complete_in_thread, client);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (support_stat (client, "successful_requests"), ==, 8 * 20);
}

/* Many at once */

#define MANY 200

typedef struct
{
  GraphbitLlmClient *client;
  guint n_done;
} Many;

static void
one_is_done (GObject *object,
             GAsyncResult *result,
             gpointer data)
{
  Many *many = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = graphbit_llm_client_complete_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (text, "You said: Number "));
  many->n_done++;
}

static gboolean
all_are_done (gpointer data)
{
  return ((Many *) data)->n_done == MANY;
}

static void
test_many (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  Many many = { client, 0 };

  for (guint i = 0; i < MANY; i++)
    {
      g_autofree char *prompt = g_strdup_printf ("Number %u", i);

      graphbit_llm_client_complete_async (client, prompt, NULL, NULL, one_is_done, &many);
    }
  support_wait_until (all_are_done, &many);
  g_assert_cmpint (support_stat (client, "successful_requests"), ==, MANY);
  g_assert_cmpuint (graphbit_mock_server_get_peak_in_flight (server), <=, 64);
}

/* Nobody keeps the client but its requests. */
static void
test_client_dropped (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  GraphbitLlmClient *client = support_client_new (server);
  gpointer weak = client;
  Many many = { NULL, MANY - 1 };

  g_object_add_weak_pointer (G_OBJECT (client), &weak);
  graphbit_llm_client_complete_async (client, "Number 1", NULL, NULL, one_is_done, &many);
  g_object_unref (client);
  g_assert_nonnull (weak);
  support_wait_until (all_are_done, &many);
  while (weak != NULL)
    g_main_context_iteration (NULL, FALSE);
}

/* Keys */

typedef struct
{
  GThread *thread;
  guint n_calls;
  guint n_notified;
  gboolean is_running; /* the start has returned */
} Keys;

static char *
key_func (GraphbitLlmConfig *config,
          gpointer data,
          GError **error)
{
  Keys *keys = data;

  g_assert_true (keys->is_running);
  g_assert_true (keys->thread == g_thread_self ());
  keys->n_calls++;
  return g_strdup (keys->n_calls == 1 ? "wrong" : "right");
}

static void
keys_notify (gpointer data)
{
  ((Keys *) data)->n_notified++;
}

static void
test_key_func (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GraphbitLlmConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *requests = NULL;
  SupportResult result = { NULL };
  Keys keys = { g_thread_self (), 0, 0, FALSE };

  config = graphbit_llm_config_new_openai (NULL, "m", &error);
  g_assert_no_error (error);
  graphbit_llm_config_set_base_url (config, graphbit_mock_server_get_base_url (server));
  graphbit_llm_config_set_key_func (config, key_func, &keys, keys_notify);
  client = graphbit_llm_client_new (config);

  /* the first is refused, so it is asked for once more */
  graphbit_llm_client_complete_async (client, "Hello", NULL, NULL, support_ready, &result);
  keys.is_running = TRUE;
  text = graphbit_llm_client_complete_finish (client, support_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: Hello");
  g_assert_cmpuint (keys.n_calls, ==, 2);
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "Bearer wrong"));
  g_assert_nonnull (strstr (requests, "Bearer right"));
  support_result_clear (&result);

  g_clear_object (&client);
  g_clear_object (&config);
  g_assert_cmpuint (keys.n_notified, ==, 1);
}

static char *
always_wrong (GraphbitLlmConfig *config,
              gpointer data,
              GError **error)
{
  (*(guint *) data)++;
  return g_strdup ("wrong");
}

static char *
no_key (GraphbitLlmConfig *config,
        gpointer data,
        GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "the keyring is empty");
  return NULL;
}

static void
test_key_func_fails (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmConfig) config = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GError) error = NULL;
  guint n_calls = 0;

  config = graphbit_llm_config_new_openai (NULL, "m", &error);
  graphbit_llm_config_set_base_url (config, graphbit_mock_server_get_base_url (server));
  client = graphbit_llm_client_new (config);

  /* the same key again is not sent again */
  graphbit_llm_config_set_key_func (config, always_wrong, &n_calls, NULL);
  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_clear_error (&error);
  g_assert_cmpuint (n_calls, ==, 2);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);

  graphbit_llm_config_set_key_func (config, no_key, NULL, NULL);
  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "the keyring is empty"));
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);
}

static void
test_key_environment (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmConfig) config = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *requests = NULL;

  g_unsetenv ("OPENAI_API_KEY");
  config = graphbit_llm_config_new_openai (NULL, NULL, &error);
  g_assert_no_error (error);
  graphbit_llm_config_set_base_url (config, graphbit_mock_server_get_base_url (server));
  client = graphbit_llm_client_new (config);

  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_nonnull (strstr (error->message, "OPENAI_API_KEY"));
  g_clear_error (&error);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);

  g_setenv ("OPENAI_API_KEY", "sk-environment", TRUE);
  text = support_complete (client, "Hello", NULL, &error);
  g_unsetenv ("OPENAI_API_KEY");
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: Hello");
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "Bearer sk-environment"));
}

typedef struct
{
  GraphbitKeyCall *call;
  gboolean is_answered_at_once;
  gboolean takes;
} Asked;

static gboolean
on_key_required (GraphbitLlmConfig *config,
                 GraphbitKeyCall *call,
                 gpointer data)
{
  Asked *asked = data;

  g_set_object (&asked->call, call);
  if (asked->is_answered_at_once)
    g_assert_true (graphbit_key_call_respond (call, "sk-asked"));
  return asked->takes;
}

static gboolean
is_asked (gpointer data)
{
  return ((Asked *) data)->call != NULL;
}

static gpointer
answer_in_thread (gpointer call)
{
  g_assert_true (graphbit_key_call_respond (call, "sk-asked"));
  g_assert_false (graphbit_key_call_respond (call, "sk-late"));
  return NULL;
}

static void
test_key_signal (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmConfig) config = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *requests = NULL;
  SupportResult result = { NULL };
  Asked asked = { NULL, FALSE, TRUE };

  config = graphbit_llm_config_new_openai (NULL, "m", &error);
  graphbit_llm_config_set_base_url (config, graphbit_mock_server_get_base_url (server));
  g_signal_connect (config, "key-required", G_CALLBACK (on_key_required), &asked);
  client = graphbit_llm_client_new (config);

  /* later, from another thread */
  graphbit_llm_client_complete_async (client, "Hello", NULL, NULL, support_ready, &result);
  g_assert_null (asked.call);
  support_wait_until (is_asked, &asked);
  g_assert_cmpuint (result.n_calls, ==, 0);
  g_thread_join (g_thread_new ("answer", answer_in_thread, asked.call));
  text = graphbit_llm_client_complete_finish (client, support_wait (&result), &error);
  g_assert_no_error (error);
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "Bearer sk-asked"));
  g_assert_null (strstr (requests, "sk-late"));
  support_result_clear (&result);
  g_clear_object (&asked.call);

  /* at once, in a sync twin */
  asked.is_answered_at_once = TRUE;
  g_free (text);
  text = graphbit_llm_client_complete (client, "Hello", NULL, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&asked.call);
  asked.is_answered_at_once = FALSE;

  /* failed */
  graphbit_llm_client_complete_async (client, "Hello", NULL, NULL, support_ready, &result);
  support_wait_until (is_asked, &asked);
  g_assert_true (graphbit_call_fail (GRAPHBIT_CALL (asked.call), "the person said no"));
  g_assert_null (graphbit_llm_client_complete_finish (client, support_wait (&result), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_cmpstr (error->message, ==, "the person said no");
  g_clear_error (&error);
  support_result_clear (&result);
  g_clear_object (&asked.call);

  /* a key that cannot be one */
  graphbit_llm_client_complete_async (client, "Hello", NULL, NULL, support_ready, &result);
  support_wait_until (is_asked, &asked);
  g_assert_true (graphbit_key_call_respond (asked.call, "two\nlines"));
  g_assert_null (graphbit_llm_client_complete_finish (client, support_wait (&result), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  support_result_clear (&result);
  g_clear_object (&asked.call);

  /* cancelled while it waits */
  graphbit_llm_client_complete_async (client, "Hello", NULL, cancellable, support_ready, &result);
  support_wait_until (is_asked, &asked);
  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_llm_client_complete_finish (client, support_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (GRAPHBIT_CALL (asked.call))));
  g_assert_false (graphbit_key_call_respond (asked.call, "sk-late"));
  g_clear_error (&error);
  support_result_clear (&result);
  g_clear_object (&asked.call);

  /* dropped */
  graphbit_llm_client_complete_async (client, "Hello", NULL, NULL, support_ready, &result);
  support_wait_until (is_asked, &asked);
  g_clear_object (&asked.call);
  g_assert_null (graphbit_llm_client_complete_finish (client, support_wait (&result), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_clear_error (&error);
  support_result_clear (&result);

  /* left to the next, and there is none */
  asked.takes = FALSE;
  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_nonnull (strstr (error->message, "OPENAI_API_KEY"));
  g_clear_object (&asked.call);
}

static void
test_key_deadline (void)
{
  g_autoptr (GraphbitLlmConfig) config = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };
  Asked asked = { NULL, FALSE, TRUE };

  graphbit_clock_set_virtual (TRUE);
  config = graphbit_llm_config_new_openai (NULL, "m", &error);
  g_signal_connect (config, "key-required", G_CALLBACK (on_key_required), &asked);
  client = graphbit_llm_client_new (config);
  graphbit_llm_options_set_timeout_ms (options, 5000);
  graphbit_llm_client_complete_async (client, "Hello", options, NULL, support_ready, &result);
  support_wait_until (is_asked, &asked);
  g_assert_cmpint (graphbit_call_get_deadline (GRAPHBIT_CALL (asked.call)), ==, graphbit_clock_now () + 5 * G_USEC_PER_SEC);
  support_wait_with_clock (&result, 100);
  g_assert_null (graphbit_llm_client_complete_finish (client, result.result, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
  g_assert_true (graphbit_call_get_is_answered (GRAPHBIT_CALL (asked.call)));
  support_result_clear (&result);
  g_clear_object (&asked.call);
  graphbit_clock_set_virtual (FALSE);
}

/* A local server needs none. */
static void
test_no_key_needed (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *requests = NULL;

  graphbit_mock_server_set_require_authorization (server, FALSE);
  client = support_client_new_for_url (graphbit_mock_server_get_base_url (server), NULL);
  text = support_complete (client, "Hello", NULL, &error);
  g_assert_no_error (error);
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_null (strstr (requests, "Bearer"));
}

/* Statistics: what the client says is what the server saw */

#define N_COUNTING 8
#define N_COUNTED 25

typedef struct
{
  GraphbitLlmClient *client;
  gint64 prompt_tokens;
  gint64 completion_tokens;
  guint n_succeeded;
  guint n_failed;
} Counting;

static gpointer
chat_and_count (gpointer data)
{
  Counting *counting = data;

  for (guint i = 0; i < N_COUNTED; i++)
    {
      g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
      g_autoptr (GraphbitLlmMessage) message = graphbit_llm_message_new_user (i % 2 == 0 ? "one two three" : "one");
      g_autoptr (GraphbitLlmResponse) response = NULL;

      graphbit_llm_request_add_message (request, message);
      response = graphbit_llm_client_chat (counting->client, request, NULL, NULL);
      if (response == NULL)
        {
          counting->n_failed++;
          continue;
        }
      counting->n_succeeded++;
      counting->prompt_tokens += graphbit_llm_usage_get_prompt_tokens (graphbit_llm_response_get_usage (response));
      counting->completion_tokens += graphbit_llm_usage_get_completion_tokens (graphbit_llm_response_get_usage (response));
    }
  return NULL;
}

static void
test_statistics (void)
{
  g_autoptr (GraphbitMockServer) server =
      support_server_new ("[{\"status\":409,\"headers\":{\"Retry-After\":\"0.001\"},\"times\":40},"
                          "{\"status\":400,\"times\":10}]");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  Counting counting[N_COUNTING];
  GThread *threads[N_COUNTING];
  Counting sum = { 0 };

  /* enough for whoever is unlucky, and a delay of next to nothing */
  graphbit_llm_client_set_max_retries (client, 100);
  for (guint i = 0; i < N_COUNTING; i++)
    {
      counting[i] = (Counting) { .client = client };
      threads[i] = g_thread_new ("count", chat_and_count, &counting[i]);
    }
  for (guint i = 0; i < N_COUNTING; i++)
    {
      g_thread_join (threads[i]);
      sum.n_succeeded += counting[i].n_succeeded;
      sum.n_failed += counting[i].n_failed;
      sum.prompt_tokens += counting[i].prompt_tokens;
      sum.completion_tokens += counting[i].completion_tokens;
    }

  g_assert_cmpuint (sum.n_failed, ==, 10);
  g_assert_cmpint (support_stat (client, "total_requests"), ==, N_COUNTING * N_COUNTED);
  g_assert_cmpint (support_stat (client, "successful_requests"), ==, sum.n_succeeded);
  g_assert_cmpint (support_stat (client, "failed_requests"), ==, sum.n_failed);
  g_assert_cmpint (support_stat (client, "cancelled_requests"), ==, 0);
  g_assert_cmpint (support_stat (client, "total_requests") + support_stat (client, "retries"), ==,
                   (gint64) graphbit_mock_server_get_request_count (server));
  g_assert_cmpint (support_stat (client, "prompt_tokens"), ==, sum.prompt_tokens);
  g_assert_cmpint (support_stat (client, "completion_tokens"), ==, sum.completion_tokens);
  g_assert_cmpfloat (support_stat_double (client, "success_rate"), ==, 190.0 / 200.0);
}

/* Also of requests that did not end well: one that was cancelled within its third attempt, and one whose key was
 * refused. */
static void
test_statistics_of_attempts (void)
{
  g_autoptr (GraphbitMockServer) server =
      support_server_new ("[{\"status\":503,\"headers\":{\"Retry-After\":\"0.001\"},\"times\":2},{\"stall\":true}]");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_openai (NULL, "m", NULL);
  g_autoptr (GraphbitLlmClient) other = graphbit_llm_client_new (config);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitErrorDetails) details = NULL;
  SupportResult result = { NULL };
  Keys keys = { g_thread_self (), 0, 0, TRUE };

  graphbit_llm_client_complete_async (client, "Hello", NULL, cancellable, support_ready, &result);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, 20000));
  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_llm_client_complete_finish (client, support_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  support_result_clear (&result);
  g_assert_cmpint (support_stat (client, "cancelled_requests"), ==, 1);
  g_assert_cmpint (support_stat (client, "retries"), ==, 2);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);

  /* 401, then 400 with the other key */
  g_unsetenv ("OPENAI_API_KEY");
  graphbit_mock_server_clear (server);
  graphbit_mock_server_add_step (server, "{\"match\":\"completions\",\"status\":401}", NULL);
  graphbit_mock_server_add_step (server, "{\"match\":\"completions\",\"status\":400}", NULL);
  graphbit_llm_config_set_base_url (config, graphbit_mock_server_get_base_url (server));
  graphbit_llm_config_set_key_func (config, key_func, &keys, NULL);
  g_assert_null (support_complete (other, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_REQUEST);
  details = graphbit_error_details_from_error (error);
  g_assert_cmpuint (graphbit_error_details_get_attempts (details), ==, 2);
  g_assert_cmpint (support_stat (other, "failed_requests"), ==, 1);
  g_assert_cmpint (support_stat (other, "retries"), ==, 1);
}

/* What the client hands down */

static void
test_tls (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("GIO has no TLS here; install glib-networking");
      return;
    }

  server = graphbit_mock_server_new_tls (NULL, NULL);
  graphbit_mock_server_start (server, &error);
  g_assert_no_error (error);
  client = support_client_new (server);
  graphbit_llm_client_set_max_retries (client, 0);

  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONNECTION);
  g_clear_error (&error);

  database = g_tls_file_database_new (graphbit_mock_server_get_ca_file (server), &error);
  g_assert_no_error (error);
  graphbit_llm_client_set_tls_database (client, database);
  text = support_complete (client, "Hello", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: Hello");
}

static void
test_proxy (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitMockServer) proxy = support_server_new ("{\"match\":\"Hello\",\"text\":\"through the proxy\"}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%u", graphbit_mock_server_get_port (proxy));
  g_autoptr (GProxyResolver) resolver = g_simple_proxy_resolver_new (uri, NULL);
  g_autoptr (GProxyResolver) none = g_simple_proxy_resolver_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *direct = NULL;

  graphbit_llm_client_set_proxy_resolver (client, resolver);
  text = support_complete (client, "Hello", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "through the proxy");
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);

  graphbit_llm_client_set_proxy_resolver (client, none);
  direct = support_complete (client, "Hello", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);
}

/* Elsewhere than in the default context */

static void
test_context (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_main_context_push_thread_default (context);
  text = support_complete (client, "Hello", NULL, &error);
  g_main_context_pop_thread_default (context);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: Hello");
}

int
main (int argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/client/complete", test_complete);
  g_test_add_func ("/llm/client/chat", test_chat);
  g_test_add_func ("/llm/client/large", test_large);
  g_test_add_func ("/llm/client/empty-answer", test_empty_answer);
  g_test_add_func ("/llm/client/arguments", test_arguments);
  g_test_add_func ("/llm/client/properties", test_properties);
  g_test_add_func ("/llm/client/unauthorized", test_unauthorized);
  g_test_add_func ("/llm/client/key-in-error", test_key_in_error);
  g_test_add_func ("/llm/client/retry-after", test_retry_after);
  g_test_add_func ("/llm/client/tokens", test_tokens);
  g_test_add_func ("/llm/client/rate-limited", test_rate_limited);
  g_test_add_func ("/llm/client/no-retries", test_no_retries);
  g_test_add_func ("/llm/client/broken-json", test_broken_json);
  g_test_add_func ("/llm/client/closed-port", test_closed_port);
  g_test_add_func ("/llm/client/timeouts", test_timeouts);
  g_test_add_func ("/llm/client/cancel", test_cancel);
  g_test_add_func ("/llm/client/cancelled-before", test_cancelled_before);
  g_test_add_func ("/llm/client/cancel-delay", test_cancel_delay);
  g_test_add_func ("/llm/client/cancel-sync", test_cancel_sync);
  g_test_add_func ("/llm/client/sync", test_sync);
  g_test_add_func ("/llm/client/sync-in-loop", test_sync_in_loop);
  g_test_add_func ("/llm/client/sync-threads", test_sync_threads);
  g_test_add_func ("/llm/client/many", test_many);
  g_test_add_func ("/llm/client/client-dropped", test_client_dropped);
  g_test_add_func ("/llm/client/key-func", test_key_func);
  g_test_add_func ("/llm/client/key-func-fails", test_key_func_fails);
  g_test_add_func ("/llm/client/key-environment", test_key_environment);
  g_test_add_func ("/llm/client/key-signal", test_key_signal);
  g_test_add_func ("/llm/client/key-deadline", test_key_deadline);
  g_test_add_func ("/llm/client/no-key-needed", test_no_key_needed);
  g_test_add_func ("/llm/client/statistics", test_statistics);
  g_test_add_func ("/llm/client/statistics/attempts", test_statistics_of_attempts);
  g_test_add_func ("/llm/client/tls", test_tls);
  g_test_add_func ("/llm/client/proxy", test_proxy);
  g_test_add_func ("/llm/client/context", test_context);

  result = g_test_run ();
  /* the exit would not wait for everything, so that valgrind calls it lost */
  graphbit_shutdown ();
  return result;
}
