/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-embedding-index.h"
#include "graphbit-operation-private.h"
#include "graphbit-vector-store-private.h"

G_BEGIN_DECLS

/*
 * The file of an index, version 1, or 2 if it is quantized. Everything is
 * little-endian.
 *
 *   offset  size
 *        0    16   "graphbit-index", two zeros
 *       16     4   version
 *       20     4   dimensions
 *       24     4   metric (GraphbitEmbeddingMetric)
 *       28     2   quantization (GraphbitEmbeddingQuantization; version 1: 0)
 *       30     2   oversampling
 *       32     8   number of rows n
 *       40     8   size of the texts
 *       48     8   checksum of all that follows, and of the bytes before
 *       56     8   0
 *       64         n · dimensions values, float32, unless only codes are kept
 *                  n lengths of the vectors, or of the codes, float32
 *                  if there are codes: n scales, float32
 *                  if there are codes: n of them (graphbit-vector-code-private.h)
 *                  texts: for each row id and metadata, a zero after each;
 *                  before the metadata one byte: 1, or 0 and nothing: none
 *
 * The checksum finds damage, not malice: whatever has a right one is checked as
 * a file of a stranger's.
 *
 * Both in any thread. The path is in the encoding of file names.
 */

/* A temporary file, synced and renamed. Stops when the operation, which may be NULL, is interrupted: CANCELLED. */
gboolean graphbit_vector_file_write (const char *path,
                                     const GraphbitVectorStore *store,
                                     GraphbitEmbeddingMetric metric,
                                     GraphbitOperation *operation,
                                     GError **error);
/* Into a store that was not initialised; on failure it is not. PARSE: no such file, or a damaged one. */
gboolean graphbit_vector_file_read (const char *path,
                                    GraphbitVectorStore *store,
                                    GraphbitEmbeddingMetric *metric,
                                    GraphbitOperation *operation,
                                    GError **error);
/* The same of what was read or mapped already; `path` is for messages. The store shares the bytes. */
gboolean graphbit_vector_file_read_bytes (GBytes *bytes,
                                          const char *path,
                                          GraphbitVectorStore *store,
                                          GraphbitEmbeddingMetric *metric,
                                          GraphbitOperation *operation,
                                          GError **error);
/* At least a header. */
guint64 graphbit_vector_file_compute_checksum (const guint8 *data, gsize size);

G_END_DECLS
