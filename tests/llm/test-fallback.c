/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-clock-private.h"
#include "llm-support.h"

/* Who is asked when one does not answer: GraphbitLlmClient:fallbacks. */

/* A client of the first server, without retries, that falls back to the others in their order. */
static GraphbitLlmClient *
client_new (GraphbitMockServer *const *servers,
            guint n_servers)
{
  GraphbitLlmClient *client = support_client_new (servers[0]);
  g_autoptr (GListStore) fallbacks = g_list_store_new (GRAPHBIT_TYPE_LLM_CONFIG);

  for (guint i = 1; i < n_servers; i++)
    {
      g_autofree char *model = g_strdup_printf ("m%u", i);
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitLlmConfig) config =
          graphbit_llm_config_new_openai_compatible (graphbit_mock_server_get_base_url (servers[i]), "sk-other", model,
                                                     &error);

      g_assert_no_error (error);
      g_list_store_append (fallbacks, config);
    }
  graphbit_llm_client_set_fallbacks (client, G_LIST_MODEL (fallbacks));
  graphbit_llm_client_set_max_retries (client, 0);
  return client;
}

static GraphbitLlmResponse *
chat (GraphbitLlmClient *client,
      GError **error)
{
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmMessage) message = graphbit_llm_message_new_user ("Hello");

  graphbit_llm_request_add_message (request, message);
  return graphbit_llm_client_chat (client, request, NULL, error);
}

/* Every error that has a fallback, and every other. */
static void
test_errors (void)
{
  static const struct
  {
    const char *step;
    GraphbitError code;
    gboolean falls_back;
  } cases[] = {
    { "{\"status\":500}", GRAPHBIT_ERROR_UNAVAILABLE, TRUE },
    { "{\"status\":503}", GRAPHBIT_ERROR_UNAVAILABLE, TRUE },
    { "{\"status\":429}", GRAPHBIT_ERROR_RATE_LIMITED, TRUE },
    { "{\"status\":429,\"body\":\"{\\\"error\\\":{\\\"message\\\":\\\"Pay\\\",\\\"code\\\":\\\"insufficient_quota\\\"}}\"}",
      GRAPHBIT_ERROR_QUOTA_EXCEEDED, TRUE },
    { "{\"status\":401}", GRAPHBIT_ERROR_AUTHENTICATION, TRUE },
    { "{\"reset\":\"before-status\"}", GRAPHBIT_ERROR_CONNECTION, TRUE },
    { "{\"status\":400}", GRAPHBIT_ERROR_INVALID_REQUEST, FALSE },
    { "{\"status\":403}", GRAPHBIT_ERROR_PERMISSION, FALSE },
    { "{\"status\":404}", GRAPHBIT_ERROR_NOT_FOUND, FALSE },
    { "{\"body\":\"{nonsense\"}", GRAPHBIT_ERROR_PROTOCOL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) first = support_server_new (cases[i].step);
      g_autoptr (GraphbitMockServer) second = support_server_new ("{\"text\":\"From the second\"}");
      GraphbitMockServer *servers[] = { first, second };
      g_autoptr (GraphbitLlmClient) client = client_new (servers, 2);
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitLlmResponse) response = chat (client, &error);

      g_test_message ("%s", cases[i].step);
      g_assert_cmpuint (graphbit_mock_server_get_request_count (second), ==, cases[i].falls_back ? 1 : 0);
      if (cases[i].falls_back)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "From the second");
          g_assert_cmpuint (graphbit_llm_response_get_fallback_index (response), ==, 1);
          g_assert_nonnull (strstr (graphbit_llm_response_get_fallback_reason (response), ", m: "));
          g_assert_cmpuint (graphbit_llm_response_get_attempts (response), ==, 2);
          g_assert_cmpint (support_stat (client, "retries"), ==, 0);
          g_assert_cmpint (support_stat (client, "successful_requests"), ==, 1);
        }
      else
        {
          g_assert_error (error, GRAPHBIT_ERROR, (int) cases[i].code);
          g_assert_null (strstr (error->message, "tried as well"));
        }
      g_assert_cmpint (support_stat (client, "total_requests"), ==, 1);
    }
}

/* The retries of one come before the next. */
static void
test_retries (void)
{
  g_autoptr (GraphbitMockServer) first = support_server_new ("{\"status\":503,\"headers\":{\"retry-after-ms\":\"1\"},\"times\":9}");
  g_autoptr (GraphbitMockServer) second = support_server_new ("{\"text\":\"At last\"}");
  GraphbitMockServer *servers[] = { first, second };
  g_autoptr (GraphbitLlmClient) client = client_new (servers, 2);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;

  graphbit_llm_client_set_max_retries (client, 2);
  response = chat (client, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (first), ==, 3);
  g_assert_cmpuint (graphbit_llm_response_get_attempts (response), ==, 4);
  g_assert_cmpint (support_stat (client, "retries"), ==, 2);
}

/* Nobody answers: the last one's error, and what the others said. */
static void
test_all_fail (void)
{
  g_autoptr (GraphbitMockServer) first = support_server_new ("{\"status\":503}");
  g_autoptr (GraphbitMockServer) second = support_server_new ("{\"status\":401}");
  g_autoptr (GraphbitMockServer) third = support_server_new ("{\"status\":404}");
  g_autoptr (GraphbitMockServer) fourth = support_server_new (NULL);
  GraphbitMockServer *servers[] = { first, second, third, fourth };
  g_autoptr (GraphbitLlmClient) client = client_new (servers, 4);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitErrorDetails) details = NULL;

  g_assert_null (chat (client, &error));
  /* which another cannot mend */
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "; tried as well: "));
  g_assert_nonnull (strstr (error->message, ", m: "));
  g_assert_nonnull (strstr (error->message, ", m1: "));
  g_assert_null (strstr (error->message, ", m2: "));
  g_assert_null (strstr (error->message, "sk-"));
  g_assert_cmpuint (graphbit_mock_server_get_request_count (fourth), ==, 0);
  details = graphbit_error_details_from_error (error);
  g_assert_cmpint (graphbit_error_details_get_http_status (details), ==, 404);
  g_assert_cmpuint (graphbit_error_details_get_attempts (details), ==, 3);
  g_assert_cmpint (support_stat (client, "failed_requests"), ==, 1);
  g_assert_cmpint (support_stat (client, "retries"), ==, 0);
}

#define SSE "\"content_type\":\"text/event-stream\","
#define ROLE "data: {\\\"choices\\\":[{\\\"delta\\\":{\\\"role\\\":\\\"assistant\\\"}}]}\\n\\n"
#define ONE "data: {\\\"choices\\\":[{\\\"delta\\\":{\\\"content\\\":\\\"One \\\"}}]}\\n\\n"

static void
test_stream (void)
{
  static const struct
  {
    const char *step;
    const char *text; /* NULL: fails */
  } cases[] = {
    { "{\"status\":529}", "Second stream" },
    /* 429 in a stream that had been accepted */
    { "{" SSE "\"body\":\"data: {\\\"error\\\":{\\\"message\\\":\\\"Slow down\\\",\\\"code\\\":429}}\\n\\n\"}", "Second stream" },
    /* accepted, and broken off before any text */
    { "{" SSE "\"body\":[\"" ROLE "\",\"" ONE "\"],\"framing\":\"chunked\",\"close\":\"after-60-bytes\"}", "Second stream" },
    /* after the first chunk it is too late */
    { "{" SSE "\"body\":[\"" ROLE "\",\"" ONE "\",\"" ONE "\"],\"framing\":\"chunked\",\"close\":\"after-150-bytes\"}", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) first = support_server_new (cases[i].step);
      g_autoptr (GraphbitMockServer) second = support_server_new ("{\"stream\":[\"Second \",\"stream\"]}");
      GraphbitMockServer *servers[] = { first, second };
      g_autoptr (GraphbitLlmClient) client = client_new (servers, 2);
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitLlmStream) stream = support_open (client, "Hello", NULL, &error);
      g_autoptr (GraphbitLlmResponse) response = NULL;

      g_test_message ("%s", cases[i].step);
      g_assert_no_error (error);
      response = support_collect (stream, &error);
      if (cases[i].text != NULL)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, cases[i].text);
          g_assert_cmpuint (graphbit_llm_response_get_fallback_index (response), ==, 1);
        }
      else
        {
          g_assert_nonnull (error);
          g_assert_cmpuint (graphbit_mock_server_get_request_count (second), ==, 0);
        }
    }
}

/* A provider in the application on either side of one over HTTP. */
static void
test_custom (void)
{
  static const char *const replies[] = { "Scripted", NULL };
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"status\":503,\"times\":2}");
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GListStore) fallbacks = g_list_store_new (GRAPHBIT_TYPE_LLM_CONFIG);
  g_autoptr (GraphbitLlmConfig) scripted = graphbit_llm_config_new_scripted (replies);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;

  graphbit_llm_client_set_max_retries (client, 0);
  g_list_store_append (fallbacks, graphbit_llm_client_get_config (client)); /* the same once more */
  g_list_store_append (fallbacks, scripted);
  graphbit_llm_client_set_fallbacks (client, G_LIST_MODEL (fallbacks));
  response = chat (client, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "Scripted");
  g_assert_cmpstr (graphbit_llm_response_get_provider (response), ==, "scripted");
  g_assert_cmpuint (graphbit_llm_response_get_fallback_index (response), ==, 2);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 2);
}

/* A key that is missing is a reason too. */
static void
test_missing_key (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"Here\"}");
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) keyless = NULL;
  g_autoptr (GraphbitLlmClient) other = support_client_new (server);
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GListStore) fallbacks = g_list_store_new (GRAPHBIT_TYPE_LLM_CONFIG);
  g_autoptr (GraphbitLlmResponse) response = NULL;

  keyless = graphbit_llm_config_new_openai (NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (graphbit_llm_config_get_has_api_key (keyless));
  client = graphbit_llm_client_new (keyless);
  g_list_store_append (fallbacks, graphbit_llm_client_get_config (other));
  graphbit_llm_client_set_fallbacks (client, G_LIST_MODEL (fallbacks));
  response = chat (client, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (graphbit_llm_response_get_fallback_index (response), ==, 1);
  g_assert_cmpuint (graphbit_llm_response_get_attempts (response), ==, 1);
  g_assert_nonnull (strstr (graphbit_llm_response_get_fallback_reason (response), "OPENAI_API_KEY"));
}

static char *
one_key_only (GraphbitLlmConfig *config,
              gpointer data,
              GError **error)
{
  guint *n_asked = data;

  if ((*n_asked)++ == 0)
    return g_strdup ("sk-first");

  g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION, "there is no other");
  return NULL;
}

/* What was sent with a key that was refused counts, though it is the next key that fails. */
static void
test_refused_key (void)
{
  g_autoptr (GraphbitMockServer) first = support_server_new ("{\"status\":401}");
  g_autoptr (GraphbitMockServer) second = support_server_new ("{\"text\":\"Hi\"}");
  GraphbitMockServer *servers[] = { first, second };
  g_autoptr (GraphbitLlmClient) client = client_new (servers, 2);
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  guint n_asked = 0;

  graphbit_llm_config_set_api_key (graphbit_llm_client_get_config (client), NULL, NULL);
  graphbit_llm_config_set_key_func (graphbit_llm_client_get_config (client), one_key_only, &n_asked, NULL);
  response = chat (client, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_asked, ==, 2);
  g_assert_cmpuint (graphbit_llm_response_get_attempts (response), ==, 2);
  g_assert_cmpint (support_stat (client, "retries"), ==, 0);
}

/* The retries of the first are counted whole, also where the last was sent nothing. */
static void
test_last_untried (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"status\":503,\"headers\":{\"retry-after-ms\":\"1\"},\"times\":9}");
  GraphbitMockServer *servers[] = { server };
  g_autoptr (GraphbitLlmClient) client = client_new (servers, 1);
  g_autoptr (GListStore) fallbacks = g_list_store_new (GRAPHBIT_TYPE_LLM_CONFIG);
  g_autoptr (GraphbitLlmConfig) keyless = g_object_new (GRAPHBIT_TYPE_LLM_CONFIG, "provider", "openai", NULL);
  g_autoptr (GError) error = NULL;

  g_list_store_append (fallbacks, keyless);
  graphbit_llm_client_set_fallbacks (client, G_LIST_MODEL (fallbacks));
  graphbit_llm_client_set_max_retries (client, 2);
  g_assert_null (chat (client, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);
  g_assert_cmpint (support_stat (client, "retries"), ==, 2);
  g_assert_cmpint (support_stat (client, "total_requests"), ==, 1);
}

/* What the list may hold. */
static void
test_bad_list (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);
  g_autoptr (GListStore) strangers = g_list_store_new (G_TYPE_OBJECT);
  g_autoptr (GListStore) wrong = g_list_store_new (GRAPHBIT_TYPE_LLM_CONFIG);
  g_autoptr (GraphbitLlmConfig) config = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GError) error = NULL;

  g_list_store_append (strangers, client);
  graphbit_llm_client_set_fallbacks (client, G_LIST_MODEL (strangers));
  g_assert_null (chat (client, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "number 1"));
  g_clear_error (&error);

  config = g_object_new (GRAPHBIT_TYPE_LLM_CONFIG, "provider", "no such", NULL);
  g_list_store_append (wrong, graphbit_llm_client_get_config (client));
  g_list_store_append (wrong, config);
  graphbit_llm_client_set_fallbacks (client, G_LIST_MODEL (wrong));
  g_assert_null (chat (client, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "number 2"));
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);
  g_clear_error (&error);

  graphbit_llm_client_set_fallbacks (client, NULL);
  response = chat (client, &error);
  g_assert_no_error (error);
}

/* One time limit for all of them; and cancelled while the second works. */
static void
test_deadline_and_cancel (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GraphbitMockServer) first = NULL;
      g_autoptr (GraphbitMockServer) second = NULL;
      g_autoptr (GraphbitMockServer) third = NULL;
      g_autoptr (GraphbitLlmClient) client = NULL;
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      SupportResult result = { NULL, };
      char *text;

      graphbit_clock_set_virtual (TRUE);
      first = support_server_new ("{\"status\":503}");
      second = support_server_new ("{\"stall\":true}");
      third = support_server_new (NULL);
      {
        GraphbitMockServer *servers[] = { first, second, third };

        client = client_new (servers, 3);
      }
      graphbit_llm_client_complete_async (client, "Hello", NULL, cancellable, support_ready, &result);
      while (!graphbit_mock_server_wait_for_stalled (second, 1, 1))
        g_main_context_iteration (NULL, FALSE);
      if (i == 0)
        graphbit_clock_advance (600 * G_USEC_PER_SEC);
      else
        g_cancellable_cancel (cancellable);
      text = graphbit_llm_client_complete_finish (client, support_wait (&result), &error);
      g_assert_null (text);
      if (i == 0)
        g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
      else
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (result.n_calls, ==, 1);
      g_assert_cmpuint (graphbit_mock_server_get_request_count (third), ==, 0);
      support_assert_closed (second);
      support_result_clear (&result);
      graphbit_clock_set_virtual (FALSE);
    }
}

int
main (int argc,
      char *argv[])
{
  g_unsetenv ("OPENAI_API_KEY");
  g_unsetenv ("OPENAI_BASE_URL");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/fallback/errors", test_errors);
  g_test_add_func ("/llm/fallback/retries", test_retries);
  g_test_add_func ("/llm/fallback/all-fail", test_all_fail);
  g_test_add_func ("/llm/fallback/stream", test_stream);
  g_test_add_func ("/llm/fallback/custom", test_custom);
  g_test_add_func ("/llm/fallback/missing-key", test_missing_key);
  g_test_add_func ("/llm/fallback/refused-key", test_refused_key);
  g_test_add_func ("/llm/fallback/last-untried", test_last_untried);
  g_test_add_func ("/llm/fallback/bad-list", test_bad_list);
  g_test_add_func ("/llm/fallback/deadline-and-cancel", test_deadline_and_cancel);

  return g_test_run ();
}
