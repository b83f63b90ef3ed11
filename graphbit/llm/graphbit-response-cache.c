/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-response-cache-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "graphbit-clock-private.h"
#include "graphbit-error.h"
#include "graphbit-json-private.h"
#include "graphbit-llm-message.h"
#include "graphbit-llm-options.h"
#include "graphbit-llm-request-private.h"
#include "graphbit-llm-response-private.h"
#include "graphbit-llm-tool-call.h"
#include "graphbit-llm-usage.h"

#define DEFAULT_MAX_ENTRIES 10000
#define DEFAULT_MAX_TEMPERATURE 0.5
#define MAX_MEMORY (64 * 1024 * 1024)
#define MAX_ENTRY_SIZE (1024 * 1024)

#define FORMAT "graphbit-response"
#define VERSION 1
#define SUFFIX ".json"
/* After so many stores somebody looks whether the directory has become too full. */
#define STORES_PER_LOOK 64

/* What a cache and the writes that it has sent to the pool share. */
typedef struct
{
  int ref_count; /* atomic */
  GRWLock lock;  /* many may write files while nobody clears them away */
  guint n_clears; /* atomic */
} Writes;

/**
 * GraphbitResponseCache:
 *
 * Keeps answers, so that the same request need not be sent twice.
 *
 * Give it to one or more clients ([property@LlmClient:cache]). A request is
 * answered from it if everything that would be sent is the same to the last
 * byte: provider, address, model, messages, options. Streams and whole answers
 * share. An answer from the cache costs nothing: its usage is 0,
 * [property@LlmResponse:is-cached] is %TRUE, it has no raw JSON, and no budget or
 * limit is asked.
 *
 * Kept are whole answers of the client's own configuration over HTTP, of 1 MiB at
 * most. Requests with tools, or with the results of some, are left out unless
 * [property@ResponseCache:include-tools] is set; those that set a temperature
 * above [property@ResponseCache:max-temperature] are left out too, for they ask
 * for variety. In memory there are at most 64 MiB; what was not used for longest
 * goes first.
 *
 * With a directory answers outlive the program, in files that only the user can
 * read, one for each; several programs may share it. It is read and written in
 * the library's pool, never in your thread. A file that is damaged counts as
 * missing.
 *
 * All methods may be called in any thread. [property@ResponseCache:hits] and
 * [property@ResponseCache:misses] notify in the home of the request.
 *
 * Since: 1.0
 */
struct _GraphbitResponseCache
{
  GObject parent_instance;

  GFile *directory;
  Writes *writes;

  GMutex mutex; /* for what is below */
  guint max_entries;
  guint max_age_seconds;
  double max_temperature;
  gboolean include_tools;
  gint64 hits;
  gint64 misses;
  GHashTable *entries; /* key → Entry */
  GQueue used;         /* of Entry; the last used one last */
  gsize size;
  guint n_stores;
};

typedef struct
{
  GList link;
  char *key;
  char *text;
  gsize size;
  gint64 created; /* wall clock */
} Entry;

enum
{
  PROP_0,
  PROP_DIRECTORY,
  PROP_MAX_ENTRIES,
  PROP_MAX_AGE_SECONDS,
  PROP_MAX_TEMPERATURE,
  PROP_INCLUDE_TOOLS,
  PROP_HITS,
  PROP_MISSES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GraphbitResponseCache, graphbit_response_cache, G_TYPE_OBJECT)

static void
writes_unref (Writes *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  g_rw_lock_clear (&self->lock);
  g_free (self);
}

/* Memory; locked */

static void
entry_free (Entry *self)
{
  g_free (self->key);
  g_free (self->text);
  g_free (self);
}

static void
remove_entry (GraphbitResponseCache *self,
              Entry *entry)
{
  g_queue_unlink (&self->used, &entry->link);
  self->size -= entry->size;
  g_hash_table_remove (self->entries, entry->key);
  entry_free (entry);
}

static void
keep_within (GraphbitResponseCache *self)
{
  while (self->used.length > 0 && (self->used.length > self->max_entries || self->size > MAX_MEMORY))
    remove_entry (self, self->used.head->data);
}

static gboolean
is_too_old (GraphbitResponseCache *self,
            gint64 created)
{
  return self->max_age_seconds > 0 &&
         graphbit_clock_wall () - created >= (gint64) self->max_age_seconds * G_USEC_PER_SEC;
}

static void
add_entry (GraphbitResponseCache *self,
           const char *key,
           const char *text,
           gint64 created)
{
  Entry *entry = g_hash_table_lookup (self->entries, key);

  if (entry != NULL)
    remove_entry (self, entry);

  entry = g_new0 (Entry, 1);
  entry->link.data = entry;
  entry->key = g_strdup (key);
  entry->text = g_strdup (text);
  entry->size = strlen (text);
  entry->created = created;
  g_hash_table_insert (self->entries, entry->key, entry);
  g_queue_push_tail_link (&self->used, &entry->link);
  self->size += entry->size;
  keep_within (self);
}

/* The class */

static void
graphbit_response_cache_finalize (GObject *object)
{
  GraphbitResponseCache *self = GRAPHBIT_RESPONSE_CACHE (object);

  while (self->used.length > 0)
    remove_entry (self, self->used.head->data);
  g_hash_table_unref (self->entries);
  g_clear_object (&self->directory);
  writes_unref (self->writes);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (graphbit_response_cache_parent_class)->finalize (object);
}

static void
graphbit_response_cache_get_property (GObject *object,
                                      guint property_id,
                                      GValue *value,
                                      GParamSpec *pspec)
{
  GraphbitResponseCache *self = GRAPHBIT_RESPONSE_CACHE (object);

  switch (property_id)
    {
    case PROP_DIRECTORY:
      g_value_set_object (value, self->directory);
      break;
    case PROP_MAX_ENTRIES:
      g_value_set_uint (value, graphbit_response_cache_get_max_entries (self));
      break;
    case PROP_MAX_AGE_SECONDS:
      g_value_set_uint (value, graphbit_response_cache_get_max_age_seconds (self));
      break;
    case PROP_MAX_TEMPERATURE:
      g_value_set_double (value, graphbit_response_cache_get_max_temperature (self));
      break;
    case PROP_INCLUDE_TOOLS:
      g_value_set_boolean (value, graphbit_response_cache_get_include_tools (self));
      break;
    case PROP_HITS:
      g_value_set_int64 (value, graphbit_response_cache_get_hits (self));
      break;
    case PROP_MISSES:
      g_value_set_int64 (value, graphbit_response_cache_get_misses (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_response_cache_set_property (GObject *object,
                                      guint property_id,
                                      const GValue *value,
                                      GParamSpec *pspec)
{
  GraphbitResponseCache *self = GRAPHBIT_RESPONSE_CACHE (object);

  switch (property_id)
    {
    case PROP_DIRECTORY:
      self->directory = g_value_dup_object (value);
      break;
    case PROP_MAX_ENTRIES:
      graphbit_response_cache_set_max_entries (self, g_value_get_uint (value));
      break;
    case PROP_MAX_AGE_SECONDS:
      graphbit_response_cache_set_max_age_seconds (self, g_value_get_uint (value));
      break;
    case PROP_MAX_TEMPERATURE:
      graphbit_response_cache_set_max_temperature (self, g_value_get_double (value));
      break;
    case PROP_INCLUDE_TOOLS:
      graphbit_response_cache_set_include_tools (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_response_cache_class_init (GraphbitResponseCacheClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags written = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_response_cache_finalize;
  object_class->get_property = graphbit_response_cache_get_property;
  object_class->set_property = graphbit_response_cache_set_property;

  /**
   * GraphbitResponseCache:directory: (getter get_directory)
   *
   * Where answers are kept; it must be local, and is made when the first one is
   * written. %NULL: in memory only.
   *
   * Since: 1.0
   */
  properties[PROP_DIRECTORY] = g_param_spec_object ("directory", NULL, NULL, G_TYPE_FILE,
                                                    written | G_PARAM_CONSTRUCT_ONLY);

  /**
   * GraphbitResponseCache:max-entries: (getter get_max_entries) (setter set_max_entries)
   *
   * How many answers are kept in memory, and about how many in the directory: it
   * is looked through after every 64 that were written. Default: 10,000.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_ENTRIES] = g_param_spec_uint ("max-entries", NULL, NULL,
                                                    1, G_MAXINT, DEFAULT_MAX_ENTRIES, written);

  /**
   * GraphbitResponseCache:max-age-seconds: (getter get_max_age_seconds) (setter set_max_age_seconds)
   *
   * How old an answer may be, in seconds. 0: any age.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_AGE_SECONDS] = g_param_spec_uint ("max-age-seconds", NULL, NULL, 0, G_MAXINT, 0, written);

  /**
   * GraphbitResponseCache:max-temperature: (getter get_max_temperature) (setter set_max_temperature)
   *
   * Requests that set a higher [property@LlmOptions:temperature] are sent each
   * time. Default: 0.5; 2.0 lets all of them be answered from the cache.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_TEMPERATURE] = g_param_spec_double ("max-temperature", NULL, NULL,
                                                          0.0, 2.0, DEFAULT_MAX_TEMPERATURE, written);

  /**
   * GraphbitResponseCache:include-tools: (getter get_include_tools) (setter set_include_tools)
   *
   * Whether requests that have tools, or results of tools, are answered from the
   * cache. Default: %FALSE.
   *
   * Since: 1.0
   */
  properties[PROP_INCLUDE_TOOLS] = g_param_spec_boolean ("include-tools", NULL, NULL, FALSE, written);

  /**
   * GraphbitResponseCache:hits: (getter get_hits)
   *
   * How many requests were answered from the cache.
   *
   * Since: 1.0
   */
  properties[PROP_HITS] = g_param_spec_int64 ("hits", NULL, NULL, 0, G_MAXINT64, 0, read);

  /**
   * GraphbitResponseCache:misses: (getter get_misses)
   *
   * How many could have been, had it had the answer.
   *
   * Since: 1.0
   */
  properties[PROP_MISSES] = g_param_spec_int64 ("misses", NULL, NULL, 0, G_MAXINT64, 0, read);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_response_cache_init (GraphbitResponseCache *self)
{
  self->writes = g_new0 (Writes, 1);
  self->writes->ref_count = 1;
  g_rw_lock_init (&self->writes->lock);
  g_mutex_init (&self->mutex);
  self->max_entries = DEFAULT_MAX_ENTRIES;
  self->max_temperature = DEFAULT_MAX_TEMPERATURE;
  self->entries = g_hash_table_new (g_str_hash, g_str_equal);
}

/**
 * graphbit_response_cache_new:
 *
 * Makes a cache in memory.
 *
 * Returns: (transfer full): a new cache
 *
 * Since: 1.0
 */
GraphbitResponseCache *
graphbit_response_cache_new (void)
{
  return g_object_new (GRAPHBIT_TYPE_RESPONSE_CACHE, NULL);
}

/**
 * graphbit_response_cache_new_for_directory:
 * @directory: where to keep answers; must be local
 *
 * Makes a cache that outlives the program.
 *
 * Returns: (transfer full): a new cache
 *
 * Since: 1.0
 */
GraphbitResponseCache *
graphbit_response_cache_new_for_directory (GFile *directory)
{
  g_return_val_if_fail (G_IS_FILE (directory), NULL);

  return g_object_new (GRAPHBIT_TYPE_RESPONSE_CACHE, "directory", directory, NULL);
}

/**
 * graphbit_response_cache_get_directory: (get-property directory)
 * @self: a cache
 *
 * Gets where answers are kept.
 *
 * Returns: (transfer none) (nullable): the directory, or %NULL if they are in
 *   memory only
 *
 * Since: 1.0
 */
GFile *
graphbit_response_cache_get_directory (GraphbitResponseCache *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_RESPONSE_CACHE (self), NULL);

  return self->directory;
}

#define GET(type, field)                                        \
  type value;                                                   \
                                                                \
  g_return_val_if_fail (GRAPHBIT_IS_RESPONSE_CACHE (self), 0);  \
                                                                \
  g_mutex_lock (&self->mutex);                                  \
  value = self->field;                                          \
  g_mutex_unlock (&self->mutex);                                \
  return value

#define SET(type, field, property)                              \
  type old;                                                     \
                                                                \
  g_return_if_fail (GRAPHBIT_IS_RESPONSE_CACHE (self));         \
                                                                \
  g_mutex_lock (&self->mutex);                                  \
  old = self->field;                                            \
  self->field = field;                                          \
  keep_within (self);                                           \
  g_mutex_unlock (&self->mutex);                                \
  if (old < field || old > field)                               \
    g_object_notify_by_pspec (G_OBJECT (self), properties[property])

/**
 * graphbit_response_cache_get_max_entries: (get-property max-entries)
 * @self: a cache
 *
 * Gets how many answers are kept.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
graphbit_response_cache_get_max_entries (GraphbitResponseCache *self)
{
  GET (guint, max_entries);
}

/**
 * graphbit_response_cache_set_max_entries: (set-property max-entries)
 * @self: a cache
 * @max_entries: the number, at least 1
 *
 * Sets how many answers are kept.
 *
 * Since: 1.0
 */
void
graphbit_response_cache_set_max_entries (GraphbitResponseCache *self,
                                         guint max_entries)
{
  SET (guint, max_entries, PROP_MAX_ENTRIES);
}

/**
 * graphbit_response_cache_get_max_age_seconds: (get-property max-age-seconds)
 * @self: a cache
 *
 * Gets how old an answer may be.
 *
 * Returns: seconds, or 0 for any age
 *
 * Since: 1.0
 */
guint
graphbit_response_cache_get_max_age_seconds (GraphbitResponseCache *self)
{
  GET (guint, max_age_seconds);
}

/**
 * graphbit_response_cache_set_max_age_seconds: (set-property max-age-seconds)
 * @self: a cache
 * @max_age_seconds: seconds, or 0 for any age
 *
 * Sets how old an answer may be.
 *
 * Since: 1.0
 */
void
graphbit_response_cache_set_max_age_seconds (GraphbitResponseCache *self,
                                             guint max_age_seconds)
{
  SET (guint, max_age_seconds, PROP_MAX_AGE_SECONDS);
}

/**
 * graphbit_response_cache_get_max_temperature: (get-property max-temperature)
 * @self: a cache
 *
 * Gets the highest temperature of requests that are answered from the cache.
 *
 * Returns: 0.0 to 2.0
 *
 * Since: 1.0
 */
double
graphbit_response_cache_get_max_temperature (GraphbitResponseCache *self)
{
  GET (double, max_temperature);
}

/**
 * graphbit_response_cache_set_max_temperature: (set-property max-temperature)
 * @self: a cache
 * @max_temperature: 0.0 to 2.0
 *
 * Sets the highest temperature of requests that are answered from the cache.
 *
 * Since: 1.0
 */
void
graphbit_response_cache_set_max_temperature (GraphbitResponseCache *self,
                                             double max_temperature)
{
  SET (double, max_temperature, PROP_MAX_TEMPERATURE);
}

/**
 * graphbit_response_cache_get_include_tools: (get-property include-tools)
 * @self: a cache
 *
 * Gets whether requests with tools are answered from the cache.
 *
 * Returns: whether they are
 *
 * Since: 1.0
 */
gboolean
graphbit_response_cache_get_include_tools (GraphbitResponseCache *self)
{
  GET (gboolean, include_tools);
}

/**
 * graphbit_response_cache_set_include_tools: (set-property include-tools)
 * @self: a cache
 * @include_tools: whether they are
 *
 * Sets whether requests with tools are answered from the cache.
 *
 * Since: 1.0
 */
void
graphbit_response_cache_set_include_tools (GraphbitResponseCache *self,
                                           gboolean include_tools)
{
  SET (gboolean, include_tools, PROP_INCLUDE_TOOLS);
}

/**
 * graphbit_response_cache_get_hits: (get-property hits)
 * @self: a cache
 *
 * Gets how many requests were answered from the cache.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
gint64
graphbit_response_cache_get_hits (GraphbitResponseCache *self)
{
  GET (gint64, hits);
}

/**
 * graphbit_response_cache_get_misses: (get-property misses)
 * @self: a cache
 *
 * Gets how many requests could have been answered from the cache, had it had the
 * answer.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
gint64
graphbit_response_cache_get_misses (GraphbitResponseCache *self)
{
  GET (gint64, misses);
}

static char *
dup_directory (GraphbitResponseCache *self)
{
  return self->directory != NULL ? g_file_get_path (self->directory) : NULL;
}

static gboolean
is_entry_name (const char *name)
{
  return strlen (name) == 64 + strlen (SUFFIX) && strspn (name, "0123456789abcdef") == 64 &&
         strcmp (name + 64, SUFFIX) == 0;
}

/**
 * graphbit_response_cache_clear:
 * @self: a cache
 *
 * Forgets all answers. Their files are removed before it returns.
 *
 * Since: 1.0
 */
void
graphbit_response_cache_clear (GraphbitResponseCache *self)
{
  g_autofree char *path = NULL;
  g_autoptr (GDir) directory = NULL;
  const char *name;

  g_return_if_fail (GRAPHBIT_IS_RESPONSE_CACHE (self));

  g_mutex_lock (&self->mutex);
  while (self->used.length > 0)
    remove_entry (self, self->used.head->data);
  g_mutex_unlock (&self->mutex);

  /* those that wait in the pool come to nothing */
  g_rw_lock_writer_lock (&self->writes->lock);
  g_atomic_int_inc (&self->writes->n_clears);
  path = dup_directory (self);
  directory = path != NULL ? g_dir_open (path, 0, NULL) : NULL;
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    if (is_entry_name (name))
      {
        g_autofree char *file = g_build_filename (path, name, NULL);

        g_unlink (file);
      }
  g_rw_lock_writer_unlock (&self->writes->lock);
}

/* Requests */

gboolean
graphbit_response_cache_check (GraphbitResponseCache *self,
                               GError **error)
{
  if (self->directory == NULL || g_file_peek_path (self->directory) != NULL)
    return TRUE;

  g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                       _("The directory of the response cache is not on this machine; choose a local one"));
  return FALSE;
}

gboolean
graphbit_response_cache_accepts (GraphbitResponseCache *self,
                                 GraphbitLlmRequest *request)
{
  GListModel *messages = graphbit_llm_request_get_messages (request);
  GraphbitLlmOptions *options = graphbit_llm_request_get_options (request);
  gboolean include_tools = graphbit_response_cache_get_include_tools (self);

  if (options != NULL &&
      graphbit_llm_options_get_temperature (options) > graphbit_response_cache_get_max_temperature (self))
    return FALSE;
  if (include_tools)
    return TRUE;
  if (graphbit_llm_request_count_tools (request) > 0)
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (GraphbitLlmMessage) message = g_list_model_get_item (messages, i);

      if (graphbit_llm_message_get_role (message) == GRAPHBIT_LLM_ROLE_TOOL)
        return FALSE;
    }

  return TRUE;
}

char *
graphbit_response_cache_make_key (const char *provider,
                                  const char *uri,
                                  GBytes *body)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size;
  const guchar *data = g_bytes_get_data (body, &size);

  /* with the NULs, so that no two of the parts can be taken for others */
  g_checksum_update (checksum, (const guchar *) provider, (gssize) strlen (provider) + 1);
  g_checksum_update (checksum, (const guchar *) uri, (gssize) strlen (uri) + 1);
  g_checksum_update (checksum, data, (gssize) size);
  return g_strdup (g_checksum_get_string (checksum));
}

/* Reading and writing */

static char *
response_to_text (GraphbitLlmResponse *response,
                  gint64 created)
{
  GString *string = g_string_sized_new (512);
  GListModel *calls = graphbit_llm_response_get_tool_calls (response);
  GraphbitJsonWriter writer;

  graphbit_json_writer_init (&writer, string);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, "format", FORMAT);
  graphbit_json_writer_int64_member (&writer, "version", VERSION);
  graphbit_json_writer_int64_member (&writer, "created", created);
  graphbit_json_writer_string_member (&writer, "text", graphbit_llm_response_get_text (response));
  graphbit_json_writer_string_member (&writer, "reasoning", graphbit_llm_response_get_reasoning (response));
  graphbit_json_writer_name (&writer, "tool_calls");
  graphbit_json_writer_begin_array (&writer);
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (GraphbitLlmToolCall) call = g_list_model_get_item (calls, i);

      graphbit_json_writer_begin_object (&writer);
      graphbit_json_writer_string_member (&writer, "id", graphbit_llm_tool_call_get_id (call));
      graphbit_json_writer_string_member (&writer, "name", graphbit_llm_tool_call_get_name (call));
      graphbit_json_writer_string_member (&writer, "arguments", graphbit_llm_tool_call_get_arguments_json (call));
      graphbit_json_writer_end_object (&writer);
    }
  graphbit_json_writer_end_array (&writer);
  graphbit_json_writer_string_member (&writer, "finish_reason", graphbit_llm_response_get_finish_reason_text (response));
  graphbit_json_writer_string_member (&writer, "model", graphbit_llm_response_get_model (response));
  graphbit_json_writer_string_member (&writer, "id", graphbit_llm_response_get_id (response));
  graphbit_json_writer_string_member (&writer, "request_id", graphbit_llm_response_get_request_id (response));
  graphbit_json_writer_string_member (&writer, "native", graphbit_llm_response_peek_native (response));
  graphbit_json_writer_end_object (&writer);

  return g_string_free (string, FALSE);
}

static const char *
get_text (JsonNode *node,
          const char *name)
{
  const char *value = NULL;

  return graphbit_json_get_string (node, name, &value) ? value : NULL;
}

/* NULL: it is none. */
static GraphbitLlmResponse *
response_from_text (const char *text,
                    gint64 *created)
{
  g_autoptr (JsonNode) root = graphbit_json_parse (text, -1, NULL);
  g_autoptr (GListStore) calls = NULL;
  g_autoptr (GraphbitLlmUsage) usage = NULL;
  GraphbitLlmResponse *response;
  JsonNode *call_nodes;
  gint64 version = 0;
  guint n_calls;

  if (root == NULL || g_strcmp0 (get_text (root, "format"), FORMAT) != 0 ||
      !graphbit_json_get_int64 (root, "version", &version) || version != VERSION ||
      !graphbit_json_get_int64 (root, "created", created) || *created < 0 || get_text (root, "text") == NULL)
    return NULL;

  /* goes out again as it is */
  if (get_text (root, "native") != NULL)
    {
      g_autoptr (JsonNode) native = graphbit_json_parse (get_text (root, "native"), -1, NULL);

      if (native == NULL)
        return NULL;
    }

  call_nodes = graphbit_json_get_member (root, "tool_calls");
  n_calls = call_nodes != NULL ? graphbit_json_get_size (call_nodes) : 0;
  calls = g_list_store_new (GRAPHBIT_TYPE_LLM_TOOL_CALL);
  for (guint i = 0; i < n_calls; i++)
    {
      JsonNode *node = graphbit_json_get_element (call_nodes, i);
      g_autoptr (GraphbitLlmToolCall) call = NULL;

      if (get_text (node, "id") == NULL || get_text (node, "name") == NULL || get_text (node, "arguments") == NULL)
        return NULL;
      call = graphbit_llm_tool_call_new (get_text (node, "id"), get_text (node, "name"), get_text (node, "arguments"));
      g_list_store_append (calls, call);
    }

  usage = graphbit_llm_usage_new (0, 0);
  response = g_object_new (GRAPHBIT_TYPE_LLM_RESPONSE,
                           "text", get_text (root, "text"),
                           "reasoning", get_text (root, "reasoning"),
                           "tool-calls", calls,
                           "usage", usage,
                           "finish-reason", n_calls > 0 ? GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS
                                                        : GRAPHBIT_LLM_FINISH_REASON_STOP,
                           "finish-reason-text", get_text (root, "finish_reason"),
                           "model", get_text (root, "model"),
                           "id", get_text (root, "id"),
                           "request-id", get_text (root, "request_id"),
                           "is-cached", TRUE,
                           NULL);
  if (get_text (root, "native") != NULL)
    graphbit_llm_response_set_native (response, get_text (root, "native"));

  return response;
}

static void
count (GraphbitResponseCache *self,
       gboolean is_hit)
{
  g_mutex_lock (&self->mutex);
  if (is_hit)
    self->hits++;
  else
    self->misses++;
  g_mutex_unlock (&self->mutex);
}

void
graphbit_response_cache_tell (GraphbitResponseCache *self,
                              gboolean is_hit)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[is_hit ? PROP_HITS : PROP_MISSES]);
}

GraphbitLlmResponse *
graphbit_response_cache_lookup (GraphbitResponseCache *self,
                                const char *key)
{
  GraphbitLlmResponse *response = NULL;
  Entry *entry;
  gint64 created;

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
      response = response_from_text (entry->text, &created);
    }
  g_mutex_unlock (&self->mutex);

  if (response != NULL || self->directory == NULL)
    count (self, response != NULL);
  return response;
}

static char *
build_path (const char *directory,
            const char *key)
{
  g_autofree char *name = g_strconcat (key, SUFFIX, NULL);

  return g_build_filename (directory, name, NULL);
}

char *
graphbit_response_cache_get_path (GraphbitResponseCache *self,
                                  const char *key)
{
  g_autofree char *directory = dup_directory (self);

  return directory != NULL ? build_path (directory, key) : NULL;
}

GraphbitLlmResponse *
graphbit_response_cache_adopt (GraphbitResponseCache *self,
                               const char *key,
                               const char *text)
{
  gint64 created = 0;
  GraphbitLlmResponse *response = text != NULL ? response_from_text (text, &created) : NULL;

  if (response != NULL)
    {
      g_mutex_lock (&self->mutex);
      if (is_too_old (self, created))
        g_clear_object (&response);
      else
        add_entry (self, key, text, created);
      g_mutex_unlock (&self->mutex);
    }

  count (self, response != NULL);
  return response;
}

/* Files; pool thread */

/* Whatever lies there by that name, it neither blocks the pool nor fills the memory. */
char *
graphbit_response_cache_read_file (const char *path)
{
  int file = g_open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0);
  g_autoptr (GString) text = g_string_new (NULL);
  char buffer[16 * 1024];
  struct stat status;
  gssize n = -1;

  if (file < 0)
    return NULL;

  if (fstat (file, &status) == 0 && S_ISREG (status.st_mode) && status.st_size <= MAX_ENTRY_SIZE)
    do
      {
        n = read (file, buffer, sizeof buffer);
        if (n > 0)
          g_string_append_len (text, buffer, n);
      }
    while ((n > 0 && text->len <= MAX_ENTRY_SIZE) || (n < 0 && errno == EINTR));
  close (file);

  return n == 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

typedef struct
{
  Writes *writes;
  guint n_clears; /* at its start */
  char *directory;
  char *key;
  char *text;
  guint max_entries; /* 0: does not look */
} StoreJob;

typedef struct
{
  char *path;
  gint64 modified;
} StoredFile;

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
prune (const char *path,
       guint max_entries)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (StoredFile));
  const char *name;

  g_array_set_clear_func (files, clear_file);
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      StoredFile file = { NULL, 0 };
      GStatBuf status;

      if (!is_entry_name (name))
        continue;
      file.path = g_build_filename (path, name, NULL);
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
store_job_free (StoreJob *job)
{
  writes_unref (job->writes);
  g_free (job->directory);
  g_free (job->key);
  g_free (job->text);
  g_free (job);
}

/* Unless everything was cleared meanwhile. */
static void
write_file (StoreJob *job)
{
  g_autofree char *path = build_path (job->directory, job->key);
  g_autoptr (GError) error = NULL;

  if (job->n_clears != (guint) g_atomic_int_get (&job->writes->n_clears))
    return;

  if (g_mkdir_with_parents (job->directory, 0700) != 0 ||
      !g_file_set_contents_full (path, job->text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    g_warning ("An answer cannot be kept in %s: %s", job->directory,
               error != NULL ? error->message : g_strerror (errno));
  else if (job->max_entries > 0)
    prune (job->directory, job->max_entries);
}

static void
store_in_pool (gpointer data,
               gpointer user_data)
{
  StoreJob *job = data;

  g_rw_lock_reader_lock (&job->writes->lock);
  write_file (job);
  g_rw_lock_reader_unlock (&job->writes->lock);
  store_job_free (job);
}

void
graphbit_response_cache_store (GraphbitResponseCache *self,
                               GraphbitRuntime *runtime,
                               const char *key,
                               GraphbitLlmResponse *response)
{
  gint64 created = graphbit_clock_wall ();
  g_autofree char *text = response_to_text (response, created);
  guint n_clears = (guint) g_atomic_int_get (&self->writes->n_clears);
  gboolean looks;
  StoreJob *job;

  if (strlen (text) > MAX_ENTRY_SIZE)
    return;

  g_mutex_lock (&self->mutex);
  add_entry (self, key, text, created);
  looks = ++self->n_stores % STORES_PER_LOOK == 0;
  g_mutex_unlock (&self->mutex);

  if (self->directory == NULL)
    return;

  job = g_new0 (StoreJob, 1);
  g_atomic_int_inc (&self->writes->ref_count);
  job->writes = self->writes;
  job->n_clears = n_clears;
  job->directory = dup_directory (self);
  job->key = g_strdup (key);
  job->text = g_steal_pointer (&text);
  if (looks)
    job->max_entries = graphbit_response_cache_get_max_entries (self);
  if (!graphbit_runtime_push_work (runtime, store_in_pool, job))
    store_job_free (job);
}
