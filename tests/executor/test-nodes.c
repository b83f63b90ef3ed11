/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "executor-support.h"
#include "graphbit-clock-private.h"

/* Nodes that split, join and wait. */

static char *
say (GraphbitWorkflowContext *context,
     gpointer data,
     GError **error)
{
  return g_strdup (data);
}

/* A workflow of nodes that say these texts, named 1, 2, 3 …, all before `node`, which is named "it". */
static GraphbitWorkflow *
build (gpointer node,
       const char *const *texts)
{
  GraphbitWorkflow *workflow = graphbit_workflow_new ("test");

  support_add (workflow, node);
  for (guint i = 0; texts[i] != NULL; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i + 1);

      support_add (workflow, graphbit_function_node_new (name, say, g_strdup (texts[i]), g_free));
      support_connect (workflow, name, "it");
    }
  return workflow;
}

static char *
run (GraphbitWorkflow *workflow)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitWorkflowResult) result = graphbit_executor_execute (executor, workflow, NULL, NULL, &error);

  g_assert_no_error (error);
  error = graphbit_workflow_result_get_error (result);
  if (error != NULL)
    return g_strdup (error->message);
  return g_strdup (graphbit_workflow_result_get_node_output (result, "it"));
}

#define assert_output(node, expected, ...) \
  G_STMT_START \
    { \
      const char *texts_[] = { __VA_ARGS__, NULL }; \
      g_autoptr (GraphbitWorkflow) workflow_ = build (node, texts_); \
      g_autofree char *output_ = run (workflow_); \
      g_assert_cmpstr (output_, ==, expected); \
    } \
  G_STMT_END

static gpointer
split (const char *separator)
{
  return g_object_new (GRAPHBIT_TYPE_SPLIT_NODE, "name", "it", "separator", separator, NULL);
}

static void
test_split (void)
{
  assert_output (graphbit_split_node_new ("it"), "[\"a\",\"b\"]", "a\nb");
  assert_output (split (NULL), "[\"a\",\"\",\"b\"]", "a\r\n\nb\n");
  assert_output (split (""), "[\"a\",\"b\"]", "a\nb");
  assert_output (split (NULL), "[]", "");
  assert_output (split (", "), "[\"a\",\"b\",\"\"]", "a, b, ");
  assert_output (split (","), "[\"\"]", "");
  assert_output (split (NULL), " [1, {\"a\": 2}] ", " [1, {\"a\": 2}] ");
  assert_output (split (NULL), "[\"{\\\"a\\\":1}\"]", "{\"a\":1}");
  assert_output (split (","), "[\"[1\",\"2]\"]", "[1,2]");
  assert_output (split (""), "[\"[1,2]\"]", "[1,2]");
  assert_output (split (NULL), "[\"a\",\"\",\"b\"]", "a", "b");
}

static gpointer
join (GraphbitJoinMode mode,
      const char *separator,
      const char *template)
{
  return g_object_new (GRAPHBIT_TYPE_JOIN_NODE, "name", "it", "mode", mode, "separator", separator, "template", template, NULL);
}

static void
test_join (void)
{
  assert_output (graphbit_join_node_new ("it"), "a\n\nb", "a", "b");
  assert_output (join (GRAPHBIT_JOIN_MODE_CONCAT, NULL, NULL), "a", "a");
  assert_output (join (GRAPHBIT_JOIN_MODE_CONCAT, ", ", NULL), "a, b, c", "a", "b", "c");
  assert_output (join (GRAPHBIT_JOIN_MODE_CONCAT, "", NULL), "ab", "a", "b");
  assert_output (join (GRAPHBIT_JOIN_MODE_LIST, NULL, NULL), "[\"a\",\"1\",[2],{\"b\":3},\"null\",\"\\\"x\\\"\"]",
                 "a", "1", "[2]", "{\"b\":3}", "null", "\"x\"");
  assert_output (join (GRAPHBIT_JOIN_MODE_OBJECT, NULL, NULL), "{\"1\":\"a\",\"2\":[2]}", "a", "[2]");
  assert_output (join (GRAPHBIT_JOIN_MODE_FIRST, NULL, NULL), "a", "a", "b");
  assert_output (join (GRAPHBIT_JOIN_MODE_TEMPLATE, NULL, "{{node.2}} and {{node.1}}"), "b and a", "a", "b");
  /* more than fit on the stack */
  assert_output (join (GRAPHBIT_JOIN_MODE_CONCAT, "", NULL), "abcdefghijklmnopqr",
                 "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r");
}

/* Branches that were not taken, and what failed where it may, bring nothing. */
static void
test_join_branches (void)
{
  static const struct
  {
    GraphbitJoinMode mode;
    const char *expected;
  } cases[] = {
    { GRAPHBIT_JOIN_MODE_CONCAT, "r" },
    { GRAPHBIT_JOIN_MODE_LIST, "[\"r\"]" },
    { GRAPHBIT_JOIN_MODE_OBJECT, "{\"R\":\"r\"}" },
    { GRAPHBIT_JOIN_MODE_FIRST, "r" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Scene) scene = scene_new ("S ?C=R L R F!c S>C C>L C>R");
      g_autofree char *output = NULL;

      support_add (scene->workflow, join (cases[i].mode, NULL, NULL));
      support_connect (scene->workflow, "F", "it");
      support_connect (scene->workflow, "L", "it");
      support_connect (scene->workflow, "R", "it");
      output = run (scene->workflow);
      g_assert_cmpstr (output, ==, cases[i].expected);
    }

  {
    g_autoptr (Scene) scene = scene_new ("F!c");
    g_autofree char *output = NULL;

    support_add (scene->workflow, join (GRAPHBIT_JOIN_MODE_FIRST, NULL, NULL));
    support_connect (scene->workflow, "F", "it");
    output = run (scene->workflow);
    g_assert_nonnull (strstr (output, "Nothing came to the node “it”"));
  }
}

static void
assert_problem (gpointer node,
                GraphbitSeverity severity,
                const char *text)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("test");
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_found = FALSE;

  /* what is wrong with it by itself is told at once */
  graphbit_workflow_add_node (workflow, node, &error);
  g_object_unref (node);
  if (error != NULL)
    {
      g_assert_cmpint (severity, ==, GRAPHBIT_SEVERITY_ERROR);
      if (strstr (error->message, text) == NULL)
        g_assert_cmpstr (error->message, ==, text);
      return;
    }

  problems = graphbit_workflow_lint (workflow);
  for (guint i = 0; i < problems->len; i++)
    {
      GraphbitProblem *problem = g_ptr_array_index (problems, i);

      g_test_message ("%s", graphbit_problem_get_message (problem));
      is_found |= strstr (graphbit_problem_get_message (problem), text) != NULL &&
                  graphbit_problem_get_severity (problem) == severity;
    }
  if (!is_found)
    g_error ("nobody says “%s”", text);
}

static void
test_problems (void)
{
  g_autoptr (GraphbitWorkflow) twins = graphbit_workflow_new ("twins");
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  GraphbitNode *one = GRAPHBIT_NODE (graphbit_transform_node_new ("twin", GRAPHBIT_TRANSFORMATION_TRIM));
  GraphbitNode *other = GRAPHBIT_NODE (graphbit_transform_node_new ("twin", GRAPHBIT_TRANSFORMATION_TRIM));
  GraphbitNode *it = join (GRAPHBIT_JOIN_MODE_OBJECT, NULL, NULL);

  assert_problem (join (GRAPHBIT_JOIN_MODE_TEMPLATE, NULL, NULL), GRAPHBIT_SEVERITY_ERROR, "“it” has no template");
  assert_problem (join (GRAPHBIT_JOIN_MODE_LIST, NULL, "x"), GRAPHBIT_SEVERITY_WARNING, "no use of its template");
  assert_problem (join (GRAPHBIT_JOIN_MODE_LIST, "x", NULL), GRAPHBIT_SEVERITY_WARNING, "no use of its separator");
  assert_problem (join (GRAPHBIT_JOIN_MODE_TEMPLATE, NULL, "{{node.nobody}}"), GRAPHBIT_SEVERITY_ERROR, "no such node");
  assert_problem (graphbit_approval_node_new ("it", NULL), GRAPHBIT_SEVERITY_ERROR, "The question of the node “it” is empty");
  assert_problem (graphbit_approval_node_new ("it", "{{node.nobody}}"), GRAPHBIT_SEVERITY_ERROR, "no such node");
  assert_problem (graphbit_http_node_new ("it", NULL), GRAPHBIT_SEVERITY_ERROR, "The URL of the node “it” is empty");
  assert_problem (graphbit_http_node_new ("it", "http://{{node.nobody}}/"), GRAPHBIT_SEVERITY_ERROR, "no such node");
  assert_problem (graphbit_http_node_new ("it", "ftp://example.com/"), GRAPHBIT_SEVERITY_ERROR, "none of http or https");
  assert_problem (graphbit_http_node_new ("it", "http://10.0.0.1/"), GRAPHBIT_SEVERITY_ERROR, "allowed-hosts");
  assert_problem (graphbit_http_node_new ("it", "http://a:b@example.com/"), GRAPHBIT_SEVERITY_ERROR, "password");
  assert_problem (g_object_new (GRAPHBIT_TYPE_HTTP_NODE, "name", "it", "url", "http://example.com/", "method", "CONNECT", NULL),
                  GRAPHBIT_SEVERITY_ERROR, "method of the node “it” is not known");
  assert_problem (g_object_new (GRAPHBIT_TYPE_HTTP_NODE, "name", "it", "url", "http://example.com/", "body", "x", NULL),
                  GRAPHBIT_SEVERITY_ERROR, "sends a body along with GET");
  assert_problem (g_object_new (GRAPHBIT_TYPE_HTTP_NODE, "name", "it", "url", "http://example.com/", "headers",
                                g_variant_new_parsed ("{'Host': 'x'}"), NULL),
                  GRAPHBIT_SEVERITY_ERROR, "The header “Host” of the node “it” cannot be chosen");
  assert_problem (g_object_new (GRAPHBIT_TYPE_HTTP_NODE, "name", "it", "url", "http://example.com/", "headers",
                                g_variant_new_parsed ("{'X-Key': 'a\\r\\nb'}"), NULL),
                  GRAPHBIT_SEVERITY_ERROR, "The header “X-Key” of the node “it” is malformed");
  assert_problem (g_object_new (GRAPHBIT_TYPE_HTTP_NODE, "name", "it", "url", "http://example.com/", "headers",
                                g_variant_new_parsed ("{'X-Key': '{{node.nobody}}'}"), NULL),
                  GRAPHBIT_SEVERITY_ERROR, "no such node");
  assert_problem (graphbit_delay_node_new (NULL, 1), GRAPHBIT_SEVERITY_ERROR, "A node has an empty name");

  id = g_strdup (graphbit_node_get_id (one));
  graphbit_workflow_add_node (twins, one, NULL);
  graphbit_workflow_add_node (twins, other, NULL);
  graphbit_workflow_add_node (twins, it, NULL);
  support_connect (twins, id, "it");
  support_connect (twins, graphbit_node_get_id (other), "it");
  g_assert_false (graphbit_workflow_validate (twins, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
  g_assert_nonnull (strstr (error->message, "two predecessors of the name “twin”"));
  g_object_unref (one);
  g_object_unref (other);
  g_object_unref (it);
}

/* All that can be set can be read, says when it changes, and tells the workflow. */
static void
count (gpointer data)
{
  (*(guint *) data)++;
}

static void
test_properties (void)
{
  static const char *const hosts[] = { "localhost", NULL };
  g_autoptr (GraphbitHttpNode) http = graphbit_http_node_new ("it", "http://example.com/");
  g_autoptr (GraphbitJoinNode) join_node = graphbit_join_node_new ("it");
  g_autoptr (GraphbitSplitNode) split_node = graphbit_split_node_new ("it");
  g_autoptr (GraphbitDelayNode) delay = graphbit_delay_node_new ("it", 7);
  g_autoptr (GraphbitApprovalNode) approval = graphbit_approval_node_new ("it", "Really?");
  g_autoptr (GVariant) headers = g_variant_ref_sink (g_variant_new_parsed ("{'X-Key': 'k'}"));
  guint n = 0;

  g_assert_cmpint (graphbit_node_get_kind (GRAPHBIT_NODE (http)), ==, GRAPHBIT_NODE_KIND_HTTP);
  g_assert_cmpint (graphbit_node_get_kind (GRAPHBIT_NODE (join_node)), ==, GRAPHBIT_NODE_KIND_JOIN);
  g_assert_cmpint (graphbit_node_get_kind (GRAPHBIT_NODE (split_node)), ==, GRAPHBIT_NODE_KIND_SPLIT);
  g_assert_cmpint (graphbit_node_get_kind (GRAPHBIT_NODE (delay)), ==, GRAPHBIT_NODE_KIND_DELAY);
  g_assert_cmpint (graphbit_node_get_kind (GRAPHBIT_NODE (approval)), ==, GRAPHBIT_NODE_KIND_APPROVAL);
  g_assert_cmpuint (graphbit_delay_node_get_delay_ms (delay), ==, 7);
  g_assert_cmpstr (graphbit_approval_node_get_question (approval), ==, "Really?");

  g_signal_connect_swapped (http, "notify", G_CALLBACK (count), &n);
  g_signal_connect_swapped (join_node, "notify", G_CALLBACK (count), &n);
  g_signal_connect_swapped (split_node, "notify", G_CALLBACK (count), &n);
  g_assert_cmpstr (graphbit_http_node_get_url (http), ==, "http://example.com/");
  g_assert_cmpstr (graphbit_http_node_get_method (http), ==, "GET");
  for (guint i = 0; i < 2; i++)
    {
      graphbit_http_node_set_method (http, "POST");
      graphbit_http_node_set_headers (http, headers);
      graphbit_http_node_set_body (http, "x");
      graphbit_http_node_set_allowed_hosts (http, hosts);
      graphbit_join_node_set_mode (join_node, GRAPHBIT_JOIN_MODE_TEMPLATE);
      graphbit_join_node_set_separator (join_node, "-");
      graphbit_join_node_set_template (join_node, "{x}");
      graphbit_split_node_set_separator (split_node, "-");
      g_assert_cmpuint (n, ==, 8);
    }
  g_assert_cmpstr (graphbit_http_node_get_method (http), ==, "POST");
  g_assert_true (g_variant_equal (graphbit_http_node_get_headers (http), headers));
  g_assert_cmpstr (graphbit_http_node_get_body (http), ==, "x");
  g_assert_cmpstrv (graphbit_http_node_get_allowed_hosts (http), hosts);
  g_assert_cmpint (graphbit_join_node_get_mode (join_node), ==, GRAPHBIT_JOIN_MODE_TEMPLATE);
  g_assert_cmpstr (graphbit_join_node_get_separator (join_node), ==, "-");
  g_assert_cmpstr (graphbit_join_node_get_template (join_node), ==, "{x}");
  g_assert_cmpstr (graphbit_split_node_get_separator (split_node), ==, "-");
  graphbit_http_node_set_method (http, NULL);
  graphbit_http_node_set_headers (http, NULL);
  graphbit_http_node_set_allowed_hosts (http, NULL);
  g_assert_cmpstr (graphbit_http_node_get_method (http), ==, "GET");
  g_assert_null (graphbit_http_node_get_headers (http));
  g_assert_null (graphbit_http_node_get_allowed_hosts (http));
}

/* Waiting, on a clock that stands still */

static GraphbitRun *
start (GraphbitWorkflow *workflow)
{
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GError) error = NULL;
  GraphbitRun *live = graphbit_executor_start (executor, workflow, NULL, GRAPHBIT_STREAM_MODES_UPDATES, &error);

  g_assert_no_error (error);
  support_turns (5);
  return live;
}

static gboolean
is_over (GraphbitRun *live)
{
  support_turns (5);
  return graphbit_run_get_state (live) >= GRAPHBIT_RUN_STATE_COMPLETED;
}

static void
test_delay (void)
{
  g_autoptr (Scene) scene = scene_new ("A B");
  g_autoptr (GraphbitRun) live = NULL;

  support_add (scene->workflow, graphbit_delay_node_new ("it", 5000));
  support_add (scene->workflow, graphbit_delay_node_new ("none", 0));
  support_connect (scene->workflow, "A", "it");
  support_connect (scene->workflow, "A", "none");
  support_connect (scene->workflow, "it", "B");

  graphbit_clock_set_virtual (TRUE);
  live = start (scene->workflow);
  g_assert_cmpstr (scene->log->str, ==, "A()");
  graphbit_clock_advance (4999 * 1000);
  g_assert_false (is_over (live));
  g_assert_cmpint (graphbit_run_get_state (live), ==, GRAPHBIT_RUN_STATE_RUNNING);
  graphbit_clock_advance (1000);
  g_assert_true (is_over (live));
  g_assert_cmpstr (scene->log->str, ==, "A() B(a)");
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (graphbit_run_get_result (live), "it"), ==, "a");
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (graphbit_run_get_result (live), "none"), ==, "a");
  graphbit_clock_set_virtual (FALSE);
}

static void
test_delays_side_by_side (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("delays");
  g_autoptr (GraphbitRun) live = NULL;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);

      support_add (workflow, graphbit_delay_node_new (name, 1000));
    }
  graphbit_clock_set_virtual (TRUE);
  live = start (workflow);
  support_turns (20);
  graphbit_clock_advance (1000 * 1000);
  while (!is_over (live))
    ;
  g_assert_true (graphbit_workflow_result_is_success (graphbit_run_get_result (live)));
  graphbit_clock_set_virtual (FALSE);
}

/* The node's limit, the run's, a cancellation, and a failure elsewhere end it. */
static void
test_delay_ends_early (void)
{
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (Scene) scene = scene_new (i == 3 ? "C* D!" : "A");
      g_autoptr (GraphbitRun) live = NULL;
      GraphbitNode *delay = GRAPHBIT_NODE (graphbit_delay_node_new ("it", 86400000));
      g_autoptr (GError) error = NULL;

      if (i == 0)
        graphbit_node_set_timeout_ms (delay, 2000);
      support_add (scene->workflow, delay);
      if (i == 3)
        support_connect (scene->workflow, "C", "D");
      graphbit_clock_set_virtual (TRUE);
      live = start (scene->workflow);
      g_assert_false (is_over (live));
      switch (i)
        {
        case 0:
          graphbit_clock_advance (2000 * 1000);
          break;
        case 1:
          graphbit_clock_advance (300 * G_USEC_PER_SEC);
          break;
        case 2:
          graphbit_run_cancel (live);
          break;
        default:
          graphbit_node_call_respond (scene->calls->pdata[0], "go");
        }
      g_assert_true (is_over (live));
      error = graphbit_workflow_result_get_node_error (graphbit_run_get_result (live), "it");
      if (i == 0)
        g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
      else
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpint (graphbit_run_get_state (live), ==, i == 2 ? GRAPHBIT_RUN_STATE_CANCELLED : GRAPHBIT_RUN_STATE_FAILED);
      /* nothing comes of it any more */
      graphbit_clock_advance (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC);
      support_turns (5);
      graphbit_clock_set_virtual (FALSE);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/executor/nodes/split", test_split);
  g_test_add_func ("/executor/nodes/join", test_join);
  g_test_add_func ("/executor/nodes/join-branches", test_join_branches);
  g_test_add_func ("/executor/nodes/problems", test_problems);
  g_test_add_func ("/executor/nodes/properties", test_properties);
  g_test_add_func ("/executor/nodes/delay", test_delay);
  g_test_add_func ("/executor/nodes/delays-side-by-side", test_delays_side_by_side);
  g_test_add_func ("/executor/nodes/delay-ends-early", test_delay_ends_early);

  return g_test_run ();
}
