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

static gboolean
write_media (Builder *self,
             GraphbitContentPart *part,
             GError **error)
{
  g_auto (GraphbitLlmMedia) media = { NULL };
  GFile *file = graphbit_content_part_get_file (part);
  g_autofree char *name = file != NULL ? g_file_get_basename (file) : NULL;

  if ((self->capabilities & GRAPHBIT_LLM_CAPABILITIES_IMAGES) == 0)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("%s takes no images and no files; ask another provider, or set the configuration's capabilities if this model does"),
                   self->vendor->title);
      return FALSE;
    }
  if (!graphbit_llm_media_load (&media, part, error))
    return FALSE;

  if (graphbit_content_part_get_kind (part) == GRAPHBIT_CONTENT_KIND_IMAGE)
    {
      graphbit_json_writer_string_member (&self->writer, "type", "image_url");
      graphbit_json_writer_name (&self->writer, "image_url");
      graphbit_json_writer_begin_object (&self->writer);
      graphbit_json_writer_name (&self->writer, "url");
    }
  else
    {
      graphbit_json_writer_string_member (&self->writer, "type", "file");
      graphbit_json_writer_name (&self->writer, "file");
      graphbit_json_writer_begin_object (&self->writer);
      graphbit_json_writer_string_member (&self->writer, "filename", name != NULL ? name : "file");
      graphbit_json_writer_name (&self->writer, "file_data");
    }
  if (media.uri != NULL)
    graphbit_json_writer_string (&self->writer, media.uri);
  else
    graphbit_llm_body_write_data_uri (self, &media);
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
      graphbit_json_writer_name (&self->writer, "id");
      graphbit_llm_body_write_call_id (self, graphbit_llm_tool_call_get_id (call));
      graphbit_json_writer_string_member (&self->writer, "type", "function");
      graphbit_json_writer_name (&self->writer, "function");
      graphbit_json_writer_begin_object (&self->writer);
      graphbit_json_writer_string_member (&self->writer, "name", graphbit_llm_tool_call_get_name (call));
      graphbit_json_writer_name (&self->writer, "arguments");
      graphbit_llm_body_write_arguments_text (self, graphbit_llm_tool_call_get_arguments_json (call));
      graphbit_json_writer_end_object (&self->writer);
      graphbit_json_writer_end_object (&self->writer);
    }
  graphbit_json_writer_end_array (&self->writer);
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
                 gboolean has_calls)
{
  const GraphbitVendor *vendor = self->vendor;
  const char *reasoning = graphbit_llm_message_get_reasoning (message);
  const char *native = graphbit_llm_message_peek_native (message, vendor->name);
  g_autoptr (JsonNode) details = NULL;
  /* one that the application wrote itself is nobody's */
  gboolean is_own = graphbit_llm_message_is_from (message, vendor->name) || graphbit_llm_message_is_from (message, NULL);

  if ((vendor->quirks & GRAPHBIT_QUIRK_REASONING_BACK) != 0 && has_calls && is_own && reasoning != NULL && *reasoning != '\0')
    graphbit_json_writer_string_member (&self->writer, "reasoning_content", reasoning);

  if ((vendor->quirks & GRAPHBIT_QUIRK_REASONING_DETAILS) != 0 && native != NULL)
    details = graphbit_json_parse (native, -1, NULL);
  if (graphbit_json_get_kind (details) != GRAPHBIT_JSON_KIND_ARRAY)
    return;

  graphbit_json_writer_name (&self->writer, "reasoning_details");
  graphbit_json_writer_begin_array (&self->writer);
  for (guint i = 0; i < graphbit_json_get_size (details);)
    i += write_detail (self, details, i);
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
  else if (has_calls && *content == '\0')
    graphbit_json_writer_null (&self->writer);
  else
    graphbit_json_writer_string (&self->writer, content);

  if (role == GRAPHBIT_LLM_ROLE_ASSISTANT)
    write_reasoning (self, message, has_calls);
  if (has_calls)
    write_tool_calls (self, message);
  graphbit_json_writer_end_object (&self->writer);

  return TRUE;
}

/* The schema for those who cannot be held to one; the word JSON must be among what is said. */
static void
write_schema_message (Builder *self,
                      const char *schema)
{
  g_autofree char *content = g_strconcat ("Answer with a JSON object and nothing else. It must be valid against this JSON Schema: ",
                                          schema, NULL);

  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_string_member (&self->writer, "role", "system");
  graphbit_json_writer_string_member (&self->writer, "content", content);
  graphbit_json_writer_end_object (&self->writer);
}

static gboolean
write_messages (Builder *self,
                GraphbitLlmRequest *request,
                GError **error)
{
  GListModel *messages = graphbit_llm_request_get_messages (request);
  guint n_messages = g_list_model_get_n_items (messages);
  GraphbitLlmOptions *options = graphbit_llm_request_get_options (request);
  const char *schema = options != NULL ? graphbit_llm_options_get_response_schema (options) : NULL;

  if (!graphbit_llm_body_begin_member (self, "messages"))
    return TRUE;

  graphbit_json_writer_begin_array (&self->writer);
  if (schema != NULL && (self->capabilities & GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA) == 0)
    write_schema_message (self, schema);
  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);

      if (!write_message (self, message, error))
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
  GraphbitTristate parallel;

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

  if (graphbit_llm_options_get_tool_choice (options) != GRAPHBIT_TOOL_CHOICE_UNSET &&
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
  if (is_object && graphbit_llm_is_strict_schema (node))
    graphbit_json_writer_boolean_member (&self->writer, "strict", TRUE);
  graphbit_json_writer_end_object (&self->writer);
  graphbit_json_writer_end_object (&self->writer);
}

/* What the vendor would refuse, or pass over in silence. */
static gboolean
check_options (Builder *self,
               GraphbitLlmRequest *request,
               GraphbitLlmOptions *options,
               GError **error)
{
  const GraphbitVendor *vendor = self->vendor;
  gboolean has_tools = graphbit_llm_request_count_tools (request) > 0;
  GraphbitToolChoice choice = options != NULL ? graphbit_llm_options_get_tool_choice (options) : GRAPHBIT_TOOL_CHOICE_UNSET;

  if (has_tools && (self->capabilities & GRAPHBIT_LLM_CAPABILITIES_TOOLS) == 0)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("%s cannot call tools; ask another provider, or set the configuration's capabilities if this model can"),
                   vendor->title);
      return FALSE;
    }
  if (options == NULL)
    return TRUE;

  {
    const struct
    {
      GraphbitLack lack;
      gboolean is_asked;
      const char *name;
    } cases[] = {
      { GRAPHBIT_LACK_SEED, graphbit_llm_options_get_seed (options) >= 0, "seed" },
      { GRAPHBIT_LACK_METADATA, graphbit_llm_options_get_metadata (options) != NULL, "metadata" },
      { GRAPHBIT_LACK_EFFORT, graphbit_llm_options_get_reasoning_effort (options) != GRAPHBIT_REASONING_EFFORT_UNSET,
        "reasoning-effort" },
      { GRAPHBIT_LACK_PARALLEL,
        has_tools && graphbit_llm_options_get_parallel_tool_calls (options) == GRAPHBIT_TRISTATE_FALSE, "parallel-tool-calls" },
      { GRAPHBIT_LACK_CHOICE,
        has_tools && (choice == GRAPHBIT_TOOL_CHOICE_REQUIRED || choice == GRAPHBIT_TOOL_CHOICE_NAMED), "tool-choice" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        if (!cases[i].is_asked || (vendor->lacks & cases[i].lack) == 0)
          continue;
        g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                     _("%s does not know the option “%s”; leave it unset"), vendor->title, cases[i].name);
        return FALSE;
      }
  }

  return TRUE;
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
        write_response_format (self, schema);
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
  if (!check_options (&self, request, options, error) || !write_messages (&self, request, error))
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
