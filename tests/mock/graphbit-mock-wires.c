/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mock-private.h"

#include <string.h>

/* Anthropic's messages, Ollama's own protocol, Gemini's generateContent, and OpenAI's responses. */

#define PAGE_SIZE 2 /* of a list of models, where the client does not say */

static const char *
get_google_status (guint status)
{
  static const struct
  {
    guint status;
    const char *name;
  } names[] = {
    { 401, "UNAUTHENTICATED" }, { 403, "PERMISSION_DENIED" }, { 404, "NOT_FOUND" }, { 429, "RESOURCE_EXHAUSTED" },
    { 500, "INTERNAL" }, { 503, "UNAVAILABLE" }, { 504, "DEADLINE_EXCEEDED" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (names[i].status == status)
        return names[i].name;
    }
  return status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT";
}

MockResponse *
mock_wire_error (MockWire    wire,
                 guint       status,
                 const char *type,
                 const char *code,
                 const char *message)
{
  MockResponse *response;
  GString *out;

  if (wire == MOCK_WIRE_OPENAI || wire == MOCK_WIRE_RESPONSES)
    return mock_openai_error (status, type, code, message);

  response = mock_response_new (status, "application/json");
  if (wire == MOCK_WIRE_REPLICATE)
    {
      out = g_string_new ("{");
      mock_append_member (out, "title", mock_reason_phrase (status));
      g_string_append_c (out, ',');
      mock_append_member (out, "detail", message);
      g_string_append_printf (out, ",\"status\":%u}", status);
    }
  else if (wire == MOCK_WIRE_COHERE)
    {
      out = g_string_new ("{\"id\":\"mock-error\",");
      mock_append_member (out, "message", message);
      if (code != NULL)
        {
          g_string_append_c (out, ',');
          mock_append_member (out, "error_type", code);
        }
      g_string_append_c (out, '}');
    }
  else if (wire == MOCK_WIRE_ANTHROPIC)
    {
      out = g_string_new ("{\"type\":\"error\",\"error\":{");
      mock_append_member (out, "type", type);
      g_string_append_c (out, ',');
      mock_append_member (out, "message", message);
      g_string_append (out, "},\"request_id\":null}");
    }
  else if (wire == MOCK_WIRE_GEMINI)
    {
      out = g_string_new (NULL);
      g_string_append_printf (out, "{\"error\":{\"code\":%u,", status);
      mock_append_member (out, "message", message);
      g_string_append_c (out, ',');
      mock_append_member (out, "status", get_google_status (status));
      if (code != NULL)
        {
          g_string_append (out, ",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",");
          mock_append_member (out, "reason", code);
          g_string_append (out, "}]");
        }
      g_string_append (out, "}}");
    }
  else
    {
      out = g_string_new ("{");
      mock_append_member (out, "error", message);
      g_string_append_c (out, '}');
    }
  mock_response_take_text (response, out);
  return response;
}

MockResponse *
mock_wire_error_of_status (MockWire wire,
                           guint    status)
{
  static const struct
  {
    guint status;
    const char *type;
  } types[] = {
    { 401, "authentication_error" }, { 402, "billing_error" }, { 403, "permission_error" }, { 404, "not_found_error" },
    { 413, "request_too_large" }, { 429, "rate_limit_error" }, { 500, "api_error" }, { 504, "timeout_error" },
    { 529, "overloaded_error" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (types[i].status == status)
        return mock_wire_error (wire, status, types[i].type, NULL, mock_reason_phrase (status));
    }
  return mock_wire_error (wire, status, status >= 500 ? "api_error" : "invalid_request_error", NULL, mock_reason_phrase (status));
}

/* Calls @func with each word and the white space after it, or with the pieces of the script. */
void
mock_for_each_piece (MockResponse *response,
                     MockAnswer   *answer,
                     const char   *text,
                     char        **pieces,
                     void        (*func) (MockResponse *response, MockAnswer *answer, const char *piece, gsize length))
{
  for (; pieces != NULL && *pieces != NULL; pieces++)
    func (response, answer, *pieces, strlen (*pieces));
  if (pieces != NULL || text == NULL)
    return;

  while (*text != '\0')
    {
      gsize n = strcspn (text, " \n\t");

      n += strspn (text + n, " \n\t");
      func (response, answer, text, n);
      text += n;
    }
}

gsize
mock_measure_fragment (const char *text)
{
  gsize left = strlen (text);
  gsize n = MIN (left, 12);

  /* not inside a character */
  while (n < left && ((guchar) text[n] & 0xc0) == 0x80)
    n++;
  return n;
}

GString *
mock_begin_event (const char *type)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "event: %s\ndata: {\"type\":\"%s\"", type, type);
  return out;
}

void
mock_end_event (MockResponse *response,
                GString      *out)
{
  g_string_append (out, "}\n\n");
  mock_response_take_text (response, out);
}

MockToolCall *
mock_answer_get_call (MockAnswer *answer,
                      guint       i)
{
  return answer->tool_calls != NULL && i < answer->tool_calls->len ? g_ptr_array_index (answer->tool_calls, i) : NULL;
}

void
mock_add_events (MockResponse *response,
                 MockAnswer   *answer,
                 const char   *prefix,
                 const char   *suffix)
{
  for (guint i = 0; answer->step != NULL && answer->step->events != NULL && i < answer->step->events->len; i++)
    {
      GString *out = g_string_new (prefix);

      g_string_append (out, g_ptr_array_index (answer->step->events, i));
      g_string_append (out, suffix);
      mock_response_take_text (response, out);
    }
}

/* Anthropic */

static void
append_anthropic_usage (GString    *out,
                        MockAnswer *answer)
{
  if (answer->step != NULL && answer->step->usage != NULL)
    {
      g_autofree char *text = json_to_string (answer->step->usage, FALSE);

      g_string_append (out, text);
      return;
    }
  g_string_append_printf (out,
                          "{\"input_tokens\":%u,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":%u}",
                          answer->chat->prompt_words, mock_answer_count_tokens (answer));
}

static void
append_message_head (GString    *out,
                     MockAnswer *answer)
{
  g_string_append_printf (out, "{\"id\":\"msg_mock_%" G_GUINT64_FORMAT "\",\"type\":\"message\",\"role\":\"assistant\",",
                          answer->request->index + 1);
  mock_append_member (out, "model", answer->model);
  g_string_append (out, ",\"content\":[");
}

static MockResponse *
anthropic_plain (MockAnswer *answer)
{
  MockResponse *response = mock_response_new (200, "application/json");
  GString *out = g_string_sized_new (512);
  MockToolCall *call;
  const char *comma = "";

  append_message_head (out, answer);
  if (answer->step != NULL && answer->step->reasoning != NULL)
    {
      g_string_append (out, "{\"type\":\"thinking\",");
      mock_append_member (out, "thinking", answer->step->reasoning);
      g_string_append (out, ",\"signature\":\"mock-signature\"}");
      comma = ",";
    }
  if (answer->text != NULL)
    {
      g_string_append_printf (out, "%s{\"type\":\"text\",", comma);
      mock_append_member (out, "text", answer->text);
      g_string_append_c (out, '}');
      comma = ",";
    }
  for (guint i = 0; (call = mock_answer_get_call (answer, i)) != NULL; i++)
    {
      g_string_append_printf (out, "%s{\"type\":\"tool_use\",", comma);
      mock_append_member (out, "id", call->id);
      g_string_append_c (out, ',');
      mock_append_member (out, "name", call->name);
      g_string_append_printf (out, ",\"input\":%s}", call->arguments);
      comma = ",";
    }
  g_string_append (out, "],");
  mock_append_member (out, "stop_reason", answer->finish_reason);
  g_string_append (out, ",\"stop_sequence\":null,\"usage\":");
  append_anthropic_usage (out, answer);
  g_string_append_c (out, '}');
  mock_response_take_text (response, out);
  return response;
}

static void
begin_block (MockResponse *response,
             MockAnswer   *answer,
             const char   *block)
{
  GString *out = mock_begin_event ("content_block_start");

  g_string_append_printf (out, ",\"index\":%u,\"content_block\":%s", answer->n_blocks++, block);
  mock_end_event (response, out);
}

static void
end_block (MockResponse *response,
           MockAnswer   *answer)
{
  GString *out = mock_begin_event ("content_block_stop");

  g_string_append_printf (out, ",\"index\":%u", answer->n_blocks - 1);
  mock_end_event (response, out);
}

static void
add_delta (MockResponse *response,
           MockAnswer   *answer,
           const char   *type,
           const char   *name,
           const char   *text,
           gsize         length)
{
  GString *out = mock_begin_event ("content_block_delta");

  g_string_append_printf (out, ",\"index\":%u,\"delta\":{\"type\":\"%s\",\"%s\":", answer->n_blocks - 1, type, name);
  mock_json_append_string (out, text, (gssize) length);
  g_string_append_c (out, '}');
  mock_end_event (response, out);
}

static void
add_text (MockResponse *response,
          MockAnswer   *answer,
          const char   *piece,
          gsize         length)
{
  add_delta (response, answer, "text_delta", "text", piece, length);
}

static void
add_thinking (MockResponse *response,
              MockAnswer   *answer,
              const char   *piece,
              gsize         length)
{
  add_delta (response, answer, "thinking_delta", "thinking", piece, length);
}

static void
add_tool_use (MockResponse *response,
              MockAnswer   *answer,
              MockToolCall *call)
{
  g_autoptr (GString) block = g_string_new ("{\"type\":\"tool_use\",");
  const char *arguments = call->arguments;

  mock_append_member (block, "id", call->id);
  g_string_append_c (block, ',');
  mock_append_member (block, "name", call->name);
  g_string_append (block, ",\"input\":{}}");
  begin_block (response, answer, block->str);
  add_delta (response, answer, "input_json_delta", "partial_json", "", 0);
  for (gsize n; *arguments != '\0'; arguments += n)
    {
      n = mock_measure_fragment (arguments);
      add_delta (response, answer, "input_json_delta", "partial_json", arguments, n);
    }
  end_block (response, answer);
}

static MockResponse *
anthropic_stream (MockAnswer *answer)
{
  MockResponse *response = mock_response_new (200, "text/event-stream; charset=utf-8");
  MockStep *step = answer->step;
  MockToolCall *call;
  GString *out;

  response->streamed = TRUE;
  out = mock_begin_event ("message_start");
  g_string_append (out, ",\"message\":");
  append_message_head (out, answer);
  g_string_append_printf (out, "],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":%u,\"output_tokens\":1}}",
                          answer->chat->prompt_words);
  mock_end_event (response, out);
  mock_response_take_text (response, g_string_new ("event: ping\ndata: {\"type\": \"ping\"}\n\n"));

  if (step != NULL && step->reasoning != NULL)
    {
      begin_block (response, answer, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}");
      mock_for_each_piece (response, answer, step->reasoning, NULL, add_thinking);
      add_delta (response, answer, "signature_delta", "signature", "mock-signature", strlen ("mock-signature"));
      end_block (response, answer);
    }
  if (answer->text != NULL)
    {
      begin_block (response, answer, "{\"type\":\"text\",\"text\":\"\"}");
      mock_for_each_piece (response, answer, answer->text, step != NULL ? step->pieces : NULL, add_text);
      end_block (response, answer);
    }
  for (guint i = 0; (call = mock_answer_get_call (answer, i)) != NULL; i++)
    add_tool_use (response, answer, call);
  mock_add_events (response, answer, "data: ", "\n\n");

  if (*answer->finish_reason != '\0')
    {
      out = mock_begin_event ("message_delta");
      g_string_append (out, ",\"delta\":{");
      mock_append_member (out, "stop_reason", answer->finish_reason);
      g_string_append (out, ",\"stop_sequence\":null},\"usage\":");
      append_anthropic_usage (out, answer);
      mock_end_event (response, out);
    }
  if (step == NULL || !step->omit_done)
    mock_end_event (response, mock_begin_event ("message_stop"));
  return response;
}

MockResponse *
mock_anthropic_answer (MockAnswer *answer)
{
  return answer->chat->stream ? anthropic_stream (answer) : anthropic_plain (answer);
}

/* In pages: `limit`, and `after_id` for the ones behind the first */
MockResponse *
mock_anthropic_models (MockRequest *request)
{
  static const char *const models[] = { "claude-opus-4-20250514", "claude-sonnet-4-20250514", "claude-3-5-haiku-20241022" };
  MockResponse *response = mock_response_new (200, "application/json");
  GString *out = g_string_new ("{\"data\":[");
  const char *query = strchr (request->target, '?');
  const char *after = query != NULL ? strstr (query, "after_id=") : NULL;
  const char *limit = query != NULL ? strstr (query, "limit=") : NULL;
  gsize first = 0, n, end;

  n = limit != NULL ? (gsize) g_ascii_strtoull (limit + strlen ("limit="), NULL, 10) : PAGE_SIZE;
  for (gsize i = 0; after != NULL && i < G_N_ELEMENTS (models); i++)
    {
      if (g_str_has_prefix (after + strlen ("after_id="), models[i]))
        first = i + 1;
    }
  end = MIN (first + MIN (n, PAGE_SIZE), G_N_ELEMENTS (models));
  for (gsize i = first; i < end; i++)
    g_string_append_printf (out, "%s{\"type\":\"model\",\"id\":\"%s\",\"display_name\":\"Claude %" G_GSIZE_FORMAT "\","
                            "\"created_at\":\"2025-05-22T00:00:00Z\"}", i > first ? "," : "", models[i], i + 1);
  g_string_append_printf (out, "],\"has_more\":%s,", end < G_N_ELEMENTS (models) ? "true" : "false");
  mock_append_member (out, "first_id", first < end ? models[first] : NULL);
  g_string_append_c (out, ',');
  mock_append_member (out, "last_id", first < end ? models[end - 1] : NULL);
  g_string_append_c (out, '}');
  mock_response_take_text (response, out);
  return response;
}

/* Ollama */

static GString *
begin_line (MockAnswer *answer)
{
  GString *out = g_string_new ("{");

  mock_append_member (out, "model", answer->model);
  g_string_append (out, ",\"created_at\":\"2026-01-01T00:00:00.000Z\",\"message\":{\"role\":\"assistant\"");
  return out;
}

static void
add_line (MockResponse *response,
          MockAnswer   *answer,
          const char   *name,
          const char   *text,
          gsize         length)
{
  GString *out = begin_line (answer);

  if (strcmp (name, "content") != 0)
    g_string_append (out, ",\"content\":\"\"");
  g_string_append_printf (out, ",\"%s\":", name);
  mock_json_append_string (out, text, (gssize) length);
  g_string_append (out, "},\"done\":false}\n");
  mock_response_take_text (response, out);
}

static void
add_content_line (MockResponse *response,
                  MockAnswer   *answer,
                  const char   *piece,
                  gsize         length)
{
  add_line (response, answer, "content", piece, length);
}

static void
add_thinking_line (MockResponse *response,
                   MockAnswer   *answer,
                   const char   *piece,
                   gsize         length)
{
  add_line (response, answer, "thinking", piece, length);
}

/* As older servers do: without an id, unless the script has one. */
static void
append_tool_calls (GString    *out,
                   MockAnswer *answer)
{
  MockToolCall *call;

  g_string_append (out, ",\"tool_calls\":[");
  for (guint i = 0; (call = mock_answer_get_call (answer, i)) != NULL; i++)
    {
      g_string_append (out, i > 0 ? ",{" : "{");
      if (call->id != NULL && answer->step != NULL && answer->step->tool_calls != NULL)
        {
          mock_append_member (out, "id", call->id);
          g_string_append_c (out, ',');
        }
      g_string_append (out, "\"function\":{");
      mock_append_member (out, "name", call->name);
      g_string_append_printf (out, ",\"arguments\":%s}}", call->arguments);
    }
  g_string_append_c (out, ']');
}

static void
append_ollama_end (GString    *out,
                   MockAnswer *answer)
{
  g_string_append (out, "},");
  mock_append_member (out, "done_reason", answer->finish_reason);
  g_string_append (out, ",\"done\":true,\"total_duration\":5000000");
  if (answer->step == NULL || !answer->step->omit_usage)
    g_string_append_printf (out, ",\"prompt_eval_count\":%u,\"eval_count\":%u",
                            answer->chat->prompt_words, mock_answer_count_tokens (answer));
  g_string_append_c (out, '}');
}

static MockResponse *
ollama_plain (MockAnswer *answer)
{
  MockResponse *response = mock_response_new (200, "application/json; charset=utf-8");
  GString *out = begin_line (answer);

  g_string_append_c (out, ',');
  mock_append_member (out, "content", answer->text != NULL ? answer->text : "");
  if (answer->step != NULL && answer->step->reasoning != NULL)
    {
      g_string_append_c (out, ',');
      mock_append_member (out, "thinking", answer->step->reasoning);
    }
  if (answer->tool_calls != NULL)
    append_tool_calls (out, answer);
  append_ollama_end (out, answer);
  mock_response_take_text (response, out);
  return response;
}

static MockResponse *
ollama_stream (MockAnswer *answer)
{
  MockResponse *response = mock_response_new (200, "application/x-ndjson");
  MockStep *step = answer->step;
  GString *out;

  response->streamed = TRUE;
  if (step != NULL && step->reasoning != NULL)
    mock_for_each_piece (response, answer, step->reasoning, NULL, add_thinking_line);
  mock_for_each_piece (response, answer, answer->text, step != NULL ? step->pieces : NULL, add_content_line);
  if (answer->tool_calls != NULL)
    {
      out = begin_line (answer);
      g_string_append (out, ",\"content\":\"\"");
      append_tool_calls (out, answer);
      g_string_append (out, "},\"done\":false}\n");
      mock_response_take_text (response, out);
    }
  mock_add_events (response, answer, "", "\n");

  if (step == NULL || !step->omit_done)
    {
      out = begin_line (answer);
      g_string_append (out, ",\"content\":\"\"");
      append_ollama_end (out, answer);
      g_string_append_c (out, '\n');
      mock_response_take_text (response, out);
    }
  return response;
}

MockResponse *
mock_ollama_answer (MockAnswer *answer)
{
  return answer->chat->stream ? ollama_stream (answer) : ollama_plain (answer);
}

MockResponse *
mock_ollama_tags (void)
{
  static const char *const models[] = { "llama3.2:latest", "qwen3:4b" };
  MockResponse *response = mock_response_new (200, "application/json; charset=utf-8");
  GString *out = g_string_new ("{\"models\":[");

  for (gsize i = 0; i < G_N_ELEMENTS (models); i++)
    g_string_append_printf (out, "%s{\"name\":\"%s\",\"model\":\"%s\",\"modified_at\":\"2025-09-01T10:00:00Z\",\"size\":2019393189,"
                            "\"digest\":\"a80c4f17acd5\",\"details\":{\"format\":\"gguf\",\"family\":\"llama\",\"parameter_size\":\"3.2B\"}}",
                            i > 0 ? "," : "", models[i], models[i]);
  g_string_append (out, "]}");
  mock_response_take_text (response, out);
  return response;
}

/* Gemini */

/* What a part says: its text, or what a tool said. FALSE: it is no result of a tool. */
static gboolean
append_part (GString    *out,
             JsonObject *part)
{
  JsonObject *result = mock_member_object (part, "functionResponse");
  JsonObject *response = result != NULL ? mock_member_object (result, "response") : NULL;
  const char *text = mock_member_string (part, "text");

  if (result == NULL)
    {
      if (text != NULL)
        g_string_append (out, text);
      return FALSE;
    }

  if (out->len > 0)
    g_string_append (out, "; ");
  text = response != NULL ? mock_member_string (response, "result") : NULL;
  if (text != NULL)
    g_string_append (out, text);
  return TRUE;
}

MockResponse *
mock_gemini_read_contents (MockChatRequest *chat,
                           MockRequest     *request)
{
  JsonArray *contents = mock_member_array (chat->body, "contents");
  JsonArray *tools = mock_member_array (chat->body, "tools");
  JsonObject *tool = tools != NULL ? mock_element_object (tools, 0) : NULL;
  JsonObject *system = mock_member_object (chat->body, "systemInstruction");
  const char *name = strstr (request->target, "/models/");
  g_autoptr (GString) text = g_string_new (NULL);

  name = name != NULL ? name + strlen ("/models/") : request->target;
  chat->model = chat->named = g_strndup (name, strcspn (name, ":"));
  chat->stream = strstr (request->target, ":streamGenerateContent?alt=sse") != NULL;
  chat->tools = tool != NULL ? mock_member_array (tool, "functionDeclarations") : NULL;
  if (json_object_has_member (chat->body, "model"))
    return mock_wire_error (chat->wire, 400, NULL, NULL, "Invalid JSON payload received. Unknown name \"model\".");
  if (contents == NULL || json_array_get_length (contents) == 0)
    return mock_wire_error (chat->wire, 400, NULL, NULL, "* GenerateContentRequest.contents: contents is not specified");

  if (system != NULL && mock_member_array (system, "parts") != NULL)
    {
      JsonArray *parts = mock_member_array (system, "parts");

      for (guint i = 0; i < json_array_get_length (parts); i++)
        append_part (text, mock_element_object (parts, i));
      chat->prompt_words += mock_count_words (text->str);
    }
  for (guint i = 0; i < json_array_get_length (contents); i++)
    {
      JsonObject *content = mock_element_object (contents, i);
      const char *role = content != NULL ? mock_member_string (content, "role") : NULL;
      JsonArray *parts = content != NULL ? mock_member_array (content, "parts") : NULL;
      gboolean is_result = FALSE;

      if (g_strcmp0 (role, "user") != 0 && g_strcmp0 (role, "model") != 0)
        return mock_wire_error (chat->wire, 400, NULL, NULL, "Please use a valid role: user, model.");
      if (parts == NULL || json_array_get_length (parts) == 0)
        return mock_wire_error (chat->wire, 400, NULL, NULL, "* GenerateContentRequest.contents.parts: must not be empty");

      g_string_truncate (text, 0);
      for (guint j = 0; j < json_array_get_length (parts); j++)
        is_result |= append_part (text, mock_element_object (parts, j));
      chat->prompt_words += mock_count_words (text->str);
      if (chat->tool_text != NULL)
        g_string_free (g_steal_pointer (&chat->tool_text), TRUE);
      if (is_result)
        chat->tool_text = g_string_new (text->str);
      else if (g_str_equal (role, "user"))
        g_string_assign (chat->user_text, text->str);
    }
  return NULL;
}

static GString *
begin_gemini (MockAnswer *answer)
{
  return g_string_new (answer->chat->stream ? "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":["
                                            : "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[");
}

/* Only what ends has a reason. */
static void
end_gemini (MockResponse *response,
            MockAnswer   *answer,
            GString      *out,
            const char   *reason)
{
  MockStep *step = answer->step;

  g_string_append (out, "]}");
  if (reason != NULL)
    {
      g_string_append_c (out, ',');
      mock_append_member (out, "finishReason", reason);
    }
  g_string_append (out, ",\"index\":0}],");
  if (step != NULL && step->usage != NULL)
    {
      g_autofree char *text = json_to_string (step->usage, FALSE);

      g_string_append_printf (out, "\"usageMetadata\":%s,", text);
    }
  else if (step == NULL || !step->omit_usage)
    {
      guint thoughts = step != NULL ? mock_count_words (step->reasoning) : 0;
      guint tokens = mock_answer_count_tokens (answer);

      g_string_append_printf (out, "\"usageMetadata\":{\"promptTokenCount\":%u,\"candidatesTokenCount\":%u,\"thoughtsTokenCount\":%u,"
                              "\"totalTokenCount\":%u},",
                              answer->chat->prompt_words, tokens - thoughts, thoughts, answer->chat->prompt_words + tokens);
    }
  mock_append_member (out, "modelVersion", answer->model);
  g_string_append_printf (out, ",\"responseId\":\"mock-%" G_GUINT64_FORMAT "\"}", answer->request->index + 1);
  if (answer->chat->stream)
    g_string_append (out, "\r\n\r\n");
  mock_response_take_text (response, out);
}

static void
append_text_part (GString    *out,
                  const char *text,
                  gsize       length,
                  gboolean    is_thought)
{
  g_string_append (out, "{\"text\":");
  mock_json_append_string (out, text, (gssize) length);
  g_string_append (out, is_thought ? ",\"thought\":true}" : "}");
}

/* With an id only if the script has one; the first is signed where something was thought. */
static gboolean
append_function_calls (GString    *out,
                       MockAnswer *answer,
                       gboolean    is_first)
{
  gboolean has_thought = answer->step != NULL && answer->step->reasoning != NULL;
  MockToolCall *call;

  for (guint i = 0; (call = mock_answer_get_call (answer, i)) != NULL; i++)
    {
      g_string_append (out, is_first ? "{\"functionCall\":{" : ",{\"functionCall\":{");
      is_first = FALSE;
      if (call->id != NULL && answer->step->tool_calls != NULL)
        {
          mock_append_member (out, "id", call->id);
          g_string_append_c (out, ',');
        }
      mock_append_member (out, "name", call->name);
      g_string_append_printf (out, ",\"args\":%s}%s}", call->arguments,
                              i == 0 && has_thought ? ",\"thoughtSignature\":\"bW9jaw==\"" : "");
    }
  return is_first;
}

static MockResponse *
gemini_plain (MockAnswer *answer)
{
  MockResponse *response = mock_response_new (200, "application/json; charset=UTF-8");
  GString *out = begin_gemini (answer);
  gboolean has_thought = answer->step != NULL && answer->step->reasoning != NULL;
  gboolean is_first = TRUE;

  if (has_thought)
    {
      append_text_part (out, answer->step->reasoning, strlen (answer->step->reasoning), TRUE);
      is_first = FALSE;
    }
  if (answer->text != NULL)
    {
      g_string_append (out, is_first ? "{" : ",{");
      mock_append_member (out, "text", answer->text);
      if (has_thought && answer->tool_calls == NULL)
        g_string_append (out, ",\"thoughtSignature\":\"bW9jaw==\"");
      g_string_append_c (out, '}');
      is_first = FALSE;
    }
  append_function_calls (out, answer, is_first);
  end_gemini (response, answer, out, answer->finish_reason);
  return response;
}

static void
add_text_chunk (MockResponse *response,
                MockAnswer   *answer,
                const char   *piece,
                gsize         length)
{
  GString *out = begin_gemini (answer);

  append_text_part (out, piece, length, FALSE);
  end_gemini (response, answer, out, NULL);
}

static void
add_thought_chunk (MockResponse *response,
                   MockAnswer   *answer,
                   const char   *piece,
                   gsize         length)
{
  GString *out = begin_gemini (answer);

  append_text_part (out, piece, length, TRUE);
  end_gemini (response, answer, out, NULL);
}

static MockResponse *
gemini_stream (MockAnswer *answer)
{
  MockResponse *response = mock_response_new (200, "text/event-stream");
  MockStep *step = answer->step;
  GString *out;

  response->streamed = TRUE;
  if (step != NULL && step->reasoning != NULL)
    mock_for_each_piece (response, answer, step->reasoning, NULL, add_thought_chunk);
  mock_for_each_piece (response, answer, answer->text, step != NULL ? step->pieces : NULL, add_text_chunk);
  if (answer->tool_calls != NULL)
    {
      out = begin_gemini (answer);
      append_function_calls (out, answer, TRUE);
      end_gemini (response, answer, out, NULL);
    }
  mock_add_events (response, answer, "data: ", "\r\n\r\n");

  /* the reason is all that tells the end */
  if (*answer->finish_reason != '\0' && (step == NULL || !step->omit_done))
    {
      out = begin_gemini (answer);
      g_string_append (out, step != NULL && step->reasoning != NULL ? "{\"text\":\"\",\"thoughtSignature\":\"bW9jaw==\"}"
                                                                    : "{\"text\":\"\"}");
      end_gemini (response, answer, out, answer->finish_reason);
    }
  return response;
}

MockResponse *
mock_gemini_answer (MockAnswer *answer)
{
  return answer->chat->stream ? gemini_stream (answer) : gemini_plain (answer);
}

/* In pages, of which the first one tells the token of the second */
MockResponse *
mock_gemini_models (MockRequest *request)
{
  static const char *const models[] = { "gemini-2.5-flash", "gemini-2.5-pro", "gemini-embedding-001" };
  MockResponse *response = mock_response_new (200, "application/json; charset=UTF-8");
  GString *out = g_string_new ("{\"models\":[");
  gboolean is_second = strstr (request->target, "pageToken=more%2Fof%20it") != NULL;
  gsize first = is_second ? PAGE_SIZE : 0;
  gsize end = is_second ? G_N_ELEMENTS (models) : PAGE_SIZE;

  for (gsize i = first; i < end; i++)
    g_string_append_printf (out, "%s{\"name\":\"models/%s\",\"version\":\"001\",\"displayName\":\"Gemini %" G_GSIZE_FORMAT "\","
                            "\"inputTokenLimit\":1048576,\"outputTokenLimit\":65536}", i > first ? "," : "", models[i], i + 1);
  g_string_append (out, is_second ? "]}" : "],\"nextPageToken\":\"more/of it\"}");
  mock_response_take_text (response, out);
  return response;
}

/* OpenAI's responses */

static void
append_reasoning_item (GString    *out,
                       MockAnswer *answer)
{
  g_string_append (out, "{\"type\":\"reasoning\",\"id\":\"rs_mock\",\"summary\":[{\"type\":\"summary_text\",");
  mock_append_member (out, "text", answer->step->reasoning);
  g_string_append (out, "}],\"encrypted_content\":\"bW9jaw==\"}");
}

static void
append_message_item (GString    *out,
                     const char *text)
{
  g_string_append (out, "{\"type\":\"message\",\"id\":\"msg_mock\",\"status\":\"completed\",\"role\":\"assistant\","
                   "\"content\":[{\"type\":\"output_text\",\"annotations\":[],");
  mock_append_member (out, "text", text);
  g_string_append (out, "}]}");
}

static void
append_call_item (GString      *out,
                  MockToolCall *call,
                  const char   *arguments)
{
  g_string_append_printf (out, "{\"type\":\"function_call\",\"id\":\"fc_mock\",");
  mock_append_member (out, "call_id", call->id);
  g_string_append_c (out, ',');
  mock_append_member (out, "name", call->name);
  g_string_append_c (out, ',');
  mock_append_member (out, "arguments", arguments);
  g_string_append (out, ",\"status\":\"completed\"}");
}

/* Without a reason it has only begun. */
static void
append_response (GString    *out,
                 MockAnswer *answer,
                 const char *reason)
{
  const char *comma = "";
  gboolean is_incomplete = reason != NULL && strcmp (reason, "completed") != 0;
  guint tokens = mock_answer_count_tokens (answer);
  MockToolCall *call;

  g_string_append_printf (out, "{\"id\":\"resp_mock_%" G_GUINT64_FORMAT "\",\"object\":\"response\",\"status\":\"%s\",\"error\":null,",
                          answer->request->index + 1, reason == NULL ? "in_progress" : is_incomplete ? "incomplete" : "completed");
  mock_append_member (out, "model", answer->model);
  if (is_incomplete)
    {
      g_string_append (out, ",\"incomplete_details\":{");
      mock_append_member (out, "reason", reason);
      g_string_append_c (out, '}');
    }
  g_string_append (out, ",\"output\":[");
  if (reason != NULL && answer->step != NULL && answer->step->reasoning != NULL)
    {
      append_reasoning_item (out, answer);
      comma = ",";
    }
  if (reason != NULL && answer->text != NULL)
    {
      g_string_append (out, comma);
      append_message_item (out, answer->text);
      comma = ",";
    }
  for (guint i = 0; reason != NULL && (call = mock_answer_get_call (answer, i)) != NULL; i++)
    {
      g_string_append (out, comma);
      append_call_item (out, call, call->arguments);
      comma = ",";
    }
  g_string_append (out, "],\"usage\":");
  if (reason != NULL && answer->step != NULL && answer->step->usage != NULL)
    {
      g_autofree char *text = json_to_string (answer->step->usage, FALSE);

      g_string_append (out, text);
    }
  else if (reason != NULL && (answer->step == NULL || !answer->step->omit_usage))
    g_string_append_printf (out, "{\"input_tokens\":%u,\"output_tokens\":%u,\"total_tokens\":%u}",
                            answer->chat->prompt_words, tokens, answer->chat->prompt_words + tokens);
  else
    g_string_append (out, "null");
  g_string_append_c (out, '}');
}

static void
add_item_delta (MockResponse *response,
                MockAnswer   *answer,
                const char   *type,
                const char   *piece,
                gsize         length)
{
  GString *out = mock_begin_event (type);

  g_string_append_printf (out, ",\"output_index\":%u,\"delta\":", answer->n_blocks);
  mock_json_append_string (out, piece, (gssize) length);
  mock_end_event (response, out);
}

static void
add_output_text (MockResponse *response,
                 MockAnswer   *answer,
                 const char   *piece,
                 gsize         length)
{
  add_item_delta (response, answer, "response.output_text.delta", piece, length);
}

static void
add_summary_text (MockResponse *response,
                  MockAnswer   *answer,
                  const char   *piece,
                  gsize         length)
{
  add_item_delta (response, answer, "response.reasoning_summary_text.delta", piece, length);
}

static MockResponse *
responses_stream (MockAnswer *answer)
{
  MockResponse *response = mock_response_new (200, "text/event-stream; charset=utf-8");
  MockStep *step = answer->step;
  MockToolCall *call;
  GString *out;

  response->streamed = TRUE;
  out = mock_begin_event ("response.created");
  g_string_append (out, ",\"response\":");
  append_response (out, answer, NULL);
  mock_end_event (response, out);
  if (step != NULL && step->reasoning != NULL)
    {
      mock_for_each_piece (response, answer, step->reasoning, NULL, add_summary_text);
      answer->n_blocks++;
    }
  if (answer->text != NULL)
    {
      mock_for_each_piece (response, answer, answer->text, step != NULL ? step->pieces : NULL, add_output_text);
      answer->n_blocks++;
    }
  for (guint i = 0; (call = mock_answer_get_call (answer, i)) != NULL; i++)
    {
      out = mock_begin_event ("response.output_item.added");
      g_string_append_printf (out, ",\"output_index\":%u,\"item\":", answer->n_blocks);
      append_call_item (out, call, "");
      mock_end_event (response, out);
      add_item_delta (response, answer, "response.function_call_arguments.delta", call->arguments, strlen (call->arguments));
      answer->n_blocks++;
    }
  mock_add_events (response, answer, "data: ", "\n\n");

  if (*answer->finish_reason != '\0' && (step == NULL || !step->omit_done))
    {
      out = mock_begin_event (strcmp (answer->finish_reason, "completed") == 0 ? "response.completed" : "response.incomplete");
      g_string_append (out, ",\"response\":");
      append_response (out, answer, answer->finish_reason);
      mock_end_event (response, out);
    }
  return response;
}

MockResponse *
mock_responses_answer (MockAnswer *answer)
{
  MockResponse *response;
  GString *out;

  if (answer->chat->stream)
    return responses_stream (answer);

  response = mock_response_new (200, "application/json");
  out = g_string_new (NULL);
  append_response (out, answer, answer->finish_reason);
  mock_response_take_text (response, out);
  return response;
}
