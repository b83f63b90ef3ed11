/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-json-private.h"
#include "graphbit-llm-chat-private.h"
#include "graphbit-llm-document-private.h"
#include "graphbit-llm-models-private.h"

/* OpenAI's chat completions, as all who speak it do. */

typedef GraphbitLlmDocument Document;
typedef GraphbitLlmFragment Fragment;

/* The assembler's blocks here: what goes back as it came. */
enum
{
  REASONING_DETAILS,
  EXTRA_CONTENT
};

static void
read_cached (GraphbitJsonReader *reader,
             GraphbitLlmUsageCounts *usage)
{
  gint64 value;

  if (graphbit_json_reader_read_int64 (reader, &value))
    usage->cached = MAX (usage->cached, value);
}

static void
read_usage (GraphbitJsonReader *reader,
            GraphbitLlmUsageCounts *told)
{
  GraphbitLlmUsageCounts usage = GRAPHBIT_LLM_USAGE_COUNTS_INIT;
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "prompt_tokens"))
        graphbit_json_reader_read_int64 (reader, &usage.prompt);
      else if (graphbit_json_reader_member_is (reader, "completion_tokens"))
        graphbit_json_reader_read_int64 (reader, &usage.completion);
      else if (graphbit_json_reader_member_is (reader, "total_tokens"))
        graphbit_json_reader_read_int64 (reader, &usage.total);
      else if (graphbit_json_reader_member_is (reader, "cached_tokens") ||
               graphbit_json_reader_member_is (reader, "num_cached_tokens") ||
               graphbit_json_reader_member_is (reader, "prompt_cache_hit_tokens"))
        read_cached (reader, &usage);
      else if (graphbit_json_reader_member_is (reader, "cache_creation_input_tokens")) /* LiteLLM, of Anthropic's models */
        graphbit_json_reader_read_int64 (reader, &usage.cache_write);
      else if (graphbit_json_reader_member_is (reader, "reasoning_tokens"))
        graphbit_json_reader_read_int64 (reader, &usage.reasoning);
      else if (graphbit_json_reader_member_is (reader, "prompt_tokens_details"))
        {
          guint details = graphbit_json_reader_enter_object (reader);

          while (graphbit_json_reader_next_member (reader, details))
            {
              if (graphbit_json_reader_member_is (reader, "cached_tokens"))
                read_cached (reader, &usage);
              else if (graphbit_json_reader_member_is (reader, "cache_write_tokens"))
                graphbit_json_reader_read_int64 (reader, &usage.cache_write);
            }
        }
      else if (graphbit_json_reader_member_is (reader, "completion_tokens_details"))
        {
          guint details = graphbit_json_reader_enter_object (reader);

          while (graphbit_json_reader_next_member (reader, details))
            {
              if (graphbit_json_reader_member_is (reader, "reasoning_tokens"))
                graphbit_json_reader_read_int64 (reader, &usage.reasoning);
            }
        }
    }

  /* xAI counts what was thought apart from the completion; ours includes it. */
  if (usage.reasoning > 0 && usage.prompt >= 0 && usage.completion >= 0 &&
      usage.reasoning <= G_MAXINT64 - usage.completion &&
      usage.total - usage.prompt == usage.completion + usage.reasoning)
    usage.completion += usage.reasoning;

  if (graphbit_llm_usage_counts_is_told (&usage))
    *told = usage;
}

/* Mistral's answers in parts: text, and what was thought, which is a list of parts again. */
static void
read_parts (GraphbitJsonReader *reader,
            Document *document,
            gboolean is_reasoning)
{
  guint parts = graphbit_json_reader_enter_array (reader);

  while (graphbit_json_reader_next_element (reader, parts))
    {
      guint part = graphbit_json_reader_enter_object (reader);

      while (graphbit_json_reader_next_member (reader, part))
        {
          if (graphbit_json_reader_member_is (reader, "text"))
            {
              if (graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_STRING)
                graphbit_json_reader_append_string (reader,
                                                    is_reasoning ? graphbit_llm_document_get_string (&document->assembler->reasoning)
                                                                 : document->assembler->text);
            }
          else if (graphbit_json_reader_member_is (reader, "thinking") && !is_reasoning)
            {
              if (graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_STRING)
                graphbit_json_reader_append_string (reader, graphbit_llm_document_get_string (&document->assembler->reasoning));
              else
                read_parts (reader, document, TRUE);
            }
        }
    }
}

/* What Gemini signs through this door, by the id of the call that it stands in; "": in the message. */
static void
keep_extra_content (GraphbitLlmAssembler *assembler,
                    const char *id,
                    const char *raw,
                    gsize length)
{
  GraphbitLlmBlock *block = graphbit_llm_assembler_find_block (assembler, EXTRA_CONTENT);
  GraphbitJsonWriter writer;

  if (block == NULL)
    block = graphbit_llm_assembler_add_block (assembler, GRAPHBIT_LLM_BLOCK_OTHER, EXTRA_CONTENT);
  graphbit_llm_document_get_string (&block->tail);
  g_string_append_c (block->tail, block->tail->len == 0 ? '{' : ',');
  graphbit_json_writer_init (&writer, block->tail);
  graphbit_json_writer_string (&writer, id);
  g_string_append_c (block->tail, ':');
  g_string_append_len (block->tail, raw, (gssize) length);
}

static gboolean
is_extra_content (GraphbitJsonReader *reader,
                  Document *document)
{
  return (document->vendor->quirks & GRAPHBIT_QUIRK_EXTRA_CONTENT) != 0 &&
         graphbit_json_reader_member_is (reader, "extra_content") &&
         graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_OBJECT;
}

static void
read_tool_calls (GraphbitJsonReader *reader,
                 Document *document)
{
  guint calls = graphbit_json_reader_enter_array (reader);
  int position = 0;

  while (graphbit_json_reader_next_element (reader, calls))
    {
      guint call = graphbit_json_reader_enter_object (reader);
      GraphbitLlmSlice extra = { NULL };
      Fragment *fragment;
      gint64 index;

      if (call == 0)
        continue;

      /* In a whole answer each element is a call, whatever index it claims. */
      fragment = graphbit_llm_document_add_fragment (document, document->is_stream ? -1 : position++);
      while (graphbit_json_reader_next_member (reader, call))
        {
          if (graphbit_json_reader_member_is (reader, "index"))
            {
              if (document->is_stream && graphbit_json_reader_read_int64 (reader, &index) &&
                  index >= 0 && index <= G_MAXINT)
                fragment->index = (int) index;
            }
          else if (graphbit_json_reader_member_is (reader, "id"))
            graphbit_llm_document_read_word (reader, &fragment->id);
          else if (graphbit_json_reader_member_is (reader, "function") ||
                   graphbit_json_reader_member_is (reader, "custom"))
            graphbit_llm_document_read_function (reader, fragment);
          else if (is_extra_content (reader, document))
            graphbit_json_reader_read_raw (reader, &extra.text, &extra.length);
        }
      if (extra.text != NULL && fragment->id != NULL)
        keep_extra_content (document->assembler, fragment->id, extra.text, extra.length);
    }
}

/* OpenRouter's list of what was thought; a delta has pieces of it. They are put together when it goes back. */
static void
read_details (GraphbitJsonReader *reader,
              GraphbitLlmAssembler *assembler)
{
  guint list = graphbit_json_reader_enter_array (reader);
  const char *raw;
  gsize length;

  while (graphbit_json_reader_next_element (reader, list))
    {
      GraphbitLlmBlock *block;

      if (graphbit_json_reader_get_kind (reader) != GRAPHBIT_JSON_KIND_OBJECT ||
          !graphbit_json_reader_read_raw (reader, &raw, &length))
        continue;

      block = graphbit_llm_assembler_find_block (assembler, REASONING_DETAILS);
      if (block == NULL)
        block = graphbit_llm_assembler_add_block (assembler, GRAPHBIT_LLM_BLOCK_OTHER, REASONING_DETAILS);
      graphbit_llm_document_get_string (&block->tail);
      g_string_append_c (block->tail, block->tail->len == 0 ? '[' : ',');
      g_string_append_len (block->tail, raw, (gssize) length);
    }
}

/* An object, by which it is told from what the other protocols of a vendor keep. */
static void
keep_native (GraphbitLlmAssembler *assembler)
{
  GraphbitLlmBlock *details = graphbit_llm_assembler_find_block (assembler, REASONING_DETAILS);
  GraphbitLlmBlock *extra = graphbit_llm_assembler_find_block (assembler, EXTRA_CONTENT);

  if (assembler->native != NULL || (details == NULL && extra == NULL))
    return;

  assembler->native = g_strconcat ("{",
                                   details != NULL ? "\"reasoning_details\":" : "",
                                   details != NULL ? details->tail->str : "",
                                   details != NULL ? "]" : "",
                                   details != NULL && extra != NULL ? "," : "",
                                   extra != NULL ? "\"extra_content\":" : "",
                                   extra != NULL ? extra->tail->str : "",
                                   extra != NULL ? "}}" : "}", NULL);
}

/* A message, or what a delta adds to it. */
static void
read_message (GraphbitJsonReader *reader,
              Document *document)
{
  GraphbitLlmAssembler *assembler = document->assembler;
  guint scope = graphbit_json_reader_enter_object (reader);
  gboolean has_reasoning = FALSE;
  GraphbitLlmSlice extra = { NULL };

  while (graphbit_json_reader_next_member (reader, scope))
    {
      GraphbitJsonKind kind = graphbit_json_reader_get_kind (reader);

      if (graphbit_json_reader_member_is (reader, "content"))
        {
          if (kind == GRAPHBIT_JSON_KIND_STRING)
            graphbit_json_reader_append_string (reader, assembler->text);
          else if (kind == GRAPHBIT_JSON_KIND_ARRAY)
            read_parts (reader, document, FALSE);
        }
      else if (graphbit_json_reader_member_is (reader, "reasoning_content") ||
               graphbit_json_reader_member_is (reader, "reasoning"))
        {
          /* Who sends both says the same in both. */
          if (kind == GRAPHBIT_JSON_KIND_STRING && !has_reasoning)
            {
              gsize before = graphbit_llm_assembler_get_reasoning_length (assembler);

              graphbit_json_reader_append_string (reader, graphbit_llm_document_get_string (&assembler->reasoning));
              has_reasoning = assembler->reasoning->len > before;
            }
        }
      else if ((document->vendor->quirks & GRAPHBIT_QUIRK_REASONING_DETAILS) != 0 &&
               graphbit_json_reader_member_is (reader, "reasoning_details"))
        read_details (reader, assembler);
      else if (is_extra_content (reader, document))
        {
          if (graphbit_json_reader_read_raw (reader, &extra.text, &extra.length))
            keep_extra_content (assembler, "", extra.text, extra.length);
        }
      else if (graphbit_json_reader_member_is (reader, "refusal"))
        {
          if (kind == GRAPHBIT_JSON_KIND_STRING)
            graphbit_json_reader_append_string (reader, graphbit_llm_document_get_string (&assembler->refusal));
        }
      else if (graphbit_json_reader_member_is (reader, "tool_calls"))
        read_tool_calls (reader, document);
      else if (graphbit_json_reader_member_is (reader, "function_call"))
        {
          /* The old form of a single call. */
          if (kind == GRAPHBIT_JSON_KIND_OBJECT)
            graphbit_llm_document_read_function (reader, graphbit_llm_document_add_fragment (document, -1));
        }
    }
}

static void
read_choice (GraphbitJsonReader *reader,
             Document *document)
{
  GraphbitLlmAssembler *assembler = document->assembler;
  gsize text_length = assembler->text->len;
  gsize reasoning_length = graphbit_llm_assembler_get_reasoning_length (assembler);
  gsize refusal_length = assembler->refusal != NULL ? assembler->refusal->len : 0;
  guint n_fragments = document->fragments != NULL ? document->fragments->len : 0;
  guint scope = graphbit_json_reader_enter_object (reader);
  g_autofree char *finish = NULL;
  gint64 index = 0;
  gboolean has_delta = FALSE;
  const char *message = NULL;
  gsize message_length = 0;

  if (scope == 0)
    return;

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "delta") && document->is_stream)
        {
          has_delta |= graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_OBJECT;
          read_message (reader, document);
        }
      else if (graphbit_json_reader_member_is (reader, "message"))
        {
          if (document->is_stream)
            graphbit_json_reader_read_raw (reader, &message, &message_length);
          else
            read_message (reader, document);
        }
      else if (graphbit_json_reader_member_is (reader, "finish_reason"))
        graphbit_llm_document_read_word (reader, &finish);
      else if (graphbit_json_reader_member_is (reader, "index"))
        graphbit_json_reader_read_int64 (reader, &index);
      else if (graphbit_json_reader_member_is (reader, "error") &&
               graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_OBJECT)
        graphbit_json_reader_read_raw (reader, &document->error, &document->error_length);
    }

  /* Only the first of several answers is asked for and read. */
  if (index != 0)
    {
      g_string_truncate (assembler->text, text_length);
      if (assembler->reasoning != NULL)
        g_string_truncate (assembler->reasoning, reasoning_length);
      if (assembler->refusal != NULL)
        g_string_truncate (assembler->refusal, refusal_length);
      if (document->fragments != NULL)
        g_array_set_size (document->fragments, n_fragments);
      return;
    }

  /* A whole answer within an event. Those who send both repeat in `message` what was said so far. */
  if (message != NULL && !has_delta && assembler->text->len == 0 &&
      graphbit_llm_assembler_get_reasoning_length (assembler) == 0 && assembler->calls == NULL)
    {
      GraphbitJsonReader inner;

      graphbit_json_reader_init (&inner, message, message_length);
      read_message (&inner, document);
    }

  document->has_answer = TRUE;
  if (finish != NULL)
    {
      g_free (document->finish);
      document->finish = g_steal_pointer (&finish);
    }
}

static void
read_document (Document *document,
               GraphbitJsonReader *reader)
{
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      GraphbitJsonKind kind = graphbit_json_reader_get_kind (reader);

      if (graphbit_json_reader_member_is (reader, "choices"))
        {
          guint choices = graphbit_json_reader_enter_array (reader);

          while (graphbit_json_reader_next_element (reader, choices))
            read_choice (reader, document);
        }
      else if (graphbit_json_reader_member_is (reader, "usage"))
        {
          if (kind == GRAPHBIT_JSON_KIND_OBJECT)
            read_usage (reader, &document->usage);
        }
      else if (graphbit_json_reader_member_is (reader, "x_groq"))
        {
          guint groq = graphbit_json_reader_enter_object (reader);

          while (graphbit_json_reader_next_member (reader, groq))
            {
              if (graphbit_json_reader_member_is (reader, "usage") &&
                  graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_OBJECT)
                read_usage (reader, &document->usage);
              else if (graphbit_json_reader_member_is (reader, "error") &&
                       graphbit_json_reader_get_kind (reader) != GRAPHBIT_JSON_KIND_NULL)
                graphbit_json_reader_read_raw (reader, &document->error, &document->error_length);
            }
        }
      else if (graphbit_json_reader_member_is (reader, "object"))
        {
          /* An error of Mistral's, or of an older vLLM: its members lie at the top. */
          document->has_error |= graphbit_json_reader_string_is (reader, "error");
        }
      else if (graphbit_json_reader_member_is (reader, "error"))
        {
          document->has_error |= kind == GRAPHBIT_JSON_KIND_OBJECT ||
                                 (kind == GRAPHBIT_JSON_KIND_STRING && !graphbit_json_reader_string_is (reader, ""));
        }
      else if (document->assembler->id == NULL && graphbit_json_reader_member_is (reader, "id"))
        graphbit_llm_document_read_word (reader, &document->id);
      else if (document->assembler->model == NULL && graphbit_json_reader_member_is (reader, "model"))
        graphbit_llm_document_read_word (reader, &document->model);
    }
}

static char *
chat_path (const GraphbitVendor *vendor,
           const char *model,
           gboolean is_stream)
{
  return g_strdup ("/chat/completions");
}

static GraphbitFailure *
chat_parse (const GraphbitVendor *vendor,
            GraphbitLlmAssembler *assembler,
            const char *body,
            gsize length,
            GraphbitHttpVerdict *verdict)
{
  GraphbitFailure *failure = graphbit_llm_document_take_whole (vendor, assembler, body, length, read_document, verdict);

  keep_native (assembler);

  return failure;
}

static GraphbitFailure *
chat_event (const GraphbitVendor *vendor,
            GraphbitLlmAssembler *assembler,
            const char *event,
            const char *data,
            gsize length,
            GraphbitHttpVerdict *verdict)
{
  gsize blanks = 0;

  while (blanks < length && g_ascii_isspace (data[blanks]))
    blanks++;
  if (length - blanks >= 6 && memcmp (data + blanks, "[DONE]", 6) == 0)
    {
      keep_native (assembler);
      assembler->is_terminated = TRUE;
      return NULL;
    }

  return graphbit_llm_document_take_event (vendor, assembler, event, data, length, read_document, verdict);
}

static char *
chat_models_path (const GraphbitVendor *vendor,
                  const char *after)
{
  return g_strdup (vendor->models_path != NULL ? vendor->models_path : "/models");
}

const GraphbitLlmDialect graphbit_llm_dialect_chat = {
  .name = "chat",
  .framing = GRAPHBIT_FRAMING_SSE,
  .path = chat_path,
  .build = graphbit_llm_chat_build,
  .parse = chat_parse,
  .event = chat_event,
  .models_path = chat_models_path,
  .parse_models = graphbit_llm_models_parse,
};
