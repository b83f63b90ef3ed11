/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-clock-private.h"
#include "graphbit-json-private.h"
#include "graphbit-llm-request-private.h"
#include "llm-support.h"

/* Replicate's answers over real sockets: begun, listened to or looked up until they are there, and stopped. */

static GraphbitLlmClient *
make_client (GraphbitMockServer *server)
{
  GraphbitLlmClient *client = support_client_new_for_provider (server, "replicate");

  graphbit_llm_config_set_model (graphbit_llm_client_get_config (client), "o/m");
  return client;
}

/* "POST /v1/predictions" and the like, one after the other. */
static char *
join_requests (GraphbitMockServer *server)
{
  g_autofree char *json = graphbit_mock_server_dup_requests_json (server);
  g_autoptr (JsonNode) node = graphbit_json_parse (json, -1, NULL);
  JsonNode *list = graphbit_json_get_kind (node) == GRAPHBIT_JSON_KIND_ARRAY ? node : graphbit_json_get_member (node, "requests");
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < graphbit_json_get_size (list); i++)
    {
      JsonNode *request = graphbit_json_get_element (list, i);
      const char *method = "", *target = "";
      g_autofree char *path = NULL;
      char *id;

      graphbit_json_get_string (request, "method", &method);
      if (!graphbit_json_get_string (request, "path", &target))
        graphbit_json_get_string (request, "target", &target);
      path = g_strdup (target);
      /* ids are counted over all servers */
      id = strstr (path, "/mock");
      while (id != NULL && g_ascii_isdigit (id[strlen ("/mock")]))
        memmove (id + strlen ("/mock"), id + strlen ("/mock") + 1, strlen (id + strlen ("/mock")));
      g_string_append_printf (all, "%s%s %s", all->len > 0 ? ", " : "", method, path);
    }

  return g_string_free (all, FALSE);
}

#define CREATE "POST /v1/models/o/m/predictions"
#define LOOK "GET /v1/predictions/mock"
#define LISTEN "GET /v1/streams/mock"
#define STOP "POST /v1/predictions/mock/cancel"

static void
expect_requests (GraphbitMockServer *server,
                 const char *wanted)
{
  g_autofree char *requests = join_requests (server);

  g_assert_cmpstr (requests, ==, wanted);
}

static void
expect_words (GraphbitMockServer *server,
              const char *words)
{
  g_autofree char *requests = graphbit_mock_server_dup_requests_json (server);

  if (strstr (requests, words) == NULL)
    g_error ("“%s” is not in “%s”", words, requests);
}

/* Delays pass as fast as they can. */
static char *
complete_with_clock (GraphbitLlmClient *client,
                     GError **error)
{
  SupportResult result = { NULL };
  char *text;

  graphbit_clock_set_virtual (TRUE);
  graphbit_llm_client_complete_async (client, "Hello", NULL, NULL, support_ready, &result);
  text = graphbit_llm_client_complete_finish (client, support_wait_with_clock (&result, 20), error);
  support_result_clear (&result);
  graphbit_clock_set_virtual (FALSE);
  return text;
}

static void
test_at_once (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = make_client (server);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = support_complete (client, "Hello", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: Hello");
  expect_requests (server, CREATE);
  expect_words (server, "\"prefer\":\"wait=5\"");
  expect_words (server, "\"cancel-after\":\"600s\"");
  expect_words (server, "\"authorization\":\"Bearer sk-marker\"");
  g_assert_cmpint (support_stat (client, "prompt_tokens"), ==, 1);
  g_assert_cmpint (support_stat (client, "completion_tokens"), ==, 3);
}

/* Looked for after delays that grow; looks are no attempts. */
static void
test_looks (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"at last\",\"looks\":3}");
  g_autoptr (GraphbitLlmClient) client = make_client (server);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hello", NULL);
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };

  graphbit_clock_set_virtual (TRUE);
  graphbit_llm_client_chat_async (client, request, NULL, support_ready, &result);
  support_wait_with_clock (&result, 20);
  response = graphbit_llm_client_chat_finish (client, result.result, &error);
  support_result_clear (&result);
  graphbit_clock_set_virtual (FALSE);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "at last");
  g_assert_cmpuint (graphbit_llm_response_get_attempts (response), ==, 1);
  g_assert_cmpint (support_stat (client, "retries"), ==, 0);
  g_assert_nonnull (strstr (graphbit_llm_response_get_raw_json (response), "\"status\":\"succeeded\""));
  /* 500, 750, 1125 and 1687 ms */
  g_assert_cmpint (graphbit_llm_response_get_duration_ms (response), >=, 4062);
  expect_requests (server, CREATE ", " LOOK ", " LOOK ", " LOOK ", " LOOK);
}

static void
test_stream (void)
{
  g_autoptr (GraphbitMockServer) server =
      support_server_new ("[{\"stream\":[\"Hé\",\" llo\\n\\n\",\" x\"],\"match\":\"/predictions\"},{\"split\":\"byte\",\"match\":\"/streams/\"}]");
  g_autoptr (GraphbitLlmClient) client = make_client (server);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmStream) stream = support_open (client, "Hello", NULL, &error);
  g_autoptr (GString) log = g_string_new (NULL);
  GraphbitLlmResponse *response;
  GraphbitLlmChunk *chunk;

  g_assert_no_error (error);
  while ((chunk = support_next (stream, NULL, &error)) != NULL)
    {
      static const char *const names[] = { "content", "reasoning", "call", "usage", "finish" };

      g_string_append_printf (log, " %s", names[graphbit_llm_chunk_get_kind (chunk)]);
      graphbit_llm_chunk_unref (chunk);
    }
  g_assert_no_error (error);
  g_assert_cmpstr (log->str, ==, " content content content usage finish");
  response = graphbit_llm_stream_get_response (stream);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "Hé llo\n\n x");
  g_assert_cmpint (graphbit_llm_usage_get_completion_tokens (graphbit_llm_response_get_usage (response)), ==, 3);
  g_assert_true (g_str_has_prefix (graphbit_llm_response_get_id (response), "mock"));
  g_assert_cmpuint (graphbit_llm_response_get_attempts (response), ==, 1);
  expect_requests (server, CREATE ", " LISTEN ", " LOOK);
  expect_words (server, "\"accept\":\"text/event-stream\"");
  expect_words (server, "\"cache-control\":\"no-store\"");
  expect_words (server, "\\\"stream\\\":true");
}

/* A stream that breaks is gone on with by looking; what was heard is not told twice. */
static void
test_broken_stream (void)
{
  static const char *const steps[] = {
    "[{\"stream\":[\"one \",\"two \",\"three\"]},{\"match\":\"/streams/\",\"close\":\"after-60-bytes\"}]",
    "[{\"stream\":[\"one \",\"two \",\"three\"]},{\"match\":\"/streams/\",\"reset\":\"after-60-bytes\"}]",
    "[{\"stream\":[\"one \",\"two \",\"three\"],\"done\":false}]",
    "[{\"stream\":[\"one \",\"two \",\"three\"]},{\"match\":\"/streams/\",\"status\":404}]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new (steps[i]);
      g_autoptr (GraphbitLlmClient) client = make_client (server);
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitLlmStream) stream = support_open (client, "Hello", NULL, &error);
      g_autoptr (GraphbitLlmResponse) response = NULL;

      g_assert_no_error (error);
      response = support_collect (stream, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "one two three");
      g_assert_cmpstr (graphbit_llm_stream_get_text (stream), ==, "one two three");
      g_assert_nonnull (graphbit_llm_response_get_usage (response));
      expect_requests (server, CREATE ", " LISTEN ", " LOOK);
    }
}

/* Nowhere to listen, or only where the key must not go. */
static void
test_no_stream (void)
{
  static const char *const urls[] = { "", ",\"stream\":\"http://127.0.0.1:9/v1/streams/x\"", ",\"stream\":\"https://replicate.com.example.org/x\"" };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autofree char *steps = g_strdup_printf ("[{\"status\":201,\"json\":{\"id\":\"x\",\"status\":\"starting\",\"urls\":{\"get\":\"http://127.0.0.1:9/\"%s}}},"
                                                "{\"json\":{\"id\":\"x\",\"status\":\"processing\",\"output\":[\"a\"]}},"
                                                "{\"json\":{\"id\":\"x\",\"status\":\"succeeded\",\"output\":[\"a\",\"b\"]}}]", urls[i]);
      g_autoptr (GraphbitMockServer) server = support_server_new (steps);
      g_autoptr (GraphbitLlmClient) client = make_client (server);
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitLlmStream) stream = NULL;
      g_autoptr (GraphbitLlmResponse) response = NULL;
      SupportResult result = { NULL };

      graphbit_clock_set_virtual (TRUE);
      graphbit_llm_client_complete_stream_async (client, "Hello", NULL, NULL, support_ready, &result);
      stream = graphbit_llm_client_complete_stream_finish (client, support_wait_with_clock (&result, 20), &error);
      support_result_clear (&result);
      g_assert_no_error (error);
      graphbit_llm_stream_collect_async (stream, NULL, support_ready, &result);
      response = graphbit_llm_stream_collect_finish (stream, support_wait_with_clock (&result, 20), &error);
      support_result_clear (&result);
      graphbit_clock_set_virtual (FALSE);
      g_assert_no_error (error);
      g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "ab");
      expect_requests (server, CREATE ", GET /v1/predictions/x, GET /v1/predictions/x");
    }
}

static void
test_failed (void)
{
  static const struct
  {
    const char *step;
    const char *words;
  } cases[] = {
    { "{\"finish_reason\":\"failed\",\"text\":\"CUDA out of memory\"}", "CUDA out of memory" },
    { "{\"finish_reason\":\"canceled\"}", "stopped the prediction" },
    { "{\"finish_reason\":\"aborted\"}", "stopped the prediction" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new (cases[i].step);
      g_autoptr (GraphbitLlmClient) client = make_client (server);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) stream_error = NULL;
      g_autoptr (GraphbitLlmStream) stream = NULL;
      g_autoptr (GraphbitLlmResponse) response = NULL;

      g_assert_null (support_complete (client, "Hello", NULL, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNAVAILABLE);
      g_assert_nonnull (strstr (error->message, cases[i].words));
      expect_requests (server, CREATE);

      /* the stream ends without a reason, which is looked up */
      graphbit_mock_server_add_step (server, cases[i].step, NULL);
      stream = support_open (client, "Hello", NULL, &stream_error);
      if (stream != NULL)
        response = support_collect (stream, &stream_error);
      g_assert_null (response);
      g_assert_error (stream_error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNAVAILABLE);
      g_assert_nonnull (strstr (stream_error->message, cases[i].words));
      expect_requests (server, CREATE ", " CREATE ", " LISTEN ", " LOOK);
    }
}

static void
test_error_event (void)
{
  g_autoptr (GraphbitMockServer) server =
      support_server_new ("{\"text\":\"half\",\"events\":[{\"detail\":\"CUDA out of memory\"}]}");
  g_autoptr (GraphbitLlmClient) client = make_client (server);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmStream) stream = support_open (client, "Hello", NULL, &error);
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GraphbitErrorDetails) details = NULL;

  g_assert_no_error (error);
  response = support_collect (stream, &error);
  g_assert_null (response);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNAVAILABLE);
  details = graphbit_error_details_from_error (error);
  g_assert_cmpstr (graphbit_error_details_get_provider_message (details), ==, "CUDA out of memory");
  g_assert_cmpstr (graphbit_llm_response_get_text (GRAPHBIT_LLM_RESPONSE (graphbit_error_details_get_partial_response (details))),
                   ==, "half");
  expect_requests (server, CREATE ", " LISTEN);
}

/* Refused, overloaded, cut. */
static void
test_errors (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = make_client (server);
  GraphbitLlmConfig *config = graphbit_llm_client_get_config (client);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitErrorDetails) details = NULL;
  g_autofree char *text = NULL;

  graphbit_llm_config_set_extra_body (config, "{\"input\":{\"max_new_tokens\":5}}");
  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_REQUEST);
  g_assert_nonnull (strstr (error->message, "max_new_tokens is not allowed"));
  details = graphbit_error_details_from_error (error);
  g_assert_cmpint (graphbit_error_details_get_http_status (details), ==, 422);
  g_clear_error (&error);
  graphbit_llm_config_set_extra_body (config, NULL);

  graphbit_llm_config_set_model (config, "o/no-such-model");
  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  graphbit_llm_config_set_model (config, "o/m");

  graphbit_llm_config_set_api_key (config, "wrong", NULL);
  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_nonnull (strstr (error->message, "REPLICATE_API_KEY"));
  g_clear_error (&error);
  graphbit_llm_config_set_api_key (config, "sk-marker", NULL);

  /* its beginning is tried again, and so is each look, even one that breaks off */
  graphbit_mock_server_clear (server);
  graphbit_mock_server_add_step (server,
                                 "[{\"status\":429,\"headers\":{\"retry-after-ms\":\"1\"}},{\"looks\":1,\"match\":\"/models/\"},"
                                 "{\"status\":503,\"headers\":{\"retry-after-ms\":\"1\"},\"match\":\"/predictions/mock\"},"
                                 "{\"close\":\"after-20-bytes\",\"match\":\"/predictions/mock\"}]", &error);
  g_assert_no_error (error);
  text = complete_with_clock (client, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: Hello");
  expect_requests (server, CREATE ", " CREATE ", " LOOK ", " LOOK ", " LOOK);
  g_assert_cmpint (support_stat (client, "retries"), ==, 3);
}

/* Stopping */

/* Time passes until a look stalls. */
static gboolean
is_stalled (gpointer data)
{
  graphbit_clock_advance (20 * 1000);
  return graphbit_mock_server_wait_for_stalled (data, 1, 1);
}

/* Cancelled while it is begun, while it is waited for, within a look, within the stream: each time it is stopped. */
static void
test_cancel (void)
{
  static const struct
  {
    const char *steps;
    gboolean is_stream;
    guint n_requests; /* before it is cancelled */
    gboolean is_stalled;
    const char *wanted;
  } cases[] = {
    /* the answer to the first request says what is to be stopped: it is still taken */
    { "{\"looks\":9,\"stall\":\"after-headers\"}", FALSE, 1, TRUE, CREATE ", " STOP },
    { "{\"looks\":9}", FALSE, 1, FALSE, CREATE ", " STOP },
    { "[{\"looks\":9,\"match\":\"/models/\"},{\"stall\":\"after-headers\",\"match\":\"/predictions/mock\"}]", FALSE, 2, TRUE, CREATE ", " LOOK ", " STOP },
    { "[{\"looks\":9,\"match\":\"/models/\"},{\"stall\":\"after-60-bytes\",\"match\":\"/streams/\"}]", TRUE, 2, TRUE, CREATE ", " LISTEN ", " STOP },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new (cases[i].steps);
      g_autoptr (GraphbitLlmClient) client = make_client (server);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hello", NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitLlmStream) stream = NULL;
      g_autoptr (GraphbitLlmResponse) response = NULL;
      SupportResult result = { NULL };

      graphbit_clock_set_virtual (TRUE);
      if (cases[i].is_stream)
        {
          stream = support_open (client, "Hello", NULL, &error);
          g_assert_no_error (error);
          graphbit_llm_stream_collect_async (stream, cancellable, support_ready, &result);
        }
      else
        {
          graphbit_llm_client_chat_async (client, request, cancellable, support_ready, &result);
        }
      if (cases[i].is_stalled)
        support_look_until (is_stalled, server);
      else
        support_wait_for_requests (server, 1);
      if (!cases[i].is_stalled)
        g_assert_true (graphbit_mock_server_wait_for_finished (server, 1, 20000));

      if (stream != NULL)
        graphbit_llm_stream_cancel (stream);
      else
        g_cancellable_cancel (cancellable);
      support_wait (&result);
      response = cases[i].is_stream ? graphbit_llm_stream_collect_finish (stream, result.result, &error)
                                    : graphbit_llm_client_chat_finish (client, result.result, &error);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      support_result_clear (&result);

      graphbit_mock_server_release (server);
      support_wait_for_requests (server, cases[i].n_requests + 1);
      expect_requests (server, cases[i].wanted);
      g_assert_true (graphbit_mock_server_wait_for_finished (server, cases[i].n_requests + 1, 20000));
      graphbit_clock_set_virtual (FALSE);
    }
}

/* A stream that nobody holds any more is stopped, too. */
static void
test_left (void)
{
  g_autoptr (GraphbitMockServer) server =
      support_server_new ("[{\"looks\":9,\"match\":\"/models/\"},{\"stall\":\"after-60-bytes\",\"match\":\"/streams/\"}]");
  g_autoptr (GraphbitLlmClient) client = make_client (server);
  g_autoptr (GError) error = NULL;
  GraphbitLlmStream *stream = support_open (client, "Hello", NULL, &error);

  g_assert_no_error (error);
  g_object_unref (stream);
  support_wait_for_requests (server, 3);
  expect_requests (server, CREATE ", " LISTEN ", " STOP);
}

/* Nothing was begun: nothing is stopped, and nothing is begun later. */
static void
test_cancel_early (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"status\":503,\"headers\":{\"Retry-After\":\"30\"}}");
  g_autoptr (GraphbitLlmClient) client = make_client (server);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hello", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  SupportResult result = { NULL };

  graphbit_clock_set_virtual (TRUE);
  graphbit_llm_client_chat_async (client, request, cancellable, support_ready, &result);
  support_wait_for_requests (server, 1);
  g_assert_true (graphbit_mock_server_wait_for_finished (server, 1, 20000));
  g_cancellable_cancel (cancellable);
  support_wait (&result);
  g_assert_null (graphbit_llm_client_chat_finish (client, result.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  support_result_clear (&result);
  graphbit_clock_advance (60 * G_USEC_PER_SEC);
  graphbit_clock_set_virtual (FALSE);

  /* had anything been sent, it would be before this */
  text = support_complete (client, "Hello", NULL, &error);
  g_assert_no_error (error);
  expect_requests (server, CREATE ", " CREATE);
}

static gboolean
is_stopped (gpointer data)
{
  g_autofree char *requests = join_requests (data);

  return g_str_has_suffix (requests, STOP);
}

/* The one time limit holds over all requests, and stops it. */
static void
test_timeout (void)
{
  static const char *const steps[] = { "{\"looks\":1000}", "{\"looks\":9,\"stall\":\"after-headers\"}" };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new (steps[i]);
      g_autoptr (GraphbitLlmClient) client = make_client (server);
      g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
      g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hello", options);
      g_autoptr (GError) error = NULL;
      SupportResult result = { NULL };

      graphbit_llm_options_set_timeout_ms (options, 20000);
      graphbit_clock_set_virtual (TRUE);
      graphbit_llm_client_chat_async (client, request, NULL, support_ready, &result);
      if (i == 1)
        g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, 20000));
      support_wait_with_clock (&result, 20);
      g_assert_null (graphbit_llm_client_chat_finish (client, result.result, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
      g_assert_nonnull (strstr (error->message, "within the time limit of 20 s"));
      support_result_clear (&result);
      /* where nothing is on its way that tells what to stop, it was told to stop at once */
      graphbit_mock_server_release (server);
      support_look_until (is_stopped, server);
      graphbit_clock_set_virtual (FALSE);
      expect_words (server, "\"cancel-after\":\"20s\"");
    }
}

/* Another provider takes over from one that cannot tell how far it is; what is left behind is stopped. */
static void
test_fallback (void)
{
  g_autoptr (GraphbitMockServer) server =
      support_server_new ("[{\"looks\":9,\"match\":\"/models/\"},{\"status\":503,\"match\":\"GET\",\"times\":1},"
                          "{\"status\":503,\"match\":\"/predictions/mock\",\"times\":1}]");
  g_autoptr (GraphbitMockServer) other = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = make_client (server);
  g_autoptr (GraphbitLlmClient) reserve = support_client_new (other);
  g_autoptr (GListStore) fallbacks = g_list_store_new (GRAPHBIT_TYPE_LLM_CONFIG);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_list_store_append (fallbacks, graphbit_llm_client_get_config (reserve));
  g_object_set (client, "fallbacks", fallbacks, "max-retries", 0, NULL);
  text = complete_with_clock (client, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "You said: Hello");
  support_wait_for_requests (server, 3);
  expect_requests (server, CREATE ", " LOOK ", " STOP);
}

static void
test_warmup (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = make_client (server);
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };

  graphbit_llm_client_warmup_async (client, NULL, support_ready, &result);
  g_assert_true (graphbit_llm_client_warmup_finish (client, support_wait (&result), &error));
  g_assert_no_error (error);
  support_result_clear (&result);
}

int
main (int argc,
      char *argv[])
{
  g_unsetenv ("REPLICATE_BASE_URL");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/predictions/at-once", test_at_once);
  g_test_add_func ("/llm/predictions/looks", test_looks);
  g_test_add_func ("/llm/predictions/stream", test_stream);
  g_test_add_func ("/llm/predictions/broken-stream", test_broken_stream);
  g_test_add_func ("/llm/predictions/no-stream", test_no_stream);
  g_test_add_func ("/llm/predictions/failed", test_failed);
  g_test_add_func ("/llm/predictions/error-event", test_error_event);
  g_test_add_func ("/llm/predictions/errors", test_errors);
  g_test_add_func ("/llm/predictions/cancel", test_cancel);
  g_test_add_func ("/llm/predictions/left", test_left);
  g_test_add_func ("/llm/predictions/cancel-early", test_cancel_early);
  g_test_add_func ("/llm/predictions/timeout", test_timeout);
  g_test_add_func ("/llm/predictions/fallback", test_fallback);
  g_test_add_func ("/llm/predictions/warmup", test_warmup);

  return g_test_run ();
}
