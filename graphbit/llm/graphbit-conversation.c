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
#include "graphbit-failure-private.h"
#include "graphbit-llm-client.h"
#include "graphbit-llm-message-private.h"
#include "graphbit-llm-options.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-response-private.h"
#include "graphbit-llm-stream-private.h"
#include "graphbit-llm-tool-spec.h"
#include "graphbit-llm-usage.h"

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
struct _GraphbitConversation
{
  GObject parent_instance;

  GraphbitLlmClient *client;
  char *system_prompt;
  GraphbitLlmOptions *options;
  GListStore *tools; /* made when somebody asks */
  guint max_prompt_tokens;

  GPtrArray *messages;
  double calibration;

  gboolean is_waiting; /* for an answer, or for a stream to open */
  GWeakRef stream;     /* which is open; it may be dropped in any thread */
};

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

double
graphbit_conversation_get_calibration (GraphbitConversation *self)
{
  return self->calibration;
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

static gboolean
check_idle (GraphbitConversation *self,
            GError **error)
{
  if (!is_pending (self))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                       _("The conversation waits for an answer; go on when it is whole, or cancel it"));
  return FALSE;
}

/* Of the system prompt, these messages and the tools. `begin`: those before it are left out, but the system's. */
static GraphbitLlmRequest *
make_request (GraphbitConversation *self,
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

/* Where the turns begin that are sent. FALSE: the newest one is too large. */
static gboolean
find_begin (GraphbitConversation *self,
            GPtrArray *messages,
            guint *begin)
{
  g_autoptr (GraphbitLlmRequest) whole = NULL;
  gint64 tokens;

  *begin = 0;
  if (self->max_prompt_tokens == 0)
    return TRUE;

  whole = make_request (self, messages, 0);
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

  request = make_request (self, self->messages, 0);
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

  if (!check_idle (self, error))
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

  if (!check_idle (self, error))
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

  if (!check_idle (self, error))
    return FALSE;

  (void) find_begin (self, self->messages, &begin);
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

static GPtrArray *
copy_messages (GraphbitConversation *self)
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

  fork = graphbit_conversation_new_for_messages (self->client, self->system_prompt, self->calibration, copy_messages (self));
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
  if (!check_idle (self, error))
    return NULL;

  messages = copy_messages (self);
  if (text != NULL)
    g_ptr_array_add (messages, graphbit_llm_message_new_user (text));
  if (!find_begin (self, messages, &begin))
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONTEXT_LENGTH,
                   _("The newest turn and what is always sent are more than %u tokens; raise max-prompt-tokens or say less"),
                   self->max_prompt_tokens);
      return NULL;
    }

  *request = make_request (self, messages, begin);
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
