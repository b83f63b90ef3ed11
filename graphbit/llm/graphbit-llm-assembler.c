/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-json-private.h"
#include "graphbit-llm-assembler-private.h"
#include "graphbit-llm-chunk-private.h"
#include "graphbit-llm-response-private.h"
#include "graphbit-llm-tool-call.h"
#include "graphbit-random-private.h"

static void
call_clear (gpointer data)
{
  GraphbitLlmAssemblerCall *call = data;

  g_free (call->id);
  g_free (call->name);
  g_string_free (call->arguments, TRUE);
}

static void
block_clear (gpointer data)
{
  GraphbitLlmBlock *block = data;

  g_free (block->head);
  if (block->tail != NULL)
    g_string_free (block->tail, TRUE);
}

static void
clear_told (GraphbitLlmAssembler *self)
{
  const GraphbitLlmUsageCounts nothing = GRAPHBIT_LLM_USAGE_COUNTS_INIT;

  self->usage = nothing;
  g_clear_pointer (&self->blocks, g_array_unref);
  g_clear_pointer (&self->native, g_free);
  g_clear_pointer (&self->finish_text, g_free);
  self->finish = GRAPHBIT_LLM_FINISH_REASON_UNKNOWN;
  g_clear_pointer (&self->model, g_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->request_id, g_free);
  self->is_terminated = FALSE;
  self->bad_lines = 0;
  g_queue_clear_full (&self->chunks, (GDestroyNotify) graphbit_llm_chunk_unref);
  g_clear_pointer (&self->raw, g_bytes_unref);
  g_clear_pointer (&self->rest.path, g_free);
  g_clear_pointer (&self->rest.listen_uri, g_free);
  self->rest.is_over = FALSE;
  self->rest.is_at_odds = FALSE;
}

void
graphbit_llm_assembler_init (GraphbitLlmAssembler *self,
                             gboolean wants_chunks,
                             gboolean keeps_raw)
{
  memset (self, 0, sizeof (*self));
  self->text = g_string_sized_new (256);
  self->wants_chunks = wants_chunks;
  self->keeps_raw = keeps_raw;
  g_queue_init (&self->chunks);
  clear_told (self);
}

/* What most answers lack is made when it comes. */
static GString *
get_string (GString **field)
{
  if (*field == NULL)
    *field = g_string_new (NULL);

  return *field;
}

static void
drop_string (GString **field)
{
  if (*field != NULL)
    g_string_free (g_steal_pointer (field), TRUE);
}

void
graphbit_llm_assembler_reset (GraphbitLlmAssembler *self)
{
  g_string_truncate (self->text, 0);
  drop_string (&self->reasoning);
  drop_string (&self->refusal);
  g_clear_pointer (&self->calls, g_array_unref);
  clear_told (self);
}

void
graphbit_llm_assembler_clear (GraphbitLlmAssembler *self)
{
  drop_string (&self->text);
  drop_string (&self->reasoning);
  drop_string (&self->refusal);
  g_clear_pointer (&self->calls, g_array_unref);
  clear_told (self);
}

void
graphbit_llm_assembler_add_text (GraphbitLlmAssembler *self,
                                 const char *text,
                                 gsize length)
{
  gsize before = self->text->len;

  g_string_append_len (self->text, text, (gssize) length);
  graphbit_llm_assembler_emit (self, before, graphbit_llm_assembler_get_reasoning_length (self));
}

void
graphbit_llm_assembler_add_reasoning (GraphbitLlmAssembler *self,
                                      const char *text,
                                      gsize length)
{
  gsize before = graphbit_llm_assembler_get_reasoning_length (self);

  if (length == 0)
    return;

  g_string_append_len (get_string (&self->reasoning), text, (gssize) length);
  graphbit_llm_assembler_emit (self, self->text->len, before);
}

void
graphbit_llm_assembler_add_refusal (GraphbitLlmAssembler *self,
                                    const char *text,
                                    gsize length)
{
  if (length > 0)
    g_string_append_len (get_string (&self->refusal), text, (gssize) length);
}

void
graphbit_llm_assembler_emit (GraphbitLlmAssembler *self,
                             gsize text_length,
                             gsize reasoning_length)
{
  if (!self->wants_chunks)
    return;

  if (graphbit_llm_assembler_get_reasoning_length (self) > reasoning_length)
    g_queue_push_tail (&self->chunks,
                       graphbit_llm_chunk_new_text (GRAPHBIT_LLM_CHUNK_KIND_REASONING,
                                                    self->reasoning->str + reasoning_length,
                                                    self->reasoning->len - reasoning_length));
  if (self->text->len > text_length)
    g_queue_push_tail (&self->chunks,
                       graphbit_llm_chunk_new_text (GRAPHBIT_LLM_CHUNK_KIND_CONTENT,
                                                    self->text->str + text_length,
                                                    self->text->len - text_length));
}

GraphbitLlmBlock *
graphbit_llm_assembler_add_block (GraphbitLlmAssembler *self,
                                  GraphbitLlmBlockKind kind,
                                  int index)
{
  GraphbitLlmBlock fresh = { .kind = kind, .index = index };

  if (self->blocks == NULL)
    {
      self->blocks = g_array_new (FALSE, FALSE, sizeof (GraphbitLlmBlock));
      g_array_set_clear_func (self->blocks, block_clear);
    }
  g_array_append_val (self->blocks, fresh);

  return &g_array_index (self->blocks, GraphbitLlmBlock, self->blocks->len - 1);
}

GraphbitLlmBlock *
graphbit_llm_assembler_find_block (GraphbitLlmAssembler *self,
                                   int index)
{
  for (guint i = self->blocks != NULL ? self->blocks->len : 0; i-- > 0;)
    {
      GraphbitLlmBlock *block = &g_array_index (self->blocks, GraphbitLlmBlock, i);

      if (block->index == index)
        return block;
    }

  return NULL;
}

static gboolean
is_given (const char *text)
{
  return text != NULL && *text != '\0';
}

static gboolean
is_complete_json (const GString *text)
{
  GraphbitJsonReader reader;

  graphbit_json_reader_init (&reader, text->str, text->len);

  return graphbit_json_reader_get_kind (&reader) == GRAPHBIT_JSON_KIND_OBJECT &&
         graphbit_json_reader_finish (&reader);
}

/*
 * Which call a fragment belongs to. The wire's index decides, then the id; a
 * second id under one index, or a second named and whole call where there are
 * no ids at all, begins another.
 */
static int
find_call (GraphbitLlmAssembler *self,
           int index,
           const char *id,
           const char *name,
           gsize length)
{
  guint n_calls = self->calls != NULL ? self->calls->len : 0;
  int found = -1;

  for (guint i = n_calls; i-- > 0 && found < 0;)
    {
      const GraphbitLlmAssemblerCall *call = &g_array_index (self->calls, GraphbitLlmAssemblerCall, i);

      if (index >= 0 && call->index != index)
        continue;
      if (!is_given (id) || (index >= 0 && call->id == NULL) || g_strcmp0 (call->id, id) == 0)
        found = (int) i;
    }

  if (found >= 0 && !is_given (id) && is_given (name) && length > 0)
    {
      const GraphbitLlmAssemblerCall *call = &g_array_index (self->calls, GraphbitLlmAssemblerCall, found);

      if (call->id == NULL && call->name != NULL && is_complete_json (call->arguments))
        return -1;
    }

  return found;
}

void
graphbit_llm_assembler_add_call (GraphbitLlmAssembler *self,
                                 int index,
                                 const char *id,
                                 const char *name,
                                 const char *arguments,
                                 gsize length)
{
  GraphbitLlmAssemblerCall *call;
  gboolean new_id, new_name;
  int position = find_call (self, index, id, name, length);

  if (position < 0)
    {
      GraphbitLlmAssemblerCall fresh = { .arguments = g_string_new (NULL), .index = index };

      if (self->calls == NULL)
        {
          self->calls = g_array_new (FALSE, FALSE, sizeof (GraphbitLlmAssemblerCall));
          g_array_set_clear_func (self->calls, call_clear);
        }
      g_array_append_val (self->calls, fresh);
      position = (int) self->calls->len - 1;
    }

  call = &g_array_index (self->calls, GraphbitLlmAssemblerCall, position);
  new_id = call->id == NULL && is_given (id);
  if (new_id)
    call->id = g_strdup (id);
  new_name = call->name == NULL && is_given (name);
  if (new_name)
    call->name = g_strdup (name);
  if (length > 0)
    g_string_append_len (call->arguments, arguments, (gssize) length);

  if (self->wants_chunks && (new_id || new_name || length > 0))
    g_queue_push_tail (&self->chunks,
                       graphbit_llm_chunk_new_tool_call (position,
                                                         new_id ? call->id : NULL,
                                                         new_name ? call->name : NULL,
                                                         arguments, length));
}

void
graphbit_llm_assembler_set_usage (GraphbitLlmAssembler *self,
                                  const GraphbitLlmUsageCounts *usage)
{
  if (graphbit_llm_usage_counts_is_told (usage))
    self->usage = *usage;
}

void
graphbit_llm_assembler_set_finish (GraphbitLlmAssembler *self,
                                   GraphbitLlmFinishReason finish,
                                   const char *text)
{
  self->finish = finish;
  g_free (self->finish_text);
  self->finish_text = g_strdup (text);
}

/*
 * What a model makes of arguments: nothing at all, null, two objects one after the
 * other (the last whole one counts), or text that ends in the middle, which is
 * left as it is for whoever reads it to refuse.
 */
static void
repair_arguments (GString *arguments)
{
  const char *start = NULL;
  const char *p, *end;
  guint depth = 0;
  gboolean in_string = FALSE;
  const char *last = NULL;
  gsize last_length = 0;

  for (p = arguments->str; g_ascii_isspace (*p); p++)
    ;
  if (*p == '\0' || strcmp (p, "null") == 0)
    {
      g_string_assign (arguments, "{}");
      return;
    }
  if (is_complete_json (arguments))
    return;

  end = arguments->str + arguments->len;
  for (; p < end; p++)
    {
      if (in_string)
        {
          if (*p == '\\' && p + 1 < end)
            p++;
          else if (*p == '"')
            in_string = FALSE;
        }
      else if (*p == '"')
        in_string = depth > 0;
      else if (*p == '{' || *p == '[')
        {
          if (depth++ == 0)
            start = p;
        }
      else if ((*p == '}' || *p == ']') && depth > 0 && --depth == 0)
        {
          last = start;
          last_length = (gsize) (p - start) + 1;
        }
      else if (depth == 0 && !g_ascii_isspace (*p))
        return; /* no objects in a row */
    }

  if (depth == 0 && last != NULL && last != arguments->str)
    {
      g_autoptr (GString) object = g_string_new_len (last, (gssize) last_length);

      if (is_complete_json (object))
        g_string_assign (arguments, object->str);
    }
}

char *
graphbit_llm_assembler_make_call_id (void)
{
  return g_strdup_printf ("call_%016" G_GINT64_MODIFIER "x", graphbit_random_uint64 ());
}

gboolean
graphbit_llm_is_made_call_id (const char *id)
{
  const char *digits = g_str_has_prefix (id, "call_") ? id + strlen ("call_") : "";

  return strlen (digits) == 16 && strspn (digits, "0123456789abcdef") == 16;
}

GraphbitFailure *
graphbit_llm_assembler_finish (GraphbitLlmAssembler *self,
                               gboolean is_stream)
{
  guint n_calls = self->calls != NULL ? self->calls->len : 0;
  g_autoptr (GHashTable) ids = n_calls > 1 ? g_hash_table_new (g_str_hash, g_str_equal) : NULL;

  for (guint i = 0; i < n_calls; i++)
    {
      GraphbitLlmAssemblerCall *call = &g_array_index (self->calls, GraphbitLlmAssemblerCall, i);

      /* by its id a result finds its call; what goes back as it came keeps what it has */
      if (ids != NULL && call->id != NULL && g_hash_table_contains (ids, call->id) && self->native == NULL)
        g_clear_pointer (&call->id, g_free);
      if (call->id == NULL)
        call->id = graphbit_llm_assembler_make_call_id ();
      if (ids != NULL)
        g_hash_table_add (ids, call->id);
      if (call->name == NULL)
        call->name = g_strdup ("");
      repair_arguments (call->arguments);
    }

  if (is_stream && !self->is_terminated && self->finish == GRAPHBIT_LLM_FINISH_REASON_UNKNOWN)
    return graphbit_failure_new (GRAPHBIT_ERROR_PROTOCOL,
                                 N_("The answer ended early: the connection was closed before the model had finished"),
                                 NULL);

  self->is_terminated = TRUE;

  /* Some say `stop` when they call tools, and some say nothing. */
  if (self->finish == GRAPHBIT_LLM_FINISH_REASON_UNKNOWN || self->finish == GRAPHBIT_LLM_FINISH_REASON_STOP)
    self->finish = n_calls > 0 ? GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS : GRAPHBIT_LLM_FINISH_REASON_STOP;

  if (self->wants_chunks)
    {
      if (graphbit_llm_usage_counts_is_told (&self->usage))
        g_queue_push_tail (&self->chunks, graphbit_llm_chunk_new_usage (&self->usage));
      g_queue_push_tail (&self->chunks, graphbit_llm_chunk_new_finish (self->finish, self->finish_text));
    }

  return NULL;
}

GraphbitLlmResponse *
graphbit_llm_assembler_make_response (GraphbitLlmAssembler *self,
                                      const char *provider,
                                      gint64 duration_ms,
                                      guint attempts)
{
  g_autoptr (GListStore) calls = NULL;
  g_autoptr (GraphbitLlmUsage) usage = graphbit_llm_usage_new_from_counts (&self->usage);
  GraphbitLlmResponse *response;

  for (guint i = 0; self->calls != NULL && i < self->calls->len; i++)
    {
      const GraphbitLlmAssemblerCall *call = &g_array_index (self->calls, GraphbitLlmAssemblerCall, i);
      g_autoptr (GraphbitLlmToolCall) object =
        graphbit_llm_tool_call_new (call->id != NULL ? call->id : "",
                                    call->name != NULL ? call->name : "",
                                    call->arguments->str);

      if (calls == NULL)
        calls = g_list_store_new (GRAPHBIT_TYPE_LLM_TOOL_CALL);
      g_list_store_append (calls, object);
    }

  response = g_object_new (GRAPHBIT_TYPE_LLM_RESPONSE,
                           "text", self->text->str,
                           "reasoning", self->reasoning != NULL ? self->reasoning->str : NULL,
                           "refusal", self->refusal != NULL ? self->refusal->str : NULL,
                           "tool-calls", calls,
                           "usage", usage,
                           "finish-reason", self->finish,
                           "finish-reason-text", self->finish_text,
                           "model", self->model,
                           "id", self->id,
                           "request-id", self->request_id,
                           "provider", provider,
                           "duration-ms", MAX (duration_ms, 0),
                           "attempts", attempts,
                           NULL);
  if (self->raw != NULL)
    graphbit_llm_response_set_raw (response, self->raw);
  if (self->native != NULL)
    graphbit_llm_response_set_native (response, self->native);

  return response;
}

gboolean
graphbit_llm_assembler_has_something (const GraphbitLlmAssembler *self)
{
  return self->text->len > 0 || self->reasoning != NULL || self->refusal != NULL || self->calls != NULL;
}

void
graphbit_llm_assembler_add_response (GraphbitLlmAssembler *self,
                                     GraphbitLlmResponse *response)
{
  const char *text = graphbit_llm_response_get_text (response);
  const char *reasoning = graphbit_llm_response_get_reasoning (response);
  const char *refusal = graphbit_llm_response_get_refusal (response);
  GListModel *calls = graphbit_llm_response_get_tool_calls (response);
  GraphbitLlmUsage *usage = graphbit_llm_response_get_usage (response);
  GraphbitLlmFinishReason finish = graphbit_llm_response_get_finish_reason (response);

  if (reasoning != NULL && *reasoning != '\0')
    graphbit_llm_assembler_add_reasoning (self, reasoning, strlen (reasoning));
  /* what was sent in pieces is the text already */
  if (text != NULL && *text != '\0' && self->text->len == 0)
    graphbit_llm_assembler_add_text (self, text, strlen (text));
  if (refusal != NULL)
    graphbit_llm_assembler_add_refusal (self, refusal, strlen (refusal));

  for (guint i = 0; calls != NULL && i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (calls, i);
      const char *arguments;

      /* an application made this list */
      if (!GRAPHBIT_IS_LLM_TOOL_CALL (item))
        continue;

      arguments = graphbit_llm_tool_call_get_arguments_json (GRAPHBIT_LLM_TOOL_CALL (item));
      graphbit_llm_assembler_add_call (self, (int) i,
                                       graphbit_llm_tool_call_get_id (GRAPHBIT_LLM_TOOL_CALL (item)),
                                       graphbit_llm_tool_call_get_name (GRAPHBIT_LLM_TOOL_CALL (item)),
                                       arguments != NULL ? arguments : "", arguments != NULL ? strlen (arguments) : 0);
    }

  if (usage != NULL)
    {
      GraphbitLlmUsageCounts counts = {
        graphbit_llm_usage_get_prompt_tokens (usage), graphbit_llm_usage_get_completion_tokens (usage),
        graphbit_llm_usage_get_total_tokens (usage), graphbit_llm_usage_get_cached_tokens (usage),
        graphbit_llm_usage_get_cache_write_tokens (usage), graphbit_llm_usage_get_reasoning_tokens (usage)
      };

      graphbit_llm_assembler_set_usage (self, &counts);
    }

  if (finish == GRAPHBIT_LLM_FINISH_REASON_UNKNOWN)
    finish = self->calls != NULL ? GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS : GRAPHBIT_LLM_FINISH_REASON_STOP;
  graphbit_llm_assembler_set_finish (self, finish, graphbit_llm_response_get_finish_reason_text (response));

  self->model = g_strdup (graphbit_llm_response_get_model (response));
  self->id = g_strdup (graphbit_llm_response_get_id (response));
  self->request_id = g_strdup (graphbit_llm_response_get_request_id (response));
}
