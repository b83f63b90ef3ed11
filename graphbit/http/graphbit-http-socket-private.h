/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Servers behind a UNIX socket. Their base URL is http+unix://%2Frun%2Fserver.sock/v1,
 * the path of the socket in place of the host; people may write
 * unix:/run/server.sock:/v1, too.
 */

/* Either form → the first one, without a slash at its end. NULL: it is neither, or the path is none that a socket can have. */
char *graphbit_http_socket_make_base_uri (const char *text);

/* An address of the first form → the path of the socket, and what is asked for through it (http://localhost/v1…). NULL: it
 * is none. */
char *graphbit_http_socket_parse (const char *uri, char **http_uri);

G_END_DECLS
