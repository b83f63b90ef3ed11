/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-node-run.h"

#include "graphbit-enum-types.h"
#include "graphbit-error-details.h"
#include "graphbit-nest-private.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-run-lists-private.h"
#include "graphbit-run-private.h"

/**
 * GraphbitNodeRun:
 *
 * One node of a [class@Run]: how far it is and what came of it.
 *
 * What is inside of a node that runs a workflow, its [property@NodeRun:children]
 * tell. Those of a map or a loop are its elements or rounds, whose id and name are
 * their number, and the nodes are the children of these.
 *
 * It changes, and notifies, in the main context in which the run was started.
 *
 * Since: 1.0
 */
struct _GraphbitNodeRun
{
  GObject parent_instance;

  GraphbitScheduler *scheduler; /* a reference; maybe one inside of the run */
  guint node;                   /* GRAPHBIT_EVENT_NO_NODE: the inner run as a whole */
  GraphbitInnerList *children;  /* once somebody has asked */
  char *path;                   /* likewise */
  char *number;                 /* of an inner run, likewise */

  /* What was told last. */
  GraphbitNodeState state;
  guint attempts;
};

enum
{
  PROP_0,
  PROP_NODE_ID,
  PROP_NODE_NAME,
  PROP_PATH,
  PROP_CHILDREN,
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

  g_clear_object (&self->children);
  g_free (self->path);
  g_free (self->number);
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
    case PROP_PATH:
      g_value_set_string (value, graphbit_node_run_get_path (self));
      break;
    case PROP_CHILDREN:
      g_value_set_object (value, graphbit_node_run_get_children (self));
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
   * GraphbitNodeRun:path: (getter get_path)
   *
   * The ids of the nodes from the outermost workflow inward, with `/` between, as
   * in [property@Event:path]: what [method@WorkflowResult.get_node_output] and its
   * like find it by.
   *
   * Since: 1.0
   */
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  /**
   * GraphbitNodeRun:children: (getter get_children)
   *
   * What is inside of a node that runs a workflow: a list model of
   * [class@NodeRun], empty until it is started; %NULL for all other nodes.
   *
   * Since: 1.0
   */
  properties[PROP_CHILDREN] = g_param_spec_object ("children", NULL, NULL, G_TYPE_LIST_MODEL, flags);
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
   * The output, once there is one; of a failed node its fallback, if it has one.
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

static gboolean
is_node (GraphbitNodeRun *self)
{
  return self->node != GRAPHBIT_EVENT_NO_NODE;
}

static const GraphbitNodeRecord *
get_record (GraphbitNodeRun *self)
{
  return &self->scheduler->records[self->node];
}

static GraphbitNodeState
get_state (GraphbitNodeRun *self)
{
  if (is_node (self))
    return (GraphbitNodeState) get_record (self)->state;

  switch (graphbit_scheduler_get_state (self->scheduler))
    {
    case GRAPHBIT_RUN_STATE_COMPLETED:
      return GRAPHBIT_NODE_STATE_COMPLETED;
    case GRAPHBIT_RUN_STATE_FAILED:
      return GRAPHBIT_NODE_STATE_FAILED;
    case GRAPHBIT_RUN_STATE_CANCELLED:
      return GRAPHBIT_NODE_STATE_CANCELLED;
    default:
      return GRAPHBIT_NODE_STATE_RUNNING;
    }
}

static guint
get_attempts (GraphbitNodeRun *self)
{
  return is_node (self) ? get_record (self)->attempts : 1;
}

static const GError *
peek_error (GraphbitNodeRun *self)
{
  return is_node (self) ? get_record (self)->error : self->scheduler->error;
}

GraphbitNodeRun *
graphbit_node_run_new (GraphbitScheduler *scheduler,
                       guint node)
{
  GraphbitNodeRun *self = g_object_new (GRAPHBIT_TYPE_NODE_RUN, NULL);

  self->scheduler = graphbit_operation_ref (scheduler);
  self->node = node;
  self->state = get_state (self);
  self->attempts = get_attempts (self);
  return self;
}

void
graphbit_node_run_update (GraphbitNodeRun *self)
{
  GObject *object = G_OBJECT (self);
  GraphbitNodeState state = get_state (self);
  guint attempts = get_attempts (self);

  g_object_freeze_notify (object);
  if (attempts != self->attempts)
    {
      if (self->attempts == 0)
        g_object_notify_by_pspec (object, properties[PROP_START_TIME]);
      self->attempts = attempts;
      g_object_notify_by_pspec (object, properties[PROP_ATTEMPTS]);
    }
  if (state != self->state)
    {
      self->state = state;
      g_object_notify_by_pspec (object, properties[PROP_STATE]);
      if (state == GRAPHBIT_NODE_STATE_COMPLETED || state == GRAPHBIT_NODE_STATE_FAILED)
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
  if (self->children != NULL)
    graphbit_inner_list_update (self->children);
}

/* The number of an element or a round. */
static const char *
get_number (GraphbitNodeRun *self)
{
  if (self->number == NULL)
    self->number = g_strdup_printf ("%u", ((GraphbitInnerRun *) self->scheduler)->number);
  return self->number;
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

  return is_node (self) ? graphbit_scheduler_get_names (self->scheduler)->nodes[self->node].id : get_number (self);
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

  return is_node (self) ? graphbit_scheduler_get_names (self->scheduler)->nodes[self->node].name : get_number (self);
}

/**
 * graphbit_node_run_get_path: (get-property path)
 * @self: a node of a run
 *
 * Gets where the node is.
 *
 * Returns: the ids of the nodes from the outermost workflow inward
 *
 * Since: 1.0
 */
const char *
graphbit_node_run_get_path (GraphbitNodeRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_NODE_RUN (self), NULL);

  if (self->path == NULL)
    self->path = graphbit_scheduler_dup_path (self->scheduler, self->node);
  return self->path;
}

/**
 * graphbit_node_run_get_children: (get-property children)
 * @self: a node of a run
 *
 * Gets what is inside of a node that runs a workflow. The list is made when it
 * is asked for, and tells its changes from then on.
 *
 * Returns: (transfer none) (nullable): a list model of [class@NodeRun], or %NULL
 *   if the node runs no workflow
 *
 * Since: 1.0
 */
GListModel *
graphbit_node_run_get_children (GraphbitNodeRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_NODE_RUN (self), NULL);

  if (self->children == NULL)
    {
      GraphbitNodeKind kind;

      if (is_node (self))
        {
          kind = graphbit_scheduler_get_names (self->scheduler)->nodes[self->node].kind;
          if (!graphbit_node_kind_get_info (kind)->is_nested)
            return NULL;
        }
      self->children = graphbit_inner_list_new (self->scheduler, self->node);
    }
  return G_LIST_MODEL (self->children);
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

  return get_state (self);
}

/**
 * graphbit_node_run_get_output: (get-property output)
 * @self: a node of a run
 *
 * Gets the output.
 *
 * Returns: (nullable): the output, or %NULL if there is none
 *
 * Since: 1.0
 */
const char *
graphbit_node_run_get_output (GraphbitNodeRun *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_NODE_RUN (self), NULL);

  if (!is_node (self))
    return get_state (self) == GRAPHBIT_NODE_STATE_COMPLETED
             ? graphbit_inner_run_get_output ((GraphbitInnerRun *) self->scheduler)
             : NULL;

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

  error = peek_error (self);
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

  error = peek_error (self);
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

  return get_attempts (self);
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

  return to_wall (self, !is_node (self)                     ? self->scheduler->started :
                        self->scheduler->metadata != NULL ? self->scheduler->metadata[self->node].started :
                                                            0);
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

  return to_wall (self, !is_node (self)                     ? self->scheduler->ended :
                        self->scheduler->metadata != NULL ? self->scheduler->metadata[self->node].ended :
                                                            0);
}
