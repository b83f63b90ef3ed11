/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-body-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-content-part-private.h"
#include "graphbit-error.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-message-private.h"
#include "graphbit-llm-tool-call.h"

#define NO_PARAMETERS "{\"type\":\"object\",\"properties\":{}}"

void
graphbit_llm_body_begin_unnamed (GraphbitLlmBody *self,
                                 const GraphbitVendor *vendor,
                                 GraphbitLlmConfig *config,
                                 GString *body)
{
  self->body = body;
  self->vendor = vendor;
  self->capabilities = graphbit_llm_config_get_capabilities (config);
  self->overrides = graphbit_llm_config_peek_extra_body (config);
  graphbit_json_writer_init (&self->writer, body);
  graphbit_json_writer_begin_object (&self->writer);
}

void
graphbit_llm_body_begin (GraphbitLlmBody *self,
                         const GraphbitVendor *vendor,
                         GraphbitLlmConfig *config,
                         GString *body)
{
  graphbit_llm_body_begin_unnamed (self, vendor, config, body);
  if (graphbit_llm_body_begin_member (self, "model"))
    graphbit_json_writer_string (&self->writer, graphbit_llm_config_resolve_model (config));
}

gboolean
graphbit_llm_body_begin_member (GraphbitLlmBody *self,
                                const char *name)
{
  if (self->overrides != NULL && graphbit_json_get_member (self->overrides, name) != NULL)
    return FALSE;

  graphbit_json_writer_name (&self->writer, name);

  return TRUE;
}

gboolean
graphbit_llm_body_get_given (GraphbitLlmBody *self,
                             const char *name,
                             JsonNode **given,
                             GError **error)
{
  GraphbitJsonKind kind;

  *given = graphbit_json_get_member (self->overrides, name);
  kind = graphbit_json_get_kind (*given);
  if (*given == NULL || kind == GRAPHBIT_JSON_KIND_OBJECT || kind == GRAPHBIT_JSON_KIND_NULL)
    return TRUE;

  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
               _("The member “%s” of the extra body must be an object"), name);
  return FALSE;
}

gboolean
graphbit_llm_body_begin_inner (GraphbitLlmBody *self,
                               JsonNode *given,
                               const char *name)
{
  if (given != NULL && graphbit_json_get_member (given, name) != NULL)
    return FALSE;

  graphbit_json_writer_name (&self->writer, name);

  return TRUE;
}

void
graphbit_llm_body_write_members (GraphbitLlmBody *self,
                                 JsonNode *object,
                                 const char *except)
{
  GraphbitJsonMembers members;
  const char *name;
  JsonNode *value;

  graphbit_json_members_init (&members, object);
  while (graphbit_json_members_next (&members, &name, &value))
    {
      if (graphbit_json_get_kind (value) == GRAPHBIT_JSON_KIND_NULL || g_strcmp0 (name, except) == 0)
        continue;
      graphbit_json_writer_name (&self->writer, name);
      graphbit_json_write_node (&self->writer, value);
    }
}

void
graphbit_llm_body_end (GraphbitLlmBody *self,
                       const char *except)
{
  if (self->overrides != NULL)
    graphbit_llm_body_write_members (self, self->overrides, except);
  graphbit_json_writer_end_object (&self->writer);
}

void
graphbit_llm_media_clear (GraphbitLlmMedia *self)
{
  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->mime_type, g_free);
  g_clear_pointer (&self->bytes, g_bytes_unref);
}

/* RFC 2397; only where the data is base64, as everybody writes it. */
static void
read_data_uri (GraphbitLlmMedia *self)
{
  const char *type = self->uri + strlen ("data:");
  const char *comma = strchr (type, ',');
  const char *marker = ";base64";
  gsize length;

  if (comma == NULL)
    return;

  length = (gsize) (comma - type);
  if (length < strlen (marker) || g_ascii_strncasecmp (comma - strlen (marker), marker, strlen (marker)) != 0)
    return;

  self->base64 = comma + 1;
  self->mime_type = g_strndup (type, strcspn (type, ";,"));
}

gboolean
graphbit_llm_media_load (GraphbitLlmMedia *self,
                         GraphbitContentPart *part,
                         GError **error)
{
  GFile *file = graphbit_content_part_get_file (part);
  g_autofree char *scheme = NULL;

  memset (self, 0, sizeof *self);
  self->uri = graphbit_content_part_get_uri (part);
  /* what lies in the network is for the provider to fetch */
  if (self->uri == NULL && file != NULL && (g_file_has_uri_scheme (file, "https") || g_file_has_uri_scheme (file, "http")))
    self->uri = self->address = g_file_get_uri (file);
  if (self->uri == NULL)
    {
      self->bytes = graphbit_content_part_load (part, &self->mime_type, error);
      return self->bytes != NULL;
    }

  scheme = g_uri_parse_scheme (self->uri);
  if (g_strcmp0 (scheme, "data") == 0)
    {
      read_data_uri (self);
    }
  else if (g_strcmp0 (scheme, "https") != 0 && g_strcmp0 (scheme, "http") != 0)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The address of an image or document must begin with “https:”, “http:” or “data:”; use a file part for a local one"));
      return FALSE;
    }
  if (self->mime_type == NULL)
    self->mime_type = g_strdup (graphbit_content_part_get_mime_type (part));

  return TRUE;
}

char *
graphbit_llm_media_dup_name (const GraphbitLlmMedia *self,
                             GraphbitContentPart *part)
{
  GFile *file = graphbit_content_part_get_file (part);

  if (file != NULL)
    return g_file_get_basename (file);

  return g_strdup (g_strcmp0 (self->mime_type, "application/pdf") == 0 ? "file.pdf" : "file");
}

gboolean
graphbit_llm_media_is_link (const GraphbitLlmMedia *self)
{
  return self->uri != NULL && g_ascii_strncasecmp (self->uri, "data:", strlen ("data:")) != 0;
}

const char *
graphbit_llm_media_peek_text (const GraphbitLlmMedia *self,
                              gsize *length)
{
  static const char *const types[] = {
    "application/json", "application/xml", "application/yaml", "application/x-yaml", "application/toml",
    "application/javascript", "application/sql", NULL
  };
  const char *text;

  *length = 0;
  if (self->bytes == NULL || self->mime_type == NULL ||
      !(g_str_has_prefix (self->mime_type, "text/") || g_strv_contains (types, self->mime_type) ||
        g_content_type_is_a (self->mime_type, "text/plain")))
    return NULL;

  text = g_bytes_get_data (self->bytes, length);
  if (text == NULL)
    return "";

  return g_utf8_validate_len (text, *length, NULL) ? text : NULL;
}

void
graphbit_llm_body_write_media_uri (GraphbitLlmBody *self,
                                   const GraphbitLlmMedia *media)
{
  if (media->uri != NULL)
    graphbit_json_writer_string (&self->writer, media->uri);
  else
    graphbit_llm_body_write_data_uri (self, media);
}

/* Without a copy in between. */
static void
append_base64 (GString *body,
               GBytes *bytes)
{
  gsize length;
  const guchar *data = g_bytes_get_data (bytes, &length);
  gsize before = body->len;
  int state = 0, save = 0;

  g_string_set_size (body, before + (length / 3 + 1) * 4 + 4);
  body->len = before + g_base64_encode_step (data, length, FALSE, body->str + before, &state, &save);
  body->len += g_base64_encode_close (FALSE, body->str + body->len, &state, &save);
  body->str[body->len] = '\0';
}

void
graphbit_llm_body_write_base64 (GraphbitLlmBody *self,
                                const GraphbitLlmMedia *media)
{
  if (media->base64 != NULL)
    {
      graphbit_json_writer_string (&self->writer, media->base64);
      return;
    }

  graphbit_json_writer_raw (&self->writer, "\"", 1);
  append_base64 (self->body, media->bytes);
  g_string_append_c (self->body, '"');
}

void
graphbit_llm_body_write_data_uri (GraphbitLlmBody *self,
                                  const GraphbitLlmMedia *media)
{
  graphbit_json_writer_raw (&self->writer, "\"data:", -1);
  g_string_append (self->body, media->mime_type);
  g_string_append (self->body, ";base64,");
  append_base64 (self->body, media->bytes);
  g_string_append_c (self->body, '"');
}

gboolean
graphbit_llm_body_walk_parts (GraphbitLlmBody *self,
                              GraphbitLlmMessage *message,
                              guint media_roles,
                              GraphbitLlmPartFunc func,
                              GError **error)
{
  const char *content = graphbit_llm_message_get_content (message);
  guint n_parts = graphbit_llm_message_count_parts (message);
  gboolean may_have_media = (media_roles & (1u << graphbit_llm_message_get_role (message))) != 0;

  if (*content != '\0' && !func (self, content, NULL, error))
    return FALSE;

  for (guint i = 0; i < n_parts; i++)
    {
      g_autoptr (GraphbitContentPart) part = g_list_model_get_item (graphbit_llm_message_get_parts (message), i);
      const char *text = graphbit_content_part_get_text (part);

      if (graphbit_content_part_get_kind (part) == GRAPHBIT_CONTENT_KIND_TEXT)
        {
          if (text != NULL && *text != '\0' && !func (self, text, NULL, error))
            return FALSE;
          continue;
        }

      if (!may_have_media && graphbit_llm_message_get_role (message) == GRAPHBIT_LLM_ROLE_TOOL)
        {
          g_autofree char *described = graphbit_content_part_describe (part);

          if (!func (self, described, NULL, error))
            return FALSE;
          continue;
        }
      if (!may_have_media)
        {
          g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                               _("Only messages of the user may have images and files here; move them into one"));
          return FALSE;
        }
      if (!func (self, NULL, part, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_call_id_character (char character)
{
  return g_ascii_isalnum (character) || character == '_' || character == '-';
}

/* Letters and digits, made of all of the id. */
static void
write_short_call_id (GraphbitLlmBody *self,
                     const char *id,
                     guint length)
{
  static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  g_autofree char *made = g_malloc0 (length + 1);
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325); /* FNV-1a */

  for (const char *p = id; *p != '\0'; p++)
    hash = (hash ^ (guchar) *p) * G_GUINT64_CONSTANT (0x100000001b3);
  for (guint i = 0; i < length; i++)
    {
      made[i] = digits[hash % 62];
      hash /= 62;
    }
  graphbit_json_writer_string (&self->writer, made);
}

void
graphbit_llm_body_write_call_id (GraphbitLlmBody *self,
                                 const char *id)
{
  gboolean is_short = (self->vendor->quirks & GRAPHBIT_QUIRK_SHORT_CALL_IDS) != 0;
  gboolean is_plain = (self->vendor->quirks & GRAPHBIT_QUIRK_PLAIN_CALL_IDS) != 0;
  gsize limit = self->vendor->max_call_id > 0 ? self->vendor->max_call_id : G_MAXSIZE;
  gsize length = strlen (id);
  gboolean is_good = length > 0 && length <= limit;
  GString *made;

  if (is_short)
    is_good = length == limit;
  for (gsize i = 0; is_plain && is_good && i < length; i++)
    is_good = is_call_id_character (id[i]);
  for (gsize i = 0; is_short && is_good && i < length; i++)
    is_good = g_ascii_isalnum (id[i]);
  if (is_good)
    {
      graphbit_json_writer_string (&self->writer, id);
      return;
    }

  if (is_short)
    {
      write_short_call_id (self, id, self->vendor->max_call_id);
      return;
    }

  /* as much as may stay, and a number of the whole that keeps two apart */
  made = g_string_new (NULL);
  for (gsize i = 0; i < length && made->len < MIN (limit, 40) - 9; i++)
    {
      if (is_call_id_character (id[i]))
        g_string_append_c (made, id[i]);
    }
  g_string_append_printf (made, "_%08x", g_str_hash (id));
  graphbit_json_writer_string (&self->writer, made->str);
  g_string_free (made, TRUE);
}

char *
graphbit_llm_body_find_tool_name (GListModel *messages,
                                  guint before,
                                  const char *id)
{
  while (before-- > 0)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, before);
      guint n_calls = graphbit_llm_message_count_tool_calls (message);

      for (guint i = 0; i < n_calls; i++)
        {
          g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (graphbit_llm_message_get_tool_calls (message), i);

          if (g_strcmp0 (graphbit_llm_tool_call_get_id (call), id) == 0)
            return g_strdup (graphbit_llm_tool_call_get_name (call));
        }
    }

  return NULL;
}

static gboolean
is_object (const char *arguments)
{
  GraphbitJsonReader reader;

  graphbit_json_reader_init (&reader, arguments, strlen (arguments));

  return graphbit_json_reader_get_kind (&reader) == GRAPHBIT_JSON_KIND_OBJECT && graphbit_json_reader_finish (&reader);
}

void
graphbit_llm_body_write_result_object (GraphbitLlmBody *self,
                                       const char *result)
{
  if (is_object (result))
    {
      graphbit_json_writer_raw (&self->writer, result, -1);
      return;
    }

  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_string_member (&self->writer, "result", result);
  graphbit_json_writer_end_object (&self->writer);
}

void
graphbit_llm_body_write_arguments_object (GraphbitLlmBody *self,
                                          const char *arguments)
{
  if (is_object (arguments))
    {
      graphbit_json_writer_raw (&self->writer, arguments, -1);
      return;
    }

  graphbit_json_writer_begin_object (&self->writer);
  if (*arguments != '\0')
    graphbit_json_writer_string_member (&self->writer, "raw_arguments", arguments);
  graphbit_json_writer_end_object (&self->writer);
}

void
graphbit_llm_body_write_arguments_text (GraphbitLlmBody *self,
                                        const char *arguments)
{
  GraphbitLlmBody wrapped = { .body = g_string_new (NULL) };

  if (is_object (arguments))
    {
      graphbit_json_writer_string (&self->writer, arguments);
    }
  else
    {
      graphbit_json_writer_init (&wrapped.writer, wrapped.body);
      graphbit_llm_body_write_arguments_object (&wrapped, arguments);
      graphbit_json_writer_string (&self->writer, wrapped.body->str);
    }
  g_string_free (wrapped.body, TRUE);
}

char *
graphbit_llm_body_make_schema_words (const char *schema)
{
  return g_strconcat ("Answer with a JSON object and nothing else. It must be valid against this JSON Schema: ", schema, NULL);
}

char *
graphbit_llm_body_dup_schema_words (GraphbitLlmBody *self,
                                    GraphbitLlmOptions *options)
{
  const char *schema = options != NULL ? graphbit_llm_options_get_response_schema (options) : NULL;

  if (schema == NULL || (self->capabilities & GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA) != 0)
    return NULL;

  return graphbit_llm_body_make_schema_words (schema);
}

void
graphbit_llm_body_write_system (GraphbitLlmBody *self,
                                const char *content)
{
  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_string_member (&self->writer, "role", "system");
  graphbit_json_writer_string_member (&self->writer, "content", content);
  graphbit_json_writer_end_object (&self->writer);
}

void
graphbit_llm_body_write_schema (GraphbitLlmBody *self,
                                const char *schema)
{
  g_autoptr (JsonNode) node = graphbit_json_parse (schema, -1, NULL);

  graphbit_json_write_node (&self->writer, node);
}

void
graphbit_llm_body_write_parameters (GraphbitLlmBody *self,
                                    GraphbitLlmToolSpec *tool)
{
  const char *parameters = graphbit_llm_tool_spec_get_parameters (tool);
  g_autoptr (JsonNode) node = parameters != NULL ? graphbit_json_parse (parameters, -1, NULL) : NULL;

  if (node == NULL)
    {
      graphbit_json_writer_raw (&self->writer, NO_PARAMETERS, -1);
    }
  else if (graphbit_json_get_member (node, "type") != NULL)
    {
      graphbit_json_write_node (&self->writer, node);
    }
  else
    {
      graphbit_json_writer_begin_object (&self->writer);
      graphbit_json_writer_string_member (&self->writer, "type", "object");
      graphbit_llm_body_write_members (self, node, NULL);
      graphbit_json_writer_end_object (&self->writer);
    }
}

void
graphbit_llm_body_write_function_tool (GraphbitLlmBody *self,
                                       GraphbitLlmToolSpec *tool)
{
  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_string_member (&self->writer, "type", "function");
  graphbit_json_writer_name (&self->writer, "function");
  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_string_member (&self->writer, "name", graphbit_llm_tool_spec_get_name (tool));
  graphbit_json_writer_string_member (&self->writer, "description", graphbit_llm_tool_spec_get_description (tool));
  graphbit_json_writer_name (&self->writer, "parameters");
  graphbit_llm_body_write_parameters (self, tool);
  graphbit_json_writer_end_object (&self->writer);
  graphbit_json_writer_end_object (&self->writer);
}

void
graphbit_llm_body_write_extra_content (GraphbitLlmBody *self,
                                       JsonNode *native,
                                       const char *id)
{
  JsonNode *extra = graphbit_json_get_member (graphbit_json_get_member (native, "extra_content"), id);

  if (extra == NULL)
    return;

  graphbit_json_writer_name (&self->writer, "extra_content");
  graphbit_json_write_node (&self->writer, extra);
}

void
graphbit_llm_body_write_function_calls (GraphbitLlmBody *self,
                                        GraphbitLlmMessage *message,
                                        JsonNode *native)
{
  GListModel *calls = graphbit_llm_message_get_tool_calls (message);
  guint n_calls = g_list_model_get_n_items (calls);

  graphbit_json_writer_name (&self->writer, "tool_calls");
  graphbit_json_writer_begin_array (&self->writer);
  for (guint i = 0; i < n_calls; i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (calls, i);

      graphbit_json_writer_begin_object (&self->writer);
      graphbit_json_writer_name (&self->writer, "id");
      graphbit_llm_body_write_call_id (self, graphbit_llm_tool_call_get_id (call));
      graphbit_json_writer_string_member (&self->writer, "type", "function");
      graphbit_json_writer_name (&self->writer, "function");
      graphbit_json_writer_begin_object (&self->writer);
      graphbit_json_writer_string_member (&self->writer, "name", graphbit_llm_tool_call_get_name (call));
      graphbit_json_writer_name (&self->writer, "arguments");
      graphbit_llm_body_write_arguments_text (self, graphbit_llm_tool_call_get_arguments_json (call));
      graphbit_json_writer_end_object (&self->writer);
      graphbit_llm_body_write_extra_content (self, native, graphbit_llm_tool_call_get_id (call));
      graphbit_json_writer_end_object (&self->writer);
    }
  graphbit_json_writer_end_array (&self->writer);
}

void
graphbit_llm_body_write_texts (GraphbitLlmBody *self,
                               const char *const *texts)
{
  graphbit_json_writer_begin_array (&self->writer);
  for (guint i = 0; texts[i] != NULL; i++)
    graphbit_json_writer_string (&self->writer, texts[i]);
  graphbit_json_writer_end_array (&self->writer);
}

void
graphbit_llm_body_write_metadata (GraphbitLlmBody *self,
                                  GVariant *metadata)
{
  GVariantIter iter;
  const char *name, *value;

  graphbit_json_writer_begin_object (&self->writer);
  g_variant_iter_init (&iter, metadata);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    graphbit_json_writer_string_member (&self->writer, name, value);
  graphbit_json_writer_end_object (&self->writer);
}

static gboolean
has_element (JsonNode *array,
             const char *text)
{
  for (guint i = 0; graphbit_json_get_kind (array) == GRAPHBIT_JSON_KIND_ARRAY && i < graphbit_json_get_size (array); i++)
    {
      const char *element;

      if (graphbit_json_get_string (graphbit_json_get_element (array, i), NULL, &element) && strcmp (element, text) == 0)
        return TRUE;
    }

  return FALSE;
}

gboolean
graphbit_llm_is_strict_schema (JsonNode *node)
{
  static const char *const foreign[] = { "allOf", "not", "if", "patternProperties", "oneOf" };
  JsonNode *properties = graphbit_json_get_member (node, "properties");
  JsonNode *required = graphbit_json_get_member (node, "required");
  GraphbitJsonMembers members;
  const char *name, *type;
  JsonNode *value;
  gboolean is_open = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      if (graphbit_json_get_member (node, foreign[i]) != NULL)
        return FALSE;
    }

  if (properties != NULL || (graphbit_json_get_string (node, "type", &type) && strcmp (type, "object") == 0))
    {
      if (!graphbit_json_get_boolean (node, "additionalProperties", &is_open) || is_open)
        return FALSE;

      graphbit_json_members_init (&members, properties);
      while (graphbit_json_members_next (&members, &name, &value))
        {
          if (!has_element (required, name) || !graphbit_llm_is_strict_schema (value))
            return FALSE;
        }
    }

  value = graphbit_json_get_member (node, "items");
  if (value != NULL && !graphbit_llm_is_strict_schema (value))
    return FALSE;

  value = graphbit_json_get_member (node, "anyOf");
  for (guint i = 0; value != NULL && i < graphbit_json_get_size (value); i++)
    {
      if (!graphbit_llm_is_strict_schema (graphbit_json_get_element (value, i)))
        return FALSE;
    }

  graphbit_json_members_init (&members, graphbit_json_get_member (node, "$defs"));
  while (graphbit_json_members_next (&members, &name, &value))
    {
      if (!graphbit_llm_is_strict_schema (value))
        return FALSE;
    }

  return TRUE;
}
