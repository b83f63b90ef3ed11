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

/* One of tools/list, by what the model shall call it: prefix and its own name, as providers take it. `taken` has the
 * names given so far. NULL: it is none. */
GraphbitTool *graphbit_mcp_make_tool (GraphbitMcpClient *client, const char *prefix, GHashTable *taken, JsonNode *tool);

G_END_DECLS
