/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "embedding-support.h"

#include <string.h>

GraphbitEmbeddingClient *
support_embedding_client_new (GraphbitMockServer *server,
                              const char *provider,
                              const char *key)
{
  const char *base_url = graphbit_mock_server_get_base_url (server);
  g_autofree char *root = g_strndup (base_url, strlen (base_url) - strlen ("/v1"));
  gboolean has_version = strcmp (provider, "openai_compatible") == 0 || strcmp (provider, "openai") == 0;
  g_autoptr (GraphbitEmbeddingConfig) config =
      g_object_new (GRAPHBIT_TYPE_EMBEDDING_CONFIG, "provider", provider, "model", "m",
                    "base-url", has_version ? base_url : root, NULL);
  g_autoptr (GError) error = NULL;

  graphbit_embedding_config_set_api_key (config, key, &error);
  g_assert_no_error (error);
  return graphbit_embedding_client_new (config);
}

gint64
support_embedding_stat (GraphbitEmbeddingClient *client,
                        const char *name)
{
  g_autoptr (GVariant) stats = graphbit_embedding_client_get_stats (client);
  gint64 value = -1;

  g_assert_true (g_variant_lookup (stats, name, "x", &value));
  return value;
}

char **
support_make_texts (guint n_texts)
{
  char **texts = g_new0 (char *, n_texts + 1);

  for (guint i = 0; i < n_texts; i++)
    texts[i] = g_strdup_printf ("text %u", i);
  return texts;
}

void
support_assert_same (GraphbitEmbedding *a,
                     GraphbitEmbedding *b)
{
  g_assert_true (g_bytes_equal (graphbit_embedding_get_bytes (a), graphbit_embedding_get_bytes (b)));
}
