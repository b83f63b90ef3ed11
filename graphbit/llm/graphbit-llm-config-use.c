/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <pthread.h>
#include <string.h>

#include "graphbit-error.h"
#include "graphbit-json-private.h"
#include "graphbit-llm-config-fields-private.h"
#include "graphbit-vendor-environment-private.h"

/* A configuration at use: whether it will do, and what it comes to together with its vendor and the environment. */

/* RFC 9110: a token, and a value that cannot break out of its line. */
static gboolean
check_headers (GVariant *headers,
               GError **error)
{
  GVariantIter iter;
  const char *name, *value;

  g_variant_iter_init (&iter, headers);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    {
      gboolean is_token = *name != '\0';

      for (const char *p = name; *p != '\0' && is_token; p++)
        is_token = g_ascii_isalnum (*p) || strchr ("!#$%&'*+-.^_`|~", *p) != NULL;

      if (!is_token || graphbit_vendor_has_control_character (value))
        {
          g_autofree char *shown = g_strescape (name, NULL);

          g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                       _("The header “%s” is malformed"), shown);
          return FALSE;
        }
    }

  return TRUE;
}

static JsonNode *
parse_extra_body (const char *extra_body,
                  GError **error)
{
  g_autoptr (GError) parse_error = NULL;
  g_autoptr (JsonNode) node = graphbit_json_parse (extra_body, -1, &parse_error);

  if (node == NULL)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("The extra body is no JSON: %s"), parse_error->message);
      return NULL;
    }
  if (graphbit_json_get_kind (node) != GRAPHBIT_JSON_KIND_OBJECT)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The extra body must be a JSON object"));
      return NULL;
    }
  if (graphbit_json_get_member (node, "stream") != NULL)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The extra body must not set “stream”; call complete_stream or chat_stream instead"));
      return NULL;
    }

  return g_steal_pointer (&node);
}

/* For what is worked out at the first use, which may be in several threads at once. pthread's, so that the thread
 * sanitizer sees it. */
static pthread_mutex_t known_mutex = PTHREAD_MUTEX_INITIALIZER;

static JsonNode *
know_extra_body (GraphbitLlmConfig *self,
                 GError **error)
{
  JsonNode *node;

  pthread_mutex_lock (&known_mutex);
  if (self->extra_body_node == NULL)
    self->extra_body_node = parse_extra_body (self->extra_body, error);
  node = self->extra_body_node;
  pthread_mutex_unlock (&known_mutex);
  return node;
}

gboolean
graphbit_llm_config_check (GraphbitLlmConfig *self,
                           GError **error)
{
  g_autofree char *base_url = NULL;

  if (self->vendor == NULL)
    {
      g_autofree char *shown = g_strescape (self->provider, NULL);

      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("There is no provider “%s”"), shown);
      return FALSE;
    }
  if (graphbit_llm_config_resolve_model (self) == NULL && self->vendor->model_variables[0] != NULL)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                   _("The name of the model or deployment of %s is missing; give it or set %s"),
                   self->vendor->title, self->vendor->model_variables[0]);
      return FALSE;
    }
  if (!graphbit_vendor_check_model (graphbit_llm_config_resolve_model (self), error))
    return FALSE;

  if (self->vendor->wire == GRAPHBIT_WIRE_CUSTOM)
    {
      if (strcmp (self->vendor->name, "custom") == 0 && self->llm_provider == NULL)
        {
          g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                               _("The provider “custom” needs an llm-provider"));
          return FALSE;
        }
      return TRUE;
    }

  base_url = graphbit_llm_config_resolve_base_url (self, error);
  if (base_url == NULL)
    return FALSE;
  if (self->headers != NULL && !check_headers (self->headers, error))
    return FALSE;
  if (self->organization != NULL && graphbit_vendor_has_control_character (self->organization))
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The name of the organization is malformed"));
      return FALSE;
    }
  if ((self->site_url != NULL && graphbit_vendor_has_control_character (self->site_url)) ||
      (self->site_name != NULL && graphbit_vendor_has_control_character (self->site_name)))
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The address or the name of the site has a line break or another control character in it"));
      return FALSE;
    }
  if (self->api_version != NULL && (*self->api_version == '\0' || graphbit_vendor_has_control_character (self->api_version)))
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The version of the API is empty or malformed; an example is “2024-10-21”"));
      return FALSE;
    }
  if (self->version != NULL && self->vendor->wire != GRAPHBIT_WIRE_REPLICATE)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("%s has no versions of models; leave “version” unset"), self->vendor->title);
      return FALSE;
    }
  if (self->version != NULL && (*self->version == '\0' || graphbit_vendor_has_control_character (self->version)))
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The version of the model is empty or malformed; it is an id of 64 digits"));
      return FALSE;
    }
  if (self->extra_body != NULL && !know_extra_body (self, error))
    return FALSE;
  if (self->api == GRAPHBIT_LLM_API_RESPONSES && self->vendor->wire == GRAPHBIT_WIRE_CHAT &&
      !graphbit_vendor_has_responses (self->vendor, base_url))
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("%s does not speak OpenAI's responses at this address; leave “api” at auto"), self->vendor->title);
      return FALSE;
    }
  if (self->api != GRAPHBIT_LLM_API_AUTO && self->vendor->wire != GRAPHBIT_WIRE_CHAT)
    {
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_UNSUPPORTED,
                   _("%s has a protocol of its own only; leave “api” at auto"), self->vendor->title);
      return FALSE;
    }

  return TRUE;
}

const GraphbitVendor *
graphbit_llm_config_get_vendor (GraphbitLlmConfig *self)
{
  return self->vendor;
}

GraphbitWire
graphbit_llm_config_get_wire (GraphbitLlmConfig *self)
{
  return self->api == GRAPHBIT_LLM_API_RESPONSES ? GRAPHBIT_WIRE_RESPONSES : self->vendor->wire;
}

char *
graphbit_llm_config_resolve_base_url (GraphbitLlmConfig *self,
                                      GError **error)
{
  g_autofree char *base_url = NULL;
  gboolean is_good;

  if (self->vendor == NULL || self->vendor->wire == GRAPHBIT_WIRE_CUSTOM)
    return NULL;

  base_url = graphbit_vendor_choose_base_url (self->vendor, self->base_url, error);
  if (base_url == NULL)
    return NULL;

  pthread_mutex_lock (&known_mutex);
  is_good = g_strcmp0 (base_url, self->good_base_url) == 0;
  pthread_mutex_unlock (&known_mutex);
  if (!is_good)
    {
      if (!graphbit_vendor_check_base_url (base_url, error))
        return NULL;
      pthread_mutex_lock (&known_mutex);
      g_free (self->good_base_url);
      self->good_base_url = g_strdup (base_url);
      pthread_mutex_unlock (&known_mutex);
    }

  return graphbit_vendor_complete_base_url (self->vendor, base_url);
}

const char *
graphbit_llm_config_resolve_model (GraphbitLlmConfig *self)
{
  const char *model;

  if (self->model != NULL || self->vendor == NULL)
    return self->model;

  model = graphbit_vendor_find_variable ((const char *const *) self->vendor->model_variables, NULL);

  return model != NULL ? model : self->vendor->default_model;
}

char *
graphbit_llm_config_dup_path_model (GraphbitLlmConfig *self)
{
  const char *model = graphbit_llm_config_resolve_model (self);

  return self->version != NULL ? g_strconcat (model, ":", self->version, NULL) : g_strdup (model);
}

JsonNode *
graphbit_llm_config_peek_extra_body (GraphbitLlmConfig *self)
{
  return self->extra_body != NULL ? know_extra_body (self, NULL) : NULL;
}

GraphbitLlmProvider *
graphbit_llm_config_peek_llm_provider (GraphbitLlmConfig *self)
{
  GraphbitLlmProvider *llm_provider;

  pthread_mutex_lock (&known_mutex);
  llm_provider = self->llm_provider != NULL ? self->llm_provider : self->built_in;
  pthread_mutex_unlock (&known_mutex);
  return llm_provider;
}

GraphbitLlmProvider *
graphbit_llm_config_keep_llm_provider (GraphbitLlmConfig *self,
                                       GraphbitLlmProvider *llm_provider)
{
  pthread_mutex_lock (&known_mutex);
  if (self->built_in == NULL)
    self->built_in = g_object_ref (llm_provider);
  llm_provider = self->built_in;
  pthread_mutex_unlock (&known_mutex);
  return llm_provider;
}
