/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starts a run and reads its events, without any main loop. */
#include <graphbit/graphbit.h>
#include <locale.h>

static gboolean
run_workflow (GError **error)
{
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_openai (NULL, NULL, error);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("events");
  g_autoptr (GraphbitAgentNode) first = graphbit_agent_node_new ("first", "Say something about {{input.topic}}.");
  g_autoptr (GraphbitTransformNode) loud = graphbit_transform_node_new ("loud", GRAPHBIT_TRANSFORMATION_UPPERCASE);
  g_autoptr (GraphbitExecutor) executor = NULL;
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GraphbitEvent) event = NULL;
  g_auto (GVariantDict) inputs = G_VARIANT_DICT_INIT (NULL);

  if (config == NULL ||
      graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (first), error) == NULL ||
      graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (loud), error) == NULL ||
      !graphbit_workflow_connect_nodes (workflow, "first", "loud", error))
    return FALSE;

  g_variant_dict_insert (&inputs, "topic", "s", "tides");
  executor = graphbit_executor_new (config);
  run = graphbit_executor_start (executor, workflow, g_variant_dict_end (&inputs), GRAPHBIT_STREAM_MODES_UPDATES, error);
  while (run != NULL && (event = graphbit_run_next_event (run, NULL, error)) != NULL)
    {
      const char *name = graphbit_event_get_node_name (event);

      g_print ("%s %s\n", graphbit_event_get_event (event), name != NULL ? name : "-");
      g_clear_object (&event);
    }
  result = run != NULL && *error == NULL ? graphbit_run_wait (run, NULL, error) : NULL;
  if (result != NULL)
    g_print ("%s\n", graphbit_workflow_result_get_node_output (result, "loud"));
  return result != NULL && graphbit_workflow_result_is_success (result);
}

int
main (void)
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (run_workflow (&error))
    return 0;
  g_printerr ("%s\n", error != NULL ? error->message : "the run failed");
  return 1;
}
