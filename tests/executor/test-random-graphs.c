/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "executor-support.h"
#include "graphbit-clock-private.h"
#include "reference.h"

/*
 * Random workflows, run by the engine and by the reference: every event in its
 * place, the same states, outputs and attempts. A graph is told by its number:
 * GRAPHBIT_TEST_GRAPH=N runs that one alone and shows it.
 */

#define N_GRAPHS 10000
#define N_CASES 10
#define TIMEOUT_SECONDS 3600

static const char *const asks[N_ASKS] = {
  [ASK_TRUE] = "true",
  [ASK_FALSE] = "false",
  [ASK_THERE] = "%s != null",
  [ASK_ABSENT] = "%s == null",
  [ASK_EVEN] = "%s matches '(^|\\n)[0-9A-Za-z]+:[0-9A-Za-z]*[02468aceACE]$'",
  [ASK_MORE] = "%s > 5",
};

/* Chance */

static guint64 chance;
static guint risk; /* how often something goes wrong, in percent */

static guint
below (guint end)
{
  chance = chance * G_GUINT64_CONSTANT (6364136223846793005) + G_GUINT64_CONSTANT (1442695040888963407);
  return (guint) ((chance >> 33) % end);
}

static gboolean
happens (guint percent)
{
  return below (100) < percent;
}

/* The graph */

static void
graph_free (Graph *graph)
{
  for (guint i = 0; i < graph->n_nodes; i++)
    {
      g_array_unref (graph->in[i]);
      g_array_unref (graph->out[i]);
    }
  g_free (graph->in);
  g_free (graph->out);
  g_free (graph->nodes);
  g_array_unref (graph->edges);
  g_free (graph);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Graph, graph_free)

static GraphEdge *
get_edge (Graph *graph,
          guint edge)
{
  return &g_array_index (graph->edges, GraphEdge, edge);
}

static gboolean
is_condition (Graph *graph,
              guint node)
{
  return graph->nodes[node].work >= WORK_CHOOSE;
}

static void
make_node (GraphNode *node)
{
  static const Work works[] = { WORK_RETURN, WORK_RETURN, WORK_RETURN, WORK_WAIT, WORK_WAIT, WORK_WAIT,
                                WORK_UPPERCASE, WORK_NO_MATCH, WORK_CHOOSE, WORK_CHOOSE_BY_EXPRESSION };

  node->work = works[below (G_N_ELEMENTS (works))];
  node->fails_first = !happens (risk) ? 0 : happens (40) ? G_MAXUINT : 1 + below (3);
  if (node->work == WORK_NO_MATCH && !happens (risk * 2))
    node->work = WORK_UPPERCASE;
  node->on_error = happens (50) ? GRAPHBIT_ON_ERROR_FAIL : happens (50) ? GRAPHBIT_ON_ERROR_CONTINUE : GRAPHBIT_ON_ERROR_FALLBACK;
  node->max_retries = happens (70) ? 0 : 1 + below (2);
  node->timeout_ms = happens (30) ? 1 + below (500) : 0;
}

static void
connect_to (Graph *graph,
            guint source,
            guint target,
            GraphbitEdgeKind kind)
{
  GraphEdge edge = { source, target, kind, below (ASK_MORE), 0 };

  if (happens (risk / 8))
    edge.ask = ASK_MORE;
  for (guint i = 0; i < graph->edges->len; i++)
    {
      GraphEdge *other = get_edge (graph, i);

      /* the branches of a condition have different names */
      if (other->source == source && other->target == target && (other->kind == kind || is_condition (graph, source)))
        return;
    }
  g_array_append_val (graph->edges, edge);
}

/* Somebody who has run before the node does, or it itself. */
static guint
pick_ancestor (Graph *graph,
               guint node,
               gboolean may_be_itself)
{
  while (graph->in[node]->len > 0 && (!may_be_itself || happens (40)))
    {
      node = get_edge (graph, g_array_index (graph->in[node], guint, below (graph->in[node]->len)))->source;
      may_be_itself = TRUE;
    }
  return node;
}

static Graph *
graph_new (guint n_nodes)
{
  Graph *self = g_new0 (Graph, 1);
  g_autofree guint *order = g_new (guint, n_nodes);

  self->n_nodes = n_nodes;
  self->nodes = g_new0 (GraphNode, n_nodes);
  self->edges = g_array_new (FALSE, TRUE, sizeof (GraphEdge));
  self->in = g_new (GArray *, n_nodes);
  self->out = g_new (GArray *, n_nodes);
  self->on_failure = happens (50) ? GRAPHBIT_ON_FAILURE_CANCEL : GRAPHBIT_ON_FAILURE_FINISH;

  /* In which order they could run is not the one in which they were added. */
  for (guint i = 0; i < n_nodes; i++)
    {
      guint j = happens (60) ? i : below (i + 1);

      make_node (&self->nodes[i]);
      self->in[i] = g_array_new (FALSE, FALSE, sizeof (guint));
      self->out[i] = g_array_new (FALSE, FALSE, sizeof (guint));
      order[i] = order[j];
      order[j] = i;
    }

  for (guint i = 0; i < n_nodes; i++)
    {
      guint target = order[i];
      guint n_in = i == 0 ? 0 : below (4);

      if (is_condition (self, target))
        {
          if (i == 0)
            self->nodes[target].work = WORK_RETURN;
          else
            n_in = 1;
        }
      for (guint j = 0; j < n_in; j++)
        {
          guint source = order[happens (70) ? i - 1 - below (MIN (i, 4)) : below (i)];

          connect_to (self, source, target,
                      happens (20)                                           ? GRAPHBIT_EDGE_KIND_CONDITIONAL
                      : happens (20) && !is_condition (self, target) ? GRAPHBIT_EDGE_KIND_ERROR
                                                                             : GRAPHBIT_EDGE_KIND_DATA);
        }
    }
  for (guint i = self->edges->len; i > 1; i--)
    {
      guint j = below (i);
      GraphEdge edge = *get_edge (self, i - 1);

      *get_edge (self, i - 1) = *get_edge (self, j);
      *get_edge (self, j) = edge;
    }
  for (guint i = 0; i < self->edges->len; i++)
    {
      g_array_append_val (self->out[get_edge (self, i)->source], i);
      g_array_append_val (self->in[get_edge (self, i)->target], i);
    }

  for (guint i = 0; i < n_nodes; i++)
    {
      GraphNode *node = &self->nodes[i];
      g_autoptr (GArray) branches = g_array_new (FALSE, FALSE, sizeof (int));

      for (guint j = 0; j < self->out[i]->len; j++)
        if (get_edge (self, g_array_index (self->out[i], guint, j))->kind != GRAPHBIT_EDGE_KIND_ERROR)
          g_array_append_val (branches, g_array_index (self->out[i], guint, j));
      if (branches->len == 0 && is_condition (self, i))
        node->work = WORK_RETURN;
      if (!is_condition (self, i))
        continue;

      for (guint j = 0; j < 2; j++)
        node->branches[j] = happens (risk / 5) ? -1 : g_array_index (branches, int, below (branches->len));
      node->fallback = happens (10) ? -1 : g_array_index (branches, int, below (branches->len));
      node->ask = happens (risk / 2) ? ASK_MORE : below (ASK_MORE);
      node->about = pick_ancestor (self, i, FALSE);
    }
  for (guint i = 0; i < self->edges->len; i++)
    get_edge (self, i)->about = pick_ancestor (self, get_edge (self, i)->source, TRUE);

  return self;
}

static char *
make_ask (Ask ask,
          guint about)
{
  g_autofree char *name = g_strdup_printf ("node.n%u", about);
  g_auto (GStrv) parts = g_strsplit (asks[ask], "%s", 2);

  return g_strjoinv (name, parts);
}

static void
graph_show (Graph *graph)
{
  static const char *const works[] = { "returns", "waits", "uppercase", "no match", "chooses", "expression" };
  static const char *const kinds[] = { "data", "conditional", "error" };
  static const char *const errors[] = { "fail", "continue", "fallback" };

  g_printerr ("on-failure %s\n", graph->on_failure == GRAPHBIT_ON_FAILURE_CANCEL ? "cancel" : "finish");
  for (guint i = 0; i < graph->n_nodes; i++)
    {
      GraphNode *node = &graph->nodes[i];
      g_autofree char *ask = make_ask (node->ask, node->about);

      g_printerr ("n%u: %s, fails first %d, on-error %s, retries %u, timeout %u", i, works[node->work],
                  (int) node->fails_first, errors[node->on_error], node->max_retries, node->timeout_ms);
      if (is_condition (graph, i))
        g_printerr (", %s ? %d : %d, fallback %d", ask, node->branches[0], node->branches[1], node->fallback);
      g_printerr ("\n");
    }
  for (guint i = 0; i < graph->edges->len; i++)
    {
      GraphEdge *edge = get_edge (graph, i);
      g_autofree char *ask = make_ask (edge->ask, edge->about);

      g_printerr ("edge %u: n%u → n%u %s %s\n", i, edge->source, edge->target, kinds[edge->kind],
                  edge->kind == GRAPHBIT_EDGE_KIND_CONDITIONAL ? ask : "");
    }
}

/* The run */

/* What became of runs and nodes, by their state: of everything some, or the graphs would test little. */
static guint n_runs[GRAPHBIT_RUN_STATE_CANCELLED + 1];
static guint n_nodes_of_state[GRAPHBIT_NODE_STATE_CANCELLED + 1];

typedef struct
{
  guint number;
  Graph *graph;
  Reference *reference;
  guint *attempts;
  GraphbitNodeCall **calls; /* of the nodes that wait */
  GraphbitRun *run;
  guint n_events;
  gboolean is_read;
  gboolean is_shown;
} Trial;

typedef struct
{
  Trial *trial;
  guint node;
} Actor;

static void G_GNUC_PRINTF (2, 3) G_GNUC_NORETURN
give_up (Trial *self,
         const char *format,
         ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  graph_show (self->graph);
  for (guint i = 0; i < self->reference->events->len; i++)
    g_printerr ("%s%s", i > 0 ? " " : "", (const char *) self->reference->events->pdata[i]);
  g_error ("graph %u: %s; repeat it with GRAPHBIT_TEST_GRAPH=%u", self->number, message, self->number);
}

static char *
make_name (Trial *self,
           int edge)
{
  return edge < 0 ? g_strdup ("nobody") : g_strdup_printf ("n%u", get_edge (self->graph, (guint) edge)->target);
}

/* One that is none must not be there to see, or the workflow is refused: an input has it. */
static char *
make_branch (Trial *self,
             int edge)
{
  g_autofree char *name = make_name (self, edge);

  return edge < 0 ? g_strdup ("input.nobody") : g_strdup_printf ("'%s'", name);
}

static GVariant *
make_inputs (void)
{
  return g_variant_new_parsed ("{'nobody': <'nobody'>}");
}

static char *
act (GraphbitWorkflowContext *context,
     gpointer data,
     GError **error)
{
  Actor *actor = data;
  Trial *trial = actor->trial;
  g_autofree char *input = graphbit_workflow_context_get_input (context);

  if (graph_node_fails (&trial->graph->nodes[actor->node], ++trial->attempts[actor->node]))
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED, "it broke");
      return NULL;
    }
  if (is_condition (trial->graph, actor->node))
    return make_name (trial, graph_choose (trial->graph, actor->node, input));
  return graph_make_output (actor->node, input);
}

static gboolean
keep_call (GObject *node,
           GraphbitNodeCall *call,
           gpointer data)
{
  Actor *actor = data;

  actor->trial->attempts[actor->node]++;
  g_set_object (&actor->trial->calls[actor->node], call);
  return TRUE;
}

static void
free_actor (gpointer actor,
            GClosure *closure)
{
  g_free (actor);
}

static GraphbitNode *
make_workflow_node (Trial *self,
                    guint index)
{
  const GraphNode *plan = &self->graph->nodes[index];
  g_autofree char *name = g_strdup_printf ("n%u", index);
  Actor *actor = g_new (Actor, 1);
  GraphbitNode *node;

  *actor = (Actor) { self, index };
  switch (plan->work)
    {
    case WORK_WAIT:
      node = GRAPHBIT_NODE (graphbit_function_node_new (name, NULL, NULL, NULL));
      g_signal_connect_data (node, "call", G_CALLBACK (keep_call), actor, free_actor, 0);
      break;

    case WORK_UPPERCASE:
      node = GRAPHBIT_NODE (graphbit_transform_node_new (name, GRAPHBIT_TRANSFORMATION_UPPERCASE));
      g_free (actor);
      break;

    case WORK_NO_MATCH:
      node = GRAPHBIT_NODE (graphbit_transform_node_new (name, GRAPHBIT_TRANSFORMATION_REGEX_EXTRACT));
      graphbit_transform_node_set_argument (GRAPHBIT_TRANSFORM_NODE (node), "(?!)");
      g_free (actor);
      break;

    case WORK_CHOOSE:
      node = GRAPHBIT_NODE (graphbit_condition_node_new (name, act, actor, g_free));
      break;

    case WORK_CHOOSE_BY_EXPRESSION:
      {
        g_autofree char *ask = make_ask (plan->ask, plan->about);
        g_autofree char *yes = make_branch (self, plan->branches[0]);
        g_autofree char *no = make_branch (self, plan->branches[1]);
        g_autofree char *expression = g_strdup_printf ("%s ? %s : %s", ask, yes, no);

        node = GRAPHBIT_NODE (graphbit_condition_node_new_for_expression (name, expression, NULL));
        g_free (actor);
        break;
      }

    case WORK_RETURN:
    default:
      node = GRAPHBIT_NODE (graphbit_function_node_new (name, act, actor, g_free));
    }

  graphbit_node_set_on_error (node, plan->on_error);
  if (plan->on_error == GRAPHBIT_ON_ERROR_FALLBACK)
    {
      g_autofree char *fallback =
        is_condition (self->graph, index) ? make_name (self, plan->fallback) : g_strdup_printf ("f%u:%x", index, index);

      graphbit_node_set_fallback (node, fallback);
    }
  graphbit_node_set_max_retries (node, plan->max_retries);
  graphbit_node_set_timeout_ms (node, plan->timeout_ms);
  return node;
}

static GraphbitWorkflow *
make_workflow (Trial *self)
{
  GraphbitWorkflow *workflow = graphbit_workflow_new ("random");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < self->graph->n_nodes; i++)
    {
      g_autoptr (GraphbitNode) node = make_workflow_node (self, i);

      graphbit_workflow_add_node (workflow, node, &error);
      g_assert_no_error (error);
    }
  for (guint i = 0; i < self->graph->edges->len; i++)
    {
      GraphEdge *edge = get_edge (self->graph, i);
      g_autofree char *source = g_strdup_printf ("n%u", edge->source);
      g_autofree char *target = g_strdup_printf ("n%u", edge->target);
      g_autofree char *condition =
        edge->kind == GRAPHBIT_EDGE_KIND_CONDITIONAL ? make_ask (edge->ask, edge->about) : NULL;

      graphbit_workflow_connect_nodes_full (workflow, source, target, edge->kind, condition, &error);
      g_assert_no_error (error);
    }
  return workflow;
}

static void
on_event (GObject *object,
          GAsyncResult *result,
          gpointer data)
{
  Trial *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitEvent) event = graphbit_run_next_event_finish (self->run, result, &error);
  g_autoptr (GString) text = g_string_new (NULL);
  const char *expected;

  g_assert_no_error (error);
  if (event == NULL)
    {
      self->is_read = TRUE;
      return;
    }

  support_append_event (text, event);
  if (self->is_shown)
    g_printerr ("%s\n", text->str);
  if (self->n_events >= self->reference->events->len)
    give_up (self, "event %u is %s, and there should be none", self->n_events, text->str);
  expected = self->reference->events->pdata[self->n_events++];
  if (!g_str_equal (text->str, expected))
    give_up (self, "event %u is %s, and should be %s", self->n_events - 1, text->str, expected);
  graphbit_run_next_event_async (self->run, NULL, on_event, self);
}

static gboolean
on_minute (gpointer data)
{
  Trial *self = data;

  give_up (self, "it stands still after %u events of %u", self->n_events, self->reference->events->len);
}

static void
catch_up (Trial *self)
{
  guint id = g_timeout_add_seconds (60, on_minute, self);

  while (self->n_events < self->reference->events->len || (self->reference->state != GRAPHBIT_RUN_STATE_RUNNING && !self->is_read))
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_source_remove (id);
}

/* One thing that may happen while nodes wait, to both. */
static void
happen (Trial *self)
{
  Reference *reference = self->reference;
  g_autoptr (GArray) waiting = g_array_new (FALSE, FALSE, sizeof (guint));
  guint earliest = G_MAXUINT, n_earliest = 0, node;
  gint64 deadline = G_MAXINT64;

  for (guint i = 0; i < self->graph->n_nodes; i++)
    {
      if (reference->nodes[i].state != GRAPHBIT_NODE_STATE_RUNNING)
        continue;
      g_array_append_val (waiting, i);
      if (reference->nodes[i].deadline > 0 && reference->nodes[i].deadline <= deadline)
        {
          n_earliest = reference->nodes[i].deadline < deadline ? 1 : n_earliest + 1;
          deadline = reference->nodes[i].deadline;
          earliest = i;
        }
    }
  g_assert_cmpuint (waiting->len, >, 0);

  if (happens (3))
    {
      reference_cancel (reference);
      graphbit_run_cancel (self->run);
    }
  else if (earliest == G_MAXUINT && happens (2))
    {
      reference_time_out_run (reference);
      graphbit_clock_advance ((gint64) TIMEOUT_SECONDS * G_USEC_PER_SEC - reference->now);
    }
  else if (n_earliest == 1 && happens (30))
    {
      gint64 before = reference->now;

      reference_time_out (reference, earliest);
      graphbit_clock_advance (reference->now - before);
    }
  else
    {
      g_autoptr (GraphbitNodeCall) call = NULL;

      node = g_array_index (waiting, guint, below (waiting->len));
      call = g_object_ref (self->calls[node]);
      if (graph_node_fails (&self->graph->nodes[node], self->attempts[node]))
        {
          reference_answer (reference, node);
          g_assert_true (graphbit_call_fail (GRAPHBIT_CALL (call), "it broke"));
        }
      else
        {
          g_autofree char *input = graphbit_workflow_context_get_input (graphbit_node_call_get_context (call));
          g_autofree char *output = graph_make_output (node, input);

          reference_answer (reference, node);
          g_assert_true (graphbit_node_call_respond (call, output));
        }
    }
}

static void
check_output (Trial *self,
              guint node,
              const char *output)
{
  const char *expected = self->reference->nodes[node].output;
  g_autofree char *is = graph_normalize (output);
  g_autofree char *should_be = graph_normalize (expected);

  if ((output == NULL) != (expected == NULL) || !g_str_equal (is, should_be))
    give_up (self, "the output of n%u is %s, and should be %s", node, output, expected);
}

static void
check_result (Trial *self,
              GraphbitWorkflowResult *result)
{
  Reference *reference = self->reference;

  if (graphbit_workflow_result_get_state (result) != reference->state)
    give_up (self, "the run's state is %u, and should be %u", graphbit_workflow_result_get_state (result), reference->state);
  if (!graphbit_workflow_result_has_warnings (result) != !reference->has_warnings)
    give_up (self, "there are warnings, or should be");
  for (guint i = 0; i < self->graph->n_nodes; i++)
    {
      g_autofree char *name = g_strdup_printf ("n%u", i);
      g_autoptr (GError) error = graphbit_workflow_result_get_node_error (result, name);
      GraphbitNodeState state = reference->nodes[i].state;

      check_output (self, i, graphbit_workflow_result_get_node_output (result, name));
      if ((error != NULL) != (state == GRAPHBIT_NODE_STATE_FAILED || state == GRAPHBIT_NODE_STATE_CANCELLED))
        give_up (self, "n%u has an error, or should have: %s", i, error != NULL ? error->message : "none");
    }
}

static void
check_node_runs (Trial *self)
{
  GListModel *node_runs = graphbit_run_get_node_runs (self->run);

  for (guint i = 0; i < self->graph->n_nodes; i++)
    {
      g_autoptr (GraphbitNodeRun) node_run = g_list_model_get_item (node_runs, i);
      const ReferenceNode *node = &self->reference->nodes[i];

      if (graphbit_node_run_get_state (node_run) != node->state)
        give_up (self, "the state of n%u is %u, and should be %u", i, graphbit_node_run_get_state (node_run), node->state);
      if (graphbit_node_run_get_attempts (node_run) != node->attempts)
        give_up (self, "the attempts of n%u are %u, and should be %u", i, graphbit_node_run_get_attempts (node_run), node->attempts);
    }
}

static void
run_step_by_step (Trial *self,
                  GraphbitExecutor *executor,
                  GraphbitWorkflow *workflow)
{
  g_autoptr (GError) error = NULL;

  self->run = graphbit_executor_start (executor, workflow, make_inputs (), GRAPHBIT_STREAM_MODES_ALL, &error);
  if (self->run == NULL)
    give_up (self, "it cannot run: %s", error->message);
  graphbit_run_next_event_async (self->run, NULL, on_event, self);
  reference_start (self->reference);
  catch_up (self);
  while (self->reference->state == GRAPHBIT_RUN_STATE_RUNNING)
    {
      happen (self);
      catch_up (self);
    }
  check_result (self, graphbit_run_get_result (self->run));
  check_node_runs (self);
}

/* Where nothing waits. */
static void
run_at_once (Trial *self,
             GraphbitExecutor *executor,
             GraphbitWorkflow *workflow)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitWorkflowResult) result = graphbit_executor_execute (executor, workflow, make_inputs (), NULL, &error);

  if (result == NULL)
    give_up (self, "it cannot run: %s", error->message);
  reference_start (self->reference);
  check_result (self, result);
}

static gboolean
has_waiting_nodes (Graph *graph)
{
  for (guint i = 0; i < graph->n_nodes; i++)
    if (graph->nodes[i].work == WORK_WAIT)
      return TRUE;
  return FALSE;
}

static void
test_graph (guint number,
            gboolean is_shown)
{
  guint n_nodes;
  g_autoptr (Graph) graph = NULL;
  g_autoptr (Reference) reference = NULL;
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflow) workflow = NULL;
  Trial trial = { .number = number, .is_shown = is_shown };

  chance = number;
  below (2);
  risk = happens (40) ? 1 : 25;
  n_nodes = number % 100 == 99 ? 100 + below (901) : number % 20 == 19 ? 10 + below (90) : 1 + below (10);
  graph = graph_new (n_nodes);
  reference = reference_new (graph);
  if (is_shown)
    graph_show (graph);

  trial.graph = graph;
  trial.reference = reference;
  trial.attempts = g_new0 (guint, n_nodes);
  trial.calls = g_new0 (GraphbitNodeCall *, n_nodes);
  workflow = make_workflow (&trial);
  graphbit_executor_set_on_failure (executor, graph->on_failure);
  graphbit_executor_set_timeout_seconds (executor, TIMEOUT_SECONDS);
  graphbit_executor_set_lightweight_mode (executor, happens (20));

  if (!has_waiting_nodes (graph) && happens (50))
    run_at_once (&trial, executor, workflow);
  else
    run_step_by_step (&trial, executor, workflow);

  for (guint i = 0; i < n_nodes; i++)
    {
      g_clear_object (&trial.calls[i]);
      n_nodes_of_state[reference->nodes[i].state]++;
    }
  n_runs[reference->state]++;
  g_free (trial.calls);
  g_free (trial.attempts);
  g_clear_object (&trial.run);
}

static guint
get_number (const char *name,
            guint otherwise)
{
  const char *text = g_getenv (name);

  return text != NULL ? (guint) atoi (text) : otherwise;
}

static void
test_graphs (gconstpointer data)
{
  guint n_graphs = N_GRAPHS / N_CASES / MAX (get_number ("GRAPHBIT_TEST_DIVISOR", 1), 1);
  guint first = GPOINTER_TO_UINT (data) * (N_GRAPHS / N_CASES);

  for (guint i = 0; i < n_graphs; i++)
    test_graph (first + i, FALSE);
}

static void
test_variety (void)
{
  for (guint i = GRAPHBIT_RUN_STATE_COMPLETED; i < G_N_ELEMENTS (n_runs); i++)
    {
      g_test_message ("%u runs have the state %u", n_runs[i], i);
      g_assert_cmpuint (n_runs[i], >, 0);
    }
  for (guint i = GRAPHBIT_NODE_STATE_COMPLETED; i < G_N_ELEMENTS (n_nodes_of_state); i++)
    {
      g_test_message ("%u nodes have the state %u", n_nodes_of_state[i], i);
      g_assert_cmpuint (n_nodes_of_state[i], >, 0);
    }
}

static void
test_one_graph (gconstpointer data)
{
  test_graph (GPOINTER_TO_UINT (data), TRUE);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  graphbit_clock_set_virtual (TRUE);

  if (g_getenv ("GRAPHBIT_TEST_GRAPH") != NULL)
    {
      g_test_add_data_func ("/executor/random-graphs/one", GUINT_TO_POINTER (get_number ("GRAPHBIT_TEST_GRAPH", 0)),
                            test_one_graph);
      return g_test_run ();
    }

  for (guint i = 0; i < N_CASES; i++)
    {
      g_autofree char *path = g_strdup_printf ("/executor/random-graphs/%u", i);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_graphs);
    }
  g_test_add_func ("/executor/random-graphs/variety", test_variety);

  return g_test_run ();
}
