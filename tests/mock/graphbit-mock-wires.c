/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mock-private.h"

#include <string.h>

/* Anthropic's messages and Ollama's own protocol. */

#define PAGE_SIZE 2 /* of a list of models, where the client does not say */

MockResponse *
mock_wire_error (MockWire    wire,
                 guint       status,
                 const char *type,
                 const char *code,
                 const char *message)
{
  MockResponse *response;
  GString *out;

  if (wire == MOCK_WIRE_OPENAI)
    return mock_openai_error (status, type, code, message);

  response = mock_response_new (status, "application/json");
  if (wire == MOCK_WIRE_ANTHROPIC)
    {
      out = g_string_new ("{\"type\":\"error\",\"error\":{");
      mock_append_member (out, "type", type);
      g_string_append_c (out, ',');
      mock_append_member (out, "message", message);
      g_string_append (out, "},\"request_id\":null}");
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
static void
for_each_piece (MockResponse *response,
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

static MockToolCall *
get_call (MockAnswer *answer,
          guint       i)
{
  return answer->tool_calls != NULL && i < answer->tool_calls->len ? g_ptr_array_index (answer->tool_calls, i) : NULL;
}

static void
add_events (MockResponse *response,
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
  for (guint i = 0; (call = get_call (answer, i)) != NULL; i++)
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

static GString *
begin_event (const char *type)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "event: %s\ndata: {\"type\":\"%s\"", type, type);
  return out;
}

static void
end_event (MockResponse *response,
           GString      *out)
{
  g_string_append (out, "}\n\n");
  mock_response_take_text (response, out);
}

static void
begin_block (MockResponse *response,
             MockAnswer   *answer,
             const char   *block)
{
  GString *out = begin_event ("content_block_start");

  g_string_append_printf (out, ",\"index\":%u,\"content_block\":%s", answer->n_blocks++, block);
  end_event (response, out);
}

static void
end_block (MockResponse *response,
           MockAnswer   *answer)
{
  GString *out = begin_event ("content_block_stop");

  g_string_append_printf (out, ",\"index\":%u", answer->n_blocks - 1);
  end_event (response, out);
}

static void
add_delta (MockResponse *response,
           MockAnswer   *answer,
           const char   *type,
           const char   *name,
           const char   *text,
           gsize         length)
{
  GString *out = begin_event ("content_block_delta");

  g_string_append_printf (out, ",\"index\":%u,\"delta\":{\"type\":\"%s\",\"%s\":", answer->n_blocks - 1, type, name);
  mock_json_append_string (out, text, (gssize) length);
  g_string_append_c (out, '}');
  end_event (response, out);
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
  gsize left = strlen (arguments);

  mock_append_member (block, "id", call->id);
  g_string_append_c (block, ',');
  mock_append_member (block, "name", call->name);
  g_string_append (block, ",\"input\":{}}");
  begin_block (response, answer, block->str);
  add_delta (response, answer, "input_json_delta", "partial_json", "", 0);
  while (left > 0)
    {
      gsize n = MIN (left, 12);

      /* not inside a character */
      while (n < left && ((guchar) arguments[n] & 0xc0) == 0x80)
        n++;
      add_delta (response, answer, "input_json_delta", "partial_json", arguments, n);
      arguments += n;
      left -= n;
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
  out = begin_event ("message_start");
  g_string_append (out, ",\"message\":");
  append_message_head (out, answer);
  g_string_append_printf (out, "],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":%u,\"output_tokens\":1}}",
                          answer->chat->prompt_words);
  end_event (response, out);
  mock_response_take_text (response, g_string_new ("event: ping\ndata: {\"type\": \"ping\"}\n\n"));

  if (step != NULL && step->reasoning != NULL)
    {
      begin_block (response, answer, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}");
      for_each_piece (response, answer, step->reasoning, NULL, add_thinking);
      add_delta (response, answer, "signature_delta", "signature", "mock-signature", strlen ("mock-signature"));
      end_block (response, answer);
    }
  if (answer->text != NULL)
    {
      begin_block (response, answer, "{\"type\":\"text\",\"text\":\"\"}");
      for_each_piece (response, answer, answer->text, step != NULL ? step->pieces : NULL, add_text);
      end_block (response, answer);
    }
  for (guint i = 0; (call = get_call (answer, i)) != NULL; i++)
    add_tool_use (response, answer, call);
  add_events (response, answer, "data: ", "\n\n");

  if (*answer->finish_reason != '\0')
    {
      out = begin_event ("message_delta");
      g_string_append (out, ",\"delta\":{");
      mock_append_member (out, "stop_reason", answer->finish_reason);
      g_string_append (out, ",\"stop_sequence\":null},\"usage\":");
      append_anthropic_usage (out, answer);
      end_event (response, out);
    }
  if (step == NULL || !step->omit_done)
    end_event (response, begin_event ("message_stop"));
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
  for (guint i = 0; (call = get_call (answer, i)) != NULL; i++)
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
    for_each_piece (response, answer, step->reasoning, NULL, add_thinking_line);
  for_each_piece (response, answer, answer->text, step != NULL ? step->pieces : NULL, add_content_line);
  if (answer->tool_calls != NULL)
    {
      out = begin_line (answer);
      g_string_append (out, ",\"content\":\"\"");
      append_tool_calls (out, answer);
      g_string_append (out, "},\"done\":false}\n");
      mock_response_take_text (response, out);
    }
  add_events (response, answer, "", "\n");

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
