/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-error.h"
#include "graphbit-llm-config-private.h"
#include "graphbit-llm-provider.h"

#define MARKER "sk-marker-0123456789"

static void
count_notify (GObject *object,
              GParamSpec *pspec,
              gpointer data)
{
  (*(guint *) data)++;
}

static void
test_arguments (void)
{
  static const char *const keys[] = { "", "a\nb", "a\x7f", "\t", "\xff" };
  static const char *const models[] = { "", "a\nb", "\xff" };
  static const char *const urls[] = {
    "", "localhost:80", "ftp://host/v1", "http://", "https:///v1", "http://user:" MARKER "@host/v1",
    "http://host/v1#x", "/v1", ("http://host/v1?key=" MARKER)
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_openai (MARKER, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_config_get_provider (config), ==, "openai");
  g_assert_cmpstr (graphbit_llm_config_get_model (config), ==, "gpt-4o-mini");
  g_assert_true (graphbit_llm_config_check (config, &error));

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_assert_null (graphbit_llm_config_new_openai (keys[i], NULL, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
      g_assert_false (graphbit_llm_config_set_api_key (config, keys[i], &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    {
      g_autoptr (GraphbitLlmConfig) late = g_object_new (GRAPHBIT_TYPE_LLM_CONFIG, "model", models[i], NULL);

      g_assert_null (graphbit_llm_config_new_openai (NULL, models[i], &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
      g_assert_false (graphbit_llm_config_check (late, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr (GraphbitLlmConfig) late =
        g_object_new (GRAPHBIT_TYPE_LLM_CONFIG, "provider", "openai_compatible", "model", "m", "base-url", urls[i], NULL);
      g_autofree char *json = graphbit_llm_config_to_json (late);

      g_assert_null (graphbit_llm_config_new_openai_compatible (urls[i], NULL, "m", &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_assert_null (strstr (error->message, "marker"));
      g_clear_error (&error);
      g_assert_false (graphbit_llm_config_check (late, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
      g_assert_null (strstr (json, "marker"));
    }
}

/* What only properties can get wrong is found at first use. */
static void
test_check (void)
{
  static const struct
  {
    const char *property;
    const char *value;
  } cases[] = {
    { "provider", "nobody" },
    { "extra-body", "{" },
    { "extra-body", "[]" },
    { "extra-body", "{\"stream\":true}" },
    { "organization", "a\r\nX-Evil: 1" },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) bare = g_object_new (GRAPHBIT_TYPE_LLM_CONFIG, "provider", "openai_compatible", NULL);
  g_autoptr (GraphbitLlmConfig) custom = g_object_new (GRAPHBIT_TYPE_LLM_CONFIG, "provider", "custom", NULL);
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_openai (NULL, NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitLlmConfig) late = g_object_new (GRAPHBIT_TYPE_LLM_CONFIG, cases[i].property, cases[i].value, NULL);

      g_assert_false (graphbit_llm_config_check (late, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }

  g_assert_false (graphbit_llm_config_check (bare, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  graphbit_llm_config_set_model (bare, "m");
  g_assert_false (graphbit_llm_config_check (bare, &error));
  g_assert_nonnull (strstr (error->message, "base URL"));
  g_clear_error (&error);
  graphbit_llm_config_set_base_url (bare, "http://127.0.0.1:1/v1");
  g_assert_true (graphbit_llm_config_check (bare, &error));

  g_assert_false (graphbit_llm_config_check (custom, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  graphbit_llm_config_set_headers (config, g_variant_new_parsed ("{'Bad Name': 'v'}"));
  g_assert_false (graphbit_llm_config_check (config, NULL));
  graphbit_llm_config_set_headers (config, g_variant_new_parsed ("{'X-Good': 'v\\r\\nX-Evil: 1'}"));
  g_assert_false (graphbit_llm_config_check (config, NULL));
  graphbit_llm_config_set_headers (config, g_variant_new_parsed ("{'X-Good': 'v'}"));
  g_assert_true (graphbit_llm_config_check (config, NULL));

  graphbit_llm_config_set_api (config, GRAPHBIT_LLM_API_RESPONSES);
  g_assert_true (graphbit_llm_config_check (config, NULL));
  graphbit_llm_config_set_api (config, GRAPHBIT_LLM_API_CHAT_COMPLETIONS);
  g_assert_true (graphbit_llm_config_check (config, NULL));
}

static void
test_base_url (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) openai = graphbit_llm_config_new_openai (NULL, NULL, NULL);
  g_autoptr (GraphbitLlmConfig) other = graphbit_llm_config_new_openai_compatible ("https://host:1/v1//", NULL, "m", NULL);
  g_autoptr (GraphbitLlmConfig) offline = graphbit_llm_config_new_offline ();
  char *url;

  g_unsetenv ("OPENAI_BASE_URL");
  url = graphbit_llm_config_resolve_base_url (openai, &error);
  g_assert_cmpstr (url, ==, "https://api.openai.com/v1");
  g_free (url);

  g_setenv ("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1/", TRUE);
  url = graphbit_llm_config_resolve_base_url (openai, &error);
  g_assert_cmpstr (url, ==, "http://127.0.0.1:8080/v1");
  g_free (url);
  g_assert_null (graphbit_llm_config_get_base_url (openai));

  /* What was given comes first, and the variable is OpenAI's alone. */
  graphbit_llm_config_set_base_url (openai, "https://proxy.example/openai");
  url = graphbit_llm_config_resolve_base_url (openai, &error);
  g_assert_cmpstr (url, ==, "https://proxy.example/openai");
  g_free (url);
  url = graphbit_llm_config_resolve_base_url (other, &error);
  g_assert_cmpstr (url, ==, "https://host:1/v1");
  g_free (url);
  g_assert_null (graphbit_llm_config_resolve_base_url (offline, &error));
  g_assert_no_error (error);

  graphbit_llm_config_set_base_url (openai, NULL);
  g_setenv ("OPENAI_BASE_URL", "nonsense", TRUE);
  g_assert_false (graphbit_llm_config_check (openai, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_unsetenv ("OPENAI_BASE_URL");
}

static char *
give_key (GraphbitLlmConfig *config,
          gpointer data,
          GError **error)
{
  const char *key = data;

  if (key == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The ring is locked");
      return NULL;
    }

  return g_strdup (key);
}

static char *
give_nothing (GraphbitLlmConfig *config,
              gpointer data,
              GError **error)
{
  return NULL;
}

static void
count_free (gpointer data)
{
  (*(guint *) data)++;
}

static gboolean
refuse_key (GraphbitLlmConfig *config,
            GraphbitKeyCall *call,
            gpointer data)
{
  return FALSE;
}

static void
test_key (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_openai (NULL, NULL, NULL);
  g_autoptr (GraphbitLlmConfig) other = graphbit_llm_config_new_openai_compatible ("http://h/v1", NULL, "m", NULL);
  GraphbitSecret *secret;
  guint n_notifies = 0, n_freed = 0;

  g_unsetenv ("OPENAI_API_KEY");
  g_assert_false (graphbit_llm_config_get_has_api_key (config));
  g_assert_null (graphbit_llm_config_dup_secret (config, &error));
  g_assert_no_error (error);
  error = graphbit_llm_config_make_key_error (config);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_nonnull (strstr (error->message, "OPENAI_API_KEY"));
  g_clear_error (&error);

  /* The environment, with the blanks that shells leave; never for others. */
  g_setenv ("OPENAI_API_KEY", " sk-env\n", TRUE);
  g_assert_true (graphbit_llm_config_get_has_api_key (config));
  secret = graphbit_llm_config_dup_secret (config, &error);
  g_assert_cmpstr (graphbit_secret_peek (secret), ==, "sk-env");
  graphbit_secret_unref (secret);
  g_assert_false (graphbit_llm_config_get_has_api_key (other));
  g_assert_null (graphbit_llm_config_dup_secret (other, &error));
  g_assert_no_error (error);

  g_setenv ("OPENAI_API_KEY", "sk\nenv", TRUE);
  g_assert_null (graphbit_llm_config_dup_secret (config, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "OPENAI_API_KEY"));
  g_clear_error (&error);

  /* A key that was given comes before. */
  g_signal_connect (config, "notify::has-api-key", G_CALLBACK (count_notify), &n_notifies);
  g_assert_true (graphbit_llm_config_set_api_key (config, "sk-given", &error));
  g_assert_cmpuint (n_notifies, ==, 1);
  secret = graphbit_llm_config_dup_secret (config, &error);
  g_assert_cmpstr (graphbit_secret_peek (secret), ==, "sk-given");
  graphbit_secret_unref (secret);
  g_assert_true (graphbit_llm_config_set_api_key (config, NULL, &error));
  g_unsetenv ("OPENAI_API_KEY");
  g_assert_false (graphbit_llm_config_get_has_api_key (config));

  graphbit_llm_config_set_key_func (config, give_key, (gpointer) "sk-func", NULL);
  g_assert_true (graphbit_llm_config_get_has_api_key (config));
  secret = graphbit_llm_config_call_key_func (config, &error);
  g_assert_cmpstr (graphbit_secret_peek (secret), ==, "sk-func");
  graphbit_secret_unref (secret);

  graphbit_llm_config_set_key_func (config, give_key, NULL, NULL);
  g_assert_null (graphbit_llm_config_call_key_func (config, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_nonnull (strstr (error->message, "The ring is locked"));
  g_clear_error (&error);

  /* Neither key nor error is a failure too. */
  graphbit_llm_config_set_key_func (config, give_nothing, &n_freed, count_free);
  g_assert_null (graphbit_llm_config_call_key_func (config, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_clear_error (&error);
  graphbit_llm_config_set_key_func (config, NULL, NULL, NULL);
  g_assert_cmpuint (n_freed, ==, 1);
  g_assert_false (graphbit_llm_config_has_key_func (config));

  g_assert_false (graphbit_llm_config_has_key_handler (config));
  g_signal_connect (config, "key-required", G_CALLBACK (refuse_key), NULL);
  g_assert_true (graphbit_llm_config_has_key_handler (config));
}

static void
test_from_env (void)
{
  static const struct
  {
    const char *provider;
    const char *model;
    const char *text;
  } bad[] = {
    { "nobody", NULL, "nobody" },
    { "", NULL, "no provider" },
    { "openai", "", "name of the model" },
    { "openai_compatible", NULL, "name of the model" },
    { "openai_compatible", "m", "base URL" },
    { "custom", NULL, "llm-provider" },
    { "scripted", NULL, "replies" },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = NULL;
  g_autoptr (GraphbitLlmConfig) offline = NULL;
  g_autoptr (GraphbitSecret) secret = NULL;
  g_autofree char *url = NULL;

  /* a key that is missing may still be given */
  g_unsetenv ("OPENAI_API_KEY");
  config = graphbit_llm_config_new_from_env ("openai", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_config_get_provider (config), ==, "openai");
  g_assert_cmpstr (graphbit_llm_config_get_model (config), ==, "gpt-4o-mini");
  g_assert_false (graphbit_llm_config_get_has_api_key (config));
  g_clear_object (&config);

  g_setenv ("OPENAI_API_KEY", "sk-env", TRUE);
  g_setenv ("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1/", TRUE);
  config = graphbit_llm_config_new_from_env ("openai", "big", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_config_get_model (config), ==, "big");
  g_assert_true (graphbit_llm_config_get_has_api_key (config));
  secret = graphbit_llm_config_dup_secret (config, &error);
  g_assert_cmpstr (graphbit_secret_peek (secret), ==, "sk-env");
  url = graphbit_llm_config_resolve_base_url (config, &error);
  g_assert_cmpstr (url, ==, "http://127.0.0.1:8080/v1");

  /* what is wrong there is said at once */
  g_setenv ("OPENAI_BASE_URL", "nonsense", TRUE);
  g_assert_null (graphbit_llm_config_new_from_env ("openai", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_unsetenv ("OPENAI_BASE_URL");
  g_setenv ("OPENAI_API_KEY", "two\nlines", TRUE);
  g_assert_null (graphbit_llm_config_new_from_env ("openai", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "OPENAI_API_KEY"));
  g_assert_null (strstr (error->message, "lines"));
  g_clear_error (&error);
  g_unsetenv ("OPENAI_API_KEY");

  offline = graphbit_llm_config_new_from_env ("offline", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_config_get_model (offline), ==, "offline");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_null (graphbit_llm_config_new_from_env (bad[i].provider, bad[i].model, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
      if (strstr (error->message, bad[i].text) == NULL)
        g_assert_cmpstr (error->message, ==, bad[i].text);
      g_clear_error (&error);
    }
}

static void
test_json (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config =
    graphbit_llm_config_new_openai_compatible ("http://localhost:8000/v1", MARKER, "m\"x", &error);
  const char *const replies[] = { "one", "two", NULL };
  g_autoptr (GraphbitLlmConfig) scripted = graphbit_llm_config_new_scripted (replies);
  g_autofree char *json = NULL;
  g_autofree char *scripted_json = NULL;

  graphbit_llm_config_set_headers (config, g_variant_new_parsed ("{'X-Title': 'App', 'Api-Key': '" MARKER "', "
                                                                 "'authorization': 'Bearer " MARKER "', 'X-Token': '" MARKER "'}"));
  graphbit_llm_config_set_extra_body (config, "{ \"top_k\" : 4 }");
  graphbit_llm_config_set_organization (config, "org-1");
  json = graphbit_llm_config_to_json (config);
  g_assert_cmpstr (json, ==,
                   "{\"provider\":\"openai_compatible\",\"model\":\"m\\\"x\",\"base-url\":\"http://localhost:8000/v1\","
                   "\"organization\":\"org-1\",\"headers\":{\"X-Title\":\"App\"},\"extra-body\":{\"top_k\":4}}");

  scripted_json = graphbit_llm_config_to_json (scripted);
  g_assert_cmpstr (scripted_json, ==, "{\"provider\":\"scripted\",\"model\":\"scripted\",\"replies\":[\"one\",\"two\"]}");
}

/* No property tells the key. */
static void
test_secrecy (void)
{
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_openai (MARKER, NULL, NULL);
  guint n_properties;
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (config), &n_properties);

  for (guint i = 0; i < n_properties; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *contents = NULL;

      g_object_get_property (G_OBJECT (config), pspecs[i]->name, &value);
      contents = g_strdup_value_contents (&value);
      g_assert_null (strstr (contents, "marker"));
    }
}

static void
test_headers (void)
{
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_openai (MARKER, NULL, NULL);
  g_autoptr (GraphbitHttpRequest) request = graphbit_http_request_new ("POST", "http://127.0.0.1:1/v1/chat/completions");
  g_autoptr (GraphbitHttpRequest) own = graphbit_http_request_new ("POST", "http://127.0.0.1:1/v1/chat/completions");

  graphbit_llm_config_set_organization (config, "org-1");
  graphbit_llm_config_set_headers (config, g_variant_new_parsed ("{'X-A': 'b'}"));
  request->secret_header = "Authorization";
  request->secret = graphbit_llm_config_dup_secret (config, NULL);
  graphbit_llm_config_add_headers (config, request);
  g_assert_cmpuint (request->headers->len, ==, 4);
  g_assert_cmpstr (g_ptr_array_index (request->headers, 0), ==, "OpenAI-Organization");
  g_assert_cmpstr (g_ptr_array_index (request->headers, 1), ==, "org-1");
  g_assert_nonnull (request->secret);

  /* The application's own Authorization goes in place of the key. */
  graphbit_llm_config_set_headers (config, g_variant_new_parsed ("{'authorization': 'Basic x'}"));
  own->secret_header = "Authorization";
  own->secret = graphbit_llm_config_dup_secret (config, NULL);
  graphbit_llm_config_add_headers (config, own);
  g_assert_null (own->secret);
}

static void
test_equal (void)
{
  g_autoptr (GraphbitLlmConfig) one = graphbit_llm_config_new_openai ("k", NULL, NULL);
  g_autoptr (GraphbitLlmConfig) same = graphbit_llm_config_new_openai ("k", "gpt-4o-mini", NULL);
  g_autoptr (GraphbitLlmConfig) key = graphbit_llm_config_new_openai ("l", NULL, NULL);
  g_autoptr (GraphbitLlmConfig) model = graphbit_llm_config_new_openai ("k", "gpt-4o", NULL);
  g_autoptr (GraphbitLlmConfig) func = graphbit_llm_config_new_openai ("k", NULL, NULL);

  g_assert_true (graphbit_llm_config_equal (one, one));
  g_assert_true (graphbit_llm_config_equal (one, same));
  g_assert_cmpuint (graphbit_llm_config_hash (one), ==, graphbit_llm_config_hash (same));
  g_assert_false (graphbit_llm_config_equal (one, key));
  g_assert_false (graphbit_llm_config_equal (one, model));
  graphbit_llm_config_set_key_func (func, give_key, NULL, NULL);
  g_assert_false (graphbit_llm_config_equal (one, func));
  graphbit_llm_config_set_headers (same, g_variant_new_parsed ("{'a': 'b'}"));
  g_assert_false (graphbit_llm_config_equal (one, same));
}

static void
test_custom (void)
{
  g_autoptr (GraphbitLlmProvider) provider = graphbit_llm_provider_new ();
  g_autoptr (GraphbitLlmProvider) built_in = graphbit_llm_provider_new ();
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_custom (provider);
  g_autoptr (GraphbitLlmConfig) offline = graphbit_llm_config_new_offline ();

  g_assert_true (graphbit_llm_config_get_llm_provider (config) == provider);
  g_assert_true (graphbit_llm_config_peek_llm_provider (config) == provider);
  g_assert_true (graphbit_llm_config_check (config, NULL));
  g_assert_true (graphbit_llm_config_check (offline, NULL));
  g_assert_null (graphbit_llm_config_peek_llm_provider (offline));
  graphbit_llm_config_keep_llm_provider (offline, built_in);
  g_assert_true (graphbit_llm_config_peek_llm_provider (offline) == built_in);
  g_assert_null (graphbit_llm_config_get_llm_provider (offline));
}

static void
test_notify (void)
{
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_openai (NULL, NULL, NULL);
  guint n_notifies = 0;

  g_signal_connect (config, "notify", G_CALLBACK (count_notify), &n_notifies);
  graphbit_llm_config_set_model (config, "m");
  graphbit_llm_config_set_model (config, "m");
  g_assert_cmpuint (n_notifies, ==, 1);
  graphbit_llm_config_set_extra_body (config, "{}");
  graphbit_llm_config_set_extra_body (config, "{}");
  g_assert_cmpuint (n_notifies, ==, 2);
  g_assert_nonnull (graphbit_llm_config_peek_extra_body (config));
  graphbit_llm_config_set_extra_body (config, NULL);
  g_assert_null (graphbit_llm_config_peek_extra_body (config));
  g_assert_cmpuint (n_notifies, ==, 3);
  graphbit_llm_config_set_headers (config, g_variant_new_parsed ("{'a': 'b'}"));
  graphbit_llm_config_set_headers (config, g_variant_new_parsed ("{'a': 'b'}"));
  g_assert_cmpuint (n_notifies, ==, 4);
}

static void
test_capabilities (void)
{
  static const struct
  {
    const char *provider;
    GraphbitLlmCapabilities has;
    GraphbitLlmCapabilities lacks;
  } cases[] = {
    { "openai", GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING | GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS, 0 },
    { "openai_compatible", GRAPHBIT_LLM_CAPABILITIES_IMAGES, GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING },
    { "anthropic", GRAPHBIT_LLM_CAPABILITIES_REASONING, GRAPHBIT_LLM_CAPABILITIES_EMBEDDINGS },
    { "gemini", GRAPHBIT_LLM_CAPABILITIES_REASONING | GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING, 0 },
    { "ollama", GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA, GRAPHBIT_LLM_CAPABILITIES_PROMPT_CACHING },
    { "offline", GRAPHBIT_LLM_CAPABILITIES_TOOLS, GRAPHBIT_LLM_CAPABILITIES_IMAGES },
    { "nobody", 0, GRAPHBIT_LLM_CAPABILITIES_STREAMING },
  };
  g_autoptr (GraphbitLlmConfig) one = graphbit_llm_config_new_openai (NULL, NULL, NULL);
  g_autoptr (GraphbitLlmConfig) other = graphbit_llm_config_new_openai (NULL, NULL, NULL);
  g_autofree char *json = NULL;
  guint n_notifies = 0;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitLlmConfig) config = g_object_new (GRAPHBIT_TYPE_LLM_CONFIG, "provider", cases[i].provider, NULL);
      GraphbitLlmCapabilities capabilities = graphbit_llm_config_get_capabilities (config);

      g_assert_cmpuint (capabilities & cases[i].has, ==, cases[i].has);
      g_assert_cmpuint (capabilities & cases[i].lacks, ==, 0);
    }

  g_signal_connect (one, "notify::capabilities", G_CALLBACK (count_notify), &n_notifies);
  graphbit_llm_config_set_capabilities (one, GRAPHBIT_LLM_CAPABILITIES_NONE);
  graphbit_llm_config_set_capabilities (one, GRAPHBIT_LLM_CAPABILITIES_STREAMING | GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA);
  graphbit_llm_config_set_capabilities (one, GRAPHBIT_LLM_CAPABILITIES_STREAMING | GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA);
  g_assert_cmpuint (n_notifies, ==, 2);
  g_assert_false (graphbit_llm_config_equal (one, other));
  json = graphbit_llm_config_to_json (one);
  g_assert_cmpstr (json, ==, "{\"provider\":\"openai\",\"model\":\"gpt-4o-mini\",\"capabilities\":[\"streaming\",\"json-schema\"]}");
}

static void
expect_base_url (GraphbitLlmConfig *config,
                 const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *base_url = graphbit_llm_config_resolve_base_url (config, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (base_url, ==, wanted);
}

static void
test_gemini (void)
{
  static const char *const urls[][2] = {
    { "https://host", "https://host/v1beta" },
    { "https://host/gate/", "https://host/gate/v1beta" },
    { "https://host/v1beta/", "https://host/v1beta" },
    { "https://host/v1alpha", "https://host/v1alpha" },
    { "https://host/v1/projects/p/publishers/google", "https://host/v1/projects/p/publishers/google" },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_gemini (MARKER, NULL, &error);
  g_autoptr (GraphbitLlmConfig) keyless = graphbit_llm_config_new_gemini (NULL, "gemini-3-flash", NULL);
  g_autofree char *json = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_config_get_provider (config), ==, "gemini");
  g_assert_cmpstr (graphbit_llm_config_get_model (config), ==, "gemini-2.5-flash");
  g_assert_true (graphbit_llm_config_check (config, &error));
  json = graphbit_llm_config_to_json (config);
  g_assert_cmpstr (json, ==, "{\"provider\":\"gemini\",\"model\":\"gemini-2.5-flash\"}");

  expect_base_url (config, "https://generativelanguage.googleapis.com/v1beta");
  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      graphbit_llm_config_set_base_url (config, urls[i][0]);
      expect_base_url (config, urls[i][1]);
    }

  /* either variable has the key */
  g_unsetenv ("GEMINI_API_KEY");
  g_unsetenv ("GOOGLE_API_KEY");
  g_assert_false (graphbit_llm_config_get_has_api_key (keyless));
  g_setenv ("GOOGLE_API_KEY", "second", TRUE);
  g_assert_true (graphbit_llm_config_get_has_api_key (keyless));
  g_setenv ("GEMINI_API_KEY", "first", TRUE);
  {
    g_autoptr (GraphbitSecret) secret = graphbit_llm_config_dup_secret (keyless, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (graphbit_secret_peek (secret), ==, "first");
  }
  g_unsetenv ("GEMINI_API_KEY");
  g_unsetenv ("GOOGLE_API_KEY");

  g_assert_null (graphbit_llm_config_new_gemini ("a\nb", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

static void
test_anthropic (void)
{
  static const char *const urls[] = { "https://host", "https://host/", "https://host/v1", "https://host/v1/" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_anthropic (MARKER, NULL, &error);
  g_autofree char *json = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_config_get_provider (config), ==, "anthropic");
  g_assert_cmpstr (graphbit_llm_config_get_model (config), ==, "claude-sonnet-4-20250514");
  g_assert_true (graphbit_llm_config_check (config, &error));
  json = graphbit_llm_config_to_json (config);
  g_assert_cmpstr (json, ==, "{\"provider\":\"anthropic\",\"model\":\"claude-sonnet-4-20250514\"}");

  expect_base_url (config, "https://api.anthropic.com/v1");
  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      graphbit_llm_config_set_base_url (config, urls[i]);
      expect_base_url (config, "https://host/v1");
    }
  graphbit_llm_config_set_base_url (config, "https://host/anthropic");
  expect_base_url (config, "https://host/anthropic/v1");

  graphbit_llm_config_set_api (config, GRAPHBIT_LLM_API_CHAT_COMPLETIONS);
  g_assert_false (graphbit_llm_config_check (config, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
  g_clear_error (&error);

  g_assert_null (graphbit_llm_config_new_anthropic ("a\nb", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (graphbit_llm_config_new_anthropic (NULL, "", &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

static void
test_ollama (void)
{
  static const struct
  {
    const char *host;
    const char *wanted;
  } hosts[] = {
    { "", "http://localhost:11434" },
    { "0.0.0.0", "http://127.0.0.1:11434" },
    { "0.0.0.0:80", "http://127.0.0.1:80" },
    { ":1234", "http://localhost:1234" },
    { "host", "http://host:11434" },
    { " host:1 ", "http://host:1" },
    { "[::]:1", "http://[::1]:1" },
    { "[fe80::1]", "http://[fe80::1]:11434" },
    { "https://host", "https://host" },
    { "http://0.0.0.0:5/base/", "http://127.0.0.1:5/base" },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_ollama (NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_config_get_provider (config), ==, "ollama");
  g_assert_cmpstr (graphbit_llm_config_get_model (config), ==, "llama3.2");
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_setenv ("OLLAMA_HOST", hosts[i].host, TRUE);
      expect_base_url (config, hosts[i].wanted);
      g_assert_true (graphbit_llm_config_check (config, &error));
    }
  g_setenv ("OLLAMA_HOST", "http://", TRUE);
  g_assert_false (graphbit_llm_config_check (config, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_unsetenv ("OLLAMA_HOST");

  /* what was set is taken by its word */
  graphbit_llm_config_set_base_url (config, "http://host");
  expect_base_url (config, "http://host");
  g_assert_null (graphbit_llm_config_new_ollama ("", &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/config/arguments", test_arguments);
  g_test_add_func ("/llm/config/check", test_check);
  g_test_add_func ("/llm/config/base-url", test_base_url);
  g_test_add_func ("/llm/config/key", test_key);
  g_test_add_func ("/llm/config/from-env", test_from_env);
  g_test_add_func ("/llm/config/json", test_json);
  g_test_add_func ("/llm/config/secrecy", test_secrecy);
  g_test_add_func ("/llm/config/headers", test_headers);
  g_test_add_func ("/llm/config/equal", test_equal);
  g_test_add_func ("/llm/config/custom", test_custom);
  g_test_add_func ("/llm/config/notify", test_notify);
  g_test_add_func ("/llm/config/capabilities", test_capabilities);
  g_test_add_func ("/llm/config/anthropic", test_anthropic);
  g_test_add_func ("/llm/config/gemini", test_gemini);
  g_test_add_func ("/llm/config/ollama", test_ollama);

  return g_test_run ();
}
