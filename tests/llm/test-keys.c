/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

#include "llm-support.h"

/*
 * A key is nowhere but where it is needed. The server, a process of its own, is
 * of the worst sort: below /echo-STATUS/ all that it says is what it was sent,
 * the key's header and all.
 */

/* The key, from text that is not it. */
static const char coded[] = "tl*JFULBU*76543210";
#define CODE 7
#define LENGTH (sizeof coded - 1)

static guint port;

static char *
make_key (void)
{
  char *key = g_malloc0 (LENGTH + 1);

  for (gsize i = 0; i < LENGTH; i++)
    key[i] = (char) (coded[i] ^ CODE);
  return key;
}

static void
wipe_key (char *key)
{
  explicit_bzero (key, LENGTH);
  g_free (key);
}

/* Without making one to look for. */
static gboolean
is_key (const char *text)
{
  for (gsize i = 0; i < LENGTH; i++)
    {
      if ((text[i] ^ CODE) != coded[i])
        return FALSE;
    }
  return TRUE;
}

static gboolean
has_key (const char *text,
         gsize length)
{
  for (gsize i = 0; i + LENGTH <= length; i++)
    {
      if (is_key (text + i))
        return TRUE;
    }
  return FALSE;
}

/* The server */

static void
serve_one (int socket)
{
  GString *in = g_string_new (NULL);
  GString *out = g_string_new (NULL);
  g_autoptr (GString) said = g_string_new (NULL);
  const char *echo;
  char buffer[4096];
  gssize n;

  while (strstr (in->str, "\r\n\r\n") == NULL && (n = read (socket, buffer, sizeof buffer)) > 0)
    g_string_append_len (in, buffer, n);
  for (const char *p = in->str; *p != '\0'; p++)
    g_string_append_c (said, g_ascii_isalnum (*p) || strchr ("-_.:/ *", *p) != NULL ? *p : ' ');

  echo = strstr (in->str, "/echo-");
  if (echo == NULL)
    {
      g_string_append (out, "{\"choices\":[{\"message\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}");
      g_string_prepend (out, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n\r\n");
    }
  else
    {
      int status = atoi (echo + strlen ("/echo-"));
      gboolean is_stream = strstr (in->str, "event-stream") != NULL;

      g_string_printf (out, "HTTP/1.1 %d x\r\nConnection: close\r\nContent-Type: %s\r\nx-request-id: %.150s\r\nrequest-id: %.150s\r\n\r\n"
                            "%s{\"error\":{\"message\":\"%s\",\"type\":\"%s\",\"code\":\"%s\",\"status\":\"%s\"},\"request_id\":\"%s\"}%s",
                       status, is_stream ? "text/event-stream" : "application/json", said->str, said->str,
                       status == 200 && is_stream ? "data: " : "", said->str, said->str, said->str, said->str, said->str,
                       status == 200 && is_stream ? "\n\n" : "");
    }
  n = write (socket, out->str, out->len);
  g_assert_cmpint (n, ==, out->len);
  shutdown (socket, SHUT_WR);
  while (read (socket, buffer, sizeof buffer) > 0)
    ;
  close (socket);
  g_string_free (in, TRUE);
  g_string_free (out, TRUE);
}

static void
start_server (void)
{
  int listener = socket (AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl (INADDR_LOOPBACK) } };
  socklen_t length = sizeof address;
  int failed = bind (listener, (struct sockaddr *) &address, sizeof address);
  pid_t parent = getpid ();

  g_assert_cmpint (failed, ==, 0);
  failed = listen (listener, 64);
  g_assert_cmpint (failed, ==, 0);
  getsockname (listener, (struct sockaddr *) &address, &length);
  port = ntohs (address.sin_port);
  if (fork () != 0)
    {
      close (listener);
      return;
    }

  while (getppid () == parent)
    {
      fd_set set;
      struct timeval second = { 1, 0 };

      FD_ZERO (&set);
      FD_SET (listener, &set);
      if (select (listener + 1, &set, NULL, NULL, &second) > 0)
        serve_one (accept (listener, NULL, NULL));
    }
  _exit (0);
}

/* Everything that anybody logs */

static GMutex lock;
static GString *logged;

static GLogWriterOutput
write_log (GLogLevelFlags level,
           const GLogField *fields,
           gsize n_fields,
           gpointer data)
{
  g_mutex_lock (&lock);
  for (gsize i = 0; i < n_fields; i++)
    {
      g_string_append_printf (logged, "%s=", fields[i].key);
      if (fields[i].length < 0)
        g_string_append (logged, fields[i].value);
      else
        g_string_append_len (logged, fields[i].value, fields[i].length);
      g_string_append_c (logged, '\n');
    }
  g_mutex_unlock (&lock);
  return G_LOG_WRITER_HANDLED;
}

static void
expect_no_key (const char *label,
               const char *text)
{
  if (text == NULL || !has_key (text, strlen (text)))
    return;
  g_test_message ("%s has the key: %s", label, text);
  g_test_fail ();
}

static void
expect_clean_error (const char *label,
                    GError *error)
{
  g_autoptr (GraphbitErrorDetails) details = NULL;

  g_assert_nonnull (error);
  g_assert_cmpint (error->domain, ==, GRAPHBIT_ERROR);
  expect_no_key (label, error->message);
  details = graphbit_error_details_from_error (error);
  if (g_error_matches (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED)) /* nothing was sent */
    return;
  g_assert_nonnull (details);
  expect_no_key (label, graphbit_error_details_get_provider_message (details));
  expect_no_key (label, graphbit_error_details_get_provider_code (details));
  expect_no_key (label, graphbit_error_details_get_request_id (details));
}

static void
expect_clean_properties (const char *label,
                         gpointer object)
{
  guint n_properties;
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n_properties);

  for (guint i = 0; i < n_properties; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *contents = NULL;

      if ((pspecs[i]->flags & G_PARAM_READABLE) == 0)
        continue;
      g_object_get_property (object, pspecs[i]->name, &value);
      contents = g_strdup_value_contents (&value);
      expect_no_key (label, contents);
    }
}

static const char *const providers[] = {
  "openai", "responses", "anthropic", "gemini", "ollama", "azurellm", "openai_compatible", "deepseek", "mistralai", "perplexity",
  "fireworks", "togetherai", "xai", "huggingface", "openrouter", "ai21", "bytedance", "groq", "litellm", "cohere", "replicate",
  "llamacpp", "vllm", "lmstudio",
};

static GraphbitLlmConfig *
new_config (const char *provider,
            const char *path)
{
  gboolean is_responses = strcmp (provider, "responses") == 0;
  g_autofree char *base_url = g_strdup_printf ("http://127.0.0.1:%u%s", port, path);
  GraphbitLlmConfig *config = g_object_new (GRAPHBIT_TYPE_LLM_CONFIG,
                                            "provider", is_responses ? "openai" : provider,
                                            "api", is_responses ? GRAPHBIT_LLM_API_RESPONSES : GRAPHBIT_LLM_API_AUTO,
                                            "model", strcmp (provider, "replicate") == 0 ? "o/m" : "m",
                                            "base-url", base_url,
                                            NULL);
  char *key = make_key ();
  g_autoptr (GError) error = NULL;

  graphbit_llm_config_set_api_key (config, key, &error);
  g_assert_no_error (error);
  wipe_key (key);
  return config;
}

static void
ask (GraphbitLlmClient *client,
     const char *label)
{
  SupportResult result = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) stream_error = NULL;
  g_autoptr (GError) list_error = NULL;
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GListModel) models = NULL;
  g_autofree char *text = support_complete (client, "Hello", NULL, &error);

  g_assert_null (text);
  expect_clean_error (label, error);

  stream = support_open (client, "Hello", NULL, &stream_error);
  if (stream != NULL)
    {
      g_autoptr (GraphbitLlmResponse) response = support_collect (stream, &stream_error);

      g_assert_null (response);
      expect_clean_properties (label, stream);
    }
  expect_clean_error (label, stream_error);

  graphbit_llm_client_list_models_async (client, NULL, support_ready, &result);
  models = graphbit_llm_client_list_models_finish (client, support_wait (&result), &list_error);
  support_result_clear (&result);
  if (models == NULL)
    expect_clean_error (label, list_error);
}

static void
expect_clean_objects (const char *label,
                      GraphbitLlmClient *client)
{
  GraphbitLlmConfig *config = graphbit_llm_client_get_config (client);
  g_autofree char *json = graphbit_llm_config_to_json (config);
  g_autoptr (GVariant) stats = graphbit_llm_client_get_stats (client);
  g_autofree char *stats_text = g_variant_print (stats, TRUE);
  g_autoptr (GListModel) endpoints = graphbit_get_endpoints ();

  expect_no_key (label, json);
  expect_no_key (label, stats_text);
  expect_clean_properties (label, config);
  expect_clean_properties (label, client);
  for (guint i = 0; i < g_list_model_get_n_items (endpoints); i++)
    {
      g_autoptr (GObject) endpoint = g_list_model_get_item (endpoints, i);

      expect_clean_properties (label, endpoint);
    }
}

static void
expect_clean_log (const char *label)
{
  g_mutex_lock (&lock);
  g_assert_nonnull (strstr (logged->str, "GRAPHBIT_LEVEL="));
  if (has_key (logged->str, logged->len))
    {
      g_test_message ("%s: the log has the key: %s", label, logged->str);
      g_string_truncate (logged, 0);
      g_test_fail ();
    }
  g_mutex_unlock (&lock);
}

static void
test_provider (gconstpointer provider)
{
  static const int statuses[] = { 200, 400, 401, 403, 404, 429, 500 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autofree char *label = g_strdup_printf ("%s, status %d", (const char *) provider, statuses[i]);
      g_autofree char *path = g_strdup_printf ("/echo-%d", statuses[i]);
      g_autoptr (GraphbitLlmConfig) config = new_config (provider, path);
      g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (config);

      graphbit_llm_client_set_max_retries (client, 0);
      graphbit_llm_client_set_debug (client, TRUE);
      ask (client, label);
      expect_clean_objects (label, client);
      expect_clean_log (label);
    }
}

/* A token among the headers is a key, too. */
static void
test_header (void)
{
  static const char *const names[] = { "Authorization", "x-api-key", "X-Auth-Token" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      char *key = make_key ();
      g_autofree char *value = g_strconcat (i == 0 ? "Bearer " : "", key, NULL);
      g_autoptr (GraphbitLlmConfig) config = new_config ("openai_compatible", "/echo-400");
      g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (config);
      GVariantBuilder headers;
      g_autofree char *json = NULL;

      g_variant_builder_init (&headers, G_VARIANT_TYPE ("a{ss}"));
      g_variant_builder_add (&headers, "{ss}", names[i], value);
      graphbit_llm_config_set_api_key (config, NULL, NULL);
      graphbit_llm_config_set_headers (config, g_variant_builder_end (&headers));
      graphbit_llm_client_set_max_retries (client, 0);
      ask (client, names[i]);
      json = graphbit_llm_config_to_json (config);
      expect_no_key (names[i], json);
      expect_clean_log (names[i]);
      wipe_key (key);
    }
}

static void
test_run (void)
{
  g_autoptr (GraphbitLlmConfig) config = new_config ("openai", "/echo-400");
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (config);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  g_autoptr (GraphbitAgentNode) node = graphbit_agent_node_new ("n", "Hello");
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) run_error = NULL;
  g_autofree char *json = NULL;
  g_autofree char *workflow_json = NULL;
  GListModel *events;
  SupportResult waited = { NULL };

  graphbit_agent_node_set_llm_config (node, config);
  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (node), &error);
  g_assert_no_error (error);
  run = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  g_assert_no_error (error);
  graphbit_run_wait_async (run, NULL, support_ready, &waited);
  result = graphbit_run_wait_finish (run, support_wait (&waited), &error);
  support_result_clear (&waited);
  g_assert_no_error (error);

  json = graphbit_workflow_result_to_json (result);
  expect_no_key ("the result", json);
  run_error = graphbit_workflow_result_get_error (result);
  expect_no_key ("the error", run_error->message);
  events = graphbit_run_get_events (run);
  g_assert_cmpuint (g_list_model_get_n_items (events), >, 0);
  for (guint i = 0; i < g_list_model_get_n_items (events); i++)
    {
      g_autoptr (GraphbitEvent) event = g_list_model_get_item (events, i);
      g_autofree char *text = graphbit_event_to_json (event);

      expect_no_key ("an event", text);
    }
  g_assert_nonnull (strstr (logged->str, "GRAPHBIT_LEVEL=trace"));
  expect_clean_log ("the run");
}

static void
test_command_line (void)
{
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents ("/proc/self/cmdline", &text, &length, NULL));
  g_assert_false (has_key (text, length));
  g_clear_pointer (&text, g_free);
  g_assert_true (g_file_get_contents ("/proc/self/environ", &text, &length, NULL));
  g_assert_false (has_key (text, length));
}

/* In all that this process could write to, where it lies: nothing is copied. */
static guint
count_keys (void)
{
  g_autofree char *maps = NULL;
  g_auto (GStrv) lines = NULL;
  guint n_keys = 0;

  g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  lines = g_strsplit (maps, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *end;
      guint64 from = g_ascii_strtoull (lines[i], &end, 16);
      guint64 to = *end == '-' ? g_ascii_strtoull (end + 1, &end, 16) : 0;

      if (!g_str_has_prefix (end, " rw"))
        continue;
      for (const char *p = GSIZE_TO_POINTER (from); p + LENGTH <= (const char *) GSIZE_TO_POINTER (to); p++)
        {
          if (*p == (coded[0] ^ CODE) && is_key (p))
            n_keys++;
        }
    }
  return n_keys;
}

static char *
give_key (GraphbitLlmConfig *config,
          gpointer data,
          GError **error)
{
  return make_key ();
}

static void
use_key (gboolean sends,
         gboolean asks_func)
{
  g_autoptr (GraphbitLlmConfig) config = new_config ("openai_compatible", sends ? "/good" : "/echo-401");
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GError) error = NULL;

  if (asks_func)
    {
      graphbit_llm_config_set_api_key (config, NULL, NULL);
      graphbit_llm_config_set_key_func (config, give_key, NULL, NULL);
    }
  client = graphbit_llm_client_new (config);
  if (sends)
    {
      g_autofree char *text = support_complete (client, "Hello", NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, "hi");
    }
}

/*
 * What is ours is overwritten when the last reference goes. libsoup has a copy
 * of each header that it sends, which it frees as it is: that is what remains
 * of a key that was used, until the memory is used again.
 */
static void
test_memory (void)
{
  guint n_before, n_keys;

  if (g_getenv ("ASAN_OPTIONS") != NULL || g_strcmp0 (g_getenv ("G_SLICE"), "always-malloc") == 0)
    {
      g_test_skip ("Instrumented memory is not what the process has");
      return;
    }

  {
    char *key = make_key ();

    g_assert_cmpuint (count_keys (), ==, 1);
    wipe_key (key);
  }
  g_assert_cmpuint (count_keys (), ==, 0);
  {
    g_autoptr (GraphbitLlmConfig) held = new_config ("openai", "/good");

    g_assert_cmpuint (count_keys (), ==, 1);
  }
  g_assert_cmpuint (count_keys (), ==, 0);

  use_key (FALSE, FALSE);
  use_key (FALSE, TRUE);
  g_assert_cmpuint (count_keys (), ==, 0);

  use_key (TRUE, FALSE);
  use_key (TRUE, TRUE);
  graphbit_shutdown ();
  n_before = count_keys ();
  for (guint i = 0; i < 20; i++)
    use_key (TRUE, i % 2 == 0);
  graphbit_shutdown ();
  n_keys = count_keys ();
  g_test_message ("libsoup left %u copies of a key after 2 requests, %u after 22", n_before, n_keys);
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;

  start_server ();
  logged = g_string_new (NULL);
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (write_log, NULL, NULL);
  graphbit_init ("trace", TRUE, TRUE, &error);
  g_assert_no_error (error);

  /* first, as the others leave what the server told them */
  g_test_add_func ("/llm/keys/memory", test_memory);
  for (guint i = 0; i < G_N_ELEMENTS (providers); i++)
    {
      g_autofree char *path = g_strdup_printf ("/llm/keys/%s", providers[i]);

      g_test_add_data_func (path, providers[i], test_provider);
    }
  g_test_add_func ("/llm/keys/header", test_header);
  g_test_add_func ("/llm/keys/run", test_run);
  g_test_add_func ("/llm/keys/command-line", test_command_line);

  return g_test_run ();
}
