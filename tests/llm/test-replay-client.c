/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-clock-private.h"
#include "llm-support.h"
#include "replay-support.h"

/*
 * Every recorded answer of every style over a real socket and through the
 * public API, in one write, byte by byte, and split at random places.
 */

#define IN_FLIGHT 8

typedef struct
{
  const char *name;       /* as the recordings call it */
  const char *provider;       /* NULL: the recording's own */
  const char *error_url;      /* what the addresses of its errors have in them; NULL: there are none */
  const char *request_ids[4]; /* headers; the first that there is */
} Style;

static const Style styles[] = {
  { "chat", NULL, "chat/completions", { "x-request-id", "apim-request-id", "mistral-correlation-id", "cf-ray" } },
  { "responses", "openai_compatible", "/responses", { "x-request-id" } },
  { "anthropic", "anthropic", "anthropic.com/v1/messages", { "request-id" } },
  { "ollama", "ollama", NULL, { "x-request-id" } },
  { "gemini", "gemini", "enerateContent", { "x-request-id" } },
  { "cohere", "cohere", "api.cohere.com/", { "x-request-id" } },
  { "replicate", "replicate", NULL, { "x-request-id" } },
};

typedef struct
{
  const Style *style;
  const char *kind; /* of recordings */
  const char *split; /* the server's word for it; NULL: none */
  GraphbitMockServer *server;
  GHashTable *clients; /* by their providers */
  JsonNode *index;
  guint next;
  guint n_running;
  guint n_found;
  guint n_cases;
} Replay;

typedef struct
{
  Replay *replay;
  char *id;
  char *label;
  int status;
  char *body;
  JsonNode *recording;
  JsonNode *expected;
  GraphbitLlmStream *stream;
} Case;

static void start_more (Replay *replay);

static void
case_free (Case *self)
{
  Replay *replay = self->replay;

  g_free (self->id);
  g_free (self->label);
  g_free (self->body);
  json_node_unref (self->recording);
  g_clear_pointer (&self->expected, json_node_unref);
  g_clear_object (&self->stream);
  g_free (self);

  replay->n_running--;
  start_more (replay);
}

static const char *
get_header (JsonNode *recording,
            const char *name)
{
  GraphbitJsonMembers members;
  const char *member;
  JsonNode *value;

  graphbit_json_members_init (&members, graphbit_json_get_member (recording, "resp_headers"));
  while (graphbit_json_members_next (&members, &member, &value))
    {
      const char *text;

      if (g_ascii_strcasecmp (member, name) != 0)
        continue;
      if (graphbit_json_get_string (value, NULL, &text) ||
          graphbit_json_get_string (graphbit_json_get_element (value, 0), NULL, &text))
        return text;
    }
  return NULL;
}

static const char *
find_request_id (Case *self,
                 const char **name)
{
  const char *const *names = self->replay->style->request_ids;

  for (guint i = 0; i < G_N_ELEMENTS (self->replay->style->request_ids) && names[i] != NULL; i++)
    {
      const char *value = get_header (self->recording, names[i]);

      if (value == NULL)
        continue;
      if (name != NULL)
        *name = names[i];
      return value;
    }
  return NULL;
}

/* What was recorded is what the prediction is listened to with, which is begun before; it cannot be looked at. */
static void
add_prediction (Case *self,
                char **match)
{
  const char *number = strrchr (self->id, '/') + 1;
  const char *base_url = graphbit_mock_server_get_base_url (self->replay->server);
  g_autofree char *step = g_strdup_printf ("{\"match\":\"%s\",\"status\":201,\"json\":{\"id\":\"%s\",\"status\":\"starting\","
                                           "\"urls\":{\"stream\":\"%s/streams/%s\"}}}", *match, number, base_url, number);
  g_autoptr (GError) error = NULL;

  graphbit_mock_server_add_step (self->replay->server, step, &error);
  g_assert_no_error (error);
  g_free (*match);
  *match = g_strconcat ("/streams/", number, NULL);
}

static void
add_step (Case *self)
{
  static const char *const delays[] = { "retry-after", "retry-after-ms" };
  const char *request_id_name = NULL;
  g_autofree char *path = replay_get_path (self->id, ".body");
  g_autofree char *match = g_strdup_printf ("replay %s;", self->id);
  const char *content_type = get_header (self->recording, "content-type");
  const char *request_id = find_request_id (self, &request_id_name);
  GString *step = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GraphbitJsonWriter writer;

  if (strcmp (self->replay->style->name, "replicate") == 0)
    add_prediction (self, &match);
  graphbit_json_writer_init (&writer, step);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, "match", match);
  graphbit_json_writer_int64_member (&writer, "status", self->status);
  graphbit_json_writer_string_member (&writer, "recording", path);
  if (content_type != NULL)
    graphbit_json_writer_string_member (&writer, "content_type", content_type);
  graphbit_json_writer_name (&writer, "headers");
  graphbit_json_writer_begin_object (&writer);
  /* in the place of the server's own */
  graphbit_json_writer_string_member (&writer, "x-request-id", "");
  if (request_id != NULL)
    graphbit_json_writer_string_member (&writer, request_id_name, request_id);
  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      if (get_header (self->recording, delays[i]) != NULL)
        graphbit_json_writer_string_member (&writer, delays[i], get_header (self->recording, delays[i]));
    }
  graphbit_json_writer_end_object (&writer);
  if (self->replay->split != NULL)
    {
      graphbit_json_writer_string_member (&writer, "split", self->replay->split);
      graphbit_json_writer_int64_member (&writer, "seed", 20260509 + self->replay->next);
    }
  graphbit_json_writer_end_object (&writer);

  graphbit_mock_server_add_step (self->replay->server, step->str, &error);
  g_assert_no_error (error);
  g_string_free (step, TRUE);
}

/* What the error and its details say is what the provider said. */
static void
check_error (Case *self,
             GError *error)
{
  static const struct
  {
    int status;
    GraphbitError codes[4];
  } rules[] = {
    { 400, { GRAPHBIT_ERROR_INVALID_REQUEST, GRAPHBIT_ERROR_CONTEXT_LENGTH, GRAPHBIT_ERROR_CONTENT_FILTERED, GRAPHBIT_ERROR_NOT_FOUND } },
    { 401, { GRAPHBIT_ERROR_AUTHENTICATION } },
    { 403, { GRAPHBIT_ERROR_PERMISSION } },
    { 404, { GRAPHBIT_ERROR_NOT_FOUND } },
    { 429, { GRAPHBIT_ERROR_RATE_LIMITED, GRAPHBIT_ERROR_QUOTA_EXCEEDED } },
  };
  g_autoptr (GraphbitErrorDetails) details = graphbit_error_details_from_error (error);
  const char *request_id = find_request_id (self, NULL);
  const char *delay = get_header (self->recording, "retry-after");
  const char *message;
  gboolean is_right = FALSE;

  g_assert_cmpint (error->domain, ==, GRAPHBIT_ERROR);
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    for (guint j = 0; rules[i].status == self->status && j < G_N_ELEMENTS (rules[i].codes); j++)
      is_right = is_right || error->code == (int) rules[i].codes[j];
  /* what the vendor itself calls a wrong key */
  is_right = is_right || (self->status == 400 && error->code == GRAPHBIT_ERROR_AUTHENTICATION && strstr (self->body, "API key") != NULL);
  if (!is_right)
    {
      g_test_message ("%s: %d gives error %d: %s", self->label, self->status, error->code, error->message);
      g_test_fail ();
    }

  g_assert_nonnull (details);
  replay_check_number (self->label, "the status", graphbit_error_details_get_http_status (details), self->status);
  if (request_id != NULL)
    replay_check_text (self->label, "the request id", graphbit_error_details_get_request_id (details), request_id);
  if (self->status == 429 && delay != NULL)
    replay_check_number (self->label, "the delay", graphbit_error_details_get_retry_after_ms (details),
                         g_ascii_strtoll (delay, NULL, 10) * 1000);
  message = graphbit_error_details_get_provider_message (details);
  if (*self->body == '{' && (message == NULL || *message == '\0'))
    {
      g_test_message ("%s: no message of the provider in %s", self->label, self->body);
      g_test_fail ();
    }
}

static void
check_outcome (Case *self,
               GraphbitLlmResponse *response,
               GError *error)
{
  if (self->expected == NULL)
    {
      if (error != NULL)
        check_error (self, error);
      replay_check_number (self->label, "an error", error != NULL, TRUE);
      return;
    }

  if ((error != NULL) != replay_wants_error (self->expected))
    {
      g_test_message ("%s: error: %s", self->label, error != NULL ? error->message : "none");
      g_test_fail ();
      return;
    }

  if (response != NULL)
    {
      replay_check_response (self->label, response, self->expected);
    }
  else
    {
      g_autoptr (GraphbitErrorDetails) details = graphbit_error_details_from_error (error);
      GObject *partial = graphbit_error_details_get_partial_response (details);

      replay_check_text (self->label, "the partial text",
                         partial != NULL ? graphbit_llm_response_get_text (GRAPHBIT_LLM_RESPONSE (partial)) : NULL,
                         replay_get_text (self->expected, "text"));
    }
}

static void
on_answered (GObject *object,
             GAsyncResult *result,
             gpointer data)
{
  Case *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmResponse) response =
      graphbit_llm_client_chat_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);

  check_outcome (self, response, error);
  if (response != NULL)
    replay_check_text (self->label, "the raw answer", graphbit_llm_response_get_raw_json (response), self->body);
  case_free (self);
}

static void
on_collected (GObject *object,
              GAsyncResult *result,
              gpointer data)
{
  Case *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmResponse) response =
      graphbit_llm_stream_collect_finish (GRAPHBIT_LLM_STREAM (object), result, &error);

  check_outcome (self, response, error);
  /* the chunks are the answer */
  if (response != NULL)
    replay_check_text (self->label, "the text of the chunks",
                       graphbit_llm_stream_get_text (self->stream), graphbit_llm_response_get_text (response));
  case_free (self);
}

static void
on_opened (GObject *object,
           GAsyncResult *result,
           gpointer data)
{
  Case *self = data;
  g_autoptr (GError) error = NULL;

  self->stream = graphbit_llm_client_chat_stream_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);
  if (self->stream != NULL)
    {
      graphbit_llm_stream_collect_async (self->stream, NULL, on_collected, self);
      return;
    }

  check_outcome (self, NULL, error);
  case_free (self);
}

static GraphbitLlmClient *
get_client (Replay *replay,
            JsonNode *entry)
{
  const char *provider = replay->style->provider != NULL ? replay->style->provider : replay_get_chat_vendor (entry);
  GraphbitLlmClient *client = g_hash_table_lookup (replay->clients, provider);

  if (client == NULL)
    {
      client = support_client_new_for_provider (replay->server, provider);
      if (strcmp (provider, "replicate") == 0)
        graphbit_llm_config_set_model (graphbit_llm_client_get_config (client), "o/m");
      graphbit_llm_client_set_max_retries (client, 0);
      if (strcmp (replay->style->name, "responses") == 0)
        graphbit_llm_config_set_api (graphbit_llm_client_get_config (client), GRAPHBIT_LLM_API_RESPONSES);
      g_hash_table_insert (replay->clients, (gpointer) provider, client);
    }
  return client;
}

static void
start_case (Replay *replay,
            JsonNode *entry)
{
  const char *id = replay_get_text (entry, "id");
  gboolean is_error = strcmp (replay->kind, "error") == 0;
  g_autoptr (JsonNode) expected = replay_load_json (id, ".expect.json");
  g_autoptr (GraphbitLlmRequest) request = NULL;
  g_autoptr (GraphbitLlmMessage) message = NULL;
  g_autofree char *prompt = NULL;
  gsize length;
  Case *self;

  if (is_error ? strstr (replay_get_text (entry, "url"), replay->style->error_url) == NULL
               : g_strcmp0 (replay_get_text (expected, "style"), replay->style->name) != 0)
    return;
  /* instrumented builds take every twentieth of those that are played, so that there is one of each style */
  if (replay->n_found++ % 20 != 0 && g_strcmp0 (g_getenv ("G_SLICE"), "always-malloc") == 0)
    return;

  self = g_new0 (Case, 1);
  self->replay = replay;
  self->id = g_strdup (id);
  self->label = g_strdup_printf ("%s, split %s", id, replay->split != NULL ? replay->split : "nowhere");
  self->status = (int) replay_get_number (entry, "status");
  self->body = replay_load_body (id, &length);
  self->recording = replay_load_json (id, ".json");
  self->expected = is_error ? NULL : g_steal_pointer (&expected);
  add_step (self);

  prompt = g_strdup_printf ("replay %s;", id);
  message = graphbit_llm_message_new_user (prompt);
  request = graphbit_llm_request_new (NULL);
  graphbit_llm_request_add_message (request, message);
  replay->n_running++;
  replay->n_cases++;
  if (strcmp (replay->kind, "stream") == 0)
    graphbit_llm_client_chat_stream_async (get_client (replay, entry), request, NULL, on_opened, self);
  else
    graphbit_llm_client_chat_async (get_client (replay, entry), request, NULL, on_answered, self);
}

static void
start_more (Replay *replay)
{
  while (replay->n_running < IN_FLIGHT && replay->next < graphbit_json_get_size (replay->index))
    {
      JsonNode *entry = graphbit_json_get_element (replay->index, replay->next);

      replay->next++;
      if (g_strcmp0 (replay_get_text (entry, "kind"), replay->kind) == 0)
        start_case (replay, entry);
    }
}

static gboolean
is_done (gpointer data)
{
  return ((Replay *) data)->n_running == 0;
}

static void
replay_all (const Style *style,
            const char *kind,
            const char *split)
{
  Replay replay = { .style = style, .kind = kind, .split = split };

  if (!replay_has_fixtures ())
    return;

  replay.index = replay_load_json ("index", ".json");
  replay.server = support_server_new (NULL);
  graphbit_mock_server_set_record_limit (replay.server, 16);
  replay.clients = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);

  start_more (&replay);
  support_wait_until (is_done, &replay);
  g_test_message ("%s: %u cases of %u providers", style->name, replay.n_cases, g_hash_table_size (replay.clients));
  g_assert_cmpuint (replay.n_cases, >, 0);

  g_hash_table_unref (replay.clients);
  g_object_unref (replay.server);
  json_node_unref (replay.index);
}

static void
test_replay (gconstpointer data)
{
  const char *const *both = data;

  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    {
      gboolean is_plain = strcmp (both[0], "plain") == 0;

      if ((strcmp (both[0], "error") != 0 || styles[i].error_url != NULL) &&
          !(is_plain && strcmp (styles[i].name, "replicate") == 0))
        replay_all (&styles[i], both[0], both[1]);
    }
}

/* A prediction as it was recorded, begun and under way, and what would have come of it. */
static void
test_prediction (void)
{
  g_autoptr (GraphbitMockServer) server = NULL;
  g_autoptr (GraphbitLlmClient) client = NULL;
  g_autofree char *begun = replay_get_path ("openllmetry/replicate/0000", ".body");
  g_autofree char *under_way = replay_get_path ("openllmetry/replicate/0002", ".body");
  g_autofree char *steps = NULL;
  g_autofree char *requests = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  SupportResult result = { NULL };

  if (!replay_has_fixtures ())
    return;

  steps = g_strdup_printf ("[{\"status\":201,\"recording\":\"%s\",\"split\":\"byte\"},{\"recording\":\"%s\",\"split\":\"random\"},"
                           "{\"json\":{\"id\":\"vdcbnszbj37qhlzgoergjj5dsa\",\"status\":\"succeeded\",\"output\":[\"https://a/b.png\"]}}]",
                           begun, under_way);
  server = support_server_new (steps);
  client = support_client_new_for_provider (server, "replicate");
  graphbit_llm_config_set_model (graphbit_llm_client_get_config (client), "stability-ai/stable-diffusion");
  graphbit_llm_config_set_version (graphbit_llm_client_get_config (client),
                                   "ac732df83cea7fff18b8472768c88ad041fa750ff7682a21affe81863cbe77e4");

  graphbit_clock_set_virtual (TRUE);
  graphbit_llm_client_complete_async (client, "robots", NULL, NULL, support_ready, &result);
  text = graphbit_llm_client_complete_finish (client, support_wait_with_clock (&result, 20), &error);
  support_result_clear (&result);
  graphbit_clock_set_virtual (FALSE);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "https://a/b.png");
  requests = graphbit_mock_server_dup_requests_json (server);
  g_assert_nonnull (strstr (requests, "{\\\"version\\\":\\\"ac732df83cea7fff18b8472768c88ad041fa750ff7682a21affe81863cbe77e4\\\","
                                      "\\\"input\\\":{\\\"prompt\\\":\\\"robots\\\"}}"));
  g_assert_nonnull (strstr (requests, "\"/v1/predictions/vdcbnszbj37qhlzgoergjj5dsa\""));
}

int
main (int argc,
      char *argv[])
{
  static const char *const cases[][2] = {
    { "plain", NULL }, { "plain", "byte" }, { "plain", "random" },
    { "stream", NULL }, { "stream", "byte" }, { "stream", "random" },
    { "error", NULL }, { "error", "random" },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/llm/replay-client/%s/%s", cases[i][0],
                                               cases[i][1] != NULL ? cases[i][1] : "whole");

      g_test_add_data_func (path, cases[i], test_replay);
    }
  g_test_add_func ("/llm/replay-client/prediction", test_prediction);

  return g_test_run ();
}
