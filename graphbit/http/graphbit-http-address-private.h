/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "graphbit-failure-private.h"

G_BEGIN_DECLS

/*
 * Where a URL that does not come from the developer may lead. Base URLs that
 * the developer configures are trusted and do not pass here.
 */

/* TRUE: it may be connected to. I/O thread. */
typedef gboolean (*GraphbitHttpGuard) (GInetAddress *address);

/* Nobody's own network, this machine, many at once, or what clouds tell their machines. */
gboolean graphbit_http_address_is_public (GInetAddress *address);

/*
 * The URL, relative to `base` if there is one, without its fragment: http or https, with a host that is not written in
 * disguise, and without a password. NULL: a failure, which does not show it.
 */
GUri *graphbit_http_address_parse (const char *text, GUri *base, GraphbitFailure **failure);
/* Whether the host is one of these names; NULL: none. */
gboolean graphbit_http_address_is_named (GUri *uri, const char *const *names);
/* The failure, if the host is an address that the guard refuses; names are looked up when connecting. */
GraphbitFailure *graphbit_http_address_check (GUri *uri, GraphbitHttpGuard guard);
GraphbitFailure *graphbit_http_address_failure (const char *host);

/*
 * What connects to the addresses of `host` that the guard lets pass, never through a proxy. Each is looked up and judged
 * for the one connection that it is then used for. For TLS it is the host. If none passes: GRAPHBIT_ERROR_PERMISSION.
 */
GSocketConnectable *graphbit_http_address_new_guarded (const char *host, guint16 port, GraphbitHttpGuard guard);

G_END_DECLS
