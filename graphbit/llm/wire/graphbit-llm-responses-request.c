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
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-message-private.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-responses-private.h"
#include "graphbit-llm-tool-call.h"

typedef struct
{
  GraphbitLlmBody body; /* first: what walks the parts knows only this */
  GraphbitLlmOptions *options;
  gboolean is_output; /* the parts are what the model said */
} Builder;

static gboolean
write_part (GraphbitLlmBody *body,
            const char *text,
            GraphbitContentPart *media_part,
            GError **error)
{
  Builder *self = (Builder *) body;
  GraphbitJsonWriter *writer = &body->writer;
  g_auto (GraphbitLlmMedia) media = { NULL };

  graphbit_json_writer_begin_object (writer);
  if (media_part == NULL)
    {
      graphbit_json_writer_string_member (writer, "type", self->is_output ? "output_text" : "input_text");
      graphbit_json_writer_string_member (writer, "text", text);
      graphbit_json_writer_end_object (writer);
      return TRUE;
    }

  if (!graphbit_llm_media_load (&media, media_part, error))
    return FALSE;
  if (graphbit_content_part_get_kind (media_part) == GRAPHBIT_CONTENT_KIND_IMAGE)
    {
      graphbit_json_writer_string_member (writer, "type", "input_image");
      graphbit_json_writer_name (writer, "image_url");
    }
  else if (graphbit_llm_media_is_link (&media))
    {
      graphbit_json_writer_string_member (writer, "type", "input_file");
      graphbit_json_writer_name (writer, "file_url");
    }
  else
    {
      g_autofree char *name = graphbit_llm_media_dup_name (&media, media_part);

      graphbit_json_writer_string_member (writer, "type", "input_file");
      graphbit_json_writer_string_member (writer, "filename", name);
      graphbit_json_writer_name (writer, "file_data");
    }
  graphbit_llm_body_write_media_uri (body, &media);
  graphbit_json_writer_end_object (writer);

  return TRUE;
}

/* A text where that is all, which everybody takes, else parts. */
static gboolean
write_content (Builder *self,
               GraphbitLlmMessage *message,
               GError **error)
{
  if (graphbit_llm_message_count_parts (message) == 0)
    {
      graphbit_json_writer_string (&self->body.writer, graphbit_llm_message_get_content (message));
      return TRUE;
    }

  self->is_output = graphbit_llm_message_get_role (message) == GRAPHBIT_LLM_ROLE_ASSISTANT;
  graphbit_json_writer_begin_array (&self->body.writer);
  if (!graphbit_llm_body_walk_parts (&self->body, message,
                                     1u << GRAPHBIT_LLM_ROLE_USER | 1u << GRAPHBIT_LLM_ROLE_TOOL, write_part, error))
    return FALSE;
  graphbit_json_writer_end_array (&self->body.writer);

  return TRUE;
}

static void
write_calls (Builder *self,
             GraphbitLlmMessage *message)
{
  GraphbitJsonWriter *writer = &self->body.writer;
  guint n_calls = graphbit_llm_message_count_tool_calls (message);

  for (guint i = 0; i < n_calls; i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (graphbit_llm_message_get_tool_calls (message), i);

      graphbit_json_writer_begin_object (writer);
      graphbit_json_writer_string_member (writer, "type", "function_call");
      graphbit_json_writer_name (writer, "call_id");
      graphbit_llm_body_write_call_id (&self->body, graphbit_llm_tool_call_get_id (call));
      graphbit_json_writer_string_member (writer, "name", graphbit_llm_tool_call_get_name (call));
      graphbit_json_writer_name (writer, "arguments");
      graphbit_llm_body_write_arguments_text (&self->body, graphbit_llm_tool_call_get_arguments_json (call));
      graphbit_json_writer_end_object (writer);
    }
}

/* One message is one item or several: calls of tools stand beside what is said. */
static gboolean
write_items (Builder *self,
             GraphbitLlmMessage *message,
             GError **error)
{
  static const char *const roles[] = { "system", "user", "assistant", NULL };
  GraphbitJsonWriter *writer = &self->body.writer;
  GraphbitLlmRole role = graphbit_llm_message_get_role (message);
  gboolean is_assistant = role == GRAPHBIT_LLM_ROLE_ASSISTANT;
  const char *native = is_assistant ? graphbit_llm_message_peek_native (message, self->body.vendor->name) : NULL;

  /* an array, of which the items between the brackets are wanted; an object is the other protocol's */
  if (native != NULL && *native == '[' && strlen (native) > 2)
    {
      graphbit_json_writer_raw (writer, native + 1, (gssize) strlen (native) - 2);
      return TRUE;
    }

  if (!is_assistant || *graphbit_llm_message_get_content (message) != '\0' || graphbit_llm_message_count_parts (message) > 0)
    {
      graphbit_json_writer_begin_object (writer);
      if (role == GRAPHBIT_LLM_ROLE_TOOL)
        {
          graphbit_json_writer_string_member (writer, "type", "function_call_output");
          graphbit_json_writer_name (writer, "call_id");
          graphbit_llm_body_write_call_id (&self->body, graphbit_llm_message_get_tool_call_id (message));
          graphbit_json_writer_name (writer, "output");
        }
      else
        {
          graphbit_json_writer_string_member (writer, "role", roles[role]);
          graphbit_json_writer_name (writer, "content");
        }
      if (!write_content (self, message, error))
        return FALSE;
      graphbit_json_writer_end_object (writer);
    }
  if (is_assistant)
    write_calls (self, message);

  return TRUE;
}

static gboolean
write_input (Builder *self,
             GraphbitLlmRequest *request,
             GError **error)
{
  GListModel *messages = graphbit_llm_request_get_messages (request);
  guint n_messages = g_list_model_get_n_items (messages);
  g_autofree char *words = graphbit_llm_body_dup_schema_words (&self->body, self->options);

  if (!graphbit_llm_body_begin_member (&self->body, "input"))
    return TRUE;

  graphbit_json_writer_begin_array (&self->body.writer);
  if (words != NULL)
    graphbit_llm_body_write_system (&self->body, words);
  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);

      if (!write_items (self, message, error))
        return FALSE;
    }
  graphbit_json_writer_end_array (&self->body.writer);

  return TRUE;
}

static void
write_tools (Builder *self,
             GraphbitLlmRequest *request)
{
  GraphbitJsonWriter *writer = &self->body.writer;
  guint n_tools = graphbit_llm_request_count_tools (request);

  if (!graphbit_llm_body_begin_member (&self->body, "tools"))
    return;

  graphbit_json_writer_begin_array (writer);
  for (guint i = 0; i < n_tools; i++)
    {
      g_autoptr (GraphbitLlmToolSpec) tool = g_list_model_get_item (graphbit_llm_request_get_tools (request), i);
      const char *parameters = graphbit_llm_tool_spec_get_parameters (tool);
      g_autoptr (JsonNode) schema = parameters != NULL ? graphbit_json_parse (parameters, -1, NULL) : NULL;

      graphbit_json_writer_begin_object (writer);
      graphbit_json_writer_string_member (writer, "type", "function");
      graphbit_json_writer_string_member (writer, "name", graphbit_llm_tool_spec_get_name (tool));
      graphbit_json_writer_string_member (writer, "description", graphbit_llm_tool_spec_get_description (tool));
      graphbit_json_writer_name (writer, "parameters");
      graphbit_llm_body_write_parameters (&self->body, tool);
      /* what is left out is taken for strict here */
      graphbit_json_writer_boolean_member (writer, "strict",
                                           graphbit_json_get_member (schema, "type") != NULL &&
                                           graphbit_llm_is_strict_schema (schema));
      graphbit_json_writer_end_object (writer);
    }
  graphbit_json_writer_end_array (writer);
}

static void
write_tool_choice (Builder *self)
{
  static const char *const words[] = { NULL, "auto", "none", "required", NULL };
  GraphbitJsonWriter *writer = &self->body.writer;
  GraphbitToolChoice choice = graphbit_llm_options_get_tool_choice (self->options);
  GraphbitTristate parallel = graphbit_llm_options_get_parallel_tool_calls (self->options);

  if (choice != GRAPHBIT_TOOL_CHOICE_UNSET && graphbit_llm_body_begin_member (&self->body, "tool_choice"))
    {
      if (words[choice] != NULL)
        {
          graphbit_json_writer_string (writer, words[choice]);
        }
      else
        {
          graphbit_json_writer_begin_object (writer);
          graphbit_json_writer_string_member (writer, "type", "function");
          graphbit_json_writer_string_member (writer, "name", graphbit_llm_options_get_tool_choice_name (self->options));
          graphbit_json_writer_end_object (writer);
        }
    }
  if (parallel != GRAPHBIT_TRISTATE_UNSET && graphbit_llm_body_begin_member (&self->body, "parallel_tool_calls"))
    graphbit_json_writer_boolean (writer, parallel == GRAPHBIT_TRISTATE_TRUE);
}

static void
write_format (Builder *self,
              const char *schema)
{
  GraphbitJsonWriter *writer = &self->body.writer;
  g_autoptr (JsonNode) node = graphbit_json_parse (schema, -1, NULL);
  const char *type;

  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_name (writer, "format");
  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_string_member (writer, "type", "json_schema");
  graphbit_json_writer_string_member (writer, "name", "answer");
  graphbit_json_writer_name (writer, "schema");
  graphbit_json_write_node (writer, node);
  graphbit_json_writer_boolean_member (writer, "strict",
                                       graphbit_json_get_string (node, "type", &type) && strcmp (type, "object") == 0 &&
                                       graphbit_llm_is_strict_schema (node));
  graphbit_json_writer_end_object (writer);
  graphbit_json_writer_end_object (writer);
}

/* What the configuration has, such as `summary`, stands beside ours and goes before it. */
static gboolean
write_reasoning (Builder *self,
                 GError **error)
{
  static const char *const efforts[] = { NULL, "none", "minimal", "low", "medium", "high", "xhigh", "max" };
  GraphbitJsonWriter *writer = &self->body.writer;
  GraphbitReasoningEffort effort =
    self->options != NULL ? graphbit_llm_options_get_reasoning_effort (self->options) : GRAPHBIT_REASONING_EFFORT_UNSET;
  JsonNode *given;

  if (!graphbit_llm_body_get_given (&self->body, "reasoning", &given, error))
    return FALSE;
  if ((effort == GRAPHBIT_REASONING_EFFORT_UNSET && given == NULL) || graphbit_json_get_kind (given) == GRAPHBIT_JSON_KIND_NULL)
    return TRUE;

  graphbit_json_writer_name (writer, "reasoning");
  graphbit_json_writer_begin_object (writer);
  if (effort != GRAPHBIT_REASONING_EFFORT_UNSET && graphbit_llm_body_begin_inner (&self->body, given, "effort"))
    graphbit_json_writer_string (writer, efforts[effort]);
  if (given != NULL)
    graphbit_llm_body_write_members (&self->body, given, NULL);
  graphbit_json_writer_end_object (writer);

  return TRUE;
}

static void
write_options (Builder *self)
{
  GraphbitJsonWriter *writer = &self->body.writer;
  const char *schema = graphbit_llm_options_get_response_schema (self->options);
  guint max_tokens = graphbit_llm_options_get_max_tokens (self->options);
  gdouble temperature = graphbit_llm_options_get_temperature (self->options);
  gdouble top_p = graphbit_llm_options_get_top_p (self->options);
  GVariant *metadata = graphbit_llm_options_get_metadata (self->options);

  if (schema != NULL && (self->body.capabilities & GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA) != 0 &&
      graphbit_llm_body_begin_member (&self->body, "text"))
    write_format (self, schema);
  if (max_tokens > 0 && graphbit_llm_body_begin_member (&self->body, "max_output_tokens"))
    graphbit_json_writer_int64 (writer, max_tokens);
  if (temperature >= 0.0 && graphbit_llm_body_begin_member (&self->body, "temperature"))
    graphbit_json_writer_double (writer, temperature);
  if (top_p >= 0.0 && graphbit_llm_body_begin_member (&self->body, "top_p"))
    graphbit_json_writer_double (writer, top_p);
  if (metadata != NULL && graphbit_llm_body_begin_member (&self->body, "metadata"))
    graphbit_llm_body_write_metadata (&self->body, metadata);
}

/* What does not think refuses to tell what it thought, encrypted or not. */
static gboolean
thinks (Builder *self,
        const char *model)
{
  return (self->options != NULL && graphbit_llm_options_get_reasoning_effort (self->options) > GRAPHBIT_REASONING_EFFORT_NONE) ||
         graphbit_vendor_find_family (self->body.vendor, model)->thinks;
}

gboolean
graphbit_llm_responses_build (const GraphbitVendor *vendor,
                              GraphbitLlmConfig *config,
                              GraphbitLlmRequest *request,
                              gboolean is_stream,
                              GString *body,
                              GError **error)
{
  Builder self = { .options = graphbit_llm_request_get_options (request) };

  graphbit_llm_body_begin (&self.body, vendor, config, body);
  if (!write_input (&self, request, error))
    return FALSE;
  if (graphbit_llm_request_count_tools (request) > 0)
    {
      write_tools (&self, request);
      if (self.options != NULL)
        write_tool_choice (&self);
    }
  if (self.options != NULL)
    write_options (&self);
  if (!write_reasoning (&self, error))
    return FALSE;

  /* The conversation is kept here and not there; what the model thought comes along, for it alone to read. */
  if (graphbit_llm_body_begin_member (&self.body, "store"))
    graphbit_json_writer_boolean (&self.body.writer, FALSE);
  if (thinks (&self, graphbit_llm_config_resolve_model (config)) && graphbit_llm_body_begin_member (&self.body, "include"))
    graphbit_json_writer_raw (&self.body.writer, "[\"reasoning.encrypted_content\"]", -1);
  if (is_stream)
    graphbit_json_writer_boolean_member (&self.body.writer, "stream", TRUE);
  graphbit_llm_body_end (&self.body, "reasoning");

  return TRUE;
}
