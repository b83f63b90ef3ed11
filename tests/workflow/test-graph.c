/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit/graphbit.h"

/* Names as people and enemies give them. */
static const char *const names[] = {
  "plain",
  "two words",
  "\"quoted\" 'single' `code`",
  "back\\slash \\n \\N \\\"",
  "a -> b; c [x=1] {y} (z)",
  "<b>bold</b> &amp; &lt;",
  "line\nbreak",
  "end",
  "graph subgraph click style",
  "#35; # %%{init: {}}%% --> |pipe|",
  "Übergrößenträger 北京 🎉",
  "\xe2\x80\xaeturned\xe2\x80\xac \x01\x7f",
  "\"];n0->n0;n9[label=\"",
  "\"] --> n0[\"",
};

static GraphbitWorkflow *
make_workflow (const char *title)
{
  GraphbitWorkflow *workflow = graphbit_workflow_new (title);
  const char *previous = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GraphbitNode) node = NULL;
      const char *id;

      switch (i % 4)
        {
        case 0:
          node = GRAPHBIT_NODE (graphbit_agent_node_new (names[i], "p"));
          break;
        case 1:
          node = GRAPHBIT_NODE (graphbit_function_node_new (names[i], NULL, NULL, NULL));
          break;
        case 2:
          node = GRAPHBIT_NODE (graphbit_condition_node_new (names[i], NULL, NULL, NULL));
          break;
        default:
          node = GRAPHBIT_NODE (graphbit_transform_node_new (names[i], GRAPHBIT_TRANSFORMATION_TRIM));
        }
      id = graphbit_workflow_add_node (workflow, node, NULL);
      g_assert_nonnull (id);
      if (previous != NULL)
        g_assert_true (graphbit_workflow_connect_nodes_full (workflow, previous, id,
                                                             i % 3 == 0 ? GRAPHBIT_EDGE_KIND_ERROR : GRAPHBIT_EDGE_KIND_DATA,
                                                             NULL, NULL));
      previous = id;
    }

  return workflow;
}

/* A text between quotation marks, without its quoting; the cursor goes behind it. */
static char *
read_mermaid_text (const char **cursor)
{
  GString *text = g_string_new (NULL);
  const char *p = *cursor;

  g_assert_cmpint (*p++, ==, '"');
  while (*p != '"')
    {
      if (*p == '#')
        {
          g_string_append_unichar (text, (gunichar) g_ascii_strtoull (p + 1, (char **) &p, 10));
          g_assert_cmpint (*p++, ==, ';');
        }
      else if (g_str_has_prefix (p, "<br/>"))
        {
          g_string_append_c (text, '\n');
          p += strlen ("<br/>");
        }
      else
        {
          /* nothing that could mean something to Mermaid, HTML or Markdown */
          g_assert_true ((guchar) *p >= 0x80 || g_ascii_isalnum (*p) || *p == ' ');
          g_string_append_c (text, *p++);
        }
    }
  *cursor = p + 1;

  return g_string_free (text, FALSE);
}

static guint
read_node_id (const char **cursor)
{
  g_assert_cmpint (*(*cursor)++, ==, 'n');
  g_assert_true (g_ascii_isdigit (**cursor));
  return (guint) g_ascii_strtoull (*cursor, (char **) cursor, 10);
}

static gboolean
skip (const char **cursor,
      const char *text)
{
  if (!g_str_has_prefix (*cursor, text))
    return FALSE;

  *cursor += strlen (text);
  return TRUE;
}

/* What is in a flowchart: its nodes' texts, and edges as "0>1 1!2". Every character has to be accounted for. */
static char *
parse_mermaid (const char *text,
               GPtrArray *texts,
               const char **rest)
{
  static const char *const shapes[][2] = { { "[[", "]]" }, { "[/", "/]" }, { "[", "]" }, { "(", ")" }, { "{", "}" } };
  GString *edges = g_string_new (NULL);
  const char *p = text;

  if (skip (&p, "---\ntitle: \""))
    {
      p = strstr (p, "\"\n---\n");
      g_assert_nonnull (p);
      p += strlen ("\"\n---\n");
    }
  g_assert_true (skip (&p, "flowchart TD\n"));

  while (skip (&p, "  n"))
    {
      guint source;

      p--;
      source = read_node_id (&p);
      if (*p != ' ')
        {
          guint shape = 0;

          while (!skip (&p, shapes[shape][0]))
            g_assert_cmpuint (++shape, <, G_N_ELEMENTS (shapes));
          g_assert_cmpuint (source, ==, texts->len);
          g_ptr_array_add (texts, read_mermaid_text (&p));
          g_assert_true (skip (&p, shapes[shape][1]));
        }
      else
        {
          gboolean is_error = skip (&p, " -.->|\"error\"| ");

          g_assert_true (is_error || skip (&p, " --> "));
          g_string_append_printf (edges, "%u%c%u ", source, is_error ? '!' : '>', read_node_id (&p));
        }
      g_assert_true (skip (&p, "\n"));
    }
  *rest = p;

  return g_string_free (edges, FALSE);
}

static void
test_mermaid (void)
{
  g_autoptr (GraphbitWorkflow) workflow = make_workflow ("A \"title\": x\n---\nevil");
  g_autofree char *text = graphbit_workflow_to_mermaid (workflow);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *edges = NULL;
  const char *rest;

  g_assert_true (g_str_has_prefix (text, "---\ntitle: \"A \\\"title\\\": x\\n---\\nevil\"\n---\nflowchart TD\n"));
  edges = parse_mermaid (text, texts, &rest);
  g_assert_cmpstr (rest, ==, "");
  g_assert_cmpstr (edges, ==, "0>1 1>2 2!3 3>4 4>5 5!6 6>7 7>8 8!9 9>10 10>11 11!12 12>13 ");
  g_assert_cmpuint (texts->len, ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < texts->len; i++)
    {
      /* characters that are not to be seen become blanks */
      if (i != 11)
        g_assert_cmpstr (g_ptr_array_index (texts, i), ==, names[i]);
      else
        g_assert_cmpstr (g_ptr_array_index (texts, i), ==, " turned    ");
    }
}

/* Graphviz itself says what it has understood. */
static char *
run_dot (const char *text,
         const char *format)
{
  g_autofree char *program = g_find_program_in_path ("dot");
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  char *output, *errors;

  if (program == NULL)
    {
      g_test_skip ("Graphviz (dot) is not installed");
      return NULL;
    }

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                              &error, program, format, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, text, NULL, &output, &errors, &error);
  g_assert_no_error (error);
  g_test_message ("%s", errors);
  g_assert_true (g_subprocess_get_successful (process));
  g_assert_null (strstr (errors, "rror"));
  g_free (errors);

  return output;
}

static guint
count (const char *text,
       const char *word)
{
  guint n = 0;

  for (const char *p = strstr (text, word); p != NULL; p = strstr (p + 1, word))
    n++;
  return n;
}

static void
test_dot (void)
{
  g_autoptr (GraphbitWorkflow) workflow = make_workflow ("A \"title\" \\ & }");
  g_autofree char *text = graphbit_workflow_to_dot (workflow);
  g_autofree char *svg = NULL;

  g_assert_true (g_str_has_prefix (text, "digraph \"A \\\"title\\\" \\\\ &amp; }\" {\n"));
  svg = run_dot (text, "-Tsvg");
  if (svg == NULL)
    return;

  g_assert_cmpuint (count (svg, "class=\"node\""), ==, G_N_ELEMENTS (names));
  g_assert_cmpuint (count (svg, "class=\"edge\""), ==, G_N_ELEMENTS (names) - 1);
  g_assert_nonnull (strstr (svg, ">&quot;quoted&quot; &#39;single&#39; `code`</text>"));
  g_assert_nonnull (strstr (svg, ">back\\slash \\n \\N \\&quot;</text>"));
  g_assert_nonnull (strstr (svg, ">&lt;b&gt;bold&lt;/b&gt; &amp;amp; &amp;lt;</text>"));
  g_assert_nonnull (strstr (svg, ">line</text>"));
  g_assert_nonnull (strstr (svg, ">Übergrößenträger 北京 🎉</text>"));
  g_assert_nonnull (strstr (svg, ">&quot;];n0&#45;&gt;n0;n9[label=&quot;</text>"));
}

static void
test_empty (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new (NULL);
  g_autofree char *mermaid = graphbit_workflow_to_mermaid (workflow);
  g_autofree char *dot = graphbit_workflow_to_dot (workflow);
  g_autofree char *svg = NULL;

  g_assert_cmpstr (mermaid, ==, "flowchart TD\n");
  svg = run_dot (dot, "-Tsvg");
}

static char *
work (GraphbitWorkflowContext *context,
      gpointer data,
      GError **error)
{
  if (data == NULL)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED, "broken");
      return NULL;
    }
  return g_strdup (data);
}

static gboolean
keep_call (GraphbitFunctionNode *node,
           GraphbitNodeCall *call,
           gpointer data)
{
  *(GraphbitNodeCall **) data = g_object_ref (call);
  return TRUE;
}

static void
add (GraphbitWorkflow *workflow,
     GraphbitNode *node)
{
  g_assert_nonnull (graphbit_workflow_add_node (workflow, node, NULL));
  g_object_unref (node);
}

/* The one of a run: in the middle of it, and at its end. */
static void
test_run (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("Run");
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  GraphbitFunctionNode *waiting = graphbit_function_node_new ("waits", NULL, NULL, NULL);
  g_autoptr (GraphbitNodeCall) call = NULL;
  g_autoptr (GraphbitRun) run = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autofree char *dot = NULL;
  g_autofree char *mermaid = NULL;
  g_autofree char *edges = NULL;
  g_autofree char *ended = NULL;
  g_autofree char *ended_mermaid = NULL;
  g_autofree char *svg = NULL;
  const char *rest;

  g_signal_connect (waiting, "call", G_CALLBACK (keep_call), &call);
  add (workflow, GRAPHBIT_NODE (graphbit_function_node_new ("first", work, (char *) "x", NULL)));
  add (workflow, GRAPHBIT_NODE (graphbit_condition_node_new ("which", work, (char *) "waits", NULL)));
  add (workflow, GRAPHBIT_NODE (waiting));
  add (workflow, GRAPHBIT_NODE (graphbit_function_node_new ("other", work, (char *) "x", NULL)));
  add (workflow, GRAPHBIT_NODE (graphbit_function_node_new ("breaks", work, NULL, NULL)));
  add (workflow, GRAPHBIT_NODE (graphbit_function_node_new ("mends", work, (char *) "x", NULL)));
  g_assert_true (graphbit_workflow_connect_nodes (workflow, "first", "which", NULL));
  g_assert_true (graphbit_workflow_connect_nodes (workflow, "which", "waits", NULL));
  g_assert_true (graphbit_workflow_connect_nodes (workflow, "which", "other", NULL));
  g_assert_true (graphbit_workflow_connect_nodes (workflow, "waits", "breaks", NULL));
  g_assert_true (graphbit_workflow_connect_nodes_full (workflow, "breaks", "mends", GRAPHBIT_EDGE_KIND_ERROR, NULL, NULL));

  run = graphbit_executor_start (executor, workflow, NULL, 0, &error);
  g_assert_no_error (error);
  while (call == NULL)
    g_main_context_iteration (NULL, TRUE);

  /* the picture is that of the run, whatever becomes of the workflow */
  graphbit_workflow_remove_node (workflow, "mends");
  mermaid = graphbit_run_to_mermaid (run);
  edges = parse_mermaid (mermaid, texts, &rest);
  g_assert_cmpstr (edges, ==, "0>1 1>2 1>3 2>4 4!5 ");
  g_assert_cmpstr (g_ptr_array_index (texts, 0), ==, "first\ncompleted");
  g_assert_cmpstr (g_ptr_array_index (texts, 2), ==, "waits\nrunning");
  g_assert_cmpstr (g_ptr_array_index (texts, 3), ==, "other\nskipped");
  g_assert_cmpstr (g_ptr_array_index (texts, 5), ==, "mends\npending");
  g_assert_cmpstr (rest, ==,
                   "  classDef pending fill:#ffffff,stroke:#5e5c64,color:#241f31\n  class n4,n5 pending\n"
                   "  classDef running fill:#99c1f1,stroke:#1a5fb4,color:#241f31\n  class n2 running\n"
                   "  classDef completed fill:#8ff0a4,stroke:#26a269,color:#241f31\n  class n0,n1 completed\n"
                   "  classDef skipped fill:#deddda,stroke:#9a9996,color:#241f31\n  class n3 skipped\n");
  dot = graphbit_run_to_dot (run);
  g_assert_nonnull (strstr (dot, "n2 [label=\"waits\\nrunning\", shape=box, fillcolor=\"#99c1f1\", color=\"#1a5fb4\"];"));

  g_assert_true (graphbit_node_call_respond (call, "go"));
  result = graphbit_run_wait (run, NULL, &error);
  g_assert_no_error (error);
  ended = graphbit_workflow_result_to_dot (result);
  ended_mermaid = graphbit_workflow_result_to_mermaid (result);
  g_assert_nonnull (strstr (ended, "n4 [label=\"breaks\\nfailed\", shape=box, fillcolor=\"#f9a09b\", color=\"#a51d2d\"];"));
  g_assert_nonnull (strstr (ended, "n5 [label=\"mends\\ncompleted\""));
  g_assert_nonnull (strstr (ended, "n4 -> n5 [label=\"error\", style=dashed, color=\"#a51d2d\"];"));
  g_assert_nonnull (strstr (ended_mermaid, "class n4 failed\n"));
  svg = run_dot (ended, "-Tsvg");
  if (svg != NULL)
    g_assert_cmpuint (count (svg, "fill=\"#8ff0a4\""), ==, 4);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/graph/mermaid", test_mermaid);
  g_test_add_func ("/graph/dot", test_dot);
  g_test_add_func ("/graph/empty", test_empty);
  g_test_add_func ("/graph/run", test_run);

  return g_test_run ();
}
