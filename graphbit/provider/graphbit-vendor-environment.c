/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-vendor-environment-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "graphbit-error.h"
#include "graphbit-http-socket-private.h"
#include "graphbit-json-private.h"

gboolean
graphbit_vendor_has_control_character (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      if (g_ascii_iscntrl (*p))
        return TRUE;
    }

  return FALSE;
}

gboolean
graphbit_vendor_check_model (const char *model,
             GError **error)
{
  if (model != NULL && *model != '\0' && !graphbit_vendor_has_control_character (model) && g_utf8_validate (model, -1, NULL))
    return TRUE;

  g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                       _("The name of the model is empty or malformed; give the one that the provider uses"));
  return FALSE;
}

gboolean
graphbit_vendor_check_base_url (const char *base_url,
                                    GError **error)
{
  g_autoptr (GError) uri_error = NULL;
  g_autoptr (GUri) uri = g_uri_parse (base_url, G_URI_FLAGS_NONE, &uri_error);
  g_autofree char *of_socket = graphbit_http_socket_make_base_uri (base_url);

  if (of_socket != NULL && !graphbit_vendor_has_control_character (base_url))
    return TRUE;

  if (uri == NULL ||
      (strcmp (g_uri_get_scheme (uri), "http") != 0 && strcmp (g_uri_get_scheme (uri), "https") != 0) ||
      g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    {
      /* It may hold a password, so it is not shown. */
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The base URL is none of http or https with a host; an example is “http://localhost:8000/v1”"));
      return FALSE;
    }
  if (g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                           _("The base URL must hold no user, no query and no fragment; give the key as the key"));
      return FALSE;
    }

  return TRUE;
}

GraphbitSecret *
graphbit_vendor_make_secret (const char *key,
                                 const char *origin,
                                 GError **error)
{
  if (*key != '\0' && !graphbit_vendor_has_control_character (key) && g_utf8_validate (key, -1, NULL))
    return graphbit_secret_new (key);

  if (origin != NULL)
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                 _("The API key in %s is empty or has a line break or another control character in it"), origin);
  else
    g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                         _("The API key is empty or has a line break or another control character in it"));
  return NULL;
}

const char *
graphbit_vendor_find_variable (const char *const *variables,
               const char **name)
{
  for (guint i = 0; variables[i] != NULL; i++)
    {
      const char *value = g_getenv (variables[i]);

      if (value != NULL && *value != '\0')
        {
          if (name != NULL)
            *name = variables[i];
          return value;
        }
    }

  return NULL;
}

/* `OLLAMA_HOST` tells a server where to listen, too: a host, a port, both, or a URL; and where to listen may be everywhere. */
static char *
complete_host (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  gboolean has_scheme = strstr (stripped, "://") != NULL;
  g_autofree char *given = g_strconcat (has_scheme ? "" : "http://",
                                        !has_scheme && *stripped == ':' ? "localhost" : "", stripped, NULL);
  g_autoptr (GUri) uri = g_uri_parse (given, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  int port;

  if (g_str_has_prefix (stripped, "unix:") || g_str_has_prefix (stripped, "http+unix:"))
    return g_steal_pointer (&stripped);
  /* graphbit_vendor_check_base_url () says what is wrong with it */
  if (host == NULL || *host == '\0')
    return g_steal_pointer (&given);

  if (strcmp (host, "0.0.0.0") == 0)
    host = "127.0.0.1";
  else if (strcmp (host, "::") == 0)
    host = "::1";
  port = g_uri_get_port (uri);
  if (port < 0 && !has_scheme)
    port = 11434;

  return g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), g_uri_get_userinfo (uri), host, port,
                     g_uri_get_path (uri), g_uri_get_query (uri), g_uri_get_fragment (uri));
}

char *
graphbit_vendor_choose_base_url (const GraphbitVendor *self,
                                 const char *given,
                                 GError **error)
{
  const char *base_url = given;

  if (base_url == NULL)
    {
      base_url = graphbit_vendor_find_variable ((const char *const *) self->base_url_variables, NULL);
      if (base_url != NULL && (self->quirks & GRAPHBIT_QUIRK_HOST_VARIABLE) != 0)
        return complete_host (base_url);
    }
  if (base_url == NULL)
    base_url = self->base_url;
  if (base_url != NULL)
    return g_strdup (base_url);

  if (self->base_url_variables[0] != NULL)
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                 _("The base URL of %s is missing; give it or set %s"),
                 self->title, self->base_url_variables[0]);
  else
    g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                         _("The base URL of the provider is missing; an example is “http://localhost:8000/v1”"));
  return NULL;
}

char *
graphbit_vendor_complete_base_url (const GraphbitVendor *self,
                                   const char *base_url)
{
  g_autofree char *of_socket = graphbit_http_socket_make_base_uri (base_url);
  const char *end = self->base_url_end;
  const char *cut = self->base_url_cut;
  gsize length;

  if (of_socket != NULL)
    base_url = of_socket;

  length = strlen (base_url);
  while (length > 0 && base_url[length - 1] == '/')
    length--;
  if (cut != NULL && length > strlen (cut) && memcmp (base_url + length - strlen (cut), cut, strlen (cut)) == 0)
    length -= strlen (cut);

  if (end != NULL &&
      ((self->quirks & GRAPHBIT_QUIRK_ANY_VERSION) == 0 || g_strstr_len (base_url, (gssize) length, "/v1") == NULL) &&
      (length < strlen (end) || memcmp (base_url + length - strlen (end), end, strlen (end)) != 0))
    return g_strdup_printf ("%.*s%s", (int) length, base_url, end);

  return g_strndup (base_url, length);
}

GraphbitSecret *
graphbit_vendor_find_secret (const GraphbitVendor *self,
                             GError **error)
{
  const char *variable = NULL;
  const char *value = graphbit_vendor_find_variable ((const char *const *) self->key_variables, &variable);
  g_autofree char *stripped = NULL;
  GraphbitSecret *secret;

  if (value == NULL)
    return NULL;

  /* `export KEY="$(cat file)"` and its kin leave blanks behind. */
  stripped = g_strstrip (g_strdup (value));
  secret = graphbit_vendor_make_secret (stripped, variable, error);
  explicit_bzero (stripped, strlen (stripped));

  return secret;
}

GError *
graphbit_vendor_make_key_error (const GraphbitVendor *self)
{
  if (self->key_variables[0] != NULL)
    return g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION,
                        _("There is no API key for %s; give one or set %s"),
                        self->title, self->key_variables[0]);

  return g_error_new (GRAPHBIT_ERROR, GRAPHBIT_ERROR_AUTHENTICATION,
                      _("There is no API key for %s; give one"), self->title);
}

JsonNode *
graphbit_vendor_parse_extra_body (const char *extra_body,
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

  return g_steal_pointer (&node);
}

gboolean
graphbit_vendor_check_api_version (const char *api_version,
                                   GError **error)
{
  if (*api_version != '\0' && !graphbit_vendor_has_control_character (api_version))
    return TRUE;

  g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_ARGUMENT,
                       _("The version of the API is empty or malformed; an example is “2024-10-21”"));
  return FALSE;
}
