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
 * It talks to the first provider that there is a key for: OpenAI, or what
 * OPENAI_BASE_URL names, or Anthropic; else to an Ollama on this machine, or at
 * OLLAMA_HOST; else to the offline provider.
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

/* The first model of the Ollama at an address, or NULL if none answers. */
static char *
find_ollama_model (const char *address)
{
  g_autoptr (GSocketClient) client = g_object_new (G_TYPE_SOCKET_CLIENT, "timeout", 1, "enable-proxy", FALSE, NULL);
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (client, address, 11434, NULL, NULL);
  g_autofree char *request = g_strdup_printf ("GET /api/tags HTTP/1.0\r\nHost: %s\r\n\r\n", address);
  g_autoptr (GRegex) regex = NULL;
  g_autoptr (GMatchInfo) match = NULL;
  char answer[65536];
  gsize length = 0;

  if (connection == NULL ||
      !g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request, strlen (request), NULL, NULL, NULL) ||
      !g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)), answer, sizeof answer - 1, &length, NULL, NULL))
    return NULL;

  answer[length] = '\0';
  regex = g_regex_new ("\"name\"\\s*:\\s*\"([^\"]+)\"", 0, 0, NULL);
  return g_regex_match (regex, answer, 0, &match) ? g_match_info_fetch (match, 1) : NULL;
}

static GraphbitLlmConfig *
choose_provider (GError **error)
{
  const char *key = g_getenv ("OPENAI_API_KEY");
  const char *anthropic_key = g_getenv ("ANTHROPIC_API_KEY");
  const char *ollama = g_getenv ("OLLAMA_HOST");
  g_autofree char *model = NULL;
  GraphbitLlmConfig *config;

  if (key != NULL && *key != '\0')
    {
      const char *base_url = g_getenv ("OPENAI_BASE_URL");

      config = graphbit_llm_config_new_openai (NULL, g_getenv ("OPENAI_MODEL"), error);
      if (config != NULL)
        g_print ("Provider: OpenAI (%s%s%s), with OPENAI_API_KEY\n", graphbit_llm_config_get_model (config),
                 base_url != NULL ? " at " : "", base_url != NULL ? base_url : "");
      return config;
    }

  if (anthropic_key != NULL && *anthropic_key != '\0')
    {
      config = graphbit_llm_config_new_anthropic (NULL, g_getenv ("ANTHROPIC_MODEL"), error);
      if (config != NULL)
        g_print ("Provider: Anthropic (%s), with ANTHROPIC_API_KEY\n", graphbit_llm_config_get_model (config));
      return config;
    }

  if (ollama == NULL || *ollama == '\0')
    ollama = "127.0.0.1:11434";
  else if (g_str_has_prefix (ollama, "http://"))
    ollama += strlen ("http://");
  model = find_ollama_model (ollama);
  if (model != NULL)
    {
      g_autofree char *base_url = g_strdup_printf ("http://%s", ollama);

      g_print ("Provider: Ollama at %s (%s)\n", ollama, model);
      config = graphbit_llm_config_new_ollama (model, error);
      if (config != NULL)
        graphbit_llm_config_set_base_url (config, base_url);
      return config;
    }

  g_print ("Provider: offline, which is no language model: it works with the words it is given.\n"
           "          Set OPENAI_API_KEY or ANTHROPIC_API_KEY, or start Ollama, for real answers.\n");
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
