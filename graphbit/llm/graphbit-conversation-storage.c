/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-conversation-file-private.h"
#include "graphbit-failure-private.h"
#include "graphbit-llm-client.h"
#include "graphbit-storage-private.h"

/* A conversation as text, and in a file. */

/**
 * graphbit_conversation_to_json:
 * @self: a conversation
 * @error: where to put an error
 *
 * Writes the system prompt, the messages and what estimates have learnt as JSON.
 * Client, options, tools and limit are not in it, and so no key can be. Images
 * and documents that are in files are read, by blocking, and become part of it.
 *
 * Fails with %GRAPHBIT_ERROR_NOT_FOUND or %GRAPHBIT_ERROR_INVALID_ARGUMENT if
 * such a file cannot be read, and with %GRAPHBIT_ERROR_FAILED_PRECONDITION if
 * all is more than 128 MiB.
 *
 * Returns: (transfer full): compact JSON text
 *
 * Since: 1.0
 */
char *
graphbit_conversation_to_json (GraphbitConversation *self,
                               GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_conversation_file_write (self, error);
}

/**
 * graphbit_conversation_new_from_json:
 * @json: what [method@Conversation.to_json] wrote
 * @client: (nullable): whom it is with; %NULL: it is only to be read
 * @error: where to put an error
 *
 * Reads a conversation. The text may come from anywhere: no file is opened and
 * nothing is fetched; but it can say anything in anybody's name. Members that
 * this version does not know are kept, and written again.
 *
 * Fails with %GRAPHBIT_ERROR_PARSE, which tells line, column and path, and with
 * %GRAPHBIT_ERROR_UNSUPPORTED for another version of the format.
 *
 * Returns: (transfer full): a new conversation
 *
 * Since: 1.0
 */
GraphbitConversation *
graphbit_conversation_new_from_json (const char *json,
                                     GraphbitLlmClient *client,
                                     GError **error)
{
  g_return_val_if_fail (json != NULL, NULL);
  g_return_val_if_fail (client == NULL || GRAPHBIT_IS_LLM_CLIENT (client), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_conversation_file_read (json, strlen (json), client, error);
}

/**
 * graphbit_conversation_save_async:
 * @self: a conversation
 * @file: a file, which need not exist
 * @cancellable: (nullable): cancels it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Writes the conversation, as it is now, to a file.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@Conversation.save_finish] gives the outcome. One that is cancelled
 * at the very last moment may find the new file in its place already.
 *
 * Since: 1.0
 */
void
graphbit_conversation_save_async (GraphbitConversation *self,
                                  GFile *file,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  char *text;

  g_return_if_fail (GRAPHBIT_IS_CONVERSATION (self));
  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, graphbit_conversation_save_async);

  text = graphbit_conversation_file_write (self, &error);
  if (text != NULL)
    graphbit_storage_save_async (g_steal_pointer (&task), file, text, GRAPHBIT_STORAGE_PRIVATE);
  else
    g_task_return_error (task, error);
}

/**
 * graphbit_conversation_save_finish:
 * @self: a conversation
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends [method@Conversation.save_async].
 *
 * Fails as [method@Conversation.save] does.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
graphbit_conversation_save_finish (GraphbitConversation *self,
                                   GAsyncResult *result,
                                   GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONVERSATION (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return graphbit_task_propagate_boolean (result, error);
}

/**
 * graphbit_conversation_save:
 * @self: a conversation
 * @file: a file, which need not exist
 * @cancellable: (nullable): cancels it
 * @error: where to put an error
 *
 * Writes what [method@Conversation.to_json] gives to a file, and waits for that.
 * It is written to another file beside it, which takes its place when all of it
 * is on the disk: so there is always what there was before, or all that is new.
 * Only its owner may read a new file; one that exists keeps its permissions.
 *
 * Fails as [method@Conversation.to_json] does, and with an error of
 * [error@Gio.IOErrorEnum] if the file cannot be written.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
graphbit_conversation_save (GraphbitConversation *self,
                            GFile *file,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (GRAPHBIT_IS_CONVERSATION (self), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  text = graphbit_conversation_file_write (self, error);
  return text != NULL && graphbit_storage_save (file, text, GRAPHBIT_STORAGE_PRIVATE, cancellable, error);
}

static gpointer
parse (const char *text,
       gsize length,
       gpointer client,
       GError **error)
{
  return graphbit_conversation_file_read (text, length, client, error);
}

/**
 * graphbit_conversation_load_async:
 * @file: a file that [method@Conversation.save] has written
 * @client: (nullable): whom it is with; %NULL: it is only to be read
 * @cancellable: (nullable): cancels it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Reads a conversation from a file.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [func@Conversation.load_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_conversation_load_async (GFile *file,
                                  GraphbitLlmClient *client,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GTask *task;

  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (client == NULL || GRAPHBIT_IS_LLM_CLIENT (client));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, graphbit_conversation_load_async);
  if (client != NULL)
    g_task_set_task_data (task, g_object_ref (client), g_object_unref);
  graphbit_storage_load_async (task, file, GRAPHBIT_CONVERSATION_FILE_MAX_SIZE, parse);
}

/**
 * graphbit_conversation_load_finish:
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends [func@Conversation.load_async].
 *
 * Fails as [func@Conversation.load] does.
 *
 * Returns: (transfer full): a new conversation
 *
 * Since: 1.0
 */
GraphbitConversation *
graphbit_conversation_load_finish (GAsyncResult *result,
                                   GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_conversation_load:
 * @file: a file that [method@Conversation.save] has written
 * @client: (nullable): whom it is with; %NULL: it is only to be read
 * @cancellable: (nullable): cancels it
 * @error: where to put an error
 *
 * Reads a conversation from a file, and waits for that. Options, tools and limit
 * are set afterwards.
 *
 * Fails as [ctor@Conversation.new_from_json] does, and with an error of
 * [error@Gio.IOErrorEnum] if the file cannot be read.
 *
 * Returns: (transfer full): a new conversation
 *
 * Since: 1.0
 */
GraphbitConversation *
graphbit_conversation_load (GFile *file,
                            GraphbitLlmClient *client,
                            GCancellable *cancellable,
                            GError **error)
{
  g_return_val_if_fail (G_IS_FILE (file), NULL);
  g_return_val_if_fail (client == NULL || GRAPHBIT_IS_LLM_CLIENT (client), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return graphbit_storage_load (file, GRAPHBIT_CONVERSATION_FILE_MAX_SIZE, parse, client, cancellable, error);
}
