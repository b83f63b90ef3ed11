/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>
#include "graphbit-types.h"

G_BEGIN_DECLS

/*
 * A function of the application with its data, counted. The notify runs where
 * the last reference goes: nodes and plans hold them, and both are dropped at
 * home only.
 */
typedef struct _GraphbitClosure GraphbitClosure;

/* NULL and nothing else for a NULL function; the notify, if any, then runs at once. */
GraphbitClosure *graphbit_closure_new (GCallback func, gpointer user_data, GDestroyNotify notify);
GraphbitClosure *graphbit_closure_ref (GraphbitClosure *self);
void graphbit_closure_unref (GraphbitClosure *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraphbitClosure, graphbit_closure_unref)

/* A GraphbitNodeFunc or GraphbitConditionFunc, which are called alike. Never NULL without an error:
 * NODE_FAILED stands for a function that set none. */
char *graphbit_closure_invoke (GraphbitClosure *self, GraphbitWorkflowContext *context, GError **error);

G_END_DECLS
