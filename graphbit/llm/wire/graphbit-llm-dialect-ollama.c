/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-document-private.h"
#include "graphbit-llm-models-private.h"
#include "graphbit-llm-ollama-private.h"

/*
 * Ollama's own protocol. A stream is one document per line, each of which is
 * like a whole answer; the last one says `done`. Calls of tools come complete.
 */

typedef GraphbitLlmDocument Document;

/* Each element is a call of its own, whatever index it claims: that begins anew in every line. */
static void
read_tool_calls (GraphbitJsonReader *reader,
                 Document *document)
{
  guint calls = graphbit_json_reader_enter_array (reader);
  int index = document->assembler->calls != NULL ? (int) document->assembler->calls->len : 0;

  while (graphbit_json_reader_next_element (reader, calls))
    {
      guint call = graphbit_json_reader_enter_object (reader);
      GraphbitLlmFragment *fragment;

      if (call == 0)
        continue;

      fragment = graphbit_llm_document_add_fragment (document, index++);
      while (graphbit_json_reader_next_member (reader, call))
        {
          if (graphbit_json_reader_member_is (reader, "id"))
            graphbit_llm_document_read_word (reader, &fragment->id);
          else if (graphbit_json_reader_member_is (reader, "function"))
            graphbit_llm_document_read_function (reader, fragment);
        }
      /* older servers give none; whoever reads the chunks is to see the one that the response has */
      if (fragment->id == NULL)
        fragment->id = graphbit_llm_assembler_make_call_id ();
    }
}

static void
read_message (GraphbitJsonReader *reader,
              Document *document)
{
  guint scope = graphbit_json_reader_enter_object (reader);

  document->has_answer |= scope != 0;
  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "content"))
        graphbit_llm_document_append_text (reader, &document->assembler->text);
      else if (graphbit_json_reader_member_is (reader, "thinking"))
        graphbit_llm_document_append_text (reader, &document->assembler->reasoning);
      else if (graphbit_json_reader_member_is (reader, "tool_calls"))
        read_tool_calls (reader, document);
    }
}

static void
read_document (Document *document,
               GraphbitJsonReader *reader)
{
  guint scope = graphbit_json_reader_enter_object (reader);
  gboolean is_done = FALSE;

  while (graphbit_json_reader_next_member (reader, scope))
    {
      GraphbitJsonKind kind = graphbit_json_reader_get_kind (reader);

      if (graphbit_json_reader_member_is (reader, "message"))
        read_message (reader, document);
      else if (graphbit_json_reader_member_is (reader, "response"))
        {
          /* of /api/generate, which proxies answer with too */
          document->has_answer |= kind == GRAPHBIT_JSON_KIND_STRING;
          graphbit_llm_document_append_text (reader, &document->assembler->text);
        }
      else if (graphbit_json_reader_member_is (reader, "thinking"))
        graphbit_llm_document_append_text (reader, &document->assembler->reasoning);
      else if (graphbit_json_reader_member_is (reader, "done"))
        graphbit_json_reader_read_boolean (reader, &is_done);
      else if (graphbit_json_reader_member_is (reader, "done_reason"))
        graphbit_llm_document_read_word (reader, &document->finish);
      else if (graphbit_json_reader_member_is (reader, "prompt_eval_count"))
        graphbit_json_reader_read_int64 (reader, &document->usage.prompt);
      else if (graphbit_json_reader_member_is (reader, "eval_count"))
        graphbit_json_reader_read_int64 (reader, &document->usage.completion);
      else if (graphbit_json_reader_member_is (reader, "error"))
        document->has_error |= kind == GRAPHBIT_JSON_KIND_OBJECT ||
                               (kind == GRAPHBIT_JSON_KIND_STRING && !graphbit_json_reader_string_is (reader, ""));
      else if (graphbit_json_reader_member_is (reader, "model"))
        graphbit_llm_document_read_word (reader, &document->model);
    }

  document->finishes_later = document->is_stream;
  document->is_end = is_done;
}

static char *
ollama_path (const GraphbitVendor *vendor,
             const char *model,
             gboolean is_stream)
{
  return g_strdup ("/api/chat");
}

static GraphbitFailure *
ollama_parse (const GraphbitVendor *vendor,
              GraphbitLlmAssembler *assembler,
              const char *body,
              gsize length,
              GraphbitHttpVerdict *verdict)
{
  return graphbit_llm_document_take_whole (vendor, assembler, body, length, read_document, verdict);
}

static GraphbitFailure *
ollama_event (const GraphbitVendor *vendor,
              GraphbitLlmAssembler *assembler,
              const char *event,
              const char *data,
              gsize length,
              GraphbitHttpVerdict *verdict)
{
  return graphbit_llm_document_take_event (vendor, assembler, event, data, length, read_document, verdict);
}

static char *
ollama_models_path (const GraphbitVendor *vendor,
                    const char *after)
{
  return g_strdup ("/api/tags");
}

const GraphbitLlmDialect graphbit_llm_dialect_ollama = {
  .name = "ollama",
  .framing = GRAPHBIT_FRAMING_NDJSON,
  .path = ollama_path,
  .build = graphbit_llm_ollama_build,
  .parse = ollama_parse,
  .event = ollama_event,
  .models_path = ollama_models_path,
  .parse_models = graphbit_llm_models_parse,
};
