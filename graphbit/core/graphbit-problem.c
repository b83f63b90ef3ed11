/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-problem-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-enum-types.h"
#include "graphbit-error.h"

/**
 * GraphbitProblem:
 *
 * Something that is wrong with a workflow or a JSON document, or probably not meant.
 *
 * [method@Workflow.lint] and [method@JsonSchema.validate] return them.
 *
 * Since: 1.0
 */
struct _GraphbitProblem
{
  GObject parent_instance;

  GraphbitSeverity severity;
  char *path;
  char *node_id;
  char *message;
  char *hint;
};

G_DEFINE_FINAL_TYPE (GraphbitProblem, graphbit_problem, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_SEVERITY,
  PROP_PATH,
  PROP_NODE_ID,
  PROP_MESSAGE,
  PROP_HINT,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void
graphbit_problem_finalize (GObject *object)
{
  GraphbitProblem *self = GRAPHBIT_PROBLEM (object);

  g_free (self->path);
  g_free (self->node_id);
  g_free (self->message);
  g_free (self->hint);

  G_OBJECT_CLASS (graphbit_problem_parent_class)->finalize (object);
}

static void
graphbit_problem_get_property (GObject *object,
                               guint property_id,
                               GValue *value,
                               GParamSpec *pspec)
{
  GraphbitProblem *self = GRAPHBIT_PROBLEM (object);

  switch (property_id)
    {
    case PROP_SEVERITY:
      g_value_set_enum (value, self->severity);
      break;
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_NODE_ID:
      g_value_set_string (value, self->node_id);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    case PROP_HINT:
      g_value_set_string (value, self->hint);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_problem_class_init (GraphbitProblemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_problem_finalize;
  object_class->get_property = graphbit_problem_get_property;

  /**
   * GraphbitProblem:severity: (getter get_severity)
   *
   * How bad it is.
   *
   * Since: 1.0
   */
  properties[PROP_SEVERITY] =
    g_param_spec_enum ("severity", NULL, NULL, GRAPHBIT_TYPE_SEVERITY, GRAPHBIT_SEVERITY_ERROR,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitProblem:path: (getter get_path)
   *
   * Where it is, as a JSON pointer (RFC 6901): `/nodes/2/prompt`, `/edges/0`, or
   * the empty text for the workflow or document as a whole. Nodes, edges and
   * elements count from 0, in their order.
   *
   * Since: 1.0
   */
  properties[PROP_PATH] =
    g_param_spec_string ("path", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitProblem:node-id: (getter get_node_id)
   *
   * The id of the node that it is about, or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_NODE_ID] =
    g_param_spec_string ("node-id", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitProblem:message: (getter get_message)
   *
   * What is wrong, without a full stop. Translated where it is about a workflow;
   * in English where it is about a document, for a language model to read.
   *
   * Since: 1.0
   */
  properties[PROP_MESSAGE] =
    g_param_spec_string ("message", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitProblem:hint: (getter get_hint)
   *
   * What to do about it, translated, without a full stop; or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_HINT] =
    g_param_spec_string ("hint", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graphbit_problem_init (GraphbitProblem *self)
{
}

GraphbitProblem *
graphbit_problem_new (GraphbitSeverity severity,
                      const char *path,
                      const char *node_id,
                      const char *message,
                      const char *hint)
{
  GraphbitProblem *self = g_object_new (GRAPHBIT_TYPE_PROBLEM, NULL);

  self->severity = severity;
  self->path = g_strdup (path);
  self->node_id = g_strdup (node_id);
  self->message = g_strdup (message);
  self->hint = g_strdup (hint);

  return self;
}

gboolean
graphbit_problem_first_error (GPtrArray *problems,
                              int code,
                              GError **error)
{
  for (guint i = 0; i < problems->len; i++)
    {
      GraphbitProblem *problem = g_ptr_array_index (problems, i);

      if (problem->severity != GRAPHBIT_SEVERITY_ERROR)
        continue;

      if (problem->hint != NULL)
        /* Translators: what is wrong; what to do about it */
        g_set_error (error, GRAPHBIT_ERROR, code, _("%s; %s"), problem->message, problem->hint);
      else
        g_set_error_literal (error, GRAPHBIT_ERROR, code, problem->message);
      return TRUE;
    }

  return FALSE;
}

char *
graphbit_problem_to_line (GraphbitProblem *self)
{
  return g_strconcat (*self->path != '\0' ? self->path : "(root)", ": ", self->message, NULL);
}

/**
 * graphbit_problem_get_severity:
 * @self: a problem
 *
 * Gets how bad it is.
 *
 * Returns: the severity
 *
 * Since: 1.0
 */
GraphbitSeverity
graphbit_problem_get_severity (GraphbitProblem *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_PROBLEM (self), GRAPHBIT_SEVERITY_ERROR);

  return self->severity;
}

/**
 * graphbit_problem_get_path:
 * @self: a problem
 *
 * Gets where it is: see [property@Problem:path].
 *
 * Returns: a JSON pointer
 *
 * Since: 1.0
 */
const char *
graphbit_problem_get_path (GraphbitProblem *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_PROBLEM (self), NULL);

  return self->path;
}

/**
 * graphbit_problem_get_node_id:
 * @self: a problem
 *
 * Gets the node that it is about.
 *
 * Returns: (nullable): a node's id, or %NULL if it is about no single one
 *
 * Since: 1.0
 */
const char *
graphbit_problem_get_node_id (GraphbitProblem *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_PROBLEM (self), NULL);

  return self->node_id;
}

/**
 * graphbit_problem_get_message:
 * @self: a problem
 *
 * Gets what is wrong.
 *
 * Returns: a clause without a full stop
 *
 * Since: 1.0
 */
const char *
graphbit_problem_get_message (GraphbitProblem *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_PROBLEM (self), NULL);

  return self->message;
}

/**
 * graphbit_problem_get_hint:
 * @self: a problem
 *
 * Gets what to do about it.
 *
 * Returns: (nullable): a translated clause without a full stop, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_problem_get_hint (GraphbitProblem *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_PROBLEM (self), NULL);

  return self->hint;
}
