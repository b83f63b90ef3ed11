/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-event-table-private.h"

#include "graphbit-error.h"
#include "graphbit-json-writer-private.h"

const GraphbitEventFieldRow graphbit_event_fields[GRAPHBIT_EVENT_N_FIELDS] = {
  [GRAPHBIT_EVENT_FIELD_TIME] = { "time", FALSE, "when it happened, RFC 3339 in UTC" },
  [GRAPHBIT_EVENT_FIELD_CATEGORY] = { "category", FALSE, "what it is about: workflow, node, approval, llm or tool" },
  [GRAPHBIT_EVENT_FIELD_PHASE] = { "phase", FALSE, "where in the life of that it is" },
  [GRAPHBIT_EVENT_FIELD_SEQUENCE] = { "sequence", TRUE, "its number in the run, counted from 1" },
  [GRAPHBIT_EVENT_FIELD_RUN_ID] = { "run_id", FALSE, "the run's id" },
  [GRAPHBIT_EVENT_FIELD_PATH] = { "path", FALSE, "ids of the nodes from the outermost workflow inward, with / between; empty for the workflow itself" },
  [GRAPHBIT_EVENT_FIELD_SCHEMA_VERSION] = { "schema_version", TRUE, "the version of this schema" },
  [GRAPHBIT_EVENT_FIELD_WORKFLOW_ID] = { "workflow_id", FALSE, "the workflow's id" },
  [GRAPHBIT_EVENT_FIELD_WORKFLOW_NAME] = { "workflow_name", FALSE, "the workflow's name" },
  [GRAPHBIT_EVENT_FIELD_TOTAL_NODES] = { "total_nodes", TRUE, "how many nodes it has" },
  [GRAPHBIT_EVENT_FIELD_NODE_ID] = { "node_id", FALSE, "the node's id" },
  [GRAPHBIT_EVENT_FIELD_NODE_NAME] = { "node_name", FALSE, "the node's name" },
  [GRAPHBIT_EVENT_FIELD_QUESTION] = { "question", FALSE, "what the person is asked" },
  [GRAPHBIT_EVENT_FIELD_LLM_CALL_ID] = { "llm_call_id", FALSE, "the same for all events of one exchange with a model" },
  [GRAPHBIT_EVENT_FIELD_ITERATION] = { "iteration", TRUE, "the agent's round, counted from 1" },
  [GRAPHBIT_EVENT_FIELD_MODEL] = { "model", FALSE, "the model" },
  [GRAPHBIT_EVENT_FIELD_FINISH_REASON] = { "finish_reason", FALSE, "why the answer ended" },
  [GRAPHBIT_EVENT_FIELD_TOOL_NAME] = { "tool_name", FALSE, "the tool's name" },
  [GRAPHBIT_EVENT_FIELD_TOOL_CALL_ID] = { "tool_call_id", FALSE, "the id that the model gave the call" },
  [GRAPHBIT_EVENT_FIELD_PARAMETERS] = { "parameters", FALSE, "the arguments, JSON text" },
  [GRAPHBIT_EVENT_FIELD_CONTENT] = { "content", FALSE, "a piece of the answer" },
  [GRAPHBIT_EVENT_FIELD_OUTPUT] = { "output", FALSE, "what came out" },
  [GRAPHBIT_EVENT_FIELD_ATTEMPT] = { "attempt", TRUE, "which attempt failed, counted from 1" },
  [GRAPHBIT_EVENT_FIELD_REASON] = { "reason", FALSE, "why it will not run: branch, failure or cancelled" },
  [GRAPHBIT_EVENT_FIELD_ERROR] = { "error", FALSE, "what went wrong" },
  [GRAPHBIT_EVENT_FIELD_ERROR_TYPE] = { "error_type", FALSE, "timeout_error, connection_error, permission_error, value_error, cancelled_error or runtime_error" },
  [GRAPHBIT_EVENT_FIELD_DURATION_MS] = { "duration_ms", TRUE, "how long it took, in milliseconds" },
  [GRAPHBIT_EVENT_FIELD_RESULT] = { "result", FALSE, "the result of the run, JSON text" },
  [GRAPHBIT_EVENT_FIELD_OUTPUTS] = { "outputs", FALSE, "the outputs of all nodes, JSON text" },
};

#define F(field) (1u << GRAPHBIT_EVENT_FIELD_##field)
#define NODE (F (NODE_ID) | F (NODE_NAME))
#define LLM (NODE | F (LLM_CALL_ID))
#define TOOL (NODE | F (TOOL_NAME) | F (TOOL_CALL_ID) | F (PARAMETERS))
#define UPDATES GRAPHBIT_STREAM_MODES_UPDATES
#define MESSAGES GRAPHBIT_STREAM_MODES_MESSAGES
#define ALL GRAPHBIT_STREAM_MODES_ALL

const GraphbitEventRow graphbit_event_table[] = {
  [GRAPHBIT_EVENT_KIND_WORKFLOW_STARTED] = {
    "workflow_started", "workflow", "started", UPDATES,
    "the run has begun", F (WORKFLOW_ID) | F (WORKFLOW_NAME) | F (TOTAL_NODES) },
  [GRAPHBIT_EVENT_KIND_NODE_STARTED] = {
    "node_started", "node", "started", UPDATES,
    "a node has started", NODE },
  [GRAPHBIT_EVENT_KIND_NODE_COMPLETED] = {
    "node_completed", "node", "completed", UPDATES,
    "a node has an output", NODE | F (OUTPUT) },
  [GRAPHBIT_EVENT_KIND_NODE_FAILED] = {
    "node_failed", "node", "failed", UPDATES,
    "a node failed, after its retries, or was cancelled", NODE | F (ERROR) | F (ERROR_TYPE) },
  [GRAPHBIT_EVENT_KIND_NODE_SKIPPED] = {
    "node_skipped", "node", "skipped", UPDATES,
    "a node will not run", NODE | F (REASON) },
  [GRAPHBIT_EVENT_KIND_NODE_RETRYING] = {
    "node_retrying", "node", "retrying", UPDATES,
    "a node failed and is tried once more", NODE | F (ATTEMPT) | F (ERROR) | F (ERROR_TYPE) },
  [GRAPHBIT_EVENT_KIND_APPROVAL_REQUESTED] = {
    "approval_requested", "approval", "requested", UPDATES,
    "a person is asked", NODE | F (QUESTION) },
  [GRAPHBIT_EVENT_KIND_TOKEN] = {
    "token", "llm", "token", MESSAGES,
    "a model said a piece of its answer", LLM | F (CONTENT) },
  [GRAPHBIT_EVENT_KIND_LLM_CALL_STARTED] = {
    "llm_call_started", "llm", "started", UPDATES,
    "a model was asked", LLM | F (ITERATION) | F (MODEL) },
  [GRAPHBIT_EVENT_KIND_LLM_CALL_COMPLETED] = {
    "llm_call_completed", "llm", "completed", UPDATES,
    "a model answered", LLM | F (ITERATION) | F (MODEL) | F (FINISH_REASON) | F (OUTPUT) | F (DURATION_MS) },
  [GRAPHBIT_EVENT_KIND_TOOL_CALL_STARTED] = {
    "tool_call_started", "tool", "started", UPDATES,
    "a tool was called", TOOL },
  [GRAPHBIT_EVENT_KIND_TOOL_CALL_COMPLETED] = {
    "tool_call_completed", "tool", "completed", UPDATES,
    "a tool answered", TOOL | F (OUTPUT) | F (DURATION_MS) },
  [GRAPHBIT_EVENT_KIND_TOOL_CALL_FAILED] = {
    "tool_call_failed", "tool", "failed", UPDATES,
    "a tool could not be called, or failed", TOOL | F (ERROR) | F (ERROR_TYPE) | F (DURATION_MS) },
  [GRAPHBIT_EVENT_KIND_WORKFLOW_COMPLETED] = {
    "workflow_completed", "workflow", "completed", ALL,
    "the last event of a run that succeeded", F (RESULT) | F (OUTPUTS) },
  [GRAPHBIT_EVENT_KIND_WORKFLOW_FAILED] = {
    "workflow_failed", "workflow", "failed", ALL,
    "the last event of a run that failed", F (ERROR) | F (ERROR_TYPE) },
  [GRAPHBIT_EVENT_KIND_WORKFLOW_CANCELLED] = {
    "workflow_cancelled", "workflow", "cancelled", ALL,
    "the last event of a run that was cancelled", F (ERROR) | F (ERROR_TYPE) },
};

G_STATIC_ASSERT (GRAPHBIT_EVENT_N_FIELDS <= 32);

gboolean
graphbit_event_has_field (GraphbitEventKind kind,
                          GraphbitEventField field)
{
  return field < GRAPHBIT_EVENT_N_COMMON_FIELDS || (graphbit_event_table[kind].fields & (1u << field)) != 0;
}

const char *
graphbit_event_error_type (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return "cancelled_error";
  if (error->domain != GRAPHBIT_ERROR)
    return "runtime_error";

  switch ((GraphbitError) error->code)
    {
    case GRAPHBIT_ERROR_TIMEOUT:
      return "timeout_error";

    case GRAPHBIT_ERROR_CONNECTION:
    case GRAPHBIT_ERROR_UNAVAILABLE:
    case GRAPHBIT_ERROR_CIRCUIT_OPEN:
      return "connection_error";

    case GRAPHBIT_ERROR_AUTHENTICATION:
    case GRAPHBIT_ERROR_PERMISSION:
    case GRAPHBIT_ERROR_TOOL_DENIED:
      return "permission_error";

    case GRAPHBIT_ERROR_INVALID_ARGUMENT:
    case GRAPHBIT_ERROR_INVALID_REQUEST:
    case GRAPHBIT_ERROR_INVALID_WORKFLOW:
    case GRAPHBIT_ERROR_PARSE:
    case GRAPHBIT_ERROR_SCHEMA_MISMATCH:
      return "value_error";

    default:
      return "runtime_error";
    }
}

static void
write_field (GraphbitJsonWriter *writer,
             GraphbitEventField field)
{
  const GraphbitEventFieldRow *row = &graphbit_event_fields[field];

  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_string_member (writer, "name", row->name);
  graphbit_json_writer_string_member (writer, "type", row->is_number ? "integer" : "string");
  graphbit_json_writer_string_member (writer, "description", row->description);
  graphbit_json_writer_end_object (writer);
}

static void
write_group (GraphbitJsonWriter *writer,
             const char *category)
{
  graphbit_json_writer_name (writer, category);
  graphbit_json_writer_begin_array (writer);
  for (guint kind = 0; kind < G_N_ELEMENTS (graphbit_event_table); kind++)
    if (g_str_equal (graphbit_event_table[kind].category, category))
      graphbit_json_writer_string (writer, graphbit_event_table[kind].event);
  graphbit_json_writer_end_array (writer);
}

static char *
make_schema (void)
{
  GString *text = g_string_new (NULL);
  GraphbitJsonWriter writer;

  graphbit_json_writer_init (&writer, text);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, "description", "The events of a run of a workflow");
  graphbit_json_writer_int64_member (&writer, "version", GRAPHBIT_EVENT_SCHEMA_VERSION);

  graphbit_json_writer_name (&writer, "generic_dimensions");
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, "event", "what happened");
  graphbit_json_writer_string_member (&writer, "category", graphbit_event_fields[GRAPHBIT_EVENT_FIELD_CATEGORY].description);
  graphbit_json_writer_string_member (&writer, "phase", graphbit_event_fields[GRAPHBIT_EVENT_FIELD_PHASE].description);
  graphbit_json_writer_end_object (&writer);

  graphbit_json_writer_name (&writer, "stream_modes");
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, "updates", "everything but the tokens");
  graphbit_json_writer_string_member (&writer, "messages", "the tokens, and how the run ended");
  graphbit_json_writer_string_member (&writer, "all", "everything");
  graphbit_json_writer_end_object (&writer);

  graphbit_json_writer_name (&writer, "event_groups");
  graphbit_json_writer_begin_object (&writer);
  write_group (&writer, "workflow");
  write_group (&writer, "node");
  write_group (&writer, "approval");
  write_group (&writer, "llm");
  write_group (&writer, "tool");
  graphbit_json_writer_end_object (&writer);

  graphbit_json_writer_name (&writer, "events");
  graphbit_json_writer_begin_array (&writer);
  for (guint kind = 0; kind < G_N_ELEMENTS (graphbit_event_table); kind++)
    {
      const GraphbitEventRow *row = &graphbit_event_table[kind];

      graphbit_json_writer_begin_object (&writer);
      graphbit_json_writer_string_member (&writer, "event", row->event);
      graphbit_json_writer_string_member (&writer, "description", row->description);
      graphbit_json_writer_string_member (&writer, "category_value", row->category);
      graphbit_json_writer_string_member (&writer, "phase_value", row->phase);
      graphbit_json_writer_name (&writer, "fields");
      graphbit_json_writer_begin_array (&writer);
      for (guint field = 0; field < GRAPHBIT_EVENT_N_FIELDS; field++)
        if (graphbit_event_has_field ((GraphbitEventKind) kind, (GraphbitEventField) field))
          write_field (&writer, (GraphbitEventField) field);
      graphbit_json_writer_end_array (&writer);
      graphbit_json_writer_end_object (&writer);
    }
  graphbit_json_writer_end_array (&writer);
  graphbit_json_writer_end_object (&writer);
  return g_string_free (text, FALSE);
}

const char *
graphbit_event_table_get_schema (void)
{
  static gsize once;
  static char *schema;

  if (g_once_init_enter (&once))
    {
      schema = make_schema ();
      g_once_init_leave (&once, 1);
    }
  return schema;
}
