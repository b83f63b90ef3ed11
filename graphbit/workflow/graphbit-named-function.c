/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-named-function-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-error.h"
#include "graphbit-plan-private.h"

void
graphbit_named_function_clear (GraphbitNamedFunction *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->closure, graphbit_closure_unref);
  g_clear_object (&self->registry);
}

gboolean
graphbit_named_function_resolve (GraphbitNamedFunction *self,
                                 gboolean is_condition,
                                 GraphbitRegistry *registry,
                                 GError **error)
{
  if (self->name == NULL)
    {
      g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_INVALID_WORKFLOW,
                           _("The member “function-name” is missing; it names what the node runs"));
      return FALSE;
    }

  if (!graphbit_registry_find (registry, is_condition, self->name, &self->closure, error))
    return FALSE;

  if (self->closure == NULL)
    g_set_object (&self->registry, registry);

  return TRUE;
}

gboolean
graphbit_named_function_check_name (GraphbitNamedFunction *self,
                                    GraphbitNode *node,
                                    GError **error)
{
  if (self->name != NULL)
    return TRUE;

  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
               _("The node “%s” cannot be written, because its function has no name; set its function-name, and add the function to the registry of whoever reads it under this name"),
               graphbit_node_get_name (node));
  return FALSE;
}

gboolean
graphbit_named_function_answer (GraphbitNamedFunction *self,
                                GraphbitNodeCall *call)
{
  return self->registry != NULL && graphbit_registry_emit_call (self->registry, self->name, call);
}

void
graphbit_named_function_build (GraphbitNamedFunction *self,
                               GraphbitNode *node,
                               guint call_signal,
                               gpointer settings,
                               GraphbitReport *report)
{
  GraphbitPlanFunction *function = settings;

  if (self->closure != NULL)
    {
      function->closure = graphbit_closure_ref (self->closure);
      return;
    }

  function->node = g_object_ref (node);
  if (!g_signal_has_handler_pending (node, call_signal, 0, TRUE) &&
      (self->registry == NULL || !graphbit_registry_has_handler (self->registry, self->name)))
    graphbit_report_add (report, GRAPHBIT_SEVERITY_WARNING, NULL,
                         _("give it a function, or connect to its “call” signal before it runs"),
                         _("Nothing will answer the node “%s”"), graphbit_node_get_name (node));
}
