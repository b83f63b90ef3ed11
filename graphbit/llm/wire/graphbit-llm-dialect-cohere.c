/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-llm-cohere-private.h"
#include "graphbit-llm-document-private.h"
#include "graphbit-llm-models-private.h"

/*
 * Cohere's chat. A whole answer has a message with lists in it; an event of a
 * stream adds to one of their elements, which stands there without its list.
 * What the model means to do with its tools is a text of its own, which is
 * nobody's answer and goes back with the calls.
 */

typedef GraphbitLlmDocument Document;
typedef GraphbitLlmSlice Slice;

#define PLAN 0 /* the index of the block that has it */

static void
read_call (GraphbitJsonReader *reader,
           Document *document,
           int index)
{
  guint scope = graphbit_json_reader_enter_object (reader);
  GraphbitLlmFragment *fragment;

  if (scope == 0)
    return;

  fragment = graphbit_llm_document_add_fragment (document, index);
  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "id"))
        graphbit_llm_document_read_word (reader, &fragment->id);
      else if (graphbit_json_reader_member_is (reader, "function"))
        graphbit_llm_document_read_function (reader, fragment);
    }
}

/* One element, or some. */
static void
read_calls (GraphbitJsonReader *reader,
            Document *document,
            int index)
{
  guint scope;

  if (graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_OBJECT)
    {
      read_call (reader, document, index);
      return;
    }

  scope = graphbit_json_reader_enter_array (reader);
  for (int i = MAX (index, 0); graphbit_json_reader_next_element (reader, scope); i++)
    read_call (reader, document, i);
}

static void
read_part (GraphbitJsonReader *reader,
           Document *document)
{
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "text"))
        graphbit_llm_document_append_text (reader, &document->assembler->text);
      else if (graphbit_json_reader_member_is (reader, "thinking"))
        graphbit_llm_document_append_text (reader, &document->assembler->reasoning);
    }
}

static void
read_content (GraphbitJsonReader *reader,
              Document *document)
{
  guint scope;

  switch (graphbit_json_reader_get_kind (reader))
    {
    case GRAPHBIT_JSON_KIND_STRING:
      graphbit_llm_document_append_text (reader, &document->assembler->text);
      break;
    case GRAPHBIT_JSON_KIND_OBJECT:
      read_part (reader, document);
      break;
    default:
      scope = graphbit_json_reader_enter_array (reader);
      while (graphbit_json_reader_next_element (reader, scope))
        read_part (reader, document);
    }
}

static void
read_message (GraphbitJsonReader *reader,
              Document *document,
              int index,
              Slice *plan)
{
  guint scope = graphbit_json_reader_enter_object (reader);

  document->has_answer |= scope != 0;
  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "content"))
        read_content (reader, document);
      else if (graphbit_json_reader_member_is (reader, "tool_calls"))
        read_calls (reader, document, index);
      else if (graphbit_json_reader_member_is (reader, "tool_plan"))
        graphbit_llm_document_read_slice (reader, GRAPHBIT_JSON_KIND_STRING, plan);
    }
}

/* As counted with the template around the words; what is billed leaves that out. */
static void
read_usage (GraphbitJsonReader *reader,
            GraphbitLlmUsageCounts *usage)
{
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "cached_tokens"))
        graphbit_json_reader_read_int64 (reader, &usage->cached);
      else if (graphbit_json_reader_member_is (reader, "tokens"))
        {
          guint tokens = graphbit_json_reader_enter_object (reader);

          while (graphbit_json_reader_next_member (reader, tokens))
            {
              if (graphbit_json_reader_member_is (reader, "input_tokens"))
                graphbit_json_reader_read_int64 (reader, &usage->prompt);
              else if (graphbit_json_reader_member_is (reader, "output_tokens"))
                graphbit_json_reader_read_int64 (reader, &usage->completion);
            }
        }
    }
}

static void
keep_plan (Document *document,
           const Slice *plan)
{
  GraphbitLlmBlock *block;

  if (document->problem != NULL || plan->text == NULL || plan->length <= 2)
    return;

  block = graphbit_llm_assembler_find_block (document->assembler, PLAN);
  if (block == NULL)
    block = graphbit_llm_assembler_add_block (document->assembler, GRAPHBIT_LLM_BLOCK_OTHER, PLAN);
  /* its pieces are put together as they are written, between one pair of quotation marks */
  graphbit_llm_document_get_string (&block->tail);
  g_string_append_len (block->tail, plan->text + 1, (gssize) plan->length - 2);
}

/* The members of a whole answer, or of an event's delta. */
static gboolean
read_answer_member (GraphbitJsonReader *reader,
                    Document *document,
                    int index,
                    Slice *plan)
{
  if (graphbit_json_reader_member_is (reader, "message") &&
      graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_OBJECT)
    read_message (reader, document, index, plan);
  else if (graphbit_json_reader_member_is (reader, "finish_reason"))
    graphbit_llm_document_read_word (reader, &document->finish);
  else if (graphbit_json_reader_member_is (reader, "usage"))
    read_usage (reader, &document->usage);
  else
    return FALSE;

  return TRUE;
}

/* An error has its words where an answer has its message. */
static void
read_whole (Document *document,
            GraphbitJsonReader *reader)
{
  guint scope = graphbit_json_reader_enter_object (reader);
  Slice plan = { NULL, 0 };

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (read_answer_member (reader, document, 0, &plan))
        continue;
      if (graphbit_json_reader_member_is (reader, "id"))
        graphbit_llm_document_read_word (reader, &document->id);
      else if (graphbit_json_reader_member_is (reader, "message"))
        document->has_error |= graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_STRING;
    }
  graphbit_llm_document_check (document, reader);
  keep_plan (document, &plan);
}

static void
read_delta (Document *document,
            const Slice *delta,
            int index,
            Slice *plan)
{
  GraphbitJsonReader reader;
  guint scope;

  graphbit_json_reader_init (&reader, delta->text, delta->length);
  scope = graphbit_json_reader_enter_object (&reader);
  while (graphbit_json_reader_next_member (&reader, scope))
    {
      if (!read_answer_member (&reader, document, index, plan) && graphbit_json_reader_member_is (&reader, "error") &&
          graphbit_json_reader_get_kind (&reader) == GRAPHBIT_JSON_KIND_STRING)
        graphbit_json_reader_read_raw (&reader, &document->error, &document->error_length);
    }
  graphbit_llm_document_check (document, &reader);
}

/* The members of an event are in any order: its delta is first found and then read. */
static void
read_event (Document *document,
            GraphbitJsonReader *reader)
{
  guint scope = graphbit_json_reader_enter_object (reader);
  Slice delta = { NULL, 0 }, plan = { NULL, 0 };
  gint64 index = 0;
  gboolean has_type = FALSE, has_words = FALSE;

  document->finishes_later = TRUE;
  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "type"))
        {
          has_type = TRUE;
          document->is_end = graphbit_json_reader_string_is (reader, "message-end");
        }
      else if (graphbit_json_reader_member_is (reader, "index"))
        graphbit_json_reader_read_int64 (reader, &index);
      else if (graphbit_json_reader_member_is (reader, "id"))
        graphbit_llm_document_read_word (reader, &document->id);
      else if (graphbit_json_reader_member_is (reader, "delta"))
        graphbit_llm_document_read_slice (reader, GRAPHBIT_JSON_KIND_OBJECT, &delta);
      else if (graphbit_json_reader_member_is (reader, "message"))
        has_words = graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_STRING;
    }
  document->has_error = has_words && !has_type;

  /* nothing of an event that is cut counts */
  graphbit_llm_document_check (document, reader);
  if (document->problem != NULL || delta.text == NULL)
    return;

  read_delta (document, &delta, (int) CLAMP (index, 0, G_MAXINT - 1), &plan);
  keep_plan (document, &plan);
}

/* At the end: the plan, as it goes back. And what a tool without parameters gets, which some say in one word. */
static void
finish_answer (GraphbitLlmAssembler *assembler)
{
  GraphbitLlmBlock *block = graphbit_llm_assembler_find_block (assembler, PLAN);

  for (guint i = 0; assembler->calls != NULL && i < assembler->calls->len; i++)
    {
      GraphbitLlmAssemblerCall *call = &g_array_index (assembler->calls, GraphbitLlmAssemblerCall, i);

      if (strcmp (call->arguments->str, "null") == 0)
        g_string_truncate (call->arguments, 0);
    }
  if (block != NULL && block->tail != NULL && assembler->native == NULL)
    assembler->native = g_strconcat ("\"", block->tail->str, "\"", NULL);
}

static char *
cohere_path (const GraphbitVendor *vendor,
             const char *model,
             gboolean is_stream)
{
  return g_strdup ("/v2/chat");
}

static GraphbitFailure *
cohere_parse (const GraphbitVendor *vendor,
              GraphbitLlmAssembler *assembler,
              const char *body,
              gsize length,
              GraphbitHttpVerdict *verdict)
{
  GraphbitFailure *failure =
    graphbit_llm_document_take_whole (vendor, assembler, body, length, read_whole, verdict);

  if (failure == NULL)
    finish_answer (assembler);

  return failure;
}

static GraphbitFailure *
cohere_event (const GraphbitVendor *vendor,
              GraphbitLlmAssembler *assembler,
              const char *event,
              const char *data,
              gsize length,
              GraphbitHttpVerdict *verdict)
{
  GraphbitFailure *failure;

  if (length >= strlen ("[DONE]") && memcmp (data, "[DONE]", strlen ("[DONE]")) == 0)
    return NULL;

  failure = graphbit_llm_document_take_event (vendor, assembler, event, data, length, read_event, verdict);
  if (failure == NULL && assembler->is_terminated)
    finish_answer (assembler);

  return failure;
}

/* In pages, of which the longest there is; those that chat. */
static char *
cohere_models_path (const GraphbitVendor *vendor,
                    const char *after)
{
  return graphbit_llm_models_make_path ("/v1/models?page_size=1000&endpoint=chat", "&page_token=", after);
}

const GraphbitLlmDialect graphbit_llm_dialect_cohere = {
  .name = "cohere",
  .framing = GRAPHBIT_FRAMING_SSE,
  .path = cohere_path,
  .build = graphbit_llm_cohere_build,
  .parse = cohere_parse,
  .event = cohere_event,
  .models_path = cohere_models_path,
  .parse_models = graphbit_llm_models_parse,
};
