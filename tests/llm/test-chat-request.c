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
#include "graphbit-llm-demands-private.h"
#include "graphbit-llm-dialect-private.h"
#include "graphbit-llm-message-private.h"
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
      !graphbit_llm_demands_check (config, request, is_stream, error) ||
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
  g_autoptr (GraphbitLlmRequest) shown = graphbit_llm_request_new (NULL);
  GraphbitLlmMessage *tool = graphbit_llm_message_new_tool ("call_1", "");
  GraphbitLlmMessage *assistant = graphbit_llm_message_new_assistant ("");
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

  /* Only the user shows pictures on this wire; of a tool's it is told. */
  graphbit_llm_message_add_part (tool, text);
  graphbit_llm_message_add_part (tool, image);
  graphbit_llm_message_add_part (tool, document);
  add (shown, tool);
  expect_body (config, shown, FALSE,
               "{\"model\":\"m\",\"messages\":[{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":"
               "\"and?\\n[an image, which cannot be shown here]\\n[a file, a \\\"b\\\".pdf, which cannot be shown here]\"}]}");
  graphbit_llm_message_add_part (assistant, image);
  add (wrong, assistant);
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
  /* what was set is believed before the list of models, which knows better */
  graphbit_llm_config_set_capabilities (openai, graphbit_llm_config_get_capabilities (openai));
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
    { "{\"type\":\"object\",\"properties\":{\"x\":{\"allOf\":[{}]}},\"required\":[\"x\"],\"additionalProperties\":false}", FALSE },
    { "{\"type\":\"object\",\"properties\":{\"x\":{\"$ref\":\"#/$defs/a\"}},\"required\":[\"x\"],\"additionalProperties\":false,"
      "\"$defs\":{\"a\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}}}", TRUE },
    { "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"array\",\"uniqueItems\":true}},\"required\":[\"x\"],"
      "\"additionalProperties\":false}", FALSE },
    { "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"array\",\"prefixItems\":[{}]}},\"required\":[\"x\"],"
      "\"additionalProperties\":false}", FALSE },
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

static GraphbitLlmRequest *
make_request (GraphbitLlmOptions **options)
{
  *options = graphbit_llm_options_new ();

  return graphbit_llm_request_new_for_prompt ("Go", *options);
}

/* The same options, as each vendor wants them said. */
static void
test_vendor_options (void)
{
  static const struct
  {
    const char *provider;
    const char *model;
    const char *wanted; /* of the limit of 5 tokens and a stream */
  } cases[] = {
    { "openai", "m", "\"max_completion_tokens\":5,\"stream\":true,\"stream_options\":{\"include_usage\":true}}" },
    { "azurellm", "my-GPT-4o", "\"max_completion_tokens\":5,\"stream\":true,\"stream_options\":{\"include_usage\":true}}" },
    { "azurellm", "o3-mini", "\"max_completion_tokens\":5,\"stream\":true,\"stream_options\":{\"include_usage\":true}}" },
    { "azurellm", "gpt-oss-20b", "\"max_tokens\":5,\"stream\":true,\"stream_options\":{\"include_usage\":true}}" },
    { "azurellm", "DeepSeek-V3", "\"max_tokens\":5,\"stream\":true,\"stream_options\":{\"include_usage\":true}}" },
    { "deepseek", "m", "\"max_tokens\":5,\"stream\":true,\"stream_options\":{\"include_usage\":true}}" },
    { "mistralai", "m", "\"max_tokens\":5,\"stream\":true}" },
    { "perplexity", "m", "\"max_tokens\":5,\"stream\":true}" },
    { "fireworks", "m", "\"max_tokens\":5,\"stream\":true}" },
    { "togetherai", "m", "\"max_tokens\":5,\"stream\":true}" },
    { "xai", "m", "\"max_completion_tokens\":5,\"stream\":true,\"stream_options\":{\"include_usage\":true}}" },
    { "huggingface", "m", "\"max_tokens\":5,\"stream\":true,\"stream_options\":{\"include_usage\":true}}" },
    { "openrouter", "m", "\"max_tokens\":5,\"stream\":true}" },
    { "ai21", "m", "\"max_tokens\":5,\"stream\":true}" },
    { "bytedance", "m", "\"max_tokens\":5,\"stream\":true,\"stream_options\":{\"include_usage\":true}}" },
    { "groq", "m", "\"max_completion_tokens\":5,\"stream\":true,\"stream_options\":{\"include_usage\":true}}" },
    { "litellm", "m", "\"max_tokens\":5,\"stream\":true,\"stream_options\":{\"include_usage\":true}}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitLlmConfig) config = g_object_new (GRAPHBIT_TYPE_LLM_CONFIG,
                                                           "provider", cases[i].provider,
                                                           "model", cases[i].model,
                                                           "base-url", "http://127.0.0.1:1",
                                                           NULL);
      g_autoptr (GraphbitLlmOptions) options = NULL;
      g_autoptr (GraphbitLlmRequest) request = make_request (&options);
      g_autofree char *wanted = g_strdup_printf ("{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Go\"}],%s",
                                                 cases[i].model, cases[i].wanted);

      graphbit_llm_options_set_max_tokens (options, 5);
      expect_body (config, request, TRUE, wanted);
    }
}

/* An option that the vendor would refuse or pass over is an error before anything is sent. */
static void
test_vendor_lacks (void)
{
  static const struct
  {
    const char *provider;
    const char *lacks;
  } cases[] = {
    { "openai", "" },
    { "deepseek", "seed metadata parallel-tool-calls images" },
    { "mistralai", "metadata" },
    { "perplexity", "seed metadata tools" },
    { "xai", "metadata" },
    { "groq", "metadata" },
    { "bytedance", "seed metadata" },
    { "ai21", "seed metadata reasoning-effort parallel-tool-calls tool-choice images" },
    { "openrouter", "" },
  };
  static const char *const names[] = {
    "seed", "metadata", "reasoning-effort", "parallel-tool-calls", "tool-choice", "tools", "images"
  };
  g_autoptr (GraphbitContentPart) image = graphbit_content_part_new_for_image_uri ("https://example.org/a.png");
  g_autoptr (GraphbitLlmToolSpec) tool = graphbit_llm_tool_spec_new ("now", "The time", NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint j = 0; j < G_N_ELEMENTS (names); j++)
      {
        g_autoptr (GraphbitLlmConfig) config =
            g_object_new (GRAPHBIT_TYPE_LLM_CONFIG, "provider", cases[i].provider, "model", "m", NULL);
        g_auto (GStrv) lacks = g_strsplit (cases[i].lacks, " ", -1);
        gboolean needs_tools = strcmp (cases[i].provider, "perplexity") != 0 || j == 5;
        g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
        g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (options);
        GraphbitLlmMessage *user = graphbit_llm_message_new_user ("Go");
        g_autoptr (GError) error = NULL;
        g_autofree char *body = NULL;

        if (needs_tools)
          graphbit_llm_request_add_tool (request, tool);
        if (j == 0)
          graphbit_llm_options_set_seed (options, 1);
        else if (j == 1)
          graphbit_llm_options_set_metadata (options, g_variant_new_parsed ("{'k': 'v'}"));
        else if (j == 2)
          graphbit_llm_options_set_reasoning_effort (options, GRAPHBIT_REASONING_EFFORT_LOW);
        else if (j == 3 && needs_tools)
          graphbit_llm_options_set_parallel_tool_calls (options, GRAPHBIT_TRISTATE_FALSE);
        else if (j == 4 && needs_tools)
          graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_REQUIRED);
        else if (j == 6)
          graphbit_llm_message_add_part (user, image);
        add (request, user);

        body = build (config, request, FALSE, &error);
        if (g_strv_contains ((const char *const *) lacks, names[j]))
          {
            g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
            g_assert_nonnull (strstr (error->message, names[j]));
            g_assert_nonnull (strstr (error->message, graphbit_llm_config_get_vendor (config)->title));
          }
        else
          {
            g_assert_no_error (error);
          }

        /* who knows better says so */
        if (error != NULL && j >= 5)
          {
            g_autofree char *again = NULL;

            g_clear_error (&error);
            graphbit_llm_config_set_capabilities (config, GRAPHBIT_LLM_CAPABILITIES_TOOLS | GRAPHBIT_LLM_CAPABILITIES_IMAGES);
            again = build (config, request, FALSE, &error);
            g_assert_no_error (error);
            g_assert_nonnull (again);
          }
      }
}

static void
test_mistral (void)
{
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_mistralai (NULL, "m", NULL);
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (options);
  GraphbitLlmMessage *assistant = graphbit_llm_message_new_assistant ("");
  g_autoptr (GraphbitLlmToolCall) own = graphbit_llm_tool_call_new ("abc123XYZ", "f", "{}");
  g_autoptr (GraphbitLlmToolCall) foreign = graphbit_llm_tool_call_new ("call_1", "g", "{}");
  g_autoptr (JsonNode) node = NULL;
  JsonNode *messages, *calls;
  g_autofree char *body = NULL;
  const char *id, *answered;
  g_autoptr (GError) error = NULL;

  graphbit_llm_options_set_seed (options, 7);
  graphbit_llm_message_add_tool_call (assistant, own);
  graphbit_llm_message_add_tool_call (assistant, foreign);
  add (request, graphbit_llm_message_new_user ("Go"));
  add (request, assistant);
  add (request, graphbit_llm_message_new_tool ("abc123XYZ", "1"));
  add (request, graphbit_llm_message_new_tool ("call_1", "2"));
  body = build (config, request, FALSE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (body, "\"random_seed\":7}"));

  /* Nine letters and digits, the same in the call and its result. */
  node = graphbit_json_parse (body, -1, &error);
  messages = graphbit_json_get_member (node, "messages");
  calls = graphbit_json_get_member (graphbit_json_get_element (messages, 1), "tool_calls");
  g_assert_true (graphbit_json_get_string (graphbit_json_get_element (calls, 0), "id", &id));
  g_assert_cmpstr (id, ==, "abc123XYZ");
  g_assert_true (graphbit_json_get_string (graphbit_json_get_element (calls, 1), "id", &id));
  g_assert_cmpuint (strlen (id), ==, 9);
  for (const char *p = id; *p != '\0'; p++)
    g_assert_true (g_ascii_isalnum (*p));
  g_assert_true (graphbit_json_get_string (graphbit_json_get_element (messages, 3), "tool_call_id", &answered));
  g_assert_cmpstr (answered, ==, id);
}

/* A schema is told in words to those who cannot be held to one. */
static void
test_json_object (void)
{
  static const char schema[] = "{\"type\":\"object\"}";
  g_autoptr (GraphbitLlmConfig) deepseek = graphbit_llm_config_new_deepseek (NULL, "m", NULL);
  g_autoptr (GraphbitLlmConfig) other = make_compatible ();
  g_autoptr (GraphbitLlmOptions) options = NULL;
  g_autoptr (GraphbitLlmRequest) request = make_request (&options);

  {
    g_autoptr (GraphbitLlmConfig) router = graphbit_llm_config_new_huggingface (NULL, "o/m:hf-inference", NULL);

    graphbit_llm_options_set_response_schema (options, schema);
    expect_body (router, request, FALSE, "{\"model\":\"o/m:hf-inference\",\"messages\":[{\"role\":\"user\",\"content\":\"Go\"}],"
                                         "\"response_format\":{\"type\":\"json_object\",\"value\":{\"type\":\"object\"}}}");
  }

#define WORDS \
  "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"Answer with a JSON object and nothing else. " \
  "It must be valid against this JSON Schema: {\\\"type\\\":\\\"object\\\"}\"}," \
  "{\"role\":\"user\",\"content\":\"Go\"}]"
  graphbit_llm_options_set_response_schema (options, schema);
  expect_body (deepseek, request, FALSE, WORDS ",\"response_format\":{\"type\":\"json_object\"}}");

  graphbit_llm_config_set_capabilities (other, GRAPHBIT_LLM_CAPABILITIES_STREAMING);
  expect_body (other, request, FALSE, WORDS "}");
}

/* What a model thought goes back to those who want it, and to nobody else. */
static void
test_reasoning_back (void)
{
  static const char pieces[] =
    "{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Let \",\"index\":0,\"format\":null},"
    "{\"type\":\"reasoning.text\",\"text\":\"me see\",\"index\":0},"
    "{\"type\":\"reasoning.text\",\"text\":\"\",\"signature\":\"s\",\"index\":0},"
    "{\"type\":\"reasoning.encrypted\",\"data\":\"x\",\"index\":1},"
    "{\"type\":\"reasoning.encrypted\",\"data\":\"y\",\"index\":1}]}";
  static const char whole[] =
    "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":0,\"text\":\"Let me see\",\"signature\":\"s\"},"
    "{\"type\":\"reasoning.encrypted\",\"data\":\"x\",\"index\":1},"
    "{\"type\":\"reasoning.encrypted\",\"data\":\"y\",\"index\":1}]";
  static const struct
  {
    const char *provider;
    const char *origin;
    gboolean has_calls;
    const char *wanted; /* NULL: nothing of it */
  } cases[] = {
    { "deepseek", "deepseek", TRUE, "\"reasoning_content\":\"thought\"" },
    { "deepseek", NULL, TRUE, "\"reasoning_content\":\"thought\"" },
    { "deepseek", "openrouter", TRUE, NULL },
    { "deepseek", "deepseek", FALSE, NULL },
    { "openrouter", "openrouter", TRUE, whole },
    { "openrouter", "openrouter", FALSE, whole },
    { "openrouter", "groq", TRUE, NULL },
    { "groq", "openrouter", TRUE, NULL },
    { "groq", "groq", TRUE, NULL },
  };
  g_autoptr (GraphbitLlmToolCall) call = graphbit_llm_tool_call_new ("call_1", "f", "{}");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitLlmConfig) config =
          g_object_new (GRAPHBIT_TYPE_LLM_CONFIG, "provider", cases[i].provider, "model", "m", NULL);
      g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
      GraphbitLlmMessage *assistant = g_object_new (GRAPHBIT_TYPE_LLM_MESSAGE,
                                                    "role", GRAPHBIT_LLM_ROLE_ASSISTANT,
                                                    "content", "Hm",
                                                    "reasoning", "thought",
                                                    NULL);
      char *native = g_ref_string_new (pieces);
      g_autoptr (GError) error = NULL;
      g_autofree char *body = NULL;

      if (cases[i].has_calls)
        graphbit_llm_message_add_tool_call (assistant, call);
      if (cases[i].origin != NULL)
        graphbit_llm_message_set_origin (assistant, cases[i].origin, native);
      g_ref_string_release (native);
      add (request, graphbit_llm_message_new_user ("Go"));
      add (request, assistant);
      body = build (config, request, FALSE, &error);
      g_assert_no_error (error);
      if (cases[i].wanted == NULL)
        g_assert_null (strstr (body, "reasoning"));
      else if (strstr (body, cases[i].wanted) == NULL)
        g_assert_cmpstr (body, ==, cases[i].wanted);
    }
}

/* Anthropic's marks go to those who hand them on, on texts only, and to nobody else. */
static void
test_caching (void)
{
#define MARK ",\"cache_control\":{\"type\":\"ephemeral\"}}]}"
  static const char *const providers[] = { "openrouter", "litellm", "openai" };
  g_autoptr (GraphbitContentPart) image = graphbit_content_part_new_for_image_uri ("https://h/a.png");
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (options);
  GraphbitLlmMessage *look = graphbit_llm_message_new_user ("Look");

  graphbit_llm_message_add_part (look, image);
  add (request, graphbit_llm_message_new_system ("Be brief."));
  add (request, graphbit_llm_message_new_user ("Go"));
  add (request, graphbit_llm_message_new_assistant ("Where?"));
  add (request, look);
  for (guint i = 0; i < G_N_ELEMENTS (providers); i++)
    for (int is_asked = 0; is_asked < 2; is_asked++)
      {
        g_autoptr (GraphbitLlmConfig) config = g_object_new (GRAPHBIT_TYPE_LLM_CONFIG, "provider", providers[i], "model", "m", NULL);

        graphbit_llm_options_set_enable_prompt_caching (options, is_asked ? GRAPHBIT_TRISTATE_TRUE : GRAPHBIT_TRISTATE_UNSET);
        expect_body (config, request, FALSE,
                     is_asked && i < 2
                       ? "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"Be brief.\"" MARK
                         ",{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Go\"" MARK
                         ",{\"role\":\"assistant\",\"content\":\"Where?\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Look\"},"
                         "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://h/a.png\"}}]}]}"
                       : "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"Go\"},"
                         "{\"role\":\"assistant\",\"content\":\"Where?\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Look\"},"
                         "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://h/a.png\"}}]}]}");
      }
#undef MARK
}

/* Documents by their bytes and by their address, where either is taken. */
static void
test_documents (void)
{
  static const struct
  {
    const char *provider;
    const char *of_bytes; /* NULL: refused */
    const char *of_address;
  } cases[] = {
    { "openai", "{\"type\":\"file\",\"file\":{\"filename\":\"file.pdf\",\"file_data\":\"data:application/pdf;base64,JVBERi0=\"}}", NULL },
    { "azurellm", "{\"type\":\"file\",\"file\":{\"filename\":\"file.pdf\",\"file_data\":\"data:application/pdf;base64,JVBERi0=\"}}", NULL },
    { "mistralai", "{\"type\":\"document_url\",\"document_url\":\"data:application/pdf;base64,JVBERi0=\",\"document_name\":\"file.pdf\"}",
      "{\"type\":\"document_url\",\"document_url\":\"https://h/d/a.pdf\",\"document_name\":\"a.pdf\"}" },
    { "xai", NULL, NULL },
    { "perplexity", NULL, NULL },
  };
  g_autoptr (GBytes) bytes = g_bytes_new_static ("%PDF-", 5);
  g_autoptr (GFile) file = g_file_new_for_uri ("https://h/d/a.pdf");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (int is_address = 0; is_address < 2; is_address++)
      {
        g_autoptr (GraphbitLlmConfig) config =
            g_object_new (GRAPHBIT_TYPE_LLM_CONFIG, "provider", cases[i].provider, "model", "m", "base-url", "http://h/v1", NULL);
        g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
        g_autoptr (GraphbitContentPart) part =
            is_address ? graphbit_content_part_new_for_file (file)
                       : g_object_new (GRAPHBIT_TYPE_CONTENT_PART, "kind", GRAPHBIT_CONTENT_KIND_FILE, "bytes", bytes, NULL);
        const char *wanted = is_address ? cases[i].of_address : cases[i].of_bytes;
        GraphbitLlmMessage *user = graphbit_llm_message_new_user ("Read");
        g_autoptr (GError) error = NULL;
        g_autofree char *body = NULL;

        graphbit_llm_message_add_part (user, part);
        add (request, user);
        body = build (config, request, FALSE, &error);
        if (wanted == NULL)
          {
            g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
            continue;
          }
        g_assert_no_error (error);
        if (strstr (body, wanted) == NULL)
          g_assert_cmpstr (body, ==, wanted);
      }
}

/* What a provider signed goes back to it where it stood; what another of its protocols kept does not. */
static void
test_extra_content (void)
{
  static const struct
  {
    const char *provider;
    const char *kept;
    const char *wanted;
  } cases[] = {
    { "openai_compatible", "{\"extra_content\":{\"c1\":{\"g\":\"s\"},\"\":{\"g\":\"t\"}}}",
      "\"arguments\":\"{}\"},\"extra_content\":{\"g\":\"s\"}}],\"extra_content\":{\"g\":\"t\"}}]}" },
    { "openai_compatible", "[{\"type\":\"reasoning\"}]", "\"arguments\":\"{}\"}}]}]}" },
    { "openrouter", "[{\"type\":\"reasoning\"}]", "\"arguments\":\"{}\"}}]}]}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitLlmConfig) config =
          g_object_new (GRAPHBIT_TYPE_LLM_CONFIG, "provider", cases[i].provider, "model", "m", "base-url", "http://h/v1", NULL);
      g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
      g_autoptr (GraphbitLlmToolCall) call = graphbit_llm_tool_call_new ("c1", "f", "{}");
      GraphbitLlmMessage *assistant = graphbit_llm_message_new_assistant ("");
      char *native = g_ref_string_new (cases[i].kept);
      g_autoptr (GError) error = NULL;
      g_autofree char *body = NULL;

      graphbit_llm_message_add_tool_call (assistant, call);
      graphbit_llm_message_set_origin (assistant, cases[i].provider, native);
      g_ref_string_release (native);
      add (request, assistant);
      body = build (config, request, FALSE, &error);
      g_assert_no_error (error);
      if (!g_str_has_suffix (body, cases[i].wanted))
        g_assert_cmpstr (body, ==, cases[i].wanted);
    }
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
  g_test_add_func ("/llm/chat/request/vendor-options", test_vendor_options);
  g_test_add_func ("/llm/chat/request/vendor-lacks", test_vendor_lacks);
  g_test_add_func ("/llm/chat/request/mistral", test_mistral);
  g_test_add_func ("/llm/chat/request/json-object", test_json_object);
  g_test_add_func ("/llm/chat/request/extra-content", test_extra_content);
  g_test_add_func ("/llm/chat/request/caching", test_caching);
  g_test_add_func ("/llm/chat/request/documents", test_documents);
  g_test_add_func ("/llm/chat/request/reasoning-back", test_reasoning_back);

  return g_test_run ();
}
