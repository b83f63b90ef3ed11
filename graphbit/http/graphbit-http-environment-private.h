/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What the process's environment says about the network, read once, at home,
 * before the first exchange: another thread's look at it would be a race with
 * setenv (). Both are for use on any thread.
 */
void graphbit_http_environment_read (void);

/* What http_proxy, https_proxy, all_proxy and no_proxy say, in small or capital letters; NULL: nothing, so that the system's
 * settings hold. This machine itself is never reached through a proxy. */
GProxyResolver *graphbit_http_environment_get_proxy_resolver (void);
/* What SSL_CERT_FILE names, loaded when it is first needed; NULL: nothing, so that the system's authorities are trusted. */
GTlsDatabase *graphbit_http_environment_get_tls_database (void);

/* The same, from given values, for tests. */
GProxyResolver *graphbit_http_environment_make_proxy_resolver (const char *http_proxy,
                                                               const char *https_proxy,
                                                               const char *all_proxy,
                                                               const char *no_proxy);

G_END_DECLS
