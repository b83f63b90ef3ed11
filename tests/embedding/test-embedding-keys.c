/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "embedding-support.h"
#include "graphbit-clock-private.h"

/* Keys that are asked for, and what else a configuration has its requests say. */

static const char *const two_texts[] = { "one", "two", NULL };

typedef struct
{
  const char *const *keys; /* given one after the other; the last one again and again */
  guint n_calls;
  GraphbitKeyCall *call; /* to be answered later */
  gboolean is_later;
} Keys;

static const char *
next_key (Keys *self)
{
  const char *key = *self->keys;

  self->n_calls++;
  if (self->keys[1] != NULL)
    self->keys++;
  return key;
}

static char *
give_key (GraphbitEmbeddingConfig *config,
          gpointer user_data,
          GError **error)
{
  const char *key = next_key (user_data);

  g_assert_true (GRAPHBIT_IS_EMBEDDING_CONFIG (config));
  if (*key == '\0')
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "The ring is locked");
      return NULL;
    }
  return g_strdup (key);
}

static gboolean
answer_key (GraphbitEmbeddingConfig *config,
            GraphbitKeyCall *call,
            gpointer user_data)
{
  Keys *self = user_data;

  if (self->is_later)
    {
      self->n_calls++;
      g_set_object (&self->call, call);
      return TRUE;
    }

  return graphbit_key_call_respond (call, next_key (self));
}

static gboolean
pass_by (GraphbitEmbeddingConfig *config,
         GraphbitKeyCall *call,
         gpointer user_data)
{
  return FALSE;
}

static GraphbitEmbeddingClient *
client_new (GraphbitMockServer *server,
            const char *key,
            Keys *keys)
{
  GraphbitEmbeddingClient *client = support_embedding_client_new (server, "openai", key);
  GraphbitEmbeddingConfig *config = graphbit_embedding_client_get_config (client);

  graphbit_embedding_client_set_max_retries (client, 0);
  if (keys != NULL && keys->is_later)
    g_signal_connect (config, "key-required", G_CALLBACK (answer_key), keys);
  else if (keys != NULL)
    graphbit_embedding_config_set_key_func (config, give_key, keys, NULL);
  return client;
}

static void
count_free (gpointer data)
{
  ++*(guint *) data;
}

static void
count_notify (GObject *object,
              GParamSpec *pspec,
              guint *n_notifies)
{
  ++*n_notifies;
}

/* Given, of the environment, of the function, of the signal: in that order. */
static void
test_order (void)
{
  static const char *const keys[] = { "sk-func", NULL };
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  Keys func = { keys };
  Keys handler = { (const char *const[]){ "sk-handler", NULL } };
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "sk-given", NULL);
  GraphbitEmbeddingConfig *config = graphbit_embedding_client_get_config (client);
  guint n_notifies = 0, n_freed = 0;

  g_signal_connect (config, "notify::has-api-key", G_CALLBACK (count_notify), &n_notifies);
  g_signal_connect (config, "key-required", G_CALLBACK (answer_key), &handler);
  graphbit_embedding_config_set_key_func (config, give_key, &func, NULL);
  g_assert_cmpuint (n_notifies, ==, 1);
  g_setenv ("OPENAI_API_KEY", "sk-env", TRUE);
  for (guint i = 0; i < 5; i++)
    {
      static const char *const expected[] = { "sk-given", "sk-env", "sk-func", "sk-handler", "sk-handler" };
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) embeddings = NULL;
      g_autofree char *requests = NULL;
      g_autofree char *bearer = g_strconcat ("Bearer ", expected[i], NULL);

      graphbit_mock_server_clear (server);
      g_assert_true (graphbit_embedding_config_check_api_key (config, &error));
      embeddings = graphbit_embedding_client_embed_many (client, two_texts, NULL, &error);
      g_assert_no_error (error);
      requests = graphbit_mock_server_dup_requests_json (server);
      g_assert_nonnull (strstr (requests, bearer));
      g_assert_cmpint (graphbit_embedding_config_get_has_api_key (config), ==, i < 3);

      if (i == 0)
        graphbit_embedding_config_set_api_key (config, NULL, NULL);
      else if (i == 1)
        g_unsetenv ("OPENAI_API_KEY");
      else if (i == 2)
        graphbit_embedding_config_set_key_func (config, NULL, NULL, NULL);
    }
  g_assert_cmpuint (func.n_calls, ==, 1);
  g_assert_cmpuint (handler.n_calls, ==, 2);

  graphbit_embedding_config_set_key_func (config, give_key, &n_freed, count_free);
  graphbit_embedding_config_set_key_func (config, give_key, &n_freed, count_free);
  g_assert_cmpuint (n_freed, ==, 1);
  g_clear_object (&client);
  g_assert_cmpuint (n_freed, ==, 2);
}

static void
free_key (gpointer data)
{
  char *key = data;

  memset (key, 'x', strlen (key));
  g_free (key);
}

static char *
give_and_replace (GraphbitEmbeddingConfig *config,
                  gpointer user_data,
                  GError **error)
{
  graphbit_embedding_config_set_key_func (config, give_and_replace, g_strdup ("sk-next"), free_key);
  return g_strdup (user_data);
}

/* What a function that sets another one was set with is there until it has ended. */
static void
test_replaced (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, NULL, NULL);
  GraphbitEmbeddingConfig *config = graphbit_embedding_client_get_config (client);

  graphbit_embedding_config_set_key_func (config, give_and_replace, g_strdup ("sk-first"), free_key);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitEmbedding) embedding = graphbit_embedding_client_embed (client, "a", NULL, &error);
      g_autofree char *requests = graphbit_mock_server_dup_requests_json (server);

      g_assert_no_error (error);
      g_assert_nonnull (strstr (requests, i == 0 ? "Bearer sk-first" : "Bearer sk-next"));
      graphbit_mock_server_clear (server);
    }
}

/* Whoever has none says why, and nothing is sent. */
static void
test_none (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  Keys locked = { (const char *const[]){ "", NULL } };
  Keys malformed = { (const char *const[]){ "two\nlines", NULL } };
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, NULL, &locked);
  GraphbitEmbeddingConfig *config = graphbit_embedding_client_get_config (client);
  g_autoptr (GError) error = NULL;

  g_assert_null (graphbit_embedding_client_embed_many (client, two_texts, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_nonnull (strstr (error->message, "The ring is locked"));
  g_clear_error (&error);
  g_assert_false (graphbit_embedding_client_warmup (client, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_clear_error (&error);

  graphbit_embedding_config_set_key_func (config, give_key, &malformed, NULL);
  g_assert_null (graphbit_embedding_client_embed (client, "a", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  graphbit_embedding_config_set_key_func (config, NULL, NULL, NULL);
  g_assert_false (graphbit_embedding_config_check_api_key (config, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_clear_error (&error);
  g_signal_connect (config, "key-required", G_CALLBACK (pass_by), NULL);
  g_assert_null (graphbit_embedding_client_embed (client, "a", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_nonnull (strstr (error->message, "OPENAI_API_KEY"));
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);
}

/* A refused key is asked for once more, and everything that was refused is sent again with the new one. */
static void
test_refused (void)
{
  static const char *const keys[] = { "wrong", "sk-new", NULL };
  const struct
  {
    const char *const *keys;
    guint n_calls;
    gboolean is_good;
  } cases[] = {
    { keys, 2, TRUE },
    { (const char *const[]){ "wrong", NULL }, 2, FALSE },
    { (const char *const[]){ "wrong", "", NULL }, 2, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
      Keys given = { cases[i].keys };
      g_autoptr (GraphbitEmbeddingClient) client = client_new (server, NULL, &given);
      g_auto (GStrv) texts = support_make_texts (10000);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) embeddings =
          graphbit_embedding_client_embed_many (client, (const char *const *) texts, NULL, &error);

      g_assert_cmpuint (given.n_calls, ==, cases[i].n_calls);
      /* five parts at once */
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, cases[i].is_good ? 10 : 5);
      if (cases[i].is_good)
        {
          g_assert_no_error (error);
          for (guint j = 0; j < embeddings->len; j++)
            g_assert_cmpuint (graphbit_embedding_get_dimensions (embeddings->pdata[j]), ==, 8);
        }
      else
        {
          g_assert_null (embeddings);
          g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
          g_assert_null (strstr (error->message, "wrong"));
        }
    }
}

/* The second one is refused, too: then that is that. */
static void
test_refused_again (void)
{
  static const char *const keys[] = { "sk-first", "sk-second", "sk-third", NULL };
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"times\":-1,\"status\":401}");
  Keys given = { keys };
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, NULL, &given);
  g_autoptr (GError) error = NULL;

  g_assert_null (graphbit_embedding_client_embed_many (client, two_texts, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_cmpuint (given.n_calls, ==, 2);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 2);
  g_clear_error (&error);

  /* one that was given is asked for in the same way, also for a warm-up */
  graphbit_embedding_config_set_api_key (graphbit_embedding_client_get_config (client), "sk-given", NULL);
  g_assert_false (graphbit_embedding_client_warmup (client, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_cmpuint (given.n_calls, ==, 3);
}

static gboolean
is_asked (gpointer data)
{
  return ((Keys *) data)->call != NULL;
}

/* Later, never, too late, and no longer wanted. */
static void
test_later (void)
{
  enum
  {
    ANSWERS,
    FAILS,
    CANCELLED,
    TIMES_OUT,
    SHUTS_DOWN,
    N_CASES
  };

  for (guint i = 0; i < N_CASES; i++)
    {
      g_autoptr (GraphbitMockServer) server = NULL;
      Keys keys = { NULL, 0, NULL, TRUE };
      g_autoptr (GraphbitEmbeddingClient) client = NULL;
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GPtrArray) embeddings = NULL;
      g_autoptr (GError) error = NULL;
      SupportResult result = { NULL };

      graphbit_clock_set_virtual (i == TIMES_OUT);
      server = support_server_new (NULL);
      client = client_new (server, NULL, &keys);
      graphbit_embedding_client_embed_many_async (client, two_texts, cancellable, support_ready, &result);
      g_assert_null (keys.call);
      support_wait_until (is_asked, &keys);
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);
      if (i == ANSWERS)
        g_assert_true (graphbit_key_call_respond (keys.call, "sk-later"));
      else if (i == FAILS)
        g_assert_true (graphbit_call_fail (GRAPHBIT_CALL (keys.call), "The vault is shut"));
      else if (i == CANCELLED)
        g_cancellable_cancel (cancellable);
      else if (i == SHUTS_DOWN)
        graphbit_shutdown ();
      if (i == TIMES_OUT)
        support_wait_with_clock (&result, 60 * 1000);
      else
        support_wait (&result);
      embeddings = graphbit_embedding_client_embed_many_finish (client, result.result, &error);
      switch (i)
        {
        case ANSWERS:
          g_assert_no_error (error);
          g_assert_cmpuint (embeddings->len, ==, 2);
          break;
        case FAILS:
          g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
          g_assert_nonnull (strstr (error->message, "The vault is shut"));
          break;
        case TIMES_OUT:
          g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TIMEOUT);
          break;
        default:
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        }
      if (i == CANCELLED || i == TIMES_OUT)
        g_assert_true (g_cancellable_is_cancelled (graphbit_call_get_cancellable (GRAPHBIT_CALL (keys.call))));
      g_assert_false (graphbit_key_call_respond (keys.call, "sk-late"));
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, i == ANSWERS ? 1 : 0);
      g_assert_cmpuint (result.n_calls, ==, 1);
      g_clear_object (&keys.call);
      support_result_clear (&result);
      graphbit_clock_set_virtual (FALSE);
    }
}

typedef struct
{
  GCancellable *cancellable;
  GraphbitEmbeddingConfig *config;
} Intruder;

static char *
cancel_and_give (GraphbitEmbeddingConfig *config,
                 gpointer user_data,
                 GError **error)
{
  Intruder *self = user_data;

  g_cancellable_cancel (self->cancellable);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return g_strdup ("sk-func");
}

/* The function itself cancels the call, and lets its outcome be told. */
static void
test_intruder (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, NULL, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Intruder intruder = { cancellable, graphbit_embedding_client_get_config (client) };
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };

  graphbit_embedding_config_set_key_func (intruder.config, cancel_and_give, &intruder, NULL);
  graphbit_embedding_client_embed_many_async (client, two_texts, cancellable, support_ready, &result);
  support_wait (&result);
  g_assert_null (graphbit_embedding_client_embed_many_finish (client, result.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);
  support_result_clear (&result);
}

/* What the cache has needs no key; nobody is asked for it. */
static void
test_cached (void)
{
  static const char *const keys[] = { "sk-func", NULL };
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new ();
  Keys given = { keys };
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, NULL, &given);
  g_autoptr (GError) error = NULL;

  graphbit_embedding_client_set_cache (client, cache);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GPtrArray) embeddings = graphbit_embedding_client_embed_many (client, two_texts, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (given.n_calls, ==, 1);
    }
}

static void
set_header (GraphbitEmbeddingConfig *config,
            const char *name,
            const char *value)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&builder, "{ss}", name, value);
  graphbit_embedding_config_set_headers (config, g_variant_builder_end (&builder));
}

static void
test_headers (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "sk-given", NULL);
  GraphbitEmbeddingConfig *config = graphbit_embedding_client_get_config (client);
  g_autoptr (GraphbitEmbedding) embedding = NULL;
  g_autoptr (GraphbitErrorDetails) details = NULL;
  g_autofree char *requests = NULL;
  g_autoptr (GError) error = NULL;

  set_header (config, "X-Team", "blue");
  embedding = graphbit_embedding_client_embed (client, "a", NULL, &error);
  g_assert_no_error (error);
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "\"x-team\":\"blue\""));
  g_assert_nonnull (strstr (requests, "Bearer sk-given"));

  /* in the place of the key, which is then not needed either */
  g_clear_object (&embedding);
  g_clear_pointer (&requests, g_free);
  graphbit_mock_server_clear (server);
  set_header (config, "Authorization", "Bearer from-a-header");
  embedding = graphbit_embedding_client_embed (client, "a", NULL, &error);
  g_assert_no_error (error);
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "Bearer from-a-header"));
  g_assert_null (strstr (requests, "sk-given"));
  graphbit_embedding_config_set_api_key (config, NULL, NULL);
  g_assert_true (graphbit_embedding_config_check_api_key (config, &error));
  g_clear_object (&embedding);
  embedding = graphbit_embedding_client_embed (client, "a", NULL, &error);
  g_assert_no_error (error);

  /* nor told */
  graphbit_mock_server_add_step (server, "{\"status\":401,\"json\":{\"error\":{\"message\":\"bad key from-a-header\"}}}", NULL);
  g_assert_null (graphbit_embedding_client_embed (client, "a", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_null (strstr (error->message, "from-a-header"));
  details = graphbit_error_details_from_error (error);
  g_assert_nonnull (strstr (graphbit_error_details_get_provider_message (details), "bad key"));
  g_assert_null (strstr (graphbit_error_details_get_provider_message (details), "from-a-header"));
  g_clear_error (&error);

  set_header (config, "X Team", "blue");
  g_assert_null (graphbit_embedding_client_embed (client, "a", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

/* The application's members in the place of the library's, wherever the wire has them. */
static void
test_extra_body (void)
{
  static const struct
  {
    const char *provider;
    const char *extra_body;
    const char *sent; /* NULL: refused */
  } cases[] = {
    { "openai", "{\"user\":\"u\",\"encoding_format\":\"float\"}", "\"input\":[\"a\"],\"dimensions\":4,\"user\":\"u\",\"encoding_format\":\"float\"}" },
    { "openai", "{\"dimensions\":3}", "\"input\":[\"a\"],\"encoding_format\":\"base64\",\"dimensions\":3}" },
    { "openai", "{\"dimensions\":null}", "\"input\":[\"a\"],\"encoding_format\":\"base64\"}" },
    { "voyage", "{\"output_dtype\":\"int8\"}", "\"output_dimension\":4,\"output_dtype\":\"int8\"}" },
    { "cohere", "{\"truncate\":\"NONE\"}", "\"output_dimension\":4,\"embedding_types\":[\"float\"],\"truncate\":\"NONE\"}" },
    { "gemini", "{\"title\":\"t\"}", "\"content\":{\"parts\":[{\"text\":\"a\"}]},\"outputDimensionality\":4,\"title\":\"t\"}]}" },
    { "ollama", "{\"keep_alive\":\"5m\"}", "\"dimensions\":4,\"keep_alive\":\"5m\"}" },
    { "huggingface", "{\"truncate\":true}", "{\"inputs\":[\"a\"],\"truncate\":true}" },
    { "openai", "{\"input\":[\"b\"]}", NULL },
    { "cohere", "{\"texts\":[\"b\"]}", NULL },
    { "gemini", "{\"content\":{}}", NULL },
    { "huggingface", "{\"inputs\":[\"b\"]}", NULL },
    { "openai", "[]", NULL },
    { "openai", "{", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
      g_autoptr (GraphbitEmbeddingClient) client = support_embedding_client_new (server, cases[i].provider, "sk-given");
      GraphbitEmbeddingConfig *config = graphbit_embedding_client_get_config (client);
      g_autoptr (GraphbitEmbedding) embedding = NULL;
      g_autofree char *requests = NULL;
      g_autoptr (GError) error = NULL;

      if (strcmp (cases[i].provider, "huggingface") != 0)
        graphbit_embedding_config_set_dimensions (config, 4);
      graphbit_embedding_config_set_extra_body (config, cases[i].extra_body);
      embedding = graphbit_embedding_client_embed (client, "a", NULL, &error);
      requests = graphbit_mock_server_dup_requests_json (server);
      if (cases[i].sent != NULL)
        {
          g_autofree char *escaped = g_strescape (cases[i].sent, NULL);

          g_assert_nonnull (strstr (requests, escaped));
        }
      else
        {
          g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
          g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);
        }
    }
}

static void
test_offline (void)
{
  g_autoptr (GraphbitEmbeddingConfig) config = graphbit_embedding_config_new_offline ();
  g_autoptr (GraphbitEmbeddingClient) client = graphbit_embedding_client_new (config);
  g_autoptr (GError) error = NULL;

  graphbit_embedding_config_set_extra_body (config, "{}");
  g_assert_null (graphbit_embedding_client_embed (client, "a", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
}

/* The third request of a minute that takes two has to wait. */
static void
test_limits (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitEmbeddingClient) client = NULL;
  GraphbitEmbeddingConfig *config;
  gint64 began;

  graphbit_clock_set_virtual (TRUE);
  server = support_server_new (NULL);
  client = client_new (server, "sk-limits", NULL);
  config = graphbit_embedding_client_get_config (client);
  graphbit_embedding_config_set_requests_per_minute (config, 2);
  graphbit_embedding_config_set_tokens_per_minute (config, 1000);
  g_assert_cmpuint (graphbit_embedding_config_get_requests_per_minute (config), ==, 2);
  g_assert_cmpuint (graphbit_embedding_config_get_tokens_per_minute (config), ==, 1000);
  began = graphbit_clock_now ();
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *text = g_strnfill (i == 2 ? 3600 : 4, 'x');
      g_autoptr (GraphbitEmbedding) embedding = NULL;
      g_autoptr (GError) error = NULL;
      SupportResult result = { NULL };
      gint64 seconds;

      graphbit_embedding_client_embed_async (client, text, NULL, support_ready, &result);
      if (i < 2)
        support_wait (&result);
      else
        support_wait_with_clock (&result, 1000);
      embedding = graphbit_embedding_client_embed_finish (client, result.result, &error);
      g_assert_no_error (error);
      support_result_clear (&result);
      seconds = (graphbit_clock_now () - began) / G_USEC_PER_SEC;
      if (i < 2)
        g_assert_cmpint (seconds, ==, 0);
      else if (i == 2)
        g_assert_cmpint (seconds, >=, 59);
    }
  graphbit_clock_set_virtual (FALSE);
}

int
main (int argc,
      char *argv[])
{
  g_unsetenv ("OPENAI_API_KEY");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/embedding/keys/order", test_order);
  g_test_add_func ("/embedding/keys/replaced", test_replaced);
  g_test_add_func ("/embedding/keys/none", test_none);
  g_test_add_func ("/embedding/keys/refused", test_refused);
  g_test_add_func ("/embedding/keys/refused-again", test_refused_again);
  g_test_add_func ("/embedding/keys/later", test_later);
  g_test_add_func ("/embedding/keys/intruder", test_intruder);
  g_test_add_func ("/embedding/keys/cached", test_cached);
  g_test_add_func ("/embedding/keys/headers", test_headers);
  g_test_add_func ("/embedding/keys/extra-body", test_extra_body);
  g_test_add_func ("/embedding/keys/offline", test_offline);
  g_test_add_func ("/embedding/keys/limits", test_limits);

  return g_test_run ();
}
