/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-event.h"
#include "graphbit-executor.h"

G_BEGIN_DECLS

/*
 * The one description of a run's events, versioned: the event objects, their
 * JSON and variants, and the published schema are all made from it.
 */
#define GRAPHBIT_EVENT_SCHEMA_VERSION 1

typedef enum
{
  GRAPHBIT_EVENT_FIELD_TIME,
  GRAPHBIT_EVENT_FIELD_CATEGORY,
  GRAPHBIT_EVENT_FIELD_PHASE,
  GRAPHBIT_EVENT_FIELD_SEQUENCE,
  GRAPHBIT_EVENT_FIELD_RUN_ID,
  GRAPHBIT_EVENT_FIELD_PATH,
  GRAPHBIT_EVENT_FIELD_SCHEMA_VERSION,
  GRAPHBIT_EVENT_FIELD_WORKFLOW_ID,
  GRAPHBIT_EVENT_FIELD_WORKFLOW_NAME,
  GRAPHBIT_EVENT_FIELD_TOTAL_NODES,
  GRAPHBIT_EVENT_FIELD_NODE_ID,
  GRAPHBIT_EVENT_FIELD_NODE_NAME,
  GRAPHBIT_EVENT_FIELD_QUESTION,
  GRAPHBIT_EVENT_FIELD_LLM_CALL_ID,
  GRAPHBIT_EVENT_FIELD_ITERATION,
  GRAPHBIT_EVENT_FIELD_MODEL,
  GRAPHBIT_EVENT_FIELD_FINISH_REASON,
  GRAPHBIT_EVENT_FIELD_TOOL_NAME,
  GRAPHBIT_EVENT_FIELD_TOOL_CALL_ID,
  GRAPHBIT_EVENT_FIELD_PARAMETERS,
  GRAPHBIT_EVENT_FIELD_CONTENT,
  GRAPHBIT_EVENT_FIELD_OUTPUT,
  GRAPHBIT_EVENT_FIELD_ATTEMPT,
  GRAPHBIT_EVENT_FIELD_REASON,
  GRAPHBIT_EVENT_FIELD_ERROR,
  GRAPHBIT_EVENT_FIELD_ERROR_TYPE,
  GRAPHBIT_EVENT_FIELD_DURATION_MS,
  GRAPHBIT_EVENT_FIELD_RESULT,
  GRAPHBIT_EVENT_FIELD_OUTPUTS,
  GRAPHBIT_EVENT_N_FIELDS
} GraphbitEventField;

typedef struct
{
  const char *name;
  gboolean is_number; /* else a text */
  const char *description;
} GraphbitEventFieldRow;

typedef struct
{
  const char *event;
  const char *category;
  const char *phase;
  GraphbitStreamModes modes; /* in any of these */
  const char *description;
  guint32 fields; /* besides those that all have: 1 << field */
} GraphbitEventRow;

extern const GraphbitEventFieldRow graphbit_event_fields[GRAPHBIT_EVENT_N_FIELDS];
extern const GraphbitEventRow graphbit_event_table[]; /* by GraphbitEventKind */

/* All events have these, in this order; then come their own, in the order of the fields. */
#define GRAPHBIT_EVENT_N_COMMON_FIELDS (GRAPHBIT_EVENT_FIELD_SCHEMA_VERSION + 1)
gboolean graphbit_event_has_field (GraphbitEventKind kind, GraphbitEventField field);

/* Of an error's code, never of its text. */
const char *graphbit_event_error_type (const GError *error);

/* JSON text, made once. */
const char *graphbit_event_table_get_schema (void);

G_END_DECLS
