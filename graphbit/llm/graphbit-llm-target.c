/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-llm-target-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-llm-config-private.h"
#include "graphbit-llm-demands-private.h"
#include "graphbit-llm-request-private.h"

gboolean
graphbit_llm_target_init (GraphbitLlmTarget *self,
                          GraphbitLlmConfig *config,
                          GraphbitLlmRequest *request,
                          const GraphbitLlmQuery *query,
                          gboolean is_stream,
                          GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) key_error = NULL;

  self->config = g_object_ref (config);
  /* also of a fallback that is passed over, for the reason that is told */
  self->vendor = graphbit_llm_config_get_vendor (config);
  self->model = g_strdup (graphbit_llm_config_resolve_model (config));
  if (!graphbit_llm_config_check (config, error) ||
      (query == NULL && !graphbit_llm_demands_check (config, request, is_stream, error)))
    return FALSE;

  self->dialect = graphbit_llm_dialect_for (graphbit_llm_config_get_wire (config));
  if (self->dialect == NULL)
    {
      g_set_object (&self->request, request);
      return TRUE;
    }

  self->base_uri = graphbit_llm_config_resolve_base_url (config, error);
  if (self->base_uri == NULL)
    {
      if (*error == NULL)
        g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                     _("%s has no address of its own; set the configuration's base URL"), self->vendor->title);
      return FALSE;
    }

  if (query == NULL)
    {
      GString *body = g_string_sized_new (1024);

      if (!self->dialect->build (self->vendor, config, request, is_stream, body, error))
        {
          g_string_free (body, TRUE);
          return FALSE;
        }
      self->body = g_string_free_to_bytes (body);
      self->path_model = graphbit_llm_config_dup_path_model (config);
      path = self->dialect->path (self->vendor, self->path_model, is_stream);
    }
  else
    {
      self->query_method = query->method;
      path = g_strdup (query->path);
    }
  self->uri = graphbit_vendor_make_uri (self->vendor, query == NULL ? graphbit_llm_config_get_wire (config) : self->vendor->wire,
                                        self->base_uri, query == NULL ? self->model : NULL, path,
                                        graphbit_llm_config_get_api_version (config));

  self->secret = graphbit_key_source_dup_secret (graphbit_llm_config_peek_keys (config), &key_error);
  if (key_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&key_error));
      return FALSE;
    }

  return TRUE;
}

void
graphbit_llm_target_clear (GraphbitLlmTarget *self)
{
  g_clear_object (&self->config);
  g_clear_object (&self->request);
  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->base_uri, g_free);
  g_clear_pointer (&self->model, g_free);
  g_clear_pointer (&self->path_model, g_free);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->secret, graphbit_secret_unref);
  g_clear_error (&self->error);
}

void
graphbit_llm_target_free (gpointer data)
{
  graphbit_llm_target_clear (data);
  g_free (data);
}

gboolean
graphbit_llm_target_is_keyless (const GraphbitLlmTarget *self)
{
  if (graphbit_llm_config_has_key_header (self->config))
    return TRUE;

  return (self->vendor->quirks & GRAPHBIT_QUIRK_NO_KEY) != 0 &&
         !graphbit_key_source_can_ask (graphbit_llm_config_peek_keys (self->config));
}
