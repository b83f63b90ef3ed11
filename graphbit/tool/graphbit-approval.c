/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-approval-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-enum-types.h"
#include "graphbit-error.h"
#include "graphbit-tool-call.h"

/**
 * GraphbitApproval:
 *
 * A question to a person: whether a node, or the call of a tool, may go on.
 *
 * Those that wait are in [property@Run:approvals], which holds them until they are
 * answered. The first answer counts, by [method@Approval.allow],
 * [method@Approval.allow_always], [method@Approval.deny] or [method@Call.fail]; it
 * may come from any thread and takes effect in the main context of the run. A later
 * one returns %FALSE and does nothing, and so does one that comes when the run has
 * ended or [property@Call:deadline] has passed.
 *
 * The page [Runs and events](runs.html#ask-a-person) says more.
 *
 * Since: 1.0
 */
struct _GraphbitApproval
{
  GraphbitCall parent_instance;

  GraphbitToolCall *tool_call; /* or NULL */
  char *question;
  char *node_id;
  char *node_name;
  char *path;
  GraphbitApprovalState state;
};

enum
{
  PROP_0,
  PROP_TOOL_CALL,
  PROP_QUESTION,
  PROP_NODE_ID,
  PROP_NODE_NAME,
  PROP_PATH,
  PROP_STATE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GraphbitApproval, graphbit_approval, GRAPHBIT_TYPE_CALL)

static void
graphbit_approval_finalize (GObject *object)
{
  GraphbitApproval *self = GRAPHBIT_APPROVAL (object);

  g_clear_object (&self->tool_call);
  g_free (self->question);
  g_free (self->node_id);
  g_free (self->node_name);
  g_free (self->path);

  G_OBJECT_CLASS (graphbit_approval_parent_class)->finalize (object);
}

static void
graphbit_approval_get_property (GObject *object,
                                guint prop_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  GraphbitApproval *self = GRAPHBIT_APPROVAL (object);

  switch (prop_id)
    {
    case PROP_TOOL_CALL:
      g_value_set_object (value, self->tool_call);
      break;
    case PROP_QUESTION:
      g_value_set_string (value, self->question);
      break;
    case PROP_NODE_ID:
      g_value_set_string (value, self->node_id);
      break;
    case PROP_NODE_NAME:
      g_value_set_string (value, self->node_name);
      break;
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_approval_class_init (GraphbitApprovalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_approval_finalize;
  object_class->get_property = graphbit_approval_get_property;

  /**
   * GraphbitApproval:tool-call: (getter get_tool_call)
   *
   * The call that waits for the answer, or %NULL if it is a node that does. It is not
   * to be answered itself.
   *
   * Since: 1.0
   */
  properties[PROP_TOOL_CALL] =
    g_param_spec_object ("tool-call", NULL, NULL, GRAPHBIT_TYPE_TOOL_CALL, flags);
  /**
   * GraphbitApproval:question: (getter get_question)
   *
   * What the person is asked.
   *
   * Since: 1.0
   */
  properties[PROP_QUESTION] =
    g_param_spec_string ("question", NULL, NULL, NULL, flags);
  /**
   * GraphbitApproval:node-id: (getter get_node_id)
   *
   * The id of the node that waits, or whose tool does.
   *
   * Since: 1.0
   */
  properties[PROP_NODE_ID] =
    g_param_spec_string ("node-id", NULL, NULL, NULL, flags);
  /**
   * GraphbitApproval:node-name: (getter get_node_name)
   *
   * The name of the same node.
   *
   * Since: 1.0
   */
  properties[PROP_NODE_NAME] =
    g_param_spec_string ("node-name", NULL, NULL, NULL, flags);
  /**
   * GraphbitApproval:path: (getter get_path)
   *
   * The ids of the nodes from the outermost workflow inward, with / between, as in
   * [property@Event:path].
   *
   * Since: 1.0
   */
  properties[PROP_PATH] =
    g_param_spec_string ("path", NULL, NULL, NULL, flags);
  /**
   * GraphbitApproval:state: (getter get_state)
   *
   * What became of it. It changes, and notifies, in the main context of the run when the
   * answer takes effect; [property@Call:is-answered] is %TRUE at once.
   *
   * Since: 1.0
   */
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, GRAPHBIT_TYPE_APPROVAL_STATE, GRAPHBIT_APPROVAL_STATE_WAITING, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_approval_init (GraphbitApproval *self)
{
}

GraphbitApproval *
graphbit_approval_new (GraphbitToolCall *tool_call,
                       const char *question,
                       const char *node_id,
                       const char *node_name,
                       const char *path)
{
  GraphbitApproval *self = g_object_new (GRAPHBIT_TYPE_APPROVAL, NULL);

  g_set_object (&self->tool_call, tool_call);
  self->question = g_strdup (question);
  self->node_id = g_strdup (node_id);
  self->node_name = g_strdup (node_name);
  self->path = g_strdup (path);
  return self;
}

void
graphbit_approval_set_state (GraphbitApproval *self,
                             GraphbitApprovalState state)
{
  __atomic_store_n ((int *) &self->state, (int) state, __ATOMIC_RELAXED);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/**
 * graphbit_approval_get_tool_call: (get-property tool-call)
 * @self: an approval
 *
 * Gets the call of a tool that waits for the answer.
 *
 * Returns: (transfer none) (nullable): the call, or %NULL if it is a node that waits
 *
 * Since: 1.0
 */
GraphbitToolCall *
graphbit_approval_get_tool_call (GraphbitApproval *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_APPROVAL (self), NULL);

  return self->tool_call;
}

/**
 * graphbit_approval_get_question: (get-property question)
 * @self: an approval
 *
 * Gets what the person is asked.
 *
 * Returns: the question
 *
 * Since: 1.0
 */
const char *
graphbit_approval_get_question (GraphbitApproval *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_APPROVAL (self), NULL);

  return self->question;
}

/**
 * graphbit_approval_get_node_id: (get-property node-id)
 * @self: an approval
 *
 * Gets the id of the node that waits, or whose tool does.
 *
 * Returns: the id
 *
 * Since: 1.0
 */
const char *
graphbit_approval_get_node_id (GraphbitApproval *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_APPROVAL (self), NULL);

  return self->node_id;
}

/**
 * graphbit_approval_get_node_name: (get-property node-name)
 * @self: an approval
 *
 * Gets the name of the node that waits, or whose tool does.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
graphbit_approval_get_node_name (GraphbitApproval *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_APPROVAL (self), NULL);

  return self->node_name;
}

/**
 * graphbit_approval_get_path: (get-property path)
 * @self: an approval
 *
 * Gets where the node is.
 *
 * Returns: ids of nodes with / between
 *
 * Since: 1.0
 */
const char *
graphbit_approval_get_path (GraphbitApproval *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_APPROVAL (self), NULL);

  return self->path;
}

/**
 * graphbit_approval_get_state: (get-property state)
 * @self: an approval
 *
 * Gets what became of it. It may be called from any thread.
 *
 * Returns: the state
 *
 * Since: 1.0
 */
GraphbitApprovalState
graphbit_approval_get_state (GraphbitApproval *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_APPROVAL (self), GRAPHBIT_APPROVAL_STATE_EXPIRED);

  return (GraphbitApprovalState) __atomic_load_n ((int *) &self->state, __ATOMIC_RELAXED);
}

/**
 * graphbit_approval_allow:
 * @self: an approval
 *
 * Answers that it may go on. May be called from any thread.
 *
 * Returns: %TRUE if this was the first answer, %FALSE if it came too late
 *
 * Since: 1.0
 */
gboolean
graphbit_approval_allow (GraphbitApproval *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_APPROVAL (self), FALSE);

  return graphbit_call_answer (GRAPHBIT_CALL (self), GINT_TO_POINTER (GRAPHBIT_APPROVAL_ANSWER_ONCE), NULL);
}

/**
 * graphbit_approval_allow_always:
 * @self: an approval
 *
 * Answers that it may go on, and that the same tool need not ask again in this
 * run, whatever its arguments. What has been asked already is still to be answered;
 * and a sensitive tool in a run that has read what strangers may have written,
 * as [property@Tool:is-sensitive] says, asks each time. For a node it is the same as
 * [method@Approval.allow]. May be called from any thread.
 *
 * Returns: %TRUE if this was the first answer, %FALSE if it came too late
 *
 * Since: 1.0
 */
gboolean
graphbit_approval_allow_always (GraphbitApproval *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_APPROVAL (self), FALSE);

  return graphbit_call_answer (GRAPHBIT_CALL (self), GINT_TO_POINTER (GRAPHBIT_APPROVAL_ANSWER_ALWAYS), NULL);
}

/**
 * graphbit_approval_deny:
 * @self: an approval
 * @reason: (nullable): why, for people and models to read; %NULL: no reason
 *
 * Answers that it may not go on. A node then fails with
 * %GRAPHBIT_ERROR_TOOL_DENIED; a tool is not called, and the model is told, with
 * @reason. May be called from any thread.
 *
 * Returns: %TRUE if this was the first answer, %FALSE if it came too late
 *
 * Since: 1.0
 */
gboolean
graphbit_approval_deny (GraphbitApproval *self,
                        const char *reason)
{
  g_return_val_if_fail (GRAPHBIT_IS_APPROVAL (self), FALSE);

  if (reason == NULL || *reason == '\0')
    return graphbit_call_answer_error (GRAPHBIT_CALL (self),
                                       g_error_new_literal (GRAPHBIT_ERROR, GRAPHBIT_ERROR_TOOL_DENIED,
                                                            _("It was denied")));
  return graphbit_call_answer_error (GRAPHBIT_CALL (self),
                                     g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_TOOL_DENIED,
                                                  _("It was denied: %s"), reason));
}
