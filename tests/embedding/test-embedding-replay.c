/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "llm-support.h"
#include "replay-support.h"

/*
 * Every recorded answer with embeddings over a real socket and through the
 * public API, whole, byte by byte, and split at random places. What must come
 * out is what json-glib reads of the same body, and what GLib makes of base64.
 */

static const char *
get_provider (JsonNode *entry)
{
  static const char *const providers[][2] = {
    { "azure", "azure" }, { "cohere", "cohere" }, { "gemini", "gemini" }, { "google", "gemini" }, { "mistral", "mistralai" },
    { "ollama", "ollama" }, { "openai", "openai" }, { "voyage", "voyage" }, { "voyageai", "voyage" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (providers); i++)
    if (g_strcmp0 (replay_get_text (entry, "provider"), providers[i][0]) == 0)
      return providers[i][1];
  return "openai_compatible";
}

/* As it was asked for; Gemini's is in the address. */
static char *
dup_model (const char *id)
{
  g_autoptr (JsonNode) recording = replay_load_json (id, ".json");
  const char *text = replay_get_text (recording, "req_body");
  g_autoptr (JsonNode) body = text != NULL ? graphbit_json_parse (text, -1, NULL) : NULL;
  const char *model = body != NULL ? replay_get_text (body, "model") : NULL;

  return g_strdup (model != NULL ? model : "m");
}

static GraphbitEmbeddingClient *
client_new (GraphbitMockServer *server,
            const char *provider,
            const char *model)
{
  const char *base_url = graphbit_mock_server_get_base_url (server);
  g_autofree char *root = g_strndup (base_url, strlen (base_url) - strlen ("/v1"));
  g_autoptr (GraphbitEmbeddingConfig) config =
      g_object_new (GRAPHBIT_TYPE_EMBEDDING_CONFIG, "provider", provider, "model", model, "base-url", root, NULL);
  GraphbitEmbeddingClient *client = graphbit_embedding_client_new (config);

  graphbit_embedding_config_set_api_key (config, "sk-marker", NULL);
  graphbit_embedding_client_set_max_retries (client, 0);
  return client;
}

static void
add_step (GraphbitMockServer *server,
          const char *id,
          int status,
          const char *split)
{
  g_autofree char *path = replay_get_path (id, ".body");
  g_autofree char *rest = split != NULL ? g_strdup_printf (",\"split\":\"%s\",\"seed\":20260509", split) : g_strdup ("");
  g_autofree char *step =
      g_strdup_printf ("{\"status\":%d,\"recording\":\"%s\",\"content_type\":\"application/json\"%s}", status, path, rest);
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_add_step (server, step, &error);
  g_assert_no_error (error);
}

/* The list in it, wherever it is. */
static JsonArray *
find_list (JsonNode *root)
{
  JsonObject *object = json_node_get_object (root);
  JsonNode *embeddings = json_object_get_member (object, "embeddings");

  if (json_object_has_member (object, "data"))
    return json_object_get_array_member (object, "data");
  if (JSON_NODE_HOLDS_OBJECT (embeddings))
    return json_object_get_array_member (json_node_get_object (embeddings), "float");
  return json_node_get_array (embeddings);
}

static void
check_vector (const char *label,
              JsonNode *node,
              guint position,
              GPtrArray *embeddings,
              gboolean has_int8)
{
  gint64 index = position;
  const float *values;
  gsize n_values;
  JsonArray *numbers;

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_node_get_object (node);

      index = json_object_get_int_member_with_default (object, "index", position);
      node = json_object_get_member (object, json_object_has_member (object, "values") ? "values" : "embedding");
    }

  g_assert_cmpint (index, <, embeddings->len);
  values = graphbit_embedding_get_values (embeddings->pdata[index], &n_values);
  if (JSON_NODE_HOLDS_VALUE (node))
    {
      gsize size;
      g_autofree guchar *bytes = g_base64_decode (json_node_get_string (node), &size);

      if (has_int8)
        {
          g_assert_cmpuint (n_values, ==, size);
          for (gsize i = 0; i < size; i++)
            g_assert_cmpfloat (values[i], ==, (float) ((const gint8 *) bytes)[i]);
          return;
        }
      g_assert_cmpmem (values, (int) (n_values * sizeof (float)), bytes, (int) size);
      return;
    }

  numbers = json_node_get_array (node);
  replay_check_number (label, "the length", (gint64) n_values, json_array_get_length (numbers));
  for (guint i = 0; i < n_values && i < json_array_get_length (numbers); i++)
    g_assert_cmpfloat (values[i], ==, (float) json_array_get_double_element (numbers, i));
}

/* In a thread of its own, for most of the time passes between bytes. */
static void
play (gpointer data,
      gpointer user_data)
{
  JsonNode *entry = data;
  const char *split = user_data;
  const char *id = replay_get_text (entry, "id");
  int status = (int) replay_get_number (entry, "status");
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autofree char *model = dup_model (id);
  g_autoptr (GraphbitEmbeddingClient) client = client_new (server, get_provider (entry), model);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) embeddings = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  g_autofree char *body = replay_load_body (id, &length);
  JsonArray *list = NULL;
  guint n_texts = 1;

  json_parser_load_from_data (parser, body, (gssize) length, &error);
  g_assert_no_error (error);
  if (status == 200)
    {
      list = find_list (json_parser_get_root (parser));
      n_texts = json_array_get_length (list);
    }
  for (guint i = 0; i < n_texts; i++)
    g_ptr_array_add (texts, g_strdup_printf ("text %u", i));
  g_ptr_array_add (texts, NULL);

  add_step (server, id, status, split);
  embeddings = graphbit_embedding_client_embed_many (client, (const char *const *) texts->pdata, NULL, &error);
  if (status != 200)
    {
      g_autoptr (GraphbitErrorDetails) details = graphbit_error_details_from_error (error);

      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION);
      g_assert_cmpint (graphbit_error_details_get_http_status (details), ==, status);
      g_assert_nonnull (graphbit_error_details_get_provider_message (details));
      return;
    }

  if (error != NULL)
    g_test_message ("%s: %s", id, error->message);
  g_assert_no_error (error);
  g_assert_cmpuint (embeddings->len, ==, n_texts);
  for (guint i = 0; i < n_texts; i++)
    check_vector (id, json_array_get_element (list, i), i, embeddings, strstr (model, "pplx") != NULL);
}

static void
test_replay (gconstpointer split)
{
  g_autoptr (JsonNode) index = NULL;
  gboolean is_slow = g_strcmp0 (g_getenv ("G_SLICE"), "always-malloc") == 0;
  GThreadPool *players;
  guint n_found = 0;

  if (!replay_has_fixtures ())
    return;

  index = replay_load_json ("index", ".json");
  players = g_thread_pool_new (play, (gpointer) split, 8, TRUE, NULL);
  for (guint i = 0; i < graphbit_json_get_size (index); i++)
    {
      JsonNode *entry = graphbit_json_get_element (index, i);
      const char *url = replay_get_text (entry, "url");

      if (strstr (url, "mbed") == NULL)
        continue;
      /* instrumented builds take every fifth */
      if (n_found++ % 5 == 0 || !is_slow)
        g_thread_pool_push (players, entry, NULL);
    }
  g_thread_pool_free (players, FALSE, TRUE);
  g_test_message ("%u recordings", n_found);
  g_assert_cmpuint (n_found, >=, 27);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/embedding/replay/whole", NULL, test_replay);
  g_test_add_data_func ("/embedding/replay/byte", "byte", test_replay);
  g_test_add_data_func ("/embedding/replay/random", "random", test_replay);

  return g_test_run ();
}
