/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "llm-support.h"

/*
 * Very many exchanges with a server of which one answer in twenty goes wrong in
 * some way: nothing is lost, nothing is answered twice, the sums agree with the
 * server's, and memory and descriptors stay where they are.
 *
 * soak [NUMBER]: how many exchanges, 100,000 if it is not said.
 */

#define IN_FLIGHT 64
#define FAULT_RATE 0.05

typedef struct
{
  GraphbitLlmClient *client;
  GMainLoop *loop;
  guint n_wanted;
  guint n_started;
  guint n_ended;
  guint n_succeeded;
  guint n_failed;
  guint n_sent; /* the others came to an open breaker */
  guint64 n_attempts;
} Soak;

typedef struct
{
  Soak *soak;
  guint number;
  guint n_answers;
} Exchange;

static void start_next (Soak *soak);

static void
count_attempts (Soak *soak,
                guint n)
{
  soak->n_attempts += n;
  soak->n_sent += n > 0;
}

static void
on_answer (Exchange *exchange,
           GraphbitLlmResponse *response,
           GError *error)
{
  Soak *soak = exchange->soak;

  g_assert_cmpuint (exchange->n_answers++, ==, 0);
  g_assert_true ((response != NULL) != (error != NULL));
  if (response != NULL)
    {
      g_autofree char *expected = g_strdup_printf ("You said: number %u", exchange->number);

      /* nobody else's answer */
      g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, expected);
      count_attempts (soak, graphbit_llm_response_get_attempts (response));
      soak->n_succeeded++;
    }
  else
    {
      g_autoptr (GraphbitErrorDetails) details = graphbit_error_details_from_error (error);

      g_assert_cmpint (error->domain, ==, GRAPHBIT_ERROR);
      g_assert_nonnull (details);
      count_attempts (soak, graphbit_error_details_get_attempts (details));
      soak->n_failed++;
    }
  soak->n_ended++;
  g_free (exchange);

  if (soak->n_started < soak->n_wanted)
    start_next (soak);
  else if (soak->n_ended == soak->n_wanted)
    g_main_loop_quit (soak->loop);
}

static void
on_chat (GObject *object,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmResponse) response =
      graphbit_llm_client_chat_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);

  on_answer (data, response, error);
}

static void
on_collected (GObject *object,
              GAsyncResult *result,
              gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmResponse) response =
      graphbit_llm_stream_collect_finish (GRAPHBIT_LLM_STREAM (object), result, &error);

  on_answer (data, response, error);
}

static void
on_stream (GObject *object,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmStream) stream =
      graphbit_llm_client_chat_stream_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);

  if (stream != NULL)
    graphbit_llm_stream_collect_async (stream, NULL, on_collected, data);
  else
    on_answer (data, NULL, error);
}

static void
start_next (Soak *soak)
{
  Exchange *exchange = g_new0 (Exchange, 1);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autofree char *prompt = NULL;
  g_autoptr (GraphbitLlmMessage) message = NULL;

  exchange->soak = soak;
  exchange->number = soak->n_started++;
  prompt = g_strdup_printf ("number %u", exchange->number);
  message = graphbit_llm_message_new_user (prompt);
  graphbit_llm_request_add_message (request, message);
  if (exchange->number % 2 == 0)
    graphbit_llm_client_chat_async (soak->client, request, NULL, on_chat, exchange);
  else
    graphbit_llm_client_chat_stream_async (soak->client, request, NULL, on_stream, exchange);
}

static void
run (Soak *soak,
     guint n)
{
  soak->n_wanted += n;
  for (guint i = 0; i < IN_FLIGHT; i++)
    start_next (soak);
  g_main_loop_run (soak->loop);
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) directory = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (directory != NULL && g_dir_read_name (directory) != NULL)
    n++;
  return n;
}

static guint64
get_unanswered (GraphbitMockServer *server)
{
  g_autofree char *stats = graphbit_mock_server_dup_stats_json (server);
  const char *found = strstr (stats, "\"unanswered\":");

  g_assert_nonnull (found);
  return g_ascii_strtoull (found + strlen ("\"unanswered\":"), NULL, 10);
}

static guint64
get_resident (void)
{
  g_autofree char *text = NULL;
  guint64 total, resident;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL) ||
      sscanf (text, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &total, &resident) != 2)
    return 0;
  return resident * (guint64) sysconf (_SC_PAGESIZE);
}

int
main (int argc,
      char *argv[])
{
  guint n = argc > 1 ? (guint) MAX (atoi (argv[1]), 20 * IN_FLIGHT) : 100000;
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GError) error = NULL;
  Soak soak = { NULL, };
  guint64 resident, resident_after, n_requests, n_unanswered;
  guint descriptors, descriptors_after;

  graphbit_mock_server_set_record_limit (server, 1000);
  g_assert_true (graphbit_mock_server_set_chaos (server, FAULT_RATE, 20261125, NULL, &error));
  soak.client = support_client_new (server);
  soak.loop = g_main_loop_new (NULL, FALSE);

  /* a tenth to come to rest: pools, caches, the server's own records */
  run (&soak, n / 10);
  resident = get_resident ();
  descriptors = count_descriptors ();
  run (&soak, n - n / 10);
  resident_after = get_resident ();
  descriptors_after = count_descriptors ();

  g_assert_cmpuint (soak.n_ended, ==, n);
  g_assert_cmpuint (soak.n_succeeded + soak.n_failed, ==, n);
  g_assert_cmpint (support_stat (soak.client, "total_requests"), ==, n);
  g_assert_cmpint (support_stat (soak.client, "successful_requests"), ==, soak.n_succeeded);
  g_assert_cmpint (support_stat (soak.client, "failed_requests"), ==, soak.n_failed);
  g_assert_cmpint (support_stat (soak.client, "retries"), ==, (gint64) soak.n_attempts - soak.n_sent);
  /* what died on a kept connection without an answer was sent again at once, which is no attempt of its own */
  n_requests = graphbit_mock_server_get_request_count (server);
  n_unanswered = get_unanswered (server);
  g_assert_cmpuint (n_requests, >=, soak.n_attempts);
  g_assert_cmpuint (n_requests, <=, soak.n_attempts + n_unanswered);

  printf ("{\"exchanges\":%u,\"succeeded\":%u,\"failed\":%u,\"attempts\":%" G_GUINT64_FORMAT
          ",\"requests_at_server\":%" G_GUINT64_FORMAT ",\"resident_before\":%" G_GUINT64_FORMAT ",\"resident_after\":%" G_GUINT64_FORMAT
          ",\"descriptors_before\":%u,\"descriptors_after\":%u}\n",
          n, soak.n_succeeded, soak.n_failed, soak.n_attempts, n_requests, resident, resident_after, descriptors, descriptors_after);
  /* what the allocator keeps for itself varies; a leak of one small block for each exchange does not pass */
  g_assert_cmpuint (resident_after, <=, resident + MAX (resident / 100, 2 * 1024 * 1024));
  g_assert_cmpuint (descriptors_after, <=, descriptors + 2 * IN_FLIGHT);

  g_clear_object (&soak.client);
  g_main_loop_unref (soak.loop);
  graphbit_shutdown ();
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, 20000));
  return 0;
}
