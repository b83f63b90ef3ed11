/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mcp-resource.h"

/**
 * GraphbitMcpResource:
 *
 * Something that an MCP server lets read: see
 * [method@McpClient.list_resources] and
 * [method@McpClient.list_resource_templates]. It never changes.
 *
 * Since: 1.0
 */
struct _GraphbitMcpResource
{
  GObject parent_instance;

  char *uri;
  char *name;
  char *title;
  char *description;
  char *mime_type;
  gint64 size;
  gboolean is_template;
};

enum
{
  PROP_0,
  PROP_URI,
  PROP_NAME,
  PROP_TITLE,
  PROP_DESCRIPTION,
  PROP_MIME_TYPE,
  PROP_SIZE,
  PROP_IS_TEMPLATE,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitMcpResource, graphbit_mcp_resource, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
graphbit_mcp_resource_finalize (GObject *object)
{
  GraphbitMcpResource *self = GRAPHBIT_MCP_RESOURCE (object);

  g_free (self->uri);
  g_free (self->name);
  g_free (self->title);
  g_free (self->description);
  g_free (self->mime_type);

  G_OBJECT_CLASS (graphbit_mcp_resource_parent_class)->finalize (object);
}

static void
graphbit_mcp_resource_get_property (GObject *object,
                                    guint prop_id,
                                    GValue *value,
                                    GParamSpec *pspec)
{
  GraphbitMcpResource *self = GRAPHBIT_MCP_RESOURCE (object);

  switch (prop_id)
    {
    case PROP_URI:
      g_value_set_string (value, self->uri);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, self->description);
      break;
    case PROP_MIME_TYPE:
      g_value_set_string (value, self->mime_type);
      break;
    case PROP_SIZE:
      g_value_set_int64 (value, self->size);
      break;
    case PROP_IS_TEMPLATE:
      g_value_set_boolean (value, self->is_template);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_mcp_resource_set_property (GObject *object,
                                    guint prop_id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  GraphbitMcpResource *self = GRAPHBIT_MCP_RESOURCE (object);

  switch (prop_id)
    {
    case PROP_URI:
      self->uri = g_value_dup_string (value);
      break;
    case PROP_NAME:
      self->name = g_value_dup_string (value);
      break;
    case PROP_TITLE:
      self->title = g_value_dup_string (value);
      break;
    case PROP_DESCRIPTION:
      self->description = g_value_dup_string (value);
      break;
    case PROP_MIME_TYPE:
      self->mime_type = g_value_dup_string (value);
      break;
    case PROP_SIZE:
      self->size = g_value_get_int64 (value);
      break;
    case PROP_IS_TEMPLATE:
      self->is_template = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_mcp_resource_class_init (GraphbitMcpResourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_mcp_resource_finalize;
  object_class->get_property = graphbit_mcp_resource_get_property;
  object_class->set_property = graphbit_mcp_resource_set_property;

  /**
   * GraphbitMcpResource:uri: (getter get_uri)
   *
   * The address, for [method@McpClient.read_resource]; of a template it has
   * `{variables}` in it (RFC 6570), to be filled in first.
   *
   * Since: 1.0
   */
  properties[PROP_URI] =
    g_param_spec_string ("uri", NULL, NULL, NULL, flags);

  /**
   * GraphbitMcpResource:name: (getter get_name)
   *
   * The name, for programs.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, NULL, flags);

  /**
   * GraphbitMcpResource:title: (getter get_title)
   *
   * The name, for people.
   *
   * Since: 1.0
   */
  properties[PROP_TITLE] =
    g_param_spec_string ("title", NULL, NULL, NULL, flags);

  /**
   * GraphbitMcpResource:description: (getter get_description)
   *
   * What it is.
   *
   * Since: 1.0
   */
  properties[PROP_DESCRIPTION] =
    g_param_spec_string ("description", NULL, NULL, NULL, flags);

  /**
   * GraphbitMcpResource:mime-type: (getter get_mime_type)
   *
   * Its media type, if the server knows.
   *
   * Since: 1.0
   */
  properties[PROP_MIME_TYPE] =
    g_param_spec_string ("mime-type", NULL, NULL, NULL, flags);

  /**
   * GraphbitMcpResource:size: (getter get_size)
   *
   * Its size in bytes; -1: not known.
   *
   * Since: 1.0
   */
  properties[PROP_SIZE] =
    g_param_spec_int64 ("size", NULL, NULL, -1, G_MAXINT64, -1, flags);

  /**
   * GraphbitMcpResource:is-template: (getter get_is_template)
   *
   * Whether it stands for many: [property@McpResource:uri] is a template.
   *
   * Since: 1.0
   */
  properties[PROP_IS_TEMPLATE] =
    g_param_spec_boolean ("is-template", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_mcp_resource_init (GraphbitMcpResource *self)
{
}

/**
 * graphbit_mcp_resource_get_uri: (get-property uri)
 * @self: a resource
 *
 * Gets the address.
 *
 * Returns: the URI, or the template of one
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_resource_get_uri (GraphbitMcpResource *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_RESOURCE (self), NULL);

  return self->uri;
}

/**
 * graphbit_mcp_resource_get_name: (get-property name)
 * @self: a resource
 *
 * Gets the name.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_resource_get_name (GraphbitMcpResource *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_RESOURCE (self), NULL);

  return self->name;
}

/**
 * graphbit_mcp_resource_get_title: (get-property title)
 * @self: a resource
 *
 * Gets the name for people.
 *
 * Returns: (nullable): the title, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_resource_get_title (GraphbitMcpResource *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_RESOURCE (self), NULL);

  return self->title;
}

/**
 * graphbit_mcp_resource_get_description: (get-property description)
 * @self: a resource
 *
 * Gets what it is.
 *
 * Returns: (nullable): the description, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_resource_get_description (GraphbitMcpResource *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_RESOURCE (self), NULL);

  return self->description;
}

/**
 * graphbit_mcp_resource_get_mime_type: (get-property mime-type)
 * @self: a resource
 *
 * Gets its media type.
 *
 * Returns: (nullable): the media type, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_resource_get_mime_type (GraphbitMcpResource *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_RESOURCE (self), NULL);

  return self->mime_type;
}

/**
 * graphbit_mcp_resource_get_size: (get-property size)
 * @self: a resource
 *
 * Gets its size.
 *
 * Returns: bytes, or -1
 *
 * Since: 1.0
 */
gint64
graphbit_mcp_resource_get_size (GraphbitMcpResource *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_RESOURCE (self), -1);

  return self->size;
}

/**
 * graphbit_mcp_resource_get_is_template: (get-property is-template)
 * @self: a resource
 *
 * Gets whether it stands for many.
 *
 * Returns: whether the URI is a template
 *
 * Since: 1.0
 */
gboolean
graphbit_mcp_resource_get_is_template (GraphbitMcpResource *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_RESOURCE (self), FALSE);

  return self->is_template;
}
