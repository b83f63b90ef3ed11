/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>

#include "graphbit-error.h"
#include "graphbit-mcp-client.h"
#include "graphbit-mcp-result.h"

/* Against an MCP server of others, as tests/gi/test-mcp-server.py; tests/tool/install-mcp-server installs it. */

static char *node;
static char *server;

typedef struct
{
  char *path; /* where its shell tells its number */
  GraphbitMcpClient *client;
} Fixture;

static void
fixture_init (Fixture *self)
{
  int descriptor = g_file_open_tmp ("mcp-XXXXXX", &self->path, NULL);
  const char *command[] = { "/bin/sh", "-c", "echo $$ > \"$0\"; exec \"$@\"", self->path, node, server, "stdio", NULL };
  g_autoptr (GError) error = NULL;

  g_close (descriptor, NULL);
  self->client = graphbit_mcp_client_new_stdio (command);
  graphbit_mcp_client_open (self->client, NULL, &error);
  g_assert_no_error (error);
}

static pid_t
read_pid (Fixture *self)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (self->path, &text, NULL, NULL));
  return (pid_t) g_ascii_strtoll (text, NULL, 10);
}

/* Not even as a zombie. */
static void
assert_gone (pid_t pid)
{
  g_assert_cmpint (kill (pid, 0), <, 0);
  g_assert_cmpint (errno, ==, ESRCH);
}

static void
fixture_clear (Fixture *self)
{
  pid_t pid = read_pid (self);

  g_assert_true (graphbit_mcp_client_close (self->client, NULL, NULL));
  assert_gone (pid);
  g_object_unref (self->client);
  g_unlink (self->path);
  g_free (self->path);
}

static void
assert_echo (GraphbitMcpClient *client)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitMcpResult) result = graphbit_mcp_client_call_tool (client, "echo", "{\"message\":\"hello\"}", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_mcp_result_get_text (result), ==, "Echo: hello");
}

static const char long_call[] = "{\"duration\":30,\"steps\":100}";

static void
kill_it (GraphbitMcpClient *client,
         const char *tool,
         double progress,
         double total,
         const char *text,
         gpointer data)
{
  kill (read_pid (data), SIGKILL);
}

static void
test_killed_in_a_call (void)
{
  Fixture fixture = { NULL };
  g_autoptr (GError) error = NULL;
  pid_t pid;

  fixture_init (&fixture);
  pid = read_pid (&fixture);
  g_signal_connect (fixture.client, "progress", G_CALLBACK (kill_it), &fixture);
  g_assert_null (graphbit_mcp_client_call_tool (fixture.client, "trigger-long-running-operation", long_call, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONNECTION);
  g_assert_cmpint (graphbit_mcp_client_get_state (fixture.client), ==, GRAPHBIT_MCP_STATE_CLOSED);
  assert_gone (pid);

  g_clear_error (&error);
  graphbit_mcp_client_open (fixture.client, NULL, &error);
  g_assert_no_error (error);
  assert_echo (fixture.client);
  fixture_clear (&fixture);
}

static void
cancel_it (GraphbitMcpClient *client,
           const char *tool,
           double progress,
           double total,
           const char *text,
           gpointer data)
{
  g_cancellable_cancel (data);
}

static void
test_cancelled_in_a_call (void)
{
  Fixture fixture = { NULL };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  fixture_init (&fixture);
  g_signal_connect (fixture.client, "progress", G_CALLBACK (cancel_it), cancellable);
  g_assert_null (graphbit_mcp_client_call_tool (fixture.client, "trigger-long-running-operation", long_call, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_echo (fixture.client);
  fixture_clear (&fixture);
}

int
main (int argc,
      char *argv[])
{
  const char *folder = g_getenv ("GRAPHBIT_MCP_SERVER_DIR");
  g_autofree char *path = folder != NULL && *folder != '\0' ? g_strdup (folder)
                                                            : g_build_filename (g_get_user_cache_dir (), "graphbit", "mcp-server", NULL);
  int status;

  g_test_init (&argc, &argv, NULL);
  node = g_find_program_in_path ("node");
  server = g_build_filename (path, "node_modules", "@modelcontextprotocol", "server-everything", "dist", "index.js", NULL);
  if (node == NULL || !g_file_test (server, G_FILE_TEST_EXISTS))
    {
      g_print ("1..0 # SKIP node or %s is missing; tests/tool/install-mcp-server installs it\n", server);
      return 0;
    }

  g_test_add_func ("/mcp-server/killed-in-a-call", test_killed_in_a_call);
  g_test_add_func ("/mcp-server/cancelled-in-a-call", test_cancelled_in_a_call);

  status = g_test_run ();
  g_free (node);
  g_free (server);
  return status;
}
