/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-embedding-lookup-private.h"

#include <string.h>

GBytes *
graphbit_embedding_lookup_swap (GBytes *vector)
{
  gsize size;
  const guint8 *from = g_bytes_get_data (vector, &size);
  guint8 *to = g_memdup2 (from, size);

#if G_BYTE_ORDER == G_BIG_ENDIAN
  for (gsize i = 0; i < size; i++)
    to[i] = from[i ^ 3];
#endif
  return g_bytes_new_take (to, size);
}

static void
lookup_free (gpointer data)
{
  GraphbitEmbeddingLookup *self = data;

  for (guint i = 0; i < self->n_texts; i++)
    {
      g_free (self->keys[i]);
      g_clear_pointer (&self->vectors[i], g_bytes_unref);
    }
  g_free (self->keys);
  g_free (self->vectors);
  graphbit_cache_store_unref (self->store);
  graphbit_operation_unref (self->operation);
  g_free (self);
}

static void
deliver (GraphbitOperation *operation,
         gpointer data)
{
  GraphbitEmbeddingLookup *self = data;

  self->ended (operation, self);
}

/* What would be sent for this text alone says all that its vector depends on. */
static char *
make_key (const GraphbitEmbeddingTarget *target,
          const char *text)
{
  GString *body = graphbit_embedding_wire_build (target->wire, target->model, &text, 1, target->dimensions, target->type,
                                                 target->extra_body);
  char *key = graphbit_cache_store_make_key (target->vendor->name, target->uri, body->str, body->len);

  g_string_free (body, TRUE);
  return key;
}

static GBytes *
read_vector (GraphbitCacheStore *store,
             const char *key)
{
  g_autoptr (GBytes) content = graphbit_cache_store_read (store, key);

  if (content == NULL || g_bytes_get_size (content) == 0 || g_bytes_get_size (content) % sizeof (float) != 0)
    return NULL;

#if G_BYTE_ORDER == G_BIG_ENDIAN
  return graphbit_embedding_lookup_swap (content);
#else
  return g_steal_pointer (&content);
#endif
}

static void
look_up_in_pool (gpointer data,
                 gpointer user_data)
{
  GraphbitEmbeddingLookup *self = data;
  GraphbitOperation *operation = graphbit_operation_ref (self->operation);

  for (guint i = 0; i < self->n_texts && !graphbit_operation_is_interrupted (operation); i++)
    {
      self->keys[i] = make_key (self->target, self->texts[self->first + i]);
      self->vectors[i] = read_vector (self->store, self->keys[i]);
    }
  /* half of it is nothing to be delivered */
  if (graphbit_operation_is_interrupted (operation))
    lookup_free (self);
  else
    graphbit_operation_invoke (operation, deliver, self, lookup_free);
  graphbit_operation_unref (operation);
}

gboolean
graphbit_embedding_lookup_start (GraphbitOperation *operation,
                                 GraphbitCacheStore *store,
                                 const GraphbitEmbeddingTarget *target,
                                 const char *const *texts,
                                 guint first,
                                 guint n_texts,
                                 void (*ended) (GraphbitOperation *operation, GraphbitEmbeddingLookup *lookup))
{
  GraphbitEmbeddingLookup *self = g_new0 (GraphbitEmbeddingLookup, 1);

  self->operation = graphbit_operation_ref (operation);
  self->store = graphbit_cache_store_ref (store);
  self->target = target;
  self->texts = texts;
  self->first = first;
  self->n_texts = n_texts;
  self->ended = ended;
  self->keys = g_new0 (char *, n_texts);
  self->vectors = g_new0 (GBytes *, n_texts);
  if (graphbit_runtime_push_work (operation->runtime, look_up_in_pool, self))
    return TRUE;

  lookup_free (self);
  return FALSE;
}
