/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "reference.h"

#include <string.h>

/* Stands for the message of any error: with blanks, as all of them have. */
#define ANY_ERROR "an error"

static const GraphEdge *
get_edge (const Graph *graph,
          guint edge)
{
  return &g_array_index (graph->edges, GraphEdge, edge);
}

/* Over the edges of one node. */
#define FOREACH(edge, list, i) \
  for (guint i = 0, edge; i < (list)->len && (edge = g_array_index (list, guint, i), TRUE); i++)

static gboolean
is_condition (const GraphNode *node)
{
  return node->work == WORK_CHOOSE || node->work == WORK_CHOOSE_BY_EXPRESSION;
}

gboolean
graph_node_fails (const GraphNode *node,
                  guint attempt)
{
  return attempt <= node->fails_first;
}

static guint32
hash (const char *text)
{
  g_autofree char *normal = graph_normalize (text);

  return g_str_hash (normal);
}

char *
graph_make_output (guint node,
                   const char *input)
{
  return g_strdup_printf ("n%u:%x", node, hash (input));
}

int
graph_choose (const Graph *graph,
              guint node,
              const char *input)
{
  g_autoptr (GArray) choices = g_array_new (FALSE, FALSE, sizeof (int));
  int none = -1;

  FOREACH (edge, graph->out[node], i)
    if (get_edge (graph, edge)->kind != GRAPHBIT_EDGE_KIND_ERROR)
      g_array_append_val (choices, edge);
  if (graph->nodes[node].branches[0] < 0)
    g_array_append_val (choices, none);

  return g_array_index (choices, int, hash (input) % choices->len);
}

char *
graph_normalize (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", "\n\n", -1);
  GString *result = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      gsize length = strspn (parts[i], "0123456789:abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

      g_string_append_printf (result, "%s|", parts[i][length] == '\0' ? parts[i] : "E");
    }
  return g_string_free (result, FALSE);
}

Reference *
reference_new (const Graph *graph)
{
  Reference *self = g_new0 (Reference, 1);

  self->graph = graph;
  self->nodes = g_new0 (ReferenceNode, graph->n_nodes);
  self->outcomes = g_new0 (EdgeOutcome, graph->edges->len);
  self->events = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < graph->n_nodes; i++)
    self->nodes[i].chosen = -1;
  return self;
}

void
reference_free (Reference *self)
{
  for (guint i = 0; i < self->graph->n_nodes; i++)
    {
      g_free (self->nodes[i].output);
      g_free (self->nodes[i].handed_on);
    }
  g_free (self->nodes);
  g_free (self->outcomes);
  g_ptr_array_unref (self->events);
  g_free (self);
}

static void
tell (Reference *self,
      const char *event,
      guint node)
{
  g_ptr_array_add (self->events, g_strdup_printf ("%s:n%u", event, node));
}

static gboolean
is_over (GraphbitNodeState state)
{
  return state == GRAPHBIT_NODE_STATE_COMPLETED || state == GRAPHBIT_NODE_STATE_FAILED || state == GRAPHBIT_NODE_STATE_SKIPPED;
}

/* “true”, “false”, or that it cannot be told. */
static EdgeOutcome
answer_ask (Reference *self,
            Ask ask,
            guint about)
{
  const char *output = self->nodes[about].output;
  const char *part;
  gboolean holds;

  switch (ask)
    {
    case ASK_TRUE:
      holds = TRUE;
      break;
    case ASK_FALSE:
      holds = FALSE;
      break;
    case ASK_THERE:
      holds = output != NULL;
      break;
    case ASK_ABSENT:
      holds = output == NULL;
      break;
    case ASK_EVEN:
      if (output == NULL)
        return EDGE_UNTOLD;
      /* the last line, if it looks like an output of ours */
      part = strrchr (output, '\n');
      part = part != NULL ? part + 1 : output;
      holds = strchr (part, ' ') == NULL && strchr (part, ':') != NULL &&
              strchr ("02468aceACE", part[strlen (part) - 1]) != NULL;
      break;
    case ASK_MORE:
    default:
      return EDGE_UNTOLD;
    }
  return holds ? EDGE_OPEN : EDGE_CLOSED;
}

/* The table of what successors see. */
static EdgeOutcome
decide_edge (Reference *self,
             guint edge)
{
  const GraphEdge *e = get_edge (self->graph, edge);
  const ReferenceNode *source = &self->nodes[e->source];
  const GraphNode *node = &self->graph->nodes[e->source];
  gboolean has_output = source->state == GRAPHBIT_NODE_STATE_COMPLETED ||
                        (source->state == GRAPHBIT_NODE_STATE_FAILED && node->on_error == GRAPHBIT_ON_ERROR_FALLBACK &&
                         source->is_tolerated);
  gboolean goes_on = has_output;

  if (source->state == GRAPHBIT_NODE_STATE_SKIPPED)
    return EDGE_CLOSED;

  if (has_output && is_condition (node) && source->chosen != (int) edge)
    return EDGE_CLOSED;
  if (source->state == GRAPHBIT_NODE_STATE_FAILED && node->on_error == GRAPHBIT_ON_ERROR_CONTINUE)
    goes_on = TRUE;

  switch (e->kind)
    {
    case GRAPHBIT_EDGE_KIND_DATA:
      return goes_on ? EDGE_OPEN : EDGE_CLOSED;
    case GRAPHBIT_EDGE_KIND_CONDITIONAL:
      return goes_on ? answer_ask (self, e->ask, e->about) : EDGE_CLOSED;
    case GRAPHBIT_EDGE_KIND_ERROR:
    default:
      return source->state == GRAPHBIT_NODE_STATE_FAILED && !has_output && node->on_error != GRAPHBIT_ON_ERROR_FALLBACK
               ? EDGE_OPEN
               : EDGE_CLOSED;
    }
}

/* What comes over the edges into it; NULL: nothing. */
static char *
get_input (Reference *self,
           guint node)
{
  GString *text = NULL;

  FOREACH (index, self->graph->in[node], i)
    {
      const GraphEdge *edge = get_edge (self->graph, index);
      const ReferenceNode *source = &self->nodes[edge->source];
      const char *part;

      if (self->outcomes[index] == EDGE_CLOSED)
        continue;
      if (edge->kind == GRAPHBIT_EDGE_KIND_ERROR)
        part = ANY_ERROR;
      else if (is_condition (&self->graph->nodes[edge->source]))
        part = source->handed_on;
      else
        part = source->output;

      if (part == NULL)
        continue;
      if (text == NULL)
        text = g_string_new (NULL);
      else
        g_string_append (text, "\n\n");
      g_string_append (text, part);
    }
  return text != NULL ? g_string_free (text, FALSE) : NULL;
}

static void
settle (Reference *self,
        guint node,
        GraphbitNodeState state,
        const char *event)
{
  self->nodes[node].state = state;
  self->nodes[node].deadline = 0;
  tell (self, event, node);
  FOREACH (edge, self->graph->out[node], i)
    self->outcomes[edge] = decide_edge (self, edge);
}

static gboolean
has_error_edge (Reference *self,
                guint node)
{
  FOREACH (edge, self->graph->out[node], i)
    if (get_edge (self->graph, edge)->kind == GRAPHBIT_EDGE_KIND_ERROR)
      return TRUE;
  return FALSE;
}

static char *
get_target_name (Reference *self,
                 int edge)
{
  return g_strdup_printf ("n%u", get_edge (self->graph, (guint) edge)->target);
}

static void
fail_node (Reference *self,
           guint node,
           gboolean is_final)
{
  const GraphNode *plan = &self->graph->nodes[node];
  ReferenceNode *record = &self->nodes[node];

  if (record->attempts <= plan->max_retries && !is_final && !self->is_failing)
    {
      record->state = GRAPHBIT_NODE_STATE_PENDING;
      record->deadline = 0;
      tell (self, "node_retrying", node);
      return;
    }

  switch (plan->on_error)
    {
    case GRAPHBIT_ON_ERROR_CONTINUE:
      record->is_tolerated = TRUE;
      break;
    case GRAPHBIT_ON_ERROR_FALLBACK:
      record->is_tolerated = !is_condition (plan) || plan->fallback >= 0;
      if (record->is_tolerated && is_condition (plan))
        {
          record->chosen = plan->fallback;
          record->output = get_target_name (self, plan->fallback);
        }
      else if (record->is_tolerated)
        record->output = g_strdup_printf ("f%u:%x", node, node);
      break;
    case GRAPHBIT_ON_ERROR_FAIL:
    default:
      record->is_tolerated = has_error_edge (self, node);
    }

  if (record->is_tolerated)
    self->has_warnings = TRUE;
  else
    self->is_failing = TRUE;
  settle (self, node, GRAPHBIT_NODE_STATE_FAILED, "node_failed");
}

static void
complete_node (Reference *self,
               guint node,
               char *output)
{
  self->nodes[node].output = output;
  settle (self, node, GRAPHBIT_NODE_STATE_COMPLETED, "node_completed");
}

static void
choose_edge (Reference *self,
             guint node,
             int edge)
{
  if (edge < 0)
    {
      fail_node (self, node, FALSE);
      return;
    }
  self->nodes[node].chosen = edge;
  complete_node (self, node, get_target_name (self, edge));
}

static void
start_node (Reference *self,
            guint node)
{
  const GraphNode *plan = &self->graph->nodes[node];
  ReferenceNode *record = &self->nodes[node];
  g_autofree char *input = get_input (self, node);
  EdgeOutcome asked;

  record->state = GRAPHBIT_NODE_STATE_RUNNING;
  record->attempts++;
  tell (self, "node_started", node);
  if (is_condition (plan))
    {
      g_free (record->handed_on);
      record->handed_on = g_strdup (input);
    }

  FOREACH (edge, self->graph->in[node], i)
    if (self->outcomes[edge] == EDGE_UNTOLD)
      {
        fail_node (self, node, TRUE);
        return;
      }

  switch (plan->work)
    {
    case WORK_RETURN:
      if (graph_node_fails (plan, record->attempts))
        fail_node (self, node, FALSE);
      else
        complete_node (self, node, graph_make_output (node, input));
      break;

    case WORK_WAIT:
      record->deadline = plan->timeout_ms > 0 ? self->now + (gint64) plan->timeout_ms * 1000 : 0;
      break;

    case WORK_UPPERCASE:
      complete_node (self, node, g_ascii_strup (input != NULL ? input : "", -1));
      break;

    case WORK_NO_MATCH:
      fail_node (self, node, FALSE);
      break;

    case WORK_CHOOSE:
      if (graph_node_fails (plan, record->attempts))
        fail_node (self, node, FALSE);
      else
        choose_edge (self, node, graph_choose (self->graph, node, input));
      break;

    case WORK_CHOOSE_BY_EXPRESSION:
    default:
      asked = answer_ask (self, plan->ask, plan->about);
      if (asked == EDGE_UNTOLD)
        fail_node (self, node, FALSE);
      else
        choose_edge (self, node, plan->branches[asked == EDGE_OPEN ? 0 : 1]);
    }
}

static gboolean
is_ready (Reference *self,
          guint node)
{
  if (self->nodes[node].state != GRAPHBIT_NODE_STATE_PENDING)
    return FALSE;
  FOREACH (edge, self->graph->in[node], i)
    if (!is_over (self->nodes[get_edge (self->graph, edge)->source].state))
      return FALSE;
  return TRUE;
}

static gboolean
is_reached (Reference *self,
            guint node)
{
  FOREACH (edge, self->graph->in[node], i)
    if (self->outcomes[edge] != EDGE_CLOSED)
      return TRUE;
  return self->graph->in[node]->len == 0;
}

/* The end: what runs is cancelled, what has not started is skipped. */
static void
finish (Reference *self,
        GraphbitRunState state,
        const char *event)
{
  for (guint i = 0; i < self->graph->n_nodes; i++)
    {
      if (self->nodes[i].state == GRAPHBIT_NODE_STATE_RUNNING)
        {
          self->nodes[i].state = GRAPHBIT_NODE_STATE_CANCELLED;
          tell (self, "node_failed", i);
        }
      else if (self->nodes[i].state == GRAPHBIT_NODE_STATE_PENDING)
        {
          self->nodes[i].state = GRAPHBIT_NODE_STATE_SKIPPED;
          tell (self, "node_skipped", i);
        }
    }
  self->state = state;
  g_ptr_array_add (self->events, g_strdup (event));
}

static void
go_on (Reference *self)
{
  gboolean is_running = FALSE, is_done = TRUE;
  guint node = 0;

  /* The first in the order of insertion, again and again. */
  while (node < self->graph->n_nodes && !self->is_failing)
    {
      if (!is_ready (self, node))
        {
          node++;
          continue;
        }
      if (is_reached (self, node))
        start_node (self, node);
      else
        settle (self, node, GRAPHBIT_NODE_STATE_SKIPPED, "node_skipped");
      node = 0;
    }

  for (guint i = 0; i < self->graph->n_nodes; i++)
    {
      is_running = is_running || self->nodes[i].state == GRAPHBIT_NODE_STATE_RUNNING;
      is_done = is_done && is_over (self->nodes[i].state);
    }

  if (self->is_failing && (self->graph->on_failure == GRAPHBIT_ON_FAILURE_CANCEL || !is_running))
    finish (self, GRAPHBIT_RUN_STATE_FAILED, "workflow_failed");
  else if (is_done)
    finish (self, GRAPHBIT_RUN_STATE_COMPLETED, "workflow_completed");
}

void
reference_start (Reference *self)
{
  self->state = GRAPHBIT_RUN_STATE_RUNNING;
  g_ptr_array_add (self->events, g_strdup ("workflow_started"));
  go_on (self);
}

void
reference_answer (Reference *self,
                  guint node)
{
  g_autofree char *input = get_input (self, node);

  if (graph_node_fails (&self->graph->nodes[node], self->nodes[node].attempts))
    fail_node (self, node, FALSE);
  else
    complete_node (self, node, graph_make_output (node, input));
  go_on (self);
}

void
reference_time_out (Reference *self,
                    guint node)
{
  self->now = self->nodes[node].deadline;
  fail_node (self, node, FALSE);
  go_on (self);
}

void
reference_cancel (Reference *self)
{
  finish (self, GRAPHBIT_RUN_STATE_CANCELLED, "workflow_cancelled");
}

void
reference_time_out_run (Reference *self)
{
  finish (self, GRAPHBIT_RUN_STATE_FAILED, "workflow_failed");
}
