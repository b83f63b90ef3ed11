/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-vector-file-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "graphbit-error.h"
#include "graphbit-storage-private.h"
#include "graphbit-vector-code-private.h"
#include "graphbit-vector-private.h"

#define VERSION 1
#define VERSION_WITH_CODES 2
#define CHECKED_HEADER_WORDS 6 /* before the checksum */

typedef struct
{
  char magic[16];
  guint32 version;
  guint32 dimensions;
  guint32 metric;
  guint16 quantization;
  guint16 oversampling;
  guint64 n_rows;
  guint64 texts_size;
  guint64 checksum;
  guint64 also_zero;
} Header;

G_STATIC_ASSERT (sizeof (Header) == 64);

static const char magic[16] = "graphbit-index";

/* Like FNV-1a, over words of 64 bits in four lanes, which are then hashed as four words are. A product carries
 * upwards only, so its upper half goes into the lower one: no two bits that were turned undo each other. */
#define LANES 4
#define FNV_OFFSET G_GUINT64_CONSTANT (0xcbf29ce484222325)
#define FNV_PRIME G_GUINT64_CONSTANT (0x100000001b3)

static guint64
read_word (const guint8 *data)
{
  guint64 word;

  memcpy (&word, data, sizeof word);
  return GUINT64_FROM_LE (word);
}

static inline guint64
hash_word (guint64 hash,
           guint64 word)
{
  hash = (hash ^ word) * FNV_PRIME;
  return hash ^ (hash >> 32);
}

guint64
graphbit_vector_file_compute_checksum (const guint8 *data,
                                       gsize size)
{
  guint64 lanes[LANES] = { FNV_OFFSET, FNV_OFFSET + 1, FNV_OFFSET + 2, FNV_OFFSET + 3 };
  guint64 checksum = FNV_OFFSET;
  guint8 last[LANES * 8] = { 0 };
  gsize i = sizeof (Header);

  for (; i + sizeof last <= size; i += sizeof last)
    for (guint lane = 0; lane < LANES; lane++)
      lanes[lane] = hash_word (lanes[lane], read_word (data + i + 8 * lane));
  memcpy (last, data + i, size - i);
  for (guint lane = 0; lane < LANES; lane++)
    lanes[lane] = hash_word (lanes[lane], read_word (last + 8 * lane));

  for (guint word = 0; word < CHECKED_HEADER_WORDS; word++)
    checksum = hash_word (checksum, read_word (data + 8 * word));
  for (guint lane = 0; lane < LANES; lane++)
    checksum = hash_word (checksum, lanes[lane]);
  return checksum;
}

static gboolean
check_stopped (GraphbitOperation *operation,
               GError **error)
{
  if (operation == NULL || !graphbit_operation_is_interrupted (operation))
    return FALSE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Operation was cancelled"));
  return TRUE;
}

/* Writing */

static gboolean
write_floats (FILE *stream,
              const float *values,
              gsize n)
{
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  return fwrite (values, sizeof (float), n, stream) == n;
#else
  for (gsize i = 0; i < n; i++)
    {
      guint32 word;

      memcpy (&word, &values[i], sizeof word);
      word = GUINT32_TO_LE (word);
      if (fwrite (&word, sizeof word, 1, stream) != 1)
        return FALSE;
    }
  return TRUE;
#endif
}

static gboolean
write_texts (FILE *stream,
             const GraphbitVectorBlock *block,
             guint64 *size)
{
  for (guint i = 0; i < block->n_rows; i++)
    {
      const char *metadata = block->metadata[i];
      gsize id_size = strlen (block->ids[i]) + 1;
      gsize metadata_size = metadata != NULL ? strlen (metadata) + 1 : 0;

      if (fwrite (block->ids[i], 1, id_size, stream) != id_size ||
          putc (metadata != NULL, stream) == EOF ||
          (metadata != NULL && fwrite (metadata, 1, metadata_size, stream) != metadata_size))
        return FALSE;
      *size += id_size + 1 + metadata_size;
    }
  return TRUE;
}

/* A row's but for its texts, as they are in memory. */
static gboolean
write_numbers (FILE *stream,
               const GraphbitVectorStore *store,
               GraphbitOperation *operation,
               GError **error)
{
  gsize code_size = graphbit_vector_code_get_size (store->quantization, store->dimensions);

  for (guint i = 0; i < store->blocks->len && graphbit_vector_store_has_values (store); i++)
    {
      const GraphbitVectorBlock *block = store->blocks->pdata[i];

      if (check_stopped (operation, error) ||
          !write_floats (stream, block->values, (gsize) block->n_rows * store->dimensions))
        return FALSE;
    }
  for (guint i = 0; i < store->blocks->len; i++)
    {
      const GraphbitVectorBlock *block = store->blocks->pdata[i];

      if (!write_floats (stream, block->norms, block->n_rows))
        return FALSE;
    }
  for (guint i = 0; i < store->blocks->len && code_size > 0; i++)
    {
      const GraphbitVectorBlock *block = store->blocks->pdata[i];

      if (!write_floats (stream, block->scales, block->n_rows))
        return FALSE;
    }
  for (guint i = 0; i < store->blocks->len && code_size > 0; i++)
    {
      const GraphbitVectorBlock *block = store->blocks->pdata[i];

      if (check_stopped (operation, error) || fwrite (block->codes, code_size, block->n_rows, stream) != block->n_rows)
        return FALSE;
    }
  return TRUE;
}

/* FALSE without an error: errno has it. */
static gboolean
write_rows (FILE *stream,
            const GraphbitVectorStore *store,
            Header *header,
            GraphbitOperation *operation,
            GError **error)
{
  guint64 texts_size = 0;

  if (fwrite (header, sizeof *header, 1, stream) != 1 || !write_numbers (stream, store, operation, error))
    return FALSE;

  for (guint i = 0; i < store->blocks->len; i++)
    if (check_stopped (operation, error) || !write_texts (stream, store->blocks->pdata[i], &texts_size))
      return FALSE;

  header->texts_size = GUINT64_TO_LE (texts_size);
  return fflush (stream) == 0;
}

/* The header again, with what is known only now. */
static gboolean
seal (int fd,
      Header *header,
      GError **error)
{
  g_autoptr (GMappedFile) map = NULL;

  if (pwrite (fd, header, sizeof *header, 0) != sizeof *header)
    return FALSE;
  map = g_mapped_file_new_from_fd (fd, FALSE, error);
  if (map == NULL)
    return FALSE;

  header->checksum = GUINT64_TO_LE (
    graphbit_vector_file_compute_checksum ((const guint8 *) g_mapped_file_get_contents (map), g_mapped_file_get_length (map)));
  return pwrite (fd, header, sizeof *header, 0) == sizeof *header && fsync (fd) == 0;
}

gboolean
graphbit_vector_file_write (const char *path,
                            const GraphbitVectorStore *store,
                            GraphbitEmbeddingMetric metric,
                            GraphbitOperation *operation,
                            GError **error)
{
  g_autofree char *temporary = g_strconcat (path, ".XXXXXX", NULL);
  g_autoptr (GError) local_error = NULL;
  Header header = {
    .version = GUINT32_TO_LE (graphbit_vector_store_has_codes (store) ? VERSION_WITH_CODES : VERSION),
    .dimensions = GUINT32_TO_LE (store->dimensions),
    .metric = GUINT32_TO_LE ((guint32) metric),
    .quantization = GUINT16_TO_LE ((guint16) store->quantization),
    .oversampling = GUINT16_TO_LE ((guint16) store->oversampling),
    .n_rows = GUINT64_TO_LE ((guint64) store->n_rows),
  };
  int fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0666);
  FILE *stream = fd >= 0 ? fdopen (fd, "w") : NULL;
  gboolean is_written;
  int code;

  memcpy (header.magic, magic, sizeof magic);
  is_written = stream != NULL && write_rows (stream, store, &header, operation, &local_error) &&
               !check_stopped (operation, &local_error) && seal (fd, &header, &local_error) &&
               !check_stopped (operation, &local_error);
  code = errno;
  if (stream != NULL)
    fclose (stream);
  else if (fd >= 0)
    close (fd);
  if (is_written)
    {
      if (graphbit_storage_replace (temporary, path))
        return TRUE;
      code = errno;
    }

  if (fd >= 0)
    g_unlink (temporary);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    {
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   _("The index cannot be written to “%s” (%s); check the folder, its permissions and the room on its disk"), shown, g_strerror (code));
    }
  return FALSE;
}

/* Reading */

static gboolean
set_damaged (const char *path,
             const char *what,
             GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE,
               _("“%s” is no index that can be used (%s); build it anew"), shown, what);
  return FALSE;
}

/* What a row takes but for its texts. */
static guint64
get_row_size (const Header *header)
{
  guint64 vector_size = (guint64) header->dimensions * sizeof (float);
  guint64 code_size =
    graphbit_vector_code_get_size ((GraphbitEmbeddingQuantization) header->quantization, header->dimensions);

  if (header->quantization == GRAPHBIT_EMBEDDING_QUANTIZATION_NONE)
    return vector_size + sizeof (float);
  return (header->oversampling > 0 ? vector_size : 0) + 2 * sizeof (float) + code_size;
}

static gboolean
check_header (const char *path,
              const guint8 *data,
              gsize size,
              Header *header,
              GError **error)
{
  guint64 row_size;

  if (size < sizeof *header || memcmp (data, magic, sizeof magic) != 0)
    return set_damaged (path, _("it is another kind of file"), error);

  memcpy (header, data, sizeof *header);
  header->version = GUINT32_FROM_LE (header->version);
  header->dimensions = GUINT32_FROM_LE (header->dimensions);
  header->metric = GUINT32_FROM_LE (header->metric);
  header->quantization = GUINT16_FROM_LE (header->quantization);
  header->oversampling = GUINT16_FROM_LE (header->oversampling);
  header->n_rows = GUINT64_FROM_LE (header->n_rows);
  header->texts_size = GUINT64_FROM_LE (header->texts_size);
  header->checksum = GUINT64_FROM_LE (header->checksum);

  if (header->version != VERSION && header->version != VERSION_WITH_CODES)
    return set_damaged (path, _("it is of a later version of graphbit"), error);
  if (header->quantization > GRAPHBIT_EMBEDDING_QUANTIZATION_BINARY ||
      (header->version == VERSION) != (header->quantization == GRAPHBIT_EMBEDDING_QUANTIZATION_NONE))
    return set_damaged (path, _("its quantization is unknown"), error);
  if (header->metric > GRAPHBIT_EMBEDDING_METRIC_EUCLID)
    return set_damaged (path, _("its metric is unknown"), error);
  if (header->n_rows > G_MAXINT32 || header->dimensions > G_MAXINT32 ||
      (header->n_rows > 0 && header->dimensions == 0) || header->oversampling > GRAPHBIT_VECTOR_MAX_OVERSAMPLING)
    return set_damaged (path, _("its numbers are out of range"), error);

  row_size = get_row_size (header);
  if (header->n_rows > size / row_size || header->texts_size > size ||
      size != sizeof *header + header->n_rows * row_size + header->texts_size)
    return set_damaged (path, _("it has been cut off"), error);
  if (graphbit_vector_file_compute_checksum (data, size) != header->checksum)
    return set_damaged (path, _("its checksum is wrong"), error);

  return TRUE;
}

/* One text and the zero after it; NULL: there is none that is right. */
static const char *
take_text (const char **cursor,
           const char *end)
{
  const char *text = *cursor;
  const char *zero = memchr (text, '\0', (gsize) (end - text));

  if (zero == NULL || !g_utf8_validate (text, zero - text, NULL))
    return NULL;

  *cursor = zero + 1;
  return text;
}

static gboolean
take_texts (const char **cursor,
            const char *end,
            char **ids,
            char **metadata,
            guint n)
{
  for (guint i = 0; i < n; i++)
    {
      char flag;

      ids[i] = (char *) take_text (cursor, end);
      metadata[i] = NULL;
      if (ids[i] == NULL || *ids[i] == '\0' || *cursor == end)
        return FALSE;
      flag = *(*cursor)++;
      if (flag == 1)
        metadata[i] = (char *) take_text (cursor, end);
      if (flag != (metadata[i] != NULL))
        return FALSE;
    }
  return TRUE;
}

static GBytes *
in_own_byte_order (GBytes *bytes,
                   gsize n_floats)
{
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  return g_bytes_ref (bytes);
#else
  gsize size;
  guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, &size), g_bytes_get_size (bytes));
  guint32 *words = (guint32 *) (copy + sizeof (Header));

  for (gsize i = 0; i < n_floats; i++)
    words[i] = GUINT32_FROM_LE (words[i]);
  return g_bytes_new_take (copy, g_bytes_get_size (bytes));
#endif
}

/* From −127 to 127, and all numbers finite. */
static gboolean
are_numbers_right (const GraphbitVectorStore *store,
                   const GraphbitVectorBlock *rows)
{
  gsize code_size = graphbit_vector_code_get_size (store->quantization, store->dimensions);

  if (rows->values != NULL && !graphbit_vector_is_finite (rows->values, (gsize) rows->n_rows * store->dimensions))
    return FALSE;
  if (rows->scales != NULL && !graphbit_vector_is_finite (rows->scales, rows->n_rows))
    return FALSE;
  if (store->quantization == GRAPHBIT_EMBEDDING_QUANTIZATION_INT8 &&
      memchr (rows->codes, 0x80, rows->n_rows * code_size) != NULL)
    return FALSE;
  return graphbit_vector_is_finite (rows->norms, rows->n_rows);
}

static gboolean
read_rows (const char *path,
           GBytes *map,
           const Header *header,
           GraphbitVectorStore *store,
           GraphbitOperation *operation,
           GError **error)
{
  gsize n_rows = (gsize) header->n_rows;
  gsize n_values = graphbit_vector_store_has_values (store) ? header->dimensions : 0;
  gsize n_scales = graphbit_vector_store_has_codes (store) ? 1 : 0;
  gsize code_size = graphbit_vector_code_get_size (store->quantization, header->dimensions);
  g_autoptr (GBytes) bytes = in_own_byte_order (map, n_rows * (n_values + 1 + n_scales));
  gsize size;
  /* never written to: what has a map is copied first */
  char *data = (char *) g_bytes_get_data (bytes, &size);
  float *values = (float *) (data + sizeof (Header));
  float *norms = values + n_rows * n_values;
  float *scales = norms + n_rows;
  guint8 *codes = (guint8 *) (scales + n_rows * n_scales);
  const char *cursor = (const char *) codes + n_rows * code_size;
  const char *end = data + size;

  for (gsize row = 0; row < n_rows; row += GRAPHBIT_VECTOR_BLOCK_ROWS)
    {
      guint n = (guint) MIN (n_rows - row, GRAPHBIT_VECTOR_BLOCK_ROWS);
      GraphbitVectorBlock rows = {
        .n_rows = n,
        .values = n_values > 0 ? values + row * n_values : NULL,
        .codes = code_size > 0 ? codes + row * code_size : NULL,
        .norms = norms + row,
        .scales = n_scales > 0 ? scales + row : NULL,
        .ids = g_new (char *, n),
        .metadata = g_new (char *, n),
        .map = bytes,
      };
      gboolean is_right = take_texts (&cursor, end, rows.ids, rows.metadata, n);

      graphbit_vector_store_append_mapped (store, &rows);
      if (check_stopped (operation, error))
        return FALSE;
      if (!is_right)
        return set_damaged (path, _("its texts are damaged"), error);
      if (!are_numbers_right (store, &rows))
        return set_damaged (path, _("its vectors are damaged"), error);
    }

  if (cursor != end)
    return set_damaged (path, _("its texts are damaged"), error);
  if (!graphbit_vector_store_index (store))
    return set_damaged (path, _("two embeddings have one id"), error);
  return TRUE;
}

gboolean
graphbit_vector_file_read_bytes (GBytes *bytes,
                                 const char *path,
                                 GraphbitVectorStore *store,
                                 GraphbitEmbeddingMetric *metric,
                                 GraphbitOperation *operation,
                                 GError **error)
{
  Header header;

  if (!check_header (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &header, error))
    return FALSE;

  graphbit_vector_store_init (store, header.dimensions);
  store->quantization = (GraphbitEmbeddingQuantization) header.quantization;
  store->oversampling = header.oversampling;
  *metric = (GraphbitEmbeddingMetric) header.metric;
  if (read_rows (path, bytes, &header, store, operation, error))
    return TRUE;

  graphbit_vector_store_clear (store);
  return FALSE;
}

static GBytes *
map_file (const char *path,
          GError **error)
{
  /* a pipe, of which nobody writes the other end, must not make it wait */
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  int code = errno;
  g_autoptr (GMappedFile) file = NULL;

  if (fd >= 0)
    {
      file = g_mapped_file_new_from_fd (fd, FALSE, NULL);
      code = errno;
      close (fd);
    }
  if (file == NULL)
    {
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   _("The index cannot be read from “%s” (%s); check its path and permissions"), shown, g_strerror (code));
      return NULL;
    }
  return g_mapped_file_get_bytes (file);
}

gboolean
graphbit_vector_file_read (const char *path,
                           GraphbitVectorStore *store,
                           GraphbitEmbeddingMetric *metric,
                           GraphbitOperation *operation,
                           GError **error)
{
  g_autoptr (GBytes) bytes = map_file (path, error);

  return bytes != NULL && graphbit_vector_file_read_bytes (bytes, path, store, metric, operation, error);
}
