/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "llm-support.h"

static GraphbitConversation *
make (GraphbitMockServer *server,
      const char *system_prompt)
{
  g_autoptr (GraphbitLlmClient) client = support_client_new (server);

  return graphbit_conversation_new (client, system_prompt);
}

/* "u:Hello | a:You said: Hello" */
static char *
describe (GListModel *messages)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);

      g_string_append_printf (text, "%s%c:%s", i > 0 ? " | " : "", "suat"[graphbit_llm_message_get_role (message)],
                              graphbit_llm_message_get_content (message));
    }
  return g_string_free (text, FALSE);
}

#define assert_is(conversation, expected)                             \
  G_STMT_START                                                        \
  {                                                                   \
    g_autofree char *text_ = describe (G_LIST_MODEL (conversation));  \
    g_assert_cmpstr (text_, ==, expected);                            \
  }                                                                   \
  G_STMT_END

static void
count_changes (GListModel *model,
               guint position,
               guint removed,
               guint added,
               gpointer data)
{
  g_string_append_printf (data, "%u-%u+%u ", position, removed, added);
}

static void
say (GraphbitConversation *conversation,
     const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmResponse) response = graphbit_conversation_send (conversation, text, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (response);
}

static void
add (GraphbitConversation *conversation,
     GraphbitLlmMessage *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (graphbit_conversation_add_message (conversation, message, &error));
  g_assert_no_error (error);
  g_object_unref (message);
}

static void
assert_refused (GraphbitConversation *conversation,
                const char *text,
                GQuark domain,
                int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (graphbit_conversation_send (conversation, text, NULL, &error));
  g_assert_error (error, domain, code);
}

static void
assert_pending (GraphbitConversation *conversation)
{
  g_autoptr (GraphbitLlmMessage) message = graphbit_llm_message_new_user ("x");
  GError *error = NULL;

  assert_refused (conversation, "Two", G_IO_ERROR, G_IO_ERROR_PENDING);
  g_assert_false (graphbit_conversation_add_message (conversation, message, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_false (graphbit_conversation_truncate (conversation, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_false (graphbit_conversation_trim (conversation, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
}

/* The roles and texts of the messages of the last request. */
static char *
describe_request (GraphbitMockServer *server)
{
  g_autofree char *json = graphbit_mock_server_dup_requests_json (server);
  g_autoptr (JsonNode) root = json_from_string (json, NULL);
  JsonArray *requests = json_node_get_array (root);
  JsonObject *request = json_array_get_object_element (requests, json_array_get_length (requests) - 1);
  JsonNode *body = json_object_get_member (request, "body");
  g_autoptr (JsonNode) parsed = JSON_NODE_HOLDS_OBJECT (body) ? json_node_copy (body) : json_from_string (json_node_get_string (body), NULL);
  JsonArray *messages = json_object_get_array_member (json_node_get_object (parsed), "messages");
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (messages); i++)
    {
      JsonObject *message = json_array_get_object_element (messages, i);
      JsonNode *content = json_object_get_member (message, "content");

      g_string_append_printf (text, "%s%c:%s", i > 0 ? " | " : "", json_object_get_string_member (message, "role")[0],
                              content != NULL && JSON_NODE_HOLDS_VALUE (content) ? json_node_get_string (content) : "");
    }
  return g_string_free (text, FALSE);
}

#define assert_sent(server, expected)                     \
  G_STMT_START                                            \
  {                                                       \
    g_autofree char *text_ = describe_request (server);   \
    g_assert_cmpstr (text_, ==, expected);                \
  }                                                       \
  G_STMT_END

static gboolean
is_stalled (gpointer server)
{
  return graphbit_mock_server_wait_for_stalled (server, 1, 1);
}

static void
test_send (void)
{
  g_autoptr (GraphbitMockServer) server =
    support_server_new ("[{\"match\":\"bad\",\"status\":400},{\"match\":\"slow\",\"stall\":true},{\"match\":\"mute\",\"text\":\"\"}]");
  g_autoptr (GraphbitConversation) conversation = make (server, "Be brief");
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };
  GraphbitLlmResponse *response;

  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (conversation)) == GRAPHBIT_TYPE_LLM_MESSAGE);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (conversation), 0));
  g_signal_connect (conversation, "items-changed", G_CALLBACK (count_changes), changes);
  say (conversation, "One");
  assert_is (conversation, "u:One | a:You said: One");
  assert_sent (server, "s:Be brief | u:One");

  /* what fails changes nothing */
  assert_refused (conversation, "bad", GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_REQUEST);
  assert_refused (conversation, "", GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);

  /* nor what is cancelled; and one at a time */
  graphbit_conversation_send_async (conversation, "slow", cancellable, support_ready, &result);
  assert_pending (conversation);
  support_look_until (is_stalled, server);
  g_cancellable_cancel (cancellable);
  g_assert_null (graphbit_conversation_send_finish (conversation, support_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  support_result_clear (&result);

  /* nor what says nothing, which the next request could not have */
  say (conversation, "mute");
  assert_is (conversation, "u:One | a:You said: One");
  g_assert_cmpstr (changes->str, ==, "0-0+2 ");

  graphbit_conversation_send_async (conversation, "Two", NULL, support_ready, &result);
  response = graphbit_conversation_send_finish (conversation, support_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_llm_response_get_text (response), ==, "You said: Two");
  g_object_unref (response);
  support_result_clear (&result);
  g_assert_cmpstr (changes->str, ==, "0-0+2 2-0+2 ");
  assert_sent (server, "s:Be brief | u:One | a:You said: One | u:Two");
}

static void
test_stream (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("[{\"match\":\"bad\",\"status\":400},{\"match\":\"broken\",\"close\":\"after-300-bytes\"}]");
  g_autoptr (GraphbitConversation) conversation = make (server, NULL);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };

  /* it counts when it was read */
  graphbit_conversation_send_stream_async (conversation, "One", NULL, support_ready, &result);
  assert_pending (conversation);
  stream = graphbit_conversation_send_stream_finish (conversation, support_wait (&result), &error);
  g_assert_no_error (error);
  support_result_clear (&result);
  assert_pending (conversation);
  assert_is (conversation, "");
  response = graphbit_llm_stream_collect (stream, NULL, &error);
  g_assert_no_error (error);
  assert_is (conversation, "u:One | a:You said: One");
  g_clear_object (&stream);

  /* one that is dropped, or cancelled while somebody holds it */
  stream = graphbit_conversation_send_stream (conversation, "Two", NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&stream);
  stream = graphbit_conversation_send_stream (conversation, "Two", NULL, &error);
  g_assert_no_error (error);
  graphbit_llm_stream_cancel (stream);
  say (conversation, "Three");
  g_assert_null (graphbit_llm_stream_collect (stream, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_clear_object (&stream);

  /* one that was cancelled after all of it had come: it is too late to be added */
  stream = graphbit_conversation_send_stream (conversation, "Two", NULL, &error);
  g_assert_no_error (error);
  graphbit_llm_stream_collect_async (stream, NULL, support_ready, &result);
  support_wait (&result);
  graphbit_llm_stream_cancel (stream);
  g_assert_true (graphbit_conversation_truncate (conversation, 4, &error));
  g_clear_object (&response);
  say (conversation, "Four");
  response = graphbit_llm_stream_collect_finish (stream, result.result, &error);
  g_assert_no_error (error);
  support_result_clear (&result);
  g_clear_object (&stream);

  /* one that cannot begin, or breaks off */
  g_assert_null (graphbit_conversation_send_stream (conversation, "bad", NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_REQUEST);
  g_clear_error (&error);
  stream = graphbit_conversation_send_stream (conversation, "broken", NULL, &error);
  if (stream != NULL)
    g_assert_null (graphbit_llm_stream_collect (stream, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_clear_object (&stream);

  say (conversation, "Five");
  assert_is (conversation, "u:One | a:You said: One | u:Three | a:You said: Three | u:Four | a:You said: Four | u:Five | a:You said: Five");
}

/* The stream keeps what it adds to. */
static void
test_dropped (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  GraphbitConversation *conversation = make (server, NULL);
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  GWeakRef reference;

  g_weak_ref_init (&reference, conversation);
  stream = graphbit_conversation_send_stream (conversation, "One", NULL, &error);
  g_assert_no_error (error);
  g_object_unref (conversation);
  response = graphbit_llm_stream_collect (stream, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&stream);
  g_assert_null (g_weak_ref_get (&reference));
  g_weak_ref_clear (&reference);
}

static void
test_tools (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("[{\"tool_calls\":[{\"id\":\"call_1\",\"name\":\"weather\",\"arguments\":\"{}\"}]}]");
  g_autoptr (GraphbitConversation) conversation = make (server, NULL);
  g_autoptr (GraphbitConversation) fork = NULL;
  g_autoptr (GraphbitLlmToolSpec) tool = NULL;
  g_autoptr (GraphbitLlmToolCall) call = NULL;
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GraphbitLlmStream) stream = NULL;
  g_autoptr (GError) error = NULL;

  tool = graphbit_llm_tool_spec_new ("weather", "Tells the weather.", NULL, &error);
  g_assert_no_error (error);
  graphbit_conversation_add_tool (conversation, tool);
  response = graphbit_conversation_send (conversation, "How is it?", NULL, &error);
  g_assert_no_error (error);
  call = g_list_model_get_item (graphbit_llm_response_get_tool_calls (response), 0);
  assert_is (conversation, "u:How is it? | a:");
  fork = graphbit_conversation_fork (conversation);

  add (conversation, graphbit_llm_message_new_tool (graphbit_llm_tool_call_get_id (call), "Sunny"));
  say (conversation, NULL);
  assert_is (conversation, "u:How is it? | a: | t:Sunny | a:The tool said: Sunny");

  /* the fork has the tool too, and goes its own way */
  g_assert_cmpuint (g_list_model_get_n_items (graphbit_conversation_get_tools (fork)), ==, 1);
  add (fork, graphbit_llm_message_new_tool (graphbit_llm_tool_call_get_id (call), "Rainy"));
  stream = graphbit_conversation_send_stream (fork, NULL, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&response);
  response = graphbit_llm_stream_collect (stream, NULL, &error);
  g_assert_no_error (error);
  assert_is (fork, "u:How is it? | a: | t:Rainy | a:The tool said: Rainy");
}

/* Each turn is 2 · (4 + 25) tokens: the mock server counts nothing that would calibrate. */
#define LONG_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void
test_trim (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new ("[{\"text\":\"ok\",\"usage\":false,\"times\":-1}]");
  g_autoptr (GraphbitConversation) conversation = make (server, NULL);
  g_autoptr (GraphbitLlmMessage) called = graphbit_llm_message_new_assistant ("");
  g_autoptr (GraphbitLlmToolCall) call = graphbit_llm_tool_call_new ("call_1", "weather", "{}");
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  guint notified = 0;

  g_signal_connect_swapped (conversation, "notify::max-prompt-tokens", G_CALLBACK (g_atomic_int_inc), &notified);
  graphbit_llm_message_add_tool_call (called, call);
  add (conversation, graphbit_llm_message_new_assistant ("Hello"));
  add (conversation, graphbit_llm_message_new_user (LONG_A));
  add (conversation, g_object_ref (called));
  add (conversation, graphbit_llm_message_new_tool ("call_1", "Sunny"));
  add (conversation, graphbit_llm_message_new_assistant (LONG_A));
  add (conversation, graphbit_llm_message_new_system ("Now be brief"));
  add (conversation, graphbit_llm_message_new_user ("Two"));
  add (conversation, graphbit_llm_message_new_assistant ("Deux"));
  /* 6 + 29 + (4 + 2 + 1) + 6 + 29 + 7 + 5 + 5 */
  g_assert_cmpint (graphbit_conversation_estimate_tokens (conversation), ==, 94);

  /* all of it; without what comes before the first turn; without the turn with the call, whole */
  graphbit_conversation_set_max_prompt_tokens (conversation, 100);
  say (conversation, "Five");
  assert_sent (server, "a:Hello | u:" LONG_A " | a: | t:Sunny | a:" LONG_A " | s:Now be brief | u:Two | a:Deux | u:Five");
  g_assert_true (graphbit_conversation_truncate (conversation, 8, &error));
  graphbit_conversation_set_max_prompt_tokens (conversation, 98);
  say (conversation, "Five");
  assert_sent (server, "u:" LONG_A " | a: | t:Sunny | a:" LONG_A " | s:Now be brief | u:Two | a:Deux | u:Five");
  g_assert_true (graphbit_conversation_truncate (conversation, 8, &error));
  graphbit_conversation_set_max_prompt_tokens (conversation, 92);
  say (conversation, "Five");
  assert_sent (server, "s:Now be brief | u:Two | a:Deux | u:Five");
  g_assert_cmpuint (notified, ==, 3);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (conversation)), ==, 10);

  /* the newest turn must fit, with what is always sent */
  graphbit_conversation_set_max_prompt_tokens (conversation, 11);
  assert_refused (conversation, "Five", GRAPHBIT_ERROR, GRAPHBIT_ERROR_CONTEXT_LENGTH);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (conversation)), ==, 10);

  g_assert_true (graphbit_conversation_truncate (conversation, 8, &error));
  g_signal_connect (conversation, "items-changed", G_CALLBACK (count_changes), changes);
  g_assert_true (graphbit_conversation_trim (conversation, &error));
  assert_is (conversation, "s:Now be brief | u:Two | a:Deux");
  g_assert_cmpstr (changes->str, ==, "0-6+1 ");
  g_assert_true (graphbit_conversation_trim (conversation, &error));
  g_assert_true (graphbit_conversation_truncate (conversation, 3, &error));
  g_assert_cmpstr (changes->str, ==, "0-6+1 ");
  g_assert_true (graphbit_conversation_truncate (conversation, 1, &error));
  g_assert_cmpstr (changes->str, ==, "0-6+1 1-2+0 ");
}

static void
test_calibration (void)
{
  g_autoptr (GraphbitMockServer) server =
    support_server_new ("[{\"text\":\"A\",\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":1,\"total_tokens\":13}},"
                        "{\"text\":\"A\",\"usage\":false},"
                        "{\"text\":\"A\",\"usage\":{\"prompt_tokens\":100000,\"completion_tokens\":1,\"total_tokens\":1}}]");
  g_autoptr (GraphbitConversation) conversation = make (server, NULL);
  g_autoptr (GraphbitConversation) fork = NULL;
  g_autoptr (GraphbitConversation) read = NULL;
  g_autofree char *json = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (graphbit_conversation_estimate_tokens (conversation), ==, 0);
  say (conversation, "Hello"); /* 4 + 2, of which 12 are counted */
  g_assert_cmpint (graphbit_conversation_estimate_tokens (conversation), ==, 2 * (6 + 5));
  say (conversation, "Hello");
  g_assert_cmpint (graphbit_conversation_estimate_tokens (conversation), ==, 2 * 2 * (6 + 5));

  fork = graphbit_conversation_fork (conversation);
  json = graphbit_conversation_to_json (conversation, &error);
  g_assert_no_error (error);
  read = graphbit_conversation_new_from_json (json, NULL, &error);
  g_assert_no_error (error);
  say (conversation, "Hello");
  g_assert_cmpint (graphbit_conversation_estimate_tokens (conversation), ==, 10 * 3 * (6 + 5));
  g_assert_cmpint (graphbit_conversation_estimate_tokens (fork), ==, 2 * 2 * (6 + 5));
  g_assert_cmpint (graphbit_conversation_estimate_tokens (read), ==, 2 * 2 * (6 + 5));
}

/* As JSON */

#define HEAD "{\"format\":\"graphbit-conversation\",\"version\":1,"
#define MESSAGE(members) HEAD "\"messages\":[{" members "}]}"

static void
test_round_trip (void)
{
  static const char text[] =
    HEAD "\"system-prompt\":\"Be brief\",\"calibration\":2.5,\"messages\":["
    "{\"role\":\"user\",\"content\":\"\",\"parts\":[{\"kind\":\"text\",\"text\":\"a\"},"
    "{\"kind\":\"image\",\"mime-type\":\"image/png\",\"bytes\":\"AAEC\",\"alt\":\"three bytes\"},"
    "{\"kind\":\"image\",\"uri\":\"https://a.example/b.png\"},"
    "{\"kind\":\"file\",\"mime-type\":\"application/pdf\",\"name\":\"A report.pdf\",\"bytes\":\"JVBERi0=\"}]},"
    "{\"role\":\"assistant\",\"content\":\"\",\"reasoning\":\"hm\",\"tool-calls\":[{\"id\":\"1\",\"name\":\"f\",\"arguments\":\"{}\",\"x\":null}],"
    "\"provider\":\"anthropic\",\"native\":\"[{\\\"a\\\":1,\\\"a\\\":2}]\",\"time\":1e3},"
    "{\"role\":\"tool\",\"content\":\"r\",\"tool-call-id\":\"1\"}],\"title\":{\"a\":[1]}}";
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitConversation) conversation = graphbit_conversation_new_from_json (text, NULL, &error);
  g_autoptr (GraphbitLlmMessage) message = NULL;
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_conversation_get_system_prompt (conversation), ==, "Be brief");
  message = g_list_model_get_item (G_LIST_MODEL (conversation), 1);
  g_assert_cmpstr (graphbit_llm_message_get_reasoning (message), ==, "hm");
  again = graphbit_conversation_to_json (conversation, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again, ==, text);

  /* it is only to be read */
  assert_refused (conversation, "Hello", GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT);
}

/* What a provider signed goes back to it after the conversation was saved, and to no other. */
static void
test_native (void)
{
  static const char answer[] =
    "[{\"json\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":["
    "{\"type\":\"thinking\",\"thinking\":\"THOUGHT\",\"signature\":\"SIGN-marker\"},{\"type\":\"text\",\"text\":\"Yes\"}],"
    "\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}]";
  g_autoptr (GraphbitMockServer) server = support_server_new (answer);
  g_autoptr (GraphbitLlmClient) client = support_client_new_for_provider (server, "anthropic");
  g_autoptr (GraphbitLlmClient) other = support_client_new (server);
  g_autoptr (GraphbitConversation) conversation = graphbit_conversation_new (client, NULL);
  g_autoptr (GraphbitConversation) read = NULL;
  g_autoptr (GraphbitConversation) moved = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;
  g_autofree char *requests = NULL;
  g_autofree char *more = NULL;

  say (conversation, "Hello");
  json = graphbit_conversation_to_json (conversation, &error);
  g_assert_no_error (error);
  g_assert_null (strstr (json, "sk-"));
  moved = graphbit_conversation_new_from_json (json, other, &error);
  g_assert_no_error (error);
  say (moved, "Again");
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_null (strstr (requests, "SIGN-marker"));
  read = graphbit_conversation_new_from_json (json, client, &error);
  g_assert_no_error (error);
  say (read, "Again");
  more = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (more, "SIGN-marker"));

  /* what is no list of blocks is not taken for one */
  g_clear_object (&read);
  read = graphbit_conversation_new_from_json (MESSAGE ("\"role\":\"user\",\"content\":\"Hello\"},{\"role\":\"assistant\",\"content\":\"Yes\","
                                                       "\"provider\":\"anthropic\",\"native\":\"{\\\"a\\\":1}\""),
                                              client, &error);
  g_assert_no_error (error);
  say (read, "Again");

  /* its brackets are at its ends */
  g_clear_object (&read);
  read = graphbit_conversation_new_from_json (MESSAGE ("\"role\":\"user\",\"content\":\"Hello\"},{\"role\":\"assistant\",\"content\":\"Yes\","
                                                       "\"provider\":\"anthropic\",\"native\":\" [{\\\"type\\\":\\\"text\\\",\\\"text\\\":\\\"STRIPPED\\\"}] \\n\""),
                                              client, &error);
  g_assert_no_error (error);
  say (read, "Again");
  g_clear_pointer (&more, g_free);
  more = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (more, "STRIPPED"));
}

static const struct
{
  const char *text;
  int code;
  const char *message;
} wrong[] = {
  { "", GRAPHBIT_ERROR_PARSE, "Line 1, column 1, $: *" },
  { "[]", GRAPHBIT_ERROR_PARSE, "Line 1, column 1, $: This is another kind of file; the member “format” must be “graphbit-conversation”" },
  { "{}", GRAPHBIT_ERROR_PARSE, "Line 1, column 1, $: This is another kind*" },
  { "{\"format\":\"graphbit-workflow\",\"version\":1}", GRAPHBIT_ERROR_PARSE, "Line 1, column 11, $.format: This is another kind*" },
  { "{\"format\":\"graphbit-conversation\"}", GRAPHBIT_ERROR_PARSE, "*The member “version” is missing*" },
  { "{\"format\":\"graphbit-conversation\",\n\"version\":2}", GRAPHBIT_ERROR_UNSUPPORTED, "Line 2, column 11, $.version: *" },
  { HEAD "\"messages\":{}}", GRAPHBIT_ERROR_PARSE, "Line 1, column 58, $.messages: an array is expected here" },
  { HEAD "\"messages\":[1]}", GRAPHBIT_ERROR_PARSE, "Line 1, column 59, $.messages[0]: an object is expected here" },
  { HEAD "\"messages\":[],\"messages\":[]}", GRAPHBIT_ERROR_PARSE, "*this member twice*" },
  { HEAD "\"calibration\":0.01}", GRAPHBIT_ERROR_PARSE, "*$.calibration: a number from 0.1 to 10 is expected here" },
  { HEAD "\"calibration\":\"1\"}", GRAPHBIT_ERROR_PARSE, "*$.calibration: a number*" },
  { HEAD "\"system-prompt\":1}", GRAPHBIT_ERROR_PARSE, "*$.system-prompt: a text is expected here" },
  { MESSAGE (""), GRAPHBIT_ERROR_PARSE, "*$.messages[0]: The member “role” is missing" },
  { MESSAGE ("\"role\":\"god\",\"content\":\"\""), GRAPHBIT_ERROR_PARSE, "*column 67, $.messages[0].role: “god” is none of the values that there are" },
  { MESSAGE ("\"role\":\"user\""), GRAPHBIT_ERROR_PARSE, "*$.messages[0]: The member “content” is missing" },
  { MESSAGE ("\"role\":\"tool\",\"content\":\"\""), GRAPHBIT_ERROR_PARSE, "*“tool-call-id” is missing" },
  { MESSAGE ("\"role\":\"assistant\",\"content\":\"\",\"native\":\"[]\""), GRAPHBIT_ERROR_PARSE, "*$.messages[0].native: *needs the provider's name*" },
  { MESSAGE ("\"role\":\"assistant\",\"content\":\"\",\"provider\":\"x\",\"native\":\"[],\""), GRAPHBIT_ERROR_PARSE, "*must be JSON" },
  { MESSAGE ("\"role\":\"assistant\",\"content\":\"\",\"tool-calls\":[{\"id\":\"1\",\"name\":\"f\"}]"), GRAPHBIT_ERROR_PARSE, "*$.messages[0].tool-calls[0]: The member “arguments” is missing" },
  { MESSAGE ("\"role\":\"user\",\"content\":\"\",\"parts\":[{\"kind\":\"text\"}]"), GRAPHBIT_ERROR_PARSE, "*$.messages[0].parts[0]: A text has “text”*" },
  { MESSAGE ("\"role\":\"user\",\"content\":\"\",\"parts\":[{\"kind\":\"image\",\"text\":\"a\"}]"), GRAPHBIT_ERROR_PARSE, "*A text has “text”*" },
  { MESSAGE ("\"role\":\"user\",\"content\":\"\",\"parts\":[{\"kind\":\"image\",\"uri\":\"a\",\"bytes\":\"AAEC\"}]"), GRAPHBIT_ERROR_PARSE, "*A text has “text”*" },
  { MESSAGE ("\"role\":\"user\",\"content\":\"\",\"parts\":[{\"kind\":\"image\",\"bytes\":\"A-EC\"}]"), GRAPHBIT_ERROR_PARSE, "*parts[0].bytes: base64 is expected here" },
  { MESSAGE ("\"role\":\"user\",\"content\":\"\",\"parts\":[{\"kind\":\"image\",\"bytes\":1}]"), GRAPHBIT_ERROR_PARSE, "*parts[0].bytes: base64 is expected here" },
  { MESSAGE ("\"role\":\"user\",\"content\":\"\",\"parts\":[{\"kind\":\"song\"}]"), GRAPHBIT_ERROR_PARSE, "*parts[0].kind: “song” is none*" },
  { MESSAGE ("\"role\":\"user\",\"content\":\"\\u0000\""), GRAPHBIT_ERROR_PARSE, "*" },
};

static void
test_wrong (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GError) error = NULL;

  g_assert_null (graphbit_conversation_new_from_json (wrong[i].text, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, wrong[i].code);
  if (!g_pattern_match_simple (wrong[i].message, error->message))
    g_error ("“%s” is not “%s”", error->message, wrong[i].message);
}

/* Names of which all have the same hash: a table of them would take hours. */
static void
test_crowded (void)
{
  g_autoptr (GString) text = g_string_new (HEAD "\"messages\":[],\"x\":{");
  g_autoptr (GraphbitConversation) conversation = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1 << 18; i++)
    {
      g_string_append (text, i > 0 ? ",\"" : "\"");
      for (guint bit = 0; bit < 18; bit++)
        g_string_append (text, (i >> bit) & 1 ? "Ez" : "FY");
      g_string_append (text, "\":0");
    }
  g_string_append (text, "}}");

  conversation = graphbit_conversation_new_from_json (text->str, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (conversation);
}

static void
test_file (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitConversation) conversation = make (server, NULL);
  g_autoptr (GraphbitLlmMessage) message = graphbit_llm_message_new_user ("See");
  g_autoptr (GraphbitLlmMessage) again = NULL;
  g_autoptr (GraphbitConversation) read = NULL;
  g_autoptr (GraphbitConversation) reread = NULL;
  g_autoptr (GraphbitContentPart) part = NULL;
  g_autoptr (GraphbitContentPart) gone = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("graphbit-conversation-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "talk.json", NULL);
  g_autofree char *document_path = g_build_filename (folder, "A report.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) document = g_file_new_for_path (document_path);
  g_autofree char *name = NULL;
  g_autofree char *long_text = NULL;
  SupportResult result = { NULL };
  GStatBuf status;

  g_assert_true (g_file_set_contents (document_path, "Report", -1, NULL));
  part = graphbit_content_part_new_for_file (document);
  graphbit_llm_message_add_part (message, part);
  add (conversation, g_object_ref (message));
  g_assert_true (graphbit_conversation_save (conversation, file, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  /* the document is in it, and no file is opened any more */
  g_assert_cmpint (g_unlink (document_path), ==, 0);
  g_assert_false (graphbit_conversation_save (conversation, file, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  read = graphbit_conversation_load (file, NULL, NULL, &error);
  g_assert_no_error (error);
  again = g_list_model_get_item (G_LIST_MODEL (read), 0);
  gone = g_list_model_get_item (graphbit_llm_message_get_parts (again), 0);
  g_assert_cmpuint (g_bytes_get_size (graphbit_content_part_get_bytes (gone)), ==, 6);
  g_assert_cmpint (memcmp (g_bytes_get_data (graphbit_content_part_get_bytes (gone), NULL), "Report", 6), ==, 0);
  g_assert_cmpstr (graphbit_content_part_get_mime_type (gone), ==, "text/plain");
  name = g_file_get_basename (graphbit_content_part_get_file (gone));
  g_assert_cmpstr (name, ==, "A report.txt");

  /* an existing file keeps its permissions */
  g_assert_cmpint (g_chmod (path, 0640), ==, 0);
  graphbit_conversation_save_async (read, file, NULL, support_ready, &result);
  g_assert_true (graphbit_conversation_save_finish (read, support_wait (&result), &error));
  g_assert_no_error (error);
  support_result_clear (&result);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0640);
  graphbit_conversation_load_async (file, graphbit_conversation_get_client (conversation), NULL, support_ready, &result);
  reread = graphbit_conversation_load_finish (support_wait (&result), &error);
  g_assert_no_error (error);
  support_result_clear (&result);
  g_assert_true (graphbit_conversation_get_client (reread) == graphbit_conversation_get_client (conversation));
  assert_is (reread, "u:See");

  /* more than one read */
  long_text = g_strnfill (1000 * 1000, 'x');
  add (reread, graphbit_llm_message_new_user (long_text));
  g_assert_true (graphbit_conversation_save (reread, file, NULL, &error));
  g_clear_object (&read);
  read = graphbit_conversation_load (file, NULL, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&again);
  again = g_list_model_get_item (G_LIST_MODEL (read), 1);
  g_assert_cmpstr (graphbit_llm_message_get_content (again), ==, long_text);

  /* whose fault it is */
  g_assert_true (g_file_set_contents (path, "{", -1, NULL));
  g_assert_null (graphbit_conversation_load (file, NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE);
  g_assert_nonnull (strstr (error->message, "talk.json: Line 1"));
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  g_assert_null (graphbit_conversation_load (file, NULL, NULL, &error));
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE);
  g_clear_error (&error);
  g_unlink (path);
  graphbit_conversation_load_async (file, NULL, NULL, support_ready, &result);
  g_assert_null (graphbit_conversation_load_finish (support_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  support_result_clear (&result);
  g_rmdir (folder);
  g_assert_false (graphbit_conversation_save (read, file, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "check the folder"));
}

static void
test_properties (void)
{
  g_autoptr (GraphbitMockServer) server = support_server_new (NULL);
  g_autoptr (GraphbitConversation) conversation = make (server, NULL);
  g_autoptr (GraphbitConversation) fork = NULL;
  g_autoptr (GraphbitLlmOptions) options = graphbit_llm_options_new ();
  g_autoptr (GraphbitLlmOptions) got = NULL;
  g_autoptr (GListModel) tools = NULL;
  g_autofree char *prompt = NULL;
  guint limit;

  g_object_set (conversation, "system-prompt", "Be brief", "options", options, "max-prompt-tokens", 100u, NULL);
  g_object_get (conversation, "system-prompt", &prompt, "options", &got, "max-prompt-tokens", &limit, "tools", &tools, NULL);
  g_assert_cmpstr (prompt, ==, "Be brief");
  g_assert_true (got == options);
  g_assert_cmpuint (limit, ==, 100);
  g_assert_true (tools == graphbit_conversation_get_tools (conversation));
  fork = graphbit_conversation_fork (conversation);
  g_assert_cmpstr (graphbit_conversation_get_system_prompt (fork), ==, "Be brief");
  g_assert_true (graphbit_conversation_get_options (fork) == options);
  g_assert_cmpuint (graphbit_conversation_get_max_prompt_tokens (fork), ==, 100);
  g_assert_true (graphbit_conversation_get_client (fork) == graphbit_conversation_get_client (conversation));
  graphbit_conversation_set_system_prompt (conversation, "");
  g_assert_null (graphbit_conversation_get_system_prompt (conversation));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/llm/conversation/send", test_send);
  g_test_add_func ("/llm/conversation/stream", test_stream);
  g_test_add_func ("/llm/conversation/dropped", test_dropped);
  g_test_add_func ("/llm/conversation/tools", test_tools);
  g_test_add_func ("/llm/conversation/trim", test_trim);
  g_test_add_func ("/llm/conversation/calibration", test_calibration);
  g_test_add_func ("/llm/conversation/round-trip", test_round_trip);
  g_test_add_func ("/llm/conversation/native", test_native);
  g_test_add_func ("/llm/conversation/crowded", test_crowded);
  g_test_add_func ("/llm/conversation/file", test_file);
  g_test_add_func ("/llm/conversation/properties", test_properties);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *path = g_strdup_printf ("/llm/conversation/wrong/%u", i);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_wrong);
    }

  return g_test_run ();
}
