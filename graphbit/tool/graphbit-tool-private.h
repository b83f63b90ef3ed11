/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-tool.h"

G_BEGIN_DECLS

/* What a tool has to say: a text, or parts, whose text it is then. */
typedef struct
{
  char *text;
  GPtrArray *parts; /* of GraphbitContentPart, or NULL */
} GraphbitToolAnswer;

/* Takes both over; `text` NULL: it is made of the parts. */
GraphbitToolAnswer *graphbit_tool_answer_new (char *text, GPtrArray *parts);
void graphbit_tool_answer_free (GraphbitToolAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraphbitToolAnswer, graphbit_tool_answer_free)

/* `arguments` is the checked tree of `arguments_json`. What is answered is a GraphbitToolAnswer. */
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

/* The function's way. FALSE: the tool has no function. Never NULL in `answer` without an error. */
gboolean graphbit_tool_invoke (GraphbitTool *self, GraphbitToolCall *call, GraphbitToolAnswer **answer, GError **error);
/* The signal's way: whether a handler will answer. */
gboolean graphbit_tool_emit_call (GraphbitTool *self, GraphbitToolCall *call);

/* Makes of it what the model gets: valid UTF-8, cut to the tool's output limit. */
void graphbit_tool_limit_answer (GraphbitTool *self, GraphbitToolAnswer *answer);

G_END_DECLS
