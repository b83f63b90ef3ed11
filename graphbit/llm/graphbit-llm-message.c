/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-content-part-private.h"
#include "graphbit-enum-types.h"
#include "graphbit-llm-message-private.h"
#include "graphbit-llm-tool-call.h"

/**
 * GraphbitLlmMessage:
 *
 * One message of a conversation with a model.
 *
 * The [property@LlmMessage:content] can be set, and notifies, so that a list of
 * messages can show a text while it grows.
 *
 * Since: 1.0
 */
struct _GraphbitLlmMessage
{
  GObject parent_instance;

  GraphbitLlmRole role;
  char *content; /* NULL: "" */
  char *reasoning;
  char *tool_call_id;
  GListStore *parts;      /* both made when somebody asks */
  GListStore *tool_calls;

  char *origin; /* the provider that said it; NULL: unknown */
  char *native; /* a ref string */
  guint n_native_calls;
};

enum
{
  PROP_0,
  PROP_ROLE,
  PROP_CONTENT,
  PROP_REASONING,
  PROP_PARTS,
  PROP_TOOL_CALLS,
  PROP_TOOL_CALL_ID,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (GraphbitLlmMessage, graphbit_llm_message, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
graphbit_llm_message_finalize (GObject *object)
{
  GraphbitLlmMessage *self = GRAPHBIT_LLM_MESSAGE (object);

  g_free (self->content);
  g_free (self->reasoning);
  g_free (self->tool_call_id);
  g_free (self->origin);
  g_clear_pointer (&self->native, g_ref_string_release);
  g_clear_object (&self->parts);
  g_clear_object (&self->tool_calls);

  G_OBJECT_CLASS (graphbit_llm_message_parent_class)->finalize (object);
}

static void
graphbit_llm_message_get_property (GObject *object,
                                   guint property,
                                   GValue *value,
                                   GParamSpec *pspec)
{
  GraphbitLlmMessage *self = GRAPHBIT_LLM_MESSAGE (object);

  switch (property)
    {
    case PROP_ROLE:
      g_value_set_enum (value, self->role);
      break;
    case PROP_CONTENT:
      g_value_set_string (value, graphbit_llm_message_get_content (self));
      break;
    case PROP_REASONING:
      g_value_set_string (value, self->reasoning);
      break;
    case PROP_PARTS:
      g_value_set_object (value, graphbit_llm_message_get_parts (self));
      break;
    case PROP_TOOL_CALLS:
      g_value_set_object (value, graphbit_llm_message_get_tool_calls (self));
      break;
    case PROP_TOOL_CALL_ID:
      g_value_set_string (value, self->tool_call_id);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_llm_message_set_property (GObject *object,
                                   guint property,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
  GraphbitLlmMessage *self = GRAPHBIT_LLM_MESSAGE (object);

  switch (property)
    {
    case PROP_ROLE:
      self->role = (GraphbitLlmRole) g_value_get_enum (value);
      break;
    case PROP_CONTENT:
      graphbit_llm_message_set_content (self, g_value_get_string (value));
      break;
    case PROP_REASONING:
      self->reasoning = g_value_dup_string (value);
      break;
    case PROP_TOOL_CALL_ID:
      self->tool_call_id = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
graphbit_llm_message_class_init (GraphbitLlmMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags construct_only = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_llm_message_finalize;
  object_class->get_property = graphbit_llm_message_get_property;
  object_class->set_property = graphbit_llm_message_set_property;

  /**
   * GraphbitLlmMessage:role: (getter get_role)
   *
   * Who says it.
   *
   * Since: 1.0
   */
  properties[PROP_ROLE] =
    g_param_spec_enum ("role", NULL, NULL, GRAPHBIT_TYPE_LLM_ROLE, GRAPHBIT_LLM_ROLE_USER, construct_only);

  /**
   * GraphbitLlmMessage:content: (getter get_content) (setter set_content)
   *
   * The text; "" if there is none.
   *
   * Since: 1.0
   */
  properties[PROP_CONTENT] =
    g_param_spec_string ("content", NULL, NULL, "",
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitLlmMessage:reasoning: (getter get_reasoning)
   *
   * What the model thought before it said this.
   *
   * Since: 1.0
   */
  properties[PROP_REASONING] =
    g_param_spec_string ("reasoning", NULL, NULL, NULL, construct_only);

  /**
   * GraphbitLlmMessage:parts: (getter get_parts)
   *
   * What comes after the text: a list of [class@ContentPart].
   *
   * Since: 1.0
   */
  properties[PROP_PARTS] =
    g_param_spec_object ("parts", NULL, NULL, G_TYPE_LIST_MODEL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitLlmMessage:tool-calls: (getter get_tool_calls)
   *
   * The tools that the model wanted to be called: a list of [class@LlmToolCall].
   *
   * Since: 1.0
   */
  properties[PROP_TOOL_CALLS] =
    g_param_spec_object ("tool-calls", NULL, NULL, G_TYPE_LIST_MODEL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitLlmMessage:tool-call-id: (getter get_tool_call_id)
   *
   * Which call the message is the result of; of a tool's message only.
   *
   * Since: 1.0
   */
  properties[PROP_TOOL_CALL_ID] =
    g_param_spec_string ("tool-call-id", NULL, NULL, NULL, construct_only);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_llm_message_init (GraphbitLlmMessage *self)
{
  self->role = GRAPHBIT_LLM_ROLE_USER;
}

guint
graphbit_llm_message_count_parts (GraphbitLlmMessage *self)
{
  return self->parts != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->parts)) : 0;
}

guint
graphbit_llm_message_count_tool_calls (GraphbitLlmMessage *self)
{
  return self->tool_calls != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->tool_calls)) : 0;
}

void
graphbit_llm_message_set_origin (GraphbitLlmMessage *self,
                                 const char *provider,
                                 char *native)
{
  g_free (self->origin);
  self->origin = g_strdup (provider);
  g_clear_pointer (&self->native, g_ref_string_release);
  self->native = native != NULL ? g_ref_string_acquire (native) : NULL;
  self->n_native_calls = graphbit_llm_message_count_tool_calls (self);
}

gboolean
graphbit_llm_message_is_from (GraphbitLlmMessage *self,
                              const char *provider)
{
  return g_strcmp0 (self->origin, provider) == 0;
}

const char *
graphbit_llm_message_peek_origin (GraphbitLlmMessage *self)
{
  return self->origin;
}

const char *
graphbit_llm_message_peek_native (GraphbitLlmMessage *self,
                                  const char *provider)
{
  if (self->native == NULL || !graphbit_llm_message_is_from (self, provider) ||
      graphbit_llm_message_count_tool_calls (self) != self->n_native_calls ||
      graphbit_llm_message_count_parts (self) > 0)
    return NULL;

  return self->native;
}

/**
 * graphbit_llm_message_new_user:
 * @content: the text
 *
 * Creates a message of the person.
 *
 * Returns: (transfer full): the new message
 *
 * Since: 1.0
 */
GraphbitLlmMessage *
graphbit_llm_message_new_user (const char *content)
{
  g_return_val_if_fail (content != NULL, NULL);

  return g_object_new (GRAPHBIT_TYPE_LLM_MESSAGE, "role", GRAPHBIT_LLM_ROLE_USER, "content", content, NULL);
}

/**
 * graphbit_llm_message_new_system:
 * @content: the text
 *
 * Creates a message with instructions of the application.
 *
 * Returns: (transfer full): the new message
 *
 * Since: 1.0
 */
GraphbitLlmMessage *
graphbit_llm_message_new_system (const char *content)
{
  g_return_val_if_fail (content != NULL, NULL);

  return g_object_new (GRAPHBIT_TYPE_LLM_MESSAGE, "role", GRAPHBIT_LLM_ROLE_SYSTEM, "content", content, NULL);
}

/**
 * graphbit_llm_message_new_assistant:
 * @content: the text; "" if the model only called tools
 *
 * Creates a message of the model, for a history.
 *
 * Returns: (transfer full): the new message
 *
 * Since: 1.0
 */
GraphbitLlmMessage *
graphbit_llm_message_new_assistant (const char *content)
{
  g_return_val_if_fail (content != NULL, NULL);

  return g_object_new (GRAPHBIT_TYPE_LLM_MESSAGE, "role", GRAPHBIT_LLM_ROLE_ASSISTANT, "content", content, NULL);
}

/**
 * graphbit_llm_message_new_tool:
 * @tool_call_id: which call this is the result of
 * @content: the result
 *
 * Creates a message with the result of a tool.
 *
 * Returns: (transfer full): the new message
 *
 * Since: 1.0
 */
GraphbitLlmMessage *
graphbit_llm_message_new_tool (const char *tool_call_id,
                               const char *content)
{
  g_return_val_if_fail (tool_call_id != NULL, NULL);
  g_return_val_if_fail (content != NULL, NULL);

  return g_object_new (GRAPHBIT_TYPE_LLM_MESSAGE,
                       "role", GRAPHBIT_LLM_ROLE_TOOL,
                       "tool-call-id", tool_call_id,
                       "content", content,
                       NULL);
}

/**
 * graphbit_llm_message_get_role: (get-property role)
 * @self: a message
 *
 * Gets who says it.
 *
 * Returns: a role
 *
 * Since: 1.0
 */
GraphbitLlmRole
graphbit_llm_message_get_role (GraphbitLlmMessage *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_MESSAGE (self), GRAPHBIT_LLM_ROLE_USER);

  return self->role;
}

/**
 * graphbit_llm_message_get_content: (get-property content)
 * @self: a message
 *
 * Gets the text.
 *
 * Returns: the text; "" if there is none
 *
 * Since: 1.0
 */
const char *
graphbit_llm_message_get_content (GraphbitLlmMessage *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_MESSAGE (self), NULL);

  return self->content != NULL ? self->content : "";
}

/**
 * graphbit_llm_message_set_content: (set-property content)
 * @self: a message
 * @content: (nullable): the text; %NULL is ""
 *
 * Sets the text.
 *
 * Since: 1.0
 */
void
graphbit_llm_message_set_content (GraphbitLlmMessage *self,
                                  const char *content)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_MESSAGE (self));

  if (g_strcmp0 (graphbit_llm_message_get_content (self), content != NULL ? content : "") == 0)
    return;

  g_free (self->content);
  self->content = g_strdup (content);
  g_clear_pointer (&self->native, g_ref_string_release);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTENT]);
}

/**
 * graphbit_llm_message_get_reasoning: (get-property reasoning)
 * @self: a message
 *
 * Gets what the model thought.
 *
 * Returns: (nullable): the text, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_llm_message_get_reasoning (GraphbitLlmMessage *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_MESSAGE (self), NULL);

  return self->reasoning;
}

/**
 * graphbit_llm_message_get_parts: (get-property parts)
 * @self: a message
 *
 * Gets what comes after the text.
 *
 * Returns: (transfer none): a list of [class@ContentPart]
 *
 * Since: 1.0
 */
GListModel *
graphbit_llm_message_get_parts (GraphbitLlmMessage *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_MESSAGE (self), NULL);

  if (self->parts == NULL)
    self->parts = g_list_store_new (GRAPHBIT_TYPE_CONTENT_PART);

  return G_LIST_MODEL (self->parts);
}

/**
 * graphbit_llm_message_get_tool_calls: (get-property tool-calls)
 * @self: a message
 *
 * Gets the tools that the model wanted to be called.
 *
 * Returns: (transfer none): a list of [class@LlmToolCall]
 *
 * Since: 1.0
 */
GListModel *
graphbit_llm_message_get_tool_calls (GraphbitLlmMessage *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_MESSAGE (self), NULL);

  if (self->tool_calls == NULL)
    self->tool_calls = g_list_store_new (GRAPHBIT_TYPE_LLM_TOOL_CALL);

  return G_LIST_MODEL (self->tool_calls);
}

/**
 * graphbit_llm_message_get_tool_call_id: (get-property tool-call-id)
 * @self: a message
 *
 * Gets which call the message is the result of.
 *
 * Returns: (nullable): an id, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_llm_message_get_tool_call_id (GraphbitLlmMessage *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_LLM_MESSAGE (self), NULL);

  return self->tool_call_id;
}

/**
 * graphbit_llm_message_add_part:
 * @self: a message
 * @part: a part
 *
 * Adds something after the text.
 *
 * Since: 1.0
 */
void
graphbit_llm_message_add_part (GraphbitLlmMessage *self,
                               GraphbitContentPart *part)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_MESSAGE (self));
  g_return_if_fail (GRAPHBIT_IS_CONTENT_PART (part));

  g_list_store_append (G_LIST_STORE (graphbit_llm_message_get_parts (self)), part);
}

/**
 * graphbit_llm_message_add_tool_call:
 * @self: a message of the model
 * @tool_call: a tool call
 *
 * Adds a call of a tool.
 *
 * Since: 1.0
 */
void
graphbit_llm_message_add_tool_call (GraphbitLlmMessage *self,
                                    GraphbitLlmToolCall *tool_call)
{
  g_return_if_fail (GRAPHBIT_IS_LLM_MESSAGE (self));
  g_return_if_fail (GRAPHBIT_IS_LLM_TOOL_CALL (tool_call));

  g_list_store_append (G_LIST_STORE (graphbit_llm_message_get_tool_calls (self)), tool_call);
}

char *
graphbit_llm_message_flatten (GraphbitLlmMessage *self)
{
  GString *text = g_string_new (graphbit_llm_message_get_content (self));
  guint n_parts = graphbit_llm_message_count_parts (self);

  for (guint i = 0; i < n_parts; i++)
    {
      g_autoptr (GraphbitContentPart) part = g_list_model_get_item (graphbit_llm_message_get_parts (self), i);
      g_autofree char *described = graphbit_content_part_describe (part);

      if (text->len > 0)
        g_string_append_c (text, '\n');
      g_string_append (text, described);
    }
  return g_string_free (text, FALSE);
}
