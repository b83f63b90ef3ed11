/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-conversation-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "graphbit-enum-types.h"
#include "graphbit-error.h"
#include "graphbit-llm-client.h"
#include "graphbit-llm-message.h"
#include "graphbit-llm-options.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-stream-private.h"
#include "graphbit-llm-tool-spec.h"

/**
 * GraphbitConversation:
 *
 * A conversation with a model: a list model of [class@LlmMessage] that grows by
 * what is said.
 *
 * [method@Conversation.send] sends all that was said so far and a new text of
 * the user. When the answer is whole, the user's message and the answer are
 * added together. A send that fails or is cancelled adds nothing: the
 * conversation is as it was before, and the text can be sent again. So does an
 * answer that has neither text nor calls of tools. One thing is sent at a time;
 * while an answer is awaited, another send and any change of the list fail with
 * %G_IO_ERROR_PENDING.
 *
 * A message that is more than a text, such as one with an image, is added with
 * [method@Conversation.add_message], and so are the results of tools: the
 * conversation calls none by itself. A send without a text then asks for the
 * answer. What was added stays, also when that fails.
 *
 * The list keeps everything. Of what is sent, the oldest turns are left out when
 * it is estimated to be more than [property@Conversation:max-prompt-tokens]. A
 * turn is a message of the user and all that follows up to the next one, so a
 * call of a tool and its result stay together. The system prompt, messages of
 * the system and the newest turn are always sent.
 *
 * A conversation is used in one thread.
 *
 * The page [Conversations](conversations.html) says more.
 *
 * Since: 1.0
 */

enum
{
  PROP_0,
  PROP_CLIENT,
  PROP_SYSTEM_PROMPT,
  PROP_OPTIONS,
  PROP_TOOLS,
  PROP_MAX_PROMPT_TOKENS,
  N_PROPS
};

#define MAX_PROMPT_TOKENS 10000000

static GParamSpec *properties[N_PROPS];

static void list_model_init (GListModelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GraphbitConversation, graphbit_conversation, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return GRAPHBIT_TYPE_LLM_MESSAGE;
}

static guint
get_n_items (GListModel *model)
{
  return GRAPHBIT_CONVERSATION (model)->messages->len;
}

static gpointer
get_item (GListModel *model,
          guint position)
{
  GPtrArray *messages = GRAPHBIT_CONVERSATION (model)->messages;

  return position < messages->len ? g_object_ref (messages->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

static void
graphbit_conversation_finalize (GObject *object)
{
  GraphbitConversation *self = GRAPHBIT_CONVERSATION (object);

  g_clear_object (&self->client);
  g_free (self->system_prompt);
  g_clear_object (&self->options);
  g_clear_object (&self->tools);
  g_ptr_array_unref (self->messages);
  g_weak_ref_clear (&self->stream);

  G_OBJECT_CLASS (graphbit_conversation_parent_class)->finalize (object);
}

static void
graphbit_conversation_get_property (GObject *object,
                                    guint property_id,
                                    GValue *value,
                                    GParamSpec *pspec)
{
  GraphbitConversation *self = GRAPHBIT_CONVERSATION (object);

  switch (property_id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, self->client);
      break;
    case PROP_SYSTEM_PROMPT:
      g_value_set_string (value, self->system_prompt);
      break;
    case PROP_OPTIONS:
      g_value_set_object (value, self->options);
      break;
    case PROP_TOOLS:
      g_value_set_object (value, graphbit_conversation_get_tools (self));
      break;
    case PROP_MAX_PROMPT_TOKENS:
      g_value_set_uint (value, self->max_prompt_tokens);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_conversation_set_property (GObject *object,
                                    guint property_id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  GraphbitConversation *self = GRAPHBIT_CONVERSATION (object);

  switch (property_id)
    {
    case PROP_CLIENT:
      self->client = g_value_dup_object (value);
      break;
    case PROP_SYSTEM_PROMPT:
      graphbit_conversation_set_system_prompt (self, g_value_get_string (value));
      break;
    case PROP_OPTIONS:
      graphbit_conversation_set_options (self, g_value_get_object (value));
      break;
    case PROP_MAX_PROMPT_TOKENS:
      graphbit_conversation_set_max_prompt_tokens (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_conversation_class_init (GraphbitConversationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_conversation_finalize;
  object_class->get_property = graphbit_conversation_get_property;
  object_class->set_property = graphbit_conversation_set_property;

  /**
   * GraphbitConversation:client: (getter get_client)
   *
   * Whom it is with. Without one, nothing can be sent.
   *
   * Since: 1.0
   */
  properties[PROP_CLIENT] =
    g_param_spec_object ("client", NULL, NULL, GRAPHBIT_TYPE_LLM_CLIENT,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitConversation:system-prompt: (getter get_system_prompt) (setter set_system_prompt)
   *
   * What the application tells the model before all else; not in the list.
   * %NULL, the default, is nothing.
   *
   * Since: 1.0
   */
  properties[PROP_SYSTEM_PROMPT] = g_param_spec_string ("system-prompt", NULL, NULL, NULL, writable);

  /**
   * GraphbitConversation:options: (getter get_options) (setter set_options)
   *
   * How to sample the answers; %NULL, the default: everything is unset.
   *
   * Since: 1.0
   */
  properties[PROP_OPTIONS] = g_param_spec_object ("options", NULL, NULL, GRAPHBIT_TYPE_LLM_OPTIONS, writable);

  /**
   * GraphbitConversation:tools: (getter get_tools)
   *
   * The tools that the model may call: a list of [class@LlmToolSpec].
   *
   * Since: 1.0
   */
  properties[PROP_TOOLS] =
    g_param_spec_object ("tools", NULL, NULL, G_TYPE_LIST_MODEL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitConversation:max-prompt-tokens: (getter get_max_prompt_tokens) (setter set_max_prompt_tokens)
   *
   * How many tokens are sent at most, as estimated; what the model may answer
   * is not among them. From 1 to 10,000,000; 0, the default: any number.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_PROMPT_TOKENS] =
    g_param_spec_uint ("max-prompt-tokens", NULL, NULL, 0, MAX_PROMPT_TOKENS, 0, writable);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_conversation_init (GraphbitConversation *self)
{
  self->messages = g_ptr_array_new_with_free_func (g_object_unref);
  self->calibration = 1.0;
  g_weak_ref_init (&self->stream, NULL);
}

/**
 * graphbit_conversation_new:
 * @client: whom it is with
 * @system_prompt: (nullable): what the model is told before all else, or %NULL
 *
 * Makes a conversation in which nothing was said yet.
 *
 * Returns: (transfer full): a new conversation
 *
 * Since: 1.0
 */
GraphbitConversation *
graphbit_conversation_new (GraphbitLlmClient *client,
                           const char *system_prompt)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_CLIENT (client), NULL);

  return g_object_new (GRAPHBIT_TYPE_CONVERSATION, "client", client, "system-prompt", system_prompt, NULL);
}

GraphbitConversation *
graphbit_conversation_new_for_messages (GraphbitLlmClient *client,
                                        const char *system_prompt,
                                        double calibration,
                                        GPtrArray *messages)
{
  GraphbitConversation *self = g_object_new (GRAPHBIT_TYPE_CONVERSATION, "client", client,
                                             "system-prompt", system_prompt, NULL);

  g_ptr_array_unref (self->messages);
  self->messages = messages;
  self->calibration = calibration;
  return self;
}

/**
 * graphbit_conversation_get_client: (get-property client)
 * @self: a conversation
 *
 * Gets whom it is with.
 *
 * Returns: (transfer none) (nullable): the client, %NULL where the conversation was made without one
 *
 * Since: 1.0
 */
GraphbitLlmClient *
graphbit_conversation_get_client (GraphbitConversation *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONVERSATION (self), NULL);

  return self->client;
}

/**
 * graphbit_conversation_get_system_prompt: (get-property system-prompt)
 * @self: a conversation
 *
 * Gets what the model is told before all else.
 *
 * Returns: (nullable): a text, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_conversation_get_system_prompt (GraphbitConversation *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONVERSATION (self), NULL);

  return self->system_prompt;
}

/**
 * graphbit_conversation_set_system_prompt: (set-property system-prompt)
 * @self: a conversation
 * @system_prompt: (nullable): a text; "" is %NULL
 *
 * Sets what the model is told before all else, from the next send on.
 *
 * Since: 1.0
 */
void
graphbit_conversation_set_system_prompt (GraphbitConversation *self,
                                         const char *system_prompt)
{
  g_return_if_fail (GRAPHBIT_IS_CONVERSATION (self));

  if (system_prompt != NULL && *system_prompt == '\0')
    system_prompt = NULL;
  if (g_strcmp0 (self->system_prompt, system_prompt) == 0)
    return;

  g_free (self->system_prompt);
  self->system_prompt = g_strdup (system_prompt);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SYSTEM_PROMPT]);
}

/**
 * graphbit_conversation_get_options: (get-property options)
 * @self: a conversation
 *
 * Gets how to sample the answers.
 *
 * Returns: (transfer none) (nullable): the options, or %NULL
 *
 * Since: 1.0
 */
GraphbitLlmOptions *
graphbit_conversation_get_options (GraphbitConversation *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONVERSATION (self), NULL);

  return self->options;
}

/**
 * graphbit_conversation_set_options: (set-property options)
 * @self: a conversation
 * @options: (nullable): the options; %NULL: everything is unset
 *
 * Sets how to sample the answers, from the next send on.
 *
 * Since: 1.0
 */
void
graphbit_conversation_set_options (GraphbitConversation *self,
                                   GraphbitLlmOptions *options)
{
  g_return_if_fail (GRAPHBIT_IS_CONVERSATION (self));
  g_return_if_fail (options == NULL || GRAPHBIT_IS_LLM_OPTIONS (options));

  if (g_set_object (&self->options, options))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPTIONS]);
}

/**
 * graphbit_conversation_get_tools: (get-property tools)
 * @self: a conversation
 *
 * Gets the tools that the model may call.
 *
 * Returns: (transfer none): a list of [class@LlmToolSpec]; a [class@Gio.ListStore]
 *
 * Since: 1.0
 */
GListModel *
graphbit_conversation_get_tools (GraphbitConversation *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONVERSATION (self), NULL);

  if (self->tools == NULL)
    self->tools = g_list_store_new (GRAPHBIT_TYPE_LLM_TOOL_SPEC);

  return G_LIST_MODEL (self->tools);
}

/**
 * graphbit_conversation_add_tool:
 * @self: a conversation
 * @tool: a tool
 *
 * Lets the model ask for a tool. Its calls come in the answer
 * ([property@LlmResponse:tool-calls]); the results are added with
 * [method@Conversation.add_message].
 *
 * Since: 1.0
 */
void
graphbit_conversation_add_tool (GraphbitConversation *self,
                                GraphbitLlmToolSpec *tool)
{
  g_return_if_fail (GRAPHBIT_IS_CONVERSATION (self));
  g_return_if_fail (GRAPHBIT_IS_LLM_TOOL_SPEC (tool));

  g_list_store_append (G_LIST_STORE (graphbit_conversation_get_tools (self)), tool);
}

/**
 * graphbit_conversation_get_max_prompt_tokens: (get-property max-prompt-tokens)
 * @self: a conversation
 *
 * Gets how many tokens are sent at most.
 *
 * Returns: a number of tokens; 0: any
 *
 * Since: 1.0
 */
guint
graphbit_conversation_get_max_prompt_tokens (GraphbitConversation *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONVERSATION (self), 0);

  return self->max_prompt_tokens;
}

/**
 * graphbit_conversation_set_max_prompt_tokens: (set-property max-prompt-tokens)
 * @self: a conversation
 * @max_prompt_tokens: a number of tokens, at most 10,000,000; 0: any
 *
 * Sets how many tokens are sent at most, from the next send on.
 *
 * Since: 1.0
 */
void
graphbit_conversation_set_max_prompt_tokens (GraphbitConversation *self,
                                             guint max_prompt_tokens)
{
  g_return_if_fail (GRAPHBIT_IS_CONVERSATION (self));
  g_return_if_fail (max_prompt_tokens <= MAX_PROMPT_TOKENS);

  if (self->max_prompt_tokens == max_prompt_tokens)
    return;

  self->max_prompt_tokens = max_prompt_tokens;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_PROMPT_TOKENS]);
}

/* What is sent */

static gboolean
is_pending (GraphbitConversation *self)
{
  g_autoptr (GraphbitLlmStream) stream = g_weak_ref_get (&self->stream);

  return self->is_waiting ||
         (stream != NULL && graphbit_llm_stream_get_state (stream) == GRAPHBIT_LLM_STREAM_STATE_ACTIVE &&
          !graphbit_llm_stream_is_cancelled (stream));
}

gboolean
graphbit_conversation_check_idle (GraphbitConversation *self,
                                  GError **error)
{
  if (!is_pending (self))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                       _("The conversation waits for an answer; go on when it is whole, or cancel it"));
  return FALSE;
}

GraphbitLlmRequest *
graphbit_conversation_make_request (GraphbitConversation *self,
                                    GPtrArray *messages,
                                    guint begin)
{
  GraphbitLlmRequest *request = graphbit_llm_request_new (self->options);
  guint n_tools = self->tools != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->tools)) : 0;

  if (self->system_prompt != NULL)
    {
      g_autoptr (GraphbitLlmMessage) message = graphbit_llm_message_new_system (self->system_prompt);

      graphbit_llm_request_add_message (request, message);
    }
  for (guint i = 0; i < messages->len; i++)
    if (i >= begin || graphbit_llm_message_get_role (messages->pdata[i]) == GRAPHBIT_LLM_ROLE_SYSTEM)
      graphbit_llm_request_add_message (request, messages->pdata[i]);
  for (guint i = 0; i < n_tools; i++)
    {
      g_autoptr (GraphbitLlmToolSpec) tool = g_list_model_get_item (G_LIST_MODEL (self->tools), i);

      graphbit_llm_request_add_tool (request, tool);
    }
  return request;
}

static gint64
calibrate (GraphbitConversation *self,
           gint64 tokens)
{
  return (gint64) ceil ((double) tokens * self->calibration);
}

gboolean
graphbit_conversation_find_begin (GraphbitConversation *self,
                                  GPtrArray *messages,
                                  guint *begin)
{
  g_autoptr (GraphbitLlmRequest) whole = NULL;
  gint64 tokens;

  *begin = 0;
  if (self->max_prompt_tokens == 0)
    return TRUE;

  whole = graphbit_conversation_make_request (self, messages, 0);
  tokens = graphbit_llm_request_estimate_tokens (whole);
  while (calibrate (self, tokens) > self->max_prompt_tokens)
    {
      guint next = *begin + 1;

      while (next < messages->len && graphbit_llm_message_get_role (messages->pdata[next]) != GRAPHBIT_LLM_ROLE_USER)
        next++;
      if (next >= messages->len)
        return FALSE;

      for (; *begin < next; (*begin)++)
        if (graphbit_llm_message_get_role (messages->pdata[*begin]) != GRAPHBIT_LLM_ROLE_SYSTEM)
          tokens -= graphbit_llm_message_estimate_tokens (messages->pdata[*begin]);
    }
  return TRUE;
}

/**
 * graphbit_conversation_estimate_tokens:
 * @self: a conversation
 *
 * Estimates how many tokens the whole conversation has, with its system prompt
 * and its tools: what a send would send if
 * [property@Conversation:max-prompt-tokens] were 0.
 *
 * It is a token for every four bytes of text, 1,500 for an image or a document
 * and 4 for each message, times a factor: how many tokens the provider has
 * counted of the last prompt, by how many were estimated of it; at least 0.1, at
 * most 10, and 1 before the first answer. A provider that does not tell leaves it
 * as it is.
 *
 * Returns: a number of tokens
 *
 * Since: 1.0
 */
gint64
graphbit_conversation_estimate_tokens (GraphbitConversation *self)
{
  g_autoptr (GraphbitLlmRequest) request = NULL;

  g_return_val_if_fail (GRAPHBIT_IS_CONVERSATION (self), 0);

  request = graphbit_conversation_make_request (self, self->messages, 0);
  return calibrate (self, graphbit_llm_request_estimate_tokens (request));
}

/* The list */

/**
 * graphbit_conversation_add_message:
 * @self: a conversation
 * @message: a message
 * @error: where to put an error
 *
 * Adds a message at the end, such as one with an image, or the result of a tool.
 * A send without a text asks for the answer.
 *
 * Fails with %G_IO_ERROR_PENDING while an answer is awaited.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
graphbit_conversation_add_message (GraphbitConversation *self,
                                   GraphbitLlmMessage *message,
                                   GError **error)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONVERSATION (self), FALSE);
  g_return_val_if_fail (GRAPHBIT_IS_LLM_MESSAGE (message), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!graphbit_conversation_check_idle (self, error))
    return FALSE;

  g_ptr_array_add (self->messages, g_object_ref (message));
  g_list_model_items_changed (G_LIST_MODEL (self), self->messages->len - 1, 0, 1);
  return TRUE;
}

/**
 * graphbit_conversation_truncate:
 * @self: a conversation
 * @n_messages: how many of the messages stay
 * @error: where to put an error
 *
 * Takes back all messages but the first ones, so that something else can be
 * said instead. What is shorter stays as it is.
 *
 * Fails with %G_IO_ERROR_PENDING while an answer is awaited.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
graphbit_conversation_truncate (GraphbitConversation *self,
                                guint n_messages,
                                GError **error)
{
  guint n_removed;

  g_return_val_if_fail (GRAPHBIT_IS_CONVERSATION (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!graphbit_conversation_check_idle (self, error))
    return FALSE;
  if (n_messages >= self->messages->len)
    return TRUE;

  n_removed = self->messages->len - n_messages;
  g_ptr_array_set_size (self->messages, (int) n_messages);
  g_list_model_items_changed (G_LIST_MODEL (self), n_messages, n_removed, 0);
  return TRUE;
}

/**
 * graphbit_conversation_trim:
 * @self: a conversation
 * @error: where to put an error
 *
 * Removes the oldest turns from the list: those that
 * [property@Conversation:max-prompt-tokens] leaves out of what is sent. The
 * newest turn and messages of the system stay.
 *
 * Fails with %G_IO_ERROR_PENDING while an answer is awaited.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
graphbit_conversation_trim (GraphbitConversation *self,
                            GError **error)
{
  guint begin;
  guint n_kept = 0;

  g_return_val_if_fail (GRAPHBIT_IS_CONVERSATION (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!graphbit_conversation_check_idle (self, error))
    return FALSE;

  (void) graphbit_conversation_find_begin (self, self->messages, &begin);
  for (guint i = 0; i < begin; i++)
    {
      if (graphbit_llm_message_get_role (self->messages->pdata[n_kept]) == GRAPHBIT_LLM_ROLE_SYSTEM)
        n_kept++;
      else
        g_ptr_array_remove_index (self->messages, n_kept);
    }
  if (n_kept < begin)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, begin, n_kept);
  return TRUE;
}

static gpointer
copy_reference (gconstpointer message,
                gpointer data)
{
  return g_object_ref ((gpointer) message);
}

GPtrArray *
graphbit_conversation_copy_messages (GraphbitConversation *self)
{
  GPtrArray *messages = g_ptr_array_copy (self->messages, copy_reference, NULL);

  g_ptr_array_set_free_func (messages, g_object_unref);
  return messages;
}

/**
 * graphbit_conversation_fork:
 * @self: a conversation
 *
 * Makes a conversation that has the same behind it, the same settings and tools,
 * and goes on by itself. The messages are the same objects: a text that is
 * changed is changed for both. An answer that is awaited is not among them.
 *
 * Returns: (transfer full): a new conversation
 *
 * Since: 1.0
 */
GraphbitConversation *
graphbit_conversation_fork (GraphbitConversation *self)
{
  GraphbitConversation *fork;
  guint n_tools;

  g_return_val_if_fail (GRAPHBIT_IS_CONVERSATION (self), NULL);

  fork = graphbit_conversation_new_for_messages (self->client, self->system_prompt, self->calibration, graphbit_conversation_copy_messages (self));
  g_set_object (&fork->options, self->options);
  fork->max_prompt_tokens = self->max_prompt_tokens;
  n_tools = self->tools != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->tools)) : 0;
  for (guint i = 0; i < n_tools; i++)
    {
      g_autoptr (GraphbitLlmToolSpec) tool = g_list_model_get_item (G_LIST_MODEL (self->tools), i);

      graphbit_conversation_add_tool (fork, tool);
    }
  return fork;
}
