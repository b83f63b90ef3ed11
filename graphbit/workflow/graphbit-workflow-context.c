/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-workflow-context-private.h"

#include <string.h>

#include "graphbit-output-private.h"

/**
 * GraphbitWorkflowContext:
 *
 * What a run knows so far, as one of its nodes sees it.
 *
 * Functions and handlers of `call` get one. It may be kept and reads the run as
 * it goes on; once the run has ended, outputs are read from its
 * [class@WorkflowResult] instead. It belongs to the main context in which the
 * run was started.
 *
 * Since: 1.0
 */
struct _GraphbitWorkflowContext
{
  GObject parent_instance;

  const GraphbitWorkflowContextFuncs *funcs;
  gpointer state;
  guint node;
};

G_DEFINE_FINAL_TYPE (GraphbitWorkflowContext, graphbit_workflow_context, G_TYPE_OBJECT)

static void
graphbit_workflow_context_finalize (GObject *object)
{
  GraphbitWorkflowContext *self = GRAPHBIT_WORKFLOW_CONTEXT (object);

  if (self->state != NULL)
    self->funcs->unref (self->state);

  G_OBJECT_CLASS (graphbit_workflow_context_parent_class)->finalize (object);
}

static void
graphbit_workflow_context_class_init (GraphbitWorkflowContextClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = graphbit_workflow_context_finalize;
}

/* One made by g_object_new () knows nothing. */
static GraphbitPlan *
no_plan (gpointer state)
{
  return NULL;
}

static const char *
no_variable (gpointer state,
             const char *name)
{
  return NULL;
}

static void
keep_no_variable (gpointer state,
                  const char *name,
                  const char *value)
{
}

static void
foreach_no_variable (gpointer state,
                     GraphbitVariableFunc func,
                     gpointer data)
{
}

static const GraphbitWorkflowContextFuncs empty_funcs = {
  .get_plan = no_plan,
  .get_variable = no_variable,
  .set_variable = keep_no_variable,
  .foreach_variable = foreach_no_variable,
};

static void
graphbit_workflow_context_init (GraphbitWorkflowContext *self)
{
  self->funcs = &empty_funcs;
}

GraphbitWorkflowContext *
graphbit_workflow_context_new (const GraphbitWorkflowContextFuncs *funcs,
                               gpointer state,
                               guint node)
{
  GraphbitWorkflowContext *self = g_object_new (GRAPHBIT_TYPE_WORKFLOW_CONTEXT, NULL);

  self->funcs = funcs;
  self->state = funcs->ref (state);
  self->node = node;

  return self;
}

void
graphbit_workflow_context_set_node (GraphbitWorkflowContext *self,
                                    gpointer state,
                                    guint node)
{
  if (self->state != state)
    {
      gpointer old = self->state;

      self->state = self->funcs->ref (state);
      self->funcs->unref (old);
    }
  self->node = node;
}

/* The next input at or after `*position` among the node's edges, with the node that it comes from; NULL: no more. */
static const char *
next_input (GraphbitWorkflowContext *self,
            GraphbitPlan *plan,
            guint *position,
            const GraphbitPlanNode **source)
{
  const GraphbitPlanNode *node = graphbit_plan_get_node (plan, self->node);

  while (*position < node->n_in)
    {
      guint edge = node->in[(*position)++];
      const char *text = self->funcs->get_input (self->state, edge);

      if (text != NULL)
        {
          *source = graphbit_plan_get_node (plan, graphbit_plan_get_edge (plan, edge)->source);
          return text;
        }
    }

  return NULL;
}

/**
 * graphbit_workflow_context_get_input:
 * @self: a context
 *
 * Gets what came from the nodes directly before this one: their outputs in the
 * order in which they were connected, with blank lines between. Over an error
 * edge comes the error's message.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL if nothing came
 *
 * Since: 1.0
 */
char *
graphbit_workflow_context_get_input (GraphbitWorkflowContext *self)
{
  g_autoptr (GPtrArray) texts = NULL;
  const GraphbitPlanNode *source;
  GraphbitPlan *plan;
  guint position = 0;
  const char *text;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_CONTEXT (self), NULL);

  plan = self->funcs->get_plan (self->state);
  if (plan == NULL)
    return NULL;

  texts = g_ptr_array_new ();
  while ((text = next_input (self, plan, &position, &source)) != NULL)
    g_ptr_array_add (texts, (gpointer) text);

  return texts->len > 0 ? graphbit_output_join ((const char *const *) texts->pdata, texts->len) : NULL;
}

/**
 * graphbit_workflow_context_get_inputs:
 * @self: a context
 *
 * Gets what came from the nodes directly before this one, each by the name of
 * its node; by its id, if an earlier one has the same name.
 *
 * Returns: (transfer full): a dictionary of the type `a{ss}`
 *
 * Since: 1.0
 */
GVariant *
graphbit_workflow_context_get_inputs (GraphbitWorkflowContext *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));
  g_autoptr (GHashTable) names = NULL;
  const GraphbitPlanNode *source;
  GraphbitPlan *plan;
  guint position = 0;
  const char *text;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_CONTEXT (self), NULL);

  plan = self->funcs->get_plan (self->state);
  names = g_hash_table_new (g_str_hash, g_str_equal);
  while (plan != NULL && (text = next_input (self, plan, &position, &source)) != NULL)
    {
      const char *key = g_hash_table_add (names, (gpointer) source->name) ? source->name : source->id;
      g_autofree char *valid = g_utf8_make_valid (text, -1);

      g_variant_builder_add (&builder, "{ss}", key, valid);
    }

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/**
 * graphbit_workflow_context_get_variable:
 * @self: a context
 * @name: a variable's name
 *
 * Gets a variable: an input of the run, an output that was given a name, or
 * what [method@WorkflowContext.set_variable] has set.
 *
 * Returns: (transfer full) (nullable): its value, or %NULL if there is none
 *
 * Since: 1.0
 */
char *
graphbit_workflow_context_get_variable (GraphbitWorkflowContext *self,
                                        const char *name)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_CONTEXT (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return g_strdup (self->funcs->get_variable (self->state, name));
}

/**
 * graphbit_workflow_context_set_variable:
 * @self: a context
 * @name: a variable's name
 * @value: its value
 *
 * Sets a variable of the run, for nodes that run later and for its result. Does
 * nothing once the run has ended.
 *
 * Since: 1.0
 */
void
graphbit_workflow_context_set_variable (GraphbitWorkflowContext *self,
                                        const char *name,
                                        const char *value)
{
  g_return_if_fail (GRAPHBIT_IS_WORKFLOW_CONTEXT (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (value != NULL);

  self->funcs->set_variable (self->state, name, value);
}

static void
add_variable (const char *name,
              const char *value,
              gpointer data)
{
  g_autofree char *valid_name = g_utf8_make_valid (name, -1);
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  g_variant_builder_add (data, "{ss}", valid_name, valid);
}

/**
 * graphbit_workflow_context_get_all_variables:
 * @self: a context
 *
 * Gets all variables of the run.
 *
 * Returns: (transfer full): a dictionary of the type `a{ss}`
 *
 * Since: 1.0
 */
GVariant *
graphbit_workflow_context_get_all_variables (GraphbitWorkflowContext *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_CONTEXT (self), NULL);

  self->funcs->foreach_variable (self->state, add_variable, &builder);

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static const char *
peek_output (GraphbitWorkflowContext *self,
             const char *id_or_name)
{
  GraphbitPlan *plan = self->funcs->get_plan (self->state);
  int index = plan != NULL ? graphbit_plan_find (plan, id_or_name) : -1;

  return index >= 0 ? self->funcs->get_output (self->state, (guint) index) : NULL;
}

/**
 * graphbit_workflow_context_get_node_output:
 * @self: a context
 * @id_or_name: a node's id, or a name that no other has
 *
 * Gets the output of any node that has run.
 *
 * Returns: (transfer full) (nullable): the output, or %NULL if there is none (yet)
 *
 * Since: 1.0
 */
char *
graphbit_workflow_context_get_node_output (GraphbitWorkflowContext *self,
                                           const char *id_or_name)
{
  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_CONTEXT (self), NULL);
  g_return_val_if_fail (id_or_name != NULL, NULL);

  return g_strdup (peek_output (self, id_or_name));
}

/**
 * graphbit_workflow_context_get_nested_output:
 * @self: a context
 * @path: a node and a path into its output: `NAME.path.to[0].field`; a name with
 *   dots or brackets in quotation marks
 *
 * Gets a part of an output that is JSON: a string without its quotation marks,
 * anything else as JSON text.
 *
 * Returns: (transfer full) (nullable): the part, or %NULL if there is none
 *
 * Since: 1.0
 */
char *
graphbit_workflow_context_get_nested_output (GraphbitWorkflowContext *self,
                                             const char *path)
{
  g_autofree char *name = NULL;
  const char *rest;

  g_return_val_if_fail (GRAPHBIT_IS_WORKFLOW_CONTEXT (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  if (path[0] == '"')
    {
      const char *end = strchr (path + 1, '"');

      if (end == NULL)
        return NULL;
      name = g_strndup (path + 1, (gsize) (end - path) - 1);
      rest = end + 1;
    }
  else
    {
      gsize length = strcspn (path, ".[");

      name = g_strndup (path, length);
      rest = path + length;
    }

  if (rest[0] == '.')
    rest++;

  return graphbit_output_lookup (peek_output (self, name), rest);
}
