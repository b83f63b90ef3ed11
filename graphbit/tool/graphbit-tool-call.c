/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-tool-call.h"

#include "graphbit-call-private.h"
#include "graphbit-content-part-private.h"
#include "graphbit-json-private.h"
#include "graphbit-tool-private.h"

/**
 * GraphbitToolCall:
 *
 * One call of a [class@Tool] by a model: what it wants, and the way to answer.
 *
 * The arguments have been checked against the tool's schema before anybody sees
 * the call. Readers of an argument that is not there, or is of another type,
 * get the given fallback.
 *
 * The first answer counts, by [method@ToolCall.respond],
 * [method@ToolCall.respond_json], [method@ToolCall.respond_parts] or
 * [method@Call.fail]; it may come from any thread, and takes effect in the main
 * context of the run.
 *
 * Since: 1.0
 */
struct _GraphbitToolCall
{
  GraphbitCall parent_instance;

  char *id;
  char *name;
  char *arguments_json;
  JsonNode *arguments; /* an object */
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_ARGUMENTS_JSON,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GraphbitToolCall, graphbit_tool_call, GRAPHBIT_TYPE_CALL)

static void
graphbit_tool_call_finalize (GObject *object)
{
  GraphbitToolCall *self = GRAPHBIT_TOOL_CALL (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->arguments_json);
  json_node_unref (self->arguments);

  G_OBJECT_CLASS (graphbit_tool_call_parent_class)->finalize (object);
}

static void
graphbit_tool_call_get_property (GObject *object,
                                 guint prop_id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  GraphbitToolCall *self = GRAPHBIT_TOOL_CALL (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_ARGUMENTS_JSON:
      g_value_set_string (value, self->arguments_json);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_tool_call_class_init (GraphbitToolCallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_tool_call_finalize;
  object_class->get_property = graphbit_tool_call_get_property;

  /**
   * GraphbitToolCall:id: (getter get_id)
   *
   * The id that the model gave the call.
   *
   * Since: 1.0
   */
  properties[PROP_ID] =
    g_param_spec_string ("id", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitToolCall:name: (getter get_name)
   *
   * The tool's name.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitToolCall:arguments-json: (getter get_arguments_json)
   *
   * The arguments, as the JSON text of an object.
   *
   * Since: 1.0
   */
  properties[PROP_ARGUMENTS_JSON] =
    g_param_spec_string ("arguments-json", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_tool_call_init (GraphbitToolCall *self)
{
}

GraphbitToolCall *
graphbit_tool_call_new (const char *id,
                        const char *name,
                        const char *arguments_json,
                        JsonNode *arguments)
{
  GraphbitToolCall *self = g_object_new (GRAPHBIT_TYPE_TOOL_CALL, NULL);

  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->arguments_json = g_strdup (arguments_json);
  self->arguments = json_node_ref (arguments);
  return self;
}

char *
graphbit_tool_call_dup_arguments_line (GraphbitToolCall *self)
{
  return graphbit_json_to_text (self->arguments);
}

/**
 * graphbit_tool_call_get_id: (get-property id)
 * @self: a tool call
 *
 * Gets the id that the model gave the call.
 *
 * Returns: the id
 *
 * Since: 1.0
 */
const char *
graphbit_tool_call_get_id (GraphbitToolCall *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_CALL (self), NULL);

  return self->id;
}

/**
 * graphbit_tool_call_get_name: (get-property name)
 * @self: a tool call
 *
 * Gets the name of the tool that is called.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
graphbit_tool_call_get_name (GraphbitToolCall *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_CALL (self), NULL);

  return self->name;
}

/**
 * graphbit_tool_call_get_arguments_json: (get-property arguments-json)
 * @self: a tool call
 *
 * Gets the arguments as the model gave them; `{}` when it gave none.
 *
 * Returns: the JSON text of an object
 *
 * Since: 1.0
 */
const char *
graphbit_tool_call_get_arguments_json (GraphbitToolCall *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_CALL (self), NULL);

  return self->arguments_json;
}

/**
 * graphbit_tool_call_has_argument:
 * @self: a tool call
 * @name: an argument's name
 *
 * Tells whether the model gave the argument, be it as `null`.
 *
 * Returns: whether it is there
 *
 * Since: 1.0
 */
gboolean
graphbit_tool_call_has_argument (GraphbitToolCall *self,
                                 const char *name)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_CALL (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  return graphbit_json_get_member (self->arguments, name) != NULL;
}

/**
 * graphbit_tool_call_get_argument_string:
 * @self: a tool call
 * @name: an argument's name
 *
 * Gets an argument that is a text.
 *
 * Returns: (nullable): the text, or %NULL if there is none of this name
 *
 * Since: 1.0
 */
const char *
graphbit_tool_call_get_argument_string (GraphbitToolCall *self,
                                        const char *name)
{
  const char *value = NULL;

  g_return_val_if_fail (GRAPHBIT_IS_TOOL_CALL (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  graphbit_json_get_string (self->arguments, name, &value);
  return value;
}

/**
 * graphbit_tool_call_get_argument_int:
 * @self: a tool call
 * @name: an argument's name
 * @fallback: what to return if there is no such number
 *
 * Gets an argument that is a whole number.
 *
 * Returns: the number, or @fallback
 *
 * Since: 1.0
 */
gint64
graphbit_tool_call_get_argument_int (GraphbitToolCall *self,
                                     const char *name,
                                     gint64 fallback)
{
  gint64 value = fallback;

  g_return_val_if_fail (GRAPHBIT_IS_TOOL_CALL (self), fallback);
  g_return_val_if_fail (name != NULL, fallback);

  graphbit_json_get_int64 (self->arguments, name, &value);
  return value;
}

/**
 * graphbit_tool_call_get_argument_double:
 * @self: a tool call
 * @name: an argument's name
 * @fallback: what to return if there is no such number
 *
 * Gets an argument that is a number.
 *
 * Returns: the number, or @fallback
 *
 * Since: 1.0
 */
gdouble
graphbit_tool_call_get_argument_double (GraphbitToolCall *self,
                                        const char *name,
                                        gdouble fallback)
{
  gdouble value = fallback;

  g_return_val_if_fail (GRAPHBIT_IS_TOOL_CALL (self), fallback);
  g_return_val_if_fail (name != NULL, fallback);

  graphbit_json_get_double (self->arguments, name, &value);
  return value;
}

/**
 * graphbit_tool_call_get_argument_boolean:
 * @self: a tool call
 * @name: an argument's name
 * @fallback: what to return if there is no such truth value
 *
 * Gets an argument that is `true` or `false`.
 *
 * Returns: the truth value, or @fallback
 *
 * Since: 1.0
 */
gboolean
graphbit_tool_call_get_argument_boolean (GraphbitToolCall *self,
                                         const char *name,
                                         gboolean fallback)
{
  gboolean value = fallback;

  g_return_val_if_fail (GRAPHBIT_IS_TOOL_CALL (self), fallback);
  g_return_val_if_fail (name != NULL, fallback);

  graphbit_json_get_boolean (self->arguments, name, &value);
  return value;
}

/**
 * graphbit_tool_call_get_argument_strv:
 * @self: a tool call
 * @name: an argument's name
 *
 * Gets an argument that is a list of texts.
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): the texts, or
 *   %NULL if there is no such list, or one with something else in it
 *
 * Since: 1.0
 */
char **
graphbit_tool_call_get_argument_strv (GraphbitToolCall *self,
                                      const char *name)
{
  g_autoptr (GStrvBuilder) builder = NULL;
  JsonNode *list;
  guint n;

  g_return_val_if_fail (GRAPHBIT_IS_TOOL_CALL (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  list = graphbit_json_get_member (self->arguments, name);
  if (graphbit_json_get_kind (list) != GRAPHBIT_JSON_KIND_ARRAY)
    return NULL;

  builder = g_strv_builder_new ();
  n = graphbit_json_get_size (list);
  for (guint i = 0; i < n; i++)
    {
      const char *text;

      if (!graphbit_json_get_string (graphbit_json_get_element (list, i), NULL, &text))
        return NULL;
      g_strv_builder_add (builder, text);
    }

  return g_strv_builder_end (builder);
}

/**
 * graphbit_tool_call_get_argument_json:
 * @self: a tool call
 * @name: an argument's name
 *
 * Gets an argument of any type.
 *
 * Returns: (transfer none) (nullable): the value, or %NULL if there is none of
 *   this name
 *
 * Since: 1.0
 */
JsonNode *
graphbit_tool_call_get_argument_json (GraphbitToolCall *self,
                                      const char *name)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_CALL (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return graphbit_json_get_member (self->arguments, name);
}

GraphbitToolAnswer *
graphbit_tool_answer_new (char *text,
                          GPtrArray *parts)
{
  GraphbitToolAnswer *self = g_new (GraphbitToolAnswer, 1);

  self->text = text != NULL ? text : graphbit_content_parts_to_text (parts);
  self->parts = parts;
  return self;
}

void
graphbit_tool_answer_free (GraphbitToolAnswer *self)
{
  g_free (self->text);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_free (self);
}

/* Takes both over. */
static gboolean
respond (GraphbitToolCall *self,
         char *text,
         GPtrArray *parts)
{
  return graphbit_call_answer (GRAPHBIT_CALL (self), graphbit_tool_answer_new (text, parts),
                               (GDestroyNotify) graphbit_tool_answer_free);
}

/**
 * graphbit_tool_call_respond:
 * @self: a tool call
 * @text: what the model is told
 *
 * Answers the call. May be called from any thread.
 *
 * Returns: %TRUE if this was the first answer and came in time; %FALSE if it
 *   does nothing
 *
 * Since: 1.0
 */
gboolean
graphbit_tool_call_respond (GraphbitToolCall *self,
                            const char *text)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_CALL (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  return respond (self, g_strdup (text), NULL);
}

/**
 * graphbit_tool_call_respond_json:
 * @self: a tool call
 * @node: what the model is told
 *
 * Answers the call with a JSON value. May be called from any thread.
 *
 * Returns: %TRUE if this was the first answer and came in time; %FALSE if it
 *   does nothing
 *
 * Since: 1.0
 */
gboolean
graphbit_tool_call_respond_json (GraphbitToolCall *self,
                                 JsonNode *node)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL_CALL (self), FALSE);
  g_return_val_if_fail (node != NULL, FALSE);

  return respond (self, graphbit_json_to_text (node), NULL);
}

/**
 * graphbit_tool_call_respond_parts:
 * @self: a tool call
 * @parts: (array length=n_parts) (element-type GraphbitContentPart): what the model
 *   is told
 * @n_parts: how many they are
 *
 * Answers the call with texts and images. Where the provider's API takes no
 * images from tools, the model is told that there was one. May be called from
 * any thread.
 *
 * Returns: %TRUE if this was the first answer and came in time; %FALSE if it
 *   does nothing
 *
 * Since: 1.0
 */
gboolean
graphbit_tool_call_respond_parts (GraphbitToolCall *self,
                                  GraphbitContentPart **parts,
                                  gsize n_parts)
{
  GPtrArray *copy;

  g_return_val_if_fail (GRAPHBIT_IS_TOOL_CALL (self), FALSE);
  g_return_val_if_fail (parts != NULL || n_parts == 0, FALSE);

  copy = g_ptr_array_new_full ((guint) n_parts, g_object_unref);
  for (gsize i = 0; i < n_parts; i++)
    g_ptr_array_add (copy, g_object_ref (parts[i]));
  return respond (self, NULL, copy);
}
