/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "server-support.h"

GraphbitMockServer *
server_new (const char *steps)
{
  GraphbitMockServer *self = graphbit_mock_server_new ();
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_start (self, &error);
  g_assert_no_error (error);
  if (steps != NULL)
    graphbit_mock_server_add_step (self, steps, &error);
  g_assert_no_error (error);
  return self;
}

GraphbitExecutor *
server_make_executor (GraphbitMockServer *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config =
    graphbit_llm_config_new_openai_compatible (graphbit_mock_server_get_base_url (self), "sk-marker", "m", &error);

  g_assert_no_error (error);
  return graphbit_executor_new (config);
}

JsonArray *
server_get_bodies (GraphbitMockServer *self)
{
  g_autofree char *text = graphbit_mock_server_dup_requests_json (self);
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonArray *records = json_node_get_array (root);
  JsonArray *bodies = json_array_new ();

  for (guint i = 0; i < json_array_get_length (records); i++)
    {
      JsonObject *record = json_array_get_object_element (records, i);

      json_array_add_element (bodies, json_from_string (json_object_get_string_member (record, "body"), NULL));
    }
  return bodies;
}

GraphbitAgentNode *
server_add_agent (GraphbitWorkflow *workflow,
                  const char *name,
                  const char *prompt)
{
  g_autoptr (GraphbitAgentNode) agent = graphbit_agent_node_new (name, prompt);
  g_autoptr (GError) error = NULL;

  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (agent), &error);
  g_assert_no_error (error);
  return agent; /* the workflow's */
}

GraphbitTool *
server_add_tool (GraphbitAgentNode *agent,
                 const char *name,
                 GraphbitToolFunc func,
                 gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitTool) tool =
    graphbit_tool_new (name, "For a test.", "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}",
                       func, data, NULL, &error);

  g_assert_no_error (error);
  graphbit_agent_node_add_tool (agent, tool);
  return tool; /* the agent's */
}
