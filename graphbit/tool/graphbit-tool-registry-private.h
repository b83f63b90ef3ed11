/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-tool-registry.h"
#include "graphbit-tool-result.h"

G_BEGIN_DECLS

/* What there is now, of GraphbitTool. */
GPtrArray *graphbit_tool_registry_copy_tools (GraphbitToolRegistry *self);
/* Counts and remembers what became of a call; one that was not made does not count for the tool. Any thread. */
void graphbit_tool_registry_record (GraphbitToolRegistry *self, GraphbitToolResult *result, gboolean was_made);

G_END_DECLS
