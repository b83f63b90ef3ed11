/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "graphbit-llm-chunk-private.h"

/**
 * GraphbitLlmChunk:
 *
 * A piece of an answer, as it arrived. It never changes.
 *
 * Since: 1.0
 */
struct _GraphbitLlmChunk
{
  gatomicrefcount ref_count;
  GraphbitLlmChunkKind kind;
  GraphbitLlmFinishReason finish;
  int index;
  const char *id;   /* these two in `text`, after its end */
  const char *name;
  GraphbitLlmUsageCounts *usage;
  gsize length;
  char text[];
};

G_DEFINE_BOXED_TYPE (GraphbitLlmChunk, graphbit_llm_chunk, graphbit_llm_chunk_ref, graphbit_llm_chunk_unref)

static GraphbitLlmChunk *
chunk_new (GraphbitLlmChunkKind kind,
           const char *text,
           gsize length,
           gsize extra)
{
  GraphbitLlmChunk *self = g_malloc (sizeof (GraphbitLlmChunk) + length + 1 + extra);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  self->finish = GRAPHBIT_LLM_FINISH_REASON_UNKNOWN;
  self->index = -1;
  self->id = NULL;
  self->name = NULL;
  self->usage = NULL;
  self->length = length;
  if (length > 0)
    memcpy (self->text, text, length);
  self->text[length] = '\0';

  return self;
}

GraphbitLlmChunk *
graphbit_llm_chunk_new_text (GraphbitLlmChunkKind kind,
                             const char *text,
                             gsize length)
{
  return chunk_new (kind, text, length, 0);
}

GraphbitLlmChunk *
graphbit_llm_chunk_new_tool_call (int index,
                                  const char *id,
                                  const char *name,
                                  const char *arguments,
                                  gsize length)
{
  gsize id_size = id != NULL ? strlen (id) + 1 : 0;
  gsize name_size = name != NULL ? strlen (name) + 1 : 0;
  GraphbitLlmChunk *self = chunk_new (GRAPHBIT_LLM_CHUNK_KIND_TOOL_CALL, arguments, length, id_size + name_size);
  char *rest = self->text + length + 1;

  self->index = index;
  if (id != NULL)
    self->id = memcpy (rest, id, id_size);
  if (name != NULL)
    self->name = memcpy (rest + id_size, name, name_size);

  return self;
}

GraphbitLlmChunk *
graphbit_llm_chunk_new_usage (const GraphbitLlmUsageCounts *counts)
{
  GraphbitLlmChunk *self = chunk_new (GRAPHBIT_LLM_CHUNK_KIND_USAGE, NULL, 0, 0);

  self->usage = g_memdup2 (counts, sizeof (*counts));

  return self;
}

GraphbitLlmChunk *
graphbit_llm_chunk_new_finish (GraphbitLlmFinishReason reason,
                               const char *text)
{
  GraphbitLlmChunk *self = chunk_new (GRAPHBIT_LLM_CHUNK_KIND_FINISH, text, text != NULL ? strlen (text) : 0, 0);

  self->finish = reason;

  return self;
}

gsize
graphbit_llm_chunk_get_size (const GraphbitLlmChunk *self)
{
  return self->length;
}

/**
 * graphbit_llm_chunk_ref:
 * @self: a chunk
 *
 * Adds a reference. Any thread may do so.
 *
 * Returns: (transfer full): @self
 *
 * Since: 1.0
 */
GraphbitLlmChunk *
graphbit_llm_chunk_ref (GraphbitLlmChunk *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * graphbit_llm_chunk_unref:
 * @self: (transfer full): a chunk
 *
 * Drops a reference.
 *
 * Since: 1.0
 */
void
graphbit_llm_chunk_unref (GraphbitLlmChunk *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_ref_count_dec (&self->ref_count))
    {
      g_free (self->usage);
      g_free (self);
    }
}

/**
 * graphbit_llm_chunk_get_kind:
 * @self: a chunk
 *
 * Gets what the chunk brings.
 *
 * Returns: its kind
 *
 * Since: 1.0
 */
GraphbitLlmChunkKind
graphbit_llm_chunk_get_kind (GraphbitLlmChunk *self)
{
  g_return_val_if_fail (self != NULL, GRAPHBIT_LLM_CHUNK_KIND_CONTENT);

  return self->kind;
}

/**
 * graphbit_llm_chunk_get_text:
 * @self: a chunk
 *
 * Gets the chunk's text: a piece of the answer, of the reasoning, or of a tool
 * call's arguments; for %GRAPHBIT_LLM_CHUNK_KIND_FINISH the provider's own word for the
 * reason; else "".
 *
 * Returns: the text
 *
 * Since: 1.0
 */
const char *
graphbit_llm_chunk_get_text (GraphbitLlmChunk *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->text;
}

/**
 * graphbit_llm_chunk_get_index:
 * @self: a chunk
 *
 * Gets which of the answer's tool calls the chunk belongs to.
 *
 * Returns: a position from 0 on; -1 if the chunk is of another kind
 *
 * Since: 1.0
 */
int
graphbit_llm_chunk_get_index (GraphbitLlmChunk *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->index;
}

/**
 * graphbit_llm_chunk_get_tool_call_id:
 * @self: a chunk
 *
 * Gets the id of the tool call that begins here.
 *
 * Returns: (nullable): the id; %NULL if it was told before, is not known yet,
 *   or the chunk is of another kind
 *
 * Since: 1.0
 */
const char *
graphbit_llm_chunk_get_tool_call_id (GraphbitLlmChunk *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->id;
}

/**
 * graphbit_llm_chunk_get_tool_call_name:
 * @self: a chunk
 *
 * Gets the name of the tool whose call begins here.
 *
 * Returns: (nullable): the name; %NULL if it was told before, is not known
 *   yet, or the chunk is of another kind
 *
 * Since: 1.0
 */
const char *
graphbit_llm_chunk_get_tool_call_name (GraphbitLlmChunk *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

/**
 * graphbit_llm_chunk_get_usage:
 * @self: a chunk
 *
 * Gets what the answer cost.
 *
 * Returns: (transfer full) (nullable): the usage; %NULL if the chunk is of another kind
 *
 * Since: 1.0
 */
GraphbitLlmUsage *
graphbit_llm_chunk_get_usage (GraphbitLlmChunk *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->usage != NULL ? graphbit_llm_usage_new_from_counts (self->usage) : NULL;
}

/**
 * graphbit_llm_chunk_get_finish_reason:
 * @self: a chunk
 *
 * Gets why the answer ended.
 *
 * Returns: the reason; %GRAPHBIT_LLM_FINISH_REASON_UNKNOWN if the chunk is of another kind
 *
 * Since: 1.0
 */
GraphbitLlmFinishReason
graphbit_llm_chunk_get_finish_reason (GraphbitLlmChunk *self)
{
  g_return_val_if_fail (self != NULL, GRAPHBIT_LLM_FINISH_REASON_UNKNOWN);

  return self->finish;
}
