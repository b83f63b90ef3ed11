/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-json-private.h"
#include "wire-support.h"

/* Anthropic's wire: bodies word for word, and the rules of answers that the recordings hold rarely or not at all. */

#define HEAD "{\"model\":\"claude-sonnet-4-20250514\",\"max_tokens\":4096,"
#define HI "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}]"

static GraphbitLlmConfig *
make_config (const char *model)
{
  return graphbit_llm_config_new_anthropic (NULL, model, NULL);
}

static void
test_plain (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", NULL);

  wire_expect_body (config, request, FALSE, HEAD HI "}");
  wire_expect_body (config, request, TRUE, HEAD HI ",\"stream\":true}");
}

/* Instructions go to the top, neighbours of one side become one turn, and the results of tools are the user's. */
static void
test_history (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *assistant = graphbit_llm_message_new_assistant ("Let me look.");

  wire_add_call (assistant, "toolu_1", "f", "{\"a\": 1}");
  wire_add_call (assistant, "call:2", "g", "{\"a\": ");
  wire_add_call (assistant, "call.2", "g", "");
  wire_add (request, graphbit_llm_message_new_system ("Be brief."));
  wire_add (request, graphbit_llm_message_new_user ("Go"));
  wire_add (request, assistant);
  wire_add (request, graphbit_llm_message_new_tool ("toolu_1", "{\"r\":2}"));
  wire_add (request, graphbit_llm_message_new_tool ("call:2", ""));
  wire_add (request, graphbit_llm_message_new_tool ("call.2", "x"));
  wire_add (request, graphbit_llm_message_new_user ("and tomorrow?"));
  wire_add (request, graphbit_llm_message_new_system ("Be kind."));
  wire_add (request, graphbit_llm_message_new_assistant ("It will"));
  wire_expect_body (config, request, FALSE,
                    HEAD "\"system\":[{\"type\":\"text\",\"text\":\"Be brief.\"},{\"type\":\"text\",\"text\":\"Be kind.\"}],"
                    "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Go\"}]},"
                    "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"Let me look.\"},"
                    "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"f\",\"input\":{\"a\": 1}},"
                    "{\"type\":\"tool_use\",\"id\":\"call2_f5e60fed\",\"name\":\"g\",\"input\":{\"raw_arguments\":\"{\\\"a\\\": \"}},"
                    "{\"type\":\"tool_use\",\"id\":\"call2_f5e60e61\",\"name\":\"g\",\"input\":{}}]},"
                    "{\"role\":\"user\",\"content\":["
                    "{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_1\",\"content\":\"{\\\"r\\\":2}\"},"
                    "{\"type\":\"tool_result\",\"tool_use_id\":\"call2_f5e60fed\",\"content\":\"\"},"
                    "{\"type\":\"tool_result\",\"tool_use_id\":\"call2_f5e60e61\",\"content\":\"x\"},"
                    "{\"type\":\"text\",\"text\":\"and tomorrow?\"}]},"
                    "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"It will\"}]}]}");
}

static void
test_parts (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmRequest) wrong = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmRequest) assistant = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *user = graphbit_llm_message_new_user ("Look:");
  GraphbitLlmMessage *tool = graphbit_llm_message_new_tool ("t", "Shot:");
  GraphbitLlmMessage *said = graphbit_llm_message_new_assistant ("");
  GraphbitLlmMessage *bare = graphbit_llm_message_new_user ("");
  g_autofree char *directory = g_dir_make_tmp ("graphbit-XXXXXX", NULL);

  wire_add_image (user, "GIF89a", NULL);
  wire_add_image_uri (user, "https://e.org/a.jpg");
  wire_add_image_uri (user, "data:image/png;base64,iVBORw0=");
  wire_add_file (user, directory, "a.pdf", "%PDF-1.4");
  wire_add_file (user, directory, "b.txt", "words");
  wire_add_file (user, directory, "c.json", "{}");
  wire_add_text (user, "");
  wire_add_text (user, "and?");
  wire_add_image (tool, "GIF89a", NULL);
  wire_add (request, user);
  wire_add (request, tool);
  wire_expect_body (config, request, FALSE,
                    HEAD "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Look:\"},"
                    "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/gif\",\"data\":\"R0lGODlh\"}},"
                    "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://e.org/a.jpg\"}},"
                    "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"iVBORw0=\"}},"
                    "{\"type\":\"document\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\",\"data\":\"JVBERi0xLjQ=\"},\"title\":\"a.pdf\"},"
                    "{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"words\"},\"title\":\"b.txt\"},"
                    "{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"{}\"},\"title\":\"c.json\"},"
                    "{\"type\":\"text\",\"text\":\"and?\"},"
                    "{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":[{\"type\":\"text\",\"text\":\"Shot:\"},"
                    "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/gif\",\"data\":\"R0lGODlh\"}}]}]}]}");

  wire_add_file (bare, directory, "c.zip", "PK\x03\x04");
  wire_add (wrong, bare);
  wire_expect_error (config, wrong, GRAPHBIT_ERROR_UNSUPPORTED, "PDF or text");
  wire_add_image (said, "GIF89a", NULL);
  wire_add (assistant, said);
  wire_expect_error (config, assistant, GRAPHBIT_ERROR_UNSUPPORTED, "Only messages of the user");
  wire_remove_files (directory);
}

static void
test_data_uri (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *user = graphbit_llm_message_new_user ("");

  wire_add_image_uri (user, "data:image/svg+xml,%3Csvg/%3E");
  wire_add (request, user);
  wire_expect_error (config, request, GRAPHBIT_ERROR_INVALID_ARGUMENT, "base64");
}

static void
test_tools (void)
{
  static const struct
  {
    GraphbitToolChoice choice;
    GraphbitTristate parallel;
    const char *wanted;
  } cases[] = {
    { GRAPHBIT_TOOL_CHOICE_UNSET, GRAPHBIT_TRISTATE_UNSET, "" },
    { GRAPHBIT_TOOL_CHOICE_UNSET, GRAPHBIT_TRISTATE_FALSE, ",\"tool_choice\":{\"type\":\"auto\",\"disable_parallel_tool_use\":true}" },
    { GRAPHBIT_TOOL_CHOICE_AUTO, GRAPHBIT_TRISTATE_TRUE, ",\"tool_choice\":{\"type\":\"auto\",\"disable_parallel_tool_use\":false}" },
    { GRAPHBIT_TOOL_CHOICE_NONE, GRAPHBIT_TRISTATE_FALSE, ",\"tool_choice\":{\"type\":\"none\"}" },
    { GRAPHBIT_TOOL_CHOICE_REQUIRED, GRAPHBIT_TRISTATE_UNSET, ",\"tool_choice\":{\"type\":\"any\"}" },
    { GRAPHBIT_TOOL_CHOICE_NAMED, GRAPHBIT_TRISTATE_FALSE,
      ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"g\",\"disable_parallel_tool_use\":true}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
      g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
      g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", options);
      g_autofree char *wanted =
          g_strconcat (HEAD HI ",\"tools\":[{\"name\":\"f\",\"description\":\"Does f\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}},"
                       "{\"name\":\"g\",\"input_schema\":{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"integer\"}}}}]",
                       cases[i].wanted, "}", NULL);

      wire_add_tool (request, "f", "Does f", NULL);
      wire_add_tool (request, "g", "", "{\"properties\": {\"x\": {\"type\": \"integer\"}}}");
      graphbit_llm_options_set_tool_choice (options, cases[i].choice);
      graphbit_llm_options_set_tool_choice_name (options, "g");
      graphbit_llm_options_set_parallel_tool_calls (options, cases[i].parallel);
      wire_expect_body (config, request, FALSE, wanted);
    }
}

static void
test_documents (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmRequest) wrong = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *user = graphbit_llm_message_new_user ("");
  GraphbitLlmMessage *words = graphbit_llm_message_new_user ("");

  wire_add_document_uri (user, "https://h/b.pdf", NULL);
  wire_add_document_uri (user, "data:application/pdf;base64,JVBERi0=", NULL);
  wire_add (request, user);
  wire_expect_body (config, request, FALSE,
                    HEAD "\"messages\":[{\"role\":\"user\",\"content\":["
                    "{\"type\":\"document\",\"source\":{\"type\":\"url\",\"url\":\"https://h/b.pdf\"}},"
                    "{\"type\":\"document\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\",\"data\":\"JVBERi0=\"}}]}]}");
  wire_add_document_uri (words, "data:application/zip;base64,UEs=", NULL);
  wire_add (wrong, words);
  wire_expect_error (config, wrong, GRAPHBIT_ERROR_UNSUPPORTED, "application/zip");
}

static void
test_options (void)
{
  static const char *const stop[] = { "END", NULL };
  g_autoptr (GraphbitLlmConfig) config = make_config ("claude-next-9");
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", options);
  g_autoptr (GVariant) metadata = g_variant_ref_sink (g_variant_new_parsed ("{'user_id': 'u-1'}"));

  graphbit_llm_options_set_max_tokens (options, 100);
  graphbit_llm_options_set_temperature (options, 0.5);
  graphbit_llm_options_set_top_p (options, 0.25);
  graphbit_llm_options_set_stop (options, stop);
  graphbit_llm_options_set_metadata (options, metadata);
  wire_expect_error (config, request, GRAPHBIT_ERROR_UNSUPPORTED, "“top-p” beside “temperature”");
  graphbit_llm_config_set_capabilities (config, graphbit_llm_config_get_capabilities (config));
  wire_expect_body (config, request, FALSE,
                    "{\"model\":\"claude-next-9\",\"max_tokens\":100," HI ",\"temperature\":0.5,\"top_p\":0.25,"
                    "\"stop_sequences\":[\"END\"],\"metadata\":{\"user_id\":\"u-1\"}}");

  graphbit_llm_config_set_extra_body (config, "{\"max_tokens\":7,\"temperature\":null,\"top_k\":40,\"service_tier\":\"auto\"}");
  wire_expect_body (config, request, FALSE,
                    "{\"model\":\"claude-next-9\"," HI ",\"top_p\":0.25,\"stop_sequences\":[\"END\"],"
                    "\"metadata\":{\"user_id\":\"u-1\"},\"max_tokens\":7,\"top_k\":40,\"service_tier\":\"auto\"}");

  graphbit_llm_options_set_seed (options, 1);
  wire_expect_error (config, request, GRAPHBIT_ERROR_UNSUPPORTED, "seed");
}

static void
test_thinking (void)
{
  static const struct
  {
    const char *model;
    GraphbitReasoningEffort effort;
    guint max_tokens;
    const char *limit;
    const char *rest;
  } cases[] = {
    { "claude-sonnet-4-20250514", GRAPHBIT_REASONING_EFFORT_NONE, 0, "4096,\"thinking\":{\"type\":\"disabled\"}", "" },
    { "claude-sonnet-4-20250514", GRAPHBIT_REASONING_EFFORT_MINIMAL, 0, "5120,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}", "" },
    { "claude-haiku-4-5", GRAPHBIT_REASONING_EFFORT_HIGH, 0, "20480,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":16384}", "" },
    { "claude-3-7-sonnet-latest", GRAPHBIT_REASONING_EFFORT_MAX, 5000, "5000,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2500}", "" },
    { "claude-3-7-sonnet-latest", GRAPHBIT_REASONING_EFFORT_LOW, 1025, "1025,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}", "" },
    { "deepseek-chat", GRAPHBIT_REASONING_EFFORT_MEDIUM, 0, "12288,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":8192}", "" },
    { "claude-next-9", GRAPHBIT_REASONING_EFFORT_XHIGH, 0, "4096,\"thinking\":{\"type\":\"adaptive\"}", ",\"output_config\":{\"effort\":\"xhigh\"}" },
    { "claude-next-9", GRAPHBIT_REASONING_EFFORT_MINIMAL, 50, "50,\"thinking\":{\"type\":\"adaptive\"}", ",\"output_config\":{\"effort\":\"low\"}" },
  };
  g_autoptr (GraphbitLlmConfig) old = make_config (NULL);
  g_autoptr (GraphbitLlmOptions) small = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", small);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitLlmConfig) config = make_config (cases[i].model);
      g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
      g_autoptr (GraphbitLlmRequest) one = graphbit_llm_request_new_for_prompt ("Hi", options);
      g_autofree char *wanted = g_strdup_printf ("{\"model\":\"%s\",\"max_tokens\":%s," HI "%s}",
                                                 cases[i].model, cases[i].limit, cases[i].rest);

      graphbit_llm_options_set_reasoning_effort (options, cases[i].effort);
      graphbit_llm_options_set_max_tokens (options, cases[i].max_tokens);
      wire_expect_body (config, one, FALSE, wanted);
    }

  graphbit_llm_options_set_reasoning_effort (small, GRAPHBIT_REASONING_EFFORT_LOW);
  graphbit_llm_options_set_max_tokens (small, 1024);
  wire_expect_error (old, request, GRAPHBIT_ERROR_INVALID_ARGUMENT, "max-tokens of more than 1024");
}

/* The ends of three prefixes are marked: tools, instructions, conversation. */
static void
test_caching (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (options);
  g_autoptr (GraphbitLlmRequest) results = graphbit_llm_request_new (options);
  GraphbitLlmMessage *user = graphbit_llm_message_new_user ("Look");
  GraphbitLlmMessage *assistant = graphbit_llm_message_new_assistant ("");
  GraphbitLlmMessage *tool = graphbit_llm_message_new_tool ("t", "x");

  graphbit_llm_options_set_enable_prompt_caching (options, GRAPHBIT_TRISTATE_TRUE);
  wire_add_image_uri (user, "https://e.org/a.jpg");
  wire_add (request, graphbit_llm_message_new_system ("One"));
  wire_add (request, graphbit_llm_message_new_system ("Two"));
  wire_add (request, user);
  wire_add_tool (request, "f", "F", NULL);
  wire_add_tool (request, "g", "G", NULL);
  wire_expect_body (config, request, FALSE,
                    HEAD "\"system\":[{\"type\":\"text\",\"text\":\"One\"},"
                    "{\"type\":\"text\",\"text\":\"Two\",\"cache_control\":{\"type\":\"ephemeral\"}}],"
                    "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Look\"},"
                    "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://e.org/a.jpg\"},\"cache_control\":{\"type\":\"ephemeral\"}}]}],"
                    "\"tools\":[{\"name\":\"f\",\"description\":\"F\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}},"
                    "{\"name\":\"g\",\"description\":\"G\",\"input_schema\":{\"type\":\"object\",\"properties\":{}},"
                    "\"cache_control\":{\"type\":\"ephemeral\"}}]}");

  wire_add_call (assistant, "t", "f", "{}");
  wire_add_image_uri (tool, "https://e.org/a.jpg");
  wire_add (results, graphbit_llm_message_new_user ("Go"));
  wire_add (results, assistant);
  wire_add (results, tool);
  wire_expect_body (config, results, FALSE,
                    HEAD "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Go\"}]},"
                    "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}]},"
                    "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":["
                    "{\"type\":\"text\",\"text\":\"x\"},{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://e.org/a.jpg\"}}],"
                    "\"cache_control\":{\"type\":\"ephemeral\"}}]}]}");
}

#define STRICT "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"integer\"}},\"required\":[\"x\"],\"additionalProperties\":false}"
#define OPEN "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"integer\"}}}"
#define SHARED "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false,\"$defs\":{\"a\":{\"type\":\"string\"}}}"
#define RECURSIVE "{\"type\":\"object\",\"properties\":{\"x\":{\"$ref\":\"#/$defs/a\"}},\"required\":[\"x\"],\"additionalProperties\":false," \
  "\"$defs\":{\"a\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/a\"}}}}"
#define ANSWER(schema) "{\"name\":\"graphbit_answer\",\"description\":\"Gives the final answer.\",\"input_schema\":" schema "}"

static void
test_schema (void)
{
  static const struct
  {
    const char *model;
    const char *schema;
    GraphbitToolChoice choice;
    gboolean has_tool;
    const char *wanted;
  } cases[] = {
    { "claude-next-9", STRICT, GRAPHBIT_TOOL_CHOICE_UNSET, FALSE,
      ",\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":" STRICT "}}" },
    { "claude-next-9", OPEN, GRAPHBIT_TOOL_CHOICE_UNSET, FALSE,
      ",\"tools\":[" ANSWER (OPEN) "],\"tool_choice\":{\"type\":\"tool\",\"name\":\"graphbit_answer\"}" },
    { "claude-next-9", SHARED, GRAPHBIT_TOOL_CHOICE_UNSET, FALSE,
      ",\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":" SHARED "}}" },
    { "claude-next-9", RECURSIVE, GRAPHBIT_TOOL_CHOICE_UNSET, FALSE,
      ",\"tools\":[" ANSWER (RECURSIVE) "],\"tool_choice\":{\"type\":\"tool\",\"name\":\"graphbit_answer\"}" },
    { "claude-next-9", "{\"type\":\"array\"}", GRAPHBIT_TOOL_CHOICE_UNSET, FALSE,
      ",\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"array\"}}}" },
    { "claude-3-opus-latest", STRICT, GRAPHBIT_TOOL_CHOICE_UNSET, FALSE,
      ",\"tools\":[" ANSWER (STRICT) "],\"tool_choice\":{\"type\":\"tool\",\"name\":\"graphbit_answer\"}" },
    /* another tool may come before the answer */
    { "claude-3-opus-latest", STRICT, GRAPHBIT_TOOL_CHOICE_AUTO, TRUE,
      ",\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}}," ANSWER (STRICT) "],"
      "\"tool_choice\":{\"type\":\"any\"}" },
    { "claude-3-opus-latest", STRICT, GRAPHBIT_TOOL_CHOICE_NONE, TRUE,
      ",\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}}," ANSWER (STRICT) "],"
      "\"tool_choice\":{\"type\":\"tool\",\"name\":\"graphbit_answer\"}" },
    { "claude-3-opus-latest", STRICT, GRAPHBIT_TOOL_CHOICE_NAMED, TRUE,
      ",\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}}," ANSWER (STRICT) "],"
      "\"tool_choice\":{\"type\":\"tool\",\"name\":\"f\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitLlmConfig) config = make_config (cases[i].model);
      g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
      g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", options);
      g_autofree char *wanted = g_strdup_printf ("{\"model\":\"%s\",\"max_tokens\":4096," HI "%s}", cases[i].model, cases[i].wanted);

      if (cases[i].has_tool)
        wire_add_tool (request, "f", "", NULL);
      graphbit_llm_options_set_response_schema (options, cases[i].schema);
      graphbit_llm_options_set_tool_choice (options, cases[i].choice);
      graphbit_llm_options_set_tool_choice_name (options, "f");
      wire_expect_body (config, request, FALSE, wanted);
    }
}

/* What was set is believed before the list of models. */
static void
test_capabilities (void)
{
  g_autoptr (GraphbitLlmConfig) old = make_config ("claude-3-opus-latest");
  g_autoptr (GraphbitLlmConfig) new = make_config ("claude-next-9");
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", options);

  g_assert_cmpuint (graphbit_llm_config_get_capabilities (old) & GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING, !=, 0);
  g_assert_cmpuint (graphbit_llm_config_get_capabilities (old) & GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS, ==, 0);
  graphbit_llm_options_set_response_schema (options, STRICT);
  graphbit_llm_config_set_capabilities (old, graphbit_llm_config_get_capabilities (new));
  graphbit_llm_config_set_capabilities (new, GRAPHBIT_LLM_CAPABILITIES_TOOLS);
  wire_expect_body (old, request, FALSE,
                    "{\"model\":\"claude-3-opus-latest\",\"max_tokens\":4096," HI
                    ",\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":" STRICT "}}}");
  wire_expect_body (new, request, FALSE,
                    "{\"model\":\"claude-next-9\",\"max_tokens\":4096," HI
                    ",\"tools\":[" ANSWER (STRICT) "],\"tool_choice\":{\"type\":\"tool\",\"name\":\"graphbit_answer\"}}");
}

/* Answers */

static void
test_answer_tool (void)
{
  static const char *const events[] = {
    "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"claude\",\"usage\":{\"input_tokens\":3}}}",
    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"graphbit_answer\",\"input\":{}}}",
    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"x\\\"\"}}",
    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\": 1}\"}}",
    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":4}}",
    "{\"type\":\"message_stop\"}",
    NULL
  };
  g_auto (WireAnswer) streamed = { 0 };
  g_auto (WireAnswer) whole = { 0 };

  wire_stream (&streamed, "anthropic", events);
  g_assert_null (streamed.failure);
  g_assert_cmpstr (graphbit_llm_response_get_text (streamed.response), ==, "{\"x\": 1}");
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (streamed.response), ==, GRAPHBIT_LLM_FINISH_REASON_STOP);
  g_assert_cmpuint (wire_count_calls (&streamed), ==, 0);
  wire_expect_usage (&streamed, 3, 4, 0, 0, 0);

  wire_parse (&whole, "anthropic",
              "{\"content\":[{\"input\":{\"x\": 1},\"name\":\"graphbit_answer\",\"id\":\"t\",\"type\":\"tool_use\"}],\"stop_reason\":\"tool_use\"}");
  g_assert_null (whole.failure);
  g_assert_cmpstr (graphbit_llm_response_get_text (whole.response), ==, "{\"x\":1}");
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (whole.response), ==, GRAPHBIT_LLM_FINISH_REASON_STOP);
  g_assert_cmpuint (wire_count_calls (&whole), ==, 0);
}

/* Later counts replace earlier ones, and what is left out stays. */
static void
test_usage (void)
{
  static const char *const events[] = {
    "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":10,\"cache_read_input_tokens\":100,"
    "\"cache_creation_input_tokens\":1000,\"output_tokens\":1}}}",
    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":7,"
    "\"output_tokens_details\":{\"thinking_tokens\":5}}}",
    "{\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"input_tokens\":20,\"cache_read_input_tokens\":null,\"output_tokens\":8}}",
    "{\"type\":\"message_stop\"}",
    NULL
  };
  g_auto (WireAnswer) answer = { 0 };
  g_auto (WireAnswer) absurd = { 0 };

  wire_stream (&answer, "anthropic", events);
  g_assert_null (answer.failure);
  wire_expect_usage (&answer, 1120, 8, 100, 1000, 5);
  g_assert_cmpint (graphbit_llm_usage_get_total_tokens (graphbit_llm_response_get_usage (answer.response)), ==, 1128);

  wire_parse (&absurd, "anthropic",
              "{\"content\":[],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":1e300,\"cache_read_input_tokens\":1e300}}");
  g_assert_null (absurd.failure);
}

static void
test_finish (void)
{
  static const struct
  {
    const char *word;
    GraphbitLlmFinishReason reason;
  } cases[] = {
    { "end_turn", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "stop_sequence", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "max_tokens", GRAPHBIT_LLM_FINISH_REASON_LENGTH },
    { "model_context_window_exceeded", GRAPHBIT_LLM_FINISH_REASON_LENGTH },
    { "refusal", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "pause_turn", GRAPHBIT_LLM_FINISH_REASON_OTHER },
  };
  g_auto (WireAnswer) refusal = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (WireAnswer) answer = { 0 };
      g_autofree char *body = g_strdup_printf ("{\"content\":[],\"stop_reason\":\"%s\"}", cases[i].word);

      wire_parse (&answer, "anthropic", body);
      g_assert_null (answer.failure);
      g_assert_cmpint (graphbit_llm_response_get_finish_reason (answer.response), ==, cases[i].reason);
      g_assert_cmpstr (graphbit_llm_response_get_finish_reason_text (answer.response), ==, cases[i].word);
      g_assert_cmpstr (graphbit_llm_response_get_raw_json (answer.response), ==, body);
    }

  wire_parse (&refusal, "anthropic",
              "{\"content\":[],\"stop_reason\":\"refusal\",\"stop_details\":{\"type\":\"refusal\",\"explanation\":\"No.\"}}");
  g_assert_cmpstr (graphbit_llm_response_get_refusal (refusal.response), ==, "No.");
}

/* What only Anthropic understands goes back to it as it came, and to nobody else. */

#define THOUGHT "{\"type\":\"thinking\",\"thinking\":\"Hm, so\",\"signature\":\"Eq==\"}"
#define REDACTED "{\"type\":\"redacted_thinking\",\"data\":\"abc\"}"
#define SEARCH "{\"type\":\"server_tool_use\",\"id\":\"srv_1\",\"name\":\"web_search\",\"input\":{\"query\":\"x\"}}"
#define FOUND "{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"srv_1\",\"content\":[]}"
#define BLOCKS THOUGHT "," REDACTED ",{\"type\":\"text\",\"text\":\"I look.\"}," SEARCH "," FOUND \
  ",{\"type\":\"text\",\"text\":\" Found.\"},{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"f\",\"input\":{\"a\":1}}"

static void
expect_echo (WireAnswer *answer)
{
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmConfig) openai = graphbit_llm_config_new_openai (NULL, NULL, NULL);
  g_autoptr (GraphbitLlmConfig) ollama = graphbit_llm_config_new_ollama (NULL, NULL);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmMessage) message = NULL;

  g_assert_null (answer->failure);
  g_assert_cmpstr (graphbit_llm_response_get_text (answer->response), ==, "I look. Found.");
  g_assert_cmpstr (graphbit_llm_response_get_reasoning (answer->response), ==, "Hm, so");
  g_assert_cmpuint (wire_count_calls (answer), ==, 1);

  message = graphbit_llm_response_make_message (answer->response);
  wire_add (request, graphbit_llm_message_new_user ("Hi"));
  graphbit_llm_request_add_message (request, message);
  wire_add (request, graphbit_llm_message_new_tool ("toolu_1", "r"));
  wire_expect_body (config, request, FALSE,
                    HEAD "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]},"
                    "{\"role\":\"assistant\",\"content\":[" BLOCKS "]},"
                    "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_1\",\"content\":\"r\"}]}]}");
  wire_expect_body (openai, request, FALSE,
                    "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},"
                    "{\"role\":\"assistant\",\"content\":\"I look. Found.\",\"tool_calls\":[{\"id\":\"toolu_1\",\"type\":\"function\","
                    "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]},"
                    "{\"role\":\"tool\",\"tool_call_id\":\"toolu_1\",\"content\":\"r\"}]}");
  wire_expect_body (ollama, request, FALSE,
                    "{\"model\":\"llama3.2\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},"
                    "{\"role\":\"assistant\",\"content\":\"I look. Found.\",\"tool_calls\":[{\"id\":\"toolu_1\","
                    "\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}}]},"
                    "{\"role\":\"tool\",\"content\":\"r\",\"tool_name\":\"f\",\"tool_call_id\":\"toolu_1\"}],\"stream\":false}");

  /* a message that was changed since is not what the model said */
  graphbit_llm_message_set_content (message, "Else");
  wire_expect_body (config, request, FALSE,
                    HEAD "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]},"
                    "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"Else\"},"
                    "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"f\",\"input\":{\"a\":1}}]},"
                    "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_1\",\"content\":\"r\"}]}]}");
}

#define START(index, block) "{\"type\":\"content_block_start\",\"index\":" #index ",\"content_block\":" block "}"
#define DELTA(index, name, text) \
  "{\"delta\":{\"" name "\":\"" text "\",\"type\":\"any_delta\"},\"index\":" #index ",\"type\":\"content_block_delta\"}"

static void
test_echo (void)
{
  static const char *const events[] = {
    "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"claude\"}}",
    START (0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"),
    "{\"type\": \"ping\"}",
    DELTA (0, "thinking", "Hm, "), DELTA (0, "thinking", "so"), DELTA (0, "signature", "Eq"), DELTA (0, "signature", "=="),
    START (1, REDACTED),
    START (2, "{\"text\":\"\",\"type\":\"text\",\"citations\":[]}"),
    DELTA (2, "text", "I look."),
    START (3, "{\"type\":\"server_tool_use\",\"id\":\"srv_1\",\"name\":\"web_search\",\"input\":{}}"),
    DELTA (3, "partial_json", "{\\\"query\\\""), DELTA (3, "partial_json", ":\\\"x\\\"}"),
    START (4, FOUND),
    START (5, "{\"type\":\"text\",\"text\":\"\"}"), DELTA (5, "text", " Found."),
    START (6, "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"f\",\"input\":{}}"),
    DELTA (6, "partial_json", ""), DELTA (6, "partial_json", "{\\\"a\\\":1}"),
    "{\"type\":\"content_block_stop\",\"index\":6}",
    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":1}}",
    "{\"type\":\"message_stop\"}",
    NULL
  };
  g_auto (WireAnswer) whole = { 0 };
  g_auto (WireAnswer) streamed = { 0 };

  wire_parse (&whole, "anthropic", "{\"id\":\"msg_1\",\"content\":[" BLOCKS "],\"stop_reason\":\"tool_use\"}");
  expect_echo (&whole);
  wire_stream (&streamed, "anthropic", events);
  expect_echo (&streamed);
}

/* Without a block of that kind the message says it all. */
static void
test_no_echo (void)
{
  g_auto (WireAnswer) answer = { 0 };

  wire_parse (&answer, "anthropic", "{\"content\":[{\"type\":\"text\",\"text\":\"a\"}],\"stop_reason\":\"end_turn\"}");
  g_assert_null (answer.failure);
  g_assert_null (answer.assembler.native);
}

/* The other way: another provider's calls, with ids that are too much for OpenAI or for Anthropic. */
static void
test_foreign_history (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmConfig) openai = graphbit_llm_config_new_openai (NULL, NULL, NULL);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_auto (WireAnswer) answer = { 0 };
  g_autofree char *body = NULL;
  g_autofree char *long_body = NULL;
  g_autoptr (GError) error = NULL;

  wire_parse (&answer, "openai_compatible",
              "{\"choices\":[{\"message\":{\"content\":\"Wait\",\"reasoning_content\":\"secret thought\",\"tool_calls\":["
              "{\"id\":\"functions.get_weather:0\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}},"
              "{\"id\":\"call_0123456789012345678901234567890123456789\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]},"
              "\"finish_reason\":\"tool_calls\"}]}");
  g_assert_null (answer.failure);
  wire_add (request, graphbit_llm_message_new_user ("Hi"));
  wire_add (request, graphbit_llm_response_make_message (answer.response));
  wire_add (request, graphbit_llm_message_new_tool ("functions.get_weather:0", "r"));
  wire_add (request, graphbit_llm_message_new_tool ("call_0123456789012345678901234567890123456789", "s"));

  body = wire_build (config, request, FALSE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (body, "{\"type\":\"tool_use\",\"id\":\"functionsget_weather0_a41ad605\",\"name\":\"f\",\"input\":{\"a\":1}}"));
  g_assert_nonnull (strstr (body, "\"tool_use_id\":\"functionsget_weather0_a41ad605\""));
  g_assert_nonnull (strstr (body, "\"tool_use_id\":\"call_0123456789012345678901234567890123456789\""));
  g_assert_null (strstr (body, "secret thought"));

  long_body = wire_build (openai, request, FALSE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (long_body, "\"tool_call_id\":\"functions.get_weather:0\""));
  g_assert_null (strstr (long_body, "call_0123456789012345678901234567890123456789"));
  g_assert_nonnull (strstr (long_body, "\"tool_call_id\":\"call_01234567890123456789012345_"));
}

/* What breaks off, or is broken. */

static void
test_failures (void)
{
  static const char *const overloaded[] = {
    "{\"type\":\"message_start\",\"message\":{}}",
    "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}", NULL
  };
  static const char *const cut[] = {
    START (0, "{\"type\":\"text\",\"text\":\"\"}"), DELTA (0, "text", "half"),
    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":1}}", NULL
  };
  static const char *const broken[] = {
    START (0, "{\"type\":\"text\",\"text\":\"\"}"), DELTA (0, "text", "a"),
    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"text\":\"lost\"}", DELTA (0, "text", "x\\u0000"),
    START (1, "{\"type\":\"text\",\"text\":\"lost\\u0000\"}"), DELTA (0, "text", "b"),
    "{\"type\":\"message_stop\"}", NULL
  };
  g_auto (WireAnswer) first = { 0 };
  g_auto (WireAnswer) second = { 0 };
  g_auto (WireAnswer) third = { 0 };
  g_auto (WireAnswer) whole = { 0 };
  g_auto (WireAnswer) nothing = { 0 };

  wire_stream (&first, "anthropic", overloaded);
  g_assert_nonnull (first.failure);
  g_assert_cmpint (first.failure->code, ==, GRAPHBIT_ERROR_UNAVAILABLE);
  g_assert_cmpint (first.failure->http_status, ==, 529);
  g_assert_cmpstr (first.failure->provider_message, ==, "Overloaded");
  g_assert_cmpstr (first.failure->provider_code, ==, "overloaded_error");
  g_assert_true (first.verdict.may_retry);

  wire_stream (&second, "anthropic", cut);
  g_assert_nonnull (second.failure);
  g_assert_cmpint (second.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);
  g_assert_cmpstr (graphbit_llm_response_get_text (second.response), ==, "half");

  wire_stream (&third, "anthropic", broken);
  g_assert_null (third.failure);
  g_assert_cmpstr (graphbit_llm_response_get_text (third.response), ==, "ab");

  wire_parse (&whole, "anthropic", "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"oops\"},\"request_id\":\"req_7\"}");
  g_assert_nonnull (whole.failure);
  g_assert_cmpint (whole.failure->code, ==, GRAPHBIT_ERROR_UNAVAILABLE);
  g_assert_cmpstr (whole.failure->request_id, ==, "req_7");

  wire_parse (&nothing, "anthropic", "{\"choices\":[]}");
  g_assert_nonnull (nothing.failure);
  g_assert_cmpint (nothing.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);
}

int
main (int argc,
      char **argv)
{
  g_unsetenv ("ANTHROPIC_BASE_URL");
  g_unsetenv ("OPENAI_BASE_URL");
  g_unsetenv ("OLLAMA_HOST");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/anthropic/plain", test_plain);
  g_test_add_func ("/llm/anthropic/history", test_history);
  g_test_add_func ("/llm/anthropic/parts", test_parts);
  g_test_add_func ("/llm/anthropic/data-uri", test_data_uri);
  g_test_add_func ("/llm/anthropic/tools", test_tools);
  g_test_add_func ("/llm/anthropic/documents", test_documents);
  g_test_add_func ("/llm/anthropic/options", test_options);
  g_test_add_func ("/llm/anthropic/thinking", test_thinking);
  g_test_add_func ("/llm/anthropic/caching", test_caching);
  g_test_add_func ("/llm/anthropic/schema", test_schema);
  g_test_add_func ("/llm/anthropic/capabilities", test_capabilities);
  g_test_add_func ("/llm/anthropic/answer-tool", test_answer_tool);
  g_test_add_func ("/llm/anthropic/usage", test_usage);
  g_test_add_func ("/llm/anthropic/finish", test_finish);
  g_test_add_func ("/llm/anthropic/echo", test_echo);
  g_test_add_func ("/llm/anthropic/no-echo", test_no_echo);
  g_test_add_func ("/llm/anthropic/foreign-history", test_foreign_history);
  g_test_add_func ("/llm/anthropic/failures", test_failures);

  return g_test_run ();
}
