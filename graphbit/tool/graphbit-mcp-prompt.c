/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mcp-prompt.h"

/**
 * GraphbitMcpPrompt:
 *
 * A prompt that an MCP server has ready: see
 * [method@McpClient.list_prompts]. It never changes.
 *
 * Since: 1.0
 */
struct _GraphbitMcpPrompt
{
  GObject parent_instance;

  char *name;
  char *title;
  char *description;
  char *arguments_json;
};

enum
{
  PROP_0,
  PROP_NAME,
  PROP_TITLE,
  PROP_DESCRIPTION,
  PROP_ARGUMENTS_JSON,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitMcpPrompt, graphbit_mcp_prompt, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
graphbit_mcp_prompt_finalize (GObject *object)
{
  GraphbitMcpPrompt *self = GRAPHBIT_MCP_PROMPT (object);

  g_free (self->name);
  g_free (self->title);
  g_free (self->description);
  g_free (self->arguments_json);

  G_OBJECT_CLASS (graphbit_mcp_prompt_parent_class)->finalize (object);
}

static void
graphbit_mcp_prompt_get_property (GObject *object,
                                  guint prop_id,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitMcpPrompt *self = GRAPHBIT_MCP_PROMPT (object);

  switch (prop_id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, self->description);
      break;
    case PROP_ARGUMENTS_JSON:
      g_value_set_string (value, self->arguments_json);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_mcp_prompt_set_property (GObject *object,
                                  guint prop_id,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitMcpPrompt *self = GRAPHBIT_MCP_PROMPT (object);

  switch (prop_id)
    {
    case PROP_NAME:
      self->name = g_value_dup_string (value);
      break;
    case PROP_TITLE:
      self->title = g_value_dup_string (value);
      break;
    case PROP_DESCRIPTION:
      self->description = g_value_dup_string (value);
      break;
    case PROP_ARGUMENTS_JSON:
      self->arguments_json = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_mcp_prompt_class_init (GraphbitMcpPromptClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_mcp_prompt_finalize;
  object_class->get_property = graphbit_mcp_prompt_get_property;
  object_class->set_property = graphbit_mcp_prompt_set_property;

  /**
   * GraphbitMcpPrompt:name: (getter get_name)
   *
   * The name, for [method@McpClient.get_prompt].
   *
   * Since: 1.0
   */
  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, NULL, flags);

  /**
   * GraphbitMcpPrompt:title: (getter get_title)
   *
   * The name, for people.
   *
   * Since: 1.0
   */
  properties[PROP_TITLE] =
    g_param_spec_string ("title", NULL, NULL, NULL, flags);

  /**
   * GraphbitMcpPrompt:description: (getter get_description)
   *
   * What it is for.
   *
   * Since: 1.0
   */
  properties[PROP_DESCRIPTION] =
    g_param_spec_string ("description", NULL, NULL, NULL, flags);

  /**
   * GraphbitMcpPrompt:arguments-json: (getter get_arguments_json)
   *
   * What it takes: the JSON text of an array of objects with `name`,
   * `description` and `required`; %NULL: nothing.
   *
   * Since: 1.0
   */
  properties[PROP_ARGUMENTS_JSON] =
    g_param_spec_string ("arguments-json", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_mcp_prompt_init (GraphbitMcpPrompt *self)
{
}

/**
 * graphbit_mcp_prompt_get_name: (get-property name)
 * @self: a prompt
 *
 * Gets the name.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_prompt_get_name (GraphbitMcpPrompt *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_PROMPT (self), NULL);

  return self->name;
}

/**
 * graphbit_mcp_prompt_get_title: (get-property title)
 * @self: a prompt
 *
 * Gets the name for people.
 *
 * Returns: (nullable): the title, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_prompt_get_title (GraphbitMcpPrompt *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_PROMPT (self), NULL);

  return self->title;
}

/**
 * graphbit_mcp_prompt_get_description: (get-property description)
 * @self: a prompt
 *
 * Gets what it is for.
 *
 * Returns: (nullable): the description, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_prompt_get_description (GraphbitMcpPrompt *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_PROMPT (self), NULL);

  return self->description;
}

/**
 * graphbit_mcp_prompt_get_arguments_json: (get-property arguments-json)
 * @self: a prompt
 *
 * Gets what it takes.
 *
 * Returns: (nullable): the JSON text of an array, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_prompt_get_arguments_json (GraphbitMcpPrompt *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_PROMPT (self), NULL);

  return self->arguments_json;
}
