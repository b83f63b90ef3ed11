/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-plan-private.h"
#include "graphbit-workflow-context.h"

G_BEGIN_DECLS

/*
 * The context of one node in one run: a window on the run's state, made when a
 * function or a handler wants it. Nothing is copied until it is asked for.
 *
 * `state` is counted. Languages drop the last reference in any thread, so
 * `unref` must bear that; all else is called by the application, at home.
 */
typedef void (*GraphbitVariableFunc) (const char *name, const char *value, gpointer data);

typedef struct
{
  gpointer (*ref) (gpointer state);
  void (*unref) (gpointer state);

  /* NULL once the run has ended and let its plan go; the context then knows nothing but variables. */
  GraphbitPlan *(*get_plan) (gpointer state);
  /* NULL: none, or none yet. */
  const char *(*get_output) (gpointer state, guint node);
  /* What came over an edge: an output, a fallback, an error's text. NULL: it does not count as an input. */
  const char *(*get_input) (gpointer state, guint edge);

  const char *(*get_variable) (gpointer state, const char *name);
  void (*set_variable) (gpointer state, const char *name, const char *value);
  void (*foreach_variable) (gpointer state, GraphbitVariableFunc func, gpointer data);
} GraphbitWorkflowContextFuncs;

/* `node` is the plan's index of the node that looks. */
GraphbitWorkflowContext *graphbit_workflow_context_new (const GraphbitWorkflowContextFuncs *funcs, gpointer state, guint node);
/* Looks from another node, maybe of another state, from here on. Only while nobody else holds it (its ref_count is 1): one context then
 * serves all functions of a run that do not keep it. */
void graphbit_workflow_context_set_node (GraphbitWorkflowContext *self, gpointer state, guint node);

G_END_DECLS
