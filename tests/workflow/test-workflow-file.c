/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "graphbit-workflow-file-private.h"
#include "graphbit/graphbit.h"

/* The least there is around nodes and edges. */
#define HEAD "{\"format\":\"graphbit-workflow\",\"version\":1,"

static char *
shout (GraphbitWorkflowContext *context,
       gpointer data,
       GError **error)
{
  g_autofree char *input = graphbit_workflow_context_get_input (context);

  return g_strconcat (input, "!", NULL);
}

static char *
choose (GraphbitWorkflowContext *context,
        gpointer data,
        GError **error)
{
  return g_strdup ("loud");
}

static char *
weather (GraphbitToolCall *call,
         gpointer data,
         GError **error)
{
  return g_strdup ("sunny");
}

static GraphbitTool *
make_tool (const char *name)
{
  g_autoptr (GError) error = NULL;
  GraphbitTool *tool = graphbit_tool_new (name, "Tells the weather.", NULL, weather, NULL, NULL, &error);

  g_assert_no_error (error);
  return tool;
}

static GraphbitRegistry *
make_registry (void)
{
  GraphbitRegistry *registry = graphbit_registry_new ();
  g_autoptr (GraphbitTool) tool = make_tool ("weather");
  g_autoptr (GError) error = NULL;

  graphbit_registry_add_function (registry, "shout", shout, NULL, NULL, &error);
  graphbit_registry_add_condition (registry, "choose", choose, NULL, NULL, &error);
  graphbit_registry_add_tool (registry, tool, &error);
  g_assert_no_error (error);
  return registry;
}

/* For what comes from here. */
static GraphbitRegistry *
make_trusting_registry (void)
{
  GraphbitRegistry *registry = make_registry ();

  graphbit_registry_set_allow_base_urls (registry, TRUE);
  return registry;
}

static GraphbitWorkflow *
read_with (const char *json,
           GraphbitRegistry *registry)
{
  g_autoptr (GError) error = NULL;
  GraphbitWorkflow *workflow = graphbit_workflow_new_from_json (json, registry, &error);

  g_assert_no_error (error);
  return workflow;
}

static char *
write_text (GraphbitWorkflow *workflow)
{
  g_autoptr (GError) error = NULL;
  char *json = graphbit_workflow_to_json (workflow, &error);

  g_assert_no_error (error);
  return json;
}

/* Each property of each kind, at a value that is not its default. */
static const char full[] =
  "{\n"
  "  \"format\": \"graphbit-workflow\",\n"
  "  \"version\": 1,\n"
  "  \"id\": \"w-1\",\n"
  "  \"name\": \"All “kinds”\",\n"
  "  \"description\": \"Has everything\",\n"
  "  \"inputs\": [\n"
  "    {\n"
  "      \"name\": \"city\",\n"
  "      \"schema\": {\n"
  "        \"type\": \"string\"\n"
  "      },\n"
  "      \"x-unit\": 1.50\n"
  "    },\n"
  "    {\n"
  "      \"name\": \"size\"\n"
  "    }\n"
  "  ],\n"
  "  \"variables\": [\n"
  "    {\n"
  "      \"name\": \"mood\",\n"
  "      \"value\": \"good\",\n"
  "      \"x-since\": null\n"
  "    }\n"
  "  ],\n"
  "  \"nodes\": [\n"
  "    {\n"
  "      \"kind\": \"agent\",\n"
  "      \"id\": \"a\",\n"
  "      \"name\": \"agent\",\n"
  "      \"description\": \"asks\",\n"
  "      \"timeout-ms\": 1000,\n"
  "      \"max-retries\": 2,\n"
  "      \"on-error\": \"fallback\",\n"
  "      \"fallback\": \"none\",\n"
  "      \"output-name\": \"answer\",\n"
  "      \"prompt\": \"How is {{input.city}}, {mood}?\\n\",\n"
  "      \"system-prompt\": \"Be brief.\",\n"
  "      \"context\": \"c\",\n"
  "      \"agent-id\": \"agent-7\",\n"
  "      \"llm-config\": {\n"
  "        \"provider\": \"scripted\",\n"
  "        \"model\": \"scripted\",\n"
  "        \"replies\": [\n"
  "          \"fine\"\n"
  "        ],\n"
  "        \"x-region\": \"eu\"\n"
  "      },\n"
  "      \"options\": {\n"
  "        \"max-tokens\": 100,\n"
  "        \"temperature\": 0.1,\n"
  "        \"seed\": 9007199254740993,\n"
  "        \"stop\": [\n"
  "          \"END\"\n"
  "        ],\n"
  "        \"response-schema\": {\n"
  "          \"type\": \"string\"\n"
  "        },\n"
  "        \"metadata\": {\n"
  "          \"user\": \"u\"\n"
  "        },\n"
  "        \"reasoning-effort\": \"low\",\n"
  "        \"x-top-a\": 1e400\n"
  "      },\n"
  "      \"tools\": [\n"
  "        \"weather\"\n"
  "      ],\n"
  "      \"max-iterations\": 3,\n"
  "      \"include-inputs\": \"labelled\",\n"
  "      \"fail-run-on-tool-error\": true,\n"
  "      \"x-position\": {\n"
  "        \"x\": 12345678901234567890123,\n"
  "        \"y\": []\n"
  "      }\n"
  "    },\n"
  "    {\n"
  "      \"kind\": \"condition\",\n"
  "      \"id\": \"c\",\n"
  "      \"name\": \"condition\",\n"
  "      \"function-name\": \"choose\"\n"
  "    },\n"
  "    {\n"
  "      \"kind\": \"function\",\n"
  "      \"id\": \"f\",\n"
  "      \"name\": \"loud\",\n"
  "      \"function-name\": \"shout\"\n"
  "    },\n"
  "    {\n"
  "      \"kind\": \"transform\",\n"
  "      \"id\": \"t\",\n"
  "      \"name\": \"soft\",\n"
  "      \"transformation\": \"regex-replace\",\n"
  "      \"argument\": \"a+\",\n"
  "      \"replacement\": \"b\"\n"
  "    },\n"
  "    {\n"
  "      \"kind\": \"split\",\n"
  "      \"id\": \"s\",\n"
  "      \"name\": \"split\",\n"
  "      \"separator\": \", \"\n"
  "    },\n"
  "    {\n"
  "      \"kind\": \"join\",\n"
  "      \"id\": \"j\",\n"
  "      \"name\": \"join\",\n"
  "      \"mode\": \"template\",\n"
  "      \"separator\": \"; \",\n"
  "      \"template\": \"{mood}\"\n"
  "    },\n"
  "    {\n"
  "      \"kind\": \"delay\",\n"
  "      \"id\": \"d\",\n"
  "      \"name\": \"delay\",\n"
  "      \"delay-ms\": 250\n"
  "    },\n"
  "    {\n"
  "      \"kind\": \"http\",\n"
  "      \"id\": \"h\",\n"
  "      \"name\": \"http\",\n"
  "      \"url\": \"http://localhost/{mood}\",\n"
  "      \"method\": \"POST\",\n"
  "      \"headers\": {\n"
  "        \"Accept\": \"text/plain\"\n"
  "      },\n"
  "      \"body\": \"{{input.city}}\",\n"
  "      \"allowed-hosts\": [\n"
  "        \"localhost\"\n"
  "      ]\n"
  "    },\n"
  "    {\n"
  "      \"kind\": \"approval\",\n"
  "      \"id\": \"p\",\n"
  "      \"name\": \"approval\",\n"
  "      \"question\": \"Go to {{input.city}}?\"\n"
  "    },\n"
  "    {\n"
  "      \"kind\": \"map\",\n"
  "      \"id\": \"m\",\n"
  "      \"name\": \"map\",\n"
  "      \"workflow\": {\n"
  "        \"id\": \"w-2\",\n"
  "        \"name\": \"each\",\n"
  "        \"nodes\": [],\n"
  "        \"edges\": []\n"
  "      },\n"
  "      \"max-concurrency\": 4\n"
  "    },\n"
  "    {\n"
  "      \"kind\": \"loop\",\n"
  "      \"id\": \"l\",\n"
  "      \"name\": \"loop\",\n"
  "      \"workflow\": {\n"
  "        \"id\": \"w-3\",\n"
  "        \"nodes\": [],\n"
  "        \"edges\": []\n"
  "      },\n"
  "      \"condition\": \"iteration == 2\",\n"
  "      \"max-iterations\": 5\n"
  "    },\n"
  "    {\n"
  "      \"kind\": \"workflow\",\n"
  "      \"id\": \"w\",\n"
  "      \"name\": \"workflow\",\n"
  "      \"workflow\": {\n"
  "        \"id\": \"w-4\",\n"
  "        \"nodes\": [],\n"
  "        \"edges\": []\n"
  "      }\n"
  "    }\n"
  "  ],\n"
  "  \"edges\": [\n"
  "    {\n"
  "      \"source\": \"a\",\n"
  "      \"target\": \"c\",\n"
  "      \"kind\": \"data\",\n"
  "      \"x-colour\": \"red\"\n"
  "    },\n"
  "    {\n"
  "      \"source\": \"c\",\n"
  "      \"target\": \"f\",\n"
  "      \"kind\": \"data\"\n"
  "    },\n"
  "    {\n"
  "      \"source\": \"c\",\n"
  "      \"target\": \"t\",\n"
  "      \"kind\": \"data\"\n"
  "    },\n"
  "    {\n"
  "      \"source\": \"f\",\n"
  "      \"target\": \"t\",\n"
  "      \"kind\": \"error\"\n"
  "    }\n"
  "  ],\n"
  "  \"x-editor\": {\n"
  "    \"zoom\": 1.0\n"
  "  }\n"
  "}\n";

/* What was read is written again, byte for byte, and everything has arrived where it belongs. */
static void
test_round_trip (void)
{
  g_autoptr (GraphbitRegistry) registry = make_trusting_registry ();
  g_autoptr (GraphbitWorkflow) workflow = read_with (full, registry);
  g_autofree char *json = write_text (workflow);
  GraphbitAgentNode *agent = GRAPHBIT_AGENT_NODE (graphbit_workflow_get_node (workflow, "agent"));
  GraphbitLlmOptions *options = graphbit_agent_node_get_options (agent);
  GraphbitTransformNode *transform = GRAPHBIT_TRANSFORM_NODE (graphbit_workflow_get_node (workflow, "soft"));
  g_autoptr (GObject) tool = g_list_model_get_item (graphbit_agent_node_get_tools (agent), 0);

  g_autoptr (GEnumClass) kinds = g_type_class_ref (GRAPHBIT_TYPE_NODE_KIND);

  g_assert_cmpstr (json, ==, full);
  for (guint i = 0; i < kinds->n_values; i++)
    {
      g_autofree char *member = g_strdup_printf ("\"kind\": \"%s\"", kinds->values[i].value_nick);

      g_assert_nonnull (strstr (full, member));
    }
  g_assert_cmpstr (graphbit_workflow_get_id (workflow), ==, "w-1");
  g_assert_cmpuint (graphbit_node_get_timeout_ms (GRAPHBIT_NODE (agent)), ==, 1000);
  g_assert_cmpint (graphbit_node_get_on_error (GRAPHBIT_NODE (agent)), ==, GRAPHBIT_ON_ERROR_FALLBACK);
  g_assert_cmpstr (graphbit_agent_node_get_prompt (agent), ==, "How is {{input.city}}, {mood}?\n");
  g_assert_cmpint (graphbit_agent_node_get_include_inputs (agent), ==, GRAPHBIT_INCLUDE_INPUTS_LABELLED);
  g_assert_cmpint (graphbit_llm_options_get_seed (options), ==, G_GINT64_CONSTANT (9007199254740993));
  g_assert_cmpstr (graphbit_llm_config_get_provider (graphbit_agent_node_get_llm_config (agent)), ==, "scripted");
  g_assert_true (GRAPHBIT_IS_TOOL (tool));
  g_assert_cmpint (graphbit_transform_node_get_transformation (transform), ==, GRAPHBIT_TRANSFORMATION_REGEX_REPLACE);
}

/* Workflows within others, and expressions. */
static void
test_nested (void)
{
  static const char inner[] = "{\"name\":\"inner\",\"x-in\":1,\"nodes\":[{\"kind\":\"transform\",\"name\":\"up\",\"id\":\"u\"}]}";
  g_autofree char *text = g_strdup_printf (
    HEAD "\"nodes\":[{\"kind\":\"transform\",\"name\":\"list\",\"transformation\":\"split\",\"argument\":\",\"},"
         "{\"kind\":\"map\",\"name\":\"each\",\"max-concurrency\":2,\"workflow\":%s},"
         "{\"kind\":\"loop\",\"name\":\"again\",\"condition\":\"iteration < 2\",\"max-iterations\":3,\"workflow\":%s},"
         "{\"kind\":\"workflow\",\"name\":\"once\",\"workflow\":%s},"
         "{\"kind\":\"condition\",\"name\":\"which\",\"expression\":\"true ? \\\"once\\\" : \\\"again\\\"\"}],"
         "\"edges\":[{\"source\":\"list\",\"target\":\"each\"},{\"source\":\"each\",\"target\":\"which\"},"
         "{\"source\":\"which\",\"target\":\"once\"},{\"source\":\"which\",\"target\":\"again\"}]}", inner, inner, inner);
  g_autoptr (GraphbitWorkflow) workflow = read_with (text, NULL);
  g_autofree char *json = write_text (workflow);
  g_autoptr (GraphbitWorkflow) copy = read_with (json, NULL);
  g_autofree char *again = write_text (copy);
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) deep = g_string_new (HEAD "\"nodes\":[{\"kind\":\"workflow\",\"name\":\"n\",\"workflow\":");

  g_autoptr (GraphbitWorkflow) moody =
    read_with (HEAD "\"nodes\":[{\"kind\":\"workflow\",\"name\":\"w\",\"workflow\":{\"variables\":[{\"name\":\"mood\",\"value\":\"good\"}],"
                    "\"nodes\":[{\"kind\":\"transform\",\"name\":\"t\",\"transformation\":\"template\",\"argument\":\"{mood}\"}]}}]}", NULL);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflowResult) result = graphbit_executor_execute (executor, moody, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "w"), ==, "good");
  g_assert_cmpstr (again, ==, json);
  g_assert_nonnull (strstr (json, "\"x-in\": 1"));
  g_assert_nonnull (strstr (json, "\"condition\": \"iteration < 2\""));
  g_assert_true (graphbit_workflow_validate (workflow, &error));
  g_assert_no_error (error);

  for (guint i = 0; i < 20; i++)
    g_string_append (deep, "{\"nodes\":[{\"kind\":\"workflow\",\"name\":\"n\",\"workflow\":");
  g_string_append (deep, "{}");
  for (guint i = 0; i < 21; i++)
    g_string_append (deep, "}]}");
  g_assert_null (graphbit_workflow_new_from_json (deep->str, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
}

/* What a hand writes: no ids, edges by names, any order, defaults left out, nothing at all. */
static void
test_by_hand (void)
{
  g_autoptr (GraphbitWorkflow) workflow =
    read_with ("\xef\xbb\xbf { \"edges\": [{\"target\": \"b\", \"source\": \"a\"}],\n"
               "\"nodes\": [{\"name\": \"a\", \"kind\": \"transform\"}, {\"prompt\": \"p\", \"kind\": \"agent\", "
               "\"name\": \"b\", \"context\": null}], \"version\": 1, \"format\": \"graphbit-workflow\" }", NULL);
  g_autoptr (GraphbitWorkflow) empty = read_with (HEAD "\"name\":\"e\"}", NULL);
  g_autoptr (GraphbitEdge) edge = g_list_model_get_item (graphbit_workflow_get_edges (workflow), 0);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (strlen (graphbit_node_get_id (graphbit_workflow_get_node (workflow, "a"))), ==, 36);
  g_assert_cmpstr (graphbit_edge_get_source (edge), ==, graphbit_node_get_id (graphbit_workflow_get_node (workflow, "a")));
  g_assert_null (graphbit_agent_node_get_context (GRAPHBIT_AGENT_NODE (graphbit_workflow_get_node (workflow, "b"))));
  g_assert_cmpstr (graphbit_workflow_get_name (empty), ==, "e");
  g_assert_false (graphbit_workflow_validate (empty, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
}

typedef struct
{
  const char *title;
  const char *json;
  int code;
  const char *message;
} Bad;

static const Bad bad[] = {
  { "empty", "", GRAPHBIT_ERROR_PARSE, "Line 1, column 1, $: the text is empty" },
  { "no-object", "[]", GRAPHBIT_ERROR_PARSE, "Line 1, column 1, $: an object is expected here" },
  { "broken", HEAD "\n\"nodes\":[{\"kind\":\"agent\",\"name\":\"ä\",,}]}", GRAPHBIT_ERROR_PARSE,
    "Line 2, column 37, $.nodes[0]: a member's name in quotation marks is expected here" },
  { "truncated", HEAD "\n\"nodes\":[{\"kind\":\"age", GRAPHBIT_ERROR_PARSE,
    "Line 2, column 22, $.nodes[0].kind: the text ends too early" },
  { "trailing", HEAD "\"name\":\"w\"}\n{}", GRAPHBIT_ERROR_PARSE, "Line 2, column 1, $: the text goes on after its end" },
  { "not-utf8", HEAD "\"name\":\"\xff\"}", GRAPHBIT_ERROR_PARSE, "Line 1, column 51, $.name: this is not valid UTF-8" },
  { "nan", HEAD "\"nodes\":[{\"timeout-ms\":NaN}]}", GRAPHBIT_ERROR_PARSE,
    "Line 1, column 66, $.nodes[0].timeout-ms: a value is expected here" },
  { "member-twice", HEAD "\"nodes\":[{\"name\":\"a\",\n\"name\":\"b\"}]}", GRAPHBIT_ERROR_PARSE,
    "Line 2, column 8, $.nodes[0].name: The object has this member twice; remove one of the two" },
  { "member-twice-in-unknown", HEAD "\"x\":{\"a b\":1,\"a\\u0020b\":2}}", GRAPHBIT_ERROR_PARSE,
    "Line 1, column 67, $.x[\"a b\"]: The object has this member twice; remove one of the two" },

  { "allowed-hosts", HEAD "\"nodes\":[{\"kind\":\"http\",\"name\":\"h\",\"url\":\"http://localhost\",\"allowed-hosts\":[\"localhost\"]}]}",
    GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 119, $.nodes[0].allowed-hosts: The file would let itself into private networks; if you trust it, set allow-base-urls of the registry" },
  { "no-format", "{\"version\":1}", GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 1, $: This is another kind of file; the member “format” must be “graphbit-workflow”" },
  { "other-format", "{\"format\":\"svg\",\"version\":1}", GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 11, $.format: This is another kind of file; the member “format” must be “graphbit-workflow”" },
  { "no-version", "{\"format\":\"graphbit-workflow\"}", GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 1, $: The member “version” is missing; this version of graphbit reads 1" },
  { "version-2", "{\"format\":\"graphbit-workflow\",\"nodes\":7,\n\"version\":2}", GRAPHBIT_ERROR_UNSUPPORTED,
    "Line 2, column 11, $.version: The file has another version than 1, which this version of graphbit reads; use a newer graphbit" },
  { "version-text", "{\"format\":\"graphbit-workflow\",\"version\":\"1\"}", GRAPHBIT_ERROR_UNSUPPORTED,
    "Line 1, column 41, $.version: The file has another version than 1, which this version of graphbit reads; use a newer graphbit" },

  { "nodes-object", HEAD "\"nodes\":{}}", GRAPHBIT_ERROR_PARSE, "Line 1, column 51, $.nodes: an array is expected here" },
  { "node-text", HEAD "\"nodes\":[\"a\"]}", GRAPHBIT_ERROR_PARSE,
    "Line 1, column 52, $.nodes[0]: an object is expected here" },
  { "no-kind", HEAD "\"nodes\":[{\"name\":\"a\"}]}", GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 52, $.nodes[0]: The member “kind” is missing, or is no text" },
  { "unknown-kind", HEAD "\n\"nodes\":[{\"name\":\"a\",\n  \"kind\":\"wizard\"}]}", GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 3, column 10, $.nodes[0].kind: There is no kind of node “wizard”; the kinds are “agent”, *" },
  { "no-name", HEAD "\"nodes\":[{\"kind\":\"transform\"}]}", GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 52, $.nodes[0]: The member “name” is missing, or is no text" },
  { "empty-prompt", HEAD "\"nodes\":[{\"kind\":\"agent\",\"name\":\"a\",\"prompt\":\" \"}]}", GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 88, $.nodes[0].prompt: The prompt of the agent “a” is empty; say what the model is asked" },
  { "no-prompt", HEAD "\"nodes\":[{\"kind\":\"agent\",\"name\":\"a\"}]}", GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 52, $.nodes[0]: The prompt of the agent “a” is empty; say what the model is asked" },
  { "prompt-number", HEAD "\"nodes\":[{\"kind\":\"agent\",\"name\":\"a\",\"prompt\":5}]}", GRAPHBIT_ERROR_PARSE,
    "Line 1, column 88, $.nodes[0].prompt: a text is expected here" },
  { "nul", HEAD "\"name\":\"a\\u0000b\"}", GRAPHBIT_ERROR_PARSE, "Line 1, column *, $.name: *" },
  { "range", HEAD "\"nodes\":[{\"kind\":\"transform\",\"name\":\"a\",\"max-retries\":101}]}", GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 97, $.nodes[0].max-retries: A whole number from 0 to 100 is expected here" },
  { "negative", HEAD "\"nodes\":[{\"kind\":\"transform\",\"name\":\"a\",\"timeout-ms\":-1}]}", GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 96, $.nodes[0].timeout-ms: A whole number from 0 to 86400000 is expected here" },
  { "fraction", HEAD "\"nodes\":[{\"kind\":\"transform\",\"name\":\"a\",\"timeout-ms\":1.5}]}", GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 96, $.nodes[0].timeout-ms: A whole number from 0 to 86400000 is expected here" },
  { "huge", HEAD "\"nodes\":[{\"kind\":\"transform\",\"name\":\"a\",\"timeout-ms\":99999999999999999999}]}",
    GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 96, $.nodes[0].timeout-ms: A whole number from 0 to 86400000 is expected here" },
  { "infinite", HEAD "\"nodes\":[{\"kind\":\"agent\",\"name\":\"a\",\"prompt\":\"p\",\"options\":{\"temperature\":1e999}}]}",
    GRAPHBIT_ERROR_PARSE, "Line 1, column *, $.nodes[0].options.temperature: *" },
  { "iterations", HEAD "\"nodes\":[{\"kind\":\"agent\",\"name\":\"a\",\"prompt\":\"p\",\"max-iterations\":101}]}",
    GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 109, $.nodes[0].max-iterations: The iterations of the agent “a” are out of range: 101; set it to 1 to 100" },
  { "boolean", HEAD "\"nodes\":[{\"kind\":\"agent\",\"name\":\"a\",\"fail-run-on-tool-error\":\"yes\"}]}", GRAPHBIT_ERROR_PARSE,
    "Line 1, column 104, $.nodes[0].fail-run-on-tool-error: true or false is expected here" },
  { "enumeration", HEAD "\"nodes\":[{\"kind\":\"transform\",\"name\":\"a\",\"on-error\":\"explode\"}]}",
    GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 94, $.nodes[0].on-error: “explode” is none of the values that there are: “fail”, “continue”, “fallback”" },
  { "pattern", HEAD "\"nodes\":[{\"kind\":\"transform\",\"name\":\"a\",\"transformation\":\"regex-extract\",\"argument\":\"(\"}]}",
    GRAPHBIT_ERROR_INVALID_WORKFLOW, "Line 1, column 127, $.nodes[0].argument: *" },
  { "id-twice", HEAD "\"nodes\":[{\"kind\":\"transform\",\"name\":\"a\",\"id\":\"x\"},\n{\"kind\":\"transform\",\"name\":\"b\",\"id\":\"x\"}]}",
    GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 2, column 37, $.nodes[1].id: Another node of the workflow has the id “x”; leave it out, and the node gets one of its own" },

  { "function", HEAD "\"nodes\":[{\"kind\":\"function\",\"name\":\"a\",\"function-name\":\"sh\"}]}", GRAPHBIT_ERROR_NOT_FOUND,
    "Line 1, column 98, $.nodes[0].function-name: There is no function “sh”; add it to the registry, whose functions are: “shout”" },
  { "condition-as-function", HEAD "\"nodes\":[{\"kind\":\"condition\",\"name\":\"a\",\"function-name\":\"shout\"}]}", GRAPHBIT_ERROR_NOT_FOUND,
    "Line 1, column 99, $.nodes[0].function-name: There is no condition “shout”; add it to the registry, whose conditions are: “choose”" },
  { "function-unnamed", HEAD "\"nodes\":[{\"kind\":\"function\",\"name\":\"a\"}]}", GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 52, $.nodes[0]: The member “function-name” is missing; it names what the node runs" },
  { "tool", HEAD "\"nodes\":[{\"kind\":\"agent\",\"name\":\"a\",\"prompt\":\"p\",\n\"tools\":[\"weather\",\"rm\"]}]}", GRAPHBIT_ERROR_NOT_FOUND,
    "Line 2, column 20, $.nodes[0].tools[1]: There is no tool “rm”; add it to the registry, whose tools are: “weather”" },
  { "tools-twice", HEAD "\"nodes\":[{\"kind\":\"agent\",\"name\":\"a\",\"prompt\":\"p\",\"tools\":[\"weather\",\"weather\"]}]}",
    GRAPHBIT_ERROR_INVALID_WORKFLOW, "Line 1, column *, $.nodes[0].tools[1]: The tool is in the list already; remove one of the two" },
  { "key", HEAD "\"nodes\":[{\"kind\":\"agent\",\"name\":\"a\",\"prompt\":\"p\",\"llm-config\":{\"provider\":\"openai\",\"api-key\":\"sk-secret\"}}]}",
    GRAPHBIT_ERROR_INVALID_WORKFLOW, "Line 1, column *, $.nodes[0].llm-config.api-key: Files have no keys; *" },
  { "base-url", HEAD "\"nodes\":[{\"kind\":\"agent\",\"name\":\"a\",\"prompt\":\"p\",\"llm-config\":{\"provider\":\"openai\",\"base-url\":\"https://evil.example/v1\"}}]}",
    GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column *, $.nodes[0].llm-config.base-url: The prompts and the key would go to an address that the file chooses; *" },
  { "provider", HEAD "\"nodes\":[{\"kind\":\"agent\",\"name\":\"a\",\"prompt\":\"p\",\"llm-config\":{\"provider\":\"closedai\"}}]}",
    GRAPHBIT_ERROR_INVALID_WORKFLOW, "Line 1, column *, $.nodes[0].llm-config.provider: There is no provider “closedai”" },
  { "code", HEAD "\"nodes\":[{\"kind\":\"agent\",\"name\":\"a\",\"prompt\":\"p\",\"llm-config\":{\"provider\":\"custom\",\"llm-provider\":{}}}]}",
    GRAPHBIT_ERROR_INVALID_WORKFLOW, "*llm-config.llm-provider: This cannot come from a file; set it after reading" },

  { "edge-unknown", HEAD "\"nodes\":[{\"kind\":\"transform\",\"name\":\"a\"}],\n\"edges\":[{\"source\":\"a\",\n\"target\":\"b\"}]}", GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 3, column 10, $.edges[0].target: There is no node “b” in the workflow; its nodes are: “a”" },
  { "edge-ambiguous", HEAD "\"nodes\":[{\"kind\":\"transform\",\"name\":\"a\"},{\"kind\":\"transform\",\"name\":\"a\"}],\n\"edges\":[{\"source\":\"a\",\"target\":\"a\"}]}",
    GRAPHBIT_ERROR_INVALID_WORKFLOW, "Line 2, column 20, $.edges[0].source: *" },
  { "edge-without-end", HEAD "\"edges\":[{\"source\":\"a\"}]}", GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 52, $.edges[0]: The member “target” is missing, or is no text" },
  { "cycle", HEAD "\"nodes\":[{\"kind\":\"transform\",\"name\":\"a\"},\n{\"kind\":\"transform\",\"name\":\"b\"}],\"edges\":[{\"source\":\"a\",\"target\":\"b\"},{\"source\":\"b\",\"target\":\"a\"}]}",
    GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 52, $.nodes[0]: The workflow “” has a cycle: “a” → “b” → “a”; remove one of these connections" },
  { "self-edge", HEAD "\"nodes\":[{\"kind\":\"transform\",\"name\":\"a\"}],\n\"edges\":[{\"source\":\"a\",\"target\":\"a\"}]}", GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 2, column 10, $.edges[0]: The node “a” is connected to itself; remove the connection" },
  { "edge-twice", HEAD "\"nodes\":[{\"kind\":\"transform\",\"name\":\"a\"},{\"kind\":\"transform\",\"name\":\"b\"}],\n\"edges\":[{\"source\":\"a\",\"target\":\"b\"},\n{\"source\":\"a\",\"target\":\"b\"}]}",
    GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 3, column 1, $.edges[1]: The nodes “a” and “b” are connected twice; remove one of the two connections" },
  { "schema", HEAD "\"inputs\":[{\"name\":\"i\",\"schema\":{\"type\":\"strange\"}}]}", GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column 74, $.inputs[0].schema: The schema of the input “i” cannot be used: *" },
  { "input-twice", HEAD "\"inputs\":[{\"name\":\"i\"}],\"variables\":[{\"name\":\"i\"}]}", GRAPHBIT_ERROR_INVALID_WORKFLOW,
    "Line 1, column *, $.variables[0].name: An input or variable “i” is declared already; give this one another name" },
};

static void
test_bad (gconstpointer data)
{
  const Bad *item = data;
  g_autoptr (GraphbitRegistry) registry = make_registry ();
  g_autoptr (GError) error = NULL;

  g_assert_null (graphbit_workflow_new_from_json (item->json, registry, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, GRAPHBIT_ERROR, item->code);
  if (strchr (item->message, '*') == NULL)
    g_assert_cmpstr (error->message, ==, item->message);
  else if (!g_pattern_match_simple (item->message, error->message))
    g_error ("%s\ndoes not match\n%s", error->message, item->message);
  g_assert_null (strstr (error->message, "sk-secret"));
}

static void
check_refused (const GString *text,
               int code,
               const char *pattern)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_file_read (text->str, text->len, NULL, &error);

  g_assert_null (workflow);
  g_assert_error (error, GRAPHBIT_ERROR, code);
  if (!g_pattern_match_simple (pattern, error->message))
    g_error ("%s\ndoes not match\n%s", error->message, pattern);
  g_assert_cmpuint (strlen (error->message), <, 1000);
}

static void
test_limits (void)
{
  g_autoptr (GString) text = g_string_new (HEAD "\"x\":");

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (text, '[');
  check_refused (text, GRAPHBIT_ERROR_PARSE, "Line 1, column *, $.x[0][0]*…: *");

  g_string_assign (text, HEAD "\"x\":\"");
  for (guint i = 0; i < 16 * 1024; i++)
    g_string_append_printf (text, "%01024d", 0);
  g_string_append (text, "\"}");
  check_refused (text, GRAPHBIT_ERROR_PARSE, "*16 MiB*");

  g_string_assign (text, HEAD "\"inputs\":[");
  for (guint i = 0; i < 1001; i++)
    g_string_append_printf (text, "%s{\"name\":\"i%u\"}", i > 0 ? "," : "", i);
  g_string_append (text, "]}");
  check_refused (text, GRAPHBIT_ERROR_INVALID_WORKFLOW, "*$.inputs[1000].name: A workflow can have 1000 inputs and variables; *");

  /* a name that long, and one with a line break and a change of direction in it */
  g_string_assign (text, HEAD "\"nodes\":[{\"kind\":\"");
  for (guint i = 0; i < 10000; i++)
    g_string_append (text, "wizard\xe2\x80\xae\\n");
  g_string_append (text, "\"}]}");
  check_refused (text, GRAPHBIT_ERROR_INVALID_WORKFLOW, "*“wizard��wizard*…”;*");

  /* bytes behind a NUL count */
  g_string_assign (text, HEAD "\"x\":1}");
  g_string_append_len (text, "\0{}", 3);
  check_refused (text, GRAPHBIT_ERROR_PARSE, "*the text goes on after its end");
}

static gboolean
never_call (GraphbitFunctionNode *node,
            GraphbitNodeCall *call,
            gpointer data)
{
  return FALSE;
}

/* What cannot be told in a file is refused when it is written. */
static void
test_unwritable (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  g_autoptr (GraphbitFunctionNode) function = graphbit_function_node_new ("f", shout, NULL, NULL);
  g_autoptr (GraphbitFunctionNode) handler = graphbit_function_node_new ("h", NULL, NULL, NULL);
  g_autoptr (GraphbitTransformNode) transform = graphbit_transform_node_new ("t", GRAPHBIT_TRANSFORMATION_TRIM);
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;

  g_signal_connect (handler, "call", G_CALLBACK (never_call), NULL);
  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (function), NULL);
  g_assert_null (graphbit_workflow_to_json (workflow, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
  g_assert_cmpstr (error->message, ==,
                   "The node “f” cannot be written, because its function has no name; set its function-name, and add the "
                   "function to the registry of whoever reads it under this name");
  g_clear_error (&error);

  graphbit_function_node_set_function_name (function, "shout");
  json = write_text (workflow);
  g_assert_nonnull (strstr (json, "\"function-name\": \"shout\""));

  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (handler), NULL);
  g_assert_null (graphbit_workflow_to_json (workflow, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
  g_clear_error (&error);
  graphbit_workflow_remove_node (workflow, "h");

  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (transform), NULL);
  graphbit_workflow_connect_nodes (workflow, "f", "t", NULL);
  graphbit_workflow_connect_nodes (workflow, "t", "f", NULL);
  g_assert_null (graphbit_workflow_to_json (workflow, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
}

/* No key gets into a file, and none out of it. */
static void
test_keys (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  g_autoptr (GraphbitAgentNode) agent = graphbit_agent_node_new ("a", "p");
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_openai ("sk-marker", "gpt-4o", &error);
  g_autoptr (GraphbitRegistry) registry = graphbit_registry_new ();
  g_autoptr (GraphbitWorkflow) copy = NULL;
  g_autofree char *json = NULL;

  g_assert_no_error (error);
  graphbit_llm_config_set_base_url (config, "http://localhost:8000/v1");
  graphbit_agent_node_set_llm_config (agent, config);
  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (agent), &error);
  json = write_text (workflow);
  g_assert_null (strstr (json, "sk-marker"));

  g_assert_null (graphbit_workflow_new_from_json (json, registry, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW);
  graphbit_registry_set_allow_base_urls (registry, TRUE);
  copy = read_with (json, registry);
  config = (g_object_unref (config),
            g_object_ref (graphbit_agent_node_get_llm_config (GRAPHBIT_AGENT_NODE (graphbit_workflow_get_node (copy, "a")))));
  g_assert_cmpstr (graphbit_llm_config_get_base_url (config), ==, "http://localhost:8000/v1");
}

/* Headers that look like keys stay outside, but not what says where a key comes from. */
static void
test_headers (void)
{
  static const struct
  {
    const char *name;
    const char *value;
    gboolean is_written;
  } headers[] = {
    { "Accept", "sk-is-none", TRUE },
    { "X-Request", "{{node.a.id}}", TRUE },
    { "Authorization", "Bearer sk-marker", FALSE },
    { "X-Api-Key", "sk-marker", FALSE },
    { "X-Api-Key-2", "{key}", TRUE },
    { "X-Api-Key-3", "{key} sk-marker", FALSE },
    { "X-Api-Key-4", "{key}{key}", FALSE },
    { "Cookie", "session=sk-marker", FALSE },
    { "X-Authorization", "bearer {{input.key}}", TRUE },
    { "X-Secret", "", FALSE },
    { "X-Auth-Token", "Bearer ", FALSE },
  };
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  g_autoptr (GraphbitHttpNode) node = graphbit_http_node_new ("h", "https://example.com");
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    g_variant_builder_add (&builder, "{ss}", headers[i].name, headers[i].value);
  graphbit_http_node_set_headers (node, g_variant_builder_end (&builder));
  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (node), &error);
  g_assert_no_error (error);
  json = write_text (workflow);

  g_assert_null (strstr (json, "sk-marker"));
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autofree char *member = g_strdup_printf ("\"%s\": ", headers[i].name);

      g_test_message ("%s: %s", headers[i].name, headers[i].value);
      g_assert_cmpint (strstr (json, member) != NULL, ==, headers[i].is_written);
    }
}

static GraphbitLlmResponse *
never_answer (GraphbitProviderCall *call)
{
  return NULL;
}

static void
test_custom_provider (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  g_autoptr (GraphbitAgentNode) agent = graphbit_agent_node_new ("a", "p");
  g_autoptr (GraphbitLlmProvider) provider = g_object_new (GRAPHBIT_TYPE_LLM_PROVIDER, NULL);
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_custom (provider);
  g_autoptr (GError) error = NULL;

  g_signal_connect (provider, "request", G_CALLBACK (never_answer), NULL);
  graphbit_agent_node_set_llm_config (agent, config);
  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (agent), NULL);
  g_assert_null (graphbit_workflow_to_json (workflow, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
  g_assert_cmpstr (error->message, ==,
                   "The property “llm-config” of the node “a” cannot be written: its provider is code of the application; "
                   "leave it out, and set it after reading");
}

static gboolean
answer_call (GraphbitRegistry *registry,
             GraphbitNodeCall *call,
             gpointer data)
{
  g_assert_true (graphbit_node_call_respond (call, data));
  return TRUE;
}

static void
count_free (gpointer data)
{
  (*(guint *) data)++;
}

/* What was read runs: by functions, and by handlers of the registry; the registry may be gone by then. */
static void
test_registry (void)
{
  GraphbitRegistry *registry = graphbit_registry_new ();
  g_autoptr (GraphbitTool) tool = make_tool ("weather");
  g_autoptr (GraphbitWorkflow) workflow = NULL;
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;
  guint n_freed = 0;

  g_assert_true (graphbit_registry_add_function (registry, "shout", shout, &n_freed, count_free, &error));
  g_assert_false (graphbit_registry_add_condition (registry, "shout", choose, &n_freed, count_free, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (n_freed, ==, 1);
  g_clear_error (&error);
  g_assert_false (graphbit_registry_add_function (registry, " ", shout, &n_freed, count_free, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (n_freed, ==, 2);
  g_clear_error (&error);
  g_assert_true (graphbit_registry_add_condition (registry, "which way?", NULL, NULL, NULL, &error));
  g_assert_true (graphbit_registry_add_tool (registry, tool, &error));
  g_assert_no_error (error);
  g_assert_false (graphbit_registry_add_tool (registry, tool, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  g_assert_true (graphbit_registry_has_function (registry, "shout"));
  g_assert_false (graphbit_registry_has_condition (registry, "shout"));
  g_assert_true (graphbit_registry_has_condition (registry, "which way?"));
  g_assert_true (graphbit_registry_lookup_tool (registry, "weather") == tool);
  g_assert_null (graphbit_registry_lookup_tool (registry, "news"));

  workflow = read_with (HEAD "\"nodes\":[{\"kind\":\"transform\",\"name\":\"start\",\"transformation\":\"template\",\"argument\":\"go\"},"
                             "{\"kind\":\"condition\",\"name\":\"which\",\"function-name\":\"which way?\"},"
                             "{\"kind\":\"function\",\"name\":\"loud\",\"function-name\":\"shout\"},"
                             "{\"kind\":\"transform\",\"name\":\"soft\"}],"
                             "\"edges\":[{\"source\":\"start\",\"target\":\"which\"},{\"source\":\"which\",\"target\":\"loud\"},"
                             "{\"source\":\"which\",\"target\":\"soft\"}]}", registry);
  problems = graphbit_workflow_lint (workflow);
  g_assert_cmpuint (problems->len, ==, 2);
  g_assert_cmpstr (graphbit_problem_get_message (g_ptr_array_index (problems, 0)), ==, "Nothing will answer the node “which”");
  g_clear_pointer (&problems, g_ptr_array_unref);

  g_signal_connect (registry, "call::which way?", G_CALLBACK (answer_call), (char *) "loud");
  problems = graphbit_workflow_lint (workflow);
  g_assert_cmpuint (problems->len, ==, 1);
  g_assert_cmpstr (graphbit_problem_get_path (g_ptr_array_index (problems, 0)), ==, "/name");

  g_object_unref (registry);
  result = graphbit_executor_execute (executor, workflow, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (graphbit_workflow_result_is_success (result));
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "loud"), ==, "go!");

  g_clear_object (&result);
  g_assert_cmpuint (n_freed, ==, 2);
  g_clear_object (&workflow);
  g_assert_cmpuint (n_freed, ==, 3);
}

/* A declared variable has its value from the start, unless the run is given another. */
static void
test_variables (void)
{
  g_autoptr (GraphbitWorkflow) workflow =
    read_with (HEAD "\"name\":\"v\",\"variables\":[{\"name\":\"mood\",\"value\":\"good\"},{\"name\":\"later\"}],\"nodes\":"
                    "[{\"kind\":\"transform\",\"name\":\"t\",\"transformation\":\"template\",\"argument\":\"A {mood} day\"}]}", NULL);
  g_autoptr (GraphbitExecutor) executor = graphbit_executor_new (NULL);
  g_autoptr (GraphbitWorkflowResult) result = NULL;
  g_autoptr (GraphbitWorkflowResult) other = NULL;
  g_autoptr (GError) error = NULL;
  GVariantDict inputs = G_VARIANT_DICT_INIT (NULL);

  result = graphbit_executor_execute (executor, workflow, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (result, "t"), ==, "A good day");

  g_variant_dict_insert (&inputs, "mood", "s", "bad");
  other = graphbit_executor_execute (executor, workflow, g_variant_dict_end (&inputs), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_workflow_result_get_node_output (other, "t"), ==, "A bad day");

  g_assert_false (graphbit_workflow_declare_variable (workflow, "mood", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (graphbit_workflow_declare_input (workflow, "mood", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (graphbit_workflow_declare_variable (workflow, " ", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

/* Files. */

static void
on_done (GObject *object,
         GAsyncResult *result,
         gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static void
test_files (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("graphbit-file-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "work flow.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GraphbitRegistry) registry = make_trusting_registry ();
  g_autoptr (GraphbitWorkflow) workflow = read_with (full, registry);
  g_autoptr (GraphbitWorkflow) loaded = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *contents = NULL;
  g_autofree char *json = NULL;

  g_assert_false (graphbit_workflow_load (file, registry, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_true (graphbit_workflow_save (workflow, file, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &contents, NULL, &error));
  g_assert_cmpstr (contents, ==, full);
  loaded = graphbit_workflow_load (file, registry, NULL, &error);
  g_assert_no_error (error);
  json = write_text (loaded);
  g_assert_cmpstr (json, ==, full);

  graphbit_workflow_set_description (workflow, "again");
  graphbit_workflow_save_async (workflow, file, NULL, on_done, &result);
  graphbit_workflow_set_description (workflow, "too late");
  g_assert_true (graphbit_workflow_save_finish (workflow, wait_for (&result), &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  g_clear_object (&loaded);

  graphbit_workflow_load_async (file, registry, NULL, on_done, &result);
  loaded = graphbit_workflow_load_finish (wait_for (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_workflow_get_description (loaded), ==, "again");
  g_clear_object (&result);

  g_assert_null (graphbit_workflow_load (file, NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "work flow.json: Line "));
  g_clear_error (&error);
  graphbit_workflow_load_async (file, NULL, NULL, on_done, &result);
  g_assert_null (graphbit_workflow_load_finish (wait_for (&result), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* It never ends, but reading it does. */
static void
test_endless_file (void)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/dev/zero");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (graphbit_workflow_load (file, NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE);
  g_clear_error (&error);
  graphbit_workflow_load_async (file, NULL, NULL, on_done, &result);
  g_assert_null (graphbit_workflow_load_finish (wait_for (&result), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE);
}

/* A failed save leaves the old file, and a cancelled one is told so. */
static void
test_failed_save (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("graphbit-file-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "w.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  g_autoptr (GraphbitFunctionNode) function = graphbit_function_node_new ("f", shout, NULL, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *contents = NULL;

  g_assert_true (graphbit_workflow_save (workflow, file, NULL, &error));
  graphbit_workflow_add_node (workflow, GRAPHBIT_NODE (function), NULL);
  g_assert_false (graphbit_workflow_save (workflow, file, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
  g_clear_error (&error);
  graphbit_workflow_save_async (workflow, file, NULL, on_done, &result);
  g_assert_null (result);
  g_assert_false (graphbit_workflow_save_finish (workflow, wait_for (&result), &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION);
  g_clear_error (&error);
  g_clear_object (&result);

  graphbit_workflow_remove_node (workflow, "f");
  g_cancellable_cancel (cancellable);
  graphbit_workflow_save_async (workflow, file, cancellable, on_done, &result);
  g_assert_false (graphbit_workflow_save_finish (workflow, wait_for (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_nonnull (strstr (contents, "\"nodes\": []"));
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
save (GraphbitWorkflow *workflow,
      GFile *file,
      gboolean is_async)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (is_async)
    {
      graphbit_workflow_save_async (workflow, file, NULL, on_done, &result);
      g_assert_true (graphbit_workflow_save_finish (workflow, wait_for (&result), &error));
    }
  else
    {
      g_assert_true (graphbit_workflow_save (workflow, file, NULL, &error));
    }
  g_assert_no_error (error);
}

/* Another file takes the place of the old one, with its permissions, and of what a link leads to. */
static void
test_replaced (gconstpointer data)
{
  gboolean is_async = GPOINTER_TO_INT (data);
  g_autofree char *folder = g_dir_make_tmp ("graphbit-file-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "w.json", NULL);
  g_autofree char *link_path = g_build_filename (folder, "link.json", NULL);
  g_autofree char *nowhere_path = g_build_filename (folder, "no", "w.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) link = g_file_new_for_path (link_path);
  g_autoptr (GFile) nowhere = g_file_new_for_path (nowhere_path);
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("w");
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint n_files = 0;
  GStatBuf before, after;

  save (workflow, file, is_async);
  g_assert_cmpint (g_chmod (path, 0662), ==, 0);
  g_assert_cmpint (symlink ("w.json", link_path), ==, 0);
  g_assert_cmpint (g_stat (path, &before), ==, 0);
  save (workflow, link, is_async);
  g_assert_true (g_file_test (link_path, G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpint (g_stat (path, &after), ==, 0);
  g_assert_cmpuint (after.st_ino, !=, before.st_ino);
  g_assert_cmpuint (after.st_mode, ==, before.st_mode);

  if (is_async)
    {
      graphbit_workflow_save_async (workflow, nowhere, NULL, on_done, &result);
      g_assert_false (graphbit_workflow_save_finish (workflow, wait_for (&result), &error));
    }
  else
    {
      g_assert_false (graphbit_workflow_save (workflow, nowhere, NULL, &error));
    }
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "w.json"));

  dir = g_dir_open (folder, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    n_files++;
  g_assert_cmpuint (n_files, ==, 2);
  g_assert_cmpint (g_unlink (link_path), ==, 0);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

#define N_MANY 10000

/* Whatever is slower than linear would be noticed here, and whatever recurses. */
static void
test_many (void)
{
  g_autoptr (GraphbitWorkflow) workflow = graphbit_workflow_new ("many");
  g_autoptr (GraphbitWorkflow) copy = NULL;
  g_autofree char *json = NULL;
  g_autofree char *again = NULL;

  for (guint i = 0; i < N_MANY; i++)
    {
      g_autofree char *id = g_strdup_printf ("n%u", i);
      g_autofree char *previous = g_strdup_printf ("n%u", i - 1);
      g_autoptr (GraphbitNode) node = g_object_new (GRAPHBIT_TYPE_TRANSFORM_NODE, "id", id, "name", id, NULL);

      g_assert_nonnull (graphbit_workflow_add_node (workflow, node, NULL));
      if (i > 0)
        g_assert_true (graphbit_workflow_connect_nodes (workflow, previous, id, NULL));
    }

  json = write_text (workflow);
  copy = read_with (json, NULL);
  again = write_text (copy);
  g_assert_cmpstr (again, ==, json);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/workflow-file/round-trip", test_round_trip);
  g_test_add_func ("/workflow-file/nested", test_nested);
  g_test_add_func ("/workflow-file/by-hand", test_by_hand);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *path = g_strconcat ("/workflow-file/bad/", bad[i].title, NULL);

      g_test_add_data_func (path, &bad[i], test_bad);
    }
  g_test_add_func ("/workflow-file/limits", test_limits);
  g_test_add_func ("/workflow-file/unwritable", test_unwritable);
  g_test_add_func ("/workflow-file/keys", test_keys);
  g_test_add_func ("/workflow-file/headers", test_headers);
  g_test_add_func ("/workflow-file/custom-provider", test_custom_provider);
  g_test_add_func ("/workflow-file/registry", test_registry);
  g_test_add_func ("/workflow-file/variables", test_variables);
  g_test_add_func ("/workflow-file/files", test_files);
  g_test_add_func ("/workflow-file/endless-file", test_endless_file);
  g_test_add_func ("/workflow-file/failed-save", test_failed_save);
  g_test_add_data_func ("/workflow-file/replaced/sync", GINT_TO_POINTER (FALSE), test_replaced);
  g_test_add_data_func ("/workflow-file/replaced/async", GINT_TO_POINTER (TRUE), test_replaced);
  g_test_add_func ("/workflow-file/many", test_many);

  return g_test_run ();
}
