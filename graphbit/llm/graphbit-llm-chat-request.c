/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-content-part-private.h"
#include "graphbit-error.h"
#include "graphbit-json-private.h"
#include "graphbit-llm-chat-private.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-message-private.h"
#include "graphbit-llm-options.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-tool-call.h"
#include "graphbit-llm-tool-spec.h"

#define NO_PARAMETERS "{\"type\":\"object\",\"properties\":{}}"

typedef struct
{
  GraphbitJsonWriter writer;
  GString *body;
  JsonNode *overrides; /* LlmConfig:extra-body */
} Builder;

/* Names the next member, unless the configuration has one of that name. */
static gboolean
begin_member (Builder *self,
              const char *name)
{
  if (self->overrides != NULL && graphbit_json_get_member (self->overrides, name) != NULL)
    return FALSE;

  graphbit_json_writer_name (&self->writer, name);

  return TRUE;
}

static void
write_overrides (Builder *self)
{
  GraphbitJsonMembers members;
  const char *name;
  JsonNode *value;

  if (self->overrides == NULL)
    return;

  graphbit_json_members_init (&members, self->overrides);
  while (graphbit_json_members_next (&members, &name, &value))
    {
      if (graphbit_json_get_kind (value) == GRAPHBIT_JSON_KIND_NULL)
        continue;
      graphbit_json_writer_name (&self->writer, name);
      graphbit_json_write_node (&self->writer, value);
    }
}

/* data:MIME;base64,…, without a copy in between. */
static void
write_data_uri (Builder *self,
                const char *mime_type,
                GBytes *bytes)
{
  gsize length;
  const guchar *data = g_bytes_get_data (bytes, &length);
  GString *body = self->body;
  gsize before;
  int state = 0, save = 0;

  graphbit_json_writer_raw (&self->writer, "\"data:", -1);
  g_string_append (body, mime_type);
  g_string_append (body, ";base64,");

  before = body->len;
  g_string_set_size (body, before + (length / 3 + 1) * 4 + 4);
  body->len = before + g_base64_encode_step (data, length, FALSE, body->str + before, &state, &save);
  body->len += g_base64_encode_close (FALSE, body->str + body->len, &state, &save);
  g_string_append_c (body, '"');
}

static gboolean
write_image (Builder *self,
             GraphbitContentPart *part,
             GError **error)
{
  const char *uri = graphbit_content_part_get_uri (part);
  g_autofree char *mime_type = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (uri != NULL)
    {
      g_autofree char *scheme = g_uri_parse_scheme (uri);

      if (g_strcmp0 (scheme, "https") != 0 && g_strcmp0 (scheme, "http") != 0 && g_strcmp0 (scheme, "data") != 0)
        {
          g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                               _("The address of an image must begin with “https:”, “http:” or “data:”; use a file part for a local one"));
          return FALSE;
        }
    }
  else
    {
      bytes = graphbit_content_part_load (part, &mime_type, error);
      if (bytes == NULL)
        return FALSE;
    }

  graphbit_json_writer_string_member (&self->writer, "type", "image_url");
  graphbit_json_writer_name (&self->writer, "image_url");
  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_name (&self->writer, "url");
  if (uri != NULL)
    graphbit_json_writer_string (&self->writer, uri);
  else
    write_data_uri (self, mime_type, bytes);
  graphbit_json_writer_end_object (&self->writer);

  return TRUE;
}

static gboolean
write_file (Builder *self,
            GraphbitContentPart *part,
            GError **error)
{
  GFile *file = graphbit_content_part_get_file (part);
  g_autofree char *name = file != NULL ? g_file_get_basename (file) : NULL;
  g_autofree char *mime_type = NULL;
  g_autoptr (GBytes) bytes = graphbit_content_part_load (part, &mime_type, error);

  if (bytes == NULL)
    return FALSE;

  graphbit_json_writer_string_member (&self->writer, "type", "file");
  graphbit_json_writer_name (&self->writer, "file");
  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_string_member (&self->writer, "filename", name != NULL ? name : "file");
  graphbit_json_writer_name (&self->writer, "file_data");
  write_data_uri (self, mime_type, bytes);
  graphbit_json_writer_end_object (&self->writer);

  return TRUE;
}

static void
write_text_part (Builder *self,
                 const char *text)
{
  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_string_member (&self->writer, "type", "text");
  graphbit_json_writer_string_member (&self->writer, "text", text);
  graphbit_json_writer_end_object (&self->writer);
}

static gboolean
write_parts (Builder *self,
             GraphbitLlmMessage *message,
             GError **error)
{
  GListModel *parts = graphbit_llm_message_get_parts (message);
  const char *content = graphbit_llm_message_get_content (message);
  GraphbitLlmRole role = graphbit_llm_message_get_role (message);
  guint n_parts = g_list_model_get_n_items (parts);

  graphbit_json_writer_begin_array (&self->writer);
  if (*content != '\0')
    write_text_part (self, content);

  for (guint i = 0; i < n_parts; i++)
    {
      g_autoptr (GraphbitContentPart) part = g_list_model_get_item (parts, i);
      GraphbitContentKind kind = graphbit_content_part_get_kind (part);
      const char *text = graphbit_content_part_get_text (part);

      if (kind == GRAPHBIT_CONTENT_KIND_TEXT)
        {
          write_text_part (self, text != NULL ? text : "");
          continue;
        }
      if (role != GRAPHBIT_LLM_ROLE_USER)
        {
          g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                               _("Only messages of the user may have images and files here; move them into one"));
          return FALSE;
        }

      graphbit_json_writer_begin_object (&self->writer);
      if (kind == GRAPHBIT_CONTENT_KIND_IMAGE ? !write_image (self, part, error) : !write_file (self, part, error))
        return FALSE;
      graphbit_json_writer_end_object (&self->writer);
    }
  graphbit_json_writer_end_array (&self->writer);

  return TRUE;
}

/* What a model left unfinished is sent back as a value that is JSON, since some servers read it. */
static void
write_arguments (Builder *self,
                 const char *arguments)
{
  GraphbitJsonReader reader;
  g_autoptr (GString) wrapped = NULL;
  GraphbitJsonWriter writer;

  graphbit_json_reader_init (&reader, arguments, strlen (arguments));
  if (graphbit_json_reader_get_kind (&reader) == GRAPHBIT_JSON_KIND_OBJECT && graphbit_json_reader_finish (&reader))
    {
      graphbit_json_writer_string (&self->writer, arguments);
      return;
    }

  wrapped = g_string_new (NULL);
  graphbit_json_writer_init (&writer, wrapped);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, "raw_arguments", arguments);
  graphbit_json_writer_end_object (&writer);
  graphbit_json_writer_string (&self->writer, wrapped->str);
}

static void
write_tool_calls (Builder *self,
                  GraphbitLlmMessage *message)
{
  GListModel *calls = graphbit_llm_message_get_tool_calls (message);
  guint n_calls = g_list_model_get_n_items (calls);

  graphbit_json_writer_name (&self->writer, "tool_calls");
  graphbit_json_writer_begin_array (&self->writer);
  for (guint i = 0; i < n_calls; i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (calls, i);

      graphbit_json_writer_begin_object (&self->writer);
      graphbit_json_writer_string_member (&self->writer, "id", graphbit_llm_tool_call_get_id (call));
      graphbit_json_writer_string_member (&self->writer, "type", "function");
      graphbit_json_writer_name (&self->writer, "function");
      graphbit_json_writer_begin_object (&self->writer);
      graphbit_json_writer_string_member (&self->writer, "name", graphbit_llm_tool_call_get_name (call));
      graphbit_json_writer_name (&self->writer, "arguments");
      write_arguments (self, graphbit_llm_tool_call_get_arguments_json (call));
      graphbit_json_writer_end_object (&self->writer);
      graphbit_json_writer_end_object (&self->writer);
    }
  graphbit_json_writer_end_array (&self->writer);
}

static gboolean
write_message (Builder *self,
               GraphbitLlmMessage *message,
               GError **error)
{
  static const char *const roles[] = { "system", "user", "assistant", "tool" };
  GraphbitLlmRole role = graphbit_llm_message_get_role (message);
  const char *content = graphbit_llm_message_get_content (message);
  gboolean has_calls = role == GRAPHBIT_LLM_ROLE_ASSISTANT && graphbit_llm_message_count_tool_calls (message) > 0;

  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_string_member (&self->writer, "role", roles[role]);
  if (role == GRAPHBIT_LLM_ROLE_TOOL)
    graphbit_json_writer_string_member (&self->writer, "tool_call_id", graphbit_llm_message_get_tool_call_id (message));

  graphbit_json_writer_name (&self->writer, "content");
  if (graphbit_llm_message_count_parts (message) > 0)
    {
      if (!write_parts (self, message, error))
        return FALSE;
    }
  else if (has_calls && *content == '\0')
    graphbit_json_writer_null (&self->writer);
  else
    graphbit_json_writer_string (&self->writer, content);

  if (has_calls)
    write_tool_calls (self, message);
  graphbit_json_writer_end_object (&self->writer);

  return TRUE;
}

static gboolean
write_messages (Builder *self,
                GraphbitLlmRequest *request,
                GError **error)
{
  GListModel *messages = graphbit_llm_request_get_messages (request);
  guint n_messages = g_list_model_get_n_items (messages);

  if (!begin_member (self, "messages"))
    return TRUE;

  graphbit_json_writer_begin_array (&self->writer);
  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);

      if (!write_message (self, message, error))
        return FALSE;
    }
  graphbit_json_writer_end_array (&self->writer);

  return TRUE;
}

/* A schema is written as it was given: without the blanks, but with its members in their order. */
static void
write_schema (Builder *self,
              const char *text)
{
  g_autoptr (JsonNode) node = graphbit_json_parse (text, -1, NULL);

  graphbit_json_write_node (&self->writer, node);
}

static void
write_tools (Builder *self,
             GraphbitLlmRequest *request,
             GraphbitLlmOptions *options)
{
  GListModel *tools = graphbit_llm_request_get_tools (request);
  guint n_tools = g_list_model_get_n_items (tools);
  GraphbitTristate parallel;

  if (begin_member (self, "tools"))
    {
      graphbit_json_writer_begin_array (&self->writer);
      for (guint i = 0; i < n_tools; i++)
        {
          g_autoptr (GraphbitLlmToolSpec) tool = g_list_model_get_item (tools, i);
          const char *parameters = graphbit_llm_tool_spec_get_parameters (tool);

          graphbit_json_writer_begin_object (&self->writer);
          graphbit_json_writer_string_member (&self->writer, "type", "function");
          graphbit_json_writer_name (&self->writer, "function");
          graphbit_json_writer_begin_object (&self->writer);
          graphbit_json_writer_string_member (&self->writer, "name", graphbit_llm_tool_spec_get_name (tool));
          graphbit_json_writer_string_member (&self->writer, "description",
                                              graphbit_llm_tool_spec_get_description (tool));
          graphbit_json_writer_name (&self->writer, "parameters");
          if (parameters != NULL)
            write_schema (self, parameters);
          else
            graphbit_json_writer_raw (&self->writer, NO_PARAMETERS, -1);
          graphbit_json_writer_end_object (&self->writer);
          graphbit_json_writer_end_object (&self->writer);
        }
      graphbit_json_writer_end_array (&self->writer);
    }

  if (options == NULL)
    return;

  if (graphbit_llm_options_get_tool_choice (options) != GRAPHBIT_TOOL_CHOICE_UNSET &&
      begin_member (self, "tool_choice"))
    {
      switch (graphbit_llm_options_get_tool_choice (options))
        {
        case GRAPHBIT_TOOL_CHOICE_NONE:
          graphbit_json_writer_string (&self->writer, "none");
          break;
        case GRAPHBIT_TOOL_CHOICE_REQUIRED:
          graphbit_json_writer_string (&self->writer, "required");
          break;
        case GRAPHBIT_TOOL_CHOICE_NAMED:
          graphbit_json_writer_begin_object (&self->writer);
          graphbit_json_writer_string_member (&self->writer, "type", "function");
          graphbit_json_writer_name (&self->writer, "function");
          graphbit_json_writer_begin_object (&self->writer);
          graphbit_json_writer_string_member (&self->writer, "name",
                                              graphbit_llm_options_get_tool_choice_name (options));
          graphbit_json_writer_end_object (&self->writer);
          graphbit_json_writer_end_object (&self->writer);
          break;
        case GRAPHBIT_TOOL_CHOICE_AUTO:
        case GRAPHBIT_TOOL_CHOICE_UNSET:
        default:
          graphbit_json_writer_string (&self->writer, "auto");
          break;
        }
    }

  parallel = graphbit_llm_options_get_parallel_tool_calls (options);
  if (parallel != GRAPHBIT_TRISTATE_UNSET && begin_member (self, "parallel_tool_calls"))
    graphbit_json_writer_boolean (&self->writer, parallel == GRAPHBIT_TRISTATE_TRUE);
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

/*
 * Whether a schema is in the subset that OpenAI takes as strict: every object is closed, and all its properties are
 * required. Anything else is refused with 400 if it claims to be strict.
 */
static gboolean
is_strict_schema (JsonNode *node)
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
          if (!has_element (required, name) || !is_strict_schema (value))
            return FALSE;
        }
    }

  value = graphbit_json_get_member (node, "items");
  if (value != NULL && !is_strict_schema (value))
    return FALSE;

  value = graphbit_json_get_member (node, "anyOf");
  for (guint i = 0; value != NULL && i < graphbit_json_get_size (value); i++)
    {
      if (!is_strict_schema (graphbit_json_get_element (value, i)))
        return FALSE;
    }

  graphbit_json_members_init (&members, graphbit_json_get_member (node, "$defs"));
  while (graphbit_json_members_next (&members, &name, &value))
    {
      if (!is_strict_schema (value))
        return FALSE;
    }

  return TRUE;
}

static void
write_response_format (Builder *self,
                       const char *schema)
{
  g_autoptr (JsonNode) node = graphbit_json_parse (schema, -1, NULL);
  const char *type;
  gboolean is_object = graphbit_json_get_string (node, "type", &type) && strcmp (type, "object") == 0;

  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_string_member (&self->writer, "type", "json_schema");
  graphbit_json_writer_name (&self->writer, "json_schema");
  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_string_member (&self->writer, "name", "answer");
  graphbit_json_writer_name (&self->writer, "schema");
  graphbit_json_write_node (&self->writer, node);
  if (is_object && is_strict_schema (node))
    graphbit_json_writer_boolean_member (&self->writer, "strict", TRUE);
  graphbit_json_writer_end_object (&self->writer);
  graphbit_json_writer_end_object (&self->writer);
}

static void
write_metadata (Builder *self,
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

static void
write_options (Builder *self,
               const GraphbitVendor *vendor,
               GraphbitLlmOptions *options)
{
  static const char *const efforts[] = { NULL, "none", "minimal", "low", "medium", "high", "xhigh", "max" };
  const char *schema = graphbit_llm_options_get_response_schema (options);
  guint max_tokens = graphbit_llm_options_get_max_tokens (options);
  gdouble temperature = graphbit_llm_options_get_temperature (options);
  gdouble top_p = graphbit_llm_options_get_top_p (options);
  gint64 seed = graphbit_llm_options_get_seed (options);
  const char *const *stop = graphbit_llm_options_get_stop (options);
  GraphbitReasoningEffort effort = graphbit_llm_options_get_reasoning_effort (options);
  GVariant *metadata = graphbit_llm_options_get_metadata (options);

  if (schema != NULL && begin_member (self, "response_format"))
    write_response_format (self, schema);
  if (max_tokens > 0 &&
      begin_member (self, (vendor->quirks & GRAPHBIT_QUIRK_MAX_COMPLETION_TOKENS) ? "max_completion_tokens" : "max_tokens"))
    graphbit_json_writer_int64 (&self->writer, max_tokens);
  if (temperature >= 0.0 && begin_member (self, "temperature"))
    graphbit_json_writer_double (&self->writer, temperature);
  if (top_p >= 0.0 && begin_member (self, "top_p"))
    graphbit_json_writer_double (&self->writer, top_p);
  if (stop != NULL && stop[0] != NULL && begin_member (self, "stop"))
    {
      graphbit_json_writer_begin_array (&self->writer);
      for (guint i = 0; stop[i] != NULL; i++)
        graphbit_json_writer_string (&self->writer, stop[i]);
      graphbit_json_writer_end_array (&self->writer);
    }
  if (seed >= 0 && begin_member (self, "seed"))
    graphbit_json_writer_int64 (&self->writer, seed);
  if (effort != GRAPHBIT_REASONING_EFFORT_UNSET && begin_member (self, "reasoning_effort"))
    graphbit_json_writer_string (&self->writer, efforts[effort]);
  if (metadata != NULL && begin_member (self, "metadata"))
    write_metadata (self, metadata);
}

gboolean
graphbit_llm_chat_build (const GraphbitVendor *vendor,
                         GraphbitLlmConfig *config,
                         GraphbitLlmRequest *request,
                         gboolean is_stream,
                         GString *body,
                         GError **error)
{
  GraphbitLlmOptions *options = graphbit_llm_request_get_options (request);
  Builder self = { .body = body };

  self.overrides = graphbit_llm_config_peek_extra_body (config);
  graphbit_json_writer_init (&self.writer, body);
  graphbit_json_writer_begin_object (&self.writer);
  if (begin_member (&self, "model"))
    graphbit_json_writer_string (&self.writer, graphbit_llm_config_resolve_model (config));
  if (!write_messages (&self, request, error))
    return FALSE;
  /* Without tools the other two are an error to most servers. */
  if (graphbit_llm_request_count_tools (request) > 0)
    write_tools (&self, request, options);
  if (options != NULL)
    write_options (&self, vendor, options);
  if (is_stream)
    {
      graphbit_json_writer_boolean_member (&self.writer, "stream", TRUE);
      if ((vendor->quirks & GRAPHBIT_QUIRK_STREAM_USAGE) && begin_member (&self, "stream_options"))
        graphbit_json_writer_raw (&self.writer, "{\"include_usage\":true}", -1);
    }
  write_overrides (&self);
  graphbit_json_writer_end_object (&self.writer);

  return TRUE;
}
