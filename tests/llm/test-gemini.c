/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-llm-chunk-private.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-gemini-private.h"
#include "wire-support.h"

/* Gemini's wire: bodies word for word, and the rules of answers that the recordings hold rarely or not at all. */

#define HI "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]"

static GraphbitLlmConfig *
make_config (const char *model)
{
  return graphbit_llm_config_new_gemini (NULL, model, NULL);
}

static void
test_plain (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", NULL);

  wire_expect_body (config, request, FALSE, "{" HI "}");
  wire_expect_body (config, request, TRUE, "{" HI "}");
}

static void
expect_path (const char *model,
             gboolean is_stream,
             const char *wanted)
{
  const GraphbitVendor *vendor = graphbit_vendor_lookup ("gemini");
  g_autofree char *path = graphbit_llm_dialect_for (vendor->wire)->path (vendor, model, is_stream);

  g_assert_cmpstr (path, ==, wanted);
}

static void
test_path (void)
{
  expect_path ("gemini-2.5-flash", FALSE, "/models/gemini-2.5-flash:generateContent");
  expect_path ("models/gemini-2.5-flash", TRUE, "/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
  expect_path ("tunedModels/mine", FALSE, "/tunedModels/mine:generateContent");
  expect_path ("../a?b#c", FALSE, "/models/..%2Fa%3Fb%23c:generateContent");
}

/* Turns: neighbours are one, what tools say stands alone and in the order of the calls, instructions before it all. */
static void
test_history (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmConfig) newer = make_config ("gemini-3-pro-preview");
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *assistant = graphbit_llm_message_new_assistant ("");

  wire_add_call (assistant, "call_0123456789abcdef", "f", "{\"a\":1}");
  wire_add_call (assistant, "toolu_2", "g", "{\"a\": ");
  wire_add (request, graphbit_llm_message_new_user ("a"));
  wire_add (request, graphbit_llm_message_new_system ("Be brief."));
  wire_add (request, graphbit_llm_message_new_user ("b"));
  wire_add (request, assistant);
  wire_add (request, graphbit_llm_message_new_tool ("toolu_2", "{\"two\":2}"));
  wire_add (request, graphbit_llm_message_new_tool ("call_0123456789abcdef", "one"));
  wire_add (request, graphbit_llm_message_new_user ("c"));
  wire_expect_body (config, request, FALSE,
                    "{\"systemInstruction\":{\"parts\":[{\"text\":\"Be brief.\"}]},\"contents\":["
                    "{\"role\":\"user\",\"parts\":[{\"text\":\"a\"},{\"text\":\"b\"}]},"
                    "{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1}}},"
                    "{\"functionCall\":{\"id\":\"toolu_2\",\"name\":\"g\",\"args\":{\"raw_arguments\":\"{\\\"a\\\": \"}}}]},"
                    "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"f\",\"response\":{\"result\":\"one\"}}},"
                    "{\"functionResponse\":{\"id\":\"toolu_2\",\"name\":\"g\",\"response\":{\"two\":2}}}]},"
                    "{\"role\":\"user\",\"parts\":[{\"text\":\"c\"}]}]}");
  /* what another model called has no signature, and says so */
  wire_expect_body (newer, request, FALSE,
                    "{\"systemInstruction\":{\"parts\":[{\"text\":\"Be brief.\"}]},\"contents\":["
                    "{\"role\":\"user\",\"parts\":[{\"text\":\"a\"},{\"text\":\"b\"}]},"
                    "{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1}},"
                    "\"thoughtSignature\":\"skip_thought_signature_validator\"},"
                    "{\"functionCall\":{\"id\":\"toolu_2\",\"name\":\"g\",\"args\":{\"raw_arguments\":\"{\\\"a\\\": \"}}}]},"
                    "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"f\",\"response\":{\"result\":\"one\"}}},"
                    "{\"functionResponse\":{\"id\":\"toolu_2\",\"name\":\"g\",\"response\":{\"two\":2}}}]},"
                    "{\"role\":\"user\",\"parts\":[{\"text\":\"c\"}]}]}");

  wire_add (request, graphbit_llm_message_new_tool ("unheard of", "x"));
  wire_expect_error (config, request, GRAPHBIT_ERROR_INVALID_ARGUMENT, "unheard of");
}

static void
test_parts (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmRequest) wrong = graphbit_llm_request_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("graphbit-XXXXXX", &error);
  GraphbitLlmMessage *message = graphbit_llm_message_new_user ("look");

  wire_add_image (message, "abc", "image/png");
  wire_add_image_uri (message, "https://host/a.png");
  wire_add_image_uri (message, "data:image/gif;base64,QUJD");
  wire_add_text (message, "and read");
  wire_add_file (message, directory, "a.pdf", "%PDF-1.4");
  wire_add (request, message);
  wire_expect_body (config, request, FALSE,
                    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"look\"},"
                    "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"YWJj\"}},"
                    "{\"fileData\":{\"fileUri\":\"https://host/a.png\"}},"
                    "{\"inlineData\":{\"mimeType\":\"image/gif\",\"data\":\"QUJD\"}},{\"text\":\"and read\"},"
                    "{\"inlineData\":{\"mimeType\":\"application/pdf\",\"data\":\"JVBERi0xLjQ=\"}}]}]}");
  wire_remove_files (directory);

  message = graphbit_llm_message_new_user ("");
  wire_add_image_uri (message, "data:text/plain,abc");
  wire_add (wrong, message);
  wire_expect_error (config, wrong, GRAPHBIT_ERROR_INVALID_ARGUMENT, "base64");
}

/* What a tool shows is seen by the models from 3 on; the others are told that there was something. */
static void
test_tool_images (void)
{
  g_autoptr (GraphbitLlmConfig) old = make_config ("gemini-2.5-flash");
  g_autoptr (GraphbitLlmConfig) new = make_config ("gemini-3-pro-preview");
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *assistant = graphbit_llm_message_new_assistant ("");
  GraphbitLlmMessage *result = graphbit_llm_message_new_tool ("c", "Shot:");
  GraphbitLlmMessage *user = graphbit_llm_message_new_user ("");

  wire_add_call (assistant, "c", "f", "{}");
  wire_add_image (result, "abc", "image/png");
  wire_add_document_uri (user, "https://host/a.pdf", "application/pdf");
  wire_add (request, assistant);
  wire_add (request, result);
  wire_add (request, user);
  wire_expect_body (old, request, FALSE,
                    "{\"contents\":[{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"id\":\"c\",\"name\":\"f\",\"args\":{}}}]},"
                    "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"id\":\"c\",\"name\":\"f\",\"response\":"
                    "{\"result\":\"Shot:\\n[an image, image/png, which cannot be shown here]\"}}}]},"
                    "{\"role\":\"user\",\"parts\":[{\"fileData\":{\"mimeType\":\"application/pdf\",\"fileUri\":\"https://host/a.pdf\"}}]}]}");
  wire_expect_body (new, request, FALSE,
                    "{\"contents\":[{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"id\":\"c\",\"name\":\"f\",\"args\":{}},"
                    "\"thoughtSignature\":\"skip_thought_signature_validator\"}]},"
                    "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"id\":\"c\",\"name\":\"f\",\"response\":{\"result\":\"Shot:\"},"
                    "\"parts\":[{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"YWJj\"}}]}}]},"
                    "{\"role\":\"user\",\"parts\":[{\"fileData\":{\"mimeType\":\"application/pdf\",\"fileUri\":\"https://host/a.pdf\"}}]}]}");
}

static void
test_options (void)
{
  static const char *const stop[] = { "END", NULL };
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", options);

  g_object_set (options, "max-tokens", 5, "temperature", 0.5, "top-p", 0.25, "stop", stop, "seed", (gint64) 7, NULL);
  wire_expect_body (config, request, FALSE,
                    "{" HI ",\"generationConfig\":{\"maxOutputTokens\":5,\"temperature\":0.5,\"topP\":0.25,"
                    "\"stopSequences\":[\"END\"],\"seed\":7}}");

  /* the configuration's own stands beside it, and goes before it */
  graphbit_llm_config_set_extra_body (config, "{\"generationConfig\":{\"topK\":3,\"seed\":8},\"safetySettings\":[],\"toolConfig\":null}");
  wire_expect_body (config, request, FALSE,
                    "{" HI ",\"generationConfig\":{\"maxOutputTokens\":5,\"temperature\":0.5,\"topP\":0.25,"
                    "\"stopSequences\":[\"END\"],\"topK\":3,\"seed\":8},\"safetySettings\":[]}");
  graphbit_llm_config_set_extra_body (config, "{\"generationConfig\":null}");
  wire_expect_body (config, request, FALSE, "{" HI "}");
  graphbit_llm_config_set_extra_body (config, "{\"generationConfig\":7}");
  wire_expect_error (config, request, GRAPHBIT_ERROR_INVALID_ARGUMENT, "generationConfig");
  graphbit_llm_config_set_extra_body (config, "{\"contents\":[]}");
  g_object_set (options, "max-tokens", 0, "temperature", -1.0, "top-p", -1.0, "stop", NULL, "seed", (gint64) -1, NULL);
  wire_expect_body (config, request, FALSE, "{\"contents\":[]}");

  graphbit_llm_config_set_extra_body (config, NULL);
  graphbit_llm_options_set_metadata (options, g_variant_new_parsed ("{'a': 'b'}"));
  wire_expect_error (config, request, GRAPHBIT_ERROR_UNSUPPORTED, "metadata");
}

static void
test_thinking (void)
{
  static const struct
  {
    const char *model;
    GraphbitReasoningEffort effort;
    const char *config;
  } cases[] = {
    { "gemini-2.5-flash", GRAPHBIT_REASONING_EFFORT_NONE, "{\"thinkingBudget\":0}" },
    { "gemini-2.5-pro", GRAPHBIT_REASONING_EFFORT_NONE, "{\"thinkingBudget\":128}" },
    { "models/gemini-2.5-flash", GRAPHBIT_REASONING_EFFORT_MEDIUM, "{\"includeThoughts\":true,\"thinkingBudget\":8192}" },
    { "other", GRAPHBIT_REASONING_EFFORT_MAX, "{\"includeThoughts\":true,\"thinkingBudget\":24576}" },
    { "gemini-3-flash", GRAPHBIT_REASONING_EFFORT_NONE, "{\"thinkingLevel\":\"minimal\"}" },
    { "gemini-3-pro-preview", GRAPHBIT_REASONING_EFFORT_MAX, "{\"includeThoughts\":true,\"thinkingLevel\":\"high\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitLlmConfig) config = make_config (cases[i].model);
      g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
      g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", options);
      g_autofree char *wanted = g_strdup_printf ("{" HI ",\"generationConfig\":{\"thinkingConfig\":%s}}", cases[i].config);

      graphbit_llm_options_set_reasoning_effort (options, cases[i].effort);
      wire_expect_body (config, request, FALSE, wanted);
    }
}

#define PLAIN "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"enum\":[\"x\"]}},\"required\":[\"a\"]}"
#define CLOSED "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"additionalProperties\":false}"

static void
test_tools (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmConfig) older = make_config ("gemini-2.0-flash");
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", options);

  wire_add_tool (request, "f", "F", PLAIN);
  wire_add_tool (request, "g", "", CLOSED);
  wire_add_tool (request, "h", "", NULL);
  wire_expect_body (config, request, FALSE,
                    "{" HI ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\",\"description\":\"F\",\"parameters\":" PLAIN "},"
                    "{\"name\":\"g\",\"parametersJsonSchema\":" CLOSED "},{\"name\":\"h\"}]}]}");
  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_REQUIRED);
  wire_expect_body (older, request, FALSE,
                    "{" HI ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\",\"description\":\"F\",\"parameters\":" PLAIN "},"
                    "{\"name\":\"g\",\"parameters\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}},{\"name\":\"h\"}]}],"
                    "\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"ANY\"}}}");

  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_NAMED);
  graphbit_llm_options_set_tool_choice_name (options, "h");
  graphbit_llm_config_set_extra_body (config, "{\"tools\":[{\"googleSearch\":{}}]}");
  wire_expect_body (config, request, FALSE,
                    "{" HI ",\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"ANY\",\"allowedFunctionNames\":[\"h\"]}},"
                    "\"tools\":[{\"googleSearch\":{}}]}");

  graphbit_llm_options_set_parallel_tool_calls (options, GRAPHBIT_TRISTATE_FALSE);
  wire_expect_error (config, request, GRAPHBIT_ERROR_UNSUPPORTED, "parallel-tool-calls");
}

static void
test_schema (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", options);

  graphbit_llm_options_set_response_schema (options, PLAIN);
  wire_expect_body (config, request, FALSE,
                    "{" HI ",\"generationConfig\":{\"responseMimeType\":\"application/json\",\"responseSchema\":" PLAIN "}}");
  graphbit_llm_options_set_response_schema (options, CLOSED);
  wire_expect_body (config, request, FALSE,
                    "{" HI ",\"generationConfig\":{\"responseMimeType\":\"application/json\",\"responseJsonSchema\":" CLOSED "}}");
}

static void
test_reduce (void)
{
  static const struct
  {
    const char *schema;
    const char *reduced;
  } cases[] = {
    { PLAIN, "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"enum\":[\"x\"]}},\"required\":[\"a\"]}" },
    { "{\"$defs\":{\"n\":{\"type\":\"integer\",\"minimum\":1}},\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/n\",\"title\":\"A\"}}}",
      "{\"type\":\"object\",\"properties\":{\"a\":{\"title\":\"A\",\"minimum\":1,\"type\":\"integer\"}}}" },
    { "{\"allOf\":[{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"null\"}},\"required\":[\"a\",\"z\"]},"
      "{\"properties\":{\"b\":{\"type\":[\"string\",\"null\"]},\"a\":{}},\"required\":[\"b\",\"a\"]}]}",
      "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"null\"},\"b\":{\"nullable\":true,\"type\":\"string\"}},\"required\":[\"a\",\"b\"]}" },
    { "{\"oneOf\":[{\"const\":\"x\"},{\"type\":\"null\"},{\"type\":[\"integer\",\"string\"]}]}",
      "{\"anyOf\":[{\"type\":\"string\",\"enum\":[\"x\"]},{\"anyOf\":[{\"type\":\"integer\"},{\"type\":\"string\"}]}],\"nullable\":true}" },
    { "{\"type\":\"array\"}", "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}" },
    { "{\"type\":\"object\",\"patternProperties\":{}}", "{\"type\":\"string\"}" },
    { "{\"type\":\"integer\",\"enum\":[1,2],\"format\":\"uuid\"}", "{\"type\":\"integer\"}" },
    { "{\"type\":\"string\",\"format\":\"date-time\"}", "{\"type\":\"string\",\"format\":\"date-time\"}" },
    { "{\"$ref\":\"#/nowhere\"}", "{\"type\":\"string\"}" },
    { "{\"anyOf\":7,\"type\":7,\"required\":7,\"properties\":7}", "{}" },
    { "true", "{\"type\":\"string\"}" },
  };
  g_autoptr (JsonNode) circle = graphbit_json_parse ("{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"},\"b\":{\"$ref\":\"#\"}}}", -1, NULL);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (JsonNode) result = NULL;
  GraphbitJsonWriter writer;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) schema = graphbit_json_parse (cases[i].schema, -1, NULL);

      g_string_truncate (out, 0);
      graphbit_json_writer_init (&writer, out);
      graphbit_llm_gemini_write_plain_schema (&writer, schema);
      g_assert_cmpstr (out->str, ==, cases[i].reduced);
      g_assert_cmpint (graphbit_llm_gemini_is_plain_schema (schema), ==, i == 0 || i == 7);
    }

  /* one that never ends, does */
  g_string_truncate (out, 0);
  graphbit_json_writer_init (&writer, out);
  graphbit_llm_gemini_write_plain_schema (&writer, circle);
  result = graphbit_json_parse (out->str, -1, NULL);
  g_assert_nonnull (result);
  g_assert_cmpuint (out->len, <, 1000000);
}

#define PART(members) "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[" members "]}}]}"
#define END(members, reason) "{\"candidates\":[{\"content\":{\"parts\":[" members "]},\"finishReason\":\"" reason "\"}]," \
  "\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":2,\"thoughtsTokenCount\":3,\"cachedContentTokenCount\":4,\"totalTokenCount\":14}}"

/* A thought, text, calls with an id and without, signatures: in pieces, and back as they came. */
static void
test_native (void)
{
  static const char *const events[] = {
    PART ("{\"text\":\"hm\",\"thought\":true}"), PART ("{\"text\":\"He\"}"), PART ("{\"text\":\"llo\"}"),
    PART ("{\"thoughtSignature\":\"c2ln\",\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1}}},{\"functionCall\":{\"id\":\"x1\",\"name\":\"g\"}}"),
    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"lost\"}", PART ("{\"executableCode\":{\"code\":\"1\"}}"),
    END ("{\"text\":\"\",\"thoughtSignature\":\"ZW5k\"}", "STOP"), NULL
  };
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmConfig) openai = graphbit_llm_config_new_openai (NULL, "m", NULL);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_auto (WireAnswer) answer = { 0 };
  g_autoptr (GraphbitLlmToolCall) call = NULL;
  g_autofree char *other = NULL;

  wire_stream (&answer, "gemini", events);
  g_assert_null (answer.failure);
  g_assert_cmpstr (graphbit_llm_response_get_text (answer.response), ==, "Hello");
  g_assert_cmpstr (graphbit_llm_response_get_reasoning (answer.response), ==, "hm");
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (answer.response), ==, GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS);
  g_assert_cmpstr (graphbit_llm_response_get_finish_reason_text (answer.response), ==, "STOP");
  g_assert_cmpuint (wire_count_calls (&answer), ==, 2);
  wire_expect_call (&answer, 0, NULL, "f", "{\"a\":1}");
  wire_expect_call (&answer, 1, "x1", "g", "{}");
  wire_expect_usage (&answer, 9, 5, 4, 0, 3);
  g_assert_cmpint (graphbit_llm_usage_get_total_tokens (graphbit_llm_response_get_usage (answer.response)), ==, 14);

  call = g_list_model_get_item (graphbit_llm_response_get_tool_calls (answer.response), 0);
  wire_add (request, graphbit_llm_response_make_message (answer.response));
  wire_add (request, graphbit_llm_message_new_tool (graphbit_llm_tool_call_get_id (call), "1"));
  wire_add (request, graphbit_llm_message_new_tool ("x1", "2"));
  wire_expect_body (config, request, FALSE,
                    "{\"contents\":[{\"role\":\"model\",\"parts\":[{\"text\":\"hm\",\"thought\":true},{\"text\":\"Hello\"},"
                    "{\"thoughtSignature\":\"c2ln\",\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1}}},"
                    "{\"functionCall\":{\"id\":\"x1\",\"name\":\"g\"}},{\"executableCode\":{\"code\":\"1\"}},"
                    "{\"text\":\"\",\"thoughtSignature\":\"ZW5k\"}]},"
                    "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"f\",\"response\":{\"result\":\"1\"}}},"
                    "{\"functionResponse\":{\"id\":\"x1\",\"name\":\"g\",\"response\":{\"result\":\"2\"}}}]}]}");

  /* and to nobody else */
  other = wire_build (openai, request, FALSE, NULL);
  g_assert_null (strstr (other, "c2ln"));
  g_assert_null (strstr (other, "hm"));
  g_assert_nonnull (strstr (other, graphbit_llm_tool_call_get_id (call)));
}

/* A signed part stays one of its own, and what a broken event said is nowhere in it. */
static void
test_pieces (void)
{
  static const char *const events[] = {
    PART ("{\"text\":\"a\"}"), "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"lost\"}",
    PART ("{\"inlineData\":{\"data\":\"QQ==\"}}"), PART ("{\"text\":\"b\"}"), PART ("{\"text\":\"c\",\"thoughtSignature\":\"Yw==\"}"),
    END ("{\"text\":\"d\"}", "STOP"), NULL
  };
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_auto (WireAnswer) answer = { 0 };

  wire_stream (&answer, "gemini", events);
  g_assert_null (answer.failure);
  wire_add (request, graphbit_llm_response_make_message (answer.response));
  wire_expect_body (config, request, FALSE,
                    "{\"contents\":[{\"role\":\"model\",\"parts\":[{\"text\":\"a\"},{\"inlineData\":{\"data\":\"QQ==\"}},"
                    "{\"text\":\"b\"},{\"text\":\"c\",\"thoughtSignature\":\"Yw==\"},{\"text\":\"d\"}]}]}");
}

/* What another provider's model said is told in parts of ours. */
static void
test_foreign (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_auto (WireAnswer) answer = { 0 };

  wire_parse (&answer, "anthropic",
              "{\"content\":[{\"type\":\"thinking\",\"thinking\":\"u\",\"signature\":\"s\"},{\"type\":\"text\",\"text\":\"b\"},"
              "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"f\",\"input\":{}}],\"stop_reason\":\"tool_use\"}");
  wire_add (request, graphbit_llm_response_make_message (answer.response));
  wire_add (request, graphbit_llm_message_new_tool ("toolu_1", "done"));
  wire_expect_body (config, request, FALSE,
                    "{\"contents\":[{\"role\":\"model\",\"parts\":[{\"text\":\"b\"},"
                    "{\"functionCall\":{\"id\":\"toolu_1\",\"name\":\"f\",\"args\":{}}}]},"
                    "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"id\":\"toolu_1\",\"name\":\"f\",\"response\":{\"result\":\"done\"}}}]}]}");
}

static void
test_finish (void)
{
  static const struct
  {
    const char *reason;
    GraphbitLlmFinishReason finish;
  } cases[] = {
    { "STOP", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "MAX_TOKENS", GRAPHBIT_LLM_FINISH_REASON_LENGTH },
    { "SAFETY", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "RECITATION", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "MALFORMED_FUNCTION_CALL", GRAPHBIT_LLM_FINISH_REASON_ERROR },
    { "NEW_ONE", GRAPHBIT_LLM_FINISH_REASON_OTHER },
  };
  g_auto (WireAnswer) number = { 0 };
  g_auto (WireAnswer) nothing = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"candidates\":[{\"finishMessage\":\"m\",\"finishReason\":\"%s\",\"content\":{\"parts\":[{\"text\":\"kept\"}]}}]}",
                                               cases[i].reason);
      g_auto (WireAnswer) answer = { 0 };

      wire_parse (&answer, "gemini", body);
      g_assert_null (answer.failure);
      g_assert_cmpstr (graphbit_llm_response_get_text (answer.response), ==, "kept");
      g_assert_cmpint (graphbit_llm_response_get_finish_reason (answer.response), ==, cases[i].finish);
      g_assert_cmpstr (graphbit_llm_response_get_finish_reason_text (answer.response), ==, cases[i].reason);
      g_assert_cmpstr (graphbit_llm_response_get_refusal (answer.response), ==,
                       cases[i].finish == GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER ? "m" : NULL);
    }

  wire_parse (&number, "gemini", "[{\"candidates\":[{\"content\":{}}]},{\"candidates\":[{\"finishReason\":2}]}]");
  g_assert_null (number.failure);
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (number.response), ==, GRAPHBIT_LLM_FINISH_REASON_LENGTH);

  wire_parse (&nothing, "gemini", "{\"usageMetadata\":{}}");
  g_assert_nonnull (nothing.failure);
  g_assert_cmpint (nothing.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);
}

static void
test_failures (void)
{
  static const char *const blocked[] = { "{\"promptFeedback\":{\"blockReason\":\"SAFETY\",\"safetyRatings\":[]},\"usageMetadata\":{\"promptTokenCount\":3}}", NULL };
  static const char *const harmless[] = { "{\"promptFeedback\":{\"safetyRatings\":[]}}", END ("{\"text\":\"a\"}", "STOP"), NULL };
  static const char *const broken_off[] = { PART ("{\"text\":\"half\"}"), "{\"error\":{\"code\":503,\"message\":\"overloaded\",\"status\":\"UNAVAILABLE\"}}", NULL };
  static const char *const cut[] = { PART ("{\"text\":\"half\"}"), NULL };
  g_auto (WireAnswer) first = { 0 };
  g_auto (WireAnswer) second = { 0 };
  g_auto (WireAnswer) third = { 0 };
  g_auto (WireAnswer) fourth = { 0 };
  g_auto (WireAnswer) fifth = { 0 };

  wire_stream (&first, "gemini", blocked);
  g_assert_nonnull (first.failure);
  g_assert_cmpint (first.failure->code, ==, GRAPHBIT_ERROR_CONTENT_FILTERED);
  g_assert_cmpstr (first.failure->provider_code, ==, "SAFETY");
  g_assert_false (first.verdict.may_retry);

  wire_stream (&second, "gemini", harmless);
  g_assert_null (second.failure);

  wire_stream (&third, "gemini", broken_off);
  g_assert_nonnull (third.failure);
  g_assert_cmpint (third.failure->code, ==, GRAPHBIT_ERROR_UNAVAILABLE);
  g_assert_cmpstr (third.failure->provider_message, ==, "overloaded");
  g_assert_cmpstr (graphbit_llm_response_get_text (third.response), ==, "half");

  wire_stream (&fourth, "gemini", cut);
  g_assert_nonnull (fourth.failure);
  g_assert_cmpint (fourth.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);

  wire_parse (&fifth, "gemini", "{\"promptFeedback\":{\"blockReason\":\"OTHER\",\"blockReasonMessage\":\"no\"}}");
  g_assert_nonnull (fifth.failure);
  g_assert_cmpint (fifth.failure->code, ==, GRAPHBIT_ERROR_CONTENT_FILTERED);
  g_assert_cmpstr (fifth.failure->provider_message, ==, "no");
}

int
main (int argc,
      char **argv)
{
  g_unsetenv ("GOOGLE_GEMINI_BASE_URL");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/gemini/plain", test_plain);
  g_test_add_func ("/llm/gemini/path", test_path);
  g_test_add_func ("/llm/gemini/history", test_history);
  g_test_add_func ("/llm/gemini/parts", test_parts);
  g_test_add_func ("/llm/gemini/tool-images", test_tool_images);
  g_test_add_func ("/llm/gemini/options", test_options);
  g_test_add_func ("/llm/gemini/thinking", test_thinking);
  g_test_add_func ("/llm/gemini/tools", test_tools);
  g_test_add_func ("/llm/gemini/schema", test_schema);
  g_test_add_func ("/llm/gemini/reduce", test_reduce);
  g_test_add_func ("/llm/gemini/native", test_native);
  g_test_add_func ("/llm/gemini/pieces", test_pieces);
  g_test_add_func ("/llm/gemini/foreign", test_foreign);
  g_test_add_func ("/llm/gemini/finish", test_finish);
  g_test_add_func ("/llm/gemini/failures", test_failures);

  return g_test_run ();
}
