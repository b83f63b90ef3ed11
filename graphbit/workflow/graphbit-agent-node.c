/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-agent-node.h"

#include <glib/gi18n-lib.h>

#include "graphbit-enum-types.h"
#include "graphbit-json-private.h"
#include "graphbit-llm-config.h"
#include "graphbit-llm-options-private.h"
#include "graphbit-node-kinds-private.h"
#include "graphbit-node-private.h"
#include "graphbit-tool.h"

/**
 * GraphbitAgentNode:
 *
 * A node that asks a language model, and lets it call tools until it has an
 * answer.
 *
 * The model is told [property@AgentNode:context], the outputs of the nodes
 * before it ([property@AgentNode:include-inputs]) and the prompt, with blank
 * lines between. Its answer is the node's output.
 *
 * Context, prompt and system prompt are templates: `{{node.NAME}}` stands for the
 * output of an earlier node, `{{node.NAME.path.to[0].field}}` for a part of it
 * if it is JSON, `{{node."Any name"}}` for a name with blanks, `{{input.NAME}}`
 * for an input of the run, `{name}` for an input or a variable.
 *
 * Since: 1.0
 */
struct _GraphbitAgentNode
{
  GraphbitNode parent_instance;

  char *prompt;
  char *system_prompt;
  char *context;
  char *agent_id;
  char *response_schema;
  GraphbitLlmConfig *llm_config;
  GraphbitLlmOptions *options;
  gulong options_changed_id;
  GListStore *tools;
  guint max_iterations;
  GraphbitIncludeInputs include_inputs;
  gboolean fail_run_on_tool_error;
};

G_DEFINE_FINAL_TYPE (GraphbitAgentNode, graphbit_agent_node, GRAPHBIT_TYPE_NODE)

#define DEFAULT_MAX_ITERATIONS 10
#define MAX_MAX_ITERATIONS 100

enum
{
  PROP_0,
  PROP_PROMPT,
  PROP_SYSTEM_PROMPT,
  PROP_CONTEXT,
  PROP_AGENT_ID,
  PROP_LLM_CONFIG,
  PROP_OPTIONS,
  PROP_RESPONSE_SCHEMA,
  PROP_TOOLS,
  PROP_MAX_ITERATIONS,
  PROP_INCLUDE_INPUTS,
  PROP_FAIL_RUN_ON_TOOL_ERROR,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static void
graphbit_agent_node_dispose (GObject *object)
{
  GraphbitAgentNode *self = GRAPHBIT_AGENT_NODE (object);

  g_clear_signal_handler (&self->options_changed_id, self->options);
  g_clear_object (&self->options);
  g_clear_object (&self->llm_config);
  if (self->tools != NULL)
    g_signal_handlers_disconnect_by_func (self->tools, graphbit_node_changed, self);
  g_clear_object (&self->tools);

  G_OBJECT_CLASS (graphbit_agent_node_parent_class)->dispose (object);
}

static void
graphbit_agent_node_finalize (GObject *object)
{
  GraphbitAgentNode *self = GRAPHBIT_AGENT_NODE (object);

  g_free (self->prompt);
  g_free (self->system_prompt);
  g_free (self->context);
  g_free (self->agent_id);
  g_free (self->response_schema);

  G_OBJECT_CLASS (graphbit_agent_node_parent_class)->finalize (object);
}

static void
graphbit_agent_node_get_property (GObject *object,
                                  guint property_id,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitAgentNode *self = GRAPHBIT_AGENT_NODE (object);

  switch (property_id)
    {
    case PROP_PROMPT:
      g_value_set_string (value, self->prompt);
      break;
    case PROP_SYSTEM_PROMPT:
      g_value_set_string (value, self->system_prompt);
      break;
    case PROP_CONTEXT:
      g_value_set_string (value, self->context);
      break;
    case PROP_AGENT_ID:
      g_value_set_string (value, self->agent_id);
      break;
    case PROP_LLM_CONFIG:
      g_value_set_object (value, self->llm_config);
      break;
    case PROP_OPTIONS:
      g_value_set_object (value, self->options);
      break;
    case PROP_RESPONSE_SCHEMA:
      g_value_set_string (value, self->response_schema);
      break;
    case PROP_TOOLS:
      g_value_set_object (value, self->tools);
      break;
    case PROP_MAX_ITERATIONS:
      g_value_set_uint (value, self->max_iterations);
      break;
    case PROP_INCLUDE_INPUTS:
      g_value_set_enum (value, self->include_inputs);
      break;
    case PROP_FAIL_RUN_ON_TOOL_ERROR:
      g_value_set_boolean (value, self->fail_run_on_tool_error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_agent_node_set_property (GObject *object,
                                  guint property_id,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  GraphbitAgentNode *self = GRAPHBIT_AGENT_NODE (object);

  switch (property_id)
    {
    case PROP_PROMPT:
      self->prompt = g_value_dup_string (value);
      break;
    case PROP_SYSTEM_PROMPT:
      graphbit_agent_node_set_system_prompt (self, g_value_get_string (value));
      break;
    case PROP_CONTEXT:
      graphbit_agent_node_set_context (self, g_value_get_string (value));
      break;
    case PROP_AGENT_ID:
      graphbit_agent_node_set_agent_id (self, g_value_get_string (value));
      break;
    case PROP_LLM_CONFIG:
      graphbit_agent_node_set_llm_config (self, g_value_get_object (value));
      break;
    case PROP_OPTIONS:
      graphbit_agent_node_set_options (self, g_value_get_object (value));
      break;
    case PROP_RESPONSE_SCHEMA:
      graphbit_agent_node_set_response_schema (self, g_value_get_string (value));
      break;
    case PROP_MAX_ITERATIONS:
      graphbit_agent_node_set_max_iterations (self, g_value_get_uint (value));
      break;
    case PROP_INCLUDE_INPUTS:
      graphbit_agent_node_set_include_inputs (self, g_value_get_enum (value));
      break;
    case PROP_FAIL_RUN_ON_TOOL_ERROR:
      graphbit_agent_node_set_fail_run_on_tool_error (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_agent_node_class_init (GraphbitAgentNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = graphbit_agent_node_dispose;
  object_class->finalize = graphbit_agent_node_finalize;
  object_class->get_property = graphbit_agent_node_get_property;
  object_class->set_property = graphbit_agent_node_set_property;

  GRAPHBIT_NODE_CLASS (klass)->kind = graphbit_node_kind_get_info (GRAPHBIT_NODE_KIND_AGENT);

  /**
   * GraphbitAgentNode:prompt: (getter get_prompt)
   *
   * What the model is asked, a template. Not empty.
   *
   * Since: 1.0
   */
  properties[PROP_PROMPT] =
    g_param_spec_string ("prompt", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitAgentNode:system-prompt: (getter get_system_prompt) (setter set_system_prompt)
   *
   * What the model is told about its part before everything else, a template; or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_SYSTEM_PROMPT] =
    g_param_spec_string ("system-prompt", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitAgentNode:context: (getter get_context) (setter set_context)
   *
   * Text that comes before the inputs and the prompt, a template; or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_CONTEXT] =
    g_param_spec_string ("context", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitAgentNode:agent-id: (getter get_agent_id) (setter set_agent_id)
   *
   * A name for the agent over several nodes and workflows, for the application; or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_AGENT_ID] =
    g_param_spec_string ("agent-id", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitAgentNode:llm-config: (getter get_llm_config) (setter set_llm_config)
   *
   * The model to ask; %NULL, the default, for the executor's.
   *
   * Since: 1.0
   */
  properties[PROP_LLM_CONFIG] =
    g_param_spec_object ("llm-config", NULL, NULL, GRAPHBIT_TYPE_LLM_CONFIG,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitAgentNode:options: (getter get_options) (setter set_options)
   *
   * How to sample; %NULL, the default, for the provider's way. A later change of
   * these options affects later runs.
   *
   * A [property@LlmOptions:tool-choice] that makes the model call a tool holds until
   * tools have been called once in a run of the node; then the model may answer.
   *
   * Since: 1.0
   */
  properties[PROP_OPTIONS] =
    g_param_spec_object ("options", NULL, NULL, GRAPHBIT_TYPE_LLM_OPTIONS,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitAgentNode:response-schema: (getter get_response_schema) (setter set_response_schema)
   *
   * The JSON Schema that the answer must fit, as text; %NULL, the default, for
   * that of the options. It goes before that one, and means the same:
   * [property@LlmOptions:response-schema].
   *
   * Since: 1.0
   */
  properties[PROP_RESPONSE_SCHEMA] =
    g_param_spec_string ("response-schema", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS | GRAPHBIT_PARAM_JSON);

  /**
   * GraphbitAgentNode:tools: (getter get_tools)
   *
   * The tools that the model may call.
   *
   * Since: 1.0
   */
  properties[PROP_TOOLS] =
    g_param_spec_object ("tools", NULL, NULL, G_TYPE_LIST_MODEL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitAgentNode:max-iterations: (getter get_max_iterations) (setter set_max_iterations)
   *
   * How often the model is asked at most, 1 to 100; 10 by default. Each answer
   * with tool calls leads to another round.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_ITERATIONS] =
    /* what is out of range gets here, so that the workflow can say so in an error */
    g_param_spec_uint ("max-iterations", NULL, NULL, 0, G_MAXINT, DEFAULT_MAX_ITERATIONS,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitAgentNode:include-inputs: (getter get_include_inputs) (setter set_include_inputs)
   *
   * How the model is told the outputs of the nodes before this one. The
   * default is %GRAPHBIT_INCLUDE_INPUTS_PLAIN.
   *
   * Since: 1.0
   */
  properties[PROP_INCLUDE_INPUTS] =
    g_param_spec_enum ("include-inputs", NULL, NULL, GRAPHBIT_TYPE_INCLUDE_INPUTS, GRAPHBIT_INCLUDE_INPUTS_PLAIN,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GraphbitAgentNode:fail-run-on-tool-error: (getter get_fail_run_on_tool_error) (setter set_fail_run_on_tool_error)
   *
   * Whether a tool that fails makes the node fail. By default the model is
   * told about it and goes on. The default is %FALSE.
   *
   * Since: 1.0
   */
  properties[PROP_FAIL_RUN_ON_TOOL_ERROR] =
    g_param_spec_boolean ("fail-run-on-tool-error", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
graphbit_agent_node_init (GraphbitAgentNode *self)
{
  self->max_iterations = DEFAULT_MAX_ITERATIONS;
  self->include_inputs = GRAPHBIT_INCLUDE_INPUTS_PLAIN;
  self->tools = g_list_store_new (GRAPHBIT_TYPE_TOOL);
  g_signal_connect_swapped (self->tools, "items-changed", G_CALLBACK (graphbit_node_changed), self);
}

/**
 * graphbit_agent_node_new:
 * @name: what it is called
 * @prompt: what the model is asked, a template
 *
 * Makes a node that asks a language model. An empty name or prompt is refused
 * by [method@Workflow.add_node].
 *
 * Returns: (transfer full): a new node
 *
 * Since: 1.0
 */
GraphbitAgentNode *
graphbit_agent_node_new (const char *name,
                         const char *prompt)
{
  return g_object_new (GRAPHBIT_TYPE_AGENT_NODE, "name", name, "prompt", prompt, NULL);
}

/* What the model is asked with; NULL: as the provider does. */
static GraphbitLlmOptions *
make_options (GraphbitAgentNode *self)
{
  GraphbitLlmOptions *options;

  if (self->options == NULL && self->response_schema == NULL)
    return NULL;

  options = self->options != NULL ? graphbit_llm_options_copy (self->options) : graphbit_llm_options_new ();
  if (self->response_schema != NULL)
    graphbit_llm_options_set_response_schema (options, self->response_schema);
  return options;
}

void
graphbit_agent_node_build (GraphbitNode *node,
                           gpointer settings,
                           GStringChunk *texts,
                           GraphbitReport *report)
{
  GraphbitAgentNode *self = GRAPHBIT_AGENT_NODE (node);
  const char *name = graphbit_node_get_name (node);
  guint n_tools = g_list_model_get_n_items (G_LIST_MODEL (self->tools));
  GraphbitPlanAgent *agent = settings;
  g_autoptr (GError) error = NULL;

  if (graphbit_text_is_blank (self->prompt))
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "prompt",
                         _("say what the model is asked"),
                         _("The prompt of the agent “%s” is empty"), name);

  if (self->max_iterations < 1 || self->max_iterations > MAX_MAX_ITERATIONS)
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "max-iterations",
                         _("set it to 1 to 100"),
                         _("The iterations of the agent “%s” are out of range: %u"), name, self->max_iterations);

  agent->options = make_options (self);
  if (!graphbit_llm_options_check (self->options, &error))
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "options", NULL,
                         _("The options of the agent “%s” cannot be used: %s"), name, error->message);
  else if (!graphbit_llm_options_check (agent->options, &error))
    graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "response-schema", NULL,
                         _("The response schema of the agent “%s” cannot be used: %s"), name, error->message);

  agent->prompt = graphbit_node_parse_template (self->prompt);
  agent->context = graphbit_node_parse_template (self->context);
  agent->system_prompt = graphbit_node_parse_template (self->system_prompt);
  agent->agent_id = graphbit_node_copy_text (texts, self->agent_id);
  g_set_object (&agent->config, self->llm_config);
  agent->max_iterations = self->max_iterations;
  agent->include_inputs = self->include_inputs;
  agent->fail_run_on_tool_error = self->fail_run_on_tool_error;

  if (n_tools > 0)
    {
      g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

      agent->tools = g_ptr_array_new_full (n_tools, g_object_unref);
      for (guint i = 0; i < n_tools; i++)
        {
          GraphbitLlmToolSpec *tool = g_list_model_get_item (G_LIST_MODEL (self->tools), i);
          const char *tool_name = graphbit_llm_tool_spec_get_name (tool);

          g_ptr_array_add (agent->tools, tool);
          if (tool_name != NULL && !g_hash_table_add (names, (gpointer) tool_name))
            graphbit_report_add (report, GRAPHBIT_SEVERITY_ERROR, "tools",
                                 _("give each tool a name of its own"),
                                 _("The agent “%s” has two tools of the name “%s”"), name, tool_name);
        }
    }
}

/**
 * graphbit_agent_node_get_prompt:
 * @self: a node
 *
 * Gets what the model is asked.
 *
 * Returns: (nullable): the prompt, or %NULL if the node was made without one,
 *   which no workflow takes
 *
 * Since: 1.0
 */
const char *
graphbit_agent_node_get_prompt (GraphbitAgentNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_AGENT_NODE (self), NULL);

  return self->prompt;
}

/**
 * graphbit_agent_node_get_system_prompt:
 * @self: a node
 *
 * Gets what the model is told about its part.
 *
 * Returns: (nullable): the system prompt, a template; or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_agent_node_get_system_prompt (GraphbitAgentNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_AGENT_NODE (self), NULL);

  return self->system_prompt;
}

/**
 * graphbit_agent_node_set_system_prompt:
 * @self: a node
 * @system_prompt: (nullable): the system prompt, a template; or %NULL for none
 *
 * Sets what the model is told about its part.
 *
 * Since: 1.0
 */
void
graphbit_agent_node_set_system_prompt (GraphbitAgentNode *self,
                                       const char *system_prompt)
{
  g_return_if_fail (GRAPHBIT_IS_AGENT_NODE (self));

  graphbit_node_set_text (GRAPHBIT_NODE (self), &self->system_prompt, system_prompt, properties[PROP_SYSTEM_PROMPT]);
}

/**
 * graphbit_agent_node_get_context:
 * @self: a node
 *
 * Gets the text that comes before the inputs and the prompt.
 *
 * Returns: (nullable): the text, a template; or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_agent_node_get_context (GraphbitAgentNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_AGENT_NODE (self), NULL);

  return self->context;
}

/**
 * graphbit_agent_node_set_context:
 * @self: a node
 * @context: (nullable): the text, a template; or %NULL for none
 *
 * Sets the text that comes before the inputs and the prompt.
 *
 * Since: 1.0
 */
void
graphbit_agent_node_set_context (GraphbitAgentNode *self,
                                 const char *context)
{
  g_return_if_fail (GRAPHBIT_IS_AGENT_NODE (self));

  graphbit_node_set_text (GRAPHBIT_NODE (self), &self->context, context, properties[PROP_CONTEXT]);
}

/**
 * graphbit_agent_node_get_agent_id:
 * @self: a node
 *
 * Gets the application's name for the agent.
 *
 * Returns: (nullable): the id, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_agent_node_get_agent_id (GraphbitAgentNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_AGENT_NODE (self), NULL);

  return self->agent_id;
}

/**
 * graphbit_agent_node_set_agent_id:
 * @self: a node
 * @agent_id: (nullable): the id, or %NULL for none
 *
 * Sets the application's name for the agent.
 *
 * Since: 1.0
 */
void
graphbit_agent_node_set_agent_id (GraphbitAgentNode *self,
                                  const char *agent_id)
{
  g_return_if_fail (GRAPHBIT_IS_AGENT_NODE (self));

  graphbit_node_set_text (GRAPHBIT_NODE (self), &self->agent_id, agent_id, properties[PROP_AGENT_ID]);
}

/**
 * graphbit_agent_node_get_llm_config:
 * @self: a node
 *
 * Gets the model to ask.
 *
 * Returns: (transfer none) (nullable): the configuration, or %NULL for the
 *   executor's
 *
 * Since: 1.0
 */
GraphbitLlmConfig *
graphbit_agent_node_get_llm_config (GraphbitAgentNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_AGENT_NODE (self), NULL);

  return self->llm_config;
}

/**
 * graphbit_agent_node_set_llm_config:
 * @self: a node
 * @llm_config: (nullable): the configuration, or %NULL for the executor's
 *
 * Sets the model to ask.
 *
 * Since: 1.0
 */
void
graphbit_agent_node_set_llm_config (GraphbitAgentNode *self,
                                    GraphbitLlmConfig *llm_config)
{
  g_return_if_fail (GRAPHBIT_IS_AGENT_NODE (self));
  g_return_if_fail (llm_config == NULL || GRAPHBIT_IS_LLM_CONFIG (llm_config));

  if (!g_set_object (&self->llm_config, llm_config))
    return;

  graphbit_node_changed (GRAPHBIT_NODE (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LLM_CONFIG]);
}

/**
 * graphbit_agent_node_get_options:
 * @self: a node
 *
 * Gets how to sample.
 *
 * Returns: (transfer none) (nullable): the options, or %NULL for the provider's way
 *
 * Since: 1.0
 */
GraphbitLlmOptions *
graphbit_agent_node_get_options (GraphbitAgentNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_AGENT_NODE (self), NULL);

  return self->options;
}

/**
 * graphbit_agent_node_set_options:
 * @self: a node
 * @options: (nullable): the options, or %NULL for the provider's way
 *
 * Sets how to sample.
 *
 * Since: 1.0
 */
void
graphbit_agent_node_set_options (GraphbitAgentNode *self,
                                 GraphbitLlmOptions *options)
{
  g_return_if_fail (GRAPHBIT_IS_AGENT_NODE (self));
  g_return_if_fail (options == NULL || GRAPHBIT_IS_LLM_OPTIONS (options));

  if (self->options == options)
    return;

  g_clear_signal_handler (&self->options_changed_id, self->options);
  g_set_object (&self->options, options);
  if (options != NULL)
    self->options_changed_id =
      g_signal_connect_swapped (options, "notify", G_CALLBACK (graphbit_node_changed), self);

  graphbit_node_changed (GRAPHBIT_NODE (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPTIONS]);
}

/**
 * graphbit_agent_node_get_response_schema:
 * @self: a node
 *
 * Gets what the answer must look like.
 *
 * Returns: (nullable): a JSON Schema as text, or %NULL
 *
 * Since: 1.0
 */
const char *
graphbit_agent_node_get_response_schema (GraphbitAgentNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_AGENT_NODE (self), NULL);

  return self->response_schema;
}

/**
 * graphbit_agent_node_set_response_schema:
 * @self: a node
 * @response_schema: (nullable): a JSON Schema as text, or %NULL
 *
 * Sets what the answer must look like. A schema that cannot be used is told by
 * [method@Workflow.validate].
 *
 * Since: 1.0
 */
void
graphbit_agent_node_set_response_schema (GraphbitAgentNode *self,
                                         const char *response_schema)
{
  g_return_if_fail (GRAPHBIT_IS_AGENT_NODE (self));

  graphbit_node_set_text (GRAPHBIT_NODE (self), &self->response_schema, response_schema,
                          properties[PROP_RESPONSE_SCHEMA]);
}

/**
 * graphbit_agent_node_get_tools:
 * @self: a node
 *
 * Gets the tools that the model may call.
 *
 * Returns: (transfer none): a list of [class@Tool]
 *
 * Since: 1.0
 */
GListModel *
graphbit_agent_node_get_tools (GraphbitAgentNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_AGENT_NODE (self), NULL);

  return G_LIST_MODEL (self->tools);
}

/**
 * graphbit_agent_node_add_tool:
 * @self: a node
 * @tool: a tool
 *
 * Lets the model call @tool. The names of a node's tools must differ, or its
 * workflow is not valid.
 *
 * Since: 1.0
 */
void
graphbit_agent_node_add_tool (GraphbitAgentNode *self,
                              GraphbitTool *tool)
{
  g_return_if_fail (GRAPHBIT_IS_AGENT_NODE (self));
  g_return_if_fail (GRAPHBIT_IS_TOOL (tool));

  g_list_store_append (self->tools, tool);
}

/**
 * graphbit_agent_node_get_max_iterations:
 * @self: a node
 *
 * Gets how often the model is asked at most.
 *
 * Returns: a number of rounds
 *
 * Since: 1.0
 */
guint
graphbit_agent_node_get_max_iterations (GraphbitAgentNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_AGENT_NODE (self), 0);

  return self->max_iterations;
}

/**
 * graphbit_agent_node_set_max_iterations:
 * @self: a node
 * @max_iterations: a number of rounds
 *
 * Sets how often the model is asked at most: 1 to 100. A workflow with an agent
 * whose number is out of range is not valid.
 *
 * Since: 1.0
 */
void
graphbit_agent_node_set_max_iterations (GraphbitAgentNode *self,
                                        guint max_iterations)
{
  g_return_if_fail (GRAPHBIT_IS_AGENT_NODE (self));

  if (self->max_iterations == max_iterations)
    return;

  self->max_iterations = max_iterations;
  graphbit_node_changed (GRAPHBIT_NODE (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_ITERATIONS]);
}

/**
 * graphbit_agent_node_get_include_inputs:
 * @self: a node
 *
 * Gets how the model is told the outputs of the nodes before this one.
 *
 * Returns: how
 *
 * Since: 1.0
 */
GraphbitIncludeInputs
graphbit_agent_node_get_include_inputs (GraphbitAgentNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_AGENT_NODE (self), GRAPHBIT_INCLUDE_INPUTS_PLAIN);

  return self->include_inputs;
}

/**
 * graphbit_agent_node_set_include_inputs:
 * @self: a node
 * @include_inputs: how
 *
 * Sets how the model is told the outputs of the nodes before this one.
 *
 * Since: 1.0
 */
void
graphbit_agent_node_set_include_inputs (GraphbitAgentNode *self,
                                        GraphbitIncludeInputs include_inputs)
{
  g_return_if_fail (GRAPHBIT_IS_AGENT_NODE (self));
  g_return_if_fail ((guint) include_inputs <= GRAPHBIT_INCLUDE_INPUTS_LABELLED);

  if (self->include_inputs == include_inputs)
    return;

  self->include_inputs = include_inputs;
  graphbit_node_changed (GRAPHBIT_NODE (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INCLUDE_INPUTS]);
}

/**
 * graphbit_agent_node_get_fail_run_on_tool_error:
 * @self: a node
 *
 * Gets whether a tool that fails makes the node fail.
 *
 * Returns: whether it does
 *
 * Since: 1.0
 */
gboolean
graphbit_agent_node_get_fail_run_on_tool_error (GraphbitAgentNode *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_AGENT_NODE (self), FALSE);

  return self->fail_run_on_tool_error;
}

/**
 * graphbit_agent_node_set_fail_run_on_tool_error:
 * @self: a node
 * @fail_run_on_tool_error: whether it does
 *
 * Sets whether a tool that fails makes the node fail.
 *
 * Since: 1.0
 */
void
graphbit_agent_node_set_fail_run_on_tool_error (GraphbitAgentNode *self,
                                                gboolean fail_run_on_tool_error)
{
  g_return_if_fail (GRAPHBIT_IS_AGENT_NODE (self));

  fail_run_on_tool_error = !!fail_run_on_tool_error;
  if (self->fail_run_on_tool_error == fail_run_on_tool_error)
    return;

  self->fail_run_on_tool_error = fail_run_on_tool_error;
  graphbit_node_changed (GRAPHBIT_NODE (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FAIL_RUN_ON_TOOL_ERROR]);
}
