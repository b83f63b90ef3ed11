/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "graphbit-content-part.h"
#include "graphbit-error.h"
#include "graphbit-json-private.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-dialect-private.h"
#include "graphbit-llm-message.h"
#include "graphbit-llm-options.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-tool-call.h"
#include "graphbit-llm-tool-spec.h"

/* The bodies of requests, word for word. */

static char *
build (GraphbitLlmConfig *config,
       GraphbitLlmRequest *request,
       gboolean is_stream,
       GError **error)
{
  GString *body = g_string_new (NULL);

  if (!graphbit_llm_config_check (config, error) ||
      !graphbit_llm_request_check (request, error) ||
      !graphbit_llm_dialect_chat.build (graphbit_llm_config_get_vendor (config), config, request, is_stream, body, error))
    {
      g_string_free (body, TRUE);
      return NULL;
    }

  return g_string_free (body, FALSE);
}

static void
expect_body (GraphbitLlmConfig *config,
             GraphbitLlmRequest *request,
             gboolean is_stream,
             const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *body = build (config, request, is_stream, &error);
  g_autoptr (JsonNode) node = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (body, ==, wanted);
  node = graphbit_json_parse (body, -1, &error);
  g_assert_no_error (error);
}

static void
add (GraphbitLlmRequest *request,
     GraphbitLlmMessage *message)
{
  graphbit_llm_request_add_message (request, message);
  g_object_unref (message);
}

static GraphbitLlmConfig *
make_compatible (void)
{
  return graphbit_llm_config_new_openai_compatible ("http://127.0.0.1:1/v1", NULL, "m", NULL);
}

static void
test_plain (void)
{
  g_autoptr (GraphbitLlmConfig) openai = graphbit_llm_config_new_openai (NULL, NULL, NULL);
  g_autoptr (GraphbitLlmConfig) compatible = make_compatible ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Say \"hé\"\n\x01", NULL);
  g_autofree char *path = graphbit_llm_dialect_chat.path (graphbit_llm_config_get_vendor (openai), "m", FALSE);

  g_assert_cmpstr (path, ==, "/chat/completions");
  expect_body (openai, request, FALSE,
               "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Say \\\"hé\\\"\\n\\u0001\"}]}");
  expect_body (compatible, request, TRUE,
               "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Say \\\"hé\\\"\\n\\u0001\"}],"
               "\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
}

static void
test_history (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_compatible ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *assistant = graphbit_llm_message_new_assistant ("");
  g_autoptr (GraphbitLlmToolCall) call = graphbit_llm_tool_call_new ("call_1", "f", "{\"a\": 1}");
  g_autoptr (GraphbitLlmToolCall) cut = graphbit_llm_tool_call_new ("call_2", "g", "{\"a\": ");

  graphbit_llm_message_add_tool_call (assistant, call);
  graphbit_llm_message_add_tool_call (assistant, cut);
  add (request, graphbit_llm_message_new_system ("Be brief."));
  add (request, graphbit_llm_message_new_user ("Go"));
  add (request, assistant);
  add (request, graphbit_llm_message_new_tool ("call_1", "{\"r\":2}"));
  add (request, graphbit_llm_message_new_tool ("call_2", ""));
  add (request, graphbit_llm_message_new_assistant ("Done"));
  expect_body (config, request, FALSE,
               "{\"model\":\"m\",\"messages\":["
               "{\"role\":\"system\",\"content\":\"Be brief.\"},"
               "{\"role\":\"user\",\"content\":\"Go\"},"
               "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
               "{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\": 1}\"}},"
               "{\"id\":\"call_2\",\"type\":\"function\",\"function\":{\"name\":\"g\","
               "\"arguments\":\"{\\\"raw_arguments\\\":\\\"{\\\\\\\"a\\\\\\\": \\\"}\"}}]},"
               "{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"{\\\"r\\\":2}\"},"
               "{\"role\":\"tool\",\"tool_call_id\":\"call_2\",\"content\":\"\"},"
               "{\"role\":\"assistant\",\"content\":\"Done\"}]}");
}

static void
test_parts (void)
{
  const char gif[] = "GIF89a";
  g_autoptr (GraphbitLlmConfig) config = make_compatible ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmRequest) wrong = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmRequest) address = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmRequest) missing = graphbit_llm_request_new (NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static (gif, strlen (gif));
  g_autoptr (GraphbitContentPart) image = graphbit_content_part_new_for_image_bytes (bytes, NULL);
  g_autoptr (GraphbitContentPart) remote = graphbit_content_part_new_for_image_uri ("https://example.org/a.png");
  g_autoptr (GraphbitContentPart) local = graphbit_content_part_new_for_image_uri ("file:///etc/passwd");
  g_autoptr (GraphbitContentPart) text = graphbit_content_part_new_for_text ("and?");
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("graphbit-XXXXXX", &error);
  g_autofree char *path = g_build_filename (directory, "a \"b\".pdf", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GraphbitContentPart) document = graphbit_content_part_new_for_file (file);
  GraphbitLlmMessage *user = graphbit_llm_message_new_user ("Look:");
  GraphbitLlmMessage *tool = graphbit_llm_message_new_tool ("call_1", "");
  GraphbitLlmMessage *stranger = graphbit_llm_message_new_user ("Look:");
  GraphbitLlmMessage *reader = graphbit_llm_message_new_user ("Read:");

  g_assert_no_error (error);
  graphbit_llm_message_add_part (user, image);
  graphbit_llm_message_add_part (user, remote);
  graphbit_llm_message_add_part (user, text);
  graphbit_llm_message_add_part (user, document);
  add (request, user);

  /* A file that is not there is an error of the request, not of the part. */
  g_assert_null (build (config, request, FALSE, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_file_set_contents (path, "%PDF-1.4", -1, &error);
  g_assert_no_error (error);
  expect_body (config, request, FALSE,
               "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":["
               "{\"type\":\"text\",\"text\":\"Look:\"},"
               "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/gif;base64,R0lGODlh\"}},"
               "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.org/a.png\"}},"
               "{\"type\":\"text\",\"text\":\"and?\"},"
               "{\"type\":\"file\",\"file\":{\"filename\":\"a \\\"b\\\".pdf\",\"file_data\":\"data:application/pdf;base64,JVBERi0xLjQ=\"}}"
               "]}]}");
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (directory), ==, 0);

  /* Only the user shows pictures on this wire. */
  graphbit_llm_message_add_part (tool, image);
  add (wrong, tool);
  g_assert_null (build (config, wrong, FALSE, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
  g_clear_error (&error);

  graphbit_llm_message_add_part (stranger, local);
  add (address, stranger);
  g_assert_null (build (config, address, FALSE, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  graphbit_llm_message_add_part (reader, document);
  add (missing, reader);
  g_assert_null (build (config, missing, FALSE, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND);
}

/* Base64 of every length, against GLib's own. */
static void
test_base64 (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_compatible ();

  for (gsize length = 1; length < 200; length++)
    {
      g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
      GraphbitLlmMessage *user = graphbit_llm_message_new_user ("");
      g_autofree guchar *data = g_malloc (length);
      g_autofree char *encoded = NULL;
      g_autofree char *wanted = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GraphbitContentPart) part = NULL;

      for (gsize i = 0; i < length; i++)
        data[i] = (guchar) (i * 37 + length);
      bytes = g_bytes_new (data, length);
      part = graphbit_content_part_new_for_image_bytes (bytes, "image/png");
      graphbit_llm_message_add_part (user, part);
      add (request, user);
      encoded = g_base64_encode (data, length);
      wanted = g_strdup_printf ("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
                                "\"image_url\":{\"url\":\"data:image/png;base64,%s\"}}]}]}", encoded);
      expect_body (config, request, FALSE, wanted);
    }
}

static void
test_tools (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_compatible ();
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Go", options);
  g_autoptr (GraphbitLlmToolSpec) weather =
    graphbit_llm_tool_spec_new ("weather", "Tells \"it\"",
                                "{ \"type\": \"object\", \"properties\": { \"city\": { \"type\": \"string\" } } }", NULL);
  g_autoptr (GraphbitLlmToolSpec) now = graphbit_llm_tool_spec_new ("now", "The time", NULL, NULL);

  /* Without tools a choice that asks for nothing is not sent: most servers would refuse it. */
  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_AUTO);
  graphbit_llm_options_set_parallel_tool_calls (options, GRAPHBIT_TRISTATE_FALSE);
  expect_body (config, request, FALSE, "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Go\"}]}");

  graphbit_llm_request_add_tool (request, weather);
  graphbit_llm_request_add_tool (request, now);
#define TOOLS \
  "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Go\"}],\"tools\":[" \
  "{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"description\":\"Tells \\\"it\\\"\"," \
  "\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}}}," \
  "{\"type\":\"function\",\"function\":{\"name\":\"now\",\"description\":\"The time\"," \
  "\"parameters\":{\"type\":\"object\",\"properties\":{}}}}]"
  expect_body (config, request, FALSE, TOOLS ",\"tool_choice\":\"auto\",\"parallel_tool_calls\":false}");

  graphbit_llm_options_set_parallel_tool_calls (options, GRAPHBIT_TRISTATE_UNSET);
  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_NONE);
  expect_body (config, request, FALSE, TOOLS ",\"tool_choice\":\"none\"}");
  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_REQUIRED);
  expect_body (config, request, FALSE, TOOLS ",\"tool_choice\":\"required\"}");
  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_NAMED);
  graphbit_llm_options_set_tool_choice_name (options, "now");
  expect_body (config, request, FALSE, TOOLS ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"now\"}}}");
  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_UNSET);
  expect_body (config, request, FALSE, TOOLS "}");
}

static void
test_options (void)
{
  g_autoptr (GraphbitLlmConfig) openai = graphbit_llm_config_new_openai (NULL, "o4-mini", NULL);
  g_autoptr (GraphbitLlmConfig) compatible = make_compatible ();
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Go", options);
  g_autoptr (GError) error = NULL;
  const char *const stop[] = { "END", "\n\n", NULL };

  graphbit_llm_options_set_max_tokens (options, 500);
  graphbit_llm_options_set_temperature (options, 0.7);
  graphbit_llm_options_set_top_p (options, 1.0);
  graphbit_llm_options_set_seed (options, 0);
  graphbit_llm_options_set_stop (options, stop);
  graphbit_llm_options_set_reasoning_effort (options, GRAPHBIT_REASONING_EFFORT_LOW);
  graphbit_llm_options_set_metadata (options, g_variant_new_parsed ("{'k': 'v'}"));
  expect_body (openai, request, FALSE,
               "{\"model\":\"o4-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Go\"}],"
               "\"max_completion_tokens\":500,\"temperature\":0.7,\"top_p\":1.0,\"stop\":[\"END\",\"\\n\\n\"],"
               "\"seed\":0,\"reasoning_effort\":\"low\",\"metadata\":{\"k\":\"v\"}}");
  expect_body (compatible, request, FALSE,
               "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Go\"}],"
               "\"max_tokens\":500,\"temperature\":0.7,\"top_p\":1.0,\"stop\":[\"END\",\"\\n\\n\"],"
               "\"seed\":0,\"reasoning_effort\":\"low\",\"metadata\":{\"k\":\"v\"}}");

  graphbit_llm_options_set_temperature (options, 3.0);
  g_assert_null (build (openai, request, FALSE, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

static void
test_schema (void)
{
  static const struct
  {
    const char *schema;
    gboolean is_strict;
  } cases[] = {
    { "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}},\"required\":[\"x\"],\"additionalProperties\":false}", TRUE },
    { "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}", TRUE },
    { "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}},\"required\":[\"x\"]}", FALSE },
    { "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}},\"additionalProperties\":false}", FALSE },
    { "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"object\"}},\"required\":[\"x\"],\"additionalProperties\":false}", FALSE },
    { "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{}}}},"
      "\"required\":[\"x\"],\"additionalProperties\":false}", FALSE },
    { "{\"type\":\"object\",\"properties\":{\"x\":{\"allOf\":[]}},\"required\":[\"x\"],\"additionalProperties\":false}", FALSE },
    { "{\"type\":\"object\",\"properties\":{\"x\":{\"$ref\":\"#/$defs/a\"}},\"required\":[\"x\"],\"additionalProperties\":false,"
      "\"$defs\":{\"a\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}}}", TRUE },
    { "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}", FALSE },
  };
  g_autoptr (GraphbitLlmConfig) config = make_compatible ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
      g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Go", options);
      g_autofree char *wanted =
        g_strdup_printf ("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Go\"}],\"response_format\":"
                         "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"schema\":%s%s}}}",
                         cases[i].schema, cases[i].is_strict ? ",\"strict\":true" : "");

      graphbit_llm_options_set_response_schema (options, cases[i].schema);
      expect_body (config, request, FALSE, wanted);
    }
}

static void
test_extra_body (void)
{
  g_autoptr (GraphbitLlmConfig) config = make_compatible ();
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new_for_prompt ("Go", options);

  graphbit_llm_options_set_temperature (options, 0.5);
  graphbit_llm_options_set_seed (options, 1);

  /* It adds, wins, and with null takes away. */
  graphbit_llm_config_set_extra_body (config, "{\"top_k\":40,\"temperature\":0.25,\"seed\":null,\"stream_options\":null,"
                                              "\"provider\":{\"order\":[\"a\"]}}");
  expect_body (config, request, TRUE,
               "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Go\"}],\"stream\":true,"
               "\"top_k\":40,\"temperature\":0.25,\"provider\":{\"order\":[\"a\"]}}");

  graphbit_llm_config_set_extra_body (config, "{\"model\":\"other\",\"messages\":[]}");
  expect_body (config, request, FALSE, "{\"temperature\":0.5,\"seed\":1,\"model\":\"other\",\"messages\":[]}");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/chat/request/plain", test_plain);
  g_test_add_func ("/llm/chat/request/history", test_history);
  g_test_add_func ("/llm/chat/request/parts", test_parts);
  g_test_add_func ("/llm/chat/request/base64", test_base64);
  g_test_add_func ("/llm/chat/request/tools", test_tools);
  g_test_add_func ("/llm/chat/request/options", test_options);
  g_test_add_func ("/llm/chat/request/schema", test_schema);
  g_test_add_func ("/llm/chat/request/extra-body", test_extra_body);

  return g_test_run ();
}
