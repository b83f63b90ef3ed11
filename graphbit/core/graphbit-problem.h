/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-types.h"

G_BEGIN_DECLS

/**
 * GraphbitSeverity:
 * @GRAPHBIT_SEVERITY_ERROR: it cannot be used as it is
 * @GRAPHBIT_SEVERITY_WARNING: it can, but probably does not mean that
 *
 * How bad a [class@Problem] is.
 *
 * Since: 1.0
 */
typedef enum
{
  GRAPHBIT_SEVERITY_ERROR,
  GRAPHBIT_SEVERITY_WARNING
} GraphbitSeverity;

#define GRAPHBIT_TYPE_PROBLEM (graphbit_problem_get_type ())

GRAPHBIT_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (GraphbitProblem, graphbit_problem, GRAPHBIT, PROBLEM, GObject)

GRAPHBIT_AVAILABLE_IN_ALL
GraphbitSeverity graphbit_problem_get_severity (GraphbitProblem *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_problem_get_path (GraphbitProblem *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_problem_get_node_id (GraphbitProblem *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_problem_get_message (GraphbitProblem *self);
GRAPHBIT_AVAILABLE_IN_ALL
const char *graphbit_problem_get_hint (GraphbitProblem *self);

G_END_DECLS
