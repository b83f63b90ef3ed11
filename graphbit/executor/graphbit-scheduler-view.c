/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-scheduler-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-error.h"
#include "graphbit-nest-private.h"
#include "graphbit-nested-private.h"
#include "graphbit-output-private.h"
#include "graphbit-workflow-context-private.h"

/* What functions and templates see of a run: variables, inputs, outputs. */

/* Variables and inputs. */

void
graphbit_scheduler_start_variables (GraphbitScheduler *self,
                                    GraphbitPlan *plan)
{
  for (guint i = 0; i < graphbit_plan_get_n_variables (plan); i++)
    {
      const GraphbitPlanVariable *variable = graphbit_plan_get_variable (plan, i);

      /* an input of that name was given for this run, which counts more */
      if (graphbit_variables_lookup (&self->inputs, variable->name) == NULL)
        graphbit_variables_set (&self->variables, variable->name, variable->value);
    }
}

static const char *
get_input_of_run (GraphbitScheduler *self,
                  const char *name)
{
  const char *value = graphbit_variables_lookup (&self->inputs, name);

  return value == NULL && graphbit_scheduler_is_inner (self) ? graphbit_inner_run_find_given ((GraphbitInnerRun *) self, name) : value;
}

const char *
graphbit_scheduler_get_variable (GraphbitScheduler *self,
                                 const char *name)
{
  const char *value = graphbit_variables_lookup (&self->variables, name);

  return value != NULL ? value : get_input_of_run (self, name);
}

/* The window that functions of the application have on a run. */

static GraphbitPlan *
context_get_plan (gpointer state)
{
  return ((GraphbitScheduler *) state)->plan;
}

static const char *
context_get_output (gpointer state,
                    guint node)
{
  return graphbit_scheduler_get_output (state, node);
}

static const char *
context_get_input (gpointer state,
                   guint edge)
{
  return graphbit_scheduler_get_input (state, edge);
}

static const char *
context_get_variable (gpointer state,
                      const char *name)
{
  return graphbit_scheduler_get_variable (state, name);
}

static void
context_set_variable (gpointer state,
                      const char *name,
                      const char *value)
{
  GraphbitScheduler *self = state;

  g_autofree char *valid = value != NULL ? graphbit_output_make_valid (g_strdup (value)) : NULL;

  /* The result of a run that has ended does not change. */
  if (!self->is_ended)
    graphbit_variables_set (&self->variables, name, valid);
}

static void
context_foreach_variable (gpointer state,
                          GraphbitVariableFunc func,
                          gpointer data)
{
  GraphbitScheduler *self = state;

  for (guint i = 0; i < GRAPHBIT_N_GIVEN && graphbit_scheduler_is_inner (self); i++)
    {
      const char *value = graphbit_inner_run_get_given ((GraphbitInnerRun *) self, i);

      if (value != NULL && graphbit_variables_lookup (&self->variables, graphbit_given_names[i]) == NULL)
        func (graphbit_given_names[i], value, data);
    }
  for (guint i = 0; i < graphbit_variables_get_size (&self->inputs); i++)
    {
      const GraphbitVariable *input = graphbit_variables_get (&self->inputs, i);

      if (graphbit_variables_lookup (&self->variables, input->name) == NULL)
        func (input->name, input->value, data);
    }
  for (guint i = 0; i < graphbit_variables_get_size (&self->variables); i++)
    {
      const GraphbitVariable *variable = graphbit_variables_get (&self->variables, i);

      func (variable->name, variable->value, data);
    }
}

static const GraphbitWorkflowContextFuncs context_funcs = {
  graphbit_operation_ref,
  graphbit_operation_unref,
  context_get_plan,
  context_get_output,
  context_get_input,
  context_get_variable,
  context_set_variable,
  context_foreach_variable
};

GraphbitWorkflowContext *
graphbit_scheduler_make_context (GraphbitScheduler *self,
                                 guint node)
{
  GraphbitWorkflowContext **context = &self->root->context;

  /* One serves all nodes, unless somebody keeps it. */
  if (*context != NULL && g_atomic_int_get (&G_OBJECT (*context)->ref_count) == 1)
    graphbit_workflow_context_set_node (*context, self, node);
  else
    {
      g_clear_object (context);
      *context = graphbit_workflow_context_new (&context_funcs, self, node);
    }
  return g_object_ref (*context);
}

/* Templates. */

static const char *
peek_reference (GraphbitScheduler *self,
                const GraphbitTemplateReference *reference)
{
  const char *text = NULL;
  int node;

  switch (reference->kind)
    {
    case GRAPHBIT_TEMPLATE_NODE:
      node = graphbit_plan_find (self->plan, reference->name);
      if (node >= 0)
        text = graphbit_scheduler_get_output (self, (guint) node);
      break;

    case GRAPHBIT_TEMPLATE_INPUT:
      text = get_input_of_run (self, reference->name);
      break;

    case GRAPHBIT_TEMPLATE_VARIABLE:
      text = graphbit_scheduler_get_variable (self, reference->name);
      break;

    default:
      break;
    }

  return text;
}

char *
graphbit_scheduler_resolve (const GraphbitTemplateReference *reference,
                            gpointer scheduler)
{
  return graphbit_output_lookup (peek_reference (scheduler, reference), reference->path);
}

void
graphbit_scheduler_resolve_value (const GraphbitTemplateReference *reference,
                                  gboolean wants_list,
                                  GraphbitExpressionValue *value,
                                  gpointer scheduler)
{
  graphbit_output_to_value (peek_reference (scheduler, reference), reference->path, wants_list, value);
}

static void
append_name (const char *name,
             const char *value,
             gpointer data)
{
  GString *text = data;

  g_string_append_printf (text, "%s{%s}", text->len > 0 ? ", " : "", name);
}

static char *
list_known (GraphbitScheduler *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->n_nodes; i++)
    if (graphbit_scheduler_get_output (self, i) != NULL)
      g_string_append_printf (text, "%s{{node.%s}}", text->len > 0 ? ", " : "", self->nodes[i].name);
  context_foreach_variable (self, append_name, text);
  return g_string_free (text, FALSE);
}

void
graphbit_scheduler_set_unresolved (GraphbitScheduler *self,
                                   guint node,
                                   GPtrArray *unresolved,
                                   GError **error)
{
  g_autofree char *sources = NULL;
  g_autofree char *known = list_known (self);

  g_ptr_array_add (unresolved, NULL);
  sources = g_strjoinv (", ", (char **) unresolved->pdata);
  if (*known != '\0')
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED,
                 _("The node “%s” refers to %s, which is not known; known are %s"),
                 self->nodes[node].name, sources, known);
  else
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED,
                 _("The node “%s” refers to %s, which is not known; there are no outputs, inputs or variables yet"),
                 self->nodes[node].name, sources);
}

char *
graphbit_scheduler_expand (GraphbitScheduler *self,
                           guint node,
                           GraphbitTemplate *text,
                           GError **error)
{
  g_autoptr (GPtrArray) unresolved = NULL;
  char *expanded = graphbit_template_expand (text, graphbit_scheduler_resolve, self, &unresolved);

  if (expanded == NULL)
    graphbit_scheduler_set_unresolved (self, node, unresolved, error);
  return expanded;
}
