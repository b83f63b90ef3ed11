/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-event.h"

#include "graphbit-agent-report-private.h"
#include "graphbit-enum-types.h"
#include "graphbit-error.h"
#include "graphbit-event-table-private.h"
#include "graphbit-nest-private.h"
#include "graphbit-run-private.h"

/**
 * GraphbitEvent:
 *
 * Something that happened in a [class@Run].
 *
 * All events have a kind, a time and a number in their run; what else there is
 * depends on the kind, and the getters of what an event does not have return
 * %NULL or 0. [method@Event.get_payload] and [method@Event.to_json] give
 * everything at once; [func@Executor.get_stream_event_schema] describes it.
 *
 * The page [Runs and events](runs.html) says more.
 *
 * Since: 1.0
 */
struct _GraphbitEvent
{
  GObject parent_instance;

  GraphbitScheduler *scheduler; /* a reference; maybe one inside of the run */
  gint64 sequence;
  GraphbitEventRecord record;   /* with a reference to the detail */
  GraphbitWorkflowResult *result; /* made when asked for */
  char *texts[3];                 /* made when asked for: result and outputs as JSON, the path */
};

enum
{
  PROP_0,
  PROP_KIND,
  PROP_EVENT,
  PROP_CATEGORY,
  PROP_PHASE,
  PROP_TIME,
  PROP_SEQUENCE,
  PROP_RUN_ID,
  PROP_PATH,
  PROP_NODE_ID,
  PROP_NODE_NAME,
  PROP_SCHEMA_VERSION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GraphbitEvent, graphbit_event, G_TYPE_OBJECT)

static void
graphbit_event_finalize (GObject *object)
{
  GraphbitEvent *self = GRAPHBIT_EVENT (object);

  g_clear_pointer (&self->record.detail, graphbit_event_detail_unref);
  g_clear_object (&self->result);
  g_free (self->texts[0]);
  g_free (self->texts[1]);
  g_free (self->texts[2]);
  graphbit_operation_unref (self->scheduler);

  G_OBJECT_CLASS (graphbit_event_parent_class)->finalize (object);
}

static void
graphbit_event_get_property (GObject *object,
                             guint prop_id,
                             GValue *value,
                             GParamSpec *pspec)
{
  GraphbitEvent *self = GRAPHBIT_EVENT (object);

  switch (prop_id)
    {
    case PROP_KIND:
      g_value_set_enum (value, graphbit_event_get_kind (self));
      break;
    case PROP_EVENT:
      g_value_set_static_string (value, graphbit_event_get_event (self));
      break;
    case PROP_CATEGORY:
      g_value_set_static_string (value, graphbit_event_get_category (self));
      break;
    case PROP_PHASE:
      g_value_set_static_string (value, graphbit_event_get_phase (self));
      break;
    case PROP_TIME:
      g_value_set_int64 (value, graphbit_event_get_time (self));
      break;
    case PROP_SEQUENCE:
      g_value_set_int64 (value, graphbit_event_get_sequence (self));
      break;
    case PROP_RUN_ID:
      g_value_set_string (value, graphbit_event_get_run_id (self));
      break;
    case PROP_PATH:
      g_value_set_string (value, graphbit_event_get_path (self));
      break;
    case PROP_NODE_ID:
      g_value_set_string (value, graphbit_event_get_node_id (self));
      break;
    case PROP_NODE_NAME:
      g_value_set_string (value, graphbit_event_get_node_name (self));
      break;
    case PROP_SCHEMA_VERSION:
      g_value_set_uint (value, graphbit_event_get_schema_version (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_event_class_init (GraphbitEventClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_event_finalize;
  object_class->get_property = graphbit_event_get_property;

  /**
   * GraphbitEvent:kind: (getter get_kind)
   *
   * What happened.
   *
   * Since: 1.0
   */
  properties[PROP_KIND] =
    g_param_spec_enum ("kind", NULL, NULL,
                       GRAPHBIT_TYPE_EVENT_KIND, GRAPHBIT_EVENT_KIND_WORKFLOW_STARTED, flags);
  /**
   * GraphbitEvent:event: (getter get_event)
   *
   * The name of what happened, such as `node_completed`.
   *
   * Since: 1.0
   */
  properties[PROP_EVENT] = g_param_spec_string ("event", NULL, NULL, NULL, flags);
  /**
   * GraphbitEvent:category: (getter get_category)
   *
   * What it is about: `workflow`, `node`, `llm` or `tool`.
   *
   * Since: 1.0
   */
  properties[PROP_CATEGORY] = g_param_spec_string ("category", NULL, NULL, NULL, flags);
  /**
   * GraphbitEvent:phase: (getter get_phase)
   *
   * Where in the life of that it is, such as `started` or `completed`.
   *
   * Since: 1.0
   */
  properties[PROP_PHASE] = g_param_spec_string ("phase", NULL, NULL, NULL, flags);
  /**
   * GraphbitEvent:time: (getter get_time)
   *
   * When it happened, in microseconds since 1970.
   *
   * Since: 1.0
   */
  properties[PROP_TIME] = g_param_spec_int64 ("time", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  /**
   * GraphbitEvent:sequence: (getter get_sequence)
   *
   * Its number in the run, counted from 1. A gap means that events were dropped
   * before anybody read.
   *
   * Since: 1.0
   */
  properties[PROP_SEQUENCE] = g_param_spec_int64 ("sequence", NULL, NULL, 0, G_MAXINT64, 0, flags);
  /**
   * GraphbitEvent:run-id: (getter get_run_id)
   *
   * The id of the run.
   *
   * Since: 1.0
   */
  properties[PROP_RUN_ID] = g_param_spec_string ("run-id", NULL, NULL, NULL, flags);
  /**
   * GraphbitEvent:path: (getter get_path)
   *
   * The ids of the nodes from the outermost workflow inward, with `/` between;
   * empty for the workflow itself.
   *
   * Since: 1.0
   */
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  /**
   * GraphbitEvent:node-id: (getter get_node_id)
   *
   * The id of the node that it is about.
   *
   * Since: 1.0
   */
  properties[PROP_NODE_ID] = g_param_spec_string ("node-id", NULL, NULL, NULL, flags);
  /**
   * GraphbitEvent:node-name: (getter get_node_name)
   *
   * The name of the node that it is about.
   *
   * Since: 1.0
   */
  properties[PROP_NODE_NAME] = g_param_spec_string ("node-name", NULL, NULL, NULL, flags);
  /**
   * GraphbitEvent:schema-version: (getter get_schema_version)
   *
   * The version of the description that the event follows.
   *
   * Since: 1.0
   */
  properties[PROP_SCHEMA_VERSION] = g_param_spec_uint ("schema-version", NULL, NULL, 0, G_MAXUINT, GRAPHBIT_EVENT_SCHEMA_VERSION, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_event_init (GraphbitEvent *self)
{
}

GraphbitEvent *
graphbit_event_new (GraphbitScheduler *scheduler,
                    gint64 sequence,
                    const GraphbitEventRecord *record)
{
  GraphbitEvent *self = g_object_new (GRAPHBIT_TYPE_EVENT, NULL);

  if (record->scope > 0)
    scheduler = scheduler->nesting->runs->pdata[record->scope - 1];
  /* Its reader may be in another thread, which must not make them. */
  graphbit_scheduler_get_names (scheduler);
  self->scheduler = graphbit_operation_ref (scheduler);
  self->sequence = sequence;
  self->record = *record;
  if (record->detail != NULL)
    graphbit_event_detail_ref (record->detail);
  return self;
}

static const GraphbitEventRow *
get_row (GraphbitEvent *self)
{
  return &graphbit_event_table[self->record.kind];
}

/* What went wrong in the node or the run, where the record itself does not say. */
static const GError *
get_error (GraphbitEvent *self)
{
  switch ((GraphbitEventKind) self->record.kind)
    {
    case GRAPHBIT_EVENT_KIND_NODE_FAILED:
      return self->scheduler->records[self->record.node].error;

    case GRAPHBIT_EVENT_KIND_WORKFLOW_FAILED:
    case GRAPHBIT_EVENT_KIND_WORKFLOW_CANCELLED:
      return self->scheduler->error;

    default:
      return NULL;
    }
}

static const char *
get_detail (GraphbitEvent *self,
            GraphbitEventText text)
{
  return self->record.detail != NULL ? self->record.detail->texts[text] : NULL;
}

static const char *
get_reason (GraphbitEvent *self)
{
  static const char *const reasons[] = { "branch", "failure", "cancelled" };

  return reasons[MIN (self->record.attempt, G_N_ELEMENTS (reasons) - 1)];
}

static const char *
get_error_type (GraphbitEvent *self)
{
  GraphbitScheduler *scheduler = self->scheduler;
  const GError *error = get_error (self);

  if (error == NULL)
    return get_detail (self, GRAPHBIT_EVENT_TEXT_ERROR_TYPE);

  /* That a node failed says less than why it did. */
  if (self->record.kind == GRAPHBIT_EVENT_KIND_WORKFLOW_FAILED &&
      g_error_matches (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED) && scheduler->failed_node >= 0)
    error = scheduler->records[scheduler->failed_node].error;
  return graphbit_event_error_type (error);
}

static const char *
get_result_json (GraphbitEvent *self)
{
  if (self->texts[0] == NULL)
    self->texts[0] = graphbit_workflow_result_to_json (graphbit_event_get_result (self));
  return self->texts[0];
}

static const char *
get_outputs_json (GraphbitEvent *self)
{
  if (self->texts[1] == NULL)
    self->texts[1] = graphbit_workflow_result_dup_outputs_json (graphbit_event_get_result (self));
  return self->texts[1];
}

static const char *
get_path (GraphbitEvent *self)
{
  /* Only inside of runs is it more than the id. */
  if (self->record.node == GRAPHBIT_EVENT_NO_NODE)
    return "";
  if (self->record.scope == 0)
    return graphbit_scheduler_get_names (self->scheduler)->nodes[self->record.node].id;

  if (self->texts[2] == NULL)
    self->texts[2] = graphbit_scheduler_dup_path (self->scheduler, self->record.node);
  return self->texts[2];
}

static const GraphbitNodeNames *
get_node (GraphbitEvent *self)
{
  return &graphbit_scheduler_get_names (self->scheduler)->nodes[self->record.node];
}

/* A field that is a text; NULL: the event does not have it. */
static const char *
get_text (GraphbitEvent *self,
          GraphbitEventField field)
{
  if (!graphbit_event_has_field ((GraphbitEventKind) self->record.kind, field))
    return NULL;

  switch (field)
    {
    case GRAPHBIT_EVENT_FIELD_CATEGORY:
      return get_row (self)->category;
    case GRAPHBIT_EVENT_FIELD_PHASE:
      return get_row (self)->phase;
    case GRAPHBIT_EVENT_FIELD_RUN_ID:
      return graphbit_scheduler_get_id (self->scheduler);
    case GRAPHBIT_EVENT_FIELD_PATH:
      return get_path (self);
    case GRAPHBIT_EVENT_FIELD_WORKFLOW_ID:
      return graphbit_scheduler_get_names (self->scheduler)->workflow_id;
    case GRAPHBIT_EVENT_FIELD_WORKFLOW_NAME:
      return graphbit_scheduler_get_names (self->scheduler)->workflow_name;
    case GRAPHBIT_EVENT_FIELD_NODE_ID:
      return get_node (self)->id;
    case GRAPHBIT_EVENT_FIELD_NODE_NAME:
      return get_node (self)->name;
    case GRAPHBIT_EVENT_FIELD_QUESTION:
      return get_detail (self, GRAPHBIT_EVENT_TEXT_QUESTION);
    case GRAPHBIT_EVENT_FIELD_LLM_CALL_ID:
      return get_detail (self, GRAPHBIT_EVENT_TEXT_LLM_CALL_ID);
    case GRAPHBIT_EVENT_FIELD_MODEL:
      return get_detail (self, GRAPHBIT_EVENT_TEXT_MODEL);
    case GRAPHBIT_EVENT_FIELD_FINISH_REASON:
      return get_detail (self, GRAPHBIT_EVENT_TEXT_FINISH_REASON);
    case GRAPHBIT_EVENT_FIELD_TOOL_NAME:
      return get_detail (self, GRAPHBIT_EVENT_TEXT_TOOL_NAME);
    case GRAPHBIT_EVENT_FIELD_TOOL_CALL_ID:
      return get_detail (self, GRAPHBIT_EVENT_TEXT_TOOL_CALL_ID);
    case GRAPHBIT_EVENT_FIELD_PARAMETERS:
      return get_detail (self, GRAPHBIT_EVENT_TEXT_PARAMETERS);
    case GRAPHBIT_EVENT_FIELD_CONTENT:
      return get_detail (self, GRAPHBIT_EVENT_TEXT_CONTENT);
    case GRAPHBIT_EVENT_FIELD_OUTPUT:
      if (self->record.kind == GRAPHBIT_EVENT_KIND_NODE_COMPLETED)
        return self->scheduler->records[self->record.node].output;
      return get_detail (self, GRAPHBIT_EVENT_TEXT_OUTPUT);
    case GRAPHBIT_EVENT_FIELD_REASON:
      return get_reason (self);
    case GRAPHBIT_EVENT_FIELD_ERROR:
      return get_error (self) != NULL ? get_error (self)->message : get_detail (self, GRAPHBIT_EVENT_TEXT_ERROR);
    case GRAPHBIT_EVENT_FIELD_ERROR_TYPE:
      return get_error_type (self);
    case GRAPHBIT_EVENT_FIELD_RESULT:
      return get_result_json (self);
    case GRAPHBIT_EVENT_FIELD_OUTPUTS:
      return get_outputs_json (self);
    case GRAPHBIT_EVENT_FIELD_TIME: /* a text only in JSON and variants */
    default:
      return NULL;
    }
}

static gint64
get_number (GraphbitEvent *self,
            GraphbitEventField field)
{
  if (!graphbit_event_has_field ((GraphbitEventKind) self->record.kind, field))
    return 0;

  switch (field)
    {
    case GRAPHBIT_EVENT_FIELD_SEQUENCE:
      return self->sequence;
    case GRAPHBIT_EVENT_FIELD_SCHEMA_VERSION:
      return GRAPHBIT_EVENT_SCHEMA_VERSION;
    case GRAPHBIT_EVENT_FIELD_TOTAL_NODES:
      return self->scheduler->n_nodes;
    case GRAPHBIT_EVENT_FIELD_ATTEMPT:
      return self->record.attempt;
    case GRAPHBIT_EVENT_FIELD_ITERATION:
      return self->record.detail != NULL ? self->record.detail->iteration : 0;
    case GRAPHBIT_EVENT_FIELD_DURATION_MS:
      return self->record.detail != NULL ? self->record.detail->duration_ms : 0;
    default:
      return 0;
    }
}

/**
 * graphbit_event_get_kind: (get-property kind)
 * @self: an event
 *
 * Gets what happened.
 *
 * Returns: the kind
 *
 * Since: 1.0
 */
GraphbitEventKind
graphbit_event_get_kind (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), GRAPHBIT_EVENT_KIND_WORKFLOW_STARTED);

  return (GraphbitEventKind) self->record.kind;
}

/**
 * graphbit_event_get_event: (get-property event)
 * @self: an event
 *
 * Gets the name of what happened.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_event (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_row (self)->event;
}

/**
 * graphbit_event_get_category: (get-property category)
 * @self: an event
 *
 * Gets what it is about.
 *
 * Returns: `workflow`, `node`, `llm` or `tool`
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_category (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_row (self)->category;
}

/**
 * graphbit_event_get_phase: (get-property phase)
 * @self: an event
 *
 * Gets where in the life of that it is.
 *
 * Returns: the phase
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_phase (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_row (self)->phase;
}

/**
 * graphbit_event_get_time: (get-property time)
 * @self: an event
 *
 * Gets when it happened.
 *
 * Returns: microseconds since 1970
 *
 * Since: 1.0
 */
gint64
graphbit_event_get_time (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), 0);

  return self->record.time;
}

/**
 * graphbit_event_get_sequence: (get-property sequence)
 * @self: an event
 *
 * Gets its number in the run.
 *
 * Returns: the number, counted from 1
 *
 * Since: 1.0
 */
gint64
graphbit_event_get_sequence (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), 0);

  return self->sequence;
}

/**
 * graphbit_event_get_run_id: (get-property run-id)
 * @self: an event
 *
 * Gets the id of the run.
 *
 * Returns: a UUID
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_run_id (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_RUN_ID);
}

/**
 * graphbit_event_get_path: (get-property path)
 * @self: an event
 *
 * Gets the ids of the nodes from the outermost workflow inward.
 *
 * Returns: the ids, with `/` between; empty for the workflow itself
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_path (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_PATH);
}

/**
 * graphbit_event_get_node_id: (get-property node-id)
 * @self: an event
 *
 * Gets the id of the node that it is about.
 *
 * Returns: (nullable): the id, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_node_id (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_NODE_ID);
}

/**
 * graphbit_event_get_node_name: (get-property node-name)
 * @self: an event
 *
 * Gets the name of the node that it is about.
 *
 * Returns: (nullable): the name, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_node_name (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_NODE_NAME);
}

/**
 * graphbit_event_get_schema_version: (get-property schema-version)
 * @self: an event
 *
 * Gets the version of the description that the event follows.
 *
 * Returns: the version
 *
 * Since: 1.0
 */
guint
graphbit_event_get_schema_version (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), 0);

  return GRAPHBIT_EVENT_SCHEMA_VERSION;
}

/**
 * graphbit_event_get_workflow_id:
 * @self: an event
 *
 * Gets the id of the workflow, from `workflow_started`.
 *
 * Returns: (nullable): the id, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_workflow_id (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_WORKFLOW_ID);
}

/**
 * graphbit_event_get_workflow_name:
 * @self: an event
 *
 * Gets the name of the workflow, from `workflow_started`.
 *
 * Returns: (nullable): the name, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_workflow_name (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_WORKFLOW_NAME);
}

/**
 * graphbit_event_get_total_nodes:
 * @self: an event
 *
 * Gets how many nodes the workflow has, from `workflow_started`.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
guint
graphbit_event_get_total_nodes (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), 0);

  return (guint) get_number (self, GRAPHBIT_EVENT_FIELD_TOTAL_NODES);
}

/**
 * graphbit_event_get_output:
 * @self: an event
 *
 * Gets what came out, from `node_completed`, `llm_call_completed` and
 * `tool_call_completed`. Of a model it is the text, followed by the tool calls as
 * JSON, if there are any.
 *
 * Returns: (nullable): the output, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_output (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_OUTPUT);
}

/**
 * graphbit_event_get_error_message:
 * @self: an event
 *
 * Gets what went wrong, from events of failures.
 *
 * Returns: (nullable): the message, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_error_message (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_ERROR);
}

/**
 * graphbit_event_get_error_type:
 * @self: an event
 *
 * Gets what kind of error it was, from events of failures: `timeout_error`,
 * `connection_error`, `permission_error`, `value_error`, `cancelled_error` or
 * `runtime_error`.
 *
 * Returns: (nullable): the type, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_error_type (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_ERROR_TYPE);
}

/**
 * graphbit_event_get_reason:
 * @self: an event
 *
 * Gets why a node was skipped, from `node_skipped`: `branch`, if other ways were
 * taken, `failure` or `cancelled`, if the run ended.
 *
 * Returns: (nullable): the reason, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_reason (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_REASON);
}

/**
 * graphbit_event_get_attempt:
 * @self: an event
 *
 * Gets which attempt failed, from `node_retrying`.
 *
 * Returns: the number, counted from 1, or 0
 *
 * Since: 1.0
 */
guint
graphbit_event_get_attempt (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), 0);

  return (guint) get_number (self, GRAPHBIT_EVENT_FIELD_ATTEMPT);
}

/**
 * graphbit_event_get_question:
 * @self: an event
 *
 * Gets what a person is asked, from `approval_requested`.
 *
 * Returns: (nullable): the question, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_question (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_QUESTION);
}

/**
 * graphbit_event_get_content:
 * @self: an event
 *
 * Gets a piece of an answer, from `token`.
 *
 * Returns: (nullable): the text, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_content (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_CONTENT);
}

/**
 * graphbit_event_get_llm_call_id:
 * @self: an event
 *
 * Gets what all events of one exchange with a model have in common.
 *
 * Returns: (nullable): the id, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_llm_call_id (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_LLM_CALL_ID);
}

/**
 * graphbit_event_get_iteration:
 * @self: an event
 *
 * Gets the round of the agent, from events of model calls.
 *
 * Returns: the number, counted from 1, or 0
 *
 * Since: 1.0
 */
guint
graphbit_event_get_iteration (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), 0);

  return (guint) get_number (self, GRAPHBIT_EVENT_FIELD_ITERATION);
}

/**
 * graphbit_event_get_model:
 * @self: an event
 *
 * Gets the model, from `llm_call_started` and `llm_call_completed`.
 *
 * Returns: (nullable): the name, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_model (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_MODEL);
}

/**
 * graphbit_event_get_finish_reason:
 * @self: an event
 *
 * Gets why an answer ended, from `llm_call_completed`: `stop`, `length`,
 * `tool_calls`, `content_filter`, `error`, or what the provider said if it is
 * none of these.
 *
 * Returns: (nullable): the reason, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_finish_reason (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_FINISH_REASON);
}

/**
 * graphbit_event_get_duration_ms:
 * @self: an event
 *
 * Gets how long a call took, from events of its end.
 *
 * Returns: milliseconds, or 0
 *
 * Since: 1.0
 */
gint64
graphbit_event_get_duration_ms (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), 0);

  return get_number (self, GRAPHBIT_EVENT_FIELD_DURATION_MS);
}

/**
 * graphbit_event_get_tool_name:
 * @self: an event
 *
 * Gets the tool, from events of tool calls.
 *
 * Returns: (nullable): the name, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_tool_name (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_TOOL_NAME);
}

/**
 * graphbit_event_get_tool_call_id:
 * @self: an event
 *
 * Gets the id that the model gave the call, from events of tool calls.
 *
 * Returns: (nullable): the id, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_tool_call_id (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_TOOL_CALL_ID);
}

/**
 * graphbit_event_get_parameters:
 * @self: an event
 *
 * Gets the arguments, from events of tool calls.
 *
 * Returns: (nullable): JSON text, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_event_get_parameters (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  return get_text (self, GRAPHBIT_EVENT_FIELD_PARAMETERS);
}

/**
 * graphbit_event_get_result:
 * @self: an event
 *
 * Gets the result of the run, from its last event.
 *
 * Returns: (transfer none) (nullable): the result, or %NULL
 *
 * Since: 1.0
 */
GraphbitWorkflowResult *
graphbit_event_get_result (GraphbitEvent *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  if (self->result == NULL && self->record.kind >= GRAPHBIT_EVENT_KIND_WORKFLOW_COMPLETED)
    self->result = graphbit_workflow_result_new (self->scheduler);
  return self->result;
}

static void
add_to_payload (GVariantBuilder *builder,
                const char *name,
                GVariant *value)
{
  /* Half the price of the same by a format. */
  g_variant_builder_add_value (builder, g_variant_new_dict_entry (g_variant_new_string (name), g_variant_new_variant (value)));
}

/**
 * graphbit_event_get_payload:
 * @self: an event
 *
 * Gets everything that the event has, by the names that the description gives:
 * texts as strings, numbers as 64-bit integers.
 *
 * Returns: (transfer full): a dictionary of type `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
graphbit_event_get_payload (GraphbitEvent *self)
{
  GVariantBuilder builder;

  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  add_to_payload (&builder, "event", g_variant_new_string (get_row (self)->event));
  for (guint i = 0; i < GRAPHBIT_EVENT_N_FIELDS; i++)
    {
      GraphbitEventField field = (GraphbitEventField) i;
      const GraphbitEventFieldRow *row = &graphbit_event_fields[field];

      if (!graphbit_event_has_field ((GraphbitEventKind) self->record.kind, field))
        continue;
      if (field == GRAPHBIT_EVENT_FIELD_TIME)
        add_to_payload (&builder, row->name, g_variant_new_take_string (graphbit_time_to_text (self->record.time)));
      else if (row->is_number)
        add_to_payload (&builder, row->name, g_variant_new_int64 (get_number (self, field)));
      else if (get_text (self, field) != NULL)
        add_to_payload (&builder, row->name, g_variant_new_string (get_text (self, field)));
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/**
 * graphbit_event_to_json:
 * @self: an event
 *
 * Gets everything that the event has as one JSON object.
 *
 * Returns: (transfer full): JSON text
 *
 * Since: 1.0
 */
char *
graphbit_event_to_json (GraphbitEvent *self)
{
  GString *text;
  GraphbitJsonWriter writer;

  g_return_val_if_fail (GRAPHBIT_IS_EVENT (self), NULL);

  text = g_string_new (NULL);
  graphbit_json_writer_init (&writer, text);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, "event", get_row (self)->event);
  for (guint i = 0; i < GRAPHBIT_EVENT_N_FIELDS; i++)
    {
      GraphbitEventField field = (GraphbitEventField) i;
      const GraphbitEventFieldRow *row = &graphbit_event_fields[field];

      if (!graphbit_event_has_field ((GraphbitEventKind) self->record.kind, field))
        continue;
      if (field == GRAPHBIT_EVENT_FIELD_TIME)
        graphbit_time_member (&writer, row->name, self->record.time);
      else if (row->is_number)
        graphbit_json_writer_int64_member (&writer, row->name, get_number (self, field));
      else if (get_text (self, field) != NULL)
        graphbit_json_writer_string_member (&writer, row->name, get_text (self, field));
    }
  graphbit_json_writer_end_object (&writer);
  return g_string_free (text, FALSE);
}
