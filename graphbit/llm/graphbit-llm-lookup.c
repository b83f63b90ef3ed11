/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-lookup-private.h"

#include "graphbit-llm-cache-private.h"
#include "graphbit-llm-config-private.h"

/* Takes what there is, NULL for nothing. */
static void
take_content (GraphbitLlmLookup *self,
              GBytes *content)
{
  self->found = content != NULL ? graphbit_llm_cache_decode (content) : NULL;
}

static void
count (const GraphbitLlmLookup *self)
{
  graphbit_response_cache_count (self->cache, self->found != NULL, self->found == NULL);
}

gboolean
graphbit_llm_lookup_init (GraphbitLlmLookup *self,
                          GraphbitResponseCache *cache,
                          const GraphbitLlmTarget *target,
                          GraphbitLlmRequest *request,
                          gboolean is_stream,
                          GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *uri = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GBytes) content = NULL;
  GraphbitCacheStore *store;
  const char *data;
  gsize length;

  if (cache == NULL || target->dialect == NULL || !graphbit_llm_cache_accepts (cache, request))
    return TRUE;
  if (!graphbit_response_cache_check (cache, error))
    return FALSE;

  if (is_stream)
    {
      GString *string = g_string_sized_new (1024);

      if (!target->dialect->build (target->vendor, target->config, request, FALSE, string, error))
        {
          g_string_free (string, TRUE);
          return FALSE;
        }
      body = g_string_free_to_bytes (string);
    }
  else
    body = g_bytes_ref (target->body);
  path = target->dialect->path (target->vendor, target->path_model, FALSE);
  uri = graphbit_vendor_make_uri (target->vendor, graphbit_llm_config_get_wire (target->config), target->base_uri,
                                  target->model, path, graphbit_llm_config_get_api_version (target->config));

  self->cache = g_object_ref (cache);
  store = graphbit_response_cache_get_store (cache);
  data = g_bytes_get_data (body, &length);
  self->key = graphbit_cache_store_make_key (target->vendor->name, uri, data, length);
  content = graphbit_cache_store_lookup (store, self->key);
  take_content (self, content);
  if (self->found != NULL || !graphbit_cache_store_has_directory (store))
    count (self);
  return TRUE;
}

void
graphbit_llm_lookup_clear (GraphbitLlmLookup *self)
{
  g_clear_object (&self->cache);
  g_clear_pointer (&self->key, g_free);
  g_clear_object (&self->found);
}

gboolean
graphbit_llm_lookup_has_files (const GraphbitLlmLookup *self)
{
  return self->cache != NULL && graphbit_response_cache_get_directory (self->cache) != NULL;
}

void
graphbit_llm_lookup_tell (const GraphbitLlmLookup *self)
{
  g_autoptr (GraphbitResponseCache) cache = g_object_ref (self->cache);

  graphbit_response_cache_tell (cache, self->found != NULL);
}

void
graphbit_llm_lookup_store (const GraphbitLlmLookup *self,
                           GraphbitRuntime *runtime,
                           GraphbitLlmResponse *response)
{
  GraphbitLlmFinishReason finish = graphbit_llm_response_get_finish_reason (response);
  g_autoptr (GBytes) content = NULL;

  if (graphbit_llm_response_get_refusal (response) == NULL &&
      (finish == GRAPHBIT_LLM_FINISH_REASON_STOP || finish == GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS))
    {
      content = graphbit_llm_cache_encode (response);
      graphbit_cache_store_add (graphbit_response_cache_get_store (self->cache), runtime, self->key, content);
    }
}

/* Files */

typedef struct
{
  GraphbitOperation *operation;
  GraphbitLlmLookup *lookup; /* the operation's */
  GraphbitOperationFunc done;
  GraphbitCacheStore *store;
  char *key;
  GBytes *content;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  graphbit_operation_unref (reading->operation);
  graphbit_cache_store_unref (reading->store);
  g_free (reading->key);
  g_clear_pointer (&reading->content, g_bytes_unref);
  g_free (reading);
}

static void
use_file (GraphbitOperation *operation,
          gpointer data)
{
  Reading *reading = data;
  GraphbitLlmLookup *self = reading->lookup;

  take_content (self, reading->content);
  count (self);
  reading->done (operation, NULL);
}

static void
read_in_pool (gpointer data,
              gpointer user_data)
{
  Reading *reading = data;
  GraphbitOperation *operation = graphbit_operation_ref (reading->operation);

  reading->content = graphbit_cache_store_read (reading->store, reading->key);
  graphbit_operation_invoke (operation, use_file, reading, reading_free);
  graphbit_operation_unref (operation);
}

void
graphbit_llm_lookup_read (GraphbitLlmLookup *self,
                          GraphbitOperation *operation,
                          GraphbitOperationFunc done)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->operation = graphbit_operation_ref (operation);
  reading->lookup = self;
  reading->done = done;
  reading->key = g_strdup (self->key);
  reading->store = graphbit_cache_store_ref (graphbit_response_cache_get_store (self->cache));
  /* not taken: the generation has ended, and its operations are being interrupted */
  if (!graphbit_runtime_push_work (operation->runtime, read_in_pool, reading))
    reading_free (reading);
}
