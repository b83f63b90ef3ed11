/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "graphbit-plan-private.h"

G_BEGIN_DECLS

/* Named texts in the order in which they came. All zeros is an empty one. */
typedef struct
{
  char *name;
  char *value;
} GraphbitVariable;

typedef struct
{
  struct _GraphbitVariableTable *table; /* NULL: none, as in most runs */
} GraphbitVariables;

const char *graphbit_variables_lookup (const GraphbitVariables *self, const char *name);
void graphbit_variables_set (GraphbitVariables *self, const char *name, const char *value); /* NULL takes it away */
guint graphbit_variables_get_size (const GraphbitVariables *self);
const GraphbitVariable *graphbit_variables_get (const GraphbitVariables *self, guint position);
void graphbit_variables_clear (GraphbitVariables *self);

/* Reads the inputs of a run, checked against what the workflow declares. INVALID_ARGUMENT names the input. */
gboolean graphbit_variables_read_inputs (GraphbitVariables *self,
                                         GraphbitPlan *plan,
                                         GVariant *inputs,
                                         GError **error);
/* Whether a text may be that input. */
gboolean graphbit_variables_check_input (const GraphbitPlanInput *declared, const char *text, GError **error);

G_END_DECLS
