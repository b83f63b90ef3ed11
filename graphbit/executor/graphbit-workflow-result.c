/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-workflow-result.h"

#include "graphbit-agent-report-private.h"
#include "graphbit-failure-private.h"
#include "graphbit-json-private.h"
#include "graphbit-llm-usage-private.h"
#include "graphbit-nest-private.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-run-private.h"

/**
 * GraphbitWorkflowResult:
 *
 * What came of a run.
 *
 * Exactly one of [method@WorkflowResult.is_success],
 * [method@WorkflowResult.is_failed] and [method@WorkflowResult.is_cancelled] is
 * %TRUE. A run that failed still has every output, usage and time that there is.
 *
 * Nodes are named by their id or, where only one node has it, their name. What
 * is inside of a node that runs a workflow is named by its path: `outer/inner`,
 * `map/3/inner` for the element that is counted 3, from 0, and `loop/1/inner` for
 * the first round. `map/3` and `loop/1` are the element and the round as a whole.
 *
 * A result never changes and may be used from any thread.
 *
 * Since: 1.0
 */
struct _GraphbitWorkflowResult
{
  GObject parent_instance;

  GraphbitScheduler *scheduler; /* a reference; it has ended */
};

G_DEFINE_FINAL_TYPE (GraphbitWorkflowResult, graphbit_workflow_result, G_TYPE_OBJECT)

static void
graphbit_workflow_result_finalize (GObject *object)
{
  GraphbitWorkflowResult *self = GRAPHBIT_WORKFLOW_RESULT (object);

  graphbit_operation_unref (self->scheduler);

  G_OBJECT_CLASS (graphbit_workflow_result_parent_class)->finalize (object);
}

static void
graphbit_workflow_result_class_init (GraphbitWorkflowResultClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graphbit_workflow_result_finalize;
}

static void
graphbit_workflow_result_init (GraphbitWorkflowResult *self)
{
}

GraphbitWorkflowResult *
graphbit_workflow_result_new (GraphbitScheduler *scheduler)
{
  GraphbitWorkflowResult *self = g_object_new (GRAPHBIT_TYPE_WORKFLOW_RESULT, NULL);

  self->scheduler = graphbit_operation_ref (scheduler);
  return self;
}

static int
find (GraphbitWorkflowResult *self,
      const char *id_or_name)
{
  return graphbit_run_names_find (self->scheduler->names, id_or_name);
}

/* Also inside. FALSE: there is no such node. */
static gboolean
find_path (GraphbitWorkflowResult *self,
           const char *path,
           GraphbitScheduler **scheduler,
           int *node)
{
  return graphbit_scheduler_find_path (self->scheduler, path, scheduler, node);
}

/* How the run ended. */

/**
 * graphbit_workflow_result_is_success:
 * @self: a result
 *
 * Tells whether every node completed, was skipped because other ways were
 * taken, or failed where the workflow's author said that it may;
 * [method@WorkflowResult.has_warnings] then tells that one did.
 *
 * Returns: whether the run succeeded
 *
 * Since: 1.0
 */
gboolean
graphbit_workflow_result_is_success (GraphbitWorkflowResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), FALSE);

  return graphbit_scheduler_get_state (self->scheduler) == GRAPHBIT_RUN_STATE_COMPLETED;
}

/**
 * graphbit_workflow_result_is_failed:
 * @self: a result
 *
 * Tells whether a node failed that was not allowed to, or time was up.
 *
 * Returns: whether the run failed
 *
 * Since: 1.0
 */
gboolean
graphbit_workflow_result_is_failed (GraphbitWorkflowResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), FALSE);

  return graphbit_scheduler_get_state (self->scheduler) == GRAPHBIT_RUN_STATE_FAILED;
}

/**
 * graphbit_workflow_result_is_cancelled:
 * @self: a result
 *
 * Tells whether the run was cancelled.
 *
 * Returns: whether it was
 *
 * Since: 1.0
 */
gboolean
graphbit_workflow_result_is_cancelled (GraphbitWorkflowResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), FALSE);

  return graphbit_scheduler_get_state (self->scheduler) == GRAPHBIT_RUN_STATE_CANCELLED;
}

/**
 * graphbit_workflow_result_has_warnings:
 * @self: a result
 *
 * Tells whether a node failed where the workflow's author said that it may.
 *
 * Returns: whether one did
 *
 * Since: 1.0
 */
gboolean
graphbit_workflow_result_has_warnings (GraphbitWorkflowResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), FALSE);

  return self->scheduler->has_warnings;
}

/**
 * graphbit_workflow_result_get_state:
 * @self: a result
 *
 * Gets how the run ended.
 *
 * Returns: %GRAPHBIT_RUN_STATE_COMPLETED, %GRAPHBIT_RUN_STATE_FAILED or
 *   %GRAPHBIT_RUN_STATE_CANCELLED
 *
 * Since: 1.0
 */
GraphbitRunState
graphbit_workflow_result_get_state (GraphbitWorkflowResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), GRAPHBIT_RUN_STATE_FAILED);

  return graphbit_scheduler_get_state (self->scheduler);
}

/**
 * graphbit_workflow_result_get_error:
 * @self: a result
 *
 * Gets why the run did not succeed: %GRAPHBIT_ERROR_NODE_FAILED, which names
 * the first node that failed and says why, %GRAPHBIT_ERROR_TIMEOUT or
 * %G_IO_ERROR_CANCELLED. [method@WorkflowResult.get_node_error] has the cause
 * with its own code.
 *
 * Returns: (transfer full) (nullable): the error, or %NULL if the run succeeded
 *
 * Since: 1.0
 */
GError *
graphbit_workflow_result_get_error (GraphbitWorkflowResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), NULL);

  return self->scheduler->error != NULL ? g_error_copy (self->scheduler->error) : NULL;
}

/**
 * graphbit_workflow_result_get_execution_time_ms:
 * @self: a result
 *
 * Gets how long the run took.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
gint64
graphbit_workflow_result_get_execution_time_ms (GraphbitWorkflowResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), 0);

  return (self->scheduler->ended - self->scheduler->started) / 1000;
}

/* Variables. */

/**
 * graphbit_workflow_result_get_variable:
 * @self: a result
 * @key: a variable's name
 *
 * Gets a variable: what a function of the workflow set, a node's output under
 * its [property@Node:output-name], an input of the run, or else a node's output
 * under its name.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL if there is none
 *
 * Since: 1.0
 */
char *
graphbit_workflow_result_get_variable (GraphbitWorkflowResult *self,
                                       const char *key)
{
  const char *value;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), NULL);
  g_return_val_if_fail (key != NULL, NULL);

  value = graphbit_variables_lookup (&self->scheduler->variables, key);
  if (value == NULL)
    value = graphbit_variables_lookup (&self->scheduler->inputs, key);
  if (value == NULL)
    value = graphbit_workflow_result_get_node_output (self, key);
  return g_strdup (value);
}

typedef void (*PairFunc) (const char *name, const char *value, gpointer data);

/* Inputs, variables, and outputs under the names of their nodes; each name once. */
static void
foreach_variable (GraphbitWorkflowResult *self,
                  PairFunc func,
                  gpointer data)
{
  GraphbitScheduler *scheduler = self->scheduler;

  for (guint i = 0; i < graphbit_variables_get_size (&scheduler->inputs); i++)
    {
      const GraphbitVariable *input = graphbit_variables_get (&scheduler->inputs, i);

      if (graphbit_variables_lookup (&scheduler->variables, input->name) == NULL)
        func (input->name, input->value, data);
    }
  for (guint i = 0; i < graphbit_variables_get_size (&scheduler->variables); i++)
    {
      const GraphbitVariable *variable = graphbit_variables_get (&scheduler->variables, i);

      func (variable->name, variable->value, data);
    }
  for (guint i = 0; i < scheduler->n_nodes; i++)
    {
      const char *name = scheduler->names->nodes[i].name;
      const char *output = graphbit_scheduler_get_output (scheduler, i);

      if (output != NULL && find (self, name) == (int) i &&
          graphbit_variables_lookup (&scheduler->variables, name) == NULL &&
          graphbit_variables_lookup (&scheduler->inputs, name) == NULL)
        func (name, output, data);
    }
}

static void
foreach_output (GraphbitWorkflowResult *self,
                PairFunc func,
                gpointer data)
{
  GraphbitScheduler *scheduler = self->scheduler;

  for (guint i = 0; i < scheduler->n_nodes; i++)
    {
      const GraphbitNodeNames *names = &scheduler->names->nodes[i];
      const char *output = graphbit_scheduler_get_output (scheduler, i);

      if (output == NULL)
        continue;
      func (names->id, output, data);
      if (!g_str_equal (names->id, names->name) && find (self, names->name) == (int) i)
        func (names->name, output, data);
    }
}

static void
add_entry (const char *name,
           const char *value,
           gpointer data)
{
  g_variant_builder_add (data, "{ss}", name, value);
}

static void
add_tuple (const char *name,
           const char *value,
           gpointer data)
{
  g_variant_builder_add (data, "(ss)", name, value);
}

static void
write_member (const char *name,
              const char *value,
              gpointer data)
{
  graphbit_json_writer_string_member (data, name, value);
}

/**
 * graphbit_workflow_result_get_all_variables:
 * @self: a result
 *
 * Gets all that [method@WorkflowResult.get_variable] finds, but ids.
 *
 * Returns: (transfer full): a dictionary of type `a{ss}`
 *
 * Since: 1.0
 */
GVariant *
graphbit_workflow_result_get_all_variables (GraphbitWorkflowResult *self)
{
  GVariantBuilder builder;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  foreach_variable (self, add_entry, &builder);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/**
 * graphbit_workflow_result_variables:
 * @self: a result
 *
 * Gets the variables in their order: inputs, what was set in the course of the
 * run, outputs.
 *
 * Returns: (transfer full): an array of type `a(ss)`
 *
 * Since: 1.0
 */
GVariant *
graphbit_workflow_result_variables (GraphbitWorkflowResult *self)
{
  GVariantBuilder builder;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ss)"));
  foreach_variable (self, add_tuple, &builder);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/* Nodes. */

/**
 * graphbit_workflow_result_get_node_output:
 * @self: a result
 * @id_or_name: a node, or a path to one inside
 *
 * Gets the output of a node: the text as it came, or the fallback of a node
 * that failed and has one.
 *
 * Returns: (nullable): the output, or %NULL if there is none
 *
 * Since: 1.0
 */
const char *
graphbit_workflow_result_get_node_output (GraphbitWorkflowResult *self,
                                          const char *id_or_name)
{
  GraphbitScheduler *scheduler;
  int node;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), NULL);
  g_return_val_if_fail (id_or_name != NULL, NULL);

  if (!find_path (self, id_or_name, &scheduler, &node))
    return NULL;
  if (node >= 0)
    return graphbit_scheduler_get_output (scheduler, (guint) node);
  return graphbit_scheduler_get_state (scheduler) == GRAPHBIT_RUN_STATE_COMPLETED
           ? graphbit_inner_run_get_output ((GraphbitInnerRun *) scheduler)
           : NULL;
}

/**
 * graphbit_workflow_result_get_all_node_outputs:
 * @self: a result
 *
 * Gets the outputs of all nodes that have one, each under the node's id and, if
 * no other node has it, its name.
 *
 * Returns: (transfer full): a dictionary of type `a{ss}`
 *
 * Since: 1.0
 */
GVariant *
graphbit_workflow_result_get_all_node_outputs (GraphbitWorkflowResult *self)
{
  GVariantBuilder builder;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  foreach_output (self, add_entry, &builder);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

char *
graphbit_workflow_result_dup_outputs_json (GraphbitWorkflowResult *self)
{
  GString *text = g_string_new (NULL);
  GraphbitJsonWriter writer;

  graphbit_json_writer_init (&writer, text);
  graphbit_json_writer_begin_object (&writer);
  foreach_output (self, write_member, &writer);
  graphbit_json_writer_end_object (&writer);
  return g_string_free (text, FALSE);
}

/**
 * graphbit_workflow_result_get_node_output_json:
 * @self: a result
 * @id_or_name: a node, or a path to one inside
 *
 * Gets the output of a node as JSON, if it is some.
 *
 * Returns: (transfer full) (nullable): the value, or %NULL if there is no
 *   output or it is no JSON
 *
 * Since: 1.0
 */
JsonNode *
graphbit_workflow_result_get_node_output_json (GraphbitWorkflowResult *self,
                                               const char *id_or_name)
{
  const char *output;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), NULL);
  g_return_val_if_fail (id_or_name != NULL, NULL);

  output = graphbit_workflow_result_get_node_output (self, id_or_name);
  return output != NULL ? graphbit_json_parse (output, -1, NULL) : NULL;
}

/**
 * graphbit_workflow_result_get_node_error:
 * @self: a result
 * @id_or_name: a node, or a path to one inside
 *
 * Gets why a node failed, with its own code;
 * [func@ErrorDetails.from_error] has what a provider said about it.
 *
 * Returns: (transfer full) (nullable): the error, or %NULL if the node did not
 *   fail
 *
 * Since: 1.0
 */
GError *
graphbit_workflow_result_get_node_error (GraphbitWorkflowResult *self,
                                         const char *id_or_name)
{
  GraphbitScheduler *scheduler;
  const GError *found;
  GError *error;
  int node;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), NULL);
  g_return_val_if_fail (id_or_name != NULL, NULL);

  if (!find_path (self, id_or_name, &scheduler, &node))
    return NULL;
  found = node >= 0 ? scheduler->records[node].error : scheduler->error;
  if (found == NULL)
    return NULL;

  error = g_error_copy (found);
  graphbit_error_hand_out (&error);
  return error;
}

static void
write_node (GraphbitScheduler *scheduler,
            guint node,
            GraphbitJsonWriter *writer)
{
  const GraphbitNodeRecord *record = &scheduler->records[node];
  const GraphbitNodeMetadata *metadata = scheduler->metadata != NULL ? &scheduler->metadata[node] : NULL;
  const GraphbitNodeNames *names = &scheduler->names->nodes[node];
  g_autofree char *type = g_strdup (graphbit_node_kind_get_name (names->kind));
  static const char *const states[] = { "pending", "running", "completed", "failed", "skipped", "cancelled" };

  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_string_member (writer, "node_id", names->id);
  graphbit_json_writer_string_member (writer, "node_name", names->name);
  type[0] = g_ascii_toupper (type[0]);
  graphbit_json_writer_string_member (writer, "node_type", type);
  graphbit_json_writer_string_member (writer, "state", states[record->state]);
  graphbit_json_writer_boolean_member (writer, "success", record->state == GRAPHBIT_NODE_STATE_COMPLETED);
  graphbit_json_writer_string_member (writer, "error", record->error != NULL ? record->error->message : NULL);
  graphbit_json_writer_string_member (writer, "final_output", graphbit_scheduler_get_output (scheduler, node));
  graphbit_json_writer_int64_member (writer, "attempts", record->attempts);
  if (metadata != NULL && metadata->started != 0 && metadata->ended != 0)
    {
      graphbit_time_member (writer, "start_time", metadata->started + scheduler->wall_offset);
      graphbit_time_member (writer, "end_time", metadata->ended + scheduler->wall_offset);
      graphbit_json_writer_int64_member (writer, "duration_ms", (metadata->ended - metadata->started) / 1000);
    }
  if (metadata != NULL && metadata->report != NULL)
    graphbit_agent_report_write (metadata->report, writer, scheduler->wall_offset);
  graphbit_json_writer_end_object (writer);
}

static GVariant *
json_to_variant (JsonNode *node)
{
  const char *string;
  gint64 integer;
  double number;
  gboolean boolean;

  switch (graphbit_json_get_kind (node))
    {
    case GRAPHBIT_JSON_KIND_OBJECT:
      {
        GVariantBuilder builder;
        GraphbitJsonMembers members;
        const char *name;
        JsonNode *value;

        g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
        graphbit_json_members_init (&members, node);
        while (graphbit_json_members_next (&members, &name, &value))
          g_variant_builder_add (&builder, "{sv}", name, json_to_variant (value));
        return g_variant_builder_end (&builder);
      }

    case GRAPHBIT_JSON_KIND_ARRAY:
      {
        GVariantBuilder builder;

        g_variant_builder_init (&builder, G_VARIANT_TYPE ("av"));
        for (guint i = 0; i < graphbit_json_get_size (node); i++)
          g_variant_builder_add (&builder, "v", json_to_variant (graphbit_json_get_element (node, i)));
        return g_variant_builder_end (&builder);
      }

    case GRAPHBIT_JSON_KIND_STRING:
      if (graphbit_json_get_string (node, NULL, &string))
        return g_variant_new_string (string);
      break;

    case GRAPHBIT_JSON_KIND_NUMBER:
      if (graphbit_json_is_integer (node) && graphbit_json_get_int64 (node, NULL, &integer))
        return g_variant_new_int64 (integer);
      if (graphbit_json_get_double (node, NULL, &number))
        return g_variant_new_double (number);
      break;

    case GRAPHBIT_JSON_KIND_BOOLEAN:
      if (graphbit_json_get_boolean (node, NULL, &boolean))
        return g_variant_new_boolean (boolean);
      break;

    case GRAPHBIT_JSON_KIND_NULL:
    case GRAPHBIT_JSON_KIND_NONE:
    default:
      break;
    }
  return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);
}

/**
 * graphbit_workflow_result_get_node_response_metadata:
 * @self: a result
 * @id_or_name: a node, or a path to one inside
 *
 * Gets what is known about the work of a node: `node_id`, `node_name`,
 * `node_type`, `state`, `success`, `error`, `final_output`, `attempts`,
 * `start_time`, `end_time`, `duration_ms`, and of an agent also `user_input`
 * and `system_prompt` (as they were sent), `provider`, `model`, `options` (those
 * that were set), `tools_available`, `total_tools_available`, `total_iterations`
 * (rounds after the first), `max_iterations`, `exit_reason`, `total_usage`,
 * `total_tool_calls`, `tools_used`, `total_retries` and `executions`, one entry
 * for each model call and tool call in their order. An entry has `type`
 * (`llm_call` or `tool_call`), `id`, `output`, `success`, `error`, `start_time`,
 * `end_time` and `retries`, one entry for each attempt after the first; of a
 * model call `model` (the one that answered), `provider`, `messages` (those that
 * the call before did not have), `input` (their text), `finish_reason`,
 * `tool_calls`, `duration_ms` and `usage`; of a tool call `tool_name`,
 * `parameters` and `latency_ms`.
 *
 * Integers are 64-bit, lists of type `av`, what is not known is an empty `mv`.
 *
 * Returns: (transfer full) (nullable): a dictionary of type `a{sv}`; %NULL if
 *   the node was never started or the run was lightweight
 *
 * Since: 1.0
 */
GVariant *
graphbit_workflow_result_get_node_response_metadata (GraphbitWorkflowResult *self,
                                                     const char *id_or_name)
{
  g_autoptr (GString) text = NULL;
  g_autoptr (JsonNode) root = NULL;
  GraphbitJsonWriter writer;
  GraphbitScheduler *scheduler;
  int node;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), NULL);
  g_return_val_if_fail (id_or_name != NULL, NULL);

  if (!find_path (self, id_or_name, &scheduler, &node) || node < 0 ||
      scheduler->settings.is_lightweight || scheduler->records[node].attempts == 0)
    return NULL;

  text = g_string_new (NULL);
  graphbit_json_writer_init (&writer, text);
  write_node (scheduler, (guint) node, &writer);
  root = graphbit_json_parse (text->str, (gssize) text->len, NULL);
  return root != NULL ? g_variant_ref_sink (json_to_variant (root)) : NULL;
}

/**
 * graphbit_workflow_result_get_usage:
 * @self: a result
 *
 * Gets what all model calls of the run used together, those of failed nodes
 * among them, as far as the providers told.
 *
 * Returns: (transfer full) (nullable): the usage, or %NULL if nothing was told
 *
 * Since: 1.0
 */
GraphbitLlmUsage *
graphbit_workflow_result_get_usage (GraphbitWorkflowResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), NULL);

  return graphbit_llm_usage_new_from_counts (&self->scheduler->models->usage);
}

static void
write_summary (GraphbitScheduler *scheduler,
               GraphbitJsonWriter *writer)
{
  const char *final_output = NULL;
  const GraphbitNodeMetadata *first = NULL, *last = NULL;
  guint n_tool_calls = 0;

  for (guint i = 0; scheduler->metadata != NULL && i < scheduler->n_nodes; i++)
    {
      const GraphbitNodeMetadata *metadata = &scheduler->metadata[i];
      const char *output = graphbit_scheduler_get_output (scheduler, i);

      if (output != NULL && (last == NULL || metadata->started >= last->started))
        {
          last = metadata;
          final_output = output;
        }
      if (metadata->report == NULL)
        continue;
      n_tool_calls += metadata->report->n_tool_calls;
      if (first == NULL || metadata->started < first->started)
        first = metadata;
    }

  graphbit_json_writer_name (writer, "total_tool_calls");
  if (scheduler->metadata != NULL)
    graphbit_json_writer_int64 (writer, n_tool_calls);
  else
    graphbit_json_writer_null (writer);
  graphbit_json_writer_string_member (writer, "user_input", first != NULL ? first->report->prompt : NULL);
  graphbit_json_writer_string_member (writer, "final_output", final_output);
}

/**
 * graphbit_workflow_result_to_json:
 * @self: a result
 *
 * Gets the whole result as one JSON object: `run_id`, `workflow_id`,
 * `workflow_name`, `start_time`, `end_time`, `duration_ms`, `workflow_state`
 * (`completed`, `failed` or `cancelled`), `has_warnings`, `error`,
 * `variables`, `outputs`, `nodes` (as in
 * [method@WorkflowResult.get_node_response_metadata]), `total_usage`,
 * `total_tool_calls`, `user_input` (of the agent that started first) and
 * `final_output` (of the node that started last). The last three are null
 * where the run was lightweight.
 *
 * Returns: (transfer full): JSON text
 *
 * Since: 1.0
 */
char *
graphbit_workflow_result_to_json (GraphbitWorkflowResult *self)
{
  GraphbitScheduler *scheduler;
  GraphbitRunState state;
  GraphbitJsonWriter writer;
  GString *text;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), NULL);

  scheduler = self->scheduler;
  state = graphbit_scheduler_get_state (scheduler);
  text = g_string_new (NULL);
  graphbit_json_writer_init (&writer, text);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, "run_id", graphbit_scheduler_get_id (scheduler));
  graphbit_json_writer_string_member (&writer, "workflow_id", scheduler->names->workflow_id);
  graphbit_json_writer_string_member (&writer, "workflow_name", scheduler->names->workflow_name);
  graphbit_time_member (&writer, "start_time", scheduler->started + scheduler->wall_offset);
  graphbit_time_member (&writer, "end_time", scheduler->ended + scheduler->wall_offset);
  graphbit_json_writer_int64_member (&writer, "duration_ms", (scheduler->ended - scheduler->started) / 1000);
  graphbit_json_writer_string_member (&writer, "workflow_state",
                                      state == GRAPHBIT_RUN_STATE_COMPLETED ? "completed" :
                                      state == GRAPHBIT_RUN_STATE_FAILED    ? "failed" :
                                                                              "cancelled");
  graphbit_json_writer_boolean_member (&writer, "has_warnings", scheduler->has_warnings);
  graphbit_json_writer_string_member (&writer, "error", scheduler->error != NULL ? scheduler->error->message : NULL);

  graphbit_json_writer_name (&writer, "variables");
  graphbit_json_writer_begin_object (&writer);
  foreach_variable (self, write_member, &writer);
  graphbit_json_writer_end_object (&writer);

  graphbit_json_writer_name (&writer, "outputs");
  graphbit_json_writer_begin_object (&writer);
  foreach_output (self, write_member, &writer);
  graphbit_json_writer_end_object (&writer);

  graphbit_json_writer_name (&writer, "nodes");
  graphbit_json_writer_begin_array (&writer);
  for (guint i = 0; i < scheduler->n_nodes; i++)
    write_node (scheduler, i, &writer);
  graphbit_json_writer_end_array (&writer);

  graphbit_json_writer_name (&writer, "total_usage");
  graphbit_usage_counts_write (&scheduler->models->usage, &writer);
  write_summary (scheduler, &writer);
  graphbit_json_writer_end_object (&writer);
  return g_string_free (text, FALSE);
}

/**
 * graphbit_workflow_result_to_dot:
 * @self: a result
 *
 * Draws the workflow as it ended for Graphviz, each node with its state, in
 * words and in colour.
 *
 * Returns: (transfer full): a graph in the language DOT
 *
 * Since: 1.0
 */
char *
graphbit_workflow_result_to_dot (GraphbitWorkflowResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), NULL);

  return graphbit_scheduler_to_dot (self->scheduler);
}

/**
 * graphbit_workflow_result_to_mermaid:
 * @self: a result
 *
 * Draws the workflow as it ended for Mermaid, each node with its state, in
 * words and in colour.
 *
 * Returns: (transfer full): a flowchart in the language of Mermaid
 *
 * Since: 1.0
 */
char *
graphbit_workflow_result_to_mermaid (GraphbitWorkflowResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_RESULT (self), NULL);

  return graphbit_scheduler_to_mermaid (self->scheduler);
}
