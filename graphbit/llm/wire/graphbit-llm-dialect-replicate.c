/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-json-private.h"
#include "graphbit-llm-document-private.h"
#include "graphbit-llm-models-private.h"
#include "graphbit-llm-replicate-private.h"

/*
 * Replicate's predictions. Each answer but an event of a stream is the whole
 * prediction as it is just now; what of its output is new is what the one
 * before, or the stream, did not have. The events of a stream are plain text.
 */

typedef GraphbitLlmDocument Document;
typedef GraphbitLlmSlice Slice;

/* For the first look: what is made so fast needs no second one. Whoever leaves is to know soon what to stop. */
#define WAIT "wait=5"
#define MIN_LIFE_SECONDS 5

static const char *const ends[] = { "succeeded", "failed", "canceled", "aborted" };

static gboolean
is_end (const char *status)
{
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      if (g_strcmp0 (status, ends[i]) == 0)
        return TRUE;
    }

  return FALSE;
}

/* Pieces of a text make one, and anything else is a value to be told as JSON. NULL: there is nothing, or it may change. */
static GString *
join_output (const Slice *output,
             gboolean is_last)
{
  GString *text = g_string_new (NULL);
  GraphbitJsonReader reader;
  gboolean is_text = TRUE, is_list;
  guint scope;

  graphbit_json_reader_init (&reader, output->text, output->length);
  is_list = graphbit_json_reader_get_kind (&reader) == GRAPHBIT_JSON_KIND_ARRAY;
  if (graphbit_json_reader_get_kind (&reader) == GRAPHBIT_JSON_KIND_STRING)
    {
      graphbit_json_reader_append_string (&reader, text);
    }
  else if (is_list)
    {
      scope = graphbit_json_reader_enter_array (&reader);
      while (graphbit_json_reader_next_element (&reader, scope))
        {
          is_text &= graphbit_json_reader_get_kind (&reader) == GRAPHBIT_JSON_KIND_STRING;
          if (is_text)
            graphbit_json_reader_append_string (&reader, text);
        }
    }
  else
    {
      is_text = FALSE;
    }

  if (!is_text && is_last)
    {
      g_autoptr (JsonNode) node = graphbit_json_parse (output->text, (gssize) output->length, NULL);
      g_autofree char *value = node != NULL ? graphbit_json_to_text (node) : NULL;

      g_string_assign (text, value != NULL ? value : "");
    }
  else if (!is_text || (!is_list && !is_last))
    {
      g_string_free (text, TRUE);
      return NULL;
    }

  return text;
}

static void
take_output (Document *document,
             const Slice *output,
             gboolean is_last)
{
  GString *text = document->assembler->text;
  GString *whole = join_output (output, is_last);

  if (whole == NULL)
    return;

  if (whole->len >= text->len && memcmp (whole->str, text->str, text->len) == 0)
    g_string_append_len (text, whole->str + text->len, (gssize) (whole->len - text->len));
  else if (is_last || memcmp (whole->str, text->str, MIN (whole->len, text->len)) != 0)
    document->assembler->rest.is_at_odds = TRUE;
  g_string_free (whole, TRUE);
}

static void
read_metrics (GraphbitJsonReader *reader,
              GraphbitLlmUsageCounts *usage)
{
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "input_token_count"))
        graphbit_json_reader_read_int64 (reader, &usage->prompt);
      else if (graphbit_json_reader_member_is (reader, "output_token_count"))
        graphbit_json_reader_read_int64 (reader, &usage->completion);
    }
}

static void
read_urls (GraphbitJsonReader *reader,
           char **listen_uri)
{
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "stream"))
        graphbit_llm_document_read_word (reader, listen_uri);
    }
}

static void
read_prediction (Document *document,
                 GraphbitJsonReader *reader)
{
  GraphbitLlmAssembler *assembler = document->assembler;
  GraphbitLlmRest *rest = &assembler->rest;
  guint scope = graphbit_json_reader_enter_object (reader);
  g_autofree char *status = NULL;
  g_autofree char *listen_uri = NULL;
  Slice output = { NULL, 0 };
  gboolean is_good, tells_pieces;

  while (graphbit_json_reader_next_member (reader, scope))
    {
      GraphbitJsonKind kind = graphbit_json_reader_get_kind (reader);

      if (graphbit_json_reader_member_is (reader, "id"))
        graphbit_llm_document_read_word (reader, &document->id);
      else if (graphbit_json_reader_member_is (reader, "model"))
        graphbit_llm_document_read_word (reader, &document->model);
      else if (graphbit_json_reader_member_is (reader, "status") && kind == GRAPHBIT_JSON_KIND_STRING)
        graphbit_llm_document_read_word (reader, &status);
      else if (graphbit_json_reader_member_is (reader, "output") && kind != GRAPHBIT_JSON_KIND_NULL)
        graphbit_llm_document_read_slice (reader, kind, &output);
      else if (graphbit_json_reader_member_is (reader, "metrics"))
        read_metrics (reader, &document->usage);
      else if (graphbit_json_reader_member_is (reader, "urls"))
        read_urls (reader, &listen_uri);
    }

  graphbit_llm_document_check (document, reader);
  if (document->problem != NULL || document->id == NULL || status == NULL)
    return;

  document->has_answer = TRUE;
  is_good = strcmp (status, "succeeded") == 0;
  if (rest->path == NULL)
    {
      g_autofree char *escaped = g_uri_escape_string (document->id, NULL, FALSE);

      rest->path = g_strconcat ("/predictions/", escaped, NULL);
    }
  if (rest->listen_uri == NULL)
    rest->listen_uri = g_steal_pointer (&listen_uri);
  rest->is_over |= is_end (status);
  /* a stream that is yet to be listened to begins at the beginning; the end of one has the last word on its text */
  tells_pieces = assembler->wants_chunks && (rest->listen_uri == NULL || assembler->text->len > 0);
  if (output.text != NULL && !assembler->is_terminated && (is_good || tells_pieces))
    take_output (document, &output, is_good);

  /* who heard the end of the stream may look too soon to be told again */
  if (is_good)
    {
      document->is_end = TRUE;
      g_free (document->finish);
      document->finish = g_steal_pointer (&status);
    }
  else if (is_end (status) && !assembler->is_terminated)
    {
      document->has_error = TRUE;
    }
}

/* What a prediction says that has come to a bad end. */
static GraphbitFailure *
explain_end (const GraphbitVendor *vendor,
             GraphbitFailure *failure)
{
  GraphbitFailure *told;

  if (failure->provider_message != NULL)
    return failure;

  graphbit_failure_free (failure);
  told = graphbit_failure_new (GRAPHBIT_ERROR_UNAVAILABLE,
                               N_("%s made no answer, for somebody or a time limit stopped the prediction; ask again"),
                               vendor->title, NULL);
  told->http_status = 200;

  return told;
}

static GraphbitFailure *
replicate_parse (const GraphbitVendor *vendor,
                 GraphbitLlmAssembler *assembler,
                 const char *body,
                 gsize length,
                 GraphbitHttpVerdict *verdict)
{
  GraphbitFailure *failure;

  /* the last one is what there is to see */
  g_clear_pointer (&assembler->raw, g_bytes_unref);
  failure = graphbit_llm_document_take_whole (vendor, assembler, body, length, read_prediction, verdict);
  if (failure != NULL && assembler->rest.is_over && failure->code != GRAPHBIT_ERROR_PROTOCOL)
    failure = explain_end (vendor, failure);

  return failure;
}

static gboolean
is_good_end (const char *data,
             gsize length)
{
  GraphbitJsonReader reader;
  gboolean is_good = TRUE;
  guint scope;

  graphbit_json_reader_init (&reader, data, length);
  scope = graphbit_json_reader_enter_object (&reader);
  while (graphbit_json_reader_next_member (&reader, scope))
    {
      if (graphbit_json_reader_member_is (&reader, "reason"))
        is_good = FALSE;
    }

  return is_good;
}

static GraphbitFailure *
replicate_event (const GraphbitVendor *vendor,
                 GraphbitLlmAssembler *assembler,
                 const char *event,
                 const char *data,
                 gsize length,
                 GraphbitHttpVerdict *verdict)
{
  GraphbitLlmRest *rest = &assembler->rest;

  if (rest->is_over)
    return NULL;

  if (strcmp (event, "output") == 0)
    {
      if (length > 0)
        graphbit_llm_assembler_add_text (assembler, data, length);
    }
  else if (strcmp (event, "error") == 0)
    {
      rest->is_over = TRUE;
      return graphbit_vendor_explain_body (vendor, 200, data, length, verdict);
    }
  else if (strcmp (event, "done") == 0 && is_good_end (data, length))
    {
      /* any other end says why where the prediction is */
      rest->is_over = TRUE;
      assembler->is_terminated = TRUE;
    }

  return NULL;
}

static char *
replicate_path (const GraphbitVendor *vendor,
                const char *model,
                gboolean is_stream)
{
  g_auto (GraphbitLlmReplicateModel) parts = { NULL };
  g_autofree char *owner = NULL;
  g_autofree char *name = NULL;

  if (!graphbit_llm_replicate_parse_model (model, &parts) || parts.version != NULL)
    return g_strdup ("/predictions");

  owner = g_uri_escape_string (parts.owner, NULL, FALSE);
  name = g_uri_escape_string (parts.name, NULL, FALSE);
  return g_strdup_printf ("/%s/%s/%s/predictions", parts.is_deployment ? "deployments" : "models", owner, name);
}

/* The provider is to give up by itself what nobody may be there to stop. */
static void
replicate_add_headers (gboolean is_stream,
                       gint64 time_left_ms,
                       void (*add) (gpointer data, const char *name, const char *value),
                       gpointer data)
{
  char life[32];

  g_snprintf (life, sizeof life, "%" G_GINT64_FORMAT "s", MAX ((time_left_ms + 999) / 1000, MIN_LIFE_SECONDS));
  add (data, "Cancel-After", life);
  if (!is_stream)
    add (data, "Prefer", WAIT);
}

/* Those that it calls language models: all that there are would be many thousands, of any kind. */
static char *
replicate_models_path (const GraphbitVendor *vendor,
                       const char *after)
{
  return g_strdup ("/collections/language-models");
}

const GraphbitLlmDialect graphbit_llm_dialect_replicate = {
  .name = "replicate",
  .framing = GRAPHBIT_FRAMING_SSE,
  .path = replicate_path,
  .build = graphbit_llm_replicate_build,
  .parse = replicate_parse,
  .event = replicate_event,
  .stop_path = "/cancel",
  .models_path = replicate_models_path,
  .parse_models = graphbit_llm_models_parse,
  .add_headers = replicate_add_headers,
};
