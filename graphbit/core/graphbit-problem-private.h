/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-problem.h"

G_BEGIN_DECLS

GraphbitProblem *graphbit_problem_new (GraphbitSeverity severity,
                                       const char *path,
                                       const char *node_id,
                                       const char *message,
                                       const char *hint);

/* What is wrong and what to do about it, as a GError; TRUE if there was an error among the problems. */
gboolean graphbit_problem_first_error (GPtrArray *problems, int code, GError **error);

/* As a language model reads it: "/city: required but missing", the whole being "(root)". */
char *graphbit_problem_to_line (GraphbitProblem *self);

G_END_DECLS
