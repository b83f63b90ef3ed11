/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mcp-result.h"

#include "graphbit-content-part.h"
#include "graphbit-json-private.h"
#include "graphbit-mcp-values-private.h"

/**
 * GraphbitMcpResult:
 *
 * What an MCP server answered: what a tool gave, or what a resource contains.
 * It never changes.
 *
 * Since: 1.0
 */
struct _GraphbitMcpResult
{
  GObject parent_instance;

  char *text;
  GListModel *parts;
  char *structured_json;
  gboolean is_error;
  char *raw_json;
};

enum
{
  PROP_0,
  PROP_TEXT,
  PROP_PARTS,
  PROP_STRUCTURED_JSON,
  PROP_IS_ERROR,
  PROP_RAW_JSON,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitMcpResult, graphbit_mcp_result, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
graphbit_mcp_result_finalize (GObject *object)
{
  GraphbitMcpResult *self = GRAPHBIT_MCP_RESULT (object);

  g_free (self->text);
  g_clear_object (&self->parts);
  g_free (self->structured_json);
  g_free (self->raw_json);

  G_OBJECT_CLASS (graphbit_mcp_result_parent_class)->finalize (object);
}

static void
graphbit_mcp_result_get_property (GObject *object,
                                  guint prop_id,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitMcpResult *self = GRAPHBIT_MCP_RESULT (object);

  switch (prop_id)
    {
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_PARTS:
      g_value_set_object (value, self->parts);
      break;
    case PROP_STRUCTURED_JSON:
      g_value_set_string (value, self->structured_json);
      break;
    case PROP_IS_ERROR:
      g_value_set_boolean (value, self->is_error);
      break;
    case PROP_RAW_JSON:
      g_value_set_string (value, self->raw_json);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_mcp_result_set_property (GObject *object,
                                  guint prop_id,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitMcpResult *self = GRAPHBIT_MCP_RESULT (object);

  switch (prop_id)
    {
    case PROP_TEXT:
      self->text = g_value_dup_string (value);
      break;
    case PROP_PARTS:
      self->parts = g_value_dup_object (value);
      break;
    case PROP_STRUCTURED_JSON:
      self->structured_json = g_value_dup_string (value);
      break;
    case PROP_IS_ERROR:
      self->is_error = g_value_get_boolean (value);
      break;
    case PROP_RAW_JSON:
      self->raw_json = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_mcp_result_class_init (GraphbitMcpResultClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_mcp_result_finalize;
  object_class->get_property = graphbit_mcp_result_get_property;
  object_class->set_property = graphbit_mcp_result_set_property;

  /**
   * GraphbitMcpResult:text: (getter get_text)
   *
   * Everything in it that is text, a line feed between two parts. What is no text
   * is named in square brackets.
   *
   * Since: 1.0
   */
  properties[PROP_TEXT] =
    g_param_spec_string ("text", NULL, NULL, NULL, flags);

  /**
   * GraphbitMcpResult:parts: (getter get_parts)
   *
   * The parts: a list model of [class@ContentPart]. Images and other bytes are
   * there as they came; a link to a resource is a text.
   *
   * Since: 1.0
   */
  properties[PROP_PARTS] =
    g_param_spec_object ("parts", NULL, NULL, G_TYPE_LIST_MODEL, flags);

  /**
   * GraphbitMcpResult:structured-json: (getter get_structured_json)
   *
   * The structured result, as JSON text: an object, and from servers of revision
   * 2026-07-28 of the protocol any value; %NULL: there is none.
   *
   * Since: 1.0
   */
  properties[PROP_STRUCTURED_JSON] =
    g_param_spec_string ("structured-json", NULL, NULL, NULL, flags);

  /**
   * GraphbitMcpResult:is-error: (getter get_is_error)
   *
   * Whether the tool says that it failed; [property@McpResult:text] then says why.
   *
   * Since: 1.0
   */
  properties[PROP_IS_ERROR] =
    g_param_spec_boolean ("is-error", NULL, NULL, FALSE, flags);

  /**
   * GraphbitMcpResult:raw-json: (getter get_raw_json)
   *
   * The whole result as the server sent it, as JSON text.
   *
   * Since: 1.0
   */
  properties[PROP_RAW_JSON] =
    g_param_spec_string ("raw-json", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_mcp_result_init (GraphbitMcpResult *self)
{
}

/**
 * graphbit_mcp_result_get_text: (get-property text)
 * @self: a result
 *
 * Gets everything in it that is text.
 *
 * Returns: the text, maybe `""`
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_result_get_text (GraphbitMcpResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_RESULT (self), NULL);

  return self->text;
}

/**
 * graphbit_mcp_result_get_parts: (get-property parts)
 * @self: a result
 *
 * Gets the parts.
 *
 * Returns: (transfer none): a list model of [class@ContentPart]
 *
 * Since: 1.0
 */
GListModel *
graphbit_mcp_result_get_parts (GraphbitMcpResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_RESULT (self), NULL);

  return self->parts;
}

/**
 * graphbit_mcp_result_get_structured_json: (get-property structured-json)
 * @self: a result
 *
 * Gets the structured result.
 *
 * Returns: (nullable): JSON text, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_result_get_structured_json (GraphbitMcpResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_RESULT (self), NULL);

  return self->structured_json;
}

/**
 * graphbit_mcp_result_get_is_error: (get-property is-error)
 * @self: a result
 *
 * Gets whether the tool says that it failed.
 *
 * Returns: whether it failed
 *
 * Since: 1.0
 */
gboolean
graphbit_mcp_result_get_is_error (GraphbitMcpResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_RESULT (self), FALSE);

  return self->is_error;
}

/**
 * graphbit_mcp_result_get_raw_json: (get-property raw-json)
 * @self: a result
 *
 * Gets the whole result as the server sent it.
 *
 * Returns: JSON text
 *
 * Since: 1.0
 */
const char *
graphbit_mcp_result_get_raw_json (GraphbitMcpResult *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_MCP_RESULT (self), NULL);

  return self->raw_json;
}

/* The parts */

static GBytes *
decode (const char *base64)
{
  gsize length;
  guchar *data = g_base64_decode (base64, &length);

  return g_bytes_new_take (data, length);
}

/* The server's address stays out: a provider would be sent there, in place of the bytes. */
static GraphbitContentPart *
make_bytes_part (GraphbitContentKind kind,
                 const char *base64,
                 const char *mime_type)
{
  g_autoptr (GBytes) bytes = decode (base64);

  return g_object_new (GRAPHBIT_TYPE_CONTENT_PART,
                       "kind", kind,
                       "bytes", bytes,
                       "mime-type", mime_type,
                       NULL);
}

static GraphbitContentPart *
make_resource_part (JsonNode *resource)
{
  const char *text = NULL, *blob = NULL, *mime_type = "application/octet-stream";

  if (graphbit_json_get_string (resource, "text", &text))
    return graphbit_content_part_new_for_text (text);

  graphbit_json_get_string (resource, "mimeType", &mime_type);
  if (!graphbit_json_get_string (resource, "blob", &blob))
    return NULL;
  return make_bytes_part (g_str_has_prefix (mime_type, "image/") ? GRAPHBIT_CONTENT_KIND_IMAGE : GRAPHBIT_CONTENT_KIND_FILE,
                          blob, mime_type);
}

GraphbitContentPart *
graphbit_mcp_make_part (JsonNode *content)
{
  const char *type = NULL, *text = NULL, *data = NULL, *mime_type = "application/octet-stream", *uri = NULL;

  graphbit_json_get_string (content, "type", &type);
  graphbit_json_get_string (content, "mimeType", &mime_type);
  if (g_strcmp0 (type, "text") == 0 && graphbit_json_get_string (content, "text", &text))
    return graphbit_content_part_new_for_text (text);
  if (g_strcmp0 (type, "image") == 0 && graphbit_json_get_string (content, "data", &data))
    return make_bytes_part (GRAPHBIT_CONTENT_KIND_IMAGE, data, mime_type);
  if (g_strcmp0 (type, "audio") == 0 && graphbit_json_get_string (content, "data", &data))
    return make_bytes_part (GRAPHBIT_CONTENT_KIND_FILE, data, mime_type);
  if (g_strcmp0 (type, "resource") == 0)
    return make_resource_part (graphbit_json_get_member (content, "resource"));
  if (g_strcmp0 (type, "resource_link") == 0 && graphbit_json_get_string (content, "uri", &uri))
    {
      g_autofree char *link = g_strdup_printf ("[resource %s]", uri);

      return graphbit_content_part_new_for_text (link);
    }
  return NULL;
}

char *
graphbit_mcp_part_to_text (GraphbitContentPart *part)
{
  if (graphbit_content_part_get_kind (part) == GRAPHBIT_CONTENT_KIND_TEXT)
    return g_strdup (graphbit_content_part_get_text (part));

  return g_strdup_printf ("[%s, %" G_GSIZE_FORMAT " bytes]",
                          graphbit_content_part_get_mime_type (part),
                          g_bytes_get_size (graphbit_content_part_get_bytes (part)));
}

GraphbitMcpResult *
graphbit_mcp_result_new (JsonNode *result)
{
  g_autoptr (GListStore) parts = g_list_store_new (GRAPHBIT_TYPE_CONTENT_PART);
  GString *text = g_string_new (NULL);
  g_autofree char *text_taken = NULL;
  g_autofree char *structured_json = NULL;
  g_autofree char *raw_json = graphbit_json_to_text (result);
  JsonNode *content = graphbit_json_get_member (result, "content");
  JsonNode *contents = graphbit_json_get_member (result, "contents");
  JsonNode *structured = graphbit_json_get_member (result, "structuredContent");
  gboolean is_error = FALSE;

  for (guint i = 0; i < graphbit_json_get_size (content); i++)
    {
      g_autoptr (GraphbitContentPart) part = graphbit_mcp_make_part (graphbit_json_get_element (content, i));

      if (part != NULL)
        g_list_store_append (parts, part);
    }
  for (guint i = 0; i < graphbit_json_get_size (contents); i++)
    {
      g_autoptr (GraphbitContentPart) part = make_resource_part (graphbit_json_get_element (contents, i));

      if (part != NULL)
        g_list_store_append (parts, part);
    }

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (parts)); i++)
    {
      g_autoptr (GraphbitContentPart) part = g_list_model_get_item (G_LIST_MODEL (parts), i);

      g_autofree char *part_text = graphbit_mcp_part_to_text (part);

      if (text->len > 0)
        g_string_append_c (text, '\n');
      g_string_append (text, part_text);
    }
  if (structured != NULL)
    structured_json = graphbit_json_to_text (structured);
  /* Servers should say it twice, but not all do. */
  if (text->len == 0 && structured_json != NULL)
    g_string_append (text, structured_json);
  text_taken = g_string_free (text, FALSE);

  graphbit_json_get_boolean (result, "isError", &is_error);
  return g_object_new (GRAPHBIT_TYPE_MCP_RESULT,
                       "text", text_taken,
                       "parts", parts,
                       "structured-json", structured_json,
                       "is-error", is_error,
                       "raw-json", raw_json,
                       NULL);
}
