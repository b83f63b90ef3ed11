/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-node-call.h"
#include "graphbit-node.h"

G_BEGIN_DECLS

/*
 * Counts the changes of a workflow. Its nodes hold it too, and so can tell it
 * about a change without holding the workflow, which may be gone.
 */
typedef int GraphbitRevision; /* atomic, in a reference-counted box */

/* FALSE: the node is in a workflow already. */
gboolean graphbit_node_attach (GraphbitNode *self, GraphbitRevision *revision);
void graphbit_node_detach (GraphbitNode *self);
/* Each setter calls this after a change. */
void graphbit_node_changed (GraphbitNode *self);

/* For setters of subclasses: TRUE if it was something else, which is then also told to the workflow. */
gboolean graphbit_node_set_text (GraphbitNode *self, char **field, const char *text, GParamSpec *pspec);

/* Function and condition nodes: whether a handler of the `call` signal will answer. At home. */
gboolean graphbit_node_emit_call (GraphbitNode *self, GraphbitNodeCall *call);

G_END_DECLS
