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
#include "graphbit-vector-private.h"

#define VERSION 1
#define CHECKED_HEADER_WORDS 6 /* before the checksum */

typedef struct
{
  char magic[16];
  guint32 version;
  guint32 dimensions;
  guint32 metric;
  guint32 zero;
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
check_stopped (const int *is_stopped,
               GError **error)
{
  if (!__atomic_load_n (is_stopped, __ATOMIC_RELAXED))
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

/* FALSE without an error: errno has it. */
static gboolean
write_rows (FILE *stream,
            const GraphbitVectorStore *store,
            Header *header,
            const int *is_stopped,
            GError **error)
{
  guint64 texts_size = 0;

  if (fwrite (header, sizeof *header, 1, stream) != 1)
    return FALSE;

  for (guint i = 0; i < store->blocks->len; i++)
    {
      const GraphbitVectorBlock *block = store->blocks->pdata[i];

      if (check_stopped (is_stopped, error) ||
          !write_floats (stream, block->values, (gsize) block->n_rows * store->dimensions))
        return FALSE;
    }
  for (guint i = 0; i < store->blocks->len; i++)
    {
      const GraphbitVectorBlock *block = store->blocks->pdata[i];

      if (!write_floats (stream, block->norms, block->n_rows))
        return FALSE;
    }
  for (guint i = 0; i < store->blocks->len; i++)
    if (check_stopped (is_stopped, error) || !write_texts (stream, store->blocks->pdata[i], &texts_size))
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
                            const int *is_stopped,
                            GError **error)
{
  g_autofree char *temporary = g_strconcat (path, ".XXXXXX", NULL);
  g_autoptr (GError) local_error = NULL;
  Header header = {
    .version = GUINT32_TO_LE (VERSION),
    .dimensions = GUINT32_TO_LE (store->dimensions),
    .metric = GUINT32_TO_LE ((guint32) metric),
    .n_rows = GUINT64_TO_LE ((guint64) store->n_rows),
  };
  int fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0666);
  FILE *stream = fd >= 0 ? fdopen (fd, "w") : NULL;
  gboolean is_written;
  int code;

  memcpy (header.magic, magic, sizeof magic);
  is_written = stream != NULL && write_rows (stream, store, &header, is_stopped, &local_error) &&
               seal (fd, &header, &local_error) && !check_stopped (is_stopped, &local_error);
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
                   _("The index cannot be written to “%s”: %s"), shown, g_strerror (code));
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

static gboolean
check_header (const char *path,
              const guint8 *data,
              gsize size,
              Header *header,
              GError **error)
{
  guint64 values_size;

  if (size < sizeof *header || memcmp (data, magic, sizeof magic) != 0)
    return set_damaged (path, _("it is another kind of file"), error);

  memcpy (header, data, sizeof *header);
  header->version = GUINT32_FROM_LE (header->version);
  header->dimensions = GUINT32_FROM_LE (header->dimensions);
  header->metric = GUINT32_FROM_LE (header->metric);
  header->n_rows = GUINT64_FROM_LE (header->n_rows);
  header->texts_size = GUINT64_FROM_LE (header->texts_size);
  header->checksum = GUINT64_FROM_LE (header->checksum);

  if (header->version != VERSION)
    return set_damaged (path, _("it is of a later version of graphbit"), error);
  if (header->metric > GRAPHBIT_EMBEDDING_METRIC_EUCLID)
    return set_damaged (path, _("its metric is unknown"), error);
  if (header->n_rows > G_MAXINT32 || header->dimensions > G_MAXINT32 ||
      (header->n_rows > 0 && header->dimensions == 0))
    return set_damaged (path, _("its numbers are out of range"), error);

  /* neither factor has more than 33 bits */
  values_size = header->n_rows * ((guint64) header->dimensions + 1);
  if (values_size > (G_MAXUINT64 >> 4) || header->texts_size > size ||
      size != sizeof *header + values_size * sizeof (float) + header->texts_size)
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
                   gsize n_values)
{
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  return g_bytes_ref (bytes);
#else
  gsize size;
  guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, &size), g_bytes_get_size (bytes));
  guint32 *words = (guint32 *) (copy + sizeof (Header));

  for (gsize i = 0; i < n_values; i++)
    words[i] = GUINT32_FROM_LE (words[i]);
  return g_bytes_new_take (copy, g_bytes_get_size (bytes));
#endif
}

static gboolean
read_rows (const char *path,
           GBytes *map,
           const Header *header,
           GraphbitVectorStore *store,
           const int *is_stopped,
           GError **error)
{
  gsize n_rows = (gsize) header->n_rows;
  g_autoptr (GBytes) bytes = in_own_byte_order (map, n_rows * (header->dimensions + (gsize) 1));
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  const float *values = (const float *) (data + sizeof (Header));
  const float *norms = values + n_rows * header->dimensions;
  const char *cursor = (const char *) (norms + n_rows);
  const char *end = data + size;

  for (gsize row = 0; row < n_rows; row += GRAPHBIT_VECTOR_BLOCK_ROWS)
    {
      guint n = (guint) MIN (n_rows - row, GRAPHBIT_VECTOR_BLOCK_ROWS);
      char **ids = g_new (char *, n);
      char **metadata = g_new (char *, n);
      gboolean is_right = take_texts (&cursor, end, ids, metadata, n);

      graphbit_vector_store_append_mapped (store, bytes, values + row * header->dimensions, norms + row, ids, metadata, n);
      if (check_stopped (is_stopped, error))
        return FALSE;
      if (!is_right)
        return set_damaged (path, _("its texts are damaged"), error);
      if (!graphbit_vector_is_finite (values + row * header->dimensions, (gsize) n * header->dimensions) ||
          !graphbit_vector_is_finite (norms + row, n))
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
                                 const int *is_stopped,
                                 GError **error)
{
  Header header;

  if (!check_header (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &header, error))
    return FALSE;

  graphbit_vector_store_init (store, header.dimensions);
  *metric = (GraphbitEmbeddingMetric) header.metric;
  if (read_rows (path, bytes, &header, store, is_stopped, error))
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
                   _("The index cannot be read from “%s”: %s"), shown, g_strerror (code));
      return NULL;
    }
  return g_mapped_file_get_bytes (file);
}

gboolean
graphbit_vector_file_read (const char *path,
                           GraphbitVectorStore *store,
                           GraphbitEmbeddingMetric *metric,
                           const int *is_stopped,
                           GError **error)
{
  g_autoptr (GBytes) bytes = map_file (path, error);

  return bytes != NULL && graphbit_vector_file_read_bytes (bytes, path, store, metric, is_stopped, error);
}
