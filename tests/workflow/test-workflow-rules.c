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
#include "graphbit-transform-node.h"
#include "graphbit-workflow-private.h"
#include "graphbit-workflow.h"

/*
 * A workflow in a few words, one thing after another with blanks between:
 *   t:NAME a transform   c:NAME a condition   s:NAME a node for the `call` signal
 *   p:NAME a template node with the case's template   e:NAME a condition with it as its expression
 *   o:NAME the last node's output name   f:TEXT its fallback and on-error
 *   A>B data   A!B error   A?B conditional, with the case's text   i:NAME a declared input   =ID the id of the next node
 */
typedef struct
{
  const char *title;
  const char *workflow;
  const char *text;   /* of the template nodes */
  const char *message; /* validate ()'s; NULL: valid */
  const char *lint;   /* path and message of all problems, one a line; NULL: not looked at */
} Case;

static char *
choose (GraphbitWorkflowContext *context,
        gpointer data,
        GError **error)
{
  return g_strdup ("");
}

static GraphbitWorkflow *
build (const char *description,
       const char *text)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  g_auto (GStrv) words = g_strsplit (description, " ", -1);
  g_autoptr (GError) error = NULL;
  GraphbitNode *last = NULL;
  const char *id = NULL;

  for (guint i = 0; words[i] != NULL && words[i][0] != '\0'; i++)
    {
      char *word = words[i];
      char *end = strpbrk (word + 1, ">!?");
      g_autoptr (GraphbitNode) node = NULL;

      if (word[0] == '=')
        {
          id = word + 1;
        }
      else if (end != NULL)
        {
          GraphbitEdgeKind kind = *end == '>'   ? GRAPHBIT_EDGE_KIND_DATA
                                  : *end == '!' ? GRAPHBIT_EDGE_KIND_ERROR
                                                : GRAPHBIT_EDGE_KIND_CONDITIONAL;

          *end = '\0';
          graphbit_workflow_connect_nodes_full (workflow, word, end + 1, kind,
                                                kind == GRAPHBIT_EDGE_KIND_CONDITIONAL ? text : NULL, &error);
        }
      else if (word[0] == 'i')
        {
          graphbit_workflow_declare_input (workflow, word + 2, NULL, &error);
        }
      else if (word[0] == 'o')
        {
          graphbit_node_set_output_name (last, word + 2);
        }
      else if (word[0] == 'f')
        {
          graphbit_node_set_fallback (last, word + 2);
          graphbit_node_set_on_error (last, GRAPHBIT_ON_ERROR_FALLBACK);
        }
      else if (word[0] == 'c')
        {
          node = GRAPHBIT_NODE (graphbit_condition_node_new (word + 2, choose, NULL, NULL));
        }
      else if (word[0] == 'e')
        {
          node = GRAPHBIT_NODE (graphbit_condition_node_new_for_expression (word + 2, text, &error));
          g_assert_no_error (error);
        }
      else if (word[0] == 's')
        {
          node = GRAPHBIT_NODE (graphbit_function_node_new (word + 2, NULL, NULL, NULL));
        }
      else
        {
          node = g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, "name", word + 2, "id", id, "transformation",
                               word[0] == 'p' ? GRAPHBIT_TRANSFORMATION_TEMPLATE : GRAPHBIT_TRANSFORMATION_TRIM,
                               "argument", word[0] == 'p' ? text : NULL, NULL);
          id = NULL;
        }

      if (node != NULL)
        {
          graphbit_workflow_add_node (workflow, node, &error);
          last = node;
        }
      g_assert_no_error (error);
    }

  return g_steal_pointer (&workflow);
}

static const Case cases[] = {
  { "empty", "", NULL, "The workflow “w” is empty; add a node", " The workflow “w” is empty\n" },
  { "one", "t:a", NULL, NULL, "" },
  { "diamond", "t:a t:b t:c t:d a>b a>c b>d c>d", NULL, NULL, "" },
  { "error-beside-data", "t:a t:b a>b a!b", NULL, NULL, "" },

  { "cycle-of-two", "t:a t:b a>b b>a", NULL,
    "The workflow “w” has a cycle: “a” → “b” → “a”; remove one of these connections",
    "/nodes/0 The workflow “w” has a cycle: “a” → “b” → “a”\n" },
  { "cycle-with-tails", "t:in t:b t:c t:a t:out in>a a>b b>c c>a c>out", NULL,
    "The workflow “w” has a cycle: “b” → “c” → “a” → “b”; remove one of these connections", NULL },
  { "cycle-over-error-edge", "t:a t:b a>b b!a", NULL,
    "The workflow “w” has a cycle: “a” → “b” → “a”; remove one of these connections", NULL },
  { "two-cycles", "t:a t:b t:c t:d a>b b>a c>d d>c b>c", NULL,
    "The workflow “w” has a cycle: “a” → “b” → “a”; remove one of these connections",
    "/nodes/0 The workflow “w” has a cycle: “a” → “b” → “a”\n"
    "/nodes/2 The workflow “w” has a cycle: “c” → “d” → “c”\n" },
  { "long-cycle", "t:a t:b t:c t:d t:e t:f t:g t:h t:i t:j t:k t:l a>b b>c c>d d>e e>f f>g g>h h>i i>j j>k k>l l>a", NULL,
    "The workflow “w” has a cycle: “a” → “b” → “c” → “d” → “e” → “f” → “g” → “h” → “i” → “j” → … → “a”; "
    "remove one of these connections", NULL },

  { "self-edge", "t:a t:b a>b b>b", NULL, "The node “b” is connected to itself; remove the connection",
    "/edges/1 The node “b” is connected to itself\n" },
  { "duplicate-edge", "t:a t:b t:c a>b a>c a>b", NULL,
    "The nodes “a” and “b” are connected twice; remove one of the two connections",
    "/edges/2 The nodes “a” and “b” are connected twice\n" },
  { "cycle-before-self-edge", "t:a t:b a>a a>b b>a", NULL,
    "The workflow “w” has a cycle: “a” → “b” → “a”; remove one of these connections", NULL },

  { "condition", "t:a c:if t:b t:c a>if if>b if>c", NULL, NULL, "" },
  { "condition-with-error-edge", "t:a t:z c:if t:b t:y a>if z!if if>b if!y", NULL, NULL, NULL },
  { "condition-without-successors", "t:a c:if a>if", NULL,
    "The condition “if” has no successors; connect it to the nodes that it chooses from", NULL },
  { "condition-with-error-successor-only", "t:a c:if t:b a>if if!b", NULL,
    "The condition “if” has no successors; connect it to the nodes that it chooses from", NULL },
  { "condition-with-namesakes", "t:a c:if =x t:b =y t:b a>if if>x if>y", NULL,
    "The condition “if” has two successors of the name “b”; give each of its successors a name of its own", NULL },
  { "condition-without-predecessor", "c:if t:b if>b", NULL,
    "The condition “if” has no predecessor; connect the node whose output it judges to it", NULL },
  { "condition-with-two-predecessors", "t:a t:b c:if t:c a>if b>if if>c", NULL,
    "The condition “if” has 2 predecessors, and it may have one only; let one node before it bring their outputs together",
    NULL },

  { "reference", "t:a p:b a>b", "{{node.a}}", NULL, "" },
  { "reference-over-many", "t:a t:x t:y p:b a>x x>y y>b", "{{node.a.path[0]}} {{node.y}}", NULL, "" },
  { "reference-over-error-edge", "t:a p:b a!b", "{{node.a}}", NULL, NULL },
  { "reference-by-id", "=the-id t:a p:b a>b", "{{node.the-id}}", NULL, NULL },
  { "reference-to-sibling", "t:a t:b p:c a>b a>c", "{{node.b}}",
    "The node “c” speaks of {{node.b}}, but “b” does not run before it; connect them, directly or through others",
    "/nodes/2/argument The node “c” speaks of {{node.b}}, but “b” does not run before it\n" },
  { "reference-to-successor", "p:a t:b a>b", "{{node.b}}",
    "The node “a” speaks of {{node.b}}, but “b” does not run before it; connect them, directly or through others", NULL },
  { "reference-to-itself", "p:a", "{{node.a}}",
    "The node “a” speaks of {{node.a}}, but “a” does not run before it; connect them, directly or through others", NULL },
  { "reference-unknown", "t:a p:b a>b", "{{node.x}}",
    "The node “b” speaks of {{node.x}}, but there is no such node; the nodes are “a”, “b”", NULL },
  { "reference-ambiguous", "=x t:a =y t:a p:b x>b y>b", "{{node.a}}",
    "The node “b” speaks of {{node.a}}, but several nodes have that name; use an id, or give each node a name of its own",
    NULL },

  { "condition-after-conditional-edge", "t:a c:if t:b a?if if>b", "true", NULL, "" },
  { "condition-with-conditional-and-data-edge", "t:a t:x c:if t:b a?if x>if if>b", "true",
    "The condition “if” has 2 predecessors, and it may have one only; let one node before it bring their outputs together",
    NULL },
  { "conditional-edge", "t:a t:b a?b", "node.a == 'x'", NULL, "" },
  { "conditional-edge-beside-data", "t:a t:b a>b a?b", "true", NULL, "" },
  { "conditional-edge-twice", "t:a t:b a?b a?b", "true",
    "The nodes “a” and “b” are connected twice; remove one of the two connections", NULL },
  { "cycle-over-conditional-edge", "t:a t:b a>b b?a", "true",
    "The workflow “w” has a cycle: “a” → “b” → “a”; remove one of these connections", NULL },
  { "conditional-edge-over-many", "t:a t:x t:y t:b a>x x>y y?b", "node.a.path[0] > 1", NULL, "" },
  { "conditional-edge-unknown", "t:a t:b a?b", "node.x == 1",
    "The edge from “a” to “b” speaks of node.x, but there is no such node; the nodes are “a”, “b”",
    "/edges/0/condition The edge from “a” to “b” speaks of node.x, but there is no such node\n" },
  { "conditional-edge-ambiguous", "=x t:a =y t:a t:b x>b y?b", "node.a == 1",
    "The edge from “a” to “b” speaks of node.a, but several nodes have that name; "
    "use an id, or give each node a name of its own",
    NULL },
  { "conditional-edge-of-its-target", "t:a t:b a?b", "node.b == 1",
    "The edge from “a” to “b” speaks of node.b, but “b” does not run before it; connect them, directly or through others",
    "/edges/0/condition The edge from “a” to “b” speaks of node.b, but “b” does not run before it\n" },
  /* its target waits for the other one, but the condition does not */
  { "conditional-edge-of-a-sibling", "t:a t:x t:b a?b x>b", "node.x == 1",
    "The edge from “a” to “b” speaks of node.x, but “x” does not run before it; connect them, directly or through others",
    NULL },
  { "conditional-edge-input", "i:topic t:a t:b a?b", "input.x == 1",
    "The edge from “a” to “b” speaks of input.x, but there is no such input or variable; declare it; the inputs are “topic”",
    NULL },
  { "conditional-edge-variable", "i:topic t:a o:x t:b a?b", "x == topic", NULL, "" },
  { "expression", "t:a e:if t:b t:c a>if if>b if>c", "node.a.score > 5 ? 'b' : 'c'", NULL, "" },
  { "expression-unknown", "t:a e:if t:b a>if if>b", "node.x",
    "The node “if” speaks of node.x, but there is no such node; the nodes are “a”, “if”, “b”",
    "/nodes/1/expression The node “if” speaks of node.x, but there is no such node\n" },
  { "expression-of-itself", "t:a e:if t:b a>if if>b", "node.if",
    "The node “if” speaks of node.if, but “if” does not run before it; connect them, directly or through others", NULL },
  { "expression-names-no-successor", "t:a e:if t:b t:c a>if if>b", "true ? 'b' : node.a == 'x' ? ' b ' : 'c'",
    "The condition “if” may choose “c”, which is none of its successors; connect it to a node of that name, or choose another",
    "/nodes/1/expression The condition “if” may choose “c”, which is none of its successors\n"
    "/nodes/3 The node “c” is connected to no other\n" },
  { "expression-input", "i:topic t:a e:if t:b a>if if>b", "other",
    "The node “if” speaks of other, but there is no such input or variable; declare it; the inputs are “topic”", NULL },

  { "no-inputs-declared", "p:a", "{topic} {{input.size}}", NULL, "" },
  { "inputs-declared", "i:topic i:size p:a", "{topic} {{input.size.x}}", NULL, "" },
  { "input-unknown", "i:topic i:size p:a", "{topic} {{input.x}}",
    "The node “a” speaks of {{input.x}}, but there is no such input or variable; declare it; the inputs are “topic”, “size”",
    "/nodes/0/argument The node “a” speaks of {{input.x}}, but there is no such input or variable\n" },
  { "variable-unknown", "i:topic p:a", "{x}",
    "The node “a” speaks of {x}, but there is no such input or variable; declare it; the inputs are “topic”", NULL },
  { "variable-of-an-output", "i:topic t:a o:x p:b a>b", "{x}", NULL, "" },
  { "input-that-is-an-output", "i:topic t:a o:x p:b a>b", "{{input.x}}",
    "The node “b” speaks of {{input.x}}, but there is no such input or variable; declare it; the inputs are “topic”", NULL },

  { "warn-disconnected", "t:a t:b t:c a>b", NULL, NULL, "/nodes/2 The node “c” is connected to no other\n" },
  { "warn-duplicate-names", "=x t:a =y t:a =z t:a x>y y>z", NULL, NULL,
    "/nodes/0/name Several nodes have the name “a”\n" },
  { "warn-dead-error-edge", "t:a f:text t:b a!b", NULL, NULL,
    "/edges/0 The error edge from “a” to “b” is never taken, as “a” has a fallback\n" },
  { "warn-nobody-answers", "s:a", NULL, NULL, "/nodes/0 Nothing will answer the node “a”\n" },
  { "warn-near-reference", "t:a p:b a>b", "{{node.My node}} {{node.a}}", NULL,
    "/nodes/1/argument A text of the node “b” has what begins like a reference, but is none\n" },
};

static char *
describe (GraphbitWorkflow *workflow)
{
  g_autoptr (GPtrArray) problems = graphbit_workflow_lint (workflow);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < problems->len; i++)
    {
      GraphbitProblem *problem = g_ptr_array_index (problems, i);

      g_string_append_printf (text, "%s %s\n", graphbit_problem_get_path (problem), graphbit_problem_get_message (problem));
    }

  return g_string_free (text, FALSE);
}

static gboolean
has_error (GraphbitWorkflow *workflow)
{
  g_autoptr (GPtrArray) problems = graphbit_workflow_lint (workflow);

  for (guint i = 0; i < problems->len; i++)
    {
      if (graphbit_problem_get_severity (g_ptr_array_index (problems, i)) == GRAPHBIT_SEVERITY_ERROR)
        return TRUE;
    }

  return FALSE;
}

static void
test_case (gconstpointer data)
{
  const Case *item = data;
  g_autoptr (GraphbitWorkflow) workflow = build (item->workflow, item->text);
  g_autofree char *lint = describe (workflow);
  g_autoptr (GError) error = NULL;

  if (item->message != NULL)
    {
      g_assert_false (graphbit_workflow_validate (workflow, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
      g_assert_cmpstr (error->message, ==, item->message);
    }
  else
    {
      g_assert_true (graphbit_workflow_validate (workflow, &error));
      g_assert_no_error (error);
    }

  g_assert_cmpint (has_error (workflow), ==, item->message != NULL);
  if (item->lint != NULL)
    g_assert_cmpstr (lint, ==, item->lint);
}

/* A reader of files could bring such an edge. */
static void
test_unknown_end (void)
{
  g_autoptr (GraphbitWorkflow) workflow = build ("=x t:a", NULL);
  g_autoptr (GraphbitEdge) edge = g_object_new (GRAPHBIT_TYPE_EDGE, "source", "x", "target", "gone", NULL);
  g_autoptr (GraphbitEdge) empty = g_object_new (GRAPHBIT_TYPE_EDGE, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *lint = NULL;

  graphbit_workflow_append_edge (workflow, edge);
  graphbit_workflow_append_edge (workflow, empty);
  g_assert_true (graphbit_workflow_connect_nodes (workflow, "a", "a", NULL));

  g_assert_false (graphbit_workflow_validate (workflow, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
  g_assert_cmpstr (error->message, ==, "An edge ends at a node that does not exist: gone; remove it, or add the node");

  lint = describe (workflow);
  g_assert_cmpstr (lint, ==,
                   "/edges/0 An edge ends at a node that does not exist: gone\n"
                   "/edges/1 An edge ends at a node that does not exist: \n"
                   "/edges/1 An edge ends at a node that does not exist: \n"
                   "/edges/2 The node “a” is connected to itself\n");
}

/* Likewise one with a condition that its kind does not take. */
static void
test_wrong_condition (void)
{
  static const struct
  {
    GraphbitEdgeKind kind;
    const char *condition;
    const char *message;
  } wrong[] = {
    { GRAPHBIT_EDGE_KIND_CONDITIONAL, NULL, "A conditional edge needs a condition, like node.NAME.score > 5" },
    { GRAPHBIT_EDGE_KIND_CONDITIONAL, "1 =", "The expression is wrong at line 1, column 3: write “==” to compare" },
    { GRAPHBIT_EDGE_KIND_CONDITIONAL, "1",
      "The expression is wrong at line 1, column 1: true or false is needed here, such as a comparison" },
    { GRAPHBIT_EDGE_KIND_DATA, "true", "Only conditional edges have a condition; leave it out" },
    { GRAPHBIT_EDGE_KIND_ERROR, "true", "Only conditional edges have a condition; leave it out" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GraphbitWorkflow) workflow = build ("=x t:a =y t:b", NULL);
      g_autoptr (GraphbitEdge) edge = g_object_new (GRAPHBIT_TYPE_EDGE, "source", "x", "target", "y", "kind", wrong[i].kind,
                                                    "condition", wrong[i].condition, NULL);
      g_autofree char *lint = NULL;
      g_autofree char *expected = NULL;
      g_autoptr (GError) error = NULL;

      graphbit_workflow_append_edge (workflow, edge);
      lint = describe (workflow);
      expected = g_strdup_printf ("/edges/0/condition The edge from “a” to “b” cannot be used: %s\n", wrong[i].message);
      g_assert_cmpstr (lint, ==, expected);
      g_assert_false (graphbit_workflow_validate (workflow, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
    }
}

/* What add_node () would refuse can be set later. */
static void
test_changed_nodes (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new (NULL);
  g_autoptr (GraphbitAgentNode) agent = graphbit_agent_node_new ("a", "p");
  g_autoptr (GraphbitTransformNode) transform = graphbit_transform_node_new ("t", GRAPHBIT_TRANSFORMATION_TRIM);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *lint = NULL;
  GraphbitProblem *problem;

  g_assert_nonnull (graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (agent), &error));
  g_assert_nonnull (graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (transform), &error));
  g_assert_true (graphbit_workflow_connect_nodes (workflow, "a", "t", &error));
  g_assert_no_error (error);

  graphbit_agent_node_set_max_iterations (agent, 0);
  graphbit_node_set_max_retries (GRAPHBIT_NODE (agent), 1000);
  graphbit_node_set_output_name (GRAPHBIT_NODE (agent), " ");
  graphbit_node_set_fallback (GRAPHBIT_NODE (transform), "unused");
  graphbit_transform_node_set_argument (transform, "unused");
  graphbit_transform_node_set_replacement (transform, "unused");

  g_assert_false (graphbit_workflow_validate (workflow, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
  g_assert_cmpstr (error->message, ==, "The retries of the node “a” are out of range: 1000; set it to at most 100");

  lint = describe (workflow);
  g_assert_cmpstr (lint, ==,
                   "/nodes/0/max-retries The retries of the node “a” are out of range: 1000\n"
                   "/nodes/0/output-name The output of the node “a” has an empty name\n"
                   "/nodes/0/max-iterations The iterations of the agent “a” are out of range: 0\n"
                   "/nodes/1/fallback The fallback of the node “t” is never used\n"
                   "/nodes/1/argument The transform “t” makes no use of its argument\n"
                   "/nodes/1/replacement The transform “t” makes no use of its replacement\n"
                   "/name The workflow has no name\n");

  problems = graphbit_workflow_lint (workflow);
  problem = g_ptr_array_index (problems, 0);
  g_assert_cmpint (graphbit_problem_get_severity (problem), ==, GRAPHBIT_SEVERITY_ERROR);
  g_assert_cmpstr (graphbit_problem_get_node_id (problem), ==, graphbit_node_get_id (GRAPHBIT_NODE (agent)));
  g_assert_cmpstr (graphbit_problem_get_hint (problem), ==, "set it to at most 100");
  problem = g_ptr_array_index (problems, 3);
  g_assert_cmpint (graphbit_problem_get_severity (problem), ==, GRAPHBIT_SEVERITY_WARNING);
  problem = g_ptr_array_index (problems, 6);
  g_assert_null (graphbit_problem_get_node_id (problem));
}

/* A handler is an answer too. */
static gboolean
never_call (GraphbitFunctionNode *node,
            GraphbitNodeCall *call,
            gpointer data)
{
  g_assert_not_reached ();
}

static void
test_handler (void)
{
  g_autoptr (GraphbitWorkflow) workflow = build ("s:a", NULL);
  g_autoptr (GPtrArray) problems = NULL;

  g_signal_connect (graphbit_workflow_get_node (workflow, "a"), "call", G_CALLBACK (never_call), NULL);
  problems = graphbit_workflow_lint (workflow);
  g_assert_cmpuint (problems->len, ==, 0);
}

#define N_MANY 10000

static GraphbitWorkflow *
build_many (gboolean is_chain,
            guint back)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("many");
  g_autofree char *previous = NULL;

  for (guint i = 0; i < N_MANY; i++)
    {
      g_autofree char *name = g_strdup_printf ("n%u", i);
      g_autofree char *text = g_strdup_printf (back > 0 && i >= back ? "{{node.n%u}}" : "text", i - back);
      g_autoptr (GraphbitAgentNode) node = graphbit_agent_node_new (name, text);

      g_assert_nonnull (graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (node), NULL));
      if (i > 0)
        g_assert_true (graphbit_workflow_connect_nodes (workflow, is_chain ? previous : "n0", name, NULL));
      g_free (previous);
      previous = g_steal_pointer (&name);
    }

  return g_steal_pointer (&workflow);
}

/* Deep enough to overflow the stack of anything that recurses, long enough to notice what is not linear. */
static void
test_chain (void)
{
  g_autoptr (GraphbitWorkflow) workflow = build_many (TRUE, 0);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (graphbit_workflow_validate (workflow, &error));
  g_assert_no_error (error);
  problems = graphbit_workflow_lint (workflow);
  g_assert_cmpuint (problems->len, ==, 0);

  g_assert_true (graphbit_workflow_connect_nodes (workflow, "n9999", "n0", NULL));
  g_assert_false (graphbit_workflow_validate (workflow, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
}

/* Each node speaks of its predecessor's predecessor. */
static void
test_chain_with_references (void)
{
  g_autoptr (GraphbitWorkflow) workflow = build_many (TRUE, 2);
  g_autoptr (GError) error = NULL;

  g_assert_true (graphbit_workflow_validate (workflow, &error));
  g_assert_no_error (error);
}

static void
test_fan_out (void)
{
  g_autoptr (GraphbitWorkflow) workflow = build_many (FALSE, 0);
  g_autoptr (GError) error = NULL;

  g_assert_true (graphbit_workflow_validate (workflow, &error));
  g_assert_no_error (error);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/workflow-rules/", cases[i].title, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/workflow-rules/unknown-end", test_unknown_end);
  g_test_add_func ("/workflow-rules/wrong-condition", test_wrong_condition);
  g_test_add_func ("/workflow-rules/changed-nodes", test_changed_nodes);
  g_test_add_func ("/workflow-rules/handler", test_handler);
  g_test_add_func ("/workflow-rules/chain", test_chain);
  g_test_add_func ("/workflow-rules/chain-with-references", test_chain_with_references);
  g_test_add_func ("/workflow-rules/fan-out", test_fan_out);

  return g_test_run ();
}
