/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-error.h"
#include "graphbit-llm-body-private.h"
#include "graphbit-llm-chat-private.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-message-private.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-tool-call.h"

typedef GraphbitLlmBody Builder;

/* A document that is no image, in one of the forms for it. */
static gboolean
write_document (Builder *self,
                GraphbitContentPart *part,
                const GraphbitLlmMedia *media,
                GError **error)
{
  g_autofree char *name = graphbit_llm_media_dup_name (media, part);

  if ((self->vendor->quirks & GRAPHBIT_QUIRK_DOCUMENT_URLS) != 0)
    {
      graphbit_json_writer_string_member (&self->writer, "type", "document_url");
      graphbit_json_writer_name (&self->writer, "document_url");
      graphbit_llm_body_write_media_uri (self, media);
      graphbit_json_writer_string_member (&self->writer, "document_name", name);
      return TRUE;
    }
  if (graphbit_llm_media_is_link (media))
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("%s does not fetch documents; hand in the bytes or a local file"), self->vendor->title);
      return FALSE;
    }

  graphbit_json_writer_string_member (&self->writer, "type", "file");
  graphbit_json_writer_name (&self->writer, "file");
  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_string_member (&self->writer, "filename", name);
  graphbit_json_writer_name (&self->writer, "file_data");
  graphbit_llm_body_write_media_uri (self, media);
  graphbit_json_writer_end_object (&self->writer);

  return TRUE;
}

static gboolean
write_media (Builder *self,
             GraphbitContentPart *part,
             GError **error)
{
  g_auto (GraphbitLlmMedia) media = { NULL };

  if (!graphbit_llm_media_load (&media, part, error))
    return FALSE;
  if (graphbit_content_part_get_kind (part) != GRAPHBIT_CONTENT_KIND_IMAGE)
    return write_document (self, part, &media, error);

  graphbit_json_writer_string_member (&self->writer, "type", "image_url");
  graphbit_json_writer_name (&self->writer, "image_url");
  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_name (&self->writer, "url");
  graphbit_llm_body_write_media_uri (self, &media);
  graphbit_json_writer_end_object (&self->writer);

  return TRUE;
}

static gboolean
write_part (Builder *self,
            const char *text,
            GraphbitContentPart *media_part,
            GError **error)
{
  graphbit_json_writer_begin_object (&self->writer);
  if (media_part != NULL)
    {
      if (!write_media (self, media_part, error))
        return FALSE;
    }
  else
    {
      graphbit_json_writer_string_member (&self->writer, "type", "text");
      graphbit_json_writer_string_member (&self->writer, "text", text);
    }
  graphbit_json_writer_end_object (&self->writer);

  return TRUE;
}

static gboolean
write_parts (Builder *self,
             GraphbitLlmMessage *message,
             GError **error)
{
  graphbit_json_writer_begin_array (&self->writer);
  if (!graphbit_llm_body_walk_parts (self, message, 1u << GRAPHBIT_LLM_ROLE_USER, write_part, error))
    return FALSE;
  graphbit_json_writer_end_array (&self->writer);

  return TRUE;
}

/* FALSE: `element` is not the next piece of what `first` began. */
static gboolean
is_piece_of (JsonNode *element,
             JsonNode *first,
             const char *type)
{
  const char *other, *signature;
  gint64 index, begun;

  return graphbit_json_get_string (element, "type", &other) && strcmp (other, type) == 0 &&
         graphbit_json_get_int64 (element, "index", &index) && graphbit_json_get_int64 (first, "index", &begun) &&
         index == begun && !graphbit_json_get_string (first, "signature", &signature);
}

/* One of OpenRouter's details, of as many pieces as the stream had. Returns how many they were. */
static guint
write_detail (Builder *self,
              JsonNode *list,
              guint position)
{
  static const char *const late[] = { "signature", "id", "format" };
  JsonNode *first = graphbit_json_get_element (list, position);
  g_autoptr (GString) whole = NULL;
  GraphbitJsonMembers members;
  const char *type, *text, *name;
  const char *piece = NULL; /* the member that comes in pieces */
  guint end = position + 1;
  JsonNode *value;

  if (graphbit_json_get_string (first, "type", &type))
    piece = strcmp (type, "reasoning.text") == 0 ? "text" : strcmp (type, "reasoning.summary") == 0 ? "summary" : NULL;
  while (piece != NULL && end < graphbit_json_get_size (list) &&
         is_piece_of (graphbit_json_get_element (list, end), first, type))
    end++;
  if (end == position + 1)
    {
      graphbit_json_write_node (&self->writer, first);
      return 1;
    }

  whole = g_string_new (NULL);
  for (guint i = position; i < end; i++)
    {
      if (graphbit_json_get_string (graphbit_json_get_element (list, i), piece, &text))
        g_string_append (whole, text);
    }

  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_members_init (&members, first);
  while (graphbit_json_members_next (&members, &name, &value))
    {
      if (strcmp (name, piece) == 0 || graphbit_json_get_kind (value) == GRAPHBIT_JSON_KIND_NULL)
        continue;
      graphbit_json_writer_name (&self->writer, name);
      graphbit_json_write_node (&self->writer, value);
    }
  graphbit_json_writer_string_member (&self->writer, piece, whole->str);
  /* what a later piece was the first to tell */
  for (guint i = 0; i < G_N_ELEMENTS (late); i++)
    {
      gboolean is_told = graphbit_json_get_string (first, late[i], &text);

      for (guint j = position + 1; j < end && !is_told; j++)
        {
          is_told = graphbit_json_get_string (graphbit_json_get_element (list, j), late[i], &text);
          if (is_told)
            graphbit_json_writer_string_member (&self->writer, late[i], text);
        }
    }
  graphbit_json_writer_end_object (&self->writer);

  return end - position;
}

/* What the model thought goes back to where it came from. */
static void
write_reasoning (Builder *self,
                 GraphbitLlmMessage *message,
                 JsonNode *native,
                 gboolean has_calls)
{
  const GraphbitVendor *vendor = self->vendor;
  const char *reasoning = graphbit_llm_message_get_reasoning (message);
  JsonNode *details =
    (vendor->quirks & GRAPHBIT_QUIRK_REASONING_DETAILS) != 0 ? graphbit_json_get_member (native, "reasoning_details") : NULL;
  /* one that the application wrote itself is nobody's */
  gboolean is_own = graphbit_llm_message_is_from (message, vendor->name) || graphbit_llm_message_is_from (message, NULL);

  if ((vendor->quirks & GRAPHBIT_QUIRK_REASONING_BACK) != 0 && has_calls && is_own && reasoning != NULL && *reasoning != '\0')
    graphbit_json_writer_string_member (&self->writer, "reasoning_content", reasoning);

  if (graphbit_json_get_kind (details) != GRAPHBIT_JSON_KIND_ARRAY)
    return;

  graphbit_json_writer_name (&self->writer, "reasoning_details");
  graphbit_json_writer_begin_array (&self->writer);
  for (guint i = 0; i < graphbit_json_get_size (details);)
    i += write_detail (self, details, i);
  graphbit_json_writer_end_array (&self->writer);
}

/* A text in a part, which may have Anthropic's mark: what is before it is kept in the cache. */
static void
write_marked_text (Builder *self,
                   const char *text)
{
  graphbit_json_writer_begin_array (&self->writer);
  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_string_member (&self->writer, "type", "text");
  graphbit_json_writer_string_member (&self->writer, "text", text);
  graphbit_json_writer_raw_member (&self->writer, "cache_control", "{\"type\":\"ephemeral\"}", -1);
  graphbit_json_writer_end_object (&self->writer);
  graphbit_json_writer_end_array (&self->writer);
}

/* The last one of nothing but text, of the system's or of the others' that are no answers; -1: there is none. */
static int
find_marked (GraphbitLlmRequest *request,
             gboolean is_system)
{
  GListModel *messages = graphbit_llm_request_get_messages (request);
  int position = (int) g_list_model_get_n_items (messages);

  while (--position >= 0)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, (guint) position);
      GraphbitLlmRole role = graphbit_llm_message_get_role (message);

      if (role != GRAPHBIT_LLM_ROLE_ASSISTANT && (role == GRAPHBIT_LLM_ROLE_SYSTEM) == is_system &&
          *graphbit_llm_message_get_content (message) != '\0' && graphbit_llm_message_count_parts (message) == 0)
        break;
    }

  return position;
}

static gboolean
write_message (Builder *self,
               GraphbitLlmMessage *message,
               gboolean is_marked,
               GError **error)
{
  static const char *const roles[] = { "system", "user", "assistant", "tool" };
  GraphbitLlmRole role = graphbit_llm_message_get_role (message);
  const char *content = graphbit_llm_message_get_content (message);
  gboolean has_calls = role == GRAPHBIT_LLM_ROLE_ASSISTANT && graphbit_llm_message_count_tool_calls (message) > 0;
  const char *kept = role == GRAPHBIT_LLM_ROLE_ASSISTANT ? graphbit_llm_message_peek_native (message, self->vendor->name) : NULL;
  /* an array is the other protocol's */
  g_autoptr (JsonNode) native = kept != NULL && *kept == '{' ? graphbit_json_parse (kept, -1, NULL) : NULL;

  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_string_member (&self->writer, "role", roles[role]);
  if (role == GRAPHBIT_LLM_ROLE_TOOL)
    {
      graphbit_json_writer_name (&self->writer, "tool_call_id");
      graphbit_llm_body_write_call_id (self, graphbit_llm_message_get_tool_call_id (message));
    }

  graphbit_json_writer_name (&self->writer, "content");
  if (role == GRAPHBIT_LLM_ROLE_TOOL && graphbit_llm_message_count_parts (message) > 0)
    {
      /* Not everybody who speaks this takes parts from a tool. */
      g_autofree char *text = graphbit_llm_message_flatten (message);

      graphbit_json_writer_string (&self->writer, text);
    }
  else if (graphbit_llm_message_count_parts (message) > 0)
    {
      if (!write_parts (self, message, error))
        return FALSE;
    }
  else if (is_marked)
    write_marked_text (self, content);
  else if (has_calls && *content == '\0')
    graphbit_json_writer_null (&self->writer);
  else
    graphbit_json_writer_string (&self->writer, content);

  if (role == GRAPHBIT_LLM_ROLE_ASSISTANT)
    write_reasoning (self, message, native, has_calls);
  if (has_calls)
    graphbit_llm_body_write_function_calls (self, message, native);
  graphbit_llm_body_write_extra_content (self, native, "");
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
  GraphbitLlmOptions *options = graphbit_llm_request_get_options (request);
  g_autofree char *words = graphbit_llm_body_dup_schema_words (self, options);
  gboolean is_caching = (self->vendor->quirks & GRAPHBIT_QUIRK_CACHE_MARKS) != 0 && options != NULL &&
                        graphbit_llm_options_get_enable_prompt_caching (options) == GRAPHBIT_TRISTATE_TRUE;
  int last_system = is_caching ? find_marked (request, TRUE) : -1;
  int last_other = is_caching ? find_marked (request, FALSE) : -1;

  if (!graphbit_llm_body_begin_member (self, "messages"))
    return TRUE;

  graphbit_json_writer_begin_array (&self->writer);
  if (words != NULL)
    graphbit_llm_body_write_system (self, words);
  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);

      if (!write_message (self, message, (int) i == last_system || (int) i == last_other, error))
        return FALSE;
    }
  graphbit_json_writer_end_array (&self->writer);

  return TRUE;
}

static void
write_tools (Builder *self,
             GraphbitLlmRequest *request,
             GraphbitLlmOptions *options)
{
  GListModel *tools = graphbit_llm_request_get_tools (request);
  guint n_tools = g_list_model_get_n_items (tools);
  gboolean has_choice = (self->vendor->lacks & GRAPHBIT_LACK_CHOICE) == 0 &&
                        (self->vendor->capabilities & GRAPHBIT_LLM_CAPABILITIES_TOOLS) != 0;
  GraphbitTristate parallel;

  /* what is not offered is not called */
  if (!has_choice && options != NULL && graphbit_llm_options_get_tool_choice (options) == GRAPHBIT_TOOL_CHOICE_NONE)
    return;

  if (graphbit_llm_body_begin_member (self, "tools"))
    {
      graphbit_json_writer_begin_array (&self->writer);
      for (guint i = 0; i < n_tools; i++)
        {
          g_autoptr (GraphbitLlmToolSpec) tool = g_list_model_get_item (tools, i);

          graphbit_llm_body_write_function_tool (self, tool);
        }
      graphbit_json_writer_end_array (&self->writer);
    }

  if (options == NULL)
    return;

  if (has_choice && graphbit_llm_options_get_tool_choice (options) != GRAPHBIT_TOOL_CHOICE_UNSET &&
      graphbit_llm_body_begin_member (self, "tool_choice"))
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
  if (parallel != GRAPHBIT_TRISTATE_UNSET && graphbit_llm_body_begin_member (self, "parallel_tool_calls"))
    graphbit_json_writer_boolean (&self->writer, parallel == GRAPHBIT_TRISTATE_TRUE);
}

static void
write_response_format (Builder *self,
                       const char *model,
                       const char *schema)
{
  g_autoptr (JsonNode) node = graphbit_json_parse (schema, -1, NULL);
  const char *type;
  gboolean is_object = graphbit_json_get_string (node, "type", &type) && strcmp (type, "object") == 0;

  graphbit_json_writer_begin_object (&self->writer);
  if (graphbit_vendor_find_family (self->vendor, model)->has_schema_value)
    {
      graphbit_json_writer_string_member (&self->writer, "type", "json_object");
      graphbit_json_writer_name (&self->writer, "value");
      graphbit_json_write_node (&self->writer, node);
      graphbit_json_writer_end_object (&self->writer);
      return;
    }
  graphbit_json_writer_string_member (&self->writer, "type", "json_schema");
  graphbit_json_writer_name (&self->writer, "json_schema");
  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_string_member (&self->writer, "name", "answer");
  graphbit_json_writer_name (&self->writer, "schema");
  graphbit_json_write_node (&self->writer, node);
  if (is_object && graphbit_llm_is_strict_schema (node))
    graphbit_json_writer_boolean_member (&self->writer, "strict", TRUE);
  graphbit_json_writer_end_object (&self->writer);
  graphbit_json_writer_end_object (&self->writer);
}

static void
write_options (Builder *self,
               const char *model,
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
  const GraphbitVendor *vendor = self->vendor;
  gboolean has_schema_mode = (self->capabilities & GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA) != 0;

  if (schema != NULL && (has_schema_mode || (vendor->quirks & GRAPHBIT_QUIRK_JSON_OBJECT) != 0) &&
      graphbit_llm_body_begin_member (self, "response_format"))
    {
      if (has_schema_mode)
        write_response_format (self, model, schema);
      else
        graphbit_json_writer_raw (&self->writer, "{\"type\":\"json_object\"}", -1);
    }
  if (max_tokens > 0 &&
      graphbit_llm_body_begin_member (self, graphbit_vendor_has_completion_limit (vendor, model) ? "max_completion_tokens" : "max_tokens"))
    graphbit_json_writer_int64 (&self->writer, max_tokens);
  if (temperature >= 0.0 && graphbit_llm_body_begin_member (self, "temperature"))
    graphbit_json_writer_double (&self->writer, temperature);
  if (top_p >= 0.0 && graphbit_llm_body_begin_member (self, "top_p"))
    graphbit_json_writer_double (&self->writer, top_p);
  if (stop != NULL && stop[0] != NULL && graphbit_llm_body_begin_member (self, "stop"))
    graphbit_llm_body_write_texts (self, stop);
  if (seed >= 0 && graphbit_llm_body_begin_member (self, vendor->seed_name != NULL ? vendor->seed_name : "seed"))
    graphbit_json_writer_int64 (&self->writer, seed);
  if (effort != GRAPHBIT_REASONING_EFFORT_UNSET && graphbit_llm_body_begin_member (self, "reasoning_effort"))
    graphbit_json_writer_string (&self->writer, efforts[effort]);
  if (metadata != NULL && graphbit_llm_body_begin_member (self, "metadata"))
    graphbit_llm_body_write_metadata (self, metadata);
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
  Builder self;

  graphbit_llm_body_begin (&self, vendor, config, body);
  if (!write_messages (&self, request, error))
    return FALSE;
  /* Without tools the other two are an error to most servers. */
  if (graphbit_llm_request_count_tools (request) > 0)
    write_tools (&self, request, options);
  if (options != NULL)
    write_options (&self, graphbit_llm_config_resolve_model (config), options);
  if (is_stream)
    {
      graphbit_json_writer_boolean_member (&self.writer, "stream", TRUE);
      if ((vendor->quirks & GRAPHBIT_QUIRK_STREAM_USAGE) && graphbit_llm_body_begin_member (&self, "stream_options"))
        graphbit_json_writer_raw (&self.writer, "{\"include_usage\":true}", -1);
    }
  graphbit_llm_body_end (&self, NULL);

  return TRUE;
}
