/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-json-writer-private.h"
#include "graphbit-llm-options.h"
#include "graphbit-llm-response.h"
#include "graphbit-llm-usage-private.h"
#include "graphbit-scheduler-private.h"

G_BEGIN_DECLS

/*
 * What an agent did, kept for the metadata of its node: each exchange with the
 * model and each tool's call, in their order. Times are the clock's.
 */
typedef struct
{
  gboolean is_tool;
  char *id;
  char *name; /* the model, or the tool */
  char *provider;
  char *input;      /* a tool's arguments */
  guint n_messages; /* of the conversation that the model was sent */
  char *output;
  char *tool_calls; /* JSON text, or NULL */
  char *finish_reason;
  char *error; /* NULL: it succeeded */
  guint n_retries;
  gint64 started;
  gint64 ended;
  GraphbitLlmUsageCounts usage;
} GraphbitAgentStep;

/* What a node's exchanges have in common. */
typedef struct
{
  const char *prompt;
  const char *system_prompt; /* NULL: none */
  const char *provider;
  const char *model;
  GraphbitLlmOptions *options; /* NULL: none are set */
  GPtrArray *tools;            /* of GraphbitTool; NULL: none */
  GPtrArray *messages;         /* the conversation, which grows */
  guint max_iterations;
} GraphbitAgentSetup;

struct _GraphbitAgentReport
{
  char *prompt;
  char *system_prompt;
  char *provider;
  char *model;
  GraphbitLlmOptions *options;
  char **tools;
  GPtrArray *messages;
  guint max_iterations;
  guint iterations;
  guint n_tool_calls;
  char *exit_reason;
  GraphbitLlmUsageCounts usage;
  GArray *steps; /* of GraphbitAgentStep */
};

/* Copies the texts; shares options and conversation. */
GraphbitAgentReport *graphbit_agent_report_new (const GraphbitAgentSetup *setup);
void graphbit_agent_report_free (GraphbitAgentReport *self);
/* Takes the texts of the step over. */
void graphbit_agent_report_add (GraphbitAgentReport *self, const GraphbitAgentStep *step);

/* What was told is added; what was not counts as nothing. */
void graphbit_usage_counts_add (GraphbitLlmUsageCounts *self, const GraphbitLlmUsageCounts *other);
void graphbit_usage_counts_read (GraphbitLlmUsageCounts *self, GraphbitLlmUsage *usage); /* accepts NULL */

/* Metadata as JSON, the keys being GraphBit's; `offset` leads from the clock to the wall. */
void graphbit_agent_report_write (const GraphbitAgentReport *self, GraphbitJsonWriter *writer, gint64 offset);
void graphbit_tool_calls_write (GListModel *calls, GraphbitJsonWriter *writer);
void graphbit_usage_counts_write (const GraphbitLlmUsageCounts *self, GraphbitJsonWriter *writer);
void graphbit_time_member (GraphbitJsonWriter *writer, const char *name, gint64 wall);
char *graphbit_time_to_text (gint64 wall); /* RFC 3339, UTC, microseconds */

G_END_DECLS
