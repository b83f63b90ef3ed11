/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-mock-private.h"

#include <string.h>

/* Replicate's predictions, each of which is made after it was asked for. */

typedef struct
{
  char *id;
  char *model;
  char *origin;
  GPtrArray *pieces; /* of the output */
  char *status;      /* in the end */
  char *error;       /* (nullable) */
  GPtrArray *events; /* (nullable) of the step's */
  guint prompt_words;
  guint looks; /* left, until it is ready */
  gboolean is_streamed;
  gboolean is_over;
  gboolean has_usage;
  gboolean omit_done;
} Prediction;

/* Of all servers of the process; ids are not used twice. */
static GMutex mutex;
static GHashTable *predictions;
static guint n_predictions;

static void
prediction_free (gpointer data)
{
  Prediction *self = data;

  g_free (self->id);
  g_free (self->model);
  g_free (self->origin);
  g_ptr_array_unref (self->pieces);
  g_free (self->status);
  g_free (self->error);
  g_clear_pointer (&self->events, g_ptr_array_unref);
  g_free (self);
}

static void
take_piece (Prediction *self,
            const char *piece,
            gsize       length)
{
  g_ptr_array_add (self->pieces, g_strndup (piece, length));
}

static void
split_text (Prediction *self,
            const char *text)
{
  while (*text != '\0')
    {
      gsize n = strcspn (text, " \n\t");

      n += strspn (text + n, " \n\t");
      take_piece (self, text, n);
      text += n;
    }
}

/* Called with the mutex. */
static MockResponse *
show (Prediction *self,
      guint       status)
{
  MockResponse *response = mock_response_new (status, "application/json; charset=utf-8");
  GString *out = g_string_new ("{");
  gboolean is_good = self->is_over && g_str_equal (self->status, "succeeded");
  guint n_pieces = self->is_over ? self->pieces->len : MIN (self->pieces->len, 1);

  mock_append_member (out, "id", self->id);
  g_string_append_c (out, ',');
  mock_append_member (out, "model", self->model);
  g_string_append (out, ",\"version\":\"hidden\",\"input\":{},\"logs\":\"\",\"output\":");
  for (guint i = 0; i < n_pieces; i++)
    {
      g_string_append_c (out, i == 0 ? '[' : ',');
      mock_json_append_string (out, g_ptr_array_index (self->pieces, i), -1);
    }
  g_string_append (out, n_pieces > 0 ? "]," : "null,");
  mock_append_member (out, "error", self->is_over ? self->error : NULL);
  g_string_append_c (out, ',');
  mock_append_member (out, "status", self->is_over ? self->status : self->looks > 0 ? "processing" : "starting");
  if (is_good && self->has_usage)
    g_string_append_printf (out, ",\"metrics\":{\"predict_time\":0.5,\"input_token_count\":%u,\"output_token_count\":%u}",
                            self->prompt_words, self->pieces->len);
  g_string_append_printf (out, ",\"urls\":{\"get\":\"%s/v1/predictions/%s\",\"cancel\":\"%s/v1/predictions/%s/cancel\"",
                          self->origin, self->id, self->origin, self->id);
  if (self->is_streamed)
    g_string_append_printf (out, ",\"stream\":\"%s/v1/streams/%s\"", self->origin, self->id);
  g_string_append (out, "}}");
  mock_response_take_text (response, out);
  return response;
}

/* (nullable) */
static char *
find_unknown (JsonObject *input)
{
  static const char *const known[] = {
    "prompt", "system_prompt", "max_tokens", "max_completion_tokens", "temperature", "top_p", "top_k", "seed", "reasoning_effort",
    "image", "image_input"
  };
  g_autoptr (GList) members = json_object_get_members (input);

  for (GList *l = members; l != NULL; l = l->next)
    {
      gboolean is_known = FALSE;

      for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
        is_known |= g_str_equal (l->data, known[i]);
      if (!is_known)
        return g_strdup (l->data);
    }
  return NULL;
}

static MockResponse *
create (MockRequest *request,
        MockStep    *step,
        const char  *path)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonObject *body, *input;
  Prediction *self;
  MockResponse *response;
  gconstpointer data;
  gsize length;
  const char *prompt, *prefer = mock_request_get_header (request, "prefer");
  const char *models = strstr (path, "/models/");
  g_autofree char *unknown = NULL;
  g_autofree char *model = NULL;

  data = g_bytes_get_data (request->body, &length);
  if (!json_parser_load_from_data (parser, data, (gssize) length, NULL) || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return mock_wire_error (MOCK_WIRE_REPLICATE, 400, NULL, NULL, "The request body is no JSON object");
  body = json_node_get_object (json_parser_get_root (parser));
  input = mock_member_object (body, "input");
  if (models == NULL && strstr (path, "/deployments/") == NULL && mock_member_string (body, "version") == NULL)
    return mock_wire_error (MOCK_WIRE_REPLICATE, 422, NULL, NULL, "- version is required");
  if (input == NULL || mock_member_string (input, "prompt") == NULL)
    return mock_wire_error (MOCK_WIRE_REPLICATE, 422, NULL, NULL, "- input: prompt is required");
  unknown = find_unknown (input);
  if (unknown != NULL)
    {
      g_autofree char *message = g_strdup_printf ("- input: Additional property %s is not allowed", unknown);

      return mock_wire_error (MOCK_WIRE_REPLICATE, 422, NULL, NULL, message);
    }
  model = models != NULL ? g_strndup (models + strlen ("/models/"), strlen (models) - strlen ("/models//predictions"))
                         : g_strdup (mock_member_string (body, "version"));
  if (model != NULL && strstr (model, "no-such-model") != NULL)
    return mock_wire_error (MOCK_WIRE_REPLICATE, 404, NULL, NULL, "The requested resource could not be found: no-such-model");

  prompt = mock_member_string (input, "prompt");
  self = g_new0 (Prediction, 1);
  self->model = g_steal_pointer (&model);
  self->origin = g_strdup_printf ("http://%s", mock_request_get_header (request, "host"));
  self->pieces = g_ptr_array_new_with_free_func (g_free);
  self->prompt_words = mock_count_words (prompt) + mock_count_words (mock_member_string (input, "system_prompt"));
  self->status = g_strdup (step != NULL && step->finish_reason != NULL ? step->finish_reason : "succeeded");
  self->looks = step != NULL ? step->looks : 0;
  self->is_streamed = mock_member_true (body, "stream");
  self->has_usage = step == NULL || !step->omit_usage;
  self->omit_done = step != NULL && step->omit_done;
  if (step != NULL && step->events != NULL)
    self->events = g_ptr_array_ref (step->events);
  if (!g_str_equal (self->status, "succeeded"))
    {
      self->error = step != NULL ? g_strdup (step->text) : NULL;
    }
  else if (step != NULL && step->pieces != NULL)
    {
      for (char **piece = step->pieces; *piece != NULL; piece++)
        take_piece (self, *piece, strlen (*piece));
    }
  else
    {
      g_autofree char *said = g_strconcat ("You said: ", prompt, NULL);

      split_text (self, step != NULL && step->text != NULL ? step->text : said);
    }

  g_mutex_lock (&mutex);
  if (predictions == NULL)
    predictions = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, prediction_free);
  self->id = g_strdup_printf ("mock%u", ++n_predictions);
  g_hash_table_insert (predictions, self->id, self);
  self->is_over = self->looks == 0 && prefer != NULL && g_str_has_prefix (prefer, "wait");
  response = show (self, 201);
  g_mutex_unlock (&mutex);
  return response;
}

static void
add_event (MockResponse *response,
           const char   *name,
           guint         number,
           const char   *text)
{
  GString *out = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_string_append_printf (out, "event: %s\nid: 1707756341:%u\n", name, number);
  for (guint i = 0; lines[i] != NULL; i++)
    g_string_append_printf (out, "data: %s\n", lines[i]);
  g_string_append_c (out, '\n');
  mock_response_take_text (response, out);
}

static MockResponse *
listen_to (Prediction *self)
{
  MockResponse *response = mock_response_new (200, "text/event-stream; charset=utf-8");
  gboolean is_good = g_str_equal (self->status, "succeeded");
  guint n = 0;

  response->streamed = TRUE;
  mock_response_take_text (response, g_string_new (": hi\n\n"));
  for (guint i = 0; i < self->pieces->len; i++)
    add_event (response, "output", n++, g_ptr_array_index (self->pieces, i));
  for (guint i = 0; self->events != NULL && i < self->events->len; i++)
    add_event (response, "error", n++, g_ptr_array_index (self->events, i));
  if (!self->omit_done)
    {
      add_event (response, "done", n++, is_good ? "{}" : "{\"reason\":\"error\"}");
      mock_response_take_text (response, g_string_new (":408: 408 Request Timeout\n\n"));
    }
  self->is_over = self->looks == 0;
  return response;
}

static MockResponse *
answer_collection (void)
{
  MockResponse *response = mock_response_new (200, "application/json");

  mock_response_take_text (response, g_string_new (
    "{\"name\":\"Language models\",\"slug\":\"language-models\",\"description\":\"Models that read and write\",\"models\":["
    "{\"url\":\"https://replicate.com/meta/llama\",\"owner\":\"meta\",\"name\":\"llama\",\"run_count\":1,"
    "\"latest_version\":{\"id\":\"v1\",\"created_at\":\"2024-01-01T00:00:00Z\"}},"
    "{\"owner\":\"openai\",\"name\":\"gpt-5\",\"latest_version\":null}]}"));
  return response;
}

MockResponse *
mock_replicate_answer (MockRequest *request,
                       MockStep    *step)
{
  g_autofree char *path = g_strndup (request->target, strcspn (request->target, "?"));
  gboolean is_post = g_str_equal (request->method, "POST");
  gboolean is_cancel = is_post && g_str_has_suffix (path, "/cancel");
  gboolean is_stream = strstr (path, "/streams/") != NULL;
  const char *id = strstr (path, is_stream ? "/streams/" : "/predictions/");
  g_autofree char *name = NULL;
  MockResponse *response;
  Prediction *self;

  if (is_post && g_str_has_suffix (path, "/predictions"))
    return create (request, step, path);
  if (!is_post && g_str_has_suffix (path, "/collections/language-models"))
    return answer_collection ();

  if (id != NULL)
    {
      id = strchr (id + 1, '/') + 1;
      name = g_strndup (id, strcspn (id, "/"));
    }
  g_mutex_lock (&mutex);
  self = name != NULL && predictions != NULL ? g_hash_table_lookup (predictions, name) : NULL;
  if (self == NULL || (is_post && !is_cancel))
    {
      g_mutex_unlock (&mutex);
      return mock_wire_error (MOCK_WIRE_REPLICATE, 404, NULL, NULL, "The requested resource could not be found.");
    }

  if (is_stream)
    {
      response = listen_to (self);
    }
  else if (is_cancel)
    {
      if (!self->is_over)
        {
          g_free (self->status);
          self->status = g_strdup ("canceled");
          self->is_over = TRUE;
        }
      response = show (self, 200);
    }
  else
    {
      if (self->looks == 0)
        self->is_over = TRUE;
      response = show (self, 200);
      if (self->looks > 0)
        self->looks--;
    }
  g_mutex_unlock (&mutex);
  return response;
}
