/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-error.h"
#include "graphbit-llm-anthropic-private.h"
#include "graphbit-llm-body-private.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-message-private.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-tool-call.h"

/* An answer needs a limit here; beyond what is thought, where that has one. */
#define DEFAULT_MAX_TOKENS 4096
#define LEAST_THINKING 1024

#define CACHE_CONTROL "{\"type\":\"ephemeral\"}"

typedef struct
{
  GraphbitLlmBody body; /* first: what walks the parts knows only this */
  GraphbitLlmOptions *options;
  gboolean is_caching;
  gboolean thinks;
  gboolean has_answer_tool;
  guint n_parts;       /* of the message, told so far */
  guint last_part;     /* the one that is marked for the cache; 0: none of this message */
} Builder;

/*
 * Models change faster than libraries. What is listed here is what came before a way of asking, and grows no more: every
 * other model is taken for a new one.
 */
static gboolean
has_prefix (const char *model,
            const char *const *prefixes)
{
  for (guint i = 0; prefixes[i] != NULL; i++)
    {
      if (g_str_has_prefix (model, prefixes[i]))
        return TRUE;
    }

  return FALSE;
}

/* Those that are told how many tokens to think, and not how hard. */
static gboolean
thinks_by_budget (const char *model)
{
  static const char *const old[] = {
    "claude-3", "claude-sonnet-4-2025", "claude-sonnet-4-0", "claude-opus-4-2025", "claude-opus-4-0", "claude-opus-4-1",
    "claude-sonnet-4-5", "claude-haiku-4-5", "claude-opus-4-5", NULL
  };

  /* whoever else speaks this wire learned it in those days */
  return !g_str_has_prefix (model, "claude-") || has_prefix (model, old);
}

static void
write_cache_control (Builder *self)
{
  graphbit_json_writer_raw_member (&self->body.writer, "cache_control", CACHE_CONTROL, -1);
}

/* Messages */

static void
begin_block (Builder *self,
             const char *type)
{
  self->n_parts++;
  graphbit_json_writer_begin_object (&self->body.writer);
  graphbit_json_writer_string_member (&self->body.writer, "type", type);
}

static void
end_block (Builder *self)
{
  if (self->n_parts == self->last_part)
    write_cache_control (self);
  graphbit_json_writer_end_object (&self->body.writer);
}

static gboolean
write_source (Builder *self,
              const GraphbitLlmMedia *media,
              GError **error)
{
  GraphbitJsonWriter *writer = &self->body.writer;

  if (media->uri != NULL && media->base64 == NULL && g_ascii_strncasecmp (media->uri, "data:", 5) == 0)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("%s takes the data in an address as base64 only; hand in the bytes"), self->body.vendor->title);
      return FALSE;
    }

  graphbit_json_writer_name (writer, "source");
  graphbit_json_writer_begin_object (writer);
  if (media->uri != NULL && media->base64 == NULL)
    {
      graphbit_json_writer_string_member (writer, "type", "url");
      graphbit_json_writer_string_member (writer, "url", media->uri);
    }
  else
    {
      graphbit_json_writer_string_member (writer, "type", "base64");
      graphbit_json_writer_string_member (writer, "media_type", media->mime_type);
      graphbit_json_writer_name (writer, "data");
      graphbit_llm_body_write_base64 (&self->body, media);
    }
  graphbit_json_writer_end_object (writer);

  return TRUE;
}

static gboolean
write_document (Builder *self,
                GraphbitContentPart *part,
                const GraphbitLlmMedia *media,
                GError **error)
{
  GFile *file = graphbit_content_part_get_file (part);
  g_autofree char *name = file != NULL ? g_file_get_basename (file) : NULL;
  /* what it fetches is PDF always */
  gboolean is_pdf = graphbit_llm_media_is_link (media) || g_strcmp0 (media->mime_type, "application/pdf") == 0;
  gsize length = 0;
  const char *text = graphbit_llm_media_peek_text (media, &length);

  if (!is_pdf && text == NULL)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("%s takes documents that are PDF or text, not “%s”"), self->body.vendor->title,
                   media->mime_type != NULL ? media->mime_type : "data:");
      return FALSE;
    }

  begin_block (self, "document");
  if (is_pdf)
    {
      if (!write_source (self, media, error))
        return FALSE;
    }
  else
    {
      graphbit_json_writer_name (&self->body.writer, "source");
      graphbit_json_writer_begin_object (&self->body.writer);
      graphbit_json_writer_string_member (&self->body.writer, "type", "text");
      graphbit_json_writer_string_member (&self->body.writer, "media_type", "text/plain");
      graphbit_json_writer_name (&self->body.writer, "data");
      graphbit_json_writer_string_len (&self->body.writer, text, length);
      graphbit_json_writer_end_object (&self->body.writer);
    }
  if (name != NULL)
    graphbit_json_writer_string_member (&self->body.writer, "title", name);
  end_block (self);

  return TRUE;
}

static gboolean
write_part (GraphbitLlmBody *body,
            const char *text,
            GraphbitContentPart *media_part,
            GError **error)
{
  Builder *self = (Builder *) body;
  g_auto (GraphbitLlmMedia) media = { NULL };

  if (media_part == NULL)
    {
      begin_block (self, "text");
      graphbit_json_writer_string_member (&body->writer, "text", text);
      end_block (self);
      return TRUE;
    }

  if (!graphbit_llm_media_load (&media, media_part, error))
    return FALSE;
  if (graphbit_content_part_get_kind (media_part) == GRAPHBIT_CONTENT_KIND_FILE &&
      (media.mime_type == NULL || !g_str_has_prefix (media.mime_type, "image/")))
    return write_document (self, media_part, &media, error);

  begin_block (self, "image");
  if (!write_source (self, &media, error))
    return FALSE;
  end_block (self);

  return TRUE;
}

static gboolean
walk (Builder *self,
      GraphbitLlmMessage *message,
      GError **error)
{
  return graphbit_llm_body_walk_parts (&self->body, message,
                                       1u << GRAPHBIT_LLM_ROLE_USER | 1u << GRAPHBIT_LLM_ROLE_TOOL, write_part, error);
}

static gboolean
write_tool_result (Builder *self,
                   GraphbitLlmMessage *message,
                   GError **error)
{
  guint n_parts = self->n_parts, last_part = self->last_part;

  begin_block (self, "tool_result");
  graphbit_json_writer_name (&self->body.writer, "tool_use_id");
  graphbit_llm_body_write_call_id (&self->body, graphbit_llm_message_get_tool_call_id (message));
  graphbit_json_writer_name (&self->body.writer, "content");
  if (graphbit_llm_message_count_parts (message) == 0)
    {
      graphbit_json_writer_string (&self->body.writer, graphbit_llm_message_get_content (message));
    }
  else
    {
      /* the mark is the result's, not its parts' */
      self->last_part = 0;
      graphbit_json_writer_begin_array (&self->body.writer);
      if (!walk (self, message, error))
        return FALSE;
      graphbit_json_writer_end_array (&self->body.writer);
      self->last_part = last_part;
      self->n_parts = n_parts + 1;
    }
  end_block (self);

  return TRUE;
}

static void
write_tool_uses (Builder *self,
                 GraphbitLlmMessage *message)
{
  guint n_calls = graphbit_llm_message_count_tool_calls (message);

  for (guint i = 0; i < n_calls; i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (graphbit_llm_message_get_tool_calls (message), i);

      begin_block (self, "tool_use");
      graphbit_json_writer_name (&self->body.writer, "id");
      graphbit_llm_body_write_call_id (&self->body, graphbit_llm_tool_call_get_id (call));
      graphbit_json_writer_string_member (&self->body.writer, "name", graphbit_llm_tool_call_get_name (call));
      graphbit_json_writer_name (&self->body.writer, "input");
      graphbit_llm_body_write_arguments_object (&self->body, graphbit_llm_tool_call_get_arguments_json (call));
      end_block (self);
    }
}

/* How many blocks a message becomes, at most: the last of the conversation's last one is marked. */
static guint
count_blocks (GraphbitLlmMessage *message)
{
  GListModel *parts;
  guint n_blocks = *graphbit_llm_message_get_content (message) != '\0' ? 1 : 0;
  guint n_parts = graphbit_llm_message_count_parts (message);

  if (graphbit_llm_message_get_role (message) == GRAPHBIT_LLM_ROLE_TOOL)
    return 1;

  parts = n_parts > 0 ? graphbit_llm_message_get_parts (message) : NULL;
  for (guint i = 0; i < n_parts; i++)
    {
      g_autoptr (GraphbitContentPart) part = g_list_model_get_item (parts, i);
      const char *text = graphbit_content_part_get_text (part);

      if (graphbit_content_part_get_kind (part) != GRAPHBIT_CONTENT_KIND_TEXT || (text != NULL && *text != '\0'))
        n_blocks++;
    }

  return n_blocks;
}

static gboolean
write_blocks (Builder *self,
              GraphbitLlmMessage *message,
              gboolean is_last,
              GError **error)
{
  GraphbitLlmRole role = graphbit_llm_message_get_role (message);
  const char *native = role == GRAPHBIT_LLM_ROLE_ASSISTANT
                         ? graphbit_llm_message_peek_native (message, self->body.vendor->name)
                         : NULL;

  self->n_parts = 0;
  self->last_part = is_last && self->is_caching && role != GRAPHBIT_LLM_ROLE_ASSISTANT ? count_blocks (message) : 0;

  /* an array, of which the blocks between the brackets are wanted */
  if (native != NULL && strlen (native) > 2)
    {
      graphbit_json_writer_raw (&self->body.writer, native + 1, (gssize) strlen (native) - 2);
      return TRUE;
    }

  if (role == GRAPHBIT_LLM_ROLE_TOOL)
    return write_tool_result (self, message, error);
  if (!walk (self, message, error))
    return FALSE;
  if (role == GRAPHBIT_LLM_ROLE_ASSISTANT)
    write_tool_uses (self, message);

  return TRUE;
}

static gboolean
is_assistant (GraphbitLlmMessage *message)
{
  return graphbit_llm_message_get_role (message) == GRAPHBIT_LLM_ROLE_ASSISTANT;
}

/* The turns of user and assistant alternate: what the tools say is the user's, and neighbours are one. */
static gboolean
write_messages (Builder *self,
                GraphbitLlmRequest *request,
                GError **error)
{
  GListModel *messages = graphbit_llm_request_get_messages (request);
  guint n_messages = g_list_model_get_n_items (messages);
  g_autoptr (GraphbitLlmMessage) open = NULL; /* one of the turn that is being written */

  if (!graphbit_llm_body_begin_member (&self->body, "messages"))
    return TRUE;

  graphbit_json_writer_begin_array (&self->body.writer);
  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);

      if (graphbit_llm_message_get_role (message) == GRAPHBIT_LLM_ROLE_SYSTEM)
        continue;

      if (open != NULL && is_assistant (open) != is_assistant (message))
        {
          graphbit_json_writer_end_array (&self->body.writer);
          graphbit_json_writer_end_object (&self->body.writer);
          g_clear_object (&open);
        }
      if (open == NULL)
        {
          graphbit_json_writer_begin_object (&self->body.writer);
          graphbit_json_writer_string_member (&self->body.writer, "role", is_assistant (message) ? "assistant" : "user");
          graphbit_json_writer_name (&self->body.writer, "content");
          graphbit_json_writer_begin_array (&self->body.writer);
          open = g_object_ref (message);
        }
      if (!write_blocks (self, message, i == n_messages - 1, error))
        return FALSE;
    }
  if (open != NULL)
    {
      graphbit_json_writer_end_array (&self->body.writer);
      graphbit_json_writer_end_object (&self->body.writer);
    }
  graphbit_json_writer_end_array (&self->body.writer);

  return TRUE;
}

/* Instructions stand before the conversation, wherever in it they were given. */
static gboolean
write_system (Builder *self,
              GraphbitLlmRequest *request,
              GError **error)
{
  GListModel *messages = graphbit_llm_request_get_messages (request);
  guint n_messages = g_list_model_get_n_items (messages);
  guint n_blocks = 0;

  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);

      if (graphbit_llm_message_get_role (message) == GRAPHBIT_LLM_ROLE_SYSTEM)
        n_blocks += count_blocks (message);
    }
  if (n_blocks == 0 || !graphbit_llm_body_begin_member (&self->body, "system"))
    return TRUE;

  self->n_parts = 0;
  self->last_part = self->is_caching ? n_blocks : 0;
  graphbit_json_writer_begin_array (&self->body.writer);
  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);

      if (graphbit_llm_message_get_role (message) == GRAPHBIT_LLM_ROLE_SYSTEM && !walk (self, message, error))
        return FALSE;
    }
  graphbit_json_writer_end_array (&self->body.writer);

  return TRUE;
}

/* Tools */

static void
write_tool (Builder *self,
            GraphbitLlmToolSpec *tool,
            gboolean is_last)
{
  GraphbitJsonWriter *writer = &self->body.writer;
  const char *description = graphbit_llm_tool_spec_get_description (tool);

  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_string_member (writer, "name", graphbit_llm_tool_spec_get_name (tool));
  if (description != NULL && *description != '\0')
    graphbit_json_writer_string_member (writer, "description", description);
  graphbit_json_writer_name (writer, "input_schema");
  graphbit_llm_body_write_parameters (&self->body, tool);
  if (is_last && self->is_caching)
    write_cache_control (self);
  graphbit_json_writer_end_object (writer);
}

static void
write_answer_tool (Builder *self,
                   const char *schema)
{
  GraphbitJsonWriter *writer = &self->body.writer;

  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_string_member (writer, "name", GRAPHBIT_LLM_ANTHROPIC_ANSWER);
  graphbit_json_writer_string_member (writer, "description", "Gives the final answer.");
  graphbit_json_writer_name (writer, "input_schema");
  graphbit_llm_body_write_schema (&self->body, schema);
  if (self->is_caching)
    write_cache_control (self);
  graphbit_json_writer_end_object (writer);
}

static void
write_tools (Builder *self,
             GraphbitLlmRequest *request)
{
  guint n_tools = graphbit_llm_request_count_tools (request);

  if ((n_tools == 0 && !self->has_answer_tool) || !graphbit_llm_body_begin_member (&self->body, "tools"))
    return;

  graphbit_json_writer_begin_array (&self->body.writer);
  for (guint i = 0; i < n_tools; i++)
    {
      g_autoptr (GraphbitLlmToolSpec) tool = g_list_model_get_item (graphbit_llm_request_get_tools (request), i);

      write_tool (self, tool, i == n_tools - 1 && !self->has_answer_tool);
    }
  if (self->has_answer_tool)
    write_answer_tool (self, graphbit_llm_options_get_response_schema (self->options));
  graphbit_json_writer_end_array (&self->body.writer);
}

static void
write_tool_choice (Builder *self,
                   guint n_tools)
{
  GraphbitToolChoice choice = graphbit_llm_options_get_tool_choice (self->options);
  GraphbitTristate parallel = graphbit_llm_options_get_parallel_tool_calls (self->options);
  const char *type;
  const char *name = NULL;

  if (self->has_answer_tool)
    {
      /* the answer is a call too; who thinks may not be made to call */
      if (self->thinks)
        choice = GRAPHBIT_TOOL_CHOICE_AUTO;
      else if (n_tools > 0 && choice != GRAPHBIT_TOOL_CHOICE_NONE && choice != GRAPHBIT_TOOL_CHOICE_NAMED)
        choice = GRAPHBIT_TOOL_CHOICE_REQUIRED;
      else if (choice != GRAPHBIT_TOOL_CHOICE_NAMED)
        name = GRAPHBIT_LLM_ANTHROPIC_ANSWER;
    }
  else if (n_tools == 0 ||
           (choice == GRAPHBIT_TOOL_CHOICE_UNSET && parallel == GRAPHBIT_TRISTATE_UNSET))
    {
      return;
    }

  if (choice == GRAPHBIT_TOOL_CHOICE_NAMED)
    name = graphbit_llm_options_get_tool_choice_name (self->options);
  if (name != NULL)
    type = "tool";
  else if (choice == GRAPHBIT_TOOL_CHOICE_NONE)
    type = "none";
  else
    type = choice == GRAPHBIT_TOOL_CHOICE_REQUIRED ? "any" : "auto";

  if (!graphbit_llm_body_begin_member (&self->body, "tool_choice"))
    return;
  graphbit_json_writer_begin_object (&self->body.writer);
  graphbit_json_writer_string_member (&self->body.writer, "type", type);
  if (name != NULL)
    graphbit_json_writer_string_member (&self->body.writer, "name", name);
  if (parallel != GRAPHBIT_TRISTATE_UNSET && strcmp (type, "none") != 0)
    graphbit_json_writer_boolean_member (&self->body.writer, "disable_parallel_tool_use",
                                         parallel == GRAPHBIT_TRISTATE_FALSE);
  graphbit_json_writer_end_object (&self->body.writer);
}

/* Options */

/* Tokens to think, by effort. 0: none. */
static guint
get_budget (GraphbitReasoningEffort effort)
{
  static const guint budgets[] = { 0, 0, LEAST_THINKING, 2048, 8192, 16384, 24576, 32000 };

  return budgets[effort];
}

/* How much to think, and the limit of the answer, which has that in it. */
static gboolean
write_limits (Builder *self,
              const char *model,
              const char **effort_word,
              GError **error)
{
  static const char *const words[] = { NULL, NULL, "low", "low", "medium", "high", "xhigh", "max" };
  GraphbitReasoningEffort effort =
    self->options != NULL ? graphbit_llm_options_get_reasoning_effort (self->options) : GRAPHBIT_REASONING_EFFORT_UNSET;
  guint max_tokens = self->options != NULL ? graphbit_llm_options_get_max_tokens (self->options) : 0;
  guint budget = 0;

  self->thinks = effort > GRAPHBIT_REASONING_EFFORT_NONE;
  if (self->thinks && thinks_by_budget (model))
    {
      budget = get_budget (effort);
      if (max_tokens > 0 && max_tokens <= LEAST_THINKING)
        {
          g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                       _("To think, the model needs a max-tokens of more than %u; raise it or leave reasoning-effort unset"),
                       (guint) LEAST_THINKING);
          return FALSE;
        }
      if (max_tokens > 0)
        budget = MIN (budget, MAX (max_tokens / 2, LEAST_THINKING));
    }
  else if (self->thinks)
    {
      *effort_word = words[effort];
    }

  if (graphbit_llm_body_begin_member (&self->body, "max_tokens"))
    graphbit_json_writer_int64 (&self->body.writer, max_tokens > 0 ? max_tokens : budget + DEFAULT_MAX_TOKENS);

  if (effort != GRAPHBIT_REASONING_EFFORT_UNSET && graphbit_llm_body_begin_member (&self->body, "thinking"))
    {
      graphbit_json_writer_begin_object (&self->body.writer);
      graphbit_json_writer_string_member (&self->body.writer, "type",
                                          !self->thinks ? "disabled" : budget > 0 ? "enabled" : "adaptive");
      if (budget > 0)
        graphbit_json_writer_int64_member (&self->body.writer, "budget_tokens", budget);
      graphbit_json_writer_end_object (&self->body.writer);
    }

  return TRUE;
}

static void
write_output_config (Builder *self,
                     const char *schema,
                     const char *effort)
{
  GraphbitJsonWriter *writer = &self->body.writer;

  if ((schema == NULL && effort == NULL) || !graphbit_llm_body_begin_member (&self->body, "output_config"))
    return;

  graphbit_json_writer_begin_object (writer);
  if (schema != NULL)
    {
      graphbit_json_writer_name (writer, "format");
      graphbit_json_writer_begin_object (writer);
      graphbit_json_writer_string_member (writer, "type", "json_schema");
      graphbit_json_writer_name (writer, "schema");
      graphbit_llm_body_write_schema (&self->body, schema);
      graphbit_json_writer_end_object (writer);
    }
  if (effort != NULL)
    graphbit_json_writer_string_member (writer, "effort", effort);
  graphbit_json_writer_end_object (writer);
}

static void
write_options (Builder *self)
{
  gdouble temperature = graphbit_llm_options_get_temperature (self->options);
  gdouble top_p = graphbit_llm_options_get_top_p (self->options);
  const char *const *stop = graphbit_llm_options_get_stop (self->options);
  GVariant *metadata = graphbit_llm_options_get_metadata (self->options);

  if (temperature >= 0.0 && graphbit_llm_body_begin_member (&self->body, "temperature"))
    graphbit_json_writer_double (&self->body.writer, temperature);
  if (top_p >= 0.0 && graphbit_llm_body_begin_member (&self->body, "top_p"))
    graphbit_json_writer_double (&self->body.writer, top_p);
  if (stop != NULL && stop[0] != NULL && graphbit_llm_body_begin_member (&self->body, "stop_sequences"))
    graphbit_llm_body_write_texts (&self->body, stop);
  if (metadata != NULL && graphbit_llm_body_begin_member (&self->body, "metadata"))
    graphbit_llm_body_write_metadata (&self->body, metadata);
}

/* A schema for the model to be held to while it writes, or NULL: a tool is to be called with the answer. */
static const char *
find_schema (Builder *self)
{
  gboolean lacks_mode = (self->body.capabilities & GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA) == 0;
  const char *schema = self->options != NULL ? graphbit_llm_options_get_response_schema (self->options) : NULL;
  g_autoptr (JsonNode) node = schema != NULL ? graphbit_json_parse (schema, -1, NULL) : NULL;
  const char *type;

  if (node == NULL)
    return NULL;

  /* only objects can be what a tool is called with */
  self->has_answer_tool = graphbit_json_get_string (node, "type", &type) && strcmp (type, "object") == 0 &&
                          (lacks_mode || !graphbit_llm_is_strict_schema (node));

  return self->has_answer_tool ? NULL : schema;
}

gboolean
graphbit_llm_anthropic_build (const GraphbitVendor *vendor,
                              GraphbitLlmConfig *config,
                              GraphbitLlmRequest *request,
                              gboolean is_stream,
                              GString *body,
                              GError **error)
{
  const char *model = graphbit_llm_config_resolve_model (config);
  Builder self = { .options = graphbit_llm_request_get_options (request) };
  const char *schema;
  const char *effort = NULL;

  self.is_caching = self.options != NULL &&
                    graphbit_llm_options_get_enable_prompt_caching (self.options) == GRAPHBIT_TRISTATE_TRUE;
  graphbit_llm_body_begin (&self.body, vendor, config, body);
  schema = find_schema (&self);
  if (!write_limits (&self, model, &effort, error) ||
      !write_system (&self, request, error) ||
      !write_messages (&self, request, error))
    return FALSE;
  write_tools (&self, request);
  if (self.options != NULL)
    {
      write_tool_choice (&self, graphbit_llm_request_count_tools (request));
      write_output_config (&self, schema, effort);
      write_options (&self);
    }
  if (is_stream)
    graphbit_json_writer_boolean_member (&self.body.writer, "stream", TRUE);
  graphbit_llm_body_end (&self.body, NULL);

  return TRUE;
}
