/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-conversation-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-error.h"
#include "graphbit-failure-private.h"
#include "graphbit-llm-client.h"
#include "graphbit-llm-message-private.h"
#include "graphbit-llm-options.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-response.h"
#include "graphbit-llm-stream.h"
#include "graphbit-llm-usage.h"

/* One send, and the stream that answers it. */
typedef struct
{
  GraphbitConversation *conversation;
  GraphbitLlmMessage *message; /* NULL: the answer is to what was said before */
  gint64 estimate;             /* of what is sent, before calibration */
  gboolean is_counted_once;    /* what the provider counts is one prompt */
  GTask *task;                 /* until the answer or the stream is there */
} Turn;

static void
turn_free (gpointer data)
{
  Turn *self = data;

  g_clear_object (&self->task);
  g_clear_object (&self->message);
  g_object_unref (self->conversation);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Turn, turn_free)

static Turn *
turn_new (GraphbitConversation *self,
          const char *text,
          GraphbitLlmRequest **request,
          GError **error)
{
  g_autoptr (GPtrArray) messages = NULL;
  Turn *turn;
  guint begin;

  if (self->client == NULL)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The conversation has no client; give it one when it is made or loaded"));
      return NULL;
    }
  if (!graphbit_conversation_check_idle (self, error))
    return NULL;

  messages = graphbit_conversation_copy_messages (self);
  if (text != NULL)
    g_ptr_array_add (messages, graphbit_llm_message_new_user (text));
  if (!graphbit_conversation_find_begin (self, messages, &begin))
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONTEXT_LENGTH,
                   _("The newest turn and what is always sent are more than %u tokens; raise max-prompt-tokens or say less"),
                   self->max_prompt_tokens);
      return NULL;
    }

  *request = graphbit_conversation_make_request (self, messages, begin);
  turn = g_new0 (Turn, 1);
  turn->conversation = g_object_ref (self);
  if (text != NULL)
    turn->message = g_object_ref (messages->pdata[messages->len - 1]);
  turn->estimate = graphbit_llm_request_estimate_tokens (*request);
  turn->is_counted_once = self->options == NULL || graphbit_llm_options_get_response_schema (self->options) == NULL;
  self->is_waiting = TRUE;
  g_weak_ref_set (&self->stream, NULL);
  return turn;
}

/* What providers count differs from the estimate by about the same factor each time. */
static void
turn_learn (const Turn *self,
            GraphbitLlmResponse *response)
{
  GraphbitLlmUsage *usage = graphbit_llm_response_get_usage (response);
  gint64 prompt = usage != NULL ? graphbit_llm_usage_get_prompt_tokens (usage) : 0;

  if (prompt > 0 && self->estimate > 0 && self->is_counted_once)
    self->conversation->calibration = CLAMP ((double) prompt / (double) self->estimate,
                                             GRAPHBIT_CONVERSATION_MIN_CALIBRATION,
                                             GRAPHBIT_CONVERSATION_MAX_CALIBRATION);
}

/* A message that says nothing would be refused with the next request. */
static void
turn_take_answer (const Turn *self,
                  GraphbitLlmResponse *response)
{
  GraphbitConversation *conversation = self->conversation;
  g_autoptr (GraphbitLlmMessage) answer = graphbit_llm_response_make_message (response);
  guint position = conversation->messages->len;

  turn_learn (self, response);
  if (*graphbit_llm_message_get_content (answer) == '\0' && graphbit_llm_message_count_tool_calls (answer) == 0)
    return;

  if (self->message != NULL)
    g_ptr_array_add (conversation->messages, g_object_ref (self->message));
  g_ptr_array_add (conversation->messages, g_steal_pointer (&answer));
  g_list_model_items_changed (G_LIST_MODEL (conversation), position, 0, conversation->messages->len - position);
}

static void
on_answered (GObject *object,
             GAsyncResult *result,
             gpointer data)
{
  g_autoptr (Turn) turn = data;
  GError *error = NULL;
  GraphbitLlmResponse *response = graphbit_llm_client_chat_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);

  turn->conversation->is_waiting = FALSE;
  if (response == NULL)
    {
      g_task_return_error (turn->task, error);
      return;
    }
  turn_take_answer (turn, response);
  g_task_return_pointer (turn->task, response, g_object_unref);
}

/* The reads of the stream bring the answer. One that was cancelled is not waited for any more. */
static void
on_stream_state (GraphbitLlmStream *stream,
                 GParamSpec *pspec,
                 gpointer data)
{
  const Turn *turn = data;
  g_autoptr (GraphbitLlmStream) current = g_weak_ref_get (&turn->conversation->stream);

  if (stream == current && graphbit_llm_stream_get_state (stream) == GRAPHBIT_LLM_STREAM_STATE_COMPLETED)
    turn_take_answer (turn, graphbit_llm_stream_get_response (stream));
}

static void
free_turn_of_closure (gpointer data,
                      GClosure *closure)
{
  turn_free (data);
}

/* Takes the turn over. */
static void
turn_watch (Turn *self,
            GraphbitLlmStream *stream)
{
  g_weak_ref_set (&self->conversation->stream, stream);
  g_signal_connect_data (stream, "notify::state", G_CALLBACK (on_stream_state), self, free_turn_of_closure, 0);
}

static void
on_opened (GObject *object,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (Turn) turn = data;
  g_autoptr (GTask) task = g_steal_pointer (&turn->task);
  GError *error = NULL;
  GraphbitLlmStream *stream = graphbit_llm_client_chat_stream_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);

  turn->conversation->is_waiting = FALSE;
  if (stream == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  turn_watch (g_steal_pointer (&turn), stream);
  g_task_return_pointer (task, stream, g_object_unref);
}

/* NULL: the task has failed. */
static Turn *
turn_start (GraphbitConversation *self,
            const char *text,
            GTask *task,
            GraphbitLlmRequest **request)
{
  GError *error = NULL;
  Turn *turn = turn_new (self, text, request, &error);

  if (turn != NULL)
    turn->task = g_object_ref (task);
  else
    g_task_return_error (task, error);
  return turn;
}

/**
 * graphbit_conversation_send_async:
 * @self: a conversation
 * @text: (nullable): what the user says; %NULL: nothing new, the answer is to what was added
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Says something and waits for the whole answer.
 *
 * @callback is called in the main context that is the thread default now, and
 * there the list changes before; in it, [method@Conversation.send_finish] gives
 * the outcome.
 *
 * Since: 1.0
 */
void
graphbit_conversation_send_async (GraphbitConversation *self,
                                  const char *text,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GraphbitLlmRequest) request = NULL;
  Turn *turn;

  g_return_if_fail (GRAPHBIT_IS_CONVERSATION (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_conversation_send_async, cancellable, callback, user_data);
  turn = turn_start (self, text, task, &request);
  if (turn != NULL)
    graphbit_llm_client_chat_async (self->client, request, cancellable, on_answered, turn);
}

/**
 * graphbit_conversation_send_finish:
 * @self: a conversation
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@Conversation.send_async] began.
 *
 * Fails with %G_IO_ERROR_PENDING while another answer is awaited, with
 * %GRAPHBIT_ERROR_CONTEXT_LENGTH if the newest turn alone is more than
 * [property@Conversation:max-prompt-tokens], with
 * %GRAPHBIT_ERROR_INVALID_ARGUMENT if there is no client or nothing to be sent,
 * and as [method@LlmClient.chat_finish] does. The conversation is then as it was
 * before.
 *
 * Returns: (transfer full): the answer
 *
 * Since: 1.0
 */
GraphbitLlmResponse *
graphbit_conversation_send_finish (GraphbitConversation *self,
                                   GAsyncResult *result,
                                   GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_conversation_send_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_conversation_send:
 * @self: a conversation
 * @text: (nullable): what the user says; %NULL: nothing new, the answer is to what was added
 * @cancellable: (nullable): stops it
 * @error: where to put an error
 *
 * Says something and blocks until the whole answer is there. Your main context
 * does not run meanwhile. Errors are those of
 * [method@Conversation.send_finish].
 *
 * Returns: (transfer full): the answer
 *
 * Since: 1.0
 */
GraphbitLlmResponse *
graphbit_conversation_send (GraphbitConversation *self,
                            const char *text,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (GraphbitLlmRequest) request = NULL;
  g_autoptr (Turn) turn = NULL;
  GraphbitLlmResponse *response;

  g_return_val_if_fail (GRAPHBIT_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  turn = turn_new (self, text, &request, error);
  if (turn == NULL)
    {
      graphbit_error_hand_out (error);
      return NULL;
    }

  response = graphbit_llm_client_chat (self->client, request, cancellable, error);
  self->is_waiting = FALSE;
  if (response != NULL)
    turn_take_answer (turn, response);
  return response;
}

/**
 * graphbit_conversation_send_stream_async:
 * @self: a conversation
 * @text: (nullable): what the user says; %NULL: nothing new, the answer is to what was added
 * @cancellable: (nullable): stops the request, and later the stream
 * @callback: (scope async) (closure user_data): what to call with the result
 * @user_data: handed to @callback
 *
 * Says something and waits until the answer begins. The text and the answer are
 * added when the stream was read to its end, before it notifies its
 * [property@LlmStream:state] to you; one that fails, is cancelled or is dropped
 * adds nothing.
 *
 * @callback is called in the main context that is the thread default now; in
 * it, [method@Conversation.send_stream_finish] gives the outcome.
 *
 * Since: 1.0
 */
void
graphbit_conversation_send_stream_async (GraphbitConversation *self,
                                         const char *text,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GraphbitLlmRequest) request = NULL;
  Turn *turn;

  g_return_if_fail (GRAPHBIT_IS_CONVERSATION (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = graphbit_task_new (self, graphbit_conversation_send_stream_async, cancellable, callback, user_data);
  turn = turn_start (self, text, task, &request);
  if (turn != NULL)
    graphbit_llm_client_chat_stream_async (self->client, request, cancellable, on_opened, turn);
}

/**
 * graphbit_conversation_send_stream_finish:
 * @self: a conversation
 * @result: what the callback was handed
 * @error: where to put an error
 *
 * Ends what [method@Conversation.send_stream_async] began. Errors are those of
 * [method@Conversation.send_finish].
 *
 * Returns: (transfer full): the answer, to be read
 *
 * Since: 1.0
 */
GraphbitLlmStream *
graphbit_conversation_send_stream_finish (GraphbitConversation *self,
                                          GAsyncResult *result,
                                          GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, graphbit_conversation_send_stream_async), NULL);

  return graphbit_task_propagate_pointer (result, error);
}

/**
 * graphbit_conversation_send_stream:
 * @self: a conversation
 * @text: (nullable): what the user says; %NULL: nothing new, the answer is to what was added
 * @cancellable: (nullable): stops the request, and later the stream
 * @error: where to put an error
 *
 * Says something and blocks until the answer begins;
 * [method@Conversation.send_stream_async] says when it is added. Errors are
 * those of [method@Conversation.send_finish].
 *
 * Returns: (transfer full): the answer, to be read
 *
 * Since: 1.0
 */
GraphbitLlmStream *
graphbit_conversation_send_stream (GraphbitConversation *self,
                                   const char *text,
                                   GCancellable *cancellable,
                                   GError **error)
{
  g_autoptr (GraphbitLlmRequest) request = NULL;
  g_autoptr (Turn) turn = NULL;
  GraphbitLlmStream *stream;

  g_return_val_if_fail (GRAPHBIT_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  turn = turn_new (self, text, &request, error);
  if (turn == NULL)
    {
      graphbit_error_hand_out (error);
      return NULL;
    }

  stream = graphbit_llm_client_chat_stream (self->client, request, cancellable, error);
  self->is_waiting = FALSE;
  if (stream != NULL)
    turn_watch (g_steal_pointer (&turn), stream);
  return stream;
}
