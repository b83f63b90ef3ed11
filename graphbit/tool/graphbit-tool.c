/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-tool.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-content-part.h"
#include "graphbit-error.h"
#include "graphbit-json-private.h"
#include "graphbit-json-schema-private.h"
#include "graphbit-problem-private.h"
#include "graphbit-tool-private.h"

/**
 * GraphbitTool:
 *
 * Something that a model may do: a name, a description, a JSON Schema of its
 * arguments, and a way to do it.
 *
 * The way is a function, handed to [ctor@Tool.new], or, for work that takes
 * time, the [signal@Tool::call] signal, whose [class@ToolCall] may be answered
 * later and from any thread.
 *
 * What the model hands over is checked against the schema first; it is told
 * what does not fit, and nothing is called. A tool that fails or takes longer
 * than [property@Tool:timeout-ms] does not end an agent: the model is told.
 *
 * The page [Tools](tools.html) says more.
 *
 * Since: 1.0
 */
struct _GraphbitTool
{
  GraphbitLlmToolSpec parent_instance;

  GraphbitToolFunc func;
  gpointer user_data;
  GDestroyNotify notify;

  GraphbitJsonSchema *schema; /* NULL: any object will do */
  GError *schema_error;

  guint timeout_ms;
  guint output_limit;
  gboolean is_parallel_safe;
  gboolean requires_approval;
  gboolean is_untrusted;
  gboolean is_sensitive;
};

enum
{
  PROP_0,
  PROP_TIMEOUT_MS,
  PROP_IS_PARALLEL_SAFE,
  PROP_OUTPUT_LIMIT,
  PROP_REQUIRES_APPROVAL,
  PROP_IS_UNTRUSTED,
  PROP_IS_SENSITIVE,
  N_PROPS
};

enum
{
  CALL,
  N_SIGNALS
};

#define DEFAULT_TIMEOUT_MS 30000
#define DEFAULT_OUTPUT_LIMIT 262144 /* some 65,000 tokens */
#define MAX_TIMEOUT_MS 86400000

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GraphbitTool, graphbit_tool, GRAPHBIT_TYPE_LLM_TOOL_SPEC)

static void
graphbit_tool_constructed (GObject *object)
{
  GraphbitTool *self = GRAPHBIT_TOOL (object);
  const char *parameters;

  G_OBJECT_CLASS (graphbit_tool_parent_class)->constructed (object);

  parameters = graphbit_llm_tool_spec_get_parameters (GRAPHBIT_LLM_TOOL_SPEC (self));
  if (parameters != NULL)
    self->schema = graphbit_json_schema_new_from_json (parameters, &self->schema_error);
}

static void
graphbit_tool_finalize (GObject *object)
{
  GraphbitTool *self = GRAPHBIT_TOOL (object);

  if (self->notify != NULL)
    self->notify (self->user_data);
  g_clear_object (&self->schema);
  g_clear_error (&self->schema_error);

  G_OBJECT_CLASS (graphbit_tool_parent_class)->finalize (object);
}

static void
graphbit_tool_get_property (GObject *object,
                            guint prop_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  GraphbitTool *self = GRAPHBIT_TOOL (object);

  switch (prop_id)
    {
    case PROP_TIMEOUT_MS:
      g_value_set_uint (value, self->timeout_ms);
      break;
    case PROP_IS_PARALLEL_SAFE:
      g_value_set_boolean (value, self->is_parallel_safe);
      break;
    case PROP_OUTPUT_LIMIT:
      g_value_set_uint (value, self->output_limit);
      break;
    case PROP_REQUIRES_APPROVAL:
      g_value_set_boolean (value, self->requires_approval);
      break;
    case PROP_IS_UNTRUSTED:
      g_value_set_boolean (value, self->is_untrusted);
      break;
    case PROP_IS_SENSITIVE:
      g_value_set_boolean (value, self->is_sensitive);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_tool_set_property (GObject *object,
                            guint prop_id,
                            const GValue *value,
                            GParamSpec *pspec)
{
  GraphbitTool *self = GRAPHBIT_TOOL (object);

  switch (prop_id)
    {
    case PROP_TIMEOUT_MS:
      graphbit_tool_set_timeout_ms (self, g_value_get_uint (value));
      break;
    case PROP_IS_PARALLEL_SAFE:
      graphbit_tool_set_is_parallel_safe (self, g_value_get_boolean (value));
      break;
    case PROP_OUTPUT_LIMIT:
      graphbit_tool_set_output_limit (self, g_value_get_uint (value));
      break;
    case PROP_REQUIRES_APPROVAL:
      graphbit_tool_set_requires_approval (self, g_value_get_boolean (value));
      break;
    case PROP_IS_UNTRUSTED:
      graphbit_tool_set_is_untrusted (self, g_value_get_boolean (value));
      break;
    case PROP_IS_SENSITIVE:
      graphbit_tool_set_is_sensitive (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
graphbit_tool_class_init (GraphbitToolClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = graphbit_tool_constructed;
  object_class->finalize = graphbit_tool_finalize;
  object_class->get_property = graphbit_tool_get_property;
  object_class->set_property = graphbit_tool_set_property;

  /**
   * GraphbitTool:timeout-ms: (getter get_timeout_ms) (setter set_timeout_ms)
   *
   * How long one call may take, in milliseconds. Then its
   * [method@Call.get_cancellable] is cancelled and the model is told. A
   * function cannot be interrupted; this limits calls that are answered later.
   * 1 to 86,400,000; the default is 30,000.
   *
   * Since: 1.0
   */
  properties[PROP_TIMEOUT_MS] =
    g_param_spec_uint ("timeout-ms", NULL, NULL,
                       1, MAX_TIMEOUT_MS, DEFAULT_TIMEOUT_MS,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitTool:is-parallel-safe: (getter get_is_parallel_safe) (setter set_is_parallel_safe)
   *
   * Whether a call may run while other calls of the same answer do. Without it
   * the calls before it end first, and those after it wait for it. The default
   * is %TRUE.
   *
   * Since: 1.0
   */
  properties[PROP_IS_PARALLEL_SAFE] =
    g_param_spec_boolean ("is-parallel-safe", NULL, NULL,
                          TRUE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitTool:output-limit: (getter get_output_limit) (setter set_output_limit)
   *
   * How much of a text the model gets, in bytes. What is longer is cut
   * between two characters, and a line at its end says so; each text of an
   * answer in parts counts for itself, and images are not cut. 0: all of it; the
   * default is 262,144.
   *
   * Since: 1.0
   */
  properties[PROP_OUTPUT_LIMIT] =
    g_param_spec_uint ("output-limit", NULL, NULL,
                       0, G_MAXINT, DEFAULT_OUTPUT_LIMIT,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitTool:requires-approval: (getter get_requires_approval) (setter set_requires_approval)
   *
   * Whether a person is asked before each call: an [class@Approval] in
   * [property@Run:approvals]. The default is %FALSE.
   *
   * Since: 1.0
   */
  properties[PROP_REQUIRES_APPROVAL] =
    g_param_spec_boolean ("requires-approval", NULL, NULL,
                          FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitTool:is-untrusted: (getter get_is_untrusted) (setter set_is_untrusted)
   *
   * Whether strangers may have a hand in what it gives back, as in pages, mails
   * and files. The model is told so with each result, and from then on a tool
   * with [property@Tool:is-sensitive] asks a person in the same run. The
   * default is %FALSE.
   *
   * Since: 1.0
   */
  properties[PROP_IS_UNTRUSTED] =
    g_param_spec_boolean ("is-untrusted", NULL, NULL,
                          FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * GraphbitTool:is-sensitive: (getter get_is_sensitive) (setter set_is_sensitive)
   *
   * Whether it can do harm if a stranger has talked the model into calling it.
   * Once a tool with [property@Tool:is-untrusted] has given something back in
   * a run, a person is asked before each call, unless
   * [property@Executor:guard-sensitive-tools] is off. The default is %FALSE.
   *
   * Since: 1.0
   */
  properties[PROP_IS_SENSITIVE] =
    g_param_spec_boolean ("is-sensitive", NULL, NULL,
                          FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * GraphbitTool::call:
   * @self: the tool
   * @call: what a model wants
   *
   * A model calls a tool that has no function. Emitted in the main context in
   * which the run was started.
   *
   * Returns: %TRUE if @call is answered now or later; %FALSE, or no handler,
   *   fails it at once
   *
   * Since: 1.0
   */
  signals[CALL] =
    g_signal_new ("call",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0,
                  g_signal_accumulator_true_handled, NULL,
                  NULL,
                  G_TYPE_BOOLEAN,
                  1, GRAPHBIT_TYPE_TOOL_CALL);
}

static void
graphbit_tool_init (GraphbitTool *self)
{
  self->timeout_ms = DEFAULT_TIMEOUT_MS;
  self->output_limit = DEFAULT_OUTPUT_LIMIT;
  self->is_parallel_safe = TRUE;
}

/**
 * graphbit_tool_new:
 * @name: 1 to 64 letters, digits, `_` and `-`
 * @description: what it does and when to use it, for the model
 * @parameters: (nullable): JSON Schema of its arguments, as text; %NULL: none
 * @func: (nullable) (scope notified) (closure user_data) (destroy notify): what
 *   it does; %NULL: [signal@Tool::call] is emitted instead
 * @user_data: handed to @func
 * @notify: (nullable): frees @user_data
 * @error: return location for an error, or %NULL
 *
 * Creates a tool.
 *
 * Fails with %GRAPHBIT_ERROR_INVALID_ARGUMENT for a name or schema that cannot
 * be used, %GRAPHBIT_ERROR_PARSE for parameters that are no JSON, and
 * %GRAPHBIT_ERROR_UNSUPPORTED for a schema with a keyword that the library
 * would not check. @user_data is freed then, too.
 *
 * Returns: (transfer full): a new tool
 *
 * Since: 1.0
 */
GraphbitTool *
graphbit_tool_new (const char *name,
                   const char *description,
                   const char *parameters,
                   GraphbitToolFunc func,
                   gpointer user_data,
                   GDestroyNotify notify,
                   GError **error)
{
  g_autoptr (GraphbitTool) self = NULL;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = g_object_new (GRAPHBIT_TYPE_TOOL,
                       "name", name,
                       "description", description,
                       "parameters", parameters,
                       NULL);
  self->func = func;
  self->user_data = user_data;
  self->notify = notify;

  if (!graphbit_tool_check (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

GraphbitTool *
graphbit_tool_new_unchecked (const char *name,
                             const char *description,
                             const char *parameters)
{
  GraphbitTool *self = g_object_new (GRAPHBIT_TYPE_TOOL,
                                     "name", name,
                                     "description", description,
                                     "parameters", parameters,
                                     NULL);

  g_clear_error (&self->schema_error);
  return self;
}

gboolean
graphbit_tool_check (GraphbitTool *self,
                     GError **error)
{
  GraphbitLlmToolSpec *spec = GRAPHBIT_LLM_TOOL_SPEC (self);
  g_autoptr (GraphbitLlmToolSpec) checked = NULL;

  checked = graphbit_llm_tool_spec_new (graphbit_llm_tool_spec_get_name (spec),
                                        graphbit_llm_tool_spec_get_description (spec),
                                        graphbit_llm_tool_spec_get_parameters (spec),
                                        error);
  if (checked == NULL)
    return FALSE;

  if (self->schema_error != NULL)
    {
      g_propagate_prefixed_error (error, g_error_copy (self->schema_error),
                                  _("The parameters of the tool “%s” cannot be used: "),
                                  graphbit_llm_tool_spec_get_name (spec));
      return FALSE;
    }

  return TRUE;
}

static void
set_boolean (GraphbitTool *self,
             gboolean *field,
             gboolean value,
             guint prop_id)
{
  if (*field == !!value)
    return;

  *field = !!value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

/**
 * graphbit_tool_get_timeout_ms: (get-property timeout-ms)
 * @self: a tool
 *
 * Gets how long one call may take.
 *
 * Returns: milliseconds; the default is 30,000
 *
 * Since: 1.0
 */
guint
graphbit_tool_get_timeout_ms (GraphbitTool *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL (self), 0);

  return self->timeout_ms;
}

/**
 * graphbit_tool_set_timeout_ms: (set-property timeout-ms)
 * @self: a tool
 * @timeout_ms: milliseconds, 1 to 86,400,000
 *
 * Sets how long one call may take.
 *
 * Since: 1.0
 */
void
graphbit_tool_set_timeout_ms (GraphbitTool *self,
                              guint timeout_ms)
{
  g_return_if_fail (GRAPHBIT_IS_TOOL (self));
  g_return_if_fail (timeout_ms >= 1 && timeout_ms <= MAX_TIMEOUT_MS);

  if (self->timeout_ms == timeout_ms)
    return;

  self->timeout_ms = timeout_ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIMEOUT_MS]);
}

/**
 * graphbit_tool_get_is_parallel_safe: (get-property is-parallel-safe)
 * @self: a tool
 *
 * Gets whether a call may run while others do.
 *
 * Returns: whether it may; the default is %TRUE
 *
 * Since: 1.0
 */
gboolean
graphbit_tool_get_is_parallel_safe (GraphbitTool *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL (self), FALSE);

  return self->is_parallel_safe;
}

/**
 * graphbit_tool_set_is_parallel_safe: (set-property is-parallel-safe)
 * @self: a tool
 * @is_parallel_safe: whether a call may run while others do
 *
 * Sets whether a call may run while others do.
 *
 * Since: 1.0
 */
void
graphbit_tool_set_is_parallel_safe (GraphbitTool *self,
                                    gboolean is_parallel_safe)
{
  g_return_if_fail (GRAPHBIT_IS_TOOL (self));

  set_boolean (self, &self->is_parallel_safe, is_parallel_safe, PROP_IS_PARALLEL_SAFE);
}

/**
 * graphbit_tool_get_output_limit: (get-property output-limit)
 * @self: a tool
 *
 * Gets how much of an answer the model gets.
 *
 * Returns: bytes, 0: all of it; the default is 262,144
 *
 * Since: 1.0
 */
guint
graphbit_tool_get_output_limit (GraphbitTool *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL (self), 0);

  return self->output_limit;
}

/**
 * graphbit_tool_set_output_limit: (set-property output-limit)
 * @self: a tool
 * @output_limit: bytes, or 0 for all of it
 *
 * Sets how much of an answer the model gets.
 *
 * Since: 1.0
 */
void
graphbit_tool_set_output_limit (GraphbitTool *self,
                                guint output_limit)
{
  g_return_if_fail (GRAPHBIT_IS_TOOL (self));
  g_return_if_fail (output_limit <= G_MAXINT);

  if (self->output_limit == output_limit)
    return;

  self->output_limit = output_limit;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OUTPUT_LIMIT]);
}

/**
 * graphbit_tool_get_requires_approval: (get-property requires-approval)
 * @self: a tool
 *
 * Gets whether a person is asked before each call.
 *
 * Returns: whether one is; the default is %FALSE
 *
 * Since: 1.0
 */
gboolean
graphbit_tool_get_requires_approval (GraphbitTool *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL (self), FALSE);

  return self->requires_approval;
}

/**
 * graphbit_tool_set_requires_approval: (set-property requires-approval)
 * @self: a tool
 * @requires_approval: whether a person is asked before each call
 *
 * Sets whether a person is asked before each call.
 *
 * Since: 1.0
 */
void
graphbit_tool_set_requires_approval (GraphbitTool *self,
                                     gboolean requires_approval)
{
  g_return_if_fail (GRAPHBIT_IS_TOOL (self));

  set_boolean (self, &self->requires_approval, requires_approval, PROP_REQUIRES_APPROVAL);
}

/**
 * graphbit_tool_get_is_untrusted: (get-property is-untrusted)
 * @self: a tool
 *
 * Gets whether strangers may have a hand in what it gives back.
 *
 * Returns: whether they may; the default is %FALSE
 *
 * Since: 1.0
 */
gboolean
graphbit_tool_get_is_untrusted (GraphbitTool *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL (self), FALSE);

  return self->is_untrusted;
}

/**
 * graphbit_tool_set_is_untrusted: (set-property is-untrusted)
 * @self: a tool
 * @is_untrusted: whether strangers may have a hand in what it gives back
 *
 * Sets whether strangers may have a hand in what it gives back.
 *
 * Since: 1.0
 */
void
graphbit_tool_set_is_untrusted (GraphbitTool *self,
                                gboolean is_untrusted)
{
  g_return_if_fail (GRAPHBIT_IS_TOOL (self));

  set_boolean (self, &self->is_untrusted, is_untrusted, PROP_IS_UNTRUSTED);
}

/**
 * graphbit_tool_get_is_sensitive: (get-property is-sensitive)
 * @self: a tool
 *
 * Gets whether it can do harm in the wrong hands.
 *
 * Returns: whether it can; the default is %FALSE
 *
 * Since: 1.0
 */
gboolean
graphbit_tool_get_is_sensitive (GraphbitTool *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_TOOL (self), FALSE);

  return self->is_sensitive;
}

/**
 * graphbit_tool_set_is_sensitive: (set-property is-sensitive)
 * @self: a tool
 * @is_sensitive: whether it can do harm in the wrong hands
 *
 * Sets whether it can do harm in the wrong hands.
 *
 * Since: 1.0
 */
void
graphbit_tool_set_is_sensitive (GraphbitTool *self,
                                gboolean is_sensitive)
{
  g_return_if_fail (GRAPHBIT_IS_TOOL (self));

  set_boolean (self, &self->is_sensitive, is_sensitive, PROP_IS_SENSITIVE);
}

JsonNode *
graphbit_tool_parse_arguments (GraphbitTool *self,
                               const char *arguments_json,
                               char **problem)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GString) text = NULL;

  /* Some models give nothing at all to a tool without parameters. */
  node = graphbit_json_parse (*arguments_json != '\0' ? arguments_json : "{}", -1, &error);
  if (node == NULL)
    {
      *problem = g_strdup_printf ("The arguments are not valid JSON: %s", error->message);
      return NULL;
    }

  if (graphbit_json_get_kind (node) != GRAPHBIT_JSON_KIND_OBJECT)
    {
      *problem = g_strdup ("The arguments must be one JSON object.");
      return NULL;
    }

  if (self->schema == NULL || graphbit_json_schema_check (self->schema, node, &problems))
    return g_steal_pointer (&node);

  text = g_string_new ("The arguments do not fit the tool's parameters:");
  for (guint i = 0; problems != NULL && i < problems->len; i++)
    {
      g_autofree char *line = graphbit_problem_to_line (problems->pdata[i]);

      g_string_append_printf (text, "\n%s", line);
    }
  *problem = g_string_free (g_steal_pointer (&text), FALSE);
  return NULL;
}

gboolean
graphbit_tool_invoke (GraphbitTool *self,
                      GraphbitToolCall *call,
                      GraphbitToolAnswer **answer,
                      GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *text = NULL;

  if (self->func == NULL)
    return FALSE;

  text = self->func (call, self->user_data, &local_error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (text != NULL)
    *answer = graphbit_tool_answer_new (g_steal_pointer (&text), NULL);
  else
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TOOL_FAILED,
                 _("The function of the tool “%s” returned nothing and set no error"),
                 graphbit_tool_call_get_name (call));

  return TRUE;
}

gboolean
graphbit_tool_emit_call (GraphbitTool *self,
                         GraphbitToolCall *call)
{
  gboolean will_answer = FALSE;

  g_signal_emit (self, signals[CALL], 0, call, &will_answer);
  return will_answer;
}

/* Takes the text over. */
static char *
limit_text (char *output,
            gsize limit)
{
  g_autofree char *text = output;
  gsize length;

  if (!g_utf8_validate (text, -1, NULL))
    {
      char *valid = g_utf8_make_valid (text, -1);

      g_free (text);
      text = valid;
    }

  length = strlen (text);
  if (limit == 0 || length <= limit)
    return g_steal_pointer (&text);

  while (limit > 0 && ((guchar) text[limit] & 0xc0) == 0x80)
    limit--;
  text[limit] = '\0';
  return g_strdup_printf ("%s\n[%" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " bytes; the rest was cut off]",
                          text, limit, length);
}

void
graphbit_tool_limit_answer (GraphbitTool *self,
                            GraphbitToolAnswer *answer)
{
  answer->text = limit_text (answer->text, self->output_limit);
  for (guint i = 0; answer->parts != NULL && i < answer->parts->len; i++)
    {
      GraphbitContentPart *part = answer->parts->pdata[i];

      if (graphbit_content_part_get_kind (part) == GRAPHBIT_CONTENT_KIND_TEXT)
        {
          g_autofree char *text = limit_text (g_strdup (graphbit_content_part_get_text (part)), self->output_limit);

          answer->parts->pdata[i] = graphbit_content_part_new_for_text (text);
          g_object_unref (part);
        }
    }
}
