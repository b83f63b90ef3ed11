/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-llm-body-private.h"
#include "graphbit-llm-document-private.h"
#include "graphbit-llm-gemini-private.h"
#include "graphbit-llm-models-private.h"

/*
 * Gemini's generateContent. A stream's events are like whole answers, each of
 * which brings new parts; it ends with the connection, and the reason is in the
 * last. Parts may be signed, and go back to the model as they came.
 */

typedef GraphbitLlmDocument Document;
typedef GraphbitLlmSlice Slice;

/* Thoughts are counted beside the answer; ours has them in it. What its own tools were given is in the total only. */
static void
read_usage (Document *document,
            GraphbitJsonReader *reader)
{
  GraphbitLlmUsageCounts usage = GRAPHBIT_LLM_USAGE_COUNTS_INIT;
  gint64 candidates = -1;
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "promptTokenCount"))
        graphbit_json_reader_read_int64 (reader, &usage.prompt);
      else if (graphbit_json_reader_member_is (reader, "candidatesTokenCount"))
        graphbit_json_reader_read_int64 (reader, &candidates);
      else if (graphbit_json_reader_member_is (reader, "thoughtsTokenCount"))
        graphbit_json_reader_read_int64 (reader, &usage.reasoning);
      else if (graphbit_json_reader_member_is (reader, "cachedContentTokenCount"))
        graphbit_json_reader_read_int64 (reader, &usage.cached);
      else if (graphbit_json_reader_member_is (reader, "totalTokenCount"))
        graphbit_json_reader_read_int64 (reader, &usage.total);
    }
  if (!graphbit_llm_usage_counts_is_told (&usage) && candidates < 0)
    return;

  /* beyond any sense, but nothing that may overflow */
  candidates = MIN (candidates, G_MAXINT32);
  usage.reasoning = MIN (usage.reasoning, G_MAXINT32);
  usage.completion = MAX (candidates, 0) + MAX (usage.reasoning, 0);
  document->usage = usage;
}

static GraphbitLlmBlock *
get_last_block (GraphbitLlmAssembler *assembler)
{
  if (assembler->blocks == NULL || assembler->blocks->len == 0)
    return NULL;

  return &g_array_index (assembler->blocks, GraphbitLlmBlock, assembler->blocks->len - 1);
}

/* Text that follows text is one block; what is signed, be it empty, is one of its own. */
static void
add_text (Document *document,
          GraphbitLlmBlockKind kind,
          const Slice *text,
          const Slice *signature)
{
  GraphbitLlmAssembler *assembler = document->assembler;
  GString **field = kind == GRAPHBIT_LLM_BLOCK_REASONING ? &assembler->reasoning : &assembler->text;
  gsize before = *field != NULL ? (*field)->len : 0;
  GraphbitLlmBlock *block = get_last_block (assembler);
  gboolean is_signed = signature->length > strlen ("\"\"");

  graphbit_llm_document_append_slice (document, text, field);
  if ((*field == NULL || (*field)->len == before) && !is_signed)
    return;

  if (is_signed || block == NULL || block->kind != kind || block->tail != NULL)
    {
      block = graphbit_llm_assembler_add_block (assembler, kind, -1);
      block->start = before;
    }
  block->end = *field != NULL ? (*field)->len : before;
  graphbit_llm_document_append_slice (document, signature, &block->tail);
}

static void
add_call (Document *document,
          const Slice *call,
          const Slice *part)
{
  GraphbitLlmAssembler *assembler = document->assembler;
  int index = (assembler->calls != NULL ? (int) assembler->calls->len : 0) +
              (document->fragments != NULL ? (int) document->fragments->len : 0);
  GraphbitLlmFragment *fragment = graphbit_llm_document_add_fragment (document, index);
  GraphbitJsonReader reader;
  guint scope;

  graphbit_json_reader_init (&reader, call->text, call->length);
  scope = graphbit_json_reader_enter_object (&reader);
  while (graphbit_json_reader_next_member (&reader, scope))
    {
      if (graphbit_json_reader_member_is (&reader, "id"))
        graphbit_llm_document_read_word (&reader, &fragment->id);
      else if (graphbit_json_reader_member_is (&reader, "name"))
        graphbit_llm_document_read_word (&reader, &fragment->name);
      else if (graphbit_json_reader_member_is (&reader, "args"))
        graphbit_llm_document_read_arguments (&reader, &fragment->arguments);
    }
  graphbit_llm_document_check (document, &reader);

  /* most have none; whoever reads the chunks is to see the one that the response has */
  if (fragment->id == NULL)
    fragment->id = graphbit_llm_assembler_make_call_id ();
  if (fragment->arguments == NULL)
    fragment->arguments = g_string_new ("{}");

  graphbit_llm_assembler_add_block (assembler, GRAPHBIT_LLM_BLOCK_CALL, index)->head = g_strndup (part->text, part->length);
}

static void
read_part (Document *document,
           const Slice *part)
{
  Slice text = { NULL, 0 }, call = { NULL, 0 }, signature = { NULL, 0 };
  gboolean is_thought = FALSE, is_other = FALSE;
  GraphbitJsonReader reader;
  guint scope;

  graphbit_json_reader_init (&reader, part->text, part->length);
  scope = graphbit_json_reader_enter_object (&reader);
  while (graphbit_json_reader_next_member (&reader, scope))
    {
      if (graphbit_json_reader_member_is (&reader, "text"))
        graphbit_llm_document_read_slice (&reader, GRAPHBIT_JSON_KIND_STRING, &text);
      else if (graphbit_json_reader_member_is (&reader, "functionCall"))
        graphbit_llm_document_read_slice (&reader, GRAPHBIT_JSON_KIND_OBJECT, &call);
      else if (graphbit_json_reader_member_is (&reader, "thoughtSignature"))
        graphbit_llm_document_read_slice (&reader, GRAPHBIT_JSON_KIND_STRING, &signature);
      else if (graphbit_json_reader_member_is (&reader, "thought"))
        graphbit_json_reader_read_boolean (&reader, &is_thought);
      else
        is_other = TRUE;
    }
  graphbit_llm_document_check (document, &reader);

  if (call.text != NULL)
    add_call (document, &call, part);
  else if (text.text != NULL || (!is_other && signature.text != NULL))
    add_text (document, is_thought ? GRAPHBIT_LLM_BLOCK_REASONING : GRAPHBIT_LLM_BLOCK_TEXT, &text, &signature);
  else if (is_other)
    graphbit_llm_assembler_add_block (document->assembler, GRAPHBIT_LLM_BLOCK_OTHER, -1)->head =
      g_strndup (part->text, part->length);
}

static void
read_content (Document *document,
              GraphbitJsonReader *reader)
{
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      guint parts;

      if (!graphbit_json_reader_member_is (reader, "parts"))
        continue;

      parts = graphbit_json_reader_enter_array (reader);
      while (graphbit_json_reader_next_element (reader, parts))
        {
          Slice part = { NULL, 0 };

          graphbit_llm_document_read_slice (reader, GRAPHBIT_JSON_KIND_OBJECT, &part);
          if (part.text != NULL)
            read_part (document, &part);
        }
    }
}

/* A word, or its number. */
static void
read_finish (Document *document,
             GraphbitJsonReader *reader)
{
  gint64 number;

  g_clear_pointer (&document->finish, g_free);
  if (graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_STRING)
    graphbit_llm_document_read_word (reader, &document->finish);
  else if (graphbit_json_reader_read_int64 (reader, &number) && number > 0)
    document->finish = g_strdup_printf ("%" G_GINT64_FORMAT, number);
}

static void
read_candidate (Document *document,
                GraphbitJsonReader *reader)
{
  guint scope = graphbit_json_reader_enter_object (reader);
  Slice message = { NULL, 0 };

  document->has_answer |= scope != 0;
  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "content"))
        read_content (document, reader);
      else if (graphbit_json_reader_member_is (reader, "finishReason"))
        read_finish (document, reader);
      else if (graphbit_json_reader_member_is (reader, "finishMessage"))
        graphbit_llm_document_read_slice (reader, GRAPHBIT_JSON_KIND_STRING, &message);
    }

  /* why there is no more */
  if (document->finish != NULL &&
      graphbit_llm_normalise_finish (document->finish) == GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER)
    graphbit_llm_document_append_slice (document, &message, &document->assembler->refusal);
}

/* Of the prompt: a reason why it is not answered makes an error of it. */
static void
read_feedback (Document *document,
               GraphbitJsonReader *reader)
{
  Slice feedback = { NULL, 0 };
  GraphbitJsonReader inner;
  guint scope;

  graphbit_llm_document_read_slice (reader, GRAPHBIT_JSON_KIND_OBJECT, &feedback);
  if (feedback.text == NULL)
    return;

  graphbit_json_reader_init (&inner, feedback.text, feedback.length);
  scope = graphbit_json_reader_enter_object (&inner);
  while (graphbit_json_reader_next_member (&inner, scope))
    {
      if (graphbit_json_reader_member_is (&inner, "blockReason") &&
          graphbit_json_reader_get_kind (&inner) != GRAPHBIT_JSON_KIND_NULL)
        {
          document->error = feedback.text;
          document->error_length = feedback.length;
        }
    }
}

static void
read_answer (Document *document,
             GraphbitJsonReader *reader)
{
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "candidates"))
        {
          guint candidates = graphbit_json_reader_enter_array (reader);

          /* we ask for one */
          if (graphbit_json_reader_next_element (reader, candidates))
            read_candidate (document, reader);
        }
      else if (graphbit_json_reader_member_is (reader, "usageMetadata"))
        read_usage (document, reader);
      else if (graphbit_json_reader_member_is (reader, "promptFeedback"))
        read_feedback (document, reader);
      else if (graphbit_json_reader_member_is (reader, "modelVersion"))
        graphbit_llm_document_read_word (reader, &document->model);
      else if (graphbit_json_reader_member_is (reader, "responseId"))
        graphbit_llm_document_read_word (reader, &document->id);
      else if (graphbit_json_reader_member_is (reader, "error"))
        document->has_error |= graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_OBJECT;
    }
}

/* A server that did not hear of `alt=sse` sends the events as an array. */
static void
read_document (Document *document,
               GraphbitJsonReader *reader)
{
  guint answers = graphbit_json_reader_enter_array (reader);

  if (answers == 0)
    read_answer (document, reader);
  while (graphbit_json_reader_next_element (reader, answers))
    read_answer (document, reader);
}

static void
write_piece (GraphbitLlmBody *self,
             const GString *text,
             const GraphbitLlmBlock *block)
{
  gsize end = text != NULL ? MIN (block->end, text->len) : 0;
  gsize start = MIN (block->start, end);

  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_name (&self->writer, "text");
  graphbit_json_writer_string_len (&self->writer, text != NULL ? text->str + start : "", end - start);
  if (block->kind == GRAPHBIT_LLM_BLOCK_REASONING)
    graphbit_json_writer_boolean_member (&self->writer, "thought", TRUE);
  if (block->tail != NULL)
    graphbit_json_writer_string_member (&self->writer, "thoughtSignature", block->tail->str);
  graphbit_json_writer_end_object (&self->writer);
}

/* What must go back as it came: signed parts, and those that are none of ours. */
static gboolean
needs_native (GraphbitLlmAssembler *assembler)
{
  for (guint i = 0; assembler->blocks != NULL && i < assembler->blocks->len; i++)
    {
      const GraphbitLlmBlock *block = &g_array_index (assembler->blocks, GraphbitLlmBlock, i);

      if (block->tail != NULL || block->kind == GRAPHBIT_LLM_BLOCK_OTHER ||
          (block->kind == GRAPHBIT_LLM_BLOCK_CALL && strstr (block->head, "\"thoughtSignature\"") != NULL))
        return TRUE;
    }

  return FALSE;
}

static void
keep_native (GraphbitLlmAssembler *assembler)
{
  GraphbitLlmBody self = { .body = NULL };

  g_clear_pointer (&assembler->native, g_free);
  if (!needs_native (assembler))
    return;

  self.body = g_string_new (NULL);
  graphbit_json_writer_init (&self.writer, self.body);
  graphbit_json_writer_begin_array (&self.writer);
  for (guint i = 0; i < assembler->blocks->len; i++)
    {
      const GraphbitLlmBlock *block = &g_array_index (assembler->blocks, GraphbitLlmBlock, i);

      switch (block->kind)
        {
        case GRAPHBIT_LLM_BLOCK_TEXT:
          write_piece (&self, assembler->text, block);
          break;
        case GRAPHBIT_LLM_BLOCK_REASONING:
          write_piece (&self, assembler->reasoning, block);
          break;
        case GRAPHBIT_LLM_BLOCK_CALL:
        case GRAPHBIT_LLM_BLOCK_OTHER:
        default:
          graphbit_json_writer_raw (&self.writer, block->head, -1);
          break;
        }
    }
  graphbit_json_writer_end_array (&self.writer);
  assembler->native = g_string_free (self.body, FALSE);
}

const char *
graphbit_llm_gemini_get_model_name (const char *model)
{
  return g_str_has_prefix (model, "models/") ? model + strlen ("models/") : model;
}

static char *
gemini_path (const GraphbitVendor *vendor,
             const char *model,
             gboolean is_stream)
{
  const char *name = graphbit_llm_gemini_get_model_name (model);
  gboolean is_tuned = g_str_has_prefix (name, "tunedModels/");
  g_autofree char *escaped = g_uri_escape_string (is_tuned ? name + strlen ("tunedModels/") : name, ":@", FALSE);

  return g_strconcat (is_tuned ? "/tunedModels/" : "/models/", escaped,
                      is_stream ? ":streamGenerateContent?alt=sse" : ":generateContent", NULL);
}

static GraphbitFailure *
gemini_parse (const GraphbitVendor *vendor,
              GraphbitLlmAssembler *assembler,
              const char *body,
              gsize length,
              GraphbitHttpVerdict *verdict)
{
  GraphbitFailure *failure =
    graphbit_llm_document_take_whole (vendor, assembler, body, length, read_document, verdict);

  if (failure == NULL)
    keep_native (assembler);

  return failure;
}

static GraphbitFailure *
gemini_event (const GraphbitVendor *vendor,
              GraphbitLlmAssembler *assembler,
              const char *event,
              const char *data,
              gsize length,
              GraphbitHttpVerdict *verdict)
{
  GraphbitFailure *failure =
    graphbit_llm_document_take_event (vendor, assembler, event, data, length, read_document, verdict);

  /* nothing tells the end, so that whatever comes after the reason is counted in anew */
  if (failure == NULL && assembler->finish_text != NULL)
    keep_native (assembler);

  return failure;
}

/* In pages, of which the longest there is */
static char *
gemini_models_path (const GraphbitVendor *vendor,
                    const char *after)
{
  return graphbit_llm_models_make_path ("/models?pageSize=1000", "&pageToken=", after);
}

const GraphbitLlmDialect graphbit_llm_dialect_gemini = {
  .name = "gemini",
  .framing = GRAPHBIT_FRAMING_SSE,
  .path = gemini_path,
  .build = graphbit_llm_gemini_build,
  .parse = gemini_parse,
  .event = gemini_event,
  .models_path = gemini_models_path,
  .parse_models = graphbit_llm_models_parse,
};
