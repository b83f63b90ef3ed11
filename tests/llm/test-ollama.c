/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-llm-chunk-private.h"
#include "wire-support.h"

/* Ollama's wire: bodies word for word, and the rules of answers that the recordings hold rarely or not at all. */

#define HEAD "{\"model\":\"llama3.2\","
#define HI "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]"

static GraphbitLlmConfig *
make_config (void)
{
  return graphbit_llm_config_new_ollama (NULL, NULL);
}

static void
test_plain (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", NULL);

  wire_expect_body (config, request, FALSE, HEAD HI ",\"stream\":false}");
  wire_expect_body (config, request, TRUE, HEAD HI ",\"stream\":true}");
}

static void
test_history (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *assistant = graphbit_llm_message_new_assistant ("");

  wire_add_call (assistant, "call_1", "f", "{\"a\": 1}");
  wire_add_call (assistant, "call_2", "g", "{\"a\": ");
  wire_add (request, graphbit_llm_message_new_system ("Be brief."));
  wire_add (request, assistant);
  wire_add (request, graphbit_llm_message_new_tool ("call_2", "two"));
  wire_add (request, graphbit_llm_message_new_tool ("unheard of", ""));
  wire_expect_body (config, request, FALSE,
                    HEAD "\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                    "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":["
                    "{\"id\":\"call_1\",\"function\":{\"name\":\"f\",\"arguments\":{\"a\": 1}}},"
                    "{\"id\":\"call_2\",\"function\":{\"name\":\"g\",\"arguments\":{\"raw_arguments\":\"{\\\"a\\\": \"}}}]},"
                    "{\"role\":\"tool\",\"content\":\"two\",\"tool_name\":\"g\",\"tool_call_id\":\"call_2\"},"
                    "{\"role\":\"tool\",\"content\":\"\",\"tool_call_id\":\"unheard of\"}],\"stream\":false}");
}

static void
test_parts (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmRequest) remote = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmRequest) document = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *user = graphbit_llm_message_new_user ("Look:");
  GraphbitLlmMessage *linked = graphbit_llm_message_new_user ("");
  GraphbitLlmMessage *with_file = graphbit_llm_message_new_user ("");
  g_autofree char *directory = g_dir_make_tmp ("graphbit-XXXXXX", NULL);

  wire_add_image (user, "GIF89a", NULL);
  wire_add_text (user, "and?");
  wire_add_image_uri (user, "data:image/png;base64,iVBORw0=");
  wire_add (request, user);
  wire_expect_body (config, request, FALSE,
                    HEAD "\"messages\":[{\"role\":\"user\",\"content\":\"Look:\\nand?\",\"images\":[\"R0lGODlh\",\"iVBORw0=\"]}],"
                    "\"stream\":false}");

  wire_add_image_uri (linked, "https://e.org/a.jpg");
  wire_add (remote, linked);
  wire_expect_error (config, remote, GRAPHBIT_ERROR_UNSUPPORTED, "does not fetch images");
  wire_add_file (with_file, directory, "a.pdf", "%PDF-1.4");
  wire_add (document, with_file);
  wire_expect_error (config, document, GRAPHBIT_ERROR_UNSUPPORTED, "text and images only");
  wire_remove_files (directory);
}

static void
test_options (void)
{
  static const char *const stop[] = { "END", NULL };
  g_autoptr (GraphbitLlmConfig) config = make_config ();
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", options);

  graphbit_llm_options_set_max_tokens (options, 100);
  graphbit_llm_options_set_temperature (options, 0.5);
  graphbit_llm_options_set_top_p (options, 0.25);
  graphbit_llm_options_set_seed (options, 7);
  graphbit_llm_options_set_stop (options, stop);
  graphbit_llm_options_set_response_schema (options, "{\"type\": \"object\"}");
  wire_expect_body (config, request, FALSE,
                    HEAD HI ",\"format\":{\"type\":\"object\"},\"options\":{\"num_predict\":100,\"temperature\":0.5,\"top_p\":0.25,"
                    "\"seed\":7,\"stop\":[\"END\"]},\"stream\":false}");

  /* those of the configuration stand beside them and go before them */
  graphbit_llm_config_set_extra_body (config, "{\"keep_alive\":\"5m\",\"options\":{\"num_ctx\":8192,\"seed\":1,\"top_p\":null}}");
  wire_expect_body (config, request, FALSE,
                    HEAD HI ",\"format\":{\"type\":\"object\"},\"options\":{\"num_predict\":100,\"temperature\":0.5,"
                    "\"stop\":[\"END\"],\"num_ctx\":8192,\"seed\":1},\"stream\":false,\"keep_alive\":\"5m\"}");
  graphbit_llm_config_set_extra_body (config, "{\"options\":null}");
  wire_expect_body (config, request, FALSE, HEAD HI ",\"format\":{\"type\":\"object\"},\"stream\":false}");
  graphbit_llm_config_set_extra_body (config, "{\"options\":1}");
  wire_expect_error (config, request, GRAPHBIT_ERROR_INVALID_ARGUMENT, "must be an object");
}

static void
test_thinking (void)
{
  static const char *const wanted[] = { "", "false", "\"low\"", "\"low\"", "\"medium\"", "\"high\"", "\"high\"", "\"max\"" };
  g_autoptr (GraphbitLlmConfig) config = make_config ();
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", options);

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_autofree char *body = g_strconcat (HEAD HI, i > 0 ? ",\"think\":" : "", wanted[i], ",\"stream\":false}", NULL);

      graphbit_llm_options_set_reasoning_effort (options, (GraphbitReasoningEffort) i);
      wire_expect_body (config, request, FALSE, body);
    }
}

static void
test_tools (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config ();
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", options);
  g_autoptr (GVariant) metadata = g_variant_ref_sink (g_variant_new_parsed ("{'a': 'b'}"));

  wire_add_tool (request, "f", "Does f", NULL);
  wire_expect_body (config, request, FALSE,
                    HEAD HI ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"Does f\","
                    "\"parameters\":{\"type\":\"object\",\"properties\":{}}}}],\"stream\":false}");

  /* what is not offered is not called */
  graphbit_llm_options_set_parallel_tool_calls (options, GRAPHBIT_TRISTATE_FALSE);
  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_NONE);
  wire_expect_body (config, request, FALSE, HEAD HI ",\"stream\":false}");

  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_AUTO);
  wire_expect_error (config, request, GRAPHBIT_ERROR_UNSUPPORTED, "parallel-tool-calls");
  graphbit_llm_options_set_parallel_tool_calls (options, GRAPHBIT_TRISTATE_UNSET);
  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_REQUIRED);
  wire_expect_error (config, request, GRAPHBIT_ERROR_UNSUPPORTED, "tool-choice");
  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_UNSET);
  graphbit_llm_options_set_metadata (options, metadata);
  wire_expect_error (config, request, GRAPHBIT_ERROR_UNSUPPORTED, "metadata");
}

/* Answers */

#define LINE(message) "{\"model\":\"qwen3\",\"message\":{\"role\":\"assistant\"," message "},\"done\":false}"

/* Calls come in one line or in several, with an id or without; what is in the last line counts too. */
static void
test_calls (void)
{
  static const char *const lines[] = {
    LINE ("\"content\":\"\",\"thinking\":\"Hm\""),
    LINE ("\"content\":\"\",\"tool_calls\":[{\"function\":{\"index\":0,\"name\":\"f\",\"arguments\":{\"a\": \"\\u00e9\", \"b\": 1}}},"
          "{\"id\":\"call_x\",\"function\":{\"index\":1,\"name\":\"f\",\"arguments\":{}}}]"),
    LINE ("\"tool_calls\":[{\"function\":{\"index\":0,\"name\":\"g\"}}]"),
    "{\"message\":{\"content\":\"tail\"},\"done\":true,\"done_reason\":\"stop\",\"eval_count\":4}",
    NULL
  };
  g_auto (WireAnswer) answer = { 0 };
  GListModel *calls;
  guint n_ids = 0;

  wire_stream (&answer, "ollama", lines);
  g_assert_null (answer.failure);
  g_assert_cmpstr (graphbit_llm_response_get_text (answer.response), ==, "tail");
  g_assert_cmpstr (graphbit_llm_response_get_reasoning (answer.response), ==, "Hm");
  g_assert_cmpstr (graphbit_llm_response_get_model (answer.response), ==, "qwen3");
  g_assert_cmpuint (wire_count_calls (&answer), ==, 3);
  wire_expect_call (&answer, 0, NULL, "f", "{\"a\":\"é\",\"b\":1}");
  wire_expect_call (&answer, 1, "call_x", "f", "{}");
  wire_expect_call (&answer, 2, NULL, "g", "{}");
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (answer.response), ==, GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS);
  g_assert_cmpstr (graphbit_llm_response_get_finish_reason_text (answer.response), ==, "stop");
  wire_expect_usage (&answer, 0, 4, 0, 0, 0);

  /* an invented id is the same for whoever reads the chunks */
  calls = graphbit_llm_response_get_tool_calls (answer.response);
  for (GList *l = answer.assembler.chunks.head; l != NULL; l = l->next)
    {
      const char *id = graphbit_llm_chunk_get_tool_call_id (l->data);

      if (id != NULL)
        {
          g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (calls, (guint) graphbit_llm_chunk_get_index (l->data));

          g_assert_cmpstr (id, ==, graphbit_llm_tool_call_get_id (call));
          n_ids++;
        }
    }
  g_assert_cmpuint (n_ids, ==, 3);
}

static void
test_whole (void)
{
  g_auto (WireAnswer) answer = { 0 };
  g_auto (WireAnswer) loaded = { 0 };
  g_auto (WireAnswer) nothing = { 0 };

  wire_parse (&answer, "ollama",
              "{\"model\":\"m\",\"message\":{\"content\":\"a\",\"thinking\":\"t\"},\"done\":true,\"done_reason\":\"length\","
              "\"prompt_eval_count\":3,\"eval_count\":2}");
  g_assert_null (answer.failure);
  g_assert_cmpstr (graphbit_llm_response_get_text (answer.response), ==, "a");
  g_assert_cmpstr (graphbit_llm_response_get_reasoning (answer.response), ==, "t");
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (answer.response), ==, GRAPHBIT_LLM_FINISH_REASON_LENGTH);
  wire_expect_usage (&answer, 3, 2, 0, 0, 0);

  wire_parse (&loaded, "ollama", "{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"load\"}");
  g_assert_null (loaded.failure);
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (loaded.response), ==, GRAPHBIT_LLM_FINISH_REASON_OTHER);
  g_assert_null (graphbit_llm_response_get_usage (loaded.response));

  wire_parse (&nothing, "ollama", "{\"models\":[]}");
  g_assert_nonnull (nothing.failure);
  g_assert_cmpint (nothing.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);
}

/* What the model thought goes back to it, but not to another one. */
static void
test_reasoning_echo (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config ();
  g_autoptr (GraphbitLlmConfig) anthropic = graphbit_llm_config_new_anthropic (NULL, "claude-x", NULL);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_auto (WireAnswer) ours = { 0 };
  g_auto (WireAnswer) theirs = { 0 };

  wire_parse (&ours, "ollama", "{\"message\":{\"content\":\"a\",\"thinking\":\"t\"},\"done\":true}");
  wire_parse (&theirs, "anthropic",
              "{\"content\":[{\"type\":\"thinking\",\"thinking\":\"u\",\"signature\":\"s\"},{\"type\":\"text\",\"text\":\"b\"}]}");
  wire_add (request, graphbit_llm_response_make_message (ours.response));
  wire_add (request, graphbit_llm_response_make_message (theirs.response));
  wire_expect_body (config, request, FALSE,
                    HEAD "\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"thinking\":\"t\"},"
                    "{\"role\":\"assistant\",\"content\":\"b\"}],\"stream\":false}");
  wire_expect_body (anthropic, request, FALSE,
                    "{\"model\":\"claude-x\",\"max_tokens\":4096,\"messages\":[{\"role\":\"assistant\",\"content\":["
                    "{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"thinking\",\"thinking\":\"u\",\"signature\":\"s\"},"
                    "{\"type\":\"text\",\"text\":\"b\"}]}]}");
}

static void
test_failures (void)
{
  static const char *const broken_off[] = { LINE ("\"content\":\"half\""), "{\"error\":\"an error was encountered\"}", NULL };
  static const char *const cut[] = { LINE ("\"content\":\"half\""), NULL };
  static const char *const bad[] = {
    LINE ("\"content\":\"a\""), "{\"message\":{\"content\":\"lost\"}", "<html>", LINE ("\"content\":\"b\""),
    "{\"done\":true}", NULL
  };
  static const char *const worse[] = { "<", "<", "<", "<", "<", NULL };
  g_auto (WireAnswer) first = { 0 };
  g_auto (WireAnswer) second = { 0 };
  g_auto (WireAnswer) third = { 0 };
  g_auto (WireAnswer) fourth = { 0 };

  wire_stream (&first, "ollama", broken_off);
  g_assert_nonnull (first.failure);
  g_assert_cmpint (first.failure->code, ==, GRAPHBIT_ERROR_UNAVAILABLE);
  g_assert_cmpstr (first.failure->provider_message, ==, "an error was encountered");
  g_assert_cmpstr (graphbit_llm_response_get_text (first.response), ==, "half");

  wire_stream (&second, "ollama", cut);
  g_assert_nonnull (second.failure);
  g_assert_cmpint (second.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);

  wire_stream (&third, "ollama", bad);
  g_assert_null (third.failure);
  g_assert_cmpstr (graphbit_llm_response_get_text (third.response), ==, "ab");
  g_assert_null (graphbit_llm_response_get_finish_reason_text (third.response));
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (third.response), ==, GRAPHBIT_LLM_FINISH_REASON_STOP);

  wire_stream (&fourth, "ollama", worse);
  g_assert_nonnull (fourth.failure);
  g_assert_cmpint (fourth.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);
}

int
main (int argc,
      char **argv)
{
  g_unsetenv ("ANTHROPIC_BASE_URL");
  g_unsetenv ("OLLAMA_HOST");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/ollama/plain", test_plain);
  g_test_add_func ("/llm/ollama/history", test_history);
  g_test_add_func ("/llm/ollama/parts", test_parts);
  g_test_add_func ("/llm/ollama/options", test_options);
  g_test_add_func ("/llm/ollama/thinking", test_thinking);
  g_test_add_func ("/llm/ollama/tools", test_tools);
  g_test_add_func ("/llm/ollama/calls", test_calls);
  g_test_add_func ("/llm/ollama/whole", test_whole);
  g_test_add_func ("/llm/ollama/reasoning-echo", test_reasoning_echo);
  g_test_add_func ("/llm/ollama/failures", test_failures);

  return g_test_run ();
}
