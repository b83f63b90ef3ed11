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
 * Every recording over a real socket and through the public API, in one write,
 * byte by byte, and split at random places. A table at the end of each says
 * what was played; what is not played is named with its reason.
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

/* Recordings without an expectation: what their body itself says. */
typedef struct
{
  const char *id;
  int code;            /* 0: an answer */
  int status;
  const char *message; /* the provider's; its beginning */
} Oddity;

static const Oddity oddities[] = {
  { "req_llm/groq/0061", GRAPHBIT_ERROR_INVALID_REQUEST, 400, "tool call validation failed: parameters" },
  { "req_llm/openrouter/0292", GRAPHBIT_ERROR_UNAVAILABLE, 502, "Upstream error from Venice" },
  { "req_llm/openrouter/0339", GRAPHBIT_ERROR_UNAVAILABLE, 502, "ConnectionError: " },
  { "req_llm/openrouter/0400", GRAPHBIT_ERROR_UNAVAILABLE, 502, "Provider returned error (Cloudflare: " },
  { "req_llm/xai/0168", GRAPHBIT_ERROR_PROTOCOL, 0, NULL },
  { "openllmetry/azure/0055", GRAPHBIT_ERROR_CONTENT_FILTERED, 400, "The response was filtered due to" },
  { "openllmetry/azure/0059", GRAPHBIT_ERROR_CONTENT_FILTERED, 400, "The response was filtered due to" },
  { "openllmetry/azure/0063", GRAPHBIT_ERROR_CONTENT_FILTERED, 400, "The response was filtered due to" },
  { "langchaingo/perplexity/0001", 0, 0, NULL },
  { "req_llm/zai/0004", 0, 0, NULL },
  { "req_llm/zai/0006", 0, 0, NULL },
  { "req_llm/zai/0007", 0, 0, NULL },
  { "ruby_llm/perplexity/0021", 0, 0, NULL }, /* a list of models */
};

/* What is no chat, by its address. */
static const struct
{
  const char *url;
  const char *reason;
} reasons[] = {
  { "embed", "embeddings" },
  { "Embed", "embeddings" },
  { "/rerank", "a ranking" },
  { "/batch", "the provider's own batches" },
  { ":batch", "the provider's own batches" },
  { "/files", "the provider's own batches" },
  { "/v1/complete", "a protocol before chat" },
  { "/v1/completions", "a protocol before chat" },
  { "cohere.com/v1/", "a protocol before chat" },
  { "cohere.ai/v1/", "a protocol before chat" },
  { "endpoints.huggingface.cloud/", "a protocol before chat" },
  { "/v1/schema", "a database" },
  { "/v1/meta", "a database" },
  { "replicate.com/v1/predictions", "a model for images, played as “prediction”" },
  { "replicate.com/v1/", "a model for images" },
};

static const char *const kinds[] = { "plain", "stream", "error", "other" };

typedef struct
{
  guint n_cases[G_N_ELEMENTS (kinds)];
  guint n_passed[G_N_ELEMENTS (kinds)];
  guint n_skipped[G_N_ELEMENTS (kinds)];
} Row;

typedef struct
{
  const char *split; /* the server's word for it; NULL: none */
  GraphbitMockServer *server;
  GHashTable *clients; /* by their styles and providers */
  GHashTable *rows;    /* by the recordings' providers */
  JsonNode *index;
  guint next;
  guint n_running;
  guint n_ended;
  guint n_awaited;
  guint n_found[G_N_ELEMENTS (kinds)][G_N_ELEMENTS (styles) + 1];
} Replay;

typedef struct
{
  Replay *replay;
  const Style *style;
  const Oddity *oddity;
  GraphbitLlmClient *client;
  guint *n_passed;
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
  replay->n_ended++;
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
  const char *const *names = self->style->request_ids;

  for (guint i = 0; i < G_N_ELEMENTS (self->style->request_ids) && names[i] != NULL; i++)
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
  gboolean is_list = strstr (replay_get_text (self->recording, "url"), "/v1/models") != NULL;
  const char *content_type = get_header (self->recording, "content-type");
  const char *request_id = find_request_id (self, &request_id_name);
  GString *step = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GraphbitJsonWriter writer;

  if (strcmp (self->style->name, "replicate") == 0)
    add_prediction (self, &match);
  graphbit_json_writer_init (&writer, step);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, "match", is_list ? "/models" : match);
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
    replay_check_text (self->label, "the error", error->message, NULL);

  g_assert_nonnull (details);
  replay_check_number (self->label, "the status", graphbit_error_details_get_http_status (details), self->status);
  if (request_id != NULL)
    replay_check_text (self->label, "the request id", graphbit_error_details_get_request_id (details), request_id);
  if (self->status == 429 && delay != NULL)
    replay_check_number (self->label, "the delay", graphbit_error_details_get_retry_after_ms (details),
                         g_ascii_strtoll (delay, NULL, 10) * 1000);
  message = graphbit_error_details_get_provider_message (details);
  if ((*self->body == '{' || g_str_has_prefix (self->body, "Not Found")) && (message == NULL || *message == '\0'))
    replay_check_text (self->label, "the provider's message", NULL, self->body);
}

/* The text of a stream by the shortest way: what comes after “delta” and “content” in each line. */
static char *
read_deltas (const char *body,
             const char *name)
{
  g_auto (GStrv) lines = g_strsplit (body, "data: ", -1);
  GString *text = g_string_new (NULL);

  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_autoptr (JsonNode) event = NULL;
      JsonNode *choice;
      const char *piece;

      *strchrnul (lines[i], '\n') = '\0';
      event = graphbit_json_parse (lines[i], -1, NULL);
      choice = graphbit_json_get_element (graphbit_json_get_member (event, "choices"), 0);
      if (graphbit_json_get_string (graphbit_json_get_member (choice, "delta"), name, &piece))
        g_string_append (text, piece);
    }

  return g_string_free (text, FALSE);
}

static void
check_oddity (Case *self,
              GraphbitLlmResponse *response,
              GError *error)
{
  g_autoptr (GraphbitErrorDetails) details = error != NULL ? graphbit_error_details_from_error (error) : NULL;

  if (self->oddity->code != 0)
    {
      const char *message = details != NULL ? graphbit_error_details_get_provider_message (details) : NULL;
      g_autofree char *beginning = g_strndup (message != NULL ? message : "",
                                              self->oddity->message != NULL ? strlen (self->oddity->message) : 0);

      replay_check_number (self->label, "the code", error != NULL ? error->code : -1, self->oddity->code);
      if (details != NULL)
        replay_check_number (self->label, "the status", graphbit_error_details_get_http_status (details), self->oddity->status);
      replay_check_text (self->label, "the provider's message", beginning, self->oddity->message);
    }
  else if (response == NULL)
    {
      replay_check_text (self->label, "the error", error->message, NULL);
    }
  else
    {
      g_autofree char *text = read_deltas (self->body, "content");
      g_autofree char *reasoning = read_deltas (self->body, "reasoning_content");

      replay_check_text (self->label, "the text", graphbit_llm_response_get_text (response), text);
      replay_check_text (self->label, "the reasoning", graphbit_llm_response_get_reasoning (response), reasoning);
      replay_check_number (self->label, "a usage", graphbit_llm_response_get_usage (response) != NULL, TRUE);
      replay_check_number (self->label, "a reason", graphbit_llm_response_get_finish_reason_text (response) != NULL, TRUE);
    }
}

static void
check_expected (Case *self,
                GraphbitLlmResponse *response,
                GError *error)
{
  if ((error != NULL) != replay_wants_error (self->expected))
    {
      replay_check_text (self->label, "the error", error != NULL ? error->message : "none", NULL);
    }
  else if (response != NULL)
    {
      replay_check_response (self->label, response, self->expected);
      replay_check_text (self->label, "the request id",
                         graphbit_llm_response_get_request_id (response), find_request_id (self, NULL));
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
check_outcome (Case *self,
               GraphbitLlmResponse *response,
               GError *error)
{
  if (self->oddity != NULL)
    check_oddity (self, response, error);
  else if (self->expected != NULL)
    check_expected (self, response, error);
  else if (error != NULL)
    check_error (self, error);
  else
    replay_check_number (self->label, "an error", FALSE, TRUE);
}

/* Frees it: the case is over. */
static void
case_end (Case *self,
          guint n_differences)
{
  if (replay_count_differences () == n_differences)
    (*self->n_passed)++;
  case_free (self);
}

static void
on_answered (GObject *object,
             GAsyncResult *result,
             gpointer data)
{
  Case *self = data;
  guint n_differences = replay_count_differences ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmResponse) response =
      graphbit_llm_client_chat_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);

  check_outcome (self, response, error);
  if (response != NULL)
    replay_check_text (self->label, "the raw answer", graphbit_llm_response_get_raw_json (response), self->body);
  case_end (self, n_differences);
}

static void
on_collected (GObject *object,
              GAsyncResult *result,
              gpointer data)
{
  Case *self = data;
  guint n_differences = replay_count_differences ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitLlmResponse) response =
      graphbit_llm_stream_collect_finish (GRAPHBIT_LLM_STREAM (object), result, &error);

  check_outcome (self, response, error);
  /* the chunks are the answer */
  if (response != NULL)
    replay_check_text (self->label, "the text of the chunks",
                       graphbit_llm_stream_get_text (self->stream), graphbit_llm_response_get_text (response));
  case_end (self, n_differences);
}

static void
on_opened (GObject *object,
           GAsyncResult *result,
           gpointer data)
{
  Case *self = data;
  guint n_differences = replay_count_differences ();
  g_autoptr (GError) error = NULL;

  self->stream = graphbit_llm_client_chat_stream_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);
  if (self->stream != NULL)
    {
      graphbit_llm_stream_collect_async (self->stream, NULL, on_collected, self);
      return;
    }

  check_outcome (self, NULL, error);
  case_end (self, n_differences);
}

static void
on_listed (GObject *object,
           GAsyncResult *result,
           gpointer data)
{
  Case *self = data;
  guint n_differences = replay_count_differences ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = graphbit_llm_client_list_models_finish (GRAPHBIT_LLM_CLIENT (object), result, &error);
  g_autoptr (JsonNode) node = graphbit_json_parse (self->body, -1, NULL);

  g_assert_no_error (error);
  replay_check_number (self->label, "the number of models", g_list_model_get_n_items (models),
                       graphbit_json_get_size (graphbit_json_get_member (node, "data")));
  case_end (self, n_differences);
}

static GraphbitLlmClient *
get_client (Replay *replay,
            const Style *style,
            JsonNode *entry)
{
  const char *provider = style->provider != NULL ? style->provider : replay_get_chat_vendor (entry);
  g_autofree char *key = g_strconcat (style->name, " ", provider, NULL);
  GraphbitLlmClient *client = g_hash_table_lookup (replay->clients, key);

  if (client == NULL)
    {
      client = support_client_new_for_provider (replay->server, provider);
      if (strcmp (provider, "replicate") == 0)
        graphbit_llm_config_set_model (graphbit_llm_client_get_config (client), "o/m");
      graphbit_llm_client_set_max_retries (client, 0);
      if (strcmp (style->name, "responses") == 0)
        graphbit_llm_config_set_api (graphbit_llm_client_get_config (client), GRAPHBIT_LLM_API_RESPONSES);
      g_hash_table_insert (replay->clients, g_steal_pointer (&key), client);
    }
  return client;
}

static const Style *
find_style (JsonNode *entry,
            JsonNode *expected)
{
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    {
      if (expected != NULL ? g_strcmp0 (replay_get_text (expected, "style"), styles[i].name) == 0
                           : styles[i].error_url != NULL && strstr (replay_get_text (entry, "url"), styles[i].error_url) != NULL)
        return &styles[i];
    }
  /* the errors of other addresses look like those of the chat */
  return expected == NULL && strstr (replay_get_text (entry, "url"), "cohere.com/") == NULL ? &styles[0] : NULL;
}

static const Oddity *
find_oddity (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (oddities); i++)
    {
      if (strcmp (oddities[i].id, id) == 0)
        return &oddities[i];
    }
  return NULL;
}

/* Why it is not played */
static char *
dup_reason (JsonNode *entry,
            JsonNode *expected)
{
  for (guint i = 0; expected == NULL && i < G_N_ELEMENTS (reasons); i++)
    {
      if (strstr (replay_get_text (entry, "url"), reasons[i].url) != NULL)
        return g_strdup (reasons[i].reason);
    }
  return g_strdup_printf ("no wire for %s",
                          expected != NULL ? replay_get_text (expected, "style") : replay_get_text (entry, "provider"));
}

static Row *
get_row (Replay *replay,
         const char *provider)
{
  Row *row = g_hash_table_lookup (replay->rows, provider);

  if (row == NULL)
    {
      row = g_new0 (Row, 1);
      g_hash_table_insert (replay->rows, g_strdup (provider), row);
    }
  return row;
}

static void
start_case (Replay *replay,
            JsonNode *entry)
{
  const char *id = replay_get_text (entry, "id");
  const char *kind_name = replay_get_text (entry, "kind");
  Row *row = get_row (replay, replay_get_text (entry, "provider"));
  guint kind = 0;
  g_autoptr (JsonNode) expected = replay_load_json (id, ".expect.json");
  const Oddity *oddity = find_oddity (id);
  const Style *style = find_style (entry, expected);
  g_autoptr (GraphbitLlmRequest) request = NULL;
  g_autoptr (GraphbitLlmMessage) message = NULL;
  g_autofree char *prompt = NULL;
  gsize length;
  Case *self;

  while (strcmp (kinds[kind], kind_name) != 0)
    kind++;
  /* instrumented builds take every twentieth of those that are played, so that there is one of each style */
  if (g_strcmp0 (g_getenv ("G_SLICE"), "always-malloc") == 0 &&
      replay->n_found[kind][style != NULL ? (gsize) (style - styles) : G_N_ELEMENTS (styles)]++ % 20 != 0)
    return;

  row->n_cases[kind]++;
  if (style == NULL || (strcmp (kind_name, "other") == 0 && expected == NULL && oddity == NULL))
    {
      g_autofree char *reason = dup_reason (entry, expected);

      row->n_skipped[kind]++;
      if (replay->split == NULL)
        g_test_message ("not played: %s (%s): %s", id, kind_name, reason);
      return;
    }

  self = g_new0 (Case, 1);
  self->replay = replay;
  self->style = style;
  self->oddity = oddity;
  self->n_passed = &row->n_passed[kind];
  self->id = g_strdup (id);
  self->label = g_strdup_printf ("%s, split %s", id, replay->split != NULL ? replay->split : "nowhere");
  self->status = (int) replay_get_number (entry, "status");
  self->body = replay_load_body (id, &length);
  self->recording = replay_load_json (id, ".json");
  self->expected = g_steal_pointer (&expected);
  self->client = get_client (replay, style, entry);
  add_step (self);

  replay->n_running++;
  if (strstr (replay_get_text (entry, "url"), "/v1/models") != NULL)
    {
      graphbit_llm_client_list_models_async (self->client, NULL, on_listed, self);
      return;
    }

  prompt = g_strdup_printf ("replay %s;", id);
  message = graphbit_llm_message_new_user (prompt);
  request = graphbit_llm_request_new (NULL);
  graphbit_llm_request_add_message (request, message);
  if (strcmp (kind_name, "stream") == 0 ||
      (oddity != NULL && strchr ("{[", *self->body) == NULL))
    graphbit_llm_client_chat_stream_async (self->client, request, NULL, on_opened, self);
  else
    graphbit_llm_client_chat_async (self->client, request, NULL, on_answered, self);
}

static void
start_more (Replay *replay)
{
  while (replay->n_running < IN_FLIGHT && replay->next < graphbit_json_get_size (replay->index))
    start_case (replay, graphbit_json_get_element (replay->index, replay->next++));
}

static gboolean
is_further (gpointer data)
{
  Replay *replay = data;

  return replay->n_running == 0 || replay->n_ended >= replay->n_awaited;
}

static void
print_table (Replay *replay)
{
  g_autoptr (GList) providers = g_list_sort (g_hash_table_get_keys (replay->rows), (GCompareFunc) strcmp);
  Row all = { { 0 } };

  providers = g_list_append (providers, (gpointer) "all");
  g_test_message ("split %s; passed of cases, and not played", replay->split != NULL ? replay->split : "nowhere");
  g_test_message ("%-12s %14s %14s %14s %14s", "", kinds[0], kinds[1], kinds[2], kinds[3]);
  for (GList *l = providers; l != NULL; l = l->next)
    {
      Row *row = l->next != NULL ? g_hash_table_lookup (replay->rows, l->data) : &all;
      g_autoptr (GString) line = g_string_new (NULL);

      for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
        {
          g_autofree char *cell = row->n_skipped[i] > 0
                                    ? g_strdup_printf ("%u/%u, %u", row->n_passed[i], row->n_cases[i], row->n_skipped[i])
                                    : g_strdup_printf ("%u/%u", row->n_passed[i], row->n_cases[i]);

          g_string_append_printf (line, " %14s", cell);
          if (row == &all)
            continue;
          all.n_cases[i] += row->n_cases[i];
          all.n_passed[i] += row->n_passed[i];
          all.n_skipped[i] += row->n_skipped[i];
        }
      g_test_message ("%-12s%s", (const char *) l->data, line->str);
    }
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      replay_check_number (kinds[i], "the number of those that passed", all.n_passed[i], all.n_cases[i] - all.n_skipped[i]);
      g_assert_cmpuint (all.n_passed[i], >, 0);
    }
}

static void
test_replay (gconstpointer split)
{
  Replay replay = { .split = split };

  if (!replay_has_fixtures ())
    return;

  replay.index = replay_load_json ("index", ".json");
  replay.server = support_server_new (NULL);
  graphbit_mock_server_set_record_limit (replay.server, 16);
  replay.clients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  replay.rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  start_more (&replay);
  while (replay.n_running > 0)
    {
      replay.n_awaited = replay.n_ended + 1;
      support_wait_until (is_further, &replay);
    }
  print_table (&replay);

  g_hash_table_unref (replay.rows);
  g_hash_table_unref (replay.clients);
  g_object_unref (replay.server);
  json_node_unref (replay.index);
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
  static const char *const splits[] = { NULL, "byte", "random" };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (splits); i++)
    {
      g_autofree char *path = g_strdup_printf ("/llm/replay-client/%s", splits[i] != NULL ? splits[i] : "whole");

      g_test_add_data_func (path, splits[i], test_replay);
    }
  g_test_add_func ("/llm/replay-client/prediction", test_prediction);

  return g_test_run ();
}
