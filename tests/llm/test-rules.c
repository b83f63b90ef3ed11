/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "llm-support.h"

/*
 * What providers may send and recordings seldom hold: rules.txt has the bytes
 * and what must come of them. Each case goes over a real socket and through
 * the public API, in one write and byte by byte.
 */

typedef struct
{
  char *name;
  char *provider;
  gboolean is_stream;
  char *step;    /* of the server, all but how it is split */
  char *outcome; /* that is wanted */
} Case;

static void
case_free (gpointer data)
{
  Case *self = data;

  g_free (self->name);
  g_free (self->provider);
  g_free (self->step);
  g_free (self->outcome);
  g_free (self);
}

static void
set_member (JsonObject *step,
            const char *name,
            const char *value)
{
  if (strcmp (name, "status") == 0)
    json_object_set_int_member (step, "status", g_ascii_strtoll (value, NULL, 10));
  else if (strcmp (name, "content-type") == 0)
    json_object_set_string_member (step, "content_type", value);
  else
    json_object_set_string_member (json_object_get_object_member (step, "headers"), name, value);
}

/*
 * “== NAME”, lines “provider: …”, “mode: …”, “bytes: …” (crlf, bom, cut: without
 * the line ends at the end) and headers, an empty line, the body, “=>”, the outcome.
 */
static Case *
case_new (const char *text)
{
  Case *self = g_new0 (Case, 1);
  g_auto (GStrv) halves = g_strsplit (text, "=>\n", 2);
  g_auto (GStrv) parts = g_strsplit (halves[0], "\n\n", 2);
  g_auto (GStrv) lines = g_strsplit (parts[0], "\n", -1);
  g_autoptr (JsonObject) step = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (GString) body = g_string_new (parts[1]);

  json_object_set_object_member (step, "headers", json_object_new ());
  json_object_set_string_member (json_object_get_object_member (step, "headers"), "x-request-id", "");
  json_object_set_int_member (step, "times", 2);
  self->name = g_strdup (lines[0]);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (lines[i], ": ", 2);

      if (strcmp (pair[0], "provider") == 0)
        self->provider = g_strdup (pair[1]);
      else if (strcmp (pair[0], "mode") == 0)
        self->is_stream = strcmp (pair[1], "stream") == 0;
      else if (strcmp (pair[0], "bytes") == 0)
        {
          if (strstr (pair[1], "cut") != NULL)
            g_string_truncate (body, strlen (g_strchomp (body->str)));
          if (strstr (pair[1], "crlf") != NULL)
            g_string_replace (body, "\n", "\r\n", 0);
          if (strstr (pair[1], "bom") != NULL)
            g_string_prepend (body, "\xEF\xBB\xBF");
        }
      else
        set_member (step, pair[0], pair[1]);
    }
  if (!json_object_has_member (step, "content_type"))
    json_object_set_string_member (step, "content_type",
                                   strcmp (self->provider, "ollama") == 0 && self->is_stream ? "application/x-ndjson"
                                   : self->is_stream                                         ? "text/event-stream"
                                                                                             : "application/json");
  json_object_set_string_member (step, "body", body->str);
  json_node_set_object (node, step);
  self->step = json_to_string (node, FALSE);
  self->outcome = g_strdup (g_strchomp (halves[1]));

  return self;
}

static void
add_line (GString *log,
          const char *name,
          const char *text)
{
  g_auto (GStrv) lines = NULL;
  g_autofree char *escaped = NULL;

  if (text == NULL || *text == '\0')
    return;
  lines = g_strsplit (text, "\n", -1);
  escaped = g_strjoinv ("\\n", lines);
  g_string_append_printf (log, "%s: %s\n", name, escaped);
}

static void
log_response (GString *log,
              GraphbitLlmResponse *response)
{
  GListModel *calls = graphbit_llm_response_get_tool_calls (response);
  GraphbitLlmUsage *usage = graphbit_llm_response_get_usage (response);
  const char *reason = graphbit_llm_response_get_finish_reason_text (response);
  g_autoptr (GEnumClass) reasons = g_type_class_ref (GRAPHBIT_TYPE_LLM_FINISH_REASON);

  add_line (log, "text", graphbit_llm_response_get_text (response));
  add_line (log, "reasoning", graphbit_llm_response_get_reasoning (response));
  add_line (log, "refusal", graphbit_llm_response_get_refusal (response));
  for (guint i = 0; calls != NULL && i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (calls, i);
      const char *id = graphbit_llm_tool_call_get_id (call);

      g_string_append_printf (log, "call: %s %s %s\n",
                              g_str_has_prefix (id, "call_") && strlen (id) == 21 ? "(made)" : id,
                              graphbit_llm_tool_call_get_name (call), graphbit_llm_tool_call_get_arguments_json (call));
    }
  g_string_append_printf (log, "finish: %s", g_enum_get_value (reasons, graphbit_llm_response_get_finish_reason (response))->value_nick);
  g_string_append_printf (log, reason != NULL ? " (%s)\n" : "\n", reason);
  if (usage != NULL)
    g_string_append_printf (log, "usage: %d + %d = %d, cached %d, written %d, reasoning %d\n",
                            (int) graphbit_llm_usage_get_prompt_tokens (usage),
                            (int) graphbit_llm_usage_get_completion_tokens (usage),
                            (int) graphbit_llm_usage_get_total_tokens (usage),
                            (int) graphbit_llm_usage_get_cached_tokens (usage),
                            (int) graphbit_llm_usage_get_cache_write_tokens (usage),
                            (int) graphbit_llm_usage_get_reasoning_tokens (usage));
  add_line (log, "model", graphbit_llm_response_get_model (response));
  add_line (log, "id", graphbit_llm_response_get_id (response));
  add_line (log, "request-id", graphbit_llm_response_get_request_id (response));
}

static void
log_error (GString *log,
           GError *error)
{
  g_autoptr (GEnumClass) codes = g_type_class_ref (GRAPHBIT_TYPE_ERROR);
  g_autoptr (GraphbitErrorDetails) details = graphbit_error_details_from_error (error);
  GObject *partial = graphbit_error_details_get_partial_response (details);

  g_assert_cmpint (error->domain, ==, GRAPHBIT_ERROR);
  g_string_append_printf (log, "error: %s %d\n", g_enum_get_value (codes, error->code)->value_nick,
                          graphbit_error_details_get_http_status (details));
  add_line (log, "code", graphbit_error_details_get_provider_code (details));
  add_line (log, "message", graphbit_error_details_get_provider_message (details));
  add_line (log, "request-id", graphbit_error_details_get_request_id (details));
  if (graphbit_error_details_get_retry_after_ms (details) >= 0)
    g_string_append_printf (log, "retry-after: %d ms\n", (int) graphbit_error_details_get_retry_after_ms (details));
  if (partial != NULL)
    add_line (log, "partial", graphbit_llm_response_get_text (GRAPHBIT_LLM_RESPONSE (partial)));
}

static char *
play (Case *self,
      const char *split)
{
  g_autofree char *step = split == NULL ? g_strdup (self->step)
                                        : g_strdup_printf ("%.*s,\"split\":\"%s\"}", (int) strlen (self->step) - 1, self->step, split);
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autoptr (GraphbitLlmRequest) request = graphbit_llm_request_new (NULL);
  g_autoptr (GraphbitLlmMessage) message = graphbit_llm_message_new_user ("Hello");
  g_autoptr (GraphbitLlmResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  GString *log = g_string_new (NULL);
  SupportResult result = { NULL };

  server = support_server_new (step);
  client = support_client_new_for_provider (server, self->provider);
  graphbit_llm_client_set_max_retries (client, 0);
  graphbit_llm_request_add_message (request, message);

  if (self->is_stream)
    {
      g_autoptr (GraphbitLlmStream) stream = NULL;

      graphbit_llm_client_chat_stream_async (client, request, NULL, support_ready, &result);
      stream = graphbit_llm_client_chat_stream_finish (client, support_wait (&result), &error);
      if (stream != NULL)
        response = support_collect (stream, &error);
    }
  else
    {
      graphbit_llm_client_chat_async (client, request, NULL, support_ready, &result);
      response = graphbit_llm_client_chat_finish (client, support_wait (&result), &error);
    }
  support_result_clear (&result);

  if (response != NULL)
    log_response (log, response);
  else
    log_error (log, error);

  return g_strchomp (g_string_free (log, FALSE));
}

static void
test_case (gconstpointer data)
{
  static const char *const splits[] = { NULL, "byte" };

  for (guint i = 0; i < G_N_ELEMENTS (splits); i++)
    {
      g_autofree char *outcome = play ((Case *) data, splits[i]);

      if (strcmp (outcome, ((Case *) data)->outcome) == 0)
        continue;
      g_test_message ("split %s:\n%s\nnot:\n%s", splits[i] != NULL ? splits[i] : "nowhere", outcome, ((Case *) data)->outcome);
      g_test_fail ();
    }
}

int
main (int argc,
      char *argv[])
{
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) cases = NULL;
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);

  path = g_test_build_filename (G_TEST_DIST, "llm", "rules.txt", NULL);
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  cases = g_strsplit (text, "\n== ", -1);
  for (guint i = 1; cases[i] != NULL; i++)
    {
      Case *self = case_new (cases[i]);
      g_autofree char *name = g_strdup_printf ("/llm/rules/%s", self->name);

      g_test_add_data_func_full (name, self, test_case, case_free);
    }

  return g_test_run ();
}
