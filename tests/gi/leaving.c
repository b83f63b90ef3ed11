/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <graphbit/graphbit.h>
#include <stdio.h>

/* leaving.py runs it: starts something, and is over in the middle of it. */

static void
ignore_result (GObject *source,
               GAsyncResult *result,
               gpointer data)
{
}

static GraphbitRun *
start_run (GraphbitLlmConfig *config)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("left");
  g_autoptr (GraphbitNode) node = GRAPHBIT_NODE (graphbit_agent_node_new ("agent", "Hello"));
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (config);
  g_autoptr (GraphbitEvent) event = NULL;
  GraphbitRun *run;

  graphbit_workflow_add_node (workflow, node, &error);
  g_assert_no_error (error);
  run = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_ALL, &error);
  g_assert_no_error (error);
  do
    {
      g_clear_object (&event);
      event = graphbit_run_next_event (run, NULL, &error);
      g_assert_no_error (error);
    }
  while (graphbit_event_get_kind (event) != GRAPHBIT_EVENT_KIND_LLM_CALL_STARTED);
  return run;
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_openai (NULL, NULL, &error);
  g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (config);
  g_autoptr (GObject) left = NULL;

  g_assert_no_error (error);
  if (g_str_equal (argv[1], "request"))
    graphbit_llm_client_complete_async (client, "Hello", NULL, NULL, ignore_result, NULL);
  else if (g_str_equal (argv[1], "stream"))
    left = G_OBJECT (graphbit_llm_client_complete_stream (client, "Hello", NULL, NULL, &error));
  else
    left = G_OBJECT (start_run (config));
  g_assert_no_error (error);

  getchar ();
  if (g_str_equal (argv[2], "shutdown"))
    graphbit_shutdown ();
  g_print ("leaving\n");
  return 0;
}
