/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <math.h>
#include <string.h>

#include "graphbit-content-part-private.h"
#include "graphbit-error.h"
#include "graphbit-llm-chunk-private.h"
#include "graphbit-llm-message-private.h"
#include "graphbit-llm-options-private.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-response-private.h"
#include "graphbit-llm-tool-call.h"
#include "graphbit-llm-tool-spec-private.h"

static void
count_notify (GObject *object,
              GParamSpec *pspec,
              gpointer data)
{
  (*(guint *) data)++;
}

static void
test_usage (void)
{
  const GraphbitLlmUsageCounts nothing = GRAPHBIT_LLM_USAGE_COUNTS_INIT;
  const GraphbitLlmUsageCounts counts = { 5, 7, 20, 2, -1, 3 };
  g_autoptr (GraphbitLlmUsage) plain = graphbit_llm_usage_new (3, 4);
  g_autoptr (GraphbitLlmUsage) told = graphbit_llm_usage_new_from_counts (&counts);
  g_autoptr (GraphbitLlmUsage) huge = graphbit_llm_usage_new (G_MAXINT64, 1);
  g_autoptr (GraphbitLlmUsage) sum = graphbit_llm_usage_add (plain, told);
  g_autoptr (GraphbitLlmUsage) overflow = graphbit_llm_usage_add (huge, plain);

  g_assert_null (graphbit_llm_usage_new_from_counts (&nothing));

  g_assert_cmpint (graphbit_llm_usage_get_total_tokens (plain), ==, 7);
  g_assert_cmpint (graphbit_llm_usage_get_total_tokens (told), ==, 20);
  g_assert_cmpint (graphbit_llm_usage_get_cache_write_tokens (told), ==, 0);

  g_assert_cmpint (graphbit_llm_usage_get_prompt_tokens (sum), ==, 8);
  g_assert_cmpint (graphbit_llm_usage_get_completion_tokens (sum), ==, 11);
  g_assert_cmpint (graphbit_llm_usage_get_total_tokens (sum), ==, 27);
  g_assert_cmpint (graphbit_llm_usage_get_cached_tokens (sum), ==, 2);
  g_assert_cmpint (graphbit_llm_usage_get_reasoning_tokens (sum), ==, 3);
  g_assert_cmpint (graphbit_llm_usage_get_prompt_tokens (plain), ==, 3);

  g_assert_cmpint (graphbit_llm_usage_get_prompt_tokens (overflow), ==, G_MAXINT64);
  g_assert_cmpint (graphbit_llm_usage_get_total_tokens (overflow), ==, G_MAXINT64);
}

static void
test_chunk (void)
{
  const GraphbitLlmUsageCounts counts = { 1, 2, 3, -1, -1, -1 };
  GraphbitLlmChunk *text = graphbit_llm_chunk_new_text (GRAPHBIT_LLM_CHUNK_KIND_CONTENT, "hello you", 5);
  GraphbitLlmChunk *call = graphbit_llm_chunk_new_tool_call (2, "id", "name", "{\"a", 3);
  GraphbitLlmChunk *rest = graphbit_llm_chunk_new_tool_call (2, NULL, NULL, NULL, 0);
  GraphbitLlmChunk *usage = graphbit_llm_chunk_new_usage (&counts);
  GraphbitLlmChunk *finish = graphbit_llm_chunk_new_finish (GRAPHBIT_LLM_FINISH_REASON_OTHER, "odd");
  g_autoptr (GraphbitLlmUsage) told = graphbit_llm_chunk_get_usage (usage);
  GraphbitLlmChunk *copy;

  g_assert_cmpint (graphbit_llm_chunk_get_kind (text), ==, GRAPHBIT_LLM_CHUNK_KIND_CONTENT);
  g_assert_cmpstr (graphbit_llm_chunk_get_text (text), ==, "hello");
  g_assert_cmpint (graphbit_llm_chunk_get_index (text), ==, -1);
  g_assert_null (graphbit_llm_chunk_get_usage (text));
  g_assert_null (graphbit_llm_chunk_get_tool_call_id (text));
  g_assert_cmpint (graphbit_llm_chunk_get_finish_reason (text), ==, GRAPHBIT_LLM_FINISH_REASON_UNKNOWN);
  g_assert_cmpuint (graphbit_llm_chunk_get_size (text), ==, 5);

  g_assert_cmpint (graphbit_llm_chunk_get_index (call), ==, 2);
  g_assert_cmpstr (graphbit_llm_chunk_get_tool_call_id (call), ==, "id");
  g_assert_cmpstr (graphbit_llm_chunk_get_tool_call_name (call), ==, "name");
  g_assert_cmpstr (graphbit_llm_chunk_get_text (call), ==, "{\"a");
  g_assert_null (graphbit_llm_chunk_get_tool_call_id (rest));
  g_assert_cmpstr (graphbit_llm_chunk_get_text (rest), ==, "");

  g_assert_cmpint (graphbit_llm_usage_get_total_tokens (told), ==, 3);
  g_assert_cmpint (graphbit_llm_chunk_get_finish_reason (finish), ==, GRAPHBIT_LLM_FINISH_REASON_OTHER);
  g_assert_cmpstr (graphbit_llm_chunk_get_text (finish), ==, "odd");

  copy = g_boxed_copy (GRAPHBIT_TYPE_LLM_CHUNK, text);
  g_assert_true (copy == text);
  g_boxed_free (GRAPHBIT_TYPE_LLM_CHUNK, copy);

  graphbit_llm_chunk_unref (text);
  graphbit_llm_chunk_unref (call);
  graphbit_llm_chunk_unref (rest);
  graphbit_llm_chunk_unref (usage);
  graphbit_llm_chunk_unref (finish);
}

static void
test_tool_spec (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmToolSpec) tool = graphbit_llm_tool_spec_new ("get_weather-2", "Tells", "{\"type\":\"object\"}", &error);
  g_autoptr (GraphbitLlmToolSpec) broken = g_object_new (GRAPHBIT_TYPE_LLM_TOOL_SPEC, "name", "ok", "parameters", "{", NULL);
  static const char *const names[] = {
    "", "with space", "dot.ted", "ümlaut", "a\nb",
    "a123456789012345678901234567890123456789012345678901234567890123x"
  };

  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_tool_spec_get_name (tool), ==, "get_weather-2");
  g_assert_cmpstr (graphbit_llm_tool_spec_get_parameters (tool), ==, "{\"type\":\"object\"}");
  g_assert_true (graphbit_llm_tool_spec_check (tool, &error));

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_null (graphbit_llm_tool_spec_new (names[i], "", NULL, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }

  g_assert_null (graphbit_llm_tool_spec_new ("a", "", "[]", &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  /* Made from properties: the same, when it is used. */
  g_assert_false (graphbit_llm_tool_spec_check (broken, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

static void
test_message (void)
{
  g_autoptr (GraphbitLlmMessage) message = graphbit_llm_message_new_user ("Hello");
  g_autoptr (GraphbitLlmMessage) tool = graphbit_llm_message_new_tool ("call_1", "4 °C");
  g_autoptr (GraphbitLlmMessage) empty = g_object_new (GRAPHBIT_TYPE_LLM_MESSAGE, NULL);
  g_autoptr (GraphbitLlmToolCall) call = graphbit_llm_tool_call_new ("call_1", "weather", NULL);
  g_autoptr (GraphbitContentPart) part = graphbit_content_part_new_for_text ("more");
  guint n_notifies = 0;

  g_assert_cmpint (graphbit_llm_message_get_role (message), ==, GRAPHBIT_LLM_ROLE_USER);
  g_assert_cmpstr (graphbit_llm_message_get_content (message), ==, "Hello");
  g_assert_cmpstr (graphbit_llm_message_get_tool_call_id (tool), ==, "call_1");
  g_assert_cmpstr (graphbit_llm_message_get_content (empty), ==, "");
  g_assert_cmpstr (graphbit_llm_tool_call_get_arguments_json (call), ==, "{}");

  g_signal_connect (message, "notify::content", G_CALLBACK (count_notify), &n_notifies);
  graphbit_llm_message_set_content (message, "Hello you");
  graphbit_llm_message_set_content (message, "Hello you");
  g_assert_cmpuint (n_notifies, ==, 1);
  graphbit_llm_message_set_content (message, NULL);
  g_assert_cmpstr (graphbit_llm_message_get_content (message), ==, "");

  g_assert_cmpuint (graphbit_llm_message_count_parts (message), ==, 0);
  graphbit_llm_message_add_part (message, part);
  graphbit_llm_message_add_tool_call (message, call);
  g_assert_cmpuint (graphbit_llm_message_count_parts (message), ==, 1);
  g_assert_cmpuint (graphbit_llm_message_count_tool_calls (message), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_llm_message_get_tool_calls (message)), ==, 1);
}

static void
test_options (void)
{
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmOptions) copy = NULL;
  g_autoptr (GError) error = NULL;
  const char *const stop[] = { "END", NULL };
  const char *const empty_stop[] = { "", NULL };
  guint n_notifies = 0;
  gdouble temperature;

  /* Everything begins unset. */
  g_assert_cmpuint (graphbit_llm_options_get_max_tokens (options), ==, 0);
  g_assert_cmpfloat (graphbit_llm_options_get_temperature (options), ==, -1.0);
  g_assert_cmpfloat (graphbit_llm_options_get_top_p (options), ==, -1.0);
  g_assert_cmpint (graphbit_llm_options_get_seed (options), ==, -1);
  g_assert_null (graphbit_llm_options_get_stop (options));
  g_assert_null (graphbit_llm_options_get_response_schema (options));
  g_assert_null (graphbit_llm_options_get_metadata (options));
  g_assert_cmpint (graphbit_llm_options_get_keep_raw (options), ==, GRAPHBIT_TRISTATE_UNSET);
  g_assert_true (graphbit_llm_options_check (options, &error));
  g_assert_true (graphbit_llm_options_check (NULL, &error));

  /* A wrong value is there to be read, and an error at use that names it and its range. */
  g_signal_connect (options, "notify::temperature", G_CALLBACK (count_notify), &n_notifies);
  g_object_set (options, "temperature", 3.0, NULL);
  g_object_get (options, "temperature", &temperature, NULL);
  g_assert_cmpfloat (temperature, ==, 3.0);
  g_assert_cmpuint (n_notifies, ==, 1);
  g_assert_false (graphbit_llm_options_check (options, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, "temperature is 3; it must be between 0 and 2");
  g_clear_error (&error);

  graphbit_llm_options_set_temperature (options, -0.5);
  g_assert_false (graphbit_llm_options_check (options, NULL));
  graphbit_llm_options_set_temperature (options, NAN);
  g_assert_false (graphbit_llm_options_check (options, NULL));
  graphbit_llm_options_set_temperature (options, 2.0);
  g_assert_true (graphbit_llm_options_check (options, NULL));

  graphbit_llm_options_set_top_p (options, 1.5);
  g_assert_false (graphbit_llm_options_check (options, &error));
  g_assert_cmpstr (error->message, ==, "top-p is 1.5; it must be between 0 and 1");
  g_clear_error (&error);
  graphbit_llm_options_set_top_p (options, 0.5);

  graphbit_llm_options_set_stop (options, empty_stop);
  g_assert_false (graphbit_llm_options_check (options, NULL));
  graphbit_llm_options_set_stop (options, stop);
  g_assert_true (graphbit_llm_options_check (options, NULL));

  graphbit_llm_options_set_response_schema (options, "{\"type\":");
  g_assert_false (graphbit_llm_options_check (options, NULL));
  graphbit_llm_options_set_response_schema (options, "true");
  g_assert_false (graphbit_llm_options_check (options, NULL));
  graphbit_llm_options_set_response_schema (options, "{\"type\":\"object\"}");
  g_assert_true (graphbit_llm_options_check (options, NULL));

  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_NAMED);
  g_assert_false (graphbit_llm_options_check (options, NULL));
  graphbit_llm_options_set_tool_choice_name (options, "f");
  g_assert_true (graphbit_llm_options_check (options, NULL));

  graphbit_llm_options_set_metadata (options, g_variant_new_parsed ("{'k': 'v'}"));
  graphbit_llm_options_set_seed (options, 42);
  graphbit_llm_options_set_timeout_ms (options, 1000);
  graphbit_llm_options_set_keep_raw (options, GRAPHBIT_TRISTATE_FALSE);

  copy = graphbit_llm_options_copy (options);
  graphbit_llm_options_set_stop (options, NULL);
  graphbit_llm_options_set_seed (options, 1);
  g_assert_cmpstr (graphbit_llm_options_get_stop (copy)[0], ==, "END");
  g_assert_cmpint (graphbit_llm_options_get_seed (copy), ==, 42);
  g_assert_cmpfloat (graphbit_llm_options_get_temperature (copy), ==, 2.0);
  g_assert_cmpuint (graphbit_llm_options_get_timeout_ms (copy), ==, 1000);
  g_assert_cmpstr (graphbit_llm_options_get_tool_choice_name (copy), ==, "f");
  g_assert_cmpint (graphbit_llm_options_get_keep_raw (copy), ==, GRAPHBIT_TRISTATE_FALSE);
  g_assert_true (g_variant_equal (graphbit_llm_options_get_metadata (copy), graphbit_llm_options_get_metadata (options)));
}

static void
expect_invalid (GraphbitLlmRequest *request,
                const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (graphbit_llm_request_check (request, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” is not about “%s”", error->message, words);
}

static void
test_request (void)
{
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (options);
  g_autoptr (GraphbitLlmRequest) prompt = graphbit_llm_request_new_for_prompt ("", NULL);
  g_autoptr (GraphbitLlmMessage) user = graphbit_llm_message_new_user ("Hi");
  g_autoptr (GraphbitLlmMessage) silent = graphbit_llm_message_new_assistant ("");
  g_autoptr (GraphbitLlmMessage) orphan = graphbit_llm_message_new_tool ("", "result");
  g_autoptr (GraphbitLlmToolSpec) tool = graphbit_llm_tool_spec_new ("f", "", NULL, NULL);
  g_autoptr (GraphbitLlmToolSpec) twin = graphbit_llm_tool_spec_new ("f", "", NULL, NULL);
  GListStore *messages = G_LIST_STORE (graphbit_llm_request_get_messages (request));
  GListStore *tools = G_LIST_STORE (graphbit_llm_request_get_tools (request));

  expect_invalid (request, "no messages");
  expect_invalid (prompt, "empty");

  graphbit_llm_request_add_message (request, user);
  g_assert_true (graphbit_llm_request_check (request, NULL));
  graphbit_llm_request_add_message (request, silent);
  expect_invalid (request, "neither text nor tool calls");
  g_list_store_remove (messages, 1);
  graphbit_llm_request_add_message (request, orphan);
  expect_invalid (request, "tool-call-id");
  g_list_store_remove (messages, 1);

  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_REQUIRED);
  expect_invalid (request, "has none");
  graphbit_llm_request_add_tool (request, tool);
  g_assert_true (graphbit_llm_request_check (request, NULL));
  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_NAMED);
  graphbit_llm_options_set_tool_choice_name (options, "g");
  expect_invalid (request, "“g”");
  graphbit_llm_options_set_tool_choice_name (options, "f");
  g_assert_true (graphbit_llm_request_check (request, NULL));

  graphbit_llm_request_add_tool (request, twin);
  expect_invalid (request, "Two tools");
  g_list_store_remove (tools, 1);

  graphbit_llm_options_set_temperature (options, 3.0);
  expect_invalid (request, "temperature is 3");
  graphbit_llm_request_set_options (request, NULL);
  g_assert_true (graphbit_llm_request_check (request, NULL));
}

static void
test_response (void)
{
  const char body[] = "{\"a\":\"\xff\"}";
  g_autoptr (GraphbitLlmResponse) empty = g_object_new (GRAPHBIT_TYPE_LLM_RESPONSE, NULL);
  g_autoptr (GraphbitLlmResponse) json = graphbit_llm_response_new ("{\"x\":[1,2]}");
  g_autoptr (GraphbitLlmResponse) refused = g_object_new (GRAPHBIT_TYPE_LLM_RESPONSE, "refusal", "No.", NULL);
  g_autoptr (GraphbitLlmMessage) message = graphbit_llm_response_make_message (refused);
  g_autoptr (GBytes) raw = g_bytes_new_static (body, strlen (body));
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = graphbit_llm_response_parse (json, &error);

  g_assert_no_error (error);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (node));

  g_assert_cmpstr (graphbit_llm_response_get_text (empty), ==, "");
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_llm_response_get_tool_calls (empty)), ==, 0);
  g_assert_null (graphbit_llm_response_get_usage (empty));
  g_assert_null (graphbit_llm_response_get_raw_json (empty));
  g_assert_null (graphbit_llm_response_parse (empty, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE);

  graphbit_llm_response_set_raw (empty, raw);
  g_assert_cmpstr (graphbit_llm_response_get_raw_json (empty), ==, "{\"a\":\"\xef\xbf\xbd\"}");
  graphbit_llm_response_set_exchange (empty, "openai", 12, 2);
  g_assert_cmpstr (graphbit_llm_response_get_provider (empty), ==, "openai");
  g_assert_cmpint (graphbit_llm_response_get_duration_ms (empty), ==, 12);
  g_assert_cmpuint (graphbit_llm_response_get_attempts (empty), ==, 2);

  g_assert_cmpstr (graphbit_llm_message_get_content (message), ==, "No.");
  g_assert_cmpint (graphbit_llm_message_get_role (message), ==, GRAPHBIT_LLM_ROLE_ASSISTANT);
}

static void
test_content_part (void)
{
  const char png[] = "\x89PNG\r\n\x1a\n…";
  g_autoptr (GBytes) bytes = g_bytes_new_static (png, strlen (png));
  g_autoptr (GBytes) words = g_bytes_new_static ("words", 5);
  g_autoptr (GFile) missing = g_file_new_for_path ("/does/not/exist.png");
  g_autoptr (GraphbitContentPart) image = graphbit_content_part_new_for_image_bytes (bytes, NULL);
  g_autoptr (GraphbitContentPart) no_image = graphbit_content_part_new_for_image_bytes (words, "text/plain");
  g_autoptr (GraphbitContentPart) broken_type = graphbit_content_part_new_for_image_bytes (bytes, "image/png\r\nX: y");
  g_autoptr (GraphbitContentPart) no_file = graphbit_content_part_new_for_image_file (missing);
  g_autoptr (GraphbitContentPart) nothing =
    g_object_new (GRAPHBIT_TYPE_CONTENT_PART, "kind", GRAPHBIT_CONTENT_KIND_IMAGE, NULL);
  g_autoptr (GBytes) loaded = NULL;
  g_autofree char *mime_type = NULL;
  g_autoptr (GError) error = NULL;

  loaded = graphbit_content_part_load (image, &mime_type, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (loaded, bytes));
  g_assert_cmpstr (mime_type, ==, "image/png");

  g_assert_null (graphbit_content_part_load (no_image, &mime_type, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (graphbit_content_part_load (broken_type, &mime_type, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (graphbit_content_part_load (no_file, &mime_type, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "/does/not/exist.png"));
  g_clear_error (&error);
  g_assert_null (graphbit_content_part_load (nothing, &mime_type, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

/* Properties can be read and, where they may be, written, without a complaint. */
static void
test_properties (void)
{
  const GType types[] = {
    GRAPHBIT_TYPE_CONTENT_PART, GRAPHBIT_TYPE_LLM_MESSAGE, GRAPHBIT_TYPE_LLM_OPTIONS, GRAPHBIT_TYPE_LLM_REQUEST,
    GRAPHBIT_TYPE_LLM_RESPONSE, GRAPHBIT_TYPE_LLM_TOOL_CALL, GRAPHBIT_TYPE_LLM_TOOL_SPEC, GRAPHBIT_TYPE_LLM_USAGE,
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GObject) object = g_object_new (types[i], NULL);
      guint n_properties;
      g_autofree GParamSpec **pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n_properties);

      g_assert_cmpuint (n_properties, >, 0);
      for (guint j = 0; j < n_properties; j++)
        {
          g_auto (GValue) value = G_VALUE_INIT;

          g_object_get_property (object, pspecs[j]->name, &value);
          if ((pspecs[j]->flags & G_PARAM_WRITABLE) && !(pspecs[j]->flags & G_PARAM_CONSTRUCT_ONLY))
            g_object_set_property (object, pspecs[j]->name, &value);
        }
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/values/usage", test_usage);
  g_test_add_func ("/llm/values/chunk", test_chunk);
  g_test_add_func ("/llm/values/tool-spec", test_tool_spec);
  g_test_add_func ("/llm/values/message", test_message);
  g_test_add_func ("/llm/values/options", test_options);
  g_test_add_func ("/llm/values/request", test_request);
  g_test_add_func ("/llm/values/response", test_response);
  g_test_add_func ("/llm/values/content-part", test_content_part);
  g_test_add_func ("/llm/values/properties", test_properties);

  return g_test_run ();
}
