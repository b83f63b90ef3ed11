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
  g_assert_null (graphbit_key_source_dup_secret (graphbit_llm_config_peek_keys (config), &error));
  g_assert_no_error (error);
  error = graphbit_key_source_make_error (graphbit_llm_config_peek_keys (config));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_nonnull (strstr (error->message, "OPENAI_API_KEY"));
  g_clear_error (&error);

  /* The environment, with the blanks that shells leave; never for others. */
  g_setenv ("OPENAI_API_KEY", " sk-env\n", TRUE);
  g_assert_true (graphbit_llm_config_get_has_api_key (config));
  secret = graphbit_key_source_dup_secret (graphbit_llm_config_peek_keys (config), &error);
  g_assert_cmpstr (graphbit_secret_peek (secret), ==, "sk-env");
  graphbit_secret_unref (secret);
  g_assert_false (graphbit_llm_config_get_has_api_key (other));
  g_assert_null (graphbit_key_source_dup_secret (graphbit_llm_config_peek_keys (other), &error));
  g_assert_no_error (error);

  g_setenv ("OPENAI_API_KEY", "sk\nenv", TRUE);
  g_assert_null (graphbit_key_source_dup_secret (graphbit_llm_config_peek_keys (config), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "OPENAI_API_KEY"));
  g_clear_error (&error);

  /* A key that was given comes before. */
  g_signal_connect (config, "notify::has-api-key", G_CALLBACK (count_notify), &n_notifies);
  g_assert_true (graphbit_llm_config_set_api_key (config, "sk-given", &error));
  g_assert_cmpuint (n_notifies, ==, 1);
  secret = graphbit_key_source_dup_secret (graphbit_llm_config_peek_keys (config), &error);
  g_assert_cmpstr (graphbit_secret_peek (secret), ==, "sk-given");
  graphbit_secret_unref (secret);
  g_assert_true (graphbit_llm_config_set_api_key (config, NULL, &error));
  g_unsetenv ("OPENAI_API_KEY");
  g_assert_false (graphbit_llm_config_get_has_api_key (config));

  graphbit_llm_config_set_key_func (config, give_key, (gpointer) "sk-func", NULL);
  g_assert_true (graphbit_llm_config_get_has_api_key (config));
  secret = graphbit_key_source_call_func (graphbit_llm_config_peek_keys (config), &error);
  g_assert_cmpstr (graphbit_secret_peek (secret), ==, "sk-func");
  graphbit_secret_unref (secret);

  graphbit_llm_config_set_key_func (config, give_key, NULL, NULL);
  g_assert_null (graphbit_key_source_call_func (graphbit_llm_config_peek_keys (config), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_nonnull (strstr (error->message, "The ring is locked"));
  g_clear_error (&error);

  /* Neither key nor error is a failure too. */
  graphbit_llm_config_set_key_func (config, give_nothing, &n_freed, count_free);
  g_assert_null (graphbit_key_source_call_func (graphbit_llm_config_peek_keys (config), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_clear_error (&error);
  graphbit_llm_config_set_key_func (config, NULL, NULL, NULL);
  g_assert_cmpuint (n_freed, ==, 1);
  g_assert_false (graphbit_key_source_can_ask (graphbit_llm_config_peek_keys (config)));

  g_assert_false (graphbit_key_source_has_handler (graphbit_llm_config_peek_keys (config)));
  g_signal_connect (config, "key-required", G_CALLBACK (refuse_key), NULL);
  g_assert_true (graphbit_key_source_has_handler (graphbit_llm_config_peek_keys (config)));
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
  secret = graphbit_key_source_dup_secret (graphbit_llm_config_peek_keys (config), &error);
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
  graphbit_llm_config_set_requests_per_minute (config, 500);
  graphbit_llm_config_set_tokens_per_minute (config, 1000000000);
  json = graphbit_llm_config_to_json (config);
  g_assert_cmpstr (json, ==,
                   "{\"provider\":\"openai_compatible\",\"model\":\"m\\\"x\",\"base-url\":\"http://localhost:8000/v1\","
                   "\"organization\":\"org-1\",\"headers\":{\"X-Title\":\"App\"},\"extra-body\":{\"top_k\":4},"
                   "\"requests-per-minute\":500,\"tokens-per-minute\":1000000000}");

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
  request->secret = graphbit_key_source_dup_secret (graphbit_llm_config_peek_keys (config), NULL);
  graphbit_llm_config_add_headers (config, request);
  g_assert_cmpuint (request->headers->len, ==, 4);
  g_assert_cmpstr (g_ptr_array_index (request->headers, 0), ==, "OpenAI-Organization");
  g_assert_cmpstr (g_ptr_array_index (request->headers, 1), ==, "org-1");
  g_assert_nonnull (request->secret);

  /* The application's own Authorization goes in place of the key. */
  graphbit_llm_config_set_headers (config, g_variant_new_parsed ("{'authorization': 'Basic x'}"));
  own->secret_header = "Authorization";
  own->secret = graphbit_key_source_dup_secret (graphbit_llm_config_peek_keys (config), NULL);
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
  graphbit_llm_config_set_requests_per_minute (same, 1);
  g_assert_false (graphbit_llm_config_equal (one, same));
  graphbit_llm_config_set_requests_per_minute (same, 0);
  g_assert_true (graphbit_llm_config_equal (one, same));
  graphbit_llm_config_set_tokens_per_minute (same, 1);
  g_assert_false (graphbit_llm_config_equal (one, same));
  graphbit_llm_config_set_tokens_per_minute (same, 0);
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
  graphbit_llm_config_set_model (config, "gpt-4o");
  graphbit_llm_config_set_model (config, "gpt-4o");
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
    { "cohere", GRAPHBIT_LLM_CAPABILITIES_JSON_SCHEMA, GRAPHBIT_LLM_CAPABILITIES_IMAGES | GRAPHBIT_LLM_CAPABILITIES_REASONING },
    { "replicate", GRAPHBIT_LLM_CAPABILITIES_STREAMING, GRAPHBIT_LLM_CAPABILITIES_TOOLS | GRAPHBIT_LLM_CAPABILITIES_IMAGES },
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
    g_autoptr (GraphbitSecret) secret = graphbit_key_source_dup_secret (graphbit_llm_config_peek_keys (keyless), &error);

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
test_cohere (void)
{
  static const struct
  {
    const char *given;
    const char *wanted;
  } urls[] = {
    { "https://api.cohere.com", "https://api.cohere.com" }, { "https://e.org/cohere/v2/", "https://e.org/cohere" },
    { "https://e.org/v22", "https://e.org/v22" }, { "http://e.org/v2", "http://e.org" },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_cohere (MARKER, NULL, &error);
  g_autoptr (GraphbitLlmConfig) keyless = graphbit_llm_config_new_cohere (NULL, "command-r7b-12-2024", NULL);
  g_autofree char *json = graphbit_llm_config_to_json (config);

  g_assert_no_error (error);
  g_assert_cmpstr (json, ==, "{\"provider\":\"cohere\",\"model\":\"command-a-03-2025\"}");
  expect_base_url (config, "https://api.cohere.com");
  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      graphbit_llm_config_set_base_url (config, urls[i].given);
      expect_base_url (config, urls[i].wanted);
    }
  graphbit_llm_config_set_base_url (config, NULL);
  g_setenv ("CO_API_URL", "https://e.org/v2", TRUE);
  expect_base_url (config, "https://e.org");
  g_unsetenv ("CO_API_URL");

  g_assert_false (graphbit_llm_config_get_has_api_key (keyless));
  g_setenv ("COHERE_API_KEY", "second", TRUE);
  g_assert_true (graphbit_llm_config_get_has_api_key (keyless));
  g_unsetenv ("COHERE_API_KEY");
  g_setenv ("CO_API_KEY", "first", TRUE);
  g_assert_true (graphbit_llm_config_get_has_api_key (keyless));
  g_unsetenv ("CO_API_KEY");

  g_assert_null (graphbit_llm_config_new_cohere ("a\nb", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

static void
test_replicate (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_replicate (MARKER, NULL, NULL, &error);
  g_autoptr (GraphbitLlmConfig) one = graphbit_llm_config_new_replicate (NULL, "a/b", "v1", NULL);
  g_autoptr (GraphbitLlmConfig) other = graphbit_llm_config_new_replicate (NULL, "a/b", "v2", NULL);
  g_autofree char *json = graphbit_llm_config_to_json (config);
  g_autofree char *with_version = graphbit_llm_config_to_json (one);
  guint n_notifies = 0;

  g_assert_no_error (error);
  g_assert_cmpstr (json, ==, "{\"provider\":\"replicate\",\"model\":\"openai/gpt-5\"}");
  g_assert_cmpstr (with_version, ==, "{\"provider\":\"replicate\",\"model\":\"a/b\",\"version\":\"v1\"}");
  g_assert_null (graphbit_llm_config_get_version (config));
  g_assert_false (graphbit_llm_config_equal (one, other));
  g_signal_connect (other, "notify::version", G_CALLBACK (count_notify), &n_notifies);
  graphbit_llm_config_set_version (other, "v1");
  graphbit_llm_config_set_version (other, "v1");
  g_assert_cmpuint (n_notifies, ==, 1);
  g_assert_true (graphbit_llm_config_equal (one, other));

  expect_base_url (config, "https://api.replicate.com/v1");
  g_setenv ("REPLICATE_BASE_URL", "https://e.org", TRUE);
  expect_base_url (config, "https://e.org/v1");
  g_unsetenv ("REPLICATE_BASE_URL");
  g_setenv ("REPLICATE_API_TOKEN", "second", TRUE);
  g_assert_true (graphbit_llm_config_get_has_api_key (one));
  g_unsetenv ("REPLICATE_API_TOKEN");

  g_assert_null (graphbit_llm_config_new_replicate (NULL, "a/b", "", &error));
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
    { "unix:/run/ollama.sock", "http+unix://%2Frun%2Follama.sock" },
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

/* A row of the table of vendors each. */
typedef struct
{
  const char *provider;
  GraphbitLlmConfig *(*create) (const char *api_key, const char *model, GError **error);
  const char *base_url;
  const char *base_url_variable;
  const char *key_variables[3]; /* the first that is set counts */
  const char *model;            /* the usual one */
} Vendor;

static GraphbitLlmConfig *
new_ai21 (const char *api_key,
          const char *model,
          GError **error)
{
  return graphbit_llm_config_new_ai21 (api_key, model, NULL, error);
}

static GraphbitLlmConfig *
new_bytedance (const char *api_key,
               const char *model,
               GError **error)
{
  return graphbit_llm_config_new_bytedance (api_key, model, NULL, error);
}

static GraphbitLlmConfig *
new_with_site (const char *api_key,
               const char *model,
               GError **error)
{
  return graphbit_llm_config_new_openrouter_with_site (api_key, model, "https://app.example", "App", error);
}

static GraphbitLlmConfig *
new_azure (const char *api_key,
           const char *model,
           GError **error)
{
  return graphbit_llm_config_new_azurellm (api_key, model != NULL ? model : "deployment", "https://r.openai.azure.com/",
                                           NULL, error);
}

static const Vendor vendors[] = {
  { "deepseek", graphbit_llm_config_new_deepseek, "https://api.deepseek.com/v1", "DEEPSEEK_BASE_URL",
    { "DEEPSEEK_API_KEY" }, "deepseek-chat" },
  { "mistralai", graphbit_llm_config_new_mistralai, "https://api.mistral.ai/v1", "MISTRAL_BASE_URL",
    { "MISTRALAI_API_KEY", "MISTRAL_API_KEY" }, "mistral-large-latest" },
  { "perplexity", graphbit_llm_config_new_perplexity, "https://api.perplexity.ai", "PERPLEXITY_BASE_URL",
    { "PERPLEXITY_API_KEY", "PPLX_API_KEY" }, "sonar" },
  { "fireworks", graphbit_llm_config_new_fireworks, "https://api.fireworks.ai/inference/v1", "FIREWORKS_BASE_URL",
    { "FIREWORKS_API_KEY" }, "accounts/fireworks/models/llama-v3p1-8b-instruct" },
  { "togetherai", graphbit_llm_config_new_togetherai, "https://api.together.xyz/v1", "TOGETHER_BASE_URL",
    { "TOGETHER_API_KEY", "TOGETHERAI_API_KEY" }, "openai/gpt-oss-20b" },
  { "xai", graphbit_llm_config_new_xai, "https://api.x.ai/v1", "XAI_BASE_URL", { "XAI_API_KEY" }, "grok-4" },
  { "huggingface", graphbit_llm_config_new_huggingface, "https://router.huggingface.co/v1", "HUGGINGFACE_BASE_URL",
    { "HUGGINGFACE_API_KEY", "HF_TOKEN" }, "openai/gpt-oss-20b" },
  { "openrouter", graphbit_llm_config_new_openrouter, "https://openrouter.ai/api/v1", "OPENROUTER_BASE_URL",
    { "OPENROUTER_API_KEY" }, "openai/gpt-4o-mini" },
  { "openrouter", new_with_site, "https://openrouter.ai/api/v1", "OPENROUTER_BASE_URL",
    { "OPENROUTER_API_KEY" }, "openai/gpt-4o-mini" },
  { "ai21", new_ai21, "https://api.ai21.com/studio/v1", "AI21_BASE_URL", { "AI21_API_KEY" }, "jamba-mini" },
  { "bytedance", new_bytedance, "https://ark.ap-southeast.bytepluses.com/api/v3", "ARK_BASE_URL",
    { "BYTEDANCE_API_KEY", "ARK_API_KEY" }, "seed-1-6-250915" },
  { "groq", graphbit_llm_config_new_groq, "https://api.groq.com/openai/v1", "GROQ_BASE_URL",
    { "GROQ_API_KEY" }, "llama-3.3-70b-versatile" },
  { "litellm", graphbit_llm_config_new_litellm, "http://localhost:4000", "LITELLM_BASE_URL",
    { "LITELLM_API_KEY", "LITELLM_PROXY_API_KEY" }, "gpt-3.5-turbo" },
  { "azurellm", new_azure, "https://r.openai.azure.com", NULL,
    { "AZURELLM_API_KEY", "AZURE_OPENAI_API_KEY" }, "deployment" },
};

static void
test_vendor (gconstpointer data)
{
  const Vendor *vendor = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = vendor->create (NULL, NULL, &error);
  g_autoptr (GraphbitLlmConfig) given = vendor->create (MARKER, "m", &error);
  g_autoptr (GraphbitSecret) secret = NULL;
  g_autofree char *json = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_config_get_provider (config), ==, vendor->provider);
  g_assert_cmpstr (graphbit_llm_config_get_model (config), ==, vendor->model);
  g_assert_cmpint (graphbit_llm_config_get_vendor (config)->wire, ==, GRAPHBIT_WIRE_CHAT);
  g_assert_true (graphbit_llm_config_get_capabilities (config) & GRAPHBIT_LLM_CAPABILITIES_STREAMING);
  expect_base_url (config, vendor->base_url);
  g_assert_true (graphbit_llm_config_check (config, &error));

  if (vendor->base_url_variable != NULL)
    {
      g_setenv (vendor->base_url_variable, "http://127.0.0.1:1/base/", TRUE);
      expect_base_url (config, "http://127.0.0.1:1/base");
      g_unsetenv (vendor->base_url_variable);
      graphbit_llm_config_set_base_url (config, "http://127.0.0.1:2");
      expect_base_url (config, "http://127.0.0.1:2");
    }

  /* Without a key the variable is named, where one is needed. */
  g_assert_false (graphbit_llm_config_get_has_api_key (config));
  if (strcmp (vendor->provider, "litellm") == 0)
    {
      g_assert_true (graphbit_llm_config_check_api_key (config, &error));
      g_assert_no_error (error);
    }
  else
    {
      g_assert_false (graphbit_llm_config_check_api_key (config, &error));
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
      g_assert_nonnull (strstr (error->message, vendor->key_variables[0]));
      g_clear_error (&error);
    }
  for (guint i = G_N_ELEMENTS (vendor->key_variables); i-- > 0;)
    {
      if (vendor->key_variables[i] == NULL)
        continue;
      g_setenv (vendor->key_variables[i], vendor->key_variables[i], TRUE);
      g_clear_pointer (&secret, graphbit_secret_unref);
      secret = graphbit_key_source_dup_secret (graphbit_llm_config_peek_keys (config), &error);
      g_assert_cmpstr (graphbit_secret_peek (secret), ==, vendor->key_variables[i]);
    }
  g_assert_true (graphbit_llm_config_check_api_key (config, &error));
  for (guint i = 0; i < G_N_ELEMENTS (vendor->key_variables) && vendor->key_variables[i] != NULL; i++)
    g_unsetenv (vendor->key_variables[i]);

  g_assert_cmpstr (graphbit_llm_config_get_model (given), ==, "m");
  g_assert_true (graphbit_llm_config_get_has_api_key (given));
  json = graphbit_llm_config_to_json (given);
  g_assert_null (strstr (json, "marker"));

  g_assert_null (vendor->create ("a\nb", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (vendor->create (NULL, "", &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

static void
expect_headers (GraphbitLlmConfig *config,
                const char *wanted)
{
  g_autoptr (GraphbitHttpRequest) request = graphbit_http_request_new ("POST", "http://127.0.0.1:1/");
  g_autoptr (GString) got = g_string_new (NULL);

  graphbit_llm_config_add_headers (config, request);
  for (guint i = 0; request->headers != NULL && i + 1 < request->headers->len; i += 2)
    g_string_append_printf (got, "%s: %s\n", (const char *) g_ptr_array_index (request->headers, i),
                            (const char *) g_ptr_array_index (request->headers, i + 1));
  g_assert_cmpstr (got->str, ==, wanted);
}

/* What some constructors take beyond key and model. */
static void
test_particulars (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) ai21 = graphbit_llm_config_new_ai21 (NULL, NULL, "org", &error);
  g_autoptr (GraphbitLlmConfig) site =
      graphbit_llm_config_new_openrouter_with_site (NULL, NULL, "https://app.example", "App", &error);
  g_autoptr (GraphbitLlmConfig) plain = graphbit_llm_config_new_openrouter (NULL, NULL, &error);
  g_autoptr (GraphbitLlmConfig) groq = graphbit_llm_config_new_groq (NULL, NULL, &error);
  g_autoptr (GraphbitLlmConfig) bytedance = graphbit_llm_config_new_bytedance (NULL, NULL, "http://127.0.0.1:9/v3", &error);
  g_autofree char *json = graphbit_llm_config_to_json (site);
  guint n_notifies = 0;

  g_assert_no_error (error);
  expect_headers (ai21, "Ai21-Organization: org\n");
  g_assert_cmpstr (graphbit_llm_config_get_organization (ai21), ==, "org");
  expect_headers (site, "HTTP-Referer: https://app.example\nX-Title: App\n");
  g_assert_cmpstr (graphbit_llm_config_get_site_url (site), ==, "https://app.example");
  g_assert_cmpstr (graphbit_llm_config_get_site_name (site), ==, "App");
  g_assert_cmpstr (json, ==, "{\"provider\":\"openrouter\",\"model\":\"openai/gpt-4o-mini\",\"site-url\":\"https://app.example\","
                             "\"site-name\":\"App\"}");
  g_assert_false (graphbit_llm_config_equal (site, plain));
  expect_headers (plain, "");
  expect_base_url (bytedance, "http://127.0.0.1:9/v3");

  /* nobody else is told */
  graphbit_llm_config_set_site_url (groq, "https://app.example");
  graphbit_llm_config_set_organization (groq, "org");
  expect_headers (groq, "");

  g_signal_connect (plain, "notify", G_CALLBACK (count_notify), &n_notifies);
  graphbit_llm_config_set_site_name (plain, "a\r\nb");
  graphbit_llm_config_set_site_name (plain, "a\r\nb");
  g_assert_cmpuint (n_notifies, ==, 1);
  g_assert_false (graphbit_llm_config_check (plain, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  g_assert_null (graphbit_llm_config_new_openrouter_with_site (NULL, NULL, "a\nb", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (graphbit_llm_config_new_ai21 (NULL, NULL, "a\nb", &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (graphbit_llm_config_new_bytedance (NULL, NULL, "nonsense", &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

/* Everything of Azure's may come from the environment. */
static void
test_azure (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = NULL;
  g_autoptr (GraphbitLlmConfig) given =
      graphbit_llm_config_new_azurellm (MARKER, "d", "https://r.openai.azure.com", "2025-01-01", &error);
  g_autofree char *json = graphbit_llm_config_to_json (given);

  g_assert_no_error (error);
  g_assert_cmpstr (json, ==, "{\"provider\":\"azurellm\",\"model\":\"d\",\"base-url\":\"https://r.openai.azure.com\","
                             "\"api-version\":\"2025-01-01\"}");

  g_assert_null (graphbit_llm_config_new_from_env ("azurellm", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "AZURELLM_DEPLOYMENT"));
  g_clear_error (&error);
  g_setenv ("AZURE_OPENAI_DEPLOYMENT", "theirs", TRUE);
  g_assert_null (graphbit_llm_config_new_from_env ("azurellm", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "AZURELLM_ENDPOINT"));
  g_clear_error (&error);

  g_setenv ("AZURE_OPENAI_ENDPOINT", "https://r.openai.azure.com/", TRUE);
  config = graphbit_llm_config_new_from_env ("azurellm", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_config_get_model (config), ==, "theirs");
  expect_base_url (config, "https://r.openai.azure.com");
  g_setenv ("AZURELLM_DEPLOYMENT", "ours", TRUE);
  g_assert_cmpstr (graphbit_llm_config_get_model (config), ==, "ours");
  g_unsetenv ("AZURELLM_DEPLOYMENT");
  g_unsetenv ("AZURE_OPENAI_DEPLOYMENT");
  g_unsetenv ("AZURE_OPENAI_ENDPOINT");

  g_assert_null (graphbit_llm_config_new_azurellm (NULL, "d", "nonsense", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (graphbit_llm_config_new_azurellm (NULL, "d", "https://r.openai.azure.com", "", &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (graphbit_llm_config_new_azurellm (NULL, "", "https://r.openai.azure.com", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

/* What the developer of this has set for himself. */
static void
clear_environment (const GraphbitVendor *vendor)
{
  for (guint i = 0; i < G_N_ELEMENTS (vendor->key_variables) && vendor->key_variables[i] != NULL; i++)
    g_unsetenv (vendor->key_variables[i]);
  for (guint i = 0; i < G_N_ELEMENTS (vendor->base_url_variables) && vendor->base_url_variables[i] != NULL; i++)
    g_unsetenv (vendor->base_url_variables[i]);
  for (guint i = 0; i < G_N_ELEMENTS (vendor->model_variables) && vendor->model_variables[i] != NULL; i++)
    g_unsetenv (vendor->model_variables[i]);
  for (guint i = 0; i < G_N_ELEMENTS (vendor->version_variables) && vendor->version_variables[i] != NULL; i++)
    g_unsetenv (vendor->version_variables[i]);
}

int
main (int argc,
      char **argv)
{
  for (guint i = 0; i < G_N_ELEMENTS (vendors); i++)
    clear_environment (graphbit_vendor_lookup (vendors[i].provider));
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
  g_test_add_func ("/llm/config/cohere", test_cohere);
  g_test_add_func ("/llm/config/replicate", test_replicate);
  g_test_add_func ("/llm/config/ollama", test_ollama);
  for (guint i = 0; i < G_N_ELEMENTS (vendors); i++)
    {
      g_autofree char *path = g_strdup_printf ("/llm/config/vendor/%u-%s", i, vendors[i].provider);

      g_test_add_data_func (path, &vendors[i], test_vendor);
    }
  g_test_add_func ("/llm/config/particulars", test_particulars);
  g_test_add_func ("/llm/config/azure", test_azure);

  return g_test_run ();
}
