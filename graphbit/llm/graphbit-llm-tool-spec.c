/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-error.h"
#include "graphbit-json-private.h"
#include "graphbit-llm-tool-spec-private.h"

#define MAX_NAME_LENGTH 64

/**
 * GraphbitLlmToolSpec:
 *
 * What a model is told about a tool: its name, what it is good for, and which
 * arguments it takes. It never changes.
 *
 * To have a tool that graphbit itself calls, see [class@Tool].
 *
 * Since: 1.0
 */
typedef struct
{
  char *name;
  char *description;
  char *parameters;
  gboolean is_checked;
} GraphbitLlmToolSpecPrivate;

enum
{
  PROP_0,
  PROP_NAME,
  PROP_DESCRIPTION,
  PROP_PARAMETERS,
  N_PROPS
};

G_DEFINE_TYPE_WITH_PRIVATE (GraphbitLlmToolSpec, graphbit_llm_tool_spec, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
graphbit_llm_tool_spec_finalize (GObject *object)
{
  GraphbitLlmToolSpecPrivate *priv = graphbit_llm_tool_spec_get_instance_private (GRAPHBIT_LLM_TOOL_SPEC (object));

  g_free (priv->name);
  g_free (priv->description);
  g_free (priv->parameters);

  G_OBJECT_CLASS (graphbit_llm_tool_spec_parent_class)->finalize (object);
}

static void
graphbit_llm_tool_spec_get_property (GObject *object,
                                     guint property,
                                     GValue *value,
                                     GParamSpec *pspec)
{
  GraphbitLlmToolSpecPrivate *priv = graphbit_llm_tool_spec_get_instance_private (GRAPHBIT_LLM_TOOL_SPEC (object));

  switch (property)
    {
    case PROP_NAME:
      g_value_set_string (value, priv->name);
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, priv->description);
      break;
    case PROP_PARAMETERS:
      g_value_set_string (value, priv->parameters);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_llm_tool_spec_set_property (GObject *object,
                                     guint property,
                                     const GValue *value,
                                     GParamSpec *pspec)
{
  GraphbitLlmToolSpecPrivate *priv = graphbit_llm_tool_spec_get_instance_private (GRAPHBIT_LLM_TOOL_SPEC (object));
  const char *text = g_value_get_string (value);

  switch (property)
    {
    case PROP_NAME:
      priv->name = g_strdup (text != NULL ? text : "");
      break;
    case PROP_DESCRIPTION:
      priv->description = g_strdup (text != NULL ? text : "");
      break;
    case PROP_PARAMETERS:
      priv->parameters = g_strdup (text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_llm_tool_spec_class_init (GraphbitLlmToolSpecClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_llm_tool_spec_finalize;
  object_class->get_property = graphbit_llm_tool_spec_get_property;
  object_class->set_property = graphbit_llm_tool_spec_set_property;

  /**
   * GraphbitLlmToolSpec:name: (getter get_name)
   *
   * The name: 1 to 64 ASCII letters, digits, `_` and `-`.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, NULL, flags);

  /**
   * GraphbitLlmToolSpec:description: (getter get_description)
   *
   * What the tool does and when to call it, in words for the model.
   *
   * Since: 1.0
   */
  properties[PROP_DESCRIPTION] =
    g_param_spec_string ("description", NULL, NULL, NULL, flags);

  /**
   * GraphbitLlmToolSpec:parameters: (getter get_parameters)
   *
   * The JSON Schema of the arguments, as text; its top is an object. %NULL:
   * the tool takes none.
   *
   * Since: 1.0
   */
  properties[PROP_PARAMETERS] =
    g_param_spec_string ("parameters", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_llm_tool_spec_init (GraphbitLlmToolSpec *self)
{
}

/* What every provider takes. */
static gboolean
is_tool_name (const char *name)
{
  gsize length = strlen (name);

  if (length == 0 || length > MAX_NAME_LENGTH)
    return FALSE;

  for (const char *p = name; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && *p != '_' && *p != '-')
        return FALSE;
    }

  return TRUE;
}

gboolean
graphbit_llm_tool_spec_check_values (const char *name,
                                     const char *parameters,
                                     GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) parse_error = NULL;

  if (!is_tool_name (name))
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("“%s” cannot be the name of a tool; use 1 to 64 ASCII letters, digits, “_” and “-”"), name);
      return FALSE;
    }

  if (parameters == NULL)
    return TRUE;

  node = graphbit_json_parse (parameters, -1, &parse_error);
  if (node == NULL)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("The parameters of the tool “%s” are no JSON: %s"), name, parse_error->message);
      return FALSE;
    }
  if (graphbit_json_get_kind (node) != GRAPHBIT_JSON_KIND_OBJECT)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("The parameters of the tool “%s” must be a JSON Schema of an object"), name);
      return FALSE;
    }

  return TRUE;
}

gboolean
graphbit_llm_tool_spec_check (GraphbitLlmToolSpec *self,
                              GError **error)
{
  GraphbitLlmToolSpecPrivate *priv = graphbit_llm_tool_spec_get_instance_private (self);

  if (!priv->is_checked)
    priv->is_checked = graphbit_llm_tool_spec_check_values (priv->name, priv->parameters, error);

  return priv->is_checked;
}

/**
 * graphbit_llm_tool_spec_new:
 * @name: 1 to 64 ASCII letters, digits, `_` and `-`
 * @description: what the tool does and when to call it
 * @parameters: (nullable): the JSON Schema of its arguments, as text; %NULL: none
 * @error: return location for an error
 *
 * Creates the description of a tool.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT if the name cannot be one, or the
 * parameters are no JSON object.
 *
 * Returns: (transfer full): the new tool spec
 *
 * Since: 1.0
 */
GraphbitLlmToolSpec *
graphbit_llm_tool_spec_new (const char *name,
                            const char *description,
                            const char *parameters,
                            GError **error)
{
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (description != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!graphbit_llm_tool_spec_check_values (name, parameters, error))
    return NULL;

  return g_object_new (GRAPHBIT_TYPE_LLM_TOOL_SPEC,
                       "name", name,
                       "description", description,
                       "parameters", parameters,
                       NULL);
}

/**
 * graphbit_llm_tool_spec_get_name: (get-property name)
 * @self: a tool spec
 *
 * Gets the name.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
graphbit_llm_tool_spec_get_name (GraphbitLlmToolSpec *self)
{
  GraphbitLlmToolSpecPrivate *priv;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_TOOL_SPEC (self), NULL);

  priv = graphbit_llm_tool_spec_get_instance_private (self);

  return priv->name;
}

/**
 * graphbit_llm_tool_spec_get_description: (get-property description)
 * @self: a tool spec
 *
 * Gets what the tool does.
 *
 * Returns: the description
 *
 * Since: 1.0
 */
const char *
graphbit_llm_tool_spec_get_description (GraphbitLlmToolSpec *self)
{
  GraphbitLlmToolSpecPrivate *priv;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_TOOL_SPEC (self), NULL);

  priv = graphbit_llm_tool_spec_get_instance_private (self);

  return priv->description;
}

/**
 * graphbit_llm_tool_spec_get_parameters: (get-property parameters)
 * @self: a tool spec
 *
 * Gets the JSON Schema of the arguments.
 *
 * Returns: (nullable): JSON text, or %NULL if the tool takes none
 *
 * Since: 1.0
 */
const char *
graphbit_llm_tool_spec_get_parameters (GraphbitLlmToolSpec *self)
{
  GraphbitLlmToolSpecPrivate *priv;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_TOOL_SPEC (self), NULL);

  priv = graphbit_llm_tool_spec_get_instance_private (self);

  return priv->parameters;
}
