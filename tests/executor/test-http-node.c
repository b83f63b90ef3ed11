/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "executor-support.h"
#include "graphbit-clock-private.h"
#include "graphbit-mock-server.h"

/* Nodes that send HTTP requests, over real sockets. */

#define PATIENCE 60000

static const char *const this_machine[] = { "127.0.0.1", NULL };

static GraphbitMockServer *
server_new (const char *steps)
{
  GraphbitMockServer *server = graphbit_mock_server_new ();
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_set_require_authorization (server, FALSE);
  graphbit_mock_server_start (server, &error);
  g_assert_no_error (error);
  graphbit_mock_server_add_step (server, steps, &error);
  g_assert_no_error (error);
  return server;
}

static GraphbitNode *
node_new (GraphbitMockServer *server,
          const char *path)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u%s", graphbit_mock_server_get_port (server), path);

  return g_object_new (GRAPHBIT_TYPE_HTTP_NODE, "name", "it", "url", url, "allowed-hosts", this_machine, NULL);
}

/* Takes the node over. */
static GraphbitWorkflow *
build (gpointer node)
{
  GraphbitWorkflow *workflow = graphbit_workflow_new ("test");

  support_add (workflow, node);
  return workflow;
}

static GraphbitWorkflowResult *
run (GraphbitWorkflow *workflow,
     const char *inputs)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GError) error = NULL;
  GraphbitWorkflowResult *result =
    support_execute (executor, workflow, inputs != NULL ? g_variant_new_parsed (inputs) : NULL, NULL, &error);

  g_assert_no_error (error);
  return result;
}

static JsonObject *
dup_request (GraphbitMockServer *server,
             guint index)
{
  g_autofree char *json = graphbit_mock_server_dup_requests_json (server);
  g_autoptr (JsonNode) root = json_from_string (json, NULL);

  g_assert_cmpuint (json_array_get_length (json_node_get_array (root)), >, index);
  return json_object_ref (json_array_get_object_element (json_node_get_array (root), index));
}

static char *
dup_json (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);

  return json_to_string (node, FALSE);
}

static void
test_get (void)
{
  g_autoptr (GraphbitMockServer) server = server_new ("{\"body\":\"{\\\"degrees\\\": 24}\"}");
  g_autoptr (GraphbitWorkflow) workflow = build (node_new (server, "/weather?city={{input.city}}&x={{input.city}}"));
  g_autoptr (GraphbitWorkflowResult) result = run (workflow, "{'city': <'São & Paulo/#?'>}");
  g_autoptr (JsonObject) request = NULL;
  JsonNode *json;

  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "it"), ==, "{\"degrees\": 24}");
  json = graphbit_workflow_result_get_node_output_json (result, "it");
  g_assert_nonnull (json);
  json_node_unref (json);
  request = dup_request (server, 0);
  g_assert_cmpstr (json_object_get_string_member (request, "method"), ==, "GET");
  g_assert_cmpstr (json_object_get_string_member (request, "path"), ==,
                   "/weather?city=S%C3%A3o%20%26%20Paulo%2F%23%3F&x=S%C3%A3o%20%26%20Paulo%2F%23%3F");
}

/* What stands at the beginning may be a whole URL, which the rules then judge; in other places a value is a value. */
static void
test_url_of_an_input (void)
{
  g_autoptr (GraphbitMockServer) server = server_new ("{\"body\":\"x\",\"times\":-1}");
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/a?b=c", graphbit_mock_server_get_port (server));
  g_autofree char *inputs = g_strdup_printf ("{'url': <'%s'>}", url);
  static const char *const refused[] = {
    "http://localhost/", "http://169.254.169.254/", "http://[::ffff:10.0.0.1]/", "http://[fd00:ec2::254]/",
  };
  static const char *const malformed[] = { "file:///etc/passwd", "http://0x7f000001/", "http://u:p@example.com/", "nonsense" };
  static const char *const hosts[] = { "evil.example/", "evil.example:80@x", "a b" };

  {
    g_autoptr (GraphbitWorkflow) workflow =
      build (g_object_new (GRAPHBIT_TYPE_HTTP_NODE, "name", "it", "url", "{{input.url}}&d={{input.url}}",
                           "allowed-hosts", this_machine, NULL));
    g_autoptr (GraphbitWorkflowResult) result = run (workflow, inputs);
    g_autoptr (JsonObject) request = NULL;

    g_assert_true (graphbit_workflow_result_is_success (result));
    request = dup_request (server, 0);
    g_assert_true (g_str_has_prefix (json_object_get_string_member (request, "path"), "/a?b=c&d=http%3A%2F%2F127.0.0.1%3A"));
  }

  for (guint i = 0; i < G_N_ELEMENTS (refused) + G_N_ELEMENTS (malformed); i++)
    {
      gboolean is_refused = i < G_N_ELEMENTS (refused);
      g_autofree char *given =
        g_strdup_printf ("{'url': <'%s'>}", is_refused ? refused[i] : malformed[i - G_N_ELEMENTS (refused)]);
      g_autoptr (GraphbitWorkflow) workflow = build (graphbit_http_node_new ("it", "{{input.url}}"));
      g_autoptr (GraphbitWorkflowResult) result = run (workflow, given);
      g_autoptr (GError) error = graphbit_workflow_result_get_node_error (result, "it");

      g_test_message ("%s", given);
      if (is_refused)
        g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PERMISSION);
      else
        g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
    }

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autofree char *given = g_strdup_printf ("{'host': <'%s'>}", hosts[i]);
      g_autoptr (GraphbitWorkflow) workflow = build (graphbit_http_node_new ("it", "http://{{input.host}}/"));
      g_autoptr (GraphbitWorkflowResult) result = run (workflow, given);
      g_autoptr (GError) error = graphbit_workflow_result_get_node_error (result, "it");

      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_post (void)
{
  static const struct
  {
    const char *body;
    const char *headers;
    const char *type;
  } cases[] = {
    { "{\"city\": \"{city}\"}", NULL, "application/json" },
    { "Hello {city}", NULL, "text/plain; charset=utf-8" },
    { "Hello {city}", "{'Content-Type': 'text/markdown', 'X-Key': 'Bearer {city}'}", "text/markdown" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) server = server_new ("{\"body\":\"thanks\"}");
      GraphbitNode *node = node_new (server, "/post");
      g_autoptr (GraphbitWorkflow) workflow = NULL;
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (JsonObject) request = NULL;
      g_autofree char *json = NULL;
      g_autofree char *type = NULL;

      g_object_set (node, "method", "POST", "body", cases[i].body, NULL);
      if (cases[i].headers != NULL)
        g_object_set (node, "headers", g_variant_new_parsed (cases[i].headers), NULL);
      workflow = build (node);
      result = run (workflow, "{'city': <'Lisbon'>}");
      g_assert_true (graphbit_workflow_result_is_success (result));
      g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "it"), ==, "thanks");
      request = dup_request (server, 0);
      json = dup_json (request);
      g_test_message ("%s", json);
      g_assert_cmpstr (json_object_get_string_member (request, "method"), ==, "POST");
      type = g_strdup_printf ("\"%s\"", cases[i].type);
      g_assert_nonnull (strstr (json, type));
      g_assert_nonnull (strstr (json, "Lisbon"));
      if (i == 2)
        {
          g_assert_nonnull (strstr (json, "Bearer Lisbon"));
          g_assert_null (strstr (json, "text/plain"));
        }
    }
}

/* A value that would become a header of its own. */
static void
test_header_injection (void)
{
  g_autoptr (GraphbitMockServer) server = server_new ("{\"body\":\"x\"}");
  GraphbitNode *node = node_new (server, "/");
  g_autoptr (GraphbitWorkflow) workflow = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (node, "headers", g_variant_new_parsed ("{'X-Key': '{key}'}"), NULL);
  workflow = build (node);
  result = run (workflow, "{'key': <'marker-key\\r\\nX-Other: y'>}");
  error = graphbit_workflow_result_get_node_error (result, "it");
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  g_assert_null (strstr (error->message, "marker-key"));
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);
}

static void
test_status (void)
{
  g_autoptr (GraphbitMockServer) server = server_new ("{\"status\":404,\"body\":\"no such thing\"}");
  g_autoptr (GraphbitWorkflow) workflow = build (node_new (server, "/"));
  g_autoptr (GraphbitWorkflowResult) result = run (workflow, NULL);
  g_autoptr (GError) error = graphbit_workflow_result_get_node_error (result, "it");
  g_autoptr (GraphbitErrorDetails) details = NULL;

  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "127.0.0.1 answered with HTTP status 404"));
  details = graphbit_error_details_from_error (error);
  g_assert_cmpint (graphbit_error_details_get_http_status (details), ==, 404);
}

/* As often as the node says, by the one that owns retries: the node itself starts once. */
static void
test_retries (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GraphbitMockServer) server =
        server_new ("{\"status\":503,\"headers\":{\"Retry-After\":\"0\"},\"body\":\"\",\"times\":2}");
      GraphbitNode *node = node_new (server, "/");
      g_autoptr (GraphbitWorkflow) workflow = NULL;
      g_autoptr (GraphbitWorkflowResult) result = NULL;

      g_assert_true (graphbit_mock_server_add_step (server, "{\"body\":\"at last\"}", NULL));
      graphbit_node_set_max_retries (node, i == 0 ? 2 : 1);
      workflow = build (node);
      result = run (workflow, NULL);
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, i == 0 ? 3 : 2);
      if (i == 0)
        {
          g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "it"), ==, "at last");
        }
      else
        {
          g_autoptr (GError) error = graphbit_workflow_result_get_node_error (result, "it");
          g_autoptr (GraphbitErrorDetails) details = graphbit_error_details_from_error (error);

          g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNAVAILABLE);
          g_assert_cmpuint (graphbit_error_details_get_attempts (details), ==, 2);
        }
    }
}

/* The node's limit, the run's, a cancellation, and a failure elsewhere, at different points of the exchange. */
static void
test_ends_early (void)
{
  static const char *const stalls[] = { "true", "\"after-headers\"", "\"after-1-bytes\"" };

  for (guint i = 0; i < 4 * G_N_ELEMENTS (stalls); i++)
    {
      g_autofree char *step = g_strdup_printf ("{\"body\":\"abc\",\"stall\":%s}", stalls[i / 4]);
      g_autoptr (GraphbitMockServer) server = server_new (step);
      g_autoptr (Scene) scene = scene_new (i % 4 == 3 ? "C* D! C>D" : "A");
      g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
      g_autoptr (GraphbitRun) live = NULL;
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (GError) error = NULL;
      GraphbitNode *node = node_new (server, "/");
      g_autoptr (GError) cause = NULL;
      g_autoptr (GError) why = NULL;

      graphbit_clock_set_virtual (TRUE);
      if (i % 4 == 0)
        graphbit_node_set_timeout_ms (node, 2000);
      graphbit_workflow_add_node (scene->workflow, node, &error);
      g_assert_no_error (error);
      g_object_unref (node);
      live = graphbit_executor_start (executor, scene->workflow, NULL, GRAPHBIT_STREAM_MODES_NONE, &error);
      g_assert_no_error (error);
      support_turns (5);
      g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));
      switch (i % 4)
        {
        case 0:
          graphbit_clock_advance (2000 * 1000);
          break;
        case 1:
          graphbit_clock_advance (300 * G_USEC_PER_SEC);
          break;
        case 2:
          graphbit_run_cancel (live);
          break;
        default:
          graphbit_node_call_respond (scene->calls->pdata[0], "go");
        }
      result = support_wait (live);
      cause = graphbit_workflow_result_get_node_error (result, "it");
      if (i % 4 == 0)
        g_assert_error (cause, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
      else
        g_assert_error (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      why = graphbit_workflow_result_get_error (result);
      if (i % 4 == 1)
        g_assert_error (why, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
      g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE));
      graphbit_clock_set_virtual (FALSE);
    }
}

/* The generation ends with the request under way. */
static void
test_shutdown (void)
{
  g_autoptr (GraphbitMockServer) server = server_new ("{\"stall\":true}");
  g_autoptr (GraphbitWorkflow) workflow = build (node_new (server, "/"));
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitRun) live =
    graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_NONE, &error);
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  support_turns (5);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE));
  graphbit_shutdown ();
  result = support_wait (live);
  g_assert_true (graphbit_workflow_result_is_cancelled (result));
}

/* A key is in what is sent, and nowhere else. */

static GString *everything;

static GLogWriterOutput
on_log (GLogLevelFlags level,
        const GLogField *fields,
        gsize n_fields,
        gpointer data)
{
  static GMutex mutex;

  g_mutex_lock (&mutex);
  for (gsize i = 0; i < n_fields; i++)
    if (fields[i].length < 0)
      g_string_append (everything, fields[i].value);
  g_mutex_unlock (&mutex);
  return G_LOG_WRITER_HANDLED;
}

static void
test_keys (void)
{
  static const char *const steps[] = {
    "{\"body\":\"fine\"}", "{\"status\":401,\"body\":\"marker-key-1 marker-key-2\"}", "{\"garbage\":true}", "{\"reset\":true}",
    "{\"status\":302,\"headers\":{\"Location\":\"http://marker-key-1.example@/\"},\"body\":\"\"}",
  };

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }

  everything = g_string_new (NULL);
  g_log_set_writer_func (on_log, NULL, NULL);
  g_assert_true (graphbit_init ("trace", TRUE, TRUE, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GraphbitMockServer) server = server_new (steps[i]);
      GraphbitNode *node = node_new (server, "/?key=marker-key-2");
      g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
      g_autoptr (GraphbitWorkflow) workflow = NULL;
      g_autoptr (GraphbitRun) live = NULL;
      g_autoptr (GraphbitWorkflowResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) request = NULL;
      g_autofree char *sent = NULL;
      g_autofree char *json = NULL;
      g_autoptr (GError) cause = NULL;
      GListModel *events;

      g_object_set (node, "headers", g_variant_new_parsed ("{'Authorization': 'Bearer marker-key-1', 'X-Key': 'marker-key-3'}"), NULL);
      graphbit_executor_set_debug (executor, TRUE);
      workflow = build (node);
      live = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
      g_assert_no_error (error);
      result = support_wait (live);
      request = dup_request (server, 0);
      sent = dup_json (request);
      g_assert_nonnull (strstr (sent, "Bearer marker-key-1"));
      g_assert_nonnull (strstr (sent, "marker-key-2"));
      g_assert_nonnull (strstr (sent, "marker-key-3"));
      events = graphbit_run_get_events (live);
      for (guint j = 0; j < g_list_model_get_n_items (events); j++)
        {
          g_autoptr (GraphbitEvent) event = g_list_model_get_item (events, j);
          g_autofree char *text = graphbit_event_to_json (event);

          g_string_append (everything, text);
        }
      json = graphbit_workflow_result_to_json (result);
      g_string_append (everything, json);
      cause = graphbit_workflow_result_get_node_error (result, "it");
      if (cause != NULL)
        g_string_append (everything, cause->message);
    }
  g_assert_nonnull (strstr (everything->str, "node “it” started"));
  g_assert_null (strstr (everything->str, "marker-key"));
  g_string_free (everything, TRUE);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/executor/http-node/get", test_get);
  g_test_add_func ("/executor/http-node/url-of-an-input", test_url_of_an_input);
  g_test_add_func ("/executor/http-node/post", test_post);
  g_test_add_func ("/executor/http-node/header-injection", test_header_injection);
  g_test_add_func ("/executor/http-node/status", test_status);
  g_test_add_func ("/executor/http-node/retries", test_retries);
  g_test_add_func ("/executor/http-node/ends-early", test_ends_early);
  g_test_add_func ("/executor/http-node/shutdown", test_shutdown);
  g_test_add_func ("/executor/http-node/keys", test_keys);

  return g_test_run ();
}
