/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Searches a folder of Markdown pages, such as the library's manual, by what
 * their sections are about.
 *
 *   search FOLDER QUESTION
 */
#include <graphbit/graphbit.h>
#include <locale.h>

static gboolean
read_sections (const char *folder,
               GPtrArray *ids,
               GPtrArray *sections,
               GError **error)
{
  g_autoptr (GDir) pages = g_dir_open (folder, 0, error);
  const char *name;

  while (pages != NULL && (name = g_dir_read_name (pages)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *text = NULL;
      g_auto (GStrv) parts = NULL;

      if (!g_str_has_suffix (name, ".md"))
        continue;
      if (!g_file_get_contents (path, &text, NULL, error))
        return FALSE;

      parts = g_strsplit (text, "\n## ", -1);
      for (guint i = 0; parts[i] != NULL; i++)
        {
          int heading = (int) strcspn (parts[i], "\n");

          g_ptr_array_add (ids, g_strdup_printf ("%s: %.*s", name, heading, parts[i]));
          g_ptr_array_add (sections, g_strdup (parts[i]));
        }
    }
  return pages != NULL;
}

static gboolean
search (const char *folder,
        const char *question,
        GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) sections = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GraphbitEmbeddingConfig) config = graphbit_embedding_config_new_offline ();
  g_autoptr (GraphbitEmbeddingClient) client = graphbit_embedding_client_new (config);
  g_autoptr (GraphbitEmbeddingIndex) index = graphbit_embedding_index_new (0, GRAPHBIT_EMBEDDING_METRIC_COSINE);
  g_autoptr (GraphbitEmbedding) query = NULL;
  g_autoptr (GPtrArray) embeddings = NULL;
  g_autoptr (GPtrArray) matches = NULL;

  if (!read_sections (folder, ids, sections, error))
    return FALSE;
  g_ptr_array_add (sections, NULL);

  embeddings = graphbit_embedding_client_embed_many (client, (const char *const *) sections->pdata, NULL, error);
  if (embeddings == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    if (!graphbit_embedding_index_add (index, ids->pdata[i], embeddings->pdata[i], NULL, error))
      return FALSE;

  query = graphbit_embedding_client_embed (client, question, NULL, error);
  matches = query != NULL ? graphbit_embedding_index_search (index, query, 3, NULL, error) : NULL;
  for (guint i = 0; matches != NULL && i < matches->len; i++)
    g_print ("%.2f %s\n", graphbit_embedding_match_get_score (matches->pdata[i]),
             graphbit_embedding_match_get_id (matches->pdata[i]));
  return matches != NULL;
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (argc != 3)
    {
      g_printerr ("%s FOLDER QUESTION\n", argv[0]);
      return 2;
    }

  g_print ("The offline provider is no model: it compares words and parts of words, not meanings.\n");
  if (search (argv[1], argv[2], &error))
    return 0;

  g_printerr ("%s\n", error->message);
  return 1;
}
