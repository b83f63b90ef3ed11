/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-lookup-private.h"

#include "graphbit-llm-config-private.h"

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

  if (cache == NULL || target->dialect == NULL || !graphbit_response_cache_accepts (cache, request))
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
  self->key = graphbit_response_cache_make_key (target->vendor->name, uri, body);
  self->found = graphbit_response_cache_lookup (cache, self->key);
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

  if (graphbit_llm_response_get_refusal (response) == NULL &&
      (finish == GRAPHBIT_LLM_FINISH_REASON_STOP || finish == GRAPHBIT_LLM_FINISH_REASON_TOOL_CALLS))
    graphbit_response_cache_store (self->cache, runtime, self->key, response);
}

/* Files */

typedef struct
{
  GraphbitOperation *operation;
  GraphbitLlmLookup *lookup; /* the operation's */
  GraphbitOperationFunc done;
  char *path;
  char *text;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  graphbit_operation_unref (reading->operation);
  g_free (reading->path);
  g_free (reading->text);
  g_free (reading);
}

static void
use_file (GraphbitOperation *operation,
          gpointer data)
{
  Reading *reading = data;
  GraphbitLlmLookup *self = reading->lookup;

  self->found = graphbit_response_cache_adopt (self->cache, self->key, reading->text);
  reading->done (operation, NULL);
}

static void
read_in_pool (gpointer data,
              gpointer user_data)
{
  Reading *reading = data;
  GraphbitOperation *operation = graphbit_operation_ref (reading->operation);

  reading->text = graphbit_response_cache_read_file (reading->path);
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
  reading->path = graphbit_response_cache_get_path (self->cache, self->key);
  /* not taken: the generation has ended, and its operations are being interrupted */
  if (!graphbit_runtime_push_work (operation->runtime, read_in_pool, reading))
    reading_free (reading);
}
