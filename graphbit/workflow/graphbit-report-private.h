/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-node.h"
#include "graphbit-problem-private.h"

G_BEGIN_DECLS

/* Collects what is wrong with one node. */
typedef struct
{
  GPtrArray *problems;
  GraphbitNode *node;
  int index; /* among the workflow's; -1: in none yet */
  const struct _GraphbitPlanBuild *build; /* NULL: what is inside of the node does not matter now */
} GraphbitReport;

/* `member` is the property, or NULL for the node as a whole; `hint` is translated. */
void graphbit_report_add (GraphbitReport *self,
                          GraphbitSeverity severity,
                          const char *member,
                          const char *hint,
                          const char *format,
                          ...) G_GNUC_PRINTF (5, 6);

G_END_DECLS
