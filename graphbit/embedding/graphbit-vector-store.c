/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-vector-store-private.h"

#include <float.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "graphbit-vector-code-private.h"
#include "graphbit-vector-private.h"

#define FIRST_CAPACITY 16
#define LARGE_SIZE (1024 * 1024)

/* A search goes through all of it: fewer, larger pages, where the system has some and asks who wants them. */
static void
ask_for_large_pages (void *data,
                     gsize size)
{
#ifdef MADV_HUGEPAGE
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  gsize start = ((gsize) data + page - 1) / page * page;
  gsize end = ((gsize) data + size) / page * page;

  if (size >= LARGE_SIZE)
    madvise ((void *) start, end - start, MADV_HUGEPAGE);
#endif
}

static GraphbitVectorBlock *
block_new (const GraphbitVectorStore *store,
           guint capacity)
{
  GraphbitVectorBlock *self = g_new0 (GraphbitVectorBlock, 1);

  self->ref_count = 1;
  self->capacity = capacity;
  self->norms = g_new (float, capacity);
  if (graphbit_vector_store_has_values (store))
    {
      self->values = g_new (float, (gsize) capacity * store->dimensions);
      ask_for_large_pages (self->values, (gsize) capacity * store->dimensions * sizeof (float));
    }
  if (graphbit_vector_store_has_codes (store))
    {
      self->codes = g_malloc (capacity * graphbit_vector_code_get_size (store->quantization, store->dimensions));
      self->scales = g_new (float, capacity);
    }
  self->ids = g_new (char *, capacity);
  self->metadata = g_new (char *, capacity);
  return self;
}

static GraphbitVectorBlock *
block_ref (GraphbitVectorBlock *self)
{
  __atomic_add_fetch (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

static void
block_unref (gpointer data)
{
  GraphbitVectorBlock *self = data;

  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;

  if (self->map != NULL)
    {
      g_bytes_unref (self->map);
    }
  else
    {
      for (guint i = 0; i < self->n_rows; i++)
        {
          g_free (self->ids[i]);
          g_free (self->metadata[i]);
        }
      g_free (self->values);
      g_free (self->codes);
      g_free (self->scales);
      g_free (self->norms);
    }
  g_free (self->ids);
  g_free (self->metadata);
  g_free (self);
}

static float
get_norm (const float *values,
          guint n)
{
  double square = graphbit_vector_dot (values, values, n);

  /* what is too small or too large for float32 in its square has a length all the same */
  if (!(square > 1e-24 && square < 1e36))
    {
      square = 0;
      for (guint i = 0; i < n; i++)
        square += (double) values[i] * (double) values[i];
    }
  square = sqrt (square);
  return square <= (double) FLT_MAX ? (float) square : 0;
}

static void
store_set (const GraphbitVectorStore *self,
           GraphbitVectorBlock *block,
           guint slot,
           const float *values)
{
  guint n = self->dimensions;

  if (block->values != NULL)
    memcpy (&block->values[(gsize) slot * n], values, n * sizeof (float));
  if (block->codes != NULL)
    graphbit_vector_code_write (self->quantization, values, n,
                                block->codes + slot * graphbit_vector_code_get_size (self->quantization, n),
                                &block->norms[slot], &block->scales[slot]);
  else
    block->norms[slot] = get_norm (values, n);
}

/* The numbers of rows, from one place to another. */
static void
store_move (const GraphbitVectorStore *self,
            GraphbitVectorBlock *to,
            guint to_slot,
            const GraphbitVectorBlock *from,
            guint from_slot,
            guint n)
{
  gsize values_size = self->dimensions * sizeof (float);
  gsize code_size = graphbit_vector_code_get_size (self->quantization, self->dimensions);

  memcpy (to->norms + to_slot, from->norms + from_slot, n * sizeof (float));
  if (to->values != NULL)
    memcpy ((guint8 *) to->values + to_slot * values_size, (const guint8 *) from->values + from_slot * values_size,
            n * values_size);
  if (to->codes != NULL)
    {
      memcpy (to->codes + to_slot * code_size, from->codes + from_slot * code_size, n * code_size);
      memcpy (to->scales + to_slot, from->scales + from_slot, n * sizeof (float));
    }
}

/* The block to change: the store's own, with room for `n_rows`. */
static GraphbitVectorBlock *
store_own (GraphbitVectorStore *self,
           guint number,
           guint n_rows)
{
  GraphbitVectorBlock *block = self->blocks->pdata[number];
  GraphbitVectorBlock *own;
  guint capacity = block->capacity;

  if (block->map == NULL && n_rows <= capacity && __atomic_load_n (&block->ref_count, __ATOMIC_ACQUIRE) == 1)
    return block;

  while (capacity < n_rows)
    capacity = MIN (2 * capacity, GRAPHBIT_VECTOR_BLOCK_ROWS);
  own = block_new (self, capacity);
  own->n_rows = block->n_rows;
  store_move (self, own, 0, block, 0, block->n_rows);
  for (guint i = 0; i < block->n_rows; i++)
    {
      own->ids[i] = g_strdup (block->ids[i]);
      own->metadata[i] = g_strdup (block->metadata[i]);
      /* the keys are the blocks' texts */
      g_hash_table_replace (self->rows, own->ids[i], GUINT_TO_POINTER (number * GRAPHBIT_VECTOR_BLOCK_ROWS + i));
    }
  self->blocks->pdata[number] = own;
  block_unref (block);
  return own;
}

void
graphbit_vector_store_init (GraphbitVectorStore *self,
                            guint dimensions)
{
  *self = (GraphbitVectorStore) { .dimensions = dimensions };
  self->blocks = g_ptr_array_new_with_free_func (block_unref);
  self->rows = g_hash_table_new (g_str_hash, g_str_equal);
}

void
graphbit_vector_store_clear (GraphbitVectorStore *self)
{
  g_clear_pointer (&self->rows, g_hash_table_unref);
  g_clear_pointer (&self->blocks, g_ptr_array_unref);
  self->n_rows = 0;
}

int
graphbit_vector_store_find (const GraphbitVectorStore *self,
                            const char *id)
{
  gpointer row;

  return g_hash_table_lookup_extended (self->rows, id, NULL, &row) ? (int) GPOINTER_TO_UINT (row) : -1;
}

void
graphbit_vector_store_put (GraphbitVectorStore *self,
                           const char *id,
                           const float *values,
                           const char *metadata)
{
  int row = graphbit_vector_store_find (self, id);
  guint number = (row >= 0 ? (guint) row : self->n_rows) / GRAPHBIT_VECTOR_BLOCK_ROWS;
  guint slot = (row >= 0 ? (guint) row : self->n_rows) % GRAPHBIT_VECTOR_BLOCK_ROWS;
  GraphbitVectorBlock *block;

  if (number == self->blocks->len)
    g_ptr_array_add (self->blocks,
                     block_new (self, number == 0 ? FIRST_CAPACITY : GRAPHBIT_VECTOR_BLOCK_ROWS));
  block = store_own (self, number, slot + 1);
  store_set (self, block, slot, values);
  if (row >= 0)
    {
      g_free (block->metadata[slot]);
      block->metadata[slot] = g_strdup (metadata);
      return;
    }

  block->ids[slot] = g_strdup (id);
  block->metadata[slot] = g_strdup (metadata);
  block->n_rows = slot + 1;
  g_hash_table_insert (self->rows, block->ids[slot], GUINT_TO_POINTER (self->n_rows));
  self->n_rows++;
}

gboolean
graphbit_vector_store_remove (GraphbitVectorStore *self,
                              const char *id)
{
  int row = graphbit_vector_store_find (self, id);
  guint last_row = self->n_rows - 1;
  GraphbitVectorBlock *block, *last;
  guint slot, last_slot;

  if (row < 0)
    return FALSE;

  slot = (guint) row % GRAPHBIT_VECTOR_BLOCK_ROWS;
  last_slot = last_row % GRAPHBIT_VECTOR_BLOCK_ROWS;
  block = store_own (self, (guint) row / GRAPHBIT_VECTOR_BLOCK_ROWS, slot + 1);
  last = store_own (self, last_row / GRAPHBIT_VECTOR_BLOCK_ROWS, last_slot + 1);

  g_hash_table_remove (self->rows, block->ids[slot]);
  g_free (block->ids[slot]);
  g_free (block->metadata[slot]);
  if ((guint) row != last_row)
    {
      store_move (self, block, slot, last, last_slot, 1);
      block->ids[slot] = last->ids[last_slot];
      block->metadata[slot] = last->metadata[last_slot];
      g_hash_table_replace (self->rows, block->ids[slot], GINT_TO_POINTER (row));
    }
  last->n_rows--;
  self->n_rows--;
  if (last->n_rows == 0)
    g_ptr_array_set_size (self->blocks, (int) self->blocks->len - 1);
  return TRUE;
}

void
graphbit_vector_store_read (const GraphbitVectorStore *self,
                            guint row,
                            float *values)
{
  guint slot;
  const GraphbitVectorBlock *block = graphbit_vector_store_get (self, row, &slot);

  if (block->values != NULL)
    memcpy (values, &block->values[(gsize) slot * self->dimensions], self->dimensions * sizeof (float));
  else
    graphbit_vector_code_read (self->quantization,
                               block->codes + slot * graphbit_vector_code_get_size (self->quantization, self->dimensions),
                               block->scales[slot], self->dimensions, values);
}

void
graphbit_vector_store_take_snapshot (const GraphbitVectorStore *self,
                                     GraphbitVectorStore *snapshot)
{
  *snapshot = *self;
  snapshot->rows = NULL;
  snapshot->blocks = g_ptr_array_new_full (self->blocks->len, block_unref);
  for (guint i = 0; i < self->blocks->len; i++)
    g_ptr_array_add (snapshot->blocks, block_ref (self->blocks->pdata[i]));
}

void
graphbit_vector_store_append_mapped (GraphbitVectorStore *self,
                                     const GraphbitVectorBlock *rows)
{
  GraphbitVectorBlock *block = g_memdup2 (rows, sizeof *rows);

  g_assert (self->n_rows % GRAPHBIT_VECTOR_BLOCK_ROWS == 0 && rows->n_rows <= GRAPHBIT_VECTOR_BLOCK_ROWS);

  block->ref_count = 1;
  block->capacity = block->n_rows;
  g_bytes_ref (block->map);
  g_ptr_array_add (self->blocks, block);
  self->n_rows += block->n_rows;
}

gboolean
graphbit_vector_store_index (GraphbitVectorStore *self)
{
  for (guint row = 0; row < self->n_rows; row++)
    {
      guint slot;
      const GraphbitVectorBlock *block = graphbit_vector_store_get (self, row, &slot);

      if (!g_hash_table_insert (self->rows, block->ids[slot], GUINT_TO_POINTER (row)))
        return FALSE;
    }
  return TRUE;
}
