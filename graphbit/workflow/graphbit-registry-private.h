/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-closure-private.h"
#include "graphbit-registry.h"

G_BEGIN_DECLS

/* All take a registry that is NULL. NOT_FOUND lists the names that there are. */

/* The closure (transfer full) is NULL if the `call` signal answers. */
gboolean graphbit_registry_find (GraphbitRegistry *self,
                                 gboolean is_condition,
                                 const char *name,
                                 GraphbitClosure **closure,
                                 GError **error);
/* (transfer none) */
GraphbitTool *graphbit_registry_find_tool (GraphbitRegistry *self, const char *name, GError **error);

/* Whether a handler of `call` will answer, and whether there is one. At home. */
gboolean graphbit_registry_emit_call (GraphbitRegistry *self, const char *name, GraphbitNodeCall *call);
gboolean graphbit_registry_has_handler (GraphbitRegistry *self, const char *name);

G_END_DECLS
