/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-content-part.h"
#include "graphbit-mcp-result.h"
#include "graphbit-mcp-client.h"

G_BEGIN_DECLS

/* What servers send, as objects. */

/* Of tools/call or resources/read. */
GraphbitMcpResult *graphbit_mcp_result_new (JsonNode *result);
/* One content block. NULL: of a kind that is not known. */
GraphbitContentPart *graphbit_mcp_make_part (JsonNode *content);

/* Its text, or what is no text named in square brackets. */
char *graphbit_mcp_part_to_text (GraphbitContentPart *part);

/* One of tools/list, by what the model shall call it: prefix and its own name, as providers take it. `taken` has the
 * names given so far. NULL: it is none. */
GraphbitTool *graphbit_mcp_make_tool (GraphbitMcpClient *client, const char *prefix, GHashTable *taken, JsonNode *tool);

/* A header's value as it can be sent, whatever is in it. */
char *graphbit_mcp_encode_header (const char *value);
gboolean graphbit_mcp_is_header_name (const char *name);
/* Notes which arguments of one of tools/list must be headers, too. FALSE: it is to be left out, as what it says of them is wrong. */
gboolean graphbit_mcp_client_keep_headers (GraphbitMcpClient *client, JsonNode *tool);
/* The headers that a request has for that; NULL: none. Any thread. */
GPtrArray *graphbit_mcp_client_make_headers (GraphbitMcpClient *client, const char *method, const char *subject, const char *params);

G_END_DECLS
