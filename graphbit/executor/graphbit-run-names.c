/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-run-names-private.h"

#include <pthread.h>
#include <string.h>

/* Up to here looking at each is faster than a table. */
#define MAX_UNINDEXED 16

/* In the index, for a name that several nodes have. */
#define AMBIGUOUS GINT_TO_POINTER (-1)

static pthread_mutex_t index_mutex = PTHREAD_MUTEX_INITIALIZER;

static const char *
copy (char **end,
      const char *text)
{
  char *start = *end;

  *end = stpcpy (start, text) + 1;
  return start;
}

static gpointer
make (GraphbitPlan *plan)
{
  const GraphbitPlanNode *nodes = graphbit_plan_get_nodes (plan);
  const GraphbitPlanEdge *plan_edges = graphbit_plan_get_edges (plan);
  guint n_nodes = graphbit_plan_get_n_nodes (plan);
  guint n_edges = graphbit_plan_get_n_edges (plan);
  const char *workflow_id = graphbit_plan_get_workflow_id (plan);
  const char *workflow_name = graphbit_plan_get_workflow_name (plan);
  gsize size = sizeof (GraphbitRunNames) + n_nodes * sizeof (GraphbitNodeNames) + n_edges * sizeof (GraphbitEdgeNames);
  GraphbitRunNames *self;
  GraphbitEdgeNames *edges;
  char *end;

  size += strlen (workflow_id) + strlen (workflow_name) + 2;
  for (guint i = 0; i < n_nodes; i++)
    {
      size += strlen (nodes[i].id) + strlen (nodes[i].name) + 2;
      if (nodes[i].on_error == GRAPHBIT_ON_ERROR_FALLBACK)
        size += strlen (nodes[i].fallback) + 1;
    }

  self = g_malloc (size);
  self->ref_count = 1; /* the plan's */
  self->index = NULL;
  self->n_nodes = n_nodes;
  self->n_edges = n_edges;
  self->edges = edges = (GraphbitEdgeNames *) &self->nodes[n_nodes];
  end = (char *) &edges[n_edges];
  self->workflow_id = copy (&end, workflow_id);
  self->workflow_name = copy (&end, workflow_name);
  for (guint i = 0; i < n_nodes; i++)
    {
      self->nodes[i].id = copy (&end, nodes[i].id);
      self->nodes[i].name = copy (&end, nodes[i].name);
      self->nodes[i].fallback = nodes[i].on_error == GRAPHBIT_ON_ERROR_FALLBACK ? copy (&end, nodes[i].fallback) : NULL;
      self->nodes[i].kind = nodes[i].kind;
    }
  for (guint i = 0; i < n_edges; i++)
    edges[i] = (GraphbitEdgeNames) { plan_edges[i].source, plan_edges[i].target, plan_edges[i].kind };
  return self;
}

static void
unref (gpointer names)
{
  graphbit_run_names_free (names);
}

GraphbitRunNames *
graphbit_run_names_new (GraphbitPlan *plan)
{
  GraphbitRunNames *self = graphbit_plan_get_companion (plan, make, unref);

  __atomic_add_fetch (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
graphbit_run_names_free (GraphbitRunNames *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;

  g_clear_pointer (&self->index, g_hash_table_unref);
  g_free (self);
}

static GHashTable *
make_index (GraphbitRunNames *self)
{
  GHashTable *index = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->n_nodes; i++)
    {
      gpointer name = (gpointer) self->nodes[i].name;

      g_hash_table_insert (index, name, g_hash_table_contains (index, name) ? AMBIGUOUS : GUINT_TO_POINTER (i + 1));
    }
  /* Ids count before names. */
  for (guint i = 0; i < self->n_nodes; i++)
    g_hash_table_insert (index, (gpointer) self->nodes[i].id, GUINT_TO_POINTER (i + 1));
  return index;
}

int
graphbit_run_names_find (GraphbitRunNames *self,
                         const char *id_or_name)
{
  int by_name = -1;

  if (self->n_nodes > MAX_UNINDEXED)
    {
      int found;

      pthread_mutex_lock (&index_mutex);
      if (self->index == NULL)
        self->index = make_index (self);
      found = GPOINTER_TO_INT (g_hash_table_lookup (self->index, id_or_name));
      pthread_mutex_unlock (&index_mutex);
      return found > 0 ? found - 1 : -1;
    }

  for (guint i = 0; i < self->n_nodes; i++)
    if (g_str_equal (self->nodes[i].id, id_or_name))
      return (int) i;

  for (guint i = 0; i < self->n_nodes; i++)
    if (g_str_equal (self->nodes[i].name, id_or_name))
      {
        if (by_name >= 0)
          return -1;
        by_name = (int) i;
      }
  return by_name;
}
