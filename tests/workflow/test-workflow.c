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
#include "graphbit-llm-options.h"
#include "graphbit-tool.h"
#include "graphbit-transform-node.h"
#include "graphbit-workflow.h"

static GraphbitNode *
add_transform (GraphbitWorkflow *workflow,
               const char *name)
{
  g_autoptr (GraphbitTransformNode) node = graphbit_transform_node_new (name, GRAPHBIT_TRANSFORMATION_TRIM);
  g_autoptr (GError) error = NULL;
  const char *id;

  id = graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (node), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (id, ==, graphbit_node_get_id (GRAPHBIT_NODE (node)));

  return GRAPHBIT_NODE (node);
}

static void
test_properties (void)
{
  g_autoptr (GraphbitAgentNode) agent =
    g_object_new (GRAPHBIT_TYPE_AGENT_NODE, "name", "a", "prompt", "p", "id", "the-id", "timeout-ms", 5,
                  "max-retries", 2, "on-error", GRAPHBIT_ON_ERROR_FALLBACK, "fallback", "f", "output-name", "o",
                  "description", "d", "system-prompt", "s", "context", "c", "agent-id", "i", "max-iterations", 3,
                  "include-inputs", GRAPHBIT_INCLUDE_INPUTS_LABELLED, "fail-run-on-tool-error", TRUE, NULL);
  g_autoptr (GraphbitAgentNode) plain = graphbit_agent_node_new ("b", "q");
  g_autofree char *name = NULL, *prompt = NULL, *id = NULL, *fallback = NULL, *output_name = NULL, *description = NULL;
  g_autofree char *system_prompt = NULL, *context = NULL, *agent_id = NULL;
  g_autoptr (GListModel) tools = NULL;
  GraphbitNodeKind kind;
  GraphbitOnError on_error;
  GraphbitIncludeInputs include_inputs;
  guint timeout_ms, max_retries, max_iterations;
  gboolean fail_run_on_tool_error;

  g_object_get (agent, "name", &name, "prompt", &prompt, "id", &id, "timeout-ms", &timeout_ms, "max-retries",
                &max_retries, "on-error", &on_error, "fallback", &fallback, "output-name", &output_name,
                "description", &description, "system-prompt", &system_prompt, "context", &context, "agent-id",
                &agent_id, "max-iterations", &max_iterations, "include-inputs", &include_inputs,
                "fail-run-on-tool-error", &fail_run_on_tool_error, "tools", &tools, "kind", &kind, NULL);
  g_assert_cmpstr (name, ==, "a");
  g_assert_cmpstr (prompt, ==, "p");
  g_assert_cmpstr (id, ==, "the-id");
  g_assert_cmpuint (timeout_ms, ==, 5);
  g_assert_cmpuint (max_retries, ==, 2);
  g_assert_cmpint (on_error, ==, GRAPHBIT_ON_ERROR_FALLBACK);
  g_assert_cmpstr (fallback, ==, "f");
  g_assert_cmpstr (output_name, ==, "o");
  g_assert_cmpstr (description, ==, "d");
  g_assert_cmpstr (system_prompt, ==, "s");
  g_assert_cmpstr (context, ==, "c");
  g_assert_cmpstr (agent_id, ==, "i");
  g_assert_cmpuint (max_iterations, ==, 3);
  g_assert_cmpint (include_inputs, ==, GRAPHBIT_INCLUDE_INPUTS_LABELLED);
  g_assert_true (fail_run_on_tool_error);
  g_assert_cmpuint (g_list_model_get_n_items (tools), ==, 0);
  g_assert_true (g_list_model_get_item_type (tools) == GRAPHBIT_TYPE_TOOL);
  g_assert_cmpint (kind, ==, GRAPHBIT_NODE_KIND_AGENT);

  g_assert_cmpuint (graphbit_agent_node_get_max_iterations (plain), ==, 10);
  g_assert_cmpint (graphbit_agent_node_get_include_inputs (plain), ==, GRAPHBIT_INCLUDE_INPUTS_PLAIN);
  g_assert_false (graphbit_agent_node_get_fail_run_on_tool_error (plain));
  g_assert_null (graphbit_agent_node_get_llm_config (plain));
  g_assert_null (graphbit_agent_node_get_options (plain));
  g_assert_cmpint (strlen (graphbit_node_get_id (GRAPHBIT_NODE (plain))), ==, 36);
  g_assert_cmpint (graphbit_node_get_on_error (GRAPHBIT_NODE (plain)), ==, GRAPHBIT_ON_ERROR_FAIL);
}

/* All readable properties as name=value, values as text. */
static char *
describe (gpointer object,
          ...)
{
  GString *text = g_string_new (NULL);
  const char *name;
  va_list names;

  va_start (names, object);
  while ((name = va_arg (names, const char *)) != NULL)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_auto (GValue) string = G_VALUE_INIT;

      g_object_get_property (object, name, &value);
      g_value_init (&string, G_TYPE_STRING);
      g_assert_true (g_value_transform (&value, &string));
      g_string_append_printf (text, "%s=%s ", name,
                              g_value_get_string (&string) != NULL ? g_value_get_string (&string) : "(none)");
    }
  va_end (names);

  return g_string_free (text, FALSE);
}

static void
test_other_properties (void)
{
  g_autoptr (GraphbitEdge) edge =
    g_object_new (GRAPHBIT_TYPE_EDGE, "source", "s", "target", "t", "kind", GRAPHBIT_EDGE_KIND_CONDITIONAL,
                  "condition", "c", NULL);
  g_autoptr (GraphbitTransformNode) transform =
    g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, "name", "n", "transformation", GRAPHBIT_TRANSFORMATION_REGEX_REPLACE,
                  "argument", "a", "replacement", "r", NULL);
  g_autoptr (GraphbitWorkflow) workflow =
    g_object_new (GRAPHBIT_TYPE_WORKFLOW, "id", "i", "name", "w", "description", "d", NULL);
  g_autoptr (GPtrArray) problems = graphbit_workflow_lint (workflow);
  g_autofree char *edge_text = describe (edge, "source", "target", "kind", "condition", NULL);
  g_autofree char *transform_text = describe (transform, "transformation", "argument", "replacement", NULL);
  g_autofree char *workflow_text = describe (workflow, "id", "name", "description", NULL);
  g_autofree char *problem_text =
    describe (g_ptr_array_index (problems, 0), "severity", "path", "node-id", "message", "hint", NULL);
  g_autoptr (GListModel) nodes = NULL;
  g_autoptr (GListModel) edges = NULL;

  g_assert_cmpstr (edge_text, ==, "source=s target=t kind=GRAPHBIT_EDGE_KIND_CONDITIONAL condition=c ");
  g_assert_cmpstr (graphbit_edge_get_condition (edge), ==, "c");
  g_assert_cmpstr (transform_text, ==, "transformation=GRAPHBIT_TRANSFORMATION_REGEX_REPLACE argument=a replacement=r ");
  g_assert_cmpint (graphbit_transform_node_get_transformation (transform), ==, GRAPHBIT_TRANSFORMATION_REGEX_REPLACE);
  g_assert_cmpstr (graphbit_transform_node_get_argument (transform), ==, "a");
  g_assert_cmpstr (graphbit_transform_node_get_replacement (transform), ==, "r");
  g_assert_cmpstr (workflow_text, ==, "id=i name=w description=d ");
  g_assert_cmpstr (graphbit_workflow_get_id (workflow), ==, "i");
  g_assert_cmpstr (graphbit_workflow_get_description (workflow), ==, "d");
  g_assert_cmpstr (problem_text, ==,
                   "severity=GRAPHBIT_SEVERITY_ERROR path= node-id=(none) message=The workflow “w” is empty hint=add a node ");

  g_object_get (workflow, "nodes", &nodes, "edges", &edges, NULL);
  g_assert_true (nodes == graphbit_workflow_get_nodes (workflow));
  g_assert_true (edges == graphbit_workflow_get_edges (workflow));
}

static void
count_notify (GObject *object,
              GParamSpec *pspec,
              gpointer data)
{
  (*(guint *) data)++;
}

static void
test_notify (void)
{
  g_autoptr (GraphbitAgentNode) agent = graphbit_agent_node_new ("a", "p");
  GraphbitNode *node = GRAPHBIT_NODE (agent);
  guint n = 0;

  g_signal_connect (agent, "notify", G_CALLBACK (count_notify), &n);

  graphbit_node_set_fallback (node, "x");
  g_assert_cmpuint (n, ==, 1);
  graphbit_node_set_fallback (node, "x");
  g_assert_cmpuint (n, ==, 1);
  /* a part of itself */
  graphbit_node_set_fallback (node, graphbit_node_get_fallback (node) + 1);
  g_assert_cmpstr (graphbit_node_get_fallback (node), ==, "");
  g_assert_cmpuint (n, ==, 2);
  graphbit_agent_node_set_max_iterations (agent, 10);
  g_assert_cmpuint (n, ==, 2);
  graphbit_agent_node_set_fail_run_on_tool_error (agent, 7);
  g_assert_cmpuint (n, ==, 3);
  graphbit_agent_node_set_fail_run_on_tool_error (agent, TRUE);
  g_assert_cmpuint (n, ==, 3);
}

static void
count_items_changed (GListModel *list,
                     guint position,
                     guint removed,
                     guint added,
                     gpointer data)
{
  g_string_append_printf (data, "%u-%u+%u ", position, removed, added);
}

static void
test_lists (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  g_autoptr (GString) nodes = g_string_new (NULL);
  g_autoptr (GString) edges = g_string_new (NULL);
  g_autoptr (GraphbitNode) b = NULL;
  g_autoptr (GError) error = NULL;
  GraphbitNode *a, *c;

  g_assert_cmpstr (graphbit_workflow_get_name (workflow), ==, "w");
  g_assert_true (g_list_model_get_item_type (graphbit_workflow_get_nodes (workflow)) == GRAPHBIT_TYPE_NODE);
  g_assert_true (g_list_model_get_item_type (graphbit_workflow_get_edges (workflow)) == GRAPHBIT_TYPE_EDGE);
  g_signal_connect (graphbit_workflow_get_nodes (workflow), "items-changed", G_CALLBACK (count_items_changed), nodes);
  g_signal_connect (graphbit_workflow_get_edges (workflow), "items-changed", G_CALLBACK (count_items_changed), edges);

  a = add_transform (workflow, "a");
  b = g_object_ref (add_transform (workflow, "b"));
  c = add_transform (workflow, "c");
  g_assert_true (graphbit_workflow_connect_nodes (workflow, "a", graphbit_node_get_id (b), &error));
  g_assert_true (graphbit_workflow_connect_nodes (workflow, "a", "c", &error));
  g_assert_true (graphbit_workflow_connect_nodes_full (workflow, "b", "c", GRAPHBIT_EDGE_KIND_ERROR, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (nodes->str, ==, "0-0+1 1-0+1 2-0+1 ");
  g_assert_cmpstr (edges->str, ==, "0-0+1 1-0+1 2-0+1 ");

  {
    g_autoptr (GraphbitEdge) edge = g_list_model_get_item (graphbit_workflow_get_edges (workflow), 2);

    g_assert_cmpstr (graphbit_edge_get_source (edge), ==, graphbit_node_get_id (b));
    g_assert_cmpstr (graphbit_edge_get_target (edge), ==, graphbit_node_get_id (c));
    g_assert_cmpint (graphbit_edge_get_kind (edge), ==, GRAPHBIT_EDGE_KIND_ERROR);
    g_assert_null (graphbit_edge_get_condition (edge));
  }

  g_assert_true (graphbit_workflow_get_node (workflow, "b") == b);
  g_assert_true (graphbit_workflow_remove_node (workflow, "b"));
  g_assert_false (graphbit_workflow_remove_node (workflow, "b"));
  g_assert_null (graphbit_workflow_get_node (workflow, "b"));
  g_assert_null (graphbit_workflow_get_node (workflow, graphbit_node_get_id (b)));
  g_assert_cmpstr (nodes->str, ==, "0-0+1 1-0+1 2-0+1 1-1+0 ");
  g_assert_cmpstr (edges->str, ==, "0-0+1 1-0+1 2-0+1 2-1+0 0-1+0 ");
  g_assert_true (graphbit_workflow_validate (workflow, &error));
  g_assert_no_error (error);

  /* and back again */
  g_assert_nonnull (graphbit_workflow_add_node (workflow, b, &error));
  g_assert_no_error (error);
  g_assert_true (graphbit_workflow_get_node (workflow, graphbit_node_get_id (a)) == a);
}

static void
test_names (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  g_autoptr (GError) error = NULL;
  GraphbitNode *twin;

  add_transform (workflow, "one");
  twin = add_transform (workflow, "twin");
  add_transform (workflow, "twin");
  add_transform (workflow, graphbit_node_get_id (twin)); /* an id goes before a name */

  g_assert_false (graphbit_workflow_connect_nodes (workflow, "one", "two", &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "no node “two”"));
  g_assert_nonnull (strstr (error->message, "“one”, “twin”, “twin”"));
  g_clear_error (&error);

  g_assert_false (graphbit_workflow_connect_nodes (workflow, "twin", "one", &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, "Several nodes have the name “twin”; use the id of one, or give each a name of its own");
  g_clear_error (&error);
  g_assert_null (graphbit_workflow_get_node (workflow, "twin"));

  g_assert_true (graphbit_workflow_get_node (workflow, graphbit_node_get_id (twin)) == twin);
  g_assert_true (graphbit_workflow_connect_nodes (workflow, "one", graphbit_node_get_id (twin), &error));
  g_assert_no_error (error);

  /* once one of the two is gone, the name means the other */
  g_assert_true (graphbit_workflow_remove_node (workflow, graphbit_node_get_id (twin)));
  g_assert_nonnull (graphbit_workflow_get_node (workflow, "twin"));
  g_assert_true (graphbit_workflow_connect_nodes (workflow, "one", "twin", &error));
  g_assert_no_error (error);

  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *name = g_strdup_printf ("n%u", i);

      add_transform (workflow, name);
    }
  g_assert_false (graphbit_workflow_connect_nodes (workflow, "one", "two", &error));
  g_assert_true (g_str_has_suffix (error->message, "“n6” and 5 more"));
}

static void
test_edge_kinds (void)
{
  static const struct
  {
    GraphbitEdgeKind kind;
    const char *condition;
    const char *part;
  } refused[] = {
    { GRAPHBIT_EDGE_KIND_DATA, "x", "leave it out" },
    { GRAPHBIT_EDGE_KIND_ERROR, "x", "leave it out" },
    { GRAPHBIT_EDGE_KIND_CONDITIONAL, NULL, "needs a condition" },
    { GRAPHBIT_EDGE_KIND_CONDITIONAL, "", "it is empty" },
    { GRAPHBIT_EDGE_KIND_CONDITIONAL, "x >", "line 1, column 4: a value is expected" },
    { GRAPHBIT_EDGE_KIND_CONDITIONAL, "'b'", "line 1, column 1: true or false is needed" },
  };
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  g_autoptr (GraphbitEdge) edge = NULL;
  g_autoptr (GError) error = NULL;

  add_transform (workflow, "a");
  add_transform (workflow, "b");

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_assert_false (graphbit_workflow_connect_nodes_full (workflow, "a", "b", refused[i].kind, refused[i].condition, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, refused[i].part));
      g_clear_error (&error);
    }
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_workflow_get_edges (workflow)), ==, 0);

  g_assert_true (graphbit_workflow_connect_nodes_full (workflow, "a", "b", GRAPHBIT_EDGE_KIND_CONDITIONAL, "x > 5", &error));
  g_assert_no_error (error);
  edge = g_list_model_get_item (graphbit_workflow_get_edges (workflow), 0);
  g_assert_cmpint (graphbit_edge_get_kind (edge), ==, GRAPHBIT_EDGE_KIND_CONDITIONAL);
  g_assert_cmpstr (graphbit_edge_get_condition (edge), ==, "x > 5");
}

static void
test_condition_expression (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitConditionNode) node = graphbit_condition_node_new_for_expression ("n", "x > 5 ? 'a' : 'b'", &error);
  g_autoptr (GraphbitConditionNode) other = graphbit_condition_node_new ("n", NULL, NULL, NULL);
  g_autoptr (GraphbitConditionNode) made = g_object_new (GRAPHBIT_TYPE_CONDITION_NODE, "name", "n", "expression", "x > 5", NULL);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");

  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_condition_node_get_expression (node), ==, "x > 5 ? 'a' : 'b'");
  g_assert_null (graphbit_condition_node_get_expression (other));

  g_assert_null (graphbit_condition_node_new_for_expression ("n", "x >", &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "line 1, column 4: a value is expected"));
  g_clear_error (&error);
  g_assert_null (graphbit_condition_node_new_for_expression ("n", "x > 5", &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "never gives a text"));
  g_clear_error (&error);

  /* one that was made of properties alone meets the same check where it is used first */
  g_assert_null (graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (made), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "never gives a text"));
}

static void
assert_refused (GraphbitWorkflow *workflow,
                gpointer node,
                const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (graphbit_workflow_add_node (workflow, node, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, message);
}

/* Derived outside of the library, which is not foreseen. */
typedef struct
{
  GraphbitNode parent_instance;
} ForeignNode;

typedef struct
{
  GraphbitNodeClass parent_class;
} ForeignNodeClass;

GType foreign_node_get_type (void);
G_DEFINE_TYPE (ForeignNode, foreign_node, GRAPHBIT_TYPE_NODE)

static void
foreign_node_class_init (ForeignNodeClass *klass)
{
}

static void
foreign_node_init (ForeignNode *self)
{
}

static void
test_refused_nodes (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  g_autoptr (GraphbitWorkflow) other = graphbit_workflow_new ("other");
  GraphbitNode *node = add_transform (workflow, "a");

  assert_refused (workflow, node, "The node “a” is in a workflow already; make another one");
  assert_refused (other, node, "The node “a” is in a workflow already; make another one");

  {
    g_autoptr (GraphbitNode) duplicate =
      g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, "name", "b", "id", graphbit_node_get_id (node), NULL);
    g_autofree char *message =
      g_strdup_printf ("Another node of the workflow has the id “%s”; leave it out, and the node gets one of its own",
                       graphbit_node_get_id (node));

    assert_refused (workflow, duplicate, message);
  }

  {
    g_autoptr (GraphbitAgentNode) nameless = graphbit_agent_node_new (" \n", "p");

    assert_refused (workflow, nameless, "A node has an empty name; give it one");
  }
  {
    g_autoptr (GraphbitNode) nameless = g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, NULL);

    assert_refused (workflow, nameless, "A node has an empty name; give it one");
  }
  {
    g_autoptr (GraphbitAgentNode) mute = graphbit_agent_node_new ("b", "\xe2\x80\x83");

    assert_refused (workflow, mute, "The prompt of the agent “b” is empty; say what the model is asked");
  }
  {
    g_autoptr (GraphbitAgentNode) tireless = graphbit_agent_node_new ("b", "p");

    graphbit_agent_node_set_max_iterations (tireless, 101);
    assert_refused (workflow, tireless, "The iterations of the agent “b” are out of range: 101; set it to 1 to 100");
    graphbit_agent_node_set_max_iterations (tireless, 0);
    assert_refused (workflow, tireless, "The iterations of the agent “b” are out of range: 0; set it to 1 to 100");
    graphbit_agent_node_set_max_iterations (tireless, 100);
    graphbit_node_set_max_retries (GRAPHBIT_NODE (tireless), 101);
    assert_refused (workflow, tireless, "The retries of the node “b” are out of range: 101; set it to at most 100");
    graphbit_node_set_max_retries (GRAPHBIT_NODE (tireless), 100);
    graphbit_node_set_timeout_ms (GRAPHBIT_NODE (tireless), 86400001);
    assert_refused (workflow, tireless,
                    "The time limit of the node “b” is out of range: 86400001 ms; set it to at most 86400000, a day, or to 0 for none");
    graphbit_node_set_timeout_ms (GRAPHBIT_NODE (tireless), 86400000);
    g_assert_nonnull (graphbit_workflow_add_node (other, GRAPHBIT_NODE (tireless), NULL));
  }
  {
    g_autoptr (GraphbitNode) empty_id = g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, "name", "b", "id", "", NULL);

    assert_refused (workflow, empty_id, "The node “b” has an empty id; leave it out, and the node gets one of its own");
  }
  {
    g_autoptr (GraphbitTransformNode) transform = graphbit_transform_node_new ("b", GRAPHBIT_TRANSFORMATION_TEMPLATE);

    assert_refused (workflow, transform, "The transform “b” has no argument; set the template or the regular expression");
  }
  {
    g_autoptr (GraphbitTransformNode) transform = graphbit_transform_node_new ("b", GRAPHBIT_TRANSFORMATION_JSON_POINTER);

    graphbit_transform_node_set_argument (transform, "a/b");
    assert_refused (workflow, transform,
                    "The argument of the transform “b” is no JSON pointer: a/b; write it like /path/to/0/field");
    graphbit_transform_node_set_argument (transform, "/a~2");
    assert_refused (workflow, transform,
                    "The argument of the transform “b” is no JSON pointer: /a~2; write it like /path/to/0/field");
  }
  {
    g_autoptr (GraphbitTransformNode) transform = graphbit_transform_node_new ("b", GRAPHBIT_TRANSFORMATION_REGEX_REPLACE);
    g_autoptr (GError) error = NULL;

    graphbit_transform_node_set_argument (transform, "(");
    g_assert_null (graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (transform), &error));
    g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
    g_assert_true (g_str_has_prefix (error->message, "The regular expression of the transform “b” is wrong: "));
    g_clear_error (&error);

    graphbit_transform_node_set_argument (transform, "a");
    graphbit_transform_node_set_replacement (transform, "\\");
    g_assert_null (graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (transform), &error));
    g_assert_true (g_str_has_prefix (error->message, "The replacement of the transform “b” is wrong: "));
  }
  {
    g_autoptr (GraphbitNode) node_of_mine = g_object_new (foreign_node_get_type (), "name", "mine", NULL);

    assert_refused (workflow, node_of_mine,
                    "A workflow cannot run nodes of the class ForeignNode; use a FunctionNode for code of your own");
  }

  g_assert_cmpuint (g_list_model_get_n_items (graphbit_workflow_get_nodes (workflow)), ==, 1);
}

static void
test_agent (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  g_autoptr (GraphbitAgentNode) agent = graphbit_agent_node_new ("a", "p");
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GError) error = NULL;

  graphbit_llm_options_set_temperature (options, 3);
  graphbit_agent_node_set_options (agent, options);
  g_assert_null (graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (agent), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_true (g_str_has_prefix (error->message, "The options of the agent “a” cannot be used: "));
  g_clear_error (&error);

  graphbit_llm_options_set_temperature (options, 1);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GraphbitTool) tool = graphbit_tool_new ("weather", "Tells the weather", NULL, NULL, NULL, NULL, &error);

      g_assert_no_error (error);
      graphbit_agent_node_add_tool (agent, tool);
    }
  g_assert_null (graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (agent), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, "The agent “a” has two tools of the name “weather”; give each tool a name of its own");
}

static void
test_inputs (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  g_autoptr (GError) error = NULL;

  g_assert_true (graphbit_workflow_declare_input (workflow, "topic", NULL, &error));
  g_assert_true (graphbit_workflow_declare_input (workflow, "size", "{\"type\": \"integer\"}", &error));
  g_assert_no_error (error);

  g_assert_false (graphbit_workflow_declare_input (workflow, "topic", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (graphbit_workflow_declare_input (workflow, " ", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (graphbit_workflow_declare_input (workflow, "a", "{", &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE);
  g_assert_true (g_str_has_prefix (error->message, "The schema of the input “a” cannot be used: "));
  g_clear_error (&error);
  g_assert_false (graphbit_workflow_declare_input (workflow, "a", "{\"type\": \"colour\"}", &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

static void
free_data (gpointer data)
{
  *(gboolean *) data = TRUE;
}

static char *
answer (GraphbitWorkflowContext *context,
        gpointer data,
        GError **error)
{
  return g_strdup ("");
}

/* A workflow lets go of nodes, and nodes of functions. */
static void
test_lifetime (void)
{
  GraphbitWorkflow *workflow = graphbit_workflow_new ("w");
  g_autoptr (GraphbitWorkflow) other = graphbit_workflow_new ("other");
  gboolean is_freed = FALSE;
  GraphbitFunctionNode *node = graphbit_function_node_new ("f", answer, &is_freed, free_data);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (node), &error));
  g_assert_true (graphbit_workflow_validate (workflow, &error)); /* makes a plan, which holds the function too */
  g_assert_no_error (error);
  g_object_unref (workflow);
  g_assert_false (is_freed);

  g_assert_nonnull (graphbit_workflow_add_node (other, GRAPHBIT_NODE (node), &error));
  g_assert_true (graphbit_workflow_validate (other, &error));
  g_assert_no_error (error);
  g_object_unref (node);
  g_assert_false (is_freed);

  g_assert_true (graphbit_workflow_remove_node (other, "f"));
  g_assert_true (is_freed);

  /* without a function there is nothing to keep its data for */
  is_freed = FALSE;
  g_object_unref (graphbit_condition_node_new ("c", NULL, &is_freed, free_data));
  g_assert_true (is_freed);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/workflow/properties", test_properties);
  g_test_add_func ("/workflow/other-properties", test_other_properties);
  g_test_add_func ("/workflow/notify", test_notify);
  g_test_add_func ("/workflow/lists", test_lists);
  g_test_add_func ("/workflow/names", test_names);
  g_test_add_func ("/workflow/edge-kinds", test_edge_kinds);
  g_test_add_func ("/workflow/condition-expression", test_condition_expression);
  g_test_add_func ("/workflow/refused-nodes", test_refused_nodes);
  g_test_add_func ("/workflow/agent", test_agent);
  g_test_add_func ("/workflow/inputs", test_inputs);
  g_test_add_func ("/workflow/lifetime", test_lifetime);

  return g_test_run ();
}
