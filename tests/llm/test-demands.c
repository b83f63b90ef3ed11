/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "llm-support.h"

/* What a request asks for, against what provider and model can: through the public API, and nothing is sent. */

#define STREAMING GRAPHBIT_LLM_CAPABILITIES_STREAMING
#define TOOLS GRAPHBIT_LLM_CAPABILITIES_TOOLS
#define IMAGES GRAPHBIT_LLM_CAPABILITIES_IMAGES
#define SCHEMA GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA
#define REASONING GRAPHBIT_LLM_CAPABILITIES_REASONING

static GraphbitLlmClient *
make_client (GraphbitMockServer *server,
             const char *provider,
             const char *model)
{
  GraphbitLlmClient *client = support_client_new_for_provider (server, provider);

  graphbit_llm_config_set_model (graphbit_llm_client_get_config (client), model);
  return client;
}

/* What the request asks for, as a word. */
static GraphbitLlmRequest *
make_request (const char *demand)
{
  static const char *const stop[] = { "END", NULL };
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmMessage) user = graphbit_llm_message_new_user ("Go");
  g_autoptr (GraphbitLlmToolSpec) tool = graphbit_llm_tool_spec_new ("now", "The time", NULL, NULL);
  g_autoptr (GraphbitContentPart) image = graphbit_content_part_new_for_image_uri ("data:image/png;base64,YWJj");
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/a.pdf");
  g_autoptr (GraphbitContentPart) document = graphbit_content_part_new_for_file (file);
  GraphbitLlmRequest *request;

  if (strcmp (demand, "temperature") == 0 || strcmp (demand, "both") == 0 || strcmp (demand, "idle") == 0)
    graphbit_llm_options_set_temperature (options, 0.5);
  if (strcmp (demand, "one") == 0)
    g_object_set (options, "temperature", 1.0, "top-p", 1.0, NULL);
  if (strcmp (demand, "top-p") == 0 || strcmp (demand, "both") == 0)
    graphbit_llm_options_set_top_p (options, 0.5);
  if (strcmp (demand, "stop") == 0)
    graphbit_llm_options_set_stop (options, stop);
  if (strcmp (demand, "seed") == 0)
    graphbit_llm_options_set_seed (options, 1);
  if (strcmp (demand, "reasoning-effort") == 0)
    graphbit_llm_options_set_reasoning_effort (options, GRAPHBIT_REASONING_EFFORT_LOW);
  if (strcmp (demand, "idle") == 0)
    graphbit_llm_options_set_reasoning_effort (options, GRAPHBIT_REASONING_EFFORT_NONE);
  if (strcmp (demand, "parallel-tool-calls") == 0)
    graphbit_llm_options_set_parallel_tool_calls (options, GRAPHBIT_TRISTATE_FALSE);
  if (strcmp (demand, "tools-at-once") == 0)
    graphbit_llm_options_set_parallel_tool_calls (options, GRAPHBIT_TRISTATE_TRUE);
  if (strcmp (demand, "tool-choice") == 0)
    graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_REQUIRED);
  if (strcmp (demand, "tool-choice-name") == 0)
    g_object_set (options, "tool-choice", GRAPHBIT_TOOL_CHOICE_NAMED, "tool-choice-name", "now", NULL);

  request = graphbit_llm_request_new (options);
  if (g_str_has_prefix (demand, "tools") || strcmp (demand, "parallel-tool-calls") == 0 || g_str_has_prefix (demand, "tool-choice"))
    graphbit_llm_request_add_tool (request, tool);
  if (strcmp (demand, "images") == 0)
    graphbit_llm_message_add_part (user, image);
  if (strcmp (demand, "files") == 0)
    graphbit_llm_message_add_part (user, document);
  graphbit_llm_request_add_message (request, user);

  return request;
}

static gboolean
ask (GraphbitLlmClient *client,
     const char *demand,
     GError **error)
{
  g_autoptr (GraphbitLlmRequest) request = make_request (demand);
  SupportResult result = { NULL };
  g_autoptr (GraphbitLlmResponse) response = NULL;

  graphbit_llm_client_chat_async (client, request, NULL, support_ready, &result);
  response = graphbit_llm_client_chat_finish (client, support_wait (&result), error);
  support_result_clear (&result);

  return response != NULL;
}

static void
expect_words (const char *text,
              const char *words)
{
  if (strstr (text, words) == NULL)
    g_error ("“%s” is not in “%s”", words, text);
}

/* Each is refused, and let through once the capabilities say that the model can. */
static void
test_models (void)
{
  static const struct
  {
    const char *provider;
    const char *model;
    const char *refused; /* demands between blanks */
    const char *taken;
  } cases[] = {
    { "openai_compatible", "anything", "", "temperature top-p both stop seed reasoning-effort tools images parallel-tool-calls" },
    { "openai", "gpt-4o-mini", "reasoning-effort", "temperature stop seed tools images parallel-tool-calls" },
    { "openai", "ft:gpt-3.5-turbo:acme", "images reasoning-effort", "temperature tools" },
    { "openai", "gpt-4", "images", "tools" },
    { "openai", "o3", "temperature top-p stop", "one seed reasoning-effort images parallel-tool-calls" },
    { "openai", "o3-mini-2025-01-31", "temperature stop images parallel-tool-calls", "reasoning-effort tools" },
    { "openai", "GPT-5-Mini", "temperature top-p stop", "one reasoning-effort tools images" },
    { "openai", "gpt-5-chat-latest", "reasoning-effort", "temperature stop" },
    { "openai", "gpt-5.1", "temperature stop", "idle" },
    { "openai", "gpt-9", "", "temperature stop reasoning-effort" },
    { "azurellm", "o4-mini", "temperature", "reasoning-effort" },
    { "azurellm", "my-deployment", "", "temperature stop reasoning-effort" },
    { "anthropic", "claude-3-haiku-20240307", "reasoning-effort", "both images tools" },
    { "anthropic", "claude-sonnet-4-20250514", "", "both" },
    { "anthropic", "claude-opus-4-1", "both", "temperature top-p" },
    { "gemini", "models/gemini-2.0-flash", "reasoning-effort", "tools images" },
    { "gemini", "gemma-3-27b-it", "tools", "images" },
    { "deepseek", "deepseek-reasoner", "temperature tool-choice", "tools one" },
    { "deepseek", "deepseek-chat", "images", "temperature tool-choice reasoning-effort" },
    { "xai", "grok-4", "stop reasoning-effort", "temperature images" },
    { "xai", "grok-3-mini", "stop", "reasoning-effort" },
    { "xai", "grok-4-1-fast-non-reasoning", "reasoning-effort", "stop" },
    { "groq", "llama-3.3-70b-versatile", "images reasoning-effort", "tools" },
    { "groq", "meta-llama/llama-4-scout-17b-16e-instruct", "reasoning-effort", "images" },
    { "togetherai", "openai/gpt-oss-20b", "images", "reasoning-effort tools" },
    { "fireworks", "accounts/fireworks/models/llama-v3p1-8b-instruct", "images", "tools" },
    { "mistralai", "codestral-latest", "images", "tools" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
      g_autoptr (GraphbitLlmClient) client = make_client (server, cases[i].provider, cases[i].model);
      GraphbitLlmConfig *config = graphbit_llm_client_get_config (client);
      g_auto (GStrv) refused = g_strsplit (cases[i].refused, " ", -1);
      g_auto (GStrv) taken = g_strsplit (cases[i].taken, " ", -1);
      g_autoptr (GError) error = NULL;

      for (guint j = 0; refused[j] != NULL; j++)
        {
          g_assert_false (ask (client, refused[j], &error));
          g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
          expect_words (error->message, strcmp (refused[j], "both") == 0 ? "temperature" : refused[j]);
          expect_words (error->message, cases[i].model);
          expect_words (error->message, "capabilities");
          g_clear_error (&error);
        }
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);

      for (guint j = 0; taken[j] != NULL; j++)
        {
          ask (client, taken[j], &error);
          g_assert_no_error (error);
        }

      graphbit_llm_config_set_capabilities (config, STREAMING | TOOLS | GRAPHBIT_LLM_CAPABILITIES_PARALLEL_TOOLS | IMAGES | REASONING);
      for (guint j = 0; refused[j] != NULL; j++)
        {
          ask (client, refused[j], &error);
          g_assert_no_error (error);
        }
    }
}

/* What no model of a provider takes is refused whatever its capabilities; the extra body is a way around. */
static void
test_vendors (void)
{
  static const struct
  {
    const char *provider;
    const char *refused;
    const char *taken;
  } cases[] = {
    { "anthropic", "seed", "tool-choice parallel-tool-calls" },
    { "ollama", "parallel-tool-calls tool-choice", "seed stop" },
    { "gemini", "parallel-tool-calls", "seed tool-choice" },
    { "responses", "seed stop", "tool-choice" },
    { "lmstudio", "tool-choice-name parallel-tool-calls", "tool-choice seed images" },
    { "vllm", "files", "tool-choice-name parallel-tool-calls seed" },
    { "llamacpp", "files", "tool-choice-name parallel-tool-calls seed" },
    { "groq", "files", "seed" },
    { "cohere", "parallel-tool-calls", "seed stop tool-choice" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
      g_autoptr (GraphbitLlmClient) client = make_client (server, cases[i].provider, "m");
      GraphbitLlmConfig *config = graphbit_llm_client_get_config (client);
      g_auto (GStrv) refused = g_strsplit (cases[i].refused, " ", -1);
      g_auto (GStrv) taken = g_strsplit (cases[i].taken, " ", -1);
      g_autoptr (GError) error = NULL;
      guint64 n_sent;

      for (guint j = 0; taken[j] != NULL; j++)
        {
          ask (client, taken[j], &error);
          g_assert_no_error (error);
        }
      n_sent = graphbit_mock_server_get_request_count (server);
      graphbit_llm_config_set_capabilities (config, graphbit_llm_config_get_capabilities (config));
      for (guint j = 0; refused[j] != NULL; j++)
        {
          g_assert_false (ask (client, refused[j], &error));
          g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
          expect_words (error->message, refused[j]);
          g_clear_error (&error);
        }
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, n_sent);

      graphbit_llm_config_set_extra_body (config, "{\"seed\":1,\"stop\":[\"a\"],\"parallel_tool_calls\":false,\"tool_choice\":\"auto\"}");
      for (guint j = 0; refused[j] != NULL && strcmp (refused[j], "files") != 0; j++)
        {
          /* what comes of it is the provider's affair */
          if (!ask (client, refused[j], &error))
            g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_REQUEST);
          g_clear_error (&error);
          g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, ++n_sent);
        }
    }
}

/* On every wire, and for a provider in the application, too. */
static void
test_capabilities (void)
{
  static const char *const providers[] = { "openai_compatible", "responses", "anthropic", "ollama", "gemini", "custom" };
  static const char *const demands[] = { "tools", "images", "files", "reasoning-effort" };

  for (guint i = 0; i < G_N_ELEMENTS (providers); i++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
      gboolean is_custom = strcmp (providers[i], "custom") == 0;
      g_autoptr (GraphbitLlmProvider) provider = graphbit_llm_provider_new ();
      g_autoptr (GraphbitLlmConfig) custom = graphbit_llm_config_new_custom (provider);
      g_autoptr (GraphbitLlmClient) client = is_custom ? graphbit_llm_client_new (custom) : make_client (server, providers[i], "m");
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitLlmStream) stream = NULL;

      graphbit_llm_config_set_capabilities (graphbit_llm_client_get_config (client), TOOLS);
      g_assert_false (ask (client, "tools-at-once", &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
      expect_words (error->message, "parallel-tool-calls");
      g_clear_error (&error);
      graphbit_llm_config_set_capabilities (graphbit_llm_client_get_config (client), GRAPHBIT_LLM_CAPABILITIES_NONE);
      for (guint j = 0; j < G_N_ELEMENTS (demands); j++)
        {
          g_assert_false (ask (client, demands[j], &error));
          g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
          g_clear_error (&error);
        }
      stream = support_open (client, "Hello", NULL, &error);
      g_assert_null (stream);
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
      expect_words (error->message, "streams");
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);
    }
}

/* A schema is never refused: who cannot be held to it is told it in words. */
static void
test_schema (void)
{
  static const struct
  {
    const char *provider;
    const char *model;
    const char *words;
    const char *never;
  } cases[] = {
    { "openai", "gpt-4-turbo", "{\\\"role\\\":\\\"system\\\",\\\"content\\\":\\\"Answer with a JSON object", "json_schema" },
    { "responses", "gpt-4-turbo", "{\\\"role\\\":\\\"system\\\",\\\"content\\\":\\\"Answer with a JSON object", "json_schema" },
    { "ollama", NULL, "{\\\"role\\\":\\\"system\\\",\\\"content\\\":\\\"Answer with a JSON object", "\\\"format\\\"" },
    { "gemini", "gemma-3-27b-it", "\\\"systemInstruction\\\":{\\\"parts\\\":[{\\\"text\\\":\\\"Answer with a JSON object", "responseMimeType" },
    { "groq", "llama-3.3-70b-versatile", "Answer with a JSON object", "response_format" },
    { "bytedance", "doubao-1-5-pro-32k", "Answer with a JSON object", "response_format" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"{}\"}");
      g_autoptr (GraphbitLlmClient) client = make_client (server, cases[i].provider, cases[i].model != NULL ? cases[i].model : "m");
      g_autoptr (GraphbitLlmRequest) request = make_request ("nothing");
      SupportResult result = { NULL };
      g_autoptr (GraphbitLlmResponse) response = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *requests = NULL;

      if (cases[i].model == NULL)
        graphbit_llm_config_set_capabilities (graphbit_llm_client_get_config (client), STREAMING);
      graphbit_llm_options_set_response_schema (graphbit_llm_request_get_options (request), "{\"type\":\"object\"}");
      graphbit_llm_client_chat_async (client, request, NULL, support_ready, &result);
      response = graphbit_llm_client_chat_finish (client, support_wait (&result), &error);
      support_result_clear (&result);
      g_assert_no_error (error);
      requests = graphbit_mock_server_dup_requests_json (server);
      expect_words (requests, cases[i].words);
      if (strstr (requests, cases[i].never) != NULL)
        g_error ("“%s” is in “%s”", cases[i].never, requests);
    }
}

/* A fallback that cannot is passed over, with the reason. */
static void
test_fallback (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"status\":503}");
  g_autoptr (GraphbitLlmClient) client = make_client (server, "openai_compatible", "m");
  g_autoptr (GraphbitLlmClient) mute = make_client (server, "mistralai", "m");
  g_autoptr (GraphbitLlmClient) blind = make_client (server, "openai", "gpt-4");
  g_autoptr (GraphbitLlmClient) able = make_client (server, "openai", "gpt-4o");
  GListStore *fallbacks = g_list_store_new (GRAPHBIT_TYPE_LLM_CONFIG);
  g_autoptr (GError) error = NULL;

  g_object_set (graphbit_llm_client_get_config (mute), "api", GRAPHBIT_LLM_API_RESPONSES, NULL);
  g_list_store_append (fallbacks, graphbit_llm_client_get_config (mute));
  g_list_store_append (fallbacks, graphbit_llm_client_get_config (blind));
  g_list_store_append (fallbacks, graphbit_llm_client_get_config (able));
  graphbit_llm_client_set_fallbacks (client, G_LIST_MODEL (fallbacks));
  graphbit_llm_client_set_max_retries (client, 0);
  g_object_unref (fallbacks);
  g_object_set (graphbit_llm_client_get_config (able), "base-url", graphbit_mock_server_get_base_url (server), NULL);
  ask (client, "images", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 2);
}

int
main (int argc,
      char *argv[])
{
  static const char *const variables[] = { "OPENAI_BASE_URL", "AZURELLM_API_VERSION", "OPENAI_API_VERSION" };

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    g_unsetenv (variables[i]);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/demands/models", test_models);
  g_test_add_func ("/llm/demands/vendors", test_vendors);
  g_test_add_func ("/llm/demands/capabilities", test_capabilities);
  g_test_add_func ("/llm/demands/schema", test_schema);
  g_test_add_func ("/llm/demands/fallback", test_fallback);

  return g_test_run ();
}
