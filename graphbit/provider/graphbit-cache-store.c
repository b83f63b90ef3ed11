/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-cache-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "graphbit-clock-private.h"
#include "graphbit-log-private.h"

#define MAX_MEMORY (64 * 1024 * 1024)
#define MAX_ENTRY_SIZE (1024 * 1024)

#define FORMAT "graphbit-cache"
#define VERSION "1"
#define MAX_HEAD 128
#define SUFFIX ".cache"
#define DIGEST_LENGTH 64
/* After so many writes somebody looks whether the directory has become too full; the more it may hold, the less often. */
#define MIN_WRITES_PER_LOOK 64
/* Of files in one go of the pool, where others wait as well. */
#define WRITES_PER_TURN 64
/* How long shutdown waits for what is still to be written, in microseconds. */
#define LAST_WRITES_TIME (2 * G_USEC_PER_SEC)

struct _GraphbitCacheStore
{
  int ref_count; /* atomic */
  char *directory;

  GRWLock files;  /* many may write files while nobody clears them away */
  int n_clears;   /* atomic */

  GMutex mutex; /* for what is below */
  guint max_entries;
  guint max_age_seconds;
  GHashTable *entries; /* key → Entry */
  GQueue used;         /* of Entry; the last used one last */
  gsize size;
  guint n_writes;      /* since the last look */
  GQueue writings;     /* of Writing: what is still to be written; by one thread of the pool at a time */
  gboolean is_writing;
};

typedef struct
{
  GList link;
  char *key;
  GBytes *content;
  gint64 created; /* wall clock */
} Entry;

/* Memory; locked */

static void
remove_entry (GraphbitCacheStore *self,
              Entry *entry)
{
  g_queue_unlink (&self->used, &entry->link);
  g_hash_table_remove (self->entries, entry->key);
  self->size -= g_bytes_get_size (entry->content);
  g_free (entry->key);
  g_bytes_unref (entry->content);
  g_free (entry);
}

static void
remove_all (GraphbitCacheStore *self)
{
  while (self->used.length > 0)
    remove_entry (self, self->used.head->data);
}

static void
keep_within (GraphbitCacheStore *self)
{
  while (self->used.length > 0 && (self->used.length > self->max_entries || self->size > MAX_MEMORY))
    remove_entry (self, self->used.head->data);
}

static gboolean
is_too_old (GraphbitCacheStore *self,
            gint64 created)
{
  return self->max_age_seconds > 0 &&
         graphbit_clock_wall () - created >= (gint64) self->max_age_seconds * G_USEC_PER_SEC;
}

static void
add_entry (GraphbitCacheStore *self,
           const char *key,
           GBytes *content,
           gint64 created)
{
  Entry *entry = g_hash_table_lookup (self->entries, key);

  if (entry != NULL)
    remove_entry (self, entry);

  entry = g_new0 (Entry, 1);
  entry->link.data = entry;
  entry->key = g_strdup (key);
  entry->content = g_bytes_ref (content);
  entry->created = created;
  g_hash_table_insert (self->entries, entry->key, entry);
  g_queue_push_tail_link (&self->used, &entry->link);
  self->size += g_bytes_get_size (content);
  keep_within (self);
}

/* The store */

GraphbitCacheStore *
graphbit_cache_store_new (guint max_entries)
{
  GraphbitCacheStore *self = g_new0 (GraphbitCacheStore, 1);

  self->ref_count = 1;
  g_rw_lock_init (&self->files);
  g_mutex_init (&self->mutex);
  self->max_entries = max_entries;
  self->entries = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

GraphbitCacheStore *
graphbit_cache_store_ref (GraphbitCacheStore *self)
{
  __atomic_add_fetch (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
graphbit_cache_store_unref (GraphbitCacheStore *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;

  remove_all (self);
  g_hash_table_unref (self->entries);
  g_rw_lock_clear (&self->files);
  g_mutex_clear (&self->mutex);
  g_free (self->directory);
  g_free (self);
}

void
graphbit_cache_store_set_directory (GraphbitCacheStore *self,
                                    const char *path)
{
  g_free (self->directory);
  self->directory = g_strdup (path);
}

gboolean
graphbit_cache_store_has_directory (GraphbitCacheStore *self)
{
  return self->directory != NULL;
}

static guint
get_limit (GraphbitCacheStore *self,
           const guint *limit)
{
  guint value;

  g_mutex_lock (&self->mutex);
  value = *limit;
  g_mutex_unlock (&self->mutex);
  return value;
}

static gboolean
set_limit (GraphbitCacheStore *self,
           guint *limit,
           guint value)
{
  gboolean is_other;

  g_mutex_lock (&self->mutex);
  is_other = *limit != value;
  *limit = value;
  keep_within (self);
  g_mutex_unlock (&self->mutex);
  return is_other;
}

guint
graphbit_cache_store_get_max_entries (GraphbitCacheStore *self)
{
  return get_limit (self, &self->max_entries);
}

gboolean
graphbit_cache_store_set_max_entries (GraphbitCacheStore *self,
                                      guint max_entries)
{
  return set_limit (self, &self->max_entries, max_entries);
}

guint
graphbit_cache_store_get_max_age_seconds (GraphbitCacheStore *self)
{
  return get_limit (self, &self->max_age_seconds);
}

gboolean
graphbit_cache_store_set_max_age_seconds (GraphbitCacheStore *self,
                                          guint max_age_seconds)
{
  return set_limit (self, &self->max_age_seconds, max_age_seconds);
}

char *
graphbit_cache_store_make_key (const char *provider,
                               const char *uri,
                               const char *body,
                               gsize length)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  /* with the NULs, so that no two of the parts can be taken for others */
  g_checksum_update (checksum, (const guchar *) provider, (gssize) strlen (provider) + 1);
  g_checksum_update (checksum, (const guchar *) uri, (gssize) strlen (uri) + 1);
  g_checksum_update (checksum, (const guchar *) body, (gssize) length);
  return g_strdup (g_checksum_get_string (checksum));
}

GBytes *
graphbit_cache_store_lookup (GraphbitCacheStore *self,
                             const char *key)
{
  GBytes *content = NULL;
  Entry *entry;

  g_mutex_lock (&self->mutex);
  entry = g_hash_table_lookup (self->entries, key);
  if (entry != NULL && is_too_old (self, entry->created))
    {
      remove_entry (self, entry);
      entry = NULL;
    }
  if (entry != NULL)
    {
      g_queue_unlink (&self->used, &entry->link);
      g_queue_push_tail_link (&self->used, &entry->link);
      content = g_bytes_ref (entry->content);
    }
  g_mutex_unlock (&self->mutex);

  return content;
}

/* Files: one line, “graphbit-cache 1 CREATED DIGEST”, and the content; pool thread */

static char *
build_path (GraphbitCacheStore *self,
            const char *key)
{
  g_autofree char *name = g_strconcat (key, SUFFIX, NULL);

  return g_build_filename (self->directory, name, NULL);
}

/* Of the key as well, so that a file under another's name is missing. */
static char *
make_head (const char *key,
           gint64 created,
           const char *content,
           gsize length)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT, created);

  g_checksum_update (checksum, (const guchar *) key, (gssize) strlen (key) + 1);
  g_checksum_update (checksum, (const guchar *) time, (gssize) strlen (time) + 1);
  g_checksum_update (checksum, (const guchar *) content, (gssize) length);
  return g_strdup_printf (FORMAT " " VERSION " %s %s\n", time, g_checksum_get_string (checksum));
}

/* Whatever lies there by that name, it neither blocks the pool nor fills the memory. NULL: it cannot be read. */
static GString *
read_file (const char *path)
{
  int file = g_open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0);
  g_autoptr (GString) text = NULL;
  char buffer[16 * 1024];
  struct stat status;
  gssize n = -1;

  if (file < 0)
    return NULL;

  text = g_string_new (NULL);
  if (fstat (file, &status) == 0 && S_ISREG (status.st_mode) && status.st_size <= MAX_HEAD + MAX_ENTRY_SIZE)
    do
      {
        n = read (file, buffer, sizeof buffer);
        if (n > 0)
          g_string_append_len (text, buffer, n);
      }
    while ((n > 0 && text->len <= MAX_HEAD + MAX_ENTRY_SIZE) || (n < 0 && errno == EINTR));
  close (file);

  return n == 0 ? g_steal_pointer (&text) : NULL;
}

/* NULL: it is not what was written under that key. */
static GBytes *
parse_file (const GString *text,
            const char *key,
            gint64 *created)
{
  const char *end = memchr (text->str, '\n', MIN (text->len, MAX_HEAD));
  gsize length = end != NULL ? (gsize) (end + 1 - text->str) : 0;
  g_autofree char *head = g_strndup (text->str, length);
  g_autofree char *expected = NULL;
  const char *rest = FORMAT " " VERSION " ";

  if (length == 0 || !g_str_has_prefix (head, rest))
    return NULL;

  /* what is not written as it is here has another head */
  *created = g_ascii_strtoll (head + strlen (rest), NULL, 10);
  expected = make_head (key, *created, text->str + length, text->len - length);
  if (strcmp (head, expected) != 0)
    return NULL;

  return g_bytes_new (text->str + length, text->len - length);
}

GBytes *
graphbit_cache_store_read (GraphbitCacheStore *self,
                           const char *key)
{
  int n_clears = g_atomic_int_get (&self->n_clears);
  g_autoptr (GBytes) content = graphbit_cache_store_lookup (self, key);
  g_autofree char *path = NULL;
  g_autoptr (GString) text = NULL;
  gint64 created = 0;

  if (content != NULL || self->directory == NULL)
    return g_steal_pointer (&content);

  path = build_path (self, key);
  text = read_file (path);
  content = text != NULL ? parse_file (text, key, &created) : NULL;
  if (content == NULL)
    return NULL;

  g_mutex_lock (&self->mutex);
  if (is_too_old (self, created) || n_clears != g_atomic_int_get (&self->n_clears))
    g_clear_pointer (&content, g_bytes_unref);
  else
    add_entry (self, key, content, created);
  g_mutex_unlock (&self->mutex);

  return g_steal_pointer (&content);
}

typedef struct
{
  GList link;
  GraphbitRuntime *runtime;
  int n_clears; /* at its start */
  gint64 created;
  GPtrArray *keys;
  GPtrArray *contents;
  guint n_done;
} Writing;

typedef struct
{
  char *path;
  gint64 modified;
} StoredFile;

/* Or that of one which nobody came to finish. */
static gboolean
is_entry_name (const char *name)
{
  return strspn (name, "0123456789abcdef") == DIGEST_LENGTH && g_str_has_prefix (name + DIGEST_LENGTH, SUFFIX);
}

static int
compare_files (gconstpointer a,
               gconstpointer b)
{
  const StoredFile *first = a, *second = b;

  return first->modified < second->modified ? -1 : first->modified > second->modified;
}

static void
clear_file (gpointer data)
{
  g_free (((StoredFile *) data)->path);
}

/* The oldest go. */
static void
prune (GraphbitCacheStore *self)
{
  guint max_entries = graphbit_cache_store_get_max_entries (self);
  g_autoptr (GDir) directory = g_dir_open (self->directory, 0, NULL);
  g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (StoredFile));
  const char *name;

  g_array_set_clear_func (files, clear_file);
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      StoredFile file = { NULL, 0 };
      GStatBuf status;

      if (!is_entry_name (name))
        continue;
      file.path = g_build_filename (self->directory, name, NULL);
      if (g_stat (file.path, &status) == 0)
        file.modified = (gint64) status.st_mtim.tv_sec * G_USEC_PER_SEC + status.st_mtim.tv_nsec / 1000;
      g_array_append_val (files, file);
    }
  if (files->len <= max_entries)
    return;

  g_array_sort (files, compare_files);
  for (guint i = 0; i < files->len - max_entries; i++)
    g_unlink (g_array_index (files, StoredFile, i).path);
}

static void
writing_free (Writing *self)
{
  graphbit_runtime_unref (self->runtime);
  g_ptr_array_unref (self->keys);
  g_ptr_array_unref (self->contents);
  g_free (self);
}

/* Locked. */
static void
drop_writings (GraphbitCacheStore *self)
{
  GList *link;

  while ((link = g_queue_pop_head_link (&self->writings)) != NULL)
    writing_free (link->data);
}

static void
give_up_writings (GraphbitCacheStore *self)
{
  g_mutex_lock (&self->mutex);
  drop_writings (self);
  g_mutex_unlock (&self->mutex);
  graphbit_log (GRAPHBIT_LOG_LEVEL_INFO, "cache: shut down before all answers were written to %s", self->directory);
}

static gboolean
write_all (int file,
           const char *data,
           gsize length)
{
  while (length > 0)
    {
      gssize n = write (file, data, length);

      if (n < 0 && errno != EINTR)
        return FALSE;
      data += MAX (n, 0);
      length -= (gsize) MAX (n, 0);
    }
  return TRUE;
}

/* Whole or not at all for whoever reads meanwhile. It need not reach the disk at once, for what is torn is missing. */
static gboolean
write_file (GraphbitCacheStore *self,
            const char *key,
            gint64 created,
            GBytes *bytes)
{
  gsize length;
  const char *content = g_bytes_get_data (bytes, &length);
  g_autofree char *path = build_path (self, key);
  g_autofree char *temporary = g_strconcat (path, ".XXXXXX", NULL);
  g_autofree char *head = make_head (key, created, content, length);
  int file = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, 0600);
  gboolean is_good;
  int number;

  if (file < 0)
    return FALSE;

  is_good = write_all (file, head, strlen (head)) && write_all (file, content, length);
  number = errno;
  is_good = close (file) == 0 && is_good;
  if (is_good && g_rename (temporary, path) == 0)
    return TRUE;

  number = is_good ? errno : number;
  g_unlink (temporary);
  errno = number;
  return FALSE;
}

/* As long as nothing was cleared meanwhile. FALSE: there is no more of it to be written. */
static gboolean
write_next (GraphbitCacheStore *self,
            Writing *writing)
{
  guint i = writing->n_done++;
  gboolean is_good;

  if (i == 0 && g_mkdir_with_parents (self->directory, 0700) != 0)
    {
      g_warning ("Answers cannot be kept in %s: %s", self->directory, g_strerror (errno));
      return FALSE;
    }

  g_rw_lock_reader_lock (&self->files);
  if (writing->n_clears == g_atomic_int_get (&self->n_clears))
    is_good = write_file (self, writing->keys->pdata[i], writing->created, writing->contents->pdata[i]);
  else
    {
      is_good = TRUE;
      writing->n_done = writing->keys->len;
    }
  g_rw_lock_reader_unlock (&self->files);
  if (!is_good)
    g_warning ("An answer cannot be kept in %s: %s", self->directory, g_strerror (errno));

  return is_good && writing->n_done < writing->keys->len;
}

static Writing *
peek_writing (GraphbitCacheStore *self)
{
  Writing *writing;

  g_mutex_lock (&self->mutex);
  writing = self->writings.length > 0 ? self->writings.head->data : NULL;
  g_mutex_unlock (&self->mutex);
  return writing;
}

/* Only the thread that writes takes away the first. */
static void
drop_writing (GraphbitCacheStore *self,
              Writing *writing)
{
  g_mutex_lock (&self->mutex);
  g_queue_unlink (&self->writings, &writing->link);
  g_mutex_unlock (&self->mutex);
  writing_free (writing);
}

static void
write_some (GraphbitCacheStore *self)
{
  Writing *writing;
  guint n = 0;
  gboolean looks;

  while (n < WRITES_PER_TURN && (writing = peek_writing (self)) != NULL)
    {
      n++;
      if (!write_next (self, writing))
        drop_writing (self, writing);
    }

  g_mutex_lock (&self->mutex);
  self->n_writes += n;
  looks = self->n_writes >= MAX (MIN_WRITES_PER_LOOK, self->max_entries / 64);
  if (looks)
    self->n_writes = 0;
  g_mutex_unlock (&self->mutex);

  if (looks)
    {
      g_rw_lock_reader_lock (&self->files);
      prune (self);
      g_rw_lock_reader_unlock (&self->files);
    }
}

/* Others have their turn between; when the generation has ended, there are none, but somebody who waits for its end. */
static void
write_in_pool (gpointer data,
               gpointer user_data)
{
  GraphbitCacheStore *self = data;
  GraphbitRuntime *runtime;
  gint64 until = G_MAXINT64;
  gboolean is_taken;

  do
    {
      write_some (self);

      g_mutex_lock (&self->mutex);
      self->is_writing = self->writings.length > 0;
      runtime = self->is_writing ? graphbit_runtime_ref (((Writing *) self->writings.head->data)->runtime) : NULL;
      g_mutex_unlock (&self->mutex);
      if (runtime == NULL)
        {
          graphbit_cache_store_unref (self);
          return;
        }
      is_taken = graphbit_runtime_push_work (runtime, write_in_pool, self);
      graphbit_runtime_unref (runtime);
      if (!is_taken && until == G_MAXINT64)
        until = graphbit_clock_now () + LAST_WRITES_TIME;
      else if (!is_taken && graphbit_clock_now () >= until)
        give_up_writings (self);
    }
  while (!is_taken);
}

static void
drop_large (GPtrArray *keys,
            GPtrArray *contents)
{
  for (guint i = contents->len; i-- > 0;)
    if (g_bytes_get_size (contents->pdata[i]) > MAX_ENTRY_SIZE)
      {
        g_ptr_array_remove_index (keys, i);
        g_ptr_array_remove_index (contents, i);
      }
}

void
graphbit_cache_store_add_all (GraphbitCacheStore *self,
                              GraphbitRuntime *runtime,
                              GPtrArray *keys,
                              GPtrArray *contents)
{
  Writing *writing = g_new0 (Writing, 1);
  gboolean begins = FALSE;

  drop_large (keys, contents);
  writing->link.data = writing;
  writing->runtime = graphbit_runtime_ref (runtime);
  writing->n_clears = g_atomic_int_get (&self->n_clears);
  writing->created = graphbit_clock_wall ();
  writing->keys = keys;
  writing->contents = contents;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < keys->len; i++)
    add_entry (self, keys->pdata[i], contents->pdata[i], writing->created);
  if (self->directory != NULL && keys->len > 0)
    {
      g_queue_push_tail_link (&self->writings, &g_steal_pointer (&writing)->link);
      begins = !self->is_writing;
      self->is_writing = TRUE;
    }
  g_mutex_unlock (&self->mutex);

  if (writing != NULL)
    writing_free (writing);
  else if (begins && !graphbit_runtime_push_work (runtime, write_in_pool, graphbit_cache_store_ref (self)))
    {
      /* the generation has ended; the next one begins anew */
      g_mutex_lock (&self->mutex);
      self->is_writing = FALSE;
      drop_writings (self);
      g_mutex_unlock (&self->mutex);
      graphbit_cache_store_unref (self);
    }
}

void
graphbit_cache_store_add (GraphbitCacheStore *self,
                          GraphbitRuntime *runtime,
                          const char *key,
                          GBytes *content)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *contents = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  g_ptr_array_add (keys, g_strdup (key));
  g_ptr_array_add (contents, g_bytes_ref (content));
  graphbit_cache_store_add_all (self, runtime, keys, contents);
}

void
graphbit_cache_store_clear (GraphbitCacheStore *self)
{
  g_autoptr (GDir) directory = NULL;
  const char *name;

  /* from here on those that wait in the pool, and what is being read there, come to nothing */
  g_mutex_lock (&self->mutex);
  g_atomic_int_inc (&self->n_clears);
  remove_all (self);
  g_mutex_unlock (&self->mutex);

  g_rw_lock_writer_lock (&self->files);
  directory = self->directory != NULL ? g_dir_open (self->directory, 0, NULL) : NULL;
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    if (is_entry_name (name))
      {
        g_autofree char *file = g_build_filename (self->directory, name, NULL);

        g_unlink (file);
      }
  g_rw_lock_writer_unlock (&self->files);
}
