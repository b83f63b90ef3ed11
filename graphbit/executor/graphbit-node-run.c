/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-node-run.h"

#include <string.h>

#include "graphbit-agent-loop-private.h"
#include "graphbit-enum-types.h"
#include "graphbit-error-details.h"
#include "graphbit-run-private.h"

/**
 * GraphbitNodeRun:
 *
 * One node of a [class@Run]: how far it is and what came of it.
 *
 * It changes, and notifies, in the main context in which the run was started.
 *
 * Since: 1.0
 */
struct _GraphbitNodeRun
{
  GObject parent_instance;

  GraphbitScheduler *scheduler; /* a reference */
  guint node;

  /* What was told last. */
  GraphbitNodeState state;
  guint attempts;
  gsize n_said;
};

enum
{
  PROP_0,
  PROP_NODE_ID,
  PROP_NODE_NAME,
  PROP_STATE,
  PROP_OUTPUT,
  PROP_ERROR,
  PROP_ERROR_DETAILS,
  PROP_ATTEMPTS,
  PROP_START_TIME,
  PROP_END_TIME,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GraphbitNodeRun, graphbit_node_run, G_TYPE_OBJECT)

static void
graphbit_node_run_finalize (GObject *object)
{
  GraphbitNodeRun *self = GRAPHBIT_NODE_RUN (object);

  graphbit_operation_unref (self->scheduler);

  G_OBJECT_CLASS (graphbit_node_run_parent_class)->finalize (object);
}

static void
graphbit_node_run_get_property (GObject *object,
                                guint prop_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  GraphbitNodeRun *self = GRAPHBIT_NODE_RUN (object);

  switch (prop_id)
    {
    case PROP_NODE_ID:
      g_value_set_string (value, graphbit_node_run_get_node_id (self));
      break;
    case PROP_NODE_NAME:
      g_value_set_string (value, graphbit_node_run_get_node_name (self));
      break;
    case PROP_STATE:
      g_value_set_enum (value, graphbit_node_run_get_state (self));
      break;
    case PROP_OUTPUT:
      g_value_set_string (value, graphbit_node_run_get_output (self));
      break;
    case PROP_ERROR:
      g_value_take_boxed (value, graphbit_node_run_get_error (self));
      break;
    case PROP_ERROR_DETAILS:
      g_value_take_object (value, graphbit_node_run_get_error_details (self));
      break;
    case PROP_ATTEMPTS:
      g_value_set_uint (value, graphbit_node_run_get_attempts (self));
      break;
    case PROP_START_TIME:
      g_value_set_int64 (value, graphbit_node_run_get_start_time (self));
      break;
    case PROP_END_TIME:
      g_value_set_int64 (value, graphbit_node_run_get_end_time (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_node_run_class_init (GraphbitNodeRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_node_run_finalize;
  object_class->get_property = graphbit_node_run_get_property;

  /**
   * GraphbitNodeRun:node-id: (getter get_node_id)
   *
   * The node's id.
   *
   * Since: 1.0
   */
  properties[PROP_NODE_ID] = g_param_spec_string ("node-id", NULL, NULL, NULL, flags);
  /**
   * GraphbitNodeRun:node-name: (getter get_node_name)
   *
   * The node's name.
   *
   * Since: 1.0
   */
  properties[PROP_NODE_NAME] = g_param_spec_string ("node-name", NULL, NULL, NULL, flags);
  /**
   * GraphbitNodeRun:state: (getter get_state)
   *
   * How far the node is.
   *
   * Since: 1.0
   */
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, GRAPHBIT_TYPE_NODE_STATE, GRAPHBIT_NODE_STATE_PENDING, flags);
  /**
   * GraphbitNodeRun:output: (getter get_output)
   *
   * The output; of a failed node its fallback, if it has one. While an agent
   * is at work it is what the model has said so far in its present round, if
   * the run was started with %GRAPHBIT_STREAM_MODES_MESSAGES or
   * %GRAPHBIT_STREAM_MODES_ALL.
   *
   * Since: 1.0
   */
  properties[PROP_OUTPUT] = g_param_spec_string ("output", NULL, NULL, NULL, flags);
  /**
   * GraphbitNodeRun:error: (getter get_error)
   *
   * Why the node failed.
   *
   * Since: 1.0
   */
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  /**
   * GraphbitNodeRun:error-details: (getter get_error_details)
   *
   * What a provider said about the error, if one did.
   *
   * Since: 1.0
   */
  properties[PROP_ERROR_DETAILS] =
    g_param_spec_object ("error-details", NULL, NULL, GRAPHBIT_TYPE_ERROR_DETAILS, flags);
  /**
   * GraphbitNodeRun:attempts: (getter get_attempts)
   *
   * How often the node was started.
   *
   * Since: 1.0
   */
  properties[PROP_ATTEMPTS] = g_param_spec_uint ("attempts", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /**
   * GraphbitNodeRun:start-time: (getter get_start_time)
   *
   * When the node was first started, in microseconds since 1970; 0: it was not,
   * or the run is lightweight.
   *
   * Since: 1.0
   */
  properties[PROP_START_TIME] = g_param_spec_int64 ("start-time", NULL, NULL, 0, G_MAXINT64, 0, flags);
  /**
   * GraphbitNodeRun:end-time: (getter get_end_time)
   *
   * When the node ended, in microseconds since 1970; 0: it has not, was never
   * started, or the run is lightweight.
   *
   * Since: 1.0
   */
  properties[PROP_END_TIME] = g_param_spec_int64 ("end-time", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_node_run_init (GraphbitNodeRun *self)
{
}

static const GraphbitNodeRecord *
get_record (GraphbitNodeRun *self)
{
  return &self->scheduler->records[self->node];
}

static const char *
get_said (GraphbitNodeRun *self)
{
  GraphbitScheduler *scheduler = self->scheduler;

  if (scheduler->is_ended || get_record (self)->state != GRAPHBIT_NODE_STATE_RUNNING ||
      scheduler->nodes[self->node].kind != GRAPHBIT_NODE_KIND_AGENT)
    return NULL;

  return graphbit_agent_loop_get_text (scheduler, self->node);
}

GraphbitNodeRun *
graphbit_node_run_new (GraphbitScheduler *scheduler,
                       guint node)
{
  GraphbitNodeRun *self = g_object_new (GRAPHBIT_TYPE_NODE_RUN, NULL);

  self->scheduler = graphbit_operation_ref (scheduler);
  self->node = node;
  self->state = (GraphbitNodeState) get_record (self)->state;
  self->attempts = get_record (self)->attempts;
  return self;
}

void
graphbit_node_run_update (GraphbitNodeRun *self)
{
  GObject *object = G_OBJECT (self);
  GraphbitNodeState state = (GraphbitNodeState) get_record (self)->state;
  const char *said = get_said (self);
  gsize n_said = said != NULL ? strlen (said) : 0;

  g_object_freeze_notify (object);
  /* Also when it is gone, because the node is tried again, or asks the model once more. */
  if (n_said != self->n_said)
    {
      self->n_said = n_said;
      g_object_notify_by_pspec (object, properties[PROP_OUTPUT]);
    }
  if (get_record (self)->attempts != self->attempts)
    {
      if (self->attempts == 0)
        g_object_notify_by_pspec (object, properties[PROP_START_TIME]);
      self->attempts = get_record (self)->attempts;
      g_object_notify_by_pspec (object, properties[PROP_ATTEMPTS]);
    }
  if (state != self->state)
    {
      self->state = state;
      g_object_notify_by_pspec (object, properties[PROP_STATE]);
      if (graphbit_node_run_get_output (self) != NULL)
        g_object_notify_by_pspec (object, properties[PROP_OUTPUT]);
      if (state == GRAPHBIT_NODE_STATE_FAILED || state == GRAPHBIT_NODE_STATE_CANCELLED)
        {
          g_object_notify_by_pspec (object, properties[PROP_ERROR]);
          g_object_notify_by_pspec (object, properties[PROP_ERROR_DETAILS]);
        }
      if (state != GRAPHBIT_NODE_STATE_PENDING && state != GRAPHBIT_NODE_STATE_RUNNING)
        g_object_notify_by_pspec (object, properties[PROP_END_TIME]);
    }
  g_object_thaw_notify (object);
}

/**
 * graphbit_node_run_get_node_id: (get-property node-id)
 * @self: a node of a run
 *
 * Gets the node's id.
 *
 * Returns: the id
 *
 * Since: 1.0
 */
const char *
graphbit_node_run_get_node_id (GraphbitNodeRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_NODE_RUN (self), NULL);

  return graphbit_scheduler_get_names (self->scheduler)->nodes[self->node].id;
}

/**
 * graphbit_node_run_get_node_name: (get-property node-name)
 * @self: a node of a run
 *
 * Gets the node's name.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
graphbit_node_run_get_node_name (GraphbitNodeRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_NODE_RUN (self), NULL);

  return graphbit_scheduler_get_names (self->scheduler)->nodes[self->node].name;
}

/**
 * graphbit_node_run_get_state: (get-property state)
 * @self: a node of a run
 *
 * Gets how far the node is.
 *
 * Returns: the state
 *
 * Since: 1.0
 */
GraphbitNodeState
graphbit_node_run_get_state (GraphbitNodeRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_NODE_RUN (self), GRAPHBIT_NODE_STATE_PENDING);

  return (GraphbitNodeState) get_record (self)->state;
}

/**
 * graphbit_node_run_get_output: (get-property output)
 * @self: a node of a run
 *
 * Gets the output, or what there is of it so far. While the node runs, the text
 * holds until the main context in which the run was started turns again.
 *
 * Returns: (nullable): the output, or %NULL if there is none
 *
 * Since: 1.0
 */
const char *
graphbit_node_run_get_output (GraphbitNodeRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_NODE_RUN (self), NULL);

  if (get_record (self)->state == GRAPHBIT_NODE_STATE_RUNNING)
    return get_said (self);

  /* A fallback belongs to the plan until it is among the names. */
  graphbit_scheduler_get_names (self->scheduler);
  return graphbit_scheduler_get_output (self->scheduler, self->node);
}

/**
 * graphbit_node_run_get_error: (get-property error)
 * @self: a node of a run
 *
 * Gets why the node failed.
 *
 * Returns: (transfer full) (nullable): the error, or %NULL
 *
 * Since: 1.0
 */
GError *
graphbit_node_run_get_error (GraphbitNodeRun *self)
{
  const GError *error;

  g_return_val_if_fail (GRAPHBIT_IS_NODE_RUN (self), NULL);

  error = get_record (self)->error;
  return error != NULL ? g_error_copy (error) : NULL;
}

/**
 * graphbit_node_run_get_error_details: (get-property error-details)
 * @self: a node of a run
 *
 * Gets what a provider said about the error.
 *
 * Returns: (transfer full) (nullable): the details, or %NULL if there are none
 *
 * Since: 1.0
 */
GraphbitErrorDetails *
graphbit_node_run_get_error_details (GraphbitNodeRun *self)
{
  const GError *error;

  g_return_val_if_fail (GRAPHBIT_IS_NODE_RUN (self), NULL);

  error = get_record (self)->error;
  return error != NULL ? graphbit_error_details_from_error (error) : NULL;
}

/**
 * graphbit_node_run_get_attempts: (get-property attempts)
 * @self: a node of a run
 *
 * Gets how often the node was started.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
guint
graphbit_node_run_get_attempts (GraphbitNodeRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_NODE_RUN (self), 0);

  return get_record (self)->attempts;
}

static gint64
to_wall (GraphbitNodeRun *self,
         gint64 time)
{
  return time != 0 ? time + self->scheduler->wall_offset : 0;
}

/**
 * graphbit_node_run_get_start_time: (get-property start-time)
 * @self: a node of a run
 *
 * Gets when the node was first started.
 *
 * Returns: microseconds since 1970, or 0
 *
 * Since: 1.0
 */
gint64
graphbit_node_run_get_start_time (GraphbitNodeRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_NODE_RUN (self), 0);

  return to_wall (self, self->scheduler->metadata != NULL ? self->scheduler->metadata[self->node].started : 0);
}

/**
 * graphbit_node_run_get_end_time: (get-property end-time)
 * @self: a node of a run
 *
 * Gets when the node ended.
 *
 * Returns: microseconds since 1970, or 0
 *
 * Since: 1.0
 */
gint64
graphbit_node_run_get_end_time (GraphbitNodeRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_NODE_RUN (self), 0);

  return to_wall (self, self->scheduler->metadata != NULL ? self->scheduler->metadata[self->node].ended : 0);
}
