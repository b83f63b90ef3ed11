/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-scheduler-private.h"

G_BEGIN_DECLS

/* A run inside of another, which is a part of the outermost one: it has no events, handle or readers of its own. */
typedef struct
{
  GraphbitScheduler scheduler;

  GraphbitNest *nest;
  guint32 scope;    /* in the records of its events: its place among the outermost run's, counted from 1 */
  guint number;     /* a map's elements count from 0, a loop's rounds from 1 */
  char digits[12];  /* the same; made when asked for */
  guint is_busy : 1;
  guint is_providers : 1; /* a provider's error failed it */
  GList busy_link;
  int last_node;    /* the one whose output is the run's; -1: none, or several */
  char *output;     /* of several */
  gint64 unit;      /* of the progress: what each of its nodes counts for */
  gint64 told;      /* of it so far */
} GraphbitInnerRun;

/* Its node is the caller's to tell, before anything runs. */
GraphbitInnerRun *graphbit_scheduler_start_inner (GraphbitScheduler *self, GraphbitPlan *plan);
/* Ends it as cancelled. */
void graphbit_scheduler_stop_inner (GraphbitInnerRun *run);
const char *graphbit_inner_run_get_output (GraphbitInnerRun *run); /* of one that has completed; never NULL */
GraphbitRunNames *graphbit_scheduler_get_inner_names (GraphbitScheduler *self, GraphbitPlan *plan);
gint64 graphbit_scheduler_get_unit (GraphbitScheduler *self);
void graphbit_nesting_free (GraphbitNesting *self);

/* For the scheduler. */
/* It has something to do. What is nearest to an end goes first, so that the fewest are under way at a time. */
void graphbit_inner_run_make_busy (GraphbitInnerRun *run);
/* It has nothing to do at the moment: ends it, if that is the end. */
void graphbit_inner_run_look_for_end (GraphbitInnerRun *run, gint64 now);
/* Nodes that run, on all levels, but for those that only wait for what is inside of them. */
guint graphbit_scheduler_count_running (GraphbitScheduler *self);

G_END_DECLS
