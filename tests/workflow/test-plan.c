/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-agent-node.h"
#include "graphbit-condition-node.h"
#include "graphbit-error.h"
#include "graphbit-function-node.h"
#include "graphbit-llm-config.h"
#include "graphbit-llm-options.h"
#include "graphbit-node-private.h"
#include "graphbit-plan-private.h"
#include "graphbit-tool.h"
#include "graphbit-transform-node.h"

static GraphbitNode *
add (GraphbitWorkflow *workflow,
     gpointer node)
{
  g_autoptr (GError) error = NULL;

  graphbit_workflow_add_node (workflow, node, &error);
  g_assert_no_error (error);
  g_object_unref (node);

  return node;
}

static GraphbitPlan *
dup_plan (GraphbitWorkflow *workflow)
{
  g_autoptr (GError) error = NULL;
  GraphbitPlan *plan = graphbit_workflow_dup_plan (workflow, &error);

  g_assert_no_error (error);

  return plan;
}

static gboolean
is_new (GraphbitWorkflow *workflow,
        GraphbitPlan **plan)
{
  g_autoptr (GraphbitPlan) old = g_steal_pointer (plan);

  *plan = dup_plan (workflow);

  return *plan != old;
}

/* Each change makes another plan, and nothing else does. */
static void
test_revision (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  GraphbitNode *agent = add (workflow, graphbit_agent_node_new ("a", "p"));
  GraphbitNode *transform = add (workflow, graphbit_transform_node_new ("t", GRAPHBIT_TRANSFORMATION_TRIM));
  g_autoptr (GraphbitPlan) plan = dup_plan (workflow);
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_offline ();
  g_autoptr (GraphbitTool) tool = graphbit_tool_new ("tool", "A tool", NULL, NULL, NULL, NULL, NULL);

  g_assert_false (is_new (workflow, &plan));
  g_assert_true (graphbit_workflow_validate (workflow, NULL));
  g_ptr_array_unref (graphbit_workflow_lint (workflow));
  g_assert_false (is_new (workflow, &plan));

  graphbit_workflow_set_description (workflow, "d");
  g_assert_true (is_new (workflow, &plan));
  g_assert_true (graphbit_workflow_connect_nodes (workflow, "a", "t", NULL));
  g_assert_true (is_new (workflow, &plan));
  g_assert_true (graphbit_workflow_declare_input (workflow, "i", NULL, NULL));
  g_assert_true (is_new (workflow, &plan));

  graphbit_node_set_timeout_ms (agent, 7);
  g_assert_true (is_new (workflow, &plan));
  g_assert_cmpuint (graphbit_plan_get_node (plan, 0)->timeout_ms, ==, 7);
  graphbit_node_set_timeout_ms (agent, 7);
  g_assert_false (is_new (workflow, &plan));
  graphbit_node_set_max_retries (agent, 7);
  g_assert_true (is_new (workflow, &plan));
  graphbit_node_set_on_error (agent, GRAPHBIT_ON_ERROR_FALLBACK);
  g_assert_true (is_new (workflow, &plan));
  graphbit_node_set_fallback (agent, "f");
  g_assert_true (is_new (workflow, &plan));
  graphbit_node_set_output_name (agent, "o");
  g_assert_true (is_new (workflow, &plan));

  graphbit_agent_node_set_system_prompt (GRAPHBIT_AGENT_NODE (agent), "s");
  g_assert_true (is_new (workflow, &plan));
  graphbit_agent_node_set_context (GRAPHBIT_AGENT_NODE (agent), "c");
  g_assert_true (is_new (workflow, &plan));
  graphbit_agent_node_set_max_iterations (GRAPHBIT_AGENT_NODE (agent), 2);
  g_assert_true (is_new (workflow, &plan));
  graphbit_agent_node_set_include_inputs (GRAPHBIT_AGENT_NODE (agent), GRAPHBIT_INCLUDE_INPUTS_NONE);
  g_assert_true (is_new (workflow, &plan));
  graphbit_agent_node_set_agent_id (GRAPHBIT_AGENT_NODE (agent), "i");
  g_assert_true (is_new (workflow, &plan));
  graphbit_agent_node_set_fail_run_on_tool_error (GRAPHBIT_AGENT_NODE (agent), TRUE);
  g_assert_true (is_new (workflow, &plan));
  graphbit_agent_node_set_llm_config (GRAPHBIT_AGENT_NODE (agent), config);
  g_assert_true (graphbit_agent_node_get_llm_config (GRAPHBIT_AGENT_NODE (agent)) == config);
  g_assert_true (is_new (workflow, &plan));
  g_assert_true (((const GraphbitPlanAgent *) graphbit_plan_get_node (plan, 0)->settings)->config == config);
  graphbit_agent_node_set_llm_config (GRAPHBIT_AGENT_NODE (agent), config);
  g_assert_false (is_new (workflow, &plan));
  graphbit_agent_node_add_tool (GRAPHBIT_AGENT_NODE (agent), tool);
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_agent_node_get_tools (GRAPHBIT_AGENT_NODE (agent))), ==, 1);
  g_assert_true (is_new (workflow, &plan));
  graphbit_agent_node_set_options (GRAPHBIT_AGENT_NODE (agent), options);
  g_assert_true (is_new (workflow, &plan));
  graphbit_llm_options_set_max_tokens (options, 5);
  g_assert_true (is_new (workflow, &plan));
  {
    const GraphbitPlanAgent *settings = graphbit_plan_get_node (plan, 0)->settings;

    g_assert_true (settings->options != options);
    g_assert_cmpuint (graphbit_llm_options_get_max_tokens (settings->options), ==, 5);
  }
  graphbit_agent_node_set_options (GRAPHBIT_AGENT_NODE (agent), NULL);
  g_assert_true (is_new (workflow, &plan));
  graphbit_llm_options_set_max_tokens (options, 6);
  g_assert_false (is_new (workflow, &plan));

  graphbit_transform_node_set_argument (GRAPHBIT_TRANSFORM_NODE (transform), "x");
  g_assert_true (is_new (workflow, &plan));
  graphbit_transform_node_set_replacement (GRAPHBIT_TRANSFORM_NODE (transform), "x");
  g_assert_true (is_new (workflow, &plan));

  /* a node that has left is none of its business */
  g_object_ref (transform);
  g_assert_true (graphbit_workflow_remove_node (workflow, "t"));
  g_assert_true (is_new (workflow, &plan));
  graphbit_transform_node_set_argument (GRAPHBIT_TRANSFORM_NODE (transform), "y");
  g_assert_false (is_new (workflow, &plan));
  g_object_unref (transform);

  /* a workflow that became wrong has none */
  graphbit_agent_node_set_max_iterations (GRAPHBIT_AGENT_NODE (agent), 0);
  g_assert_null (graphbit_workflow_dup_plan (workflow, NULL));
  graphbit_agent_node_set_max_iterations (GRAPHBIT_AGENT_NODE (agent), 1);
  g_assert_true (is_new (workflow, &plan));
}

static char *
answer (GraphbitWorkflowContext *context,
        gpointer data,
        GError **error)
{
  return g_strdup ("answer");
}

static void
free_data (gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* The plan outlives what it was made from. */
static void
test_picture (void)
{
  GraphbitWorkflow *workflow = g_object_new (GRAPHBIT_TYPE_WORKFLOW, "id", "wid", "name", "w", NULL);
  gboolean is_freed = FALSE;
  GraphbitNode *agent = add (workflow, graphbit_agent_node_new ("a", "Hello {name}"));
  g_autoptr (GraphbitPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  const GraphbitPlanNode *node;
  const GraphbitPlanAgent *agent_settings;
  const GraphbitPlanFunction *function_settings;
  const GraphbitPlanTransform *transform_settings;

  add (workflow, graphbit_function_node_new ("f", answer, &is_freed, free_data));
  add (workflow, graphbit_function_node_new ("s", NULL, NULL, NULL));
  add (workflow, g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, "name", "t", "id", "tid", "transformation",
                               GRAPHBIT_TRANSFORMATION_REGEX_REPLACE, "argument", "x", "replacement", "y", NULL));
  graphbit_node_set_output_name (agent, "out");
  graphbit_agent_node_set_agent_id (GRAPHBIT_AGENT_NODE (agent), "agent");
  graphbit_agent_node_set_system_prompt (GRAPHBIT_AGENT_NODE (agent), "system");
  g_assert_true (graphbit_workflow_connect_nodes (workflow, "f", "t", NULL));
  g_assert_true (graphbit_workflow_connect_nodes (workflow, "a", "t", NULL));
  g_assert_true (graphbit_workflow_connect_nodes_full (workflow, "a", "s", GRAPHBIT_EDGE_KIND_ERROR, NULL, NULL));
  g_assert_true (graphbit_workflow_declare_input (workflow, "name", "{\"type\":\"string\"}", NULL));

  plan = dup_plan (workflow);
  g_object_unref (workflow);

  g_assert_cmpstr (graphbit_plan_get_workflow_id (plan), ==, "wid");
  g_assert_cmpstr (graphbit_plan_get_workflow_name (plan), ==, "w");
  g_assert_cmpuint (graphbit_plan_get_n_nodes (plan), ==, 4);
  g_assert_cmpuint (graphbit_plan_get_n_edges (plan), ==, 3);
  g_assert_cmpint (graphbit_plan_find (plan, "tid"), ==, 3);
  g_assert_cmpint (graphbit_plan_find (plan, "t"), ==, 3);
  g_assert_cmpint (graphbit_plan_find (plan, "x"), ==, -1);
  g_assert_cmpuint (graphbit_plan_get_n_inputs (plan), ==, 1);
  g_assert_cmpstr (graphbit_plan_get_input (plan, 0)->name, ==, "name");
  g_assert_nonnull (graphbit_plan_get_input (plan, 0)->schema);
  g_assert_cmpint (graphbit_plan_find_input (plan, "name"), ==, 0);
  g_assert_cmpint (graphbit_plan_find_input (plan, "n"), ==, -1);

  node = graphbit_plan_get_node (plan, 0);
  agent_settings = node->settings;
  g_assert_cmpint (node->kind, ==, GRAPHBIT_NODE_KIND_AGENT);
  g_assert_cmpstr (node->output_name, ==, "out");
  g_assert_cmpstr (node->fallback, ==, "");
  g_assert_cmpuint (node->n_in, ==, 0);
  g_assert_cmpuint (node->n_out, ==, 2);
  g_assert_cmpuint (node->out[0], ==, 1);
  g_assert_cmpuint (node->out[1], ==, 2);
  g_assert_cmpstr (graphbit_template_get_text (agent_settings->prompt), ==, "Hello {name}");
  g_assert_cmpstr (graphbit_template_get_text (agent_settings->system_prompt), ==, "system");
  g_assert_null (agent_settings->context);
  g_assert_null (agent_settings->tools);
  g_assert_cmpstr (agent_settings->agent_id, ==, "agent");
  g_assert_cmpuint (agent_settings->max_iterations, ==, 10);

  node = graphbit_plan_get_node (plan, 3);
  transform_settings = node->settings;
  g_assert_cmpuint (node->n_in, ==, 2);
  g_assert_cmpuint (node->in[0], ==, 0); /* in the order of connection, not of the nodes */
  g_assert_cmpuint (node->in[1], ==, 1);
  g_assert_cmpuint (graphbit_plan_get_edge (plan, 0)->source, ==, 1);
  g_assert_cmpint (graphbit_plan_get_edges (plan)[2].kind, ==, GRAPHBIT_EDGE_KIND_ERROR);
  g_assert_cmpstr (transform_settings->argument, ==, "x");
  g_assert_cmpstr (transform_settings->replacement, ==, "y");
  g_assert_nonnull (transform_settings->regex);

  function_settings = graphbit_plan_get_nodes (plan)[1].settings;
  g_assert_null (function_settings->node);
  output = graphbit_closure_invoke (function_settings->closure, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (output, ==, "answer");

  function_settings = graphbit_plan_get_nodes (plan)[2].settings;
  g_assert_null (function_settings->closure);
  g_assert_true (GRAPHBIT_IS_FUNCTION_NODE (function_settings->node));

  g_assert_false (is_freed);
  g_clear_pointer (&plan, graphbit_plan_unref);
  g_assert_true (is_freed);
}

static char *
return_nothing (GraphbitWorkflowContext *context,
                gpointer data,
                GError **error)
{
  return NULL;
}

static char *
return_both (GraphbitWorkflowContext *context,
             gpointer data,
             GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "mine");
  return g_strdup ("text");
}

static void
test_closure (void)
{
  g_autoptr (GraphbitClosure) nothing = graphbit_closure_new (G_CALLBACK (return_nothing), NULL, NULL);
  g_autoptr (GraphbitClosure) both = graphbit_closure_new (G_CALLBACK (return_both), NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (graphbit_closure_invoke (nothing, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  g_clear_error (&error);
  g_assert_null (graphbit_closure_invoke (both, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

static void
test_choice (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  g_autoptr (GraphbitPlan) plan = NULL;
  g_autoptr (GError) error = NULL;

  add (workflow, graphbit_transform_node_new ("a", GRAPHBIT_TRANSFORMATION_TRIM));
  add (workflow, graphbit_condition_node_new ("if", answer, NULL, NULL));
  add (workflow, graphbit_transform_node_new ("yes", GRAPHBIT_TRANSFORMATION_TRIM));
  add (workflow, g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, "name", "no", "id", "no-id", NULL));
  add (workflow, graphbit_transform_node_new ("broken", GRAPHBIT_TRANSFORMATION_TRIM));
  g_assert_true (graphbit_workflow_connect_nodes (workflow, "a", "if", NULL));
  g_assert_true (graphbit_workflow_connect_nodes (workflow, "if", "yes", NULL));
  g_assert_true (graphbit_workflow_connect_nodes_full (workflow, "if", "broken", GRAPHBIT_EDGE_KIND_ERROR, NULL, NULL));
  g_assert_true (graphbit_workflow_connect_nodes (workflow, "if", "no", NULL));
  plan = dup_plan (workflow);

  g_assert_cmpint (graphbit_plan_find_choice (plan, 1, "yes", &error), ==, 1);
  g_assert_cmpint (graphbit_plan_find_choice (plan, 1, " no\n", &error), ==, 3);
  g_assert_cmpint (graphbit_plan_find_choice (plan, 1, "no-id", &error), ==, 3);
  g_assert_no_error (error);

  g_assert_cmpint (graphbit_plan_find_choice (plan, 1, "broken", &error), ==, -1);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED);
  g_assert_cmpstr (error->message, ==,
                   "The condition “if” chose “broken”, which is none of its successors; those are “yes”, “no”");
}

static gpointer
take_plan (gpointer data)
{
  return graphbit_workflow_dup_plan (data, NULL);
}

static void
test_threads (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  GThread *threads[4];
  gpointer plans[4];

  add (workflow, graphbit_transform_node_new ("a", GRAPHBIT_TRANSFORMATION_TRIM));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("plan", take_plan, workflow);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    plans[i] = g_thread_join (threads[i]);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_assert_true (plans[i] == plans[0]);
      graphbit_plan_unref (plans[i]);
    }
}

static gboolean
return_true (GraphbitNode *node,
             GraphbitNodeCall *call,
             gpointer data)
{
  return TRUE;
}

static void
test_emit (void)
{
  g_autoptr (GraphbitFunctionNode) function = graphbit_function_node_new ("f", NULL, NULL, NULL);
  g_autoptr (GraphbitConditionNode) condition = graphbit_condition_node_new ("c", NULL, NULL, NULL);

  g_assert_false (graphbit_node_emit_call (GRAPHBIT_NODE (function), NULL));
  g_signal_connect (function, "call", G_CALLBACK (return_true), NULL);
  g_assert_true (graphbit_node_emit_call (GRAPHBIT_NODE (function), NULL));
  g_assert_false (graphbit_node_emit_call (GRAPHBIT_NODE (condition), NULL));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/plan/revision", test_revision);
  g_test_add_func ("/plan/picture", test_picture);
  g_test_add_func ("/plan/closure", test_closure);
  g_test_add_func ("/plan/choice", test_choice);
  g_test_add_func ("/plan/threads", test_threads);
  g_test_add_func ("/plan/emit", test_emit);

  return g_test_run ();
}
