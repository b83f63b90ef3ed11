/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "graphbit-content-part.h"
#include "graphbit-error.h"
#include "graphbit-llm-message-private.h"
#include "graphbit-llm-options-private.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-tool-call.h"
#include "graphbit-llm-tool-spec-private.h"

/**
 * GraphbitLlmRequest:
 *
 * What a model is asked: a conversation, the tools it may call, and how to
 * sample its answer.
 *
 * It is read when [method@LlmClient.chat_async] or one of its kin is called;
 * later changes affect later requests.
 *
 * The page [Messages and answers](messages.html) says more.
 *
 * Since: 1.0
 */
struct _GraphbitLlmRequest
{
  GObject parent_instance;

  GListStore *messages;
  GListStore *tools; /* made when somebody asks */
  GraphbitLlmOptions *options;
};

enum
{
  PROP_0,
  PROP_MESSAGES,
  PROP_TOOLS,
  PROP_OPTIONS,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitLlmRequest, graphbit_llm_request, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
graphbit_llm_request_finalize (GObject *object)
{
  GraphbitLlmRequest *self = GRAPHBIT_LLM_REQUEST (object);

  g_clear_object (&self->messages);
  g_clear_object (&self->tools);
  g_clear_object (&self->options);

  G_OBJECT_CLASS (graphbit_llm_request_parent_class)->finalize (object);
}

static void
graphbit_llm_request_get_property (GObject *object,
                                   guint property,
                                   GValue *value,
                                   GParamSpec *pspec)
{
  GraphbitLlmRequest *self = GRAPHBIT_LLM_REQUEST (object);

  switch (property)
    {
    case PROP_MESSAGES:
      g_value_set_object (value, self->messages);
      break;
    case PROP_TOOLS:
      g_value_set_object (value, graphbit_llm_request_get_tools (self));
      break;
    case PROP_OPTIONS:
      g_value_set_object (value, self->options);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_llm_request_set_property (GObject *object,
                                   guint property,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
  GraphbitLlmRequest *self = GRAPHBIT_LLM_REQUEST (object);

  switch (property)
    {
    case PROP_OPTIONS:
      graphbit_llm_request_set_options (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_llm_request_class_init (GraphbitLlmRequestClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_llm_request_finalize;
  object_class->get_property = graphbit_llm_request_get_property;
  object_class->set_property = graphbit_llm_request_set_property;

  /**
   * GraphbitLlmRequest:messages: (getter get_messages)
   *
   * The conversation: a list of [class@LlmMessage].
   *
   * Since: 1.0
   */
  properties[PROP_MESSAGES] =
    g_param_spec_object ("messages", NULL, NULL, G_TYPE_LIST_MODEL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitLlmRequest:tools: (getter get_tools)
   *
   * The tools that the model may call: a list of [class@LlmToolSpec].
   *
   * Since: 1.0
   */
  properties[PROP_TOOLS] =
    g_param_spec_object ("tools", NULL, NULL, G_TYPE_LIST_MODEL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitLlmRequest:options: (getter get_options) (setter set_options)
   *
   * How to sample the answer; %NULL: everything is unset.
   *
   * Since: 1.0
   */
  properties[PROP_OPTIONS] =
    g_param_spec_object ("options", NULL, NULL, GRAPHBIT_TYPE_LLM_OPTIONS,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_llm_request_init (GraphbitLlmRequest *self)
{
  self->messages = g_list_store_new (GRAPHBIT_TYPE_LLM_MESSAGE);
}

/**
 * graphbit_llm_request_new:
 * @options: (nullable): how to sample the answer; %NULL: everything is unset
 *
 * Creates a request without messages.
 *
 * Returns: (transfer full): the new request
 *
 * Since: 1.0
 */
GraphbitLlmRequest *
graphbit_llm_request_new (GraphbitLlmOptions *options)
{
  g_return_val_if_fail (options == NULL || GRAPHBIT_IS_LLM_OPTIONS (options), NULL);

  return g_object_new (GRAPHBIT_TYPE_LLM_REQUEST, "options", options, NULL);
}

GraphbitLlmRequest *
graphbit_llm_request_new_for_messages (GPtrArray *messages,
                                       GraphbitLlmOptions *options)
{
  GraphbitLlmRequest *self = g_object_new (GRAPHBIT_TYPE_LLM_REQUEST, NULL);

  g_set_object (&self->options, options);
  g_list_store_splice (self->messages, 0, 0, messages->pdata, messages->len);

  return self;
}

GraphbitLlmRequest *
graphbit_llm_request_new_for_prompt (const char *prompt,
                                     GraphbitLlmOptions *options)
{
  GraphbitLlmRequest *self = g_object_new (GRAPHBIT_TYPE_LLM_REQUEST, NULL);
  g_autoptr (GraphbitLlmMessage) message = graphbit_llm_message_new_user (prompt);

  g_set_object (&self->options, options);
  graphbit_llm_request_add_message (self, message);

  return self;
}

guint
graphbit_llm_request_count_tools (GraphbitLlmRequest *self)
{
  return self->tools != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->tools)) : 0;
}

static gboolean
check_message (GraphbitLlmMessage *message,
               GError **error)
{
  gboolean is_empty = *graphbit_llm_message_get_content (message) == '\0' &&
                      graphbit_llm_message_count_parts (message) == 0;
  const char *tool_call_id;

  switch (graphbit_llm_message_get_role (message))
    {
    case GRAPHBIT_LLM_ROLE_SYSTEM:
    case GRAPHBIT_LLM_ROLE_USER:
      if (!is_empty)
        return TRUE;
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("A message or prompt is empty; say something to the model"));
      return FALSE;

    case GRAPHBIT_LLM_ROLE_ASSISTANT:
      if (!is_empty || graphbit_llm_message_count_tool_calls (message) > 0)
        return TRUE;
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("A message of the assistant has neither text nor tool calls; leave it out"));
      return FALSE;

    case GRAPHBIT_LLM_ROLE_TOOL:
      tool_call_id = graphbit_llm_message_get_tool_call_id (message);
      if (tool_call_id != NULL && *tool_call_id != '\0')
        return TRUE;
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The result of a tool needs the tool-call-id that it answers"));
      return FALSE;

    default:
      g_return_val_if_reached (FALSE);
    }
}

gboolean
graphbit_llm_request_check (GraphbitLlmRequest *self,
                            GError **error)
{
  guint n_messages = g_list_model_get_n_items (G_LIST_MODEL (self->messages));
  guint n_tools = graphbit_llm_request_count_tools (self);
  GraphbitToolChoice choice = GRAPHBIT_TOOL_CHOICE_UNSET;
  const char *choice_name = NULL;
  gboolean has_choice = FALSE;
  g_autoptr (GHashTable) names = NULL;

  if (n_messages == 0)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The request has no messages; add at least one"));
      return FALSE;
    }
  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (G_LIST_MODEL (self->messages), i);

      if (!check_message (message, error))
        return FALSE;
    }

  if (!graphbit_llm_options_check (self->options, error))
    return FALSE;
  if (self->options != NULL)
    {
      choice = graphbit_llm_options_get_tool_choice (self->options);
      choice_name = graphbit_llm_options_get_tool_choice_name (self->options);
    }

  if (n_tools > 0)
    names = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < n_tools; i++)
    {
      g_autoptr (GraphbitLlmToolSpec) tool = g_list_model_get_item (G_LIST_MODEL (self->tools), i);
      const char *name = graphbit_llm_tool_spec_get_name (tool);

      if (!graphbit_llm_tool_spec_check (tool, error))
        return FALSE;
      if (!g_hash_table_add (names, (gpointer) name))
        {
          g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                       _("Two tools have the name “%s”; give each its own"), name);
          return FALSE;
        }
      has_choice |= g_strcmp0 (name, choice_name) == 0;
    }

  if (choice == GRAPHBIT_TOOL_CHOICE_NAMED && !has_choice)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("The tool “%s” must be called, but the request does not have it"), choice_name);
      return FALSE;
    }
  if (choice == GRAPHBIT_TOOL_CHOICE_REQUIRED && n_tools == 0)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("A tool must be called, but the request has none"));
      return FALSE;
    }

  return TRUE;
}

/* Four bytes make a token of English (OpenAI's rule of thumb); of other scripts, whose characters have more bytes, about
 * as well. An image is 765 to 1,600 tokens at the providers that say. A message has a frame of about 4 tokens. */
#define BYTES_PER_TOKEN 4
#define TOKENS_PER_IMAGE 1500
#define TOKENS_PER_MESSAGE 4

static gint64
estimate_text (const char *text)
{
  return text != NULL ? (gint64) (strlen (text) + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN : 0;
}

gint64
graphbit_llm_message_estimate_tokens (GraphbitLlmMessage *self)
{
  guint n_parts = graphbit_llm_message_count_parts (self);
  guint n_calls = graphbit_llm_message_count_tool_calls (self);
  gint64 tokens = TOKENS_PER_MESSAGE + estimate_text (graphbit_llm_message_get_content (self));

  for (guint i = 0; i < n_parts; i++)
    {
      g_autoptr (GraphbitContentPart) part = g_list_model_get_item (graphbit_llm_message_get_parts (self), i);

      tokens += graphbit_content_part_get_kind (part) == GRAPHBIT_CONTENT_KIND_TEXT
                    ? estimate_text (graphbit_content_part_get_text (part))
                    : TOKENS_PER_IMAGE;
    }
  for (guint i = 0; i < n_calls; i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (graphbit_llm_message_get_tool_calls (self), i);

      tokens += estimate_text (graphbit_llm_tool_call_get_name (call)) +
                estimate_text (graphbit_llm_tool_call_get_arguments_json (call));
    }

  return tokens;
}

gint64
graphbit_llm_request_estimate_tokens (GraphbitLlmRequest *self)
{
  guint n_messages = g_list_model_get_n_items (G_LIST_MODEL (self->messages));
  guint n_tools = graphbit_llm_request_count_tools (self);
  gint64 tokens = 0;

  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (G_LIST_MODEL (self->messages), i);

      tokens += graphbit_llm_message_estimate_tokens (message);
    }
  for (guint i = 0; i < n_tools; i++)
    {
      g_autoptr (GraphbitLlmToolSpec) tool = g_list_model_get_item (G_LIST_MODEL (self->tools), i);

      tokens += estimate_text (graphbit_llm_tool_spec_get_name (tool)) +
                estimate_text (graphbit_llm_tool_spec_get_description (tool)) +
                estimate_text (graphbit_llm_tool_spec_get_parameters (tool));
    }

  return tokens;
}

/**
 * graphbit_llm_request_get_messages: (get-property messages)
 * @self: a request
 *
 * Gets the conversation.
 *
 * Returns: (transfer none): a list of [class@LlmMessage]; a [class@Gio.ListStore]
 *
 * Since: 1.0
 */
GListModel *
graphbit_llm_request_get_messages (GraphbitLlmRequest *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_REQUEST (self), NULL);

  return G_LIST_MODEL (self->messages);
}

/**
 * graphbit_llm_request_get_tools: (get-property tools)
 * @self: a request
 *
 * Gets the tools that the model may call.
 *
 * Returns: (transfer none): a list of [class@LlmToolSpec]; a [class@Gio.ListStore]
 *
 * Since: 1.0
 */
GListModel *
graphbit_llm_request_get_tools (GraphbitLlmRequest *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_REQUEST (self), NULL);

  if (self->tools == NULL)
    self->tools = g_list_store_new (GRAPHBIT_TYPE_LLM_TOOL_SPEC);

  return G_LIST_MODEL (self->tools);
}

/**
 * graphbit_llm_request_get_options: (get-property options)
 * @self: a request
 *
 * Gets how to sample the answer.
 *
 * Returns: (transfer none) (nullable): the options, or %NULL
 *
 * Since: 1.0
 */
GraphbitLlmOptions *
graphbit_llm_request_get_options (GraphbitLlmRequest *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_REQUEST (self), NULL);

  return self->options;
}

/**
 * graphbit_llm_request_set_options: (set-property options)
 * @self: a request
 * @options: (nullable): the options, or %NULL
 *
 * Sets how to sample the answer.
 *
 * Since: 1.0
 */
void
graphbit_llm_request_set_options (GraphbitLlmRequest *self,
                                  GraphbitLlmOptions *options)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_REQUEST (self));
  g_return_if_fail (options == NULL || GRAPHBIT_IS_LLM_OPTIONS (options));

  if (g_set_object (&self->options, options))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPTIONS]);
}

/**
 * graphbit_llm_request_add_message:
 * @self: a request
 * @message: a message
 *
 * Adds a message at the end of the conversation.
 *
 * Since: 1.0
 */
void
graphbit_llm_request_add_message (GraphbitLlmRequest *self,
                                  GraphbitLlmMessage *message)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_REQUEST (self));
  g_return_if_fail (GRAPHBIT_IS_LLM_MESSAGE (message));

  g_list_store_append (self->messages, message);
}

/**
 * graphbit_llm_request_add_tool:
 * @self: a request
 * @tool: a tool
 *
 * Adds a tool that the model may call.
 *
 * Since: 1.0
 */
void
graphbit_llm_request_add_tool (GraphbitLlmRequest *self,
                               GraphbitLlmToolSpec *tool)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_REQUEST (self));
  g_return_if_fail (GRAPHBIT_IS_LLM_TOOL_SPEC (tool));

  g_list_store_append (G_LIST_STORE (graphbit_llm_request_get_tools (self)), tool);
}
