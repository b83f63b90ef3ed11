/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-json-private.h"
#include "graphbit-llm-chat-private.h"
#include "graphbit-model-info.h"

/*
 * OpenAI's chat completions, as all who speak it do. What one document brings
 * is appended to the assembler's text at once, so that nothing is copied
 * twice, but counts only when the document turns out to be whole.
 */

#define MAX_BAD_LINES 5

typedef struct
{
  int index;
  char *id;
  char *name;
  GString *arguments;
} Fragment;

/* What one document brings, beside the text. */
typedef struct
{
  GraphbitLlmAssembler *assembler;
  gboolean is_stream;

  gsize text_length; /* before it */
  gsize reasoning_length;
  gsize refusal_length;

  GArray *fragments; /* of Fragment, made when there is one */
  GraphbitLlmUsageCounts usage;
  char *finish;
  char *id;
  char *model;
  gboolean has_choice;
  gboolean has_error;
  const char *choice_error; /* borrowed from the document */
  gsize choice_error_length;
} Document;

static void
fragment_clear (gpointer data)
{
  Fragment *fragment = data;

  g_free (fragment->id);
  g_free (fragment->name);
  if (fragment->arguments != NULL)
    g_string_free (fragment->arguments, TRUE);
}

static void
document_init (Document *self,
               GraphbitLlmAssembler *assembler,
               gboolean is_stream)
{
  const GraphbitLlmUsageCounts nothing = GRAPHBIT_LLM_USAGE_COUNTS_INIT;

  memset (self, 0, sizeof (*self));
  self->assembler = assembler;
  self->is_stream = is_stream;
  self->text_length = assembler->text->len;
  self->reasoning_length = graphbit_llm_assembler_get_reasoning_length (assembler);
  self->refusal_length = assembler->refusal != NULL ? assembler->refusal->len : 0;
  self->usage = nothing;
}

static void
document_clear (Document *self)
{
  g_clear_pointer (&self->fragments, g_array_unref);
  g_clear_pointer (&self->finish, g_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->model, g_free);
}

static void
truncate_string (GString *string,
                 gsize length)
{
  if (string != NULL)
    g_string_truncate (string, length);
}

static GString *
get_string (GString **field)
{
  if (*field == NULL)
    *field = g_string_new (NULL);

  return *field;
}

static GraphbitLlmFinishReason
normalise_finish (const char *text)
{
  static const struct
  {
    const char *word;
    GraphbitLlmFinishReason reason;
  } words[] = {
    { "stop", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "eos", GRAPHBIT_LLM_FINISH_REASON_STOP },
    { "length", GRAPHBIT_LLM_FINISH_REASON_LENGTH },
    { "model_length", GRAPHBIT_LLM_FINISH_REASON_LENGTH },
    { "tool_calls", GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS },
    { "function_call", GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS },
    { "content_filter", GRAPHBIT_LLM_FINISH_REASON_CONTENT_FILTER },
    { "error", GRAPHBIT_LLM_FINISH_REASON_ERROR },
    { "insufficient_system_resource", GRAPHBIT_LLM_FINISH_REASON_ERROR },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (strcmp (words[i].word, text) == 0)
        return words[i].reason;
    }

  return GRAPHBIT_LLM_FINISH_REASON_OTHER;
}

/* The first that is not empty. */
static void
read_word (GraphbitJsonReader *reader,
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
                                                    is_reasoning ? get_string (&document->assembler->reasoning)
                                                                 : document->assembler->text);
            }
          else if (graphbit_json_reader_member_is (reader, "thinking") && !is_reasoning)
            {
              if (graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_STRING)
                graphbit_json_reader_append_string (reader, get_string (&document->assembler->reasoning));
              else
                read_parts (reader, document, TRUE);
            }
        }
    }
}

static Fragment *
add_fragment (Document *document,
              int index)
{
  Fragment fresh = { .index = index };

  if (document->fragments == NULL)
    {
      document->fragments = g_array_new (FALSE, FALSE, sizeof (Fragment));
      g_array_set_clear_func (document->fragments, fragment_clear);
    }
  g_array_append_val (document->fragments, fresh);

  return &g_array_index (document->fragments, Fragment, document->fragments->len - 1);
}

static void
read_function (GraphbitJsonReader *reader,
               Fragment *fragment)
{
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "name"))
        read_word (reader, &fragment->name);
      else if (graphbit_json_reader_member_is (reader, "arguments"))
        {
          const char *raw;
          gsize length;

          switch (graphbit_json_reader_get_kind (reader))
            {
            case GRAPHBIT_JSON_KIND_STRING:
              graphbit_json_reader_append_string (reader, get_string (&fragment->arguments));
              break;
            case GRAPHBIT_JSON_KIND_OBJECT: /* some local servers */
              if (graphbit_json_reader_read_raw (reader, &raw, &length))
                g_string_append_len (get_string (&fragment->arguments), raw, (gssize) length);
              break;
            default:
              break;
            }
        }
    }
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
      Fragment *fragment;
      gint64 index;

      if (call == 0)
        continue;

      /* In a whole answer each element is a call, whatever index it claims. */
      fragment = add_fragment (document, document->is_stream ? -1 : position++);
      while (graphbit_json_reader_next_member (reader, call))
        {
          if (graphbit_json_reader_member_is (reader, "index"))
            {
              if (document->is_stream && graphbit_json_reader_read_int64 (reader, &index) &&
                  index >= 0 && index <= G_MAXINT)
                fragment->index = (int) index;
            }
          else if (graphbit_json_reader_member_is (reader, "id"))
            read_word (reader, &fragment->id);
          else if (graphbit_json_reader_member_is (reader, "function") ||
                   graphbit_json_reader_member_is (reader, "custom"))
            read_function (reader, fragment);
        }
    }
}

/* A message, or what a delta adds to it. */
static void
read_message (GraphbitJsonReader *reader,
              Document *document)
{
  GraphbitLlmAssembler *assembler = document->assembler;
  guint scope = graphbit_json_reader_enter_object (reader);
  gboolean has_reasoning = FALSE;

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

              graphbit_json_reader_append_string (reader, get_string (&assembler->reasoning));
              has_reasoning = assembler->reasoning->len > before;
            }
        }
      else if (graphbit_json_reader_member_is (reader, "refusal"))
        {
          if (kind == GRAPHBIT_JSON_KIND_STRING)
            graphbit_json_reader_append_string (reader, get_string (&assembler->refusal));
        }
      else if (graphbit_json_reader_member_is (reader, "tool_calls"))
        read_tool_calls (reader, document);
      else if (graphbit_json_reader_member_is (reader, "function_call"))
        {
          /* The old form of a single call. */
          if (kind == GRAPHBIT_JSON_KIND_OBJECT)
            read_function (reader, add_fragment (document, -1));
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
        read_word (reader, &finish);
      else if (graphbit_json_reader_member_is (reader, "index"))
        graphbit_json_reader_read_int64 (reader, &index);
      else if (graphbit_json_reader_member_is (reader, "error") &&
               graphbit_json_reader_get_kind (reader) == GRAPHBIT_JSON_KIND_OBJECT)
        graphbit_json_reader_read_raw (reader, &document->choice_error, &document->choice_error_length);
    }

  /* Only the first of several answers is asked for and read. */
  if (index != 0)
    {
      g_string_truncate (assembler->text, text_length);
      truncate_string (assembler->reasoning, reasoning_length);
      truncate_string (assembler->refusal, refusal_length);
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

  document->has_choice = TRUE;
  if (finish != NULL)
    {
      g_free (document->finish);
      document->finish = g_steal_pointer (&finish);
    }
}

/* FALSE: it is no JSON, and nothing of it counts. */
static gboolean
read_document (Document *document,
               const char *data,
               gsize length,
               char **problem)
{
  GraphbitLlmAssembler *assembler = document->assembler;
  GraphbitJsonReader reader;
  guint scope;

  graphbit_json_reader_init (&reader, data, length);
  scope = graphbit_json_reader_enter_object (&reader);
  while (graphbit_json_reader_next_member (&reader, scope))
    {
      GraphbitJsonKind kind = graphbit_json_reader_get_kind (&reader);

      if (graphbit_json_reader_member_is (&reader, "choices"))
        {
          guint choices = graphbit_json_reader_enter_array (&reader);

          while (graphbit_json_reader_next_element (&reader, choices))
            read_choice (&reader, document);
        }
      else if (graphbit_json_reader_member_is (&reader, "usage"))
        {
          if (kind == GRAPHBIT_JSON_KIND_OBJECT)
            read_usage (&reader, &document->usage);
        }
      else if (graphbit_json_reader_member_is (&reader, "x_groq"))
        {
          guint groq = graphbit_json_reader_enter_object (&reader);

          while (graphbit_json_reader_next_member (&reader, groq))
            {
              if (graphbit_json_reader_member_is (&reader, "usage") &&
                  graphbit_json_reader_get_kind (&reader) == GRAPHBIT_JSON_KIND_OBJECT)
                read_usage (&reader, &document->usage);
            }
        }
      else if (graphbit_json_reader_member_is (&reader, "error"))
        {
          document->has_error |= kind == GRAPHBIT_JSON_KIND_OBJECT ||
                                 (kind == GRAPHBIT_JSON_KIND_STRING && !graphbit_json_reader_string_is (&reader, ""));
        }
      else if (assembler->id == NULL && graphbit_json_reader_member_is (&reader, "id"))
        read_word (&reader, &document->id);
      else if (assembler->model == NULL && graphbit_json_reader_member_is (&reader, "model"))
        read_word (&reader, &document->model);
    }

  if (graphbit_json_reader_finish (&reader))
    return TRUE;

  if (problem != NULL)
    *problem = graphbit_json_reader_dup_error (&reader);
  g_string_truncate (assembler->text, document->text_length);
  truncate_string (assembler->reasoning, document->reasoning_length);
  truncate_string (assembler->refusal, document->refusal_length);

  return FALSE;
}

static void
commit_document (Document *document)
{
  GraphbitLlmAssembler *assembler = document->assembler;

  if (document->id != NULL)
    assembler->id = g_steal_pointer (&document->id);
  if (document->model != NULL)
    assembler->model = g_steal_pointer (&document->model);

  graphbit_llm_assembler_emit (assembler, document->text_length, document->reasoning_length);
  for (guint i = 0; document->fragments != NULL && i < document->fragments->len; i++)
    {
      const Fragment *fragment = &g_array_index (document->fragments, Fragment, i);

      graphbit_llm_assembler_add_call (assembler, fragment->index, fragment->id, fragment->name,
                                       fragment->arguments != NULL ? fragment->arguments->str : "",
                                       fragment->arguments != NULL ? fragment->arguments->len : 0);
    }
  graphbit_llm_assembler_set_usage (assembler, &document->usage);
  if (document->finish != NULL)
    graphbit_llm_assembler_set_finish (assembler, normalise_finish (document->finish), document->finish);
}

static GraphbitFailure *
explain_error (const GraphbitVendor *vendor,
               const Document *document,
               const char *data,
               gsize length,
               GraphbitHttpVerdict *verdict)
{
  g_autoptr (GString) wrapped = NULL;

  if (document->has_error || document->choice_error == NULL)
    return graphbit_vendor_explain_body (vendor, 200, data, length, verdict);

  wrapped = g_string_new ("{\"error\":");
  g_string_append_len (wrapped, document->choice_error, (gssize) document->choice_error_length);
  g_string_append_c (wrapped, '}');

  return graphbit_vendor_explain_body (vendor, 200, wrapped->str, wrapped->len, verdict);
}

static GraphbitFailure *
protocol_failure (GraphbitHttpVerdict *verdict,
                  const char *format,
                  const char *title,
                  const char *detail)
{
  verdict->may_retry = FALSE;

  return graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL, format, title, detail, NULL);
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
  Document document;
  GraphbitFailure *failure = NULL;
  g_autofree char *problem = NULL;

  if (assembler->keeps_raw && assembler->raw == NULL)
    assembler->raw = g_bytes_new (body, length);

  document_init (&document, assembler, FALSE);
  if (!read_document (&document, body, length, &problem))
    failure = protocol_failure (verdict,
                                N_("%s sent something that is no JSON; check the base URL: %s"),
                                vendor->title, problem);
  else
    {
      commit_document (&document);
      if (document.has_error || document.choice_error != NULL)
        failure = explain_error (vendor, &document, body, length, verdict);
      else if (!document.has_choice)
        failure = protocol_failure (verdict,
                                    N_("%s sent an answer without any choice in it; check the base URL"),
                                    vendor->title, NULL);
    }
  document_clear (&document);

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
  Document document;
  GraphbitFailure *failure = NULL;
  g_autofree char *problem = NULL;
  gboolean is_error;

  while (length > 0 && g_ascii_isspace (*data))
    {
      data++;
      length--;
    }
  if (length == 0)
    return NULL;
  if (length >= 6 && memcmp (data, "[DONE]", 6) == 0)
    {
      assembler->is_terminated = TRUE;
      return NULL;
    }

  is_error = strcmp (event, "error") == 0;

  document_init (&document, assembler, TRUE);
  if (!read_document (&document, data, length, &problem))
    {
      if (is_error)
        failure = graphbit_vendor_explain_body (vendor, 200, data, length, verdict);
      else if (++assembler->bad_lines >= MAX_BAD_LINES)
        failure = protocol_failure (verdict,
                                    N_("%s sent pieces of an answer that are no JSON: %s"),
                                    vendor->title, problem);
    }
  else
    {
      assembler->bad_lines = 0;
      commit_document (&document);
      if (is_error || document.has_error || document.choice_error != NULL)
        failure = explain_error (vendor, &document, data, length, verdict);
    }
  document_clear (&document);

  return failure;
}

/* The list of models */

static char *
chat_models_path (const GraphbitVendor *vendor,
                  const char *after)
{
  return g_strdup ("/models");
}

static void
read_size (GraphbitJsonReader *reader,
           gint64 *size)
{
  gint64 value;

  if (*size == 0 && graphbit_json_reader_read_int64 (reader, &value) && value > 0)
    *size = value;
}

/* Beside the id, everybody says something else. */
static void
read_model (GraphbitJsonReader *reader,
            GListStore *models)
{
  g_autofree char *id = NULL;
  g_autofree char *name = NULL;
  g_autofree char *owner = NULL;
  g_autoptr (GraphbitModelInfo) info = NULL;
  gint64 created = 0, context_length = 0, max_output_tokens = 0;
  guint scope = graphbit_json_reader_enter_object (reader);

  while (graphbit_json_reader_next_member (reader, scope))
    {
      if (graphbit_json_reader_member_is (reader, "id"))
        read_word (reader, &id);
      else if (graphbit_json_reader_member_is (reader, "name") ||
               graphbit_json_reader_member_is (reader, "display_name"))
        read_word (reader, &name);
      else if (graphbit_json_reader_member_is (reader, "owned_by") ||
               graphbit_json_reader_member_is (reader, "organization"))
        read_word (reader, &owner);
      else if (graphbit_json_reader_member_is (reader, "created"))
        read_size (reader, &created);
      else if (graphbit_json_reader_member_is (reader, "context_length") ||
               graphbit_json_reader_member_is (reader, "context_window") ||
               graphbit_json_reader_member_is (reader, "max_context_length") ||
               graphbit_json_reader_member_is (reader, "max_model_len"))
        read_size (reader, &context_length);
      else if (graphbit_json_reader_member_is (reader, "max_completion_tokens"))
        read_size (reader, &max_output_tokens);
      else if (graphbit_json_reader_member_is (reader, "top_provider")) /* OpenRouter */
        {
          guint provider = graphbit_json_reader_enter_object (reader);

          while (graphbit_json_reader_next_member (reader, provider))
            {
              if (graphbit_json_reader_member_is (reader, "max_completion_tokens"))
                read_size (reader, &max_output_tokens);
            }
        }
    }
  if (id == NULL)
    return;

  info = g_object_new (GRAPHBIT_TYPE_MODEL_INFO,
                       "id", id,
                       "name", name,
                       "owner", owner,
                       "created", created,
                       "context-length", context_length,
                       "max-output-tokens", max_output_tokens,
                       NULL);
  g_list_store_append (models, info);
}

static gboolean
read_models (GraphbitJsonReader *reader,
             GListStore *models)
{
  guint list = graphbit_json_reader_enter_array (reader);

  while (graphbit_json_reader_next_element (reader, list))
    read_model (reader, models);

  return list != 0;
}

static GraphbitFailure *
chat_parse_models (const GraphbitVendor *vendor,
                   const char *body,
                   gsize length,
                   GListStore *models,
                   char **after)
{
  GraphbitHttpVerdict verdict = { FALSE, FALSE, -1 };
  GraphbitJsonReader reader;
  gboolean has_list, has_error = FALSE;
  guint scope;

  graphbit_json_reader_init (&reader, body, length);
  has_list = read_models (&reader, models); /* Together's */
  scope = graphbit_json_reader_enter_object (&reader);
  while (graphbit_json_reader_next_member (&reader, scope))
    {
      if (graphbit_json_reader_member_is (&reader, "data"))
        has_list |= read_models (&reader, models);
      else if (graphbit_json_reader_member_is (&reader, "error"))
        has_error |= graphbit_json_reader_get_kind (&reader) != GRAPHBIT_JSON_KIND_NULL;
    }

  if (!graphbit_json_reader_finish (&reader))
    {
      g_autofree char *problem = graphbit_json_reader_dup_error (&reader);

      return protocol_failure (&verdict, N_("%s sent something that is no JSON; check the base URL: %s"),
                               vendor->title, problem);
    }
  if (has_error && !has_list)
    return graphbit_vendor_explain_body (vendor, 200, body, length, &verdict);
  if (!has_list)
    return protocol_failure (&verdict, N_("%s sent an answer without a list of models in it; check the base URL"),
                             vendor->title, NULL);

  return NULL;
}

const GraphbitLlmDialect graphbit_llm_dialect_chat = {
  .name = "chat",
  .path = chat_path,
  .build = graphbit_llm_chat_build,
  .parse = chat_parse,
  .event = chat_event,
  .models_path = chat_models_path,
  .parse_models = chat_parse_models,
};
