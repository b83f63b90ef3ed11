/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>

#include "graphbit-clock-private.h"
#include "graphbit-content-part.h"
#include "graphbit-error.h"
#include "graphbit-error-details.h"
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
                         GRAPHBIT_MCP_CAPABILITIES_PROMPTS | GRAPHBIT_MCP_CAPABILITIES_LOGGING |
                         GRAPHBIT_MCP_CAPABILITIES_SUBSCRIPTIONS);
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
  g_autoptr (GraphbitContentPart) part = NULL;
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
  part = g_list_model_get_item (graphbit_mcp_result_get_parts (read), 1);
  g_assert_null (graphbit_content_part_get_uri (part)); /* a provider is given the bytes */
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

static guint
count_happened (GraphbitMcpClient *client,
                const char *what)
{
  g_autoptr (GraphbitMcpResult) history = call (client, "history", NULL);
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", what);
  g_auto (GStrv) between = g_strsplit (graphbit_mcp_result_get_text (history), quoted, -1);

  return g_strv_length (between) - 1;
}

static void
assert_list_fails (GPtrArray *(*list) (GraphbitMcpClient *client, GCancellable *cancellable, GError **error),
                   GraphbitMcpClient *client)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (list (client, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PROTOCOL);
}

/* Those that never end, and those of which all have one name. */
static void
test_long_lists (void)
{
  g_autoptr (GraphbitMcpClient) endless = make_client ("--endless", NULL);
  g_autoptr (GraphbitMcpClient) many = make_client ("--many", "10000");
  g_autoptr (GraphbitMcpClient) too_many = make_client ("--many", "10001");
  g_autoptr (GPtrArray) tools = NULL;
  g_autoptr (GError) error = NULL;

  open_client (endless);
  assert_list_fails (graphbit_mcp_client_list_tools, endless);
  assert_list_fails (graphbit_mcp_client_list_prompts, endless);
  close_client (endless);

  open_client (many);
  tools = graphbit_mcp_client_list_tools (many, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tools->len, ==, 10000);
  g_assert_cmpuint (strlen (graphbit_llm_tool_spec_get_name (tools->pdata[0])), ==, 64);
  g_assert_true (g_str_has_suffix (graphbit_llm_tool_spec_get_name (tools->pdata[1]), "n_2"));
  g_assert_true (g_str_has_suffix (graphbit_llm_tool_spec_get_name (tools->pdata[9999]), "n_10000"));
  close_client (many);

  open_client (too_many);
  assert_list_fails (graphbit_mcp_client_list_tools, too_many);
  close_client (too_many);
}

/* What it asks without reading the answers, and what it tells while nobody listens, does not pile up. */
static void
test_floods (void)
{
  g_autoptr (GraphbitMcpClient) client = make_client (NULL, NULL);
  g_autoptr (GMainContext) elsewhere = g_main_context_new ();
  g_autoptr (GAsyncResult) shouted = NULL;
  g_autoptr (GraphbitMcpResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GString *notes = listen_to (client);
  const char *place;
  guint n_updates = 0, n_changes = 0, n_logs = 0;

  open_client (client);
  assert_text (client, "pester", NULL, "pestered");
  /* what its pipes hold is answered, and a thousand more */
  g_assert_cmpuint (count_happened (client, "answer"), <, 58000);

  g_main_context_push_thread_default (elsewhere);
  graphbit_mcp_client_call_tool_async (client, "shout", NULL, NULL, keep_result, &shouted);
  while (shouted == NULL)
    g_main_context_iteration (elsewhere, TRUE);
  g_main_context_pop_thread_default (elsewhere);
  g_assert_cmpuint (notes->len, ==, 0);
  result = graphbit_mcp_client_call_tool_finish (client, shouted, &error);
  g_assert_no_error (error);
  assert_text (client, "echo", "{\"text\":\"still here\"}", "still here");
  for (place = notes->str; *place != '\0'; place = strchr (place, '\n') + 1)
    {
      n_changes += g_str_has_prefix (place, "changed");
      n_updates += g_str_has_prefix (place, "updated");
      n_logs += g_str_has_prefix (place, "info");
    }
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpuint (n_updates, >, 0);
  g_assert_cmpuint (n_logs, >, 0);
  g_assert_cmpuint (n_logs, <=, 1024 * 1024 / 20000);
  g_assert_cmpuint (n_updates, <=, 1024 * 1024 / 20000);
  close_client (client);
  g_string_free (notes, TRUE);
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
               "[\"server/discover at debug\", \"initialize\", \"notifications/initialized\", \"logging/setLevel\","
               " \"tools/call\", \"tools/call\", \"tools/call\", \"tools/call\"]");
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
  assert_text (client, "flood", NULL, "flooded");
  assert_text (client, "echo", "{\"text\":\"still here\"}", "still here");
  close_client (client);
}

/* What it was given to know us by, also when it says so itself. */
static void
assert_hides (GraphbitMcpClient *client,
              const char *secret)
{
  g_autoptr (GraphbitErrorDetails) details = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (graphbit_mcp_client_call_tool (client, "reveal", NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_REQUEST);
  g_assert_nonnull (strstr (error->message, "wrong key"));
  g_assert_null (strstr (error->message, secret));
  details = graphbit_error_details_from_error (error);
  g_assert_null (strstr (graphbit_error_details_get_provider_message (details), secret));
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

  graphbit_mcp_client_set_environment_variable (client, "DOUBLE_KEY", "open sesame");
  open_client (client);
  assert_hides (client, "sesame");
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
  /* server/discover is 1, initialize 2, its notification 3 */
  history = call (client, "history", NULL);
  g_assert_nonnull (strstr (graphbit_mcp_result_get_text (history), "\"notifications/cancelled 4\""));
  g_assert_nonnull (strstr (graphbit_mcp_result_get_text (history), "\"notifications/cancelled 13\""));

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
  while (opened == NULL)
    {
      graphbit_clock_advance (5 * G_USEC_PER_SEC);
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_false (graphbit_mcp_client_open_finish (mute, opened, &error));
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

static gboolean
has_happened (GraphbitMcpClient *client,
              const char *what)
{
  return count_happened (client, what) > 0;
}

static void
subscribe (GraphbitMcpClient *client,
           const char *uri)
{
  g_autoptr (GError) error = NULL;

  graphbit_mcp_client_subscribe_resource (client, uri, NULL, &error);
  g_assert_no_error (error);
}

static void
unsubscribe (GraphbitMcpClient *client,
             const char *uri)
{
  g_autoptr (GError) error = NULL;

  graphbit_mcp_client_unsubscribe_resource (client, uri, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_subscribe_fails (GraphbitMcpClient *client,
                        const char *uri,
                        GraphbitError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (graphbit_mcp_client_subscribe_resource (client, uri, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, (int) code);
}

static void
wait_for_note (GString *notes,
               const char *expected)
{
  while (strcmp (notes->str, expected) != 0)
    {
      g_assert_cmpuint (notes->len, <=, strlen (expected));
      g_main_context_iteration (NULL, TRUE);
    }
  g_string_truncate (notes, 0);
}

static void
test_subscriptions (void)
{
  g_autoptr (GraphbitMcpClient) client = make_client (NULL, NULL);
  GString *notes = listen_to (client);

  assert_subscribe_fails (client, "double://one", GRAPHBIT_ERROR_FAILED_PRECONDITION);
  open_client (client);
  subscribe (client, "double://one");
  subscribe (client, "double://two");
  assert_text (client, "touch", NULL, "touched");
  assert_notes (notes, "updated double://one\nupdated double://two\n");
  unsubscribe (client, "double://one");
  assert_text (client, "touch", NULL, "touched");
  assert_notes (notes, "updated double://two\n");
  assert_subscribe_fails (client, "double://none", GRAPHBIT_ERROR_NOT_FOUND);
  close_client (client);
  g_string_free (notes, TRUE);
}

/* A server without a handshake. */
static void
test_newest (void)
{
  g_autoptr (GraphbitMcpClient) client = make_client ("--newest", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GCancellable) gone = g_cancellable_new ();
  g_autoptr (GAsyncResult) slow = NULL;
  g_autoptr (GPtrArray) tools = NULL;
  g_autoptr (GError) error = NULL;
  GString *notes = listen_to (client);

  graphbit_mcp_client_set_log_level (client, "warning");
  for (guint i = 0; i < 2; i++)
    {
      open_client (client);
      g_assert_cmpstr (graphbit_mcp_client_get_protocol_version (client), ==, "2026-07-28");
      g_assert_cmpstr (graphbit_mcp_client_get_server_name (client), ==, "double");
      g_assert_cmpstr (graphbit_mcp_client_get_server_version (client), ==, "8");
      g_assert_cmpstr (graphbit_mcp_client_get_instructions (client), ==, "Be nice.");
      g_assert_true (graphbit_mcp_client_get_capabilities (client) & GRAPHBIT_MCP_CAPABILITIES_SUBSCRIPTIONS);
      assert_text (client, "echo", "{\"text\":\"a\"}", "a");
      close_client (client);
    }
  assert_notes (notes, "closed -1\nclosed -1\n");

  open_client (client);
  tools = graphbit_mcp_client_list_tools (client, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tools->len, ==, 26);
  assert_text (client, "progress", NULL, "done");
  assert_notes (notes, "progress 1/3 step 1\nprogress 2/3 step 2\nprogress 3/3 step 3\n");
  assert_text (client, "change", NULL, "changed");
  assert_notes (notes, "changed\nchanged\nchanged\nupdated double://one\n");

  subscribe (client, "double://one");
  assert_subscribe_fails (client, "double://two", GRAPHBIT_ERROR_UNSUPPORTED);
  assert_text (client, "touch", NULL, "touched");
  assert_notes (notes, "updated double://one\n");
  /* It stays wanted when asking for it once more fails. */
  g_cancellable_cancel (gone);
  g_assert_false (graphbit_mcp_client_subscribe_resource (client, "double://one", gone, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  assert_text (client, "touch", NULL, "touched");
  assert_notes (notes, "updated double://one\n");
  unsubscribe (client, "double://one");
  assert_text (client, "touch", NULL, "touched");
  assert_notes (notes, "");

  assert_fails (client, "input", GRAPHBIT_ERROR_UNSUPPORTED);
  assert_fails (client, "hologram", GRAPHBIT_ERROR_PROTOCOL);
  g_assert_null (graphbit_mcp_client_read_resource (client, "double://none", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND);
  g_clear_error (&error);

  graphbit_mcp_client_call_tool_async (client, "slow", NULL, cancellable, keep_result, &slow);
  assert_text (client, "echo", "{\"text\":\"meanwhile\"}", "meanwhile");
  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_mcp_client_call_tool_finish (client, wait_for (&slow), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  {
    g_autoptr (GraphbitMcpResult) history = call (client, "history", NULL);
    const char *text = graphbit_mcp_result_get_text (history);

    g_assert_true (g_str_has_prefix (text, "[\"server/discover at warning\", \"subscriptions/listen at warning\", \"tools/list at warning\""));
    g_assert_nonnull (strstr (text, "\"notifications/cancelled "));
    g_assert_null (strstr (text, "initialize"));
  }
  close_client (client);
  g_string_free (notes, TRUE);
}

/* How it is found out whether there is a handshake. */
static void
test_probe (void)
{
  g_autoptr (GraphbitMcpClient) fragile = make_client ("--fragile", NULL);
  static const struct
  {
    const char *option;
    const char *more;
    const char *version;
  } hesitant[] = {
    { "--silent", NULL, "2025-11-25" },
    { "--late", "--newest", "2026-07-28" },
  };

  /* It dies of the question. */
  for (guint i = 0; i < 2; i++)
    {
      open_client (fragile);
      g_assert_cmpstr (graphbit_mcp_client_get_protocol_version (fragile), ==, "2025-11-25");
      close_client (fragile);
    }

  graphbit_clock_set_virtual (TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (hesitant); i++)
    {
      g_autoptr (GraphbitMcpClient) client = make_client (hesitant[i].option, hesitant[i].more);
      g_autoptr (GAsyncResult) opened = NULL;
      g_autoptr (GError) error = NULL;

      graphbit_mcp_client_open_async (client, NULL, keep_result, &opened);
      graphbit_clock_advance (5 * G_USEC_PER_SEC);
      graphbit_mcp_client_open_finish (client, wait_for (&opened), &error);
      g_assert_no_error (error);
      g_assert_cmpstr (graphbit_mcp_client_get_protocol_version (client), ==, hesitant[i].version);
      close_client (client);
    }
  graphbit_clock_set_virtual (FALSE);
}

/* Wherever it is when it is given up, the server is told or gone, and not even a zombie is left. */

typedef struct
{
  char *path;
  GraphbitMcpClient *client;
} Watched;

static void
watch_client (Watched *self,
              const char *option,
              const char *more)
{
  int descriptor = g_file_open_tmp ("mcp-XXXXXX", &self->path, NULL);

  g_assert_cmpint (descriptor, >=, 0);
  g_close (descriptor, NULL);
  self->client = make_client (option, more);
  graphbit_mcp_client_set_environment_variable (self->client, "DOUBLE_PID_FILE", self->path);
}

/* 0: it has not started yet. */
static pid_t
read_pid (Watched *self)
{
  g_autofree char *text = NULL;

  g_file_get_contents (self->path, &text, NULL, NULL);
  return text != NULL && strchr (text, '\n') != NULL ? (pid_t) g_ascii_strtoll (text, NULL, 10) : 0;
}

static void
watched_clear (Watched *self)
{
  pid_t pid = read_pid (self);

  while (pid > 0 && !is_gone (pid))
    g_main_context_iteration (NULL, FALSE);
  g_unlink (self->path);
  g_free (self->path);
  g_clear_object (&self->client);
}

static void
test_cancel_phases (void)
{
  static const struct
  {
    const char *option;
    gboolean is_known; /* that it has a handshake */
    gboolean has_started;
  } openings[] = {
    { "--mute", FALSE, FALSE }, /* at once, while its interpreter still starts */
    { "--mute", FALSE, TRUE },  /* asked whether it has a handshake */
    { NULL, TRUE, TRUE },       /* in the handshake itself */
    { "--stubborn", FALSE, TRUE }, /* it has to be killed */
  };
  Watched never = { NULL };
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  /* Before: nothing is started at all. */
  g_cancellable_cancel (cancelled);
  watch_client (&never, NULL, NULL);
  g_assert_false (graphbit_mcp_client_open (never.client, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (read_pid (&never), ==, 0);
  open_client (never.client);
  close_client (never.client);
  watched_clear (&never);

  for (guint i = 0; i < G_N_ELEMENTS (openings); i++)
    {
      Watched watched = { NULL };
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) opened = NULL;
      g_autoptr (GError) open_error = NULL;

      g_test_message ("%u", i);
      watch_client (&watched, openings[i].option, NULL);
      graphbit_mcp_client_set_close_timeout_ms (watched.client, 20);
      if (openings[i].is_known)
        {
          open_client (watched.client);
          close_client (watched.client);
          graphbit_mcp_client_set_environment_variable (watched.client, "DOUBLE_MUTE", "yes");
          g_file_set_contents (watched.path, "", 0, NULL);
        }
      graphbit_mcp_client_open_async (watched.client, cancellable, keep_result, &opened);
      while (openings[i].has_started && read_pid (&watched) == 0)
        g_main_context_iteration (NULL, FALSE);
      g_cancellable_cancel (cancellable);
      g_assert_false (graphbit_mcp_client_open_finish (watched.client, wait_for (&opened), &open_error));
      g_assert_error (open_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpint (graphbit_mcp_client_get_state (watched.client), ==, GRAPHBIT_MCP_STATE_CLOSED);
      watched_clear (&watched);
    }
}

/* In the middle of an answer, and of a list: the connection goes on. */
static void
test_cancel_answer (void)
{
  Watched watched = { NULL };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) half = NULL;
  g_autoptr (GAsyncResult) list = NULL;
  g_autoptr (GError) error = NULL;

  watch_client (&watched, "--pages", NULL);
  open_client (watched.client);
  graphbit_mcp_client_list_tools_async (watched.client, cancellable, keep_result, &list);
  while (!has_happened (watched.client, "tools/list"))
    ;
  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_mcp_client_list_tools_finish (watched.client, wait_for (&list), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  g_clear_object (&cancellable);
  cancellable = g_cancellable_new ();
  graphbit_mcp_client_call_tool_async (watched.client, "slow", NULL, NULL, keep_result, &half);
  close_client (watched.client);
  g_assert_null (graphbit_mcp_client_call_tool_finish (watched.client, wait_for (&half), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONNECTION);
  g_clear_error (&error);
  g_clear_object (&half);

  open_client (watched.client);
  graphbit_mcp_client_call_tool_async (watched.client, "half", NULL, cancellable, keep_result, &half);
  graphbit_mcp_client_set_timeout_ms (watched.client, 200);
  /* What follows half a line belongs to it. */
  assert_fails (watched.client, "echo", GRAPHBIT_ERROR_TIMEOUT);
  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_mcp_client_call_tool_finish (watched.client, wait_for (&half), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  graphbit_mcp_client_set_timeout_ms (watched.client, 60000);
  assert_text (watched.client, "echo", "{\"text\":\"next line\"}", "next line");
  close_client (watched.client);
  watched_clear (&watched);
}

/* Calls leave nothing behind, whether they are answered or given up. */
static void
test_memory (void)
{
  g_autoptr (GraphbitMcpClient) client = make_client (NULL, NULL);
  gsize before = 0, after;

  open_client (client);
  for (guint i = 0; i < 1200; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) slow = NULL;

      if (i == 200)
        before = mallinfo2 ().uordblks;
      graphbit_mcp_client_call_tool_async (client, "slow", NULL, cancellable, keep_result, &slow);
      assert_text (client, "echo", "{\"text\":\"a\"}", "a");
      g_cancellable_cancel (cancellable);
      g_assert_null (graphbit_mcp_client_call_tool_finish (client, wait_for (&slow), NULL));
    }
  after = mallinfo2 ().uordblks;
  g_test_message ("%" G_GSIZE_FORMAT " bytes before 2,000 calls, %" G_GSIZE_FORMAT " after", before, after);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  g_assert_cmpuint (after, <, before + 16 * 1024);
#endif
  close_client (client);
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

      is_told = strstr (graphbit_mcp_result_get_text (history), "\"notifications/cancelled 4\"") != NULL;
    }
  close_client (client);
  stop_http (&server);
}

/* As test_cancel_phases (): where there is no process, the server sees that the client hangs up. */
static void
test_http_cancel_phases (void)
{
  static const struct
  {
    const char *option;
    gboolean is_known; /* that it has a handshake */
    const char *given_up;
  } openings[] = {
    { NULL, FALSE, "muted server/discover" },
    { NULL, TRUE, "muted initialize" },
    { "--newest", FALSE, "muted server/discover" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (openings); i++)
    {
      HttpDouble server = { NULL };
      g_autoptr (GraphbitMcpClient) witness = NULL;
      g_autoptr (GraphbitMcpClient) client = NULL;
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) opened = NULL;
      g_autoptr (GAsyncResult) half = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%u", i);
      start_http (&server, openings[i].option, NULL);
      witness = graphbit_mcp_client_new_http (server.uri);
      client = graphbit_mcp_client_new_http (server.uri);
      open_client (witness);
      if (openings[i].is_known)
        {
          open_client (client);
          close_client (client);
        }
      assert_text (witness, "mute", NULL, "the next to open over HTTP has no answer");
      graphbit_mcp_client_open_async (client, cancellable, keep_result, &opened);
      while (!has_happened (witness, openings[i].given_up))
        ;
      g_cancellable_cancel (cancellable);
      g_assert_false (graphbit_mcp_client_open_finish (client, wait_for (&opened), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpint (graphbit_mcp_client_get_state (client), ==, GRAPHBIT_MCP_STATE_CLOSED);
      while (!has_happened (witness, "hung up"))
        ;

      /* In the middle of an answer. */
      g_clear_error (&error);
      g_clear_object (&cancellable);
      cancellable = g_cancellable_new ();
      open_client (client);
      graphbit_mcp_client_call_tool_async (client, "half", NULL, cancellable, keep_result, &half);
      while (!has_happened (witness, "half"))
        ;
      g_cancellable_cancel (cancellable);
      g_assert_null (graphbit_mcp_client_call_tool_finish (client, wait_for (&half), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      while (count_happened (witness, "hung up") < 2)
        ;
      assert_text (client, "echo", "{\"text\":\"a\"}", "a");
      close_client (client);
      close_client (witness);
      stop_http (&server);
    }
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
test_http_newest (void)
{
  HttpDouble server = { NULL };
  g_autoptr (GraphbitMcpClient) client = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) slow = NULL;
  g_autoptr (GPtrArray) tools = NULL;
  g_autoptr (GError) error = NULL;
  GLogLevelFlags fatal;
  GString *notes;

  start_http (&server, "--newest", NULL);
  client = graphbit_mcp_client_new_http (server.uri);
  notes = listen_to (client);
  open_client (client);
  g_assert_cmpstr (graphbit_mcp_client_get_protocol_version (client), ==, "2026-07-28");
  /* Without its list nobody knows which arguments must be headers. */
  g_assert_null (graphbit_mcp_client_call_tool (client, "marked", "{\"text\":\"a\"}", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_REQUEST);
  g_clear_error (&error);
  /* It warns of those that it leaves out. */
  fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  tools = graphbit_mcp_client_list_tools (client, NULL, &error);
  g_log_set_always_fatal (fatal);
  g_assert_no_error (error);
  g_assert_cmpuint (tools->len, ==, 24);
  assert_tool (tools, 23, "marked", "Its arguments are headers.");
  assert_text (client, "marked", "{\"text\":\"a\",\"inner\":{\"a/b\":-7,\"sure\":false}}",
               "{\"inner\": {\"a/b\": -7, \"sure\": false}, \"text\": \"a\"}");
  assert_text (client, "marked", "{\"text\":\" gr\u00fcn\\n\",\"inner\":{\"sure\":null}}",
               "{\"inner\": {\"sure\": null}, \"text\": \" gr\\u00fcn\\n\"}");
  assert_text (client, "marked", "{\"text\":\"=?base64?YQ==?=\"}", "{\"text\": \"=?base64?YQ==?=\"}");
  assert_text (client, "progress", NULL, "done");
  assert_notes (notes, "progress 1/3 step 1\nprogress 2/3 step 2\nprogress 3/3 step 3\n");
  assert_fails (client, "missing", GRAPHBIT_ERROR_INVALID_REQUEST);
  assert_fails (client, "input", GRAPHBIT_ERROR_UNSUPPORTED);

  assert_text (client, "change", NULL, "changed");
  wait_for_note (notes, "changed\nchanged\nchanged\nupdated double://one\n");
  subscribe (client, "double://one");
  assert_text (client, "touch", NULL, "touched");
  wait_for_note (notes, "updated double://one\n");

  /* To hang up is to cancel. */
  graphbit_mcp_client_call_tool_async (client, "slow", NULL, cancellable, keep_result, &slow);
  while (!has_happened (client, "in slow"))
    ;
  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_mcp_client_call_tool_finish (client, wait_for (&slow), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  while (!has_happened (client, "hung up"))
    ;
  g_assert_false (has_happened (client, "GET"));
  g_assert_false (has_happened (client, "initialize"));

  g_clear_object (&slow);
  graphbit_mcp_client_call_tool_async (client, "slow", NULL, NULL, keep_result, &slow);
  while (count_happened (client, "in slow") < 2)
    ;
  stop_http (&server);
  g_assert_null (graphbit_mcp_client_call_tool_finish (client, wait_for (&slow), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONNECTION);
  g_assert_cmpint (graphbit_mcp_client_get_state (client), ==, GRAPHBIT_MCP_STATE_CLOSED);
  g_string_free (notes, TRUE);
}

/* A stream that broke off is taken up where it was. */
static void
test_http_resume (void)
{
  HttpDouble server = { NULL };
  g_autoptr (GraphbitMcpClient) client = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) given_up = NULL;
  g_autoptr (GError) error = NULL;
  GString *notes;

  start_http (&server, NULL, NULL);
  client = graphbit_mcp_client_new_http (server.uri);
  open_client (client);
  notes = listen_to (client);
  assert_text (client, "cut", NULL, "whole");
  assert_notes (notes, "cut 1/2 part 1\ncut 2/2 part 2\n");
  g_assert_true (has_happened (client, "GET after 4-1"));
  g_assert_true (has_happened (client, "GET after 4-2"));

  graphbit_mcp_client_call_tool_async (client, "cut", NULL, cancellable, keep_result, &given_up);
  wait_for_note (notes, "cut 1/2 part 1\n");
  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_mcp_client_call_tool_finish (client, wait_for (&given_up), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_text (client, "echo", "{\"text\":\"a\"}", "a");
  g_string_truncate (notes, 0);

  assert_fails (client, "lost", GRAPHBIT_ERROR_CONNECTION);
  g_assert_cmpint (graphbit_mcp_client_get_state (client), ==, GRAPHBIT_MCP_STATE_CLOSED);
  stop_http (&server);
  g_string_free (notes, TRUE);
}

/* A server that has forgotten the session gets a new one, and what waited for it. */
static void
test_http_renew (void)
{
  HttpDouble server = { NULL };
  g_autoptr (GraphbitMcpClient) client = NULL;
  GAsyncResult *others[5] = { NULL };
  GString *notes;

  start_http (&server, NULL, NULL);
  client = graphbit_mcp_client_new_http (server.uri);
  graphbit_mcp_client_set_log_level (client, "info");
  open_client (client);
  notes = listen_to (client);
  subscribe (client, "double://one");
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    graphbit_mcp_client_call_tool_async (client, "forget-once", NULL, NULL, keep_result, &others[i]);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitMcpResult) result = graphbit_mcp_client_call_tool_finish (client, wait_for (&others[i]), &error);

      g_assert_no_error (error);
      g_assert_cmpstr (graphbit_mcp_result_get_text (result), ==, "remembered");
      g_clear_object (&others[i]);
    }
  while (count_happened (client, "GET") < 2 || count_happened (client, "logging/setLevel") < 2 ||
         count_happened (client, "resources/subscribe") < 2)
    ;
  assert_text (client, "touch", NULL, "touched");
  wait_for_note (notes, "updated double://one\n");

  g_assert_cmpuint (count_happened (client, "initialize"), ==, 2);
  assert_notes (notes, "");
  close_client (client);
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
  assert_hides (client, "sesame");
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
  g_test_add_func ("/mcp/long-lists", test_long_lists);
  g_test_add_func ("/mcp/floods", test_floods);
  g_test_add_func ("/mcp/notifications", test_notifications);
  g_test_add_func ("/mcp/manners", test_manners);
  g_test_add_func ("/mcp/environment", test_environment);
  g_test_add_func ("/mcp/revisions", test_revisions);
  g_test_add_func ("/mcp/no-server", test_no_server);
  g_test_add_func ("/mcp/death", test_death);
  g_test_add_func ("/mcp/cancel", test_cancel);
  g_test_add_func ("/mcp/cancel-open", test_cancel_open);
  g_test_add_func ("/mcp/cancel-phases", test_cancel_phases);
  g_test_add_func ("/mcp/cancel-answer", test_cancel_answer);
  g_test_add_func ("/mcp/subscriptions", test_subscriptions);
  g_test_add_func ("/mcp/newest", test_newest);
  g_test_add_func ("/mcp/probe", test_probe);
  g_test_add_func ("/mcp/memory", test_memory);
  g_test_add_func ("/mcp/timeouts", test_timeouts);
  g_test_add_func ("/mcp/dropped", test_dropped);
  g_test_add_func ("/mcp/http", test_http);
  g_test_add_func ("/mcp/http/cancel", test_http_cancel);
  g_test_add_func ("/mcp/http/cancel-phases", test_http_cancel_phases);
  g_test_add_func ("/mcp/http/newest", test_http_newest);
  g_test_add_func ("/mcp/http/resume", test_http_resume);
  g_test_add_func ("/mcp/http/renew", test_http_renew);
  g_test_add_func ("/mcp/http/death", test_http_death);
  g_test_add_func ("/mcp/http/token", test_http_token);

  status = g_test_run ();
  g_free (python);
  g_free (the_double);
  return status;
}
