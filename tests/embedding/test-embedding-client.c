/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <math.h>
#include <string.h>

#include "embedding-support.h"
#include "graphbit-runtime-private.h"

static GraphbitEmbeddingClient *
client_new (GraphbitMockServer *server,
            const char *provider)
{
  return support_embedding_client_new (server, provider, "sk-marker");
}

static GPtrArray *
embed_many (GraphbitEmbeddingClient *client,
            char **texts,
            GError **error)
{
  return graphbit_embedding_client_embed_many (client, (const char *const *) texts, NULL, error);
}

/* Everybody's words, the same vectors, in the order of the texts. */
static void
test_wires (void)
{
  static const struct
  {
    const char *provider;
    const char *path;
    const char *header;
    gboolean tells_usage;
  } cases[] = {
    { "openai_compatible", "\"/v1/embeddings\"", "Bearer sk-marker", TRUE },
    { "openai", "\"/v1/embeddings\"", "Bearer sk-marker", TRUE },
    { "azure", "\"/openai/deployments/m/embeddings?api-version=2024-10-21\"", "\"api-key\":\"sk-marker\"", TRUE },
    { "mistralai", "\"/embeddings\"", "Bearer sk-marker", TRUE },
    { "voyage", "\"/embeddings\"", "Bearer sk-marker", TRUE },
    { "litellm", "\"/embeddings\"", "Bearer sk-marker", TRUE },
    { "cohere", "\"/v2/embed\"", "Bearer sk-marker", TRUE },
    { "gemini", "\"/v1beta/models/m:batchEmbedContents\"", "\"x-goog-api-key\":\"sk-marker\"", FALSE },
    { "ollama", "\"/api/embed\"", "Bearer sk-marker", TRUE },
    { "huggingface", "\"/models/m/pipeline/feature-extraction\"", "Bearer sk-marker", FALSE },
  };
  static const char *const texts[] = { "one", "two words", "one", "three", NULL };
  g_autoptr (GPtrArray) first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
      g_autoptr (GraphbitEmbeddingClient) client = client_new (server, cases[i].provider);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) embeddings = graphbit_embedding_client_embed_many (client, texts, NULL, &error);
      g_autoptr (GraphbitEmbedding) one = NULL;
      g_autofree char *requests = NULL;

      g_test_message ("%s", cases[i].provider);
      g_assert_no_error (error);
      g_assert_cmpuint (embeddings->len, ==, 4);
      for (guint j = 0; j < 4; j++)
        {
          g_assert_cmpuint (graphbit_embedding_get_index (embeddings->pdata[j]), ==, j);
          g_assert_cmpuint (graphbit_embedding_get_dimensions (embeddings->pdata[j]), ==, 8);
          g_assert_null (graphbit_embedding_get_error (embeddings->pdata[j]));
          if (first != NULL)
            support_assert_same (embeddings->pdata[j], first->pdata[j]);
        }
      /* sent once */
      support_assert_same (embeddings->pdata[0], embeddings->pdata[2]);
      g_assert_cmpint (support_embedding_stat (client, "total_requests"), ==, 1);
      g_assert_cmpint (support_embedding_stat (client, "prompt_tokens"), ==, cases[i].tells_usage ? 4 : 0);

      one = graphbit_embedding_client_embed (client, "three", NULL, &error);
      g_assert_no_error (error);
      support_assert_same (one, embeddings->pdata[3]);
      g_assert_cmpuint (graphbit_embedding_get_index (one), ==, 0);

      requests = graphbit_mock_server_dup_requests_json (server);
      g_assert_nonnull (strstr (requests, cases[i].path));
      g_assert_nonnull (strstr (requests, cases[i].header));
      if (first == NULL)
        first = g_ptr_array_ref (embeddings);
    }
}

/* What is asked for beside the texts, and who cannot be asked. */
static void
test_settings (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitEmbeddingClient) cohere = client_new (server, "cohere");
  g_autoptr (GraphbitEmbeddingClient) openai = client_new (server, "openai");
  g_autoptr (GraphbitEmbeddingClient) hugging_face = client_new (server, "huggingface");
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitEmbedding) short_one = NULL;
  g_autoptr (GraphbitEmbedding) query = NULL;
  g_autofree char *requests = NULL;
  guint64 n_sent;

  g_setenv ("OPENAI_ORG_ID", "org-1", TRUE);
  graphbit_embedding_config_set_dimensions (graphbit_embedding_client_get_config (openai), 4);
  short_one = graphbit_embedding_client_embed (openai, "a", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (graphbit_embedding_get_dimensions (short_one), ==, 4);

  graphbit_embedding_config_set_input_type (graphbit_embedding_client_get_config (cohere), GRAPHBIT_EMBEDDING_INPUT_TYPE_QUERY);
  query = graphbit_embedding_client_embed (cohere, "a", NULL, &error);
  g_assert_no_error (error);
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "\\\"input_type\\\":\\\"search_query\\\""));
  g_assert_nonnull (strstr (requests, "\"openai-organization\":\"org-1\""));
  g_unsetenv ("OPENAI_ORG_ID");
  g_assert_nonnull (strstr (requests, "\\\"encoding_format\\\":\\\"base64\\\""));

  n_sent = graphbit_mock_server_get_request_count (server);
  graphbit_embedding_config_set_input_type (graphbit_embedding_client_get_config (openai), GRAPHBIT_EMBEDDING_INPUT_TYPE_QUERY);
  g_assert_null (graphbit_embedding_client_embed (openai, "a", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  graphbit_embedding_config_set_dimensions (graphbit_embedding_client_get_config (hugging_face), 4);
  g_assert_null (graphbit_embedding_client_embed (hugging_face, "a", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  graphbit_embedding_config_set_api_version (graphbit_embedding_client_get_config (cohere), "v3");
  g_assert_null (graphbit_embedding_client_embed (cohere, "a", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, n_sent);
}

/* Many texts: as many requests as the limits of the provider want, the order kept. */
static void
test_large (void)
{
  static const struct
  {
    const char *provider;
    guint n_texts;
    guint n_requests;
  } cases[] = {
    { "openai", 5000, 3 },  /* of 2048 */
    { "cohere", 200, 3 },   /* of 96 */
    { "huggingface", 100, 7 }, /* 413 beyond 32: of 100, 50 and 25 twice, and the same again */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
      g_autoptr (GraphbitEmbeddingClient) client = client_new (server, cases[i].provider);
      g_auto (GStrv) texts = support_make_texts (cases[i].n_texts);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) embeddings = embed_many (client, texts, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (embeddings->len, ==, cases[i].n_texts);
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, cases[i].n_requests);
      for (guint j = 0; j < cases[i].n_texts; j += cases[i].n_texts / 7)
        {
          g_autoptr (GraphbitEmbedding) alone = graphbit_embedding_client_embed (client, texts[j], NULL, &error);

          g_assert_no_error (error);
          support_assert_same (alone, embeddings->pdata[j]);
          g_assert_cmpuint (graphbit_embedding_get_index (embeddings->pdata[j]), ==, j);
        }
    }
}

/* What is said to be too much, in whichever words, is sent as two. */
static void
test_too_much (void)
{
  static const char *const steps[] = {
    "{\"status\":413}",
    "{\"status\":400,\"json\":{\"error\":{\"message\":\"Too long\",\"code\":\"context_length_exceeded\"}}}",
    "{\"status\":400,\"json\":{\"object\":\"error\",\"message\":\"Too many inputs in request\",\"code\":\"3210\"}}",
    "{\"status\":422,\"json\":{\"error\":\"batch size 90 > maximum allowed batch size 32\",\"error_type\":\"Validation\"}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GraphbitMockServer) server = support_server_new (steps[i]);
      g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai_compatible");
      g_auto (GStrv) texts = support_make_texts (90);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) embeddings = embed_many (client, texts, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);
      for (guint j = 0; j < embeddings->len; j++)
        g_assert_cmpuint (graphbit_embedding_get_dimensions (embeddings->pdata[j]), ==, 8);
      g_assert_cmpint (support_embedding_stat (client, "failed_requests"), ==, 1);
      g_assert_cmpint (support_embedding_stat (client, "prompt_tokens"), ==, 2 * 90);
    }
}

static gboolean
has_three (gpointer data)
{
  return support_embedding_stat (data, "successful_requests") == 3;
}

/* The first part is answered last; not more of them are on their way than may be. */
static void
test_order (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"match\":\"text 0\\\"\",\"stall\":true}");
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai_compatible");
  g_auto (GStrv) texts = support_make_texts (400);
  g_autoptr (GPtrArray) embeddings = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };

  graphbit_embedding_client_set_max_concurrency (client, 2);
  graphbit_embedding_client_embed_many_async (client, (const char *const *) texts, NULL, support_ready, &result);
  support_wait_until (has_three, client);
  g_assert_cmpuint (result.n_calls, ==, 0);
  graphbit_mock_server_release (server);
  embeddings = graphbit_embedding_client_embed_many_finish (client, support_wait (&result), &error);
  g_assert_no_error (error);
  support_result_clear (&result);
  g_assert_cmpuint (graphbit_mock_server_get_peak_in_flight (server), ==, 2);

  again = embed_many (client, texts, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 400; i++)
    {
      g_assert_cmpuint (graphbit_embedding_get_index (embeddings->pdata[i]), ==, i);
      support_assert_same (embeddings->pdata[i], again->pdata[i]);
      if (i > 0)
        g_assert_false (g_bytes_equal (graphbit_embedding_get_bytes (embeddings->pdata[i]),
                                       graphbit_embedding_get_bytes (embeddings->pdata[i - 1])));
    }
}

static void
wait_for_lock (gpointer data,
               gpointer user_data)
{
  GMutex *lock = data;

  g_mutex_lock (lock);
  g_mutex_unlock (lock);
}

/* A large answer is read in the pool: it waits for that alone, and holds up no other. */
static void
test_pool (void)
{
  g_autoptr (GString) step = g_string_new ("{\"match\":\"large\",\"json\":{\"data\":[{\"index\":0,\"embedding\":[0.5");
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitEmbeddingClient) client = NULL;
  g_autoptr (GraphbitEmbedding) large = NULL;
  g_autoptr (GError) error = NULL;
  GraphbitRuntime *runtime;
  SupportResult result = { NULL };
  GMutex lock;

  for (guint i = 1; i < 50000; i++)
    g_string_append (step, ",0.12345");
  g_string_append (step, "]}]}}");
  g_assert_cmpuint (step->len, >, 256 * 1024);

  graphbit_shutdown ();
  graphbit_configure_runtime (0, 1, 0, &error);
  g_assert_no_error (error);
  server = support_server_new (step->str);
  client = client_new (server, "openai_compatible");
  runtime = graphbit_runtime_get (&error);
  g_assert_no_error (error);
  g_mutex_init (&lock);
  g_mutex_lock (&lock);
  g_assert_true (graphbit_runtime_push_work (runtime, wait_for_lock, &lock));

  graphbit_embedding_client_embed_async (client, "large", NULL, support_ready, &result);
  support_wait_for_requests (server, 1);
  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (GraphbitEmbedding) small = graphbit_embedding_client_embed (client, "small", NULL, &error);

      g_assert_no_error (error);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  g_assert_cmpuint (result.n_calls, ==, 0);

  g_mutex_unlock (&lock);
  large = graphbit_embedding_client_embed_finish (client, support_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (graphbit_embedding_get_dimensions (large), ==, 50000);
  support_result_clear (&result);
  graphbit_runtime_unref (runtime);
  graphbit_shutdown ();
  g_mutex_clear (&lock);
  graphbit_configure_runtime (0, 0, 0, &error);
  g_assert_no_error (error);
}

/* OpenAI's limit of tokens in a request: six texts of 80,000 tokens are two requests. */
static void
test_tokens (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai");
  g_auto (GStrv) texts = g_new0 (char *, 7);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) embeddings = NULL;

  for (guint i = 0; i < 6; i++)
    {
      texts[i] = g_strnfill (320000, 'x');
      texts[i][0] = (char) ('a' + i);
    }
  embeddings = embed_many (client, texts, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (embeddings->len, ==, 6);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 2);
}

/* One text that is refused fails alone; the same text twice, in both places. */
static void
test_poison (void)
{
  g_autoptr (GraphbitMockServer) server =
      support_server_new ("{\"match\":\"poison\",\"times\":-1,\"status\":400,"
                          "\"json\":{\"error\":{\"message\":\"cannot embed that\",\"type\":\"invalid_request_error\"}}}");
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai_compatible");
  g_auto (GStrv) texts = support_make_texts (300);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) embeddings = NULL;
  g_autoptr (GPtrArray) none = NULL;
  char *poison[] = { (char *) "poison", (char *) "more poison", NULL };

  g_free (texts[137]);
  texts[137] = g_strdup ("poison");
  g_free (texts[253]);
  texts[253] = g_strdup ("poison");
  embeddings = embed_many (client, texts, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (embeddings->len, ==, 300);
  for (guint i = 0; i < 300; i++)
    {
      GraphbitEmbedding *embedding = embeddings->pdata[i];
      g_autoptr (GError) own = graphbit_embedding_get_error (embedding);
      g_autoptr (GraphbitErrorDetails) details = graphbit_embedding_get_error_details (embedding);

      g_assert_cmpuint (graphbit_embedding_get_index (embedding), ==, i);
      if (i == 137 || i == 253)
        {
          g_assert_error (own, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_REQUEST);
          g_assert_cmpuint (graphbit_embedding_get_dimensions (embedding), ==, 0);
          g_assert_cmpint (graphbit_error_details_get_http_status (details), ==, 400);
          g_assert_cmpstr (graphbit_error_details_get_provider_message (details), ==, "cannot embed that");
        }
      else
        {
          g_assert_no_error (own);
          g_assert_null (details);
          g_assert_cmpuint (graphbit_embedding_get_dimensions (embedding), ==, 8);
        }
    }
  /* three parts, and one of them down to a single text */
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), <=, 3 + 2 * 7);

  /* in every part, so that all that are under way at first are refused */
  g_clear_pointer (&embeddings, g_ptr_array_unref);
  g_strfreev (texts);
  texts = support_make_texts (20000);
  for (guint i = 50; i < 20000; i += 100)
    {
      g_free (texts[i]);
      texts[i] = g_strdup_printf ("poison %u", i);
    }
  embeddings = embed_many (client, texts, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 20000; i++)
    g_assert_cmpuint (graphbit_embedding_get_dimensions (embeddings->pdata[i]), ==, i % 100 == 50 ? 0 : 8);

  none = embed_many (client, poison, &error);
  g_assert_null (none);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_REQUEST);
}

/* What is wrong with every text is not asked for each of them. */
static void
test_all_refused (void)
{
  g_autoptr (GraphbitMockServer) server =
      support_server_new ("{\"times\":-1,\"status\":400,\"json\":{\"error\":{\"message\":\"no such dimensions\"}}}");
  g_autoptr (GraphbitMockServer) locked = support_server_new ("{\"times\":-1,\"status\":401}");
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai");
  g_autoptr (GraphbitEmbeddingClient) stranger = client_new (locked, "openai_compatible");
  g_auto (GStrv) texts = support_make_texts (4000);
  g_autoptr (GError) error = NULL;

  g_assert_null (embed_many (client, texts, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_REQUEST);
  g_clear_error (&error);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), <=, 256 + 3 * 64);

  graphbit_embedding_client_set_max_concurrency (stranger, 2);
  g_assert_null (embed_many (stranger, texts, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_null (strstr (error->message, "sk-marker"));
  g_assert_cmpuint (graphbit_mock_server_get_request_count (locked), <=, 2);
}

static void
test_retry (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"status\":503,\"headers\":{\"retry-after-ms\":\"1\"}}");
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai_compatible");
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitEmbedding) embedding = graphbit_embedding_client_embed (client, "a", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (graphbit_embedding_get_dimensions (embedding), ==, 8);
  g_assert_cmpint (support_embedding_stat (client, "retries"), ==, 1);
  g_assert_cmpint (support_embedding_stat (client, "successful_requests"), ==, 1);

  graphbit_embedding_client_reset_stats (client);
  g_assert_cmpint (support_embedding_stat (client, "total_requests"), ==, 0);
  graphbit_embedding_client_set_max_retries (client, 0);
  graphbit_mock_server_add_step (server, "{\"status\":503}", &error);
  g_assert_null (graphbit_embedding_client_embed (client, "a", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNAVAILABLE);
  g_assert_cmpint (support_embedding_stat (client, "failed_requests"), ==, 1);
}

/* Hugging Face's server at home: an address of its own, no key, parts of 32, and errors of its own. */
static void
test_inference_server (void)
{
  g_autoptr (GraphbitMockServer) server =
      support_server_new ("[{\"match\":\"poison\",\"status\":413,\"json\":{\"error\":\"too long\",\"error_type\":\"Validation\"}},"
                          "{\"match\":\"text 32\",\"body\":\"[[1,2],[3,4]]\"},{\"match\":\"text 0\",\"times\":2,\"body\":\""
                          "[[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],"
                          "[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1]]\"}]");
  g_autofree char *base_url = g_strdup_printf ("http://127.0.0.1:%u/embed", graphbit_mock_server_get_port (server));
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitEmbeddingConfig) config = graphbit_embedding_config_new_huggingface (NULL, NULL, &error);
  g_autoptr (GraphbitEmbeddingClient) client = graphbit_embedding_client_new (config);
  g_auto (GStrv) texts = support_make_texts (34);
  g_autoptr (GPtrArray) embeddings = NULL;
  g_autofree char *requests = NULL;

  g_unsetenv ("HF_TOKEN");
  g_unsetenv ("HUGGINGFACE_API_KEY");
  graphbit_embedding_config_set_base_url (config, base_url);
  graphbit_embedding_config_set_dimensions (config, 2);
  g_assert_true (graphbit_embedding_config_check_api_key (config, &error));
  g_assert_no_error (error);
  embeddings = embed_many (client, texts, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (graphbit_embedding_get_values (embeddings->pdata[33], NULL)[1], ==, 4);
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "\"/embed\""));
  g_assert_nonnull (strstr (requests, "{\\\"inputs\\\":[\\\"text 32\\\",\\\"text 33\\\"],\\\"dimensions\\\":2}"));
  g_assert_null (strstr (requests, "uthorization"));

  g_assert_null (graphbit_embedding_client_embed (client, "poison", NULL, &error));
  g_assert_nonnull (strstr (error->message, "too long"));

  /* elsewhere there is no doing without */
  g_clear_error (&error);
  graphbit_embedding_config_set_dimensions (config, 0);
  graphbit_embedding_config_set_base_url (config, "http://embed");
  g_assert_false (graphbit_embedding_config_check_api_key (config, NULL));
  g_assert_null (graphbit_embedding_client_embed (client, "a", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
}

/* What is wrong before anything is sent. */
static void
test_arguments (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai_compatible");
  g_autoptr (GraphbitEmbeddingConfig) keyless = NULL;
  g_autoptr (GraphbitEmbeddingConfig) nowhere = g_object_new (GRAPHBIT_TYPE_EMBEDDING_CONFIG, "provider", "anthropic", NULL);
  g_autoptr (GraphbitEmbeddingClient) other = NULL;
  g_autoptr (GraphbitEmbeddingClient) lost = graphbit_embedding_client_new (nowhere);
  g_autoptr (GraphbitEmbeddingClient) empty = g_object_new (GRAPHBIT_TYPE_EMBEDDING_CLIENT, NULL);
  static const char *const texts[] = { "a", "", NULL };
  static const char *const nothing[] = { NULL };
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (graphbit_embedding_client_embed_many (client, texts, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "1"));
  g_clear_error (&error);
  none = graphbit_embedding_client_embed_many (client, nothing, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);

  g_assert_null (graphbit_embedding_config_new_voyage ("a\nb", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (graphbit_embedding_config_new_openai_compatible ("nowhere", NULL, "m", &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (graphbit_embedding_config_new_azure (NULL, "d", "nowhere", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (graphbit_embedding_config_new_azure (NULL, "d", NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "AZURELLM_ENDPOINT"));
  g_clear_error (&error);
  g_assert_null (graphbit_embedding_config_new_azure (NULL, "d", "https://mine.openai.azure.com", "a\nb", &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (graphbit_embedding_client_embed (lost, "a", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (graphbit_embedding_client_embed (empty, "a", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  /* who has embeddings only is no provider of models */
  g_assert_null (graphbit_llm_config_new_from_env ("voyage", "m", &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  keyless = graphbit_embedding_config_new_voyage (NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_embedding_config_get_model (keyless), ==, "voyage-3.5");
  g_assert_false (graphbit_embedding_config_get_has_api_key (keyless));
  other = graphbit_embedding_client_new (keyless);
  g_assert_null (graphbit_embedding_client_embed (other, "a", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
  g_assert_nonnull (strstr (error->message, "VOYAGE_API_KEY"));
}

static void
test_cancel (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"times\":-1,\"stall\":\"before-status\"}");
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai_compatible");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (GStrv) texts = support_make_texts (1000);
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };

  graphbit_embedding_client_set_max_concurrency (client, 3);
  graphbit_embedding_client_embed_many_async (client, (const char *const *) texts, cancellable, support_ready, &result);
  while (graphbit_mock_server_get_request_count (server) < 3)
    g_main_context_iteration (NULL, FALSE);
  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_embedding_client_embed_many_finish (client, support_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (support_embedding_stat (client, "cancelled_requests"), ==, 3);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);
  support_result_clear (&result);
  support_assert_closed (server);
}

static void
cancel_at_progress (GraphbitEmbeddingJob *job,
                    GParamSpec *pspec,
                    gpointer data)
{
  g_cancellable_cancel (data);
}

/* Before the start, after it, in the midst of it by whoever is told, and when the library goes down. */
static void
test_cancel_anywhere (void)
{
  enum
  {
    BEFORE,
    AFTER,
    AT_PROGRESS,
    SHUTDOWN,
    N_CASES
  };

  for (guint i = 0; i < 2 * N_CASES; i++)
    {
      gboolean is_offline = i >= N_CASES;
      guint place = i % N_CASES;
      g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
      g_autoptr (GraphbitEmbeddingConfig) config = graphbit_embedding_config_new_offline ();
      g_autoptr (GraphbitEmbeddingClient) client =
          is_offline ? graphbit_embedding_client_new (config) : client_new (server, "openai_compatible");
      g_auto (GStrv) texts = support_make_texts (5000);
      g_autoptr (GraphbitEmbeddingJob) job = graphbit_embedding_job_new (client, (const char *const *) texts);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      SupportResult result = { NULL };

      graphbit_embedding_client_set_max_concurrency (client, 1);
      if (place == BEFORE)
        g_cancellable_cancel (cancellable);
      else if (place == AT_PROGRESS)
        g_signal_connect (job, "notify::progress", G_CALLBACK (cancel_at_progress), cancellable);
      graphbit_embedding_job_run_async (job, cancellable, support_ready, &result);
      if (place == AFTER)
        g_cancellable_cancel (cancellable);
      else if (place == SHUTDOWN)
        graphbit_shutdown ();
      support_wait (&result);
      g_assert_null (graphbit_embedding_job_run_finish (job, result.result, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (result.n_calls, ==, 1);
      if (place == BEFORE)
        g_assert_cmpint (support_embedding_stat (client, "total_requests"), ==, 0);
      g_assert_cmpfloat (graphbit_embedding_job_get_progress (job), <, 0.5);
      support_result_clear (&result);
    }
}

static void
test_budget (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai_compatible");
  g_autoptr (GraphbitBudget) budget = g_object_new (GRAPHBIT_TYPE_BUDGET, "max-tokens", (gint64) 100, NULL);
  g_autofree char *text = g_strnfill (600, 'x');
  g_autoptr (GraphbitEmbedding) embedding = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitEmbeddingClient) priced = client_new (server, "openai");
  g_autoptr (GraphbitBudget) money = g_object_new (GRAPHBIT_TYPE_BUDGET, "max-cost", 1.0, NULL);
  double cost = 0.0;
  gint64 used = -1;

  graphbit_embedding_client_set_budget (client, budget);
  embedding = graphbit_embedding_client_embed (client, "some words are here", NULL, &error);
  g_assert_no_error (error);
  g_object_get (budget, "used-tokens", &used, NULL);
  g_assert_cmpint (used, ==, 4); /* as the server said */
  g_assert_null (graphbit_embedding_client_embed (client, text, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_BUDGET_EXCEEDED);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);

  graphbit_embedding_config_set_model (graphbit_embedding_client_get_config (priced), "text-embedding-3-small");
  graphbit_embedding_client_set_budget (priced, money);
  g_clear_error (&error);
  g_clear_object (&embedding);
  embedding = graphbit_embedding_client_embed (priced, "some words are here", NULL, &error);
  g_assert_no_error (error);
  g_object_get (money, "used-cost", &cost, NULL);
  g_assert_cmpfloat_with_epsilon (cost, 4 * 0.02 / 1e6, 1e-12);
}

static void
test_warmup (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitMockServer) locked = support_server_new ("{\"times\":-1,\"status\":401}");
  g_autoptr (GraphbitEmbeddingConfig) config = graphbit_embedding_config_new_offline ();
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai_compatible");
  g_autoptr (GraphbitEmbeddingClient) cohere = client_new (server, "cohere");
  g_autoptr (GraphbitEmbeddingClient) stranger = client_new (locked, "openai");
  g_autoptr (GraphbitEmbeddingClient) offline = graphbit_embedding_client_new (config);
  g_autoptr (GError) error = NULL;

  g_assert_true (graphbit_embedding_client_warmup (client, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (graphbit_embedding_client_warmup (cohere, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (support_embedding_stat (client, "total_requests"), ==, 0);
  g_assert_true (graphbit_embedding_client_warmup (offline, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (graphbit_embedding_client_warmup (stranger, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
}

/* Texts that share words are neighbours, and a text is always itself. */
static void
test_offline (void)
{
  static const char *const texts[] = {
    "The cat sleeps on the sofa", "A cat is sleeping on the couch", "Interest rates were raised by the central bank",
    "The bank raises its interest rate", "…", NULL
  };
  g_autoptr (GraphbitEmbeddingConfig) config = graphbit_embedding_config_new_offline ();
  g_autoptr (GraphbitEmbeddingClient) client = graphbit_embedding_client_new (config);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) embeddings = graphbit_embedding_client_embed_many (client, texts, NULL, &error);
  g_autoptr (GPtrArray) again = NULL;
  const float *a, *b;
  gsize n_a, n_b;

  g_assert_no_error (error);
  again = graphbit_embedding_client_embed_many (client, texts, NULL, &error);
  for (guint i = 0; i < embeddings->len; i++)
    {
      g_assert_cmpuint (graphbit_embedding_get_dimensions (embeddings->pdata[i]), ==, 256);
      support_assert_same (embeddings->pdata[i], again->pdata[i]);
      g_assert_cmpfloat_with_epsilon (graphbit_embedding_similarity (embeddings->pdata[i], embeddings->pdata[i], NULL), 1.0, 1e-5);
    }
  g_assert_cmpfloat (graphbit_embedding_similarity (embeddings->pdata[0], embeddings->pdata[1], NULL), >,
                     graphbit_embedding_similarity (embeddings->pdata[0], embeddings->pdata[2], NULL) + 0.1);
  g_assert_cmpfloat (graphbit_embedding_similarity (embeddings->pdata[3], embeddings->pdata[2], NULL), >,
                     graphbit_embedding_similarity (embeddings->pdata[3], embeddings->pdata[1], NULL) + 0.1);

  a = graphbit_embedding_get_values (embeddings->pdata[0], &n_a);
  b = graphbit_embedding_get_values (embeddings->pdata[1], &n_b);
  g_assert_cmpfloat (graphbit_embedding_client_similarity (a, n_a, b, n_b, &error), ==,
                     graphbit_embedding_similarity (embeddings->pdata[0], embeddings->pdata[1], NULL));
  g_assert_no_error (error);
  graphbit_embedding_client_similarity (a, n_a, b, n_b - 1, &error);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

static void
test_hundred_thousand (void)
{
  gboolean is_slow = g_strcmp0 (g_getenv ("G_SLICE"), "always-malloc") == 0;
  guint n_texts = is_slow ? 3000 : 100000;
  g_autoptr (GraphbitEmbeddingConfig) config = graphbit_embedding_config_new_offline ();
  g_autoptr (GraphbitEmbeddingClient) client = graphbit_embedding_client_new (config);
  g_auto (GStrv) texts = support_make_texts (n_texts);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) embeddings = embed_many (client, texts, &error);
  g_autoptr (GraphbitEmbedding) last = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (embeddings->len, ==, n_texts);
  last = graphbit_embedding_client_embed (client, texts[n_texts - 1], NULL, &error);
  g_assert_no_error (error);
  support_assert_same (last, embeddings->pdata[n_texts - 1]);
}

/* The same over the wire, each of them twice. */
static void
test_hundred_thousand_sent (void)
{
  gboolean is_slow = g_strcmp0 (g_getenv ("G_SLICE"), "always-malloc") == 0;
  guint n_texts = is_slow ? 6000 : 100000;
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai");
  g_auto (GStrv) texts = g_new0 (char *, n_texts + 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) embeddings = NULL;

  for (guint i = 0; i < n_texts; i++)
    texts[i] = g_strdup_printf ("text %u", i % (n_texts / 2));
  embeddings = embed_many (client, texts, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (embeddings->len, ==, n_texts);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, (n_texts / 2 + 2047) / 2048);
  for (guint i = 0; i < n_texts; i++)
    {
      g_assert_cmpuint (graphbit_embedding_get_index (embeddings->pdata[i]), ==, i);
      support_assert_same (embeddings->pdata[i], embeddings->pdata[(i + n_texts / 2) % n_texts]);
      g_assert_cmpuint (graphbit_embedding_get_dimensions (embeddings->pdata[i]), ==, 8);
    }
}

static void
on_progress (GraphbitEmbeddingJob *job,
             GParamSpec *pspec,
             gpointer data)
{
  GArray *seen = data;
  double progress = graphbit_embedding_job_get_progress (job);

  g_array_append_val (seen, progress);
}

/* It grows, to the end; a job runs once at a time, and again. */
static void
test_progress (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"match\":\"text 150\",\"times\":-1,\"status\":400}");
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai_compatible");
  g_auto (GStrv) texts = support_make_texts (1000);
  g_autoptr (GraphbitEmbeddingJob) job = graphbit_embedding_job_new (client, (const char *const *) texts);
  g_autoptr (GraphbitEmbeddingJob) lost = g_object_new (GRAPHBIT_TYPE_EMBEDDING_JOB, NULL);
  g_autoptr (GArray) seen = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GPtrArray) embeddings = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };

  g_signal_connect (job, "notify::progress", G_CALLBACK (on_progress), seen);
  graphbit_embedding_job_run_async (job, NULL, support_ready, &result);
  g_assert_null (graphbit_embedding_job_run (job, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_cmpfloat (graphbit_embedding_job_get_progress (job), ==, 0.0);
  embeddings = graphbit_embedding_job_run_finish (job, support_wait (&result), &error);
  g_assert_no_error (error);
  support_result_clear (&result);
  g_assert_cmpuint (embeddings->len, ==, 1000);
  g_assert_cmpuint (graphbit_embedding_get_dimensions (embeddings->pdata[150]), ==, 0);
  g_assert_cmpuint (seen->len, >=, 10);
  for (guint i = 1; i < seen->len; i++)
    g_assert_cmpfloat (g_array_index (seen, double, i), >, g_array_index (seen, double, i - 1));
  g_assert_cmpfloat (g_array_index (seen, double, seen->len - 1), ==, 1.0);

  g_array_set_size (seen, 0);
  again = graphbit_embedding_job_run (job, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, 1000);
  g_assert_cmpuint (seen->len, >=, 10);
  g_assert_null (graphbit_embedding_job_run (lost, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

int
main (int argc,
      char *argv[])
{
  static const char *const variables[] = {
    "VOYAGE_API_KEY", "VOYAGE_BASE_URL", "AZURELLM_API_VERSION", "OPENAI_API_VERSION", "AZURELLM_ENDPOINT", "AZURE_OPENAI_ENDPOINT"
  };

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    g_unsetenv (variables[i]);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/embedding/client/wires", test_wires);
  g_test_add_func ("/embedding/client/settings", test_settings);
  g_test_add_func ("/embedding/client/large", test_large);
  g_test_add_func ("/embedding/client/too-much", test_too_much);
  g_test_add_func ("/embedding/client/order", test_order);
  g_test_add_func ("/embedding/client/pool", test_pool);
  g_test_add_func ("/embedding/client/tokens", test_tokens);
  g_test_add_func ("/embedding/client/poison", test_poison);
  g_test_add_func ("/embedding/client/all-refused", test_all_refused);
  g_test_add_func ("/embedding/client/retry", test_retry);
  g_test_add_func ("/embedding/client/inference-server", test_inference_server);
  g_test_add_func ("/embedding/client/arguments", test_arguments);
  g_test_add_func ("/embedding/client/cancel", test_cancel);
  g_test_add_func ("/embedding/client/cancel-anywhere", test_cancel_anywhere);
  g_test_add_func ("/embedding/client/budget", test_budget);
  g_test_add_func ("/embedding/client/warmup", test_warmup);
  g_test_add_func ("/embedding/client/offline", test_offline);
  g_test_add_func ("/embedding/client/progress", test_progress);
  g_test_add_func ("/embedding/client/hundred-thousand", test_hundred_thousand);
  g_test_add_func ("/embedding/client/hundred-thousand-sent", test_hundred_thousand_sent);

  return g_test_run ();
}
