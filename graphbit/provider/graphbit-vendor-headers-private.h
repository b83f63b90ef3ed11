/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-vendor-private.h"

G_BEGIN_DECLS

/* With the key, over the network that a client was given: all three may be NULL. The headers come after. */
GraphbitHttpRequest *graphbit_vendor_new_request (const GraphbitVendor *self,
                                                  const char *method,
                                                  const char *uri,
                                                  const char *base_uri,
                                                  GraphbitSecret *secret,
                                                  GTlsDatabase *tls_database,
                                                  GProxyResolver *proxy_resolver);

/* The headers of a configuration's requests, an `a{ss}` or NULL. */

/* INVALID_ARGUMENT. */
gboolean graphbit_vendor_check_headers (GVariant *headers, GError **error);
/* Whether one of them carries a key: the key itself is then not sent. */
gboolean graphbit_vendor_has_key_header (const GraphbitVendor *self, GVariant *headers);
/* Those, and the vendor's own: of the organization, given or the variable's, and of the variables. One among them may take
 * the key's place. */
void graphbit_vendor_add_headers (const GraphbitVendor *self,
                                  GVariant *headers,
                                  const char *organization,
                                  GraphbitHttpRequest *request);
/* Takes out of it what they have in the place of a key. Accepts NULL. */
void graphbit_vendor_redact_headers (GVariant *headers, GraphbitFailure *failure);

G_END_DECLS
