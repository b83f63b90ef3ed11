/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "wire-support.h"

/* Cohere's wire: bodies word for word, and the rules of answers that the recordings hold rarely or not at all. */

#define HEAD "{\"model\":\"command-a-03-2025\","
#define HI "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]"
#define END ",\"stream\":false}"

static GraphbitLlmConfig *
make_config (void)
{
  return graphbit_llm_config_new_cohere (NULL, NULL, NULL);
}

static void
test_plain (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", NULL);

  wire_expect_body (config, request, FALSE, HEAD HI END);
  wire_expect_body (config, request, TRUE, HEAD HI ",\"stream\":true}");
  graphbit_llm_config_set_extra_body (config, "{\"safety_mode\":\"OFF\",\"k\":40}");
  wire_expect_body (config, request, FALSE, HEAD HI ",\"stream\":false,\"safety_mode\":\"OFF\",\"k\":40}");
}

/* A plan and what was thought go back to where they came from, and nowhere else. */
static void
test_history (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config ();
  g_autoptr (GraphbitLlmConfig) ollama = graphbit_llm_config_new_ollama (NULL, NULL);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *assistant = graphbit_llm_message_new_assistant ("");
  g_auto (WireAnswer) ours = { 0 };
  g_auto (WireAnswer) theirs = { 0 };

  wire_parse (&ours, "cohere",
              "{\"id\":\"1\",\"message\":{\"role\":\"assistant\",\"tool_plan\":\"I \\\"look\\\".\",\"content\":["
              "{\"type\":\"thinking\",\"thinking\":\"Hm\"}],\"tool_calls\":[{\"id\":\"f_1\",\"type\":\"function\","
              "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"TOOL_CALL\"}");
  g_assert_null (ours.failure);
  g_assert_cmpstr (graphbit_llm_response_get_text (ours.response), ==, "");
  wire_parse (&theirs, "ollama", "{\"message\":{\"content\":\"a\",\"thinking\":\"t\"},\"done\":true}");

  wire_add_call (assistant, "call_2", "g", "{\"a\": ");
  wire_add (request, graphbit_llm_message_new_system ("Be brief."));
  wire_add (request, graphbit_llm_response_make_message (ours.response));
  wire_add (request, graphbit_llm_message_new_tool ("f_1", "4"));
  wire_add (request, graphbit_llm_response_make_message (theirs.response));
  wire_add (request, assistant);
  wire_expect_body (config, request, FALSE,
                    HEAD "\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                    "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"Hm\"}],"
                    "\"tool_plan\":\"I \\\"look\\\".\",\"tool_calls\":["
                    "{\"id\":\"f_1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
                    "{\"role\":\"tool\",\"tool_call_id\":\"f_1\",\"content\":\"4\"},"
                    "{\"role\":\"assistant\",\"content\":\"a\"},"
                    "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"call_2\",\"type\":\"function\","
                    "\"function\":{\"name\":\"g\",\"arguments\":\"{\\\"raw_arguments\\\":\\\"{\\\\\\\"a\\\\\\\": \\\"}\"}}]}]" END);
  {
    g_autoptr (GError) error = NULL;
    g_autofree char *body = wire_build (ollama, request, FALSE, &error);

    g_assert_no_error (error);
    g_assert_null (strstr (body, "look"));
    g_assert_null (strstr (body, "Hm"));
  }
}

static void
test_parts (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config ();
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmRequest) document = graphbit_llm_request_new (options);
  g_autoptr (GraphbitLlmRequest) binary = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *user = graphbit_llm_message_new_user ("Look:");
  GraphbitLlmMessage *with_file = graphbit_llm_message_new_user ("Why?");
  g_autoptr (GraphbitLlmRequest) letters = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmRequest) linked = graphbit_llm_request_new (NULL);
  g_autoptr (GFile) far = g_file_new_for_uri ("https://example.org/a.txt");
  g_autoptr (GraphbitContentPart) part = NULL;
  GraphbitLlmMessage *with_letters = graphbit_llm_message_new_user ("");
  GraphbitLlmMessage *with_far = graphbit_llm_message_new_user ("");
  GraphbitLlmMessage *with_binary = graphbit_llm_message_new_user ("");
  g_autofree char *directory = g_dir_make_tmp ("graphbit-XXXXXX", NULL);

  graphbit_llm_config_set_capabilities (config, GRAPHBIT_LLM_CAPABILITIES_IMAGES);
  wire_add_image (user, "GIF89a", NULL);
  wire_add_text (user, "and?");
  wire_add_image_uri (user, "https://e.org/a.jpg");
  wire_add (request, user);
  wire_expect_body (config, request, FALSE,
                    HEAD "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Look:\"},"
                    "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/gif;base64,R0lGODlh\"}},"
                    "{\"type\":\"text\",\"text\":\"and?\"},"
                    "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://e.org/a.jpg\"}}]}]" END);
  graphbit_llm_config_set_capabilities (config, GRAPHBIT_LLM_CAPABILITIES_STREAMING);
  wire_expect_error (config, request, GRAPHBIT_ERROR_UNSUPPORTED, "does not take images");

  /* a document stands beside the messages, and a schema cannot */
  wire_add_file (with_file, directory, "a.txt", "It \"is\".");
  wire_add (document, with_file);
  graphbit_llm_options_set_response_schema (options, "{\"type\":\"object\",\"required\":[\"x\"]}");
  wire_expect_body (config, document, FALSE,
                    HEAD "\"messages\":[{\"role\":\"system\",\"content\":\"Answer with a JSON object and nothing else. It must be "
                    "valid against this JSON Schema: {\\\"type\\\":\\\"object\\\",\\\"required\\\":[\\\"x\\\"]}\"},"
                    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Why?\"}]}],"
                    "\"documents\":[{\"data\":{\"title\":\"a.txt\",\"text\":\"It \\\"is\\\".\"}}]" END);
  wire_add_file (with_binary, directory, "a.pdf", "%PDF-1.4\xff\xfe");
  wire_add (binary, with_binary);
  wire_expect_error (config, binary, GRAPHBIT_ERROR_UNSUPPORTED, "text only");

  /* it is what its name says, also where its bytes happen to be text */
  wire_add_file (with_letters, directory, "b.pdf", "%PDF-1.4");
  wire_add (letters, with_letters);
  wire_expect_error (config, letters, GRAPHBIT_ERROR_UNSUPPORTED, "text only");
  part = graphbit_content_part_new_for_file (far);
  graphbit_llm_message_add_part (with_far, part);
  wire_add (linked, with_far);
  wire_expect_error (config, linked, GRAPHBIT_ERROR_UNSUPPORTED, "text only");
  wire_remove_files (directory);
}

static void
test_options (void)
{
  static const char *const stop[] = { "END", NULL };
  g_autoptr (GraphbitLlmConfig) config = make_config ();
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", options);
  g_autoptr (GVariant) metadata = g_variant_ref_sink (g_variant_new_parsed ("{'a': 'b'}"));

  graphbit_llm_options_set_max_tokens (options, 100);
  graphbit_llm_options_set_temperature (options, 0.5);
  graphbit_llm_options_set_top_p (options, 0.25);
  graphbit_llm_options_set_seed (options, 7);
  graphbit_llm_options_set_stop (options, stop);
  graphbit_llm_options_set_response_schema (options, "{\"type\": \"object\", \"properties\": {\"x\": {\"type\": \"string\"}}, \"required\": [\"x\"]}");
  wire_expect_body (config, request, FALSE,
                    HEAD HI ",\"response_format\":{\"type\":\"json_object\",\"json_schema\":{\"type\":\"object\","
                    "\"properties\":{\"x\":{\"type\":\"string\"}},\"required\":[\"x\"]}},\"max_tokens\":100,\"temperature\":0.5,"
                    "\"p\":0.25,\"seed\":7,\"stop_sequences\":[\"END\"]" END);

  graphbit_llm_options_set_metadata (options, metadata);
  wire_expect_error (config, request, GRAPHBIT_ERROR_UNSUPPORTED, "metadata");
}

static void
test_thinking (void)
{
  static const char *const wanted[] = {
    "", "{\"type\":\"disabled\"}", "{\"type\":\"enabled\",\"token_budget\":512}", "{\"type\":\"enabled\",\"token_budget\":2048}",
    "{\"type\":\"enabled\",\"token_budget\":8192}", "{\"type\":\"enabled\",\"token_budget\":16384}",
    "{\"type\":\"enabled\",\"token_budget\":24576}", "{\"type\":\"enabled\",\"token_budget\":32000}"
  };
  g_autoptr (GraphbitLlmConfig) config = make_config ();
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", options);

  graphbit_llm_options_set_reasoning_effort (options, GRAPHBIT_REASONING_EFFORT_LOW);
  wire_expect_error (config, request, GRAPHBIT_ERROR_UNSUPPORTED, "reasoning-effort");
  graphbit_llm_config_set_capabilities (config, GRAPHBIT_LLM_CAPABILITIES_REASONING);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_autofree char *body = g_strconcat (HEAD HI, i > 0 ? ",\"thinking\":" : "", wanted[i], END, NULL);

      graphbit_llm_options_set_reasoning_effort (options, (GraphbitReasoningEffort) i);
      wire_expect_body (config, request, FALSE, body);
    }
}

#define TOOL(name) "{\"type\":\"function\",\"function\":{\"name\":\"" name "\",\"description\":\"Does " name "\"," \
                   "\"parameters\":{\"type\":\"object\",\"properties\":{}}}}"

static void
test_tools (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config ();
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", options);
  g_autoptr (GError) error = NULL;
  g_autofree char *body = NULL;

  wire_add_tool (request, "f", "Does f", NULL);
  wire_add_tool (request, "g", "Does g", NULL);
  wire_expect_body (config, request, FALSE, HEAD HI ",\"tools\":[" TOOL ("f") "," TOOL ("g") "]" END);
  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_AUTO);
  wire_expect_body (config, request, FALSE, HEAD HI ",\"tools\":[" TOOL ("f") "," TOOL ("g") "]" END);
  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_NONE);
  wire_expect_body (config, request, FALSE, HEAD HI ",\"tools\":[" TOOL ("f") "," TOOL ("g") "],\"tool_choice\":\"NONE\"" END);
  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_REQUIRED);
  wire_expect_body (config, request, FALSE, HEAD HI ",\"tools\":[" TOOL ("f") "," TOOL ("g") "],\"tool_choice\":\"REQUIRED\"" END);

  /* none can be named, but it can be the only one */
  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_NAMED);
  graphbit_llm_options_set_tool_choice_name (options, "g");
  wire_expect_body (config, request, FALSE, HEAD HI ",\"tools\":[" TOOL ("g") "],\"tool_choice\":\"REQUIRED\"" END);

  /* the provider refuses tools and a schema together: it is told in words */
  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_UNSET);
  graphbit_llm_options_set_tool_choice_name (options, NULL);
  graphbit_llm_options_set_response_schema (options, "{\"type\":\"object\",\"required\":[\"x\"]}");
  body = wire_build (config, request, FALSE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (body, "must be valid against this JSON Schema"));
  g_assert_null (strstr (body, "response_format"));
  graphbit_llm_options_set_response_schema (options, NULL);
  graphbit_llm_options_set_parallel_tool_calls (options, GRAPHBIT_TRISTATE_FALSE);
  wire_expect_error (config, request, GRAPHBIT_ERROR_UNSUPPORTED, "parallel-tool-calls");
}

/* Answers */

#define DELTA(type, message) "{\"type\":\"" type "\",\"index\":0,\"delta\":{\"message\":{" message "}}}"
#define MESSAGE_END(reason, more) "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"" reason "\"" more "}}"

static void
test_stream (void)
{
  static const char *const events[] = {
    "{\"id\":\"u\",\"type\":\"message-start\",\"delta\":{\"message\":{\"role\":\"assistant\",\"content\":[],\"tool_plan\":\"\",\"tool_calls\":[],\"citations\":[]}}}",
    DELTA ("tool-plan-delta", "\"tool_plan\":\"I \\u00e9\""),
    DELTA ("tool-plan-delta", "\"tool_plan\":\"\\\" do\""),
    DELTA ("content-start", "\"content\":{\"type\":\"thinking\",\"thinking\":\"\"}"),
    DELTA ("content-delta", "\"content\":{\"thinking\":\"Hm\"}"),
    "{\"type\":\"content-end\",\"index\":0}",
    DELTA ("tool-call-start", "\"tool_calls\":{\"id\":\"f_1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}"),
    "{\"type\":\"tool-call-end\",\"index\":0}",
    "{\"type\":\"tool-call-start\",\"index\":1,\"delta\":{\"message\":{\"tool_calls\":{\"id\":\"g_1\",\"function\":{\"name\":\"g\",\"arguments\":\"{\\\"a\\\"\"}}}}}",
    "{\"delta\":{\"message\":{\"tool_calls\":{\"function\":{\"arguments\":\":1}\"}}}},\"index\":1,\"type\":\"tool-call-delta\"}",
    DELTA ("citation-start", "\"citations\":{\"start\":1,\"end\":2,\"text\":\"no\",\"sources\":[]}"),
    MESSAGE_END ("TOOL_CALL", ",\"usage\":{\"billed_units\":{\"input_tokens\":1,\"output_tokens\":2},"
                              "\"tokens\":{\"input_tokens\":30,\"output_tokens\":4},\"cached_tokens\":20}"),
    "[DONE]", NULL
  };
  g_auto (WireAnswer) answer = { 0 };

  wire_stream (&answer, "cohere", events);
  g_assert_null (answer.failure);
  g_assert_cmpstr (graphbit_llm_response_get_text (answer.response), ==, "");
  g_assert_cmpstr (graphbit_llm_response_get_reasoning (answer.response), ==, "Hm");
  g_assert_cmpstr (graphbit_llm_response_get_id (answer.response), ==, "u");
  g_assert_cmpuint (wire_count_calls (&answer), ==, 2);
  wire_expect_call (&answer, 0, "f_1", "f", "{}");
  wire_expect_call (&answer, 1, "g_1", "g", "{\"a\":1}");
  wire_expect_usage (&answer, 30, 4, 20, 0, 0);
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (answer.response), ==, GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS);
  g_assert_cmpstr (answer.assembler.native, ==, "\"I \\u00e9\\\" do\"");
}

static void
test_whole (void)
{
  static const struct
  {
    const char *word;
    GraphbitLlmFinishReason reason;
  } reasons[] = {
    { "COMPLETE", GRAPHBIT_LLM_FINISH_REASON_STOP },          { "STOP_SEQUENCE", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "MAX_TOKENS", GRAPHBIT_LLM_FINISH_REASON_LENGTH },      { "ERROR", GRAPHBIT_LLM_FINISH_REASON_ERROR },
    { "TIMEOUT", GRAPHBIT_LLM_FINISH_REASON_ERROR },          { "ERROR_TOXIC", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "USER_CANCEL", GRAPHBIT_LLM_FINISH_REASON_OTHER },
  };
  g_auto (WireAnswer) nothing = { 0 };
  g_auto (WireAnswer) refused = { 0 };
  g_auto (WireAnswer) no_arguments = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      g_auto (WireAnswer) answer = { 0 };
      g_autofree char *body = g_strdup_printf ("{\"id\":\"1\",\"finish_reason\":\"%s\",\"message\":{\"content\":[{\"type\":\"text\","
                                               "\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}}", reasons[i].word);

      wire_parse (&answer, "cohere", body);
      g_assert_null (answer.failure);
      g_assert_cmpstr (graphbit_llm_response_get_text (answer.response), ==, "ab");
      g_assert_cmpint (graphbit_llm_response_get_finish_reason (answer.response), ==, (int) reasons[i].reason);
      g_assert_cmpstr (graphbit_llm_response_get_finish_reason_text (answer.response), ==, reasons[i].word);
      g_assert_null (graphbit_llm_response_get_usage (answer.response));
    }

  wire_parse (&no_arguments, "cohere",
              "{\"message\":{\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"null\"}},"
              "{\"id\":\"b\",\"function\":{\"name\":\"f\"}}]},\"finish_reason\":\"TOOL_CALL\"}");
  g_assert_null (no_arguments.failure);
  wire_expect_call (&no_arguments, 0, "a", "f", "{}");
  wire_expect_call (&no_arguments, 1, "b", "f", "{}");

  wire_parse (&nothing, "cohere", "{\"models\":[]}");
  g_assert_nonnull (nothing.failure);
  g_assert_cmpint (nothing.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);
  wire_parse (&refused, "cohere", "{\"id\":\"1\",\"message\":\"too many tokens\",\"error_type\":\"TOO_MANY_TOKENS\"}");
  g_assert_nonnull (refused.failure);
  g_assert_cmpint (refused.failure->code, ==, GRAPHBIT_ERROR_CONTEXT_LENGTH);
  g_assert_cmpstr (refused.failure->provider_message, ==, "too many tokens");
}

static void
test_failures (void)
{
  static const char *const told[] = {
    DELTA ("content-delta", "\"content\":{\"text\":\"half\"}"), MESSAGE_END ("ERROR", ",\"error\":\"it broke\""), NULL
  };
  static const char *const said[] = {
    DELTA ("content-delta", "\"content\":{\"text\":\"half\"}"), "{\"id\":\"1\",\"message\":\"internal server error\"}", NULL
  };
  static const char *const untold[] = { DELTA ("content-delta", "\"content\":{\"text\":\"half\"}"), MESSAGE_END ("TIMEOUT", ""), "[DONE]", NULL };
  static const char *const cut[] = { DELTA ("content-delta", "\"content\":{\"text\":\"half\"}"), "[DONE]", NULL };
  static const char *const bad[] = {
    DELTA ("content-delta", "\"content\":{\"text\":\"a\"}"), "{\"type\":\"content-delta\",\"delta\":{\"message\":{\"content\":{\"text\":\"lost\"",
    "<html>", DELTA ("content-delta", "\"content\":{\"text\":\"b\"}"), MESSAGE_END ("COMPLETE", ""), NULL
  };
  g_auto (WireAnswer) first = { 0 };
  g_auto (WireAnswer) second = { 0 };
  g_auto (WireAnswer) third = { 0 };
  g_auto (WireAnswer) fourth = { 0 };
  g_auto (WireAnswer) fifth = { 0 };

  wire_stream (&first, "cohere", told);
  g_assert_nonnull (first.failure);
  g_assert_cmpint (first.failure->code, ==, GRAPHBIT_ERROR_UNAVAILABLE);
  g_assert_cmpstr (first.failure->provider_message, ==, "it broke");
  g_assert_cmpstr (graphbit_llm_response_get_text (first.response), ==, "half");

  wire_stream (&second, "cohere", said);
  g_assert_nonnull (second.failure);
  g_assert_cmpstr (second.failure->provider_message, ==, "internal server error");

  wire_stream (&third, "cohere", untold);
  g_assert_null (third.failure);
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (third.response), ==, GRAPHBIT_LLM_FINISH_REASON_ERROR);

  wire_stream (&fourth, "cohere", cut);
  g_assert_nonnull (fourth.failure);
  g_assert_cmpint (fourth.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);

  wire_stream (&fifth, "cohere", bad);
  g_assert_null (fifth.failure);
  g_assert_cmpstr (graphbit_llm_response_get_text (fifth.response), ==, "ab");
}

int
main (int argc,
      char **argv)
{
  g_unsetenv ("CO_API_URL");
  g_unsetenv ("COHERE_BASE_URL");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/cohere/plain", test_plain);
  g_test_add_func ("/llm/cohere/history", test_history);
  g_test_add_func ("/llm/cohere/parts", test_parts);
  g_test_add_func ("/llm/cohere/options", test_options);
  g_test_add_func ("/llm/cohere/thinking", test_thinking);
  g_test_add_func ("/llm/cohere/tools", test_tools);
  g_test_add_func ("/llm/cohere/stream", test_stream);
  g_test_add_func ("/llm/cohere/whole", test_whole);
  g_test_add_func ("/llm/cohere/failures", test_failures);

  return g_test_run ();
}
