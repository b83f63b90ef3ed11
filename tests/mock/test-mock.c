/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mock-server.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* The scripted provider server against a client that knows bytes only. */

#define PATIENCE_MS 20000

#define CHAT "{\"model\":\"mock-model\",\"messages\":[{\"role\":\"user\",\"content\":\"one two\"}]}"
#define CHAT_STREAM "{\"model\":\"mock-model\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"one two\"}]}"

typedef struct
{
  GIOStream *stream;
  GString *in;
} Client;

typedef struct
{
  guint status;
  GString *head;
  GString *body;
  gboolean whole;
  GError *error;
} Response;

static void
client_free (Client *client)
{
  g_io_stream_close (client->stream, NULL, NULL);
  g_object_unref (client->stream);
  g_string_free (client->in, TRUE);
  g_free (client);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Client, client_free)

static void
response_free (Response *response)
{
  g_string_free (response->head, TRUE);
  g_string_free (response->body, TRUE);
  g_clear_error (&response->error);
  g_free (response);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Response, response_free)

static GraphbitMockServer *
start_server (void)
{
  g_autoptr (GraphbitMockServer) server = graphbit_mock_server_new ();
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_start (server, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&server);
}

static void
add_step (GraphbitMockServer *server,
          const char         *json)
{
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_add_step (server, json, &error);
  g_assert_no_error (error);
}

static Client *
client_new (GraphbitMockServer *server)
{
  g_autoptr (GSocketClient) socket_client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  Client *client = g_new0 (Client, 1);
  GSocketConnection *connection;

  connection = g_socket_client_connect_to_host (socket_client, "127.0.0.1",
                                                (guint16) graphbit_mock_server_get_port (server), NULL, &error);
  g_assert_no_error (error);
  client->stream = G_IO_STREAM (connection);
  client->in = g_string_new (NULL);
  return client;
}

static void
client_write (Client     *client,
              const char *text)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (client->stream), text, strlen (text), NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
client_send (Client     *client,
             const char *method,
             const char *target,
             const char *body)
{
  g_autofree char *request =
    g_strdup_printf ("%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer key\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                     method, target, strlen (body), body);

  client_write (client, request);
}

/* Reads what comes next; FALSE at the end and on an error. */
static gboolean
client_fill (Client  *client,
             GError **error)
{
  char buffer[8192];
  gssize n = g_input_stream_read (g_io_stream_get_input_stream (client->stream), buffer, sizeof buffer, NULL, error);

  if (n > 0)
    g_string_append_len (client->in, buffer, n);
  return n > 0;
}

static char *
head_value (Response   *response,
            const char *name)
{
  g_autofree char *start = g_strdup_printf ("\r\n%s: ", name);
  const char *found = strcasestr (response->head->str, start);

  if (found == NULL)
    return NULL;
  found += strlen (start);
  return g_strndup (found, strcspn (found, "\r"));
}

static Response *
client_receive (Client *client)
{
  Response *response = g_new0 (Response, 1);
  g_autofree char *length = NULL;
  g_autofree char *encoding = NULL;
  const char *end;

  response->head = g_string_new (NULL);
  response->body = g_string_new (NULL);

  while ((end = strstr (client->in->str, "\r\n\r\n")) == NULL)
    {
      if (!client_fill (client, &response->error))
        {
          g_string_append_len (response->body, client->in->str, (gssize) client->in->len);
          g_string_truncate (client->in, 0);
          return response;
        }
    }
  g_string_append_len (response->head, client->in->str, end + 4 - client->in->str);
  g_string_erase (client->in, 0, (gssize) response->head->len);
  g_assert_cmpint (sscanf (response->head->str, "HTTP/1.1 %u ", &response->status), ==, 1);

  length = head_value (response, "Content-Length");
  encoding = head_value (response, "Transfer-Encoding");
  if (encoding != NULL)
    {
      g_assert_cmpstr (encoding, ==, "chunked");
      for (;;)
        {
          gsize size;

          while ((end = strstr (client->in->str, "\r\n")) == NULL)
            {
              if (!client_fill (client, &response->error))
                return response;
            }
          size = (gsize) g_ascii_strtoull (client->in->str, NULL, 16);
          g_string_erase (client->in, 0, end + 2 - client->in->str);
          while (client->in->len < size + 2)
            {
              if (!client_fill (client, &response->error))
                {
                  g_string_append_len (response->body, client->in->str, (gssize) MIN (client->in->len, size));
                  return response;
                }
            }
          g_string_append_len (response->body, client->in->str, (gssize) size);
          g_assert_cmpmem (client->in->str + size, 2, "\r\n", 2);
          g_string_erase (client->in, 0, (gssize) size + 2);
          if (size == 0)
            break;
        }
      response->whole = TRUE;
    }
  else
    {
      gsize wanted = length != NULL ? (gsize) g_ascii_strtoull (length, NULL, 10) : G_MAXSIZE;

      while (client->in->len < wanted && client_fill (client, &response->error))
        ;
      g_string_append_len (response->body, client->in->str, (gssize) MIN (client->in->len, wanted));
      g_string_erase (client->in, 0, (gssize) response->body->len);
      response->whole = response->error == NULL && (length == NULL || response->body->len == wanted);
    }
  return response;
}

static Response *
client_ask (Client     *client,
            const char *body)
{
  client_send (client, "POST", "/v1/chat/completions", body);
  return client_receive (client);
}

/* One request on a connection of its own */
static Response *
ask (GraphbitMockServer *server,
     const char         *body)
{
  g_autoptr (Client) client = client_new (server);

  return client_ask (client, body);
}

static void
assert_closed (Client *client)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (client_fill (client, &error));
  g_assert_no_error (error);
}

/* The member of the index-th recorded request, as text */
static char *
recorded (GraphbitMockServer *server,
          guint               index,
          const char         *member)
{
  g_autofree char *json = graphbit_mock_server_dup_requests_json (server);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonArray *array;
  JsonNode *node;

  json_parser_load_from_data (parser, json, -1, &error);
  g_assert_no_error (error);
  array = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpuint (index, <, json_array_get_length (array));
  node = json_object_get_member (json_array_get_object_element (array, index), member);
  g_assert_nonnull (node);
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);
  return json_to_string (node, FALSE);
}

#define assert_recorded(server, index, member, value) \
  G_STMT_START \
    { \
      g_autofree char *recorded_text = recorded (server, index, member); \
      g_assert_cmpstr (recorded_text, ==, value); \
    } \
  G_STMT_END

#define assert_contains(text, part) \
  G_STMT_START \
    { \
      if (strstr (text, part) == NULL) \
        g_error ("“%s” is not in: %s", part, text); \
    } \
  G_STMT_END

static void
test_plain (void)
{
  g_autoptr (GraphbitMockServer) server = start_server ();
  g_autoptr (Client) client = client_new (server);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (Response) response = client_ask (client, CHAT);
      g_autofree char *type = head_value (response, "Content-Type");

      g_assert_cmpuint (response->status, ==, 200);
      g_assert_cmpstr (type, ==, "application/json");
      g_assert_true (response->whole);
      assert_contains (response->body->str, "\"content\":\"You said: one two\"");
      assert_contains (response->body->str, "\"finish_reason\":\"stop\"");
      assert_contains (response->body->str, "\"prompt_tokens\":2,\"completion_tokens\":4,\"total_tokens\":6");
    }

  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 3);
  g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 1);
  g_assert_cmpuint (graphbit_mock_server_get_open_connections (server), ==, 1);
  g_assert_cmpuint (graphbit_mock_server_get_peak_in_flight (server), ==, 1);
  assert_recorded (server, 2, "method", "POST");
  assert_recorded (server, 2, "path", "/v1/chat/completions");
  assert_recorded (server, 2, "body", CHAT);
  assert_recorded (server, 2, "connection", "1");
  assert_recorded (server, 2, "aborted", "false");

  g_clear_pointer (&client, client_free);
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE_MS));
}

static void
test_stream (void)
{
  g_autoptr (GraphbitMockServer) server = start_server ();
  g_autoptr (Response) response = ask (server, "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                                               "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a \\u00e9\"}]}]}");
  g_autofree char *type = head_value (response, "Content-Type");
  const char *position = response->body->str;
  static const char *const parts[] = {
    "data: {", "\"role\":\"assistant\",\"content\":\"\"", "\"usage\":null}\n\n", "\"content\":\"You \"", "\"content\":\"said: \"",
    "\"content\":\"a \"", "\"content\":\"é\"", "\"delta\":{}", "\"finish_reason\":\"stop\"", "\"choices\":[],\"usage\":{\"prompt_tokens\":2",
    "}\n\ndata: [DONE]\n\n"
  };

  g_assert_cmpuint (response->status, ==, 200);
  g_assert_true (g_str_has_prefix (type, "text/event-stream"));
  g_assert_true (response->whole);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      assert_contains (position, parts[i]);
      position = strstr (position, parts[i]) + strlen (parts[i]);
    }
  g_assert_cmpstr (position, ==, "");
}

static void
test_refusals (void)
{
  g_autoptr (GraphbitMockServer) server = start_server ();
  g_autoptr (Client) client = client_new (server);
  static const struct
  {
    const char *request;
    guint status;
    const char *part;
  } cases[] = {
    { "GET /v1/models HTTP/1.1\r\nAuthorization: Bearer k\r\n\r\n", 200, "\"mock-model\"" },
    { "GET /v1/models HTTP/1.1\r\n\r\n", 401, "\"type\":\"invalid_request_error\"" },
    { "GET /v1/models HTTP/1.1\r\nauthorization: Bearer wrong\r\n\r\n", 401, "\"code\":\"invalid_api_key\"" },
    { "GET /v1/nothing HTTP/1.1\r\nAuthorization: Bearer k\r\n\r\n", 404, "\"code\":\"unknown_url\"" },
    { "GET /v1/chat/completions HTTP/1.1\r\nAuthorization: Bearer k\r\n\r\n", 405, "method_not_supported" },
    { "POST /v1/chat/completions HTTP/1.1\r\nAuthorization: Bearer k\r\nContent-Length: 5\r\n\r\n{\"a\":", 400, "parse" },
    { "POST /v1/chat/completions HTTP/1.1\r\nAuthorization: Bearer k\r\nContent-Length: 13\r\n\r\n{\"model\":\"m\"}", 400, "messages" },
    { "POST /v1/chat/completions HTTP/1.1\r\nAuthorization: Bearer k\r\nContent-Length: 68\r\n\r\n"
      "{\"model\":\"no-such-model\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
      404, "\"code\":\"model_not_found\"" },
    { "HEAD /v1/models HTTP/1.1\r\nAuthorization: Bearer k\r\n\r\n", 200, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Response) response = NULL;

      client_write (client, cases[i].request);
      if (cases[i].part == NULL)
        {
          while (strstr (client->in->str, "\r\n\r\n") == NULL)
            g_assert_true (client_fill (client, NULL));
          g_assert_true (g_str_has_suffix (client->in->str, "\r\n\r\n"));
          continue;
        }
      response = client_receive (client);
      g_assert_cmpuint (response->status, ==, cases[i].status);
      assert_contains (response->body->str, cases[i].part);
    }

  graphbit_mock_server_set_require_authorization (server, FALSE);
  g_string_truncate (client->in, 0);
  {
    g_autoptr (Response) response = NULL;

    client_write (client, "GET /v1/models HTTP/1.1\r\n\r\n");
    response = client_receive (client);
    g_assert_cmpuint (response->status, ==, 200);
  }
}

/* What the real providers refuse, in their words; each of these is but one step from what they take. */
static void
test_shapes (void)
{
#define SAYS "{\"role\":\"user\",\"content\":\"a\"}"
#define ASKS(arguments) "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c-1\",\"function\":{\"name\":\"f\",\"arguments\":" arguments "}}]}"
#define TOLD "{\"role\":\"tool\",\"tool_call_id\":\"c-1\",\"content\":\"b\"}"
#define BODY(messages, more) "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[" messages "]" more "}"
#define ANTHROPIC_ASKS(input) "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":" input "}]}"
#define ANTHROPIC_TOLD "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"c\",\"content\":\"b\"}]}"
#define GEMINI(role, parts) "{\"role\":\"" role "\",\"parts\":[" parts "]}"
#define CONTENTS(contents, more) "{\"contents\":[" contents "]" more "}"
#define INPUT(items, more) "{\"model\":\"m\",\"input\":[" items "]" more "}"
  static const struct
  {
    const char *path;
    const char *body;
    guint status;
    const char *words;
  } cases[] = {
    { "/v1/chat/completions", BODY (SAYS "," ASKS ("\"{}\"") "," TOLD, ""), 200, "The tool said" },
    { "/v1/chat/completions", BODY (SAYS "," TOLD, ""), 400, "has no call before it" },
    { "/v1/chat/completions", BODY (SAYS "," ASKS ("\"{}\"") "," SAYS, ""), 400, "not followed by its result" },
    { "/v1/chat/completions", BODY (SAYS "," ASKS ("{}") "," TOLD, ""), 400, "no JSON text" },
    { "/v1/chat/completions", BODY ("{\"role\":\"wizard\",\"content\":\"a\"}", ""), 400, "Invalid value: 'wizard'" },
    { "/v1/chat/completions", BODY ("{\"role\":\"assistant\",\"content\":null}", ""), 400, "got null" },
    { "/v1/chat/completions", BODY (SAYS, ",\"tool_choice\":\"auto\""), 400, "only allowed when 'tools'" },
    { "/v1/chat/completions", BODY (SAYS, ",\"stream_options\":{}"), 400, "only allowed when 'stream'" },
    { "/as/openai/v1/chat/completions", BODY (SAYS, ""), 400, "Unknown parameter: 'max_tokens'" },
    { "/as/mistralai/chat/completions", BODY (SAYS, ",\"random_seed\":1"), 200, "You said: a" },
    { "/as/mistralai/chat/completions", BODY (SAYS, ",\"seed\":1"), 422, "extra_forbidden" },
    { "/as/mistralai/chat/completions", BODY (SAYS "," ASKS ("\"{}\"") "," TOLD, ""), 400, "with a length of 9" },
    { "/as/deepseek/chat/completions", BODY ("{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"http://a\"}}]}", ""), 400, "expected `text`" },
    { "/v1/messages", BODY (SAYS "," ANTHROPIC_ASKS ("{}") "," ANTHROPIC_TOLD, ""), 200, "The tool said: b" },
    { "/v1/messages", BODY (SAYS "," ANTHROPIC_ASKS ("\"{}\"") "," ANTHROPIC_TOLD, ""), 400, "valid dictionary" },
    { "/v1/messages", BODY (SAYS "," ANTHROPIC_ASKS ("{}") "," SAYS, ""), 400, "without `tool_result`" },
    { "/v1/messages", BODY (SAYS "," ANTHROPIC_TOLD, ""), 400, "has no call before it" },
    { "/v1/messages", BODY (ANTHROPIC_ASKS ("{}"), ""), 400, "first message" },
    { "/v1/messages", BODY (SAYS, ",\"seed\":1"), 400, "seed: Extra inputs" },
    { "/v1/messages", BODY (SAYS, ",\"temperature\":1.5"), 400, "range: 0..1" },
    { "/v1/messages", BODY ("{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"\"}]}", ""), 400, "non-empty" },
    { "/v1beta/models/m:generateContent", CONTENTS (GEMINI ("user", "{\"text\":\"a\"}"), ""), 200, "You said: a" },
    { "/v1beta/models/m:generateContent", CONTENTS (GEMINI ("assistant", "{\"text\":\"a\"}"), ""), 400, "valid role" },
    { "/v1beta/models/m:generateContent", CONTENTS (GEMINI ("user", ""), ""), 400, "must not be empty" },
    { "/v1beta/models/m:generateContent", CONTENTS (GEMINI ("user", "{\"text\":\"a\"}"), ",\"seed\":1"), 400, "Unknown name" },
    { "/v1beta/models/m:generateContent",
      CONTENTS (GEMINI ("model", "{\"functionCall\":{\"name\":\"f\",\"args\":{}}}") "," GEMINI ("user", "{\"text\":\"a\"}"), ""), 400, "function response parts" },
    { "/api/chat", "{\"model\":\"m\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"a\",\"images\":[\"data:image/png;base64,AA==\"]}]}", 400, "illegal base64" },
    { "/api/chat", BODY (SAYS "," ASKS ("\"{}\"") "," TOLD, ",\"stream\":false"), 400, "ToolCallFunction.arguments" },
    { "/v1/responses", INPUT (SAYS ",{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"b\"}", ""), 400, "has no call before it" },
    { "/v1/responses", INPUT (SAYS, ",\"stop\":[\"a\"]"), 400, "Unknown parameter: 'stop'" },
    { "/v1/responses", INPUT (SAYS, ",\"max_output_tokens\":9"), 400, "below minimum" },
    { "/v1/responses", INPUT ("{\"type\":\"reasoning\",\"id\":\"r\",\"summary\":[]}," SAYS, ""), 400, "required following item" },
  };
  g_autoptr (GraphbitMockServer) server = start_server ();
  g_autoptr (Client) client = client_new (server);

  graphbit_mock_server_set_require_authorization (server, FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *request =
        g_strdup_printf ("POST %s HTTP/1.1\r\n%sContent-Length: %u\r\n\r\n%s", cases[i].path,
                         g_str_has_suffix (cases[i].path, "/messages") ? "anthropic-version: 2023-06-01\r\n" : "",
                         (guint) strlen (cases[i].body), cases[i].body);
      g_autoptr (Response) response = NULL;

      client_write (client, request);
      response = client_receive (client);
      assert_contains (response->body->str, cases[i].words);
      g_assert_cmpuint (response->status, ==, cases[i].status);
    }
}

static void
test_answers (void)
{
  g_autoptr (GraphbitMockServer) server = start_server ();
  static const char *const steps[] = {
    "{\"text\":\"x y\",\"reasoning\":\"because\",\"finish_reason\":\"length\"}",
    "{\"tool_calls\":[{\"id\":\"call_9\",\"name\":\"f\",\"arguments\":\"{\\\"a\\\": 1}\"},{\"name\":\"g\",\"arguments\":{\"b\":2}}]}",
    "{\"stream\":[\"on\",\"e \",\"two\"],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":8,\"total_tokens\":15}}",
    "{\"refusal\":\"No.\"}",
  };
  static const char *const plain_parts[][3] = {
    { "\"content\":\"x y\"", "\"reasoning_content\":\"because\"", "\"finish_reason\":\"length\"" },
    { "\"content\":null", "{\"id\":\"call_9\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\": 1}\"}}", "\"finish_reason\":\"tool_calls\"" },
    { "\"content\":\"one two\"", "\"total_tokens\":15", "\"finish_reason\":\"stop\"" },
    { "\"content\":null", "\"refusal\":\"No.\"", "\"finish_reason\":\"stop\"" },
  };
  static const char *const streamed_parts[][3] = {
    { "\"delta\":{\"content\":\"x \"}", "\"delta\":{\"reasoning_content\":\"because\"}", "\"finish_reason\":\"length\"" },
    { "{\"index\":1,\"id\":\"call_2\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}}", "{\"index\":1,\"function\":{\"arguments\":\"{\\\"b\\\":2}\"}}", "\"finish_reason\":\"tool_calls\"" },
    { "\"delta\":{\"content\":\"on\"}", "\"delta\":{\"content\":\"two\"}", "\"total_tokens\":15" },
    { "\"delta\":{\"refusal\":\"No.\"}", "data: [DONE]\n\n", "\"finish_reason\":\"stop\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (Response) plain = NULL;
      g_autoptr (Response) streamed = NULL;

      add_step (server, steps[i]);
      add_step (server, steps[i]);
      plain = ask (server, CHAT);
      streamed = ask (server, CHAT_STREAM);
      for (gsize j = 0; j < G_N_ELEMENTS (plain_parts[i]); j++)
        {
          assert_contains (plain->body->str, plain_parts[i][j]);
          assert_contains (streamed->body->str, streamed_parts[i][j]);
        }
    }
}

static void
test_call_tools (void)
{
  g_autoptr (GraphbitMockServer) server = start_server ();
  g_autoptr (Response) without = NULL;
  g_autoptr (Response) called = NULL;
  g_autoptr (Response) after = NULL;

#define TOOLS \
  "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":{\"type\":\"object\",\"properties\":" \
  "{\"city\":{\"type\":\"string\"},\"days\":{\"type\":\"integer\"}}}}}]"

  add_step (server, "{\"call_tools\":true,\"times\":-1}");
  without = ask (server, CHAT);
  assert_contains (without->body->str, "You said: one two");
  called = ask (server, "{\"model\":\"m\"," TOOLS ",\"messages\":[{\"role\":\"user\",\"content\":\"Oslo 3\"}]}");
  assert_contains (called->body->str, "\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Oslo 3\\\",\\\"days\\\":3}\"");
  after = ask (server, "{\"model\":\"m\"," TOOLS ",\"messages\":[{\"role\":\"user\",\"content\":\"Oslo 3\"},"
                       "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"weather\",\"arguments\":\"{}\"}}]},"
                       "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"4 degrees\"}]}");
  assert_contains (after->body->str, "The tool said: 4 degrees");
  g_assert_cmpuint (graphbit_mock_server_get_step_count (server), ==, 1);
}

static void
test_queue (void)
{
  g_autoptr (GraphbitMockServer) server = start_server ();
  g_autoptr (Client) client = client_new (server);
  static const guint expected[] = { 429, 429, 418, 200 };
  g_autoptr (Response) matched = NULL;

  add_step (server, "[{\"match\":\"never in it\",\"status\":599},"
                    "{\"match\":\"two words\",\"text\":\"matched\"},"
                    "{\"status\":429,\"headers\":{\"Retry-After\":\"1\",\"X-Many\":[\"a\",\"b\"]},\"times\":2},"
                    "{\"status\":418,\"body\":\"tea\",\"content_type\":\"text/plain\"}]");
  matched = client_ask (client, "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"two words\"}]}");
  assert_contains (matched->body->str, "\"content\":\"matched\"");

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (Response) response = client_ask (client, CHAT);

      g_assert_cmpuint (response->status, ==, expected[i]);
      g_assert_true (response->whole);
      if (response->status == 429)
        {
          assert_contains (response->head->str, "\r\nRetry-After: 1\r\n");
          assert_contains (response->head->str, "\r\nX-Many: a\r\nX-Many: b\r\n");
          assert_contains (response->body->str, "\"code\":\"rate_limit_exceeded\"");
        }
      if (response->status == 418)
        {
          g_assert_cmpstr (response->body->str, ==, "tea");
          assert_contains (response->head->str, "Content-Type: text/plain\r\n");
        }
    }
  g_assert_cmpuint (graphbit_mock_server_get_step_count (server), ==, 1);

  graphbit_mock_server_clear (server);
  g_assert_cmpuint (graphbit_mock_server_get_step_count (server), ==, 0);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);
  g_assert_cmpuint (graphbit_mock_server_get_open_connections (server), ==, 1);
}

static void
test_bad_steps (void)
{
  g_autoptr (GraphbitMockServer) server = graphbit_mock_server_new ();
  static const char *const steps[] = {
    "{\"staus\":429}", "{\"status\":\"429\"}", "{\"times\":0}", "{\"stall\":\"sometimes\"}", "{\"stall\":\"after-5-byte\"}",
    "{\"split\":0}", "{\"on\":\"disconnect\"}", "{\"tool_calls\":[{\"id\":\"a\"}]}", "{\"headers\":{\"a\":1}}", "[{\"text\":\"a\"},3]",
    "3", "{\"framing\":\"none\"}", "{\"usage\":true}", "{\"stream\":\"a\"}"
  };
  g_autoptr (GError) no_json = NULL;
  g_autoptr (GError) no_file = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (graphbit_mock_server_add_step (server, steps[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
  g_assert_false (graphbit_mock_server_add_step (server, "{", &no_json));
  g_assert_true (no_json->domain == JSON_PARSER_ERROR);
  g_assert_false (graphbit_mock_server_add_step (server, "{\"recording\":\"/no/such/file\"}", &no_file));
  g_assert_error (no_file, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_cmpuint (graphbit_mock_server_get_step_count (server), ==, 0);
}

static void
test_recording (void)
{
  static const char bytes[] = "data: {\"a\":\"é\"}\r\n\r\n: hi\n\ndata: [DONE]\n\n";
  g_autoptr (GraphbitMockServer) server = start_server ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  static const char *const splits[] = { "", ",\"split\":\"byte\"", ",\"split\":\"random\",\"seed\":7", ",\"split\":5", ",\"drip_ms\":1,\"split\":20" };
  int fd = g_file_open_tmp ("mock-XXXXXX.body", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_file_set_contents (path, bytes, -1, &error);
  g_assert_no_error (error);

  for (gsize i = 0; i < G_N_ELEMENTS (splits); i++)
    {
      g_autofree char *step = g_strdup_printf ("{\"recording\":\"%s\",\"status\":203%s}", path, splits[i]);
      g_autoptr (Response) response = NULL;
      g_autofree char *type = NULL;

      add_step (server, step);
      response = ask (server, CHAT_STREAM);
      type = head_value (response, "Content-Type");
      g_assert_cmpuint (response->status, ==, 203);
      g_assert_cmpstr (type, ==, "text/event-stream");
      g_assert_true (response->whole);
      g_assert_cmpstr (response->body->str, ==, bytes);
    }
  g_unlink (path);
}

/* Where things happen, to the byte: a body of ten bytes in two pieces */
typedef struct
{
  const char *place;
  const char *received; /* a part of the head, or the body up to there */
  gboolean in_body;
} Place;

static const Place places[] = {
  { "before-status", "", FALSE },
  { "after-status", "HTTP/1.1 200 OK\r\n", FALSE },
  { "after-headers", "\r\n\r\n", FALSE },
  { "after-1-bytes", "0", TRUE },
  { "after-5-bytes", "01234", TRUE },
  { "after-7-bytes", "0123456", TRUE },
  { "after-10-bytes", "0123456789", TRUE },
};

static void
fill_until (Client      *client,
            const Place *place)
{
  for (;;)
    {
      const char *text = client->in->str;
      g_autofree char *unframed = NULL;

      if (place->in_body)
        {
          const char *body = strstr (text, "\r\n\r\n");
          g_auto (GStrv) lines = body != NULL ? g_strsplit (body + 4, "\r\n", -1) : NULL;

          /* size, bytes, size, bytes … */
          unframed = g_strconcat (lines != NULL && lines[0] != NULL && lines[1] != NULL ? lines[1] : "",
                                  lines != NULL && g_strv_length (lines) > 3 ? lines[3] : "", NULL);
          if (g_str_equal (unframed, place->received))
            return;
        }
      else if (g_str_has_suffix (text, place->received))
        return;
      g_assert_true (client_fill (client, NULL));
    }
}

static void
test_stall (void)
{
  g_autoptr (GraphbitMockServer) server = start_server ();

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *step = g_strdup_printf ("{\"body\":[\"01234\",\"56789\"],\"stall\":\"%s\",\"times\":2}", places[i].place);
      g_autoptr (Client) client = client_new (server);
      g_autoptr (Client) impatient = client_new (server);
      g_autoptr (Response) response = NULL;

      graphbit_mock_server_clear (server);
      add_step (server, step);

      /* let go again, it ends as if nothing had been */
      client_send (client, "POST", "/v1/chat/completions", CHAT);
      g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE_MS));
      fill_until (client, &places[i]);
      graphbit_mock_server_release (server);
      response = client_receive (client);
      g_assert_cmpstr (response->body->str, ==, "0123456789");
      g_assert_true (graphbit_mock_server_wait_for_finished (server, 1, PATIENCE_MS));
      assert_recorded (server, 0, "outcome", "complete");

      /* and a client that goes away is seen */
      client_send (impatient, "POST", "/v1/chat/completions", CHAT);
      g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE_MS));
      g_assert_cmpuint (graphbit_mock_server_get_in_flight (server), ==, 1);
      g_clear_pointer (&impatient, client_free);
      g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 1, PATIENCE_MS));
      assert_recorded (server, 1, "aborted", "true");
      g_assert_cmpuint (graphbit_mock_server_get_in_flight (server), ==, 0);

      g_clear_pointer (&client, client_free);
      g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE_MS));
    }
}

static void
test_reset_and_close (void)
{
  g_autoptr (GraphbitMockServer) server = start_server ();

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *step =
        g_strdup_printf ("[{\"body\":[\"01234\",\"56789\"],\"reset\":\"%s\"},{\"body\":[\"01234\",\"56789\"],\"close\":\"%s\"}]",
                         places[i].place, places[i].place);
      g_autoptr (Client) reset = client_new (server);
      g_autoptr (Client) closed = client_new (server);
      g_autoptr (GError) error = NULL;

      graphbit_mock_server_clear (server);
      add_step (server, step);

      client_send (reset, "POST", "/v1/chat/completions", CHAT);
      while (client_fill (reset, &error))
        ;
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
      g_assert_true (graphbit_mock_server_wait_for_finished (server, 1, PATIENCE_MS));
      assert_recorded (server, 0, "outcome", "reset");

      client_send (closed, "POST", "/v1/chat/completions", CHAT);
      fill_until (closed, &places[i]);
      assert_closed (closed);
      assert_recorded (server, 1, "outcome", "closed");
      assert_recorded (server, 1, "aborted", "false");
    }
}

static void
test_stale_connection (void)
{
  g_autoptr (GraphbitMockServer) server = start_server ();
  g_autoptr (Client) client = client_new (server);
  g_autoptr (Response) first = client_ask (client, CHAT);
  g_autoptr (Response) second = NULL;
  g_autoptr (Response) truncated = NULL;

  g_assert_true (first->whole);
  add_step (server, "[{\"close_before_status\":true},{\"text\":\"a\",\"close_after_bytes\":20}]");
  second = client_ask (client, CHAT);
  g_assert_cmpuint (second->status, ==, 0);
  g_assert_cmpuint (second->body->len, ==, 0);
  g_assert_no_error (second->error);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 2);

  truncated = ask (server, CHAT);
  g_assert_cmpuint (truncated->status, ==, 200);
  g_assert_false (truncated->whole);
  g_assert_cmpuint (truncated->body->len, ==, 20);
}

static void
test_connect_steps (void)
{
  g_autoptr (GraphbitMockServer) server = start_server ();
  g_autoptr (GError) error = NULL;

  add_step (server, "[{\"on\":\"connect\",\"reset\":true},{\"on\":\"connect\",\"close\":true},{\"on\":\"connect\",\"stall\":true}]");
  {
    g_autoptr (GSocketClient) socket_client = g_socket_client_new ();
    g_autoptr (GSocketConnection) connection = NULL;
    char byte;

    /* it may come before connecting is through */
    connection = g_socket_client_connect_to_host (socket_client, "127.0.0.1",
                                                  (guint16) graphbit_mock_server_get_port (server), NULL, &error);
    if (connection != NULL)
      g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), &byte, 1, NULL, &error);
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  }
  {
    g_autoptr (Client) client = client_new (server);

    assert_closed (client);
  }
  {
    g_autoptr (Client) client = client_new (server);
    g_autoptr (Response) response = NULL;

    client_send (client, "POST", "/v1/chat/completions", CHAT);
    g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE_MS));
    g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 0);
    graphbit_mock_server_release (server);
    response = client_receive (client);
    g_assert_cmpuint (response->status, ==, 200);
  }
}

static void
test_odd_answers (void)
{
  g_autoptr (GraphbitMockServer) server = start_server ();
  g_autoptr (Client) client = client_new (server);
  g_autoptr (Response) huge = NULL;
  g_autoptr (Response) garbage = NULL;
  g_autoptr (Response) garbage_body = NULL;
  g_autoptr (Response) until_close = NULL;
  g_autoptr (Response) raw = NULL;
  g_autoptr (Response) closing = NULL;
  g_autoptr (Response) lying = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  add_step (server, "[{\"huge_bytes\":3000000},{\"garbage\":\"body\"},"
                    "{\"raw\":\"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nX-Odd: \\t1\\r\\n\\r\\nok\"},"
                    "{\"text\":\"last\",\"connection\":\"close\"},"
                    "{\"text\":\"all\",\"framing\":\"close\"},{\"garbage\":true},"
                    "{\"text\":\"short\",\"headers\":{\"Content-Length\":\"100000\"},\"connection\":\"close\"}]");

  huge = client_ask (client, CHAT);
  g_assert_cmpuint (huge->body->len, ==, 3000000);
  json_parser_load_from_data (parser, huge->body->str, (gssize) huge->body->len, &error);
  g_assert_no_error (error);

  garbage_body = client_ask (client, CHAT);
  g_assert_cmpuint (garbage_body->status, ==, 200);
  g_assert_true (garbage_body->whole);
  g_assert_false (g_utf8_validate (garbage_body->body->str, (gssize) garbage_body->body->len, NULL));

  raw = client_ask (client, CHAT);
  assert_contains (raw->head->str, "X-Odd: \t1\r\n");
  g_assert_cmpstr (raw->body->str, ==, "ok");

  closing = client_ask (client, CHAT);
  assert_contains (closing->head->str, "\r\nConnection: close\r\n");
  g_assert_true (closing->whole);
  assert_closed (client);

  until_close = ask (server, CHAT);
  g_assert_null (strstr (until_close->head->str, "Content-Length"));
  assert_contains (until_close->body->str, "\"content\":\"all\"");

  garbage = ask (server, CHAT);
  g_assert_cmpuint (garbage->status, ==, 0);
  g_assert_cmpuint (garbage->body->len, ==, 256);

  lying = ask (server, CHAT);
  g_assert_cmpuint (lying->status, ==, 200);
  g_assert_false (lying->whole);
}

static void
test_delays (void)
{
  g_autoptr (GraphbitMockServer) server = start_server ();
  g_autoptr (Response) late = NULL;
  g_autoptr (Response) slow = NULL;

  add_step (server, "[{\"text\":\"late\",\"delay_ms\":60},{\"body\":[\"a\",\"b\",\"c\",\"d\"],\"chunk_delay_ms\":20}]");
  late = ask (server, CHAT);
  slow = ask (server, CHAT);
  g_assert_true (late->whole);
  g_assert_cmpstr (slow->body->str, ==, "abcd");
  g_assert_true (graphbit_mock_server_wait_for_finished (server, 2, PATIENCE_MS));
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *from = recorded (server, i, "time_ms");
      g_autofree char *to = recorded (server, i, "end_ms");

      /* the server's own clock, and never less than was asked for */
      g_assert_cmpfloat (g_ascii_strtod (to, NULL) - g_ascii_strtod (from, NULL), >=, 59.0);
    }
}

static void
test_requests (void)
{
  g_autoptr (GraphbitMockServer) server = start_server ();
  g_autoptr (Client) client = client_new (server);
  g_autoptr (Response) chunked = NULL;
  g_autoptr (Response) first = NULL;
  g_autoptr (Response) second = NULL;
  g_autoptr (Response) dripped = NULL;
  g_autoptr (Response) refused = NULL;
  static const char slow[] = "GET /v1/models HTTP/1.1\r\nAuthorization: Bearer k\r\nX: a\r\nX: b\r\n\r\n";

  client_write (client, "POST /v1/chat/completions HTTP/1.1\r\nAuthorization: Bearer k\r\nTransfer-Encoding: chunked\r\n"
                        "Expect: 100-continue\r\n\r\n");
  while (!g_str_has_suffix (client->in->str, "HTTP/1.1 100 Continue\r\n\r\n"))
    g_assert_true (client_fill (client, NULL));
  g_string_truncate (client->in, 0);
  client_write (client, "1d\r\n{\"model\":\"m\",\"messages\":[{\"ro\r\n");
  client_write (client, "1D;x=y\r\nle\":\"user\",\"content\":\"hello\"}\r\n2\r\n]}\r\n0\r\nTrailer: a\r\n\r\n");
  chunked = client_receive (client);
  assert_contains (chunked->body->str, "You said: hello");
  assert_recorded (server, 0, "body", "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}");

  /* two at once */
  client_write (client, "GET /v1/models HTTP/1.1\r\nAuthorization: Bearer k\r\n\r\nGET /v1/other HTTP/1.1\r\nAuthorization: Bearer k\r\n\r\n");
  first = client_receive (client);
  second = client_receive (client);
  g_assert_cmpuint (first->status, ==, 200);
  g_assert_cmpuint (second->status, ==, 404);

  for (gsize i = 0; i < strlen (slow); i++)
    client_write (client, (char[]){ slow[i], '\0' });
  dripped = client_receive (client);
  g_assert_cmpuint (dripped->status, ==, 200);
  assert_recorded (server, 3, "headers", "{\"authorization\":\"Bearer k\",\"x\":\"a, b\"}");

  client_write (client, "what is this\r\n\r\n");
  refused = client_receive (client);
  g_assert_cmpuint (refused->status, ==, 400);
  assert_closed (client);
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 4);
}

static void
test_control (void)
{
  g_autoptr (GraphbitMockServer) server = start_server ();
  g_autoptr (Client) control = client_new (server);
  g_autoptr (Client) client = client_new (server);
  g_autoptr (Response) bad = NULL;
  g_autoptr (Response) steps = NULL;
  g_autoptr (Response) stats = NULL;
  g_autoptr (Response) requests = NULL;
  g_autoptr (Response) released = NULL;
  g_autoptr (Response) answer = NULL;
  g_autoptr (Response) cleared = NULL;

  client_send (control, "POST", "/control/steps", "{\"nonsense\":1}");
  bad = client_receive (control);
  g_assert_cmpuint (bad->status, ==, 400);
  assert_contains (bad->body->str, "nonsense");

  client_send (control, "POST", "/control/steps", "[{\"text\":\"remote\",\"stall\":\"before-status\"}]");
  steps = client_receive (control);
  g_assert_cmpuint (steps->status, ==, 200);

  client_send (client, "POST", "/v1/chat/completions", CHAT);
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE_MS));
  client_send (control, "GET", "/control/stats", "");
  stats = client_receive (control);
  g_assert_cmpstr (stats->body->str, ==,
                   "{\"requests\":1,\"finished\":0,\"connections\":1,\"open_connections\":1,\"in_flight\":1,"
                   "\"peak_in_flight\":1,\"stalled\":1,\"steps\":0,\"faults\":0,\"unanswered\":0}");
  client_send (control, "GET", "/control/requests", "");
  requests = client_receive (control);
  assert_contains (requests->body->str, "\"outcome\":\"pending\"");

  client_send (control, "POST", "/control/release", "");
  released = client_receive (control);
  g_assert_cmpuint (released->status, ==, 200);
  answer = client_receive (client);
  assert_contains (answer->body->str, "\"content\":\"remote\"");

  client_send (control, "POST", "/control/clear", "");
  cleared = client_receive (control);
  assert_contains (cleared->body->str, "\"requests\":0");
}

static gboolean
accept_from_ca (GTlsConnection       *connection,
                GTlsCertificate      *certificate,
                GTlsCertificateFlags  errors,
                gpointer              user_data)
{
  g_test_message ("certificate refused: %d", errors);
  return FALSE;
}

static Client *
client_new_tls (GraphbitMockServer  *server,
                GTlsDatabase        *database,
                GError             **error)
{
  g_autoptr (GSocketClient) socket_client = g_socket_client_new ();
  g_autoptr (GSocketConnection) base = NULL;
  g_autoptr (GSocketConnectable) identity = g_network_address_new ("127.0.0.1", 443);
  g_autoptr (GIOStream) stream = NULL;
  Client *client;

  base = g_socket_client_connect_to_host (socket_client, "127.0.0.1",
                                          (guint16) graphbit_mock_server_get_port (server), NULL, error);
  g_assert_nonnull (base);
  stream = g_tls_client_connection_new (G_IO_STREAM (base), identity, error);
  g_assert_nonnull (stream);
  g_tls_connection_set_database (G_TLS_CONNECTION (stream), database);
  g_signal_connect (stream, "accept-certificate", G_CALLBACK (accept_from_ca), NULL);
  if (!g_tls_connection_handshake (G_TLS_CONNECTION (stream), NULL, error))
    return NULL;

  client = g_new0 (Client, 1);
  client->stream = g_steal_pointer (&stream);
  client->in = g_string_new (NULL);
  return client;
}

static void
test_tls (void)
{
  g_autoptr (GraphbitMockServer) server = graphbit_mock_server_new_tls (NULL, NULL);
  g_autoptr (GTlsDatabase) trusting = NULL;
  g_autoptr (GError) error = NULL;

#ifdef __SANITIZE_THREAD__
  g_test_skip ("GnuTLS is not instrumented");
  return;
#endif
  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("GIO has no TLS here");
      return;
    }

  graphbit_mock_server_start (server, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (graphbit_mock_server_get_base_url (server), "https://127.0.0.1:"));
  trusting = g_tls_file_database_new (graphbit_mock_server_get_ca_file (server), &error);
  g_assert_no_error (error);

  /* keep-alive, streams, splits and a body of many records */
  {
    g_autoptr (Client) client = client_new_tls (server, trusting, &error);
    g_autoptr (Response) plain = NULL;
    g_autoptr (Response) split = NULL;
    g_autoptr (Response) huge = NULL;

    g_assert_no_error (error);
    plain = client_ask (client, CHAT);
    assert_contains (plain->body->str, "You said: one two");
    add_step (server, "[{\"text\":\"in pieces\",\"split\":\"random\"},{\"huge_bytes\":2000000}]");
    split = client_ask (client, CHAT_STREAM);
    g_assert_true (split->whole);
    assert_contains (split->body->str, "\"content\":\"pieces\"");
    huge = client_ask (client, CHAT);
    g_assert_cmpuint (huge->body->len, ==, 2000000);
    g_assert_cmpuint (graphbit_mock_server_get_connection_count (server), ==, 1);
  }
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE_MS));

  /* an end without a good-bye */
  {
    g_autoptr (Client) client = client_new_tls (server, trusting, &error);
    g_autoptr (Response) response = NULL;

    g_assert_no_error (error);
    add_step (server, "{\"text\":\"cut\",\"framing\":\"close\",\"close_after_bytes\":30}");
    response = client_ask (client, CHAT);
    g_assert_cmpuint (response->body->len, ==, 30);
    g_assert_error (response->error, G_TLS_ERROR, G_TLS_ERROR_EOF);
  }
  /* stalled, and the client goes */
  {
    g_autoptr (Client) client = client_new_tls (server, trusting, &error);

    g_assert_no_error (error);
    add_step (server, "{\"text\":\"held\",\"stall\":\"after-10-bytes\"}");
    client_send (client, "POST", "/v1/chat/completions", CHAT);
    g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE_MS));
  }
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE_MS));
  assert_recorded (server, 4, "aborted", "true");

  /* a client that does not know the authority */
  {
    g_autoptr (Client) client = client_new_tls (server, NULL, &error);

    g_assert_null (client);
    g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  }
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE_MS));
  /* stopped in the middle of everything */
  {
    g_autoptr (GError) second = NULL;
    g_autoptr (Client) client = client_new_tls (server, trusting, &second);

    g_assert_no_error (second);
    add_step (server, "{\"stall\":\"after-headers\"}");
    client_send (client, "POST", "/v1/chat/completions", CHAT);
    g_assert_true (graphbit_mock_server_wait_for_stalled (server, 1, PATIENCE_MS));
    graphbit_mock_server_stop (server);
    assert_recorded (server, 5, "outcome", "stopped");
  }
}

static void
test_many (void)
{
  const guint n = 300;
  g_autoptr (GraphbitMockServer) server = start_server ();
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) client_free);

  add_step (server, "{\"text\":\"all\",\"stall\":\"before-status\",\"times\":-1}");
  for (guint i = 0; i < n; i++)
    {
      g_ptr_array_add (clients, client_new (server));
      client_send (g_ptr_array_index (clients, i), "POST", "/v1/chat/completions", CHAT);
    }
  g_assert_true (graphbit_mock_server_wait_for_stalled (server, n, PATIENCE_MS));
  g_assert_cmpuint (graphbit_mock_server_get_in_flight (server), ==, n);

  graphbit_mock_server_release (server);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (Response) response = client_receive (g_ptr_array_index (clients, i));

      g_assert_true (response->whole);
    }
  g_assert_true (graphbit_mock_server_wait_for_finished (server, n, PATIENCE_MS));
  g_assert_cmpuint (graphbit_mock_server_get_peak_in_flight (server), ==, n);
  g_assert_cmpuint (graphbit_mock_server_get_open_connections (server), ==, n);
  g_ptr_array_set_size (clients, 0);
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE_MS));
}

static void
test_stop (void)
{
  g_autoptr (GraphbitMockServer) server = start_server ();
  g_autofree char *url = g_strdup (graphbit_mock_server_get_base_url (server));
  g_autoptr (Client) client = client_new (server);
  g_autoptr (GSocketClient) socket_client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;

  add_step (server, "{\"delay_ms\":3600000}");
  client_send (client, "POST", "/v1/chat/completions", CHAT);
  g_assert_true (graphbit_mock_server_wait_for_requests (server, 1, PATIENCE_MS));
  g_assert_false (graphbit_mock_server_wait_for_finished (server, 1, 1));
  graphbit_mock_server_stop (server);
  graphbit_mock_server_stop (server);
  assert_recorded (server, 0, "outcome", "stopped");
  assert_closed (client);

  g_assert_null (g_socket_client_connect_to_host (socket_client, "127.0.0.1",
                                                  (guint16) graphbit_mock_server_get_port (server), NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_clear_error (&error);

  /* again, at the same place */
  graphbit_mock_server_start (server, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (graphbit_mock_server_get_base_url (server), ==, url);
  {
    g_autoptr (Response) response = ask (server, CHAT);

    g_assert_cmpuint (response->status, ==, 200);
  }
}

static void
test_record_limit (void)
{
  g_autoptr (GraphbitMockServer) server = start_server ();
  g_autoptr (Client) client = client_new (server);

  graphbit_mock_server_set_record_limit (server, 2);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (Response) response = client_ask (client, CHAT);

      g_assert_true (response->whole);
    }
  g_assert_cmpuint (graphbit_mock_server_get_request_count (server), ==, 5);
  assert_recorded (server, 0, "index", "3");
  assert_recorded (server, 1, "index", "4");
}

/* What 60 requests bring, one letter or digit each. */
static char *
ask_often (GraphbitMockServer *server)
{
  GString *outcomes = g_string_new (NULL);

  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (Response) response = ask (server, CHAT);

      g_string_append_printf (outcomes, "%u%s ", response->status, response->whole ? "" : "!");
    }
  return g_string_free (outcomes, FALSE);
}

static void
test_chaos (void)
{
  static const char *const down[] = { "unavailable", NULL };
  static const char *const unknown[] = { "reset", "no such", NULL };
  g_autoptr (GraphbitMockServer) server = start_server ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *other = NULL;
  g_autofree char *none = NULL;
  g_autofree char *all = NULL;
  g_autofree char *stats = NULL;
  g_autoptr (GError) error = NULL;

  /* the same seed, the same fate */
  g_assert_true (graphbit_mock_server_set_chaos (server, 0.5, 7, NULL, &error));
  first = ask_often (server);
  g_assert_true (graphbit_mock_server_set_chaos (server, 0.5, 7, NULL, &error));
  second = ask_often (server);
  g_assert_true (graphbit_mock_server_set_chaos (server, 0.5, 8, NULL, &error));
  other = ask_often (server);
  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (first, !=, other);
  g_assert_nonnull (strstr (first, "200 "));
  g_assert_nonnull (strstr (first, "50"));
  g_assert_nonnull (strstr (first, "!"));

  graphbit_mock_server_clear (server);
  g_assert_true (graphbit_mock_server_set_chaos (server, 0, 7, NULL, &error));
  none = ask_often (server);
  g_assert_null (strstr (none, "50"));
  g_assert_null (strstr (none, "!"));

  /* a script comes first */
  g_assert_true (graphbit_mock_server_set_chaos (server, 1, 1, down, &error));
  add_step (server, "{\"status\":418}");
  all = ask_often (server);
  g_assert_true (g_str_has_prefix (all, "418 503 503 503 "));
  g_assert_null (strstr (all, "200"));
  stats = graphbit_mock_server_dup_stats_json (server);
  g_assert_nonnull (strstr (stats, "\"faults\":59,"));

  g_assert_false (graphbit_mock_server_set_chaos (server, 1, 1, unknown, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "cut-stream"));
  g_clear_error (&error);
  g_assert_false (graphbit_mock_server_set_chaos (server, 1.1, 1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_chaos_control (void)
{
  static const struct
  {
    const char *body;
    guint status;
  } cases[] = {
    { "{\"rate\":1,\"kinds\":[\"overloaded\"]}", 200 },
    { "{\"rate\":2}", 400 },
    { "{\"kinds\":[]}", 400 },
    { "{\"rate\":1,\"kinds\":\"reset\"}", 400 },
    { "{\"rate\":1,\"kinds\":[3]}", 400 },
    { "nonsense", 400 },
    { "[]", 400 },
  };
  g_autoptr (GraphbitMockServer) server = start_server ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Client) client = client_new (server);
      g_autoptr (Response) response = NULL;

      client_send (client, "POST", "/control/chaos", cases[i].body);
      response = client_receive (client);
      g_assert_cmpuint (response->status, ==, cases[i].status);
    }
  {
    g_autoptr (Response) response = ask (server, CHAT);

    g_assert_cmpuint (response->status, ==, 529);
  }
}

static void
assert_verdicts (GraphbitMockServer *server,
                 const char         *expected)
{
  g_autofree char *verdicts = graphbit_mock_server_dup_verdicts_json (server);

  if (strstr (verdicts, expected) == NULL)
    g_error ("%s is not in %s", expected, verdicts);
}

static void
test_verdicts (void)
{
  g_autoptr (GraphbitMockServer) server = start_server ();

  assert_verdicts (server, "\"waited\":null,\"stormed\":null,\"trusted_cut_stream\":null,\"leaked_connections\":null");

  /* one who waits, and one who does not */
  for (guint i = 0; i < 2; i++)
    {
      add_step (server, i == 0 ? "{\"status\":429,\"headers\":{\"Retry-After-Ms\":\"0\"}}"
                               : "{\"status\":503,\"headers\":{\"Retry-After\":\"60\"}}");
      for (guint j = 0; j < 2; j++)
        response_free (ask (server, CHAT));
      g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE_MS));
      assert_verdicts (server, i == 0 ? "\"waited\":true,\"stormed\":false" : "\"waited\":false,\"stormed\":false");
      assert_verdicts (server, "\"trusted_cut_stream\":null,\"leaked_connections\":false");
    }

  graphbit_mock_server_clear (server);
  for (guint i = 0; i < 12; i++)
    {
      assert_verdicts (server, i == 0 ? "\"stormed\":null" : "\"stormed\":false");
      response_free (ask (server, CHAT));
    }
  assert_verdicts (server, "\"stormed\":true");

  /* failures, and no pause after most of them, however slow this machine is */
  graphbit_mock_server_clear (server);
  add_step (server, "{\"status\":500,\"times\":10}");
  for (guint i = 0; i < 10; i++)
    response_free (ask (server, CHAT));
  assert_verdicts (server, "\"stormed\":true");

  graphbit_mock_server_clear (server);
  add_step (server, "{\"close\":\"after-40-bytes\"}");
  response_free (ask (server, CHAT_STREAM));
  response_free (ask (server, CHAT_STREAM));
  assert_verdicts (server, "\"trusted_cut_stream\":false");
  response_free (ask (server, "{\"messages\":[{\"role\":\"user\",\"content\":\"one two\"},"
                              "{\"role\":\"assistant\",\"content\":\"You\"},{\"role\":\"user\",\"content\":\"Go on\"}]}"));
  assert_verdicts (server, "\"trusted_cut_stream\":true");

  /* two lie open, and there was never more than one request */
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE_MS));
  graphbit_mock_server_clear (server);
  {
    g_autoptr (Client) one = client_new (server);
    g_autoptr (Client) two = client_new (server);

    response_free (client_ask (one, CHAT));
    g_assert_true (graphbit_mock_server_wait_for_finished (server, 1, PATIENCE_MS));
    response_free (client_ask (two, CHAT));
    g_assert_true (graphbit_mock_server_wait_for_finished (server, 2, PATIENCE_MS));
    assert_verdicts (server, "\"leaked_connections\":true");
  }
  g_assert_true (graphbit_mock_server_wait_for_open_connections (server, 0, PATIENCE_MS));
  assert_verdicts (server, "\"leaked_connections\":false");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/mock/plain", test_plain);
  g_test_add_func ("/mock/stream", test_stream);
  g_test_add_func ("/mock/refusals", test_refusals);
  g_test_add_func ("/mock/shapes", test_shapes);
  g_test_add_func ("/mock/answers", test_answers);
  g_test_add_func ("/mock/call-tools", test_call_tools);
  g_test_add_func ("/mock/queue", test_queue);
  g_test_add_func ("/mock/bad-steps", test_bad_steps);
  g_test_add_func ("/mock/recording", test_recording);
  g_test_add_func ("/mock/stall", test_stall);
  g_test_add_func ("/mock/reset-and-close", test_reset_and_close);
  g_test_add_func ("/mock/stale-connection", test_stale_connection);
  g_test_add_func ("/mock/connect-steps", test_connect_steps);
  g_test_add_func ("/mock/odd-answers", test_odd_answers);
  g_test_add_func ("/mock/delays", test_delays);
  g_test_add_func ("/mock/requests", test_requests);
  g_test_add_func ("/mock/control", test_control);
  g_test_add_func ("/mock/tls", test_tls);
  g_test_add_func ("/mock/many", test_many);
  g_test_add_func ("/mock/stop", test_stop);
  g_test_add_func ("/mock/chaos", test_chaos);
  g_test_add_func ("/mock/chaos-control", test_chaos_control);
  g_test_add_func ("/mock/verdicts", test_verdicts);
  g_test_add_func ("/mock/record-limit", test_record_limit);
  return g_test_run ();
}
