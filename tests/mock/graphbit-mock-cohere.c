/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mock-private.h"

#include <string.h>

/* Cohere's chat, version 2, and its list of models. */

#define MAX_STOP_SEQUENCES 5

static MockResponse *
refuse (const char *message)
{
  return mock_wire_error (MOCK_WIRE_COHERE, 400, NULL, NULL, message);
}

/* (nullable) What the provider does not take */
MockResponse *
mock_cohere_refuse (MockChatRequest *chat)
{
  static const char *const foreign[] = { "top_p", "top_k", "stop", "parallel_tool_calls", "metadata", "reasoning_effort", "stream_options" };
  const char *choice = mock_member_string (chat->body, "tool_choice");
  JsonObject *format = mock_member_object (chat->body, "response_format");
  JsonObject *schema = format != NULL ? mock_member_object (format, "json_schema") : NULL;
  JsonArray *stop = mock_member_array (chat->body, "stop_sequences");

  for (gsize i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      g_autofree char *message = g_strdup_printf ("invalid request: unknown field: parameter '%s' is not a valid field", foreign[i]);

      if (json_object_has_member (chat->body, foreign[i]))
        return refuse (message);
    }
  if (json_object_has_member (chat->body, "tool_choice") && g_strcmp0 (choice, "REQUIRED") != 0 && g_strcmp0 (choice, "NONE") != 0)
    return refuse ("invalid request: tool_choice must be one of: REQUIRED, NONE.");
  if (choice != NULL && chat->tools == NULL)
    return refuse ("invalid request: tool_choice is only allowed with tools.");
  if (format != NULL && (chat->tools != NULL || mock_member_array (chat->body, "documents") != NULL))
    return refuse ("invalid request: response_format is not supported with RAG.");
  if (schema != NULL && (mock_member_array (schema, "required") == NULL || json_array_get_length (mock_member_array (schema, "required")) == 0))
    return refuse ("invalid request: the schema must have at least one required field.");
  if (stop != NULL && json_array_get_length (stop) > MAX_STOP_SEQUENCES)
    return refuse ("invalid request: stop_sequences must have at most 5 elements.");
  return NULL;
}

static void
append_usage (GString    *out,
              MockAnswer *answer)
{
  guint completion = mock_answer_count_tokens (answer);

  if (answer->step != NULL && answer->step->usage != NULL)
    {
      g_autofree char *text = json_to_string (answer->step->usage, FALSE);

      g_string_append (out, text);
      return;
    }
  /* what is billed is less than what was read */
  g_string_append_printf (out, "{\"billed_units\":{\"input_tokens\":0,\"output_tokens\":%u},"
                          "\"tokens\":{\"input_tokens\":%u,\"output_tokens\":%u},\"cached_tokens\":0}",
                          completion, answer->chat->prompt_words, completion);
}

static void
append_call (GString      *out,
             MockToolCall *call,
             const char   *arguments)
{
  g_string_append_c (out, '{');
  mock_append_member (out, "id", call->id);
  g_string_append (out, ",\"type\":\"function\",\"function\":{");
  mock_append_member (out, "name", call->name);
  g_string_append_c (out, ',');
  mock_append_member (out, "arguments", arguments);
  g_string_append (out, "}}");
}

static MockResponse *
answer_plain (MockAnswer *answer)
{
  MockResponse *response = mock_response_new (200, "application/json");
  MockStep *step = answer->step;
  GString *out = g_string_new (NULL);
  MockToolCall *call;

  g_string_append_printf (out, "{\"id\":\"mock-%" G_GUINT64_FORMAT "\",", answer->request->index + 1);
  g_string_append (out, "\"message\":{\"role\":\"assistant\"");
  if (answer->tool_calls != NULL)
    g_string_append (out, ",\"tool_plan\":\"I will use a \\\"tool\\\".\"");
  for (guint i = 0; (call = mock_answer_get_call (answer, i)) != NULL; i++)
    {
      g_string_append (out, i == 0 ? ",\"tool_calls\":[" : ",");
      append_call (out, call, call->arguments);
    }
  if (answer->tool_calls != NULL)
    g_string_append_c (out, ']');
  if (answer->text != NULL || (step != NULL && step->reasoning != NULL))
    {
      g_string_append (out, ",\"content\":[");
      if (step != NULL && step->reasoning != NULL)
        {
          g_string_append (out, "{\"type\":\"thinking\",");
          mock_append_member (out, "thinking", step->reasoning);
          g_string_append (out, answer->text != NULL ? "}," : "}");
        }
      if (answer->text != NULL)
        {
          g_string_append (out, "{\"type\":\"text\",");
          mock_append_member (out, "text", answer->text);
          g_string_append_c (out, '}');
        }
      g_string_append_c (out, ']');
    }
  g_string_append (out, "},");
  mock_append_member (out, "finish_reason", answer->finish_reason);
  if (step == NULL || !step->omit_usage)
    {
      g_string_append (out, ",\"usage\":");
      append_usage (out, answer);
    }
  g_string_append_c (out, '}');
  mock_response_take_text (response, out);
  return response;
}

/* Streams */

static void
begin_content (MockResponse *response,
               MockAnswer   *answer,
               const char   *type)
{
  GString *out = mock_begin_event ("content-start");

  g_string_append_printf (out, ",\"index\":%u,\"delta\":{\"message\":{\"content\":{\"type\":\"%s\",\"%s\":\"\"}}}",
                          answer->n_blocks, type, type);
  mock_end_event (response, out);
}

static void
add_content (MockResponse *response,
             MockAnswer   *answer,
             const char   *type,
             const char   *piece,
             gsize         length)
{
  GString *out = mock_begin_event ("content-delta");

  g_string_append_printf (out, ",\"index\":%u,\"delta\":{\"message\":{\"content\":{\"%s\":", answer->n_blocks, type);
  mock_json_append_string (out, piece, (gssize) length);
  g_string_append (out, "}}}");
  mock_end_event (response, out);
}

static void
end_content (MockResponse *response,
             MockAnswer   *answer)
{
  GString *out = mock_begin_event ("content-end");

  g_string_append_printf (out, ",\"index\":%u", answer->n_blocks++);
  mock_end_event (response, out);
}

static void
add_text (MockResponse *response,
          MockAnswer   *answer,
          const char   *piece,
          gsize         length)
{
  add_content (response, answer, "text", piece, length);
}

static void
add_thinking (MockResponse *response,
              MockAnswer   *answer,
              const char   *piece,
              gsize         length)
{
  add_content (response, answer, "thinking", piece, length);
}

static void
add_plan (MockResponse *response,
          MockAnswer   *answer,
          const char   *piece,
          gsize         length)
{
  GString *out = mock_begin_event ("tool-plan-delta");

  g_string_append (out, ",\"delta\":{\"message\":{\"tool_plan\":");
  mock_json_append_string (out, piece, (gssize) length);
  g_string_append (out, "}}");
  mock_end_event (response, out);
}

static void
add_call (MockResponse *response,
          MockToolCall *call,
          guint         index)
{
  GString *out = mock_begin_event ("tool-call-start");
  const char *arguments = call->arguments;

  g_string_append_printf (out, ",\"index\":%u,\"delta\":{\"message\":{\"tool_calls\":", index);
  append_call (out, call, "");
  g_string_append (out, "}}");
  mock_end_event (response, out);
  for (gsize n; *arguments != '\0'; arguments += n)
    {
      n = mock_measure_fragment (arguments);
      out = mock_begin_event ("tool-call-delta");
      g_string_append_printf (out, ",\"index\":%u,\"delta\":{\"message\":{\"tool_calls\":{\"function\":{\"arguments\":", index);
      mock_json_append_string (out, arguments, (gssize) n);
      g_string_append (out, "}}}}");
      mock_end_event (response, out);
    }
  out = mock_begin_event ("tool-call-end");
  g_string_append_printf (out, ",\"index\":%u", index);
  mock_end_event (response, out);
}

static MockResponse *
answer_stream (MockAnswer *answer)
{
  MockResponse *response = mock_response_new (200, "text/event-stream");
  MockStep *step = answer->step;
  MockToolCall *call;
  GString *out;

  response->streamed = TRUE;
  out = mock_begin_event ("message-start");
  g_string_append_printf (out, ",\"id\":\"mock-%" G_GUINT64_FORMAT "\",\"delta\":{\"message\":{\"role\":\"assistant\",\"content\":[],"
                          "\"tool_plan\":\"\",\"tool_calls\":[],\"citations\":[]}}", answer->request->index + 1);
  mock_end_event (response, out);

  if (step != NULL && step->reasoning != NULL)
    {
      begin_content (response, answer, "thinking");
      mock_for_each_piece (response, answer, step->reasoning, NULL, add_thinking);
      end_content (response, answer);
    }
  if (answer->tool_calls != NULL)
    mock_for_each_piece (response, answer, "I will use a \"tool\".", NULL, add_plan);
  if (answer->text != NULL)
    {
      begin_content (response, answer, "text");
      mock_for_each_piece (response, answer, answer->text, step != NULL ? step->pieces : NULL, add_text);
      end_content (response, answer);
    }
  for (guint i = 0; (call = mock_answer_get_call (answer, i)) != NULL; i++)
    add_call (response, call, i);
  mock_add_events (response, answer, "data: ", "\n\n");

  if (*answer->finish_reason != '\0' && (step == NULL || !step->omit_done))
    {
      out = mock_begin_event ("message-end");
      g_string_append (out, ",\"delta\":{");
      mock_append_member (out, "finish_reason", answer->finish_reason);
      if (step == NULL || !step->omit_usage)
        {
          g_string_append (out, ",\"usage\":");
          append_usage (out, answer);
        }
      g_string_append_c (out, '}');
      mock_end_event (response, out);
      mock_response_take_text (response, g_string_new ("data: [DONE]\n\n"));
    }
  return response;
}

MockResponse *
mock_cohere_answer (MockAnswer *answer)
{
  return answer->chat->stream ? answer_stream (answer) : answer_plain (answer);
}

/* In two pages, of which the first one tells the token of the second */
MockResponse *
mock_cohere_models (MockRequest *request)
{
  MockResponse *response = mock_response_new (200, "application/json");
  gboolean is_second = strstr (request->target, "page_token=more%2Fof%20it") != NULL;

  mock_response_take_text (response, g_string_new (is_second
    ? "{\"models\":[{\"name\":\"command-r7b-12-2024\",\"endpoints\":[\"chat\"],\"context_length\":132000}]}"
    : "{\"models\":[{\"name\":\"command-a-03-2025\",\"endpoints\":[\"chat\"],\"context_length\":288000}],"
      "\"next_page_token\":\"more/of it\"}"));
  return response;
}
