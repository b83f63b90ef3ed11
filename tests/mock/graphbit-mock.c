/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mock-server.h"

#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The scripted provider server as a command: prints its base URL and serves until it is told to
 * stop, or until whoever started it is gone. */

static gboolean
on_signal (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_input (int          fd,
          GIOCondition condition,
          gpointer     user_data)
{
  char buffer[512];

  if (read (fd, buffer, sizeof buffer) > 0)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = NULL;
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GMainLoop) loop = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *script_file = NULL;
  int port = 0;
  gboolean tls = FALSE;
  gboolean no_key = FALSE;
  gboolean ignore_input = FALSE;
  g_auto (GStrv) faults = NULL;
  double chaos = -1;
  int seed = 1;
  gboolean verdicts = FALSE;
  const GOptionEntry entries[] = {
    { "port", 'p', 0, G_OPTION_ARG_INT, &port, "Listen on this port (default: a free one)", "N" },
    { "script", 's', 0, G_OPTION_ARG_FILENAME, &script_file, "Begin with the steps of this JSON file", "FILE" },
    { "tls", 0, 0, G_OPTION_ARG_NONE, &tls, "Speak https with the test certificate", NULL },
    { "no-key", 0, 0, G_OPTION_ARG_NONE, &no_key, "Answer requests without a key too", NULL },
    { "chaos", 'c', 0, G_OPTION_ARG_DOUBLE, &chaos, "Let this part of the requests go wrong, 0 to 1", "RATE" },
    { "fault", 'f', 0, G_OPTION_ARG_STRING_ARRAY, &faults, "In this way (may be repeated; default: all but stalls)", "NAME" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "Begin the chance with this number (default: 1)", "N" },
    { "verdicts", 'v', 0, G_OPTION_ARG_NONE, &verdicts, "At the end, print how the client bore it", NULL },
    { "ignore-input", 0, 0, G_OPTION_ARG_NONE, &ignore_input, "Go on when the standard input ends", NULL },
    G_OPTION_ENTRY_NULL
  };

  setlocale (LC_ALL, "");
  context = g_option_context_new (NULL);
  g_option_context_set_summary (context, "A scripted language model provider on the loopback interface, for tests.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return EXIT_FAILURE;
    }
  if (port < 0 || port > G_MAXUINT16)
    {
      g_printerr ("The port must be a number from 0 to 65535.\n");
      return EXIT_FAILURE;
    }

  server = tls ? graphbit_mock_server_new_tls (NULL, NULL) : graphbit_mock_server_new ();
  graphbit_mock_server_set_port (server, (guint) port);
  graphbit_mock_server_set_require_authorization (server, !no_key);
  if (faults != NULL && chaos < 0)
    chaos = 1;
  if (chaos >= 0 && !graphbit_mock_server_set_chaos (server, chaos, (guint) seed, (const char *const *) faults, &error))
    {
      g_printerr ("%s\n", error->message);
      return EXIT_FAILURE;
    }

  if (script_file != NULL)
    {
      g_autofree char *script = NULL;

      if (!g_file_get_contents (script_file, &script, NULL, &error) ||
          !graphbit_mock_server_add_step (server, script, &error))
        {
          g_printerr ("%s: %s\n", script_file, error->message);
          return EXIT_FAILURE;
        }
    }
  if (!graphbit_mock_server_start (server, &error))
    {
      g_printerr ("%s\n", error->message);
      return EXIT_FAILURE;
    }

  loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGTERM, on_signal, loop);
  g_unix_signal_add (SIGINT, on_signal, loop);
  if (!ignore_input)
    g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, loop);

  g_print ("%s\n", graphbit_mock_server_get_base_url (server));
  fflush (stdout);
  g_main_loop_run (loop);
  if (verdicts)
    {
      g_autofree char *text = graphbit_mock_server_dup_verdicts_json (server);

      g_print ("%s\n", text);
    }
  graphbit_mock_server_stop (server);
  return EXIT_SUCCESS;
}
