/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-enum-types.h"
#include "graphbit-json-private.h"
#include "graphbit-llm-config-fields-private.h"
#include "graphbit-vendor-environment-private.h"

/* A configuration as JSON, without what is secret in it. */

static void
write_headers (GraphbitLlmConfig *self,
               GraphbitJsonWriter *writer)
{
  GVariantIter iter;
  const char *name, *value;

  graphbit_json_writer_name (writer, "headers");
  graphbit_json_writer_begin_object (writer);
  g_variant_iter_init (&iter, self->headers);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    {
      if (!graphbit_secret_is_header (name))
        graphbit_json_writer_string_member (writer, name, value);
    }
  graphbit_json_writer_end_object (writer);
}

static void
write_capabilities (GraphbitLlmConfig *self,
                    GraphbitJsonWriter *writer)
{
  g_autoptr (GFlagsClass) klass = g_type_class_ref (GRAPHBIT_TYPE_LLM_CAPABILITIES);

  graphbit_json_writer_name (writer, "capabilities");
  graphbit_json_writer_begin_array (writer);
  for (guint i = 0; i < klass->n_values; i++)
    {
      if (klass->values[i].value != 0 && (self->capabilities & klass->values[i].value) != 0)
        graphbit_json_writer_string (writer, klass->values[i].value_nick);
    }
  graphbit_json_writer_end_array (writer);
}

/**
 * graphbit_llm_config_to_json:
 * @self: a configuration
 *
 * Writes down what was set, as a JSON object with the names of the properties.
 * Keys are not among it, nor are headers whose names suggest a secret.
 *
 * Returns: (transfer full): JSON text
 *
 * Since: 1.0
 */
char *
graphbit_llm_config_to_json (GraphbitLlmConfig *self)
{
  GString *text;
  GraphbitJsonWriter writer;
  JsonNode *extra_body;

  g_return_val_if_fail (GRAPHBIT_IS_LLM_CONFIG (self), NULL);

  text = g_string_new (NULL);
  graphbit_json_writer_init (&writer, text);
  graphbit_json_writer_begin_object (&writer);
  graphbit_json_writer_string_member (&writer, "provider", self->provider);
  if (graphbit_llm_config_resolve_model (self) != NULL)
    graphbit_json_writer_string_member (&writer, "model", graphbit_llm_config_resolve_model (self));
  /* A password in it would be an error at use, but is a secret all the same. */
  if (self->base_url != NULL && graphbit_vendor_check_base_url (self->base_url, NULL))
    graphbit_json_writer_string_member (&writer, "base-url", self->base_url);
  if (self->api == GRAPHBIT_LLM_API_CHAT_COMPLETIONS)
    graphbit_json_writer_string_member (&writer, "api", "chat-completions");
  else if (self->api == GRAPHBIT_LLM_API_RESPONSES)
    graphbit_json_writer_string_member (&writer, "api", "responses");
  if (self->organization != NULL)
    graphbit_json_writer_string_member (&writer, "organization", self->organization);
  if (self->site_url != NULL)
    graphbit_json_writer_string_member (&writer, "site-url", self->site_url);
  if (self->site_name != NULL)
    graphbit_json_writer_string_member (&writer, "site-name", self->site_name);
  if (self->api_version != NULL)
    graphbit_json_writer_string_member (&writer, "api-version", self->api_version);
  if (self->version != NULL)
    graphbit_json_writer_string_member (&writer, "version", self->version);
  if (self->headers != NULL)
    write_headers (self, &writer);
  if (self->has_capabilities)
    write_capabilities (self, &writer);
  extra_body = graphbit_llm_config_peek_extra_body (self);
  if (extra_body != NULL)
    {
      graphbit_json_writer_name (&writer, "extra-body");
      graphbit_json_write_node (&writer, extra_body);
    }
  if (self->requests_per_minute > 0)
    graphbit_json_writer_int64_member (&writer, "requests-per-minute", self->requests_per_minute);
  if (self->tokens_per_minute > 0)
    graphbit_json_writer_int64_member (&writer, "tokens-per-minute", self->tokens_per_minute);
  if (self->replies != NULL)
    {
      graphbit_json_writer_name (&writer, "replies");
      graphbit_json_writer_begin_array (&writer);
      for (guint i = 0; self->replies[i] != NULL; i++)
        graphbit_json_writer_string (&writer, self->replies[i]);
      graphbit_json_writer_end_array (&writer);
    }
  graphbit_json_writer_end_object (&writer);

  return g_string_free (text, FALSE);
}
