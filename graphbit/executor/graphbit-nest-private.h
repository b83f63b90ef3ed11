/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-inner-run-private.h"

G_BEGIN_DECLS

/*
 * A node that runs a workflow, once or many times: what is inside of it. Kept
 * with the node's record after its end, for who reads the outputs inside.
 */
struct _GraphbitNest
{
  GraphbitScheduler *parent;
  guint node;
  GraphbitNodeKind kind;

  /* While the node runs. */
  const GraphbitPlanNested *settings;
  char **items; /* of a map: the elements; of the others what came to the node */
  GError *error; /* the first one inside, while others end */
  gboolean is_providers;
  guint n_running;

  guint given;             /* what the runs inside see by themselves: 1 << GraphbitGiven each */
  GString *array;          /* of a map: the results so far, of the first ones that have ended */
  guint n_written;         /* how many those are */
  GraphbitRunNames *names; /* of the workflow inside */
  guint n_planned;         /* how many runs there are, or may be */
  GPtrArray *runs;         /* of GraphbitInnerRun, in their order */
  gint64 deadline;
  gint64 told; /* of the progress, by runs that have ended */
  GraphbitNest *previous; /* of an attempt that failed */
};

void graphbit_nest_free (GraphbitNest *self);
/* The runs inside have told some of the progress, which is the node's to tell now. */
void graphbit_nest_withdraw (GraphbitNest *self);
/* What a run inside is given; NULL: not that. */
const char *graphbit_inner_run_find_given (GraphbitInnerRun *run, const char *name);
const char *graphbit_inner_run_get_given (GraphbitInnerRun *run, guint given);
/* A run has ended by itself. */
void graphbit_nest_run_ended (GraphbitInnerRun *run);

/* The runners of the three kinds. */
gboolean graphbit_nest_run (GraphbitScheduler *scheduler, guint node, char **output, GError **error);
void graphbit_nest_go_on (GraphbitScheduler *scheduler, guint node);
void graphbit_nest_stop (GraphbitScheduler *scheduler, guint node);

/* The run of that number: a map's elements count from 0, a loop's rounds from 1. NULL: there is none. */
GraphbitInnerRun *graphbit_nest_get_run (GraphbitNest *self, guint number);
/* What is inside of a node, or NULL. At home, or after the end. */
GraphbitNest *graphbit_scheduler_get_nest (GraphbitScheduler *self, guint node);

/* Ids of the nodes from the outermost workflow inward, with numbers after those that run theirs many times. */
char *graphbit_scheduler_dup_path (GraphbitScheduler *self, guint32 node);
/* The node of a path, by ids or names; with a number at its end the run is found, and -1. After the end, or at home. */
gboolean graphbit_scheduler_find_path (GraphbitScheduler *self,
                                       const char *path,
                                       GraphbitScheduler **scheduler,
                                       int *node);

G_END_DECLS
