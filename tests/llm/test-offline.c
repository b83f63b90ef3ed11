/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-json-private.h"
#include "graphbit-llm-offline-private.h"
#include "llm-support.h"

/* The provider that is no language model: with the words it is given, and the same each time. */

static GraphbitLlmClient *
client_new (void)
{
  g_autoptr (GraphbitLlmConfig) config = graphbit_llm_config_new_offline ();

  return graphbit_llm_client_new (config);
}

static char *
ask (const char *prompt)
{
  g_autoptr (GraphbitLlmClient) client = client_new ();
  g_autoptr (GError) error = NULL;
  char *text = graphbit_llm_client_complete (client, prompt, NULL, NULL, &error);

  g_assert_no_error (error);
  return text;
}

#define MATERIAL \
  "The old lighthouse stands on a rock north of the harbour. It was built in 1871 by the brothers Holm. " \
  "Its lamp burned oil until 1952, when electricity came. Today the keeper's house is a small museum. " \
  "The café beside it sells waffles in summer."

static void
test_answers (void)
{
  g_autofree char *when = ask (MATERIAL "\n\nWhen was the lighthouse built?");
  g_autofree char *again = ask (MATERIAL "\n\nWhen was the lighthouse built?");
  g_autofree char *waffles = ask (MATERIAL "\n\nWhere can one buy waffles?");
  g_autofree char *two = ask ("Summarise this in two sentences:\n\n" MATERIAL);
  g_autofree char *list = ask ("List three facts as bullet points: " MATERIAL);
  g_autoptr (GPtrArray) sentences = graphbit_offline_split_sentences (two);

  g_assert_cmpstr (when, ==, "It was built in 1871 by the brothers Holm.");
  g_assert_cmpstr (again, ==, when);
  g_assert_cmpstr (waffles, ==, "The café beside it sells waffles in summer.");
  g_assert_cmpuint (sentences->len, ==, 2);
  for (guint i = 0; i < sentences->len; i++)
    g_assert_nonnull (strstr (MATERIAL, sentences->pdata[i]));
  g_assert_true (g_str_has_prefix (list, "- "));
  g_assert_nonnull (strstr (strstr (list, "\n- ") + 1, "\n- "));
}

static void
test_honest (void)
{
  g_autoptr (GraphbitLlmClient) client = client_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmMessage) message = graphbit_llm_message_new_user ("Who are you?");
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *hello = ask ("Hello, world!");

  graphbit_llm_request_add_message (request, message);
  response = graphbit_llm_client_chat (client, request, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (graphbit_llm_response_get_text (response), "not a language model"));
  g_assert_cmpstr (graphbit_llm_response_get_model (response), ==, "graphbit-offline");
  g_assert_cmpstr (graphbit_llm_response_get_provider (response), ==, "offline");

  g_assert_nonnull (strstr (hello, "no language model"));
  g_assert_nonnull (strstr (hello, "Hello, world!"));
}

static void
test_stream (void)
{
  g_autoptr (GraphbitLlmClient) client = client_new ();
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  GraphbitLlmChunk *chunk;
  guint n = 0;

  stream = support_open (client, MATERIAL "\n\nWhen was the lighthouse built?", NULL, &error);
  g_assert_no_error (error);
  while ((chunk = support_next (stream, NULL, &error)) != NULL)
    {
      n += graphbit_llm_chunk_get_kind (chunk) == GRAPHBIT_LLM_CHUNK_KIND_CONTENT;
      graphbit_llm_chunk_unref (chunk);
    }
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 9);
  g_assert_cmpstr (graphbit_llm_stream_get_text (stream), ==, "It was built in 1871 by the brothers Holm.");
}

static void
test_tokens (void)
{
  g_autoptr (GraphbitLlmClient) client = client_new ();
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = NULL;
  g_autoptr (GraphbitLlmMessage) message = graphbit_llm_message_new_user (MATERIAL "\n\nWhen was the lighthouse built?");
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  const char *const stop[] = { "brothers", NULL };
  g_autofree char *stopped = NULL;

  g_assert_cmpuint (graphbit_offline_count_tokens (""), ==, 0);
  g_assert_cmpuint (graphbit_offline_count_tokens ("  It costs 3.50, don't worry!  "), ==, 7);
  g_assert_cmpuint (graphbit_offline_count_tokens ("東京"), ==, 2);

  graphbit_llm_options_set_max_tokens (options, 4);
  request = graphbit_llm_request_new (options);
  graphbit_llm_request_add_message (request, message);
  response = graphbit_llm_client_chat (client, request, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "It was built in");
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (response), ==, GRAPHBIT_LLM_FINISH_REASON_LENGTH);
  g_assert_cmpint (graphbit_llm_usage_get_completion_tokens (graphbit_llm_response_get_usage (response)), ==, 4);
  g_assert_cmpint (graphbit_llm_usage_get_prompt_tokens (graphbit_llm_response_get_usage (response)), ==, 57);

  graphbit_llm_options_set_max_tokens (options, 0);
  graphbit_llm_options_set_stop (options, stop);
  stopped = graphbit_llm_client_complete (client, MATERIAL "\n\nWhen was the lighthouse built?", options, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (stopped, ==, "It was built in 1871 by the ");
}

/* Filling */

static void
check_filled (const char *schema,
              const char *request,
              const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = graphbit_json_parse (schema, -1, &error);
  g_autofree char *json = NULL;

  g_assert_no_error (error);
  json = graphbit_offline_fill_schema (node, request, "", FALSE);
  g_assert_cmpstr (json, ==, expected);
}

#define OBJECT(properties, required) "{\"type\":\"object\",\"properties\":{" properties "},\"required\":[" required "]}"
#define STRING(name) "\"" name "\":{\"type\":\"string\"}"
#define NUMBER(name) "\"" name "\":{\"type\":\"number\"}"
#define INTEGER(name) "\"" name "\":{\"type\":\"integer\"}"

static void
test_fill (void)
{
  check_filled (OBJECT (NUMBER ("a") "," NUMBER ("b"), "\"a\",\"b\""), "What is 12 plus 30.5?", "{\"a\":12,\"b\":30.5}");
  check_filled (OBJECT (STRING ("city"), "\"city\""), "What is the weather in New York today?", "{\"city\":\"New York\"}");
  check_filled (OBJECT (STRING ("from") "," STRING ("to"), "\"from\",\"to\""), "Book a train from Oslo to Bergen.",
                "{\"from\":\"Oslo\",\"to\":\"Bergen\"}");
  check_filled (OBJECT (STRING ("to") "," STRING ("from"), "\"from\",\"to\""), "Book a train from Oslo to Bergen.",
                "{\"to\":\"Bergen\",\"from\":\"Oslo\"}");
  check_filled (OBJECT (STRING ("title") "," INTEGER ("count"), "\"title\",\"count\""),
                "Order the book \"The Sea\", count: 3, please.", "{\"title\":\"The Sea\",\"count\":3}");
  check_filled (OBJECT ("\"unit\":{\"type\":\"string\",\"enum\":[\"celsius\",\"fahrenheit\"]}," STRING ("city"), "\"city\""),
                "How warm is it in Rome in fahrenheit?", "{\"unit\":\"fahrenheit\",\"city\":\"Rome\"}");
  check_filled (OBJECT ("\"day\":{\"type\":\"string\",\"format\":\"date\"}", "\"day\""), "Are you there on 2026-05-09?",
                "{\"day\":\"2026-05-09\"}");
  check_filled (OBJECT (STRING ("email"), "\"email\""), "Write to ada@example.org.", "{\"email\":\"ada@example.org\"}");
  check_filled (OBJECT (STRING ("expression"), "\"expression\""), "How much is (3 + 4) * 2?", "{\"expression\":\"(3 + 4) * 2\"}");
  check_filled (OBJECT (STRING ("text"), "\"text\""), "Count the words: the sea is wide", "{\"text\":\"the sea is wide\"}");
  check_filled (OBJECT ("\"numbers\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}", "\"numbers\""), "Add 1, 2 and 1,000.",
                "{\"numbers\":[1,2,1000]}");
  check_filled (OBJECT ("\"is_urgent\":{\"type\":\"boolean\"}", "\"is_urgent\""), "This is not urgent.", "{\"is_urgent\":false}");
  check_filled (OBJECT ("\"place\":" OBJECT (STRING ("city"), "\"city\""), "\"place\""), "Go to Rome", "{\"place\":{\"city\":\"Rome\"}}");
  check_filled (OBJECT ("\"n\":{\"type\":[\"integer\",\"null\"],\"minimum\":10}", "\"n\""), "Between 5 and 15", "{\"n\":15}");
  check_filled (OBJECT ("\"n\":{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"integer\"}]}", "\"n\""), "7 please", "{\"n\":7}");
  check_filled (OBJECT ("\"n\":{\"type\":\"integer\",\"default\":1}", "\"n\""), "please", "{\"n\":1}");
  check_filled ("{\"type\":\"object\",\"properties\":{}}", "now", "{}");
  /* what is not there is not made up */
  check_filled (OBJECT (STRING ("city"), "\"city\""), "What is the weather like?", NULL);
  check_filled (OBJECT (NUMBER ("a"), "\"a\""), "Add them.", NULL);
  check_filled (OBJECT (NUMBER ("a"), ""), "Add them.", "{}");
}

static GraphbitLlmResponse *
chat (GraphbitLlmClient *client,
      GraphbitLlmRequest *request)
{
  g_autoptr (GError) error = NULL;
  GraphbitLlmResponse *response = graphbit_llm_client_chat (client, request, NULL, &error);

  g_assert_no_error (error);
  return response;
}

static void
add_tool (GraphbitLlmRequest *request,
          const char *name,
          const char *description,
          const char *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmToolSpec) tool = graphbit_llm_tool_spec_new (name, description, parameters, &error);

  g_assert_no_error (error);
  graphbit_llm_request_add_tool (request, tool);
}

static void
add_message (GraphbitLlmRequest *request,
             GraphbitLlmMessage *message)
{
  graphbit_llm_request_add_message (request, message);
  g_object_unref (message);
}

/* Calls a tool once, then says what it found. */
static void
test_tools (void)
{
  g_autoptr (GraphbitLlmClient) client = client_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmResponse) first = NULL;
  g_autoptr (GraphbitLlmResponse) second = NULL;
  g_autoptr (GraphbitLlmResponse) third = NULL;
  g_autoptr (GraphbitLlmToolCall) call = NULL;
  g_autoptr (GraphbitLlmMessage) turn = NULL;

  add_tool (request, "get_weather", "Tells the weather of a city", OBJECT (STRING ("city"), "\"city\""));
  add_tool (request, "send_mail", "Sends a letter to somebody", OBJECT (STRING ("email"), "\"email\""));
  add_message (request, graphbit_llm_message_new_system ("You help travellers."));
  add_message (request, graphbit_llm_message_new_user ("What is the weather in Oslo?"));

  first = chat (client, request);
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (first), ==, GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS);
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_llm_response_get_tool_calls (first)), ==, 1);
  call = g_list_model_get_item (graphbit_llm_response_get_tool_calls (first), 0);
  g_assert_cmpstr (graphbit_llm_tool_call_get_name (call), ==, "get_weather");
  g_assert_cmpstr (graphbit_llm_tool_call_get_arguments_json (call), ==, "{\"city\":\"Oslo\"}");

  turn = graphbit_llm_message_new_assistant ("");
  graphbit_llm_message_add_tool_call (turn, call);
  graphbit_llm_request_add_message (request, turn);
  add_message (request, graphbit_llm_message_new_tool (graphbit_llm_tool_call_get_id (call),
                                                       "{\"temperature\":4,\"sky\":\"grey\"}"));
  second = chat (client, request);
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (second), ==, GRAPHBIT_LLM_FINISH_REASON_STOP);
  g_assert_cmpstr (graphbit_llm_response_get_text (second), ==, "get_weather: temperature 4, sky grey");

  /* the next question is a new one */
  add_message (request, graphbit_llm_message_new_assistant (graphbit_llm_response_get_text (second)));
  add_message (request, graphbit_llm_message_new_user ("And the weather in Rome?"));
  third = chat (client, request);
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (third), ==, GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS);
}

static void
test_tool_choice (void)
{
  g_autoptr (GraphbitLlmClient) client = client_new ();
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (options);
  g_autoptr (GraphbitLlmResponse) none = NULL;
  g_autoptr (GraphbitLlmResponse) named = NULL;
  g_autoptr (GraphbitLlmToolCall) call = NULL;

  add_tool (request, "get_weather", "Tells the weather of a city", OBJECT (STRING ("city"), "\"city\""));
  add_tool (request, "get_time", "Tells the time somewhere", OBJECT (STRING ("city"), "\"city\""));
  add_message (request, graphbit_llm_message_new_user ("What is the weather in Oslo?"));

  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_NONE);
  graphbit_llm_request_set_options (request, options);
  none = chat (client, request);
  g_assert_cmpint (graphbit_llm_response_get_finish_reason (none), ==, GRAPHBIT_LLM_FINISH_REASON_STOP);

  graphbit_llm_options_set_tool_choice (options, GRAPHBIT_TOOL_CHOICE_NAMED);
  graphbit_llm_options_set_tool_choice_name (options, "get_time");
  graphbit_llm_request_set_options (request, options);
  named = chat (client, request);
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_llm_response_get_tool_calls (named)), ==, 1);
  call = g_list_model_get_item (graphbit_llm_response_get_tool_calls (named), 0);
  g_assert_cmpstr (graphbit_llm_tool_call_get_name (call), ==, "get_time");
}

static void
test_schema (void)
{
  g_autoptr (GraphbitLlmClient) client = client_new ();
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;
  g_autoptr (JsonNode) node = NULL;
  const char *text;
  gint64 year;

  graphbit_llm_options_set_response_schema (
      options, OBJECT (INTEGER ("year") "," STRING ("summary") ",\"kind\":{\"type\":\"string\",\"enum\":[\"church\",\"lighthouse\"]}",
                       "\"year\",\"summary\",\"kind\""));
  json = graphbit_llm_client_complete (client, MATERIAL "\n\nWhich year was it built, and what is it?", options, NULL, &error);
  g_assert_no_error (error);
  node = graphbit_json_parse (json, -1, &error);
  g_assert_no_error (error);
  g_assert_true (graphbit_json_get_int64 (node, "year", &year));
  g_assert_cmpint (year, ==, 1871);
  g_assert_true (graphbit_json_get_string (node, "kind", &text));
  g_assert_cmpstr (text, ==, "lighthouse");
  g_assert_true (graphbit_json_get_string (node, "summary", &text));
  g_assert_cmpstr (text, !=, "");
}

/* What nobody should be able to break it with. */
static void
test_hostile (void)
{
  static const char *const texts[] = {
    "?", "...", "\n\n\n", "\"", "“", "«", ": ", "a:\n\n", "-", "--1", "1.", "1,", "1,,2", "- ", "* ", "\n\n?", "é", "東京。大阪。", "A", "A ", "A B",
    "e.g. this", "(((", "(1+", "{\"a\":", "'", "I", "No.", "count:", "count: ", "city =", "from to"
  };
  static const char *const schemas[] = {
    "{}", "[]", "3", "{\"type\":7}", "{\"type\":[]}", "{\"properties\":3}", "{\"enum\":[]}", "{\"enum\":3}", "{\"anyOf\":[]}",
    "{\"type\":\"array\"}", "{\"type\":\"array\",\"items\":{\"type\":\"array\"}}", "{\"type\":\"object\",\"required\":[\"x\"]}",
    ("{\"type\":\"object\",\"properties\":{\"\":{},\"a\":{\"type\":\"boolean\"},\"count\":{\"type\":\"integer\"},\"city\":{},\"from\":{}},"
     "\"required\":[\"\",\"a\",\"count\",\"city\",\"from\"]}")
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *answer = strspn (texts[i], " \n") == strlen (texts[i]) ? g_strdup ("") : ask (texts[i]);

      for (guint j = 0; j < G_N_ELEMENTS (schemas); j++)
        {
          g_autoptr (JsonNode) schema = graphbit_json_parse (schemas[j], -1, NULL);
          g_autofree char *strict = graphbit_offline_fill_schema (schema, texts[i], "", FALSE);
          g_autofree char *lenient = graphbit_offline_fill_schema (schema, texts[i], texts[i], TRUE);
          g_autoptr (GError) error = NULL;

          if (strict != NULL)
            json_node_unref (graphbit_json_parse (strict, -1, &error));
          g_assert_no_error (error);
          if (lenient != NULL)
            json_node_unref (graphbit_json_parse (lenient, -1, &error));
          g_assert_no_error (error);
        }
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/offline/answers", test_answers);
  g_test_add_func ("/llm/offline/honest", test_honest);
  g_test_add_func ("/llm/offline/stream", test_stream);
  g_test_add_func ("/llm/offline/tokens", test_tokens);
  g_test_add_func ("/llm/offline/fill", test_fill);
  g_test_add_func ("/llm/offline/tools", test_tools);
  g_test_add_func ("/llm/offline/tool-choice", test_tool_choice);
  g_test_add_func ("/llm/offline/schema", test_schema);
  g_test_add_func ("/llm/offline/hostile", test_hostile);

  return g_test_run ();
}
