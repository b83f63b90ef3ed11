/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-http-call-private.h"
#include "graphbit-operation-private.h"

G_BEGIN_DECLS

/*
 * A request for a URL that is not the developer's own, and the text that comes
 * of it: address rules, redirects, a status of 400 or more as an error.
 * Everything here is at home.
 */
typedef struct _GraphbitHttpFetch GraphbitHttpFetch;

#define GRAPHBIT_HTTP_MAX_REDIRECTS 10

/* Once. Exactly one of the two; the callee takes both over. */
typedef void (*GraphbitHttpFetchDone) (GraphbitOperation *operation, gpointer data, char *text, GError *error);

/*
 * Takes the request over: its method, address, headers, body, limits and TLS database count. `guard` judges the
 * addresses of hosts that are not named in `allowed_hosts`, which may be NULL. The operation must outlive the fetch.
 */
GraphbitHttpFetch *graphbit_http_fetch_start (gpointer operation,
                                              GraphbitHttpRequest *request,
                                              GraphbitHttpGuard guard,
                                              const char *const *allowed_hosts,
                                              GraphbitHttpFetchDone done,
                                              gpointer data);
/* Before it is done; it tells no more. Accepts *NULL. */
void graphbit_http_fetch_cancel (GraphbitHttpFetch **self);

/* The constant, or NULL if a fetch does not know it. */
const char *graphbit_http_fetch_find_method (const char *method);

typedef enum
{
  GRAPHBIT_HTTP_HEADER_FINE,
  GRAPHBIT_HTTP_HEADER_MALFORMED,
  GRAPHBIT_HTTP_HEADER_RESERVED /* its value is the library's to set */
} GraphbitHttpHeaderVerdict;
GraphbitHttpHeaderVerdict graphbit_http_fetch_judge_header (const char *name);
gboolean graphbit_http_fetch_is_header_value (const char *value);

G_END_DECLS
