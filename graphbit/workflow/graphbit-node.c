/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-node-private.h"

#include "graphbit-enum-types.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-random-private.h"

/**
 * GraphbitNode:
 *
 * A step of a [class@Workflow].
 *
 * A node is data: it says what is to be done and does nothing by itself. A run
 * takes a picture of the whole workflow when it starts, so a node may be
 * changed at any time, and the change affects later runs.
 *
 * A node belongs to one workflow at most. The classes of nodes are the
 * library's own; [class@FunctionNode] is where an application's code goes.
 *
 * Since: 1.0
 */
typedef struct
{
  char *id;
  char *name;
  char *description;
  char *fallback;
  char *output_name;
  guint timeout_ms;
  guint max_retries;
  GraphbitOnError on_error;

  GraphbitRevision *revision; /* the workflow's; NULL: in none */
} GraphbitNodePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GraphbitNode, graphbit_node, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_DESCRIPTION,
  PROP_KIND,
  PROP_TIMEOUT_MS,
  PROP_MAX_RETRIES,
  PROP_ON_ERROR,
  PROP_FALLBACK,
  PROP_OUTPUT_NAME,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void
graphbit_node_constructed (GObject *object)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (GRAPHBIT_NODE (object));

  G_OBJECT_CLASS (graphbit_node_parent_class)->constructed (object);

  if (priv->id == NULL)
    {
      char uuid[GRAPHBIT_UUID_SIZE];

      graphbit_random_uuid (uuid);
      priv->id = g_strdup (uuid);
    }
}

static void
graphbit_node_finalize (GObject *object)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (GRAPHBIT_NODE (object));

  g_free (priv->id);
  g_free (priv->name);
  g_free (priv->description);
  g_free (priv->fallback);
  g_free (priv->output_name);
  g_clear_pointer (&priv->revision, g_atomic_rc_box_release);

  G_OBJECT_CLASS (graphbit_node_parent_class)->finalize (object);
}

static void
graphbit_node_get_property (GObject *object,
                            guint property_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  GraphbitNode *self = GRAPHBIT_NODE (object);
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  switch (property_id)
    {
    case PROP_ID:
      g_value_set_string (value, priv->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, priv->name);
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, priv->description);
      break;
    case PROP_KIND:
      g_value_set_enum (value, graphbit_node_get_kind (self));
      break;
    case PROP_TIMEOUT_MS:
      g_value_set_uint (value, priv->timeout_ms);
      break;
    case PROP_MAX_RETRIES:
      g_value_set_uint (value, priv->max_retries);
      break;
    case PROP_ON_ERROR:
      g_value_set_enum (value, priv->on_error);
      break;
    case PROP_FALLBACK:
      g_value_set_string (value, priv->fallback);
      break;
    case PROP_OUTPUT_NAME:
      g_value_set_string (value, priv->output_name);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_node_set_property (GObject *object,
                            guint property_id,
                            const GValue *value,
                            GParamSpec *pspec)
{
  GraphbitNode *self = GRAPHBIT_NODE (object);
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  switch (property_id)
    {
    case PROP_ID:
      priv->id = g_value_dup_string (value);
      break;
    case PROP_NAME:
      priv->name = g_value_dup_string (value);
      break;
    case PROP_DESCRIPTION:
      graphbit_node_set_description (self, g_value_get_string (value));
      break;
    case PROP_TIMEOUT_MS:
      graphbit_node_set_timeout_ms (self, g_value_get_uint (value));
      break;
    case PROP_MAX_RETRIES:
      graphbit_node_set_max_retries (self, g_value_get_uint (value));
      break;
    case PROP_ON_ERROR:
      graphbit_node_set_on_error (self, g_value_get_enum (value));
      break;
    case PROP_FALLBACK:
      graphbit_node_set_fallback (self, g_value_get_string (value));
      break;
    case PROP_OUTPUT_NAME:
      graphbit_node_set_output_name (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_node_class_init (GraphbitNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = graphbit_node_constructed;
  object_class->finalize = graphbit_node_finalize;
  object_class->get_property = graphbit_node_get_property;
  object_class->set_property = graphbit_node_set_property;

  /**
   * GraphbitNode:id: (getter get_id)
   *
   * What identifies the node, also from one run to the next. A fresh UUID if
   * none is given; different from the ids of all other nodes of its workflow.
   *
   * Since: 1.0
   */
  properties[PROP_ID] =
    g_param_spec_string ("id", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitNode:name: (getter get_name)
   *
   * What people, templates and conditions call the node. Not empty; two nodes
   * may have the same name, but then it cannot be used to mean one of them.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitNode:description: (getter get_description) (setter set_description)
   *
   * What the node is for, for people; or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_DESCRIPTION] =
    g_param_spec_string ("description", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitNode:kind: (getter get_kind)
   *
   * What the node does.
   *
   * Since: 1.0
   */
  properties[PROP_KIND] =
    g_param_spec_enum ("kind", NULL, NULL, GRAPHBIT_TYPE_NODE_KIND, GRAPHBIT_NODE_KIND_AGENT,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitNode:timeout-ms: (getter get_timeout_ms) (setter set_timeout_ms)
   *
   * How long one attempt may take, in milliseconds: 0, the default, for no
   * limit but the run's, and at most 86,400,000. An attempt that takes longer
   * fails with %GRAPHBIT_ERROR_TIMEOUT.
   *
   * Since: 1.0
   */
  properties[PROP_TIMEOUT_MS] =
    g_param_spec_uint ("timeout-ms", NULL, NULL, 0, GRAPHBIT_NODE_MAX_MILLISECONDS, 0,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitNode:max-retries: (getter get_max_retries) (setter set_max_retries)
   *
   * How often the node is tried again after it has failed: 0, the default, to
   * 100. Errors of a provider are not counted among these failures, since the
   * client has tried again already.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_RETRIES] =
    g_param_spec_uint ("max-retries", NULL, NULL, 0, GRAPHBIT_NODE_MAX_RETRIES, 0,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitNode:on-error: (getter get_on_error) (setter set_on_error)
   *
   * What happens when the node has failed after its retries. The default is
   * %GRAPHBIT_ON_ERROR_FAIL.
   *
   * Since: 1.0
   */
  properties[PROP_ON_ERROR] =
    g_param_spec_enum ("on-error", NULL, NULL, GRAPHBIT_TYPE_ON_ERROR, GRAPHBIT_ON_ERROR_FAIL,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitNode:fallback: (getter get_fallback) (setter set_fallback)
   *
   * The output of a failed node whose [property@Node:on-error] is
   * %GRAPHBIT_ON_ERROR_FALLBACK; %NULL is the empty text.
   *
   * Since: 1.0
   */
  properties[PROP_FALLBACK] =
    g_param_spec_string ("fallback", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitNode:output-name: (getter get_output_name) (setter set_output_name)
   *
   * The name of a variable that the output is also kept in when the node
   * completes, so that later templates can say `{name}`; or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_OUTPUT_NAME] =
    g_param_spec_string ("output-name", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graphbit_node_init (GraphbitNode *self)
{
}

gboolean
graphbit_node_attach (GraphbitNode *self,
                      GraphbitRevision *revision)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  if (priv->revision != NULL)
    return FALSE;

  priv->revision = g_atomic_rc_box_acquire (revision);

  return TRUE;
}

void
graphbit_node_detach (GraphbitNode *self)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  g_clear_pointer (&priv->revision, g_atomic_rc_box_release);
}

void
graphbit_node_changed (GraphbitNode *self)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  if (priv->revision != NULL)
    g_atomic_int_inc (priv->revision);
}

gboolean
graphbit_node_set_text (GraphbitNode *self,
                        char **field,
                        const char *text,
                        GParamSpec *pspec)
{
  char *copy;

  if (g_strcmp0 (*field, text) == 0)
    return FALSE;

  /* the new text may be a part of the old one */
  copy = g_strdup (text);
  g_free (*field);
  *field = copy;

  graphbit_node_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), pspec);

  return TRUE;
}

gboolean
graphbit_node_emit_call (GraphbitNode *self,
                         GraphbitNodeCall *call)
{
  gboolean will_answer = FALSE;

  g_signal_emit_by_name (self, "call", call, &will_answer);

  return will_answer;
}

/**
 * graphbit_node_get_id:
 * @self: a node
 *
 * Gets what identifies the node.
 *
 * Returns: the id
 *
 * Since: 1.0
 */
const char *
graphbit_node_get_id (GraphbitNode *self)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  g_return_val_if_fail (GRAPHBIT_IS_NODE (self), NULL);

  return priv->id;
}

/**
 * graphbit_node_get_name:
 * @self: a node
 *
 * Gets what the node is called.
 *
 * Returns: (nullable): the name, or %NULL if the node was made without one,
 *   which no workflow takes
 *
 * Since: 1.0
 */
const char *
graphbit_node_get_name (GraphbitNode *self)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  g_return_val_if_fail (GRAPHBIT_IS_NODE (self), NULL);

  return priv->name;
}

/**
 * graphbit_node_get_kind:
 * @self: a node
 *
 * Gets what the node does.
 *
 * Returns: the kind
 *
 * Since: 1.0
 */
GraphbitNodeKind
graphbit_node_get_kind (GraphbitNode *self)
{
  const GraphbitNodeKindInfo *info;

  g_return_val_if_fail (GRAPHBIT_IS_NODE (self), GRAPHBIT_NODE_KIND_AGENT);

  info = graphbit_node_get_info (self);

  return info != NULL ? info->kind : GRAPHBIT_NODE_KIND_FUNCTION;
}

/**
 * graphbit_node_get_description:
 * @self: a node
 *
 * Gets what the node is for.
 *
 * Returns: (nullable): the description, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_node_get_description (GraphbitNode *self)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  g_return_val_if_fail (GRAPHBIT_IS_NODE (self), NULL);

  return priv->description;
}

/**
 * graphbit_node_set_description:
 * @self: a node
 * @description: (nullable): what it is for, or %NULL
 *
 * Says what the node is for.
 *
 * Since: 1.0
 */
void
graphbit_node_set_description (GraphbitNode *self,
                               const char *description)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  g_return_if_fail (GRAPHBIT_IS_NODE (self));

  graphbit_node_set_text (self, &priv->description, description, properties[PROP_DESCRIPTION]);
}

/**
 * graphbit_node_get_timeout_ms:
 * @self: a node
 *
 * Gets how long one attempt may take.
 *
 * Returns: milliseconds; 0 for no limit of its own
 *
 * Since: 1.0
 */
guint
graphbit_node_get_timeout_ms (GraphbitNode *self)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  g_return_val_if_fail (GRAPHBIT_IS_NODE (self), 0);

  return priv->timeout_ms;
}

/**
 * graphbit_node_set_timeout_ms:
 * @self: a node
 * @timeout_ms: milliseconds, at most 86,400,000; 0 for no limit of its own
 *
 * Sets how long one attempt may take. A workflow with a node whose limit is out
 * of range is not valid.
 *
 * Since: 1.0
 */
void
graphbit_node_set_timeout_ms (GraphbitNode *self,
                              guint timeout_ms)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  g_return_if_fail (GRAPHBIT_IS_NODE (self));

  if (priv->timeout_ms == timeout_ms)
    return;

  priv->timeout_ms = timeout_ms;
  graphbit_node_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIMEOUT_MS]);
}

/**
 * graphbit_node_get_max_retries:
 * @self: a node
 *
 * Gets how often the node is tried again.
 *
 * Returns: a number of retries
 *
 * Since: 1.0
 */
guint
graphbit_node_get_max_retries (GraphbitNode *self)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  g_return_val_if_fail (GRAPHBIT_IS_NODE (self), 0);

  return priv->max_retries;
}

/**
 * graphbit_node_set_max_retries:
 * @self: a node
 * @max_retries: a number of retries, at most 100
 *
 * Sets how often the node is tried again after it has failed. A workflow with a
 * node whose number is out of range is not valid.
 *
 * Since: 1.0
 */
void
graphbit_node_set_max_retries (GraphbitNode *self,
                               guint max_retries)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  g_return_if_fail (GRAPHBIT_IS_NODE (self));

  if (priv->max_retries == max_retries)
    return;

  priv->max_retries = max_retries;
  graphbit_node_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_RETRIES]);
}

/**
 * graphbit_node_get_on_error:
 * @self: a node
 *
 * Gets what happens when the node has failed.
 *
 * Returns: what happens
 *
 * Since: 1.0
 */
GraphbitOnError
graphbit_node_get_on_error (GraphbitNode *self)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  g_return_val_if_fail (GRAPHBIT_IS_NODE (self), GRAPHBIT_ON_ERROR_FAIL);

  return priv->on_error;
}

/**
 * graphbit_node_set_on_error:
 * @self: a node
 * @on_error: what happens
 *
 * Sets what happens when the node has failed after its retries.
 *
 * Since: 1.0
 */
void
graphbit_node_set_on_error (GraphbitNode *self,
                            GraphbitOnError on_error)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  g_return_if_fail (GRAPHBIT_IS_NODE (self));
  g_return_if_fail ((guint) on_error <= GRAPHBIT_ON_ERROR_FALLBACK);

  if (priv->on_error == on_error)
    return;

  priv->on_error = on_error;
  graphbit_node_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ON_ERROR]);
}

/**
 * graphbit_node_get_fallback:
 * @self: a node
 *
 * Gets the output that stands in for a failed node's.
 *
 * Returns: (nullable): the text, or %NULL for the empty text
 *
 * Since: 1.0
 */
const char *
graphbit_node_get_fallback (GraphbitNode *self)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  g_return_val_if_fail (GRAPHBIT_IS_NODE (self), NULL);

  return priv->fallback;
}

/**
 * graphbit_node_set_fallback:
 * @self: a node
 * @fallback: (nullable): the text; %NULL: the empty text
 *
 * Sets the output that stands in for a failed node's, where
 * [property@Node:on-error] is %GRAPHBIT_ON_ERROR_FALLBACK.
 *
 * Since: 1.0
 */
void
graphbit_node_set_fallback (GraphbitNode *self,
                            const char *fallback)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  g_return_if_fail (GRAPHBIT_IS_NODE (self));

  graphbit_node_set_text (self, &priv->fallback, fallback, properties[PROP_FALLBACK]);
}

/**
 * graphbit_node_get_output_name:
 * @self: a node
 *
 * Gets the variable that the output is also kept in.
 *
 * Returns: (nullable): the variable's name, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_node_get_output_name (GraphbitNode *self)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  g_return_val_if_fail (GRAPHBIT_IS_NODE (self), NULL);

  return priv->output_name;
}

/**
 * graphbit_node_set_output_name:
 * @self: a node
 * @output_name: (nullable): a variable's name, or %NULL for none
 *
 * Sets the variable that the output is also kept in.
 *
 * Since: 1.0
 */
void
graphbit_node_set_output_name (GraphbitNode *self,
                               const char *output_name)
{
  GraphbitNodePrivate *priv = graphbit_node_get_instance_private (self);

  g_return_if_fail (GRAPHBIT_IS_NODE (self));

  graphbit_node_set_text (self, &priv->output_name, output_name, properties[PROP_OUTPUT_NAME]);
}
