/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-llm-pursuit-private.h"
#include "wire-support.h"

/* Replicate's wire: bodies word for word, predictions and events, and what is asked after them. */

#define VERSION "5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa"

static GraphbitLlmConfig *
make_config (const char *model)
{
  g_autoptr (GError) error = NULL;
  GraphbitLlmConfig *config = graphbit_llm_config_new_replicate (NULL, model, NULL, &error);

  g_assert_no_error (error);
  return config;
}

static void
expect_path (const char *model,
             const char *version,
             const char *wanted)
{
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_replicate (NULL, model, version, NULL);
  const GraphbitVendor *vendor = graphbit_vendor_lookup ("replicate");
  g_autofree char *named = version != NULL ? g_strconcat (model, ":", version, NULL) : g_strdup (model);
  g_autofree char *path = graphbit_llm_dialect_replicate.path (vendor, named, FALSE);

  g_assert_nonnull (config);
  g_assert_cmpstr (path, ==, wanted);
}

static void
test_model (void)
{
  static const char *const bad[] = { "llama", "a/b/c", "/b", "a/", "a/b:", "deployments/a", "deployments/a/b:c", "a/b:c:d" };
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", NULL);
  g_autoptr (GraphbitLlmConfig) community = graphbit_llm_config_new_replicate (NULL, "a/b", VERSION, NULL);
  g_autoptr (GraphbitLlmConfig) named = make_config ("a/b:" VERSION);
  g_autoptr (GraphbitLlmConfig) other = graphbit_llm_config_new_openai (NULL, NULL, NULL);

  expect_path ("openai/gpt-5", NULL, "/models/openai/gpt-5/predictions");
  expect_path ("a b/c?d", NULL, "/models/a%20b/c%3Fd/predictions");
  expect_path ("a/b", VERSION, "/predictions");
  expect_path ("a/b:" VERSION, NULL, "/predictions");
  expect_path ("deployments/me/mine", NULL, "/deployments/me/mine/predictions");

  wire_expect_body (community, request, FALSE, "{\"version\":\"" VERSION "\",\"input\":{\"prompt\":\"Hi\"}}");
  wire_expect_body (named, request, FALSE, "{\"version\":\"" VERSION "\",\"input\":{\"prompt\":\"Hi\"}}");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GraphbitLlmConfig) config = make_config (bad[i]);

      wire_expect_error (config, request, GRAPHBIT_ERROR_INVALID_ARGUMENT, "is no model of Replicate");
    }
  graphbit_llm_config_set_version (other, VERSION);
  wire_expect_error (other, request, GRAPHBIT_ERROR_UNSUPPORTED, "no versions of models");
}

static void
test_prompt (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmRequest) single = graphbit_llm_request_new_for_prompt ("Hi \"you\"", NULL);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmRequest) begun = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *user = graphbit_llm_message_new_user ("two");

  wire_expect_body (config, single, FALSE, "{\"input\":{\"prompt\":\"Hi \\\"you\\\"\"}}");
  wire_expect_body (config, single, TRUE, "{\"input\":{\"prompt\":\"Hi \\\"you\\\"\"},\"stream\":true}");

  wire_add_text (user, "three");
  wire_add (request, graphbit_llm_message_new_system ("Be brief."));
  wire_add (request, graphbit_llm_message_new_user ("one"));
  wire_add (request, graphbit_llm_message_new_assistant ("1"));
  wire_add (request, user);
  wire_add (request, graphbit_llm_message_new_system ("And kind."));
  wire_expect_body (config, request, FALSE,
                    "{\"input\":{\"prompt\":\"User: one\\nAssistant: 1\\nUser: two\\nthree\\nAssistant:\","
                    "\"system_prompt\":\"Be brief.\\n\\nAnd kind.\"}}");

  /* a beginning of the answer is gone on with */
  wire_add (begun, graphbit_llm_message_new_user ("one"));
  wire_add (begun, graphbit_llm_message_new_assistant ("The"));
  wire_expect_body (config, begun, FALSE, "{\"input\":{\"prompt\":\"User: one\\nAssistant: The\"}}");
}

static void
test_options (void)
{
  static const char *const stop[] = { "END", NULL };
  g_autoptr (GraphbitLlmConfig) openai = make_config (NULL);
  g_autoptr (GraphbitLlmConfig) llama = make_config ("meta/meta-llama-3-8b-instruct");
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Hi", options);
  g_autoptr (GVariant) metadata = g_variant_ref_sink (g_variant_new_parsed ("{'a': 'b'}"));

  graphbit_llm_options_set_max_tokens (options, 100);
  graphbit_llm_options_set_temperature (options, 0.5);
  graphbit_llm_options_set_top_p (options, 0.25);
  graphbit_llm_options_set_seed (options, 7);
  wire_expect_body (llama, request, FALSE,
                    "{\"input\":{\"prompt\":\"Hi\",\"max_tokens\":100,\"temperature\":0.5,\"top_p\":0.25,\"seed\":7}}");

  /* what a model calls otherwise, or does not know */
  graphbit_llm_config_set_extra_body (llama, "{\"input\":{\"max_tokens\":null,\"max_new_tokens\":50,\"seed\":null},\"webhook\":\"https://e.org\"}");
  wire_expect_body (llama, request, FALSE,
                    "{\"input\":{\"prompt\":\"Hi\",\"temperature\":0.5,\"top_p\":0.25,\"max_new_tokens\":50},\"webhook\":\"https://e.org\"}");
  graphbit_llm_config_set_extra_body (llama, "{\"input\":1}");
  wire_expect_error (llama, request, GRAPHBIT_ERROR_INVALID_ARGUMENT, "must be an object");
  graphbit_llm_config_set_extra_body (llama, NULL);

  graphbit_llm_options_set_reasoning_effort (options, GRAPHBIT_REASONING_EFFORT_LOW);
  wire_expect_error (llama, request, GRAPHBIT_ERROR_UNSUPPORTED, "reasoning-effort");
  graphbit_llm_options_set_response_schema (options, "{\"type\":\"object\"}");
  wire_expect_body (openai, request, FALSE,
                    "{\"input\":{\"prompt\":\"Hi\",\"system_prompt\":\"Answer with a JSON object and nothing else. It must be valid "
                    "against this JSON Schema: {\\\"type\\\":\\\"object\\\"}\",\"max_completion_tokens\":100,\"temperature\":0.5,"
                    "\"top_p\":0.25,\"seed\":7,\"reasoning_effort\":\"low\"}}");

  graphbit_llm_options_set_stop (options, stop);
  wire_expect_error (openai, request, GRAPHBIT_ERROR_UNSUPPORTED, "“stop”");
  graphbit_llm_options_set_reasoning_effort (options, GRAPHBIT_REASONING_EFFORT_UNSET);
  graphbit_llm_config_set_extra_body (llama, "{\"stop\":\"END\"}");
  wire_expect_error (llama, request, GRAPHBIT_ERROR_UNSUPPORTED, "in the “input”");
  graphbit_llm_config_set_extra_body (llama, "{\"input\":{\"stop\":\"END\",\"system_prompt\":null}}");
  wire_expect_body (llama, request, FALSE,
                    "{\"input\":{\"prompt\":\"Hi\",\"max_tokens\":100,\"temperature\":0.5,\"top_p\":0.25,\"seed\":7,\"stop\":\"END\"}}");
  graphbit_llm_options_set_stop (options, NULL);
  graphbit_llm_options_set_metadata (options, metadata);
  wire_expect_error (openai, request, GRAPHBIT_ERROR_UNSUPPORTED, "metadata");
}

static void
test_refused (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_config (NULL);
  g_autoptr (GraphbitLlmRequest) tools = graphbit_llm_request_new_for_prompt ("Hi", NULL);
  g_autoptr (GraphbitLlmRequest) calls = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmRequest) results = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *assistant = graphbit_llm_message_new_assistant ("");

  graphbit_llm_config_set_capabilities (config, GRAPHBIT_LLM_CAPABILITIES_TOOLS);
  wire_add_tool (tools, "f", "Does f", NULL);
  wire_expect_error (config, tools, GRAPHBIT_ERROR_UNSUPPORTED, "leave the tools out");
  wire_add_call (assistant, "call_1", "f", "{}");
  wire_add (calls, assistant);
  wire_expect_error (config, calls, GRAPHBIT_ERROR_UNSUPPORTED, "tell them as text");
  wire_add (results, graphbit_llm_message_new_tool ("call_1", "two"));
  wire_expect_error (config, results, GRAPHBIT_ERROR_UNSUPPORTED, "tell them as text");
}

static void
test_images (void)
{
  g_autoptr (GraphbitLlmConfig) openai = make_config (NULL);
  g_autoptr (GraphbitLlmConfig) llava = make_config ("yorickvp/llava-13b:" VERSION);
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmRequest) document = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *user = graphbit_llm_message_new_user ("Look");
  GraphbitLlmMessage *more = graphbit_llm_message_new_user ("");
  GraphbitLlmMessage *with_file = graphbit_llm_message_new_user ("");
  g_autofree char *directory = g_dir_make_tmp ("graphbit-XXXXXX", NULL);

  wire_add_image (user, "GIF89a", NULL);
  wire_add (request, user);
  wire_expect_error (llava, request, GRAPHBIT_ERROR_UNSUPPORTED, "set the configuration's capabilities");
  graphbit_llm_config_set_capabilities (llava, GRAPHBIT_LLM_CAPABILITIES_STREAMING | GRAPHBIT_LLM_CAPABILITIES_IMAGES);
  graphbit_llm_config_set_capabilities (openai, GRAPHBIT_LLM_CAPABILITIES_STREAMING | GRAPHBIT_LLM_CAPABILITIES_IMAGES);
  wire_expect_body (llava, request, FALSE,
                    "{\"version\":\"" VERSION "\",\"input\":{\"prompt\":\"Look\",\"image\":\"data:image/gif;base64,R0lGODlh\"}}");

  wire_add_image_uri (more, "https://e.org/a.jpg");
  wire_add (request, more);
  wire_expect_error (llava, request, GRAPHBIT_ERROR_UNSUPPORTED, "take one image");
  wire_expect_body (openai, request, FALSE,
                    "{\"input\":{\"prompt\":\"User: Look\\nUser: \\nAssistant:\","
                    "\"image_input\":[\"data:image/gif;base64,R0lGODlh\",\"https://e.org/a.jpg\"]}}");

  wire_add_file (with_file, directory, "a.pdf", "%PDF-1.4");
  wire_add (document, with_file);
  wire_expect_error (openai, document, GRAPHBIT_ERROR_UNSUPPORTED, "takes no files that are documents");
  wire_remove_files (directory);
}

/* Answers */

#define PREDICTION(status, more) "{\"id\":\"p/1\",\"model\":\"a/b\",\"status\":\"" status "\"" more "}"

static void
test_output (void)
{
  static const struct
  {
    const char *output;
    const char *text;
  } cases[] = {
    { ",\"output\":[\"He\",\"l\",\"lo\"]", "Hello" },  { ",\"output\":\"Hello\"", "Hello" },
    { ",\"output\":{\"a\": [1]}", "{\"a\":[1]}" },     { ",\"output\":[\"a\",1]", "[\"a\",1]" },
    { ",\"output\":[]", "" },                          { ",\"output\":null", "" },
    { ",\"output\":3", "3" },                          { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (WireAnswer) answer = { 0 };
      g_autofree char *body = g_strconcat ("{\"id\":\"p/1\",\"model\":\"a/b\",\"status\":\"succeeded\",\"error\":null", cases[i].output,
                                           ",\"metrics\":{\"input_token_count\":3,\"output_token_count\":2}}", NULL);

      wire_parse (&answer, "replicate", body);
      g_assert_null (answer.failure);
      g_assert_cmpstr (graphbit_llm_response_get_text (answer.response), ==, cases[i].text);
      g_assert_cmpstr (graphbit_llm_response_get_id (answer.response), ==, "p/1");
      g_assert_cmpstr (graphbit_llm_response_get_model (answer.response), ==, "a/b");
      g_assert_cmpstr (graphbit_llm_response_get_raw_json (answer.response), ==, body);
      g_assert_cmpint (graphbit_llm_response_get_finish_reason (answer.response), ==, GRAPHBIT_LLM_FINISH_REASON_STOP);
      wire_expect_usage (&answer, 3, 2, 0, 0, 0);
      g_assert_cmpstr (answer.assembler.rest.path, ==, "/predictions/p%2F1");
      g_assert_true (answer.assembler.rest.is_over);
    }
}

static GraphbitFailure *
parse (GraphbitLlmAssembler *assembler,
       const char *body)
{
  GraphbitHttpVerdict verdict = { FALSE, FALSE, -1 };

  return graphbit_llm_dialect_replicate.parse (graphbit_vendor_lookup ("replicate"), assembler, body, strlen (body), &verdict);
}

static GraphbitFailure *
hear (GraphbitLlmAssembler *assembler,
      const char *event,
      const char *data)
{
  GraphbitHttpVerdict verdict = { FALSE, FALSE, -1 };
  g_autofree char *copy = g_memdup2 (data, strlen (data));

  return graphbit_llm_dialect_replicate.event (graphbit_vendor_lookup ("replicate"), assembler, event,
                                               copy != NULL ? copy : "", strlen (data), &verdict);
}

/* What is new of it is what was not told before; to those who do not read pieces, all is told in the end. */
static void
test_growing (void)
{
  GraphbitLlmAssembler stream, whole, heard, odd;

  graphbit_llm_assembler_init (&stream, TRUE, FALSE);
  g_assert_null (parse (&stream, PREDICTION ("processing", ",\"output\":[\"a \"]")));
  g_assert_cmpstr (stream.text->str, ==, "a ");
  g_assert_false (stream.rest.is_over);
  g_assert_null (hear (&stream, "output", "b"));
  g_assert_null (hear (&stream, "output", ""));
  g_assert_null (hear (&stream, "logs", "ignored"));
  g_assert_null (parse (&stream, PREDICTION ("processing", ",\"output\":[\"a \"]")));
  g_assert_cmpstr (stream.text->str, ==, "a b");
  g_assert_null (parse (&stream, PREDICTION ("succeeded", ",\"output\":[\"a \",\"b c\"]")));
  g_assert_cmpstr (stream.text->str, ==, "a b c");
  g_assert_true (stream.rest.is_over);
  g_assert_cmpuint (stream.chunks.length, ==, 3);
  graphbit_llm_assembler_clear (&stream);

  graphbit_llm_assembler_init (&whole, FALSE, TRUE);
  g_assert_null (parse (&whole, PREDICTION ("processing", ",\"output\":[\"a \"]")));
  g_assert_cmpstr (whole.text->str, ==, "");
  g_assert_null (parse (&whole, PREDICTION ("succeeded", ",\"output\":[\"b\"]")));
  g_assert_cmpstr (whole.text->str, ==, "b");
  graphbit_llm_assembler_clear (&whole);

  /* what can be listened to is told there from its beginning */
  graphbit_llm_assembler_init (&heard, TRUE, FALSE);
  g_assert_null (parse (&heard, PREDICTION ("processing", ",\"output\":[\"a \"],\"urls\":{\"stream\":\"https://stream.replicate.com/x\"}")));
  g_assert_cmpstr (heard.rest.listen_uri, ==, "https://stream.replicate.com/x");
  g_assert_cmpstr (heard.text->str, ==, "");
  g_assert_null (hear (&heard, "output", "a "));
  g_assert_null (parse (&heard, PREDICTION ("processing", ",\"output\":[\"a \",\"b\"]")));
  g_assert_cmpstr (heard.text->str, ==, "a b");
  graphbit_llm_assembler_clear (&heard);

  graphbit_llm_assembler_init (&odd, TRUE, FALSE);
  g_assert_null (parse (&odd, PREDICTION ("processing", ",\"output\":[\"a \"]")));
  g_assert_null (parse (&odd, PREDICTION ("succeeded", ",\"output\":[\"b\"]")));
  g_assert_true (odd.rest.is_at_odds);
  g_assert_cmpstr (odd.text->str, ==, "a ");
  graphbit_llm_assembler_clear (&odd);
}

static void
test_events (void)
{
  GraphbitLlmAssembler good, bad, told;
  g_autoptr (GraphbitFailure) failure = NULL;

  /* plain text: quotes, leading spaces and lines are what they are */
  graphbit_llm_assembler_init (&good, TRUE, FALSE);
  g_assert_null (hear (&good, "output", "{\"a\":"));
  g_assert_null (hear (&good, "output", "  x\n\ny"));
  g_assert_null (hear (&good, "done", "{}"));
  g_assert_null (hear (&good, "output", "too late"));
  g_assert_cmpstr (good.text->str, ==, "{\"a\":  x\n\ny");
  g_assert_true (good.is_terminated);
  graphbit_llm_assembler_clear (&good);

  /* why is told where the prediction is */
  graphbit_llm_assembler_init (&bad, TRUE, FALSE);
  g_assert_null (hear (&bad, "output", "half"));
  g_assert_null (hear (&bad, "done", "{\"reason\":\"canceled\"}"));
  g_assert_false (bad.is_terminated);
  g_assert_false (bad.rest.is_over);
  graphbit_llm_assembler_clear (&bad);

  graphbit_llm_assembler_init (&told, TRUE, FALSE);
  failure = hear (&told, "error", "{\"detail\":\"CUDA out of memory\"}");
  g_assert_nonnull (failure);
  g_assert_cmpint (failure->code, ==, GRAPHBIT_ERROR_UNAVAILABLE);
  g_assert_cmpstr (failure->provider_message, ==, "CUDA out of memory");
  g_assert_true (told.rest.is_over);
  graphbit_llm_assembler_clear (&told);
}

static void
test_failures (void)
{
  g_auto (WireAnswer) failed = { 0 };
  g_auto (WireAnswer) canceled = { 0 };
  g_auto (WireAnswer) aborted = { 0 };
  g_auto (WireAnswer) nothing = { 0 };

  wire_parse (&failed, "replicate", PREDICTION ("failed", ",\"error\":\"it \\\"broke\\\"\",\"output\":null"));
  g_assert_nonnull (failed.failure);
  g_assert_cmpint (failed.failure->code, ==, GRAPHBIT_ERROR_UNAVAILABLE);
  g_assert_cmpstr (failed.failure->provider_message, ==, "it \"broke\"");
  g_assert_true (failed.assembler.rest.is_over);

  wire_parse (&canceled, "replicate", PREDICTION ("canceled", ",\"error\":null"));
  g_assert_nonnull (canceled.failure);
  g_assert_nonnull (strstr (canceled.failure->format, "stopped the prediction"));
  wire_parse (&aborted, "replicate", PREDICTION ("aborted", ""));
  g_assert_nonnull (aborted.failure);
  g_assert_nonnull (strstr (aborted.failure->format, "stopped the prediction"));

  wire_parse (&nothing, "replicate", "{\"results\":[]}");
  g_assert_nonnull (nothing.failure);
  g_assert_cmpint (nothing.failure->code, ==, GRAPHBIT_ERROR_PROTOCOL);
}

/* What is asked next */

static void
test_pursuit (void)
{
  static const guint delays[] = { 500, 750, 1125, 1687, 2530, 3795, 5000, 5000 };
  GraphbitLlmAssembler assembler;
  GraphbitLlmPursuit looks = { 0 }, listens = { 0 }, ends = { 0 }, silent = { 0 }, failed = { 0 };
  g_autoptr (GraphbitFailure) cut = graphbit_failure_new (GRAPHBIT_ERROR_CONNECTION, "cut", NULL);
  g_autoptr (GraphbitFailure) late = graphbit_failure_new (GRAPHBIT_ERROR_TIMEOUT, "late", NULL);
  guint delay_ms;

  graphbit_llm_assembler_init (&assembler, TRUE, FALSE);
  assembler.rest.path = g_strdup ("/predictions/1");
  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      g_assert_cmpint (graphbit_llm_pursuit_decide (&looks, &assembler, NULL, FALSE, &delay_ms), ==, GRAPHBIT_LLM_NEXT_LOOK);
      g_assert_cmpuint (delay_ms, ==, delays[i]);
    }
  g_assert_cmpint (graphbit_llm_pursuit_decide (&looks, &assembler, cut, FALSE, &delay_ms), ==, GRAPHBIT_LLM_NEXT_END);

  /* listened to once; where that breaks, looked up at once and then as usual */
  g_assert_cmpint (graphbit_llm_pursuit_decide (&listens, &assembler, NULL, TRUE, &delay_ms), ==, GRAPHBIT_LLM_NEXT_LISTEN);
  g_assert_cmpint (graphbit_llm_pursuit_decide (&listens, &assembler, cut, TRUE, &delay_ms), ==, GRAPHBIT_LLM_NEXT_LOOK);
  g_assert_cmpuint (delay_ms, ==, 0);
  g_assert_cmpint (graphbit_llm_pursuit_decide (&listens, &assembler, NULL, TRUE, &delay_ms), ==, GRAPHBIT_LLM_NEXT_LOOK);
  g_assert_cmpuint (delay_ms, ==, 500);
  g_assert_cmpint (graphbit_llm_pursuit_decide (&silent, &assembler, NULL, TRUE, &delay_ms), ==, GRAPHBIT_LLM_NEXT_LISTEN);
  g_assert_cmpint (graphbit_llm_pursuit_decide (&silent, &assembler, late, TRUE, &delay_ms), ==, GRAPHBIT_LLM_NEXT_END);
  g_assert_cmpint (graphbit_llm_pursuit_decide (&failed, &assembler, cut, TRUE, &delay_ms), ==, GRAPHBIT_LLM_NEXT_END);

  /* after its end, once more for what it cost */
  g_assert_cmpint (graphbit_llm_pursuit_decide (&ends, &assembler, NULL, TRUE, &delay_ms), ==, GRAPHBIT_LLM_NEXT_LISTEN);
  assembler.rest.is_over = TRUE;
  assembler.is_terminated = TRUE;
  g_assert_cmpint (graphbit_llm_pursuit_decide (&ends, &assembler, NULL, TRUE, &delay_ms), ==, GRAPHBIT_LLM_NEXT_LOOK);
  g_assert_cmpuint (delay_ms, ==, 0);
  g_assert_cmpint (graphbit_llm_pursuit_decide (&ends, &assembler, NULL, TRUE, &delay_ms), ==, GRAPHBIT_LLM_NEXT_END);
  graphbit_llm_assembler_clear (&assembler);
}

/* Where a key may go that an answer asks for. */
static void
test_addresses (void)
{
  static const struct
  {
    const char *base_url;
    const char *uri;
    gboolean is_own;
  } cases[] = {
    { "https://api.replicate.com/v1", "https://stream.replicate.com/v1/files/x", TRUE },
    { "https://api.replicate.com/v1", "https://streaming-api.svc.rno2.c.replicate.net/v1/streams/x", TRUE },
    { "https://api.replicate.com/v1", "https://replicate.com/x", TRUE },
    { "https://api.replicate.com/v1", "https://API.REPLICATE.COM:443/x", TRUE },
    { "https://api.replicate.com/v1", "http://stream.replicate.com/x", FALSE },
    { "https://api.replicate.com/v1", "https://evilreplicate.com/x", FALSE },
    { "https://api.replicate.com/v1", "https://replicate.com.evil.org/x", FALSE },
    { "https://api.replicate.com/v1", "https://replicate.com@evil.org/x", FALSE },
    { "https://api.replicate.com/v1", "https://evil@replicate.com/x", FALSE },
    { "https://api.replicate.com/v1", "file:///etc/passwd", FALSE },
    { "https://api.replicate.com/v1", "//replicate.com/x", FALSE },
    { "http://127.0.0.1:1234/v1", "http://127.0.0.1:1234/v1/streams/x", TRUE },
    { "http://127.0.0.1:1234/v1", "http://127.0.0.1:1235/v1/streams/x", FALSE },
    { "http://127.0.0.1:1234/v1", "http://localhost:1234/v1/streams/x", FALSE },
  };
  const GraphbitVendor *vendor = graphbit_vendor_lookup ("replicate");
  const GraphbitVendor *other = graphbit_vendor_lookup ("openai");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (graphbit_vendor_owns_uri (vendor, cases[i].base_url, cases[i].uri), ==, cases[i].is_own);
  g_assert_false (graphbit_vendor_owns_uri (other, "https://api.openai.com/v1", "https://stream.replicate.com/x"));
}

int
main (int argc,
      char **argv)
{
  g_unsetenv ("REPLICATE_BASE_URL");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/replicate/model", test_model);
  g_test_add_func ("/llm/replicate/prompt", test_prompt);
  g_test_add_func ("/llm/replicate/options", test_options);
  g_test_add_func ("/llm/replicate/refused", test_refused);
  g_test_add_func ("/llm/replicate/images", test_images);
  g_test_add_func ("/llm/replicate/output", test_output);
  g_test_add_func ("/llm/replicate/growing", test_growing);
  g_test_add_func ("/llm/replicate/events", test_events);
  g_test_add_func ("/llm/replicate/failures", test_failures);
  g_test_add_func ("/llm/replicate/pursuit", test_pursuit);
  g_test_add_func ("/llm/replicate/addresses", test_addresses);

  return g_test_run ();
}
