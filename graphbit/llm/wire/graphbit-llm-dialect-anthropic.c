/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-llm-anthropic-private.h"
#include "graphbit-llm-body-private.h"
#include "graphbit-llm-document-private.h"
#include "graphbit-llm-models-private.h"

/*
 * Anthropic's messages. An answer is a list of blocks: text, thinking, calls
 * of tools, and what their own tools did. A stream brings each block's
 * beginning, then what is added to it; the members of an event are in any
 * order, so its parts are first found and then read.
 */

typedef GraphbitLlmDocument Document;
typedef GraphbitLlmSlice Slice;

static gboolean
is_empty_object (const Slice *slice)
{
  GraphbitJsonReader reader;
  guint scope;

  graphbit_json_reader_init (&reader, slice->text, slice->length);
  scope = graphbit_json_reader_enter_object (&reader);

  return !graphbit_json_reader_next_member (&reader, scope);
}

static void
read_input (const Slice *slice,
            GString **arguments)
{
  GraphbitJsonReader reader;

  graphbit_json_reader_init (&reader, slice->text, slice->length);
  graphbit_llm_document_read_arguments (&reader, arguments);
}

/* Tokens out of the cache and into it are counted beside the input; ours has them in the prompt. What a later event leaves
 * out stays as it was told. */
static void
read_usage (Document *document,
            GraphbitJsonReader *reader)
{
  const GraphbitLlmUsageCounts *before = &document->assembler->usage;
  gint64 input = before->prompt >= 0 ? before->prompt - MAX (before->cached, 0) - MAX (before->cache_write, 0) : -1;
  GraphbitLlmUsageCounts usage = *before;
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "input_tokens"))
        graphbit_json_reader_read_int64 (reader, &input);
      else if (graphbit_json_reader_member_is (reader, "output_tokens"))
        graphbit_json_reader_read_int64 (reader, &usage.completion);
      else if (graphbit_json_reader_member_is (reader, "cache_read_input_tokens"))
        graphbit_json_reader_read_int64 (reader, &usage.cached);
      else if (graphbit_json_reader_member_is (reader, "cache_creation_input_tokens"))
        graphbit_json_reader_read_int64 (reader, &usage.cache_write);
      else if (graphbit_json_reader_member_is (reader, "output_tokens_details"))
        {
          guint details = graphbit_json_reader_enter_object (reader);

          while (graphbit_json_reader_next_member (reader, details))
            {
              if (graphbit_json_reader_member_is (reader, "thinking_tokens"))
                graphbit_json_reader_read_int64 (reader, &usage.reasoning);
            }
        }
    }

  /* beyond any sense, but nothing that may overflow */
  input = MIN (input, G_MAXINT32);
  usage.cached = MIN (usage.cached, G_MAXINT32);
  usage.cache_write = MIN (usage.cache_write, G_MAXINT32);
  if (input >= 0)
    usage.prompt = input + MAX (usage.cached, 0) + MAX (usage.cache_write, 0);
  if (graphbit_llm_usage_counts_is_told (&usage))
    document->usage = usage;
}

static void
read_stop_details (Document *document,
                   GraphbitJsonReader *reader)
{
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "explanation") &&
          graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_STRING)
        graphbit_json_reader_append_string (reader, graphbit_llm_document_get_string (&document->assembler->refusal));
    }
}

static void
begin_call (Document *document,
            int index,
            char **id,
            char **name,
            const Slice *input)
{
  GraphbitLlmFragment *fragment;

  if (g_strcmp0 (*name, GRAPHBIT_LLM_ANTHROPIC_ANSWER) == 0)
    {
      GraphbitLlmBlock *block = graphbit_llm_assembler_add_block (document->assembler, GRAPHBIT_LLM_BLOCK_TEXT, index);

      block->start = document->assembler->text->len;
      if (input->text != NULL && !(document->is_stream && is_empty_object (input)))
        read_input (input, &document->assembler->text);
      block->end = document->assembler->text->len;
      return;
    }

  graphbit_llm_assembler_add_block (document->assembler, GRAPHBIT_LLM_BLOCK_CALL, index);
  fragment = graphbit_llm_document_add_fragment (document, index);
  fragment->id = *id != NULL ? g_steal_pointer (id) : graphbit_llm_assembler_make_call_id ();
  fragment->name = g_steal_pointer (name);
  /* in a stream it is only a beginning */
  if (input->text != NULL && !(document->is_stream && is_empty_object (input)))
    read_input (input, &fragment->arguments);
}

static void
begin_block (Document *document,
             int index,
             const Slice *whole)
{
  GraphbitLlmAssembler *assembler = document->assembler;
  GraphbitLlmBlock *block;
  GraphbitJsonReader reader;
  guint scope;
  g_autofree char *type = NULL;
  g_autofree char *id = NULL;
  g_autofree char *name = NULL;
  Slice text = { NULL, 0 }, thinking = { NULL, 0 }, signature = { NULL, 0 }, input = { NULL, 0 };

  graphbit_json_reader_init (&reader, whole->text, whole->length);
  scope = graphbit_json_reader_enter_object (&reader);
  while (graphbit_json_reader_next_member (&reader, scope))
    {
      if (graphbit_json_reader_member_is (&reader, "type"))
        graphbit_llm_document_read_word (&reader, &type);
      else if (graphbit_json_reader_member_is (&reader, "text"))
        graphbit_llm_document_read_slice (&reader, GRAPHBIT_JSON_KIND_STRING, &text);
      else if (graphbit_json_reader_member_is (&reader, "thinking"))
        graphbit_llm_document_read_slice (&reader, GRAPHBIT_JSON_KIND_STRING, &thinking);
      else if (graphbit_json_reader_member_is (&reader, "signature"))
        graphbit_llm_document_read_slice (&reader, GRAPHBIT_JSON_KIND_STRING, &signature);
      else if (graphbit_json_reader_member_is (&reader, "id"))
        graphbit_llm_document_read_word (&reader, &id);
      else if (graphbit_json_reader_member_is (&reader, "name"))
        graphbit_llm_document_read_word (&reader, &name);
      else if (graphbit_json_reader_member_is (&reader, "input"))
        graphbit_llm_document_read_slice (&reader, GRAPHBIT_JSON_KIND_OBJECT, &input);
    }
  graphbit_llm_document_check (document, &reader);

  if (g_strcmp0 (type, "text") == 0)
    {
      block = graphbit_llm_assembler_add_block (assembler, GRAPHBIT_LLM_BLOCK_TEXT, index);
      block->start = assembler->text->len;
      graphbit_llm_document_append_slice (document, &text, &assembler->text);
      block->end = assembler->text->len;
    }
  else if (g_strcmp0 (type, "thinking") == 0)
    {
      block = graphbit_llm_assembler_add_block (assembler, GRAPHBIT_LLM_BLOCK_REASONING, index);
      block->start = graphbit_llm_assembler_get_reasoning_length (assembler);
      graphbit_llm_document_append_slice (document, &thinking, &assembler->reasoning);
      block->end = graphbit_llm_assembler_get_reasoning_length (assembler);
      graphbit_llm_document_append_slice (document, &signature, &block->tail);
    }
  else if (g_strcmp0 (type, "tool_use") == 0)
    {
      begin_call (document, index, &id, &name, &input);
    }
  else
    {
      block = graphbit_llm_assembler_add_block (assembler, GRAPHBIT_LLM_BLOCK_OTHER, index);
      block->head = g_strndup (whole->text, whole->length);
    }
}

static void
extend_block (Document *document,
              int index,
              const Slice *delta)
{
  GraphbitLlmAssembler *assembler = document->assembler;
  GraphbitLlmBlock *block = graphbit_llm_assembler_find_block (assembler, index);
  GraphbitJsonReader reader;
  guint scope;

  graphbit_json_reader_init (&reader, delta->text, delta->length);
  scope = graphbit_json_reader_enter_object (&reader);
  while (graphbit_json_reader_next_member (&reader, scope))
    {
      if (graphbit_json_reader_get_kind (&reader) != GRAPHBIT_JSON_KIND_STRING)
        continue;

      if (graphbit_json_reader_member_is (&reader, "text"))
        {
          graphbit_json_reader_append_string (&reader, assembler->text);
          if (block != NULL)
            block->end = assembler->text->len;
        }
      else if (graphbit_json_reader_member_is (&reader, "thinking"))
        {
          graphbit_json_reader_append_string (&reader, graphbit_llm_document_get_string (&assembler->reasoning));
          if (block != NULL)
            block->end = assembler->reasoning->len;
        }
      else if (graphbit_json_reader_member_is (&reader, "partial_json"))
        {
          if (block == NULL || block->kind == GRAPHBIT_LLM_BLOCK_CALL)
            {
              GraphbitLlmFragment *fragment = graphbit_llm_document_add_fragment (document, index);

              graphbit_json_reader_append_string (&reader, graphbit_llm_document_get_string (&fragment->arguments));
            }
          else if (block->kind == GRAPHBIT_LLM_BLOCK_TEXT)
            {
              graphbit_json_reader_append_string (&reader, assembler->text);
              block->end = assembler->text->len;
            }
          else
            {
              graphbit_json_reader_append_string (&reader, graphbit_llm_document_get_string (&block->tail));
            }
        }
      else if (graphbit_json_reader_member_is (&reader, "signature"))
        {
          if (block != NULL && block->kind == GRAPHBIT_LLM_BLOCK_REASONING)
            graphbit_json_reader_append_string (&reader, graphbit_llm_document_get_string (&block->tail));
        }
    }
  graphbit_llm_document_check (document, &reader);
}

/* message_start's message, or a whole answer's members that both have. FALSE: it is none of them. */
static gboolean
read_message_member (Document *document,
                     GraphbitJsonReader *reader)
{
  if (graphbit_json_reader_member_is (reader, "id"))
    graphbit_llm_document_read_word (reader, &document->id);
  else if (graphbit_json_reader_member_is (reader, "model"))
    graphbit_llm_document_read_word (reader, &document->model);
  else if (graphbit_json_reader_member_is (reader, "usage"))
    read_usage (document, reader);
  else if (graphbit_json_reader_member_is (reader, "stop_reason"))
    graphbit_llm_document_read_word (reader, &document->finish);
  else if (graphbit_json_reader_member_is (reader, "stop_details"))
    read_stop_details (document, reader);
  else
    return FALSE;

  return TRUE;
}

/* A part of an event whose members are a message's. */
static void
read_message_part (Document *document,
                   const Slice *part)
{
  GraphbitJsonReader reader;
  guint scope;

  graphbit_json_reader_init (&reader, part->text, part->length);
  scope = graphbit_json_reader_enter_object (&reader);
  while (graphbit_json_reader_next_member (&reader, scope))
    read_message_member (document, &reader);
  graphbit_llm_document_check (document, &reader);
}

static void
read_content (Document *document,
              GraphbitJsonReader *reader)
{
  guint scope = graphbit_json_reader_enter_array (reader);
  int index = 0;

  document->has_answer = scope != 0;
  while (graphbit_json_reader_next_element (reader, scope))
    {
      Slice block = { NULL, 0 };

      graphbit_llm_document_read_slice (reader, GRAPHBIT_JSON_KIND_OBJECT, &block);
      if (block.text != NULL)
        begin_block (document, index++, &block);
    }
}

static void
read_whole (Document *document,
            GraphbitJsonReader *reader)
{
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "content"))
        read_content (document, reader);
      else if (graphbit_json_reader_member_is (reader, "error"))
        document->has_error |= graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_OBJECT;
      else
        read_message_member (document, reader);
    }
}

static void
read_event (Document *document,
            GraphbitJsonReader *reader)
{
  guint scope = graphbit_json_reader_enter_object (reader);
  Slice message = { NULL, 0 }, block = { NULL, 0 }, delta = { NULL, 0 };
  gint64 index = -1;

  document->finishes_later = TRUE;
  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "type"))
        document->is_end = graphbit_json_reader_string_is (reader, "message_stop");
      else if (graphbit_json_reader_member_is (reader, "index"))
        graphbit_json_reader_read_int64 (reader, &index);
      else if (graphbit_json_reader_member_is (reader, "message"))
        graphbit_llm_document_read_slice (reader, GRAPHBIT_JSON_KIND_OBJECT, &message);
      else if (graphbit_json_reader_member_is (reader, "content_block"))
        graphbit_llm_document_read_slice (reader, GRAPHBIT_JSON_KIND_OBJECT, &block);
      else if (graphbit_json_reader_member_is (reader, "delta"))
        graphbit_llm_document_read_slice (reader, GRAPHBIT_JSON_KIND_OBJECT, &delta);
      else if (graphbit_json_reader_member_is (reader, "usage"))
        read_usage (document, reader);
      else if (graphbit_json_reader_member_is (reader, "error"))
        document->has_error |= graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_OBJECT;
    }

  /* Nothing of an event that is cut counts. */
  graphbit_llm_document_check (document, reader);
  if (document->problem != NULL)
    return;

  index = MIN (index, G_MAXINT);
  if (message.text != NULL)
    read_message_part (document, &message);
  if (block.text != NULL)
    begin_block (document, (int) index, &block);
  /* of a block, or of the message */
  if (delta.text != NULL && index >= 0)
    extend_block (document, (int) index, &delta);
  else if (delta.text != NULL)
    read_message_part (document, &delta);
}

static void
write_call (GraphbitLlmBody *self,
            const GraphbitLlmAssembler *assembler,
            int index)
{
  for (guint i = 0; assembler->calls != NULL && i < assembler->calls->len; i++)
    {
      const GraphbitLlmAssemblerCall *call = &g_array_index (assembler->calls, GraphbitLlmAssemblerCall, i);

      if (call->index != index)
        continue;

      graphbit_json_writer_begin_object (&self->writer);
      graphbit_json_writer_string_member (&self->writer, "type", "tool_use");
      graphbit_json_writer_string_member (&self->writer, "id", call->id);
      graphbit_json_writer_string_member (&self->writer, "name", call->name != NULL ? call->name : "");
      graphbit_json_writer_name (&self->writer, "input");
      graphbit_llm_body_write_arguments_object (self, call->arguments->str);
      graphbit_json_writer_end_object (&self->writer);
    }
}

/* A block that is none of ours goes back as it came. */
static void
write_other (GraphbitLlmBody *self,
             const GraphbitLlmBlock *block)
{
  g_autoptr (JsonNode) head = NULL;

  if (block->tail == NULL)
    {
      graphbit_json_writer_raw (&self->writer, block->head, -1);
      return;
    }

  head = graphbit_json_parse (block->head, -1, NULL);
  graphbit_json_writer_begin_object (&self->writer);
  graphbit_llm_body_write_members (self, head, "input");
  graphbit_json_writer_name (&self->writer, "input");
  graphbit_llm_body_write_arguments_object (self, block->tail->str);
  graphbit_json_writer_end_object (&self->writer);
}

static void
write_piece (GraphbitLlmBody *self,
             const char *name,
             const GString *text,
             const GraphbitLlmBlock *block)
{
  gsize end = text != NULL ? MIN (block->end, text->len) : 0;
  gsize start = MIN (block->start, end);

  graphbit_json_writer_begin_object (&self->writer);
  graphbit_json_writer_string_member (&self->writer, "type", name);
  graphbit_json_writer_name (&self->writer, name);
  graphbit_json_writer_string_len (&self->writer, text != NULL ? text->str + start : "", end - start);
  if (block->tail != NULL)
    graphbit_json_writer_string_member (&self->writer, "signature", block->tail->str);
  graphbit_json_writer_end_object (&self->writer);
}

/* Who was made to call the answer's tool has not called any. */
static void
finish_answer (GraphbitLlmAssembler *assembler)
{
  if (assembler->finish == GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS && assembler->calls == NULL)
    assembler->finish = GRAPHBIT_LLM_FINISH_REASON_STOP;
}

/* At the end: what must go back exactly as it came, with everything else in its place. */
static void
keep_native (GraphbitLlmAssembler *assembler)
{
  GraphbitLlmBody self = { .body = NULL };
  gboolean is_needed = FALSE;

  for (guint i = 0; assembler->blocks != NULL && i < assembler->blocks->len; i++)
    {
      GraphbitLlmBlockKind kind = g_array_index (assembler->blocks, GraphbitLlmBlock, i).kind;

      is_needed |= kind == GRAPHBIT_LLM_BLOCK_REASONING || kind == GRAPHBIT_LLM_BLOCK_OTHER;
    }
  if (!is_needed || assembler->native != NULL)
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
          /* an empty one is refused */
          if (block->end > block->start)
            write_piece (&self, "text", assembler->text, block);
          break;
        case GRAPHBIT_LLM_BLOCK_REASONING:
          write_piece (&self, "thinking", assembler->reasoning, block);
          break;
        case GRAPHBIT_LLM_BLOCK_CALL:
          write_call (&self, assembler, block->index);
          break;
        case GRAPHBIT_LLM_BLOCK_OTHER:
        default:
          write_other (&self, block);
          break;
        }
    }
  graphbit_json_writer_end_array (&self.writer);
  assembler->native = g_string_free (self.body, FALSE);
}

static char *
anthropic_path (const GraphbitVendor *vendor,
                const char *model,
                gboolean is_stream)
{
  return g_strdup ("/messages");
}

static GraphbitFailure *
anthropic_parse (const GraphbitVendor *vendor,
                 GraphbitLlmAssembler *assembler,
                 const char *body,
                 gsize length,
                 GraphbitHttpVerdict *verdict)
{
  GraphbitFailure *failure =
    graphbit_llm_document_take_whole (vendor, assembler, body, length, read_whole, verdict);

  if (failure == NULL)
    {
      finish_answer (assembler);
      keep_native (assembler);
    }

  return failure;
}

static GraphbitFailure *
anthropic_event (const GraphbitVendor *vendor,
                 GraphbitLlmAssembler *assembler,
                 const char *event,
                 const char *data,
                 gsize length,
                 GraphbitHttpVerdict *verdict)
{
  GraphbitFailure *failure =
    graphbit_llm_document_take_event (vendor, assembler, event, data, length, read_event, verdict);

  if (failure == NULL && assembler->is_terminated)
    {
      finish_answer (assembler);
      keep_native (assembler);
    }

  return failure;
}

/* In pages, of which the longest there is */
static char *
anthropic_models_path (const GraphbitVendor *vendor,
                       const char *after)
{
  return graphbit_llm_models_make_path ("/models?limit=1000", "&after_id=", after);
}

const GraphbitLlmDialect graphbit_llm_dialect_anthropic = {
  .name = "anthropic",
  .framing = GRAPHBIT_FRAMING_SSE,
  .path = anthropic_path,
  .build = graphbit_llm_anthropic_build,
  .parse = anthropic_parse,
  .event = anthropic_event,
  .models_path = anthropic_models_path,
  .parse_models = graphbit_llm_models_parse,
};
