/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-environment-private.h"

#include <string.h>

static GProxyResolver *the_proxy_resolver;
static char *the_certificate_file;

/* An empty variable says nothing. */
static const char *
get_variable (const char *small,
              const char *capital)
{
  const char *value = g_getenv (small);

  if (value == NULL || *value == '\0')
    value = g_getenv (capital);

  return value != NULL && *value != '\0' ? value : NULL;
}

/* People write host:port, too. */
static char *
make_proxy_uri (const char *value)
{
  if (value == NULL)
    return NULL;

  return strstr (value, "://") != NULL ? g_strdup (value) : g_strconcat ("http://", value, NULL);
}

GProxyResolver *
graphbit_http_environment_make_proxy_resolver (const char *http_proxy,
                                               const char *https_proxy,
                                               const char *all_proxy,
                                               const char *no_proxy)
{
  g_autoptr (GPtrArray) direct = NULL;
  g_auto (GStrv) listed = NULL;
  g_autofree char *http_uri = make_proxy_uri (http_proxy);
  g_autofree char *https_uri = make_proxy_uri (https_proxy);
  g_autofree char *all_uri = make_proxy_uri (all_proxy);
  GSimpleProxyResolver *resolver;

  if (http_uri == NULL && https_uri == NULL && all_uri == NULL)
    return NULL;

  listed = g_strsplit_set (no_proxy != NULL ? no_proxy : "", ", \t\n", -1);
  direct = g_ptr_array_new ();
  for (guint i = 0; listed[i] != NULL; i++)
    {
      if (strcmp (listed[i], "*") == 0)
        return g_simple_proxy_resolver_new (NULL, NULL);
      if (*listed[i] != '\0')
        g_ptr_array_add (direct, listed[i]);
    }
  g_ptr_array_add (direct, (gpointer) "localhost");
  g_ptr_array_add (direct, (gpointer) "127.0.0.0/8");
  g_ptr_array_add (direct, (gpointer) "::1");
  g_ptr_array_add (direct, NULL);

  resolver = G_SIMPLE_PROXY_RESOLVER (g_simple_proxy_resolver_new (all_uri, (char **) direct->pdata));
  if (http_uri != NULL)
    g_simple_proxy_resolver_set_uri_proxy (resolver, "http", http_uri);
  if (https_uri != NULL)
    g_simple_proxy_resolver_set_uri_proxy (resolver, "https", https_uri);

  return G_PROXY_RESOLVER (resolver);
}

void
graphbit_http_environment_read (void)
{
  static gsize is_read = 0;
  const char *certificate_file;

  if (!g_once_init_enter (&is_read))
    return;

  /* a server runs a CGI program with HTTP_PROXY from a request's header */
  the_proxy_resolver = graphbit_http_environment_make_proxy_resolver (
      get_variable ("http_proxy", g_getenv ("REQUEST_METHOD") == NULL ? "HTTP_PROXY" : "http_proxy"),
      get_variable ("https_proxy", "HTTPS_PROXY"),
      get_variable ("all_proxy", "ALL_PROXY"),
      get_variable ("no_proxy", "NO_PROXY"));
  certificate_file = get_variable ("SSL_CERT_FILE", "SSL_CERT_FILE");
  if (certificate_file != NULL)
    the_certificate_file = g_canonicalize_filename (certificate_file, NULL);
  g_once_init_leave (&is_read, 1);
}

GProxyResolver *
graphbit_http_environment_get_proxy_resolver (void)
{
  return the_proxy_resolver;
}

GTlsDatabase *
graphbit_http_environment_get_tls_database (void)
{
  static gsize is_made = 0;
  static GTlsDatabase *database;
  g_autoptr (GError) error = NULL;

  if (the_certificate_file == NULL || !g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    return NULL;

  if (g_once_init_enter (&is_made))
    {
      database = g_tls_file_database_new (the_certificate_file, &error);
      if (database == NULL)
        g_warning ("The certificates that SSL_CERT_FILE names cannot be read, so the system's are used: %s", error->message);
      g_once_init_leave (&is_made, 1);
    }

  return database;
}
