/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * CPU of completions and streams, ours and bare libsoup's, against a fast
 * local server:
 *
 *   bench-completion MODE REQUESTS IN-FLIGHT URL [cold]
 *
 * MODE is floor, floor-sessions (64 of them), graphbit, floor-stream,
 * graphbit-collect, graphbit-chunks, graphbit-chunk, or agents: a request is then
 * a run of five agents. Prints one JSON line with CPU microseconds per request,
 * all threads of the process counted; connecting is among it if it starts cold.
 * MODE cancel prints the microseconds from a cancellation to the callback, the
 * median. tests/bench/run compares them.
 */

#include <graphbit/graphbit.h>
#include <libsoup/soup.h>
#include <string.h>
#include <sys/resource.h>

#define SYSTEM "You are a helpful assistant."
#define PROMPT "What is the capital of France?"
#define MAX_SESSIONS 64
#define AGENTS 5

typedef struct
{
  const char *mode;
  char *url;
  guint n_requests;
  guint n_started;
  guint n_done;
  guint n_errors;
  guint n_chunks;
  GMainLoop *loop;

  SoupSession *sessions[MAX_SESSIONS];
  guint n_sessions;
  GUri *uri;
  GraphbitLlmClient *client;
  GraphbitLlmRequest *request;
  GraphbitExecutor *executor;
  GraphbitWorkflow *workflow;
  GCancellable *cancellable;
  gint64 cancelled;
  GArray *delays; /* of gint64 */
} Bench;

static void start_next (Bench *self);

static void
end_one (Bench *self,
         gboolean is_good)
{
  if (!is_good)
    self->n_errors++;
  if (++self->n_done == self->n_requests)
    g_main_loop_quit (self->loop);
  else if (self->n_started < self->n_requests)
    start_next (self);
}

/* The floor: what a tuned program does with libsoup and nothing else. */

typedef struct
{
  Bench *bench;
  SoupMessage *message;
  GInputStream *stream;
  GString *body;
  gsize scanned;
} Exchange;

static gboolean
read_some (GObject *pollable,
           gpointer data)
{
  Exchange *self = data;
  char buffer[16384];

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      gssize length = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (self->stream), buffer, sizeof buffer, NULL, &error);

      if (length > 0)
        {
          const char *line;

          g_string_append_len (self->body, buffer, length);
          /* a scanner's work: find each line and what it holds */
          while (strstr (self->bench->mode, "stream") != NULL &&
                 (line = memchr (self->body->str + self->scanned, '\n', self->body->len - self->scanned)) != NULL)
            {
              const char *start = self->body->str + self->scanned;
              const char *content = memmem (start, (gsize) (line - start), "\"content\":\"", 11);

              if (content != NULL && memchr (content + 11, '"', (gsize) (line - content - 11)) != NULL)
                self->bench->n_chunks++;
              self->scanned = (gsize) (line + 1 - self->body->str);
            }
          continue;
        }
      if (length < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          g_autoptr (GSource) source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (self->stream), NULL);

          g_source_set_callback (source, G_SOURCE_FUNC (read_some), self, NULL);
          g_source_attach (source, NULL);
          return G_SOURCE_REMOVE;
        }

      {
        Bench *bench = self->bench;
        gboolean is_good = length == 0 && strstr (self->body->str, "\"content\":\"") != NULL;

        g_object_unref (self->stream);
        g_object_unref (self->message);
        g_string_free (self->body, TRUE);
        g_free (self);
        end_one (bench, is_good);
        return G_SOURCE_REMOVE;
      }
    }
}

static void
sent (GObject *object,
      GAsyncResult *result,
      gpointer data)
{
  Exchange *self = data;

  self->stream = soup_session_send_finish (SOUP_SESSION (object), result, NULL);
  g_assert_nonnull (self->stream);
  read_some (NULL, self);
}

static void
start_floor (Bench *bench)
{
  Exchange *self = g_new0 (Exchange, 1);
  gboolean is_stream = strstr (bench->mode, "stream") != NULL;
  g_autoptr (GBytes) body = NULL;
  GString *text = g_string_sized_new (256);

  g_string_append (text, "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"system\",\"content\":\"" SYSTEM "\"},"
                         "{\"role\":\"user\",\"content\":\"" PROMPT "\"}]");
  g_string_append (text, is_stream ? ",\"stream\":true}" : "}");
  body = g_string_free_to_bytes (text);

  self->bench = bench;
  self->body = g_string_new (NULL);
  self->message = soup_message_new_from_uri ("POST", bench->uri);
  soup_message_add_flags (self->message, SOUP_MESSAGE_IDEMPOTENT | SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_append (soup_message_get_request_headers (self->message), "Authorization", "Bearer sk-bench-0123456789");
  soup_message_set_request_body_from_bytes (self->message, "application/json", body);
  soup_session_send_async (bench->sessions[bench->n_started % bench->n_sessions], self->message, 0, NULL, sent, self);
}

/* Ours */

static void
chatted (GObject *object,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmResponse) response = graphbit_llm_client_chat_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);

  if (error != NULL)
    g_printerr ("%s\n", error->message);
  end_one (data, response != NULL && *graphbit_llm_response_get_text (response) != '\0');
}

static void
collected (GObject *object,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (GraphbitLlmResponse) response = graphbit_llm_stream_collect_finish (GRAPHBIT_LLM_STREAM (object), result, NULL);

  end_one (data, response != NULL && *graphbit_llm_response_get_text (response) != '\0');
}

static void
got_chunks (GObject *object,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (GPtrArray) chunks = graphbit_llm_stream_next_chunks_finish (GRAPHBIT_LLM_STREAM (object), result, NULL);
  Bench *bench = data;

  if (chunks != NULL && chunks->len > 0)
    {
      bench->n_chunks += chunks->len;
      graphbit_llm_stream_next_chunks_async (GRAPHBIT_LLM_STREAM (object), NULL, got_chunks, bench);
    }
  else
    end_one (bench, chunks != NULL);
}

static void
got_chunk (GObject *object,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmChunk) chunk = graphbit_llm_stream_next_chunk_finish (GRAPHBIT_LLM_STREAM (object), result, &error);
  Bench *bench = data;

  if (chunk != NULL)
    {
      bench->n_chunks++;
      graphbit_llm_stream_next_chunk_async (GRAPHBIT_LLM_STREAM (object), NULL, got_chunk, bench);
    }
  else
    end_one (bench, error == NULL);
}

static void
streaming (GObject *object,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (GraphbitLlmStream) stream = graphbit_llm_client_chat_stream_finish (GRAPHBIT_LLM_CLIENT (object), result, NULL);
  Bench *bench = data;

  g_assert_nonnull (stream);
  if (g_str_equal (bench->mode, "graphbit-collect"))
    graphbit_llm_stream_collect_async (stream, NULL, collected, bench);
  else if (g_str_equal (bench->mode, "graphbit-chunks"))
    graphbit_llm_stream_next_chunks_async (stream, NULL, got_chunks, bench);
  else
    graphbit_llm_stream_next_chunk_async (stream, NULL, got_chunk, bench);
}

static void
executed (GObject *object,
          GAsyncResult *result,
          gpointer data)
{
  g_autoptr (GraphbitWorkflowResult) got = graphbit_executor_execute_finish (GRAPHBIT_EXECUTOR (object), result, NULL);

  end_one (data, got != NULL && graphbit_workflow_result_is_success (got));
}

static void
cancelled (GObject *object,
           GAsyncResult *result,
           gpointer data)
{
  Bench *self = data;
  gint64 delay = g_get_monotonic_time () - self->cancelled;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmResponse) response = graphbit_llm_client_chat_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);

  g_array_append_val (self->delays, delay);
  end_one (self, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}

static gboolean
cancel_now (gpointer data)
{
  Bench *self = data;

  self->cancelled = g_get_monotonic_time ();
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static void
start_next (Bench *self)
{
  self->n_started++;
  if (g_str_has_prefix (self->mode, "floor"))
    start_floor (self);
  else if (g_str_equal (self->mode, "agents"))
    graphbit_executor_execute_async (self->executor, self->workflow, NULL, NULL, executed, self);
  else if (g_str_equal (self->mode, "cancel"))
    {
      g_clear_object (&self->cancellable);
      self->cancellable = g_cancellable_new ();
      graphbit_llm_client_chat_async (self->client, self->request, self->cancellable, cancelled, self);
      g_timeout_add (20, cancel_now, self); /* it is under way by then */
    }
  else if (g_str_equal (self->mode, "graphbit"))
    graphbit_llm_client_chat_async (self->client, self->request, NULL, chatted, self);
  else
    graphbit_llm_client_chat_stream_async (self->client, self->request, NULL, streaming, self);
}

static gdouble
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (gdouble) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (gdouble) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static int
compare_delays (gconstpointer a,
                gconstpointer b)
{
  return *(const gint64 *) a < *(const gint64 *) b ? -1 : 1;
}

static void
set_up_workflow (Bench *self,
                 GraphbitLlmConfig *config)
{
  g_autofree char *previous = NULL;
  g_autoptr (GError) error = NULL;

  self->executor = graphbit_executor_new (config);
  self->workflow = graphbit_workflow_new ("agents");
  for (guint i = 0; i < AGENTS; i++)
    {
      g_autofree char *name = g_strdup_printf ("agent %u", i);
      g_autoptr (GraphbitAgentNode) agent = graphbit_agent_node_new (name, PROMPT);

      graphbit_agent_node_set_system_prompt (agent, SYSTEM);
      /* the same requests as without a workflow */
      graphbit_agent_node_set_include_inputs (agent, GRAPHBIT_INCLUDE_INPUTS_NONE);
      graphbit_workflow_add_node (self->workflow, GRAPHBIT_NODE (agent), &error);
      g_assert_no_error (error);
      if (previous != NULL)
        graphbit_workflow_connect_nodes (self->workflow, previous, name, &error);
      g_assert_no_error (error);
      g_free (previous);
      previous = g_steal_pointer (&name);
    }
}

static void
set_up (Bench *self,
        guint in_flight)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = NULL;
  g_autoptr (GraphbitLlmMessage) system = graphbit_llm_message_new_system (SYSTEM);
  g_autoptr (GraphbitLlmMessage) user = graphbit_llm_message_new_user (PROMPT);
  g_autofree char *endpoint = g_strconcat (self->url, "/chat/completions", NULL);

  self->uri = g_uri_parse (endpoint, SOUP_HTTP_URI_FLAGS, NULL);
  self->n_sessions = g_str_equal (self->mode, "floor-sessions") ? MAX_SESSIONS : 1;
  for (guint i = 0; i < self->n_sessions; i++)
    {
      self->sessions[i] =
        soup_session_new_with_options ("max-conns", 2000, "max-conns-per-host", 2000, "proxy-resolver", NULL, NULL);
      soup_session_remove_feature_by_type (self->sessions[i], SOUP_TYPE_CONTENT_DECODER);
      soup_session_remove_feature_by_type (self->sessions[i], SOUP_TYPE_AUTH_MANAGER);
    }

  config = graphbit_llm_config_new_openai_compatible (self->url, "sk-bench-0123456789", "gpt-4o-mini", &error);
  g_assert_no_error (error);
  self->client = graphbit_llm_client_new (config);
  if (in_flight > 64)
    graphbit_llm_client_set_max_concurrency (self->client, in_flight);
  self->delays = g_array_new (FALSE, FALSE, sizeof (gint64));
  set_up_workflow (self, config);
  self->request = graphbit_llm_request_new (NULL);
  graphbit_llm_request_add_message (self->request, system);
  graphbit_llm_request_add_message (self->request, user);
}

static void
run (Bench *self,
     guint n_requests,
     guint in_flight)
{
  self->n_requests = n_requests;
  self->n_started = self->n_done = self->n_chunks = 0;
  for (guint i = 0; i < MIN (in_flight, n_requests); i++)
    start_next (self);
  g_main_loop_run (self->loop);
}

int
main (int argc,
      char **argv)
{
  Bench self = { 0 };
  guint n_requests;
  guint in_flight;
  gdouble cpu;
  gint64 wall;

  if (argc != 5 && argc != 6)
    {
      g_printerr ("usage: %s MODE REQUESTS IN-FLIGHT URL [cold]\n", argv[0]);
      return 2;
    }
  self.mode = argv[1];
  n_requests = (guint) g_ascii_strtoull (argv[2], NULL, 10);
  in_flight = (guint) g_ascii_strtoull (argv[3], NULL, 10);
  self.url = argv[4];
  self.loop = g_main_loop_new (NULL, FALSE);
  set_up (&self, in_flight);

  if (argc == 5)
    run (&self, 4 * in_flight, in_flight); /* connections stand, pages are touched */
  cpu = cpu_seconds ();
  wall = g_get_monotonic_time ();
  run (&self, n_requests, in_flight);
  cpu = cpu_seconds () - cpu;
  wall = g_get_monotonic_time () - wall;

  if (g_str_equal (self.mode, "cancel"))
    {
      g_array_sort (self.delays, compare_delays);
      g_print ("{\"mode\":\"cancel\",\"errors\":%u,\"median_us\":%" G_GINT64_FORMAT "}\n", self.n_errors,
               g_array_index (self.delays, gint64, self.delays->len / 2));
    }
  else
    g_print ("{\"mode\":\"%s\",\"requests\":%u,\"in_flight\":%u,\"errors\":%u,\"chunks\":%u,\"cpu_us\":%.2f,\"per_second\":%.0f}\n",
             self.mode, n_requests, in_flight, self.n_errors, self.n_chunks,
               cpu * 1e6 / n_requests, n_requests * 1e6 / (gdouble) wall);

  g_object_unref (self.client);
  g_object_unref (self.request);
  for (guint i = 0; i < self.n_sessions; i++)
    g_object_unref (self.sessions[i]);
  g_object_unref (self.executor);
  g_object_unref (self.workflow);
  g_clear_object (&self.cancellable);
  g_array_unref (self.delays);
  g_uri_unref (self.uri);
  g_main_loop_unref (self.loop);
  return self.n_errors > 0;
}
