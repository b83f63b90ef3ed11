/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-sync-private.h"

/* How often a private context is given a last look before its call returns. */
#define LAST_TURNS 16

typedef struct
{
  GPtrArray *contexts; /* by depth */
  guint depth;
} Contexts;

/* The last reference to a context may go in another thread. What that frees is the home's, whose own count orders it. */
static void
context_free (gpointer context)
{
  graphbit_home_unref (graphbit_home_get (context));
  g_main_context_unref (context);
}

static void
contexts_free (gpointer data)
{
  Contexts *contexts = data;

  g_ptr_array_unref (contexts->contexts);
  g_free (contexts);
}

static GPrivate thread_contexts = G_PRIVATE_INIT (contexts_free);

void
graphbit_sync_begin (GraphbitSync *self)
{
  Contexts *contexts = g_private_get (&thread_contexts);

  if (contexts == NULL)
    {
      contexts = g_new0 (Contexts, 1);
      contexts->contexts = g_ptr_array_new_with_free_func (context_free);
      g_private_set (&thread_contexts, contexts);
    }
  if (contexts->depth == contexts->contexts->len)
    g_ptr_array_add (contexts->contexts, g_main_context_new ());

  self->context = g_main_context_ref (contexts->contexts->pdata[contexts->depth++]);
  g_main_context_push_thread_default (self->context);
}

gboolean
graphbit_sync_adopt (GraphbitSync *self,
                     gpointer operation)
{
  GraphbitHome *home;
  gboolean is_lent;

  g_assert (self->context != NULL && self->adopted == NULL);

  home = graphbit_home_get (self->context);
  is_lent = graphbit_operation_lend (operation, home);
  graphbit_home_unref (home);
  if (is_lent)
    self->adopted = graphbit_operation_ref (operation);
  return is_lent;
}

void
graphbit_sync_ready (GObject *object,
                     GAsyncResult *result,
                     gpointer sync)
{
  GraphbitSync *self = sync;

  g_assert (self->result == NULL);
  self->result = g_object_ref (result);
}

GAsyncResult *
graphbit_sync_wait (GraphbitSync *self)
{
  while (self->result == NULL)
    g_main_context_iteration (self->context, TRUE);

  return self->result;
}

void
graphbit_sync_end (GraphbitSync *self)
{
  Contexts *contexts = g_private_get (&thread_contexts);

  if (self->context == NULL)
    return;

  /* Sources that are only waiting to be closed would otherwise stay until the next call. */
  for (guint i = 0; i < LAST_TURNS && g_main_context_iteration (self->context, FALSE); i++)
    ;

  if (self->adopted != NULL)
    {
      GraphbitHome *home = graphbit_home_get (self->context);

      graphbit_operation_give_back (self->adopted, home);
      graphbit_home_unref (home);
      graphbit_operation_unref (self->adopted);
      self->adopted = NULL;
    }

  g_clear_object (&self->result);
  contexts->depth--;
  g_main_context_pop_thread_default (self->context);
  g_clear_pointer (&self->context, g_main_context_unref);
}
