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
#include "graphbit-llm-gemini-private.h"
#include "graphbit-llm-message-private.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-tool-call.h"

/* What newer models are told in the place of a signature that another model's call does not have. */
#define NO_SIGNATURE "skip_thought_signature_validator"

/* Turns are of one of these. What tools say is the user's, but does not stand with other parts of the user's. */
typedef enum
{
  TURN_NONE,
  TURN_USER,
  TURN_MODEL,
  TURN_TOOLS
} Turn;

typedef struct
{
  GraphbitLlmBody body; /* first: what walks the parts knows only this */
  GraphbitLlmOptions *options;
  const char *model;
  GString *result;    /* of the tool's message at hand */
  GPtrArray *media;   /* of GraphbitContentPart, the same */
  gboolean is_system; /* whose parts are being written */
  Turn wanted;
  Turn open;
} Builder;

/*
 * Models change faster than libraries. What is listed here is what came before a way of asking, and grows no more: every
 * other model is taken for a new one.
 */
static gboolean
is_old (const char *model)
{
  /* told how many tokens to think, and not how hard; whoever else speaks this wire learned it in those days */
  return !g_str_has_prefix (model, "gemini-") || g_str_has_prefix (model, "gemini-1") || g_str_has_prefix (model, "gemini-2");
}

static gboolean
lacks_json_schema (const char *model)
{
  return g_str_has_prefix (model, "gemini-1") || g_str_has_prefix (model, "gemini-2.0");
}

/* Contents */

static void
end_turn (Builder *self)
{
  if (self->open == TURN_NONE)
    return;

  graphbit_json_writer_end_array (&self->body.writer);
  graphbit_json_writer_end_object (&self->body.writer);
  self->open = TURN_NONE;
}

/* A turn without parts is refused, so that it begins with the first one. */
static void
begin_part (Builder *self)
{
  GraphbitJsonWriter *writer = &self->body.writer;

  if (!self->is_system && self->open != self->wanted)
    {
      end_turn (self);
      self->open = self->wanted;
      graphbit_json_writer_begin_object (writer);
      graphbit_json_writer_string_member (writer, "role", self->open == TURN_MODEL ? "model" : "user");
      graphbit_json_writer_name (writer, "parts");
      graphbit_json_writer_begin_array (writer);
    }
}

static gboolean
write_media (Builder *self,
             GraphbitContentPart *part,
             GError **error)
{
  GraphbitJsonWriter *writer = &self->body.writer;
  g_auto (GraphbitLlmMedia) media = { NULL };
  gboolean is_address;

  if (!graphbit_llm_media_load (&media, part, error))
    return FALSE;

  is_address = media.uri != NULL && media.base64 == NULL;
  if (is_address && g_ascii_strncasecmp (media.uri, "data:", 5) == 0)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("%s takes the data in an address as base64 only; hand in the bytes"), self->body.vendor->title);
      return FALSE;
    }

  begin_part (self);
  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_name (writer, is_address ? "fileData" : "inlineData");
  graphbit_json_writer_begin_object (writer);
  if (media.mime_type != NULL)
    graphbit_json_writer_string_member (writer, "mimeType", media.mime_type);
  if (is_address)
    {
      graphbit_json_writer_string_member (writer, "fileUri", media.uri);
    }
  else
    {
      graphbit_json_writer_name (writer, "data");
      graphbit_llm_body_write_base64 (&self->body, &media);
    }
  graphbit_json_writer_end_object (writer);
  graphbit_json_writer_end_object (writer);

  return TRUE;
}

static gboolean
write_part (GraphbitLlmBody *body,
            const char *text,
            GraphbitContentPart *media_part,
            GError **error)
{
  Builder *self = (Builder *) body;

  if (media_part != NULL)
    return write_media (self, media_part, error);

  begin_part (self);
  graphbit_json_writer_begin_object (&body->writer);
  graphbit_json_writer_string_member (&body->writer, "text", text);
  graphbit_json_writer_end_object (&body->writer);

  return TRUE;
}

static gboolean
walk (Builder *self,
      GraphbitLlmMessage *message,
      GError **error)
{
  return graphbit_llm_body_walk_parts (&self->body, message, 1u << GRAPHBIT_LLM_ROLE_USER, write_part, error);
}

/* Only where the provider made it: calls are told apart by their order else. */
static void
write_id (Builder *self,
          const char *id)
{
  if (id == NULL || *id == '\0' || graphbit_llm_is_made_call_id (id))
    return;

  graphbit_json_writer_name (&self->body.writer, "id");
  graphbit_llm_body_write_call_id (&self->body, id);
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

      begin_part (self);
      graphbit_json_writer_begin_object (writer);
      graphbit_json_writer_name (writer, "functionCall");
      graphbit_json_writer_begin_object (writer);
      write_id (self, graphbit_llm_tool_call_get_id (call));
      graphbit_json_writer_string_member (writer, "name", graphbit_llm_tool_call_get_name (call));
      graphbit_json_writer_name (writer, "args");
      graphbit_llm_body_write_arguments_object (&self->body, graphbit_llm_tool_call_get_arguments_json (call));
      graphbit_json_writer_end_object (writer);
      /* of calls at the same time, the first one has it */
      if (i == 0 && !is_old (self->model))
        graphbit_json_writer_string_member (writer, "thoughtSignature", NO_SIGNATURE);
      graphbit_json_writer_end_object (writer);
    }
}

static gboolean
write_model (Builder *self,
             GraphbitLlmMessage *message,
             GError **error)
{
  const char *native = graphbit_llm_message_peek_native (message, self->body.vendor->name);

  self->wanted = TURN_MODEL;
  /* an array, of which the parts between the brackets are wanted */
  if (native != NULL && strlen (native) > 2)
    {
      begin_part (self);
      graphbit_json_writer_raw (&self->body.writer, native + 1, (gssize) strlen (native) - 2);
      return TRUE;
    }

  if (!walk (self, message, error))
    return FALSE;
  write_calls (self, message);

  return TRUE;
}

static gboolean
append_text (GraphbitLlmBody *body,
             const char *text,
             GraphbitContentPart *media_part,
             GError **error)
{
  Builder *self = (Builder *) body;

  if (media_part != NULL)
    {
      g_ptr_array_add (self->media, g_object_ref (media_part));
      return TRUE;
    }

  if (self->result->len > 0)
    g_string_append_c (self->result, '\n');
  g_string_append (self->result, text);

  return TRUE;
}

static gboolean
write_result (Builder *self,
              GListModel *messages,
              guint position,
              GError **error)
{
  GraphbitJsonWriter *writer = &self->body.writer;
  g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, position);
  const char *id = graphbit_llm_message_get_tool_call_id (message);
  g_autofree char *name = graphbit_llm_body_find_tool_name (messages, position, id);

  if (name == NULL)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("A tool's result is for the call “%s”, which no message before it makes; add the assistant's message"),
                   id != NULL ? id : "");
      return FALSE;
    }

  g_string_truncate (self->result, 0);
  g_ptr_array_set_size (self->media, 0);
  /* the models before 3 see no pictures here */
  if (!graphbit_llm_body_walk_parts (&self->body, message, is_old (self->model) ? 0 : 1u << GRAPHBIT_LLM_ROLE_TOOL,
                                     append_text, error))
    return FALSE;

  self->wanted = TURN_TOOLS;
  begin_part (self);
  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_name (writer, "functionResponse");
  graphbit_json_writer_begin_object (writer);
  write_id (self, id);
  graphbit_json_writer_string_member (writer, "name", name);
  graphbit_json_writer_name (writer, "response");
  graphbit_llm_body_write_result_object (&self->body, self->result->str);
  if (self->media->len > 0)
    {
      graphbit_json_writer_name (writer, "parts");
      graphbit_json_writer_begin_array (writer);
      for (guint i = 0; i < self->media->len; i++)
        {
          if (!write_media (self, g_ptr_array_index (self->media, i), error))
            return FALSE;
        }
      graphbit_json_writer_end_array (writer);
    }
  graphbit_json_writer_end_object (writer);
  graphbit_json_writer_end_object (writer);

  return TRUE;
}

static GraphbitLlmRole
get_role (GListModel *messages,
          guint position)
{
  g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, position);

  return graphbit_llm_message_get_role (message);
}

/* Where in `order`, the calls that were made, a result belongs; after all of them if it is of an earlier turn. */
static guint
find_call (GListModel *messages,
           guint position,
           GListModel *order)
{
  g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, position);
  guint n_calls = order != NULL ? g_list_model_get_n_items (order) : 0;
  guint i;

  for (i = 0; i < n_calls; i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (order, i);

      if (g_strcmp0 (graphbit_llm_tool_call_get_id (call), graphbit_llm_message_get_tool_call_id (message)) == 0)
        break;
    }

  return i;
}

/* The results from `first` up to `end`, in the order of their calls: without ids, that alone tells them apart. */
static gboolean
write_results (Builder *self,
               GListModel *messages,
               guint first,
               guint end,
               GError **error)
{
  g_autoptr (GraphbitLlmMessage) before = first > 0 ? g_list_model_get_item (messages, first - 1) : NULL;
  GListModel *order = before != NULL && graphbit_llm_message_count_tool_calls (before) > 0
                        ? graphbit_llm_message_get_tool_calls (before)
                        : NULL;
  guint n_calls = order != NULL ? g_list_model_get_n_items (order) : 0;

  for (guint call = 0; call <= n_calls; call++)
    for (guint i = first; i < end; i++)
      {
        if (find_call (messages, i, order) == call && !write_result (self, messages, i, error))
          return FALSE;
      }

  return TRUE;
}

static gboolean
write_contents (Builder *self,
                GraphbitLlmRequest *request,
                GError **error)
{
  GListModel *messages = graphbit_llm_request_get_messages (request);
  guint n_messages = g_list_model_get_n_items (messages);
  guint end;

  if (!graphbit_llm_body_begin_member (&self->body, "contents"))
    return TRUE;

  graphbit_json_writer_begin_array (&self->body.writer);
  for (guint i = 0; i < n_messages; i = end)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);

      end = i + 1;
      switch (graphbit_llm_message_get_role (message))
        {
        case GRAPHBIT_LLM_ROLE_SYSTEM:
          break;
        case GRAPHBIT_LLM_ROLE_ASSISTANT:
          if (!write_model (self, message, error))
            return FALSE;
          break;
        case GRAPHBIT_LLM_ROLE_TOOL:
          while (end < n_messages && get_role (messages, end) == GRAPHBIT_LLM_ROLE_TOOL)
            end++;
          if (!write_results (self, messages, i, end, error))
            return FALSE;
          break;
        case GRAPHBIT_LLM_ROLE_USER:
        default:
          self->wanted = TURN_USER;
          if (!walk (self, message, error))
            return FALSE;
          break;
        }
    }
  end_turn (self);
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
  GraphbitJsonWriter *writer = &self->body.writer;
  g_autofree char *words = graphbit_llm_body_dup_schema_words (&self->body, self->options);
  gboolean is_begun = FALSE;

  for (guint i = 0; i <= n_messages; i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);

      if (message != NULL ? graphbit_llm_message_get_role (message) != GRAPHBIT_LLM_ROLE_SYSTEM ||
                              (*graphbit_llm_message_get_content (message) == '\0' && graphbit_llm_message_count_parts (message) == 0)
                          : words == NULL)
        continue;
      if (!is_begun)
        {
          if (!graphbit_llm_body_begin_member (&self->body, "systemInstruction"))
            return TRUE;
          graphbit_json_writer_begin_object (writer);
          graphbit_json_writer_name (writer, "parts");
          graphbit_json_writer_begin_array (writer);
          is_begun = TRUE;
          self->is_system = TRUE;
        }
      if (message != NULL ? !walk (self, message, error) : !write_part (&self->body, words, NULL, error))
        return FALSE;
    }
  if (is_begun)
    {
      graphbit_json_writer_end_array (writer);
      graphbit_json_writer_end_object (writer);
    }
  self->is_system = FALSE;

  return TRUE;
}

/* Schemas and tools */

/* In one of two members: for the subset that everybody knows, and for all that JSON Schema has. */
static void
write_schema (Builder *self,
              JsonNode *schema,
              const char *plain_name,
              const char *full_name,
              JsonNode *given)
{
  gboolean is_plain = graphbit_llm_gemini_is_plain_schema (schema);
  gboolean is_reduced = !is_plain && lacks_json_schema (self->model);

  if (!graphbit_llm_body_begin_inner (&self->body, given, is_plain || is_reduced ? plain_name : full_name))
    return;

  if (is_reduced)
    graphbit_llm_gemini_write_plain_schema (&self->body.writer, schema);
  else
    graphbit_json_write_node (&self->body.writer, schema);
}

static void
write_tool (Builder *self,
            GraphbitLlmToolSpec *tool)
{
  GraphbitJsonWriter *writer = &self->body.writer;
  const char *description = graphbit_llm_tool_spec_get_description (tool);
  const char *parameters = graphbit_llm_tool_spec_get_parameters (tool);
  g_autoptr (JsonNode) schema = parameters != NULL ? graphbit_json_parse (parameters, -1, NULL) : NULL;

  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_string_member (writer, "name", graphbit_llm_tool_spec_get_name (tool));
  if (description != NULL && *description != '\0')
    graphbit_json_writer_string_member (writer, "description", description);
  /* without any, they are left out: an empty object is refused */
  if (schema != NULL &&
      (graphbit_json_get_size (graphbit_json_get_member (schema, "properties")) > 0 ||
       graphbit_json_get_member (schema, "$ref") != NULL || graphbit_json_get_member (schema, "allOf") != NULL))
    write_schema (self, schema, "parameters", "parametersJsonSchema", NULL);
  graphbit_json_writer_end_object (writer);
}

static void
write_tools (Builder *self,
             GraphbitLlmRequest *request)
{
  GraphbitJsonWriter *writer = &self->body.writer;
  guint n_tools = graphbit_llm_request_count_tools (request);

  if (n_tools == 0 || !graphbit_llm_body_begin_member (&self->body, "tools"))
    return;

  graphbit_json_writer_begin_array (writer);
  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_name (writer, "functionDeclarations");
  graphbit_json_writer_begin_array (writer);
  for (guint i = 0; i < n_tools; i++)
    {
      g_autoptr (GraphbitLlmToolSpec) tool = g_list_model_get_item (graphbit_llm_request_get_tools (request), i);

      write_tool (self, tool);
    }
  graphbit_json_writer_end_array (writer);
  graphbit_json_writer_end_object (writer);
  graphbit_json_writer_end_array (writer);
}

static void
write_tool_choice (Builder *self)
{
  static const char *const modes[] = { NULL, "AUTO", "NONE", "ANY", "ANY" };
  GraphbitJsonWriter *writer = &self->body.writer;
  GraphbitToolChoice choice = graphbit_llm_options_get_tool_choice (self->options);

  if (choice == GRAPHBIT_TOOL_CHOICE_UNSET || !graphbit_llm_body_begin_member (&self->body, "toolConfig"))
    return;

  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_name (writer, "functionCallingConfig");
  graphbit_json_writer_begin_object (writer);
  graphbit_json_writer_string_member (writer, "mode", modes[choice]);
  if (choice == GRAPHBIT_TOOL_CHOICE_NAMED)
    {
      const char *names[] = { graphbit_llm_options_get_tool_choice_name (self->options), NULL };

      graphbit_json_writer_name (writer, "allowedFunctionNames");
      graphbit_llm_body_write_texts (&self->body, names);
    }
  graphbit_json_writer_end_object (writer);
  graphbit_json_writer_end_object (writer);
}

/* Options */

static void
write_thinking (Builder *self,
                JsonNode *given)
{
  static const char *const levels[] = { NULL, "minimal", "minimal", "low", "medium", "high", "high", "high" };
  static const guint budgets[] = { 0, 0, 512, 2048, 8192, 16384, 24576, 24576 };
  GraphbitJsonWriter *writer = &self->body.writer;
  GraphbitReasoningEffort effort = graphbit_llm_options_get_reasoning_effort (self->options);

  if (effort == GRAPHBIT_REASONING_EFFORT_UNSET || !graphbit_llm_body_begin_inner (&self->body, given, "thinkingConfig"))
    return;

  graphbit_json_writer_begin_object (writer);
  if (effort > GRAPHBIT_REASONING_EFFORT_NONE)
    graphbit_json_writer_boolean_member (writer, "includeThoughts", TRUE);
  if (!is_old (self->model))
    graphbit_json_writer_string_member (writer, "thinkingLevel", levels[effort]);
  /* which cannot be kept from it altogether */
  else if (effort == GRAPHBIT_REASONING_EFFORT_NONE && g_str_has_prefix (self->model, "gemini-2.5-pro"))
    graphbit_json_writer_int64_member (writer, "thinkingBudget", 128);
  else
    graphbit_json_writer_int64_member (writer, "thinkingBudget", budgets[effort]);
  graphbit_json_writer_end_object (writer);
}

static void
write_options (Builder *self,
               JsonNode *given)
{
  GraphbitJsonWriter *writer = &self->body.writer;
  guint max_tokens = graphbit_llm_options_get_max_tokens (self->options);
  gdouble temperature = graphbit_llm_options_get_temperature (self->options);
  gdouble top_p = graphbit_llm_options_get_top_p (self->options);
  gint64 seed = graphbit_llm_options_get_seed (self->options);
  const char *const *stop = graphbit_llm_options_get_stop (self->options);
  const char *schema = graphbit_llm_options_get_response_schema (self->options);
  g_autoptr (JsonNode) node = schema != NULL ? graphbit_json_parse (schema, -1, NULL) : NULL;

  if (max_tokens > 0 && graphbit_llm_body_begin_inner (&self->body, given, "maxOutputTokens"))
    graphbit_json_writer_int64 (writer, max_tokens);
  if (temperature >= 0.0 && graphbit_llm_body_begin_inner (&self->body, given, "temperature"))
    graphbit_json_writer_double (writer, temperature);
  if (top_p >= 0.0 && graphbit_llm_body_begin_inner (&self->body, given, "topP"))
    graphbit_json_writer_double (writer, top_p);
  if (stop != NULL && stop[0] != NULL && graphbit_llm_body_begin_inner (&self->body, given, "stopSequences"))
    graphbit_llm_body_write_texts (&self->body, stop);
  if (seed >= 0 && graphbit_llm_body_begin_inner (&self->body, given, "seed"))
    graphbit_json_writer_int64 (writer, seed);
  if (node != NULL && (self->body.capabilities & GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA) != 0)
    {
      if (graphbit_llm_body_begin_inner (&self->body, given, "responseMimeType"))
        graphbit_json_writer_string (writer, "application/json");
      write_schema (self, node, "responseSchema", "responseJsonSchema", given);
    }
  write_thinking (self, given);
}

/* That of the configuration, such as topK, stands beside ours and goes before it. */
static gboolean
write_generation_config (Builder *self,
                         GError **error)
{
  GraphbitJsonWriter *writer = &self->body.writer;
  GraphbitJsonWriter before = *writer;
  gsize length = self->body.body->len;
  gsize begun;
  JsonNode *given;

  if (!graphbit_llm_body_get_given (&self->body, "generationConfig", &given, error))
    return FALSE;
  if (graphbit_json_get_kind (given) == GRAPHBIT_JSON_KIND_NULL)
    return TRUE;

  graphbit_json_writer_name (writer, "generationConfig");
  graphbit_json_writer_begin_object (writer);
  begun = self->body.body->len;
  if (self->options != NULL)
    write_options (self, given);
  if (given != NULL)
    graphbit_llm_body_write_members (&self->body, given, NULL);
  if (self->body.body->len == begun)
    {
      /* nothing was set: neither is it */
      g_string_truncate (self->body.body, length);
      *writer = before;
      return TRUE;
    }
  graphbit_json_writer_end_object (writer);

  return TRUE;
}

static gboolean
build (Builder *self,
       GraphbitLlmRequest *request,
       GError **error)
{
  if (!write_system (self, request, error) || !write_contents (self, request, error))
    return FALSE;
  write_tools (self, request);
  if (self->options != NULL && graphbit_llm_request_count_tools (request) > 0)
    write_tool_choice (self);
  if (!write_generation_config (self, error))
    return FALSE;
  graphbit_llm_body_end (&self->body, "generationConfig");

  return TRUE;
}

gboolean
graphbit_llm_gemini_build (const GraphbitVendor *vendor,
                           GraphbitLlmConfig *config,
                           GraphbitLlmRequest *request,
                           gboolean is_stream,
                           GString *body,
                           GError **error)
{
  Builder self = {
    .options = graphbit_llm_request_get_options (request),
    .model = graphbit_llm_gemini_get_model_name (graphbit_llm_config_resolve_model (config)),
    .result = g_string_new (NULL),
    .media = g_ptr_array_new_with_free_func (g_object_unref),
  };
  gboolean is_built;

  /* the address says which model, and whether it is a stream */
  graphbit_llm_body_begin_unnamed (&self.body, vendor, config, body);
  is_built = build (&self, request, error);
  g_string_free (self.result, TRUE);
  g_ptr_array_unref (self.media);

  return is_built;
}
