/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A chat that goes on where it ended: each line of the standard input is said, and FILE keeps it.
 *
 * chat FILE
 */
#include <graphbit/graphbit.h>
#include <locale.h>
#include <stdio.h>

/* As it is written. */
static gboolean
show (GraphbitLlmStream *stream,
      GError **error)
{
  g_autoptr (GError) local_error = NULL;

  for (;;)
    {
      g_autoptr (GraphbitLlmChunk) chunk = graphbit_llm_stream_next_chunk (stream, NULL, &local_error);

      if (chunk == NULL)
        break;
      if (graphbit_llm_chunk_get_kind (chunk) == GRAPHBIT_LLM_CHUNK_KIND_CONTENT)
        g_print ("%s", graphbit_llm_chunk_get_text (chunk));
    }
  g_print ("\n");
  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static GraphbitConversation *
begin (GFile *file,
       GError **error)
{
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_openai (NULL, NULL, error);
  g_autoptr (GraphbitLlmClient) client = config != NULL ? graphbit_llm_client_new (config) : NULL;

  if (client == NULL)
    return NULL;
  if (g_file_query_exists (file, NULL))
    return graphbit_conversation_load (file, client, NULL, error);

  return graphbit_conversation_new (client, "Answer in one sentence.");
}

static gboolean
chat (GraphbitConversation *conversation,
      GFile *file,
      GError **error)
{
  char line[1000];

  graphbit_conversation_set_max_prompt_tokens (conversation, 4000);
  while (fgets (line, sizeof line, stdin) != NULL)
    {
      g_autoptr (GraphbitLlmStream) stream = graphbit_conversation_send_stream (conversation, g_strstrip (line), NULL, error);

      if (stream == NULL || !show (stream, error) || !graphbit_conversation_save (conversation, file, NULL, error))
        return FALSE;
    }
  return TRUE;
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GFile) file = argc > 1 ? g_file_new_for_path (argv[1]) : NULL;
  g_autoptr (GraphbitConversation) conversation = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (file == NULL)
    {
      g_printerr ("chat FILE\n");
      return 2;
    }

  conversation = begin (file, &error);
  if (conversation != NULL && chat (conversation, file, &error))
    return 0;

  g_printerr ("%s\n", error->message);
  return 1;
}
