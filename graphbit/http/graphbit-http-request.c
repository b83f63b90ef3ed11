/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-http-call-private.h"

GraphbitHttpRequest *
graphbit_http_request_new (const char *method,
                           const char *uri)
{
  GraphbitHttpRequest *self = g_new0 (GraphbitHttpRequest, 1);

  self->method = method;
  self->uri = g_strdup (uri);

  return self;
}

void
graphbit_http_request_add_header (GraphbitHttpRequest *self,
                                  const char *name,
                                  const char *value)
{
  if (self->headers == NULL)
    self->headers = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->headers, g_strdup (name));
  g_ptr_array_add (self->headers, g_strdup (value));
}

void
graphbit_http_request_free (GraphbitHttpRequest *self)
{
  g_free (self->uri);
  g_free (self->base_uri);
  g_free (self->lane);
  g_clear_pointer (&self->headers, g_ptr_array_unref);
  g_clear_pointer (&self->secret, graphbit_secret_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_object (&self->tls_database);
  g_clear_object (&self->proxy_resolver);
  g_free (self);
}
