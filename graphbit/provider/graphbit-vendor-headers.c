/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-vendor-headers-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-error.h"
#include "graphbit-vendor-environment-private.h"

#define MIN_TOKEN 8 /* shorter ones are words of any sentence */

GraphbitHttpRequest *
graphbit_vendor_new_request (const GraphbitVendor *self,
                             const char *method,
                             const char *uri,
                             const char *base_uri,
                             GraphbitSecret *secret,
                             GTlsDatabase *tls_database,
                             GProxyResolver *proxy_resolver)
{
  GraphbitHttpRequest *request = graphbit_http_request_new (method, uri);

  if (secret != NULL)
    {
      request->secret_header = self->secret_header;
      request->secret_prefix = self->secret_prefix;
      request->secret = graphbit_secret_ref (secret);
    }
  request->base_uri = g_strdup (base_uri);
  request->is_local = (self->quirks & GRAPHBIT_QUIRK_LOCAL) != 0;
  g_set_object (&request->tls_database, tls_database);
  g_set_object (&request->proxy_resolver, proxy_resolver);
  request->has_proxy_resolver = proxy_resolver != NULL;

  return request;
}

/* RFC 9110: a token, and a value that cannot break out of its line. */
gboolean
graphbit_vendor_check_headers (GVariant *headers,
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

/* A token instead of a key is a bearer's everywhere. */
static gboolean
is_key_header (const GraphbitVendor *self,
               const char *name)
{
  return g_ascii_strcasecmp (name, "Authorization") == 0 ||
         (self->secret_header != NULL && g_ascii_strcasecmp (name, self->secret_header) == 0);
}

gboolean
graphbit_vendor_has_key_header (const GraphbitVendor *self,
                                GVariant *headers)
{
  GVariantIter iter;
  const char *name, *value;

  if (headers == NULL)
    return FALSE;

  g_variant_iter_init (&iter, headers);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    {
      if (is_key_header (self, name))
        return TRUE;
    }

  return FALSE;
}

/* Unless the configuration has a header of that name. */
static void
add_header_of_variable (GVariant *headers,
                        GraphbitHttpRequest *request,
                        const char *header,
                        const char *variable)
{
  const char *told = variable != NULL ? g_getenv (variable) : NULL;
  GVariantIter iter;
  const char *name, *value;

  if (header == NULL || told == NULL || *told == '\0' || graphbit_vendor_has_control_character (told))
    return;

  if (headers != NULL)
    g_variant_iter_init (&iter, headers);
  while (headers != NULL && g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    {
      if (g_ascii_strcasecmp (name, header) == 0)
        return;
    }
  graphbit_http_request_add_header (request, header, told);
}

void
graphbit_vendor_add_headers (const GraphbitVendor *self,
                             GVariant *headers,
                             const char *organization,
                             GraphbitHttpRequest *request)
{
  gboolean has_vendor_header = FALSE;
  GVariantIter iter;
  const char *name, *value;

  if (organization == NULL)
    add_header_of_variable (headers, request, self->organization_header, self->organization_variable);
  else if (self->organization_header != NULL && *organization != '\0')
    graphbit_http_request_add_header (request, self->organization_header, organization);
  add_header_of_variable (headers, request, self->project_header, self->project_variable);

  if (headers != NULL)
    g_variant_iter_init (&iter, headers);
  while (headers != NULL && g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    {
      if (is_key_header (self, name))
        g_clear_pointer (&request->secret, graphbit_secret_unref);
      has_vendor_header |= self->headers[0] != NULL && g_ascii_strcasecmp (name, self->headers[0]) == 0;
      graphbit_http_request_add_header (request, name, value);
    }
  if (self->headers[0] != NULL && !has_vendor_header)
    graphbit_http_request_add_header (request, self->headers[0], self->headers[1]);
}

/* What may be a credential in the headers is no more shown than the key. */
void
graphbit_vendor_redact_headers (GVariant *headers,
                                GraphbitFailure *failure)
{
  GVariantIter iter;
  const char *name, *value;

  if (headers == NULL || failure == NULL)
    return;

  g_variant_iter_init (&iter, headers);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    {
      const char *blank = strrchr (value, ' ');
      const char *token = blank != NULL ? blank + 1 : value; /* without “Bearer” and the like */
      g_autoptr (GraphbitSecret) secret = NULL;

      if (!graphbit_secret_is_header (name) || strlen (token) < MIN_TOKEN)
        continue;
      secret = graphbit_secret_new (token);
      graphbit_vendor_redact (failure, secret);
    }
}
