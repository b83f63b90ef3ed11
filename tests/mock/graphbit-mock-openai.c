/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mock-private.h"

#include <string.h>

/* The OpenAI chat wire, and what the others share with it. Whatever is not scripted is computed from the request alone,
 * so that the same request gets the same bytes, but for the id. */

#define CREATED 1760000000
#define KNOWN_MODELS "gpt-4o-mini", "gpt-4o", "mock-model"

MockResponse *
mock_response_new (guint       status,
                   const char *content_type)
{
  MockResponse *response = g_new0 (MockResponse, 1);

  response->status = status;
  response->content_type = g_strdup (content_type);
  response->headers = g_ptr_array_new_with_free_func (g_free);
  response->pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  return response;
}

void
mock_response_free (MockResponse *response)
{
  g_free (response->content_type);
  g_ptr_array_unref (response->headers);
  g_ptr_array_unref (response->pieces);
  g_free (response);
}

void
mock_response_take_text (MockResponse *response,
                         GString      *text)
{
  g_ptr_array_add (response->pieces, g_string_free_to_bytes (text));
}

const char *
mock_reason_phrase (guint status)
{
  static const struct
  {
    guint status;
    const char *phrase;
  } phrases[] = {
    { 100, "Continue" }, { 200, "OK" }, { 201, "Created" }, { 202, "Accepted" }, { 204, "No Content" },
    { 301, "Moved Permanently" }, { 302, "Found" }, { 307, "Temporary Redirect" }, { 308, "Permanent Redirect" },
    { 400, "Bad Request" }, { 401, "Unauthorized" }, { 402, "Payment Required" }, { 403, "Forbidden" },
    { 404, "Not Found" }, { 405, "Method Not Allowed" }, { 408, "Request Timeout" }, { 409, "Conflict" },
    { 413, "Content Too Large" }, { 422, "Unprocessable Content" }, { 425, "Too Early" },
    { 429, "Too Many Requests" }, { 431, "Request Header Fields Too Large" },
    { 500, "Internal Server Error" }, { 501, "Not Implemented" }, { 502, "Bad Gateway" },
    { 503, "Service Unavailable" }, { 504, "Gateway Timeout" }, { 529, "Overloaded" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (phrases); i++)
    {
      if (phrases[i].status == status)
        return phrases[i].phrase;
    }
  return "Unknown";
}

/* Writing JSON */

void
mock_json_append_string (GString    *out,
                         const char *text,
                         gssize      length)
{
  const char *end, *run;

  if (text == NULL)
    {
      g_string_append (out, "null");
      return;
    }

  end = text + (length < 0 ? (gssize) strlen (text) : length);
  g_string_append_c (out, '"');
  for (run = text; text < end; text++)
    {
      guchar byte = (guchar) *text;

      if (byte >= 0x20 && byte != '"' && byte != '\\')
        continue;
      g_string_append_len (out, run, text - run);
      run = text + 1;
      switch (byte)
        {
        case '"':
          g_string_append (out, "\\\"");
          break;
        case '\\':
          g_string_append (out, "\\\\");
          break;
        case '\n':
          g_string_append (out, "\\n");
          break;
        case '\r':
          g_string_append (out, "\\r");
          break;
        case '\t':
          g_string_append (out, "\\t");
          break;
        default:
          g_string_append_printf (out, "\\u%04x", byte);
          break;
        }
    }
  g_string_append_len (out, run, text - run);
  g_string_append_c (out, '"');
}

void
mock_append_member (GString    *out,
               const char *name,
               const char *text)
{
  g_string_append_printf (out, "\"%s\":", name);
  mock_json_append_string (out, text, -1);
}

MockResponse *
mock_openai_error (guint       status,
                   const char *type,
                   const char *code,
                   const char *message)
{
  MockResponse *response = mock_response_new (status, "application/json");
  GString *out = g_string_new ("{\"error\":{");

  mock_append_member (out, "message", message);
  g_string_append_c (out, ',');
  mock_append_member (out, "type", type);
  g_string_append (out, ",\"param\":null,");
  mock_append_member (out, "code", code);
  g_string_append (out, "}}");
  mock_response_take_text (response, out);
  return response;
}

/* What an error status says when the script gives it no body */
static MockResponse *
error_of_status (guint status)
{
  switch (status)
    {
    case 400:
      return mock_openai_error (status, "invalid_request_error", NULL, "The request was refused by the script.");
    case 401:
      return mock_openai_error (status, "invalid_request_error", "invalid_api_key", "Incorrect API key provided.");
    case 404:
      return mock_openai_error (status, "invalid_request_error", "model_not_found", "The model does not exist or you do not have access to it.");
    case 429:
      return mock_openai_error (status, "requests", "rate_limit_exceeded", "Rate limit reached for requests.");
    default:
      return mock_openai_error (status, status >= 500 ? "server_error" : "invalid_request_error", NULL, mock_reason_phrase (status));
    }
}

/* Reading the request */

const char *
mock_member_string (JsonObject *object,
               const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

JsonArray *
mock_member_array (JsonObject *object,
              const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

JsonObject *
mock_member_object (JsonObject *object,
               const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

gboolean
mock_member_true (JsonObject *object,
             const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}

JsonObject *
mock_element_object (JsonArray *array,
                guint      i)
{
  JsonNode *node = json_array_get_element (array, i);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* The text of a message: a text, or the text parts of an array */
static void
append_content (GString    *out,
                JsonObject *message)
{
  const char *name = json_object_has_member (message, "output") ? "output" : "content";
  const char *text = mock_member_string (message, name);
  JsonArray *parts = mock_member_array (message, name);

  if (text != NULL)
    g_string_append (out, text);
  for (guint i = 0; parts != NULL && i < json_array_get_length (parts); i++)
    {
      JsonObject *part = mock_element_object (parts, i);

      if (part != NULL && mock_member_string (part, "text") != NULL)
        g_string_append (out, mock_member_string (part, "text"));
      else if (part != NULL && g_strcmp0 (mock_member_string (part, "type"), "tool_result") == 0)
        {
          if (out->len > 0)
            g_string_append (out, "; ");
          append_content (out, part);
        }
    }
}

guint
mock_count_words (const char *text)
{
  guint n = 0;
  gboolean inside = FALSE;

  for (; text != NULL && *text != '\0'; text++)
    {
      gboolean space = g_ascii_isspace (*text);

      if (!space && !inside)
        n++;
      inside = !space;
    }
  return n;
}

void
mock_chat_request_clear (MockChatRequest *chat)
{
  if (chat->user_text != NULL)
    g_string_free (chat->user_text, TRUE);
  if (chat->tool_text != NULL)
    g_string_free (chat->tool_text, TRUE);
  g_free (chat->named);
}

/* Anthropic has the results of tools among what the user says. */
static gboolean
has_tool_result (JsonObject *message)
{
  JsonArray *parts = mock_member_array (message, "content");

  for (guint i = 0; parts != NULL && i < json_array_get_length (parts); i++)
    {
      JsonObject *part = mock_element_object (parts, i);

      if (part != NULL && g_strcmp0 (mock_member_string (part, "type"), "tool_result") == 0)
        return TRUE;
    }
  return FALSE;
}

static MockResponse *
chat_request_read (MockChatRequest *chat,
                   MockRequest *request,
                   JsonNode    *root)
{
  g_autoptr (GString) content = g_string_new (NULL);
  JsonObject *stream_options;
  JsonArray *messages;

  chat->user_text = g_string_new (NULL);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return mock_wire_error (chat->wire, 400, "invalid_request_error", NULL, "We could not parse the JSON body of your request.");

  chat->body = json_node_get_object (root);
  if (chat->wire == MOCK_WIRE_GEMINI)
    return mock_gemini_read_contents (chat, request);

  chat->model = mock_member_string (chat->body, "model");
  if (chat->model == NULL)
    return mock_wire_error (chat->wire, 400, "invalid_request_error", "missing_required_parameter", "You must provide a model parameter.");

  messages = mock_member_array (chat->body, chat->wire == MOCK_WIRE_RESPONSES ? "input" : "messages");
  if (messages == NULL || json_array_get_length (messages) == 0)
    return mock_wire_error (chat->wire, 400, "invalid_request_error", "missing_required_parameter", "Missing required parameter: 'messages'.");

  chat->tools = mock_member_array (chat->body, "tools");
  if (chat->tools != NULL && json_array_get_length (chat->tools) == 0)
    return mock_wire_error (chat->wire, 400, "invalid_request_error", "empty_array", "Invalid 'tools': empty array.");

  if (chat->wire == MOCK_WIRE_COHERE)
    {
      MockResponse *refusal = mock_cohere_refuse (chat);

      if (refusal != NULL)
        return refusal;
    }
  if (chat->wire == MOCK_WIRE_ANTHROPIC && !json_object_has_member (chat->body, "max_tokens"))
    return mock_wire_error (chat->wire, 400, "invalid_request_error", NULL, "max_tokens: Field required");

  /* Ollama streams unless it is told not to */
  chat->stream = mock_member_true (chat->body, "stream") ||
                 (chat->wire == MOCK_WIRE_OLLAMA && !json_object_has_member (chat->body, "stream"));
  stream_options = mock_member_object (chat->body, "stream_options");
  chat->include_usage = stream_options != NULL && mock_member_true (stream_options, "include_usage");

  for (guint i = 0; i < json_array_get_length (messages); i++)
    {
      JsonObject *message = mock_element_object (messages, i);
      const char *role = message != NULL ? mock_member_string (message, "role") : NULL;
      const char *type = message != NULL ? mock_member_string (message, "type") : NULL;

      /* calls of tools and the like have none, and results are items of their own */
      if (chat->wire == MOCK_WIRE_RESPONSES && role == NULL && type != NULL)
        role = g_str_equal (type, "function_call_output") ? "tool" : "assistant";
      else if (chat->wire == MOCK_WIRE_RESPONSES && g_strcmp0 (role, "tool") == 0)
        return mock_wire_error (chat->wire, 400, "invalid_request_error", "invalid_value", "Invalid value: 'tool'.");
      if (role == NULL)
        return mock_wire_error (chat->wire, 400, "invalid_request_error", "missing_required_parameter", "Missing required parameter: 'messages[].role'.");

      g_string_truncate (content, 0);
      append_content (content, message);
      chat->prompt_words += mock_count_words (content->str);

      if (g_str_equal (role, "tool") || has_tool_result (message))
        {
          if (chat->tool_text == NULL)
            chat->tool_text = g_string_new (content->str);
          else
            g_string_append_printf (chat->tool_text, "; %s", content->str);
          continue;
        }
      if (chat->tool_text != NULL)
        g_string_free (g_steal_pointer (&chat->tool_text), TRUE);
      if (g_str_equal (role, "user"))
        g_string_assign (chat->user_text, content->str);
    }
  return NULL;
}

/* The arguments of a call nobody scripted: every property of the tool's schema, filled from the user's words */
static char *
invent_arguments (JsonObject *function,
                  const char *user_text)
{
  GString *out = g_string_new ("{");
  JsonObject *parameters = mock_member_object (function, json_object_has_member (function, "parameters") ? "parameters"
                                                           : json_object_has_member (function, "parametersJsonSchema")
                                                             ? "parametersJsonSchema"
                                                             : "input_schema");
  JsonObject *properties = parameters != NULL ? mock_member_object (parameters, "properties") : NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;
  const char *digits = user_text;

  if (properties == NULL)
    return g_string_free (g_string_append_c (out, '}'), FALSE);

  json_object_iter_init_ordered (&iter, properties);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      const char *type = JSON_NODE_HOLDS_OBJECT (value) ? mock_member_string (json_node_get_object (value), "type") : NULL;

      if (out->len > 1)
        g_string_append_c (out, ',');
      mock_json_append_string (out, name, -1);
      g_string_append_c (out, ':');
      if (g_strcmp0 (type, "integer") == 0 || g_strcmp0 (type, "number") == 0)
        {
          char *end;

          while (*digits != '\0' && !g_ascii_isdigit (*digits))
            digits++;
          g_string_append_printf (out, "%" G_GUINT64_FORMAT, g_ascii_strtoull (digits, &end, 10));
          digits = end;
        }
      else if (g_strcmp0 (type, "boolean") == 0)
        g_string_append (out, "true");
      else if (g_strcmp0 (type, "array") == 0)
        g_string_append (out, "[]");
      else if (g_strcmp0 (type, "object") == 0)
        g_string_append (out, "{}");
      else
        mock_json_append_string (out, user_text, -1);
    }
  return g_string_free (g_string_append_c (out, '}'), FALSE);
}

/* The answer before it takes its plain or its streamed form */

static void
invented_call_free (gpointer data)
{
  MockToolCall *call = data;

  g_free (call->id);
  g_free (call->name);
  g_free (call->arguments);
  g_free (call);
}

void
mock_answer_clear (MockAnswer *answer)
{
  g_free (answer->joined);
  g_clear_pointer (&answer->tool_calls, g_ptr_array_unref);
}

static void
answer_call_tools (MockAnswer *answer)
{
  MockChatRequest *chat = answer->chat;

  answer->tool_calls = g_ptr_array_new_with_free_func (invented_call_free);
  for (guint i = 0; i < json_array_get_length (chat->tools); i++)
    {
      JsonObject *tool = mock_element_object (chat->tools, i);
      JsonObject *function = tool != NULL && json_object_has_member (tool, "function") ? mock_member_object (tool, "function") : tool;
      MockToolCall *call;

      if (function == NULL || mock_member_string (function, "name") == NULL)
        continue;

      call = g_new0 (MockToolCall, 1);
      call->id = g_strdup_printf ("call_%" G_GUINT64_FORMAT "_%u", answer->request->index + 1, i + 1);
      call->name = g_strdup (mock_member_string (function, "name"));
      call->arguments = invent_arguments (function, chat->user_text->str);
      g_ptr_array_add (answer->tool_calls, call);
    }
}

void
mock_answer_decide (MockAnswer *answer)
{
  MockStep *step = answer->step;
  MockChatRequest *chat = answer->chat;
  gboolean scripted = step != NULL && (step->text != NULL || step->pieces != NULL || step->tool_calls != NULL ||
                                       step->refusal != NULL || step->reasoning != NULL || step->events != NULL);

  answer->model = step != NULL && step->model != NULL ? step->model : chat->model;

  if (step != NULL && step->pieces != NULL)
    answer->text = answer->joined = g_strjoinv ("", step->pieces);
  else if (scripted)
    answer->text = step->text;

  if (step != NULL && step->tool_calls != NULL)
    answer->tool_calls = g_ptr_array_ref (step->tool_calls);
  else if (step != NULL && step->call_tools && chat->tools != NULL && chat->tool_text == NULL)
    answer_call_tools (answer);

  if (!scripted && answer->tool_calls == NULL)
    {
      answer->joined = chat->tool_text != NULL
                         ? g_strconcat ("The tool said: ", chat->tool_text->str, NULL)
                         : g_strconcat ("You said: ", chat->user_text->str, NULL);
      answer->text = answer->joined;
    }

  if (step != NULL && step->finish_reason != NULL)
    answer->finish_reason = step->finish_reason;
  else if (chat->wire == MOCK_WIRE_ANTHROPIC)
    answer->finish_reason = answer->tool_calls != NULL ? "tool_use" : "end_turn";
  else if (chat->wire == MOCK_WIRE_GEMINI)
    answer->finish_reason = "STOP";
  else if (chat->wire == MOCK_WIRE_COHERE)
    answer->finish_reason = answer->tool_calls != NULL ? "TOOL_CALL" : "COMPLETE";
  else if (chat->wire == MOCK_WIRE_RESPONSES)
    answer->finish_reason = "completed";
  else
    answer->finish_reason = answer->tool_calls != NULL && chat->wire == MOCK_WIRE_OPENAI ? "tool_calls" : "stop";
}

guint
mock_answer_count_tokens (MockAnswer *answer)
{
  guint completion = (answer->step != NULL ? mock_count_words (answer->step->reasoning) : 0) + mock_count_words (answer->text);

  for (guint i = 0; answer->tool_calls != NULL && i < answer->tool_calls->len; i++)
    {
      MockToolCall *call = g_ptr_array_index (answer->tool_calls, i);

      completion += 1 + mock_count_words (call->arguments);
    }
  return completion;
}

static void
append_usage (GString     *out,
              MockAnswer  *answer)
{
  MockStep *step = answer->step;
  guint reasoning, completion;

  if (step != NULL && step->usage != NULL)
    {
      g_autofree char *text = json_to_string (step->usage, FALSE);

      g_string_append (out, text);
      return;
    }

  reasoning = step != NULL ? mock_count_words (step->reasoning) : 0;
  completion = mock_answer_count_tokens (answer);
  g_string_append_printf (out,
                          "{\"prompt_tokens\":%u,\"completion_tokens\":%u,\"total_tokens\":%u,"
                          "\"prompt_tokens_details\":{\"cached_tokens\":0},"
                          "\"completion_tokens_details\":{\"reasoning_tokens\":%u}}",
                          answer->chat->prompt_words, completion,
                          answer->chat->prompt_words + completion, reasoning);
}

static void
append_head (GString    *out,
             MockAnswer     *answer,
             const char *object)
{
  g_string_append_printf (out, "{\"id\":\"chatcmpl-mock-%" G_GUINT64_FORMAT "\",\"object\":\"%s\",\"created\":%d,",
                          answer->request->index + 1, object, CREATED);
  mock_append_member (out, "model", answer->model);
  g_string_append (out, ",\"system_fingerprint\":\"fp_mock\"");
}

static MockResponse *
answer_plain (MockAnswer *answer)
{
  MockResponse *response = mock_response_new (200, "application/json");
  MockStep *step = answer->step;
  GString *out = g_string_sized_new (512);

  append_head (out, answer, "chat.completion");
  g_string_append (out, ",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",");
  mock_append_member (out, "content", answer->text);
  g_string_append_c (out, ',');
  mock_append_member (out, "refusal", step != NULL ? step->refusal : NULL);
  if (step != NULL && step->reasoning != NULL)
    {
      g_string_append_c (out, ',');
      mock_append_member (out, "reasoning_content", step->reasoning);
    }
  if (answer->tool_calls != NULL)
    {
      g_string_append (out, ",\"tool_calls\":[");
      for (guint i = 0; i < answer->tool_calls->len; i++)
        {
          MockToolCall *call = g_ptr_array_index (answer->tool_calls, i);

          g_string_append (out, i > 0 ? ",{" : "{");
          mock_append_member (out, "id", call->id);
          g_string_append (out, ",\"type\":\"function\",\"function\":{");
          mock_append_member (out, "name", call->name);
          g_string_append_c (out, ',');
          mock_append_member (out, "arguments", call->arguments);
          g_string_append (out, "}}");
        }
      g_string_append_c (out, ']');
    }
  g_string_append (out, "},\"logprobs\":null,");
  mock_append_member (out, "finish_reason", answer->finish_reason);
  g_string_append (out, "}]");
  if (step == NULL || !step->omit_usage)
    {
      g_string_append (out, ",\"usage\":");
      append_usage (out, answer);
    }
  g_string_append_c (out, '}');
  mock_response_take_text (response, out);
  return response;
}

static GString *
begin_chunk (MockAnswer *answer)
{
  GString *out = g_string_sized_new (256);

  g_string_append (out, "data: ");
  append_head (out, answer, "chat.completion.chunk");
  g_string_append (out, ",\"choices\":[");
  return out;
}

static void
end_chunk (MockResponse *response,
           MockAnswer       *answer,
           GString      *out)
{
  g_string_append (out, "]");
  if (answer->chat->include_usage)
    g_string_append (out, ",\"usage\":null");
  g_string_append (out, "}\n\n");
  mock_response_take_text (response, out);
}

static void
add_delta (MockResponse *response,
           MockAnswer       *answer,
           const char   *name,
           const char   *text,
           gsize         length)
{
  GString *out = begin_chunk (answer);

  g_string_append_printf (out, "{\"index\":0,\"delta\":{\"%s\":", name);
  mock_json_append_string (out, text, (gssize) length);
  g_string_append (out, "},\"logprobs\":null,\"finish_reason\":null}");
  end_chunk (response, answer, out);
}

/* A word with the white space after it makes one delta. */
static void
add_words (MockResponse *response,
           MockAnswer       *answer,
           const char   *name,
           const char   *text)
{
  while (*text != '\0')
    {
      gsize n = strcspn (text, " \n\t");

      n += strspn (text + n, " \n\t");
      add_delta (response, answer, name, text, n);
      text += n;
    }
}

static void
add_tool_call (MockResponse *response,
               MockAnswer       *answer,
               guint         i)
{
  MockToolCall *call = g_ptr_array_index (answer->tool_calls, i);
  const char *arguments = call->arguments;
  GString *out = begin_chunk (answer);

  g_string_append_printf (out, "{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":%u,", i);
  mock_append_member (out, "id", call->id);
  g_string_append (out, ",\"type\":\"function\",\"function\":{");
  mock_append_member (out, "name", call->name);
  g_string_append (out, ",\"arguments\":\"\"}}]},\"logprobs\":null,\"finish_reason\":null}");
  end_chunk (response, answer, out);

  for (gsize n; *arguments != '\0'; arguments += n)
    {
      n = mock_measure_fragment (arguments);
      out = begin_chunk (answer);
      g_string_append_printf (out, "{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":%u,\"function\":{\"arguments\":", i);
      mock_json_append_string (out, arguments, (gssize) n);
      g_string_append (out, "}}]},\"logprobs\":null,\"finish_reason\":null}");
      end_chunk (response, answer, out);
    }
}

static MockResponse *
answer_stream (MockAnswer *answer)
{
  MockResponse *response = mock_response_new (200, "text/event-stream; charset=utf-8");
  MockStep *step = answer->step;
  GString *out;

  response->streamed = TRUE;

  out = begin_chunk (answer);
  g_string_append_printf (out, "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":%s,\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}",
                          answer->text != NULL ? "\"\"" : "null");
  end_chunk (response, answer, out);

  if (step != NULL && step->reasoning != NULL)
    add_words (response, answer, "reasoning_content", step->reasoning);

  if (step != NULL && step->pieces != NULL)
    {
      for (guint i = 0; step->pieces[i] != NULL; i++)
        add_delta (response, answer, "content", step->pieces[i], strlen (step->pieces[i]));
    }
  else if (answer->text != NULL)
    add_words (response, answer, "content", answer->text);

  if (step != NULL && step->refusal != NULL)
    add_words (response, answer, "refusal", step->refusal);

  for (guint i = 0; answer->tool_calls != NULL && i < answer->tool_calls->len; i++)
    add_tool_call (response, answer, i);

  for (guint i = 0; step != NULL && step->events != NULL && i < step->events->len; i++)
    {
      out = g_string_new (NULL);
      g_string_append_printf (out, "data: %s\n\n", (const char *) g_ptr_array_index (step->events, i));
      mock_response_take_text (response, out);
    }

  /* an empty reason leaves the finishing chunk out */
  if (*answer->finish_reason != '\0')
    {
      out = begin_chunk (answer);
      g_string_append (out, "{\"index\":0,\"delta\":{},\"logprobs\":null,");
      mock_append_member (out, "finish_reason", answer->finish_reason);
      g_string_append_c (out, '}');
      end_chunk (response, answer, out);
    }

  if (step != NULL ? !step->omit_usage && (answer->chat->include_usage || step->usage != NULL)
                   : answer->chat->include_usage)
    {
      out = g_string_new ("data: ");
      append_head (out, answer, "chat.completion.chunk");
      g_string_append (out, ",\"choices\":[],\"usage\":");
      append_usage (out, answer);
      g_string_append (out, "}\n\n");
      mock_response_take_text (response, out);
    }

  if (step == NULL || !step->omit_done)
    mock_response_take_text (response, g_string_new ("data: [DONE]\n\n"));
  return response;
}

static MockResponse *
answer_chat (MockRequest *request,
             MockStep    *step,
             MockWire     wire)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_auto (MockChatRequest) chat = { .wire = wire };
  g_auto (MockAnswer) answer = { .request = request, .step = step, .chat = &chat };
  MockResponse *refusal;
  gconstpointer data;
  gsize length;

  data = g_bytes_get_data (request->body, &length);
  if (length == 0 || !json_parser_load_from_data (parser, data, (gssize) length, NULL))
    refusal = mock_wire_error (wire, 400, "invalid_request_error", NULL, "We could not parse the JSON body of your request.");
  else
    refusal = chat_request_read (&chat, request, json_parser_get_root (parser));
  if (refusal == NULL)
    refusal = mock_refuse (request, &chat);
  if (refusal != NULL)
    return refusal;

  if ((step == NULL || !step->has_answer) && g_str_equal (chat.model, "no-such-model"))
    return mock_wire_error (wire, 404, wire == MOCK_WIRE_ANTHROPIC ? "not_found_error" : "invalid_request_error", "model_not_found",
                            wire == MOCK_WIRE_OPENAI || wire == MOCK_WIRE_RESPONSES ? "The model `no-such-model` does not exist or you do not have access to it."
                            : wire == MOCK_WIRE_ANTHROPIC ? "model: no-such-model"
                            : wire == MOCK_WIRE_GEMINI    ? "models/no-such-model is not found for API version v1beta."
                            : wire == MOCK_WIRE_COHERE    ? "model 'no-such-model' not found, make sure the correct model ID was used"
                                                          : "model 'no-such-model' not found");

  mock_answer_decide (&answer);
  switch (wire)
    {
    case MOCK_WIRE_ANTHROPIC:
      return mock_anthropic_answer (&answer);
    case MOCK_WIRE_OLLAMA:
      return mock_ollama_answer (&answer);
    case MOCK_WIRE_GEMINI:
      return mock_gemini_answer (&answer);
    case MOCK_WIRE_RESPONSES:
      return mock_responses_answer (&answer);
    case MOCK_WIRE_COHERE:
      return mock_cohere_answer (&answer);
    case MOCK_WIRE_OPENAI:
    default:
      return chat.stream ? answer_stream (&answer) : answer_plain (&answer);
    }
}

static MockResponse *
answer_models (void)
{
  static const char *const models[] = { KNOWN_MODELS };
  MockResponse *response = mock_response_new (200, "application/json");
  GString *out = g_string_new ("{\"object\":\"list\",\"data\":[");

  for (gsize i = 0; i < G_N_ELEMENTS (models); i++)
    g_string_append_printf (out, "%s{\"id\":\"%s\",\"object\":\"model\",\"created\":%d,\"owned_by\":\"graphbit\"}",
                            i > 0 ? "," : "", models[i], CREATED);
  g_string_append (out, "]}");
  mock_response_take_text (response, out);
  return response;
}

static MockWire
find_wire (MockRequest *request,
           const char  *path)
{
  if (g_str_has_suffix (path, "/messages") || mock_request_get_header (request, "anthropic-version") != NULL)
    return MOCK_WIRE_ANTHROPIC;
  if (g_str_has_suffix (path, "enerateContent") || mock_request_get_header (request, "x-goog-api-key") != NULL)
    return MOCK_WIRE_GEMINI;
  if (g_str_has_suffix (path, "/responses"))
    return MOCK_WIRE_RESPONSES;
  if (strstr (path, "/predictions") != NULL || strstr (path, "/streams/") != NULL || strstr (path, "/collections/") != NULL)
    return MOCK_WIRE_REPLICATE;
  if (g_str_has_suffix (path, "/v2/chat") || strstr (request->target, "/v1/models?page_size=") != NULL)
    return MOCK_WIRE_COHERE;
  return strstr (path, "/api/") != NULL && !g_str_has_suffix (path, "/chat/completions") ? MOCK_WIRE_OLLAMA : MOCK_WIRE_OPENAI;
}

/* (nullable) What is wrong with the key, or with how it was told */
static MockResponse *
refuse_key (MockRequest *request,
            MockWire     wire,
            gboolean     require_authorization)
{
  const char *name = wire == MOCK_WIRE_ANTHROPIC ? "x-api-key" : wire == MOCK_WIRE_GEMINI ? "x-goog-api-key" : "Authorization";
  const char *key = mock_request_get_header (request, name);

  if (wire == MOCK_WIRE_ANTHROPIC && mock_request_get_header (request, "anthropic-version") == NULL)
    return mock_wire_error (wire, 400, "invalid_request_error", NULL, "anthropic-version: header is required");
  if (wire == MOCK_WIRE_ANTHROPIC && key == NULL)
    key = mock_request_get_header (request, "Authorization");
  if ((wire == MOCK_WIRE_OPENAI || wire == MOCK_WIRE_RESPONSES) && key == NULL)
    key = mock_request_get_header (request, "api-key"); /* Azure's */

  if (key == NULL)
    {
      if (!require_authorization || wire == MOCK_WIRE_OLLAMA)
        return NULL;
      if (wire == MOCK_WIRE_GEMINI)
        return mock_wire_error (wire, 403, "PERMISSION_DENIED", NULL,
                                "Method doesn't allow unregistered callers (callers without established identity).");
      return mock_wire_error (wire, 401, wire == MOCK_WIRE_ANTHROPIC ? "authentication_error" : "invalid_request_error", NULL,
                              wire == MOCK_WIRE_ANTHROPIC
                                ? "x-api-key header is required"
                                : "You didn't provide an API key. You need to provide your API key in an Authorization header.");
    }
  if (!g_str_equal (key, "wrong") && !g_str_equal (key, "Bearer wrong"))
    return NULL;
  if (wire == MOCK_WIRE_ANTHROPIC)
    return mock_wire_error (wire, 401, "authentication_error", NULL, "invalid x-api-key");
  if (wire == MOCK_WIRE_OLLAMA)
    return mock_wire_error (wire, 401, NULL, NULL, "unauthorized");
  if (wire == MOCK_WIRE_COHERE)
    return mock_wire_error (wire, 401, NULL, NULL, "invalid api token");
  if (wire == MOCK_WIRE_REPLICATE)
    return mock_wire_error (wire, 401, NULL, NULL, "You did not pass a valid authentication token");
  if (wire == MOCK_WIRE_GEMINI)
    return mock_wire_error (wire, 400, "INVALID_ARGUMENT", "API_KEY_INVALID", "API key not valid. Please pass a valid API key.");
  return mock_openai_error (401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided.");
}

/* What the script says, and the provider's own behaviour for everything it does not say. */
MockResponse *
mock_openai_answer (MockRequest *request,
                    MockStep    *step,
                    gboolean     require_authorization)
{
  g_autofree char *path = g_strndup (request->target, strcspn (request->target, "?"));
  MockWire wire = find_wire (request, path);
  MockResponse *refusal, *embeddings;

  if (step != NULL && !step->has_answer)
    {
      if (step->body != NULL)
        {
          MockResponse *response = mock_response_new (step->status != 0 ? step->status : 200, "application/json");

          for (guint i = 0; i < step->body->len; i++)
            g_ptr_array_add (response->pieces, g_bytes_ref (g_ptr_array_index (step->body, i)));
          response->streamed = step->body->len > 1 ||
                               (step->content_type != NULL && g_str_has_prefix (step->content_type, "text/event-stream"));
          return response;
        }
      if (step->status >= 400)
        return wire == MOCK_WIRE_OPENAI || wire == MOCK_WIRE_RESPONSES ? error_of_status (step->status) : mock_wire_error_of_status (wire, step->status);
      if (step->status >= 300 || step->status == 204)
        return mock_response_new (step->status, NULL);
    }

  if ((step == NULL || !step->has_answer) && (refusal = refuse_key (request, wire, require_authorization)) != NULL)
    return refusal;

  if (wire == MOCK_WIRE_REPLICATE)
    return mock_replicate_answer (request, step);
  if (g_str_has_suffix (path, "/chat/completions") || g_str_has_suffix (path, "/messages") || g_str_has_suffix (path, "/api/chat") ||
      g_str_has_suffix (path, "enerateContent") || g_str_has_suffix (path, "/responses") || g_str_has_suffix (path, "/v2/chat"))
    {
      if (!g_str_equal (request->method, "POST"))
        return mock_wire_error (wire, 405, "invalid_request_error", "method_not_supported", "Not allowed to do this here.");
      return answer_chat (request, step, wire);
    }
  embeddings = mock_embeddings_answer (request, path, wire);
  if (embeddings != NULL)
    return embeddings;
  if (!g_str_equal (request->method, "POST") && wire == MOCK_WIRE_ANTHROPIC && g_str_has_suffix (path, "/models"))
    return mock_anthropic_models (request);
  if (!g_str_equal (request->method, "POST") && wire == MOCK_WIRE_COHERE)
    return mock_cohere_models (request);
  if (!g_str_equal (request->method, "POST") && wire == MOCK_WIRE_GEMINI && g_str_has_suffix (path, "/models"))
    return mock_gemini_models (request);
  if (!g_str_equal (request->method, "POST") && wire == MOCK_WIRE_OLLAMA && g_str_has_suffix (path, "/api/tags"))
    return mock_ollama_tags ();
  if (g_str_has_suffix (path, "/models") && g_str_equal (request->method, "GET"))
    return answer_models ();

  return mock_wire_error (wire, 404, wire == MOCK_WIRE_ANTHROPIC ? "not_found_error" : "invalid_request_error", "unknown_url",
                          "Unknown request URL.");
}
