/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-report-private.h"
#include "graphbit-registry-private.h"

G_BEGIN_DECLS

/*
 * What a function or condition node runs: a function of the application, or the
 * `call` signal of the node, or that of the registry from which a file took it.
 * All zeros: the node's signal.
 */
typedef struct
{
  char *name; /* in files; NULL: none */
  GraphbitClosure *closure;
  GraphbitRegistry *registry; /* NULL: it is of no file, or has a closure */
} GraphbitNamedFunction;

void graphbit_named_function_clear (GraphbitNamedFunction *self);

/* For a node that was read, and one that is to be written: NOT_FOUND, FAILED_PRECONDITION. */
gboolean graphbit_named_function_resolve (GraphbitNamedFunction *self,
                                          gboolean is_condition,
                                          GraphbitRegistry *registry,
                                          GError **error);
gboolean graphbit_named_function_check_name (GraphbitNamedFunction *self, GraphbitNode *node, GError **error);

/* The node's last handler of `call`. */
gboolean graphbit_named_function_answer (GraphbitNamedFunction *self, GraphbitNodeCall *call);
/* For the plan; warns of a node that nobody will answer. */
void graphbit_named_function_build (GraphbitNamedFunction *self,
                                    GraphbitNode *node,
                                    guint call_signal,
                                    gpointer settings,
                                    GraphbitReport *report);

G_END_DECLS
