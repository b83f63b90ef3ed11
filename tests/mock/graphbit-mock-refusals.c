/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mock-private.h"

#include <string.h>

/*
 * What the real providers refuse although it is good JSON: for all, a history
 * that cannot be; below /as/NAME/, what that provider does not take, too.
 */

typedef struct
{
  const char *name;       /* of the provider; NULL for those of a wire in general */
  MockWire wire;
  guint unknown_status;   /* 0: members that it does not know are let be */
  gsize max_call_id;      /* 0: any */
  gboolean is_alnum_id;   /* and of exactly that length */
  const char *refuses;    /* members, each with a blank around it */
  const char *content;    /* the types of content that it takes; NULL: any */
} Rules;

/* Members that the style has, and that nobody has to refuse. */
#define CHAT_MEMBERS " model messages tools tool_choice parallel_tool_calls response_format max_tokens max_completion_tokens temperature" \
                     " top_p n stop presence_penalty frequency_penalty stream reasoning_effort top_k "
#define OPENAI_MEMBERS " seed stream_options metadata user store service_tier logprobs top_logprobs verbosity prompt_cache_key" \
                       " safety_identifier logit_bias "

static const Rules all_rules[] = {
  { "openai", MOCK_WIRE_OPENAI, 400, 40, FALSE, " max_tokens random_seed ", NULL },
  { "azurellm", MOCK_WIRE_OPENAI, 400, 40, FALSE, " random_seed ", NULL },
  { "mistralai", MOCK_WIRE_OPENAI, 422, 9, TRUE, " seed user stream_options logprobs metadata store max_completion_tokens ", NULL },
  { "groq", MOCK_WIRE_OPENAI, 400, 0, FALSE, " metadata random_seed ", NULL },
  { "xai", MOCK_WIRE_OPENAI, 422, 0, FALSE, " metadata random_seed ", NULL },
  { "deepseek", MOCK_WIRE_OPENAI, 0, 0, FALSE, " ", " text " },
  { "ai21", MOCK_WIRE_OPENAI, 422, 0, FALSE, " seed metadata tool_choice parallel_tool_calls reasoning_effort max_completion_tokens ", " text " },
  { "perplexity", MOCK_WIRE_OPENAI, 400, 0, FALSE, " tools tool_choice parallel_tool_calls seed max_completion_tokens ", NULL },
  { "bytedance", MOCK_WIRE_OPENAI, 400, 0, FALSE, " seed metadata ", NULL },
};

typedef struct
{
  const Rules *rules; /* (nullable) */
  MockWire wire;
  JsonObject *body;
  GPtrArray *open; /* ids of calls without a result yet */
  MockResponse *refusal;
} Check;

G_GNUC_PRINTF (2, 3) static void
refuse (Check      *self,
        const char *format,
        ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  if (self->refusal != NULL)
    return;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  self->refusal = mock_wire_error (self->wire, 400, "invalid_request_error", NULL, message);
}

/* In the words of FastAPI, or of OpenAI */
static void
refuse_member (Check      *self,
               const char *name)
{
  if (self->rules->unknown_status == 422)
    {
      GString *out = g_string_new (NULL);

      if (self->refusal != NULL)
        mock_response_free (self->refusal);
      self->refusal = mock_response_new (422, "application/json");
      g_string_append_printf (out, "{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"%s\"],"
                                   "\"msg\":\"Extra inputs are not permitted: %s\"}]}", name, name);
      mock_response_take_text (self->refusal, out);
    }
  else
    refuse (self, "Unknown parameter: '%s'.", name);
}

static gboolean
has_word (const char *words,
          const char *word)
{
  g_autofree char *whole = g_strdup_printf (" %s ", word);

  return words != NULL && strstr (words, whole) != NULL;
}

static void
check_members (Check *self)
{
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init (&iter, self->body);
  while (json_object_iter_next (&iter, &name, NULL))
    {
      gboolean is_known = has_word (CHAT_MEMBERS, name) || has_word (OPENAI_MEMBERS, name) ||
                          (g_str_equal (name, "random_seed") && has_word (self->rules->refuses, "seed"));

      if (self->rules->unknown_status != 0 && (!is_known || has_word (self->rules->refuses, name)))
        refuse_member (self, name);
    }
}

static gboolean
is_pattern (const char *text,
            const char *others,
            gsize       min,
            gsize       max)
{
  gsize n = 0;

  while (g_ascii_isalnum (text[n]) || (text[n] != '\0' && strchr (others, text[n]) != NULL))
    n++;
  return text[n] == '\0' && n >= min && n <= max;
}

static void
open_call (Check      *self,
           const char *id,
           const char *name)
{
  if (name == NULL || !is_pattern (name, "_-", 1, 64))
    refuse (self, "Invalid tool name '%s'", name != NULL ? name : "");
  else if (id == NULL || *id == '\0')
    refuse (self, "A tool call has no id");
  else if (self->wire == MOCK_WIRE_ANTHROPIC && !is_pattern (id, "_-", 1, G_MAXSIZE))
    refuse (self, "tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'");
  else if (self->rules != NULL && self->rules->is_alnum_id && !is_pattern (id, "", self->rules->max_call_id, self->rules->max_call_id))
    refuse (self, "Tool call id was %s but must be a-z, A-Z, 0-9, with a length of %d.", id, (int) self->rules->max_call_id);
  else if (self->rules != NULL && self->rules->max_call_id > 0 && strlen (id) > self->rules->max_call_id)
    refuse (self, "Invalid tool call id: string too long, %d at most", (int) self->rules->max_call_id);
  else
    g_ptr_array_add (self->open, g_strdup (id));
}

static void
close_call (Check      *self,
            const char *id)
{
  guint i;

  if (id == NULL || !g_ptr_array_find_with_equal_func (self->open, id, g_str_equal, &i))
    refuse (self, "The tool result '%s' has no call before it", id != NULL ? id : "");
  else
    g_ptr_array_remove_index (self->open, i);
}

static void
expect_no_calls (Check *self)
{
  if (self->open->len > 0)
    refuse (self, "The tool call '%s' was not followed by its result", (const char *) g_ptr_array_index (self->open, 0));
}

static gboolean
is_json_object (const char *text)
{
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node);
}

static void
check_parts (Check      *self,
             JsonObject *message)
{
  JsonArray *parts = mock_member_array (message, "content");

  for (guint i = 0; parts != NULL && i < json_array_get_length (parts); i++)
    {
      JsonObject *part = mock_element_object (parts, i);
      const char *type = part != NULL ? mock_member_string (part, "type") : NULL;
      JsonObject *image = part != NULL ? mock_member_object (part, "image_url") : NULL;
      const char *url = image != NULL ? mock_member_string (image, "url") : NULL;

      if (type == NULL)
        refuse (self, "A content part has no type");
      else if (self->rules != NULL && self->rules->content != NULL && !has_word (self->rules->content, type))
        refuse (self, "unknown variant `%s`, expected `text`", type);
      else if (url != NULL && !g_str_has_prefix (url, "data:image/") && !g_str_has_prefix (url, "http"))
        refuse (self, "Invalid image URL");
    }
}

static void
check_chat (Check *self)
{
  JsonArray *messages = mock_member_array (self->body, "messages");
  JsonNode *stop = json_object_get_member (self->body, "stop");

  for (guint i = 0; messages != NULL && i < json_array_get_length (messages); i++)
    {
      JsonObject *message = mock_element_object (messages, i);
      const char *role = mock_member_string (message, "role");
      JsonArray *calls = mock_member_array (message, "tool_calls");

      if (!has_word (" system developer user assistant tool ", role))
        refuse (self, "Invalid value: '%s'.", role);
      check_parts (self, message);
      if (g_str_equal (role, "tool"))
        {
          close_call (self, mock_member_string (message, "tool_call_id"));
          continue;
        }
      expect_no_calls (self);
      if (calls == NULL && (!json_object_has_member (message, "content") || json_object_get_null_member (message, "content")))
        refuse (self, "Invalid value for 'content': expected a string, got null.");
      for (guint j = 0; calls != NULL && j < json_array_get_length (calls); j++)
        {
          JsonObject *call = mock_element_object (calls, j);
          JsonObject *function = call != NULL ? mock_member_object (call, "function") : NULL;

          if (function == NULL || !is_json_object (mock_member_string (function, "arguments")))
            refuse (self, "The arguments of a call are no JSON text");
          else
            open_call (self, mock_member_string (call, "id"), mock_member_string (function, "name"));
        }
    }
  expect_no_calls (self);

  if (!json_object_has_member (self->body, "tools") &&
      (json_object_has_member (self->body, "tool_choice") || json_object_has_member (self->body, "parallel_tool_calls")))
    refuse (self, "'tool_choice' is only allowed when 'tools' are specified.");
  if (json_object_has_member (self->body, "stream_options") && !mock_member_true (self->body, "stream"))
    refuse (self, "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
  if (stop != NULL && JSON_NODE_HOLDS_ARRAY (stop) && json_array_get_length (json_node_get_array (stop)) > 4)
    refuse (self, "Invalid 'stop': array too long.");
}

static void
check_responses (Check *self)
{
  static const char *const unknown[] = { "messages", "stop", "seed", "n", "max_tokens", "max_completion_tokens", "response_format", "stream_options" };
  JsonArray *items = mock_member_array (self->body, "input");
  JsonArray *tools = mock_member_array (self->body, "tools");
  gboolean is_reasoning = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      if (json_object_has_member (self->body, unknown[i]))
        refuse (self, "Unknown parameter: '%s'.", unknown[i]);
    }
  if (json_object_has_member (self->body, "max_output_tokens") && json_object_get_int_member (self->body, "max_output_tokens") < 16)
    refuse (self, "Invalid 'max_output_tokens': integer below minimum value.");
  for (guint i = 0; tools != NULL && i < json_array_get_length (tools); i++)
    {
      JsonObject *tool = mock_element_object (tools, i);

      if (tool == NULL || mock_member_string (tool, "name") == NULL)
        refuse (self, "Missing required parameter: 'tools[%u].name'.", i);
    }
  for (guint i = 0; items != NULL && i < json_array_get_length (items); i++)
    {
      JsonObject *item = mock_element_object (items, i);
      const char *type = mock_member_string (item, "type");

      if (g_strcmp0 (type, "function_call_output") == 0)
        {
          close_call (self, mock_member_string (item, "call_id"));
          continue;
        }
      if (g_strcmp0 (type, "function_call") == 0)
        {
          if (!is_json_object (mock_member_string (item, "arguments")))
            refuse (self, "The arguments of a call are no JSON text");
          open_call (self, mock_member_string (item, "call_id"), mock_member_string (item, "name"));
        }
      else if (mock_member_string (item, "role") != NULL && g_strcmp0 (mock_member_string (item, "role"), "assistant") != 0)
        {
          expect_no_calls (self);
          if (is_reasoning)
            refuse (self, "Item of type 'reasoning' was provided without its required following item.");
        }
      is_reasoning = g_strcmp0 (type, "reasoning") == 0;
    }
  expect_no_calls (self);
  if (is_reasoning)
    refuse (self, "Item of type 'reasoning' was provided without its required following item.");
}

static guint
count_markers (JsonNode *node)
{
  guint n = 0;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *value;

      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, &name, &value))
        n += g_str_equal (name, "cache_control") ? 1 : count_markers (value);
    }
  else if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    {
      for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
        n += count_markers (json_array_get_element (json_node_get_array (node), i));
    }
  return n;
}

static void
check_anthropic_block (Check      *self,
                       JsonObject *block,
                       gboolean    is_user)
{
  const char *type = block != NULL ? mock_member_string (block, "type") : NULL;

  if (type == NULL)
    refuse (self, "content.type: Field required");
  else if (g_str_equal (type, "text") && (mock_member_string (block, "text") == NULL || *mock_member_string (block, "text") == '\0'))
    refuse (self, "messages: text content blocks must be non-empty");
  else if (g_str_equal (type, "thinking") && (is_user || mock_member_string (block, "signature") == NULL))
    refuse (self, "messages.content.thinking.signature: Field required");
  else if (g_str_equal (type, "image_url") || g_str_equal (type, "input_image"))
    refuse (self, "Input tag '%s' found using 'type' does not match any of the expected tags", type);
  else if (g_str_equal (type, "tool_use") && mock_member_object (block, "input") == NULL)
    refuse (self, "tool_use.input: Input should be a valid dictionary");
  else if (g_str_equal (type, "tool_use"))
    open_call (self, mock_member_string (block, "id"), mock_member_string (block, "name"));
  else if (g_str_equal (type, "tool_result"))
    close_call (self, mock_member_string (block, "tool_use_id"));
}

static void
check_anthropic (Check *self)
{
  static const char members[] = " model max_tokens system messages tools tool_choice temperature top_p top_k stop_sequences thinking"
                                " output_config metadata service_tier stream cache_control ";
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (), self->body);
  JsonArray *messages = mock_member_array (self->body, "messages");
  JsonArray *tools = mock_member_array (self->body, "tools");
  JsonObject *thinking = mock_member_object (self->body, "thinking");
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init (&iter, self->body);
  while (json_object_iter_next (&iter, &name, NULL))
    {
      if (!has_word (members, name))
        refuse (self, "%s: Extra inputs are not permitted", name);
    }
  for (guint i = 0; messages != NULL && i < json_array_get_length (messages); i++)
    {
      JsonObject *message = mock_element_object (messages, i);
      const char *role = mock_member_string (message, "role");
      JsonArray *blocks = mock_member_array (message, "content");
      gboolean is_user = g_str_equal (role, "user");
      guint n_open = self->open->len;

      if (!is_user && !g_str_equal (role, "assistant"))
        refuse (self, "messages.role: Input should be 'user' or 'assistant'");
      if (i == 0 && !is_user)
        refuse (self, "messages: first message must use the \"user\" role");
      if (blocks == NULL && (mock_member_string (message, "content") == NULL || *mock_member_string (message, "content") == '\0'))
        refuse (self, "messages: text content blocks must be non-empty");
      for (guint j = 0; blocks != NULL && j < json_array_get_length (blocks); j++)
        check_anthropic_block (self, mock_element_object (blocks, j), is_user);
      if (is_user && n_open > 0 && self->open->len > 0)
        refuse (self, "`tool_use` ids were found without `tool_result` blocks immediately after: %s",
                (const char *) g_ptr_array_index (self->open, 0));
    }
  expect_no_calls (self);
  for (guint i = 0; tools != NULL && i < json_array_get_length (tools); i++)
    {
      JsonObject *tool = mock_element_object (tools, i);
      JsonObject *schema = tool != NULL ? mock_member_object (tool, "input_schema") : NULL;

      if (schema == NULL || g_strcmp0 (mock_member_string (schema, "type"), "object") != 0)
        refuse (self, "tools.%u.custom.input_schema.type: Field required", i);
    }
  if (json_object_has_member (self->body, "temperature") && json_object_get_double_member (self->body, "temperature") > 1.0)
    refuse (self, "temperature: range: 0..1");
  if (thinking != NULL && json_object_has_member (thinking, "budget_tokens") &&
      (json_object_get_int_member (thinking, "budget_tokens") < 1024 ||
       json_object_get_int_member (thinking, "budget_tokens") >= json_object_get_int_member (self->body, "max_tokens")))
    refuse (self, "thinking.budget_tokens: 1024 or more, and less than max_tokens");
  if (thinking != NULL && g_strcmp0 (mock_member_string (thinking, "type"), "disabled") != 0 &&
      (json_object_has_member (self->body, "temperature") || json_object_has_member (self->body, "top_k")))
    refuse (self, "`temperature` may only be set to 1 when thinking is enabled.");
  if (count_markers (root) > 4)
    refuse (self, "A maximum of 4 blocks with cache_control may be provided.");
}

static void
check_gemini (Check *self)
{
  static const char members[] = " systemInstruction contents tools toolConfig generationConfig safetySettings cachedContent ";
  JsonArray *contents = mock_member_array (self->body, "contents");
  JsonObjectIter iter;
  const char *name;
  guint n_calls = 0;

  json_object_iter_init (&iter, self->body);
  while (json_object_iter_next (&iter, &name, NULL))
    {
      if (!has_word (members, name))
        refuse (self, "Invalid JSON payload received. Unknown name \"%s\": Cannot find field.", name);
    }
  for (guint i = 0; contents != NULL && i < json_array_get_length (contents); i++)
    {
      JsonObject *content = mock_element_object (contents, i);
      const char *role = content != NULL ? mock_member_string (content, "role") : NULL;
      JsonArray *parts = content != NULL ? mock_member_array (content, "parts") : NULL;
      guint n_results = 0, n_asked = n_calls;

      if (g_strcmp0 (role, "user") != 0 && g_strcmp0 (role, "model") != 0)
        refuse (self, "Please use a valid role: user, model.");
      n_calls = 0;
      for (guint j = 0; parts != NULL && j < json_array_get_length (parts); j++)
        {
          JsonObject *part = mock_element_object (parts, j);
          JsonObject *call = part != NULL ? mock_member_object (part, "functionCall") : NULL;
          JsonObject *result = part != NULL ? mock_member_object (part, "functionResponse") : NULL;

          if (call != NULL && json_object_has_member (call, "args") && mock_member_object (call, "args") == NULL)
            refuse (self, "functionCall.args: not a Struct");
          if (result != NULL && (mock_member_object (result, "response") == NULL || mock_member_string (result, "name") == NULL))
            refuse (self, "functionResponse.response: not a Struct, or without a name");
          n_calls += call != NULL;
          n_results += result != NULL;
        }
      if (n_results != n_asked)
        refuse (self, "Please ensure that the number of function response parts is equal to the number of function call parts "
                      "of the function call turn: %u, not %u", n_results, n_asked);
    }
  if (n_calls > 0)
    refuse (self, "Please ensure that function call turn comes before a function response turn.");
}

static void
check_ollama (Check *self)
{
  JsonArray *messages = mock_member_array (self->body, "messages");

  for (guint i = 0; messages != NULL && i < json_array_get_length (messages); i++)
    {
      JsonObject *message = mock_element_object (messages, i);
      JsonArray *images = mock_member_array (message, "images");
      JsonArray *calls = mock_member_array (message, "tool_calls");

      if (json_object_has_member (message, "content") && mock_member_string (message, "content") == NULL)
        refuse (self, "json: cannot unmarshal array into Go struct field ChatRequest.messages.content of type string");
      for (guint j = 0; images != NULL && j < json_array_get_length (images); j++)
        {
          const char *data = json_array_get_string_element (images, j);

          if (data == NULL || !is_pattern (data, "+/=", 1, G_MAXSIZE))
            refuse (self, "illegal base64 data at input byte 4");
        }
      for (guint j = 0; calls != NULL && j < json_array_get_length (calls); j++)
        {
          JsonObject *call = mock_element_object (calls, j);
          JsonObject *function = call != NULL ? mock_member_object (call, "function") : NULL;

          if (function == NULL || mock_member_object (function, "arguments") == NULL)
            refuse (self, "json: cannot unmarshal string into Go struct field ToolCallFunction.arguments");
        }
    }
}

static const Rules *
find_rules (const char *target)
{
  const char *name = strstr (target, "/as/");

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (all_rules); i++)
    {
      gsize length = strlen (all_rules[i].name);

      if (strncmp (name + 4, all_rules[i].name, length) == 0 && name[4 + length] == '/')
        return &all_rules[i];
    }
  return NULL;
}

MockResponse *
mock_refuse (MockRequest     *request,
             MockChatRequest *chat)
{
  Check self = {
    .wire = chat->wire,
    .body = chat->body,
    .open = g_ptr_array_new_with_free_func (g_free),
  };

  if (chat->wire == MOCK_WIRE_OPENAI)
    self.rules = find_rules (request->target);
  switch (chat->wire)
    {
    case MOCK_WIRE_OPENAI:
      if (self.rules != NULL)
        check_members (&self);
      check_chat (&self);
      break;
    case MOCK_WIRE_RESPONSES:
      check_responses (&self);
      break;
    case MOCK_WIRE_ANTHROPIC:
      check_anthropic (&self);
      break;
    case MOCK_WIRE_GEMINI:
      check_gemini (&self);
      break;
    case MOCK_WIRE_OLLAMA:
      check_ollama (&self);
      break;
    default:
      break;
    }
  g_ptr_array_unref (self.open);

  return self.refusal;
}
