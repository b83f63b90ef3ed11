/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-socket-private.h"

#include <string.h>
#include <sys/un.h>

#define SCHEME "http+unix://"
#define SHORT_SCHEME "unix:"

static gboolean
is_socket_path (const char *path)
{
  return *path == '/' && path[1] != '\0' && strlen (path) < sizeof (((struct sockaddr_un *) NULL)->sun_path);
}

char *
graphbit_http_socket_parse (const char *uri,
                            char **http_uri)
{
  g_autofree char *path = NULL;
  const char *host, *rest;

  if (!g_str_has_prefix (uri, SCHEME))
    return NULL;

  host = uri + strlen (SCHEME);
  rest = host + strcspn (host, "/?#");
  path = g_uri_unescape_segment (host, rest, NULL);
  if (path == NULL || !is_socket_path (path))
    return NULL;

  if (http_uri != NULL)
    *http_uri = g_strconcat ("http://localhost", rest, NULL);
  return g_steal_pointer (&path);
}

char *
graphbit_http_socket_make_base_uri (const char *text)
{
  g_autofree char *path = NULL;
  g_autofree char *escaped = NULL;
  const char *rest = "";
  gsize length;

  if (strpbrk (text, "?#") != NULL)
    return NULL;

  if (g_str_has_prefix (text, SCHEME))
    {
      path = graphbit_http_socket_parse (text, NULL);
      rest = text + strlen (SCHEME);
      rest += strcspn (rest, "/");
    }
  else if (g_str_has_prefix (text, SHORT_SCHEME))
    {
      text += strlen (SHORT_SCHEME);
      if (g_str_has_prefix (text, "///"))
        text += 2;
      rest = strstr (text, ":/");
      path = rest != NULL ? g_strndup (text, (gsize) (rest - text)) : g_strdup (text);
      rest = rest != NULL ? rest + 1 : "";
    }
  if (path == NULL || !is_socket_path (path))
    return NULL;

  length = strlen (rest);
  while (length > 0 && rest[length - 1] == '/')
    length--;
  escaped = g_uri_escape_string (path, NULL, FALSE);

  return g_strdup_printf (SCHEME "%s%.*s", escaped, (int) length, rest);
}
