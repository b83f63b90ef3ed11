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
#include "graphbit-llm-message-private.h"
#include "graphbit-llm-ollama-private.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-tool-call.h"

typedef struct
{
  GraphbitLlmBody body; /* first: what walks the parts knows only this */
  GString *text;        /* of the message at hand */
  GPtrArray *images;    /* of GraphbitContentPart */
} Builder;

/* Text is one text here, and images stand beside it. */
static gboolean
take_part (GraphbitLlmBody *body,
           const char *text,
           GraphbitContentPart *media_part,
           GError **error)
{
  Builder *self = (Builder *) body;

  if (media_part == NULL)
    {
      if (self->text->len > 0)
        g_string_append_c (self->text, '\n');
      g_string_append (self->text, text);
      return TRUE;
    }

  if (graphbit_content_part_get_kind (media_part) != GRAPHBIT_CONTENT_KIND_IMAGE)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("%s takes text and images only; put the document's text into the message"), body->vendor->title);
      return FALSE;
    }
  g_ptr_array_add (self->images, g_object_ref (media_part));

  return TRUE;
}

static gboolean
write_images (Builder *self,
              GError **error)
{
  if (self->images->len == 0)
    return TRUE;

  graphbit_json_writer_name (&self->body.writer, "images");
  graphbit_json_writer_begin_array (&self->body.writer);
  for (guint i = 0; i < self->images->len; i++)
    {
      g_auto (GraphbitLlmMedia) media = { NULL };

      if (!graphbit_llm_media_load (&media, g_ptr_array_index (self->images, i), error))
        return FALSE;
      if (media.uri != NULL && media.base64 == NULL)
        {
          g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                       _("%s does not fetch images; hand in the bytes, a file, or a “data:” address in base64"),
                       self->body.vendor->title);
          return FALSE;
        }
      graphbit_llm_body_write_base64 (&self->body, &media);
    }
  graphbit_json_writer_end_array (&self->body.writer);

  return TRUE;
}

static void
write_tool_calls (Builder *self,
                  GraphbitLlmMessage *message)
{
  guint n_calls = graphbit_llm_message_count_tool_calls (message);

  if (n_calls == 0)
    return;

  graphbit_json_writer_name (&self->body.writer, "tool_calls");
  graphbit_json_writer_begin_array (&self->body.writer);
  for (guint i = 0; i < n_calls; i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (graphbit_llm_message_get_tool_calls (message), i);

      graphbit_json_writer_begin_object (&self->body.writer);
      graphbit_json_writer_name (&self->body.writer, "id");
      graphbit_llm_body_write_call_id (&self->body, graphbit_llm_tool_call_get_id (call));
      graphbit_json_writer_name (&self->body.writer, "function");
      graphbit_json_writer_begin_object (&self->body.writer);
      graphbit_json_writer_string_member (&self->body.writer, "name", graphbit_llm_tool_call_get_name (call));
      graphbit_json_writer_name (&self->body.writer, "arguments");
      graphbit_llm_body_write_arguments_object (&self->body, graphbit_llm_tool_call_get_arguments_json (call));
      graphbit_json_writer_end_object (&self->body.writer);
      graphbit_json_writer_end_object (&self->body.writer);
    }
  graphbit_json_writer_end_array (&self->body.writer);
}

static gboolean
write_message (Builder *self,
               GListModel *messages,
               guint position,
               GError **error)
{
  static const char *const roles[] = { "system", "user", "assistant", "tool" };
  g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, position);
  GraphbitLlmRole role = graphbit_llm_message_get_role (message);
  GraphbitJsonWriter *writer = &self->body.writer;

  g_string_truncate (self->text, 0);
  g_ptr_array_set_size (self->images, 0);
  if (!graphbit_llm_body_walk_parts (&self->body, message, 1u << GRAPHBIT_LLM_ROLE_USER, take_part, error))
    return FALSE;

  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_string_member (writer, "role", roles[role]);
  graphbit_json_writer_string_member (writer, "content", self->text->str);
  if (!write_images (self, error))
    return FALSE;

  if (role == GRAPHBIT_LLM_ROLE_ASSISTANT)
    {
      const char *reasoning = graphbit_llm_message_get_reasoning (message);

      /* what another provider's model thought is not for this one */
      if (reasoning != NULL && *reasoning != '\0' && graphbit_llm_message_is_from (message, self->body.vendor->name))
        graphbit_json_writer_string_member (writer, "thinking", reasoning);
      write_tool_calls (self, message);
    }
  else if (role == GRAPHBIT_LLM_ROLE_TOOL)
    {
      const char *id = graphbit_llm_message_get_tool_call_id (message);
      /* templates tell models the name and not the id */
      g_autofree char *name = graphbit_llm_body_find_tool_name (messages, position, id);

      if (name != NULL)
        graphbit_json_writer_string_member (writer, "tool_name", name);
      graphbit_json_writer_name (writer, "tool_call_id");
      graphbit_llm_body_write_call_id (&self->body, id);
    }
  graphbit_json_writer_end_object (writer);

  return TRUE;
}

static gboolean
write_messages (Builder *self,
                GraphbitLlmRequest *request,
                GError **error)
{
  GListModel *messages = graphbit_llm_request_get_messages (request);
  guint n_messages = g_list_model_get_n_items (messages);
  g_autofree char *words = graphbit_llm_body_dup_schema_words (&self->body, graphbit_llm_request_get_options (request));

  if (!graphbit_llm_body_begin_member (&self->body, "messages"))
    return TRUE;

  graphbit_json_writer_begin_array (&self->body.writer);
  if (words != NULL)
    graphbit_llm_body_write_system (&self->body, words);
  for (guint i = 0; i < n_messages; i++)
    {
      if (!write_message (self, messages, i, error))
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

  graphbit_json_writer_begin_array (writer);
  for (guint i = 0; i < n_tools; i++)
    {
      g_autoptr (GraphbitLlmToolSpec) tool = g_list_model_get_item (graphbit_llm_request_get_tools (request), i);

      graphbit_llm_body_write_function_tool (&self->body, tool);
    }
  graphbit_json_writer_end_array (writer);
}

/* Those of the configuration, such as num_ctx, stand beside ours and go before them. */
static void
write_sampling (Builder *self,
                GraphbitLlmOptions *options,
                JsonNode *given)
{
  GraphbitJsonWriter *writer = &self->body.writer;
  guint max_tokens = options != NULL ? graphbit_llm_options_get_max_tokens (options) : 0;
  gdouble temperature = options != NULL ? graphbit_llm_options_get_temperature (options) : -1.0;
  gdouble top_p = options != NULL ? graphbit_llm_options_get_top_p (options) : -1.0;
  gint64 seed = options != NULL ? graphbit_llm_options_get_seed (options) : -1;
  const char *const *stop = options != NULL ? graphbit_llm_options_get_stop (options) : NULL;

  if (stop != NULL && stop[0] == NULL)
    stop = NULL;
  if (graphbit_json_get_kind (given) == GRAPHBIT_JSON_KIND_NULL)
    return;
  if (given == NULL && max_tokens == 0 && temperature < 0.0 && top_p < 0.0 && seed < 0 && stop == NULL)
    return;

  graphbit_json_writer_name (writer, "options");
  graphbit_json_writer_begin_object (writer);
  if (max_tokens > 0 && graphbit_llm_body_begin_inner (&self->body, given, "num_predict"))
    graphbit_json_writer_int64 (writer, max_tokens);
  if (temperature >= 0.0 && graphbit_llm_body_begin_inner (&self->body, given, "temperature"))
    graphbit_json_writer_double (writer, temperature);
  if (top_p >= 0.0 && graphbit_llm_body_begin_inner (&self->body, given, "top_p"))
    graphbit_json_writer_double (writer, top_p);
  if (seed >= 0 && graphbit_llm_body_begin_inner (&self->body, given, "seed"))
    graphbit_json_writer_int64 (writer, seed);
  if (stop != NULL && graphbit_llm_body_begin_inner (&self->body, given, "stop"))
    graphbit_llm_body_write_texts (&self->body, stop);
  if (given != NULL)
    graphbit_llm_body_write_members (&self->body, given, NULL);
  graphbit_json_writer_end_object (writer);
}

static void
write_thinking (Builder *self,
                GraphbitReasoningEffort effort)
{
  static const char *const words[] = { NULL, NULL, "low", "low", "medium", "high", "high", "max" };

  if (effort == GRAPHBIT_REASONING_EFFORT_UNSET || !graphbit_llm_body_begin_member (&self->body, "think"))
    return;

  if (words[effort] == NULL)
    graphbit_json_writer_boolean (&self->body.writer, FALSE);
  else
    graphbit_json_writer_string (&self->body.writer, words[effort]);
}

static gboolean
build (Builder *self,
       GraphbitLlmRequest *request,
       gboolean is_stream,
       GError **error)
{
  GraphbitLlmOptions *options = graphbit_llm_request_get_options (request);
  const char *schema = options != NULL ? graphbit_llm_options_get_response_schema (options) : NULL;
  JsonNode *given;
  /* what is not offered is not called */
  gboolean has_tools = graphbit_llm_request_count_tools (request) > 0 &&
                       (options == NULL || graphbit_llm_options_get_tool_choice (options) != GRAPHBIT_TOOL_CHOICE_NONE);

  if (!write_messages (self, request, error))
    return FALSE;
  if (has_tools && graphbit_llm_body_begin_member (&self->body, "tools"))
    write_tools (self, request);
  if (schema != NULL && (self->body.capabilities & GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA) != 0 &&
      graphbit_llm_body_begin_member (&self->body, "format"))
    graphbit_llm_body_write_schema (&self->body, schema);
  if (options != NULL)
    write_thinking (self, graphbit_llm_options_get_reasoning_effort (options));

  if (!graphbit_llm_body_get_given (&self->body, "options", &given, error))
    return FALSE;
  write_sampling (self, options, given);
  /* without it, the server streams */
  graphbit_json_writer_boolean_member (&self->body.writer, "stream", is_stream);
  graphbit_llm_body_end (&self->body, "options");

  return TRUE;
}

gboolean
graphbit_llm_ollama_build (const GraphbitVendor *vendor,
                           GraphbitLlmConfig *config,
                           GraphbitLlmRequest *request,
                           gboolean is_stream,
                           GString *body,
                           GError **error)
{
  Builder self = { .text = g_string_new (NULL), .images = g_ptr_array_new_with_free_func (g_object_unref) };
  gboolean is_built;

  graphbit_llm_body_begin (&self.body, vendor, config, body);
  is_built = build (&self, request, is_stream, error);
  g_string_free (self.text, TRUE);
  g_ptr_array_unref (self.images);

  return is_built;
}
