/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-node.h"

G_BEGIN_DECLS

#define GRAPHBIT_TYPE_HTTP_NODE (graphbit_http_node_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitHttpNode, graphbit_http_node, GRAPHBIT, HTTP_NODE, GraphbitNode)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitHttpNode *graphbit_http_node_new (const char *name,
                                          const char *url);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_http_node_get_url (GraphbitHttpNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_http_node_get_method (GraphbitHttpNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_http_node_set_method (GraphbitHttpNode *self,
                                    const char *method);
GRAPHBIT_AVAILABLE_IN_ALL
GVariant *graphbit_http_node_get_headers (GraphbitHttpNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_http_node_set_headers (GraphbitHttpNode *self,
                                     GVariant *headers);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_http_node_get_body (GraphbitHttpNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_http_node_set_body (GraphbitHttpNode *self,
                                  const char *body);
GRAPHBIT_AVAILABLE_IN_ALL
const char *const *graphbit_http_node_get_allowed_hosts (GraphbitHttpNode *self);
GRAPHBIT_AVAILABLE_IN_ALL
void graphbit_http_node_set_allowed_hosts (GraphbitHttpNode *self,
                                           const char *const *allowed_hosts);

G_END_DECLS
