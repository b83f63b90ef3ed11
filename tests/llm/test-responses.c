/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-llm-chunk-private.h"
#include "wire-support.h"

/* OpenAI's responses: bodies word for word, and the rules of answers that the recordings hold rarely or not at all. */

#define HEAD "{\"model\":\"m\","
#define HI "\"input\":[{\"role\":\"user\",\"content\":\"Hi\"}]"
#define TAIL ",\"store\":false}"

static GraphbitLlmConfig *
make_config (const char *model)
{
  GraphbitLlmConfig *config = graphbit_llm_config_new_openai (NULL, model, NULL);

  graphbit_llm_config_set_api (config, GRAPHBIT_LLM_API_RESPONSES);
  return config;
}

static void
test_plain (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config ("m");
  g_autoptr (GraphbitLlmConfig) thinking = make_config ("gpt-5-mini");
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", NULL);

  wire_expect_body (config, request, FALSE, HEAD HI TAIL);
  wire_expect_body (config, request, TRUE, HEAD HI ",\"store\":false,\"stream\":true}");
  wire_expect_body (thinking, request, FALSE,
                    "{\"model\":\"gpt-5-mini\"," HI ",\"store\":false,\"include\":[\"reasoning.encrypted_content\"]}");
  graphbit_llm_config_set_extra_body (config, "{\"store\":true,\"previous_response_id\":\"resp_1\"}");
  wire_expect_body (config, request, FALSE, HEAD HI ",\"store\":true,\"previous_response_id\":\"resp_1\"}");
}

static void
test_history (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config ("m");
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *assistant = graphbit_llm_message_new_assistant ("so");
  GraphbitLlmMessage *user = graphbit_llm_message_new_user ("look");
  GraphbitLlmMessage *result = graphbit_llm_message_new_tool ("call_2", "");

  wire_add_call (assistant, "call_1", "f", "{\"a\":1}");
  wire_add_call (assistant, "call_2", "g", "");
  wire_add_image (user, "abc", "image/png");
  wire_add_image_uri (user, "https://host/a.png");
  wire_add_text (result, "two");
  wire_add (request, graphbit_llm_message_new_system ("Be brief."));
  wire_add (request, user);
  wire_add (request, assistant);
  wire_add (request, graphbit_llm_message_new_tool ("call_1", "one"));
  wire_add (request, result);
  wire_expect_body (config, request, FALSE,
                    HEAD "\"input\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                    "{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"look\"},"
                    "{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,YWJj\"},"
                    "{\"type\":\"input_image\",\"image_url\":\"https://host/a.png\"}]},"
                    "{\"role\":\"assistant\",\"content\":\"so\"},"
                    "{\"type\":\"function_call\",\"call_id\":\"call_1\",\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"},"
                    "{\"type\":\"function_call\",\"call_id\":\"call_2\",\"name\":\"g\",\"arguments\":\"{}\"},"
                    "{\"type\":\"function_call_output\",\"call_id\":\"call_1\",\"output\":\"one\"},"
                    "{\"type\":\"function_call_output\",\"call_id\":\"call_2\",\"output\":[{\"type\":\"input_text\",\"text\":\"two\"}]}]" TAIL);
}

static void
test_documents (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config ("m");
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *user = graphbit_llm_message_new_user ("");
  g_autofree char *directory = g_dir_make_tmp ("graphbit-XXXXXX", NULL);

  wire_add_file (user, directory, "a.pdf", "%PDF-");
  wire_add_document_uri (user, "https://h/b.pdf", NULL);
  wire_add_document_uri (user, "data:application/pdf;base64,JVBERi0=", NULL);
  wire_add (request, user);
  wire_expect_body (config, request, FALSE,
                    HEAD "\"input\":[{\"role\":\"user\",\"content\":["
                    "{\"type\":\"input_file\",\"filename\":\"a.pdf\",\"file_data\":\"data:application/pdf;base64,JVBERi0=\"},"
                    "{\"type\":\"input_file\",\"file_url\":\"https://h/b.pdf\"},"
                    "{\"type\":\"input_file\",\"filename\":\"file.pdf\",\"file_data\":\"data:application/pdf;base64,JVBERi0=\"}]}]" TAIL);
  wire_remove_files (directory);
}

#define CLOSED "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"],\"additionalProperties\":false}"
#define OPEN "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}"

static void
test_options (void)
{
  static const char *const stop[] = { "END", NULL };
  g_autoptr (GraphbitLlmConfig) config = make_config ("m");
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", options);

  g_object_set (options, "max-tokens", 50, "temperature", 0.5, "top-p", 0.25, "response-schema", CLOSED,
                "reasoning-effort", GRAPHBIT_REASONING_EFFORT_LOW, NULL);
  graphbit_llm_options_set_metadata (options, g_variant_new_parsed ("{'a': 'b'}"));
  graphbit_llm_config_set_extra_body (config, "{\"reasoning\":{\"summary\":\"auto\"}}");
  wire_expect_body (config, request, FALSE,
                    HEAD HI ",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"answer\",\"schema\":" CLOSED ",\"strict\":true}},"
                    "\"max_output_tokens\":50,\"temperature\":0.5,\"top_p\":0.25,\"metadata\":{\"a\":\"b\"},"
                    "\"reasoning\":{\"effort\":\"low\",\"summary\":\"auto\"},\"store\":false,\"include\":[\"reasoning.encrypted_content\"]}");

  graphbit_llm_config_set_extra_body (config, "{\"reasoning\":null,\"text\":null,\"metadata\":null,\"include\":null,\"store\":null}");
  wire_expect_body (config, request, FALSE, HEAD HI ",\"max_output_tokens\":50,\"temperature\":0.5,\"top_p\":0.25}");
  graphbit_llm_config_set_extra_body (config, "{\"reasoning\":1}");
  wire_expect_error (config, request, GRAPHBIT_ERROR_INVALID_ARGUMENT, "reasoning");
  graphbit_llm_config_set_extra_body (config, NULL);
  graphbit_llm_options_set_stop (options, stop);
  wire_expect_error (config, request, GRAPHBIT_ERROR_UNSUPPORTED, "stop");
  g_object_set (options, "stop", NULL, "seed", (gint64) 1, NULL);
  wire_expect_error (config, request, GRAPHBIT_ERROR_UNSUPPORTED, "seed");
}

static void
test_tools (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config ("m");
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", options);

  wire_add_tool (request, "f", "F", CLOSED);
  wire_add_tool (request, "g", "G", OPEN);
  wire_add_tool (request, "h", "H", NULL);
  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_NAMED);
  graphbit_llm_options_set_tool_choice_name (options, "g");
  graphbit_llm_options_set_parallel_tool_calls (options, GRAPHBIT_TRISTATE_FALSE);
  wire_expect_body (config, request, FALSE,
                    HEAD HI ",\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"F\",\"parameters\":" CLOSED ",\"strict\":true},"
                    "{\"type\":\"function\",\"name\":\"g\",\"description\":\"G\",\"parameters\":" OPEN ",\"strict\":false},"
                    "{\"type\":\"function\",\"name\":\"h\",\"description\":\"H\",\"parameters\":{\"type\":\"object\",\"properties\":{}},\"strict\":false}],"
                    "\"tool_choice\":{\"type\":\"function\",\"name\":\"g\"},\"parallel_tool_calls\":false" TAIL);
}

#define EVENT(type, members) "{\"type\":\"" type "\"," members "}"
#define ITEMS "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[],\"encrypted_content\":\"gAAA\"}," \
  "{\"type\":\"function_call\",\"id\":\"fc_1\",\"call_id\":\"call_1\",\"name\":\"f\",\"arguments\":\"{}\"}"

/* What the model thought goes back as it came, to its own protocol only. */
static void
test_native (void)
{
  static const char *const events[] = {
    EVENT ("response.created", "\"response\":{\"id\":\"resp_1\",\"model\":\"m-1\",\"status\":\"in_progress\",\"output\":[]}"),
    EVENT ("response.output_item.added", "\"output_index\":1,\"item\":{\"type\":\"function_call\",\"call_id\":\"call_1\",\"name\":\"f\",\"arguments\":\"\"}"),
    "{\"delta\":\"{\",\"output_index\":1,\"type\":\"response.function_call_arguments.delta\"}",
    EVENT ("response.function_call_arguments.delta", "\"output_index\":1,\"delta\":\"}\""),
    EVENT ("response.something.new", "\"delta\":\"?\""),
    EVENT ("response.output_item.done", "\"output_index\":1,\"item\":{\"type\":\"function_call\",\"call_id\":\"call_1\",\"name\":\"f\",\"arguments\":\"{}\"}"),
    EVENT ("response.completed", "\"response\":{\"status\":\"completed\",\"output\":[" ITEMS "],\"usage\":{\"input_tokens\":3,"
           "\"input_tokens_details\":{\"cached_tokens\":2},\"output_tokens\":5,\"output_tokens_details\":{\"reasoning_tokens\":4},\"total_tokens\":8}}"),
    NULL
  };
  g_autoptr (GraphbitLlmConfig) config = make_config ("m");
  g_autoptr (GraphbitLlmConfig) chat = graphbit_llm_config_new_openai (NULL, "m", NULL);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmRequest) searched = graphbit_llm_request_new (NULL);
  g_auto (WireAnswer) answer = { 0 };
  g_auto (WireAnswer) search = { 0 };
  guint n_call_chunks = 0;

  wire_stream (&answer, "responses", events);
  g_assert_null (answer.failure);
  g_assert_cmpuint (wire_count_calls (&answer), ==, 1);
  wire_expect_call (&answer, 0, "call_1", "f", "{}");
  wire_expect_usage (&answer, 3, 5, 2, 0, 4);
  g_assert_cmpstr (graphbit_llm_response_get_id (answer.response), ==, "resp_1");
  for (GList *l = answer.assembler.chunks.head; l != NULL; l = l->next)
    n_call_chunks += graphbit_llm_chunk_get_kind (l->data) == GRAPHBIT_LLM_CHUNK_KIND_TOOL_CALL;
  g_assert_cmpuint (n_call_chunks, ==, 3); /* its name, and the two pieces; not once more what came already */
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (answer.response), ==, GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS);

  wire_add (request, graphbit_llm_response_make_message (answer.response));
  wire_expect_body (config, request, FALSE, HEAD "\"input\":[" ITEMS "]" TAIL);
  wire_expect_body (chat, request, FALSE,
                    HEAD "\"messages\":[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\","
                    "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}]}");

  /* its own tools' doings go back, but no thoughts that only their keeper could read */
  wire_parse (&search, "responses",
              "{\"status\":\"completed\",\"output\":[{\"type\":\"reasoning\",\"id\":\"rs_2\",\"summary\":[],\"encrypted_content\":null},"
              "{\"type\":\"web_search_call\",\"id\":\"ws_1\"},{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"x\"}]}]}");
  g_assert_null (search.failure);
  wire_add (searched, graphbit_llm_response_make_message (search.response));
  wire_expect_body (config, searched, FALSE,
                    HEAD "\"input\":[{\"type\":\"web_search_call\",\"id\":\"ws_1\"},"
                    "{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"x\"}]}]" TAIL);
}

/* What was not streamed is in the list at the end. */
static void
test_final (void)
{
  static const char *const events[] = {
    EVENT ("response.incomplete", "\"response\":{\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_tokens\"},"
           "\"output\":[{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"hm\"}]},"
           "{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\"},{\"type\":\"refusal\",\"refusal\":\"no\"}]},"
           "{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"b\"}]}]}"),
    NULL
  };
  static const char *const refused[] = {
    EVENT ("response.refusal.delta", "\"delta\":\"no\""),
    EVENT ("response.completed", "\"response\":{\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":["
           "{\"type\":\"refusal\",\"refusal\":\"no\"}]}]}"),
    NULL
  };
  g_auto (WireAnswer) first = { 0 };
  g_auto (WireAnswer) second = { 0 };

  wire_stream (&first, "responses", events);
  g_assert_null (first.failure);
  g_assert_cmpstr (graphbit_llm_response_get_text (first.response), ==, "ab");
  g_assert_cmpstr (graphbit_llm_response_get_refusal (first.response), ==, "no");
  g_assert_cmpstr (graphbit_llm_response_get_reasoning (first.response), ==, "hm");
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (first.response), ==, GRAPHBIT_LLM_FINISH_REASON_LENGTH);
  g_assert_cmpstr (graphbit_llm_response_get_finish_reason_text (first.response), ==, "max_output_tokens");

  wire_stream (&second, "responses", refused);
  g_assert_null (second.failure);
  g_assert_cmpstr (graphbit_llm_response_get_refusal (second.response), ==, "no");
}

static void
test_failures (void)
{
  static const char *const failed[] = {
    EVENT ("response.output_text.delta", "\"delta\":\"half\""),
    EVENT ("response.failed", "\"response\":{\"status\":\"failed\",\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"slow\"},\"output\":[]}"), NULL
  };
  static const char *const error[] = { EVENT ("error", "\"code\":\"server_error\",\"message\":\"m\",\"param\":null"), NULL };
  static const char *const cut[] = {
    EVENT ("response.output_text.delta", "\"delta\":\"half\""), "{\"type\":\"response.completed\",\"response\":{\"status\":\"comp", NULL
  };
  g_auto (WireAnswer) first = { 0 };
  g_auto (WireAnswer) second = { 0 };
  g_auto (WireAnswer) third = { 0 };
  g_auto (WireAnswer) fourth = { 0 };
  g_auto (WireAnswer) fifth = { 0 };

  wire_stream (&first, "responses", failed);
  g_assert_nonnull (first.failure);
  g_assert_cmpint (first.failure->code, ==, GRAPHBIT_ERROR_RATE_LIMITED);
  g_assert_cmpstr (first.failure->provider_message, ==, "slow");
  g_assert_cmpstr (graphbit_llm_response_get_text (first.response), ==, "half");

  wire_stream (&second, "responses", error);
  g_assert_nonnull (second.failure);
  g_assert_cmpint (second.failure->code, ==, GRAPHBIT_ERROR_UNAVAILABLE);
  g_assert_cmpstr (second.failure->provider_message, ==, "m");

  wire_stream (&third, "responses", cut);
  g_assert_nonnull (third.failure);
  g_assert_cmpint (third.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);

  wire_parse (&fourth, "responses", "{\"status\":\"failed\",\"error\":null,\"output\":[]}");
  g_assert_nonnull (fourth.failure);
  g_assert_cmpint (fourth.failure->code, ==, GRAPHBIT_ERROR_UNAVAILABLE);

  wire_parse (&fifth, "responses", "{\"choices\":[]}");
  g_assert_nonnull (fifth.failure);
  g_assert_cmpint (fifth.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);
}

int
main (int argc,
      char **argv)
{
  g_unsetenv ("OPENAI_BASE_URL");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/responses/plain", test_plain);
  g_test_add_func ("/llm/responses/history", test_history);
  g_test_add_func ("/llm/responses/documents", test_documents);
  g_test_add_func ("/llm/responses/options", test_options);
  g_test_add_func ("/llm/responses/tools", test_tools);
  g_test_add_func ("/llm/responses/native", test_native);
  g_test_add_func ("/llm/responses/final", test_final);
  g_test_add_func ("/llm/responses/failures", test_failures);

  return g_test_run ();
}
