/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A workflow of six nodes, two of them agents side by side, one with a tool:
 *
 *              ┌─ summary ───────────────┐
 *   inputs ────┤                         ├── plan
 *              └─ weather ─ warm? ┬ light┤
 *                  (tool)         └ coat ┘
 *
 * It talks to the first provider that there is a key for in the environment;
 * else to an Ollama on this machine, or at OLLAMA_HOST; else to the offline
 * provider.
 */

#include <graphbit/graphbit.h>
#include <locale.h>
#include <string.h>

static const char travel_notes[] =
  "The train from Porto takes three hours and follows the coast. "
  "Lisbon lies on seven hills, so good shoes matter more than a good map. "
  "Most museums close on Monday. "
  "The old trams are slow and full, but the ride through Alfama is worth it. "
  "Dinner starts late, seldom before eight.";

/* The tool: what a weather service would say, here from a table. */
static char *
get_weather (GraphbitToolCall *call,
             gpointer user_data,
             GError **error)
{
  static const struct
  {
    const char *city;
    int degrees;
  } table[] = { { "Lisbon", 24 }, { "Oslo", 3 }, { "Reykjavik", 5 }, { "Rome", 27 } };
  const char *city = graphbit_tool_call_get_argument_string (call, "city");

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_ascii_strcasecmp (table[i].city, city) == 0)
      return g_strdup_printf ("It is %d degrees in %s.", table[i].degrees, table[i].city);

  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_TOOL_FAILED, "No weather is known for %s", city);
  return NULL;
}

/* The condition: the first number in the weather report decides. */
static char *
choose_clothes (GraphbitWorkflowContext *context,
                gpointer user_data,
                GError **error)
{
  g_autofree char *report = graphbit_workflow_context_get_input (context);
  const char *digits = report != NULL ? strpbrk (report, "0123456789") : NULL;

  return g_strdup (digits != NULL && g_ascii_strtoll (digits, NULL, 10) >= 18 ? "light" : "coat");
}

static GraphbitWorkflow *
build_workflow (GError **error)
{
  static const char *const edges[][2] = {
    { "weather", "warm?" }, { "warm?", "light" }, { "warm?", "coat" },
    { "summary", "plan" }, { "light", "plan" }, { "coat", "plan" },
  };
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("quickstart");
  g_autoptr (GraphbitTool) tool = NULL;
  GraphbitNode *nodes[6];

  tool = graphbit_tool_new ("get_weather", "Tells the weather in a city.",
                            "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\","
                            "\"description\":\"The city's name\"}},\"required\":[\"city\"],\"additionalProperties\":false}",
                            get_weather, NULL, NULL, error);
  if (tool == NULL)
    return NULL;

  nodes[0] = g_object_new (GRAPHBIT_TYPE_AGENT_NODE, "name", "summary", "context", "{{input.notes}}",
                           "prompt", "What should a visitor to {{input.city}} know? Answer in two sentences.", NULL);
  nodes[1] = g_object_new (GRAPHBIT_TYPE_AGENT_NODE, "name", "weather", "system-prompt", "Use the tool. Answer in one sentence.",
                           "prompt", "How warm is it in {{input.city}} today?", NULL);
  nodes[2] = GRAPHBIT_NODE (graphbit_condition_node_new ("warm?", choose_clothes, NULL, NULL));
  nodes[3] = g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, "name", "light", "transformation", GRAPHBIT_TRANSFORMATION_TEMPLATE,
                           "argument", "{{node.weather}} Pack light clothes and a hat.", NULL);
  nodes[4] = g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, "name", "coat", "transformation", GRAPHBIT_TRANSFORMATION_TEMPLATE,
                           "argument", "{{node.weather}} Pack a coat and a scarf.", NULL);
  nodes[5] = GRAPHBIT_NODE (graphbit_agent_node_new ("plan", "Write a plan for a day in {{input.city}} in four sentences."));
  graphbit_agent_node_add_tool (GRAPHBIT_AGENT_NODE (nodes[1]), tool);

  for (gsize i = 0; i < G_N_ELEMENTS (nodes); i++)
    {
      g_autoptr (GraphbitNode) node = nodes[i];

      if (*error == NULL)
        graphbit_workflow_add_node (workflow, node, error);
    }
  for (gsize i = 0; *error == NULL && i < G_N_ELEMENTS (edges); i++)
    graphbit_workflow_connect_nodes (workflow, edges[i][0], edges[i][1], error);

  return *error == NULL ? g_steal_pointer (&workflow) : NULL;
}

/* The first model of an Ollama, or NULL if there is none. */
static char *
find_ollama_model (void)
{
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_ollama (NULL, NULL);
  g_autoptr (GraphbitLlmClient) client = config != NULL ? graphbit_llm_client_new (config) : NULL;
  g_autoptr (GListModel) models = NULL;
  g_autoptr (GraphbitModelInfo) model = NULL;

  if (client == NULL)
    return NULL;

  graphbit_llm_client_set_max_retries (client, 0);
  graphbit_llm_client_set_connect_timeout_ms (client, 1000);
  models = graphbit_llm_client_list_models (client, NULL, NULL);
  model = models != NULL ? g_list_model_get_item (models, 0) : NULL;
  return model != NULL ? g_strdup (graphbit_model_info_get_id (model)) : NULL;
}

static GraphbitLlmConfig *
choose_provider (GError **error)
{
  static const struct
  {
    const char *provider;
    const char *title;
    const char *model_variable;
  } table[] = {
    { "openai", "OpenAI", "OPENAI_MODEL" },
    { "anthropic", "Anthropic", "ANTHROPIC_MODEL" },
    { "gemini", "Gemini", "GEMINI_MODEL" },
    { "mistralai", "Mistral", "MISTRAL_MODEL" },
    { "deepseek", "DeepSeek", "DEEPSEEK_MODEL" },
    { "groq", "Groq", "GROQ_MODEL" },
    { "xai", "xAI", "XAI_MODEL" },
    { "openrouter", "OpenRouter", "OPENROUTER_MODEL" },
    { "togetherai", "Together AI", "TOGETHER_MODEL" },
    { "fireworks", "Fireworks", "FIREWORKS_MODEL" },
    { "perplexity", "Perplexity", "PERPLEXITY_MODEL" },
    { "huggingface", "Hugging Face", "HUGGINGFACE_MODEL" },
    { "ai21", "AI21", "AI21_MODEL" },
    { "bytedance", "ByteDance", "BYTEDANCE_MODEL" },
    { "cohere", "Cohere", "COHERE_MODEL" },
  };
  g_autofree char *model = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GraphbitLlmConfig) config =
          graphbit_llm_config_new_from_env (table[i].provider, g_getenv (table[i].model_variable), error);

      if (config == NULL)
        return NULL;
      if (!graphbit_llm_config_get_has_api_key (config))
        continue;

      g_print ("Provider: %s (%s), with the key in the environment\n", table[i].title,
               graphbit_llm_config_get_model (config));
      return g_steal_pointer (&config);
    }

  model = find_ollama_model ();
  if (model != NULL)
    {
      g_print ("Provider: Ollama (%s)\n", model);
      return graphbit_llm_config_new_ollama (model, error);
    }

  g_print ("Provider: offline, which is no language model: it works with the words it is given.\n"
           "          Set OPENAI_API_KEY or another provider's key, or start Ollama, for real answers.\n");
  return graphbit_llm_config_new_offline ();
}

static void
show (GraphbitEvent *event)
{
  const char *name = graphbit_event_get_node_name (event);

  switch (graphbit_event_get_kind (event))
    {
    case GRAPHBIT_EVENT_KIND_NODE_STARTED:
      g_print ("  ▶ %s\n", name);
      break;

    case GRAPHBIT_EVENT_KIND_TOOL_CALL_STARTED:
      g_print ("    %s calls %s %s\n", name, graphbit_event_get_tool_name (event), graphbit_event_get_parameters (event));
      break;

    case GRAPHBIT_EVENT_KIND_TOOL_CALL_COMPLETED:
      g_print ("    %s answers: %s\n", graphbit_event_get_tool_name (event), graphbit_event_get_output (event));
      break;

    case GRAPHBIT_EVENT_KIND_TOOL_CALL_FAILED:
      g_print ("    %s failed: %s\n", graphbit_event_get_tool_name (event), graphbit_event_get_error_message (event));
      break;

    case GRAPHBIT_EVENT_KIND_NODE_COMPLETED:
      g_print ("  ✔ %s: %s\n", name, graphbit_event_get_output (event));
      break;

    case GRAPHBIT_EVENT_KIND_NODE_SKIPPED:
      g_print ("  – %s is not needed\n", name);
      break;

    case GRAPHBIT_EVENT_KIND_NODE_FAILED:
      g_print ("  ✘ %s: %s\n", name, graphbit_event_get_error_message (event));
      break;

    default:
      break;
    }
}

static gboolean
run (GError **error)
{
  g_autoptr (GraphbitLlmConfig) config = choose_provider (error);
  g_autoptr (GraphbitExecutor) executor = NULL;
  g_autoptr (GraphbitWorkflow) workflow = NULL;
  g_autoptr (GraphbitRun) live = NULL;
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GraphbitLlmUsage) usage = NULL;
  g_autoptr (GError) failure = NULL;
  g_auto (GVariantDict) inputs = G_VARIANT_DICT_INIT (NULL);

  if (config == NULL)
    return FALSE;
  executor = graphbit_executor_new (config);
  workflow = build_workflow (error);
  if (workflow == NULL)
    return FALSE;

  g_variant_dict_insert (&inputs, "city", "s", "Lisbon");
  g_variant_dict_insert (&inputs, "notes", "s", travel_notes);
  live = graphbit_executor_start (executor, workflow, g_variant_dict_end (&inputs), GRAPHBIT_STREAM_MODES_UPDATES, error);
  if (live == NULL)
    return FALSE;

  g_print ("\nRunning “%s”:\n", graphbit_workflow_get_name (workflow));
  for (;;)
    {
      g_autoptr (GraphbitEvent) event = graphbit_run_next_event (live, NULL, error);

      if (event == NULL)
        break;
      show (event);
    }
  if (*error != NULL)
    return FALSE;

  result = graphbit_run_wait (live, NULL, error);
  if (result == NULL)
    return FALSE;
  if (!graphbit_workflow_result_is_success (result))
    {
      failure = graphbit_workflow_result_get_error (result);
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }

  usage = graphbit_workflow_result_get_usage (result);
  g_print ("\nThe plan:\n%s\n", graphbit_workflow_result_get_node_output (result, "plan"));
  g_print ("\n%" G_GINT64_FORMAT " ms, %" G_GINT64_FORMAT " tokens in, %" G_GINT64_FORMAT " tokens out\n",
           graphbit_workflow_result_get_execution_time_ms (result),
           graphbit_llm_usage_get_prompt_tokens (usage),
           graphbit_llm_usage_get_completion_tokens (usage));
  return TRUE;
}

int
main (void)
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (run (&error))
    return 0;

  g_printerr ("quickstart: %s\n", error != NULL ? error->message : "the run failed");
  return 1;
}
