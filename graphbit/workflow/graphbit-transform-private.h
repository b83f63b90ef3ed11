/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-plan-private.h"
#include "graphbit-report-private.h"
#include "graphbit-transform-node.h"

G_BEGIN_DECLS

/* Fills the settings and reports what cannot work. */
void graphbit_transform_build (GraphbitTransformation transformation,
                               const char *argument,
                               const char *replacement,
                               GraphbitPlanTransform *settings,
                               GStringChunk *texts,
                               GraphbitReport *report);

/*
 * The output, a pure function of its arguments. `inputs` are what came from the
 * predecessors that count, in the order of connection. NULL with NODE_FAILED or
 * PARSE, which do not name the node; or NULL without an error and with
 * `unresolved`, if the template's references could not all be resolved.
 */
char *graphbit_transform_apply (const GraphbitPlanTransform *settings,
                                const char *const *inputs,
                                guint n_inputs,
                                GraphbitTemplateResolver resolver,
                                gpointer resolver_data,
                                GPtrArray **unresolved,
                                GError **error);

G_END_DECLS
