/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "embedding-support.h"
#include "graphbit-cache-store-private.h"
#include "graphbit-clock-private.h"

/* Texts that are not sent twice. */

static GraphbitEmbeddingClient *
client_new (GraphbitMockServer *server,
            const char *provider,
            GraphbitResponseCache *cache)
{
  GraphbitEmbeddingClient *client = support_embedding_client_new (server, provider, "sk-marker");

  graphbit_embedding_client_set_max_retries (client, 0);
  graphbit_embedding_client_set_cache (client, cache);
  g_assert_true (graphbit_embedding_client_get_cache (client) == cache);
  return client;
}

static GPtrArray *
embed (GraphbitEmbeddingClient *client,
       const char *const *texts)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *embeddings = graphbit_embedding_client_embed_many (client, texts, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < embeddings->len; i++)
    g_assert_cmpuint (graphbit_embedding_get_index (embeddings->pdata[i]), ==, i);
  return embeddings;
}

static void
check_counts (GraphbitResponseCache *cache,
              gint64 n_hits,
              gint64 n_misses)
{
  g_assert_cmpint (graphbit_response_cache_get_hits (cache), ==, n_hits);
  g_assert_cmpint (graphbit_response_cache_get_misses (cache), ==, n_misses);
}

/* Of the last request. */
static void
check_sent (GraphbitMockServer *server,
            guint n_requests,
            const char *texts)
{
  g_autofree char *requests = graphbit_mock_server_dup_requests_json (server);
  const char *last = g_strrstr (requests, "\\\"input\\\":");

  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, n_requests);
  g_assert_nonnull (last);
  g_assert_true (g_str_has_prefix (last + strlen ("\\\"input\\\":"), texts));
}

/* Only what is missing is sent, and counted; what comes back is what would have come, in its place. */
static void
test_memory (void)
{
  static const char *const first_texts[] = { "one", "two words", NULL };
  static const char *const texts[] = { "two words", "four", "one", "four", "two words", "three", NULL };
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new ();
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai_compatible", cache);
  g_autoptr (GraphbitEmbeddingClient) same = client_new (server, "openai_compatible", cache);
  g_autoptr (GraphbitEmbeddingClient) without = client_new (server, "openai_compatible", NULL);
  g_autoptr (GraphbitBudget) budget = graphbit_budget_new (1000, 0);
  g_autoptr (GPtrArray) first = embed (client, first_texts);
  g_autoptr (GPtrArray) mixed = NULL;
  g_autoptr (GPtrArray) fresh = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (GraphbitEmbedding) one = NULL;
  g_autoptr (GError) error = NULL;

  check_sent (server, 1, "[\\\"one\\\",\\\"two words\\\"]");
  check_counts (cache, 0, 2);

  graphbit_embedding_client_set_budget (same, budget);
  mixed = embed (same, texts);
  check_sent (server, 2, "[\\\"four\\\",\\\"three\\\"]");
  check_counts (cache, 2, 4);
  g_assert_cmpint (support_embedding_stat (same, "total_requests"), ==, 1);
  g_assert_cmpint (support_embedding_stat (same, "prompt_tokens"), ==, 2);
  g_assert_cmpint (graphbit_budget_get_used_tokens (budget), ==, 2);

  fresh = embed (without, texts);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);
  for (guint i = 0; i < mixed->len; i++)
    support_assert_same (mixed->pdata[i], fresh->pdata[i]);

  /* all of it, and one alone */
  again = embed (client, texts);
  one = graphbit_embedding_client_embed (client, "three", NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < again->len; i++)
    support_assert_same (again->pdata[i], fresh->pdata[i]);
  support_assert_same (one, fresh->pdata[5]);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);
  check_counts (cache, 7, 4);
  g_assert_cmpint (support_embedding_stat (client, "total_requests"), ==, 1);

  graphbit_response_cache_clear (cache);
  g_clear_object (&one);
  one = graphbit_embedding_client_embed (client, "three", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 4);
}

static void
check_asked (GraphbitEmbeddingClient *client,
             GraphbitMockServer *server,
             gboolean is_sent)
{
  guint n_requests = (guint) graphbit_mock_server_get_request_count (server);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitEmbedding) embedding = graphbit_embedding_client_embed (client, "a", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, n_requests + (is_sent ? 1 : 0));
}

/* Whatever a vector depends on; not who asks. */
static void
test_key (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitMockServer) elsewhere = support_server_new (NULL);
  g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new ();
  g_autoptr (GraphbitEmbeddingClient) cohere = client_new (server, "cohere", cache);
  g_autoptr (GraphbitEmbeddingClient) other = client_new (elsewhere, "cohere", cache);
  g_autoptr (GraphbitEmbeddingClient) stranger = support_embedding_client_new (server, "cohere", "sk-another");
  g_autoptr (GraphbitEmbeddingClient) openai = client_new (server, "openai", cache);
  GraphbitEmbeddingConfig *config = graphbit_embedding_client_get_config (cohere);

  check_asked (cohere, server, TRUE);
  check_asked (cohere, server, FALSE);
  graphbit_embedding_client_set_cache (stranger, cache);
  check_asked (stranger, server, FALSE);
  check_asked (other, elsewhere, TRUE);
  check_asked (openai, server, TRUE);

  graphbit_embedding_config_set_input_type (config, GRAPHBIT_EMBEDDING_INPUT_TYPE_QUERY);
  check_asked (cohere, server, TRUE);
  graphbit_embedding_config_set_dimensions (config, 4);
  check_asked (cohere, server, TRUE);
  graphbit_embedding_config_set_model (config, "n");
  check_asked (cohere, server, TRUE);
  graphbit_embedding_config_set_extra_body (config, "{\"truncate\":\"NONE\"}");
  check_asked (cohere, server, TRUE);
  check_asked (cohere, server, FALSE);
  /* what is said where nothing is set is the same thing */
  graphbit_embedding_config_set_model (config, "m");
  graphbit_embedding_config_set_extra_body (config, NULL);
  graphbit_embedding_config_set_dimensions (config, 0);
  graphbit_embedding_config_set_input_type (config, GRAPHBIT_EMBEDDING_INPUT_TYPE_DOCUMENT);
  check_asked (cohere, server, FALSE);
}

/* Failures are not kept, and a text that fails does not keep the others from it. */
static void
test_failures (void)
{
  static const char *const texts[] = { "good", "poison", "better", NULL };
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"match\":\"poison\",\"times\":-1,\"status\":400}");
  g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new ();
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai_compatible", cache);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GPtrArray) embeddings = embed (client, texts);

      for (guint j = 0; j < 3; j++)
        g_assert_cmpuint (graphbit_embedding_get_dimensions (embeddings->pdata[j]), ==, j == 1 ? 0 : 8);
    }
  check_counts (cache, 2, 4);
  check_sent (server, 1 + 2 + 2 + 1, "[\\\"poison\\\"]");
}

static void
test_age (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new ();
  g_autoptr (GraphbitEmbeddingClient) client = NULL;

  graphbit_clock_set_virtual (TRUE);
  server = support_server_new (NULL);
  client = client_new (server, "openai_compatible", cache);
  graphbit_response_cache_set_max_age_seconds (cache, 60);
  check_asked (client, server, TRUE);
  graphbit_clock_advance (60 * G_USEC_PER_SEC - 1);
  check_asked (client, server, FALSE);
  graphbit_clock_advance (1);
  check_asked (client, server, TRUE);
  graphbit_clock_set_virtual (FALSE);
}

static guint
count_files (const char *path,
             char **last)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      n++;
      g_assert_cmpuint (strspn (name, "0123456789abcdef"), ==, 64);
      if (last != NULL)
        {
          g_free (*last);
          *last = g_build_filename (path, name, NULL);
        }
    }
  return n;
}

/* Written in the pool, whenever that is; shutdown waits for it as long as time stands still. */
static void
wait_for_files (void)
{
  graphbit_clock_set_virtual (TRUE);
  graphbit_shutdown ();
  graphbit_clock_set_virtual (FALSE);
}

/* The next program finds the same bits; who looks at the files finds neither texts nor keys. */
static void
test_directory (void)
{
  static const char *const texts[] = { "a secret text", "another", NULL };
  static const char *const more[] = { "another", "the third", "a secret text", NULL };
  g_autofree char *base = g_dir_make_tmp ("graphbit-cache-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (base, "vectors", NULL);
  g_autofree char *file = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GFile) directory = g_file_new_for_path (path);
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GPtrArray) first = NULL;
  GStatBuf status;
  gsize size;

  {
    g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new_for_directory (directory);
    g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai_compatible", cache);

    first = embed (client, texts);
    wait_for_files ();
  }
  g_assert_cmpuint (count_files (path, &file), ==, 2);
  g_assert_cmpint (g_stat (file, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (file, &content, &size, NULL));
  g_assert_null (g_strstr_len (content, (gssize) size, "secret"));
  g_assert_null (g_strstr_len (content, (gssize) size, "another"));
  g_assert_null (g_strstr_len (content, (gssize) size, "sk-marker"));

  {
    g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new_for_directory (directory);
    g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai_compatible", cache);
    g_autoptr (GPtrArray) embeddings = embed (client, more);

    check_sent (server, 2, "[\\\"the third\\\"]");
    check_counts (cache, 2, 1);
    support_assert_same (embeddings->pdata[0], first->pdata[1]);
    support_assert_same (embeddings->pdata[2], first->pdata[0]);
    wait_for_files ();
    g_assert_cmpuint (count_files (path, NULL), ==, 3);
  }

  /* a bit of a vector, the end of one: missing, and replaced */
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new_for_directory (directory);
      g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai_compatible", cache);
      g_autoptr (GPtrArray) embeddings = NULL;

      if (i == 0)
        content[size - 1] ^= 1;
      if (i < 2)
        g_assert_true (g_file_set_contents (file, content, (gssize) (size - 4 * i), NULL));
      embeddings = embed (client, texts);
      check_counts (cache, i < 2 ? 1 : 2, i < 2 ? 1 : 0);
      support_assert_same (embeddings->pdata[0], first->pdata[0]);
      support_assert_same (embeddings->pdata[1], first->pdata[1]);
      wait_for_files ();
      if (i == 2)
        graphbit_response_cache_clear (cache);
    }
  g_assert_cmpuint (count_files (path, NULL), ==, 0);
  g_rmdir (path);
  g_assert_cmpint (g_rmdir (base), ==, 0);
}

/* A vector's bytes in a file are the same on every machine: the least one of each float first. */
static void
test_bytes (void)
{
  g_autofree char *path = g_dir_make_tmp ("graphbit-cache-XXXXXX", NULL);
  g_autofree char *file = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GFile) directory = g_file_new_for_path (path);
  g_autoptr (GraphbitMockServer) server =
      support_server_new ("{\"json\":{\"data\":[{\"index\":0,\"embedding\":[1,-2.5,0]}]}}");
  g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new_for_directory (directory);
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai_compatible", cache);
  gsize size;

  check_asked (client, server, TRUE);
  wait_for_files ();
  g_assert_cmpuint (count_files (path, &file), ==, 1);
  g_assert_true (g_file_get_contents (file, &content, &size, NULL));
  g_assert_true (g_str_has_prefix (content, "graphbit-cache 1 "));
  g_assert_cmpmem (content + size - 12, 12, "\0\0\x80\x3f\0\0\x20\xc0\0\0\0\0", 12);
  graphbit_response_cache_clear (cache);
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

static void
on_progress (GraphbitEmbeddingJob *job,
             GParamSpec *pspec,
             gpointer data)
{
  double *last = data;

  g_assert_cmpfloat (graphbit_embedding_job_get_progress (job), >, *last);
  *last = graphbit_embedding_job_get_progress (job);
}

/* Many, some of them there: the rest goes in as few requests as without; what is found is progress as well. */
static void
test_many (void)
{
  gboolean is_slow = g_strcmp0 (g_getenv ("G_SLICE"), "always-malloc") == 0;
  guint n_texts = is_slow ? 500 : 6000;
  g_autofree char *path = g_dir_make_tmp ("graphbit-cache-XXXXXX", NULL);
  g_autoptr (GFile) directory = g_file_new_for_path (path);
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_auto (GStrv) texts = support_make_texts (n_texts);
  g_autoptr (GPtrArray) odd = g_ptr_array_new ();
  g_autoptr (GPtrArray) fresh = NULL;

  for (guint i = 1; i < n_texts; i += 2)
    g_ptr_array_add (odd, texts[i]);
  g_ptr_array_add (odd, NULL);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new_for_directory (directory);
      g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai", i > 0 ? cache : NULL);
      g_autoptr (GraphbitEmbeddingJob) job = graphbit_embedding_job_new (client, (const char *const *) texts);
      g_autoptr (GPtrArray) embeddings = NULL;
      g_autoptr (GError) error = NULL;
      double progress = 0;
      guint n_before;

      if (i == 1)
        {
          g_autoptr (GPtrArray) some = embed (client, (const char *const *) odd->pdata);

          wait_for_files ();
        }
      n_before = (guint) graphbit_mock_server_get_request_count (server);
      g_signal_connect (job, "notify::progress", G_CALLBACK (on_progress), &progress);
      embeddings = graphbit_embedding_job_run (job, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpfloat (progress, ==, 1.0);
      g_assert_cmpuint (embeddings->len, ==, n_texts);
      if (i == 0)
        fresh = g_ptr_array_ref (embeddings);
      for (guint j = 0; j < n_texts; j++)
        {
          g_assert_cmpuint (graphbit_embedding_get_index (embeddings->pdata[j]), ==, j);
          support_assert_same (embeddings->pdata[j], fresh->pdata[j]);
        }
      /* of 2048 each */
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server) - n_before, ==,
                        i == 2 ? 0 : (n_texts / (i + 1) + 2047) / 2048);
      if (i == 1)
        check_counts (cache, n_texts / 2, n_texts / 2 * 2);
      wait_for_files ();
      if (i == 2)
        {
          g_assert_cmpuint (count_files (path, NULL), ==, n_texts);
          graphbit_response_cache_clear (cache);
        }
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

typedef struct
{
  GCancellable *cancellable;
  guint n_told;
  gboolean has_started;
} Listener;

static void
interfere (GraphbitResponseCache *cache,
           GParamSpec *pspec,
           Listener *self)
{
  self->n_told++;
  g_assert_true (self->has_started);
  g_cancellable_cancel (self->cancellable);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Before anything is looked up, while it is, and by whoever is told of it. */
static void
test_cancel (void)
{
  static const char *const texts[] = { "one", "two", NULL };
  g_autofree char *path = g_dir_make_tmp ("graphbit-cache-XXXXXX", NULL);
  g_autoptr (GFile) directory = g_file_new_for_path (path);
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new_for_directory (directory);
      g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai_compatible", cache);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      Listener listener = { cancellable, 0, FALSE };
      SupportResult result = { NULL };

      if (i == 3)
        {
          g_autoptr (GPtrArray) embeddings = embed (client, texts);
        }
      if (i == 0)
        g_cancellable_cancel (cancellable);
      if (i >= 2)
        g_signal_connect (cache, i == 2 ? "notify::misses" : "notify::hits", G_CALLBACK (interfere), &listener);
      graphbit_embedding_client_embed_many_async (client, texts, cancellable, support_ready, &result);
      listener.has_started = TRUE;
      if (i == 1)
        g_cancellable_cancel (cancellable);
      support_wait (&result);
      g_assert_null (graphbit_embedding_client_embed_many_finish (client, result.result, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (result.n_calls, ==, 1);
      g_assert_cmpuint (listener.n_told, ==, i >= 2 ? 1 : 0);
      g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, i == 3 ? 1 : 0);
      support_result_clear (&result);
      wait_for_files ();
      g_signal_handlers_disconnect_by_data (cache, &listener);
      if (i == 3)
        graphbit_response_cache_clear (cache);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

static void
do_nothing (gpointer data,
            gpointer user_data)
{
}

/* Keeps the pool busy until the generation has ended. */
static void
wait_for_end (gpointer data,
              gpointer user_data)
{
  GraphbitRuntime *runtime = data;

  while (graphbit_runtime_push_work (runtime, do_nothing, NULL))
    g_thread_yield ();
  graphbit_runtime_unref (runtime);
}

static void
let_time_go (gpointer data)
{
  graphbit_clock_advance (G_USEC_PER_SEC / 10);
}

/* Writing that takes long does not hold up the end of the program. */
static void
test_shutdown (void)
{
  const guint n = 1000;
  g_autofree char *path = g_dir_make_tmp ("graphbit-cache-XXXXXX", NULL);
  g_autoptr (GraphbitCacheStore) store = graphbit_cache_store_new (1);
  g_autoptr (GError) error = NULL;
  GraphbitRuntime *runtime;
  guint n_files;

  graphbit_shutdown ();
  graphbit_configure_runtime (0, 1, 0, &error);
  g_assert_no_error (error);
  graphbit_clock_set_virtual (TRUE);
  runtime = graphbit_runtime_get (&error);
  g_assert_no_error (error);
  graphbit_cache_store_set_directory (store, path);
  g_assert_true (graphbit_runtime_push_work (runtime, wait_for_end, graphbit_runtime_ref (runtime)));
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *body = g_strdup_printf ("%u", i);
      g_autofree char *key = graphbit_cache_store_make_key ("p", "u", body, strlen (body));
      g_autoptr (GBytes) content = g_bytes_new_with_free_func ("", 1, let_time_go, NULL);

      graphbit_cache_store_add (store, runtime, key, content);
    }
  /* memory has let go of what is written; the directory may hold all of it */
  graphbit_cache_store_set_max_entries (store, n);
  graphbit_shutdown ();
  graphbit_runtime_unref (runtime);
  n_files = count_files (path, NULL);
  g_assert_cmpuint (n_files, >, 0);
  g_assert_cmpuint (n_files, <, n / 2);

  graphbit_cache_store_clear (store);
  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_clear_pointer (&store, graphbit_cache_store_unref);
  graphbit_clock_set_virtual (FALSE);
  graphbit_configure_runtime (0, 0, 0, &error);
  g_assert_no_error (error);
}

/* A cache that cannot be; one for words and vectors; one that nobody needs. */
static void
test_other (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GFile) directory = g_file_new_for_uri ("sftp://example.org/cache");
  g_autoptr (GraphbitResponseCache) remote = graphbit_response_cache_new_for_directory (directory);
  g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new ();
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, "openai_compatible", remote);
  g_autoptr (GraphbitEmbeddingConfig) config = graphbit_embedding_config_new_offline ();
  g_autoptr (GraphbitEmbeddingClient) offline = graphbit_embedding_client_new (config);
  g_autoptr (GraphbitLlmClient) talker = support_client_new (server);
  g_autoptr (GraphbitEmbedding) embedding = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (graphbit_embedding_client_embed (client, "a", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  graphbit_embedding_client_set_cache (client, cache);
  graphbit_llm_client_set_cache (talker, cache);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *text = support_complete (talker, "a", NULL, &error);

      g_assert_cmpstr (text, ==, "You said: a");
      check_asked (client, server, i == 0);
    }
  check_counts (cache, 2, 2);

  graphbit_embedding_client_set_cache (offline, cache);
  embedding = graphbit_embedding_client_embed (offline, "a", NULL, &error);
  g_assert_no_error (error);
  check_counts (cache, 2, 2);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/embedding/cache/memory", test_memory);
  g_test_add_func ("/embedding/cache/key", test_key);
  g_test_add_func ("/embedding/cache/failures", test_failures);
  g_test_add_func ("/embedding/cache/age", test_age);
  g_test_add_func ("/embedding/cache/directory", test_directory);
  g_test_add_func ("/embedding/cache/bytes", test_bytes);
  g_test_add_func ("/embedding/cache/many", test_many);
  g_test_add_func ("/embedding/cache/cancel", test_cancel);
  g_test_add_func ("/embedding/cache/shutdown", test_shutdown);
  g_test_add_func ("/embedding/cache/other", test_other);

  return g_test_run ();
}
