/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-llm-body-private.h"
#include "graphbit-llm-document-private.h"
#include "graphbit-llm-models-private.h"
#include "graphbit-llm-responses-private.h"

/*
 * OpenAI's responses. An answer is a list of items: what was thought, messages,
 * calls of tools, and what its own tools did. A stream brings what is added to
 * them, and with its end the whole list once more, which makes up for what was
 * not streamed and is what goes back.
 */

typedef GraphbitLlmDocument Document;
typedef GraphbitLlmSlice Slice;

static void
read_usage (Document *document,
            GraphbitJsonReader *reader)
{
  GraphbitLlmUsageCounts usage = GRAPHBIT_LLM_USAGE_COUNTS_INIT;
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "input_tokens"))
        graphbit_json_reader_read_int64 (reader, &usage.prompt);
      else if (graphbit_json_reader_member_is (reader, "output_tokens"))
        graphbit_json_reader_read_int64 (reader, &usage.completion);
      else if (graphbit_json_reader_member_is (reader, "total_tokens"))
        graphbit_json_reader_read_int64 (reader, &usage.total);
      else if (graphbit_json_reader_member_is (reader, "input_tokens_details") ||
               graphbit_json_reader_member_is (reader, "output_tokens_details"))
        {
          guint details = graphbit_json_reader_enter_object (reader);

          while (graphbit_json_reader_next_member (reader, details))
            {
              if (graphbit_json_reader_member_is (reader, "cached_tokens"))
                graphbit_json_reader_read_int64 (reader, &usage.cached);
              else if (graphbit_json_reader_member_is (reader, "cache_write_tokens"))
                graphbit_json_reader_read_int64 (reader, &usage.cache_write);
              else if (graphbit_json_reader_member_is (reader, "reasoning_tokens"))
                graphbit_json_reader_read_int64 (reader, &usage.reasoning);
            }
        }
    }

  if (graphbit_llm_usage_counts_is_told (&usage))
    document->usage = usage;
}

/* What a list of parts says, or a part's refusal. */
static void
read_parts (Document *document,
            const Slice *parts,
            GString **text_field,
            GString **refusal_field)
{
  GraphbitJsonReader reader;
  guint list;

  graphbit_json_reader_init (&reader, parts->text, parts->length);
  list = graphbit_json_reader_enter_array (&reader);
  while (graphbit_json_reader_next_element (&reader, list))
    {
      guint part = graphbit_json_reader_enter_object (&reader);

      while (graphbit_json_reader_next_member (&reader, part))
        {
          Slice text = { NULL, 0 };

          if (graphbit_json_reader_member_is (&reader, "text"))
            {
              graphbit_llm_document_read_slice (&reader, GRAPHBIT_JSON_KIND_STRING, &text);
              graphbit_llm_document_append_slice (document, &text, text_field);
            }
          else if (refusal_field != NULL && graphbit_json_reader_member_is (&reader, "refusal"))
            {
              graphbit_llm_document_read_slice (&reader, GRAPHBIT_JSON_KIND_STRING, &text);
              graphbit_llm_document_append_slice (document, &text, refusal_field);
            }
        }
    }
  graphbit_llm_document_check (document, &reader);
}

/* The call of an index or id: one that came before, or NULL. */
static const GraphbitLlmAssemblerCall *
find_call (const GraphbitLlmAssembler *assembler,
           int index,
           const char *id)
{
  for (guint i = 0; assembler->calls != NULL && i < assembler->calls->len; i++)
    {
      const GraphbitLlmAssemblerCall *call = &g_array_index (assembler->calls, GraphbitLlmAssemblerCall, i);

      if (call->index == index || (id != NULL && g_strcmp0 (call->id, id) == 0))
        return call;
    }

  return NULL;
}

static void
take_call (Document *document,
           int index,
           char **id,
           char **name,
           const Slice *arguments)
{
  const GraphbitLlmAssemblerCall *known = find_call (document->assembler, index, *id);
  GraphbitLlmFragment *fragment;

  if (known != NULL && known->arguments->len > 0)
    return;

  fragment = graphbit_llm_document_add_fragment (document, known != NULL ? known->index : index);
  if (known == NULL)
    {
      fragment->id = *id != NULL ? g_steal_pointer (id) : graphbit_llm_assembler_make_call_id ();
      fragment->name = g_steal_pointer (name);
    }
  graphbit_llm_document_append_slice (document, arguments, &fragment->arguments);
}

/* In the list at the end, it is what goes back. */
static void
read_item (Document *document,
           int index,
           const Slice *item,
           gboolean is_final,
           gboolean takes_text,
           gboolean takes_reasoning)
{
  GraphbitLlmAssembler *assembler = document->assembler;
  g_autofree char *type = NULL;
  g_autofree char *call_id = NULL;
  g_autofree char *name = NULL;
  Slice arguments = { NULL, 0 }, content = { NULL, 0 }, summary = { NULL, 0 }, encrypted = { NULL, 0 };
  GraphbitLlmBlockKind kind = GRAPHBIT_LLM_BLOCK_OTHER;
  GraphbitJsonReader reader;
  guint scope;

  graphbit_json_reader_init (&reader, item->text, item->length);
  scope = graphbit_json_reader_enter_object (&reader);
  while (graphbit_json_reader_next_member (&reader, scope))
    {
      if (graphbit_json_reader_member_is (&reader, "type"))
        graphbit_llm_document_read_word (&reader, &type);
      else if (graphbit_json_reader_member_is (&reader, "call_id"))
        graphbit_llm_document_read_word (&reader, &call_id);
      else if (graphbit_json_reader_member_is (&reader, "name"))
        graphbit_llm_document_read_word (&reader, &name);
      else if (graphbit_json_reader_member_is (&reader, "arguments"))
        graphbit_llm_document_read_slice (&reader, GRAPHBIT_JSON_KIND_STRING, &arguments);
      else if (graphbit_json_reader_member_is (&reader, "content"))
        graphbit_llm_document_read_slice (&reader, GRAPHBIT_JSON_KIND_ARRAY, &content);
      else if (graphbit_json_reader_member_is (&reader, "summary"))
        graphbit_llm_document_read_slice (&reader, GRAPHBIT_JSON_KIND_ARRAY, &summary);
      else if (graphbit_json_reader_member_is (&reader, "encrypted_content"))
        graphbit_llm_document_read_slice (&reader, GRAPHBIT_JSON_KIND_STRING, &encrypted);
    }
  graphbit_llm_document_check (document, &reader);

  if (g_strcmp0 (type, "function_call") == 0)
    {
      take_call (document, index, &call_id, &name, &arguments);
      kind = GRAPHBIT_LLM_BLOCK_CALL;
    }
  else if (g_strcmp0 (type, "message") == 0)
    {
      if (takes_text && content.text != NULL)
        read_parts (document, &content, &assembler->text, &assembler->refusal);
      kind = GRAPHBIT_LLM_BLOCK_TEXT;
    }
  else if (g_strcmp0 (type, "reasoning") == 0)
    {
      gsize before = graphbit_llm_assembler_get_reasoning_length (assembler);

      if (takes_reasoning && summary.text != NULL)
        read_parts (document, &summary, &assembler->reasoning, NULL);
      if (takes_reasoning && content.text != NULL && graphbit_llm_assembler_get_reasoning_length (assembler) == before)
        read_parts (document, &content, &assembler->reasoning, NULL);
      /* without that, only whoever keeps it there could send it back */
      if (encrypted.length <= strlen ("\"\""))
        return;
      kind = GRAPHBIT_LLM_BLOCK_REASONING;
    }
  if (is_final)
    graphbit_llm_assembler_add_block (assembler, kind, index)->head = g_strndup (item->text, item->length);
}

static void
read_output (Document *document,
             GraphbitJsonReader *reader)
{
  GraphbitLlmAssembler *assembler = document->assembler;
  gboolean takes_text = assembler->text->len == 0 && assembler->refusal == NULL;
  gboolean takes_reasoning = assembler->reasoning == NULL;
  guint list = graphbit_json_reader_enter_array (reader);
  int index = 0;

  document->has_answer |= list != 0;
  while (graphbit_json_reader_next_element (reader, list))
    {
      Slice item = { NULL, 0 };

      graphbit_llm_document_read_slice (reader, GRAPHBIT_JSON_KIND_OBJECT, &item);
      if (item.text != NULL)
        read_item (document, index, &item, TRUE, takes_text, takes_reasoning);
      index++;
    }
}

static void
read_reason (GraphbitJsonReader *reader,
             char **reason)
{
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "reason"))
        graphbit_llm_document_read_word (reader, reason);
    }
}

/* The object of an answer: the first ones in a stream are only a beginning. */
static void
read_response (Document *document,
               GraphbitJsonReader *reader,
               gboolean is_final)
{
  static const char failed[] = "{\"code\":\"server_error\",\"message\":\"failed\"}";
  g_autofree char *status = NULL;
  g_autofree char *reason = NULL;
  Slice error = { NULL, 0 };
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "id"))
        graphbit_llm_document_read_word (reader, &document->id);
      else if (graphbit_json_reader_member_is (reader, "model"))
        graphbit_llm_document_read_word (reader, &document->model);
      else if (!is_final)
        continue;
      else if (graphbit_json_reader_member_is (reader, "status"))
        graphbit_llm_document_read_word (reader, &status);
      else if (graphbit_json_reader_member_is (reader, "incomplete_details"))
        read_reason (reader, &reason);
      else if (graphbit_json_reader_member_is (reader, "error"))
        graphbit_llm_document_read_slice (reader, GRAPHBIT_JSON_KIND_OBJECT, &error);
      else if (graphbit_json_reader_member_is (reader, "usage"))
        read_usage (document, reader);
      else if (graphbit_json_reader_member_is (reader, "output"))
        read_output (document, reader);
    }
  if (!is_final)
    return;

  document->error = error.text;
  document->error_length = error.length;
  if (document->error == NULL && g_strcmp0 (status, "failed") == 0)
    {
      document->error = failed;
      document->error_length = strlen (failed);
    }
  document->finish = reason != NULL ? g_steal_pointer (&reason) : g_steal_pointer (&status);
}

static void
read_whole (Document *document,
            GraphbitJsonReader *reader)
{
  read_response (document, reader, TRUE);
}

static void
add_arguments (Document *document,
               int index,
               const Slice *delta)
{
  graphbit_llm_document_append_slice (document, delta, &graphbit_llm_document_add_fragment (document, index)->arguments);
}

static void
read_event (Document *document,
            GraphbitJsonReader *reader)
{
  guint scope = graphbit_json_reader_enter_object (reader);
  g_autofree char *type = NULL;
  Slice item = { NULL, 0 }, delta = { NULL, 0 }, response = { NULL, 0 };
  gint64 index = -1;

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "type"))
        graphbit_llm_document_read_word (reader, &type);
      else if (graphbit_json_reader_member_is (reader, "output_index"))
        graphbit_json_reader_read_int64 (reader, &index);
      else if (graphbit_json_reader_member_is (reader, "delta"))
        graphbit_llm_document_read_slice (reader, GRAPHBIT_JSON_KIND_STRING, &delta);
      else if (graphbit_json_reader_member_is (reader, "item"))
        graphbit_llm_document_read_slice (reader, GRAPHBIT_JSON_KIND_OBJECT, &item);
      else if (graphbit_json_reader_member_is (reader, "response"))
        graphbit_llm_document_read_slice (reader, GRAPHBIT_JSON_KIND_OBJECT, &response);
      else if (graphbit_json_reader_member_is (reader, "error"))
        document->has_error |= graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_OBJECT;
    }

  /* Nothing of an event that is cut counts. */
  graphbit_llm_document_check (document, reader);
  if (document->problem != NULL || type == NULL)
    return;

  index = CLAMP (index, -1, G_MAXINT);
  document->has_error |= strcmp (type, "error") == 0;
  if (strcmp (type, "response.output_text.delta") == 0)
    graphbit_llm_document_append_slice (document, &delta, &document->assembler->text);
  else if (strcmp (type, "response.refusal.delta") == 0)
    graphbit_llm_document_append_slice (document, &delta, &document->assembler->refusal);
  else if (strcmp (type, "response.reasoning_summary_text.delta") == 0 || strcmp (type, "response.reasoning_text.delta") == 0)
    graphbit_llm_document_append_slice (document, &delta, &document->assembler->reasoning);
  else if (strcmp (type, "response.function_call_arguments.delta") == 0)
    add_arguments (document, (int) index, &delta);
  else if (item.text != NULL &&
           (strcmp (type, "response.output_item.added") == 0 || strcmp (type, "response.output_item.done") == 0))
    read_item (document, (int) index, &item, FALSE, FALSE, FALSE);
  else if (response.text != NULL)
    {
      gboolean is_end = strcmp (type, "response.completed") == 0 || strcmp (type, "response.incomplete") == 0 ||
                        strcmp (type, "response.failed") == 0;
      GraphbitJsonReader inner;

      graphbit_json_reader_init (&inner, response.text, response.length);
      read_response (document, &inner, is_end);
      graphbit_llm_document_check (document, &inner);
      document->is_end = is_end;
    }
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
    graphbit_json_writer_raw (&self.writer, g_array_index (assembler->blocks, GraphbitLlmBlock, i).head, -1);
  graphbit_json_writer_end_array (&self.writer);
  assembler->native = g_string_free (self.body, FALSE);
}

static char *
responses_path (const GraphbitVendor *vendor,
                const char *model,
                gboolean is_stream)
{
  return g_strdup ("/responses");
}

static GraphbitFailure *
responses_parse (const GraphbitVendor *vendor,
                 GraphbitLlmAssembler *assembler,
                 const char *body,
                 gsize length,
                 GraphbitHttpVerdict *verdict)
{
  GraphbitFailure *failure =
    graphbit_llm_document_take_whole (vendor, assembler, body, length, read_whole, verdict);

  if (failure == NULL)
    keep_native (assembler);

  return failure;
}

static GraphbitFailure *
responses_event (const GraphbitVendor *vendor,
                 GraphbitLlmAssembler *assembler,
                 const char *event,
                 const char *data,
                 gsize length,
                 GraphbitHttpVerdict *verdict)
{
  GraphbitFailure *failure =
    graphbit_llm_document_take_event (vendor, assembler, event, data, length, read_event, verdict);

  if (failure == NULL && assembler->is_terminated)
    keep_native (assembler);

  return failure;
}

static char *
responses_models_path (const GraphbitVendor *vendor,
                       const char *after)
{
  return g_strdup ("/models");
}

const GraphbitLlmDialect graphbit_llm_dialect_responses = {
  .name = "responses",
  .framing = GRAPHBIT_FRAMING_SSE,
  .path = responses_path,
  .build = graphbit_llm_responses_build,
  .parse = responses_parse,
  .event = responses_event,
  .models_path = responses_models_path,
  .parse_models = graphbit_llm_models_parse,
};
