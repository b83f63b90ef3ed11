/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-response-cache-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-error.h"

#define DEFAULT_MAX_ENTRIES 10000
#define DEFAULT_MAX_TEMPERATURE 0.5

/**
 * GraphbitResponseCache:
 *
 * Keeps answers, so that the same request need not be sent twice.
 *
 * Give it to one or more clients ([property@LlmClient:cache],
 * [property@EmbeddingClient:cache]). A request is answered from it if everything
 * that would be sent is the same to the last byte: provider, address, model,
 * messages, options. Streams and whole answers share. An answer from the cache
 * costs nothing: its usage is 0, [property@LlmResponse:is-cached] is %TRUE, it
 * has no raw JSON, and no budget or limit is asked.
 *
 * Of embeddings each text is kept by itself, with its model, dimensions and
 * input type, whichever texts it was sent with; the vector that comes back is the
 * same to the last bit.
 *
 * Kept are whole answers of the client's own configuration over HTTP, of 1 MiB at
 * most. Requests with tools, or with the results of some, are left out unless
 * [property@ResponseCache:include-tools] is set; those that set a temperature
 * above [property@ResponseCache:max-temperature] are left out too, for they ask
 * for variety. In memory there are at most 64 MiB; what was not used for longest
 * goes first.
 *
 * With a directory answers outlive the program, in files that only the user can
 * read, one for each, which are named by a digest; several programs may share it.
 * It is read and written in the library's pool, never in your thread. [func@shutdown]
 * waits for two seconds at most for what is still to be written; the end of a
 * program without it hardly at all. A file that is damaged counts as missing.
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
  GraphbitCacheStore *store;

  GMutex mutex; /* for what is below */
  double max_temperature;
  gboolean include_tools;
  gint64 hits;
  gint64 misses;
};

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
graphbit_response_cache_finalize (GObject *object)
{
  GraphbitResponseCache *self = GRAPHBIT_RESPONSE_CACHE (object);

  g_clear_object (&self->directory);
  graphbit_cache_store_unref (self->store);
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
      if (self->directory != NULL)
        graphbit_cache_store_set_directory (self->store, g_file_peek_path (self->directory));
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
   * is looked through now and then, when so many were written that it may have
   * become too full. Of embeddings each text is one. Default: 10,000.
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
   * How many requests were answered from the cache, and texts of embeddings.
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
  self->store = graphbit_cache_store_new (DEFAULT_MAX_ENTRIES);
  g_mutex_init (&self->mutex);
  self->max_temperature = DEFAULT_MAX_TEMPERATURE;
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
  g_return_val_if_fail (GRAPHBIT_IS_RESPONSE_CACHE (self), 0);

  return graphbit_cache_store_get_max_entries (self->store);
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
  g_return_if_fail (GRAPHBIT_IS_RESPONSE_CACHE (self));
  g_return_if_fail (max_entries >= 1 && max_entries <= G_MAXINT);

  if (graphbit_cache_store_set_max_entries (self->store, max_entries))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_ENTRIES]);
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
  g_return_val_if_fail (GRAPHBIT_IS_RESPONSE_CACHE (self), 0);

  return graphbit_cache_store_get_max_age_seconds (self->store);
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
  g_return_if_fail (GRAPHBIT_IS_RESPONSE_CACHE (self));
  g_return_if_fail (max_age_seconds <= G_MAXINT);

  if (graphbit_cache_store_set_max_age_seconds (self->store, max_age_seconds))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_AGE_SECONDS]);
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
  g_return_if_fail (GRAPHBIT_IS_RESPONSE_CACHE (self));

  graphbit_cache_store_clear (self->store);
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

GraphbitCacheStore *
graphbit_response_cache_get_store (GraphbitResponseCache *self)
{
  return self->store;
}

void
graphbit_response_cache_count (GraphbitResponseCache *self,
                               guint n_hits,
                               guint n_misses)
{
  g_mutex_lock (&self->mutex);
  self->hits += n_hits;
  self->misses += n_misses;
  g_mutex_unlock (&self->mutex);
}

void
graphbit_response_cache_tell (GraphbitResponseCache *self,
                              gboolean is_hit)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[is_hit ? PROP_HITS : PROP_MISSES]);
}
