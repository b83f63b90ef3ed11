/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-runner-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-call-private.h"
#include "graphbit-clock-private.h"
#include "graphbit-error.h"
#include "graphbit-join-node.h"
#include "graphbit-json-private.h"
#include "graphbit-json-writer-private.h"
#include "graphbit-nest-private.h"
#include "graphbit-node-call-private.h"
#include "graphbit-node-private.h"
#include "graphbit-output-private.h"
#include "graphbit-transform-private.h"

/* Up to here the inputs of a node are collected on the stack. */
#define FEW_INPUTS 16

static void
on_node_answered (GraphbitOperation *operation,
                  gpointer data,
                  gpointer value,
                  GError *error)
{
  GraphbitScheduler *scheduler = (GraphbitScheduler *) operation;
  guint node = GPOINTER_TO_UINT (data);
  GraphbitCallTicket *ticket = g_steal_pointer (&scheduler->records[node].work);

  graphbit_call_close (&ticket, FALSE);
  graphbit_scheduler_end_node (scheduler, node, value, error, FALSE);
}

gint64
graphbit_runner_get_deadline (GraphbitScheduler *scheduler,
                              guint node)
{
  guint timeout_ms = scheduler->nodes[node].timeout_ms;
  gint64 limit = graphbit_scheduler_get_limit (scheduler);

  if (timeout_ms == 0)
    return limit;
  return MIN (limit, graphbit_clock_now () + (gint64) timeout_ms * 1000);
}

/* Function nodes, and conditions without an expression: its settings come first in theirs. */
static gboolean
run_function (GraphbitScheduler *scheduler,
              guint node,
              char **output,
              GError **error)
{
  const GraphbitPlanFunction *settings = scheduler->nodes[node].settings;
  GraphbitWorkflowContext *context = graphbit_scheduler_make_context (scheduler, node);
  g_autoptr (GraphbitNodeCall) call = NULL;
  GraphbitCallTicket *ticket;
  gboolean will_answer;

  if (settings->closure != NULL)
    {
      scheduler->root->user_depth++;
      *output = graphbit_closure_invoke (settings->closure, context, error);
      scheduler->root->user_depth--;
      g_object_unref (context);
      return TRUE;
    }

  call = graphbit_node_call_new (context);
  g_object_unref (context);
  scheduler->records[node].work =
    graphbit_call_open (GRAPHBIT_CALL (call), scheduler, on_node_answered, GUINT_TO_POINTER (node),
                        GRAPHBIT_ERROR_NODE_FAILED, graphbit_runner_get_deadline (scheduler, node));

  scheduler->root->user_depth++;
  will_answer = graphbit_node_emit_call (settings->node, call);
  scheduler->root->user_depth--;
  if (scheduler->is_ended)
    return FALSE;

  /* Answered at once it goes on at once, as after a function. */
  if (will_answer || graphbit_call_get_is_answered (GRAPHBIT_CALL (call)))
    return graphbit_call_take ((GraphbitCallTicket **) &scheduler->records[node].work, (gpointer *) output, error);

  ticket = g_steal_pointer (&scheduler->records[node].work);
  graphbit_call_close (&ticket, FALSE);
  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED,
               _("Nothing answers calls of the node “%s”; give it a function or connect to its “call” signal"),
               scheduler->nodes[node].name);
  return TRUE;
}

static gboolean
run_condition (GraphbitScheduler *scheduler,
               guint node,
               char **output,
               GError **error)
{
  const GraphbitPlanCondition *settings = scheduler->nodes[node].settings;

  if (settings->expression == NULL)
    return run_function (scheduler, node, output, error);

  *output = graphbit_expression_evaluate (settings->expression, graphbit_scheduler_resolve_value, scheduler, error);
  return TRUE;
}

static void
stop_function (GraphbitScheduler *scheduler,
               guint node)
{
  GraphbitCallTicket *ticket = g_steal_pointer (&scheduler->records[node].work);

  if (ticket != NULL)
    graphbit_call_close (&ticket, TRUE);
}

/* What came to a node, in the order of connection. */
typedef struct
{
  const char *few[FEW_INPUTS];
  const char **texts;
  guint32 few_edges[FEW_INPUTS];
  guint32 *edges; /* that brought them */
  guint n;
} Inputs;

static void
inputs_collect (Inputs *self,
                GraphbitScheduler *scheduler,
                guint node)
{
  const GraphbitPlanNode *plan_node = &scheduler->nodes[node];

  self->n = 0;
  self->texts = self->few;
  self->edges = self->few_edges;
  if (plan_node->n_in > FEW_INPUTS)
    {
      self->texts = g_new (const char *, plan_node->n_in);
      self->edges = g_new (guint32, plan_node->n_in);
    }

  for (guint32 i = 0; i < plan_node->n_in; i++)
    {
      const char *input = graphbit_scheduler_get_input (scheduler, plan_node->in[i]);

      if (input == NULL)
        continue;
      self->texts[self->n] = input;
      self->edges[self->n++] = plan_node->in[i];
    }
}

static void
inputs_clear (Inputs *self)
{
  if (self->texts == self->few)
    return;

  g_free (self->texts);
  g_free (self->edges);
}

char *
graphbit_runner_dup_input (GraphbitScheduler *scheduler,
                           guint node)
{
  Inputs inputs;
  char *text;

  inputs_collect (&inputs, scheduler, node);
  text = graphbit_output_join (inputs.texts, inputs.n);
  inputs_clear (&inputs);
  return text;
}

static gboolean
run_transform (GraphbitScheduler *scheduler,
               guint node,
               char **output,
               GError **error)
{
  g_autoptr (GPtrArray) unresolved = NULL;
  Inputs inputs;

  inputs_collect (&inputs, scheduler, node);
  *output = graphbit_transform_apply (scheduler->nodes[node].settings, inputs.texts, inputs.n,
                                      graphbit_scheduler_resolve, scheduler, &unresolved, error);
  inputs_clear (&inputs);
  if (*output == NULL && unresolved != NULL)
    graphbit_scheduler_set_unresolved (scheduler, node, unresolved, error);
  return TRUE;
}

static gboolean
run_split (GraphbitScheduler *scheduler,
           guint node,
           char **output,
           GError **error)
{
  const GraphbitPlanSplit *settings = scheduler->nodes[node].settings;
  g_autofree char *text = graphbit_runner_dup_input (scheduler, node);
  g_autoptr (JsonNode) root = settings->separator == NULL ? graphbit_json_parse (text, -1, NULL) : NULL;

  if (graphbit_json_get_kind (root) == GRAPHBIT_JSON_KIND_ARRAY)
    *output = g_steal_pointer (&text);
  else
    *output = graphbit_output_split (text, settings->separator);
  return TRUE;
}

/* As part of a JSON document. */
static void
write_value (GraphbitJsonWriter *writer,
             const char *text)
{
  g_autoptr (JsonNode) root = NULL;
  GraphbitJsonKind kind;

  root = graphbit_json_parse (text, -1, NULL);
  kind = graphbit_json_get_kind (root);
  if (kind == GRAPHBIT_JSON_KIND_ARRAY || kind == GRAPHBIT_JSON_KIND_OBJECT)
    graphbit_json_writer_raw (writer, text, -1);
  else
    graphbit_json_writer_string (writer, text);
}

static char *
join_to_list (const Inputs *inputs)
{
  GString *json = g_string_new (NULL);
  GraphbitJsonWriter writer;

  graphbit_json_writer_init (&writer, json);
  graphbit_json_writer_begin_array (&writer);
  for (guint i = 0; i < inputs->n; i++)
    write_value (&writer, inputs->texts[i]);
  graphbit_json_writer_end_array (&writer);
  return g_string_free (json, FALSE);
}

static char *
join_to_object (const Inputs *inputs,
                GraphbitScheduler *scheduler)
{
  GString *json = g_string_new (NULL);
  GraphbitJsonWriter writer;
  guint32 last = G_MAXUINT32;

  graphbit_json_writer_init (&writer, json);
  graphbit_json_writer_begin_object (&writer);
  for (guint i = 0; i < inputs->n; i++)
    {
      guint32 source = scheduler->edges[inputs->edges[i]].source;

      /* by two kinds of edge */
      if (source == last)
        continue;
      last = source;
      graphbit_json_writer_name (&writer, scheduler->nodes[source].name);
      write_value (&writer, inputs->texts[i]);
    }
  graphbit_json_writer_end_object (&writer);
  return g_string_free (json, FALSE);
}

static gboolean
run_join (GraphbitScheduler *scheduler,
          guint node,
          char **output,
          GError **error)
{
  const GraphbitPlanJoin *settings = scheduler->nodes[node].settings;
  Inputs inputs;

  inputs_collect (&inputs, scheduler, node);
  switch ((GraphbitJoinMode) settings->mode)
    {
    case GRAPHBIT_JOIN_MODE_LIST:
      *output = join_to_list (&inputs);
      break;

    case GRAPHBIT_JOIN_MODE_OBJECT:
      *output = join_to_object (&inputs, scheduler);
      break;

    case GRAPHBIT_JOIN_MODE_FIRST:
      if (inputs.n > 0)
        *output = g_strdup (inputs.texts[0]);
      else
        g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED,
                     _("Nothing came to the node “%s” that could be the first"), scheduler->nodes[node].name);
      break;

    case GRAPHBIT_JOIN_MODE_TEMPLATE:
      *output = graphbit_scheduler_expand (scheduler, node, settings->template_, error);
      break;

    case GRAPHBIT_JOIN_MODE_CONCAT:
    default:
      *output = graphbit_output_join_with (inputs.texts, inputs.n, settings->separator);
    }
  inputs_clear (&inputs);
  return TRUE;
}

static void
on_delay_over (GraphbitOperation *operation,
               gpointer data)
{
  GraphbitScheduler *scheduler = (GraphbitScheduler *) operation;
  guint node = GPOINTER_TO_UINT (data);
  GraphbitTimeout *timeout = g_steal_pointer (&scheduler->records[node].work);

  graphbit_timeout_clear (&timeout);
  graphbit_scheduler_end_node (scheduler, node, graphbit_runner_dup_input (scheduler, node), NULL, FALSE);
}

static gboolean
run_delay (GraphbitScheduler *scheduler,
           guint node,
           char **output,
           GError **error)
{
  const GraphbitPlanDelay *settings = scheduler->nodes[node].settings;

  if (settings->delay_ms == 0)
    {
      *output = graphbit_runner_dup_input (scheduler, node);
      return TRUE;
    }

  scheduler->records[node].work =
    graphbit_timeout_new (scheduler, graphbit_clock_now () + (gint64) settings->delay_ms * 1000,
                          on_delay_over, GUINT_TO_POINTER (node));
  return FALSE;
}

static void
stop_delay (GraphbitScheduler *scheduler,
            guint node)
{
  GraphbitTimeout *timeout = g_steal_pointer (&scheduler->records[node].work);

  graphbit_timeout_clear (&timeout);
}

const GraphbitRunner graphbit_runners[] = {
  [GRAPHBIT_NODE_KIND_AGENT] = { graphbit_runner_run_agent, graphbit_runner_stop_agent, NULL },
  [GRAPHBIT_NODE_KIND_CONDITION] = { run_condition, stop_function, NULL },
  [GRAPHBIT_NODE_KIND_FUNCTION] = { run_function, stop_function, NULL },
  [GRAPHBIT_NODE_KIND_TRANSFORM] = { run_transform, NULL, NULL },
  [GRAPHBIT_NODE_KIND_MAP] = { graphbit_nest_run, graphbit_nest_stop, graphbit_nest_go_on },
  [GRAPHBIT_NODE_KIND_LOOP] = { graphbit_nest_run, graphbit_nest_stop, graphbit_nest_go_on },
  [GRAPHBIT_NODE_KIND_WORKFLOW] = { graphbit_nest_run, graphbit_nest_stop, graphbit_nest_go_on },
  [GRAPHBIT_NODE_KIND_SPLIT] = { run_split, NULL, NULL },
  [GRAPHBIT_NODE_KIND_JOIN] = { run_join, NULL, NULL },
  [GRAPHBIT_NODE_KIND_DELAY] = { run_delay, stop_delay, NULL },
  [GRAPHBIT_NODE_KIND_HTTP] = { graphbit_runner_run_http, graphbit_runner_stop_http, NULL },
  [GRAPHBIT_NODE_KIND_APPROVAL] = { graphbit_runner_run_approval, graphbit_runner_stop_approval, NULL },
};
