/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-tool-result-private.h"

/**
 * GraphbitToolResult:
 *
 * What came of one call that a [class@ToolExecutor] made. It never changes.
 *
 * Since: 1.0
 */
struct _GraphbitToolResult
{
  GObject parent_instance;

  char *tool_call_id;
  char *tool_name;
  char *input;
  char *output;
  GError *error;
  gint64 duration_ms;
};

enum
{
  PROP_0,
  PROP_TOOL_CALL_ID,
  PROP_TOOL_NAME,
  PROP_INPUT,
  PROP_OUTPUT,
  PROP_SUCCESS,
  PROP_ERROR,
  PROP_DURATION_MS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GraphbitToolResult, graphbit_tool_result, G_TYPE_OBJECT)

static void
graphbit_tool_result_finalize (GObject *object)
{
  GraphbitToolResult *self = GRAPHBIT_TOOL_RESULT (object);

  g_free (self->tool_call_id);
  g_free (self->tool_name);
  g_free (self->input);
  g_free (self->output);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (graphbit_tool_result_parent_class)->finalize (object);
}

static void
graphbit_tool_result_get_property (GObject *object,
                                   guint prop_id,
                                   GValue *value,
                                   GParamSpec *pspec)
{
  GraphbitToolResult *self = GRAPHBIT_TOOL_RESULT (object);

  switch (prop_id)
    {
    case PROP_TOOL_CALL_ID:
      g_value_set_string (value, self->tool_call_id);
      break;
    case PROP_TOOL_NAME:
      g_value_set_string (value, self->tool_name);
      break;
    case PROP_INPUT:
      g_value_set_string (value, self->input);
      break;
    case PROP_OUTPUT:
      g_value_set_string (value, self->output);
      break;
    case PROP_SUCCESS:
      g_value_set_boolean (value, self->error == NULL);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_DURATION_MS:
      g_value_set_int64 (value, self->duration_ms);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_tool_result_class_init (GraphbitToolResultClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_tool_result_finalize;
  object_class->get_property = graphbit_tool_result_get_property;

  /**
   * GraphbitToolResult:tool-call-id: (getter get_tool_call_id)
   *
   * The id that the model gave the call.
   *
   * Since: 1.0
   */
  properties[PROP_TOOL_CALL_ID] = g_param_spec_string ("tool-call-id", NULL, NULL, NULL, flags);
  /**
   * GraphbitToolResult:tool-name: (getter get_tool_name)
   *
   * The name of the tool that was asked for.
   *
   * Since: 1.0
   */
  properties[PROP_TOOL_NAME] = g_param_spec_string ("tool-name", NULL, NULL, NULL, flags);
  /**
   * GraphbitToolResult:input: (getter get_input)
   *
   * The arguments, as the JSON text that was given.
   *
   * Since: 1.0
   */
  properties[PROP_INPUT] = g_param_spec_string ("input", NULL, NULL, NULL, flags);
  /**
   * GraphbitToolResult:output: (getter get_output)
   *
   * What the model is to be told: of a failed call, what went wrong.
   *
   * Since: 1.0
   */
  properties[PROP_OUTPUT] = g_param_spec_string ("output", NULL, NULL, NULL, flags);
  /**
   * GraphbitToolResult:success: (getter get_success)
   *
   * Whether the tool gave a result.
   *
   * Since: 1.0
   */
  properties[PROP_SUCCESS] = g_param_spec_boolean ("success", NULL, NULL, FALSE, flags);
  /**
   * GraphbitToolResult:error: (getter get_error)
   *
   * Why it gave none. %NULL: it did.
   *
   * Since: 1.0
   */
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  /**
   * GraphbitToolResult:duration-ms: (getter get_duration_ms)
   *
   * How long the tool took, in milliseconds. 0: it was not called.
   *
   * Since: 1.0
   */
  properties[PROP_DURATION_MS] = g_param_spec_int64 ("duration-ms", NULL, NULL, 0, G_MAXINT64, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_tool_result_init (GraphbitToolResult *self)
{
}

GraphbitToolResult *
graphbit_tool_result_new (GraphbitLlmToolCall *call,
                          const char *output,
                          const GError *error,
                          gint64 duration_ms)
{
  GraphbitToolResult *self = g_object_new (GRAPHBIT_TYPE_TOOL_RESULT, NULL);

  self->tool_call_id = g_strdup (graphbit_llm_tool_call_get_id (call));
  self->tool_name = g_strdup (graphbit_llm_tool_call_get_name (call));
  self->input = g_strdup (graphbit_llm_tool_call_get_arguments_json (call));
  self->output = g_strdup (output);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  self->duration_ms = duration_ms;
  return self;
}

/**
 * graphbit_tool_result_get_tool_call_id: (get-property tool-call-id)
 * @self: a result
 *
 * Gets the id that the model gave the call.
 *
 * Returns: the id
 *
 * Since: 1.0
 */
const char *
graphbit_tool_result_get_tool_call_id (GraphbitToolResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_RESULT (self), NULL);

  return self->tool_call_id;
}

/**
 * graphbit_tool_result_get_tool_name: (get-property tool-name)
 * @self: a result
 *
 * Gets the name of the tool that was asked for.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
graphbit_tool_result_get_tool_name (GraphbitToolResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_RESULT (self), NULL);

  return self->tool_name;
}

/**
 * graphbit_tool_result_get_input: (get-property input)
 * @self: a result
 *
 * Gets the arguments as they were given.
 *
 * Returns: a JSON text
 *
 * Since: 1.0
 */
const char *
graphbit_tool_result_get_input (GraphbitToolResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_RESULT (self), NULL);

  return self->input;
}

/**
 * graphbit_tool_result_get_output: (get-property output)
 * @self: a result
 *
 * Gets what the model is to be told.
 *
 * Returns: a text, also of a call that failed
 *
 * Since: 1.0
 */
const char *
graphbit_tool_result_get_output (GraphbitToolResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_RESULT (self), NULL);

  return self->output;
}

/**
 * graphbit_tool_result_get_success: (get-property success)
 * @self: a result
 *
 * Gets whether the tool gave a result.
 *
 * Returns: whether it did
 *
 * Since: 1.0
 */
gboolean
graphbit_tool_result_get_success (GraphbitToolResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_RESULT (self), FALSE);

  return self->error == NULL;
}

/**
 * graphbit_tool_result_get_error: (get-property error)
 * @self: a result
 *
 * Gets why the tool gave no result.
 *
 * Returns: (transfer full) (nullable): the error, or %NULL
 *
 * Since: 1.0
 */
GError *
graphbit_tool_result_get_error (GraphbitToolResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_RESULT (self), NULL);

  return self->error != NULL ? g_error_copy (self->error) : NULL;
}

/**
 * graphbit_tool_result_get_duration_ms: (get-property duration-ms)
 * @self: a result
 *
 * Gets how long the tool took.
 *
 * Returns: milliseconds; 0 if it was not called
 *
 * Since: 1.0
 */
gint64
graphbit_tool_result_get_duration_ms (GraphbitToolResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_RESULT (self), 0);

  return self->duration_ms;
}
