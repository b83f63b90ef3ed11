/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "graphbit-clock-private.h"
#include "llm-support.h"

/* Answers that are not asked for twice. */

static GraphbitLlmClient *
client_new (GraphbitMockServer *server,
            GraphbitResponseCache *cache)
{
  GraphbitLlmClient *client = support_client_new (server);

  graphbit_llm_client_set_max_retries (client, 0);
  graphbit_llm_client_set_cache (client, cache);
  return client;
}

static GraphbitLlmResponse *
chat (GraphbitLlmClient *client,
      const char *prompt,
      GraphbitLlmOptions *options)
{
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (options);
  g_autoptr (GraphbitLlmMessage) message = graphbit_llm_message_new_user (prompt);
  g_autoptr (GError) error = NULL;
  GraphbitLlmResponse *response;

  graphbit_llm_request_add_message (request, message);
  response = graphbit_llm_client_chat (client, request, NULL, &error);
  g_assert_no_error (error);
  return response;
}

static void
check (GraphbitLlmClient *client,
       const char *prompt,
       GraphbitLlmOptions *options,
       gboolean is_cached,
       const char *text)
{
  g_autoptr (GraphbitLlmResponse) response = chat (client, prompt, options);

  g_assert_cmpint (graphbit_llm_response_get_is_cached (response), ==, is_cached);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, text);
}

static void
test_memory (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (
      "[{\"text\":\"One\",\"reasoning\":\"because\"},{\"text\":\"Two\"},{\"text\":\"Three\"},{\"text\":\"Four\"}]");
  g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new ();
  g_autoptr (GraphbitLlmClient) client = client_new (server, cache);
  g_autoptr (GraphbitLlmClient) same = client_new (server, cache);
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmResponse) fresh = chat (client, "Hello", NULL);
  g_autoptr (GraphbitLlmResponse) cached = chat (same, "Hello", NULL);

  g_assert_false (graphbit_llm_response_get_is_cached (fresh));
  g_assert_true (graphbit_llm_response_get_is_cached (cached));
  g_assert_cmpstr (graphbit_llm_response_get_text (cached), ==, "One");
  g_assert_cmpstr (graphbit_llm_response_get_reasoning (cached), ==, "because");
  g_assert_cmpstr (graphbit_llm_response_get_model (cached), ==, graphbit_llm_response_get_model (fresh));
  g_assert_cmpstr (graphbit_llm_response_get_id (cached), ==, graphbit_llm_response_get_id (fresh));
  g_assert_cmpstr (graphbit_llm_response_get_provider (cached), ==, "openai_compatible");
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (cached), ==, GRAPHBIT_LLM_FINISH_REASON_STOP);
  g_assert_cmpuint (graphbit_llm_response_get_attempts (cached), ==, 0);
  g_assert_cmpint (graphbit_llm_usage_get_total_tokens (graphbit_llm_response_get_usage (cached)), ==, 0);
  g_assert_cmpint (support_stat (same, "successful_requests"), ==, 1);
  g_assert_cmpint (support_stat (same, "prompt_tokens"), ==, 0);

  /* what differs anywhere is another request */
  check (client, "Hello!", NULL, FALSE, "Two");
  graphbit_llm_options_set_seed (options, 7);
  check (client, "Hello", options, FALSE, "Three");
  check (client, "Hello", options, TRUE, "Three");
  check (client, "Hello", NULL, TRUE, "One");
  g_assert_cmpint (graphbit_response_cache_get_hits (cache), ==, 3);
  g_assert_cmpint (graphbit_response_cache_get_misses (cache), ==, 3);

  graphbit_response_cache_clear (cache);
  check (client, "Hello", NULL, FALSE, "Four");
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 4);
}

/* What is asked for variety's sake, or may have effects, is asked again. */
static void
test_left_out (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"Hi\",\"times\":20}");
  g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new ();
  g_autoptr (GraphbitLlmClient) client = client_new (server, cache);
  g_autoptr (GraphbitLlmOptions) cool = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmOptions) hot = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) with_tool = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmMessage) message = graphbit_llm_message_new_user ("Hello");
  g_autoptr (GraphbitLlmToolSpec) tool = graphbit_llm_tool_spec_new ("look", "Looks", NULL, NULL);

  graphbit_llm_options_set_temperature (cool, 0.5);
  graphbit_llm_options_set_temperature (hot, 0.51);
  for (guint i = 0; i < 2; i++)
    {
      check (client, "Hello", cool, i > 0, "Hi");
      check (client, "Hello", hot, FALSE, "Hi");
    }
  graphbit_response_cache_set_max_temperature (cache, 1);
  check (client, "Hello", hot, FALSE, "Hi");
  check (client, "Hello", hot, TRUE, "Hi");

  graphbit_llm_request_add_message (with_tool, message);
  g_list_store_append (G_LIST_STORE (graphbit_llm_request_get_tools (with_tool)), tool);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GraphbitLlmResponse) response = graphbit_llm_client_chat (client, with_tool, NULL, NULL);

      g_assert_cmpint (graphbit_llm_response_get_is_cached (response), ==, i == 3);
      if (i == 1)
        graphbit_response_cache_set_include_tools (cache, TRUE);
    }
}

/* Neither failures nor parts of answers. */
static void
test_not_kept (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (
      "[{\"status\":500},{\"text\":\"Cut\",\"finish_reason\":\"length\"},{\"refusal\":\"No\"},{\"text\":\"Whole\"}]");
  g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new ();
  g_autoptr (GraphbitLlmClient) client = client_new (server, cache);
  g_autoptr (GError) error = NULL;

  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNAVAILABLE);
  check (client, "Hello", NULL, FALSE, "Cut");
  check (client, "Hello", NULL, FALSE, "");
  check (client, "Hello", NULL, FALSE, "Whole");
  check (client, "Hello", NULL, TRUE, "Whole");
}

/* A stream fills the cache for whole answers, and is read from it in its own way. */
static void
test_stream (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"stream\":[\"One \",\"two\"]}");
  g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new ();
  g_autoptr (GraphbitLlmClient) client = client_new (server, cache);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GraphbitLlmStream) stream = support_open (client, "Hello", NULL, &error);
      g_autoptr (GString) text = g_string_new (NULL);
      GraphbitLlmChunk *chunk;

      g_assert_no_error (error);
      while ((chunk = support_next (stream, NULL, &error)) != NULL)
        {
          if (graphbit_llm_chunk_get_kind (chunk) == GRAPHBIT_LLM_CHUNK_KIND_CONTENT)
            g_string_append (text, graphbit_llm_chunk_get_text (chunk));
          graphbit_llm_chunk_unref (chunk);
        }
      g_assert_no_error (error);
      g_assert_cmpstr (text->str, ==, "One two");
      g_assert_cmpint (graphbit_llm_response_get_is_cached (graphbit_llm_stream_get_response (stream)), ==, i == 1);
    }
  check (client, "Hello", NULL, TRUE, "One two");
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 1);
}

static void
test_limits (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new ();
  g_autoptr (GraphbitLlmClient) client = NULL;

  graphbit_clock_set_virtual (TRUE);
  server = support_server_new ("{\"text\":\"Hi\",\"times\":20}");
  client = client_new (server, cache);
  graphbit_response_cache_set_max_age_seconds (cache, 60);
  check (client, "a", NULL, FALSE, "Hi");
  graphbit_clock_advance (60 * G_USEC_PER_SEC - 1);
  check (client, "a", NULL, TRUE, "Hi");
  graphbit_clock_advance (1);
  check (client, "a", NULL, FALSE, "Hi");

  /* what was used last stays */
  graphbit_response_cache_set_max_entries (cache, 2);
  check (client, "b", NULL, FALSE, "Hi");
  check (client, "a", NULL, TRUE, "Hi");
  check (client, "c", NULL, FALSE, "Hi");
  check (client, "a", NULL, TRUE, "Hi");
  check (client, "b", NULL, FALSE, "Hi");
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

static void
test_directory (void)
{
  g_autofree char *base = g_dir_make_tmp ("graphbit-cache-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (base, "answers", NULL);
  g_autofree char *file = NULL;
  g_autoptr (GFile) directory = g_file_new_for_path (path);
  g_autoptr (GraphbitMockServer) server = support_server_new ("[{\"text\":\"One\"},{\"text\":\"Two\"}]");
  g_autoptr (GraphbitBudget) budget = graphbit_budget_new (1000, 0);
  GStatBuf status;

  /* an answer for each program, as it were */
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new_for_directory (directory);
      g_autoptr (GraphbitLlmClient) client = client_new (server, cache);
      gint64 used = graphbit_budget_get_used_tokens (budget);

      graphbit_llm_client_set_budget (client, budget);
      check (client, "Hello", NULL, i == 1, "One");
      check (client, "Hello", NULL, TRUE, "One");
      g_assert_cmpint (graphbit_response_cache_get_hits (cache), ==, 1 + i);
      g_assert_cmpint (graphbit_response_cache_get_misses (cache), ==, 1 - i);
      if (i == 1)
        g_assert_cmpint (graphbit_budget_get_used_tokens (budget), ==, used);
      g_assert_cmpint (graphbit_budget_get_reserved_tokens (budget), ==, 0);
      wait_for_files ();
      g_assert_cmpuint (count_files (path, &file), ==, 1);
    }

  /* for nobody else's eyes, and without the key */
  g_assert_cmpint (g_stat (file, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  {
    g_autofree char *text = NULL;

    g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
    g_assert_null (strstr (text, "sk-marker"));
    g_assert_null (strstr (text, "Hello"));
    g_assert_true (g_str_has_prefix (text, "graphbit-cache 1 "));
  }

  /* a damaged file counts as missing, and is replaced */
  {
    g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new_for_directory (directory);
    g_autoptr (GraphbitLlmClient) client = client_new (server, cache);

    g_autofree char *text = NULL;

    g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
    *strstr (text, "One") = 'o';
    g_assert_true (g_file_set_contents (file, text, -1, NULL));
    check (client, "Hello", NULL, FALSE, "Two");
    wait_for_files ();
    graphbit_response_cache_clear (cache);
    g_assert_cmpuint (count_files (path, NULL), ==, 0);
  }

  g_rmdir (path);
  g_rmdir (base);
}

/* As the library writes it, were that what it has under the key of that name. */
static void
write_entry (const char *file,
             gint64 created,
             const char *content)
{
  g_autofree char *name = g_path_get_basename (file);
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT, created);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *text = NULL;

  *strchr (name, '.') = '\0';
  g_checksum_update (checksum, (const guchar *) name, (gssize) strlen (name) + 1);
  g_checksum_update (checksum, (const guchar *) time, (gssize) strlen (time) + 1);
  g_checksum_update (checksum, (const guchar *) content, (gssize) strlen (content));
  text = g_strconcat ("graphbit-cache 1 ", time, " ", g_checksum_get_string (checksum), "\n", content, NULL);
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
}

#define WHOLE "{\"text\":\"From the file\""
#define DIGEST "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* What else may lie there counts as missing, and holds nobody up. */
static void
test_hostile_files (void)
{
  static const char *const texts[] = {
    "", "\n", "null", "{}", "\xff\xfe", "graphbit-cache 1 ", "graphbit-cache 1 \n", "graphbit-cache 1 now " DIGEST "\n",
    "graphbit-cache 1 1 " DIGEST "\n" WHOLE "}", "graphbit-cache 2 1 " DIGEST "\n",
    "graphbit-cache 1 99999999999999999999 " DIGEST "\n"
  };
  static const char *const contents[] = {
    "", "null", "[]", "{}", "\xff\xfe", "{\"text\":1}", WHOLE ",\"tool_calls\":[1]}",
    WHOLE ",\"tool_calls\":[{\"id\":\"a\",\"name\":null}]}", WHOLE ",\"native\":\"[\"}"
  };
  g_autofree char *path = g_dir_make_tmp ("graphbit-cache-XXXXXX", NULL);
  g_autoptr (GFile) directory = g_file_new_for_path (path);
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"Hi\",\"times\":100}");
  g_autofree char *file = NULL;
  g_autofree char *large = g_strnfill (2 * 1024 * 1024, 'x');
  g_autofree char *too_large = g_strconcat (WHOLE ",\"id\":\"", large, "\"}", NULL);
  g_autofree char *deep = g_strnfill (100000, '[');
  const guint n_given = G_N_ELEMENTS (texts) + G_N_ELEMENTS (contents);

  for (guint i = 0; i < n_given + 8; i++)
    {
      g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new_for_directory (directory);
      g_autoptr (GraphbitLlmClient) client = client_new (server, cache);
      guint kind = i - n_given;
      gboolean is_good = FALSE;

      /* the first request makes the file whose name is used from then on; ages are told from what the file says */
      graphbit_response_cache_set_max_age_seconds (cache, kind == 6 ? 60 : 0);
      if (file != NULL)
        {
          g_autofree char *other = g_strconcat (file, "x", NULL);

          g_unlink (file);
          if (i < G_N_ELEMENTS (texts))
            g_assert_true (g_file_set_contents (file, texts[i], -1, NULL));
          else if (i < n_given)
            write_entry (file, 1000000, contents[i - G_N_ELEMENTS (texts)]);
          else if (kind == 0)
            write_entry (file, 1000000, too_large);
          else if (kind == 1)
            write_entry (file, 1000000, deep);
          else if (kind == 2)
            g_assert_cmpint (mkfifo (file, 0600), ==, 0);
          else if (kind == 3)
            g_assert_cmpint (symlink ("/dev/zero", file), ==, 0);
          else if (kind == 4)
            g_assert_cmpint (symlink (file, file), ==, 0);
          else if (kind == 5)
            {
              /* another one's */
              other[strlen (path) + 1] = other[strlen (path) + 1] == '0' ? '1' : '0';
              write_entry (other, 1000000, WHOLE "}");
              g_assert_cmpint (g_rename (other, file), ==, 0);
            }
          else
            {
              write_entry (file, 1000000, WHOLE "}");
              is_good = kind == 7;
            }
        }
      check (client, "Hello", NULL, is_good, is_good ? "From the file" : "Hi");
      g_assert_cmpint (graphbit_response_cache_get_misses (cache), ==, is_good ? 0 : 1);
      wait_for_files ();
      g_assert_cmpuint (count_files (path, &file), ==, 1);
    }

  g_unlink (file);
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

/* Told while the call goes on, a listener may cancel it and run the context. */
static void
test_listener (void)
{
  g_autofree char *path = g_dir_make_tmp ("graphbit-cache-XXXXXX", NULL);
  g_autoptr (GFile) directory = g_file_new_for_path (path);
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"Hi\",\"times\":9}");

  /* a miss in memory, a hit there, a miss in the directory, a hit there */
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GraphbitResponseCache) cache =
          i < 2 ? graphbit_response_cache_new () : graphbit_response_cache_new_for_directory (directory);
      g_autoptr (GraphbitLlmClient) client = client_new (server, cache);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      Listener listener = { cancellable, 0, FALSE };
      SupportResult result = { NULL, };

      if (i % 2 == 1)
        {
          check (client, "Hello", NULL, FALSE, "Hi");
          wait_for_files ();
        }
      g_signal_connect (cache, i % 2 == 1 ? "notify::hits" : "notify::misses", G_CALLBACK (interfere), &listener);
      graphbit_llm_client_complete_async (client, "Hello", NULL, cancellable, support_ready, &result);
      listener.has_started = TRUE;
      support_wait (&result);
      g_free (graphbit_llm_client_complete_finish (client, result.result, &error));
      g_assert_true (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
      g_assert_cmpuint (result.n_calls, ==, 1);
      g_assert_cmpuint (listener.n_told, ==, 1);
      support_result_clear (&result);
      wait_for_files ();
      g_signal_handlers_disconnect_by_data (cache, &listener);
      if (i == 3)
        graphbit_response_cache_clear (cache);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

/* What still waits in the pool to be written is forgotten as well. */
static void
test_clear (void)
{
  g_autofree char *path = g_dir_make_tmp ("graphbit-cache-XXXXXX", NULL);
  g_autoptr (GFile) directory = g_file_new_for_path (path);
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"Hi\",\"times\":200}");
  g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new_for_directory (directory);
  g_autoptr (GraphbitLlmClient) client = client_new (server, cache);

  for (guint i = 0; i < 50; i++)
    {
      check (client, "Hello", NULL, FALSE, "Hi");
      graphbit_response_cache_clear (cache);
    }
  wait_for_files ();
  g_assert_cmpuint (count_files (path, NULL), ==, 0);
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

/* The oldest files go when there are too many. */
static void
test_prune (void)
{
  g_autofree char *path = g_dir_make_tmp ("graphbit-cache-XXXXXX", NULL);
  g_autoptr (GFile) directory = g_file_new_for_path (path);
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"Hi\",\"times\":100}");
  g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new_for_directory (directory);
  g_autoptr (GraphbitLlmClient) client = client_new (server, cache);

  graphbit_response_cache_set_max_entries (cache, 10);
  for (guint i = 0; i < 64; i++)
    {
      g_autofree char *prompt = g_strdup_printf ("%u", i);

      if (i == 63)
        wait_for_files ();
      check (client, prompt, NULL, FALSE, "Hi");
    }
  wait_for_files ();
  g_assert_cmpuint (count_files (path, NULL), ==, 10);
  graphbit_response_cache_clear (cache);
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

static void
test_remote_directory (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GFile) directory = g_file_new_for_uri ("sftp://example.org/cache");
  g_autoptr (GraphbitResponseCache) cache = graphbit_response_cache_new_for_directory (directory);
  g_autoptr (GraphbitLlmClient) client = client_new (server, cache);
  g_autoptr (GError) error = NULL;

  g_assert_null (support_complete (client, "Hello", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

/* While the file is read, and before an answer that lies ready. */
static void
test_cancel (void)
{
  g_autofree char *path = g_dir_make_tmp ("graphbit-cache-XXXXXX", NULL);
  g_autoptr (GFile) directory = g_file_new_for_path (path);
  g_autoptr (GraphbitMockServer) server = support_server_new ("{\"text\":\"Hi\",\"times\":9}");

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GraphbitResponseCache) cache =
          i == 0 ? graphbit_response_cache_new_for_directory (directory) : graphbit_response_cache_new ();
      g_autoptr (GraphbitLlmClient) client = client_new (server, cache);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      SupportResult result = { NULL, };

      check (client, "Hello", NULL, FALSE, "Hi");
      if (i == 0)
        graphbit_response_cache_clear (cache);
      if (i == 1)
        g_cancellable_cancel (cancellable);
      graphbit_llm_client_complete_async (client, "Hello", NULL, cancellable, support_ready, &result);
      g_cancellable_cancel (cancellable);
      g_assert_null (graphbit_llm_client_complete_finish (client, support_wait (&result), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (result.n_calls, ==, 1);
      support_result_clear (&result);
      wait_for_files ();
      graphbit_response_cache_clear (cache);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/cache/memory", test_memory);
  g_test_add_func ("/llm/cache/left-out", test_left_out);
  g_test_add_func ("/llm/cache/not-kept", test_not_kept);
  g_test_add_func ("/llm/cache/stream", test_stream);
  g_test_add_func ("/llm/cache/limits", test_limits);
  g_test_add_func ("/llm/cache/directory", test_directory);
  g_test_add_func ("/llm/cache/hostile-files", test_hostile_files);
  g_test_add_func ("/llm/cache/listener", test_listener);
  g_test_add_func ("/llm/cache/clear", test_clear);
  g_test_add_func ("/llm/cache/prune", test_prune);
  g_test_add_func ("/llm/cache/remote-directory", test_remote_directory);
  g_test_add_func ("/llm/cache/cancel", test_cancel);

  return g_test_run ();
}
