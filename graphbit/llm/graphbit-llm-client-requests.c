/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-client.h"

#include "graphbit-batch-private.h"
#include "graphbit-failure-private.h"
#include "graphbit-llm-call-private.h"
#include "graphbit-llm-options.h"
#include "graphbit-llm-query-private.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-response.h"
#include "graphbit-llm-stream-private.h"
#include "graphbit-sync-private.h"

/* What a client can be asked for: each once more as a task, and once more as a call that blocks. */

/* Whole answers. `data` is the task, which is returned from the dispatcher. */

static void
chat_done (GraphbitLlmCall *call,
           GraphbitLlmResponse *response,
           GError *error,
           gpointer data)
{
  g_autoptr (GTask) task = data;

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, response, g_object_unref);
}

static void
complete_done (GraphbitLlmCall *call,
               GraphbitLlmResponse *response,
               GError *error,
               gpointer data)
{
  g_autoptr (GTask) task = data;

  if (error != NULL)
    {
      g_task_return_error (task, error);
    }
  else
    {
      const char *text = graphbit_llm_response_get_text (response);

      g_task_return_pointer (task, g_strdup (text != NULL ? text : ""), g_free);
      g_object_unref (response);
    }
}

static void
start_call (GraphbitLlmClient *self,
            GraphbitLlmRequest *request,
            gboolean keeps_raw,
            GraphbitLlmCallDone done,
            GTask *task)
{
  const GraphbitLlmCallSetup setup = {
    .cancellable = g_task_get_cancellable (task),
    .keeps_raw = keeps_raw,
    .done = done,
    .data = task,
  };
  GError *error = NULL;
  GraphbitLlmCall *call = graphbit_llm_call_start (self, request, &setup, &error);

  if (call != NULL)
    {
      graphbit_operation_unref (call);
      return;
    }

  g_task_return_error (task, error);
  g_object_unref (task);
}

/**
 * graphbit_llm_client_complete_async:
 * @self: a client
 * @prompt: what to say
 * @options: (nullable): how to sample, or %NULL for the provider's defaults
 * @cancellable: (nullable): stops the request
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Sends one message of the user and waits for the answer's text.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@LlmClient.complete_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_llm_client_complete_async (GraphbitLlmClient *self,
                                    const char *prompt,
                                    GraphbitLlmOptions *options,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GraphbitLlmRequest) request = NULL;

  g_return_if_fail (GRAPHBIT_IS_LLM_CLIENT (self));
  g_return_if_fail (prompt != NULL);
  g_return_if_fail (options == NULL || GRAPHBIT_IS_LLM_OPTIONS (options));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  request = graphbit_llm_request_new_for_prompt (prompt, options);
  start_call (self, request, FALSE, complete_done,
              graphbit_task_new (self, graphbit_llm_client_complete_async, cancellable, callback, user_data));
}

/**
 * graphbit_llm_client_complete_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@LlmClient.complete_async] began.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT for an empty prompt, and
 * with the errors that [class@LlmClient] lists.
 *
 * Returns: (transfer full): the text; empty, but never %NULL, when the model said nothing
 *
 * Since: 1.0
 */
char *
graphbit_llm_client_complete_finish (GraphbitLlmClient *self,
                                     GAsyncResult *result,
                                     GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_llm_client_complete_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_llm_client_complete:
 * @self: a client
 * @prompt: what to say
 * @options: (nullable): how to sample, or %NULL for the provider's defaults
 * @cancellable: (nullable): stops the request
 * @error: where to put an error
 *
 * Sends one message of the user and blocks until the answer is there. Your
 * main context does not run meanwhile. Errors are those of
 * [method@LlmClient.complete_finish].
 *
 * Returns: (transfer full): the text; empty, but never %NULL, when the model said nothing
 *
 * Since: 1.0
 */
char *
graphbit_llm_client_complete (GraphbitLlmClient *self,
                              const char *prompt,
                              GraphbitLlmOptions *options,
                              GCancellable *cancellable,
                              GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);
  g_return_val_if_fail (prompt != NULL, NULL);
  g_return_val_if_fail (options == NULL || GRAPHBIT_IS_LLM_OPTIONS (options), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  graphbit_sync_begin (&sync);
  graphbit_llm_client_complete_async (self, prompt, options, cancellable, graphbit_sync_ready, &sync);
  return graphbit_llm_client_complete_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_llm_client_chat_async:
 * @self: a client
 * @request: messages, tools and options
 * @cancellable: (nullable): stops the request
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Sends messages and waits for the whole answer, with everything that is known
 * about it. Tools are offered to the model, but not run; agents do that.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@LlmClient.chat_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_llm_client_chat_async (GraphbitLlmClient *self,
                                GraphbitLlmRequest *request,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CLIENT (self));
  g_return_if_fail (GRAPHBIT_IS_LLM_REQUEST (request));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start_call (self, request, TRUE, chat_done,
              graphbit_task_new (self, graphbit_llm_client_chat_async, cancellable, callback, user_data));
}

/**
 * graphbit_llm_client_chat_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@LlmClient.chat_async] began.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT for a request without
 * messages, and with the errors that [class@LlmClient] lists.
 *
 * Returns: (transfer full): the answer
 *
 * Since: 1.0
 */
GraphbitLlmResponse *
graphbit_llm_client_chat_finish (GraphbitLlmClient *self,
                                 GAsyncResult *result,
                                 GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_llm_client_chat_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_llm_client_chat:
 * @self: a client
 * @request: messages, tools and options
 * @cancellable: (nullable): stops the request
 * @error: where to put an error
 *
 * Sends messages and blocks until the whole answer is there. Your main context
 * does not run meanwhile. Errors are those of [method@LlmClient.chat_finish].
 *
 * Returns: (transfer full): the answer
 *
 * Since: 1.0
 */
GraphbitLlmResponse *
graphbit_llm_client_chat (GraphbitLlmClient *self,
                          GraphbitLlmRequest *request,
                          GCancellable *cancellable,
                          GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);
  g_return_val_if_fail (GRAPHBIT_IS_LLM_REQUEST (request), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  graphbit_sync_begin (&sync);
  graphbit_llm_client_chat_async (self, request, cancellable, graphbit_sync_ready, &sync);
  return graphbit_llm_client_chat_finish (self, graphbit_sync_wait (&sync), error);
}

/* Streams */

static void
start_stream (GraphbitLlmClient *self,
              GraphbitLlmRequest *request,
              GTask *task)
{
  GraphbitOperation *operation = graphbit_llm_stream_open (self, request, NULL, task);

  g_clear_pointer (&operation, graphbit_operation_unref);
}

/* The stream outlives the call, so its home is the caller's context and not the private one. */
static GAsyncResult *
open_stream_sync (GraphbitLlmClient *self,
                  GraphbitLlmRequest *request,
                  gpointer source_tag,
                  GCancellable *cancellable,
                  GraphbitSync *sync)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  GraphbitOperation *operation;

  graphbit_sync_begin (sync);
  operation = graphbit_llm_stream_open (self, request, context,
                                        graphbit_task_new (self, source_tag, cancellable, graphbit_sync_ready, sync));
  if (operation != NULL)
    graphbit_sync_adopt (sync, operation);
  g_clear_pointer (&operation, graphbit_operation_unref);

  return graphbit_sync_wait (sync);
}

/**
 * graphbit_llm_client_complete_stream_async:
 * @self: a client
 * @prompt: what to say
 * @options: (nullable): how to sample, or %NULL for the provider's defaults
 * @cancellable: (nullable): stops the request, and later the stream
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Sends one message of the user and waits until the provider begins to answer.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@LlmClient.complete_stream_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_llm_client_complete_stream_async (GraphbitLlmClient *self,
                                           const char *prompt,
                                           GraphbitLlmOptions *options,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data)
{
  g_autoptr (GraphbitLlmRequest) request = NULL;

  g_return_if_fail (GRAPHBIT_IS_LLM_CLIENT (self));
  g_return_if_fail (prompt != NULL);
  g_return_if_fail (options == NULL || GRAPHBIT_IS_LLM_OPTIONS (options));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  request = graphbit_llm_request_new_for_prompt (prompt, options);
  start_stream (self, request,
                graphbit_task_new (self, graphbit_llm_client_complete_stream_async, cancellable, callback, user_data));
}

/**
 * graphbit_llm_client_complete_stream_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@LlmClient.complete_stream_async] began. The provider has
 * accepted the request, and its first bytes are there.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT for an empty prompt, and
 * with the errors that [class@LlmClient] lists.
 *
 * Returns: (transfer full): the stream to read the answer from
 *
 * Since: 1.0
 */
GraphbitLlmStream *
graphbit_llm_client_complete_stream_finish (GraphbitLlmClient *self,
                                            GAsyncResult *result,
                                            GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_llm_client_complete_stream_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_llm_client_complete_stream:
 * @self: a client
 * @prompt: what to say
 * @options: (nullable): how to sample, or %NULL for the provider's defaults
 * @cancellable: (nullable): stops the request, and later the stream
 * @error: where to put an error
 *
 * Sends one message of the user and blocks until the provider begins to
 * answer. Your main context does not run meanwhile. Errors are those of
 * [method@LlmClient.complete_stream_finish].
 *
 * Returns: (transfer full): the stream to read the answer from
 *
 * Since: 1.0
 */
GraphbitLlmStream *
graphbit_llm_client_complete_stream (GraphbitLlmClient *self,
                                     const char *prompt,
                                     GraphbitLlmOptions *options,
                                     GCancellable *cancellable,
                                     GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;
  g_autoptr (GraphbitLlmRequest) request = NULL;
  GAsyncResult *result;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);
  g_return_val_if_fail (prompt != NULL, NULL);
  g_return_val_if_fail (options == NULL || GRAPHBIT_IS_LLM_OPTIONS (options), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  request = graphbit_llm_request_new_for_prompt (prompt, options);
  result = open_stream_sync (self, request, graphbit_llm_client_complete_stream_async, cancellable, &sync);
  return graphbit_llm_client_complete_stream_finish (self, result, error);
}

/**
 * graphbit_llm_client_chat_stream_async:
 * @self: a client
 * @request: messages, tools and options
 * @cancellable: (nullable): stops the request, and later the stream
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Sends messages and waits until the provider begins to answer.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@LlmClient.chat_stream_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_llm_client_chat_stream_async (GraphbitLlmClient *self,
                                       GraphbitLlmRequest *request,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CLIENT (self));
  g_return_if_fail (GRAPHBIT_IS_LLM_REQUEST (request));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start_stream (self, request,
                graphbit_task_new (self, graphbit_llm_client_chat_stream_async, cancellable, callback, user_data));
}

/**
 * graphbit_llm_client_chat_stream_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@LlmClient.chat_stream_async] began. The provider has
 * accepted the request, and its first bytes are there.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT for a request without
 * messages, and with the errors that [class@LlmClient] lists.
 *
 * Returns: (transfer full): the stream to read the answer from
 *
 * Since: 1.0
 */
GraphbitLlmStream *
graphbit_llm_client_chat_stream_finish (GraphbitLlmClient *self,
                                        GAsyncResult *result,
                                        GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_llm_client_chat_stream_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_llm_client_chat_stream:
 * @self: a client
 * @request: messages, tools and options
 * @cancellable: (nullable): stops the request, and later the stream
 * @error: where to put an error
 *
 * Sends messages and blocks until the provider begins to answer. Your main
 * context does not run meanwhile. Errors are those of
 * [method@LlmClient.chat_stream_finish].
 *
 * Returns: (transfer full): the stream to read the answer from
 *
 * Since: 1.0
 */
GraphbitLlmStream *
graphbit_llm_client_chat_stream (GraphbitLlmClient *self,
                                 GraphbitLlmRequest *request,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;
  GAsyncResult *result;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);
  g_return_val_if_fail (GRAPHBIT_IS_LLM_REQUEST (request), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  result = open_stream_sync (self, request, graphbit_llm_client_chat_stream_async, cancellable, &sync);
  return graphbit_llm_client_chat_stream_finish (self, result, error);
}

/* Batches */

/**
 * graphbit_llm_client_complete_batch_async:
 * @self: a client
 * @prompts: (array zero-terminated=1): what to say, each in a conversation of its own
 * @options: (nullable): how to sample, or %NULL for the provider's defaults
 * @max_concurrency: how many may be on their way at once, at most as many as
 *   [property@LlmClient:max-concurrency] allows; 0: that many
 * @cancellable: (nullable): stops the batch
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Sends many prompts and waits until each has its answer or has failed. A
 * prompt's time limits begin when it is its turn.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@LlmClient.complete_batch_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_llm_client_complete_batch_async (GraphbitLlmClient *self,
                                          const char *const *prompts,
                                          GraphbitLlmOptions *options,
                                          guint max_concurrency,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data)
{
  GTask *task;
  GError *error = NULL;

  g_return_if_fail (GRAPHBIT_IS_LLM_CLIENT (self));
  g_return_if_fail (prompts != NULL);
  g_return_if_fail (options == NULL || GRAPHBIT_IS_LLM_OPTIONS (options));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_llm_client_complete_batch_async, cancellable, callback, user_data);
  if (!graphbit_batch_start (self, prompts, options, max_concurrency, task, NULL, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
}

/**
 * graphbit_llm_client_complete_batch_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@LlmClient.complete_batch_async] began. There is an item for
 * each prompt, in the order of the prompts; one that failed has the error, and
 * the others have their answers all the same.
 *
 * Fails with %G_IO_ERROR_CANCELLED if the batch was cancelled, and with
 * %GRAPHBIT_ERROR_INVALID_ARGUMENT for a client without a configuration.
 *
 * Returns: (transfer container) (element-type GraphbitBatchItem): an item for each prompt
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_llm_client_complete_batch_finish (GraphbitLlmClient *self,
                                           GAsyncResult *result,
                                           GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_llm_client_complete_batch_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_llm_client_complete_batch:
 * @self: a client
 * @prompts: (array zero-terminated=1): what to say, each in a conversation of its own
 * @options: (nullable): how to sample, or %NULL for the provider's defaults
 * @max_concurrency: how many may be on their way at once, at most as many as
 *   [property@LlmClient:max-concurrency] allows; 0: that many
 * @cancellable: (nullable): stops the batch
 * @error: where to put an error
 *
 * Sends many prompts and blocks until each has its answer or has failed. Your
 * main context does not run meanwhile. Errors are those of
 * [method@LlmClient.complete_batch_finish].
 *
 * Returns: (transfer container) (element-type GraphbitBatchItem): an item for each prompt
 *
 * Since: 1.0
 */
GPtrArray *
graphbit_llm_client_complete_batch (GraphbitLlmClient *self,
                                    const char *const *prompts,
                                    GraphbitLlmOptions *options,
                                    guint max_concurrency,
                                    GCancellable *cancellable,
                                    GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);
  g_return_val_if_fail (prompts != NULL, NULL);
  g_return_val_if_fail (options == NULL || GRAPHBIT_IS_LLM_OPTIONS (options), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  graphbit_sync_begin (&sync);
  graphbit_llm_client_complete_batch_async (self, prompts, options, max_concurrency, cancellable,
                                            graphbit_sync_ready, &sync);
  return graphbit_llm_client_complete_batch_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_llm_client_start_batch:
 * @self: a client
 * @prompts: (array zero-terminated=1): what to say, each in a conversation of its own
 * @options: (nullable): how to sample, or %NULL for the provider's defaults
 * @max_concurrency: how many may be on their way at once, at most as many as
 *   [property@LlmClient:max-concurrency] allows; 0: that many
 * @error: where to put an error
 *
 * Starts to send many prompts, and gives a handle to follow them with. The first
 * is sent from the main context's next turn on.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT for a client without a
 * configuration; what goes wrong with a prompt is its item's error.
 *
 * Returns: (transfer full): the batch; it is cancelled when the last reference goes
 *
 * Since: 1.0
 */
GraphbitBatchRun *
graphbit_llm_client_start_batch (GraphbitLlmClient *self,
                                 const char *const *prompts,
                                 GraphbitLlmOptions *options,
                                 guint max_concurrency,
                                 GError **error)
{
  GraphbitBatchRun *run = NULL;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);
  g_return_val_if_fail (prompts != NULL, NULL);
  g_return_val_if_fail (options == NULL || GRAPHBIT_IS_LLM_OPTIONS (options), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!graphbit_batch_start (self, prompts, options, max_concurrency, NULL, &run, error))
    graphbit_error_hand_out (error);
  return run;
}

/* What is asked beside completions */

/**
 * graphbit_llm_client_warmup_async:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Opens a connection to the provider, so that the first completion need not
 * wait for it, and has the key checked where the provider does that for
 * nothing. No token is spent, and [method@LlmClient.get_stats] does not count it.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@LlmClient.warmup_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_llm_client_warmup_async (GraphbitLlmClient *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CLIENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  graphbit_llm_query_warm_up (self, graphbit_task_new (self, graphbit_llm_client_warmup_async, cancellable, callback, user_data));
}

/**
 * graphbit_llm_client_warmup_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@LlmClient.warmup_async] began.
 *
 * Fails with the errors that [class@LlmClient] lists: with
 * %GRAPHBIT_ERROR_AUTHENTICATION for a key that is missing or refused,
 * with %GRAPHBIT_ERROR_CONNECTION for a server that cannot be reached.
 * Providers that answer in the application are always warm.
 *
 * Returns: %TRUE if a connection stands
 *
 * Since: 1.0
 */
gboolean
graphbit_llm_client_warmup_finish (GraphbitLlmClient *self,
                                   GAsyncResult *result,
                                   GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_llm_client_warmup_async), FALSE);

  return graphbit_task_propagate_boolean (result, error);
}

/**
 * graphbit_llm_client_warmup:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Opens a connection to the provider and blocks until it stands. Your main
 * context does not run meanwhile. [method@LlmClient.warmup_async] says more.
 * Errors are those of [method@LlmClient.warmup_finish].
 *
 * Returns: %TRUE if a connection stands
 *
 * Since: 1.0
 */
gboolean
graphbit_llm_client_warmup (GraphbitLlmClient *self,
                            GCancellable *cancellable,
                            GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  graphbit_sync_begin (&sync);
  graphbit_llm_client_warmup_async (self, cancellable, graphbit_sync_ready, &sync);
  return graphbit_llm_client_warmup_finish (self, graphbit_sync_wait (&sync), error);
}

/**
 * graphbit_llm_client_list_models_async:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Asks the provider which models it has. No token is spent, and
 * [method@LlmClient.get_stats] does not count it.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@LlmClient.list_models_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_llm_client_list_models_async (GraphbitLlmClient *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_CLIENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  graphbit_llm_query_list_models (self, graphbit_task_new (self, graphbit_llm_client_list_models_async,
                                                   cancellable, callback, user_data));
}

/**
 * graphbit_llm_client_list_models_finish:
 * @self: a client
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@LlmClient.list_models_async] began.
 *
 * Fails with %GRAPHBIT_ERROR_UNSUPPORTED if the provider has no list, as
 * an application's own has none, and with the errors that [class@LlmClient]
 * lists.
 *
 * Returns: (transfer full): a list model of [class@ModelInfo], in the provider's order
 *
 * Since: 1.0
 */
GListModel *
graphbit_llm_client_list_models_finish (GraphbitLlmClient *self,
                                        GAsyncResult *result,
                                        GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_llm_client_list_models_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_llm_client_list_models:
 * @self: a client
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Asks the provider which models it has and blocks until it has answered. Your
 * main context does not run meanwhile. Errors are those of
 * [method@LlmClient.list_models_finish].
 *
 * Returns: (transfer full): a list model of [class@ModelInfo], in the provider's order
 *
 * Since: 1.0
 */
GListModel *
graphbit_llm_client_list_models (GraphbitLlmClient *self,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_auto (GraphbitSync) sync = GRAPHBIT_SYNC_INIT;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  graphbit_sync_begin (&sync);
  graphbit_llm_client_list_models_async (self, cancellable, graphbit_sync_ready, &sync);
  return graphbit_llm_client_list_models_finish (self, graphbit_sync_wait (&sync), error);
}
