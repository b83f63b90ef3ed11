/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "graphbit-clock-private.h"
#include "graphbit-content-part.h"
#include "graphbit-error.h"
#include "graphbit-json-private.h"
#include "graphbit-llm-message.h"
#include "graphbit-mcp-client.h"
#include "graphbit-mcp-prompt.h"
#include "graphbit-mcp-resource.h"
#include "graphbit-mcp-result.h"
#include "graphbit-module.h"
#include "graphbit-tool.h"

static char *python;
static char *the_double;

static GraphbitMcpClient *
make_client (const char *option,
             const char *value)
{
  const char *command[] = { python, the_double, "stdio", option, value, NULL };

  return graphbit_mcp_client_new_stdio (command);
}

static void
open_client (GraphbitMcpClient *client)
{
  g_autoptr (GError) error = NULL;

  graphbit_mcp_client_open (client, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (graphbit_mcp_client_get_state (client), ==, GRAPHBIT_MCP_STATE_OPEN);
}

static void
close_client (GraphbitMcpClient *client)
{
  g_autoptr (GError) error = NULL;

  graphbit_mcp_client_close (client, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (graphbit_mcp_client_get_state (client), ==, GRAPHBIT_MCP_STATE_CLOSED);
}

static GraphbitMcpResult *
call (GraphbitMcpClient *client,
      const char *tool,
      const char *arguments_json)
{
  g_autoptr (GError) error = NULL;
  GraphbitMcpResult *result = graphbit_mcp_client_call_tool (client, tool, arguments_json, NULL, &error);

  g_assert_no_error (error);
  return result;
}

static void
assert_text (GraphbitMcpClient *client,
             const char *tool,
             const char *arguments_json,
             const char *expected)
{
  g_autoptr (GraphbitMcpResult) result = call (client, tool, arguments_json);

  g_assert_cmpstr (graphbit_mcp_result_get_text (result), ==, expected);
  g_assert_false (graphbit_mcp_result_get_is_error (result));
}

static void
assert_fails (GraphbitMcpClient *client,
              const char *tool,
              GraphbitError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (graphbit_mcp_client_call_tool (client, tool, NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, (int) code);
}

static void
assert_open_fails (GraphbitMcpClient *client,
                   GraphbitError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (graphbit_mcp_client_open (client, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, (int) code);
  g_assert_cmpint (graphbit_mcp_client_get_state (client), ==, GRAPHBIT_MCP_STATE_CLOSED);
}

/* What the client tells, as lines. */
static void
note_change (GraphbitMcpClient *client,
             gpointer data)
{
  g_string_append (data, "changed\n");
}

static void
note_updated (GraphbitMcpClient *client,
              const char *uri,
              gpointer data)
{
  g_string_append_printf (data, "updated %s\n", uri);
}

static void
note_log (GraphbitMcpClient *client,
          const char *level,
          const char *logger,
          const char *text,
          gpointer data)
{
  g_string_append_printf (data, "%s %s %s\n", level, logger != NULL ? logger : "-", text);
}

static void
note_progress (GraphbitMcpClient *client,
               const char *tool,
               double progress,
               double total,
               const char *text,
               gpointer data)
{
  g_string_append_printf (data, "%s %g/%g %s\n", tool, progress, total, text);
}

static void
note_closed (GraphbitMcpClient *client,
             const GError *error,
             gpointer data)
{
  g_assert_cmpint (graphbit_mcp_client_get_state (client), ==, GRAPHBIT_MCP_STATE_CLOSED);
  g_string_append_printf (data, "closed %d\n", error != NULL ? error->code : -1);
}

static GString *
listen_to (GraphbitMcpClient *client)
{
  GString *notes = g_string_new (NULL);

  g_signal_connect (client, "tools-changed", G_CALLBACK (note_change), notes);
  g_signal_connect (client, "resources-changed", G_CALLBACK (note_change), notes);
  g_signal_connect (client, "prompts-changed", G_CALLBACK (note_change), notes);
  g_signal_connect (client, "resource-updated", G_CALLBACK (note_updated), notes);
  g_signal_connect (client, "log-message", G_CALLBACK (note_log), notes);
  g_signal_connect (client, "progress", G_CALLBACK (note_progress), notes);
  g_signal_connect (client, "closed", G_CALLBACK (note_closed), notes);
  return notes;
}

static void
assert_notes (GString *notes,
              const char *expected)
{
  g_assert_cmpstr (notes->str, ==, expected);
  g_string_truncate (notes, 0);
}

static void
keep_result (GObject *object,
             GAsyncResult *result,
             gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static pid_t
get_pid (GraphbitMcpClient *client)
{
  g_autoptr (GraphbitMcpResult) result = call (client, "environment", NULL);
  g_autoptr (JsonNode) node = graphbit_json_parse (graphbit_mcp_result_get_text (result), -1, NULL);
  gint64 pid = 0;

  g_assert_true (graphbit_json_get_int64 (graphbit_json_get_element (node, 2), NULL, &pid));
  return (pid_t) pid;
}

/* Not even as a zombie. */
static gboolean
is_gone (pid_t pid)
{
  return kill (pid, 0) < 0 && errno == ESRCH;
}

static void
test_open (void)
{
  g_autoptr (GraphbitMcpClient) client = make_client (NULL, NULL);
  GString *notes = listen_to (client);
  guint n_descriptors = 0;
  pid_t pid;

  assert_fails (client, "echo", GRAPHBIT_ERROR_FAILED_PRECONDITION);
  for (guint i = 0; i < 6; i++)
    {
      open_client (client);
      {
        g_autoptr (GError) error = NULL;

        g_assert_false (graphbit_mcp_client_open (client, NULL, &error));
        g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
      }
      g_assert_cmpstr (graphbit_mcp_client_get_protocol_version (client), ==, "2025-11-25");
      g_assert_cmpstr (graphbit_mcp_client_get_server_name (client), ==, "double");
      g_assert_cmpstr (graphbit_mcp_client_get_server_version (client), ==, "7");
      g_assert_cmpstr (graphbit_mcp_client_get_instructions (client), ==, "Be nice.");
      g_assert_cmpint (graphbit_mcp_client_get_capabilities (client), ==,
                       GRAPHBIT_MCP_CAPABILITIES_TOOLS | GRAPHBIT_MCP_CAPABILITIES_RESOURCES |
                         GRAPHBIT_MCP_CAPABILITIES_PROMPTS | GRAPHBIT_MCP_CAPABILITIES_LOGGING);
      pid = get_pid (client);
      close_client (client);
      assert_notes (notes, "closed -1\n");
      g_assert_true (is_gone (pid));
      close_client (client);
      assert_notes (notes, "");
      if (i == 0)
        n_descriptors = count_descriptors ();
    }
  /* GLib's own thread lets go of each process a little later. */
  while (count_descriptors () > n_descriptors)
    g_main_context_iteration (NULL, FALSE);
  g_string_free (notes, TRUE);
}

static void
test_results (void)
{
  g_autoptr (GraphbitMcpClient) client = make_client (NULL, NULL);
  g_autoptr (GraphbitMcpResult) added = NULL;
  g_autoptr (GraphbitMcpResult) failed = NULL;
  g_autoptr (GraphbitMcpResult) image = NULL;
  g_autoptr (GraphbitContentPart) part = NULL;
  g_autoptr (GError) error = NULL;

  open_client (client);
  assert_text (client, "echo", "{\n\"text\": \"a\\nb é\"\n}", "a\nb é");
  assert_text (client, "nothing", NULL, "");
  assert_text (client, "batch", NULL, "in a batch");

  added = call (client, "add", "{\"a\":2,\"b\":3}");
  g_assert_cmpstr (graphbit_mcp_result_get_structured_json (added), ==, "{\"sum\":5}");
  g_assert_cmpstr (graphbit_mcp_result_get_text (added), ==, "{\"sum\":5}");
  g_assert_cmpstr (graphbit_mcp_result_get_raw_json (added), ==, "{\"content\":[],\"structuredContent\":{\"sum\":5}}");

  failed = call (client, "fail", NULL);
  g_assert_true (graphbit_mcp_result_get_is_error (failed));
  g_assert_cmpstr (graphbit_mcp_result_get_text (failed), ==, "it cannot be done");
  g_assert_null (graphbit_mcp_result_get_structured_json (failed));

  image = call (client, "image", NULL);
  g_assert_cmpstr (graphbit_mcp_result_get_text (image), ==,
                   "Look:\n[image/png, 18 bytes]\n[audio/wav, 18 bytes]\ninside\n[resource double://two]");
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_mcp_result_get_parts (image)), ==, 5);
  part = g_list_model_get_item (graphbit_mcp_result_get_parts (image), 1);
  g_assert_cmpint (graphbit_content_part_get_kind (part), ==, GRAPHBIT_CONTENT_KIND_IMAGE);
  g_assert_cmpuint (g_bytes_get_size (graphbit_content_part_get_bytes (part)), ==, 18);

  assert_fails (client, "missing", GRAPHBIT_ERROR_INVALID_REQUEST);
  g_assert_null (graphbit_mcp_client_call_tool (client, "echo", "[]", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  close_client (client);
}

static void
assert_tool (GPtrArray *tools,
             guint index,
             const char *name,
             const char *description)
{
  GraphbitLlmToolSpec *spec = tools->pdata[index];

  g_assert_true (GRAPHBIT_IS_TOOL (spec));
  g_assert_cmpstr (graphbit_llm_tool_spec_get_name (spec), ==, name);
  g_assert_cmpstr (graphbit_llm_tool_spec_get_description (spec), ==, description);
}

static void
test_lists (void)
{
  g_autoptr (GraphbitMcpClient) client = make_client ("--pages", NULL);
  g_autoptr (GPtrArray) tools = NULL;
  g_autoptr (GPtrArray) resources = NULL;
  g_autoptr (GPtrArray) templates = NULL;
  g_autoptr (GPtrArray) prompts = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  g_autoptr (GraphbitMcpResult) read = NULL;
  g_autoptr (GError) error = NULL;
  GVariantBuilder builder;

  open_client (client);
  tools = graphbit_mcp_client_list_tools (client, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tools->len, ==, 23);
  assert_tool (tools, 0, "echo", "Says it again.");
  assert_tool (tools, 1, "add", "Adds.");
  assert_tool (tools, 2, "odd_name_1", "A name that no provider takes.");
  assert_tool (tools, 3, "odd_name_1_2", "One that looks the same then.");
  assert_tool (tools, 4, "unchecked", "A schema beyond us.");
  g_clear_pointer (&tools, g_ptr_array_unref);

  graphbit_mcp_client_set_tool_prefix (client, "double_");
  tools = graphbit_mcp_client_list_tools (client, NULL, &error);
  g_assert_no_error (error);
  assert_tool (tools, 0, "double_echo", "Says it again.");

  resources = graphbit_mcp_client_list_resources (client, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (resources->len, ==, 2);
  g_assert_cmpstr (graphbit_mcp_resource_get_uri (resources->pdata[0]), ==, "double://one");
  g_assert_cmpstr (graphbit_mcp_resource_get_name (resources->pdata[0]), ==, "one");
  g_assert_cmpstr (graphbit_mcp_resource_get_title (resources->pdata[0]), ==, "One");
  g_assert_cmpstr (graphbit_mcp_resource_get_description (resources->pdata[0]), ==, "the first");
  g_assert_cmpstr (graphbit_mcp_resource_get_mime_type (resources->pdata[0]), ==, "text/plain");
  g_assert_cmpint (graphbit_mcp_resource_get_size (resources->pdata[0]), ==, 3);
  g_assert_false (graphbit_mcp_resource_get_is_template (resources->pdata[0]));
  g_assert_cmpint (graphbit_mcp_resource_get_size (resources->pdata[1]), ==, -1);

  templates = graphbit_mcp_client_list_resource_templates (client, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (templates->len, ==, 1);
  g_assert_true (graphbit_mcp_resource_get_is_template (templates->pdata[0]));
  g_assert_cmpstr (graphbit_mcp_resource_get_uri (templates->pdata[0]), ==, "double://{n}");

  read = graphbit_mcp_client_read_resource (client, "double://one", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_mcp_result_get_text (read), ==, "one\n[image/png, 18 bytes]");
  g_assert_null (graphbit_mcp_client_read_resource (client, "double://none", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND);
  g_clear_error (&error);

  prompts = graphbit_mcp_client_list_prompts (client, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (prompts->len, ==, 2);
  g_assert_cmpstr (graphbit_mcp_prompt_get_name (prompts->pdata[0]), ==, "greet");
  g_assert_cmpstr (graphbit_mcp_prompt_get_title (prompts->pdata[0]), ==, "Greets");
  g_assert_cmpstr (graphbit_mcp_prompt_get_description (prompts->pdata[0]), ==, "A greeting.");
  g_assert_cmpstr (graphbit_mcp_prompt_get_arguments_json (prompts->pdata[0]), ==, "[{\"name\":\"who\",\"required\":true}]");
  g_assert_null (graphbit_mcp_prompt_get_arguments_json (prompts->pdata[1]));

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&builder, "{ss}", "who", "Ada");
  messages = graphbit_mcp_client_get_prompt (client, "greet", g_variant_builder_end (&builder), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (messages->len, ==, 3);
  g_assert_cmpstr (graphbit_llm_message_get_content (messages->pdata[0]), ==, "Greet Ada.");
  g_assert_cmpint (graphbit_llm_message_get_role (messages->pdata[1]), ==, GRAPHBIT_LLM_ROLE_ASSISTANT);
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_llm_message_get_parts (messages->pdata[2])), ==, 1);
  g_assert_null (graphbit_mcp_client_get_prompt (client, "greet", g_variant_new ("s", "Ada"), NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  close_client (client);
}

static void
test_notifications (void)
{
  g_autoptr (GraphbitMcpClient) client = make_client (NULL, NULL);
  GString *notes = listen_to (client);

  graphbit_mcp_client_set_log_level (client, "debug");
  open_client (client);
  assert_text (client, "progress", NULL, "done");
  assert_notes (notes, "progress 1/3 step 1\nprogress 2/3 step 2\nprogress 3/3 step 3\n");
  assert_text (client, "change", NULL, "changed");
  assert_notes (notes, "changed\nchanged\nchanged\nupdated double://one\n");
  assert_text (client, "log", NULL, "logged");
  assert_notes (notes, "warning double beware\ninfo - {\"a\":1}\n");
  assert_text (client, "history", NULL,
               "[\"initialize\", \"notifications/initialized\", \"logging/setLevel\", \"tools/call\", \"tools/call\","
               " \"tools/call\", \"tools/call\"]");
  close_client (client);
  g_string_free (notes, TRUE);
}

/* A server that asks back, writes nonsense, complains. */
static void
test_manners (void)
{
  g_autoptr (GraphbitMcpClient) client = make_client (NULL, NULL);

  open_client (client);
  assert_text (client, "ask", NULL, "[{}, -32601, -32601, -32601]");
  assert_text (client, "garbage", NULL, "survived");
  assert_text (client, "stderr", NULL, "complained");
  assert_text (client, "echo", "{\"text\":\"still here\"}", "still here");
  close_client (client);
}

static void
test_environment (void)
{
  g_autoptr (GraphbitMcpClient) client = make_client (NULL, NULL);
  g_autoptr (GraphbitMcpResult) result = NULL;

  g_setenv ("DOUBLE_GONE", "here", TRUE);
  graphbit_mcp_client_set_environment_variable (client, "DOUBLE_KEY", "wrong");
  graphbit_mcp_client_set_environment_variable (client, "DOUBLE_KEY", "sesame");
  graphbit_mcp_client_set_environment_variable (client, "DOUBLE_GONE", NULL);
  graphbit_mcp_client_set_working_directory (client, "/");
  open_client (client);
  result = call (client, "environment", NULL);
  g_assert_true (g_str_has_prefix (graphbit_mcp_result_get_text (result), "[\"sesame\", null, "));
  assert_text (client, "directory", NULL, "/");
  close_client (client);
}

static void
test_revisions (void)
{
  g_autoptr (GraphbitMcpClient) old = make_client ("--revision", "2024-11-05");
  g_autoptr (GraphbitMcpClient) unknown = make_client ("--revision", "1999-01-01");

  open_client (old);
  g_assert_cmpstr (graphbit_mcp_client_get_protocol_version (old), ==, "2024-11-05");
  close_client (old);
  assert_open_fails (unknown, GRAPHBIT_ERROR_UNSUPPORTED);
}

static void
test_no_server (void)
{
  static const char *const missing[] = { "/nonexistent/mcp-server", NULL };
  static const char *const nothing[] = { NULL };
  static const char *const forbidden[] = { "/", NULL };
  g_autoptr (GraphbitMcpClient) none = g_object_new (GRAPHBIT_TYPE_MCP_CLIENT, NULL);
  g_autoptr (GraphbitMcpClient) empty = graphbit_mcp_client_new_stdio (nothing);
  g_autoptr (GraphbitMcpClient) not_found = graphbit_mcp_client_new_stdio (missing);
  g_autoptr (GraphbitMcpClient) not_allowed = graphbit_mcp_client_new_stdio (forbidden);
  g_autoptr (GraphbitMcpClient) no_address = graphbit_mcp_client_new_http ("mcp");
  g_autoptr (GraphbitMcpClient) ends = make_client ("--ends", NULL);

  assert_open_fails (none, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  assert_open_fails (empty, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  assert_open_fails (no_address, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  assert_open_fails (not_found, GRAPHBIT_ERROR_NOT_FOUND);
  assert_open_fails (not_allowed, GRAPHBIT_ERROR_PERMISSION);
  assert_open_fails (ends, GRAPHBIT_ERROR_CONNECTION);
}

/* However it dies, everything under way fails, nothing is left, and it can be opened again. */
static void
test_death (void)
{
  static const struct
  {
    const char *tool;
    GraphbitError code;
    const char *message;
  } ways[] = {
    { "exit", GRAPHBIT_ERROR_CONNECTION, "status 3" },
    { "killed", GRAPHBIT_ERROR_CONNECTION, "signal 9" },
    { "huge", GRAPHBIT_ERROR_PROTOCOL, "longer" },
  };
  g_autoptr (GraphbitMcpClient) client = make_client (NULL, NULL);
  GString *notes = listen_to (client);

  graphbit_mcp_client_set_close_timeout_ms (client, 50);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      GAsyncResult *slow[3] = { NULL };
      g_autofree char *closed = g_strdup_printf ("closed %d\n", (int) ways[i].code);
      g_autoptr (GAsyncResult) last = NULL;
      g_autoptr (GError) error = NULL;
      pid_t pid;

      g_test_message ("%s", ways[i].tool);
      open_client (client);
      pid = get_pid (client);
      for (guint j = 0; j < G_N_ELEMENTS (slow); j++)
        graphbit_mcp_client_call_tool_async (client, "slow", NULL, NULL, keep_result, &slow[j]);
      graphbit_mcp_client_call_tool_async (client, ways[i].tool, NULL, NULL, keep_result, &last);
      g_assert_null (graphbit_mcp_client_call_tool_finish (client, wait_for (&last), &error));
      g_assert_error (error, GRAPHBIT_ERROR, (int) ways[i].code);
      g_assert_nonnull (strstr (error->message, ways[i].message));
      for (guint j = 0; j < G_N_ELEMENTS (slow); j++)
        {
          g_autoptr (GError) slow_error = NULL;

          g_assert_null (graphbit_mcp_client_call_tool_finish (client, wait_for (&slow[j]), &slow_error));
          g_assert_error (slow_error, GRAPHBIT_ERROR, (int) ways[i].code);
          g_object_unref (slow[j]);
        }
      while (graphbit_mcp_client_get_state (client) != GRAPHBIT_MCP_STATE_CLOSED)
        g_main_context_iteration (NULL, TRUE);
      assert_notes (notes, closed);
      g_assert_true (is_gone (pid));
      assert_fails (client, "echo", GRAPHBIT_ERROR_FAILED_PRECONDITION);
    }

  /* Also when no loop runs. */
  open_client (client);
  assert_fails (client, "exit", GRAPHBIT_ERROR_CONNECTION);
  g_assert_cmpint (graphbit_mcp_client_get_state (client), ==, GRAPHBIT_MCP_STATE_CLOSED);
  open_client (client);
  close_client (client);
  g_string_free (notes, TRUE);
}

static void
test_cancel (void)
{
  g_autoptr (GraphbitMcpClient) client = make_client (NULL, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GraphbitMcpResult) history = NULL;
  GAsyncResult *slow[10] = { NULL };

  open_client (client);
  for (guint i = 0; i < G_N_ELEMENTS (slow); i++)
    graphbit_mcp_client_call_tool_async (client, "slow", NULL, cancellable, keep_result, &slow[i]);
  assert_text (client, "echo", "{\"text\":\"meanwhile\"}", "meanwhile");
  g_cancellable_cancel (cancellable);
  for (guint i = 0; i < G_N_ELEMENTS (slow); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (graphbit_mcp_client_call_tool_finish (client, wait_for (&slow[i]), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_object_unref (slow[i]);
    }
  /* initialize is 1, its notification 2 */
  history = call (client, "history", NULL);
  g_assert_nonnull (strstr (graphbit_mcp_result_get_text (history), "\"notifications/cancelled 3\""));
  g_assert_nonnull (strstr (graphbit_mcp_result_get_text (history), "\"notifications/cancelled 12\""));

  /* Already, and in each of the others. */
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (graphbit_mcp_client_call_tool (client, "echo", NULL, cancellable, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error (&error);
    g_assert_null (graphbit_mcp_client_list_tools (client, cancellable, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error (&error);
    g_assert_false (graphbit_mcp_client_close (client, cancellable, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error (&error);
    close_client (client);
    g_assert_false (graphbit_mcp_client_open (client, cancellable, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
  g_assert_cmpint (graphbit_mcp_client_get_state (client), ==, GRAPHBIT_MCP_STATE_CLOSED);
}

static void
test_cancel_open (void)
{
  g_autoptr (GraphbitMcpClient) client = make_client ("--mute", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  graphbit_mcp_client_open_async (client, cancellable, keep_result, &result);
  g_assert_cmpint (graphbit_mcp_client_get_state (client), ==, GRAPHBIT_MCP_STATE_OPENING);
  g_cancellable_cancel (cancellable);
  g_assert_false (graphbit_mcp_client_open_finish (client, wait_for (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (graphbit_mcp_client_get_state (client), ==, GRAPHBIT_MCP_STATE_CLOSED);
}

static void
test_timeouts (void)
{
  g_autoptr (GraphbitMcpClient) client = make_client ("--deaf", NULL);
  g_autoptr (GraphbitMcpClient) mute = make_client ("--mute", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GError) error = NULL;
  pid_t pid;

  graphbit_clock_set_virtual (TRUE);
  graphbit_mcp_client_set_timeout_ms (client, 500);
  open_client (client);
  pid = get_pid (client);
  graphbit_mcp_client_call_tool_async (client, "slow", NULL, NULL, keep_result, &result);
  graphbit_clock_advance (499 * 1000);
  assert_text (client, "echo", "{\"text\":\"a\"}", "a");
  g_assert_null (result);
  graphbit_clock_advance (1000);
  g_assert_null (graphbit_mcp_client_call_tool_finish (client, wait_for (&result), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
  g_clear_error (&error);

  graphbit_mcp_client_open_async (mute, NULL, keep_result, &opened);
  graphbit_clock_advance (60 * G_USEC_PER_SEC);
  g_assert_false (graphbit_mcp_client_open_finish (mute, wait_for (&opened), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
  g_clear_error (&error);

  /* It heeds neither the end of its input nor SIGTERM. */
  graphbit_mcp_client_close_async (client, NULL, keep_result, &closed);
  g_assert_cmpint (graphbit_mcp_client_get_state (client), ==, GRAPHBIT_MCP_STATE_CLOSING);
  while (closed == NULL)
    {
      graphbit_clock_advance (500 * 1000);
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_true (graphbit_mcp_client_close_finish (client, closed, &error));
  g_assert_no_error (error);
  g_assert_true (is_gone (pid));
  graphbit_clock_set_virtual (FALSE);
}

/* Nobody closes it. */
static void
test_dropped (void)
{
  GraphbitMcpClient *client = make_client (NULL, NULL);
  pid_t pid;

  open_client (client);
  pid = get_pid (client);
  g_object_unref (client);
  while (!is_gone (pid))
    g_main_context_iteration (NULL, FALSE);

  client = make_client ("--deaf", NULL);
  open_client (client);
  pid = get_pid (client);
  graphbit_shutdown ();
  while (graphbit_mcp_client_get_state (client) != GRAPHBIT_MCP_STATE_CLOSED)
    g_main_context_iteration (NULL, TRUE);
  while (!is_gone (pid))
    g_main_context_iteration (NULL, FALSE);
  graphbit_mcp_client_set_close_timeout_ms (client, 1);
  open_client (client);
  close_client (client);
  g_object_unref (client);
}

/* HTTP */

typedef struct
{
  GSubprocess *process;
  char *uri;
} HttpDouble;

static void
start_http (HttpDouble *self,
            const char *option,
            const char *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *port = NULL;

  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, python, the_double, "http", option, value, NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  port = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (port);
  self->uri = g_strdup_printf ("http://127.0.0.1:%s/mcp", port);
}

static void
stop_http (HttpDouble *self)
{
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
  g_clear_pointer (&self->uri, g_free);
}

static void
test_http (void)
{
  HttpDouble server = { NULL };
  g_autoptr (GraphbitMcpClient) client = NULL;
  g_autoptr (GraphbitMcpResult) history = NULL;
  g_autoptr (GPtrArray) tools = NULL;
  g_autoptr (GError) error = NULL;
  GString *notes;

  start_http (&server, NULL, NULL);
  client = graphbit_mcp_client_new_http (server.uri);
  graphbit_mcp_client_set_header (client, "X-Extra", "no");
  graphbit_mcp_client_set_header (client, "x-extra", "yes");
  notes = listen_to (client);
  open_client (client);
  g_assert_cmpstr (graphbit_mcp_client_get_server_name (client), ==, "double");
  tools = graphbit_mcp_client_list_tools (client, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tools->len, ==, 23);
  assert_text (client, "echo", "{\"text\":\"é\"}", "é");
  assert_text (client, "progress", NULL, "done");
  assert_notes (notes, "progress 1/3 step 1\nprogress 2/3 step 2\nprogress 3/3 step 3\n");
  assert_text (client, "ask", NULL, "[{}, -32601, -32601, -32601]");
  assert_fails (client, "missing", GRAPHBIT_ERROR_INVALID_REQUEST);
  assert_fails (client, "batch", GRAPHBIT_ERROR_PROTOCOL);

  assert_text (client, "change", NULL, "changed");
  while (strstr (notes->str, "updated double://one\n") == NULL)
    g_main_context_iteration (NULL, TRUE);
  assert_notes (notes, "changed\nchanged\nchanged\nupdated double://one\n");

  close_client (client);
  assert_notes (notes, "closed -1\n");
  open_client (client);
  history = call (client, "history", NULL);
  g_assert_nonnull (strstr (graphbit_mcp_result_get_text (history), "\"DELETE\""));
  g_assert_nonnull (strstr (graphbit_mcp_result_get_text (history), "\"GET\""));
  g_assert_nonnull (strstr (graphbit_mcp_result_get_text (history), "\"extra yes\""));
  g_assert_null (strstr (graphbit_mcp_result_get_text (history), "\"extra no\""));
  close_client (client);
  stop_http (&server);
  g_string_free (notes, TRUE);
}

static void
test_http_cancel (void)
{
  HttpDouble server = { NULL };
  g_autoptr (GraphbitMcpClient) client = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) slow = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_told = FALSE;

  start_http (&server, NULL, NULL);
  client = graphbit_mcp_client_new_http (server.uri);
  open_client (client);
  graphbit_mcp_client_call_tool_async (client, "slow", NULL, cancellable, keep_result, &slow);
  assert_text (client, "echo", "{\"text\":\"meanwhile\"}", "meanwhile");
  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_mcp_client_call_tool_finish (client, wait_for (&slow), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  while (!is_told)
    {
      g_autoptr (GraphbitMcpResult) history = call (client, "history", NULL);

      is_told = strstr (graphbit_mcp_result_get_text (history), "\"notifications/cancelled 3\"") != NULL;
    }
  close_client (client);
  stop_http (&server);
}

static void
test_http_death (void)
{
  HttpDouble server = { NULL };
  g_autoptr (GraphbitMcpClient) client = NULL;
  GString *notes;
  g_autofree char *lost = g_strdup_printf ("closed %d\n", GRAPHBIT_ERROR_CONNECTION);

  start_http (&server, NULL, NULL);
  client = graphbit_mcp_client_new_http (server.uri);
  notes = listen_to (client);
  open_client (client);
  assert_fails (client, "forget", GRAPHBIT_ERROR_CONNECTION);
  g_assert_cmpint (graphbit_mcp_client_get_state (client), ==, GRAPHBIT_MCP_STATE_CLOSED);
  assert_notes (notes, lost);
  open_client (client);
  assert_fails (client, "exit", GRAPHBIT_ERROR_CONNECTION);
  g_assert_cmpint (graphbit_mcp_client_get_state (client), ==, GRAPHBIT_MCP_STATE_CLOSED);
  assert_notes (notes, lost);
  assert_open_fails (client, GRAPHBIT_ERROR_CONNECTION);
  assert_notes (notes, "");
  stop_http (&server);
  g_string_free (notes, TRUE);
}

static void
test_http_token (void)
{
  HttpDouble server = { NULL };
  g_autoptr (GraphbitMcpClient) client = NULL;

  start_http (&server, "--token", "sesame");
  client = graphbit_mcp_client_new_http (server.uri);
  assert_open_fails (client, GRAPHBIT_ERROR_AUTHENTICATION);
  graphbit_mcp_client_set_bearer_token (client, "sesame");
  open_client (client);
  assert_text (client, "echo", "{\"text\":\"in\"}", "in");
  close_client (client);
  graphbit_mcp_client_set_secret_header (client, "Authorization", "Bearer sesame");
  open_client (client);
  close_client (client);
  stop_http (&server);
}

int
main (int argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  python = g_find_program_in_path ("python3");
  the_double = g_test_build_filename (G_TEST_DIST, "tool", "mcp-double.py", NULL);
  if (python == NULL)
    {
      g_print ("1..0 # SKIP python3, which runs the server's double, is missing\n");
      return 0;
    }

  g_test_add_func ("/mcp/open", test_open);
  g_test_add_func ("/mcp/results", test_results);
  g_test_add_func ("/mcp/lists", test_lists);
  g_test_add_func ("/mcp/notifications", test_notifications);
  g_test_add_func ("/mcp/manners", test_manners);
  g_test_add_func ("/mcp/environment", test_environment);
  g_test_add_func ("/mcp/revisions", test_revisions);
  g_test_add_func ("/mcp/no-server", test_no_server);
  g_test_add_func ("/mcp/death", test_death);
  g_test_add_func ("/mcp/cancel", test_cancel);
  g_test_add_func ("/mcp/cancel-open", test_cancel_open);
  g_test_add_func ("/mcp/timeouts", test_timeouts);
  g_test_add_func ("/mcp/dropped", test_dropped);
  g_test_add_func ("/mcp/http", test_http);
  g_test_add_func ("/mcp/http/cancel", test_http_cancel);
  g_test_add_func ("/mcp/http/death", test_http_death);
  g_test_add_func ("/mcp/http/token", test_http_token);

  status = g_test_run ();
  g_free (python);
  g_free (the_double);
  return status;
}
