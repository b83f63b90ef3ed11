/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-closure-private.h"

#include <glib/gi18n-lib.h>

#include "graphbit-error.h"

struct _GraphbitClosure
{
  gatomicrefcount ref_count;
  GCallback func;
  gpointer user_data;
  GDestroyNotify notify;
};

typedef char *(*GraphbitClosureFunc) (GraphbitWorkflowContext *context, gpointer user_data, GError **error);

GraphbitClosure *
graphbit_closure_new (GCallback func,
                      gpointer user_data,
                      GDestroyNotify notify)
{
  GraphbitClosure *self;

  if (func == NULL)
    {
      if (notify != NULL)
        notify (user_data);
      return NULL;
    }

  self = g_new (GraphbitClosure, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->func = func;
  self->user_data = user_data;
  self->notify = notify;

  return self;
}

GraphbitClosure *
graphbit_closure_ref (GraphbitClosure *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
graphbit_closure_unref (GraphbitClosure *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  if (self->notify != NULL)
    self->notify (self->user_data);
  g_free (self);
}

char *
graphbit_closure_invoke (GraphbitClosure *self,
                         GraphbitWorkflowContext *context,
                         GError **error)
{
  GError *local_error = NULL;
  char *text;

  text = ((GraphbitClosureFunc) self->func) (context, self->user_data, &local_error);

  if (local_error != NULL)
    {
      g_free (text);
      g_propagate_error (error, local_error);
      return NULL;
    }

  if (text == NULL)
    g_set_error_literal (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_NODE_FAILED,
                         _("The function returned nothing and set no error; return a text, which may be empty"));

  return text;
}
