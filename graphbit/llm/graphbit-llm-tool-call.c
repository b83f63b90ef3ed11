/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-tool-call.h"

/**
 * GraphbitLlmToolCall:
 *
 * A model's wish that a tool be called. It never changes.
 *
 * Since: 1.0
 */
struct _GraphbitLlmToolCall
{
  GObject parent_instance;

  char *id;
  char *name;
  char *arguments_json;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_ARGUMENTS_JSON,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitLlmToolCall, graphbit_llm_tool_call, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
graphbit_llm_tool_call_finalize (GObject *object)
{
  GraphbitLlmToolCall *self = GRAPHBIT_LLM_TOOL_CALL (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->arguments_json);

  G_OBJECT_CLASS (graphbit_llm_tool_call_parent_class)->finalize (object);
}

static void
graphbit_llm_tool_call_get_property (GObject *object,
                                     guint property,
                                     GValue *value,
                                     GParamSpec *pspec)
{
  GraphbitLlmToolCall *self = GRAPHBIT_LLM_TOOL_CALL (object);

  switch (property)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_ARGUMENTS_JSON:
      g_value_set_string (value, self->arguments_json);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_llm_tool_call_set_property (GObject *object,
                                     guint property,
                                     const GValue *value,
                                     GParamSpec *pspec)
{
  GraphbitLlmToolCall *self = GRAPHBIT_LLM_TOOL_CALL (object);
  const char *text = g_value_get_string (value);

  switch (property)
    {
    case PROP_ID:
      self->id = g_strdup (text != NULL ? text : "");
      break;
    case PROP_NAME:
      self->name = g_strdup (text != NULL ? text : "");
      break;
    case PROP_ARGUMENTS_JSON:
      self->arguments_json = g_strdup (text != NULL ? text : "{}");
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_llm_tool_call_class_init (GraphbitLlmToolCallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_llm_tool_call_finalize;
  object_class->get_property = graphbit_llm_tool_call_get_property;
  object_class->set_property = graphbit_llm_tool_call_set_property;

  /**
   * GraphbitLlmToolCall:id: (getter get_id)
   *
   * What the result refers to: the provider's, or one made here.
   *
   * Since: 1.0
   */
  properties[PROP_ID] =
    g_param_spec_string ("id", NULL, NULL, NULL, flags);

  /**
   * GraphbitLlmToolCall:name: (getter get_name)
   *
   * The name of the tool.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, NULL, flags);

  /**
   * GraphbitLlmToolCall:arguments-json: (getter get_arguments_json)
   *
   * The arguments, as the model wrote them: usually the text of a JSON object,
   * `{}` if there are none. A model may err, and an answer that was cut off
   * leaves them incomplete, so the text need not be right JSON.
   *
   * Since: 1.0
   */
  properties[PROP_ARGUMENTS_JSON] =
    g_param_spec_string ("arguments-json", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_llm_tool_call_init (GraphbitLlmToolCall *self)
{
}

/**
 * graphbit_llm_tool_call_new:
 * @id: what the result refers to
 * @name: the name of the tool
 * @arguments_json: (nullable): the text of a JSON object; %NULL: `{}`
 *
 * Creates a tool call, for a history that was stored or for a provider of the
 * application's own.
 *
 * Returns: (transfer full): the new tool call
 *
 * Since: 1.0
 */
GraphbitLlmToolCall *
graphbit_llm_tool_call_new (const char *id,
                            const char *name,
                            const char *arguments_json)
{
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return g_object_new (GRAPHBIT_TYPE_LLM_TOOL_CALL,
                       "id", id,
                       "name", name,
                       "arguments-json", arguments_json,
                       NULL);
}

/**
 * graphbit_llm_tool_call_get_id: (get-property id)
 * @self: a tool call
 *
 * Gets what the result refers to.
 *
 * Returns: the id
 *
 * Since: 1.0
 */
const char *
graphbit_llm_tool_call_get_id (GraphbitLlmToolCall *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_TOOL_CALL (self), NULL);

  return self->id;
}

/**
 * graphbit_llm_tool_call_get_name: (get-property name)
 * @self: a tool call
 *
 * Gets the name of the tool.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
graphbit_llm_tool_call_get_name (GraphbitLlmToolCall *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_TOOL_CALL (self), NULL);

  return self->name;
}

/**
 * graphbit_llm_tool_call_get_arguments_json: (get-property arguments-json)
 * @self: a tool call
 *
 * Gets the arguments as the model wrote them.
 *
 * Returns: usually the text of a JSON object
 *
 * Since: 1.0
 */
const char *
graphbit_llm_tool_call_get_arguments_json (GraphbitLlmToolCall *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_TOOL_CALL (self), NULL);

  return self->arguments_json;
}
