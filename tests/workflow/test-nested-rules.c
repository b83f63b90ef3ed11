/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit/graphbit.h"

/* What is wrong with workflows inside of workflows. */

static void
add (GraphbitWorkflow *workflow,
     gpointer node)
{
  g_autoptr (GError) error = NULL;

  graphbit_workflow_add_node (workflow, node, &error);
  g_assert_no_error (error);
  g_object_unref (node);
}

static void
add_nest (GraphbitWorkflow *workflow,
          const char *name,
          GraphbitWorkflow *inner)
{
  add (workflow, g_object_new (GRAPHBIT_TYPE_WORKFLOW_NODE, "id", name, "name", name, "workflow", inner, NULL));
}

static void
add_text (GraphbitWorkflow *workflow,
          const char *name,
          const char *text)
{
  add (workflow, g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, "id", name, "name", name,
                               "transformation", GRAPHBIT_TRANSFORMATION_TEMPLATE, "argument", text, NULL));
}

static void
assert_valid (GraphbitWorkflow *workflow)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (graphbit_workflow_validate (workflow, &error));
  g_assert_no_error (error);
}

static void
assert_invalid (GraphbitWorkflow *workflow,
                const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (graphbit_workflow_validate (workflow, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
  g_assert_cmpstr (error->message, ==, message);
}

/* "path id message" of each problem that is an error */
static char *
lint (GraphbitWorkflow *workflow)
{
  g_autoptr (GPtrArray) problems = graphbit_workflow_lint (workflow);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < problems->len; i++)
    {
      GraphbitProblem *problem = problems->pdata[i];

      if (graphbit_problem_get_severity (problem) == GRAPHBIT_SEVERITY_ERROR)
        g_string_append_printf (text, "%s %s %s\n", graphbit_problem_get_path (problem),
                                graphbit_problem_get_node_id (problem), graphbit_problem_get_message (problem));
    }
  return g_string_free (text, FALSE);
}

static void
test_no_workflow (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("outer");
  GraphbitNode *nodes[3] = {
    g_object_new (GRAPHBIT_TYPE_WORKFLOW_NODE, "name", "a", NULL),
    g_object_new (GRAPHBIT_TYPE_MAP_NODE, "name", "a", NULL),
    g_object_new (GRAPHBIT_TYPE_LOOP_NODE, "name", "a", "condition", "true", NULL),
  };

  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (graphbit_workflow_add_node (workflow, nodes[i], &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_assert_cmpstr (error->message, ==, "The node “a” has no workflow; make the node with the workflow that it is to run");
      g_object_unref (nodes[i]);
    }
}

static void
test_map_needs_a_list (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("outer");
  g_autoptr (GraphbitWorkflow) inner = graphbit_workflow_new ("inner");

  add_text (inner, "say", "{item}");
  add (workflow, graphbit_map_node_new ("map", inner));
  assert_invalid (workflow, "The map “map” has no predecessor; connect the node whose output is the list to it");
}

static void
assert_refused (GraphbitWorkflow *workflow,
                GraphbitWorkflow *inner,
                const char *message)
{
  g_autoptr (GraphbitWorkflowNode) node = graphbit_workflow_node_new ("again", inner);
  g_autoptr (GError) error = NULL;

  g_assert_null (graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (node), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, message);
}

/* Refused at once, so that there never is a circle that keeps itself alive. */
static void
test_itself (void)
{
  GraphbitWorkflow *one = graphbit_workflow_new ("one");
  g_autoptr (GraphbitWorkflow) two = graphbit_workflow_new ("two");
  g_autoptr (GraphbitWorkflow) three = graphbit_workflow_new ("three");

  assert_refused (one, one, "With the node “again” the workflow would contain itself: “one” → “one”; "
                            "let the node run another workflow");
  add_nest (one, "a", two);
  add_nest (one, "a2", two);
  add_nest (two, "b", three);
  assert_refused (three, one, "With the node “again” the workflow would contain itself: “three” → “one” → “two” → “three”; "
                              "let the node run another workflow");
  assert_refused (two, one, "With the node “again” the workflow would contain itself: “two” → “one” → “two”; "
                            "let the node run another workflow");
  assert_invalid (one, "Inside of “a”: Inside of “b”: The workflow “three” is empty; add a node");
  add_text (three, "say", "hello");
  assert_valid (one);

  g_object_add_weak_pointer (G_OBJECT (one), (gpointer *) &one);
  g_object_unref (one);
  g_assert_null (one);
}

/* The same workflow may be in many places: no more work for that. */
static void
test_many_places (void)
{
  g_autoptr (GPtrArray) workflows = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *problems = NULL;

  for (guint i = 0; i < 16; i++)
    {
      g_autofree char *name = g_strdup_printf ("workflow %u", i);
      GraphbitWorkflow *workflow = graphbit_workflow_new (name);

      for (guint j = 0; j < 10 && i > 0; j++)
        {
          g_autofree char *id = g_strdup_printf ("n%u", j);

          add_nest (workflow, id, workflows->pdata[i - 1]);
        }
      if (i == 0)
        add_text (workflow, "say", "{{node.nobody}}");
      g_ptr_array_add (workflows, workflow);
    }

  problems = lint (workflows->pdata[15]);
  g_assert_true (g_str_has_suffix (problems, "The node “say” speaks of {{node.nobody}}, but there is no such node\n"));
  g_assert_null (strchr (strchr (problems, '\n') + 1, '\n'));
  g_assert_false (graphbit_workflow_validate (workflows->pdata[15], NULL));

  graphbit_transform_node_set_argument (GRAPHBIT_TRANSFORM_NODE (graphbit_workflow_get_node (workflows->pdata[0], "say")), "fine");
  assert_valid (workflows->pdata[15]);
  g_free (problems);
  problems = lint (workflows->pdata[15]);
  g_assert_cmpstr (problems, ==, "");
}

static void
test_depth (void)
{
  g_autoptr (GPtrArray) workflows = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *problems = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 40; i++)
    {
      GraphbitWorkflow *workflow = graphbit_workflow_new ("deep");

      if (i == 0)
        add_text (workflow, "say", "x");
      else
        add_nest (workflow, "a", workflows->pdata[i - 1]);
      g_ptr_array_add (workflows, workflow);
    }
  /* From inside, and from outside where nothing is known yet. */
  assert_valid (workflows->pdata[15]);
  assert_invalid (workflows->pdata[16], "More than 16 workflows are inside of each other at the node “a”; "
                                        "put what is inside into one workflow");
  g_assert_false (graphbit_workflow_validate (workflows->pdata[39], &error));
  g_assert_nonnull (strstr (error->message, "More than 16 workflows"));
  problems = lint (workflows->pdata[39]);
  g_assert_nonnull (strstr (problems, "More than 16 workflows"));
}

static void
test_inside (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("outer");
  g_autoptr (GraphbitWorkflow) inner = graphbit_workflow_new ("inner");
  g_autofree char *problems = NULL;

  add_text (workflow, "first", "x");
  add_nest (workflow, "nest", inner);
  add_text (inner, "a", "{{node.b}}");
  add_text (inner, "c", "{{node.d}}");
  assert_invalid (workflow, "Inside of “nest”: The node “a” speaks of {{node.b}}, but there is no such node; the nodes are “a”, “c”");
  problems = lint (workflow);
  g_assert_cmpstr (problems, ==,
                   "/nodes/1/workflow/nodes/0/argument nest/a Inside of “nest”: The node “a” speaks of {{node.b}}, but there is no such node\n"
                   "/nodes/1/workflow/nodes/1/argument nest/c Inside of “nest”: The node “c” speaks of {{node.d}}, but there is no such node\n");
}

static void
test_inputs (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("outer");
  g_autoptr (GraphbitWorkflow) inner = graphbit_workflow_new ("inner");
  g_autoptr (GError) error = NULL;

  add_text (inner, "say", "{input} {city}");
  graphbit_workflow_declare_input (inner, "input", NULL, NULL);
  graphbit_workflow_declare_input (inner, "city", NULL, NULL);
  add_nest (workflow, "nest", inner);
  /* What it will be given only a run knows. */
  assert_valid (workflow);

  graphbit_workflow_declare_input (workflow, "town", NULL, NULL);
  assert_invalid (workflow, "The workflow of the node “nest” needs “city”, but there is no such input, variable or node; "
                            "declare it; the inputs are “town”");
  add_text (workflow, "city", "Rome");
  assert_invalid (workflow, "The node “nest” speaks of city, but “city” does not run before it; "
                            "connect them, directly or through others");
  graphbit_workflow_connect_nodes (workflow, "city", "nest", &error);
  g_assert_no_error (error);
  assert_valid (workflow);
}

static void
test_loop (void)
{
  static const struct
  {
    const char *condition;
    guint max_iterations;
    const char *message;
  } cases[] = {
    { NULL, 3, "The loop “loop” has no condition; write it like output.score > 5" },
    { " ", 3, "The loop “loop” has no condition; write it like output.score > 5" },
    { "true", 0, "The rounds of the loop “loop” are out of range: 0; set it to a number from 1 to 10000" },
    { "length (output)", 3, NULL },
    { "output ==", 3, NULL },
  };
  g_autoptr (GraphbitWorkflow) inner = graphbit_workflow_new ("inner");
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("outer");
  g_autoptr (GError) error = NULL;

  add_text (inner, "say", "{input}");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitLoopNode) loop = graphbit_loop_node_new ("loop", inner, cases[i].condition, cases[i].max_iterations);

      g_assert_null (graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (loop), &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      if (cases[i].message != NULL)
        g_assert_cmpstr (error->message, ==, cases[i].message);
      else
        g_assert_true (g_str_has_prefix (error->message, "The condition of the loop “loop” cannot be used: "));
      g_clear_error (&error);
    }

  /* What the condition speaks of: the round, and what is known around the node. */
  graphbit_workflow_declare_input (workflow, "goal", NULL, NULL);
  add (workflow, graphbit_loop_node_new ("loop", inner, "output.score > goal or iteration > 3", 5));
  assert_valid (workflow);
  graphbit_loop_node_set_condition (GRAPHBIT_LOOP_NODE (graphbit_workflow_get_node (workflow, "loop")), "node.say == 1");
  assert_invalid (workflow, "The node “loop” speaks of node.say, but there is no such node; the nodes are “loop”");
  graphbit_loop_node_set_condition (GRAPHBIT_LOOP_NODE (graphbit_workflow_get_node (workflow, "loop")), "score == 1");
  assert_invalid (workflow, "The node “loop” speaks of score, but there is no such input or variable; declare it; the inputs are “goal”");
}

static void
test_settings (void)
{
  g_autoptr (GraphbitWorkflow) inner = graphbit_workflow_new ("inner");
  g_autoptr (GraphbitMapNode) map = graphbit_map_node_new ("map", inner);
  g_autoptr (GraphbitWorkflowNode) nest = graphbit_workflow_node_new ("nest", inner);

  g_assert_true (graphbit_map_node_get_workflow (map) == inner);
  g_assert_true (graphbit_workflow_node_get_workflow (nest) == inner);
  g_assert_cmpuint (graphbit_map_node_get_max_concurrency (map), ==, 0);
  graphbit_map_node_set_max_concurrency (map, 7);
  g_assert_cmpuint (graphbit_map_node_get_max_concurrency (map), ==, 7);
  g_assert_cmpint (graphbit_node_get_kind (GRAPHBIT_NODE (map)), ==, GRAPHBIT_NODE_KIND_MAP);
  g_assert_cmpint (graphbit_node_get_kind (GRAPHBIT_NODE (nest)), ==, GRAPHBIT_NODE_KIND_WORKFLOW);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/nested-rules/no-workflow", test_no_workflow);
  g_test_add_func ("/nested-rules/map-needs-a-list", test_map_needs_a_list);
  g_test_add_func ("/nested-rules/itself", test_itself);
  g_test_add_func ("/nested-rules/many-places", test_many_places);
  g_test_add_func ("/nested-rules/depth", test_depth);
  g_test_add_func ("/nested-rules/inside", test_inside);
  g_test_add_func ("/nested-rules/inputs", test_inputs);
  g_test_add_func ("/nested-rules/loop", test_loop);
  g_test_add_func ("/nested-rules/settings", test_settings);

  return g_test_run ();
}
