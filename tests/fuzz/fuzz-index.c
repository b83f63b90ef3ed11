/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <math.h>
#include <string.h>

#include "fuzz.h"
#include "graphbit-error.h"
#include "graphbit-vector-file-private.h"

/*
 * The file of an index, with its checksum put right: it is refused, or every
 * row of it can be used.
 */
#define HEADER_SIZE 64
#define CHECKSUM_OFFSET 48

static void
check_store (GraphbitVectorStore *store)
{
  /* without rows nothing speaks against any length */
  g_autofree float *values = store->n_rows > 0 ? g_new (float, store->dimensions) : NULL;

  for (guint row = 0; row < store->n_rows; row++)
    {
      guint slot;
      const GraphbitVectorBlock *block = graphbit_vector_store_get (store, row, &slot);

      graphbit_vector_store_read (store, row, values);
      for (guint i = 0; i < store->dimensions; i++)
        g_assert_true (isfinite (values[i]));
      g_assert_cmpint (block->codes != NULL, ==, graphbit_vector_store_has_codes (store));
      g_assert_cmpint (block->values != NULL, ==, graphbit_vector_store_has_values (store));
      g_assert_true (isfinite (block->norms[slot]));
      g_assert_true (*block->ids[slot] != '\0' && g_utf8_validate (block->ids[slot], -1, NULL));
      g_assert_true (block->metadata[slot] == NULL || g_utf8_validate (block->metadata[slot], -1, NULL));
      g_assert_cmpint (graphbit_vector_store_find (store, block->ids[slot]), ==, (int) row);
    }
  /* and be changed */
  while (store->n_rows > 0)
    {
      const GraphbitVectorBlock *block = store->blocks->pdata[0];
      g_autofree char *id = g_strdup (block->ids[0]);

      g_assert_true (graphbit_vector_store_remove (store, id));
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  GraphbitEmbeddingMetric metric;
  GraphbitVectorStore store;

  if (size >= HEADER_SIZE)
    {
      guint64 checksum = GUINT64_TO_LE (graphbit_vector_file_compute_checksum (copy, size));

      memcpy (copy + CHECKSUM_OFFSET, &checksum, sizeof checksum);
    }
  bytes = g_bytes_new_take (g_steal_pointer (&copy), size);
  if (!graphbit_vector_file_read_bytes (bytes, "fuzz", &store, &metric, NULL, &error))
    {
      g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE);
      return 0;
    }

  g_assert_cmpint (metric, <=, GRAPHBIT_EMBEDDING_METRIC_EUCLID);
  check_store (&store);
  graphbit_vector_store_clear (&store);
  return 0;
}
