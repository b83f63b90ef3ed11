/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-tool.h"

G_BEGIN_DECLS

/* `arguments` is the checked tree of `arguments_json`. What is answered is a char *, freed with g_free (). */
GraphbitToolCall *graphbit_tool_call_new (const char *id,
                                          const char *name,
                                          const char *arguments_json,
                                          JsonNode *arguments);

/* The arguments as JSON in one line. */
char *graphbit_tool_call_dup_arguments_line (GraphbitToolCall *self);

/* For another's tool, who checks the arguments: a schema with a keyword that we cannot check is only handed on, and
 * then any object will do here. `parameters` is the JSON text of an object, or NULL. */
GraphbitTool *graphbit_tool_new_unchecked (const char *name, const char *description, const char *parameters);

/* What new () checks, for tools made from properties alone: name, description, parameters. */
gboolean graphbit_tool_check (GraphbitTool *self, GError **error);

/* The tree of what the model gave, "" standing for {}. NULL: `problem` then tells the model what is wrong. */
JsonNode *graphbit_tool_parse_arguments (GraphbitTool *self, const char *arguments_json, char **problem);

/* The function's way. FALSE: the tool has no function. Never NULL in `output` without an error. */
gboolean graphbit_tool_invoke (GraphbitTool *self, GraphbitToolCall *call, char **output, GError **error);
/* The signal's way: whether a handler will answer. */
gboolean graphbit_tool_emit_call (GraphbitTool *self, GraphbitToolCall *call);

/* What the model gets of it: valid UTF-8, cut to the tool's output limit. Takes `output` over. */
char *graphbit_tool_limit_output (GraphbitTool *self, char *output);

G_END_DECLS
