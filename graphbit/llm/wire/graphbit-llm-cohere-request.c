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
#include "graphbit-llm-cohere-private.h"
#include "graphbit-llm-message-private.h"
#include "graphbit-llm-request-private.h"

typedef struct
{
  GraphbitLlmBody body; /* first: what walks the parts knows only this */
  GPtrArray *documents; /* of GraphbitContentPart: files, which stand beside the messages */
} Builder;

/* What is told in words instead, because the wire does not take it together with the rest. */
static gboolean
can_hold_schema (Builder *self,
                 const char *schema,
                 gboolean has_tools)
{
  g_autoptr (JsonNode) node = graphbit_json_parse (schema, -1, NULL);
  JsonNode *required = graphbit_json_get_member (node, "required");
  const char *type;

  return (self->body.capabilities & GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA) != 0 && !has_tools &&
         self->documents->len == 0 && graphbit_json_get_string (node, "type", &type) && strcmp (type, "object") == 0 &&
         graphbit_json_get_kind (required) == GRAPHBIT_JSON_KIND_ARRAY && graphbit_json_get_size (required) > 0;
}

/* Messages */

static void
begin_part (GraphbitJsonWriter *writer,
            const char *type)
{
  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_string_member (writer, "type", type);
}

static gboolean
write_part (GraphbitLlmBody *body,
            const char *text,
            GraphbitContentPart *media_part,
            GError **error)
{
  GraphbitJsonWriter *writer = &body->writer;
  g_auto (GraphbitLlmMedia) media = { NULL };

  if (media_part == NULL)
    {
      begin_part (writer, "text");
      graphbit_json_writer_string_member (writer, "text", text);
      graphbit_json_writer_end_object (writer);
      return TRUE;
    }
  if (graphbit_content_part_get_kind (media_part) != GRAPHBIT_CONTENT_KIND_IMAGE)
    return TRUE; /* collected before */

  if (!graphbit_llm_media_load (&media, media_part, error))
    return FALSE;

  begin_part (writer, "image_url");
  graphbit_json_writer_name (writer, "image_url");
  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_name (writer, "url");
  graphbit_llm_body_write_media_uri (body, &media);
  graphbit_json_writer_end_object (writer);
  graphbit_json_writer_end_object (writer);

  return TRUE;
}

/* A plan for the tools is no text, and goes back as what it was. */
static void
write_tool_plan (Builder *self,
                 GraphbitLlmMessage *message)
{
  const char *native = graphbit_llm_message_peek_native (message, self->body.vendor->name);

  if (native != NULL)
    graphbit_json_writer_raw_member (&self->body.writer, "tool_plan", native, -1);
}

static gboolean
write_content (Builder *self,
               GraphbitLlmMessage *message,
               GError **error)
{
  GraphbitJsonWriter *writer = &self->body.writer;
  const char *content = graphbit_llm_message_get_content (message);
  const char *reasoning = graphbit_llm_message_get_reasoning (message);
  /* what another provider's model thought is not for this one */
  gboolean thinks = graphbit_llm_message_get_role (message) == GRAPHBIT_LLM_ROLE_ASSISTANT && reasoning != NULL &&
                    *reasoning != '\0' && graphbit_llm_message_is_from (message, self->body.vendor->name);

  graphbit_json_writer_name (writer, "content");
  if (!thinks && graphbit_llm_message_count_parts (message) == 0)
    {
      graphbit_json_writer_string (writer, content);
      return TRUE;
    }

  graphbit_json_writer_begin_array (writer);
  if (thinks)
    {
      begin_part (writer, "thinking");
      graphbit_json_writer_string_member (writer, "thinking", reasoning);
      graphbit_json_writer_end_object (writer);
    }
  if (!graphbit_llm_body_walk_parts (&self->body, message, 1u << GRAPHBIT_LLM_ROLE_USER, write_part, error))
    return FALSE;
  graphbit_json_writer_end_array (writer);

  return TRUE;
}

static gboolean
write_message (Builder *self,
               GraphbitLlmMessage *message,
               GError **error)
{
  static const char *const roles[] = { "system", "user", "assistant", "tool" };
  GraphbitLlmRole role = graphbit_llm_message_get_role (message);
  GraphbitJsonWriter *writer = &self->body.writer;
  gboolean has_calls = role == GRAPHBIT_LLM_ROLE_ASSISTANT && graphbit_llm_message_count_tool_calls (message) > 0;

  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_string_member (writer, "role", roles[role]);
  if (role == GRAPHBIT_LLM_ROLE_TOOL)
    {
      graphbit_json_writer_name (writer, "tool_call_id");
      graphbit_llm_body_write_call_id (&self->body, graphbit_llm_message_get_tool_call_id (message));
    }
  if (!write_content (self, message, error))
    return FALSE;
  if (has_calls)
    {
      write_tool_plan (self, message);
      graphbit_llm_body_write_function_calls (&self->body, message, NULL);
    }
  graphbit_json_writer_end_object (writer);

  return TRUE;
}

static gboolean
write_messages (Builder *self,
                GraphbitLlmRequest *request,
                const char *words,
                GError **error)
{
  GListModel *messages = graphbit_llm_request_get_messages (request);
  guint n_messages = g_list_model_get_n_items (messages);

  if (!graphbit_llm_body_begin_member (&self->body, "messages"))
    return TRUE;

  graphbit_json_writer_begin_array (&self->body.writer);
  if (words != NULL)
    graphbit_llm_body_write_system (&self->body, words);
  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);

      if (!write_message (self, message, error))
        return FALSE;
    }
  graphbit_json_writer_end_array (&self->body.writer);

  return TRUE;
}

/* Documents */

static gboolean
collect_part (GraphbitLlmBody *body,
              const char *text,
              GraphbitContentPart *media_part,
              GError **error)
{
  Builder *self = (Builder *) body;

  if (media_part != NULL && graphbit_content_part_get_kind (media_part) != GRAPHBIT_CONTENT_KIND_IMAGE)
    g_ptr_array_add (self->documents, g_object_ref (media_part));

  return TRUE;
}

static gboolean
collect_documents (Builder *self,
                   GraphbitLlmRequest *request,
                   GError **error)
{
  GListModel *messages = graphbit_llm_request_get_messages (request);
  guint n_messages = g_list_model_get_n_items (messages);

  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);

      if (graphbit_llm_message_count_parts (message) > 0 &&
          !graphbit_llm_body_walk_parts (&self->body, message, 1u << GRAPHBIT_LLM_ROLE_USER, collect_part, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
write_document (Builder *self,
                GraphbitContentPart *part,
                GError **error)
{
  GraphbitJsonWriter *writer = &self->body.writer;
  g_auto (GraphbitLlmMedia) media = { NULL };
  GFile *file = graphbit_content_part_get_file (part);
  g_autofree char *name = file != NULL ? g_file_get_basename (file) : NULL;
  const char *text;
  gsize length;

  if (!graphbit_llm_media_load (&media, part, error))
    return FALSE;

  text = graphbit_llm_media_peek_text (&media, &length);
  if (text == NULL)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("%s takes documents of text only, in UTF-8; put the document's text into the message"),
                   self->body.vendor->title);
      return FALSE;
    }

  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_name (writer, "data");
  graphbit_json_writer_begin_object (writer);
  if (name != NULL)
    graphbit_json_writer_string_member (writer, "title", name);
  graphbit_json_writer_name (writer, "text");
  graphbit_json_writer_string_len (writer, text, length);
  graphbit_json_writer_end_object (writer);
  graphbit_json_writer_end_object (writer);

  return TRUE;
}

static gboolean
write_documents (Builder *self,
                 GError **error)
{
  if (self->documents->len == 0 || !graphbit_llm_body_begin_member (&self->body, "documents"))
    return TRUE;

  graphbit_json_writer_begin_array (&self->body.writer);
  for (guint i = 0; i < self->documents->len; i++)
    {
      if (!write_document (self, g_ptr_array_index (self->documents, i), error))
        return FALSE;
    }
  graphbit_json_writer_end_array (&self->body.writer);

  return TRUE;
}

/* Options */

/* One tool cannot be named, but it can be the only one that there is, and some tool be made to be called. */
static void
write_tools (Builder *self,
             GraphbitLlmRequest *request,
             GraphbitLlmOptions *options)
{
  GraphbitJsonWriter *writer = &self->body.writer;
  guint n_tools = graphbit_llm_request_count_tools (request);
  GraphbitToolChoice choice = options != NULL ? graphbit_llm_options_get_tool_choice (options) : GRAPHBIT_TOOL_CHOICE_UNSET;
  const char *only = choice == GRAPHBIT_TOOL_CHOICE_NAMED ? graphbit_llm_options_get_tool_choice_name (options) : NULL;

  if (graphbit_llm_body_begin_member (&self->body, "tools"))
    {
      graphbit_json_writer_begin_array (writer);
      for (guint i = 0; i < n_tools; i++)
        {
          g_autoptr (GraphbitLlmToolSpec) tool = g_list_model_get_item (graphbit_llm_request_get_tools (request), i);

          if (only == NULL || strcmp (graphbit_llm_tool_spec_get_name (tool), only) == 0)
            graphbit_llm_body_write_function_tool (&self->body, tool);
        }
      graphbit_json_writer_end_array (writer);
    }

  if (choice != GRAPHBIT_TOOL_CHOICE_UNSET && choice != GRAPHBIT_TOOL_CHOICE_AUTO &&
      graphbit_llm_body_begin_member (&self->body, "tool_choice"))
    graphbit_json_writer_string (writer, choice == GRAPHBIT_TOOL_CHOICE_NONE ? "NONE" : "REQUIRED");
}

static void
write_thinking (Builder *self,
                GraphbitReasoningEffort effort)
{
  static const guint budgets[] = { 0, 0, 512, 2048, 8192, 16384, 24576, 32000 };
  GraphbitJsonWriter *writer = &self->body.writer;

  if (effort == GRAPHBIT_REASONING_EFFORT_UNSET || !graphbit_llm_body_begin_member (&self->body, "thinking"))
    return;

  begin_part (writer, budgets[effort] > 0 ? "enabled" : "disabled");
  if (budgets[effort] > 0)
    graphbit_json_writer_int64_member (writer, "token_budget", budgets[effort]);
  graphbit_json_writer_end_object (writer);
}

static void
write_options (Builder *self,
               GraphbitLlmOptions *options,
               const char *schema)
{
  GraphbitLlmBody *body = &self->body;
  GraphbitJsonWriter *writer = &body->writer;
  guint max_tokens = graphbit_llm_options_get_max_tokens (options);
  gdouble temperature = graphbit_llm_options_get_temperature (options);
  gdouble top_p = graphbit_llm_options_get_top_p (options);
  gint64 seed = graphbit_llm_options_get_seed (options);
  const char *const *stop = graphbit_llm_options_get_stop (options);

  if (schema != NULL && graphbit_llm_body_begin_member (body, "response_format"))
    {
      begin_part (writer, "json_object");
      graphbit_json_writer_name (writer, "json_schema");
      graphbit_llm_body_write_schema (body, schema);
      graphbit_json_writer_end_object (writer);
    }
  if (max_tokens > 0 && graphbit_llm_body_begin_member (body, "max_tokens"))
    graphbit_json_writer_int64 (writer, max_tokens);
  if (temperature >= 0.0 && graphbit_llm_body_begin_member (body, "temperature"))
    graphbit_json_writer_double (writer, temperature);
  if (top_p >= 0.0 && graphbit_llm_body_begin_member (body, "p"))
    graphbit_json_writer_double (writer, top_p);
  if (seed >= 0 && graphbit_llm_body_begin_member (body, "seed"))
    graphbit_json_writer_int64 (writer, seed);
  if (stop != NULL && stop[0] != NULL && graphbit_llm_body_begin_member (body, "stop_sequences"))
    graphbit_llm_body_write_texts (body, stop);
  write_thinking (self, graphbit_llm_options_get_reasoning_effort (options));
}

static gboolean
build (Builder *self,
       GraphbitLlmRequest *request,
       gboolean is_stream,
       GError **error)
{
  GraphbitLlmOptions *options = graphbit_llm_request_get_options (request);
  const char *schema = options != NULL ? graphbit_llm_options_get_response_schema (options) : NULL;
  gboolean has_tools = graphbit_llm_request_count_tools (request) > 0;
  g_autofree char *words = NULL;
  gboolean is_held;

  if (!collect_documents (self, request, error))
    return FALSE;

  is_held = schema != NULL && can_hold_schema (self, schema, has_tools);
  if (schema != NULL && !is_held)
    words = graphbit_llm_body_make_schema_words (schema);
  if (!write_messages (self, request, words, error) || !write_documents (self, error))
    return FALSE;
  if (has_tools)
    write_tools (self, request, options);
  if (options != NULL)
    write_options (self, options, is_held ? schema : NULL);
  graphbit_json_writer_boolean_member (&self->body.writer, "stream", is_stream);
  graphbit_llm_body_end (&self->body, NULL);

  return TRUE;
}

gboolean
graphbit_llm_cohere_build (const GraphbitVendor *vendor,
                           GraphbitLlmConfig *config,
                           GraphbitLlmRequest *request,
                           gboolean is_stream,
                           GString *body,
                           GError **error)
{
  Builder self = { .documents = g_ptr_array_new_with_free_func (g_object_unref) };
  gboolean is_built;

  graphbit_llm_body_begin (&self.body, vendor, config, body);
  is_built = build (&self, request, is_stream, error);
  g_ptr_array_unref (self.documents);

  return is_built;
}
