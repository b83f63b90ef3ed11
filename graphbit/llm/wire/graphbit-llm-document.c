/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-document-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-json-private.h"

#define MAX_BAD_LINES 5

static void
fragment_clear (gpointer data)
{
  GraphbitLlmFragment *fragment = data;

  g_free (fragment->id);
  g_free (fragment->name);
  if (fragment->arguments != NULL)
    g_string_free (fragment->arguments, TRUE);
}

static void
document_init (GraphbitLlmDocument *self,
               const GraphbitVendor *vendor,
               GraphbitLlmAssembler *assembler,
               gboolean is_stream)
{
  const GraphbitLlmUsageCounts nothing = GRAPHBIT_LLM_USAGE_COUNTS_INIT;

  memset (self, 0, sizeof (*self));
  self->vendor = vendor;
  self->assembler = assembler;
  self->is_stream = is_stream;
  self->text_length = assembler->text->len;
  self->reasoning_length = graphbit_llm_assembler_get_reasoning_length (assembler);
  self->refusal_length = assembler->refusal != NULL ? assembler->refusal->len : 0;
  self->n_blocks = assembler->blocks != NULL ? assembler->blocks->len : 0;
  self->usage = nothing;
}

static void
document_clear (GraphbitLlmDocument *self)
{
  g_clear_pointer (&self->fragments, g_array_unref);
  g_clear_pointer (&self->finish, g_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->model, g_free);
  g_clear_pointer (&self->problem, g_free);
}

static void
truncate_string (GString *string,
                 gsize length)
{
  if (string != NULL)
    g_string_truncate (string, length);
}

GString *
graphbit_llm_document_get_string (GString **field)
{
  if (*field == NULL)
    *field = g_string_new (NULL);

  return *field;
}

GraphbitLlmFinishReason
graphbit_llm_normalise_finish (const char *text)
{
  static const struct
  {
    const char *word;
    GraphbitLlmFinishReason reason;
  } words[] = {
    { "stop", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "eos", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "end_turn", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "stop_sequence", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "length", GRAPHBIT_LLM_FINISH_REASON_LENGTH },
    { "model_length", GRAPHBIT_LLM_FINISH_REASON_LENGTH },
    { "max_tokens", GRAPHBIT_LLM_FINISH_REASON_LENGTH },
    { "model_context_window_exceeded", GRAPHBIT_LLM_FINISH_REASON_LENGTH },
    { "tool_calls", GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS },
    { "function_call", GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS },
    { "tool_use", GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS },
    { "content_filter", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "refusal", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "error", GRAPHBIT_LLM_FINISH_REASON_ERROR },
    { "completed", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "complete", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "succeeded", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "max_output_tokens", GRAPHBIT_LLM_FINISH_REASON_LENGTH },
    /* Gemini's, which has numbers for some of them */
    { "STOP", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "1", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "MAX_TOKENS", GRAPHBIT_LLM_FINISH_REASON_LENGTH },
    { "2", GRAPHBIT_LLM_FINISH_REASON_LENGTH },
    { "SAFETY", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "3", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "RECITATION", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "4", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "LANGUAGE", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "BLOCKLIST", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "PROHIBITED_CONTENT", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "SPII", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "IMAGE_SAFETY", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "IMAGE_PROHIBITED_CONTENT", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "IMAGE_RECITATION", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "MALFORMED_FUNCTION_CALL", GRAPHBIT_LLM_FINISH_REASON_ERROR },
    { "UNEXPECTED_TOOL_CALL", GRAPHBIT_LLM_FINISH_REASON_ERROR },
    { "TOO_MANY_TOOL_CALLS", GRAPHBIT_LLM_FINISH_REASON_ERROR },
    { "insufficient_system_resource", GRAPHBIT_LLM_FINISH_REASON_ERROR },
    /* Cohere's */
    { "COMPLETE", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "STOP_SEQUENCE", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "TOOL_CALL", GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS },
    { "ERROR_TOXIC", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "ERROR", GRAPHBIT_LLM_FINISH_REASON_ERROR },
    { "TIMEOUT", GRAPHBIT_LLM_FINISH_REASON_ERROR },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (strcmp (words[i].word, text) == 0)
        return words[i].reason;
    }

  return GRAPHBIT_LLM_FINISH_REASON_OTHER;
}

void
graphbit_llm_document_append_text (GraphbitJsonReader *reader,
                                   GString **field)
{
  if (graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_STRING && !graphbit_json_reader_string_is (reader, ""))
    graphbit_json_reader_append_string (reader, graphbit_llm_document_get_string (field));
}

void
graphbit_llm_document_read_word (GraphbitJsonReader *reader,
                                 char **word)
{
  char *text;

  if (*word != NULL)
    return;

  text = graphbit_json_reader_read_string (reader);
  if (text != NULL && *text == '\0')
    g_clear_pointer (&text, g_free);
  *word = text;
}

GraphbitLlmFragment *
graphbit_llm_document_add_fragment (GraphbitLlmDocument *self,
                                    int index)
{
  GraphbitLlmFragment fresh = { .index = index };

  if (self->fragments == NULL)
    {
      self->fragments = g_array_new (FALSE, FALSE, sizeof (GraphbitLlmFragment));
      g_array_set_clear_func (self->fragments, fragment_clear);
    }
  g_array_append_val (self->fragments, fresh);

  return &g_array_index (self->fragments, GraphbitLlmFragment, self->fragments->len - 1);
}

void
graphbit_llm_document_read_arguments (GraphbitJsonReader *reader,
                                      GString **arguments)
{
  GraphbitJsonKind kind = graphbit_json_reader_get_kind (reader);
  g_autoptr (JsonNode) node = NULL;
  const char *raw;
  gsize length;

  if (kind == GRAPHBIT_JSON_KIND_STRING)
    {
      graphbit_json_reader_append_string (reader, graphbit_llm_document_get_string (arguments));
    }
  else if (kind != GRAPHBIT_JSON_KIND_NULL && kind != GRAPHBIT_JSON_KIND_NONE &&
           graphbit_json_reader_read_raw (reader, &raw, &length))
    {
      /* without the blanks of whoever wrote it; what is no object is for whoever reads it to refuse */
      node = graphbit_json_parse (raw, (gssize) length, NULL);
      if (node != NULL)
        {
          g_autofree char *text = graphbit_json_to_text (node);

          g_string_append (graphbit_llm_document_get_string (arguments), text);
        }
      else
        {
          g_string_append_len (graphbit_llm_document_get_string (arguments), raw, (gssize) length);
        }
    }
}

void
graphbit_llm_document_read_function (GraphbitJsonReader *reader,
                                     GraphbitLlmFragment *fragment)
{
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "name"))
        graphbit_llm_document_read_word (reader, &fragment->name);
      else if (graphbit_json_reader_member_is (reader, "arguments"))
        graphbit_llm_document_read_arguments (reader, &fragment->arguments);
    }
}

void
graphbit_llm_document_check (GraphbitLlmDocument *self,
                             GraphbitJsonReader *reader)
{
  if (!graphbit_json_reader_finish (reader) && self->problem == NULL)
    self->problem = graphbit_json_reader_dup_error (reader);
}

void
graphbit_llm_document_read_slice (GraphbitJsonReader *reader,
                                  GraphbitJsonKind kind,
                                  GraphbitLlmSlice *slice)
{
  if (graphbit_json_reader_get_kind (reader) == kind)
    graphbit_json_reader_read_raw (reader, &slice->text, &slice->length);
}

void
graphbit_llm_document_append_slice (GraphbitLlmDocument *self,
                                    const GraphbitLlmSlice *slice,
                                    GString **field)
{
  GraphbitJsonReader reader;

  /* "" makes no field */
  if (slice->text == NULL || slice->length <= 2)
    return;

  graphbit_json_reader_init (&reader, slice->text, slice->length);
  graphbit_json_reader_append_string (&reader, graphbit_llm_document_get_string (field));
  graphbit_llm_document_check (self, &reader);
}

/* FALSE: it is no JSON, and nothing of it counts. */
static gboolean
document_read (GraphbitLlmDocument *self,
               const char *data,
               gsize length,
               GraphbitLlmDocumentFunc func)
{
  GraphbitLlmAssembler *assembler = self->assembler;
  GraphbitJsonReader reader;

  graphbit_json_reader_init (&reader, data, length);
  func (self, &reader);
  graphbit_llm_document_check (self, &reader);
  if (self->problem == NULL)
    return TRUE;

  g_string_truncate (assembler->text, self->text_length);
  truncate_string (assembler->reasoning, self->reasoning_length);
  truncate_string (assembler->refusal, self->refusal_length);
  if (assembler->blocks != NULL)
    {
      g_array_set_size (assembler->blocks, self->n_blocks);
      for (guint i = 0; i < self->n_blocks; i++)
        {
          GraphbitLlmBlock *block = &g_array_index (assembler->blocks, GraphbitLlmBlock, i);

          block->end = MIN (block->end, block->kind == GRAPHBIT_LLM_BLOCK_REASONING ? self->reasoning_length : self->text_length);
        }
    }

  return FALSE;
}

static void
document_commit (GraphbitLlmDocument *self)
{
  GraphbitLlmAssembler *assembler = self->assembler;

  if (assembler->id == NULL)
    assembler->id = g_steal_pointer (&self->id);
  if (assembler->model == NULL)
    assembler->model = g_steal_pointer (&self->model);

  graphbit_llm_assembler_emit (assembler, self->text_length, self->reasoning_length);
  for (guint i = 0; self->fragments != NULL && i < self->fragments->len; i++)
    {
      const GraphbitLlmFragment *fragment = &g_array_index (self->fragments, GraphbitLlmFragment, i);

      graphbit_llm_assembler_add_call (assembler, fragment->index, fragment->id, fragment->name,
                                       fragment->arguments != NULL ? fragment->arguments->str : "",
                                       fragment->arguments != NULL ? fragment->arguments->len : 0);
    }
  graphbit_llm_assembler_set_usage (assembler, &self->usage);

  if (self->finish != NULL)
    graphbit_llm_assembler_set_finish (assembler,
                                       self->finishes_later ? GRAPHBIT_LLM_FINISH_REASON_UNKNOWN
                                                            : graphbit_llm_normalise_finish (self->finish),
                                       self->finish);
  /* an answer that failed has come to no good end */
  if (self->is_end && !self->has_error && self->error == NULL)
    {
      assembler->is_terminated = TRUE;
      if (assembler->finish == GRAPHBIT_LLM_FINISH_REASON_UNKNOWN && assembler->finish_text != NULL)
        assembler->finish = graphbit_llm_normalise_finish (assembler->finish_text);
    }
}

static GraphbitFailure *
document_explain_error (const GraphbitLlmDocument *self,
                        const char *data,
                        gsize length,
                        GraphbitHttpVerdict *verdict)
{
  g_autoptr (GString) wrapped = NULL;

  if (self->has_error || self->error == NULL)
    return graphbit_vendor_explain_body (self->vendor, 200, data, length, verdict);

  wrapped = g_string_new ("{\"error\":");
  g_string_append_len (wrapped, self->error, (gssize) self->error_length);
  g_string_append_c (wrapped, '}');

  return graphbit_vendor_explain_body (self->vendor, 200, wrapped->str, wrapped->len, verdict);
}

static GraphbitFailure *
protocol_failure (const GraphbitVendor *vendor,
                  GraphbitHttpVerdict *verdict,
                  const char *format,
                  const char *detail)
{
  verdict->may_retry = FALSE;

  return graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL, format, vendor->title, detail, NULL);
}

GraphbitFailure *
graphbit_llm_document_take_whole (const GraphbitVendor *vendor,
                                  GraphbitLlmAssembler *assembler,
                                  const char *body,
                                  gsize length,
                                  GraphbitLlmDocumentFunc func,
                                  GraphbitHttpVerdict *verdict)
{
  GraphbitLlmDocument self;
  GraphbitFailure *failure = NULL;

  if (assembler->keeps_raw && assembler->raw == NULL)
    assembler->raw = g_bytes_new (body, length);

  document_init (&self, vendor, assembler, FALSE);
  if (!document_read (&self, body, length, func))
    failure = protocol_failure (vendor, verdict,
                                N_("%s sent something that is no JSON; check the base URL: %s"), self.problem);
  else
    {
      document_commit (&self);
      if (self.has_error || self.error != NULL)
        failure = document_explain_error (&self, body, length, verdict);
      else if (!self.has_answer)
        failure = protocol_failure (vendor, verdict,
                                    N_("%s sent a document without any answer in it; check the base URL"), NULL);
    }
  document_clear (&self);

  return failure;
}

GraphbitFailure *
graphbit_llm_document_take_event (const GraphbitVendor *vendor,
                                  GraphbitLlmAssembler *assembler,
                                  const char *event,
                                  const char *data,
                                  gsize length,
                                  GraphbitLlmDocumentFunc func,
                                  GraphbitHttpVerdict *verdict)
{
  GraphbitLlmDocument self;
  GraphbitFailure *failure = NULL;
  gboolean is_error = strcmp (event, "error") == 0;

  while (length > 0 && g_ascii_isspace (*data))
    {
      data++;
      length--;
    }
  if (length == 0)
    return NULL;

  document_init (&self, vendor, assembler, TRUE);
  if (!document_read (&self, data, length, func))
    {
      if (is_error)
        failure = graphbit_vendor_explain_body (vendor, 200, data, length, verdict);
      else if (++assembler->bad_lines >= MAX_BAD_LINES)
        failure = protocol_failure (vendor, verdict,
                                    N_("%s sent pieces of an answer that are no JSON: %s"), self.problem);
    }
  else
    {
      assembler->bad_lines = 0;
      document_commit (&self);
      if (is_error || self.has_error || self.error != NULL)
        failure = document_explain_error (&self, data, length, verdict);
    }
  document_clear (&self);

  return failure;
}
