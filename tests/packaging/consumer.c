/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A program of somebody else's: it knows what pkg-config tells, and nothing of this project. It is C++ as well. */
#include <graphbit/graphbit.h>
#include <locale.h>

static gboolean
ask (GError **error)
{
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_offline ();
  g_autoptr (GraphbitLlmClient) client = graphbit_llm_client_new (config);
  g_autofree char *text = graphbit_llm_client_complete (client, "Say hello to Lisbon.", NULL, NULL, error);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;

  if (text == NULL)
    return FALSE;
  g_print ("%s\n", text);

  stream = graphbit_llm_client_complete_stream (client, "Say hello to Lisbon.", NULL, NULL, error);
  response = stream != NULL ? graphbit_llm_stream_collect (stream, NULL, error) : NULL;
  if (response == NULL)
    return FALSE;
  g_print ("%s\n", graphbit_llm_response_get_text (response));
  return TRUE;
}

static char *
count (GraphbitWorkflowContext *context,
       gpointer user_data,
       GError **error)
{
  (void) context;
  (void) error;
  return g_strdup_printf ("%s apples", (const char *) user_data);
}

static gboolean
run (GError **error)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("consumer");
  g_autoptr (GraphbitFunctionNode) first = graphbit_function_node_new ("first", count, g_strdup ("three"), g_free);
  g_autoptr (GraphbitTransformNode) loud = graphbit_transform_node_new ("loud", GRAPHBIT_TRANSFORMATION_UPPERCASE);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflowResult) result = NULL;

  if (graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (first), error) == NULL ||
      graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (loud), error) == NULL ||
      !graphbit_workflow_connect_nodes (workflow, "first", "loud", error))
    return FALSE;
  result = graphbit_executor_execute (executor, workflow, NULL, NULL, error);
  if (result == NULL)
    return FALSE;

  g_print ("%s\n", graphbit_workflow_result_get_node_output (result, "loud"));
  return graphbit_workflow_result_is_success (result);
}

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitWorkflow) empty = graphbit_workflow_new ("empty");

  setlocale (LC_ALL, "");
  if (!GRAPHBIT_CHECK_VERSION (1, 0, 0) || !ask (&error) || !run (&error))
    {
      g_printerr ("%s\n", error != NULL ? error->message : "the run failed");
      return 1;
    }

  if (graphbit_workflow_validate (empty, &error) || !g_error_matches (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW))
    return 1;
  g_print ("%s\n", error->message);
  return 0;
}
