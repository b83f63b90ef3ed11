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
 * What happened in a run, as small C structures in a ring. Event objects, JSON
 * and variants are made from them when somebody reads.
 */

/* The texts of the events about models and tools; those of the others are the run's own. */
typedef enum
{
  GRAPHBIT_EVENT_TEXT_LLM_CALL_ID,
  GRAPHBIT_EVENT_TEXT_QUESTION,
  GRAPHBIT_EVENT_TEXT_CONTENT,
  GRAPHBIT_EVENT_TEXT_MODEL,
  GRAPHBIT_EVENT_TEXT_FINISH_REASON,
  GRAPHBIT_EVENT_TEXT_TOOL_NAME,
  GRAPHBIT_EVENT_TEXT_TOOL_CALL_ID,
  GRAPHBIT_EVENT_TEXT_PARAMETERS,
  GRAPHBIT_EVENT_TEXT_OUTPUT,
  GRAPHBIT_EVENT_TEXT_ERROR,
  GRAPHBIT_EVENT_TEXT_ERROR_TYPE,
  GRAPHBIT_EVENT_N_TEXTS
} GraphbitEventText;

/* Counted; one block with the texts that it has. */
typedef struct
{
  int ref_count; /* atomic */
  guint iteration;
  gint64 duration_ms;
  const char *texts[GRAPHBIT_EVENT_N_TEXTS];
} GraphbitEventDetail;

/* NULL texts are left out. */
GraphbitEventDetail *graphbit_event_detail_new (const char *const texts[GRAPHBIT_EVENT_N_TEXTS],
                                                guint iteration,
                                                gint64 duration_ms);
GraphbitEventDetail *graphbit_event_detail_ref (GraphbitEventDetail *self);
void graphbit_event_detail_unref (GraphbitEventDetail *self);

#define GRAPHBIT_EVENT_NO_NODE G_MAXUINT32

typedef struct
{
  gint64 time; /* microseconds since 1970 */
  guint32 kind;
  guint32 node; /* or GRAPHBIT_EVENT_NO_NODE */
  guint32 attempt;
  guint32 scope; /* 0: the run itself; else the number of a run inside of it */
  GraphbitEventDetail *detail; /* or NULL */
} GraphbitEventRecord;

#define GRAPHBIT_EVENT_LOG_KEPT 1000 /* newest ones, without a reader */
#define GRAPHBIT_EVENT_LOG_WINDOW 256 /* unread ones at which producers pause */

typedef struct
{
  guint capacity;               /* of the ring; 0 or a power of two */
  guint modes : 8;              /* GraphbitStreamModes */
  guint keeps_history : 1;      /* else only what a reader has still to see is kept */
  guint is_watched : 1;         /* a list model shows it: only trimming drops something */
  GraphbitEventRecord *records; /* the ring */
  gint64 first;                 /* sequence of the oldest kept; the first of all is 1 */
  gint64 next;                  /* sequence of the next one */
  gint64 cursor;                /* sequence of the next one to be read; 0: nobody has read */
} GraphbitEventLog;

void graphbit_event_log_init (GraphbitEventLog *self, GraphbitStreamModes modes, gboolean keeps_history);
void graphbit_event_log_clear (GraphbitEventLog *self);
gboolean graphbit_event_log_wants (const GraphbitEventLog *self, GraphbitEventKind kind);
/* Takes the detail over. */
void graphbit_event_log_append (GraphbitEventLog *self,
                                GraphbitEventKind kind,
                                gint64 time,
                                guint32 scope,
                                guint32 node,
                                guint32 attempt,
                                GraphbitEventDetail *detail);
const GraphbitEventRecord *graphbit_event_log_get (const GraphbitEventLog *self, gint64 sequence); /* NULL: not kept */

/* From now on somebody reads, beginning with the oldest that is kept. */
void graphbit_event_log_begin_reading (GraphbitEventLog *self);
/* The next one to read, and its sequence; NULL: none yet. */
const GraphbitEventRecord *graphbit_event_log_read (GraphbitEventLog *self, gint64 *sequence);
/* Nobody reads any more: nothing pauses. */
void graphbit_event_log_forget_reader (GraphbitEventLog *self);
/* Drops what is too many. */
void graphbit_event_log_trim (GraphbitEventLog *self);
guint graphbit_event_log_get_unread (const GraphbitEventLog *self); /* 0 without a reader */

G_END_DECLS
